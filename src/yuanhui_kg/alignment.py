"""Where the passages of a text stand in another copy of it.

Nobody republishes the text, so it is not at hand: all that is known of a passage is its place, its length and the
SHA-256 of its normalised text. Alignment therefore cannot compare texts; it looks for the digests, in the order of the
text, each where the one before it ended. What is found is proved, character for character; nothing is guessed.

*Normalised* text is the text without white space and invisible characters, full-width and half-width forms folded to
the usual ones (``，`` to ``,``; nothing else is folded: ``10²`` stays apart from ``102``).

Where a passage does not stand where it is expected, the nearest place where it, or one of the next, does is taken
(what lies between was put into the copy, or the passages that are passed over were changed). A passage may be broken by
whole lines that do not belong to it: a page number, a running head. Last, what was not found is looked for in all that
is left of the copy (captions often stand elsewhere). Searching costs no more than a fixed number of digests plus a
number in proportion to the text; with an intact copy that is one digest a passage.
"""

from __future__ import annotations

import hashlib
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Final

REACH: Final = 600  #: How far ahead of where it is expected a passage is looked for, in characters.
LINES: Final = 4  #: How many lines of a page's foot and head may break a passage.
ANCHOR: Final = 6  #: Passages shorter than this are found only where they are expected: they recur by chance.
DIGESTS: Final = 300_000  #: How many digests a search may cost, beside ten for each character of the copy.


@lru_cache(maxsize=65536)
def _folded(character: str) -> str:
    if character.isspace() or unicodedata.category(character) == "Cf":
        return ""
    kind, _, usual = unicodedata.decomposition(character).partition(" ")
    return chr(int(usual, 16)) if kind in ("<wide>", "<narrow>") else character


def normalised(text: str) -> str:
    """The text without white space and invisible characters, widths folded."""
    return "".join(map(_folded, text))


def sha256(text: str) -> str:
    """The SHA-256 of a text's UTF-8 bytes, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Passage:
    """A passage of the original: its half-open offsets there, and digest and length of its normalised text."""

    start: int
    end: int
    digest: str
    length: int


#: Half-open pieces of a copy's normalised text that make up a passage, in order.
Pieces = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Copy:
    """A copy's text with its normalised text, and the way back from one to the other.

    ``blankless`` is the normalised text with the widths as they are, character for character.
    """

    text: str
    plain: str = field(init=False)
    blankless: str = field(init=False, repr=False)
    offsets: list[int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        plain: list[str] = []
        offsets: list[int] = []
        for offset, character in enumerate(self.text):
            if folded := _folded(character):
                plain.append(folded)
                offsets.append(offset)
        object.__setattr__(self, "plain", "".join(plain))
        object.__setattr__(self, "blankless", "".join(self.text[offset] for offset in offsets))
        object.__setattr__(self, "offsets", offsets)

    @cached_property
    def line_starts(self) -> list[int]:
        """Where the lines that are not blank begin in the normalised text, and its end."""
        starts = {bisect_left(self.offsets, offset) for offset in _line_starts(self.text)}
        return sorted(starts | {len(self.plain)})

    def digests(self, pieces: Pieces) -> Iterator[str]:
        """The digests that pieces of the normalised text, taken together, may be known by.

        A graph that gives no digest of the normalised text knows it as it is printed, full-width forms and all.
        """
        plain = "".join([self.plain[start:end] for start, end in pieces])
        yield sha256(plain)
        blankless = "".join([self.blankless[start:end] for start, end in pieces])
        if blankless != plain:
            yield sha256(blankless)

    def raw(self, start: int, end: int) -> tuple[int, int]:
        """The offsets in the copy's text of a piece of its normalised text that is not empty."""
        return self.offsets[start], self.offsets[end - 1] + 1


def _line_starts(text: str) -> Iterator[int]:
    offset = 0
    for line in text.splitlines(keepends=True):
        yield offset
        offset += len(line)


@dataclass(frozen=True)
class Addition:
    """Something that stands in the copy and not in the original: offsets in the copy, and whether in lines of its own."""

    start: int
    end: int
    lines: bool


@dataclass(frozen=True)
class Alignment:
    """Where each passage stands in the copy's normalised text (``None``: nowhere), and what was added to the copy."""

    places: tuple[Pieces | None, ...]
    additions: tuple[Addition, ...]


def align(copy: Copy, passages: Sequence[Passage], length: int | None = None, left_out: int | None = None) -> Alignment:
    """Find passages, which are in order and do not overlap, in a copy.

    :param length: length of the original text; what is unknown of it may stand behind the last passage.
    :param left_out: length of the normalised text of all that the passages leave out; not given, there may be text
        wherever they are not next to one another.
    """
    search = _Search(copy, passages, _gaps(passages, length, left_out))
    search.follow()
    search.mend()
    return Alignment(tuple(search.places), tuple(_additions(copy, search.gaps, search.places)))


def _gaps(passages: Sequence[Passage], length: int | None, left_out: int | None) -> list[int]:
    """How much text the original may have before each passage, and behind the last."""
    ends = [0, *(passage.end for passage in passages)]
    starts = [*(passage.start for passage in passages), ends[-1] if length is None else length]
    most = len(passages) and max(starts) if left_out is None else left_out
    return [min(most, max(0, start - end)) for end, start in zip(ends, starts, strict=True)]


class _Search:
    def __init__(self, copy: Copy, passages: Sequence[Passage], gaps: list[int]) -> None:
        self.copy = copy
        self.passages = passages
        self.gaps = gaps
        self.places: list[Pieces | None] = [None] * len(passages)
        self.left = DIGESTS + 10 * len(copy.plain)
        self.taken = bytearray(len(copy.plain))

    # --- one after the other

    def follow(self) -> None:
        """Place the passages in the order of the text."""
        index = cursor = lost = 0
        while index < len(self.passages):
            found = self._expected(index, cursor) or self._nearest(index, cursor, REACH + lost)
            if found is None:
                lost += self.passages[index].length
                index += 1
                continue
            index, pieces = found
            self._take(index, pieces)
            cursor, lost, index = pieces[-1][1], 0, index + 1

    def _expected(self, index: int, cursor: int) -> tuple[int, Pieces] | None:
        """The passage right behind the one before it, or behind as much as the graph leaves out between them."""
        for start in range(cursor, cursor + self.gaps[index] + 1):
            if self._is(index, ((start, start + self.passages[index].length),)):
                return index, ((start, start + self.passages[index].length),)
        pieces = self._broken(index, cursor)
        return (index, pieces) if pieces else None

    def _nearest(self, index: int, cursor: int, reach: int) -> tuple[int, Pieces] | None:
        """The least step ahead, in the copy or in the passages, after which they agree again."""
        for start, later in self._steps(index, cursor, reach):
            if self.left <= 0:
                return None
            length = self.passages[later].length
            if length >= ANCHOR and self._is(later, ((start, start + length),)):
                return later, ((start, start + length),)
            if later <= index + 1 and self._begins_line(start) and (pieces := self._broken(later, start)):
                return later, pieces
        return None

    def _steps(self, index: int, cursor: int, reach: int) -> Iterator[tuple[int, int]]:
        """Pairs of a place in the copy and a passage, by how much of either must be passed over to get there."""
        passed = [0]  # passed[n]: the length of the n passages from `index` on
        for passage in self.passages[index : index + reach]:
            passed.append(passed[-1] + passage.length)
            if passed[-1] > reach:
                break
        steps = [p for p in passed[:-1] if p <= reach]
        for cost in range(reach + 1):
            for count in range(bisect_right(steps, cost)):
                if steps[count] == cost:
                    yield from ((cursor + ahead, index + count) for ahead in range(cost, -1, -1))
                else:
                    yield cursor + cost, index + count

    def _broken(self, index: int, start: int) -> Pieces | None:
        """The passage from ``start`` on with whole lines inside that are not its own."""
        length = self.passages[index].length
        lines = self.copy.line_starts
        first = bisect_right(lines, start)
        for number in range(first, bisect_left(lines, start + length)):
            at = lines[number]
            for behind in lines[number + 1 : number + 1 + LINES]:
                pieces = ((start, at), (behind, behind + length - (at - start)))
                if self._is(index, pieces):
                    return pieces
        return None

    def _begins_line(self, start: int) -> bool:
        lines = self.copy.line_starts
        number = bisect_left(lines, start)
        return number < len(lines) and lines[number] == start

    # --- what is left

    def mend(self) -> None:
        """Look for the passages that were not found beside the ones that were, then in all that is left of the copy."""
        numbers = range(len(self.places))
        for look, order in ((self._beside, numbers), (self._beside, numbers[::-1]), (self._anywhere, numbers)):
            for index in order:
                if self.places[index] is None and (found := look(index)):
                    self._take(index, found)

    def _beside(self, index: int) -> Pieces | None:
        """Between its neighbours, or next to the one that was found: even a short passage is sure there."""
        start, end = neighbours(self.copy, self.places, index)
        length = self.passages[index].length
        first = start if start is not None else (end or 0) - length
        last = end - length if end is not None else first
        if first < 0 or last - first > REACH:
            return None
        places = (((at, at + length),) for at in range(first, last + 1))
        return next((pieces for pieces in places if self._is(index, pieces)), None)

    def _anywhere(self, index: int) -> Pieces | None:
        length = self.passages[index].length
        if length < ANCHOR or self.left < len(self.copy.plain):
            return None
        start = 0
        while start + length <= len(self.taken):
            last = self.taken.rfind(1, start, start + length)
            if last >= 0:
                start = last + 1
            elif self._is(index, ((start, start + length),)):
                return ((start, start + length),)
            else:
                start += 1
        return None

    # --- digests

    def _is(self, index: int, pieces: Pieces) -> bool:
        if pieces[-1][1] > len(self.copy.plain) or any(1 in self.taken[start:end] for start, end in pieces):
            return False
        self.left -= 1
        return self.passages[index].digest in self.copy.digests(pieces)

    def _take(self, index: int, pieces: Pieces) -> None:
        self.places[index] = pieces
        for start, end in pieces:
            self.taken[start:end] = b"\1" * (end - start)


def neighbours(copy: Copy, places: Sequence[Pieces | None], index: int) -> tuple[int | None, int | None]:
    """Where the passage before ends and the one behind begins in the copy; ``None`` where that was not found."""
    before = places[index - 1] if index else ((0, 0),)
    behind = places[index + 1] if index + 1 < len(places) else ((len(copy.plain), 0),)
    return (before[-1][1] if before else None), (behind[0][0] if behind else None)


def _additions(copy: Copy, gaps: Sequence[int], places: Sequence[Pieces | None]) -> Iterator[Addition]:
    """What lies between the passages that were found, where the original has nothing there."""
    pieces = sorted((start, end, index) for index, place in enumerate(places) for start, end in place or ())
    ends = [(0, 0, -1), *pieces, (len(copy.plain), len(copy.plain), len(places))]
    lines = {0, *copy.line_starts}
    for (_, start, before), (end, _, behind) in pairwise(ends):
        if start >= end or any(place is None for place in places[before + 1 : behind]):
            continue
        if behind == before + 1 and end - start <= gaps[behind]:
            continue
        yield Addition(*copy.raw(start, end), lines=start in lines and end in lines)
