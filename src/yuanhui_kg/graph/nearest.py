"""The shortest paths between two things that few relations lie between, looked for one relation at a time.

Most pairs of things meet after some dozen relations. There each operation on an array costs more than looking at all of
them. Where there are more, this gives up, and :mod:`.corridor` begins anew with arrays; the answers are the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from .corridor import FOOTING, STEP, Row, both_ways
from .rows import Ints

if TYPE_CHECKING:
    from .index import NeighbourIndex

MANY: Final = 10_000  # relations, at which it gives up
_ROW: Final = 100  # relations of one thing, from which on an array is quicker for these
_COSTS: Final[list[int]] = (FOOTING + STEP).tolist()

_Steps = dict[int, dict[int, list[int]]]  # source → target → relations between them


@dataclass
class Nearest:
    """A :class:`.Corridor` of the shortest paths only, whose places are the numbers of the nodes themselves."""

    start: int
    end: int
    length: int
    shortest: int
    rows: dict[int, Row]
    steps: _Steps

    def row(self, place: int) -> Row:
        return self.rows[place]

    def relations(self, source: int, target: int) -> list[int]:
        return self.steps[source][target]

    def numbers(self, places: Sequence[int]) -> Ints:
        return np.array(places, dtype=np.int32)


def nearest(index: NeighbourIndex, direction: str, start: int, end: int, most: int) -> Nearest | None:
    """The shortest paths of at most ``most`` steps; ``None`` where there are none, or too much has to be looked at."""
    return _Search(index, direction, start, end).run(most)


class _Search:
    def __init__(self, index: NeighbourIndex, direction: str, start: int, end: int) -> None:
        self._index = index
        self._views = index.views
        self._ways = both_ways(direction)
        self._ends = (start, end)
        self._seen = ([{start}], [{end}])  # by level
        self._known = ({start}, {end})  # all of these
        self._reached: tuple[dict[int, list[int]], dict[int, list[int]]] = ({}, {})
        self._loads = [1, 1]  # relations before each search, or fewer where they are not counted
        self._counted = [False, False]

    def run(self, most: int) -> Nearest | None:
        looked = 0
        for _ in range(most):
            side = self._next()
            looked += self._loads[side]
            if looked > MANY:
                return None
            found = self._beyond(side)
            middle = found & self._known[1 - side]
            if middle:
                self._seen[side].append(middle)
                return self._between(middle)
            found -= self._known[side]
            if not found:
                return None
            self._known[side].update(found)
            self._seen[side].append(found)
            self._loads[side], self._counted[side] = len(found), False
        return None

    def _next(self) -> int:
        """The search that has fewer relations before it."""
        while True:
            side = 0 if self._loads[0] <= self._loads[1] else 1
            if self._counted[side]:
                return side
            self._loads[side], self._counted[side] = self._load(self._seen[side][-1], side), True

    def _beyond(self, side: int) -> set[int]:
        """Where a search comes by one step more; some of it may be known."""
        found: set[int] = set()
        for node in self._seen[side][-1]:
            self._reached[side][node] = ends = self._reach(node, side)
            found.update(ends)
        return found

    def _reach(self, node: int, side: int) -> list[int]:
        """Where the relations of a node lead."""
        out_rows, target, in_rows, in_edges, source = self._views
        ends: list[int] = []
        if "out" in self._ways[side]:
            ends += target[out_rows[node] : out_rows[node + 1]]
        if "in" in self._ways[side]:
            first, last = in_rows[node], in_rows[node + 1]
            if last - first > _ROW:
                ends += self._index.source[self._index.in_edges[first:last]].tolist()
            else:
                ends += [source[edge] for edge in in_edges[first:last]]
        return ends

    def _relations(self, node: int, side: int) -> list[int]:
        """The relations that lead to what :meth:`_reach` tells."""
        out_rows, _, in_rows, in_edges, _ = self._views
        relations: list[int] = []
        if "out" in self._ways[side]:
            relations += range(out_rows[node], out_rows[node + 1])
        if "in" in self._ways[side]:
            relations += in_edges[in_rows[node] : in_rows[node + 1]]
        return relations

    def _load(self, nodes: Iterable[int], side: int) -> int:
        """How many relations leave some nodes."""
        out_rows, _, in_rows, *_ = self._views
        rows = [out_rows if way == "out" else in_rows for way in self._ways[side]]
        return sum([row[node + 1] - row[node] for row in rows for node in nodes])  # a list is quicker than a generator

    def _between(self, middle: set[int]) -> Nearest:
        """The shortest paths through where the searches met."""
        steps: _Steps = {}
        layers = [middle]
        for side in (0, 1):
            layer = middle
            for level in self._seen[side][-2::-1]:
                layer = self._before(side, level, layer, steps)
                layers.append(layer)
            if side == 0:
                layers.reverse()
        start, end = self._ends
        left, number = {end: 0}, {end: 1}
        rows: dict[int, Row] = {end: ([], [], [])}
        footing = self._index.footing
        for layer in layers[-2::-1]:
            for node in layer:
                ahead = []
                for target, relations in steps[node].items():
                    if len(relations) > 1:
                        relations.sort(key=lambda edge: (footing[edge], edge))
                    cost = _COSTS[footing[relations[0]]]
                    ahead.append((cost + left[target], target, cost))
                ahead.sort()
                rows[node] = [row[1] for row in ahead], [row[2] for row in ahead], [row[0] for row in ahead]
                left[node] = ahead[0][0]
                number[node] = sum([number[row[1]] for row in ahead])
        return Nearest(start, end, len(layers) - 1, number[start], rows, steps)

    def _before(self, side: int, level: set[int], layer: set[int], steps: _Steps) -> set[int]:
        """The nodes of a level from which shortest paths lead to ``layer``; these steps are added to ``steps``."""
        reached = self._reached[side]
        found = {node for node in level if not layer.isdisjoint(reached[node])}
        for near in found:
            for far, edge in zip(reached[near], self._relations(near, side), strict=True):
                if far in layer:
                    source, target = (near, far) if side == 0 else (far, near)
                    steps.setdefault(source, {}).setdefault(target, []).append(edge)
        return found
