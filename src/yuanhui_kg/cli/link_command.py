"""The commands ``link``, which rows of a register the names in a table mean, and ``publish-links``."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from ..errors import ConflictError, DataError, NotAcceptableError, UsageError
from . import output
from .commands import _graph, setting, settings

if TYPE_CHECKING:
    from ..link import Entry, Mention
    from ..link.review import Reviewed

_TABLE: Final = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("mentions", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="FIELD=COLUMN",
    help="Which column of MENTIONS tells a field, or a pattern of several, such as context={省}/{市}. May be given again.",
)
@click.option("--to", "register", type=_TABLE, metavar="FILE", help="The register.")
@setting("store", help="Folder of a store whose graph is the register; without it the graph that comes along.")
@click.option("--dataset", metavar="NAME", help="A data set of that store as the register.")
@click.option(
    "--history",
    "older",
    type=(click.IntRange(1, 9999), _TABLE),
    multiple=True,
    metavar="YEAR FILE",
    help="The register as it was in a year: for former names, codes and parents. May be given again.",
)
@click.option("--against", metavar="URL", help="SPARQL service that holds the register, in place of --to.")
@click.option("--profile", type=_TABLE, help="JSON: how that service tells names, surroundings and codes.")
@click.option("--whole", is_flag=True, help="Read all that the service names, instead of looking each name up.")
@click.option("--keep", type=_TABLE, metavar="FILE", help="Write what was read of the service as a table for --to.")
@setting("service_timeout", help="Seconds that the service may take for one answer; with --whole ten times as many.")
@click.option(
    "--by",
    metavar="COLUMN",
    help="Compare only what has the same in this column of both tables: for hundreds of thousands of rows (needs yuanhui-kg[bulk]).",
)
@click.option(
    "--reviewed",
    type=_TABLE,
    metavar="FILE",
    help="Earlier links with a person's decisions, which stay; without it those in the table that is written over.",
)
@click.option("-o", "--output", "path", type=_TABLE, help="SSSOM table to write.")
def link(
    mentions: Path,
    columns: tuple[str, ...],
    register: Path | None,
    store: Path | None,
    dataset: str | None,
    older: tuple[tuple[int, Path], ...],
    by: str | None,
    reviewed: Path | None,
    path: Path | None,
    **given: Any,
) -> int:
    """Link the names in a table to the things of the graph, or to the rows of a register.

    MENTIONS is a table (TSV, CSV, Excel, OpenDocument, Parquet, JSON records) or RDF. A table has the columns name and, where
    known, id, context (names of the surrounding places, outermost first, separated by /), kind, lat, lon, year; --column tells
    which of its own columns are these. The register is a graph, a data set, a SPARQL service, or a file: RDF, or a table with id,
    name and, where known, parent_id, kind, alt_names (separated by |), lat, lon, valid_from, valid_to.

    Writes an SSSOM table: a row for each candidate, the best first, with confidence, justification and decision: accept
    (sure enough to be taken without a look), review, or none. A person decides by writing accept, or another word to refuse, in the
    column decision; such decisions stay when the same is linked again. Rows of MENTIONS without a name or an id are told and passed
    over.

    \b
    Example:
      yuanhui-kg link areas.csv --column name=地区 --column "context={省}/{市}" -o links.sssom.tsv
      yuanhui-kg link areas.csv --store ./store --dataset divisions -o links.sssom.tsv
      yuanhui-kg link mentions.tsv --to register.tsv --history 2017 register-2017.tsv -o links.sssom.tsv
      yuanhui-kg link villages-2010.tsv --to villages.tsv --by county -o links.sssom.tsv
      yuanhui-kg link mentions.tsv --against https://stats.example.org/sparql -o links.sssom.tsv
    """
    from ..link import Matcher
    from ..link.bulk import write_links_by
    from ..link.review import shortened, write_reviewed

    _check(mentions, columns, register, store or dataset, older, by, reviewed, path, **given)
    earlier = _earlier(reviewed, path)
    unnamed: list[str] = []
    if by is None:
        asked = _mentions(mentions, columns, unnamed)
        rows = _rows(asked, register, store, dataset, older, given)
        matches = Matcher(rows).match_all(asked)
    with output.text_destination(path) as text:
        if by is not None and register is not None:
            counts, told = write_links_by(mentions, register, by, earlier, text)
        else:
            counts, told = write_reviewed(matches, rows, earlier, text, source=_shown(given["against"]))
    for where in shortened(unnamed):
        output.tell(f"Not linked: {where}", aside=True)
    for what in shortened(told):
        output.tell(f"Look again: {what}", aside=True)
    if earlier.decided:
        output.tell(f"{len(earlier.decided)} reviewed mentions are as a person left them.", aside=True)
    output.tell("; ".join(f"{decision}: {count}" for decision, count in counts.items()), aside=True)
    return 0


def _check(
    mentions: Path,
    columns: tuple[str, ...],
    register: Path | None,
    held: Path | str | None,
    older: tuple[tuple[int, Path], ...],
    by: str | None,
    reviewed: Path | None,
    path: Path | None,
    against: str | None,
    keep: Path | None,
    **of_service: Any,
) -> None:
    """Raises where options do not go together, or would cost a file.

    :raises NotAcceptableError: where links cannot be written as the name of their file says.
    :raises UsageError: in all other cases.
    """
    if path is not None and path.suffix != ".tsv":
        raise NotAcceptableError(
            f"Links cannot be written as {path.suffix or path.name!r}.", "Use a name that ends in .tsv."
        )
    if sum(one is not None for one in (register, against, held)) > 1:
        raise UsageError("There is more than one register.", "Give one of --to, --against, or --store with --dataset.")
    if by is not None and (register is None or older or columns):
        raise UsageError(
            "--by compares two tables as they are.", "Give the register with --to; leave out --history and --column."
        )
    told = [name for name, value in {"keep": keep, **of_service}.items() if value is not None and value is not False]
    if against is None and told:
        option = f"--{told[0].replace('_', '-')}"
        raise UsageError(f"{option} is for a SPARQL service.", "Name the service with --against, or leave it out.")
    read = (mentions, register, of_service["profile"], *(file for _, file in older))
    output.spare(path, *read)
    output.spare(keep, *read, reviewed, path)
    if keep is not None and path is not None and keep.resolve() == path.resolve():
        raise UsageError(f"{keep} cannot hold both links and a register.", "Write to another file.")


def _earlier(reviewed: Path | None, path: Path | None) -> Reviewed:
    """What a person decided before: in the table that is named, else in the one that would be written over."""
    from ..link.review import Reviewed, read_reviewed

    if reviewed is not None:
        return read_reviewed(reviewed)
    if path is None or not path.is_file() or not path.stat().st_size:
        return Reviewed()
    try:
        return read_reviewed(path)
    except DataError as error:
        hint = "Remove it, or write to another file."
        raise ConflictError(f"{path} is there, and is no table of links that could be kept.", hint) from error


def _read_service(
    asked: list[Mention],
    against: str,
    profile: Path | None,
    whole: bool,
    keep: Path | None,
    service_timeout: float | None,
) -> list[Entry]:
    """The register that a service holds, as far as the mentions need it."""
    from ..link.against import Profile, read, write_register
    from ..remote import RemoteReader

    limits = settings({"service_timeout": service_timeout})
    names = Profile.read(profile) if profile else Profile()
    reader = RemoteReader.open(against, limits.service_timeout, limits.max_answer_bytes)
    with contextlib.closing(reader), output.progress(f"Asking {reader.host} …"):
        found = read(reader, names, asked, whole=whole, each=limits.service_timeout)
    output.tell(f"{reader.host} answered {found.rows:,} rows: {len(found.entries):,} things with a name.", aside=True)
    if keep is not None:
        with output.text_destination(keep) as text:
            write_register(found, text)
    return found.entries


def _shown(against: str | None) -> str:
    """A service's address without user and password."""
    from ..remote import Endpoint

    return Endpoint.read(against).url if against else ""


def _mentions(path: Path, columns: tuple[str, ...], unnamed: list[str]) -> list[Mention]:
    """The names to link: of a table, whose rows without one are told to ``unnamed``, or of the things in a file of RDF."""
    from ..link import read_mentions, things

    if not _is_rdf(path):
        return read_mentions(path, dict(map(_column, columns)), unnamed)
    if columns:
        raise UsageError(f"{path} is RDF, which has no columns.", "Leave out --column.")
    return things.read_file(path).mentions()


def _column(told: str) -> tuple[str, str]:
    field, equals, pattern = told.partition("=")
    if not equals or not pattern.strip():
        raise UsageError(f"--column {told} names no column.", "Write FIELD=COLUMN, such as --column name=地区.")
    return field.strip(), pattern.strip()


def _is_rdf(path: Path) -> bool:
    """Whether a file's name says that it is RDF; JSON without more is a table of records."""
    import pyoxigraph as ox

    suffixes = [one.lower() for one in path.suffixes if one.lower() != ".gz"]
    return (
        bool(suffixes) and suffixes[-1] not in (".json", ".txt") and bool(ox.RdfFormat.from_extension(suffixes[-1][1:]))
    )


def _rows(
    asked: list[Mention],
    register: Path | None,
    store: Path | None,
    dataset: str | None,
    older: tuple[tuple[int, Path], ...],
    given: dict[str, Any],
) -> list[Entry]:
    """The register, with what older ones know of it."""
    from ..link import Snapshot, with_history

    if register is not None:
        rows = _register(register)
    elif given["against"] is not None:
        rows = _read_service(asked, **given)
    else:
        rows = _read_graph(store, dataset)
    _tell_orphans(rows)
    return with_history(rows, [Snapshot(year, _register(file)) for year, file in older])


def _register(path: Path) -> list[Entry]:
    from ..link import read_register, things

    return list(things.read_file(path).entries) if _is_rdf(path) else read_register(path)


def _read_graph(store: Path | None, dataset: str | None) -> list[Entry]:
    """The things of the graph that comes along, of a store's, or of a data set of a store."""
    from ..datasets import catalogue
    from ..link import things

    if dataset and store is None:
        raise UsageError("A data set is in a store.", "Name its folder with --store.")
    with _graph(settings({"store": store})) as held:
        graph = catalogue.one(held, dataset).graph if dataset else ""
        return list(things.read_store(held, graph, everything=bool(dataset)).entries)


@click.command("publish-links")
@click.argument("links", type=click.Path(path_type=Path, dir_okay=False), metavar="LINKS")
@click.option("-o", "--output", "path", type=click.Path(path_type=Path, dir_okay=False), help="Turtle to write.")
def publish_links(links: Path, path: Path | None) -> int:
    """Make RDF of a table of links: the accepted ones, each with its reason, and the description of their set.

    LINKS is a table in SSSOM/TSV, such as the command link writes. What it makes goes into a named graph with dataset add.

    \b
    Example:
      yuanhui-kg publish-links links.sssom.tsv -o links.ttl
      yuanhui-kg dataset add links links.ttl --store ./store
    """
    from ..link.publishing import read_sssom, write_links

    text = write_links(read_sssom(links))
    with output.destination(path) as stream:
        stream.write(text)
    return 0


def _tell_orphans(rows: list[Entry]) -> None:
    known = {row.id for row in rows}
    orphans = [row.parent_id for row in rows if row.parent_id and row.parent_id not in known]
    if orphans:
        output.tell(
            f"Warning: the parent of {len(orphans)} rows of the register is not in it, such as {orphans[0][:100]!r}. "
            "They are taken to have none.",
            aside=True,
        )
