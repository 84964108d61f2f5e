"""Statements as RDF 1.2 has them: each a reifier of a triple term, with modality and evidence.

Where the graph says ``S a rdf:Statement ; rdf:subject s ; rdf:predicate p ; rdf:object o``, RDF 1.2 says
``S rdf:reifies <<( s p o )>>``; everything else about ``S`` stays. A reifier asserts nothing, so the triple itself
comes along where the graph holds it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pyoxigraph as ox

from ..errors import DataError
from ..graph.facts import Facts
from ..graph.reading import OA, RDF, anywhere, is_node
from ..namespaces import YHO
from ..store import Reader

REIFIES: Final = RDF + "reifies"
STATEMENT: Final = RDF + "Statement"
PARTS: Final = (RDF + "subject", RDF + "predicate", RDF + "object")
FORMATS: Final = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "trig": ox.RdfFormat.TRIG,
    "nq": ox.RdfFormat.N_QUADS,
}
_TYPE: Final = RDF + "type"
_EVIDENCE: Final = YHO.evidence
_SELECTOR: Final = OA + "hasSelector"


def statements(reader: Reader) -> list[ox.Triple]:
    """All statements of a graph as RDF 1.2, with the spans that they rest on; sorted.

    :raises DataError: for a statement that does not have one subject, one predicate and one object.
    """
    facts = Facts(reader)
    query = f"SELECT DISTINCT ?s ?p ?o WHERE {{ {anywhere(f'?s ?p ?o ; <{PARTS[0]}> ?any')} }}"
    nodes = sorted(
        {s for s, _, _ in reader.select(query, {"p": ox.NamedNode(_TYPE), "o": ox.NamedNode(STATEMENT)})}, key=str
    )
    facts.load(nodes, _EVIDENCE, _SELECTOR)
    stated = {node: _stated(facts, node) for node in nodes}
    facts.load({triple.subject for triple in stated.values()})
    found = {
        triple
        for node, triple in stated.items()
        if triple.object in facts.objects(triple.subject, triple.predicate.value)
    }
    for node, triple in stated.items():
        found.add(ox.Triple(node, ox.NamedNode(REIFIES), triple))
        found.update(_others(facts, node))
    return sorted(found, key=str)


def _stated(facts: Facts, node: Any) -> ox.Triple:
    subject, predicate, value = (facts.objects(node, part) for part in PARTS)
    if (len(subject), len(predicate), len(value)) != (1, 1, 1) or not is_node(predicate[0]):
        raise DataError(
            f"{node} has {len(subject)} subjects, {len(predicate)} predicates and {len(value)} objects.",
            "A statement has one of each, and its predicate is an IRI.",
        )
    return ox.Triple(subject[0], predicate[0], value[0])


def _others(facts: Facts, node: Any) -> Iterator[ox.Triple]:
    """What else is said of a statement, and what its spans and their selectors are."""
    for predicate, objects in facts.about(node).items():
        for value in objects:
            if predicate not in PARTS and (predicate, value) != (_TYPE, ox.NamedNode(STATEMENT)):
                yield ox.Triple(node, ox.NamedNode(predicate), value)
    spans = facts.objects(node, _EVIDENCE)
    for place in (*spans, *(selector for span in spans for selector in facts.objects(span, _SELECTOR))):
        for predicate, objects in facts.about(place).items():
            yield from (ox.Triple(place, ox.NamedNode(predicate), value) for value in objects)
