"""The commands ``cite`` and ``export``, and what the documentation says of the table."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest

from yuanhui_kg.cli import run
from yuanhui_kg.settings import Settings
from yuanhui_kg.store import memory_store

PROJECT = Path(__file__).parents[1]
Invoke = Callable[..., tuple[int, str, str]]


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


@pytest.fixture(scope="module")
def figure() -> str:
    """The id of some figure."""
    kind = ox.NamedNode("http://purl.org/linked-data/cube#Observation")
    store = memory_store(Settings().served_files)
    return min(quad.subject.value for quad in store.quads_for_pattern(None, None, kind)).rpartition("/")[2]


# --- cite -------------------------------------------------------------------------------------------------------------


def test_a_figure_is_cited_in_gbt7714_unless_another_style_is_asked_for(invoke: Invoke, figure: str) -> None:
    code, out, err = invoke("cite", figure)
    assert (code, err) == (0, "")
    assert "[DS/OL]//" in out
    assert "[引用日期]" in out
    assert "[引用日期]" not in invoke("cite", figure, "--accessed", "2031-02-03")[1]
    assert invoke("cite", figure, "--style", "bibtex")[1].startswith(f"@misc{{{figure},")
    assert json.loads(invoke("cite", figure, "--style", "csl")[1])[0]["language"] == "en"
    assert "出处：" in invoke("cite", figure, "--style", "text", "--lang", "zh")[1]


def test_a_citation_is_written_to_a_file(invoke: Invoke, figure: str) -> None:
    assert invoke("cite", figure, "--style", "bibtex", "-o", "one.bib")[:2] == (0, "")
    assert Path("one.bib").read_text(encoding="utf-8").startswith("@misc{")


def test_what_cannot_be_cited_is_told(invoke: Invoke) -> None:
    assert invoke("cite", "nobody")[0] == 1
    assert invoke("cite", "no such thing")[0] == 2
    assert invoke("cite", "nobody", "--accessed", "today")[0] == 2
    assert invoke("cite", "nobody", "--style", "apa")[0] == 2


# --- export -----------------------------------------------------------------------------------------------------------


@cache
def served() -> frozenset[ox.Quad]:
    return frozenset(memory_store(Settings().served_files))


@pytest.mark.parametrize("extension", ["ttl", "nt", "nq", "trig", "rdf", "jsonld"])
def test_the_whole_graph_is_exported_in_the_format_that_the_name_tells(invoke: Invoke, extension: str) -> None:
    assert invoke("export", f"graph.{extension}") == (0, "", "")
    format = ox.RdfFormat.from_extension(extension)
    assert set(ox.parse(path=f"graph.{extension}", format=format)) == served()


def test_figures_are_exported_as_csv_with_a_mark_on_request_and_as_xlsx(invoke: Invoke) -> None:
    for arguments in (["figures.csv"], ["marked.csv", "--bom"], ["figures.xlsx"], ["figures.csv-metadata.json"]):
        assert invoke("export", *arguments) == (0, "", "")
    plain = Path("figures.csv").read_bytes()
    assert Path("marked.csv").read_bytes() == b"\xef\xbb\xbf" + plain
    assert Path("figures.xlsx").read_bytes().startswith(b"PK")
    assert json.loads(Path("figures.csv-metadata.json").read_bytes())["url"] == "figures.csv"
    assert invoke("export", "-", "--format", "csv")[1].encode() == plain
    assert len(list(csv.DictReader(io.StringIO(plain.decode(), newline="")))) > 60


def test_json_ld_names_a_context_on_request(invoke: Invoke) -> None:
    assert invoke("export", "a.jsonld", "--context", "reference")[0] == 0
    context = json.loads(Path("a.jsonld").read_bytes())["@context"]
    assert context == "https://w3id.org/yuanhui-kg/ontology/context.jsonld"
    assert invoke("export", "b.jsonld", "--context", "https://e.example/c")[0] == 0
    assert json.loads(Path("b.jsonld").read_bytes())["@context"] == "https://e.example/c"
    assert invoke("export", "c.jsonld", "--context", "elsewhere")[0] == 2
    assert invoke("export", "context.jsonld", "--context-only")[0] == 0
    assert Path("context.jsonld").read_bytes() == Settings().context_file.read_bytes()


def test_statements_are_exported_as_rdf_1_2(invoke: Invoke) -> None:
    assert invoke("export", "statements.ttl", "--rdf12") == (0, "", "")
    assert "<<( " in Path("statements.ttl").read_text(encoding="utf-8")
    assert any(isinstance(quad.object, ox.Triple) for quad in ox.parse(path="statements.ttl"))


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["a.doc"], "doc"),
        (["a.ttl", "--depth", "2"], "--depth"),
        (["a.ttl", "--limit", "2"], "--limit"),
        (["a.ttl", "--param", "a=b"], "--param"),
        (["a.ttl", "--from", "yuanhui-district", "--query", "figures"], "--from and --query"),
        (["a.ttl", "--rdf12", "--from", "yuanhui-district"], "--from"),
        (["a.svg", "--table", "nodes"], "svg"),
        (["a.csv", "--table", "rows"], "SELECT"),
        (["noextension"], "noextension"),
        (["a.ttl", "--bom"], "--bom"),
        (["a.rdf", "--rdf12"], "--rdf12"),
        (["a.ttl", "--context", "inline"], "--context"),
        (["a.csv", "--context-only"], "--context-only"),
    ],
)
def test_what_is_not_supported_is_refused_by_its_name(invoke: Invoke, arguments: list[str], named: str) -> None:
    code, out, err = invoke("export", *arguments)
    assert (code, out) == (2, "")
    assert named in err
    assert not list(Path().iterdir())


# --- documentation ----------------------------------------------------------------------------------------------------


def test_the_pandas_lines_of_the_documentation_do_what_they_say(invoke: Invoke) -> None:
    pandas = pytest.importorskip("pandas")
    invoke("export", "figures.csv")
    text = (PROJECT / "docs" / "figures.md").read_text(encoding="utf-8")
    lines = [line for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL) for line in block.splitlines()]
    assert sum("pd.read_csv(" in line for line in lines) == 1
    names: dict[str, object] = {}
    exec("\n".join(lines), names)
    table = names["figures"]
    assert isinstance(table, pandas.DataFrame)
    assert len(table) > 60
    assert table["value"].dtype.kind in "fi"
    assert str(table["period_start"].dtype) == "Int64"
    fastest = names["fastest"]
    assert isinstance(fastest, pandas.DataFrame)
    assert list(fastest["value"]) == sorted(fastest["value"], reverse=True)
    assert len(fastest) > 3


def test_the_documentation_explains_every_column_style_and_format() -> None:
    from yuanhui_kg.cite import STYLES
    from yuanhui_kg.figures import COLUMNS

    figures = (PROJECT / "docs" / "figures.md").read_text(encoding="utf-8")
    assert [column.name for column in COLUMNS if f"`{column.name}`" not in figures] == []
    citing = (PROJECT / "docs" / "citing.md").read_text(encoding="utf-8")
    for style, (_, extension) in STYLES.items():
        assert f"`{style}`" in citing
        assert f".{extension}`" in citing
