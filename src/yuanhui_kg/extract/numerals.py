"""What numerals are worth, in digits and in Chinese characters, with their multipliers. Pure functions."""

from __future__ import annotations

import functools
from decimal import Decimal
from typing import Final, NamedTuple

HALF: Final = "一半"
_DIGITS: Final = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_STEPS: Final = {"十": 10, "百": 100, "千": 1000}
_MYRIADS: Final = {"万": 10_000, "亿": 100_000_000}
_FACTORS: Final = _STEPS | _MYRIADS
#: The characters of Chinese numerals, and those that multiply what stands before them.
CHARACTERS: Final = "〇零一二两三四五六七八九十百千万亿"
MULTIPLYING: Final = "百千万亿"
#: Patterns of numerals in digits, in characters, and of what multiplies either: 1,386.42, 三百零五, 二点四, 千万.
DIGITS: Final = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?"
HAN: Final = rf"[{CHARACTERS}]+(?:点[{CHARACTERS}]+)?"
MULTIPLIER: Final = r"(?:万亿|[百千十]?亿|[百千十]?万|千(?!瓦|米|克|伏|卡|分点)|百(?!分))"


_ONE: Final = Decimal(1)


class Worth(NamedTuple):
    """The value of a numeral, and its step: what one more in its last printed digit adds."""

    value: Decimal
    step: Decimal

    def times(self, factor: Decimal) -> Worth:
        return Worth(self.value * factor, self.step * factor)


def read(numeral: str) -> Worth | None:
    """The worth of a numeral of either kind; None where one in characters is not well formed."""
    return digits(numeral) if numeral[:1].isdecimal() else characters(numeral)


def digits(printed: str) -> Worth:
    """The worth of a numeral in digits: 1,386.42 is so many, by hundredths."""
    return Worth(Decimal(printed.replace(",", "")), _last_of(len(printed.partition(".")[2])))


def characters(numeral: str) -> Worth | None:
    """The worth of a numeral in characters: 三百二十 goes by tens, 二点五 by tenths, 百万 by itself."""
    value = chinese(numeral)
    if value is None:
        return None
    if not numeral.strip(MULTIPLYING):
        return Worth(value, value)
    behind = len(numeral.partition("点")[2])
    if behind:
        return Worth(value, _last_of(behind))
    return Worth(value, Decimal(_FACTORS.get(numeral[-1], _cut_short(numeral) or 1)))


def chinese(numeral: str) -> Decimal | None:
    """The value of a numeral in characters; None where it is not well formed (一二三, 二十二十, 千百, 一百零)."""
    whole, _, fraction = numeral.partition("点")
    value = _whole(whole)
    if value is None or not fraction:
        return value
    if any(character not in _DIGITS for character in fraction):
        return None
    return value + Decimal("0." + _spelt(fraction))


def decimals(numeral: str) -> Decimal:
    """What digits are worth that are told one after the other, of either kind: 八二 and 82."""
    return Decimal(numeral if numeral.isdecimal() else _spelt(numeral))


def fraction(numeral: str) -> Worth:
    """三分之一, 一半: a share, in percent to one digit."""
    if numeral == HALF:
        return Worth(Decimal(50), Decimal(1))
    whole, part = (Decimal(_DIGITS[character]) for character in numeral.split("分之"))
    step = Decimal("0.1")
    return Worth((100 * part / whole).quantize(step), step)


def doubled(numeral: str) -> Decimal:
    """How many times as much 翻一番, 翻两番 is: 2, 4."""
    return Decimal(2) ** (int(numeral) if numeral.isdecimal() else _DIGITS[numeral])


def tenths(tens: Decimal, behind: str) -> Worth:
    """七成, 三成六 and 六成半, in percent; ``behind`` is the character behind 成, or nothing."""
    if not behind:
        return Worth(10 * tens, Decimal(10))
    return Worth(10 * tens + (5 if behind == "半" else _DIGITS[behind]), Decimal(1))


@functools.lru_cache(16)
def multiplier(printed: str) -> Decimal:
    """What 万, 千万 or 万亿 multiplies by."""
    product = 1
    for character in printed:
        product *= _FACTORS[character]
    return Decimal(product)


@functools.lru_cache(16)
def _last_of(decimals: int) -> Decimal:
    """One in the last of so many decimals."""
    return _ONE.scaleb(-decimals)


def _spelt(figures: str) -> str:
    return "".join(str(_DIGITS[character]) for character in figures)


def _cut_short(numeral: str) -> int:
    """What the last digit stands for of which the unit is left out, as one speaks: 1000 in 两万三; 0 where it is told."""
    cut = numeral[-1] in _DIGITS and numeral[-1] not in "零〇" and numeral[-2:-1] in MULTIPLYING
    return _FACTORS[numeral[-2]] // 10 if cut and len(numeral) > 1 else 0


def _whole(numeral: str) -> Decimal | None:
    if len(numeral) > 1 and all(character in _DIGITS for character in numeral):
        return Decimal(_spelt(numeral)) if "〇" in numeral else None
    if len(numeral) > 1 and numeral[-1] == "零":
        return None
    total = section = digit = 0
    for character in numeral:
        if character in _DIGITS:
            if digit and character not in "零〇":
                return None
            digit = _DIGITS[character]
        elif character in _STEPS:
            step = _STEPS[character]
            if section % (10 * step) or (step > 10 and not digit and total + section):
                return None
            section, digit = section + (digit or 1) * step, 0
        elif character == "亿":
            total, section, digit = (total + section + digit or 1) * _MYRIADS["亿"], 0, 0
        elif total and not section + digit:
            return None
        else:
            total, section, digit = total + (section + digit or 1) * _MYRIADS["万"], 0, 0
    return Decimal(total + section + digit * (_cut_short(numeral) or 1))
