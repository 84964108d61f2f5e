"""Graph questions as jobs: parameters in, JSON out, within the limits that are set.

Each is answered from the index, or, of a remote graph that is too large for one, from a copy of the part that it needs.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox

from . import nearby
from .errors import NotFoundError, UsageError
from .graph import AnalysisRequest, CommonRequest, NeighbourRequest, PathRequest, SubgraphRequest, analyse
from .graph.index import EDGES_PER_NODE
from .graph.telling import serialized
from .settings import Settings
from .store import Reader
from .terms import id_of

if TYPE_CHECKING:
    from .jobs import Data

Parameters = Mapping[str, Any]

_SUGGESTED: Final = 3
_LONGEST: Final = 100  # characters of a name that is looked for
_WORDS: Final = 5


@dataclass(frozen=True)
class _Question:
    """What is asked, within which limits, and who answers it of a graph that has no index."""

    request: type[Any]
    limited: Callable[[Any, Settings], Any]
    afar: Callable[[Reader, Any, Settings], dict[str, Any]]


def answer(name: str, data: Data, parameters: Parameters) -> bytes:
    """The answer to a question of :data:`QUESTIONS` as JSON.

    :raises NotFoundError: for a thing that the graph does not know; its hint names some whose names are like it.
    """
    question = QUESTIONS[name]
    with _suggesting(data):
        request = question.limited(question.request.from_json(parameters), data.settings)
        if data.neighbours is None:
            return serialized(question.afar(data.reader, request, data.settings))
        return data.neighbours.answer(request, **({"generation": data.generation} if data.generation else {}))


def measure(data: Data, parameters: Parameters) -> dict[str, Any]:
    """A measure of the graph. Raises as :func:`answer` does."""
    with _suggesting(data):
        return _measured(data, parameters)


@contextlib.contextmanager
def _suggesting(data: Data) -> Iterator[None]:
    if data.neighbours is None and isinstance(data.store, ox.Store):
        raise UsageError("Neighbours were not prepared for this session.")
    try:
        yield
    except NotFoundError as error:
        raise NotFoundError(error.message, f"{error.hint} {_suggestion(data, error.message)}".rstrip()) from None


def _few_nodes(request: NeighbourRequest | CommonRequest, settings: Settings) -> Any:
    _within(settings, "limit", request.limit)
    return request


def _few_things(request: SubgraphRequest, settings: Settings) -> SubgraphRequest:
    _within(settings, "the number of things", len(request.iri))
    return replace(request, most_edges=settings.max_nodes * EDGES_PER_NODE)


def _few_paths(request: PathRequest, settings: Settings) -> PathRequest:
    if request.k > settings.max_paths:
        raise UsageError(f"k must be at most {settings.max_paths} (setting max_paths), not {request.k}.")
    return replace(request, most_steps=settings.max_path_steps)


def _within(settings: Settings, what: str, number: int) -> None:
    most = settings.max_nodes
    if number > most:
        raise UsageError(f"{what} must be at most {most} (setting max_nodes), not {number}.")


def _by_rule(answered: Callable[[Reader, Any, str], dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    return lambda reader, request, settings: answered(reader, request, settings.relations)


#: Questions to the index of relations.
QUESTIONS: Final[dict[str, _Question]] = {
    "neighbours": _Question(NeighbourRequest, _few_nodes, _by_rule(nearby.neighbours)),
    "subgraph": _Question(SubgraphRequest, _few_things, _by_rule(nearby.subgraph)),
    "common": _Question(CommonRequest, _few_nodes, _by_rule(nearby.common)),
    "paths": _Question(
        PathRequest,
        _few_paths,
        lambda reader, request, settings: nearby.paths(reader, request, settings.max_nodes, settings.relations),
    ),
}


def _measured(data: Data, parameters: Parameters) -> dict[str, Any]:
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
