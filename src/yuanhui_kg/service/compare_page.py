"""``/compare``: what the graph and the data sets beside it say of an indicator, side by side, and why they may contradict each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlencode

import pyoxigraph as ox
from flask import Blueprint, Response

from .. import terms
from ..namespaces import YHO
from ..plots import Figure
from . import figures_page, html, thing
from .core import Service
from .parameters import Parameters, query_pairs

PATH: Final = "/compare"
_SHOWN: Final = 300
_COLUMNS: Final = 4  # sources that have a column
_UNITS: Final = """\
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX yho: <https://w3id.org/yuanhui-kg/ontology#>
SELECT ?name ?label WHERE { ?unit yho:unitCode ?name ; skos:prefLabel ?label }"""
_NAMES: Final = """\
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?name ?label WHERE {{ VALUES ?name {{ {} }} ?name skos:prefLabel ?label }}"""

Labels = Mapping[str, Mapping[str, str]]


def blueprint(service: Service) -> Blueprint:
    """The route of the page."""
    routes = Blueprint("compare_page", __name__)

    @routes.get(PATH)
    def compare() -> Response:
        given = Parameters(query_pairs(), ("indicator", "period", "contradictions", "lang"))
        indicators, periods = (figures_page.values_of(given, name) for name in ("indicator", "period"))
        only = given.choice("contradictions", ["0", "1"], "0") == "1"
        return html.page(
            "compare.html",
            tag=service.tag("compare-page", indicators, periods, only),
            options={name: figures_page.options(service, name) for name in ("indicator", "period")},
            chosen={"indicator": indicators, "period": periods},
            only=only,
            **(_compared(service, indicators, periods, only) if indicators else {}),
        )

    return routes


def _compared(service: Service, indicators: Sequence[str], periods: Sequence[str], only: bool) -> dict[str, Any]:
    job = {"indicators": list(indicators), "subjects": [], "periods": list(periods), "kinds": []}
    found = service.data("compare", job)
    rows = [row for row in found["rows"] if row["contradicts"] or not only]
    shown = rows[:_SHOWN]
    iris = " ".join(str(ox.NamedNode(iri)) for iri in _iris(indicators, shown))
    names, units = (
        thing.by_language(service.select(query), "name", "label") for query in (_NAMES.format(iris), _UNITS)
    )
    asked = [("indicator", terms.id_of(iri)) for iri in indicators] + [("period", period) for period in periods]
    beside = _beside(found["sources"], shown)
    return {
        "found": found,
        "more": len(rows) - len(shown),
        "sources": beside,
        "others": [source for source in found["sources"] if source not in beside],
        "named": {iri: {"iri": iri, "id": terms.id_of(iri), "label": names.get(iri, {})} for iri in indicators},
        "told": [_told(row, found["sources"], units, names) for row in shown],
        "name_of": lambda code: {"id": code, "label": names.get(YHO + code, {})},
        "data": f"/api/v1/compare?{urlencode(asked)}",
    }


def _beside(sources: Sequence[Mapping[str, Any]], rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The sources that have a column: those that say something of what another says too, so that columns are no diagonal."""
    said = [{reading["source"] for reading in row["readings"]} for row in rows]
    shared = set().union(*(names for names in said if len(names) > 1))
    return [source for source in sources if source["iri"] in shared][:_COLUMNS]


def _told(row: Mapping[str, Any], sources: Sequence[Mapping[str, Any]], units: Labels, names: Labels) -> dict[str, Any]:
    """A row with its readings as figures, by the IRI of their source."""
    by_source: dict[str, list[Figure]] = {source["iri"]: [] for source in sources}
    for reading in row["readings"]:
        by_source[reading["source"]].append(_figure(row, reading, units))
    subject = {"iri": row["subject"], "id": terms.id_of(row["subject"]), "label": row["label"]}
    limit = row["limit"] and {
        "iri": row["limit"],
        "id": terms.id_of(row["limit"]),
        "label": names.get(row["limit"], {}),
    }
    return {**row, "thing": subject, "by_source": by_source, "limit": limit}


def _figure(row: Mapping[str, Any], reading: Mapping[str, Any], units: Labels) -> Figure:
    return Figure(
        iri=reading["figure"],
        label={},
        value=Decimal(str(reading["value"])),
        unit=reading["unit"],
        unit_label=dict(units.get(reading["unit"], {})),
        kind=row["kind"],
        kind_label={},
        period=row["period"],
        base=row["base"] or "",
        bound=reading["bound"] or "",
        aggregation=reading["aggregation"] or "",
        subject=None,
        indicator=None,
        breakdown=None,
        printed=(reading["printed"],) if reading["printed"] else (),
        spans=(),
        document=None,
    )


def _iris(indicators: Iterable[str], rows: Iterable[Mapping[str, Any]]) -> list[str]:
    codes = {str(row[name]) for row in rows for name in ("kind", "breakdown") if row[name]}
    limits = sorted({row["limit"] for row in rows if row["limit"]})
    return [*indicators, *limits, *(str(YHO + code) for code in sorted(codes) if code.isidentifier())]
