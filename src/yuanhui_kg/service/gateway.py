"""From granian's RSGI to the WSGI application, for what WSGI alone cannot do.

- A client that goes away is noticed, and what is evaluated for it is ended.
- A body is read before a thread is taken, within a time and at a pace: one that drips blocks nobody. What is larger
  than ``_WAITED_FOR`` goes on to the application as it comes, so that an upload is refused before it is stored.
- A slow reader holds no thread: the answer is complete by then, and is sent by the event loop.
- What was answered before on the same data is answered again by the event loop, without a thread or the application;
  so are queries that were not (see :mod:`.express`).
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import logging
import os
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, Protocol

from werkzeug.exceptions import RequestTimeout

from .. import running
from ..cache import AnswerCache, Cached
from ..errors import YuanhuiError
from ..settings import Settings
from . import logs
from .environ import CLIENT, EVALUATED, ROUTE
from .express import PATH, Asked, Evaluated, Express, Reply

_WAITED_FOR: Final = 128 * 1024  # bytes of a body that are kept in memory before a thread is taken
_STREAMING: Final = 0.25  # of the threads may be waiting for the rest of larger bodies
_PIECES: Final = 2048  # of a body's beginning; each costs the event loop as much as a small request
_PACE: Final = 16 * 1024  # bytes a second that are enough for a body to be waited for
_PATIENCE: Final = 0.2  # seconds before somebody is set to watch whether the client is still there
_PIECE: Final = 256 * 1024
_DRAIN: Final = 2.0  # seconds for the rest of a body that nobody wants to come
_SEND_PACE: Final = 30.0  # seconds for a client to take one piece

log = logging.getLogger("yuanhui_kg.service")

#: Request headers that decide what the answer is, and those that stand for more than that.
_DECIDE: Final = frozenset(["accept", "accept-encoding", "accept-language", "host", "if-none-match"])
_EXCLUDE: Final = frozenset(
    [
        "authorization",
        "content-length",
        "cookie",
        "expect",
        "if-match",
        "if-modified-since",
        "if-unmodified-since",
        "range",
        "transfer-encoding",
    ]
)
_SHARE: Final = 0.25  # of the memory for answers

Again = Callable[[str, str, str, int, int, str, str, float], None]
_Key = tuple[Any, ...] | None
Body = tuple[int, list[tuple[str, str]], Iterable[bytes]]


class _Stream(Protocol):
    async def send_bytes(self, data: bytes) -> None: ...


class _Http(Protocol):
    """granian's side of one request."""

    def __aiter__(self) -> AsyncIterator[bytes]: ...
    async def client_disconnect(self) -> None: ...
    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None: ...
    def response_stream(self, status: int, headers: list[tuple[str, str]]) -> _Stream: ...


class _RefusedError(Exception):
    """The body will not be read to its end."""

    def __init__(self, status: int, code: str, message: str, hint: str) -> None:
        super().__init__(message)
        self.status = status
        self.error = {"code": code, "message": message, "hint": hint}


class Gateway:
    """An RSGI application that runs ``wsgi`` in threads.

    :param threads: how many requests are worked on at once; others are refused with 503.
    :param version: what is served now; it changes whenever an answer may.
    :param begin: makes what answers queries on the event loop, once there is one.
    :param again: told of each request that was answered from memory: its route, method, path, status, size, client,
        id and the seconds that it took.
    """

    def __init__(
        self,
        wsgi: Callable[..., Iterable[bytes]],
        settings: Settings,
        threads: int,
        version: Callable[[], str],
        again: Again,
        begin: Callable[[asyncio.AbstractEventLoop], Express] | None = None,
    ) -> None:
        self._wsgi = wsgi
        self._version = version
        self._again = again
        self._begin = begin
        self._express: Express | None = None
        # A query's text goes into the log where the application reads it.
        self._known = AnswerCache(0 if settings.log_queries else int(settings.cache_bytes * _SHARE))
        self._settings = settings
        self._threads = threads
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="request")
        self._busy = 0
        self._streaming = 0
        self._fixed = {
            "SCRIPT_NAME": "",
            "SERVER_NAME": settings.host,
            "SERVER_PORT": str(settings.port),
            "wsgi.version": (1, 0),
            "wsgi.errors": sys.stderr,
            "wsgi.input_terminated": True,
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
        }

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._begin is not None:
            self._express = self._begin(loop)

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Everything is answered. Python's own way to end would meet threads of granian's that end in a panic."""
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)

    async def __rsgi__(self, scope: Any, proto: Any) -> None:
        if scope.proto != "http":
            proto.close(403)
            return
        headers = _merged(scope.headers.items())
        key = self._key(scope, headers)
        if key is not None and (known := self._known.get(key)) is not None:
            self._repeat(known, scope, proto)
            return
        client = running.Client(logs.request_id(headers.get("x-request-id")))
        try:
            body = await self._input(headers, proto)
            done, evaluated = await self._hurry(scope, headers, body, client, proto, key)
            if done:
                return
            streaming = isinstance(body, io.BufferedReader)
            if self._busy >= self._threads or (streaming and self._streaming >= self._threads * _STREAMING):
                raise _RefusedError(503, "overloaded", "Too many requests at once.", "Try again in a moment.")
        except _RefusedError as refused:
            _refuse(proto, refused)
            return
        headers["x-request-id"] = client.request
        environ = self._environ(scope, headers)
        environ.update({"wsgi.input": body, CLIENT: client, EVALUATED: evaluated})
        self._busy += 1
        self._streaming += streaming
        try:
            await self._serve(environ, client, proto, key)
        finally:
            self._busy -= 1
            self._streaming -= streaming

    def _key(self, scope: Any, headers: Mapping[str, str]) -> _Key:
        """What an answer depends on; ``None`` where it depends on more. The version is that before the answer."""
        if scope.method not in ("GET", "HEAD") or not _EXCLUDE.isdisjoint(headers):
            return None
        told = [(name, headers[name]) for name in _DECIDE if name in headers]
        try:
            return (self._version(), scope.method, scope.path, scope.query_string, scope.scheme, *told)
        except YuanhuiError:
            return None

    def _repeat(self, known: Cached, scope: Any, proto: _Http) -> None:
        started = time.perf_counter()
        id = logs.request_id(scope.headers.get("x-request-id"))
        proto.response_bytes(known.head["status"], [*known.head["headers"], ("x-request-id", id)], known.body)
        self._again(
            known.head["route"],
            scope.method,
            scope.path,
            known.head["status"],
            len(known.body),
            scope.client.rpartition(":")[0],
            id,
            time.perf_counter() - started,
        )

    def _remember(self, key: tuple[Any, ...], route: str, answer: Body) -> None:
        """Keep an answer that says of itself that it is good for as long as its entity tag is."""
        status, headers, body = answer
        found = dict(headers)
        if status not in (200, 304) or "etag" not in found or "no-store" in found.get("cache-control", "no-store"):
            return
        if isinstance(body, list) and len(body) == 1:
            kept = [(name, value) for name, value in headers if name != "x-request-id"]
            head = {"status": status, "headers": kept, "route": route}
            size = sum(len(part) for part in key if isinstance(part, str)) + sum(len(v) for _, v in kept)
            self._known.put(key, Cached(head, body[0]), size)

    async def _hurry(
        self,
        scope: Any,
        headers: Mapping[str, str],
        body: io.BufferedIOBase,
        client: running.Client,
        proto: _Http,
        key: _Key,
    ) -> tuple[bool, Evaluated | None]:
        """Answer a query without the application: whether that is done, and else what it has come to so far."""
        if self._express is None or scope.path != PATH or not isinstance(body, io.BytesIO):
            return False, None
        address = scope.client.rpartition(":")[0]
        asked = Asked(scope.method, scope.scheme, scope.query_string, headers, body.getvalue(), address)
        settled = self._express.read(asked)
        if settled is None:
            return False, None
        with _Watch(proto, client, asyncio.get_running_loop()):
            reply = await self._express.reply(settled, asked, client)
        if not isinstance(reply, Reply):
            return False, reply
        if not client.gone:
            if key is not None:
                self._remember(key, PATH, (200, reply.headers, [reply.body]))
            with _untaken():
                proto.response_bytes(200, reply.headers, reply.body)
        return True, None

    async def _serve(self, environ: dict[str, Any], client: running.Client, proto: _Http, key: _Key) -> None:
        loop = asyncio.get_running_loop()
        with _Watch(proto, client, loop):
            status, headers, body = await loop.run_in_executor(self._pool, self._answer, environ, client)
        if client.gone:
            _close(body)
            return
        if key is not None:
            self._remember(key, environ.get(ROUTE, "(none)"), (status, headers, body))
        await _drain(environ["wsgi.input"])
        try:
            with _untaken():
                await _send(proto, status, headers, body)
        finally:
            _close(body)

    def _environ(self, scope: Any, headers: Mapping[str, str]) -> dict[str, Any]:
        environ: dict[str, Any] = {
            **self._fixed,
            "REQUEST_METHOD": scope.method,
            # WSGI wants bytes as Latin-1.
            "PATH_INFO": scope.path.encode("utf-8", "surrogateescape").decode("latin-1"),
            "QUERY_STRING": scope.query_string,
            "SERVER_PROTOCOL": "HTTP/1.0" if scope.http_version in ("1", "1.0") else f"HTTP/{scope.http_version}",
            "REMOTE_ADDR": scope.client.rpartition(":")[0],
            "REMOTE_PORT": scope.client.rpartition(":")[2],
            "wsgi.url_scheme": scope.scheme,
        }
        for name, value in headers.items():
            key = name.upper().replace("-", "_")
            environ[key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"] = value
        return environ

    async def _input(self, headers: Mapping[str, str], proto: _Http) -> io.BufferedIOBase:
        """The body, or its beginning with the rest to come."""
        if headers.get("content-length", "0") == "0" and "transfer-encoding" not in headers:
            return io.BytesIO()
        pace = _Pace(self._settings.body_timeout)
        begun = bytearray()
        pieces = aiter(proto)
        for _ in range(_PIECES):
            try:
                piece = await asyncio.wait_for(_piece(pieces), pace.left())
            except TimeoutError:
                raise _too_slow() from None
            if not piece:
                return io.BytesIO(bytes(begun))
            begun += piece
            pace.came(len(piece))
            if len(begun) >= _WAITED_FOR:
                break
        else:
            raise _RefusedError(400, "bad_request", "The body comes in too many small pieces.", "Send larger ones.")
        loop = asyncio.get_running_loop()
        return io.BufferedReader(_Coming(bytes(begun), pieces, pace, loop), _PIECE)

    def _answer(self, environ: dict[str, Any], client: running.Client) -> Body:
        """Runs in a thread."""
        token = running.CLIENT.set(client)
        told: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], Any]:
            told[:] = [int(status[:3]), [(name.lower(), value) for name, value in headers]]
            return _no_write

        try:
            body = self._wsgi(environ, start_response)
            if isinstance(body, list | tuple):
                pieces, body = b"".join(body), body
                return told[0], told[1], [pieces]
            if not told:
                raise RuntimeError("The application has not said its status.")
            # All answers of a moderate length become one piece; closing what they came from is over then.
            return told[0], told[1], _moderate(body, told[1])
        except Exception as error:
            log.error("unexpected %s before the application", type(error).__name__, exc_info=error)
            refused = _RefusedError(500, "internal_error", "Something went wrong in this service.", "")
            return refused.status, _headers(refused), [_body(refused)]
        finally:
            running.CLIENT.reset(token)


def _merged(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The headers of a request by their names, in small letters; those that came several times as one."""
    headers: dict[str, str] = {}
    for name, value in pairs:
        if "_" in name:
            continue  # would pass for one with hyphens
        known = headers.get(name)
        headers[name] = value if known is None else f"{known}{'; ' if name == 'cookie' else ', '}{value}"
    if "," in headers.get("host", ""):
        headers["host"] = ","  # two of them: neither is believed
    return headers


class _Pace:
    """How long a body may still be waited for: ``seconds``, and more for a large one that keeps coming."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._started = time.monotonic()
        self._size = 0

    def came(self, size: int) -> None:
        self._size += size

    def left(self) -> float:
        end = self._started + self._seconds + self._size / _PACE
        return max(0.001, min(self._seconds, end - time.monotonic()))


class _Coming(io.RawIOBase):
    """The rest of a body, read in a thread while the event loop receives it."""

    def __init__(
        self, begun: bytes, pieces: AsyncIterator[bytes], pace: _Pace, loop: asyncio.AbstractEventLoop
    ) -> None:
        self._left = memoryview(begun)
        self._pieces = pieces
        self._pace = pace
        self._loop = loop

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        if not self._left:
            self._left = memoryview(self._next())
        size = min(len(buffer), len(self._left))
        buffer[:size] = self._left[:size]
        self._left = self._left[size:]
        return size

    async def drain(self) -> None:
        """Read to the end and forget it. Only once nobody else reads."""
        while await _piece(self._pieces):
            pass

    def _next(self) -> bytes:
        async def next_piece() -> bytes:
            return await asyncio.wait_for(_piece(self._pieces), self._pace.left())

        try:
            piece = asyncio.run_coroutine_threadsafe(next_piece(), self._loop).result()
        except TimeoutError:
            raise RequestTimeout(str(_too_slow())) from None
        self._pace.came(len(piece))
        return piece


async def _drain(given: io.BufferedIOBase) -> None:
    """Take what is left of a body that was answered early: many clients see no answer while they cannot send."""
    coming = given.raw if isinstance(given, io.BufferedReader) else None
    if isinstance(coming, _Coming):
        with contextlib.suppress(Exception):  # it is late, or the client has gone
            await asyncio.wait_for(coming.drain(), _DRAIN)


async def _piece(pieces: AsyncIterator[bytes]) -> bytes:
    """The next piece; none at the end. Not ``anext`` with a default: Python 3.11 crashes on granian's iterators then."""
    try:
        return await anext(pieces)
    except StopAsyncIteration:
        return b""


def _no_write(_: bytes) -> None:
    raise RuntimeError("The application writes without an answer.")


def _moderate(body: Iterable[bytes], headers: list[tuple[str, str]]) -> Iterable[bytes]:
    length = next((int(value) for name, value in headers if name == "content-length"), None)
    if length is None or length > _PIECE:
        return body
    try:
        return [b"".join(body)]
    finally:
        _close(body)


class _Watch:
    """Sees, after a moment, whether the client is still there while his answer is made, and tells him when he leaves."""

    def __init__(self, proto: _Http, client: running.Client, loop: asyncio.AbstractEventLoop) -> None:
        self._proto = proto
        self._client = client
        self._loop = loop
        self._task: asyncio.Task[None] | None = None

    def __enter__(self) -> None:
        self._timer = self._loop.call_later(_PATIENCE, self._begin)

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        if self._task is not None:
            self._task.cancel()

    def _begin(self) -> None:
        self._task = self._loop.create_task(self._look())

    async def _look(self) -> None:
        await self._proto.client_disconnect()
        self._client.leave()


@contextlib.contextmanager
def _untaken() -> Iterator[None]:
    """Where an answer may not be taken: the client has gone, or does not read."""
    try:
        yield
    except Exception as error:
        log.info("an answer was not taken: %s", type(error).__name__)


async def _send(proto: _Http, status: int, headers: list[tuple[str, str]], body: Iterable[bytes]) -> None:
    if isinstance(body, list):
        proto.response_bytes(status, headers, body[0] if body else b"")
        return
    stream = proto.response_stream(status, headers)
    for piece in body:
        await asyncio.wait_for(stream.send_bytes(piece), _SEND_PACE)


def _close(body: Iterable[bytes]) -> None:
    close = getattr(body, "close", None)
    if close is not None:
        close()


def _too_slow() -> _RefusedError:
    return _RefusedError(
        408, "request_timeout", "The body did not come in time (setting body_timeout).", "Send it faster, or in parts."
    )


def _headers(refused: _RefusedError) -> list[tuple[str, str]]:
    found = [
        ("content-type", "application/json"),
        ("cache-control", "no-store"),
        ("access-control-allow-origin", "*"),
        ("x-content-type-options", "nosniff"),
    ]
    if refused.status == 408:
        found.append(("connection", "close"))
    if refused.status == 503:
        found.append(("retry-after", "2"))
    return found


def _body(refused: _RefusedError) -> bytes:
    return json.dumps({"error": refused.error}).encode() + b"\n"


def _refuse(proto: _Http, refused: _RefusedError) -> None:
    proto.response_bytes(refused.status, _headers(refused), _body(refused))
