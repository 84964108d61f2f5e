"""What holds around a sentence: the years of its heading, and what the sentences before it leave for the paragraph."""

from __future__ import annotations

import re
from typing import Final

from .contexts import Frame, Material, Setting
from .records import Anchor, Sentence, Years
from .tables import one_of
from .times import NUMERAL, Time, times
from .wording import WORDS

#: A term of years in a heading: 过去五年, 五年答卷, 五年来的工作.
_TERM: Final = re.compile(r"(?<![\d第续十])(?:过去|这|前|近)?([三四五])年(?!目标|规划|计划|行动|任务)")
_AHEAD: Final = re.compile(r"目标|安排|任务|打算|今后|未来|下一")
#: Words of founding: their year holds for no sentence behind it.
FOUNDED: Final = re.compile(one_of(WORDS["founded"]["words"]))
#: Behind a time that dates one number only, and before it: 比例|2015年|为38%.
STATED: Final = re.compile(r"(?:为|是|仅为|仅有|只有)[约近]?")
_NOUN_BEFORE: Final = re.compile(r"[\u4e00-\u9fff]\Z")
#: 2019年|,大桥项目动工,: a work was begun, which is told of behind it.
BEGUN: Final = re.compile(rf",[^,。;\d]{{2,24}}(?:{one_of(WORDS['works']['begun'])})[,。]")
#: How far into a sentence a time may stand to be the one with which it begins.
_OPENING: Final = 14
#: Who tells what follows: 记者从县旅游局获悉,|今年1至6月.
_SOURCE: Final = re.compile(rf"[^,。;]{{0,48}}?(?:{one_of(WORDS['sources']['words'])}),")
#: 2025年12月份, 截至6月末: months that statistics are of.
_OF_STATISTICS: Final = re.compile(r"(?:月份|当月|截[至止][^,。;]*月[末底])\Z")
#: Parts of what the sentence before told.
_PARTS: Final = re.compile(r"[。 ]*其中")
#: 走进车间,: a reporter is there, so that what follows is of now.
_SCENE: Final = re.compile(rf"[“”]*(?:{one_of(WORDS['scenes']['begin'])})(?![0-9])")
#: What is told of a year before it holds for no sentence behind its own: 光绪三十年建学堂。全镇辖12村.
OF_OLD: Final = 1949
#: How far behind a time a word of founding is looked for.
_FOUNDED_REACH: Final = 24
_SUM: Final = re.compile(r"[两三四五]年")
#: 2017年末公路里程达到1743公里: where the date of a state stands.
_STATE: Final = re.compile(r"^(?:截至|截止|到|至)?(?:19|20)\d\d年(?:12月)?(?:年?[末底])")


def heading_frame(heading: str, anchor: Anchor) -> Frame | None:
    """The years that a heading, or else the one above it, gives to what stands below it."""
    *above, own = heading.rpartition(" ")
    frame = _years_of(own, anchor)
    return _years_of(heading, anchor) if frame is None and above[0] else frame


def _years_of(heading: str, anchor: Anchor) -> Frame | None:
    """The years that a heading names: a term looked back on, else the last single year."""
    found = [t for t in times(heading, 0, len(heading), anchor, anchor.reporting) if t.role == "frame"]
    term, last = _TERM.search(heading), anchor.reporting.last
    if term and last and not _AHEAD.search(heading):  # 过去五年和2016年工作回顾
        return Frame(Years(last - NUMERAL[term[1]] + 1, last), "heading")
    yearly = [t for t in found if t.years.first == t.years.last]
    return Frame((yearly or found)[-1].years, "heading") if found else None


def frame_after(material: Material, setting: Setting, paragraph: Frame | None, opening: bool) -> Frame | None:
    """The period that holds for the next sentence of a paragraph: what parts are told of, the one with which this sentence begins, or as before."""
    around = paragraph.outer if paragraph is not None and paragraph.passing else paragraph
    held = _held(material, setting, around, opening)
    aimed = material.planned.intersection(range(setting.sentence.end, setting.sentence.end + 2))
    if not (aimed or _PARTS.match(material.text, setting.sentence.end)):
        return held
    own = [time for time in setting.times if time.role in ("frame", "until")]
    if not own:
        return paragraph._replace(outer=held) if paragraph is not None and paragraph.passing else held
    if aimed:
        return Frame(own[0].years, "paragraph", True, held) if (own[0].years.last or 0) > _last(material) else held
    last = next((t for t in reversed(own) if _can_open(material, setting.sentence, t, _last(material))), None)
    return Frame(last.years, "paragraph", True, held) if last is not None and last.years.months else held


def _last(material: Material) -> int:
    return max(filter(None, (material.anchor.reporting.last, material.anchor.year)), default=9999)


def _held(material: Material, setting: Setting, paragraph: Frame | None, opening: bool) -> Frame | None:
    """The period with which a sentence begins, or what held before."""
    if material.anchor.genre == "feature" and _SCENE.match(material.text, setting.sentence.start, setting.sentence.end):
        return None
    last = _last(material)
    if any(_dates_one(material, time) for time in setting.times[:1]):
        return paragraph
    opens = [time for time in setting.times if _can_open(material, setting.sentence, time, last)]
    begin = setting.sentence.start
    begin = source.end() if (source := _SOURCE.match(material.text, begin, setting.sentence.end)) else begin
    first = next((t for t in opens if t.start - begin <= _OPENING), None)
    if first is None or _last_of_term(first, setting):
        return paragraph
    years = _latest(material, first, opens, last)
    if first.years == years and material.text[first.end - 1] == "起":  # 2014年起: the next sentence begins there
        years = Years(years.first, years.first)
    if years.months:
        stretch = years.months[0] == 1 < years.months[1] and not first.printed  # 6-8月降雨: a season of its own
        told = stretch or _OF_STATISTICS.search(material.text, first.start, first.end) is not None
    else:
        told = years.last is not None and (first.printed or opening)
    if not told:
        return paragraph
    return Frame(years, "date of a state" if _STATE.match(material.text[first.start : first.end]) else "paragraph")


def _dates_one(material: Material, time: Time) -> bool:
    """Whether a time dates only the number behind it, so that the sentence has no year of its own: 空置率2015年为38%,2017年清零."""
    inside = _NOUN_BEFORE.search(material.text, max(0, time.start - 1), time.start)
    return inside is not None and STATED.match(material.text, time.end) is not None


def _can_open(material: Material, sentence: Sentence, time: Time, last: int) -> bool:
    if (time.years.last or 9999) < OF_OLD:
        return False
    told = material.anchor.genre in ("profile", "feature")
    if told and time.role == "frame" and time.single:
        end = min(sentence.end, time.end + _FOUNDED_REACH)
        if BEGUN.match(material.text, time.end, sentence.end) or FOUNDED.search(material.text, time.end, end):
            return False  # 2001年撤乡设镇
    if (
        time.origin
        or material.text[time.start - 1 : time.start] == "于"
        or _SUM.fullmatch(material.text[time.start : time.end])
    ):
        return False
    if material.text[time.end : time.end + 1] == "、":
        return False  # 1-2月、3月增速依次为: each of them dates one number
    return time.role == "frame" or (time.role == "until" and time.years.last is not None and time.years.last <= last)


def _latest(material: Material, first: Time, opens: list[Time], last: int) -> Years:
    """1978年,产值仅有1亿元,2017年生产总值达到600亿元: the latest year that opens a clause of a sentence."""
    best = first
    for later in opens:
        known = later.single and later.years.last is not None and later.years.last <= last and not later.years.months
        if known and best.years.last and later.years.last and later.years.last > best.years.last:
            best = later if material.text[later.start - 1 : later.start] in ",;:" else best
    return best.years


def _last_of_term(time: Time, setting: Setting) -> bool:
    """Whether a year inside a sentence is the last of the years told of: 粮食实现“八连丰”,2011年总产31.8万吨."""
    frame = setting.frame.years if setting.frame else None
    ends = frame is not None and frame.first != frame.last and time.years == frame.end
    return ends and time.start - setting.sentence.start > 5
