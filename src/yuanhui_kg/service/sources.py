"""What the data set is and what it rests on, as its own graph tells: title, licence, version, texts; and what is beside it."""

from __future__ import annotations

from typing import Any, Final

from .. import terms
from ..datasets.catalogue import GRAPH as DATASETS
from ..namespaces import ONTOLOGY, PREFIXES
from .core import Service

_HEADER: Final = f"""\
SELECT ?property ?value WHERE {{ <{ONTOLOGY}> ?property ?value }} ORDER BY ?property ?value LIMIT 200"""
_TEXTS: Final = """\
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX schema: <https://schema.org/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX yho: <https://w3id.org/yuanhui-kg/ontology#>
SELECT ?work (MIN(?name) AS ?zh) (MIN(?translated) AS ?en) (MIN(?day) AS ?date) (MIN(?file) AS ?text) (MIN(?digest) AS ?sha256)
       (MIN(?characters) AS ?length) (MIN(STR(?basis)) AS ?dated)
WHERE {
  ?file a schema:TextObject ; schema:sha256 ?digest ; schema:encodesCreativeWork ?work .
  OPTIONAL { ?work skos:prefLabel ?name FILTER(LANG(?name) = "zh") }
  OPTIONAL { ?work skos:prefLabel ?translated FILTER(LANG(?translated) = "en") }
  OPTIONAL { ?work dcterms:issued ?day }
  OPTIONAL { ?work yho:periodBasis ?basis }
  OPTIONAL { ?file yho:textLength ?characters }
}
GROUP BY ?work
ORDER BY ?work
LIMIT 50"""

_BESIDE: Final = f"""\
PREFIX dcat: <{PREFIXES["dcat"]}>
PREFIX dcterms: <{PREFIXES["dcterms"]}>
PREFIX foaf: <{PREFIXES["foaf"]}>
PREFIX void: <{PREFIXES["void"]}>
SELECT ?name ?graph ?title ?publisher ?licence ?vintage ?triples WHERE {{ GRAPH <{DATASETS}> {{
  ?graph dcterms:identifier ?name ; void:triples ?triples .
  OPTIONAL {{ ?graph dcterms:title ?title }}
  OPTIONAL {{ ?graph dcterms:publisher/foaf:name ?publisher }}
  OPTIONAL {{ ?graph dcterms:license ?licence }}
  OPTIONAL {{ ?graph dcterms:temporal/dcat:startDate ?vintage }}
}} }}
ORDER BY ?name"""


def header(service: Service) -> dict[str, list[dict[str, str]]]:
    """What the graph says of its ontology and data set: by the id of a property (``dcterms:title``) its values."""
    said: dict[str, list[dict[str, str]]] = {}
    for row in service.select(_HEADER):
        said.setdefault(terms.id_of(row["property"]["value"]), []).append(row["value"])
    return said


def in_language(values: list[dict[str, str]], language: str) -> str | None:
    """Of several texts that in a language, else any."""
    by_language = {value.get("xml:lang", ""): value["value"] for value in values}
    return by_language.get(language) or next(iter(by_language.values()), None)


def texts(service: Service) -> list[dict[str, Any]]:
    """The texts that the graph rests on."""
    found = []
    for row in service.select(_TEXTS):
        if "work" not in row:
            continue
        told: dict[str, Any] = {
            name: row[name]["value"] for name in ("date", "text", "sha256", "length") if name in row
        }
        iri = row["work"]["value"]
        labels = {tag: row[tag]["value"] for tag in ("zh", "en") if tag in row}
        inferred = row.get("dated", {}).get("value", "").endswith("Inferred")
        found.append({**told, "iri": iri, "id": terms.id_of(iri), "label": labels, "inferred": inferred})
    return found


def files(service: Service) -> dict[str, str]:
    """Of each work the file that holds its text."""
    return {text["iri"]: text["text"] for text in texts(service) if "text" in text}


def datasets(service: Service) -> dict[str, dict[str, str]]:
    """Other people's data sets beside the graph: by their name ``graph``, ``triples`` and, where it is told, ``title``, ``publisher``,
    ``licence`` and ``vintage``."""
    return {row["name"]["value"]: {key: term["value"] for key, term in row.items()} for row in service.select(_BESIDE)}
