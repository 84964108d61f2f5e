"""English labels of named things: the place that a name begins with, the rest in pinyin, and what its last words mean.

They are for readers who know no Chinese, and are no official names.
"""

from __future__ import annotations

import functools
from collections.abc import Container
from typing import Final

from .. import pinyin
from .tables import table

#: Names are places inside places; none is nested deeper.
_DEEPEST: Final = 4


def english(name: str, kind: str = "", areas: Container[str] = ()) -> str:
    """The English label of a Chinese name.

    :param kind: the class of the thing, whose word is said where the last words of the name tell nothing.
    :param areas: names of places with which others may begin: 江口区|临港产业园.
    """
    return " ".join(_parts(name, kind, areas, _DEEPEST)) or name


def _parts(name: str, kind: str, areas: Container[str], depth: int) -> list[str]:
    begun = (name[:cut] for cut in range(len(name) - 1, 0, -1) if name[:cut] in areas) if depth else iter(())
    if kind not in ("Title", "Award") and (area := next(begun, "")):
        return [*_parts(area, "", areas, 0), *_parts(name.removeprefix(area), kind, areas, depth - 1)]
    ending = next((end for end in _endings() if name.endswith(end) and kind != "Title"), "")
    if not ending:
        return [part for part in (_reading(name), table("english")["kinds"].get(kind, "")) if part]
    stem = name.removesuffix(ending)
    return [part for part in (_reading(stem) if stem else "", table("english")["endings"][ending]) if part]


@functools.cache
def _endings() -> list[str]:
    return sorted(table("english")["endings"], key=len, reverse=True)


def _reading(name: str) -> str:
    return "".join(pinyin.syllables(name)).capitalize() or name
