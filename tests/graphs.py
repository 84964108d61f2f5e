"""A tiny graph in the project's model, about nowhere: what the tests of the indexes read."""

from __future__ import annotations

import pyoxigraph as ox

from yuanhui_kg.namespaces import PREFIXES, YH, YHO
from yuanhui_kg.store import StoreReader

HEADER = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())

ONTOLOGY = """
yho:relatedTo a owl:ObjectProperty ; skos:prefLabel "相关"@zh, "related to"@en .
yho:locatedIn a owl:ObjectProperty ; rdfs:subPropertyOf yho:relatedTo ; skos:prefLabel "位于"@zh, "located in"@en .
yho:partOf a owl:ObjectProperty ; rdfs:subPropertyOf yho:locatedIn ; skos:prefLabel "隶属于"@zh, "part of"@en .
yho:invests a owl:ObjectProperty ; rdfs:subPropertyOf yho:relatedTo ; skos:prefLabel "投资"@zh, "invests in"@en .
yho:hasProspect a owl:ObjectProperty ; rdfs:subPropertyOf yho:relatedTo ; skos:prefLabel "前景"@zh, "has prospect"@en .
yho:plansToBuild a owl:ObjectProperty ; rdfs:subPropertyOf yho:hasProspect ; skos:prefLabel "拟建"@zh, "plans to build"@en .
yho:Place a owl:Class ; skos:prefLabel "地方"@zh, "place"@en .
yho:District a owl:Class ; rdfs:subClassOf yho:Place ; skos:prefLabel "区"@zh, "district"@en .
yho:Zone a owl:Class ; rdfs:subClassOf yho:Place ; skos:prefLabel "园区"@zh, "zone"@en .
yho:Company a owl:Class ; skos:prefLabel "企业"@zh, "company"@en .
yho:asserted a skos:Concept ; skos:prefLabel "断言"@zh, "asserted"@en .
yho:planned a skos:Concept ; skos:prefLabel "计划"@zh, "planned"@en .
yho:operating a skos:Concept ; skos:prefLabel "运营中"@zh, "operating"@en .
yho:output a skos:Concept, schema:StatisticalVariable ; skos:prefLabel "产值"@zh, "output"@en .
yho:evidence rdfs:subPropertyOf prov:wasDerivedFrom .
"""

DATA = """
yh:east a yho:District ; skos:prefLabel "临东区"@zh, "Lindong District"@en ; skos:altLabel "临东"@zh ;
    skos:hiddenLabel "林东区"@zh ; skos:notation "411199"^^yho:code2260 ; skos:definition "虚构的区"@zh ; yho:partOf yh:city .
yh:city a yho:Place ; skos:prefLabel "长临市"@zh, "Changlin"@en .
yh:zone a yho:Zone ; skos:prefLabel "东山产业园"@zh, "Dongshan Industrial Park"@en ; yho:locatedIn yh:east ;
    adms:status yho:operating .
yh:mill a yho:Company ; skos:prefLabel "绿源公司"@zh, "Lvyuan Company"@en ; yho:locatedIn yh:zone ; yho:invests yh:zone .
yh:bank a yho:Company ; skos:prefLabel "重庆银行"@zh ; yho:invests yh:mill ; yho:plansToBuild yh:zone .
yh:alone a yho:Company ; skos:prefLabel "Alone Ltd"@en .

yh:doc-statement-1 a rdf:Statement ; rdf:subject yh:mill ; rdf:predicate yho:invests ; rdf:object yh:zone ;
    yho:modality yho:planned ; yho:evidence yh:doc-span-4-9 .
yh:doc-statement-2 a rdf:Statement ; rdf:subject yh:mill ; rdf:predicate yho:invests ; rdf:object yh:zone ;
    yho:modality yho:asserted ; yho:evidence yh:doc-span-1-3, yh:doc-span-30-32 .
yh:doc-statement-3 a rdf:Statement ; rdf:subject yh:bank ; rdf:predicate yho:plansToBuild ; rdf:object yh:zone ;
    yho:modality yho:planned ; yho:evidence yh:doc-span-10-12 .
yh:doc-mention-1 a oa:Annotation ; oa:motivatedBy oa:identifying ; oa:hasBody yh:zone ; oa:hasTarget yh:doc-span-1-3 ;
    yho:surfaceForm "东山"@zh .
yh:doc-figure-1 a qb:Observation ; skos:prefLabel "东山产业园 2020年产值"@zh ; qb:dataSet yh:doc-figures ; yho:subject yh:zone ;
    yho:indicator yho:output ; yho:period yh:period-2020 ; yho:kind yho:level ; yho:basePeriod yho:noBase ;
    yho:breakdown yho:total ; yho:unit unit:CCY_CNY ; sdmx-measure:obsValue 21250000000.0 ; yho:printedForm "212.5亿元"@zh ;
    yho:bound yho:exact ; schema:minValue 21245000000.0 ; schema:maxValue 21255000000.0 ; yho:evidence yh:doc-span-10-12 .
yh:period-2020 a yho:Period ; skos:notation "2020"^^edtf:EDTF ; skos:prefLabel "2020年"@zh .
unit:CCY_CNY yho:unitCode "CNY" .
"""


def span(start: int, end: int) -> str:
    return f"""
yh:doc-span-{start}-{end} a oa:SpecificResource ; oa:hasSource yh:doc-text ; oa:hasSelector yh:doc-selector-{start}-{end} .
yh:doc-selector-{start}-{end} a oa:TextPositionSelector ; oa:start {start} ; oa:end {end} .
"""


SPANS = "".join(span(*offsets) for offsets in ((1, 3), (4, 9), (10, 12), (30, 32)))


def store(turtle: str, graphs: dict[str, str] | None = None) -> ox.Store:
    """A store with ``turtle`` in its default graph, and more Turtle in named graphs."""
    made = ox.Store()
    made.load(HEADER + turtle, format=ox.RdfFormat.TURTLE)
    for graph, text in (graphs or {}).items():
        made.load(HEADER + text, format=ox.RdfFormat.TURTLE, to_graph=ox.NamedNode(graph))
    return made


def reader(turtle: str = ONTOLOGY + DATA + SPANS, graphs: dict[str, str] | None = None) -> StoreReader:
    return StoreReader(store(turtle, graphs))


def yh(name: str) -> str:
    return YH + name


def yho(name: str) -> str:
    return YHO + name
