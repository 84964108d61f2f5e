"""The word lists and patterns of extraction, as data: ``tables/*.toml``, read once."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Iterable, Mapping
from importlib import resources
from typing import Any, Final

_FOLDER: Final = "tables"
#: A part of a pattern; (?P<name>…) is a group of it.
_PART: Final = re.compile(r"(?<!\?P)<([a-z]+)>")
#: Characters, each with what may follow it; the end of a text is an empty one.
_Tree = dict[str, "_Tree"]


@functools.cache
def table(name: str) -> dict[str, Any]:
    """One of the tables by its name, such as ``units`` or ``words``."""
    path = resources.files(__package__).joinpath(_FOLDER, f"{name}.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


def words(*path: str) -> list[str]:
    """A list of ``words.toml``, such as ``words("growth", "up")``."""
    found: Any = table("words")
    for name in path:
        found = found[name]
    return list(found)


def one_of(choices: Iterable[str]) -> str:
    """A pattern for any of some texts, the longest first; what several begin with is tried once."""
    tree: _Tree = {}
    for choice in choices:
        node = tree
        for character in choice:
            node = node.setdefault(character, {})
        node[""] = {}
    return _any_of(tree)


def _any_of(tree: _Tree) -> str:
    return "|".join(re.escape(character) + _behind(tree[character]) for character in sorted(tree) if character)


def _behind(tree: _Tree) -> str:
    """What follows a character: nothing, one text, or one of several."""
    if len(tree) == 1:
        return _any_of(tree)
    return f"(?:{_any_of(tree)})" + "?" * ("" in tree)


def one_of_each(lists: Mapping[str, Iterable[str]]) -> str:
    """A pattern for any text of several lists; the group that matches has the name of its list."""
    return "|".join(f"(?P<{name}>{one_of(choices)})" for name, choices in lists.items())


def beginning(choices: Iterable[str]) -> str:
    """A lookahead for the first two characters with which some texts begin: a search passes quickly over all others."""
    firsts, seconds, alone = (sorted(set(found)) for found in zip(*map(_first_two, choices), strict=True))
    pair = class_of(firsts) + class_of(seconds) if any(seconds) else ""
    return f"(?={'|'.join(filter(None, (pair, class_of(alone))))})"


def _first_two(text: str) -> tuple[str, str, str]:
    """The first two characters of a text, or the only one."""
    return (text[0], text[1], "") if len(text) > 1 else ("", "", text)


def class_of(characters: Iterable[str]) -> str:
    """A class of characters, empty where there are none."""
    listed = re.escape("".join(sorted(set(characters))))
    return f"[{listed}]" if listed else ""


def filled(pattern: str, parts: Mapping[str, str]) -> str:
    """A pattern of a table with its ``<name>`` replaced by the parts that they stand for."""
    return _PART.sub(lambda match: parts[match[1]], pattern)
