"""Where names begin: behind signs, behind words that belong to no name, or with the name of a place."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from typing import Final

from .mentions import Names
from .tables import beginning, one_of, table

#: The last characters of names of areas.
AREAS: Final = frozenset("省市州盟县区旗镇乡村")
HAN: Final = "\u4e00-\u9fff"
_T: Final = table("entities")
#: Characters and words behind which a name can begin, but for the words in which these characters are part of one.
KEPT: Final = frozenset(_T["boundary"]["kept"])
#: Words that end what stands before them, a place too.
_BEHIND: Final = frozenset(_T["boundary"]["behind"]["words"])
_WORDS: Final = (*KEPT, *_T["boundary"]["words"], *_BEHIND)
_BREAK: Final = re.compile(
    rf"{beginning(_WORDS)}(?P<word>{one_of(_WORDS)})|\(\d+\)|\d[年月日][初末底]?|[^{HAN}A-Za-z0-9·“”()-]"
    rf"|[{''.join(sorted(_T['boundary']['characters']))}]"
)


def short_of(province: str) -> str:
    """A province as other names begin with it: 广西, 安徽."""
    return re.sub(r"(?:省|市|(?:壮族|回族|维吾尔)?自治区|特别行政区)$", "", province)


PROVINCES: Final = tuple(map(short_of, _T["provinces"]))
#: What stands before a place in one name: 华能某地电厂, 某某·某地小镇.
_BRANDED: Final = re.compile(rf"(?:{one_of(_T['brands']['words'])}|·|[{HAN}]\()$")
#: 老西街: a character before the name of a place that makes of it another one.
_OLD_AND_NEW: Final = tuple("老新大小东西南北中上下")
#: What stands in quotation marks as part of a name, no speech.
_NO_SPEECH: Final = re.compile(r"[^,。;!?、:]+")
_ENDINGS: Final = tuple(sorted({end for ends in _T["places"].values() for end in ends}, key=len, reverse=True))
#: The peoples in whose name an autonomous area is, behind its own name of two characters or more.
_PEOPLES: Final = re.compile(rf"(?<=..)(?:(?:{one_of(_T['peoples'])}|各)族|蒙古)+$")
#: What the names of zones end with, their own parts standing before: 桂涌|工业园区.
_ZONE_ENDING: Final = re.compile(rf"(?:{one_of(end for ends in _T['zones'].values() for end in ends)})$")
_CHARACTERS: Final = frozenset(_T["boundary"]["characters"])
#: At which of its characters a name of a place has such a character at most.
_INSIDE: Final = 2
#: How far back from its last word a name begins at most.
LONGEST: Final = 22


def begin_of(text: str, end: int, stems: Names, low: int = 0) -> int:
    """Where the name begins whose last word begins at ``end``, not before ``low``.

    :param stems: names of places, with or without their last words: a name begins with the first of them behind a sign.
    """
    low = max(low, end - LONGEST)
    window = text[low:end]
    if window.endswith("”") and "“" in window:
        opened = window.rindex("“")
        return low + (opened if _NO_SPEECH.fullmatch(window, opened + 1, len(window) - 1) else len(window))
    quote = max(window.rfind("“"), window.rfind("”")) + 1  # “单打冠军”闽缆海工股份有限公司
    low, window = low + quote, window[quote:]
    hard = soft = 0
    for match in _BREAK.finditer(window):
        if match["word"] in KEPT:
            continue
        if match["word"] in _BEHIND:
            hard = soft = match.end()
        elif match["word"]:
            soft = match.end()
        elif (match.end() < len(window) or not match.group().isalpha()) and not _is_in(window, match, stems):
            hard = soft = match.end()
    place = stems.first(window, hard)
    if place is not None and not _BRANDED.search(window, max(hard, soft), place):
        prefixed = place > max(hard, soft) and window.startswith(_OLD_AND_NEW, place - 1)
        return low + place - prefixed
    return low + max(hard, soft)


def _is_in(window: str, edge: re.Match[str], stems: Names) -> bool:
    """Whether a character that belongs to no name is in that of a known place: 万|莲镇卫生院."""
    reach = max(0, edge.start() - _INSIDE)
    found = (stop for at in range(reach, edge.start() + 1) for stop in stems.at(window, at, len(window)))
    return edge.group() in _CHARACTERS and any(stop > edge.end() for stop in found)


def parted(text: str, start: int, end: int) -> bool:
    """Whether a word that belongs to no name stands in a stretch of text."""
    return any(match["word"] not in KEPT for match in _BREAK.finditer(text, start, end))


def stems_of(names: Iterable[str]) -> Names:
    """Names of places and what is left of them without their last word, of two characters or more."""
    found = {*PROVINCES}
    for name in filter(None, names):
        found.add(name)
        if len(stem := stem_of(name)) > 1:
            found.add(stem)
    return Names(found)


@functools.lru_cache(maxsize=64)  # the place of the text is asked for with each number
def stem_of(name: str) -> str:
    """The name of a place without its last word, and an autonomous one without its peoples: 景宁|畲族自治县."""
    ending = next((ending for ending in _ENDINGS if name.endswith(ending)), "")
    stem = name.removesuffix(ending)
    return _PEOPLES.sub("", stem) if ending.startswith("自治") else stem


def stem_of_zone(name: str) -> str:
    """The name of a zone without the words for what it is (桂涌|工业园区), as it is called for short; that of any other thing whole."""
    return _ZONE_ENDING.sub("", name)
