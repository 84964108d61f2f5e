"""What a graph says of the texts that it cites: which files, and which spans of them, with offsets and digests."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from .charsets import decoded
from .errors import DataError, NotFoundError, UsageError
from .store import Reader

PREFIXES: Final = """
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX qb: <http://purl.org/linked-data/cube#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX schema: <https://schema.org/>
PREFIX yho: <https://w3id.org/yuanhui-kg/ontology#>
"""
_DOCUMENTS: Final = """
SELECT ?text ?sha256 ?length ?plainLength WHERE {
  ?text a schema:TextObject ; schema:sha256 ?sha256 .
  OPTIONAL { ?text yho:textLength ?length }
  OPTIONAL { ?text yho:normalisedLength ?plainLength }
} ORDER BY ?text
"""
_SPANS: Final = """
SELECT ?text ?span ?start ?end ?sha256 ?plain ?plainLength ?sentence ?surface ?number ?isSentence WHERE {
  ?span oa:hasSource ?text ; oa:hasSelector ?selector .
  ?selector oa:start ?start ; oa:end ?end .
  OPTIONAL { ?span schema:sha256 ?sha256 }
  OPTIONAL { ?span yho:normalisedSha256 ?plain ; yho:normalisedLength ?plainLength }
  OPTIONAL { ?span yho:inSentence ?sentence }
  OPTIONAL { ?mention oa:hasTarget ?span ; yho:surfaceForm ?surface }
  BIND (EXISTS { ?figure yho:evidence ?span ; a qb:Observation } AS ?number)
  BIND (EXISTS { ?span a yho:Sentence } AS ?isSentence)
} ORDER BY ?start ?end ?span ?surface
"""


@dataclass(frozen=True)
class Document:
    """A text file that the graph cites: its IRI, the SHA-256 of its bytes, its length in code points.

    ``plain_length`` is the length of its normalised text: what the sentences leave of it is more than white space.
    """

    iri: str
    sha256: str
    length: int | None
    plain_length: int | None


@dataclass(frozen=True)
class Span:
    """A passage of a text: half-open offsets in code points, the SHA-256 of what stands there, and what it is for.

    ``plain_sha256`` and ``plain_length`` are those of its normalised text (see :mod:`yuanhui_kg.alignment`); the graph
    gives them where that differs from the text itself, and elsewhere they are the same.
    """

    iri: str
    start: int
    end: int
    sha256: str
    plain_sha256: str
    plain_length: int
    sentence: str = ""
    surface: tuple[str, ...] = ()
    number: bool = False
    is_sentence: bool = False


def read(path: Path) -> tuple[bytes, str]:
    """The bytes of a text file and the text. Raises :class:`DataError` where it cannot be read, or not as text."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror}.", "Give the path of a copy of the text.") from None
    try:
        return content, decoded(content)[0]
    except UnicodeError:
        raise DataError(f"{path} is neither UTF-8, GB18030 nor Big5.", "Give the text as it was marked up.") from None


def document(reader: Reader, file_digest: str, iri: str | None = None) -> Document:
    """The text file that is meant: the one named, else the one whose bytes have this SHA-256, else the only one.

    Raises :class:`NotFoundError` where there is none, :class:`UsageError` where several could be meant.
    """
    found = [d for d in documents(reader) if iri is None or d.iri == iri]
    if not found:
        raise NotFoundError(
            f"The graph describes no text file <{iri}>." if iri else "The graph describes no text file with a digest.",
            "Load the graph that cites this text.",
        )
    same = [d for d in found if d.sha256 == file_digest]
    if not same and len(found) > 1:
        raise UsageError(
            "The file is none of the texts that the graph cites, byte for byte.",
            f"Say which is meant with --document: {', '.join(d.iri for d in found)}.",
        )
    return (same or found)[0]


def spans(reader: Reader, document: str) -> list[Span]:
    """All spans and sentences of a document, in the order of the text. Raises :class:`NotFoundError` without any."""
    rows = reader.select(PREFIXES + _SPANS, {"text": ox.NamedNode(document)})
    found = [_span(list(group)) for _, group in groupby(rows, key=lambda row: (row[1], row[2], row[3]))]
    if not found:
        raise NotFoundError(f"The graph has no spans of <{document}>.", "Load the graph that cites this text.")
    return found


def digest(content: bytes) -> str:
    """A SHA-256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def documents(reader: Reader) -> list[Document]:
    """The text files that the graph gives a digest of."""
    rows = reader.select(PREFIXES + _DOCUMENTS)
    return [Document(text.value, sha.value, _number(length), _number(plain)) for text, sha, length, plain in rows]


def _number(term: ox.Literal | None) -> int | None:
    return int(term.value) if term else None


def _span(rows: list[tuple[Any, ...]]) -> Span:
    _, span, start, end, sha, plain, plain_length, sentence, _, number, is_sentence = rows[0]
    whole = sha.value if sha else ""
    return Span(
        iri=span.value,
        start=int(start.value),
        end=int(end.value),
        sha256=whole,
        plain_sha256=plain.value if plain else whole,
        plain_length=int(plain_length.value) if plain_length else int(end.value) - int(start.value),
        sentence=sentence.value if sentence else "",
        surface=tuple(sorted({row[8].value for row in rows if row[8]})),
        number=number.value == "true",
        is_sentence=is_sentence.value == "true",
    )
