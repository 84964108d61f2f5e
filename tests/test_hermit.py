"""HermiT: the ontology is consistent, and every class of it can have an instance.

HermiT reasons over OWL 2 DL, so it gets the part of the ontology that is DL: classes, disjointness, object and datatype
properties with their hierarchy, and object ranges; from the data, the entities with their classes and relations. It
does not get annotations and notes, literals (``xsd:date`` and the datatypes of notations stop it), ``rdf:Statement``s
and the Data Cube (no DL: properties stand there as individuals), nor axioms of other vocabularies.
"""

from __future__ import annotations

import io
import shutil
from functools import cache

import pytest
from rdflib import OWL, RDF, RDFS, SKOS, XSD, Graph, Namespace, URIRef

from yuanhui_kg import namespaces, validate
from yuanhui_kg.settings import Settings

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        shutil.which("java") is None,
        reason="HermiT needs Java (on Debian: default-jre-headless), which is not installed",
    ),
]

SETTINGS = Settings()
YH, YHO, SCHEMA = Namespace(namespaces.YH), Namespace(namespaces.YHO), Namespace(namespaces.SCHEMA)
#: Datatypes that HermiT knows.
DATATYPES = {XSD.string, XSD.integer, XSD.decimal, XSD.boolean}
MEMORY_MB = 512


@cache
def graph() -> Graph:
    return validate.graph_of_files(SETTINGS.graph_files)


@cache
def terms() -> Graph:
    """The OWL 2 DL part of the terms."""
    part = Graph()
    classes = set(graph().subjects(RDF.type, OWL.Class))
    classes |= {above for c in classes for above in graph().objects(c, RDFS.subClassOf)}
    for one in classes:
        part.add((one, RDF.type, OWL.Class))
        for predicate in (RDFS.subClassOf, OWL.disjointWith):
            for other in graph().objects(one, predicate):
                part.add((one, predicate, other))
    for kind in (OWL.ObjectProperty, OWL.DatatypeProperty):
        for one in set(graph().subjects(RDF.type, kind)):
            part.add((one, RDF.type, kind))
            for above in graph().objects(one, RDFS.subPropertyOf):
                part.add((above, RDF.type, kind))
                part.add((one, RDFS.subPropertyOf, above))
            for reach in graph().objects(one, RDFS.range):
                if kind == OWL.ObjectProperty or reach in DATATYPES:
                    part.add((one, RDFS.range, reach))
                if kind == OWL.ObjectProperty:
                    part.add((reach, RDF.type, OWL.Class))
    for one in graph().subjects(RDF.type, OWL.SymmetricProperty):
        part.add((one, RDF.type, OWL.SymmetricProperty))
    return part


@cache
def terms_and_entities() -> Graph:
    """The DL part of the terms, and the entities with their classes and relations."""
    part = terms() + Graph()
    entities = {
        entity
        for kind in graph().transitive_subjects(RDFS.subClassOf, YHO.Entity)
        for entity in graph().subjects(RDF.type, kind)
    }
    for entity in entities:
        part.add((entity, RDF.type, OWL.NamedIndividual))
        for kind in graph().objects(entity, RDF.type):
            part.add((entity, RDF.type, kind))
    for relation in set(graph().transitive_subjects(RDFS.subPropertyOf, YHO.relatedTo)):
        for subject, thing in graph().subject_objects(relation):
            part.add((thing, RDF.type, OWL.NamedIndividual))
            part.add((subject, relation, thing))
    for scheme in set(graph().subjects(RDF.type, SKOS.ConceptScheme)):
        for concept in graph().subjects(SKOS.inScheme, scheme):
            part.add((concept, RDF.type, OWL.NamedIndividual))
            part.add((concept, RDF.type, SKOS.Concept))
    part.add((SKOS.Concept, RDF.type, OWL.Class))
    return part


def unsatisfiable(part: Graph, *planted: tuple[URIRef, URIRef, URIRef]) -> set[str] | None:
    """The classes that can have no instance; ``None`` where the whole is inconsistent."""
    owlready2 = pytest.importorskip("owlready2", reason="owlready2 (LGPL, a test tool only) is not installed")
    owlready2.reasoning.JAVA_MEMORY = MEMORY_MB
    triples = part + Graph()
    for triple in planted:
        triples.add(triple)
    world = owlready2.World()
    try:
        world.get_ontology("http://a.example/").load(fileobj=io.BytesIO(triples.serialize(format="nt").encode()))
        owlready2.sync_reasoner_hermit(world, debug=0)
        return {found.iri for found in world.inconsistent_classes()} - {str(OWL.Nothing)}
    except owlready2.OwlReadyInconsistentOntologyError:
        return None
    finally:
        world.close()


def test_what_hermit_gets_is_the_greater_part_of_the_terms() -> None:
    ours = {c for c in terms().subjects(RDF.type, OWL.Class) if str(c).startswith(str(YHO))}
    assert ours == set(graph().subjects(RDF.type, OWL.Class))
    assert len(list(terms().subject_objects(OWL.disjointWith))) >= 10
    assert len(set(terms().subjects(RDF.type, OWL.ObjectProperty))) > 80
    assert len(terms_and_entities()) > len(terms()) + 800


def test_the_terms_are_consistent_and_every_class_can_have_an_instance() -> None:
    assert unsatisfiable(terms()) == set()


def test_the_terms_are_consistent_with_the_entities_and_their_relations() -> None:
    assert unsatisfiable(terms_and_entities()) == set()


def test_a_class_below_two_disjoint_ones_is_found() -> None:
    planted = ((YHO.Village, RDFS.subClassOf, YHO.Person),)
    assert unsatisfiable(terms(), *planted) == {str(YHO.Village)}


def test_an_entity_in_two_disjoint_classes_is_found() -> None:
    (author, *_) = sorted(graph().subjects(RDF.type, YHO.Person))
    assert unsatisfiable(terms_and_entities(), (URIRef(author), RDF.type, YHO.Place)) is None


def test_a_range_that_contradicts_the_relations_is_found() -> None:
    assert unsatisfiable(terms_and_entities(), (YHO.isLocatedIn, RDFS.range, YHO.Person)) is None


def test_a_disjointness_that_entities_break_is_found() -> None:
    assert (YH["yuanhui-district"], RDF.type, YHO.District) in graph()
    broken = (YHO.District, OWL.disjointWith, SCHEMA.Place)
    assert unsatisfiable(terms_and_entities(), broken) is None
    assert unsatisfiable(terms(), broken) == {str(YHO.District)}
