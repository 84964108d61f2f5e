"""Lists that are told in pages: what a page holds, and the ``Link`` headers that lead to the others (RFC 8288)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from flask import Response, request

from .parameters import query_pairs

#: Largest ``limit`` and ``offset``.
MOST: Final = 10_000_000
#: The answer's header that tells how long the whole list is.
TOTAL: Final = "X-Total-Count"


@dataclass(frozen=True)
class Page:
    """A part of a list: ``limit`` of its rows, or all (``None``), from ``offset`` on."""

    offset: int = 0
    limit: int | None = None


def tell(response: Response, page: Page, total: int) -> None:
    """Tell the list's length and the addresses of the pages before and after this one."""
    response.headers[TOTAL] = str(total)
    for relation, offset in _others(page, total):
        pairs = [(name, value) for name, value in query_pairs() if name != "offset"]
        address = f"{request.path}?{urlencode([*pairs, ('offset', str(offset))])}"
        response.headers.add("Link", f'<{address}>; rel="{relation}"')


def _others(page: Page, total: int) -> Iterator[tuple[str, int]]:
    if page.limit is None:
        return
    if page.offset > 0:
        yield "first", 0
        yield "prev", max(0, min(page.offset, total) - page.limit)
    if page.offset + page.limit < total:
        yield "next", page.offset + page.limit
        yield "last", (total - 1) // page.limit * page.limit
