"""The fifth stage: numbers with their units. Dates, ordinals, codes and the numerals in names are no quantities.

``tokens`` finds the numerals, ``numerals`` what they are worth, ``measures`` their units and bounds. Here ordered lists
of named rules decide whether a number is a quantity, and of which form: the first that holds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final, NamedTuple

from . import numerals
from .compounds import compound
from .measures import NO_UNIT, Before, Number, Unit, factor_of, measured, number_of, spelt_units
from .numerals import MULTIPLYING, Worth
from .records import Quantity
from .tables import one_of, table, words
from .tokens import tokens

_PART: Final = re.compile(r"\d+(?:\.\d+)?")
_ONE: Final = Decimal(1)
_PERCENT: Final = Unit("percent", "")
_PERMILLE: Final = Unit("permille", "")
_TENTHS: Final = Unit("percent", "成")
#: What is paid or earned, before 块.
_PAID: Final = Before(
    rf"(?:{one_of(words('paid', 'words'))})(?:到|得|出|上|了|至|给)*(?:[一每][天月年亩斤个只箱度人户])?[^,。;\d\u4e00-\u9fff]{{0,2}}",
    10,
)
#: What counts money only behind what is paid or earned, since it counts pieces, too.
_SPOKEN: Final = frozenset("块毛")
_MONEY: Final = Unit("CNY", "")
#: Units of time that measure how long something takes only behind a word that says so.
SHORT_TIMES: Final = frozenset(("day", "hour", "minute"))
#: So many hours or days are told of a year, not of one thing that takes them: 年有效发电时间3800小时.
MANY_HOURS: Final = 1000
_LASTING: Final = Before(
    rf"(?:{one_of(words('lasting', 'near'))})[^,。;]{{0,6}}|(?:{one_of(words('lasting', 'far'))})[^,。;]{{0,24}}", 30
)
#: 干了|22年, 工期|两年, 连涨|三年: right before a length of time.
_DURING: Final = Before(
    rf"(?:(?:{one_of(words('lasting', 'near'))})了?|[\u4e00-\u9fff](?<![为除到])了|连[\u4e00-\u9fff])(?:近|约|将近|整整|足足|快)?",
    12,
)
_LENGTH: Final = re.compile(one_of(words("lasting", "behind")))
#: 成立三年|来, 三年|行动: no length of time.
_NO_LENGTH: Final = re.compile(r"[来间内期后前级制行计规目攻大一以]")
_LENGTHS: Final = frozenset(("year", "month", "day", "hour", "minute"))
AGES: Final = frozenset(("岁", "周岁"))
#: 60岁|以上的, told of those who are as old; but an average is not, nor is what names a group: 60岁以上老人, 5岁以下儿童.
_AGE_OF_THOSE: Final = re.compile(r"及?以[上下](?!的?(?:常住|户籍)*(?:人口|老年?人|老龄|儿童|婴|幼|未成年))")
_EXPECTED_AGE: Final = Before(
    "(?:寿命|(?:平均|人均|最[大小]|法定|退休|中位|初婚)[^,。;]{0,4}年龄|年龄(?:中位数|为|是|达|约|最))[^。;]{0,30}", 40
)
_RANKS: Final = one_of(words("ranks", "words"))
#: 居全省3位, but neither 居民代表3名 nor 安排就业3名.
_RANKED: Final = Before(
    rf"(?:{_RANKS}|(?<![安编系陈定邻新移])[居列排](?![民家住委查水污放涝车入支为]))[^,。;\d]{{0,12}}", 16
)
_MOVED: Final = tuple(words("ranks", "moved"))
#: 排名第23位,比上年提升|16位
_MOVED_RANK: Final = Before(
    rf"[位名],[^,。;\d]{{0,10}}(?:{one_of([*words('ranks', 'up'), *words('ranks', 'down')])})了?", 20
)
_RANKED_ORDINAL: Final = Before(rf"(?:{_RANKS}|[居列排位名占获夺]|保持|总量|增速|增幅)[^,。;]{{0,10}}", 14)
#: 排在全市前三
_AMONG_FIRST: Final = Before(rf"(?:{_RANKS}|[居列排位]|保持)[^,。;\d]{{0,10}}前", 14)
#: What stands behind a rank.
_BEHIND_RANK: Final = frozenset(("", *"位名,。;、"))
#: 增速居前三|位的是: who they are, each of which is told behind it.
_WHO_RANK: Final = re.compile("[位名]?的(?:依次|分别)?(?:是|为|有)")
#: The lowest rank that is told without 第: 居全国百强县98名.
_LOWEST_NAMED: Final = 100
#: 每10万|人中: of how many a rate is told.
_HEADS: Final = frozenset(("人", "名", "户", "股"))
_PLACES: Final = frozenset("位名")
#: What a numeral in characters is a part of: 数十, 几百, 初五, 周三.
_PART_OF_A_WORD: Final = ("数", "几", "初", "周", "星期", "之")
#: 三成, but 三成立
_OF_TEN: Final = re.compile(r"成(?![立为功绩效果套长本])")
#: 三成|六, but 七成|一线工人
_HUNDREDTHS: Final = re.compile(
    r"[一二三四五六七八九半](?:(?![\u4e00-\u9fff])|(?=左右|以上|以下|多|的|可|是|为|来自|由|靠|在|都|属|用于|能|均|已|来源|出自))"
)
_GREAT: Final = re.compile(rf"大(?=[^,。;、“]{{0,8}}?(?:{one_of(table('units')['great'])}))")
#: Of more nothing is counted by 大: 二十大 is a congress.
_MOST_GREAT: Final = 12
#: Behind a measure word where nothing is counted: 两个“只增不减”, 百亿元级.
_NAMED: Final = re.compile(r"[级化]|“[^”\n]{1,16}”(?![\u4e00-\u9fff])")
#: What says that a line was passed: 超千万, 近百家.
_PASSED: Final = tuple(words("bounds", "passed"))
_OF_MONEY: Final = Before("(?:税|产值|收入|投资|利润|营收)[^。;]{0,16}", 20)
_JOINED: Final = re.compile(r"[、\-~—至和到或]{1,2}")
#: Between a number with a unit and another of the same: 45个工作日|压缩到目前的|12个.
_MOVED_TO: Final = re.compile(r"[^,。;\d]{1,6}[到至为成](?:了|目前的|现在的|如今的)?")
_NAME_BEHIND: Final = re.compile(r"[\u4e00-\u9fff]")
_JOINING: Final = frozenset("、-~—至和到或")


def quantities(text: str) -> tuple[Quantity, ...]:
    """All quantities of a normal text, in order; none overlaps another.

    Neither a date nor an ordinal, a code or a numeral in a name is one.
    """
    found: list[Quantity] = []
    position = -1
    for token in tokens(text):
        if token.start() >= position:
            for quantity in _READERS[str(token.lastgroup)](token, position):
                found.append(quantity if quantity.begin >= position else replace(quantity, begin=position))
                position = quantity.stop
    return _with_shared_units(text, found)


# --- reading tokens ---


def _hundredth(token: re.Match[str], _: int) -> Sequence[Quantity]:
    """百分之五, 千分之3.5."""
    worth = numerals.read(token["part"])
    if worth is None:
        return ()
    worth = Worth(worth.value, min(worth.step, _ONE))
    number = Number(token.string, token.start(), *token.span("part"), token.end(), token["part"], worth)
    return (measured(number, _PERCENT if token["of"] == "百" else _PERMILLE),)


def _fraction(token: re.Match[str], _: int) -> Sequence[Quantity]:
    return (Quantity(*token.span(), *token.span(), *numerals.fraction(token["share"]), "percent", "", "about"),)


def _doubling(token: re.Match[str], _: int) -> Sequence[Quantity]:
    """翻一番, 翻了近两番: how many times as much."""
    bound = "about" if token["near"] else "andMore" if token["over"] else "exact"
    value = numerals.doubled(token["times"])
    return (Quantity(*token.span("times"), *token.span(), value, _ONE, "times", "番", bound, "times"),)


def _first(token: re.Match[str], _: int) -> Sequence[Quantity]:
    return (Quantity(*token.span(), *token.span(), _ONE, _ONE, "rank", "", form="rank"),)


def _ratio(token: re.Match[str], _: int) -> Sequence[Quantity]:
    """The parts of a ratio, those of three in percent; of one to 1 only the first, since it is one figure: 2.56:1."""
    parts = [(token.start() + part.start(), part.group()) for part in _PART.finditer(token.group())]
    if len(parts) == 2 and parts[1][1] == "1":
        start, printed = parts[0]
        return (Quantity(start, start + len(printed), start, token.end(), *numerals.digits(printed), "count", ""),)
    unit = "percent" if len(parts) == 3 else "count"
    return [
        Quantity(
            start, start + len(printed), start, start + len(printed), *numerals.digits(printed), unit, "",
            form="ratio", part=index, parts=len(parts),
        )
        for index, (start, printed) in enumerate(parts)
    ]  # fmt: skip


def _number(token: re.Match[str], position: int) -> Sequence[Quantity]:
    """A number in digits or characters; ``position`` is where the last quantity ends."""
    number = number_of(token, position)
    quantity = compound(number) or decided(number)[1] if number is not None else None
    return (quantity,) if quantity is not None else ()


_READERS: Final[dict[str, Callable[[re.Match[str], int], Sequence[Quantity]]]] = {
    "hundredth": _hundredth, "fraction": _fraction, "ratio": _ratio, "doubling": _doubling, "number": _number, "first": _first,
}  # fmt: skip


# --- deciding ---


class Rule(NamedTuple):
    """What a number is where the rule holds: a quantity, or None where it is none."""

    name: str
    holds: Callable[[Number], object]
    gives: Callable[[Number], Quantity | None]


def decided(number: Number) -> tuple[str, Quantity | None]:
    """The name of the first rule that holds for a number, and the quantity that it is, if any."""
    rules = IN_DIGITS if number.numeral[0].isdecimal() else IN_CHARACTERS
    for name, holds, gives in rules:
        if holds(number):
            return name, gives(number)
    return "", None


def _nothing(_: Number) -> None:
    """A number that is no quantity."""


def _in_its_unit(number: Number) -> Quantity:
    return measured(number, number.unit)


def _duration(number: Number) -> Quantity:
    return measured(number, number.unit, "duration")


def _rank(number: Number) -> Quantity:
    stop = number.stop + (number.next in _PLACES)
    word = number.text[number.stop : stop]
    start = number.start + _is_ordinal(number)  # 第|三, as 第|3
    return Quantity(start, number.end, start, stop, number.worth.value, _ONE, "rank", word, form="rank")


def _spoken_money(number: Number) -> Quantity:
    """卖到8块, 只要五毛."""
    return measured(number, Unit("CNY", "块", 1) if number.unit.word == "块" else number.unit)


def _bare(number: Number) -> Quantity:
    """A number whose unit may stand behind the next one."""
    return Quantity(number.start, number.end, number.start, number.stop, *number.worth, "", "", number.bound, "bare")


def _is_ranked(number: Number) -> bool:
    if number.next == "名" and number.worth.value > _LOWEST_NAMED and not number.follows_word("第"):
        return False  # 学生回升到164名
    moved = number.next == "位" and (
        number.follows_word(_MOVED) or number.follows(_MOVED_RANK)
    )  # 列第41位,较上年前移|3位
    return moved or number.follows_word("第") or (number.next in _PLACES and number.follows(_RANKED))


def _is_age_of_somebody(number: Number) -> bool:
    if number.unit.word not in AGES:
        return False
    if _AGE_OF_THOSE.match(number.text, number.behind_unit):
        return number.follows(_EXPECTED_AGE)
    return not number.follows(_EXPECTED_AGE)


def _is_year_of_the_calendar(number: Number) -> bool:
    if number.unit.code != "year" or number.unit.word in (*AGES, "周年"):
        return False
    return not number.follows(_LASTING) and not _is_length(number)


def _takes(number: Number) -> bool:
    """Whether it is in units of what takes a short time, and not the hours of a whole year: 年利用时间3800小时."""
    return number.unit.code in SHORT_TIMES and number.worth.value < MANY_HOURS


def _is_length(number: Number) -> bool:
    """Whether the words right beside a number say that something lasts: 干了22年, 三年时间, 工期两年."""
    if number.unit.word == "年" and number.follows_word("连续"):
        return True
    if number.unit.code not in _LENGTHS or _NO_LENGTH.match(number.text, number.behind_unit):
        return False
    return number.follows(_DURING) or _LENGTH.match(number.text, number.behind_unit) is not None


IN_DIGITS: Final = (
    Rule("rank", _is_ranked, _rank),
    Rule("per so many", lambda n: n.unit.word in _HEADS and n.follows_word("每"), _nothing),
    Rule("age of somebody", _is_age_of_somebody, _nothing),
    Rule("year of the calendar", _is_year_of_the_calendar, _nothing),
    Rule("time that something takes", lambda n: _takes(n) and n.follows(_LASTING), _duration),
    Rule("money as it is spoken", lambda n: n.unit.word == "块" and n.follows(_PAID), _spoken_money),
    Rule("unit", lambda n: n.unit.code, _in_its_unit),
    Rule("unit of the next number", lambda n: n.scaled or n.next in _JOINING, _bare),
)


def _is_stages(number: Number) -> bool:
    """分三期, but 三期工程."""
    return number.unit.word == "期" and number.follows_word("分")


def _is_ordinal(number: Number) -> bool:
    return number.text.startswith("第", number.start)


def _is_ranked_ordinal(number: Number) -> bool:
    """列第三位, but 第三产业."""
    return _is_ordinal(number) and number.next in _BEHIND_RANK and number.follows(_RANKED_ORDINAL)


def _is_among_the_first(number: Number) -> bool:
    if not number.follows_word("前") or number.next not in _BEHIND_RANK:
        return False
    return number.worth.value < 100 and number.follows(_AMONG_FIRST)


def _tells_who_ranks(number: Number) -> bool:
    """增速居前三位的是某县、某区: who ranks there is told, not that something ranks third."""
    return number.follows_word("前") and _WHO_RANK.match(number.text, number.stop) is not None


def _is_tenths(number: Number) -> bool:
    return number.next == "成" and 0 < number.worth.value < 10 and bool(_OF_TEN.match(number.text, number.stop))


def _tenths(number: Number) -> Quantity:
    """七成, 三成六, 六成半: what stands behind 成 are hundredths."""
    stop = number.stop + 1
    behind = _HUNDREDTHS.match(number.text, stop)
    worth = numerals.tenths(number.worth.value, behind[0] if behind else "")
    if behind:
        return measured(number._replace(end=stop + 1, stop=stop + 1, worth=worth), _TENTHS)
    return measured(number._replace(stop=stop, worth=worth), _TENTHS)


def _great(number: Number) -> Quantity | None:
    """五大产业."""
    if number.worth.value > _MOST_GREAT:
        return None
    worth = Worth(number.worth.value, _ONE)
    return measured(number._replace(worth=worth), Unit("count", "大", 1))


def _is_line_in_money(number: Number) -> bool:
    """纳税超千万; in a list (超千万企业4家、超五百万企业8家) the word of money stands before the first."""
    passed = number.numeral[-1] in "万亿" and number.unit is NO_UNIT and number.follows_word(_PASSED)
    return passed and number.follows(_OF_MONEY)


def _is_multiplier(number: Number) -> bool:
    """万 alone in 万亩良田; 百万 counts, and what is passed: 近万亩, 百余家, 亿元以上."""
    if len(number.numeral) > 1 or number.numeral not in MULTIPLYING or number.bound == "andMore":
        return False
    return not number.follows_word(_PASSED) and not number.text.startswith("以上", number.behind_unit)


IN_CHARACTERS: Final = (
    Rule("ordinal that ranks", _is_ranked_ordinal, _rank),
    Rule("ordinal", _is_ordinal, _nothing),
    Rule("who ranks", _tells_who_ranks, _nothing),
    Rule("among the first", _is_among_the_first, _rank),
    Rule("part of a word", lambda n: n.follows_word(_PART_OF_A_WORD), _nothing),
    Rule("tenths", _is_tenths, _tenths),
    Rule("great things", lambda n: _GREAT.match(n.text, n.stop), _great),
    Rule("line in money", _is_line_in_money, lambda n: measured(n, _MONEY)),
    Rule("multiplier alone", _is_multiplier, _nothing),
    Rule("name", lambda n: _NAMED.match(n.text, n.behind_unit), _nothing),
    Rule("money as it is spoken", lambda n: n.unit.word in _SPOKEN and n.follows(_PAID), _spoken_money),
    Rule("unit that counts", lambda n: n.unit.word in spelt_units() or _is_stages(n), _in_its_unit),
    Rule("length of time", _is_length, _duration),
)


# --- units that numbers share ---


def _with_shared_units(text: str, found: Sequence[Quantity]) -> tuple[Quantity, ...]:
    """Numbers whose unit stands behind the next one (5至8个, 6.4和9.8%); a number left without a unit is none."""
    result: list[Quantity] = []
    following: Quantity | None = None
    for quantity in reversed(found):
        if following is not None and _in_points(text, quantity, following):
            quantity = replace(quantity, unit="percent", word=following.word, form="points")
        if quantity.form == "bare":
            if following is None or not _JOINED.fullmatch(text, quantity.stop, following.start):
                continue
            quantity = _like(quantity, following)
        result.append(quantity)
        following = quantity
    return tuple(_with_units_before(text, result[::-1]))


def _with_units_before(text: str, found: Sequence[Quantity]) -> Iterator[Quantity]:
    """Numbers with 个 alone in place of a longer unit before them: 由45个工作日压缩到|12个."""
    before: Quantity | None = None
    for quantity in found:
        if before is not None and _stands_for(text, quantity, before):
            quantity = replace(quantity, unit=before.unit, word=before.word, form=before.form)
        yield quantity
        before = quantity


def _in_points(text: str, quantity: Quantity, following: Quantity) -> bool:
    """Whether a number with 个 alone is told in points as the one that a conjunction joins it to: 下降1.85个|和4.62个百分点."""
    points = quantity.word == "个" and following.word == "个百分点"
    return points and _JOINED.fullmatch(text, quantity.stop, following.begin) is not None


def _stands_for(text: str, quantity: Quantity, before: Quantity) -> bool:
    """Whether 个 alone behind a number is the longer unit of the one before it."""
    if quantity.word != "个" or before.word == "个" or not before.word.startswith("个"):
        return False
    moved = _MOVED_TO.fullmatch(text, before.stop, quantity.begin)
    return moved is not None and not _NAME_BEHIND.match(text, quantity.stop)


def _like(quantity: Quantity, other: Quantity) -> Quantity:
    """A number with the unit, and where it is too small the scale, of the one behind it; never a part of a ratio."""
    scale, factor = _ONE, factor_of(other.word)
    value = other.value / factor
    if quantity.value < 10_000 <= value:
        scale = Decimal(10**8) if value >= 10**8 else Decimal(10**4)
    scale *= factor
    return replace(
        quantity, value=quantity.value * scale, step=quantity.step * scale, unit=other.unit, word=other.word,
        form="plain" if other.form == "ratio" else other.form,
    )  # fmt: skip
