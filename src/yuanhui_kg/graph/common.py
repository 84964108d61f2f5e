"""What several things are all directly related to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .induced import edges_among
from .requests import CommonRequest
from .rows import Ints
from .scope import Scope, ways

if TYPE_CHECKING:
    from .index import NeighbourIndex


def find(index: NeighbourIndex, request: CommonRequest) -> dict[str, Any]:
    """The things, what they share, and the relations among all of these, ready for JSON.

    ``common`` lists what is shared, that which most of the things are related to first, then by IRI. The things asked
    about are not among it. Raises :class:`NotFoundError`.
    """
    starts = index.numbers(request.iri)
    scope = Scope(index, request)
    neighbours = np.concatenate([_neighbours(scope, node, request.direction) for node in starts.tolist()])
    shared, of = np.unique(neighbours, return_counts=True)
    least = len(starts) if request.at_least is None else request.at_least
    keep = (of >= least) & ~np.isin(shared, starts)
    shared, of = shared[keep], of[keep]
    wanted = scope.things(shared)
    shared, of = shared[wanted], of[wanted]
    order = np.lexsort((shared, -of))[: request.limit]
    nodes = np.concatenate([starts, shared[order]])
    distances = np.repeat(np.array([0, 1], dtype=np.int32), [len(starts), len(order)])
    edges, fewer = edges_among(index, nodes, distances, scope, len(nodes) * 20 * len(starts))
    told = zip(index.iris.take(shared[order]), of[order].tolist(), strict=True)
    left_out = {"nodes": len(shared) - len(order)} if len(order) < len(shared) else {}
    if fewer:
        left_out["edges"] = fewer
    return {
        "start": list(dict.fromkeys(request.iri)),
        "direction": request.direction,
        "predicates": list(request.predicates),
        "types": list(request.types),
        "modalities": list(request.modalities),
        "at_least": least,
        "limit": request.limit,
        "unmatched": scope.unmatched,
        "common": [{"iri": iri, "of": number} for iri, number in told],
        **index.teller.told(nodes, edges, distances.tolist()),
        "truncated": bool(left_out),
        "left_out": left_out,
    }


def _neighbours(scope: Scope, node: int, direction: str) -> Ints:
    """What is directly related to a thing, each once."""
    here = np.array([node], dtype=np.int32)
    return np.unique(np.concatenate([scope.leave(here, way)[2] for way in ways(direction)]))
