"""What numerals are worth, what holds a numeral and is no quantity, the rules that decide on a number, and odd input."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yuanhui_kg.extract import numerals, tokens
from yuanhui_kg.extract import quantities as stage
from yuanhui_kg.extract.measures import Number
from yuanhui_kg.extract.normalising import normalise
from yuanhui_kg.extract.quantities import IN_CHARACTERS, IN_DIGITS, decided, quantities
from yuanhui_kg.extract.records import Quantity
from yuanhui_kg.extract.tables import table
from yuanhui_kg.extract.tokens import scanner

TABLE = table("nonquantities")
MARKED = re.compile("⟦(.*?)⟧")


def told(text: str) -> list[tuple[str, str, str, str, str]]:
    """The printed number, value, unit, bound and form of each quantity of a text."""
    return [(text[q.start : q.end], f"{q.value.normalize():f}", q.unit, q.bound, q.form) for q in quantities(text)]


def taken(text: str) -> list[tuple[str, str]]:
    """What the patterns of the table take of a text, each with its name."""
    names = {entry["name"] for entry in TABLE["pattern"]}
    return [(str(m.lastgroup), m.group()) for m in scanner().finditer(text) if m.lastgroup in names]


# --- numerals -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("numeral", "value", "step"),
    [
        ("1,386.42", "1386.42", "0.01"),
        ("12", "12", "1"),
        ("三百二十", "320", "10"),
        ("三百二十一", "321", "1"),
        ("两万五", "25000", "1000"),
        ("一百二", "120", "10"),
        ("一百零二", "102", "1"),
        ("一千零五十", "1050", "10"),
        ("二点四", "2.4", "0.1"),
        ("百万", "1000000", "1000000"),
        ("二〇", "20", "1"),
    ],
)
def test_a_numeral_has_a_value_and_a_step(numeral: str, value: str, step: str) -> None:
    assert numerals.read(numeral) == (Decimal(value), Decimal(step))


@pytest.mark.parametrize("numeral", ["一二三", "百千", "千百", "万千", "亿万", "二十二十", "一百零", "五点十"])
def test_characters_that_are_no_numeral_are_worth_nothing(numeral: str) -> None:
    assert numerals.read(numeral) is None


@given(st.integers(0, 10**12))
def test_a_numeral_in_characters_is_worth_what_it_says(number: int) -> None:
    assert numerals.chinese(in_characters(number)) == number


def in_characters(number: int) -> str:
    """A whole number below 10^16 as it is written in characters: 10050 is 一万零五十."""
    for size, sign in ((10**8, "亿"), (10**4, "万"), (1000, "千"), (100, "百"), (10, "十")):
        if number >= size:
            more = number % size
            gap = "零" if 0 < more < size // 10 else ""
            return in_characters(number // size) + sign + (gap + in_characters(more) if more else "")
    return "零一二三四五六七八九"[number]


@pytest.mark.parametrize(("word", "factor"), [("万", 4), ("十万", 5), ("千万", 7), ("亿", 8), ("万亿", 12)])
def test_multipliers_multiply(word: str, factor: int) -> None:
    assert numerals.multiplier(word) == Decimal(10) ** factor


def test_fractions_and_tenths_are_percent() -> None:
    assert numerals.fraction("三分之二") == (Decimal("66.7"), Decimal("0.1"))
    assert numerals.tenths(Decimal(6), "半") == (Decimal(65), Decimal(1))
    assert numerals.tenths(Decimal(6), "") == (Decimal(60), Decimal(10))


# --- what is no quantity --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("entry", TABLE["pattern"], ids=lambda entry: entry["name"])
def test_each_pattern_of_the_table_takes_what_its_examples_mark(entry: dict[str, Any]) -> None:
    assert entry["examples"]
    for example in entry["examples"]:
        expected = [(entry["name"], marked) for marked in MARKED.findall(example)]
        assert [one for one in taken(MARKED.sub(r"\1", example)) if one[0] == entry["name"]] == expected
    for example in entry.get("but", ()):
        assert entry["name"] not in [name for name, _ in taken(example)]


@pytest.mark.parametrize("entry", TABLE["pattern"], ids=lambda entry: entry["name"])
def test_without_a_pattern_one_of_its_examples_would_be_misread(
    entry: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = [MARKED.sub(r"\1", example) for example in entry["examples"]]
    right = [quantities(text) for text in texts]
    others = [other for other in TABLE["pattern"] if other is not entry]
    monkeypatch.setattr(tokens, "table", lambda name: TABLE | {"pattern": others})
    scanner.cache_clear()
    try:
        assert [quantities(text) for text in texts] != right
    finally:
        monkeypatch.undo()
        scanner.cache_clear()


@pytest.mark.parametrize("entry", TABLE["pattern"], ids=lambda entry: entry["name"])
def test_nothing_that_a_pattern_takes_is_a_quantity(entry: dict[str, Any]) -> None:
    for example in entry["examples"]:
        text = MARKED.sub(r"\1", example)
        spans = [(m.start() - 2 * i, m.end() - 2 * i - 2) for i, m in enumerate(MARKED.finditer(example))]
        assert not [q for q in quantities(text) for start, end in spans if q.start < end and start < q.end]


def test_numerals_in_characters_in_quotation_marks_are_names_and_digits_are_not() -> None:
    assert told("“三个一批”和“3万亩”") == [("3", "30000", "mu", "exact", "plain")]
    assert [number for number, *_ in told("“三个”三个《两座》两座")] == ["三", "两"]


# --- units and rules ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("entry", table("units")["implied"], ids=lambda entry: entry["name"])
def test_a_unit_that_is_not_printed_is_told_by_the_words_around(entry: dict[str, Any]) -> None:
    start = entry["example"].index("⟦")
    found = [q for q in quantities(MARKED.sub(r"\1", entry["example"])) if q.start == start]
    assert [(q.unit, q.word) for q in found] == [(entry["code"], entry.get("word", ""))]


DECIDED = {
    "rank": ("居全省第3位", ["3 rank"]),
    "per so many": ("每10万人中有大学文化程度的8600人", ["8600 plain"]),
    "age of somebody": ("现年56岁", []),
    "year of the calendar": ("设区20年", []),
    "time that something takes": ("审批时限5天", ["5 duration"]),
    "money as it is spoken": ("一斤卖到12块", ["12 plain"]),
    "unit": ("建成12个", ["12 plain"]),
    "unit of the next number": ("新建5至8个", ["5 plain", "8 plain"]),
    "ordinal that ranks": ("总量列第三位", ["3 rank"]),
    "ordinal": ("第三个", []),
    "who ranks": ("增速居前三位的是某县", []),
    "among the first": ("进入全市前三", ["3 rank"]),
    "part of a word": ("数十个", []),
    "tenths": ("占七成六", ["76 plain"]),
    "great things": ("五大产业", ["5 plain"]),
    "line in money": ("纳税超千万企业", ["10000000 plain"]),
    "multiplier alone": ("万亩良田", []),
    "name": ("两个“只增不减”", []),
    "unit that counts": ("三十二个", ["32 plain"]),
    "length of time": ("工期两年", ["2 duration"]),
}


def test_each_rule_has_an_example() -> None:
    names = {rule.name for rule in IN_DIGITS} | {rule.name for rule in IN_CHARACTERS}
    assert sorted(names) == sorted(DECIDED)


@pytest.mark.parametrize("name", DECIDED)
def test_each_rule_decides_its_example(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text, expected = DECIDED[name]
    rules = []

    def watched(number: Number) -> tuple[str, Quantity | None]:
        rules.append(decided(number)[0])
        return decided(number)

    monkeypatch.setattr(stage, "decided", watched)
    assert [f"{q.value.normalize():f} {q.form}" for q in quantities(text)] == expected
    assert rules[0] == name


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("增长5%-6%", [("5", "5", "percent", "exact", "plain"), ("6", "6", "percent", "exact", "plain")]),
        ("利润-3.2亿元,增长-2%", [("-3.2", "-320000000", "CNY", "exact", "plain"), ("-2", "-2", "percent", "exact", "plain")]),
        ("1亿2千万元", [("1亿2", "120000000", "CNY", "exact", "plain")]),
        ("转移三十多万人", [("三十", "300000", "count", "andMore", "plain")]),
        ("两千余亩", [("两千", "2000", "mu", "andMore", "plain")]),
        ("开展上百场", [("百", "100", "count", "over", "plain")]),
        ("上千家企业", [("千", "1000", "count", "over", "plain")]),
        ("千人以上的村", [("千", "1000", "count", "over", "plain")]),
        ("人口千万人,投资万亿元", [("千万", "10000000", "count", "exact", "plain"), ("万亿", "1000000000000", "CNY", "exact", "plain")]),
        ("新上千万元以上项目", [("千万", "10000000", "CNY", "over", "plain")]),
        ("税收过亿企业", [("亿", "100000000", "CNY", "over", "plain")]),
        ("修路三公里", [("三", "3", "km", "exact", "plain")]),
        ("连续两年、连续十年", [("两", "2", "year", "exact", "duration"), ("十", "10", "year", "exact", "duration")]),
        ("连续12年来", [("12", "12", "year", "exact", "duration")]),
        ("结构调整为3:97", [("3", "3", "count", "exact", "ratio"), ("97", "97", "count", "exact", "ratio")]),
        ("收入比2.56:1", [("2.56", "2.56", "count", "exact", "plain")]),
        ("签约10个、通过3项", [("10", "10", "count", "exact", "plain"), ("3", "3", "count", "exact", "plain")]),
        ("居全省3位、位列全市前2名", [("3", "3", "rank", "exact", "rank"), ("2", "2", "rank", "exact", "rank")]),
        ("安排公益岗位120名、居民代表3名、第二批干部12名、知名专家4名", [(n, n, "count", "exact", "plain") for n in ("120", "3", "12", "4")]),
        ("距今1700年", [("1700", "1700", "year", "exact", "duration")]),
        ("修了三条铁路", [("三", "3", "count", "exact", "plain")]),
        ("人均GDP8.6万元", [("8.6", "86000", "CNY", "exact", "plain")]),
        ("300多个左右", [("300", "300", "count", "andMore", "plain")]),
        ("投资5至8亿元", [("5", "500000000", "CNY", "exact", "plain"), ("8", "800000000", "CNY", "exact", "plain")]),
        ("建成5、改造8个", [("8", "8", "count", "exact", "plain")]),
        ("变为2.3~45.2:52.5", [("2.3", "2.3", "count", "exact", "plain"), ("45.2", "45.2", "count", "exact", "ratio"), ("52.5", "52.5", "count", "exact", "ratio")]),
        ("历时2个多月、建区20周年", [("2", "2", "month", "andMore", "duration"), ("20", "20", "year", "exact", "duration")]),
        ("平均寿命78.5岁", [("78.5", "78.5", "year", "exact", "plain")]),
        ("平均年龄60岁以上", []),
        ("二十大产业、十成把握、居全国前百、共3千五百户", []),
        ("建成3单元、度假万度假", []),
        ("翻一番、翻了两番还多", [("一", "2", "times", "exact", "times"), ("两", "4", "times", "andMore", "times")]),
        ("翻了近三番、翻上几番、翻了一番半", [("三", "8", "times", "about", "times")]),
        ("卖8毛、多卖8分钱、花五块钱", [("8", "0.8", "CNY", "exact", "plain"), ("8", "0.08", "CNY", "exact", "plain"), ("五", "5", "CNY", "exact", "plain")]),
        ("围绕首位产业,提升首位度,居全市首位", [("首位", "1", "rank", "exact", "rank")]),
        ("供餐200来份", [("200", "200", "count", "andMore", "plain")]),
        ("用户已有240万,养鲍鱼8万笼", [("240", "2400000", "count", "exact", "plain"), ("8", "80000", "count", "exact", "plain")]),
        ("在厂里干了22年,成立三年来,除了三年级", [("22", "22", "year", "exact", "duration")]),
        ("用三年时间,提前一周订房,两个小时", [("三", "3", "year", "exact", "duration"), ("一", "7", "day", "exact", "duration"), ("两", "2", "hour", "exact", "plain")]),
        ("来回要走5个多小时,1小时48分就到", [("5", "5", "hour", "andMore", "plain"), ("1", "1", "hour", "exact", "plain"), ("48", "48", "minute", "exact", "plain")]),
        ("时限由30个工作日压缩到目前的8个,撤并8个部门", [("30", "30", "day", "exact", "duration"), ("8", "8", "day", "exact", "duration"), ("8", "8", "count", "exact", "plain")]),
        ("年产月季2.4亿枝,双向六车道,土层厚20至40厘米", [("2.4", "240000000", "count", "exact", "plain"), ("六", "6", "count", "exact", "plain"), ("20", "0.2", "m", "exact", "plain"), ("40", "0.4", "m", "exact", "plain")]),
        ("一天能挣180块,一斤卖五块,铺了6块地砖", [("180", "180", "CNY", "exact", "plain"), ("五", "5", "CNY", "exact", "plain"), ("6", "6", "count", "exact", "plain")]),
        ("分三期建设,三期工程", [("三", "3", "count", "exact", "plain")]),
        ("8至12兆瓦", [("8", "8000", "kW", "exact", "plain"), ("12", "12000", "kW", "exact", "plain")]),
        ("2包装箱,5首届,3层次", []),
        ("学生回升到208名,居全市第208名,列全县前2名", [("208", "208", "count", "exact", "plain"), ("208", "208", "rank", "exact", "rank"), ("2", "2", "rank", "exact", "rank")]),
        ("50岁以上的占四成,65岁以上老人占18%", [("50", "50", "year", "over", "plain"), ("四", "40", "percent", "exact", "plain"), ("18", "18", "percent", "exact", "plain")]),
        ("八成七可网办,七成一线工人", [("八成七", "87", "percent", "exact", "plain"), ("七", "70", "percent", "exact", "plain")]),
        ("一只鸡赚两角钱,每周上8节课,连涨三年", [("两", "0.2", "CNY", "exact", "plain"), ("8", "8", "count", "exact", "plain"), ("三", "3", "year", "exact", "duration")]),
        ("走一个小时的山路,约占一半,一半是水,一半左右", [("一", "1", "hour", "exact", "plain"), ("一半", "50", "percent", "about", "plain"), ("一半", "50", "percent", "about", "plain")]),
        ("收入比由2.42缩小到2.09", [("2.42", "2.42", "count", "exact", "plain"), ("2.09", "2.09", "count", "exact", "plain")]),
    ],
)  # fmt: skip
def test_numbers_are_read_as_they_are_meant(text: str, expected: list[tuple[str, str, str, str, str]]) -> None:
    assert told(text) == expected


def test_a_decimal_in_characters_is_known_to_its_last_digit() -> None:
    assert [q.step for q in quantities("增长百分之五点三,占百分之五十")] == [Decimal("0.1"), Decimal(1)]


def test_words_that_bound_two_numbers_belong_to_the_first() -> None:
    one, other = quantities("5个左右3个")
    assert (one.bound, one.stop, other.begin) == ("about", 4, 4)


# --- odd input ------------------------------------------------------------------------------------------------------------

PIECES = st.sampled_from(
    [
        *"0123456789.,:;-+/×%()“”‘’《》、。\n —~第约近超上以为至和“一二两三四五六七八九十百千万亿零〇点成余多几来个元亩年月日号位名大倍岁度",
        *("2023年", "1-6月", "百分之", "分之", "个百分点", "公里", "万元", "亿元", "小时", "投资", "指数", "收入比", "居全省", "连续", "以上", "左右", "五大产业", "G107", "5G", "１２３", "　"),
    ]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=30).map("".join)


@given(TEXTS)
def test_quantities_are_numbers_in_order_that_do_not_overlap(text: str) -> None:
    found = quantities(text)
    for q in found:
        assert 0 <= q.begin <= q.start < q.end <= q.stop <= len(text)
        assert q.value.is_finite()
        assert q.step > 0
        assert q.unit
        assert q.form in ("plain", "ratio", "rank", "duration", "points", "times")
    assert all(one.stop <= other.begin for one, other in pairwise(found))
    assert quantities(text) == found


@given(TEXTS, TEXTS)
def test_what_a_paragraph_tells_does_not_depend_on_the_one_before(one: str, other: str) -> None:
    first, second = (text.replace("\n", "") + "乡。" for text in (one, other))
    place = len(first) + 1
    spans = [(q.start, q.end, q.value, q.unit, q.bound, q.form) for q in quantities(second)]
    both = [(q.start, q.end, q.value, q.unit, q.bound, q.form) for q in quantities(f"{first}\n{second}")]
    moved = [(start + place, end + place, *more) for start, end, *more in spans]
    assert [one for one in both if one[0] >= place] == moved


@given(st.text(max_size=60))
def test_any_text_is_read(text: str) -> None:
    assert all(text[q.start : q.end] for q in quantities(text))


@pytest.mark.parametrize(
    "text", ["", " ", "\n", "-", "第", "亿", "点", "“", "百分之", "分之", "1:", ":1", "一" * 1200, "“" * 1200, "1:" * 1200]
)  # fmt: skip
def test_what_is_no_number_is_none(text: str) -> None:
    assert quantities(text) == ()


@pytest.mark.parametrize("run", ["7" * 1200, "7" * 1200 + ".5", "1," + "111," * 400 + "111", "三" * 1200, "二十" * 600])
def test_a_number_of_1200_digits_is_read_or_none_and_hides_nothing(run: str) -> None:
    found = quantities(f"投资{run}元,建成5个")
    assert [q.value for q in found if q.unit == "CNY"] == (
        [Decimal(run.replace(",", ""))] if run[0].isdecimal() else []
    )
    assert found[-1].value == 5
    assert all(q.value.is_finite() for q in quantities(f"投资{run}亿元"))


@pytest.mark.parametrize(
    "unit",
    [
        "亿",
        "百",
        "三点",
        "三分之",
        "1:",
        "“1",
        "《三》",
        "以上年",
        "(",
        "1+",
        "2×",
        "5千",
        "2020-",
        "三成",
        "指数由5",
        "5%-",
        "连续5",
        "近",
        "\n ",
    ],
)
def test_a_long_run_of_anything_is_read_to_its_end(unit: str) -> None:
    assert quantities(unit * (8000 // len(unit)) + "。\n建成5个")[-1].value == 5  # fmt: skip


@given(st.integers(0, 10**9))
def test_full_width_digits_are_those_of_half_width(number: int) -> None:
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in str(number))
    assert quantities(normalise(f"投资{wide}元。").text) == quantities(f"投资{number}元。")
    assert [q.value for q in quantities(f"投资{wide}元。")] == [number]


@given(st.lists(st.sampled_from([entry["examples"][0] for entry in TABLE["pattern"]]), min_size=1, max_size=6))
def test_patterns_side_by_side_leave_the_numbers_between_them(examples: list[str]) -> None:
    text = "".join(f"{MARKED.sub(lambda m: m[1], example)}。建成7座。" for example in examples)
    assert [q.value for q in quantities(text) if q.word == "座"] == [7] * len(examples)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("一碗粉卖三块五。", [("三块五", "3.5", "CNY")]),
        ("卖到三块五一斤。", [("三块五", "3.5", "CNY")]),
        ("一斤花生两块八毛钱，", [("两块八", "2.8", "CNY")]),
        ("一度电五毛二分钱。", [("五毛二", "0.52", "CNY")]),
        ("一度电一毛三。", [("一毛三", "0.13", "CNY")]),
        ("从2元5角涨到3元8角。", [("2元5", "2.5", "CNY"), ("3元8", "3.8", "CNY")]),
        ("卖到8块5,", [("8块5", "8.5", "CNY")]),
        ("三块五毛二。", [("三块五毛二", "3.52", "CNY")]),
        ("离镇上3公里500米，", [("3公里500", "3.5", "km")]),
        ("墙高2米5，人高一米八二。", [("2米5", "2.5", "m"), ("一米八二", "1.82", "m")]),
        ("每亩收3吨500公斤。", [("3吨500", "3.5", "t")]),
        ("买了三斤二两茶叶，种着3亩5分地。", [("三斤二", "3.2", "jin"), ("3亩5", "3.5", "mu")]),
        ("得了3块奖牌，三块五亩的地。", [("3", "3", "count"), ("三", "3", "count"), ("五", "5", "mu")]),
        ("路程1小时52分。", [("1", "1", "hour"), ("52", "52", "minute")]),
        ("管道长3公里1500米。", [("3", "3", "km"), ("1500", "1500", "m")]),
        ("每个只赚一毛钱。", [("一", "0.1", "CNY")]),
        ("一毛钱也没有花。", []),
        ("每吨秸秆发电420度，水温25度。", [("420", "420", "kWh")]),
        ("每户用电约25度，坡度25度。", [("25", "25", "kWh")]),
    ],
)
def test_what_is_told_in_several_units_is_one_amount(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert [(printed, value, unit) for printed, value, unit, _, _ in told(text)] == expected
