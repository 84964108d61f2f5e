"""When two names mean one indicator, so that a figure is right under either: by the ontology's concepts, else by the names made plain."""

from __future__ import annotations

import re
from typing import Final

from .lexicon import Lexicon, spelt
from .records import Indicator
from .tables import one_of
from .wording import ALL_OF, WORDS

#: 120个养老床位数, 新建公路里程, 投资额: what measures a thing adds nothing to its name.
_MEASURE: Final = re.compile(
    r"(?:数量|总数|总量|人数|户数|(?<=..)人口|人次|场次|次数|批次|班次|家次|台次|轮数|单数|列数|袋数|(?<=..)次|面积|里程|长度|套数|时间|时长|用时|规模|金额|数|量|额|(?<=资)金)$"
)
#: What says no more of a known thing than that it is measured or counted.
_EXTENT: Final = re.compile(r"(?<=..)(?:数量|总数|总量|场次|次数|面积|里程|长度|套数|额|(?<=资)金)$")
#: Words for the measure by what is measured; the others (数, 量) say no more than that something is.
_APART: Final = (
    ("人数", "人口", "人次"),
    ("户数",),
    ("面积",),
    ("里程", "长度"),
    ("时间", "时长", "用时"),
    ("额", "金"),
)
#: 每户年均分红, 户均年增收
_EACH: Final = re.compile(
    r"每?([户人亩])(?:均)?(?:每?年)?均?(?=增收|分红)|[每一]([户亩])(?=纯?收入|产值|效益|增收|分红)"
)
#: What is done in a day or a year is as much as can be done: 年处理鲜果|能力.
_RATED: Final = re.compile(r"(?:[年日]|每小时).*(?:处理|加工|生产|分选|屠宰).*能力$")
#: A distance with what it is from, which the ontology's 距离 leaves to the text.
_FROM: Final = re.compile(r".{0,12}距.{2,14}(?:的?距离)|离.{1,8}距离")
#: What the measure word tells again: 惠及居民|户数, 带动农户.
_SAID_TWICE: Final = re.compile(r"居民(?=户数)|农(?=户数?$)")
#: A part and the whole that it is a share of; 占比 tells no whole.
_SHARE: Final = re.compile(r"(.+?)(?:占|相当于)(?:(?!比)(.+?)(?:的?(?:比重|比例))?|比)")
_OF_PART: Final = re.compile(r"(?:增加值|总产值|产值|投资|税收|收入|销售额|面积|人口)$")
#: 行政村通客车|率
_REACHED: Final = re.compile("((?:村|屯|乡镇|农户|户|组).*通.+|通.+(?:村|屯|乡镇|农户|户|组))(?:率|比重|比例)$")
#: How many sectors are told together, which their name need not say: 三大|支柱产业产值.
_MANY: Final = re.compile("[两三四五六七八九十]大(?=[^,]{0,6}(?:产业|行业|集群|板块))")
#: 单支长 is 单支长度.
_DIMENSION: Final = re.compile("(?<=..)(?<!总)(?<!全)[长宽高深厚]$")
#: 亩产 is 单产.
_YIELD: Final = re.compile("(?<=..)(?:平均)?(?:亩产量?|每亩产量|单产量)$")
#: Words for a share that are one.
_PORTION: Final = re.compile("比[重例]$")
#: What is measured in a year, and so told with its year: 年|产值, 年|销售收入; not 年处理能力.
_YEARLY: Final = re.compile(
    "^年(?=(?:总产[值量]|产[值量]|销[售量]|营业|主营|利润|利税|税收|收入|纳税|交易额|成交额|出口))"
)
#: 每天产量, 日产量.
_DAILY: Final = re.compile("每[天日]|每昼夜")
#: 全长 of what a figure is about is its length.
_WHOLE_LENGTH: Final = frozenset(("全长", "总长", "总长度", "长"))
#: That people are counted.
_WHOSE: Final = re.compile(r"(?<=..)(?:人数|人次)$")
_LIGHT: Final = re.compile(one_of(WORDS["lightVerbs"]["words"]))
#: Such a verb before the name of a concept: 投入|扶贫资金.
_MADE: Final = re.compile(f"^(?:{one_of(WORDS['lightVerbs']['words'])})(?=...)")


def same_indicator(one: str, other: str, words: Lexicon) -> bool:
    """Whether two names mean one indicator: the same concept, or, where the ontology has neither, the same plain name."""
    a, b = _concept(one, words), _concept(other, words)
    if a is not None and b is not None:
        return a == b
    shares = _SHARE.fullmatch(_as_share(one)), _SHARE.fullmatch(_as_share(other))
    if shares[0] and shares[1]:
        return _same_share(shares[0], shares[1], words)
    if a is not None or b is not None:
        return False
    return bool(plain_names(one) & plain_names(other)) and not _measured_apart(one, other)


def _as_share(name: str) -> str:
    """A name spelt the one way, that of a rate of places that something reaches as a share of them: 行政村通电|率 are 通电行政村占比."""
    return _REACHED.sub(r"\1占比", spelt(name))


def _same_share(one: re.Match[str], other: re.Match[str], words: Lexicon) -> bool:
    """Whether two shares are of one part in one whole; a whole that is not told is any, one told without a measure has that of its part."""
    if not _same_part(one, other, words):
        return False
    if not one[2] or not other[2] or same_indicator(one[2], other[2], words):
        return True
    measure = next(iter(_OF_PART.findall(one[1])), "")
    return any(
        same_indicator(whole + (one[1] if ALL_OF.fullmatch(whole) else measure), of, words)
        for whole, of in ((one[2], other[2]), (other[2], one[2]))
        if measure or ALL_OF.fullmatch(whole)
    )


def _same_part(one: re.Match[str], other: re.Match[str], words: Lexicon) -> bool:
    """Whether two shares are of one part; a part that is told without a measure has that of its whole: 临港工业|占工业总产值."""
    if same_indicator(one[1], other[1], words):
        return True
    measures = {end for share in (one, other) for end in _OF_PART.findall(share[2] or "")}
    measures |= {end.removeprefix("总") for end in measures}
    return any(
        same_indicator(part + measure, whole, words)
        for part, whole in ((one[1], other[1]), (other[1], one[1]))
        for measure in measures
        if not _OF_PART.search(part)
    )


def _measured_apart(one: str, other: str) -> bool:
    """Whether the words for the measure at the ends of two names tell different measures: 带动户数, 带动人数."""
    ends = [found[0] if (found := _MEASURE.search(spelt(name))) else "" for name in (one, other)]
    kinds = [next((kind for kind, words in enumerate(_APART) if end in words), None) for end in ends]
    return None not in kinds and kinds[0] != kinds[1]


def _concept(name: str, words: Lexicon) -> Indicator | None:
    """The ontology's indicator of a name, 数 at the end of a count and verbs that bring it about being no part of it."""
    name, aliases = spelt(name), words.aliases
    if name in ("投资", "投资额"):
        return aliases.get("总投资")  # of a work, where neither a year's nor what is done is told
    if name not in aliases and (people := aliases.get(_WHOSE.sub("", name))) and _WHOSE.search(people.label):
        return people  # 接待游客人次 are 接待游客人数
    if _FROM.fullmatch(name):
        return aliases.get("距离")
    if name == "面积":
        return aliases.get("土地面积")  # of whatever the figure is about
    told = (
        name,
        _YIELD.sub("单产", name),
        name.removesuffix("数"),
        _EXTENT.sub("", name),
        _MADE.sub("", name),
        _YEARLY.sub("", name),
    )
    return next((aliases[one] for one in told if one in aliases), None)


def plain_names(name: str) -> set[str]:
    """What of a name that the ontology lacks makes it another variable; several where 人数 may be 人|数 (工人数) or a measure.

    Quotation marks, 的, the word for the measure at the end and words that only say that something is there or was done
    are left out; a verb that changes the meaning (新增, 退出) stays, before the noun or behind it.
    """
    name = re.sub(
        r"[“”、的]|以上|来自",
        "",
        _EACH.sub(r"\1\2均", spelt(name))
        .replace("规上", "规模以上")
        .replace("远销", "销往")
        .replace("至", "到")
        .replace("售价", "价格"),
    )
    name = "长度" if name in _WHOLE_LENGTH else _DAILY.sub("日", _YEARLY.sub("", name))
    name = _DIMENSION.sub(r"\g<0>度", _PORTION.sub("占比", _YIELD.sub("单产", _MANY.sub("", name))))
    stems = {_MEASURE.sub("", one) for one in (name, _SAID_TWICE.sub("", name))} | {re.sub("(?<=[人户])数$", "", name)}
    stems |= {name.removesuffix("能力")} if _RATED.search(name) else set()
    return {"".join(sorted(_LIGHT.sub("", stem))) for stem in stems}
