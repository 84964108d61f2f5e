"""What goes over the socket between a worker and its holder, and the answers that are made of it.

Frames: one byte of kind, four of length (big endian), the bytes. ``J`` a job (JSON); ``A`` a whole answer (four bytes with
the length of its JSON head, the head, the rest); of a larger one ``D`` a piece, ``E`` its end (the head); ``X`` an error
(JSON) in place of an answer or its end; ``R`` in place of an answer: the job is handed back.

Jobs may be sent several at once; they are answered in their order. One that is sent after another (``after``) is only
begun while both are a matter of milliseconds (:data:`SLICE`, :data:`WAITED`): it is handed back otherwise, so that
nobody waits behind a long query while another worker is free.
"""

from __future__ import annotations

import contextlib
import io
import json
import socket
import struct
import tempfile
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, Final, Self

from .errors import AnswerTooLargeError, StoreFullError, YuanhuiError, from_dict
from .settings import MIB

FRAME: Final = struct.Struct(">cI")
_TIMEVAL: Final = struct.Struct("@ll")
SLICE: Final = 0.005  # seconds of processor time for the first of several jobs within which others are begun after it,
WAITED: Final = 0.02  # and seconds on the clock, of which a busy machine gives little
_HEAD: Final = struct.Struct(">I")
_SPOOL: Final = 8 * MIB
_PIECE: Final = 64 * 1024
_READ: Final = 256 * 1024


#: A value as JSON, such as the parameters of a job: one text for equal values.
encode: Final[Callable[[Any], str]] = json.JSONEncoder(sort_keys=True).encode


def job_frame(name: str, parameters: str, seconds: float, deadline: float, *, after: bool = False) -> bytes:
    """A job as it is sent to a worker.

    :param parameters: as JSON.
    :param seconds: how long it may take.
    :param deadline: when it must be done (:func:`time.monotonic`).
    :param after: whether it is sent behind another one.
    """
    head = f'"name": "{name}", "timeout": {seconds!r}, "deadline": {deadline!r}, "after": {int(after)}'
    body = f'{{{head}, "parameters": {parameters}}}'.encode()
    return FRAME.pack(b"J", len(body)) + body


class Inbox:
    """The jobs that come to a worker.

    :param idle: seconds without a job after which :meth:`next` calls what it is given.
    """

    def __init__(self, connection: socket.socket, idle: float) -> None:
        # The kernel's own time limit: Python's takes a system call more for each job.
        seconds, fraction = divmod(idle, 1)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, _TIMEVAL.pack(int(seconds), int(fraction * 1e6)))
        self._connection = connection
        self._buffer = bytearray()
        # Made once: the allocator tidies up after each large piece that is freed.
        self._room = memoryview(bytearray(_READ))

    def __bool__(self) -> bool:
        """Whether a job is there already."""
        return len(self._buffer) >= FRAME.size and len(self._buffer) >= self._size()

    def _size(self) -> int:
        length: int = FRAME.unpack_from(self._buffer)[1]
        return FRAME.size + length

    def next(self, idle: Callable[[], None]) -> dict[str, Any] | None:
        """The next job; waits for it. ``None`` at the end."""
        while not self:
            try:
                size = self._connection.recv_into(self._room)
            except BlockingIOError:
                idle()
                continue
            if not size:
                return None
            self._buffer += self._room[:size]
        size = self._size()
        job: dict[str, Any] = json.loads(self._buffer[FRAME.size : size].decode())
        del self._buffer[:size]
        return job


class Frames(io.RawIOBase):
    """A file to write one answer to, sent as frames; raises :class:`AnswerTooLargeError` beyond ``limit`` bytes."""

    def __init__(self, connection: socket.socket, limit: int) -> None:
        self._connection = connection
        self._limit = limit
        self._size = 0
        self._buffer = bytearray()
        self._begun = False  # whether a piece was sent

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:
        self._size += len(data)
        if self._size > self._limit:
            raise AnswerTooLargeError(
                f"The answer is larger than {self._limit} bytes (setting max_answer_bytes).",
                "Ask for less: a LIMIT, fewer columns, or a dump instead.",
            )
        self._buffer += data
        if len(self._buffer) >= _PIECE:
            self._begun = True
            self._connection.sendall(FRAME.pack(b"D", len(self._buffer)) + self._buffer)
            self._buffer.clear()
        return len(data)

    def end(self, head: dict[str, Any]) -> None:
        text = encode(head).encode()
        if self._begun:
            self._finish(b"E", text)
        else:
            length = _HEAD.size + len(text) + len(self._buffer)
            self._connection.sendall(FRAME.pack(b"A", length) + _HEAD.pack(len(text)) + text + self._buffer)

    def fail(self, error: YuanhuiError) -> None:
        self._buffer.clear()
        self._finish(b"X", json.dumps(error.as_dict()).encode())

    def hand_back(self) -> None:
        """The job is not begun."""
        self._finish(b"R", b"")

    def _finish(self, kind: bytes, body: bytes) -> None:
        last = FRAME.pack(b"D", len(self._buffer)) + self._buffer if self._buffer else b""
        self._connection.sendall(last + FRAME.pack(kind, len(body)) + body)


class Answer:
    """A complete answer: ``head`` (``media_type`` and more), ``size`` in bytes, and the bytes."""

    def __init__(self, head: dict[str, Any], body: bytes | tempfile.SpooledTemporaryFile[bytes], size: int) -> None:
        self.head = head
        self.size = size
        self._body = body

    def read(self) -> bytes:
        if isinstance(self._body, bytes):
            return self._body
        self._body.seek(0)
        return self._body.read()

    def __iter__(self) -> Iterator[bytes]:
        if isinstance(self._body, bytes):
            yield self._body
            return
        self._body.seek(0)
        while piece := self._body.read(_READ):
            yield piece

    def close(self) -> None:
        if not isinstance(self._body, bytes):
            self._body.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@lru_cache(maxsize=64)
def _head(text: bytes) -> dict[str, Any]:
    """The head of an answer, of which there are few."""
    head: dict[str, Any] = json.loads(text)
    return head


class HandedBackError(Exception):
    """A job was not begun, because the one before it took long."""


class Incoming:
    """The answers of a worker as they come: small ones stay in memory, a larger one goes through a file."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._begin()

    def _begin(self) -> None:
        self._parts: list[bytes] = []
        self._size = 0
        self._spool: tempfile.SpooledTemporaryFile[bytes] | None = None
        self._failed: StoreFullError | None = None

    def take(self, piece: bytes) -> Iterator[Answer | YuanhuiError | HandedBackError]:
        """Add what has come: the answers, or the errors in their place, that are complete now, in their order."""
        buffer = self._buffer
        buffer += piece
        while len(buffer) >= FRAME.size:
            kind, length = FRAME.unpack_from(buffer)
            end = FRAME.size + length
            if len(buffer) < end:
                break
            body = bytes(buffer[FRAME.size : end])
            del buffer[:end]
            if kind == b"A":
                start = _HEAD.size + _HEAD.unpack_from(body)[0]
                yield Answer(dict(_head(body[_HEAD.size : start])), body[start:], len(body) - start)
                continue
            if kind == b"D":
                self._keep(body)
                continue
            if kind == b"E":
                yield self._failed or Answer(json.loads(body), self._spool or b"".join(self._parts), self._size)
            else:
                self.close()
                yield HandedBackError() if kind == b"R" else from_dict(json.loads(body))
            self._begin()

    def _keep(self, body: bytes) -> None:
        """Where there is no room for it, the worker's answer is read to its end all the same, and is an error then."""
        try:
            if self._failed is None:
                self._add(body)
        except OSError:
            self.close()
            self._failed = StoreFullError(
                "This service has no room for temporary files now.", "Try again later, or less at once."
            )

    def _add(self, body: bytes) -> None:
        self._size += len(body)
        if self._spool is None and self._size <= MIB:
            self._parts.append(body)
            return
        if self._spool is None:
            self._spool = tempfile.SpooledTemporaryFile(max_size=_SPOOL)
            self._spool.write(b"".join(self._parts))
            self._parts.clear()
        self._spool.write(body)

    def close(self) -> None:
        """Give up what is not complete."""
        if self._spool is not None:
            with contextlib.suppress(OSError):  # of what could not be written
                self._spool.close()
