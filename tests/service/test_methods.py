"""Every route: what ``HEAD`` and ``OPTIONS`` answer, and an address with a slash too many."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from writable import WITH_TOKEN, rows

#: Values for the variables of paths.
FILLED = {
    "extension": "ttl", "format": "csv", "name": "east", "id": "located", "measure": "degree", "filename": "style.css",
    "what": "entity",
}  # fmt: skip
QUERIES = {
    "/api/v1/neighbours": "?id=east", "/api/v1/subgraph": "?id=east", "/api/v1/paths": "?from=east&to=east",
    "/api/v1/entities": "?id=east", "/api/v1/search": "?q=a", "/api/v1/citations": "?iri=east",
    "/api/v1/export": "?format=ttl", "/graphs": "?default", "/sparql": "?query=ASK%7B%7D",
}  # fmt: skip
#: What changes between two answers.
OF_THE_MOMENT = {"X-Request-Id", "Date"}


def paths(app: Flask) -> dict[str, set[str]]:
    """A path for every rule, with the methods that there are."""
    found: dict[str, set[str]] = {}
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<(?:[^<>]*:)?(\w+)>", lambda variable: FILLED.get(variable[1], "east"), rule.rule)
        found.setdefault(path, set()).update(rule.methods or set())
    return found


def test_head_is_get_without_the_body_on_every_route(app: Flask, client: FlaskClient) -> None:
    checked = 0
    for path, methods in paths(app).items():
        if "GET" not in methods or path == "/metrics":
            continue
        address = path + QUERIES.get(path, "")
        got, head = client.get(address), client.head(address)
        assert head.data == b"", path
        assert head.status_code == got.status_code, path
        kept = [{n: v for n, v in answer.headers.items() if n not in OF_THE_MOMENT} for answer in (got, head)]
        assert kept[0] == kept[1], path
        assert got.status_code in (200, 303, 400, 403, 404, 406), path
        checked += got.status_code in (200, 303)
    assert checked > 30


def test_options_tells_the_methods_of_every_route(app: Flask, client: FlaskClient) -> None:
    for path, methods in paths(app).items():
        answer = client.options(path)
        assert (answer.status_code, answer.data) == (204, b""), path
        assert methods <= set(answer.headers["Allow"].split(", ")), path
        assert answer.headers["Access-Control-Allow-Methods"] == answer.headers["Allow"], path


def test_a_method_that_there_is_not_is_405_with_those_that_there_are(app: Flask, client: FlaskClient) -> None:
    for path in paths(app):
        answer = client.patch(path)
        assert answer.status_code == 405, path
        assert "OPTIONS" in answer.headers["Allow"], path


def test_a_slash_at_the_end_changes_nothing_where_the_path_has_no_name_in_it(app: Flask, client: FlaskClient) -> None:
    """Never a redirect: that would name whatever host the client has named."""
    checked = 0
    for rule in app.url_map.iter_rules():
        if rule.arguments or "GET" not in (rule.methods or set()) or rule.rule == "/":
            continue
        path, query = rule.rule.rstrip("/"), QUERIES.get(rule.rule, "")
        plain, slashed = client.get(path + query), client.get(f"{path}/{query}")
        assert slashed.status_code == plain.status_code, path
        assert slashed.mimetype == plain.mimetype, path
        checked += 1
    assert checked > 25


@pytest.mark.parametrize("path", ["/nowhere/", "/api/v1/nowhere/", "/data/nowhere/", "/dump.ttl/x"])
def test_where_there_is_nothing_a_slash_makes_it_no_other_answer(client: FlaskClient, path: str) -> None:
    answer = client.get(path, headers={"Accept": "application/json"})
    assert (answer.status_code, set(answer.get_json())) == (404, {"error"})


HOSTILE = [
    "/api/v1/entities/%ED%A0%80",
    "/api/v1/queries/%2e%2e%2f%2e%2e%2fetc%2fpasswd/run",
    "/api/v1/views/..%2f..%2fetc%2fpasswd",
    "/api/v1/running/%00",
    "/graphs?graph=%ED%A0%80",
    "/graphs/%0d%0aX-Evil:%201",
    "/id/%FF%FE",
    "/data/%E6%BA%90.ttl",
    "/data/..%2f..%2f.ttl",
    "/page/%F0%9F%98%80",
    "/%E2%80%AE/%00/%5c..%5c",
]


@pytest.mark.parametrize("path", HOSTILE)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "PROPFIND", "OPTIONS"])
def test_a_hostile_path_has_a_proper_answer_to_every_method(client: FlaskClient, path: str, method: str) -> None:
    answer = client.open(path, method=method)
    assert answer.status_code in (200, 204, 303, 400, 401, 403, 404, 405)
    assert "X-Evil" not in answer.headers
    if answer.status_code == 405:
        assert answer.headers["Allow"]
    if answer.status_code >= 400 and method != "HEAD":
        assert set(answer.get_json()) == {"error"}


def test_a_graph_may_have_a_name_in_any_script(writable: FlaskClient) -> None:
    name = "https://例子.example/图谱/源😀"
    made = writable.put(
        "/graphs", query_string={"graph": name}, data=b"<a> <b> <c> .", content_type="text/turtle", headers=WITH_TOKEN
    )
    assert made.status_code == 201
    assert made.headers["Location"].isascii()
    assert writable.get(made.headers["Location"], headers={"Accept": "application/n-triples"}).status_code == 200
    assert rows(writable, f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{name}> {{ ?s ?p ?o }} }}") == ["1"]
