"""What takes a time: the way from one place to another, what was done in it, or the time that was told before."""

from __future__ import annotations

import re
from typing import Final

from .clauses import Clause
from .contexts import REACH
from .naming import bare, free, named
from .records import Indicator
from .tables import one_of, table
from .wording import WORDS

_ENDS: Final = tuple(WORDS["durations"]["ends"])
_TIMES: Final = frozenset(("day", "hour", "minute", "month", "year"))
_TOLD: Final = table("verbs")["lasting"]
#: What stands between a way and how long it takes: 县城到口岸,|眼下开车要.
_TAKES: Final = rf"(?:(?:19|20)\d\d年|{one_of(_TOLD['between'])}|,)"
_CAR: Final = re.compile(one_of(_TOLD["driving"]))
#: What is done on the way, which is no part of where it begins: 从口岸|拉货|到县城.
_ON_WAY: Final = rf"(?:{one_of(_TOLD['driving'])}|{one_of(_TOLD['going'])})"
_NO_PLACE: Final = "(?!目前|如今|现在|今|底|时|期|位|货|岗|处|了|最|位)"
#: 县城到省城的|车程: how long the way takes that the clause tells.
_WAY: Final = re.compile(
    r"(?:从|由|(?<![\u4e00-\u9fff]))([\u4e00-\u9fff]{2,8}?[到至])(?:最?[远偏]远?的)?([\u4e00-\u9fff]{2,10}?)的?,?(车程|路程|行程|时间)[^。;]{0,16}$"
)
#: 县城到高铁站|只需
_WAY_ALONE: Final = re.compile(
    r"(?:^|[,。;、])(?:从|由|届时|如今|现在)*(?!届时|如今|现在)([\u4e00-\u9fff]{2,8}?[到至])([\u4e00-\u9fff]{2,8}?)(?:最快|最短|现在|如今)?(?:只需要?|仅需|只要|只用|仅用|需要?|缩短[到至为])$"
)
#: 从口岸拉货到县城|要走, 从县城进村|要颠, 从上料到下线|只要
_FROM_TO: Final = re.compile(
    rf"从([\u4e00-\u9fff]{{2,12}}?){_ON_WAY}?(?:到|至|[进回](?=[村城山镇乡寨厂])){_NO_PLACE}([\u4e00-\u9fff]{{1,12}}?)(?:的?(?:平均)?时间)?{_TAKES}*+$"
)
#: 届时|到西安|只需
_TO: Final = re.compile(
    rf"(?<![\u4e00-\u9fff])(?:{one_of(_TOLD['between'])})*+到{_NO_PLACE}([\u4e00-\u9fff]{{2,8}}?)(?:的(?:时间|车程|路程))?{_TAKES}++$"
)
#: 从园区驱车|20分钟,就是|物流港
_FROM: Final = re.compile(rf"从([\u4e00-\u9fff]{{2,10}}?){_ON_WAY}(?:只要|仅需|只需|约|不到|不足)*$")
_ONWARD: Final = re.compile(
    "(?:左右|,)*(?:就是|便是|就到|便到|就能到|即可到达?|可到|可达|即达|抵达|到达)了?([\u4e00-\u9fff]{2,10})"
)
_ONE_TURN: Final = re.compile("一[次趟回]")
#: What is done inside of a time: 48小时|内腾出重症床位.
_WITHIN: Final = re.compile("(?:之)?内(?:就|便|即|可|能)*([\u4e00-\u9fff]{2,10}?)(?=[,。;、\\d]|$)")
#: 建县|至今已有|90年
_FOUNDED: Final = re.compile(
    "([建置设立][县市区州旗镇乡校厂院矿村站港社城])[^,。;]{0,2},?(?:至今|迄今|距今)[已有经历约近]*$"
)
#: 3天|假期
_HOLIDAY: Final = re.compile("(?:小?长)?假期?")
#: 开采了|61年, 修了整整|四年
_DONE: Final = re.compile(f"({one_of(_TOLD['done'])})了(?:整整|足足|将近|近|大约|约)*$")
#: What takes no other time than was told before: 通车后|只需30分钟.
_ONCE: Final = re.compile("(?:通车|开通|建成|投用|启用|改造|开业|运营|投运|升级|改革|提速)[之以]?[后前]$")
_ANEW: Final = re.compile(rf"(?:客人|游客|村民|大家)?(?:{_CAR.pattern})")
#: How time is spent that a verb tells: 平均要|等|95分钟, 要|走|两个小时.
_SPENDING: Final[dict[str, str]] = WORDS["spending"]["words"]
_SPENT: Final = re.compile("(?:[要得需才再]|只需|还要|平均)(等候|等待|排队|步行|等|走)(?:上|了)?(?:近|约|将近|足足)?$")
#: 房间要|提前|一周订
_AHEAD: Final = re.compile("提前(?:了|约|近)?$")
#: What of the words right before a number is no name of what takes the time: 坐班车|要颠.
_TAKEN: Final = re.compile(f"(?<=..)(?:{one_of(_TOLD['taken'])})+$")


def time_taken(clause: Clause) -> Indicator:
    """What takes a time: the way that its words tell, what was done in it, the one told before, or what its words name."""
    words, before, unit = bare(clause.material, clause.place.left), clause.carried.indicator, clause.quantity.unit
    left = clause.place.left
    if way := _way(clause):
        return free(way, unit, "unknown")
    if founded := _FOUNDED.search(clause.material.text, clause.sentence.start, clause.quantity.begin):
        return free(f"{founded[1]}历史", unit, "notApplicable")
    if _AHEAD.search(left):
        return free("提前时间", unit, "notApplicable")
    if _HOLIDAY.match(clause.place.right):
        return free("假期天数", unit, "notApplicable")
    told_before = not words or clause.reached or _ONCE.search(words) or _ANEW.fullmatch(words)
    if told_before and before is not None and before.unit in _TIMES:
        return before
    if spent := _SPENT.search(left):
        return free(_SPENDING[spent[1]] + "时间", unit, "notApplicable")
    if done := _DONE.search(left):
        return free(_TOLD["done"][done[1]], unit, "notApplicable")
    if (within := _WITHIN.match(clause.place.right)) and not words.endswith(_ENDS):
        return free(f"{'' if words.endswith(tuple(_TOLD['bodies'])) else words}{within[1]}时间", unit, "unknown")
    words = _TAKEN.sub("", words)
    name = words if not words or words.endswith(_ENDS) else words + "时间"
    return named(clause.material, name or "时长", clause.quantity, clause.carried)


def _way(clause: Clause) -> str:
    """The way that takes a time, with where it begins where that is told: 县城到口岸车程, 上料到下线用时."""
    text, begin = clause.material.text, clause.quantity.begin
    low = max(clause.sentence.start, begin - REACH)
    if way := _WAY.search(text, low, begin):
        return "".join(way.groups())
    if way := _WAY_ALONE.search(clause.place.clause):
        return f"{way[1]}{way[2]}用时"
    if (told := _FROM_TO.search(text, low, begin)) is not None:
        places = f"{told[1]}到{told[2]}"
    elif (told := _TO.search(text, low, begin)) is not None:
        places = f"到{told[1]}"
    elif (told := _FROM.search(text, low, begin)) and (onward := _ONWARD.match(text, clause.quantity.stop)):
        places = f"{told[1]}到{onward[1]}"
    else:
        return ""
    return f"{_ONE_TURN.sub('', places)}{'车程' if _CAR.search(told.group()) else '用时'}"
