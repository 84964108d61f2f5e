"""``/api/v1``: the graph as a graph. Neighbours, paths, subgraphs, what things have in common, measures."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

from flask import Blueprint, Response, request
from werkzeug.exceptions import UnsupportedMediaType

from .. import terms
from ..errors import NotFoundError, UsageError
from ..graph.requests import DIRECTIONS, MAX_DEPTH, MAX_LENGTH, MEASURES, METRICS
from ..settings import Settings
from . import encoding
from .api import PREFIX, answer, iris, timeout_of
from .core import JSON, Service, accepted, base_url, not_modified, respond, respond_json
from .parameters import Parameters, pairs, query_pairs
from .sparql import FORM, body_limit, media_type_of

CSV: Final = "text/csv"
ALL: Final = "all"  #: The value of ``limit`` that sets none.
_SCOPE: Final = ("direction", "predicate", "type", "modality")


def blueprint(service: Service) -> Blueprint:
    """The routes of graph questions."""
    routes = Blueprint("graph", __name__, url_prefix=PREFIX)
    settings = service.settings

    @routes.get("/neighbours")
    def neighbours() -> Response:
        known = ("iri", "id", "depth", *_SCOPE, "limit", "per_hop", "per_node", "timeout")
        given = Parameters(query_pairs(), known)
        job = {
            "iri": _things(given, "whose neighbours are wanted"),
            "depth": given.integer("depth", 1, 1, MAX_DEPTH),
            **_scope(given),
            "limit": _limit(given, settings),
            **{
                name: given.integer(name, 1, 1, settings.max_nodes)
                for name in ("per_hop", "per_node")
                if given.has(name)
            },
        }
        return answer(service, "neighbours", job, timeout_of(service, given))

    @routes.get("/subgraph")
    @routes.post("/subgraph")
    def subgraph() -> Response:
        given = Parameters(query_pairs() + _posted(settings), ("iri", "id", "predicate", "modality", "timeout"))
        job = {"iri": _things(given, "between which relations are wanted"), **_scope(given)}
        del job["direction"], job["types"]
        return answer(service, "subgraph", job, timeout_of(service, given))

    @routes.get("/common")
    def common() -> Response:
        given = Parameters(query_pairs(), ("iri", "id", *_SCOPE, "at_least", "limit", "timeout"))
        job = {
            "iri": _things(given, "that have something in common"),
            **_scope(given),
            "limit": _limit(given, settings),
            **({"at_least": given.integer("at_least", 1, 1, 100)} if given.has("at_least") else {}),
        }
        return answer(service, "common", job, timeout_of(service, given))

    @routes.get("/paths")
    def paths() -> Response:
        given = Parameters(query_pairs(), ("from", "to", "k", "max_length", *_SCOPE, "timeout"))
        job = {
            "start": _end(given, "from"),
            "end": _end(given, "to"),
            "k": given.integer("k", min(3, settings.max_paths), 1, settings.max_paths),
            "max_length": given.integer("max_length", 8, 1, MAX_LENGTH),
            **_scope(given),
        }
        return answer(service, "paths", job, timeout_of(service, given))

    @routes.get("/analytics")
    def measures() -> Response:
        Parameters(query_pairs(), ())
        accepted([JSON])
        base = base_url(settings)
        return respond_json({"measures": {name: f"{base}{PREFIX}/analytics/{name}" for name in MEASURES}})

    @routes.get("/analytics/<measure>")
    def analytics(measure: str) -> Response:
        if measure not in MEASURES:
            raise NotFoundError(f"There is no measure {measure[:100]!r}.", f"Take one of {', '.join(MEASURES)}.")
        given = Parameters(query_pairs(), ("from", "depth", *_SCOPE, "limit", *_OPTIONS.get(measure, ()), *_ALWAYS))
        label = _format(given)
        job = {**_measure_job(measure, given, settings), "format": "csv" if label == CSV else "json"}
        timeout = timeout_of(service, given)
        tag = service.tag("analytics", job)
        return not_modified(tag) or respond(service.ask("analytics", job, timeout=timeout), label, tag=tag)

    return routes


_ALWAYS: Final = ("format", "timeout")
_OPTIONS: Final[dict[str, tuple[str, ...]]] = {
    "pagerank": ("damping",),
    "betweenness": ("samples", "seed"),
    "communities": ("resolution", "seed"),
    "similarity": ("id", "metric"),
}


def _measure_job(measure: str, given: Parameters, settings: Settings) -> dict[str, Any]:
    job: dict[str, Any] = {
        "measure": measure,
        "iri": list(dict.fromkeys(iris(given, "from"))),
        "depth": given.integer("depth", 2, 1, MAX_DEPTH),
        **_scope(given),
        "limit": None if given.one("limit") == ALL else given.integer("limit", 100, 1, 10**9),
    }
    if measure == "similarity":
        job["thing"] = _end(given, "id")
        job["metric"] = given.choice("metric", METRICS, METRICS[0])
    if given.has("samples"):
        job["samples"] = given.integer("samples", 1, 1, 1_000_000)
    if given.has("seed"):
        job["seed"] = given.integer("seed", 1, 0, 2**32 - 1)
    if given.has("resolution"):
        job["resolution"] = given.number("resolution", 1.0, 0.001, 1000)
    if given.has("damping"):
        job["damping"] = given.number("damping", 0.85, 0, 0.999)
    return job


def _scope(given: Parameters) -> dict[str, Any]:
    """Which relations and things count."""
    return {
        "direction": given.choice("direction", DIRECTIONS, "both"),
        "predicates": iris(given, "predicate", terms.term_of),
        "types": iris(given, "type", terms.term_of),
        "modalities": given.many("modality"),
    }


def _things(given: Parameters, which: str) -> list[str]:
    """The things that a request names by ``iri`` or ``id``, each once. Raises :class:`UsageError`."""
    found = iris(given, "iri") + iris(given, "id")
    if not found:
        raise UsageError("Parameter iri (or id) is missing.", f"Give the things {which}.")
    return list(dict.fromkeys(found))


def _end(given: Parameters, name: str) -> str:
    found = iris(given, name)
    if not found:
        raise UsageError(f"Parameter {name} is missing.", "Give the IRI or id of a thing.")
    if len(found) > 1:
        raise UsageError(f"Parameter {name} is given {len(found)} times.", "Give it once.")
    return found[0]


def _limit(given: Parameters, settings: Settings) -> int:
    most = settings.max_nodes
    return given.integer("limit", min(1000, most), 1, most)


def _format(given: Parameters) -> str:
    """The media type that ``format`` or the Accept header asks for. Raises what negotiation raises."""
    named = given.choice("format", ("json", "csv"), "json") if given.has("format") else None
    return accepted([JSON, CSV]) if named is None else {"json": JSON, "csv": CSV}[named]


def _posted(settings: Settings) -> list[tuple[str, str]]:
    """The parameters in the current request's body: a form, or a JSON object of texts and lists of texts."""
    if request.method != "POST":
        return []
    media_type, _ = media_type_of(request.headers.get("Content-Type", ""))
    body = encoding.body(body_limit(settings))
    if media_type == FORM:
        return pairs(body, "form")
    if media_type == JSON:
        return _of_json(body)
    raise UnsupportedMediaType(
        f"The things come as {JSON} or {FORM}, not as {media_type[:100] or 'something unnamed'}."
    )


def _of_json(body: bytes) -> list[tuple[str, str]]:
    try:
        given = json.loads(body)
        json.dumps(given, ensure_ascii=False).encode()  # half characters (\\ud800) are no text
    except (ValueError, RecursionError):
        raise UsageError("The body is not JSON.", 'Send for instance {"id": ["a", "b"]}.') from None
    if not isinstance(given, dict):
        raise UsageError("The body is no JSON object.", 'Send for instance {"id": ["a", "b"]}.')
    found: list[tuple[str, str]] = []
    for name, value in given.items():
        values: Sequence[Any] = value if isinstance(value, list) else [value]
        for one in values:
            if not isinstance(one, str):
                raise UsageError(
                    f"Parameter {name[:100]} holds {str(one)[:100]!r}.", "It takes a text or a list of texts."
                )
            found.append((name, one))
    return found
