"""How two things hang together: the k best paths without loops, shorter before longer, facts before hopes.

A path is a sequence of different things, each related to the next; relations between the same two things are one step,
which rests on the best of them. Shorter paths come first; of equally long ones that with fewer steps that rest only on
a prospect (planned, sought, in talks), then that with fewer steps that rest only on an inference.

Yen's algorithm (J. Y. Yen, Management Science 17, 1971, 712-716) with Lawler's rule against repeated work (E. L. Lawler,
Management Science 18, 1972, 401-405). Each of its searches is an A* (Hart, Nilsson, Raphael 1968) whose bound is exact
where nothing is blocked, over steps that lie sorted, so that a hub costs no more than the steps that are taken from it.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from .corridor import STEP, Corridor, Ends, Row
from .nearest import nearest
from .requests import PathRequest
from .scope import Scope

if TYPE_CHECKING:
    from .index import NeighbourIndex

FOOTINGS: Final = ("asserted", "inferred", "prospect")  #: Names of what a step rests on, the best first.

Path = tuple[int, ...]  # places in Corridor.nodes


@dataclass
class Found:
    corridor: Corridor | None = None
    paths: list[Path] = field(default_factory=list)
    shortest: dict[str, int | None] | None = None
    more: bool = False  # there are more paths of at most the length asked for, or there may be
    unsought: int | None = None  # a length beyond which no path was looked for, as there were enough
    worked: bool = False  # the search was ended for the work that it was
    connected: bool | None = None  # whether there is any path at all; None where only short ones were looked for


def find(index: NeighbourIndex, request: PathRequest) -> dict[str, Any]:
    """The answer to a request, ready for JSON. Raises :class:`NotFoundError` for an end that the graph does not know."""
    scope = Scope(index, request)
    found = search(index, scope, request)
    return {
        "from": request.start,
        "to": request.end,
        "k": request.k,
        "max_length": request.max_length,
        "direction": request.direction,
        "predicates": list(request.predicates),
        "types": list(request.types),
        "modalities": list(request.modalities),
        "unmatched": scope.unmatched,
        "connected": found.connected,
        "shortest": found.shortest,
        **_told(index, found),
        "complete": not found.more,
        "truncated": found.more,
        "left_out": _left_out(found, request),
        "notice": _notice(found, request),
    }


def search(index: NeighbourIndex, scope: Scope, request: PathRequest) -> Found:
    """Paths within ever longer corridors, until there are enough or all of them are there."""
    found = Found()
    work = request.most_steps
    for corridor in _corridors(index, scope, request, found):
        found.connected = True
        beyond = found.shortest is None and corridor.shortest > request.k  # so that need not be found out
        yen = _Yen(corridor, request.k + (not beyond), work)
        paths = yen.run()
        found.more |= beyond
        if found.shortest is None:
            number = int(corridor.shortest) if corridor.shortest < 2**53 else None
            found.shortest = {"length": corridor.length, "count": number}
        if len(paths) >= len(found.paths):
            found.corridor, found.paths = corridor, paths
        work, length = yen.work, corridor.length
        found.worked = work <= 0
        if len(paths) >= request.k or found.worked:
            found.unsought = length if length < request.max_length and len(paths) == request.k else None
            break
    found.more |= found.worked or len(found.paths) > request.k or found.unsought is not None
    found.paths = found.paths[: request.k]
    return found


def _corridors(index: NeighbourIndex, scope: Scope, request: PathRequest, found: Found) -> Iterator[Corridor]:
    """Ever longer ones, that of the shortest paths first; where there is none, ``found`` is told what is known."""
    start, end = index.numbers((request.start, request.end)).tolist()
    near = None
    if scope.all_relations and scope.all_things:
        near = nearest(index, request.direction, start, end, request.max_length)
    if near is not None:
        yield near
    ends = Ends(index, request.direction, scope, start, end)
    length = ends.meet(request.max_length)
    if length is None:
        found.connected = False if ends.exhausted else None
        return
    if near is None:
        yield ends.shortest()
    for longer in range(length + 1, request.max_length + 1):
        yield ends.corridor(longer)


class _Yen:
    """One search for the best paths within a corridor. ``work`` is how many more steps may be looked at."""

    def __init__(self, corridor: Corridor, most: int, work: int) -> None:
        self._corridor = corridor
        self._most = most
        self._longest = (corridor.length + 1) * STEP
        self._rows: dict[int, Row] = {}
        self.work = work

    def run(self) -> list[Path]:
        """At most so many paths, the best first; fewer where there are no more, or where the work is used up."""
        found: list[Path] = []
        taken: dict[Path, set[int]] = {}  # which ways on from a beginning lead to paths that were found
        first = self._best((self._corridor.start,), 0, set())
        waiting = [(*first, 0)] if first else []
        while waiting:
            _, path, costs, branch = heapq.heappop(waiting)
            found.append(path)
            if len(found) == self._most:
                break
            for place in range(branch, len(path) - 1):
                beginning = path[: place + 1]
                ways = taken.setdefault(beginning, set())
                ways.add(path[place + 1])
                other = self._best(beginning, costs[place], ways)
                if other:
                    cost, whole, rest = other
                    heapq.heappush(waiting, (cost, whole, costs[:place] + rest, place))
                if self.work <= 0:
                    return self._sure(found, waiting)
        return found

    def _sure(self, found: list[Path], waiting: list[Any]) -> list[Path]:
        """What is known when the work is used up: what was found, then the best of what would have come next."""
        rest = [path for _, path, *_ in sorted(waiting)]
        return [*found, *rest][: self._most]

    def _best(self, beginning: Path, spent: int, taken: set[int]) -> tuple[int, Path, tuple[int, ...]] | None:
        """The best path that begins so and goes on by none of the steps ``taken``: cost, path, cost up to each node.

        The costs are those from the last node of the beginning on.
        """
        end, blocked, branch = self._corridor.end, set(beginning), beginning[-1]
        heap: list[tuple[int, int, int, int, Any]] = []
        self._offer(heap, branch, 0, spent, None)
        while heap and self.work > 0:
            self.work -= 1
            _, node, place, cost, trail = heapq.heappop(heap)
            self._offer(heap, node, place + 1, cost, trail)
            targets, costs, _ = self._row(node)
            target = targets[place]
            if target in blocked or (node == branch and target in taken):
                continue
            cost += costs[place]
            trail = (target, cost, trail)
            if target == end:
                return _retraced(beginning, spent, trail)
            blocked.add(target)
            self._offer(heap, target, 0, cost, trail)
        return None

    def _offer(self, heap: list[tuple[int, int, int, int, Any]], node: int, place: int, cost: int, trail: Any) -> None:
        """Put the step at a place of a node's row on the heap; the one behind it comes once this one is taken."""
        bounds = self._row(node)[2]
        if place < len(bounds) and (bound := cost + bounds[place]) < self._longest:
            heapq.heappush(heap, (bound, node, place, cost, trail))

    def _row(self, node: int) -> Row:
        row = self._rows.get(node)
        if row is None:
            row = self._rows[node] = self._corridor.row(node)
        return row


def _retraced(beginning: Path, spent: int, trail: Any) -> tuple[int, Path, tuple[int, ...]]:
    cost, nodes, costs = trail[1], [], []
    while trail is not None:
        node, so_far, trail = trail
        nodes.append(node)
        costs.append(so_far)
    return cost, (*beginning, *reversed(nodes)), (spent, *reversed(costs))


# --- JSON -------------------------------------------------------------------------------------------------------------


def _told(index: NeighbourIndex, found: Found) -> dict[str, Any]:
    """The paths, and the nodes and edges that they are made of."""
    corridor = found.corridor
    if corridor is None:
        none = np.zeros(0, dtype=np.int32)
        return {"paths": [], **index.teller.told(none, none.astype(np.int64))}
    steps = [[corridor.relations(*pair) for pair in itertools.pairwise(path)] for path in found.paths]
    edges = np.array(sorted({edge for path in steps for step in path for edge in step}), dtype=np.int64)
    place = {edge: number for number, edge in enumerate(edges.tolist())}
    distances: dict[int, int] = {}
    for path in found.paths:
        for distance, node in enumerate(path):
            distances[node] = min(distance, distances.get(node, distance))
    ordered = sorted(distances, key=lambda node: (distances[node], node))
    nodes = corridor.numbers(ordered)
    iris = dict(zip(ordered, index.iris.take(nodes), strict=True))
    paths = []
    for path, taken in zip(found.paths, steps, strict=True):
        footings = [int(index.footing[step[0]]) for step in taken]
        paths.append(
            {
                "length": len(taken),
                "rests_on": FOOTINGS[max(footings)],
                "nodes": [iris[node] for node in path],
                "steps": [
                    {"rests_on": FOOTINGS[footing], "edges": [place[edge] for edge in step]}
                    for step, footing in zip(taken, footings, strict=True)
                ],
            }
        )
    return {"paths": paths, **index.teller.told(nodes, edges, [distances[node] for node in ordered])}


def _left_out(found: Found, request: PathRequest) -> dict[str, Any]:
    if found.worked:
        return {"paths": f"The search was ended after {request.most_steps} steps."}
    if found.unsought is not None:
        return {
            "paths": f"No more than {request.k} were asked for: longer ones than {found.unsought} steps were not looked for."
        }
    return {"paths": f"There are more paths of at most {request.max_length} steps."} if found.more else {}


def _notice(found: Found, request: PathRequest) -> dict[str, str] | None:
    """Why there is no path, for people; ``None`` where there is one."""
    if found.connected:
        return None
    if found.connected is None:
        return {
            "zh": f"{request.max_length} 步以内没有路径；可以提高 max_length 再试。",
            "en": f"There is no path of at most {request.max_length} steps; a higher max_length may find one.",
        }
    return {
        "zh": "沿所选关系，两者之间没有任何路径。",
        "en": "No path connects the two along the relations asked for.",
    }
