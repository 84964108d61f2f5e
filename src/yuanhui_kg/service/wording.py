"""Numbers and times as people read them, in Chinese and English."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from ..plots import Figure
from ..terms import label

_SCALES: Final[Mapping[str, tuple[tuple[Decimal, str], ...]]] = {
    "zh": ((Decimal(10**8), "亿"), (Decimal(10**4), "万")),
    "en": ((Decimal(10**9), " billion"), (Decimal(10**6), " million")),
}
#: From here on a number is told in 万 and 亿, or in millions.
_LARGE: Final[Mapping[str, Decimal]] = {"zh": Decimal(10**5), "en": Decimal(10**6)}
_BOUNDS: Final[Mapping[str, tuple[str, str]]] = {
    "over": ("超过{}", "over {}"),
    "andMore": ("逾{}", "more than {}"),
    "about": ("约{}", "about {}"),
}
_SIGNED: Final = ("change", "averageGrowth", "pointChange", "increment")
_YEAR: Final = re.compile(r"-?\d{4}")
_MONTH: Final = re.compile(r"(\d{4})-(0\d|1[0-2])")
_DAY: Final = re.compile(r"(\d{4})-(0\d|1[0-2])-(\d{2})")


def amount(figure: Figure, language: str) -> str:
    """A figure's value with its unit, as in ``212.5亿元`` or ``21.25 billion yuan``; empty without a value."""
    if figure.value is None:
        return ""
    number = scaled(figure.value, language)
    if figure.kind in _SIGNED and figure.value > 0:
        number = f"+{number}"
    text = _with_unit(number.replace("-", "−"), figure, language)
    pattern = _BOUNDS.get(figure.bound)
    return pattern[language != "zh"].format(text) if pattern else text


def _with_unit(number: str, figure: Figure, language: str) -> str:
    if figure.unit == "percent":
        return f"{number}%"
    if figure.unit == "rank":
        return f"第{number}" if language == "zh" else f"no. {number}"
    if figure.unit == "count":
        return number
    unit = label(figure.unit_label, language, figure.unit)
    return f"{number}{unit}" if language == "zh" else f"{number} {unit}".rstrip()


def scaled(value: Decimal, language: str) -> str:
    """A number without idle zeros; large ones in 万 and 亿, or in millions and billions. No digit is lost."""
    if abs(value) >= _LARGE[language]:
        for size, word in _SCALES[language]:
            if abs(value) >= size:
                return _digits(value / size) + word
    return _digits(value)


def _digits(value: Decimal) -> str:
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def period(edtf: str, language: str) -> str:
    """A period (EDTF) in words: ``2016/2020`` is 2016–2020年, ``../2020`` is 截至2020年; what else it may be, as it is."""
    start, slash, end = edtf.partition("/")
    if not slash:
        return _instant(edtf, language)
    if start in ("", ".."):
        return f"截至{_instant(end, language)}" if language == "zh" else f"up to {_instant(end, language)}"
    if end in ("", ".."):
        return f"{_instant(start, language)}以来" if language == "zh" else f"since {_instant(start, language)}"
    if _YEAR.fullmatch(start) and _YEAR.fullmatch(end):
        return f"{start}–{end}年" if language == "zh" else f"{start}–{end}"
    return f"{_instant(start, language)}–{_instant(end, language)}"


def _instant(text: str, language: str) -> str:
    if language != "zh":
        return text
    if _YEAR.fullmatch(text):
        return f"{text}年"
    if match := _MONTH.fullmatch(text):
        return f"{match[1]}年{int(match[2])}月"
    if match := _DAY.fullmatch(text):
        return f"{match[1]}年{int(match[2])}月{int(match[3])}日"
    return text


def points(value: Any, language: str) -> str:
    """A change of a share in percentage points, signed."""
    number = f"{value:+f}"
    number = (number.rstrip("0").rstrip(".") if "." in number else number).replace("-", "−")
    return f"{number}个百分点" if language == "zh" else f"{number} points"
