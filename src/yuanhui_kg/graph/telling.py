"""Nodes and edges of the index as JSON: the one shape in which every graph question is answered."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ..terms import id_of
from .reading import label_pair
from .rows import Ints, Places, row_items

if TYPE_CHECKING:
    from .index import NeighbourIndex

Shapes = dict[int, dict[str, Any]]


class Teller:
    """Reads names, types, statements and evidence out of an index."""

    def __init__(self, index: NeighbourIndex) -> None:
        self._index = index

    def shapes(self, numbers: Ints) -> Shapes:
        """IRI, id and labels of nodes, predicates or classes, by number."""
        index = self._index
        columns = (numbers.tolist(), *(strings.take(numbers) for strings in (index.iris, index.zh, index.en)))
        return {
            number: {"iri": iri, "id": id_of(iri), "label": label_pair(zh, en, "", iri)}
            for number, iri, zh, en in zip(*columns, strict=True)
        }

    def types(self, nodes: Ints) -> list[dict[str, Any] | None]:
        """The most specific class of each node, if it has any."""
        index = self._index
        first = index.type_rows[nodes]
        typed = first < index.type_rows[nodes + 1]
        classes = np.full(len(nodes), -1, dtype=np.int32)
        classes[typed] = index.classes[index.node_types[first[typed]]]
        kinds = self.shapes(np.unique(classes[typed]))
        return [kinds.get(kind) for kind in classes.tolist()]

    def nodes(self, nodes: Ints, distances: Sequence[int | None], shapes: Shapes) -> list[dict[str, Any]]:
        """Nodes with type, distance and degree."""
        columns = (nodes.tolist(), self.types(nodes), distances, self._index.degrees(nodes).tolist())
        return [
            {**shapes[node], "type": kind, "distance": distance, "degree": degree}
            for node, kind, distance, degree in zip(*columns, strict=True)
        ]

    def edges(self, edges: Places, shapes: Shapes) -> list[dict[str, Any]]:
        """Edges with predicate, modality and evidence. ``shapes`` holds both ends of each."""
        index = self._index
        predicates = index.predicates[index.predicate[edges]]
        kinds = {
            number: {"predicate": kind, "prospect": kind["iri"] in index.prospects}
            for number, kind in self.shapes(np.unique(predicates)).items()
        }
        iris = {number: shape["iri"] for number, shape in shapes.items()}
        stated = self.stated(edges)
        rows = (column.tolist() for column in (index.source[edges], index.target[edges], predicates))
        return [
            {"source": iris[source], "target": iris[target], **kinds[predicate], **(stated.get(place) or _unstated())}
            for place, (source, target, predicate) in enumerate(zip(*rows, strict=True))
        ]

    def stated(self, edges: Places) -> dict[int, dict[str, Any]]:
        """What the statements on some edges say, by place among the edges; those without a statement are left out."""
        index = self._index
        first = np.searchsorted(index.statement_edge, edges)
        last = np.searchsorted(index.statement_edge, edges, side="right")
        said = np.flatnonzero(first < last)
        owners, numbers = _ranges(first[said], last[said])
        spans = self._evidence(numbers)
        found: dict[int, dict[str, Any]] = {}
        modalities = [
            index.modalities[code] if code >= 0 else None for code in index.statement_modality[numbers].tolist()
        ]
        rows = zip(said[owners].tolist(), index.statement_iris.take(numbers), modalities, spans, strict=True)
        for place, iri, modality, evidence in rows:
            one = {"statement": iri or None, "modality": modality}
            edge = found.get(place)
            if edge is None:
                found[place] = {"modality": modality, "evidence": evidence, "statement": iri or None}
            else:
                edge["evidence"] = edge["evidence"] + evidence
                first_one = {name: edge[name] for name in ("statement", "modality")}
                edge["statements"] = [*edge.get("statements", (first_one,)), one]
        return found

    def _evidence(self, statements: Places) -> list[list[dict[str, Any]]]:
        """The spans of some statements."""
        index = self._index
        owners, places = row_items(index.evidence_rows, statements)
        found: list[list[dict[str, Any]]] = [[] for _ in statements]
        rows = zip(
            owners.tolist(), index.evidence_iris.take(places), index.evidence_offsets[places].tolist(), strict=True
        )
        for owner, iri, (start, end) in rows:
            offsets = {"start": start if start >= 0 else None, "end": end if end >= 0 else None}
            found[owner].append({"iri": iri or None, **offsets})
        return found


def _unstated() -> dict[str, Any]:
    return {"modality": None, "evidence": [], "statement": None}


def _ranges(first: Places, last: Places) -> tuple[Ints, Places]:
    """The numbers from each ``first`` up to its ``last``: which pair each belongs to, and the number."""
    counts = last - first
    owners = np.repeat(np.arange(len(counts), dtype=np.int32), counts)
    return owners, np.repeat(first - np.cumsum(counts) + counts, counts) + np.arange(counts.sum(), dtype=np.int64)


def serialized(answer: Mapping[str, Any]) -> bytes:
    """An answer as JSON in UTF-8, as ``json.dumps`` writes it; of many edges several times quicker."""
    parts = []
    for name, value in answer.items():
        text = _edges(value, answer["nodes"]) if name == "edges" else _written(value)
        parts.append(f"{_written(name)}: {text}")
    return f"{{{', '.join(parts)}}}".encode()


def _edges(edges: Sequence[Mapping[str, Any]], nodes: Sequence[Mapping[str, Any]]) -> str:
    """Edges as JSON. Their ends are among the nodes, and few predicates are shared by all: each is written once."""
    iris = {node["iri"]: _written(node["iri"]) for node in nodes}
    kinds: dict[int, str] = {}
    written = []
    for edge in edges:
        kind = kinds.get(id(edge["predicate"]))
        if kind is None:
            kind = kinds[id(edge["predicate"])] = _written(edge["predicate"])
        prospect = "true" if edge["prospect"] else "false"
        said = _SAID_NOTHING
        if edge["statement"] is not None or edge["modality"] is not None or edge["evidence"]:
            rest = {name: value for name, value in edge.items() if name not in _OURSELVES}
            said = _written(rest)[1:]
        source, target = iris[edge["source"]], iris[edge["target"]]
        written.append(f'{{"source": {source}, "target": {target}, "predicate": {kind}, "prospect": {prospect}, {said}')
    return f"[{', '.join(written)}]"


_written: Final = json.JSONEncoder(ensure_ascii=False).encode  # json.dumps would make one of these each time
_OURSELVES: Final = frozenset(["source", "target", "predicate", "prospect"])
_SAID_NOTHING: Final = _written(_unstated())[1:]
