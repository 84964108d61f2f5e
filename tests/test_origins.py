"""Whose figures are: a data set beside the graph is told from the text's own, wherever figures are told."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pyoxigraph as ox
import pytest

import beside
import graphs
from yuanhui_kg import entities, figures, origins
from yuanhui_kg.cite import cite
from yuanhui_kg.columns import FigureColumns
from yuanhui_kg.export import choosing, tables
from yuanhui_kg.export.choosing import Choice
from yuanhui_kg.export.model import Source
from yuanhui_kg.figures import Row, Selection
from yuanhui_kg.graph import NeighbourIndex
from yuanhui_kg.graph.facts import Facts
from yuanhui_kg.grouping import Question
from yuanhui_kg.namespaces import ONTOLOGY, PREFIXES, YH
from yuanhui_kg.settings import Settings
from yuanhui_kg.store import Reader, StoreReader, memory_store

DCT = PREFIXES["dcterms"]
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


# --- exports ----------------------------------------------------------------------------------------------------------


def _exported(reader: Reader, **choice: Any) -> Source:
    return choosing.choose(reader, NeighbourIndex.build(reader), Choice(**choice)).source


def test_a_part_of_a_data_set_is_that_data_sets(reader: Reader) -> None:
    source = _exported(reader, start=("https://w3id.org/yuanhui-kg/register/cn/411104",))
    assert source.line("en") == "Source: Made-up statistics. Licence: CC0-1.0. yuanhui-kg"
    assert source.licence == beside.LICENCE


def test_a_part_of_the_text_is_the_texts(reader: Reader) -> None:
    source = _exported(reader, start=(YH + "yuanhui-district",))
    assert [title["zh"][:3] for title in source.titles] == ["源汇区"]
    assert source.licence == "https://creativecommons.org/licenses/by/4.0/"


def test_the_whole_graph_tells_each_data_set_with_its_licence(reader: Reader) -> None:
    source = _exported(reader)
    assert source.licence is None
    assert source.line("en").endswith(
        "; Made-up statistics. Licence: yuanhui-kg (CC BY 4.0); Made-up statistics (CC0-1.0). yuanhui-kg"
    )


@pytest.mark.parametrize(
    "header", ["", f"<{ONTOLOGY}> <{DCT}license> <https://creativecommons.org/licenses/by/4.0/> ."]
)
def test_what_nobody_tells_of_has_no_licence_and_no_source(header: str) -> None:
    pair = "<https://stats.example.org/id/a> <https://stats.example.org/near> <https://stats.example.org/id/b> ."
    source = _exported(graphs.reader(pair + header), start=("https://stats.example.org/id/a",))
    assert (source.titles, source.licence, source.line("en")) == ((), None, "yuanhui-kg")


def test_the_description_of_the_table_has_the_licence_of_each_source(reader: Reader) -> None:
    described = json.loads(tables.csvw("figures.csv", tables.sources(reader)))
    assert "dc:license" not in described
    assert {one["@id"]: one["dc:license"]["@id"] for one in described["dc:source"]} == {
        beside.GRAPH: beside.LICENCE,
        OWN: "https://creativecommons.org/licenses/by/4.0/",
    }


def test_the_figures_of_those_that_do_not_tell_have_no_licence() -> None:
    some = "<http://e/f> <http://purl.org/linked-data/sdmx/2009/measure#obsValue> 1 ."
    assert tables.licence(tables.sources(graphs.reader(some))) is None
    both = StoreReader(memory_store(Settings().served_files))
    assert tables.licence(tables.sources(both)) == "https://creativecommons.org/licenses/by/4.0/"
    both.store.load(some.encode(), format=ox.RdfFormat.TURTLE)
    assert tables.licence(tables.sources(both)) is None


# --- merged drafts ----------------------------------------------------------------------------------------------------

MERGED = f"""
<{ONTOLOGY}> <{DCT}license> <https://creativecommons.org/licenses/by/4.0/> ; <{DCT}creator> "Us" ; a <http://www.w3.org/2002/07/owl#Ontology> .
yh:report-figures a qb:DataSet ; prov:wasDerivedFrom yh:report-text .
yh:report-text schema:encodesCreativeWork yh:report-article . yh:report-article skos:prefLabel "一篇报道"@zh .
yh:report-span-1 oa:hasSource yh:report-text . yh:report-mention-1 oa:hasBody yh:town ; oa:hasTarget yh:report-span-1 .
yh:town skos:prefLabel "河口镇"@zh .

yh:other-1-figures a qb:DataSet ; prov:wasGeneratedBy yh:other-1-extraction ; prov:wasDerivedFrom yh:other-1-text ; dcterms:source yh:other-1-article .
yh:other-1-extraction a prov:Activity ; prov:used yh:other-1-text .
yh:other-1-text schema:encodesCreativeWork yh:other-1-article . yh:other-1-article skos:prefLabel "另一篇"@zh .
yh:other-1-span-1 oa:hasSource yh:other-1-text .
yh:other-1-mention-1 oa:hasBody yh:mill ; oa:hasTarget yh:other-1-span-1 . yh:mill skos:prefLabel "东河磨坊"@zh .
yh:other-1-mention-2 oa:hasBody yh:town ; oa:hasTarget yh:other-1-span-1 .
yh:other-1-figure-1 sdmx-measure:obsValue 3 ; qb:dataSet yh:other-1-figures ; yho:evidence yh:other-1-span-1 .
"""


@pytest.fixture
def merged() -> Reader:
    prefixes = "".join(f"@prefix {name}: <{iri}> . " for name, iri in PREFIXES.items())
    store = ox.Store()
    store.load(f"{prefixes}{MERGED}".encode(), format=ox.RdfFormat.TURTLE)
    return StoreReader(store)


def test_what_a_merged_draft_gave_is_not_credited_to_us(merged: Reader) -> None:
    for name in ("mill", "other-1-figure-1", "other-1-article", "other-1-mention-2", "other-1-figures"):
        told = cite(merged, YH + name).as_dict()["data_set"]
        assert (told["iri"], told["licence"], told["title"]) == (f"{YH}other-1-figures", None, None), name
        assert told["creators"] == []
    for name in ("town", "report-mention-1", "report-figures"):
        told = cite(merged, YH + name).as_dict()["data_set"]
        assert (told["iri"], told["creators"]) == (ONTOLOGY, ["Us"]), name


def test_a_thing_of_two_texts_is_of_both_data_sets(merged: Reader) -> None:
    found = origins.holders(Facts(merged), [YH + "town"])
    assert [one.iri for one in found] == [ONTOLOGY, f"{YH}other-1-figures"]
    assert [one.iri for one in origins.all_holders(Facts(merged))] == [ONTOLOGY, f"{YH}other-1-figures"]


def test_the_licence_of_a_merged_draft_is_the_one_that_it_names(merged: Reader) -> None:
    assert isinstance(merged, StoreReader)
    assert tables.licence(tables.sources(merged)) is None
    assert _exported(merged, start=(YH + "mill",)).licence is None
    assert _exported(merged).licence is None
    assert [title["zh"] for title in _exported(merged, start=(YH + "mill",)).titles] == ["另一篇"]
    licence = "https://example.org/licence"
    merged.store.update(f"INSERT DATA {{ <{YH}other-1-figures> <{DCT}license> <{licence}> }}")
    assert cite(merged, YH + "mill").as_dict()["data_set"]["licence"] == licence
    assert tables.licence(tables.sources(merged)) == licence


# --- the catalogue ----------------------------------------------------------------------------------------------------


def test_what_the_catalogue_knows_of_a_data_set_is_told(reader: Reader) -> None:
    assert origins.of_iri(Facts(reader), beside.GRAPH) == origins.Source(
        beside.GRAPH, {"zh": beside.TITLE, "en": beside.TITLE}, "2022", beside.LICENCE, "Somebody"
    )


def test_figures_without_a_source_are_not_summed_with_those_of_one() -> None:
    store = ox.Store()
    value, kind = ox.NamedNode(PREFIXES["sdmx-measure"] + "obsValue"), ox.NamedNode(PREFIXES["rdf"] + "type")
    for name, number, graph in (("a", 10, None), ("b", 32, "https://e.example/g")):
        node, there = ox.NamedNode(f"{YH}{name}"), ox.NamedNode(graph) if graph else ox.DefaultGraph()
        store.add(ox.Quad(node, kind, ox.NamedNode(PREFIXES["qb"] + "Observation"), there))
        store.add(
            ox.Quad(node, value, ox.Literal(str(number), datatype=ox.NamedNode(PREFIXES["xsd"] + "decimal")), there)
        )
    found = FigureColumns.read(StoreReader(store)).answer(Question(by=(), measures=("sum",)))
    assert sorted(group["sum"] for group in found["groups"]) == [10, 32]
    assert origins.counts(StoreReader(store)) == {"": 1, "https://e.example/g": 1}


def test_a_title_in_a_third_language_is_a_title() -> None:
    store = ox.Store()
    node = ox.NamedNode("https://e.example/d")
    store.add(ox.Quad(node, ox.NamedNode(DCT + "title"), ox.Literal("Données", language="fr")))
    assert origins.title(Facts(StoreReader(store)), node) == {"zh": "Données", "en": "Données"}
