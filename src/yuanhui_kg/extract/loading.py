"""The first stage: a file's bytes to text, with the digest by which citations are checked."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Final

from ..charsets import decoded
from ..errors import DataError, NotFoundError
from .records import Source

MAX_BYTES: Final = 2_000_000  #: A text larger than this is no article; fifty times a long communiqué.
_HAN: Final = re.compile("[\u4e00-\u9fff]")
#: A stretch of digits and signs that no number has; searching through one takes time that grows with its square.
_RUN: Final = re.compile("[0-9０-９A-Za-z,.:+*/〇零一二两三四五六七八九十百千万亿余多、，．：-]{300}")
_BINARY: Final = re.compile("[\x00-\x08\x0e-\x1f]")
_TAG: Final = re.compile(r"<(?:!doctype html|html)\b|</(?:p|div|td|span)>", re.IGNORECASE)
_TAGS: Final = 3  #: No article that tells of them has as many.
#: How files begin in which people get texts, and which hold no text as it is.
_FORMATS: Final = {
    b"%PDF-": ("{} is a PDF file.", "Save its text, for instance with pdftotext, and give that."),
    b"PK\x03\x04": ("{} is a document of Word or WPS, or an archive.", "Save it as plain text."),
    b"\xd0\xcf\x11\xe0": ("{} is a document of Word or WPS, or an archive.", "Save it as plain text."),
    b"\xff\xfe": ("{} is in UTF-16.", "Save it as UTF-8."),
    b"\xfe\xff": ("{} is in UTF-16.", "Save it as UTF-8."),
}


def load(path: Path) -> Source:
    """Read a text file, UTF-8, GB18030 or Big5.

    :raises NotFoundError: where there is no such file.
    :raises DataError: where it cannot be read, is empty, too large, of another format, in no known encoding or not Chinese.
    """
    try:
        _check_size(str(path), path.stat().st_size)
        content = path.read_bytes()
    except FileNotFoundError:
        raise NotFoundError(f"There is no file {path}.", "Check the path.") from None
    except IsADirectoryError:
        raise DataError(f"{path} is a folder.", f"Give the texts in it: {path}/*.txt, with -o FOLDER.") from None
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}.", "Check the path and permissions.") from None
    return decode(content, path.name)


def _check_size(name: str, size: int) -> None:
    if size > MAX_BYTES:
        raise DataError(
            f"{name} has {size:,} bytes; a text to extract from has at most {MAX_BYTES:,}.", "Split it into articles."
        )


def decode(content: bytes, name: str = "text") -> Source:
    """As :func:`load`, from bytes. A byte-order mark is part of neither text nor offsets' count in other readers, so it is refused."""
    _check_size(name, len(content))
    for beginning, (sentence, remedy) in _FORMATS.items():
        if content.startswith(beginning):
            raise DataError(sentence.format(name), remedy)
    try:
        text, encoding = decoded(content)
    except UnicodeError:
        raise DataError(f"{name} is neither UTF-8, GB18030 nor Big5.", "Save it as plain text in UTF-8.") from None
    if not text.strip("\ufeff \t\r\n\u3000"):
        raise DataError(f"{name} is empty.", "Give a file that holds the text of an article.")
    if _BINARY.search(text):
        raise DataError(f"{name} is no text file: it holds control characters.", "Save the article as plain text.")
    if not _HAN.search(text):
        raise DataError(f"{name} holds no Chinese.", "Extraction reads Chinese texts in UTF-8, GB18030 or Big5.")
    if _TAG.match(text.lstrip()) or len(_TAG.findall(text)) >= _TAGS:
        raise DataError(
            f"{name} is the source of a web page.", "Copy what the page shows, and save that as plain text."
        )
    if _RUN.search(text):
        raise DataError(
            f"{name} holds a run of over 300 digits and signs.", "Give the text of an article without tables."
        )
    return Source(name, text, encoding, hashlib.sha256(content).hexdigest(), len(content))
