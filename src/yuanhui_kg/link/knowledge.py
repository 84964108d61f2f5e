"""What the matcher knows of names, read from the files in ``data/``: endings, peoples, abbreviations, similar characters.

The files are plain text; a line that begins with ``#`` is a comment. Nothing in them is about one district.
"""

from __future__ import annotations

import functools
import json
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from typing import Any, Final, NamedTuple

WHOLE: Final = frozenset({"zone", "farm", "institution"})
"""Types whose ending is a part of the name."""


class Kind(NamedTuple):
    """A type of division and the ranks that it may have (1 province … 5 village)."""

    type: str
    ranks: frozenset[int]


def _text(name: str) -> str:
    return files(__package__).joinpath("data", name).read_text(encoding="utf-8")


def _rows(name: str) -> Iterator[list[str]]:
    for line in _text(name).splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")


@functools.cache
def types() -> dict[str, Kind]:
    """Types of divisions by the endings of their names."""
    return {ending: Kind(kind, frozenset(map(int, ranks.split()))) for ending, kind, ranks in _rows("types.tsv")}


@functools.cache
def ranks_of_types() -> dict[str, frozenset[int]]:
    """All ranks that a type may have."""
    found: dict[str, frozenset[int]] = {}
    for kind in types().values():
        found[kind.type] = found.get(kind.type, frozenset()) | kind.ranks
    return found


@functools.cache
def kinds() -> dict[str, frozenset[int]]:
    """Ranks by the words that a column ``kind`` may hold."""
    found = {word: frozenset(map(int, ranks.split())) for word, ranks in _rows("kinds.tsv")}
    return ranks_of_types() | found


@functools.cache
def peoples() -> tuple[str, ...]:
    """Names of peoples without 族, the longest first."""
    return tuple(sorted((row[0] for row in _rows("ethnic.txt")), key=lambda name: (-len(name), name)))


@functools.cache
def english_types() -> dict[tuple[str, ...], str]:
    """Types of divisions by the English (or romanised) words for them."""
    return {tuple(words.split()): kind for words, kind in _rows("english.tsv")}


@functools.cache
def english_peoples() -> frozenset[str]:
    return frozenset(row[0] for row in _rows("peoples.tsv"))


@functools.cache
def other_names() -> tuple[tuple[str, str], ...]:
    """Abbreviations and English names that no rule gives, each with the division that it stands for."""
    return tuple((other, name) for other, name in _rows("provinces.tsv"))


@functools.cache
def renamed() -> tuple[tuple[str, str, str, int], ...]:
    """Divisions that had another name: old name, name now, province, the last year of the old name."""
    return tuple((old, new, province, int(year)) for old, new, province, year in _rows("renamed.tsv"))


@functools.cache
def placeholders() -> frozenset[str]:
    return frozenset(row[0] for row in _rows("placeholders.txt"))


@functools.cache
def countries() -> frozenset[str]:
    """What lies above all that a register of divisions may have, as surroundings name it."""
    return frozenset(row[0] for row in _rows("countries.txt"))


@functools.cache
def contrasts() -> frozenset[tuple[str, str]]:
    """Pairs of characters that tell two neighbours apart (东, 西), both ways round."""
    return frozenset((one, two) for row in _rows("contrasts.txt") for one in row[0] for two in row[0] if one != two)


@functools.cache
def similar() -> dict[str, str]:
    """For each character those that look like it, the most similar first."""
    return {row[0]: row[1] for row in _rows("similar.tsv")}


@functools.cache
def usual() -> dict[str, str]:
    """How usual characters are in names of places at the beginning, inside, and at the end: three digits from 0 to 4."""
    return {row[0]: row[1] for row in _rows("usual.tsv")}


@functools.cache
def organisations() -> dict[str, Any]:
    return tomllib.loads(_text("organisations.toml"))


@functools.cache
def weights() -> dict[str, Any]:
    """The trained weights and thresholds (``weights.json``)."""
    found: dict[str, Any] = json.loads(_text("weights.json"))
    return found


@functools.cache
def reasons() -> dict[str, tuple[str, str]]:
    """What features say to people, in Chinese and in English."""
    return {feature: (zh, en) for feature, zh, en in _rows("reasons.tsv")}
