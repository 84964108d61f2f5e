"""The queries that are measured, over a graph of ``regions.py``; each has a few variants with other values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from regions import PREFIXES

_HEAD: Final = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())


@dataclass(frozen=True)
class Query:
    """A query of the mix.

    :param group: what it is an example of, as the table has it.
    :param text: makes the query for a number; the same number gives the same query.
    :param ordered: whether the order of its rows is told.
    """

    name: str
    group: str
    text: Callable[[int], str]
    ordered: bool = False


def _query(name: str, group: str, text: str, ordered: bool = False) -> Query:
    """``text`` has ``@C`` (a county's number), ``@T`` (a town's), ``@I`` (an industry's), ``@Y`` (a year), ``@W`` (a piece of a name)."""

    def made(number: int) -> str:
        filled = text.replace("@C", f"{number % _COUNTIES:05d}").replace("@T", str(number % 6))
        filled = filled.replace("@I", str(number % 3)).replace("@Y", str(2016 + number % 5))
        return used_prefixes(filled.replace("@W", _WORDS[number % len(_WORDS)]))

    return Query(name, group, made, ordered)


_WORDS: Final = ("河湾", "家庄", "山口", "新桥", "龙泉")
_COUNTIES = 1


def of_size(triples: int) -> None:
    """Say how large the graph is, so that queries ask for counties that are there."""
    global _COUNTIES
    _COUNTIES = max(1, triples // 3200)


def used_prefixes(text: str) -> str:
    """The query with a declaration for each prefix that it uses."""
    lines = [line for line in _HEAD.splitlines() if f"{line.split()[1]}" in text]
    return "\n".join([*lines, text])


MIX: Final = (
    _query(
        "labels of a company",
        "lookup",
        "SELECT ?label WHERE { yh:company-@C-1 skos:prefLabel ?label }",
    ),
    _query(
        "a place by its code",
        "lookup",
        'SELECT ?place ?name WHERE { ?place adms:identifier ?id . ?id yho:registeredName ?name ; skos:notation "110122"^^yho:gbt2260 }',
    ),
    _query(
        "everything about a county",
        "lookup",
        "SELECT ?p ?o WHERE { yh:county-@C ?p ?o }",
    ),
    _query(
        "companies of a trade with all they are",
        "star join",
        "SELECT ?company ?zh ?zone ?segment ?county WHERE { ?company a yho:Company ; yho:supportsIndustry yh:industry-@I ; "
        'skos:prefLabel ?zh ; yho:isLocatedIn ?zone ; yho:isEngagedIn ?segment ; yho:operatesIn ?county . FILTER(LANG(?zh) = "zh") }',
    ),
    _query(
        "figures of a county with all dimensions",
        "star join",
        "SELECT ?f ?indicator ?period ?kind ?base ?breakdown ?unit ?value WHERE { ?f yho:subject yh:county-@C ; "
        "yho:indicator ?indicator ; yho:period ?period ; yho:kind ?kind ; yho:basePeriod ?base ; yho:breakdown ?breakdown ; "
        "yho:unit ?unit ; sdmx-measure:obsValue ?value }",
    ),
    _query(
        "statements on a county with their evidence",
        "multi-hop",
        "SELECT ?s ?p ?o ?start ?end WHERE { ?s yho:operatesIn yh:county-@C . ?statement rdf:subject ?s ; rdf:predicate ?p ; "
        "rdf:object ?o ; yho:evidence ?span . ?span oa:hasSelector ?sel . ?sel oa:start ?start ; oa:end ?end }",
    ),
    _query(
        "investors by province of the project",
        "multi-hop",
        "SELECT ?investor ?project ?province WHERE { ?investor a yho:CompanyGroup ; eg:investsIn ?project . "
        "?project yho:isLocatedIn ?zone . ?zone yho:isLocatedIn ?county . ?county yho:isWithin ?city . ?city yho:isWithin ?province }",
    ),
    _query(
        "partners of partners in other provinces",
        "multi-hop",
        "SELECT DISTINCT ?c WHERE { yh:company-@C-2 yho:cooperatesWith ?a . ?b yho:cooperatesWith ?a . ?b yho:operatesIn ?county . "
        "?county yho:isWithin ?city . ?b eg:investsIn ?c }",
    ),
    _query(
        "all within a city, at any depth",
        "property path",
        "SELECT ?place WHERE { ?place yho:isWithin+ yh:city-0000 }",
    ),
    _query(
        "what a place is within, at any depth",
        "property path",
        "SELECT ?above WHERE { yh:village-@C-@T-1 yho:isWithin* ?above }",
    ),
    _query(
        "counties that a group invests in",
        "property path",
        "SELECT DISTINCT ?county WHERE { yh:group-@T eg:investsIn/yho:isLocatedIn/yho:isLocatedIn ?county }",
    ),
    _query(
        "product by province and year",
        "aggregate",
        "SELECT ?province ?period (SUM(?value) AS ?sum) WHERE { ?f yho:indicator yho:grossRegionalProduct ; yho:kind yho:level ; "
        "yho:subject ?county ; yho:period ?period ; sdmx-measure:obsValue ?value . ?county yho:isWithin ?city . "
        "?city yho:isWithin ?province } GROUP BY ?province ?period",
    ),
    _query(
        "figures by indicator, kind and year",
        "aggregate",
        "SELECT ?indicator ?kind ?period (COUNT(?f) AS ?n) (AVG(?value) AS ?mean) (MAX(?value) AS ?most) WHERE { "
        "?f a qb:Observation ; yho:indicator ?indicator ; yho:kind ?kind ; yho:period ?period ; sdmx-measure:obsValue ?value } "
        "GROUP BY ?indicator ?kind ?period",
    ),
    _query(
        "sectors' sums in a year",
        "aggregate",
        "SELECT ?breakdown (SUM(?value) AS ?sum) (MIN(?value) AS ?least) WHERE { ?f yho:indicator yho:sectorValueAdded ; "
        "yho:period yh:period-@Y ; yho:breakdown ?breakdown ; sdmx-measure:obsValue ?value } GROUP BY ?breakdown",
    ),
    _query(
        "triples by predicate",
        "scan",
        "SELECT ?p (COUNT(*) AS ?n) WHERE { ?s ?p ?o } GROUP BY ?p",
    ),
    _query(
        "villages by a piece of their name",
        "text filter",
        'SELECT ?place ?name WHERE { ?place a yho:Village ; skos:prefLabel ?name . FILTER(CONTAINS(STR(?name), "@W")) }',
    ),
    _query(
        "companies by a regular expression",
        "text filter",
        'SELECT ?c ?name WHERE { ?c a yho:Company ; skos:prefLabel ?name . FILTER(REGEX(STR(?name), "^[大新东西南北].*(食品|机械)")) }',
    ),
    _query(
        "Chinese labels counted",
        "text filter",
        'SELECT (COUNT(?l) AS ?n) WHERE { ?s skos:prefLabel ?l . FILTER(LANG(?l) = "zh") }',
    ),
    _query(
        "largest budgets of a year",
        "ordering",
        "SELECT ?county ?value WHERE { ?f yho:indicator yho:generalPublicBudgetRevenue ; yho:kind yho:level ; "
        "yho:period yh:period-@Y ; yho:subject ?county ; sdmx-measure:obsValue ?value } ORDER BY DESC(?value) ?county LIMIT 50",
        ordered=True,
    ),
    _query(
        "companies in the order of their names",
        "ordering",
        "SELECT ?c ?name WHERE { ?c a yho:Company ; skos:prefLabel ?name } ORDER BY STR(?name) ?c LIMIT 200",
    ),
)

#: Queries for requests a second, by the number of their rows.
ROWS: Final[dict[int, Query]] = {
    1: _query("one row", "", 'SELECT ?l WHERE { yh:village-@C-@T-1 skos:prefLabel ?l FILTER(LANG(?l) = "zh") }'),
    1000: _query("1,000 rows", "", "SELECT ?s ?l WHERE { ?s a yho:Village ; skos:prefLabel ?l } LIMIT 1000"),
    100_000: _query("100,000 rows", "", "SELECT ?s ?p ?o WHERE { ?s ?p ?o } LIMIT 100000"),
}

#: Queries of the mix whose answer our columns of figures give too, and how they are asked.
GROUPS_PATH: Final = "/api/v1/figures/groups?"
GROUPS: Final = {
    "figures by indicator, kind and year": "by=indicator&by=kind&by=period&measure=count&measure=mean&measure=max&limit={limit}",
    "sectors' sums in a year": "indicator=sectorValueAdded&period=2018&by=breakdown&measure=sum&measure=min&limit={limit}",
}
