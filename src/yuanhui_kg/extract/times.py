"""Expressions of time in a sentence, and the years that they mean given what the text is anchored to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from .records import Anchor, Years

_PLAN: Final = {"九": 9, "十": 10, "十一": 11, "十二": 12, "十三": 13, "十四": 14, "十五": 15, "十六": 16}
_TIME: Final = re.compile(
    r"(?=[\d截到至“十九上前一二三四五第过近这最去明当本全年目如现今])(?:"
    r"(?P<f>(?:19|20)\d\d)年?[-~—至到]{1,2}(?P<t>(?:19|20)\d\d)年?"
    r"|(?P<until>截至|截止|到|至)?(?P<y>(?:18|19|20)\d\d)年(?:度)?(?:(?P<m1>\d{1,2})(?:[-~—至]{1,2}(?P<m2>\d{1,2}))?月(?:份)?(?:\d{1,2}[日号])?|上半年|前三季度|[一二三四]季度)?(?P<end>年?[末底])?(?P<since>以来|至今)?"
    r"|“?(?P<plan>十[一二三四五六]?|九)五”?(?:规划)?(?P<phase>时期|期间|以来|期末|末|收官|开局|初期|初)?"
    r"|(?P<half>上半年|前三季度|一季度|第一季度|1季度|(?<!\d)(?P<a>\d{1,2})[-~—至]{1,2}(?P<b>\d{1,2})月(?:份)?|截至\d{1,2}月(?:底|末))"
    r"|(?P<five>(?:过去|近|这|前|最近)?(?P<n>[三四五五十\d])年(?:来|间|以来)|(?:过去|近|这|前|最近)(?P<n2>[两三四五十\d])年(?:来|间)?)"
    r"|(?P<rel>去年|上年末?|上一年|前年|今年|明年|当年|本年|一年来|过去(?:的)?一年|全年|年末|年底|年初)"
    r"|(?P<now>截至目前|目前|如今|现在|现已|当前|截止目前))"
)
_NUMERAL: Final = {"两": 2, "三": 3, "四": 4, "五": 5, "十": 10}
_BASE: Final = re.compile(r"(?:比|较|与|同|相比|相当于|于)$")
HALVES: Final = {"上半年": (1, 6), "前三季度": (1, 9), "一季度": (1, 3), "第一季度": (1, 3), "1季度": (1, 3)}


@dataclass(frozen=True)
class Time:
    """An expression of time: ``role`` is frame (it holds for what follows), base (比2015年), now or until."""

    start: int
    end: int
    years: Years
    role: str
    printed: bool


def plan(name: str) -> Years:
    """The years of a five-year plan by its number: 十三 → 2016 to 2020."""
    first = 2006 + 5 * (_PLAN[name] - 11)
    return Years(first, first + 4)


def times(text: str, start: int, end: int, anchor: Anchor, frame: Years) -> list[Time]:
    """The expressions of time between two places of a text, in order; ``frame`` is what relative ones start from."""
    found = []
    for match in _TIME.finditer(text, start, end):
        role = "base" if _BASE.search(text[max(start, match.start() - 2) : match.start()]) else "frame"
        time = _read(match, role, anchor, frame)
        if time is not None:
            found.append(time)
    return found


def _read(match: re.Match[str], role: str, anchor: Anchor, frame: Years) -> Time | None:
    span = match.span()
    reporting = frame.last if frame.last is not None else anchor.reporting.last
    if match["f"]:
        return Time(*span, Years(int(match["f"]), int(match["t"])), role, True)
    if match["y"]:
        return _year(match, role)
    if match["plan"]:
        return _plan(match, role, anchor)
    if match["half"]:
        months = (int(match["a"]), int(match["b"])) if match["a"] else HALVES.get(match["half"])
        return Time(*span, Years(reporting, reporting, months), role, False) if months and reporting else None
    if match["five"]:
        number = match["n"] or match["n2"]
        length = _NUMERAL.get(number) or (int(number) if number.isdigit() else 5)
        last = anchor.reporting.last
        return Time(*span, Years(last - length + 1, last), role, True) if last and length > 1 else None
    if match["now"]:
        return Time(*span, anchor.publication, "now", False)
    return _relative(match, role, anchor, frame)


def _year(match: re.Match[str], role: str) -> Time | None:
    year = int(match["y"])
    if match["since"]:
        return None
    if match["m1"] and match["m2"]:
        return Time(*match.span(), Years(year, year, (int(match["m1"]), int(match["m2"]))), role, True)
    half = next((months for word, months in HALVES.items() if match.group().endswith(word)), None)
    role = "until" if match["until"] and role == "frame" else role
    return Time(*match.span(), Years(year, year, half), role, True)


def _plan(match: re.Match[str], role: str, anchor: Anchor) -> Time | None:
    years, phase = plan(match["plan"]), match["phase"]
    if years.first == anchor.reporting.first:
        years = anchor.reporting  # which ends earlier where the text was published in the midst of the plan
    if phase in ("期末", "末", "收官"):
        return Time(*match.span(), years.end, role, True)
    if phase in ("初", "初期", "开局"):
        return None
    return Time(*match.span(), years, role, True) if phase or role == "base" else None


def _relative(match: re.Match[str], role: str, anchor: Anchor, frame: Years) -> Time | None:
    word, year = match["rel"], anchor.year
    last = frame.last if frame.last is not None else anchor.reporting.last
    annual = anchor.genre in ("communique", "review")
    if word in ("上年", "上年末", "上一年", "去年"):
        then = last - 1 if last and (annual or role == "base") else year - 1 if year else last
    elif word == "前年":
        then = year - 2 if year else None
    elif word in ("今年", "本年"):
        then = year if not annual and year else last
    elif word == "明年":
        then = year + 1 if year else None
    elif word == "年初":
        return Time(*match.span(), Years(last - 1, last - 1), role, False) if last and role == "base" else None
    else:
        then = last
    return Time(*match.span(), Years(then, then), role, False) if then else None
