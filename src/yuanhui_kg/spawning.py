"""Workers as their holder sees them, and the zygote as the place where they come from."""

from __future__ import annotations

import contextlib
import json
import math
import os
import signal
import socket
import threading
import time
from pathlib import Path
from typing import Any, Final

from .errors import QueryRefusedError, QueryTimeoutError, QueryTooComplexError, UnavailableError, YuanhuiError
from .processes import GRACE
from .store import Followed
from .zygote import INDEXED

# Where the pieces that come are put first, of all workers, by the one thread that reads: the allocator tidies up after
# each large piece that is made and freed.
_ROOM: Final = memoryview(bytearray(256 * 1024))
_BACK: Final = 10  # steps of niceness: a ninth of the processor's time beside one that has not stepped back


class WorkerDiedError(Exception):
    """A worker's end of the socket is closed."""

    def __init__(self, worker: Worker) -> None:
        super().__init__(worker.pid)
        self.worker = worker


class Worker:
    """One worker process. ``indexed`` tells which indexes it has; its socket does not block."""

    def __init__(self, connection: socket.socket, pidfd: int, pid: int, indexed: str) -> None:
        self.pid = pid
        self.indexed = indexed
        self.connection = connection
        self._pidfd = pidfd
        connection.setblocking(False)

    def piece(self) -> bytes:
        """What has come. Raises :class:`BlockingIOError` where nothing has, :class:`WorkerDiedError` where nothing will."""
        try:
            size = self.connection.recv_into(_ROOM)
        except ConnectionError:
            size = 0
        if not size:
            raise WorkerDiedError(self)
        return bytes(_ROOM[:size])

    def seconds(self) -> float:
        """Of processor time that the process has used; infinitely many once it has ended."""
        try:
            return time.clock_gettime((~self.pid << 3) | 2)  # clock_getcpuclockid(3), as Linux has it
        except OSError:
            return math.inf

    def step_back(self) -> None:
        """Let other processes have the processor first."""
        with contextlib.suppress(OSError):  # it has ended
            os.setpriority(os.PRIO_PROCESS, self.pid, min(19, os.getpriority(os.PRIO_PROCESS, 0) + _BACK))

    def step_forward(self) -> bool:
        """Undo :meth:`step_back`. Whether that is so: the kernel lets few do it."""
        try:
            os.setpriority(os.PRIO_PROCESS, self.pid, os.getpriority(os.PRIO_PROCESS, 0))
        except OSError:
            return False
        return True

    def end(self) -> None:
        """Have the process end; its holder notices."""
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)

    def kill(self) -> None:
        """End the process and close what belongs to it here."""
        self.end()
        self.connection.close()
        os.close(self._pidfd)


class Spawner:
    """This process's connection to the zygote. Safe to use from many threads; each call may take the time of a fork.

    :param socket_path: where the zygote listens.
    :raises UnavailableError: where nobody does.
    """

    def __init__(self, socket_path: Path) -> None:
        self._path = socket_path
        self._lock = threading.Lock()  # around the connection; may be held for seconds
        self._connection: socket.socket | None = None
        self._closed = False
        self.indexed = Followed(socket_path.with_name(INDEXED))
        with self._lock:
            self._connected()

    def close(self) -> None:
        """The zygote ends the workers that came from here."""
        with self._lock:
            self._closed = True
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def is_current(self, worker: Worker) -> bool:
        """Whether a worker has the latest indexes."""
        return worker.indexed == self.indexed.text()

    def spawn(self) -> Worker:
        """A new worker. Raises :class:`UnavailableError`."""
        try:
            indexed = self.indexed.text()  # of now: it may have later ones; it is then replaced early, never late
        except OSError:
            raise UnavailableError("The query process is not running.", "Try again in a moment.") from None
        with self._lock:
            if self._closed:
                raise UnavailableError("The service is being stopped.")
            answer, fds = self._ask(b"worker")
        if not fds:
            raise UnavailableError(str(answer.get("error", "No worker could be started.")), "Try again in a moment.")
        return Worker(socket.socket(fileno=fds[0]), fds[1], answer["pid"], indexed)

    def why_died(self, worker: Worker) -> YuanhuiError | None:
        """What was wrong with the job of a worker that died; ``None`` where nothing was."""
        with self._lock:
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
