"""Competency questions: each saved query over the real graph gives the rows worked out from the article by hand.

The rows stand in ``tests/expected/<id>.csv``: a header with the query's variables, then one line a row in the order
that the query promises. IRIs are written with their prefix, literals by their lexical form, unbound cells empty.
"""

from __future__ import annotations

import csv
import io
import json
import re
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest

from yuanhui_kg import catalog
from yuanhui_kg.namespaces import PREFIXES
from yuanhui_kg.query import QueryRequest, evaluate
from yuanhui_kg.settings import Settings
from yuanhui_kg.store import memory_store

HERE = Path(__file__).parent
EXPECTED = HERE / "expected"
SETTINGS = Settings()
QUERIES = catalog.load(SETTINGS.queries)
CONTRACT = {"figures", "mentions", "statements"}
#: Questions across data sets, which have answers where there are some (test_compare.py).
LINKING = {id for id, saved in QUERIES.items() if "linking" in saved.tags}
QUESTIONS = sorted(QUERIES.keys() - CONTRACT - LINKING)
CHECKS = [id for id in QUESTIONS if QUERIES[id].expect == "empty"]
AUDIENCES = {"analyst", "journalist", "data-office"}
NOWHERE = "https://w3id.org/yuanhui-kg/id/no-such-thing"

Rows = list[list[str]]


@cache
def graph() -> ox.Store:
    """The ontology and the article's graph, as the service loads them."""
    return memory_store(SETTINGS.graph_files)


def ask(store: ox.Store, id: str, **values: str) -> Rows:
    """A saved query's answer as cells: the header, then the rows."""
    return rows(store, QUERIES[id].text, QUERIES[id].bindings(values))


def rows(store: ox.Store, text: str, bindings: dict[str, str]) -> Rows:
    out = io.BytesIO()
    evaluate(store, QueryRequest(query=text, bindings=bindings), out)
    answer = json.loads(out.getvalue())
    names = answer["head"]["vars"]
    return [names, *([cell(row.get(name)) for name in names] for row in answer["results"]["bindings"])]


def cell(term: dict[str, str] | None) -> str:
    if term is None:
        return ""
    if term["type"] == "uri":
        for prefix, namespace in PREFIXES.items():
            if term["value"].startswith(namespace):
                return f"{prefix}:{term['value'][len(namespace) :]}"
    return term["value"]


def expected(id: str) -> Rows:
    with open(EXPECTED / f"{id}.csv", encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def planted(turtle: str) -> ox.Store:
    """The ontology with a few triples of our own."""
    store = memory_store(SETTINGS.ontology_files)
    prefixes = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())
    store.load(prefixes + turtle, format=ox.RdfFormat.TURTLE)
    return store


@pytest.mark.parametrize("id", QUESTIONS)
def test_a_question_gives_the_rows_worked_out_by_hand(id: str) -> None:
    assert ask(graph(), id) == expected(id)


def test_there_are_at_least_forty_questions_and_each_has_an_expectation() -> None:
    assert len(QUESTIONS) >= 40
    assert {path.name for path in EXPECTED.iterdir()} == {f"{id}.csv" for id in QUESTIONS}
    assert QUERIES.keys() >= CONTRACT


def test_at_least_three_questions_that_the_article_does_not_answer_come_back_empty() -> None:
    unanswered = [id for id in QUESTIONS if "unanswered" in QUERIES[id].tags]
    assert len(unanswered) >= 3
    assert set(unanswered) <= set(CHECKS)


@pytest.mark.parametrize("id", QUESTIONS)
def test_a_header_says_question_audience_and_outcome(id: str) -> None:
    saved = QUERIES[id]
    assert re.search("[？）]$", saved.summary["zh"])
    assert re.search(r"[?]$|\)\?$", saved.summary["en"])
    assert AUDIENCES & set(saved.tags)
    assert saved.expect == ("rows" if expected(id)[1:] else "empty")
    assert re.search(r"^ORDER BY ", saved.text, re.MULTILINE)


@pytest.mark.parametrize("id", [id for id in QUESTIONS if QUERIES[id].params])
def test_every_parameter_restricts_the_answer(id: str) -> None:
    for param in QUERIES[id].params:
        other = NOWHERE if param.type == "iri" else "1901"
        assert ask(graph(), id, **{param.name: other})[1:] == []


def test_a_parameter_asks_the_same_of_another_thing() -> None:
    rows = ask(graph(), "industry-companies", industry="yh:smart-manufacturing")
    assert [row[1] for row in rows[1:]] == ["yh:juda-intelligent", "yh:letong-yuandefu", "yh:youwei-optoelectronics"]
    rows = ask(graph(), "entity-mentions", entity="yh:wang-huifeng")
    assert rows[1:] == [["yh:wang-huifeng", "王会锋", "28", "31", "2"]]


# --- another district -------------------------------------------------------------------------------------------------


@cache
def elsewhere() -> ox.Store:
    """The ontology with a made-up district's graph."""
    return memory_store([*SETTINGS.ontology_files, HERE / "fixtures" / "qinghe" / "triples.ttl"])


def test_the_questions_ask_any_district_in_the_model() -> None:
    grown = ask(elsewhere(), "fastest-growth", district="yh:qinghe-district", base="2029", period="2030")
    assert [row[4:6] for row in grown[1:]] == [
        ["社会消费品零售总额", "7.1"],
        ["地区生产总值", "6.2"],
        ["规模以上工业增加值", "5.4"],
    ]
    size = ask(elsewhere(), "economy-size", district="yh:qinghe-district", period="2030")
    assert [row[4] for row in size[1:]] == ["120.5", "57.25", "36.8", "8.4", "5.67"]
    near = ask(elsewhere(), "located-in-district", district="yh:qinghe-district")
    assert [row[2] for row in near[1:]] == ["yh:yunshan-foods"]
    hoped = ask(elsewhere(), "companies-only-hoped-for")
    assert {row[0] for row in hoped[1:]} == {"yh:haitang-logistics", "yh:qingxi-tourism", "yh:xinghe-tech"}


# --- what must come back empty does not, where there is something to find ----------------------------------------------

PLANTED = """
yh:figure-people a qb:Observation ; yho:subject yh:yuanhui-district ; yho:kind yho:countKind ;
    yho:indicator yho:residentPopulation ; yho:period yh:period-2020 ; sdmx-measure:obsValue 300000.0 .
yh:figure-then a qb:Observation ; yho:subject yh:yuanhui-district ; yho:kind yho:level ;
    yho:indicator yho:grossRegionalProduct ; yho:period yh:period-2015 ; sdmx-measure:obsValue 1.0 .
yh:figure-spent a qb:Observation ; yho:subject yh:yuanhui-district ; yho:kind yho:level ;
    yho:indicator yho:livelihoodExpenditure ; yho:period yh:period-2020 ; sdmx-measure:obsValue 2.0 .
yh:period-2015 skos:notation "2015"^^edtf:EDTF .
yh:period-2020 skos:notation "2020"^^edtf:EDTF .
yh:article a schema:NewsArticle ; schema:publisher yh:some-paper ; dcterms:issued "2021-06-30"^^xsd:date .
yh:statement-hope rdf:subject yh:a ; rdf:predicate yho:plansToBuild ; rdf:object yh:b ; yho:modality yho:asserted .
yh:statement-fact rdf:subject yh:a ; rdf:predicate yho:operatesIn ; rdf:object yh:b ; yho:modality yho:planned .
yh:statement-sound rdf:subject yh:a ; rdf:predicate yho:isWithin ; rdf:object yh:b ; yho:modality yho:inferred ;
    yho:evidence yh:span .
yh:a yho:isWithin yh:b ; yho:operatesIn yh:b .
yh:figure-then prov:wasRevisionOf yh:figure-then-version-1 .
yh:figure-then-version-1 a yho:FormerVersion ; prov:specializationOf yh:figure-then ;
    prov:invalidatedAtTime "2026-11-27T00:00:00Z"^^xsd:dateTime ; prov:wasInvalidatedBy yh:figure-then-revision-1 ;
    yho:formerly yh:figure-then-version-1-1 .
yh:figure-then-version-1-1 yho:formerPredicate sdmx-measure:obsValue ; yho:formerValue 7.0 .
yh:figure-then-revision-1 a yho:Correction ; prov:wasAssociatedWith yh:agent ; dcterms:description "错字"@zh .
yh:agent skos:prefLabel "甲"@zh .
"""

FOUND = {
    "base-year-totals": [["yh:yuanhui-district", "2015", "yho:grossRegionalProduct", "1"]],
    "figures-without-evidence": [["yh:figure-people"], ["yh:figure-spent"], ["yh:figure-then"]],
    "fiscal-expenditure": [["yh:yuanhui-district", "yho:livelihoodExpenditure", "2", "2020"]],
    "newspaper-and-day": [
        ["yh:article", "dcterms:issued", "2021-06-30"],
        ["yh:article", "schema:publisher", "yh:some-paper"],
    ],
    "population": [["yh:yuanhui-district", "yho:residentPopulation", "300000", "2020"]],
    "prospects-stated-as-facts": [
        ["yh:statement-fact", "yho:operatesIn", "yho:planned"],
        ["yh:statement-hope", "yho:plansToBuild", "yho:asserted"],
    ],
    "relations-without-statement": [["yh:a", "yho:operatesIn", "yh:b"]],
    "revisions": [
        ["yh:figure-then", "Correction", "2026-11-27T00:00:00Z", "甲", "错字", "sdmx-measure:obsValue", "7", "1"]
    ],
}


@pytest.mark.parametrize("id", CHECKS)
def test_what_comes_back_empty_finds_what_is_planted(id: str) -> None:
    assert ask(planted(PLANTED), id)[1:] == FOUND[id]


def test_a_query_with_its_parameters_written_out_answers_the_same() -> None:
    with_defaults = [saved for saved in QUERIES.values() if saved.params]
    assert len(with_defaults) > 40
    for saved in with_defaults:
        text = saved.standalone()
        assert "#+" not in text
        assert text.startswith(f"# {saved.summary['zh']}\n# {saved.summary['en']}\n")
        assert rows(graph(), text, {}) == rows(graph(), saved.text, saved.bindings()), saved.id
