"""What a text is about, when it was published, and which words are names of areas."""

from __future__ import annotations

import pytest

from yuanhui_kg.extract import extract
from yuanhui_kg.extract.places import places

HEADS = [
    ("逐梦五年 澧水河畔写新篇\n——澧源县“十三五”发展综述\n\n澧源县委、县政府带领全县人民，实现地区生产总值120亿元。", "澧源县"),
    ("一座矿城的突围\n\n辽宁省北岭市曾因煤而兴。2012年，全市原煤产量降到300万吨。北岭市决定转型。", "北岭市"),
    ("政府工作报告\n\n——2021年2月25日在沂墨县第十九届人民代表大会第一次会议上\n\n各位代表：2020年全县生产总值200亿元。", "沂墨县"),
    ("关于云阳区2019年计划执行情况与2020年计划草案的报告\n\n2019年，全区实现地区生产总值310亿元。", "云阳区"),
    ("走进桃江镇\n\n桃江镇位于益山县东北部，距县城12公里，辖14个行政村。全镇总人口3.2万人。", "桃江镇"),
    ("走进石峪\n\n石峪村是太行山深处的小山村，隶属于河北省涞平县王家台乡。全村共有180户560人。石峪村通了路。", "石峪村"),
    ("2018年长滩市国民经济和社会发展统计公报\n长滩市统计局\n2019年3月20日\n\n2018年，全市生产总值820亿元。", "长滩市"),
    ("2023年前三季度吴浦区经济运行情况\n\n今年以来，全区上下奋力拼经济。", "吴浦区"),
    ("玛沁县基本情况\n\n玛沁县地处青海省东南部、果西藏族自治州腹地。全县总面积1.34万平方公里，辖2镇6乡。", "玛沁县"),
    ("二十年，一座县城长成一个区\n——写在苕溪撤县设区20周年之际\n\n浙江省苕溪县改为苕溪区的批文是2000年送到的。全区企业30家。苕溪区变了。", "苕溪区"),
    ("煤尽之后\n——辽宁省砟岭区“十二五”转型记事\n\n井口是2013年10月17日封上的。全区最后一座大矿关了。沉陷区的居民搬进新楼。", "砟岭区"),
    ("向海而生\n——来自闽东沿海青屿县的观察\n\n清晨，青屿县鹭咀镇的养殖户撑船去看排。全县渔业产值20亿元。青屿县有渔民3万人。", "青屿县"),
    ("“毛衫名镇”的突围\n\n在浙江省濮江市洪溪镇，生产线正在运转。2021年，洪溪镇毛衫产业产值突破百亿元，全镇有企业3000家。", "洪溪镇"),
    ("潮起沙屿湾\n——写在东沙市沙屿区建区十周年之际\n\n沙屿区的前身是渔港。2008年，全区生产总值156亿元。东沙市沙屿区是年轻的区，与东沙市沙屿区为邻的是大海。", "沙屿区"),
    ("科尔前旗畜牧业观察\n\n内蒙古自治区科尔前旗，草原面积1200万亩。2023年全旗牲畜存栏210万头只。", "科尔前旗"),
    ("五年巨变看永宁\n\n“十二五”期间，永宁县固定资产投资累计完成500亿元。永宁县城区面积扩大了3倍。全县面貌一新。", "永宁县"),
    ("海岙经济开发区简介\n\n海岙经济开发区位于海岙市东部，规划面积12平方公里。", "海岙经济开发区"),
    ("老码头换新颜\n——青浦市望江工业园区“十三五”发展回顾\n\n望江地方不大。五年来，园区引进企业46家，园区产值翻番，园区的路宽了。望江的港也深了，园区正在扩建。", "望江工业园区"),
    ("老码头换新颜\n——云阳县先进制造业开发区建设纪实\n\n开发区在云阳县城东。开发区引进企业46家，开发区产值翻番，开发区扩区，全县企业86家，云阳县变了。", "云阳县"),
    ("春风吹绿经开区\n——东陵经济开发区“十三五”发展纪实\n\n东陵市南部的东陵经济开发区忙。开发区引进企业46家，园区产值翻番，开发区扩区，园区热闹。东陵经开区变了。", "东陵经济开发区"),
    ("临岫高新区2023年度工作总结\n\n2023年，高新区营业收入96亿元。全区企业310家，临岫县拨款3000万元。", "临岫高新区"),
    ("东陵经济开发区2022年经济运行情况\n\n2022年，全区税收9亿元，全县税收21亿元，东陵县变了。", "东陵经济开发区"),
    ("没有地名的一篇\n\n今年以来，企业效益好转。", ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "area"), HEADS)
def test_the_area_is_the_one_for_which_most_speaks(text: str, area: str) -> None:
    assert extract(text).anchor.place == area


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("云阳区回眸\n\n井口是2013年10月17日封上的。全区企业12家。", ""),
        ("云阳区回眸\n2016年2月26日\n\n井口是2013年10月17日封上的。全区企业12家。", "2016-02-26"),
        ("云阳区统计公报\n云阳区统计局\n2019年3月20日\n\n2018年全区企业12家。", "2019-03-20"),
        ("政府工作报告\n——2021年2月25日在沂墨县第十九届人民代表大会上\n\n2020年全县企业12家。", "2021-02-25"),
    ],
)
def test_the_date_of_publication_stands_in_a_line_of_its_own(text: str, date: str) -> None:
    assert extract(text).anchor.published == date


def test_a_report_on_work_and_plans_is_one() -> None:
    assert extract("关于云阳区2024年工作情况和2025年工作安排的报告\n\n全区企业12家。").anchor.genre == "report"


ZONE = (
    "老码头换新颜\n——青浦市望江工业园区“十三五”发展回顾\n\n江苏省青浦市望江工业园区去年建成。望江面积只有26平方公里。"
    "2020年，园区产值86亿元，园区有企业46家。望江污水处理厂每天处理3万吨。园区扩区，园区热闹。"
)


@pytest.mark.parametrize("place", ["", "望江工业园区"])
def test_a_zone_that_a_text_is_about_is_one_thing_under_one_name_and_what_its_stem_means(place: str) -> None:
    draft = extract(ZONE, place=place, published="2021")
    (zone,) = (entity for entity in draft.entities if entity.kind == "IndustrialPark")
    assert (zone.name, draft.anchor.place) == ("望江工业园区", "望江工业园区")
    assert ("望江工业园区", "isLocatedIn", "青浦市") in {(r.subject, r.predicate, r.object) for r in draft.relations}
    assert [figure.subject for figure in draft.figures] == ["望江工业园区"] * 3 + ["望江污水处理厂"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("那一年村里修路，不少村寨通水，2022年社区办起食堂，86名队员接续进村。", []),
        ("县里重整旗鼓，今秋进县的客商多，前进村和永年县都忙，每台每年补偿嘎查。", ["前进村", "永年县"]),
    ],
)
def test_what_is_done_or_when_is_no_part_of_the_name_of_an_area(text: str, names: list[str]) -> None:
    assert [text[start:end] for _, start, end in places(text, "", ())] == names


@pytest.mark.parametrize(
    "name",
    ["嘉兴市", "长兴县", "大兴区", "盐城市", "江门市", "成都市", "萍乡市", "景德镇市", "房山区", "兴安盟", "延边朝鲜族自治州", "黔西南布依族苗族自治州"],
)  # fmt: skip
def test_names_that_hold_common_words_are_names_where_they_stand_by_themselves(name: str) -> None:
    text = f"走进{name}，处处生机。2019年，{name}的变化很大。"
    assert {text[start:end] for _, start, end in places(text, "", ())} == {name}


@pytest.mark.parametrize(
    "word", ["大城市", "新城区", "工业强县", "沿海城市", "山区", "贫困山区", "国际大都市", "主城区"]
)
def test_common_words_are_no_names(word: str) -> None:
    text = f"建设{word}，处处生机。2019年，{word}的变化很大。"
    assert list(places(text, "", ())) == []


@pytest.mark.parametrize(
    ("told", "year"),
    [
        ("2024年5月12日，走进江口区，塔吊林立。2023年，全区收入增长3%。到2025年，收入翻番。", "2024"),
        ("1997年3月8日，江口区设立。2023年，全区收入增长3%。", ""),
        ("江口区的港口在2024年5月12日开工。", ""),
    ],
)
def test_the_day_on_which_a_story_begins_tells_the_year_of_publication(told: str, year: str) -> None:
    assert extract(f"江口区：老港焕新\n\n{told}").anchor.published == year
