"""Titles, awards and programmes: by the verbs before them, by quotation marks, and by lists of honours."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import Final

from .boundaries import HAN, PROVINCES
from .tables import beginning, one_of, table

_T: Final = table("entities")
_AWARDS: Final = _T["awards"]
_QUOTED: Final = re.compile(r"[“‘]([^“”‘’\n]{2,24})[”’]")
_VERB: Final = re.compile(
    rf"(?:{one_of(_AWARDS['verbs'])}|成为(?=首批|全国|国家|全省|省级|中国)|(?P<is>[为属])(?=(?:全国|国家|省级|自治区)))(?:为|了|首批)?(?P<list>[“{HAN}A-Za-z0-9、”·和()—-]{{3,90}}?)(?=[,。;:!?\n]|称号|等荣誉|荣誉|殊荣)"
)
#: 荣誉簿:国家生态文明建设示范县、省级文明县城。
_LISTED: Final = re.compile(rf"(?:{one_of(_AWARDS['lists'])}):(?P<list>[^。;\n]{{4,200}})")
#: ◆荣誉, then lines of their own: 2013年  全国海洋经济创新发展示范园区
_BELOW: Final = re.compile(r"(?m)^[^\n。]{0,6}(?:荣誉|获奖)[^\n。,]{0,6}\n(?P<lines>(?:[^\n]{4,60}\n?){1,12})")
_DATED: Final = re.compile(r"(?m)^ *(?:(?:19|20)\d\d年?\d{0,2}月?)? *(?P<name>[^\n,。;:“”]{5,30}?) *$")
_END: Final = re.compile(rf"(?:{one_of(_AWARDS['endings'])})$")
_LEVEL: Final = re.compile(rf"{one_of([*_AWARDS['levels'], *_T['provinces']])}")
_LEVEL_FIRST: Final = re.compile(rf"(?:{one_of([*_AWARDS['levels'], *_T['provinces'], *PROVINCES])}|[省市](?!场|民))")
_BETWEEN: Final = re.compile(
    rf"(、(?![^“]*”)|(?:和(?!谐)|与)(?=[“全国省市中]|世界|首批|第|{one_of(PROVINCES)})(?![^“]*”)|以及)"
)
#: 模范平安乡镇和安全生产示范乡镇: what joins two honours, the first being one already.
_AND: Final = re.compile(r"(?:和(?!谐)|与|及)(?![^“]*”)")
#: 获批国家级高新区: what a zone has become, no title of its own.
_RAISED: Final = re.compile(
    rf"(?:获批|升级|晋升|晋级|跻身|获|通过|入选|创成)为?(?:国家|省|市)级?(?:{one_of(end for ends in _T['zones'].values() for end in ends)})"
)
#: 为省级文物保护单位, 属国家扶贫开发工作重点县: what a thing is, where that is an honour; but 为全国主体功能区.
_IS: Final = re.compile(rf"(?:国家|全国|省|自治区)级?[^,。;:!?]{{2,16}}(?:{one_of(_AWARDS['states'])})$")
_TAIL: Final = re.compile(
    r"(?:创建)?(?:名单|行列)$|\((?:19|20)\d\d年\)。?$|等(?=\d|多|一系列|荣誉|称号|国家级|省级|殊荣|牌子|奖项|$).*$|(?:荣誉|称号|殊荣|奖项)$"
)
_LEAD: Final = re.compile(
    r"(?:为|了|年度|(?:全省|全市|全国)?(?:唯一|首个|新一轮)|(?:19|20)\d\d年度?|(?:全省|全市|全国)?(?:第[一二三四五六七八九十]+|首)批)+"
)
#: 创建全国文明城市: what is still to be won.
_SOUGHT: Final = re.compile(
    rf"(?:创建|申创)(?P<name>(?:{one_of(_AWARDS['levels'])})[{HAN}]{{2,20}}?)(?=[,。;:!?、\n]|工作|活动|成果|行动|为)"
)
_NO_HONOUR: Final = re.compile(r"\d+[个家项%]|个|批复|通过|亿|^[一二三]级")


def titles(text: str) -> Iterator[tuple[str, int, int]]:
    """Class, start and end of titles and awards."""
    for pattern in (_VERB, _LISTED):
        for match in pattern.finditer(text):
            if not _RAISED.match(match.group()) and _is_honour(match):
                yield from _of_list(match["list"], match.start("list"))
    for match in _SOUGHT.finditer(text):
        if _END.search(match["name"]) and not _NO_HONOUR.search(match["name"]):
            yield from _of_list(match["name"], match.start("name"))
    for block in _BELOW.finditer(text):
        line = block["lines"].partition("\n")[0]
        if "、" in line and not _VERB.search(line):  # 荣誉, then a line that lists them
            yield from _of_list(line.rstrip("。"), block.start("lines"))
            continue
        for match in _DATED.finditer(text, *block.span("lines")):
            if _END.search(match["name"]) and _LEVEL_FIRST.match(match["name"]):
                yield _kind(match["name"]), *match.span("name")
    for match in _QUOTED.finditer(text):
        name = match[1]
        if name.endswith(("奖", "金奖")) or (len(name) > 4 and _LEVEL_FIRST.match(name) and _END.search(name)):
            yield _kind(name), *match.span(1)


def _is_honour(match: re.Match[str]) -> bool:
    """Whether what is told by no more than that a thing is it is an honour."""
    return not match.groupdict().get("is") or _IS.match(match["list"]) is not None


def _kind(name: str) -> str:
    return "Award" if name.endswith("奖") else "Title"


def _of_list(told: str, position: int) -> Iterator[tuple[str, int, int]]:
    for part in _BETWEEN.split(told):
        joined = next((m for m in _AND.finditer(part) if m.start() > 3 and _END.search(part[: m.start()])), None)
        cuts = [0, joined.start(), joined.end(), len(part)] if joined else [0, len(part)]
        for start, end in itertools.pairwise(cuts):
            yield from _of_part(part[start:end], position + start)
        position += len(part)


def _of_part(part: str, position: int) -> Iterator[tuple[str, int, int]]:
    """The honours in one part of a list: those in quotation marks, else the part without what leads and follows."""
    quotes = list(_QUOTED.finditer(part))
    whole = _TAIL.sub("", part)
    if len(quotes) == 1 and _is_part(quotes[0], whole):
        yield _kind(whole), position, position + len(whole)
        return
    if quotes:
        least = 4 if len(quotes) > 1 else 3  # “全国双拥模范城”“中国最美乡村”
        found = ((q[1], position + q.start(1)) for q in quotes)
        yield from ((_kind(name), at, at + len(name)) for name, at in found if _is_quoted(name, least))
        return
    name = _TAIL.sub("", part.strip("“”"))
    if "“" in name or "”" in name:
        return
    lead = _LEAD.match(name)
    shift = part.find(name) + (lead.end() if lead else 0)
    name = name[lead.end() :] if lead else name
    ended = _END.search(name) and (len(name) >= 5 or _LEVEL.search(name))
    if 4 <= len(name) <= 24 and ended and not _NO_HONOUR.search(name):
        yield _kind(name), position + shift, position + shift + len(name)


def _is_part(quote: re.Match[str], name: str) -> bool:
    """Whether what stands in quotation marks is part of an honour: “四好农村路”全国示范县, 省级“千村示范”示范村."""
    around = _LEVEL_FIRST.match(name, quote.end()) or (quote.start() > 1 and _LEVEL_FIRST.match(name))
    return bool(around) and quote.end() < len(name) and _END.search(name, quote.end()) is not None


def _is_quoted(name: str, least: int) -> bool:
    return least < len(name) <= 24 and not _NO_HONOUR.search(name)


# --- programmes ---------------------------------------------------------------------------------------------------------

_P: Final = _T["programmes"]
_PROGRAMME: Final = re.compile(
    rf"(?=[“《])(?:(?P<whole>“(?P<called>[^“”\n,。;!?]{{2,20}})”(?:(?![的等和与及中])[{HAN}]){{0,6}}?(?:{one_of(_P['endings'])}))"
    rf"|“(?P<works>[^“”‘’\n,。;!?]{{2,10}}(?:工程|行动|计划))”|“(?P<given>[{HAN}]{{4,8}})”(?={one_of(_P['given'])})|《(?P<plan>[^《》\n]{{3,24}}行动(?:方案|计划))》)"
    rf"|{beginning([*_P['verbs'], *_P['known'], *_P['followed']])}"
    rf"(?:(?:{one_of(_P['verbs'])})(?:了)?[“‘](?P<named>[^”’\n]{{1,14}}(?:制|行动|工程|计划|机制|模式|改革|战略|工作法))[”’]"
    rf"|(?P<known>{one_of(_P['known'])})"
    rf"|(?:{one_of(_P['followed'])})(?:了)?(?P<followed>[{HAN}]{{5,20}}?行动(?:方案|计划))(?=[,。;])"
    rf"|(?:{one_of(_P['verbs'])})(?:了)?(?P<plain>[{HAN}]{{3,14}}?(?:工程|行动|战略|计划|工作法))(?=[,。;、:!?\n和与]|取得|以来|成效|项目\d))"
)
#: 实施|茶园“双改”行动: what stands between the verb and the quotation mark belongs to the name.
_OF: Final = re.compile(
    rf"(?:{one_of(_P['verbs'])})(?!{one_of(_P['wide'])})(?P<of>(?:(?![了的等和与])[{HAN}]){{2,4}})$"
)
_LOOKED_BACK: Final = 6
_NO_PLAIN: Final = re.compile(r"重点工程|项目工程|[的了等个]")
#: “十三五”规划 has its own name; “企业+农户”模式 tells how something is done.
_NO_CALLED: Final = re.compile(rf"{one_of(_P['common'])}|[七八九]五|十[一二三四五六]?五|[^“”]+\+[^“”]+")


def programmes(text: str) -> Iterator[tuple[int, int, str]]:
    """Start and end of each programme, and the part of its name in quotation marks where it has one."""
    for match in _PROGRAMME.finditer(text):
        if match["called"]:
            if not _NO_CALLED.fullmatch(match["called"]):
                of = _OF.search(text, max(0, match.start() - _LOOKED_BACK), match.start())
                yield of.start("of") if of else match.start(), match.end("whole"), match["called"]
        elif name := next(
            (name for name in ("named", "known", "works", "given", "plan", "followed") if match[name]), ""
        ):
            yield *match.span(name), ""
        elif not _NO_PLAIN.search(match["plain"]):
            yield *match.span("plain"), ""
