"""Files that would end the process that parses them: nested deeper than the parser's stack, or with entities that multiply.

The engine's parsers call themselves for each level of JSON-LD and of triple terms, and overflow their stack some thousands of levels deep; that of
RDF/XML writes out entities within entities, each level ten times as long. No data that anybody means are like that.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import IO, Final

import pyoxigraph as ox

from .errors import DataError

DEEPEST: Final = 500  # levels
_PIECE: Final = 1024 * 1024
_JSON: Final = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', re.DOTALL)
_TRIPLES: Final = re.compile(rb"<<|>>")
#: Entities that multiply: one names another, or is so long that to name it again and again makes gigabytes of a small file.
_ENTITIES: Final = re.compile(rb"<!ENTITY(?:[^>]*&(?!#)|[^>]{1000})")
_ENTITY: Final = b"<!ENTITY"
_OPENING: Final = (b"{", b"[", b"<<")


def check(name: str, stream: IO[bytes], syntax: ox.RdfFormat) -> None:
    """Refuse a file that no parser is to be given.

    :param name: of the file, for the error.
    :raises DataError: where it is such a file.
    """
    if syntax == ox.RdfFormat.RDF_XML:
        if _has_entities(stream):
            raise DataError(
                f"{name} declares entities that multiply: long ones, or one within another.", "Write them out."
            )
    elif _is_deep(_brackets(stream) if syntax == ox.RdfFormat.JSON_LD else _triple_terms(stream)):
        raise DataError(f"{name} is nested more than {DEEPEST} levels deep.", "Give its parts names of their own.")


def _has_entities(stream: IO[bytes]) -> bool:
    """Whether there are such; what looks like that in a text may count. They stand ahead of the data, but as far behind the beginning as
    comments reach."""
    left = b""
    while piece := stream.read(_PIECE):
        seen = left + piece
        if _ENTITIES.search(seen):
            return True
        begun = seen.rfind(_ENTITY)
        left = seen[begun:] if begun >= 0 and b">" not in seen[begun:] else seen[-len(_ENTITY) :]
    return False


def _is_deep(marks: Iterable[bytes]) -> bool:
    depth = 0
    for mark in marks:
        depth = depth + 1 if mark in _OPENING else max(depth - 1, 0)
        if depth > DEEPEST:
            return True
    return False


def _brackets(stream: IO[bytes]) -> Iterator[bytes]:
    """The brackets of JSON, but for those in its texts."""
    return (found[0] for found in _JSON.finditer(stream.read()) if not found[0].startswith(b'"'))


def _triple_terms(stream: IO[bytes]) -> Iterator[bytes]:
    """Where triple terms begin and end; what looks like that in a text may count, which does no harm."""
    while piece := stream.read(_PIECE):
        if b"<<" in piece:
            yield from _TRIPLES.findall(piece)


def too_long(name: str, error: MemoryError) -> Exception:
    """The error for a file of RDF with a term that is longer than the engine's parser takes; where memory is short, that."""
    if "buffer" not in str(error):
        return error
    return DataError(f"{name}: a text or an IRI in it is longer than 16 MiB.", "Shorten it.")
