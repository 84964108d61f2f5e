"""What the clause behind a number and its noun tells those counted to do or to have: 312名僧尼|参加养老保险, 92%的行政村|通客班车."""

from __future__ import annotations

import re
from typing import Final

from .tables import one_of, table

#: Verbs of what reaches places: 电商服务站|覆盖|76.7%的行政村, 主电网|覆盖|58个行政村.
COVERING: Final = frozenset(table("words")["covering"]["words"])
#: Words that tell only when or how.
_HOW: Final = re.compile(
    rf"(?:{one_of([word for kind in ('adverb', 'time', 'scope') for word in table('phrases')['before'][kind]])}|[都均已也]"
    r"|(?:19|20)\d\d年(?:底|末|初)?|\d{1,2}月(?:份|底|初)?(?:以来|起)?|全部|全都|(?:在|于)(?:(?:19|20)\d\d年(?:底|末|初)?|[^,]{0,3}[里此内口]|当地|园区|这里))*"
)
_END: Final = re.compile(r"[,。;:!?—\n]")
_LONGEST: Final = 16
#: What tells no more of which they are: 126名工人|大多是“陪读妈妈”.
_SAID_OF: Final = re.compile(
    r"[的等正忙一以被把每跟并和及、()]|.{0,3}[是有]?的是|.{0,4}报到|.*这[家个座条所]|拿下|够|之一|大多|多数|多半|处处|没有|[走跑踏转]遍|走[街村]|发展$|致富|奔|走[上向出]|共同|实实在在"
)
_BECOMING: Final = re.compile("^(?:获评|入选|评为|成为|荣获|创成|创建为?|列入|升级为|建成)")
#: 矿工|等待|安置
_WAITING: Final = re.compile("^(?:等待|亟待|有待)(?=..)")
#: 47栋|建于|清末民初
_SINCE: Final = re.compile("^(?:始建于|建成于|建于)(?=..)")
#: 5家|是|单一的稻米加工厂
_BEING: Final = re.compile("^(?:都|均|皆)?(?:属于|系|是|为|当(?![选地年天场])|担任)(?!了)(?=..)")
#: Where they come from or go, how they do it, and what says no more than a direction: 来|吃饭, 靠|种菜脱贫, 加入|进来.
_COMING: Final = re.compile("^(?:来自|前来|赶来|来|去|靠着?|按[一-鿿]{2}(?=..$))(?=..)")
_INTO: Final = re.compile("(?<=..)(?:进来|进去|起来|下来|出来|过来|为生)$|(?<=^[种养栽])[上起](?=..)")
_ASPECT: Final = re.compile("(?<=[\u4e00-\u9fff])(?:[了着过](?=..)|了(?=.))")


def deed(rest: str, *, whole: bool) -> str:
    """What a clause tells of those whose noun stands before it, without when and how; empty where it tells nothing that sets them apart.

    :param whole: whether nothing of the sentence follows, so that a clause without a sign at its end ends there.
    """
    end = _END.search(rest)
    if end is None and not whole:
        return ""
    told = _HOW.sub("", rest[: end.start() if end else len(rest)], count=1).removesuffix("了")
    told = _WAITING.sub("待", _ASPECT.sub("", told, count=1))
    return told if 1 < len(told) <= _LONGEST and not _SAID_OF.match(told) else ""


def of_those(told: str, noun: str) -> str:
    """Those of a noun who do it: 参加养老保险|僧尼; what they have become or are is their name (5个村|获评省级示范村)."""
    if being := _BEING.match(told):
        return told[being.end() :].replace("的", "")
    told = _INTO.sub("", _COMING.sub("", _SINCE.sub("", told)))
    become = _BECOMING.sub("", told)
    return become if become != told and become.endswith(noun) else told + noun
