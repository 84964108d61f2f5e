"""The part of a graph that one question needs, copied into a store of its own.

A remote graph that is too large to be indexed as a whole is asked for what lies around some things, or for the labels
that hold some words. What comes is put into a small store, and the same indexes are made of that: there is one way in
which neighbours are walked and labels are ranked.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from .graph import NeighbourIndex, NeighbourRequest
from .graph.reading import LABELS, OA, RDF, RDFS, RELATED, Hierarchy, Relations, anywhere, is_node
from .namespaces import YHO
from .search import SEARCHED, SearchIndex
from .store import Reader, StoreReader

MAX_RELATIONS: Final = 20_000  # that are read in each direction of one hop; more are left out, and that is told
_CANDIDATES: Final = 2_000  # labels that are ranked
_BATCH: Final = 500
_TYPE: Final = RDF + "type"
_NAMED: Final = ox.NamedNode("urn:x-yuanhui-kg:named")
_STATEMENT: Final = (RDF + "subject", RDF + "predicate", RDF + "object")
_ABOUT: Final = (YHO.modality, YHO.evidence)
_SELECTOR: Final = OA + "hasSelector"
_OFFSETS: Final = (OA + "start", OA + "end")


def neighbours(reader: Reader, request: NeighbourRequest) -> dict[str, Any]:
    """As :meth:`NeighbourIndex.neighbours` of the whole graph would answer.

    ``truncated`` is true as well where a hop has more than :data:`MAX_RELATIONS` relations in a direction.
    """
    part = _Part(reader)
    complete = _Walk(part, request).run()
    found = NeighbourIndex.build(StoreReader(part.store)).neighbours(request)
    degrees = part.degrees(node["iri"] for node in found["nodes"])
    for node in found["nodes"]:
        node["degree"] = degrees.get(node["iri"], 0)
    return {**found, "truncated": found["truncated"] or not complete}


def search(reader: Reader, q: str, limit: int, types: Sequence[str]) -> dict[str, Any]:
    """As :meth:`SearchIndex.search`, of labels that hold the words as they are written: pinyin finds nothing."""
    part = _Part(reader)
    words = [word for word in q.lower().split() if word][:10]
    holds = " && ".join(f"CONTAINS(LCASE(STR(?o)), {ox.Literal(word)})" for word in words) or "false"
    pattern = f"{_values('p', SEARCHED)} ?s ?p ?o FILTER(isIRI(?s) && isLiteral(?o) && {holds})"
    query = f"SELECT ?s ?p ?o WHERE {{ {anywhere(pattern)} }} LIMIT {_CANDIDATES + 1}"
    rows = list(reader.select(query)) if words else []
    part.add(rows[:_CANDIDATES])
    part.describe({s for s, _, _ in rows[:_CANDIDATES]}, (_TYPE, *LABELS))
    part.finish()
    with tempfile.TemporaryDirectory(prefix="yuanhui-kg-") as folder:
        index = SearchIndex.build(StoreReader(part.store), Path(folder) / "search.sqlite")
        found = index.search(q, limit, tuple(types))
        index.close()
    return {**found, "truncated": found["truncated"] or len(rows) > _CANDIDATES}


class _Part:
    """The copy in the making."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.store = ox.Store()
        self.properties = Hierarchy.read(reader, RDFS + "subPropertyOf")
        self.classes = Hierarchy.read(reader, RDFS + "subClassOf")
        self.relations = Relations.read(reader, self.properties)
        self.has_named = any(True for _ in reader.select("SELECT ?s { GRAPH ?graph { ?s ?p ?o } } LIMIT 1"))
        for name, hierarchy in ((RDFS + "subPropertyOf", self.properties), (RDFS + "subClassOf", self.classes)):
            pairs = [(low, high) for high in hierarchy.parents() for low in hierarchy.below(high) if low != high]
            self.add((ox.NamedNode(low), ox.NamedNode(name), ox.NamedNode(high)) for low, high in pairs)

    def add(self, triples: Iterable[Sequence[Any]], graph: Any = None) -> None:
        where = graph or ox.DefaultGraph()
        self.store.extend(ox.Quad(s, p, o, where) for s, p, o in triples)

    def describe(self, nodes: Iterable[Any], predicates: Sequence[str]) -> list[tuple[Any, ...]]:
        """Copy what is said of nodes by some predicates; what that is."""
        found: list[tuple[Any, ...]] = []
        for batch in _batches(nodes):
            pattern = f"VALUES ?s {{ {' '.join(batch)} }} {_values('p', predicates)} ?s ?p ?o"
            found += self.reader.select(f"SELECT DISTINCT ?s ?p ?o WHERE {{ {anywhere(pattern)} }}")
        self.add(found)
        return found

    def degrees(self, iris: Iterable[str]) -> dict[str, int]:
        """How many relations resources are ends of in the whole graph."""
        counts: dict[str, int] = {}
        for batch in _batches(ox.NamedNode(iri) for iri in iris):
            for here, there in (("?s", "?o"), ("?o", "?s")):
                pattern = f"VALUES {here} {{ {' '.join(batch)} }} {anywhere('?s ?p ?o')} FILTER(isIRI({there}))"
                query = f"SELECT {here} ?p (COUNT(DISTINCT {there}) AS ?n) WHERE {{ {pattern} }} GROUP BY {here} ?p"
                for node, predicate, number in self.reader.select(query):
                    if self._is_relation(predicate.value):
                        counts[node.value] = counts.get(node.value, 0) + int(number.value)
        return counts

    def _is_relation(self, predicate: str) -> bool:
        return self.relations.in_default(predicate) or (self.has_named and self.relations.in_named(predicate))

    def finish(self) -> None:
        """Labels of all predicates and classes that are there, so that they can be shown."""
        classes = {o.value for _, _, o in self._there(_TYPE) if is_node(o)}
        shown = {ox.NamedNode(name) for iri in classes for name in self.classes.above(iri)}
        self.describe(shown | {quad.predicate for quad in self.store}, (_TYPE, *LABELS))

    def _there(self, predicate: str) -> Iterator[tuple[Any, Any, Any]]:
        for quad in self.store.quads_for_pattern(None, ox.NamedNode(predicate), None):
            yield quad.subject, quad.predicate, quad.object


class _Walk:
    """Copies the relations within some hops, and what the index tells of them."""

    def __init__(self, part: _Part, request: NeighbourRequest) -> None:
        self._part = part
        self._request = request
        self._wanted = {name for iri in request.predicates for name in part.properties.below(iri)}
        self._types = {name for iri in request.types for name in part.classes.below(iri)}

    def run(self) -> bool:
        """Whether all relations were read."""
        part, complete = self._part, True
        starts = {ox.NamedNode(iri) for iri in self._request.iri}
        seen: set[Any] = set(starts)
        frontier = set(starts)
        for _ in range(self._request.depth):
            new: set[Any] = set()
            for way in ("out", "in"):
                if self._request.direction in (way, "both"):
                    found, all_there = self._hop(frontier, way)
                    new |= found
                    complete &= all_there
            frontier = self._of_types(new - seen)
            seen |= frontier
            if not frontier or len(seen) > 2 * self._request.limit:
                break
        else:
            complete &= self._among(frontier, seen)
        part.describe(seen, (_TYPE, *LABELS))
        self._statements(seen)
        part.finish()
        return complete

    def _hop(self, frontier: Iterable[Any], way: str) -> tuple[set[Any], bool]:
        here, there = ("?s", "?o") if way == "out" else ("?o", "?s")
        found: set[Any] = set()
        complete = True
        for batch in _batches(frontier):
            rows, all_there = self._relations(f"VALUES {here} {{ {' '.join(batch)} }}")
            complete &= all_there
            found |= {s if there == "?s" else o for s, _, o in rows}
        return found, complete

    def _among(self, frontier: set[Any], seen: set[Any]) -> bool:
        """The relations between the nodes of the last hop, which nothing else has asked for."""
        complete = True
        for batch in _batches(frontier):
            complete &= self._relations(f"VALUES ?s {{ {' '.join(batch)} }}", seen)[1]
        return complete

    def _relations(self, values: str, among: set[Any] | None = None) -> tuple[list[tuple[Any, ...]], bool]:
        part, relations = self._part, self._part.relations
        copied: list[tuple[Any, ...]] = []
        complete = True
        graphs: list[tuple[Any, str, Callable[[str], bool]]] = [(None, "?s ?p ?o", relations.in_default)]
        if part.has_named:
            graphs.append((_NAMED, "GRAPH ?graph { ?s ?p ?o }", relations.in_named))
        for graph, pattern, holds in graphs:
            only = _values("p", sorted(self._wanted)) if self._wanted else ""
            if not only and graph is None and relations.declared:
                only = _values("p", sorted(relations.related - {RELATED}))
            query = f"SELECT ?s ?p ?o WHERE {{ {values} {only} {pattern} FILTER(isIRI(?s) && isIRI(?o)) }}"
            rows = list(part.reader.select(f"{query} LIMIT {MAX_RELATIONS + 1}"))
            complete &= len(rows) <= MAX_RELATIONS
            kept = [row for row in rows[:MAX_RELATIONS] if holds(row[1].value) and (among is None or row[2] in among)]
            part.add(kept, graph)
            copied += kept
        return copied, complete

    def _of_types(self, nodes: set[Any]) -> set[Any]:
        if not self._types:
            return nodes
        rows = self._part.describe(nodes, (_TYPE,))
        return {s for s, _, o in rows if is_node(o) and o.value in self._types}

    def _statements(self, nodes: set[Any]) -> None:
        """The statements about relations between nodes, their modality and evidence."""
        part = self._part
        about: list[Any] = []
        for batch in _batches(nodes):
            parts = " ; ".join(
                f"<{name}> {variable}" for name, variable in zip(_STATEMENT, ("?s", "?p", "?o"), strict=True)
            )
            pattern = f"VALUES ?s {{ {' '.join(batch)} }} ?statement {parts} ."
            query = f"SELECT DISTINCT ?statement ?s ?p ?o WHERE {{ {anywhere(pattern)} }}"
            for statement, *triple in part.reader.select(query):
                if triple[2] in nodes:
                    part.add(
                        (statement, ox.NamedNode(name), term) for name, term in zip(_STATEMENT, triple, strict=True)
                    )
                    about.append(statement)
        said = part.describe(filter(is_node, about), _ABOUT)
        spans = {o for _, p, o in said if p.value == YHO.evidence and is_node(o)}
        selectors = {o for _, _, o in part.describe(spans, (_SELECTOR,)) if is_node(o)}
        part.describe(selectors, _OFFSETS)


def _values(name: str, iris: Iterable[str]) -> str:
    # Written by pyoxigraph (`<…>`): an IRI cannot end early in it.
    return f"VALUES ?{name} {{ {' '.join(str(ox.NamedNode(iri)) for iri in iris)} }}"


def _batches(nodes: Iterable[Any]) -> Iterator[list[str]]:
    names = sorted({str(node) for node in nodes})
    return (names[start : start + _BATCH] for start in range(0, len(names), _BATCH))
