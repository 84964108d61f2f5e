"""Published facts are corrected and retracted: what holds is simple to ask for, what held before stays known."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from yuanhui_kg import catalog, cli, figures, validate
from yuanhui_kg.cite import cite
from yuanhui_kg.entities import describe
from yuanhui_kg.errors import ConflictError, NotFoundError, UsageError
from yuanhui_kg.fusion import merge
from yuanhui_kg.namespaces import PREFIXES, YH
from yuanhui_kg.revision import Act, Revision, correct, retract
from yuanhui_kg.settings import Settings
from yuanhui_kg.store import StoreFolder, StoreReader, memory_store

QINGHE = Path(__file__).parent / "fixtures" / "qinghe" / "triples.ttl"
BUDGET = f"{YH}qinghe-2031-figure-budget"
ACT = Act("李明", "原文更正启事", datetime(2026, 11, 27, tzinfo=UTC))
LATER = Act("https://orcid.org/0000-0002-1825-0097", "printed by mistake", datetime(2026, 11, 28, tzinfo=UTC))
PREFIX = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())


def run(*arguments: object) -> int:
    return cli.run([str(argument) for argument in arguments])


@cache
def quads() -> tuple[ox.Quad, ...]:
    return tuple(memory_store([*Settings().ontology_files, QINGHE]))


@pytest.fixture
def store() -> ox.Store:
    made = ox.Store()
    made.bulk_extend(quads())
    return made


@pytest.fixture
def graph(tmp_path: Path) -> Path:
    return Path(shutil.copy(QINGHE, tmp_path / "graph.ttl"))


def apply(store: ox.Store, *revisions: Revision) -> None:
    for revision in revisions:
        for triple in revision.gone:
            assert ox.Quad(*triple) in store
            store.remove(ox.Quad(*triple))
        store.extend(ox.Quad(*triple) for triple in revision.new)


def ask(store: ox.Store, text: str) -> list[list[str]]:
    answer: Any = store.query(PREFIX + text)
    return [["" if term is None else term.value for term in row] for row in answer]


def values(store: ox.Store) -> list[str]:
    return [row[0] for row in ask(store, f"SELECT ?v {{ <{BUDGET}> sdmx-measure:obsValue ?v }}")]


def triples(store: Iterable[ox.Quad]) -> set[ox.Triple]:
    return {quad.triple for quad in store}


def statement(store: ox.Store) -> tuple[str, str, str, str]:
    (row,) = ask(
        store,
        "SELECT ?st ?s ?p ?o { ?st rdf:predicate ?p ; rdf:subject ?s ; rdf:object ?o ; yho:modality yho:asserted . ?s a yho:Company } ORDER BY ?st LIMIT 1",
    )
    return row[0], row[1], row[2], row[3]


# --- corrections ------------------------------------------------------------------------------------------------------------


def test_a_corrected_figure_says_what_holds_and_what_it_said_is_found(store: ox.Store) -> None:
    apply(store, correct(store, BUDGET, {"value": "850000000"}, ACT))
    assert values(store) == ["850000000"]
    rows = [row for row in figures.read(StoreReader(store)) if row["figure"] == BUDGET]
    assert [(row["value"], row["min"], row["max"]) for row in rows] == [(850000000, 845000000, 855000000)]
    found = ask(store, catalog.find(Settings().queries, "revisions").text.split("\n", 6)[6])
    assert [row[1:] for row in found if row[5].endswith("obsValue")] == [
        [
            "Correction",
            "2026-11-27T00:00:00Z",
            "李明",
            "原文更正启事",
            PREFIXES["sdmx-measure"] + "obsValue",
            "840000000",
            "850000000",
        ]
    ]


def test_a_value_is_superseded_once_for_each_revision_and_the_versions_hang_together(store: ox.Store) -> None:
    apply(store, correct(store, BUDGET, {"value": "850000000"}, ACT))
    apply(store, correct(store, BUDGET, {"value": "860000000"}, LATER))
    chain = f"SELECT ?was {{ <{BUDGET}> prov:wasRevisionOf+/yho:formerly ?t . ?t yho:formerPredicate sdmx-measure:obsValue ; yho:formerValue ?was }} ORDER BY ?was"
    assert ask(store, chain) == [["840000000"], ["850000000"]]
    assert ask(store, f"SELECT ?v {{ <{BUDGET}> prov:wasRevisionOf ?v }}") == [[f"{BUDGET}-version-2"]]
    history = describe(StoreReader(store), BUDGET)["history"]
    assert [(one["kind"], one["by"][0]["iri"], one["former"][0]["value"]["value"]) for one in history] == [
        ("Correction", "https://orcid.org/0000-0002-1825-0097", "850000000"),
        ("Correction", f"{YH}agent-li-ming", "840000000"),
    ]


def test_period_indicator_subject_and_unit_are_given_as_people_write_them(store: ox.Store) -> None:
    changes = {
        "period": "2028",
        "indicator": "税收收入",
        "subject": "沈河镇",
        "unit": "CNY",
        "kind": "level",
        "base": "none",
    }
    revision = correct(store, BUDGET, changes, ACT)
    apply(store, revision)
    (row,) = [row for row in figures.read(StoreReader(store)) if row["figure"] == BUDGET]
    assert (row["period"], row["indicator_zh"], row["subject_zh"]) == ("2028", "税收收入", "沈河镇")
    assert {change.predicate.rsplit("#", 1)[-1] for change in revision.changes} == {"period", "indicator", "subject"}
    assert describe(StoreReader(store), f"{YH}period-2028")["label"]["zh"] == "2028年"


def test_a_history_can_be_undone_from_what_it_keeps(store: ox.Store) -> None:
    before = triples(store)
    revision = retract(store, BUDGET, ACT)
    apply(store, revision)
    former = ask(
        store,
        f"SELECT ?s ?p ?o {{ <{BUDGET}-version-1> yho:formerly ?t . ?t yho:formerSubject ?s ; yho:formerPredicate ?p ; yho:formerValue ?o }}",
    )
    assert len(former) == len([t for t in before if t.subject.value == BUDGET])
    assert {tuple(row) for row in former} == {
        (t.subject.value, t.predicate.value, t.object.value) for t in before if t.subject.value == BUDGET
    }


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"value": "many"}, "is no number"),
        ({"value": "NaN"}, "is no number"),
        ({"value": "1e99"}, "than can be reckoned with"),
        ({"value": "1.2345678901"}, "than can be reckoned with"),
        ({"value": "123456789012345678.0000000000001"}, "than can be reckoned with"),
        ({"subject": "\udcff"}, "is no text"),
        ({"unit": "\udcff"}, "is no text"),
        ({"value": "840000000"}, "says this already"),
        ({"colour": "red"}, "nothing of a figure that can be corrected"),
        ({"value": "8.5", "unit": "unit:PERCENT"}, "are in its former unit"),
        ({"unit": "unit:KiloM"}, "measures another kind of quantity"),
        ({"name_zh": " "}, "has an empty name"),
        ({"printed": "8.4\u202e亿元"}, "is no text"),
        ({"name_zh": "长" * 2001}, "is no text"),
        ({"unit": "parsec"}, "the graph has no"),
        ({"indicator": "没有的指标"}, "the graph has no|is neither an IRI"),
        ({"period": "2030/2020"}, "is no period"),
        ({"subject": "yh:nobody"}, "the graph has no nobody"),
    ],
)
def test_a_value_that_fits_nothing_is_refused(store: ox.Store, changes: dict[str, str], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        correct(store, BUDGET, changes, ACT)


def test_limits_that_move_along_are_told_apart_from_what_was_asked_for(store: ox.Store) -> None:
    made = correct(store, BUDGET, {"value": "850000000", "printed": "8.5亿元"}, ACT)
    told = {
        change.predicate.rsplit("#", 1)[-1].rsplit("/", 1)[-1]: (change.after, change.given) for change in made.changes
    }
    assert told == {
        "obsValue": ("850000000", True),
        "printedForm": ("8.5亿元", True),
        "minValue": ("845000000", False),
        "maxValue": ("855000000", False),
    }


def test_the_name_of_a_figure_tells_what_it_is_about_now(store: ox.Store) -> None:
    """Its page and what cites it are headed by the name."""
    figure, name = ox.NamedNode(f"{YH}qinghe-2031-figure-gdp"), ox.NamedNode(f"{PREFIXES['skos']}prefLabel")

    def names() -> set[str]:
        return {quad.object.value for quad in store.quads_for_pattern(figure, name, None)}

    assert names() == {"青禾区生产总值", "Qinghe GDP"}
    revision = correct(store, figure.value, {"subject": "云泽省", "period": "2019"}, ACT)
    assert [change.given for change in revision.changes if change.predicate == name.value] == [False]
    apply(store, revision)
    assert names() == {"云泽省生产总值", "Qinghe GDP"}  # which does not tell the district as it is called
    apply(store, correct(store, figure.value, {"subject": "青禾区", "name_zh": "青禾生产总值"}, ACT))
    assert names() == {"青禾生产总值", "Qinghe GDP"}


def test_another_unit_with_the_same_digits_is_another_unit_of_the_limits(store: ox.Store) -> None:
    made = correct(store, BUDGET, {"unit": "unit:PERCENT"}, ACT)
    assert [change.predicate for change in made.changes] == [f"{PREFIXES['yho']}unit"]


# --- statements, mentions, things -------------------------------------------------------------------------------------------


def test_a_relation_is_corrected_with_its_statement_and_found_as_it_was(store: ox.Store) -> None:
    node, s, p, o = statement(store)
    other = f"{YH}shenhe-town" if not o.endswith("shenhe-town") else f"{YH}qinghe-district"
    apply(store, correct(store, node, {"object": other.removeprefix(YH)}, ACT))
    assert ask(store, f"SELECT ?o {{ <{node}> rdf:object ?o }}") == [[other]]
    assert ask(store, f"SELECT ?x {{ VALUES ?x {{ <{o}> <{other}> }} <{s}> <{p}> ?x }}") == [[other]]
    former = {
        (one["predicate"]["iri"], one["value"].get("iri"))
        for one in describe(StoreReader(store), node)["history"][0]["former"]
    }
    assert former == {(PREFIXES["rdf"] + "object", o), (p, o)}


def test_a_relation_that_another_statement_states_stays_when_one_is_corrected(store: ox.Store) -> None:
    node, s, p, o = statement(store)
    store.extend(
        ox.Quad(ox.NamedNode(f"{YH}other-statement"), q.predicate, q.object)
        for q in store.quads_for_pattern(ox.NamedNode(node), None, None)
    )
    apply(store, correct(store, node, {"object": "lincheng-city"}, ACT))
    assert ox.Quad(ox.NamedNode(s), ox.NamedNode(p), ox.NamedNode(o)) in store
    assert ox.Quad(ox.NamedNode(s), ox.NamedNode(p), ox.NamedNode(f"{YH}lincheng-city")) in store


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"predicate": "skos:prefLabel"}, "is no relation|the graph has no"),
        ({"predicate": "evidence"}, "is no relation"),
        ({"object": "nobody"}, "the graph has no nobody"),
        ({"object": "lincheng-city", "subject": "lincheng-city"}, "would be related to itself"),
        ({"value": "1"}, "nothing of a statement"),
    ],
)
def test_a_statement_goes_on_stating_a_relation_between_things(
    store: ox.Store, changes: dict[str, str], said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        correct(store, statement(store)[0], changes, ACT)


@pytest.mark.parametrize("parts", [('"x"', '"y"', '"z"'), ("yh:a", "", "yh:b"), ("yh:a", '"y"', "yh:b")])
def test_a_statement_that_states_no_relation_is_revised_without_one(store: ox.Store, parts: tuple[str, ...]) -> None:
    said = " ".join(
        f"; rdf:{name} {part}" for name, part in zip(("subject", "predicate", "object"), parts, strict=True) if part
    )
    store.update(f"{PREFIX} INSERT DATA {{ yh:f a rdf:Statement {said} ; yho:modality yho:asserted }}")
    apply(store, correct(store, f"{YH}f", {"modality": "planned"}, ACT))
    apply(store, retract(store, f"{YH}f", LATER))


def test_names_and_class_of_a_thing_are_corrected_each_language_for_itself(store: ox.Store) -> None:
    thing = f"{YH}yunshan-foods"
    changes = {"name_zh": "云杉食品厂", "other_names_zh": "云杉厂|老云杉", "class": "CompanyGroup"}
    apply(store, correct(store, thing, changes, ACT))
    told = describe(StoreReader(store), thing)
    assert told["label"] == {"zh": "云杉食品厂", "en": "Yunshan Foods"}
    assert {name["text"] for name in told["names"]} == {"云杉厂", "老云杉"}
    assert [kind["id"] for kind in told["types"]] == ["yho:CompanyGroup"]
    assert {one["value"].get("value") or one["value"]["id"] for one in told["history"][0]["former"]} == {
        "云杉食品公司",
        "yho:Company",
    }
    apply(store, correct(store, thing, {"other_names_zh": "none"}, LATER))
    assert describe(StoreReader(store), thing)["names"] == []


def test_the_classes_of_things_are_those_below_the_entity(store: ox.Store) -> None:
    with pytest.raises(UsageError, match="is no class of things"):
        correct(store, f"{YH}yunshan-foods", {"class": "Period"}, ACT)
    with pytest.raises(UsageError, match="no fact that can be corrected"):
        correct(store, f"{YH}period-2030", {"name_zh": "x"}, ACT)


def test_a_mention_is_corrected_and_its_text_merged_again_brings_nothing_back(store: ox.Store) -> None:
    draft = [q.triple for q in ox.parse(path=QINGHE, format=ox.RdfFormat.TURTLE)]
    mention = f"{YH}qinghe-2031-mention-bailin-township-622"
    apply(store, correct(store, mention, {"thing": "沈河镇"}, ACT))
    apply(store, correct(store, f"{YH}yunshan-foods", {"name_zh": "云杉食品厂"}, ACT))
    node, *_ = statement(store)
    apply(store, correct(store, node, {"object": "lincheng-city"}, ACT))
    outcome = merge(store, draft)
    assert outcome.additions == ()
    assert set(outcome.left_out) == {mention, node}


# --- retractions ------------------------------------------------------------------------------------------------------------


def test_a_retracted_figure_is_in_no_answer_and_its_name_tells(store: ox.Store) -> None:
    apply(store, retract(store, BUDGET, LATER))
    assert values(store) == []
    assert BUDGET not in {row["figure"] for row in figures.read(StoreReader(store))}
    told = describe(StoreReader(store), BUDGET)
    assert [kind["id"] for kind in told["types"]] == ["yho:RetractedFact"]
    assert told["label"]["zh"] == "预算收入"
    assert "预算收入（已撤回的事实）" in cite(StoreReader(store), BUDGET).text("zh")
    assert "(retracted fact)" in cite(StoreReader(store), BUDGET).bibtex("en")
    assert (told["history"][0]["kind"], told["history"][0]["why"][0]["text"]) == ("Retraction", "printed by mistake")
    with pytest.raises(ConflictError, match="is retracted already"):
        correct(store, BUDGET, {"value": "1"}, LATER)
    with pytest.raises(ConflictError, match="is retracted already"):
        retract(store, BUDGET, LATER)


def test_a_relation_goes_with_the_last_statement_that_states_it(store: ox.Store) -> None:
    node, s, p, o = statement(store)
    plain = ox.Quad(ox.NamedNode(s), ox.NamedNode(p), ox.NamedNode(o))
    other = [
        ox.Quad(ox.NamedNode(f"{YH}other-statement"), q.predicate, q.object)
        for q in store.quads_for_pattern(ox.NamedNode(node), None, None)
    ]
    store.extend(other)
    apply(store, retract(store, node, ACT))
    assert plain in store
    apply(store, retract(store, f"{YH}other-statement", ACT))
    assert plain not in store
    assert describe(StoreReader(store), node)["history"][0]["kind"] == "Retraction"


def test_a_figure_that_another_qualifies_is_retracted_after_that(store: ox.Store) -> None:
    ((other, figure),) = ask(store, "SELECT ?o ?f { ?o yho:qualifies ?f . ?f a qb:Observation } ORDER BY ?o LIMIT 1")
    with pytest.raises(ConflictError, match="qualifies"):
        retract(store, figure, ACT)
    apply(store, retract(store, other, ACT))
    apply(store, retract(store, figure, ACT))


@pytest.mark.parametrize("fact", ["no-such-figure", "qinghe-district", "qinghe-2031-span-146-149"])
def test_only_figures_and_statements_are_retracted(store: ox.Store, fact: str) -> None:
    with pytest.raises((NotFoundError, UsageError)):
        retract(store, YH + fact, ACT)


def test_terms_and_other_peoples_facts_are_not_ours_to_change(store: ox.Store) -> None:
    figure = ox.NamedNode("https://example.org/figure")
    store.add(ox.Quad(figure, ox.NamedNode(PREFIXES["rdf"] + "type"), ox.NamedNode(PREFIXES["qb"] + "Observation")))
    with pytest.raises(UsageError, match="is not ours"):
        retract(store, figure.value, ACT)


# --- who, when, why ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("by", "why"), [("", "x"), ("x", "  "), ("x" * 3000, "x"), ("a\u202eb", "x"), ("x", "a\x1b[31m"), ("\udcff", "x")]
)
def test_a_revision_without_a_name_or_a_reason_is_refused(by: str, why: str) -> None:
    with pytest.raises(UsageError, match="A revision needs"):
        Act(by, why, datetime.now(UTC))


def test_limits_stay_where_the_former_value_was_no_number(store: ox.Store) -> None:
    value = ox.NamedNode(PREFIXES["sdmx-measure"] + "obsValue")
    (before,) = store.quads_for_pattern(ox.NamedNode(BUDGET), value, None)
    store.remove(before)
    store.add(ox.Quad(before.subject, value, ox.Literal("NaN", datatype=ox.NamedNode(PREFIXES["xsd"] + "double"))))
    made = correct(store, BUDGET, {"value": "840000000"}, ACT)
    assert {triple.predicate for triple in made.gone} == {value}


def test_a_revision_is_not_earlier_than_the_one_before_it(store: ox.Store) -> None:
    apply(store, correct(store, BUDGET, {"value": "850000000"}, LATER))
    with pytest.raises(ConflictError, match="which is later"):
        correct(store, BUDGET, {"value": "860000000"}, ACT)


def test_two_people_whose_names_sound_alike_are_two(store: ox.Store) -> None:
    apply(store, correct(store, BUDGET, {"value": "850000000"}, ACT))
    apply(store, correct(store, BUDGET, {"value": "860000000"}, Act("黎明", "又误", LATER.at)))
    assert len(ask(store, "SELECT ?a { ?a a prov:Agent }")) == 2


def test_what_was_revised_is_not_brought_back_by_its_draft(store: ox.Store) -> None:
    draft = [q.triple for q in ox.parse(path=QINGHE, format=ox.RdfFormat.TURTLE)]
    apply(store, retract(store, BUDGET, ACT))
    outcome = merge(store, draft)
    assert outcome.left_out == (BUDGET,)
    assert outcome.additions == ()


# --- commands ---------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_correction_changes_its_own_lines_of_a_file(graph: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = set(graph.read_text(encoding="utf-8").splitlines())
    assert (
        run("correct", "qinghe-2031-figure-budget", "value=850000000", "--in", graph, "--by", "李明", "--why", "误")
        == 0
    )
    gone = before - set(graph.read_text(encoding="utf-8").splitlines())
    assert sorted(line.split()[0] for line in gone) == ["schema:maxValue", "schema:minValue", "sdmx-measure:obsValue"]
    told = capsys.readouterr().out
    assert "sdmx-measure:obsValue: 840000000 → 850000000\n" in told
    assert "schema:minValue: 835000000 → 845000000 (moved along)" in told
    assert "The printed form stays" in told
    files = [*Settings().ontology_files, graph]
    assert validate.validate(validate.graph_of_files(files), validate.graph_of_files(Settings().shape_files)).conforms


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("correct", "qinghe-2031-figure-budget", "kind=share"), 2, "would break the shapes"),
        (
            ("correct", "qinghe-2031-statement-liudi-textile-park-is-located-in-shenhe-town", "modality=planned"),
            2,
            "would break the shapes",
        ),
        (("correct", "qinghe-2031-figure-budget", "bound=over"), 2, "would break the shapes"),
        (("correct", "retired-teacher", "other_names_zh=甲"), 2, "would break the shapes"),
        (("correct", "qinghe-2031-figure-budget", "value"), 2, "NAME=VALUE"),
        (("correct", "qinghe-2031-figure-budget", "value=1", "value=2"), 2, "given twice"),
        (("correct", "qinghe-2031-figure-budget", "value=1", "--on", "yesterday"), 2, "is no time"),
        (("correct", "qinghe-2031-figure-budget", "value=1", "--on", "0001-01-01T00:00:00+08:00"), 2, "is no time"),
        (("retract", "qinghe-2031-figure-budget", "no-such-figure"), 1, "says nothing of"),
    ],
)
def test_what_is_refused_leaves_the_file_as_it_was(
    graph: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], code: int, said: str
) -> None:
    before = graph.read_bytes()
    assert run(*arguments, "--in", graph, "--by", "李明", "--why", "误") == code
    assert said in capsys.readouterr().err
    assert graph.read_bytes() == before


@pytest.mark.slow
def test_what_was_corrected_of_any_kind_conforms_and_is_in_the_difference(
    graph: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ("--in", graph, "--by", "李明", "--why", "误")
    node = "qinghe-2031-statement-lincheng-city-is-within-yunze-province"
    assert run("correct", node, "object=qinghe-district", *given) == 0
    assert run("correct", "yunshan-foods", "name_zh=云杉食品厂", *given) == 0
    capsys.readouterr()
    assert run("diff", QINGHE, graph) == 1
    told = capsys.readouterr().out
    assert "+ lincheng-city yho:isWithin qinghe-district" in told
    assert "- lincheng-city yho:isWithin yunze-province" in told
    assert 'skos:prefLabel: "云杉食品公司"@zh → "云杉食品厂"@zh' in told
    files = [*Settings().ontology_files, graph]
    assert validate.validate(validate.graph_of_files(files), validate.graph_of_files(Settings().shape_files)).conforms


@pytest.mark.slow
def test_facts_of_a_store_are_revised_and_a_dry_run_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "store"
    StoreFolder(folder).create([*Settings().ontology_files, QINGHE])
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    given = ("retract", "qinghe-2031-figure-budget", "--in", folder, "--by", "李明", "--why", "误")
    assert run(*given, "--dry-run") == 0
    assert "未写入" in capsys.readouterr().out
    assert run(*given) == 0
    assert "qinghe-2031-figure-budget 已撤回（第 1 次修订）。" in capsys.readouterr().out
    assert run(*given) == 2
