"""Small charts, made on the server: bars whose lengths are numbers in the page, so that no style has to stand in it.

Names and values are text of the page, which wraps, can be copied and is read aloud; only the bars are drawn (``charts.html``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from ..plots import Comparison, Figure, Growth, Structure, comparisons, growths, structures

MOST_BARS: Final = 12  #: Bars that a chart shows at once.


@dataclass(frozen=True)
class Bar:
    """A bar: where it begins and how long it is, both in percent of the chart's width."""

    node: Any
    figure: Figure
    start: float
    length: float
    beside: Any = None


@dataclass(frozen=True)
class Chart:
    """Bars on one scale; ``zero`` is where values begin, in percent of the width."""

    bars: tuple[Bar, ...]
    zero: float

    @property
    def first(self) -> tuple[Bar, ...]:
        return self.bars[:MOST_BARS]

    @property
    def rest(self) -> tuple[Bar, ...]:
        """What is folded away: a communiqué tells the growth of thirty things."""
        return self.bars[MOST_BARS:]


@dataclass(frozen=True)
class Segment:
    """A part of a stacked bar, in percent of its width; ``place`` is the part's number among its whole's."""

    place: int
    start: float
    length: float
    figure: Figure


def of(figures: Sequence[Figure], most: int = 6) -> dict[str, Any]:
    """What can be drawn of some figures: for the templates, that each has at most ``most`` of a kind."""
    grown = growths(figures)
    spans = dict.fromkeys((one.subject["iri"], one.base, one.period) for one in grown)
    return {
        "growths": grown,
        "growth_charts": [
            (told, chart)
            for key in list(spans)[:most]
            if (told := [one for one in grown if (one.subject["iri"], one.base, one.period) == key])
            and (chart := growth(told))
        ],
        "structure_charts": [(one, stacked(one)) for one in structures(figures)[:most]],
        "comparison_charts": [(one, chart) for one in comparisons(figures)[:most] if (chart := comparison(one))],
    }


def growth(found: Sequence[Growth]) -> Chart | None:
    """The changes since a base period."""
    told = [(one.indicator, one.change, one) for one in found if one.change]
    return _chart(told)


def comparison(found: Comparison) -> Chart | None:
    """The same indicator of several things."""
    return _chart([(figure.subject, figure, None) for figure in found.figures])


def _chart(told: Sequence[tuple[Any, Figure, Any]]) -> Chart | None:
    values = [figure.value or Decimal(0) for _, figure, _ in told]
    low, high = min([Decimal(0), *values]), max([Decimal(0), *values])
    if low == high:
        return None

    def share(value: Decimal) -> float:
        return float(round(100 * (value - low) / (high - low), 2))

    zero = share(Decimal(0))
    bars = []
    for (node, figure, beside), value in zip(told, values, strict=True):
        end = share(value)
        bars.append(Bar(node, figure, min(zero, end), round(abs(end - zero), 2), beside))
    return Chart(tuple(bars), zero)


def stacked(found: Structure) -> list[tuple[str, list[Segment]]]:
    """For each period of a structure its parts, end to end."""
    rows = []
    for column, period in enumerate(found.periods):
        shares = [(place, part.shares[column]) for place, part in enumerate(found.parts)]
        present = [
            (place, figure) for place, figure in shares if figure and figure.value is not None and figure.value > 0
        ]
        total = sum((figure.value or Decimal(0) for _, figure in present), Decimal(0))
        segments, start = [], 0.0
        for place, figure in present:
            length = float(round(100 * (figure.value or Decimal(0)) / total, 2))
            segments.append(Segment(place, round(start, 2), length, figure))
            start += length
        rows.append((period, segments))
    return rows
