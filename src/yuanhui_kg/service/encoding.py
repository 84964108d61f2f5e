"""Content coding (RFC 9110, 8.4): answers compressed for those who take that, compressed request bodies read.

Each coding of an answer has an entity tag of its own (``"tag"``, ``"tag-br"``, ``"tag-gzip"``): they are different
bytes. A compressed answer is complete, and its length known, before the first byte is sent, as every answer here.
"""

from __future__ import annotations

import io
import re
import tempfile
import zlib
from collections.abc import Iterator
from typing import IO, Final, Protocol

import brotli
from flask import Response, request
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType

from ..cache import AnswerCache, Cached
from ..errors import UsageError
from .negotiate import qualities

#: In order of preference between equals.
CODINGS: Final = ("br", "gzip")
_GZIP: Final = 16 + zlib.MAX_WBITS
_LEVEL: Final = 4
_WINDOW: Final = 20  # brotli's, as a power of two: what a compressor keeps in memory
_SPOOL: Final = 8 * 1024 * 1024
_PIECE: Final = 256 * 1024
_READ: Final = 16 * 1024
_STREAMS: Final = 1000  # in one compressed body: an honest one has one, or one for each part that it was joined from
_COMPRESSIBLE: Final = re.compile(
    r"text/.*|image/svg\+xml|application/(?:.*[+/.-])?(?:json|xml|javascript|n-triples|n-quads|trig|turtle|n3|csv)"
)
_NOT: Final = frozenset([204, 206, 304])


class _Compressor(Protocol):
    def compress(self, data: bytes, /) -> bytes: ...
    def flush(self) -> bytes: ...


class _Brotli:
    def __init__(self) -> None:
        self._inner = brotli.Compressor(quality=_LEVEL, lgwin=_WINDOW)

    def compress(self, data: bytes, /) -> bytes:
        done: bytes = self._inner.process(data)
        return done

    def flush(self) -> bytes:
        done: bytes = self._inner.finish()
        return done


def codings(accept_encoding: str | None) -> list[str]:
    """The codings of ours that an ``Accept-Encoding`` header prefers to none, best first; none without the header."""
    if accept_encoding is None:
        return []
    found = {("gzip" if name == "x-gzip" else name): value for name, value in qualities(accept_encoding)}
    # A client that writes no more than * has not said that it knows brotli.
    rated = [(found.get(name, found.get("*", 0.0) if name == "gzip" else 0.0), name) for name in CODINGS]
    plain = found.get("identity", 0.0)
    return [name for value, name in sorted(rated, key=lambda item: -item[0]) if value > 0 and value >= plain]


def refuses_plain(accept_encoding: str | None) -> bool:
    """Whether an ``Accept-Encoding`` header names ``identity`` in order to exclude it."""
    return ("identity", 0.0) in qualities(accept_encoding or "")


def variants(tag: str) -> list[str]:
    """The entity tags that the representation ``tag`` may have in the codings that the current request takes."""
    return [*(f"{tag}-{name}" for name in codings(request.headers.get("Accept-Encoding"))), tag]


def encode(response: Response, at_least: int, cache: AnswerCache) -> bool:
    """Compress a response whose client takes that; whether the client takes what has come of it.

    :param at_least: smallest body that is worth it, in bytes; 0 switches compression off.
    :param cache: remembers compressed bodies of responses that have an entity tag.
    """
    size = response.content_length
    if not at_least or not size or response.status_code in _NOT or "Content-Encoding" in response.headers:
        return True
    asked = request.headers.get("Accept-Encoding")
    taken, needed = codings(asked), refuses_plain(asked)
    if not needed and not _COMPRESSIBLE.fullmatch(response.mimetype or ""):
        return True
    response.vary.add("Accept-Encoding")
    if not taken or (size < at_least and not needed):
        return bool(taken) or not needed
    coding = taken[0]
    tag, weak = response.get_etag()
    if not response.is_sequence:
        _encode_stream(response, coding)
    else:
        key = ("encoded", coding, request.path, tag)
        known = cache.get(key) if tag is not None else None
        if known is None:
            known = Cached({}, _all(response.get_data(), coding))
            if tag is not None:
                cache.put(key, known, len(request.path))
        response.set_data(known.body)
    response.headers["Content-Encoding"] = coding
    if tag is not None:
        response.set_etag(f"{tag}-{coding}", bool(weak))
    return True


def _compressor(coding: str) -> _Compressor:
    return _Brotli() if coding == "br" else zlib.compressobj(_LEVEL, wbits=_GZIP)


def _all(body: bytes, coding: str) -> bytes:
    compressor = _compressor(coding)
    return compressor.compress(body) + compressor.flush()


def _encode_stream(response: Response, coding: str) -> None:
    """As the answer itself: kept in memory while it is small, else in a file."""
    spool: tempfile.SpooledTemporaryFile[bytes] = tempfile.SpooledTemporaryFile(max_size=_SPOOL)
    compressor = _compressor(coding)
    try:
        for piece in response.iter_encoded():
            spool.write(compressor.compress(piece))
        spool.write(compressor.flush())
        size = spool.tell()
        spool.seek(0)
    except BaseException:
        spool.close()
        raise
    response.response = _pieces(spool)
    response.content_length = size
    response.call_on_close(spool.close)


def _pieces(spool: tempfile.SpooledTemporaryFile[bytes]) -> Iterator[bytes]:
    while piece := spool.read(_PIECE):
        yield piece


# --- requests ---------------------------------------------------------------------------------------------------------


def body(limit: int) -> bytes:
    """The current request's body, decompressed.

    :param limit: most bytes after decompression.
    :raises UsageError: where it is not what its ``Content-Encoding`` says.
    :raises HTTPException: 413 where it is larger, 415 for another coding than gzip and deflate.
    """
    window = window_of(request.headers.get("Content-Encoding", ""))
    if window is None:
        return request.get_data(cache=False)
    return b"".join(_decompressed(io.BytesIO(request.get_data(cache=False)), window, limit))


def window_of(content_encoding: str) -> int | None:
    """What zlib calls the coding that a ``Content-Encoding`` header names; ``None`` for a body as it is.

    Raises 415 for another one.
    """
    coding = content_encoding.strip().lower()
    if coding in ("", "identity"):
        return None
    if coding not in ("gzip", "x-gzip", "deflate"):
        raise _UnknownCodingError(f"The body is compressed as {coding[:40]!r}; gzip and deflate are read.")
    return zlib.MAX_WBITS if coding == "deflate" else _GZIP


class UnreadableTypeError(UnsupportedMediaType):
    """A body of a type that is not read at this address; the answer's ``Accept`` names those that are."""

    def __init__(self, message: str, *read: str) -> None:
        super().__init__(message)
        self._read = read

    def get_headers(self, *arguments: object) -> list[tuple[str, str]]:
        return [*super().get_headers(*arguments), ("Accept", ", ".join(self._read))]  # type: ignore[arg-type]


class _UnknownCodingError(UnsupportedMediaType):
    def get_headers(self, *arguments: object) -> list[tuple[str, str]]:
        return [*super().get_headers(*arguments), ("Accept-Encoding", "gzip, deflate")]  # type: ignore[arg-type]


def _decompressed(compressed: IO[bytes], window: int, limit: int) -> Iterator[bytes]:
    """Streams may follow one another. Read in small pieces: each new stream copies what is left of its piece."""
    decompressor, begun, left, streams = zlib.decompressobj(window), False, limit, 1
    while True:
        piece = compressed.read(_READ)
        ending = not piece
        while piece or (ending and begun):
            begun = True
            try:
                done = decompressor.decompress(piece, _PIECE)
            except zlib.error:
                raise UsageError("The body is not what its Content-Encoding says.", "Compress it anew.") from None
            left -= len(done)
            if left < 0 or streams > _STREAMS:
                raise RequestEntityTooLarge(f"The body is larger than {limit:,} bytes once decompressed.")
            yield done
            piece = decompressor.unconsumed_tail
            if decompressor.eof:
                piece, begun = decompressor.unused_data, False
                decompressor, streams = zlib.decompressobj(window), streams + 1
            elif ending and not done:
                raise UsageError("The compressed body ends too early.", "Send it whole.")
        if ending:
            return
