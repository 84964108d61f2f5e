"""Whose figures are: a data set beside the graph is told from the text's own, wherever figures are told."""

from __future__ import annotations

import csv
import io

import pyoxigraph as ox
import pytest

import beside
import graphs
from yuanhui_kg import entities, figures, origins
from yuanhui_kg.cite import cite
from yuanhui_kg.columns import FigureColumns
from yuanhui_kg.export import tables
from yuanhui_kg.figures import Row, Selection
from yuanhui_kg.graph.facts import Facts
from yuanhui_kg.grouping import Question
from yuanhui_kg.namespaces import YH
from yuanhui_kg.settings import Settings
from yuanhui_kg.store import Reader, StoreReader, memory_store

OWN = f"{YH}yuanhui-2021-figures"


@pytest.fixture(scope="module")
def reader() -> Reader:
    store = memory_store(Settings().served_files)
    beside.add(store)
    return StoreReader(store)


@pytest.fixture(scope="module")
def rows(reader: Reader) -> list[Row]:
    return figures.read(reader)


def test_every_row_tells_whose_it_is(rows: list[Row]) -> None:
    told = [(row["source"], row["source_zh"], row["source_en"]) for row in rows]
    ours = ((OWN,), "源汇区报道（2021年）中的数字", "Figures of the report on Yuanhui District (2021)")
    assert told == [ours] * 70 + [((beside.GRAPH,), beside.TITLE, beside.TITLE)] * 18


def test_a_figure_without_a_label_is_called_by_what_it_tells(rows: list[Row]) -> None:
    row = next(row for row in rows if row["figure"] == beside.FIGURE)
    assert (row["label_zh"], row["label_en"]) == ("源汇区土地面积（2015）", "源汇区, land area, 2015")


def test_the_csv_has_the_sources(rows: list[Row]) -> None:
    cells = list(csv.DictReader(io.StringIO(tables.to_csv(rows).decode(), newline="")))
    assert {row["source"]: row["source_en"] for row in cells}[beside.GRAPH] == beside.TITLE


def test_figures_are_chosen_by_their_source(reader: Reader) -> None:
    for source, count in ((OWN, 70), (beside.GRAPH, 18), (YH + "nothing", 0)):
        chosen = figures.read(reader, Selection(sources=(source,)))
        assert len(chosen) == count
        assert all(row["source"] == (source,) for row in chosen)


def test_values_of_several_sources_are_not_put_together(reader: Reader) -> None:
    columns = FigureColumns.read(reader)
    grp = {"where": {"indicator": ["grossRegionalProduct"], "kind": ["level"]}, "measures": ["sum"]}
    found = columns.answer(Question.from_json(grp))
    assert "source" in found["by"]
    assert {group["source"] for group in found["groups"]} == {OWN, beside.GRAPH}
    counted = columns.answer(Question.from_json({"by": ["source"]}))
    assert {group["source_en"]: group["count"] for group in counted["groups"]} == {
        "Figures of the report on Yuanhui District (2021)": 70,
        beside.TITLE: 18,
    }
    assert columns.answer(Question.from_json({"where": {"source": [beside.GRAPH]}}))["figures"] == 18


def test_where_there_is_one_source_sums_are_told_as_before() -> None:
    columns = FigureColumns.read(graphs.reader(graphs.ONTOLOGY + graphs.DATA + graphs.SPANS))
    assert "source" not in columns.answer(Question.from_json({"measures": ["sum"]}))["by"]


def test_the_counts_are_told_by_source(reader: Reader) -> None:
    told = entities.stats(reader)["figures"]["by_source"]
    assert [(row["source"]["iri"], row["count"]) for row in told] == [(OWN, 70), (beside.GRAPH, 18)]


def test_a_figure_of_two_graphs_has_two_sources() -> None:
    store = ox.Store()
    for name in ("a", "b"):
        store.load(
            b"<http://e/f> <http://purl.org/linked-data/sdmx/2009/measure#obsValue> 1 .",
            format=ox.RdfFormat.TURTLE,
            to_graph=ox.NamedNode(f"http://e/{name}"),
        )
    (row,) = figures.read(StoreReader(store))
    assert (row["source"], row["source_en"]) == (("http://e/a", "http://e/b"), "a; b")


def test_a_figure_and_its_data_set_are_cited_by_what_the_catalogue_knows(reader: Reader) -> None:
    assert cite(reader, beside.FIGURE).gbt7714() == (
        "源汇区土地面积（2015）[DS/OL]//Made-up statistics（数据年份：2022）. [出版地不详]: Somebody, [出版年不详][引用日期]. "
        f"{beside.FIGURE}.\n"
    )
    itself = cite(reader, beside.GRAPH)
    assert itself.gbt7714().startswith("Made-up statistics[DS/OL]. [出版地不详]: Somebody, ")
    assert itself.as_dict()["data_set"]["licence"] == beside.LICENCE


def test_what_the_catalogue_knows_of_a_data_set_is_told(reader: Reader) -> None:
    assert origins.of_iri(Facts(reader), beside.GRAPH) == origins.Source(
        beside.GRAPH, {"zh": beside.TITLE, "en": beside.TITLE}, "2022", beside.LICENCE, "Somebody"
    )
