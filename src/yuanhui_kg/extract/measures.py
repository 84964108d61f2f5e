"""Numbers as they stand in a text, the units that they are of (``tables/units.toml``), and the words that bound them."""

from __future__ import annotations

import functools
import re
from decimal import Decimal
from typing import Final, NamedTuple

from .numerals import MULTIPLYING, Worth
from .records import Quantity
from .tables import filled, one_of, table, words

_ONE: Final = Decimal(1)
#: How far before a number a word for its bound begins at most.
_LONGEST_BOUND: Final = 5


class Unit(NamedTuple):
    """A unit: ``factor`` multiplies into that of the code, ``width`` is how many characters of it are printed."""

    code: str
    word: str
    width: int = 0
    factor: Decimal = _ONE
    form: str = "plain"
    bound: str = ""


#: Where none is printed.
NO_UNIT: Final = Unit("", "")


class Number(NamedTuple):
    """A number in a text, printed from ``start`` to ``end``; what belongs to it (百分之, 万, 多) goes from ``begin`` to ``stop``.

    ``unit`` is the one that is printed there, else ``NO_UNIT``. ``scaled`` tells that 万 or the like stands behind digits; ``numeral``
    is what is printed.
    """

    text: str
    begin: int
    start: int
    end: int
    stop: int
    numeral: str
    worth: Worth
    bound: str = "exact"
    scaled: bool = False
    unit: Unit = NO_UNIT

    @property
    def next(self) -> str:
        """The character behind it; empty at the end of the text."""
        return self.text[self.stop : self.stop + 1]

    @property
    def behind_unit(self) -> int:
        return self.stop + self.unit.width

    def follows(self, pattern: re.Pattern[str], reach: int) -> bool:
        """Whether a pattern that ends with ``$`` is found within so many characters before the number."""
        return pattern.search(self.text, max(0, self.begin - reach), self.begin) is not None

    def follows_word(self, endings: str | tuple[str, ...]) -> bool:
        """Whether it stands right behind a word, or behind one of several."""
        return self.text.endswith(endings, 0, self.begin)


class _Implied(NamedTuple):
    """A unit that the words around a number tell."""

    unit: Unit
    scaled: bool
    before: re.Pattern[str] | None
    reach: int
    behind: re.Pattern[str] | None

    def holds(self, number: Number) -> bool:
        if self.scaled and not number.scaled:
            return False
        if self.behind is not None:
            return self.behind.match(number.text, number.stop) is not None
        return self.before is not None and number.follows(self.before, self.reach)


@functools.cache
def _units() -> dict[str, Unit]:
    """The units by their printed forms."""
    return {
        word: Unit(
            entry["code"], word, len(word), Decimal(entry["factor"]) if "factor" in entry else _ONE, entry.get("form", "plain"), entry.get("bound", ""),
        )
        for entry in table("units")["unit"]
        for word in entry["words"]
    }  # fmt: skip


@functools.cache
def _unit_pattern() -> re.Pattern[str]:
    return re.compile(rf"(?!{one_of(table('units')['never'])})(?:{one_of(_units())})")


@functools.cache
def _implied() -> tuple[_Implied, ...]:
    parts = {"people": one_of(words("people", "words"))}
    return tuple(
        _Implied(
            Unit(entry["code"], entry.get("word", "")),
            entry.get("scaled", False),
            re.compile(entry["before"]) if "before" in entry else None,
            entry.get("reach", 0),
            re.compile(filled(entry["behind"], parts)) if "behind" in entry else None,
        )
        for entry in table("units")["implied"]
    )


def unit_at(text: str, place: int) -> Unit:
    """The unit that is printed at a place of a text."""
    found = _unit_pattern().match(text, place)
    return _units()[found.group()] if found else NO_UNIT


def implied(number: Number) -> Unit:
    """The unit that the words around a number tell."""
    return next((choice.unit for choice in _implied() if choice.holds(number)), NO_UNIT)


@functools.cache
def spelt_units() -> frozenset[str]:
    """The printed units that numerals in characters count."""
    return frozenset(table("units")["spelt"])


def measured(number: Number, unit: Unit, form: str = "") -> Quantity:
    """A number in a unit, with the words that bound it; ``form`` is that of the unit where none is given."""
    begin, bound = _bound_before(number, unit.bound or number.bound)
    stop, bound = _bound_behind(number.text, number.stop + unit.width, bound)
    value, step = number.worth if unit.factor is _ONE else number.worth.times(unit.factor)
    return Quantity(number.start, number.end, begin, stop, value, step, unit.code, unit.word, bound, form or unit.form)


def _bound_before(number: Number, bound: str) -> tuple[int, str]:
    """Where the word begins that bounds a number from before, and what it says; 上 does so before 百 or 千万 alone."""
    text, begin = number.text, number.begin
    endings, never, pattern = _words_before()
    if text[begin - 1 : begin] not in endings:
        return begin, bound
    if text[begin - 1] == "上":
        return (begin - 1, "over") if number.numeral[0] in MULTIPLYING else (begin, bound)
    found = pattern.search(text, max(0, begin - _LONGEST_BOUND), begin)
    if found is None or text.endswith(never, 0, begin):
        return begin, bound
    said = str(found.lastgroup)
    return found.start(), said if said == "over" or bound == "exact" else bound


@functools.cache
def _words_before() -> tuple[frozenset[str], tuple[str, ...], re.Pattern[str]]:
    """The last characters of the words that bound a number from before, words that only end so, and a pattern of the words."""
    lists = table("words")["bounds"]
    endings = frozenset(word[-1] for word in [*lists["over"], *lists["about"], "了", "上"])
    return (
        endings,
        tuple(lists["notBefore"]),
        re.compile(rf"(?:(?P<over>(?:{one_of(lists['over'])})了?)|(?P<about>{one_of(lists['about'])}))$"),
    )


def _bound_behind(text: str, stop: int, bound: str) -> tuple[int, str]:
    found = _words_behind().match(text, stop)
    if found is None or (found.lastgroup == "about" and bound != "exact"):
        return stop, bound
    return found.end(), str(found.lastgroup)


@functools.cache
def _words_behind() -> re.Pattern[str]:
    lists = table("words")["bounds"]
    return re.compile(rf"(?P<over>{one_of(lists['overBehind'])})|(?P<about>{one_of(lists['aboutBehind'])})")
