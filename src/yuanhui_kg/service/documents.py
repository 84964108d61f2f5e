"""The RDF documents that a request brings: one as its body, or several as the parts of a form."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from typing import IO, Final

from flask import request
from werkzeug.datastructures import Headers
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType
from werkzeug.http import parse_options_header
from werkzeug.sansio.multipart import Data, Epilogue, Event, Field, File, MultipartDecoder, NeedData

from ..errors import UsageError
from ..query import GRAPH_FORMATS
from ..writing import MAX_FILES
from . import formats
from .bodies import received
from .encoding import UnreadableTypeError
from .sparql import media_type_of

MULTIPART: Final = "multipart/form-data"
#: What a body without a ``Content-Type`` is taken for (Graph Store HTTP Protocol, 5).
_ASSUMED: Final = "application/rdf+xml"
_UNTYPED: Final = ("", "application/octet-stream")
_UTF8: Final = ("", "utf-8", "utf8", "us-ascii")
_PIECE: Final = 256 * 1024
_HELD: Final = 4 * _PIECE  # most of a form that is in memory: what comes before a part and in its headers

Document = tuple[IO[bytes], str]


def documents(limit: int, stack: contextlib.ExitStack) -> Iterator[Document]:
    """The documents of the current request with their formats (keys of :data:`yuanhui_kg.query.GRAPH_FORMATS`).

    An empty body is none. The files are closed by ``stack``.

    :param limit: most bytes of the whole.
    :raises UsageError: for a form that is none of documents, or a body that breaks off.
    :raises HTTPException: 413 where it is too large, 415 for what is no RDF.
    """
    media_type, charset = media_type_of(request.headers.get("Content-Type", ""))
    if media_type == MULTIPART:
        yield from _of_form(limit, stack)
        return
    # What cannot be read is refused before it is received.
    format = _format(media_type or _ASSUMED, charset)
    body = received(limit, "max_upload_bytes", stack)
    if body.seek(0, os.SEEK_END):
        yield body, format


def _of_form(limit: int, stack: contextlib.ExitStack) -> Iterator[Document]:
    if request.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        raise UnsupportedMediaType("A form is not read compressed; send it as it is.")
    found = 0
    for headers, filename, file in _parts(limit, stack):
        if not filename and not file.tell():
            continue  # a field of a page's form for which nobody has chosen a file
        found += 1
        media_type, charset = media_type_of(headers.get("Content-Type", ""))
        if media_type in _UNTYPED:
            media_type = formats.EXTENSIONS.get(filename.rpartition(".")[2].lower(), media_type)
        if not media_type:
            raise UsageError("A part of the form does not say what it is.", "Give each part a Content-Type.")
        yield file, _format(media_type, charset)
    if not found:
        raise UsageError("The form holds no files.", "Send each document as a part with a filename or Content-Type.")


def _parts(limit: int, stack: contextlib.ExitStack) -> Iterator[tuple[Headers, str, IO[bytes]]]:
    """The parts of the current request's form: headers, filename (may be empty) and what it holds, read to its end."""
    headers, filename, number, file = Headers(), "", 0, None
    for event in _events(limit):
        if isinstance(event, Field | File):
            headers, filename, number = event.headers, getattr(event, "filename", "") or "", number + 1
            if number > MAX_FILES:
                raise UsageError(f"The form holds more than {MAX_FILES} parts.", "Send fewer at once.")
            file = stack.enter_context(tempfile.TemporaryFile())
        elif isinstance(event, Data) and file is not None:
            file.write(event.data)
            if not event.more_data:
                file.flush()
                yield headers, filename, file


def _events(limit: int) -> Iterator[Event]:
    _, options = parse_options_header(request.headers.get("Content-Type", ""))
    request.max_content_length = limit
    try:
        decoder = MultipartDecoder(options.get("boundary", "").encode("latin-1"), max_form_memory_size=_HELD)
        while not isinstance(event := decoder.next_event(), Epilogue):
            if isinstance(event, NeedData):
                decoder.receive_data(request.stream.read(_PIECE) or None)
            else:
                yield event
    except RequestEntityTooLarge:
        raise RequestEntityTooLarge(
            f"The form is larger than {limit:,} bytes (setting max_upload_bytes), or its headers are."
        ) from None
    except (ValueError, UnicodeError) as error:
        raise UsageError(f"The form cannot be read: {error}.", "Send it whole, as multipart/form-data.") from None


def _format(media_type: str, charset: str) -> str:
    if charset not in _UTF8:
        raise UnsupportedMediaType(f"The data come in charset {charset[:40]!r}; only UTF-8 is read.")
    if media_type not in formats.GRAPH_LABELS:
        raise UnreadableTypeError(
            f"Data come as {', '.join(GRAPH_FORMATS)} or {MULTIPART}, not as {media_type[:100]}.",
            *GRAPH_FORMATS,
            MULTIPART,
        )
    return formats.GRAPH_LABELS[media_type]
