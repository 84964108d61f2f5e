"""One HTTP request and its whole answer, under one deadline: what talks to servers that are not ours.

``urllib`` (which SPARQLWrapper sends with) bounds each wait for a byte, not the exchange: a server that sends a byte
now and then holds it for ever. It also follows redirects to any host, believes proxies that the environment names, and
reads whatever comes. Here:

- the deadline holds for everything: name, connection, TLS, request, every byte of head and body;
- an answer is taken whole or not at all, its body cut off at a number of bytes and checked against its length;
- redirects stay at the host that was named (or go from its http to its https), and there are few of them;
- no proxy is used, nothing is decompressed, certificates are always checked.
"""

from __future__ import annotations

import http.client
import io
import select
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import IO, Any, Final, Self
from urllib.parse import SplitResult, urljoin, urlsplit

from .errors import AnswerTooLargeError, RemoteAnswerError, RemoteTimeoutError, RemoteUnreachableError, UsageError

PORTS: Final = {"http": 80, "https": 443}
_REDIRECTS: Final = 3
_FOLLOWED: Final = (301, 302, 307, 308)
_PIECE: Final = 64 * 1024


@dataclass(frozen=True)
class Reply:
    """A complete answer. ``headers`` have lower-case names; ``body`` is a file at its start.

    :param delimited: whether the server told where the body ends (a length, or chunks): without that, a body that
        broke off looks whole.
    """

    status: int
    headers: Mapping[str, str]
    body: IO[bytes]
    delimited: bool

    @property
    def media_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.body.close()

    def text(self, most: int = 500) -> str:
        """The beginning of the body for people, on one line."""
        self.body.seek(0)
        words = self.body.read(8 * most).decode("utf-8", "replace").split()
        return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in " ".join(words))[:most]


def checked_url(url: str) -> SplitResult:
    """The parts of an http or https URL with a host. Raises :class:`UsageError`."""
    try:
        parts = urlsplit(url)
        fine = parts.scheme in PORTS and parts.hostname and (parts.port or 1) > 0 and not parts.fragment
    except ValueError:
        fine = False
    if not fine or any(ord(c) <= 32 or ord(c) == 127 for c in url):
        raise UsageError(f"{_without_user(url)!r} is no URL of an endpoint.", "Give one such as https://host/sparql.")
    return parts


def origin(parts: SplitResult) -> tuple[str, str, int]:
    """Scheme, host and port."""
    return parts.scheme, parts.hostname or "", parts.port or PORTS[parts.scheme]


def _without_user(url: str) -> str:
    scheme, slashes, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}{slashes}{host.rpartition('@')[2]}{slash}{path}"[:200]


class Exchange:
    """Sends requests to one server, one after another; keeps the connection while the server does. One thread's."""

    def __init__(self) -> None:
        self._connection: _Connection | None = None
        self._origin: tuple[str, str, int] | None = None

    def post(
        self, url: str, body: bytes, headers: Mapping[str, str], *, seconds: float, max_bytes: int, into: IO[bytes]
    ) -> Reply:
        """The answer to a POST, whatever its status; its body is written to ``into``.

        :raises RemoteTimeoutError: where it is not complete within ``seconds``.
        :raises RemoteUnreachableError: where the server cannot be reached.
        :raises RemoteAnswerError: where the answer breaks off, is no HTTP, or leads elsewhere.
        :raises AnswerTooLargeError: where the body has more than ``max_bytes``.
        """
        clock = _Clock(seconds, origin(checked_url(url))[1])
        start = checked_url(url)
        for _ in range(_REDIRECTS + 1):
            into.seek(0)
            into.truncate()
            reply = self._once(url, body, headers, clock, max_bytes, into)
            if reply.status not in _FOLLOWED and reply.status != 303:
                return reply
            url = _next(start, url, reply)
        raise RemoteAnswerError(
            f"{start.hostname} redirects more than {_REDIRECTS} times.", "Give the address that it leads to in the end."
        )

    def close(self) -> None:
        if self._connection is not None:
            self._connection.end()
        self._connection = None

    def _once(
        self, url: str, body: bytes, headers: Mapping[str, str], clock: _Clock, max_bytes: int, into: IO[bytes]
    ) -> Reply:
        parts = checked_url(url)
        connection, fresh = self._connected(parts, clock)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            try:
                response = connection.ask(target, body, headers)
            except (ConnectionError, http.client.BadStatusLine):
                if fresh:
                    raise
                self.close()  # the server had closed it meanwhile; a query may be asked twice
                connection, _ = self._connected(parts, clock)
                response = connection.ask(target, body, headers)
            reply = _received(response, max_bytes, into, clock.host)
        except (ConnectionError, http.client.HTTPException, ssl.SSLError, ValueError) as error:
            self.close()
            raise RemoteAnswerError(
                f"{clock.host} broke its answer off or sent no HTTP ({type(error).__name__}).", "Ask it again."
            ) from None
        except BaseException:
            self.close()
            raise
        if response.will_close:
            self.close()
        return reply

    def _connected(self, parts: SplitResult, clock: _Clock) -> tuple[_Connection, bool]:
        """A connection to the server, and whether it is a new one."""
        kept = self._connection
        if kept is not None and self._origin == origin(parts) and kept.quiet():
            kept.clock = clock
            return kept, False
        self.close()
        self._origin = origin(parts)
        made = _Connection(self._origin, clock)
        made.connect()
        self._connection = made
        return made, True


class _Clock:
    """The deadline of an exchange with ``host``."""

    def __init__(self, seconds: float, host: str) -> None:
        self.host = host
        self._seconds = seconds
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds that are left. Raises :class:`RemoteTimeoutError`."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise self.passed()
        return left

    def passed(self) -> RemoteTimeoutError:
        return RemoteTimeoutError(
            f"{self.host} did not answer completely within {self._seconds:.3g} s.",
            "Make the query more selective, or ask again later.",
        )


class _Connection(http.client.HTTPConnection):
    """A connection on which every wait ends at the deadline."""

    def __init__(self, origin: tuple[str, str, int], clock: _Clock) -> None:
        scheme, host, port = origin
        self.default_port = PORTS[scheme]
        super().__init__(host, port)
        self.clock = clock
        self._secure = scheme == "https"
        self._plain: socket.socket | None = None

    def connect(self) -> None:
        plain = _reached(self.host, self.port, self.clock)
        try:
            if self._secure:
                plain.settimeout(self.clock.left())
                plain = ssl.create_default_context().wrap_socket(plain, server_hostname=self.host)
        except TimeoutError:
            plain.close()
            raise self.clock.passed() from None
        except (OSError, ValueError) as error:
            plain.close()
            reason = getattr(error, "verify_message", "") or getattr(error, "reason", "") or type(error).__name__
            raise RemoteUnreachableError(
                f"No secure connection to {self.host} could be made: {reason}.", "Check its certificate."
            ) from None
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._plain = plain
        self.sock: Any = _Guarded(plain, self)

    def end(self) -> None:
        """Close the connection. (``close`` lets go of it: http.client calls that before it has read the last answer.)"""
        self.close()
        if self._plain is not None:
            self._plain.close()

    def ask(self, target: str, body: bytes, headers: Mapping[str, str]) -> http.client.HTTPResponse:
        self.request("POST", target, body, dict(headers))
        return self.getresponse()

    def quiet(self) -> bool:
        """Whether it is open and the server has nothing more to say: leftovers of an answer are no answer."""
        return self.sock is not None and self._plain is not None and not select.select([self._plain], [], [], 0)[0]


class _Guarded:
    """A socket as :mod:`http.client` needs it, whose every operation ends at the connection's deadline."""

    def __init__(self, plain: socket.socket, connection: _Connection) -> None:
        self._plain = plain
        self._connection = connection

    def sendall(self, data: Any) -> None:
        clock = self._connection.clock
        self._plain.settimeout(clock.left())
        try:
            self._plain.sendall(data)  # its timeout is for all of it
        except TimeoutError:
            raise clock.passed() from None

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Stream(self), _PIECE)

    def receive_into(self, buffer: Any) -> int:
        clock = self._connection.clock
        self._plain.settimeout(clock.left())
        try:
            return self._plain.recv_into(buffer)
        except TimeoutError:
            raise clock.passed() from None

    def close(self) -> None:
        """Closing is the connection's."""


class _Stream(io.RawIOBase):
    def __init__(self, guarded: _Guarded) -> None:
        self._guarded = guarded

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._guarded.receive_into(buffer)


def _reached(host: str, port: int, clock: _Clock) -> socket.socket:
    """A connection to the first address of ``host`` that takes one."""
    addresses = _addresses(host, port, clock)
    problem: OSError | None = None
    for number, (family, kind, protocol, _, address) in enumerate(addresses):
        try:
            plain = socket.socket(family, kind, protocol)
        except OSError as error:  # a family that this machine does not have
            problem = error
            continue
        try:
            plain.settimeout(clock.left() / (len(addresses) - number))
            plain.connect(address)
            return plain
        except OSError as error:
            problem = error
            plain.close()
        except BaseException:
            plain.close()
            raise
    clock.left()
    reason = getattr(problem, "strerror", None) or type(problem).__name__
    raise RemoteUnreachableError(f"{host} port {port} cannot be reached: {reason}.", "Check that the server runs.")


def _addresses(host: str, port: int, clock: _Clock) -> list[tuple[Any, ...]]:
    """What a host's name stands for; asked in a thread, because nothing else ends the wait for a name server."""
    found: list[Any] = []

    def look() -> None:
        try:
            found.append(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            found.append(error)

    with suppress(OSError):  # a number needs no name server
        return list(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST))
    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    thread.join(clock.left())
    if not found:
        raise clock.passed()
    if isinstance(found[0], Exception):
        raise RemoteUnreachableError(f"No address is known for the host {host}.", "Check its name.")
    return list(found[0])


def _received(response: http.client.HTTPResponse, max_bytes: int, into: IO[bytes], host: str) -> Reply:
    """Read the body. Raises :class:`RemoteAnswerError` where it breaks off."""
    headers = {name.lower(): value for name, value in response.getheaders()}
    if headers.get("content-encoding", "identity").lower() != "identity":
        raise RemoteAnswerError(f"{host} sent a compressed answer that was not asked for.", "Report it to the server.")
    delimited = response.length is not None or bool(response.chunked)
    size = 0
    if response.length is not None and response.length > max_bytes:
        raise _too_large(host, max_bytes)
    for piece in iter(partial(response.read, _PIECE), b""):
        size += len(piece)
        if size > max_bytes:
            raise _too_large(host, max_bytes)
        into.write(piece)
    if response.length:
        raise RemoteAnswerError(f"{host} broke its answer off: {response.length:,} bytes are missing.", "Ask it again.")
    into.seek(0)
    return Reply(response.status, headers, into, delimited)


def _too_large(host: str, max_bytes: int) -> AnswerTooLargeError:
    return AnswerTooLargeError(
        f"The answer of {host} is larger than {max_bytes:,} bytes (setting max_answer_bytes).",
        "Ask for less: a LIMIT, or fewer columns.",
    )


def _next(start: SplitResult, url: str, reply: Reply) -> str:
    """Where a redirect leads, if that is the same server. Raises :class:`RemoteAnswerError`."""
    target = urljoin(url, reply.headers.get("location", ""))
    try:
        parts = checked_url(target)
        scheme, host, port = origin(parts)
        same = (scheme, host, port) == origin(urlsplit(url))
        safer = host == start.hostname and scheme == "https" and port == PORTS["https"]
    except UsageError:
        same = safer = False
    if reply.status == 303 or not (same or safer):
        raise RemoteAnswerError(
            f"{start.hostname} sends the query elsewhere (status {reply.status}, to {_without_user(target)!r}).",
            "Redirects to other hosts are not followed; give the endpoint's own address.",
        )
    return target
