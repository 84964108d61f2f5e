"""Things whose names are told by the words around: in quotation marks, behind a verb of naming, before how high or long they are."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from .boundaries import AREAS, begin_of
from .mentions import Names
from .tables import beginning, one_of, one_of_each, table

_T: Final = table("entities")
_QUOTED: Final = _T["quoted"]
_SIZED: Final = _T["sized"]
_NAME: Final = r"[^“”‘’\n,。;!?、]{2,12}"


#: 注水成湖,取名“镜湖”
_NAMED: Final = re.compile(rf"(?:{one_of(_QUOTED['naming'])})(?:为|叫|作)?[“‘](?P<name>{_NAME})[”’]")
#: 返乡大学生办的网店“山果妹”; “雪都马拉松”
_BEHIND: Final = re.compile(
    rf"{beginning(word for words in _QUOTED['behind'].values() for word in words)}(?:{one_of_each(_QUOTED['behind'])})“(?P<name>{_NAME})”"
)
_HELD: Final = re.compile(rf"“(?P<name>[^“”‘’\n,。;!?、]{{1,8}}?(?:{one_of_each(_QUOTED['ending'])}))”")
_ENDING: Final = re.compile(rf"(?:{one_of_each(_SIZED['endings'])})$")
#: 白云尖|海拔1689米, 得胜巷|长1.1公里, 官澳湾|内的渔排
_MEASURED: Final = re.compile(
    rf"(?:{one_of_each(_SIZED['endings'])})(?<!主峰)(?=(?:{one_of(_SIZED['behind'])})(?:约|近|达|超过?|为)?\d|[内里]的)"
)
#: 青河|上游, 青河|出境断面
_WATER: Final = re.compile(rf"(?P<Place>{one_of(_SIZED['waters']['endings'])})(?={one_of(_SIZED['waters']['behind'])})")
#: 地铁3号线|书院路站
_STATION: Final = re.compile(
    rf"(?:{one_of(_SIZED['stations']['lines'])})(?:\d{{1,2}}号线)?(?P<Facility>[\u4e00-\u9fff]{{2,5}}?站)(?![点台长房])"
)
_KINDS: Final = re.compile(
    rf"(?:境内)?(?:的)?(?:主要|最大|最长|最高|第一大|第二大|唯一)?(?:的)?(?:{one_of(_SIZED['kinds'])})(?:有|为|是)?"
)
_GENERIC: Final = re.compile(rf"(?:{one_of(_SIZED['generic'])})*")
#: A firm by the name under which its shares are traded: 金岭新材(688xxx), 证券简称:海润股份; no area with its postcode, no measure with its value.
_LISTED: Final = re.compile(
    r"(?<![\u4e00-\u9fff])[\u4e00-\u9fffA-Z]{3,6}(?<![省市县区旗镇乡村数额量口积值])(?=\((?:股票代码:|证券代码:|代码:)?(?:SH|SZ|BJ|HK)?\d{2}[\dXx*]{3,4}(?:\.[A-Z]{2})?\))"
    r"|(?<=[券票]简称:)[\u4e00-\u9fffA-Z]{2,6}(?![\u4e00-\u9fff])"
)
#: How long such a name is at most, its ending left out.
_LONGEST: Final = 4
#: Lanes have names wherever they stand, where these stand behind an area, or behind different words: 清河区|书院巷, 从|书院巷.
_LANE: Final = re.compile(rf"(?:{one_of(_SIZED['lanes']['endings'])})(?!{one_of(_SIZED['lanes']['not_behind'])})")


def appositions(text: str, stems: Names) -> Iterator[tuple[str, int, int]]:
    """Class, start and end of each; ``stems`` as :func:`bodies.bodies` takes them."""
    for match in _NAMED.finditer(text):
        if ending := _ENDING.search(match["name"]):
            yield _kind(ending), *match.span("name")
    for pattern in (_BEHIND, _HELD):
        for match in pattern.finditer(text):
            yield _kind(match), *match.span("name")
    for match in (found for pattern in (_MEASURED, _WATER) for found in pattern.finditer(text)):
        start = begin_of(text, match.start(), stems)
        start = next(
            (end for end in stems.at(text, start, match.start() - 1) if text[end - 1] in AREAS), start
        )  # 青河县|云顶山
        if told := _KINDS.match(text, start, match.start()):
            start = told.end()  # 主要河流|清水河
        if _is_own(text[start : match.start()]) and match.end() not in stems.at(text, start, match.end()):
            yield _kind(match), start, match.end()  # 铁路在|青溪|境内长40公里 is the county's stem, no water
    yield from (("Facility", *match.span("Facility")) for match in _STATION.finditer(text))
    yield from (("Company", *match.span()) for match in _LISTED.finditer(text))
    yield from (("Street", start, end) for start, end in _lanes(text, stems))


def _lanes(text: str, stems: Names) -> Iterator[tuple[int, int]]:
    """Start and end of each lane that stands behind an area, or behind different words: its name is no common noun."""
    found: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    areas: set[str] = set()
    for match in _LANE.finditer(text):
        begin = begin_of(text, match.start(), stems)
        ends = [end for at in range(begin, match.start()) for end in stems.at(text, at, match.start())]
        behind = max((end for end in ends if text[end - 1] in AREAS), default=begin)
        name = text[behind : match.end()]
        if _is_own(text[behind : match.start()]):
            found[name].append((behind, match.end()))
            areas |= {name} if behind > begin else set()
    for name, spans in found.items():
        if name in areas or len({text[start - 1 : start] for start, _ in spans}) > 1:
            yield from spans


def _is_own(lead: str) -> bool:
    """Whether what stands before the word for what a thing is makes of it a name."""
    return 0 < len(lead) <= _LONGEST and not _GENERIC.fullmatch(lead)


def _kind(match: re.Match[str]) -> str:
    return next(kind for kind, word in match.groupdict().items() if word and kind != "name")
