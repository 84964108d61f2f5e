"""The word lists and patterns of extraction, as data: ``tables/*.toml``, read once."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Iterable
from importlib import resources
from typing import Any, Final

_FOLDER: Final = "tables"


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
    """A pattern for any of some texts, the longest first."""
    return "|".join(re.escape(choice) for choice in sorted(set(choices), key=lambda text: (-len(text), text)))
