from __future__ import annotations

from typing import Any

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from yuanhui_kg.service.formats import EXTENSIONS

YH = "https://w3id.org/yuanhui-kg/id/"
ONTOLOGY = "https://w3id.org/yuanhui-kg/ontology"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
VOID, SD = "http://rdfs.org/ns/void#", "http://www.w3.org/ns/sparql-service-description#"
FORMATS = {**EXTENSIONS, "json": "application/ld+json"}


def graph(answer: Any, media_type: str) -> ox.Store:
    assert answer.status_code == 200, answer.get_data(as_text=True)
    store = ox.Store()
    store.load(answer.data, format=ox.RdfFormat.from_media_type(media_type), to_graph=ox.DefaultGraph())
    return store


def objects(store: ox.Store, subject: str | None, predicate: str) -> list[str]:
    node = ox.NamedNode(subject) if subject else None
    return [quad.object.value for quad in store.quads_for_pattern(node, ox.NamedNode(predicate), None, None)]


@pytest.mark.parametrize(
    ("accept", "target"),
    [
        (None, "/data/east.ttl"), ("*/*", "/data/east.ttl"), (BROWSER, "/page/east"), ("text/html", "/page/east"),
        ("application/rdf+xml", "/data/east.rdf"), ("application/ld+json", "/data/east.jsonld"),
        ("application/n-triples", "/data/east.nt"), ("application/json", "/data/east.jsonld"),
        ("text/html;q=0.5, text/turtle;q=0.6", "/data/east.ttl"),
    ],
)  # fmt: skip
def test_an_iri_leads_to_the_page_or_the_data(client: FlaskClient, accept: str | None, target: str) -> None:
    answer = client.get("/id/east", headers={"Accept": accept} if accept else {})
    assert (answer.status_code, answer.headers["Location"]) == (303, target)
    assert "Accept" in answer.vary
    assert client.get(target).status_code == 200


def test_an_iri_without_anything_acceptable_is_refused(client: FlaskClient) -> None:
    assert client.get("/id/east", headers={"Accept": "image/png"}).status_code == 406


@pytest.mark.parametrize(
    "path", ["/id/nobody", "/data/nobody", "/data/nobody.ttl", "/page/nobody", "/id/a%20b", "/data/a%3Cb.ttl",
             "/id/..%2f..%2fetc", "/data/.ttl", "/id/%ff", "/id/", "/page/a%22b", "/ontology.xyz"]
)  # fmt: skip
def test_what_the_graph_does_not_know_is_not_found(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.get_json()["error"]["code"] == "not_found"


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_data_come_in_every_format_by_extension_and_by_accept(client: FlaskClient, extension: str) -> None:
    by_extension = client.get(f"/data/east.{extension}")
    assert by_extension.mimetype == EXTENSIONS[extension]
    found = graph(by_extension, FORMATS[extension])
    assert len(found) > 10
    by_accept = client.get("/data/east", headers={"Accept": EXTENSIONS[extension]})
    assert by_accept.mimetype == EXTENSIONS[extension]
    assert by_accept.data == by_extension.data
    assert "Accept" in by_accept.vary
    assert set(graph(client.get("/data/east.nt"), "application/n-triples")) == set(found)


def test_data_link_to_the_thing_and_its_page(client: FlaskClient) -> None:
    links = client.get("/data/east.ttl").headers.getlist("Link")
    assert '</page/east>; rel="alternate"; type="text/html"' in links
    assert '</id/east>; rel="describes"' in links


def test_data_can_be_revalidated(client: FlaskClient) -> None:
    tag = client.get("/data/east.ttl").headers["ETag"]
    assert client.get("/data/east.ttl", headers={"If-None-Match": tag}).status_code == 304
    assert client.get("/data/east.nt", headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize("path", ["/ontology", "/ontology/"])
def test_the_ontology_leads_to_its_documents(client: FlaskClient, path: str) -> None:
    assert client.get(path).headers["Location"] == "/ontology.ttl"
    page = client.get(path, headers={"Accept": BROWSER})
    assert (page.status_code, page.headers["Location"]) == (303, "/ontology.html")


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_the_ontology_comes_in_every_format(client: FlaskClient, extension: str) -> None:
    found = graph(client.get(f"/ontology.{extension}"), FORMATS[extension])
    assert objects(found, f"{ONTOLOGY}#District", "http://www.w3.org/2000/01/rdf-schema#subClassOf") == [
        f"{ONTOLOGY}#Place"
    ]
    assert objects(found, ONTOLOGY, "http://purl.org/dc/terms/license")
    assert not objects(found, f"{YH}east", "http://www.w3.org/1999/02/22-rdf-syntax-ns#type")


def test_the_data_set_is_described_with_what_is_counted(client: FlaskClient) -> None:
    def count(query: str) -> int:
        answer = client.get("/sparql", query_string={"query": query, "format": "json"})
        return int(answer.get_json(force=True)["results"]["bindings"][0]["n"]["value"])

    store = graph(client.get("/.well-known/void"), "text/turtle")
    dataset = "http://localhost/.well-known/void#dataset"
    expected = {
        "triples": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
        "distinctSubjects": "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }",
        "distinctObjects": "SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s ?p ?o }",
        "classes": "SELECT (COUNT(DISTINCT ?c) AS ?n) { ?s a ?c }",
        "properties": "SELECT (COUNT(DISTINCT ?p) AS ?n) { ?s ?p ?o }",
    }
    for name, query in expected.items():
        assert objects(store, dataset, VOID + name) == [str(count(query))]
    parts = objects(store, dataset, VOID + "propertyPartition")
    assert len(parts) == count(expected["properties"])
    assert sum(int(objects(store, part, VOID + "triples")[0]) for part in parts) == count(expected["triples"])
    assert objects(store, dataset, VOID + "sparqlEndpoint") == ["http://localhost/sparql"]
    types = objects(store, dataset, "http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    assert set(types) == {VOID + "Dataset", "http://www.w3.org/ns/dcat#Dataset"}


@pytest.mark.parametrize(
    "media_type", ["text/turtle", "application/rdf+xml", "application/ld+json", "application/n-triples"]
)
def test_the_description_of_the_data_comes_in_every_rdf_format(client: FlaskClient, media_type: str) -> None:
    answer = client.get("/.well-known/void", headers={"Accept": media_type})
    assert answer.mimetype == media_type
    assert len(graph(answer, media_type)) == len(graph(client.get("/.well-known/void"), "text/turtle"))


def test_the_description_names_the_address_that_was_asked(client: FlaskClient) -> None:
    answer = client.get("/.well-known/void", base_url="https://graph.example.org")
    store = graph(answer, "text/turtle")
    assert objects(store, None, VOID + "sparqlEndpoint") == ["https://graph.example.org/sparql"]
    other = client.get("/.well-known/void", headers={"If-None-Match": answer.headers["ETag"]})
    assert other.status_code == 200
