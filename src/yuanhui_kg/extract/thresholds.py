"""Thresholds: numbers that the things counted or named beside them must pass (税收超千万元企业12家)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from .clauses import Clause
from .tables import one_of
from .wording import WORDS

_WORDS: Final = WORDS["thresholds"]
_UNITS: Final = frozenset(_WORDS["units"])
_UNDER: Final = tuple(_WORDS["under"])
_BELOW: Final = "以下"
#: What is limited, right behind the number: 亿元以上|的重点项目.
_NOUN: Final = re.compile(rf"元?(?:以上|以下|及以上)?的?[^,。;、\d]{{0,8}}?(?:{one_of(_WORDS['nouns'])})")
#: 6个|村集体收入超过50万元, 3个|集体经济收入不足1000万元: what each of those that are counted has.
_OF_EACH: Final = re.compile(
    rf"(?:{one_of(_WORDS['holders'])})[^,。;\d]{{0,10}}收入(?:全部|均|都)?(?:{one_of(_WORDS['under'])})?"
)
_CLAUSE_END: Final = re.compile(r"[,。;!?\n]")
#: How far a noun may stand from its count, in characters, behind the number and before it.
_BEHIND, _BEFORE = 14, 8


def limits(clause: Clause) -> bool:
    """Whether a number is a threshold."""
    quantity = clause.quantity
    return quantity.unit in _UNITS and quantity.form == "plain" and any(holds(clause) for holds in _RULES)


def _of_each(clause: Clause) -> bool:
    before = clause.before
    counted = clause.material.text[before.stop : clause.quantity.begin] if before and before.unit == "count" else ""
    told = _OF_EACH.fullmatch(counted)
    return told is not None and (clause.quantity.bound == "over" or counted.endswith(_UNDER))


def _of_counted(clause: Clause) -> bool:
    """Whether those above it are counted right behind it: 10亿元以上47个, 过1000万元的有5个; or told as a share: 超过50万元的占81%."""
    after, end = clause.after, _end(clause)
    if after is None or not _is_line(clause):
        return False
    between = clause.material.text[end : after.begin]
    if after.unit == "count":
        return between in ("的", "的有") or (not between and clause.material.text[end - 2 : end] in ("以上", _BELOW))
    return after.unit == "percent" and between == "的占"


def _of_noun(clause: Clause) -> bool:
    """Whether what it limits is named behind it, and is money or counted beside it: 5000万元以上项目, 30万元以下的薄弱村."""
    noun = _NOUN.match(clause.material.text, clause.quantity.stop) if _is_line(clause) else None
    if noun is None:
        return False
    return clause.quantity.unit == "CNY" or _counted_behind(clause, noun.end()) or _counted_before(clause)


def _counted_behind(clause: Clause, end: int) -> bool:
    after = clause.after
    between = clause.material.text[end : after.begin] if after and after.unit == "count" else None
    return between is not None and len(between) <= _BEHIND and not _CLAUSE_END.search(between)


def _counted_before(clause: Clause) -> bool:
    before, quantity = clause.before, clause.quantity
    if before is None or before.unit != "count" or quantity.unit == "count":
        return False
    between = clause.material.text[before.stop : quantity.begin]
    return len(between) <= _BEFORE and not _CLAUSE_END.search(between) and "、" not in between


def _is_line(clause: Clause) -> bool:
    return clause.quantity.bound == "over" or clause.material.text.startswith(_BELOW, clause.quantity.stop)


def _end(clause: Clause) -> int:
    stop = clause.quantity.stop
    return stop + len(_BELOW) if clause.material.text.startswith(_BELOW, stop) else stop


_RULES: Final[tuple[Callable[[Clause], bool], ...]] = (_of_each, _of_counted, _of_noun)
