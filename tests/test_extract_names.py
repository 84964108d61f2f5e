"""Names of what a text tells of: facilities, quarters, waters and works, and what the words around say is a name."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from yuanhui_kg import validate
from yuanhui_kg.extract import drafting, extract
from yuanhui_kg.settings import Settings

SETTINGS = Settings()
FEATURE = "柳坪县：山乡新貌\n\n"


def named(text: str, kind: str) -> list[str]:
    """The names of a class in a story."""
    return sorted(one.name for one in extract(FEATURE + text, published="2022").entities if one.kind == kind)


@pytest.mark.parametrize(
    ("text", "kind", "names"),
    [
        ("建于上世纪八十年代的纺织厂家属院，老旧小区改造。", "ResidentialCompound", ["纺织厂家属院"]),
        ("旧厂改造而成的织梦1972文创园，隔壁是“窑厂1965”文创园。", "IndustrialPark", ["“窑厂1965”文创园", "织梦1972文创园"]),
        ("柳坪港区和湾口渔港都忙，东山竖井封了。", "Facility", ["东山竖井", "柳坪港区", "湾口渔港"]),
        ("柳坪水果加工中心动工，走进县政务服务中心，全县政务服务中心联网。", "Facility", ["县政务服务中心", "柳坪水果加工中心"]),
        ("柳坪县新建养老服务中心，村里的农产品加工中心，华星有限公司研发中心，公园3个。", "Facility", []),
        ("“同心食堂”坐满了老人。", "Facility", ["同心食堂"]),
        ("“海湾三号”养殖平台出海，建成“远海一号”深远海养殖平台。", "Project", ["“远海一号”深远海养殖平台", "海湾三号"]),
        ("政府与高校共建柳坪陶瓷产业研究院。", "Organization", ["柳坪陶瓷产业研究院"]),
        ("青河县黑水河长120公里，主峰黑石尖海拔1320米，石山面积大，河湖长巡河300次。", "Place", ["黑水河", "黑石尖"]),
        ("注水成湖，取名“月湖”，青螺湾内的渔排不少。", "Place", ["月湖", "青螺湾"]),
        ("柳坪镇太平巷长1.2公里。", "Street", ["太平巷"]),
        ("柳坪县河西镇磨坊街热闹，逛老街的人多，滨江大道全长18公里。", "Street", ["滨江大道", "磨坊街"]),
        ("柳坪县磨坊巷的灯亮了，书院巷里有茶，穿过书院巷，大街小巷和老巷都热闹。", "Street", ["书院巷", "磨坊巷"]),
        ("大学生办的网店“山里红”开张，“工匠精神”是品牌。", "Company", ["山里红"]),
        ("“柳坪马拉松”开跑，马拉松热了。", "Event", ["柳坪马拉松"]),
        ("柳坪荷花节开幕，柳坪县迎来春节，柳坪县节能环节多。", "Event", ["柳坪荷花节"]),
        ("柳坪西站开通，铁路在柳坪境内长30公里。", "Place", []),
        ("柳坪西站开通，县疾控中心搬了。", "Facility", ["县疾控中心", "柳坪西站"]),
        ("柳坪古镇保护提升项目启动。", "Project", ["柳坪古镇保护提升项目"]),
        ("柳坪古镇更新项目启动。", "ScenicSpot", ["柳坪古镇"]),
        ("投入3000万元修缮古镇。", "ScenicSpot", []),
        ("老厂换了名字——柳坪商务服务集聚区，居民区成为集聚区。", "DevelopmentZone", ["柳坪商务服务集聚区"]),
        ("其中3家是单一的面粉加工厂，办起普惠性幼儿园，利用北岭煤矿的旧井。", "Company", ["北岭煤矿"]),
        ("结束了不通高速公路的历史，柳坪高速公路通车。", "Project", ["柳坪高速公路"]),
        ("县城所在地黄沙镇离省会远。", "Town", ["黄沙镇"]),
        ("柳坪县引进山东润丰农牧集团，柳坪县携手江海集团。", "CompanyGroup", ["山东润丰农牧集团", "江海集团"]),
        ("中晶云创(柳坪)有限公司投产。", "Company", ["中晶云创(柳坪)有限公司"]),
        ("老厂区改成鸿安1958文创园。", "IndustrialPark", ["鸿安1958文创园"]),
        ("柳坪青年创业孵化基地忙，柳坪至宁波海铁联运班列开行。", "Facility", ["柳坪至宁波海铁联运班列", "柳坪青年创业孵化基地"]),
        ("这座水库的名字叫云湖水库，冷链物流项目和农产品深加工项目开工。", "Project", ["云湖水库"]),
        ("推行“公司+基地+农户”模式，推行“三员共治”模式。", "Programme", ["“三员共治”模式"]),
        ("沿着村里的路走，柳坪荷花镇水口村到了。", "Village", ["水口村"]),
        ("从西站到东站，火车站都有岗，荒滩变成产业园，一批标准化养殖场开工。", "Facility", []),
        ("石门乡向阳村种茶，1961年恢复县建制，规范化村卫生室不少，偏远山村通了车。", "Village", ["向阳村"]),
        ("柳坪县实验小学西校区投用，校区美了。", "School", ["柳坪县实验小学西校区"]),
        ("黑崖100万千瓦风电项目、建成20万千瓦光伏项目。", "Project", ["黑崖100万千瓦风电项目"]),
        ("2009年开发区起步，其中柳坪经济开发区产值3亿元。", "DevelopmentZone", ["柳坪经济开发区"]),
        ("青河镇大岭村距开发区18公里。", "DevelopmentZone", []),
        ("龙岭县湾口互市点和龙岭县敬老院都忙，冷链车在码头，10万亩水产养殖基地。", "Facility", ["湾口互市点", "龙岭县敬老院"]),
        ("2020年末临通高铁通车，多数走铁路。", "Project", ["临通高铁"]),
        ("柳坪区获评国家生态文明建设示范区，10万亩水产养殖基地。", "DevelopmentZone", []),
        ("云岭镇茶园坝村种茶，茶园坝村人家。", "Facility", []),
        ("总投资1亿元的蚕丝被生产线项目投产，柳坪疏港公路通车。", "Project", ["柳坪疏港公路", "蚕丝被生产线项目"]),
        ("国家4A级旅游景区百溪天坑游客多。", "ScenicSpot", ["百溪天坑"]),
        ("新建三个安置小区，三个安置小区装上电梯。", "ResidentialCompound", []),
        ("几名返乡大学生办厂，缺大学，二类示范性高中招生。", "School", []),
        ("半个镇的人，几个邻村的人，乡亲们唤醒古老山村，费用区里补贴。", "Village", []),
        ("紧邻景区的弄水屯有人家，屯里热闹，韩屯村也是。", "Village", ["弄水屯", "韩屯村"]),
        ("新岭镇干脆种上果树，培训镇干部。", "Town", ["新岭镇"]),
        ("乌兰苏木的查干嘎查产奶。", "Township", ["乌兰苏木"]),
        ("毕业生留区就业，东部灌区改造，苹果优生区扩大。", "District", []),
        ("病人中本镇居民多，清溪镇人少，药材大镇。", "Town", ["清溪镇"]),
        ("加固病险水库，配建小学，石梁水库蓄水。", "Project", ["石梁水库"]),
        ("清溪村是有名的竹编村，塌陷村搬了，那年村里穷。", "Village", ["清溪村"]),
        ("毕业生留县工作，向北到达青石镇。", "Town", ["青石镇"]),
        ("毕业生留县工作的多，他们回县创业。", "County", ["柳坪县"]),
        ("柳坪县残疾人托养中心开门，三岔河边境检查站忙。", "Facility", ["柳坪县残疾人托养中心"]),
        ("柳坪县总医院在这里设立分院，家门口医院多，柳坪县总医院清溪分院开诊。", "Hospital", ["柳坪县总医院", "柳坪县总医院清溪分院"]),
        ("江南医科大学附属柳坪医院开诊。", "Hospital", ["江南医科大学附属柳坪医院"]),
        ("仁和医院人多，我和医院的人忙。", "Hospital", ["仁和医院"]),
        ("颐和养老院开张，学校和养老院都忙。满都拉口岸通车。", "Facility", ["满都拉口岸", "颐和养老院"]),
        ("江南师范大学第一附属中学招生，该校普通高中班满员。", "School", ["江南师范大学第一附属中学"]),
        ("清溪镇石桥村依托光伏电站增收，清溪村离水厂远，2012年投产的石门水厂供水。", "Project", ["石门水厂"]),
        ("开放的云台岭文旅综合体接客，滨江大道南延工程通车，石门灌区续建配套与节水改造项目完工。", "Project",
         ["云台岭文旅综合体", "滨江大道南延工程", "石门灌区续建配套与节水改造项目"]),
        ("柳坪安居家具有限公司、江城禾信家居有限公司、仁和元泰药业有限公司投产。", "Company",
         ["仁和元泰药业有限公司", "柳坪安居家具有限公司", "江城禾信家居有限公司"]),
        ("1985年，东溪鞋帽厂开工，石桥村成立合作社，县农场种茶。", "Company", ["东溪鞋帽厂", "县农场"]),
        ("柳坪县工程机械产业产值增长，湖南省柳坪县通高速公路之后，柳坪引水工程完工。", "Project", ["柳坪引水工程"]),
        ("打响村级工业园整治攻坚战。", "IndustrialPark", []),
        ("天津市柳坪县农垦集团挂牌，柳坪县农垦集团扩建。", "CompanyGroup", ["柳坪县农垦集团"]),
        ("实施茶园“双改”行动，开展全市“清河”行动。", "Programme", ["“清河”行动", "茶园“双改”行动"]),
        ("争取“机器换工”专项资金，农户申请“茶农易贷”贷款，坚持“旅游活县”战略。", "Programme", ["机器换工", "茶农易贷"]),
        ("根据柳坪县健康茶乡行动方案，深化“放管服”改革，实施茶园改造工程项目26个。", "Programme",
         ["柳坪县健康茶乡行动方案", "茶园改造工程"]),
        ("船帮会馆为省级文物保护单位，柳坪县属国家扶贫开发工作重点县，为全省工业大县。", "Title",
         ["国家扶贫开发工作重点县", "省级文物保护单位"]),
        ("五、荣誉\n云南省旅游名镇（2020年）、国家森林乡村（2016年）、全国“一镇一业”示范镇（2018年）。", "Title",
         ["云南省旅游名镇", "全国“一镇一业”示范镇", "国家森林乡村"]),
        ("万莲镇的荷花开了，万莲镇卫生院很忙。", "Hospital", ["万莲镇卫生院"]),
        ("合浔公路浔海段改造工程、江城六桥开工。", "Project", ["合浔公路浔海段改造工程", "江城六桥"]),
        ("届时全公司忙，一辆辆快递公司的车，脐橙合作社多。", "Company", []),
    ],
)  # fmt: skip
def test_names_are_told_by_their_endings_and_the_words_around(text: str, kind: str, names: list[str]) -> None:
    assert named(text, kind) == names


@pytest.mark.parametrize(
    ("text", "name", "other"),
    [
        ("柳坪临港经济开发区建成，临港经济开发区扩区。", "柳坪临港经济开发区", "临港经济开发区"),
        ("东陵经济开发区扩区，东陵经开区忙。", "东陵经济开发区", "东陵经开区"),
        ("柳坪县人民医院搬了，县医院床位多了。", "柳坪县人民医院", "县医院"),
        ("柳坪县中医院迁建工程投用，县中医院牵头。", "柳坪县中医院", "县中医院"),
        ("柳坪金谷食品有限公司忙，到金谷公司上班。", "柳坪金谷食品有限公司", "金谷公司"),
    ],
)
def test_a_name_without_its_place_is_another_name_of_the_thing(text: str, name: str, other: str) -> None:
    (one,) = (entity for entity in extract(FEATURE + text, published="2022").entities if other in entity.aliases)
    assert (one.name, len(one.spans)) == (name, 2)


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("总投资2亿元的柳坪水果加工中心动工。", "柳坪水果加工中心"),
        ("改造后的纺织厂家属院有27栋楼。", "纺织厂家属院"),
        ("太平巷长1.2公里。去年，巷子里有固定商户268家。", "太平巷"),
        ("东山竖井，全县最后一座大矿，开采50年。", "东山竖井"),
    ],
)
def test_figures_are_about_what_has_such_a_name(text: str, about: str) -> None:
    assert {figure.subject for figure in extract(FEATURE + text, published="2022").figures} == {about}


@pytest.mark.slow
def test_things_of_every_class_that_is_found_are_valid() -> None:
    text = (
        "纺织厂家属院27栋楼。柳坪镇太平巷长1.2公里。主峰黑石尖海拔1320米。“柳坪马拉松”来了3000人。"
        "柳坪文创街区有商户30家。柳坪陶瓷研究院有博士34名。柳坪水果加工中心占地20亩。"
    )
    whole = validate.graph_of_files(SETTINGS.ontology_files)
    triples = drafting.triples(extract(FEATURE + text, published="2022"))
    whole.parse(data=ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES), format="nt")
    report = validate.validate(whole, validate.graph_of_files(SETTINGS.shape_files))
    assert [(v.focus, v.message) for v in report.violations] == []


def test_a_name_of_two_kinds_of_thing_is_one_thing() -> None:
    found = [
        entity
        for entity in extract(
            "松泉区2023年回顾\n\n全区建设全省先进工业园区。2022年，松泉区荣获“全省先进工业园区”称号。"
        ).entities
        if "先进" in entity.name
    ]
    assert [(entity.kind, len(entity.spans)) for entity in found] == [("Title", 2)]


@pytest.mark.parametrize("sentence", ["享受雨露计划补助的学生86名。", "“厕所革命”让村庄变了样。"])
def test_programmes_of_the_whole_country_are_known_by_their_names(sentence: str) -> None:
    found = [
        entity.name for entity in extract(f"松泉区2023年回顾\n\n{sentence}").entities if entity.kind == "Programme"
    ]
    assert found in (["雨露计划"], ["厕所革命"])
