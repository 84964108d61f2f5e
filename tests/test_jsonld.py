"""JSON-LD under the published context: exactly the same triples, and nothing is fetched."""

from __future__ import annotations

import json
from typing import Any

import pyoxigraph as ox
import pytest

import graphs
from yuanhui_kg.errors import DataError
from yuanhui_kg.export import jsonld
from yuanhui_kg.namespaces import PREFIXES, YH, YHO
from yuanhui_kg.settings import Settings
from yuanhui_kg.store import StoreReader, memory_store

ODD = r"""
yh:a a yho:Place, schema:Thing ; skos:prefLabel "甲"@zh, "乙"@zh, "a"@en, "untagged", "fr"@fr-ca ; yho:subject "no node" ;
    oa:start 5, 007, "5"^^xsd:string, "x"^^xsd:integer, 5.5, 123456789012345678901234567890 ; oa:end true ;
    schema:minValue 5, 5.50, 1.5e3 ; skos:notation "2020"^^edtf:EDTF, "plain", "" ; yho:unit unit:NUM ;
    rdf:subject yh:b, "text" ; rdfs:seeAlso <https://e.example/a?b=c#d>, <https://w3id.org/yuanhui-kg/id/a%20b>,
    rdf:subject, <urn:isbn:1>, <mailto:a@e.example> ; <https://e.example/p/q> _:x ; schema:name "a\"b\\c\nd\u2028" .
_:x schema:part _:y, "<b>" . _:y schema:part _:x ; a _:Kind .
yh:list schema:items ( 1 "two" ( ) ) .
yh:c a "a literal class" .
"""


def context(turtle: str = graphs.ONTOLOGY) -> dict[str, Any]:
    described = turtle.replace(" a owl:", " rdfs:isDefinedBy <https://w3id.org/yuanhui-kg/ontology> ; a owl:")
    return jsonld.make_context(graphs.reader(described))


def back(document: bytes) -> ox.Dataset:
    dataset = ox.Dataset(ox.parse(document, format=ox.RdfFormat.JSON_LD))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return dataset


def canonical(store: ox.Store) -> ox.Dataset:
    dataset = ox.Dataset(store)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return dataset


@pytest.mark.parametrize("turtle", [graphs.ONTOLOGY + graphs.DATA + graphs.SPANS, ODD, ""])
@pytest.mark.parametrize("named", [{}, {"https://e.example/g": "yh:a yho:invests yh:b .", YH + "g": ODD}])
def test_a_document_says_exactly_what_the_graph_says(turtle: str, named: dict[str, str]) -> None:
    store = graphs.store(turtle, named)
    assert back(jsonld.document(store, context())) == canonical(store)
    assert back(jsonld.document(store, {"@context": {"id": "@id", "type": "@type"}})) == canonical(store)


def test_the_data_that_come_along_survive_with_the_published_context() -> None:
    settings = Settings()
    store = memory_store(settings.served_files)
    published = jsonld.context(settings.context_file, StoreReader(store))
    document = jsonld.document(store, published)
    assert set(ox.parse(document, format=ox.RdfFormat.JSON_LD)) == set(store)


def test_a_reference_in_the_place_of_the_context_means_the_same() -> None:
    store = graphs.store(graphs.ONTOLOGY + graphs.DATA)
    named = json.loads(jsonld.document(store, context(), jsonld.CONTEXT))
    assert named["@context"] == jsonld.CONTEXT == "https://w3id.org/yuanhui-kg/ontology/context.jsonld"
    put_in = json.dumps({**named, **context()}).encode()
    assert back(put_in) == canonical(store)
    assert json.loads(jsonld.document(store, context()))["@graph"] == named["@graph"]


def test_an_inline_context_holds_what_is_used_and_no_more() -> None:
    document = json.loads(jsonld.document(graphs.store("yh:a yho:locatedIn yh:b ; yho:unit unit:NUM ."), context()))
    assert set(document["@context"]) == {"id", "type", "yh", "yho", "unit", "locatedIn"}
    assert document["@graph"] == [{"id": "yh:a", "locatedIn": "yh:b", "yho:unit": {"id": "unit:NUM"}}]


def test_a_figure_reads_like_plain_json() -> None:
    store = memory_store(Settings().served_files)
    published = jsonld.context(Settings().context_file, StoreReader(store))
    nodes = json.loads(jsonld.document(store, published))["@graph"]
    figure = next(node for node in nodes if node.get("type") == "Observation")
    assert isinstance(figure["obsValue"], str)
    assert figure["kind"].startswith("yho:")
    assert figure["yho:unit"].startswith("unit:")
    assert set(figure["prefLabel"]) == {"zh", "en"}
    assert isinstance(figure["printedForm"]["zh"], str)
    selector = next(node for node in nodes if node.get("type") == "TextPositionSelector")
    assert isinstance(selector["start"], int)


def test_the_published_context_is_the_one_that_the_ontology_makes() -> None:
    settings = Settings()
    made = jsonld.make_context(StoreReader(memory_store(settings.served_files)))
    published = json.loads(settings.context_file.read_bytes())
    assert published == made, "write it anew: yuanhui-kg export --context-only ontology/context.jsonld"
    assert settings.context_file.read_bytes() == jsonld.serialized(made)


def test_the_context_has_every_class_and_property_of_the_ontology() -> None:
    store = memory_store(Settings().served_files)
    terms = jsonld.make_context(StoreReader(store))["@context"]
    kinds = {ox.NamedNode(PREFIXES["owl"] + name) for name in ("Class", "ObjectProperty", "DatatypeProperty")}
    own = {quad.subject.value for quad in store if quad.object in kinds and quad.subject.value.startswith(YHO)}
    assert len(own) > 100
    known = {value if isinstance(value, str) else value["@id"] for value in terms.values()}
    assert {f"yho:{iri.removeprefix(YHO)}" for iri in own} <= known
    assert PREFIXES.items() <= terms.items(), "no term takes a prefix's place"


def test_a_context_is_made_where_none_is_published_and_a_broken_one_is_named(tmp_path: Any) -> None:
    reader = graphs.reader()
    path = tmp_path / "context.jsonld"
    assert jsonld.context(path, reader) == jsonld.make_context(reader)
    path.write_text("{")
    with pytest.raises(DataError, match=r"context\.jsonld"):
        jsonld.context(path, reader)


@pytest.mark.parametrize(
    "triple",
    [
        ox.Triple(ox.NamedNode(YH + "a"), ox.NamedNode(YHO + "p"), ox.NamedNode("unit:NUM")),
        ox.Triple(
            ox.NamedNode(YH + "a"),
            ox.NamedNode(YHO + "p"),
            ox.Triple(ox.NamedNode(YH + "a"), ox.NamedNode(YHO + "p"), ox.NamedNode(YH + "b")),
        ),
    ],
)
def test_what_json_ld_cannot_say_is_refused(triple: ox.Triple) -> None:
    with pytest.raises(DataError):
        jsonld.document([triple], context())
