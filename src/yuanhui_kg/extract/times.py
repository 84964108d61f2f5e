"""Expressions of time in a sentence, and the years that they mean given what the text is anchored to."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

from .records import Anchor, Years
from .tables import one_of, table, words

#: Events that a span of years begins with, and words for its beginning.
_EVENTS: Final = {name: entry["year"] for entry in table("words")["event"] for name in entry["words"]}
_PLAN: Final = {"九": 9, "十": 10, "十一": 11, "十二": 12, "十三": 13, "十四": 14, "十五": 15, "十六": 16}
_TIME: Final = re.compile(
    r"(?=[\d撤设截到至“十九上前一二两三四五六七八第过近这最去明当本全年目如现今未往党改新建解此其之随同是那眼迄仍尚还])(?:"
    r"(?P<f>(?:19|20)\d\d)年?(?:[-~—至到]{1,2}|/(?=20))(?P<t>(?:19|20)\d\d)年?"
    r"|(?P<until>截至|截止|到|至)?(?P<y>(?:18|19|20)\d\d)年(?:度)?(?:(?P<m1>\d{1,2})(?:[-~—至]{1,2}(?P<m2>\d{1,2}))?月(?:份)?(?:\d{1,2}[日号]|(?P<mend>[末底]))?|上半年|下半年|前三季度|第?[一二三四]季度)?(?P<end>年?[末底])?(?P<since>以来|至今|起(?=[,至到]|[^\u4e00-\u9fff]))?"
    r"|“?(?P<plan>十[一二三四五六]?|九)五”?(?:规划)?(?P<phase>时期|期间|以来|期末|末|收官|开局|初期|初)?"
    r"|(?P<half>上半年|下半年|前三季度|第?[一二三四]季度|1季度|前(?P<c>\d{1,2}|[一二两三四五六七八九十]{1,2})个月|(?<!\d)(?P<a>\d{1,2})[-~—至]{1,2}(?P<b>\d{1,2})月(?:份)?)"
    r"|(?:截至|截止|至|到)?(?<![\d.])(?<!\d年)(?P<month>1[0-2]|[1-9])月(?:份|当月|(?P<at>[末底])|(?<=[今去]年\d月)|(?<=[今去]年\d\d月)|(?=[、,]\d{1,2}月|增速|依次|分别))"
    r"|(?P<five>(?:过去|近|这|(?<!学)前|最近)?(?P<n>[两三四五六七八九十]|(?<!\d)\d{1,2}|二十|三十|四十)年(?:来|间|以来)|(?:过去|近|这|(?<!学)前|最近)(?P<n2>[两三四五六七八九十\d])年(?:来|间)?|(?<![\d第续十来前])(?P<n4>[两三四五])年(?=累计|共|全市|全县|全区|新增|投入))"
    r"|(?:今后|未来|往后)(?P<coming>[两三五十\d])年"
    r"|(?P<term>(?<![\u4e00-\u9fff\d])(?P<n5>[两三四五])年(?=[\u4e00-\u9fff])(?!计划|规划|行动|以上|以下|以内|前|后|内|期|级|一|大|目标|攻坚|的|翻|平均|年均))"
    r"|(?:此后|其后|之后的?|随后)(?P<later>[两三四五六七八九十])年(?:来|间|里)?"
    r"|(?<!\d)(?P<ago>[三四五六七八九十]|二十|三十|四十)年前"
    rf"|(?P<event>{one_of(_EVENTS)})(?P<phase2>以来|至今|之初|初期|初|前夕|时)"
    rf"|(?P<founding>{one_of(words('placeFounded', 'words'))})(?P<phase3>以来|至今|之初|初期|之时|当年|那年|那一年|第一年|的第一年|时|前夕|初)"
    r"|(?P<same>当年|同年|是年|这一年|那一年|这年|当初|起初|最初(?!的)|全年|年末|年底)"
    r"|(?P<rel>(?:去年|上年)同期|去年|上年末?|上一年|前年|今年|明年|本年|一年来|过去(?:的)?一年|年初)"
    rf"|(?P<now>{one_of(words('now', 'words'))}))"
)
NUMERAL: Final = {
    "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10, "十一": 11, "二十": 20, "三十": 30, "四十": 40,
}  # fmt: skip
_BASE: Final = re.compile(
    r"(?:比|较|与|同|相比|相当于|(?<=[高低快慢好优大小多少当立建办创设始生])于)$|(?:比|较)[^,。;\d]{1,5}的$"
)
#: 由2015年, 是1978年: the year of the number right behind it, which is no frame for others.
_ORIGIN: Final = re.compile(r"(?:由|从|自|是|相当于|为)$")
#: 按1990年不变价计算: the year of the prices, not of what is told.
_PRICED: Final = re.compile(r"(?:的)?(?:不变|可比)价")
#: Words for the year told of last, also in the paragraph before, and how far back it is looked for.
_SAME: Final = ("当年", "同年", "是年", "这一年", "那一年", "这年", "当初", "起初", "最初")
_PRINTED: Final = re.compile(r"(?<![由从自比较于])((?:19|20)\d\d)年")
_FAR: Final = 640
#: 回望“十二五”: a plan that is told of without 期间.
_RECALLS: Final = re.compile(r"(?:回望|回首|回顾|纵观|整个|走过)$")
#: 是“十一五”的2.4倍
_MULTIPLIED: Final = re.compile(r"(?:时期|期间)?的[约近]?\d+(?:\.\d+)?[多]?倍")
_CLAUSE: Final = re.compile(r"[^,。;]*")
HALVES: Final = {
    "上半年": (1, 6), "下半年": (7, 12), "前三季度": (1, 9), "一季度": (1, 3), "1季度": (1, 3), "二季度": (4, 6), "三季度": (7, 9), "四季度": (10, 12),
}  # fmt: skip


@dataclass(frozen=True)
class Time:
    """An expression of time: ``role`` is frame (it holds for what follows), base (比2015年), now or until.

    ``origin`` tells that it dates only the number right behind it (由2015年), ``clause`` where the clause ends that it opens.
    """

    start: int
    end: int
    years: Years
    role: str
    printed: bool
    origin: bool = False
    clause: int = 0

    @property
    def single(self) -> bool:
        """Whether it is one year, or a part of one."""
        return self.years.last is not None and self.years.first == self.years.last


def plan(name: str) -> Years:
    """The years of a five-year plan by its number: 十三 → 2016 to 2020."""
    first = 2006 + 5 * (_PLAN[name] - 11)
    return Years(first, first + 4)


def times(text: str, start: int, end: int, anchor: Anchor, frame: Years) -> list[Time]:
    """The expressions of time between two places of a text, in order; ``frame`` is what relative ones start from."""
    found: list[Time] = []
    told: Years | None = None
    recent: Time | None = None
    for match in _TIME.finditer(text, start, end):
        before = text[max(start, match.start() - 9) : match.start()]
        role = "base" if _BASE.search(before) or before.endswith(("恢复", "恢复到")) else "frame"
        if match["plan"]:
            role = "base" if _MULTIPLIED.match(text, match.end()) else role
        time = _read(match, role, anchor, frame, told)
        if time is not None and match["rel"] == "上年" and before.endswith(("从", "由")) and recent is not None:
            time = replace(time, years=_before(recent.years))  # 去年…,人均产值从上年的52万元提高到91万元
        if time is None or before.endswith("以") or _PRICED.match(text, match.end()):  # 以上年为100
            continue
        clause = _CLAUSE.match(text, time.end, end)
        edge = clause.end() if clause else time.end
        found.append(replace(time, origin=bool(_ORIGIN.search(before)), clause=edge))
        if time.role in ("frame", "until") and time.years.last is not None and not found[-1].origin:
            recent = time
            told = time.years if time.printed else told
    return found


def _before(years: Years) -> Years:
    return Years(years.last - 1, years.last - 1) if years.last is not None else years


def _read(match: re.Match[str], role: str, anchor: Anchor, frame: Years, told: Years | None) -> Time | None:
    """One expression; ``told`` is the time that was printed last before it."""
    span = match.span()
    if match["same"]:
        single = told if told is not None and told.first == told.last else frame if frame.last else anchor.reporting
        if told is None and frame == anchor.reporting and match["same"] in _SAME:
            single = _told_last(match) or single
        return Time(*span, Years(single.last, single.last), role, False) if single.last else None
    if match["later"]:
        return _later(match, anchor, told or frame)
    reporting = frame.last if frame.last is not None else anchor.reporting.last
    if match["f"]:
        return Time(*span, Years(int(match["f"]), int(match["t"])), role, True)
    if match["y"]:
        return _year(match, role, anchor)
    if match["plan"]:
        return _plan(match, role, anchor, told)
    if match["half"]:
        months = _months(match)
        year = _year_of_months(match, anchor, reporting, months)
        return Time(*span, Years(year, year, months), role, False) if months and year else None
    if match["month"]:
        return _month(match, role, anchor, _year_of_months(match, anchor, reporting, (int(match["month"]),) * 2))
    if match["ago"]:
        last = anchor.reporting.last
        then = last - NUMERAL[match["ago"]] if last else None
        return Time(*span, Years(then, then), role, True) if then else None
    if match["five"] or match["coming"] or match["term"]:
        return _length(match, role, anchor, frame)
    if match["event"]:
        return _event(match, role, anchor)
    if match["founding"]:
        return _founding(match, role, anchor)
    if match["now"]:
        return Time(*span, anchor.publication, "now", False)
    return _relative(match, role, anchor, frame)


def _told_last(match: re.Match[str]) -> Years | None:
    """The year that was printed last before 同年 with which a paragraph begins."""
    years = _PRINTED.findall(match.string, max(0, match.start() - _FAR), match.start())
    return Years(int(years[-1]), int(years[-1])) if years else None


def _months(match: re.Match[str]) -> tuple[int, int] | None:
    """The months of a half, a quarter, 1-5月 or 前五个月."""
    if match["a"]:
        return int(match["a"]), int(match["b"])
    if number := match["c"]:
        last = NUMERAL.get(number) or (int(number) if number.isdigit() else 0)
        return (1, last) if 0 < last < 12 else None
    return HALVES.get(match["half"].removeprefix("第"))


def _year_of_months(
    match: re.Match[str], anchor: Anchor, reporting: int | None, months: tuple[int, int] | None
) -> int | None:
    """The year of months that have none: 今年 and 去年 before them tell it, else a feature means the last ones that have passed."""
    before = match.string[max(0, match.start() - 2) : match.start()]
    if anchor.year is None or months is None:
        return reporting
    if before in ("今年", "本年"):
        return anchor.year
    if before == "去年":
        return anchor.year - 1
    passed = len(anchor.published) >= 7 and int(anchor.published[5:7]) >= months[1]
    return anchor.year if anchor.genre == "feature" and passed and months[0] < months[1] else reporting


def _later(match: re.Match[str], anchor: Anchor, since: Years) -> Time | None:
    """此后四年: the years behind the one told before."""
    length, last = NUMERAL[match["later"]], since.first if since.first is not None else since.last
    if last is None or (anchor.year is not None and last + length > anchor.year):
        return None
    return Time(*match.span(), Years(last + 1, last + length), "frame", True)


def _month(match: re.Match[str], role: str, anchor: Anchor, year: int | None) -> Time | None:
    """6月末, 9月份: a month of the year that is told of; the end of the last month told is the end of that stretch."""
    month = int(match["month"])
    if year is None:
        return None
    if month == 12 and match["at"]:
        return Time(*match.span(), Years(year, year), role, False)
    return Time(*match.span(), Years(year, year, (month, month)), role, False)


def _length(match: re.Match[str], role: str, anchor: Anchor, frame: Years) -> Time | None:
    """近三年, 五年来: years that end with the last one reported on; 今后五年: those behind it."""
    number = match["n"] or match["n2"] or match["n4"] or match["n5"] or match["coming"]
    length = NUMERAL.get(number) or (int(number) if number.isdigit() else 5)
    last = anchor.reporting.last
    if anchor.genre == "profile" and last is not None and anchor.published[5:7] and int(anchor.published[5:7]) <= 6:
        last -= 1
    if match["n4"] and frame.last is not None and anchor.genre == "profile":
        last = frame.last
    if last is None or length < 2:
        return None
    if match["coming"]:
        return Time(*match.span(), Years(last + 1, last + length), role, True)
    return Time(*match.span(), Years(last - length + 1, last), role, True)


def _event(match: re.Match[str], role: str, anchor: Anchor) -> Time | None:
    year, last = _EVENTS[match["event"]], anchor.reporting.last
    if match["phase2"] not in ("以来", "至今"):
        return Time(*match.span(), Years(year, year), role, True)
    return Time(*match.span(), Years(year, last), role, True) if last is not None and year < last else None


def _founding(match: re.Match[str], role: str, anchor: Anchor) -> Time | None:
    """设区之初, 建县以来: the year in which the place became what it is, or the years since."""
    year, last = anchor.founded, anchor.reporting.last
    if year is None:
        return None
    if match["phase3"] not in ("以来", "至今"):
        return Time(*match.span(), Years(year, year), role, True)
    return Time(*match.span(), Years(year, last), role, True) if last is not None and year < last else None


def _year(match: re.Match[str], role: str, anchor: Anchor) -> Time | None:
    year = int(match["y"])
    if match["since"]:
        last = anchor.reporting.last
        return Time(*match.span(), Years(year, last), role, True) if last is not None and year < last else None
    if match["m1"] and match["m2"]:
        return Time(*match.span(), Years(year, year, (int(match["m1"]), int(match["m2"]))), role, True)
    if match["m1"] and match["mend"]:
        month = int(match["m1"])
        return Time(*match.span(), Years(year, year, None if month == 12 else (month, month)), role, True)
    half = next((months for word, months in HALVES.items() if match.group().endswith(word)), None)
    role = "until" if match["until"] and role == "frame" else role
    return Time(*match.span(), Years(year, year, half), role, True)


def _plan(match: re.Match[str], role: str, anchor: Anchor, told: Years | None) -> Time | None:
    years, phase = plan(match["plan"]), match["phase"]
    if years.first == anchor.reporting.first:
        years = anchor.reporting  # which ends earlier where the text was published in the midst of the plan
    if phase in ("期末", "末", "收官"):
        return Time(*match.span(), years.end, role, True)
    last = max(filter(None, (anchor.reporting.last, anchor.year)), default=None)
    if phase == "以来" and told is not None and told.last and years.first and told.last >= years.first:
        return Time(*match.span(), Years(years.first, told.last), role, True)
    if phase == "以来" and last is not None and years.first is not None and years.last is not None:
        ended = anchor.reporting.last if anchor.reporting.last and anchor.reporting.last >= years.first else last
        years = Years(years.first, max(years.first, ended))
    if phase in ("初", "初期", "开局"):
        return None
    recalled = phase or role == "base" or _RECALLS.search(match.string[max(0, match.start() - 3) : match.start()])
    return Time(*match.span(), years, role, True) if recalled else None


def _relative(match: re.Match[str], role: str, anchor: Anchor, frame: Years) -> Time | None:
    word, year = match["rel"], anchor.year
    last = frame.last if frame.last is not None else anchor.reporting.last
    annual = anchor.genre in ("communique", "review")
    if word in ("去年同期", "上年同期") and role == "frame" and frame.months and last:
        return Time(*match.span(), Years(last - 1, last - 1, frame.months), role, False)
    if word in ("上年", "上年末", "上一年", "去年", "去年同期", "上年同期"):
        then = last - 1 if last and (annual or role == "base") else year - 1 if year else last
    elif word == "前年":
        then = year - 2 if year else None
    elif word in ("今年", "本年"):
        then = year if not annual and year else last
    elif word == "明年":
        then = year + 1 if year else None
    elif word == "年初":
        return Time(*match.span(), Years(last - 1, last - 1), role, False) if last and role == "base" else None
    else:
        then = last
    return Time(*match.span(), Years(then, then), role, False) if then else None
