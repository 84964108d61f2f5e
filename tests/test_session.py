"""``yuanhui_kg.open()``, and the documentation that tells of it."""

from __future__ import annotations

import builtins
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import networkx
import pandas
import pyoxigraph as ox
import pytest
import rdflib

import graphs
import yuanhui_kg
from endpoints import served
from graphs import DATA, HEADER, ONTOLOGY, SPANS
from yuanhui_kg.errors import DataError, NotFoundError, QuerySyntaxError, RemoteUnreachableError, StoreError, UsageError
from yuanhui_kg.session import Session
from yuanhui_kg.store import StoreFolder

DOCS = Path(__file__).parents[1] / "docs"
DISTRICT = "https://w3id.org/yuanhui-kg/id/yuanhui-district"
LABELS = "SELECT ?s ?label { ?s <http://www.w3.org/2004/02/skos/core#prefLabel> ?label }"

GRAPH = graphs.store(ONTOLOGY + DATA)

pytestmark = pytest.mark.filterwarnings("ignore:.*Dataset:DeprecationWarning")  # rdflib's own


@pytest.fixture(scope="module")
def kg() -> Iterator[Session]:
    with yuanhui_kg.open() as opened:
        yield opened


def test_importing_the_package_imports_nothing_heavy() -> None:
    names = "numpy", "rdflib", "networkx", "pyoxigraph", "flask", "pandas"
    code = f"import sys, yuanhui_kg; sys.exit(sum(name in sys.modules for name in {names}))"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_the_data_set_is_the_same_store(kg: Session) -> None:
    assert len(kg.dataset) > 10_000
    label = rdflib.Literal("源汇区", lang="zh")
    assert (rdflib.URIRef(DISTRICT), rdflib.SKOS.prefLabel, label) in kg.dataset


def test_saved_queries_and_texts_are_answered(kg: Session) -> None:
    rows = list(kg.query("district-companies"))
    assert len(rows) > 1
    assert len(list(kg.query(LABELS + " LIMIT 3"))) == 3
    assert len(list(kg.query(LABELS, s=DISTRICT))) == 2
    assert kg.query("ASK { ?s ?p ?o }").askAnswer
    with pytest.raises(UsageError, match="no saved query"):
        kg.query("nosuch")


@pytest.fixture(scope="module")
def remote() -> Iterator[Session]:
    with served(GRAPH) as url, yuanhui_kg.open(url) as opened:
        yield opened


def test_another_server_answers_queries_as_a_store_does(remote: Session) -> None:
    """They were asked of a default graph by rdflib's name for it, which no server knows: there were no rows."""
    east = graphs.yh("east")
    wanted = [quad.object.value for quad in GRAPH.quads_for_pattern(ox.NamedNode(east), None, None)]  # type: ignore[union-attr]
    assert len(wanted) > 1
    assert sorted(str(row.o) for row in remote.query("SELECT ?o { ?s ?p ?o }", s=east)) == sorted(wanted)  # type: ignore[union-attr]
    assert remote.query("ASK { ?s skos:prefLabel ?o }").askAnswer
    assert len(list(remote.query("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o } LIMIT 3"))) == 3
    assert len(remote.dataset) == len(list(remote.dataset.triples((None, None, None)))) == len(GRAPH)


def test_what_is_wrong_with_a_query_or_a_server_is_told_alike_by_whatever_asks(kg: Session, remote: Session) -> None:
    """rdflib says "You did something wrong formulating either the URI or your SPARQL query"."""
    for ask in (kg.query, kg.frame, remote.query, remote.frame):
        with pytest.raises(QuerySyntaxError, match="line 2, column 3"):
            ask("SELECT ?s {\n  ?s ? }")
    with yuanhui_kg.open("http://127.0.0.1:1/sparql") as gone:
        for use in (gone.query, gone.frame, lambda text: gone.part(query=text), lambda _: len(gone.dataset)):
            with pytest.raises(RemoteUnreachableError):
                use("SELECT ?s { ?s ?p ?o }")


def test_frames_have_types(kg: Session) -> None:
    figures = kg.figures()
    assert len(figures) > 60
    assert str(figures["period_start"].dtype) == "Int64"
    assert figures["value"].dtype.kind == "f"
    frame = kg.frame("district-companies")
    assert isinstance(frame, pandas.DataFrame)
    assert len(frame) == len(list(kg.query("district-companies")))
    assert kg.frame(LABELS + " LIMIT 0").columns.tolist() == ["s", "label"]
    with pytest.raises(UsageError, match="SELECT"):
        kg.frame("ASK { ?s ?p ?o }")


def test_graphs_are_for_networkx_with_attributes(kg: Session) -> None:
    whole = kg.graph()
    assert isinstance(whole, networkx.MultiDiGraph)
    assert whole.nodes[DISTRICT]["label_en"] == "Yuanhui District"
    assert whole.number_of_edges() == kg.index.edges
    part = kg.graph("yuanhui-district", depth=1, limit=10)
    assert part.number_of_nodes() == 10
    assert all(part.edges[edge].get("spans", "#char=").count("#char=") for edge in part.edges)
    companies = kg.graph(query="district-companies")
    assert DISTRICT in companies
    assert companies.number_of_nodes() < 40
    with pytest.raises(NotFoundError):
        kg.graph("nobody")


def test_files_are_written_as_on_the_command_line(kg: Session, tmp_path: Path) -> None:
    kg.export(tmp_path / "a.svg", "medical-devices", limit=10, language="en")
    assert "Medical device industry" in (tmp_path / "a.svg").read_text(encoding="utf-8")
    kg.export(tmp_path / "rows.parquet", query="district-companies")
    assert len(pandas.read_parquet(tmp_path / "rows.parquet")) == len(kg.frame("district-companies"))
    kg.export(tmp_path / "part.jsonld", query="CONSTRUCT WHERE { ?s <http://www.w3.org/ns/adms#status> ?o }")
    assert "adms:status" in (tmp_path / "part.jsonld").read_text(encoding="utf-8") or list(
        ox.parse(path=str(tmp_path / "part.jsonld"), format=ox.RdfFormat.JSON_LD)
    )
    with pytest.raises(UsageError):
        kg.export(tmp_path / "a.doc")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.svg", "part.jsonld", "rows.parquet"]


def test_a_table_of_a_part_has_its_things_beside_it_and_a_cut_is_told(kg: Session, tmp_path: Path) -> None:
    (note,) = kg.export(tmp_path / "part.csv", "yuanhui-district", limit=5)
    assert "a limit cut it" in note["en"]
    assert len((tmp_path / "part-nodes.csv").read_text(encoding="utf-8").splitlines()) == 1 + 5
    assert kg.export(tmp_path / "edges.csv", "yuanhui-district", table="edges") == []
    assert not (tmp_path / "edges-nodes.csv").exists()


def test_a_store_an_rdf_file_and_nothing_else_can_be_opened(tmp_path: Path) -> None:
    file = tmp_path / "tiny.ttl"
    file.write_text(HEADER + DATA.replace("yho:locatedIn", "yho:isLocatedIn") + SPANS, encoding="utf-8")
    with yuanhui_kg.open(file) as kg:
        assert kg.graph("mill").number_of_nodes() > 1
    folder = tmp_path / "store"
    (tmp_path / "all.ttl").write_text(HEADER + ONTOLOGY + DATA + SPANS, encoding="utf-8")
    StoreFolder(folder).create([tmp_path / "all.ttl"])
    with yuanhui_kg.open(folder) as kg:
        assert kg.frame(LABELS)["label"].str.contains("绿源").any()
        with pytest.raises(RuntimeError, match="read-write"):
            kg.dataset.add((rdflib.URIRef("urn:s"), rdflib.URIRef("urn:p"), rdflib.URIRef("urn:o")))
    with pytest.raises(UsageError, match="closed"):
        kg.graph()
    with pytest.raises(StoreError):
        yuanhui_kg.open(tmp_path / "nothing")
    (tmp_path / "bad.ttl").write_text("<a> <b>", encoding="utf-8")
    with pytest.raises(DataError, match=r"bad\.ttl"):
        yuanhui_kg.open(tmp_path / "bad.ttl")


def test_without_pandas_the_extra_is_named(kg: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name == "pandas":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(UsageError, match="pandas is not installed") as error:
        kg.figures()
    assert "yuanhui-kg[pandas]" in error.value.hint


# --- documentation ----------------------------------------------------------------------------------------------------


def test_the_lines_of_the_documentation_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = (DOCS / "python.md").read_text(encoding="utf-8")
    names: dict[str, Any] = {}
    for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL):
        exec(block, names)
    assert len(names["asserted"]) > 100
    lines = [line for line in re.findall(r"^\| `(kg\..*?)` \|", text, re.MULTILINE) if "…" not in line]
    assert len(lines) > 7
    for line in lines:
        eval(line, names)
    assert (tmp_path / "district.svg").exists()
    names["kg"].close()


@pytest.mark.slow
def test_the_notebook_runs_and_holds_no_outputs() -> None:
    nbformat = pytest.importorskip("nbformat")
    nbclient = pytest.importorskip("nbclient")
    notebook = nbformat.read(DOCS / "notebook.ipynb", as_version=4)
    nbformat.validate(notebook)
    assert all(not cell.get("outputs") for cell in notebook.cells)
    nbclient.NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
    shown = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    assert any("image/svg+xml" in output.get("data", {}) for output in shown)
    assert not [output for output in shown if output.output_type == "error"]
