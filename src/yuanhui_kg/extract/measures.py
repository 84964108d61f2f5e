"""Numbers as they stand in a text, their units (``tables/units.toml``), and the words that bound them."""

from __future__ import annotations

import functools
import re
from decimal import Decimal
from typing import Any, Final, NamedTuple

from . import numerals
from .numerals import MULTIPLIER, MULTIPLYING, Worth
from .records import Quantity
from .tables import filled, one_of, table, words

_ONE: Final = Decimal(1)
_REST: Final = re.compile(rf"(\d+(?:\.\d+)?)({MULTIPLIER})")
#: How far before a number a word for its bound begins at most.
_LONGEST_BOUND: Final = 5


class Before:
    """A pattern of what stands right before a number, within ``reach`` characters."""

    def __init__(self, pattern: str, reach: int) -> None:
        self._pattern, self._reach = re.compile(rf"(?:{pattern})$"), reach

    def found(self, text: str, place: int) -> bool:
        return self._pattern.search(text, max(0, place - self._reach), place) is not None


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
    """A number in a text, printed from ``start`` to ``end``; with 百分之, 万 or 多 it goes from ``begin`` to ``stop``.

    ``unit`` is the one that is printed there, else ``NO_UNIT``. ``scaled`` tells that a multiplier stands behind;
    ``numeral`` is what is printed.
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

    def follows(self, words: Before) -> bool:
        return words.found(self.text, self.begin)

    def follows_word(self, endings: str | tuple[str, ...]) -> bool:
        """Whether it stands right behind a word, or behind one of several."""
        return self.text.endswith(endings, 0, self.begin)


class _Implied(NamedTuple):
    """A unit that the words around a number tell."""

    unit: Unit
    scaled: bool
    before: Before | None
    behind: re.Pattern[str] | None

    def holds(self, number: Number) -> bool:
        if self.scaled and not number.scaled:
            return False
        if self.behind is not None and self.behind.match(number.text, number.stop) is None:
            return False
        return self.before is None or number.follows(self.before)


@functools.cache
def _units() -> dict[str, Unit]:
    """The units by their printed forms."""
    return {word: _unit(entry, word) for entry in table("units")["unit"] for word in entry["words"]}


def _unit(entry: dict[str, Any], word: str) -> Unit:
    factor = Decimal(entry["factor"]) if "factor" in entry else _ONE
    return Unit(entry["code"], word, len(word), factor, entry.get("form", "plain"), entry.get("bound", ""))


@functools.cache
def _unit_pattern() -> re.Pattern[str]:
    return re.compile(rf"(?!{one_of(table('units')['never'])})(?:{one_of(_units())})")


@functools.cache
def _implied() -> tuple[_Implied, ...]:
    parts = {"people": one_of(words("people", "words"))}
    return tuple(
        _Implied(
            Unit(entry["code"], entry.get("word", ""), len(entry["word"]) if entry.get("takes") else 0),
            entry.get("scaled", False),
            Before(entry["before"], entry["reach"]) if "before" in entry else None,
            re.compile(filled(entry["behind"], parts)) if "behind" in entry else None,
        )
        for entry in table("units")["implied"]
    )


def unit_at(text: str, place: int) -> Unit:
    """The unit that is printed at a place of a text."""
    found = _unit_pattern().match(text, place)
    return _units()[found.group()] if found else NO_UNIT


def factor_of(word: str) -> Decimal:
    """What a printed unit multiplies by into the unit of its code."""
    unit = _units().get(word)
    return unit.factor if unit is not None else _ONE


def implied(number: Number) -> Unit:
    """The unit that the words around a number tell."""
    return next((choice.unit for choice in _implied() if choice.holds(number)), NO_UNIT)


def number_of(token: re.Match[str], position: int) -> Number | None:
    """The number of a token, with its multipliers and its unit; None where a numeral in characters is not well formed.

    :param position: where the last quantity ends, behind which a dash is no minus.
    """
    text, stop = token.string, token.end()
    digits, spelt, more, multiplier, rest, still = token.group("digits", "spelt", "more", "multiplier", "rest", "still")
    start, end = token.span("digits" if digits else "spelt")
    numeral = digits or spelt.removeprefix("第")
    worth = numerals.read(numeral)
    if worth is None:
        return None
    if digits and _is_minus(text, start - 1, position):
        start, worth = start - 1, Worth(-worth.value, worth.step)
    if multiplier:
        worth = worth.times(numerals.multiplier(multiplier))
    if rest:
        worth, end = _with_rest(worth, rest, token.start("rest"))
    bound = "andMore" if more or still else "exact"
    number = Number(text, start, start, end, stop, numeral, worth, bound, bool(multiplier), unit_at(text, stop))
    return number._replace(unit=implied(number)) if digits and number.unit is NO_UNIT else number


def _with_rest(worth: Worth, rest: str, start: int) -> tuple[Worth, int]:
    """1亿|2千万: the worth of all, and where the last numeral ends."""
    end = start
    for part in _REST.finditer(rest):
        behind = numerals.digits(part[1]).times(numerals.multiplier(part[2]))
        worth, end = Worth(worth.value + behind.value, behind.step), start + part.end(1)
    return worth, end


def _is_minus(text: str, place: int, position: int) -> bool:
    """Whether a dash is no 'to': it stands neither behind digits, a part of a date nor a quantity (5%-6%)."""
    if text[place : place + 1] != "-" or place <= position:
        return False
    return place == 0 or not (text[place - 1].isdecimal() or text[place - 1] in "年月日")


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
    """The last characters of words that bound a number, words that only end so, and a pattern of the first."""
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
    return re.compile(rf"(?P<over>{one_of(lists['overBehind'])})|(?P<about>(?:{one_of(lists['aboutBehind'])})(?!游))")
