"""``/links``: which things of other data sets those of the graph are linked to, how surely, and why (SSSOM mappings)."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any, Final
from urllib.parse import quote

from flask import Blueprint, Response

from .. import terms
from . import html, thing
from .core import Service

PATH: Final = "/links"
_SHOWN: Final = 500
_QUERY: Final = f"""\
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX sssom: <https://w3id.org/sssom/>
SELECT ?set (COALESCE(?nameZh, ?titleZh) AS ?setZh) (COALESCE(?nameEn, ?titleEn) AS ?setEn) ?setLabel ?subject ?subjectZh ?subjectEn ?subjectLabel ?predicate ?predicateZh ?predicateEn
       ?object ?objectLabel ?confidence ?reviewer ?commentZh ?commentEn ?commentLabel
WHERE {{
  ?set sssom:mappings ?link .
  ?link owl:annotatedSource ?subject ; owl:annotatedProperty ?predicate ; owl:annotatedTarget ?object .
  OPTIONAL {{ ?set skos:prefLabel ?nameZh FILTER(LANG(?nameZh) = "zh") }}
  OPTIONAL {{ ?set skos:prefLabel ?nameEn FILTER(LANG(?nameEn) = "en") }}
  OPTIONAL {{ ?set dcterms:title ?titleZh FILTER(LANG(?titleZh) = "zh") }}
  OPTIONAL {{ ?set dcterms:title ?titleEn FILTER(LANG(?titleEn) = "en") }}
  OPTIONAL {{ ?set dcterms:title ?setLabel FILTER(LANG(?setLabel) = "") }}
  OPTIONAL {{ ?subject skos:prefLabel ?subjectZh FILTER(LANG(?subjectZh) = "zh") }}
  OPTIONAL {{ ?subject skos:prefLabel ?subjectEn FILTER(LANG(?subjectEn) = "en") }}
  OPTIONAL {{ ?predicate skos:prefLabel ?predicateZh FILTER(LANG(?predicateZh) = "zh") }}
  OPTIONAL {{ ?predicate skos:prefLabel ?predicateEn FILTER(LANG(?predicateEn) = "en") }}
  OPTIONAL {{ ?link sssom:subject_label ?subjectLabel }}
  OPTIONAL {{ ?link sssom:object_label ?objectLabel }}
  OPTIONAL {{ ?link sssom:confidence ?confidence }}
  OPTIONAL {{ ?link sssom:reviewer_label ?reviewer }}
  OPTIONAL {{ ?link rdfs:comment ?commentZh FILTER(LANG(?commentZh) = "zh") }}
  OPTIONAL {{ ?link rdfs:comment ?commentEn FILTER(LANG(?commentEn) = "en") }}
  OPTIONAL {{ ?link rdfs:comment ?commentLabel FILTER(LANG(?commentLabel) = "") }}
}}
ORDER BY ?set ?subject ?object
LIMIT {_SHOWN + 1}"""

Row = Mapping[str, Mapping[str, str]]


def blueprint(service: Service) -> Blueprint:
    """The route of the page."""
    routes = Blueprint("links_page", __name__)

    @routes.get(PATH)
    def links() -> Response:
        rows = service.select(_QUERY)
        sets = [
            {**_node(first, "set"), "links": [_link(row) for row in (first, *others)]}
            for first, *others in (
                list(group) for _, group in groupby(rows[:_SHOWN], key=lambda row: row["set"]["value"])
            )
        ]
        thing.tell_known(service, (link[end] for one in sets for link in one["links"] for end in ("subject", "object")))
        return html.page(
            "links.html",
            tag=service.tag("links"),
            sets=sets,
            cut=_SHOWN if len(rows) > _SHOWN else 0,
            table="/sparql?format=csv&query=" + quote(_QUERY.rpartition("\nLIMIT")[0], safe=""),
        )

    return routes


def _link(row: Row) -> dict[str, Any]:
    return {
        "subject": _node(row, "subject"),
        "predicate": _node(row, "predicate"),
        "object": _node(row, "object"),
        "confidence": _text(row, "confidence"),
        "reviewer": _text(row, "reviewer"),
        "comment": _labels(row, "comment"),
    }


def _node(row: Row, name: str) -> dict[str, Any]:
    iri = row[name]["value"]
    return {"iri": iri, "id": terms.id_of(iri), "label": _labels(row, name)}


def _labels(row: Row, name: str) -> dict[str, str]:
    """What stands in the columns of a name, by language; the one without a language goes for those that are missing."""
    plain = _text(row, f"{name}Label")
    found = {language: _text(row, f"{name}{language.title()}") or plain for language in ("zh", "en")}
    return {language: text for language, text in found.items() if text}


def _text(row: Row, name: str) -> str:
    return row[name]["value"] if name in row else ""
