"""How text files are written piece by piece."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import IO, Final

_AT_ONCE: Final = 1 << 16  # characters


def write_lines(lines: Iterable[str], out: IO[bytes]) -> None:
    """Write pieces of text as UTF-8, many at a time: a graph of any size takes no memory."""
    pieces: list[str] = []
    size = 0
    for line in lines:
        pieces.append(line)
        size += len(line)
        if size >= _AT_ONCE:
            out.write("".join(pieces).encode())
            pieces, size = [], 0
    out.write("".join(pieces).encode())


compact: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode  #: JSON on one line.


def listed(items: Iterable[str]) -> Iterator[str]:
    """The items of a JSON array, one a line, separated by commas."""
    separator = "\n"
    for item in items:
        yield separator
        yield item
        separator = ",\n"
