"""What is aimed at rather than told: the parts of a text on what is planned, and the words that announce an aim."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from .contexts import Material
from .records import Anchor, Sentence
from .tables import beginning, one_of
from .times import Time
from .wording import ONCE_DONE, WORDS

_HEADING: Final = re.compile(one_of(WORDS["targets"]["heading"]))
#: Headings of parts on what was done, whatever else they say.
_TOLD: Final = re.compile(r"回顾|成就|完成情况")
_DONE: Final = re.compile(rf"{_TOLD.pattern}|执行情况")
#: What was done all the same, in a part on what is planned.
_LAST_YEAR: Final = re.compile(r"(?:去年|上年)[^,。]{0,10}(?:完成|实现|达)")
_LOOKS_BACK: Final = re.compile(r"回顾|成就|完成情况|执行情况|总结|主要工作|答卷|过去|困难|问题|不足")
_AHEAD: Final = re.compile(
    r"目标|展望|下一步|(?:今后|未来|下一个|往后)[^,。]{0,3}年|(?:明年|未来|今后)[^,。]{0,6}(?:安排|任务|工作)"
)
#: A part of a report that is numbered at the highest level: 二、, 第三部分.
_PART: Final = re.compile(r"[一二三四五六七八九十]+、|第[一二三四五六七八九十]+(?:部分|章)")
_YEAR_AHEAD: Final = re.compile(r"(20\d\d)年[^,。]{0,8}(?:工作|任务|重点|计划|安排)|和(20\d\d)年$")
#: What stands before and behind a word of aiming where it names something: 人才培养计划, 计划的.
_NAMES: Final = ("年度", "占", "改善", "行动", "培育", "提升", "倍增", "资助", "培养", "人才", "引进", "”", "服务")
_AIM: Final = re.compile(
    beginning(WORDS["targets"]["sentence"])
    + "".join(f"(?<!{name})" for name in _NAMES)
    + rf"(?:{one_of(WORDS['targets']['sentence'])})"
    + r"(?!总投资|投资|的|生育|单列|完成|内|外|执行|到|上级|中央|省|国家|各类|专项|资金|项目|政策|无偿|债券|了)"
)
#: 今年,全市将实施重点项目288个; 投产后年产值可达9亿元
_COMING: Final = re.compile(r"(?:今年|明年|下一步|接下来|新的一年)[^。;]{0,16}?将(?=[\u4e00-\u9fff])")


def planned_parts(whole: str, sentences: Sequence[Sentence], anchor: Anchor) -> frozenset[int]:
    """The starts of the sentences of a text that stand in a part on what is planned."""
    if anchor.genre == "communique":
        return frozenset()
    headings = {sentence.heading for sentence in sentences}
    if anchor.genre in ("report", "review"):
        planned = _planned_in_order(whole, sentences, anchor.reporting.last)
    else:
        ahead = set(filter(_AHEAD.search, headings))
        planned = {sentence.start for sentence in sentences if sentence.heading in ahead}
    done = {"", *filter(_DONE.search, headings)}
    return frozenset(s.start for s in sentences if s.start in planned and s.heading not in done)


def _planned_in_order(whole: str, sentences: Sequence[Sentence], last: int | None) -> set[int]:
    """Of a text on the years up to ``last``: a part begins with its heading, and ends with one that looks back."""
    planned, found = False, set()
    for sentence in sentences:
        if sentence.role == "heading":
            text = whole[sentence.start : sentence.end]
            if _is_ahead(text, last):
                planned = True
            elif _PART.match(text) and _LOOKS_BACK.search(text):
                planned = False
        if planned:
            found.add(sentence.start)
    return found


def _is_ahead(heading: str, last: int | None) -> bool:
    year = _YEAR_AHEAD.search(heading)
    coming = year is not None and last is not None and int(year[1] or year[2]) > last
    return not _TOLD.search(heading) and bool(coming or _HEADING.search(heading) or _AHEAD.search(heading))


def aim_of(material: Material, sentence: Sentence, found: Sequence[Time]) -> range:
    """The stretch of a sentence whose numbers are what is aimed at; empty where none are."""
    text, never = material.text[sentence.start : sentence.end], range(0)
    if sentence.start in material.planned:
        return never if _LAST_YEAR.search(text) else range(sentence.start, sentence.end)
    reporting = material.anchor.reporting.last
    last = max(filter(None, (reporting, material.anchor.year)), default=None)
    coming = next((t for t in found if t.role in ("until", "frame") and last and (t.years.last or 0) > last), None)
    ahead = coming is not None and coming.years.first and coming.years.first > (reporting or last or 0)
    casual = material.anchor.genre in ("feature", "profile")
    cues = [_AIM.search(text), *((_COMING.search(text), ONCE_DONE.search(text)) if casual else ())]
    starts = [sentence.start + cue.start() for cue in cues if cue]
    if coming is not None and ahead:
        return range(min([coming.start, *starts]), sentence.end)
    if not starts:
        return never
    end = material.text.find(";", min(starts), sentence.end) if casual else -1
    return range(min(starts), end if end >= 0 else sentence.end)
