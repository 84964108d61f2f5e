"""A request over HTTP, and the way for its answer."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING

from .. import running
from .wire import has_body, head_of

if TYPE_CHECKING:
    from .http1 import Connection


class ClientGoneError(Exception):
    """The client has gone, or does not take its answer."""


class BrokenBodyError(Exception):
    """The rest of a request's body will not come."""


class Exchange:
    """A request, and the way for its answer.

    ``path`` is decoded, ``query_string`` is not; ``headers`` are by their names in small letters, those that came several
    times as one. ``client`` is told when whoever asked has gone.
    """

    __slots__ = (
        "_connection",
        "_pieces",
        "_waiting",
        "asked_to_go_on",
        "broken",
        "buffered",
        "client",
        "complete",
        "discarded",
        "gone",
        "headers",
        "http_version",
        "keep_alive",
        "method",
        "path",
        "query_string",
    )

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.method = ""
        self.path = ""
        self.query_string = ""
        self.http_version = "1.1"
        self.headers: dict[str, str] = {}
        self.client: running.Client | None = None
        self.complete = False  # whether all of the request has come
        self.broken = False  # whether the rest of it will not come
        self.keep_alive = True
        self.gone = False
        self.asked_to_go_on = False
        self.discarded = False
        self._pieces: list[bytes] = []
        self.buffered = 0  # bytes of the body that nobody has taken yet
        self._waiting: asyncio.Future[None] | None = None

    @property
    def scheme(self) -> str:
        return "http"

    @property
    def address(self) -> tuple[str, int]:
        """The client's."""
        return self._connection.address

    # --- the body -----------------------------------------------------------------------------------------------------

    def whole(self) -> bytes | None:
        """The body, where all of it has come already."""
        if not self.complete:
            return None
        body = b"".join(self._pieces)
        self._pieces.clear()
        return body

    async def piece(self) -> bytes:
        """What has come of the body, at least a byte; none at its end. Raises :class:`BrokenBodyError` where that does not come."""
        while not self._pieces:
            if self.complete:
                return b""
            if self.broken:
                raise BrokenBodyError
            self._connection.go_on(self)
            self._waiting = self._connection.loop.create_future()
            await self._waiting
        piece = b"".join(self._pieces)
        self._pieces.clear()
        self.buffered = 0
        self._connection.throttle()
        return piece

    def take(self, piece: bytes) -> None:
        """A piece of the body has come."""
        if self.discarded:
            return
        self._pieces.append(piece)
        self.buffered += len(piece)
        self._wake()

    def end(self, keep_alive: bool) -> None:
        """The request has come to its end."""
        self.complete = True
        self.keep_alive = keep_alive
        self._wake()

    def break_off(self) -> None:
        """What has not come of the request will not."""
        if not self.complete:
            self.broken = True
            self._wake()

    def leave(self) -> None:
        """Whoever asked has gone."""
        self.break_off()
        if not self.gone:
            self.gone = True
            if self.client is not None:
                self.client.leave()

    def discard(self) -> None:
        """Nobody wants the rest of the body."""
        self.discarded = True
        self._pieces.clear()
        self.buffered = 0
        self._connection.throttle()

    def _wake(self) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)

    # --- the answer ---------------------------------------------------------------------------------------------------

    def respond(self, status: int, headers: Iterable[tuple[str, str]], body: bytes) -> None:
        """A complete answer. Where the client has gone, nothing happens."""
        head = head_of(status, headers, len(body))
        self._connection.respond(self, head, body if has_body(self.method, status) else b"")

    def respond_as(self, head: bytes, body: bytes) -> None:
        """As :meth:`respond`, with a ``head`` from :func:`head_of`, and no ``body`` where its status has none."""
        self._connection.respond(self, head, b"" if self.method == "HEAD" else body)

    async def stream(self, status: int, headers: Iterable[tuple[str, str]], pieces: Iterable[bytes]) -> None:
        """An answer in pieces, made as the client takes them. The connection breaks where they fail, so that no part looks whole.

        Raises :class:`ClientGoneError`, and what ``pieces`` raise.
        """
        await self._connection.stream(self, status, headers, pieces)
