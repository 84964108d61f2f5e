"""Numbers for Prometheus at ``/metrics``, of all server processes together.

With ``PROMETHEUS_MULTIPROC_DIR`` in the environment (``yuanhui-kg serve`` sets it), every process keeps its numbers in
files of that folder, and the one that is asked adds them up; a process that has ended still counts.
"""

from __future__ import annotations

import os
import threading
import time
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
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


Counts = defaultdict[Any, int]  # by label, or by labels


class Metrics:
    """The numbers of one process; :meth:`flush` makes them known."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "yuanhui_kg_http_requests", "HTTP requests answered.", ["route", "method", "status"], registry=self.registry
        )
        self._request_seconds = Histogram(
            "yuanhui_kg_http_request_seconds",
            "Time until an answer was ready to be sent.",
            ["route"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._queries = Counter(
            "yuanhui_kg_queries",
            "Jobs of the query workers, by how they ended.",
            ["job", "outcome"],
            registry=self.registry,
        )
        self._query_seconds = Histogram(
            "yuanhui_kg_query_seconds",
            "Time that jobs took, waiting included.",
            ["job"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._running = Gauge(
            "yuanhui_kg_queries_running",
            "Jobs under way or waiting for a worker.",
            registry=self.registry,
            multiprocess_mode="livesum",
        )
        self._cache = Counter(
            "yuanhui_kg_cache_lookups", "Answers looked for in memory.", ["result"], registry=self.registry
        )
        self._cache_bytes = Gauge(
            "yuanhui_kg_cache_bytes",
            "Memory held by remembered answers.",
            registry=self.registry,
            multiprocess_mode="livesum",
        )
        self._lock = threading.Lock()  # around what follows: counted, and not yet flushed
        self._answers: Counts = defaultdict(int)
        self._answer_seconds: defaultdict[str, _Tally] = defaultdict(_Tally)
        self._jobs: Counts = defaultdict(int)
        self._job_seconds: defaultdict[str, _Tally] = defaultdict(_Tally)
        self._looks: Counts = defaultdict(int)
        self._under_way = 0
        self.caches: list[AnswerCache] = []  # whose size is told

    @contextmanager
    def job(self, name: str) -> Iterator[None]:
        """Count and time a job."""
        started = time.perf_counter()
        with self._lock:
            self._under_way += 1
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
            with self._lock:
                self._under_way -= 1
                self._jobs[name, outcome] += 1
                self._job_seconds[name].add(time.perf_counter() - started)

    def looked_up(self, found: bool) -> None:
        """Count a look into the memory of answers."""
        with self._lock:
            self._looks["hit" if found else "miss"] += 1

    def answered(self, response: Response) -> Response:
        """Count the current request."""
        route = request.url_rule.rule if request.url_rule is not None else "(none)"
        request.environ[ROUTE] = route
        now = time.perf_counter()
        self.count(route, request.method, response.status_code, now - g.get("started", now))
        return response

    def count(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count a request that was answered."""
        with self._lock:
            self._answers[route, method if method in _METHODS else "(other)", str(status)] += 1
            self._answer_seconds[route].add(seconds)

    def again(
        self, route: str, method: str, path: str, status: int, size: int, client: str, id: str, seconds: float
    ) -> None:
        """Count and log a request that was answered before the application."""
        self.count(route, method, status, seconds)
        with self._lock:
            self._looks["hit"] += 1
        logs.answered(id, method, path, status, size, client, seconds)

    def refused(self, method: str, path: str, status: int, client: str, id: str = "") -> None:
        """Count and log a request that was refused before the application; what is not known of it is empty."""
        with self._lock:
            self._answers["(refused)", method if method in _METHODS else "(other)", str(status)] += 1
        logs.answered(id, method, path, status, None, client, None)

    def flush(self) -> None:
        """Write what was counted since the last time to where ``/metrics`` reads it.

        Counting there takes as long as answering from memory does, so that it is done for many requests at once.
        """
        with self._lock:
            for counter, counts in (
                (self._requests, self._answers),
                (self._queries, self._jobs),
                (self._cache, self._looks),
            ):
                for labels, count in counts.items():
                    counter.labels(*([labels] if isinstance(labels, str) else labels)).inc(count)
                counts.clear()
            for histogram, tallies in (
                (self._request_seconds, self._answer_seconds),
                (self._query_seconds, self._job_seconds),
            ):
                for label, tally in tallies.items():
                    tally.flush(histogram.labels(label))
                tallies.clear()
            self._running.set(self._under_way)
            self._cache_bytes.set(sum(cache.held for cache in self.caches))


class _Tally:
    """Times that were observed: how many in each bucket, and their sum."""

    def __init__(self) -> None:
        self._counts = [0] * (len(_SECONDS) + 1)
        self._sum = 0.0

    def add(self, seconds: float) -> None:
        self._counts[bisect_left(_SECONDS, seconds)] += 1
        self._sum += seconds

    def flush(self, histogram: Histogram) -> None:
        """Add to ``histogram`` what ``observe`` would, time for time; it has no way to be told of many."""
        histogram._sum.inc(self._sum)
        for bucket, count in zip(histogram._buckets, self._counts, strict=True):
            if count:
                bucket.inc(count)


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
        metrics.flush()
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
