"""Large request bodies: into a file, decompressed, within their limit."""

from __future__ import annotations

import contextlib
import tempfile
import zlib
from collections.abc import Callable
from typing import IO, Final

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge

from ..errors import IncompleteBodyError, UsageError
from .encoding import window_of

_PIECE: Final = 256 * 1024


class _Counted:
    """The current request's body, and how much of it has come."""

    def __init__(self) -> None:
        self.size = 0

    def read(self, size: int) -> bytes:
        """Raises :class:`IncompleteBodyError` where the body ends before its end."""
        piece = request.stream.read(size)
        self.size += len(piece)
        if not piece and self.size < (request.content_length or 0):
            raise IncompleteBodyError("The body ended before its end.", "Send it whole.")
        return piece


def received(limit: int, setting: str, stack: contextlib.ExitStack) -> IO[bytes]:
    """The current request's body in a temporary file, decompressed where it came compressed.

    :param limit: most bytes, both as sent and as decompressed.
    :param setting: what the limit is called, for the message.
    :param stack: closes the file.
    :raises UsageError: where it is not what its ``Content-Encoding`` or its ``Content-Length`` says.
    :raises HTTPException: 413 where it is larger, 415 for another coding than gzip and deflate.
    """
    window = window_of(request.headers.get("Content-Encoding", ""))
    request.max_content_length = limit + 2 * _PIECE  # beyond ours, which is told with the setting's name
    too_large = RequestEntityTooLarge(f"The body is larger than {limit:,} bytes (setting {setting}).")
    if (request.content_length or 0) > limit:
        raise too_large
    source = _Counted()
    file = stack.enter_context(tempfile.TemporaryFile())
    left = limit

    def write(piece: bytes) -> None:
        nonlocal left
        left -= len(piece)
        if left < 0:
            raise too_large
        file.write(piece)

    if window is None:
        while piece := source.read(_PIECE):
            write(piece)
    else:
        _decompress(source, write, window)
    file.flush()
    return file


def _decompress(source: _Counted, write: Callable[[bytes], None], window: int) -> None:
    """Streams may follow one another, as in files that were joined. Raises :class:`UsageError`."""
    decompressor = zlib.decompressobj(window)
    begun = False
    try:
        while piece := source.read(_PIECE):
            while piece:
                begun = True
                write(decompressor.decompress(piece, _PIECE))
                piece = decompressor.unconsumed_tail
                if decompressor.eof:
                    piece, begun = decompressor.unused_data, False
                    decompressor = zlib.decompressobj(window)
        while begun and not decompressor.eof and (rest := decompressor.decompress(b"", _PIECE)):
            write(rest)
    except zlib.error:
        raise UsageError("The body is not what its Content-Encoding says.", "Compress it anew.") from None
    if begun and not decompressor.eof:
        raise UsageError("The compressed body ends too early.", "Send it whole.")
