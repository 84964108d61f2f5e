"""Intervals of exact decimals, and formulas over them.

A printed number stands for an interval: 35.9 % for everything that rounds to it. Arithmetic on intervals rounds
outwards, so that a result is never narrower than the truth.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Context, Decimal
from itertools import product
from typing import Final

PRECISION: Final = 50  #: Digits that are kept of a result that has no end.
MAX_EXPONENT: Final = 1000
_DOWN: Final = Context(prec=PRECISION, rounding=ROUND_FLOOR)
_UP: Final = Context(prec=PRECISION, rounding=ROUND_CEILING)
_INFINITY: Final = Decimal("Infinity")
_ZERO: Final = Decimal(0)

Operation = Callable[[Context, Decimal, Decimal], Decimal | None]


@dataclass(frozen=True)
class Interval:
    """All numbers from ``low`` to ``high``; an open end is not among them, an infinite end never is.

    Raises :class:`ValueError` where there is no such number.
    """

    low: Decimal
    high: Decimal
    low_open: bool = False
    high_open: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "low_open", self.low_open or self.low.is_infinite())
        object.__setattr__(self, "high_open", self.high_open or self.high.is_infinite())
        if not self.low <= self.high or (self.low == self.high and (self.low_open or self.high_open)):
            raise ValueError(f"{self.low} to {self.high} is no interval")

    @classmethod
    def point(cls, value: Decimal) -> Interval:
        return cls(value, value)

    @classmethod
    def at_most(cls, high: Decimal, *, open: bool = False) -> Interval:
        return cls(-_INFINITY, high, high_open=open)

    @property
    def is_point(self) -> bool:
        return self.low == self.high

    def __contains__(self, value: Decimal) -> bool:
        above = self.low < value or (self.low == value and not self.low_open)
        below = value < self.high or (self.high == value and not self.high_open)
        return above and below

    def overlaps(self, other: Interval) -> bool:
        """Whether some number lies in both."""
        return self._starts_before(other) and other._starts_before(self)

    def _starts_before(self, other: Interval) -> bool:
        if self.low == other.high:
            return not (self.low_open or other.high_open)
        return self.low < other.high

    def distance(self, other: Interval) -> Decimal:
        """How far apart the two are; 0 where they overlap or touch."""
        return max(_ZERO, _UP.subtract(max(self.low, other.low), min(self.high, other.high)))

    def __add__(self, other: Interval) -> Interval:
        return Interval(
            _DOWN.add(self.low, other.low),
            _UP.add(self.high, other.high),
            self.low_open or other.low_open,
            self.high_open or other.high_open,
        )

    def __neg__(self) -> Interval:
        return Interval(self.high.copy_negate(), self.low.copy_negate(), self.high_open, self.low_open)

    def __sub__(self, other: Interval) -> Interval:
        return self + -other

    def __mul__(self, other: Interval) -> Interval:
        return self._of_corners(other, _product)

    def __truediv__(self, other: Interval) -> Interval:
        """The quotient. Raises :class:`ZeroDivisionError` where the divisor may be or come near zero."""
        if other.low <= 0 <= other.high:
            raise ZeroDivisionError("the divisor may be zero")
        return self._of_corners(other, _quotient)

    def __pow__(self, exponent: Interval) -> Interval:
        """A whole power. Raises :class:`ValueError` where the exponent is no whole number from 0 to 1,000."""
        n = exponent.low
        if not exponent.is_point or not 0 <= n <= MAX_EXPONENT or n != n.to_integral_value():
            raise ValueError(f"{n} is no whole exponent up to {MAX_EXPONENT}")
        if n == 0:
            return Interval.point(Decimal(1))
        if self.low >= 0:
            return Interval(_power(_DOWN, self.low, n), _power(_UP, self.high, n), self.low_open, self.high_open)
        if self.high <= 0:
            return -((-self) ** exponent) if n % 2 else (-self) ** exponent
        down, up = _power(_UP, self.low.copy_negate(), n), _power(_UP, self.high, n)
        if n % 2:
            return Interval(down.copy_negate(), up, self.low_open, self.high_open)
        high, closed = max((down, not self.low_open), (up, not self.high_open))
        return Interval(_ZERO, high, high_open=not closed)

    def _ends(self) -> tuple[tuple[Decimal, bool], tuple[Decimal, bool]]:
        return (self.low, self.low_open), (self.high, self.high_open)

    def _of_corners(self, other: Interval, operation: Operation) -> Interval:
        """The result of an operation that is monotone in each operand: its extremes are at the corners."""
        lows, highs = [], []
        for (a, a_open), (b, b_open) in product(self._ends(), other._ends()):
            low, high = operation(_DOWN, a, b), operation(_UP, a, b)
            if low is None or high is None:
                continue
            # A closed zero makes the product zero whatever the other operand is.
            open = (a_open or b_open) and not (a == 0 and not a_open) and not (b == 0 and not b_open)
            lows.append((low, open))
            highs.append((high, not open))
        low, low_open = min(lows)
        high, closed = max(highs)
        return Interval(low, high, low_open, not closed)


def _power(context: Context, base: Decimal, n: Decimal) -> Decimal:
    """``base`` (≥ 0) to the ``n``; the engine's own power does not keep to the direction of rounding."""
    result = Decimal(1)
    for _ in range(int(n)):
        result = context.multiply(result, base)
    return result


def _product(context: Context, a: Decimal, b: Decimal) -> Decimal | None:
    return _ZERO if a == 0 or b == 0 else context.multiply(a, b)


def _quotient(context: Context, a: Decimal, b: Decimal) -> Decimal | None:
    if a.is_infinite() and b.is_infinite():
        return None  # the other corners already reach as far
    return _ZERO if b.is_infinite() else context.divide(a, b)


# --- numbers as text ----------------------------------------------------------------------------------------------------


def text(value: Decimal, decimals: int | None = None, rounding: str = ROUND_HALF_EVEN) -> str:
    """A number without exponent and without zeros at its end, rounded to ``decimals`` places where given."""
    if value.is_infinite():
        return "∞" if value > 0 else "-∞"
    if decimals is not None:
        value = value.quantize(Decimal(1).scaleb(-decimals), rounding, Context(prec=PRECISION * 4))
    written = format(value, "f")
    written = written.rstrip("0").rstrip(".") if "." in written else written
    return "0" if written in ("-0", "") else written


def interval_text(interval: Interval, decimals: int | None = None) -> str:
    """An interval in mathematical notation, rounded outwards; an open end has a round bracket."""
    low = text(interval.low, decimals, ROUND_FLOOR)
    high = text(interval.high, decimals, ROUND_CEILING)
    return f"{'(' if interval.low_open else '['}{low}, {high}{')' if interval.high_open else ']'}"


def decimals_of(value: Decimal) -> int:
    """How many digits a number has behind the point."""
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


# --- formulas -----------------------------------------------------------------------------------------------------------

_OPERATORS: Final[dict[type[ast.operator], tuple[Callable[[Interval, Interval], Interval], str, int]]] = {
    ast.Add: (Interval.__add__, "+", 1),
    ast.Sub: (Interval.__sub__, "−", 1),
    ast.Mult: (Interval.__mul__, "×", 2),
    ast.Div: (Interval.__truediv__, "÷", 2),
    ast.Pow: (Interval.__pow__, "^", 3),
}


class Formula:
    """An expression of numbers, names, ``+ - * / **``, brackets and ``sum(name)``.

    Bounds are exact where each name stands in it once. Raises :class:`ValueError` where the text is none.
    """

    def __init__(self, source: str) -> None:
        self.source = source
        try:
            self._tree = ast.parse(source, mode="eval").body
        except SyntaxError:
            raise ValueError(f"{source!r} is no formula") from None
        self._check(self._tree)
        found = [node for node in ast.walk(self._tree) if isinstance(node, ast.Name) and node.id != "sum"]
        self.names = tuple(dict.fromkeys(node.id for node in sorted(found, key=lambda node: node.col_offset)))

    @property
    def summed(self) -> frozenset[str]:
        """The names that stand for several values."""
        calls = (node for node in ast.walk(self._tree) if isinstance(node, ast.Call))
        return frozenset(node.args[0].id for node in calls if isinstance(node.args[0], ast.Name))

    @property
    def is_name(self) -> bool:
        """Whether there is nothing to compute."""
        return isinstance(self._tree, ast.Name)

    def evaluate(self, values: Mapping[str, Sequence[Interval]]) -> Interval:
        """The value, each name standing for its one value, in ``sum`` for all of them.

        Raises :class:`ArithmeticError` or :class:`ValueError` where there is none.
        """
        return self._value(self._tree, values)

    def written(self, values: Mapping[str, Sequence[str]]) -> str:
        """The formula with texts in the place of names."""
        return self._text(self._tree, values)[0]

    def _check(self, node: ast.expr) -> None:
        match node:
            case ast.Name():
                return
            case ast.Constant() if re.fullmatch(r"\d+(\.\d+)?", self._digits(node)):
                return
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
                self._check(left)
                self._check(right)
            case ast.Call(func=ast.Name(id="sum"), args=[ast.Name()], keywords=[]):
                return
            case _:
                raise ValueError(f"{ast.unparse(node)!r} cannot stand in a formula")

    def _digits(self, node: ast.Constant) -> str:
        return ast.get_source_segment(self.source, node) or ""

    def _number(self, node: ast.Constant) -> Decimal:
        """A number from its digits, not by way of a binary fraction."""
        return Decimal(self._digits(node))

    def _value(self, node: ast.expr, values: Mapping[str, Sequence[Interval]]) -> Interval:
        match node:
            case ast.Name(id=name):
                (value,) = values[name]
                return value
            case ast.BinOp(left=left, op=op, right=right):
                return _OPERATORS[type(op)][0](self._value(left, values), self._value(right, values))
            case ast.Call(args=[ast.Name(id=name)]):
                first, *others = values[name]
                for other in others:
                    first = first + other
                return first
            case ast.Constant():
                return Interval.point(self._number(node))
        raise AssertionError(node)  # _check let it pass

    def _text(self, node: ast.expr, values: Mapping[str, Sequence[str]]) -> tuple[str, int]:
        """A text and how tightly it binds."""
        match node:
            case ast.Name(id=name):
                return _signed(values[name][0])
            case ast.BinOp(left=left, op=op, right=right):
                _, sign, rank = _OPERATORS[type(op)]
                before = _bracketed(self._text(left, values), rank)
                after = _bracketed(self._text(right, values), rank + 1)
                return (f"{before}^{after}" if sign == "^" else f"{before} {sign} {after}"), rank
            case ast.Call(args=[ast.Name(id=name)]):
                return " + ".join(_bracketed(_signed(value), 1) for value in values[name]), 1
            case ast.Constant():
                return text(self._number(node)), 9
        raise AssertionError(node)


def _signed(value: str) -> tuple[str, int]:
    return value, 0 if value.startswith("-") else 9


def _bracketed(part: tuple[str, int], rank: int) -> str:
    return part[0] if part[1] >= rank else f"({part[0]})"
