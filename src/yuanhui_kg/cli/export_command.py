"""The command ``export``: the graph, a part of it, a query's answer or all figures, as a file of any format."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

import click

from ..errors import UsageError
from . import output
from .commands import _dump, _graph, _query, _reader, job_answer, setting, settings, tell_open

if TYPE_CHECKING:
    import pyoxigraph as ox

    from ..export.choosing import Answer, Choice
    from ..export.exporting import Export
    from ..export.model import Texts
    from ..graph import NeighbourIndex
    from ..settings import Settings
    from ..store import Reader
    from ..views import View

_RDF12: Final = ("ttl", "nt", "nq", "trig")
_SETTINGS: Final = ("store", "endpoint", "query_timeout", "max_picture_nodes", "views", "max_view_bytes")
_SCOPE: Final = {
    "predicate": "predicates",
    "type": "types",
    "modality": "modalities",
}  # flags, and what they are called
_METADATA: Final = "csv-metadata.json"


@click.command()
@click.argument("path", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE")
@click.option("-f", "--format", "format", metavar="F", help="The format, in place of the file's extension.")
@click.option("--from", "start", multiple=True, metavar="IRI|ID", help="Only what surrounds a thing.")
@click.option("--depth", type=click.IntRange(min=1), help="How many steps around it.  [default: 1]")
@click.option(
    "--direction", type=click.Choice(["in", "out", "both"]), help="Which relations to follow.  [default: both]"
)
@click.option("--limit", type=click.IntRange(min=1), help="Most things around it.  [default: 1000]")
@click.option("--path", "paths", nargs=2, multiple=True, metavar="A B", help="Only how two things hang together.")
@click.option("--predicate", "predicates", multiple=True, metavar="IRI|ID", help="Only relations of a kind.")
@click.option("--type", "types", multiple=True, metavar="IRI|ID", help="Only things of a class.")
@click.option("--modality", "modalities", multiple=True, metavar="NAME", help="Only relations that are asserted, …")
@click.option("--view", metavar="FILE|NAME", help="What a saved view shows; - reads it from standard input.")
@click.option("--query", metavar="ID|TEXT|FILE", help="Only what a query answers, or the things in its answer.")
@click.option("-p", "--param", "params", multiple=True, metavar="NAME=VALUE", help="Give a variable of it a value.")
@click.option(
    "--table", type=click.Choice(["figures", "nodes", "edges", "rows"]), help="Which table csv, xlsx, parquet hold."
)
@click.option(
    "--lang", "language", type=click.Choice(["zh", "en"]), help="Language of labels.  [default: the locale's]"
)
@click.option("--communities", is_flag=True, help="Tell each thing's community in the whole graph.")
@click.option("--bom", is_flag=True, help="Begin a CSV with a byte-order mark, by which Excel sees that it is UTF-8.")
@click.option("--rdf12", is_flag=True, help="The statements alone, as reifiers of RDF 1.2 triple terms.")
@click.option(
    "--context",
    metavar="inline|reference|URL",
    help="In JSON-LD: carry what is used of the context (the default), or name it.",
)
@click.option("--context-only", is_flag=True, help="Write the JSON-LD context itself, made from the graph's ontology.")
@setting("store")
@setting("endpoint", metavar="URL")
@setting("query_timeout", "--timeout")
@setting("max_picture_nodes")
@setting("views", type=click.Path(path_type=Path), metavar="DIR")
@setting("max_view_bytes")
def export(path: Path, format: str | None, **given: Any) -> int:
    """Write FILE in the format that its name tells; - is standard output, with --format.

    \b
    RDF       ttl nt nq trig rdf jsonld
    graphs    graphml gexf cyjs cx2 json dot html
    pictures  svg png pdf
    tables    csv xlsx parquet; csv-metadata.json describes the csv of figures
    places    geojson

    Tables are all figures; of a part of the graph its nodes and edges (csv and parquet as two files); of a query its rows.
    They are safe to open in a spreadsheet: in csv, a text that it would take for a formula has an apostrophe before it (query -o
    FILE.csv writes values as they are).

    \b
    Example:
      yuanhui-kg export figures.csv --bom
      yuanhui-kg export graph.graphml
      yuanhui-kg export district.pdf --from yuanhui-district --limit 60 --lang zh
      yuanhui-kg export way.svg --path medical-devices luohe-city
      yuanhui-kg export companies.xlsx --query district-companies
      yuanhui-kg export medical.svg --view medical-devices
    """
    flags = {name: given.pop(name) for name in _SETTINGS}
    name = _format(path, format)
    special = [key for key in ("rdf12", "context_only") if given[key]]
    _check_flags(name, given, special)
    asked = settings(flags)
    if name == _METADATA:
        _write(asked, path, lambda store: _description(store, path))
    elif given["context_only"]:
        _write(asked, path, _context)
    elif given["rdf12"]:
        _write(asked, path, lambda store: _statements(store, name))
    elif name in _RDF_NAMES and not any(given[key] for key in ("start", "paths", "query", "view")):
        _whole_rdf(asked, path, name, given["context"])
    else:
        _export(asked, path, name, given)
    return 0


# --- what is asked ------------------------------------------------------------------------------------------------------

_RDF_NAMES: Final = ("ttl", "nt", "nq", "trig", "rdf", "jsonld")


def _format(path: Path, format: str | None) -> str:
    if format is None and path.name.endswith("." + _METADATA):
        return _METADATA
    from ..export.exporting import NAMES

    name = (format or output.extension(path)).lower().lstrip(".")
    known = (*NAMES, _METADATA)
    if name not in known:
        raise UsageError(f"{name!r} names no format that can be exported.", f"Use one of {', '.join(known)}.")
    return name


def _check_flags(name: str, given: dict[str, Any], special: list[str]) -> None:
    _check("--bom", given["bom"], name, ("csv",))
    _check("--rdf12", given["rdf12"], name, _RDF12)
    _check("--context", given["context"] is not None, name, ("jsonld",))
    _check("--context-only", given["context_only"], name, ("jsonld",))
    parts = (("--from", "start"), ("--path", "paths"), ("--query", "query"), ("--view", "view"))
    chosen = [flag for flag, key in parts if given[key]]
    if len(chosen) > 1 or (chosen and (special or name == _METADATA)):
        raise UsageError(f"{' and '.join(chosen)} cannot be asked for together with that.", "Leave one out.")
    for flag, key, needed in (
        *((f"--{key}", key, ("--from",)) for key in ("depth", "direction", "limit")),
        *((f"--{name}", key, ("--from", "--path")) for name, key in _SCOPE.items()),
        ("--param", "params", ("--query",)),
    ):
        if given[key] and not set(needed) & set(chosen):
            named = " or ".join(needed)
            raise UsageError(f"{flag} goes with {named}.", f"Give {named}, or leave {flag} out.")
    if given["communities"] and given["view"]:
        raise UsageError("--communities does not go with --view.", "The view says whether they are told.")


def _check(flag: str, given: bool, name: str, formats: tuple[str, ...]) -> None:
    if given and name not in formats:
        raise UsageError(f"{flag} does not go with {name}.", f"It goes with {', '.join(formats)}.")


def _choice(asked: Settings, given: dict[str, Any]) -> Choice:
    from ..export.choosing import LIMIT, Choice
    from ..terms import iri_of, term_of

    return Choice(
        start=tuple(iri_of(thing) for thing in given["start"]),
        depth=given["depth"] or 1,
        direction=given["direction"] or "both",
        limit=given["limit"] or LIMIT,
        paths=tuple((iri_of(start), iri_of(end)) for start, end in given["paths"]),
        answer=_answer(asked, given["query"], given["params"]) if given["query"] else None,
        communities=given["communities"],
        predicates=tuple(term_of(name) for name in given["predicates"]),
        types=tuple(term_of(name) for name in given["types"]),
        modalities=given["modalities"],
    )


def _viewed(asked: Settings, view: View) -> Choice:
    """What a view shows; its query, if it has one, is evaluated."""
    from .. import catalog
    from ..views import View

    if view.query is None:
        return view.choice
    if "{" not in view.query:
        catalog.find(asked.queries, view.query)  # never the name of a file
    params = tuple(f"{name}={value}" for name, value in view.parameters.items())
    return View.from_json(view.document, _answer(asked, view.query, params)).choice


def view_of(asked: Settings, argument: str) -> View:
    """The view that an argument means: standard input, one in a URL, a saved one's name, or a file."""
    from .. import views

    most = asked.max_view_bytes
    if argument == "-":
        return views.View.parse(sys.stdin.buffer.read(most + 1), most)
    if argument.startswith(views.INLINE):
        return views.View.from_json(views.decoded(argument, most))
    if views.NAME.fullmatch(argument):
        return views.find(asked.view_folder, argument, most)
    return views.read(Path(argument), most)


def _answer(asked: Settings, argument: str, params: tuple[str, ...]) -> Answer:
    """What a query answers; it is evaluated in a worker of its own, under the deadline."""
    import pyoxigraph as ox

    from .. import catalog
    from ..export.choosing import Answer

    text, bindings = _query(argument, params, asked)
    known = argument in catalog.ids(asked.queries)
    title = dict(catalog.find(asked.queries, argument).summary) if known else None
    job = {"query": text, "default_graphs": [], "named_graphs": [], "bindings": bindings}
    job |= {"results_type": "application/sparql-results+json", "graph_type": "application/n-triples"}
    with job_answer(asked, "sparql", job) as answer:
        tell_open(answer.head)
        if answer.head["kind"] != "graph":
            return Answer(json.loads(answer.read()), title=title)
        quads = ox.parse(answer.read(), ox.RdfFormat.N_TRIPLES)
        return Answer(triples=[quad.triple for quad in quads], title=title)


# --- parts, tables, pictures --------------------------------------------------------------------------------------------


def _export(asked: Settings, path: Path, name: str, given: dict[str, Any]) -> None:
    from ..export import exporting

    table = given["table"] or ""
    view = view_of(asked, given["view"]) if given["view"] else None
    language = given["language"] or (view and view.language) or output.language()
    choice = _viewed(asked, view) if view else _choice(asked, given)
    export = exporting.Export(name, choice, language, table, given["bom"], asked.max_picture_nodes)
    with output.progress("Reading the graph …"), _reader(asked) as reader:
        context = _reference(asked, reader, given["context"]) if name == "jsonld" else exporting.NO_CONTEXT
        if export.needs_no_graph:
            notes = _to(path, lambda out: exporting.run(export, reader, lambda: None, out, context))
        else:
            notes = _graph_files(export, path, reader, _index(asked, reader, export), context, bool(given["table"]))
    for note in notes:
        print(note[output.language()], file=sys.stderr)


def _index(asked: Settings, reader: Reader, export: Export) -> NeighbourIndex | None:
    from ..graph import NeighbourIndex

    if asked.endpoint and (export.choice.start or _size(reader) > asked.endpoint_index):
        return None
    return NeighbourIndex.build(reader)


def _size(reader: Reader) -> int:
    (row,) = reader.select("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }")
    return int(row[0].value)


def _graph_files(
    export: Export, path: Path, reader: Reader, index: NeighbourIndex | None, context: Any, named: bool
) -> list[Texts]:
    """Write a graph; as two files where one holds a single table of it and none was named."""
    from dataclasses import replace

    from ..export import choosing, exporting, formats, lists

    graph = choosing.choose(reader, index, export.choice)
    notes = _to(path, lambda out: exporting.write(export, graph, reader, out, context))
    if export.format not in formats.TABLES or named or str(path) == "-":
        return notes
    beside = path.with_name(f"{path.stem}-{lists.NODES}{path.suffix}")
    nodes = replace(export, table=lists.NODES)
    _to(beside, lambda out: exporting.write(nodes, graph, reader, out, context))
    return [
        *notes,
        {"zh": f"关系在 {path}，事物在 {beside}。", "en": f"The relations are in {path}, the things in {beside}."},
    ]


def _to(path: Path, write: Callable[[IO[bytes]], list[Texts]]) -> list[Texts]:
    with output.destination(path) as stream:
        return write(stream)


# --- RDF of the whole graph ---------------------------------------------------------------------------------------------


def _whole_rdf(asked: Settings, path: Path, name: str, context: str | None) -> None:
    if asked.endpoint:
        job = {"media_type": output.needed_rdf_format(name).media_type}
        with job_answer(asked, "dump", job) as answer, output.destination(path) as stream:
            for piece in answer:
                stream.write(piece)
        return
    with _graph(asked) as store:
        if name == "jsonld" and _compacted(store, context):
            _write_to(path, _document(store, asked, context))
            return
        _dump(store, path, output.needed_rdf_format(name), None)


#: Quads up to which JSON-LD is compacted under the context, which takes some kB of memory for each thing.
_COMPACTED: Final = 500_000


def _compacted(store: ox.Store, context: str | None) -> bool:
    """Whether a graph is small enough to be JSON-LD under the context; a larger one is written as the engine has it.

    :raises UsageError: where it is not, and a context was asked for.
    """
    if next(islice(store, _COMPACTED, None), None) is None:
        return True
    if context is not None:
        raise UsageError(
            f"A graph of more than {_COMPACTED:,} triples is not written under a context.",
            "Leave --context out: IRIs are then written in full.",
        )
    output.tell(f"More than {_COMPACTED:,} triples: JSON-LD without a context, IRIs in full.", aside=True)
    return False


def _write(asked: Settings, path: Path, make: Callable[[ox.Store], bytes]) -> None:
    with output.progress("Writing …"), _graph(asked) as store:
        made = make(store)
    _write_to(path, made)


def _write_to(path: Path, made: bytes) -> None:
    with output.destination(path) as stream:
        stream.write(made)


def _description(store: ox.Store, path: Path) -> bytes:
    from ..export import tables
    from ..store import StoreReader

    # Beside its table: figures.csv-metadata.json describes figures.csv.
    table = path.name.removesuffix(tables.METADATA_SUFFIX) if path.name.endswith(_METADATA) else "figures.csv"
    return tables.csvw(table, tables.sources(StoreReader(store)))


def _context(store: ox.Store) -> bytes:
    from ..export import jsonld
    from ..store import StoreReader

    return jsonld.serialized(jsonld.make_context(StoreReader(store)))


def _document(store: ox.Store, asked: Settings, given: str | None) -> bytes:
    from ..export import jsonld
    from ..store import StoreReader

    context, reference = _reference(asked, StoreReader(store), given)
    return jsonld.document(store, context, reference)


def _reference(asked: Settings, reader: Reader, given: str | None) -> tuple[dict[str, Any], str | None]:
    """The JSON-LD context, and the address under which a document names it, if it does."""
    from ..export import jsonld

    reference = {None: None, jsonld.INLINE: None, "reference": jsonld.CONTEXT}.get(given, given)
    if reference is not None and "://" not in reference:
        raise UsageError(f"{reference!r} is no address of a context.", "Give inline, reference or a URL.")
    return jsonld.context(asked.context_file, reader), reference


def _statements(store: ox.Store, name: str) -> bytes:
    import pyoxigraph as ox

    from ..export import rdf12
    from ..namespaces import PREFIXES
    from ..store import StoreReader

    return ox.serialize(rdf12.statements(StoreReader(store)), format=rdf12.FORMATS[name], prefixes=PREFIXES) or b""
