"""What is aimed at rather than told: the parts of a text on what is planned, and the words that announce an aim."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from .contexts import Material
from .records import Anchor, Sentence
from .tables import beginning, one_of
from .times import Time
from .wording import IN_FACT, ONCE_DONE, WORDS

_HEADING: Final = re.compile(one_of(WORDS["targets"]["heading"]))
#: Headings of parts on what was done, whatever else they say.
_TOLD: Final = re.compile(r"回顾|成就|完成情况")
_DONE: Final = re.compile(rf"{_TOLD.pattern}|执行情况")
#: What was done all the same, in a part on what is planned.
_LAST_YEAR: Final = re.compile(r"(?:去年|上年)[^,。]{0,10}(?:完成|实现|达)")
_LOOKS_BACK: Final = re.compile(r"回顾|成就|完成情况|执行情况|总结|主要工作|答卷|过去|困难|问题|不足")
_AHEAD: Final = re.compile(
    r"目标|展望|下一步|预算草案|(?:今后|未来|下一个|往后)[^,。]{0,3}年|(?:明年|未来|今后)[^,。]{0,6}(?:安排|任务|工作)"
)
#: A part of a report that is numbered at the highest level: 二、, 第三部分.
_PART: Final = re.compile(r"[一二三四五六七八九十]+、|第[一二三四五六七八九十]+(?:部分|章)")
_YEAR_AHEAD: Final = re.compile(r"(20\d\d)年[^,。]{0,8}(?:工作|任务|重点|计划|安排)|和(20\d\d)年$")
#: What stands before and behind a word of aiming where it names something: 人才培养计划, 计划的.
_NAMES: Final[list[str]] = WORDS["targets"]["names"]
AIM: Final = re.compile(
    beginning(WORDS["targets"]["sentence"])
    + "".join(f"(?<!{name})" for name in _NAMES)
    + rf"(?:{one_of(WORDS['targets']['sentence'])})"
    + r"(?!(?<=争取)[\u4e00-\u9fff]{0,8}(?:资金|补助|贷款|债券|拨款|经费))"
    + r"(?!”|总投资|投资|的|生育|单列|完成|内|外|执行|到|上级|中央|省|国家|各类|专项|资金|项目|政策|无偿|债券|了)"
)
#: 享受雨露|计划补助: what stands before the word where it ends the name of a programme.
_PROGRAMME: Final = re.compile(r"(?:享受|纳入|列入|入选)[\u4e00-\u9fff]{1,8}\Z")
#: 今年,全市将实施重点项目288个; 投产后年产值可达9亿元
_COMING: Final = re.compile(r"(?:今年|明年|下一步|接下来|新的一年)[^。;]{0,16}?将(?=[\u4e00-\u9fff])")
#: 今年|计划投资20亿元, “十四五”期间,|计划投资: what is planned for a time; 项目计划投资 is what a work costs.
_PLANNED: Final = re.compile(
    r"(?:今年|全年|年内|期间|当年|明年|\d年),?(?:[我全][区县市省镇乡])?(?=计划(?:完成)?(?:总)?投资)"
)
#: 3条生产线|将于明年5月投产: what is counted before it is told when it will be.
_WILL: Final = re.compile(
    r"(?<![^,;:。!?“\n])[^,;:。的\d]{0,24}+\d[\d.]*+[^,;:。的\d]{0,12}(?=将[于在](?:明年|后年|年底|20\d\d年|\d{1,2}月))"
    r"|(?:剩余|剩下|余下)的?\d[\d.]*+[^,;:。\d]{0,12}?(?=力争|要全部|将全部|确保|有望|计划)"
)
#: 县里提出,到|2026年
_SET: Final = re.compile(rf"(?:{one_of(WORDS['targets']['setting'])})[,:]?[到在]?\Z")
_SET_REACH: Final = 6
#: How many aims that are set for a time are told apart in one sentence.
_MOST_SET: Final = 8
#: The title of a plan, or of what is planned; not of how a plan was carried out.
_PLAN_TITLE: Final = re.compile(
    r"\s*[^\n]{0,60}(?:规划|纲要|计划|方案|意见|目标|蓝图|展望|行动)(?!执行|实施|完成|落实)"
)
#: How a paragraph on aims begins: 到2025年,.
_TO_COME: Final = re.compile(r"(?:力争)?[到至]((?:19|20)\d\d)年(?:底|末)?,")
#: What tells that a sentence is of what is or was: 目前, 已, 去年, a year; that is, of no aim.
_IS_OR_WAS: Final = re.compile(
    r"[去今前上]年|目前|现[已有在]|已|截至|如今|近年|以来|了|曾|(?<![比较由从到至])(?:19|20)\d\d年|[“”]"
)
_CENTURY: Final = 2000
#: Genres in which any aim holds up to the next semicolon only, as elsewhere what something is to bring once it is done.
_CASUAL: Final = frozenset(("feature", "profile"))


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
    of_parts = (s.start for s in sentences if s.start in planned and s.heading not in done)
    return frozenset((*of_parts, *_behind_aims(whole, sentences, anchor)))


def _behind_aims(whole: str, sentences: Sequence[Sentence], anchor: Anchor) -> Iterator[int]:
    """Of a plan, the sentences of a paragraph behind one that begins with a time to come, up to one that tells of what is or was."""
    last = max(filter(None, (anchor.reporting.last, anchor.year)), default=None)
    ahead, paragraph = False, -1
    for sentence in sentences if _PLAN_TITLE.match(whole) else ():
        if sentence.paragraph != paragraph:
            ahead, paragraph = False, sentence.paragraph
        opening = _TO_COME.match(whole, sentence.start, sentence.end)
        coming = opening is not None and last is not None and int(opening[1]) > last
        ahead = coming or (ahead and not _IS_OR_WAS.search(whole, sentence.start, sentence.end))
        if ahead and not coming:
            yield sentence.start


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


def aim_of(material: Material, sentence: Sentence, found: Sequence[Time]) -> tuple[range, ...]:
    """The stretches of a sentence whose numbers are what is aimed at."""
    text = material.text[sentence.start : sentence.end]
    if sentence.start in material.planned:
        return () if _LAST_YEAR.search(text) else (range(sentence.start, sentence.end),)
    casual = material.anchor.genre in _CASUAL
    starts = [
        cue.start() for cue in _cues(material, sentence, (AIM, _PLANNED, _COMING, _WILL) if casual else (AIM, _PLANNED))
    ]
    done = [cue.start() for cue in _cues(material, sentence, (ONCE_DONE,))]
    starts += islice((time.start for time in found if _is_set(material, time)), _MOST_SET)
    coming = _coming(material.anchor, found)
    if coming is not None:
        return (range(min([coming.start, *starts, *done]), sentence.end),)
    aimed_at = min(starts, default=sentence.end)
    in_fact = IN_FACT.search(material.text, aimed_at, sentence.end)  # 计划修路260公里,实际完成278公里
    whole = () if casual or not starts else (range(aimed_at, in_fact.start() if in_fact else sentence.end),)
    parts = [*starts, *done] if casual else done
    ends = (material.text.find(";", start, sentence.end) for start in parts)
    held = (range(start, end if end >= 0 else sentence.end) for start, end in zip(parts, ends, strict=True))
    return (*whole, *held)


def _cues(material: Material, sentence: Sentence, patterns: Sequence[re.Pattern[str]]) -> Iterator[re.Match[str]]:
    """The words that announce an aim and are part of no name (雨露|计划), the first of each kind."""
    text, start, end = material.text, sentence.start, sentence.end
    named = material.mentions_in(start, end)
    for pattern in patterns:
        for cue in pattern.finditer(text, start, end):
            at = cue.start()
            inside = any(begin <= at < stop for begin, stop, _ in named)
            if not inside and not _PROGRAMME.search(text, max(start, at - 10), at):
                yield cue
                break


def _coming(anchor: Anchor, found: Sequence[Time]) -> Time | None:
    """The first time that is told of, if it is still to come."""
    reporting = anchor.reporting.last
    last = max(filter(None, (reporting, anchor.year)), default=None)
    told = (time for time in found if time.role in ("until", "frame") and not _of_last_century(time))
    time = next((time for time in told if last and (time.years.last or 0) > last), None)
    ahead = time is not None and time.years.first and time.years.first > (reporting or last or 0)
    return time if ahead else None


def _of_last_century(time: Time) -> bool:
    """Whether a time is a decade that is over, though no later year may be told: 1978年建厂。80年代,…"""
    return time.whole and (time.years.last or _CENTURY) < _CENTURY


def _is_set(material: Material, time: Time) -> bool:
    """Whether a time that is not over stands behind a word for setting an aim: 县里提出,2024年."""
    year = material.anchor.year
    over = year is None or time.role == "now" or (time.years.last or 0) < year
    return not over and _SET.search(material.text, max(0, time.start - _SET_REACH), time.start) is not None
