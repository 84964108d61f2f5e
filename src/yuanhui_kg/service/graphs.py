"""``/graphs``: the SPARQL 1.1 Graph Store HTTP Protocol.

A graph is named by ``?graph=IRI``, as ``?default``, or directly: ``/graphs/<path>`` is the graph whose IRI is that
URL, and where the path is itself an absolute IRI, the graph of that IRI. ``/graphs`` itself is the store: all graphs
to read, to put or to add to in a format that holds several, and a new one for other data that are posted. A graph that holds nothing is there from the moment it is put until it is
deleted.
"""

from __future__ import annotations

import contextlib
import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from flask import Blueprint, Response, request

from ..errors import UsageError
from ..query import DATASET_FORMATS
from ..terms import is_iri
from . import conditions, formats
from .core import Service, accepted, base_url, no_content, not_modified, respond
from .documents import documents
from .parameters import Parameters, query_pairs
from .sparql import media_type_of

_ABSOLUTE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
_IN_PATH: Final = "/:@!$&'()*+,;=~-._"
_DATASET_LABELS: Final = [label for label, format in formats.GRAPH_LABELS.items() if format in DATASET_FORMATS]


@dataclass(frozen=True)
class Graph:
    """The graph that a request means (``iri`` being ``None`` for the default graph), and the base of what it sends."""

    iri: str | None
    base: str


def blueprint(service: Service) -> Blueprint:
    """The routes of ``/graphs``."""
    routes = Blueprint("graphs", __name__)

    @routes.get("/graphs")
    @routes.get("/graphs/")
    @routes.get("/graphs/<path:name>")
    def get(name: str = "") -> Response:
        if not name and not query_pairs():
            return _dataset(service)
        return _graph(service, _named(service, name).iri)

    @routes.put("/graphs")
    @routes.put("/graphs/")
    @routes.put("/graphs/<path:name>")
    def put(name: str = "") -> Response:
        if not name and not query_pairs() and _is_dataset():
            return _send_dataset(service, "put_dataset")
        return _send(service, "put", lambda: _named(service, name))

    @routes.post("/graphs")
    @routes.post("/graphs/")
    @routes.post("/graphs/<path:name>")
    def post(name: str = "") -> Response:
        if name or query_pairs():
            return _send(service, "post", lambda: _named(service, name))
        if _is_dataset():
            return _send_dataset(service, "post_dataset")
        return _send(service, "post", lambda: _direct(service, str(uuid.uuid4())))

    @routes.delete("/graphs")
    @routes.delete("/graphs/")
    @routes.delete("/graphs/<path:name>")
    def delete(name: str = "") -> Response:
        writing = service.writing()
        return no_content(writing.run("delete", {"graph": _named(service, name).iri, **conditions.on_graph()}))

    return routes


def _dataset(service: Service) -> Response:
    """All graphs, which is what the address of the store itself stands for."""
    label = accepted(_DATASET_LABELS)
    tag = service.data_tag("dump", label)
    job = {"media_type": formats.GRAPH_LABELS[label]}
    return not_modified(tag) or respond(service.ask("dump", job, remember=False), label, tag=tag)


def _is_dataset() -> bool:
    """Whether the current request's body is in a format that holds several graphs."""
    return media_type_of(request.headers.get("Content-Type", ""))[0] in _DATASET_LABELS


def _send_dataset(service: Service, change: str) -> Response:
    """Let the request's body be put in the place of all graphs, or added to them."""
    writing = service.writing()
    if "If-Match" in request.headers or "If-None-Match" in request.headers:
        raise UsageError("A condition is about one graph, and all are sent.", "Leave it out, or send one graph.")
    with contextlib.ExitStack() as stack:
        sent = list(documents(service.settings.max_upload_bytes, stack))
        media_types = [media_type for _, media_type in sent]
        parameters = {"base": f"{base_url(service.settings)}/graphs", "media_types": media_types}
        done = writing.run(change, parameters, [file for file, _ in sent])
    return no_content(done)


def _graph(service: Service, iri: str | None) -> Response:
    label = accepted(list(formats.GRAPH_LABELS))
    unchanged = not_modified(_tag(service, iri, label)) if request.if_none_match else None
    if unchanged is not None:
        return unchanged
    found = service.ask("graph", {"graph": iri, "media_type": formats.GRAPH_LABELS[label]})
    # The tag is of what is sent, whatever has been written since somebody looked.
    return respond(found, label, tag=_tag(service, iri, label, found.head))


def _tag(service: Service, iri: str | None, label: str, head: Mapping[str, Any] | None = None) -> str:
    """The entity tag of a graph; where another server holds it, one that changes with any of that server's data."""
    known = service.data("fingerprint", {"graph": iri}) if head is None else head.get("fingerprint")
    return service.data_tag("graph", iri, label) if known is None else conditions.graph_tag(known, label)


def _named(service: Service, name: str) -> Graph:
    """The graph that the current request names. Raises :class:`UsageError`."""
    if name:
        Parameters(query_pairs(), ())
        return _direct(service, name)
    given = Parameters(query_pairs(), ("graph", "default"))
    iri, default = given.one("graph"), given.one("default")
    if (iri is None) == (default is None):
        raise UsageError("Which graph is meant is not told.", "Give either graph=IRI or default, and once.")
    if iri is None:
        return Graph(None, f"{base_url(service.settings)}/graphs?default")
    if not is_iri(iri):
        raise UsageError(f"{iri[:200]!r} is no absolute IRI.", "Give a full IRI such as https://example.org/graph.")
    return Graph(iri, iri)


def _direct(service: Service, name: str) -> Graph:
    if _ABSOLUTE.match(name) and is_iri(name):
        return Graph(name, name)
    iri = f"{base_url(service.settings)}/graphs/{quote(name, safe=_IN_PATH)}"
    return Graph(iri, iri)


def _send(service: Service, change: str, named: Callable[[], Graph]) -> Response:
    """Let the request's body be put into or added to a graph."""
    writing = service.writing()
    graph = named()
    with contextlib.ExitStack() as stack:
        sent = list(documents(service.settings.max_upload_bytes, stack))
        if not sent and change == "post":
            return no_content()  # nothing is added, nothing is made
        parameters = {
            "graph": graph.iri,
            "base": graph.base,
            "media_types": [media_type for _, media_type in sent],
            **conditions.on_graph(),
        }
        done = writing.run(change, parameters, [file for file, _ in sent])
    response = no_content(done)
    if not done["created"]:
        return response
    response.status_code = 201
    response.content_length = 0
    if graph.iri is not None:
        inside = graph.iri.startswith(base_url(service.settings) + "/graphs/")
        response.headers["Location"] = graph.iri if inside else f"/graphs?graph={quote(graph.iri, safe='')}"
    return response
