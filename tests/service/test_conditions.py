"""Conditional requests (RFC 9110, 13): a change is made only to what its client has seen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse
from writable import WITH_TOKEN, named

from yuanhui_kg.query import GRAPH_FORMATS

ONE = "<https://example.org/s> <https://example.org/p> 1 ."
TWO = "<https://example.org/s> <https://example.org/p> 2 ."
SELECT = f"/sparql?query={quote('SELECT * WHERE { ?s ?p ?o }', safe='')}"


def send(client: FlaskClient, method: str, path: str, data: str = ONE, **conditions: str) -> TestResponse:
    headers = WITH_TOKEN | {name.replace("_", "-"): value for name, value in conditions.items()}
    body: dict[str, Any] = {} if method == "DELETE" else {"data": data, "content_type": "text/turtle"}
    return client.open(path, method=method, headers=headers, **body)


@pytest.fixture
def path(writable: FlaskClient) -> str:
    """A graph that holds one triple."""
    address = f"/graphs?graph={named()}"
    assert send(writable, "PUT", address).status_code == 201
    return address


def tag(client: FlaskClient, address: str, **headers: str) -> str:
    found = client.get(address, headers={name.replace("_", "-"): value for name, value in headers.items()})
    assert found.status_code == 200
    return found.headers["ETag"]


Conditions = Callable[[str], dict[str, str]]
#: What a request supposes, given the graph's tag, and whether that is so.
CASES: dict[str, tuple[Conditions, bool]] = {
    "nothing": (lambda tag: {}, True),
    "that it is there": (lambda tag: {"If_Match": "*"}, True),
    "that it is not there": (lambda tag: {"If_None_Match": "*"}, False),
    "what it is": (lambda tag: {"If_Match": tag}, True),
    "what it is, among others": (lambda tag: {"If_Match": f'"x", {tag} ,"y"'}, True),
    "something else": (lambda tag: {"If_Match": '"x"'}, False),
    "something like it": (lambda tag: {"If_Match": f"W/{tag}"}, False),
    "what it was": (lambda tag: {"If_Match": f'"{"0" * 32}-{tag.strip(chr(34)).partition("-")[2]}"'}, False),
    "nonsense": (lambda tag: {"If_Match": "nonsense"}, False),
    "nothing at all": (lambda tag: {"If_Match": ""}, False),
    "that it is something else": (lambda tag: {"If_None_Match": '"x", W/"y"'}, True),
    "that it is not what it is": (lambda tag: {"If_None_Match": tag}, False),
    "that it is not even like it": (lambda tag: {"If_None_Match": f"W/{tag}"}, False),
    "both, rightly": (lambda tag: {"If_Match": tag, "If_None_Match": '"x"'}, True),
    "both, wrongly": (lambda tag: {"If_Match": tag, "If_None_Match": tag}, False),
}


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
@pytest.mark.parametrize("case", CASES)
def test_a_change_is_made_only_where_its_condition_holds(
    writable: FlaskClient, path: str, method: str, case: str
) -> None:
    suppose, holds = CASES[case]
    before = writable.get(path, headers={"Accept": "application/n-triples"}).data
    answer = send(writable, method, path, TWO, **suppose(tag(writable, path)))
    after = writable.get(path, headers={"Accept": "application/n-triples"})
    if holds:
        assert answer.status_code == 204
        assert after.data != before
    else:
        assert answer.status_code == 412
        assert answer.get_json()["error"]["code"] == "precondition_failed"
        assert after.data == before


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_a_graph_is_made_only_where_there_is_none(writable: FlaskClient, method: str) -> None:
    address = f"/graphs?graph={named()}"
    for condition in ("*", '"x"'):
        assert send(writable, method, address, If_Match=condition).status_code == 412
    assert writable.get(address).status_code == 404
    assert send(writable, method, address, If_None_Match="*").status_code == 201
    assert send(writable, method, address, If_None_Match="*").status_code == 412


def test_conditions_come_after_what_is_wrong_anyway(writable: FlaskClient, path: str) -> None:
    assert send(writable, "DELETE", f"/graphs?graph={named()}", If_Match="*").status_code == 404
    assert writable.put(path, data=ONE, content_type="text/turtle", headers={"If-Match": '"x"'}).status_code == 401
    refused = writable.put(path, data=ONE, content_type="image/png", headers={**WITH_TOKEN, "If-Match": '"x"'})
    assert refused.status_code == 415
    many = ",".join(f'"{number}"' for number in range(101))
    assert send(writable, "PUT", path, If_Match=many).status_code == 400


@pytest.mark.parametrize("media_type", GRAPH_FORMATS)
def test_the_tag_of_any_format_stands_for_the_graph(writable: FlaskClient, path: str, media_type: str) -> None:
    assert send(writable, "PUT", path, If_Match=tag(writable, path, Accept=media_type)).status_code == 204


def test_each_format_has_a_tag_of_its_own(writable: FlaskClient, path: str) -> None:
    assert len({tag(writable, path, Accept=media_type) for media_type in GRAPH_FORMATS}) == len(GRAPH_FORMATS)


def test_the_tag_of_a_compressed_graph_stands_for_it_too(writable: FlaskClient, path: str) -> None:
    lines = "".join(f"<https://example.org/s> <https://example.org/p> {number} .\n" for number in range(500))
    send(writable, "PUT", path, lines)
    plain = tag(writable, path)
    for coding in ("gzip", "br"):
        packed = tag(writable, path, Accept_Encoding=coding)
        assert packed != plain
        assert send(writable, "PUT", path, lines, If_Match=packed).status_code == 204


def test_the_default_graph_has_conditions_too(writable: FlaskClient) -> None:
    address = "/graphs?default"
    added = "<https://example.org/conditional> <https://example.org/p> 1 ."
    assert send(writable, "POST", address, added, If_None_Match="*").status_code == 412
    before = tag(writable, address)
    assert send(writable, "POST", address, added, If_Match=before).status_code == 204
    assert send(writable, "POST", address, added, If_Match=before).status_code == 412


def test_the_tag_of_a_graph_tells_of_that_graph_alone(writable: FlaskClient, path: str) -> None:
    before = tag(writable, path)
    send(writable, "PUT", f"/graphs?graph={named()}", TWO)
    assert tag(writable, path) == before
    assert writable.get(path, headers={"If-None-Match": before}).status_code == 304
    send(writable, "POST", path, TWO)
    assert tag(writable, path) != before
    send(writable, "PUT", path, ONE)
    assert tag(writable, path) == before


@pytest.mark.parametrize("address", [SELECT, "/sparql", "/graphs?default", "/.well-known/void", "/data/east.ttl", "/"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_what_is_read_may_have_a_condition(client: FlaskClient, address: str, method: str) -> None:
    held = tag(client, address)
    for condition, status in (("*", 200), (held, 200), (f'"x", {held}', 200), ('"x"', 412), (f"W/{held}", 412)):
        answer = client.open(address, method=method, headers={"If-Match": condition})
        assert answer.status_code == status, condition
    both = client.open(address, method=method, headers={"If-Match": held, "If-None-Match": held})
    assert both.status_code == 304


def test_dates_are_no_condition(client: FlaskClient) -> None:
    """Nothing here has a Last-Modified that a date could be compared with."""
    dates = ("Sun, 01 Jan 2090 00:00:00 GMT", "Thu, 01 Jan 1970 00:00:00 GMT", "nonsense")
    for name in ("If-Modified-Since", "If-Unmodified-Since", "If-Range"):
        for date in dates:
            assert client.get(SELECT, headers={name: date, "Range": "bytes=0-3"}).status_code == 200
