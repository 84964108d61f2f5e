"""``/api/v1/export``: the graph, a part of it, a query's answer or a table, as a file in any format."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, Final

from flask import Blueprint, Response

from .. import terms
from ..catalog import SavedQuery
from ..errors import NotFoundError, UsageError
from ..export.choosing import LIMIT, Choice
from ..export.exporting import NAMES, TABLE_NAMES, Export
from ..graph.requests import DIRECTIONS, MAX_DEPTH
from .core import Service, not_modified, respond, sparql_job
from .parameters import Parameters, query_pairs, seconds

PATH: Final = "/api/v1/export"
#: Shown where they are opened; others are files to keep. HTML too: its script is not one of this service's.
_SHOWN: Final = frozenset(["svg", "png", "pdf"])
#: A picture that is shown here runs nothing and fetches nothing, whatever stands in it.
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; sandbox"
_LANGUAGES: Final = ("zh", "en")
_KNOWN: Final = (
    *(
        "format",
        "from",
        "depth",
        "direction",
        "limit",
        "path",
        "query",
        "communities",
        "table",
        "lang",
        "bom",
        "timeout",
    ),
)


def blueprint(service: Service) -> Blueprint:
    """The route of exports."""
    routes = Blueprint("exports", __name__)

    @routes.get(PATH)
    def export() -> Response:
        pairs = query_pairs()
        saved = service.queries.get(next((value for key, value in pairs if key == "query"), ""))
        own = [param.name for param in saved.params if param.name not in _KNOWN] if saved else []
        given = Parameters(pairs, (*_KNOWN, *own))
        job = _job(service, given, saved, own)
        timeout = given.one("timeout")
        limit = None if timeout is None else seconds(timeout, "timeout", service.settings.query_timeout)
        tag = service.tag("export", job)
        return not_modified(tag) or _file(service, job, limit, tag)

    return routes


def _file(service: Service, job: dict[str, Any], timeout: float | None, tag: str) -> Response:
    answer = service.ask("export", job, timeout=timeout)
    notes = answer.head.get("notes", ())
    response = respond(answer, answer.head["media_type"], tag=tag)
    kind = "inline" if job["format"] in _SHOWN else "attachment"
    response.headers["Content-Disposition"] = f"{kind}; filename=export.{job['format']}"
    response.headers["Content-Security-Policy"] = _POLICY
    for note in notes:
        response.headers.add("X-Export-Note", note["en"])
    return response


def _job(service: Service, given: Parameters, saved: SavedQuery | None, own: list[str]) -> dict[str, Any]:
    """The parameters of the job ``export``, checked as far as that can be without the graph."""
    format = given.choice("format", NAMES, "")
    if not format:
        raise UsageError("Parameter format is missing.", f"Give one of {', '.join(NAMES)}.")
    job: dict[str, Any] = {
        "format": format,
        "language": given.choice("lang", _LANGUAGES, "zh"),
        "table": given.choice("table", TABLE_NAMES, ""),
        "bom": _is_on(given, "bom"),
        "communities": _is_on(given, "communities"),
    }
    chosen = [name for name in ("from", "path", "query") if given.many(name)]
    if len(chosen) > 1:
        raise UsageError(f"Parameters {' and '.join(chosen)} exclude each other.", "Give one of them.")
    for name in ("depth", "direction", "limit"):
        if given.many(name) and "from" not in chosen:
            raise UsageError(f"Parameter {name} goes with from.", "Name the thing whose surroundings are wanted.")
    if "from" in chosen:
        job |= _around(service, given)
    elif "path" in chosen:
        job["paths"] = _paths(given)
    elif "query" in chosen:
        return {**job, **_query(given, saved, own)}
    Export(format, Choice(tuple(job.get("start", ()))), job["language"], job["table"], job["bom"])
    return job


def _is_on(given: Parameters, name: str) -> bool:
    return given.choice(name, ("1", "true", "0", "false"), "0") in ("1", "true")


def _around(service: Service, given: Parameters) -> dict[str, Any]:
    most = service.settings.max_nodes
    return {
        "start": [terms.iri_of(value) for value in dict.fromkeys(given.many("from"))],
        "depth": given.integer("depth", 1, 1, MAX_DEPTH),
        "direction": given.choice("direction", DIRECTIONS, "both"),
        "limit": given.integer("limit", min(LIMIT, most), 1, most),
    }


def _paths(given: Parameters) -> list[list[str]]:
    """From each named thing to the next."""
    things = [terms.iri_of(value) for value in given.many("path")]
    if len(things) < 2:
        raise UsageError("Parameter path is given once.", "Give it for each thing on the way: path=A&path=B.")
    return [list(pair) for pair in pairwise(things)]


def _query(given: Parameters, saved: SavedQuery | None, own: list[str]) -> dict[str, Any]:
    text = given.one("query") or ""
    if saved is not None:
        values = {name: value for name in own if (value := given.one(name)) is not None}
        job = sparql_job(saved.text, bindings=saved.bindings(values))
        return {"query": job, "title": dict(saved.summary)}
    if "{" not in text:
        raise NotFoundError(f"There is no saved query {text[:100]!r}.", "/api/v1/queries lists them.")
    return {"query": sparql_job(text), "title": None}
