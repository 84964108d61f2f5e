"""The ontology as such: every term named and defined in both languages, and no axiom that says too much."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from rdflib import (
    DCTERMS,
    FOAF,
    ORG,
    OWL,
    PROV,
    QB,
    RDF,
    RDFS,
    SDO,
    SH,
    SKOS,
    TIME,
    VANN,
    XSD,
    Graph,
    Literal,
    Namespace,
    URIRef,
)  # fmt: skip
from rdflib.term import Node

from yuanhui_kg import namespaces, validate
from yuanhui_kg.namespaces import ONTOLOGY, PREFIXES
from yuanhui_kg.settings import Settings

SETTINGS = Settings()
YH, YHO, SCHEMA = Namespace(namespaces.YH), Namespace(namespaces.YHO), Namespace(namespaces.SCHEMA)
FOLDER = SETTINGS.resources / "ontology"
FILES = {path.relative_to(FOLDER).as_posix(): path for path in (*SETTINGS.ontology_files, *SETTINGS.shape_files)}
LANGUAGES = {"zh", "en"}
#: Namespaces beside those with a prefix of ours, to whose terms ours may point.
ALSO_KNOWN = {
    "http://qudt.org/vocab/quantitykind/",
    "http://www.w3.org/2003/01/geo/wgs84_pos#",
    "http://www.w3.org/2006/time#",
    "http://rdf-vocabulary.ddialliance.org/xkos#",
    "http://purl.org/linked-data/sdmx/2009/concept#",
    "https://w3id.org/sssom/",
}
#: Vocabularies whose terms rdflib lists; and what schema.org has added since that list was made.
LISTED = (DCTERMS, FOAF, ORG, OWL, PROV, QB, RDF, RDFS, SDO, SKOS, TIME, VANN, XSD)
NEWER_SCHEMA_TERMS = {
    *("StatisticalVariable", "measurementDenominator", "observationAbout", "statType"),
    *("PoliticalParty", "TextObject"),
}
ALIGNING = (RDFS.subClassOf, RDFS.subPropertyOf, RDFS.seeAlso, RDFS.range, RDFS.domain, QB.concept, OWL.disjointWith)
MATCHES = {SKOS[f"{kind}Match"] for kind in ("exact", "close", "broad", "narrow", "related")} | {SKOS.mappingRelation}
PROSE = {SKOS.definition, SKOS.scopeNote, SKOS.editorialNote, RDFS.comment, DCTERMS.description, SH.message}
HEADER = {
    DCTERMS.title: LANGUAGES,
    DCTERMS.description: LANGUAGES,
    RDFS.comment: LANGUAGES,
    DCTERMS.created: {None},
    DCTERMS.modified: {None},
    DCTERMS.creator: {None},
    DCTERMS.license: {None},
    VANN.preferredNamespacePrefix: {None},
    VANN.preferredNamespaceUri: {None},
    OWL.versionIRI: {None},
    OWL.versionInfo: {None},
}


@cache
def ontology() -> Graph:
    return validate.graph_of_files(SETTINGS.ontology_files)


@cache
def shapes() -> Graph:
    return validate.graph_of_files(SETTINGS.shape_files)


@cache
def term_shapes() -> Graph:
    return validate.graph_of_files([FILES["shapes/terms.ttl"]])


@cache
def data() -> Graph:
    return validate.graph_of_files(path for path in SETTINGS.graph_files if path not in SETTINGS.ontology_files)


@cache
def terms() -> tuple[URIRef, ...]:
    """Every term of ours: what says of itself that the ontology defines it."""
    return tuple(sorted(s for s in ontology().subjects(RDFS.isDefinedBy, URIRef(ONTOLOGY)) if isinstance(s, URIRef)))


def local(iri: str) -> str:
    return re.split("[#/]", iri)[-1]


def namespace(iri: str) -> str:
    return iri[: len(iri) - len(local(iri))]


def ours(graph: Graph) -> set[URIRef]:
    """The IRIs in our namespace that occur in a graph, datatypes among them."""
    found = {node for triple in graph for node in triple}
    found |= {node.datatype for node in found if isinstance(node, Literal) and node.datatype}
    return {node for node in found if isinstance(node, URIRef) and node.startswith(str(YHO))}


# --- files ------------------------------------------------------------------------------------------------------------


def test_the_files_of_terms_and_of_shapes_are_found() -> None:
    assert {"yuanhui-kg.ttl", "schemes.ttl", "statistics.ttl", "indicators.ttl"} <= {
        p.name for p in SETTINGS.ontology_files
    }
    assert {"entities.ttl", "figures.ttl", "terms.ttl"} <= {p.name for p in SETTINGS.shape_files}
    assert len(FILES) == len(SETTINGS.ontology_files) + len(SETTINGS.shape_files)


@cache
def parsed(name: str) -> Graph:
    """A file as rdflib reads it."""
    return Graph().parse(FILES[name], format="turtle")


@pytest.mark.parametrize("name", FILES)
def test_every_file_parses_with_both_parsers_to_the_same_number_of_triples(name: str) -> None:
    strict = {quad.triple for quad in ox.parse(path=FILES[name], format=ox.RdfFormat.TURTLE)}
    assert len(strict) == len(parsed(name)) > 0


@pytest.mark.parametrize("name", FILES)
def test_only_chinese_and_english_are_tagged(name: str) -> None:
    assert {node.language for _, _, node in parsed(name) if isinstance(node, Literal)} <= {None, *LANGUAGES}


def test_terms_have_no_nodes_without_a_name() -> None:
    assert all(isinstance(node, URIRef | Literal) for triple in ontology() for node in triple)


# --- header -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("predicate", HEADER)
def test_the_header_is_complete(predicate: URIRef) -> None:
    values = list(ontology().objects(URIRef(ONTOLOGY), predicate))
    tags = Counter(getattr(value, "language", None) for value in values)
    assert tags == Counter(HEADER[predicate])


def test_the_header_names_namespace_and_version_once() -> None:
    assert list(ontology().subjects(RDF.type, OWL.Ontology)) == [URIRef(ONTOLOGY)]
    assert ontology().value(URIRef(ONTOLOGY), VANN.preferredNamespaceUri) == Literal(str(YHO))
    assert ontology().value(URIRef(ONTOLOGY), VANN.preferredNamespacePrefix) == Literal("yho")
    version = ontology().value(URIRef(ONTOLOGY), OWL.versionInfo)
    assert ontology().value(URIRef(ONTOLOGY), OWL.versionIRI) == URIRef(f"{ONTOLOGY}/{version}")
    assert not [term for term in terms() if re.search(r"\d+\.\d+", term)]
    assert not list(ontology().objects(None, OWL.imports))


# --- terms ------------------------------------------------------------------------------------------------------------


def test_what_is_in_our_namespace_is_a_term_of_ours() -> None:
    described = {s for s in ontology().subjects() if isinstance(s, URIRef) and s.startswith(str(YHO))}
    assert described == set(terms())
    assert len(terms()) > 300


@pytest.mark.parametrize("predicate", [SKOS.prefLabel, SKOS.definition])
def test_every_term_has_exactly_one_text_in_each_language(predicate: URIRef) -> None:
    tags = {term: Counter(text.language for text in ontology().objects(term, predicate)) for term in terms()}
    assert {term: found for term, found in tags.items() if found != Counter(LANGUAGES)} == {}


def test_chinese_texts_have_chinese_punctuation() -> None:
    said = (o for graph in (ontology(), shapes(), data()) for _, p, o in graph if p in PROSE)
    texts = [str(o) for o in said if isinstance(o, Literal) and o.language == "zh"]
    assert len(texts) > 300
    assert [text for text in texts if re.search(r"[\u4e00-\u9fff][,:;?!(]|[,:;?!)][\u4e00-\u9fff]", text)] == []


def test_no_definition_repeats_the_label_or_is_empty() -> None:
    for term in terms():
        labels = {str(text) for text in ontology().objects(term, SKOS.prefLabel)}
        definitions = [str(text).strip() for text in ontology().objects(term, SKOS.definition)]
        assert all(len(text) >= 4 and text not in labels for text in definitions), term


def test_no_definition_begins_with_what_it_is_a_definition_of() -> None:
    begun = re.compile(r"This (class|property|concept|term)\b|(该|本|此)(类|属性|概念|术语)")
    assert not [
        term for term in terms() for text in ontology().objects(term, SKOS.definition) if begun.match(str(text))
    ]


def test_no_two_classes_and_no_two_properties_share_a_label() -> None:
    for kinds in ((OWL.Class,), (OWL.ObjectProperty, OWL.DatatypeProperty)):
        these = {term for kind in kinds for term in ontology().subjects(RDF.type, kind)}
        labels = Counter(label for term in these for label in ontology().objects(term, SKOS.prefLabel))
        assert [label for label, times in labels.items() if times > 1] == []


def test_no_local_name_is_described_in_two_places() -> None:
    blocks = Counter(
        name for path in FILES.values() for name in re.findall(r"^(yho:\w+)\s*$", path.read_text("utf-8"), re.MULTILINE)
    )
    assert [name for name, times in blocks.items() if times > 1] == []
    assert {f"yho:{local(term)}" for term in terms()} <= set(blocks)


def test_no_local_name_is_a_method_of_python_strings() -> None:
    """``YHO.count`` would silently be a method: rdflib's namespaces, and ours, are strings."""
    taken = set(dir(str)) | set(dir(Namespace)) | set(dir(namespaces.YHO))
    assert [term for term in terms() if local(term) in taken] == []
    for term in terms():
        assert getattr(YHO, local(term)) == URIRef(getattr(namespaces.YHO, local(term))) == term


def test_classes_and_properties_are_named_in_their_own_style() -> None:
    styles = {OWL.Class: "[A-Z]", OWL.ObjectProperty: "[a-z]", OWL.DatatypeProperty: "[a-z]", SKOS.Concept: "[a-z]"}
    for kind, first in styles.items():
        names = [local(str(term)) for term in ontology().subjects(RDF.type, kind)]
        assert [name for name in names if not re.fullmatch(first + "[A-Za-z0-9]*", name)] == []


@pytest.mark.slow
def test_the_shapes_of_terms_are_content() -> None:
    assert validate.validate(ontology(), term_shapes()).violations == ()


#: What is taken away from, or added to, a copy of the ontology; the term that the report must then name.
PLANTED: dict[str, tuple[list[tuple[Any, Any, Any]], list[tuple[Any, Any, Any]], URIRef]] = {
    "no definition in Chinese": (
        [(YHO.District, SKOS.definition, text) for text in ontology().objects(YHO.District, SKOS.definition)][:1],
        [],
        YHO.District,
    ),
    "a second label": ([], [(YHO.Town, SKOS.prefLabel, Literal("small town", lang="en"))], YHO.Town),
    "a label in a third language": ([], [(YHO.Plan, SKOS.prefLabel, Literal("Plan", lang="de"))], YHO.Plan),
    "no ontology named": ([(YHO.Street, RDFS.isDefinedBy, URIRef(ONTOLOGY))], [], YHO.Street),
    "a class in lower case": ([], [(YHO.hall, RDF.type, OWL.Class)], YHO.hall),
    "a string method's name": ([], [(YHO["count"], RDFS.isDefinedBy, URIRef(ONTOLOGY))], YHO["count"]),
    "a concept without a scheme": ([], [(YHO.loose, RDF.type, SKOS.Concept)], YHO.loose),
}


@cache
def spoilt_terms() -> validate.Report:
    graph = ontology() + Graph()
    for removed, added, _ in PLANTED.values():
        for triple in removed:
            graph.remove(triple)
        for triple in added:
            graph.add(triple)
    return validate.validate(graph, term_shapes())


@pytest.mark.slow
@pytest.mark.parametrize("what", PLANTED)
def test_the_shapes_of_terms_find_what_was_planted(what: str) -> None:
    assert PLANTED[what][2].n3() in {violation.focus for violation in spoilt_terms().violations}


@pytest.mark.slow
def test_the_shapes_of_terms_accuse_nothing_else() -> None:
    accused = {violation.focus for violation in spoilt_terms().violations}
    assert accused == {term.n3() for _, _, term in PLANTED.values()}


# --- use --------------------------------------------------------------------------------------------------------------


def test_every_term_that_the_data_use_is_defined() -> None:
    assert ours(data()) - set(terms()) == set()
    assert len(ours(data())) > 100


def test_every_term_that_the_ontology_uses_is_defined() -> None:
    assert ours(ontology()) - set(terms()) - {URIRef(str(YHO))} == set()


def test_every_term_that_the_shapes_use_is_defined() -> None:
    own = {s for s in shapes().subjects() if isinstance(s, URIRef)}
    in_queries = {YHO[name] for name in re.findall(r"\byho:([A-Za-z]\w*)", " ".join(map(str, shapes().objects())))}
    assert (ours(shapes()) | in_queries) - own - set(terms()) == set()


@pytest.mark.parametrize("path", sorted(SETTINGS.queries.glob("*.rq")), ids=lambda path: path.stem)
def test_every_term_that_a_saved_query_uses_is_defined(path: Path) -> None:
    text = re.sub(r"(?m)(^|\s)#.*$", "", path.read_text("utf-8"))
    used = set(re.findall(r"\byho:([A-Za-z]\w*)", text)) | set(re.findall(re.escape(str(YHO)) + r"([A-Za-z]\w*)", text))
    assert {YHO[name] for name in used} - set(terms()) == set()


def test_every_term_that_the_code_uses_is_defined() -> None:
    package = Path(validate.__file__).parent
    text = "".join(path.read_text("utf-8") for path in package.rglob("*.py"))
    used = set(re.findall(r"\byho:([A-Za-z]\w*)", text)) | set(re.findall(r"\bYHO\.([A-Za-z]\w*)", text))
    assert {YHO[name] for name in used} - set(terms()) == set()
    assert len(used) > 10


# --- alignment --------------------------------------------------------------------------------------------------------


def aligned() -> set[URIRef]:
    """The terms of others to which ours point."""
    found = {node for predicate in ALIGNING for _, node in ontology().subject_objects(predicate)}
    return {node for node in found if isinstance(node, URIRef) and not node.startswith(str(YHO))}


def test_alignment_goes_to_known_namespaces_only() -> None:
    assert {namespace(iri) for iri in aligned()} <= set(PREFIXES.values()) | ALSO_KNOWN
    assert {str(SCHEMA), str(ORG), str(PROV)} <= {namespace(iri) for iri in aligned()}


def test_every_iri_in_the_ontology_is_in_a_known_namespace() -> None:
    found = {node for triple in ontology() for node in triple if isinstance(node, URIRef)}
    known = set(PREFIXES.values()) | ALSO_KNOWN | {"https://creativecommons.org/licenses/by/4.0/"}
    header = {URIRef(ONTOLOGY), *ontology().objects(URIRef(ONTOLOGY), OWL.versionIRI)}
    assert {iri for iri in found - header if namespace(iri) not in known} == set()


@cache
def used() -> frozenset[URIRef]:
    """All that the ontology and the data name."""
    return frozenset(
        node for graph in (ontology(), data()) for triple in graph for node in triple if isinstance(node, URIRef)
    )


@pytest.mark.parametrize("vocabulary", LISTED, ids=str)
def test_terms_of_standard_vocabularies_exist_there(vocabulary: Any) -> None:
    names = {local(iri) for iri in used() if namespace(iri) == str(vocabulary)} - {""}
    if vocabulary is SDO:
        names -= NEWER_SCHEMA_TERMS
    assert {name for name in names if vocabulary[name] not in vocabulary} == set()


def test_no_matching_property_stands_where_closure_would_read_it() -> None:
    """Their domain and range are concepts: an engine that knows SKOS would make concepts of places."""
    assert MATCHES & (set(ontology().predicates()) | set(data().predicates())) == set()
    assert OWL.sameAs not in set(data().predicates())


def test_no_domain_is_declared_and_ranges_only_where_they_add_nothing_new() -> None:
    assert list(ontology().subject_objects(RDFS.domain)) == []


def test_hierarchies_have_no_circles_and_no_orphans() -> None:
    for predicate in (RDFS.subClassOf, RDFS.subPropertyOf, SKOS.broader):
        for term in terms():
            above = set(ontology().transitive_objects(term, predicate)) - {term}
            assert all((higher, predicate, term) not in ontology() for higher in above), term
    apart = {YHO.Entity, YHO.Period, YHO.PeriodReference, YHO.Sentence, YHO.Exclusion, YHO.FormerTriple}
    apart |= {YHO.FormerVersion, YHO.RetractedFact, YHO.Revision, YHO.Correction, YHO.Retraction}
    classes = set(ontology().subjects(RDF.type, OWL.Class))
    orphans = {c for c in classes if YHO.Entity not in set(ontology().transitive_objects(c, RDFS.subClassOf))}
    assert orphans <= apart


def test_the_class_of_an_entity_is_no_class_of_others() -> None:
    entities = list(ontology().transitive_subjects(RDFS.subClassOf, YHO.Entity))
    assert len(entities) > 70
    assert {namespace(str(c)) for c in entities} == {str(YHO)}


# --- closure ----------------------------------------------------------------------------------------------------------

#: What no instance may become.
NONSENSE = {
    *(OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty, OWL.Nothing, OWL.Ontology),
    *(RDFS.Class, RDFS.Datatype, RDF.Property, SKOS.Concept, SKOS.ConceptScheme, RDF.Statement),
}
Gain = tuple[Node, Node]


@lru_cache(maxsize=2)  # by the graph's identity: never change a graph after closing it
def closure(graph: Graph) -> set[tuple[Any, Any, Any]]:
    """What RDFS and OWL RL derive from a graph, the graph itself included."""
    import reasonable

    reasoner = reasonable.PyReasoner()
    reasoner.from_graph(graph)
    return set(reasoner.reason())


def gained_types(graph: Graph) -> set[Gain]:
    """(thing, type) pairs that closure adds; everything is an ``owl:Thing``, so that says nothing."""
    asserted = set(graph.subject_objects(RDF.type))
    derived = {(s, o) for s, p, o in closure(graph) if p == RDF.type}
    return {(s, o) for s, o in derived - asserted if o != OWL.Thing and not str(s).startswith(str(OWL))}


def unfounded(graph: Graph) -> set[Gain]:
    """Gained types that are no declared superclass of an asserted type of the thing."""

    def declared(thing: Node) -> Iterator[Node]:
        for asserted in graph.objects(thing, RDF.type):
            yield from graph.transitive_objects(asserted, RDFS.subClassOf)

    return {(thing, gained) for thing, gained in gained_types(graph) if gained not in set(declared(thing))}


def nonsensical(graph: Graph) -> set[Gain]:
    return {(thing, gained) for thing, gained in gained_types(graph) if gained in NONSENSE}


def contradictory(graph: Graph) -> set[Gain]:
    """Things that closure puts into two disjoint classes."""
    types: dict[Node, set[Node]] = {}
    for s, p, o in closure(graph):
        if p == RDF.type:
            types.setdefault(s, set()).add(o)
    disjoint = list(graph.subject_objects(OWL.disjointWith))
    return {(thing, a) for thing, found in types.items() for a, b in disjoint if a in found and b in found}


@cache
def whole() -> Graph:
    return ontology() + data()


def whole_with(axiom: tuple[URIRef, URIRef, URIRef]) -> Graph:
    graph = whole() + Graph()
    graph.add(axiom)
    return graph


@pytest.mark.slow
def test_closure_derives_something() -> None:
    gained = gained_types(whole())
    assert (YH["yuanhui-district"], SCHEMA.AdministrativeArea) in gained
    assert len(gained) > 500


def test_every_type_that_closure_adds_is_a_declared_superclass_of_an_asserted_one() -> None:
    assert unfounded(whole()) == set()


def test_closure_makes_no_concept_class_or_property_of_anything() -> None:
    assert nonsensical(whole()) == set()


def test_closure_puts_nothing_into_disjoint_classes() -> None:
    assert contradictory(whole()) == set()
    assert list(whole().subject_objects(OWL.disjointWith))


def test_closure_makes_no_relation_of_what_is_none() -> None:
    """A fact derived between two entities is one that a property below states already."""
    asserted = {(s, o) for s, p, o in whole()}
    added = {(s, p, o) for s, p, o in closure(whole()) if str(p).startswith(str(YHO)) and isinstance(o, URIRef)}
    backwards = {(s, p, o) for s, p, o in added if (s, o) not in asserted}
    assert {p for _, p, _ in backwards} <= {YHO.possiblySameAs, YHO.relatedTo}
    assert all((o, YHO.possiblySameAs, s) in whole() for s, _, o in backwards)


def test_no_prospect_becomes_a_fact_by_closure() -> None:
    facts = set(ontology().transitive_subjects(RDFS.subPropertyOf, YHO.relatedTo)) - set(
        ontology().transitive_subjects(RDFS.subPropertyOf, YHO.hasProspect)
    )
    prospects = {
        (s, o) for p in ontology().transitive_subjects(RDFS.subPropertyOf, YHO.hasProspect)
        for s, o in data().subject_objects(p)
    }  # fmt: skip
    stated = {(s, o) for p in facts for s, o in data().subject_objects(p)}
    derived = {(s, o) for s, p, o in closure(whole()) if p in facts - {YHO.relatedTo}}
    assert prospects
    assert derived & prospects <= stated | {(o, s) for s, o in stated}


BAD_AXIOMS = {
    "a domain": ((YHO.isLocatedIn, RDFS.domain, YHO.Company), unfounded),
    "a range": ((YHO.evidence, RDFS.range, YHO.Place), unfounded),
    "a range in SKOS": ((YHO.isWithin, RDFS.range, SKOS.Concept), nonsensical),
    "a superclass in SKOS": ((YHO.Industry, RDFS.subClassOf, SKOS.Concept), nonsensical),
    "a superclass in OWL": ((YHO.Place, RDFS.subClassOf, OWL.Class), nonsensical),
    "an equivalence": ((YHO.Entity, OWL.equivalentClass, YHO.Period), unfounded),
    "a disjointness that is not": ((YHO.Place, OWL.disjointWith, YHO.District), contradictory),
}


@pytest.mark.slow
@pytest.mark.parametrize("what", BAD_AXIOMS)
def test_a_bad_axiom_is_found(what: str) -> None:
    axiom, rule = BAD_AXIOMS[what]
    assert rule(whole_with(axiom))


@pytest.mark.slow
def test_the_type_that_a_bad_axiom_adds_is_named_with_its_thing() -> None:
    spoilt = unfounded(whole_with((YHO.isLocatedIn, RDFS.domain, YHO.Company)))
    assert {gained for _, gained in spoilt} >= {YHO.Company}
    places = {s for s in data().subjects(YHO.isLocatedIn) if (s, RDF.type, YHO.Company) not in data()}
    assert {thing for thing, gained in spoilt if gained == YHO.Company} <= places


def test_every_property_and_class_in_use_has_a_name_in_both_languages() -> None:
    """Others' too: pages show them, and a reader of Chinese should not meet ``obsValue``."""
    served = validate.graph_of_files(SETTINGS.served_files)
    used = set(served.predicates()) | set(served.objects(None, RDF.type))
    named = {(s, label.language) for s, label in served.subject_objects(SKOS.prefLabel) if isinstance(label, Literal)}
    assert {(term, language) for term in used for language in LANGUAGES} - named == set()
