"""The relations between any two of some things."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from .rows import Ints, Places, row_items
from .scope import Scope

if TYPE_CHECKING:
    from .index import NeighbourIndex

_FEW: Final = 500  # nodes, and …
_MANY: Final = 5000  # relations, up to which these are looked at one by one


def edges_among(
    index: NeighbourIndex, nodes: Ints, distances: Ints, scope: Scope, most: int | None = None
) -> tuple[Places, int]:
    """The edges between any two of ``nodes``, and how many there were beyond ``most``.

    :param distances: of each node, below 128. Of too many edges those that tie a node to one with a smaller distance are
        kept first, so that what is returned stays as connected as it was.
    """
    few = _few(index, nodes)
    if few is not None and (most is None or len(few) <= most):
        return (few if scope.all_relations else few[scope.relations(few)]), 0
    hops = np.full(index.nodes, -1, dtype=np.int8)
    hops[nodes] = distances
    edges = _candidates(index, nodes, hops)
    if not scope.all_relations:
        edges = edges[scope.relations(edges)]
    if most is None or len(edges) <= most:
        return edges, 0
    sources, targets = index.source[edges], index.target[edges]
    outer = np.where(hops[sources] > hops[targets], sources, targets)
    steps = np.flatnonzero(hops[sources] != hops[targets])
    _, first = np.unique(outer[steps], return_index=True)
    order = np.ones(len(edges), dtype=np.int8)
    order[steps[first]] = 0
    return np.sort(edges[np.argsort(order, kind="stable")[:most]]), len(edges) - most


def _few(index: NeighbourIndex, nodes: Ints) -> Places | None:
    """The edges between few nodes with few relations, looked at one by one; ``None`` where they have many."""
    if len(nodes) > _FEW:
        return None
    out_rows, target, in_rows, in_edges, source = index.views
    there = set(nodes.tolist())
    out = [(out_rows[node], out_rows[node + 1]) for node in there]
    into = [(in_rows[node], in_rows[node + 1]) for node in there]
    leave, enter = (sum([last - first for first, last in rows]) for rows in (out, into))
    found: list[int] = []
    if min(leave, enter) > _MANY:
        return None
    if leave <= enter:
        for first, last in out:
            found += [place for place, end in enumerate(target[first:last], first) if end in there]
    else:
        for first, last in into:
            found += [edge for edge in in_edges[first:last] if source[edge] in there]
    return np.array(sorted(found), dtype=np.int64)


def _candidates(index: NeighbourIndex, nodes: Ints, hops: np.ndarray[tuple[int], np.dtype[np.int8]]) -> Places:
    """The edges both of whose ends are there, in order; read from the side on which fewer have to be looked at."""
    if index.degrees(nodes, "out").sum() <= index.degrees(nodes, "in").sum():
        _, edges = row_items(index.out_rows, np.sort(nodes))
        return edges[hops[index.target[edges]] >= 0]
    _, places = row_items(index.in_rows, nodes)
    incoming = index.in_edges[places]
    return np.sort(incoming[hops[index.source[incoming]] >= 0]).astype(np.int64)
