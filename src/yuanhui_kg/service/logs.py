"""What the service says on standard error: text for people or one JSON object a line for programs.

A query's text is a visitor's business: it is logged only where ``log_queries`` says so. Paths are logged without their
query strings, which hold it too.
"""

from __future__ import annotations

import itertools
import json
import logging
import re
import secrets
import sys
import time
from collections.abc import Mapping
from typing import Any, Final

from flask import Flask, Response, g, request

from ..settings import Settings
from .environ import CLIENT

log = logging.getLogger("yuanhui_kg.request")

_PROCESS: Final = secrets.token_hex(4)
_NUMBERS: Final = itertools.count(1)
_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class JsonLines(logging.Formatter):
    """One JSON object a line: ``time`` (UTC), ``level``, ``logger``, ``message``, and the record's own fields."""

    def format(self, record: logging.LogRecord) -> str:
        seconds, fraction = divmod(record.created, 1)
        line: dict[str, Any] = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{int(fraction * 1000):03}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **_fields(record),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


class Text(logging.Formatter):
    """One line for people; values of fields are quoted where they hold more than a word."""

    def format(self, record: logging.LogRecord) -> str:
        fields = "".join(f" {name}={_word(value)}" for name, value in _fields(record).items())
        text = f"{record.levelname} {record.name}: {record.getMessage()}{fields}"
        return f"{text}\n{self.formatException(record.exc_info)}" if record.exc_info else text


def _fields(record: logging.LogRecord) -> Mapping[str, Any]:
    found: Mapping[str, Any] = getattr(record, "fields", {})
    return found


def _word(value: Any) -> str:
    text = str(value)
    return text if re.fullmatch(r"[\w./:+-]+", text) else json.dumps(text, ensure_ascii=False)


def configure(settings: Settings) -> None:
    """Let this process log as the settings say."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if settings.log_format == "json" else Text())
    logging.basicConfig(level=settings.log_level.upper(), handlers=[handler], force=True)


def install(app: Flask) -> None:
    """Give every request an id, which its answer names, and log it once it is answered."""
    app.before_request(_begin)
    app.after_request(_end)


def request_id(asked: str | None) -> str:
    """The id of a request: the one that it brings, where that is sensible, else one of our own."""
    return asked if asked and _REQUEST_ID.fullmatch(asked) else f"{_PROCESS}{next(_NUMBERS):08x}"


def _begin() -> None:
    g.request_id = request_id(request.headers.get("X-Request-Id"))
    g.started = time.perf_counter()
    client = request.environ.get(CLIENT)
    if client is not None:
        client.request = g.request_id


def _end(response: Response) -> Response:
    id = g.get("request_id") or request_id(None)
    response.headers["X-Request-Id"] = id
    seconds = time.perf_counter() - g.get("started", time.perf_counter())
    answered(
        id, request.method, request.path, response.status_code, response.content_length, request.remote_addr, seconds
    )
    return response


def answered(
    id: str, method: str, path: str, status: int, size: int | None, client: str | None, seconds: float | None
) -> None:
    """Log a request that was answered."""
    if log.isEnabledFor(logging.INFO):
        fields = {
            "request": id,
            "method": method,
            "path": path,
            "status": status,
            "seconds": None if seconds is None else round(seconds, 6),
            "bytes": size,
            "client": client,
        }
        log.info("answered", extra={"fields": fields})


def query(text: str) -> None:
    """Log the text of a query. Called where the settings ask for it."""
    log.info("query", extra={"fields": {"request": g.get("request_id", ""), "query": text}})
