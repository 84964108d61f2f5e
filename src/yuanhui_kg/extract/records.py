"""The records that the stages of extraction hand to each other: plain, frozen, in the order of the text."""

from __future__ import annotations

import datetime
import functools
import math
import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final, NamedTuple, Self

from ..errors import UsageError

_INSTANT: Final = re.compile("[0-9]{4}(?:-[0-9]{2}){0,2}")


@dataclass(frozen=True)
class Source:
    """A text file as it was read: offsets of all results count the code points of ``text``."""

    name: str
    text: str
    encoding: str
    sha256: str
    size: int


@dataclass(frozen=True)
class Normal:
    """A text in one spelling (widths, simplified characters, no line breaks inside sentences) and where it came from.

    ``offsets[i]`` is the place in the original of character ``i``; one more entry is the original's length.
    """

    text: str
    offsets: tuple[int, ...]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The half-open range of the original for one of the normal text, which must not be empty."""
        return self.offsets[start], self.offsets[end - 1] + 1


@dataclass(frozen=True)
class Sentence:
    """A stretch of the normal text; ``role`` is title, dateline, heading, body, caption or row (of a table)."""

    start: int
    end: int
    paragraph: int
    role: str
    heading: str = ""


@dataclass(frozen=True)
class Years:
    """A stretch of years; ``first`` is None where its beginning is open, both where nothing is known.

    ``months`` are the month of the first year with which it begins and that of the last year with which it ends, ``days``
    likewise the days of those months.
    """

    first: int | None
    last: int | None
    months: tuple[int, int] | None = None
    days: tuple[int, int] | None = None

    @classmethod
    def read(cls, edtf: str) -> Self:
        """The stretch that :attr:`edtf` writes so: 2023, 2016/2020, 2023-01/2023-09, 2022-10-01/2022-10-07, ../2020.

        :raises UsageError: where it is none: not a day of the calendar, an end before its beginning, or the two not told alike.
        """
        first, several, last = edtf.partition("/")
        try:
            begin = None if first == ".." and several else _instant(first)
            end = _instant(last) if several else begin
            if end is None or len(begin or end) != len(end) or (begin or end) > end:
                raise ValueError(edtf)
        except ValueError:
            raise UsageError(
                f"{edtf[:40]!r} is no period.",
                "Give years, months or days, such as 2023, 2016/2020, 2023-01/2023-09 or ../2020.",
            ) from None
        months, days = (((begin or end)[part], end[part]) if len(end) > part else None for part in (1, 2))
        return cls(begin[0] if begin else None, end[0], months, days)

    @property
    def edtf(self) -> str:
        if self.last is None:
            return "../.."
        begin, end = self._instant(self.first, 0), self._instant(self.last, 1)
        return end if begin == end else f"{begin}/{end}"

    def _instant(self, year: int | None, side: int) -> str:
        if year is None:
            return ".."
        parts = [part[side] for part in (self.months, self.days) if part]
        return "-".join([str(year), *(f"{part:02}" for part in parts)])

    @property
    def is_of_calendar(self) -> bool:
        """Whether its first and last day, if days are told, are days of the calendar."""
        try:
            return self.days is None or all(map(_instant, filter("..".__ne__, self.edtf.split("/"))))
        except ValueError:
            return False

    @property
    def end(self) -> Years:
        """The last year, or the part of it, with which the stretch ends."""
        if self.first == self.last:
            return self
        if self.first is None:
            return replace(self, first=self.last)
        return Years(self.last, self.last, *((part[1], part[1]) if part else None for part in (self.months, self.days)))

    @property
    def whole_years(self) -> Years:
        """The years themselves of a stretch of months or days."""
        return Years(self.first, self.last)

    @property
    def stretch_before(self) -> Years | None:
        """The month, the quarter or the half before one; None where it is another stretch."""
        if self.months is None or self.days or self.last is None or self.first != self.last:
            return None
        first, length = self.months[0], self.months[1] - self.months[0] + 1
        if length not in (1, 3, 6) or first % length != 1 % length:
            return None
        year, ended = (self.last, first - 1) if first > 1 else (self.last - 1, 12)
        return Years(year, year, (ended - length + 1, ended))

    @property
    def year_before(self) -> Years:
        """The same part of the year before its last; of months that go on into a second year, those a year before."""
        if self.last is None:
            return self
        begun = self.first if self.months and self.first is not None else self.last
        return replace(self, first=begun - 1, last=self.last - 1)


def _instant(text: str) -> tuple[int, ...]:
    """Year, month and day, as many as are told. Raises ValueError where it is none of the calendar."""
    if not _INSTANT.fullmatch(text):
        raise ValueError(text)
    parts = tuple(map(int, text.split("-")))
    datetime.date(*parts, *[1] * (3 - len(parts)))
    return parts


@dataclass(frozen=True)
class Anchor:
    """What a whole text is about and when: the place, the day or year of publication, the period that it reports on.

    ``genre`` is communique, report, feature, profile or review; ``guessed`` names what was not given but read off;
    ``founded`` is the year in which the place became what it is (撤县设区20周年), where the text tells it.
    """

    place: str
    published: str
    reporting: Years
    genre: str
    guessed: tuple[str, ...] = ()
    founded: int | None = None

    @functools.cached_property
    def year(self) -> int | None:
        return int(self.published[:4]) if self.published else None

    @functools.cached_property
    def publication(self) -> Years:
        return Years(self.year, self.year)

    @property
    def now(self) -> int | None:
        """The year up to which 以来 goes: that of publication in a story that reports on no term of years, else the last reported on."""
        story = self.genre == "feature" and self.reporting.first == self.reporting.last
        return self.year if story and self.year is not None else self.reporting.last


@dataclass(frozen=True)
class Quantity:
    """A number with its unit in the normal text.

    ``start`` and ``end`` bound the number alone, ``begin`` and ``stop`` number, bound words and unit; ``step`` is what
    one more in the last printed digit adds. ``form`` is plain, ratio, rank, duration, points or times.
    """

    start: int
    end: int
    begin: int
    stop: int
    value: Decimal
    step: Decimal
    unit: str
    word: str
    bound: str = "exact"
    form: str = "plain"
    part: int = 0
    parts: int = 0


@dataclass(frozen=True)
class Indicator:
    """A concept of the ontology, or (``known`` false) a variable that the text names and the ontology does not."""

    id: str
    label: str
    unit: str
    flow: str
    known: bool = True
    scope: str = ""


@dataclass(frozen=True)
class Entity:
    """A named thing: ``kind`` is a class of the ontology, ``spans`` its mentions in the normal text.

    ``code`` is the division code (GB/T 2260) of an area of the register, where its name and what else the text names leave no doubt.
    """

    kind: str
    name: str
    spans: tuple[tuple[int, int], ...]
    aliases: tuple[str, ...] = ()
    rule: str = ""
    code: str = ""


@dataclass(frozen=True)
class Relation:
    """A stated relation between two entities by name; ``start`` and ``end`` bound its evidence in the normal text."""

    subject: str
    predicate: str
    object: str
    modality: str
    start: int
    end: int
    rule: str


class Certainty(NamedTuple):
    """How likely the parts of a figure are right, each from 0 to 1: ``number`` is value, unit and kind."""

    number: float
    indicator: float
    period: float
    subject: float

    @property
    def whole(self) -> float:
        """How likely all of it is right, as if each part were so by itself."""
        return round(math.prod(self), 2)


class Signs(NamedTuple):
    """What speaks for and against each part of a figure being right, by the names that ``certainty.toml`` has for it."""

    number: tuple[str, ...]
    indicator: tuple[str, ...]
    period: tuple[str, ...]
    subject: tuple[str, ...]


class Others(NamedTuple):
    """What else the parts of a figure may be, the likeliest first: periods, names of things."""

    period: tuple[Years, ...] = ()
    subject: tuple[str, ...] = ()


#: What a person has decided.
CERTAIN: Final = Certainty(1.0, 1.0, 1.0, 1.0)


@dataclass(frozen=True)
class Figure:
    """A figure of the draft. ``start`` and ``end`` bound the number in the **original** text.

    ``rules`` names what decided, first the kind, then indicator, period and subject; ``signs`` is None where a person did.
    """

    start: int
    end: int
    printed: str
    value: Decimal
    step: Decimal
    unit: str
    kind: str
    indicator: Indicator
    period: Years
    base: Years | None
    subject: str
    bound: str
    aggregation: str
    breakdown: str
    period_printed: bool
    price_basis: str
    scope: str
    rules: tuple[str, ...]
    signs: Signs | None
    qualifies: int | None = None
    within: str = ""
    context: tuple[int, int] = (0, 0)
    others: Others | None = None

    @property
    def key(self) -> str:
        """A name that stays the same when the text is read again."""
        return f"{self.start}-{self.end}-{self.kind}-{self.indicator.id}"
