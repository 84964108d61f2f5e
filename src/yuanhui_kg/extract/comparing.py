"""When growth, ratios and aims are: the period of what is compared and the base that it is compared with."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import replace
from itertools import islice, takewhile
from typing import Final

from .contexts import REACH, Carried, Dating, Material, Place, Setting, View
from .records import Years
from .tables import one_of
from .times import NUMERAL, PLANS, Time, holiday_in, plan, times
from .wording import GROWTH, IN_FACT, ONCE_DONE, REACHED, WORDS

_DIFFERENCES: Final = WORDS["differences"]

#: Kinds that compare two times, so that they have a base.
GROWING: Final = frozenset(("change", "averageGrowth", "pointChange", "increment", "ratioToBase"))
#: A difference from others, not from before: 高于全省平均水平1.1个百分点.
_AGAINST: Final = re.compile(
    r"(?:高于|低于|快于|高出|好于|优于|领先)[^,。;]{0,12}$|(?:比|较)全[国省市州县区][^,。;]{0,8}(?:高|低|快|慢|多|少)(?:出|了)?$"
    r"|(?:比|较)[^,。;\d]{1,8}(?:平均水平|平均数|居民)(?:高|低|快|慢)(?:出|了)?$"
)
#: 高出全镇平均数1940元, 比全省平均高1200元, 相当于全省平均水平的64%
_ELSEWHERE: Final = re.compile(
    r"(?:比|较)全[国省市州县区镇乡村][^,。;\d]{0,8}(?:高|低|快|慢|多|少)(?:出|了)?$"
    r"|(?:高于|低于|高出|低出|多于|少于|相当于)全[国省市州县区镇乡村][^,。;\d]{0,9}$"
)
#: 比老院区多出|350张, but neither 比上月多 nor 同比多
_OF_ANOTHER: Final = re.compile(
    rf"(?<![占同环对相之百可类])(?:比(?![重例率值])|较)(?![上去前年同当期])[^,。;\d]{{1,12}}?(?:{one_of(_DIFFERENCES['verbs'])}|提高|下降|降低|上升|减少)"
    rf"(?:{one_of(_DIFFERENCES['ends'])})?$"
)
#: “十五五”期间,|培养人才900名: what is to be done in all these years
_IN_ALL: Final = re.compile("期间|时期|五”")
_ADDED: Final = re.compile(rf"^(?!.*每年).*(?:{one_of(WORDS['targets']['added'])})", re.DOTALL)
#: 相当于传统印染的11倍
_OF_OTHERS: Final = re.compile(r"(?:是|为|相当于)[\u4e00-\u9fff]{2,}的$")
#: How many times of a sentence are looked at: more than any sentence needs.
_LOOKED_AT: Final = 24
#: 五年年均增长7.2%, 两年平均增长3.9%
_AVERAGED: Final = re.compile(r"([两三四五六七八九十]|(?<!\d)\d{1,2})年(?:来|间)?,?(?:年?均|平均)[^,。;]{0,4}$")
#: 比常年同期少42%: with no year at all.
_NORMAL: Final = re.compile(r"(?:比|较)(?:常年|历年|多年平均|往年)")
_SINCE_YEAR_START: Final = re.compile(r"(?:比|较)(?:年初|上年末|上年底|去年末|去年底)")
_YEARLY: Final = re.compile(r"比上年|较上年|同比|比去年|较去年|比年初|较年初")
_WHOLE_YEAR: Final = re.compile(r"[比较与](?:上年|去年|(?:19|20)\d\d年)全年")
_ALL_CHAINED: Final = re.compile("(?:分?从)?环比(?:来)?看")
#: 环比上涨, but not 环比、同比分别 of what is told of the year before.
CHAINED: Final = re.compile(rf"(?:{one_of(WORDS['base']['chained'])})(?![^,。;]*同比)")
#: 比2019年同期高12%
_SAME_MONTHS: Final = re.compile(r"\d年同期")
#: 比2017年开通时增长1.5倍: the beginning of what is told, no months of a year.
_AT_EVENT: Final = re.compile(r"(?:比|较)(?:19|20)\d\d年[\u4e00-\u9fff]{2,4}?(?:时|之初|初期|前)")
#: 三年|翻了近一番
_YEARS_DOUBLED: Final = re.compile(r"([两三四五六七八九十]|(?<!\d)\d{1,2})年(?:来|间|时间|内)?(?:就|已|实现)?$")
#: 1991年至2020年|年均增长: of all these years, so that the base is before the first.
_FROM_TO: Final = re.compile(r"\d{4}年[至到]")
_TERM_BEFORE: Final = re.compile(r"前五年|上一?个?五年")
_AIMED_GROWTH: Final = re.compile(r"增长|增速|增幅|涨幅|提高|下降")
_TERM: Final = re.compile(rf"“?(?P<plan>{one_of(PLANS)})五”?(?:规划)?(?:期间|时期|期内)")
_COMPARES: Final = re.compile("[比较]|以来")
_AIMED_INCREASE: Final = re.compile(r"(?:增加|提高|增收|净增)(?:了)?$")


def aimed(material: Material, place: Place, kind: str, view: View, setting: Setting) -> Dating:
    """The period of what is aimed at: a coming time that is told, else the year behind the one reported on; and a base before it."""
    dated = _aimed(material, place, kind, view, setting)
    return dated._replace(base=None) if dated.base == dated.period else dated


def _aimed(material: Material, place: Place, kind: str, view: View, setting: Setting) -> Dating:
    period = _aimed_period(material, place, kind, view, setting)
    last = material.anchor.reporting.last
    tail = place.clause[-12:]
    reached = REACHED.search(place.clause)  # 转化率提高到65%
    growth = (
        place.quantity.unit == "percent" and not reached and (GROWTH.search(place.clause) or _AIMED_GROWTH.search(tail))
    )
    if period.last and (growth or _AIMED_INCREASE.search(place.clause)):
        average = "年均" in tail
        before = Years(last, last) if average and last else period.end.year_before
        own = None if average and not _COMPARES.search(place.clause) else view.base  # …翻一番,年均增长8.5%
        return Dating(period, own or before, view.printed, view.why)
    base = view.base if place.quantity.unit == "times" or "翻" in place.clause else None
    if base is None and place.quantity.word == "番" and last and period.last and period.last > last:
        base = Years(last, last)
    return Dating(period, base, view.printed, "target")


def _aimed_period(material: Material, place: Place, kind: str, view: View, setting: Setting) -> Years:
    explicit, last = view.explicit, material.anchor.reporting.last
    frame = setting.frame.years if setting.frame else None
    dated = explicit is not None and explicit.years.last and explicit.role != "now"
    term = _TERM.match(material.text, explicit.start) if explicit is not None and kind == "target" else None
    if term and (plan(term["plan"]).last or 0) >= (material.anchor.year or 9999):
        return plan(term["plan"])  # “十四五”期间,计划投资80亿元: of all of it, however much is over
    if explicit is not None and dated:
        coming = (explicit.years.last or 0) > (last or 0) and not _passed(material, explicit.years)
        ahead = last is None or coming or _goes_on(material, explicit.years)
        if ahead or explicit.role == "until":
            summed = _IN_ALL.search(material.text, explicit.start, explicit.end) and _ADDED.search(place.left)
            ended = kind == "target" and not explicit.years.months and not summed
            return explicit.years.end if ended else explicit.years
    if frame is not None and frame.last and last and frame.last > last:
        return frame.end
    if IN_FACT.search(material.text, place.quantity.stop, setting.sentence.end) and view.span.last:
        return view.span.end  # 全年计划修路260公里,实际完成278公里
    if ONCE_DONE.search(material.text, setting.sentence.start, place.quantity.begin):
        return material.anchor.publication
    following = last + 1 if last else None
    year = following if following and material.anchor.genre == "report" else material.anchor.year or following
    return Years(year, year)


def _with_another(place: Place, setting: Setting) -> bool:
    """Whether a difference is from another thing, or from a time that no year tells: 比老院区多出350张, 较治理前提高7个百分点."""
    if _OF_ANOTHER.search(place.clause) is None:
        return False
    begin = place.quantity.begin
    first = bisect_left(setting.times, begin - len(place.clause), key=lambda time: time.start)
    inside = takewhile(lambda time: time.end <= begin, islice(setting.times, first, first + len(place.clause)))
    return all(time.role != "base" for time in inside)


def _passed(material: Material, years: Years) -> bool:
    """Whether months are over when a story is published: 今年6月试车,达产后年产值可达9亿元."""
    year, month = material.anchor.year, material.anchor.published[5:7]
    told = years.months is not None and material.anchor.genre == "feature"
    return bool(told and month and years.last == year and years.months and years.months[1] <= int(month))


def _goes_on(material: Material, years: Years) -> bool:
    """Whether months are not over when the text is published: 下半年."""
    year, month = material.anchor.year, material.anchor.published[5:7]
    return bool(years.months and month and years.last == year and years.months[1] > int(month))


def compared(material: Material, place: Place, kind: str, view: View, setting: Setting) -> Dating:
    """The period of a change and its base, which is before it and is carried on to the changes behind it."""
    dated = _compared(material, place, kind, view, setting)
    if dated.base is None or dated.base.last is None or dated.base.end != dated.period.end:
        return dated
    return dated._replace(base=dated.period.end.year_before)


def _compared(material: Material, place: Place, kind: str, view: View, setting: Setting) -> Dating:
    if kind in ("change", "pointChange") and _NORMAL.search(place.clause):
        return Dating(view.span.end, None, view.printed, view.why)
    statistic = _AGAINST.search(place.clause) or _ELSEWHERE.search(place.clause)  # 比全省平均高
    others = _with_another(place, setting) or _times_of_others(material, place, kind, view, setting)
    if others and not statistic and (same := _of_the_same(material, view, setting)) is not None:
        return Dating(same, None, view.printed, view.why)
    if kind in ("change", "increment") and _undated(material, place, view, setting):
        return Dating(material.anchor.publication, None, view.printed, view.why)
    if view.span.months and view.span.last:
        return Dating(view.span, _base_of_months(material, place, kind, view), view.printed, view.why)
    period = view.span.end if view.span.last else view.span
    if _chained(material, place):
        return Dating(period, None, view.printed, view.why)  # 环比, of which month nothing tells
    if (kind == "pointChange" and _AGAINST.search(place.clause)) or _ELSEWHERE.search(place.clause):
        return Dating(period, None, view.printed, view.why)
    if kind in ("ratioToBase", "change") and (terms := _term_before(place, view.span) or _plan_before(view)):
        return Dating(view.span, terms, view.printed, view.why)
    if kind in ("increment", "pointChange") and (terms := _term_before(place, view.span) or _plan_before(view)):
        return Dating(view.span, terms, view.printed, view.why)
    if others:
        return Dating(period, None, view.printed, view.why)
    base = (
        _averaged(place, kind, period)
        or _begun(place, period, view, setting)
        or _base(material, place, kind, view, setting.carried)
    )
    if kind == "ratioToBase":
        setting.carried.multiple = base
    elif kind == "change" and not _YEARLY.search(place.clause):
        setting.carried.base = base
    return Dating(period, base, view.printed, view.why)


def _chained(material: Material, place: Place) -> bool:
    """Whether a number is compared with the stretch before, as its clause or the head of its sentence says: 从环比看,鲜菜价格上涨5%."""
    if CHAINED.search(place.clause):
        return True
    start = max(
        material.text.rfind(mark, max(0, place.quantity.begin - 2 * REACH), place.quantity.begin) for mark in "。\n"
    )
    return "同比" not in place.clause and _ALL_CHAINED.match(material.text, start + 1) is not None


def _undated(material: Material, place: Place, view: View, setting: Setting) -> bool:
    """Whether a story tells how much something of a part has changed without any time: 良率升到97%,粉尘下降了七成."""
    anchor, before, carried = material.anchor, setting.carried.dated, setting.carried
    if (
        anchor.year is None
        or anchor.genre != "feature"
        or anchor.reporting.first != anchor.reporting.last
        or not setting.part
    ):
        return False
    timed = view.explicit is not None and not view.now
    if timed or view.base or carried.base or _YEARLY.search(place.clause) or setting.frame is not None:
        return False
    return before is None or (before.base is None and before.period == anchor.publication)


def _of_the_same(material: Material, view: View, setting: Setting) -> Years | None:
    """When what is compared with another thing is, where no time tells: as the figure before it in the sentence, else of now."""
    if material.annual or view.explicit is not None:
        return None
    before = setting.carried.dated
    return before.period if before is not None and before.base is None else material.anchor.publication


def _times_of_others(material: Material, place: Place, kind: str, view: View, setting: Setting) -> bool:
    """Whether a multiple is of another thing, and nothing else tells what it is of: 效率是人工的3.2倍."""
    if kind != "ratioToBase" or _OF_OTHERS.search(place.clause) is None:
        return False
    return not (view.base or setting.carried.base or _near(material, place, view.span))


def _near(material: Material, place: Place, span: Years) -> list[Time]:
    """The times right before a multiple, other than its own: 是2012年的3倍."""
    low = max(0, place.left_start, place.quantity.begin - 30)
    found = times(material.text, low, place.quantity.begin, material.anchor, span)
    return [time for time in found if time.years.last and time.years.end != span.end]


def _base_of_months(material: Material, place: Place, kind: str, view: View) -> Years | None:
    """The base of what is told of months: mostly the same months of a year before."""
    last, back = view.span.last or 0, _years_averaged(place, kind)
    if _chained(material, place):
        return view.span.stretch_before
    if kind == "ratioToBase" and _SAME_MONTHS.search(place.clause) and (near := _near(material, place, view.span)):
        return replace(view.span, first=near[-1].years.last, last=near[-1].years.last)  # 是2019年同期的1.8倍
    if kind == "ratioToBase" and "同期" not in place.clause and (near := _near(material, place, view.span)):
        return near[-1].years.end  # 前7个月的订单,是去年全年的1.2倍
    if back is not None:  # 上半年…两年平均增长2.1%
        return replace(view.span, first=last - back, last=last - back)
    if view.base is not None and view.base.last and not view.base.months and _AT_EVENT.search(place.clause):
        return view.base.end
    if view.base is not None and view.base.last and not view.base.months and _SAME_MONTHS.search(place.clause):
        year = view.base.last  # 比2019年同期高12%
        return holiday_in(year, view.span) or replace(view.span, first=year, last=year)
    if kind == "pointChange" and _AGAINST.search(place.clause):
        return None
    if _is_of_a_year(place, view, last):
        return view.base
    if _SINCE_YEAR_START.search(place.clause):
        return Years(last - 1, last - 1)
    if view.base is not None and view.base.months:
        return view.base
    return holiday_in(last - 1, view.span) or view.span.year_before


def _is_of_a_year(place: Place, view: View, last: int) -> bool:
    """Whether what is told of months is compared with a year long before: 前11个月,次均费用比2019年下降7%."""
    base = view.base
    if base is not None and not base.months and _WHOLE_YEAR.search(place.clause):
        return True  # 一季度降幅比上年全年收窄
    if base is None or not base.last or base.months or "同期" in place.clause or _YEARLY.search(place.clause):
        return False
    if holiday_in(last, view.span):
        return False
    return base.last < last - 1


def _term_before(place: Place, span: Years) -> Years | None:
    """是前五年的1.8倍: the years before those told of, as many."""
    if not span.first or not span.last or span.first == span.last or not _TERM_BEFORE.search(place.clause):
        return None
    return Years(2 * span.first - span.last - 1, span.first - 1)


def _plan_before(view: View) -> Years | None:
    """是“十一五”的2.4倍: the years of a plan with which those of another are compared."""
    base, span = view.base, view.span
    ranged = base is not None and base.first != base.last and span.first is not None and span.first != span.last
    return base if ranged else None


def _averaged(place: Place, kind: str, period: Years) -> Years | None:
    length = _years_averaged(place, kind)
    return Years(period.last - length, period.last - length) if length is not None and period.last else None


def _begun(place: Place, period: Years, view: View, setting: Setting) -> Years | None:
    """The first of two years between which something moved by so much a year: 2012年为31%,2022年达到52%,年均提高2.1个百分点."""
    explicit = view.explicit
    if "年均" not in place.clause[-12:] or explicit is None or view.base is not None:
        return None
    told = takewhile(lambda time: time.start < explicit.start, setting.times[:_LOOKED_AT])
    first = next((time for time in told if time.single and time.role == "frame"), None)
    earlier = first is not None and not first.years.months and (first.years.last or 0) < (period.last or 0)
    return first.years if first is not None and earlier else None


def _years_averaged(place: Place, kind: str) -> int | None:
    """How many years a growth is an average of, or took: 两年平均增长3.9%, 三年翻一番."""
    told = _AVERAGED.search(place.clause) if kind == "averageGrowth" else None
    if place.quantity.word == "番":
        told = _YEARS_DOUBLED.search(place.clause)
    return None if told is None else NUMERAL.get(told[1]) or int(told[1])


def _base(material: Material, place: Place, kind: str, view: View, carried: Carried) -> Years:
    period, span, base = view.span.end, view.span, view.base
    if kind == "ratioToBase":
        near = _near(material, place, span)
        base = near[-1].years if near else base or (carried.multiple if carried.kind == kind else None)
    yearly = bool(_YEARLY.search(place.clause))
    if yearly:
        base = None
    elif base is None:
        anew = view.explicit is not None and view.explicit.start >= place.left_start
        base = (carried.multiple if kind == "averageGrowth" else None) or (None if anew else carried.base)
    if base is not None and base.last is not None:
        return base.end
    if period.last is None:
        return Years(None, None)
    first = span.first if span.first and not yearly else period.last
    if (
        view.explicit is not None
        and view.explicit.since
        and first != period.last
        and _tells(material, place, view.explicit)
        and not (kind == "averageGrowth" and _FROM_TO.match(material.text, view.explicit.start))
    ):
        return Years(first, first)
    return Years(first - 1, first - 1)


def _tells(material: Material, place: Place, time: Time) -> bool:
    """Whether a number is the first that a time tells of."""
    before = material.preceding(place.quantity)
    return before is None or before.stop <= time.start
