"""A process that carries queries to the servers that may be asked, for a worker that has no network.

The worker parses strangers' text in an engine that could reach any host (SERVICE), so it stays without a network as
every worker does. Beside it runs a courier, forked before the door is closed. It parses no SPARQL; it decides by
itself to whom an address leads, and takes no others. Over their socket go, each behind four bytes of length, a request (JSON: to,
query, accept, default_graphs, named_graphs, in_query, seconds) and a reply (JSON: status and headers, or an error), the
reply with the file of the body as a descriptor. Either of them ends with the other.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import struct
from collections.abc import Callable
from typing import Any, Final, NoReturn

from . import sandbox
from .errors import RemoteError, YuanhuiError, from_dict
from .exchange import Reply
from .remote import Dataset, HttpClient

_LENGTH: Final = struct.Struct(">I")
_TOLD: Final = ("content-type", "server", "x-sparql-maxrows", "x-sql-state")
_GRACE: Final = 1.0  # seconds for a courier beyond the deadline that it was given


class Courier:
    """Has requests made by another process. Used by one thread. Made before the sandbox closes; ends with this process.

    :param clients: asked in the other process: the client for an address. Raises what refuses the address.
    """

    def __init__(self, clients: Callable[[str], HttpClient]) -> None:
        ours, theirs = socket.socketpair()
        parent = os.getpid()
        if os.fork() == 0:
            _carry(theirs, clients, parent)
        theirs.close()
        self._socket = ours

    def to(self, address: str, host: str) -> Carried:
        """The client for an address.

        :param host: the server's name, for messages.
        """
        return Carried(self._socket, address, host)

    def close(self) -> None:
        """The other process ends with this."""
        self._socket.close()


class Carried:
    """A :class:`~yuanhui_kg.remote.Client` whose requests a courier makes."""

    def __init__(self, connection: socket.socket, address: str, host: str) -> None:
        self._socket = connection
        self._address = address
        self._host = host

    def ask(self, query: str, accept: str, dataset: Dataset, seconds: float) -> Reply:
        """Raises what :meth:`~yuanhui_kg.remote.HttpClient.ask` raises."""
        request = {
            "to": self._address,
            "query": query,
            "accept": accept,
            "default_graphs": dataset.default_graphs,
            "named_graphs": dataset.named_graphs,
            "in_query": dataset.in_query,
            "seconds": seconds,
        }
        self._socket.settimeout(seconds + _GRACE)
        try:
            _send(self._socket, request)
            answer, fds = _receive(self._socket)
        except OSError as error:
            # This worker is of no use any more: it ends once it has told so, and another one takes its place.
            signal.setitimer(signal.ITIMER_REAL, 0.1)
            raise RemoteError(f"The request to {self._host} was lost ({type(error).__name__}).", "Try again.") from None
        if "error" in answer:
            raise from_dict(answer["error"])
        return Reply(answer["status"], answer["headers"], os.fdopen(fds[0], "rb"), answer["delimited"])

    def close(self) -> None:
        """The connection is the courier's."""


def _carry(connection: socket.socket, clients: Callable[[str], HttpClient], parent: int) -> NoReturn:
    code = 1
    try:
        sandbox.die_with_parent(parent)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        os.closerange(3, connection.fileno())
        os.closerange(connection.fileno() + 1, 4096)
        while True:
            request, _ = _receive(connection)
            _answer(connection, clients, request)
    except OSError:
        code = 0  # the worker has gone
    finally:
        os._exit(code)


def _answer(connection: socket.socket, clients: Callable[[str], HttpClient], request: dict[str, Any]) -> None:
    dataset = Dataset(tuple(request["default_graphs"]), tuple(request["named_graphs"]), request["in_query"])
    with os.fdopen(os.memfd_create("answer", os.MFD_CLOEXEC), "w+b") as body:
        try:
            client = clients(request["to"])
            reply = client.ask(request["query"], request["accept"], dataset, request["seconds"], body)
        except YuanhuiError as error:
            _send(connection, {"error": error.as_dict()})
            return
        body.flush()
        body.seek(0)
        headers = {name: reply.headers[name][:500] for name in _TOLD if name in reply.headers}
        head = {"status": reply.status, "headers": headers, "delimited": reply.delimited}
        _send(connection, head, body.fileno())


def _send(connection: socket.socket, value: dict[str, Any], fd: int | None = None) -> None:
    body = json.dumps(value).encode()
    length = _LENGTH.pack(len(body))
    if fd is None:
        connection.sendall(length + body)
    else:
        socket.send_fds(connection, [length], [fd])
        connection.sendall(body)


def _receive(connection: socket.socket) -> tuple[dict[str, Any], list[int]]:
    """The next value and the descriptors that came with it. Raises :class:`ConnectionError` at the end."""
    head, fds, _, _ = socket.recv_fds(connection, _LENGTH.size, 1)
    head += _exactly(connection, _LENGTH.size - len(head)) if head else b""
    if not head:
        raise ConnectionResetError("closed")
    value: dict[str, Any] = json.loads(_exactly(connection, _LENGTH.unpack(head)[0]))
    return value, fds


def _exactly(connection: socket.socket, size: int) -> bytes:
    parts = bytearray()
    while len(parts) < size:
        piece = connection.recv(size - len(parts))
        if not piece:
            raise ConnectionResetError("closed")
        parts += piece
    return bytes(parts)
