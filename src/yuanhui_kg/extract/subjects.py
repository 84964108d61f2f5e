"""Whom a figure is about: the entity that leads its clause, one carried on, or the text's place."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import Final

from .contexts import REACH, Material, Place, Setting

#: 全市, 去年全乡: all of what the last character names.
_WHOLE: Final = re.compile(
    r"(?:其中|去年|今年|目前|如今|当年|同年|截至[^,]{0,8}|(?:19|20)\d\d年|,)*(?:全|我)(市|县|区|省|镇|乡|州|旗|街道|村|社区)"
)
_SECOND: Final = re.compile(
    r"[、,](?:总投资|投资|占地|占地面积|建筑面积|总建筑面积|规划面积)(?:约|近|超)?\d+(?:\.\d+)?[万亿]?(?:余|多)?(?:元|亩|平方米|平方公里|公顷)(?=的)"
)
#: 落户湾头工业园区的某公司, 成立于2008年的某公司
_SETTLED: Final = re.compile(
    r"(?:落户|入驻|位于|坐落于?|地处)[\u4e00-\u9fff]{2,14}的|(?:成立|始建|创建|创办|建)于(?:19|20)\d\d年的"
)
_SPEAKS: Final = re.compile(
    r"(?:党委|党支部|生产|技术|行政|市场)?(?:负责人|董事长|总经理|经理|厂长|书记|理事长|主任|相关)"
)


def subject(material: Material, place: Place, setting: Setting) -> tuple[str, str]:
    """Whom a figure is about: an entity that leads its clause, else the one carried on, else the text's place."""
    carried, sentence = setting.carried, setting.sentence
    if carried.subject and place.quantity.word == "周年":
        return carried.subject, "named"
    clause_start = place.quantity.begin - len(place.clause)
    if material.text[clause_start - 1 : clause_start] == ";" and carried.subject.endswith(
        ("医院", "卫生院", "中学", "小学")
    ):
        carried.subject = ""  # 镇中心卫生院有床位50张;村级卫生室19个
    whole = _WHOLE.match(place.clause.strip())
    best = _earlier_whole(material, whole[1], clause_start) if whole else ""
    if whole and not best:
        carried.subject = ""
        return material.anchor.place, "whole area"
    for start, end, entity in material.mentions_in(clause_start, place.quantity.begin) if not best else ():
        lead = (
            material.text[max(clause_start, place.left_start) : start]
            if start >= place.left_start
            else material.text[clause_start:start]
        )
        if _leads(material, lead, end, place):
            best = entity.name
            break
    if not best:
        best = _anaphor(material, place, clause_start)
    behind = _owner_behind(material, place)
    if behind and not best:
        carried.subject = behind
        return behind, "behind"
    if not best and clause_start > sentence.start and not carried.subject:
        best = _earlier(material, sentence.start, clause_start)
    if not best and not carried.subject:
        best = _pointed(material, sentence.start)
    if not best and not carried.subject:
        best = _speaker(material, place, sentence.start)
    if best:
        carried.subject = best if best != material.anchor.place else ""
        return best, "named"
    if carried.subject:
        return carried.subject or material.anchor.place, "carried on"
    return material.anchor.place, "place of the text"


def _earlier_whole(material: Material, word: str, before: int) -> str:
    """The town of 全镇, the village of 全村, in a text about something larger: the one named last before a place."""
    if material.anchor.place.endswith(word):
        return ""
    index = bisect_left(material.mention_starts, before)
    near = (entity for start, _, entity in reversed(material.mentions[:index]) if before - start < 3 * REACH)
    return next((entity.name for entity in near if entity.name.endswith(word)), "")


def _pointed(material: Material, start: int) -> str:
    """What a sentence means that begins with 这个, 这里: the last thing with which the sentence before began."""
    if not re.match(r"这(?:个|里|座|家|条|处|片|一)", material.text[start : start + 2]):
        return ""
    paragraph = material.text.rfind("\n", max(0, start - 2 * REACH), start) + 1
    led = [
        entity.name
        for first, _, entity in material.mentions_in(max(paragraph, start - 2 * REACH), start)
        if re.search(r"(?:^|[\n。;,!?]|走进|来到|在|的|镇|乡|县|区|市)$", material.text[max(0, first - 2) : first])
    ]
    return led[-1] if led else ""


def _speaker(material: Material, place: Place, start: int) -> str:
    """The company whose head says what is quoted: “我们去年的产值是3.2亿元。”某公司负责人说."""
    if not re.search(
        r"我们|我司|公司|企业|厂里|合作社",
        material.text[max(start, place.quantity.begin - REACH) : place.quantity.begin],
    ):
        return ""
    close = material.text.find("”", place.quantity.stop, place.quantity.stop + REACH)
    if close < 0 or "“" in material.text[place.quantity.stop : close]:
        return ""
    for first, end, entity in material.mentions_in(close + 1, close + 6):
        if first <= close + 4 and _SPEAKS.match(material.text, end):
            return entity.name
    return ""


def _leads(material: Material, lead: str, end: int, place: Place) -> bool:
    lead = re.sub(r"^(?:目前|其中|去年|今年|截至[^,]*|如今|近年来|(?:19|20)\d\d年|[^,]{0,4}时期)?,?", "", lead.strip())
    if (
        lead.strip("“”,:; ")
        and not re.fullmatch(
            r"(?:走进|其中|全市|全县|全区|全省|(?:园区|区|镇|县|市|乡)内的?|[\u4e00-\u9fff]{2,5}(?:省|市|县|区)|总投资|位于|在|建成|由|的|[\u4e00-\u9fff]{0,10}(?:引进|培育|引入|招引|扶持|打造|建设|创办|成立|实施|建成)的)?",
            lead,
        )
        and not _SETTLED.fullmatch(lead)
    ):
        return False
    after = material.text[end : end + 2]
    return not after.startswith(("等", "、", "和", "与"))


def _anaphor(material: Material, place: Place, clause_start: int) -> str:
    match = re.match(
        r"(?:目前|如今|去年|今年|,|其中)*(?:该(镇|乡|街道|村|社区|园区|公司|企业|项目|区|县|市|开发区|园)|(开发区|高新区|集聚区|园区|景区|公司|新区|经开区|社区(?!卫生|服务|食堂|矫正|养老|工作|治理|居民|数)|合作社(?!\d)))",
        place.clause.strip(),
    )
    if not match:
        tail = re.search(r"该(街道|镇|乡|村|园区|社区|公司|企业|开发区)", place.clause)
        match = tail
    if not match:
        return ""
    word = next(group for group in match.groups() if group)
    if word in ("区", "县", "市") and material.anchor.place.endswith(word):
        return material.anchor.place
    for start, _, entity in reversed(
        material.mentions[: bisect_left(material.mention_starts, clause_start + match.start())]
    ):
        if clause_start - start > 400:
            break
        if (
            entity.name.endswith(word)
            or (word in ("公司", "企业") and entity.kind in ("Company", "CompanyGroup"))
            or (word == "园区" and entity.kind in ("IndustrialPark", "DevelopmentZone", "HighTechZone"))
        ):
            return entity.name
    return ""


def _earlier(material: Material, start: int, clause_start: int) -> str:
    """The entity that leads an earlier clause of the sentence, where no clause since speaks of the whole area."""
    start = max(start, clause_start - 2 * REACH)
    segment = material.text[start:clause_start]
    cut = segment.rfind(";") + 1
    for whole in re.finditer(r"全市|全县|全区|全省", segment):
        cut = max(cut, whole.end())
    for first, end, entity in material.mentions_in(start + cut, clause_start):
        if entity.kind in ("Hospital", "School"):
            continue  # 县人民医院创建为二甲医院,城乡居民医保参保率98.9%
        lead = material.text[start + cut : first].strip()
        if (
            not lead.strip("“”,:; ")
            or re.fullmatch(r"(?:[^,]{0,6},)?(?:目前|其中|去年|今年|走进|在|来到|建成|位于)?,?", lead)
            or _SETTLED.fullmatch(lead)
        ) and not material.text[end : end + 1].startswith(("、", "等")):
            return entity.name
    return ""


def _owner_behind(material: Material, place: Place) -> str:
    """总投资50亿元的…项目: the entity that the figure stands before."""
    second = _SECOND.match(material.text, place.quantity.stop)  # 总投资36亿元、占地1200亩的…产业园
    stop = second.end() if second else place.quantity.stop
    if not material.text.startswith("的", stop):
        return ""
    for start, _, entity in material.mentions_in(stop, stop + 2):
        return entity.name if start == stop + 1 else ""
    return ""


def within(place: Place) -> str:
    match = re.search(r"全(国|省|市|县|区)", place.clause[-14:])
    return match.group() if match else ""
