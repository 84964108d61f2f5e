"""A part of the graph as RDF that stands on its own: things, relations, and the statements that tell where these are from."""

from __future__ import annotations

from typing import Any, Final

import pyoxigraph as ox

from ..graph.facts import Facts
from ..graph.reading import LABELS, OA, RDF
from ..namespaces import PREFIXES, YHO
from ..store import Reader
from .model import Subgraph

_KEPT: Final = frozenset((RDF + "type", PREFIXES["adms"] + "status"))
_EVIDENCE: Final = YHO.evidence
_SELECTOR: Final = OA + "hasSelector"


def triples(reader: Reader, graph: Subgraph) -> list[ox.Triple]:
    """What a part says, sorted: each once, from all graphs together.

    Of a thing everything that is a text or number, its types and statuses; each relation as a plain triple and with its
    statements, their spans and selectors; of predicates, classes and statuses their labels. Blank nodes are left out.
    """
    facts = Facts(reader)
    found: set[ox.Triple] = set()
    terms: set[Any] = set()
    nodes = [ox.NamedNode(node.iri) for node in graph.nodes()]
    facts.load(nodes)
    for node in nodes:
        for predicate, objects in facts.about(node).items():
            kept = [o for o in objects if isinstance(o, ox.Literal) or predicate in _KEPT]
            found.update(ox.Triple(node, ox.NamedNode(predicate), o) for o in kept)
            terms.update(o for o in kept if isinstance(o, ox.NamedNode))
    statements: list[ox.NamedNode] = []
    for edge in graph.edges():
        relation = ox.NamedNode(edge.predicate.iri)
        found.add(ox.Triple(ox.NamedNode(edge.source), relation, ox.NamedNode(edge.target)))
        terms.add(relation)
        statements += map(ox.NamedNode, edge.statements)
    found |= _stated(facts, statements)
    facts.load(terms)
    for term in terms:
        found.update(ox.Triple(term, ox.NamedNode(name), o) for name in LABELS for o in facts.objects(term, name))
    return sorted((t for t in found if not isinstance(t.object, ox.BlankNode)), key=str)


def _stated(facts: Facts, statements: list[ox.NamedNode]) -> set[ox.Triple]:
    """Everything about statements, their spans and the spans' selectors."""
    facts.load(statements, _EVIDENCE, _SELECTOR)
    spans = [span for statement in statements for span in facts.objects(statement, _EVIDENCE)]
    selectors = [selector for span in spans for selector in facts.objects(span, _SELECTOR)]
    return {
        ox.Triple(node, ox.NamedNode(predicate), value)
        for node in (*statements, *spans, *selectors)
        if isinstance(node, ox.NamedNode)
        for predicate, values in facts.about(node).items()
        for value in values
    }
