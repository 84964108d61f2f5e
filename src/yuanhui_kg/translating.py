"""What the program says, in Chinese: catalogues (``*.zh.toml``) whose sentences are found by what they are in English.

A sentence is made where it is said, in English, with what it names in it; jobs send errors from one process to another so. Here
the sentence is told from what it names, and said again. One that no catalogue has stays as it is.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import Formatter
from typing import Final

_CATALOGUES: Final = ("errors.zh.toml", "commands.zh.toml")
_LONGEST: Final = 10_000  # characters of what is looked at
_DEEPEST: Final = 3  # sentences in what sentences name


@dataclass(frozen=True)
class _Sentence:
    """``pieces`` are what stands around that which it names, in English."""

    pieces: tuple[str, ...]
    chinese: str

    @property
    def letters(self) -> int:
        return sum(map(len, self.pieces))

    def named_in(self, text: str) -> list[str] | None:
        """What a text names, if it is this sentence: each as short as it can be, so that no text takes long."""
        if len(self.pieces) == 1:
            return [] if text == self.pieces[0] else None
        first, *middle, last = self.pieces
        end = len(text) - len(last)
        if not text.startswith(first) or not text.endswith(last) or end < len(first):
            return None
        found, at = [], len(first)
        for piece in middle:
            place = text.find(piece, at, end)
            if place < 0:
                return None
            found.append(text[at:place])
            at = place + len(piece)
        return [*found, text[at:end]]


def translated(text: str, deepest: int = _DEEPEST) -> str | None:
    """What was said, in one sentence or several, in Chinese; ``None`` where a sentence is in no catalogue.

    :param deepest: to how deep sentences are looked for in what sentences name. A word alone is a name there, and stays.
    """
    if not text or len(text) > _LONGEST or not deepest or (deepest < _DEEPEST and " " not in text):
        return None
    for sentence in _sentences():
        if (named := sentence.named_in(text)) is not None:
            return sentence.chinese.format(*(translated(part, deepest - 1) or part for part in named))
    first, stop, rest = text.partition(". ")
    begun = translated(f"{first}.", deepest) if stop else None
    ended = translated(rest, deepest) if begun is not None else None
    return None if begun is None or ended is None else begun + ended


def templates() -> dict[str, str]:
    """English to Chinese, as the catalogues have them."""
    return {english: chinese for name in _CATALOGUES for english, chinese in _read(name)}


def _read(name: str) -> Iterator[tuple[str, str]]:
    for group in tomllib.loads(files(__package__).joinpath(name).read_text(encoding="utf-8")).values():
        yield from group.items()


@cache
def _sentences() -> list[_Sentence]:
    """Those that say most first, as others may fit as well."""
    made = [_Sentence(tuple(_pieces(english)), chinese) for english, chinese in templates().items()]
    return sorted(made, key=lambda sentence: -sentence.letters)


def _pieces(template: str) -> Iterator[str]:
    held = ""
    for literal, name, _, _ in Formatter().parse(template):
        held += literal
        if name is not None:
            yield held
            held = ""
    yield held
