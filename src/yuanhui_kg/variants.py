"""Traditional and variant characters as the simplified ones that names are compared by, one character for one.

OpenCC and its dictionary are read with the first question; :func:`usual` needs no file after that.
"""

from __future__ import annotations

import functools
from importlib.resources import files
from typing import Final

_BLOCKS: Final = ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0xF900, 0xFB00))


@functools.cache
def simplified() -> dict[int, int]:
    """Traditional and variant characters, each with the simplified one that it is compared as."""
    from opencc import OpenCC

    characters = [chr(code) for start, end in _BLOCKS for code in range(start, end)]
    converted = OpenCC("t2s").convert("\n".join(characters)).split("\n")
    table = {one: two for one, two in zip(characters, converted, strict=True) if one != two and len(two) == 1}
    table.update(_left_by_conversion())
    return {ord(one): ord(_last(table, two)) for one, two in table.items() if _last(table, two) != one}


def usual(text: str) -> str:
    """A text in usual characters; its length stays."""
    return text if text.isascii() else text.translate(simplified())


def _left_by_conversion() -> dict[str, str]:
    lines = files(__package__).joinpath("variants.tsv").read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t") for line in lines if line and not line.startswith("#"))


def _last(table: dict[str, str], character: str) -> str:
    seen = set()
    while character in table and character not in seen:
        seen.add(character)
        character = table[character]
    return character
