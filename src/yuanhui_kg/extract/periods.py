"""Periods: the nearest time that holds for a number, from the year beside it to the period of the whole text.

The frames are asked in this order: the year beside the number, the last time before it in its sentence (or right behind
it), the paragraph, the heading, the text. What of that frame a figure holds for is decided by what the figure is: aimed at
or compared (:mod:`comparing`), or standing by itself (:mod:`standing`).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from .clauses import from_to
from .comparing import CHAINED, GROWING, aimed, compared
from .contexts import REACH, Carried, Claim, Dating, Material, Place, Setting, View
from .framing import BEGUN, FOUNDED, OF_OLD, STATED
from .records import Anchor, Years
from .standing import SECOND, Case, standing
from .tables import one_of
from .times import Time
from .wording import AVERAGE, DOWN, FLOW, REACHED, UP, WORDS

_CUMULATIVE: Final = re.compile(
    rf"{one_of(WORDS['aggregation']['cumulative'])}|(?<=[两三四五]年)共(?!有|同|享|建|产党)|(?<=以来)共(?!有|同|享|建|产党)"
)
_ALWAYS: Final = re.compile(one_of(WORDS["aggregation"]["always"]))
_BREAKS: Final = re.compile(one_of(WORDS["aggregation"]["breaks"]))
#: Kinds that no 累计 adds up.
_SINGLE: Final = frozenset((*GROWING, "share", "duration", "threshold", "target"))
_AIMED: Final = frozenset(
    ("target", "threshold", "duration", "share", "level", "countKind", "change", "pointChange", "ratioToBase")
)
#: Between a year and the number that it alone dates: 由2015年的约, 到2021年的, 2005年为.
_JOINED: Final = re.compile(r"的?(?:[约近]|仅|不足)?(?:[\d.:]+:)?")
_POSSESSED: Final = re.compile(r"的[约近]?")
#: 当年|的68家饭馆: a number that a time alone dates.
#: What tells how little there was at first.
_FEW_THEN: Final = re.compile(r"^[,;]?(?:当时|起初|最初)?(?:只|仅|才)(?!用|需|要)")
_OWNS_NUMBER: Final = re.compile(rf"{_POSSESSED.pattern}\d")
_MOVED_TO: Final = re.compile(
    r"\d[^,。;\d]*?[到至为]|(?:增|提高|调整|上升|下降|减|降|升|变|缩小|拓展|扩大|发展|涨|落|压|扩|提)[^,。;\d]{0,2}(?:到|至|为)"
)
#: Behind a value that another one is compared with.
_COMPARED: Final = re.compile(rf"(?:还|又|再)?(?:{UP}|{DOWN}|[多少高低]|相[比较])")
#: 园区产值27亿元,|占全县的41%
_SHARE_OF_IT: Final = re.compile(r"[,、;:(]*(?:约|大约|已|就|仅|其中)?占(?!地)")
_IN_A_ROW: Final = re.compile(r"[、和与及](?!累计|占地|总)[^,、;:。\d]{0,12}")
#: 其中|10亿元以上项目: a part of what was told right before.
_PART_OF_IT: Final = re.compile("其中(?!.*(?:年|月|季度|目前|现有|已|累计|新增))")
_AMOUNTS: Final = frozenset(("level", "countKind"))
_FROM_LAST: Final = re.compile("[由从]上(?:个?月|个?季度?|半年)")
#: Two years that are told, rather than a length of time.
_FROM_YEAR: Final = re.compile(r"(?:19|20)\d\d年?[-~—至到]{1,2}(?:19|20)\d\d")
_ATTRIBUTE: Final = re.compile(rf"[^,。;的\d]{{0,12}}?(?:{FOUNDED.pattern})[^,。;的\d]{{0,6}}的(?=[\u4e00-\u9fff])")
#: What stands before a time that a sentence begins with.
_OPENING: Final = re.compile(
    rf"[。!?\n:]\s*(?:[\u4e00-\u9fff]{{0,8}}(?:{one_of(WORDS['sources']['words'])}),)?(?:截至|今年|去年|全县|全市)?$"
)
_OPENING_REACH: Final = 20
_SEASON: Final = re.compile(r"(?:暑期|暑假|寒假|假期|期间|黄金周|小长假|旺季|淡季|雪季|榨季|汛期|学期|会期|时段)\(\Z")
_LONGEST_SEASON: Final = 6
_UP_TO_BRACKET: Final = re.compile(r"[\u4e00-\u9fff]{0,12}\(")
#: How many times are looked at before a number: more than any sentence needs, and a bound for those without end.
_LOOKED_AT: Final = 24


def update_cumulative(material: Material, place: Place, carried: Carried) -> None:
    """Begin or end the reach of a 累计."""
    earlier = material.preceding(place.quantity)
    low = max(earlier.stop if earlier else 0, place.quantity.begin - REACH)
    since = material.text[low : place.quantity.begin]
    if ";" in since or _BREAKS.search(since):
        carried.cumulative = ""
    if match := _CUMULATIVE.search(place.clause):
        carried.cumulative = match.group()


def aggregation(material: Material, place: Place, kind: str, setting: Setting) -> str:
    """Whether a figure is a sum to date, holds in each year or always held; else nothing."""
    if kind in ("rank", "growthRank"):
        return "always" if _ALWAYS.search(place.clause) or "连续" in place.clause else ""
    low = max(setting.sentence.start, place.quantity.begin - 16)
    if kind == "share" and re.search(r"连续[^,。;]{0,6}年[^,。;]{0,4}$", material.text[low : place.quantity.begin]):
        return "eachYear"
    if kind == "share" and _ALWAYS.search(place.clause):
        return "always"
    if kind in _SINGLE or REACHED.search(place.clause):
        return ""
    return "cumulative" if setting.carried.cumulative else ""


def dating(material: Material, place: Place, claim: Claim, setting: Setting, summed: str) -> Dating:
    """The period of a claim; ``summed`` is its aggregation. A base is kept for the numbers behind it in the sentence."""
    before = list(_before(place, setting.times))
    kind, carried = claim.kind, setting.carried
    beside = _noted(material, place, setting) or _beside(material, place, before) if kind not in GROWING else None
    if beside is not None:
        if beside.origin or (beside.years.last is not None and _aside(material, beside)):
            carried.base = beside.years
        ended = kind in ("level", "share", "countKind") and beside.role != "frame"
        return Dating(beside.years.end if ended else beside.years, None, True, "year beside")
    if kind == "duration" and (around := _spent(place, setting)) is not None:
        return Dating(around, None, True, "time in the sentence")
    view = _view(material, place, kind, setting, before)
    fixed = claim.rule == "anniversary" or (kind == "level" and claim.indicator.label.endswith("总投资"))
    if setting.target and kind in _AIMED and not fixed:
        return aimed(material, place, kind, view, setting)
    if kind in ("pointChange", "increment") and _behind_state(carried) and (view.explicit is None or view.now):
        view = view._replace(
            span=_of_part(material.anchor, material.anchor.publication)
        )  # 毛入园率83.6%, now, 比2010年提高37个百分点
    if kind in ("change", "averageGrowth") and from_to(material, place):
        earlier = _before_it_moved(material, place, before, view, setting)
        last = carried.dated  # 环比上涨0.3%,由上月下降0.1%转为上涨
        goes_on = last is not None and last.base is not None and last.base == last.period.stretch_before
        chained = earlier.stretch_before if goes_on or CHAINED.search(place.clause) else None
        return Dating(earlier, chained or earlier.year_before, False, "from … to")
    if kind in GROWING:
        return compared(material, place, kind, view, setting)
    if from_to(material, place):
        earlier = _earlier(material, before, view, setting)
        if view.explicit is not None and view.explicit.since:
            carried.base = earlier  # 2018年至2023年,收入由9860元增加到16320元,年均增长10.6%
        return Dating(earlier, None, False, "from … to")
    if _second_of_now(material, place, view, carried):
        return Dating(material.anchor.publication, None, False, "from … to")
    if (same := _with_it(place, kind, view, carried)) is not None:
        return same
    best = standing(Case(material, place, claim, setting, view, summed))
    years = best.one.years
    if view.explicit is None and claim.indicator.flow != "stock":
        years = _of_part(material.anchor, years)
    others = tuple(one.years for one in best.others)
    return Dating(years, None, view.printed, f"{view.why}: {best.one.name}", best.share, others)


def _of_part(anchor: Anchor, years: Years) -> Years:
    """Of a story whose title tells of a part of its year, that part: 今年上半年我县出口增长二成."""
    part = anchor.reporting if anchor.genre == "feature" and years == anchor.publication else years
    return part if part.months and part.last == years.last else years


def _spent(place: Place, setting: Setting) -> Years | None:
    """The years of which a length of time is told as a part of their name, or that went on since a beginning.

    2018年起,用|三|年时间; 自1998年建矿至今,开采已有|24|年.
    """
    begin = place.quantity.start
    index = bisect_right(setting.times, begin, key=lambda time: time.start)
    last = setting.times[index - 1] if index else None
    if last is None or last.origin:
        return None
    since = last.since and last.years.first is not None and place.quantity.word == "年"
    lived = (
        since
        and "连续" not in place.clause
        and (last.years.last or 0) - (last.years.first or 0) == place.quantity.value
    )
    return last.years if begin < last.end or lived else None


def _before(place: Place, found: Sequence[Time]) -> Iterator[Time]:
    """The last times that stand before a number, the last first."""
    index = bisect_right(found, place.quantity.begin, key=lambda time: time.end)
    return islice(reversed(found[max(0, index - _LOOKED_AT) : index]), _LOOKED_AT)


def _beside(material: Material, place: Place, before: Sequence[Time]) -> Time | None:
    """The year that stands right before a number and holds for it alone: 是1978年1.3亿元, 由上年的4.5:44.1:51.4."""
    for time in before:
        if time.clause < place.quantity.begin:
            return None
        between = material.text[time.end : place.quantity.begin]
        if time.origin and (_JOINED.fullmatch(between) or not _MOVED_TO.search(between)):
            return time
        if _POSSESSED.fullmatch(between) and (time.role == "now" or (time.role != "base" and time.single)):
            return time  # 到2021年的96.8亿元, 现在的47家
        if _POSSESSED.fullmatch(between) and time.role == "base" and time.single and _COMPARED.match(place.right):
            return time  # 比2015年的31亿元净增24亿元, 与2010年的31亿元相比
        if STATED.fullmatch(between) and _aside(material, time):
            return time
    return None


def _noted(material: Material, place: Place, setting: Setting) -> Time | None:
    """The year that brackets behind a number tell: 82.4万常住人口(2023年末)."""
    stop = place.quantity.stop
    index = bisect_right(setting.times, stop, key=lambda time: time.start)
    time = setting.times[index] if index < len(setting.times) else None
    if time is None or not _bracketed(material, time):
        return None
    return time if _UP_TO_BRACKET.fullmatch(material.text, stop, time.start) else None


def _bracketed(material: Material, time: Time) -> bool:
    """Whether a time is a note in brackets, on the number before it, rather than on a season that is told of (暑期(7月1日—8月31日)接待)."""
    if _SEASON.search(material.text, max(0, time.start - _LONGEST_SEASON), time.start):
        return False
    return material.text[time.start - 1] == "(" and ")" in material.text[time.end : time.end + 4]


def _aside(material: Material, time: Time) -> bool:
    """Whether a year of the past stands inside a clause, of the number behind it only: 后者2005年为52.9亿元."""
    last = material.anchor.reporting.last
    inside = re.match(r"[\u4e00-\u9fff]", material.text[time.start - 1 : time.start])
    past = last is not None and time.years.last is not None and time.years.last < last
    return time.role == "frame" and time.single and time.printed and past and inside is not None


def _view(material: Material, place: Place, kind: str, setting: Setting, before: Sequence[Time]) -> View:
    explicit = next((time for time in before if _governs(material, place, time)), None)
    if explicit is not None and _long_past(material, explicit, before):
        explicit = None
    if explicit is None:
        explicit = _behind(material, place, setting)
    explicit = _begun_later(material, place, setting, before, explicit) or explicit
    based = next((t for t in before if t.role == "base"), None)
    kept = based is not None and material.text.startswith("相比", based.end)  # 与2015年相比,今年用水减少三成
    base = based.years if based and (kept or not (explicit and explicit.start > based.start)) else None
    grown = kind == "change" and setting.carried.base is not None
    if grown and based is not None and ";" in material.text[based.end : place.quantity.begin][:REACH]:
        base = None  # 增加值增长7%,占比较2019年提高5个百分点;服务业增长9%: as the growth before
    if "同比" in place.clause and (explicit is None or explicit.years.months):
        base = None
    if explicit is not None and explicit.role != "now":
        return View(explicit.years, explicit, base, explicit.printed, "time in the sentence")
    around = setting.frame.years if setting.frame else material.anchor.reporting
    if explicit is not None and (around.last or 0) < (material.anchor.reporting.last or 0):
        around = material.anchor.reporting  # 2018年…。如今,收入超过9万元
    told = "time in the sentence" if explicit else setting.frame.told if setting.frame else "anchor"
    return View(around, explicit, base, False, told)


def _long_past(material: Material, time: Time, before: Sequence[Time]) -> bool:
    """Whether a time of old was left for another one: 民国四年改县,1961年复县,现有|9镇."""
    later = (t for t in before if t.start > time.start and t.role == "frame" and not _bracketed(material, t))
    return (time.years.last or OF_OLD) < OF_OLD and next(later, None) is not None


def _begun_later(
    material: Material, place: Place, setting: Setting, before: Sequence[Time], explicit: Time | None
) -> Time | None:
    """The year in which something was begun, where what follows would else be of a year before it: 2003年新茶投产,亩均收入2400元."""
    around = explicit.years if explicit is not None else setting.frame.years if setting.frame else None
    last = next((time for time in before if time.role == "frame"), None)
    if last is None or around is None or last.years.months or not last.single or last.origin:
        return None
    later = (last.years.last or 0) > (around.last or 9999) and (explicit is None or last.start > explicit.start)
    return last if later and _founding(material, place, last) else None


def _governs(material: Material, place: Place, time: Time) -> bool:
    """Whether a time holds for the numbers behind it, not only for one of them or for when something was founded."""
    if time.role not in ("frame", "until", "now") or time.origin or _bracketed(material, time):
        return False
    if STATED.match(material.text, time.end) and _aside(material, time):
        return False
    if time.role == "frame" and _OWNS_NUMBER.match(material.text, time.end):
        return False
    if time.role == "frame" and _left(material, place, time):
        return _opens_sentence(material, time)
    return material.anchor.genre not in ("profile", "feature") or not _founding(material, place, time)


def _left(material: Material, place: Place, time: Time) -> bool:
    """Whether a number stands behind all that a time inside a sentence tells of: a month's or a season's part, or growth since a year."""
    told = material.text[time.end : place.quantity.begin][:REACH]
    if (
        time.since
        and time.clause < place.quantity.begin
        and AVERAGE.search(material.text, time.end, min(time.clause, time.end + REACH))
    ):
        return True
    return (not time.printed or time.whole) and ";" in told


def _opens_sentence(material: Material, time: Time) -> bool:
    """Whether a sentence begins with a time, which then holds behind its semicolons too."""
    return time.start < 2 or _OPENING.search(material.text, max(0, time.start - _OPENING_REACH), time.start) is not None


def _founding(material: Material, place: Place, time: Time) -> bool:
    """Whether a time tells when something was founded or done, not when what follows holds.

    That is told by a clause of its own (2003年升格为国家级开发区,规划面积48平方公里; 去年底提档升级后,固定商户268家) or before the name
    of what it is told of (去年10月启用的新院区设床位800张).
    """
    ahead = (time.years.last or 0) > (material.anchor.year or 9999)
    if time.role != "frame" or not time.single or ahead:
        return False
    if _FEW_THEN.search(place.clause):
        return False  # 1986年,鞋厂开工,只有工人30名
    told = material.text[time.end : min(time.clause, place.quantity.begin)]
    if not told and not FLOW.search(place.left) and BEGUN.match(material.text, time.end, place.quantity.begin):
        return True  # 2019年,项目动工,涉及8个社区
    if time.clause >= place.quantity.begin:
        return _ATTRIBUTE.match(told) is not None
    return told.endswith("后") or (not told.endswith(("时", "初")) and FOUNDED.search(told) is not None)


def _behind(material: Material, place: Place, setting: Setting) -> Time | None:
    """A time behind a number in its clause: 2.7万贫困人口于2019年全部脱贫."""
    stop = place.quantity.stop
    index = bisect_right(setting.times, stop, key=lambda time: time.start)
    time = next((t for t in setting.times[index : index + 4] if t.role in ("frame", "base") and t.years.last), None)
    if time is None or time.start - stop >= 24:
        return None
    return time if re.fullmatch(r"[^,。;]*(?:于|在)", material.text[stop : time.start]) else None


def _earlier(material: Material, before: Sequence[Time], view: View, setting: Setting) -> Years:
    """The year of the first of two values: one told before, else the year before those told of."""
    if setting.carried.base is not None:
        return setting.carried.base.end
    past = next(
        (t for t in before if t.role in ("frame", "base") and t.years.last and t.years.last < (view.span.last or 0)),
        None,
    )
    if past is not None:
        return past.years.end
    if _of_now(material, view, setting):
        return material.anchor.publication
    if view.explicit is not None and _FROM_YEAR.match(material.text, view.explicit.start):
        return Years(view.span.first, view.span.first)  # 2010年到2021年,茶园从2万亩增加到9万亩
    term = material.anchor.reporting
    span = term if term.first != term.last and view.explicit is None else view.span  # of a term, what was before it
    first = span.first if span.first is not None else span.last
    return Years(first - 1, first - 1) if first else view.span


def _before_it_moved(material: Material, place: Place, before: Sequence[Time], view: View, setting: Setting) -> Years:
    """When growth was what it then moved from: the time beside it (增速由一季度的9%降至上半年的7%), the month before, else the year before."""
    beside = before[0] if before and before[0].start >= place.left_start else None
    since_last = CHAINED.search(place.clause) or _FROM_LAST.search(place.clause)
    if since_last and (beside is None or not beside.origin) and view.span.stretch_before is not None:
        return view.span.stretch_before  # 环比由上月下降1%转为增长2%
    if beside is None or beside.years.last is None or not beside.origin:
        return _earlier(material, before, view, setting)
    same_months = view.span.months and material.text.startswith("同期", beside.end - 2)
    return view.span.year_before if same_months else beside.years


def _of_now(material: Material, view: View, setting: Setting) -> bool:
    """Whether a story tells what something has become without saying when: 如今只要12人,不良率由3%降到1%."""
    anchor = material.anchor
    if anchor.year is None or anchor.genre != "feature" or anchor.reporting.first != anchor.reporting.last:
        return False
    return view.now or (view.explicit is None and (setting.frame is None or setting.frame.years.months is not None))


def _with_it(place: Place, kind: str, view: View, carried: Carried) -> Dating | None:
    """The period of what was told right before, for a share of it and for what stands in a row with it.

    园区产值27亿元,占全县的41%; 设床位800张、手术间22间; 五年实施项目168个,其中10亿元以上项目|22个.
    """
    before, explicit = carried.dated, view.explicit
    anew = explicit is not None and place.left_start <= explicit.start <= place.quantity.begin
    if before is None or before.base is not None or before.period.first is None or anew:
        return None
    if kind == "share" and carried.kind in _AMOUNTS:
        return before if _SHARE_OF_IT.match(place.left) else None
    of_it = _IN_A_ROW.fullmatch(place.left) or _PART_OF_IT.match(place.clause)
    return before if kind in _AMOUNTS and carried.kind in (kind, "threshold") and of_it else None


def _second_of_now(material: Material, place: Place, view: View, carried: Carried) -> bool:
    """Whether a number is the second of two of which the first was as of publication."""
    first = carried.dated
    if first is None or first.why != "from … to" or first.period != material.anchor.publication:
        return False
    return SECOND.search(place.clause) is not None and (view.explicit is None or view.now)


def _behind_state(carried: Carried) -> bool:
    """Whether the figure before was a state as of publication."""
    return carried.dated is not None and carried.dated.why.endswith(": publication")
