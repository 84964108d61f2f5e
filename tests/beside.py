"""A data set beside the graph: the made-up statistics of the README, added as it says."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox

from yuanhui_kg.datasets import catalogue
from yuanhui_kg.namespaces import YH
from yuanhui_kg.settings import Settings
from yuanhui_kg.store import StoreFolder

RECIPES = Path(__file__).parents[1] / "docs" / "recipes"
GRAPH = f"{YH}datasets/statistics"
TITLE = "Made-up statistics"
LICENCE = "https://spdx.org/licenses/CC0-1.0"
#: One of its figures, which has no label: 源汇区, land area, 2015.
FIGURE = "https://example.org/statistics/411102-2015-area"


WANTED = catalogue.Wanted(
    "statistics",
    str(RECIPES / "county-statistics.csv"),
    RECIPES / "county-statistics.json",
    title=TITLE,
    licence="CC0-1.0",
    vintage="2022",
    publisher="Somebody",
)


def add(store: ox.Store) -> None:
    """Add the data set to a store."""
    with catalogue.Fetching(WANTED, 1 << 20) as fetching:
        catalogue.add(store, fetching)


def folder(path: Path, settings: Settings) -> Path:
    """A store on disk: the graph of ``settings`` with the data set beside it."""
    made = StoreFolder(path)
    made.create(settings.graph_files)
    made.write(add)
    return path
