"""Rows of tables in a text: lines of cells that bars, tabs or blanks part, found before blanks are taken out.

Only what no sentence looks like is a row: cells are short and end no sentence, and one of them is a number and nothing else. Rows
parted by blanks or tabs with so few cells that they might be anything are rows only where another one is next to them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final, NamedTuple

#: A number alone in its cell, or with its unit: 456.7, -3.2, 1,203, 5.8%, 12.5万吨; no date.
NUMBER: Final = re.compile(r"([-+]?)((?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?) ?([%‰]|(?![年月日季])[\u4e00-\u9fff]{1,6})?")
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_BARE: Final = re.compile(r"[-+]?[\d,.]+[%‰]?")
_RULE: Final = re.compile(r"[-:=—]+")
_PROSE: Final = re.compile("[。;!?]")
_BETWEEN: Final = {
    "bars": re.compile(r" *\| *"),
    "tabs": re.compile(r" *\t *"),
    "blanks": re.compile(" +"),
}
_MOST_IN_CELL: Final = 30
_LONGEST_ROW: Final = 400
#: So many cells make a row by itself; with less there have to be two. Blanks part words too, so that they take some cells at least.
_CELLS_ALONE: Final = {"bars": 3, "tabs": 4, "blanks": 4}
_CELLS: Final = 3


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
    rows_told = [(row, told(text, row)) for row in found]
    numbered = [(row, cells) for row, cells in rows_told if not is_number(cells[0]) and _numbers(row, cells[1:])]
    if len(numbered) > 1 or (numbered and len(found) > 1):
        return True
    return any(
        len(cells) >= _CELLS_ALONE[row.parted] and (row.parted != "blanks" or is_number(cells[-1]))
        for row, cells in numbered
    )


def _numbers(row: Row, cells: Sequence[str]) -> bool:
    """Whether one of some cells is a number; what blanks part might be a sentence, so that a number with its unit says nothing."""
    return any(is_number(cell) and (row.parted != "blanks" or _BARE.fullmatch(cell)) for cell in cells)


def told(text: str, row: Row) -> list[str]:
    """What stands in the cells of a row."""
    return [text[start:end] for start, end in row.cells]


def is_number(cell: str) -> bool:
    """Whether a cell is a number alone, and not a year."""
    return NUMBER.fullmatch(cell) is not None and _YEAR.fullmatch(cell) is None


def is_rule(cell: str) -> bool:
    """Whether a cell is of the line below the head: ---, :--:."""
    return _RULE.fullmatch(cell) is not None
