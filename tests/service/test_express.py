"""Queries answered on the event loop are answered as the application answers them, to the byte and the header."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import quote, urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from test_gateway import Request

from yuanhui_kg.dispatch import Dispatcher, Order
from yuanhui_kg.service import create_app, wire
from yuanhui_kg.service.core import EXTENSION
from yuanhui_kg.service.express import Express
from yuanhui_kg.service.gateway import Gateway
from yuanhui_kg.settings import Settings
from yuanhui_kg.workers import Backend

ROWS = "SELECT ?s ?p ?o { ?s ?p ?o } ORDER BY ?s ?p ?o"
FEW = ROWS + " LIMIT 2"
JSON = "application/sparql-results+json"
Asked = tuple[str, str, list[tuple[str, str]], bytes]


def get(query: str, *headers: tuple[str, str], more: str = "") -> Asked:
    return "GET", f"query={quote(query)}{more}", list(headers), b""


def post(body: bytes, content_type: str, *headers: tuple[str, str], url: str = "") -> Asked:
    return "POST", url, [("content-type", content_type), ("content-length", str(len(body))), *headers], body


FORM = "application/x-www-form-urlencoded"
CASES: dict[str, Asked] = {
    "solutions": get(FEW),
    "chinese": get('SELECT ?s { ?s ?p "临东区"@zh }'),
    "boolean": get("ASK {}"),
    "triples": get("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 3"),
    "describe": get("DESCRIBE <https://w3id.org/yuanhui-kg/id/mill>"),
    "xml": get(FEW, ("accept", "application/sparql-results+xml")),
    "older label": get(FEW, ("accept", "application/json")),
    "csv by format": get(FEW, more="&format=csv"),
    "qualities": get(FEW, ("accept", "text/csv;q=0.1, text/tab-separated-values;q=0.9")),
    "two accepts": get(FEW, ("accept", "text/csv;q=0"), ("accept", "application/sparql-results+xml")),
    "not acceptable": get(FEW, ("accept", "image/png")),
    "not acceptable for triples": get("CONSTRUCT WHERE { ?s ?p ?o }", ("accept", "text/csv")),
    "page asked for": get(FEW, ("accept", "text/html")),
    "changing": get("SELECT (1 AS ?one) { FILTER(RAND() < 2) }"),
    "form": post(urlencode({"query": FEW}).encode(), FORM),
    "direct": post(FEW.encode(), "application/sparql-query", url="default-graph-uri=https%3A%2F%2Fexample.org%2Fgraph"),
    "direct with charset": post(FEW.encode(), "application/sparql-query; charset=utf-8"),
    "other charset": post(FEW.encode(), "application/sparql-query; charset=latin-1"),
    "graph in url": get(FEW, more="&named-graph-uri=https%3A%2F%2Fexample.org%2Fgraph"),
    "unknown graph": get(FEW, more="&default-graph-uri=https%3A%2F%2Fexample.org%2Fnone"),
    "syntax error": get("SELECT * { ?s ?p "),
    "undeclared prefix": get("SELECT * { ?s nope:x ?o }"),
    "service": get("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"),
    "update": get("INSERT DATA { <a:a> <a:b> <a:c> }"),
    "update as parameter": get(FEW, more="&update=x"),
    "twice": get(FEW, more="&query=ASK%7B%7D"),
    "empty": get(" "),
    "description": ("GET", "", [("accept", "text/turtle")], b""),
    "form to ask with": ("GET", "", [("accept", "text/html")], b""),
    "unknown format": get(FEW, more="&format=docx"),
    "too long": get("SELECT * { ?s ?p ?o } #" + "x" * 30_000),
    "bad encoding": ("GET", "query=%ff", [], b""),
    "timeout": get(FEW, more="&timeout=1"),
    "bad timeout": get(FEW, more="&timeout=nan"),
    "other type": post(FEW.encode(), "text/plain"),
    "no type": post(FEW.encode(), ""),
    "update sent here": post(b"CLEAR ALL", "application/sparql-update"),
    "compressed body": post(gzip.compress(FEW.encode()), "application/sparql-query", ("content-encoding", "gzip")),
    "compressed answer": get(ROWS, ("accept-encoding", "gzip, br")),
    "small answer to who takes br": get(FEW, ("accept-encoding", "br")),
    "held": get(FEW, ("if-none-match", '"held"')),
    "any held": get(FEW, ("if-none-match", "*")),
    "head": ("HEAD", f"query={quote(FEW)}", [], b""),
    "options": ("OPTIONS", "", [], b""),
    "put": ("PUT", "", [], b""),
    "two hosts": get(FEW, ("host", "a"), ("host", "b")),
}


def test_the_cases_are_all_here() -> None:
    assert len(CASES) == 46


@pytest.fixture(scope="module")
def plain(settings: Settings) -> Iterator[Backend]:
    """A backend whose settings let nothing be remembered, so that each request is evaluated."""
    with Backend.start(replace(settings, cache_bytes=0)) as backend:
        yield backend


@pytest.fixture(scope="module")
def app(plain: Backend) -> Flask:
    return create_app(plain.settings, plain)


def hurried(app: Flask, asked: Asked) -> tuple[Request, bool]:
    """The answer, and whether the application had no part in it."""
    service = app.extensions[EXTENSION]
    called = []

    def watched(environ: dict[str, object], start_response: object) -> object:
        called.append(environ)
        return app(environ, start_response)  # type: ignore[arg-type]

    async def play() -> Request:
        loop = asyncio.get_running_loop()
        dispatcher = service.backend.dispatch_on(loop)
        gateway = Gateway(
            watched,  # type: ignore[arg-type]
            service.settings,
            4,
            lambda: "1",
            lambda *_: None,
            Express(service, dispatcher),
        )
        method, query_string, headers, body = asked
        merged: dict[str, str] = {}
        for name, value in [("host", "localhost"), ("x-request-id", "me"), *headers]:
            wire.add(merged, name, value)
        request = Request(method, "/sparql", query_string, merged, [body] if body else [])
        try:
            gateway(request)  # type: ignore[arg-type]
            await request.done.wait()
        finally:
            await dispatcher.close()
        return request

    return asyncio.run(play()), not called


def slowly(client: FlaskClient, asked: Asked) -> tuple[int, dict[str, str], bytes]:
    method, query_string, headers, body = asked
    hosts = [value for name, value in headers if name == "host"]
    merged: dict[str, str] = {"x-request-id": "me", "host": "," if hosts else "localhost"}
    for name, value in headers:
        if name != "host":
            merged[name] = f"{merged[name]}, {value}" if name in merged else value
    found = client.open("/sparql", method=method, query_string=query_string, headers=merged, data=body or None)
    return found.status_code, {name.lower(): value for name, value in found.headers}, found.data


@pytest.mark.parametrize("name", CASES)
def test_a_request_is_answered_as_by_the_application(app: Flask, name: str) -> None:
    fast, _ = hurried(app, CASES[name])
    status, headers, body = slowly(app.test_client(), CASES[name])
    assert (fast.status, fast.body) == (status, body)
    assert fast.answered == headers


@pytest.mark.parametrize(
    "name", ["solutions", "boolean", "triples", "xml", "csv by format", "form", "direct", "changing", "graph in url"]
)
def test_a_plain_query_needs_no_application(app: Flask, name: str) -> None:
    assert hurried(app, CASES[name])[1]


def test_a_query_is_evaluated_once_whoever_answers(app: Flask, plain: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    jobs: list[str] = []
    run = Dispatcher.run

    async def counted(self: Dispatcher, order: Order, *rest: object) -> object:
        jobs.append(order.job)
        return await run(self, order, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(Dispatcher, "run", counted)
    for name in ("compressed answer", "syntax error", "service", "not acceptable for triples"):
        jobs.clear()
        assert hurried(app, CASES[name])[1] is False
        assert jobs == ["sparql"], name


def test_a_logged_query_is_left_to_the_application(plain: Backend) -> None:
    app = create_app(replace(plain.settings, log_queries=True), plain)
    assert hurried(app, CASES["solutions"])[1] is False
