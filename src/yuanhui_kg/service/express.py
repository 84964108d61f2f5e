"""Queries at ``/sparql`` answered on the event loop, without a thread and without Flask: most requests, and the fastest.

It answers where the answer is a plain 200. Everything else is the application's: it reads the request again, by the
same rules, and is handed what the query has come to (an error, an answer to compress), so that no query is evaluated
twice and nothing is said in two ways.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from werkzeug.exceptions import HTTPException

from ..cache import Cached
from ..dispatch import Dispatcher
from ..errors import YuanhuiError
from ..frames import Answer
from ..patterns import calls_service
from ..running import Client
from . import encoding, logs, sparql
from .core import IN_ONE_PIECE, OPEN_TO_ALL, REVALIDATE, Service, address, content_type
from .parameters import url_pairs

PATH: Final = "/sparql"
_LONGEST: Final = 64 * 1024  # bytes of a query: what a worker's socket takes at once
_PLAIN: Final = frozenset(["media_type", "kind"])  # of an answer's head: more of it is for the application to tell
_NOT_PLAIN: Final = frozenset(
    ["content-encoding", "if-match", "if-modified-since", "if-none-match", "if-unmodified-since", "range"]
)
_NOT_CODED: Final = re.compile(r"(identity|\*)\s*;", re.IGNORECASE)  # such an Accept-Encoding may refuse a plain answer
_ALWAYS: Final = [
    ("vary", "Accept, Accept-Encoding"),
    *((name.lower(), value) for name, value in OPEN_TO_ALL.items()),
]

#: What a query has come to, for the application to tell.
Evaluated = Cached | Answer | YuanhuiError


@dataclass(frozen=True)
class Asked:
    """A request to :data:`PATH`; the headers by their names in small letters."""

    method: str
    scheme: str
    query_string: str
    headers: Mapping[str, str]
    body: bytes
    address: str


@dataclass(frozen=True)
class Reply:
    """A complete answer with status 200; ``lasting`` where it is good for as long as its entity tag is."""

    headers: list[tuple[str, str]]
    body: bytes
    lasting: bool


class Express:
    """The queries of one server process."""

    def __init__(self, service: Service, dispatcher: Dispatcher) -> None:
        self._service = service
        self._dispatcher = dispatcher
        self._max_bytes = min(_LONGEST, service.settings.max_query_bytes)
        self._compress_from = service.settings.compress_from or 1 << 62

    def read(self, asked: Asked) -> sparql.Settled | None:
        """The query of a request; ``None`` where the request is the application's."""
        settings = self._service.settings
        if asked.method not in ("GET", "POST") or settings.log_queries or not _NOT_PLAIN.isdisjoint(asked.headers):
            return None
        if _NOT_CODED.search(asked.headers.get("accept-encoding", "")):
            return None
        try:
            query = sparql.read(
                asked.method,
                url_pairs(asked.query_string),
                asked.headers.get("content-type", ""),
                asked.body,
                max_bytes=self._max_bytes,
                max_timeout=settings.query_timeout,
            )
            if query is None or (settings.allow_service and calls_service(query.text)):
                return None
            job = sparql.job_of(query, address(settings, asked.scheme, asked.headers.get("host", "")))
            return sparql.settle(self._service, job, asked.headers.get("accept"), query.wishes, query.timeout)
        except (YuanhuiError, HTTPException):
            return None

    async def reply(
        self, settled: sparql.Settled, asked: Asked, client: Client, *, remember: bool
    ) -> Reply | Evaluated:
        """The answer; or what the query has come to, where the application is to tell it.

        :param remember: whether nobody else remembers an answer that is lasting.
        """
        started = time.perf_counter()
        lasting = settled.tag is not None and asked.method == "GET"
        try:
            found = await self._ask(settled, client, remember=remember or not lasting)
        except YuanhuiError as error:
            return error
        compressed = found.size >= self._compress_from and encoding.codings(asked.headers.get("accept-encoding"))
        if compressed or found.size > IN_ONE_PIECE or not found.head.keys() <= _PLAIN:
            return found
        seconds = time.perf_counter() - started
        self._service.metrics.count(PATH, asked.method, 200, seconds)
        logs.answered(client.request, asked.method, PATH, 200, found.size, asked.address, seconds)
        return Reply(_headers(settled, found, asked.method, client.request), found.read(), lasting)

    async def _ask(self, settled: sparql.Settled, client: Client, *, remember: bool) -> Cached | Answer:
        service, key = self._service, settled.key
        if key is not None and (known := service.remembered(key)) is not None:
            return known
        with service.metrics.job("sparql"):
            order = service.backend.order("sparql", settled.parameters, settled.timeout)
            answer = await self._dispatcher.run(order, client)
        return answer if key is None or not remember else service.remember(key, answer)


def _headers(settled: sparql.Settled, found: Cached | Answer, method: str, request: str) -> list[tuple[str, str]]:
    headers = [
        ("content-type", content_type(settled.label(found.head))),
        ("content-length", str(found.size)),
        ("cache-control", "no-store" if settled.tag is None else REVALIDATE),
        *_ALWAYS,
        ("x-request-id", request),
    ]
    if settled.tag is not None and method == "GET":
        headers.append(("etag", f'"{settled.tag}"'))
    return headers
