"""What other authors write otherwise: verbs of difference, years told in other words, whom a clause is about; sentences of ours."""

from __future__ import annotations

import pytest

from yuanhui_kg.extract import extract

STORY = "柳坪县：山乡新貌\n\n"
REVIEW = "柳坪县2024年经济运行情况\n\n"
JUBILEE = "二十年，一座新区\n——写在柳坪撤县设区20周年之际\n\n"
PROFILE = "柳坪县概况\n\n"


def figures(text: str, title: str, published: str) -> list[tuple[str, str, str]]:
    """Value, kind and period (with its base) of the figures of a text."""
    return [
        (f"{f.value.normalize():f}", f.kind, f.period.edtf + (f"<{f.base.edtf}" if f.base else ""))
        for f in extract(title + text, published=published).figures
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("村民人均收入9000元，高出全镇平均数1940元。", [("9000", "level", "2021"), ("1940", "increment", "2021")]),
        ("优良天数271天，比2010年多39天。", [("271", "level", "2021"), ("39", "increment", "2021<2010")]),
        ("游客比最多的2019年还多出六成。", [("60", "change", "2021<2019")]),
        ("2013年生产总值只增长3.1%，2015年回升到4.6%。", [("3.1", "change", "2013<2012"), ("4.6", "change", "2015<2014")]),
        ("2010年，煤炭业占规模以上工业增加值的47.5%。", [("47.5", "share", "2010")]),
        ("茶叶每斤涨了30元，比全省平均高12元。", [("30", "increment", "2021<2020"), ("12", "increment", "2021")]),
        ("贫困发生率比全省快了0.4个百分点。", [("0.4", "pointChange", "2021")]),
        ("与2012年相比，住院日短了1.5天。", [("-1.5", "increment", "2021<2012")]),
        ("2010年到2021年，茶园从2万亩增加到9万亩。", [("20000", "level", "2010"), ("90000", "level", "2021")]),
        ("2013年、2014年生产总值分别增长3.1%和1.7%。", [("3.1", "change", "2013<2012"), ("1.7", "change", "2014<2013")]),
        ("财政收入增速和税收增速双双跑赢全市，分别为7.9%和8.3%。", [("7.9", "change", "2021<2020"), ("8.3", "change", "2021<2020")]),
        ("人均收入相当于全省平均水平的64%。", [("64", "ratioToBase", "2021")]),
        ("货车候检由9小时缩短为3.5小时。", [("9", "duration", "2022"), ("3.5", "duration", "2022")]),
        ("全县168个村，经营性收入过50万元的占81%。", [("168", "countKind", "2022"), ("500000", "threshold", "2021"), ("81", "share", "2021")]),
    ],
)  # fmt: skip
def test_a_difference_a_share_and_growth_are_told_in_many_words(
    text: str, expected: list[tuple[str, str, str]]
) -> None:
    assert figures("2021年，全县一年忙到头。\n" + text, STORY, "2022-09-01") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("孩子们上学要走2个小时。", [("2", "duration", "2022")]),
        ("工业企业净亏损2.1亿元，同比减亏1.3亿元。", [("210000000", "level", "2021"), ("-130000000", "increment", "2021<2020")]),
        ("截至2022年7月，义务教育巩固率达到96.1%，比2015年提高6.2个百分点。", [("96.1", "share", "2022-07"), ("6.2", "pointChange", "2022-07<2015")]),
        ("享受金桥计划补助的毕业生，就业率超过95%。", [("95", "share", "2022")]),
        ("十年累计改造农村危房1.2万户。", [("12000", "countKind", "2012/2021")]),
        ("原煤百万吨死亡率为0.12。", [("0.12", "level", "2022")]),
    ],
)  # fmt: skip
def test_what_is_done_again_or_less_is_told_in_words_of_its_own(
    text: str, expected: list[tuple[str, str, str]]
) -> None:
    assert figures("2021年，全县一年忙到头。\n" + text, STORY, "2022-09-01") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("设区之初，生产总值73亿元。", [("7300000000", "level", "2000")]),
        ("上市公司从设区时的1家增加到去年的14家。", [("1", "countKind", "2000"), ("14", "countKind", "2019")]),
        ("人均预期寿命82.6岁，比设区时长了5.3岁。", [("82.6", "level", "2020"), ("5.3", "increment", "2020<2000")]),
    ],
)  # fmt: skip
def test_the_founding_of_a_place_dates_what_is_told_of_it(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert figures("2019年，全区一年忙到头。\n\n" + text, JUBILEE, "2020-10-28")[-len(expected) :] == expected


def test_a_founding_without_a_year_dates_nothing() -> None:
    assert figures("设区之初，生产总值73亿元。", STORY, "2022-09-01") == [("7300000000", "level", "2022")]


def test_a_clinic_that_was_built_is_no_founding_of_a_county() -> None:
    text = "2015年建县医院新院区。\n\n设县之初，生产总值73亿元。"
    assert figures(text, STORY, "2022-09-01") == [("7300000000", "level", "2022")]
    assert extract(STORY + text, published="2022-09-01").figures[0].rules[2].startswith("anchor")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("6—8月降雨90毫米，比常年同期少42%。牲畜存栏8万头。", [("90", "level", "2024-06/2024-08"), ("-42", "change", "2024-06/2024-08"), ("80000", "countKind", "2024")]),
        ("工农业总产值9亿元（1990年不变价），增长9.7%。", [("900000000", "level", "2024"), ("9.7", "change", "2024<2023")]),
        ("粮食大旱之年仍有18万吨。", [("180000", "level", "2024")]),
        ("回望“十三五”，累计完成投资281亿元，是“十二五”的2.4倍。", [("28100000000", "level", "2016/2020"), ("2.4", "ratioToBase", "2016/2020<2011/2015")]),
        ("工业增加值增长9%，四个季度的增速是5.2%、6.7%、7.9%、9%。", [(v, "change", "2024<2023") for v in ("9", "5.2", "6.7", "7.9", "9")]),
        ("新建高标准农田3.5万亩，累计建成41万亩。", [("35000", "level", "2024"), ("410000", "level", "../2024")]),
        ("华星化工有限公司2024年连续三年盈利。", [("3", "duration", "2024")]),
        ("2024年，华星化工有限公司从签约到点火只用了七个月。", [("7", "duration", "2024")]),
        ("华星化工有限公司设计年产能9万吨。", [("90000", "level", "2025")]),
    ],
)  # fmt: skip
def test_a_review_names_seasons_plans_and_prices(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert figures(text, REVIEW, "2025-01-20") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2000年，柳坪县开始种茶。全县织机9万台。", [("90000", "countKind", "2000")]),
        ("2018年，柳坪县开始种茶。全县织机9万台。", [("90000", "countKind", "2022")]),
        ("2012年合作社成立。入社农户从当初的26户增加到411户。", [("26", "countKind", "2012"), ("411", "countKind", "2022")]),
        ("2021年亩均税收96万元，相当于传统印染的11倍。", [("960000", "level", "2021"), ("11", "ratioToBase", "2021")]),
    ],
)  # fmt: skip
def test_a_story_goes_back_a_long_way(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert figures("2021年，全县一年忙到头，2021年底更忙。\n\n" + text, STORY, "2022-09-01") == expected


def test_the_same_year_can_begin_a_paragraph() -> None:
    found = figures("2008年，全县种茶9万亩。\n\n同年实现生产总值24亿元。", PROFILE, "2009")
    assert found == [("90000", "level", "2008"), ("2400000000", "level", "2008")]


@pytest.mark.parametrize(
    ("text", "subjects"),
    [
        ("柳坪工业园区现有企业86家。园区2021年上缴税金1亿元。", ["柳坪工业园区"] * 2),
        ("东河大桥工程完成投资3亿元；新增绿地9万平方米。", ["东河大桥工程", "柳坪县"]),
        ("东河大桥工程完工，每千人床位由2张增至6张。", ["柳坪县"] * 2),
        ("柳坪工业园是沙地上起步的。占地3900亩，厂房9万平方米。全县有企业86家。", ["柳坪工业园"] * 2 + ["柳坪县"]),
        ("柳坪工业园是沙地上起步的。\n\n占地3900亩。", ["柳坪县"]),
        ("2003年设立柳坪工业园。如今园里搬进企业386家。", ["柳坪工业园"]),
        ("柳坪工业园、龙岭镇正在扩建，后者现有居民3万人。", ["龙岭镇"]),
        ("东线铁路、县医院迁建工程等46个重点项目完成投资38亿元。", ["柳坪县"] * 2),
        ("东线铁路柳坪段、县医院迁建工程等46个重点项目完成投资38亿元，开工率95%。", ["柳坪县"] * 3),
    ],
)  # fmt: skip
def test_a_clause_leaves_what_the_one_before_it_was_about(text: str, subjects: list[str]) -> None:
    assert [f.subject for f in extract(STORY + text, published="2022-09-01").figures] == subjects


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("斥资2300万欧元收购一家印花厂。", [("23000000", "EUR")]),
        ("三次产业结构为12.6︰48.5︰38.9。", [("12.6", "percent"), ("48.5", "percent"), ("38.9", "percent")]),
        ("用工高峰期每天70来人。", [("70", "count")]),
        ("矿井开采78年。", [("78", "year")]),
        ("班列通行1604列，纱锭120万锭，网上交易6300单。", [("1604", "count"), ("1200000", "count"), ("6300", "count")]),
        ("瓜菜收入占农民收入的三成六。", [("36", "percent")]),
        ("全年发电21.3亿度，水温25度。", [("2130000000", "kWh")]),
        ("古村距今260余年。", [("260", "year")]),
        ("七成一线工人住在3单元。", [("70", "percent")]),
        ("我们重点抓了六件事，四个季度一步一个台阶。", []),
    ],
)  # fmt: skip
def test_units_and_signs_that_others_write(text: str, expected: list[tuple[str, str]]) -> None:
    draft = extract(STORY + text, published="2022-09-01")
    assert [(f"{f.value.normalize():f}", f.unit) for f in draft.figures] == expected
