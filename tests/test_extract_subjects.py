"""Whom a figure is about: what is named, meant again, carried on, behind the figure, or the place of the text."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from yuanhui_kg.extract import extract, scene, subjects
from yuanhui_kg.extract.boundaries import stem_of
from yuanhui_kg.extract.tables import table

STORY = "柳坪县：茶山新事\n\n"
FIRM, ZONE, VILLAGE = "柳坪华诚电子有限公司", "柳坪工业园", "龙岭镇古渡村"


def told(text: str) -> list[tuple[str, str]]:
    """Whom the figures of a story are about, and the rule that says so."""
    return [(figure.subject, figure.rules[3]) for figure in extract(STORY + text, published="2022-09-01").figures]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{FIRM}现有员工300人。", [FIRM]),
        (f"走进柳坪工业园的{FIRM}，机器不停。车间里，8条生产线满负荷运转。公司去年实现产值3亿元。", [FIRM] * 2),
        (f"落户柳坪工业园的{FIRM}去年产值3亿元。", [FIRM]),
        (f"{FIRM}去年产值3亿元。全县有企业86家。", [FIRM, "柳坪县"]),
        (f"在{ZONE}，{FIRM}的8条生产线满负荷运转。", [FIRM]),
        (f"{ZONE}占地900亩。\n\n园区现有企业86家。", [ZONE] * 2),
        (f"总投资5亿元的{ZONE}正在建设。", [ZONE]),
        (f"“今年我们的产值能到4亿元。”{FIRM}负责人说。", [FIRM]),
        (f"{VILLAGE}的茶香了。村里办起民宿21家，村集体收入118万元。", ["古渡村"] * 2),
        (f"{ZONE}发展态势良好，全县服务业纳税超千万企业4家。", ["柳坪县"] * 2),
        ("常住人口32万人，地区生产总值213亿元。", ["柳坪县"] * 2),
    ],
)  # fmt: skip
def test_whom_the_figures_of_a_story_are_about(text: str, expected: list[str]) -> None:
    assert [name for name, _ in told(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("柳坪古镇更新项目启动。古镇现有民宿30家，床位600张。", ["柳坪古镇"] * 2),
        ("柳坪县书院巷的灯亮了。这条全长380米的巷子，有店铺56家。", ["书院巷"] * 2),
        ("柳坪县书院巷的灯亮了。如今，巷内开着60家店铺。", ["书院巷"]),
        ("老粮库换上新名字——柳坪商务服务集聚区。这里占地180亩。", ["柳坪商务服务集聚区"]),
        ("2021年9月，柳安铁路通车。铁路设计时速200公里。\n\n柳坪西站人多。去年，车站发送旅客60万人次。", ["柳安铁路", "柳坪西站"]),
        ("柳坪渔民合作社很忙。县里引进了北岭食品集团。企业去年实现产值6亿元。", ["北岭食品集团"]),
        ("“海湾三号”养殖平台出海。平台长60米，养殖水体3万立方米。", ["海湾三号"] * 2),
        ("柳坪荷花节开幕，荷花节接待游客9万人次。", ["柳坪荷花节"]),
        ("出县城向北20公里，便是柳坪光伏产业园。", ["柳坪光伏产业园"]),
        ("买主就在12公里外的柳坪工业园。", ["柳坪工业园"]),
        ("从龙岭镇向南6公里,是柳坪工业园。", ["柳坪工业园"]),
        ("从县城往西9公里,便是龙岭镇古渡村。", ["古渡村"]),
        ("古渡村是全县36个贫困村之一,有村民900人。", ["柳坪县", "古渡村"]),
        ("古渡村去年人均收入9000元,高出全县平均水平1200元。", ["古渡村"] * 2),
        ("县里划出600亩地,建设柳坪工业园。", ["柳坪工业园"]),
        ("松鹤康养中心由柳坪康乐服务有限公司运营,占地30亩。", ["松鹤康养中心"]),
        ("地铁3号线书院路站开通。这个站日均客流2万人次。", ["书院路站"]),
        ("在柳坪锦衣服饰有限公司,机器响。\n\n土地流转给柳坪谷香农业有限公司。\n\n公司今年种高粱600亩。", ["柳坪谷香农业有限公司"]),
        ("药材大镇石河镇有药农1200户。", ["石河镇"]),
        ("柳坪谷香农业有限公司扩产。为此,总投资2.6亿元的柳坪果品加工中心动工,占地90亩。", ["柳坪果品加工中心"] * 2),
        ("县里引进江苏恒通集团,建起占地300亩的恒通产业园。", ["恒通产业园"]),
        ("清水河上游建起湿地3处,石滩湖水质好了,湖里有鱼40种。", ["清水河", "石滩湖"]),
        ("县城所在地清溪镇距省城80公里。县境东西长40公里。", ["清溪镇", "柳坪县"]),
        ("柳坪森林公园开放。公园面积5平方公里，柳坪大桥通车，大桥长900米。", ["柳坪森林公园", "柳坪大桥"]),
        ("“现在一个月有6000元。”龙岭镇古渡村村民说。", ["古渡村"]),
        ("柳坪至宁波海铁联运班列开行。班列累计发运货物2万吨。", ["柳坪至宁波海铁联运班列"]),
    ],
)  # fmt: skip
def test_what_is_meant_again_is_the_last_of_its_kind_before_the_whole_area(text: str, expected: list[str]) -> None:
    assert [name for name, _ in told(text)] == expected


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (f"{FIRM}去年产值3亿元。", "named"),
        (f"{FIRM}很忙。去年产值3亿元。", "carried on"),
        (f"总投资5亿元的{ZONE}正在建设。", "behind"),
        ("全县有企业86家。", "whole area"),
        ("常住人口32万人。", "place of the text"),
    ],
)
def test_the_rule_that_proposed_it_is_told(text: str, rule: str) -> None:
    assert told(text)[0][1] == rule


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("海拔930米的柳坪县双溪村已是一片忙碌。", ["双溪村"]),
        (f"{FIRM}有职工320人，去年上缴税金1260万元，占全县税收的三成。", [FIRM] * 3),
        (f"{VILLAGE}办起民宿21家。\n\n教育上，九年义务教育巩固率达到97.1%。", ["古渡村", "柳坪县"]),
        ("柳坪水库总库容860万立方米。\n\n新招教师126名。", ["柳坪水库", "柳坪县"]),
        ("柳坪至云岭高速公路过境38公里。", ["柳坪至云岭高速公路"]),
    ],
)  # fmt: skip
def test_what_a_figure_stands_before_and_what_is_told_no_more(text: str, expected: list[str]) -> None:
    assert [name for name, _ in told(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{VILLAGE}的山坡红了。这个地处大山深处的农业县，辖12个乡镇、186个村。", ["柳坪县"] * 2),
        (f"{VILLAGE}的山坡红了。这个全国有名的茶乡小城，常住人口12万人。", ["柳坪县"]),
        (f"2012年落户时只有26名员工的{FIRM}，如今产值2亿元。", [FIRM] * 2),
        (f"外地老板投资6200万元办的{FIRM}投产。", [FIRM]),
        (f"{VILLAGE}种茶。村民人均收入9800元，是全县农民里最多的。", ["古渡村"]),
        (f"{ZONE}现有企业64家。总装机容量30万千瓦的光伏基地已并网。", [ZONE, "柳坪县"]),
        ("柳坪县在山里。\n\n古渡村：茶香满山\n\n春天，茶农忙。民宿办起21家，床位126张。", ["古渡村"] * 2),
        (f"柳坪县在山里。\n\n{FIRM}：小厂长大\n\n机器不停。8条生产线满负荷运转。", [FIRM]),
        (f"{VILLAGE}种茶。“一亩茶能挣7500元。”村党支部书记说。", ["古渡村"]),
    ],
)  # fmt: skip
def test_what_is_meant_by_what_it_is_or_by_what_is_said_of_it(text: str, expected: list[str]) -> None:
    assert [name for name, _ in told(text)] == expected


def test_the_whole_county_in_a_text_on_a_town_is_the_county() -> None:
    text = "走进青石镇\n\n青石镇位于云泽县东北部。全镇人口2.6万人，居全县第2位。全县常住人口36万人。"
    assert [figure.subject for figure in extract(text, published="2022").figures] == ["青石镇", "青石镇", "云泽县"]


def test_a_body_that_the_title_names_is_meant_by_the_word_that_its_name_ends_with() -> None:
    text = (
        "把好医生留下\n——柳坪县医疗健康集团运行三年回顾\n\n2020年，柳坪县医疗健康集团挂牌，服务全县36万常住人口。\n\n"
        "看病更方便\n\n三年间，集团开放床位由1260张增加到1860张。全县有村卫生室126个。"
    )
    found = [figure.subject for figure in extract(text, published="2023-12-01").figures]
    assert found == ["柳坪县", "柳坪县医疗健康集团", "柳坪县医疗健康集团", "柳坪县"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("主要河流清水河县内流长36公里，年均径流量2.1亿立方米。", ["清水河"] * 2),
        ("境内最大的河流白沙江全长86公里。", ["白沙江"]),
        ("全县河流总长236公里。", ["柳坪县"]),
    ],
)
def test_a_river_is_named_behind_words_for_what_it_is(text: str, expected: list[str]) -> None:
    figures = extract("柳坪县概况\n\n" + text, published="2022-09-01").figures
    assert [figure.subject for figure in figures] == expected


def test_what_is_invested_in_a_firm_that_is_named_behind_is_told_of_it_in_a_report() -> None:
    title = "柳坪县政府工作报告\n——2022年1月9日在柳坪县第十六届人民代表大会第一次会议上\n\n一、2021年工作回顾\n\n"
    (figure,) = extract(title + "总投资2.6亿元的柳坪北谷食品有限公司竣工投产。").figures
    assert figure.subject == "柳坪北谷食品有限公司"


def test_an_autonomous_area_is_named_without_its_peoples() -> None:
    text = "石坪瑶族自治县：路通了\n\n双溪村的孩子们住进了新校舍。\n\n石坪地处大山深处，总面积1820平方公里。"
    assert [figure.subject for figure in extract(text, published="2022-09-01").figures] == ["石坪瑶族自治县"]


@pytest.mark.parametrize(
    ("name", "stem"),
    [("石坪瑶族自治县", "石坪"), ("云岭满族蒙古族自治县", "云岭"), ("柳川白族自治州", "柳川"), ("前旗蒙古自治县", "前旗"), ("白水县", "白水")],
)  # fmt: skip
def test_the_peoples_of_an_area_are_no_part_of_its_stem(name: str, stem: str) -> None:
    assert stem_of(name) == stem


def test_a_list_of_some_of_what_is_counted_is_about_none_of_them() -> None:
    assert {name for name, _ in told("东线铁路、柳坪大桥等46个重点项目完成投资38亿元。")} == {"柳坪县"}


def test_how_a_thing_stands_in_its_clause_is_told_by_the_words_around() -> None:
    draft = extract(STORY + f"走进龙岭镇的{FIRM}，去年公司产值3亿元，占全县的2%。", published="2022")
    named = [(start, end, one) for one in draft.entities for start, end in one.spans if one.kind in scene.GROUPS]
    text = draft.normal.text
    clauses = [0, *(match.end() for match in re.finditer("[,。:\n]", text))]
    found = scene.scene(text, "柳坪县", sorted(named, key=lambda one: one[0]), clauses).mentions[1:]
    assert [(one.name, one.form, one.before, one.after) for one in found] == [
        ("龙岭镇", "name", "introduced", "outer"),
        (FIRM, "name", "introduced", "pause"),
        (FIRM, "bare", "leading", "verb"),
        ("柳坪县", "whole", "with", "of"),
    ]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("柳坪渔民合作社成立了。合作社社员多。", ["柳坪渔民合作社"] * 2),
        ("柳坪渔民合作社成立了。\n\n合作社社员多。", ["柳坪渔民合作社"]),
        ("柳坪渔民合作社成立了。\n\n合作社现有社员200户。", ["柳坪渔民合作社"] * 2),
    ],
)
def test_a_common_word_means_what_the_paragraph_has_just_told_of(text: str, meant: list[str]) -> None:
    draft = extract(STORY + text, published="2022")
    named = [(start, end, one) for one in draft.entities for start, end in one.spans if one.kind == "Company"]
    whole = draft.normal.text
    clauses = [0, *(match.end() for match in re.finditer("[,。:\n]", whole))]
    assert [one.name for one in scene.scene(whole, "临江市", named, clauses).mentions] == meant


def test_weights_are_of_what_proposes_things_or_of_kinds_of_them() -> None:
    source = Path(subjects.__file__).read_text(encoding="utf-8")
    where = {
        "clause",
        "sentence",
        "paragraph",
        "mention",
        *subjects.BEHIND,
        *re.findall(r'self\._add\([^"]*(?:"[^"]+", )"(\w+)"', source),
    }
    kinds = {*table("subjects")["groups"], "place", "other", "settlement", "body"}
    assert set(table("choice-subjects")) <= where | kinds


def test_every_kind_of_thing_that_is_measured_is_one_of_the_groups() -> None:
    assert set(table("subjects")["measured"]) <= set(table("subjects")["groups"])


def test_the_whole_district_in_a_report_on_a_zone_is_the_zone() -> None:
    text = "临岫高新区2023年度工作总结\n\n2023年，高新区营业收入96亿元。全区企业310家。临岫县拨款3000万元。全县研发投入强度为2.3%。"
    assert [figure.subject for figure in extract(text).figures] == ["临岫高新区", "临岫高新区", "临岫县", "临岫县"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{FIRM}总部位于柳坪县，全年实现营业收入32亿元。", FIRM),
        (f"{FIRM}落户柳坪县，去年产值8亿元。", FIRM),
        ("古渡村地处柳坪县西部，有农户320户。", "古渡村"),
        ("柳坪县人民医院位于柳坪县城北，有床位800张。", "柳坪县人民医院"),
        (f"{FIRM}去年搬进新厂。位于柳坪县，是城市更新的重点，全县有企业86家。", "柳坪县"),
    ],
)
@pytest.mark.parametrize("title", [STORY, "柳坪县2021年国民经济和社会发展统计公报\n\n"])
def test_a_place_that_tells_where_a_thing_lies_is_not_what_its_figures_are_about(
    title: str, text: str, expected: str
) -> None:
    (figure,) = extract(title + text, published="2022-09-01").figures
    assert figure.subject == expected


@pytest.mark.parametrize("whose", ["我们村", "咱村", "全村"])
def test_who_speaks_of_our_village_means_his(whose: str) -> None:
    (figure,) = extract(f"{STORY}“{whose}去年分红86万元。”古渡村党支部书记说。", published="2022-09-01").figures
    assert (figure.subject, figure.rules[3], figure.indicator.label) == ("古渡村", "speaker", "分红")
