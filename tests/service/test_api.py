from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from yuanhui_kg.workers import Backend

YH, YHO = "https://w3id.org/yuanhui-kg/id/", "https://w3id.org/yuanhui-kg/ontology#"


def answer(client: FlaskClient, path: str, **parameters: Any) -> Any:
    found = client.get(path, query_string=parameters or None)
    assert found.status_code == 200, found.get_data(as_text=True)
    assert found.mimetype == "application/json"
    assert found.content_length == len(found.data)
    assert found.headers["Access-Control-Allow-Origin"] == "*"
    return json.loads(found.data)


def error(client: FlaskClient, path: str, status: int, **parameters: Any) -> dict[str, str]:
    found = client.get(path, query_string=parameters or None)
    assert found.status_code == status, found.get_data(as_text=True)
    body = found.get_json()
    assert set(body) == {"error"}
    assert set(body["error"]) == {"code", "message", "hint"}
    problem: dict[str, str] = body["error"]
    return problem


# --- neighbours -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "start", [{"iri": f"{YH}mill"}, {"id": "mill"}, {"id": "yh:mill"}, {"iri": "mill"}, {"iri": f"<{YH}mill>"}]
)
def test_neighbours_start_at_an_iri_a_curie_or_a_local_name(client: FlaskClient, start: dict[str, str]) -> None:
    found = answer(client, "/api/v1/neighbours", **start)
    assert {node["id"] for node in found["nodes"]} == {"mill", "east", "evil"}
    assert found["truncated"] is False
    edge = next(edge for edge in found["edges"] if edge["target"] == f"{YH}evil")
    assert edge["source"] == f"{YH}mill"
    assert edge["predicate"]["label"] == {"zh": "投资", "en": "invests in"}
    assert edge["modality"] == "planned"
    assert [(span["start"], span["end"]) for span in edge["evidence"]] == [(4, 9)]


@pytest.mark.parametrize(
    ("parameters", "ids"),
    [
        ({"id": ["east", "evil"]}, {"east", "evil", "mill"}),
        ({"id": "east", "depth": "2"}, {"east", "mill", "evil"}),
        ({"id": "mill", "direction": "in"}, {"mill"}),
        ({"id": "east", "direction": "in"}, {"east", "mill"}),
        ({"id": "mill", "predicate": "locatedIn"}, {"mill", "east"}),
        ({"id": "mill", "predicate": "yho:locatedIn"}, {"mill", "east"}),
        ({"id": "mill", "predicate": ["locatedIn", "invests"]}, {"mill", "east", "evil"}),
        ({"id": "mill", "type": f"{YHO}Company"}, {"mill", "evil"}),
        ({"id": "mill", "type": "Place"}, {"mill", "east"}),
    ],
)
def test_neighbours_are_chosen_by_parameters(client: FlaskClient, parameters: dict[str, Any], ids: set[str]) -> None:
    found = answer(client, "/api/v1/neighbours", **parameters)
    assert {node["id"] for node in found["nodes"]} == ids


def test_a_limit_that_cuts_says_so(client: FlaskClient) -> None:
    found = answer(client, "/api/v1/neighbours", id="mill", limit="2")
    assert len(found["nodes"]) == 2
    assert found["truncated"] is True


@pytest.mark.parametrize(
    ("parameters", "names"),
    [
        ({}, ["iri", "missing"]),
        ({"id": "mill", "depht": "2"}, ["depht", "depth"]),
        ({"id": "mill", "depth": "x"}, ["depth", "'x'", "between 1 and 10"]),
        ({"id": "mill", "depth": "0"}, ["depth", "'0'", "between 1 and 10"]),
        ({"id": "mill", "depth": "-1"}, ["depth", "'-1'"]),
        ({"id": "mill", "depth": "1.5"}, ["depth", "'1.5'"]),
        ({"id": "mill", "depth": "٣"}, ["depth"]),
        ({"id": "mill", "depth": ["1", "2"]}, ["depth", "2 times"]),
        ({"id": "mill", "limit": "51"}, ["limit", "between 1 and 50"]),
        ({"id": "mill", "limit": ""}, ["limit", "''"]),
        ({"id": "mill", "direction": "up"}, ["direction", "'up'", "both"]),
        ({"id": "mill", "predicate": "a b"}, ["predicate", "'a b'"]),
        ({"id": "mill", "type": "<x"}, ["type", "'<x'"]),
        ({"iri": "nonsense:"}, ["nothing"]),
        ({"id": "mill", "timeout": "0"}, ["timeout", "'0'"]),
    ],
)
def test_what_is_wrong_with_a_parameter_is_said_with_its_name(
    client: FlaskClient, parameters: dict[str, Any], names: list[str]
) -> None:
    status = 404 if names == ["nothing"] else 400
    found = error(client, "/api/v1/neighbours", status, **parameters)
    text = found["message"] + found["hint"]
    if status == 400:
        assert [name for name in names if name not in text] == []


def test_unknown_starts_are_not_found(client: FlaskClient) -> None:
    assert error(client, "/api/v1/neighbours", 404, id="nobody")["code"] == "not_found"


# --- entities ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/entities/east", "/api/v1/entities/yh:east", f"/api/v1/entities/{YH}east",
        f"/api/v1/entities/{quote(YH + 'east', safe='')}", "/api/v1/entities?id=east",
        f"/api/v1/entities?iri={quote(YH + 'east')}",
    ],
)  # fmt: skip
def test_a_thing_is_found_by_every_name(client: FlaskClient, path: str) -> None:
    found = answer(client, path)
    assert found["iri"] == f"{YH}east"
    assert found["label"] == {"zh": "临东区", "en": "Lindong District"}
    assert found["figures"][0]["value"] == 21250000000


def test_a_term_with_a_hash_is_found(client: FlaskClient) -> None:
    assert answer(client, "/api/v1/entities/yho:District")["iri"] == f"{YHO}District"
    assert answer(client, f"/api/v1/entities/{quote(YHO + 'District', safe='')}")["iri"] == f"{YHO}District"


@pytest.mark.parametrize(
    "media_type", ["text/turtle", "application/ld+json", "application/rdf+xml", "application/n-triples"]
)
def test_a_thing_comes_as_rdf_where_accept_says_so(client: FlaskClient, media_type: str) -> None:
    found = client.get("/api/v1/entities/east", headers={"Accept": media_type})
    assert (found.status_code, found.mimetype) == (200, media_type)
    triples = list(ox.parse(found.data, format=ox.RdfFormat.from_media_type(media_type)))
    assert any(triple.subject.value == f"{YH}east" for triple in triples)


def test_a_browser_gets_json_of_a_thing(client: FlaskClient) -> None:
    accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    assert client.get("/api/v1/entities/east", headers={"Accept": accept}).mimetype == "application/json"


def test_things_that_are_not_there_are_not_found(client: FlaskClient) -> None:
    assert error(client, "/api/v1/entities/nobody", 404)["code"] == "not_found"
    assert error(client, "/api/v1/entities/a b", 400)["code"] == "bad_request"
    assert error(client, "/api/v1/entities", 400)["code"] == "bad_request"


# --- search, statistics -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["临", "东区", "临东区", "lindong", "Lindong"])
def test_names_are_found_by_any_part(client: FlaskClient, text: str) -> None:
    found = answer(client, "/api/v1/search", q=text)
    assert f"{YH}east" in [result["iri"] for result in found["results"]]


def test_results_are_limited_to_classes_and_in_number(client: FlaskClient) -> None:
    assert [r["id"] for r in answer(client, "/api/v1/search", q="公司", type="Company", limit="1")["results"]] == [
        "mill"
    ]
    assert answer(client, "/api/v1/search", q="公司", type="District")["results"] == []


@pytest.mark.parametrize(
    "parameters", [{}, {"q": ""}, {"q": " "}, {"q": "x" * 201}, {"q": "x", "limit": "0"}, {"q": "x", "p": "1"}]
)
def test_a_search_that_makes_no_sense_is_refused(client: FlaskClient, parameters: dict[str, str]) -> None:
    assert error(client, "/api/v1/search", 400, **parameters)["code"] == "bad_request"


def test_statistics_count_what_is_served(client: FlaskClient) -> None:
    found = answer(client, "/api/v1/stats")
    assert found["figures"]["total"] == 1
    assert found["statements"]["total"] == 1


def test_answers_of_the_api_can_be_revalidated(client: FlaskClient) -> None:
    first = client.get("/api/v1/neighbours?id=mill")
    again = client.get("/api/v1/neighbours?id=mill", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    other = client.get("/api/v1/neighbours?id=mill&depth=2", headers={"If-None-Match": first.headers["ETag"]})
    assert other.status_code == 200


@pytest.mark.parametrize("path", ["neighbours?id=mill", "search?q=x", "stats", "queries", ""])
def test_json_is_all_there_is(client: FlaskClient, path: str) -> None:
    found = client.get(f"/api/v1/{path}", headers={"Accept": "text/turtle"})
    assert found.status_code == 406
    assert found.get_json()["error"]["code"] == "not_acceptable"


# --- saved queries ----------------------------------------------------------------------------------------------------


def test_saved_queries_are_listed_with_their_parameters(client: FlaskClient) -> None:
    found = {query["id"]: query for query in answer(client, "/api/v1/queries")["queries"]}
    assert set(found) == {"companies", "located"}
    assert found["companies"]["summary"] == {"zh": "有哪些企业？", "en": "Which companies are there?"}
    assert found["located"]["parameters"][0]["name"] == "place"
    assert "SELECT" in answer(client, "/api/v1/queries/located")["text"]


def test_a_saved_query_runs_with_its_parameters(client: FlaskClient) -> None:
    def things(**parameters: str) -> list[str]:
        found = client.get("/api/v1/queries/located/run", query_string=parameters)
        assert found.status_code == 200, found.get_data(as_text=True)
        return [row["thing"]["value"] for row in found.get_json(force=True)["results"]["bindings"]]

    assert things() == [f"{YH}mill"]
    assert things(place="east") == [f"{YH}mill"]
    assert things(place=f"{YH}east") == [f"{YH}mill"]
    assert things(place="mill") == []


def test_a_saved_query_comes_in_the_formats_of_sparql(client: FlaskClient) -> None:
    by_accept = client.get("/api/v1/queries/companies/run", headers={"Accept": "text/csv"})
    by_name = client.get("/api/v1/queries/companies/run?format=csv")
    assert by_accept.data == by_name.data == f"company\r\n{YH}evil\r\n{YH}mill\r\n".encode()


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("nothing/run", 404), ("nothing", 404), ("..%2Fcompanies/run", 404), ("companies/run?place=east", 400),
        ("located/run?place=a%20b", 400), ("located/run?place=east&place=mill", 400), ("companies/run?format=x", 400),
        ("companies/run?format=ttl", 406),
    ],
)  # fmt: skip
def test_a_saved_query_asked_wrongly_is_refused(client: FlaskClient, path: str, status: int) -> None:
    error(client, f"/api/v1/queries/{path}", status)


def test_the_api_tells_its_parts(client: FlaskClient) -> None:
    assert answer(client, "/api/v1/")["endpoints"]["stats"] == "http://localhost/api/v1/stats"


def test_health_and_readiness_are_told(client: FlaskClient) -> None:
    assert answer(client, "/health") == {"status": "ok"}
    assert answer(client, "/ready")["status"] == "ready"


def test_a_service_whose_indexes_are_being_made_is_not_ready(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Backend, "indexes", "none")
    assert client.get("/ready").status_code == 503
    assert client.get("/ready").get_json()["status"] == "loading"
    assert client.get("/health").status_code == 200
