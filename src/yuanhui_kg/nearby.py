"""The part of a graph that one question needs, copied into a store of its own.

A remote graph that is too large to be indexed as a whole is asked for what lies around some things, or for the labels
that hold some words. What comes is put into a small store, and the same indexes are made of that: there is one way in
which neighbours are walked and labels are ranked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from . import variants
from .folders import OwnFolder
from .graph import CommonRequest, NeighbourIndex, NeighbourRequest, PathRequest, SubgraphRequest
from .graph.reading import LABELS, OA, RDF, RDFS, RELATED, Hierarchy, Relations, anywhere, is_node
from .namespaces import YHO
from .search import CODES, SEARCHED, SearchIndex
from .store import Reader, StoreReader

MAX_RELATIONS: Final = 20_000  # that are read in each direction of one hop; more are left out, and that is told
_CANDIDATES: Final = 2_000  # labels that are ranked
_BATCH: Final = 500
_NOT_READ: Final = "Not all relations were read from the server: too many for one question."
_FAR: Final = {
    "zh": "在已从服务器读取的部分中没有路径；更远处是否有路径尚不清楚。",
    "en": "There is no path in the part that was read from the server; whether there is one further out is not known.",
}
_TYPE: Final = RDF + "type"
_NAMED: Final = ox.NamedNode("urn:x-yuanhui-kg:named")
_STATEMENT: Final = (RDF + "subject", RDF + "predicate", RDF + "object")
_ABOUT: Final = (YHO.modality, YHO.evidence)
_SELECTOR: Final = OA + "hasSelector"
_OFFSETS: Final = (OA + "start", OA + "end")


def neighbours(reader: Reader, request: NeighbourRequest, rule: str = "auto") -> dict[str, Any]:
    """As :meth:`NeighbourIndex.neighbours` of the whole graph would answer.

    ``truncated`` is true as well where a hop has more than :data:`MAX_RELATIONS` relations in a direction. ``rule`` is the
    setting ``relations``, here as in what follows.
    """
    part = _Part(reader, rule)
    walk = _Walk(part, request.predicates, request.types)
    walk.out(request.iri, request.depth, request.direction, 2 * request.limit)
    if request.modalities or request.per_hop or request.per_node:
        walk.complete &= not walk.stopped  # what was copied may hold fewer than the limit of what is asked for
    return _told(part, walk, walk.finish().neighbours(request))


def subgraph(reader: Reader, request: SubgraphRequest, rule: str = "auto") -> dict[str, Any]:
    """As :meth:`NeighbourIndex.subgraph` of the whole graph would answer, with the limits of :func:`neighbours`."""
    part = _Part(reader, rule)
    walk = _Walk(part, request.predicates)
    walk.among(request.iri)
    return _told(part, walk, walk.finish().subgraph(request))


def common(reader: Reader, request: CommonRequest, rule: str = "auto") -> dict[str, Any]:
    """As :meth:`NeighbourIndex.common` of the whole graph would answer, with the limits of :func:`neighbours`."""
    part = _Part(reader, rule)
    walk = _Walk(part, request.predicates)
    walk.out(request.iri, 1, request.direction)
    return _told(part, walk, walk.finish().common(request))


def paths(reader: Reader, request: PathRequest, most: int, rule: str = "auto") -> dict[str, Any]:
    """As :meth:`NeighbourIndex.paths` of the whole graph would answer, where that is near enough.

    Both ends are walked from until some ``most`` things are copied. Where that is not all that a path of at most so many
    steps could go through, the answer is ``truncated``, and that there is no path is not known.
    """
    part = _Part(reader, rule)
    walk = _Walk(part, request.predicates)
    walk.between(request, most)
    answer = walk.finish().paths(request)
    if not walk.complete:
        known = answer["connected"] or None
        notice = None if known else _FAR
        left_out = {**answer["left_out"], "relations": _NOT_READ}
        answer |= {"connected": known, "complete": False, "left_out": left_out, "notice": notice}
    return _told(part, walk, answer)


def around(
    reader: Reader, iris: Sequence[str], depth: int, direction: str, most: int, rule: str = "auto"
) -> tuple[NeighbourIndex, bool]:
    """An index of what lies around some things, and whether that is all of it: at most some ``most`` things."""
    walk = _Walk(_Part(reader, rule))
    walk.out(iris, depth, direction, most)
    return walk.finish(), walk.complete and not walk.stopped


def _told(part: _Part, walk: _Walk, found: dict[str, Any]) -> dict[str, Any]:
    """The answer from a part, with what only the whole graph knows."""
    degrees = part.degrees(node["iri"] for node in found["nodes"])
    for node in found["nodes"]:
        node["degree"] = degrees.get(node["iri"], 0)
    if walk.complete:
        return found
    return {**found, "truncated": True, "left_out": {**found["left_out"], "relations": _NOT_READ}}


def search(reader: Reader, q: str, limit: int, types: Sequence[str]) -> dict[str, Any]:
    """As :meth:`SearchIndex.search`, of labels that hold the words as they are written or in usual characters: pinyin finds nothing."""
    part = _Part(reader)
    words = [word for word in q.lower().split() if word][:10]
    holds = " && ".join(map(_held, words)) or "false"
    pattern = f"{_values('p', (*SEARCHED, *CODES))} ?s ?p ?o FILTER(isIRI(?s) && isLiteral(?o) && {holds})"
    query = f"SELECT ?s ?p ?o WHERE {{ {anywhere(pattern)} }} LIMIT {_CANDIDATES + 1}"
    rows = list(reader.select(query)) if words else []
    part.add(rows[:_CANDIDATES])
    part.describe({s for s, _, _ in rows[:_CANDIDATES]}, (_TYPE, *LABELS))
    part.finish()
    with OwnFolder() as folder:
        index = SearchIndex.build(StoreReader(part.store), Path(folder) / "search.sqlite")
        found = index.search(q, limit, tuple(types))
        index.close()
    return {**found, "truncated": found["truncated"] or len(rows) > _CANDIDATES}


def _held(word: str) -> str:
    """The condition that a text holds a word."""
    forms = dict.fromkeys((word, variants.usual(word)))
    return f"({' || '.join(f'CONTAINS(LCASE(STR(?o)), {ox.Literal(form)})' for form in forms)})"


class _Part:
    """The copy in the making."""

    def __init__(self, reader: Reader, rule: str = "auto") -> None:
        self.reader = reader
        self.store = ox.Store()
        self.properties = Hierarchy.read(reader, RDFS + "subPropertyOf")
        self.classes = Hierarchy.read(reader, RDFS + "subClassOf")
        self.relations = Relations.read(reader, self.properties, rule)
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
    """Copies the relations within some hops, and what the index tells of them.

    ``complete`` turns false where a hop has too many relations to be read; ``stopped`` where a limit ended the walk.
    """

    def __init__(self, part: _Part, predicates: Sequence[str] = (), types: Sequence[str] = ()) -> None:
        self._part = part
        self._wanted = {name for iri in predicates for name in part.properties.below(iri)}
        self._types = {name for iri in types for name in part.classes.below(iri)}
        self._seen: set[Any] = set()
        self.complete = True
        self.stopped = False

    def out(self, iris: Iterable[str], depth: int, direction: str, most: int | None = None) -> None:
        """Walk some hops, until more than ``most`` things are seen; then read what relates the last ones."""
        frontier = {ox.NamedNode(iri) for iri in iris}
        self._seen |= frontier
        for _ in range(depth):
            frontier = self._on(frontier, direction)
            if not frontier:
                return
            if most is not None and len(self._seen) > most:
                self.stopped = True
                return
        self._among(frontier, self._seen)

    def among(self, iris: Iterable[str]) -> None:
        """Read what relates some things to one another."""
        self._seen |= {ox.NamedNode(iri) for iri in iris}
        self._among(self._seen, self._seen)

    def between(self, request: PathRequest, most: int) -> None:
        """Walk from both ends, the smaller frontier first, until they are as far apart as a path may be long."""
        fronts = [{ox.NamedNode(iri)} for iri in (request.start, request.end)]
        self._seen |= fronts[0] | fronts[1]
        seen = [set(front) for front in fronts]
        back = {"out": "in", "in": "out", "both": "both"}[request.direction]
        for _ in range(request.max_length):
            side = 0 if len(fronts[0]) <= len(fronts[1]) else 1
            found = self._hop(fronts[side], (request.direction, back)[side]) - seen[side]
            seen[side] |= found
            self._seen |= found
            fronts[side] = found
            if not found:
                return
            if len(self._seen) > most:
                self.complete = False
                return

    def finish(self) -> NeighbourIndex:
        """The index of what was copied."""
        self._part.describe(self._seen, (_TYPE, *LABELS))
        self._statements(self._seen)
        self._part.finish()
        return NeighbourIndex.build(StoreReader(self._part.store), self._part.relations.rule)

    def _on(self, frontier: set[Any], direction: str) -> set[Any]:
        new = self._of_types(self._hop(frontier, direction) - self._seen)
        self._seen |= new
        return new

    def _hop(self, frontier: Iterable[Any], direction: str) -> set[Any]:
        """What lies one step on."""
        nodes = list(frontier)
        found: set[Any] = set()
        for way, here, there in (("out", "?s", "?o"), ("in", "?o", "?s")):
            for batch in _batches(nodes) if direction in (way, "both") else ():
                rows = self._relations(f"VALUES {here} {{ {' '.join(batch)} }}")
                found |= {s if there == "?s" else o for s, _, o in rows}
        return found

    def _among(self, nodes: set[Any], seen: set[Any]) -> None:
        """Read the relations between nodes and what was seen, which nothing else has asked for."""
        for batch in _batches(nodes):
            self._relations(f"VALUES ?s {{ {' '.join(batch)} }}", seen)

    def _relations(self, values: str, among: set[Any] | None = None) -> list[tuple[Any, ...]]:
        part, relations = self._part, self._part.relations
        copied: list[tuple[Any, ...]] = []
        graphs: list[tuple[Any, str, Callable[[str], bool]]] = [(None, "?s ?p ?o", relations.in_default)]
        if part.has_named:
            graphs.append((_NAMED, "GRAPH ?graph { ?s ?p ?o }", relations.in_named))
        for graph, pattern, holds in graphs:
            only = _values("p", sorted(self._wanted)) if self._wanted else ""
            if not only and graph is None and relations.only_declared:
                only = _values("p", sorted(relations.related - {RELATED}))
            query = f"SELECT ?s ?p ?o WHERE {{ {values} {only} {pattern} FILTER(isIRI(?s) && isIRI(?o)) }}"
            rows = list(part.reader.select(f"{query} LIMIT {MAX_RELATIONS + 1}"))
            self.complete &= len(rows) <= MAX_RELATIONS
            kept = [row for row in rows[:MAX_RELATIONS] if holds(row[1].value) and (among is None or row[2] in among)]
            part.add(kept, graph)
            copied += kept
        return copied

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
