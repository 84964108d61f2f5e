"""Expressions of time in a sentence, and the years that they mean given what the text is anchored to."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from .numerals import chinese
from .records import Anchor, Years
from .tables import filled, one_of, table, words

_TABLE: Final = table("times")
#: Events that a span of years begins with, and words for its beginning.
_EVENTS: Final = {name: entry["year"] for entry in table("words")["event"] for name in entry["words"]}
_HOLIDAYS: Final = {name: entry for entry in _TABLE["holiday"] for name in entry["words"]}
#: Reigns and the Republic, each with its first year and its last.
_ERAS: Final = {
    era: (first, after - 1)
    for (era, first), after in zip(_TABLE["era"].items(), [*_TABLE["era"].values()][1:], strict=False)
}
#: Stretches of history, each with its first year and its last.
_HISTORY: Final = {name: Years(*years) for name, years in _TABLE["history"].items()}
#: The five-year plans by their Chinese numbers; the first two were no multiples of five years from 2006.
PLANS: Final = {
    "一": 1,
    "二": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
    "十": 10,
    "十一": 11,
    "十二": 12,
    "十三": 13,
    "十四": 14,
    "十五": 15,
    "十六": 16,
}
_FIRST_PLANS: Final = {1: Years(1953, 1957), 2: Years(1958, 1962)}
_WORDS: Final = {
    "events": one_of(_EVENTS),
    "founding": one_of(words("placeFounded", "words")),
    "now": one_of(words("now", "words")),
    "holidays": one_of(_HOLIDAYS),
    "history": one_of(_HISTORY),
    "eras": one_of(_ERAS),
}


#: 2005年为52.9亿元,|五年翻一番: a number that only its year dates, before how long it has grown since.
_DATED_BEFORE: Final = re.compile(r"年(?:为|是|仅为|仅有|只有)[^,。;]{0,16},\Z")
#: How many days before publication words tell of, and how long a date is that tells a day.
_DAYS_BACK: Final = {"昨日": 1, "昨天": 1, "前天": 2}
_DAY_LENGTH: Final = 10


def patterns() -> Iterator[str]:
    """The expressions of the table, each a group of its number."""
    for number, entry in enumerate(_TABLE["time"]):
        yield f"(?P<time{number}>{filled(entry['pattern'], _WORDS)})"


_TIME: Final = re.compile(rf"(?={_TABLE['begins']})(?:{'|'.join(patterns())})")
NUMERAL: Final = {
    "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10, "十一": 11, "二十": 20, "三十": 30, "四十": 40,
}  # fmt: skip
#: The days of a moon by their Chinese numbers, and feasts by how many days they are from the last of the year.
_DAYS_OF_MOON: Final = {numeral: day for day, numeral in enumerate("一二三四五六七八九十", 1)}
_FEASTS: Final = {"除夕": 0, "元宵节": 15, "正月十五": 15}
_BASE: Final = re.compile(
    r"(?:比|较|与|同|相比|相当于|(?<=[高低快慢好优大小多少当立建办创设始生])于)$|(?:比|较)[^,。;\d]{1,5}的$"
)
#: 由2015年, 是1978年: the year of the number right behind it, which is no frame for others.
_ORIGIN: Final = re.compile(r"(?:由|从|自|是|相当于|为)$")
#: 自1998年建矿|至今: the years since then, which hold for what follows.
_UP_TO_NOW: Final = re.compile("(?:以来|至今)$")
#: 按1990年不变价计算: the year of the prices, not of what is told.
_PRICED: Final = re.compile(r"(?:的)?(?:不变|可比)价")
#: Years that are named by how far they are from that of publication.
_YEARS_FROM: Final = {"今年": 0, "本年": 0, "去年": -1, "前年": -2, "明年": 1}
#: Words for the year told of last, also in the paragraph before, and how far back it is looked for.
_SAME: Final = frozenset(_TABLE["told"]["same"])
#: Of those, what may stand behind a word for what happened then; and how far back that was told at most.
_OF_EVENT: Final = frozenset(_TABLE["told"]["of_event"])
#: Words of what is not over yet, before 全年 and 年底.
_FORESEEN: Final = frozenset(_TABLE["told"]["foreseen"])
_EVENT_WORD: Final = re.compile(r"[\u4e00-\u9fff]{2}\Z")
_LONG_BEFORE: Final = 2000
#: What is so at the time that the sentence tells, and now where it tells none.
_STILL: Final = frozenset(words("still", "words"))
_FOUNDED_THEN: Final = re.compile(r"[立建办创设始生]于$")
#: Days from behind the one month to before the other are of two years: 12月28日至1月3日.
_AUTUMN, _SPRING = 10, 3
#: What tells that 半年 is how long something takes: 建设不到|半年; and that 50年 is: 使用权|50年|不变.
_HALF_LASTS: Final = frozenset("两到足用了仅只过余个约才历费花满在")
_LASTS_BEFORE: Final = re.compile("(?:[期权限约命龄修制满历]|建[校厂院社店场园])\\Z")
_LASTS_BEHIND: Final = re.compile("不变|一遇|使用|产权|风雨|时间|光景|的历史")
#: Up to when years are told by two digits.
_SHORT_UNTIL: Final = 2002
_CHARACTERS: Final = {
    ord(sign): str(digit) for digit, signs in enumerate(["〇零○", *"一二三四五六七八九"]) for sign in signs
}
_DIGITS: Final = {numeral: digit for digit, numeral in enumerate("零一二三四五六七八九")}
_PRINTED: Final = re.compile(r"(?<![由从自比较于])((?:19|20)\d\d)年")
_FAR: Final = 640
#: A day, and how far back the one is looked for that 当天 means.
_DAY: Final = re.compile(r"(?:((?:19|20)\d\d)年)?(?<!\d)(1[0-2]|[1-9])月(3[01]|[12]\d|[1-9])日")
_DAY_REACH: Final = 240
#: Months in which a year is as good as over.
_YEAR_IS_OVER: Final = frozenset(("11", "12"))
#: 回望“十二五”: a plan that is told of without 期间.
_RECALLS: Final = re.compile(r"(?:回望|回首|回顾|纵观|整个|走过)$")
#: 面向“十五五”: a plan that is still to come.
_FACES: Final = re.compile(r"(?:面向|迈向|展望|奔向|走向|迎接|谋划|立足|瞄准)$")
#: 2010年至2016年: from one to the other, rather than the years of a term (2016—2020年).
_FROM_TO: Final = re.compile(r"\d{4}年?[至到]")
#: 2020年以来|年均增长
_AVERAGED: Final = re.compile(r",?(?:[^,。;\d]{0,8})(?:年均|平均)")
#: 是“十一五”的2.4倍
_MULTIPLIED: Final = re.compile(r"(?:时期|期间)?的[约近]?\d+(?:\.\d+)?[多]?倍")
#: National censuses by their number.
_CENSUSES: Final = {"三": 1982, "四": 1990, "五": 2000, "六": 2010, "七": 2020}
_CLAUSE: Final = re.compile(r"[^,。;]*")
_HALVES: Final = {
    "上半年": (1, 6), "半年度": (1, 6), "半年": (1, 6), "下半年": (7, 12), "前三季度": (1, 9), "一季度": (1, 3), "1季度": (1, 3), "二季度": (4, 6), "三季度": (7, 9), "四季度": (10, 12),
}  # fmt: skip


@dataclass(frozen=True)
class Time:
    """An expression of time: ``role`` is frame (it holds for what follows), base (比2015年), now or until.

    ``origin`` tells that it dates only the number right behind it (由2015年), ``clause`` where the clause ends that it opens,
    ``whole`` that it is one stretch, so that nothing holds for its end alone (2019/2020年榨季), ``since`` that what it tells goes on from
    its first year, with which it is compared (2015年以来, 2010年至2016年; but not “十三五”以来).
    """

    start: int
    end: int
    years: Years
    role: str
    printed: bool
    origin: bool = False
    clause: int = 0
    whole: bool = False
    since: bool = False

    @property
    def single(self) -> bool:
        """Whether it is one year, or a part of one."""
        return self.years.last is not None and self.years.first == self.years.last


def plan(name: str) -> Years:
    """The years of a five-year plan by its number: 十三 → 2016 to 2020."""
    number = PLANS[name]
    first = 2006 + 5 * (number - 11)
    return _FIRST_PLANS.get(number) or Years(first, first + 4)


@dataclass(frozen=True)
class _Found:
    """An expression with what its years depend on; ``told`` is the time that was printed last before it, ``recent`` the last of any."""

    match: re.Match[str]
    role: str
    anchor: Anchor
    frame: Years
    told: Years | None
    recent: Years | None

    def __getitem__(self, group: str) -> str:
        return self.match[group] or ""

    @property
    def before(self) -> str:
        """The two characters before it."""
        return self.match.string[max(0, self.match.start() - 2) : self.match.start()]

    @property
    def last(self) -> int | None:
        """The year that relative times start from."""
        return self.frame.last if self.frame.last is not None else self.anchor.reporting.last

    def time(
        self, years: Years, role: str = "", printed: bool = True, whole: bool = False, since: bool = False
    ) -> Time:
        return Time(*self.match.span(), years, role or self.role, printed, whole=whole, since=since)


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
        time = _read(_Found(match, role, anchor, frame, told, recent.years if recent else None))
        if time is not None and match["word"] == "上年" and before.endswith(("从", "由")) and recent is not None:
            time = replace(time, years=recent.years.year_before)  # 去年…,人均产值从上年的52万元提高到91万元
        if time is not None and time.role == "now" and match[0] in _STILL and recent is not None:
            continue  # 到2018年底,尚有17个贫困村
        if time is None or before.endswith("以") or _PRICED.match(text, match.end()):  # 以上年为100
            continue
        clause = _CLAUSE.match(text, time.end, end)
        edge = clause.end() if clause else time.end
        origin = _ORIGIN.search(before) is not None and not _UP_TO_NOW.search(match[0])
        time = replace(time, origin=origin, clause=edge)
        same = found[-1].years == time.years.whole_years if found and found[-1].end == time.start else False
        if same and (time.years.months or match["census"]):
            year = found.pop()  # 去年|9月, 2010年|第六次全国人口普查
            time = replace(time, start=year.start, role=year.role, origin=year.origin)
        found.append(time)
        if time.role in ("frame", "until") and time.years.last is not None and not found[-1].origin:
            recent = time
            told = time.years if time.printed else told
        elif _FOUNDED_THEN.search(before) and time.single:
            told = time.years  # 建于1998年,最初只有3亩
    return found


def _read(found: _Found) -> Time | None:
    number = int((found.match.lastgroup or "").removeprefix("time"))
    time = _MEANINGS[_TABLE["time"][number]["means"]](found)
    # 2022年2月30日: of a day that there is not, the year holds
    return time if time is None or time.years.is_of_calendar else replace(time, years=time.years.whole_years)


def _campaign(found: _Found) -> Time | None:
    """2019/2020年榨季: one campaign, which belongs to neither year."""
    first, last = int(found["season"]), int(found["season_end"])
    return found.time(Years(first, last), whole=last == first + 1)


def _months_of_years(found: _Found) -> Time | None:
    first = int(found["from_year"])
    last = int(found["to_year"] or first + 1)
    months = int(found["from_month"]), int(found["to_month"])
    return found.time(Years(first, last, months), whole=True) if (first, months[0]) <= (last, months[1]) else None


def _years(found: _Found) -> Time | None:
    return found.time(Years(int(found["from"]), int(found["to"])), since=bool(_FROM_TO.match(found.match[0])))


def _year(found: _Found) -> Time | None:
    year = int(found["year"])
    if found["since"]:
        return _years_since(found, year)
    role = "until" if found["until"] and found.role == "frame" else found.role
    if found["half_of"]:
        return found.time(Years(year, year, _HALVES[found["half_of"].removeprefix("第")]), role)
    if not found["m1"] or (found["m1"] == "12" and found["mend"]):
        return found.time(Years(year, year), role)
    months = int(found["m1"]), int(found["m2"] or found["m1"])
    days = (int(found["d1"]),) * 2 if found["d1"] and not found["m2"] else None
    return found.time(Years(year, year, months, days), role)


def _plan(found: _Found) -> Time | None:
    years, phase, anchor = plan(found["plan"]), found["phase"], found.anchor
    if years.first == anchor.reporting.first:
        years = anchor.reporting  # which ends earlier where the text was published in the midst of the plan
    if phase in ("期末", "末", "收官"):
        return found.time(years.end)
    told = found.told
    if phase == "以来" and told is not None and told.last and years.first and told.last >= years.first:
        return found.time(Years(years.first, told.last))
    last = max(filter(None, (found.anchor.now, anchor.year)), default=None)
    if phase == "以来" and last is not None and years.first is not None and years.last is not None:
        ended = found.anchor.now if found.anchor.now and found.anchor.now >= years.first else last
        years = Years(years.first, max(years.first, ended))
    if phase in ("初", "初期", "开局"):
        return None
    before = found.match.string[max(0, found.match.start() - 3) : found.match.start()]
    recalled = phase or found.role == "base" or _RECALLS.search(before)
    ahead = last is not None and years.last is not None and years.last > last and _FACES.search(before)
    return found.time(years) if recalled or ahead else None


def _months(found: _Found) -> Time | None:
    """The months of a half, a quarter, 1-5月 or 前五个月."""
    if found["a"]:
        months = int(found["a"]), int(found["b"])
    elif number := found["passed"]:
        last = NUMERAL.get(number) or (int(number) if number.isdigit() else 0)
        if not 0 < last < 12:
            return None
        months = 1, last
    elif found["half"] == "半年" and found.before[-1:] in _HALF_LASTS:
        return None
    else:
        months = _HALVES[found["half"].removeprefix("第")]
    year = _year_of_months(found, months)
    return found.time(Years(year, year, months), printed=False) if year else None


def _month(found: _Found) -> Time | None:
    """6月末, 9月份: a month of the year that is told of; the end of December is that of the year."""
    month = int(found["month"])
    year = _year_of_months(found, (month, month))
    if year is None:
        return None
    role = "until" if found["to_month_of"] and found.role == "frame" else found.role
    return found.time(Years(year, year, None if month == 12 and found["at"] else (month, month)), role, False)


def _day(found: _Found) -> Time | None:
    month, day = int(found["day_month"]), int(found["day"])
    year = _year_of_months(found, (month, month))
    return found.time(Years(year, year, (month, month), (day, day)), printed=False) if year else None


def _days(found: _Found) -> Time | None:
    """1月27日至2月2日: days of one year, or of two (12月28日至1月3日); none where they go back."""
    first = int(found["days_month"]), int(found["days_first"])
    last = int(found["days_to_month"] or first[0]), int(found["days_last"])
    months, days = (first[0], last[0]), (first[1], last[1])
    into_next = first[0] > _AUTUMN and last[0] < _SPRING
    if found["days_year"]:
        year: int | None = int(found["days_year"]) + into_next
    else:
        year = _year_of_months(found, (last[0], last[0]) if into_next else months)
    if year is None or (last < first and not into_next):
        return None
    return found.time(Years(year - into_next, year, months, days), printed=bool(found["days_year"]))


def _holiday(found: _Found) -> Time | None:
    """国庆假期: its days, in the year that is told of or the last in which it has passed."""
    entry = _HOLIDAYS[found["holiday"]]
    month = int(entry["month"] if "month" in entry else entry["days"][0][:2])
    year = _year_of_months(found, (month, month))
    years = _days_of(entry, year) if year is not None else None
    return found.time(years, printed=False, whole=True) if years is not None else None


def _first_moon(found: _Found) -> Time | None:
    """大年初一至初三, 除夕: days by the moon, in the year that is told of or the last in which they have passed."""
    first = _FEASTS[found["feast"]] if found["feast"] else _DAYS_OF_MOON[found["first_day"]]
    last = _DAYS_OF_MOON[found["last_day"]] if found["last_day"] else first
    year = _year_of_months(found, (2, 2))
    begun = _TABLE["spring"].get(str(year))
    if begun is None or last < first:
        return None
    new_year = datetime.date.fromisoformat(f"{year}-{begun}")
    begin, end = (new_year + datetime.timedelta(days=day - 1) for day in (first, last))
    return found.time(Years(year, year, (begin.month, end.month), (begin.day, end.day)), printed=False, whole=True)


def _days_of(holiday: Mapping[str, Any], year: int) -> Years | None:
    """The days of a holiday in a year, where they are known."""
    days = holiday.get("moved", {}).get(str(year), holiday.get("days"))
    if days is None or year < holiday["since"]:
        return None
    first, last = (datetime.date.fromisoformat(f"{year}-{day}") for day in days)
    return Years(year, year, (first.month, last.month), (first.day, last.day))


def holiday_in(year: int, years: Years) -> Years | None:
    """The days in a year of the holiday whose days some are, where they are those of one."""
    last = years.last if years.days else None
    holidays = (one for one in _TABLE["holiday"] if last is not None and _days_of(one, last) == years)
    return next((_days_of(one, year) for one in holidays), None)


def _year_of_months(found: _Found, months: tuple[int, int]) -> int | None:
    """The year of months that have none: 今年 and 去年 before them tell it, else a story means the last ones that have passed."""
    anchor = found.anchor
    if found.before == "上年":
        return _year_of_word(found.before, found)
    if anchor.year is None:
        return found.last
    if found.before in _YEARS_FROM:
        return anchor.year + _YEARS_FROM[found.before]
    if found.before.endswith("年") and found.told is not None:
        return found.told.last
    if found.told is not None and found.told.first == found.told.last and (found.told.last or 0) > (found.last or 9999):
        return found.told.last  # 2025年,力争…;一季度增长12%
    begun = (
        months[0] if (months[1], found["half"]) == (12, "下半年") else months[1]
    )  # the half of the year that goes on
    passed = len(anchor.published) >= 7 and int(anchor.published[5:7]) >= begun
    stretch = months[0] < months[1] or found.frame == anchor.reporting
    return anchor.year if anchor.genre == "feature" and passed and stretch else found.last


def _length(found: _Found) -> Time | None:
    """近三年, 五年来: years that end with the last one reported on; 今后五年: those behind it."""
    anchor, frame = found.anchor, found.frame
    number = next(found[name] for name in ("n", "n2", "told", "grown", "term", "coming") if found[name])
    length = NUMERAL.get(number) or (int(number) if number.isdigit() else 5)
    last = _last_lived(anchor)
    if found["grown"]:
        last = _last_grown(found, length)
    if found["term"]:
        recent = found.recent
        last = recent.last if recent is not None and recent.first == recent.last else last
    if anchor.genre == "profile" and last is not None and anchor.published[5:7] and int(anchor.published[5:7]) <= 6:
        last -= 1
    if found["told"] and frame.last is not None and anchor.genre == "profile":
        last = frame.last
    if last is None or length < 2:
        return None
    if found["coming"]:
        return found.time(Years(last + 1, last + length))
    told, now = found.told, anchor.now
    since = told.last if told is not None and told.first == told.last and not found["term"] else None
    if since is not None and since + length == anchor.year and not found["grown"]:
        return found.time(Years(since, anchor.year))  # 2012年出台,两年来
    if found["more"]:
        return found.time(Years(last - length, last))
    if found.match[0].endswith("年间") and told is not None and told.first is not None:
        ended = told.first + length - 1
        if now is not None and ended <= now:
            return found.time(Years(told.first, ended))  # 2013年起…,三年间
    return found.time(Years(last - length + 1, last))


def _last_grown(found: _Found, length: int) -> int | None:
    """The year at whose end something has grown for some years: the last told of, or as many years behind one that only dates a number.

    2018年占45%,|三年|提高9.8个百分点; 2005年为52.9亿元,|五年|翻一番.
    """
    told = found.recent.last if found.recent is not None and found.recent.first == found.recent.last else None
    if told is None:
        return found.frame.last or found.last
    return told + length if _DATED_BEFORE.search(found.match.string, 0, found.match.start()) else told


def _last_lived(anchor: Anchor) -> int | None:
    """The last year of those that a text looks back on: the one of publication where that is nearly over."""
    over = anchor.genre in ("feature", "review") and anchor.published[5:7] in _YEAR_IS_OVER
    return anchor.year if over else anchor.reporting.last


def _years_spent(found: _Found) -> Time | None:
    """2018年起,用三年时间: the years from the one told before."""
    first, now = found.told.first if found.told is not None else None, found.anchor.now
    last = first + int(NUMERAL.get(found["spent"]) or found["spent"]) - 1 if first else None
    return found.time(Years(first, last)) if last is not None and now is not None and last <= now else None


def _later_years(found: _Found) -> Time | None:
    """此后四年: the years behind the one told before."""
    since, year = found.told or found.frame, found.anchor.year
    length, last = NUMERAL[found["later"]], since.first if since.first is not None else since.last
    if last is None or (year is not None and last + length > year):
        return None
    return found.time(Years(last + 1, last + length), "frame")


def _years_ago(found: _Found) -> Time | None:
    """两年前: counted back from the year told before it; without one from publication in a story."""
    told, around = found.told, found.anchor.now if found.frame == found.anchor.reporting else found.last
    last = told.last if told is not None else around
    return _one(found, last and last - NUMERAL[found["ago"]], printed=True)


def _years_to_come(found: _Found) -> Time | None:
    """再过两年: counted from publication."""
    year = found.anchor.year
    return _one(found, year and year + _DAYS_OF_MOON.get(found["to_come"], 2), printed=True)


def _decades(found: _Found) -> Time | None:
    """上世纪六七十年代: twenty years, of the century before."""
    digits = found["decade"] or "".join(str(_DIGITS[c]) for c in found["decades"] or found["bare_decades"])
    first, last = 1900 + 10 * int(digits[0]), 1909 + 10 * int(digits[-1])
    return found.time(Years(first, last), whole=True) if first < last else None


def _reign(found: _Found) -> Time | None:
    """光绪三十年: a year of a reign or of the Republic; 光绪年间: all of it."""
    first, last = _ERAS[found["era"]]
    if not (numeral := found["era_year"].replace("元", "一")):
        return found.time(Years(first, last), whole=True)
    year = first + int(numeral if numeral.isdigit() else chinese(numeral) or 0) - 1
    return _one(found, year if first <= year <= last + 1 else None, printed=True)


def _year_of_our_era(found: _Found) -> Time | None:
    return _one(found, int(found["our_era"] or found["early"]), printed=True)


def _event(found: _Found) -> Time | None:
    return _since(found, _EVENTS[found["event"]], found["event_phase"])


def _founding(found: _Found) -> Time | None:
    """设区之初, 建县以来: the year in which the place became what it is, or the years since."""
    return _since(found, found.anchor.founded, found["founding_phase"])


def _opening(found: _Found) -> Time | None:
    """2016年成立…,成立以来: the years since the one that was told; 成立之初: that year."""
    return _since(found, found.told.last, found["opening"]) if found.told is not None else None


def _history(found: _Found) -> Time | None:
    """“文化大革命”期间."""
    return found.time(_HISTORY[found["history"]], whole=True)


def _year_of_nineties(found: _Found) -> Time | None:
    """94年, 九四年: a year of the century in which the text was written, or that ended shortly before; none where it is how long something lasts."""
    if _LASTS_BEFORE.search(found.before) or _LASTS_BEHIND.match(found.match.string, found.match.end()):
        return None
    written = found.anchor.year or found.last
    printed = found["short"].translate(_CHARACTERS)
    year = 1900 + int(printed)
    return _one(found, year, printed=True) if written is not None and year - 6 <= written <= _SHORT_UNTIL else None


def _end_of_century(found: _Found) -> Time | None:
    """到本世纪末: the year with which the century of publication ends."""
    year = found.anchor.year or found.last
    end = 2000 if year and year < 2000 else 2100
    return _one(found, end, printed=True, role="until" if found["to_end"] else "") if year else None


def _reported_on(found: _Found) -> Time | None:
    """报告期内, 报告期末: what the whole text reports on."""
    years = found.anchor.reporting
    return found.time(years, printed=False) if years.last is not None else None


def _census(found: _Found) -> Time | None:
    return _one(found, _CENSUSES[found["census"]], printed=True)


def _since(found: _Found, year: int | None, phase: str) -> Time | None:
    """The year of a beginning, or the years since."""
    if phase not in ("以来", "至今") or year is None:
        return _one(found, year, printed=True)
    return _years_since(found, year)


def _year_since(found: _Found) -> Time | None:
    """1998年建矿至今."""
    return _years_since(found, int(found["since_year"]))


def _months_since(found: _Found) -> Time | None:
    """5月以来: the months up to that of publication."""
    anchor, month = found.anchor, int(found["since_month"])
    now = int(anchor.published[5:7] or 0)
    years = Years(anchor.year, anchor.year, (month, now)) if anchor.year and month < now else None
    return found.time(years, printed=False) if years is not None and found.before not in ("去年", "前年") else None


def _years_since(found: _Found, year: int) -> Time | None:
    """The years since one: up to now, or where a growth of each follows to the year that the sentence tells."""
    last, told = found.anchor.now, found.told
    averaged = _AVERAGED.match(found.match.string, found.match.end())
    if averaged and told is not None and told.first == told.last and told.last and year < told.last:
        last = told.last  # 2022年,产值9亿元,2020年以来年均增长7%
    return found.time(Years(year, last), since=True) if last is not None and year < last else None


def _year_told(found: _Found) -> Time | None:
    """全年, 同年: the year that was told of last."""
    told, anchor, frame = found.told, found.anchor, found.frame
    if found.before in _FORESEEN and anchor.genre == "feature" and anchor.year:
        return _one(found, anchor.year)  # 去年收购3万吨,预计全年…
    if found["same"] in _OF_EVENT and (year := _year_of_event(found.match)):
        return _one(found, year)
    single = told if told is not None and told.first == told.last else frame if frame.last else anchor.reporting
    if told is None and found["same"] == "全年" and found.recent is not None and found.recent.months:
        single = found.recent.whole_years  # 今年前三季度增长7%,全年预计突破90亿元
    if told is None and frame == anchor.reporting and found["same"] in _SAME:
        single = _told_last(found) or single
    return _one(found, single.last)


def _time_told(found: _Found) -> Time | None:
    """同期: the time that was told of last, with its months."""
    years = found.recent or (found.frame if found.frame != found.anchor.reporting else None)
    return found.time(years, printed=False) if years is not None else None


def _day_told(found: _Found) -> Time | None:
    """当天: the day that its paragraph told last."""
    text, start = found.match.string, found.match.start()
    told = list(_DAY.finditer(text, max(text.rfind("\n", 0, start), start - _DAY_REACH, 0), start))
    months = (int(told[-1][2]),) * 2 if told else (0, 0)
    year = (int(told[-1][1]) if told[-1][1] else _year_of_months(found, months)) if told else None
    days = (int(told[-1][3]),) * 2 if told else None
    return found.time(Years(year, year, months, days), printed=False) if year is not None else None


def _year_of_event(match: re.Match[str]) -> int | None:
    """The year with which a sentence before told of what stands before 那一年: 2016年,煤矿闭坑. … 闭坑那一年."""
    text, start = match.string, match.start()
    event = _EVENT_WORD.search(text, max(0, start - 2), start)
    place = text.rfind(event[0], max(0, start - _LONG_BEFORE), event.start()) if event else -1
    if event is None or place < 0:
        return None
    years = _PRINTED.findall(text, max(text.rfind(mark, max(0, place - _FAR), place) for mark in "。\n") + 1, place)
    return int(years[-1]) if years else None


def _told_last(found: _Found) -> Years | None:
    """The year that was printed last before 同年 with which a paragraph begins, none that is still to come (计划2026年建成)."""
    start = found.match.start()
    years = map(int, _PRINTED.findall(found.match.string, max(0, start - _FAR), start))
    last = max(filter(None, (found.anchor.year, found.anchor.reporting.last)), default=None)
    told = [year for year in years if last is None or year <= last]
    return Years(told[-1], told[-1]) if told else None


def _next_year(found: _Found) -> Time | None:
    last = _last_told(found)
    return _one(found, last and last + 1)


def _years_after(found: _Found) -> Time | None:
    """三年后: counted from the year told before it; none that is still to come."""
    last, year = _last_told(found), found.anchor.year
    after = last + NUMERAL.get(found["years_after"], 1) if last else None
    return _one(found, after, printed=True) if after is None or year is None or after <= year else None


def _last_told(found: _Found) -> int | None:
    """The year that was told last, also in the sentence before where nothing else dates this one."""
    told = found.told
    if told is None and found.frame == found.anchor.reporting:
        told = _told_last(found)
    return told.last if told is not None else found.last


def _relative(found: _Found) -> Time | None:
    word, role = found["word"].removesuffix("全年"), found.role
    if word in ("去年同期", "上年同期") and role == "frame" and found.frame.months and found.last:
        return found.time(found.frame.year_before, printed=False)
    year = _year_of_word(word, found)
    return _one(found, year, role="until" if found["to_word"] and role == "frame" else role)


def _year_of_word(word: str, found: _Found) -> int | None:
    year, anchor, last = found.anchor.year, found.anchor, found.last
    annual = anchor.genre in ("communique", "review")
    if word.startswith("上") and (told := found.told) is not None and told.first == told.last:
        return told.last and told.last - 1  # 2009年产值…,比上年增长12%; 2022年亏损…,上年同期盈利3亿元
    if (
        word.startswith("上")
        and found.before.endswith(("由", "从"))
        and anchor.reporting.first != anchor.reporting.last
    ):
        return last and last - 1  # of a term: 由上年的2.3提高到2.6
    if word.startswith(("上", "去年")):
        reported = annual or found.role == "base" or word.startswith("上")
        return last - 1 if last and reported else year - 1 if year else last
    if word == "年初":
        return last and last - 1 if found.role == "base" else None
    if word in ("前年", "明年"):
        return year and year + _YEARS_FROM[word]
    return year if year and not annual and word.startswith(("今", "本")) else last


def _now(found: _Found) -> Time | None:
    return found.time(found.anchor.publication, "now", False)


def _news(found: _Found) -> Time | None:
    """近日, 昨日: days right before that of publication, told by the day where both are."""
    anchor, back = found.anchor, _DAYS_BACK.get(found["news"])
    if anchor.year is None:
        return None
    if back is None or len(anchor.published) < _DAY_LENGTH:
        return found.time(anchor.publication, printed=False)
    day = datetime.date.fromisoformat(anchor.published) - datetime.timedelta(days=back)
    return found.time(Years(day.year, day.year, (day.month, day.month), (day.day, day.day)), printed=False)


def _one(found: _Found, year: int | None, printed: bool = False, role: str = "") -> Time | None:
    return found.time(Years(year, year), role, printed) if year else None


_MEANINGS: Final[dict[str, Callable[[_Found], Time | None]]] = {
    "campaign": _campaign,
    "months of years": _months_of_years,
    "years": _years,
    "year": _year,
    "year since": _year_since,
    "plan": _plan,
    "months": _months,
    "day": _day,
    "days": _days,
    "days of the first moon": _first_moon,
    "month": _month,
    "months since": _months_since,
    "holiday": _holiday,
    "length": _length,
    "years spent": _years_spent,
    "later years": _later_years,
    "years ago": _years_ago,
    "years to come": _years_to_come,
    "decades": _decades,
    "reign": _reign,
    "year of our era": _year_of_our_era,
    "event": _event,
    "founding": _founding,
    "stretch of history": _history,
    "end of the century": _end_of_century,
    "year of the nineties": _year_of_nineties,
    "reported on": _reported_on,
    "opening": _opening,
    "census": _census,
    "year told": _year_told,
    "time told": _time_told,
    "day told": _day_told,
    "next year": _next_year,
    "years after": _years_after,
    "relative": _relative,
    "news": _news,
    "now": _now,
}
