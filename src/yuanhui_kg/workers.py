"""Query workers as their users see them: give a job, get a complete answer or an error, within a deadline.

The processes are the zygote's (see :mod:`yuanhui_kg.zygote`). This side holds a few workers ready, kills the one that
passes its deadline, and never lets an unfinished answer out: an answer is spooled, in memory while it is small.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from .errors import (
    QueryRefusedError,
    QueryTimeoutError,
    QueryTooComplexError,
    UnavailableError,
    YuanhuiError,
    from_dict,
)
from .jobs import STORE_ONLY
from .processes import GRACE, Child
from .running import Job, Running
from .settings import MIB, Settings
from .slots import Slots
from .store import Followed, StoreFolder
from .zygote import FRAME, INDEXED, SOCKET

_SPOOL = 8 * MIB
_RECEIVE = 256 * 1024
_LOOK_SECONDS = 0.02  # between two looks at whether the indexes are there
_EXPRESS = 0.2  # seconds that a job may stay in an express place
_SPARE = 1  # idle workers that are kept however long nobody needs them
_IDLE_SECONDS = 30.0  # after which the others end


class Answer:
    """A complete answer: ``head`` (``media_type`` and more), ``size`` in bytes, and the bytes."""

    def __init__(self, head: dict[str, Any], spool: tempfile.SpooledTemporaryFile[bytes], size: int) -> None:
        self.head = head
        self.size = size
        self._spool = spool

    def read(self) -> bytes:
        self._spool.seek(0)
        return self._spool.read()

    def __iter__(self) -> Iterator[bytes]:
        self._spool.seek(0)
        while piece := self._spool.read(_RECEIVE):
            yield piece

    def close(self) -> None:
        self._spool.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Zygote(Child):
    """A zygote process, started by and dying with this one.

    Raises what reading the data raises: :class:`DataError`, :class:`StoreError`.
    """

    def __init__(self, settings: Settings, *, indexes: bool = True) -> None:
        super().__init__("yuanhui_kg.zygote", {"settings": settings.to_json(), "indexes": indexes})

    @property
    def socket_path(self) -> Path:
        return self.folder / SOCKET

    @property
    def triples(self) -> int:
        """How many there were when the process started."""
        return int(self.ready["triples"])


class Backend:
    """Does jobs in killable workers. Safe to use from many threads.

    On a store on disk every answer comes from one whole generation, which is the one in force when the job is given
    or a later one. The indexes of neighbours and search follow in the background.
    """

    def __init__(self, socket_path: Path, settings: Settings, zygote: Zygote | None = None) -> None:
        self.settings = settings
        self._path = socket_path
        self._zygote = zygote
        self._control = threading.Lock()  # around the connection to the zygote; may be held for seconds
        self._connection: socket.socket | None = None
        self._idle: list[tuple[_Worker, float]] = []  # each with when it was last used; the last one is taken first
        self._closed = False
        self.running = Running()
        express = 0 if settings.endpoint else settings.express
        self._most_idle = settings.workers + express
        self._slots = Slots(settings.workers, express, settings.queue)
        self._count = threading.Lock()  # around idle workers and numbers; held for an instant
        self._pointer = Followed(StoreFolder(settings.store).pointer) if settings.store else None
        self._indexed = Followed(socket_path.with_name(INDEXED))
        with self._control:
            self._connected()

    @property
    def version(self) -> str:
        """Tells what is served: it changes whenever an answer may. Cheap."""
        try:
            return self._indexed.text() if self._pointer is None else self._pointer.text() + self._indexed.text()
        except OSError:
            raise UnavailableError("The query process is not running.", "Try again in a moment.") from None

    @property
    def data_version(self) -> str:
        """As :attr:`version`, for answers that need no index: it stays while neighbours and search follow a write."""
        try:
            return (self._pointer or self._indexed).text()
        except OSError:
            raise UnavailableError("The query process is not running.", "Try again in a moment.") from None

    @property
    def triples(self) -> int:
        """How many quads there were when the indexes were made."""
        return int(json.loads(self._indexed.text())["triples"])

    @property
    def indexes(self) -> str:
        """What neighbours and search know: ``none`` yet, what was ``behind`` the latest writes, or what is ``current``."""
        indexed = json.loads(self._indexed.text())
        if not indexed["ready"]:
            return "none"
        current = self._pointer is None or self._pointer.text().strip() == indexed["generation"]
        return "current" if current else "behind"

    @classmethod
    def start(cls, settings: Settings, *, indexes: bool = True) -> Self:
        """A backend with a zygote of its own (``indexes``: whether neighbours and search will be asked for)."""
        zygote = Zygote(settings, indexes=indexes)
        try:
            return cls(zygote.socket_path, settings, zygote)
        except BaseException:
            zygote.close()
            raise

    @classmethod
    def connect(cls, socket_path: Path | str, settings: Settings) -> Self:
        """A backend at a zygote that runs already."""
        return cls(Path(socket_path), settings)

    def close(self) -> None:
        with self._control:
            with self._count:
                self._closed = True
                while self._idle:
                    self._idle.pop()[0].close()
            if self._connection is not None:
                self._connection.close()
                self._connection = None
        if self._zygote is not None:
            self._zygote.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def run(self, job: str, parameters: Mapping[str, Any], timeout: float | None = None) -> Answer:
        """Do a job (see :mod:`yuanhui_kg.jobs`).

        :param timeout: seconds, at most the setting ``query_timeout``, which is the default.
        :raises QueryTimeoutError: when the deadline has passed; the work is stopped by then.
        :raises OverloadedError: when too many jobs are waiting.
        :raises UnavailableError: when the job needs indexes that are not made in time after the start.
        :raises QueryCancelledError: when it was ended through :attr:`running`.
        :raises YuanhuiError: whatever the job itself raises.
        """
        limit = self.settings.query_timeout
        seconds = limit if timeout is None else min(timeout, limit)
        now = time.monotonic()
        given = {"name": job, "parameters": parameters, "timeout": seconds, "deadline": now + seconds}
        # What asks another server is not begun in a place where it may have to be begun anew.
        express = "SERVICE" not in str(parameters.get("query", "")).upper()
        with self.running.job(job, seconds) as under_way:
            if job not in STORE_ONLY:
                self._await_indexes(now + seconds, under_way)
            until = min(now + seconds, time.monotonic() + self.settings.queue_timeout)
            answer = self._placed(given, under_way, until, express=express)
            while answer is None:
                answer = self._placed(given, under_way, until, express=False)
            return answer

    def _await_indexes(self, end: float, under_way: Job) -> None:
        """Wait for the first indexes after the start. Raises :class:`UnavailableError` where they are not there in time."""
        while self.indexes == "none":
            under_way.check()
            if time.monotonic() > end:
                raise UnavailableError("The indexes are still being made.", "Try again in a moment; /ready tells when.")
            time.sleep(_LOOK_SECONDS)

    def _placed(self, given: dict[str, Any], under_way: Job, until: float, *, express: bool) -> Answer | None:
        """Do a job in a place of its own; ``None`` where an express one was too short for it."""
        express = self._slots.take(under_way, until, express=express)
        try:
            return self._once_more(given, under_way, express)
        except QueryTimeoutError:
            if not express or time.monotonic() >= given["deadline"]:
                raise
            return None
        finally:
            self._slots.give(express)

    def _once_more(self, job: dict[str, Any], under_way: Job, express: bool) -> Answer:
        """Do a job, and do it again where its worker was killed by somebody else (an operator, the lack of memory)."""
        for _ in range(2):
            with contextlib.suppress(_KilledError):
                return self._run(job, under_way, express)
        raise UnavailableError("The process that evaluated the query was killed, twice.", "Try again in a moment.")

    def _run(self, job: dict[str, Any], under_way: Job, express: bool) -> Answer:
        worker = self._take()
        deadline = job["deadline"]
        if express:  # from when it has a worker: to start one may take as long
            deadline = min(deadline, time.monotonic() + _EXPRESS)
        done = False
        try:
            under_way.evaluated_by(worker.end)
            worker.send(job)
            answer = worker.receive(deadline, self.settings.max_answer_bytes)
            done = not answer.head.pop("retire", False)
            return answer
        except TimeoutError:
            raise QueryTimeoutError(
                f"The query did not finish within {job['timeout']:g} s.", "Make it more selective, or add a LIMIT."
            ) from None
        except _WorkerDiedError:
            under_way.check()
            raise (self._why_died(worker) or _KilledError()) from None
        except YuanhuiError:
            done = True  # it said so itself, in good order
            raise
        finally:
            under_way.over()
            if done and under_way.why is None:
                self._keep(worker)
            else:
                worker.kill()
                threading.Thread(target=self._refill, daemon=True).start()

    def _take(self) -> _Worker:
        while True:
            try:
                with self._count:
                    worker, _ = self._idle.pop()
            except IndexError:
                return self._spawn()
            if worker.usable() and worker.indexed == self._indexed.text():
                return worker
            worker.kill()

    def _refill(self) -> None:
        if len(self._idle) < self._most_idle:
            with contextlib.suppress(YuanhuiError, OSError):
                self._keep(self._spawn())

    def _keep(self, worker: _Worker) -> None:
        """Have the worker at hand for the next job; those that were not needed for some time end."""
        now = time.monotonic()
        with self._count:
            unneeded = [worker]
            if not self._closed and len(self._idle) < self._most_idle:
                unneeded = []
                self._idle.append((worker, now))
            while len(self._idle) > _SPARE and self._idle[0][1] < now - _IDLE_SECONDS:
                unneeded.append(self._idle.pop(0)[0])
        for each in unneeded:
            each.close()

    def _spawn(self) -> _Worker:
        indexed = self._indexed.text()  # of now: the worker may have later ones; it is then replaced early, never late
        with self._control:
            if self._closed:
                raise UnavailableError("The service is being stopped.")
            answer, fds = self._ask(b"worker")
        if not fds:
            raise UnavailableError(str(answer.get("error", "No worker could be started.")), "Try again in a moment.")
        return _Worker(socket.socket(fileno=fds[0]), fds[1], answer["pid"], indexed)

    def _why_died(self, worker: _Worker) -> YuanhuiError | None:
        """What was wrong with the job of a worker that died; ``None`` where nothing was."""
        with self._control:
            answer = {} if self._closed else self._ask(str(worker.pid).encode())[0]
        if answer.get("signal") == signal.SIGSYS:
            return QueryRefusedError(
                "The query tried to contact another host (SERVICE); this service does not.",
                "Ask the other endpoint directly.",
            )
        if answer.get("signal") == signal.SIGXCPU:
            return QueryTimeoutError("The query used up its processor time.", "Make it more selective.")
        if answer.get("signal", 0) in (0, signal.SIGKILL):  # 0: nobody knows, as the zygote died too
            return None
        return QueryTooComplexError(
            "The query engine gave up on this query: it is nested too deep or needs more memory than it may take "
            "(setting worker_memory).",
            "Simplify it.",
        )

    def _ask(self, what: bytes) -> tuple[dict[str, Any], list[int]]:
        """Ask the zygote; where it is gone, wait a little for one that was started in its place."""
        for _ in range(2):
            connection = self._connected()
            try:
                connection.sendall(what)
                body, fds, _, _ = socket.recv_fds(connection, 4096, 2)
            except OSError:
                body, fds = b"", []
            if body:
                return json.loads(body), fds
            connection.close()
            self._connection = None
            what = b"worker" if what == b"worker" else b"0"
        raise UnavailableError("The query process does not answer.", "Try again in a moment.")

    def _connected(self) -> socket.socket:
        if self._connection is not None:
            return self._connection
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        end = time.monotonic() + GRACE
        while True:
            try:
                connection.connect(str(self._path))
                break
            except OSError:
                if time.monotonic() > end:
                    connection.close()
                    raise UnavailableError("The query process is not running.", "Try again in a moment.") from None
                time.sleep(0.05)
        connection.settimeout(GRACE)
        self._connection = connection
        return connection


class _WorkerDiedError(Exception):
    pass


class _KilledError(Exception):
    """A worker ended through no fault of its job."""


class _Worker:
    """One worker process, seen from its holder. Used by one thread at a time."""

    def __init__(self, connection: socket.socket, pidfd: int, pid: int, indexed: str) -> None:
        self.pid = pid
        self.indexed = indexed
        self._connection = connection
        self._pidfd = pidfd

    def usable(self) -> bool:
        """Whether it is alive: an idle worker has nothing to say, so that readable means closed."""
        return not select.select([self._connection], [], [], 0)[0]

    def send(self, job: dict[str, Any]) -> None:
        body = json.dumps(job).encode()
        self._connection.settimeout(GRACE)
        try:
            self._connection.sendall(FRAME.pack(b"J", len(body)) + body)
        except ConnectionError:
            raise _WorkerDiedError from None

    def receive(self, deadline: float, limit: int) -> Answer:
        """The answer. Raises :class:`TimeoutError`, :class:`_WorkerDiedError` or the error that the job ended with."""
        spool: tempfile.SpooledTemporaryFile[bytes] = tempfile.SpooledTemporaryFile(max_size=_SPOOL)
        buffer = bytearray()
        size = 0
        try:
            while True:
                kind, body = self._frame(buffer, deadline)
                if kind == b"D":
                    size += len(body)
                    spool.write(body)
                elif kind == b"E":
                    return Answer(json.loads(body), spool, size)
                else:
                    raise from_dict(json.loads(body))
        except BaseException:
            spool.close()
            raise

    def _frame(self, buffer: bytearray, deadline: float) -> tuple[bytes, bytes]:
        self._fill(buffer, FRAME.size, deadline)
        kind, length = FRAME.unpack_from(buffer)
        self._fill(buffer, FRAME.size + length, deadline)
        body = bytes(buffer[FRAME.size : FRAME.size + length])
        del buffer[: FRAME.size + length]
        return kind, body

    def _fill(self, buffer: bytearray, size: int, deadline: float) -> None:
        while len(buffer) < size:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            self._connection.settimeout(left)
            try:
                piece = self._connection.recv(_RECEIVE)
            except ConnectionError:
                piece = b""
            if not piece:
                raise _WorkerDiedError
            buffer += piece

    def end(self) -> None:
        """Have the process end; its holder notices."""
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)

    def kill(self) -> None:
        self.end()
        self.close()

    def close(self) -> None:
        self._connection.close()
        os.close(self._pidfd)
