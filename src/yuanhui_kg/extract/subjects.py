"""Whom a figure is about: chosen among the things of which the text has told, the text's place being one of them.

Each way in which a thing may be meant gives it features: named or meant again in the clause, the sentence, the paragraph (see :mod:`scene`),
behind the figure, as the speaker of a quote, as that of the figure before, in the title or the heading above; and what is measured speaks for
and against kinds of things. The weights are the table ``choice-subjects.toml``; how they are summed and fitted, :mod:`weighing` tells.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from . import weighing
from .boundaries import HAN
from .contexts import REACH, Claim, Material, Place, Setting
from .scene import Mention, Scene
from .tables import beginning, one_of, table
from .weighing import OFFERED, Chosen, Feature
from .wording import AREAS

_T: Final = table("subjects")
_OF_PEOPLE: Final = re.compile(one_of(_T["people"]["words"]))
_MEASURED: Final = [
    (f"of {kind}", re.compile(beginning(words) + f"(?:{one_of(words)})")) for kind, words in _T["measured"].items()
]
#: How many of the things of a paragraph may be meant, and how many characters back.
_THINGS: Final = 8
_LOOKED_BACK: Final = 1200
_PUT_IN: Final = "投资"
#: Things whose names hold words for what is measured of areas: 公路, 社区.
_NAMED_APART: Final = frozenset(("work", "village"))
#: How far behind a quote begins the name of who speaks.
_SPEAKER: Final = 8
#: How who speaks calls what is his: 我们村, 咱公司, 全镇.
_OWN: Final = {
    group: re.compile(rf"(?:我们|咱们?|俺们?|[我本全])(?:{one_of(words)})") for group, words in _T["again"].items()
}
#: What may stand between a number and the thing whose figure it is: 总投资36亿元、占地1200亩的…产业园; the work that it made: 划出900亩
#: 土地建设…产业园; the place that lies so far off: 8公里外的…村.
BEHIND: Final = {
    "behind": re.compile(
        rf"(?:[、,][{HAN}]{{2,5}}(?:约|近|超)?\d+(?:\.\d+)?[万亿]?(?:余|多)?[{HAN}]{{1,4}})?(?:{one_of(_T['behind']['made'])})?的"
    ),
    "has": re.compile(rf"[{HAN}]{{1,8}}?的"),
    "built": re.compile(rf"(?:{one_of(_T['behind']['with'])})?(?:{one_of(_T['behind']['builds'])})(?:了|起|成)?"),
    "lies": re.compile(one_of(_T["behind"]["off"])),
}
#: Units of how far off something lies.
_FAR: Final = frozenset(("km", "m", "minute", "hour"))
#: What a clause opens by the sign before it.
_OPENED: Final = {";": "part", "。": "sentence", "!": "sentence", "?": "sentence", "\n": "paragraph"}
#: What stands around an area that another thing is only compared with, and how far before it.
_AVERAGE_BEFORE: Final = tuple(_T["average"]["before"])
_AVERAGE_BEHIND: Final = tuple(_T["average"]["behind"])
_COMPARED: Final = 4
_LONGEST_PART: Final = 4000  #: How far above a sentence its heading is looked for.
#: 全县|46个贫困村之一: of whose things one is told of.
_ONE_OF: Final = re.compile(r"[\u4e00-\u9fff]{0,14}之一")
_AREAS: Final = frozenset(("place", "area"))
#: In what other things lie, and where clauses begin.
_WHERE: Final = frozenset(("place", "area", "town", "village", "zone"))
_MARKS: Final = ",。;:!?\n"
_SENTENCE_ENDS: Final = re.compile("[。!?]")
#: Kinds of things that are taken together besides; all others but the text's place are bodies.
POOLS: Final = {"village": "settlement", "town": "settlement", "area": "settlement"}
#: Of which things a text goes on to tell in its next paragraph without a word that means them again.
_GOING_ON: Final = frozenset(("place", *_T["goes_on"]["groups"]))
_GENRES: Final = {"feature": "story", "profile": "profile"}


@dataclass
class Candidate:
    """A thing that a figure may be about, what kind of thing it is, the rule that proposed it, and what speaks for and against it."""

    name: str
    group: str
    rule: str
    features: list[Feature] = field(default_factory=list)


class Subject(NamedTuple):
    """Whom a figure is about, what kind of thing it is, the rule that proposed it, its share of the likelihood, and who else may be meant."""

    name: str
    group: str
    rule: str
    share: float = 1.0
    others: tuple[str, ...] = ()


def subject(material: Material, place: Place, setting: Setting, claim: Claim) -> Subject:
    """Whom a figure is about."""
    if whose := setting.carried.whose.get(place.quantity.start):
        return Subject(whose, "other", "named")
    candidates = Candidates(material, place, setting, claim)
    if whole := candidates.whole():
        return Subject(whole, "area", "named")
    if own := candidates.speaker():
        setting.carried.subject = own.name
        return Subject(own.name, own.group, "speaker")
    found = candidates.all()
    chosen = Chosen(found[0])
    if not _is_told_behind(found[0], claim):
        start = place.quantity.start
        weighed = weighing.heaviest("subjects", start, found, lambda one: one.features, lambda one: one.name, OFFERED)
        chosen = weighed or Chosen(found[-1])
    best = chosen.one
    setting.carried.subject = best.name
    return Subject(best.name, best.group, best.rule, chosen.share, tuple(one.name for one in chosen.others))


def _is_told_behind(first: Candidate, claim: Claim) -> bool:
    """Whether a figure tells of the thing that it stands before: 总投资36亿元的…产业园; 投资36亿元的 may tell of who put it in."""
    return first.rule == "behind" and claim.kind in ("level", "countKind") and claim.indicator.label != _PUT_IN


class Candidates:
    """The things that one figure may be about: rules propose them and give them features."""

    def __init__(self, material: Material, place: Place, setting: Setting, claim: Claim) -> None:
        self._text, self._scene, self._place = material.text, material.scene, material.anchor.place
        self._carried, self._quantity, self._before = (
            setting.carried,
            place.quantity,
            material.preceding(place.quantity),
        )
        self._genre = _GENRES.get(material.anchor.genre, "report")
        self._clause = place.quantity.begin - len(place.clause)
        self._sentence = setting.sentence.start
        low = max(0, place.quantity.begin - _LOOKED_BACK)
        self._paragraph = max(low, self._text.rfind("\n", low, self._sentence) + 1)
        heading = setting.sentence.heading.rpartition(" ")[2]
        above = self._text.rfind(heading, max(0, self._sentence - _LONGEST_PART), self._sentence) if heading else -1
        self._heading = (above, above + len(heading)) if above >= 0 else (0, 0)
        self._measured = f"{claim.indicator.label} {self._unnamed(place)} {place.right[:8]}"
        self._opening = place.clause.lstrip(", ")
        self._found: dict[str, Candidate] = {}

    def all(self) -> list[Candidate]:
        """The candidates, each once; the text's place is always one."""
        self._propose_behind()
        self._propose_speaker()
        self._propose_named()
        self._propose_told()
        self._propose_headed()
        self._add(self._place, "place of the text", "place", *self._opens(), *self._before_no_name())
        self._weigh_what_is_measured()
        return list(self._found.values())

    def whole(self) -> str:
        """The area of whose things, counted right behind it, another is one: 是|全县46个贫困村之一; told by the way, so that it is not carried on."""
        begin = self._quantity.begin
        if _ONE_OF.match(self._text, self._quantity.stop) is None:
            return ""
        areas = (one for one in self._scene.between(self._clause, begin) if one.end == begin)
        return next((one.name for one in areas if one.group in _AREAS), "")

    def _unnamed(self, place: Place) -> str:
        """The words before a number without names of works and villages, which are nothing that is measured: 云岭高速公路|过境38公里."""
        told, end = "", place.quantity.begin - len(place.left)
        for one in self._scene.between(end, place.quantity.begin):
            if one.form == "name" and one.group in _NAMED_APART:
                told, end = f"{told}{self._text[end : one.start]} ", one.end
        return told + self._text[end : place.quantity.begin]

    def _opens(self) -> list[str]:
        """What the clause opens, where nothing leads it: then the text turns to its place more often."""
        opened = _OPENED.get(self._text[max(0, self._clause - 1) : self._clause])
        if opened is None or any(one.leads for one in self._scene.between(self._clause, self._quantity.begin)):
            return []
        return [f"opens {opened}", f"opens {opened} {self._genre}"]

    def _before_no_name(self) -> list[str]:
        """Whether the number tells of a thing that has no name: 总装机容量30万千瓦的|光伏基地."""
        described = BEHIND["behind"].match(self._text, self._quantity.stop)
        named = described is None or any(_innermost(self._scene, described.end()))
        return [] if named or self._clause < self._sentence else ["unnamed behind"]

    def _add(self, name: str, rule: str, where: str, *signs: str) -> Candidate:
        """A thing that may be meant, with signs of how; the first rule to propose it is the one that is told."""
        if (one := self._found.get(name)) is None:
            one = self._found[name] = Candidate(name, self._group(name), rule)
        one.features.append((where, "always"))
        one.features += [(where, sign) for sign in signs]
        return one

    def _group(self, name: str) -> str:
        return "place" if name == self._place else self._scene.groups.get(name, "other")

    def _where(self, start: int) -> str:
        return "clause" if start >= self._clause else "sentence" if start >= self._sentence else "paragraph"

    def _propose_behind(self) -> None:
        """总投资50亿元的…项目: what the figure stands before; whether another thing leads its clause."""
        quantity = self._quantity
        for where, pattern in BEHIND.items():
            if where == "lies" and quantity.unit not in _FAR:
                continue  # 9800元,是|全县平均水平的1.8倍
            if match := pattern.match(self._text, quantity.stop):
                led = any(one.leads for one in self._scene.between(self._clause, quantity.begin))
                signs = ["led" if led else "not led", *(["land"] if quantity.unit in AREAS else [])]
                for one in _innermost(self._scene, match.end()):
                    self._add(one.name, "behind", where, one.group, *signs)

    def speaker(self) -> Mention | None:
        """Who says the figure behind a quote, and calls what it is of his: “我们村去年分红86万元。”桃源村党支部书记说."""
        begin = self._quantity.begin
        opened = max(self._paragraph, self._text.rfind("“", self._paragraph, begin))
        for one in self._speakers():
            said = list(_OWN[one.group].finditer(self._text, opened, begin)) if one.group in _OWN else []
            if said and not self._names_another(one, said[-1].end()):
                return one
        return None

    def _names_another(self, speaker: Mention, start: int) -> bool:
        """Whether between a place and the figure another thing is told of than the speaker's: 我们村分红86万元,柳树村分红|50万元."""
        told = self._scene.between(start, self._quantity.begin)
        return any(one.name != speaker.name and (one.form == "name" or one.leads) for one in told)

    def _speakers(self) -> Iterator[Mention]:
        """What is named right behind the quote in which the figure stands."""
        stop = self._quantity.stop
        close = self._text.find("”", stop, stop + REACH)
        if close >= 0 and self._text.find("“", stop, close) < 0:
            for one in self._scene.between(close + 1, close + _SPEAKER):
                if one.after != "outer":  # 石桥镇|双龙村党支部书记
                    yield one

    def _propose_speaker(self) -> None:
        """“我们去年的产值是3.2亿元。”某公司负责人说: who says it."""
        for one in self._speakers():
            self._add(one.name, "speaker", "speaker")

    def _propose_named(self) -> None:
        """What the paragraph has named or meant so far, by the last mention of each."""
        begin = self._quantity.begin
        told = self._scene.between(self._paragraph, begin)
        mentions = [one for one in told if one.end <= begin and one.after != "among" and not self._aside(one)]
        mentions = [one for one in mentions if not self._lies_in(one)]
        seen: set[str] = set()
        leading: set[str] = set()
        for one in reversed(mentions):
            if one.name not in seen and len(seen) < _THINGS:
                seen.add(one.name)
                self._propose_mention(one, len(leading - {one.name}))
            if one.leads:
                leading.add(one.name)
        first = next((one for one in mentions if one.leads), None)
        if first is not None:
            self._add(first.name, "carried on", "topic", first.group, self._genre)

    def _aside(self, one: Mention) -> bool:
        """Whether it only tells of whose whole the figure is a share, or with what it is compared: 占|全县财政收入, 比|全县平均水平高."""
        if one.form == "whole" and one.start >= self._clause and self._text.startswith("占", one.start - 1):
            return True
        behind = self._text.startswith(_AVERAGE_BEHIND, one.end)
        return behind and self._text[max(0, one.start - _COMPARED) : one.start].endswith(_AVERAGE_BEFORE)

    def _lies_in(self, one: Mention) -> bool:
        """Whether it only tells where the thing before or behind it lies: 鼎盛集团位于|霞川区, 位于|霞川区|的鼎盛集团."""
        if one.before != "in" or one.group not in _WHERE:
            return False
        clause = max(self._text.rfind(mark, self._paragraph, one.start) for mark in _MARKS) + 1
        behind = self._scene.between(one.end + 1, one.end + 2) if self._text.startswith("的", one.end) else []
        around = [*self._scene.between(clause, one.start), *behind]
        return any(other.form == "name" and other.name != one.name for other in around)

    def _propose_mention(self, one: Mention, others: int) -> None:
        """A mention, and how many other things have led a clause since."""
        where = self._where(one.start)
        rule = "carried on" if where == "paragraph" else "whole area" if one.form == "whole" else "named"
        far = [f"others {min(others, 2)}"]
        if where == "sentence":
            if self._text.find(";", one.end, self._clause) >= 0:
                far += ["semicolon", f"semicolon {self._genre}"]
                if f"of {one.group}" not in self._of():
                    far.append("semicolon apart")
            if self._text.count(",", one.end, self._clause) <= 1:
                far.append("next")
        elif where == "paragraph" and len(_SENTENCE_ENDS.findall(self._text, one.end, self._sentence)) <= 1:
            far.append("last sentence")
        meant = self._add(one.name, rule, where, one.before, *far)
        meant.features += [*one.features, *(("mention", sign) for sign in far)]

    def _propose_told(self) -> None:
        """Whom the figure before was about, else the last one of the paragraph before."""
        told, before = self._carried.subject, self._before
        if told and before is not None:
            signs = [self._where(before.start)]
            if any(one.leads for one in self._scene.between(before.stop, self._quantity.begin)):
                signs.append("others")
            if self._text.find(";", before.stop, self._clause) >= 0:
                signs.append("semicolon")
                if f"of {self._group(told)}" not in self._of():
                    signs.append("semicolon apart")
            self._add(told, "carried on", "before", *signs, *(f"{self._group(told)} {sign}" for sign in signs))
        elif (past := self._carried.past) and self._group(past) in _GOING_ON:
            self._add(past, "carried on", "past", self._group(past))

    def _propose_headed(self) -> None:
        """What the title of the text and the heading above tell of: 把好医生留下——柳坪县医疗集团运行三年回顾, 周楼村:果农变网商."""
        opens = [sign for sign in self._opens() if sign.startswith("opens")][:1]
        for name in self._scene.themes:
            self._add(name, "carried on", "theme", *opens)
        for one in self._scene.between(*self._heading):
            if one.name != self._place:
                self._add(one.name, "carried on", "heading", one.group, *opens)

    def _weigh_what_is_measured(self) -> None:
        """What is measured, in which genre, and whether it is quoted, by the kinds of things."""
        begin = self._quantity.begin
        signs = ["of people"] if _OF_PEOPLE.match(self._opening) else self._of()
        signs.append(self._genre)
        if self._text.rfind("“", self._paragraph, begin) > self._text.rfind("”", self._paragraph, begin):
            signs.append("quoted")
        for one in self._found.values():
            kinds = ("place",) if one.group == "place" else (one.group, POOLS.get(one.group, "body"))
            one.features += [(kind, sign) for kind in kinds for sign in signs]

    def _of(self) -> list[str]:
        return [sign for sign, words in _MEASURED if words.search(self._measured)] or ["of none"]


def _innermost(scene: Scene, start: int) -> Iterator[Mention]:
    """The thing that a place in a text names, without those that it is in: 总投资2亿元的|甲县|乙村."""
    for one in scene.between(start, start + REACH):
        if one.start == start and one.after != "outer":
            yield one
        if one.start != start or one.after != "outer":
            return
        start = one.end


def within(place: Place) -> str:
    told: list[str] = re.findall("全[国省市县区]", place.clause[-14:])
    return told[-1] if told else ""  # 居全国第120位、全省第|3位
