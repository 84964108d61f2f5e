"""Tables of graphs, figures and answers, opened by pandas, pyarrow, DuckDB and openpyxl; Neo4j's rules for headers."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pandas
import pyarrow.parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exported import EAST, EDGES, MILL, NODES, ZONE, Exported
from graphs import yh
from yuanhui_kg.errors import DataError, UsageError
from yuanhui_kg.export import lists, tables, workbook
from yuanhui_kg.export.choosing import Answer
from yuanhui_kg.export.model import EDGE_FIELDS, NODE_FIELDS
from yuanhui_kg.tabular import guarded

# https://neo4j.com/docs/operations-manual/current/import/ : what a field of a header may be.
NEO4J_TYPES = {
    "int",
    "long",
    "float",
    "double",
    "boolean",
    "byte",
    "short",
    "char",
    "string",
    "point",
    "date",
    "datetime",
}
NEO4J_FIELD = re.compile(r"(?P<name>[^:]*)(?::(?P<type>[A-Za-z_]+))?(?P<list>\[\])?")


@pytest.fixture(scope="module")
def small() -> Exported:
    return Exported()


def rows(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode(), newline="")))


# --- CSV --------------------------------------------------------------------------------------------------------------


def checked_by_neo4j(nodes: list[list[str]], edges: list[list[str]]) -> None:
    """The rules by which ``neo4j-admin database import`` reads two files."""
    keys = [field(name)["type"] for name in nodes[0]]
    assert keys.count("ID") == 1
    assert keys.count("LABEL") <= 1
    edge_keys = [field(name)["type"] for name in edges[0]]
    assert [edge_keys.count(key) for key in ("START_ID", "END_ID", "TYPE")] == [1, 1, 1]
    for header in (nodes[0], edges[0]):
        names = [field(name)["name"] for name in header if field(name)["name"]]
        assert len(names) == len(set(names))
    ids = [row[keys.index("ID")] for row in nodes[1:]]
    assert len(ids) == len(set(ids))
    assert all(row[edge_keys.index(key)] in ids for row in edges[1:] for key in ("START_ID", "END_ID"))
    assert all(row[edge_keys.index("TYPE")] for row in edges[1:])
    for row in (*nodes, *edges):
        assert len(row) in (len(nodes[0]), len(edges[0]))
    for header, body in ((nodes[0], nodes[1:]), (edges[0], edges[1:])):
        for name, values in zip(header, zip(*body, strict=True), strict=True):
            assert all(fits(value, field(name)["type"]) for value in values)


def field(name: str) -> dict[str, Any]:
    match = NEO4J_FIELD.fullmatch(name)
    assert match, name
    kind = match["type"]
    assert kind is None or kind in NEO4J_TYPES | {"ID", "LABEL", "START_ID", "END_ID", "TYPE", "IGNORE"}
    return match.groupdict()


def fits(value: str, kind: str | None) -> bool:
    if value == "" or kind not in ("int", "double", "boolean"):
        return True
    if kind == "boolean":
        return value in ("true", "false")
    return bool(re.fullmatch(r"-?\d+" if kind == "int" else r"-?\d+(\.\d+)?", value))


def test_two_files_can_be_imported_into_neo4j(small: Exported) -> None:
    nodes = rows(small.write("csv", table="nodes"))
    edges = rows(small.write("csv", table="edges"))
    checked_by_neo4j(nodes, edges)
    assert (len(nodes), len(edges)) == (NODES + 1, EDGES + 1)
    by_id = {row[0]: dict(zip(nodes[0], row, strict=True)) for row in nodes[1:]}
    assert by_id[EAST][":LABEL"] == "District"
    assert by_id[MILL]["latitude:double"] == "33.5"
    with pytest.raises(AssertionError):
        checked_by_neo4j(nodes[:-1], edges)


def test_csv_of_a_part_is_its_edges_unless_nodes_are_asked_for(small: Exported) -> None:
    assert rows(small.write("csv", start=(MILL,)))[0][:3] == [":START_ID", ":END_ID", ":TYPE"]
    assert small.write("csv", start=(MILL,), bom=True).startswith(b"\xef\xbb\xbf:START_ID")


def test_no_cell_acts_as_a_formula(small: Exported) -> None:
    nodes = rows(small.write("csv", table="nodes"))
    column = nodes[0].index("label_zh")
    assert '\'=HYPERLINK("x")' in [row[column] for row in nodes]
    for row in nodes[1:]:
        assert not any(re.match(r"[=+@]", cell) for cell in row)


def test_pandas_and_duckdb_read_the_csv(small: Exported, tmp_path: Path) -> None:
    data = small.write("csv", table="edges")
    frame = pandas.read_csv(io.BytesIO(data))
    assert len(frame) == EDGES
    assert set(frame["prospect:boolean"]) == {True, False}
    path = tmp_path / "edges.csv"
    path.write_bytes(data)
    with duckdb.connect() as database:
        found = database.execute(f"SELECT count(*), count(DISTINCT \":TYPE\") FROM read_csv('{path}')").fetchone()
    assert found == (EDGES, frame[":TYPE"].nunique())


# --- XLSX -------------------------------------------------------------------------------------------------------------


def test_a_workbook_holds_nodes_and_edges_with_types(small: Exported) -> None:
    book = openpyxl.load_workbook(io.BytesIO(small.write("xlsx", start=(MILL,), depth=9)))
    assert book.sheetnames == ["nodes", "edges", "about"]
    graph = small.choose(start=(MILL,), depth=9)
    nodes, edges = (list(book[name].values) for name in ("nodes", "edges"))
    assert (len(nodes), len(edges)) == (graph.node_count + 1, graph.edge_count + 1)
    assert list(nodes[0]) == [field.name for field in NODE_FIELDS]
    assert list(edges[0]) == ["source", "target", *(field.name for field in EDGE_FIELDS)]
    kinds = {type(row[list(edges[0]).index("prospect")]) for row in edges[1:]}
    assert kinds == {bool}
    assert '\'=HYPERLINK("x")' in [row[1] for row in nodes]
    assert all(cell.data_type != "f" for sheet in book for line in sheet for cell in line)


def test_a_table_that_is_larger_than_a_sheet_is_refused_with_the_remedy() -> None:
    table = lists.Table.of("nodes", (("iri", "string"),), lambda: iter(()), lists.SHEET_ROWS)
    out = io.BytesIO()
    with pytest.raises(UsageError, match="1,048,575") as error:
        lists.write_xlsx([table], {}, out)
    assert "parquet" in error.value.hint
    assert out.getvalue() == b""


def test_a_text_that_no_cell_holds_is_refused() -> None:
    table = lists.Table.of("rows", (("text", "string"),), lambda: iter([["x" * 40_000]]), 1)
    with pytest.raises(DataError, match="40,000"):
        lists.write_xlsx([table], {}, io.BytesIO())


def test_a_workbook_holds_what_the_table_held(tmp_path: Path) -> None:
    texts = ["plain", " kept ", "two\nlines", '<&>"', "_x0041_", "𠮷野家", "", None]
    others = [1, -2.5, True, None, 0, 1e300, "=1+1", 2**53]
    out = Unseekable()
    lists.write_xlsx(
        [lists.Table.of("t", (("a", "string"), ("b", "string")), lambda: zip(texts, others, strict=True), 8)], {}, out
    )
    sheet = openpyxl.load_workbook(io.BytesIO(out.getvalue()))["t"]
    found = [tuple(cell.value for cell in row) for row in sheet.iter_rows(min_row=2)]
    assert [row[1] for row in found] == [1, -2.5, True, None, 0, 1e300, "'=1+1", 2**53]
    assert [row[0] for row in found] == [
        *texts[:4],
        "_x005F_x0041_",
        "𠮷野家",
        None,
        None,
    ]  # openpyxl leaves the escape
    assert [cell.value for cell in sheet[1]] == ["a", "b"]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:B9"


class Unseekable(io.BytesIO):
    """What a worker writes to: nobody goes back in it."""

    def seekable(self) -> bool:
        return False

    def tell(self) -> int:
        raise OSError

    def seek(self, *_: int) -> int:
        raise OSError


@pytest.mark.parametrize(("number", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_columns_have_the_names_that_spreadsheets_give_them(number: int, name: str) -> None:
    assert workbook._letters(number) == name


def test_a_sheet_that_is_too_large_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "SHEET_BYTES", 1000)
    table = lists.Table.of("rows", (("text", "string"),), lambda: iter([["x" * 999]]), 1)
    with pytest.raises(DataError, match=r"larger than 1,000 bytes"):
        lists.write_xlsx([table], {}, io.BytesIO())


@pytest.mark.parametrize("format", ["csv", "xlsx", "parquet"])
def test_an_answer_without_columns_is_an_empty_table(small: Exported, format: str) -> None:
    answer = Answer({"head": {"vars": []}, "results": {"bindings": [{}]}})
    assert small.write(format, answer=answer)


# --- Parquet ----------------------------------------------------------------------------------------------------------


def test_pyarrow_duckdb_and_pandas_read_parquet_with_types_and_gaps(small: Exported, tmp_path: Path) -> None:
    path = tmp_path / "nodes.parquet"
    path.write_bytes(small.write("parquet", table="nodes"))
    table = pyarrow.parquet.read_table(path)
    kinds = {"string": "string", "int": "int64", "float": "double", "bool": "bool"}
    assert [(f.name, str(f.type)) for f in table.schema] == [(f.name, kinds[f.kind]) for f in NODE_FIELDS]
    assert table.num_rows == NODES
    assert table.column("community").null_count == NODES
    about = json.loads(pyarrow.parquet.read_metadata(path).metadata[b"yuanhui-kg"])
    assert about["licence"] == "https://creativecommons.org/licenses/by/4.0/"
    with duckdb.connect() as database:
        found = database.execute(f"SELECT iri, latitude FROM '{path}' WHERE latitude IS NOT NULL").fetchall()
    assert found == [(MILL, 33.5)]
    assert set(pandas.read_parquet(path)["iri"]) >= {EAST, MILL, ZONE}


@given(
    st.lists(
        st.lists(
            st.one_of(
                st.none(), st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), st.integers()
            ),
            min_size=2,
            max_size=2,
        ),
        max_size=8,
    )
)
def test_what_a_csv_reader_reads_is_what_was_written(table: list[list[Any]]) -> None:
    made = lists.Table.of("rows", (("a", "string"), ("b", "string")), lambda: iter(table), len(table))
    out = io.BytesIO()
    lists.write_csv(made, out)
    expected = [
        ["" if cell is None else str(guarded(cell) if isinstance(cell, str) else cell) for cell in row] for row in table
    ]
    assert list(csv.reader(io.StringIO(out.getvalue().decode(), newline=""))) == [["a", "b"], *expected]


def test_a_row_of_one_empty_cell_is_a_row() -> None:
    out = io.BytesIO()
    lists.write_csv(lists.Table.of("rows", (("a", "string"),), lambda: iter([[None], ["x"]]), 2), out)
    assert list(csv.reader(io.StringIO(out.getvalue().decode(), newline=""))) == [["a"], [""], ["x"]]


def test_every_row_of_many_pieces_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "_BATCH", 7)
    for count in (0, 1, 7, 8, 100):
        made = lists.Table.of("rows", (("n", "int"),), lambda count=count: ([n] for n in range(count)), count)
        out = io.BytesIO()
        lists.write_parquet(made, {}, out)
        found = pyarrow.parquet.read_table(io.BytesIO(out.getvalue()))
        assert found.column("n").to_pylist() == list(range(count))


def test_figures_are_a_table_in_parquet_too(small: Exported) -> None:
    table = pyarrow.parquet.read_table(io.BytesIO(small.write("parquet")))
    assert table.num_rows == 1
    (row,) = table.to_pylist()
    assert (row["figure"], row["value"], row["span_start"]) == (yh("doc-figure-1"), 21250000000.0, 10)
    assert small.write("csv").startswith(b"figure,")


# --- the rows of a query ----------------------------------------------------------------------------------------------


def literal(value: str, datatype: str = "string") -> dict[str, str]:
    return {"type": "literal", "value": value, "datatype": f"http://www.w3.org/2001/XMLSchema#{datatype}"}


SOLUTIONS = {
    "head": {"vars": ["name", "count", "share", "is", "mixed", "never"]},
    "results": {
        "bindings": [
            {"name": literal("临东"), "count": literal("3", "integer"), "share": literal("1.5", "decimal"), "is": literal("true", "boolean"), "mixed": literal("1", "integer")},
            {"name": {"type": "uri", "value": EAST}, "share": literal("2", "integer"), "is": literal("false", "boolean"), "mixed": {"type": "bnode", "value": "b"}},
            {"name": literal("=1+1"), "count": literal("-4", "int")},
        ]
    },
}  # fmt: skip


def test_the_rows_of_a_query_keep_numbers_as_numbers(small: Exported) -> None:
    answer = Answer(SOLUTIONS)
    table = pyarrow.parquet.read_table(io.BytesIO(small.write("parquet", answer=answer)))
    assert [str(f.type) for f in table.schema] == ["string", "int64", "double", "bool", "string", "string"]
    assert table.column("count").to_pylist() == [3, None, -4]
    assert table.column("share").to_pylist() == [1.5, 2.0, None]
    assert table.column("mixed").to_pylist() == ["1", "_:b", None]
    book = openpyxl.load_workbook(io.BytesIO(small.write("xlsx", answer=answer)))
    assert [cell.value for cell in book["rows"][4]][:2] == ["'=1+1", -4]
    lines = rows(small.write("csv", answer=answer))
    assert lines[1] == ["临东", "3", "1.5", "true", "1", ""]
    assert tables.guarded("=1+1") == lines[3][0]


def test_a_number_that_no_column_holds_stays_text() -> None:
    huge = {"head": {"vars": ["n"]}, "results": {"bindings": [{"n": literal("9" * 30, "integer")}]}}
    assert lists.solutions_table(huge).columns == (("n", "string"),)
    wrong = {"head": {"vars": ["n"]}, "results": {"bindings": [{"n": literal("many", "decimal")}]}}
    assert list(lists.solutions_table(wrong).rows()) == [("many",)]
    beyond = {"head": {"vars": ["n"]}, "results": {"bindings": [{"n": literal("1" + "0" * 400, "decimal")}]}}
    assert lists.solutions_table(beyond).columns == (("n", "string"),)


def test_yes_or_no_is_nothing_to_export() -> None:
    with pytest.raises(UsageError, match="yes or no"):
        Answer({"head": {}, "boolean": True})


def test_a_csv_of_a_query_holds_numbers_to_their_last_digit() -> None:
    values = [
        ("12345678901234567890.123456789", "decimal"),
        ("3", "integer"),
        ("1.5E-3", "double"),
        ("-2.50", "decimal"),
    ]
    results = {"head": {"vars": ["n"]}, "results": {"bindings": [{"n": literal(*value)} for value in values]}}
    out = io.BytesIO()
    lists.write_csv(lists.solutions_table(results, exact=True), out)
    assert out.getvalue().decode().split() == ["n", "12345678901234567890.123456789", "3", "0.0015", "-2.5"]


def test_rows_and_figures_go_only_with_what_has_them(small: Exported) -> None:
    with pytest.raises(UsageError, match="SELECT"):
        small.write("csv", table="rows", start=(MILL,))
    with pytest.raises(UsageError, match="whole graph"):
        small.write("csv", table="figures", start=(MILL,))
