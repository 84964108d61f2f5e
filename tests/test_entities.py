"""What is told of a resource, as JSON and as triples, and what of the whole graph."""

from __future__ import annotations

import json
from typing import Any

import pyoxigraph as ox
import pytest

import graphs
from graphs import yh, yho
from yuanhui_kg import entities
from yuanhui_kg.errors import NotFoundError, UsageError
from yuanhui_kg.namespaces import PREFIXES
from yuanhui_kg.store import StoreReader


@pytest.fixture(scope="module")
def reader() -> StoreReader:
    return graphs.reader()


def told(reader: StoreReader, name: str) -> dict[str, Any]:
    return json.loads(json.dumps(entities.describe(reader, yh(name))))  # type: ignore[no-any-return]


def ends(edges: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(edge["predicate"]["id"], edge["other"]["id"]) for edge in edges]


# --- as JSON ----------------------------------------------------------------------------------------------------------


def test_names_codes_class_and_description_of_an_entity(reader: StoreReader) -> None:
    east = told(reader, "east")
    assert (east["iri"], east["id"]) == (yh("east"), "east")
    assert east["label"] == {"zh": "临东区", "en": "Lindong District"}
    assert east["type"] == {"iri": yho("District"), "id": "yho:District", "label": {"zh": "区", "en": "district"}}
    assert [kind["id"] for kind in east["types"]] == ["yho:District"]
    assert east["names"] == [
        {"text": "临东", "language": "zh", "property": "skos:altLabel"},
        {"text": "林东区", "language": "zh", "property": "skos:hiddenLabel"},
    ]
    assert east["codes"] == [
        {"value": "411199", "datatype": {"iri": yho("code2260"), "id": "yho:code2260"}, "identifier": None}
    ]
    assert east["description"] == {"zh": "虚构的区"}
    assert (east["properties"], east["uses"], east["truncated"]) == ([], [], False)


def test_relations_lead_out_and_in_with_the_other_end_and_their_statements(reader: StoreReader) -> None:
    zone = told(reader, "zone")
    assert ends(zone["relations"]["out"]) == [("yho:locatedIn", "east")]
    assert ends(zone["relations"]["in"]) == [
        ("yho:invests", "mill"),
        ("yho:locatedIn", "mill"),
        ("yho:plansToBuild", "bank"),
    ]
    invests, located, plans = zone["relations"]["in"]
    assert (invests["source"], invests["target"]) == (yh("mill"), yh("zone"))
    assert (invests["modality"], invests["statement"]) == ("asserted", yh("doc-statement-2"))
    assert [span["start"] for span in invests["evidence"]] == [1, 4, 30]
    assert [statement["modality"] for statement in invests["statements"]] == ["asserted", "planned"]
    assert (located["modality"], located["statement"], located["evidence"]) == (None, None, [])
    assert (plans["prospect"], plans["modality"]) == (True, "planned")
    assert plans["evidence"] == [{"iri": yh("doc-span-10-12"), "start": 10, "end": 12, "document": yh("doc-text")}]
    assert plans["other"]["type"]["id"] == "yho:Company"


def test_figures_tell_value_unit_indicator_period_and_evidence(reader: StoreReader) -> None:
    (figure,) = told(reader, "zone")["figures"]
    assert figure["id"] == "doc-figure-1"
    assert (figure["value"], figure["min"], figure["max"]) == (21250000000, 21245000000, 21255000000)
    assert (figure["unit"]["code"], figure["period"]["edtf"]) == ("CNY", "2020")
    assert (figure["indicator"]["label"]["zh"], figure["kind"]["id"]) == ("产值", "yho:level")
    assert (figure["base"], figure["breakdown"], figure["printed"]) == (None, None, ["212.5亿元"])
    assert figure["evidence"] == [{"iri": yh("doc-span-10-12"), "start": 10, "end": 12, "document": yh("doc-text")}]


def test_mentions_and_status_are_told(reader: StoreReader) -> None:
    zone = told(reader, "zone")
    assert zone["mentions"] == [
        {
            "iri": yh("doc-mention-1"),
            "start": 1,
            "end": 3,
            "surface": "东山",
            "span": yh("doc-span-1-3"),
            "document": yh("doc-text"),
        }
    ]
    (status,) = zone["status"]
    assert (status["id"], status["label"]["en"], status["modality"]) == ("yho:operating", "operating", None)
    assert zone["counts"] == {"figures": 1, "out": 1, "in": 3, "mentions": 1, "properties": 0}


def test_a_status_tells_who_states_it() -> None:
    data = """yh:zone adms:status yho:operating . yh:s a rdf:Statement ; rdf:subject yh:zone ; rdf:predicate adms:status ;
        rdf:object yho:operating ; yho:modality yho:inferred ."""
    (status,) = told(graphs.reader(graphs.ONTOLOGY + data), "zone")["status"]
    assert (status["modality"], status["statement"]) == ("inferred", yh("s"))


def test_a_code_of_an_identifier_comes_once_with_the_identifier() -> None:
    data = """yh:a skos:notation "1"^^yho:c ; adms:identifier yh:id-1 . yh:id-1 skos:notation "1"^^yho:c, "2" ."""
    codes = told(graphs.reader(data), "a")["codes"]
    assert [(code["value"], code["identifier"]) for code in codes] == [("1", yh("id-1")), ("2", yh("id-1"))]


def test_a_figure_a_span_a_statement_and_a_term_can_be_asked_for(reader: StoreReader) -> None:
    assert told(reader, "doc-figure-1")["figure"]["value"] == 21250000000
    assert told(reader, "doc-figure-1")["evidence"][0]["start"] == 10
    span = told(reader, "doc-span-10-12")
    assert span["span"] == {"iri": yh("doc-span-10-12"), "start": 10, "end": 12, "document": yh("doc-text")}
    (use,) = span["uses"]
    assert (use["predicate"]["id"], use["count"]) == ("yho:evidence", 2)
    assert {node["id"] for node in use["nodes"]} == {"doc-figure-1", "doc-statement-3"}
    statement = told(reader, "doc-statement-3")
    values = {group["predicate"]["id"]: group["values"] for group in statement["properties"]}
    assert values["rdf:object"][0]["label"]["zh"] == "东山产业园"
    term = entities.describe(reader, yho("District"))
    assert (term["label"]["en"], term["type"]["id"]) == ("district", "owl:Class")
    assert term["uses"][0]["nodes"][0]["id"] == "east"


def test_other_properties_are_told_by_predicate_literals_and_blank_nodes_too() -> None:
    data = (
        'yh:a schema:url <https://example.org/> ; schema:size 3 ; schema:address [ schema:name "x" ] ; a foaf:Agent .'
    )
    values = {
        group["predicate"]["id"]: group["values"]
        for group in told(graphs.reader(graphs.ONTOLOGY + data), "a")["properties"]
    }
    assert values["schema:size"] == [
        {"value": "3", "language": None, "datatype": {"iri": PREFIXES["xsd"] + "integer", "id": "xsd:integer"}}
    ]
    assert values["schema:address"][0]["iri"] is None


def test_what_named_graphs_say_is_told_too_and_once() -> None:
    reader = graphs.reader(graphs=dict.fromkeys(("https://example.org/1", "https://example.org/2"), "yh:mill foaf:knows yh:far ; yho:invests yh:zone ."))  # fmt: skip
    edges = ends(told(reader, "mill")["relations"]["out"])
    assert edges == [("foaf:knows", "far"), ("yho:invests", "zone"), ("yho:locatedIn", "zone")]
    assert ends(told(reader, "far")["relations"]["in"]) == [("foaf:knows", "mill")]


def test_long_lists_are_cut_fairly_and_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entities, "MAX_ITEMS", 4)
    monkeypatch.setattr(entities, "MAX_USES", 2)
    lines = [f"yh:i{n} yho:invests yh:hub . yh:x{n} yho:evidence yh:hub ." for n in range(9)] + [
        "yh:p yho:partOf yh:hub ."
    ]
    hub = told(graphs.reader(graphs.ONTOLOGY + "\n".join(lines)), "hub")
    assert hub["truncated"] is True
    assert (hub["counts"]["in"], hub["counts"]["uses"]) == (10, 9)
    assert len(hub["relations"]["in"]) == 4
    assert ("yho:partOf", "p") in ends(hub["relations"]["in"])
    assert (hub["uses"][0]["count"], len(hub["uses"][0]["nodes"])) == (9, 2)


@pytest.mark.parametrize("read", [entities.describe, entities.description])
def test_what_the_graph_does_not_know_is_not_found(reader: StoreReader, read: Any) -> None:
    with pytest.raises(NotFoundError, match="nowhere"):
        read(reader, yh("nowhere"))
    with pytest.raises(UsageError, match="Parameter iri"):
        read(reader, "x> ?p ?o } #")


def test_what_is_only_pointed_to_is_known(reader: StoreReader) -> None:
    assert told(reader, "doc-text")["uses"][0]["count"] == 4
    assert entities.description(reader, yh("doc-text")) == []


# --- as triples -------------------------------------------------------------------------------------------------------


def subjects(triples: list[ox.Triple]) -> set[str]:
    return {triple.subject.value.removeprefix(yh("")) for triple in triples}


def test_the_triples_of_a_resource_bring_its_statements_mentions_figures_and_their_spans(reader: StoreReader) -> None:
    triples = entities.description(reader, yh("zone"))
    offsets = ("1-3", "4-9", "10-12", "30-32")
    assert subjects(triples) == {
        *(
            "zone",
            "mill",
            "bank",
            "doc-statement-1",
            "doc-statement-2",
            "doc-statement-3",
            "doc-mention-1",
            "doc-figure-1",
        ),
        *(f"doc-span-{pair}" for pair in offsets),
        *(f"doc-selector-{pair}" for pair in offsets),
    }
    stated = {(t.subject.value, t.predicate.value, t.object.value) for t in triples}
    assert (yh("mill"), yho("invests"), yh("zone")) in stated
    assert (yh("mill"), yho("locatedIn"), yh("zone")) not in stated, "no statement brings it"
    assert triples == sorted(set(triples), key=str)


def test_the_triples_of_a_figure_and_of_a_span_bring_their_selectors(reader: StoreReader) -> None:
    assert subjects(entities.description(reader, yh("doc-figure-1"))) == {
        "doc-figure-1",
        "doc-span-10-12",
        "doc-selector-10-12",
    }
    assert subjects(entities.description(reader, yh("doc-span-1-3"))) == {"doc-span-1-3", "doc-selector-1-3"}


def test_blank_nodes_come_with_what_they_hold_even_in_a_circle() -> None:
    reader = graphs.reader("yh:a schema:address _:b . _:b schema:name 'x' ; schema:part _:c . _:c schema:part _:b .")
    assert len(entities.description(reader, yh("a"))) == 4


# --- the whole graph --------------------------------------------------------------------------------------------------


def test_stats_count_triples_entities_statements_and_figures() -> None:
    ontology = graphs.ONTOLOGY + "yho:Place rdfs:subClassOf yho:Entity . yho:Company rdfs:subClassOf yho:Entity ."
    store = graphs.store(
        ontology + graphs.DATA + graphs.SPANS, {"https://example.org/g": "yh:mill foaf:knows yh:far ."}
    )
    stats = entities.stats(StoreReader(store))
    assert stats["triples"] == len(store)
    assert stats["graphs"] == [
        {"iri": None, "triples": len(store) - 1},
        {"iri": "https://example.org/g", "triples": 1},
    ]
    assert stats["entities"]["total"] == 6
    by_class = {row["type"]["id"]: row["count"] for row in stats["entities"]["by_class"]}
    assert by_class == {"yho:Company": 3, "yho:District": 1, "yho:Place": 1, "yho:Zone": 1}
    assert stats["relations"] == 7
    assert stats["statements"]["total"] == 3
    modalities = [(row["modality"]["id"], row["count"]) for row in stats["statements"]["by_modality"]]
    assert modalities == [("yho:planned", 2), ("yho:asserted", 1)]
    assert (stats["figures"]["total"], stats["figures"]["by_kind"][0]["kind"]["id"]) == (1, "yho:level")
    assert (stats["mentions"], stats["spans"]) == (1, 4)


def test_stats_of_a_foreign_graph_count_members_of_its_own_classes() -> None:
    data = "foaf:Person a owl:Class . yh:a a foaf:Person ; foaf:knows yh:b . yh:s a rdf:Statement ."
    stats = entities.stats(graphs.reader(data))
    assert [(row["type"]["id"], row["count"]) for row in stats["entities"]["by_class"]] == [("foaf:Person", 1)]
    assert stats["relations"] == 1


def test_stats_of_an_empty_graph_are_zeros() -> None:
    stats = entities.stats(graphs.reader(""))
    assert (stats["triples"], stats["entities"]["total"], stats["figures"]["total"]) == (0, 0, 0)
