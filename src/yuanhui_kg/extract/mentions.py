"""Where names stand in a text, in one pass over it, however many they are."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator


class Names:
    """Names of two characters or more, found by their first two. Work grows with the text and the lengths of the names only."""

    def __init__(self, names: Iterable[str]) -> None:
        by_head: defaultdict[str, defaultdict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
        for name in names:
            if len(name) > 1:
                by_head[name[:2]][len(name)].add(name)
        self._heads = {head: sorted(lengths.items(), reverse=True) for head, lengths in by_head.items()}
        firsts = "".join(sorted({head[0] for head in self._heads}))
        self._first = re.compile(f"[{re.escape(firsts)}]") if firsts else re.compile(r"(?!)")

    def at(self, text: str, start: int, stop: int) -> Iterator[int]:
        """The ends of the names that begin at a place and end by ``stop``, the longest first."""
        for length, known in self._heads.get(text[start : start + 2], ()):
            if start + length <= stop and text[start : start + length] in known:
                yield start + length

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Start and end of each name wherever it stands, by start, the longest first."""
        for match in self._first.finditer(text):
            for end in self.at(text, match.start(), len(text)):
                yield match.start(), end

    def first(self, text: str, low: int) -> int | None:
        """Where the first name begins from a place on."""
        starts = (match.start() for match in self._first.finditer(text, low))
        return next((start for start in starts if any(self.at(text, start, len(text)))), None)


def occurrences(text: str, names: Iterable[str]) -> Iterator[tuple[int, int]]:
    """As :meth:`Names.spans`, of names that are looked for once."""
    return Names(names).spans(text)


def outermost(spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Of spans in the order of :meth:`Names.spans` those that lie inside no longer one."""
    reached = -1
    for start, end in spans:
        if end > reached:
            yield start, end
            reached = end
