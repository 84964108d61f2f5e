"""Whether a request's body has come whole.

granian 2.8.7 ends a body that is broken off, or whose chunks are malformed, as it ends one that is whole: a change would
be made of the half of a request that came. The two differ in what it gives after the first empty piece: nothing more
after a whole body; another empty piece after one that failed, or that has trailers.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any, Final, Self

from ..errors import IncompleteBodyError
from .core import JSON, OPEN_TO_ALL

_HEADERS: Final = [
    ("content-type", JSON),
    ("cache-control", "no-store"),
    ("connection", "close"),
    *((name.lower(), value) for name, value in OPEN_TO_ALL.items()),
]


def incomplete() -> IncompleteBodyError:
    """The error of a body that ended before its end, or whose chunks are no chunks."""
    return IncompleteBodyError("The body ended before its end.", "Send it whole.")


class Whole:
    """granian's side of a request with a body, which is read to its end or is an error: :class:`IncompleteBodyError`.

    :param length: bytes that the body has; ``None`` where it comes in chunks.
    :param trailers: whether the request says that fields follow its chunks.
    """

    def __init__(self, proto: Any, length: int | None, *, trailers: bool) -> None:
        self._proto = proto
        self._left = length
        self._trailers = trailers
        self._pieces: Any = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._proto, name)

    def __aiter__(self) -> Self:
        self._pieces = aiter(self._proto)
        return self

    async def __anext__(self) -> bytes:
        piece: bytes = await anext(self._pieces)
        if self._left is not None:
            self._left -= len(piece)
        if piece:
            return piece
        if self._left is None:
            await self._see_its_end()
        elif self._left > 0:
            raise incomplete()
        raise StopAsyncIteration

    async def _see_its_end(self) -> None:
        try:
            await anext(self._pieces)
        except StopAsyncIteration:
            return
        if not self._trailers:
            raise incomplete()


class Framed:
    """An RSGI application whose requests are whole."""

    def __init__(self, application: Any) -> None:
        self._application = application

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._application.__rsgi_init__(loop)

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._application.__rsgi_del__(loop)

    async def __rsgi__(self, scope: Any, proto: Any) -> None:
        try:
            await self._application.__rsgi__(scope, proto if scope.proto != "http" else _checked(proto, scope.headers))
        except IncompleteBodyError as error:  # before a thread was taken for it
            body = json.dumps({"error": error.as_dict()}).encode() + b"\n"
            proto.response_bytes(400, _HEADERS, body)


def _checked(proto: Any, headers: Any) -> Any:
    """``proto``, or, where the request has a body, what sees to its being whole."""
    if headers.get("transfer-encoding") is not None:
        return Whole(proto, None, trailers=headers.get("trailer") is not None)
    length = headers.get("content-length")
    return Whole(proto, int(length), trailers=False) if length and length.isdecimal() and length != "0" else proto
