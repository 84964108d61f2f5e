"""``/update``: the SPARQL 1.1 Protocol's update operation."""

from __future__ import annotations

import contextlib
from typing import Final

from flask import Blueprint, Response, request
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType

from ..errors import UsageError
from ..settings import Settings
from ..terms import is_iri
from .bodies import received
from .core import Service, base_url, no_content
from .encoding import UnreadableTypeError
from .parameters import once, pairs, query_pairs, seconds
from .sparql import FORM, UPDATE, media_type_of

_PARAMETERS: Final = ("using-graph-uri", "using-named-graph-uri")


def blueprint(service: Service) -> Blueprint:
    """The route of ``/update``."""
    routes = Blueprint("update", __name__)

    @routes.post("/update")
    def update() -> Response:
        writing = service.writing()
        with contextlib.ExitStack() as stack:
            body = received(_body_limit(service.settings), "max_update_bytes", stack)
            given = query_pairs()
            media_type, charset = media_type_of(request.headers.get("Content-Type", ""))
            if charset not in ("", "utf-8", "utf8", "us-ascii"):
                raise UnsupportedMediaType(f"The update comes in charset {charset[:40]!r}; only UTF-8 is read.")
            if any(name in ("update", "query") for name, _ in given):
                raise UsageError(
                    "There is an update or a query in the URL, where none may be; the body holds the update.",
                    "Send one of them, in the body.",
                )
            if media_type == FORM:
                body.seek(0)
                given += pairs(body.read(), "form")
                text = _text(given)
                body.seek(0)
                body.truncate()
                body.write(text.encode("utf-8", "surrogatepass"))
                body.flush()
            elif media_type != UPDATE:
                raise UnreadableTypeError(
                    f"An update comes as {UPDATE} or {FORM}, not as {media_type[:100] or 'something unnamed'}.",
                    UPDATE,
                    FORM,
                )
            if body.seek(0, 2) > service.settings.max_update_bytes:
                most = service.settings.max_update_bytes
                raise RequestEntityTooLarge(f"The update is longer than {most:,} bytes (setting max_update_bytes).")
            if not body.tell():
                raise UsageError("The update is empty.", "Send SPARQL Update text.")
            using, named = ([value for name, value in given if name == key and value] for key in _PARAMETERS)
            for iri in (*using, *named):
                if not is_iri(iri):
                    raise UsageError(f"{iri[:200]!r} is no absolute IRI.", "Give a full IRI of a graph.")
            once(given, "timeout", "version")
            timeouts = [value for name, value in given if name == "timeout" and value]
            timeout = seconds(timeouts[0], "timeout", service.settings.write_timeout) if timeouts else None
            base = base_url(service.settings) + request.path
            done = writing.run("update", {"using": using, "using_named": named, "base": base}, [body], timeout)
        return no_content(done)

    return routes


def _body_limit(settings: Settings) -> int:
    """Percent-encoding triples what is not ASCII, and a form holds other parameters beside the text."""
    return 3 * settings.max_update_bytes + 64 * 1024


def _text(given: list[tuple[str, str]]) -> str:
    updates = [value for name, value in given if name == "update"]
    if any(name == "query" for name, _ in given):
        raise UsageError("There is a query in the request; this endpoint takes updates.", "Send queries to /sparql.")
    if len(updates) != 1:
        raise UsageError(
            f"The parameter update is given {len(updates)} times." if updates else "The parameter update is missing.",
            "Send the SPARQL Update text as the parameter update, once.",
        )
    return updates[0]
