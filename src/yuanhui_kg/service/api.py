"""``/api/v1``: JSON for programs. Every parameter is checked; an unknown one is named rather than passed over."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from flask import Blueprint, Response

from .. import terms
from ..catalog import SavedQuery
from ..errors import NotFoundError, UsageError
from ..namespaces import YH
from ..query import GRAPH_FORMATS
from . import formats, sparql, vocabulary
from .core import JSON, Service, accepted, base_url, not_modified, respond, respond_json, sparql_job
from .parameters import Parameters, query_pairs, seconds

PREFIX: Final = "/api/v1"
MAX_RESULTS: Final = 200
MAX_QUERY_CHARACTERS: Final = 200  # of a search


def blueprint(service: Service) -> Blueprint:
    """The routes of ``/api/v1``."""
    routes = Blueprint("api", __name__, url_prefix=PREFIX)

    @routes.get("/")
    def index() -> Response:
        Parameters(query_pairs(), ())
        return _constant({"endpoints": {name: base_url(service.settings) + path for name, path in _PATHS.items()}})

    @routes.get("/entities/<path:name>")
    def entity(name: str) -> Response:
        return _entity(service, terms.iri_of(name), Parameters(query_pairs(), ("format", "timeout")))

    @routes.get("/entities")
    def entity_by_parameter() -> Response:
        # A path with an IRI in it does not survive every proxy.
        given = Parameters(query_pairs(), ("iri", "id", "format", "timeout"))
        return _entity(service, thing_named(given), given)

    @routes.get("/search")
    def search() -> Response:
        given = Parameters(query_pairs(), ("q", "limit", "type", "timeout"))
        return answer(service, "search", search_job(given), timeout_of(service, given))

    @routes.get("/stats")
    def stats() -> Response:
        return answer(service, "stats", {}, timeout_of(service, Parameters(query_pairs(), ("timeout",))))

    @routes.get("/checks")
    def checks() -> Response:
        given = Parameters(query_pairs(), ("rule", "problems", "timeout"))
        job = {"rules": given.many("rule"), "problems": given.choice("problems", ("true", "false"), "false") == "true"}
        return answer(service, "checks", job, timeout_of(service, given))

    @routes.get("/terms")
    def term_list() -> Response:
        Parameters(query_pairs(), ())
        accepted([JSON])
        tag = service.data_tag("terms")
        return not_modified(tag) or respond_json(vocabulary.vocabulary(service), tag=tag)

    @routes.get("/queries")
    def queries() -> Response:
        Parameters(query_pairs(), ())
        return _constant({"queries": [described(query) for query in service.queries.values()]})

    @routes.get("/queries/<id>")
    def saved(id: str) -> Response:
        Parameters(query_pairs(), ())
        query = find(service, id)
        return _constant({**described(query), "text": query.text, "standalone": query.standalone()})

    @routes.get("/queries/<id>/run")
    def run(id: str) -> Response:
        query = find(service, id)
        given = Parameters(query_pairs(), (*(param.name for param in query.params), "format", "timeout"))
        values = {param.name: value for param in query.params if (value := given.one(param.name)) is not None}
        return run_saved(service, query, values, formats.checked(given.many("format")), timeout_of(service, given))

    return routes


_KNOWN: Final = "ASK {{ {{ <{0}> ?p ?o }} UNION {{ ?s ?q <{0}> }} UNION {{ GRAPH ?g {{ <{0}> ?r ?v }} }} }}"
_MEDIA_TYPES: Final = {**formats.EXTENSIONS, "json": JSON}
_PATHS: Final = {
    "neighbours": f"{PREFIX}/neighbours?iri=",
    "paths": f"{PREFIX}/paths?from=&to=",
    "subgraph": f"{PREFIX}/subgraph?id=",
    "common": f"{PREFIX}/common?id=",
    "analytics": f"{PREFIX}/analytics",
    "entities": f"{PREFIX}/entities/",
    "search": f"{PREFIX}/search?q=",
    "stats": f"{PREFIX}/stats",
    "checks": f"{PREFIX}/checks",
    "figures": f"{PREFIX}/figures",
    "figure-groups": f"{PREFIX}/figures/groups?by=",
    "compare": f"{PREFIX}/compare?indicator=",
    "citations": f"{PREFIX}/citations?iri=",
    "documents": f"{PREFIX}/documents",
    "terms": f"{PREFIX}/terms",
    "queries": f"{PREFIX}/queries",
    "views": f"{PREFIX}/views",
    "export": f"{PREFIX}/export?format=",
}


def iris(given: Parameters, name: str, read: Callable[[str], str] = terms.iri_of) -> list[str]:
    """The values of a parameter that names things or terms, as IRIs. Raises :class:`UsageError`."""
    found = []
    for value in given.many(name):
        try:
            found.append(read(value))
        except UsageError as error:
            raise UsageError(f"Parameter {name}: {error.message}", error.hint) from None
    return found


def timeout_of(service: Service, given: Parameters) -> float | None:
    """The parameter ``timeout``, at most the setting ``query_timeout``. Raises :class:`UsageError`."""
    text = given.one("timeout")
    return None if text is None else seconds(text, "timeout", service.settings.query_timeout)


def answer(service: Service, job: str, parameters: Mapping[str, Any], timeout: float | None) -> Response:
    """The answer of a job that answers JSON."""
    accepted([JSON])
    tag = service.tag(job, parameters)
    return not_modified(tag) or respond(service.ask(job, parameters, timeout=timeout), JSON, tag=tag)


def _constant(value: Any) -> Response:
    accepted([JSON])
    return respond_json(value)


def thing_named(given: Parameters) -> str:
    """The IRI of the one thing that the parameter ``iri`` or ``id`` names. Raises :class:`UsageError`."""
    name = given.one("iri") or given.one("id")
    if not name:
        raise UsageError("Parameter iri (or id) is missing.", "Give the thing that is wanted.")
    return terms.iri_of(name)


def knows(service: Service, iri: str) -> bool:
    """Whether the graph, or a graph beside it, says anything of ``iri``."""
    return bool(service.data("sparql", sparql_job(_KNOWN.format(iri)))["boolean"])


def known_as(service: Service, name: str) -> str | None:
    """The IRI of the thing whose whole name this is, however it ends; ``None`` where the graph knows none."""
    iri = str(YH) + name
    return iri if terms.is_iri(iri) and knows(service, iri) else None


def _entity(service: Service, iri: str, given: Parameters) -> Response:
    """A thing as JSON or, by ``format`` or ``Accept``, as RDF."""
    label = _MEDIA_TYPES.get(given.choice("format", list(_MEDIA_TYPES), ""))
    # Without "application/xml", which browsers prefer to JSON.
    label = label or accepted([JSON, *GRAPH_FORMATS])
    timeout = timeout_of(service, given)
    if label == JSON:
        return answer(service, "entity", {"iri": iri}, timeout)
    return resource(service, iri, label, timeout)


def resource(service: Service, iri: str, label: str, timeout: float | None = None) -> Response:
    """One resource as RDF, ``label`` being one of :data:`formats.GRAPH_LABELS`."""
    tag = service.data_tag("resource", iri, label)
    job = {"iri": iri, "media_type": formats.GRAPH_LABELS[label]}
    return not_modified(tag) or respond(service.ask("resource", job, timeout=timeout), label, tag=tag)


def search_job(given: Parameters, default_limit: int = 20) -> dict[str, Any]:
    """The parameters of the job ``search``. Raises :class:`UsageError`."""
    text = (given.one("q") or "").strip()
    if not text:
        raise UsageError("Parameter q is missing or empty.", "Give a name, a part of one, or pinyin.")
    if len(text) > MAX_QUERY_CHARACTERS:
        raise UsageError(
            f"Parameter q has {len(text)} characters.", f"It takes at most {MAX_QUERY_CHARACTERS} characters."
        )
    return {
        "q": text,
        "limit": given.integer("limit", default_limit, 1, MAX_RESULTS),
        "types": iris(given, "type", terms.term_of),
    }


def find(service: Service, id: str) -> SavedQuery:
    """The saved query ``id``. Raises :class:`NotFoundError`."""
    query = service.queries.get(id)
    if query is None:
        raise NotFoundError(f"There is no saved query {id[:100]!r}.", f"{PREFIX}/queries lists them.")
    return query


def described(query: SavedQuery) -> dict[str, Any]:
    """A saved query without its text."""
    return {
        "id": query.id,
        "summary": dict(query.summary),
        "tags": list(query.tags),
        "kind": query.kind,
        "variables": list(query.variables),
        "parameters": [
            {"name": param.name, "type": param.type, "label": dict(param.label), "default": param.default}
            for param in query.params
        ],
        "run": f"{PREFIX}/queries/{query.id}/run",
    }


def run_saved(
    service: Service, query: SavedQuery, values: Mapping[str, str], wishes: Sequence[str], timeout: float | None
) -> Response:
    """The answer of a saved query in the format that the current request accepts."""
    return sparql.negotiated(service, sparql_job(query.text, bindings=query.bindings(values)), tuple(wishes), timeout)
