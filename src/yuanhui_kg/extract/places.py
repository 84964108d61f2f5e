"""Administrative areas: by the words that end their names, and by the names of a register."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import Final

from . import divisions
from .boundaries import HAN, PROVINCES
from .mentions import occurrences
from .tables import beginning, one_of, table

_T: Final = table("entities")
_SUFFIX: Final = re.compile(
    r"自治区|自治州|自治县|特别行政区|街道|社区|嘎查|苏木|屯(?![兵田垦守溪昌省市县区镇乡村])|省(?!级|会)|市(?!场|值|属)|县(?!级)|区(?!域|位|间|块)"
    r"|镇(?![市县](?!场|政|民|级|属|值|城|域))|乡(?![市县区](?!场|政|民|级|属|域|位|间))|村|旗(?!舰|下|帜|鼓|号|袍|手|杆)|(?<![联同加结])盟(?![友约主誓员国军])"
)
_LONGEST: Final = 6
_LONGEST_OF_PEOPLES: Final = 14  # 黔西南布依族苗族自治州
#: Names of communities of common words, which are names behind that of a subdistrict.
_STREET: Final = re.compile(rf"[{HAN}][街门山河桥园坝井湾塘路关]社区")
_PROVINCE: Final = re.compile(one_of(PROVINCES))
_EDGES: Final = "的了是在和与及等把将被让对从向于以由至并而或也都均已各该每全为使有"
_SUFFIXES: Final = "省市县区镇乡村旗盟"
#: What a name begins behind, but for words in which it is no edge: 和平, 商都.
_EDGE: Final = re.compile(
    rf"{beginning(_T['boundary']['kept'])}(?:{one_of(_T['boundary']['kept'])})|(?P<edge>[^{HAN}]|[{_EDGES}{_SUFFIXES}]|(?<=\d)[年月日]|(?<=街)道)"
)
#: 都|镇湾镇, 和|庄村: what joins nothing where a sentence begins with it, so that it is part of a name.
_OPENS: Final = re.compile(r"(?:\A|[。;!?\n“ ])[和都等均及于与]\Z")
#: What no name ends with before its last word: 写进了村, 增速居全市.
_NO_LAST: Final = frozenset("的了是在及等把将被让对从向于以到由至并而或也均已各该每全有比居列占受驻")
#: 288名队员|进|村, but 前进村.
_ENTERED: Final = re.compile(rf"(?<![前跃先武奋并新])进(?:{_SUFFIX.pattern})$")
_LEADS: Final = re.compile(one_of([*_T["beforePlace"]["words"], *_T["boundary"]["words"]]))
_NO_PART: Final = re.compile(one_of(_T["notPlace"]["words"]))
_ALONE: Final = re.compile(rf"(?:{one_of(_T['notPlaceAlone']['words'])})*(?:{_SUFFIX.pattern})")
_ENDINGS: Final = tuple(_T["notPlaceAlone"]["endings"])
_ZONES: Final = tuple(ending for endings in _T["zones"].values() for ending in endings)
#: Words of what is done to a place or said of it, with which no name begins.
_NO_START: Final = re.compile(one_of(_T["notPlace"]["starts"]))
_NO_MIDDLE: Final = re.compile(one_of(_T["notPlace"]["insides"]))
_DOUBTFUL: Final = re.compile(one_of(_T["doubtfulPlace"]["insides"]))
_DOUBTFUL_ENDINGS: Final = tuple(_T["doubtfulPlace"]["endings"])
_DOUBTFUL_ALONE: Final = frozenset(_T["doubtfulPlace"]["alone"])
#: What makes of the word before it another one: 县城, 市民, 区长, 村委会, 乡镇, 老年化.
_GOES_ON: Final = frozenset("城长委民域场直内外政容貌企道化级属")
_BODIES: Final = ("干部", "干群", "支部", "支书", "两委", "集体", "集镇", "口")
_OFFICES: Final = frozenset("委长政")
_SHORT_PROVINCE: Final = re.compile(one_of(divisions.short_provinces()))
_LEADS_TO: Final = re.compile(rf"(?:{_LEADS.pattern})$")
#: What makes of a short name the whole one, or another word.
_SUFFIXED: Final = ("省", "市", "自治区", "壮族", "回族", "维吾尔", "话", "人", "岸", "部", "侧", "麓")
_MUNICIPALITIES: Final = frozenset(("北京市", "天津市", "上海市", "重庆市"))
_KINDS: Final = (
    "Subdistrict", "Community", "County", "PrefectureLevelCity", "Province", "District", "Town", "Township", "Village",
)  # fmt: skip


def places(text: str, own: str, further: Iterable[str]) -> Iterator[tuple[str, int, int]]:
    """Class, start and end of each mention of an area.

    :param own: the area that the text is about; empty where that is not known yet.
    :param further: names that the user has besides the register's.
    """
    names = {*_T["provinces"], *further}
    if own and not own.endswith(_ZONES):
        names.add(own)
    known = set(occurrences(text, names))
    own_ends = {end for start, end in known if text[start:end] == own}
    known |= {span for span in registered(text) if span[1] not in own_ends}
    for start, end in sorted(known):
        yield kind_of(text[start:end]), start, end
    ends = {end for _, end in known}
    found = [span for span in _candidates(text, own) if span[1] not in ends]
    before: defaultdict[str, list[str]] = defaultdict(list)
    for start, end in occurrences(text, {text[a:b] for a, b in found}):
        before[text[start:end]].append(text[start - 1 : start])
    for start, end in found:
        name = text[start:end]
        times = len(before[name])
        if _goes_on(text, name, end, times) or (len(name) < 3 and times < 2) or not stands(name, before[name]):
            continue
        yield kind_of(name), start, end


def registered(text: str) -> Iterator[tuple[int, int]]:
    """The mentions of divisions of the register whose last words are not those of other words (北海市|场)."""
    for start, end in divisions.mentions(text):
        name = text[start:end]
        if (
            _SUFFIX.match(text, end - 1)
            and not _goes_on(text, name, end, 2)
            and (not _is_doubtful(name) or _is_free(text, start))
        ):
            yield start, end


def _is_free(text: str, start: int) -> bool:
    """Whether a name can begin at a place: behind a sign, another name, or a word that leads to one."""
    return start == 0 or _is_edge(text, start) or _LEADS_TO.search(text, max(0, start - 4), start) is not None


def _is_doubtful(name: str) -> bool:
    """Whether a name holds a common word: 海城市, which also stands in 沿海城市."""
    return name.endswith(_DOUBTFUL_ENDINGS) or _DOUBTFUL.search(name) is not None


def abbreviated(text: str) -> Iterator[tuple[str, int, int]]:
    """Provinces, and prefectures right behind them, that stand without their last words: full name, start and end (福建|宁德)."""
    for match in _SHORT_PROVINCE.finditer(text):
        start, end = match.span()
        if not _is_free(text, start) or text.startswith(_SUFFIXED, end):
            continue
        code = divisions.short_provinces()[match.group()]
        yield divisions.name_of(code), start, end
        if behind := divisions.short_prefecture(text, end, code):
            yield behind, end, end + len(behind) - 1


def kind_of(name: str) -> str:
    """The class of an area by its code, else by the last word of its name."""
    if name in _MUNICIPALITIES or name.endswith(("自治区", "特别行政区")):
        return "Province"
    if name.endswith("市") and any(divisions.level(code) == "county" for code in divisions.codes().get(name, ())):
        return "CountyLevelCity"
    return next((kind for kind in _KINDS if name.endswith(tuple(_T["places"][kind]))), "AdministrativeArea")


def _candidates(text: str, own: str) -> Iterator[tuple[int, int]]:
    previous = 0
    for match in _SUFFIX.finditer(text):
        end = match.end()
        begin = _begin(text, match.start(), max(previous, match.start() - _longest(match.group())))
        if begin == match.start():
            continue
        name = text[begin:end]
        if own and name.endswith(own):
            begin, name = end - len(own), own
        province = _PROVINCE.match(name)
        if province and end - begin - province.end() > 2:  # 广西钦浦市
            begin, name = begin + province.end(), name[province.end() :]
        follows = begin == previous and _STREET.fullmatch(name)  # 城关街道西街社区
        if (follows or is_name(name)) and not name.endswith("省"):  # all provinces are known
            previous = end
            yield begin, end


def _begin(text: str, suffix: int, low: int) -> int:
    """Where the name begins that ends with a suffix: behind the last sign, place, or word that belongs to no name."""
    last = text[suffix - 1] if low < suffix else ""
    if not "\u4e00" <= last <= "\u9fff" or last in _NO_LAST:
        return suffix
    window = text[low:suffix]
    cut = 0 if low == 0 or _is_edge(text, low) else len(window)
    for match in _EDGE.finditer(text, low, suffix):
        if match["edge"] and match.end() < suffix and not _OPENS.search(text, max(0, match.start() - 1), match.end()):
            cut = match.end() - low
    for lead in _LEADS.finditer(window):
        cut = max(cut, lead.end()) if cut < len(window) else lead.end()
    return low + cut


def _is_edge(text: str, at: int) -> bool:
    before = text[at - 1]
    return not "\u4e00" <= before <= "\u9fff" or before in _EDGES or before in _SUFFIXES or text.endswith("街道", 0, at)


def is_name(name: str) -> bool:
    """Whether what ends as a name of an area may be one: it is no common word, and begins and goes on as names do."""
    if len(name) < 2 or name.endswith(_ENDINGS) or _ALONE.fullmatch(name):
        return False
    return not (_ENTERED.search(name) or _NO_PART.search(name) or _NO_START.match(name) or _NO_MIDDLE.search(name))


def stands(name: str, before: Collection[str]) -> bool:
    """Whether a name that holds a common word (盐城市, 长兴县) is one: it is short, and stands by itself, and more than once.

    :param before: the characters before it, wherever it stands.
    """
    if not _is_doubtful(name):
        return True
    ends = name.endswith(_DOUBTFUL_ENDINGS)
    if len(name) < 3 or len(name) > (3 if ends else 4) or (ends and name[0] in _DOUBTFUL_ALONE):
        return False
    by_itself = any(not one or not "\u4e00" <= one <= "\u9fff" or one in _SUFFIXES for one in before)
    return by_itself and len(set(before)) > 1


def _longest(ending: str) -> int:
    return _LONGEST_OF_PEOPLES if ending.startswith("自治") else _LONGEST


def _goes_on(text: str, name: str, end: int, times: int) -> bool:
    """Whether what follows makes the last word of a name another word."""
    following = text[end : end + 1]
    if (following == "镇" and name.endswith("乡")) or (following == "村" and name.endswith(("乡", "农"))):
        return True
    if len(name) <= 3 and text.startswith(_BODIES, end):
        return True  # 培训村干部
    if following == "城" and name.endswith("市"):
        return False  # 什邡市城郊
    if following not in _GOES_ON or name.endswith(("社区", "街道")):
        return False
    return following not in _OFFICES or times < 2 or text.startswith(("长者", "长期"), end)
