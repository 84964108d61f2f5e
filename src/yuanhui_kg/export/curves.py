"""Lines between boxes: where they begin and end, how they bend, where their arrowheads are."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from .scene import Point

_HEAD: Final = 7.0  # length of an arrowhead
_STEPS: Final = 14
_SAMPLES: Final = 40  # points of a line that are looked at


@dataclass(frozen=True, slots=True)
class Box:
    """A box by its centre."""

    x: float
    y: float
    width: float
    height: float

    def holds(self, point: Point) -> bool:
        return abs(point[0] - self.x) <= self.width / 2 + 1 and abs(point[1] - self.y) <= self.height / 2 + 1

    def touches(self, other: Box) -> bool:
        return (
            abs(self.x - other.x) < (self.width + other.width) / 2
            and abs(self.y - other.y) < (self.height + other.height) / 2
        )


def crossed(points: Sequence[Point], boxes: npt.NDArray[np.float64]) -> npt.NDArray[np.intp]:
    """Which boxes (rows of x and y of the middle, width, height) a straight or quadratic line passes under."""
    share = np.linspace(0.02, 0.98, _SAMPLES)[:, None]
    ends = np.array(points)
    if len(ends) == 2:
        line = ends[0] + (ends[1] - ends[0]) * share
    else:
        line = ends[0] * (1 - share) ** 2 + ends[1] * 2 * share * (1 - share) + ends[2] * share**2
    under = np.abs(line[:, None] - boxes[None, :, :2]) < boxes[None, :, 2:] / 2
    return np.flatnonzero(under.all(axis=2).any(axis=0))


def middle(points: Sequence[Point], share: float) -> Point:
    """The point at ``share`` (0 to 1) of a straight, quadratic or cubic line (de Casteljau)."""
    left = list(points)
    while len(left) > 1:
        left = [_between(a, b, share) for a, b in itertools.pairwise(left)]
    return left[0]


def _between(a: Point, b: Point, share: float) -> Point:
    return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share


def between(source: Box, target: Box, bend: float) -> tuple[Point, ...]:
    """A line from the rim of one box to that of another, which leaves the straight by about ``bend``."""
    ends = (source.x, source.y), (target.x, target.y)
    dx, dy = ends[1][0] - ends[0][0], ends[1][1] - ends[0][1]
    far = math.hypot(dx, dy) or 1
    if not bend:
        line: tuple[Point, ...] = ends
    else:
        control = (ends[0][0] + dx / 2 - dy / far * bend * 1.6, ends[0][1] + dy / 2 + dx / far * bend * 1.6)
        line = (ends[0], control, ends[1])
    first = _rim(line, source, 0, 0.5)
    last = _rim(line, target, 1, 0.5)
    return _cut(line, first, last)


def _rim(line: Sequence[Point], box: Box, inside: float, outside: float) -> float:
    """The share of a line at which it crosses the rim of a box in whose middle it begins (0) or ends (1)."""
    if len(line) == 2:
        reach = min(
            (side / 2 + 1) / abs(b - a) if a != b else 1.0
            for side, a, b in zip((box.width, box.height), line[0], line[1], strict=True)
        )
        return inside + (outside - inside) * min(2 * reach, 1.0)
    for _ in range(_STEPS):
        half = (inside + outside) / 2
        if box.holds(middle(line, half)):
            inside = half
        else:
            outside = half
    return outside


def _cut(line: Sequence[Point], first: float, last: float) -> tuple[Point, ...]:
    start, end = middle(line, first), middle(line, last)
    if len(line) == 2:
        return _rounded(start), _rounded(end)
    # The control point of a part of a parabola is where the tangents at its ends meet.
    a, b, c = line
    control = _between(_between(a, b, first), _between(b, c, first), last)
    return _rounded(start), _rounded(control), _rounded(end)


def loop(box: Box, number: int) -> tuple[Point, ...]:
    """A line from a box to itself, above its right corner; the next one is wider."""
    right, top = box.x + box.width / 2, box.y - box.height / 2
    reach = 26.0 + 9 * number
    start, end = (right - 16, top - 1), (right + 1, top + 8)
    return start, (right - 14, top - reach), (right + reach, top - 6), end


def arrowhead(points: tuple[Point, ...]) -> tuple[tuple[Point, ...], tuple[Point, Point, Point]]:
    """The line without the piece that its arrowhead covers, and the arrowhead's corners."""
    tip, before = points[-1], points[-2]
    dx, dy = tip[0] - before[0], tip[1] - before[1]
    far = math.hypot(dx, dy) or 1
    ux, uy = dx / far, dy / far
    base = (tip[0] - ux * _HEAD, tip[1] - uy * _HEAD)
    wing = _HEAD * 0.42
    corners = (tip, (base[0] - uy * wing, base[1] + ux * wing), (base[0] + uy * wing, base[1] - ux * wing))
    left, right = _rounded(corners[1]), _rounded(corners[2])
    return (*points[:-1], _rounded(base)), (_rounded(tip), left, right)


def _rounded(point: Point) -> Point:
    return round(point[0], 1), round(point[1], 1)
