"""Tables of a graph or of a query's answer, as CSV, XLSX and Parquet.

A graph is two tables, nodes and relations, whose CSV has the header lines of ``neo4j-admin database import``: ``:ID``,
``:LABEL``, ``:START_ID``, ``:END_ID``, ``:TYPE``, and types behind the names of the other columns.
"""

from __future__ import annotations

import io
import json
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import IO, Any, Final

from ..errors import UsageError
from ..figures import COLUMNS, Column, Row, plain
from ..tabular import guarded
from ..terms import local_name
from . import blocks
from .model import EDGE_FIELDS, NODE_FIELDS, Edge, Field, Node, Subgraph, Value
from .tables import BOM
from .workbook import Workbook
from .writing import write_lines

NODES, EDGES = "nodes", "edges"
#: A worksheet's rows, the line of names among them.
SHEET_ROWS: Final = 1_048_576
_NEO4J: Final = {"string": "", "int": ":int", "float": ":double", "bool": ":boolean"}
_BATCH: Final = 50_000


@dataclass(frozen=True)
class Table:
    """Columns (name, kind as in :class:`Field`) and rows, which can be gone through again and again.

    :param pieces: gives, for many rows at a time, what stands in each column.
    """

    name: str
    columns: tuple[tuple[str, str], ...]
    pieces: Callable[[], Iterable[Sequence[blocks.Column[Value]]]]
    count: int

    @classmethod
    def of(
        cls, name: str, columns: tuple[tuple[str, str], ...], rows: Callable[[], Iterator[Sequence[Value]]], count: int
    ) -> Table:
        """A table whose rows come one by one."""

        def pieces() -> Iterator[Sequence[blocks.Column[Value]]]:
            found = rows() if columns else iter(())
            while piece := list(islice(found, _BATCH)):
                yield [blocks.Column(values) for values in zip(*piece, strict=True)]

        return cls(name, columns, pieces, count)

    def rows(self) -> Iterator[Sequence[Value]]:
        """The rows one by one."""
        return (row for piece in self.pieces() for row in zip(*piece, strict=True))


# --- the tables -------------------------------------------------------------------------------------------------------

_NODE_KEYS: Final[tuple[Field[Node], ...]] = (
    Field(":ID", "string", "iri", lambda iri: iri),
    Field(":LABEL", "string", "type", lambda type: local_name(type.iri) if type else None),
)
_EDGE_ENDS: Final[tuple[Field[Edge], ...]] = (
    Field("source", "string", "source", lambda iri: iri),
    Field("target", "string", "target", lambda iri: iri),
)
_EDGE_KEYS: Final[tuple[Field[Edge], ...]] = (
    Field(":START_ID", "string", "source", lambda iri: iri),
    Field(":END_ID", "string", "target", lambda iri: iri),
    Field(":TYPE", "string", "predicate", lambda term: local_name(term.iri)),
)


def nodes_table(graph: Subgraph, neo4j: bool = True) -> Table:
    """The nodes. Without ``neo4j`` the columns that only an import needs are left out, and names are bare."""
    fields = (*(_NODE_KEYS if neo4j else ()), *NODE_FIELDS)
    pieces = lambda: ([block.values(field) for field in fields] for block in graph.node_blocks())  # noqa: E731
    return Table(NODES, _columns(fields, neo4j), pieces, graph.node_count)


def edges_table(graph: Subgraph, neo4j: bool = True) -> Table:
    """The relations; without ``neo4j`` their ends stand in the columns ``source`` and ``target``."""
    fields = (*(_EDGE_KEYS if neo4j else _EDGE_ENDS), *EDGE_FIELDS)
    pieces = lambda: ([block.values(field) for field in fields] for block in graph.edge_blocks())  # noqa: E731
    return Table(EDGES, _columns(fields, neo4j), pieces, graph.edge_count)


def _columns(fields: Sequence[Field[Any]], neo4j: bool) -> tuple[tuple[str, str], ...]:
    return tuple((f"{f.name}{_NEO4J[f.kind] if neo4j else ''}", f.kind) for f in fields)


_FIGURE_KINDS: Final = {"integer": "int", "decimal": "float"}


def figures_table(rows: Sequence[Row]) -> Table:
    """All figures, one a row, under the names of :data:`figures.COLUMNS`; exact decimals become floats."""
    columns = tuple((column.name, _FIGURE_KINDS.get(column.datatype, "string")) for column in COLUMNS)

    def values() -> Iterator[Sequence[Value]]:
        return ([_figure_value(column, row[column.name]) for column in COLUMNS] for row in rows)

    return Table.of("figures", columns, values, len(rows))


def _figure_value(column: Column, value: Any) -> Value:
    if isinstance(value, Decimal):
        return float(value)
    if value is None or isinstance(value, str | int):
        return value
    return (column.separator or "").join(value) or None


_NUMBERS: Final = {"integer": "int", "int": "int", "long": "int", "nonNegativeInteger": "int", "gYear": "int"}
_FLOATS: Final = ("decimal", "double", "float")
_INT64: Final = 1 << 63


def solutions_table(results: Mapping[str, Any], *, exact: bool = False) -> Table:
    """The rows of a SELECT query's answer (SPARQL results' JSON); a column of numbers alone is one of numbers.

    :param exact: whether decimals stay as they are, for files whose numbers are texts; else they are floats.
    """
    real: Callable[[str], Value] = Decimal if exact else float
    names = results["head"]["vars"]
    bindings = results["results"]["bindings"]
    kinds = {name: _kind([row[name] for row in bindings if name in row]) for name in names}

    def rows() -> Iterator[Sequence[Value]]:
        return ([_value(row.get(name), kinds[name], real) for name in names] for row in bindings)

    return Table.of("rows", tuple(kinds.items()), rows, len(bindings))


def _kind(terms: Sequence[Mapping[str, Any]]) -> str:
    found = {_kind_of(term) for term in terms}
    if found == {"int", "float"}:
        return "float"
    return found.pop() if len(found) == 1 else "string"


def _kind_of(term: Mapping[str, Any]) -> str:
    name = local_name(term.get("datatype", "")) if term["type"] == "literal" else ""
    try:
        if name in _NUMBERS and -_INT64 <= int(term["value"]) < _INT64:
            return "int"
        if name in _FLOATS and math.isfinite(float(term["value"])):
            return "float"
    except ValueError:
        return "string"
    return "bool" if name == "boolean" and term["value"] in ("true", "false") else "string"


def _value(term: Mapping[str, Any] | None, kind: str, real: Callable[[str], Value] = float) -> Value:
    if term is None:
        return None
    if term["type"] == "triple":
        return " ".join(str(_value(term["value"][part], "string")) for part in ("subject", "predicate", "object"))
    text = f"_:{term['value']}" if term["type"] == "bnode" else str(term["value"])
    if kind == "int":
        return int(text)
    if kind == "float":
        return real(text)
    return text == "true" if kind == "bool" else text


# --- CSV --------------------------------------------------------------------------------------------------------------


def write_csv(table: Table, out: IO[bytes], bom: bool = False) -> None:
    """A table as CSV (RFC 4180, UTF-8); no cell can act as a formula in a spreadsheet (:func:`guarded`)."""
    write_lines(_csv(table, bom), out)


def _csv(table: Table, bom: bool) -> Iterator[str]:
    yield BOM if bom else ""
    yield ",".join(_cell(name) for name, _ in table.columns) + "\r\n"
    alone = len(table.columns) == 1  # an empty line would be no row
    commas = [","] * (len(table.columns) - 1) + ["\r\n"]
    for piece in table.pieces():
        texts = (column.map(_text if not alone else lambda value: _text(value) or '""') for column in piece)
        yield from blocks.rows(*(part for pair in zip(texts, commas, strict=True) for part in pair))


def _text(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return plain(value)
    return _cell(guarded(value)) if isinstance(value, str) else str(value)


_QUOTED: Final = re.compile('[",\r\n]')


def _cell(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if _QUOTED.search(text) else text


# --- XLSX -------------------------------------------------------------------------------------------------------------


def write_xlsx(tables: Sequence[Table], about: Mapping[str, str], out: IO[bytes]) -> None:
    """A workbook with a sheet a table, and the sheet ``about`` with what there is to say of all of it.

    :raises UsageError: where a table has more rows than a sheet; nothing is written then.
    :raises DataError: where a text is longer than a cell holds; what was written till then is no workbook.
    """
    for table in tables:
        check_sheet(table.name, table.count)
    book = Workbook(out, about.get("title", ""))
    for table in tables:
        book.sheet(table.name, [name for name, _ in table.columns], table.pieces())
    told: list[list[blocks.Column[Value]]]
    told = [[blocks.Column([*about]), blocks.Column([*about.values()])]] if about else []
    book.sheet("about", (), told, (16, 80))
    book.close()


def check_sheet(name: str, rows: int) -> None:
    """Raises :class:`UsageError` where a table has more rows than a worksheet."""
    if rows >= SHEET_ROWS:
        raise UsageError(
            f"The table {name} has {rows:,} rows; a worksheet holds {SHEET_ROWS - 1:,}.",
            "Export csv or parquet, or a part of the graph.",
        )


# --- Parquet ----------------------------------------------------------------------------------------------------------


def write_parquet(table: Table, about: Mapping[str, str], out: IO[bytes]) -> None:
    """A table as Parquet (zstd); ``about`` stands in the file's metadata. Columns keep their types and their gaps."""
    from arro3.core import Array, DataType, RecordBatch, RecordBatchReader, Schema
    from arro3.core import Field as ArrowField
    from arro3.io import write_parquet as write

    types = {"string": DataType.string(), "int": DataType.int64(), "float": DataType.float64(), "bool": DataType.bool()}
    schema = Schema([ArrowField(name, types[kind], nullable=True) for name, kind in table.columns])

    def batches() -> Iterator[RecordBatch]:
        for piece in table.pieces():
            arrays = [Array(list(c), types[kind]) for c, (_, kind) in zip(piece, table.columns, strict=True)]
            yield RecordBatch.from_arrays(arrays, schema=schema)

    # One key: the library writes several in an order that chance decides.
    told = {"yuanhui-kg": json.dumps(dict(about), ensure_ascii=False)}
    # A file of the library's own: it closes what it writes to.
    made = io.BytesIO()
    stream = RecordBatchReader.from_batches(schema, batches())
    write(stream, made, compression="zstd(3)", created_by="yuanhui-kg", key_value_metadata=told)
    out.write(made.getvalue())


def about(graph: Subgraph) -> dict[str, str]:
    """What a table's file says of the graph that it was made of."""
    told: Iterable[tuple[str, str | None]] = (
        *((f"title_{language}", graph.title[language]) for language in ("zh", "en")),
        *((f"note_{language}", "\n".join(note[language] for note in graph.notes)) for language in ("zh", "en")),
        *((f"source_{language}", graph.source.line(language)) for language in ("zh", "en")),
        ("licence", graph.source.licence),
    )
    return {"title": graph.title["zh"], **{name: text for name, text in told if text}}
