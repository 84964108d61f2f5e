"""What errors say, in Chinese: the catalogue ``errors.zh.toml``, its sentences found by what they are in English.

An error's message is made where it is raised, in English, with what it names in it; jobs send it from one process to
another so. Here the sentence is told from what it names, and said again. One that the catalogue does not have stays as it is:
below it stands, on pages, what its code means (:mod:`.problems`).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import Formatter
from typing import Any, Final

from . import problems

LANGUAGES: Final = ("en", "zh")  # of JSON: programs that say nothing get English, people's pages are Chinese then
_LONGEST: Final = 1000  # characters of a message that is looked at


@dataclass(frozen=True)
class _Sentence:
    english: re.Pattern[str]
    chinese: str
    letters: int  # of its own, beside what it names


def told_in(language: str, error: Mapping[str, Any]) -> dict[str, Any]:
    """An error (code, message, hint) in ``language``; sentences that are in no catalogue, and what parsers say, stay English."""
    if language != "zh":
        return dict(error)
    return {
        **error,
        "message": translated(error["message"]) or f"{problems.in_chinese(error['code'])} {error['message']}",
        "hint": translated(error["hint"]) or error["hint"],
    }


def translated(message: str) -> str | None:
    """A message of an error, of one sentence or several, in Chinese; ``None`` where the catalogue lacks one of them."""
    if not message or len(message) > _LONGEST:
        return None
    for sentence in _catalogue():
        found = sentence.english.fullmatch(message)
        if found is not None:
            return sentence.chinese.format(*(translated(part) or part for part in found.groups()))
    first, stop, rest = message.partition(". ")
    begun = translated(f"{first}.") if stop else None
    ended = translated(rest) if begun is not None else None
    return None if begun is None or ended is None else begun + ended


def templates() -> dict[str, str]:
    """English to Chinese, as the file has them."""
    text = files(__package__).joinpath("errors.zh.toml").read_text(encoding="utf-8")
    return {english: chinese for group in tomllib.loads(text).values() for english, chinese in group.items()}


@cache
def _catalogue() -> list[_Sentence]:
    """Those that say most first, as others may fit as well."""
    return sorted(_sentences(), key=lambda sentence: -sentence.letters)


def _sentences() -> Iterator[_Sentence]:
    for english, chinese in templates().items():
        pattern, letters = "", 0
        for literal, name, _, _ in Formatter().parse(english):
            letters += len(literal)
            pattern += re.escape(literal) + ("" if name is None else "(.*?)")
        yield _Sentence(re.compile(pattern, re.DOTALL), chinese, letters)
