"""HTTP/1.1 on an event loop: connections, what is asked over them, and what is answered.

httptools (the parser of Node.js) reads what comes; this is what has to be decided around it, without a thread or a task
for a request. One request of a connection is answered at a time, in order; those that come meanwhile wait. What nobody
should wait for is given up: a head that does not come, a connection that nobody uses, an answer that nobody takes.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, cast

import httptools

from . import wire
from .exchange import ClientGoneError, Exchange

_BUFFERED: Final = 256 * 1024  # bytes of a body that has come, or of answers that have not gone, before it is let wait
_COPIED: Final = 16 * 1024  # bytes of an answer that are put behind its head
_WAITING: Final = 64  # requests of one connection that wait for the one before them
_BACKLOG: Final = 2048  # connections that wait to be accepted
_SWEEP: Final = 0.5  # seconds between two looks for what has taken too long
_LEAVING: Final = 0.5  # seconds that somebody who says no more is still answered
_LINGER: Final = 2.0  # seconds in which the rest of a body is taken that nobody wants, so that the answer arrives


@dataclass(frozen=True)
class Limits:
    """How much a client may send, and how long it may take.

    :param connections: most that are open at once.
    :param target_bytes: longest path and query.
    :param head_bytes: longest head of a request, about.
    :param head_fields: most headers.
    :param head_seconds: for a head to come.
    :param idle_seconds: for the next request to come.
    :param send_seconds: for a client to take some more of an answer.
    """

    connections: int = 8192
    target_bytes: int = 64 * 1024
    head_bytes: int = 192 * 1024
    head_fields: int = 128
    head_seconds: float = 10.0
    idle_seconds: float = 75.0  # longer than proxies keep a connection that they do not use
    send_seconds: float = 30.0


class Connection(asyncio.Protocol):
    """One client's connection. ``deadline`` (the loop's time) is when it is given up unless something comes."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self.loop = server.loop
        self.address = ("", 0)
        self.deadline = 0.0
        self._parser = httptools.HttpRequestParser(self)
        self._receiving: Exchange | None = None  # whose head or body is coming
        self._in_head = False
        self._between = True  # requests: the next byte begins one
        self._ended = False  # whether a request has in what came last
        self._target = b""
        self._fields = 0
        self._head_bytes = 0  # that came, of a head, or around a body (trailers) since its last piece
        self._waiting: deque[Exchange] = deque()
        self._current: Exchange | None = None
        self._advancing = False
        self._paused = False
        self._last = False  # nothing that comes from now on is read
        self._refusal: tuple[int, str, str, str | None] | None = None  # answered once those before it are
        self._drained: asyncio.Future[None] | None = None
        self._streaming = False
        self._written = 0  # bytes so far,
        self._taken_before = 0  # how many of them the client had taken at the last check of its pace,
        self._check = 0.0  # and when the next one is

    # --- what asyncio tells -------------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self.address = (transport.get_extra_info("peername") or ("", 0))[:2]
        self._transport.set_write_buffer_limits(_BUFFERED)
        self.deadline = self._server.now + self._server.limits.idle_seconds
        if not self._server.opened(self):
            self._refuse(503, "overloaded", "Too many connections are open.")
            self._advance()

    def data_received(self, data: bytes) -> None:
        if self._last:
            return
        self._ended = False
        begins = self._between
        if begins:
            data = wire.encoded(data)
        else:
            self._head_bytes += len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self._last = True  # no other protocol is spoken here: the request is answered in this one
        except httptools.HttpParserError as error:
            if isinstance(error, httptools.HttpParserInvalidMethodError) and wire.names_other_method(data):
                self._refuse(501, "not_implemented", "This method is not known here.")
            elif not self._last:  # what follows the last request is nobody's
                self._refuse(400, "bad_request", "This is not HTTP/1.1 as RFC 9112 has it.")
        if begins and self._in_head and not self._ended:
            self._head_bytes = len(data)
        if self._receiving is not None and self._head_bytes > self._server.limits.head_bytes:
            self._refuse(431, "headers_too_large", "The headers are too long.")
        self._advance()

    def eof_received(self) -> bool:
        """The client says no more. Whether it still listens is known only when it does not take its answer."""
        self._last = True
        if self._receiving is not None:
            self._receiving.break_off()
        if self._current is None and not self._waiting:
            return False
        self.loop.call_later(_LEAVING, self._leave)
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        self._server.closed(self)
        for exchange in (self._receiving, self._current, *self._waiting):
            if exchange is not None:
                exchange.leave()
        self._waiting.clear()
        self._wake()

    def _leave(self) -> None:
        """Whoever has said no more for a while, and is not being answered, is gone."""
        if not self._streaming and (self._current is not None or self._waiting):
            self._transport.abort()

    def pause_writing(self) -> None:
        self._drained = self.loop.create_future()

    def resume_writing(self) -> None:
        self._wake()
        self._advance()

    def _wake(self) -> None:
        drained, self._drained = self._drained, None
        if drained is not None and not drained.done():
            drained.set_result(None)

    # --- what the parser tells ----------------------------------------------------------------------------------------

    def on_message_begin(self) -> None:
        if self._last:
            return
        self._between = False
        self._in_head = True
        self._receiving = Exchange(self)
        self._target = b""
        self._fields = 0
        self._head_bytes = 0
        self.deadline = self._server.now + self._server.limits.head_seconds

    def on_url(self, target: bytes) -> None:
        self._target += target
        if self._in_head and len(self._target) > self._server.limits.target_bytes:
            self._refuse(414, "request_uri_too_large", "The address is too long; a long query can be sent by POST.")

    def on_header(self, name: bytes, value: bytes) -> None:
        exchange = self._receiving
        if exchange is None or not self._in_head:
            return  # a trailer: nothing here depends on one
        self._fields += 1
        if self._fields > self._server.limits.head_fields:
            self._refuse(431, "headers_too_large", "There are too many headers.")
            return
        known = wire.NAMES.get(name) or name.decode("latin-1").lower()
        wire.add(exchange.headers, known, value.decode("latin-1").strip())

    def on_headers_complete(self) -> None:
        exchange = self._receiving
        self._in_head = False
        self.deadline = float("inf")  # a body has a pace of its own
        if exchange is None:
            return
        exchange.method = self._parser.get_method().decode("latin-1")
        exchange.http_version = self._parser.get_http_version()
        if exchange.http_version not in ("1.0", "1.1"):
            self._refuse(505, "version_not_supported", "HTTP/1.1 and HTTP/1.0 are spoken here.")
            return
        if exchange.headers.get("transfer-encoding", "chunked").lower() != "chunked":
            self._refuse(501, "not_implemented", "A body comes as it is or in chunks (Transfer-Encoding: chunked).")
            return
        path, host, exchange.query_string = wire.split(self._target)
        exchange.path = path
        if not path.startswith("/") and path != "*":
            self._refuse(400, "bad_request", "The request's target is no path.")
            return
        if host:
            exchange.headers["host"] = host
        exchange.asked_to_go_on = exchange.headers.get("expect", "").lower() == "100-continue"
        self._waiting.append(exchange)
        if len(self._waiting) > _WAITING:
            self._refuse(503, "overloaded", "Too many requests wait on this connection.")

    def on_body(self, piece: bytes) -> None:
        self._head_bytes = 0
        if self._receiving is not None:
            self._receiving.take(piece)

    def on_message_complete(self) -> None:
        exchange, self._receiving = self._receiving, None
        self._between = self._ended = True
        if exchange is not None:
            exchange.end(self._parser.should_keep_alive())
            self._last = self._last or not exchange.keep_alive

    # --- one after another --------------------------------------------------------------------------------------------

    def _advance(self) -> None:
        """Have the next request answered, where the one before it is and the client takes what it is answered."""
        if self._advancing:
            return
        self._advancing = True
        try:
            while self._current is None and self._waiting and self._drained is None:
                self._current = self._waiting.popleft()
                self._server.handler(self._current)
        finally:
            self._advancing = False
        if self._paused or self._waiting or self._receiving is not None:
            self.throttle()
        if self._current is None and (self._last or self._server.stopping) and not self._waiting:
            self._rest()

    def _rest(self) -> None:
        """Nothing is under way, and nothing more will be."""
        if self._transport.is_closing():
            return
        if self._refusal is not None:
            status, code, message, language = self._refusal
            self._server.refused("", "", status, self.address[0])
            headers, body = wire.told(status, code, message, "", language)
            self._send(wire.head_of(status, headers, len(body)) + wire.end_of(False, "1.1") + body)
            self._linger()
        elif self._receiving is None:
            self._transport.close()

    def _refuse(self, status: int, code: str, message: str) -> None:
        """Read no more. What is wrong is told once the requests before it are answered."""
        if self._receiving is not None and self._receiving is self._current:
            self._receiving.break_off()  # whoever reads its body tells what is wrong
        elif self._refusal is None:
            language = None if self._receiving is None else self._receiving.headers.get("accept-language")
            self._refusal = status, code, message, language
            if self._receiving is not None and self._receiving in self._waiting:
                self._waiting.remove(self._receiving)
        self._receiving = None
        self._in_head = False
        self._last = True

    def throttle(self) -> None:
        """Let the client wait where more has come than is worked on, and go on where not."""
        buffered = 0 if self._receiving is None else self._receiving.buffered
        pause = buffered > _BUFFERED or len(self._waiting) > _WAITING // 2
        if pause != self._paused and not self._transport.is_closing():
            self._paused = pause
            (self._transport.pause_reading if pause else self._transport.resume_reading)()

    def go_on(self, exchange: Exchange) -> None:
        """Tell a client that waits for that to send its body."""
        if exchange.asked_to_go_on and exchange.http_version == "1.1":
            exchange.asked_to_go_on = False
            self._send(b"HTTP/1.1 100 Continue\r\n\r\n")

    # --- answers ------------------------------------------------------------------------------------------------------

    def respond(self, exchange: Exchange, head: bytes, body: bytes) -> None:
        if exchange is not self._current or self._transport.is_closing():
            return
        keep_alive = self._keeps(exchange)
        head += wire.end_of(keep_alive, exchange.http_version)
        if len(body) <= _COPIED:
            self._send(head + body)
        else:  # the bytes of a remembered answer are those of all who read it slowly
            self._send(head)
            self._send(body)
        self._over(exchange, keep_alive)

    async def stream(
        self, exchange: Exchange, status: int, headers: Iterable[tuple[str, str]], pieces: Iterable[bytes]
    ) -> None:
        if exchange is not self._current or self._transport.is_closing():
            raise ClientGoneError
        keep_alive = self._keeps(exchange)
        given = list(headers)
        length = next((int(value) for name, value in given if name == "content-length"), None)
        has_body = wire.has_body(exchange.method, status)
        chunked = length is None and has_body and exchange.http_version == "1.1"
        keep_alive = keep_alive and (chunked or length is not None or not has_body)
        more = [("transfer-encoding", "chunked")] if chunked else []
        self._send(wire.head_of(status, [*given, *more], None) + wire.end_of(keep_alive, exchange.http_version))
        if has_body:
            self._streaming = True
            try:
                await self._stream(pieces, length, chunked)
            except BaseException:
                self._transport.abort()
                raise
            finally:
                self._streaming = False
        self._over(exchange, keep_alive)

    async def _stream(self, pieces: Iterable[bytes], length: int | None, chunked: bool) -> None:
        sent = 0
        for piece in pieces:
            if piece:
                self._send(b"%x\r\n%b\r\n" % (len(piece), piece) if chunked else piece)
                sent += len(piece)
                await self._taken()
        if length is not None and sent != length:
            raise RuntimeError("The answer is not as long as it says.")
        if chunked:
            self._send(b"0\r\n\r\n")

    def _send(self, data: bytes) -> None:
        self._written += len(data)
        self._transport.write(data)

    async def _taken(self) -> None:
        """Wait until the client has taken most of what was written. Raises :class:`ClientGoneError`."""
        if self._drained is not None:
            try:
                await asyncio.wait_for(asyncio.shield(self._drained), self._server.limits.send_seconds)
            except TimeoutError:
                raise ClientGoneError from None
        if self._transport.is_closing():
            raise ClientGoneError

    def _keeps(self, exchange: Exchange) -> bool:
        if not exchange.complete or not exchange.keep_alive or self._server.stopping:
            return False
        return not self._last or bool(self._waiting) or self._refusal is not None

    def _over(self, exchange: Exchange, keep_alive: bool) -> None:
        """The current request is answered."""
        self._current = None
        if not keep_alive:
            self._last = True
            self._waiting.clear()
            if not exchange.complete:
                exchange.discard()
                self._linger()
                return
        elif self._receiving is None:
            self.deadline = self._server.now + self._server.limits.idle_seconds
        self._advance()

    def _linger(self) -> None:
        """Close once the client has had the time to read the answer: while it sends, a closed connection may lose it."""
        self._refusal = None
        self._last = True
        self.deadline = self.loop.time() + _LINGER
        if self._transport.can_write_eof():
            self._transport.write_eof()

    # --- what has taken too long --------------------------------------------------------------------------------------

    def look(self, now: float) -> None:
        """Give the connection up where its time is over."""
        if unsent := self._transport.get_write_buffer_size():
            if now > self._check > 0 and self._written - unsent - self._taken_before < _BUFFERED // 4:
                self._transport.abort()
            elif now > self._check:
                self._check = now + self._server.limits.send_seconds
                self._taken_before = self._written - unsent
            return
        self._check = 0.0
        if now > self.deadline and self._in_head:
            self._refuse(408, "request_timeout", "The request's head did not come in time.")
            self._advance()
        elif now > self.deadline:
            self._transport.close()

    def stop(self) -> None:
        """Close as soon as nothing is under way."""
        if self._current is None and not self._waiting and self._receiving is None:
            self._transport.close()

    def abort(self) -> None:
        self._transport.abort()


class Server:
    """Accepts connections and hands each request to ``handler``, on the loop that runs.

    :param handler: sees that an exchange is responded to, at once or later; it does not raise.
    :param refused: told of each request that never became an exchange: its method and path, which are empty, the status and
        the client.
    """

    def __init__(
        self,
        handler: Callable[[Exchange], None],
        limits: Limits = Limits(),
        refused: Callable[[str, str, int, str], None] = lambda *_: None,
    ) -> None:
        self.handler = handler
        self.refused = refused
        self.limits = limits
        self.loop = asyncio.get_running_loop()
        self.stopping = False
        self.now = self.loop.time()  # at the last sweep: it need not be more exact
        self._connections: set[Connection] = set()
        self._listening: asyncio.Server | None = None
        self._empty = asyncio.Event()

    async def start(self, listener: socket.socket) -> None:
        """Accept connections at a socket that is bound. Raises :class:`OSError` where somebody else has its port."""
        listener.listen(_BACKLOG)  # uvloop would keep it to itself
        self._listening = await self.loop.create_server(lambda: Connection(self), sock=listener, backlog=_BACKLOG)
        self._sweep()

    async def stop(self, seconds: float) -> None:
        """Accept no more, answer what is under way within ``seconds``, and close."""
        self.stopping = True
        if self._listening is not None:
            self._listening.close()
        for connection in list(self._connections):
            connection.stop()
        if self._connections:
            self._empty.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._empty.wait(), seconds)
        for connection in list(self._connections):
            connection.abort()
        self._timer.cancel()

    def opened(self, connection: Connection) -> bool:
        """A connection is there; whether there is room for it."""
        self._connections.add(connection)
        return len(self._connections) <= self.limits.connections

    def closed(self, connection: Connection) -> None:
        self._connections.discard(connection)
        if not self._connections:
            self._empty.set()

    def _sweep(self) -> None:
        self.now = self.loop.time()
        for connection in list(self._connections):
            connection.look(self.now)
        self._timer = self.loop.call_later(_SWEEP, self._sweep)
