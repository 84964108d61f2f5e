"""How the command line writes: formats by name, files that appear complete, tables for people."""

from __future__ import annotations

import contextlib
import csv
import io
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

from ..errors import UsageError, YuanhuiError
from ..files import complete
from ..translating import translated
from .terminal import plain, visible

if TYPE_CHECKING:
    import pyoxigraph as ox

TABLE: Final = "table"
#: One of what sentences count: 1 entities, 1 figures.
_ONES: Final = re.compile(r"(?<![\w.,-])1 ((?!is\b|was\b|has\b)[a-z]+[a-rt-z]s)\b")
MOST_ROWS: Final = 1000  #: Rows of a table on a terminal; more are for a file.

_RESULT_NAMES: Final = {"json": "json", "xml": "xml", "csv": "csv", "tsv": "tsv", "srj": "json", "srx": "xml"}
_GRAPH_NAMES: Final = {
    **dict.fromkeys(("ttl", "turtle"), "ttl"),
    **dict.fromkeys(("nt", "ntriples", "n-triples"), "nt"),
    **dict.fromkeys(("nq", "nquads", "n-quads"), "nq"),
    **dict.fromkeys(("rdf", "xml", "rdfxml", "rdf/xml"), "rdf"),
    **dict.fromkeys(("jsonld", "json", "json-ld"), "jsonld"),
    **dict.fromkeys(("trig", "n3"), None),
}


# --- formats ------------------------------------------------------------------------------------------------------------


def results_format(name: str) -> ox.QueryResultsFormat | None:
    """The format of solutions that a short name, extension or media type means, if any."""
    import pyoxigraph as ox

    short = name.lower().lstrip(".")
    if "/" in short and (found := ox.QueryResultsFormat.from_media_type(short)):
        return found
    return ox.QueryResultsFormat.from_extension(_RESULT_NAMES[short]) if short in _RESULT_NAMES else None


def rdf_format(name: str) -> ox.RdfFormat | None:
    """The RDF syntax that a short name, extension or media type means, if any."""
    import pyoxigraph as ox

    short = name.lower().lstrip(".")
    if "/" in short and (found := ox.RdfFormat.from_media_type(short)):
        return found
    return ox.RdfFormat.from_extension(_GRAPH_NAMES[short] or short) if short in _GRAPH_NAMES else None


def needed_rdf_format(name: str) -> ox.RdfFormat:
    """As :func:`rdf_format`. Raises :class:`UsageError` where the name means none."""
    found = rdf_format(name)
    if found is None:
        raise UsageError(f"{name!r} names no RDF syntax.", "Use ttl, nt, nq, trig, rdf, jsonld or n3.")
    return found


def answer_types(name: str) -> tuple[str | None, str | None]:
    """The media types that ``name`` means for solutions and for triples. Raises :class:`UsageError`."""
    from ..query import GRAPH_FORMATS, RESULTS_FORMATS

    results, graph = results_format(name), rdf_format(name)
    if results is None and graph is None:
        raise UsageError(
            f"{name!r} names no format.",
            "Use table, csv, tsv, json or xml; for triples ttl, nt, nq, trig, rdf, jsonld or n3.",
        )
    return (
        next((media_type for media_type, format in RESULTS_FORMATS.items() if format == results), None),
        next((media_type for media_type, format in GRAPH_FORMATS.items() if format == graph), None),
    )


def extension(path: Path) -> str:
    """What a file's name says of its format. Raises :class:`UsageError` where it says nothing."""
    if not path.suffix:
        raise UsageError(f"{path} has no extension that names a format.", "Give one, or --format.")
    return path.suffix[1:]


# --- where output goes --------------------------------------------------------------------------------------------------


def on_terminal() -> bool:
    return sys.stdout.isatty()


def is_answer(path: Path | None) -> bool:
    """Whether what is written goes to standard output, so that all else has to go aside."""
    return path is not None and str(path) == "-"


@contextlib.contextmanager
def destination(path: Path | None) -> Iterator[IO[bytes]]:
    """Standard output, or a file that appears under its name only once it is complete."""
    if path is None or is_answer(path):
        sys.stdout.flush()
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    with complete(path) as stream:
        yield stream


@contextlib.contextmanager
def text_destination(path: Path | None) -> Iterator[IO[str]]:
    """As :func:`destination`, of text in UTF-8 whose lines end as it says."""
    with destination(path) as stream:
        text = io.TextIOWrapper(stream, encoding="utf-8", newline="\n", write_through=True)
        yield text
        text.detach()


def spare(path: Path | None, *read: Path | None) -> None:
    """Raises :class:`UsageError` where a file to write is one of those that are read, which would be lost."""
    for other in read:
        if path is not None and other is not None and path.exists() and other.exists() and path.samefile(other):
            raise UsageError(f"{path} is read, and would be lost if it were written.", "Write to another file.")


def apart(*written: Path | None) -> None:
    """Raises :class:`UsageError` where two files to write are one, of which the first would be lost."""
    seen: set[Path] = set()
    for path in filter(None, written):
        place = path if is_answer(path) else path.resolve()
        if place in seen:
            raise UsageError(f"{path} would be written twice.", "Give a file for each.")
        seen.add(place)


@contextlib.contextmanager
def progress(what: str) -> Iterator[None]:
    """Show on standard error, where that is a terminal, that long work is being done, and for how long it has been.

    How much is left is not shown: the engine and the libraries that measure graphs do not tell.
    """
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    with Progress(*columns, console=Console(file=plain(sys.stderr)), transient=True) as shown:
        shown.add_task(visible(said(what)), total=None)
        yield


@contextlib.contextmanager
def counted(what: str, number: int) -> Iterator[Callable[[], None]]:
    """As :func:`progress`, of work in ``number`` pieces: what is given is called after each."""
    if not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(file=plain(sys.stderr)), transient=True) as shown:
        task = shown.add_task(visible(said(what)), total=number)
        yield lambda: shown.advance(task)


# --- for people ---------------------------------------------------------------------------------------------------------


def language() -> str:
    """The language of labels: Chinese where the user's locale is, else English."""
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "zh" if locale.lower().startswith("zh") else "en"


def said(text: str) -> str:
    """A sentence in the language of the user, as far as the catalogues have it (:mod:`yuanhui_kg.translating`)."""
    return (translated(text) if language() == "zh" else None) or _ONES.sub(_one, text)


def _one(match: re.Match[str]) -> str:
    noun = match[1]
    return f"1 {noun[:-3]}y" if noun.endswith("ies") else f"1 {noun[:-1]}"


def tell(sentence: str, *, aside: bool = False) -> None:
    """Print a sentence in the language of the user; ``aside``: on standard error, beside the answer itself."""
    show(said(sentence), aside=aside)


def show(line: str, *, aside: bool = False) -> None:
    """Print a line for people; ``aside``: on standard error, beside the answer itself."""
    print(visible(line).replace("\n", " "), file=sys.stderr if aside else sys.stdout)


def tell_error(error: YuanhuiError) -> None:
    """Print an error; in Chinese only where all of it is known, as half a sentence in each language helps nobody."""
    told = [translated(text) for text in (error.message, error.hint) if text]
    chinese = "".join(text for text in told if text is not None)
    known = language() == "zh" and None not in told
    show(f"错误：{chinese}" if known else f"Error: {error}", aside=True)


def print_table(
    columns: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: Iterable[int] = (), title: str | None = None,
    aside: bool = False,
) -> None:  # fmt: skip
    """A table with columns as wide as their text (ideographs count two cells); ``aside`` as for :func:`tell`."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, title=title and Text(visible(title)), title_justify="left", pad_edge=False)
    right = set(numbers)
    for index, column in enumerate(columns):
        table.add_column(Text(visible(column)), overflow="fold", justify="right" if index in right else "left")
    for row in rows:
        table.add_row(*(Text(visible(cell)) for cell in row))
    width = None if on_terminal() else 10_000  # a pipe has no width to fit into
    Console(file=plain(sys.stderr if aside else sys.stdout), width=width).print(table)


def print_csv(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """A table as CSV on standard output, safe to open in a spreadsheet: no text is taken for a formula there."""
    from ..tabular import guarded

    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([guarded(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)


def print_solutions(results: Mapping[str, Any]) -> None:
    """Solutions or a boolean, parsed from the SPARQL results' JSON, as a table with a count below it."""
    if "boolean" in results:
        tell("yes" if results["boolean"] else "no")
        return
    columns = results["head"]["vars"]
    found = results["results"]["bindings"]
    shown = found[:MOST_ROWS]
    numeric = [i for i, name in enumerate(columns) if shown and all(_is_number(row.get(name)) for row in shown)]
    print_table(columns, ([readable(row.get(name)) for name in columns] for row in shown), numbers=numeric)
    tell(f"{len(found):,} row{'' if len(found) == 1 else 's'}")
    if len(found) > len(shown):
        tell(f"The first {len(shown):,} are shown; all of them with --format csv or -o FILE.", aside=True)


def readable(term: Mapping[str, Any] | None) -> str:
    """A term of the SPARQL results' JSON as people write it: an id for an IRI, the bare text of a literal."""
    from ..terms import id_of

    if term is None:
        return ""
    value = term["value"]
    if term["type"] == "triple":
        return " ".join(readable(value[part]) for part in ("subject", "predicate", "object"))
    if term["type"] == "uri":
        return id_of(value)
    return f"_:{value}" if term["type"] == "bnode" else str(value)


def _is_number(term: Mapping[str, Any] | None) -> bool:
    types = ("#integer", "#decimal", "#double", "#float", "#int", "#long", "#nonNegativeInteger")
    return term is None or (term["type"] == "literal" and str(term.get("datatype", "")).endswith(types))
