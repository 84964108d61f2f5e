"""The third stage: title, dateline, headings, captions and sentences of the normal text.

What is carried on inside a sentence is looked for in all of it, so that no sentence is longer than a bound: one that does
not end is cut, at the mark of a clause where there is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from .records import Sentence
from .tables import one_of, words

_LINE: Final = re.compile(r"[^\n]+")
_SENTENCE: Final = re.compile(r"[^。!?]+[。!?]*[”’』」)]*")
_HEADED: Final = re.compile(
    r"^(?:第[一二三四五六七八九十]+[章节部]|[一二三四五六七八九十]+、|\([一二三四五六七八九十\d]+\)|\d+[.、](?!\d))"
)
_MAIN: Final = re.compile(r"^(?:第[一二三四五六七八九十]+[章节部]|[一二三四五六七八九十]+、)")
_CAPTION: Final = re.compile(r"^(?:图为|图:|\(?图|上图|下图|左图|右图)|。图为")
#: A line of a web page that says where the text is from, which may stand above the title: 来源:县统计局 发布时间:2024-04-12.
_LABELLED: Final = re.compile(rf"[【\[(]?(?:{one_of(words('page', 'labels'))}) ?[:】\])]")
_DAY: Final = r"[(\[【]*(?:19|20)\d\d(?:年[\d一二三四五六七八九十]{1,3}月(?:[\d一二三四五六七八九十]{1,3}[日号])?|[-./]\d\d?[-./]\d\d?)[)\]】]*"
_OFFICE: Final = rf"[^,。;:!?\d]{{0,30}}(?:{one_of(words('page', 'offices'))})"
#: A line that says when a text was published: (2024年3月20日), 统计简报第6期 2024-03-20; and by whom or where: 某县统计局 2024年1月25日,
#: ——2025年1月8日在某会议上.
_DATE: Final = re.compile(rf"[^,。;:!?%年至到截自从]{{0,40}}{_DAY}")
_DATELINE: Final = re.compile(
    rf"[-—]*(?:{_OFFICE} ?{_DAY}|{_DAY} ?(?:{_OFFICE}|[^,。;:!?]{{0,60}}(?:{one_of(words('page', 'published'))})))[)\]】]*"
)
_LONGEST_HEADING: Final = 40
_LONGEST_TITLE: Final = 60
_LONGEST_DATELINE: Final = 70
#: Three times the longest sentence of the reports that the rules were written on.
LONGEST_SENTENCE: Final = 1200
_NUMERAL: Final = re.compile(r"[\d.,%〇零一二两三四五六七八九十百千万亿]*$")


def sentences(text: str) -> tuple[Sentence, ...]:
    """Everything that is not white space, cut into sentences; headings and the title are sentences of their own."""
    found: list[Sentence] = []
    main = heading = ""
    titled = begun = False
    for paragraph, line in enumerate(_LINE.finditer(text)):
        content = line.group().strip()
        if not content:
            continue
        labelled = bool(_LABELLED.match(content))
        role = "row" if "\t" in content else "body" if labelled else _role(content, titled, begun)
        titled = titled or not (labelled or role == "row")
        begun = begun or (role == "body" and not labelled)
        if role == "heading":
            if _MAIN.match(content):
                main = content
            heading = content if content == main else f"{main} {content}".strip()
        found += _cut(text, line.start(), line.end(), paragraph, role, heading)
    return tuple(found)


def _role(line: str, titled: bool, begun: bool) -> str:
    """What a line is, behind a title (``titled``) and behind the first sentences (``begun``), where a day alone may be a heading."""
    if not titled:
        return "title" if len(line) <= _LONGEST_TITLE and not line.endswith("。") else "body"
    if _CAPTION.search(line):
        return "caption"
    if len(line) <= _LONGEST_DATELINE and (_DATELINE.fullmatch(line) or (not begun and _DATE.fullmatch(line))):
        return "dateline"
    if len(line) <= _LONGEST_HEADING and not re.search(r"[。;!?]", line) and not line.endswith((",", "、")):
        numbered = bool(_HEADED.match(line))
        if numbered or not re.search(r"\d[\d.]*[%万亿个家元人户]", line):
            return "heading"
    return "body"


def _cut(text: str, start: int, end: int, paragraph: int, role: str, heading: str) -> list[Sentence]:
    if role in ("title", "heading", "dateline", "row"):
        spans = [(start, end)]
    else:
        whole = ((start + m.start(), start + m.end()) for m in _SENTENCE.finditer(text[start:end]))
        spans = [part for first, last in whole for part in _bounded(text, first, last)]
    return [
        Sentence(
            first + len(text[first:last]) - len(text[first:last].lstrip()),
            first + len(text[first:last].rstrip()),
            paragraph,
            role,
            heading,
        )
        for first, last in spans
        if text[first:last].strip()
    ]


def _bounded(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A sentence in parts that are not too long, none of which ends inside a number."""
    while end - start > LONGEST_SENTENCE:
        low, high = start + LONGEST_SENTENCE // 2, start + LONGEST_SENTENCE
        cut = next((at + 1 for mark in ";,、" if (at := text.rfind(mark, low, high)) >= 0), 0)
        if not cut or text[cut : cut + 1].isdigit():
            inside = _NUMERAL.search(text, high - 40, high)
            cut = inside.start() if inside and inside.start() > high - 40 else high
        yield start, cut
        start = cut
    yield start, end
