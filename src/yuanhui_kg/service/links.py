"""Where a thing, its page and its data are to be found: addresses within this service, and ``Link`` headers (RFC 8288).

What has a plain name under the graph's own address has addresses with that name in their path; everything else, whatever
its IRI, has them by the parameter ``iri``: a path with ``%``, ``/`` or ``:`` in it does not reach every server unchanged.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from flask import Response

from .. import cite, terms
from ..namespaces import YH
from . import formats

API: Final = "/api/v1"
_DESCRIPTION: Final = "ttl"


@dataclass(frozen=True)
class Addresses:
    """The documents about one thing.

    :param data: as RDF, by extension.
    :param citations: by style.
    :param entity: as JSON for programs.
    """

    page: str
    data: Mapping[str, str]
    citations: Mapping[str, str]
    entity: str


def plain_name(iri: str) -> str | None:
    """The name of a thing where its addresses are made with it; else ``None``."""
    id = terms.id_of(iri)
    return id if iri == YH + id else None


def page_url(iri: str) -> str:
    """The page about a thing of the graph, whatever its IRI."""
    name = plain_name(iri)
    return f"/page?iri={quote(iri, safe='')}" if name is None else f"/page/{quote(name, safe='')}"


def addresses(iri: str) -> Addresses:
    """The documents about a thing of the graph, whatever its IRI."""
    name, given = plain_name(iri), quote(iri, safe="")
    if name is None:
        entity = f"{API}/entities?iri={given}"
        data = {extension: f"{entity}&format={extension}" for extension in formats.EXTENSIONS if extension != "json"}
        citations = {style: f"{API}/citations?iri={given}&style={style}" for style in cite.STYLES}
    else:
        entity = f"{API}/entities/{quote(name, safe='')}"
        data = {extension: f"/data/{quote(name, safe='')}.{extension}" for extension in formats.EXTENSIONS}
        citations = {style: f"/data/{quote(name, safe='')}.{end}" for style, (_, end) in cite.STYLES.items()}
    return Addresses(page_url(iri), data, citations, entity)


def of_thing(response: Response, iri: str) -> Response:
    """Name the documents about a thing on the answer that leads from the thing to one of them."""
    return _add(response, _described_by(iri), *_alternates(iri))


def of_data(response: Response, iri: str) -> Response:
    """Name the thing that a document is about, and the other documents."""
    return _add(response, _describes(iri), *_alternates(iri))


def of_page(response: Response, iri: str) -> Response:
    """As for data; a page has one address, whatever its parameters."""
    canonical = f'<{page_url(iri)}>; rel="canonical"'
    return _add(response, canonical, _describes(iri), _described_by(iri), *_alternates(iri)[1:])


def of_citation(response: Response, iri: str) -> Response:
    """Name the thing that is cited."""
    return _add(response, _describes(iri))


def _describes(iri: str) -> str:
    here = f"/id/{quote(iri[len(YH) :], safe='')}" if iri.startswith(YH) else quote(iri, safe="/:?#[]@!$&'()*+,;=%")
    return f'<{here}>; rel="describes"'


def _described_by(iri: str) -> str:
    address = addresses(iri).data[_DESCRIPTION]
    return f'<{address}>; rel="describedby"; type="{formats.EXTENSIONS[_DESCRIPTION]}"'


def _alternates(iri: str) -> list[str]:
    """One for each format, the page first."""
    there = addresses(iri)
    page = f'<{there.page}>; rel="alternate"; type="text/html"'
    files = there.data.items()
    return [page, *(f'<{file}>; rel="alternate"; type="{formats.EXTENSIONS[end]}"' for end, file in files)]


def _add(response: Response, *links: str) -> Response:
    for link in links:
        response.headers.add("Link", link)
    return response
