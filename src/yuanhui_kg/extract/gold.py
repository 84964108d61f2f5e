"""Texts that were marked up by hand, as files (``tests/gold/*.gold``).

Four parts between lines ``===``: head lines (``genre``, ``split``, ``place``, ``published``, ``period``); the text, with every
number of a figure between ⟦ and ⟧; one line a number, in order: ``printed | value unit | kind | period[<base] | indicator[ = another name] [| subject]``,
the value in base units or with 万 or 亿 behind it, the period as EDTF or ``publication``, other names of the indicator where readers took
them for the same; then entities, ``class | name``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Final

from ..errors import DataError, NotFoundError
from .codes import codes

#: Genres of texts.
GENRES: Final = ("communique", "feature", "profile", "report", "review")
#: What a head may say, and with which values, where not any.
_HEAD: Final = {"genre": GENRES, "split": (), "place": (), "published": (), "period": ()}
_PARTS: Final = 4
_PERIOD: Final = re.compile(r"(?:(?:\d{4}(?:-\d\d){0,2}|\.\.)/)?(?:\d{4}(?:-\d\d){0,2}|\.\.)")
_MARK: Final = re.compile("⟦([^⟦⟧]*)⟧")
_FACTORS: Final = {"亿": Decimal(10**8), "万": Decimal(10**4)}


@dataclass(frozen=True)
class GoldFigure:
    """What a number of the text is; ``start`` and ``end`` bound it, ``value`` is in base units, ``base`` is empty where there is none.

    ``also`` are names that readers took for the same indicator here.
    """

    start: int
    end: int
    value: Decimal
    unit: str
    kind: str
    period: str
    base: str
    indicator: str
    subject: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Gold:
    """A text that was marked up by hand; ``given`` is what of its head extraction is given, ``entities`` are class and name."""

    name: str
    genre: str
    split: str
    given: dict[str, str]
    place: str
    text: str
    figures: tuple[GoldFigure, ...]
    entities: frozenset[tuple[str, str]]


def read(path: Path) -> Gold:
    """A gold file.

    :raises NotFoundError: where there is no such file.
    :raises DataError: where it is no gold file; it names the line.
    """
    parts = _parts(path)
    head = dict(_headed(path, parts[0]))
    if not head.get("genre"):
        raise DataError(f"{path}: the head has no genre.", f"Write one of {', '.join(GENRES)}.")
    place = head.get("place", "")
    return Gold(
        path.name,
        head.get("genre", ""),
        head.get("split", ""),
        {key: head[key] for key in ("published", "period") if head.get(key)},
        place,
        _MARK.sub(r"\1", parts[1]),
        tuple(_figures(path, parts, place)),
        frozenset(_entity(path, line) for line in parts[3].splitlines() if line.strip()),
    )


def _parts(path: Path) -> list[str]:
    try:
        parts = path.read_text(encoding="utf-8-sig").split("\n===\n")
    except FileNotFoundError:
        raise NotFoundError(f"There is no file {path}.", "Check the path.") from None
    except (OSError, UnicodeDecodeError):
        raise DataError(f"{path} cannot be read as UTF-8 text.", "Give a gold file.") from None
    if len(parts) != _PARTS:
        raise DataError(
            f"{path} has {len(parts)} parts between lines of ===, not four.", "Write head, text, figures and entities."
        )
    return parts


def _headed(path: Path, head: str) -> Iterator[tuple[str, str]]:
    for line in head.splitlines():
        key, colon, value = line.partition(":")
        if not colon:
            raise DataError(f"{path}: {line!r} is no line of a head.", "Write for instance genre: communique.")
        among = _HEAD.get(key.strip())
        if among is None or (among and value.strip() not in among):
            raise DataError(f"{path}: {line!r} is no line of a head.", f"Write one of {', '.join(among or _HEAD)}.")
        yield key.strip(), value.strip()


def _figures(path: Path, parts: list[str], place: str) -> Iterator[GoldFigure]:
    """The figures by their marks in the text and the lines that describe them."""
    marks = list(_MARK.finditer(parts[1]))
    first = parts[0].count("\n") + parts[1].count("\n") + 5  # of the third part, by the lines of the file
    lines = [(number, line) for number, line in enumerate(parts[2].splitlines(), first) if line.strip()]
    if len(marks) != len(lines):
        raise DataError(f"{path} marks {len(marks)} numbers and describes {len(lines)}.", "Write one line a number.")
    for before, (mark, (number, line)) in enumerate(zip(marks, lines, strict=True)):
        start = mark.start() - 2 * before  # without the marks
        yield _figure(f"{path}:{number}", line, mark[1], start, place)


def _figure(where: str, line: str, printed: str, start: int, place: str) -> GoldFigure:
    parts = [part.strip() for part in line.split("|")]
    if len(parts) < 5 or parts[0] != printed:
        raise DataError(
            f"{where}: {line!r} does not describe {printed!r}.",
            "Write printed | value unit | kind | period<base | indicator = another name | subject.",
        )
    number, _, unit = parts[1].partition(" ")
    period, _, base = parts[3].partition("<")
    indicator, *also = (name.strip() for name in parts[4].split("="))
    subject = parts[5] if len(parts) > 5 else place
    known = codes()
    _check(where, "unit", unit, known.units)
    _check(where, "kind", parts[2], ("count", *known.kinds))
    for years in filter(None, (period, base)):
        _check_period(where, years)
    return GoldFigure(
        start,
        start + len(printed),
        _value(where, number),
        unit,
        parts[2],
        period,
        base,
        indicator,
        subject,
        tuple(also),
    )


def _value(where: str, number: str) -> Decimal:
    try:
        return Decimal(number.rstrip("亿万")) * _FACTORS.get(number[-1:], Decimal(1))
    except InvalidOperation:
        raise DataError(f"{where}: {number!r} is no number.", "Write digits, with 万 or 亿 behind them.") from None


def _entity(path: Path, line: str) -> tuple[str, str]:
    kind, bar, name = line.partition("|")
    if not bar:
        raise DataError(f"{path}: {line!r} is no entity.", "Write class | name.")
    _check(str(path), "class", kind.strip(), codes().classes)
    return kind.strip(), name.strip()


def _check(where: str, column: str, code: str, among: Collection[str]) -> None:
    if code not in among:
        raise DataError(f"{where}: {code!r} is no {column}.", f"Write one of {', '.join(among)}.")


def _check_period(where: str, text: str) -> None:
    if text != "publication" and not _PERIOD.fullmatch(text):
        raise DataError(f"{where}: {text!r} is no period.", "Write publication, or for instance 2023 or 2016/2020-06.")
