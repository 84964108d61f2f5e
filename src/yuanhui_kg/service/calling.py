"""Queries that call other services: how many of them at once, and who hears that a service failed."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from ..errors import OverloadedError
from ..patterns import calls_service
from ..settings import Settings

#: Names the hosts that failed behind ``SERVICE SILENT``: such an answer looks whole.
FAILED: Final = "X-Failed-Services"

log = logging.getLogger("yuanhui_kg.service")


class Calling:
    """Keeps a worker for queries that call nobody, however slow other services are. Safe to use from many threads."""

    def __init__(self, settings: Settings) -> None:
        self._allowed = bool(settings.allow_service)
        self._seconds = settings.queue_timeout
        self._places = threading.Semaphore(max(1, settings.workers - 1))

    @contextmanager
    def share(self, job: str, parameters: Mapping[str, Any]) -> Iterator[None]:
        """For as long as a job runs; waits for a place where it calls others. Raises :class:`OverloadedError`."""
        if not self._allowed or not calls_service(_query(job, parameters)):
            yield
            return
        if not self._places.acquire(timeout=self._seconds):
            raise OverloadedError("Too many queries wait for other services.", "Try again in a moment.")
        try:
            yield
        finally:
            self._places.release()


def _query(job: str, parameters: Mapping[str, Any]) -> str:
    """The text of the query that a job evaluates for a client; empty where it does not."""
    asked = {"sparql": parameters, "export": parameters.get("query") or {}}.get(job, {})
    return str(asked.get("query", ""))


def tell_failed(head: Mapping[str, Any]) -> None:
    """Log the services that failed while an answer was made."""
    for host, reason in head.get("failed_services", {}).items():
        log.warning("a SERVICE SILENT of %s failed: %s", host, reason)
