"""Texts that the graph cites: which they are, what rests on each of their passages, and the page to read a copy with.

The texts themselves are not here. A reader opens a copy of his own in the browser; nothing of it is sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from flask import Blueprint, Response

from .. import terms
from ..marks import MOST as MOST_SPANS
from . import html, paging
from .api import PREFIX, answer, timeout_of
from .assets import asset
from .core import JSON, Service, accepted, not_modified, respond
from .paging import MOST, Page
from .parameters import Parameters, query_pairs

PATH: Final = "/article"
_ROWS: Final = 50  # of the list that works without scripts


def blueprint(service: Service) -> Blueprint:
    """The routes about cited texts."""
    routes = Blueprint("article", __name__)

    @routes.get(f"{PREFIX}/documents")
    def documents() -> Response:
        return answer(service, "documents", {}, timeout_of(service, Parameters(query_pairs(), ("timeout",))))

    @routes.get(f"{PREFIX}/documents/<path:name>/spans")
    def spans(name: str) -> Response:
        given = Parameters(query_pairs(), ("limit", "offset", "timeout"))
        accepted([JSON])
        page = _page(given, MOST_SPANS)
        job = _job(terms.iri_of(name), page)
        tag = service.tag("spans", job)
        unchanged = not_modified(tag)
        if unchanged is not None:
            return unchanged
        found = service.ask("spans", job, timeout=timeout_of(service, given))
        total = found.head["total"]
        response = respond(found, JSON, tag=tag)
        paging.tell(response, page, total)
        return response

    @routes.get(PATH)
    def article() -> Response:
        given = Parameters(query_pairs(), ("document", "offset", "lang"))
        return _article(service, given.one("document"), _page(given, _ROWS))

    return routes


def _page(given: Parameters, most: int) -> Page:
    return Page(given.integer("offset", 0, 0, MOST), given.integer("limit", most, 1, most))


def _job(document: str, page: Page) -> dict[str, Any]:
    return {"document": document, "offset": page.offset, "limit": page.limit}


def _article(service: Service, wanted: str | None, page: Page) -> Response:
    known = service.data("documents", {})["documents"]
    iri = terms.iri_of(wanted) if wanted else known[0]["iri"] if known else None
    found = service.data("spans", _job(iri, page)) if iri else None
    total = found["total"] if found else 0
    return html.page(
        "article.html",
        tag=service.tag(PATH, iri, page.offset),
        documents=known,
        found=found,
        rows=[_row(span, found["things"]) for span in found["spans"]] if found else [],
        offset=page.offset,
        before=max(0, page.offset - _ROWS) if page.offset else None,
        behind=page.offset + _ROWS if page.offset + _ROWS < total else None,
        told=_told(known, found),
    )


def _told(known: list[dict[str, Any]], found: Mapping[str, Any] | None) -> dict[str, Any]:
    """What the page's script needs to know."""
    aligning = asset("aligner").scripts
    return {
        "documents": [{**document, "spans": spans_url(document["iri"])} for document in known],
        "document": found["document"]["iri"] if found else None,
        "aligner": aligning[0] if aligning else None,
    }


def spans_url(document: str) -> str:
    """Where the spans of a text are told."""
    return f"{PREFIX}/documents/{quote(terms.id_of(document), safe='')}/spans"


def _row(span: Mapping[str, Any], things: Mapping[str, Any]) -> dict[str, Any]:
    """A span with its facts as the page lists them: things in the place of their ids."""

    def thing(id: str | None) -> dict[str, Any] | None:
        return None if id is None else {"id": id, **things[id]}

    return {
        "start": span["start"],
        "end": span["end"],
        "mentions": [thing(id) for id in span["mentions"]],
        "figures": [{**figure, **{name: thing(figure.get(name)) for name in _NODES}} for figure in span["figures"]],
        "statements": [{name: thing(id) for name, id in statement.items()} for statement in span["statements"]],
    }


_NODES: Final = ("figure", "unit")
