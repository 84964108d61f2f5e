"""Neighbours of things over k hops, from an index of relations instead of SPARQL paths.

The index is a pair of compressed sparse rows (out and in) in numpy arrays. Nodes, predicates and classes are numbers;
their IRIs and labels lie in big buffers. A relation's statements (modality, evidence) hang on its edge.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyoxigraph as ox

from ..errors import NotFoundError, UsageError
from ..namespaces import YHO
from ..store import Reader
from ..terms import id_of, is_iri, local_name
from .reading import LABELS, OA, RDF, RDFS, Hierarchy, Labels, Relations, anywhere, label_pair, uncollected
from .strings import Strings

Ints = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]

DIRECTIONS: Final = ("in", "out", "both")
MAX_DEPTH: Final = 10
MAX_STARTS: Final = 100
EDGES_PER_NODE: Final = 20  # of a dense neighbourhood not more edges than this are returned for each node of the limit


@dataclass(frozen=True)
class NeighbourRequest:
    """What is asked of :meth:`NeighbourIndex.neighbours`.

    :param iri: where the walk starts; always part of the answer.
    :param depth: most hops, 1 to 10.
    :param direction: ``out`` follows relations from subject to object, ``in`` against that, ``both`` either way.
    :param predicates: only relations of these kinds are followed and returned, their sub-properties included.
    :param types: the walk stays within things of these classes, their subclasses included: every node returned but the
        starts is of one of them, and is reached through such nodes only (so whatever is returned is connected).
    :param limit: most nodes returned, the starts among them.
    :raises UsageError: naming the parameter that does not fit.
    """

    iri: tuple[str, ...]
    depth: int = 1
    direction: str = "both"
    predicates: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    limit: int = 1000

    def __post_init__(self) -> None:
        for name in ("iri", "predicates", "types"):
            self._check_iris(name)
        if not 1 <= len(self.iri) <= MAX_STARTS:
            raise UsageError(f"Parameter iri must name 1 to {MAX_STARTS} things, not {len(self.iri)}.")
        if not _is_int(self.depth) or not 1 <= self.depth <= MAX_DEPTH:
            raise UsageError(f"Parameter depth must be a whole number from 1 to {MAX_DEPTH}, not {self.depth!r}.")
        if self.direction not in DIRECTIONS:
            raise UsageError(f"Parameter direction must be in, out or both, not {self.direction!r}.")
        if not _is_int(self.limit) or self.limit < 1:
            raise UsageError(f"Parameter limit must be a whole number of at least 1, not {self.limit!r}.")

    def _check_iris(self, name: str) -> None:
        values = getattr(self, name)
        if not isinstance(values, tuple):
            raise UsageError(f"Parameter {name} must be a list of IRIs, not {values!r}.")
        for value in values:
            if not isinstance(value, str) or not is_iri(value):
                raise UsageError(f"Parameter {name} must hold absolute IRIs, not {str(value)[:200]!r}.")

    @classmethod
    def from_json(cls, parameters: Mapping[str, Any]) -> NeighbourRequest:
        """The request that a JSON object tells. Raises :class:`UsageError`, also for a parameter unknown here."""
        values: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in parameters.items()
        }
        unknown = values.keys() - cls.__dataclass_fields__.keys()
        if unknown:
            raise UsageError(f"There is no parameter {sorted(unknown)[0]}.")
        if "iri" not in values:
            raise UsageError("Parameter iri is missing.", "Give the IRI of at least one thing.")
        return cls(**values)


def _is_int(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


class NeighbourIndex:
    """An immutable index of the relations of one graph; pickles as arrays and buffers. Build it with :meth:`build`."""

    _iris: Strings  # of nodes, predicates and classes; sorted: a number is a place in it
    _zh: Strings
    _en: Strings
    _out: npt.NDArray[np.int64]  # out-edges of node n are the edges _out[n] to _out[n + 1]
    _in: npt.NDArray[np.int64]  # in-edges of node n are _in_edges[_in[n]:_in[n + 1]]
    _in_edges: Ints
    _source: Ints
    _target: Ints
    _predicate: Ints  # of an edge: place in _predicates
    _predicates: Ints
    _type_rows: npt.NDArray[np.int64]
    _type: Ints  # places in _classes, the most specific class of a node first
    _classes: Ints
    _subclasses: dict[str, frozenset[str]]
    _subproperties: dict[str, frozenset[str]]
    _prospects: frozenset[str]
    _statement_edge: Ints  # sorted
    _statement_iris: Strings
    _statement_modality: Ints  # place in _modalities, or -1
    _modalities: list[str]
    _evidence_rows: npt.NDArray[np.int64]
    _evidence_iris: Strings
    _evidence_offsets: npt.NDArray[np.int64]  # start and end, -1 where the span has none

    @classmethod
    def build(cls, reader: Reader) -> NeighbourIndex:
        """Read a graph (default and named ones) into a new index. Takes some seconds for a million relations."""
        with uncollected():
            return _Builder(reader).index()

    @property
    def nodes(self) -> int:
        """How many resources are known: ends of relations, whatever has a type or a label, predicates and classes."""
        return len(self._iris)

    @property
    def edges(self) -> int:
        """How many relations there are."""
        return len(self._source)

    @property
    def nbytes(self) -> int:
        """Memory taken, in bytes."""
        held = vars(self).values()
        return sum(int(part.nbytes) for part in held if isinstance(part, np.ndarray | Strings))

    def knows(self, iri: str) -> bool:
        return self._iris.find(iri) is not None

    def degree(self, iri: str) -> int:
        """How many relations a resource is an end of; 0 where it is unknown."""
        number = self._iris.find(iri)
        return 0 if number is None else self._degree(number)

    def neighbours(self, request: NeighbourRequest) -> dict[str, Any]:
        """The things around some things, with the relations among all of them, ready for JSON.

        Nodes come by distance (fewest hops), then by IRI. Edges are *all* relations of the kinds asked for between two
        returned nodes, whichever way they point. Where ``limit`` cuts, nearer nodes go first, and within the last hop
        every node and every kind of relation gets its turn, so that no hub crowds out the rest; ``truncated`` then
        tells. The same request to the same graph has the same answer.

        :raises NotFoundError: where the graph says nothing of a start.
        """
        starts = np.array(list(dict.fromkeys(self._number(iri) for iri in request.iri)), dtype=np.int32)
        predicates, missing = self._flags(request.predicates, self._subproperties, self._predicates)
        types, missing_types = self._flags(request.types, self._subclasses, self._classes)
        walk = _Walk(self, request, predicates, types)
        nodes, distances, truncated = walk.run(starts)
        edges, fewer = self._among(nodes, distances, predicates, request.limit * EDGES_PER_NODE)
        shapes = self._shapes(nodes)
        return {
            "start": list(dict.fromkeys(request.iri)),
            "depth": request.depth,
            "direction": request.direction,
            "predicates": list(request.predicates),
            "types": list(request.types),
            "limit": request.limit,
            "unmatched": missing + missing_types,
            "nodes": self._node_list(nodes, distances, shapes),
            "edges": self._edge_list(edges, shapes),
            "counts": {"nodes": len(nodes), "edges": len(edges)},
            "truncated": truncated or fewer,
        }

    def _number(self, iri: str) -> int:
        number = self._iris.find(iri)
        if number is None:
            raise NotFoundError(
                f"The graph says nothing of {iri}.", "Look for the thing's IRI with a search for its name."
            )
        return number

    def _flags(
        self, wanted: tuple[str, ...], below: dict[str, frozenset[str]], known: Ints
    ) -> tuple[Flags | None, list[str]]:
        """Which of ``known`` are meant (``None``: all), and which IRIs mean none of them."""
        if not wanted:
            return None, []
        flags, unmatched = np.zeros(len(known), dtype=bool), []
        for iri in wanted:
            numbers = [self._iris.find(name) for name in below.get(iri, (iri,))]
            found = np.isin(known, [number for number in numbers if number is not None])
            if not found.any():
                unmatched.append(iri)
            flags |= found
        return flags, unmatched

    def _among(
        self, nodes: Ints, distances: Ints, predicates: Flags | None, most: int
    ) -> tuple[npt.NDArray[np.int64], bool]:
        """The edges between any two of ``nodes``, and whether there were more than ``most``."""
        hops = np.full(self.nodes, -1, dtype=np.int8)
        hops[nodes] = distances
        _, edges = _row_items(self._out, np.sort(nodes))
        keep = hops[self._target[edges]] >= 0
        if predicates is not None:
            keep &= predicates[self._predicate[edges]]
        edges = edges[keep]
        if len(edges) <= most:
            return edges, False
        # Those that tie each node to one nearer the start go first, so that what is returned stays connected.
        sources, targets = self._source[edges], self._target[edges]
        outer = np.where(hops[sources] > hops[targets], sources, targets)
        steps = np.flatnonzero(hops[sources] != hops[targets])
        _, first = np.unique(outer[steps], return_index=True)
        order = np.ones(len(edges), dtype=np.int8)
        order[steps[first]] = 0
        return np.sort(edges[np.argsort(order, kind="stable")[:most]]), True

    def _degree(self, number: int) -> int:
        return int(self._out[number + 1] - self._out[number] + self._in[number + 1] - self._in[number])

    def _of_types(self, nodes: Ints, types: Flags) -> Flags:
        owners, places = _row_items(self._type_rows, nodes)
        result = np.zeros(len(nodes), dtype=bool)
        result[owners[types[self._type[places]]]] = True
        return result

    # --- JSON ---------------------------------------------------------------------------------------------------------

    def _shapes(self, numbers: Ints) -> dict[int, dict[str, Any]]:
        """IRI, id and labels of nodes, predicates or classes, by number."""
        columns = (numbers.tolist(), *(strings.take(numbers) for strings in (self._iris, self._zh, self._en)))
        return {
            number: {"iri": iri, "id": id_of(iri), "label": label_pair(zh, en, "", iri)}
            for number, iri, zh, en in zip(*columns, strict=True)
        }

    def _node_list(self, nodes: Ints, distances: Ints, shapes: dict[int, dict[str, Any]]) -> list[dict[str, Any]]:
        first = self._type_rows[nodes]
        typed = first < self._type_rows[nodes + 1]
        classes = np.full(len(nodes), -1, dtype=np.int32)
        classes[typed] = self._classes[self._type[first[typed]]]
        kinds = self._shapes(np.unique(classes[typed]))
        degrees = self._out[nodes + 1] - self._out[nodes] + self._in[nodes + 1] - self._in[nodes]
        columns = (column.tolist() for column in (nodes, classes, distances, degrees))
        return [
            {**shapes[node], "type": kinds.get(kind), "distance": distance, "degree": degree}
            for node, kind, distance, degree in zip(*columns, strict=True)
        ]

    def _edge_list(self, edges: npt.NDArray[np.int64], shapes: dict[int, dict[str, Any]]) -> list[dict[str, Any]]:
        predicates = self._predicates[self._predicate[edges]]
        kinds = self._shapes(np.unique(predicates))
        rows = (
            *(self._source[edges], self._target[edges], predicates),
            *(np.searchsorted(self._statement_edge, edges), np.searchsorted(self._statement_edge, edges, side="right")),
        )
        result = []
        for source, target, predicate, first, last in zip(*(row.tolist() for row in rows), strict=True):
            kind = kinds[predicate]
            edge: dict[str, Any] = {
                "source": shapes[source]["iri"],
                "target": shapes[target]["iri"],
                "predicate": kind,
                "prospect": kind["iri"] in self._prospects,
            }
            edge |= self._stated(first, last) if first < last else {"modality": None, "evidence": [], "statement": None}
            result.append(edge)
        return result

    def _stated(self, first: int, last: int) -> dict[str, Any]:
        """What the statements from ``first`` to ``last`` add to the edge that they are about."""
        statements = [
            {
                "statement": self._statement_iris[number] or None,
                "modality": self._modalities[modality] if modality >= 0 else None,
            }
            for number, modality in enumerate(self._statement_modality[first:last].tolist(), first)
        ]
        stated = {
            "modality": statements[0]["modality"],
            "evidence": [span for number in range(first, last) for span in self._evidence(number)],
            "statement": statements[0]["statement"],
        }
        return {**stated, "statements": statements} if len(statements) > 1 else stated

    def _evidence(self, statement: int) -> list[dict[str, Any]]:
        first, last = self._evidence_rows[statement : statement + 2].tolist()
        return [
            {
                "iri": self._evidence_iris[number] or None,
                "start": start if start >= 0 else None,
                "end": end if end >= 0 else None,
            }
            for number, (start, end) in enumerate(self._evidence_offsets[first:last].tolist(), first)
        ]


class _Walk:
    """One breadth-first walk."""

    def __init__(
        self, index: NeighbourIndex, request: NeighbourRequest, predicates: Flags | None, types: Flags | None
    ) -> None:
        self._index = index
        self._request = request
        self._predicates = predicates
        self._types = types

    def run(self, starts: Ints) -> tuple[Ints, Ints, bool]:
        """The nodes reached (starts first, then by distance and number), their distances, and whether any is missing."""
        seen = np.zeros(self._index.nodes, dtype=bool)
        seen[starts] = True
        levels, room = [starts], max(self._request.limit - len(starts), 0)
        truncated = False
        while len(levels) <= self._request.depth and len(levels[-1]) and not truncated:
            turns, nodes = self._step(levels[-1], seen)
            found = np.unique(nodes)
            if len(found) > room:
                found, truncated = _fairly(turns, nodes, room), True
            seen[found] = True
            room -= len(found)
            levels.append(found)
        distances = np.repeat(np.arange(len(levels), dtype=np.int32), [len(level) for level in levels])
        return np.concatenate(levels), distances, truncated

    def _step(self, frontier: Ints, seen: Flags) -> tuple[tuple[Ints, Ints], Ints]:
        """Ways that lead on: (place in the frontier, kind of relation), and the new node at their end."""
        owners, kinds, nodes = [], [], []
        for way in ("out", "in"):
            if self._request.direction in (way, "both"):
                owner, kind, node = self._leave(frontier, way)
                keep = ~seen[node]
                if self._predicates is not None:
                    keep &= self._predicates[kind]
                owners.append(owner[keep])
                kinds.append(kind[keep] * 2 + (way == "in"))
                nodes.append(node[keep])
        owner, kind, node = np.concatenate(owners), np.concatenate(kinds), np.concatenate(nodes)
        if self._types is not None:
            keep = self._index._of_types(node, self._types)
            owner, kind, node = owner[keep], kind[keep], node[keep]
        return (owner, kind), node

    def _leave(self, frontier: Ints, way: str) -> tuple[Ints, Ints, Ints]:
        index = self._index
        if way == "out":
            owner, edges = _row_items(index._out, frontier)
            return owner, index._predicate[edges], index._target[edges]
        owner, places = _row_items(index._in, frontier)
        incoming = index._in_edges[places]
        return owner, index._predicate[incoming], index._source[incoming]


def _row_items(rows: npt.NDArray[np.int64], numbers: Ints) -> tuple[Ints, npt.NDArray[np.int64]]:
    """The items of some rows of a compressed sparse matrix: which of ``numbers`` each belongs to, and its place."""
    first = rows[numbers]
    counts = rows[numbers + 1] - first
    owners = np.repeat(np.arange(len(numbers), dtype=np.int32), counts)
    before = np.cumsum(counts) - counts
    return owners, np.arange(len(owners), dtype=np.int64) + (first - before)[owners]


def _fairly(turns: tuple[Ints, Ints], nodes: Ints, room: int) -> Ints:
    """``room`` of ``nodes``, dealt in turn: to each frontier node, and within it to each kind of relation."""
    owner, kind = turns
    if not room:
        return nodes[:0]
    order = np.lexsort((nodes, kind, owner))
    owner, kind, nodes = owner[order], kind[order], nodes[order]
    turn = _place_in_run(owner, kind)
    needed = turn < room  # the nodes of one kind from one node are all different
    owner, kind, nodes, turn = owner[needed], kind[needed], nodes[needed], turn[needed]
    order = np.lexsort((kind, turn, owner))
    owner, nodes = owner[order], nodes[order]
    nodes = nodes[np.lexsort((owner, _place_in_run(owner)))]
    _, first = np.unique(nodes, return_index=True)
    return np.sort(nodes[np.sort(first)[:room]])


def _place_in_run(*columns: Ints) -> npt.NDArray[np.int64]:
    """How many equal rows stand directly before each row."""
    places = np.arange(len(columns[0]), dtype=np.int64)
    return places - np.maximum.accumulate(np.where(_changes(*columns), places, 0))


def _changes(*columns: Ints) -> Flags:
    changed = np.ones(len(columns[0]), dtype=bool)
    changed[1:] = np.logical_or.reduce([column[1:] != column[:-1] for column in columns])
    return changed


# --- building ---------------------------------------------------------------------------------------------------------

_STATEMENTS: Final = f"?statement <{RDF}subject> ?s ; <{RDF}predicate> ?p ; <{RDF}object> ?o ."
_SPANS: Final = f"?span <{OA}hasSelector> ?selector . ?selector <{OA}start> ?start ; <{OA}end> ?end ."
_TRIPLES: Final = f"SELECT ?s ?o ?p WHERE {{ {anywhere('?s ?p ?o')} }}"


class _Numbers(dict[str, int]):
    """Gives every new name the next number."""

    def __missing__(self, name: str) -> int:
        number = self[name] = len(self)
        return number


class _Builder:
    """Numbers everything as it comes, then sorts: what is in Python objects here does not outlive the build."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._ids = _Numbers()
        self._properties = Hierarchy.read(reader, RDFS + "subPropertyOf")
        self._classes = Hierarchy.read(reader, RDFS + "subClassOf")
        self._relations = Relations.read(reader, self._properties)

    def index(self) -> NeighbourIndex:
        index = NeighbourIndex()
        triples = _columns(self._relations.triples(self._reader), self._ids, 3)
        types = _columns(self._types(), self._ids, 2)
        labels = self._labels()
        statements, keys = self._statements()
        place = self._sort(index, labels)
        numbers = self._edges(index, place[triples], place[keys])
        self._attach_types(index, place[types])
        self._attach_statements(index, statements, numbers)
        index._subclasses = self._below(index, self._classes)
        index._subproperties = self._below(index, self._properties)
        index._prospects = self._relations.prospects
        return index

    def _types(self) -> Iterable[tuple[str, str]]:
        for s, o, _ in self._reader.select(_TRIPLES, {"p": ox.NamedNode(RDF + "type")}):
            if isinstance(s, ox.NamedNode) and isinstance(o, ox.NamedNode):
                yield s.value, o.value

    def _labels(self) -> dict[int, Labels]:
        labels: dict[int, Labels] = {}
        for rank, predicate in enumerate(LABELS):
            for s, o, _ in self._reader.select(_TRIPLES, {"p": ox.NamedNode(predicate)}):
                if isinstance(s, ox.NamedNode) and isinstance(o, ox.Literal):
                    number = self._ids[s.value]
                    if number not in labels:
                        labels[number] = Labels()
                    labels[number].offer(rank, o)
        return labels

    def _statements(self) -> tuple[list[Any], Ints]:
        """The statements on relations, and what each states as numbers."""
        rows = self._reader.select(f"SELECT ?statement ?s ?p ?o WHERE {{ {anywhere(_STATEMENTS)} }}")
        statements, keys = [], array("i")
        for statement, *triple in rows:
            numbers = [self._ids.get(term.value) for term in triple if isinstance(term, ox.NamedNode)]
            if len(numbers) == 3 and None not in numbers:
                statements.append(statement)
                keys.extend(numbers)  # type: ignore[arg-type]
        return statements, np.array(keys, dtype=np.int32).reshape(-1, 3)

    def _sort(self, index: NeighbourIndex, labels: dict[int, Labels]) -> Ints:
        """Fix the numbers of all names in the order of their IRIs; the new number of each old one."""
        iris = sorted(self._ids)
        old = [self._ids[iri] for iri in iris]
        place = np.empty(len(old), dtype=np.int32)
        place[np.array(old, dtype=np.int64)] = np.arange(len(old), dtype=np.int32)
        none = Labels()
        ordered = [labels.get(number, none) for number in old]
        index._iris = Strings(iris)
        index._zh = Strings(label.get("zh") for label in ordered)
        index._en = Strings(label.get("en") or ("" if label.get("zh") else label.get("")) for label in ordered)
        return place

    @staticmethod
    def _edges(index: NeighbourIndex, triples: Ints, keys: Ints) -> Ints:
        """Lay out the edges; the number of the edge that each of ``keys`` stands for, or -1."""
        rows = np.concatenate([triples, keys])
        order = np.lexsort((rows[:, 2], rows[:, 1], rows[:, 0]))
        rows = rows[order]
        first = _changes(*rows.T)
        group = np.cumsum(first) - 1
        # A group is an edge where a triple is in it; the others are statements whose triple is no relation.
        is_edge = np.zeros(int(first.sum()), dtype=bool)
        is_edge[group[order < len(triples)]] = True
        number = np.where(is_edge, np.cumsum(is_edge) - 1, -1).astype(np.int32)
        edges = rows[first][is_edge]
        source, target = np.ascontiguousarray(edges[:, 0]), np.ascontiguousarray(edges[:, 2])
        index._source, index._target = source, target
        index._predicates, places = np.unique(edges[:, 1], return_inverse=True)
        index._predicate = places.astype(np.int32)
        index._out = _row_starts(source, index.nodes)
        index._in_edges = np.lexsort((source, index._predicate, target)).astype(np.int32)
        index._in = _row_starts(target, index.nodes)
        back = np.empty(len(order), dtype=np.int32)
        back[order] = number[group]
        return back[len(triples) :]

    def _attach_types(self, index: NeighbourIndex, types: Ints) -> None:
        types = types[np.lexsort((types[:, 1], types[:, 0]))]
        types = types[_changes(*types.T)]
        index._classes, place = np.unique(types[:, 1], return_inverse=True)
        names = [index._iris[number] for number in index._classes.tolist()]
        rank = np.argsort(np.array(sorted(range(len(names)), key=lambda i: self._classes.order(names[i])), dtype=int))
        order = np.lexsort((rank[place], types[:, 0]))
        index._type = place[order].astype(np.int32)
        index._type_rows = _row_starts(types[:, 0], index.nodes)

    def _attach_statements(self, index: NeighbourIndex, statements: list[Any], numbers: Ints) -> None:
        edges = dict(zip(statements, numbers.tolist(), strict=True))
        edges = {statement: edge for statement, edge in edges.items() if edge >= 0}
        modality, evidence = self._modality(edges), self._evidence(edges)
        # What some source asserts is asserted, whatever another one plans; then the order of the IRIs.
        ordered = sorted(edges, key=lambda s: (edges[s], modality.get(s) != "asserted", str(s)))
        index._modalities = sorted(set(modality.values()))
        code = {name: number for number, name in enumerate(index._modalities)}
        index._statement_edge = np.array([edges[s] for s in ordered], dtype=np.int32)
        index._statement_iris = Strings(_iri_or_nothing(s) for s in ordered)
        index._statement_modality = np.array([code.get(modality.get(s, ""), -1) for s in ordered], dtype=np.int32)
        spans = [sorted(evidence.get(s, ()), key=lambda span: (span[1:], span[0])) for s in ordered]
        index._evidence_rows = np.cumsum([0, *map(len, spans)], dtype=np.int64)
        index._evidence_iris = Strings(span[0] for group in spans for span in group)
        offsets = [span[1:] for group in spans for span in group]
        index._evidence_offsets = np.array(offsets, dtype=np.int64).reshape(-1, 2)

    def _modality(self, edges: Mapping[Any, int]) -> dict[Any, str]:
        found: dict[Any, str] = {}
        for statement, value, _ in self._reader.select(_TRIPLES, {"p": ox.NamedNode(YHO.modality)}):
            if statement in edges:
                name = local_name(value.value)
                found[statement] = min(name, found.get(statement, name))
        return found

    def _evidence(self, edges: Mapping[Any, int]) -> dict[Any, set[tuple[str, int, int]]]:
        offsets: dict[Any, tuple[int, int]] = {}
        for span, start, end in self._reader.select(f"SELECT ?span ?start ?end WHERE {{ {anywhere(_SPANS)} }}"):
            offsets[span] = _offset(start), _offset(end)
        found: dict[Any, set[tuple[str, int, int]]] = {}
        for statement, span, _ in self._reader.select(_TRIPLES, {"p": ox.NamedNode(YHO.evidence)}):
            if statement in edges:
                start, end = offsets.get(span, (-1, -1))
                found.setdefault(statement, set()).add((_iri_or_nothing(span), start, end))
        return found

    @staticmethod
    def _below(index: NeighbourIndex, hierarchy: Hierarchy) -> dict[str, frozenset[str]]:
        return {iri: below for iri in hierarchy.parents() if len(below := hierarchy.below(iri)) > 1}


def _columns(rows: Iterable[tuple[str, ...]], numbers: _Numbers, width: int) -> Ints:
    flat = array("i")
    for row in rows:
        flat.extend(map(numbers.__getitem__, row))
    return np.array(flat, dtype=np.int32).reshape(-1, width)


def _row_starts(owners: Ints, rows: int) -> npt.NDArray[np.int64]:
    starts = np.zeros(rows + 1, dtype=np.int64)
    np.cumsum(np.bincount(owners, minlength=rows), out=starts[1:])
    return starts


def _iri_or_nothing(term: Any) -> str:
    return term.value if isinstance(term, ox.NamedNode) else ""


def _offset(term: Any) -> int:
    try:
        return int(term.value)
    except (AttributeError, ValueError):
        return -1
