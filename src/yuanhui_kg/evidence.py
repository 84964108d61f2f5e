"""Where in which document something stands: from spans to offsets, text files and the articles in them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import pyoxigraph as ox

from .graph.facts import Facts
from .graph.reading import OA, SCHEMA, anywhere, is_node

_SELECTOR: Final = OA + "hasSelector"
_SOURCE: Final = OA + "hasSource"
_ARTICLE: Final = SCHEMA + "encodesCreativeWork"
_ENCODING: Final = SCHEMA + "encoding"


_STARTS: Final = (
    "SELECT ?thing ?text ?start ?predicate WHERE { "
    + " ".join(
        anywhere(pattern)
        for pattern in (
            "?thing ?predicate ?span",
            f"?span <{_SELECTOR}> ?selector",
            f"?selector <{OA}start> ?start",
            f"?selector <{OA}end> ?end",
        )
    )
    + f" OPTIONAL {{ {anywhere(f'?span <{_SOURCE}> ?text')} }} }}"
)


@dataclass(frozen=True)
class Place:
    """Characters ``start`` to ``end`` (half open, Unicode code points) of a text, and the work that the text holds."""

    start: int
    end: int
    document: str | None

    def __str__(self) -> str:
        return f"{self.start}-{self.end}"


def places(facts: Facts, spans: Iterable[Any]) -> list[Place]:
    """The places of spans, text by text and in the order of each; a span without offsets is passed over."""
    nodes = list(spans)
    facts.load(nodes, _SELECTOR)
    facts.load(nodes, _SOURCE, _ARTICLE)
    found: set[Place] = set()
    documents: dict[Any, str | None] = {}
    for span in nodes:
        text = facts.one(span, _SOURCE)
        if text not in documents:
            documents[text] = _document(facts, text)
        for selector in facts.objects(span, _SELECTOR):
            start, end = (_offset(facts.one(selector, OA + name)) for name in ("start", "end"))
            if start is not None and end is not None:
                found.add(Place(start, end, documents[text]))
    return sorted(found, key=lambda place: (place.document or "", place.start, place.end))


def starts(facts: Facts, predicate: str) -> dict[Any, list[tuple[str, int]]]:
    """Where the spans begin that things have by ``predicate``: the work (empty where there is none) and the offset, in order.

    As :func:`places` tells it of each thing, but of all at once and without reading what is said of them.
    """
    found: defaultdict[Any, set[tuple[str, int]]] = defaultdict(set)
    documents: dict[Any, str] = {}
    for thing, text, printed, _ in facts.reader.select(_STARTS, {"predicate": ox.NamedNode(predicate)}):
        if text not in documents:
            documents[text] = _document(facts, text) or ""
        if (start := _offset(printed)) is not None:
            found[thing].add((documents[text], start))
    return {thing: sorted(begun) for thing, begun in found.items()}


def _document(facts: Facts, text: Any) -> str | None:
    """The work whose text a file is, else the file itself."""
    if not is_node(text):
        return None
    article = facts.one(text, _ARTICLE) or next(iter(facts.pointing(_ENCODING, text)), None)
    return article.value if is_node(article) else text.value


def _offset(term: Any) -> int | None:
    if not isinstance(term, ox.Literal):
        return None
    try:
        return int(term.value)
    except ValueError:
        return None
