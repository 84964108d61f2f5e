"""The terms that a query can name: classes, properties and concepts, with their names, for whoever writes queries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from .. import terms
from ..namespaces import ONTOLOGY, PREFIXES
from .core import Service

JSON = dict[str, Any]

MOST: Final = 5000  #: Terms that are told.
_BATCH: Final = 400  # terms of which one query asks the names
_PROPERTIES: Final = "SELECT ?term (COUNT(*) AS ?n) WHERE { ?s ?term ?o } GROUP BY ?term"
_CLASSES: Final = (
    "SELECT ?term (COUNT(*) AS ?n) WHERE { ?s <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> ?term } GROUP BY ?term"
)
_DEFINED: Final = f"""\
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
SELECT DISTINCT ?term ?kind WHERE {{
  ?term rdfs:isDefinedBy <{ONTOLOGY}> ; a ?class .
  BIND (IF(?class IN (rdfs:Class, owl:Class), "class", IF(?class IN (rdf:Property, owl:ObjectProperty,
    owl:DatatypeProperty, owl:AnnotationProperty), "property", "concept")) AS ?kind)
}}
ORDER BY ?term
LIMIT {MOST}"""
_NAMES: Final = """\
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?term ?name WHERE {{
  VALUES ?term {{ {0} }}
  {{ ?term skos:prefLabel ?name }} UNION {{ ?term rdfs:label ?name FILTER NOT EXISTS {{ ?term skos:prefLabel ?other }} }}
}}
ORDER BY ?term ?name"""
_KINDS: Final = ("class", "property", "concept")


def vocabulary(service: Service) -> JSON:
    """``{"prefixes": {prefix: namespace}, "terms": [{"iri", "id", "kind", "label", "uses"}]}``.

    ``kind`` is ``class``, ``property`` or ``concept`` (what else the ontology defines); ``uses`` counts the triples of
    a property and the members of a class.
    """
    found: JSON = service.described.get("vocabulary", service.backend.data_version, lambda: _read(service))
    return found


def _read(service: Service) -> JSON:
    kinds: dict[str, str] = {}
    for row in filter(_is_iri, service.select(_DEFINED)):
        iri, kind = row["term"]["value"], row["kind"]["value"]
        kinds[iri] = min(kinds.get(iri, kind), kind, key=_KINDS.index)  # a dimension is a property, too
    uses: dict[str, int] = {}
    for query, kind in ((_PROPERTIES, "property"), (_CLASSES, "class")):
        for row in service.select(query):
            if _is_iri(row) and len(kinds) < MOST:
                kinds.setdefault(row["term"]["value"], kind)
                uses[row["term"]["value"]] = int(row["n"]["value"])
    labels = _labels(service, list(kinds))
    told: list[JSON] = [
        {
            "iri": iri,
            "id": terms.id_of(iri),
            "kind": kind,
            "label": labels.get(iri, {}),
            "uses": uses.get(iri, 0),
        }
        for iri, kind in kinds.items()
    ]
    told.sort(key=lambda term: (_KINDS.index(term["kind"]), -term["uses"], term["id"]))
    return {"prefixes": PREFIXES, "terms": told}


def _is_iri(row: Mapping[str, Mapping[str, str]]) -> bool:
    return row.get("term", {}).get("type") == "uri"


def _labels(service: Service, iris: list[str]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for values in _batches(iris):
        for row in service.select(_NAMES.format(values)):
            tag = row["name"].get("xml:lang", "")
            found.setdefault(row["term"]["value"], {}).setdefault(tag.partition("-")[0] or "en", row["name"]["value"])
    return found


def _batches(iris: list[str]) -> Iterator[str]:
    nodes = [f"<{iri}>" for iri in iris if terms.is_iri(iri)]
    for start in range(0, len(nodes), _BATCH):
        yield " ".join(nodes[start : start + _BATCH])
