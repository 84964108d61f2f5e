"""Conditional requests (RFC 9110, 13): changes that are made only to what a client has seen, answers only if it changed.

The entity tag of a graph tells what the graph holds (see :mod:`yuanhui_kg.fingerprint`) and in which format: the tag
of any format stands for the same contents, so that whoever read Turtle may replace the graph with N-Triples.
"""

from __future__ import annotations

import re
from typing import Any, Final

from flask import Response, request

from ..errors import UsageError
from .core import entity_tag
from .encoding import CODINGS

_GRAPH_TAG: Final = re.compile(rf"([0-9a-f]{{32}})-[0-9a-f]{{8}}(?:-(?:{'|'.join(CODINGS)}))?")
_MAX_TAGS: Final = 100
ANY: Final = "*"


def graph_tag(fingerprint: str, label: str) -> str:
    """The entity tag of a graph with that fingerprint, in the format ``label``."""
    return f"{fingerprint}-{entity_tag(label)[:8]}"


def on_graph() -> dict[str, Any]:
    """What the current request supposes of the graph that it changes, for :mod:`yuanhui_kg.writer`.

    ``if_match`` and ``if_none_match`` are ``None``, ``"*"`` for any contents, or a list of fingerprints. ``If-Match`` compares
    strongly: a weak tag matches nothing.

    Raises :class:`UsageError` where there are too many.
    """
    wanted, unwanted = request.if_match, request.if_none_match
    return {
        "if_match": _fingerprints(wanted.star_tag, wanted.as_set()) if "If-Match" in request.headers else None,
        "if_none_match": (
            _fingerprints(unwanted.star_tag, unwanted.as_set(include_weak=True))
            if "If-None-Match" in request.headers
            else None
        ),
    }


def _fingerprints(star: bool, tags: set[str]) -> str | list[str]:
    if len(tags) > _MAX_TAGS:
        raise UsageError(f"The request names {len(tags)} entity tags.", f"Send at most {_MAX_TAGS}.")
    return ANY if star else [match[1] for match in map(_GRAPH_TAG.fullmatch, sorted(tags)) if match]


def failed(response: Response) -> bool:
    """Whether ``response`` is an answer that the current request's ``If-Match`` does not want."""
    if "If-Match" not in request.headers or response.status_code != 200 or request.method not in ("GET", "HEAD"):
        return False
    tag, weak = response.get_etag()
    held = {tag, *(f"{tag}-{coding}" for coding in CODINGS)} if tag is not None and not weak else set()
    return not request.if_match.star_tag and held.isdisjoint(request.if_match.as_set())
