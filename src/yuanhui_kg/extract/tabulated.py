"""Figures of rows of tables: what the head of a column says of a number, and what stands in the cell of its name.

A row is read only where nothing about it is left to guess: its name is that of a known indicator, its unit stands in brackets behind the
name, in a cell of its own or above the table, and the head of a column says whether it holds amounts or growth, and of which year. Where
rows are years, the heads of columns are the names.
Every other number in a table is passed over, and counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from .grids import NUMBER, is_number, is_rule
from .lexicon import Lexicon
from .quantities import quantities
from .records import Anchor, Figure, Indicator, Normal, Quantity, Signs, Years
from .tables import one_of, words
from .times import times
from .wording import fits

_ROWS: Final = re.compile(r"(?m)^[^\n\t]*\t.*$")
#: 地区生产总值(亿元): a name with its unit.
_NAMED: Final = re.compile(r"(?:其中:)?([\u4e00-\u9fffA-Z“”]+)(?:\(([^()]{1,12})\))?")
#: 单位:亿元, above a table.
_UNIT_ABOVE: Final = re.compile(r"单位:([^\s():]{1,8})\)? *\n+\Z")
_ABOVE: Final = 24
#: What a line that is a sentence has; the line above a table that is none names it.
_ENDED: Final = re.compile("[。;!?]")
_CAPTION_REACH: Final = 80
_TITLE: Final = re.compile(r"\s*([^\n]{0,80})")
_WHOLE_YEAR: Final = (1, 12)
_YEAR: Final = r"(?:(?P<year>(?:19|20)\d\d)年?|全年|本年|当年)?"
_AMOUNT: Final = re.compile(f"{_YEAR}(?:{one_of(words('columns', 'amounts'))})?")
#: 比上年增长(%), 同比, ±%; without a sign of percent only what has one in its cell is growth.
_GROWTH: Final = re.compile(
    rf"{_YEAR}(?P<told>(?:{one_of(words('columns', 'than'))})?(?:{one_of(words('columns', 'growth'))})?)(?P<percent>\(?[±+-]*%\)?)?"
)
_UNIT: Final = re.compile(one_of(words("columns", "unit")))
#: What a row begins with that is of a year.
_A_YEAR: Final = re.compile(r"(?:19|20)\d\d年?")
#: What holds a number that is no date.
_TELLS: Final = re.compile(r"(?!(?:19|20)\d\d(?:年|$))[^\d]*\d")
_RATES: Final = ("percent", "permille")
_SIGNS: Final = Signs(*((("always", "row of a table"),) * 4))


class Cell(NamedTuple):
    """What stands in a cell, with its place in the normal text."""

    text: str
    start: int


class Column(NamedTuple):
    """What the head of a column says of its cells: ``amount``, ``growth``, ``growth if percent``, ``unit`` or nothing; of which year."""

    holds: str
    years: Years
    printed: bool = False


class Tabulated(NamedTuple):
    """The figures of a text's tables, and how many numbers in them were passed over."""

    figures: tuple[Figure, ...]
    passed_over: int


class _Read(NamedTuple):
    """A number of a row: its cell, its column, and what it was read as."""

    cell: Cell
    column: Column
    amount: Quantity
    indicator: Indicator
    kind: str = ""

    def figure(self, normal: Normal, anchor: Anchor) -> Figure:
        """The number as a figure about the text's own place."""
        cell, years, unit = self.cell, self.column.years, self.amount.unit
        kind = self.kind or ("share" if unit in _RATES else "countKind" if unit == "count" else "level")
        signed = cell.text[0] in "+-"
        begin = cell.start + signed
        with_unit = not cell.text[-1].isdecimal()
        end = cell.start + len(cell.text) if with_unit else begin + self.amount.end
        line = normal.text.rfind("\n", 0, begin) + 1, normal.text.find("\n", end)
        return Figure(
            *normal.original(begin, end),
            normal.text[begin:end],
            self.amount.value,
            self.amount.step,
            unit,
            kind,
            self.indicator,
            years,
            years.year_before if kind == "change" else None,
            anchor.place,
            self.amount.bound,
            "",
            "total",
            self.column.printed,
            "",
            self.indicator.scope,
            (f"{kind}: row of a table", "alias", "head of its column", "place of the text"),
            _SIGNS,
            context=(line[0], line[1] if line[1] >= 0 else len(normal.text)),
        )


def tabulated(normal: Normal, anchor: Anchor, lexicon: Lexicon) -> Tabulated:
    """The figures of the tables of a text, whose cells are parted by tabs."""
    found: list[Figure] = []
    numbers = 0
    for table in _tables(normal.text):
        begin = table[0][0].start
        above = _UNIT_ABOVE.search(normal.text, max(0, begin - _ABOVE), begin)
        own = _own(normal.text, begin, anchor)
        headed = not any(is_number(cell.text) for cell in table[0])
        columns = [_column(cell.text, own) for cell in table[0]] if headed else []
        unit = above[1] if above else ""
        for row in table[headed:]:
            numbers += sum(_TELLS.match(cell.text) is not None for cell in row[1:])
            of_row = (
                _of_year(row, table[0], own.months, unit, lexicon)
                if headed and _A_YEAR.fullmatch(row[0].text)
                else _figures(row, columns or _without_head(row, own), unit, lexicon)
            )
            found += [one.figure(normal, anchor) for one in of_row]
    return Tabulated(tuple(found), numbers - len(found))


def _own(text: str, begin: int, anchor: Anchor) -> Years:
    """The time that the lines right above a table or else the text's title tell, with its months, else the year reported on.

    Nothing where it is several years, or one month, as numbers are then of that month or of all up to it.
    """
    spans = list(_captions(text, begin, "period" in anchor.guessed))
    told = (times(text, *span, anchor, anchor.reporting) for span in spans)
    years = next((found[-1].years for found in told if found and found[-1].role == "frame"), anchor.reporting)
    if years.months == _WHOLE_YEAR and years.first == years.last:
        years = years.whole_years
    one_month = years.days is not None or (years.months is not None and len(set(years.months)) == 1)
    return Years(None, None) if one_month or years.first != years.last else years


def _captions(text: str, begin: int, titled: bool) -> Iterator[tuple[int, int]]:
    """Where the line above a table stands, unless it is a sentence, and the title, if it is ``titled``."""
    reach = max(0, begin - _CAPTION_REACH)
    stop = reach + len(text[reach:begin].rstrip("\n"))
    start = text.rfind("\n", reach, stop) + 1
    if 0 < start < stop and not _ENDED.search(text, start, stop):
        yield start, stop
    if titled:
        first = _TITLE.match(text)
        yield first.span(1) if first else (0, 0)


def _tables(text: str) -> Iterator[list[list[Cell]]]:
    """Tables: rows of as many cells, one right behind the other."""
    table: list[list[Cell]] = []
    reached = -1
    for line in _ROWS.finditer(text):
        row = _cells(text, line.start(), line.end())
        if table and (line.start() != reached + 1 or len(row) != len(table[0])):
            yield table
            table = []
        if not all(is_rule(cell.text) for cell in row):
            table.append(row)
        reached = line.end()
    if table:
        yield table


def _cells(text: str, start: int, end: int) -> list[Cell]:
    """The cells of a row without bars and blanks around them."""
    cells, begin = [], start
    for cell in text[start:end].split("\t"):
        bare = cell.strip(" |")
        cells.append(Cell(bare, begin + (cell.find(bare) if bare else 0)))
        begin += len(cell) + 1
    return cells


def _column(head: str, own: Years) -> Column:
    """What a head says; the year in it is that of the column, else the text's ``own`` is."""
    head = head.replace(" ", "")
    if head and _UNIT.fullmatch(head):
        return Column("unit", own)
    for pattern in (_AMOUNT, _GROWTH):
        if head and (told := pattern.fullmatch(head)) is not None:
            years = replace(own, first=int(told["year"]), last=int(told["year"])) if told["year"] else own
            if years.last is None:
                return Column("", own)
            holds = "amount" if pattern is _AMOUNT else "growth" if told["percent"] else "growth if percent"
            return Column(holds, years, bool(told["year"]))
    return Column("", own)


def _without_head(row: Sequence[Cell], own: Years) -> list[Column]:
    """The columns of a row without a head: the one number, or the one with its unit in the next cell, is an amount; all else is unknown."""
    numbers = [at for at in range(1, len(row)) if is_number(row[at].text)]
    beside = [at for at in numbers if at + 1 < len(row) and _amount(row[at].text, row[at + 1].text)]
    amounts = numbers if len(numbers) == 1 else beside
    at = amounts[0] if len(amounts) == 1 and own.last is not None else len(row)
    units = {at + 1: "unit"} if at in beside else {}
    return [Column({at: "amount", **units}.get(place, ""), own) for place in range(len(row))]


def _figures(row: Sequence[Cell], columns: Sequence[Column], above: str, lexicon: Lexicon) -> Iterator[_Read]:
    """The numbers of a row that the head tells, where its name is known and the amounts have a unit of what it measures."""
    name = _NAMED.fullmatch(row[0].text)
    indicator = lexicon.aliases.get(name[1]) if name else None
    if name is None or indicator is None:
        return
    cells = list(zip(row, columns, strict=True))
    unit = name[2] or next((cell.text for cell, column in cells if column.holds == "unit"), above)
    amounts = [
        _Read(cell, column, amount, indicator)
        for cell, column in cells
        if column.holds == "amount" and (amount := _amount(cell.text, unit)) and _is_of(indicator, amount)
    ]
    yield from amounts
    if amounts and indicator.unit not in _RATES:
        yield from (
            _Read(cell, column, growth, indicator, "change")
            for cell, column in cells
            if (column.holds == "growth" or (column.holds == "growth if percent" and cell.text.endswith("%")))
            and (growth := _amount(cell.text.removesuffix("%"), "%"))
        )


def _of_year(
    row: Sequence[Cell], heads: Sequence[Cell], months: tuple[int, int] | None, above: str, lexicon: Lexicon
) -> Iterator[_Read]:
    """The numbers of a row that begins with a year: amounts of the indicators that their heads name, and growth of the one to the left."""
    year = int(row[0].text[:4])
    column, before = Column("amount", Years(year, year, months), True), None
    for cell, head in zip(row[1:], heads[1:], strict=True):
        name = _NAMED.fullmatch(head.text.replace(" ", ""))
        indicator = lexicon.aliases.get(name[1]) if name else None
        amount = _amount(cell.text, (name[2] if name else "") or above)
        grown = _GROWTH.fullmatch(head.text.replace(" ", ""))
        if indicator is not None:
            before = indicator if amount is not None and _is_of(indicator, amount) else None
            if before is not None and amount is not None:
                yield _Read(cell, column, amount, before)
        elif grown and not grown["year"] and before is not None and before.unit not in _RATES:
            signed = grown["percent"] or cell.text.endswith("%")
            growth = _amount(cell.text.removesuffix("%"), "%") if signed else None
            if growth is not None:
                yield _Read(cell, column, growth, before, "change")
        else:
            before = None


def _amount(text: str, unit: str) -> Quantity | None:
    """A number alone in a cell, in a unit."""
    told = NUMBER.fullmatch(text)
    if told is None:
        return None
    spelt = told[2] + (told[3] or unit)
    found = quantities(spelt)
    if len(found) != 1 or (found[0].start, found[0].end, found[0].stop) != (0, len(told[2]), len(spelt)):
        return None
    return replace(found[0], value=-found[0].value) if told[1] == "-" else found[0]


def _is_of(indicator: Indicator, amount: Quantity) -> bool:
    """Whether an amount is in a unit of what an indicator measures; only rates are in percent."""
    return (indicator.unit in _RATES) == (amount.unit in _RATES) and fits(indicator, amount)
