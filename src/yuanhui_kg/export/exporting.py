"""One export from beginning to end: what is asked, what is chosen, what is written, and what there is to say of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Final

import pyoxigraph as ox

from .. import figures, origins
from ..errors import UsageError
from ..query import write_graph
from ..store import Reader
from . import formats, geojson, jsonld, lists, part_rdf, picture, tables
from .choosing import Choice, choose
from .formats import FORMATS, TABLES
from .model import LANGUAGES, Subgraph, Texts
from .whole import things

if TYPE_CHECKING:
    from ..graph import NeighbourIndex

RDF: Final[dict[str, ox.RdfFormat]] = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "nq": ox.RdfFormat.N_QUADS,
    "trig": ox.RdfFormat.TRIG,
    "rdf": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
}
#: All formats by name, as files' extensions have them.
NAMES: Final = (*RDF, *FORMATS, *TABLES)
TABLE_FORMATS: Final = ("csv", "xlsx", "parquet")
FIGURES, ROWS = "figures", "rows"
TABLE_NAMES: Final = (FIGURES, lists.NODES, lists.EDGES, ROWS)

Index = Callable[[], "NeighbourIndex | None"]
#: The JSON-LD context, and the address under which a document names it in place of carrying it.
Context = tuple[Mapping[str, object], str | None]
NO_CONTEXT: Final[Context] = ({}, None)


@dataclass(frozen=True)
class Export:
    """What is asked for.

    :param table: which table a format of tables holds: ``figures``, ``nodes``, ``edges`` or ``rows`` (a query's
        solutions). Empty: the rows of a query that has solutions, the figures of a whole graph, nodes and edges both in
        a workbook, and otherwise the edges.
    :param bom: whether a CSV begins with a byte-order mark.
    :param most_drawn: most things in a picture or on a page.
    :raises UsageError: for what does not go together.
    """

    format: str
    choice: Choice = field(default_factory=Choice)
    language: str = "zh"
    table: str = ""
    bom: bool = False
    most_drawn: int = picture.MAX_NODES

    def __post_init__(self) -> None:
        if self.format not in NAMES:
            raise UsageError(
                f"{self.format[:100]!r} names no format that can be exported.", f"Use one of {', '.join(NAMES)}."
            )
        if self.language not in LANGUAGES:
            raise UsageError(f"{self.language[:100]!r} is no language of labels.", "Use zh or en.")
        if self.table and self.table not in TABLE_NAMES:
            raise UsageError(f"{self.table[:100]!r} is no table.", f"Use one of {', '.join(TABLE_NAMES)}.")
        if self.table and self.format not in TABLE_FORMATS:
            raise UsageError(f"{self.format} holds no table.", f"Tables are for {', '.join(TABLE_FORMATS)}.")
        if self.bom and self.format != "csv":
            raise UsageError(f"A byte-order mark does not go with {self.format}.", "It goes with csv.")
        if self.table == FIGURES and not self.choice.whole:
            raise UsageError("The table of figures is that of the whole graph.", "Use nodes or edges.")
        if self.table == ROWS and not self._solved:
            raise UsageError("Rows are those of a query's solutions.", "Give a SELECT query, or use nodes or edges.")

    @property
    def _solved(self) -> bool:
        return self.choice.answer is not None and self.choice.answer.solutions is not None

    @property
    def chosen_table(self) -> str:
        """The table that is written; empty for formats that hold a whole graph."""
        if self.format not in TABLE_FORMATS or self.table:
            return self.table
        if self._solved:
            return ROWS
        if self.choice.whole:
            return FIGURES
        return "" if self.format == "xlsx" else lists.EDGES

    @property
    def needs_no_graph(self) -> bool:
        """Whether no part of the graph is read: figures, a query's rows, and the triples of a query as RDF."""
        triples = self.choice.answer is not None and self.choice.answer.solutions is None
        return self.chosen_table in (FIGURES, ROWS) or (self.format in RDF and triples)

    @property
    def media_type(self) -> str:
        if self.format in RDF:
            return RDF[self.format].media_type
        return TABLES.get(self.format) or FORMATS[self.format].media_type


def run(export: Export, reader: Reader, index: Index, out: IO[bytes], context: Context) -> list[Texts]:
    """Write an export; what its reader should know, in both languages.

    :param index: gives the neighbour index of the graph, where one is needed.
    :param context: of JSON-LD.
    :raises UsageError: where the graph is too large for the format; nothing is written then.
    """
    table = export.chosen_table
    if table == FIGURES:
        return _figures(export, reader, out)
    if table == ROWS:
        return _rows(export, out)
    if export.choice.answer and export.needs_no_graph:
        _write_rdf(list(export.choice.answer.triples), export.format, out, context)
        return []
    found = index()
    if found is not None and export.choice.whole:
        check_size(export, len(things(found)), found.edges)  # before anything is read
    return write(export, choose(reader, found, export.choice), reader, out, context)


def check_size(export: Export, nodes: int, edges: int) -> None:
    """Raises :class:`UsageError` where the format does not hold so many things and relations."""
    if export.format in FORMATS and FORMATS[export.format].picture:
        picture.check(nodes, edges, export.most_drawn)
    elif export.format == "xlsx":
        counts = {lists.NODES: nodes, lists.EDGES: edges}
        for name in [export.chosen_table] if export.chosen_table else counts:
            lists.check_sheet(name, counts[name])


def write(export: Export, graph: Subgraph, reader: Reader, out: IO[bytes], context: Context) -> list[Texts]:
    """Write a graph that was chosen already."""
    check_size(export, graph.node_count, graph.edge_count)
    if export.format in RDF:
        _write_rdf(part_rdf.triples(reader, graph), export.format, out, context)
    elif table := export.chosen_table:
        neo4j = export.format == "csv"
        found = formats.table_of(graph, table, neo4j)
        formats.write_table(export.format, found, lists.about(graph), out, export.bom)
    else:
        FORMATS[export.format].write(graph, out, export.language)
    empty = export.format == "geojson" and not graph.placed
    return [*graph.notes, *((geojson.NO_PLACES,) if empty else ())]


def _figures(export: Export, reader: Reader, out: IO[bytes]) -> list[Texts]:
    rows = figures.read(reader)
    if export.format == "csv":
        out.write(tables.to_csv(rows, bom=export.bom))
    elif export.format == "xlsx":
        out.write(tables.to_xlsx(rows))
    else:
        sources = tables.sources(reader)
        licence = tables.licence(sources)
        lists.write_parquet(lists.figures_table(rows), {"licence": licence} if licence else _licences(sources), out)
    return []


def _licences(sources: Sequence[origins.Source]) -> dict[str, str]:
    """Under which licence the figures of each source are."""
    told = "; ".join(f"{source.title['en']}: {source.licence}" for source in sources if source.licence)
    return {"licences": told} if told else {}


def _rows(export: Export, out: IO[bytes]) -> list[Texts]:
    answer = export.choice.answer
    assert answer is not None  # noqa: S101 -- checked when the export was made
    assert answer.solutions is not None  # noqa: S101
    table = lists.solutions_table(answer.solutions, exact=export.format == "csv")
    about = {"title": answer.title[export.language]} if answer.title else {}
    formats.write_table(export.format, table, about, out, export.bom)
    return []


def _write_rdf(found: list[ox.Triple], name: str, out: IO[bytes], context: Context) -> None:
    if name == "jsonld":
        out.write(jsonld.document(found, *context))
    else:
        write_graph(found, RDF[name].media_type, out)
