"""Places for jobs that work at once.

Besides the usual places there are a few express ones, for when the usual ones are taken: a job may stay there for
an instant only, and has to wait for a usual place if it is not done by then. So those whose jobs are light are not
held up by those whose jobs are heavy, without anybody having to guess which is which.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import dataclass, field

from .errors import OverloadedError
from .running import Job


@dataclass(eq=False)
class _Waiting:
    """Who waits for a place; ``place`` is set by who gives it."""

    express: bool
    place: bool | None = None
    called: threading.Event = field(default_factory=threading.Event)


class Slots:
    """Places; the usual ones are given in the order in which they are asked for. Safe to use from many threads.

    :param usual: how many jobs may work at once, for as long as they take.
    :param express: how many more may for an instant.
    :param queue: how many may wait.
    """

    def __init__(self, usual: int, express: int, queue: int) -> None:
        self._usual = usual
        self._express = express
        self._queue = queue
        self._waiting: deque[_Waiting] = deque()
        self._lock = threading.Lock()

    def take(self, under_way: Job, until: float, *, express: bool) -> bool:
        """A place; whether it is an express one. It is to be given back with :meth:`give`.

        :param under_way: whose place it is; once it is ended it waits no longer.
        :param until: how long to wait (:func:`time.monotonic`).
        :param express: whether an express place will do.
        :raises OverloadedError: where too many wait, or none is free in time.
        :raises QueryCancelledError: where it was ended.
        """
        # A free place means that nobody waits for it.
        with self._lock:
            if self._usual > 0:
                self._usual -= 1
                return False
            if express and self._express > 0:
                self._express -= 1
                return True
            if len(self._waiting) >= self._queue:
                raise OverloadedError("Too many queries are waiting (setting queue).", "Try again in a moment.")
            waiting = _Waiting(express)
            self._waiting.append(waiting)
        try:
            under_way.evaluated_by(waiting.called.set)
            waiting.called.wait(max(0.0, until - time.monotonic()))
            under_way.over()
            under_way.check()
        except BaseException:
            self._leave(waiting)
            raise
        with self._lock:
            if waiting.place is not None:
                return waiting.place
            self._waiting.remove(waiting)
        raise OverloadedError("No worker was free in time (setting queue_timeout).", "Try again in a moment.")

    def give(self, express: bool) -> None:
        """A place is free again."""
        with self._lock:
            # The latest first in express places: after a rush of heavy jobs a light one need not wait for them all.
            for waiting in reversed(self._waiting) if express else self._waiting:
                if waiting.express or not express:
                    self._waiting.remove(waiting)
                    waiting.place = express
                    waiting.called.set()
                    return
            if express:
                self._express += 1
            else:
                self._usual += 1

    def _leave(self, waiting: _Waiting) -> None:
        with self._lock:
            place = waiting.place
            if place is None:
                self._waiting.remove(waiting)
        if place is not None:
            self.give(place)
