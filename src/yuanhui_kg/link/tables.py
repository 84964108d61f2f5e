"""The two tables that linking starts from: mentions, and the register that they are to be linked to.

Tab-separated text with a header, or any other table that :mod:`yuanhui_kg.tabular` reads; columns in any order, columns that
nothing here knows are passed over. Where a table has columns of its own, patterns tell what they hold. What does not fit is
refused with file, line and column.
"""

from __future__ import annotations

import contextlib
import csv
import io
import math
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote

from ..errors import DataError, UsageError
from ..tabular import Dialect, Row, is_table, rows

MENTION_COLUMNS: Final = ("id", "name", "context", "kind", "lat", "lon", "year")
REGISTER_COLUMNS: Final = ("id", "name", "parent_id", "kind", "alt_names", "lat", "lon", "valid_from", "valid_to")
_LONGEST: Final = 1000
_YEAR: Final = re.compile(r"-?\d{1,4}(?=$|-\d\d)")
#: A pattern in parts: texts, and titles of columns in turn.
_Pattern = list[str]
_BRACED: Final = re.compile(r"\{([^{}]+)\}")


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


def read_mentions(
    path: str | os.PathLike[str], columns: Mapping[str, str] | None = None, unnamed: list[str] | None = None
) -> list[Mention]:
    """Read a table of mentions; rows that say the same are one.

    :param columns: what tells a field (:data:`MENTION_COLUMNS`): the title of a column, or a pattern with titles in braces
        (``{省}/{市}``), whose values are percent-encoded where it is an address. Without one it is the column of the field's own name.
        Where nothing tells an id, surroundings and name are it.
    :param unnamed: to this is added, for each row whose name or id is empty, where it is; such rows are passed over. Without it they
        are an error.
    :raises DataError: where the file cannot be read or a line does not fit.
    :raises UsageError: where a pattern is for no field.
    """
    found: dict[Mention, None] = {}
    for row in _rows(Path(path), MENTION_COLUMNS, ("name",), columns or {}):
        try:
            row.check_named()
        except DataError as error:
            if unnamed is None:
                raise
            unnamed.append(error.message)
        else:
            found[_mention(row)] = None
    return list(found)


def _mention(row: _Row) -> Mention:
    context = _split(row["context"], "/")
    id = row["id"] or "/".join((*context, row["name"]))
    return Mention(id, row["name"], context, row["kind"], *_place(row), row.year("year"))


def read_register(path: str | os.PathLike[str]) -> list[Entry]:
    """Read a register. No row is its own ancestor; a parent that is not in it is none (a register may be a part of another).

    Rows with the same id are one thing at different times, and each has ``valid_from`` or ``valid_to``.

    :raises DataError: where the file cannot be read or a line does not fit.
    """
    entries: list[Entry] = []
    seen: dict[str, tuple[int, Entry]] = {}
    for row in _rows(Path(path), REGISTER_COLUMNS, ("id", "name"), {}):
        row.check_named()
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
    """A line of a table by its fields, with what an error says about it: there, columns have the titles of the table."""

    def __init__(self, path: Path, line: int, patterns: Mapping[str, _Pattern], held: Mapping[str, str]) -> None:
        self.path, self.line, self._patterns = path, line, patterns
        self.values = {field: _filled(pattern, held) for field, pattern in patterns.items()}

    def __getitem__(self, column: str) -> str:
        return self.values.get(column, "")

    def wrong(self, field: str, problem: str, hint: str) -> DataError:
        column = _written(self._patterns.get(field, [field]))
        return DataError(f"{self.path}, line {self.line}, column {column}: {problem}.", hint)

    def check_named(self) -> None:
        """Raises :class:`DataError` where the id or the name is empty."""
        for field in ("id", "name"):
            if field in self._patterns and not self[field]:
                raise self.wrong(field, "it is empty", "Give each row one.")

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


def _rows(path: Path, known: Sequence[str], required: Sequence[str], columns: Mapping[str, str]) -> Iterator[_Row]:
    """The rows of a table by their fields."""
    lines = _lines(path)
    first, titles = next(lines, (1, []))
    patterns = _patterns(path, first, [title.strip() for title in titles], known, columns)
    for field in required:
        if field not in patterns:
            raise DataError(
                f"{path}, line {first}: there is no column {field!r}.",
                f"Name columns {', '.join(known)}; of mentions, --column tells which they are.",
            )
    for line, cells in lines:
        if not any(map(str.strip, cells)):
            continue
        if len(cells) > len(titles):
            raise DataError(
                f"{path}, line {line}: it has {len(cells)} columns, the header has {len(titles)}.",
                "Take out the tabs that stand inside values." if _is_plain(path) else "Correct the file.",
            )
        held = dict(zip((title.strip() for title in titles), map(str.strip, cells), strict=False))
        row = _Row(path, line, patterns, held)
        if len(row["name"]) > _LONGEST:
            raise row.wrong("name", f"it has {len(row['name'])} characters", f"Names have at most {_LONGEST}.")
        yield row


def _patterns(
    path: Path, line: int, titles: list[str], known: Sequence[str], columns: Mapping[str, str]
) -> dict[str, _Pattern]:
    """For each field of a table, the pattern that tells it."""
    for field in columns:
        if field not in known:
            raise UsageError(f"There is no field {field!r}.", f"A column may tell one of: {', '.join(known)}.")
    found: dict[str, _Pattern] = {}
    for title in titles:
        if title.lower() in known and title.lower() not in columns:
            if title.lower() in found:
                raise DataError(
                    f"{path}, line {line}: the column {title.lower()!r} stands there twice.", "Rename one of them."
                )
            found[title.lower()] = ["", title, ""]
    for field, pattern in columns.items():
        found[field] = ["", pattern, ""] if pattern in titles else _BRACED.split(pattern)
        for title in found[field][1::2] or [pattern]:
            if title not in titles:
                raise DataError(
                    f"{path}, line {line}: there is no column {title!r}, which is to tell {field}.",
                    f"There is: {', '.join(titles)}.",
                )
            if titles.count(title) > 1:
                raise DataError(f"{path}, line {line}: the column {title!r} stands there twice.", "Rename one of them.")
    return found


def _filled(pattern: _Pattern, held: Mapping[str, str]) -> str:
    encode = "://" in pattern[0]
    return "".join(
        (quote(held.get(part, ""), safe="") if encode else held.get(part, "")) if place % 2 else part
        for place, part in enumerate(pattern)
    )


def _written(pattern: _Pattern) -> str:
    """A pattern as a person writes it: a title alone, or a text with titles in braces."""
    if len(pattern) == 3 and not pattern[0] and not pattern[2]:
        return pattern[1]
    return "".join(f"{{{part}}}" if place % 2 else part for place, part in enumerate(pattern))


def _is_plain(path: Path) -> bool:
    """Whether a file is text with tabs, in which nothing is quoted: whatever its name does not say to be another table."""
    return path.suffix.lower() in (".tsv", ".txt") or not (is_table(path) or path.suffix.lower() == ".json")


def _lines(path: Path) -> Iterator[Row]:
    if not _is_plain(path):
        encoding = "gb18030" if path.suffix.lower() == ".csv" and not _is_utf8(path) else "utf-8"
        yield from rows(path, Dialect(encoding=encoding))
        return
    reader = csv.reader(io.StringIO(_text(path), newline=""), delimiter="\t", quoting=csv.QUOTE_NONE)
    try:
        yield from enumerate(reader, 1)
    except csv.Error as error:
        raise DataError(f"{path}, line {reader.line_num}: {error}.", "Save the table as tab-separated UTF-8.") from None


def _is_utf8(path: Path) -> bool:
    """Whether a file's bytes are UTF-8; spreadsheets in Chinese save CSV as GB18030."""
    with contextlib.suppress(OSError, UnicodeDecodeError):
        path.read_bytes().decode("utf-8")
        return True
    return False


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}.", "Check the path and permissions.") from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise DataError(f"{path}, line {line}: it is not UTF-8.", "Save the table as UTF-8.") from None
