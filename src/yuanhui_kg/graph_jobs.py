"""Graph questions as jobs: parameters in, JSON out, within the limits that are set.

Each is answered from the index, or, of a remote graph that is too large for one, from a copy of the part that it needs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox

from . import nearby
from .errors import NotFoundError, UsageError
from .graph import AnalysisRequest, CommonRequest, NeighbourRequest, PathRequest, SubgraphRequest, analyse
from .graph.index import EDGES_PER_NODE
from .terms import id_of

if TYPE_CHECKING:
    from .jobs import Data

Parameters = Mapping[str, Any]

_SUGGESTED: Final = 3
_LONGEST: Final = 100  # characters of a name that is looked for
_WORDS: Final = 5


def answer(name: str, data: Data, parameters: Parameters) -> dict[str, Any]:
    """The answer to a question of :data:`QUESTIONS`.

    :raises NotFoundError: for a thing that the graph does not know; its hint names some whose names are like it.
    """
    if data.neighbours is None and isinstance(data.store, ox.Store):
        raise UsageError("Neighbours were not prepared for this session.")
    try:
        return QUESTIONS[name](data, parameters)
    except NotFoundError as error:
        raise NotFoundError(error.message, f"{error.hint} {_suggestion(data, error.message)}".rstrip()) from None


def _neighbours(data: Data, parameters: Parameters) -> dict[str, Any]:
    request = NeighbourRequest.from_json(parameters)
    _within(data, "limit", request.limit)
    if data.neighbours is None:
        return nearby.neighbours(data.reader, request, data.settings.relations)
    return data.neighbours.neighbours(request)


def _subgraph(data: Data, parameters: Parameters) -> dict[str, Any]:
    request = SubgraphRequest.from_json(parameters)
    _within(data, "the number of things", len(request.iri))
    request = replace(request, most_edges=data.settings.max_nodes * EDGES_PER_NODE)
    if data.neighbours is None:
        return nearby.subgraph(data.reader, request, data.settings.relations)
    return data.neighbours.subgraph(request)


def _common(data: Data, parameters: Parameters) -> dict[str, Any]:
    request = CommonRequest.from_json(parameters)
    _within(data, "limit", request.limit)
    if data.neighbours is None:
        return nearby.common(data.reader, request, data.settings.relations)
    return data.neighbours.common(request)


def _paths(data: Data, parameters: Parameters) -> dict[str, Any]:
    settings = data.settings
    request = replace(PathRequest.from_json(parameters), most_steps=settings.max_path_steps)
    if request.k > settings.max_paths:
        raise UsageError(f"k must be at most {settings.max_paths} (setting max_paths), not {request.k}.")
    if data.neighbours is None:
        return nearby.paths(data.reader, request, settings.max_nodes, settings.relations)
    return data.neighbours.paths(request)


def _analytics(data: Data, parameters: Parameters) -> dict[str, Any]:
    settings = data.settings
    request = replace(AnalysisRequest.from_json(parameters), most_exact=settings.exact_betweenness)
    if data.neighbours is not None:
        return analyse(data.neighbours, request)
    if not request.iri:
        raise UsageError(
            "The graph behind the endpoint is too large to be read as a whole (setting endpoint_index).",
            "Name the things around which it is to be looked at (from, depth).",
        )
    limits = (request.depth, request.direction, settings.max_nodes, settings.relations)
    index, complete = nearby.around(data.reader, request.iri, *limits)
    found = analyse(index, request)
    return found if complete else {**found, "summary": {**found["summary"], "read_whole": False}}


QUESTIONS: Final[dict[str, Callable[[Data, Parameters], dict[str, Any]]]] = {
    "neighbours": _neighbours,
    "subgraph": _subgraph,
    "common": _common,
    "paths": _paths,
    "analytics": _analytics,
}


def _within(data: Data, what: str, number: int) -> None:
    most = data.settings.max_nodes
    if number > most:
        raise UsageError(f"{what} must be at most {most} (setting max_nodes), not {number}.")


def _suggestion(data: Data, message: str) -> str:
    """Things that are like one that is not there, as a sentence; empty where there are none.

    Those whose IRI begins alike, then those whose names hold the words of its local name, or the first of these.
    """
    unknown = re.search(r"says nothing of (\S+?)[,.]?(?:\s|$)", message)
    if unknown is None:
        return ""
    found = [id_of(iri) for iri in data.neighbours.alike(unknown[1])] if data.neighbours is not None else []
    local = re.split(r"[#/:]", id_of(unknown[1])[:_LONGEST])[-1]
    words = [word for word in re.split(r"[-_\s]+", local) if word]
    for number in range(min(len(words), _WORDS), 0, -1):
        if found or data.search is None:
            break
        found = [one["id"] for one in data.search.search(" ".join(words[:number]), _SUGGESTED, ())["results"]]
    return f"Did you mean {', '.join(found)}?" if found else ""
