"""Jobs under way: which there are, and how one is ended before its time."""

from __future__ import annotations

import itertools
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Final

from .errors import QueryCancelledError

#: On whose behalf the current thread works; ``None`` where nobody may leave.
CLIENT: ContextVar[Client | None] = ContextVar("yuanhui_kg_client", default=None)

GONE: Final = "The client has gone."
STOPPING: Final = "The service is being stopped."
CANCELLED: Final = "The query was cancelled by the operator."


class Client:
    """Who waits for an answer. Once he has gone, what is done for him is ended. Safe to use from many threads.

    :param request: the id of the request, for the list of what runs.
    """

    def __init__(self, request: str = "") -> None:
        self.request = request
        self._lock = threading.Lock()
        self._job: Job | None = None
        self._gone = False

    @property
    def gone(self) -> bool:
        return self._gone

    def leave(self) -> None:
        """End what runs for this client, and what would be started."""
        with self._lock:
            self._gone = True
            job = self._job
        if job is not None:
            job.end(GONE)

    def attend(self, job: Job | None) -> None:
        """``job`` runs for this client now; ``None``: no more. Raises :class:`QueryCancelledError` where he has gone."""
        with self._lock:
            self._job = job
            if job is not None and self._gone:
                raise QueryCancelledError(GONE)


@dataclass(eq=False)
class Job:
    """One job under way. ``stop`` ends its worker; it is called once at most, and never after :meth:`over`."""

    id: str
    name: str
    request: str
    timeout: float
    started: float = field(default_factory=time.monotonic)
    why: str | None = None
    _stop: Callable[[], None] | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def evaluated_by(self, stop: Callable[[], None]) -> None:
        """From now on there is a worker, which ``stop`` ends."""
        with self._lock:
            self._stop = stop
        self.check()

    def end(self, why: str) -> None:
        """End it, for the reason that its client is told."""
        with self._lock:
            if self.why is None:
                self.why = why
            if self._stop is not None:
                self._stop()
                self._stop = None

    def over(self) -> None:
        """There is no worker any more: it has answered, or is about to be let go."""
        with self._lock:
            self._stop = None

    def check(self) -> None:
        """Raises :class:`QueryCancelledError` where it has been ended."""
        if self.why is not None:
            raise QueryCancelledError(self.why, "Ask again if the answer is still wanted." if self.why != GONE else "")

    def as_dict(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "job": self.name,
            "request": self.request,
            "age": round(time.monotonic() - self.started, 3),
            "timeout": self.timeout,
        }


class Running:
    """The jobs of this process that are under way or wait for a worker. Safe to use from many threads."""

    def __init__(self) -> None:
        self._jobs: dict[str, Job] = {}
        self._numbers = itertools.count(1)
        self._stopping = False

    def __len__(self) -> int:
        return len(self._jobs)

    @contextmanager
    def job(self, name: str, timeout: float, client: Client | None = None) -> Iterator[Job]:
        """A job for as long as the block lasts. Raises :class:`QueryCancelledError` where its client has gone.

        :param client: for whom; without one, for whom the current thread works.
        """
        client = client or CLIENT.get()
        job = Job(f"{os.getpid()}-{next(self._numbers)}", name, client.request if client else "", timeout)
        self._jobs[job.id] = job
        try:
            if client is not None:
                client.attend(job)
            if self._stopping:
                job.end(STOPPING)
            job.check()
            yield job
        finally:
            del self._jobs[job.id]
            if client is not None:
                client.attend(None)

    def list(self) -> list[dict[str, Any]]:
        """What is under way, the oldest first: ``{"id", "job", "request", "age", "timeout"}``, times in seconds."""
        return sorted((job.as_dict() for job in list(self._jobs.values())), key=lambda job: -job["age"])

    def end(self, id: str, why: str = CANCELLED) -> bool:
        """End the job ``id``; whether there is one."""
        job = self._jobs.get(id)
        if job is not None:
            job.end(why)
        return job is not None

    def stop(self) -> None:
        """End every job, and those that come from now on."""
        self._stopping = True
        for job in list(self._jobs.values()):
            job.end(STOPPING)
