"""Breadth-first walks over the index, with limits that are fair to all and that tell what they leave out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from .requests import NeighbourRequest
from .rows import Flags, Ints, Places, distinct, place_in_run
from .scope import Scope, ways

if TYPE_CHECKING:
    from .index import NeighbourIndex

_FEW: Final = 200  # nodes, and …
_MANY: Final = 1000  # relations, up to which they are looked at one by one
_TOLD: Final = 5  # nodes of a hop that are named for what was left out behind them


@dataclass
class Hop:
    """What one hop found and how much of it was left out, in all and behind which nodes."""

    number: int
    found: int
    kept: int
    behind: list[tuple[int, int]] = field(default_factory=list)  # node, how many of what it leads to are left out


@dataclass
class Walked:
    """Where a walk came: nodes (starts first, then by distance and number) and how far they are.

    :param cut: the hops that left something out.
    :param stopped: whether the limit on all nodes ended the walk before its depth, so that what lies further is unknown.
    """

    nodes: Ints
    distances: Ints
    cut: list[Hop]
    stopped: bool


class Walk:
    """One walk.

    A hop first asks only what lies one step on. In which order, and over which relation, matters where a limit cuts: it is
    asked then. Few nodes are looked at one by one, since each operation on an array costs more than many of these.
    """

    def __init__(self, index: NeighbourIndex, request: NeighbourRequest, scope: Scope) -> None:
        self._index = index
        self._request = request
        self._scope = scope
        self._ways = ways(request.direction)
        self._flags: Flags = np.zeros(0, dtype=bool)  # of nodes that were seen; made once many are

    def run(self, starts: Ints) -> Walked:
        few = self._one_by_one(starts.tolist())
        levels = [starts, *(np.array(level, dtype=np.int32) for level in few[1:])]
        cut: list[Hop] = []
        stopped = False
        if len(levels) <= self._request.depth and few[-1]:
            stopped = self._all_at_once(levels, cut)
        distances = np.repeat(np.arange(len(levels), dtype=np.int32), [len(level) for level in levels])
        return Walked(np.concatenate(levels), distances, cut, stopped)

    def _one_by_one(self, starts: list[int]) -> list[list[int]]:
        """The first levels, for as long as they are few and no limit cuts."""
        levels, seen = [starts], set(starts)
        if not (self._scope.all_relations and self._scope.all_things):
            return levels
        while len(levels) <= self._request.depth and 0 < len(levels[-1]) <= _FEW:
            ends = self._ends(levels[-1])
            new = sorted(set(ends) - seen) if ends is not None else []
            if ends is None or not self._fits(len(new), self._room(len(seen))):
                break
            seen.update(new)
            levels.append(new)
        return levels

    def _ends(self, frontier: list[int]) -> list[int] | None:
        """Where one comes from few nodes with few relations; ``None`` where they have many."""
        out_rows, target, in_rows, in_edges, source = self._index.views
        ends: list[int] = []
        for node in frontier:
            if "out" in self._ways:
                ends += target[out_rows[node] : out_rows[node + 1]][:_MANY]
            if "in" in self._ways:
                ends += [source[edge] for edge in in_edges[in_rows[node] : in_rows[node + 1]][:_MANY]]
            if len(ends) >= _MANY:
                return None
        return ends

    def _all_at_once(self, levels: list[Ints], cut: list[Hop]) -> bool:
        """Walk on from the last level in arrays; whether the limit ended the walk before its depth."""
        seen = np.concatenate(levels)
        self._flags = np.zeros(self._index.nodes, dtype=bool)
        self._flags[seen] = True
        room = self._room(len(seen))
        stopped = False
        while len(levels) <= self._request.depth and len(levels[-1]) and not stopped:
            found = self._found(levels[-1])
            kept = found if self._fits(len(found), room) else self._cut(levels, found, room, cut)
            stopped = len(kept) < len(found) and len(kept) == room
            self._flags[found] = True  # what is left out stays so: found later, it would seem to be further away
            room -= len(kept)
            levels.append(kept)
        return stopped

    def _found(self, frontier: Ints) -> Ints:
        """The new nodes one step on, sorted."""
        ends = np.concatenate([self._scope.ends(frontier, way) for way in self._ways])
        found = distinct(ends[~self._flags[ends]], self._index.nodes)
        return found if self._scope.all_things else found[self._scope.things(found)]

    def _room(self, seen: int) -> int:
        """How many more nodes the limit leaves room for."""
        return max(self._request.limit - seen, 0)

    def _fits(self, found: int, room: int) -> bool:
        """Whether no limit cuts so many new nodes of a hop."""
        request = self._request
        if found > room or (request.per_hop is not None and found > request.per_hop):
            return False
        return request.per_node is None or found <= request.per_node

    def _cut(self, levels: list[Ints], found: Ints, room: int, cut: list[Hop]) -> Ints:
        """What is kept of ``found``; what is not is told to ``cut``."""
        request = self._request
        most = room if request.per_hop is None else min(room, request.per_hop)
        turns, nodes = self._step(levels[-1])
        kept = fairly(turns, nodes, most, request.per_node)
        if len(kept) < len(found):
            cut.append(self._left_out(len(levels), levels[-1], turns[0], nodes, found, kept))
        return kept

    def _step(self, frontier: Ints) -> tuple[tuple[Ints, Ints], Ints]:
        """Ways that lead on: (place in the frontier, kind of relation), and the new node at their end."""
        owners, kinds, nodes = [], [], []
        for way in self._ways:
            owner, edges, ends = self._scope.leave(frontier, way)
            keep = ~self._flags[ends]
            owners.append(owner[keep])
            kinds.append(self._index.predicate[edges[keep]] * np.int32(2) + np.int32(way == "in"))
            nodes.append(ends[keep])
        owner, kind, node = (np.concatenate(columns) for columns in (owners, kinds, nodes))
        if not self._scope.all_things:
            keep = self._scope.things(node)
            owner, kind, node = owner[keep], kind[keep], node[keep]
        return (owner, kind), node

    def _left_out(self, hop: int, frontier: Ints, owner: Ints, nodes: Ints, found: Ints, kept: Ints) -> Hop:
        """Tell of a hop that was cut. A node that two lead to counts for both."""
        missing = ~np.isin(nodes, kept)
        pairs = np.unique(np.stack([owner[missing], nodes[missing]]), axis=1)
        counts = np.bincount(pairs[0], minlength=len(frontier))
        worst = np.lexsort((frontier, -counts))[:_TOLD]
        behind = [(int(frontier[place]), int(counts[place])) for place in worst.tolist() if counts[place]]
        return Hop(hop, len(found), len(kept), behind)


def fairly(turns: tuple[Ints, Ints], nodes: Ints, room: int, per_node: int | None = None) -> Ints:
    """``room`` of ``nodes``, dealt in turn: to each frontier node, and within it to each kind of relation.

    :param turns: which frontier node and which kind of relation lead to each of ``nodes``; equal ones stand together,
        their nodes sorted.
    :param per_node: most that one frontier node is dealt.
    """
    owner, kind = turns
    if not room:
        return nodes[:0]
    most = room if per_node is None else min(room, per_node)
    turn = place_in_run(owner, kind)
    needed = turn < most  # the nodes of one kind from one node are all different
    owner, kind, nodes, turn = owner[needed], kind[needed], nodes[needed], turn[needed]
    order = np.lexsort((kind, turn, owner))
    owner, nodes = owner[order], nodes[order]
    owner, nodes = _once(owner, nodes)
    turn = place_in_run(owner)
    if per_node is not None:
        needed = turn < per_node
        owner, nodes, turn = owner[needed], nodes[needed], turn[needed]
    nodes = nodes[np.lexsort((owner, turn))]
    _, first = np.unique(nodes, return_index=True)
    return np.sort(nodes[np.sort(first)[:room]])


def _once(owner: Ints, nodes: Ints) -> tuple[Ints, Ints]:
    """Each node once for each owner, where it first stands; the order is kept."""
    keys = owner.astype(np.int64) << 32 | nodes
    _, first = np.unique(keys, return_index=True)
    places: Places = np.sort(first)
    return owner[places], nodes[places]


def told(walked: Walked, request: NeighbourRequest, edges: int, shapes: dict[int, dict[str, Any]]) -> dict[str, Any]:
    """What was left out where, for JSON; empty where nothing was.

    :param edges: how many relations between returned nodes were left out.
    """
    found: dict[str, Any] = {}
    if walked.cut:
        found["hops"] = [
            {
                "hop": hop.number,
                "found": hop.found,
                "kept": hop.kept,
                "behind": [{**shapes[node], "left_out": number} for node, number in hop.behind],
            }
            for hop in walked.cut
        ]
    last = walked.cut[-1].number if walked.stopped else request.depth
    if last < request.depth:
        found["not_walked"] = list(range(last + 1, request.depth + 1))
    if edges:
        found["edges"] = edges
    return found
