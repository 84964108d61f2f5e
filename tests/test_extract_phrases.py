"""Names of indicators: the words around a number parsed, and the choice among what they may mean."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from yuanhui_kg.extract import (
    amounts,
    around,
    certainty,
    choosing,
    completing,
    counts,
    extract,
    phrases,
    proposing,
    shares,
    weighing,
)
from yuanhui_kg.extract.contexts import Carried, Place
from yuanhui_kg.extract.lexicon import lexicon
from yuanhui_kg.extract.naming import completed
from yuanhui_kg.extract.quantities import quantities
from yuanhui_kg.extract.records import Indicator
from yuanhui_kg.extract.tables import table

TITLE = "柳坪县：山乡新貌\n\n"


def labels(sentence: str) -> list[str]:
    return [figure.indicator.label for figure in extract(TITLE + sentence, published="2022-09").figures]


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("全年新建农村公路", "新建农村公路"),
        ("外贸进出口总额从2007年的", "外贸进出口总额"),
        ("再涨到2017年的", ""),
        ("按可比价格计算是1978年的", ""),
        ("修水柜", "水柜"),
        ("城镇登记失业率不超过", "城镇登记失业率"),
        ("较治理前提高", ""),
        ("企业去年一口气投入环保资金", "环保资金"),
        ("城市低保标准每人每月从", "城市低保标准"),
        ("青屿分三批清退禁养区渔排", "清退禁养区渔排"),
        ("佤族、拉祜族等少数民族人口", "少数民族人口"),
        ("北山人参制品公司加工红参", "加工红参"),
        ("设施蔬菜新增", "新增设施蔬菜"),
        ("开发区工业产值第一次过", "工业产值"),
        ("上市公司从设区时的", "上市公司"),
        ("规模以上企业由年初的", "规模以上企业"),
        ("全区累计关掉印染作坊", "关停印染作坊"),
        ("最红火时出煤", "出煤"),
        ("城镇化率去年末达到", "城镇化率"),
        ("海洋生产总值要达到", "海洋生产总值"),
        ("建成共富工坊", "共富工坊"),
        ("中有贫困户", "贫困户"),
        ("企业加工坚果", "加工坚果"),
        ("农产品加工企业", "农产品加工企业"),
        ("水产品加工转化率", "水产品加工转化率"),
        ("利用边角地、拆迁空地建成口袋公园", "口袋公园"),
        ("在石缝里种下澳洲坚果", "澳洲坚果"),
        ("建回迁楼", "回迁楼"),
        ("村里用两年时间修缮石头厝", "修缮石头厝"),
        ("社区受理群众诉求", "受理群众诉求"),
        ("新院区设床位", "床位"),
        ("青背山滑雪场有雪道", "雪道"),
        ("板间种植黄芪", "黄芪"),
        ("订单种植面积", "订单种植面积"),
        ("贫困人口由2014年建档立卡时的", "贫困人口"),
        ("打通断头路", "打通断头路"),
        ("高新技术企业要", "高新技术企业"),
        ("农村低保标准由年人均", "农村低保标准"),
        ("纺织服装产业园规划面积", "规划面积"),
        ("安排区级以上重点项目", "区级以上重点项目"),
        ("柑橘精品园扩面到", "柑橘精品园"),
        ("历史最低气温零下", "历史最低气温"),
    ],
)
def test_the_name_before_a_number_is_parted_from_what_joins_it(words: str, name: str) -> None:
    assert phrases.before(words, lexicon()).name == name


@pytest.mark.parametrize(
    "name", ["公共图书馆", "有效发明专利", "国内市场占有率", "社区服务站", "农业税尾欠", "维修基金", "班子平均年龄"]
)
def test_words_inside_a_name_are_not_taken_for_what_joins_it(name: str) -> None:
    assert phrases.before("全县" + name, lexicon()).name == name


def test_a_phrase_tells_its_verb_its_topic_and_what_brings_it_about() -> None:
    found = phrases.before("规模以上工业企业完成增加值", lexicon())
    assert (found.name, found.topic, found.said, found.moved) == ("增加值", "规模以上工业企业", "完成", False)
    found = phrases.before("新建改造各类管网", lexicon())
    assert (found.verb, found.noun) == ("新建改造", "各类管网")
    assert phrases.before("棚室蔬菜由每亩涨到", lexicon()).moved


def test_the_names_of_things_are_no_part_of_a_name() -> None:
    assert phrases.before("华星公司年产值", lexicon(), [(0, 4)]).name == "年产值"


@pytest.mark.parametrize(
    ("words", "noun"),
    [
        ("海上党支部以渔排为家", "海上党支部"),
        ("风机一字排开", "风机"),
        ("智能分选线昼夜不停", "智能分选线"),
        ("国有企业改制", "国有企业改制"),
        ("从业人员", "从业人员"),
        ("重点工作和重大项目", "重点工作"),
        ("重点项目完成投资", "重点项目"),
    ],
)
def test_the_noun_behind_a_number_ends_where_something_is_said_of_it(words: str, noun: str) -> None:
    assert phrases.behind(words, lexicon()) == noun


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("种了4.2万亩甘蔗。", ["甘蔗种植面积"]),
        ("夏粮播种面积42万亩，平均单产316公斤。", ["夏粮播种面积", "夏粮单产"]),
        ("入园企业87户，投产61户。", ["入驻企业数", "投产企业数"]),
        ("五年间3126户1.14万人稳定脱贫。", ["脱贫户数", "脱贫人口"]),
        ("社会消费品零售总额15亿元，其中城镇9亿元、乡村6亿元。", ["社会消费品零售总额", "城镇消费品零售额", "乡村消费品零售额"]),
        ("一、二、三产业对经济增长的贡献率分别为8%、66%和26%。", [f"第{n}产业对经济增长的贡献率" for n in "一二三"]),
        ("民宿有12间客房。", ["客房数"]),
        ("1.2万人享受城市低保。", ["城市低保人数"]),
        ("全村共5个村民小组，186户720人。", ["村民小组数", "总户数", "总人口"]),
        ("县里先后投入1.6亿元。", ["投入资金"]),
        ("河道两岸拆除违建2600平方米。", ["拆除违建面积"]),
        ("耕地68万亩，人均1.8亩。", ["耕地面积", "人均耕地面积"]),
        ("法院受理案件8600件，审结8200件。", ["法院受理案件数", "法院审结案件数"]),
        ("共有企业320家，年产值过亿元的26家，规模以上工业企业68家。", ["企业数", "产值", "年产值过亿元企业数", "规模以上工业企业数"]),
        ("带动68户村民每户年均增收8000元。", ["带动村民数", "户均增收"]),
        ("全镇有7462户，28316人。", ["总户数", "总人口"]),
        ("全县主营业务收入过10亿元企业4户，过亿元企业37户。", ["主营业务收入", "主营业务收入过10亿元企业数", "主营业务收入", "主营业务收入过亿元企业数"]),
        ("企业注册登记由15个工作日缩短到3个工作日。", ["企业注册登记时间", "企业注册登记时间"]),
    ],
)  # fmt: skip
def test_what_a_number_leaves_out_is_taken_from_the_words_around_it(sentence: str, expected: list[str]) -> None:
    assert labels(sentence) == expected


@pytest.mark.parametrize(
    ("sentence", "way", "name"),
    [
        ("脐橙产量15.5万吨，产值9亿元。", "of product", "脐橙产值"),
        ("改造老旧小区342个，惠及居民8.6万户。", "of thing", "老旧小区改造惠及居民户数"),
        ("建成电站54座，带来收益1180万元，惠及贫困户3240户。", "of thing before", "电站惠及贫困户数"),
        ("她所在的单元去年10月装上电梯，总价52万元。", "of object", "电梯总价"),
        ("市级重点项目完成投资96.5亿元。", "of topic", "市级重点项目投资"),
        ("受理群众诉求874件，办结率98.9%。", "of thing", "群众诉求办结率"),
        ("产值27.3亿元，占全县的比重升至41%，今年有望突破33亿元。", "carried before", "产值"),
    ],
)
def test_a_general_name_is_proposed_with_the_thing_that_the_sentence_told(
    sentence: str, way: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    proposed: list[tuple[str, str]] = []
    heaviest = weighing.heaviest

    def noting(choice: str, at: int, candidates: Any, *ways: Any) -> Any:
        found = list(candidates)
        proposed.extend((one.rule, one.indicator.label) for one in found if choice == "indicators")
        return heaviest(choice, at, found, *ways)

    monkeypatch.setattr(weighing, "heaviest", noting)
    labels(sentence)
    assert (way, name) in proposed


def test_a_name_is_completed_by_the_one_before_it() -> None:
    (quantity,) = quantities("单产400公斤")
    before = Indicator("", "小麦种植面积", "mu", "stock", False)
    assert completed("单产", quantity, before) == "小麦单产"
    assert completed("单产", quantity, None) == ""


def test_a_candidate_whose_unit_does_not_fit_weighs_less() -> None:
    (quantity,) = quantities("生产总值5公里")
    place = Place(quantity, "生产总值", 0, "生产总值", "")
    carried = Carried(indicator=lexicon().indicators["expresswayLength"])
    words = around.Words(None, place, carried, "level", phrases.Phrase(""), "", quantity, False, "", 0)  # type: ignore[arg-type]
    exports, roads = (
        around.Candidate("carried", lexicon().indicators[name]) for name in ("exports", "expresswayLength")
    )
    scores = [
        weighing.score(weighing.weights("indicators"), choosing.features(words, one, ["always"]))
        for one in (exports, roads)
    ]
    assert scores[0] < scores[1]


def test_every_weight_is_of_a_rule_that_there_is() -> None:
    proposers = [Path(module.__file__).read_text(encoding="utf-8") for module in (proposing, shares, amounts, counts)]
    proposed = set(re.findall(r'Candidate\("([^"]+)"', "".join(proposers)))
    assert set(table("choice-indicators")) - {choosing.MISFIT[0]} <= proposed | {"of", *completing.WAYS}


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("全县有九成多的村子通了电，91.5%的行政村通上了硬化路。", "行政村通硬化路率"),
        ("通公路的行政村占91%。", "行政村通公路率"),
        ("通宽带的自然村占83%。", "自然村通宽带率"),
        ("水能蕴藏量12万千瓦，已开发的不到三分之一。", "水能已开发率"),
        ("人均财力还不到全省平均水平的四成。", "人均财力相当于全省平均水平的比重"),
        ("云岭水电站累计完成总投资的六成。", "累计完成投资占总投资的比重"),
        ("今年鲜笋减产一成。", "鲜笋产量"),
        ("粮食总产7.2万吨，受旱灾影响减产3.8%。", "粮食产量"),
        ("畜牧业占农业总产值的比重达41%。", "畜牧业产值占农林牧渔业总产值的比重"),
        ("全县162个行政村中贫困村有45个。", "贫困村数"),
        ("山下搬迁安置320人。", "搬迁人口"),
        ("化工园区完成水利投入5200万元。", "水利投资"),
        ("县财政投入5200万元。", "县财政投入"),
        ("公司建有年产600吨红曲酒生产线。", "红曲酒年产能力"),
        ("基地带动周边农户320户。", "带动农户数"),
        ("今年的头茬鲜笋，每斤卖到12元。", "头茬鲜笋价格"),
        ("大桥全长520米。", "全长"),
        ("茶园虽有3万亩，名气不大。", "茶园面积"),
        ("全县外出务工3万人，挣回劳务收入2.1亿元。", "劳务收入"),
        ("港口货物吞吐量860万吨，其中外贸货物320万吨。", "港口外贸货物吞吐量"),
        ("全县最高处云台岭海拔1874米。", "最高海拔"),
        ("326名驻村队员走遍了山寨的每条小路。", "驻村工作队员数"),
        ("扩大奶牛规模，年末存栏达到4.5万头。", "奶牛存栏"),
        ("从县城到最远的云岭乡，车程缩短到2小时。", "县城到云岭乡车程"),
        ("县城到高铁站只需25分钟。", "县城到高铁站用时"),
        ("新型农村合作医疗参合率98%，筹资标准由200元提高到260元。", "新农合人均筹资标准"),
        ("柳坪新修机耕路86公里。", "新修机耕路长度"),
        ("房地产开发投资6.2亿元。柳坪港二期码头工程当年完成投资3.1亿元。", "完成投资"),
    ],
)  # fmt: skip
def test_clipped_names_are_told_in_full(sentence: str, told: str) -> None:
    assert labels(sentence)[-1] == told


def test_those_of_whom_some_are_told_apart_are_counted_themselves() -> None:
    assert labels("全县162个行政村中贫困村有45个。")[0] == "行政村数"
    assert labels("全县31.5万人口中，有12万人种茶。")[0] == "总人口"


def test_no_word_of_the_tables_is_told_twice_in_one_list() -> None:
    tables = [*table("phrases").items(), *((name, part) for name, part in table("verbs").items() if name != "adds")]
    lists = [(f"{part}.{name}", found) for part, names in tables for name, found in names.items()]
    told = [(name, found) for name, found in lists if isinstance(found, list)]  # a key of a table cannot stand twice
    assert [(name, word) for name, found in told for word in set(found) if found.count(word) > 1] == []


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("到2021年底，园里搬进企业386家。", ["入驻企业数"]),
        ("该县全境最高点云台峰海拔2874米，最低点仅610米。", ["最高海拔", "最低海拔"]),
        ("2021年，1432户农民搬进了新居。", ["搬迁户数"]),
        ("2021年，县一中有103人考上本科院校。", ["考上本科院校人数"]),
        ("尚有29个自然村没有通电。", ["不通电村数"]),
        ("12座矸石山绿了一半。", ["矸石山数"]),
        ("2021年早稻面积52.7万亩，总产20.8万吨。", ["早稻种植面积", "早稻产量"]),
        ("居民消费价格上涨2.8%，其中食品烟酒上涨7.4%。", ["居民消费价格指数", "食品烟酒价格指数"]),
    ],
)
def test_what_people_say_is_named_as_tables_name_it(sentence: str, told: list[str]) -> None:
    assert labels(sentence)[: len(told)] == told


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("全县上市公司14家，其中科创板2家、在香港上市3家。", ["上市企业数", "科创板上市企业数", "香港上市企业数"]),
        ("目前有6家老国企停产。", ["停产老国企数"]),
        ("甘蔗一项，2021年种植1.62万公顷。", ["甘蔗种植面积"]),
        ("该公司种植茯苓540亩。", ["茯苓种植面积"]),
        ("春茶每公斤卖到180元。", ["春茶价格"]),
        ("2021年企业加工坚果6500吨。", ["坚果加工量"]),
        ("公司投入2.4亿元改造数字化车间。", ["数字化车间改造投入"]),
        ("2012年，全市工业税收有六成来自黄金采选。", ["黄金采选占工业税收的比重"]),
        ("引进配套企业37家，其中22家已经投产。", ["引进配套企业数", "投产配套企业数"]),
        ("县财政拿出6000万元设立“园区贷”风险补偿金。", ["“园区贷”风险补偿金"]),
        ("全年减少贫困人口6800人。", ["减少贫困人口"]),
        ("果农老张种了8亩猕猴桃。", ["猕猴桃种植面积"]),
        ("像这样的社区工厂，全县已有58家。", ["社区工厂数"]),
        ("年度计划投资56亿元。", ["年度计划投资"]),
        ("全县种植户达3200户。", ["种植户数"]),
        ("民宿平均房价涨到每晚580元。", ["民宿平均房价"]),
        ("社区配备网格员36名。", ["网格员人数"]),
        ("该厂每天可消纳秸秆200吨。", ["日消纳秸秆量"]),
        ("茶园面积9.6万亩，其中新植1.8万亩。", ["茶园面积", "新植茶园面积"]),
        ("城镇居民人均可支配收入仅为全省平均水平的77.8%。", ["城镇居民人均可支配收入相当于全省平均水平的比重"]),
        ("产品远销30多个国家和地区。", ["产品销往国家和地区数"]),
        ("县城北距云岭市区118公里。", ["距离"]),
        ("村民在石缝里种下澳洲坚果860亩。", ["澳洲坚果种植面积"]),
        ("山区占土地面积的96.8%，坝区只有3.2%。", ["山区占土地面积的比重", "坝区占土地面积的比重"]),
        ("财政总收入3.17亿元，占年计划的58.7%，增长36.2%。", ["财政总收入"] * 3),
        ("2021年，采选业占规模以上工业增加值的47.5%。", ["采选业增加值占规模以上工业增加值的比重"]),
        ("税收18.7亿元，亩均96万元，相当于传统印染的11倍。", ["税收收入", "亩均税收", "亩均税收"]),
        ("栽下刺槐460万株，冰雪节来了13万人次。", ["植树株数", "接待游客人数"]),
        ("粮食总产量1.87亿斤，平均亩产512斤。", ["粮食产量", "粮食单产"]),
        ("外贸出口168.9亿元，其中跨境电商出口32.6亿元。", ["出口总额", "跨境电商出口"]),
        ("规上企业亏损面扩大到34%。", ["工业企业亏损面"]),
        ("一年生产油缸7.8万支。", ["油缸产量"]),
        ("500万元以上项目固定资产投资71.9亿元。", ["总投资", "500万元以上项目固定资产投资"]),
        ("首批118个试点村改水3400户。", ["试点村数", "改水户数"]),
        ("城乡常住居民人均可支配收入24615元、8472元。", ["城镇居民人均可支配收入", "农村居民人均可支配收入"]),
        ("地区生产总值2019年、2020年分别只增长3.1%和1.7%。", ["地区生产总值"] * 2),
        ("云南云岭糖业有限公司日处理甘蔗4500吨。", ["甘蔗日处理能力"]),
        ("尚有5.2万人未解决温饱。", ["未解决温饱人数"]),
        ("三个安置小区总建筑面积158万平方米。", ["安置小区数", "总建筑面积"]),
        ("经济总量约为当年的8倍。", ["地区生产总值"]),
        ("规上工业增加值增长8.8%，从月度看增速是5.2%。", ["规模以上工业增加值"] * 2),
        ("去年税收收在5.02亿元，还没回到2012年5.87亿元的高点。", ["税收收入"] * 2),
    ],
)
def test_what_a_number_is_of_is_proposed_by_what_its_sentence_tells(sentence: str, told: list[str]) -> None:
    assert labels(sentence) == told


def test_what_was_counted_before_is_no_name_for_an_amount_of_money() -> None:
    draft = extract("江口区：老港焕新\n\n江口区有企业12家。一年就省下2600万元。", published="2024")
    figure = draft.figures[-1]
    assert (figure.indicator.label, figure.rules[1]) == ("未命名指标", "unnamed")
    assert certainty.certainty(figure).indicator < 0.4


@pytest.mark.parametrize(
    ("sentence", "names"),
    [
        ("从2015年的86亿元到2021年的320亿元，工业产值增长了2.7倍。", ["工业总产值"] * 3),
        ("由120家增加到360家，规模以上企业数量翻了两番。", ["规模以上企业数"] * 3),
    ],
)
def test_two_numbers_that_a_sentence_begins_with_are_of_what_it_tells_behind_them(
    sentence: str, names: list[str]
) -> None:
    assert labels("全县地区生产总值90亿元。" + sentence)[1:] == names


def test_a_quotation_mark_without_its_other_is_in_no_name() -> None:
    (label,) = labels("“榨油坊翻新坊次12个。")
    assert "“" not in label


def test_people_are_no_share_of_what_is_counted_otherwise() -> None:
    assert labels("全县有汉、苗等13个民族，少数民族人口占3.2%。") == ["民族数", "少数民族人口占比"]
