"""The application keeps to WSGI, so that any server may run it."""

from __future__ import annotations

import atexit
from collections.abc import Callable
from typing import Any
from wsgiref.util import setup_testing_defaults
from wsgiref.validate import validator

import pytest
from flask import Flask
from tinygraph import TINY

from yuanhui_kg.service import application


@pytest.mark.parametrize(
    ("method", "path", "query", "status"),
    [
        ("GET", "/health", "", "200"), ("GET", "/sparql", "query=ASK%7B%7D", "200"), ("HEAD", "/", "", "200"),
        ("GET", "/id/east", "", "303"), ("OPTIONS", "/sparql", "", "204"), ("GET", "/nowhere", "", "404"),
        ("GET", "/sparql", "query=x", "400"), ("GET", "/static/style.css", "", "200"),
        ("GET", "/sparql", "query=SELECT%20*%20%7B%3Fs%20%3Fp%20%3Fo.%20%3Fa%20%3Fb%20%3Fc%7D", "200"),
    ],
)  # fmt: skip
def test_answers_keep_to_wsgi(app: Flask, method: str, path: str, query: str, status: str) -> None:
    environ: dict[str, Any] = {"REQUEST_METHOD": method, "SCRIPT_NAME": "", "PATH_INFO": path, "QUERY_STRING": query}
    setup_testing_defaults(environ)
    environ.pop("HTTP_HOST")
    told: list[str] = []

    def start_response(line: str, headers: list[tuple[str, str]], _: Any = None) -> Callable[[bytes], object]:
        told.append(line)
        length = [value for name, value in headers if name == "Content-Length"]
        assert length or line.startswith("204")
        return lambda _: None

    answer = validator(app.wsgi_app)(environ, start_response)
    list(answer)
    answer.close()  # type: ignore[attr-defined]
    assert told[0].startswith(status)


def test_another_server_gets_an_application_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    closing: list[Callable[[], None]] = []
    monkeypatch.setattr(atexit, "register", closing.append)
    monkeypatch.setenv("YUANHUI_KG_RESOURCES", str(TINY))
    monkeypatch.setenv("YUANHUI_KG_WORKERS", "1")
    try:
        answer = application().test_client().get("/ready")
        assert answer.get_json()["status"] == "ready"
    finally:
        for close in closing:
            close()
    assert len(closing) == 1
