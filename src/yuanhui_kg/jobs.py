"""What a worker can be asked to do, by name. Runs inside the worker, over data that the zygote prepared."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

import pyoxigraph as ox

from .errors import UsageError
from .namespaces import PREFIXES
from .query import GRAPH_FORMATS, QueryRequest, evaluate
from .settings import Settings
from .store import StoreReader

if TYPE_CHECKING:  # imported where they are used: a session without indexes starts without numpy
    from .graph.neighbours import NeighbourIndex
    from .search import SearchIndex


@dataclass
class Data:
    """Everything that a worker reads: the store and the indexes made from it (``None`` where not asked for)."""

    store: ox.Store
    settings: Settings
    neighbours: NeighbourIndex | None = None
    search: SearchIndex | None = None

    @property
    def reader(self) -> StoreReader:
        return StoreReader(self.store)


def build_neighbours(store: ox.Store) -> NeighbourIndex:
    from .graph.neighbours import NeighbourIndex

    return NeighbourIndex.build(StoreReader(store))


def build_search(store: ox.Store, path: Path, neighbours: NeighbourIndex) -> None:
    """Write the search index to ``path``; better connected things rank higher."""
    from .search import SearchIndex

    SearchIndex.build(StoreReader(store), path, neighbours.degree).close()


def open_search(path: Path) -> SearchIndex:
    from .search import SearchIndex

    return SearchIndex(path)


def run(name: str, parameters: Mapping[str, Any], data: Data, out: IO[bytes]) -> dict[str, Any]:
    """Do the job ``name``, write the answer to ``out``; the answer's head. Raises :class:`YuanhuiError`."""
    return JOBS[name](data, parameters, out)


def _sparql(data: Data, parameters: Mapping[str, Any], out: IO[bytes]) -> dict[str, Any]:
    settings = data.settings
    request = QueryRequest(**_values(parameters))
    return evaluate(
        data.store,
        request,
        out,
        max_nesting=settings.max_query_nesting,
        union=settings.union_default_graph,
    )


def _values(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters as they came through JSON, with tuples in the place of lists."""
    return {name: tuple(value) if isinstance(value, list) else value for name, value in parameters.items()}


def _neighbours(data: Data, parameters: Mapping[str, Any], out: IO[bytes]) -> dict[str, Any]:
    if data.neighbours is None:
        raise UsageError("Neighbours were not prepared for this session.")
    from .graph.neighbours import NeighbourRequest

    request = NeighbourRequest.from_json(dict(parameters))
    most = data.settings.max_nodes
    if request.limit > most:
        raise UsageError(f"limit must be at most {most} (setting max_nodes), not {request.limit}.")
    return _json(data.neighbours.neighbours(request), out)


def _search(data: Data, parameters: Mapping[str, Any], out: IO[bytes]) -> dict[str, Any]:
    if data.search is None:
        raise UsageError("The search index was not prepared for this session.")
    found = data.search.search(parameters["q"], parameters.get("limit", 20), tuple(parameters.get("types", ())))
    return _json(found, out)


def _entity(data: Data, parameters: Mapping[str, Any], out: IO[bytes]) -> dict[str, Any]:
    from . import entities

    return _json(entities.describe(data.reader, parameters["iri"]), out)


def _resource(data: Data, parameters: Mapping[str, Any], out: IO[bytes]) -> dict[str, Any]:
    from . import entities

    triples: Iterable[ox.Triple] = entities.description(data.reader, parameters["iri"])
    media_type = parameters["media_type"]
    ox.serialize(triples, out, GRAPH_FORMATS[media_type], prefixes=PREFIXES)
    return {"media_type": media_type, "kind": "graph"}


def _stats(data: Data, parameters: Mapping[str, Any], out: IO[bytes]) -> dict[str, Any]:
    from . import entities

    return _json(entities.stats(data.reader), out)


def _json(value: Any, out: IO[bytes]) -> dict[str, Any]:
    out.write(json.dumps(value, ensure_ascii=False).encode())
    return {"media_type": "application/json"}


JOBS: Final[dict[str, Callable[[Data, Mapping[str, Any], IO[bytes]], dict[str, Any]]]] = {
    "sparql": _sparql,
    "neighbours": _neighbours,
    "search": _search,
    "entity": _entity,
    "resource": _resource,
    "stats": _stats,
}
