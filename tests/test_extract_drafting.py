"""What a draft's graph calls things."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pyoxigraph as ox

from yuanhui_kg.extract import Draft, extract
from yuanhui_kg.extract.drafting import triples
from yuanhui_kg.extract.records import Figure, Indicator
from yuanhui_kg.namespaces import PREFIXES, YH, YHO

TITLE = "青禾区2021年国民经济和社会发展统计公报\n\n"


@cache
def drafted() -> Draft:
    return extract(TITLE + "2021年，全区生产总值90亿元，增长8%，居全市第2位。", place="青禾区")


def values(graph: list[ox.Triple], predicate: str) -> list[str]:
    prefix, _, local = predicate.partition(":")
    return [
        one.object.value
        for one in graph
        if one.predicate.value == PREFIXES[prefix] + local and not isinstance(one.object, ox.Triple)
    ]


def of(label: str, figure: Figure) -> Figure:
    return replace(figure, indicator=Indicator("", label, "CNY", "flow", known=False))


def test_variables_that_sound_alike_are_two() -> None:
    first, second = drafted().figures[:2]
    graph = triples(replace(drafted(), figures=(of("公园收入", first), of("公元收入", second))))
    assert len(set(values(graph, "yho:indicator"))) == 2
    assert {"公园收入", "公元收入"} <= set(values(graph, "skos:prefLabel"))


def test_a_variable_told_twice_is_one() -> None:
    first, second = drafted().figures[:2]
    graph = triples(replace(drafted(), figures=(of("公园收入", first), of("公园收入", second))))
    assert len(set(values(graph, "yho:indicator"))) == 1


def test_a_place_without_letters_has_a_name_like_all_things() -> None:
    draft = drafted()
    graph = triples(replace(draft, anchor=replace(draft.anchor, place="※")))
    assert values(graph, "yho:isAbout") == [YH + "thing"]


def test_the_kind_of_a_figure_is_told_in_the_words_of_the_ontology_where_it_is_not_plain() -> None:
    chinese = [
        one.object.value
        for one in triples(drafted())
        if isinstance(one.object, ox.Literal) and one.object.language == "zh" and "生产总值" in one.object.value
    ]
    assert chinese[:3] == [
        "青禾区，2021年，地区生产总值",
        "青禾区，2021年，地区生产总值，变化率",
        "青禾区，2021年，地区生产总值，增速位次",
    ]
    assert YHO.growthRank in values(triples(drafted()), "yho:kind")


def test_a_rate_that_the_ontology_lacks_is_in_percent() -> None:
    rate = Indicator("", "满座率", "percent", "stock", known=False)
    graph = triples(replace(drafted(), figures=(replace(drafted().figures[1], indicator=rate),)))
    (node,) = values(graph, "yho:indicator")
    units = [t.object for t in graph if t.subject == ox.NamedNode(node) and t.predicate.value == YHO.hasStandardUnit]
    assert units == [ox.NamedNode(PREFIXES["unit"] + "PERCENT")]


def test_the_figures_of_two_texts_on_one_place_are_called_by_their_headlines() -> None:
    called = set()
    for year in (2022, 2023):
        made = triples(extract(f"松泉区{year}年统计公报\n\n全区生产总值90亿元。\n"))
        (cube,) = (t.subject for t in made if t.object == ox.NamedNode(PREFIXES["qb"] + "DataSet"))
        called |= {t.object.value for t in made if t.subject == cube and t.predicate.value.endswith("prefLabel")}
    assert {"《松泉区2022年统计公报》中的数字", "《松泉区2023年统计公报》中的数字"} < called
    assert len(called) == 4


def test_a_figure_that_is_told_twice_is_one_observation_with_two_places() -> None:
    """Sums would count it twice, and of one data set no two observations are of one thing (Data Cube, IC-12)."""
    text = "松泉区2023年统计公报\n\n2023年，全区生产总值90亿元，增长5%。新建桥梁3座。全区生产总值90亿元，增长6%。新建码头3座。\n"
    made = triples(extract(text))
    value, evidence = (ox.NamedNode(PREFIXES[p] + n) for p, n in (("sdmx-measure", "obsValue"), ("yho", "evidence")))
    figures = [t.subject for t in made if t.predicate == value]
    assert len(figures) == len(set(figures)) == 5
    places = {figure: len([t for t in made if t.subject == figure and t.predicate == evidence]) for figure in figures}
    assert sorted(places.values()) == [1, 1, 1, 1, 2]


def test_counts_that_are_told_apart_by_their_lines_are_two() -> None:
    made = triples(extract("松泉区2023年统计公报\n\n2023年，税收超千万元企业12家，税收超百万元企业12家。\n"))
    observation = ox.NamedNode(PREFIXES["qb"] + "Observation")
    assert sum(t.object == observation for t in made) == 4
