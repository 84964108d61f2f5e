"""What goes to a terminal is text: whatever data hold, no character of theirs moves its cursor, changes its colours or turns text around.

Labels, names of files and answers of servers are other people's. Here is the one place at which they are made harmless: the
streams themselves, where they are terminals. What is meant for people is so in a pipe too, behind which there may be a terminal;
formats for programs are left there as they are.
"""

from __future__ import annotations

import codecs
import contextlib
import io
import os
import sys
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import IO, Any, Final, TextIO

_HARMFUL: Final = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))  # controls, formats (bidi among them), halves, separators
_HARMLESS: Final = frozenset("\n\t")


def visible(text: str) -> str:
    """``text`` with a mark in place of each character that a terminal obeys instead of showing it."""
    return text if text.isascii() and text.isprintable() else "".join(map(_shown, text.replace("\r\n", "\n")))


@lru_cache(65_536)
def _shown(character: str) -> str:
    harmful = unicodedata.category(character) in _HARMFUL and character not in _HARMLESS
    return "\N{REPLACEMENT CHARACTER}" if harmful else character


class _Guard(io.RawIOBase):
    """The bytes of a terminal, made harmless."""

    def __init__(self, stream: TextIO) -> None:
        self.plain = stream
        self._decoder = codecs.getincrementaldecoder(stream.encoding)("replace")
        self._cut = ""  # the first half of a line's end

    def write(self, data: Any) -> int:
        text = self._cut + self._decoder.decode(bytes(data))
        self._cut = "\r" if text.endswith("\r") else ""
        self.plain.write(visible(text.removesuffix("\r")))
        self.plain.flush()
        return len(data)

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        return self.plain.fileno()


def open_closed() -> None:
    """Open the standard streams that are closed: reading finds nothing, writing an answer fails, errors go nowhere.

    Their numbers would be given to the next files that are opened, in which prints of other programs would end.
    """
    for name, mode, flags in (("stdin", "r", os.O_RDONLY), ("stdout", "w", os.O_RDONLY), ("stderr", "w", os.O_WRONLY)):
        if getattr(sys, name) is None:
            number = os.open(os.devnull, flags)
            os.set_inheritable(number, True)
            setattr(sys, name, open(number, mode, encoding="utf-8"))


@contextlib.contextmanager
def guarded() -> Iterator[None]:
    """Make what is written to standard output and standard error harmless, where they are terminals.

    What the encoding of one lacks is escaped, as Chinese is where it is ASCII: no answer is lost for the sake of a character.
    """
    with contextlib.ExitStack() as stack:
        for redirect, stream in ((contextlib.redirect_stdout, sys.stdout), (contextlib.redirect_stderr, sys.stderr)):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")
            if stream.isatty():
                guard: Any = _Guard(stream)
                stack.enter_context(
                    redirect(io.TextIOWrapper(guard, stream.encoding, "replace", newline="\n", write_through=True))
                )
        yield


def plain(stream: IO[str]) -> IO[str]:
    """A terminal itself, for what draws on it: its text has been made harmless."""
    found: IO[str] = getattr(getattr(stream, "buffer", None), "plain", stream)
    return found
