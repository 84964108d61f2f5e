"""Thresholds, ranks and durations: what they are of, in sentences of ours."""

from __future__ import annotations

import pytest

from yuanhui_kg.extract import extract
from yuanhui_kg.extract.lexicon import lexicon
from yuanhui_kg.extract.records import Figure
from yuanhui_kg.extract.tables import table

TITLE = "2024年上半年柳坪县经济运行情况\n\n"


def figures(sentence: str) -> tuple[Figure, ...]:
    return extract(TITLE + sentence, published="2024-07-20").figures


@pytest.mark.parametrize(
    "sentence",
    [
        "引进项目36个，其中5亿元以上8个。",
        "财政收入过1000万元的有5个乡镇。",
        "经营性收入超过50万元的占81%。",
        "全镇6个村集体收入超过50万元。",
        "10个社区中有3个集体经济收入不足1000万元。",
        "税收超千万元企业12家。",
        "新开工5000万元以上的重点项目92个。",
        "经营性收入30万元以下的薄弱村全面消除。",
        "建成500亩以上示范村6个。",
        "12个500亩以上的林场全部验收。",
        "7个500亩以上坝区全部调整。",
        "15个经济薄弱村集体收入全部达到18万元以上。",
        "集雨面积20平方公里以上的河流有23条。",
        "30户以上自然村通硬化路。",
        "≥10℃有效积温2450℃。",
        "房龄25年以上的住宅多。",
        "穗长120毫米以上的玉米好卖。",
    ],
)
def test_a_number_that_others_must_pass_is_a_threshold(sentence: str) -> None:
    assert "threshold" in [figure.kind for figure in figures(sentence)]


@pytest.mark.parametrize(
    "sentence",
    [
        "财政收入超过5亿元。",
        "建成50亩林场6个。",
        "工业投资超过5亿元，企业12家。",
        "种植茶园500亩以上，村民12户。",
        "全镇6个村集体收入50万元。",
        "12个，500亩以上的林场。",
        "新建泊位5个以上，码头7个。",
        "7个500亩坝区全部调整。",
        "接待30户以上，游客12人。",
    ],
)
def test_a_number_that_nothing_else_must_pass_is_none(sentence: str) -> None:
    assert "threshold" not in [figure.kind for figure in figures(sentence)]


def test_the_count_behind_a_threshold_is_what_it_limits_but_not_in_the_next_sentence() -> None:
    line, count = figures("税收超千万元企业12家。")
    assert line.qualifies == count.start
    assert figures("全县有亿元以上项目。3家企业投产。")[0].qualifies is None


def test_a_threshold_limits_the_share_that_passes_it_too() -> None:
    line, share = figures("年收入10万元以上的村达到85%。")
    assert line.qualifies == share.start
    assert figures("年收入10万元以上的村增多,覆盖率达到85%。")[0].qualifies is None


@pytest.mark.parametrize(
    ("sentence", "limited", "line"),
    [
        ("税收超千万元企业12家。", "企业纳税额", "taxOverTenMillion"),
        ("税收超五百万元企业12家。", "企业纳税额", "taxOverFiveMillion"),
        ("税收超千万元企业12家、超3000万元企业8家。", "企业纳税额", "over-30000000"),
        ("新开工千万元以上项目92个。", "总投资", "over-10000000"),
        ("投资500万元以上企业12家。", "总投资", "over-5000000"),
        ("发放百万元以上贷款12笔。", "总投资", "over-1000000"),
        ("年产值超亿元企业12家。", "产值", "over-100000000"),
        ("主营业务收入超亿元企业12家。", "主营业务收入", "over-100000000"),
        ("村级收入超50万元村12个。", "村级收入", "over-500000"),
        ("7个500亩以上坝区全部调整。", "坝区面积", "over-500"),
        ("30户以上自然村寨通硬化路。", "自然村寨户数", "over-30"),
        ("500亩以上项目12个。", "项目面积", "over-500"),
    ],
)
def test_what_a_threshold_limits_and_how_its_class_is_called(sentence: str, limited: str, line: str) -> None:
    found = [figure for figure in figures(sentence) if figure.kind == "threshold"][-1]
    assert (found.indicator.label, found.breakdown) == (limited, line)


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("粗钢产量8万吨，居全省同行业第2位。", [("rank", "粗钢产量")]),
        ("财政收入9亿元，增长6%，居全市第2位。", [("growthRank", "财政总收入")]),
        ("财政收入9亿元，增长6%，总量居全市第2位。", [("rank", "财政总收入")]),
        ("财政收入9亿元，增速居全市第2位。", [("growthRank", "财政总收入")]),
        ("财政收入总量和增幅均居全市第2位。", [("rank", "财政总收入"), ("growthRank", "财政总收入")]),
        ("财政收入9亿元，在全市11个县(市、区)中居第2位。", [("rank", "财政总收入")]),
        ("财政收入9亿元，增长6%，在全市11个旗县市区中列第2位。", [("growthRank", "财政总收入")]),
        ("县域经济综合竞争力跃居全国百强县第58位。", [("rank", "县域经济综合竞争力")]),
        ("综合经济实力入选全国百强县，居第36位。", [("rank", "综合经济实力")]),
        ("全县在全国排名上升11位，居第37位。", [("rank", "排名")]),
    ],
)  # fmt: skip
def test_a_rank_is_of_what_was_named_last(sentence: str, expected: list[tuple[str, str]]) -> None:
    ranks = [(figure.kind, figure.indicator.label) for figure in figures(sentence) if figure.unit == "rank"]
    assert ranks == expected


def test_places_that_were_gained_are_counted() -> None:
    moved = figures("全县在全国排名上升11位。")[-1]
    assert (moved.kind, moved.unit, moved.indicator.label) == ("increment", "count", "排名")


@pytest.mark.parametrize(
    ("sentence", "label"),
    [
        ("教育经费连续5年只增不减。", "连续年数"),
        ("项目从签约到开工仅用5个月。", "签约至开工用时"),
        ("项目仅用6个月时间，便完成了从签约到开工的全程。", "签约至开工用时"),
        ("水库开工建设历时8个月。", "水库开工建设时间"),
        ("企业开办用时1.5小时。", "企业开办用时"),
        ("企业设立审批时间由20天压缩到5天。", "企业设立审批时间"),
    ],
)
def test_a_duration_is_of_what_takes_it(sentence: str, label: str) -> None:
    assert {figure.indicator.label for figure in figures(sentence) if figure.kind == "duration"} == {label}


def test_an_anniversary_is_of_what_began_and_no_aim() -> None:
    party = figures("力争在建党100周年之际建成学校12所。")[0]
    assert (party.indicator.label, party.subject, party.kind) == ("周年数", "中国共产党", "duration")


def test_the_tables_of_claims_name_indicators_of_the_ontology() -> None:
    known, tables = lexicon().indicators, table("indicators")
    named = [entry["means"] for name in ("limited", "lasting") for entry in tables[name]]
    assert {*named, *(line["of"] for line in tables["line"])} <= known.keys()


@pytest.mark.parametrize(
    ("sentence", "names"),
    [
        ("全区蔬菜产值50亿元，占全市的5%，占全省的1%。", ["蔬菜产值", "蔬菜产值占全市的比重", "蔬菜产值占全省的比重"]),
        ("全区蔬菜种植户500户，占全市的5%，占全省的1%。", ["蔬菜种植户数", "蔬菜种植户数占全市的比重", "蔬菜种植户数占全省的比重"]),
    ],
)  # fmt: skip
def test_a_share_told_behind_another_is_of_the_same_part(sentence: str, names: list[str]) -> None:
    assert [figure.indicator.label for figure in figures(sentence)] == names


def test_no_name_of_a_share_grows_with_the_shares_before_it() -> None:
    found = figures("全区蔬菜产值50亿元，" + "占5%，" * 40)
    assert max(len(figure.indicator.label) for figure in found) < 20
