"""The administrative divisions that extraction knows: provinces, prefectures and counties, with their codes.

The table ``divisions.tsv`` has the codes of GB/T 2260, in which the first two digits are the province and the first four the prefecture.
"""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from importlib import resources
from typing import Final

from .boundaries import short_of
from .mentions import Names, outermost
from .tables import table

#: Names of divisions that are also words (老城区, 市中区); so are those of two characters (郊区, 新县).
_WORDS: Final = frozenset(table("entities")["alsoWords"]["divisions"])


@functools.cache
def codes() -> Mapping[str, tuple[str, ...]]:
    """The codes of each name; several divisions may bear one (朝阳区)."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    table = resources.files(__package__).joinpath("tables", "divisions.tsv").read_text(encoding="utf-8")
    for line in table.splitlines()[1:]:
        code, _, name = line.partition("\t")
        found[name].append(code)
    return {name: tuple(of_name) for name, of_name in found.items()}


@functools.cache
def _names() -> Names:
    return Names(codes())


def mentions(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each name of the register, the longest where several begin or lie in each other.

    One that is also a word counts only where the text names the prefecture or province in which it lies.
    """
    spans = list(outermost(_names().spans(text)))
    named = {text[start:end] for start, end in spans}
    meant = {name for name in named if not _is_word(name) or code_of(name, named)}
    yield from ((start, end) for start, end in spans if text[start:end] in meant)


def code_of(name: str, named: Collection[str]) -> str:
    """The code of a name among all that a text names: the only one there is, or the one whose prefecture or province is named.

    Empty for a name that the register has not, that is a word too and has none above it, or that several may mean.
    """
    known = codes().get(name, ())
    if len(known) == 1 and not _is_word(name):
        return known[0]
    for level in (0, 1):
        placed = [code for code in known if (outer := _names_of().get(above(code)[level])) in named and outer != name]
        if len(placed) == 1:
            return placed[0]
    return ""


def _is_word(name: str) -> bool:
    return len(name) < 3 or name in _WORDS


@functools.cache
def short_provinces() -> Mapping[str, str]:
    """The codes of provinces by their names without the last words: 福建, 广西."""
    provinces = {name: of_name[0] for name, of_name in codes().items() if level(of_name[0]) == "province"}
    return {short_of(name): code for name, code in provinces.items()}


@functools.cache
def _names_of() -> Mapping[str, str]:
    return {code: name for name, of_name in codes().items() for code in of_name}


def name_of(code: str) -> str:
    """The name of a division of the register."""
    return _names_of()[code]


def short_prefecture(text: str, start: int, province: str) -> str:
    """The city of a province whose name without its last word stands at a place; empty where there is none."""
    for length in (2, 3, 4):
        name = text[start : start + length] + "市"
        if any(level(code) == "prefecture" and lies_in(code, province) for code in codes().get(name, ())):
            return name if not text.startswith("市", start + length) else ""
    return ""


def above(code: str) -> tuple[str, str]:
    """The codes of the prefecture and of the province of a division, which may be itself one of them."""
    return f"{code[:4]}00", f"{code[:2]}0000"


def lies_in(code: str, other: str) -> bool:
    """Whether a division lies in another, by their codes."""
    return code != other and other in above(code)


def level(code: str) -> str:
    """``province``, ``prefecture`` or ``county``."""
    return "province" if code.endswith("0000") else "prefecture" if code.endswith("00") else "county"
