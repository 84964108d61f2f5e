"""The table of figures: its rows, its CSV with a description, its XLSX."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree

import pytest

import graphs
from graphs import yh, yho
from yuanhui_kg import figures
from yuanhui_kg.errors import DataError, UsageError
from yuanhui_kg.export import tables
from yuanhui_kg.figures import COLUMNS, Row, Selection
from yuanhui_kg.origins import Source
from yuanhui_kg.settings import Settings
from yuanhui_kg.store import Reader, StoreReader, memory_store

MORE = """
yh:doc-figure-2 a qb:Observation ; skos:prefLabel "=1+1"@zh ; yho:subject yh:mill ; yho:indicator yho:output ;
    yho:period yh:period-to-2020 ; yho:kind yho:countKind ; yho:basePeriod yh:period-2020 ; yho:breakdown yho:half ;
    yho:unit unit:PERCENT ; sdmx-measure:obsValue -3.25 ; yho:printedForm "-3.25%"@zh, "下降3.25%"@zh ;
    yho:evidence yh:doc-span-30-32, yh:doc-span-1-3 .
yh:period-to-2020 skos:notation "../2020"^^edtf:EDTF .
yho:countKind skos:notation "count" ; skos:prefLabel "个数"@zh, "count"@en .
yh:doc-text schema:encodesCreativeWork yh:doc-article .
"""


@pytest.fixture(scope="module")
def reader() -> Reader:
    return graphs.reader(graphs.ONTOLOGY + graphs.DATA + graphs.SPANS + MORE)


@pytest.fixture(scope="module")
def rows(reader: Reader) -> list[Row]:
    return figures.read(reader)


@pytest.fixture(scope="module")
def real() -> list[Row]:
    return figures.read(StoreReader(memory_store(Settings().served_files)))


def cells(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode(), newline="")))


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ('"1e300000000"^^xsd:decimal', None),
        ('"1e-300000000"^^xsd:decimal', None),
        ('"1_000"^^xsd:decimal', None),
        ('"１２"^^xsd:decimal', None),
        ('"NaN"^^xsd:double', None),
        ('"-1.5E3"^^xsd:double', Decimal(-1500)),
    ],
)
def test_what_is_no_number_of_a_figure_is_an_empty_cell_in_every_file(value: str, number: Decimal | None) -> None:
    odd = graphs.ONTOLOGY + graphs.DATA + graphs.SPANS + MORE.replace("obsValue -3.25", f"obsValue {value}")
    rows = figures.read(graphs.reader(odd))
    assert [row["value"] for row in rows if row["figure"] == yh("doc-figure-2")] == [number]
    assert len(tables.to_csv(rows)) < 10_000
    assert tables.to_xlsx(rows)
    assert json.dumps(figures.as_json(rows), allow_nan=False)


# --- rows -------------------------------------------------------------------------------------------------------------


def test_a_row_tells_all_of_a_figure(rows: list[Row]) -> None:
    row = dict(rows[1])
    assert list(row) == [column.name for column in COLUMNS]
    digest = row.pop("digest")
    assert isinstance(digest, str)
    assert re.fullmatch("[0-9a-f]{64}", digest)
    assert row == {
        "figure": yh("doc-figure-1"), "label_zh": "东山产业园 2020年产值", "label_en": "东山产业园 2020年产值",
        "subject": yh("zone"), "subject_zh": "东山产业园", "subject_en": "Dongshan Industrial Park",
        "indicator": yho("output"), "indicator_zh": "产值", "indicator_en": "output",
        "value": Decimal(21250000000), "unit": "CNY", "unit_zh": "CCY_CNY", "unit_en": "CCY_CNY",
        "period": "2020", "period_start": 2020, "period_end": 2020,
        "kind": "level", "kind_zh": "level", "kind_en": "level", "base": None,
        "breakdown": "total", "breakdown_zh": "total", "breakdown_en": "total", "bound": "exact", "aggregation": None,
        "min": Decimal(21245000000), "max": Decimal(21255000000), "printed_form": ("212.5亿元",),
        "period_basis": None, "price_basis": None, "scope": None,
        "span_start": 10, "span_end": 12, "spans": ("10-12",), "document": (yh("doc-article"),),
        "source": (yh("doc-figures"),), "source_zh": "doc-figures", "source_en": "doc-figures",
    }  # fmt: skip


def test_a_figure_that_is_printed_twice_is_one_row_at_its_first_place(rows: list[Row]) -> None:
    row = rows[0]
    assert [row["figure"] for row in rows] == [yh("doc-figure-2"), yh("doc-figure-1")]
    assert (row["span_start"], row["span_end"], row["spans"]) == (1, 3, ("1-3", "30-32"))
    assert row["printed_form"] == ("-3.25%", "下降3.25%")
    assert (row["value"], row["base"], row["breakdown"]) == (Decimal("-3.25"), "2020", "half")


def test_a_code_is_a_notation_where_there_is_one_and_an_open_start_is_empty(rows: list[Row]) -> None:
    row = rows[0]
    assert (row["kind"], row["kind_zh"], row["unit"]) == ("count", "个数", "PERCENT")
    assert (row["period"], row["period_start"], row["period_end"]) == ("../2020", None, 2020)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Selection(subjects=("zone",)), {"1"}),
        (Selection(subjects=("zone", "yh:mill")), {"1", "2"}),
        (Selection(indicators=("output",)), {"1", "2"}),
        (Selection(indicators=("input",)), set()),
        (Selection(periods=("../2020",)), {"2"}),
        (Selection(periods=("2020",)), {"1"}),
        (Selection(periods=("period-2020",)), {"1"}),
        (Selection(kinds=("count",)), {"2"}),
        (Selection(kinds=("countKind",)), {"2"}),
        (Selection(kinds=("level", "count"), subjects=("mill",)), {"2"}),
        (Selection(periods=('2020" } #',)), set()),
    ],
)
def test_figures_are_chosen_by_subject_indicator_period_and_kind(
    reader: Reader, wanted: Selection, found: set[str]
) -> None:
    assert {str(row["figure"])[-1] for row in figures.read(reader, wanted)} == found


def test_a_filter_that_names_nothing_is_refused(reader: Reader) -> None:
    with pytest.raises(UsageError, match="no such"):
        figures.read(reader, Selection(subjects=("no such thing",)))


def test_rows_come_text_by_text() -> None:
    other = """yh:two-figure-1 sdmx-measure:obsValue 1 ; yho:evidence yh:two-span-0-1 . yh:two-text a schema:TextObject .
        yh:two-span-0-1 oa:hasSource yh:two-text ; oa:hasSelector yh:two-selector-0-1 .
        yh:two-selector-0-1 oa:start 0 ; oa:end 1 . yh:none-figure sdmx-measure:obsValue 2 ."""
    found = figures.read(graphs.reader(graphs.ONTOLOGY + graphs.DATA + graphs.SPANS + MORE + other))
    names = [str(row["figure"]).removeprefix(yh("")) for row in found]
    assert names == ["doc-figure-2", "doc-figure-1", "two-figure-1", "none-figure"]


@pytest.mark.parametrize(
    ("edtf", "start", "end"),
    [("2020", 2020, 2020), ("2016/2020", 2016, 2020), ("../2020", None, 2020), ("2020/..", 2020, None),
     ("2020-05/2021-06", 2020, 2021), ("202X", None, None), (None, None, None)],
)  # fmt: skip
def test_years_are_read_from_a_period(edtf: str | None, start: int | None, end: int | None) -> None:
    assert (figures._year(edtf, 0), figures._year(edtf, -1)) == (start, end)


# --- CSV --------------------------------------------------------------------------------------------------------------


def test_csv_holds_exact_numbers_and_joins_several_values(rows: list[Row]) -> None:
    first, second = cells(tables.to_csv(rows))
    assert (first["value"], second["value"], second["min"]) == ("-3.25", "21250000000", "21245000000")
    assert (first["spans"], first["printed_form"], first["base"]) == ("1-3 30-32", "'-3.25%|下降3.25%", "2020")
    assert first["period_start"] == first["min"] == ""


def test_a_byte_order_mark_comes_on_request_and_once(rows: list[Row]) -> None:
    plain, marked = tables.to_csv(rows), tables.to_csv(rows, bom=True)
    assert marked == b"\xef\xbb\xbf" + plain
    assert plain.startswith(b"figure,label_zh,")
    assert plain.count(b"\r\n") == len(plain.splitlines()) == len(rows) + 1


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+A1", "-A1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "－cmd|' /C calc'!A0", "-3亿元", "=HYPERLINK(1)"],
)
def test_no_text_becomes_a_formula(text: str) -> None:
    assert tables.guarded(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-3.25%", "+6.2", "-1", "产值", "", "212.5亿元", "https://e.example/=1", "3=3"])
def test_harmless_texts_stay_as_they_are(text: str) -> None:
    assert tables.guarded(text) == text


def test_labels_are_guarded_and_negative_numbers_are_not(rows: list[Row]) -> None:
    row = cells(tables.to_csv(rows))[0]
    assert (row["label_zh"], row["value"]) == ("'=1+1", "-3.25")


def test_a_value_that_holds_its_separator_is_refused_rather_than_split(rows: list[Row]) -> None:
    with pytest.raises(DataError, match="printed_form"):
        tables.to_csv([{**rows[0], "printed_form": ("a|b", "c")}])


# --- CSVW: the rules of https://www.w3.org/TR/tabular-metadata/ that this description touches, written down here ------

CONTEXT = "http://www.w3.org/ns/csvw"
BUILT_IN = {
    "string": r"(?s).*",
    "anyURI": r"[a-z][a-z0-9+.-]*:\S+",
    "integer": r"[+-]?[0-9]+",
    "decimal": r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)",
}
COLUMN_KEYS = {"name", "titles", "datatype", "required", "lang", "separator", "aboutUrl", "propertyUrl", "valueUrl"}
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.]*")
TEMPLATE = re.compile(r"\{\+?([^}]*)\}")


def problems(described: dict[str, Any], table: list[list[str]]) -> Iterator[str]:
    """What is wrong with a description, or with a table according to it."""
    if described["@context"][0] != CONTEXT or set(described["@context"][1]) - {"@language", "@base"}:
        yield "context"
    if set(described) - {"@context", "url", "dialect", "tableSchema"} - {k for k in described if ":" in k}:
        yield "unknown property of the table"
    schema = described["tableSchema"]
    if set(schema) - {"columns", "primaryKey", "aboutUrl"}:
        yield "unknown property of the schema"
    columns = schema["columns"]
    names = [column["name"] for column in columns]
    if len(set(names)) != len(names) or not all(map(NAME.fullmatch, names)) or schema["primaryKey"] not in names:
        yield "names"
    header, *body = table
    if len(header) != len(columns):
        yield "number of columns"
    for column, title in zip(columns, header, strict=False):
        yield from (f"{column['name']}: {problem}" for problem in _column(column, title, names))
    for number, row in enumerate(body, 1):
        for column, text in zip(columns, row, strict=True):
            yield from (f"row {number}, {column['name']}: {problem}" for problem in _cell(column, text))
    keys = [row[names.index(schema["primaryKey"])] for row in body]
    if len(set(keys)) != len(keys):
        yield "primary key"


def _column(column: dict[str, Any], title: str, names: list[str]) -> Iterator[str]:
    if set(column) - COLUMN_KEYS:
        yield "unknown property"
    if set(column["titles"]) != {"zh", "en"} or not all(all(texts) for texts in column["titles"].values()):
        yield "titles"
    if title not in [text for texts in column["titles"].values() for text in texts]:
        yield "header"  # a header of no stated language must equal one of the titles
    for template in (column.get(key, "") for key in ("aboutUrl", "propertyUrl", "valueUrl")):
        if not set(TEMPLATE.findall(template)) <= set(names):
            yield "template"
    datatype = column["datatype"]
    if isinstance(datatype, dict) and any(":" not in key for key in set(datatype) - {"@id", "base", "format"}):
        yield "datatype"


def _cell(column: dict[str, Any], text: str) -> Iterator[str]:
    if text == "":
        if column.get("required"):
            yield "empty"
        return
    datatype = column["datatype"]
    given = datatype if isinstance(datatype, dict) else {"base": datatype}
    for value in text.split(column["separator"]) if "separator" in column else [text]:
        if not re.fullmatch(BUILT_IN[given["base"]], value) or not re.fullmatch(given.get("format", "(?s).*"), value):
            yield f"{value!r} is no {datatype}"


def tabled(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode(), newline="")))


def test_the_description_is_csvw_and_fits_every_cell_of_the_data(real: list[Row]) -> None:
    source = Source("http://e/x", {}, licence="https://creativecommons.org/licenses/by/4.0/")
    described = json.loads(tables.csvw("figures.csv", [source]))
    assert described["url"] == "figures.csv"
    assert described["dc:license"] == {"@id": "https://creativecommons.org/licenses/by/4.0/"}
    assert described["tableSchema"]["aboutUrl"] == "{+figure}"
    assert len(real) > 60
    assert list(problems(described, tabled(tables.to_csv(real)))) == []


@pytest.mark.parametrize(
    ("column", "text", "problem"),
    [("value", "viele", "is no decimal"), ("value", "", "empty"), ("period_start", "20.5", "is no integer"),
     ("digest", "abc", "is no"), ("spans", "1-2 x", "'x' is no"), ("figure", "no iri", "is no anyURI")],
)  # fmt: skip
def test_the_description_finds_a_cell_that_is_wrong(rows: list[Row], column: str, text: str, problem: str) -> None:
    table = tabled(tables.to_csv(rows))
    table[1][table[0].index(column)] = text
    (found,) = problems(json.loads(tables.csvw("figures.csv")), table)
    assert found.startswith(f"row 1, {column}: ")
    assert problem in found


# --- XLSX -------------------------------------------------------------------------------------------------------------

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def sheets(data: bytes) -> list[list[list[str | float]]]:
    """The cells of a workbook's sheets, read without the library that wrote them. Fails on a formula."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        strings = ["".join(node.itertext()) for node in ElementTree.fromstring(archive.read("xl/sharedStrings.xml"))]
        found = []
        for name in sorted(name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")):
            root = ElementTree.fromstring(archive.read(name))
            assert root.find(f".//{MAIN}f") is None
            found.append([[_content(cell, strings) for cell in row] for row in root.iter(f"{MAIN}row")])
    return found


def _content(cell: ElementTree.Element, strings: list[str]) -> str | float:
    text = cell.findtext(f"{MAIN}v")
    assert text is not None
    return strings[int(text)] if cell.get("t") == "s" else float(text)


def test_xlsx_holds_the_same_table_with_numbers_as_numbers(real: list[Row]) -> None:
    table, about = sheets(tables.to_xlsx(real))
    expected = [
        [
            float(value) if isinstance(value, int | Decimal) else tables.cell(column, value)
            for column in COLUMNS
            if (value := row[column.name]) not in (None, ())
        ]
        for row in real
    ]
    assert table == [figures.names(), *expected]
    assert about[1:] == [[column.name, column.zh, column.en] for column in COLUMNS]


def test_xlsx_guards_texts_and_is_the_same_file_each_time(rows: list[Row]) -> None:
    made = tables.to_xlsx(rows)
    assert "'=1+1" in sheets(made)[0][1]
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        core = archive.read("docProps/core.xml").decode()
        assert {info.date_time[0] for info in archive.infolist()} == {1980}
    assert set(re.findall(r"\d{4}-\d\d-\d\d", core)) == {"2000-01-01"}


def test_a_text_that_no_cell_can_hold_is_refused(rows: list[Row]) -> None:
    with pytest.raises(DataError, match="spreadsheet"):
        tables.to_xlsx([{**rows[0], "label_zh": "长" * 40_000}])


# --- the data ---------------------------------------------------------------------------------------------------------


def test_every_figure_of_the_data_has_what_a_row_needs(real: list[Row]) -> None:
    optional = {"base", "aggregation", "period_start", "min", "max"}
    for row in real:
        assert [name for name, value in row.items() if value in (None, ()) and name not in optional] == []


def test_json_has_the_same_fields_and_exact_numbers(real: list[Row]) -> None:
    made = json.loads(json.dumps(figures.as_json(real)), parse_float=Decimal)
    assert [list(row) for row in made] == [figures.names()] * len(real)
    assert [row["value"] for row in made] == [row["value"] for row in real]
