"""The graph that a measure is taken of: some things, numbered from 0, and which of them are related."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from .requests import AnalysisRequest, NeighbourRequest
from .rows import Ints, Places, row_starts
from .scope import Scope
from .walking import Walk

if TYPE_CHECKING:
    from .index import NeighbourIndex


@dataclass(frozen=True)
class Part:
    """Things in the order of their IRIs, and the relations between any two of them, by places among the things."""

    nodes: Ints
    source: Ints
    target: Ints

    def __len__(self) -> int:
        return len(self.nodes)

    @cached_property
    def arcs(self) -> tuple[Ints, Ints]:
        """Which thing is related to which other one, each pair once; sorted."""
        return _pairs(self.source, self.target, len(self))

    @cached_property
    def links(self) -> tuple[Ints, Ints]:
        """Which two things are related either way, each pair once, the lower place first; sorted."""
        return _pairs(np.minimum(self.source, self.target), np.maximum(self.source, self.target), len(self))

    @cached_property
    def rows(self) -> tuple[Places, Ints]:
        """The links as compressed sparse rows: each stands in the rows of both its things."""
        low, high = self.links
        owners, others = np.concatenate([low, high]), np.concatenate([high, low])
        order = np.lexsort((others, owners))
        return row_starts(owners, len(self)), others[order]


def part_of(index: NeighbourIndex, request: AnalysisRequest, scope: Scope) -> Part:
    """What a request names: a neighbourhood, or all that is an end of a relation, within predicates, classes, modalities.

    :raises NotFoundError: where the graph says nothing of a start.
    """
    kept = np.zeros(index.nodes, dtype=bool)
    if request.iri:
        kept[_around(index, request, scope)] = True
        nodes = np.flatnonzero(kept).astype(np.int32)
    else:
        edges = np.flatnonzero(scope.relations(np.arange(index.edges)))
        kept[index.source[edges]] = kept[index.target[edges]] = True
        nodes = np.flatnonzero(kept).astype(np.int32)
        nodes = nodes[scope.things(nodes)]
        kept[:] = False
        kept[nodes] = True
    edges = np.flatnonzero(kept[index.source] & kept[index.target])
    edges = edges[scope.relations(edges)]
    place = np.full(index.nodes, -1, dtype=np.int32)
    place[nodes] = np.arange(len(nodes), dtype=np.int32)
    return Part(nodes, place[index.source[edges]], place[index.target[edges]])


def _around(index: NeighbourIndex, request: AnalysisRequest, scope: Scope) -> Ints:
    """All within some hops."""
    walk = NeighbourRequest(request.iri, request.depth, request.direction, limit=index.nodes)
    return Walk(index, walk, scope).run(index.numbers(request.iri)).nodes


def _pairs(first: Ints, second: Ints, size: int) -> tuple[Ints, Ints]:
    different = first != second
    keys = np.unique(first[different].astype(np.int64) * size + second[different])
    return (keys // max(size, 1)).astype(np.int32), (keys % max(size, 1)).astype(np.int32)
