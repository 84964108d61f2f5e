"""The second stage: one spelling, with the way back to the original's offsets.

Every step replaces a character by one character or drops it, so that a map of offsets is a list:

- full-width letters, digits and signs, and their compatibility forms, become half-width;
- quotation marks that are straight (in pairs in a line) or cornered become those of simplified texts;
- traditional characters become simplified (``tables/characters.toml``);
- characters that show nothing (zero-width blanks, soft hyphens, marks of direction) go, before all else;
- the cells of rows of tables (:mod:`.grids`) are parted by tabs, which stand nowhere else, and no blanks are taken out of them;
- blanks next to digits go, as do blanks and line breaks inside a sentence (texts taken from PDF);
- what is on the page and not of the text goes (:mod:`.furniture`).
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from . import grids
from .furniture import furniture
from .records import Normal
from .tables import table

_PAIRS: Final = "".join(table("characters")["pairs"].split())
#: What is written otherwise: traditional characters and signs, each to one character.
SPELLING: Final[dict[int, str]] = {
    **{ord(old): new for old, new in zip(_PAIRS[::2], _PAIRS[1::2], strict=True)},
    **{code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},
    **{
        ord(old): new
        for old, new in zip("﹪﹐﹔﹕∶︰−‐‑–〜﹣\u3000\u00a0\u2009\u202f「」『』", "%,;:::----~-    “”‘’", strict=True)
    },
}
#: A year in characters, each of them to one digit: 一九九八年, 二〇〇三至二〇〇七年.
_YEAR: Final = re.compile(r"(?:一九|二[〇零○])[一二三四五六七八九〇零○]{2}(?=年|[-—至到](?:一九|二[〇零○]))")
_DIGITS: Final = {
    ord(sign): str(digit)
    for digit, signs in enumerate(["〇零○", "一", "二", "三", "四", "五", "六", "七", "八", "九"])
    for sign in signs
}
_DROPPED: Final = re.compile(
    r" (?:(?<=[\d%‰.] ) *(?=[\d\u4e00-\u9fff%‰])(?!\d\d?:\d\d)|(?<=[\u4e00-\u9fff、,;(] ) *(?=\d)|(?<=\d ) *(?=[,;)]|[.]\d))"
)
#: What a text has from the page that it was copied from, and nobody sees: it stands inside numbers and names.
_UNSEEN: Final = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]+"
)
_LINE: Final = re.compile(r"[^\n]*\n?")
_ENDED: Final = re.compile(r"[。!?:;…”』」)】》]\s*$")
_PUNCTUATED: Final = re.compile(r"[,、。;:]")
_HEADED: Final = re.compile(
    r"^\s*(?:第?[一二三四五六七八九十]+[、章节部]|\([一二三四五六七八九十\d]+\)|\d+[.、](?!\d)|——|[□■●◆▲★※•·])"
)
_WRAPPED_SHARE: Final = 0.3
_LONGER_SHARE: Final = 0.05  #: At most so many lines go beyond a margin.
_SHORTEST: Final = 12  #: No line shorter than this is taken for one that ran into the margin.


def normalise(text: str) -> Normal:
    """The text in one spelling; see the module."""
    unseen = [match.span() for match in _UNSEEN.finditer(text)]
    if not unseen:
        return _normalised(text)
    seen = list(_between(unseen, len(text)))
    normal = _normalised("".join(text[start:end] for start, end in seen))
    places = (*itertools.chain.from_iterable(range(*span) for span in seen), len(text))
    return Normal(normal.text, tuple(places[offset] for offset in normal.offsets))


def _normalised(text: str) -> Normal:
    spelt = _LINE.sub(_with_quotes, text.translate(SPELLING).replace("\r", "\n"))
    rows = list(grids.rows(spelt))
    spelt = _YEAR.sub(lambda match: match.group().translate(_DIGITS), spelt.replace("\t", " "))
    spelt, parted = _with_cells(spelt, rows)
    lines = [match.span() for match in _LINE.finditer(spelt) if match.group().strip()]
    none = furniture([spelt[slice(*line)] for line in lines])
    own = [line for index, line in enumerate(lines) if index not in none]
    page = [
        (start, end - spelt.endswith("\n", start, end)) for index, (start, end) in enumerate(lines) if index in none
    ]
    dropped = sorted({*(match.span() for match in _DROPPED.finditer(spelt)), *page, *parted, *_breaks(spelt, own)})
    kept = list(_between(dropped, len(spelt)))
    offsets = itertools.chain.from_iterable(range(*span) for span in kept)
    return Normal("".join(spelt[start:end] for start, end in kept), (*offsets, len(spelt)))


def _with_quotes(line: re.Match[str]) -> str:
    """A line whose straight quotation marks, if they come in pairs, open and close."""
    parts = line[0].split('"')
    if len(parts) % 2 == 0:
        return line[0]
    return "".join(
        part + (mark if more else "")
        for part, mark, more in zip(parts, itertools.cycle("“”"), range(len(parts) - 1, -1, -1), strict=False)
    )


def _with_cells(text: str, rows: Sequence[grids.Row]) -> tuple[str, list[tuple[int, int]]]:
    """The text with a tab behind each cell of a row but the last, and what else is between the cells, which goes."""
    parts, dropped, reached = [], [], 0
    for row in rows:
        for (_, end), (start, _) in itertools.pairwise(row.cells):
            parts += [text[reached:end], "\t", " " * (start - end - 1)]
            dropped.append((end + 1, start))
            reached = start
    return "".join([*parts, text[reached:]]), dropped


def _between(spans: Iterable[tuple[int, int]], length: int) -> Iterator[tuple[int, int]]:
    """What lies between spans, which may overlap, of a text."""
    reached = 0
    for start, end in spans:
        if start > reached:
            yield reached, start
        reached = max(reached, end)
    yield reached, length


def _breaks(text: str, lines: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """What is between two of the lines where the first breaks off inside a sentence."""
    lengths = Counter(len(text[start:end].strip()) for start, end in lines if "\t" not in text[start:end])
    margin = _margin(lengths, len(lines))
    indented = _indented(text, lines)
    first = lines[0][0] if lines else 0
    for (start, end), (following, stop) in itertools.pairwise(lines):
        line, then = text[start:end].strip(), text[following:stop]
        titled = start == first and not _PUNCTUATED.search(line)
        if "\t" in line or "\t" in then:
            continue
        if not titled and _runs_on(line, then, margin, indented is not None and start >= indented):
            tail = start + len(text[start:end].rstrip())
            head = following + len(then) - len(then.lstrip())
            yield tail, head


def _indented(text: str, lines: list[tuple[int, int]]) -> int | None:
    """Where the first paragraph begins with blanks, if all do, so that a line without them goes on with the one before."""
    starts = [start for start, _ in lines if text.startswith("  ", start)]
    return starts[0] if len(starts) >= max(3, len(lines) // 8) and len(starts) < len(lines) // 2 + 4 else None


def _margin(lengths: Counter[int], lines: int) -> int:
    """How long the lines are that were broken at a margin; 0 where lines are paragraphs."""
    if lines < 4:
        return 0
    for length in sorted(lengths, reverse=True):
        if sum(number for other, number in lengths.items() if other > length) > lines * _LONGER_SHARE:
            return 0
        near = sum(lengths[length - less] for less in range(4))
        if length >= _SHORTEST and near >= max(3, lines * _WRAPPED_SHARE):
            return length - 3
    return 0


def _runs_on(line: str, then: str, margin: int, indented: bool) -> bool:
    if _ENDED.search(line) or _HEADED.match(then) or then.startswith(("图为", "本报", "注:")):
        return False
    if indented:
        return not then.startswith("  ")
    if margin and len(line) >= margin:
        return not (_HEADED.match(line) and not _PUNCTUATED.search(line[3:]))
    if line.endswith((",", "、")):
        return True
    return len(line) >= 2 * _SHORTEST and bool(_PUNCTUATED.search(line)) and not then.startswith("  ")
