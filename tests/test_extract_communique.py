"""How communiqués name what they count: names that only the sentence makes whole, shares, products, rates and parts."""

from __future__ import annotations

import pytest

from yuanhui_kg.extract import extract

TITLE = "柳坪县2020年国民经济和社会发展统计公报\n\n"


def told(sentence: str) -> list[str]:
    return [figure.indicator.label for figure in extract(TITLE + sentence, published="2021").figures]


@pytest.mark.parametrize(
    ("sentence", "labels"),
    [
        ("普通高中3所，招生2310人，在校生6812人，毕业生2103人。", ["高中数", "高中招生数", "高中阶段在校学生数", "高中毕业生数"]),
        ("特殊教育学校1所，在校生86人。", ["特殊教育学校数", "特殊教育在校学生数"]),
        ("小学3所、幼儿园4所，在校学生2310名。", ["小学数", "幼儿园数", "在校学生数"]),
        ("规模以上工业企业实现营业收入231.6亿元。", ["规模以上工业营业收入"]),
        ("486家规模以上工业企业实现营业收入1094.7亿元。", ["规模以上工业企业数", "规模以上工业营业收入"]),
        ("农业龙头企业52家，产值6.1亿元。", ["农业产业化龙头企业数", "产值"]),
        ("资质以上建筑企业完成总产值42.1亿元。", ["建筑业总产值"]),
        ("脐橙种植面积21万亩，产量18.6万吨，产值6.2亿元。", ["脐橙种植面积", "脐橙产量", "脐橙产值"]),
        ("高考本科达线1324人，达线率43.7%。", ["本科上线人数", "本科上线率"]),
        ("社会保险基金收入8.6亿元，支出7.2亿元，累计结余6.1亿元。", ["社会保险基金收入", "社会保险基金支出", "社会保险基金累计结余"]),
        ("规模以上工业企业资产总计186亿元，负债合计98亿元。", ["规模以上工业企业资产总额", "规模以上工业企业负债总额"]),
        ("第一产业就业人员9.3万人，第二产业8.1万人。", ["第一产业从业人员数", "第二产业从业人员数"]),
        ("A级旅游景区9个，其中4A级2个、3A级5个。", ["A级景区数", "4A级景区数", "3A级景区数"]),
        ("出栏生猪42万头，家禽612万羽。", ["生猪出栏", "家禽出栏"]),
        ("道路交通事故26起，死亡9人。", ["道路交通事故起数", "道路交通事故死亡人数"]),
        ("全年发生各类生产安全事故32起，死亡12人。", ["生产安全事故起数", "事故死亡人数"]),
    ],
)  # fmt: skip
def test_a_name_is_the_end_of_one_that_the_sentence_began(sentence: str, labels: list[str]) -> None:
    assert told(sentence) == labels


@pytest.mark.parametrize(
    ("sentence", "labels"),
    [
        ("国有控股企业增加值增长3.1%，私营企业增长8.1%。", ["国有控股企业增加值", "私营企业增加值"]),
        ("采矿业增加值增长2%，计算机、通信和其他电子设备制造业增长15%。", ["采矿业增加值", "计算机、通信和其他电子设备制造业增加值"]),
        ("限额以上单位商品零售额21亿元，粮油、食品类增长12%，汽车类增长6%。", ["限额以上消费品零售额", "粮油、食品类零售额", "汽车类零售额"]),
        ("居民消费价格上涨2.3%，其中衣着类下降0.3%，居住类上涨0.4%。", ["居民消费价格指数", "衣着价格指数", "居住价格指数"]),
        ("民生工程投资增长6.2%。", ["民生工程投资"]),
    ],
)  # fmt: skip
def test_the_growth_of_a_part_is_of_what_was_told_of_the_whole(sentence: str, labels: list[str]) -> None:
    assert told(sentence) == labels


@pytest.mark.parametrize(
    ("sentence", "labels"),
    [
        ("高技术制造业增加值12亿元，占规模以上工业的比重为12.3%。", ["高技术制造业增加值", "高技术制造业增加值占规模以上工业的比重"]),
        (
            "0-14岁人口8.1万人，占总人口的16.8%；60岁及以上人口9.9万人，占20.5%。",
            ["0-14岁人口", "0-14岁人口占总人口的比重", "老年人口", "老年人口占总人口的比重"],
        ),
        (
            "民营经济增加值101亿元，占地区生产总值的比重为54.3%，对经济增长的贡献率为58.2%。",
            ["民营经济增加值", "民营经济增加值占地区生产总值的比重", "民营经济对经济增长的贡献率"],
        ),
        ("三次产业占GDP的比重分别为8.3%、31.5%和60.2%。", [f"第{sector}产业增加值占地区生产总值的比重" for sector in "一二三"]),
        ("92%的行政村通了客班车。", ["通客班车行政村占比"]),
        ("第三产业拉动经济增长3.2个百分点。", ["地区生产总值"]),
        (
            "第一、二、三产业对经济增长的贡献率分别为9%、44%和47%，分别拉动经济增长0.6、2.7和2.8个百分点。",
            [*(f"第{sector}产业对经济增长的贡献率" for sector in "一二三"), *["地区生产总值"] * 3],
        ),
    ],
)  # fmt: skip
def test_shares_and_contributions_are_of_their_wholes(sentence: str, labels: list[str]) -> None:
    assert told(sentence) == labels


@pytest.mark.parametrize(
    ("sentence", "labels"),
    [
        ("主要工业产品产量：服装3216万件，竹地板23.1万平方米，竹筷1.2亿双。", ["服装产量", "竹地板产量", "竹筷产量"]),
        ("主要产品产量中，日用陶瓷1.26亿件。", ["日用陶瓷产量"]),
        ("城镇每百户家庭拥有家用汽车42辆、空调123台。", ["城镇每百户家用汽车拥有量", "城镇每百户空调拥有量"]),
        ("道路交通万车死亡率1.6人。", ["万车死亡人数"]),
        ("每千人拥有执业（助理）医师3.9人、注册护士4.2人。", ["每千人执业医师数", "每千人注册护士数"]),
        ("人均地区生产总值38642元，按年平均汇率折算为5600美元。", ["人均地区生产总值"] * 2),
        ("全年收购服装3216万件。", ["收购服装数"]),
    ],
)
def test_products_and_rates_are_named_as_such(sentence: str, labels: list[str]) -> None:
    assert told(sentence) == labels


@pytest.mark.parametrize(
    ("sentence", "label", "value"),
    [
        ("PM2.5平均浓度每立方米29微克。", "PM2.5平均浓度", 29),
        ("一氧化碳浓度1.1毫克/立方米。", "一氧化碳浓度", 1100),
    ],
)
def test_concentrations_are_told_in_words_too(sentence: str, label: str, value: int) -> None:
    figures = extract(TITLE + sentence, published="2021").figures
    assert [(one.indicator.label, one.value, one.unit) for one in figures] == [(label, value, "ug/m3")]


def test_what_stands_in_brackets_behind_a_noun_is_no_part_of_what_is_counted() -> None:
    figures = extract(
        TITLE
        + "年末规模以上工业企业（年主营业务收入500万元及以上的企业）137户，比上年增加21户；完成增加值38.5亿元，增长26.7%。"
    ).figures
    assert [(one.printed, one.indicator.label) for one in figures] == [
        ("500万元及以上", "主营业务收入"),
        ("137户", "规模以上工业企业数"),
        ("21户", "规模以上工业企业数"),
        ("38.5亿元", "规模以上工业增加值"),
        ("26.7%", "规模以上工业增加值"),
    ]
