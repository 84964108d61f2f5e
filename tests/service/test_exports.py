"""``/api/v1/export``."""

from __future__ import annotations

import csv
import io
import json

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from lxml import etree

from yuanhui_kg import views
from yuanhui_kg.export.exporting import NAMES

PATH = "/api/v1/export"
YHO = "https://w3id.org/yuanhui-kg/ontology#"


@pytest.mark.parametrize("format", NAMES)
@pytest.mark.parametrize("part", [{}, {"from": "east"}])
def test_every_format_is_served(client: FlaskClient, format: str, part: dict[str, str]) -> None:
    answer = client.get(PATH, query_string={"format": format, **part})
    assert answer.status_code == 200, answer.get_data(as_text=True)
    assert answer.data
    assert f"filename=export.{format}" in answer.headers["Content-Disposition"]
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert answer.headers["ETag"]
    assert client.get(PATH, query_string={"format": format, **part}).data == answer.data
    held = {"If-None-Match": answer.headers["ETag"]}
    assert client.get(PATH, query_string={"format": format, **part}, headers=held).status_code == 304


def test_media_types_are_those_of_the_formats(client: FlaskClient) -> None:
    expected = {
        "ttl": "text/turtle; charset=utf-8",
        "graphml": "application/graphml+xml",
        "svg": "image/svg+xml",
        "pdf": "application/pdf",
        "geojson": "application/geo+json",
        "html": "text/html; charset=utf-8",
    }
    for format, media_type in expected.items():
        assert client.get(PATH, query_string={"format": format, "from": "east"}).headers["Content-Type"] == media_type


def test_a_page_is_a_file_to_keep_and_a_picture_is_shown(client: FlaskClient) -> None:
    kinds = {}
    for format in ("html", "svg"):
        answer = client.get(PATH, query_string={"format": format, "from": "east"})
        kinds[format] = answer.headers["Content-Disposition"].partition(";")[0]
    assert kinds == {"html": "attachment", "svg": "inline"}


def test_parts_are_chosen_as_on_the_command_line(client: FlaskClient) -> None:
    def graph(**given: object) -> dict[str, list[dict[str, str]]]:
        answer = client.get(PATH, query_string={"format": "json", **given})
        assert answer.status_code == 200, answer.get_data(as_text=True)
        found: dict[str, list[dict[str, str]]] = answer.get_json()
        return found

    whole = graph()
    assert len(whole["links"]) > len(graph(**{"from": "east"})["links"]) > 0
    found = graph(**{"from": ["east", "evil"], "depth": 2, "lang": "en", "communities": "1"})
    assert all("community" in node for node in found["nodes"])
    way = graph(path=["mill", "east"])
    assert {node["id"].rpartition("/")[2] for node in way["nodes"]} >= {"mill", "east"}
    text = f"SELECT ?s ?o {{ ?s <{YHO}locatedIn> ?o }}"
    assert {edge["name"] for edge in graph(query=text)["links"]} >= {"locatedIn"}
    assert graph(query="companies")["nodes"]


def test_what_a_query_answers_anew_each_time_is_not_kept(client: FlaskClient) -> None:
    given = {"format": "csv", "query": "SELECT (UUID() AS ?a) {}"}
    first, second = (client.get(PATH, query_string=given) for _ in range(2))
    assert first.data != second.data
    assert first.headers["Cache-Control"] == "no-store"
    assert "ETag" not in first.headers
    assert client.get(PATH, query_string=given, headers={"If-None-Match": "*"}).status_code == 200


def test_a_query_s_export_names_the_graphs_that_are_not_there(client: FlaskClient) -> None:
    given = {"format": "csv", "query": "SELECT * FROM <urn:none> { ?s ?p ?o }"}
    assert client.get(PATH, query_string=given).headers["X-Missing-Graphs"] == "<urn:none>"


def test_relative_iris_are_resolved_as_in_other_queries(client: FlaskClient) -> None:
    query = "SELECT (<x> AS ?a) {}"
    answers = [client.get(path, query_string={"format": "csv", "query": query}) for path in (PATH, "/sparql")]
    assert [answer.text.split() for answer in answers] == [["a", "http://localhost/x"]] * 2


def test_the_rows_of_a_saved_query_are_a_table(client: FlaskClient) -> None:
    answer = client.get(PATH, query_string={"format": "csv", "query": "companies"})
    expected = client.get("/api/v1/queries/companies/run", headers={"Accept": "text/csv"}).data
    read = [list(csv.reader(io.StringIO(data.decode(), newline=""))) for data in (answer.data, expected)]
    assert read[0] == read[1]
    given = {"format": "csv", "query": "located", "place": "yh:evil"}
    assert client.get(PATH, query_string=given).data.count(b"\n") == 1
    assert client.get(PATH, query_string={**given, "place": "yh:east"}).data.count(b"\n") == 2
    assert client.get(PATH, query_string={**given, "query": "companies"}).status_code == 400


def test_what_was_cut_is_told_in_a_header(client: FlaskClient) -> None:
    answer = client.get(PATH, query_string={"format": "csv", "from": "mill", "limit": 2})
    assert "limit" in answer.headers["X-Export-Note"]
    assert "X-Export-Note" not in client.get(PATH, query_string={"format": "csv", "from": "east"}).headers


def test_triples_of_a_query_come_as_they_are(client: FlaskClient) -> None:
    text = f"CONSTRUCT {{ ?o <urn:inverse> ?s }} WHERE {{ ?s <{YHO}locatedIn> ?o }}"
    answer = client.get(PATH, query_string={"format": "nt", "query": text})
    predicates = {quad.predicate.value for quad in ox.parse(answer.data, format=ox.RdfFormat.N_TRIPLES)}
    assert predicates == {"urn:inverse"}


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({}, 400),
        ({"format": "doc"}, 400),
        ({"format": "svg", "from": "nobody"}, 404),
        ({"format": "svg", "from": "not an iri"}, 400),
        ({"format": "svg", "depth": "2"}, 400),
        ({"format": "svg", "from": "east", "depth": "99"}, 400),
        ({"format": "svg", "from": "east", "limit": "51"}, 400),
        ({"format": "svg", "from": "east", "query": "companies"}, 400),
        ({"format": "svg", "path": "east"}, 400),
        ({"format": "svg", "path": ["east", "east"]}, 400),
        ({"format": "svg", "query": "nosuch"}, 404),
        ({"format": "svg", "query": "SELECT * {"}, 400),
        ({"format": "svg", "query": "SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }"}, 403),
        ({"format": "svg", "table": "nodes"}, 400),
        ({"format": "csv", "table": "rows"}, 400),
        ({"format": "ttl", "bom": "1"}, 400),
        ({"format": "svg", "unknown": "1"}, 400),
    ],
)
def test_what_cannot_be_exported_is_an_error_of_the_one_shape(
    client: FlaskClient, given: dict[str, object], status: int
) -> None:
    answer = client.get(PATH, query_string=given)
    assert answer.status_code == status, answer.get_data(as_text=True)
    assert answer.get_json()["error"]["message"]


def test_the_graphs_texts_cannot_leave_their_place(client: FlaskClient) -> None:
    """Nothing that a request says stands in a file but as text."""
    query = "SELECT ?s { ?s ?p '</script><script>alert(1)</script>' }"
    page = client.get(PATH, query_string={"format": "html", "query": query}).get_data(as_text=True)
    assert page.count("<script") == 2
    picture = client.get(PATH, query_string={"format": "svg", "query": query}).data
    assert etree.fromstring(picture).tag.endswith("svg")
    assert json.loads(client.get(PATH, query_string={"format": "geojson", "query": query}).data)["features"] == []


# --- views ------------------------------------------------------------------------------------------------------------


def test_saved_views_are_listed_and_read(client: FlaskClient) -> None:
    found = {view["name"]: view for view in client.get("/api/v1/views").get_json()["views"]}
    assert found.keys() == {"asked", "mill"}
    assert found["mill"]["title"] == {"zh": "绿源公司周边"}
    answer = client.get(found["mill"]["document"])
    assert answer.get_json()["from"] == ["mill"]
    held = {"If-None-Match": answer.headers["ETag"]}
    assert client.get(found["mill"]["document"], headers=held).status_code == 304
    assert client.get(found["mill"]["export"] + "svg").status_code == 200
    for path in ("/api/v1/views/none", "/api/v1/views/..%2Fqueries", f"{PATH}?format=svg&view=none"):
        answer = client.get(path)
        assert (answer.status_code, "error" in answer.get_json()) == (404, True)
    for method in ("post", "put", "delete"):
        assert getattr(client, method)("/api/v1/views/mill").status_code == 405


def test_a_view_is_exported_by_name_and_from_the_url_alike(client: FlaskClient) -> None:
    document = client.get("/api/v1/views/mill").get_json()
    named = client.get(PATH, query_string={"format": "json", "view": "mill"})
    inline = client.get(PATH, query_string={"format": "json", "view": views.encoded(document)})
    assert named.data == inline.data
    graph = named.get_json()
    names = {node["id"].rpartition("/")[2] for node in graph["nodes"]}
    assert "mill" in names
    assert "east" not in names
    assert graph["graph"]["name"] == "绿源公司周边"
    asked = client.get(PATH, query_string={"format": "json", "view": "asked", "lang": "en"}).get_json()
    assert asked["graph"]["name"] == "Companies"
    assert {node["type"] for node in asked["nodes"]} == {"Company"}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"view": "mill", "from": "east"}, "from does not go with view"),
        ({"view": "mill", "communities": "1"}, "communities does not go with view"),
        ({"view": "z:AAAA"}, "cannot be unpacked"),
        ({"view": "z:" + "A" * 70_000}, "max_view_bytes"),
        ({"view": views.encoded({"view": 1, "title": {"en": "x"}, "from": ["a"], "limit": 1e3})}, "whole number"),
        ({"view": views.encoded({"view": 1, "title": {"en": "x"}, "from": ["a"], "limit": 9_999_999})}, "limit is"),
        ({"predicate": "locatedIn"}, "goes with from or path"),
        ({"path": ["mill", "east"], "modality": "Not a word!"}, "modalities"),
    ],
)
def test_a_view_that_does_not_fit_is_refused_with_the_reason(
    client: FlaskClient, given: dict[str, object], message: str
) -> None:
    answer = client.get(PATH, query_string={"format": "json", **given})
    assert answer.status_code == 400, answer.get_data(as_text=True)
    assert message in answer.get_json()["error"]["message"]


def test_relations_and_things_are_chosen_by_kind(client: FlaskClient) -> None:
    every = client.get(PATH, query_string={"format": "json", "from": "mill", "depth": 2}).get_json()["links"]
    some = client.get(PATH, query_string={"format": "json", "from": "mill", "depth": 2, "predicate": "locatedIn"})
    names = {link["name"] for link in some.get_json()["links"]}
    assert names == {"locatedIn"}
    assert len(some.get_json()["links"]) < len(every)
