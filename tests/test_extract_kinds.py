"""What kind of figure a number is: each rule by a sentence of ours, and what the clause before a number is read for."""

from __future__ import annotations

import pytest

from yuanhui_kg.extract import drafting, extract, kinds
from yuanhui_kg.extract.tables import table

TITLE = "2024年上半年柳坪县经济运行情况\n\n"
#: A sentence, the value and kind of its last figure, and the rule that gave the kind.
CASES = [
    ("全县有亿元以上项目。", "100000000", "threshold", ""),
    ("全县在全国排名上升11位。", "11", "increment", "places moved"),
    ("全县生产总值90亿元，居全市第2位。", "2", "rank", ""),
    ("连续5年被评为先进。", "5", "duration", ""),
    ("一只传感器从上料到下线只要4分钟。", "4", "duration", "time taken"),
    ("增速虽未达到年初定下的9%。", "9", "target", "plan"),
    ("城镇化率52%，提高1.2个百分点。", "1.2", "pointChange", ""),
    ("粮食产量8万吨，比2012年增长1.3倍。", "1.3", "change", "growth"),
    ("粮食产量8万吨，是2012年的3倍。", "3", "ratioToBase", ""),
    ("接待游客80万人次，恢复到2019年的96%。", "96", "ratioToBase", "part of a base"),
    ("财政收入9亿元，五年年均增长达到8%。", "8", "averageGrowth", "yearly growth"),
    ("接待游客80万人次，比2019年还多出6%。", "6", "change", "difference"),
    ("财政收入9亿元，增速达到8%。", "8", "change", "growth"),
    ("财政收入9亿元，增长率为8%。", "8", "change", "growth"),
    ("财政收入9亿元，增长达到8%。", "8", "change", "growth"),
    ("财政支出增长13%，86%的财政支出用于民生。", "86", "share", "share of what follows"),
    ("财政收入9亿元，增长3%，2015年回升到4%。", "4", "change", "growth that moved"),
    ("财政收入9亿元，增长6.3%、7.8%。", "7.8", "change", "growth carried on"),
    ("农村居民收入增速跑赢全市，为7.9%。", "7.9", "change", "growth named before"),
    ("工业增加值增长7%，河东镇为5.6%。", "5.6", "change", "growth elsewhere"),
    ("政府债务余额9亿元，其中当年新增1.2亿元。", "120000000", "increment", "added to it"),
    ("全年降低企业用电成本3120万元。", "-31200000", "increment", "lessened"),
    ("公司市盈率36倍。", "36", "level", "value in multiples"),
    ("电费比去年多花1.5倍。", "1.5", "change", "difference"),
    ("经济效益综合指数为98%。", "98", "level", "index"),
    ("森林覆盖率提高到52%。", "52", "share", ""),
    ("发展茶园，带动群众户均增收3000元。", "3000", "level", "earned"),
    ("次均住院费用比上年低410元。", "-410", "increment", "difference"),
    ("居民人均可支配收入2万元，高出全市平均水平1940元。", "1940", "increment", "difference"),
    ("居民人均可支配收入2万元，低于全市平均水平1940元。", "-1940", "increment", "difference"),
    ("城乡居民收入同比净增1200元和800元。", "800", "increment", "differences in a row"),
    ("贷款余额90亿元，增加6亿元。", "600000000", "increment", "moved by"),
    ("贷款余额90亿元，减少6亿元。", "-600000000", "increment", "moved by"),
    ("搬迁家庭户均就业1.8人。", "1.8", "level", "count of each"),
    ("新建学校12所。", "12", "countKind", ""),
    ("贷款余额90亿元。", "9000000000", "level", ""),
]  # fmt: skip


def last(sentence: str) -> tuple[str, str, str]:
    """Value, kind and the rule that gave the kind, of the last figure of a sentence."""
    figure = extract(TITLE + sentence, published="2024-07-20").figures[-1]
    return f"{figure.value.normalize():f}", figure.kind, figure.rules[0].partition(": ")[2]


@pytest.mark.parametrize(("sentence", "value", "kind", "rule"), CASES)
def test_a_kind_is_given_by_the_first_rule_that_holds(sentence: str, value: str, kind: str, rule: str) -> None:
    assert last(sentence) == (value, kind, rule)


def test_every_rule_has_a_sentence_and_a_name_in_chinese() -> None:
    assert {(kind, rule) for _, _, kind, rule in CASES} == {(kind, rule) for rule, kind, _ in kinds.RULES}
    assert {rule for rule, _, _ in kinds.RULES if rule} <= table("rules")["zh"].keys()


@pytest.mark.parametrize(
    ("sentence", "value", "kind"),
    [
        ("财政收入9亿元，下降8%。", "-8", "change"),
        ("财政收入9亿元，同比分别下降约8%。", "-8", "change"),
        ("降至8%。", "8", "share"),
        ("财政收入下降8%，降幅较一季度收窄2个百分点。", "2", "pointChange"),
        ("财政收入增长8%，低于预期目标2个百分点。", "-2", "pointChange"),
        ("城镇化率52%，比全市平均水平低2个百分点。", "-2", "pointChange"),
        ("全县在全国排名后移2位。", "-2", "increment"),
        ("极端最低气温零下41.6℃。", "-41.6", "level"),
        ("天旱，水稻亩产掉了80斤。", "-80", "increment"),
        ("天旱，水稻产量掉了三成。", "-30", "change"),
        ("争取救灾资金300万元，建起大棚50座。", "50", "countKind"),
        ("争取建大棚50座。", "50", "target"),
        ("2026年底通车后，县城到市区只需40分钟。", "40", "target"),
    ("人口自然增长率5‰。", "5", "share"),
        ("工业投资占全部投资的58%。", "58", "share"),
        ("总产值占规上工业增加值的47%。", "47", "share"),
    ],
)  # fmt: skip
def test_a_decline_is_negative_and_a_state_is_not(sentence: str, value: str, kind: str) -> None:
    assert last(sentence)[:2] == (value, kind)


@pytest.mark.parametrize(
    ("sentence", "kinds"),
    [
        ("货车平均候检由9小时缩短为3小时。", ["duration", "duration"]),
        ("年初受灾停工45天。", ["duration"]),
        ("无霜期210天。", ["level"]),
        ("优良天数由300天减少到290天。", ["level", "level"]),
        ("户籍人口58.6万。", ["countKind"]),
        ("城乡居民收入比为2.06。", ["level"]),
        ("纱锭规模达到120万锭。", ["level"]),
        ("玉米面积调减12万亩。", ["increment"]),
        ("完成投资6.8亿元，占年度计划12亿元的56%。", ["level", "target", "share"]),
        ("完成投资6.8亿元，占全部投资12亿元的56%。", ["level", "level", "share"]),
    ],
)
def test_times_people_sizes_and_plans_are_told_apart(sentence: str, kinds: list[str]) -> None:
    assert [figure.kind for figure in extract(TITLE + sentence, published="2024-07-20").figures] == kinds


def test_what_is_aimed_at_is_a_target_but_for_what_is_fixed_before() -> None:
    assert last("力争新建学校12所。")[1] == "target"
    assert last("力争开工建设水库，总投资6亿元。")[1] == "level"


def test_what_is_so_already_is_no_target_among_those() -> None:
    assert last("力争改造老旧小区54个，1至7月已完工31个。")[:2] == ("31", "countKind")
    found = extract(TITLE + "力争森林覆盖率由去年的15%提高到18%。", published="2024-07-20").figures
    assert [figure.kind for figure in found] == ["share", "target"]


def test_aims_begin_with_the_word_for_them_where_a_coming_year_follows() -> None:
    text = "今年确保减贫1.5万人；到2030年，森林覆盖率达到18%。"
    assert [figure.kind for figure in extract(TITLE + text, published="2024-07-20").figures] == ["target", "target"]


@pytest.mark.parametrize(
    ("sentence", "labels"),
    [
        ("生猪存栏、出栏分别达到3万头和5万头。", ["生猪存栏", "生猪出栏"]),
        ("城乡居民人均可支配收入达到3万元、2万元。", ["城镇居民人均可支配收入", "农村居民人均可支配收入"]),
        ("生猪存栏、出栏分别达到3万头、5万头，增长10%和12%。", ["生猪存栏", "生猪出栏"] * 2),
        ("生猪存栏3万头，工业增速为5.2%、6.7%、7.9%。", ["生猪存栏", *["工业增加值"] * 3]),
    ],
)
def test_numbers_that_are_told_respectively_are_of_the_names_before_them(sentence: str, labels: list[str]) -> None:
    assert [figure.indicator.label for figure in extract(TITLE + sentence, published="2024-07-20").figures] == labels


@pytest.mark.parametrize(
    ("sentence", "limited"),
    [
        ("税收超千万元的企业12家。", ["12"]),
        ("全镇6个村集体收入超过50万元。", ["6"]),
        ("年平均气温12℃，≥10℃有效积温2450℃左右。", []),
    ],
)
def test_a_line_limits_the_count_beside_it_and_is_no_fact_without_one(sentence: str, limited: list[str]) -> None:
    """Else a draft does not conform to the shapes."""
    draft = extract(TITLE + sentence, published="2024-07-20")
    printed = {figure.start: f"{figure.value:f}" for figure in draft.figures}
    places = [draft.limited_at(figure) for figure in draft.figures if figure.kind == "threshold"]
    assert [printed[place] for place in places if place is not None] == limited
    drawn = drafting.triples(draft)
    assert sum(fact.predicate.value.endswith("qualifies") for fact in drawn) == len(limited)
    assert len({fact.subject for fact in drawn if str(fact.subject).endswith("-threshold>")}) == len(limited)


def test_a_row_ends_where_much_stands_between_its_numbers() -> None:
    """The words between two numbers were tried in every division: sixty of them took longer than anybody waits."""
    figures = extract(TITLE + f"存栏、出栏分别为5头{'第' * 60}，x，6头。", published="2024-07-20").figures
    assert [figure.rules[1] for figure in figures].count("respectively") == 0


@pytest.mark.parametrize(
    ("sentence", "kinds"),
    [
        ("“头雁计划”落户人才39名。", ["countKind"]),
        ("重点项目76个，年度计划投资14亿元。", ["countKind", "target"]),
        (
            "今年全县将迎来新生900人；去年毕业800人；新院区投用后，床位将增加到450张。",
            ["target", "countKind", "target"],
        ),
    ],
)
def test_a_plan_in_a_name_is_no_aim_and_each_stretch_of_aims_has_its_own_word(sentence: str, kinds: list[str]) -> None:
    figures = extract(f"柳坪县：山乡新貌\n\n{sentence}", published="2024-07-20").figures
    assert [figure.kind for figure in figures] == kinds


def story(sentence: str) -> list[tuple[str, str]]:
    """Value and kind of the figures of a story."""
    figures = extract(f"柳坪县：山乡新貌\n\n{sentence}", published="2024-07-20").figures
    return [(f"{figure.value.normalize():f}", figure.kind) for figure in figures]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("多数村民住在海拔800米以上的山寨。", [("800", "threshold")]),
        ("县里对年产值3000万元以上的老厂房给予奖励。", [("30000000", "threshold")]),
        ("当年完成3000万元以上的投资。", [("30000000", "level")]),
        ("50人以上大班额比例为4%。", [("50", "threshold"), ("4", "share")]),
        ("乡村教师中50岁以上的占四成。", [("50", "threshold"), ("40", "share")]),
        ("30分钟就医圈覆盖率达到93%。", [("30", "threshold"), ("93", "share")]),
        (
            "财政收入9.2亿元，增长7%，首次突破9亿元。",
            [("920000000", "level"), ("7", "change"), ("900000000", "threshold")],
        ),
        ("财政收入9.2亿元，税收突破8亿元。", [("920000000", "level"), ("800000000", "level")]),
        ("每斤比散卖多卖2元。", [("2", "increment")]),
        ("一亩地比过去多挣700元。", [("700", "increment")]),
    ],
)
def test_lines_and_differences_are_told_by_the_words_around_them(
    sentence: str, expected: list[tuple[str, str]]
) -> None:
    assert story(sentence) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("县域就诊率88%，较2019年提高9个百分点，提升幅度居全市第2位。", ["share", "pointChange", "growthRank"]),
        ("生产总值90亿元，总量、增速分别居全市第四位和第一位。", ["level", "rank", "growthRank"]),
        ("财政收入9亿元，增幅和总量依次列全市第3、第5。", ["level", "growthRank", "rank"]),
    ],
)
def test_what_is_ranked_may_be_how_fast_something_grew(sentence: str, expected: list[str]) -> None:
    assert [kind for _, kind in story(sentence)] == expected


def test_the_age_of_those_told_of_and_the_width_of_a_circle_have_names() -> None:
    figures = extract(TITLE + "乡村教师中50岁以上的占四成，30分钟就医圈覆盖率93%。", published="2024").figures
    assert [figure.indicator.label for figure in figures][::2] == ["乡村教师年龄", "就医圈时间"]


@pytest.mark.parametrize(
    "sentence",
    [
        "每千人床位数由2015年的3.9张增加到5.6张",
        "每千人口执业（助理）医师数达到3.1人",
        "每百户家庭拥有汽车42辆",
        "每千人口托位4.7个",
    ],
)
def test_what_is_told_per_so_many_people_is_a_level(sentence: str) -> None:
    assert {figure.kind for figure in extract(f"松泉区2023年统计公报\n\n{sentence}。").figures} == {"level"}


@pytest.mark.parametrize(
    ("sentence", "kinds"),
    [
        ("二期12条窑炉将于明年5月点火。", ["target"]),
        ("剩下的21个贫困村要全部退出。", ["target"]),
        ("平均住院日由9天缩短到7.2天。", ["duration", "duration"]),
        ("计划建设清河污水处理厂，新增岗位60个，日处理能力2万吨。", ["target", "level"]),
        ("大班额问题突出，60人以上的班级占27%。", ["threshold", "share"]),
    ],
)
def test_what_is_left_to_do_is_aimed_at_and_what_a_work_is_given_with_is_not(sentence: str, kinds: list[str]) -> None:
    story = "柳坪县：山乡新貌\n\n"
    assert [figure.kind for figure in extract(story + sentence, published="2024-07-20").figures] == kinds


def moved(text: str) -> list[str]:
    """Value and kind of each figure of a text that tells of a movement."""
    figures = extract(TITLE + text, published="2024-07-20").figures
    found = [one for one in figures if one.kind in ("change", "averageGrowth", "increment", "pointChange", "target")]
    return [f"{one.value.normalize():f} {one.kind}" for one in found]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("原煤产量9万吨，水泥产量3万吨，分别下降3%和增长7%。", ["-3 change", "7 change"]),
        ("黄牛存栏2万头，山羊存栏9万只，同比分别增长2%、下降4%。", ["2 change", "-4 change"]),
        ("第一、二、三产业投资分别增长12%、下降3%、增长5%。", ["12 change", "-3 change", "5 change"]),
        ("进口、出口总额分别增长5%和同比下降2%。", ["5 change", "-2 change"]),
        ("轿车、客车、货车产量分别增长2%、下降5%和3%。", ["2 change", "-5 change", "-3 change"]),
        ("城镇化率、就业率分别提高1.2个百分点、下降0.8个百分点。", ["1.2 pointChange", "-0.8 pointChange"]),
        ("轿车、客车产量分别下降6%、8%。", ["-6 change", "-8 change"]),
    ],
)
def test_of_numbers_told_respectively_each_has_the_sign_of_its_own_verb(sentence: str, expected: list[str]) -> None:
    assert moved(sentence) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("工业投资增速由上年的9%回落至3%。", ["9 change", "3 change"]),
        ("零售额增速从12%降到8%，回落4个百分点。", ["12 change", "8 change", "-4 pointChange"]),
        ("进口降幅由9%收窄至2%，收窄7个百分点。", ["-9 change", "-2 change", "7 pointChange"]),
        ("农业总产值增速回升到4%。", ["4 change"]),
        ("房地产投资下降12%，降幅扩大至15%。", ["-12 change", "-15 change"]),
        ("税收收入跌幅为3%。", ["-3 change"]),
        ("进口下降9%，降幅比上半年扩大2个百分点。", ["-9 change", "-2 pointChange"]),
        ("电价降了五分钱。", ["-0.05 increment"]),
        ("工业投资增长7%，增速由1-4月的9%回落至7%。", ["7 change", "9 change", "7 change"]),
        ("工业投资降幅由前5个月的9%收窄至7%。", ["-9 change", "-7 change"]),
    ],
)
def test_growth_that_moved_is_growth_before_and_after(sentence: str, expected: list[str]) -> None:
    assert moved(sentence) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("出口增长5%—6%。", ["5 change", "6 change"]),
        ("铸件产量增长8%-10%。", ["8 change", "10 change"]),
        ("税收收入增长3%到4%。", ["3 change", "4 change"]),
        ("棉纱库存下降3%～5%。", ["-3 change", "-5 change"]),
        ("煤炭价格下降8%和5%。", ["-8 change", "-5 change"]),
        ("贷款余额减少5亿元至6亿元。", ["-500000000 increment", "-600000000 increment"]),
        ("全年力争轴承产量增长8%-10%。", ["8 target", "10 target"]),
    ],
)
def test_the_second_end_of_a_range_is_what_the_first_is(sentence: str, expected: list[str]) -> None:
    assert moved(sentence) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("登记失业人员减少450人至2380人。", ["-450 increment", "2380 countKind"]),
        ("合作社减少12家至9家。", ["-12 increment", "9 countKind"]),
        ("大蒜收购价下跌4元至18元。", ["-4 increment", "18 level"]),
        ("村级债务减少0.3亿元到2.6亿元。", ["-30000000 increment", "260000000 level"]),
        ("最低工资标准上调150元至1900元。", ["150 increment", "1900 level"]),
        ("不良贷款率下降0.3%至1.6%。", ["-0.3 change", "1.6 share"]),
        ("每亩增收300元至900元。", ["300 increment", "900 increment"]),
        ("合作社减少5至15家。", ["-5 increment", "-15 increment"]),
    ],
)
def test_what_an_amount_moved_to_is_a_value_unless_it_is_the_other_end_of_a_range(
    sentence: str, expected: list[str]
) -> None:
    figures = extract(TITLE + sentence, published="2024-07-20").figures
    assert [f"{figure.value.normalize():f} {figure.kind}" for figure in figures] == expected


@pytest.mark.parametrize(
    "movement",
    ["跌", "下跌", "跌幅达", "萎缩", "缩水", "下挫", "走低", "走弱", "滑落", "暴跌了", "锐减", "骤降"],
)
def test_every_word_of_decline_tells_a_negative_change_of_what_stands_before_it(movement: str) -> None:
    figure = extract(TITLE + f"全县铸件出厂价同比{movement}4%。", published="2024-07-20").figures[-1]
    assert (figure.value, figure.kind, figure.indicator.label) == (-4, "change", "铸件出厂价")


CENSUS = "柳坪县2020年第七次全国人口普查公报\n\n"


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (
            "全县常住人口为51万人，与2010年第六次全国人口普查的56万人相比，减少5万人，年平均下降0.7%。",
            [
                "510000 countKind 2020 常住人口",
                "560000 countKind 2010 常住人口",
                "-50000 increment 2020 常住人口",
                "-0.7 averageGrowth 2020 常住人口",
            ],
        ),
        (
            "平均每个家庭户的人口为2.6人，比2010年减少0.5人。",
            ["2.6 level 2020 户均人口", "-0.5 increment 2020 户均人口"],
        ),
        (
            "与2010年第六次全国人口普查相比，每10万人中具有高中文化程度的由9100人上升为12400人。",
            ["9100 level 2010 每10万人高中文化程度人数", "12400 level 2020 每10万人高中文化程度人数"],
        ),
        ("每10万人中拥有小学文化程度的人口为21300人。", ["21300 level 2020 每10万人小学文化程度人数"]),
        (
            "每10万人中具有大专文化程度的由2100人上升为4300人，具有初中文化程度的由31200人下降为29800人。",
            [
                "2100 level 2019 每10万人大专文化程度人数",
                "4300 level 2020 每10万人大专文化程度人数",
                "31200 level 2019 每10万人初中文化程度人数",
                "29800 level 2020 每10万人初中文化程度人数",
            ],
        ),
        ("每千名群众拥有健身路径1.2条。", ["1.2 level 2020 每千名群众健身路径数"]),
        ("每万名职工拥有法律顾问3.2人。", ["3.2 level 2020 每万名职工法律顾问数"]),
        (
            "男性人口27万人，占51%；女性人口24万人，占49%。",
            [
                "270000 countKind 2020 男性人口",
                "51 share 2020 男性人口占比",
                "240000 countKind 2020 女性人口",
                "49 share 2020 女性人口占比",
            ],
        ),
        ("今年种茶，户均又多收了1200元。", ["1200 increment 2020 户均收入"]),
    ],
)
def test_what_a_census_tells_per_head_or_beside_an_earlier_one(sentence: str, expected: list[str]) -> None:
    figures = extract(CENSUS + sentence, published="2021-05-20").figures
    found = [(f"{f.value.normalize():f}", f.kind, f.period.edtf, f.indicator.label) for f in figures]
    assert [" ".join(one) for one in found] == expected
