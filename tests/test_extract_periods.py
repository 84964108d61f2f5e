"""When a figure is: which of the times around a number holds for it, one sentence of ours for each rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from yuanhui_kg.extract import extract, weighing
from yuanhui_kg.extract.records import Years

STORY = "柳坪县：山乡新貌\n\n"
TERM = "柳坪县“十三五”发展成就综述\n\n"
REPORT = "政 府 工 作 报 告\n——2022年1月9日在柳坪县第十六届人民代表大会第一次会议上\n\n"
REVIEW = "柳坪县2024年上半年经济运行情况\n\n"
YEARBOOK = "清河镇（1999年）\n\n"


def periods(text: str, title: str, published: str) -> list[tuple[str, str]]:
    """Value and period (with its base) of the figures of a text."""
    return [
        (f"{f.value.normalize():f}", f.period.edtf + (f"<{f.base.edtf}" if f.base else ""))
        for f in extract(title + text, published=published).figures
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("去年卖茶2万斤，公司现有员工120人。", [("20000", "2021"), ("120", "2022")]),
        ("1978年，全县种茶4万亩，全年产茶310吨。", [("40000", "1978"), ("310", "1978")]),
        ("今年8月接待游客2万人次。", [("20000", "2022-08")]),
        ("老屋成了写生基地，2020年来了30所学校的学生。", [("30", "2020")]),
        ("到去年底已改造3.5万亩。", [("35000", "2021")]),
        ("2017年，合作社入社90户，两年后增加到210户。", [("90", "2017"), ("210", "2019")]),
        ("2021年，企业达到120家，三年翻了近一番。", [("120", "2021"), ("2", "2021<2018")]),
        ("今年8月，客流3万人次，比2017年开通时增长1.2倍。", [("30000", "2022-08"), ("1.2", "2022-08<2017")]),
        ("二期3条生产线将于明年5月投产。", [("3", "2023-05")]),
        ("去年收鲜果3万吨，预计全年能收5万吨。", [("30000", "2021"), ("50000", "2022")]),
        ("前7个月营业收入9亿元。", [("900000000", "2022-01/2022-07")]),
        ("2018年3月起，分两批清退网箱6万口。", [("60000", "2018/2022")]),
        ("2014年，茶园1万亩。此后四年，新建茶园2万亩。", [("10000", "2014"), ("20000", "2015/2018")]),
        ("审批时间由2014年的15个工作日缩短到目前的3个工作日。", [("15", "2014"), ("3", "2022")]),
        ("现有中小学124所，学前三年毛入园率83.6%。", [("124", "2022"), ("83.6", "2022")]),
        ("2018年至2020年，全县投入9亿元，累计清退网箱4万口。", [("900000000", "2018/2020"), ("40000", "2018/2020")]),
        ("甘蔗长势好，2019/2020年榨季产糖10万吨；现有茶园14万亩。", [("100000", "2019/2020"), ("140000", "2022")]),
        ("2020年国庆假期，接待游客18万人次。", [("180000", "2020-10-01/2020-10-07")]),
        ("截至7月底，累计放款5亿元。", [("500000000", "../2022-07")]),
        ("达产后年产值可达9亿元。", [("900000000", "2022")]),
        ("常住人口82万人(2020年末)，工业企业6800家。", [("820000", "2020"), ("6800", "2022")]),
        ("负债96万元（2016年）的村子，去年收入50万元。", [("960000", "2016"), ("500000", "2021")]),
        ("2013年起虫害蔓延，三年间砍除病树2万株。", [("20000", "2013/2015")]),
        ("2019年，园区与高校共建研究院，成立以来累计服务企业41家。", [("41", "2019/2022")]),
        ("2019年落户的企业，创办之初只有12名员工。", [("12", "2019")]),
        ("班列由2018年的每周1列加密到目前的每周5列。", [("1", "2018"), ("5", "2022")]),
        ("从2011年启动搬迁算起，到去年底，先后建成安置点84个。", [("84", "2011/2021")]),
        ("今年上半年产值9亿元，增长5%；发出快递41万件。", [("900000000", "2022-01/2022-06"), ("5", "2022-01/2022-06<2021-01/2021-06"), ("410000", "2022-01/2022-06")]),
        ("进出口总额12亿元，比峰值的2019年少了45%。", [("1200000000", "2021"), ("-45", "2021<2019")]),
    ],
)  # fmt: skip
def test_a_story_without_a_year_of_its_own(text: str, expected: list[tuple[str, str]]) -> None:
    assert periods("2021年，全县一年忙到头。\n" + text, STORY, "2022-09-01") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("五年前，全县企业9家。", [("9", "2015")]),
        ("渔港从2座扩到7座。", [("2", "2015"), ("7", "2020")]),
        ("五年拆除土坯房73万平方米，建回迁楼118栋，1.3万户居民告别土坯房。", [("730000", "2016/2020"), ("118", "2016/2020"), ("13000", "2016/2020")]),
        ("生产总值90亿元，其中前者2015年为50亿元，五年年均增长9%。", [("9000000000", "2020"), ("5000000000", "2015"), ("9", "2020<2015")]),
        ("民生支出占财政支出的比重始终保持在76%以上。", [("76", "2016/2020")]),
        ("人均公园绿地12.7平方米，生猪存栏5万头。", [("12.7", "2020"), ("50000", "2020")]),
    ],
)  # fmt: skip
def test_a_text_on_a_term_of_years(text: str, expected: list[tuple[str, str]]) -> None:
    assert periods(text, TERM, "2021-02-21") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("一、五年答卷\n\n8412户群众脱贫，茶园认证14.6万亩，综合产值32亿元。", [("8412", "2017/2021"), ("146000", "2017/2021"), ("3200000000", "2021")]),
        ("一、2021年工作回顾\n\n全县仍有1.08万贫困人口。", [("10800", "2022")]),
        ("第三部分　今后五年和今年\n\n今年，生产总值增长9%，失业率不超过4.5%。", [("9", "2022<2021"), ("4.5", "2022")]),
    ],
)  # fmt: skip
def test_a_report_to_a_congress(text: str, expected: list[tuple[str, str]]) -> None:
    assert periods(text, REPORT, "2022-01-09") == expected


@pytest.mark.parametrize(
    "text",
    [
        "2014年落户的清河农业有限公司，流转土地1.2万亩。",
        "去年10月启用的县医院新院区设床位800张。",
        "去年底提档升级后，巷子里有固定商户268家。",
    ],
)
def test_what_happened_once_does_not_date_what_is_told_of_it(text: str) -> None:
    assert [period for _, period in periods(text, STORY, "2022-09-01")] == ["2022"]


def test_a_sum_behind_what_was_added_to_it_is_of_no_single_year() -> None:
    text = "一、2021年工作回顾\n\n新增示范企业4家、累计达到17家。"
    assert periods(text, REPORT, "2022-01-09") == [("4", "2021"), ("17", "../2021")]


def test_a_heading_of_its_own_year_holds_inside_a_part_on_a_term() -> None:
    text = "一、过去五年和2021年工作回顾\n\n刚刚过去的2021年，我们做了以下工作：\n\n（一）大抓工业。新增企业8家。"
    assert periods(text, REPORT, "2022-01-09") == [("8", "2021")]


@pytest.mark.parametrize(
    ("text", "title", "expected"),
    [
        ("五年投资1124亿元，比前五年增长1.4倍。", TERM, "2016/2020<2011/2015"),
        ("收入分别为5万元、3万元，分别是1978年的168倍和212倍。", STORY, "2022<1978"),
        ("今年前7个月的订单额，是去年全年的1.2倍。", STORY, "2022-01/2022-07<2021"),
        ("2020—2021年雪季（11月至次年3月），接待游客6万人次，比上个雪季增长87%。", STORY, "2020-11/2021-03<2019-11/2020-03"),
        ("到2025年，产值比2020年翻一番，占比超过六成。", TERM, "2025"),
    ],
)  # fmt: skip
def test_what_a_comparison_is_with(text: str, title: str, expected: str) -> None:
    published = "2021-02-21" if title == TERM else "2022-09-01"
    assert periods(text, title, published)[-1][1] == expected


def test_each_of_several_numbers_has_the_month_told_for_it() -> None:
    found = periods("工业产值1—2月、3月、4月增速依次为22.3%、18.1%、13.7%。原煤产量4万吨。", REVIEW, "2024-07-20")
    assert [period.partition("<")[0] for _, period in found] == [
        "2024-01/2024-02",
        "2024-03",
        "2024-04",
        "2024-01/2024-06",
    ]


def test_the_same_period_of_the_year_before_has_its_months() -> None:
    found = periods("产值88亿元，增长14.5%，而去年同期增幅为29.8%。", REVIEW, "2024-07-20")
    assert found[-1] == ("29.8", "2023-01/2023-06<2022-01/2022-06")


@pytest.mark.parametrize(
    ("text", "title", "expected"),
    [
        ("产值88亿元，两年平均增长2.1%。", REVIEW, "2024-01/2024-06<2022-01/2022-06"),
        ("接待游客8万人次，比2019年同期还高12%。", REVIEW, "2024-01/2024-06<2019-01/2019-06"),
        ("上半年，农村居民人均可支配收入4356元，增长9.8%，增速比城镇居民快2.3个百分点。", REVIEW, "2024-01/2024-06"),
        ("到2025年，加工转化率提高到65%。", STORY, "2025"),
    ],
)
def test_what_is_compared_with_tells_the_base(text: str, title: str, expected: str) -> None:
    assert periods(text, title, "2024-07-20")[-1][1] == expected


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("与2012年相比，2016年种植面积由18万亩扩大到31万亩。", "2012"),
        ("用工由2018年的160人减到95人。", "2018"),
    ],
)
def test_the_first_of_two_values_is_of_the_year_told_for_it_and_the_second_is_not(text: str, first: str) -> None:
    (_, before), (_, after) = periods(text, STORY, "2022-09-01")
    assert before == first != after


def test_the_year_before_in_a_report_is_the_one_before_that_reported_on() -> None:
    found = periods("一、2021年工作回顾\n\n企业由上年的8家增至11家。", REPORT, "2022-01-09")
    assert found == [("8", "2020"), ("11", "2021")]


def test_an_entry_of_a_yearbook_is_of_its_year_but_for_the_land() -> None:
    found = periods("清河镇辖19个行政村，幅员面积214平方公里。小学14所，病床30张。", YEARBOOK, "2000")
    assert found == [("19", "2000"), ("214", "2000"), ("14", "1999"), ("30", "1999")]


def test_the_year_in_which_something_was_founded_holds_for_no_sentence_behind_it() -> None:
    text = "清河镇简介\n\n清河镇2001年撤乡设镇。森林覆盖率68%。"
    assert [f.period.edtf for f in extract(text, published="2022").figures] == ["2022"]


def test_a_text_on_a_plan_that_gives_no_date_tells_of_the_years_up_to_its_last() -> None:
    text = (
        "临江市“十四五”中期成就\n\n2023年，全市生产总值812亿元。\n财政收入46亿元。\n到2025年，生产总值力争达到千亿元。"
    )
    assert [f.period.edtf for f in extract(text).figures] == ["2023", "2023", "2025"]


def test_what_has_gone_further_is_told_with_the_state_before() -> None:
    story = "柳坪产业园现有企业87户，投产61户，入园率83%，比2010年提高7个百分点。"
    assert periods(story, STORY, "2022-09-01") == [("87", "2022"), ("61", "2022"), ("83", "2022"), ("7", "2022<2010")]


def test_what_was_chosen_is_kept_with_the_figure() -> None:
    (figure,) = extract(STORY + "现有员工120人。", published="2022").figures
    assert figure.rules[2] == "time in the sentence: publication"


def test_all_of_what_held_throughout_and_of_one_stretch_is_told_of_not_its_end() -> None:
    assert periods("五年来，民生支出占比始终保持在76%以上。", TERM, "2021-02-21") == [("76", "2016/2020")]
    assert periods("2020/2021年雪季，接待游客18万人次。", STORY, "2022-09-01") == [("180000", "2020/2021")]


def test_what_a_figure_may_hold_for_follows_from_the_years_told(monkeypatch: pytest.MonkeyPatch) -> None:
    offered: list[list[str]] = []

    def noting(choice: str, at: int, candidates: Iterable[Any], *ways: Callable[[Any], Any]) -> Any:
        options = list(candidates)
        if choice == "periods":
            offered.append([f"{one.name} {one.years.edtf}" for one in options])
        return weighing.Chosen(options[0], 1.0)

    monkeypatch.setattr(weighing, "heaviest", noting)
    periods("2018年至2020年，茶园9万亩。2016年，春雨足，茶园4万亩。", STORY, "2022-09-01")
    assert offered == [
        ["whole 2018/2020", "end 2020", "to date ../2020", "since then 2020/2022", "publication 2022"],
        ["year 2016", "to date ../2016", "since then 2016/2022", "publication 2022"],
    ]


COUNTY = "柳坪县简介\n\n"


@pytest.mark.parametrize(
    ("text", "title", "expected"),
    [
        ("2009年，工业产值31亿元，比上年增长9%；税收2亿元，增长7%；存栏生猪4万头，净增3000头。", COUNTY, [("3100000000", "2009"), ("9", "2009<2008"), ("200000000", "2009"), ("7", "2009<2008"), ("40000", "2009"), ("3000", "2009<2008")]),
        ("2020年，财政收入9亿元，2017年以来年均增长8%；工业产值40亿元，增长6%。", STORY, [("900000000", "2020"), ("8", "2020<2017"), ("4000000000", "2020"), ("6", "2020<2019")]),
        ("2012年至2019年，茶园增加3万亩。", STORY, [("30000", "2019<2012")]),
        ("2020年，服务业产值8亿元，增长5%，占比较2016年提高4个百分点；物流业增长9%。", STORY, [("800000000", "2020"), ("5", "2020<2019"), ("4", "2020<2016"), ("9", "2020<2019")]),
        ("2018年以来，关停砖厂9家；复垦土地320亩。", STORY, [("9", "2018/2022"), ("320", "2018/2022")]),
    ],
)  # fmt: skip
def test_a_base_is_before_what_is_compared_with_it(text: str, title: str, expected: list[tuple[str, str]]) -> None:
    published = "2010-04-20" if title == COUNTY else "2022-09-15"
    assert periods(text, title, published) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("到8月底，园区已有企业61家，其中规模以上工业企业20家。", ["2022-08", "2022-08"]),
        ("截至今年7月底，合作社有社员230户，流转土地超100亩的有7户。", ["2022-07", "2022-07", "2022-07"]),
        ("截至8月，全县返乡创业人员1800人。", ["2022-08"]),
    ],
)
def test_a_month_up_to_which_is_told_holds_for_the_list_behind_it(text: str, expected: list[str]) -> None:
    found = periods("柳坪经济开发区由县里管理。" + text, STORY, "2022-09-15")
    assert [period.removeprefix("../") for _, period in found] == expected


@pytest.mark.parametrize(
    "text",
    [
        "2019年3月，清河抽水蓄能电站项目开工，总投资48亿元，装机容量120万千瓦。",
        "柳坪县中医院新院区于2020年5月启用，建筑面积4万平方米，设床位300张。",
        "2018年，全长12公里的清河大桥通车。",
    ],
)
def test_what_a_work_is_does_not_date_from_its_beginning(text: str) -> None:
    assert {period for _, period in periods(text, STORY, "2022-09-15")} == {"2022"}


def test_what_a_work_brings_is_of_the_year_of_its_opening() -> None:
    text = "2019年，清河小学新校区启用，新增学位900个。"
    assert periods(text, STORY, "2022-09-15") == [("900", "2019")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2014年，老窑停烧。镇上的人都走了。停烧那一年，产值下降30%。", "2014<2013"),
        ("清河种茶始于1986年，最初只有茶园40亩。", "1986"),
        ("空置率2013年为31%，2017年底清零。教师流动比例15%。", "2021"),
    ],
)
def test_a_year_is_that_of_what_is_told_then(text: str, expected: str) -> None:
    assert periods("2021年忙到头，2021年收成好。\n" + text, STORY, "2022-09-15")[-1][1] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("面向“十五五”，全县将再建小学6所，每年培训教师达到900人。", [("6", "2030"), ("900", "2030")]),
        ("今后五年，力争旅游收入翻一番。", [("2", "2029<2024")]),
        ("“下半年，我们还要新开工水库3座。”", [("3", "2024-07/2024-12")]),
        ("县里提出，2024年地区生产总值增长6%左右，新增企业8家。", [("6", "2024<2023"), ("8", "2024")]),
    ],
)
def test_when_what_is_aimed_at_is_to_be(text: str, expected: list[tuple[str, str]]) -> None:
    figures = extract(STORY + text, published="2024-08-20").figures
    assert {figure.kind for figure in figures} == {"target"}
    assert periods(text, STORY, "2024-08-20") == expected


@pytest.mark.parametrize(
    "text",
    ["新院设床位500张，比老院区多出200张。", "草原植被盖度61%，较治理前提高7个百分点。", "每斤比普通米多卖2元。"],
)
def test_a_difference_from_another_thing_has_no_base(text: str) -> None:
    assert "<" not in periods(text, STORY, "2022-09-15")[-1][1]


def test_a_holiday_is_compared_with_its_days_of_the_year_before() -> None:
    text = "2023年“五一”假期，接待游客6万人次，是去年同期的2倍。"
    days = "2023-04-29/2023-05-03"
    assert periods(text, STORY, "2023-06-15") == [("60000", days), ("2", f"{days}<2022-04-30/2022-05-04")]


def test_what_was_done_in_the_years_spent_on_it_is_of_these() -> None:
    text = "2017年起，县里用三年时间治理河道，累计投入2亿元。"
    assert periods(text, STORY, "2022-09-15")[-1] == ("200000000", "2017/2019")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2015年有学校90所，尚有危房3万平方米。", [("90", "2015"), ("30000", "2015")]),
        ("2014年至2019年，农民收入由9000元增加到15000元，年均增长10.8%。", [("9000", "2014"), ("15000", "2019"), ("10.8", "2019<2014")]),
        ("2024年春节假期，接待游客3万人次，比2019年同期增长40%。", [("30000", "2024-02-10/2024-02-17"), ("40", "2024-02-10/2024-02-17<2019-02-04/2019-02-10")]),
        ("“十五五”期间，将新增学位900个，到2030年在校生达到2万人。", [("900", "2026/2030"), ("20000", "2030")]),
        ("2021年3月，清河大坝项目动工，涉及6个村。项目库区面积占全镇的8%。", [("6", "2024"), ("8", "2024")]),
        ("2021年，这个只有320户的小山村种茶900亩。", [("320", "2024"), ("900", "2021")]),
        ("收入超20万元的村2022年已有18个。", [("200000", "2022"), ("18", "2022")]),
        ("产值超2亿元的企业由2021年的5家增至9家。", [("200000000", "2023"), ("5", "2021"), ("9", "2023")]),
    ],
)  # fmt: skip
def test_a_year_holds_for_what_is_told_with_it(text: str, expected: list[tuple[str, str]]) -> None:
    assert periods("2023年忙到头，2023年收成好。\n" + text, STORY, "2024-09-15") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("五年来，累计投资90亿元，比上个五年多出30亿元。", "2016/2020<2011/2015"),
        ("城镇化率2010年为31%，到2020年提高到52%，年均提高2.1个百分点。", "2020<2010"),
        ("亩均产值6500元，比种玉米高3倍。", "2020"),
        ("农业产值由上年的9亿元提高到12亿元，增长33%。", "2020<2019"),
    ],
)
def test_what_a_term_or_a_year_inside_it_is_compared_with(text: str, expected: str) -> None:
    assert periods(text, TERM, "2021-02-21")[-1][1] == expected


def test_what_a_work_is_may_be_told_by_the_way() -> None:
    text = "总投资9亿元、占地200亩的清河物流园于今年5月建成，新增岗位300个。"
    assert periods(text, STORY, "2022-09-15")[:2] == [("900000000", "2022"), ("200", "2022")]


def test_a_source_before_the_time_of_a_sentence_leaves_it_the_time_of_all_its_parts() -> None:
    text = "据县文旅局统计，今年1至8月，零售额4亿元，增长7%；接待游客31万人次，是2019年同期的1.8倍。"
    months = "2022-01/2022-08"
    assert [period for _, period in periods(text, STORY, "2022-09-15")] == [
        months,
        f"{months}<2021-01/2021-08",
        months,
        f"{months}<2019-01/2019-08",
    ]


@pytest.mark.parametrize(
    ("text", "published", "expected"),
    [
        ("三年间，合作社社员由120户增加到260户。", "2021-12-20", ["2018", "2021"]),
        ("近三年累计修路90公里。", "2021-06-20", ["2018/2020"]),
        ("专项资金2019年设立，两年来，发放补助3000万元。", "2021-09-20", ["2019/2021"]),
        ("2020年，通水率达到97%，两年提高6个百分点。", "2022-11-20", ["2020", "2020<2018"]),
        ("两年多来，贷出5000万元。", "2021-12-20", ["2019/2021"]),
        ("1996年，村里建起2座茶厂。25年过去，茶园已达3万亩。", "2021-09-20", ["1996", "2021"]),
        ("2016年投产以来，工厂累计纳税2亿元。", "2021-09-20", ["2016/2021"]),
        ("今年4月以来，医疗队做手术90台。", "2021-09-20", ["2021-04/2021-09"]),
        ("今年前三季度，增长7%，全年产值预计突破90亿元。", "2021-11-20", ["2021-01/2021-09<2020-01/2020-09", "2021"]),
        ("今年上半年进口下降。同期出口9亿元。", "2021-09-20", ["2021-01/2021-06"]),
        ("2017年“五一”假期，餐饮收入80万元。", "2021-09-20", ["2017-04-29/2017-05-01"]),
    ],
)
def test_what_a_length_of_time_up_to_now_spans(text: str, published: str, expected: list[str]) -> None:
    context = "2020年忙到头，2020年收成好。\n"
    assert [period for _, period in periods(context + text, STORY, published)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1998年，村里种茶30亩。2004年茶厂投产，亩均收入一下升到2000元。", ["1998", "2004"]),
        ("1986年，镇上的鞋厂开工，只有工人30名、缝纫机11台。", ["1986", "1986"]),
        ("2012年过车4000辆，如今只剩800辆，镇上当年的60家饭馆还开着9家。", ["2012", "2022", "2012", "2022"]),
        ("流水线如今只要12人，不良率由3%降到1%。", ["2022", "2022", "2022"]),
        ("分拣效率是人工的3倍。", ["2022"]),
        ("今年前8个月卖出3亿元。外来人口已有2000人，是本村人口的2倍。", ["2022-01/2022-08", "2022", "2022"]),
        ("今年前8个月到账4亿元，是2019年全年的2倍。", ["2022-01/2022-08", "2022-01/2022-08<2019"]),
        ("今年前8个月，次均费用900元，比2019年下降7%。", ["2022-01/2022-08", "2022-01/2022-08<2019"]),
        ("到8月底装机90万千瓦，比2017年底增加30万千瓦。", ["2022-08", "2022-08<2017"]),
    ],
)
def test_what_was_begun_or_is_so_now_is_of_no_year_before(text: str, expected: list[str]) -> None:
    context = "2021年忙到头，2021年收成好。\n"
    assert [period for _, period in periods(context + text, STORY, "2022-09-15")] == expected


def test_a_scene_of_now_ends_what_a_year_before_it_holds_for() -> None:
    text = "2021年忙到头，2021年收成好。\n2014年，工厂产值3亿元。{}机器轰鸣。厂长说，每吨木薯卖到700元。"
    assert periods(text.format(""), STORY, "2022-09-15")[-1] == ("700", "2014")
    assert periods(text.format("走进车间，"), STORY, "2022-09-15")[-1] != ("700", "2014")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("工厂现有员工90人，去年向农户送鸡苗3000只。", ["2022", "2021"]),
        ("到2021年末，310平方公里的土地上住着9万人。", ["2021", "2021"]),
        ("木薯淀粉厂项目今年6月试车，达产后年产值可达9亿元。", ["2022"]),
        ("次品率由3%降到1%，用工比老车间少40%。", ["2022", "2022", "2022"]),
        ("1991年至2021年年均增长12%。", ["2021<1990"]),
        ("产值比2015年的31亿元净增24亿元。", ["2015", "2021<2015"]),
        ("五年间，企业由12家增加到41家。", ["2016", "2021"]),
    ],
)
def test_the_first_number_behind_a_time_is_of_it_and_what_is_over_is_not_to_come(
    text: str, expected: list[str]
) -> None:
    context = "2021年忙到头，2021年收成好。\n"
    assert [period for _, period in periods(context + text, STORY, "2022-09-15")] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("清河乳业有限公司二期投产，日处理鲜奶400吨。", "2022"),
        ("清河水库下闸蓄水，总库容900万立方米。", "2022"),
    ],
)
def test_what_a_work_can_do_is_of_publication_in_a_report_too(text: str, expected: str) -> None:
    assert [period for _, period in periods(text, REPORT, "2022-01-09")] == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2017年至2020年，全县搬迁900户，占总户数的3%。", ["2017/2020", "2017/2020"]),
        ("医院新院区项目今年8月交付，新院区设床位300张、手术间12间。", ["2022", "2022"]),
        ("粉丝厂项目2019年动工，今年5月投产，到8月底累计销售3000吨。", ["2022-05/2022-08"]),
        ("5月18日，茶市开张，锣鼓喧天。到当天下午，成交茶叶90吨。", ["2022-05-18"]),
        ("自1998年建矿至今，累计采煤3000万吨。", ["1998/2022"]),
        ("2015年，村里学着种桃，只种了30亩。", ["2015"]),
    ],
)
def test_what_is_told_with_another_number_or_since_an_event(text: str, expected: list[str]) -> None:
    context = "2021年忙到头，2021年收成好。\n"
    assert [period for _, period in periods(context + text, STORY, "2022-09-15")] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2018年起，县里用三年时间治理河道。", ["2018/2020"]),
        ("自1998年建矿至今，采煤已有24年。", ["1998/2022"]),
        ("今年“五一”5天假期，民宿收入60万元。", ["2022-04-30/2022-05-04", "2022-04-30/2022-05-04"]),
        ("与2015年相比，今年亩均用水减少三成。", ["2022<2015"]),
        ("清河乳业有限公司把成本降低了四成。", ["2022"]),
        ("展望“十五五”，计划投入9亿元。", ["2026/2030"]),
    ],
)
def test_lengths_and_changes_have_the_time_that_tells_them(text: str, expected: list[str]) -> None:
    context = "2021年忙到头，2021年收成好。\n"
    assert [period for _, period in periods(context + text, STORY, "2022-09-15")] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("6月居民消费价格环比上涨0.3%，同比上涨1.1%。", ["2022-06<2022-05", "2022-06<2021-06"]),
        ("1月居民消费价格环比、同比分别上涨0.2%、0.9%。", ["2022-01<2021-12", "2022-01<2021-01"]),
        ("二季度税收收入环比增长4%。", ["2022-04/2022-06<2022-01/2022-03"]),
        ("一季度税收收入比上季度下降4%。", ["2022-01/2022-03<2021-10/2021-12"]),
        ("5月份发电量比上月增加200万千瓦时。", ["2022-05<2022-04"]),
        ("上半年出口同比增长3%、环比增长2%。", ["2022-01/2022-06<2021-01/2021-06", "2022-01/2022-06<2021-07/2021-12"]),
        ("1-5月份出口环比增长2%。", ["2022-01/2022-05"]),
        (
            "一季度铸件产量增速由上年同期的9%降至6%。",
            ["2021-01/2021-03<2020-01/2020-03", "2022-01/2022-03<2021-01/2021-03"],
        ),
    ],
)
def test_a_chained_movement_is_from_the_stretch_before(text: str, expected: list[str]) -> None:
    title = "柳坪县2022年上半年经济运行情况\n\n"
    assert [period for _, period in periods(text, title, "2022-07-20")] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12月,居民消费价格同比下降0.3%，环比上涨0.1%。", ["2021-12<2020-12", "2021-12<2021-11"]),
        ("居民消费价格环比下降0.1个百分点。", ["2021"]),
        ("3月植树500亩。", ["2021-03"]),
    ],
)
def test_a_month_at_the_beginning_of_a_clause_needs_no_other_word(text: str, expected: list[str]) -> None:
    title = "柳坪县2021年国民经济和社会发展统计公报\n\n"
    assert [period for _, period in periods(title + text, "", "2022-03-20")] == expected


@pytest.mark.parametrize(
    "line",
    [
        "（2024年3月20日）",
        "2024年3月",
        "梅溪县统计局\n2024-03-20",
        "梅溪县统计局　2024年3月20日",
        "二〇二四年三月二十日",
        "统计简报第6期 2024年3月20日",
        "（2024年3月20日梅溪县统计局发布）",
        "国家统计局梅溪调查队（2024年3月）",
        "——2024年3月20日在梅溪县统计工作会议上",
    ],
)
@pytest.mark.parametrize("period", ["", "2022", "2016/2020"])
def test_the_day_of_publication_under_a_title_dates_no_figure(line: str, period: str) -> None:
    draft = extract(f"梅溪县2023年经济运行情况\n{line}\n\n全县产粮8万吨，增长4%。\n", period=period)
    assert draft.anchor.published.startswith("2024-03")
    last = int(period[-4:] or 2023)
    assert {f.period.end.edtf for f in draft.figures} == {str(last)}
    assert draft.figures[1].base is not None


def test_a_day_further_down_is_a_heading() -> None:
    text = "梅溪县抗洪记\n\n县城进了水，学校停了课。\n\n2021年7月20日\n\n转移群众1200人。\n\n2021年7月22日\n\n修复道路5条。"
    assert [f.period.edtf for f in extract(text, published="2021-09").figures] == ["2021-07-20", "2021-07-22"]


def test_a_day_that_is_none_is_no_day_of_publication() -> None:
    assert extract("梅溪县统计公报\n2024年13月45日\n\n全县产粮8万吨。").anchor.published == ""


@pytest.mark.parametrize(
    "text",
    [
        "近日，记者走进园区。全县现有企业900家，产值62亿元。\n到2030年，全县产值将突破200亿元。",
        "全县有茶园9万亩。2035年，力争建成茶园15万亩。",
        "全县有茶园9万亩。县里提出，到2028年，茶园面积达到15万亩。",
        "全县有茶园9万亩。规划显示，至2027年，建成茶厂30家。",
        "全县有茶园9万亩。1962年建成的老茶厂还在冒烟，1998年改制的农场有工人80名。",
    ],
)
def test_what_is_to_come_or_was_founded_gives_no_year_to_what_is_told(text: str) -> None:
    draft = extract("柳坪县：山乡新貌\n\n" + text)
    assert draft.anchor.reporting == Years(None, None)
    assert draft.figures[0].period.edtf == "../.."


@pytest.mark.parametrize(
    ("text", "published", "year"),
    [
        ("全县有茶园9万亩，比2018年的6万亩多。2023年卖茶5亿元。到2030年，力争达到10亿元。", "", 2023),
        ("企业由2020年的300家增加到2023年的420家。到2030年将超过600家。", "", 2023),
        ("到2022年底，全县有茶园9万亩。", "", 2022),
        ("1962年建成水库3座。2019年，全县有茶园9万亩。", "", 2019),
        ("2015年，茶园2万亩，2015年，茶厂3家。去年，茶园增加到9万亩。", "2023-06-01", 2022),
        ("2015年，茶园2万亩，2015年，茶厂3家。今年，茶园增加到9万亩。", "2023-06-01", 2023),
        ("2015年，茶园2万亩，2015年，茶厂3家。", "2023-06-01", 2015),
    ],
)
def test_the_year_reported_on_is_one_of_which_something_is_told(text: str, published: str, year: int) -> None:
    draft = extract("柳坪县：山乡新貌\n\n" + text, published=published)
    assert draft.anchor.reporting == Years(year, year)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("民国十九年，镇上有茶行12家。", [("12", "1930")]),
        ("清同治三年，全镇有田1万亩。", [("10000", "1864")]),
        ("宣统元年建学堂3所。", [("3", "1909")]),
        ("雍正年间修渠5条。", [("5", "1723/1735")]),
        ("乾隆四十年（1775年），全镇有人口2300人。", [("2300", "1775")]),
        ("公元1688年，镇上有住户90户。", [("90", "1688")]),
        ("1736年，镇上有住户90户。", [("90", "1736")]),
        ("七十年代，修渠7条。", [("7", "1970/1979")]),
        ("60年代修渠7条。", [("7", "1960/1969")]),
        ("1950年代，全镇有耕地2万亩。", [("20000", "1950/1959")]),
        ("二十世纪九十年代末，全镇有企业20家。", [("20", "1990/1999")]),
        ("1971年建成水电站2座，装机容量800千瓦。", [("2", "1971"), ("800", "2019")]),
        ("光绪二十年设镇。全镇辖9个村。", [("9", "2019")]),
        ("民国四年改县，1961年复县，全镇现有9个村。", [("9", "2019")]),
    ],
)
def test_what_is_told_of_old_times_is_of_them_and_nothing_else_is(text: str, expected: list[tuple[str, str]]) -> None:
    told = "2018年，全镇忙了一年。\n" + text
    assert periods(told, "临溪镇：老街新事\n\n", "2019-05-01") == expected


def test_old_times_are_in_no_name() -> None:
    text = "道光二年修桥3座。上世纪八十年代修桥5座。20世纪60年代末修桥7座。明清修桥9座。"
    labels = [f.indicator.label for f in extract("临溪镇：老街新事\n\n" + text, published="2019").figures]
    assert not any(word in label for label in labels for word in ("道光", "世纪", "年代"))


def test_what_a_firm_says_of_its_year_without_a_day_of_publication_is_of_that_year() -> None:
    text = "云岭水泥集团2023年社会责任报告\n\n万元产值能耗下降4.1%。水重复利用率由80.2%提高到86.5%。"
    dated = [(f.period.edtf, f.base.edtf if f.base else "") for f in extract(text).figures]
    assert dated == [("2023", "2022"), ("2022", ""), ("2023", "")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1962年办厂，有工人210人。1976年，工人增加到900人。80年代，工人达到1300人。", [("210", "1962"), ("900", "1976"), ("1300", "1980/1989")]),
        ("1956年，镇上有作坊12家。90年代末，作坊剩下3家。", [("12", "1956"), ("3", "1990/1999")]),
    ],
)  # fmt: skip
def test_a_decade_behind_the_last_year_told_is_no_aim(text: str, expected: list[tuple[str, str]]) -> None:
    figures = extract("老厂旧事\n\n" + text).figures
    assert [(f"{f.value.normalize():f}", f.period.edtf) for f in figures] == expected
    assert {figure.kind for figure in figures} == {"countKind"}


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        ("5月", "5月份，工业用电量环比由上月下降1.6%转为增长2.8%。", [("-1.6", "2024-04<2024-03"), ("2.8", "2024-05<2024-04")]),
        ("5月", "5月份，工业用电量同比由上月下降1.6%转为增长2.8%。", [("-1.6", "2024-04<2023-04"), ("2.8", "2024-05<2023-05")]),
        ("一季度", "一季度，税收收入环比由上季度下降1.6%转为增长2.8%。", [("-1.6", "2023-10/2023-12<2023-07/2023-09"), ("2.8", "2024-01/2024-03<2023-10/2023-12")]),
        ("一季度", "税收收入增速由上年四季度的5.6%回落至4.8%。", [("5.6", "2023-10/2023-12<2022-10/2022-12"), ("4.8", "2024-01/2024-03<2023-01/2023-03")]),
    ],
)  # fmt: skip
def test_growth_is_told_to_have_moved_from_that_of_the_month_or_quarter_before(
    title: str, text: str, expected: list[tuple[str, str]]
) -> None:
    assert periods(text, f"柳坪县2024年{title}运行情况\n\n", "") == expected


def test_what_lasts_or_goes_on_for_months_is_told_of_no_month() -> None:
    found = periods("存栏生猪900头，6月龄母猪70头。全场产糕点8吨，12月饼产量3吨。", "柳坪县种猪场2023年总结\n\n", "")
    assert [period for _, period in found] == ["2023"] * 4


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("单位产值能耗五年下降18%。", "18 2021<2016"),
        ("工业产值十年增长2.5倍。", "2.5 2021<2011"),
        ("2019年，出口额占比达45%，三年提高9个百分点。", "9 2019<2016"),
        ("昨日，首批30吨脐橙发往外地。", "30 2022-09-14"),
        ("近日，企业获得订单2亿元。", "200000000 2022"),
        ("“十四五”期间，计划投资80亿元。", "8000000000 2021/2025"),
        ("今年计划完成投资20亿元。", "2000000000 2022"),
    ],
)
def test_news_plans_and_growth_over_years_have_their_own_time(text: str, expected: str) -> None:
    opening = "2021年，全县有企业120家。"
    value, period = periods(opening + text, STORY, "2022-09-15")[-1]
    assert f"{value.removeprefix('-')} {period}" == expected


def test_what_is_planned_for_a_time_is_a_target_and_what_a_work_costs_is_none() -> None:
    kinds = [
        extract(STORY + text, published="2022-09-15").figures[0].kind
        for text in ("今年计划完成投资20亿元。", "“十四五”期间，计划投资80亿元。", "项目计划投资8亿元。")
    ]
    assert kinds == ["target", "target", "level"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2020年、2021年，分别新增就业4200人、4500人。", [("4200", "2020"), ("4500", "2021")]),
        ("2020、2021年分别接待游客120万人次和150万人次。", [("1200000", "2020"), ("1500000", "2021")]),
        ("去年和今年，全县分别投入教育经费2亿元、2.3亿元。", [("200000000", "2021"), ("230000000", "2022")]),
        ("前年、去年分别建成公园3个、5个。", [("3", "2020"), ("5", "2021")]),
    ],
)
def test_each_of_several_times_has_its_number_and_all_what_stands_behind(
    text: str, expected: list[tuple[str, str]]
) -> None:
    read = extract(STORY + "2019年，全县地区生产总值90亿元。" + text, published="2022-09-15").figures[1:]
    assert [(f"{figure.value.normalize():f}", figure.period.edtf) for figure in read] == expected
    assert len({figure.indicator.label for figure in read}) == 1
    assert read[0].indicator.label != "地区生产总值"


def test_a_year_by_the_way_is_not_what_a_story_of_now_reports_on() -> None:
    text = "古渡村2014年人均纯收入2800元，如今突破1.8万元。"
    assert periods(text, STORY, "2022-09-15") == [("2800", "2014"), ("18000", "2022")]
