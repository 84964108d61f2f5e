"""``/graphs``: the SPARQL 1.1 Graph Store HTTP Protocol.

A graph is named by ``?graph=IRI``, as ``?default``, or directly: ``/graphs/<path>`` is the graph whose IRI is that
URL, and where the path is itself an absolute IRI, the graph of that IRI. A graph that holds nothing is there from the
moment it is put or posted until it is deleted.
"""

from __future__ import annotations

import contextlib
import os
import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, Final
from urllib.parse import quote

from flask import Blueprint, Response, request
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import UnsupportedMediaType

from ..errors import UsageError
from ..query import GRAPH_FORMATS
from ..terms import is_iri
from ..writing import MAX_FILES
from . import formats
from .bodies import received
from .core import Service, accepted, base_url, no_content, not_modified, respond
from .parameters import Parameters, query_pairs
from .sparql import media_type_of

_MULTIPART: Final = "multipart/form-data"
_ABSOLUTE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
_IN_PATH: Final = "/:@!$&'()*+,;=~-._"
_UNTYPED: Final = ("", "application/octet-stream")


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
        graph = _named(service, name)
        label = accepted(list(formats.GRAPH_LABELS))
        tag = service.tag("graph", graph.iri, label)
        unchanged = not_modified(tag)
        if unchanged is not None:
            return unchanged
        job = {"graph": graph.iri, "media_type": formats.GRAPH_LABELS[label]}
        return respond(service.ask("graph", job), label, tag=tag)

    @routes.put("/graphs")
    @routes.put("/graphs/")
    @routes.put("/graphs/<path:name>")
    def put(name: str = "") -> Response:
        return _send(service, "put", lambda: _named(service, name))

    @routes.post("/graphs")
    @routes.post("/graphs/")
    @routes.post("/graphs/<path:name>")
    def post(name: str = "") -> Response:
        if name or query_pairs():
            return _send(service, "post", lambda: _named(service, name))
        return _send(service, "post", lambda: _direct(service, str(uuid.uuid4())))

    @routes.delete("/graphs")
    @routes.delete("/graphs/")
    @routes.delete("/graphs/<path:name>")
    def delete(name: str = "") -> Response:
        writing = service.writing()
        writing.run("delete", {"graph": _named(service, name).iri})
        return no_content()

    return routes


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
        parts = list(_parts(service, stack))
        parameters = {"graph": graph.iri, "base": graph.base, "media_types": [media_type for _, media_type in parts]}
        done = writing.run(change, parameters, [file for file, _ in parts])
    response = no_content()
    if not done["created"]:
        return response
    response.status_code = 201
    response.content_length = 0
    if graph.iri is not None:
        inside = graph.iri.startswith(base_url(service.settings) + "/graphs/")
        response.headers["Location"] = graph.iri if inside else f"/graphs?graph={quote(graph.iri, safe='')}"
    return response


def _parts(service: Service, stack: contextlib.ExitStack) -> Iterator[tuple[IO[bytes], str]]:
    """The documents that the current request brings, with their formats."""
    limit = service.settings.max_upload_bytes
    media_type, charset = media_type_of(request.headers.get("Content-Type", ""))
    if media_type == _MULTIPART:
        yield from _uploaded(limit, stack)
        return
    if charset not in ("", "utf-8", "utf8", "us-ascii"):
        raise UnsupportedMediaType(f"The data come in charset {charset[:40]!r}; only UTF-8 is read.")
    # What cannot be read is refused before it is received, but for a body that is empty: that has no syntax.
    known = _format(media_type, "") if media_type or request.content_length else None
    body = received(limit, "max_upload_bytes", stack)
    if body.seek(0, os.SEEK_END):
        yield body, known or _format(media_type, "")


def _uploaded(limit: int, stack: contextlib.ExitStack) -> Iterator[tuple[IO[bytes], str]]:
    if request.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        raise UnsupportedMediaType("A form is not read compressed; send it as it is.")
    request.max_content_length = limit
    files = [file for _, each in request.files.lists() for file in each]
    for file in files:
        stack.callback(file.close)
    if list(request.form) or not files:
        raise UsageError("The form's fields are not files.", "Give each part a filename and a Content-Type.")
    if len(files) > MAX_FILES:
        raise UsageError(f"The form holds {len(files)} files.", f"Send at most {MAX_FILES} at once.")
    for file in files:
        yield _on_disk(file), _format(media_type_of(file.content_type or "")[0], file.filename or "")


def _on_disk(file: FileStorage) -> IO[bytes]:
    file.stream.fileno()  # what is small is in memory until it is asked for its number
    file.stream.flush()
    return file.stream


def _format(media_type: str, filename: str) -> str:
    """The RDF format that a ``Content-Type`` or, where it says nothing, a file's extension names."""
    if media_type in _UNTYPED:
        media_type = formats.EXTENSIONS.get(filename.rpartition(".")[2].lower(), media_type)
    if media_type not in formats.GRAPH_LABELS:
        raise UnsupportedMediaType(
            f"Data come as {', '.join(GRAPH_FORMATS)} or {_MULTIPART}, not as {media_type[:100] or 'something unnamed'}."
        )
    return formats.GRAPH_LABELS[media_type]
