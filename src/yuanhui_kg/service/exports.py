"""``/api/v1/export``: the graph, a part of it, a query's answer, a saved view or a table, as a file in any format;
``/api/v1/views``: the saved views."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any, Final

from flask import Blueprint, Response

from .. import terms, views
from ..errors import NotFoundError, UsageError
from ..export.choosing import LIMIT, Choice
from ..export.exporting import NAMES, TABLE_NAMES, Export
from ..graph.requests import DIRECTIONS, MAX_DEPTH
from ..screening import is_deterministic
from ..settings import Settings
from ..views import View
from .api import iris
from .core import JSON, Service, accepted, base_url, entity_tag, not_modified, respond, respond_json, sparql_job
from .parameters import Parameters, query_pairs, seconds
from .sparql import tell_open

PATH: Final = "/api/v1/export"
#: Shown where they are opened; others are files to keep. HTML too: its script is not one of this service's.
_SHOWN: Final = frozenset(["svg", "png", "pdf"])
#: A picture that is shown here runs nothing and fetches nothing, whatever stands in it.
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; sandbox"
_LANGUAGES: Final = ("zh", "en")
VIEWS: Final = "/api/v1/views"
#: Parameters that say which part of the graph is wanted: with a view, that does.
_SCOPE: Final = {"predicate": "predicates", "type": "types", "modality": "modalities"}
_PART: Final = ("from", "depth", "direction", "limit", *_SCOPE, "path", "query", "communities")
_KNOWN: Final = ("format", "view", *_PART, "table", "lang", "bom", "timeout")


def blueprint(service: Service) -> Blueprint:
    """The route of exports."""
    routes = Blueprint("exports", __name__)

    @routes.get(PATH)
    def export() -> Response:
        pairs = query_pairs()
        saved = service.queries.get(next((value for key, value in pairs if key == "query"), ""))
        own = [param.name for param in saved.params if param.name not in _KNOWN] if saved else []
        given = Parameters(pairs, (*_KNOWN, *own))
        job = _view_job(service, given) if given.has("view") else _job(service, given, own)
        timeout = given.one("timeout")
        limit = None if timeout is None else seconds(timeout, "timeout", service.settings.query_timeout)
        # What a query answers anew each time (NOW, SERVICE) nobody may keep.
        lasting = "query" not in job or is_deterministic(job["query"]["query"])
        tag = service.tag("export", job) if lasting else None
        return (tag and not_modified(tag)) or _file(service, job, limit, tag)

    @routes.get(VIEWS)
    def listed() -> Response:
        Parameters(query_pairs(), ())
        accepted([JSON])
        return respond_json({"views": [_described(name, view) for name, view in service.views.items()]})

    @routes.get(f"{VIEWS}/<name>")
    def view(name: str) -> Response:
        Parameters(query_pairs(), ())
        accepted([JSON])
        document = saved_view(service, name).document
        tag = entity_tag("view", name, document)
        return not_modified(tag) or respond_json(document, tag=tag)

    return routes


def _described(name: str, view: View) -> dict[str, Any]:
    """A view among others."""
    about = {key: view.document[key] for key in ("title", "description") if key in view.document}
    return {"name": name, **about, "document": f"{VIEWS}/{name}", "export": f"{PATH}?view={name}&format="}


def saved_view(service: Service, name: str) -> View:
    """The view of that name. Raises :class:`NotFoundError`."""
    found = service.views.get(name)
    if found is None:
        raise NotFoundError(f"There is no saved view {name[:100]!r}.", f"{VIEWS} lists them.")
    return found


def _view_job(service: Service, given: Parameters) -> dict[str, Any]:
    """The parameters of the job ``export`` of a view, which is saved here or in the URL itself."""
    others = [name for name in _PART if given.has(name)]
    if others:
        raise UsageError(f"Parameter {others[0]} does not go with view.", "The view itself says what is wanted.")
    text = given.one("view") or ""
    inline = text.startswith(views.INLINE)
    most = service.settings.max_view_bytes
    view = views.View.from_json(views.decoded(text, most)) if inline else saved_view(service, text)
    _within(service.settings, view)
    job: dict[str, Any] = {**_common(given, view.language or "zh"), "view": dict(view.document)}
    if view.query is None:
        return _checked(job, view.choice)
    return {**job, **_query(service, view.query, view.parameters, view.title)}


def _within(settings: Settings, view: View) -> None:
    """Raises :class:`UsageError` where a view asks for more than a visitor may."""
    limit = view.choice.limit if "from" in view.document else len(view.choice.things)
    if limit > settings.max_nodes and ("limit" in view.document or view.choice.things):
        raise UsageError(
            f"The view asks for {limit:,} things; {settings.max_nodes:,} may be asked for (setting max_nodes).",
            "Give it a smaller limit.",
        )


def _file(service: Service, job: dict[str, Any], timeout: float | None, tag: str | None) -> Response:
    """The file that a job ``export`` makes; without a ``tag`` it is another one each time."""
    answer = service.ask("export", job, timeout=timeout, remember=tag is not None)
    notes = answer.head.get("notes", ())
    response = respond(answer, answer.head["media_type"], tag=tag)
    kind = "inline" if job["format"] in _SHOWN else "attachment"
    response.headers["Content-Disposition"] = f"{kind}; filename=export.{job['format']}"
    response.headers["Content-Security-Policy"] = _POLICY
    tell_open(response, answer.head)
    for note in notes:
        response.headers.add("X-Export-Note", note["en"])
    return response


def _common(given: Parameters, language: str) -> dict[str, Any]:
    """What has nothing to do with which part of the graph is wanted."""
    format = given.choice("format", NAMES, "")
    if not format:
        raise UsageError("Parameter format is missing.", f"Give one of {', '.join(NAMES)}.")
    return {
        "format": format,
        "language": given.choice("lang", _LANGUAGES, language),
        "table": given.choice("table", TABLE_NAMES, ""),
        "bom": _is_on(given, "bom"),
    }


def _checked(job: dict[str, Any], choice: Choice) -> dict[str, Any]:
    """The job, whose parameters go together. Raises :class:`UsageError`."""
    Export(job["format"], choice, job["language"], job["table"], job["bom"])
    return job


def _job(service: Service, given: Parameters, own: list[str]) -> dict[str, Any]:
    """The parameters of the job ``export``, checked as far as that can be without the graph."""
    job = {**_common(given, "zh"), "communities": _is_on(given, "communities")}
    chosen = [name for name in ("from", "path", "query") if given.many(name)]
    if len(chosen) > 1:
        raise UsageError(f"Parameters {' and '.join(chosen)} exclude each other.", "Give one of them.")
    for name in ("depth", "direction", "limit"):
        if given.many(name) and "from" not in chosen:
            raise UsageError(f"Parameter {name} goes with from.", "Name the thing whose surroundings are wanted.")
    for name in _SCOPE:
        if given.many(name) and chosen not in (["from"], ["path"]):
            raise UsageError(f"Parameter {name} goes with from or path.", f"Leave {name} out.")
    if "from" in chosen:
        job |= _around(service, given)
    elif "path" in chosen:
        job["paths"] = _paths(given)
    elif "query" in chosen:
        values = {name: value for name in own if (value := given.one(name)) is not None}
        return {**job, **_query(service, given.one("query") or "", values)}
    for name, plural in _SCOPE.items():
        if given.many(name):
            job[plural] = given.many(name) if name == "modality" else iris(given, name, terms.term_of)
    return _checked(job, Choice(tuple(job.get("start", ()))))


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


def _query(
    service: Service, text: str, values: Mapping[str, str], title: Mapping[str, str] | None = None
) -> dict[str, Any]:
    saved = service.queries.get(text)
    if saved is not None:
        job = sparql_job(saved.text, bindings=saved.bindings(values))
        return {"query": job, "title": dict(title or saved.summary)}
    if "{" not in text:
        raise NotFoundError(f"There is no saved query {text[:100]!r}.", "/api/v1/queries lists them.")
    return {"query": sparql_job(text, base=f"{base_url(service.settings)}/sparql"), "title": title}
