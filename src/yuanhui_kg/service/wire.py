"""Pieces of HTTP/1.1: heads of requests as they are read, heads of answers as they are written."""

from __future__ import annotations

import http
import json
import re
import time
from collections.abc import Iterable, Mapping
from email.utils import formatdate
from functools import lru_cache
from typing import Any, Final, cast
from urllib.parse import quote_from_bytes, unquote_to_bytes

from .negotiate import choose_language
from .problems import LANGUAGES, told_in

Headers = list[tuple[str, str]]

_NOT_IN_TARGET: Final = re.compile(rb"[\x80-\xff]+")
_REQUEST_LINE: Final = re.compile(rb"^([!#$%&'*+.^_`|~0-9A-Za-z-]+) \S+ HTTP/\d\.\d\r?$", re.MULTILINE)
_METHODS: Final = frozenset(method.value.encode() for method in http.HTTPMethod)
#: Names as most clients write them.
NAMES: Final = {
    spelt.encode(): name
    for name in (
        "accept",
        "accept-encoding",
        "accept-language",
        "connection",
        "content-length",
        "content-type",
        "host",
        "user-agent",
    )
    for spelt in (name, name.title())
}


# --- requests --------------------------------------------------------------------------------------------------------


def encoded(data: bytes) -> bytes:
    """The beginning of a request, with what is not ASCII in its first line percent-encoded: people type such addresses."""
    if data.isascii():
        return data
    line, rest = data[: (end := data.find(b"\r\n"))], data[end:]
    if end < 0 or line.isascii():
        return data
    return _NOT_IN_TARGET.sub(lambda found: quote_from_bytes(found[0]).encode(), line) + rest


def names_other_method(data: bytes) -> bool:
    """Whether a request line in ``data`` has a method other than those of HTTP itself (RFC 9112, 3; RFC 9110, 9)."""
    return any(found[1] not in _METHODS for found in _REQUEST_LINE.finditer(data))


def add(headers: dict[str, str], name: str, value: str) -> None:
    """Add a header to those that came before it; one that comes again is put behind its value, two hosts are none (``,``).

    :param name: in small letters.
    """
    if "_" in name:
        return  # would pass for one with hyphens
    known = headers.get(name)
    if known is None:
        headers[name] = value
    elif name == "host":
        headers[name] = ","  # two of them: neither is believed
    else:
        headers[name] = f"{known}{'; ' if name == 'cookie' else ', '}{value}"


def split(target: bytes) -> tuple[str, str, str]:
    """Path, host (of an address in full) and query of a request's target."""
    host = b""
    if not target.startswith(b"/") and b"://" in target:
        host, slash, rest = target.partition(b"://")[2].partition(b"/")
        if not slash and b"?" in host:
            host, _, rest = host.partition(b"?")
            rest = b"?" + rest
        target = b"/" + rest
    path, _, query = target.partition(b"#")[0].partition(b"?")
    plain = path.decode("latin-1") if b"%" not in path else unquote_to_bytes(path).decode("utf-8", "surrogateescape")
    return plain, host.decode("latin-1"), query.decode("latin-1")


# --- answers ---------------------------------------------------------------------------------------------------------


_DATE: list[Any] = [0, b""]


def _date() -> bytes:
    """The header that tells the time, and the empty line; made once a second."""
    now = int(time.time())
    if _DATE[0] != now:
        _DATE[:] = now, f"date: {formatdate(now, usegmt=True)}\r\n\r\n".encode()
    return cast(bytes, _DATE[1])


_REASONS: Final[Mapping[int, str]] = {status.value: status.phrase for status in http.HTTPStatus}


def has_body(method: str, status: int) -> bool:
    """Whether anything follows the head of an answer (RFC 9112, 6.3): where nothing may, a byte more would be read as the next answer."""
    return method != "HEAD" and status >= 200 and status not in (204, 304)


def head_of(status: int, headers: Iterable[tuple[str, str]], length: int | None) -> bytes:
    """The head of an answer, to which more lines may be added; with its ``Content-Length`` where that is not among ``headers``.

    Raises :class:`ValueError` where a header would become two.
    """
    lines = [f"HTTP/1.1 {status} {_REASONS.get(status, '')}"]
    for name, value in headers:
        if name == "content-length":
            length = None
        elif name == "connection":
            continue
        lines.append(f"{name}: {value}")
    if length is not None and has_body("GET", status):
        lines.append(f"content-length: {length}")
    text = "\r\n".join(lines)
    if text.count("\n") != len(lines) - 1 or text.count("\r") != len(lines) - 1:
        raise ValueError("A header of the answer holds a line break.")
    return text.encode("latin-1") + b"\r\n"


def end_of(keep_alive: bool, version: str) -> bytes:
    """What every head ends with."""
    if keep_alive and version != "1.0":
        return _date()
    return _date()[:-2] + (b"connection: keep-alive\r\n\r\n" if keep_alive else b"connection: close\r\n\r\n")


def told(status: int, code: str, message: str, hint: str, accept_language: str | None) -> tuple[Headers, bytes]:
    """Headers and body of an error that is answered ahead of the application, in the language that is wanted."""
    language = choose_language(accept_language, LANGUAGES)
    headers = [
        ("content-type", "application/json"),
        ("content-language", language),
        ("vary", "Accept-Language"),
        ("cache-control", "no-store"),
        ("access-control-allow-origin", "*"),
        ("x-content-type-options", "nosniff"),
    ]
    if status == 503:
        headers.append(("retry-after", "2"))
    return headers, _said(language, code, message, hint)


@lru_cache(maxsize=64)
def _said(language: str, code: str, message: str, hint: str) -> bytes:
    error = told_in(language, {"code": code, "message": message, "hint": hint})
    return json.dumps({"error": error}, ensure_ascii=False).encode() + b"\n"
