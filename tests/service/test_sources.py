"""What the pages say of a store that holds more than our own text, or something else: nothing that is not so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import pytest
from browsing import resources
from flask.testing import FlaskClient

import beside
from yuanhui_kg.service import create_app
from yuanhui_kg.settings import Settings
from yuanhui_kg.workers import Backend


@pytest.fixture(scope="module")
def joined(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    """Our own text, and the README's data set beside it."""
    folder = tmp_path_factory.mktemp("joined")
    settings = Settings(resources=resources(folder), store=folder / "store", workers=2)
    beside.folder(folder / "store", settings)
    with Backend.start(settings) as backend:
        yield backend


@pytest.fixture
def client(joined: Backend) -> FlaskClient:
    return create_app(joined.settings, joined).test_client()


def text(client: FlaskClient, path: str) -> str:
    """What stands on a page, without its tags."""
    answer = client.get(path, headers={"Accept": "text/html"})
    assert answer.status_code == 200, path
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True))).split())


# --- figures ----------------------------------------------------------------------------------------------------------


def test_the_page_of_figures_tells_and_chooses_by_whose_they_are(client: FlaskClient) -> None:
    page = text(client, "/figures?lang=en")
    assert "Figures of several sources" in page
    assert "Every number of the text" not in page
    assert "Source All" in page  # to choose by
    chosen = text(client, f"/figures?lang=en&source={beside.GRAPH}")
    assert "18 figures" in chosen
    assert "Evidence (character offsets) Source" in chosen
    assert chosen.count(beside.TITLE) > 18
    assert f"Source: {beside.TITLE}" in chosen  # of a chart


def test_the_interface_chooses_by_whose_figures_are(client: FlaskClient) -> None:
    found = client.get(f"/api/v1/figures?source={beside.GRAPH}").get_json()
    assert found["count"] == 18
    assert {row["source_en"] for row in found["figures"]} == {beside.TITLE}


def test_a_search_tells_whose_figures_are(client: FlaskClient) -> None:
    page = text(client, "/search?lang=en&q=土地面积")
    assert "Evidence (character offsets) Source" in page
    assert beside.TITLE in page
