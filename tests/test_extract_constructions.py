"""Constructions of real prose, one sentence of ours each: what its numbers are, of what, and when."""

from __future__ import annotations

import pytest

from yuanhui_kg.extract import extract
from yuanhui_kg.extract.equivalence import plain_names, same_indicator
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
        (FEATURE, "2021年，全县生产总值达到90亿元，比2012年翻了一番。", [("9000000000", "level", "2021", "地区生产总值"), ("2", "ratioToBase", "2021<2012", "地区生产总值")]),
        (FEATURE, "生产线全部达产后，预计年产值8亿元，可提供就业岗位260个。", [("800000000", "target", "2022", "产值"), ("260", "target", "2022", "带动就业人数")]),
        (FEATURE, "前年5月，接待游客3万人次。到明年10月，力争接待游客20万人次。", [("30000", "countKind", "2020-05", "接待游客人数"), ("200000", "target", "2023-10", "接待游客人数")]),
        (FEATURE, "2021年，快递订单同比翻了两番。", [("4", "ratioToBase", "2021<2020", "快递订单")]),
        (REPORT, "二、今后五年工作\n\n到2026年，全县生产总值比2021年翻一番。", [("2", "target", "2026<2021", "地区生产总值")]),
        (FEATURE, "到2021年，全县生产总值达到90亿元。\n民营企业由2012年的320家发展到8600家。", [("9000000000", "level", "2021", "地区生产总值"), ("320", "countKind", "2012", "民营企业数"), ("8600", "countKind", "2022", "民营企业数")]),
        (FEATURE, "2021年，全县生产总值90亿元。\n全县建成区面积9平方公里，公路通车里程800公里。", [("9000000000", "level", "2021", "地区生产总值"), ("9", "level", "2022", "建成区面积"), ("800", "level", "2022", "公路通车里程")]),
        (FEATURE, "2021年，全县生产总值90亿元。\n累计完成造林23万亩，改造危房310户。", [("9000000000", "level", "2021", "地区生产总值"), ("230000", "level", "../2021", "造林面积"), ("310", "countKind", "../2021", "农村危房改造户数")]),
        (FEATURE, "2021年，住户存款余额80亿元，人均2万元。", [("8000000000", "level", "2021", "住户存款余额"), ("20000", "level", "2021", "人均住户存款余额")]),
        (FEATURE, "每百户居民拥有汽车14辆、电脑72台。", [("14", "level", "2022", "每百户汽车拥有量"), ("72", "level", "2022", "每百户电脑拥有量")]),
        (FEATURE, "民营企业贡献了全县72%的税收。", [("72", "share", "2022", "民营企业占税收收入的比重")]),
        (FEATURE, "辖3镇6乡、78个村民委员会。", [("3", "countKind", "2022", "镇数"), ("6", "countKind", "2022", "乡数"), ("78", "countKind", "2022", "村委会数")]),
        (REPORT, "一、2021年工作回顾\n\n全年城区新建道路36条58公里。", [("36", "countKind", "2021", "新建道路数"), ("58", "level", "2021", "新建道路里程")]),
        (REPORT, "一、2021年工作回顾\n\n新认定高新技术企业16家，总数达到120家。", [("16", "countKind", "2021", "新认定高新技术企业数"), ("120", "countKind", "2021", "高新技术企业数")]),
        (REPORT, "一、2021年工作回顾\n\n48.6万农村贫困人口实现脱贫。", [("486000", "countKind", "2021", "脱贫人口")]),
        (REPORT, "一、2021年工作回顾\n\n城镇新增就业7万人，完成年度任务的118%。", [("70000", "countKind", "2021", "城镇新增就业人数"), ("118", "share", "2021", "城镇新增就业人数")]),
        (REPORT, "一、2021年工作回顾\n\n新增规上工业企业7家，新增充电桩30个。", [("7", "countKind", "2021", "新增规模以上工业企业数"), ("30", "countKind", "2021", "新增充电桩数")]),
        (REPORT, "一、2021年工作回顾\n\n计划生育率94%。", [("94", "share", "2021", "计划生育率")]),
        (REPORT, "二、今后五年工作\n\n今后五年，生产总值年均增长8%，到2026年达到200亿元。", [("8", "target", "2026<2021", "地区生产总值"), ("20000000000", "target", "2026", "地区生产总值")]),
        (REPORT, "一、2021年工作回顾\n\n生猪存栏、出栏分别达到36万头和58万头。", [("360000", "countKind", "2021", "生猪存栏"), ("580000", "countKind", "2021", "生猪出栏")]),
        (REPORT, "一、2021年工作回顾\n\n装备制造、生物医药、电子信息三大产业分别完成产值6亿元、4亿元、8亿元。", [("3", "countKind", "2021", "产业数"), ("600000000", "level", "2021", "装备制造产值"), ("400000000", "level", "2021", "生物医药产值"), ("800000000", "level", "2021", "电子信息产值")]),
        (REPORT, "一、2021年工作回顾\n\n农业产业化龙头企业发展到38家，其中国家级1家、省级6家。", [("38", "countKind", "2021", "农业产业化龙头企业数"), ("1", "countKind", "2021", "国家级龙头企业数"), ("6", "countKind", "2021", "省级龙头企业数")]),
        (REPORT, "一、2021年工作回顾\n\n新增农民专业合作社56家、家庭农场102家。", [("56", "countKind", "2021", "新增农民专业合作社数"), ("102", "countKind", "2021", "新增家庭农场数")]),
        (REPORT, "一、2021年工作回顾\n\n事故起数和死亡人数分别下降12.5%和20%。", [("-12.5", "change", "2021<2020", "生产安全事故起数"), ("-20", "change", "2021<2020", "事故死亡人数")]),
        (REPORT, "一、2021年工作回顾\n\n争取上级资金12.6亿元。", [("1260000000", "level", "2021", "上级资金")]),
        (REPORT, "一、2021年工作回顾\n\n引进亿元以上项目36个，其中5亿元以上8个。", [("100000000", "threshold", "2021", "总投资"), ("36", "countKind", "2021", "引进亿元以上项目数"), ("500000000", "threshold", "2021", "总投资"), ("8", "countKind", "2021", "引进5亿元以上项目数")]),
        (REPORT, "一、2021年工作回顾\n\n城乡低保标准分别提高到每人每月620元和450元。", [("620", "level", "2021", "城市低保标准"), ("450", "level", "2021", "农村低保标准")]),
        (FEATURE, "2021年，全县生产总值90亿元。\n开发区1992年批准设立，2003年升格为省级开发区，现有企业86家。", [("9000000000", "level", "2021", "地区生产总值"), ("86", "countKind", "2022", "企业数")]),
        (FEATURE, "1978年，全县工农业总产值1亿元，2021年生产总值达到90亿元。财政收入8亿元。", [("100000000", "level", "1978", "工农业总产值"), ("9000000000", "level", "2021", "地区生产总值"), ("800000000", "level", "2021", "财政总收入")]),
        (FEATURE, "2021年，全县生产总值90亿元。\n2.7万贫困人口于2019年全部脱贫。", [("9000000000", "level", "2021", "地区生产总值"), ("27000", "countKind", "2019", "脱贫人口")]),
        (FEATURE, "接待游客80万人次，恢复到2019年的96.2%。", [("800000", "countKind", "2022", "接待游客人数"), ("96.2", "ratioToBase", "2022<2019", "接待游客人数")]),
        (FEATURE, "教育经费连续5年保持两个“只增不减”，形成1小时经济圈。", [("5", "duration", "2022", "连续年数")]),
        (FEATURE, "2021年，规上工业增加值增长12.3%，高出全市平均水平3.1个百分点，排名全市第二。", [("12.3", "change", "2021<2020", "规模以上工业增加值"), ("3.1", "pointChange", "2021", "规模以上工业增加值"), ("2", "growthRank", "2021", "规模以上工业增加值")]),
        (FEATURE, "2.3万户8.6万人稳定脱贫。", [("23000", "countKind", "2022", "脱贫户数"), ("86000", "countKind", "2022", "脱贫人口")]),
        (FEATURE, "民营企业贡献了全县72%的税收、85%的就业。", [("72", "share", "2022", "民营企业占税收收入的比重"), ("85", "share", "2022", "民营企业占就业的比重")]),
        (FEATURE, "近年来，全县先后关闭小煤矿23座。", [("23", "countKind", "../2022", "关闭小煤矿数")]),
        (FEATURE, "全市生产总值达86亿元，五年年均增长7.2%。", [("8600000000", "level", "2022", "地区生产总值"), ("7.2", "averageGrowth", "2022<2017", "地区生产总值")]),
        (FEATURE, "全县选派驻村第一书记188名。", [("188", "countKind", "2022", "驻村第一书记人数")]),
        (FEATURE, "今年，全县将实施重点项目28个。", [("28", "target", "2022", "项目数")]),
        (REPORT, "一、过去五年工作回顾\n\n粮食生产实现“八连丰”，2021年总产达31.8万吨。改造中低产田8.6万亩。", [("318000", "level", "2021", "粮食产量"), ("86000", "level", "2017/2021", "中低产田改造面积")]),
        (REPORT, "一、2021年工作回顾\n\n全县总户数增加，脱贫318户1024人。", [("318", "countKind", "2021", "脱贫户数"), ("1024", "countKind", "2021", "脱贫人口")]),
        (REPORT, "一、2021年工作回顾\n\n乡镇、建制村通畅率分别达100%和93.7%。", [("100", "share", "2021", "乡镇通畅率"), ("93.7", "share", "2021", "行政村通硬化路率")]),
        (REPORT, "一、2021年工作回顾\n\n每百户城镇居民拥有空调72台，每百户农村居民拥有空调31台。", [("72", "level", "2021", "每百户城镇居民空调拥有量"), ("31", "level", "2021", "每百户农村居民空调拥有量")]),
        (REPORT, "一、2021年工作回顾\n\n城市人均住房面积26.8平方米，农村人均31.2平方米。", [("26.8", "level", "2021", "城镇居民人均住房面积"), ("31.2", "level", "2021", "农村居民人均住房面积")]),
        (REPORT, "一、2021年工作回顾\n\n一年来成绩显著。\n\n二、2022年主要工作\n\n新建村级幼儿园6所。", [("6", "target", "2022", "新建村级幼儿园数")]),
        (FEATURE, "成立于2008年的华迅电子有限公司，员工1200人。", [("1200", "countKind", "2022", "从业人员数")]),
        (FEATURE, "全县建成扶贫车间12个，带动2100人就业。", [("12", "countKind", "2022", "扶贫车间数"), ("2100", "countKind", "2022", "带动就业人数")]),
        (FEATURE, "“十三五”期间，全县累计引进项目860个。", [("860", "countKind", "2016/2020", "引进项目数")]),
        (REPORT, "一、2021年工作回顾\n\n学生营养改善计划惠及学生2100名，新发展党员320名。", [("2100", "countKind", "2021", "学生营养改善计划惠及学生数"), ("320", "countKind", "2021", "发展党员数")]),
        (REPORT, "一、过去五年工作回顾\n\n城乡居民人均可支配收入分别由16820元、7960元增加到27640元、14350元。", [("16820", "level", "2016", "城镇居民人均可支配收入"), ("7960", "level", "2016", "农村居民人均可支配收入"), ("27640", "level", "2021", "城镇居民人均可支配收入"), ("14350", "level", "2021", "农村居民人均可支配收入")]),
        (FEATURE, "园区汇聚了430家企业、2.6万名从业人员。", [("430", "countKind", "2022", "入驻企业数"), ("26000", "countKind", "2022", "从业人员数")]),
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
        ("规上工业企业亏损面", "规模以上工业企业亏损面", True),
        ("接待游客人次", "接待游客人数", True),
        ("停工", "停工时间", True),
        ("产业工人", "产业工人数", True),
        ("距开发区距离", "距离", True),
        ("惠及居民户数", "惠及户数", True),
        ("惠及村民数", "惠及户数", False),
        ("户均年增收", "每户均增收", True),
        ("少数民族员工占比", "少数民族员工占就业人数的比重", True),
        ("装备制造业增加值占规上工业的比重", "装备制造业增加值占规模以上工业增加值的比重", True),
        ("装备制造业增加值占规上工业的比重", "装备制造业增加值占地区生产总值的比重", False),
        ("投入扶贫资金", "扶贫资金", True),
        ("年处理鲜果能力", "年处理鲜果", True),
        ("一亩纯收入", "亩均纯收入", True),
        ("产业引导基金规模", "产业引导基金", True),
        ("贫困户户数", "贫困户人数", False),
        ("工业产值占乡镇企业总产值的比重", "工业总产值占乡镇企业总产值的比重", True),
        ("行政村通电率", "通电行政村占比", True),
        ("行政村通电率", "通水行政村占比", False),
        ("临港工业占工业总产值的比重", "临港工业产值占工业总产值的比重", True),
        ("临港工业占工业总产值的比重", "临港工业税收占工业总产值的比重", False),
        ("新增充电桩数", "充电桩数", False),
        ("社区食堂数", "社区数", False),
        ("退出煤矿数", "煤矿数", False),
        ("投资", "总投资", True),
        ("完成投资", "总投资", False),
        ("年产值", "产值", True),
        ("年处理鲜果", "处理鲜果", False),
        ("竹笋年产量", "竹笋产量", False),
        ("每天放映场次", "日放映场次", True),
        ("全长", "长度", True),
        ("离岸距离", "距离", True),
    ],
)
def test_names_are_the_same_where_they_mean_the_same(one: str, other: str, same: bool) -> None:
    assert same_indicator(one, other, lexicon()) is same


def test_a_plain_name_keeps_the_verb_that_distinguishes_it() -> None:
    assert not plain_names("新增停车位数") & plain_names("停车位数")


@pytest.mark.parametrize(
    ("text", "kind", "names"),
    [
        ("荣获国家园林县城、全国休闲农业与乡村旅游示范县等称号。", "Title", ["国家园林县城", "全国休闲农业与乡村旅游示范县"]),
        ("先后被授予“全国双拥模范城”“中国最美乡村旅游目的地”荣誉称号。", "Title", ["全国双拥模范城", "中国最美乡村旅游目的地"]),
        ("入选第三批国家生态文明建设示范区。", "Title", ["国家生态文明建设示范区"]),
        ("实施“万企兴万村”行动，推行“河长制”。", "Programme", ["“万企兴万村”行动", "河长制"]),
        ("柳坪至临江高速公路、华星年产10万吨锂电材料项目加快推进。", "Project", ["华星年产10万吨锂电材料项目", "柳坪至临江高速公路"]),
        ("华星新材料有限公司镁合金压铸项目投产。", "Company", ["华星新材料有限公司"]),
        ("华星新材料有限公司镁合金压铸项目投产。", "Project", ["华星新材料有限公司镁合金压铸项目"]),
        ("年内建成柳坪至大河二级公路，少数项目推进慢。", "Project", ["柳坪至大河二级公路"]),
        ("“把水浇到根上。”公司站长说，办好3所乡镇公办幼儿园。", "Company", []),
        ("“千户工程”走深走实，“九五”计划完成。", "Programme", ["千户工程"]),
        ("按照《海洋经济三年行动方案》推进。", "Programme", ["海洋经济三年行动方案"]),
        ("东邻临洛市，西接南丰县，北靠大河市。", "PrefectureLevelCity", ["临洛市", "大河市"]),
        ("柳坪第一中学、县里的柳河中心卫生院相继建成。", "School", ["柳坪第一中学"]),
        ("共引进省外资金，改造棚户区，一条条通村路修好了。", "Village", []),
    ],
)  # fmt: skip
def test_names_are_found_whole(text: str, kind: str, names: list[str]) -> None:
    draft = extract(FEATURE + text, published="2022")
    assert sorted(entity.name for entity in draft.entities if entity.kind == kind) == sorted(names)


def test_a_text_can_be_about_a_zone_or_a_village() -> None:
    assert extract("海岙经济开发区简介\n\n现有企业86家。", published="2022").anchor.place == "海岙经济开发区"
    assert (
        extract("罗溪村基本情况\n\n罗溪村位于清河镇西北部，共有农户426户。", published="2022").anchor.place == "罗溪村"
    )


def test_a_project_told_behind_its_money_is_what_the_next_figures_are_about() -> None:
    text = "总投资20亿元的华星新材料项目已投产，可实现年产值35亿元、税收2亿元。"
    assert {f.subject for f in extract(FEATURE + text, published="2022").figures} == {"华星新材料项目"}


@pytest.mark.parametrize("run", ["甲和" * 80, "这个" * 80, "甲、" * 80, "“我们" * 40, "去年" * 80])
def test_a_long_run_of_what_patterns_look_for_is_read_all_the_same(run: str) -> None:
    assert len(extract(FEATURE + f"{run}5个。" * 20, published="2022").figures) == 20


@pytest.mark.parametrize(
    ("text", "kind", "names"),
    [
        ("县里的墙上挂着“全国糖料生产先进县”“自治区双拥模范县”。", "Title", ["全国糖料生产先进县", "自治区双拥模范县"]),
        ("荣誉簿：国家生态文明建设示范县、省级文明县城。", "Title", ["国家生态文明建设示范县", "省级文明县城"]),
        ("荣誉\n2013年  全国海洋经济示范园区\n2015年  国家新型工业化产业示范基地\n", "Title", ["全国海洋经济示范园区", "国家新型工业化产业示范基地"]),
        ("红橘捧回了中国绿色食品博览会金奖，大桥拿下“芙蓉奖”。", "Award", ["中国绿色食品博览会金奖", "芙蓉奖"]),
        ("推进“万人技能提升”行动和“十镇百村”示范工程，“十四五”规划落地。", "Programme", ["“万人技能提升”行动", "“十镇百村”示范工程"]),
        ("三百人从县城搬到安和社区、双桂村，办好曼朗乡中心小学，撤乡建镇。", "Community", ["安和社区"]),
        ("带动双桂村、石门溪村，全县首批试养村，办好村里的事。", "Village", ["双桂村", "石门溪村"]),
        ("骨干企业柳坪矿泉水有限责任公司，园区里的“单打冠军”闽江海工股份有限公司。", "Company", ["柳坪矿泉水有限责任公司", "闽江海工股份有限公司"]),
        ("上市公司3家，去年1340名大学生返乡，凡是高耗水的项目一律谢绝。", "Company", []),
        ("县人民医院新院区项目、柳坪大桥维修工程、合浔公路柳坪段、110千伏柳坪输变电工程完工。", "Project", ["110千伏柳坪输变电工程", "县人民医院新院区项目", "合浔公路柳坪段", "柳坪大桥维修工程"]),
        ("成为首批国家级知识产权强县，获评全省唯一全国农业信息化先进县，入选“四好农村路”全国示范县创建名单。", "Title", ["“四好农村路”全国示范县", "全国农业信息化先进县", "国家级知识产权强县"]),
        ("华能柳坪电厂、农业银行柳坪支行和形成规模的柳江电厂。", "Company", ["农业银行柳坪支行", "华能柳坪电厂", "柳江电厂"]),
        ("柳坪至临江铁路项目和柳坪县坚持项目为王。", "Project", ["柳坪至临江铁路项目"]),
        ("培训村干部，位于广西钦江市。", "PrefectureLevelCity", ["钦江市"]),
        ("柳坪高铁新区获批国家级高新区。", "DevelopmentZone", ["柳坪高铁新区"]),
        ("城关街道西街社区的老西街商业街区。", "Community", ["西街社区"]),
        ("城关街道西街社区的老西街商业街区。", "SpecialtyBusinessZone", ["老西街商业街区"]),
        ("被命名为省级“千村示范、万村整治”示范村，创建全国文明城市工作扎实。", "Title", ["全国文明城市", "省级“千村示范、万村整治”示范村"]),
        ("豫中汽配服务产业园开工，加快建设产业园。", "IndustrialPark", ["豫中汽配服务产业园"]),
        ("临江城市建设投资集团成立，组建建设集团。", "CompanyGroup", ["临江城市建设投资集团"]),
        ("柳坪智造产业园二期开工，拆除村级工业园8个。", "IndustrialPark", ["柳坪智造产业园"]),
        ("柳坪智造产业园二期开工，拆除村级工业园8个。", "Project", ["柳坪智造产业园二期"]),
        ("柳坪港年吞吐能力520万吨，港口忙碌，香港来客。", "Facility", ["柳坪港"]),
    ],
)  # fmt: skip
def test_what_has_no_legal_form_is_named_too(text: str, kind: str, names: list[str]) -> None:
    draft = extract(FEATURE + text, published="2022")
    assert sorted(entity.name for entity in draft.entities if entity.kind == kind) == sorted(names)


def test_a_short_name_that_a_text_gives_itself_is_the_same_thing() -> None:
    draft = extract(FEATURE + "华甘糖业有限公司（下称华甘糖业）很忙。华甘糖业产值6亿元。", published="2022")
    (company,) = (entity for entity in draft.entities if entity.kind == "Company")
    assert (company.aliases, len(company.spans)) == (("华甘糖业",), 3)
    assert [figure.subject for figure in draft.figures] == ["华甘糖业有限公司"]


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("那行边境贸易加工园开园。加工园现有企业34家。", "那行边境贸易加工园"),
        ("走进华湘精密有限公司，机械臂翻飞。企业去年投入技改资金68万元。", "华湘精密有限公司"),
        ("青坪镇柘木村的果园里，三百名果农在忙。", "柘木村"),
        ("华岭公路加快建设，柳坪水库下闸蓄水，总库容2140万立方米。", "柳坪水库"),
        ("县民族高中去年高考，本科上线512人。", "县民族高中"),
        ("县人民医院创建为二甲医院，城乡居民医保参保率98.9%。", "柳坪县"),
        ("代表企业：\n（1）华海粮油工业有限公司，日加工大豆2万吨。", "华海粮油工业有限公司"),
        ("古渡村的茶香了。“去年村里接待游客3万人次。”村支书说。", "古渡村"),
    ],
)  # fmt: skip
def test_whom_a_figure_is_about(text: str, subject: str) -> None:
    assert {figure.subject for figure in extract(FEATURE + text, published="2022-09-01").figures} == {subject}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("名特水产占三分之一。", [("33.3", "percent", "share")]),
        ("产棉花32万担。", [("16000", "t", "level")]),
        ("首期投入3.6亿港元。", [("360000000", "HKD", "level")]),
        ("城乡居民收入比由3.02∶1缩小到2.56∶1。", [("3.02", "count", "level"), ("2.56", "count", "level")]),
        ("居民消费价格指数为104.2（以上年为100）。", [("104.2", "percent", "ratioToBase")]),
        ("增速排在全市前三。", [("3", "rank", "growthRank")]),
        ("水稻亩产990斤，比上年低64斤。", [("990", "jin", "level"), ("-64", "jin", "increment")]),
        ("升格为国家二类口岸，报告分三个部分，喝水要翻两座山。", []),
    ],
)  # fmt: skip
def test_numbers_that_are_written_otherwise(text: str, expected: list[tuple[str, str, str]]) -> None:
    draft = extract(FEATURE + text, published="2022-09-01")
    assert [(f"{f.value.normalize():f}", f.unit, f.kind) for f in draft.figures] == expected


def test_a_line_without_an_indent_goes_on_with_the_one_before() -> None:
    paragraphs = "　　全年生产总值９０亿元，增长\n５％；粮食\n产量８万吨。\n　　总人口６万人，其中\n农村４万人。\n　　森林覆盖率６０％。"
    draft = extract("柳坪县2004年统计公报\n\n" + paragraphs, published="2005")
    assert [figure.kind for figure in draft.figures[:2]] == ["level", "change"]
    assert len(draft.figures) == 6


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("开发区获批国家级高新区，河东开发区晋升省级经济开发区。", []),
        ("被评为社会治安模范平安乡镇和安全生产示范乡镇。", ["安全生产示范乡镇", "社会治安模范平安乡镇"]),
    ],
)
def test_what_a_zone_has_become_is_no_title_and_two_titles_are_two(text: str, names: list[str]) -> None:
    draft = extract(FEATURE + text, published="2022")
    assert sorted(entity.name for entity in draft.entities if entity.kind == "Title") == names


def test_a_place_may_end_as_another_word_does() -> None:
    draft = extract(FEATURE + "柳坪位于什原市城郊，东与梅家乡接壤，收入保持两位数增长。", published="2022")
    assert {"什原市", "梅家乡"} <= {entity.name for entity in draft.entities}
    assert draft.figures == ()


@pytest.mark.parametrize(
    "text",
    [
        "落户湾头工业园区的柳海科技有限公司投产。",
        "湾头工业园区内的柳海科技有限公司投产。",
        "柳海科技有限公司落户湾头工业园区。",
    ],
)
def test_what_is_said_to_be_somewhere_is_there(text: str) -> None:
    told = {(r.subject, r.predicate, r.object, r.modality) for r in extract(FEATURE + text, published="2022").relations}
    assert ("柳海科技有限公司", "isLocatedIn", "湾头工业园区", "asserted") in told


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("签约10个，就近务工200人。", [("10", "count", "exact"), ("200", "count", "exact")]),
        ("百余家企业入驻，千余亩茶园。", [("100", "count", "andMore"), ("1000", "mu", "andMore")]),
        ("进入前10位，获第二名。", [("10", "rank", "exact"), ("2", "rank", "exact")]),
    ],
)
def test_words_that_end_as_bounds_do_are_none_and_multipliers_can_count(
    text: str, expected: list[tuple[str, ...]]
) -> None:
    draft = extract(FEATURE + text, published="2022-09-01")
    assert [(f"{f.value.normalize():f}", f.unit, f.bound) for f in draft.figures] == expected
