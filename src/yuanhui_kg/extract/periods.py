"""Periods and bases: sentence, then paragraph, then heading, then anchor; and what is aimed at rather than told."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from .contexts import Carried, Claim, Dating, Material, Place, Setting
from .records import Indicator, Sentence, Years
from .tables import one_of
from .times import NUMERAL, Time, times
from .wording import FLOW, GROWTH, REACHED, STOCK, WORDS

_TARGET: Final = re.compile(one_of(WORDS["targets"]["sentence"]))
_TARGET_HEADING: Final = re.compile(one_of(WORDS["targets"]["heading"]))
_AIM: Final = re.compile(
    rf"(?<!年度)(?<!占)(?<!改善)(?<!行动)(?<!培育)(?<!提升)(?<!倍增)(?<!资助)(?<!培养)(?<!人才)(?<!引进)(?:{_TARGET.pattern})(?!总投资|投资|的|生育|单列|完成|内|外|执行|到|上级|中央|省|国家|各类|专项|资金|项目|政策|无偿|债券|了)"
)
#: 今年,全市将实施重点项目288个
_COMING: Final = re.compile(r"(?:今年|明年|下一步|接下来|新的一年)[^。;]{0,16}?将(?=[\u4e00-\u9fff])")
_CUMULATIVE: Final = re.compile(
    rf"{one_of(WORDS['aggregation']['cumulative'])}|(?<=[两三四五]年)共(?!有|同|享|建|产党)|(?<=以来)共(?!有|同|享|建|产党)"
)
#: 近年来,全县先后关闭小煤矿23座: up to the last year reported on.
_LATELY: Final = re.compile(r"近年来|近几年|多年来")
_ALWAYS: Final = re.compile(one_of(WORDS["aggregation"]["always"]))
_BREAKS: Final = re.compile(one_of(WORDS["aggregation"]["breaks"]))
#: 五年累计 holds for its own sentence only.
_LENGTH: Final = re.compile(
    r"“?十[一二三四五]?五”?(?:时期|期间)|(?:过去|近|这|最近)?[两三四五六七八九十\d]{1,2}年(?:来|间)?"
)
_SUM: Final = re.compile(r"[两三四五]年")
#: A difference from others, not from before: 高于全省平均水平1.1个百分点.
_AGAINST: Final = re.compile(
    r"(?:高于|低于|快于|高出|好于|优于|领先)[^,。;]{0,12}$|(?:比|较)全[国省市州县区][^,。;]{0,8}(?:高|低|快)(?:出)?$"
)
#: 十年来,全县共引进省外资金412亿元: what was done in the years together.
_TOGETHER: Final = re.compile(r"(?<!公)共(?!有|同|享|建)|总共|合计|先后")
_FOUNDED: Final = re.compile(
    r"设立|成立|升格|升级为|升为|建成|获批|获准|批准|撤|改为|更名|划归|设县|建县|设市|建市|置县|挂牌|创建|始建|组建|改制|被评|被列|被确定|脱贫摘帽|解放"
)
_YEARLY: Final = frozenset(("CNY", "USD", "t", "kWh", "tce", "tkm", "pkm", "ug/m3", "degC", "mm", "day"))
_EXTENTS: Final = frozenset(("count", "km", "km2", "m2", "m", "mu", "ha", "m3", "kW", "mm", "degC"))
_FROM: Final = re.compile(r"(?:由|从)[^,。;]*$")
_TO: Final = re.compile(
    r"^[^,。;\d]{0,8}?(?:增加|提高|上升|增长|下降|减少|降低|降|升|增|调整|变|优化|扩大|发展|提升|缩短|压缩|回落|跃升|攀升|拓展|缩小)[^,。;\d]{0,3}?(?:到|至|为)"
)
#: 分别由16820元、7960元增加到27640元、14350元
_NEXT_IN_ROW: Final = re.compile(r"^(?:[、和][\d.]+[万亿]?(?:元|%|公里|亩|吨|人|户|个|家)?)+")
_AIMED: Final = frozenset(
    ("target", "threshold", "duration", "share", "level", "countKind", "change", "pointChange", "ratioToBase")
)
#: 年出栏生猪46万头
_EACH_YEAR: Final = re.compile(r"(?:^|[,、;]|全[市县区镇])年(?:出栏|饲养|接待|培训|招生|屠宰)")
#: 五年年均增长7.2%
_AVERAGED: Final = re.compile(r"([两三四五六七八九十]|\d{1,2})年(?:来|间)?,?年?均[^,。;]{0,4}$")
_GROWING: Final = frozenset(("change", "averageGrowth", "pointChange", "increment", "ratioToBase"))


def heading_years(material: Material, sentence: Sentence) -> Years | None:
    heading = sentence.heading
    if not heading:
        return None
    found = [
        t for t in times(heading, 0, len(heading), material.anchor, material.anchor.reporting) if t.role == "frame"
    ]
    term = [t for t in found if re.match(r"(?:过去|这|前)?五年|(?:过去|近)[三四]年", heading[t.start : t.end])]
    if term and not re.search(r"目标|安排|任务|打算", heading):  # 过去五年和2016年工作回顾
        return term[0].years
    yearly = [t for t in found if t.years.first == t.years.last]
    return (yearly or found)[-1].years if found else None


def target_from(material: Material, sentence: Sentence, found: Sequence[Time]) -> int:
    """From where in a sentence on its numbers are what is aimed at; behind its end where none are."""
    text, never = material.text[sentence.start : sentence.end], sentence.end + 1
    if _planned(material, sentence):
        return never if re.search(r"(?:去年|上年)[^,。]{0,10}(?:完成|实现|达)", text) else sentence.start
    last = max(filter(None, (material.anchor.reporting.last, material.anchor.year)), default=None)
    coming = next(
        (t for t in found if t.role in ("until", "frame") and last and t.years.last and t.years.last > last), None
    )
    if coming is not None and coming.years.first and coming.years.first > (material.anchor.reporting.last or last or 0):
        return coming.start
    cues = [_AIM.search(text), _COMING.search(text) if material.anchor.genre in ("feature", "profile") else None]
    return min((sentence.start + cue.start() for cue in cues if cue), default=never)


def frame_after(material: Material, setting: Setting, paragraph: Years | None, opening: bool) -> Years | None:
    """The period that holds for the next sentence of a paragraph: the one with which this sentence begins, or as before."""
    last = max(filter(None, (material.anchor.reporting.last, material.anchor.year)), default=9999)
    opens = [
        t
        for t in setting.times
        if (t.role == "frame" or (t.role == "until" and t.years.last and t.years.last <= last))
        and not _leads_back(material, t)
        and not _SUM.fullmatch(material.text[t.start : t.end])
    ]
    first = next((t for t in opens if t.start - setting.sentence.start <= 14), None)
    if first and _inner(first, setting):
        return paragraph
    for later in opens:  # 1978年,产值仅有1亿元,2017年生产总值达到600亿元: the latest year that opens a clause
        known = later.years.last is not None and later.years.last <= last and not later.years.months
        if first and known and first.years.last and later.years.last and later.years.last > first.years.last:
            opened = material.text[later.start - 1 : later.start] in ",;:"
            first = later if opened and later.years.first == later.years.last else first
    if first and first.years.last and not first.years.months and (first.printed or opening):
        return first.years
    if first and first.years.months and first.years.months[0] < first.years.months[1] and not first.printed:
        return first.years
    return paragraph


def _inner(time: Time, setting: Setting) -> bool:
    """Whether a year inside a sentence is the last of the years told of: 粮食实现“八连丰”,2011年总产31.8万吨."""
    frame = setting.frame
    ends = frame is not None and frame.first != frame.last and time.years == frame.end
    return ends and time.start - setting.sentence.start > 5


def _planned(material: Material, sentence: Sentence) -> bool:
    heading = sentence.heading
    if not heading or material.anchor.genre == "communique":
        return False
    if re.search(r"回顾|成就|完成情况|执行情况", heading):
        return False
    if material.anchor.genre == "report":
        return sentence.start in material.planned
    return bool(re.search(r"目标|展望|下一步|(?:明年|未来|今后)[^,。]{0,6}(?:安排|任务|工作)", heading))


def planned_parts(whole: str, sentences: Sequence[Sentence], last: int | None) -> frozenset[int]:
    """The starts of the sentences of a report on the years up to ``last`` that stand in a part on what is planned."""
    planned, found = False, set()
    for sentence in sentences:
        if sentence.role == "heading":
            text = whole[sentence.start : sentence.end]
            year = re.search(r"(20\d\d)年[^,。]{0,8}(?:工作|任务|重点)", text)
            coming = year is not None and last is not None and int(year[1]) > last
            if (coming or _TARGET_HEADING.search(text)) and not re.search(r"回顾|成就|完成情况", text):
                planned = True
            elif re.match(r"[一二三四五六七八九十]+、", text) and re.search(r"回顾|成就|主要工作|总结", text):
                planned = False
        if planned:
            found.add(sentence.start)
    return frozenset(found)


@dataclass(frozen=True)
class _View:
    """What the words before a number say of its time: the span, the expression that told it, the base, whether it is now."""

    span: Years
    explicit: Time | None
    base: Years | None
    now: bool
    printed: bool
    why: str


def _founding(material: Material, place: Place, time: Time) -> bool:
    """Whether a time tells in a clause of its own when something was founded: 2003年升格为国家级开发区,规划面积48平方公里."""
    if time.role != "frame" or time.years.first != time.years.last:
        return False
    clause = re.match(r"[^,;。:]*", material.text[time.end : place.quantity.begin])
    return (
        clause is not None and time.end + clause.end() < place.quantity.begin and bool(_FOUNDED.search(clause.group()))
    )


def _behind(material: Material, place: Place, setting: Setting) -> Time | None:
    """A time behind a number in its clause: 2.7万贫困人口于2019年全部脱贫."""
    stop = place.quantity.stop
    for time in setting.times:
        if time.start > stop and time.role in ("frame", "base") and time.years.last:
            between = material.text[stop : time.start]
            return time if len(between) < 24 and re.fullmatch(r"[^,;。]*(?:于|在)", between) else None
    return None


def update_cumulative(material: Material, place: Place, carried: Carried) -> None:
    """Begin or end the reach of a 累计."""
    if (
        _BREAKS.search(material.text[place.left_start : place.quantity.begin])
        or ";" in material.text[max(0, place.left_start - 1) : place.quantity.begin]
    ):
        carried.cumulative = ""
    if match := _CUMULATIVE.search(place.clause):
        carried.cumulative = match.group()


def aggregation(material: Material, place: Place, kind: str, setting: Setting) -> str:
    """Whether a figure is a sum to date, holds in each year or always held; else nothing."""
    sentence = setting.sentence
    if kind in ("rank", "growthRank"):
        return "always" if _ALWAYS.search(place.clause) or "连续" in place.clause else ""
    if kind == "share" and re.search(
        r"连续[^,。;]{0,6}年[^,。;]{0,4}$",
        material.text[max(sentence.start, place.quantity.begin - 16) : place.quantity.begin],
    ):
        return "eachYear"
    if kind in (
        "change",
        "averageGrowth",
        "share",
        "pointChange",
        "ratioToBase",
        "duration",
        "threshold",
        "target",
        "increment",
    ):
        return ""
    if REACHED.search(place.clause):
        return ""
    return "cumulative" if setting.carried.cumulative else ""


def dating(material: Material, place: Place, claim: Claim, setting: Setting, summed: str) -> Dating:
    """The period of a claim; ``summed`` is its aggregation. A base is kept for the numbers behind it in the sentence."""
    before = [t for t in setting.times if t.end <= place.quantity.begin]
    kind, carried = claim.kind, setting.carried
    local = _local(material, place, before) if kind not in _GROWING else None
    if local is not None:
        if re.search(r"[由从自]$", material.text[max(0, local.start - 1) : local.start]):
            carried.base = local.years
        ended = kind in ("level", "share", "countKind") and local.role != "frame"
        return Dating(local.years.end if ended else local.years, None, True, "year beside")
    view = _view(material, place, setting, before)
    if setting.target and kind in _AIMED:
        return _target(material, place, kind, view, setting)
    if kind in _GROWING:
        return _compared(material, place, kind, view, setting)
    if _from_to(material, place):
        if carried.base is not None:
            return Dating(carried.base.end, None, False, "from … to")
        earlier = [t for t in before if t.role == "frame" and t.years.last and t.years.last < (view.span.last or 0)]
        if earlier:
            return Dating(earlier[-1].years.end, None, True, "from … to")
        first = view.span.first if view.span.first is not None else view.span.last
        return Dating(Years(first - 1, first - 1) if first else view.span, None, False, "from … to")
    return Dating(_standing(material, place, claim, setting, view, summed), None, view.printed, view.why)


def _view(material: Material, place: Place, setting: Setting, before: Sequence[Time]) -> _View:
    explicit = next(
        (
            t
            for t in reversed(before)
            if t.role in ("frame", "until", "now")
            and not _leads_back(material, t)
            and not (material.anchor.genre in ("profile", "feature") and _founding(material, place, t))
        ),
        None,
    )
    if explicit is None:
        explicit = _behind(material, place, setting)
    based = next((t for t in reversed(before) if t.role == "base"), None)
    base = based.years if based and not (explicit and explicit.start > based.start) else None
    if "同比" in place.clause and (explicit is None or explicit.years.months):
        base = None
    now = explicit is not None and explicit.role == "now"
    dated = explicit is not None and not now
    span = explicit.years if explicit is not None and dated else setting.frame or material.anchor.reporting
    told = "time in the sentence" if explicit is not None else "heading or paragraph" if setting.frame else "anchor"
    return _View(span, explicit, base, now, explicit is not None and explicit.printed and not now, told)


def _local(material: Material, place: Place, before: Sequence[Time]) -> Time | None:
    """The year that stands right before a number and holds for it alone: 是1978年1.3亿元, 由上年的4.5:44.1:51.4."""
    for time in reversed(before):
        between = material.text[time.end : place.quantity.begin]
        if (
            re.fullmatch(r"的?(?:[约近]|仅|不足)?(?:[\d.:]+:)?", between)
            and time.role in ("frame", "base", "until")
            and _leads_back(material, time)
        ):
            return time
        if (
            re.fullmatch(r"的[约近]?", between)
            and time.role in ("frame", "until")
            and time.years.first == time.years.last
        ):
            return time  # 到2021年的96.8亿元
        if _leads_back(material, time) and not re.search(
            r"[,;。]|(?:增|提高|调整|上升|下降|减少|降|升|变|缩小|拓展|扩大|发展)[^,。;\d]{0,2}(?:到|至|为)", between
        ):
            return time
    return None


def _leads_back(material: Material, time: Time) -> bool:
    return bool(re.search(r"(?:由|从|自|是|相当于|为)$", material.text[max(0, time.start - 3) : time.start]))


def _from_to(material: Material, place: Place) -> bool:
    quantity = place.quantity
    after = _NEXT_IN_ROW.sub("", material.text[quantity.stop : quantity.stop + 30])
    if quantity.form == "ratio":
        after = re.sub(r"^[\d.:]+", "", after)
    return bool(_FROM.search(place.left) and _TO.match(after))


def _target(material: Material, place: Place, kind: str, view: _View, setting: Setting) -> Dating:
    explicit, quantity = view.explicit, place.quantity
    last = material.anchor.reporting.last
    if (
        explicit is not None
        and explicit.years.last
        and explicit.role != "now"
        and (last is None or explicit.years.last > last or (explicit.role == "until"))
    ):
        period = explicit.years.end if kind == "target" else explicit.years
    elif setting.frame is not None and setting.frame.last and last and setting.frame.last > last:
        period = setting.frame.end
    else:
        year = (
            (last + 1)
            if last and material.anchor.genre == "report"
            else material.anchor.year or ((last + 1) if last else None)
        )
        period = Years(year, year)
    growth = quantity.unit == "percent" and bool(
        GROWTH.search(place.clause) or re.search(r"增长|增速|增幅|涨幅|提高|下降", place.clause[-12:])
    )
    growth = growth or bool(re.search(r"(?:增加|提高|增收|净增)(?:了)?$", place.clause))
    if growth and period.last:
        average = "年均" in place.clause[-12:]
        before = Years(last, last) if average and last else Years(period.last - 1, period.last - 1)
        return Dating(period, view.base or before, view.printed, view.why)
    return Dating(period, view.base if kind not in ("share", "level", "countKind") else None, view.printed, "target")


def _compared(material: Material, place: Place, kind: str, view: _View, setting: Setting) -> Dating:
    span, base, carried = view.span, view.base, setting.carried
    if span.months and span.last:
        if kind == "pointChange" and _AGAINST.search(place.clause):
            return Dating(span, None, view.printed, view.why)
        if re.search(r"(?:比|较)(?:年初|上年末|上年底|去年末|去年底)", place.clause):
            return Dating(span, Years(span.last - 1, span.last - 1), view.printed, view.why)
        if base is not None and base.months:
            return Dating(span, base, view.printed, view.why)
        return Dating(span, Years(span.last - 1, span.last - 1, span.months), view.printed, view.why)
    if kind == "averageGrowth" and span.last and (years := _AVERAGED.search(place.clause)):
        length = NUMERAL.get(years[1]) or int(years[1])
        return Dating(span.end, Years(span.last - length, span.last - length), view.printed, view.why)
    if (
        kind == "ratioToBase"
        and re.search(r"前五年|上一?个?五年", place.clause)
        and span.first
        and span.last
        and span.first < span.last
    ):
        length = span.last - span.first + 1
        return Dating(span, Years(span.first - length, span.first - 1), view.printed, view.why)
    if kind == "ratioToBase":
        local = [
            t
            for t in times(
                material.text, max(0, place.quantity.begin - 30), place.quantity.begin, material.anchor, span
            )
            if t.years.last
        ]
        if local:
            base = local[-1].years
    period = span.end if span.last else span
    if kind == "pointChange" and _AGAINST.search(place.clause):
        return Dating(period, None, view.printed, view.why)
    yearly = bool(re.search(r"比上年|较上年|同比|比去年|较去年|比年初|较年初", place.clause))
    if yearly:
        base = None
    if base is None and not yearly:
        base = carried.base or (carried.multiple if kind == "averageGrowth" else None)
    if base is not None and base.last is not None:
        base = base.end
    elif period.last is None:
        base = Years(None, None)
    elif yearly or span.first == span.last:
        base = Years(period.last - 1, period.last - 1)
    else:
        base = Years(span.first - 1, span.first - 1) if span.first else Years(period.last - 1, period.last - 1)
    if kind in ("change", "averageGrowth") and not yearly:
        carried.base = base
    if kind == "ratioToBase":
        carried.multiple = base
    return Dating(period, base, view.printed, view.why)


def _standing(material: Material, place: Place, claim: Claim, setting: Setting, view: _View, summed: str) -> Years:
    """The period of what is no comparison: by whether it is a sum to date, a state or something done in a period."""
    publication = material.anchor.publication
    kind, indicator, clause, carried = claim.kind, claim.indicator, place.clause, setting.carried
    span, explicit, now = view.span, view.explicit, view.now
    ranged = span.first is not None and span.first != span.last
    if summed in ("always", "eachYear"):
        return span
    if summed == "cumulative":
        lately = _LATELY.search(material.text, setting.sentence.start, place.quantity.begin)
        if lately and explicit is None and material.anchor.genre == "feature":
            return Years(None, material.anchor.reporting.last)
        own = explicit is not None and _LENGTH.fullmatch(material.text[explicit.start : explicit.end])
        if carried.cumulative != "累计" or (ranged and own and not now):
            return span  # 五年累计, 近三年来累计
        if material.anchor.genre != "report" and (ranged or (explicit is None and not material.annual)):
            return Years(None, span.last)
        if now and not material.annual:
            return Years(None, material.anchor.reporting.last)
        if explicit is not None and explicit.role == "until":
            return Years(None, span.last)
        return span
    if (
        kind == "duration"
        and ranged
        and re.match(r"(?:均|都)?(?:超过|高于|保持|居|位居|增长|稳居|列)", material.text[place.quantity.stop :][:6])
    ):
        return span
    if kind == "duration" or (kind == "level" and indicator.id == "totalInvestment"):
        return publication if not material.annual and publication.last else span if not ranged else span.end
    if now and not material.annual:
        return publication
    if kind == "share" or (ranged and REACHED.search(clause)):
        return span.end
    if kind in ("rank", "growthRank"):
        return span.end
    if kind == "threshold":
        return span.end if "税" in indicator.label or not FLOW.search(clause) else span
    if (
        ranged
        and "税" in indicator.label
        and "企业" in indicator.label + material.text[place.left_start : place.quantity.begin]
    ):
        return span.end
    if not ranged:
        if explicit is None and setting.frame is None and setting.part and not material.annual and publication.last:
            return publication
        if (
            explicit is None
            and not material.annual
            and _is_stock(indicator, place)
            and (publication.last or material.anchor.genre == "profile" or STOCK.search(clause))
            and _is_extent(place.quantity.unit, indicator)
            and not REACHED.search(clause)
        ):
            return publication
        return span
    if explicit is not None and _TOGETHER.search(clause):
        return span
    if (
        indicator.known
        and indicator.flow == "flow"
        and (place.quantity.unit in _YEARLY or indicator.id == "serviceEnterprisesByTax")
    ):
        return span.end
    if kind == "countKind" and indicator.known and _EACH_YEAR.search(clause):
        return span.end
    told = explicit is not None and explicit.years.first != explicit.years.last and not STOCK.search(clause)
    if told and kind == "countKind":
        return span
    if _is_stock(indicator, place):
        return (
            span.end
            if indicator.unit in ("CNY", "percent") or material.anchor.genre == "report" or not publication.last
            else publication
        )
    if "税" in clause and carried.prefix:
        return span.end
    return span if kind == "countKind" or FLOW.search(clause) else span.end


def _is_extent(unit: str, indicator: Indicator) -> bool:
    """Whether a state is told by how many or how large, not by money, shares or outputs, which are those of a year."""
    return unit in _EXTENTS or (unit == "t" and bool(re.search(r"能力|储量|库容|蕴藏量|产能", indicator.label)))


def _is_stock(indicator: Indicator, place: Place) -> bool:
    """Whether a figure tells a state at a time rather than what was done in a period."""
    clause = place.clause
    if STOCK.search(clause):
        return True
    if FLOW.search(clause[-10:]):
        return False
    if (
        indicator.known
        and indicator.unit == "count"
        and FLOW.search(indicator.label)
        and not FLOW.search(clause + place.right[:12])
    ):
        return True  # 高新技术企业31家: the label 培育高新技术企业数 has a verb, the text has none
    if indicator.known:
        return indicator.flow != "flow"
    return indicator.flow in ("stock", "unknown")
