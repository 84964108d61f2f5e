"""The part of a graph in which all paths between two things lie that are not longer than a given length.

Two breadth-first searches, one from each end, meet in the middle: of a graph with hubs that is a small part of what one
search from one end would see. Levels are read in numpy, as all walks here are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from .rows import Flags, Ints, Places, changes, distinct, row_starts
from .scope import Scope, ways

if TYPE_CHECKING:
    from .index import NeighbourIndex

Levels = npt.NDArray[np.int8]

STEP: Final = 1 << 16  # cost of one step; what it rests on adds less than one step, however long the path
FOOTING: Final = np.array([0, 1, 1 << 8], dtype=np.int64)  # by index.ASSERTED, INFERRED, HOPED
_FAR: Final = np.iinfo(np.int64).max // 4
_BACK: Final = {"out": "in", "in": "out"}


@dataclass
class Corridor:
    """Nodes between two ends, numbered from 0 in the order of their IRIs, and the steps between them.

    Steps lie in rows by the node that they leave, the best first: the one with the least ``bound``, its own cost and the
    least of what follows. Relations between the same two things, in either direction, are one step.
    """

    start: int
    end: int
    length: int  # the longest that a path may be
    nodes: Ints
    rows: Places
    target: Places
    cost: Places
    bound: Places
    edge_rows: Places  # the edges of a step, the best first
    edges: Places
    shortest: float  # how many paths are as short as the shortest, where ``length`` is that


class Ends:
    """The two searches. They grow as longer paths are asked for."""

    def __init__(self, index: NeighbourIndex, direction: str, scope: Scope, start: int, end: int) -> None:
        self._index = index
        self._scope = scope
        self._ends = (start, end)
        self._ways = (ways(direction), tuple(_BACK[way] for way in ways(direction)))
        self._levels: list[Levels] = [np.full(index.nodes, -1, dtype=np.int8) for _ in "se"]
        self._fronts = [np.array([node], dtype=np.int32) for node in self._ends]
        self._seen = [[front] for front in self._fronts]  # by level
        for side, node in enumerate(self._ends):
            self._levels[side][node] = 0

    @property
    def exhausted(self) -> bool:
        """Whether one of the searches has seen all that it can reach."""
        return not all(len(front) for front in self._fronts)

    def meet(self, most: int) -> int | None:
        """The length of the shortest path, ``None`` where there is none of at most ``most`` steps."""
        while self._met < most and not self.exhausted:
            side = self._grow()
            if (self._levels[1 - side][self._fronts[side]] >= 0).any():
                return self._met
        return None

    def corridor(self, length: int) -> Corridor:
        """Where all paths of at most ``length`` steps lie; :meth:`meet` has found one."""
        while self._met < length and not self.exhausted:
            self._grow()
        added = [self._complete(side, length) for side in (0, 1)]
        nodes = np.sort(np.concatenate([*self._seen[0], *added[0]]))
        corridor = self._laid_out(nodes[self._inside(nodes, length)], length)
        for levels, found in zip(self._levels, added, strict=True):
            for front in found:
                levels[front] = -1  # the search itself has not been there
        return corridor

    @property
    def _met(self) -> int:
        """How far both searches have come together."""
        return len(self._seen[0]) + len(self._seen[1]) - 2

    def _inside(self, nodes: Ints, length: int) -> Flags:
        """Which of some nodes lie in the corridor."""
        forth, back = (levels[nodes] for levels in self._levels)
        flags: Flags = (forth >= 0) & (back >= 0) & (forth + back <= length)
        return flags

    def _grow(self) -> int:
        """Take the smaller search one level further; which one that was."""
        side = 0 if len(self._fronts[0]) <= len(self._fronts[1]) else 1
        levels = self._levels[side]
        found = self._beyond(self._fronts[side], side, levels)
        levels[found] = len(self._seen[side])
        self._seen[side].append(found)
        self._fronts[side] = found
        return side

    def _beyond(self, front: Ints, side: int, levels: Levels) -> Ints:
        """The nodes one step on that have no level yet. No path goes on from the end that it is looking for."""
        front = front[front != self._ends[1 - side]]
        ends = np.concatenate([self._scope.leave(front, way)[2] for way in self._ways[side]])
        found = distinct(ends[levels[ends] < 0], self._index.nodes)
        if not self._scope.all_things:
            found = found[self._scope.things(found) | (found == self._ends[1 - side])]
        return found

    def _complete(self, side: int, length: int) -> list[Ints]:
        """Complete the levels of one search where the other one has been and a path may still pass; what was added."""
        levels, other = self._levels[side], self._levels[1 - side]
        added: list[Ints] = []
        front, depth = self._fronts[side], len(self._seen[side]) - 1
        while True:
            front = front[(other[front] >= 0) & (other[front] + np.int16(depth) <= length)]
            if added:
                levels[front] = depth
                added[-1] = front
            if not len(front):
                return added
            depth += 1
            front = self._beyond(front, side, levels)
            added.append(front)

    def _laid_out(self, nodes: Ints, length: int) -> Corridor:
        start, end = np.searchsorted(nodes, self._ends).tolist()
        source, target, edges = self._steps(nodes, length)
        footing = FOOTING[self._index.footing[edges]]
        order = np.lexsort((edges, footing, target, source))
        source, target, edges, footing = source[order], target[order], edges[order], footing[order]
        first = np.flatnonzero(changes(source, target))
        source, target, cost = source[first], target[first], footing[first] + STEP
        edge_rows = np.append(first, len(edges))
        left, number = _ahead(source, target, cost, self._levels[1][nodes], end)
        bound = cost + left[target]
        order = np.lexsort((target, bound, source))
        starts, lengths = edge_rows[:-1][order], np.diff(edge_rows)[order]
        laid = np.repeat(starts - np.cumsum(lengths) + lengths, lengths) + np.arange(len(edges))
        return Corridor(
            start=start,
            end=end,
            length=length,
            nodes=nodes,
            rows=row_starts(source, len(nodes)),
            target=target[order],
            cost=cost[order],
            bound=bound[order],
            edge_rows=np.append(0, np.cumsum(lengths)),
            edges=edges[laid],
            shortest=float(number[start]),
        )

    def _steps(self, nodes: Ints, length: int) -> tuple[Places, Places, Places]:
        """Places of both ends among ``nodes``, and the edge, of every step that a path may take."""
        found: list[tuple[Places, Ints, Places]] = []
        start, end = self._ends
        forth, back = self._levels
        for way in self._ways[0]:
            owner, edges, ends = self._scope.leave(nodes, way)
            sources = nodes[owner]
            keep = self._inside(ends, length) & (forth[sources] + np.int16(1) + back[ends] <= length)
            keep &= (ends != start) & (sources != end) & (ends != sources)
            found.append((owner[keep].astype(np.int64), ends[keep], edges[keep]))
        owners, targets, edges = (np.concatenate(columns) for columns in zip(*found, strict=True))
        return owners, np.searchsorted(nodes, targets), edges


def _ahead(
    source: Places, target: Places, cost: Places, back: Levels, end: int
) -> tuple[Places, npt.NDArray[np.float64]]:
    """For each node, the least cost from there to the end, and how many shortest ways there are."""
    left = np.full(len(back), _FAR, dtype=np.int64)
    number = np.zeros(len(back), dtype=np.float64)
    left[end], number[end] = 0, 1
    nearer = back[target] == back[source] - 1
    source, target, cost = source[nearer], target[nearer], cost[nearer]
    order = np.argsort(back[source], kind="stable")
    level = np.searchsorted(back[source][order], np.arange(1, int(back.max(initial=0)) + 2))
    for first, last in zip(level[:-1].tolist(), level[1:].tolist(), strict=True):
        steps = order[first:last]
        np.minimum.at(left, source[steps], cost[steps] + left[target[steps]])
        np.add.at(number, source[steps], number[target[steps]])
    return left, number
