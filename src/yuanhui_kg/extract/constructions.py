"""Constructions: which numbers belong together, what kind of figure a number is, and which numbers are thresholds."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from .contexts import REACH, Carried, Material, Place
from .phrases import before
from .records import Quantity, Sentence
from .tables import one_of, table
from .wording import AVERAGE, DOWN, GROWTH, REACHED, WORDS

_FALL: Final = re.compile(rf"(?:{DOWN})(?:了|率|幅度|约|近|超过|超|[^,。;、\d]{{0,2}}?)?$")
#: 增幅为29.8%: growth that is named, no value that was reached.
_NAMED_GROWTH: Final = re.compile(r"[增降涨跌减](?:幅|速)(?:度)?(?:分别|依次|均)?(?:为|达|达到)$")
#: 增速双双跑赢全市,分别为7.9%和8.3%: growth that the clause before names.
_GROWTH_BEFORE: Final = re.compile(
    r"[增降涨跌减](?:幅|速)[^,。;\d]*,(?:分别|依次)?(?:为|是|达|达到)(?:[\d.]+%[、和])*$"
)
#: Growth that itself moved: 增长3.1%,2015年回升到4.6%.
_GROWTH_MOVED: Final = re.compile(
    r"(?:(?:19|20)\d\d年|[今去上本]年|[上下]半年|[一二三四]季度|又|再|仍|已|则)*(?:回升|回落|加快|放缓|提高|提升|下降|下滑|上升|攀升|收窄|扩大)(?:到|至|为)(?:了)?$"
)
#: 占规模以上工业增加值的47.5%: a share of what has a word for growth in its name.
_SHARE_OF: Final = re.compile(r"占(?!比)[^,。;\d]*的$|占[^,。;\d]*增加值(?:的)?$")
#: 比上年低64斤, 比“十二五”末多出31亿元, 较上年多支出5300万元, 比建县时长了5岁, 高出全镇平均数1940元
_DIFFERS: Final = re.compile(
    rf"(?:比(?!重|例|率|值)|较)(?:[^,。;\d]{{0,8}}(?:19|20)\d\d年[^,。;\d]{{0,6}}?|[^,。;\d]{{1,12}}?)(?:{one_of(WORDS['differences']['verbs'])})(?:了|出|支出|收入|收)?$"
    r"|[\u4e00-\u9fff](?:涨|跌|多|少|快|慢|短|高|低|长)(?:了|出)$"
    r"|(?:高于|低于|高出|低出|多于|少于)全[省国市州县区镇乡村][^,。;\d]{0,8}$"
)
_LESS: Final = re.compile(
    rf"(?:{one_of(WORDS['differences']['less'])})(?:了|出|支出|收入|收)?$|(?:低于|低出|少于)全[^,。;\d]{{0,9}}$"
)
_TOO_LITTLE: Final = re.compile(r"(?:村级?)?集体[^,。;\d]{0,8}收入(?:不足|不到|低于)")
_SIDE_BY_SIDE: Final = re.compile(r"分别|依次|各(?=[增降涨])")
#: 低于全市平均增速1.9个百分点
_BELOW: Final = re.compile(r"(?:低于|慢于)[^,。;]{0,14}$")
_BASED: Final = re.compile(r"(?:比|较|与|同)")
#: 由9小时|缩短为3.5小时
_SHORTENED: Final = re.compile(r"(?:缩短|压缩|压减|缩减|精简)(?:到|至|为)")
#: A share that is named after growth: 增长面为77.4%.
_EXTENT: Final = re.compile(r"(?:增长|下降|上升|回升|减少|亏损)面(?:为|达|达到|约)*$")
_RECOVERED: Final = re.compile(
    r"(?:恢复|恢复到|恢复至|相当于|达到|为|是)(?:(?:19|20)\d\d年|上年|去年)(?:同期)?(?:水平)?的?$"
    r"|相当于[^,。;\d]{0,12}(?:水平|均值|平均数)的?$"
)
_THRESHOLD_NOUN: Final = re.compile(
    rf"(?:元)?(?:以上|以下|及以上)?(?:的)?[^,。;、\d]{{0,8}}?(?:{one_of(WORDS['thresholds']['nouns'])})"
)


def respective(
    material: Material, own: Sequence[Quantity], index: int, sentence: Sentence, previous: int
) -> list[Quantity]:
    """The quantities from ``index`` on that 分别 puts side by side; just the one where it does not."""
    first = own[index]
    before = material.text[max(previous, sentence.start) : first.start]
    if (
        not _SIDE_BY_SIDE.search(before)
        and not before.rstrip("达到为").endswith(_pairs())
        and first.form != "ratio"
        and not _continues_pair(material, own, index)
    ):
        return [first]
    if first.form == "ratio":
        return list(own[index : index + first.parts])
    group = [first]
    for quantity in own[index + 1 :]:
        between = material.text[group[-1].stop : quantity.begin]
        if (
            not re.fullmatch(r"(?:[、,和与及]|以及|,?[^,。;\d]{0,3}?第|位)*(?:[^,。;、\d]{0,2})", between)
            or quantity.unit != first.unit
        ):
            break
        group.append(quantity)
    return group


@functools.cache
def _pairs() -> tuple[str, ...]:
    """Names that stand for two variables: 城乡常住居民人均可支配收入24615元、8472元."""
    return tuple(entry["word"] for entry in table("indicators")["pair"])


def _continues_pair(material: Material, own: Sequence[Quantity], index: int) -> bool:
    """Whether numbers joined by 和 follow as many that 分别 told: 分别达到3万元、2万元，年均增长10%和12%."""
    if index < 2 or index + 1 >= len(own):
        return False
    earlier, last, first, second = own[index - 2], own[index - 1], own[index], own[index + 1]
    if first.unit == "percent" and not material.text[last.stop : first.begin].strip("、和与及"):
        return False  # 四个季度的增速是5.2%、6.7%、7.9%、8.8%: one row
    pair = material.text[earlier.stop : last.begin] in ("、", "和", "与") and earlier.unit == last.unit
    joined = material.text[first.stop : second.begin] in ("、", "和", "与") and first.unit == second.unit
    return pair and joined and not before(material.text[last.stop : first.begin], material.lexicon).name


def kind_and_sign(material: Material, place: Place, carried: Carried, target: bool) -> tuple[str, int]:
    """The kind of a figure and the sign of its value: -1 for a decline."""
    left = place.left
    clause = left if left.strip("、,和与及 ") else place.clause
    sign = -1 if _FALL.search(clause) or (_FALL.search(re.sub(r"(?:约|近|超过|超|分别|了|达|为)+$", "", clause))) else 1
    plain = re.sub(
        r"(?:分别|各|约|近|达到|达|超过|超|为|了|近|全市|全省|全国|平均水平|平均|,|、|同比|一倍)+$", "", clause
    )
    sign = -1 if _FALL.search(plain) else sign
    reached = bool(REACHED.search(clause) or REACHED.search(re.sub(r"(?:约|近|超过|超)$", "", clause)))
    reached = reached and not _NAMED_GROWTH.search(clause)
    growing = not reached and not _EXTENT.search(clause) and bool(GROWTH.search(clause) or GROWTH.search(plain))
    growing = growing and not _SHARE_OF.search(clause)
    named = next(
        (m.indicator for m in reversed(list(material.lexicon.matches(clause[-16:]))) if m.end >= len(clause[-16:]) - 2),
        None,
    )
    if named is not None and named.unit == "percent" and re.search(r"增长率", clause[-6:]):
        growing, sign = False, 1
    kind = _plain_kind(material, place, clause, plain, growing, reached, carried)
    if kind == "change" and not growing and place.right.startswith("的"):
        kind = "share"  # 增长13.2%,86%的财政支出用于民生
    if kind == "pointChange" and re.search(r"(?:降幅|跌幅)[^,。;]{0,14}(?:收窄|缩小)(?:了)?$", plain):
        sign = 1
    if (kind == "pointChange" and _BELOW.search(clause)) or (kind in ("increment", "change") and _differs_less(clause)):
        sign = -1
    if kind in ("level", "countKind", "rank", "duration", "threshold", "share", "ratioToBase"):
        sign = 1
    if (
        target
        and not clause.endswith("总投资")
        and kind in ("level", "countKind", "share", "change", "averageGrowth", "increment")
    ):
        kind = "target"
    return kind, sign


def _differs_less(clause: str) -> bool:
    return bool(_DIFFERS.search(clause) and _LESS.search(clause))


def _plain_kind(
    material: Material, place: Place, clause: str, plain: str, growing: bool, reached: bool, carried: Carried
) -> str:
    quantity = place.quantity
    if quantity.form in ("rank", "duration"):
        return quantity.form
    if quantity.unit in ("day", "hour", "minute") and (
        (reached and carried.duration) or _SHORTENED.match(material.text, quantity.stop)
    ):
        return "duration"  # 审批时间由20个工作日压缩到5个工作日
    if quantity.form == "points":
        return "pointChange"
    if quantity.form == "times":
        return "change" if growing and not REACHED.search(clause) else "ratioToBase"
    if quantity.unit == "percent" and (_RECOVERED.search(clause) or place.right.startswith("(以")):
        return "ratioToBase"
    if quantity.unit == "count" and not quantity.word:
        return "increment" if growing else "level"
    if quantity.unit in ("percent", "permille"):
        return _percentage(material, place, clause, plain, growing, reached, carried)
    if (
        growing
        and (_BASED.search(clause) or re.search(r"(?:净增|净减|减收|增收|同比增加|同比减少|增加|减少)(?:了)?$", plain))
        and not re.search(r"(?:新增|增加值)$", plain)
    ):
        if re.search(r"(?:带动|群众|农民|农户|户均|人均|每户|每人|年均|村集体|每年)[^,]{0,6}增收$|使[^,]*$", plain):
            return "level"
        return "increment" if carried.indicator is not None or _BASED.search(clause) else "level"
    if _DIFFERS.search(clause):
        return "increment"
    if carried.kind == "increment" and carried.unit == quantity.unit and not place.left.strip("、和与及 "):
        return "increment"  # 同比净增1438元和561元
    if (
        growing
        and quantity.unit not in ("percent", "count")
        and re.search(r"(?:提高|上调|提标|下降|降低|上升|上涨|增产|减产)(?:了)?$", plain)
    ):
        return "increment"
    if growing and re.search(
        r"(?:比|较)[^,。;\d]{1,6}?(?:新增|增|多)$|(?:年初|上年末?|上年同期)(?:新增|增加|减少|增|减)$",
        re.sub(r"\d{4}年", "", clause),
    ):
        return "increment"
    return "countKind" if quantity.unit == "count" else "level"


def _percentage(
    material: Material, place: Place, clause: str, plain: str, growing: bool, reached: bool, carried: Carried
) -> str:
    if _DIFFERS.search(clause) or (reached and carried.growth and _GROWTH_MOVED.fullmatch(clause)):
        return "change"
    if AVERAGE.search(plain[-10:]) or (growing and re.search(r"年均[^,。;]{0,4}$", plain[:-1])):
        return "averageGrowth"
    if growing and not re.search(r"占[^,。;]*$", plain[-6:]):
        return "averageGrowth" if "年均" in plain[-12:] else "change"
    if not growing and not reached and carried.growth and not place.left.strip("、和与及 "):
        return "change"
    before = material.text[max(0, place.quantity.begin - REACH) : place.quantity.begin]
    if not growing and _GROWTH_BEFORE.search(before):
        return "change"
    return "level" if re.search(r"综合指数(?:为|达|达到)?$", clause) else "share"


def is_threshold(material: Material, place: Place, following: Quantity | None, before: Quantity | None) -> bool:
    quantity = place.quantity
    if quantity.unit not in ("CNY", "USD", "count", "percent", "mu", "m2", "t") or quantity.form != "plain":
        return False
    behind = _THRESHOLD_NOUN.match(material.text, quantity.stop)
    if (
        quantity.bound == "over"
        and following is not None
        and following.unit == "count"
        and (
            material.text[quantity.stop : following.begin] in ("的", "的有")
            or (
                following.begin == quantity.stop
                and material.text[quantity.stop - 2 : quantity.stop] in ("以上", "以下")
            )
        )
    ):
        return True
    shared = following is not None and following.unit == "percent"
    if quantity.bound == "over" and shared and following and material.text[quantity.stop : following.begin] == "的占":
        return True  # 经营性收入超过50万元的占81%
    counted = material.text[before.stop : quantity.begin] if before is not None and before.unit == "count" else ""
    if quantity.bound == "over" and re.fullmatch(r"村(?:级)?(?:集体)[^,。;\d]{0,10}收入(?:全部|均|都)?", counted):
        return True  # 6个村集体收入超过50万元
    if _TOO_LITTLE.fullmatch(counted):
        return True  # 仍有3个集体经济收入不足1000万元
    if not behind or not (
        quantity.bound == "over" or re.match(r"以[上下]", material.text[quantity.stop : quantity.stop + 2])
    ):
        return False
    if (
        material.text[quantity.stop : quantity.stop + 2] == "项目"
        and not re.search(r"以上$|以下$", material.text[quantity.start : quantity.stop])
        and not following
    ):
        return quantity.unit == "CNY"
    if following is not None and following.unit == "count":
        between = material.text[behind.end() : following.begin]
        if not re.search(r"[。;]", between) and len(between) <= 14 and between.count(",") == 0:
            return True
    return (
        bool(
            before
            and before.stop >= quantity.begin - 8
            and before.unit == "count"
            and not re.search(r"[,。;、]", material.text[before.stop : quantity.begin])
            and quantity.unit != "count"
        )
        or quantity.unit == "CNY"
    )


def line_of(quantity: Quantity) -> str:
    """The breakdown of a count that a threshold limits."""
    return {("CNY", Decimal(10_000_000)): "taxOverTenMillion", ("CNY", Decimal(5_000_000)): "taxOverFiveMillion"}.get(
        (quantity.unit, quantity.value), f"over-{quantity.value.normalize():f}"
    )
