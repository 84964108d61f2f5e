"""Jobs that read the whole graph, or much of it, however little is asked: how many of them at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from ..errors import OverloadedError
from ..settings import Settings

#: What is light among queries cannot be told beforehand; these are known to be heavy.
JOBS: Final = frozenset(
    ["analytics", "checks", "dump", "export", "figures", "fingerprint", "graph", "spans", "statements"]
)
_LINE: Final = 4  # one in so many of those that may wait for a worker may be a heavy one
_LATER: Final = "Try again in a moment; smaller questions are answered meanwhile."


class Heavy:
    """Keeps workers, threads and the queue for light jobs, however many heavy ones come. Safe to use from many threads.

    Half of the workers do heavy jobs at most. Some more wait here, where they stand in nobody's way; others are refused
    at once.
    """

    def __init__(self, settings: Settings) -> None:
        self._deadline = settings.query_timeout
        self._most = settings.queue_timeout
        places = max(1, settings.workers // 2)
        self._places = threading.Semaphore(places)
        self._line = threading.Semaphore(places + settings.queue // _LINE)

    @contextmanager
    def share(self, job: str, timeout: float | None) -> Iterator[float | None]:
        """For as long as a job runs; one that is heavy waits for a place. What is left of ``timeout`` (seconds) then.

        Raises :class:`OverloadedError`.
        """
        if job not in JOBS:
            yield timeout
            return
        if not self._line.acquire(blocking=False):
            raise OverloadedError("Too many requests for much of the graph at once (setting queue).", _LATER)
        try:
            if self._places.acquire(blocking=False):
                left = timeout
            else:
                left = self._wait(self._deadline if timeout is None else min(timeout, self._deadline))
            try:
                yield left
            finally:
                self._places.release()
        finally:
            self._line.release()

    def _wait(self, seconds: float) -> float:
        began = time.monotonic()
        if not self._places.acquire(timeout=min(seconds, self._most)):
            raise OverloadedError(
                f"Other requests for much of the graph took longer than {self._most:g} s (setting queue_timeout).",
                _LATER,
            )
        return max(0.001, seconds - (time.monotonic() - began))
