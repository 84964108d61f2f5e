"""Figures in pages."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient

from yuanhui_kg.service import create_app, paging
from yuanhui_kg.service.paging import Page
from yuanhui_kg.settings import Settings
from yuanhui_kg.workers import Backend

FIGURES = "/api/v1/figures"


@pytest.fixture(scope="module")
def many() -> Iterator[FlaskClient]:
    """A client of a service with the article's figures."""
    with Backend.start(Settings(), indexes=False) as backend:
        yield create_app(Settings(), backend).test_client()


def links(headers: object) -> dict[str, str]:
    return {relation: address for address, relation in re.findall(r'<([^>]*)>; rel="(\w+)"', str(headers))}


def test_the_pages_together_are_the_whole_list(many: FlaskClient) -> None:
    whole = many.get(FIGURES).get_json()
    assert whole["count"] == len(whole["figures"]) > 50
    found, address = [], f"{FIGURES}?limit=30"
    while address:
        answer = many.get(address)
        page = answer.get_json()
        assert page["count"] == whole["count"] == int(answer.headers["X-Total-Count"])
        assert len(page["figures"]) <= 30
        found += page["figures"]
        address = links(answer.headers.getlist("Link")).get("next", "")
    assert found == whole["figures"]


def test_pages_keep_what_was_asked_and_lead_back(many: FlaskClient) -> None:
    answer = many.get(f"{FIGURES}?subject=yuanhui-district&limit=5&offset=12&format=csv")
    assert answer.data.count(b"\n") == 6
    found = links(answer.headers.getlist("Link"))
    assert found["prev"] == f"{FIGURES}?subject=yuanhui-district&limit=5&format=csv&offset=7"
    assert found["first"].endswith("&offset=0")
    assert many.get(found["last"]).data.count(b"\n") > 1


def test_without_a_limit_there_are_no_pages(many: FlaskClient) -> None:
    assert "Link" not in many.get(FIGURES).headers
    beyond = many.get(f"{FIGURES}?offset=9999999").get_json()
    assert beyond["figures"] == []
    assert beyond["count"] > 50


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=-1", "offset=-1", "limit=", "offset=x", "limit=99999999", "limit=1&limit=2"]
)
def test_a_page_that_is_none_is_refused(many: FlaskClient, query: str) -> None:
    answer = many.get(f"{FIGURES}?{query}")
    assert answer.status_code == 400
    assert query.partition("=")[0] in answer.get_json()["error"]["message"]


@pytest.mark.parametrize(
    ("page", "total", "expected"),
    [
        (Page(0, 10), 0, {}),
        (Page(0, 10), 10, {}),
        (Page(0, 10), 11, {"next": "10", "last": "10"}),
        (Page(10, 10), 20, {"first": "0", "prev": "0"}),
        (Page(5, 10), 30, {"first": "0", "prev": "0", "next": "15", "last": "20"}),
        (Page(500, 10), 30, {"first": "0", "prev": "20"}),
        (Page(5), 30, {}),
    ],
)
def test_links_lead_to_pages_that_there_are(page: Page, total: int, expected: dict[str, str]) -> None:
    response = Response()
    with Flask(__name__).test_request_context(f"{FIGURES}?kind=%E6%AF%94%26"):
        paging.tell(response, page, total)
    found = links(response.headers.getlist("Link"))
    assert {name: address.rpartition("=")[2] for name, address in found.items()} == expected
    assert all(address.startswith(f"{FIGURES}?kind=%E6%AF%94%26&offset=") for address in found.values())
