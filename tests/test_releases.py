"""Two releases are compared fact by fact, whatever files, stores and folders they come in."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yuanhui_kg import cli
from yuanhui_kg.errors import DataError
from yuanhui_kg.namespaces import PREFIXES
from yuanhui_kg.releases import Change, compare, read
from yuanhui_kg.settings import Settings
from yuanhui_kg.store import StoreFolder

QINGHE = Path(__file__).parent / "fixtures" / "qinghe" / "triples.ttl"
HEAD = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
FIGURE = """yh:{name} a qb:Observation ; sdmx-measure:obsValue {value} ; skos:prefLabel "产值"@zh ; yho:subject yh:d ; yho:unit unit:NUM ;
    yho:indicator yho:grossRegionalProduct ; yho:kind yho:level ; yho:period yh:p ; yho:evidence yh:doc-span-{span} .
yh:p a yho:Period ; skos:notation "2020"^^edtf:EDTF .
yh:doc-span-{span} oa:hasSource yh:doc-text ; oa:hasSelector yh:doc-selector-{span} .
yh:doc-selector-{span} oa:start {span} ; oa:end {end} .
"""


def figure(value: str, name: str = "doc-figure-1", span: int = 4) -> str:
    return FIGURE.format(name=name, value=value, span=span, end=span + 2)


def statement(modality: str, *spans: int) -> str:
    evidence = ", ".join(f"yh:doc-span-{span}" for span in spans)
    return f"""yh:a yho:isWithin yh:d . yh:doc-statement-1 a rdf:Statement ; rdf:subject yh:a ; rdf:predicate yho:isWithin ;
        rdf:object yh:d ; yho:modality yho:{modality} ; yho:evidence {evidence} ."""


def run(*arguments: object) -> int:
    return cli.run([str(argument) for argument in arguments])


@pytest.fixture
def differ(tmp_path: Path) -> object:
    def differences(old: str, new: str) -> list[Change]:
        paths = [tmp_path / "old.ttl", tmp_path / "new.ttl"]
        for path, text in zip(paths, (old, new), strict=True):
            path.write_text(HEAD + text, encoding="utf-8")
        return compare(*map(read, paths))

    return differences


def told(changes: list[Change], *kinds: str) -> list[tuple[str, ...]]:
    return [(c.kind, c.change, c.id, c.property, c.before, c.after) for c in changes if not kinds or c.kind in kinds]


# --- figures ----------------------------------------------------------------------------------------------------------------


def test_a_changed_value_is_told_with_what_it_was(differ) -> None:  # type: ignore[no-untyped-def]
    assert told(differ(figure("1.0"), figure("2.50"))) == [
        ("figure", "changed", "doc-figure-1", "sdmx-measure:obsValue", "1", "2.5")
    ]


def test_a_number_written_in_another_way_is_the_same(differ) -> None:  # type: ignore[no-untyped-def]
    assert differ(figure("2.5"), figure("2.50")) == []


def test_a_figure_that_comes_or_goes_is_told_with_value_unit_and_period(differ) -> None:  # type: ignore[no-untyped-def]
    both = figure("1.0") + figure("7.0", "doc-figure-9", 40)
    assert ("figure", "added", "doc-figure-9", "", "", "7 NUM 2020") in told(differ(figure("1.0"), both))
    assert ("figure", "removed", "doc-figure-9", "", "7 NUM 2020", "") in told(differ(both, figure("1.0")))


def test_a_figure_with_another_name_at_the_same_place_is_the_same_figure(differ) -> None:  # type: ignore[no-untyped-def]
    assert told(differ(figure("1.0"), figure("2.0", "doc-figure-other"))) == [
        ("figure", "changed", "doc-figure-1", "IRI", "doc-figure-1", "doc-figure-other"),
        ("figure", "changed", "doc-figure-1", "sdmx-measure:obsValue", "1", "2"),
    ]


def test_two_figures_of_one_place_are_not_taken_for_each_other(differ) -> None:  # type: ignore[no-untyped-def]
    old = figure("1.0", "doc-a") + figure("2.0", "doc-b")
    new = figure("1.0", "doc-c") + figure("2.0", "doc-d")
    assert {(c.change, c.id) for c in differ(old, new)} == {
        ("removed", "doc-a"), ("removed", "doc-b"), ("added", "doc-c"), ("added", "doc-d"),
    }  # fmt: skip


def test_evidence_that_moved_is_told_by_its_place(differ) -> None:  # type: ignore[no-untyped-def]
    moved = figure("1.0").replace("oa:start 4 ; oa:end 6", "oa:start 5 ; oa:end 7")
    assert told(differ(figure("1.0"), moved), "figure") == [
        ("figure", "changed", "doc-figure-1", "yho:evidence", "doc-text 4-6", "doc-text 5-7")
    ]


# --- relations and things -----------------------------------------------------------------------------------------------------


def test_relations_come_go_and_change_modality_and_evidence(differ) -> None:  # type: ignore[no-untyped-def]
    changes = differ(figure("1.0") + statement("asserted", 4), figure("1.0") + statement("inferred", 4, 8))
    assert told(changes, "relation") == [
        ("relation", "changed", "a yho:isWithin d", "yho:evidence", "", "doc-span-8"),
        ("relation", "changed", "a yho:isWithin d", "yho:modality", "yho:asserted", "yho:inferred"),
    ]
    assert told(differ("", statement("asserted", 4)), "relation") == [
        ("relation", "added", "a yho:isWithin d", "", "", "yho:asserted")
    ]


def test_a_statement_of_another_name_states_the_same(differ) -> None:  # type: ignore[no-untyped-def]
    other = statement("asserted", 4).replace("doc-statement-1", "doc-statement-2")
    assert told(differ(statement("asserted", 4), other), "relation") == []


def test_things_are_told_with_class_labels_and_codes(differ) -> None:  # type: ignore[no-untyped-def]
    old = 'yh:d a yho:District ; skos:prefLabel "甲区"@zh ; skos:notation "110000"^^yho:gbt2260 .'
    new = 'yh:d a yho:District ; skos:prefLabel "乙区"@zh ; skos:notation "110001"^^yho:gbt2260 . yh:c a yho:Company .'
    assert told(differ(old, new)) == [
        ("thing", "added", "c", "", "", "yho:Company"),
        ("thing", "changed", "d", "skos:notation", '"110000"^^yho:gbt2260', '"110001"^^yho:gbt2260'),
        ("thing", "changed", "d", "skos:prefLabel", '"甲区"@zh', '"乙区"@zh'),
    ]


# --- nodes without a name -----------------------------------------------------------------------------------------------------

LISTS = "yh:s a sh:NodeShape ; sh:in ( 1 2 [ sh:path yho:a ] ) ; sh:property [ sh:path yho:b ; sh:or ( [ sh:path yho:c ] [ ] ) ] ."


def test_the_names_that_a_file_gives_to_nodes_do_not_matter(tmp_path: Path) -> None:
    quads = list(ox.parse(HEAD + LISTS, format=ox.RdfFormat.TURTLE))
    for name, order in (("a.nt", quads), ("b.nt", [*reversed(quads)])):
        lines = ox.serialize((q.triple for q in order), format=ox.RdfFormat.N_TRIPLES)
        assert lines
        (tmp_path / name).write_bytes(lines if name == "a.nt" else lines.replace(b"_:", b"_:other"))
    assert compare(read(tmp_path / "a.nt"), read(tmp_path / "b.nt")) == []


def test_a_change_among_nodes_without_a_name_is_told_where_they_hang(differ) -> None:  # type: ignore[no-untyped-def]
    (change,) = differ(LISTS, LISTS.replace("yho:c", "yho:d"))
    assert (change.kind, change.id, change.property) == ("other", "yh:s".removeprefix("yh:"), "_:")
    assert change.before == change.after != "0"


def test_how_many_nodes_say_the_same_counts(differ) -> None:  # type: ignore[no-untyped-def]
    assert (
        len(differ("yh:s sh:property [ sh:path yho:a ] .", "yh:s sh:property [ sh:path yho:a ], [ sh:path yho:a ] ."))
        == 1
    )


def test_a_ring_and_a_long_chain_of_such_nodes_take_no_time(differ) -> None:  # type: ignore[no-untyped-def]
    ring = "".join(f"_:n{i} yho:a _:n{(i + 1) % 2000} .\n" for i in range(2000))
    assert differ(ring, ring.replace("_:n", "_:m")) == []
    chain = "".join(f"_:n{i} yho:a _:n{i + 1} .\n" for i in range(2000))
    assert differ(ring, chain) != []


@settings(max_examples=50)
@given(
    st.lists(st.tuples(st.integers(0, 6), st.sampled_from("ab"), st.integers(0, 6)), max_size=14),
    st.permutations(range(7)),
)
def test_renaming_nodes_never_makes_a_difference(edges: list[tuple[int, str, int]], names: list[int]) -> None:
    from yuanhui_kg import releases

    def made(order: list[int]) -> ox.Store:
        node = [ox.BlankNode(f"n{order[i]}") if i < 5 else ox.NamedNode(f"urn:{i}") for i in range(7)]
        store = ox.Store()
        store.extend(ox.Quad(node[s], ox.NamedNode(f"urn:p{p}"), node[o]) for s, p, o in edges)
        return store

    one, other = (releases._release(made(order)) for order in (list(range(7)), names))
    assert compare(one, other) == []


# --- files, stores, folders ---------------------------------------------------------------------------------------------------


def test_a_file_a_store_and_a_folder_of_the_same_are_the_same(tmp_path: Path) -> None:
    folder, store = tmp_path / "folder" / "deep", tmp_path / "store"
    folder.mkdir(parents=True)
    shutil.copy(QINGHE, folder / "triples.ttl")
    (folder / "README.md").write_text("no RDF")
    StoreFolder(store).create([QINGHE])
    assert compare(read(QINGHE), read(store)) == []
    assert compare(read(QINGHE), read(tmp_path / "folder")) == []


def test_a_released_folder_is_its_ontology_data_and_links(tmp_path: Path) -> None:
    for name in ("ontology", "data"):
        shutil.copytree(Settings().resources / name, tmp_path / "release" / name)
    StoreFolder(tmp_path / "store").create(Settings().served_files)
    assert compare(read(tmp_path / "release"), read(tmp_path / "store")) == []


def test_named_graphs_are_compared_each_for_itself(tmp_path: Path) -> None:
    body = FIGURE.format(name="f", value="1.0", span=4, end=6)
    (tmp_path / "a.trig").write_text(HEAD + "yh:g {" + body + "}", encoding="utf-8")
    (tmp_path / "b.trig").write_text(HEAD + "yh:g {" + body.replace("1.0", "2.0") + "}", encoding="utf-8")
    (change,) = compare(read(tmp_path / "a.trig"), read(tmp_path / "b.trig"))
    assert (change.graph, change.before, change.after) == (PREFIXES["yh"] + "g", "1", "2")


def test_a_folder_without_rdf_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="holds no RDF files"):
        read(tmp_path)


# --- the command --------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def corrected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = Path(shutil.copy(QINGHE, tmp_path_factory.mktemp("corrected") / "new.ttl"))
    assert (
        run("correct", "qinghe-2031-figure-budget", "value=850000000", "--in", path, "--by", "李明", "--why", "误") == 0
    )
    return path


def test_exit_codes_are_those_of_diff(corrected: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("diff", QINGHE, QINGHE) == 0
    assert run("diff", QINGHE, corrected) == 1
    assert run("diff", QINGHE, tmp_path / "none.ttl") == 2
    (tmp_path / "bad.ttl").write_text("<a> <b>")
    assert run("diff", tmp_path / "bad.ttl", QINGHE) == 2
    assert run("diff", QINGHE) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_the_text_tells_old_and_new_in_both_languages(
    corrected: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    capsys.readouterr()
    run("diff", QINGHE, corrected)
    out = capsys.readouterr().out
    assert "Figures: 0 added, 0 removed, 1 changed" in out
    assert "qinghe-2031-figure-budget 预算收入  sdmx-measure:obsValue: 840000000 → 850000000" in out
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    run("diff", QINGHE, corrected, "--all")
    out = capsys.readouterr().out
    assert "数字: 新增 0，删去 0，改动 1" in out
    assert "+ agent-li-ming 李明" in out


def test_json_and_tsv_hold_every_change(corrected: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    run("diff", QINGHE, corrected, "--format", "json")
    found = json.loads(capsys.readouterr().out)
    assert found["counts"]["figure"] == {"added": 0, "removed": 0, "changed": 1}
    run("diff", QINGHE, corrected, "--format", "tsv")
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(found["changes"]) + 1
    assert {line.count("\t") for line in lines} == {7}


def test_what_a_label_holds_cannot_break_a_line_or_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.ttl").write_text(HEAD)
    (tmp_path / "b.ttl").write_text(HEAD + 'yh:d a yho:District ; skos:prefLabel "a\\t\\u001B[31m\\nb"@zh .')
    run("diff", tmp_path / "a.ttl", tmp_path / "b.ttl", "--format", "tsv")
    assert len(capsys.readouterr().out.splitlines()) == 2
    run("diff", tmp_path / "a.ttl", tmp_path / "b.ttl")
    told = capsys.readouterr().out
    assert "\x1b" not in told
    assert len(told.splitlines()) == 2


def test_many_nodes_without_names_and_many_values_are_compared(tmp_path: Path) -> None:
    for name in ("old", "new"):
        nodes = (f'<http://x/{i}> <http://p> _:b{i} .\n_:b{i} <http://q> "{name} {i}" .' for i in range(3000))
        values = (f'<http://y> <http://p> "{text}{i}" .' for text in ("", name) for i in range(20_000))
        (tmp_path / f"{name}.nt").write_text("\n".join([*nodes, *values]))
    found = compare(read(tmp_path / "old.nt"), read(tmp_path / "new.nt"))
    unnamed = [change for change in found if change.property == "_:"]
    assert [(change.before, change.after) for change in unnamed] == [("2", "2")] * 3000
    (values,) = (change for change in found if change.id == "http://y")
    assert len(values.before.split(" | ")) == len(values.after.split(" | ")) == 20_000
