"""What a picture consists of, whatever it is written as: boxes, lines, arrowheads and texts in points from the top left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

Point = tuple[float, float]

#: Dashes of lines, by what they stand for.
DASHES: Final[dict[str, tuple[float, ...]]] = {
    "asserted": (),
    "inferred": (7, 4),
    "prospect": (1.5, 3.5),
    "unstated": (),
}


@dataclass(frozen=True, slots=True)
class Box:
    """A rounded rectangle. ``tip`` is shown where it is pointed at, ``key`` tells which thing it is."""

    x: float
    y: float
    width: float
    height: float
    fill: str
    stroke: str
    thick: float = 1
    round: float = 6
    tip: str = ""
    link: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Curve:
    """A line from ``points[0]`` to ``points[-1]``: straight (2), quadratic (3) or cubic (4 points)."""

    points: tuple[Point, ...]
    stroke: str
    thick: float = 1
    dashes: tuple[float, ...] = ()
    tip: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Arrow:
    """A filled triangle."""

    points: tuple[Point, Point, Point]
    fill: str


@dataclass(frozen=True, slots=True)
class Text:
    """One line; ``y`` is its baseline, ``anchor`` what of it stands at ``x``: ``start``, ``middle`` or ``end``."""

    x: float
    y: float
    text: str
    size: float
    fill: str = "#1c1c1c"
    anchor: str = "start"
    halo: bool = False
    key: str = ""


@dataclass(frozen=True)
class Scene:
    """A whole picture; what comes later lies above. ``language`` is that of its texts."""

    width: float
    height: float
    items: tuple[Box | Curve | Arrow | Text, ...]
    title: str
    about: str
    language: str

    @property
    def characters(self) -> set[str]:
        """All characters that are shown."""
        return {character for item in self.items if isinstance(item, Text) for character in item.text}
