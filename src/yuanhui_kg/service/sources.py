"""What the data set is and what it rests on, as its own graph tells: title, licence, version, texts; and what is beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from .. import origins, terms
from ..datasets.catalogue import GRAPH as DATASETS
from ..errors import YuanhuiError
from ..graph.reading import SCHEMA, WGS84, anywhere
from ..namespaces import ONTOLOGY, PREFIXES, YHO
from .core import Service, leave_out

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


_PLACED: Final = f"""\
SELECT ?thing WHERE {{
  VALUES ?latitude {{ <{WGS84}lat> <{SCHEMA}latitude> }} {anywhere("?thing ?latitude ?value")}
}}
LIMIT 1"""

#: A relation or figure without evidence, or a thing of a class that is none of ours.
_UNSTATED: Final = f"""\
PREFIX rdf: <{PREFIXES["rdf"]}>
PREFIX rdfs: <{PREFIXES["rdfs"]}>
PREFIX sdmx-measure: <{PREFIXES["sdmx-measure"]}>
PREFIX skos: <{PREFIXES["skos"]}>
PREFIX yho: <{YHO}>
SELECT * WHERE {{
  {{ ?relation rdfs:subPropertyOf+ yho:relatedTo . ?thing ?relation ?object
     MINUS {{ ?statement rdf:subject ?thing ; rdf:predicate ?relation ; rdf:object ?object ; yho:evidence ?span }} }}
  UNION {{ ?thing sdmx-measure:obsValue ?value FILTER NOT EXISTS {{ ?thing yho:evidence ?span }} }}
  UNION {{ {{ SELECT DISTINCT ?class {{ ?thing a ?class }} }} FILTER NOT EXISTS {{ ?class skos:prefLabel ?label }} }}
}}
LIMIT 1"""
MOST_LOOKED_AT: Final = 500_000  # triples among which such a thing is looked for: some tenths of a second


@dataclass(frozen=True)
class Served:
    """What can be said of all that is served.

    :param ours: whether the ontology of this program describes it.
    :param texts: whether any of it rests on a text.
    :param beside: whether there are other graphs, of which other things hold.
    :param evident: whether every fact names its evidence in a text.
    :param licences: names of the licences of the graph's own data.
    """

    ours: bool = False
    texts: bool = False
    beside: bool = False
    evident: bool = False
    licences: tuple[str, ...] = ()


def served(service: Service) -> Served:
    """What can be said on every page; nothing while the data cannot be asked."""
    try:
        said, rests, stats = header(service), bool(texts(service)), service.data("stats", {})
        beside = any(graph["triples"] and graph["iri"] not in (None, DATASETS) for graph in stats["graphs"])
        looked_at = bool(said) and rests and not beside and stats["triples"] <= MOST_LOOKED_AT
        return Served(
            ours=bool(said),
            texts=rests,
            beside=beside,
            evident=looked_at and _is_evident(service),
            licences=tuple(map(origins.licence_name, licences(service))),
        )
    except YuanhuiError:
        leave_out()
        return Served()


def _is_evident(service: Service) -> bool:
    """Whether every fact names its evidence; not where that cannot be found out in time."""
    try:
        return not service.select(_UNSTATED)
    except YuanhuiError:
        return False


def limits(service: Service) -> list[str]:
    """The keys of the messages on what the data and the service cannot do, of those that hold for what is served."""
    told = served(service)
    modalities = {row["modality"]["iri"] for row in service.data("stats", {})["statements"]["by_modality"]}
    holds = {
        "limit_text": told.texts,
        "limit_modality": bool(modalities - {str(YHO.asserted), str(YHO.inferred)}),
        "limit_inferred": told.texts,
        "limit_maps": told.ours and not service.select(_PLACED),
        "limit_names": told.ours,
        "limit_linux": True,
    }
    return [key for key, so in holds.items() if so]


def header(service: Service) -> dict[str, list[dict[str, str]]]:
    """What the graph says of its ontology and data set: by the id of a property (``dcterms:title``) its values."""
    said: dict[str, list[dict[str, str]]] = {}
    for row in service.select(_HEADER):
        said.setdefault(terms.id_of(row["property"]["value"]), []).append(row["value"])
    return said


def licences(service: Service) -> list[str]:
    """The licences of all that is in the default graph: those of the header, where no draft was merged, of which it does not speak."""
    told = [value["value"] for value in header(service).get("dcterms:license", [])]
    return told if told and not service.select(origins.DRAFTS) else []


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
