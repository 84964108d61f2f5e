"""What documents of other kinds tell: company notices, plans, budgets, press conferences, figures by town; sentences of ours."""

from __future__ import annotations

import pytest

from yuanhui_kg.extract import extract

STORY = "柳坪县：山乡新貌"
REVIEW = "柳坪县2022年经济运行情况"
PLAN = "柳坪县国民经济和社会发展第十三个五年规划纲要"
NOTICE = "柳坪机械股份有限公司2022年年度业绩预告"
ANNALS = "柳坪县志·农业篇"


def told(title: str, text: str, published: str = "2023-01-20", place: str = "柳坪县") -> list[str]:
    """Value, unit, kind, period with its base, indicator and, where it is not the text's place, subject of the figures of a text."""
    return [
        " ".join(
            filter(
                None,
                (
                    f"{f.value.normalize():f}",
                    f.unit,
                    f.kind,
                    f.period.edtf + (f"<{f.base.edtf}" if f.base else ""),
                    f.indicator.label,
                    "" if f.subject == place else f.subject,
                ),
            )
        )
        for f in extract(f"{title}\n\n{text}", published=published, place=place).figures
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“七五”期间，茶园扩大到3万亩。", ["30000 mu level 1990 茶园面积"]),
        (
            "“七五”期间，年均产粮9万吨，比“六五”期间增长6%。",
            ["90000 t level 1986/1990 粮产量", "6 percent change 1986/1990<1981/1985 粮产量"],
        ),
        ("“文化大革命”期间，全县建水库3座。", ["3 count countKind 1966/1976 水库数"]),
        ("抗日战争时期，全县毁坏耕地2万亩。", ["20000 mu level 1937/1945 毁坏耕地面积"]),
        ("到本世纪末，粮食产量达到20万吨。", ["200000 t target 2000 粮食产量"]),
    ],
)
def test_annals_name_stretches_of_history_and_old_plans(text: str, expected: list[str]) -> None:
    assert told(ANNALS, text, "1998-10-01") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2022年亏损2亿元，上年同期盈利3亿元。", ["200000000 CNY level 2022 亏损", "300000000 CNY level 2021 盈利"]),
        ("报告期内，研发费用9000万元，较上年同期增加2000万元。", ["90000000 CNY level 2022 研发费用", "20000000 CNY increment 2022<2021 研发费用"]),
        ("毛利率由上年的21%下降至12%。", ["21 percent share 2021 毛利率", "12 percent share 2022 毛利率"]),
        ("控股股东持股3,620万股。", ["36200000 count countKind 2022 控股股东持股数"]),
        ("公司派发现金红利1.2亿元，在手订单4亿元。", ["120000000 CNY level 2022 现金红利", "400000000 CNY level 2022 在手订单金额"]),
        ("每10股派发现金红利1.2元。", ["1.2 CNY level 2022 现金红利"]),
    ],
)  # fmt: skip
def test_a_notice_of_a_firm_tells_its_year_and_shares(text: str, expected: list[str]) -> None:
    name = "柳坪机械股份有限公司"
    assert [one.removesuffix(f" {name}") for one in told(NOTICE, text, place="")] == expected


@pytest.mark.parametrize(
    ("title", "published", "text", "expected"),
    [
        ("今年上半年我县出口增长二成", "2019-07-18", "民营企业出口2亿元，增长5%。", ["200000000 CNY level 2019-01/2019-06 民营企业出口", "5 percent change 2019-01/2019-06<2018-01/2018-06 民营企业出口"]),
        ("春节黄金周柳坪游人如织", "2017-02-06", "过夜游客9万人次，同比增长8%。", ["90000 count countKind 2017-01-27/2017-02-02 过夜游客人数", "8 percent change 2017-01-27/2017-02-02<2016-02-07/2016-02-13 过夜游客人数"]),
        ("柳坪旅游回暖", "2019-07-18", "记者从县文旅局获悉，今年1至6月，接待游客62万人次。其中，过夜游客9万人次。", ["620000 count countKind 2019-01/2019-06 接待游客人数", "90000 count countKind 2019-01/2019-06 过夜游客人数"]),
        ("柳坪旅游回暖", "2019-07-18", "5月份，接待游客62万人次。其中，过夜游客9万人次。全县有星级酒店5家。", ["620000 count countKind 2019-05 接待游客人数", "90000 count countKind 2019-05 过夜游客人数", "5 count countKind 2019 星级酒店数"]),
        ("柳坪旅游回暖", "2019-07-18", "本报柳坪7月16日电 7月1日至10日，接待游客6万人次。", ["60000 count countKind 2019-07-01/2019-07-10 接待游客人数"]),
    ],
)  # fmt: skip
def test_a_title_and_the_sentence_before_date_the_parts(
    title: str, published: str, text: str, expected: list[str]
) -> None:
    assert told(title, text, published)[-len(expected) :] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("三次产业结构由2010年的21:42:37优化为16:45:39。", ["21 percent share 2010", "42 percent share 2010", "37 percent share 2010", "16 percent share 2015", "45 percent share 2015", "39 percent share 2015"]),
        ("到2020年，城镇化率达到40%。森林覆盖率60%，比2015年提高2个百分点。目前，城镇化率为35%。", ["40 percent target 2020", "60 percent target 2020", "2 percent target 2020<2015", "35 percent share 2016"]),
        ("到2020年，生产总值比2010年翻一番，生产总值年均增长8%。", ["2 count target 2020<2010", "8 percent target 2020<2015"]),
    ],
)  # fmt: skip
def test_what_a_plan_aims_at_is_no_fact(text: str, expected: list[str]) -> None:
    found = told(PLAN, "2015年是收官之年。\n" + text, "2016-01-20")
    assert [" ".join(one.split()[:4]) for one in found] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2016年接待游客486万人次，旅游收入24亿元，今年目标分别为550万人次和28亿元。", ["4860000 count countKind 2016 接待游客人数", "2400000000 CNY level 2016 旅游收入", "5500000 count target 2017 接待游客人数", "2800000000 CNY target 2017 旅游收入"]),
        ("二期占地210亩，计划2026年建成。茶企当年产茶18吨。", ["210 mu level 2017 占地面积", "18 t level 2016 茶叶产量"]),
    ],
)  # fmt: skip
def test_an_aim_holds_for_nothing_behind_it(text: str, expected: list[str]) -> None:
    assert told(STORY, "2016年，全县一年忙到头。\n" + text, "2017-02-05") == expected


def test_once_done_a_work_is_to_bring_what_is_told_in_a_report_too() -> None:
    text = "二期达产后可实现年产值90亿元；三期已完成投资3亿元。"
    assert [one.split()[2] for one in told(REVIEW, text)] == ["target", "level"]


def test_an_aim_for_a_quarter_is_of_the_year_told_before_it() -> None:
    text = "2023年，力争营收突破50亿元；一季度规上工业产值增长12%。"
    assert told(REVIEW, text)[-1] == "12 percent target 2023-01/2023-03<2022-01/2022-03 工业总产值"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("孕产妇死亡率24.2/10万。", ["0.242 permille share 2022 孕产妇死亡率"]),
        ("五年期贷款利率4.2%，下降10个基点。", ["4.2 percent share 2022", "-0.1 percent pointChange 2022<2021"]),
        ("城乡居民收入比由上年同期的2.30缩小至2.24。", ["2.3 count level 2021 城乡居民收入比", "2.24 count level 2022 城乡居民收入比"]),
        ("亿元GDP死亡率0.62，下降0.19。", ["0.62 count level 2022", "-0.19 count increment 2022<2021"]),
        ("600分以上43人，最高分658分。", ["600 count threshold 2022 分数", "43 count countKind 2022 600分以上人数", "658 count countKind 2022 最高分数"]),
        ("平均住院日8.1天，缩短0.4天。", ["8.1 day duration 2022 平均住院日", "-0.4 day increment 2022<2021 平均住院日"]),
        ("去化周期由14个月延长至19个月。", ["14 month duration 2021 去化周期", "19 month duration 2022 去化周期"]),
        ("综合评价列全省第41位，较上年前移3位。", ["41 rank rank 2022 综合评价", "3 count increment 2022<2021 排名"]),
        ("税收减少1.2亿元至2.2亿元。", ["-120000000 CNY increment 2022<2021 税收收入", "220000000 CNY level 2022 税收收入"]),
        ("预计税收减少1.2亿元至2.2亿元。", ["-120000000 CNY increment 2022<2021 税收收入", "-220000000 CNY increment 2022<2021 税收收入"]),
        ("财政支出1.3亿元，增支0.2亿元。", ["130000000 CNY level 2022 财政支出", "20000000 CNY increment 2022<2021 财政支出"]),
        ("建设年产12万片8英寸晶圆项目。", ["120000 count countKind 2022 8英寸晶圆年产能力"]),
        ("他们两口子一年收入4万元。", ["40000 CNY level 2022 年收入"]),
    ],
)  # fmt: skip
def test_units_movements_and_scores_are_what_they_say(text: str, expected: list[str]) -> None:
    found = told(REVIEW, text)
    assert [one[: len(want)] for one, want in zip(found, expected, strict=True)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("河东镇、河西镇、石桥乡工业产值分别为1亿元、2亿元和3亿元，增速分别为3%、-7%和-1%。", ["100000000 CNY level 2022 工业总产值 河东镇", "200000000 CNY level 2022 工业总产值 河西镇", "300000000 CNY level 2022 工业总产值 石桥乡", "3 percent change 2022<2021 工业总产值 河东镇", "-7 percent change 2022<2021 工业总产值 河西镇", "-1 percent change 2022<2021 工业总产值 石桥乡"]),
        ("全县规上工业增加值增长6%，其中经开区增长7%，高新区为5.6%。", ["6 percent change 2022<2021 规模以上工业增加值", "7 percent change 2022<2021 规模以上工业增加值 经开区", "5.6 percent change 2022<2021 规模以上工业增加值 高新区"]),
        ("全县粮食总产10万吨，河东镇1万吨，河西镇2万吨。", ["100000 t level 2022 粮食产量", "10000 t level 2022 粮食产量 河东镇", "20000 t level 2022 粮食产量 河西镇"]),
        ("全县投资增长8%，河东镇为3%。", ["8 percent change 2022<2021 投资", "3 percent change 2022<2021 投资 河东镇"]),
        ("马各庄村有312户。都安镇有15户。", ["312 count countKind 2022 总户数 马各庄村", "15 count countKind 2022 总户数 都安镇"]),
    ],
)  # fmt: skip
def test_figures_by_town_are_of_each_town(text: str, expected: list[str]) -> None:
    assert told(REVIEW, text) == expected


@pytest.mark.parametrize(
    "name", ["在手订单金额", "应付账款", "会费收入", "建档率", "义务教育完成率", "超时率", "让利率", "修理费", "购房款"]
)
def test_a_verb_that_is_the_beginning_of_a_noun_is_part_of_the_name(name: str) -> None:
    amount = "45%" if name.endswith("率") else "2亿元"
    assert [f.indicator.label for f in extract(f"{STORY}\n\n2022年，{name}为{amount}。").figures] == [name]


def test_a_market_in_general_is_no_thing() -> None:
    text = f"{REVIEW}\n\n2022年柳坪县房地产市场平稳。报告期内公司盈利。居全省高新区第一位，占其所持股份的4%。"
    assert [one.name for one in extract(text, published="2023-01-20").entities] == ["柳坪县"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("新建12所小学，培训300名医生，注销了8家企业。", ["12 count countKind 2022 新建小学数", "300 count countKind 2022 培训医生数", "8 count countKind 2022 注销企业数"]),
        ("新登记市场主体6842户，其中企业1573户、个体工商户5198户。", ["6842 count countKind 2022 新增市场主体数", "1573 count countKind 2022 新增企业数", "5198 count countKind 2022 新增个体工商户数"]),
        ("行政复议案件37件，其中维持21件、撤销4件、其他6件。", ["37 count countKind 2022 行政复议案件数", "21 count countKind 2022 维持行政复议案件数", "4 count countKind 2022 撤销行政复议案件数", "6 count countKind 2022 其他行政复议案件数"]),
        ("拖拉机8964台，其中大中型拖拉机712台。", ["8964 count countKind 2022 拖拉机数", "712 count countKind 2022 大中型拖拉机数"]),
        ("火灾14起，死亡1人。工矿商贸事故4起，死亡3人。", ["14 count countKind 2022 火灾起数", "1 count countKind 2022 火灾死亡人数", "4 count countKind 2022 工矿商贸事故数", "3 count countKind 2022 工矿商贸事故死亡人数"]),
        ("植树3万株，完成任务数的105%。", ["30000 count countKind 2022 植树株数", "105 percent share 2022 植树株数"]),
        ("受教育程度：小学36.8%，初中48.9%。", ["36.8 percent share 2022 小学占比", "48.9 percent share 2022 初中占比"]),
        ("36至54岁的占47.9%，55岁及以上的占33.7%。", ["47.9 percent share 2022 36至54岁占比", "55 year threshold 2022 年龄", "33.7 percent share 2022 55岁及以上占比"]),
        ("日均值第95百分位数为1.6毫克/立方米。", ["1600 ug/m3 level 2022 日均值第95百分位数"]),
        ("铝材、铜箔收入分别为5亿元和3亿元，占比分别为52%和31%。", ["500000000 CNY level 2022 铝材收入", "300000000 CNY level 2022 铜箔收入", "52 percent share 2022 铝材收入占比", "31 percent share 2022 铜箔收入占比"]),
        ("预算收入5亿元。其中：增值税1亿元；契税0.5亿元；非税收入1亿元，占21%。", ["500000000 CNY level 2022 预算收入", "100000000 CNY level 2022 增值税", "50000000 CNY level 2022 契税", "100000000 CNY level 2022 非税收入", "21 percent share 2022 非税收入占预算收入的比重"]),
        ("全县86座水库蓄水量1.2亿立方米。", ["86 count countKind 2022 水库数", "120000000 m3 level 2022 水库蓄水量"]),
        ("全年计划新改建公路260公里，实际完成278公里，占计划的107%。", ["260 km target 2022 新建改建公路里程", "278 km level 2022 新建改建公路里程", "107 percent share 2022 新建改建公路里程"]),
        ("投资下降5%，降幅扩大2个百分点，比上半年收窄1个百分点。", ["-5 percent change 2022<2021 投资", "-2 percent pointChange 2022<2021 投资", "1 percent pointChange 2022<2022-01/2022-06 投资"]),
    ],
)  # fmt: skip
def test_parts_and_deeds_are_not_all_that_there_is(text: str, expected: list[str]) -> None:
    assert told(REVIEW, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("预计94年可创产值350万元。", ["3500000 CNY level 1994"]),
        ("粮食总产四百八十二万公斤，比九二年增长8%。", ["4820000 kg level 1993", "8 percent change 1993<1992"]),
        ("九四年奋斗目标：粮食总产五百万公斤。", ["5000000 kg target 1994"]),
    ],
)
def test_years_of_two_digits_are_of_the_nineties(text: str, expected: list[str]) -> None:
    found = told("一九九三年柳坪县工作总结", text, "1994-02-08")
    assert [" ".join(one.split()[:4]) for one in found] == expected


def test_years_of_two_digits_are_none_later() -> None:
    assert told(REVIEW, "茶厂94年历史。产茶94年，收入5万元。")[-1].split()[3] == "2022"


def test_a_month_of_statistics_holds_for_its_paragraph() -> None:
    text = "2022年12月份，居民消费价格同比上涨0.6%。食品中，鲜菜价格上涨18%；环比上涨0.3%，由上月下降0.1%转为上涨。"
    assert [one.split()[3] for one in told(REVIEW, text)] == [
        "2022-12<2021-12",
        "2022-12<2021-12",
        "2022-12<2022-11",
        "2022-11<2022-10",
    ]


def test_balances_of_a_month_are_of_it_in_the_whole_paragraph() -> None:
    text = "截至6月末，存款余额38亿元，增长14%。贷款余额26亿元。"
    assert [one.split()[3] for one in told("柳坪县上半年经营情况", text, "2011-07-21")][::2] == ["2011-06", "2011-06"]


def test_a_draft_budget_is_an_aim() -> None:
    text = "一、2010年预算执行情况\n2010年，支出16亿元。\n二、2011年预算草案\n2011年收入拟安排6亿元。其中教育支出安排4亿元。"
    assert [one.split()[2] for one in told("柳坪县财政预算执行情况", text, "2011-03-10")] == [
        "level",
        "target",
        "target",
    ]


def test_straight_and_cornered_quotation_marks_are_read_as_others() -> None:
    for text in ('"十三五"期间，新增床位800张。', "「十三五」期间，新增床位800张。"):
        assert [one.split()[3] for one in told(STORY, text, "2021-03-30")] == ["2016/2020"]


def test_a_listed_firm_is_whom_its_report_is_about() -> None:
    text = "8月30日，金岭新材（688123）披露半年报。公司实现营收9亿元。公司在建的铜陵二期项目总投资18亿元。公司共有专利316项。"
    found = told("金岭新材上半年净利增三成", text, "2023-08-31", "")
    assert [one.split()[-1] for one in found][1:] == ["金岭新材", "铜陵二期项目", "金岭新材"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("居住在城镇的人口为179835人，占46.50%。", ["179835 count countKind 2020 城镇常住人口", "46.5 percent share 2020 城镇常住人口占比"]),
        ("与2010年相比，60岁及以上人口的比重上升6.47个百分点。", ["6.47 percent pointChange 2020<2010 60岁及以上人口的比重"]),
        ("总人口性别比（以女性为100）由2010年的106.92下降为105.35。", ["106.92 count level 2010 总人口性别比数", "105.35 count level 2020 总人口性别比数"]),
        ("城镇、乡村人口比重分别下降1.85个和4.62个百分点。", ["-1.85 percent pointChange 2020<2019", "-4.62 percent pointChange 2020<2019"]),
    ],
)  # fmt: skip
def test_a_census_is_of_its_year(text: str, expected: list[str]) -> None:
    found = told("柳坪县第七次全国人口普查公报", text, "2021-06-10")
    assert [one[: len(want)] for one, want in zip(found, expected, strict=True)] == expected


@pytest.mark.parametrize(
    ("title", "text", "period"),
    [
        (
            "柳坪经济稳中向好",
            "本报讯 今年上半年，全县实现生产总值21亿元。\n工业：规上企业完成产值18亿元。",
            "2005-01/2005-06",
        ),
        ("柳坪半年经济“成绩单”出炉", "工业：规上企业完成产值18亿元。", "2005-01/2005-06"),
        ("柳坪经济稳中向好", "今年上半年，全县实现生产总值21亿元。\n2003年，规上企业完成产值18亿元。", "2003"),
    ],
)
def test_news_of_a_part_of_a_year_is_of_that_part(title: str, text: str, period: str) -> None:
    assert told(title, text, "2005-07-25")[-1].split()[3] == period


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("二、审结民商事案件2863件。", ["2863 count countKind 2022 审结民商事案件数"]),
        ("暑期（7月1日—8月31日）接待游客86万人次。", ["860000 count countKind 2022-07-01/2022-08-31 接待游客人数"]),
        ("纺织业增加值下降3%，下拉0.4个百分点。", ["-3 percent change 2022<2021 纺织业增加值", "-0.4 percent pointChange 2022<2021 纺织业增加值"]),
        ("规上工业增加值增长6%。采矿业增长2%。分乡镇看，增速居前两位的是河东镇和河西镇，分别增长9%和8%。", ["6 percent change 2022<2021 规模以上工业增加值", "2 percent change 2022<2021 采矿业增加值", "9 percent change 2022<2021 规模以上工业增加值 河东镇", "8 percent change 2022<2021 规模以上工业增加值 河西镇"]),
    ],
)  # fmt: skip
def test_numbers_of_paragraphs_seasons_and_who_ranks_are_read(text: str, expected: list[str]) -> None:
    assert told(REVIEW, text) == expected


def test_a_text_on_a_scenic_spot_is_about_it_and_one_on_no_named_city_about_none() -> None:
    spot = "云顶山景区前三季度经营情况\n\n云顶山景区有索道2条。\n综合收入3亿元。"
    assert {figure.subject for figure in extract(spot, published="2024-09-30").figures} == {"云顶山景区"}
    city = "我市工业运行平稳\n\n全市工业增长6%，居前的是临江县、永安区和白石市，最低的梅岭县下降2%。"
    assert "" in {figure.subject for figure in extract(city, published="2024-09-30").figures}


def test_what_a_story_tells_behind_an_aim_is_a_fact() -> None:
    text = "到2020年，茶园达到3万亩。合作社流转土地300亩。"
    assert [one.split()[2] for one in told(STORY, text, "2016-01-20")] == ["target", "level"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("幼儿园82所（民办61所），比上年增加7所。", ["82 count countKind 2022 幼儿园数", "61 count countKind 2022", "7 count increment 2022<2021 幼儿园数"]),
        ("规模以上工业企业（年主营业务收入500万元及以上）达到53户，净增9户。", ["5000000 CNY threshold 2022 主营业务收入", "53 count countKind 2022 规模以上工业企业数", "9 count increment 2022<2021 规模以上工业企业数"]),
        ("肉禽及其制品价格上涨32.8%。", ["32.8 percent change 2022<2021 肉禽及其制品价格"]),
        ("研究与试验发展经费投入占地区生产总值比重为2%。", ["2 percent share 2022 研发投入强度"]),
    ],
)  # fmt: skip
def test_brackets_tell_of_parts_and_lines_only(text: str, expected: list[str]) -> None:
    found = told(REVIEW, text)
    assert [one[: len(want)] for one, want in zip(found, expected, strict=True)] == expected


def test_who_speaks_of_our_village_tells_of_others_by_their_names() -> None:
    quote = "“我们村去年分红86万元，邻近的柳树村分红50万元，鼎盛集团投资3亿元。”桃源村党支部书记说。"
    figures = extract(f"{STORY}\n\n{quote}", published="2023-01-20", place="柳坪县").figures
    assert [figure.subject for figure in figures] == ["桃源村", "柳树村", "鼎盛集团"]


@pytest.mark.parametrize("text", ["罗山市（464200）在南部。", "全县总人口（85632）。"])
def test_a_number_in_brackets_makes_no_listed_firm_of_an_area_or_a_measure(text: str) -> None:
    things = extract(f"{STORY}\n\n{text}", published="2023-01-20", place="柳坪县").entities
    assert "Company" not in {thing.kind for thing in things}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2022年12月28日至1月3日，接待游客3万人次。", ["2022-12-28/2023-01-03"]),
        ("12月28日至1月3日，接待游客3万人次。", ["2022-12-28/2023-01-03"]),
        ("2022年2月30日，接待游客3万人次。", ["2022"]),
    ],
)
def test_days_may_go_on_into_the_next_year_and_are_of_the_calendar(text: str, expected: list[str]) -> None:
    figures = extract(f"{STORY}\n\n{text}", published="2023-01-20", place="柳坪县").figures
    assert [figure.period.edtf for figure in figures] == expected


def test_half_a_year_that_something_takes_is_no_half_of_a_year() -> None:
    [figure] = extract(f"{REVIEW}\n\n园区建设不到半年投资已达5亿元。", published="2023-01-20").figures
    assert figure.period.edtf == "2022"


@pytest.mark.parametrize("lasts", ["荒山使用权50年不变，", "承包期50年，", "遭遇60年一遇的大旱，"])
def test_how_long_something_lasts_is_no_year_of_the_century(lasts: str) -> None:
    [figure] = extract(f"柳坪县经济概况\n\n{lasts}拍卖收入300万元。", published="1998-03-01", place="柳坪县").figures
    assert figure.period.last in (1997, 1998)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("全年降低成本2000万元。", ["-20000000 CNY increment 2022<2021 成本"]),
        ("减轻企业负担1亿元。", ["-100000000 CNY increment 2022<2021 企业负担"]),
    ],
)
def test_what_is_lessened_is_called_without_the_verb(text: str, expected: list[str]) -> None:
    assert told(REVIEW, text) == expected


def test_what_tells_how_a_plan_was_carried_out_is_no_plan() -> None:
    text = "到2025年，生产总值达到800亿元。全年粮食产量32万吨。"
    assert told("柳坪县2022年国民经济和社会发展计划执行情况的报告", text)[1] == "320000 t level 2022 粮食产量"
    assert told(PLAN, text, published="2022-01-20")[0].startswith("80000000000 CNY target 2025")
