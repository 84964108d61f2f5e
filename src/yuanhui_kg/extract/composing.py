"""Indicators of several numbers told respectively, and of shares: those composed of more than one name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from . import phrases
from .contexts import REACH, Carried, Material, Place
from .lexicon import Match, spelt
from .naming import bare, bracketed, free, linked, named
from .records import Indicator, Quantity, Sentence
from .shares import reached_before
from .tables import one_of, table
from .wording import ALL_OF, PLAN, REACHED, RESPECTIVELY, counted_label, only_joins, pure_verb, shared_suffix

#: What is told of each of several things that are named before it: 三大产业分别完成产值.
_HEADS: Final = frozenset(table("indicators")["heads"]["words"])
_HEAD_INSIDE: Final = re.compile(r"(?:产业|行业)((?:总)?产值|增加值|营业收入|销售收入)(?:均|也)?$")
#: What sectors add points to.
_PULLED: Final = re.compile(r"(?:拉动|带动)([^,。;]{2,12})$")
#: 每千|人口床位数
_PER: Final = re.compile("(每(?:百|千|万|十万))(?:人|名|人口)")
#: What joins the members of a row, and how many places it is behind their names: 甲镇、乙镇|等2个乡镇|的产值.
JOINED: Final = re.compile("[、和与及]|以及")
_COUNTED: Final = re.compile(r"^等?(?:[两二三四五六七八九十\d]{0,2}个?[\u4e00-\u9fff]{0,2}[县市区镇乡村]|地)?的?")
#: 今年目标|分别为: what only says that it is aimed at.
_AIM: Final = re.compile("(?:预期|发展|年度)?(?:目标|任务|计划)(?:任务|值)?$")
#: Units of what nothing is a share of: 距出口5公里以内的乡镇占18%.
_NO_WHOLES: Final = frozenset(("km", "m", "day", "hour", "minute", "year", "degC"))
_SHARE_ALONE_TOLD: Final = re.compile("[,、 ]*(?:所)?(?:占比|比重|占)[, ]*")
#: A sentence that tells by areas what the paragraph told of all.
_BY_AREA: Final = re.compile("(?:从)?分?(?:县市区?|县区|区县|地区|区域|乡镇|镇街|市县|盟市|州市)(?:来)?看")
#: A list whose parts semicolons part.
_LISTED: Final = re.compile(r"\d[^;。]*;")
#: Several times before what is told of them: 2013年、2014年, 2021、2022年, 去年和今年.
_TIMES: Final = re.compile(
    r"(?:\d年|(?:19|20)\d\d|[去今前上明]年|月|季度)(?:末|底)?(?:[、和与及]|以及)(?:[^,。;]{0,10})(?:年|月|季度)(?:末|底)?(?:,?(?:我|全)[区县市省镇乡村])?,?$"
)
#: The name of a share that the ontology lacks, which begins with what it is a share of.
_COMPOSED: Final = re.compile("(.+?)占(?:.*的比重|比)")
_SHARE_OF_WHOLE: Final = re.compile("[^占]+占(.+)的比重")
_SHARE_ALONE: Final = "占比"
_PEOPLE: Final = re.compile("人口|人数|劳动力|居民|职工|员工|学生|党员|代表|干部|人员|教师|医生|农民|妇女|户数|农户")
#: What the parts of one whole are told by, of each sort of them.
_SIBLINGS: Final = [re.compile(one_of(words)) for words in table("indicators")["siblings"].values()]
#: 乡村医生中|60岁以上的|占: those of a whole that are told by an adjective are a part of it.
_AMONG: Final = re.compile(r"([^,。;、]{2,14})[中里](?:,?其中)?(?:有)?([^,。;、]{2,10})的")
#: 35岁以下的|占, 66人以上的|班级|占, 员工中|硕士以上学历的|占
_SET_APART: Final = re.compile(
    r"(?:^|[,、;:])(?:其中)?(?:(?P<line>[^,。;、:\d]{0,6}\d+(?:[\u4e00-\u9fff]{1,3}?(?:及以上|以上|及以下|以下|以内)|[-~—至到]\d+周?岁))的?(?P<noun>[\u4e00-\u9fff]{0,6}?)|(?P<kind>[^,。;、:\d占]{2,12}(?:学历|职称|文化程度|文化|资质|资格|户籍|年龄段))的(?P<of>))占(?:了|到|比)?(?:达到?|约|近|超过|为|至)*$"
)
_INSIDE: Final = re.compile(
    "([^,。;、]{0,12}(?:学生|员工|职工|村民|居民|农户|用户|游客|工人|教师|党员|毕业生|社员|住户|人口|人员|学员|干部|患者|企业|项目))[中里](?:有)?([^,。;、的中占]{2,12})"
)
#: People told by where they are from: 其中|本地人|占六成.
_LOCAL: Final = re.compile(
    "(?:本地|当地|外地|本村|本镇|本县|本区|本市|本省|外省|外县|周边|附近|省外|省内|县外|市外)(?:户籍)?(?:的)?(?:人|农民|村民|居民|群众|职工|员工|工人|劳动力|妇女|学生|游客|牧民|农民工|务工人员)(?:员)?$"
)
#: What is said of a share behind its whole: 占全市的比重提高到.
_SHARE_TOLD: Final = re.compile(r"(?:的)?(?:比重|比例|比|份额).*$|(?:提高|提升|上升|下降|达|为|超|约|近|到).*$")


@dataclass(frozen=True)
class Row:
    """Several numbers that are told respectively: what stands before 分别, what behind it, and how many there are."""

    material: Material
    place: Place
    carried: Carried
    tail: str
    after: str
    number: int
    #: Where the words before 分别 end.
    end: int

    @property
    def matches(self) -> list[Match]:
        return list(self.material.lexicon.matches(self.tail))

    @property
    def joins(self) -> bool:
        """Whether the words before name nothing."""
        return only_joins(self.tail.strip()) or only_joins(bare(self.material, self.tail))

    @property
    def of_another_measure(self) -> bool:
        """Whether the numbers count or measure by another word than the one before them: 人 behind 所."""
        before, quantity = self.material.preceding(self.place.quantity), self.place.quantity
        counts = before is not None and before.unit == "count" and quantity.unit not in ("percent", "permille", "rank")
        return before is not None and counts and before.word != quantity.word

    def each(self, names: Sequence[str]) -> list[Indicator]:
        """The indicators of names in a row, each made whole by the one before: 生猪存栏、出栏."""
        found = []
        for name in names:
            self.carried.indicator = named(self.material, name, self.place.quantity, self.carried)
            found.append(self.carried.indicator)
        return found


def listed(material: Material, place: Place, carried: Carried, sentence: Sentence, number: int) -> list[Indicator]:
    """The indicators that 分别 spreads over ``number`` quantities."""
    previous = material.preceding(place.quantity)
    if previous is not None and previous.word == "大":  # 装备制造、生物医药、电子信息三大产业分别
        previous = material.preceding(previous)
    start = max(sentence.start, place.quantity.begin - 3 * REACH, previous.stop if previous else 0)
    told = material.text[start : place.quantity.begin]
    tail = re.split(r"[;。]", told.rpartition(RESPECTIVELY)[0] if RESPECTIVELY in told else told)[-1]
    tail = _AIM.sub(lambda aim: " " * len(aim[0]), tail)
    end = start + len(told.rpartition(RESPECTIVELY)[0] if RESPECTIVELY in told else told)
    row = Row(material, place, carried, tail, place.left.rpartition(RESPECTIVELY)[2], number, end)
    for rule in (
        _of_places,
        _shares_of_each,
        _pulled,
        _paired,
        _over_times,
        _composed,
        _full_names,
        _seen,
        _named_in_row,
        _told,
        _in_parts,
        _of_those_counted,
        _one_for_all,
        _last_told,
    ):
        if found := rule(row):
            return found
    return [named(material, tail, place.quantity, carried)] * number


def _of_places(row: Row) -> list[Indicator]:
    """What is told of each of several places that are named, or were told of so before: 甲镇、乙镇产值分别达1亿元和2亿元,增速分别为3%和5%."""
    begin = row.end - len(row.tail)
    spans = [(start, stop, one) for start, stop, one in row.material.mentions_in(begin, row.end) if stop <= row.end]
    places = [
        span for span in spans if not any(s <= span[0] and span[1] <= e and (s, e) != span[:2] for s, e, _ in spans)
    ]
    places = places[-row.number :]
    text, carried = row.material.text, row.carried
    joined = all(JOINED.fullmatch(text, one[1], other[0]) for one, other in pairwise(places))
    if len(places) == row.number and joined:
        carried.row, rest = tuple(one.name for *_, one in places), text[places[-1][1] : row.end]
    elif len(carried.row) == row.number and not spans:
        rest = row.tail
    else:
        return []
    quantity: Quantity | None = row.place.quantity
    for name in carried.row:
        if quantity is not None:
            carried.whose[quantity.start] = name
            quantity = row.material.following(quantity)
    if _BY_AREA.match(text, text.rfind("。", 0, row.end) + 1) and carried.lead is not None:
        carried.indicator = carried.lead  # 采矿业增长2%。分县市看,增速居前两位的是甲县和乙县,分别增长9%和8%
    words = next(filter(None, (bare(row.material, _COUNTED.sub("", part)) for part in (row.after, rest))), "")
    if words and not pure_verb(words):
        carried.indicator = named(row.material, words, row.place.quantity, carried)
    return [carried.indicator] * row.number if carried.indicator is not None else []


def _shares_of_each(row: Row) -> list[Indicator]:
    """Of what was told respectively right before, the share of each: 铝材、铜箔收入分别为5亿元和3亿元,占比分别为|52%和31%."""
    told = row.carried.seen[-row.number :]
    if row.place.quantity.unit != "percent" or len(told) < row.number or not _SHARE_ALONE_TOLD.fullmatch(row.tail):
        return []
    labels = [f"{one.label}占比" for one in told if one.unit != "percent"]
    found = [row.material.lexicon.aliases.get(label) or free(label, "percent", "stock") for label in labels]
    return found if len(set(labels)) == row.number else []


def _pulled(row: Row) -> list[Indicator]:
    """What several sectors add points to, which is one: 分别拉动经济增长0.6、2.7和2.8个百分点."""
    pulled = _PULLED.match(row.after)
    return [named(row.material, pulled[1], row.place.quantity, row.carried)] * row.number if pulled else []


def _paired(row: Row) -> list[Indicator]:
    """Those that one word stands for: 城乡居民人均可支配收入."""
    pairs = (entry for entry in table("indicators")["pair"] if entry["word"] in row.tail + row.after)
    means: list[str] = next((entry["means"] for entry in pairs if len(entry["means"]) == row.number), [])
    return [row.material.lexicon.indicators[name] for name in means]


def _over_times(row: Row) -> list[Indicator]:
    """One name that is told of several times: 地区生产总值2013年、2014年分别; 2013年、2014年分别|新增就业."""
    if not _TIMES.search(row.tail):
        return []
    found = row.material.lexicon.aliases.get(bare(row.material, row.tail))
    name = bare(row.material, row.after)
    if found is None and name and not pure_verb(name):
        found = linked(row.material, name, row.place.quantity, row.carried)
    return [found] * row.number if found is not None else []


def _composed(row: Row) -> list[Indicator]:
    """Those of names that share their end."""
    head = bare(row.material, row.after)
    names = _sectors(row.tail, row.number) or _headed(row.tail, head, row.number)
    return row.each(names)


def _seen(row: Row) -> list[Indicator]:
    """The last different ones before, where nothing is named."""
    return _different(row)[-row.number :] if not row.matches and row.joins and _different(row) else []


def _different(row: Row) -> list[Indicator]:
    recent = row.carried.seen[-8 * row.number :]
    seen = [one for one, before in zip(recent, [None, *recent], strict=False) if one != before]
    return seen if len(seen) >= row.number else []


def _named_in_row(row: Row) -> list[Indicator]:
    """The last known ones before, where there are as many."""
    found = _contextual(row.material, [(match.alias, match.indicator) for match in row.matches])
    return found[-row.number :] if len(found) >= row.number else []


def _per_each(material: Material, names: list[str]) -> list[str]:
    """Names in a row, of which the first tells per whom the others are, too: 每千人口床位数、执业医师数."""
    per, aliases = _PER.match(names[0]) if names else None, material.lexicon.aliases
    if per is None:
        return names
    wholes = ((name, [f"{per[1]}{who}{name}" for who in ("人", "人口", "")]) for name in names)
    return [next((whole for whole in told if whole in aliases), name) for name, told in wholes]


def _told(row: Row) -> list[Indicator]:
    enough = not row.matches and row.joins and len(row.carried.told) >= row.number
    return row.carried.told[-row.number :] if enough else []


def _in_parts(row: Row) -> list[Indicator]:
    """What the parts of an enumeration name."""
    words = re.sub(r"^.*?(?:其中|全市|全县|全区|全省)", "", row.tail)
    parts = [part for part in re.split(r"[、,]|和|与|及", words) if bare(row.material, part)]
    name = bare(row.material, row.after)  # 东区、西区分别建成|公园
    told = [f"{part}{name}" for part in parts] if name and not pure_verb(name) else parts
    return row.each(told[-row.number :]) if len(told) >= row.number else []


def _of_those_counted(row: Row) -> list[Indicator]:
    """What is told of each of those that were counted before: 普通中学12所、小学41所,在校学生分别为|1.9万人、3.1万人."""
    name, told = bare(row.material, row.tail), row.carried.told[-row.number :]
    counted = [one.label.removesuffix("数") for one in told if one.unit == "count" and one.label.endswith("数")]
    if not name or len(set(counted)) < row.number or not row.of_another_measure:
        return []
    quantity, aliases = row.place.quantity, row.material.lexicon.aliases
    label = counted_label(name, quantity.word) if quantity.unit == "count" else name
    unit = "CNY" if quantity.unit == "percent" else quantity.unit
    return [aliases.get(noun + name) or aliases.get(noun + label) or free(noun + label, unit, "") for noun in counted]


def _one_for_all(row: Row) -> list[Indicator]:
    """One name for all numbers."""
    if row.matches or row.joins or not bare(row.material, row.tail):
        return []
    return [named(row.material, row.tail, row.place.quantity, row.carried)] * row.number


def _last_told(row: Row) -> list[Indicator]:
    """What was told last, for want of anything better."""
    carried = row.carried
    if len(carried.told) >= row.number:
        return carried.told[-row.number :]
    known = _contextual(row.material, [(match.alias, match.indicator) for match in row.matches])
    known = known or carried.seen or ([carried.indicator] if carried.indicator else [])
    return _different(row)[-row.number :] or [known[min(i, len(known) - 1)] for i in range(row.number) if known]


def _contextual(material: Material, matches: list[tuple[str, Indicator]]) -> list[Indicator]:
    """The indicators of aliases in a row, one that means something narrower behind another being that: 事故起数、死亡人数."""
    found: list[Indicator] = []
    for alias, indicator in matches:
        narrower = (
            entry["means"]
            for entry in table("indicators")["context"]
            if found and entry["alias"] == alias and found[-1].id == entry["after"]
        )
        means = next(narrower, "")
        found.append(material.lexicon.indicators[means] if means else indicator)
    return found


def _sectors(tail: str, number: int) -> list[str]:
    """What is told of all three sectors: 一、二、三产业对经济增长的贡献率分别."""
    told = re.search(
        r"(?:第?一(?:次?产业)?、第?二(?:次?产业)?[、和]第?三次?产业|三次产业)((?:增加值)?[^,。;]{2,14}?)(?:均|分别|[,\s])*$",
        tail,
    )
    return [f"第{sector}产业{told[1]}" for sector in "一二三"] if told and number == 3 else []


def _headed(tail: str, head: str, number: int) -> list[str]:
    """装备制造、生物医药、电子信息三大产业分别完成产值: the names with what is told of each."""
    if not head and (inside := _HEAD_INSIDE.search(tail)):
        head, tail = inside[1], tail[: inside.start(1)]  # 三大主导产业产值分别达
    if head not in _HEADS:
        return []
    names = re.sub(
        r"等?[两二三四五六七八九十\d]*大?(?:主导|支柱|优势|重点|特色)?(?:产业|行业|领域|板块|园区)$",
        "",
        tail.strip(",: "),
    )
    found = JOINED.split(re.sub(r"^.*[,;:]|其中|全[市县区省]", "", names))
    if len(found) != number or not all(found):
        return []
    return [(name + found[-1][1:] if len(name) < 2 else name) + head for name in found]  # 轻、重工业分别完成增加值


def _full_names(row: Row) -> list[Indicator]:
    """城镇、农村常住居民人均可支配收入, 教育、卫生健康支出: the earlier names made whole with the end of the last one."""
    material, number = row.material, row.number
    names = re.split(r"[、和与及]", re.sub(r"^.*[,。;:]|其中", "", row.tail).strip())
    spoken = _per_each(material, [bare(material, name) for name in names])
    whole = [_made_whole(material, name, spoken[-1]) for name in spoken]
    if len(names) == number > 1 and spoken[-1] in material.lexicon.aliases and all(whole):
        return _contextual(material, [(name, one) for name, one in zip(spoken, whole, strict=True) if one])
    return row.each(shared_suffix(row.tail, number))


def _made_whole(material: Material, name: str, last: str) -> Indicator | None:
    aliases = material.lexicon.aliases
    whole = (aliases[name + last[i:]] for i in range(1, len(last)) if name + last[i:] in aliases)
    return aliases.get(name) if name == last else next(whole, None) or aliases.get(name)


def shares(material: Material, place: Place, carried: Carried) -> list[Indicator]:
    """What share a percentage is, where its words are 占: by the ontology's name, else composed."""
    if bracketed(material, place) or PLAN.fullmatch(place.left.strip(",、 ")) or _again(material, place, carried):
        return []
    if (reached := reached_before(material, place.left)) is not None:
        return [reached]
    if among := _of_those(material, place):
        return [among]
    window = place.left if "占" in place.left else place.clause
    if found := _known_shares(material, place):
        return found
    if "占" not in window:
        return []
    if kind := _of_kind(material, place, carried):
        return [kind]
    taxes = carried.indicator is not None and carried.indicator.id in ("taxRevenue", "budgetTaxRevenue")
    if taxes and re.search(r"占比(?:为|达|达到|约)?$", window) and only_joins(re.sub("占比.*", "", window)):
        return [material.lexicon.indicators["taxShareOfBudgetRevenue"]]
    part_text, _, whole_text = window.rpartition("占")
    part = _part(
        material, _without_things(material, part_text, place.quantity.begin - len(window)), place.quantity, carried
    )
    return (
        [_share(material, part, _SHARE_TOLD.sub("", whole_text.removeprefix("到")), place, carried)]
        if part is not None
        else []
    )


def _of_those(material: Material, place: Place) -> Indicator | None:
    """Those of a whole whom an adjective tells, which may hold a number itself: 乡村医生中60岁以上的占43%."""
    part, share, whole = place.clause.rpartition("占")
    told = _AMONG.fullmatch(re.sub(r"^.*[,、]", "", part)) if share and only_joins(whole) else None
    if share and told is None and only_joins(whole) and (inside := _INSIDE.fullmatch(re.sub(r"^.*[,、]", "", part))):
        noun = bare(material, inside[1])
        return free(f"{inside[2]}占{noun}的比重", "percent", "stock") if noun else None  # 学生中住校生占四成
    noun = bare(material, told[1]) if told else ""
    return free(f"{told[2]}{noun}占比", "percent", "stock") if told and noun else None


def _of_kind(material: Material, place: Place, carried: Carried) -> Indicator | None:
    """Those whom a clause sets apart of those counted before, or of all that its noun names: 其中硕士以上学历的|占, 66人以上的班级|占."""
    told = _SET_APART.search(place.clause)
    if told is None:
        return None
    counted = (one.label.removesuffix("数") for one in reversed(carried.seen[-4:]) if one.label.endswith("数"))
    noun = told["noun"] or told["of"] or next(counted, "")
    label = f"{told['line'] or told['kind']}{noun}占比"
    of_age = (
        told["line"] is not None and "岁" in told["line"]
    )  # 55岁及以上的|占: of all of whom the sentence before told
    return (material.lexicon.aliases.get(label) or free(label, "percent", "stock")) if noun or of_age else None


def _again(material: Material, place: Place, carried: Carried) -> bool:
    """Whether a percentage is a share told before, or none: 占全市比重由7.8%提高到16.2%, 市场占有率."""
    before = carried.indicator
    if re.search(r"占有率[^占]*$", place.clause):
        return True
    if before is None or "占" in place.left:
        return False
    moved = REACHED.search(place.left) and only_joins(bare(material, place.left))
    return "占" in before.label or (bool(moved) and before.unit == "percent")


def _known_shares(material: Material, place: Place) -> list[Indicator]:
    """The shares that the ontology knows and the clause names: one, or two in a row."""
    segment = re.split(r"[。;,!?]", material.text[max(0, place.left_start - 60) : place.quantity.begin])[-1]
    found = [
        match.indicator
        for match in material.lexicon.matches(segment)
        if match.indicator.unit == "percent" and "比重" in match.alias + match.alias.replace("占", "比重")
    ]
    return found[-2:] if "、" in segment else found[-1:]


def _without_things(material: Material, text: str, start: int) -> str:
    """A text that starts somewhere, without the name of a thing that its last clause begins with, whose part is told: 开发区|增加值占."""
    ends = (end - start for _, end, _ in material.mentions_in(start, start + len(text)) if end - start < len(text))
    return text[max(ends, default=0) :]


def _part(material: Material, text: str, quantity: Quantity, carried: Carried) -> Indicator | None:
    if local := _LOCAL.search(text):
        return free(local.group(), "count", "stock")
    phrase = phrases.before(text, material.lexicon)
    name = phrase.name
    if phrase.topic and name in table("phrases")["general"]["words"]:
        name = phrase.topic + name  # 玉米|常年|种植面积
    return linked(material, name, quantity, carried) if name and not pure_verb(name) else _part_before(carried)


def _part_before(carried: Carried) -> Indicator | None:
    """The part that was told of before: of a share, what it is a share of; so that no share is one of a share."""
    before = carried.indicator
    told = _COMPOSED.fullmatch(before.label) if before is not None and not before.known else None
    if told is None:
        return before
    return next((one for one in reversed(carried.seen) if one.label == told[1]), None) or free(told[1], "count", "")


def _of_last_told(material: Material, place: Place, carried: Carried, part: Indicator) -> str:
    """What was told last before a part that 其中 sets apart: 老年人口6.2万人,|其中|80岁以上人口0.8万人,占."""
    told = [one.label for one in carried.seen[-2:]]
    own = told[-1:] == [part.label]
    before = material.preceding(place.quantity)
    if own and before is not None:
        before = material.preceding(before)
    if before is None or len(told) <= own or not material.text.startswith("其中", before.stop + 1):
        return ""
    return told[-1 - own]


def _of_list(material: Material, place: Place, carried: Carried, part: Indicator) -> str:
    """What was told before 其中 with which a list of parts begins: 预算收入5亿元。其中:增值税1亿元;契税0.5亿元;非税收入1亿元,|占."""
    text, begin = material.text, place.quantity.begin
    start = max(text.rfind(mark, max(0, begin - 4 * REACH), begin) for mark in "。!?\n") + 1
    apart = text.rfind("其中", start, begin)
    if apart < 0 or not _LISTED.search(text, apart, begin):
        return ""
    one, behind = material.preceding(place.quantity), 0
    while one is not None and one.start > apart:
        one, behind = material.preceding(one), behind + 1
    if behind > len(carried.seen):
        return ""
    if behind == len(carried.seen):
        return carried.total.label if carried.total is not None and carried.total.unit == part.unit else ""
    whole = carried.seen[-1 - behind]
    return whole.label if whole.unit == part.unit and whole.label != part.label else ""


def _whole_before(part: Indicator, carried: Carried, last: str) -> str:
    """The whole of a part that was told of before: that of its sibling's share, else what is no sibling; empty where none was told.

    ``last`` is what it is set apart of, which is its whole if no share of that was told.

    男性占52%,女性|占48% are both of what was told before them, and of nothing where that was none; so are 0-14岁人口, 65岁以上人口|占.
    """
    siblings, total = {part.label}, carried.total
    for one in reversed(carried.seen):
        if told := _SHARE_OF_WHOLE.fullmatch(one.label):
            return told[1]
        if one.label.endswith(_SHARE_ALONE):
            siblings.add(one.label.removesuffix(_SHARE_ALONE))
        elif _PEOPLE.search(part.label) and one.unit == "count" and not _PEOPLE.search(one.label):
            continue  # 13个民族,少数民族人口占3%: people are no share of what is counted otherwise
        elif one.label == last or (not last and one.label not in siblings and not _are_siblings(part.label, one.label)):
            return one.label if one.unit not in _NO_WHOLES else ""
    return total.label if total is not None and total.unit == part.unit else ""


def _are_siblings(part: str, other: str) -> bool:
    """Whether two names are of parts of one whole, and the first is none of a part of the other, whose name it would end with."""
    stem, whole = part.replace("总", ""), other.replace("总", "")  # 出口总额, of which 机电产品出口额 is a part
    return not (stem.endswith(whole) and stem != whole) and any(
        names.search(part) and names.search(other) for names in _SIBLINGS
    )


def _share(material: Material, part: Indicator, text: str, place: Place, carried: Carried) -> Indicator:
    """The share of a part in a whole, both as they are told."""
    name, area = bare(material, text).strip("的"), re.fullmatch(r"全[国省市县区州]", text.strip("的"))
    branch = not name or name.endswith("业")  # 占规模以上工业的12.3%: no measure is told
    found = None if branch else linked(material, name, place.quantity, carried)
    whole = found if found is not None and found.known else None
    for entry in table("indicators")["share"]:
        if whole and part.id == entry["part"] and whole.id.lower().endswith(entry["whole"].lower()):
            return material.lexicon.indicators[entry["means"]]
    over = whole.label if whole else area.group() if area else name
    if whole is not None and whole.id == part.id and part.known:
        over = (ALL_OF.match(text.strip("的")) or [""])[0] + whole.label  # 园区税收占全县税收的四成
    if over.endswith("增加值") and part.label.endswith("业"):
        part = free(f"{part.label}增加值", "CNY", "flow")  # 煤炭采选业占规模以上工业增加值的47.5%
    elif over.endswith("产值") and part.label.endswith("业"):
        name = f"{part.label}产值"  # 畜牧业占农业总产值的39%
        part = material.lexicon.aliases.get(name) or free(name, "CNY", "flow")
    if not over and "占比" not in place.clause:
        last = _of_last_told(material, place, carried, part) or _of_list(material, place, carried, part)
        over = _whole_before(part, carried, last)
    label = f"{part.label}占{over}的比重" if over else f"{part.label}占比"
    return material.lexicon.aliases.get(spelt(label)) or free(label, "percent", "flow")
