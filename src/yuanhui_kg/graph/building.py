"""Reading a graph into a new index."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyoxigraph as ox

from ..namespaces import YHO
from ..store import Reader
from ..terms import local_name
from .columns import literal, only_iris, subjects_and_objects
from .index import ASSERTED, HOPED, INFERRED, NeighbourIndex
from .reading import LABELS, OA, RDF, RDFS, Hierarchy, Relations, anywhere, language_of_text
from .rows import Ints, changes, narrowed, row_starts
from .strings import Strings

_STATEMENTS: Final = f"?statement <{RDF}subject> ?s ; <{RDF}predicate> ?p ; <{RDF}object> ?o ."
_SPANS: Final = f"?span <{OA}hasSelector> ?selector . ?selector <{OA}start> ?start ; <{OA}end> ?end ."
_TRIPLES: Final = f"SELECT ?s ?o ?p WHERE {{ {anywhere('?s ?p ?o')} }}"


class _Numbers(dict[bytes, int]):
    """Gives every new name the next number."""

    def __missing__(self, name: bytes) -> int:
        number = self[name] = len(self)
        return number


class Builder:
    """Numbers everything as it comes, then sorts: what is in Python objects here does not outlive the build."""

    def __init__(self, reader: Reader, index: NeighbourIndex, rule: str) -> None:
        self._reader = reader
        self._index = index
        self._ids = _Numbers()
        self._properties = Hierarchy.read(reader, RDFS + "subPropertyOf")
        self._classes = Hierarchy.read(reader, RDFS + "subClassOf")
        self._relations = Relations.read(reader, self._properties, rule)

    def index(self) -> NeighbourIndex:
        index = self._index
        triples = self._triples()
        types = self._types()
        labels = self._labels()
        statements, keys = self._statements()
        place = self._sort(index, labels)
        numbers = self.lay_out(index, place[triples], place[keys])
        self._attach_types(index, place[types])
        self._attach_statements(index, statements, numbers)
        index.subclasses = self._below(index, self._classes)
        index.subproperties = self._below(index, self._properties)
        index.prospects = self._relations.prospects
        index.footing = footing(index)
        return index

    def _triples(self) -> Ints:
        found = [np.zeros((0, 3), dtype=np.int32)]
        for predicate, pattern in self._relations.predicates(self._reader):
            pairs = self._pairs(predicate, pattern)
            if len(pairs):
                number = self._ids[str(ox.NamedNode(predicate)).encode()]
                found.append(np.insert(pairs, 1, number, axis=1))
        return np.concatenate(found)

    def _types(self) -> Ints:
        return self._pairs(RDF + "type")

    def _pairs(self, predicate: str, pattern: str | None = None) -> Ints:
        """Numbers of the subjects and objects that a predicate relates, where both are IRIs."""
        flat = array("i")
        for piece in subjects_and_objects(self._reader, predicate, pattern):
            flat.extend(map(self._ids.__getitem__, only_iris(piece)))
        return np.array(flat, dtype=np.int32).reshape(-1, 2)

    def _labels(self) -> dict[str, dict[int, tuple[int, int, str]]]:
        """The best label of each number: for ``zh``, ``en`` and any other language (``""``), as :class:`.Labels` has it."""
        best: dict[str, dict[int, tuple[int, int, str]]] = {"zh": {}, "en": {}, "": {}}
        for rank, predicate in enumerate(LABELS):
            for piece in subjects_and_objects(self._reader, predicate):
                for subject, term in zip(piece[::2], piece[1::2], strict=True):
                    found = literal(term) if subject.startswith(b"<") else None
                    if found and found[0]:
                        language, quality = language_of_text(*found)
                        candidate = (rank, quality, found[0])
                        known = best[language]
                        number = self._ids[subject]
                        if number not in known or candidate < known[number]:
                            known[number] = candidate
        return best

    def _statements(self) -> tuple[list[Any], Ints]:
        """The statements on relations, and what each states as numbers."""
        rows = self._reader.select(f"SELECT ?statement ?s ?p ?o WHERE {{ {anywhere(_STATEMENTS)} }}")
        statements, keys = [], array("i")
        for statement, *triple in rows:
            numbers = [self._ids.get(str(term).encode()) for term in triple if isinstance(term, ox.NamedNode)]
            if len(numbers) == 3 and None not in numbers:
                statements.append(statement)
                keys.extend(numbers)  # type: ignore[arg-type]
        return statements, np.array(keys, dtype=np.int32).reshape(-1, 3)

    def _sort(self, index: NeighbourIndex, labels: dict[str, dict[int, tuple[int, int, str]]]) -> Ints:
        """Fix the numbers of all names in the order of their IRIs; the new number of each old one."""
        iris = [term[1:-1] for term in self._ids]
        old = sorted(range(len(iris)), key=iris.__getitem__)  # UTF-8 sorts as its code points do
        place = np.empty(len(old), dtype=np.int32)
        place[np.array(old, dtype=np.int64)] = np.arange(len(old), dtype=np.int32)
        zh, en, other = ({number: best[2] for number, best in labels[name].items()} for name in ("zh", "en", ""))
        index.iris = Strings(iris[number] for number in old)
        index.zh = Strings(zh.get(number, "") for number in old)
        index.en = Strings(en.get(number, "" if number in zh else other.get(number, "")) for number in old)
        return place

    @staticmethod
    def lay_out(index: NeighbourIndex, triples: Ints, keys: Ints) -> Ints:
        """Lay out the edges; the number of the edge that each of ``keys`` stands for, or -1."""
        rows = np.concatenate([triples, keys])
        order = np.lexsort((rows[:, 2], rows[:, 1], rows[:, 0]))
        rows = rows[order]
        first = changes(*rows.T)
        group = np.cumsum(first) - 1
        # A group is an edge where a triple is in it; the others are statements whose triple is no relation.
        is_edge = np.zeros(int(first.sum()), dtype=bool)
        is_edge[group[order < len(triples)]] = True
        number = np.where(is_edge, np.cumsum(is_edge) - 1, -1).astype(np.int32)
        edges = rows[first][is_edge]
        source, target = np.ascontiguousarray(edges[:, 0]), np.ascontiguousarray(edges[:, 2])
        index.source, index.target = source, target
        index.predicates, places = np.unique(edges[:, 1], return_inverse=True)
        index.predicate = narrowed(places, len(index.predicates))
        index.out_rows = row_starts(source, index.nodes)
        index.in_edges = np.lexsort((source, index.predicate, target)).astype(np.int32)
        index.in_rows = row_starts(target, index.nodes)
        back = np.empty(len(order), dtype=np.int32)
        back[order] = number[group]
        return back[len(triples) :]

    def _attach_types(self, index: NeighbourIndex, types: Ints) -> None:
        types = types[np.lexsort((types[:, 1], types[:, 0]))]
        types = types[changes(*types.T)]
        index.classes, place = np.unique(types[:, 1], return_inverse=True)
        names = [index.iris[number] for number in index.classes.tolist()]
        rank = np.argsort(np.array(sorted(range(len(names)), key=lambda i: self._classes.order(names[i])), dtype=int))
        order = np.lexsort((rank[place], types[:, 0]))
        index.node_types = narrowed(place[order], len(index.classes))
        index.type_rows = row_starts(types[:, 0], index.nodes)

    def _attach_statements(self, index: NeighbourIndex, statements: list[Any], numbers: Ints) -> None:
        edges = dict(zip(statements, numbers.tolist(), strict=True))
        edges = {statement: edge for statement, edge in edges.items() if edge >= 0}
        modality, evidence = self._modality(edges), self._evidence(edges)
        # What some source asserts is asserted, whatever another one plans; then the order of the IRIs.
        ordered = sorted(edges, key=lambda s: (edges[s], modality.get(s) != "asserted", str(s)))
        index.modalities = sorted(set(modality.values()))
        code = {name: number for number, name in enumerate(index.modalities)}
        index.statement_edge = np.array([edges[s] for s in ordered], dtype=np.int32)
        index.statement_iris = Strings(_iri_or_nothing(s) for s in ordered)
        index.statement_modality = np.array([code.get(modality.get(s, ""), -1) for s in ordered], dtype=np.int32)
        spans = [sorted(evidence.get(s, ()), key=lambda span: (span[1:], span[0])) for s in ordered]
        index.evidence_rows = np.cumsum([0, *map(len, spans)], dtype=np.int64)
        index.evidence_iris = Strings(span[0] for group in spans for span in group)
        offsets = [span[1:] for group in spans for span in group]
        index.evidence_offsets = np.array(offsets, dtype=np.int64).reshape(-1, 2)

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


def _iri_or_nothing(term: Any) -> str:
    return term.value if isinstance(term, ox.NamedNode) else ""


def _offset(term: Any) -> int:
    try:
        return int(term.value)
    except (AttributeError, ValueError):
        return -1


def footing(index: NeighbourIndex) -> npt.NDArray[np.int8]:
    """What each edge rests on: the best of its statements. A prospect is never a fact, whatever is said of it."""
    ranks = {"asserted": ASSERTED, "inferred": INFERRED}
    rank = np.array([*(ranks.get(name, HOPED) for name in index.modalities), ASSERTED], dtype=np.int8)
    found = np.full(index.edges, ASSERTED, dtype=np.int8)
    found[index.statement_edge] = HOPED
    np.minimum.at(found, index.statement_edge, rank[index.statement_modality])
    numbers = [index.iris.find(iri) for iri in index.prospects]
    prospect = np.isin(index.predicates, [number for number in numbers if number is not None])
    found[prospect[index.predicate]] = HOPED
    return found
