"""The area that a text is about: of all that it names the one for which most speaks.

What speaks for an area are title, subtitle and dateline (the whole name, or its stem: 走进枫树岭), the session of its congress, how often
it is named, and whether the text calls itself one of a county or of a district (全县, 我区). Weights were set by hand.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Final, NamedTuple

from .boundaries import HAN, stem_of, stem_of_zone
from .mentions import occurrences, outermost
from .places import is_name, places, stands
from .records import Sentence
from .tables import one_of, table

_T: Final = table("entities")
_PROVINCES: Final = frozenset(_T["provinces"])
#: A text on a zone: 海岙经济开发区简介, ——海岙市临港工业园区“十二五”发展回顾.
_ZONE: Final = re.compile(
    rf"(?:^|[^{HAN}]|今日|走进)([{HAN}]{{2,12}}?(?:{one_of(_T['about']['zones'])}))"
    rf"(?={one_of(_T['about']['behindZone'])}|[:,“]|$|(?:19|20)\d\d年)"
)
_TOLD_OF: Final = re.compile(rf"(?:(?:19|20)\d\d年度?)?(?:{one_of(_T['about']['behindZone'])})")
#: The areas that a zone lies in, before its own name: 海岙市|临港工业园区.
_OUTER_AREAS: Final = re.compile(rf"(?:[{HAN}]{{2,}}?[省市县区州旗](?=[{HAN}]{{2}}))+")
#: 柳坪县|先进制造业|开发区: what tells nothing but the kind of a zone.
_GENERIC: Final = re.compile(rf".?|(?:{one_of(_T['generic']['words'])})*")
#: What a text on a zone goes on to call it, how often at least.
_MEANT_AGAIN: Final = re.compile(rf"(?<!级)(?:{one_of(table('subjects')['again']['zone'])})")
_AT_LEAST = 4
_SESSION: Final = re.compile(r"(?=第[一二三四五六七八九十百\d]+[届次])")
#: 全县, 我区: what a text calls its own area.
_OWN: Final = re.compile(r"(?:全|我)([省市县区州旗镇乡村])(?![长委])")
#: 位于湖北省黄蕲县: in what something lies is not what the text is about.
_INSIDE: Final = re.compile(rf"(?:{one_of(_T['about']['inside'])})$")
#: 南通市代管的县级市: what another lies in.
_HAS: Final = re.compile(one_of(_T["about"]["behind"]))
_LINES: Final = 4  # title, subtitle, dateline, the first heading
_LONGEST_LINE: Final = 60
_LOOKED_AT: Final = 2000  # characters in which areas are looked for
#: What the first lines say for an area, less a point for each line further down.
_IN_LINE, _STEM, _OUTER, _CONGRESS = 6, 5, 2, 6
_OWN_WORD, _LEAD, _LIES_IN, _PROVINCE, _ONCE = 3, 1, -1, -5, -6
#: How often a text names what it goes on about.
_OFTEN = 4


_JOINS: Final = frozenset("、和与及")
#: The last word of an area's name.
_LAST: Final = re.compile(r"(?:自治)?[省市县区州盟旗镇乡村](?!级)|街道|社区")
_LONGEST_NAME: Final = 8
_HAN: Final = re.compile(f"[{HAN}]*$")
#: Two names, the one of what lies in the other: 东沙市沙屿区.
_CHAIN: Final = re.compile(rf"[{HAN}]{{2,}}?[省市州县][{HAN}]{{2,}}")


class _Named(NamedTuple):
    name: str
    start: int
    end: int
    #: Whether another area follows it, and lies in it: 浙江省苕南县.
    outer: bool


def area(text: str, sentences: Sequence[Sentence]) -> str:
    """The name of the area; empty where the text names none."""
    lines = [s for s in sentences[:_LINES] if s.role != "body" or s.end - s.start < _LONGEST_LINE]
    if zone := _zone(text, lines):
        return zone
    lead = next((s for s in sentences if s not in lines), None)
    read = text[:_LOOKED_AT]
    found = _found(read)
    scores = {name: math.log2(1 + read.count(_called(name))) for name in {one.name: None for one in found}}
    for name in scores:
        scores[name] += _by_stem(text, name, lines) + _PROVINCE * (name in _PROVINCES)
    for one in found:
        scores[one.name] += _where_it_stands(text, one, lines, lead)
    for name in _only_in_rows(read, found, lines):
        del scores[name]
    for name in _only_in_title(found, lines):
        scores[name] += _ONCE
    own = Counter(match[1] for match in _OWN.finditer(text)).most_common(1)
    for name in scores:
        scores[name] += _OWN_WORD * any(name.endswith(word) for word, _ in own)
    best = max(scores, key=lambda name: (scores[name], -text.find(name)), default="")
    return "" if own and _by_the_way(found, best, own[0][0], lines) else best


def _zone(text: str, lines: Sequence[Sentence]) -> str:
    """The zone that a text is about: what its first line names, or one further down that the text goes on to tell of."""
    for place, line in enumerate(lines):
        if match := _ZONE.search(text[line.start : line.end]):
            outer = _OUTER_AREAS.match(match[1])
            name = match[1][outer.end() :] if outer else match[1]
            if (place == 0 and _is_subject(text, line, name, match.end())) or (
                not _GENERIC.fullmatch(stem_of_zone(name)) and _goes_on_about(text, name)
            ):
                return name
    return ""


def _is_subject(text: str, line: Sentence, zone: str, end: int) -> bool:
    """Whether a title names what a zone is told of with (海岙经济开发区|简介), or the text names the zone again."""
    return _TOLD_OF.match(text, line.start + end) is not None or text.count(zone) > 1


def _goes_on_about(text: str, zone: str) -> bool:
    """Whether a text calls what it tells of a zone more often than a county or a city."""
    again = len(_MEANT_AGAIN.findall(text))
    return again >= _AT_LEAST and again > sum(1 for _ in _OWN.finditer(text)) and text.count(stem_of_zone(zone)) > 1


def _only_in_rows(text: str, found: Sequence[_Named], lines: Sequence[Sentence]) -> set[str]:
    """What stands below the first lines only, in rows of areas (临江县、永安区和|白石市), of which the text is about none."""
    end = max((line.end for line in lines if line.role != "body"), default=0)
    alone = {one.name for one in found if one.start < end or not _is_in_row(text, one)}
    return {one.name for one in found} - alone


def _by_the_way(found: Sequence[_Named], name: str, own: str, lines: Sequence[Sentence]) -> bool:
    """Whether an area is named once, below the first lines, and is of another kind than the text's own: 全市…,增速最低的梅岭县."""
    end = max((line.end for line in lines if line.role != "body"), default=0)
    named = [one for one in found if one.name == name]
    return len(named) == 1 and named[0].start >= end and not name.endswith(own) and not named[0].outer


def _is_in_row(text: str, one: _Named) -> bool:
    return text[one.end : one.end + 1] in _JOINS or (text[one.start - 1 : one.start] in _JOINS and one.start > 0)


def _called(name: str) -> str:
    """As what a text mostly names an area: by its stem (沙皋), where that is more than a character."""
    stem = stem_of(name)
    return stem if len(stem) > 1 else name


def _only_in_title(found: Sequence[_Named], lines: Sequence[Sentence]) -> set[str]:
    """What the first lines name and nothing behind them, where the text goes on about another of its kind: 平原县里的新引擎."""
    end = lines[-1].end if lines else 0
    behind = Counter(one.name for one in found if one.start >= end)
    often = {name[-1] for name, times in behind.items() if times >= _OFTEN}
    return {one.name for one in found if one.start < end and not behind[one.name] and one.name[-1] in often}


def _found(text: str) -> list[_Named]:
    """The areas that are named, and wherever they recur, shorter names inside longer ones left out."""
    recurring = _recurring(text)
    spans = {(start, end) for _, start, end in places(text, "", ())}
    spans = {(start, end) for start, end in spans if not text[start:end].endswith(tuple(recurring))}
    every = sorted(spans | set(outermost(occurrences(text, recurring))))
    following = {start for start, _ in every}
    return [_Named(text[start:end], start, end, end in following) for start, end in every]


def _recurring(text: str) -> set[str]:
    """Names that stand behind different characters: what comes before them is no part of them."""
    before: defaultdict[str, set[str]] = defaultdict(set)
    endings: list[list[str]] = []
    for match in _LAST.finditer(text):
        end = match.end()
        begun = _HAN.search(text, max(0, end - _LONGEST_NAME), end)
        lengths = range(2, len(begun.group()) + 1) if begun else ()
        names = [name for name in (text[end - length : end] for length in lengths) if not _CHAIN.fullmatch(name)]
        for name in names:
            before[name].add(text[end - len(name) - 1 : end - len(name)])
        endings.append(names)
    best = (max(names, key=lambda name: (len(before[name]), len(name)), default="") for names in endings)
    return {name for name in best if len(before[name]) > 1 and is_name(name) and stands(name, before[name])}


def _where_it_stands(text: str, one: _Named, lines: Sequence[Sentence], lead: Sentence | None) -> float:
    for place, line in enumerate(lines):
        if line.start <= one.start < line.end:
            return (_CONGRESS if _SESSION.match(text, one.end) else _OUTER if one.outer else _IN_LINE) - place
    inside = one.outer or _INSIDE.search(text, max(0, one.start - 6), one.start) or _HAS.match(text, one.end)
    return _LEAD * (lead is not None and lead.start <= one.start < lead.end) + _LIES_IN * bool(inside)


def _by_stem(text: str, name: str, lines: Sequence[Sentence]) -> float:
    """What the first lines say for an area that they call by its stem only."""
    stem = stem_of(name)
    for place, line in enumerate(lines):
        content = text[line.start : line.end].replace(name, "")
        if len(stem) > 1 and stem in content:
            return _STEM - place
    return 0.0
