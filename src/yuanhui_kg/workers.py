"""Query workers as their users see them: give a job, get a complete answer or an error, within a deadline.

The processes are the zygote's (see :mod:`yuanhui_kg.zygote`); who is given what is decided on an event loop (see
:mod:`yuanhui_kg.dispatch`).
"""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Mapping
from concurrent.futures import Future
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from .dispatch import Dispatcher, Order
from .errors import UnavailableError
from .frames import Answer, encode
from .jobs import STORE_ONLY
from .processes import GRACE, Child
from .running import CLIENT, Job, Running
from .settings import Settings
from .spawning import Spawner
from .store import Followed, StoreFolder
from .zygote import SOCKET

_LOOK_SECONDS = 0.02  # between two looks at whether the indexes are there
#: Settings that decide what is answered from the same data: clients that hold an answer made with others hold another one.
_SHAPING: Final = (
    "relations", "union_default_graph", "max_nodes", "max_path_steps", "exact_betweenness", "public_url", "writable",
)  # fmt: skip


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
        self.running = Running()
        self._zygote = zygote
        self._spawner = Spawner(socket_path)
        self._pointer = Followed(StoreFolder(settings.store).pointer) if settings.store else None
        self._shape = encode({name: getattr(settings, name) for name in _SHAPING})
        self._lock = threading.Lock()  # around what follows
        self._dispatcher: Dispatcher | None = None
        self._own: _LoopThread | None = None

    @property
    def version(self) -> str:
        """Tells what is served: it changes whenever an answer may, with the settings too. Cheap."""
        try:
            pointer = "" if self._pointer is None else self._pointer.version()
            return self._shape + pointer + self._spawner.indexed.text()
        except OSError:
            raise UnavailableError("The query process is not running.", "Try again in a moment.") from None

    @property
    def data_version(self) -> str:
        """As :attr:`version`, for answers that need no index: it stays while neighbours and search follow a write."""
        try:
            return self._shape + (self._spawner.indexed.text() if self._pointer is None else self._pointer.version())
        except OSError:
            raise UnavailableError("The query process is not running.", "Try again in a moment.") from None

    @property
    def triples(self) -> int:
        """How many quads there were when the indexes were made."""
        return int(json.loads(self._spawner.indexed.text())["triples"])

    @property
    def indexes(self) -> str:
        """What neighbours and search know: ``none`` yet, what was ``behind`` the latest writes, or what is ``current``."""
        indexed = json.loads(self._spawner.indexed.text())
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
        with self._lock:
            self._stop_own()
        self._spawner.close()
        if self._zygote is not None:
            self._zygote.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def dispatch_on(self, loop: asyncio.AbstractEventLoop) -> Dispatcher:
        """Where jobs are handed out from now on, threads' jobs too; before the first job is run. ``loop`` goes on to run."""
        with self._lock:
            self._stop_own()
            self._dispatcher = Dispatcher(self._spawner, self.settings, self.running, loop)
            return self._dispatcher

    def run(self, job: str, parameters: Mapping[str, Any], timeout: float | None = None) -> Answer:
        """Do a job (see :mod:`yuanhui_kg.jobs`).

        :param timeout: seconds, at most the setting ``query_timeout``, which is the default.
        :raises QueryTimeoutError: when the deadline has passed; the work is stopped by then.
        :raises OverloadedError: when too many jobs are waiting.
        :raises UnavailableError: when the job needs indexes that are not made in time after the start.
        :raises QueryCancelledError: when it was ended through :attr:`running`.
        :raises YuanhuiError: whatever the job itself raises.
        """
        order = self.order(job, encode(parameters), timeout)
        if job not in STORE_ONLY and self.indexes == "none":
            with self.running.job(job, order.seconds) as waiting:
                self._await_indexes(order.deadline, waiting)
        return self._at_work().run_in_thread(order, CLIENT.get())

    def order(self, job: str, parameters: str, timeout: float | None = None) -> Order:
        """A job, its deadline counted from now; ``parameters`` are JSON (:func:`~yuanhui_kg.frames.encode`)."""
        limit = self.settings.query_timeout
        return Order(job, parameters, limit if timeout is None else min(timeout, limit))

    def _at_work(self) -> Dispatcher:
        with self._lock:
            if self._dispatcher is None or self._dispatcher.closed:
                self._own = _LoopThread()
                self._dispatcher = Dispatcher(self._spawner, self.settings, self.running, self._own.loop)
            return self._dispatcher

    def _stop_own(self) -> None:
        if self._own is not None and self._dispatcher is not None:
            self._own.close(self._dispatcher)
            self._own = None

    def _await_indexes(self, end: float, under_way: Job) -> None:
        """Wait for the first indexes after the start. Raises :class:`UnavailableError` where they are not there in time."""
        while self.indexes == "none":
            under_way.check()
            if time.monotonic() > end:
                raise UnavailableError("The indexes are still being made.", "Try again in a moment; /ready tells when.")
            time.sleep(_LOOK_SECONDS)


class _LoopThread:
    """A thread with an event loop, for where there is no other.

    :raises OSError: where the loop's sockets cannot be opened.
    """

    def __init__(self) -> None:
        made: Future[asyncio.AbstractEventLoop] = Future()
        self._thread = threading.Thread(target=_run_loop, args=(made,), name="dispatcher", daemon=True)
        self._thread.start()
        self.loop = made.result()

    def close(self, dispatcher: Dispatcher) -> None:
        asyncio.run_coroutine_threadsafe(dispatcher.close(), self.loop).result(2 * GRACE)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()


def _run_loop(made: Future[asyncio.AbstractEventLoop]) -> None:
    """Run a loop of this thread's own making: Ctrl-C, which the main thread gets, must not leave one half made."""
    try:
        loop = asyncio.new_event_loop()
    except OSError as error:
        made.set_exception(error)
        return
    made.set_result(loop)
    loop.run_forever()
