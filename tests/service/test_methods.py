"""Every route: what ``HEAD`` and ``OPTIONS`` answer, and an address with a slash too many."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

#: Values for the variables of paths.
FILLED = {
    "extension": "ttl", "format": "csv", "name": "east", "id": "located", "measure": "degree", "filename": "style.css",
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
