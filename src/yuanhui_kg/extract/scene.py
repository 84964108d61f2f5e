"""What a text tells of and where: each thing where it is named, and where a word means it again (该公司, 园区, 村里, 全镇).

How a thing stands in its clause is told by the words before and behind (``tables/subjects.toml``).
"""

from __future__ import annotations

import functools
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from .boundaries import HAN, stem_of, stem_of_zone
from .records import Entity
from .tables import beginning, one_of, one_of_each, table
from .weighing import Feature

_T: Final = table("subjects")
GROUPS: Final = {kind: group for group, kinds in _T["groups"].items() for kind in kinds}
_LOOKED_BACK: Final = 40  # characters before a name
_TOLD: Final = 3  # mentions back that make clear what a common word means
_LONGEST_PARAGRAPH: Final = 2000
_MEANT: Final = 24  # mentions back in which what a word means is looked for

_TIME: Final = (
    r"(?:19|20)\d\d年(?:\d{1,2}月(?:\d{1,2}日)?)?(?:底|末|初)?|截至[^,。;]{0,8}|今年[^,。;]{1,8}月|[^,。;]{0,4}时期"
)
_OPENING: Final = re.compile(rf"^(?:{_TIME}|{one_of(_T['opening']['words'])}|\(\d+\)|[①-⑳]|\d+[.、]|[“”‘’\s,:;|—-])+")
_WORDS: Final = {word: group for group, words in _T["again"].items() for word in words}
_LONGEST_WORD: Final = max(map(len, _WORDS))


def _classes(of: str, pattern: str) -> re.Pattern[str]:
    """A pattern whose group names tell to which list of a table a word belongs."""
    return re.compile(pattern.format(one_of_each(_T[of])))


#: What joins a thing to the one it is in: 甲镇|乙村, 甲园区里的|丙公司.
_JOINED: Final = re.compile(r"[里内]?的?“?|[里内]?的“[^”]{2,10}”")
_BEFORE: Final = _classes("before", "(?:{})[“‘]?$")
_LONGEST_BEFORE: Final = max(len(word) for words in _T["before"].values() for word in words) + 1
_AFTER: Final = _classes("after", "[”’]?(?:(?P<among>(?:、[^,。;、]{{2,20}}){{0,8}}等)|{})")
#: What must stand behind a word that means any such thing too: 企业|去年产值3亿元, not 企业|退休人员.
_CLEAR: Final = ("does", "of", "speaker", "inside")
#: What lies in a county: how the names of towns and villages end.
_INNER: Final = tuple(
    end for kind in _T["groups"]["town"] + _T["groups"]["village"] for end in table("entities")["places"][kind]
)
#: Kinds of things that are no bodies.
_SETTLED: Final = frozenset(("area", "town", "village", "nature", "event"))
#: Things that reach beyond an area, of which what is inside it is told.
_REACHING: Final = frozenset(("nature", "work"))
#: 这里|占地200亩, not 这里|曾是荒滩.
_NOT_HERE: Final = tuple(_T["not_again"]["here"])
#: 这个|地处山区的农业县|,辖12个乡镇: what the text is about, by the kind of its place behind what is said of it.
_THIS_AREA: Final = re.compile(
    rf"这[个座片方](?=[^,。;:!?、“”\n]{{2,24}}?(?:(?P<word>{one_of(_T['this_area']['words'])})(?<!{'|'.join(_T['this_area']['unlike'])})|{one_of(_T['this_area']['towns'])})"
    rf"(?:{one_of(_T['this_area']['behind'])}))"
)
#: 村|党支部书记: whose office it is, named by the word for what it is alone.
_OFFICE: Final = re.compile(rf"(?P<word>[村镇乡])(?<![{HAN}].)(?={one_of(_T['again_forms']['office'])})")
#: 这条|全长386米的|巷子: what is meant by a word behind what is said of it.
_SAID_OF: Final = re.compile(
    rf"这[个家条座所片栋处](?=[^,。;:!?、“”\n]{{2,20}}?的(?:小|老|大|古老)?(?P<word>{one_of(_WORDS)})(?!{one_of(_T['not_again']['behind'])}))"
)
_UNLIKE: Final = {group: tuple(endings) for group, endings in _T["unlike"].items()}
_COMMON: Final = frozenset(_T["common"]["words"])
_FORMS: Final = _T["again_forms"]
_AGAIN: Final = re.compile(
    rf"{beginning([*_FORMS['whole'], *_FORMS['this'], *_WORDS])}"
    rf"(?:(?P<whole>{one_of(_FORMS['whole'])})|(?P<this>{one_of(_FORMS['this'])}))?"
    rf"(?P<word>{one_of(_WORDS)})(?:(?P<inside>{one_of(_FORMS['inside'])})"
    rf"|(?(whole)(?!{one_of(_T['not_again']['whole'])})|(?!{one_of(_T['not_again']['behind'])})))"  # 全区|服务业, but no 区|服务中心
)
#: Start, end, the thing that is named, the form, the word that means a thing again.
_Span = tuple[int, int, str, str, str]
#: By words that mean a thing again the first two names that end with each, with where they stand first.
_Endings = dict[str, dict[str, int]]


@dataclass(frozen=True)
class Mention:
    """Where a thing is named, or meant again.

    ``form`` is name, stem, whole, this, inside or bare; ``before`` and ``after`` tell how it stands in its clause: leading,
    outer (another thing is in it), or as the table calls it.
    """

    start: int
    end: int
    name: str
    group: str
    form: str
    before: str
    after: str

    @functools.cached_property
    def features(self) -> tuple[Feature, ...]:
        """How it stands, as the table of weights names it."""
        pairs = (f"{self.before} {self.after}", f"{self.form} {self.after}", f"{self.form} {self.before}")
        signs = ("always", self.group, self.form, self.before, self.after, *pairs)
        return tuple(("mention", sign) for sign in signs)

    @functools.cached_property
    def leads(self) -> bool:
        """Whether its clause begins with it."""
        return self.before in ("leading", "described", "introduced") and self.after != "outer"


@dataclass(frozen=True)
class Scene:
    """The mentions of a text in order, where they start, of what kind each thing is, and the bodies that the first lines name."""

    mentions: Sequence[Mention]
    starts: Sequence[int]
    groups: Mapping[str, str]
    themes: Sequence[str] = ()

    def between(self, start: int, end: int) -> Sequence[Mention]:
        """The mentions that start in a stretch."""
        return self.mentions[bisect_left(self.starts, start) : bisect_left(self.starts, end)]


def scene(text: str, place: str, named: Sequence[tuple[int, int, Entity]], clauses: Sequence[int]) -> Scene:
    """The scene of a text on a place: ``named`` is where things are named, ``clauses`` where clauses begin, in order."""
    groups = {entity.name: GROUPS.get(entity.kind, "other") for _, _, entity in named} | {place: "place"}
    spans = [*((start, end, entity.name, "name", "") for start, end, entity in named), *_stems(text, place, groups)]
    themes = _in_head(text, place, named)
    found = _Found(text, place, clauses, groups, _endings(named), themes)
    for span in sorted([*spans, *_again(text, place, groups)], key=lambda span: (span[0], -span[1])):
        found.add(*span)
    return Scene(found.mentions, [one.start for one in found.mentions], groups, themes)


def _endings(named: Sequence[tuple[int, int, Entity]]) -> _Endings:
    """The first two names that end with each word: more are not needed to know whether there is one."""
    found: _Endings = {}
    for start, _, entity in named:
        for length in range(2, min(_LONGEST_WORD, len(entity.name)) + 1):
            if (word := entity.name[-length:]) in _WORDS and len(names := found.setdefault(word, {})) < 2:
                names.setdefault(entity.name, start)
    return found


def _stems(text: str, place: str, groups: Mapping[str, str]) -> Iterator[_Span]:
    """Where a text names its place by the stem alone, which for a zone may mean the area that it lies in: 海岙|经济开发区."""
    zone = stem_of_zone(place)
    stem = stem_of(place) if zone == place else zone if zone not in map(stem_of, groups) else ""
    if len(stem) > 1:
        yield from ((one.start(), one.end(), place, "stem", "") for one in re.finditer(re.escape(stem), text))


def _again(text: str, place: str, groups: Mapping[str, str]) -> Iterator[_Span]:
    """Where words stand that may mean a thing again; an area other than the place only what a village, town or zone lies in."""
    outer_areas = _outer_areas(place, groups)
    for match in _AGAIN.finditer(text):
        word = match["word"]
        form = next((name for name in ("whole", "this", "inside") if match[name]), "bare")
        if len(word) == 1 and form == "bare":
            continue
        if _WORDS[word] == "area" and not place.endswith(word):
            if outer := outer_areas.get(word, "") if form == "whole" else "":
                yield match.start(), match.end(), outer, "whole", ""
            continue
        if _WORDS[word] != "here" or not text.startswith(_NOT_HERE, match.end()):
            yield match.start(), match.end(), "", form, word
    for match in _THIS_AREA.finditer(text):
        if place.endswith(match["word"] or place):
            yield match.start(), match.end(), place, "this", ""
    for match in _OFFICE.finditer(text):
        yield match.start(), match.end(), "", "bare", match["word"]
    for match in _SAID_OF.finditer(text):
        if _WORDS[match["word"]] != "area":
            yield match.start(), match.end(), "", "this", match["word"]


def _in_head(text: str, place: str, named: Sequence[tuple[int, int, Entity]]) -> Sequence[str]:
    """Bodies that the first lines name, before any sentence ends: the text goes on to call them by the words that they end with."""
    head = text.rfind("\n", 0, text.find("。") + 1)
    found = (
        entity.name for start, _, entity in named if start < head and GROUPS.get(entity.kind, "area") not in _SETTLED
    )
    return tuple(dict.fromkeys(name for name in found if name != place))


def _outer_areas(place: str, groups: Mapping[str, str]) -> Mapping[str, str]:
    """The county, city or province in which a village, town or zone lies, by its last word, where only one is named: 全县 in a town's text."""
    if stem_of_zone(place) == place and not place.endswith(_INNER):
        return {}
    ends: dict[str, list[str]] = {}
    for name, group in groups.items():
        if group == "area":
            ends.setdefault(name[-1], []).append(name)
    return {word: names[0] for word, names in ends.items() if len(names) == 1}


class _Found:
    """The mentions of a text so far, from left to right."""

    def __init__(
        self,
        text: str,
        place: str,
        clauses: Sequence[int],
        groups: Mapping[str, str],
        endings: _Endings,
        themes: Sequence[str],
    ) -> None:
        self.mentions: list[Mention] = []
        self._themes = themes
        self._text, self._place, self._clauses, self._groups, self._endings = text, place, clauses, groups, endings

    def add(self, start: int, end: int, name: str, form: str, word: str) -> None:
        """A thing that is named, or what a word means again, if it does; the first of those that overlap stays."""
        last = self.mentions[-1] if self.mentions else None
        if last is not None and start < last.end + (form == "inside" and self._groups[last.name] in _REACHING):
            return  # 清水河|县内|流长36公里
        clause = self._clauses[bisect_right(self._clauses, start) - 1]
        if last is not None and last.start < clause:
            last = None
        inner = last is not None and _JOINED.fullmatch(self._text, last.end, start) is not None
        before = last.before if last is not None and inner else self._before(start, clause)
        after = self._after(end)
        name = name or (self._meant(word, start) if self._means(word, start, form, before, after) else "")
        if not name:
            return
        if last is not None and (inner or before == "described"):
            self.mentions[-1] = replace(last, after="outer")  # 甲镇|乙村, 村里成立的|丁合作社
        self.mentions.append(Mention(start, end, name, self._groups[name], form, before, after))

    def _paragraph(self, start: int) -> int:
        return self._text.rfind("\n", max(0, start - _LONGEST_PARAGRAPH), start)

    def _told(self, word: str, start: int) -> bool:
        """Whether the paragraph has just told of something whose name ends with a word, or the whole text tells of it."""
        paragraph = self._paragraph(start)
        if len(word) > 1 and any(name.endswith(word) for name in self._themes):
            return True
        return any(one.start > paragraph and one.name.endswith(word) for one in self.mentions[: -_TOLD - 1 : -1])

    def _before(self, start: int, clause: int) -> str:
        lead = _OPENING.sub("", self._text[max(clause, start - _LOOKED_BACK) : start])
        told = _BEFORE.search(lead, max(0, len(lead) - _LONGEST_BEFORE))
        return "leading" if not lead else (told and told.lastgroup) or "amid"

    def _after(self, end: int) -> str:
        told = _AFTER.match(self._text, end)
        return (told and told.lastgroup) or "verb"

    def _inside(self, word: str, start: int) -> str:
        """The one thing told of so far whose name ends with a word, though it was named inside another: 汀江古城|更新项目."""
        named = {name for name, first in self._endings.get(word, {}).items() if first < start}
        return named.pop() if len(named) == 1 else ""

    def _means(self, word: str, start: int, form: str, before: str, after: str) -> bool:
        """Whether a word means a thing again where it stands."""
        if form == "whole":
            return True
        if form == "bare":
            return before == "leading" and (after in _CLEAR or word not in _COMMON or self._told(word, start))
        return before != "amid"

    def _meant(self, word: str, start: int) -> str:
        """What a word means again: the thing named last whose name ends with it, else of its kind, best one that leads its clause."""
        if self._place.endswith(word):
            return self._place
        group, recent = _WORDS[word], self.mentions[: -_MEANT - 1 : -1]
        if group in ("latter", "here"):
            return recent[0].name if recent else ""
        meant = [one for one in recent if one.name.endswith(word)]
        if not meant and (only := self._inside(word, start)):
            return only
        meant = meant or [one for one in recent if one.group == group and _alike(group, word, one.name)]
        if meant:  # those of the last paragraph that tells of any: 甲公司 … \n … 流转给乙公司。\n公司
            paragraph = self._paragraph(meant[0].start)
            meant = [one for one in meant if one.start > paragraph]
        return next((one.name for one in meant if one.leads), meant[0].name if meant else "")


def _alike(group: str, word: str, name: str) -> bool:
    """Whether a word may mean a thing of its kind by its name: 企业 no cooperative, 合作社 no company."""
    unlike = _UNLIKE.get(group, ())
    return word.endswith(unlike) == name.endswith(unlike) if unlike else True
