"""The description of the interface says what the routes do."""

from __future__ import annotations

import re
from typing import Any

import jsonschema
import pytest
from flask import Flask
from flask.testing import FlaskClient
from writable import WITH_TOKEN, named

from yuanhui_kg.service import openapi

#: What a path's variables are given as, for the routes that look at them before their parameters.
VALUES = {"id": "companies", "measure": "degree", "extension": "ttl", "format": "", "name": "mill"}
NOT_TOLD = {"static"}
#: Routes that pass over parameters that they do not know, as a protocol or a browser wants it.
LENIENT = {"sparql.sparql", "update.update", "metrics.exposition", "resources.thing", "resources.data", "resources.dump",
           "resources.void", "resources.ontology", "resources.ontology_data",
           *(f"reconcile.{part}{name}" for part in ("", "dataset.") for name in ("reconcile", "suggest", "properties", "preview")),
           *(f"reconcile_draft.{name}" for name in ("about", "suggest", "propose", "preview"))}  # fmt: skip


@pytest.fixture
def document(client: FlaskClient) -> dict[str, Any]:
    answer = client.get("/openapi.json")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.get_json()
    return found


def test_every_route_is_described(app: Flask) -> None:
    """A new route is told of in ``OPERATIONS`` of service/openapi.py."""
    told = {(route.endpoint, route.method) for route in openapi.routes(app.url_map.iter_rules())}
    served = {
        (rule.endpoint, method)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.endpoint not in NOT_TOLD
    }
    assert served - told == set()
    assert {name.partition(" ")[0] for name in openapi.OPERATIONS} == {endpoint for endpoint, _ in served}


def test_it_holds_what_openapi_asks_for(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1.")
    assert document["servers"] == [{"url": "http://localhost"}]
    names = [operation["operationId"] for path in document["paths"].values() for operation in path.values()]
    assert len(names) == len(set(names)) > 40
    for path, operations in document["paths"].items():
        variables = set(re.findall(r"\{(\w+)\}", path))
        for operation in operations.values():
            given = [(each["in"], each["name"]) for each in operation["parameters"]]
            assert len(given) == len(set(given))
            assert {name for where, name in given if where == "path"} == variables
            assert operation["responses"]
    assert {name for each in openapi.OPERATIONS.values() for name in (n.rstrip("*") for n in each.parameters)} <= set(
        openapi.PARAMETERS
    )


#: Pages pass over what they do not know: links to them come with all sorts of things behind.
PAGES = ("pages.", "figures_page.", "ontology_page.", "links_page.", "about.")


def test_the_parameters_are_those_that_the_routes_know(app: Flask, client: FlaskClient) -> None:
    """A route names what it knows when it is given what it does not know."""
    seen = 0
    for route in openapi.routes(app.url_map.iter_rules()):
        if route.method != "GET" or route.endpoint in LENIENT or route.endpoint.startswith(PAGES):
            continue
        path = re.sub(
            r"\{(\w+)\}", lambda match, route=route: (*route.variables[match[1]], VALUES[match[1]])[0], route.path
        )
        answer = client.get(f"{path}?no-such-parameter=1").get_json(silent=True) or {}
        hint = answer.get("error", {}).get("hint", "")
        told = {name.rstrip("*") for name in route.operation.parameters}
        if hint == "This takes no parameters.":
            assert told == set(), route
        elif hint.startswith("Known parameters: "):
            known = set(hint.removeprefix("Known parameters: ").rstrip(".").split(", "))
            assert told == known or (route.operation.more and told <= known), route
        else:
            assert route.endpoint.startswith(("health.", "openapi.page", "operation.")), (route, answer)
            continue
        seen += 1
    assert seen > 20


def test_there_is_a_page_of_it_in_both_languages(client: FlaskClient) -> None:
    zh, en = (client.get("/openapi.html?lang=" + lang).get_data(as_text=True) for lang in ("zh", "en"))
    assert "GET /api/v1/neighbours" in zh
    assert "需要令牌" in zh
    assert "what surrounds a thing" in en


def _done(document: dict[str, Any], path: str, method: str, status: str) -> dict[str, Any]:
    found: dict[str, Any] = document["paths"][path][method]["responses"][status]
    return found


@pytest.mark.parametrize(
    "question", ["neighbours?id={a}", "subgraph?id={a}&id={b}", "common?id={a}&id={b}", "paths?from={a}&to={b}"]
)
def test_answers_of_graph_questions_are_as_described_and_name_their_generation(
    client: FlaskClient, document: dict[str, Any], question: str
) -> None:
    path = "/api/v1/" + question.partition("?")[0]
    shape = _done(document, path, "get", "200")["content"]["application/json"]["schema"]
    assert shape == {"$ref": "#/components/schemas/Graph"}
    answer = client.get("/api/v1/" + question.format(a="east", b="evil")).get_json()
    jsonschema.validate(answer, document["components"]["schemas"]["Graph"])
    assert answer["generation"]


def test_the_header_that_names_the_generation_of_a_write_is_described_where_it_is_sent(
    document: dict[str, Any], writable: FlaskClient
) -> None:
    told = {
        (path, method, status)
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        for status, answer in operation["responses"].items()
        if "X-Generation" in answer.get("headers", {})
    }
    assert {path.partition("{")[0].rstrip("/") for path, *_ in told} == {"/update", "/graphs"}
    graph = f"/graphs?graph={named()}"
    turtle = {**WITH_TOKEN, "Content-Type": "text/turtle"}
    update = {**WITH_TOKEN, "Content-Type": "application/sparql-update"}
    seen = set()
    for path, method, body, headers in (
        (graph, "PUT", b"<urn:a> <urn:b> <urn:c> .", turtle),
        (graph, "PUT", b"<urn:a> <urn:b> <urn:d> .", turtle),
        (graph, "POST", b"<urn:a> <urn:b> <urn:e> .", turtle),
        (graph, "DELETE", b"", WITH_TOKEN),
        (f"/graphs?graph={named()}", "POST", b"<urn:a> <urn:b> <urn:c> .", turtle),
        ("/update", "POST", b"INSERT DATA { <urn:a> <urn:b> <urn:c> }", update),
    ):
        answer = writable.open(path, method=method, data=body, headers=headers)
        assert answer.headers["X-Generation"]
        seen.add((path.partition("?")[0], method.lower(), str(answer.status_code)))
    assert seen == {case for case in told if "{" not in case[0]}
