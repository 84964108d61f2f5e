"""Changes to a store on disk, as those who want them see them: hand one in, learn when it is on disk and seen by all.

They are made by the process of :mod:`yuanhui_kg.writer`, one at a time. This side waits for its turn, and knows at
every moment what the other side's sudden end means for its change: until the writer has said that it puts it in force,
nothing of it is kept; after that, the store's folder tells whether it is.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import threading
import time
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import IO, Any, Final, Self

from .errors import (
    OverloadedError,
    QueryCancelledError,
    QueryTimeoutError,
    QueryTooComplexError,
    StoreError,
    UnavailableError,
    YuanhuiError,
    from_dict,
)
from .processes import GRACE, Child
from .running import Job, Running
from .settings import Settings
from .store import StoreFolder, age

SOCKET: Final = "writer.sock"
#: Beside the socket: empty, but for what the engine's crash left there.
CRASH: Final = "crash"
#: What the writer says to one who wants a change: it is its turn; it is done and about to be put in force. What follows
#: ``DECIDED`` is JSON: the generation's name (``generation``) and what is answered once it is in force (``answer``).
TURN: Final = b"S"
DECIDED: Final = b"P"
MAX_FILES: Final = 64  # beside the tether
_DIED: Final = "The writing process was killed before this change was in force."
_NOTHING: Final = "Nothing of it was kept."
_UNKNOWN: Final = "it is not known whether this change was made."
_LOOK: Final = "Read what it was to change (a query, or GET of the graph) before you send it again."
_MESSAGE: Final = 64 * 1024
_RETRY_SECONDS: Final = 0.02


class Writer(Child):
    """The writing process, started by and dying with this one. It holds the folder's lock for as long as it lives.

    Raises :class:`StoreLockedError` where another process writes there, and what reading the data raises.
    """

    def __init__(self, settings: Settings) -> None:
        super().__init__("yuanhui_kg.writer", {"settings": settings.to_json()})

    @property
    def socket_path(self) -> Path:
        return self.folder / SOCKET

    @property
    def found(self) -> str:
        """What it found that an earlier writer's crash had left; empty where all was in order."""
        return str(self.ready["found"])


class Writing:
    """Hands changes to a writer. Safe to use from many threads.

    A change whose client leaves, or that the operator ends, is given up, unless it is being put in force by then.

    :param running: where changes under way are listed.
    """

    def __init__(self, socket_path: Path | str, settings: Settings, running: Running | None = None) -> None:
        self._path = str(socket_path)
        self._settings = settings
        self._running = Running() if running is None else running
        self._waiting = threading.Semaphore(settings.queue + 1)

    def run(
        self,
        change: str,
        parameters: Mapping[str, Any],
        files: Sequence[IO[bytes]] = (),
        timeout: float | None = None,
    ) -> dict[str, Any]:
        """Have a change made (see :mod:`yuanhui_kg.writer`); on return it is on disk, and every later answer knows it.

        :param files: what the change reads, at most :data:`MAX_FILES`; each is read from its beginning.
        :param timeout: seconds, at most the setting ``write_timeout``, which is the default; waiting does not count.
        :raises QueryTimeoutError: when the deadline has passed. As after every error, nothing of the change is kept.
        :raises OverloadedError: when too many changes are waiting, or one ahead takes too long.
        :raises QueryCancelledError: when it was ended.
        :raises UnavailableError: when the writer was killed, or does not answer. Nothing of the change is kept, but where
            the message says that it is not known.
        :raises YuanhuiError: whatever the change itself raises.
        """
        limit = self._settings.write_timeout
        seconds = limit if timeout is None else min(timeout, limit)
        with self._running.job(change, seconds) as under_way:
            if not self._waiting.acquire(blocking=False):
                raise OverloadedError("Too many changes are waiting (setting queue).", "Try again in a moment.")
            try:
                connection = self._turn(under_way)
            finally:
                self._waiting.release()
            with connection:
                job = {"change": change, "parameters": parameters, "timeout": seconds}
                try:
                    return self._answer(connection, json.dumps(job).encode(), files, seconds, under_way)
                finally:
                    under_way.over()

    def _turn(self, under_way: Job) -> socket.socket:
        """A connection on which the writer waits for our change. One that dies before that has lost nothing of ours."""
        end = time.monotonic() + self._settings.write_timeout
        up = time.monotonic() + GRACE
        while True:
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            try:
                connection.settimeout(max(0.001, end - time.monotonic()))
                connection.connect(self._path)
                under_way.evaluated_by(partial(_hang_up, connection))
                if connection.recv(1) == TURN:
                    under_way.check()
                    return connection
                under_way.check()
                up = time.monotonic() + GRACE
            except TimeoutError:
                under_way.over()
                connection.close()
                raise OverloadedError("The changes ahead of this one take too long.", "Try again later.") from None
            except OSError:
                if time.monotonic() > up:
                    connection.close()
                    raise UnavailableError("The writing process is not running.", "Try again in a moment.") from None
            except BaseException:
                under_way.over()
                connection.close()
                raise
            under_way.over()
            connection.close()
            time.sleep(_RETRY_SECONDS)

    def _answer(
        self, connection: socket.socket, job: bytes, files: Sequence[IO[bytes]], seconds: float, under_way: Job
    ) -> dict[str, Any]:
        began = time.monotonic()
        decided: dict[str, Any] | None = None
        connection.settimeout(seconds + GRACE)
        with _Tether() as tether:
            under_way.evaluated_by(partial(_hang_up, connection, tether))
            try:
                socket.send_fds(connection, [job], [tether.theirs.fileno(), *(file.fileno() for file in files)])
                tether.theirs.close()
                message = connection.recv(_MESSAGE)
                if message.startswith(DECIDED):
                    under_way.over()  # nobody can end it any more
                    decided = json.loads(message.removeprefix(DECIDED))
                    message = connection.recv(_MESSAGE)
            except TimeoutError:  # it lives, and is not to be believed any more
                raise UnavailableError(f"The writing process does not answer; {_UNKNOWN}", _LOOK) from None
            except OSError:
                message = b""
        if message:
            answer: dict[str, Any] = json.loads(message)
            if "error" in answer:
                raise from_dict(answer["error"])
            return answer
        if decided is not None:
            return self._what_became(decided)
        if under_way.why is not None:
            raise QueryCancelledError(under_way.why, "Nothing of the change was kept.")
        raise self._why_died(began, seconds)

    def _what_became(self, decided: Mapping[str, Any]) -> dict[str, Any]:
        """The answer of a change that is in force, though the writer died before it could say so.

        Names of generations grow and are never used twice. Raises :class:`UnavailableError` where it is not in force.
        """
        name: str = decided["generation"]
        found = self._in_force()
        if found == name:
            answer: dict[str, Any] = decided["answer"]
            return answer
        if not found or age(found) > age(name):  # another writer has gone on since
            raise UnavailableError(f"The writing process died while it put this change in force; {_UNKNOWN}", _LOOK)
        raise UnavailableError(f"{_DIED} {_NOTHING}", "Send it again in a moment.")

    def _in_force(self) -> str:
        """The name of the generation in force; empty where it cannot be told."""
        with contextlib.suppress(OSError, StoreError):
            return StoreFolder(self._settings.store).confirmed() if self._settings.store else ""
        return ""

    def _why_died(self, began: float, seconds: float) -> YuanhuiError:
        """What a change is told whose writer died before it was decided."""
        if time.monotonic() - began >= seconds:
            return QueryTimeoutError(
                f"The change was not done within {seconds:g} s; nothing of it was kept.",
                "Split it up, or ask for more time (setting write_timeout).",
            )
        if _crashed(Path(self._path).with_name(CRASH)):
            return QueryTooComplexError(
                "The engine gave up on this change: it is nested too deep, or needs more memory than it may take "
                f"(setting worker_memory). {_NOTHING}",
                "Simplify it.",
            )
        return UnavailableError(f"{_DIED} {_NOTHING}", "Send it again in a moment.")


class _Tether:
    """A pipe that nothing is ever written to. The kernel tells the writer when this side's end closes, which it does as
    well when this process dies.

    The connection would not do: what is sent over it raises the signal too, and may do so long after it was received.
    """

    def __init__(self) -> None:
        theirs, ours = os.pipe()
        self.theirs = open(theirs, "rb", buffering=0)
        self._ours = open(ours, "wb", buffering=0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.cut()

    def cut(self) -> None:
        """Close both ends. From any thread, any number of times."""
        self._ours.close()
        self.theirs.close()


def _crashed(path: Path) -> bool:
    """Whether the engine ended the process itself; otherwise somebody else did (an operator, the lack of memory)."""
    try:
        return path.stat().st_size > 0
    except OSError:
        return False


def _hang_up(connection: socket.socket, tether: _Tether | None = None) -> None:
    """Have the writer give up what it does for this connection; it reads the tether once it has been told what to do."""
    if tether is not None:
        tether.cut()
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
