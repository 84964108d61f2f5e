"""From :mod:`.http1` to the WSGI application, for what WSGI alone cannot do.

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
import logging
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from werkzeug.exceptions import RequestTimeout

from .. import running
from ..cache import AnswerCache, Cached
from ..errors import IncompleteBodyError, YuanhuiError
from ..settings import Settings
from . import logs
from .environ import CLIENT, EVALUATED, ROUTE
from .exchange import BrokenBodyError, ClientGoneError, Exchange
from .express import PATH, Asked, Evaluated, Express, Reply
from .wire import Headers, has_body, head_of, told

_WAITED_FOR: Final = 128 * 1024  # bytes of a body that are kept in memory before a thread is taken
_WAITING: Final = 8  # times as many requests as there are threads may wait for one
_SENDING: Final = 2  # times as many large answers as there are threads may be on their way
_STREAMING: Final = 0.25  # of the threads may be waiting for the rest of larger bodies
_PACE: Final = 16 * 1024  # bytes a second that are enough for a body to be waited for
_PIECE: Final = 256 * 1024
_DRAIN: Final = 2.0  # seconds for the rest of a body that nobody wants to come

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
Refused = Callable[[str, str, int, str, str], None]
_Key = tuple[Any, ...] | None
_TEXTS: Final = 5  # at the beginning of a key; pairs follow
Body = tuple[int, Headers, Iterable[bytes]]


class _RefusedError(Exception):
    """The body will not be read to its end."""

    def __init__(self, status: int, code: str, message: str, hint: str) -> None:
        super().__init__(message)
        self.status = status
        self.error = {"code": code, "message": message, "hint": hint}


class Gateway:
    """Has every :class:`~.exchange.Exchange` that it is called with answered; most by ``wsgi``, in threads.

    Made, and called, on the loop that runs.

    :param threads: how many requests are worked on at once. Others wait for ``queue_timeout``; who waits in vain, or behind
        very many, gets a 503.
    :param version: what is served now; it changes whenever an answer may.
    :param express: what answers queries on the event loop.
    :param again: told of each request that was answered from memory: its route, method, path, status, size, client,
        id and the seconds that it took.
    :param refused: told of each request that was refused before it reached ``wsgi``: its method, path, status, client and id.
    """

    def __init__(
        self,
        wsgi: Callable[..., Iterable[bytes]],
        settings: Settings,
        threads: int,
        version: Callable[[], str],
        again: Again,
        express: Express | None = None,
        refused: Refused = lambda *_: None,
    ) -> None:
        self._wsgi = wsgi
        self._version = version
        self._again = again
        self._express = express
        self._refused = refused
        self._loop = asyncio.get_running_loop()
        self._tasks: set[asyncio.Task[None]] = set()  # the loop itself keeps no hold of them
        # A query's text goes into the log where the application reads it.
        self.known = AnswerCache(0 if settings.log_queries else int(settings.cache_bytes * _SHARE))
        self._settings = settings
        self._threads = threads
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="request")
        self._free = asyncio.Semaphore(threads)
        self._waiting = 0
        self._streaming = 0
        self._sending = 0
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

    def __call__(self, exchange: Exchange) -> None:
        key = self._key(exchange)
        if key is not None and (known := self.known.get(key)) is not None:
            self._repeat(known, exchange)
            return
        task = self._loop.create_task(self._answer(exchange, key))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer(self, exchange: Exchange, key: _Key) -> None:
        exchange.client = client = running.Client(logs.request_id(exchange.headers.get("x-request-id")))
        if exchange.gone:
            return  # before this task's turn came
        try:
            await self._answered(exchange, client, key)
        except _RefusedError as refused:
            self._refuse(exchange, client, refused)
        except ClientGoneError:
            log.info("an answer was not taken")
        except BrokenBodyError:
            error = _incomplete()
            self._refuse(exchange, client, _RefusedError(400, error.code, error.message, error.hint))
        except Exception as error:
            log.error("unexpected %s before the application", type(error).__name__, exc_info=error)
            self._refuse(exchange, client, _failed())

    def _refuse(self, exchange: Exchange, client: running.Client, refused: _RefusedError) -> None:
        self._refused(exchange.method, exchange.path, refused.status, exchange.address[0], client.request)
        headers, body = told(refused.status, **refused.error, accept_language=exchange.headers.get("accept-language"))
        exchange.respond(refused.status, [*headers, ("x-request-id", client.request)], body)

    async def _answered(self, exchange: Exchange, client: running.Client, key: _Key) -> None:
        body = await self._input(exchange)
        done, evaluated = await self._hurry(exchange, body, client, key)
        if done:
            return
        streaming = isinstance(body, io.BufferedReader)
        if streaming and self._streaming >= self._threads * _STREAMING:
            raise _crowded()
        exchange.headers["x-request-id"] = client.request
        environ = self._environ(exchange)
        environ.update({"wsgi.input": body, CLIENT: client, EVALUATED: evaluated})
        self._streaming += streaming
        try:
            await self._serve(environ, client, exchange, key)
        finally:
            self._streaming -= streaming

    @contextlib.asynccontextmanager
    async def _place(self) -> AsyncIterator[None]:
        """One of the threads; whoever waits for one holds next to nothing. Raises :class:`_RefusedError`."""
        if self._free.locked():
            if self._waiting >= self._threads * _WAITING:
                raise _crowded()
            self._waiting += 1
            try:
                await asyncio.wait_for(self._free.acquire(), self._settings.queue_timeout)
            except TimeoutError:
                raise _crowded() from None
            finally:
                self._waiting -= 1
        else:
            await self._free.acquire()
        try:
            yield
        finally:
            self._free.release()

    def _key(self, exchange: Exchange) -> _Key:
        """What an answer depends on; ``None`` where it depends on more. The version is that before the answer."""
        headers = exchange.headers
        if exchange.method not in ("GET", "HEAD") or not _EXCLUDE.isdisjoint(headers):
            return None
        decisive = [(name, headers[name]) for name in _DECIDE if name in headers]
        try:
            return (self._version(), exchange.method, exchange.path, exchange.query_string, exchange.scheme, *decisive)
        except YuanhuiError:
            return None

    def _repeat(self, known: Cached, exchange: Exchange) -> None:
        started = time.perf_counter()
        id = logs.request_id(exchange.headers.get("x-request-id"))
        exchange.respond_as(_for(id, known.head["head"]), known.body)
        self._again(
            known.head["route"],
            exchange.method,
            exchange.path,
            known.head["status"],
            len(known.body),
            exchange.address[0],
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
            self._keep(key, route, status, headers, body[0])

    def _keep(self, key: tuple[Any, ...], route: str, status: int, headers: Headers, body: bytes) -> bytes:
        """Keep an answer without its request's id; its head."""
        head = head_of(status, [pair for pair in headers if pair[0] != "x-request-id"], len(body))
        size = len(head) + sum(map(len, key[:_TEXTS])) + sum([len(value) for _, value in key[_TEXTS:]])
        self.known.put(key, Cached({"status": status, "head": head, "route": route}, body), size)
        return head

    async def _hurry(
        self, exchange: Exchange, body: io.BufferedIOBase, client: running.Client, key: _Key
    ) -> tuple[bool, Evaluated | None]:
        """Answer a query without the application: whether that is done, and else what it has come to so far."""
        if self._express is None or exchange.path != PATH or not isinstance(body, io.BytesIO):
            return False, None
        asked = Asked(
            exchange.method,
            exchange.scheme,
            exchange.query_string,
            exchange.headers,
            body.getvalue(),
            exchange.address[0],
        )
        settled = self._express.read(asked)
        if settled is None:
            return False, None
        reply = await self._express.reply(settled, asked, client, remember=key is None)
        if not isinstance(reply, Reply):
            return False, reply
        if key is not None and reply.lasting:
            exchange.respond_as(_for(client.request, self._keep(key, PATH, 200, reply.headers, reply.body)), reply.body)
        else:
            exchange.respond(200, reply.headers, reply.body)
        return True, None

    async def _serve(self, environ: dict[str, Any], client: running.Client, exchange: Exchange, key: _Key) -> None:
        async with self._place():
            status, headers, body = await self._loop.run_in_executor(self._pool, self._run, environ, client)
        try:
            if client.gone:
                raise ClientGoneError
            if key is not None:
                self._remember(key, environ.get(ROUTE, "(none)"), (status, headers, body))
            await _drain(environ["wsgi.input"])
            if isinstance(body, list):
                exchange.respond(status, headers, body[0] if body else b"")
            else:
                await self._send(exchange, status, headers, body)
        finally:
            _close(body)

    async def _send(self, exchange: Exchange, status: int, headers: Headers, body: Iterable[bytes]) -> None:
        """A large answer, which lies in a file; there is room for some of these, however slowly they are read."""
        if self._sending >= self._threads * _SENDING:
            raise _crowded()
        self._sending += 1
        try:
            await exchange.stream(status, headers, body)
        finally:
            self._sending -= 1

    def _environ(self, exchange: Exchange) -> dict[str, Any]:
        address, port = exchange.address
        environ: dict[str, Any] = {
            **self._fixed,
            "REQUEST_METHOD": exchange.method,
            # WSGI wants bytes as Latin-1.
            "PATH_INFO": exchange.path.encode("utf-8", "surrogateescape").decode("latin-1"),
            "QUERY_STRING": exchange.query_string,
            "SERVER_PROTOCOL": f"HTTP/{exchange.http_version}",
            "REMOTE_ADDR": address,
            "REMOTE_PORT": str(port),
            "wsgi.url_scheme": exchange.scheme,
        }
        for name, value in exchange.headers.items():
            key = name.upper().replace("-", "_")
            environ[key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"] = value
        return environ

    async def _input(self, exchange: Exchange) -> io.BufferedIOBase:
        """The body, or its beginning with the rest to come. Raises :class:`_RefusedError`, :class:`BrokenBodyError`."""
        if (whole := exchange.whole()) is not None:
            return io.BytesIO(whole)
        pace = _Pace(self._settings.body_timeout)
        begun = bytearray()
        while len(begun) < _WAITED_FOR:
            try:
                piece = await asyncio.wait_for(exchange.piece(), pace.left())
            except TimeoutError:
                raise _too_slow() from None
            if not piece:
                return io.BytesIO(bytes(begun))
            begun += piece
            pace.came(len(piece))
        return io.BufferedReader(_Coming(bytes(begun), exchange, pace, self._loop), _PIECE)

    def _run(self, environ: dict[str, Any], client: running.Client) -> Body:
        """Runs in a thread."""
        token = running.CLIENT.set(client)
        begun: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], Any]:
            begun[:] = [int(status[:3]), [(name.lower(), value) for name, value in headers]]
            return _no_write

        try:
            body = self._wsgi(environ, start_response)
            if isinstance(body, list | tuple):
                pieces, body = b"".join(body), body
                return begun[0], begun[1], [pieces]
            if not begun:
                raise RuntimeError("The application has not said its status.")
            # All answers of a moderate length become one piece; closing what they came from is over then.
            return begun[0], begun[1], _moderate(body, begun[0], begun[1])
        except Exception as error:
            log.error("unexpected %s before the application", type(error).__name__, exc_info=error)
            refused = _failed()
            headers, refusal = told(
                refused.status, **refused.error, accept_language=environ.get("HTTP_ACCEPT_LANGUAGE")
            )
            return refused.status, headers, [refusal]
        finally:
            running.CLIENT.reset(token)


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

    def __init__(self, begun: bytes, exchange: Exchange, pace: _Pace, loop: asyncio.AbstractEventLoop) -> None:
        self._left = memoryview(begun)
        self._exchange = exchange
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
        while await self._exchange.piece():
            pass

    def _next(self) -> bytes:
        async def next_piece() -> bytes:
            return await asyncio.wait_for(self._exchange.piece(), self._pace.left())

        try:
            piece = asyncio.run_coroutine_threadsafe(next_piece(), self._loop).result()
        except TimeoutError:
            raise RequestTimeout(str(_too_slow())) from None
        except BrokenBodyError:
            raise _incomplete() from None
        self._pace.came(len(piece))
        return piece


async def _drain(given: io.BufferedIOBase) -> None:
    """Take what is left of a body that was answered early: many clients see no answer while they cannot send."""
    coming = given.raw if isinstance(given, io.BufferedReader) else None
    if isinstance(coming, _Coming):
        with contextlib.suppress(Exception):  # it is late, or the client has gone
            await asyncio.wait_for(coming.drain(), _DRAIN)


def _no_write(_: bytes) -> None:
    raise RuntimeError("The application writes without an answer.")


def _moderate(body: Iterable[bytes], status: int, headers: list[tuple[str, str]]) -> Iterable[bytes]:
    length = next((int(value) for name, value in headers if name == "content-length"), None)
    if has_body("GET", status) and (length is None or length > _PIECE):
        return body
    try:
        return [b"".join(body)]
    finally:
        _close(body)


def _close(body: Iterable[bytes]) -> None:
    close = getattr(body, "close", None)
    if close is not None:
        close()


def _too_slow() -> _RefusedError:
    return _RefusedError(
        408, "request_timeout", "The body did not come in time (setting body_timeout).", "Send it faster, or in parts."
    )


def _incomplete() -> IncompleteBodyError:
    return IncompleteBodyError("The body ended before its end.", "Send it whole.")


def _for(request: str, head: bytes) -> bytes:
    """The head of an answer, as it is for the request with this id."""
    return head + f"x-request-id: {request}\r\n".encode()


def _crowded() -> _RefusedError:
    return _RefusedError(503, "overloaded", "Too many requests at once.", "Try again in a moment.")


def _failed() -> _RefusedError:
    return _RefusedError(500, "internal_error", "Something went wrong in this service.", "")
