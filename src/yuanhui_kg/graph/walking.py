"""Breadth-first walks over the index, with limits that are fair to all and that tell what they leave out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from .requests import NeighbourRequest
from .rows import Ints, Places, distinct, place_in_run
from .scope import Scope, ways

if TYPE_CHECKING:
    from .index import NeighbourIndex

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
    """One walk."""

    def __init__(self, index: NeighbourIndex, request: NeighbourRequest, scope: Scope) -> None:
        self._index = index
        self._request = request
        self._scope = scope
        self._seen = np.zeros(index.nodes, dtype=bool)

    def run(self, starts: Ints) -> Walked:
        self._seen[starts] = True
        levels, room = [starts], max(self._request.limit - len(starts), 0)
        cut: list[Hop] = []
        stopped = False
        while len(levels) <= self._request.depth and len(levels[-1]) and not stopped:
            turns, nodes = self._step(levels[-1])
            found = distinct(nodes, self._index.nodes)
            kept = self._sample(turns, nodes, found, room)
            if len(kept) < len(found):
                cut.append(self._left_out(len(levels), levels[-1], turns[0], nodes, found, kept))
                stopped = len(kept) == room
            self._seen[found] = True  # what is left out stays so: found later, it would seem to be further away
            room -= len(kept)
            levels.append(kept)
        distances = np.repeat(np.arange(len(levels), dtype=np.int32), [len(level) for level in levels])
        return Walked(np.concatenate(levels), distances, cut, stopped)

    def _step(self, frontier: Ints) -> tuple[tuple[Ints, Ints], Ints]:
        """Ways that lead on: (place in the frontier, kind of relation), and the new node at their end."""
        owners, kinds, nodes = [], [], []
        for way in ways(self._request.direction):
            owner, edges, ends = self._scope.leave(frontier, way)
            keep = ~self._seen[ends]
            owners.append(owner[keep])
            kinds.append(self._index.predicate[edges[keep]] * np.int32(2) + np.int32(way == "in"))
            nodes.append(ends[keep])
        owner, kind, node = (np.concatenate(columns) for columns in (owners, kinds, nodes))
        if not self._scope.all_things:
            keep = self._scope.things(node)
            owner, kind, node = owner[keep], kind[keep], node[keep]
        return (owner, kind), node

    def _sample(self, turns: tuple[Ints, Ints], nodes: Ints, found: Ints, room: int) -> Ints:
        request = self._request
        most = min(room, room if request.per_hop is None else request.per_hop)
        if len(found) <= most and (request.per_node is None or len(nodes) <= request.per_node):
            return found
        return fairly(turns, nodes, most, request.per_node)

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
