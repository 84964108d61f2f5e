"""Rows of tables in a text: lines of cells that bars, tabs or blanks part, found before blanks are taken out.

Only what no sentence looks like is a row: cells are short and neither end a sentence nor have clauses, and one of them is a number and
nothing else. Rows with so few cells that they might be anything are rows only where another one is next to them. People write blanks
around numbers in any sentence, so that rows parted by blanks need a head, or numbers side by side. What holds numbers together with
their units, and no head that tells them, is left to be read as sentences are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from typing import Final, NamedTuple

from .tables import one_of, words

#: A number alone in its cell, or with its unit: 456.7, -3.2, 1,203, 5.8%, 12.5万吨; no date.
NUMBER: Final = re.compile(r"([-+]?)((?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?) ?([%‰]|(?![年月日季])[\u4e00-\u9fff]{1,6})?")
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_BARE: Final = re.compile(r"[-+]?[\d,.]+[%‰]?")
_RULE: Final = re.compile(r"[-:=—]+")
_PROSE: Final = re.compile(r"[。;!?]|,(?!(?<=\d,)\d{3})")
#: 绝对额, 比上年增长(%): what the head of a column ends with.
_HEAD: Final = re.compile(
    rf"(?:{'|'.join(one_of(words('columns', kind)) for kind in ('unit', 'amounts', 'growth'))})[±+-]*%?(?:\([^()]*\))?\Z"
)
_OF_YEAR: Final = re.compile(r"(?:19|20)\d\d年?")
#: 比上年减少3人: words with a number, which is no date.
_WORDED: Final = re.compile(r"[\u4e00-\u9fff]\d[\d.,]*(?![\d.,年月日季])")
_BETWEEN: Final = {
    "bars": re.compile(r" *\| *"),
    "tabs": re.compile(r" *\t *"),
    "blanks": re.compile(" +"),
}
_MOST_IN_CELL: Final = 30
_LONGEST_ROW: Final = 400
#: So many cells make a row by itself; with less there have to be two. Blanks part words too: they take some cells, and never one row.
_CELLS_ALONE: Final = {"bars": 3, "tabs": 4}
_CELLS: Final = 3
_PAIRS: Final = 4
_DIGIT: Final = re.compile(r"\d")


class Row(NamedTuple):
    """A line of a table: its cells' places in the text, empty ones too, and what parts them."""

    cells: tuple[tuple[int, int], ...]
    parted: str


def rows(text: str) -> Iterator[Row]:
    """The rows of the tables of a text, in order; its lines end with line feeds."""
    lines = list(_lines(text))
    for _, block in groupby(
        enumerate(lines), key=lambda line: (line[1].parted, len(line[1].cells)) if line[1] else None
    ):
        found = [row for _, row in block if row is not None]
        if _is_table(text, found):
            yield from found


def _lines(text: str) -> Iterator[Row | None]:
    start = 0
    for line in text.split("\n"):
        yield _row(line, start) if len(line) <= _LONGEST_ROW else None
        start += len(line) + 1


def _row(line: str, start: int) -> Row | None:
    """A line as a row, if it can be one."""
    content = line.strip(" ")
    if not content or _PROSE.search(content):
        return None
    parted = "bars" if content.count("|") > 1 else "tabs" if "\t" in content.strip("\t") else "blanks"
    if parted == "blanks" and content.count(" ") < _CELLS - 1:
        return None
    cells = tuple(_cells(line, start, parted))
    long = any(end - begin > _MOST_IN_CELL for begin, end in cells)
    return None if long or len(cells) < (_CELLS if parted == "blanks" else 2) else Row(cells, parted)


def _cells(line: str, start: int, parted: str) -> Iterator[tuple[int, int]]:
    """The places of a line's cells; bars at its ends are none of its own."""
    begin, stop = len(line) - len(line.lstrip(" ")), len(line.rstrip(" "))
    if parted == "bars":
        begin += line.startswith("|", begin)
        stop -= line.endswith("|", begin, stop)
    for edge in _BETWEEN[parted].finditer(line, begin, stop):
        yield _stripped(line, begin, edge.start(), start)
        begin = edge.end()
    yield _stripped(line, begin, stop, start)


def _stripped(line: str, begin: int, end: int, start: int) -> tuple[int, int]:
    cell = line[begin:end]
    begin += len(cell) - len(cell.lstrip(" "))
    return start + begin, start + max(begin, begin + len(cell.strip(" ")))


def _is_table(text: str, found: Sequence[Row]) -> bool:
    """Whether lines next to each other, of as many cells, hold numbers alone in cells as a table does."""
    if not found:
        return False
    every = [told(text, row) for row in found]
    numbered = [cells for cells in every if not is_number(cells[0]) and any(map(is_number, cells[1:]))]
    if found[0].parted == "blanks":
        return _is_table_of_blanks(every, numbered)
    if _worded(every):
        return False
    if len(numbered) > 1 or (numbered and len(found) > 1):
        return True
    return any(len(cells) >= _CELLS_ALONE[found[0].parted] for cells in numbered)


def _is_table_of_blanks(every: Sequence[Sequence[str]], numbered: Sequence[Sequence[str]]) -> bool:
    """Whether bare numbers stand below a head, or side by side in more than one line."""
    bare = [[_BARE.fullmatch(cell) is not None and is_number(cell) for cell in cells[1:]] for cells in numbered]
    if _headed(every[0]):
        return any(map(any, bare))
    side_by_side = sum(any(map(all, pairwise(cells))) for cells in bare)
    return side_by_side > 1 or (side_by_side > 0 and not any(_DIGIT.search(cell) for cell in every[0]))


def _headed(cells: Sequence[str]) -> bool:
    """Whether cells hold no number, and one of them is the head of a column."""
    return not any(map(is_number, cells)) and any(_HEAD.search(cell) for cell in cells[1:])


def _worded(every: Sequence[Sequence[str]]) -> bool:
    """Whether numbers stand together with their units where no head tells what they are, or next to numbers in words."""
    with_units = [cells for cells in every if any(map(_with_unit, cells[1:])) or _in_pairs(cells)]
    if not with_units:
        return False
    headed = _headed(every[0]) or any(_OF_YEAR.fullmatch(cell) for cell in every[0][1:])
    return not headed or any(_WORDED.search(cell) for cells in with_units for cell in cells[1:])


def _with_unit(cell: str) -> bool:
    """Whether a cell is a number and a unit that is written out."""
    number = NUMBER.fullmatch(cell)
    return number is not None and (number[3] or "%") not in "%‰"


def _in_pairs(cells: Sequence[str]) -> bool:
    """Whether names and numbers with units or signs of percent take turns: 城镇化率|52.3%|森林覆盖率|61.2%."""
    told = [NUMBER.fullmatch(cell) for cell in cells]
    return len(cells) >= _PAIRS and not any(told[::2]) and all(number and number[3] for number in told[1::2])


def told(text: str, row: Row) -> list[str]:
    """What stands in the cells of a row."""
    return [text[start:end] for start, end in row.cells]


def is_number(cell: str) -> bool:
    """Whether a cell is a number alone, and not a year."""
    return NUMBER.fullmatch(cell) is not None and _YEAR.fullmatch(cell) is None


def is_rule(cell: str) -> bool:
    """Whether a cell is of the line below the head: ---, :--:."""
    return _RULE.fullmatch(cell) is not None
