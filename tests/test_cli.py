from __future__ import annotations

import csv
import dataclasses
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from yuanhui_kg import __version__
from yuanhui_kg.cli import output, run
from yuanhui_kg.cli.commands import cli
from yuanhui_kg.settings import Settings

FIXTURES = Path(__file__).parent / "fixtures"
ARTICLE = FIXTURES / "qinghe" / "article.txt"
#: What the fixture's graph holds.
MENTIONS, FIGURES, SPANS = 47, 36, 128
ONE = "<https://a.example/s> <https://a.example/p> <https://a.example/o> .\n"
Invoke = Callable[..., tuple[int, str, str]]


@pytest.fixture(autouse=True)
def resources(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The package's resources with the fixture's graph in place of the data."""
    folder = tmp_path_factory.mktemp("resources")
    for name in ("ontology", "queries"):
        (folder / name).symlink_to(Settings().resources / name)
    (folder / "data").mkdir()
    shutil.copy(FIXTURES / "qinghe" / "triples.ttl", folder / "data")
    monkeypatch.setenv("YUANHUI_KG_RESOURCES", str(folder))
    return folder


@pytest.fixture
def invoke(capfdbinary: pytest.CaptureFixture[bytes]) -> Invoke:
    """Runs a command line; exit code, standard output, standard error."""

    def call(*arguments: str | Path) -> tuple[int, str, str]:
        code = run([str(argument) for argument in arguments])
        out, err = capfdbinary.readouterr()
        return code, out.decode(), err.decode()

    return call


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(output, "on_terminal", lambda: True)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("TERM", "dumb")


def command(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "yuanhui_kg", *map(str, arguments)]


# --- all commands -------------------------------------------------------------------------------------------------------


def test_without_arguments_help_is_shown(invoke: Invoke) -> None:
    code, out, err = invoke()
    assert (code, err) == (0, "")
    assert all(name in out for name in cli.commands)


@pytest.mark.parametrize(
    ("counted", "told"),
    [
        ("1 figures, 1 entities, 21 relations.", "1 figure, 1 entity, 21 relations."),
        ("0.1 figures, of which 1 is new; 3.1 texts", "0.1 figures, of which 1 is new; 3.1 texts"),
    ],
)
def test_one_of_something_is_told_in_the_singular(counted: str, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert output.said(counted) == told


def test_the_version_is_told(invoke: Invoke) -> None:
    assert invoke("--version") == (0, f"yuanhui-kg, version {__version__}\n", "")


@pytest.mark.parametrize("name", sorted(cli.commands))
def test_every_command_has_help_with_an_example(invoke: Invoke, name: str) -> None:
    code, out, _ = invoke(name, "--help")
    assert code == 0
    assert f"yuanhui-kg {name}" in out.partition("Example:")[2]


@pytest.mark.parametrize("name", sorted(cli.commands))
def test_every_option_has_help(name: str) -> None:
    options = [p for p in cli.commands[name].params if isinstance(p, click.Option)]
    assert [p.name for p in options if not p.help and not isinstance(p.type, click.Choice)] == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["unknown"],
        ["query"],
        ["query", "figures", "--unknown"],
        ["query", "figures", "--format", "docx"],
        ["query", "figures", "--param", "year"],
        ["query", "figures", "--param", "year=2030"],
        ["neighbours", "qinghe-district", "--depth", "0"],
        ["neighbours", "no such thing"],
        ["neighbours", "qinghe-district", "--direction", "up"],
        ["load", "some.ttl"],
        ["load", "-", "--store", "somewhere"],
        ["dump", "--format", "csv"],
        ["dump", "-o", "noextension"],
        ["serve", "--port", "70000"],
        ["serve", "--timeout", "-1"],
        ["verify"],
    ],
)
def test_wrong_usage_exits_2_and_says_why(invoke: Invoke, arguments: list[str]) -> None:
    code, out, err = invoke(*arguments)
    assert (code, out) == (2, "")
    assert err
    assert "Traceback" not in err


def test_a_wrong_environment_variable_is_named(invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YUANHUI_KG_PORT", "eighty")
    code, _, err = invoke("dump")
    assert (code, "YUANHUI_KG_PORT" in err) == (2, True)


def test_help_and_version_load_no_heavy_module() -> None:
    code = (
        "import sys, yuanhui_kg.cli as c; c.run(['--version']); c.run(['query', '--help']); "
        "print(sorted({'rdflib', 'pyoxigraph', 'pyshacl', 'httptools', 'flask', 'numpy', 'rich'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_ctrl_c_exits_130_without_traceback() -> None:
    endless = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    ready = (
        "import os, sys; from yuanhui_kg import workers; from yuanhui_kg.cli import main; start = workers.Backend.run\n"
    )
    ready += "def run(*a): print('running', file=sys.stderr, flush=True); return start(*a)\n"
    # A shell has what it runs in the background ignore the signal, and all that this starts.
    ready += "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
    ready += "workers.Backend.run = run; main()"
    process = subprocess.Popen(
        [sys.executable, "-c", ready, "query", endless], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    with process:
        assert process.stderr
        assert process.stderr.readline() == "running\n"
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert out == ""
    assert "Traceback" not in err


@pytest.mark.parametrize("arguments", [["dump", "--format", "nt"], ["query", "SELECT * WHERE { ?s ?p ?o }"]])
def test_a_reader_that_has_had_enough_ends_it_silently(arguments: list[str]) -> None:
    process = subprocess.Popen(command(*arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    with process:
        assert process.stdout
        assert process.stderr
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == b""


# --- query --------------------------------------------------------------------------------------------------------------


def rows(out: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(out)))


def test_a_saved_query_is_asked_by_its_id_and_answers_csv_into_a_pipe(invoke: Invoke) -> None:
    code, out, err = invoke("query", "figures")
    assert (code, err) == (0, "")
    assert [(row["value"], row["unit"], row["qualifier"]) for row in rows(out)][:3] == [
        ("12050000000", "CNY", "exact"),
        ("6.2", "percent", "exact"),
        ("48.2", "percent", "exact"),
    ]


def test_a_query_comes_as_text_file_or_standard_input(
    invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "SELECT (1 + 1 AS ?two) WHERE {}"
    path = tmp_path / "two.sparql"
    path.write_text(text)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    answers = [invoke("query", argument) for argument in (text, path, "-")]
    assert answers == [(0, "two\r\n2\r\n", "")] * 3


@pytest.mark.parametrize(
    ("format", "start"),
    [("json", '{"head"'), ("xml", "<?xml"), ("tsv", "?s\t"), ("text/csv", "s,"), (".csv", "s,"), ("srx", "<?xml")],
)
def test_solutions_come_in_every_format(invoke: Invoke, format: str, start: str) -> None:
    code, out, _ = invoke("query", "SELECT ?s ?o WHERE { ?s a ?o } LIMIT 1", "--format", format)
    assert code == 0
    assert out.startswith(start)


@pytest.mark.parametrize(
    ("format", "expected"),
    [
        (None, "<https://a.example/p> <https://a.example/o> ."),
        ("nt", ONE),
        ("rdf", "rdf:RDF"),
        ("jsonld", '"@id":"https://a.example/s"'),
        ("application/n-triples", ONE),
    ],
)
def test_triples_come_as_turtle_or_what_is_asked_for(invoke: Invoke, format: str | None, expected: str) -> None:
    construct = f"CONSTRUCT {{ {ONE} }} WHERE {{}}"
    code, out, _ = invoke("query", construct, *(["--format", format] if format else []))
    assert code == 0
    assert expected in out


def test_a_format_that_does_not_fit_the_answer_is_an_error(invoke: Invoke) -> None:
    code, out, err = invoke("query", "SELECT * WHERE {}", "--format", "ttl")
    assert (code, out) == (1, "")
    assert err.startswith("Error: ")


def test_the_files_extension_decides_the_format_and_it_appears_complete(invoke: Invoke, tmp_path: Path) -> None:
    path = tmp_path / "mentions.json"
    assert invoke("query", "mentions", "-o", path) == (0, "", "")
    assert len(json.loads(path.read_text())["results"]["bindings"]) == MENTIONS
    before = path.read_bytes()
    assert invoke("query", "SELECT nonsense", "-o", path)[0] == 1
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["mentions.json"]


def test_values_are_bound_to_variables(invoke: Invoke) -> None:
    text = "SELECT ?s ?label WHERE { ?s <http://www.w3.org/2004/02/skos/core#prefLabel> ?label }"
    code, out, _ = invoke("query", text, "--param", 'label="青禾区"@zh')
    assert code == 0
    assert [row["s"] for row in rows(out)] == ["https://w3id.org/yuanhui-kg/id/qinghe-district"]
    code, out, _ = invoke("query", text, "-p", "s=yh:yunshan-foods")
    assert {row["label"] for row in rows(out)} == {"云杉食品公司", "Yunshan Foods"}


def test_a_graph_that_is_not_here_is_told_beside_the_answer(invoke: Invoke) -> None:
    code, out, err = invoke("query", "SELECT ?s FROM <http://a.example/none> WHERE { ?s ?p ?o }")
    assert (code, out.strip()) == (0, "s")
    assert err == "The graph <http://a.example/none> is not in this store and counts as empty.\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["SELECT ?x WHERE { ?x }"], "not valid SPARQL at line 1"),
        (["SELECT * WHERE { SERVICE <http://a.example/> { ?s ?p ?o } }"], "SERVICE"),
        (["INSERT DATA { <x:s> <x:p> <x:o> }"], "update"),
        (["absent.rq"], "neither a file nor the id of a saved query"),
        (["absent"], "Saved queries: "),
        (["figures", "--store", "absent"], "holds no store"),
    ],
)
def test_an_error_is_one_sentence_and_the_remedy(invoke: Invoke, arguments: list[str], message: str) -> None:
    code, out, err = invoke("query", *arguments)
    assert (code, out) == (1, "")
    assert err.startswith("Error: ")
    assert message in err
    assert err.count("\n") == 1


def test_a_deadline_is_kept(invoke: Invoke) -> None:
    endless = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    code, out, err = invoke("query", endless, "--timeout", "0.5")
    assert (code, out) == (1, "")
    assert "0.5" in err


@pytest.mark.usefixtures("terminal")
def test_a_terminal_gets_a_table_with_readable_names_and_even_columns(invoke: Invoke) -> None:
    code, out, _ = invoke("query", "mentions")
    lines = [line for line in out.splitlines() if "Company" in line]
    assert code == 0
    assert "https://" not in out
    assert {tuple(line.split()[:2]) for line in lines} == {
        ("haitang-logistics", "海棠物流集团"),
        ("qingxi-tourism", "清溪文旅公司"),
        ("xinghe-tech", "星河科技公司"),
        ("yunshan-foods", "云杉食品公司"),
    }
    header = next(line for line in out.splitlines() if "entity" in line)
    narrow = next(line for line in out.splitlines() if "青禾区" in line)
    # In cells: an ideograph takes two.
    assert _cells(narrow[: narrow.index("District")]) == header.index("type")
    assert out.rstrip().endswith(f"{MENTIONS} rows")


def _cells(text: str) -> int:
    return sum(2 if ord(character) > 0x2E80 else 1 for character in text)


@pytest.mark.usefixtures("terminal")
def test_a_terminal_gets_yes_or_no_and_turtle(invoke: Invoke) -> None:
    assert invoke("query", "ASK { ?s ?p ?o }") == (0, "yes\n", "")
    assert "<https://a.example/p>" in invoke("query", f"CONSTRUCT {{ {ONE} }} WHERE {{}}")[1]


@pytest.mark.usefixtures("terminal")
def test_control_characters_of_the_data_do_not_reach_the_terminal(invoke: Invoke) -> None:
    _, out, _ = invoke("query", r'SELECT ("\u001b[2Jx" AS ?evil) WHERE {}')
    assert "\x1b[2J" not in out
    assert "�[2Jx" in out


# --- neighbours, stats --------------------------------------------------------------------------------------------------


def test_neighbours_come_as_json_with_modality_and_evidence(invoke: Invoke) -> None:
    code, out, err = invoke("neighbours", "qinghe-district", "--direction", "in")
    found = json.loads(out)
    assert (code, err) == (0, "")
    assert {node["id"] for node in found["nodes"]} == {"qinghe-district", "yunshan-foods"}
    (edge,) = found["edges"]
    assert edge["predicate"]["id"] == "yho:isLocatedIn"
    assert edge["modality"] == "asserted"
    assert [(span["start"], span["end"]) for span in edge["evidence"]] == [(52, 58)]


@pytest.mark.usefixtures("terminal")
def test_neighbours_are_a_table_on_a_terminal(invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    code, out, _ = invoke("neighbours", "yh:qinghe-district", "--predicate", "isInTalksWith")
    assert code == 0
    assert re.search(r"青禾区 +洽谈 +星河科技公司 +inTalks +64–70", out)
    assert "云杉" not in out


def test_neighbours_of_what_is_not_there_are_an_error(invoke: Invoke) -> None:
    code, out, err = invoke("neighbours", "no-such-place")
    assert (code, out) == (1, "")
    assert "no-such-place" in err


def test_stats_count_what_there_is(invoke: Invoke) -> None:
    code, out, _ = invoke("stats", "--format", "json")
    assert code == 0
    assert json.loads(out)["triples"] > 1000


@pytest.mark.usefixtures("terminal")
def test_stats_are_tables_on_a_terminal(invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    code, out, _ = invoke("stats")
    assert code == 0
    assert re.search(r"triples +\d+,\d\d\d", out)
    assert re.search(r"entities by class +number", out)
    assert re.search(r"\n company +3 *\n", out)
    assert re.search(r"statements by modality +number", out)


# --- load, dump ---------------------------------------------------------------------------------------------------------


def test_a_new_store_starts_with_the_packages_graph_unless_empty(invoke: Invoke, tmp_path: Path) -> None:
    path = tmp_path / "one.nt"
    path.write_text(ONE)
    code, out, _ = invoke("load", path, "--store", tmp_path / "store")
    assert code == 0
    assert out.startswith("Loaded 1 new triples from 1 file into ")
    assert len(rows(invoke("query", "figures", "--store", tmp_path / "store")[1])) == FIGURES
    assert invoke("load", path, path, "--store", tmp_path / "other", "--empty")[1] == (
        f"Loaded 1 new triples from 2 files into {tmp_path / 'other'}; 1 in all.\n"
    )


def test_a_malformed_file_is_told_with_its_line_and_nothing_is_loaded(invoke: Invoke, tmp_path: Path) -> None:
    good, bad, store = tmp_path / "good.nt", tmp_path / "bad.nt", tmp_path / "store"
    good.write_text(ONE)
    bad.write_text(ONE.replace("/o", "/o2") + "<x:s> <x:p>\n")
    invoke("load", good, "--store", store, "--empty")
    code, out, err = invoke("load", good, bad, "--store", store)
    assert (code, out) == (1, "")
    assert err.startswith(f"Error: {bad}, line ")
    assert invoke("dump", "--store", store, "--format", "nt")[1] == ONE
    assert invoke("load", bad, "--store", tmp_path / "never", "--empty")[0] == 1
    assert invoke("dump", "--store", tmp_path / "never")[0] == 1


def test_standard_input_is_loaded_into_a_named_graph(tmp_path: Path) -> None:
    store = tmp_path / "store"
    loaded = subprocess.run(
        command("load", "-", "--format", "nt", "--graph", "https://a.example/g", "--store", store, "--empty"),
        input=ONE.encode(),
        capture_output=True,
        check=True,
    )
    assert b"Loaded 1 new triples" in loaded.stdout
    quads = subprocess.run(command("dump", "--store", store, "--format", "nq"), capture_output=True, check=True)
    assert quads.stdout.decode() == ONE.replace(" .\n", " <https://a.example/g> .\n")


def test_a_load_that_fails_makes_no_store(invoke: Invoke, tmp_path: Path) -> None:
    (tmp_path / "bad.ttl").write_text("<urn:a> <urn:b> .")
    for name in ("no.ttl", "bad.ttl", "no.xyz"):
        code, _, err = invoke("load", tmp_path / name, "--store", tmp_path / "store")
        assert code == 1 or name == "no.xyz"
        assert name in err
        assert not (tmp_path / "store").exists()


def test_a_dump_is_readable_turtle_that_loads_again(invoke: Invoke, tmp_path: Path) -> None:
    code, out, err = invoke("dump")
    assert (code, err) == (0, "")
    assert "yh:qinghe-district" in out
    path = tmp_path / "dump.ttl"
    assert invoke("dump", "-o", path) == (0, "", "")
    assert path.read_text(encoding="utf-8") == out
    invoke("load", path, "--store", tmp_path / "store", "--empty")
    again = invoke("dump", "--store", tmp_path / "store", "--format", "nt")[1]
    assert sorted(again.splitlines()) == sorted(invoke("dump", "--format", "nt")[1].splitlines())


def test_a_dump_that_would_be_no_xml_is_an_error_and_no_file(invoke: Invoke, tmp_path: Path) -> None:
    data, store, path = tmp_path / "data.nt", tmp_path / "store", tmp_path / "dump.rdf"
    data.write_text(r'<urn:s> <urn:p> "a\u000Bb" .')
    invoke("load", data, "--store", store, "--empty")
    code, _, err = invoke("dump", "--store", store, "-o", path)
    assert (code, path.exists()) == (1, False)
    assert "U+000B" in err
    data.write_text("<urn:s> <urn:p> <<( <urn:a> <urn:b> <urn:c> )>> .")
    invoke("load", data, "--store", tmp_path / "other", "--empty")
    code, _, err = invoke("dump", "--store", tmp_path / "other", "-f", "jsonld")
    assert code == 1
    assert "triple terms" in err


def test_named_graphs_are_all_dumped_or_said_to_be_left_out(invoke: Invoke, tmp_path: Path) -> None:
    data, store = tmp_path / "data.nq", tmp_path / "store"
    named = ONE.replace(" .\n", " <https://a.example/g> .\n")
    data.write_text(ONE + named)
    invoke("load", data, "--store", store, "--empty")
    assert "GRAPH <https://a.example/g>" in invoke("dump", "--store", store)[1] or (
        "<https://a.example/g> {" in invoke("dump", "--store", store)[1]
    )
    assert sorted(invoke("dump", "--store", store, "-f", "nq")[1].splitlines()) == sorted((ONE + named).splitlines())
    assert invoke("dump", "--store", store, "-f", "nt", "--graph", "https://a.example/g") == (0, ONE, "")
    code, out, err = invoke("dump", "--store", store, "-f", "nt")
    assert (code, out) == (0, ONE)
    assert "1 left out" in err
    code, _, err = invoke("dump", "--store", store, "--graph", "https://a.example/none")
    assert (code, "no graph <https://a.example/none>" in err) == (1, True)


def test_a_file_that_cannot_be_written_is_told(invoke: Invoke, tmp_path: Path) -> None:
    code, _, err = invoke("dump", "-o", tmp_path / "absent" / "dump.ttl")
    assert (code, "cannot be written" in err) == (1, True)


# --- validate, verify ---------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_graph_that_conforms_is_told_so(invoke: Invoke) -> None:
    assert invoke("validate") == (0, "Conforms.\n", "")


@pytest.mark.slow
def test_violations_are_lines_and_exit_1(invoke: Invoke, tmp_path: Path) -> None:
    draft = tmp_path / "draft.ttl"
    draft.write_text(
        "@prefix yh: <https://w3id.org/yuanhui-kg/id/> . @prefix yho: <https://w3id.org/yuanhui-kg/ontology#> .\n"
        "yh:nameless a yho:District .\n"
    )
    code, out, _ = invoke("validate", draft)
    *lines, last = out.splitlines()
    assert code == 1
    assert last == f"{len(lines)} violation{'s' if len(lines) > 1 else ''}."
    assert any(line.startswith("nameless  skos:prefLabel  ") for line in lines)
    code, out, _ = invoke("validate", draft, "--format", "ttl")
    assert (code, "sh:ValidationReport" in out) == (1, True)


def test_an_unchanged_article_is_verified(invoke: Invoke) -> None:
    code, out, _ = invoke("verify", "--article", ARTICLE)
    assert (code, out) == (0, f"{ARTICLE}: {SPANS} spans of qinghe-2031-text checked, all as cited.\n")


def test_a_changed_article_is_told_span_by_span(invoke: Invoke, tmp_path: Path) -> None:
    copy = tmp_path / "copy.txt"
    copy.write_text(ARTICLE.read_text(encoding="utf-8").replace("6.2", "6.3"), encoding="utf-8")
    code, out, _ = invoke("verify", "--article", copy)
    assert code == 1
    assert "changed text: qinghe-2031-span-36-39 (36–39): " in out
    code, _, err = invoke("verify", "--article", tmp_path / "absent.txt")
    assert (code, "cannot be read" in err) == (1, True)


@pytest.mark.slow
def test_a_store_on_disk_is_verified_and_validated(invoke: Invoke, tmp_path: Path) -> None:
    store = tmp_path / "store"
    invoke("load", FIXTURES / "qinghe" / "triples.ttl", "--store", store)
    assert invoke("verify", "--article", ARTICLE, "--store", store)[0] == 0
    assert invoke("validate", "--store", store) == (0, "Conforms.\n", "")


# --- serve --------------------------------------------------------------------------------------------------------------


def test_serve_has_a_flag_for_every_setting() -> None:
    settings = {field.name for field in dataclasses.fields(Settings)} - {"resources"}
    assert {parameter.name for parameter in cli.commands["serve"].params} == settings


def test_serve_hands_its_flags_to_the_server(invoke: Invoke, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from yuanhui_kg.service import server

    served: list[Settings] = []
    monkeypatch.setattr(server, "serve", served.append)
    monkeypatch.setenv("YUANHUI_KG_HOST", "0.0.0.0")
    flags = ["--port", "8123", "--store", tmp_path / "s", "--empty", "--union-default-graph", "--timeout", "2.5"]
    assert invoke("serve", *flags) == (0, "", "")
    (settings,) = served
    assert (settings.host, settings.port, settings.store) == ("0.0.0.0", 8123, tmp_path / "s")
    assert (settings.empty, settings.union_default_graph, settings.query_timeout) == (True, True, 2.5)
    assert os.environ["YUANHUI_KG_HOST"] == "0.0.0.0"


# --- the graph as a graph -------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_path_is_told_with_what_it_rests_on(invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    code, out, _ = invoke("path", "yunshan-foods", "xinghe-tech", "--format", "table")
    assert code == 0
    assert "含规划、争取或在谈" in out
    code, out, err = invoke("path", "yunshan-foods", "xinghe-tech", "--modality", "asserted", "--format", "table")
    assert (code, "没有任何路径" in err) == (0, True)
    code, out, _ = invoke("path", "yunshan-foods", "xinghe-tech", "--format", "csv")
    assert out.splitlines()[0] == "path,step,source,predicate,target,modality,evidence"
    assert len(out.splitlines()) == 3


def test_a_path_from_a_thing_to_itself_is_wrong_usage(invoke: Invoke) -> None:
    code, _, err = invoke("path", "qinghe-district", "qinghe-district")
    assert (code, "same thing" in err) == (2, True)


def test_a_name_that_is_nearly_right_is_put_right(invoke: Invoke) -> None:
    code, _, err = invoke("path", "yunshan-food", "qinghe-district")
    assert (code, "Did you mean yunshan-foods?" in err) == (1, True)


def test_relations_among_things_and_what_they_have_in_common_are_shown(invoke: Invoke) -> None:
    code, out, _ = invoke("subgraph", "yunshan-foods", "qinghe-district", "--format", "csv")
    assert (code, len(out.splitlines())) == (0, 2)
    assert "#isLocatedIn," in out
    code, out, _ = invoke("common", "yunshan-foods", "xinghe-tech", "--format", "json")
    assert (code, [one["of"] for one in json.loads(out)["common"]]) == (0, [2])


@pytest.mark.slow
def test_a_measure_is_a_table_or_a_file(invoke: Invoke, tmp_path: Path) -> None:
    code, out, _ = invoke("analyse", "communities", "--format", "table")
    assert (code, "modularity" in out, "best connected" in out) == (0, True, True)
    target = tmp_path / "ranks.csv"
    assert invoke("analyse", "pagerank", "--all", "-o", str(target)) == (0, "", "")
    assert target.read_text().startswith("iri,id,label_zh,label_en,type,value")
    code, _, err = invoke("analyse", "beauty")
    assert (code, "measure" in err) == (2, True)
    code, _, err = invoke("analyse", "degree", "-o", str(tmp_path / "x.xlsx"))
    assert (code, "csv or json" in err) == (2, True)
