"""How text files are written piece by piece."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import IO, Any, Final

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


def compact(value: Any) -> str:
    """JSON on one line."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def listed(values: Iterable[Any]) -> Iterable[str]:
    """The items of a JSON array, one a line, separated by commas."""
    separator = "\n"
    for value in values:
        yield separator + compact(value)
        separator = ",\n"
