"""Citations against a copy of the text: does each span still stand where the graph says, unchanged?

The text itself is never part of a graph; its offsets (Unicode code points) and SHA-256 digests are. Whoever holds a
copy can therefore check every citation, and learns which one is wrong, and how:

=================  ====================================================================================
wrong file         most spans do not stand in this text at all
file digest        the file is not, byte for byte, the one that was marked up
text length        it has another number of code points
shifted offset     the span's text stands elsewhere than its offsets say
changed text       the span's text does not stand near its offsets
out of range       the offsets do not fit into the text
cut number         a figure's span leaves out digits that adjoin it (8.2 inside 48.2)
outside sentence   the span does not begin in the sentence that it is said to be in
surface form       a mention is not written as the graph says
no digest          the graph gives no digest for the span, so that it cannot be checked
=================  ====================================================================================
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from .errors import DataError, NotFoundError, UsageError
from .store import Reader

REACH: Final = 200  #: How far around its offsets a span's text is looked for, in code points.
STRETCH: Final = 8  #: How far start and end may be off independently of one another.
MANY: Final = 5  #: From how many neighbouring spans on an equal shift is told once.


@dataclass(frozen=True)
class Problem:
    """One citation that is wrong; ``kind`` is one of the names in this module's table."""

    kind: str
    message: str
    span: str = ""
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True)
class Verification:
    """The outcome: the document's IRI, how many spans were checked, and what is wrong, in the order of the text."""

    document: str
    spans: int
    problems: tuple[Problem, ...]

    @property
    def ok(self) -> bool:
        return not self.problems


@dataclass(frozen=True)
class _Document:
    iri: str
    sha256: str
    length: int | None


@dataclass(frozen=True)
class _Span:
    iri: str
    start: int
    end: int
    sha256: str
    sentence: str
    surface: tuple[str, ...] = ()
    number: bool = False


def verify(reader: Reader, path: Path, document: str | None = None) -> Verification:
    """Check every span of a document against the file at ``path``.

    :param document: IRI of the text file in the graph; else the one with the file's digest, or the only one.
    :raises DataError: where the file cannot be read as UTF-8 text.
    :raises NotFoundError: where the graph has no such document, or none with spans.
    :raises UsageError: where several documents could be meant.
    """
    content = _content(path)
    digest = hashlib.sha256(content).hexdigest()
    chosen = _choose(_documents(reader), digest, document)
    text = _decoded(content, path)
    spans = _spans(reader, chosen.iri)
    if not spans:
        raise NotFoundError(f"The graph has no spans of <{chosen.iri}>.", "Load the graph that cites this text.")
    problems = [*_file_problems(chosen, digest, text), *_span_problems(spans, text, digest == chosen.sha256)]
    return Verification(chosen.iri, len(spans), tuple(problems))


# --- what the graph says ------------------------------------------------------------------------------------------------

_PREFIXES = """
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX qb: <http://purl.org/linked-data/cube#>
PREFIX schema: <https://schema.org/>
PREFIX yho: <https://w3id.org/yuanhui-kg/ontology#>
"""
_DOCUMENTS = """
SELECT ?text ?sha256 ?length WHERE {
  ?text a schema:TextObject ; schema:sha256 ?sha256 .
  OPTIONAL { ?text yho:textLength ?length }
} ORDER BY ?text
"""
_SPANS = """
SELECT ?text ?span ?start ?end ?sha256 ?sentence ?surface ?number WHERE {
  ?span oa:hasSource ?text ; oa:hasSelector ?selector .
  ?selector oa:start ?start ; oa:end ?end .
  OPTIONAL { ?span schema:sha256 ?sha256 }
  OPTIONAL { ?span yho:inSentence ?sentence }
  OPTIONAL { ?mention oa:hasTarget ?span ; yho:surfaceForm ?surface }
  BIND (EXISTS { ?figure yho:evidence ?span ; a qb:Observation } AS ?number)
} ORDER BY ?start ?end ?span ?surface
"""


def _documents(reader: Reader) -> list[_Document]:
    return [
        _Document(text.value, sha256.value, int(length.value) if length else None)
        for text, sha256, length in reader.select(_PREFIXES + _DOCUMENTS)
    ]


def _choose(documents: list[_Document], digest: str, iri: str | None) -> _Document:
    found = [d for d in documents if iri is None or d.iri == iri]
    if not found:
        raise NotFoundError(
            f"The graph describes no text file <{iri}>." if iri else "The graph describes no text file with a digest.",
            "Load the graph that cites this text.",
        )
    same = [d for d in found if d.sha256 == digest]
    if not same and len(found) > 1:
        raise UsageError(
            "The file is none of the texts that the graph cites, byte for byte.",
            f"Say which is meant with --document: {', '.join(d.iri for d in found)}.",
        )
    return (same or found)[0]


def _spans(reader: Reader, document: str) -> list[_Span]:
    rows = reader.select(_PREFIXES + _SPANS, {"text": ox.NamedNode(document)})
    spans = []
    for _, group in groupby(rows, key=lambda row: (row[1], row[2], row[3])):
        spans.append(_span(list(group)))
    return spans


def _span(rows: list[tuple[Any, ...]]) -> _Span:
    _, span, start, end, sha256, sentence, _, number = rows[0]
    return _Span(
        iri=span.value,
        start=int(start.value),
        end=int(end.value),
        sha256=sha256.value if sha256 else "",
        sentence=sentence.value if sentence else "",
        surface=tuple(sorted({row[6].value for row in rows if row[6]})),
        number=number.value == "true",
    )


# --- what the file says -------------------------------------------------------------------------------------------------


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror}.", "Give the path of a copy of the text.") from None


def _decoded(content: bytes, path: Path) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise DataError(f"{path}: is not UTF-8 (byte {error.start}).", "Give the text as it was marked up.") from None


def _file_problems(document: _Document, digest: str, text: str) -> Iterator[Problem]:
    if digest != document.sha256:
        yield Problem("file digest", f"The file's SHA-256 is {digest}; the graph cites {document.sha256}.")
    if document.length is not None and len(text) != document.length:
        yield Problem("text length", f"The text has {len(text)} code points; the graph cites {document.length}.")


def _span_problems(spans: list[_Span], text: str, same_file: bool) -> list[Problem]:
    sentences = {span.iri: span for span in spans}
    shift = 0
    found: list[tuple[Problem, int]] = []
    for span in spans:
        problem, shift = _span_problem(span, text, sentences.get(span.sentence), shift)
        if problem:
            found.append((problem, shift))
    lost = sum(problem.kind in ("changed text", "out of range") for problem, _ in found)
    if not same_file and lost > len(spans) / 2:
        message = f"{lost} of {len(spans)} spans do not stand in this file: it is another text."
        return [Problem("wrong file", message)]
    return [problem for problem, _ in found] if same_file else _told_once(found)


def _span_problem(span: _Span, text: str, sentence: _Span | None, shift: int) -> tuple[Problem | None, int]:
    """What is wrong with a span, if anything, and the shift at which its text was found."""

    def problem(kind: str, message: str) -> Problem:
        return Problem(kind, message, span.iri, span.start, span.end)

    if not 0 <= span.start < span.end <= len(text):
        return problem("out of range", f"The text has {len(text)} code points."), shift
    if not span.sha256:
        return problem("no digest", "The graph gives no SHA-256 for this span."), shift
    if _digest(text, span.start, span.end) != span.sha256:
        place = _place(span, text, shift)
        if place is None:
            return problem("changed text", "The text between these offsets is not the one that was cited."), shift
        start, end = place
        return problem("shifted offset", f"The cited text stands at {start}–{end}."), start - span.start
    if sentence and not sentence.start <= span.start < sentence.end:
        message = f"Its sentence <{sentence.iri}> is {sentence.start}–{sentence.end}."
        return problem("outside sentence", message), 0
    if span.number and _is_cut(text, span.start, span.end):
        return problem("cut number", "Digits adjoin the number that the graph cites."), 0
    printed = _squeezed(text[span.start : span.end])
    for surface in span.surface:
        if _squeezed(surface) != printed:
            return problem("surface form", f"The graph says that {surface!r} is printed here."), 0
    return None, 0


def _place(span: _Span, text: str, shift: int) -> tuple[int, int] | None:
    """Where near its offsets a span's text stands; the shift of the span before is tried first."""
    near = sorted(range(-REACH, REACH + 1), key=abs)
    candidates = [(span.start + by, span.end + by) for by in (shift, *near)]
    ends = range(-STRETCH, STRETCH + 1)
    candidates += [(span.start + a, span.end + b) for a in ends for b in ends]
    for start, end in candidates:
        if 0 <= start < end <= len(text) and _digest(text, start, end) == span.sha256:
            return start, end
    return None


def _told_once(found: list[tuple[Problem, int]]) -> list[Problem]:
    """The problems, with one in place of many neighbours that an insertion or deletion before them shifted alike."""
    told = []
    for (kind, shift), group in groupby(found, key=lambda item: (item[0].kind, item[1])):
        problems = [problem for problem, _ in group]
        first, last = problems[0], problems[-1]
        if kind == "shifted offset" and len(problems) >= MANY:
            message = f"{len(problems)} spans from here on stand {abs(shift)} {'later' if shift > 0 else 'earlier'}."
            problems = [Problem(kind, message, first.span, first.start, last.end)]
        told += problems
    return told


def _is_cut(text: str, start: int, end: int) -> bool:
    before, after = text[max(0, start - 2) : start], text[end : end + 2]
    return (text[start].isdigit() and _joins(before[::-1])) or (text[end - 1].isdigit() and _joins(after))


def _joins(neighbours: str) -> bool:
    """Whether the characters beside a digit, nearest first, belong to its number: a digit, or a point and a digit."""
    if neighbours[:1] in (".", ",", "．"):
        neighbours = neighbours[1:]
    return neighbours[:1].isdigit()


def _digest(text: str, start: int, end: int) -> str:
    return hashlib.sha256(text[start:end].encode()).hexdigest()


def _squeezed(text: str) -> str:
    return "".join(text.split())
