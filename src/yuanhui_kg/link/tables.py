"""The two tables that linking starts from: mentions, and the register that they are to be linked to.

Tab-separated UTF-8 with a header; columns in any order, columns that nothing here knows are passed over. What does not fit
is refused with file, line and column.
"""

from __future__ import annotations

import contextlib
import csv
import io
import math
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ..errors import DataError

MENTION_COLUMNS: Final = ("id", "name", "context", "kind", "lat", "lon", "year")
REGISTER_COLUMNS: Final = ("id", "name", "parent_id", "kind", "alt_names", "lat", "lon", "valid_from", "valid_to")
_REQUIRED: Final = ("id", "name")
_LONGEST: Final = 1000
_YEAR: Final = re.compile(r"-?\d{1,4}(?=$|-\d\d)")


@dataclass(frozen=True, slots=True)
class Mention:
    """A name that stands somewhere. ``context``: the surrounding places, outermost first; ``year``: of the mention."""

    id: str
    name: str
    context: tuple[str, ...] = ()
    kind: str = ""
    lat: float | None = None
    lon: float | None = None
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of a register. ``valid_from`` and ``valid_to`` are years, both included; ``None`` is open.

    ``gone``: known from an older register only. Such a row is among the surroundings of others and is never an answer.
    """

    id: str
    name: str
    parent_id: str = ""
    kind: str = ""
    alt_names: tuple[str, ...] = ()
    lat: float | None = None
    lon: float | None = None
    valid_from: int | None = None
    valid_to: int | None = None
    gone: bool = False


def read_mentions(path: str | os.PathLike[str]) -> list[Mention]:
    """Read a table of mentions.

    :raises DataError: where the file cannot be read or a line does not fit.
    """
    return [
        Mention(row["id"], row["name"], _split(row["context"], "/"), row["kind"], *_place(row), row.year("year"))
        for row in _rows(Path(path), MENTION_COLUMNS)
    ]


def read_register(path: str | os.PathLike[str]) -> list[Entry]:
    """Read a register. No row is its own ancestor; a parent that is not in it is none (a register may be a part of another).

    Rows with the same id are one thing at different times, and each has ``valid_from`` or ``valid_to``.

    :raises DataError: where the file cannot be read or a line does not fit.
    """
    entries: list[Entry] = []
    seen: dict[str, tuple[int, Entry]] = {}
    for row in _rows(Path(path), REGISTER_COLUMNS):
        alternatives = _split(row["alt_names"], "|")
        years = row.year("valid_from"), row.year("valid_to")
        if years[0] is not None and years[1] is not None and years[0] > years[1]:
            raise row.wrong("valid_to", f"{years[1]} is before valid_from, {years[0]}", "Exchange the two.")
        entry = Entry(row["id"], row["name"], row["parent_id"], row["kind"], alternatives, *_place(row), *years)
        _check_again(row, entry, seen)
        entries.append(entry)
    _check_parents(
        Path(path), {id: entry for id, (_, entry) in seen.items()}, {id: line for id, (line, _) in seen.items()}
    )
    return entries


def _check_again(row: _Row, entry: Entry, seen: dict[str, tuple[int, Entry]]) -> None:
    """Raises :class:`DataError` where an id comes again, unless its rows are one thing at different times."""
    line, before = seen.setdefault(entry.id, (row.line, entry))
    if before is not entry and not (_is_dated(entry) and _is_dated(before)):
        hint = "Give each row its own id; rows of one thing at different times need valid_from or valid_to."
        raise row.wrong("id", f"{entry.id!r} stands in line {line} already", hint)


def _is_dated(entry: Entry) -> bool:
    return entry.valid_from is not None or entry.valid_to is not None


def _check_parents(path: Path, entries: dict[str, Entry], lines: dict[str, int]) -> None:
    safe: set[str] = set()
    for start in entries:
        trail: dict[str, None] = {}
        at = start
        while at in entries and at not in safe:
            trail[at] = None
            at = entries[at].parent_id
            if at in trail:
                where = f"{path}, line {lines[start]}, column parent_id"
                raise DataError(f"{where}: {at!r} is among its own ancestors.", "Correct one of the parents.")
        safe.update(trail)


class _Row:
    """A line of a table, with what an error says about it."""

    def __init__(self, path: Path, line: int, values: dict[str, str]) -> None:
        self.path, self.line, self.values = path, line, values

    def __getitem__(self, column: str) -> str:
        return self.values.get(column, "")

    def wrong(self, column: str, problem: str, hint: str) -> DataError:
        return DataError(f"{self.path}, line {self.line}, column {column}: {problem}.", hint)

    def number(self, column: str, limit: float) -> float | None:
        text = self[column]
        if not text:
            return None
        with contextlib.suppress(ValueError):
            value = float(text)
            if math.isfinite(value) and abs(value) <= limit:
                return value
        raise self.wrong(column, f"{text!r} is no number between {-limit:g} and {limit:g}", "Give decimal degrees.")

    def year(self, column: str) -> int | None:
        text = self[column]
        if not text:
            return None
        found = _YEAR.match(text)
        if found is None:
            raise self.wrong(column, f"{text!r} is no year", "Give a year (2003) or a date (2003-06-30).")
        return int(found.group())


def _place(row: _Row) -> tuple[float | None, float | None]:
    lat, lon = row.number("lat", 90), row.number("lon", 180)
    if (lat is None) != (lon is None):
        missing = "lat" if lat is None else "lon"
        raise row.wrong(missing, "it is empty while the other coordinate is given", "Give both or none.")
    return lat, lon


def _split(text: str, separator: str) -> tuple[str, ...]:
    return tuple(part for raw in text.split(separator) if (part := raw.strip()))


def _rows(path: Path, known: tuple[str, ...]) -> Iterator[_Row]:
    lines = csv.reader(io.StringIO(_text(path), newline=""), delimiter="\t", quoting=csv.QUOTE_NONE)
    header = [column.strip().lower() for column in next(lines, [])]
    for column in _REQUIRED:
        if column not in header:
            raise DataError(
                f"{path}, line 1: there is no column {column!r}.",
                f"The table needs a header of tab-separated names out of: {', '.join(known)}.",
            )
    for column in header:
        if column in known and header.count(column) > 1:
            raise DataError(f"{path}, line 1: the column {column!r} stands there twice.", "Rename one of them.")
    try:
        yield from _fitting(path, header, lines)
    except csv.Error as error:
        raise DataError(f"{path}, line {lines.line_num}: {error}.", "Save the table as tab-separated UTF-8.") from None


def _fitting(path: Path, header: list[str], lines: Iterator[list[str]]) -> Iterator[_Row]:
    for number, cells in enumerate(lines, 2):
        if not any(map(str.strip, cells)):
            continue
        if len(cells) > len(header):
            raise DataError(
                f"{path}, line {number}: it has {len(cells)} columns, the header has {len(header)}.",
                "Take out the tabs that stand inside values.",
            )
        row = _Row(path, number, dict(zip(header, map(str.strip, cells), strict=False)))
        for column in _REQUIRED:
            if not row[column]:
                raise row.wrong(column, "it is empty", "Give each row an id and a name.")
        if len(row["name"]) > _LONGEST:
            raise row.wrong("name", f"it has {len(row['name'])} characters", f"Names have at most {_LONGEST}.")
        yield row


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}.", "Check the path and permissions.") from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise DataError(f"{path}, line {line}: it is not UTF-8.", "Save the table as UTF-8.") from None
