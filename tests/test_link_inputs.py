"""What linking starts from: tables with columns of their own, RDF, and graphs and data sets as registers."""

from __future__ import annotations

import csv
from pathlib import Path

import openpyxl
import pytest

from yuanhui_kg.cli import run
from yuanhui_kg.errors import DataError, UsageError
from yuanhui_kg.link import Mention, read_mentions, things

TABLE = "年份,省,市,地区\n2020,江岚省,清川市,禾阳县\n2021,江岚省,清川市,禾阳县\n2020,江岚省,,清川市\n"
COLUMNS = {"name": "地区", "context": "{省}/{市}"}
HEYANG = Mention("江岚省/清川市/禾阳县", "禾阳县", ("江岚省", "清川市"))
QINGCHUAN = Mention("江岚省/清川市", "清川市", ("江岚省",))
#: A county that is said to lie in its city and in the province, and a district that has the same name elsewhere.
REGISTER = """
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix yho: <https://w3id.org/yuanhui-kg/ontology#> .
@prefix r: <https://example.org/r/> .
r:0 skos:prefLabel "江岚省"@zh .
r:9 skos:prefLabel "清川市"@zh ; yho:isWithin r:0 .
r:1 skos:prefLabel "禾阳县"@zh ; skos:altLabel "Heyang"@en ; yho:isWithin r:0 , r:9 .
r:8 skos:prefLabel "白浦市"@zh ; yho:isWithin r:0 .
r:2 skos:prefLabel "禾阳县"@zh ; yho:isWithin r:0 , r:8 .
"""


def rows(path: Path) -> list[dict[str, str]]:
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return list(csv.DictReader(lines, delimiter="\t"))


def accepted(path: Path) -> dict[str, str]:
    """The object of each subject that is linked."""
    return {row["subject_id"]: row["object_id"] for row in rows(path) if row["decision"] == "accept"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_table_keeps_its_columns_and_equal_rows_are_one_mention(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "t.csv").write_text(TABLE, encoding=encoding)
    assert read_mentions(tmp_path / "t.csv", COLUMNS) == [HEYANG, QINGCHUAN]


def test_a_workbook_is_a_table_as_well(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for line in TABLE.splitlines():
        book.active.append(line.split(","))
    book.save(tmp_path / "t.xlsx")
    assert read_mentions(tmp_path / "t.xlsx", COLUMNS) == [HEYANG, QINGCHUAN]


def test_addresses_made_of_columns_are_encoded(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text('地区,n\n"甲/乙,县",1\n', encoding="utf-8")
    found = read_mentions(tmp_path / "t.csv", {"name": "地区", "id": "https://example.org/{地区}/{n}"})
    assert [(one.id, one.name) for one in found] == [
        ("https://example.org/%E7%94%B2%2F%E4%B9%99%2C%E5%8E%BF/1", "甲/乙,县")
    ]


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ({}, "there is no column 'name'"),
        ({"name": "地名"}, "there is no column '地名', which is to tell name"),
        ({"name": "地区", "context": "{省}/{区}"}, "there is no column '区', which is to tell context"),
        ({"name": "市"}, "line 4, column 市: it is empty"),
    ],
)
def test_what_a_column_cannot_tell_is_said(tmp_path: Path, columns: dict[str, str], told: str) -> None:
    (tmp_path / "t.csv").write_text(TABLE, encoding="utf-8")
    with pytest.raises(DataError, match=told):
        read_mentions(tmp_path / "t.csv", columns)


def test_errors_name_the_columns_of_the_table(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("地区,纬度,经度,年\n甲县,x,1,\n", encoding="utf-8")
    with pytest.raises(DataError, match="line 2, column 纬度: 'x' is no number"):
        read_mentions(tmp_path / "t.csv", {"name": "地区", "lat": "纬度", "lon": "经度"})
    with pytest.raises(DataError, match=r"line 2, column \{纬度\}年: 'x年' is no year"):
        read_mentions(tmp_path / "t.csv", {"name": "地区", "year": "{纬度}年"})


def test_a_row_without_a_name_is_told_and_the_others_are_linked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One empty cell stopped all of it, and the column was called by a name that the table did not have."""
    monkeypatch.setenv("LC_ALL", "C")
    table, links = tmp_path / "t.csv", tmp_path / "links.sssom.tsv"
    table.write_text("市,省,地区\n漯河市,河南省,源汇区\n,河南省,\n漯河市,河南省,漯河市\n", encoding="utf-8")
    given = ["--column", "name=地区", "--column", "context={省}/{市}", "-o", str(links)]
    assert run(["link", str(table), *given]) == 0
    assert f"Not linked: {table}, line 3, column 地区: it is empty.\n" in capsys.readouterr().err
    assert {row["subject_label"] for row in rows(links)} == {"源汇区", "漯河市"}


def test_a_field_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(TABLE, encoding="utf-8")
    with pytest.raises(UsageError, match="no field 'nam'"):
        read_mentions(tmp_path / "t.csv", {"nam": "地区"})


def test_of_several_places_a_thing_lies_in_the_innermost(tmp_path: Path) -> None:
    (tmp_path / "r.ttl").write_text(REGISTER, encoding="utf-8")
    found = {mention.id: mention.context for mention in things.read_file(tmp_path / "r.ttl").mentions()}
    assert found["https://example.org/r/1"] == ("江岚省", "清川市")
    assert found["https://example.org/r/2"] == ("江岚省", "白浦市")
    assert things.innermost({"a": [(0, "a"), (0, "b")], "b": [(0, "a")]}) == {"a": "b", "b": "a"}


def test_tables_and_rdf_are_linked_to_rdf(tmp_path: Path) -> None:
    (tmp_path / "r.ttl").write_text(REGISTER, encoding="utf-8")
    (tmp_path / "t.csv").write_text(TABLE, encoding="utf-8")
    columns = [f"--column={field}={pattern}" for field, pattern in COLUMNS.items()]
    links = tmp_path / "l.tsv"
    assert run(["link", str(tmp_path / "t.csv"), *columns, "--to", str(tmp_path / "r.ttl"), "-o", str(links)]) == 0
    assert accepted(links) == {HEYANG.id: "https://example.org/r/1", QINGCHUAN.id: "https://example.org/r/9"}
    contexts = {(row["subject_context"], row["object_context"]) for row in rows(links) if row["decision"] == "accept"}
    assert contexts == {("江岚省/清川市", "江岚省/清川市"), ("江岚省", "江岚省")}
    theirs = REGISTER.replace("example.org/r/", "example.org/t/").replace("禾阳县", "禾陽縣")
    (tmp_path / "t.ttl").write_text(theirs, encoding="utf-8")
    others = tmp_path / "o.tsv"
    assert run(["link", str(tmp_path / "t.ttl"), "--to", str(tmp_path / "r.ttl"), "-o", str(others)]) == 0
    assert accepted(others) == {
        f"https://example.org/t/{number}": f"https://example.org/r/{number}" for number in (0, 1, 2, 8, 9)
    }


def test_the_graph_and_a_data_set_are_registers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "r.ttl").write_text(REGISTER, encoding="utf-8")
    (tmp_path / "t.csv").write_text(TABLE.replace("江岚省,,清川市", "河南,,漯河"), encoding="utf-8")
    store, links = tmp_path / "store", tmp_path / "l.tsv"
    assert run(["dataset", "add", "register", str(tmp_path / "r.ttl"), "--store", str(store)]) == 0
    asked = ["link", str(tmp_path / "t.csv"), "--column=name=地区", "--column", "context={省}/{市}", "-o", str(links)]
    assert run([*asked, "--store", str(store), "--dataset", "register"]) == 0
    assert accepted(links) == {HEYANG.id: "https://example.org/r/1"}
    links.unlink()
    assert run(asked) == 0  # the graph that comes along
    assert accepted(links) == {"河南/漯河": "https://w3id.org/yuanhui-kg/id/luohe-city"}
    for wrong, told in (
        (["--dataset", "register"], "A data set is in a store."),
        (["--dataset", "none", "--store", str(store)], "There is no data set 'none' here. There is register."),
        (["--to", str(tmp_path / "r.ttl"), "--store", str(store)], "There is more than one register."),
        (["--column", "name"], "--column name names no column."),
    ):
        assert run([*asked, *wrong]) != 0
        assert told in capsys.readouterr().err
