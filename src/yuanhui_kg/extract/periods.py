"""Periods and bases: sentence, then paragraph, then heading, then anchor; and what is aimed at rather than told."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from .contexts import Carried, Claim, Dating, Material, Place, Setting
from .records import Indicator, Sentence, Years
from .tables import one_of
from .times import Time, times
from .wording import FLOW, GROWTH, STOCK, WORDS

_TARGET: Final = re.compile(one_of(WORDS["targets"]["sentence"]))
_TARGET_HEADING: Final = re.compile(one_of(WORDS["targets"]["heading"]))
_AIM: Final = re.compile(rf"(?<!年度)(?<!占)(?:{_TARGET.pattern})(?!总投资|投资|的)")
_CUMULATIVE: Final = re.compile(one_of(WORDS["aggregation"]["cumulative"]))
_ALWAYS: Final = re.compile(one_of(WORDS["aggregation"]["always"]))
_BREAKS: Final = re.compile(one_of(WORDS["aggregation"]["breaks"]))
_YEARLY: Final = frozenset(("CNY", "USD", "t", "kWh", "tce", "tkm", "pkm", "ug/m3", "degC", "mm", "day"))
_FROM: Final = re.compile(r"(?:由|从)[^,。;]*$")
_TO: Final = re.compile(
    r"^[^,。;\d]{0,8}?(?:增加|提高|上升|增长|下降|减少|降低|降|升|增|调整|变|优化|扩大|发展|提升|缩短|压缩|回落|跃升|攀升|拓展|缩小)[^,。;\d]{0,3}?(?:到|至|为)"
)
_AIMED: Final = frozenset(
    ("target", "threshold", "duration", "share", "level", "countKind", "change", "pointChange", "ratioToBase")
)
_GROWING: Final = frozenset(("change", "averageGrowth", "pointChange", "increment", "ratioToBase"))


def heading_years(material: Material, sentence: Sentence) -> Years | None:
    heading = sentence.heading
    if not heading:
        return None
    found = [
        t for t in times(heading, 0, len(heading), material.anchor, material.anchor.reporting) if t.role == "frame"
    ]
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
    if coming is not None and coming.years.first and last and coming.years.first > last:
        return coming.start
    cue = _AIM.search(text)
    return sentence.start + cue.start() if cue else never


def frame_after(material: Material, setting: Setting, paragraph: Years | None, opening: bool) -> Years | None:
    """The period that holds for the next sentence of a paragraph: the one with which this sentence begins, or as before."""
    first = next(
        (
            t
            for t in setting.times
            if t.role == "frame" and t.start - setting.sentence.start <= 14 and not _leads_back(material, t)
        ),
        None,
    )
    if first and first.years.last and not first.years.months and (first.printed or opening):
        return first.years
    if first and first.years.months and not first.printed:
        return first.years
    return paragraph


def _planned(material: Material, sentence: Sentence) -> bool:
    heading = sentence.heading
    if not heading or material.anchor.genre == "communique":
        return False
    if re.search(r"回顾|成就|完成情况|执行情况", heading):
        return False
    if material.anchor.genre == "report":
        return sentence.start in material.planned
    return bool(re.search(r"目标|展望|下一步|(?:明年|未来|今后)[^,。]{0,6}(?:安排|任务|工作)", heading))


def planned_parts(whole: str, sentences: Sequence[Sentence]) -> frozenset[int]:
    """The starts of the sentences of a report that stand in a part on what is planned."""
    planned, found = False, set()
    for sentence in sentences:
        if sentence.role == "heading":
            text = whole[sentence.start : sentence.end]
            if _TARGET_HEADING.search(text) and not re.search(r"回顾|成就|完成情况", text):
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
        return _target(material, place, kind, view)
    if kind in _GROWING:
        return _compared(material, place, kind, view, setting)
    if _from_to(material, place):
        if carried.base is not None:
            return Dating(carried.base.end, None, False, "from … to")
        first = view.span.first if view.span.first is not None else view.span.last
        return Dating(Years(first - 1, first - 1) if first else view.span, None, False, "from … to")
    return Dating(_standing(material, place, claim, setting, view, summed), None, view.printed, view.why)


def _view(material: Material, place: Place, setting: Setting, before: Sequence[Time]) -> _View:
    explicit = next(
        (t for t in reversed(before) if t.role in ("frame", "until", "now") and not _leads_back(material, t)), None
    )
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
        if _leads_back(material, time) and not re.search(
            r"[,;。]|(?:增|提高|调整|上升|下降|减少|降|升|变|缩小|拓展|扩大)[^,。;\d]{0,2}(?:到|至|为)", between
        ):
            return time
    return None


def _leads_back(material: Material, time: Time) -> bool:
    return bool(re.search(r"(?:由|从|自|是|相当于|为)$", material.text[max(0, time.start - 3) : time.start]))


def _from_to(material: Material, place: Place) -> bool:
    quantity = place.quantity
    after = material.text[quantity.stop : quantity.stop + 14]
    if quantity.form == "ratio":
        after = re.sub(r"^[\d.:]+", "", after)
    return bool(_FROM.search(place.left) and _TO.match(after))


def _target(material: Material, place: Place, kind: str, view: _View) -> Dating:
    explicit, quantity = view.explicit, place.quantity
    last = material.anchor.reporting.last
    if (
        explicit is not None
        and explicit.years.last
        and explicit.role != "now"
        and (last is None or explicit.years.last > last or (explicit.role == "until"))
    ):
        period = explicit.years.end if kind == "target" else explicit.years
    else:
        year = (
            (last + 1)
            if last and material.anchor.genre == "report"
            else material.anchor.year or ((last + 1) if last else None)
        )
        period = Years(year, year)
    growth = quantity.unit == "percent" and bool(
        GROWTH.search(place.clause) or re.search(r"增长|增速|提高|下降", place.clause[-12:])
    )
    if growth and period.last:
        average = "年均" in place.clause[-12:]
        before = Years(last, last) if average and last else Years(period.last - 1, period.last - 1)
        return Dating(period, view.base or before, view.printed, view.why)
    return Dating(period, view.base if kind not in ("share", "level", "countKind") else None, view.printed, "target")


def _compared(material: Material, place: Place, kind: str, view: _View, setting: Setting) -> Dating:
    span, base, carried = view.span, view.base, setting.carried
    if span.months and span.last:
        if base is not None and base.months:
            return Dating(span, base, view.printed, view.why)
        return Dating(span, Years(span.last - 1, span.last - 1, span.months), view.printed, view.why)
    if kind == "ratioToBase" and "前五年" in place.clause and span.first and span.last and span.first < span.last:
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
    yearly = bool(re.search(r"比上年|较上年|同比|比去年|较去年|比年初|较年初", place.clause))
    if base is None and not yearly:
        base = carried.base
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
        if carried.cumulative != "累计":
            return span
        if ranged and material.anchor.genre != "report":
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
    if kind == "share":
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
        if (
            explicit is None
            and not material.annual
            and _is_stock(material, kind, indicator, clause)
            and (publication.last or STOCK.search(clause))
            and place.quantity.unit == "count"
        ):
            return publication
        return span
    if (
        indicator.known
        and indicator.flow == "flow"
        and (place.quantity.unit in _YEARLY or indicator.id == "serviceEnterprisesByTax")
    ):
        return span.end
    if _is_stock(material, kind, indicator, clause):
        return (
            span.end
            if indicator.unit in ("CNY", "percent") or material.anchor.genre == "report" or not publication.last
            else publication
        )
    if "税" in clause and carried.prefix:
        return span.end
    return span if kind == "countKind" or FLOW.search(clause) else span.end


def _is_stock(material: Material, kind: str, indicator: Indicator, clause: str) -> bool:
    if STOCK.search(clause):
        return True
    if FLOW.search(clause[-10:]):
        return False
    if indicator.known:
        return indicator.flow != "flow"
    return indicator.flow in ("stock", "unknown")
