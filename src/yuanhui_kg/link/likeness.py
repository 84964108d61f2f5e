"""How one name may have come to stand for another: mistyped, or cut short; and how odd it looks as a name of a place."""

from __future__ import annotations

from typing import Final, NamedTuple

from . import knowledge
from .names import Name
from .sounds import difference, places_of_difference, sounds_alike

_BEST_FIRST: Final = (
    "sound", "sounds", "shape", "swap", "near", "drop", "add", "double", "other", "lost", "head", "contrast",
)  # fmt: skip
_ORDER: Final = {edit: place for place, edit in enumerate(_BEST_FIRST)}
EDITS: Final = frozenset(_BEST_FIRST)
_ANYWHERE: Final = EDITS - {"double", "lost", "head", "contrast"}  # taken for misprints without surroundings, too


class Likeness(NamedTuple):
    """``way``: an edit (:func:`.sounds.difference`), ``prefix`` or ``abbreviation``.

    ``odd``: how usual in names of places the characters are, where they stand, that the one name has instead of the other's: that of the
    least usual one, from ``0`` (never) to ``4``; empty where nothing stands instead.
    """

    way: str
    odd: str = ""


def likeness(mine: Name, theirs: Name, scoped: bool) -> Likeness | None:
    """How a mention's name may stand for a row's; ``None`` where it may not.

    Names of two characters are compared whole, or where ``scoped`` tells that the surroundings are known.
    """
    if not set(mine.core).intersection(theirs.full):
        return _all_by_sound(mine.core, theirs.core)
    best: Likeness | None = None
    for one, two in _compared(mine, theirs):
        edit = difference(one, two)
        if edit and (best is None or _ORDER[edit] < _ORDER[best.way]):
            best = Likeness(edit, _oddness(one, two, len(mine.core)))
    if best or not scoped or (mine.type and theirs.type in knowledge.WHOLE - {mine.type}):
        return best if best and (scoped or best.way in _ANYWHERE) else None
    return _cut_short(mine.core, theirs.core)


def _all_by_sound(mine: str, theirs: str) -> Likeness | None:
    if len(mine) != len(theirs) or len(mine) < 2 or not sounds_alike(mine[0], theirs[0]):
        return None
    return Likeness("sounds", _oddness(mine, theirs, len(mine))) if difference(mine, theirs) == "sounds" else None


def _compared(mine: Name, theirs: Name) -> list[tuple[str, str]]:
    """What is compared of two names: the whole, and the cores where both or neither tell a type."""
    pairs = [(mine.full, theirs.full)] if min(len(mine.full), len(theirs.full)) > 2 else []
    if mine.core == mine.full or theirs.core != theirs.full:
        pairs.append((mine.core, theirs.core))
    return [(one, two) for one, two in pairs if min(len(one), len(two)) > 1]


def _oddness(written: str, meant: str, core: int) -> str:
    usual = knowledge.usual()
    classes = [
        usual.get(written[place], "000")[0 if place == 0 else 2 if place == core - 1 else 1]
        for place in places_of_difference(written, meant)
    ]
    return min(classes, default="")


def _cut_short(short: str, long: str) -> Likeness | None:
    if len(long) < 4 or not 2 <= len(short) < len(long) or short[0] != long[0]:
        return None
    if long.startswith(short):
        return Likeness("prefix")
    return Likeness("abbreviation") if in_order(short, long) else None


def in_order(short: str, long: str) -> bool:
    """Whether the characters of a text stand in another in their order."""
    rest = iter(long)
    return all(character in rest for character in short)
