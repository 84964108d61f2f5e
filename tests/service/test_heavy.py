"""However many ask for much of the graph at once, those who ask for little are answered."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from yuanhui_kg.errors import OverloadedError
from yuanhui_kg.jobs import JOBS
from yuanhui_kg.service import create_app, heavy
from yuanhui_kg.service.core import EXTENSION
from yuanhui_kg.settings import Settings
from yuanhui_kg.workers import Backend

FEW = Settings(workers=2, queue=4, queue_timeout=0.2)  # one place, and one more who waits for it


@pytest.fixture
def crowded(settings: Settings, backend: Backend) -> Iterator[FlaskClient]:
    """A client of a service in which every place for heavy jobs is taken, and so is every place in the line."""
    app = create_app(replace(settings, workers=1, queue=0), backend)
    with app.extensions[EXTENSION].heavy.share("dump", None):
        yield app.test_client()


@pytest.mark.parametrize("path", ["/dump.nt", "/api/v1/figures", "/api/v1/export?format=ttl", "/graphs?default"])
def test_what_reads_much_of_the_graph_is_refused_early(crowded: FlaskClient, path: str) -> None:
    answer = crowded.get(path)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert answer.get_json()["error"]["code"] == "overloaded"


@pytest.mark.parametrize("path", ["/health", "/", "/sparql?query=ASK{}", "/api/v1/search?q=a", "/api/v1/stats"])
def test_what_reads_little_is_answered_meanwhile(crowded: FlaskClient, path: str) -> None:
    assert crowded.get(path).status_code == 200


def test_a_heavy_job_waits_its_turn_and_the_wait_is_taken_off_its_time() -> None:
    shares = heavy.Heavy(FEW)
    inside, over = threading.Event(), threading.Event()

    def hold() -> None:
        with shares.share("dump", None):
            inside.set()
            over.wait(0.05)

    thread = threading.Thread(target=hold)
    thread.start()
    inside.wait()
    with shares.share("export", 10) as left:
        assert left is not None
        assert left < 10
    thread.join()
    with shares.share("export", 10) as left:
        assert left == 10


def test_a_place_that_does_not_come_free_in_time_is_not_waited_for_any_longer() -> None:
    shares = heavy.Heavy(FEW)
    with shares.share("dump", None):
        with pytest.raises(OverloadedError, match="queue_timeout"), shares.share("dump", None):
            pass
        with shares.share("sparql", None) as left:
            assert left is None
    with shares.share("dump", None):  # nothing was kept by the one who was refused
        pass


def test_a_job_that_fails_gives_its_place_back() -> None:
    shares = heavy.Heavy(FEW)
    for _ in range(5):
        with contextlib.suppress(ZeroDivisionError), shares.share("dump", None):
            _ = 1 / 0


def test_what_is_called_heavy_are_jobs() -> None:
    assert set(JOBS) > heavy.JOBS
