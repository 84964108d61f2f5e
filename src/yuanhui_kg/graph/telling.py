"""Nodes and edges of the index as JSON: the one shape in which every graph question is answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..terms import id_of
from .reading import label_pair
from .rows import Ints, Places

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
        first_statements = np.searchsorted(index.statement_edge, edges)
        last_statements = np.searchsorted(index.statement_edge, edges, side="right")
        rows = (index.source[edges], index.target[edges], predicates, first_statements, last_statements)
        return [
            {
                "source": shapes[source]["iri"],
                "target": shapes[target]["iri"],
                **kinds[predicate],
                **(self._stated(first, last) if first < last else _unstated()),
            }
            for source, target, predicate, first, last in zip(*(row.tolist() for row in rows), strict=True)
        ]

    def _stated(self, first: int, last: int) -> dict[str, Any]:
        """What the statements from ``first`` to ``last`` add to the edge that they are about."""
        index = self._index
        statements = [
            {
                "statement": index.statement_iris[number] or None,
                "modality": index.modalities[modality] if modality >= 0 else None,
            }
            for number, modality in enumerate(index.statement_modality[first:last].tolist(), first)
        ]
        stated = {
            "modality": statements[0]["modality"],
            "evidence": [span for number in range(first, last) for span in self._evidence(number)],
            "statement": statements[0]["statement"],
        }
        return {**stated, "statements": statements} if len(statements) > 1 else stated

    def _evidence(self, statement: int) -> list[dict[str, Any]]:
        index = self._index
        first, last = index.evidence_rows[statement : statement + 2].tolist()
        return [
            {
                "iri": index.evidence_iris[number] or None,
                "start": start if start >= 0 else None,
                "end": end if end >= 0 else None,
            }
            for number, (start, end) in enumerate(index.evidence_offsets[first:last].tolist(), first)
        ]


def _unstated() -> dict[str, Any]:
    return {"modality": None, "evidence": [], "statement": None}
