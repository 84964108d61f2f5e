"""The fifth stage: numbers with their units. Dates, ordinals, codes and the numerals in names are no quantities."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Final

from .records import Quantity
from .tables import one_of, table, words

_DIGITS: Final = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_STEPS: Final = {"十": 10, "百": 100, "千": 1000}
_MYRIADS: Final = {"万": 10_000, "亿": 100_000_000}
_CHINESE: Final = "〇零一二两三四五六七八九十百千万亿"
_ARABIC: Final = r"\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?"
_MULTIPLIER: Final = r"(?:万亿|千亿|百亿|十亿|亿|千万|百万|十万|万|千(?!瓦|米|克|伏|卡|分点)|百(?!分))"
_MULTIPLIERS: Final = {
    "万亿": 10**12, "千亿": 10**11, "百亿": 10**10, "十亿": 10**9, "亿": 10**8, "千万": 10**7, "百万": 10**6, "十万": 10**5,
    "万": 10**4, "千": 10**3, "百": 10**2, "": 1,
}  # fmt: skip
_NUMBER: Final = re.compile(
    rf"百分之(?P<percent>[{_CHINESE}]+(?:点[{_CHINESE}]+)?|\d+(?:\.\d+)?)"
    rf"|千分之(?P<permille>[{_CHINESE}]+(?:点[{_CHINESE}]+)?|\d+(?:\.\d+)?)"
    r"|(?P<fraction>[一二三四五六七八九]分之[一二两三四五六七八九])"
    rf"|(?P<sign>(?<![\d年月日])-(?=\d))?(?P<arabic>{_ARABIC})"
    rf"|(?P<chinese>第?[{_CHINESE}]+(?:点[{_CHINESE}]+)?)|(?P<first>首位|榜首)"
)
_AFTER: Final = re.compile(
    rf"(?P<more>[余多几]|来(?=[人个户家名亩吨斤年天岁里公台头只件]))?(?P<mult>{_MULTIPLIER})?(?P<rest>(?:\d+(?:\.\d+)?{_MULTIPLIER})*)(?P<more2>[余多几](?!少|样|方面|元化|元素|民|功))?"
)
_REST: Final = re.compile(rf"(\d+(?:\.\d+)?)({_MULTIPLIER})")

_MASKED: Final = re.compile(  # what may begin one of them comes first: the search passes quickly over all else
    r"(?=[\d〔\[(第一二三四五六七八九十两过近未今前后这那以最往持用上“‘《A-Za-z])(?:"
    r"(?:19|20)\d\d年?度?[-~—至到]{1,2}(?:19|20)?\d\d(?:年度?|学年)(?!来)"
    r"|(?:19|20)\d\d[-~—]{1,2}(?:19|20)\d\d(?!\d)"
    r"|(?:18|19|20)\d\d年(?:度|代)?(?:\d{1,2}月)?(?:份)?(?:\d{1,2}[日号])?(?:[-~—至到]{1,2}\d{1,2}月(?:份)?)?"
    r"|(?:19|20)\d\d[-./]\d{1,2}[-./]\d{1,2}日?|[〔\[(](?:19|20)\d\d[〕\])](?:第?\d+号)?"
    r"|\d{1,2}[-~—至到]{1,2}\d{1,2}月(?:份)?|\d{1,2}月(?:份)?(?:\d{1,2}[日号])?|(?<!\d)\d{1,2}号(?!线)|\d{1,2}日(?![均产])(?=[,。上下电至在,\s]|$)"
    r"|第\d+(?:届|次|条|章|批|期|号|轮|款|页|版|季|阶段|场|集|辑|产业|代|人民|方阵|中学|小学|医院|师|团)"
    r"|第?[一二三四五六七八九十]+(?:届|章|条)|[A-Za-z][-]?\d+(?:\.\d+)?(?:[A-Za-z]+\d*)?|\d+(?:\.\d+)?[A-Za-z](?![A-Za-z²³]|/)|\d+(?:\.\d+)?[A-Z]级"
    r"|\d{3,4}-\d{7,8}|\d{11,}|\d+(?:\+[\dNnX]+)+|\d+[xX×*]\d+|[“‘《][^”’》]{0,3}\d[\d+*一二三四五NX·.]*[^”’》亿万个家户元%]{0,5}[”’》]"
    r"|以(?:上年|(?:19|20)\d\d年)[^,。;()]{0,6}为100"
    r"|(?:过去|近|未来|今后|前|后|这|最近|往后|持续|用好)[一二三四五六七八九十两几\d]{1,2}(?:年|个月)(?:来|间)?|(?<!续)(?<!时)(?<!第)[一二三四五六七八九十两\d]{1,2}年(?:来|间|内|行动|计划|规划|攻坚|目标|翻番|为期|任务|累计|期)"
    r"|“?十[一二三四五六七]五”?|七五|八五|九五|(?<![\d.:])\d{1,2}(?:时\d{2}分|(?<!比\d\d)(?<!为\d\d):\d{2}(?![\d.:]))|\d+/\d+|(?:19|20)\d\d(?=[-年]|版|款|级)"
    r"|[这那][两三四五六七八九十几]+个|[一二两三四五六]位数|[一二三四五]类(?![^,。;]{0,12}\d*[个家项])|[两三四五六七八九](?:个(?:部分|方面|层面|环节)|座大?山)"
    r"|[一二三四五六七八九十]{1,3}(?:月|个?季度|世纪)|[一二三四五六七八九十]{1,2}件(?:大|实|好|民生)?事|上百年|\[\d+\]|[两三四五六七八九十]个?[百千万亿]+(?:元)?(?:大关|台阶|级))"
)  # fmt: skip
_LISTED: Final = re.compile(
    r"(?m)^ *(?:\(?\d{1,2}[).、](?!\d)|[一二三四五六七八九十]+[、.]|\([一二三四五六七八九十]+\)|[一二三四五六七八九十]+(?:是|要))|(?<=[。;,:])(?:[一二三四五六七八九十]是|\(\d\)|[①-⑩]|\d[.、](?=[\u4e00-\u9fff]))"
)
_QUOTED: Final = re.compile(r"[“‘《][^”’》\n]{1,24}[”’》]")
_INDEXED: Final = re.compile(
    r"(?:指数|得分|评分|系数|分值|比值|收入比|倍差|容积率)(?:\(\w+\))?(?:为|是|达到|达|降至|升至|由上年的|由(?:19|20)\d\d年的|从上年的)?$"
    r"|(?:收入比|系数|指数|比值|容积率)[^,。;]{0,14}(?:至|到|为)$"
)
#: Divisions that are counted without a measure word: 辖3镇6乡.
_DIVISIONS: Final = re.compile(r"(?:镇|乡|村|街道|县|旗|苏木|嘎查|社区|民族乡)(?=[\d、,。;和及(]|$)")
#: 城乡居民收入比为2.06,比上年同期缩小0.04
_MOVED_INDEX: Final = re.compile(
    r"(?:指数|系数|收入比|比值|倍差)[^。;]{0,40}(?:缩小|扩大|下降|上升|提高|降低|回落|增加|减少)(?:了)?$"
)
#: Behind a Chinese numeral and its measure word: 两个“只增不减”, which counts nothing.
_SLOGAN: Final = re.compile(r"“[^”\n]{1,16}”(?![\u4e00-\u9fff])")
#: Words that end as words for bounds do, and are none: 签约10个, 通过3项.
_NO_BOUND: Final = ("通过", "经过", "不过", "度过", "签约", "节约", "预约", "集约", "最近", "附近", "就近", "临近")
_CIRCLE: Final = re.compile(r"[^,。;]{0,4}圈")
#: Words that begin as measure words do: 3单元, 10列入, 万度假.
_NO_MEASURE: Final = re.compile(r"单(?:元|位|一|独|体|品)|列(?:入|为|车|举|支|第)|度(?:假|过)")
#: 三成|六, but 七成|一线工人
_HUNDREDTHS: Final = re.compile(
    r"[一二三四五六七八九半](?![\u4e00-\u9fff])|[一二三四五六七八九半](?=左右|以上|以下|多|的)"
)
_AGE: Final = re.compile(r"(?:寿命|年龄)[^。;]{0,30}$")
_VAGUE: Final = re.compile(r"[数几]$")
_RANK_BEFORE: Final = re.compile(
    r"(?:进入|跻身|居|列|排|(?<!\d)名|位次|排在|第(?!一书记)|升至|跃居|升到|进至)[^,。;\d]{0,12}$"
)
#: 排在全市前三
_AMONG_FIRST: Final = re.compile(r"(?:居|列|排|位|进入|跻身|保持|稳居)[^,。;\d]{0,10}前$")
#: 居民消费价格指数为104.2(以上年为100)
_OF_HUNDRED: Final = re.compile(r"\(以[^()]{1,12}为100\)")
_RATIO: Final = re.compile(r"(?<![\d.:])(?:\d+(?:\.\d+)?:){1,3}\d+(?:\.\d+)?(?![\d:])")
_YEARS_KEPT: Final = re.compile(
    r"(?:连续|历时|用时|仅用|只用|不到|耗时|长达|工期|已有|使用期|建校|成立|期限|满|工期为|缩短为|缩短至|车程|路程|时间|周期|时限|预期寿命|寿命|平均年龄|存活|时隔|整整|只需|仅需|需要|通关|距今|开采|运营|服役|压缩|用时|审批|办理)[^,。;]{0,6}$|(?:时间|用时|时限|周期|工期|注册|登记)[^,。;]{0,24}$"
)
_SCALE_ONLY: Final = {
    "百": 100,
    "千": 1000,
    "万": 10**4,
    "亿": 10**8,
    "百万": 10**6,
    "千万": 10**7,
    "百亿": 10**10,
    "千亿": 10**11,
    "万亿": 10**12,
    "十亿": 10**9,
}
#: Measure words behind a Chinese numeral that count; others (次, 级, 区 …) make names rather than counts.
_CHINESE_UNITS: Final = set("个家户人名项件条座所处台辆头只张册套场艘架栋幢间株棵支宗起例篇份本枚块根种类口部位") | {
    "人次", "亩", "公顷", "公里", "元", "吨", "平方公里", "平方米", "倍", "个月", "美元", "个百分点", "万元", "周年", "千米", "米", "立方米", "天", "小时",
}  # fmt: skip
_GREAT: Final = re.compile(
    r"大(?=[^,。;、“]{0,8}?(?:产业|指挥部|基地|板块|片区|园区|平台|集群|项目|工程|企业|市场|中心|商圈|体系|景区|品牌|专项|功能区|组团|新城|领域))"
)


@functools.cache
def units() -> dict[str, tuple[str, Decimal]]:
    """The code and the factor of every printed unit."""
    return {
        word: (entry["code"], Decimal(entry.get("factor", 1)))
        for entry in table("units")["unit"]
        for word in entry["words"]
    }


@functools.cache
def _unit_pattern() -> re.Pattern[str]:
    return re.compile(one_of(units()))


@functools.cache
def _bounds() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    lists = table("words")["bounds"]
    before = list(lists["over"]), list(lists["about"])
    return (
        re.compile(rf"(?:{one_of(before[0])})(?:了)?$"),
        re.compile(rf"(?:{one_of(before[1])})$"),
        re.compile(rf"(?:{one_of(lists['overBehind'])})"),
        re.compile(rf"(?:{one_of(lists['aboutBehind'])})"),
    )


@functools.cache
def _people() -> re.Pattern[str]:
    """The people of 48.6万农村贫困人口, behind a number that has no measure word."""
    people = one_of(words("people", "words"))
    return re.compile(rf"[\u4e00-\u9fff]{{0,6}}?(?:{people})|[\u4e00-\u9fff]{{1,3}}人(?![\u4e00-\u9fff]?[均次员才口])")


@functools.cache
def _idioms() -> re.Pattern[str]:
    return re.compile(one_of(words("idioms", "words")))


def chinese(numeral: str) -> Decimal | None:
    """The value of a numeral in Chinese characters; None where it is not well formed (一二三, 百千万)."""
    whole, _, fraction = numeral.partition("点")
    value = _whole(whole)
    if value is None or not fraction:
        return value
    if any(c not in _DIGITS for c in fraction):
        return None
    return value + Decimal("0." + "".join(str(_DIGITS[c]) for c in fraction))


def _whole(numeral: str) -> Decimal | None:
    if len(numeral) > 1 and all(c in _DIGITS for c in numeral):
        return Decimal("".join(str(_DIGITS[c]) for c in numeral)) if "〇" in numeral else None
    total = section = digit = 0
    seen = False
    for character in numeral:
        if character in _DIGITS:
            if digit and character not in "零〇":
                return None
            digit, seen = _DIGITS[character], True
        elif character in _STEPS:
            if section and section < _STEPS[character]:
                return None
            section += (digit if seen and digit else 1) * _STEPS[character]
            digit, seen = 0, False
        else:
            factor = _MYRIADS[character]
            total = (
                (total + section + digit or 1) * factor if factor == 10**8 else total + (section + digit or 1) * factor
            )
            section, digit, seen = 0, 0, False
    return Decimal(total + section + digit)


def quantities(text: str) -> tuple[Quantity, ...]:
    """All quantities of a normal text, in order. Neither a date nor an ordinal, a code or a numeral in a name is one."""
    masked = _mask(text)
    ratios = {start: found for found in _ratios(text, masked) for start in [found[0].start]}
    result: list[Quantity] = []
    position = 0
    for match in _NUMBER.finditer(text):
        start, end = match.span()
        if start < position or masked[start] or (masked[end - 1] and not match["fraction"]):
            continue
        if match.start() in ratios:
            result += ratios[match.start()]
            position = ratios[match.start()][-1].stop
            continue
        quantity = _one(text, match)
        if quantity is not None:
            result.append(quantity)
            position = quantity.stop
    return _shared(text, tuple(result), masked)


def _mask(text: str) -> bytearray:
    """One where no quantity can stand."""
    masked = bytearray(len(text) + 1)
    for match in _MASKED.finditer(text):
        masked[match.start() : match.end()] = b"\1" * (match.end() - match.start())
    for match in _LISTED.finditer(text):
        masked[match.start() : match.end()] = b"\1" * (match.end() - match.start())
    for match in _QUOTED.finditer(text):
        for index in range(*match.span()):
            if text[index] in _CHINESE:
                masked[index] = 1
    for match in _idioms().finditer(text):
        if not (match.group()[0].isdigit() or text[match.start() - 1 : match.start()].isdigit()):
            keep = match.group() in ("百分点", "万元", "百强") or match.group().startswith("百分")
            if not keep and text[match.start() - 1 : match.start()] not in _CHINESE:
                masked[match.start() : match.end()] = b"\1" * (match.end() - match.start())
    return masked


def _ratios(text: str, masked: bytearray) -> Iterator[list[Quantity]]:
    for match in _RATIO.finditer(text):
        if masked[match.start()]:
            continue
        numbers = list(re.finditer(r"\d+(?:\.\d+)?", match.group()))
        if len(numbers) == 2 and numbers[1].group() == "1":  # 城乡居民收入比缩小到2.56:1
            start, end = match.start(), match.start() + numbers[0].end()
            value = Decimal(numbers[0].group())
            yield [Quantity(start, end, start, match.end(), value, _step(numbers[0].group()), "count", "")]
            continue
        three = len(numbers) == 3
        yield [
            Quantity(
                match.start() + n.start(), match.start() + n.end(), match.start() + n.start(), match.start() + n.end(),
                Decimal(n.group()), _step(n.group()), "percent" if three else "count", "", "exact", "ratio", i, len(numbers),
            )
            for i, n in enumerate(numbers)
        ]  # fmt: skip


def _step(printed: str) -> Decimal:
    digits = printed.replace(",", "")
    return Decimal(1).scaleb(-len(digits.partition(".")[2]))


def _one(text: str, match: re.Match[str]) -> Quantity | None:
    if printed := match["percent"] or match["permille"]:
        return _hundredth(text, match, printed)
    if match["fraction"]:
        return _fraction(match)
    if match["first"]:
        return Quantity(*match.span(), *match.span(), Decimal(1), Decimal(1), "rank", "", "exact", "rank")
    if match["chinese"]:
        return _chinese(text, match)
    return _arabic(text, match)


def _fraction(match: re.Match[str]) -> Quantity:
    """三分之一: a share, in percent to one digit."""
    whole, part = (Decimal(_DIGITS[character]) for character in match["fraction"].split("分之"))
    step = Decimal("0.1")
    value = (100 * part / whole).quantize(step)
    return Quantity(*match.span(), *match.span(), value, step, "percent", "", "about", "plain")


def _hundredth(text: str, match: re.Match[str], printed: str) -> Quantity | None:
    value = Decimal(printed) if printed[0].isdigit() else chinese(printed)
    if value is None:
        return None
    unit = "percent" if match["percent"] else "permille"
    start = match.start("percent" if match["percent"] else "permille")
    step = _step(printed) if printed[0].isdigit() else Decimal(1)
    found = _bounded(text, match.start(), match.end(), match.end(), value, step, unit, "", "plain", "exact")
    return replace(found, start=start)


def _arabic(text: str, match: re.Match[str]) -> Quantity | None:
    start, end = match.span()
    printed = match["arabic"]
    value, step = Decimal(printed.replace(",", "")), _step(printed)
    if match["sign"]:
        value = -value
    after = _AFTER.match(text, end)
    if after is None:  # never: all of its parts may be absent
        return None
    scale = Decimal(_MULTIPLIERS[after["mult"] or ""])
    value, step = value * scale, step * scale
    number_end, stop = end, after.end()
    for part in _REST.finditer(after["rest"]):
        factor = Decimal(_MULTIPLIERS[part[2]])
        value, step = value + Decimal(part[1]) * factor, _step(part[1]) * factor
        number_end = after.start("rest") + part.end(1)
    bound = "andMore" if after["more"] or after["more2"] else "exact"
    return _with_unit(text, start, number_end, stop, value, step, bound, scaled=bool(after["mult"]))


def _with_unit(
    text: str, start: int, end: int, stop: int, value: Decimal, step: Decimal, bound: str, scaled: bool
) -> Quantity | None:
    if text[start - 1 : start] == "第" or (
        _RANK_BEFORE.search(text[max(0, start - 16) : start]) and text[stop : stop + 1] in "位名"
    ):
        return _rank(text, start, end, stop, value)
    unit = _unit_pattern().match(text, stop) if not _NO_MEASURE.match(text, stop) else None
    if unit is None:
        return _unitless(text, start, end, stop, value, step, bound, scaled)
    word = unit.group()
    code, factor = units()[word]
    if word.endswith("多月"):
        bound = "andMore"
    stop = unit.end()
    if word == "岁":
        if not _AGE.search(text[max(0, start - 40) : start]) or re.match(r"[以及]", text[stop : stop + 1]):
            return None
        return _bounded(text, start, end, stop, value, step, code, word, "plain", bound)
    if code == "year" and not _is_duration(text, start, value, word):
        return None
    if word == "度" and not scaled:
        return None  # 发电21.3亿度, but 25度
    if code in ("day",) and word == "日":
        return None
    if code in ("hour", "minute") and _CIRCLE.match(text, stop):
        return None  # 1小时经济圈
    form = (
        "points"
        if word.endswith("分点")
        else "times"
        if code == "times"
        else "duration"
        if code in ("year", "month")
        else "plain"
    )
    if code in ("day", "hour", "minute") and _YEARS_KEPT.search(text[max(0, start - 30) : start]):
        form = "duration"
    return _bounded(text, start, end, stop, value * factor, step * factor, code, word, form, bound)


def _unitless(
    text: str, start: int, end: int, stop: int, value: Decimal, step: Decimal, bound: str, scaled: bool
) -> Quantity | None:
    """A number without a unit: money after 万 or 亿 behind a word of money, the index of prices, people; else none."""
    if text[stop : stop + 2] == "多个":
        return _bounded(text, start, end, stop + 2, value, step, "count", "个", "plain", "andMore")
    before = text[max(0, start - 24) : start]
    if _OF_HUNDRED.match(text, stop):
        return _bounded(text, start, end, stop, value, step, "percent", "", "plain", bound)
    if scaled and re.search(
        r"(?:投资|收入|产值|纳税|税收|利润|总值|营收|资金|销售额|贷款|存款|超)[^,。;]{0,6}$", before
    ):
        return _bounded(text, start, end, stop, value, step, "CNY", "", "plain", bound)
    if scaled and re.search(r"人口[^,。;]{0,6}$", before):
        return _bounded(text, start, end, stop, value, step, "count", "", "plain", bound)
    if (scaled and _people().match(text, stop)) or _DIVISIONS.match(text, stop):
        return _bounded(text, start, end, stop, value, step, "count", "个", "plain", bound)
    if _MOVED_INDEX.search(text[max(0, start - 60) : start]):
        return _bounded(text, start, end, stop, value, step, "count", "", "plain", bound)
    if _INDEXED.search(before):
        return _bounded(text, start, end, stop, value, step, "count", "", "plain", bound)
    if scaled or text[stop : stop + 1] in "、-~—至和到或":
        return Quantity(start, end, start, stop, value, step, "", "", bound, "bare")
    return None


def _is_duration(text: str, start: int, value: Decimal, word: str) -> bool:
    if word == "周年":
        return True
    return value < 1000 and bool(_YEARS_KEPT.search(text[max(0, start - 12) : start]))


def _rank(text: str, start: int, end: int, stop: int, value: Decimal) -> Quantity:
    unit_end = stop + 1 if text[stop : stop + 1] in ("位", "名") else stop
    return Quantity(start, end, start, unit_end, value, Decimal(1), "rank", text[stop:unit_end], "exact", "rank")


def _chinese(text: str, match: re.Match[str]) -> Quantity | None:
    start, end = match.span()
    numeral = match["chinese"]
    before, after = text[max(0, start - 6) : start], text[end : end + 8]
    if numeral.startswith("第"):
        ranked = re.search(
            r"(?:居|列|排|位|名|占|进入|夺得|获得|获|升至|跃居|保持|总量|增速|增幅)[^,。;]{0,10}$",
            text[max(0, start - 14) : start],
        )
        value = chinese(numeral[1:])
        return (
            _rank(text, start, end, end, value)
            if ranked and value and (after[:1] in "位名,。;、" or not after)
            else None
        )
    if _AMONG_FIRST.search(text[max(0, start - 14) : start]) and after[:1] in ",。;、位名":
        value = chinese(numeral)
        return _rank(text, start, end, end, value) if value and value < 100 else None
    if _VAGUE.search(before) or before.endswith(("第", "初", "周", "星期", "之", "十")):
        return None
    value = chinese(numeral)
    if (
        after.startswith("成")
        and not after.startswith(("成立", "成为", "成功", "成绩", "成效", "成果", "成套", "成长", "成本"))
        and value
        and value < 10
    ):
        return _tenths(text, start, end, value)
    if numeral in ("千百", "万千"):
        return None
    if numeral in _SCALE_ONLY:
        return _scale(text, start, end)
    if value is None or numeral.endswith("零"):
        return None
    if numeral == "一" or (numeral[-1] in "千万亿" and numeral in ("千万", "亿万")):
        return None
    if numeral[-1] in "万亿千百" and value < 10_000 and after[:1] in "余多":
        pass
    more = _AFTER.match(text, end)
    stop = end + (1 if more and more["more"] and not more["mult"] else 0)
    bound = "andMore" if stop > end else "exact"
    if great := _GREAT.match(text, stop):
        return (
            Quantity(start, end, start, great.end(), value, Decimal(1), "count", "大", bound) if value <= 12 else None
        )
    unit = _unit_pattern().match(text, stop)
    if unit is None and numeral[-1] in "万亿" and _passed_money(text, start):
        return _bounded(text, start, end, end, value, _chinese_step(numeral), "CNY", "", "plain", "exact")
    if unit is None or (
        unit.group() not in _CHINESE_UNITS and not (unit.group() == "年" and value < 100 and before.endswith("连续"))
    ):
        return None
    code, factor = units()[unit.group()]
    form = (
        "duration"
        if code in ("year", "month")
        else "times"
        if code == "times"
        else "points"
        if unit.group().endswith("分点")
        else "plain"
    )
    if text[unit.end() : unit.end() + 1] in ("级", "化") or _SLOGAN.match(text, unit.end()):
        return None
    return _bounded(
        text, start, end, unit.end(), value * factor, _chinese_step(numeral) * factor, code, unit.group(), form, bound
    )


def _tenths(text: str, start: int, end: int, value: Decimal) -> Quantity:
    """七成, 三成六, 六成半: tenths, and hundredths behind them."""
    behind = _HUNDREDTHS.match(text, end + 1)
    part = (5 if behind[0] == "半" else _DIGITS[behind[0]]) if behind else 0
    if not part:
        return _bounded(text, start, end, end + 1, value * 10, Decimal(10), "percent", "成", "plain", "exact")
    return _bounded(text, start, end + 2, end + 2, value * 10 + part, Decimal(1), "percent", "成", "plain", "exact")


def _chinese_step(numeral: str) -> Decimal:
    last = numeral[-1]
    scale = Decimal({**_STEPS, **_MYRIADS}.get(last, 1))
    return Decimal(1) if last in _DIGITS else scale


def _scale(text: str, start: int, end: int) -> Quantity | None:
    """A multiplier alone: 超千万, 突破百亿元, 上百家."""
    numeral = text[start:end]
    before = text[max(0, start - 4) : start]
    value = Decimal(_SCALE_ONLY[numeral])
    more = text[end : end + 1] in "余多" and text[end : end + 1] != ""
    unit = _unit_pattern().match(text, end + more)
    passed = more or re.search(r"(?:超过|超|逾|突破|破|过|近|上|达|达到|跨越|迈上)$", before)
    if (
        unit
        and unit.group() in ("元", "美元", "亩", "吨", "人", "名", "家", "户", "个", "项", "人次", "平方米", "公里")
        and (passed or len(numeral) > 1)
    ):
        code = units()[unit.group()][0]
        bound = "andMore" if more else "exact"
        return _bounded(text, start, end, unit.end(), value, value, code, unit.group(), "plain", bound)
    if numeral == "亿" and text.startswith("元以上", end):
        return _bounded(text, start, end, end + 1, value, value, "CNY", "元", "plain", "exact")
    if len(numeral) > 1 and _passed_money(text, start):
        return _bounded(text, start, end, end, value, value, "CNY", "", "plain", "exact")
    return None


def _passed_money(text: str, start: int) -> bool:
    """Whether a number without a unit is a line in money: 纳税超千万. In a list (超千万企业4家、超五百万企业8家) the word of money stands before the first."""
    if not re.search(r"(?:超过|超|逾|突破|破|过|近|上|达|达到)$", text[max(0, start - 4) : start]):
        return False
    return bool(re.search(r"(?:税|产值|收入|投资|利润|营收)[^。;]{0,16}$", text[max(0, start - 20) : start]))


def _bounded(
    text: str,
    start: int,
    end: int,
    stop: int,
    value: Decimal,
    step: Decimal,
    unit: str,
    word: str,
    form: str,
    bound: str,
) -> Quantity:
    if text[start - 1 : start] == "上" and text[start] in "百千万亿":
        return Quantity(start, end, start - 1, stop, value, step, unit, word, "over", form)
    over, about, over_behind, about_behind = _bounds()
    before = text[max(0, start - 5) : start]
    begin = start
    if found := over.search(before):
        bound, begin = "over", start - (len(before) - found.start())
        if before.endswith(_NO_BOUND):
            bound, begin = "exact", start
    elif (found := about.search(before)) and not before.endswith(_NO_BOUND):
        bound, begin = "about" if bound == "exact" else bound, start - (len(before) - found.start())
    if behind := over_behind.match(text, stop):
        bound, stop = "over", behind.end()
    elif (behind := about_behind.match(text, stop)) and bound == "exact":
        bound, stop = "about", behind.end()
    return Quantity(start, end, begin, stop, value, step, unit, word, bound, form)


def _shared(text: str, found: tuple[Quantity, ...], masked: bytearray) -> tuple[Quantity, ...]:
    """Numbers whose unit stands behind the next one (5至8个, 6.4和9.8%); a number left without a unit is none."""
    result: list[Quantity] = []
    following: Quantity | None = None
    for quantity in reversed(found):
        if quantity.form == "bare":
            between = text[quantity.stop : following.start] if following else "?"
            if following is None or not re.fullmatch(r"[、\-~—至和到或]{1,2}", between):
                continue
            quantity = _like(quantity, following)
        result.append(quantity)
        following = quantity
    return tuple(reversed(result))


def _like(quantity: Quantity, other: Quantity) -> Quantity:
    """A number with the unit, and where it is too small the scale, of the one behind it; never a part of a ratio."""
    scale = Decimal(1)
    if quantity.value < 10_000 <= other.value:
        scale = Decimal(10**8) if other.value >= 10**8 else Decimal(10**4)
    return Quantity(
        quantity.start, quantity.end, quantity.begin, quantity.stop, quantity.value * scale, quantity.step * scale,
        other.unit, other.word, quantity.bound, "plain" if other.form == "ratio" else other.form,
    )  # fmt: skip
