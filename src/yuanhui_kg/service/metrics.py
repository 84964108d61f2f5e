"""Numbers for Prometheus at ``/metrics``, of all server processes together.

With ``PROMETHEUS_MULTIPROC_DIR`` in the environment (``yuanhui-kg serve`` sets it), every process keeps its numbers in
files of that folder, and the one that is asked adds them up; a process that has ended still counts.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Final

from flask import Blueprint, Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

from ..cache import AnswerCache
from ..errors import YuanhuiError
from ..settings import Settings
from ..workers import Backend
from . import logs
from .environ import ROUTE

FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"
_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS: Final = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)
_METHODS: Final = frozenset(["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"])


class Metrics:
    """The numbers of one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        # There are few labels, and finding them costs more than counting.
        self._requests = cache(
            Counter(
                "yuanhui_kg_http_requests",
                "HTTP requests answered.",
                ["route", "method", "status"],
                registry=self.registry,
            ).labels
        )
        self._request_seconds = cache(
            Histogram(
                "yuanhui_kg_http_request_seconds",
                "Time until an answer was ready to be sent.",
                ["route"],
                buckets=_SECONDS,
                registry=self.registry,
            ).labels
        )
        self._queries = cache(
            Counter(
                "yuanhui_kg_queries",
                "Jobs of the query workers, by how they ended.",
                ["job", "outcome"],
                registry=self.registry,
            ).labels
        )
        self._query_seconds = cache(
            Histogram(
                "yuanhui_kg_query_seconds",
                "Time that jobs took, waiting included.",
                ["job"],
                buckets=_SECONDS,
                registry=self.registry,
            ).labels
        )
        self._running = Gauge(
            "yuanhui_kg_queries_running",
            "Jobs under way or waiting for a worker.",
            registry=self.registry,
            multiprocess_mode="livesum",
        )
        self._cache = cache(
            Counter(
                "yuanhui_kg_cache_lookups", "Answers looked for in memory.", ["result"], registry=self.registry
            ).labels
        )
        self._cache_bytes = Gauge(
            "yuanhui_kg_cache_bytes",
            "Memory held by remembered answers.",
            registry=self.registry,
            multiprocess_mode="livesum",
        )

    @contextmanager
    def job(self, name: str) -> Iterator[None]:
        """Count and time a job."""
        started = time.perf_counter()
        self._running.inc()
        outcome = "ok"
        try:
            yield
        except YuanhuiError as error:
            outcome = error.code
            raise
        except BaseException:
            outcome = "internal_error"
            raise
        finally:
            self._running.dec()
            self._queries(name, outcome).inc()
            self._query_seconds(name).observe(time.perf_counter() - started)

    def looked_up(self, found: bool, cache: AnswerCache) -> None:
        """Count a look into the memory of answers."""
        self._cache("hit" if found else "miss").inc()
        if not found:
            self._cache_bytes.set(cache.held)

    def answered(self, response: Response) -> Response:
        """Count the current request."""
        route = request.url_rule.rule if request.url_rule is not None else "(none)"
        request.environ[ROUTE] = route
        now = time.perf_counter()
        self._count(route, request.method, response.status_code, now - g.get("started", now))
        return response

    def ahead(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count a request that was answered before the application."""
        self._count(route, method, status, seconds)

    def again(
        self, route: str, method: str, path: str, status: int, size: int, client: str, id: str, seconds: float
    ) -> None:
        """Count and log a request that was answered before the application."""
        self._count(route, method, status, seconds)
        self._cache("hit").inc()
        logs.answered(id, method, path, status, size, client, seconds)

    def _count(self, route: str, method: str, status: int, seconds: float) -> None:
        self._requests(route, method if method in _METHODS else "(other)", str(status)).inc()
        self._request_seconds(route).observe(seconds)


class _Served:
    """What is known without counting."""

    def __init__(self, settings: Settings, backend: Backend) -> None:
        self._settings = settings
        self._backend = backend

    def collect(self) -> Iterator[Any]:
        processes = self._settings.http_processes if FOLDER in os.environ else 1
        yield GaugeMetricFamily("yuanhui_kg_dataset_triples", "Triples that are served.", self._backend.triples)
        yield GaugeMetricFamily(
            "yuanhui_kg_workers", "Queries that may be evaluated at once.", self._settings.workers * processes
        )


def _forget_the_dead(folder: Path) -> None:
    """What a process holds now counts no more once it has ended; what it did still does."""
    for path in folder.glob("gauge_live*_*.db"):
        pid = path.stem.rpartition("_")[2]
        if not Path("/proc", pid).exists():
            mark_process_dead(pid, str(folder))  # type: ignore[no-untyped-call]


def install(app: Flask, metrics: Metrics) -> None:
    """Count every request of ``app``."""
    app.after_request(metrics.answered)


def blueprint(settings: Settings, backend: Backend, metrics: Metrics) -> Blueprint:
    """The route ``/metrics``."""
    routes = Blueprint("metrics", __name__)
    served = _Served(settings, backend)

    @routes.get("/metrics")
    def exposition() -> Response:
        registry = CollectorRegistry()
        registry.register(served)
        if FOLDER in os.environ:
            _forget_the_dead(Path(os.environ[FOLDER]))
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        else:
            registry.register(metrics.registry)
        response = Response(generate_latest(registry), content_type=_TYPE)
        response.headers["Cache-Control"] = "no-store"
        return response

    return routes
