"""The command ``export`` on the package's graph: every extension, every way to choose a part."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import networkx
import openpyxl
import pyarrow.parquet
import pyoxigraph as ox
import pypdf
import pytest
from lxml import etree
from PIL import Image

from yuanhui_kg.cli import export_command, run
from yuanhui_kg.export.exporting import NAMES

Invoke = Callable[..., tuple[int, str, str]]
DISTRICT = "https://w3id.org/yuanhui-kg/id/yuanhui-district"
OPENED: dict[str, Callable[[Path], object]] = {
    "graphml": networkx.read_graphml,
    "gexf": networkx.read_gexf,
    "cyjs": lambda path: json.loads(path.read_bytes())["elements"]["nodes"][0],
    "cx2": lambda path: json.loads(path.read_bytes())[-1]["status"],
    "json": lambda path: json.loads(path.read_bytes())["links"],
    "geojson": lambda path: json.loads(path.read_bytes())["type"],
    "dot": lambda path: path.read_text(encoding="utf-8").index("digraph"),
    "svg": etree.parse,
    "html": lambda path: path.read_text(encoding="utf-8").index("<!doctype html>") + 1,
    "png": lambda path: Image.open(path).verify() or True,
    "pdf": lambda path: pypdf.PdfReader(path).pages[0],
    "csv": lambda path: list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))[1],
    "xlsx": lambda path: openpyxl.load_workbook(path).sheetnames,
    "parquet": lambda path: pyarrow.parquet.read_table(path).num_rows,
    **dict.fromkeys(("ttl", "nt", "nq", "trig", "rdf", "jsonld"), lambda path: list(ox.parse(path=path))),
}


@pytest.fixture
def invoke(capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Invoke:
    """Runs a command line in a fresh folder; exit code, standard output, standard error."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")

    def call(*arguments: str) -> tuple[int, str, str]:
        code = run(arguments)
        out, err = capfdbinary.readouterr()
        return code, out.decode(), err.decode()

    return call


def test_every_format_is_tried_here() -> None:
    assert OPENED.keys() == set(NAMES)


@pytest.mark.slow
@pytest.mark.parametrize("extension", NAMES)
def test_the_whole_graph_can_be_exported_in_every_format(invoke: Invoke, extension: str) -> None:
    code, out, err = invoke("export", f"out.{extension}")
    assert (code, out) == (0, ""), err
    assert bool(err) == (extension == "geojson")
    assert OPENED[extension](Path(f"out.{extension}")) is not None


#: One of each way to write: as triples, as tables, as a graph, as a picture, as a page. The others are like one of them.
EACH_KIND = ("ttl", "csv", "graphml", "svg", "html")


@pytest.mark.parametrize(
    "extension", [name if name in EACH_KIND else pytest.param(name, marks=pytest.mark.slow) for name in NAMES]
)
def test_a_part_can_be_exported_in_every_format(invoke: Invoke, extension: str) -> None:
    code, out, err = invoke("export", f"out.{extension}", "--from", "luohe-city", "--depth", "1")
    assert (code, out) == (0, ""), err
    assert OPENED[extension](Path(f"out.{extension}")) is not None


def test_a_part_as_csv_is_two_files_and_that_is_told(invoke: Invoke) -> None:
    code, _, err = invoke("export", "part.csv", "--from", "yuanhui-district", "--limit", "5")
    assert code == 0
    assert "part-nodes.csv" in err
    assert "limit" in err
    assert sorted(path.name for path in Path().iterdir()) == ["part-nodes.csv", "part.csv"]
    assert Path("part-nodes.csv").read_text(encoding="utf-8").count(DISTRICT) > 0
    assert invoke("export", "nodes.csv", "--from", "yuanhui-district", "--limit", "5", "--table", "nodes")[0] == 0
    assert Path("nodes.csv").read_bytes() == Path("part-nodes.csv").read_bytes()


def test_the_whole_graph_as_tables_on_request(invoke: Invoke) -> None:
    assert invoke("export", "edges.csv", "--table", "edges")[0] == 0
    assert Path("edges.csv").read_text(encoding="utf-8").startswith(":START_ID,:END_ID,:TYPE,")
    out = invoke("export", "-", "--format", "csv", "--table", "nodes")[1]
    assert out.startswith(":ID,:LABEL,")


def test_what_a_query_leaves_open_is_told_beside_its_export(invoke: Invoke) -> None:
    code, _, err = invoke("export", "rows.csv", "--query", "SELECT ?s FROM <http://a.example/none> { ?s ?p ?o }")
    assert (code, err) == (0, "The graph <http://a.example/none> is not in this store and counts as empty.\n")


def test_paths_and_queries_choose_a_part(invoke: Invoke) -> None:
    assert invoke("export", "way.json", "--path", "medical-devices", "luohe-city", "--lang", "zh")[0] == 0
    found = json.loads(Path("way.json").read_bytes())
    assert found["graph"]["name"] == "医疗器械产业 — 漯河市"
    assert invoke("export", "rows.csv", "--query", "district-companies") == (0, "", "")
    rows = list(csv.DictReader(io.StringIO(Path("rows.csv").read_text(encoding="utf-8"), newline="")))
    assert len(rows) > 1
    assert invoke("export", "things.json", "--query", "district-companies")[0] == 0
    things = {node["id"] for node in json.loads(Path("things.json").read_bytes())["nodes"]}
    assert things >= {row["company"] for row in rows}
    text = "CONSTRUCT WHERE { ?s <https://w3id.org/yuanhui-kg/ontology#isLocatedIn> ?o }"
    assert invoke("export", "located.nt", "--query", text)[0] == 0
    assert invoke("export", "located.json", "--query", text)[0] == 0
    relations = json.loads(Path("located.json").read_bytes())["links"]
    assert {edge["name"] for edge in relations} == {"isLocatedIn"}
    assert len(relations) == len(Path("located.nt").read_bytes().splitlines())


def test_what_is_not_there_is_told_and_leaves_no_file(invoke: Invoke) -> None:
    code, _, err = invoke("export", "a.svg", "--from", "nobody")
    assert code == 1
    assert "nobody" in err
    assert invoke("export", "a.svg", "--path", "nobody", "luohe-city")[0] == 1
    assert not list(Path().iterdir())


def test_an_endpoint_is_exported_too(invoke: Invoke) -> None:
    code, _, err = invoke("export", "a.svg", "--from", "luohe-city", "--endpoint", "http://127.0.0.1:1/sparql")
    assert code == 1
    assert "127.0.0.1 port 1 cannot be reached" in err


def test_a_view_is_listed_shown_and_exported(invoke: Invoke, tmp_path: Path) -> None:
    code, out, _ = invoke("views")
    assert code == 0
    names = [line.partition("\t")[0] for line in out.splitlines()]
    assert "medical-devices" in names
    code, document, _ = invoke("views", "medical-devices")
    assert (code, json.loads(document)["view"]) == (0, 1)
    Path("own.json").write_text(document, encoding="utf-8")
    code, packed, _ = invoke("views", "./own.json", "--url")
    assert code == 0
    for number, view in enumerate(("medical-devices", "./own.json", packed.strip())):
        assert invoke("export", f"{number}.json", "--view", view, "--lang", "zh") == (0, "", "")
    written = [Path(f"{number}.json").read_bytes() for number in range(3)]
    assert written[0] == written[1] == written[2]
    assert json.loads(written[0])["graph"]["name"] == json.loads(document)["title"]["zh"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--view", "none"), "There is no saved view 'none'"),
        (("--view", "./none.json"), "none.json cannot be read"),
        (("--view", "medical-devices", "--from", "luohe-city"), "--from and --view"),
        (("--view", "medical-devices", "--communities"), "--communities does not go with --view"),
        (("--type", "Company"), "--type goes with --from or --path"),
    ],
)
def test_a_view_that_cannot_be_had_is_an_error_of_one_sentence(
    invoke: Invoke, arguments: tuple[str, ...], message: str
) -> None:
    code, out, err = invoke("export", "x.json", *arguments)
    assert (code in (1, 2), out) == (True, "")
    assert message in err
    assert not Path("x.json").exists()


def test_json_ld_of_a_large_graph_is_the_engines_own(invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_command, "_COMPACTED", 100)
    code, _, err = invoke("export", "whole.jsonld")
    assert code == 0
    assert "without a context" in err
    assert invoke("export", "whole.nt")[0] == 0
    read = [{str(quad.triple) for quad in ox.parse(path=f"whole.{name}")} for name in ("jsonld", "nt")]
    assert len(read[0]) == len(read[1]) > 100
    code, _, err = invoke("export", "named.jsonld", "--context", "reference")
    assert code == 2
    assert "more than 100 triples" in err
    assert not Path("named.jsonld").exists()
