"""What is served, told to machines: VoID and DCAT for the data, a SPARQL service description for the endpoint.

Every number is counted on the data that are served.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

import pyoxigraph as ox

from .errors import QueryError, UsageError
from .namespaces import ONTOLOGY, PREFIXES, YH, YHO
from .origins import DRAFTS
from .query import GRAPH_FORMATS, RESULTS_FORMATS
from .terms import link

#: A SELECT query in, its solutions out (variable → {"type", "value", …} as in the SPARQL results' JSON).
Select = Callable[[str], Sequence[Mapping[str, Mapping[str, str]]]]

SD: Final = "http://www.w3.org/ns/sparql-service-description#"
_FORMATS: Final = "http://www.w3.org/ns/formats/"
_USED: Final = {**{name: PREFIXES[name] for name in ("dcat", "dcterms", "foaf", "void", "xsd", "yh", "yho")}, "sd": SD}
_FORMAT_NAMES: Final[dict[str, str]] = {
    "application/sparql-results+json": "SPARQL_Results_JSON",
    "application/sparql-results+xml": "SPARQL_Results_XML",
    "text/csv": "SPARQL_Results_CSV",
    "text/tab-separated-values": "SPARQL_Results_TSV",
    "text/turtle": "Turtle",
    "application/n-triples": "N-Triples",
    "application/rdf+xml": "RDF_XML",
    "application/ld+json": "JSON-LD",
    "application/trig": "TriG",
    "application/n-quads": "N-Quads",
    "text/n3": "N3",
}
_GEOSPARQL: Final = "http://www.opengis.net/def/function/geosparql/"
#: Functions of the embedded engine that SPARQL itself does not have, below :data:`_GEOSPARQL`.
FUNCTIONS: Final = (
    "area", "asGeoJSON", "centroid", "convexHull", "coordinateDimension", "difference", "dimension", "distance",
    "ehContains", "ehCoveredBy", "ehCovers", "ehDisjoint", "ehEquals", "ehInside", "ehMeet", "ehOverlap",
    "envelope", "getSRID", "intersection", "isEmpty", "isSimple", "length", "perimeter", "rcc8dc", "rcc8ec",
    "rcc8eq", "rcc8ntpp", "rcc8ntppi", "rcc8po", "rcc8tpp", "rcc8tppi", "relate", "sfContains", "sfCrosses",
    "sfDisjoint", "sfEquals", "sfIntersects", "sfOverlaps", "sfTouches", "sfWithin", "spatialDimension",
    "symDifference", "union",
)  # fmt: skip
_MOST_PARTITIONS: Final = 1000  # classes and properties that are listed with their counts

_TOTALS: Final = {
    "triples": "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }",
    "subjects": "SELECT (COUNT(DISTINCT ?s) AS ?n) WHERE { ?s ?p ?o }",
    "objects": "SELECT (COUNT(DISTINCT ?o) AS ?n) WHERE { ?s ?p ?o }",
    "entities": "SELECT (COUNT(DISTINCT ?s) AS ?n) WHERE { ?s ?p ?o FILTER(isIRI(?s)) }",
}
_GROUPS: Final = {
    "classes": "SELECT ?key (COUNT(DISTINCT ?s) AS ?n) WHERE { ?s a ?key } GROUP BY ?key ORDER BY DESC(?n) ?key",
    "properties": "SELECT ?key (COUNT(*) AS ?n) WHERE { ?s ?key ?o } GROUP BY ?key ORDER BY DESC(?n) ?key",
    "graphs": "SELECT ?key (COUNT(*) AS ?n) WHERE { GRAPH ?key { ?s ?p ?o } } GROUP BY ?key ORDER BY ?key",
}
_EXAMPLES: Final = (
    "SELECT DISTINCT ?key WHERE { ?statement <http://www.w3.org/1999/02/22-rdf-syntax-ns#subject> ?key } "
    "ORDER BY ?key LIMIT 3"
)
#: Where nothing is stated about anything: whatever the data speak of.
_ANY_EXAMPLES: Final = "SELECT DISTINCT ?key WHERE { ?key a ?class FILTER(isIRI(?key)) } ORDER BY ?key LIMIT 3"
#: Named graphs that hold nothing are graphs too.
_NAMED: Final = "SELECT ?key WHERE { GRAPH ?key {} }"
_LICENCE: Final = "dcterms:license"
#: What the ontology says of itself holds for the data that come with it.
_ABOUT: Final[dict[str, str]] = {
    f"{PREFIXES['dcterms']}license": _LICENCE,
    f"{PREFIXES['dcterms']}creator": "dcterms:creator",
    f"{PREFIXES['dcterms']}created": "dcterms:issued",
    f"{PREFIXES['dcterms']}modified": "dcterms:modified",
    f"{PREFIXES['owl']}versionInfo": "dcat:version",
}
#: Of data that come with the ontology; of others nothing is known.
_DESCRIPTION: Final = (
    ox.Literal("报道中的事物、关系与数据，每条皆有出处。", language="zh"),
    ox.Literal("Things, relations and figures from reports, each with its evidence.", language="en"),
)
_HEADER: Final = f"SELECT ?key ?value WHERE {{ <{ONTOLOGY}> ?key ?value }} ORDER BY ?key ?value"


@dataclass(frozen=True)
class Counts:
    """How much there is of what; a total is ``None`` where counting it took longer than a query may."""

    triples: int | None
    subjects: int | None
    objects: int | None
    entities: int | None
    classes: tuple[tuple[str, int], ...]
    properties: tuple[tuple[str, int], ...]
    graphs: tuple[tuple[str, int], ...]
    examples: tuple[str, ...] = ()
    about: tuple[tuple[str, str | ox.Literal], ...] = ()

    @property
    def licence(self) -> str | ox.Literal | None:
        return next((value for name, value in self.about if name == _LICENCE), None)


def count(select: Select, *, empty_graphs: bool = True) -> Counts:
    """Count what ``select`` finds.

    :param empty_graphs: whether named graphs that hold nothing can be asked for.
    """

    def total(query: str) -> int | None:
        rows = _rows(select, query)
        return int(rows[0]["n"]["value"]) if rows else None

    def group(query: str) -> tuple[tuple[str, int], ...]:
        rows = _rows(select, query)
        return tuple((row["key"]["value"], int(row["n"]["value"])) for row in rows if row["key"]["type"] == "uri")

    def keys(query: str) -> tuple[str, ...]:
        return tuple(row["key"]["value"] for row in _rows(select, query) if row["key"]["type"] == "uri")

    sizes = dict(group(_GROUPS["graphs"]))
    named = {**dict.fromkeys(keys(_NAMED) if empty_graphs else (), 0), **sizes}
    return Counts(
        triples=total(_TOTALS["triples"]),
        subjects=total(_TOTALS["subjects"]),
        objects=total(_TOTALS["objects"]),
        entities=total(_TOTALS["entities"]),
        classes=group(_GROUPS["classes"]),
        properties=group(_GROUPS["properties"]),
        graphs=tuple(sorted(named.items())),
        examples=keys(_EXAMPLES) or keys(_ANY_EXAMPLES),
        about=tuple(_about(_rows(select, _HEADER), others=bool(_rows(select, DRAFTS)))),
    )


def _about(rows: Iterable[Mapping[str, Mapping[str, str]]], *, others: bool) -> Iterator[tuple[str, str | ox.Literal]]:
    """What is told of the data set as a whole; ``others`` than the header speaks of give no licence for it."""
    for row in rows:
        name, value = _ABOUT.get(row["key"]["value"]), row["value"]
        if others and name == _LICENCE:
            continue
        if name and value["type"] == "uri":
            yield name, value["value"]
        elif name and value["type"] == "literal":
            type = value.get("datatype")
            yield name, ox.Literal(value["value"], datatype=ox.NamedNode(type) if type else None)


def _rows(select: Select, query: str) -> Sequence[Mapping[str, Mapping[str, str]]]:
    try:
        return select(query)
    except QueryError:  # too slow or too large to be counted: left out rather than guessed
        return []


class _Description:
    """Triples in the making; terms are given as CURIEs, IRIs or literals."""

    def __init__(self) -> None:
        self.triples: list[ox.Triple] = []

    def add(self, subject: str, *pairs: tuple[str, str | ox.Literal | None]) -> None:
        for predicate, value in pairs:
            if value is not None:
                term = ox.NamedNode(_expand(value)) if isinstance(value, str) else value
                self.triples.append(ox.Triple(ox.NamedNode(subject), ox.NamedNode(_expand(predicate)), term))


def _expand(name: str) -> str:
    prefix, _, local = name.partition(":")
    prefixes = {**PREFIXES, "sd": SD}
    return prefixes[prefix] + local if prefix in prefixes and not local.startswith("//") else name


def _number(value: int | None) -> ox.Literal | None:
    return None if value is None else ox.Literal(str(value), datatype=ox.NamedNode(PREFIXES["xsd"] + "integer"))


def _checked(url: str) -> str:
    """``url`` comes from a request's Host header and goes into IRIs."""
    if link(url) is None:
        raise UsageError(f"The request's host makes {url[:200]!r}, which is no URL.", "Send a proper Host header.")
    return url


def service_description(
    endpoint: str,
    counts: Counts,
    union: bool,
    *,
    writable: bool = False,
    federated: bool = False,
    remote: bool = False,
) -> list[ox.Triple]:
    """The SPARQL service description of the endpoint at the URL ``endpoint``.

    :param union: whether the default graph holds the named graphs' triples too.
    :param writable: whether the service takes updates.
    :param federated: whether queries may call other services.
    :param remote: whether another server evaluates, of whose functions and newer language nothing is known.
    :raises UsageError: where ``endpoint`` is no IRI.
    """
    _checked(endpoint)
    service, dataset = endpoint + "#service", endpoint + "#dataset"
    out = _Description()
    out.add(
        service,
        ("rdf:type", "sd:Service"),
        ("sd:endpoint", endpoint),
        ("sd:supportedLanguage", "sd:SPARQL10Query"),
        ("sd:supportedLanguage", "sd:SPARQL11Query"),
        ("sd:supportedLanguage", None if remote else "sd:SPARQL12Query"),
        ("sd:defaultEntailmentRegime", "http://www.w3.org/ns/entailment/Simple"),
        ("sd:supportedLanguage", "sd:SPARQL11Update" if writable else None),
        ("sd:supportedLanguage", "sd:SPARQL12Update" if writable else None),
        ("sd:feature", None if remote else "sd:EmptyGraphs"),
        ("sd:feature", "sd:UnionDefaultGraph" if union else None),
        ("sd:feature", "sd:BasicFederatedQuery" if federated else None),
        *(("sd:extensionFunction", None if remote else _GEOSPARQL + name) for name in FUNCTIONS),
        ("sd:defaultDataset", dataset),
        ("sd:availableGraphs", endpoint + "#graphs"),
        *(("sd:resultFormat", _FORMATS + _FORMAT_NAMES[name]) for name in (*RESULTS_FORMATS, *GRAPH_FORMATS)),
        *(("sd:inputFormat", _FORMATS + _FORMAT_NAMES[name]) for name in GRAPH_FORMATS),
    )
    for name in () if remote else FUNCTIONS:
        out.add(_GEOSPARQL + name, ("rdf:type", "sd:Function"))
    out.add(dataset, ("rdf:type", "sd:Dataset"), ("sd:defaultGraph", endpoint + "#default-graph"))
    out.add(endpoint + "#graphs", ("rdf:type", "sd:GraphCollection"))
    out.add(
        endpoint + "#default-graph",
        ("rdf:type", "sd:Graph"),
        ("void:triples", _number(counts.triples)),
    )
    for number, (graph, size) in enumerate(counts.graphs, 1):
        named = f"{endpoint}#named-graph-{number}"
        out.add(dataset, ("sd:namedGraph", named))
        out.add(endpoint + "#graphs", ("sd:namedGraph", named))
        out.add(named, ("rdf:type", "sd:NamedGraph"), ("sd:name", graph), ("sd:graph", f"{named}-content"))
        out.add(f"{named}-content", ("rdf:type", "sd:Graph"), ("void:triples", _number(size)))
    return out.triples


def void(base: str, counts: Counts, dumps: Sequence[tuple[str, str]] = ()) -> list[ox.Triple]:
    """VoID and DCAT description of what the service at ``base`` (URL without a slash at its end) serves.

    :param dumps: URLs at which all of the data can be had, with their media types.
    :raises UsageError: where ``base`` is no IRI.
    """
    document = _checked(base + "/.well-known/void")
    dataset, api = document + "#dataset", document + "#sparql"
    out = _Description()
    out.add(
        document,
        ("rdf:type", "void:DatasetDescription"),
        ("foaf:primaryTopic", dataset),
        ("foaf:topic", dataset),
    )
    out.add(
        dataset,
        ("rdf:type", "void:Dataset"),
        ("rdf:type", "dcat:Dataset"),
        ("dcterms:title", ox.Literal("区域知识图谱", language="zh")),
        ("dcterms:title", ox.Literal("Regional knowledge graph", language="en")),
        *(("dcterms:description", text) for text in _DESCRIPTION if counts.about),
        *counts.about,
        ("foaf:homepage", base + "/"),
        ("dcat:landingPage", base + "/"),
        ("void:sparqlEndpoint", base + "/sparql"),
        ("void:uriSpace", ox.Literal(str(YH))),
        ("void:uriLookupEndpoint", f"{base}/api/v1/entities?iri="),
        *(("void:dataDump", dump) for dump, _ in dumps),
        ("void:triples", _number(counts.triples)),
        ("void:distinctSubjects", _number(counts.subjects)),
        ("void:distinctObjects", _number(counts.objects)),
        ("void:entities", _number(counts.entities)),
        ("void:classes", _number(len(counts.classes))),
        ("void:properties", _number(len(counts.properties))),
        ("dcat:distribution", document + "#distribution"),
        *(("dcat:distribution", f"{document}#dump-{number}") for number in range(1, len(dumps) + 1)),
        *(("void:feature", _FORMATS + _FORMAT_NAMES[name]) for name in GRAPH_FORMATS),
        *(("void:vocabulary", name) for name in _vocabularies(counts)),
        *(("void:exampleResource", name) for name in counts.examples),
    )
    _partitions(out, dataset, "class", counts.classes, "void:classPartition", "void:class", "void:entities")
    _partitions(out, dataset, "property", counts.properties, "void:propertyPartition", "void:property", "void:triples")
    out.add(
        document + "#distribution",
        ("rdf:type", "dcat:Distribution"),
        ("dcterms:title", ox.Literal("SPARQL")),
        ("dcat:accessURL", base + "/sparql"),
        ("dcat:accessService", api),
        ("dcterms:license", counts.licence),
    )
    for number, (dump, media_type) in enumerate(dumps, 1):
        out.add(
            f"{document}#dump-{number}",
            ("rdf:type", "dcat:Distribution"),
            ("dcterms:title", ox.Literal(f"RDF ({_FORMAT_NAMES[media_type].replace('_', '/')})")),
            ("dcat:accessURL", dump),
            ("dcat:downloadURL", dump),
            ("dcat:mediaType", f"https://www.iana.org/assignments/media-types/{quote(media_type, safe='/+')}"),
            ("dcterms:format", _FORMATS + _FORMAT_NAMES[media_type]),
            ("dcterms:license", counts.licence),
        )
    out.add(
        api,
        ("rdf:type", "dcat:DataService"),
        ("dcterms:title", ox.Literal("SPARQL 查询服务", language="zh")),
        ("dcterms:title", ox.Literal("SPARQL endpoint", language="en")),
        ("dcterms:conformsTo", "http://www.w3.org/TR/sparql11-protocol/"),
        ("dcat:endpointURL", base + "/sparql"),
        ("dcat:endpointDescription", base + "/sparql"),
        ("dcat:servesDataset", dataset),
    )
    out.add(
        document + "#catalog",
        ("rdf:type", "dcat:Catalog"),
        ("dcterms:title", ox.Literal("区域知识图谱目录", language="zh")),
        ("dcterms:title", ox.Literal("Catalogue of the regional knowledge graph", language="en")),
        ("dcat:dataset", dataset),
        ("dcat:service", api),
    )
    return out.triples


def _vocabularies(counts: Counts) -> list[str]:
    """The namespaces, of those with a known prefix, whose terms are used."""
    used = [iri for iri, _ in (*counts.properties, *counts.classes)]
    found = (name for name in PREFIXES.values() if any(iri.startswith(name) for iri in used))
    return [ONTOLOGY if name == str(YHO) else name for name in found if name != str(YH)]


def _partitions(
    out: _Description, dataset: str, kind: str, counted: Iterable[tuple[str, int]], link: str, key: str, number: str
) -> None:
    for index, (iri, size) in enumerate(list(counted)[:_MOST_PARTITIONS], 1):
        partition = f"{dataset}-{kind}-{index}"
        out.add(dataset, (link, partition))
        out.add(partition, (key, iri), (number, _number(size)))


def serialize(triples: Iterable[ox.Triple], media_type: str) -> bytes:
    """``triples`` in one of the formats of :data:`yuanhui_kg.query.GRAPH_FORMATS`."""
    done = ox.serialize(triples, format=GRAPH_FORMATS[media_type], prefixes=_USED)
    assert done is not None  # noqa: S101 -- it is None only where an output was given
    return done
