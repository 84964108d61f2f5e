"""A service over a tiny graph in a store on disk, with one named graph."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import browsing
import pyoxigraph as ox
import pytest
from flask import Flask
from flask.testing import FlaskClient
from tinygraph import GRAPH, TINY
from writable import TOKEN

from yuanhui_kg.service import create_app
from yuanhui_kg.service.core import Writes
from yuanhui_kg.service.token import Token
from yuanhui_kg.settings import Settings
from yuanhui_kg.store import StoreFolder
from yuanhui_kg.workers import Backend
from yuanhui_kg.writing import Writer, Writing

NAMED = b"<https://example.org/a> <https://example.org/p> <https://example.org/b> ."


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("service") / "store"
    made = Settings(resources=TINY, store=folder, workers=2, query_timeout=20, max_query_bytes=20_000, max_nodes=50)
    store = StoreFolder(folder)
    store.create(made.graph_files)
    store.write(lambda writable: writable.load(NAMED, format=ox.RdfFormat.N_TRIPLES, to_graph=ox.NamedNode(GRAPH)))
    return made


@pytest.fixture(scope="session")
def backend(settings: Settings) -> Iterator[Backend]:
    with Backend.start(settings) as running:
        yield running


@pytest.fixture(scope="module")
def app(settings: Settings, backend: Backend) -> Flask:
    """One application for the tests of a file: to make one takes as long as twenty requests."""
    return create_app(settings, backend)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="module")
def writable(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A client of a service that takes changes, over the tiny graph in a store of its own."""
    settings = Settings(
        resources=TINY,
        store=tmp_path_factory.mktemp("writable") / "store",
        writable=True,
        workers=2,
        max_query_bytes=5_000,
        max_update_bytes=20_000,
        max_upload_bytes=100_000,
    )
    with Writer(settings) as writer, Backend.start(settings) as backend:
        writes = Writes(Writing(writer.socket_path, settings), Token.of(TOKEN))
        yield create_app(settings, backend, writes).test_client()


# --- in a browser -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a service over the graph of our own text (``tests/fixtures/qinghe``)."""
    yield from browsing.serving(browsing.resources(tmp_path_factory.mktemp("resources")))


@pytest.fixture(scope="module")  # not longer: while it is open, no other event loop can run in this process
def browser() -> Iterator[Any]:
    yield from browsing.browsing()


@pytest.fixture
def visit(browser: Any, served: str) -> Iterator[browsing.Visits]:
    """Opens pages of the service; at the end, fails where one said anything wrong or asked another host."""
    visits = browsing.Visits(browser, served)
    yield visits
    visits.end()
