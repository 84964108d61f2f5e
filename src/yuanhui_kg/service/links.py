"""Where else a thing, its page and its data are to be found: the values of ``Link`` headers (RFC 8288)."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from flask import Response

from . import formats

_DESCRIPTION: Final = "ttl"


def of_thing(response: Response, name: str) -> Response:
    """Name the documents about a thing on the answer that leads from the thing to one of them."""
    return _add(response, _described_by(name), *_alternates(name))


def of_data(response: Response, name: str) -> Response:
    """Name the thing that a document is about, and the other documents."""
    return _add(response, _describes(name), *_alternates(name))


def of_page(response: Response, name: str) -> Response:
    """As for data; a page has one address, whatever its parameters."""
    canonical = f'</page/{quote(name, safe="")}>; rel="canonical"'
    return _add(response, canonical, _describes(name), _described_by(name), *_alternates(name)[1:])


def _describes(name: str) -> str:
    return f'</id/{quote(name, safe="")}>; rel="describes"'


def _described_by(name: str) -> str:
    return (
        f'</data/{quote(name, safe="")}.{_DESCRIPTION}>; rel="describedby"; type="{formats.EXTENSIONS[_DESCRIPTION]}"'
    )


def _alternates(name: str) -> list[str]:
    """One for each format, the page first."""
    escaped = quote(name, safe="")
    page = f'</page/{escaped}>; rel="alternate"; type="text/html"'
    files = formats.EXTENSIONS.items()
    return [page, *(f'</data/{escaped}.{extension}>; rel="alternate"; type="{type}"' for extension, type in files)]


def _add(response: Response, *links: str) -> Response:
    for link in links:
        response.headers.add("Link", link)
    return response
