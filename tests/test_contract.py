"""The contract queries: fixed columns, one value in each, one row a span."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest

from yuanhui_kg import catalog
from yuanhui_kg.namespaces import PREFIXES
from yuanhui_kg.settings import Settings
from yuanhui_kg.store import StoreReader, memory_store

SETTINGS = Settings()
ARTICLE = Path(__file__).parents[2] / "shared" / "article" / "article.txt"
COLUMNS = {
    "figures": (
        *("figure", "start", "end", "value", "unit", "indicator", "subject"),
        *("period", "kind", "base", "qualifier", "breakdown"),
    ),
    "mentions": ("entity", "label", "type", "start", "end"),
    "statements": ("subject", "predicate", "object", "modality", "start", "end"),
}
#: A row's identity: nothing but the thing said and its place.
KEYS = {
    "figures": ("figure", "start", "end"),
    "mentions": ("entity", "start", "end"),
    "statements": ("subject", "predicate", "object", "start", "end"),
}
#: How many spans the things of a kind have, counted without the contract queries.
SPANS = {
    "figures": "SELECT ?thing ?span WHERE { ?thing a qb:Observation ; yho:evidence ?span }",
    "mentions": "SELECT ?thing ?span WHERE { ?thing oa:motivatedBy oa:identifying ; oa:hasTarget ?span }",
    "statements": "SELECT ?thing ?span WHERE { ?thing a rdf:Statement ; yho:evidence ?span }",
}
UNITS = {"CNY", "percent", "km", "m2", "year", "month", "rank", "count"}
KINDS = {
    *("threshold", "growthRank", "rank", "share", "averageGrowth", "change", "duration", "count", "level"),
    *("ratioToBase", "pointChange", "increment", "target"),
}
QUALIFIERS = {"exact", "over", "andMore", "about", "cumulative", "eachYear", "always"}
STATUS = PREFIXES["adms"] + "status"
MODALITIES = {"asserted", "inferred", "planned", "sought", "inTalks"}
EDTF = r"(\d{4}|\.\.)(/(\d{4}|\.\.))?"
NUMBER = r"[0-9.]+|[〇零一二三四五六七八九十百千万亿两半]+|首位"

Row = dict[str, str]


@cache
def graph() -> ox.Store:
    """The ontology and the article's graph, as the service loads them."""
    return memory_store(SETTINGS.graph_files)


@cache
def article() -> str:
    """The article's text, or a skipped test where this checkout has none beside it."""
    if not ARTICLE.is_file():
        pytest.skip("the article itself is not published: there is no ../shared/article/article.txt")
    return ARTICLE.read_bytes().decode("utf-8")


def rows(store: ox.Store, id: str) -> list[Row]:
    """A contract query's rows; unbound cells are left out."""
    saved = catalog.find(SETTINGS.queries, id)
    solutions = StoreReader(store).select(saved.text)
    return [{n: t.value for n, t in zip(saved.variables, row, strict=True) if t is not None} for row in solutions]


def prefixes(form: str) -> str:
    return "".join(form.format(prefix=prefix, iri=iri) for prefix, iri in PREFIXES.items())


def select(store: ox.Store, query: str) -> list[tuple[str, ...]]:
    text = prefixes("PREFIX {prefix}: <{iri}>\n") + query
    return [tuple(term.value for term in row) for row in StoreReader(store).select(text)]


@pytest.mark.parametrize("id", COLUMNS)
def test_the_columns_are_those_of_the_model(id: str) -> None:
    saved = catalog.find(SETTINGS.queries, id)
    assert saved.variables == COLUMNS[id]
    assert (saved.kind, saved.params) == ("solutions", ())


# --- the real graph ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("id", COLUMNS)
def test_every_column_has_a_value_in_every_row(id: str) -> None:
    found = rows(graph(), id)
    assert len(found) > 50
    assert [row for row in found if row.keys() != set(COLUMNS[id])] == []
    assert [row for row in found for name in COLUMNS[id] if row[name] == "" and name != "base"] == []


@pytest.mark.parametrize("id", COLUMNS)
def test_a_span_has_one_row_and_none_is_lost(id: str) -> None:
    found = rows(graph(), id)
    keys = Counter(tuple(row[name] for name in KEYS[id]) for row in found)
    assert [key for key, times in keys.items() if times > 1] == []
    assert len(found) == len(select(graph(), SPANS[id]))


@pytest.mark.parametrize("id", COLUMNS)
def test_the_rows_stand_in_the_order_of_the_text(id: str) -> None:
    places = [(int(row["start"]), int(row["end"])) for row in rows(graph(), id)]
    assert places == sorted(places)
    assert all(start < end for start, end in places)


def test_figures_keep_to_the_codes_of_the_model() -> None:
    found = rows(graph(), "figures")
    assert {row["unit"] for row in found} <= UNITS
    assert {row["kind"] for row in found} <= KINDS
    assert {word for row in found for word in row["qualifier"].split(" ")} <= QUALIFIERS
    assert [row for row in found if not re.fullmatch(EDTF, row["period"])] == []
    assert [row for row in found if not re.fullmatch(f"({EDTF})?", row["base"])] == []
    assert [row for row in found if not re.fullmatch(r"-?\d+(\.\d*[1-9])?", row["value"])] == []
    assert {row["kind"] for row in found if row["base"]} == {"change", "averageGrowth"}
    assert {row["kind"] for row in found if row["unit"] == "rank"} == {"rank", "growthRank"}


def test_the_article_has_seventy_six_number_spans() -> None:
    assert len({(row["start"], row["end"]) for row in rows(graph(), "figures")}) == 76


def test_headline_figures_are_in_the_base_unit() -> None:
    found = {(row["indicator"], row["kind"]): row for row in rows(graph(), "figures") if int(row["start"]) < 300}
    product = found["地区生产总值", "level"]
    assert (product["value"], product["unit"], product["start"], product["end"]) == ("21250000000", "CNY", "105", "110")
    growth = found["地区生产总值", "change"]
    assert (growth["value"], growth["unit"], growth["period"], growth["base"]) == ("35.9", "percent", "2020", "2015")


def test_statements_keep_facts_and_prospects_apart() -> None:
    below = {row[0] for row in select(graph(), "SELECT ?p WHERE { ?p rdfs:subPropertyOf* yho:hasProspect }")}
    assert len(below) > 1
    for row in rows(graph(), "statements"):
        assert row["modality"] in MODALITIES
        hoped = row["modality"] not in {"asserted", "inferred"}
        if row["predicate"] == STATUS:  # a thing that is only planned has the status planned, and that is no fact of it
            assert hoped == row["object"].endswith(("#plannedStatus", "#soughtStatus", "#inTalksStatus")), row
        else:
            assert hoped == (row["predicate"] in below), row


@pytest.mark.parametrize("id", COLUMNS)
def test_every_span_reads_in_the_article_as_its_digest_says(id: str) -> None:
    text = article()
    digests = {
        (start, end): digest
        for start, end, digest in select(
            graph(),
            """SELECT ?start ?end ?digest WHERE {
                 ?span oa:hasSelector ?selector ; schema:sha256 ?digest .
                 ?selector oa:start ?start ; oa:end ?end }""",
        )
    }
    for row in rows(graph(), id):
        words = text[int(row["start"]) : int(row["end"])]
        assert words
        assert hashlib.sha256(words.encode()).hexdigest() == digests[row["start"], row["end"]], row


def test_a_figures_span_is_the_whole_printed_number() -> None:
    text = article()
    for row in rows(graph(), "figures"):
        start, end = int(row["start"]), int(row["end"])
        assert re.fullmatch(NUMBER, text[start:end]), row
        if text[start].isdigit():
            assert not re.match("[0-9.]", text[start - 1]), row
            assert not re.match("[0-9.]", text[end]), row


def test_a_mentions_span_reads_as_its_surface_form() -> None:
    text = article()
    forms = select(
        graph(),
        """SELECT ?form ?start ?end WHERE {
             ?mention oa:motivatedBy oa:identifying ; yho:surfaceForm ?form ; oa:hasTarget ?span .
             ?span oa:hasSelector ?selector .
             ?selector oa:start ?start ; oa:end ?end }""",
    )
    assert len(forms) == len(rows(graph(), "mentions"))
    for form, start, end in forms:
        assert re.sub(r"\s", "", text[int(start) : int(end)]) == re.sub(r"\s", "", form)


# --- a small graph ----------------------------------------------------------------------------------------------------

SMALL = """
yh:east a yho:District ; skos:prefLabel "临东区"@zh, "Lindong"@en .
yh:park a yho:IndustrialPark, yho:ScenicSpot ; skos:prefLabel "东山园"@zh, "East Park"@en .
yh:nobody skos:prefLabel "未提及"@zh ; a yho:Person .
yho:output skos:prefLabel "产值"@zh, "output"@en .
yh:last-year skos:notation "2029"^^edtf:EDTF . yh:this-year skos:notation "2030"^^edtf:EDTF .
yh:so-far skos:notation "../2030"^^edtf:EDTF .
yh:f1 a qb:Observation ; sdmx-measure:obsValue 300000000.0 ; yho:subject yh:park ; yho:indicator yho:output ;
    yho:period yh:so-far ; yho:kind yho:level ; yho:basePeriod yho:noBase ; yho:breakdown yho:total ;
    yho:unit unit:CCY_CNY ; yho:bound yho:andMore ; yho:aggregation yho:cumulative ; yho:evidence yh:s1 .
yh:f2 a qb:Observation ; sdmx-measure:obsValue 4.0 ; yho:subject yh:east ; yho:indicator yho:output ;
    yho:period yh:this-year ; yho:kind yho:countKind ; yho:basePeriod yho:noBase ; yho:breakdown yho:primarySector ;
    yho:unit unit:NUM ; yho:bound yho:exact ; yho:evidence yh:s2, yh:s3 .
yh:f3 a qb:Observation ; sdmx-measure:obsValue 1.0 ; yho:subject yh:east ; yho:indicator yho:output ;
    yho:period yh:this-year ; yho:kind yho:growthRank ; yho:basePeriod yho:noBase ; yho:breakdown yho:total ;
    yho:unit yho:rankUnit ; yho:bound yho:exact ; yho:aggregation yho:always ; yho:evidence yh:s3 .
yh:f4 a qb:Observation ; sdmx-measure:obsValue 6.2 ; yho:subject yh:east ; yho:indicator yho:output ;
    yho:period yh:this-year ; yho:kind yho:change ; yho:basePeriod yh:last-year ; yho:breakdown yho:total ;
    yho:unit unit:PERCENT ; yho:bound yho:exact ; yho:evidence yh:s4 .
yh:m1 oa:motivatedBy oa:identifying ; oa:hasBody yh:park ; oa:hasTarget yh:s1 .
yh:m2 oa:motivatedBy oa:identifying ; oa:hasBody yh:park ; oa:hasTarget yh:s4 .
yh:m3 oa:motivatedBy oa:describing ; oa:hasBody yh:nobody ; oa:hasTarget yh:s4 .
yh:t1 a rdf:Statement ; rdf:subject yh:park ; rdf:predicate yho:isLocatedIn ; rdf:object yh:east ;
    yho:modality yho:inferred ; yho:evidence yh:s1, yh:s4 .
yh:t2 a rdf:Statement ; rdf:subject yh:east ; rdf:predicate yho:plansToBuild ; rdf:object yh:park ;
    yho:modality yho:planned ; yho:evidence yh:s4 .
yh:s1 oa:hasSelector [ oa:start 0 ; oa:end 3 ] . yh:s2 oa:hasSelector [ oa:start 5 ; oa:end 6 ] .
yh:s3 oa:hasSelector [ oa:start 9 ; oa:end 10 ] . yh:s4 oa:hasSelector [ oa:start 12 ; oa:end 15 ] .
"""


@cache
def small() -> ox.Store:
    store = memory_store(SETTINGS.ontology_files)
    store.load(prefixes("@prefix {prefix}: <{iri}> .\n") + SMALL, format=ox.RdfFormat.TURTLE)
    return store


def table(id: str) -> list[list[str]]:
    """The small graph's rows, ``yh:`` and ``yho:`` cut off IRIs."""
    cut = re.compile("^(" + re.escape(PREFIXES["yh"]) + "|" + re.escape(PREFIXES["yho"]) + ")")
    return [[cut.sub("", row[name]) for name in COLUMNS[id]] for row in rows(small(), id)]


def test_figures_of_a_small_graph() -> None:
    assert table("figures") == [
        ["f1", "0", "3", "300000000", "CNY", "产值", "东山园", "../2030", "level", "", "andMore cumulative", "total"],
        ["f2", "5", "6", "4", "count", "产值", "临东区", "2030", "count", "", "exact", "primarySector"],
        ["f2", "9", "10", "4", "count", "产值", "临东区", "2030", "count", "", "exact", "primarySector"],
        ["f3", "9", "10", "1", "rank", "产值", "临东区", "2030", "growthRank", "", "always", "total"],
        ["f4", "12", "15", "6.2", "percent", "产值", "临东区", "2030", "change", "2029", "exact", "total"],
    ]


def test_mentions_of_a_small_graph() -> None:
    assert table("mentions") == [
        ["park", "东山园", "IndustrialPark ScenicSpot", "0", "3"],
        ["park", "东山园", "IndustrialPark ScenicSpot", "12", "15"],
    ]


def test_statements_of_a_small_graph() -> None:
    assert table("statements") == [
        ["park", "isLocatedIn", "east", "inferred", "0", "3"],
        ["east", "plansToBuild", "park", "planned", "12", "15"],
        ["park", "isLocatedIn", "east", "inferred", "12", "15"],
    ]
