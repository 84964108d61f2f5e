"""What is measured, in sentences of ours: ranks, those who do something, shares that go somewhere, prices, names that are whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from yuanhui_kg.extract import evaluation, extract, gold
from yuanhui_kg.extract.equivalence import same_indicator
from yuanhui_kg.extract.lexicon import lexicon
from yuanhui_kg.extract.phrases import before, ends_word

TITLE = "柳坪县2023年经济社会发展综述\n\n"
GOLD = sorted((Path(__file__).parent / "gold").glob("train-*.gold"))


def told(sentence: str) -> list[str]:
    return [figure.indicator.label for figure in extract(TITLE + sentence, published="2024").figures]


@pytest.mark.parametrize(
    ("sentence", "label"),
    [
        ("粮食产量12万吨，增长3%，增速居绿州市第4位。", "粮食产量"),
        ("粮食产量12万吨，增长3%，增幅在全市各县(市、区)中排第2位。", "粮食产量"),
        ("财政收入9亿元，增长6%，增速多数年份排在全市前三。", "财政总收入"),
        ("在全省开发区综合评价中名列第9位。", "综合评价"),
        ("在全市群众满意度测评中，柳坪由2021年的第7位升至2023年的第3位。", "群众满意度"),
    ],
)
def test_a_rank_is_of_what_is_ranked_not_of_those_among_whom(sentence: str, label: str) -> None:
    assert told(sentence)[-1] == label


@pytest.mark.parametrize(
    ("sentence", "labels"),
    [
        ("236名僧人参加医疗保险。", ["参加医疗保险僧人数"]),
        ("有5个乡镇建成敬老院。", ["建成敬老院乡镇数"]),
        ("先后有86人参加志愿军。", ["参加志愿军人数"]),
        ("与420户茶农签订收购协议。", ["签订收购协议茶农数"]),
        ("6个村获评省级美丽示范村。", ["省级美丽示范村数"]),
        ("4条生产线满负荷运转。", ["生产线数"]),
        ("126名工人大多是本地人。", ["从业人员数"]),
        ("应急广播覆盖42个自然村。", ["应急广播覆盖自然村数"]),
    ],
)
def test_people_and_places_are_told_by_what_they_do(sentence: str, labels: list[str]) -> None:
    assert told(sentence) == labels


@pytest.mark.parametrize(
    ("sentence", "label"),
    [
        ("财政支出的八成以上用于民生。", "民生支出占财政支出的比重"),
        ("纱线九成以上销往浙江。", "纱线销往浙江的比重"),
        ("95%的村建有文化礼堂。", "建有文化礼堂村占比"),
        ("出口额12亿元，占全市的18%。", "出口总额占全市的比重"),
        ("全市不足5%的土地贡献了41%的税收。", "税收占比"),
    ],
)
def test_a_share_is_of_a_part_in_a_whole(sentence: str, label: str) -> None:
    assert told(sentence)[-1] == label


@pytest.mark.parametrize(
    ("sentence", "labels"),
    [
        ("春茶每斤卖到180元，夏茶只卖60元。", ["春茶价格", "夏茶价格"]),
        ("一亩能挣3000多元。", ["亩均收入"]),
        ("1600万元引进的自动包装线投产。", ["自动包装线投资"]),
        ("新建2000吨级码头3座。", ["码头吨级", "2000吨级码头数"]),
        ("给632户村民分红，户均1500元。", ["分红村民数", "户均分红"]),
        ("莲台村有386户人家。", ["总户数"]),
        ("一斤海参卖不到90元。", ["海参每斤价格"]),
        ("一亩谷子才收300斤。", ["谷子亩产量"]),
        ("水产品出口额3.02亿美元。", ["水产品出口额"]),
        ("带来了9家上下游企业。", ["上下游企业数"]),
        ("县城到省城的车程由7个小时缩短到3个小时。", ["县城到省城车程"] * 2),
    ],
)
def test_amounts_are_named_by_their_measures(sentence: str, labels: list[str]) -> None:
    assert told(sentence) == labels


@pytest.mark.parametrize(
    ("sentence", "labels"),
    [
        ("建筑业平稳发展。全年实现增加值22.3亿元，增长5%。", ["建筑业增加值", "建筑业增加值"]),
        ("非公有制经济不断壮大，全年实现增加值55亿元。", ["民营经济增加值"]),
        ("规模以上工业中，国有企业增长4.3%，私营企业增长10.8%。", ["国有企业增加值", "私营企业增加值"]),
        ("限额以上单位商品零售额中，汽车类增长6.3%。", ["汽车类零售额"]),
        ("轻、重工业分别完成增加值9.8亿元和16.5亿元。", ["轻工业增加值", "重工业增加值"]),
        ("港口货物吞吐量、集装箱吞吐量分别达到1.1亿吨和90万标箱。", ["港口货物吞吐量", "集装箱吞吐量"]),
        ("全年生产原煤186万吨。", ["原煤产量"]),
        ("已探明的矿产有石灰石、石膏、锰等14种。", ["矿产种数"]),
        ("34家国有企业中，已有26家完成改制。", ["国有企业数", "完成改制国有企业数"]),
        ("河长累计巡河4300余次。", ["巡河次数"]),
        ("境内设出口5个。", ["出口数"]),
        ("东西最大横距68公里。", ["东西长度"]),
        ("县城距州府132公里、省城287公里。", ["距离", "距离"]),
    ],
)
def test_what_a_sentence_tells_once_makes_names_whole(sentence: str, labels: list[str]) -> None:
    assert told(sentence) == labels


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("控制性工程", "控制性工程"),
        ("街道级财政收入", "街道级财政收入"),
        ("组建教育联合体", "教育联合体"),
        ("从资本市场融资", "资本市场融资"),
        ("参加运动员", "参加运动员"),
        ("畜牧疫病预防控制中心", "畜牧疫病预防控制中心"),
        ("丙烯年均浓度", "丙烯年均浓度"),
        ("其他行业产值", "其他行业产值"),
        ("国有企业增长", "国有企业"),
        ("建制村通油(水泥)路率", "建制村通油(水泥)路率"),
        ("百岁以上老人", "百岁以上老人"),
    ],
)
def test_a_name_begins_and_ends_with_whole_words(words: str, name: str) -> None:
    assert before(words, lexicon()).name == name


def test_no_name_in_the_texts_begins_with_half_of_a_word() -> None:
    halves = []
    for text in map(gold.read, GOLD):
        names = {figure.indicator.label for figure in evaluation.draft_of(text).figures if not figure.indicator.known}
        halves += [(text.name, name) for name in names if ends_word(name, 0) or name[0] in "、的了+”-"]
    assert halves == []


def test_a_share_of_all_the_area_is_one_of_what_is_measured() -> None:
    same = same_indicator
    assert same("自营出口占全市的比重", "自营出口占全市自营出口的比重", lexicon())
    assert not same("自营出口占全市的比重", "自营出口占全省的比重", lexicon())
    assert same("通宽带行政村比重", "通宽带行政村占比", lexicon())
    assert same("三大支柱产业产值", "支柱产业产值", lexicon())
    assert not same("三大支柱产业产值", "支柱产业税收", lexicon())


@pytest.mark.parametrize(
    ("sentence", "labels"),
    [
        ("石桥全长320米、宽9米，桥墩高14米。", ["石桥全长", "石桥宽度", "桥墩高度"]),
        ("渡口那座41米高的灯塔，建于民国年间。", ["灯塔高度"]),
        ("一根长74米的桅杆刚刚吊起。", ["桅杆长度"]),
        ("管廊单舱长3150米。", ["管廊单舱长度"]),
        ("巷道路面拓宽到6米。", ["巷道路面宽度"]),
        ("转子重达86吨。", ["转子重量"]),
        ("新砌的堤坝有260米长。", ["堤坝长度"]),
        ("围墙周长2.6公里，井深85米。", ["围墙周长", "井深度"]),
        ("公路里程增长36公里。", ["公路通车里程"]),
    ],
)
def test_a_dimension_is_named_with_its_thing(sentence: str, labels: list[str]) -> None:
    assert told(sentence) == labels


@pytest.mark.parametrize(
    ("sentence", "labels"),
    [
        ("木匠说，他现在月收入4800元。", ["月收入"]),
        ("翻修老屋，自己掏了2.4万元，政府补了6000元。", ["自付费用", "政府补助"]),
        ("她一天能挣110元，一个月下来有3000多元。", ["日收入", "月收入"]),
        ("社员去年增收26万元。", ["社员收入"]),
        ("村集体去年进账31万元。", ["村集体经济收入"]),
        ("渔村去年接待游客9.6万人次。", ["接待游客人数"]),
        ("可租面积3.8万平方米。", ["可租面积"]),
        ("这个厂创办时员工9人，如今已有64人。", ["从业人员数", "从业人员数"]),
        ("这个只有640口人的小村，出了3名博士。", ["总人口", "博士数"]),
        ("建材业产值3.2亿元，不及邻县的三分之一。", ["建材业产值", "建材业产值"]),
        ("接待游客12万人次，旅游收入8600万元，后一项增幅居全市第三。", ["接待游客人数", "旅游收入", "旅游收入"]),
        ("大棚320亩。", ["大棚面积"]),
        ("车站每天停靠动车6列。", ["日停靠列车数"]),
        ("客运站日均发送旅客640人次。", ["日均旅客发送量"]),
        ("惠及居民860户。", ["惠及居民户数"]),
    ],
)
def test_words_that_only_point_at_something_are_no_part_of_a_name(sentence: str, labels: list[str]) -> None:
    assert told(sentence) == labels


@pytest.mark.parametrize(
    ("sentence", "label"),
    [
        ("村里开了民宿，床位由去年的80张增加到130张。", "民宿床位数"),
        ("新建敬老院2所，设床位180张。", "养老床位数"),
        ("县中医院迁建后，设床位400张。", "医疗卫生机构床位数"),
        ("毕业生就业率连续3年超过96%。", "毕业生就业率"),
        ("院里有骑楼64栋，其中21栋建于清代。", "清代骑楼数"),
        ("用工320人，其中本地人占八成。", "本地人占从业人员数的比重"),
        ("村医中55岁以上的占39%。", "55岁以上村医占比"),
        ("农民收入的三分之一来自蚕桑。", "蚕桑收入占农民收入的比重"),
        ("去年公司卖出420吨山茶油。", "山茶油销量"),
        ("铁路新城在高铁站以东3公里处。", "距离"),
        ("草莓每斤卖30元，露天的只卖11元。", "露天草莓价格"),
    ],
)
def test_what_a_clause_leaves_out_is_what_was_told_before(sentence: str, label: str) -> None:
    assert told(sentence)[-1] == label


@pytest.mark.parametrize(
    ("sentence", "labels"),
    [
        ("合作社有社员86人。", ["社员数"]),
        ("46个部门挂包83个行政村。", ["部门数", "行政村数"]),
        ("26家县级以上农业龙头企业年销售收入6.4亿元。", ["县级以上农业龙头企业数", "销售收入"]),
        ("工厂从最初的6名员工、一间车间发展到现在的240人。", ["从业人员数", "从业人员数"]),
        ("码头当天卸鱼860吨。", ["卸鱼量"]),
        ("最大的一艘载重900吨。", ["载重"]),
        ("每亩田还能出泥鳅60斤。", ["泥鳅亩产量"]),
        ("村民种烟，扣除成本纯赚3万元。", ["纯收入"]),
        ("果园不大，一年仅工资就发出去42万元。", ["工资"]),
        ("损耗降到4%。", ["损耗"]),
        ("更新供热管网26公里。", ["更新供热管网长度"]),
        ("公司年产棉袄86万件。", ["棉袄年产量"]),
        ("小镇年产手机260万台。", ["手机产量"]),
        ("比原计划提前26天。", ["提前时间"]),
        ("确保出栏湖羊6万只。", ["湖羊出栏"]),
        ("肉驴每头增收1800元。", ["肉驴每头增收"]),
        ("工程涉及居民860户。", ["涉及居民户数"]),
        ("累计为1.2万人次报销药费860万元。", ["报销药费人次", "药费"]),
        ("有128户种黄桃。", ["黄桃种植户数"]),
        ("村里把9座旧粮仓改成书屋。", ["改造为书屋的旧粮仓数"]),
        ("老房子改成了民宿，从2018年的2家增加到16家。", ["民宿数", "民宿数"]),
        ("车站发送旅客8.6万人次，单日最高发送3200人次。", ["旅客发送量", "单日最高发送旅客数"]),
        ("高血压、糖尿病患者规范管理率分别为71%和70%。", ["高血压患者规范管理率", "糖尿病患者规范管理率"]),
        ("每千人口床位数、执业医师数分别为5.3张和2.6人。", ["每千人床位数", "每千人执业医师数"]),
        ("就诊率达92%，提升幅度居全市第一位。", ["就诊率", "就诊率"]),
    ],
)
def test_names_begin_and_end_where_their_words_do(sentence: str, labels: list[str]) -> None:
    assert told(sentence) == labels


@pytest.mark.parametrize(
    ("sentence", "labels"),
    [
        ("鲈鱼年产量最高可达90吨。", ["鲈鱼年产量"]),
        ("两条流水线上，86名女工正在缝制雨衣，月产雨衣2.6万套。", ["流水线数", "缝制雨衣女工数", "雨衣月产量"]),
        ("他家去年养了26头牛。", ["牛存栏"]),
        ("绣坊有绣娘46名，人均月增收1800元。", ["绣娘数", "人均月增收"]),
        ("乡里有620人在外办厂，每天有130人来吃饭。", ["在外办厂人数", "吃饭人数"]),
        ("合作社现有社员210户。", ["社员户数"]),
        ("36户脱贫户以林地入股。", ["林地入股脱贫户数"]),
        ("电费去年就省下46万元。", ["节省电费"]),
        ("该站共查验货车320辆次。", ["查验货车数"]),
        ("入境甘蔗3.6万吨。", ["入境甘蔗量"]),
    ],
)
def test_what_is_counted_is_told_by_those_who_do_it(sentence: str, labels: list[str]) -> None:
    assert told(sentence) == labels


@pytest.mark.parametrize(
    ("sentence", "labels"),
    [
        ("旧仓库改造成860平方米的阅览室。", ["阅览室面积"]),
        ("建成30兆瓦光伏电站。", ["光伏电站装机容量"]),
        ("16摄氏度的年平均气温、920毫米的年降雨量，适合种茶。", ["平均气温", "年降水量"]),
        ("260户村民守着1200亩荒地过日子。", ["村民户数", "荒地面积"]),
        ("推进18个城市更新项目。", ["城市更新项目数"]),
        ("今年春节假期接待游客2.6万人次。", ["接待游客人数"]),
        ("与全市平均水平的差距缩小到1200元。", ["差距"]),
        ("加装电梯，每户掏了2.1万元。", ["每户自付费用"]),
        ("总投资超3亿元的16个工业项目全部开工。", ["总投资", "总投资超3亿元工业项目数"]),
    ],
)
def test_what_is_made_of_something_is_measured(sentence: str, labels: list[str]) -> None:
    assert told(sentence) == labels


@pytest.mark.parametrize(
    ("sentence", "labels"),
    [
        ("工程涉及7个社区、1280户居民。", ["涉及社区数", "涉及居民户数"]),
        ("36名矿工等待安置。", ["待安置矿工数"]),
        ("县一中与4所乡村中学结成共同体。", ["结成共同体乡村中学数"]),
        ("公司自主培育兰花新品种9个。", ["自主培育兰花新品种数"]),
        ("每分钟有6只灯泡下线。", ["每分钟灯泡产量"]),
        ("项目全长46公里。", ["全长"]),
    ],
)
def test_what_stands_around_a_noun_tells_more_of_it(sentence: str, labels: list[str]) -> None:
    assert told(sentence) == labels


@pytest.mark.parametrize(
    ("sentence", "labels"),
    [
        ("书房日均到馆860人次。", ["书房日均到馆人次"]),
        ("报销医疗费用3.2亿元，惠及16万人次。", ["医保报销金额", "医保报销惠及人次"]),
        ("缆车每小时可运送900人。", ["每小时运送人数"]),
        ("三产比为12:48:40。", ["三次产业结构比重"] * 3),
    ],
)
def test_turns_of_people_are_counted_as_such(sentence: str, labels: list[str]) -> None:
    assert told(sentence) == labels


@pytest.mark.parametrize(
    ("sentence", "labels"),
    [
        ("28个区级重点工程完成投资46亿元。", ["区级重点工程数", "区级重点工程投资"]),
        ("实施灾后重建项目42个，完成投资3.6亿元。", ["灾后重建项目数", "灾后重建项目投资"]),
        ("学院与36家企业建立长期合作关系。", ["合作企业数"]),
    ],
)
def test_what_is_invested_or_worked_on_together_is_told(sentence: str, labels: list[str]) -> None:
    assert told(sentence) == labels


@pytest.mark.parametrize(
    ("sentence", "labels"),
    [
        ("老街游客比改造前多了2倍。", ["接待游客人数"]),
        ("敬老院里住着46位老人。", ["老人数"]),
        ("二期占地180亩，投产后年产值可达6亿元。", ["占地面积", "产值"]),
        ("一晚上有2.6万人在线。", ["在线人数"]),
        ("分店开到了3个省。", ["省数"]),
        ("护理员与老人之比为1:5。", ["护理员与老人之比", "护理员与老人之比"]),
    ],
)
def test_what_something_is_compared_with_is_no_part_of_its_name(sentence: str, labels: list[str]) -> None:
    assert told(sentence) == labels


@pytest.mark.parametrize(
    ("sentence", "label"),
    [
        ("竹木产业贡献了财政收入的六成。", "竹木产业占财政总收入的比重"),
        ("全县有渔排1.2万口，其中八成挤在内湾。", "挤在内湾渔排占比"),
        ("耕地面积26万亩，其中大蒜常年种植面积占六成以上。", "大蒜种植面积占耕地面积的比重"),
        ("对全市工业增长的贡献份额超过三成。", "对全市工业增长的贡献份额"),
        ("两成以上群众住在库区。", "住在库区群众占比"),
    ],
)
def test_a_share_is_of_what_its_clause_tells(sentence: str, label: str) -> None:
    assert told(sentence)[-1] == label


@pytest.mark.parametrize(
    ("sentence", "labels"),
    [
        ("库房的保鲜库能存梨8000吨。", ["保鲜库储藏能力"]),
        ("选果线每小时可分选6吨。", ["选果线每小时分选能力"]),
        ("车间一天能“吃”下鲜笋90吨。", ["日处理鲜笋能力"]),
        ("合作社建起3000吨冷库一座。", ["冷库容量"]),
        ("日处理5万吨的污水处理厂1座。", ["日处理能力", "污水处理厂数"]),
        ("过去种麦子，一亩才打200斤。", ["小麦亩产量"]),
        ("梨子卖得比挑去赶集每公斤多0.6元。", ["梨子售价"]),
    ],
)
def test_what_can_be_done_and_what_is_yielded_are_named_so(sentence: str, labels: list[str]) -> None:
    assert told(sentence) == labels


@pytest.mark.parametrize(
    ("sentence", "label"),
    [
        ("广场外400个展位上午就满了。", "展位数"),
        ("3条灌装线一天要开20小时。", "灌装线数"),
        ("留下的32孔窑房修缮后成了客栈。", "窑房数"),
        ("8名农技师挂职乡镇。", "挂职农技师数"),
        ("在60平方米的小屋里研制样机。", "小屋面积"),
        ("这个站日均客流3.2万人次。", "日均客流量"),
        ("当年就有41户脱了贫。", "脱贫户数"),
        ("小区安置了1.6万名搬迁群众。", "搬迁人口"),
        ("技术人员有46人，其中高级畜牧师5人。", "高级畜牧师数"),
    ],
)
def test_names_hold_no_times_deeds_or_pointing_words(sentence: str, label: str) -> None:
    assert label in told(sentence)


@pytest.mark.parametrize(
    ("sentence", "label"),
    [
        ("入驻企业180家，其中返乡青年创办的96家。", "返乡青年创办企业数"),
        ("5个监测点中，水质达标的由2011年的1个增加到4个。", "水质达标监测点数"),
        ("140名员工中本科以上学历的有52名。", "本科以上学历员工数"),
        ("公司有员工280人，其中96人来自库区。", "库区员工数"),
        ("村里组建了38人的护林队。", "护林队员数"),
        ("桃坪村186户村民全部入了社。", "总户数"),
        ("果蔬专业合作社由12家发展到96家。", "果蔬专业合作社数"),
        ("这里房租只有市场价的七成。", "房租占市场价的比重"),
        ("过去开车要50分钟，通车后只需20分钟。", "开车时间"),
        ("过去平均要等90分钟。", "等待时间"),
        ("县里每年拿出500万元专项资金扶持民宿。", "民宿扶持专项资金"),
        ("搬一次家花了80万元。", "搬家费用"),
        ("去年一天最多接了860单。", "订单数"),
        ("柳坪县位于绿州市西部，面积1820平方公里。", "土地面积"),
        ("云台景区面积38平方公里。", "景区面积"),
    ],
)
def test_those_of_a_kind_are_told_by_the_clause_that_sets_them_apart(sentence: str, label: str) -> None:
    assert told(sentence)[-1] == label


@pytest.mark.parametrize(
    ("sentence", "label"),
    [
        ("全县酥枣32万亩，产量6万吨。\n去年，枣子扎堆上市，地头价跌到每公斤0.8元。", "酥枣地头价"),
        ("全县酥枣32万亩。\n几年下来，商品率由62%提高到88%。", "酥枣商品率"),
        ("全县酥枣32万亩。\n2019年，全村一口气栽下1400亩。", "酥枣种植面积"),
        ("今年次果收购价每公斤1.2元，预计全年能收5万吨。", "次果收购量"),
        ("烘干机每年能省燃料费41万元。", "节省燃料费"),
        ("每百米坯布耗水2.8吨。", "每百米坯布耗水量"),
        ("公司上缴税金615万元。", "企业纳税额"),
        ("村里凑了90万元。", "自筹资金"),
    ],
)
def test_a_text_tells_its_product_once(sentence: str, label: str) -> None:
    assert told(sentence)[-1] == label


@pytest.mark.parametrize(
    ("sentence", "label"),
    [
        ("中心小学有520名学生、38名教师，学生中住校子女占92%。", "住校子女占学生的比重"),
        ("社区260多个孩子放学后有了去处。", "孩子数"),
        ("寨子里的152户人家2018年全部搬走。", "搬迁户数"),
        ("学校拆掉东门640米围墙。", "拆除围墙长度"),
        ("如今光学徒就有45名。", "学徒数"),
        ("工程分4期实施。", "工程期数"),
        ("返乡创业最高可贷50万元。", "返乡创业贷款最高额度"),
        ("公司去年出货930万只。", "出货量"),
        ("原料65%来自境外。", "境外原料占原料的比重"),
        ("全镇有梭织机多达9000台。", "有梭织机数"),
        ("12户村民2019年搬离了库区。", "搬迁户数"),
    ],
)
def test_those_who_are_counted_are_what_the_number_stands_before(sentence: str, label: str) -> None:
    assert told(sentence)[-1] == label


@pytest.mark.parametrize(
    ("sentence", "label"),
    [
        ("学院每年有毕业生1200名，走出校门后，八成留在了本地企业。", "留在本地企业毕业生占比"),
        ("今年前8个月，全县发出快递36万件。", "快递业务量"),
        ("柳坪县面积不大，只有286平方公里。", "土地面积"),
        ("每平方公里接近1.6万人。", "人口密度"),
        ("茶园虽有11万亩。", "茶园面积"),
        ("户均进账2600元。", "户均收入"),
        ("改造以后，每亩只留28株。", "每亩株数"),
        ("县财政拿出300万元贴息，鼓励企业换机。", "贴息资金"),
        ("今年已办夜校班42期。", "夜校班数"),
        ("刚摘下的嫩芽，每斤卖到46元。", "嫩芽价格"),
        ("公司的莲子每公斤收购价比散卖多2元。", "莲子收购价"),
        ("车间每天“吃”进莲子30吨。", "日处理莲子能力"),
    ],
)
def test_what_is_told_beside_a_number_names_it(sentence: str, label: str) -> None:
    assert told(sentence)[-1] == label


@pytest.mark.parametrize(
    ("sentence", "labels"),
    [
        # what something is compared with, and words that only lead on to the number
        ("改造以后，每吨成本比同行低120元。", ["每吨成本"]),
        ("亩均效益比单种玉米高800元。", ["亩均效益"]),
        ("去年纯收入5万元，反而比上年多了1.2万元。", ["纯收入", "纯收入"]),
        ("塘口的收购价稳在每公斤6.5元。", ["收购价"]),
        ("柳坪县财政安排电商专项资金1500万元。", ["电商专项资金"]),
        ("产值比2015年的18亿元净增7亿元。", ["产值", "产值"]),
        # who gives or gets money, and who built or owns what stands behind the number
        ("全县96家企业投入5.2亿元。", ["企业数", "企业投入资金"]),
        ("给老人每月发100元生活补助。", ["生活补助"]),
        ("园区设立每年2000万元的“智改数转”专项资金。", ["“智改数转”专项资金"]),
        ("生产电机的柳坪宏达机电有限公司花320万元上了一套控制系统。", ["控制系统投入"]),
        ("几个邻村联合建起1.2万平方米标准厂房。", ["标准化厂房面积"]),
        ("柳坪将形成6万吨铝箔。", ["铝箔产量"]),
        # what works and stores can hold or make, and what nobody produces
        ("公司建起年加工辣椒2万吨的生产线和6000吨冷库。", ["年加工辣椒量", "冷库容量"]),
        ("全县建有田头预冷库36座，库容5万吨。", ["预冷库数", "预冷库容量"]),
        ("项目设计年产甲醇20万吨，建成10万吨尿素装置。", ["甲醇年产能力", "尿素年产能力"]),
        ("志愿者背下山的垃圾有12吨。", ["垃圾量"]),
        ("市场日均交易水果3200吨。", ["日均交易水果量"]),
        ("老张把自家8亩梯田流转给了合作社。", ["梯田面积"]),
        ("面粉来自本县8万亩优质小麦。", ["优质小麦面积"]),
        ("公司自建的5兆瓦分布式光伏电站，映着蓝天。", ["分布式光伏电站装机容量"]),
        ("食品厂日产挂面60吨，全镇年产鲟鱼80万斤。", ["挂面日产量", "鲟鱼产量"]),
        ("电费每吨要80元，村集体每年多收入18万元。", ["每吨电费", "村集体增收"]),
        ("茶场的亩产鲜叶120斤。", ["鲜叶单产"]),
        ("医院新大楼总建筑面积4.2万平方米。", ["总建筑面积"]),
    ],
)
def test_names_of_amounts_hold_nothing_that_only_stands_beside_them(sentence: str, labels: list[str]) -> None:
    assert told(sentence) == labels


@pytest.mark.parametrize(
    ("sentence", "labels"),
    [
        ("全县投入2.6亿元，改造老旧管网86公里。", ["老旧管网改造投入资金", "老旧管网改造长度"]),
        ("全县交通投入2.6亿元，新建农村公路86公里。", ["交通投资", "新建农村公路里程"]),
        ("个人只掏了2万元。", ["自付费用"]),
        ("农户补助2万元。", ["农户补助"]),
        ("从县城往东走30公里，便到石桥镇。", ["距离"]),
        ("一条长45公里、宽200米的林带挡住了风沙。", ["林带长度", "林带宽度"]),
        ("村里引种脐橙，只栽了80亩；如今家家种火龙果，面积扩大到3600亩。", ["脐橙种植面积", "火龙果种植面积"]),
        ("合作社采下6万多斤鲜桃。", ["鲜桃产量"]),
        ("全县种棉36万亩。", ["棉花种植面积"]),
        ("山里平均亩产干茶35公斤。", ["干茶单产"]),
        ("以前种连翘，一亩能挣3000元，现在花椒每亩少说也有4000元。", ["连翘亩均收入", "花椒亩均收入"]),
        ("村口的木耳每斤只卖30元，去年在网上每斤卖到45元。", ["木耳价格", "木耳价格"]),
        ("坑口煤价由1月份的每吨520元跌至6月底的430元。", ["坑口煤价", "坑口煤价"]),
        ("食堂里，一份午餐10元，一碗米线只要6元。", ["午餐价格", "米线价格"]),
        ("那一年一米坯布只能赚3元。", ["坯布每米利润"]),
        ("手里的出口订单已达860万美元。", ["出口订单金额"]),
        ("全县光伏装机容量42万千瓦，去年发电6.3亿千瓦时。", ["光伏装机容量", "光伏发电量"]),
        ("800亩土地上，落户企业16家。", ["土地面积", "入驻企业数"]),
        ("为860名困难寄宿生发放生活补助42万元。", ["困难寄宿生数", "困难寄宿生生活补助"]),
        ("按每人每年1200元的标准，拨付资金。", ["每人每年补助标准"]),
        ("给每名博士发放安家费30万元，对引进的企业给予最高500万元的奖励。", ["博士安家费", "奖励最高额度"]),
        ("一幅绣品最贵卖到6万元，旺季每间每晚卖到680元。", ["绣品每幅价格", "客房价格"]),
        ("明前茶均价每斤1200元，全镇春茶产值达到1.6亿元。", ["明前茶均价", "春茶产值"]),
        ("装修民宿花了12万元，刨去油钱能落下2万元。", ["装修民宿投入", "收入"]),
        ("全县设施农业总产值达到68亿元，亩均产值2.8万元。", ["设施农业总产值", "农业亩均产值"]),
        ("隧道最大埋深620米。", ["最大埋深"]),
        ("林下的土鸡一只卖到150元，一枚鸡蛋卖1.5元。", ["土鸡价格", "鸡蛋每枚价格"]),
        ("书屋面积不大，只有120平方米。", ["书屋面积"]),
        ("这些年，政府先后投入2600万元帮村里修路。", ["政府投入资金"]),
        ("果园里套种大豆2000亩，亩产240斤，每斤2.8元。", ["大豆种植面积", "大豆单产", "大豆价格"]),
        ("给每个行政村注入50万元启动资金。", ["启动资金"]),
        ("信用社推出“果农贷”，到8月底贷款余额2.1亿元。", ["“果农贷”贷款余额"]),
        ("村里有网店86家，年销售额1.2亿元；网上卖出木耳36吨。", ["网店数", "网上零售额", "木耳网上销售量"]),
        ("镇上的育苗中心占地320亩，工人月工资平均2600元。", ["占地面积", "月工资"]),
    ],
)
def test_an_amount_is_named_by_what_its_clause_and_the_ones_beside_it_tell(sentence: str, labels: list[str]) -> None:
    assert told(sentence) == labels


def test_names_of_one_thing_are_the_same() -> None:
    words = lexicon()
    for one, other in (
        ("藜麦亩产", "藜麦单产"),
        ("莲子售价", "莲子价格"),
        ("来自山区员工数", "山区员工"),
        ("每小时分选莲子量", "每小时分选莲子能力"),
    ):
        assert same_indicator(one, other, words)
    assert not same_indicator("莲子收购价", "莲子价格", words)


@pytest.mark.parametrize(
    ("sentence", "labels"),
    [
        ("216家茶庄共发出快件3.2万件。", ["茶庄数"]),
        ("38名护边员走村串户，年年如此。", ["护边员数"]),
        ("52名驾驶员在外跑运输。", ["在外跑运输驾驶员数"]),
        ("4位苏州医生3月以来已做手术26台。", ["苏州医生数"]),
        ("19家客栈接待游客8600人次。", ["客栈数", "接待游客人数"]),
        ("在全市9个县（市、区）中。", ["县(市、区)数"]),
        ("全县有31个村（社区）。", ["村(社区)数"]),
        ("4个村里住着2.1万人。", ["村数", "总人口"]),
        ("这个46万人口的山区县很年轻。", ["总人口"]),
        ("再建8个达标的图书角。", ["图书角数"]),
        ("老街上的42家铺子关得只剩9家。", ["铺子数", "铺子数"]),
        ("坡上栽着油橄榄26万株。", ["油橄榄数"]),
        ("28名返乡青年办起网店。", ["办起网店返乡青年数"]),
    ],
)
def test_the_noun_behind_a_number_ends_where_a_deed_begins(sentence: str, labels: list[str]) -> None:
    assert told(sentence)[: len(labels)] == labels


@pytest.mark.parametrize(
    ("sentence", "label"),
    [
        ("31名驻村干部到岗报到。", "驻村干部数"),
        ("有2.6万人靠养蜂脱了贫。", "养蜂脱贫人数"),
        ("64户人家按楼层分摊。", "分摊户数"),
        ("再请16名老人当“河道监督员”。", "“河道监督员”数"),
        ("如今12人就能拿下。", "总人口"),
    ],
)
def test_a_deed_is_told_without_its_way_and_direction(sentence: str, label: str) -> None:
    assert told(sentence)[-1] == label


@pytest.mark.parametrize(
    ("sentence", "label"),
    [
        ("全县登记在册的186口老井，有两成以上干了底。", "干底老井占比"),
        ("全村245户人家，八成以上种上了枇杷。", "种枇杷户占比"),
        ("农民人均纯收入9600元，收入的六成以上来自竹笋。", "竹笋收入占农村居民人均可支配收入的比重"),
        ("去年结余860万元，三成用于校车。", "校车支出占结余的比重"),
        ("七成订单来自海外。", "海外订单占比"),
        ("公司前年搬来，九成产品销往东南亚。", "销往东南亚产品占比"),
        ("随迁子女入读公办学校的比例达83%。", "随迁子女入读公办学校比例"),
        ("全县286个村，通客车的不到四成。", "建制村通客车率"),
        ("教师由620人增加到810人，其中硕士以上学历的占21%。", "硕士以上学历教师占比"),
        ("4200名职工里，30岁以下的占58%。", "30岁以下从业人员占比"),
        ("60人以上的班级占12%。", "60人以上班级占比"),
        ("全县2.6万人散居在3镇4乡，92%是彝族。", "彝族占总人口的比重"),
        ("游客消费8600万元，六成以上是在天黑以后花掉的。", "天黑以后花掉游客消费占游客消费的比重"),
        ("主机厂的零件自给率，从2016年的21%提高到去年的46%。", "零件自给率"),
        ("八成作坊开在自家后院。", "开在自家后院作坊占比"),
        ("亩均税收提高到15万元，居全市18个园区第三位。", "亩均税收"),
    ],
)
def test_a_share_has_its_part_and_its_whole(sentence: str, label: str) -> None:
    assert told(sentence)[-1] == label


@pytest.mark.parametrize(
    ("sentence", "labels"),
    [
        ("从矿区拉货到码头要走5个小时；如今只要40分钟。", ["矿区到码头车程"] * 2),
        ("从县城到机场，眼下开车要2小时。", ["县城到机场车程"]),
        ("届时到成都只需3小时。", ["到成都用时"]),
        ("从镇上进村要颠3个小时，现在客人开车30分钟。", ["镇上到村用时"] * 2),
        ("货车从进厂到出厂，2018年要6个小时，如今只用50分钟。", ["进厂到出厂用时"] * 2),
        ("1937年设县，建县至今已有86年。", ["建县历史"]),
        ("今年“五一”5天假期。", ["假期天数"]),
        ("这座桥修了整整三年。", ["建设工期"]),
        ("集团36小时内调集防护服。", ["调集防护服时间"]),
        ("从渡口驱车15分钟，就是古镇。", ["渡口到古镇车程"]),
        (
            "市人民医院急诊抢救中心从患者进门到用药的平均时间，由2018年的80分钟压缩到去年的45分钟。",
            ["患者进门到用药的平均时间"] * 2,
        ),
    ],
)
def test_a_time_is_that_of_a_way_or_a_deed(sentence: str, labels: list[str]) -> None:
    assert told(sentence) == labels


@pytest.mark.parametrize(
    ("sentence", "label"),
    [
        ("公司手握发明专利26件。", "有效发明专利数"),
        ("厂里招用工人180名。", "从业人员数"),
        ("新建、改扩建学校9所。", "新改扩建学校数"),
        ("国家级专精特新“小巨人”企业4家。", "专精特新“小巨人”企业数"),
        ("高考参考2840人。", "高考考生数"),
        ("65岁及以上老人占21%。", "65岁及以上人口占总人口的比重"),
        ("累计识别防返贫监测对象860户。", "防止返贫监测对象户数"),
        ("1600名在外青年返乡创业。", "返乡创业人数"),
        ("带动240名妇女在家门口就业。", "带动就业人数"),
        ("全校有640名学生，个个住校。", "在校学生数"),
        ("他家5口人挤在平房里。", "家庭人口"),
        ("已有23家企业进驻。", "入驻企业数"),
        ("今年前8个月，卫生院接诊2.6万人次。", "总诊疗人次"),
    ],
)
def test_a_known_concept_is_found_under_other_words(sentence: str, label: str) -> None:
    assert told(sentence)[0 if "学生" in sentence else -1] == label


@pytest.mark.parametrize(
    ("sentence", "label"),
    [
        ("大桥双向六车道。", "车道数"),
        ("园里有86人在园区上班。", "上班人数"),
        ("800亩土地上落户企业14家。", "入驻企业数"),
        ("作坊有320家，取得生产许可证的仅18家。", "取得生产许可证作坊数"),
        ("剪纸、皮影等4项入选省级非物质文化遗产名录。", "入选省级非物质文化遗产名录项目数"),
        ("引进教师64名，其中硕士以上学历21名。", "硕士以上学历引进教师数"),
        ("去年向农户提供种猪1200头。", "提供种猪数"),
        ("育英职业教育中心招生620人。", "招生数"),
        ("积分入户860人。", "积分入户人数"),
        ("柳坪是全市28个生态村之一。", "生态村数"),
        ("茶商在全国60多个城市开的茶庄生意不错。", "城市数"),
    ],
)
def test_a_count_is_named_without_what_stands_around_it(sentence: str, label: str) -> None:
    assert told(sentence)[-1] == label


@pytest.mark.parametrize(
    ("sentence", "label"),
    [
        ("轴承零件本地配套率只有48%。", "轴承零件本地配套率"),
        ("总装厂的本地采购率，从2015年的19%提高到去年的51%。", "总装厂本地采购率"),
        ("学前三年入园率97.2%。", "学前三年入园率"),
        ("全县有助农取款点86个，覆盖72%的行政村。", "助农取款点覆盖行政村占比"),
        ("产值在9000元以下的免征税费，参加集市的牧民已有640人。", "牧民数"),
        ("18座矿山绿了7座。", "矿山数"),
        ("巷子里有12家店。", "店数"),
    ],
)
def test_names_of_rates_and_counts_are_whole(sentence: str, label: str) -> None:
    assert told(sentence)[-1] == label


@pytest.mark.parametrize(
    ("sentence", "labels"),
    [
        ("有初中12所、小学41所，在校学生分别为1.9万人、3.1万人。", ["初中在校学生数", "小学在校学生数"]),
        ("有铸造企业12家、纺织企业30家，社员分别达320人和48人。", ["铸造企业社员数", "纺织企业社员数"]),
        (
            "有铸造企业12家、纺织企业30家，产值分别为3亿元、2亿元，分别增长5%和6%。",
            ["铸造企业产值", "纺织企业产值", "铸造企业产值", "纺织企业产值"],
        ),
        ("接待考察团35批次、280人次。", ["接待考察团批次", "接待考察团人次"]),
    ],
)
def test_what_is_counted_by_another_word_is_not_what_was_counted_before(sentence: str, labels: list[str]) -> None:
    assert told(sentence)[-len(labels) :] == labels


@pytest.mark.parametrize("dash", ["-", "—", "~", "至", "到"])
def test_both_ends_of_a_range_have_one_name(dash: str) -> None:
    for sentence in (f"新铺供热管网30{dash}40公里。", f"铸件亩产400{dash}500公斤。", f"力争铸件增长8%{dash}10%。"):
        first, second = told(sentence)
        assert first == second


@pytest.mark.parametrize(
    ("sentence", "labels"),
    [
        ("男性9.1万人，占51%；女性8.8万人，占49%。", ["男性人口占比", "女性人口占比"]),
        (
            "出口额18亿元。其中，机电产品11亿元，占61%；农产品7亿元，占39%。",
            ["机电产品出口额占出口总额的比重", "农产品出口额占出口总额的比重"],
        ),
        ("地方收入9亿元，税收收入6亿元，非税收入3亿元，占33%。", ["非税收入占地方收入的比重"]),
        (
            "收入总计3亿元。其中：拨款收入2亿元，占67%；事业收入1亿元，占33%。",
            ["拨款收入占收入的比重", "事业收入占收入的比重"],
        ),
        ("0-17岁人口3万人，60岁及以上人口5万人，占28%。", ["老年人口占比"]),
        ("职工320人，高级职称41人，中级职称96人，占30%。", ["中级职称数占从业人员数的比重"]),
    ],
)
def test_parts_of_one_whole_are_shares_of_it_and_never_of_each_other(sentence: str, labels: list[str]) -> None:
    assert [label for label in told(sentence) if "占" in label] == labels


@pytest.mark.parametrize(
    ("sentence", "labels"),
    [
        ("全县8620户，其中男15230人、女14110人。", ["总户数", "男性人口", "女性人口"]),
        ("全县学生320人，其中男180人、女140人。", ["学生数", "男学生数", "女学生数"]),
    ],
)
def test_men_and_women_are_told_by_one_character_behind_all_who_live_in_a_place(
    sentence: str, labels: list[str]
) -> None:
    assert [figure.indicator.label for figure in extract(TITLE + sentence).figures] == labels


@pytest.mark.parametrize(
    ("sentence", "label"),
    [
        ("贷款余额320亿元，其中涉农贷款余额102亿元，占32%。", "涉农贷款余额占贷款余额的比重"),
        ("进口额8亿元，其中铁矿石进口额5亿元，占59%。", "铁矿石进口额占进口总额的比重"),
        ("老年人口5万人，其中90岁以上人口0.1万人，占2%。", "90岁以上人口占老年人口的比重"),
        ("男性人口15230人，占52%；女性人口14110人，占48%。", "女性人口占比"),
        ("老年人口5万人，占18%，其中80岁以上人口1万人，占4%。", "80岁以上人口占比"),
        ("贷款余额320亿元，其中涉农贷款余额占32%。存贷比83%。", "存贷比"),
    ],
)
def test_a_part_is_of_the_whole_whose_name_its_own_ends_with_or_that_it_is_set_apart_of(
    sentence: str, label: str
) -> None:
    assert extract(TITLE + sentence).figures[-1].indicator.label == label


@pytest.mark.parametrize(("first", "second"), [("城市", "农村"), ("城镇", "乡村")])
def test_consumer_prices_of_towns_and_of_the_country_are_named_by_what_was_told_before(first: str, second: str) -> None:
    figures = extract(TITLE + f"居民消费价格上涨0.6%，其中{first}上涨0.7%，{second}上涨0.4%。").figures
    labels = ["居民消费价格指数", "城市居民消费价格指数", "农村居民消费价格指数"]
    assert [figure.indicator.label for figure in figures] == labels


@pytest.mark.parametrize("turned", ["由升转降", "环比由升转降", "环比由平转降", "由正转负"])
def test_what_turned_in_the_clause_before_is_what_moved(turned: str) -> None:
    text = TITLE + f"发电量2亿千瓦时，增长4%。煤炭出厂价格{turned}，下降0.6%，同比下降2.3%。"
    labels = [figure.indicator.label for figure in extract(text).figures]
    assert labels == ["发电量", "发电量", "煤炭出厂价格", "煤炭出厂价格"]
