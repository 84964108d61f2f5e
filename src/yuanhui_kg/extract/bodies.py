"""Zones, companies, hospitals, schools, works and facilities: a part that distinguishes, then a word for what it is.

The head words are a table; where a name begins is told by :mod:`boundaries`; what consists of words for kinds alone is none.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from .boundaries import AREAS, HAN, KEPT, begin_of, parted
from .mentions import Names
from .tables import beginning, one_of, table

_T: Final = table("entities")
#: What joins two places, told by them: 青浦|至安宁高速公路, 青浦|至宁波海铁联运班列.
_BETWEEN: Final = re.compile(
    rf"[至—-](?<=[{HAN}]{{2}}[至—-])[{HAN}]{{2,4}}?(?:(?P<Project>(?:一级|二级|三级)?(?:高速公路|高速铁路|城际铁路|铁路|快速路|公路|高速|高铁)(?:项目|工程)?)"
    rf"|(?P<Facility>{one_of(_T['lines']['words'])}))"
)
_LONGEST_END: Final = 4
#: 樟浦港: a port has a word of one character, so that only a place before it makes a name.
_PORT: Final = r"港(?!口|湾|区|元|币|澳|商|资|航|城|珠|务|股|台|人|式|企|产)"
#: 锦浦花街节: so has a feast.
_FEAST: Final = rf"节(?<!{')(?<!'.join(_T['feasts']['none'])})(?!{one_of(_T['feasts']['not_behind'])})"
#: The one body of its kind that a place has, named by the kind of the place: 县人民医院, 镇中心卫生院.
_LOCAL: Final = re.compile(
    rf"^[县市区镇州乡旗](?:(?<=县)城)?(?:第?[一二三四五六七八九十]{{1,2}}|中心|民族|实验|总)?(?:{one_of(_T['localBodies']['words'])})$"
)
#: What makes of a local body something else: 县医院新建综合楼.
_WORKS_ON: Final = re.compile(rf"[{HAN}]{{0,8}}?(?:项目|工程|综合楼|医共体)")
#: What a project makes a year, or how strong a line is, as part of its name: 华星年产10万吨锂电材料项目, 110千伏城东输变电工程.
_CAPACITY: Final = re.compile(
    rf"(?<![{HAN}])[{HAN}]{{2,8}}年(?:产|处理|加工)\d+(?:\.\d+)?[万亿千]?(?=(?:吨|套|台|件|辆|只|米|平方米|立方米|千瓦|兆瓦)[{HAN}]*$)?"
)
_POWER: Final = re.compile(r"\d+(?:\.\d+)?万$")
_VOLTAGE: Final = re.compile(r"\d{2,3}(?:千伏|kV)$")
#: A kind of body that is counted is no name: 生态畜牧业合作社486家.
_COUNTED: Final = re.compile(r"(?:总数)?(?:达到|达|共|有)?\d+(?:\.\d+)?万?[余多]?[个家所座户条处]")
_EACH: Final = ("全", "各", "每")
#: What has phases of works of its own, which are not told by a name: 华星有限公司|二期投产.
_NO_PHASE: Final = ("项目", "公司", "集团", "股份", "合作社")
_PHASE: Final = re.compile(r"[一二三四]期(?:工程|项目)?(?!征地|规划|用地|面积|占地)")
#: 合浔公路浔海段
_STRETCH: Final = re.compile(
    rf"(?:{one_of(_T['construction']['roads'])})[{HAN}]{{2,4}}?段(?:复线|(?:{one_of(_T['construction']['joins'])}|复线)+(?:工程|项目))?(?=[、,。;和\s]|$|建成|竣工|开工|通车|全线|贯通)"
)
#: 仁|和, 满|都 at the head of a clause: the first two characters of a name.
_FIRST: Final = re.compile(
    rf"(?<![{HAN}\d])(?![省市县区镇乡村街校院厂站所馆人他她我你不也还又就这那])[{HAN}][和都元有为万]$"
)
#: Works that are named by a number: “崇海一号”|养殖平台, “崇海一号”深远海|养殖平台.
_NUMBERED: Final = re.compile(r"“(?P<name>[^“”]{2,8}号)”")
_LONGEST_NUMBERED: Final = 10
_LONGEST_JOINED: Final = 60  #: No name that goes on one before it is longer.
_BRANCH: Final = re.compile(rf"(?:[{HAN}]{{2,6}}?(?:分[院校行]|支行|校区|分公司)|[东西南北]校?区)(?![{HAN}]?长)")
#: What has branches that are called after it.
_BRANCHING: Final = frozenset(("Hospital", "School", "Company"))
#: 某某医科大学|附属梧州医院, 师范大学|附属小学: what belongs to a school begins with its name.
_ATTACHED: Final = re.compile(rf"(?:第[一二三四五六七八九十])?附属[{HAN}]{{0,6}}$")
_BUILT: Final = re.compile(rf"(?:{one_of(_T['construction']['joins'])})*(?:工程|项目)")
_NO_WORK: Final = re.compile(
    r"(?:[个项批大]|类|等|重点|民生|实事|惠民|系统)(?:项目|工程)$|境内|路基|主体|土建|附属|[省市县区镇乡村旗州]通(?:高速公路|高速铁路|铁路|高铁|高速)$"
)
#: 1340名大学生, 高耗水的项目: what is counted or described, not named.
_DESCRIBED: Final = re.compile(
    r"(?:[的了等和与及距离在是把将被让从向于由而或也都均已各该每给缺走]|(?<![安万健双周])[全本]|\d[余多]?[名个家所座条项位])$"
)
_NO_NAME: Final = re.compile(
    rf"[一二三四]季度|[上下]半年|\d+[个所家座处]|新增|聚力|[{HAN}]{{0,4}}[A-Z1-5]+级|(?:国家|自治区|省|州|市|县|区|镇|乡|村)级|新开工|\d+(?:\.\d+)?(?:兆瓦|千瓦|公里|亩)"
    r"|[占居列]全|[占居]其|其?所持|报告期|千瓦|千伏|兆瓦|平方米|公里|城市更新|[街镇乡村县市区][道]?(?:上市公司|级|属|办|内|里)"
)
#: Whom pupils are paid, and banks that are none: 寄宿生生活补助|小学每生1000元, 手机银行.
_NO_BODY: Final = re.compile(
    "(?:补助|补贴|资助|寄宿生|义务教育|每生)[\u4e00-\u9fff]*(?:小学|中学|初中|高中)$|(?:手机|网上|电话|微信|掌上)银行$"
)
#: What is traded in general, at no place of its own: 某市房地产|市场.
_TRADE: Final = re.compile(
    "(?:房地产|房产|住房|住宅|商品房|二手房|楼|土地|消费品?|劳动力|用工|就业|资本|金融|期货|股票|债券|旅游|文旅|建筑|租赁|要素|国际|国内|海外|外贸|高端|农村|城乡)市场$"
)
_AMOUNT: Final = re.compile(r"\d[万亿]$")  # 10万|亩蔬菜基地
#: 三个安置小区, 某区获评国家生态文明建设示范区: what is counted, and what a place has become.
_COUNTS: Final = re.compile("[一二三四五六七八九十两几]个")
_BECAME: Final = re.compile(one_of(verb for verb in _T["awards"]["verbs"] if len(verb) > 1))
_DONE_WITH: Final = re.compile(rf"(?:{one_of(_T['doing']['words'])})(?:项目|工程)$")
_GENERIC: Final = re.compile(rf"(?:{one_of([*_T['generic']['words'], *_T['construction']['joins']])})*")
#: Works whose head word says little: only behind a place, or behind what is built, is it a project and not a programme.
_BUILDINGS: Final = re.compile(
    r"供暖|供热|供气|路|大道|桥|水库|码头|供水|引水|调水|输变电|电网|管网|污水|渠|灌区|堤|港|站|厂|院|楼|馆|中心|隧|航道|泊位|堆场|防洪"
)


#: Verbs that are part of names of firms, right before the word for what they are.
_VERB: Final = re.compile(rf"(?:{one_of(_T['firmVerbs']['words'])})+$")
_FIRMS: Final = frozenset(("Company", "CompanyGroup", "IndustrialPark"))
#: What is a thing of its own, and stood before the works on it.
_STANDING: Final = frozenset(("Hospital", "School", "ScenicSpot"))


@dataclass(frozen=True)
class _Head:
    kind: str
    group: str


@functools.cache
def _heads() -> tuple[re.Pattern[str], dict[str, _Head]]:
    heads = {
        ending: _Head(kind, group)
        for group in ("zones", "organisations", "works", "facilities", "placed")
        for kind, endings in _T[group].items()
        for ending in endings
    }
    heads["节"] = _Head("Event", "placed")
    words = one_of(word for word in heads if len(word) > 1)
    return re.compile(
        rf"{beginning([*heads, _PORT[0]])}(?:(?:{words})(?!(?<=中)学|(?<=大学)生|(?<=工程)(?:{one_of(_T['notWorks']['behind'])}))|{_PORT}|{_FEAST})"
    ), heads


def bodies(text: str, stems: Names) -> Iterator[tuple[str, int, int, str]]:
    """Class, start and end of each, and a second name: of a work that of its firm is the first part of, the rest.

    ``stems`` are the names of places, as :func:`boundaries.stems_of` makes them.
    """
    for match in _BETWEEN.finditer(text):
        start = begin_of(text, match.start(), stems, match.start() - _LONGEST_END)
        if match.start() - start > 1:
            yield match.lastgroup or "", start, match.end(), ""
    for match in _STRETCH.finditer(text):
        start = begin_of(text, match.start(), stems)
        if match.start() - start > 1:
            yield "Project", start, match.end(), ""
    pattern, heads = _heads()
    previous, before = (0, 0), _Head("", "")
    for match in pattern.finditer(text):
        head = heads.get(match.group(), _Head("Facility", "facilities"))
        found = _body(text, match, head, stems, previous, before)
        if found is None:
            continue
        start, end = found
        of_firm = head.group == "works" and before.group == "organisations" and start == previous[1]
        if of_firm:  # 华星有限公司|年产10万吨锂电材料项目
            yield head.kind, previous[0], end, text[start:end]
        elif head.group == "facilities" and (numbered := _NUMBERED.match(text, start, end)):
            own = numbered.span("name") if numbered.end() == match.start() else (start, end)
            yield "Project", *own, text[start:end] if own[1] < end else numbered["name"]
        elif (
            head.group == "works"
            and before.kind in _STANDING
            and start == previous[0]
            and end - previous[1] > len("项目")
        ):
            yield "Phase", start, end, ""  # 县人民医院|新院区项目
        else:
            yield head.kind, start, end, ""
        yield from _parts(text, head, start, end)
        previous, before = (start, end), head


def _body(
    text: str, match: re.Match[str], head: _Head, stems: Names, previous: tuple[int, int], before: _Head
) -> tuple[int, int] | None:
    """The span of the name that ends with a head word, None where it is none."""
    low = previous[1]
    built = _BUILT.fullmatch(text, low, match.end()) if head.group == "works" and low else None
    if built and (before.group != "zones" or len(built.group()) > 2):  # 县人民医院新院区项目
        return previous[0], match.end()
    if before.kind == "School" and head.kind in _BRANCHING and _ATTACHED.match(text[low : match.start()]):
        return previous[0], match.end()
    start = begin_of(text, match.start(), stems, low)
    joined = (start == low and before.group == "facilities") or match.start() == low
    if joined and match.end() - previous[0] <= _LONGEST_JOINED:  # 樟浦港临港物流园, 河口高铁新区
        start = previous[0]
    if head.group == "works":
        start = _with_figures(text, start, stems)
    elif head.group == "facilities":
        start = _behind_areas(text, start, match.start(), stems)
        start = _with_number(text, start, match.start())
    start = _with_first(text, start, match.start())
    name, end = text[start : match.end()], match.end()
    by_place = any(stems.at(text, start, match.start()))
    if len(match.group()) == 1 and not by_place:
        return None
    branch = _BRANCH.match(text, end) if head.kind in _BRANCHING else None
    if branch and not parted(text, end, branch.end()):
        return start, branch.end()
    if _LOCAL.match(name):
        none = _WORKS_ON.match(text, end) or _COUNTED.match(text, end) or text.startswith(_EACH, max(0, start - 1))
        return None if none else (start, end)
    if _is_of_area(text, match.start(), end, stems):
        return None
    common = head.group == "placed" or (head.group == "facilities" and by_place)
    if common and (start < low or not _is_placed(text, start, match, stems)):
        return None
    if head.kind in _FIRMS and start == match.start():
        start = _behind_verb(text, match.start(), stems, low)
        name = text[start:end]
    lead = name[: -len(match.group())]
    if (
        _is_described(text, match.start(), lead)
        or len(lead) < 2
        or _GENERIC.fullmatch(lead)
        or not re.match(rf"[{HAN}“·A-Za-z0-9]", name)
    ):
        return None
    return (start, end) if _is_name(text, name, end, match.group(), head, by_place) else None


def _is_described(text: str, end: int, lead: str) -> bool:
    """Whether what stands before the word for what something is only counts or describes it; 仁和, at the head of a clause, names it."""
    named = lead in KEPT or _FIRST.search(text, max(0, end - 3), end) is not None
    return not named and _DESCRIBED.search(text[max(0, end - 4) : end]) is not None


def _with_first(text: str, start: int, end: int) -> int:
    """Where a name begins whose second character is no word of its own, since too little is left without it: 仁和|医院."""
    if end - start > 1 and not _GENERIC.fullmatch(text, start, end):
        return start
    first = _FIRST.search(text, max(0, start - 3), start)
    return first.start() if first else start


def _with_number(text: str, start: int, end: int) -> int:
    """Where a name begins whose number in quotation marks stands before words for what it is: “崇海一号”|深远海养殖平台."""
    opened = text.rfind("“", max(0, start - _LONGEST_NUMBERED), start)
    numbered = _NUMBERED.match(text, opened) if opened >= 0 else None
    return opened if numbered and numbered.end() == start and _GENERIC.fullmatch(text, start, end) else start


def _is_of_area(text: str, start: int, end: int, stems: Names) -> bool:
    """Whether what looks like a kind of thing is part of the name of an area: 茶园|坝村."""
    found = (stop for at in range(start, end) for stop in stems.at(text, at, len(text)))
    return any(stop > end and text[stop - 1] in AREAS for stop in found)


def _behind_areas(text: str, start: int, end: int, stems: Names) -> int:
    """Where the name of a facility begins that has one of its own behind that of an area: 龙岭县|湾口互市点, but 龙岭县敬老院."""
    ends = [stop for at in range(start, end - 2) for stop in stems.at(text, at, end - 2) if text[stop - 1] in AREAS]
    own = text[max(ends) : end] if ends else ""
    return start if not own or _GENERIC.fullmatch(own) or own.startswith("第") else max(ends)


def _is_placed(text: str, start: int, match: re.Match[str], stems: Names) -> bool:
    """Whether what may be a common noun is a name: behind that of a place, or in quotation marks."""
    if text.startswith("“", start) or (text.startswith("“", start - 1) and text.startswith("”", match.end())):
        return True
    verb = _VERB.search(text, start, match.start())  # 江州区商务服务|集聚区
    return any(
        not parted(text, end, verb.start() if verb and verb.start() > end else match.start())
        for end in stems.at(text, start, match.start())
    )


def _behind_verb(text: str, end: int, stems: Names, low: int) -> int:
    """Where the name begins of which a verb is the last word but one: 豫中汽配服务产业园; ``end`` where nothing distinguishes it."""
    verb = _VERB.search(text, max(low, end - 6), end)
    if verb is None:
        return end
    start = begin_of(text, verb.start(), stems, low)
    own = text[start : verb.start()]
    return start if len(own) > 1 and not _GENERIC.fullmatch(own) else end


def _with_figures(text: str, start: int, stems: Names) -> int:
    """Where the name of a work begins, what it makes a year or how strong it is being part of it."""
    if made := _CAPACITY.search(text, max(0, start - 24), start):
        return made.start()
    power = _POWER.search(text, max(0, start - 8), start) if text.startswith("千瓦", start) else None
    if power and power.start() - (begin := begin_of(text, power.start(), stems)) > 1:
        return begin
    volts = _VOLTAGE.search(text, max(0, start - 6), start)
    return volts.start() if volts else start


def _is_name(text: str, name: str, end: int, word: str, head: _Head, by_place: bool) -> bool:
    if (
        _NO_NAME.match(name)
        or text[end : end + 1] == "化"
        or name.endswith("中小学")
        or text[end - 1 : end + 1] == "农场主"
        or _COUNTS.search(name)
        or _TRADE.search(name)
        or _NO_BODY.search(name)
        or _AMOUNT.search(text, max(0, end - len(name) - 3), end - len(name))
        or (by_place and head.group == "zones" and _BECAME.search(name))
    ):
        return False
    if name.startswith("“") and (head.group == "works" or "级" in name):
        return False
    if head.group == "works":
        if _NO_WORK.search(name) or len(name) > 24:
            return False
        if word in ("项目", "工程") and _DONE_WITH.search(name):
            return False
        if word == "工程" and not by_place and not _BUILDINGS.search(name):
            return False
    if head.kind == "Company" and word in ("股份", "公司", "银行") and len(name) < 4:
        return False
    return head.group == "zones" or not _COUNTED.match(text, end)


def _parts(text: str, head: _Head, start: int, end: int) -> Iterator[tuple[str, int, int, str]]:
    """Phases of what was named: 横岭智造产业园二期."""
    phase = _PHASE.match(text, end)
    if phase and not text.endswith(_NO_PHASE, start, end):
        yield "Phase" if head.group in ("zones", "organisations") else "Project", start, phase.end(), ""
