"""Where names stand in a text, in one pass over it, however many they are."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

from .tables import class_of


class Names:
    """Names of two characters or more, found by their first two. Work grows with the text and the lengths of the names only."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = frozenset(names)
        self._lengths = lengths_of(self._names)
        firsts, seconds = (class_of(first[place] for first in self._lengths) for place in (0, 1))
        self._begin = re.compile(f"{firsts}(?={seconds})" if self._lengths else "(?!)")

    def at(self, text: str, start: int, stop: int) -> Iterator[int]:
        """The ends of the names that begin at a place and end by ``stop``, the longest first."""
        for length in self._lengths.get(text[start : start + 2], ()):
            if start + length <= stop and text[start : start + length] in self._names:
                yield start + length

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Start and end of each name wherever it stands, by start, the longest first."""
        for begin in self._begin.finditer(text):
            for end in self.at(text, begin.start(), len(text)):
                yield begin.start(), end

    def first(self, text: str, low: int) -> int | None:
        """Where the first name begins from a place on."""
        begins = (begin.start() for begin in self._begin.finditer(text, low))
        return next((start for start in begins if any(self.at(text, start, len(text)))), None)


def lengths_of(names: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """How long names are, the longest first, by their first two characters; those of one character are left out."""
    found: defaultdict[str, set[int]] = defaultdict(set)
    for name in names:
        if len(name) > 1:
            found[name[:2]].add(len(name))
    return {first: tuple(sorted(lengths, reverse=True)) for first, lengths in found.items()}


def longest(lengths: Mapping[str, Sequence[int]], names: Container[str], text: str, position: int) -> str:
    """The longest of some names that begins at a place of a text; ``lengths`` as :func:`lengths_of` gives them."""
    for length in lengths.get(text[position : position + 2], ()):
        if (name := text[position : position + length]) in names:
            return name
    one = text[position : position + 1]
    return one if one in names else ""


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
