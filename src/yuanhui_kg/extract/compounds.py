"""Amounts that are told in two units or more, which are one: 三块五, 2元5角, 五毛二分钱, 3公里500米.

Hours with minutes are two figures, as they are marked up by hand; they are no such amount.
"""

from __future__ import annotations

import functools
import re
from decimal import Decimal
from typing import Any, Final, NamedTuple

from . import numerals
from .measures import Number, Unit, measured
from .numerals import Worth
from .records import Quantity
from .tables import one_of, table

_NUMERAL: Final = re.compile("[0-9]{1,3}|两?[一二三四五六七八九十百]{1,5}|两")
#: A last numeral that has no unit of its own: 三块|五|一斤, 一米|八二; but not 三块五|亩的地.
_BARE: Final = re.compile(
    rf"([1-9][0-9]?|[一二三四五六七八九]{{1,2}}?)(?=(?![\u4e00-\u9fff0-9.%‰])|{one_of(table('units')['behind_compounds'])})"
)


class _Step(NamedTuple):
    """A unit of a chain of them: what it is worth in the first, whether the next numeral may stand without its unit."""

    code: str
    worth: Decimal
    below: tuple[str, ...]
    below_worth: Decimal
    bare: bool
    ends: tuple[str, ...]


@functools.cache
def _steps() -> tuple[dict[str, dict[str, _Step]], re.Pattern[str]]:
    """The steps of all chains by their first word, then by any; and a pattern of the first words."""
    chains: dict[str, dict[str, _Step]] = {}
    for entry in table("units")["compound"]:
        for words, steps in _tails(entry):
            chains |= dict.fromkeys(words, steps)
    return chains, re.compile(one_of(chains))


def _tails(entry: dict[str, Any]) -> list[tuple[list[str], dict[str, _Step]]]:
    """The chains that begin with each unit of an entry but the last."""
    levels, worths = entry["units"], [Decimal(worth) for worth in entry["worth"]]
    below = [(tuple(level), worth) for level, worth in zip(levels[1:], worths[1:], strict=True)]
    steps = {
        word: _Step(entry["code"], worths[i], *below[i], word in entry["bare"], tuple(entry["ends"]))
        for i, level in enumerate(levels[:-1])
        for word in level
    }
    return [(level, steps) for level in levels[:-1]]


def compound(number: Number) -> Quantity | None:
    """The amount that begins with a number, where another of a smaller unit goes on with it."""
    text, stop = number.text, number.stop
    chains, heads = _steps()
    head = heads.match(text, stop)
    if head is None or number.scaled or number.bound != "exact" or number.worth.step < 1:
        return None
    steps = chains[head.group()]
    step: _Step | None = steps[head.group()]
    code, ends = steps[head.group()].code, steps[head.group()].ends
    value, least, end, stop = number.worth.value * steps[head.group()].worth, Decimal(0), 0, head.end()
    while step is not None and (told := _part(text, stop, step)) is not None:
        worth, end, stop, word = told
        value, least = value + worth.value, worth.step
        step = steps.get(word)
    if not end:
        return None
    stop += next((len(word) for word in ends if text.startswith(word, stop)), 0)
    whole = number._replace(end=end, stop=stop, worth=Worth(value, least))
    return measured(whole, Unit(code, head.group()))


def _part(text: str, place: int, step: _Step) -> tuple[Worth, int, int, str] | None:
    """What goes on with an amount at a place: its worth, where its numeral and its unit end, and the unit."""
    if (numeral := _NUMERAL.match(text, place)) is None:
        return None
    value = numerals.read(numeral.group())
    word = next((one for one in step.below if text.startswith(one, numeral.end())), "")
    if word and value is not None and value.value * step.below_worth < step.worth:
        return value.times(step.below_worth), numeral.end(), numeral.end() + len(word), word
    bare = _BARE.match(text, place) if step.bare and not word else None
    if bare is None:
        return None
    least = step.worth.scaleb(-len(bare[1]))
    return Worth(numerals.decimals(bare[1]) * least, least), bare.end(), bare.end(), ""
