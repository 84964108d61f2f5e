"""Which relations and things a question is about: predicates, classes and modalities as flags over the index."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .requests import UNSTATED
from .rows import Flags, Ints, Places, row_items, row_places

if TYPE_CHECKING:
    from .index import NeighbourIndex


class Scope:
    """The part of an index that a request names. What it names in vain is in ``unmatched``."""

    def __init__(self, index: NeighbourIndex, request: Any) -> None:
        self._index = index
        self.unmatched: list[str] = []
        self._predicates = self._flags(getattr(request, "predicates", ()), index.subproperties, index.predicates)
        self._types = self._flags(getattr(request, "types", ()), index.subclasses, index.classes)
        self._edges = self._of_modalities(getattr(request, "modalities", ()))

    @property
    def all_things(self) -> bool:
        """Whether things of every class count."""
        return self._types is None

    @property
    def all_relations(self) -> bool:
        """Whether relations of every kind and modality count."""
        return self._predicates is None and self._edges is None

    def relations(self, edges: Places | Ints) -> Flags:
        """Which of some edges count."""
        keep = np.ones(len(edges), dtype=bool)
        if self._predicates is not None:
            keep &= self._predicates[self._index.predicate[edges]]
        if self._edges is not None:
            keep &= self._edges[edges]
        return keep

    def things(self, nodes: Ints) -> Flags:
        """Which of some nodes count."""
        if self._types is None:
            return np.ones(len(nodes), dtype=bool)
        owners, places = row_items(self._index.type_rows, nodes)
        result = np.zeros(len(nodes), dtype=bool)
        result[owners[self._types[self._index.node_types[places]]]] = True
        return result

    def leave(self, frontier: Ints, way: str) -> tuple[Ints, Places, Ints]:
        """The edges by which one leaves some nodes: place in the frontier, the edge, the node at its other end.

        ``way`` is ``out`` or ``in``. Sorted by place, then by kind of relation, then by that node.
        """
        index = self._index
        if way == "out":
            owners, edges = row_items(index.out_rows, frontier)
            ends = index.target[edges]
        else:
            owners, places = row_items(index.in_rows, frontier)
            edges = index.in_edges[places].astype(np.int64)
            ends = index.source[edges]
        if self.all_relations:
            return owners, edges, ends
        keep = self.relations(edges)
        return owners[keep], edges[keep], ends[keep]

    def ends(self, frontier: Ints, way: str) -> Ints:
        """Where one comes by leaving some nodes; in no certain order, and more than once."""
        index = self._index
        if not self.all_relations:
            return self.leave(frontier, way)[2]
        if way == "out":
            return index.target[row_places(index.out_rows, frontier)]
        return index.source[index.in_edges[row_places(index.in_rows, frontier)]]

    def _flags(self, wanted: tuple[str, ...], below: dict[str, frozenset[str]], known: Ints) -> Flags | None:
        """Which of ``known`` are meant; ``None`` stands for all."""
        if not wanted:
            return None
        flags = np.zeros(len(known), dtype=bool)
        for iri in wanted:
            numbers = [self._index.iris.find(name) for name in below.get(iri, (iri,))]
            found = np.isin(known, [number for number in numbers if number is not None])
            if not found.any():
                self.unmatched.append(iri)
            flags |= found
        return flags

    def _of_modalities(self, wanted: tuple[str, ...]) -> Flags | None:
        if not wanted:
            return None
        index = self._index
        flags = np.zeros(index.edges, dtype=bool)
        named = np.zeros(len(index.modalities) + 1, dtype=bool)  # the last one: a statement that names none
        for name in wanted:
            if name in index.modalities:
                named[index.modalities.index(name)] = True
            elif name == UNSTATED:
                flags[:] = True
                flags[index.statement_edge] = False
            else:
                self.unmatched.append(name)
        flags[index.statement_edge[named[index.statement_modality]]] = True
        return flags


def ways(direction: str) -> tuple[str, ...]:
    """The ways of :meth:`Scope.leave` that a direction stands for."""
    return ("out", "in") if direction == "both" else (direction,)
