"""The third stage: title, headings, captions and sentences of the normal text."""

from __future__ import annotations

import re
from typing import Final

from .records import Sentence

_LINE: Final = re.compile(r"[^\n]+")
_SENTENCE: Final = re.compile(r"[^。!?]+[。!?]*[”’』」)]*")
_HEADED: Final = re.compile(
    r"^(?:第[一二三四五六七八九十]+[章节部]|[一二三四五六七八九十]+、|\([一二三四五六七八九十\d]+\)|\d+[.、](?!\d))"
)
_MAIN: Final = re.compile(r"^(?:第[一二三四五六七八九十]+[章节部]|[一二三四五六七八九十]+、)")
_CAPTION: Final = re.compile(r"^(?:图为|图:|\(?图|上图|下图|左图|右图)|。图为")
_LONGEST_HEADING: Final = 40
_LONGEST_TITLE: Final = 60


def sentences(text: str) -> tuple[Sentence, ...]:
    """Everything that is not white space, cut into sentences; headings and the title are sentences of their own."""
    found: list[Sentence] = []
    main = heading = ""
    for paragraph, line in enumerate(_LINE.finditer(text)):
        content = line.group().strip()
        if not content:
            continue
        role = _role(content, titled=bool(found))
        if role == "heading":
            if _MAIN.match(content):
                main = content
            heading = content if content == main else f"{main} {content}".strip()
        found += _cut(text, line.start(), line.end(), paragraph, role, heading)
    return tuple(found)


def _role(line: str, titled: bool) -> str:
    if not titled:
        return "title" if len(line) <= _LONGEST_TITLE and not line.endswith("。") else "body"
    if _CAPTION.search(line):
        return "caption"
    if len(line) <= _LONGEST_HEADING and not re.search(r"[。;!?]", line) and not line.endswith((",", "、")):
        numbered = bool(_HEADED.match(line))
        if numbered or not re.search(r"\d[\d.]*[%万亿个家元人户]", line):
            return "heading"
    return "body"


def _cut(text: str, start: int, end: int, paragraph: int, role: str, heading: str) -> list[Sentence]:
    if role in ("title", "heading"):
        spans = [(start, end)]
    else:
        spans = [(start + m.start(), start + m.end()) for m in _SENTENCE.finditer(text[start:end])]
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
