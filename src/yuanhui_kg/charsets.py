"""Chinese text from bytes whose encoding nobody tells: UTF-8, GB18030 or Big5.

What is valid UTF-8 is hardly ever anything else. Most bytes of Big5 are valid GB18030 too, as characters that nobody uses: of the two that one
is taken in which more of the commonest signs of Chinese stand.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

_LEGACY: Final = ("gb18030", "big5hkscs")
#: The commonest signs of running text, in both scripts; of two readings the wrong one has next to none of them.
_COMMON: Final = "，。、；的一年和在是大中人地"


def decoded(content: bytes) -> tuple[str, str]:
    """The text, and the encoding that it was in (a name of Python's).

    :raises UnicodeError: where it is in none of them.
    """
    for encoding in _likely(content):
        try:
            return content.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise UnicodeError("neither UTF-8, GB18030 nor Big5")


def _likely(content: bytes) -> Iterator[str]:
    """The encodings to try, in order; the others are only weighed where it is not UTF-8, as that takes as long as decoding."""
    yield "utf-8"
    yield from sorted(_LEGACY, key=lambda name: -_common(content, name))


def _common(content: bytes, encoding: str) -> int:
    text = content.decode(encoding, errors="replace")
    return sum(map(text.count, _COMMON))
