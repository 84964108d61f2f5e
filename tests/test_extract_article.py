"""The draft of the article of this data set against its curated figures; skipped where the article's text is not at hand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from rdflib import RDF, Graph, Literal, Namespace
from rdflib.namespace import SKOS
from rdflib.term import Node

from yuanhui_kg.extract import Draft, extract, load
from yuanhui_kg.extract.records import Figure

ROOT = Path(__file__).parents[1]
ARTICLE = ROOT.parent / "shared" / "article" / "article.txt"
YHO = Namespace("https://w3id.org/yuanhui-kg/ontology#")
QB = Namespace("http://purl.org/linked-data/cube#")
SDMX = Namespace("http://purl.org/linked-data/sdmx/2009/measure#")
PUBLISHED = "2021"
#: The share of the curated rows of which every field has to be right.
WANTED = 0.95


@cache
def curated() -> Graph:
    graph = Graph()
    for file in (ROOT / "data" / "triples.ttl", ROOT / "ontology" / "statistics.ttl"):
        graph.parse(file)
    return graph


@cache
def draft() -> Draft:
    if not ARTICLE.exists():
        pytest.skip("the article itself is not published: there is no ../shared/article/article.txt")
    return extract(load(ARTICLE), published=PUBLISHED)


def value(node: Node | None, predicate: Node) -> Node | None:
    return curated().value(node, predicate)


def local(term: Node | None) -> str:
    return re.split("[#/]", str(term))[-1]


def label(node: Node | None) -> str:
    labels = curated().objects(node, SKOS.prefLabel)
    return next(str(one) for one in labels if isinstance(one, Literal) and one.language == "zh")


def rows() -> Iterator[tuple[str, int, dict[str, str]]]:
    """Each curated figure at each of its places: its name, where it starts in the text, and what is said of it."""
    for figure in curated().subjects(RDF.type, QB.Observation):
        said = {
            "value": f"{Decimal(str(value(figure, SDMX.obsValue))).normalize():f}",
            "unit": str(value(value(figure, YHO.unit), YHO.unitCode)),
            "kind": local(value(figure, YHO.kind)),
            "indicator": local(value(figure, YHO.indicator)),
            "subject": label(value(figure, YHO.subject)),
            "period": str(value(value(figure, YHO.period), SKOS.notation) or ""),
            "base": str(value(value(figure, YHO.basePeriod), SKOS.notation) or ""),
        }
        for span in curated().objects(figure, YHO.evidence):
            yield local(figure), int(re.findall(r"\d+", str(span))[-2]), said


def told(figure: Figure, place: str) -> dict[str, str]:
    """What the draft says of a figure, as :func:`rows` has it."""
    return {
        "value": f"{figure.value.normalize():f}",
        "unit": figure.unit,
        "kind": figure.kind,
        "indicator": figure.indicator.id,
        "subject": figure.subject or place,
        "period": figure.period.edtf,
        "base": figure.base.edtf if figure.base else "",
    }


def test_the_draft_agrees_with_the_curated_figures() -> None:
    place = draft().anchor.place
    wanted = list(rows())
    differing = [
        f"{name} at {start}: {said} is not in {here}"
        for name, start, said in wanted
        if said not in (here := [told(figure, place) for figure in draft().figures if figure.start == start])
    ]
    assert len(wanted) > 70
    assert len(differing) <= (1 - WANTED) * len(wanted), "\n".join(differing)
