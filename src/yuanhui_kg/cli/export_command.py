"""The command ``export``: the graph, or all its figures, as a file in the format that its name tells."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from ..errors import UsageError
from . import output
from .commands import _dump, _graph, setting, settings

if TYPE_CHECKING:
    import pyoxigraph as ox

    from ..settings import Settings

_TABLES: Final = ("csv", "xlsx")
_GRAPHS: Final = ("ttl", "nt", "nq", "trig", "rdf", "jsonld")
_RDF12: Final = ("ttl", "nt", "nq", "trig")
_METADATA: Final = "csv-metadata.json"


@click.command()
@click.argument("path", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE")
@click.option("-f", "--format", "format", metavar="F", help="The format, in place of the file's extension.")
@click.option("--bom", is_flag=True, help="Begin a CSV with a byte-order mark, by which Excel sees that it is UTF-8.")
@click.option("--rdf12", is_flag=True, help="The statements alone, as reifiers of RDF 1.2 triple terms.")
@click.option(
    "--context",
    metavar="inline|reference|URL",
    help="In JSON-LD: carry what is used of the context (the default), or name it.",
)
@click.option("--context-only", is_flag=True, help="Write the JSON-LD context itself, made from the graph's ontology.")
@click.option("--from", "start", metavar="IRI|ID", help="Not there yet: only what surrounds a thing.")
@click.option("--depth", type=click.IntRange(min=1), help="Not there yet: how many steps around it.")
@click.option("--query", metavar="QUERY", help="Not there yet: only what a query selects.")
@setting("store")
def export(
    path: Path,
    format: str | None,
    bom: bool,
    rdf12: bool,
    context: str | None,
    context_only: bool,
    start: str | None,
    depth: int | None,
    query: str | None,
    **flags: Any,
) -> int:
    """Write FILE in the format that its name tells; - is standard output, with --format.

    All figures: csv, xlsx (one row a figure), csv-metadata.json (CSVW, which describes the csv). The whole graph: ttl,
    nt, nq, trig, rdf, jsonld.

    \b
    Example:
      yuanhui-kg export figures.csv --bom
      yuanhui-kg export figures.xlsx
      yuanhui-kg export graph.jsonld --context reference
      yuanhui-kg export statements.ttl --rdf12
    """
    for flag, value in (("--from", start), ("--depth", depth), ("--query", query)):
        if value is not None:
            raise UsageError(f"{flag} is not supported by export yet.", "Export all, or use neighbours or query.")
    name = _format(path, format)
    _check("--bom", bom, name, ("csv",))
    _check("--rdf12", rdf12, name, _RDF12)
    _check("--context", context is not None, name, ("jsonld",))
    _check("--context-only", context_only, name, ("jsonld",))
    asked = settings(flags)
    if name in _TABLES:
        _write(asked, path, lambda store: _table(store, name, bom))
    elif name == _METADATA:
        _write(asked, path, lambda store: _description(store, path))
    elif context_only:
        _write(asked, path, _context)
    elif rdf12:
        _write(asked, path, lambda store: _statements(store, name))
    elif name == "jsonld":
        _write(asked, path, lambda store: _document(store, asked, context))
    else:
        with _graph(asked) as store:
            _dump(store, path, output.needed_rdf_format(name), None)
    return 0


def _format(path: Path, format: str | None) -> str:
    if format is None and path.name.endswith("." + _METADATA):
        return _METADATA
    name = (format or output.extension(path)).lower().lstrip(".")
    known = (*_TABLES, *_GRAPHS, _METADATA)
    if name not in known:
        raise UsageError(f"{name!r} names no format that can be exported.", f"Use one of {', '.join(known)}.")
    return name


def _check(flag: str, given: bool, name: str, formats: tuple[str, ...]) -> None:
    if given and name not in formats:
        raise UsageError(f"{flag} does not go with {name}.", f"It goes with {', '.join(formats)}.")


def _write(asked: Settings, path: Path, make: Callable[[ox.Store], bytes]) -> None:
    with output.progress("Writing …"), _graph(asked) as store:
        made = make(store)
    with output.destination(path) as stream:
        stream.write(made)


def _table(store: ox.Store, name: str, bom: bool) -> bytes:
    from .. import figures
    from ..export import tables
    from ..store import StoreReader

    rows = figures.read(StoreReader(store))
    return tables.to_csv(rows, bom=bom) if name == "csv" else tables.to_xlsx(rows)


def _description(store: ox.Store, path: Path) -> bytes:
    from ..export import tables
    from ..store import StoreReader

    # Beside its table: figures.csv-metadata.json describes figures.csv.
    table = path.name.removesuffix(tables.METADATA_SUFFIX) if path.name.endswith(_METADATA) else "figures.csv"
    return tables.csvw(table, tables.licence(StoreReader(store)))


def _context(store: ox.Store) -> bytes:
    from ..export import jsonld
    from ..store import StoreReader

    return jsonld.serialized(jsonld.make_context(StoreReader(store)))


def _document(store: ox.Store, asked: Settings, context: str | None) -> bytes:
    from ..export import jsonld
    from ..store import StoreReader

    reference = {None: None, jsonld.INLINE: None, "reference": jsonld.CONTEXT}.get(context, context)
    if reference is not None and "://" not in reference:
        raise UsageError(f"{reference!r} is no address of a context.", "Give inline, reference or a URL.")
    return jsonld.document(store, jsonld.context(asked.context_file, StoreReader(store)), reference)


def _statements(store: ox.Store, name: str) -> bytes:
    import pyoxigraph as ox

    from ..export import rdf12
    from ..namespaces import PREFIXES
    from ..store import StoreReader

    return ox.serialize(rdf12.statements(StoreReader(store)), format=rdf12.FORMATS[name], prefixes=PREFIXES) or b""
