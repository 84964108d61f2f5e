"""A service over a tiny graph in a store on disk, with one named graph."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from flask import Flask
from flask.testing import FlaskClient

from yuanhui_kg.service import create_app
from yuanhui_kg.settings import Settings
from yuanhui_kg.store import StoreFolder
from yuanhui_kg.workers import Backend

TINY = Path(__file__).parent / "tiny"
GRAPH = "https://example.org/graph"
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


@pytest.fixture
def app(settings: Settings, backend: Backend) -> Flask:
    return create_app(settings, backend)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
