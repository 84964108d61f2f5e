"""The passages of a text that a draft cites, and the sentences around them, as nodes with places and digests."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

import pyoxigraph as ox

from .. import alignment
from .facts import Fact, integer
from .pipeline import Draft


class Passages:
    """Collects what is cited of a draft's text, whose nodes are named after ``document``; places are those of the original."""

    def __init__(self, draft: Draft, document: str) -> None:
        self._draft, self._document = draft, document
        self._starts = [draft.normal.offsets[sentence.start] for sentence in draft.sentences]
        self._spans: set[tuple[int, int]] = set()

    def cite(self, start: int, end: int) -> str:
        """The node of a passage."""
        self._spans.add((start, end))
        return f"yh:{self._document}-span-{start}-{end}"

    def cite_normal(self, start: int, end: int) -> str:
        """The node of a passage that is given by its place in the normal text."""
        return self.cite(*self._draft.normal.original(start, end))

    def facts(self) -> Iterator[Fact]:
        """What is said of the passages that were cited, then of the sentences that they stand in."""
        sentences = set()
        for start, end in sorted(self._spans):
            node = self.cite(start, end)
            index = max(0, bisect_right(self._starts, start) - 1)
            sentences.add(index)
            yield node, "rdf:type", "oa:SpecificResource"
            yield from self._place(node, start, end)
            yield node, "yho:inSentence", self._sentence(index)
        for index in sorted(sentences):
            node, sentence = self._sentence(index), self._draft.sentences[index]
            yield node, "rdf:type", "yho:Sentence"
            yield node, "schema:position", integer(index + 1)
            yield from self._place(node, *self._draft.normal.original(sentence.start, sentence.end))

    def _sentence(self, index: int) -> str:
        return f"yh:{self._document}-sentence-{index + 1:03}"

    def _place(self, node: str, start: int, end: int) -> Iterator[Fact]:
        """Where something stands, and its digest, as it is printed and without white space."""
        raw = self._draft.source.text[start:end]
        selector = f"yh:{self._document}-selector-{start}-{end}"
        yield node, "oa:hasSource", f"yh:{self._document}-text"
        yield node, "oa:hasSelector", selector
        yield node, "schema:sha256", ox.Literal(alignment.sha256(raw))
        if (plain := alignment.normalised(raw)) != raw:
            yield node, "yho:normalisedLength", integer(len(plain))
            yield node, "yho:normalisedSha256", ox.Literal(alignment.sha256(plain))
        yield selector, "rdf:type", "oa:TextPositionSelector"
        yield selector, "oa:start", integer(start)
        yield selector, "oa:end", integer(end)
