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


def _checks(data: Data, parameters: Mapping[str, Any], out: IO[bytes]) -> dict[str, Any]:
    from . import check, rules

    chosen = rules.load(data.settings.rules, parameters.get("rules", ()))
    found = check.check(data.reader, chosen)
    return _json(check.report(found, chosen, problems=parameters.get("problems", False)), out)


def _figures(data: Data, parameters: Mapping[str, Any], out: IO[bytes]) -> dict[str, Any]:
    from . import figures
    from .export import tables

    fields = ("subjects", "indicators", "periods", "kinds")
    wanted = figures.Selection(**{name: tuple(parameters.get(name, ())) for name in fields})
    rows = figures.read(data.reader, wanted)
    format = parameters.get("format", "json")
    if format == "csv":
        out.write(tables.to_csv(rows, bom=bool(parameters.get("bom"))))
        return {"media_type": tables.CSV_TYPE}
    if format == "xlsx":
        out.write(tables.to_xlsx(rows))
        return {"media_type": tables.XLSX_TYPE}
    return _json({"count": len(rows), "figures": figures.as_json(rows)}, out)


def _figures_description(data: Data, parameters: Mapping[str, Any], out: IO[bytes]) -> dict[str, Any]:
    from .export import tables

    out.write(tables.csvw(parameters["url"], tables.licence(data.reader)))
    return {"media_type": tables.CSVW_TYPE}


def _citation(data: Data, parameters: Mapping[str, Any], out: IO[bytes]) -> dict[str, Any]:
    from . import cite

    citation = cite.cite(data.reader, parameters["iri"])
    language, accessed = parameters.get("lang"), cite.access_date(parameters.get("accessed"))
    style = parameters.get("style")
    if style is None:
        return _json(citation.as_dict(language or cite.LANGUAGES[0], accessed), out)
    out.write(cite.styled(citation, style, language, accessed).encode())
    return {"media_type": cite.STYLES[style][0]}


def _context(data: Data, parameters: Mapping[str, Any], out: IO[bytes]) -> dict[str, Any]:
    from .export import jsonld

    out.write(jsonld.serialized(jsonld.context(data.settings.context_file, data.reader)))
    return {"media_type": "application/ld+json"}


def _compact(data: Data, parameters: Mapping[str, Any], out: IO[bytes]) -> dict[str, Any]:
    """A resource as JSON-LD under the project's context."""
    from . import entities
    from .export import jsonld

    triples = entities.description(data.reader, parameters["iri"])
    context = jsonld.context(data.settings.context_file, data.reader)
    out.write(jsonld.document(triples, context, parameters.get("reference")))
    return {"media_type": "application/ld+json", "kind": "graph"}


def _statements(data: Data, parameters: Mapping[str, Any], out: IO[bytes]) -> dict[str, Any]:
    """All statements as RDF 1.2."""
    from .export import rdf12

    format = rdf12.FORMATS[parameters["format"]]
    ox.serialize(rdf12.statements(data.reader), out, format, prefixes=PREFIXES)
    return {"media_type": format.media_type, "kind": "graph"}


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
    "figures": _figures,
    "figures-description": _figures_description,
    "citation": _citation,
    "context": _context,
    "compact": _compact,
    "statements": _statements,
    "checks": _checks,
}
