"""Paths, subgraphs, what things have in common and measures over HTTP."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from flask.testing import FlaskClient

YH, YHO = "https://w3id.org/yuanhui-kg/id/", "https://w3id.org/yuanhui-kg/ontology#"


def answer(client: FlaskClient, path: str, **parameters: Any) -> Any:
    found = client.get("/api/v1/" + path, query_string=parameters or None)
    assert found.status_code == 200, found.get_data(as_text=True)
    assert found.mimetype == "application/json"
    return json.loads(found.data)


def error(client: FlaskClient, path: str, status: int, **parameters: Any) -> dict[str, str]:
    found = client.get("/api/v1/" + path, query_string=parameters or None)
    assert found.status_code == status, found.get_data(as_text=True)
    problem: dict[str, str] = found.get_json()["error"]
    return problem


def test_a_path_tells_what_it_rests_on_with_the_evidence(client: FlaskClient) -> None:
    found = answer(client, "paths", **{"from": "east", "to": "evil"})
    (path,) = found["paths"]
    assert (path["nodes"], path["rests_on"]) == ([f"{YH}east", f"{YH}mill", f"{YH}evil"], "prospect")
    edges = [found["edges"][place] for step in path["steps"] for place in step["edges"]]
    assert [edge["modality"] for edge in edges] == [None, "planned"]
    assert [(span["start"], span["end"]) for span in edges[1]["evidence"]] == [(4, 9)]
    assert found["complete"] is True
    assert {node["id"] for node in found["nodes"]} == {"east", "mill", "evil"}


def test_a_path_can_be_asked_for_that_rests_on_what_is_asserted(client: FlaskClient) -> None:
    found = answer(client, "paths", **{"from": "east", "to": "evil", "modality": ["asserted", "unstated"]})
    assert (found["paths"], found["connected"], found["truncated"]) == ([], False, False)
    assert set(found["notice"]) == {"zh", "en"}


@pytest.mark.parametrize(
    ("parameters", "named"),
    [
        ({"from": "east"}, "to"),
        ({"from": "east", "to": ["mill", "evil"]}, "to"),
        ({"from": "east", "to": "east"}, "the same thing"),
        ({"from": "east", "to": "mill", "k": "1001"}, "k"),
        ({"from": "east", "to": "mill", "max_length": "21"}, "max_length"),
        ({"from": "east", "to": "mill", "direction": "up"}, "direction"),
        ({"from": "east", "to": "mill", "modality": "<x>"}, "modalities"),
        ({"from": "east", "to": "mill", "depth": "2"}, "depth"),
    ],
)
def test_a_path_that_is_asked_for_wrongly_is_a_bad_request(
    client: FlaskClient, parameters: dict[str, Any], named: str
) -> None:
    assert named in error(client, "paths", 400, **parameters)["message"]


def test_an_end_that_is_not_there_is_not_found_and_names_like_it_are_offered(client: FlaskClient) -> None:
    problem = error(client, "paths", 404, **{"from": "mill", "to": "lindong"})
    assert "lindong" in problem["message"]
    assert "Did you mean east" in problem["hint"]
    assert "Did you mean" not in error(client, "neighbours", 404, id="qqq")["hint"]


@pytest.mark.parametrize("how", ["get", "form", "json"])
def test_a_subgraph_is_asked_for_in_three_ways(client: FlaskClient, how: str) -> None:
    things = ["mill", f"{YH}evil"]
    if how == "get":
        found = answer(client, "subgraph", id=things)
    else:
        body = {"data": {"id": things}} if how == "form" else {"json": {"id": things}}
        found = client.post("/api/v1/subgraph", **body).get_json()  # type: ignore[arg-type]
    assert [node["id"] for node in found["nodes"]] == ["evil", "mill"]
    (edge,) = found["edges"]
    assert (edge["source"], edge["target"], edge["modality"]) == (f"{YH}mill", f"{YH}evil", "planned")


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"[1]", "application/json", 400),
        (b"{", "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b'{"id": [1]}', "application/json", 400),
        (b'{"\\ud800": "x"}', "application/json", 400),
        (b'{"depth": "1", "id": "mill"}', "application/json", 400),
        (b"{}", "application/json", 400),
        (b"id=mill", "text/plain", 415),
        (json.dumps({"id": [f"n{number}" for number in range(51)]}).encode(), "application/json", 400),
        (b'{"id": ["nobody", "mill"]}', "application/json", 404),
    ],
)
def test_a_body_that_does_not_fit_is_refused(client: FlaskClient, body: bytes, content_type: str, status: int) -> None:
    found = client.post("/api/v1/subgraph", data=body, content_type=content_type)
    assert found.status_code == status, found.get_data(as_text=True)
    assert found.get_json()["error"]["message"]


def test_what_things_have_in_common_is_listed(client: FlaskClient) -> None:
    found = answer(client, "common", id=["east", "evil"])
    assert found["common"] == [{"iri": f"{YH}mill", "of": 2}]
    assert "at_least" in error(client, "common", 400, id=["east", "evil"], at_least="3")["message"]
    assert "2 to 100" in error(client, "common", 400, id="east")["message"]


def test_every_measure_is_listed_and_answers_rows_that_can_be_joined(client: FlaskClient) -> None:
    measures = answer(client, "analytics")["measures"]
    for name in measures:
        extra = {"id": "east"} if name == "similarity" else {}
        found = answer(client, f"analytics/{name}", **extra)
        assert found["measure"] == name
        assert all(row["iri"] and {"id", "label", "type", "value"} <= set(row) for row in found["rows"])
        assert found["rows"]


@pytest.mark.parametrize("how", [{"headers": {"Accept": "text/csv"}}, {"query_string": {"format": "csv"}}])
def test_a_measure_comes_as_csv(client: FlaskClient, how: dict[str, Any]) -> None:
    found = client.get("/api/v1/analytics/degree", **how)
    assert (found.status_code, found.mimetype) == (200, "text/csv")
    rows = list(csv.DictReader(io.StringIO(found.get_data(as_text=True))))
    assert rows[0]["iri"].startswith("https://")
    assert set(rows[0]) == {"iri", "id", "label_zh", "label_en", "type", "value", "out", "in", "neighbours"}


def test_a_measure_can_be_of_a_part_and_cut(client: FlaskClient) -> None:
    found = answer(client, "analytics/degree", **{"from": "mill", "depth": "1", "type": f"{YHO}Company", "limit": "1"})
    assert (len(found["rows"]), found["total"], found["truncated"]) == (1, 2, True)
    assert answer(client, "analytics/degree", limit="all")["truncated"] is False


@pytest.mark.parametrize(
    ("path", "parameters", "status"),
    [
        ("analytics/beauty", {}, 404),
        ("analytics/degree", {"samples": "3"}, 400),
        ("analytics/degree", {"limit": "none"}, 400),
        ("analytics/pagerank", {"damping": "1"}, 400),
        ("analytics/communities", {"resolution": "nan"}, 400),
        ("analytics/similarity", {}, 400),
        ("analytics/similarity", {"id": "nobody"}, 404),
        ("analytics/degree", {"from": "nobody"}, 404),
        ("analytics/degree", {"format": "xml"}, 400),
        ("analytics/degree", {"format": ""}, 400),
        ("analytics/betweenness", {"samples": ""}, 400),
        ("neighbours", {"id": "mill", "per_hop": ""}, 400),
    ],
)
def test_a_measure_that_is_asked_for_wrongly_is_named(
    client: FlaskClient, path: str, parameters: dict[str, Any], status: int
) -> None:
    assert error(client, path, status, **parameters)["message"]


def test_neighbours_tell_what_a_limit_left_out(client: FlaskClient) -> None:
    found = answer(client, "neighbours", id="mill", per_hop="1")
    (hop,) = found["left_out"]["hops"]
    assert (found["truncated"], hop["found"], hop["kept"], hop["behind"][0]["id"]) == (True, 2, 1, "mill")
    assert answer(client, "neighbours", id="mill", modality="planned")["counts"] == {"nodes": 2, "edges": 1}
