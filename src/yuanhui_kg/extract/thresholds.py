"""Thresholds: numbers that the things counted or named beside them must pass (税收超千万元企业12家)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from . import phrases
from .clauses import Clause
from .contexts import bracket_of
from .quantities import AGES
from .tables import one_of
from .wording import WORDS

_WORDS: Final = WORDS["thresholds"]
_UNITS: Final = frozenset(_WORDS["units"])
_UNDER: Final = tuple(_WORDS["under"])
BELOW: Final = "以下"
_BELOW: Final = re.compile("及?以下")
#: What is limited, right behind the number: 亿元以上|的重点项目.
_NOUN: Final = re.compile(rf"元?(?:以上|以下|及以上)?的?[^,。;、\d]{{0,8}}?(?:{one_of(_WORDS['nouns'])})")
#: 20平方公里以上|的河流有|23条: those above it, counted behind them.
_COUNTED: Final = re.compile(r"的[\u4e00-\u9fff]{0,8}")
#: 30户以上|自然村: what is told of by how many live there.
_MEMBERS: Final = frozenset(_WORDS["members"])
_SETTLED: Final = re.compile(rf"的?(?:{one_of(_WORDS['settlements'])})")
SIGNS: Final = tuple(_WORDS["signs"])
#: 6个|村集体收入超过50万元, 3个|集体经济收入不足1000万元: what each of those that are counted has.
_OF_EACH: Final = re.compile(
    rf"[^,。;\d]{{0,6}}?(?:{one_of(_WORDS['holders'])})[^,。;\d]{{0,10}}收入(?:全部|均|都)?达?到?(?:{one_of(_WORDS['under'])})?"
)
_NAME: Final = re.compile(r"[\u4e00-\u9fff]{2}")
#: How many numbers before a line the value is looked for that has passed it, and how the words between them end.
_BACK: Final = 3
_PASSING: Final = frozenset("破过越了")
#: Between a value and the line that it has passed.
_PASSED: Final = re.compile(
    r"(?:总量|规模|总额)?(?:也|已|首次|历史性|成功|一举|再次|连续)*地?(?:突破|跨过|跨越|越过|迈过)了?"
)
#: What can be measured of those above it, and their name, which is none of what is measured: 1亿元以上的|投资.
_MEASURES: Final = frozenset(
    (*_UNITS, "mm", "kg", "jin", "m", "km", "km2", "ha", "kW", "degC", "year", "hour", "minute", "day")
) - {"percent"}
_NAMED: Final = re.compile(
    rf"的(?!{one_of(_WORDS['amounts'])})[\u4e00-\u9fff]{{2}}(?![^,。;]{{0,6}}(?:{one_of(_WORDS['amounts'])}))"
)
_OF_CIRCLES: Final = frozenset(("hour", "minute"))
#: 20分钟|医疗服务圈
CIRCLE: Final = re.compile(r"[\u4e00-\u9fff]{2,6}圈(?=覆盖)")
_CLAUSE_END: Final = re.compile(r"[,。;!?\n]")
#: How far a noun may stand from its count, in characters, behind the number and before it.
_BEHIND, _BEFORE = 14, 8


def limits(clause: Clause) -> bool:
    """Whether a number is a threshold: one with a sign (≥10℃), or a bound that others must pass."""
    if clause.quantity.form != "plain":
        return clause.quantity.form == "duration" and _of_attribute(clause)  # 房龄20年以上的|住宅
    if clause.text.endswith(SIGNS):
        return True
    if clause.quantity.unit in _OF_CIRCLES and CIRCLE.match(clause.material.text, clause.quantity.stop):
        return True
    if passes(clause):
        return True
    bounded = _is_line(clause) or clause.text.endswith(_UNDER)
    return bounded and any(holds(clause) for holds in _RULES)


def passes(clause: Clause) -> bool:
    """Whether it is a round line that a value before it has passed: 投资30.5亿元,增长6%,首次突破30亿元."""
    quantity = clause.quantity
    if clause.material.text[quantity.start - 1] not in _PASSING or not _PASSED.fullmatch(
        clause.material.text, quantity.begin - len(clause.place.clause), quantity.start
    ):
        return False
    before = clause.before
    for _ in range(_BACK):
        if before is None or before.start < clause.sentence.start:
            return False
        if before.unit == quantity.unit and before.form == "plain":
            return quantity.value < before.value <= 2 * quantity.value
        before = clause.material.preceding(before)
    return False


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
        return bool(_COUNTED.fullmatch(between)) or (not between and _printed(clause))
    return after.unit == "percent" and between == "的占"


def _of_noun(clause: Clause) -> bool:
    """Whether what it limits is named behind it, and is money or counted beside it: 5000万元以上项目, 30万元以下的薄弱村."""
    line = clause.quantity.unit in _UNITS and _is_line(clause)
    noun = _NOUN.match(clause.material.text, clause.quantity.stop) if line else None
    if noun is None:
        return False
    return clause.quantity.unit == "CNY" or _counted_behind(clause, noun.end()) or _counted_before(clause)


def _of_class(clause: Clause) -> bool:
    """Whether a class of things is told by it, right behind their count or by their members: 7个500亩以上坝区, 30户以上自然村."""
    quantity, before = clause.quantity, clause.before
    if not _printed(clause):
        return False
    settled = quantity.word in _MEMBERS and _SETTLED.match(clause.material.text, _end(clause)) is not None
    counted = before is not None and before.unit == "count" and before.stop == quantity.begin
    return settled or (
        counted and quantity.unit != "count" and _NAME.match(clause.material.text, _end(clause)) is not None
    )


def _of_gloss(clause: Clause) -> bool:
    """Whether brackets say by it which of the things before them are counted: 规模以上工业企业(年主营业务收入500万元及以上)达到53户."""
    text, end = clause.material.text, _end(clause)
    closed = (
        text.startswith((")", "的企业)", "的单位)", "的项目)"), end) and bracket_of(text, clause.quantity.start) >= 0
    )
    return closed and _printed(clause) and clause.quantity.unit in _UNITS


def _of_age(clause: Clause) -> bool:
    """Whether it is the age of those who are told of: 60岁以上的占43%."""
    return clause.quantity.word in AGES and _printed(clause)


def _of_attribute(clause: Clause) -> bool:
    """Whether those above it are named behind it, and before it what is measured of them: 海拔500米以上的|山村."""
    if clause.quantity.unit not in _MEASURES or not _printed(clause):
        return False
    named = _NAMED.match(clause.material.text, _end(clause)) is not None
    return named and bool(phrases.before(clause.text, clause.material.lexicon).name)


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
    return clause.quantity.bound == "over" or _BELOW.match(clause.material.text, clause.quantity.stop) is not None


def _printed(clause: Clause) -> bool:
    """Whether 以上 or 以下 stands behind it."""
    end = _end(clause)
    return clause.material.text[end - len(BELOW) : end] in ("以上", BELOW)


def _end(clause: Clause) -> int:
    """Where a number ends with the 以上 or 以下 behind it."""
    below = _BELOW.match(clause.material.text, clause.quantity.stop)
    return below.end() if below else clause.quantity.stop


_RULES: Final[tuple[Callable[[Clause], bool], ...]] = (
    _of_each,
    _of_counted,
    _of_noun,
    _of_class,
    _of_gloss,
    _of_age,
    _of_attribute,
)
