"""The part of a graph in which all paths between two things lie that are not longer than a given length.

Two breadth-first searches, one from each end, meet in the middle; the one goes on that has fewer relations before it. Of a
graph with hubs that is a small part of what one search from one end would see. The shortest paths, which are mostly all
that is asked for, are then put together backwards from where the searches met, out of what they have seen alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np
import numpy.typing as npt

from .rows import Flags, Ints, Places, changes, distinct, row_starts
from .scope import Scope, ways

if TYPE_CHECKING:
    from .index import NeighbourIndex

Levels = npt.NDArray[np.int8]
Steps = tuple[Ints, Ints, Places]  # the nodes that steps leave, those that they lead to, and their relations

STEP: Final = 1 << 16  # cost of one step; what it rests on adds less than one step, however long the path
FOOTING: Final = np.array([0, 1, 1 << 8], dtype=np.int64)  # by index.ASSERTED, INFERRED, HOPED
_FAR: Final = np.iinfo(np.int64).max // 4
_BACK: Final = {"out": "in", "in": "out"}

Row = tuple[list[int], list[int], list[int]]  # where the steps from a node lead, their costs and their bounds


def both_ways(direction: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The ways in which a search from the start goes, and one from the end."""
    forth = ways(direction)
    return forth, tuple(_BACK[way] for way in forth)


class Corridor(Protocol):
    """Steps between two ends in which paths are looked for; nodes have *places* in it, in the order of their IRIs."""

    start: int
    end: int
    length: int  # the longest that a path may be

    @property
    def shortest(self) -> float:
        """How many paths are as short as the shortest, where ``length`` is that."""

    def row(self, place: int) -> Row:
        """The steps from a node, those with the least bound first: their own cost and the least of what follows."""

    def relations(self, source: int, target: int) -> list[int]:
        """The relations between the two nodes of a step, the best first."""

    def numbers(self, places: Sequence[int]) -> Ints:
        """The nodes at some places, as the index numbers them."""


@dataclass
class LaidOut:
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
    shortest: float

    def row(self, place: int) -> Row:
        part = slice(self.rows[place], self.rows[place + 1])
        return self.target[part].tolist(), self.cost[part].tolist(), self.bound[part].tolist()

    def relations(self, source: int, target: int) -> list[int]:
        first, last = int(self.rows[source]), int(self.rows[source + 1])
        step = first + int(np.flatnonzero(self.target[first:last] == target)[0])
        edges: list[int] = self.edges[self.edge_rows[step] : self.edge_rows[step + 1]].tolist()
        return edges

    def numbers(self, places: Sequence[int]) -> Ints:
        return self.nodes[list(places)]


class Ends:
    """The two searches. They grow as longer paths are asked for."""

    def __init__(self, index: NeighbourIndex, direction: str, scope: Scope, start: int, end: int) -> None:
        self._index = index
        self._scope = scope
        self._ends = (start, end)
        self._ways = both_ways(direction)
        self._levels: list[Levels] = [np.full(index.nodes, -1, dtype=np.int8) for _ in "se"]
        self._fronts = [np.array([node], dtype=np.int32) for node in self._ends]
        self._seen = [[front] for front in self._fronts]  # by level
        self._loads = [1, 1]  # how many relations lie before each search
        self._middle = self._fronts[0]  # where the searches met
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
            front = self._fronts[side]
            both = front[self._levels[1 - side][front] >= 0]
            if len(both):
                self._middle = both
                return self._met
        return None

    def shortest(self) -> LaidOut:
        """Where all shortest paths lie; :meth:`meet` has found one, and nothing has been looked for since."""
        length = self._met
        layers, steps, marked = [self._middle], [], []
        for side, levels in enumerate(reversed(self._levels)):
            layer = self._middle
            for depth in range(len(self._seen[side]) - 2, -1, -1):
                layer, found = self._before(side, depth, layer, length)
                levels[layer] = length - depth
                layers.append(layer)
                steps.append(found)
                marked.append((levels, layer))
        corridor = self._laid_out(np.sort(np.concatenate(layers)), steps, length)
        for levels, layer in marked:
            levels[layer] = -1  # the search itself has not been there
        return corridor

    def corridor(self, length: int) -> LaidOut:
        """Where all paths of at most ``length`` steps lie; :meth:`meet` has found one."""
        while self._met < length and not self.exhausted:
            self._grow()
        added = [self._complete(side, length) for side in (0, 1)]
        nodes = np.sort(np.concatenate([*self._seen[0], *added[0]]))
        nodes = nodes[self._inside(nodes, length)]
        corridor = self._laid_out(nodes, [self._steps(nodes, length)], length)
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
        """Take the search one level further that has less before it; which one that was."""
        side = 0 if self._loads[0] <= self._loads[1] else 1
        levels = self._levels[side]
        found = self._beyond(self._fronts[side], side, levels)
        levels[found] = len(self._seen[side])
        self._seen[side].append(found)
        self._fronts[side] = found
        self._loads[side] = self._load(found, side)
        return side

    def _load(self, nodes: Ints, side: int) -> int:
        """How many relations leave some nodes, as a search goes."""
        index = self._index
        rows = [index.out_rows if way == "out" else index.in_rows for way in self._ways[side]]
        return sum(int((row[nodes + 1] - row[nodes]).sum()) for row in rows)

    def _before(self, side: int, depth: int, layer: Ints, length: int) -> tuple[Ints, Steps]:
        """The nodes of one level of a search from which shortest paths lead to ``layer``, and these steps.

        ``layer`` are all nodes of the next level that lie on shortest paths; how far it is from there to the other end is
        known. The steps are read from the side on which fewer relations have to be looked at.
        """
        level = self._seen[side][depth]
        if self._load(level, side) <= self._load(layer, 1 - side):
            near, far, edges = self._leave(level, side)
            keep = self._levels[1 - side][far] == length - depth - 1
        else:
            far, near, edges = self._leave(layer, 1 - side)
            keep = self._levels[side][near] == depth
        near, far, edges = near[keep], far[keep], edges[keep]
        steps = (near, far, edges) if side == 0 else (far, near, edges)
        return distinct(near, self._index.nodes), steps

    def _leave(self, nodes: Ints, side: int) -> Steps:
        """All steps from some nodes, as a search goes."""
        found = [self._scope.leave(nodes, way) for way in self._ways[side]]
        owners, edges, ends = (np.concatenate(columns) for columns in zip(*found, strict=True))
        return nodes[owners], ends, edges

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

    def _laid_out(self, nodes: Ints, steps: list[Steps], length: int) -> LaidOut:
        start, end = np.searchsorted(nodes, self._ends).tolist()
        leave, reach, edges = (np.concatenate(columns) for columns in zip(*steps, strict=True))
        source, target = np.searchsorted(nodes, leave), np.searchsorted(nodes, reach)
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
        return LaidOut(
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

    def _steps(self, nodes: Ints, length: int) -> Steps:
        """Every step between some nodes that a path may take."""
        sources, ends, edges = self._leave(nodes, 0)
        start, end = self._ends
        forth, back = self._levels
        keep = self._inside(ends, length) & (forth[sources] + np.int16(1) + back[ends] <= length)
        keep &= (ends != start) & (sources != end) & (ends != sources)
        return sources[keep], ends[keep], edges[keep]


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
