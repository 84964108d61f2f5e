"""Constructions of real prose, one sentence of ours each: what its numbers are, of what, and when."""

from __future__ import annotations

import pytest

from yuanhui_kg.extract import extract
from yuanhui_kg.extract.evaluation import plain_name, same_indicator
from yuanhui_kg.extract.lexicon import lexicon

FEATURE = "柳坪县：山乡新貌\n\n"
REVIEW = "2024年上半年柳坪县经济运行情况\n\n"
REPORT = "柳坪县政府工作报告\n——2022年1月9日在柳坪县第十六届人民代表大会第一次会议上\n\n"


def told(sentence: str, title: str, published: str = "2022-09-01") -> list[tuple[str, str, str, str]]:
    """Value, kind, period (with its base) and indicator of the figures of a sentence."""
    return [
        (
            f"{f.value.normalize():f}",
            f.kind,
            f.period.edtf + (f"<{f.base.edtf}" if f.base else ""),
            f.indicator.label,
        )
        for f in extract(title + sentence, published=published).figures
    ]


@pytest.mark.parametrize(
    ("title", "sentence", "expected"),
    [
        (REVIEW, "6月末，贷款余额90亿元，比年初增加6亿元。", [("9000000000", "level", "2024-06", "贷款余额"), ("600000000", "increment", "2024-06<2023", "贷款余额")]),
        (REVIEW, "1-5月，工业用电量3亿千瓦时，同比增长2.5%。", [("300000000", "level", "2024-01/2024-05", "工业用电量"), ("2.5", "change", "2024-01/2024-05<2023-01/2023-05", "工业用电量")]),
        (REVIEW, "规模以上工业增加值增长7%，高于全省平均1.1个百分点，居全省第4位。", [("7", "change", "2024-01/2024-06<2023-01/2023-06", "规模以上工业增加值"), ("1.1", "pointChange", "2024-01/2024-06", "规模以上工业增加值"), ("4", "growthRank", "2024-01/2024-06", "规模以上工业增加值")]),
        (REVIEW, "商品房销售面积9万平方米，下降8%，降幅较一季度收窄2个百分点。", [("90000", "level", "2024-01/2024-06", "商品房销售面积"), ("-8", "change", "2024-01/2024-06<2023-01/2023-06", "商品房销售面积"), ("2", "pointChange", "2024-01/2024-06<2024-01/2024-03", "商品房销售面积")]),
        (REVIEW, "夏粮总产8万吨，单产400公斤/亩。", [("80000", "level", "2024-01/2024-06", "夏粮产量"), ("400", "level", "2024-01/2024-06", "夏粮单产")]),
        (REVIEW, "城乡居民收入比为2.06，比上年同期缩小0.04。", [("2.06", "level", "2024-01/2024-06", "城乡居民收入比"), ("-0.04", "increment", "2024-01/2024-06<2023-01/2023-06", "城乡居民收入比")]),
        (FEATURE, "2021年，全县生产总值达到90亿元，是2012年的3倍，年均增长9%。", [("9000000000", "level", "2021", "地区生产总值"), ("3", "ratioToBase", "2021<2012", "地区生产总值"), ("9", "averageGrowth", "2021<2012", "地区生产总值")]),
        (FEATURE, "到2021年，全县生产总值达到90亿元。\n民营企业由2012年的320家发展到8600家。", [("9000000000", "level", "2021", "地区生产总值"), ("320", "countKind", "2012", "民营企业数"), ("8600", "countKind", "2021", "民营企业数")]),
        (FEATURE, "2021年，全县生产总值90亿元。\n全县建成区面积9平方公里，公路通车里程800公里。", [("9000000000", "level", "2021", "地区生产总值"), ("9", "level", "2022", "建成区面积"), ("800", "level", "2022", "公路通车里程")]),
        (FEATURE, "2021年，全县生产总值90亿元。\n累计完成造林23万亩，改造危房310户。", [("9000000000", "level", "2021", "地区生产总值"), ("230000", "level", "../2021", "造林面积"), ("310", "countKind", "../2021", "农村危房改造户数")]),
        (FEATURE, "2021年，住户存款余额80亿元，人均2万元。", [("8000000000", "level", "2021", "住户存款余额"), ("20000", "level", "2021", "人均住户存款余额")]),
        (FEATURE, "每百户居民拥有汽车14辆、电脑72台。", [("14", "countKind", "2022", "每百户汽车拥有量"), ("72", "countKind", "2022", "每百户电脑拥有量")]),
        (FEATURE, "民营企业贡献了全县72%的税收。", [("72", "share", "2022", "税收占比")]),
        (FEATURE, "辖3镇6乡、78个村民委员会。", [("3", "countKind", "2022", "镇数"), ("6", "countKind", "2022", "乡数"), ("78", "countKind", "2022", "村委会数")]),
        (REPORT, "一、2021年工作回顾\n\n全年城区新建道路36条58公里。", [("36", "countKind", "2021", "新建道路数"), ("58", "level", "2021", "新建道路里程")]),
        (REPORT, "一、2021年工作回顾\n\n新认定高新技术企业16家，总数达到120家。", [("16", "countKind", "2021", "新认定高新技术企业数"), ("120", "countKind", "2021", "培育高新技术企业数")]),
        (REPORT, "一、2021年工作回顾\n\n48.6万农村贫困人口实现脱贫。", [("486000", "countKind", "2021", "脱贫人口")]),
        (REPORT, "一、2021年工作回顾\n\n城镇新增就业7万人，完成年度任务的118%。", [("70000", "countKind", "2021", "城镇新增就业人数"), ("118", "share", "2021", "城镇新增就业人数")]),
        (REPORT, "一、2021年工作回顾\n\n新增规上工业企业7家，新增充电桩30个。", [("7", "countKind", "2021", "新增规模以上工业企业数"), ("30", "countKind", "2021", "新增充电桩数")]),
        (REPORT, "一、2021年工作回顾\n\n计划生育率94%。", [("94", "share", "2021", "计划生育率")]),
        (REPORT, "二、今后五年工作\n\n今后五年，生产总值年均增长8%，到2026年达到200亿元。", [("8", "target", "2026<2021", "地区生产总值"), ("20000000000", "target", "2026", "地区生产总值")]),
    ],
)  # fmt: skip
def test_a_construction_is_read(title: str, sentence: str, expected: list[tuple[str, ...]]) -> None:
    published = {REVIEW: "2024-07-20", REPORT: "2022-01-09"}.get(title, "2022-09-01")
    assert told(sentence, title, published) == expected


def test_a_year_in_characters_is_a_year() -> None:
    found = told("一九九八年，全县财政收入8742万元。", "柳坪县国民经济综述\n\n", "1999-01")
    assert found == [("87420000", "level", "1998", "财政总收入")]


def test_words_for_all_of_a_town_mean_the_town_named_last() -> None:
    draft = extract(FEATURE + "龙岭乡发展民宿86家。去年全乡接待游客45万人次。", published="2022-09-01")
    assert [f.subject for f in draft.figures] == ["龙岭乡", "龙岭乡"]


def test_what_a_company_says_of_itself_is_about_it() -> None:
    text = "“我们去年的产值是3.2亿元。”柳坪华诚电子有限公司负责人介绍。"
    assert [f.subject for f in extract(FEATURE + text, published="2022").figures] == ["柳坪华诚电子有限公司"]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("澜港：从渔村小镇到现代港城\n——新中国成立60周年澜港市发展成就综述\n\n如今，澜港人均收入3万元，澜港更美了。", "澜港市"),
        ("政府工作报告\n——2022年1月9日在石梁县第十六届人民代表大会第一次会议上\n\n全县生产总值90亿元。", "石梁县"),
    ],
)  # fmt: skip
def test_a_place_is_read_off_the_title_or_the_line_below(text: str, place: str) -> None:
    assert extract(text).anchor.place == place


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("改造老旧小区数", "老旧小区改造数", True),
        ("环境整治资金", "投入环境整治资金", True),
        ("规上企业数", "规模以上企业数", True),
        ("工业产值占乡镇企业总产值的比重", "工业总产值占乡镇企业总产值的比重", True),
        ("新增充电桩数", "充电桩数", False),
        ("社区食堂数", "社区数", False),
        ("退出煤矿数", "煤矿数", False),
    ],
)
def test_names_are_the_same_where_they_mean_the_same(one: str, other: str, same: bool) -> None:
    assert same_indicator(one, other, lexicon()) is same


def test_a_plain_name_keeps_the_verb_that_distinguishes_it() -> None:
    assert plain_name("新增停车位数") != plain_name("停车位数")
