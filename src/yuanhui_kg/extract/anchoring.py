"""The fourth stage: what the text is about, when it was published, and which period it reports on.

Only title, headings, datelines and given metadata decide: a mention of another plan period inside the text does not.
"""

from __future__ import annotations

import contextlib
import datetime
import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from ..errors import UsageError
from .aiming import AIM
from .area import area
from .framing import FOUNDED
from .numerals import chinese
from .records import Anchor, Sentence, Years
from .tables import one_of, table, words
from .times import plan, times

#: The title of an entry of a yearbook: 柳河镇(1999年), or the name alone.
_YEARBOOK: Final = re.compile(r"[\u4e00-\u9fff]{1,10}(?:省|市|县|区|旗|镇|乡|街道|村|社区)(?:\(?(?:19|20)\d\d年?\)?)?")
_DATE: Final = re.compile(
    r"((?:19|20)\d\d)(?:年([\d一二三四五六七八九十]{1,3})月(?:([\d一二三四五六七八九十]{1,3})日)?|([./-])(\d{1,2})\4(\d{1,2})(?!\d))"
)
_PLAN: Final = re.compile(r"“?(十[一二三四五六])五”?(?:规划)?(时期|期间|以来|末|开局|收官|目标|规划)?")
_YEAR_TITLE: Final = re.compile(r"((?:19|20)\d\d)年(?:度)?")
_THIS_YEAR_PLAN: Final = re.compile(r"“?(十[一二三四五六])五”?(?:规划)?(?:的)?(开局之年|开局|第一年|收官之年|最后一年)")
_ANNIVERSARY: Final = re.compile(r"今年是?[^。]{0,8}?(建党|新中国成立|建国)([一二三四五六七八九十百零\d]{1,5})周年")
#: 撤县设区20周年, 建县六十年; 2003年撤县设区, 1997年设立地级市.
_SINCE_FOUNDING: Final = re.compile(
    rf"(?:{one_of(words('placeFounded', 'words'))})(?:以来)?(?:整整)?([一二三四五六七八九十百\d]{{1,3}})(?:周年|年)"
)
_FOUNDED_IN: Final = re.compile(
    rf"((?:19|20)\d\d)年(?:\d{{1,2}}月)?(?:\d{{1,2}}日)?[^,。;\d]{{0,8}}?(?:{one_of(words('placeFounded', 'words'))})(?![域级道医城场政委内中])"
)
#: The day on which a story begins, which is the year of publication where the text tells of none later: 2024年5月12日,走进某园.
_SCENE: Final = re.compile(
    r"\A(?:[^\n]{0,60}\n++){1,6}? *((?:19|20)\d\d)年\d{1,2}月\d{1,2}日(?=,|清晨|上午|下午|傍晚|一早)"
)
_TOLD_YEAR: Final = re.compile(r"(?<![到至以在迎\d])((?:19|20)\d\d)年")
#: A year of which something is told, rather than one from which or with which something is compared.
_BODY_YEAR: Final = re.compile(
    r"(?<![比较与由从自是于\d])(?<!恢复到)((?:19|20)\d\d)年(?!来|(?<=19\d0年)代|以来|\d{1,2}月\d{1,2}日)"
)
#: 到|2030年, which is still to come, and not 增加到|2023年的.
_UP_TO: Final = re.compile(r"(?:^|[^\u4e00-\u9fff])[到至]\Z")
_FOUNDED_THEN: Final = re.compile(rf"[^,。;!?\n]{{0,24}}?(?:{FOUNDED.pattern})")
#: A word of aiming behind a year, before any other year.
_AIMED_AT: Final = re.compile(rf"(?:(?!(?:19|20)\d\d年|[今明去前本]年)[^。;!?\n]){{0,60}}?(?:{AIM.pattern})")
#: What tells of the year before publication, rather than compares with it, and of that of publication: 7月6日,灌区放水.
_LAST_YEAR: Final = re.compile("(?<![比较与同])(?:去年|上年)")
_THIS_YEAR: Final = re.compile(r"(?<![比较与同])(?:今年|本年)|[入今][春夏秋冬]|(?<![\d年])\d{1,2}月\d{1,2}日(?!电|讯)")
#: What tells of how things are when the text is published: then a year long before that is not what it reports on.
_NOW: Final = re.compile(one_of(words("now", "words")))
_LONG_AGO: Final = 3
_BY_THE_WAY: Final = 2  #: How often a year is told at most by the way.
_LEAD: Final = 40  #: How far into a piece of news the months stand that it is on.
_HEAD, _TAIL = 6, 3  # lines at the beginning and the end among which a dateline is
_LONGEST_DATELINE: Final = 70
_ENDS_SENTENCE: Final = ("。", "!", "?", ";", ",", ":", "。”")
_GENRES: Final = (
    ("communique", re.compile(r"统计公报|发展公报|公报")),
    (
        "report",
        re.compile(r"政府工作报告|工作报告|(?:计划|预算)执行情况|(?:工作|计划|发展)(?:情况|安排|草案|任务)?的?报告"),
    ),
    ("profile", re.compile(r"简介|概况|概览|基本情况|县情|区情|市情|镇情|介绍")),
    (
        "review",
        re.compile(
            r"经济运行|运行(?:情况|综述|分析|简况)|经济形势|形势分析|(?:\d{4}年|上半年|季度|\d月)[^,。]{0,14}(?:综述|回顾|分析|总结|情况)"
        ),
    ),
)


def anchor(text: str, sentences: Sequence[Sentence], place: str = "", published: str = "", period: str = "") -> Anchor:
    """What a text is anchored to; ``place`` is a name, ``published`` a day, month or year, ``period`` years as EDTF.

    :raises UsageError: where a date or a period that was given is none.
    """
    titles = [text[s.start : s.end] for s in sentences[:4] if s.role in ("title", "heading")]
    title = titles[0] if titles else ""
    head = " ".join(re.sub(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])", "", line) for line in titles[:2])
    genre = next((name for name, pattern in _GENRES if pattern.search(head)), "feature")
    if genre == "feature" and _YEARBOOK.fullmatch(title):
        genre = "profile"
    guessed = []
    if not place:
        place = area(text, sentences)
        guessed.append("place")
    if published:
        published = given_date(published)
    else:
        published = _published(text)
        guessed.append("published")
    if period:
        reporting = given_period(period)
    else:
        reporting = _reporting(text, sentences, titles, genre, published)
        guessed.append("period")
    if genre == "review" and reporting.first != reporting.last:
        genre = "feature"
    return Anchor(place, published, reporting, genre, tuple(guessed), _founded(text, published))


def given_date(date: str) -> str:
    """A day, month or year as it was given. Raises :class:`UsageError`."""
    try:
        if not re.fullmatch(r"[0-9]{4}(-[0-9]{2}){0,2}", date):
            raise ValueError
        datetime.date.fromisoformat(date + "-01-01"[len(date) - 4 :])
    except ValueError:
        raise UsageError(f"{date!r} is no date.", "Give a year, a month or a day, such as 2024-03-28.") from None
    return date


def given_period(period: str) -> Years:
    """The years that a text reports on, as they were given: 2023, 2016/2020, ../2020. Raises :class:`UsageError`."""
    years = Years.read(period)
    if years.months:
        raise UsageError(f"{period!r} is no period of whole years.", "Give a year or years, such as 2023 or 2016/2020.")
    return years


def _published(text: str) -> str:
    """The date of a dateline, or what 今年 and an anniversary say; a date inside a sentence is one of what is told."""
    for line in _datelines(text):
        if (match := _DATE.search(line)) and "公报" not in line and not re.search(r"\d月底|截至", line):
            parts = filter(None, (match[2] or match[5], match[3] or match[6]))
            with contextlib.suppress(UsageError):  # 2024年13月
                return given_date("-".join([match[1], *(f"{_numeral(part):02}" for part in parts)]))
    if scene := _SCENE.search(text):
        told = [int(match[1]) for match in _TOLD_YEAR.finditer(text)]
        if max(told) <= int(scene[1]):
            return scene[1]
    if match := _ANNIVERSARY.search(text):
        year = _anniversary(match[1], match[2])
        if year:
            return str(year)
    if match := _THIS_YEAR_PLAN.search(text):
        years = plan(match[1])
        last = match[2] in ("收官之年", "最后一年")
        if re.search(r"(?:今年|本年)[^。]{0,24}$", text[max(0, match.start() - 30) : match.start()]):
            return str(years.last if last else years.first)
    return ""


def _founded(text: str, published: str) -> int | None:
    """The year in which a place was founded: what stands before such a word, else counted back from an anniversary."""
    if told := _FOUNDED_IN.search(text):
        return int(told[1])
    since = _SINCE_FOUNDING.search(text)
    if since is None or not published:
        return None
    years = _numeral(since[1])
    return int(published[:4]) - years if years else None


def _datelines(text: str) -> list[str]:
    """The short lines at the beginning and the end of a text that are no sentences."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    near = lines[:_HEAD] + lines[_HEAD:][-_TAIL:]
    return [line for line in near if len(line) <= _LONGEST_DATELINE and not line.endswith(_ENDS_SENTENCE)]


def _anniversary(of: str, numeral: str) -> int | None:
    number = _numeral(numeral)
    start = next((entry["year"] for entry in table("words")["anniversary"] if of in entry["words"]), None)
    return start + number if start and number else None


def _numeral(numeral: str) -> int:
    return int(numeral) if numeral.isdigit() else int(chinese(numeral) or 0)


def _reporting(text: str, sentences: Sequence[Sentence], titles: list[str], genre: str, published: str) -> Years:
    year = int(published[:4]) if published else None
    head = " ".join(titles)
    if genre in ("feature", "review") and titles and (part := _part_of_year(titles[0], genre, published)):
        return part
    if genre == "feature" and (part := _lead_of_news(text, sentences, published)):
        return part
    if genre in ("communique", "review", "profile") and (match := _YEAR_TITLE.search(head)):
        return Years(int(match[1]), int(match[1]))
    if genre == "communique" and (census := _census(titles)):
        return census
    if genre == "report":
        if year is not None:
            late = len(published) >= 7 and int(published[5:7]) > 9
            return Years(year, year) if late else Years(year - 1, year - 1)
        if match := re.search(r"((?:19|20)\d\d)年[^。\n]{0,6}(?:工作)?(?:回顾|总结)", text):
            return Years(int(match[1]), int(match[1]))
    if genre == "profile":
        return Years(year, year) if year is not None else _year_of_body(text, None)
    if found := _plan_period(text, sentences, year, published):
        return found
    for source in (head, *(text[s.start : s.end] for s in sentences if s.role == "heading")):
        for match in _YEAR_TITLE.finditer(source):
            return Years(int(match[1]), int(match[1]))
    return _year_of_body(text, year)


def _part_of_year(title: str, genre: str, published: str) -> Years | None:
    """The months or the holiday that a title names and nothing else of time: 今年上半年我县外贸增长二成, 2024年一季度经济运行情况."""
    year = int(published[:4]) if published else None
    told = times(title, 0, len(title), Anchor("", published, Years(year, year), genre), Years(year, year))
    part = told[0].years if len(told) == 1 and told[0].role == "frame" and not told[0].origin else None
    if part is None or part.months is None or part.first != part.last or (year is not None and (part.last or 0) > year):
        return None
    return part


def _lead_of_news(text: str, sentences: Sequence[Sentence], published: str) -> Years | None:
    """The months with which the first sentence of a piece of news begins that was published right behind them: 今年上半年,全县….

    None where the text tells of other years by their numbers, as stories do that look further back.
    """
    lead = next((s for s in sentences if s.role == "body"), None)
    if lead is None or len(published) < 7 or _TOLD_YEAR.search(text):
        return None
    year, month = int(published[:4]), int(published[5:7])
    end = min(lead.end, lead.start + _LEAD)
    told = times(text, lead.start, end, Anchor("", published, Years(year, year), "feature"), Years(year, year))
    part = told[0].years if told and told[0].role == "frame" else None
    months = part.months if part is not None and not part.days and part.last == year else None
    return part if months is not None and months[0] == 1 < months[1] and months[1] <= month <= months[1] + 2 else None


def _census(titles: list[str]) -> Years | None:
    """The year of the census that the first title names: 第七次全国人口普查公报."""
    title = titles[0] if titles else ""
    told = times(title, 0, len(title), Anchor("", "", Years(None, None), "communique"), Years(None, None))
    return told[0].years if len(told) == 1 and told[0].single and "普查" in title else None


def _plan_period(text: str, sentences: Sequence[Sentence], year: int | None, published: str) -> Years | None:
    """The plan period whose results the text tells: by where it is named, never one that is still to come."""
    scores: Counter[str] = Counter()
    figures = 0
    for index, sentence in enumerate(sentences):
        line = text[sentence.start : sentence.end]
        weight = {"title": 10, "heading": 6 if index < 5 else 3}.get(sentence.role, 4 if figures < 2 else 1)
        figures += sentence.role == "body" and bool(re.search(r"\d[\d.]*[%亿万]", line))
        for match in _PLAN.finditer(line):
            if match[2] in ("末", "开局", "目标", "规划") or re.search(
                r"(?:展望|面向|迈向|谋划|编制|比|较|与)[^,。]{0,3}$", line[: match.start()]
            ):
                continue
            if (
                match[2] in ("时期", "期间", "以来", "收官")
                or sentence.role != "body"
                or re.search(r"成就|答卷|成绩|回眸|巡礼|交出", line)
            ):
                scores[match[1]] += weight
    if year is not None:
        for name in list(scores):
            if (plan(name).first or 0) >= year:
                del scores[name]
    if not scores or max(scores.values()) < 4:
        return None
    years = plan(max(scores, key=lambda name: (scores[name], -len(name))))
    return capped(years, published) if published else _told_of(years, text)


def _told_of(years: Years, text: str) -> Years:
    """A plan period up to the last of its years that a text without a date tells of."""
    told = [int(match[1]) for match in _TOLD_YEAR.finditer(text)]
    inside = [year for year in told if (years.first or 0) <= year <= (years.last or 0)]
    return Years(years.first, max(inside)) if inside else years


def capped(years: Years, published: str) -> Years:
    """A plan period as far as a text published in its midst can report on it: up to the year before, or that year's autumn."""
    if not published or years.last is None or years.first is None:
        return years
    year = int(published[:4])
    last = year if len(published) >= 7 and int(published[5:7]) > 6 else year - 1
    return Years(years.first, max(years.first, min(years.last, last))) if year <= years.last else years


def _year_of_body(text: str, year: int | None) -> Years:
    """The year that the text speaks of most, not later than its publication; else that of publication, if it is known.

    A text that tells of the two years up to its publication reports on one of them, whatever it compares them with.
    """
    told = Counter(int(match[1]) for match in _BODY_YEAR.finditer(text) if not _is_aim_or_founding(text, match))
    if year is not None:
        told = Counter({y: n for y, n in told.items() if y <= year})
    best = max(told, key=lambda y: (told[y], y), default=year)
    if best is not None and year is not None and best < year - 1:
        by_the_way = best < year - _LONG_AGO and told[best] <= _BY_THE_WAY
        now = by_the_way and _NOW.search(text) is not None
        near = {
            year - 1: told[year - 1] + sum(1 for _ in _LAST_YEAR.finditer(text)),
            year: told[year] + sum(1 for _ in _THIS_YEAR.finditer(text)) + now,
        }
        best = max(near, key=lambda one: near[one]) if any(near.values()) else best  # the former of equals
    return Years(best, best)


def _is_aim_or_founding(text: str, year: re.Match[str]) -> bool:
    """Whether a year is one for which something is planned (到2030年,产值将突破千亿元), or in which something was founded."""
    behind = year.end()
    up_to = _UP_TO.search(text, max(0, year.start() - 2), year.start())
    if up_to and not text.startswith(("底", "末", "年底", "年末"), behind):
        return True
    return bool(_FOUNDED_THEN.match(text, behind) or _AIMED_AT.match(text, behind))
