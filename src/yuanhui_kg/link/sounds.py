"""How two names differ: by which edit, and how alike the characters look and sound that stand for one another."""

from __future__ import annotations

import functools
import re
from typing import Final

from . import knowledge
from .latin import readings

_LIKE: Final = ("sound", "shape", "near")
_NEAR: Final = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"), ("l", "n"), ("hu", "f"))


def sounds_alike(one: str, two: str) -> bool:
    """Whether two characters have the same usual reading, without tones."""
    sound = readings(one)[0]
    return sound != "" and sound == readings(two)[0]


@functools.lru_cache(1 << 17)
def alike(one: str, two: str) -> str:
    """How one character may have come to stand for another.

    ``contrast`` (it tells another place), ``sound`` (the same), ``shape`` (it looks like it), ``near`` (nearly the same
    sound) or ``other``.
    """
    if (one, two) in knowledge.contrasts():
        return "contrast"
    if sounds_alike(one, two):
        return "sound"
    if two in knowledge.similar().get(one, "") or one in knowledge.similar().get(two, ""):
        return "shape"
    here, there = readings(one), readings(two)
    if not here[0] or not there[0]:
        return "other"
    if _blurred(here[0]) == _blurred(there[0]) or here[0] in there[:2] or there[0] in here[:2]:
        return "near"
    return "other"


@functools.lru_cache(1 << 12)
def _blurred(syllable: str) -> str:
    for exact, vague in _NEAR:
        syllable = re.sub(f"^{exact}|{exact}$", vague, syllable)
    return syllable


def difference(one: str, two: str) -> str:
    """The one edit that makes a name another, or several that sound or look alike; empty where more differs.

    ``sound``, ``shape``, ``near``, ``other``, ``contrast`` (one character for another; or one more that tells places apart),
    ``swap`` (two neighbours exchanged), ``drop`` and ``add`` (a character less or more in ``one``), ``lost`` (one less that tells
    places apart), ``head`` (one more at the end, which is what the thing is: 青禾河, 青禾路), ``sounds`` and ``double`` (several characters that sound, or sound or look, like what they stand for).
    """
    gap = len(one) - len(two)
    if gap == 0:
        return _exchanged(one, two)
    if gap == -1:
        return _shorter(one, two, "drop", "lost")
    if gap == 1:
        return "head" if one[:-1] == two else _shorter(two, one, "add", "contrast")
    return ""


def places_of_difference(one: str, two: str) -> list[int]:
    """Where ``one`` has another character than ``two``, of the same length, or one more; nowhere where it is shorter."""
    if len(one) == len(two):
        return [i for i, (a, b) in enumerate(zip(one, two, strict=True)) if a != b]
    if len(one) != len(two) + 1:
        return []
    return [next((i for i, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), len(two))]


def _exchanged(one: str, two: str) -> str:
    places = places_of_difference(one, two)
    if len(places) == 1:
        return alike(one[places[0]], two[places[0]])
    if not places or len(places) > 3:
        return ""
    if (
        len(places) == 2
        and places[1] == places[0] + 1
        and one[places[0]] == two[places[1]]
        and one[places[1]] == two[places[0]]
    ):
        return "swap"
    if all(sounds_alike(one[i], two[i]) for i in places):
        return "sounds"
    if len(one) < 4 or len(places) > 2:
        return ""
    return "double" if all(alike(one[i], two[i]) in _LIKE for i in places) else ""


def _shorter(short: str, long: str, way: str, telling: str) -> str:
    for i, character in enumerate(long):
        if long[:i] + long[i + 1 :] == short:
            return telling if _tells(character) else way
    return ""


@functools.cache
def _telling() -> frozenset[str]:
    return frozenset(one for one, _ in knowledge.contrasts())


def _tells(character: str) -> bool:
    return character in _telling()


def within_one_edit(one: str, two: str) -> bool:
    """Whether two keys differ by one letter, or two neighbours exchanged."""
    if abs(len(one) - len(two)) > 1:
        return False
    start = 0
    for a, b in zip(one, two, strict=False):
        if a != b:
            break
        start += 1
    rest, other = one[start:], two[start:]
    if len(rest) == len(other):
        return rest[1:] == other[1:] or (rest[:2] == other[:2][::-1] and rest[2:] == other[2:])
    return rest[1:] == other if len(rest) > len(other) else rest == other[1:]
