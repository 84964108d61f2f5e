"""Whom a figure is about: the entity that leads its clause, one carried on, or the text's place."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import Final

from .contexts import REACH, Material, Place, Setting
from .records import Entity, Sentence
from .tables import one_of, table

#: 全市, 去年全乡: all of what the last character names.
_WHOLE: Final = re.compile(
    r"[“,]?(?:其中|去年|今年|目前|如今|当年|同年|截至[^,]{0,8}|(?:19|20)\d\d年|,)*(?:(?:全|我)(市|县|区|省|镇|乡|州|旗|街道|村|社区)|(村)(?=里|集体|民))"
)
_SECOND: Final = re.compile(
    r"[、,](?:总投资|投资|占地|占地面积|建筑面积|总建筑面积|规划面积)(?:约|近|超)?\d+(?:\.\d+)?[万亿]?(?:余|多)?(?:元|亩|平方米|平方公里|公顷)(?=的)"
)
#: 落户湾头工业园区的某公司, 成立于2008年的某公司
_SETTLED: Final = re.compile(
    r"(?:落户|入驻|位于|坐落于?|地处)[\u4e00-\u9fff]{2,14}的|(?:成立|始建|创建|创办|建)于(?:19|20)\d\d年的"
)
_SMALL: Final = re.compile(r"(?:街道|开发区)$")
#: What numbers an item of a list: (1), ①.
_NUMBERED: Final = re.compile(r"\(\d+\)|[①-⑳]|\d+[.、]")
_SPEAKS: Final = re.compile(
    r"(?:党委|党支部|生产|技术|行政|市场)?(?:负责人|董事长|总经理|经理|厂长|书记|理事长|主任|相关)"
)
#: What may stand before the name with which a clause begins: when, where, whose, of what rank.
_TIMES: Final = re.compile(r"^(?:目前|其中|去年|今年|截至[^,]*|如今|近年来|(?:19|20)\d\d年|[^,]{0,4}时期)?,?")
_RANKED: Final = r"[\u4e00-\u9fff]{0,14}的(?:“[^”]{1,12}”)?|[\u4e00-\u9fff]{0,8}(?:企业|龙头|冠军)|“[^”]{1,12}”"
_LEAD: Final = re.compile(
    rf"(?:{_RANKED}|走进|其中|全市|全县|全区|全省|(?:园区|区|镇|县|市|乡)内的?|[\u4e00-\u9fff]{{2,5}}(?:省|市|县|区)|总投资|位于|在|建成|由|的"
    r"|[\u4e00-\u9fff]{0,10}(?:引进|培育|引入|招引|扶持|打造|建设|创办|成立|实施|建成)的)?"
)
_OF_ALL: Final = re.compile(r"全市|全县|全区|全省")
_OPENS: Final = re.compile(r"(?:[^,]{0,6},)?(?:目前|其中|去年|今年|走进|在|来到|建成|位于)?,?")
_DESCRIBED: Final = re.compile(rf"(?:.*,)?(?:{_RANKED})")
_BUILDING: Final = re.compile(r"(?:.*,)?[\u4e00-\u9fff]{0,6}(?:建设|实施|开工|启动|推进)")
_T: Final = table("entities")
_OWN: Final = {kind: re.compile(one_of(words)) for kind, words in _T["own"].items()}
_PART: Final = r"(?!卫生|服务|食堂|矫正|养老|工作|治理|居民|数)"
_ANAPHOR: Final = re.compile(
    rf"(?:目前|如今|去年|今年|今年[^,]{{1,8}}月|(?:19|20)\d\d年|,|其中|“)*(?:该(?P<that>{one_of([*_T['anaphors']['endings'], '企业', '区', '县', '市', '园'])})"
    rf"|(?P<bare>{one_of([*_T['anaphors']['endings'][5:], '港口', '港区'])}){_PART}(?!\d(?!\d{{3}}年))"
    rf"|(?P<inside>园)(?=里|内)"
    r"|(?P<firm>企业)(?=去年|今年|现有|目前|已|年|投|先后|累计|拥))"
)
_THAT: Final = re.compile(r"该(?P<that>街道|镇|乡|村|园区|社区|公司|企业|开发区|集团)")
_BODIES: Final = tuple(_T["turning"]["bodies"])
#: How far into a sentence the name stands with which it begins, and what may not follow it: 甲公司、乙公司, 甲镇的.
_TOPIC_LEAD: Final = 16
_OPEN_END: Final = re.compile(r"[、的等和与及]")
#: Kinds of things that paragraphs are about.
_TOPICS: Final = frozenset(_T["turning"]["topics"])
#: What is told of all who live somewhere, and what is told of the thing before.
_OF_PEOPLE: Final = re.compile(one_of(_T["turning"]["people"]))
_OWN_OF: Final = re.compile("其(?!中|他|余)|该")
#: 、某工程等46个重点项目, 等|22个贫困村: names that are some of what is counted.
_LISTED: Final = re.compile(r"(?:[^,。;]{0,8}、[^。;,]*)?等(?:\d+[\u4e00-\u9fff]*)?")
#: Where a name stands with which a sentence or a clause begins.
_OPENED: Final = re.compile(r"(?:^|[\n。;,!?”]|走进|来到|在)$")


def subject(material: Material, place: Place, setting: Setting) -> tuple[str, str]:
    """Whom a figure is about: an entity that leads its clause, else the one carried on, else the text's place."""
    carried, sentence = setting.carried, setting.sentence
    if carried.subject and place.quantity.word == "周年":
        return carried.subject, "named"
    clause_start = place.quantity.begin - len(place.clause)
    if _turns_away(material, place, clause_start, carried.subject):
        carried.subject = ""
    whole = _WHOLE.match(place.clause.strip())
    best = _earlier_whole(material, whole[1] or whole[2], clause_start, bool(whole[2])) if whole else ""
    if (whole and whole[1] and not best) or _names_place(material, place):
        carried.subject = ""
        return material.anchor.place, "whole area"
    for start, end, entity in material.mentions_in(clause_start, place.quantity.begin) if not best else ():
        lead = (
            material.text[max(clause_start, place.left_start) : start]
            if start >= place.left_start
            else material.text[clause_start:start]
        )
        if lead.endswith("在") and carried.subject:
            continue  # 某集团手持订单56艘,在某开发区投资38亿元
        if _LISTED.fullmatch(material.text, end, place.quantity.begin):
            continue  # 某铁路、某迁建工程等46个重点项目
        if _leads(lead):
            best = _innermost(material, end, entity.name, place.quantity.begin)
            break
    if not best:
        best = _anaphor(material, place, clause_start)
    behind = _owner_behind(material, place)
    if behind and not best:
        carried.subject = behind
        return behind, "behind"
    if not best and clause_start > sentence.start:
        before = material.preceding(place.quantity)
        since = max(sentence.start, before.stop) if before and carried.subject else sentence.start
        best = _earlier(material, since, clause_start, place)
    if not best and not carried.subject:
        best = _pointed(material, sentence.start)
    if not best and not carried.subject:
        best = _speaker(material, place, sentence.start)
    if best:
        carried.subject = best if best != material.anchor.place else ""
        return best, "named"
    if carried.subject:
        return carried.subject or material.anchor.place, "carried on"
    if carried.topic and not _of_place(material, place):
        carried.subject = carried.topic
        return carried.topic, "carried on"
    return material.anchor.place, "place of the text"


def topic(material: Material, sentence: Sentence, known: str | None) -> str:
    """What a paragraph of a story is about: with what its first sentence begins, until one begins with something else.

    ``known`` is the topic so far, None before the first sentence.
    """
    if material.anchor.genre not in ("feature", "profile"):
        return ""
    text, start = material.text, sentence.start
    for first, end, entity in material.mentions_in(start, start + _TOPIC_LEAD):
        if _leads(text[start:first]) and not _OPEN_END.match(text, end):
            own = known is None and entity.name != material.anchor.place and entity.kind in _TOPICS
            return entity.name if own or entity.name == known else ""
    return "" if known is None or _WHOLE.match(text, start) else known


def _of_place(material: Material, place: Place) -> bool:
    """Whether a clause is about the text's place all the same: it is named, or all of its people are."""
    stem = material.anchor.place[:-1]
    return (len(stem) > 1 and stem in place.clause) or _OF_PEOPLE.match(place.clause.lstrip(", ")) is not None


def _turns_away(material: Material, place: Place, clause_start: int, subject: str) -> bool:
    """Whether a clause leaves what the one before it was about: what is there for all people, or what a semicolon parts."""
    clause = place.clause.lstrip(", ")
    if not subject or _OWN_OF.match(clause):
        return False
    body = subject.endswith(_BODIES)
    if body and _OF_PEOPLE.match(clause):
        return True  # 某迁建工程完工,每千人床位由2.1张增至6.4张
    # 镇中心卫生院有床位50张;村级卫生室19个
    return body and material.text[clause_start - 1 : clause_start] == ";"


def _names_place(material: Material, place: Place) -> bool:
    """Whether a clause begins with the word for what the text's place is: 街道上市公司增至3家."""
    word = _SMALL.search(material.anchor.place)
    return word is not None and place.clause.strip(", ").startswith(word.group())


def _earlier_whole(material: Material, word: str, before: int, here: bool) -> str:
    """The town of 全镇, the village of 全村, in a text about something larger: the one named last, ``here`` in the paragraph."""
    if material.anchor.place.endswith(word):
        return ""
    low = before - 3 * REACH
    if here:
        low = max(low, material.text.rfind("\n", max(0, low), before))
    return next((entity.name for _, _, entity in _back(material, before, low) if entity.name.endswith(word)), "")


def _back(material: Material, before: int, low: int) -> Iterator[tuple[int, int, Entity]]:
    """The mentions before a place, the last first, as far back as ``low``."""
    index = bisect_left(material.mention_starts, before) - 1
    while index >= 0 and material.mention_starts[index] >= low:
        yield material.mentions[index]
        index -= 1


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


def _innermost(material: Material, end: int, name: str, stop: int) -> str:
    """The last of names that follow each other, which the others only place; nothing where several stand in a row."""
    following = True
    while following:
        following = False
        for start, close, entity in material.mentions_in(end, min(end + 2, stop)):
            if close <= stop and (start == end or material.text[end:start] == "的"):
                name, end, following = entity.name, close, True
                break
    return "" if material.text[end : end + 1] in ("等", "、", "和", "与") else name


def _leads(lead: str) -> bool:
    """Whether words before a name leave it at the head of its clause."""
    lead = _TIMES.sub("", _NUMBERED.sub("", lead).strip())
    return not lead.strip("“”,:; ") or bool(_LEAD.fullmatch(lead) or _SETTLED.fullmatch(lead))


def _anaphor(material: Material, place: Place, clause_start: int) -> str:
    """What 该公司, 园区 or 加工园 at the beginning of a clause mean: the thing of that kind named last, best at the head of one."""
    if place.clause.lstrip(", ").startswith("后者"):
        return next((entity.name for _, _, entity in _back(material, clause_start, clause_start - REACH)), "")
    match = _ANAPHOR.match(place.clause.strip()) or _THAT.search(place.clause)
    if not match:
        return ""
    word = next(group for group in match.groupdict().values() if group)
    if word in ("区", "县", "市") and material.anchor.place.endswith(word):
        return material.anchor.place
    before = clause_start + match.start()
    meant = [one for one in _back(material, before, before - 2 * REACH - 80) if _means(word, one[2])]
    led = [one for one in meant if _OPENED.search(material.text[max(0, one[0] - 2) : one[0]])]
    return (led or meant)[0][2].name if meant else ""


def _means(word: str, entity: Entity) -> bool:
    return entity.name.endswith(word) or entity.kind in _T["anaphors"]["classes"].get(word, ())


def _earlier(material: Material, start: int, clause_start: int, place: Place) -> str:
    """The entity that leads an earlier clause of the sentence, where no clause since speaks of the whole area."""
    start = max(start, clause_start - 2 * REACH)
    segment = material.text[start:clause_start]
    cut = segment.rfind(";") + 1
    for whole in _OF_ALL.finditer(segment):
        cut = max(cut, whole.end())
    for first, end, entity in material.mentions_in(start + cut, clause_start):
        if not _tells_of(entity, place.clause.lstrip(", ")):
            continue
        opens = material.text[first - 1 : first] == ","
        lead = material.text[start + cut : first].strip()
        several = material.text[end : end + 1] == "、" or _LISTED.match(material.text, end, clause_start)
        if (opens or _leads_clause(lead, entity)) and not several:
            return _innermost(material, end, entity.name, clause_start)
    return ""


def _leads_clause(lead: str, entity: Entity) -> bool:
    lead = _NUMBERED.sub("", lead)
    if not lead.strip("“”,:; ") or _OPENS.fullmatch(lead) or _SETTLED.fullmatch(lead) or _DESCRIBED.fullmatch(lead):
        return True
    return entity.kind == "Project" and _BUILDING.fullmatch(lead) is not None


def _tells_of(entity: Entity, clause: str) -> bool:
    """Whether a clause can be about what the clause before named: of a school what schools have, of a work not what it brings."""
    if entity.name.endswith(_BODIES) and _OF_PEOPLE.match(clause):
        return False
    own = _OWN.get(entity.kind)
    if own is None:
        return True
    return (own.match(clause) is None) if entity.kind == "Project" else (own.search(clause) is not None)


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
