from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yuanhui_kg.intervals import Formula, Interval, decimals_of, interval_text, text

D = Decimal
numbers = st.decimals(min_value=-(10**12), max_value=10**12, allow_nan=False, places=4)
parts = st.fractions(min_value=0, max_value=1, max_denominator=1000)


@st.composite
def intervals(draw: st.DrawFn) -> Interval:
    low, high = sorted((draw(numbers), draw(numbers)))
    return Interval(low, high) if low == high else Interval(low, high, draw(st.booleans()), draw(st.booleans()))


def inside(interval: Interval, part: Fraction) -> Fraction:
    """A number of the interval's closure; the exact one, which a decimal may not be."""
    low, high = Fraction(interval.low), Fraction(interval.high)
    return low + (high - low) * part


def encloses(interval: Interval, number: Fraction) -> bool:
    return (interval.low.is_infinite() or Fraction(interval.low) <= number) and (
        interval.high.is_infinite() or number <= Fraction(interval.high)
    )


# --- arithmetic ---------------------------------------------------------------------------------------------------------


@given(intervals(), intervals(), parts, parts)
def test_results_of_numbers_lie_in_the_result_of_their_intervals(
    a: Interval, b: Interval, s: Fraction, t: Fraction
) -> None:
    x, y = inside(a, s), inside(b, t)
    assert encloses(a + b, x + y)
    assert encloses(a - b, x - y)
    assert encloses(a * b, x * y)
    if b.low > 0 or b.high < 0:
        assert encloses(a / b, x / y)
    else:
        with pytest.raises(ZeroDivisionError):
            a / b


@given(intervals(), parts, st.integers(0, 12))
def test_powers_of_numbers_lie_in_the_power_of_their_interval(a: Interval, s: Fraction, n: int) -> None:
    assert encloses(a ** Interval.point(D(n)), inside(a, s) ** n)


@given(intervals(), intervals())
def test_the_ends_of_a_result_are_reached_by_ends_of_the_operands(a: Interval, b: Interval) -> None:
    ends = [Fraction(x) * Fraction(y) for x in (a.low, a.high) for y in (b.low, b.high)]
    assert (Fraction((a * b).low), Fraction((a * b).high)) == (min(ends), max(ends))
    assert (a + b).low == a.low + b.low
    assert (a - b).high == a.high - b.low


@given(intervals(), intervals())
def test_overlap_distance_and_closed_ends_agree(a: Interval, b: Interval) -> None:
    assert a.overlaps(b) == b.overlaps(a)
    assert a.distance(b) == b.distance(a) >= 0
    if a.overlaps(b):
        assert a.distance(b) == 0
    assert a.overlaps(Interval.point(b.low)) == (b.low in a)


@given(intervals(), intervals(), numbers)
def test_intervals_that_share_a_number_overlap(a: Interval, b: Interval, number: Decimal) -> None:
    if number in a and number in b:
        assert a.overlaps(b)


def test_touching_intervals_overlap_only_where_both_ends_are_closed() -> None:
    assert Interval(D(1), D(2)).overlaps(Interval(D(2), D(3)))
    assert not Interval(D(1), D(2), high_open=True).overlaps(Interval(D(2), D(3)))
    assert not Interval(D(1), D(2)).overlaps(Interval(D(2), D(3), low_open=True))


def test_open_ends_stay_open() -> None:
    over, plain = Interval(D(80), D(100), low_open=True), Interval(D(2), D(3))
    assert interval_text(over + plain) == "(82, 103]"
    assert interval_text(plain - over) == "[-98, -77)"
    assert interval_text(over * plain) == "(160, 300]"
    assert interval_text(over / plain, 3) == "(26.666, 50]"
    assert interval_text(over ** Interval.point(D(2))) == "(6400, 10000]"
    assert 80 not in over
    assert 100 in over


def test_a_closed_zero_is_reached_whatever_the_other_factor() -> None:
    assert interval_text(Interval(D(0), D(1)) * Interval(D(2), D(3), low_open=True)) == "[0, 3]"


def test_limits_that_are_not_known_stay_unknown() -> None:
    most = Interval.at_most(D(5))
    assert interval_text(most) == "(-∞, 5]"
    assert interval_text(most + most) == "(-∞, 10]"
    assert interval_text(-most) == "[-5, ∞)"
    above = Interval(D(2), D("Infinity"))
    assert interval_text(above / above) == "(0, ∞)"
    assert interval_text(above * Interval.point(D(0))) == "[0, 0]"
    assert interval_text(above ** Interval.point(D(3))) == "[8, ∞)"


@pytest.mark.parametrize(
    ("base", "exponent", "expected"),
    [((-2, 3), 2, "[0, 9]"), ((-4, 3), 3, "[-64, 27]"), ((-3, -2), 2, "[4, 9]"), ((-3, -2), 3, "[-27, -8]")],
)
def test_powers_of_negative_numbers(base: tuple[int, int], exponent: int, expected: str) -> None:
    assert interval_text(Interval(D(base[0]), D(base[1])) ** Interval.point(D(exponent))) == expected


@pytest.mark.parametrize("exponent", ["0.5", "-1", "1001"])
def test_other_exponents_are_refused(exponent: str) -> None:
    with pytest.raises(ValueError, match="whole exponent"):
        Interval.point(D(2)) ** Interval.point(D(exponent))


@pytest.mark.parametrize(("low", "high", "open"), [("2", "1", False), ("1", "1", True), ("NaN", "1", False)])
def test_an_interval_without_numbers_is_refused(low: str, high: str, open: bool) -> None:
    with pytest.raises((ValueError, ArithmeticError)):
        Interval(D(low), D(high), low_open=open)


# --- numbers as text ----------------------------------------------------------------------------------------------------


def test_numbers_are_written_without_exponent_or_idle_zeros() -> None:
    assert [text(D(n)) for n in ("2.125E+10", "66.30", "-0.0", "0.00001")] == ["21250000000", "66.3", "0", "0.00001"]
    assert text(D("66.1992"), 2) == "66.2"
    assert [decimals_of(D(n)) for n in ("66.30", "100", "2E+9", "0.125")] == [1, 0, 0, 3]


@given(intervals(), st.integers(0, 4))
def test_an_interval_is_written_rounded_outwards(a: Interval, decimals: int) -> None:
    low, high = interval_text(a, decimals)[1:-1].split(", ")
    assert D(low) <= a.low
    assert D(high) >= a.high


# --- formulas -----------------------------------------------------------------------------------------------------------


def point(value: str) -> list[Interval]:
    return [Interval.point(D(value))]


def test_a_formula_computes_in_decimals() -> None:
    formula = Formula("100 * ((1 + average / 100) ** years - 1) + 0.1")
    assert formula.names == ("average", "years")
    assert formula.evaluate({"average": point("10"), "years": point("2")}) == Interval.point(D("21.1"))
    assert formula.written({"average": ["-10"], "years": ["2"]}) == "100 × ((1 + (-10) ÷ 100)^2 − 1) + 0.1"


def test_a_formula_adds_up_what_a_name_stands_for() -> None:
    formula = Formula("sum(part) / 2")
    assert formula.evaluate({"part": [*point("1"), *point("2"), *point("3")]}) == Interval.point(D(3))
    assert formula.written({"part": ["1", "2", "3"]}) == "(1 + 2 + 3) ÷ 2"
    assert (formula.summed, Formula("a + b").summed) == ({"part"}, frozenset())
    with pytest.raises(ValueError, match="too many values"):
        Formula("part").evaluate({"part": [*point("1"), *point("2")]})


def test_brackets_are_written_where_they_matter() -> None:
    values = {name: [name] for name in "abc"}
    for source, expected in [
        ("a - (b - c)", "a − (b − c)"),
        ("a - b - c", "a − b − c"),
        ("a / (b * c)", "a ÷ (b × c)"),
        ("(a + b) ** c", "(a + b)^c"),
    ]:
        assert Formula(source).written(values) == expected


@pytest.mark.parametrize(
    "source",
    [
        "a +",
        "a.b",
        "abs(a)",
        "sum(a, b)",
        "sum(a + b)",
        "'a'",
        "True",
        "a if b else c",
        "a % b",
        "-a",
        "[a]",
        "1e999",
        "2j",
    ],
)
def test_anything_else_is_no_formula(source: str) -> None:
    with pytest.raises(ValueError, match=r"is no formula|cannot stand in a formula"):
        Formula(source)
