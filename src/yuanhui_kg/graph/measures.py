"""Measures of a graph's things. Each takes a part and gives columns, one value a thing; ``value`` is the measure.

The heavy ones are rustworkx's and graspologic-native's, run in one thread and with a seed, so that equal questions have
equal answers. Relations that run in parallel count once, and a thing's relation to itself does not count, save in the
degree. Where and why: docs/graph.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ..errors import NotFoundError, UsageError
from .part import Part
from .requests import AnalysisRequest
from .rows import Ints, row_items

Floats = npt.NDArray[np.float64]
Columns = dict[str, npt.NDArray[Any]]
Summary = dict[str, Any]

SAMPLES: Final = 256  #: Things from which shortest paths are counted where all of them were too much work.
_ONE_THREAD: Final = 2**31 - 1  # things from which on rustworkx would take more


def degree(part: Part, request: AnalysisRequest) -> tuple[Columns, Summary]:
    """How many relations a thing is an end of (one to itself twice), how many lead out and in, and to how many things."""
    out, into = (np.bincount(ends, minlength=len(part)) for ends in (part.source, part.target))
    return {"value": out + into, "out": out, "in": into, "neighbours": np.diff(part.rows[0])}, {}


def components(part: Part, request: AnalysisRequest) -> tuple[Columns, Summary]:
    """Which things hang together, whichever way relations point: the number of a thing's component, 1 the largest."""
    import rustworkx

    groups = [sorted(group) for group in rustworkx.connected_components(_links(part))]
    return _grouped(part, groups), {"components": len(groups)}


def pagerank(part: Part, request: AnalysisRequest) -> tuple[Columns, Summary]:
    """The share of time that a walk along relations, from subject to object, with jumps, spends at a thing."""
    import rustworkx

    graph = rustworkx.PyDiGraph(multigraph=False, node_count_hint=len(part))
    graph.add_nodes_from(range(len(part)))
    graph.add_edges_from_no_data(list(zip(*(ends.tolist() for ends in part.arcs), strict=True)))
    try:
        found = rustworkx.pagerank(graph, alpha=request.damping, tol=1e-10, max_iter=1000)
    except rustworkx.FailedToConverge:
        raise UsageError(f"PageRank does not settle with damping {request.damping:g}.", "Give a lower one.") from None
    return {"value": _by_place(found, len(part))}, {"damping": request.damping}


def betweenness(part: Part, request: AnalysisRequest) -> tuple[Columns, Summary]:
    """The share of shortest paths between two other things that pass through a thing, whichever way relations point."""
    import rustworkx

    number = len(part)
    if request.samples is None and number * len(part.links[0]) <= request.most_exact:
        found = rustworkx.graph_betweenness_centrality(_links(part), parallel_threshold=_ONE_THREAD)
        return {"value": _by_place(found, number)}, {"exact": True}
    samples = min(request.samples or SAMPLES, number)
    chosen = np.random.default_rng(request.seed).choice(number, samples, replace=False)
    passed = np.zeros(number)
    for start in np.sort(chosen).tolist():
        passed += _passed(part, start)
    pairs = max((number - 1) * (number - 2), 1)
    return {"value": passed * number / samples / pairs}, {"exact": samples == number, "samples": samples}


def communities(part: Part, request: AnalysisRequest) -> tuple[Columns, Summary]:
    """Groups that are more closely knit than chance would have it (Leiden, modularity): the group's number, 1 the largest."""
    import graspologic_native

    if not len(part.links[0]):
        return _grouped(part, [[place] for place in range(len(part))]), {"communities": len(part), "modularity": 0.0}
    starts, others = part.rows
    quality, found = graspologic_native.leiden_csr(
        starts.astype(np.int64),
        others,
        np.ones(len(others)),
        len(part),
        resolution=request.resolution,
        seed=request.seed,
    )
    groups: dict[int, list[int]] = {}
    for place in range(len(part)):
        groups.setdefault(found.get(place, -1 - place), []).append(place)
    summary = {"communities": len(groups), "modularity": round(float(quality), 12), "resolution": request.resolution}
    return _grouped(part, groups.values()), summary


def core(part: Part, request: AnalysisRequest) -> tuple[Columns, Summary]:
    """The greatest k such that a thing is in a part of the graph where all have k neighbours or more."""
    import rustworkx

    value = _by_place(rustworkx.core_number(_links(part)), len(part)).astype(np.int64)
    return {"value": value}, {"greatest": int(value.max(initial=0))}


def similarity(part: Part, request: AnalysisRequest, thing: int) -> tuple[Columns, Summary]:
    """How far the neighbours of a thing are those of the thing numbered ``thing``; 0 for that thing itself."""
    place = int(np.searchsorted(part.nodes, thing))
    if place == len(part) or part.nodes[place] != thing:
        raise NotFoundError(
            f"{request.thing} is not in the part of the graph that is looked at.", "Widen it, or compare another thing."
        )
    starts, others = part.rows
    own = others[starts[place] : starts[place + 1]]
    _, places = row_items(starts, own)
    shared = np.bincount(others[places], minlength=len(part))
    shared[place] = 0
    sizes = np.diff(starts)
    either = len(own) + sizes - shared if request.metric == "jaccard" else np.sqrt(float(len(own)) * sizes)
    value = np.divide(shared, either, out=np.zeros(len(part)), where=shared > 0)
    return {"value": value, "shared": shared}, {"metric": request.metric}


MEASURED: Final[dict[str, Callable[[Part, AnalysisRequest], tuple[Columns, Summary]]]] = {
    "degree": degree,
    "components": components,
    "pagerank": pagerank,
    "betweenness": betweenness,
    "communities": communities,
    "core": core,
}
#: Measures whose value is the number of a group.
GROUPING: Final = frozenset(["components", "communities"])


def _links(part: Part) -> Any:
    """A rustworkx graph of the links."""
    import rustworkx

    graph = rustworkx.PyGraph(multigraph=False, node_count_hint=len(part))
    graph.add_nodes_from(range(len(part)))
    graph.add_edges_from_no_data(list(zip(*(ends.tolist() for ends in part.links), strict=True)))
    return graph


def _by_place(found: Any, number: int) -> Floats:
    """The values of a mapping from place to value."""
    return np.array([found[place] for place in range(number)], dtype=np.float64)


def _grouped(part: Part, groups: Iterable[list[int]]) -> Columns:
    """The groups' numbers, the largest first, of equals the one with the first thing; and their sizes."""
    value, size = np.zeros(len(part), dtype=np.int64), np.zeros(len(part), dtype=np.int64)
    for number, group in enumerate(sorted(groups, key=lambda group: (-len(group), group[0])), 1):
        value[group], size[group] = number, len(group)
    return {"value": value, "size": size}


def _passed(part: Part, start: int) -> Floats:
    """The dependencies of one start on each thing: one round of Brandes' algorithm, level by level."""
    starts, others = part.rows
    level = np.full(len(part), -1, dtype=np.int32)
    ways = np.zeros(len(part))
    level[start], ways[start] = 0, 1
    front: Ints = np.array([start], dtype=np.int32)
    steps: list[tuple[Ints, Ints]] = []
    while len(front):
        owners, places = row_items(starts, front)
        nearer, further = front[owners], others[places]
        new = level[further] < 0
        found = np.unique(further[new])
        level[found] = len(steps) + 1
        on = level[further] == len(steps) + 1
        nearer, further = nearer[on], further[on]
        np.add.at(ways, further, ways[nearer])
        steps.append((nearer, further))
        front = found
    passed = np.zeros(len(part))
    for nearer, further in reversed(steps):
        np.add.at(passed, nearer, ways[nearer] / ways[further] * (1 + passed[further]))
    passed[start] = 0
    return passed
