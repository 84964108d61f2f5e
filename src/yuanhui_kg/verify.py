"""Citations against a copy of the text: does each span still stand where the graph says, unchanged?

The text itself is never part of a graph; its offsets (Unicode code points) and SHA-256 digests are. Whoever holds a
copy can therefore check every citation. The outcome is one of three:

=========  ============================================================================================================
exact      the file is, byte for byte, the one that was marked up, and every span stands in it as cited
realigned  the file is another copy, with other white space, line breaks, widths of punctuation or page furniture (page
           numbers, running heads: lines of their own); every span was found in it, its normalised text unchanged, and
           those that stand elsewhere are told (see :mod:`yuanhui_kg.alignment`)
failed     something is wrong; each problem is named
=========  ============================================================================================================

=================  ====================================================================================
wrong file         most spans do not stand in this text at all
file digest        the file is not, byte for byte, the one that was marked up
text length        it has another number of code points
shifted offset     the span's text stands elsewhere than its offsets say
changed text       the span's text does not stand near its offsets
added text         words that the graph knows nothing of stand inside a line, between two cited sentences
out of range       the offsets do not fit into the text
cut number         a figure's span leaves out digits that adjoin it (8.2 inside 48.2)
outside sentence   the span does not begin in the sentence that it is said to be in
surface form       a mention is not written as the graph says
no digest          the graph gives no digest for the span, so that it cannot be checked
=================  ====================================================================================

That the file is another copy, and that spans stand elsewhere in it, is a problem only where something else is wrong.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Final

from . import citations
from .alignment import Addition, Alignment, Copy, Passage, Pieces, align, neighbours, normalised, sha256
from .citations import Document, Span
from .store import Reader

REACH: Final = 200  #: How far around its offsets a span's text is looked for, in code points.
STRETCH: Final = 8  #: How far start and end may be off independently of one another.
MANY: Final = 5  #: From how many neighbouring spans on an equal shift is told once.
LONGEST: Final = 1_000_000  #: Code points of a copy in which spans are looked for, whatever the text's own length,
TIMES: Final = 200  #: or so many times that length: it takes a second for a hundred thousand.
MOST: Final = 20  #: How many lines on shifts are told at most: a copy with other line breaks has one at each of them.


@dataclass(frozen=True)
class Problem:
    """One citation that is wrong; ``kind`` is one of the names in this module's table."""

    kind: str
    message: str
    span: str = ""
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True)
class Moved:
    """A span that was found unchanged: the offsets that the graph gives, and those in the copy."""

    span: str
    start: int
    end: int
    found_start: int
    found_end: int

    @property
    def shift(self) -> int:
        return self.found_start - self.start

    @property
    def elsewhere(self) -> bool:
        return (self.start, self.end) != (self.found_start, self.found_end)


@dataclass(frozen=True)
class Verification:
    """The outcome: the document's IRI, how many spans were checked, and what is wrong, in the order of the text.

    ``exact`` says whether the file is the one that was marked up; in another copy, ``moved`` are the spans found at
    other offsets, and ``additions`` what stands in the copy and not in the original (page furniture).
    """

    document: str
    spans: int
    problems: tuple[Problem, ...]
    exact: bool = True
    moved: tuple[Moved, ...] = ()
    additions: tuple[Addition, ...] = ()

    @property
    def ok(self) -> bool:
        return not self.problems

    @property
    def status(self) -> str:
        """``exact``, ``realigned`` or ``failed``."""
        if self.problems:
            return "failed"
        return "exact" if self.exact else "realigned"


def verify(reader: Reader, path: Path, document: str | None = None) -> Verification:
    """Check every span of a document against the file at ``path``.

    :param document: IRI of the text file in the graph; else the one with the file's digest, or the only one.
    :raises DataError: where the file cannot be read as text.
    :raises NotFoundError: where the graph has no such document, or none with spans.
    :raises UsageError: where several documents could be meant.
    """
    content, text = citations.read(path)
    digest = citations.digest(content)
    chosen = citations.document(reader, digest, document)
    spans = citations.spans(reader, chosen.iri)
    if digest == chosen.sha256:
        return Verification(chosen.iri, len(spans), tuple(_in_original(chosen, spans, text)))
    return _in_copy(chosen, spans, text, digest)


# --- in the file that was marked up ---------------------------------------------------------------------------------------


def _in_original(document: Document, spans: list[Span], text: str) -> Iterator[Problem]:
    if document.length is not None and len(text) != document.length:
        yield _length_problem(document, text)
    sentences = {span.iri: span for span in spans}
    for span in spans:
        if problem := _span_problem(span, text, sentences.get(span.sentence)):
            yield problem


def _length_problem(document: Document, text: str) -> Problem:
    return Problem("text length", f"The text has {len(text)} code points; the graph cites {document.length}.")


def _problem(span: Span, kind: str, message: str) -> Problem:
    return Problem(kind, message, span.iri, span.start, span.end)


def _span_problem(span: Span, text: str, sentence: Span | None) -> Problem | None:
    if not 0 <= span.start < span.end <= len(text):
        return _problem(span, "out of range", f"The text has {len(text)} code points.")
    if not span.sha256:
        return _problem(span, "no digest", "The graph gives no SHA-256 for this span.")
    if sha256(text[span.start : span.end]) != span.sha256:
        if place := _place(span, text):
            return _problem(span, "shifted offset", f"The cited text stands at {place[0]}–{place[1]}.")
        return _problem(span, "changed text", "The text between these offsets is not the one that was cited.")
    printed = normalised(text[span.start : span.end])
    return _outside(span, sentence) or _misprinted(span, printed, _is_cut(text, span.start, span.end))


def _place(span: Span, text: str) -> tuple[int, int] | None:
    """Where near its offsets a span's text stands."""
    near = sorted(range(-REACH, REACH + 1), key=abs)
    candidates = [(span.start + by, span.end + by) for by in near]
    ends = range(-STRETCH, STRETCH + 1)
    candidates += [(span.start + a, span.end + b) for a in ends for b in ends]
    for start, end in candidates:
        if 0 <= start < end <= len(text) and sha256(text[start:end]) == span.sha256:
            return start, end
    return None


def _outside(span: Span, sentence: Span | None) -> Problem | None:
    if sentence and not sentence.start <= span.start < sentence.end:
        message = f"Its sentence <{sentence.iri}> is {sentence.start}–{sentence.end}."
        return _problem(span, "outside sentence", message)
    return None


def _misprinted(span: Span, printed: str, cut: bool) -> Problem | None:
    """What is wrong with a span that was found, if anything: its normalised text, and whether digits adjoin it."""
    if span.number and cut:
        return _problem(span, "cut number", "Digits adjoin the number that the graph cites.")
    for surface in span.surface:
        if normalised(surface) != printed:
            return _problem(span, "surface form", f"The graph says that {surface!r} is printed here.")
    return None


def _is_cut(text: str, start: int, end: int) -> bool:
    before, after = text[max(0, start - 2) : start], text[end : end + 2]
    return (text[start].isdigit() and _joins(before[::-1])) or (text[end - 1].isdigit() and _joins(after))


def _joins(neighbours: str) -> bool:
    """Whether the characters beside a digit, nearest first, belong to its number: a digit, or a point and a digit."""
    if neighbours[:1] in (".", ",", "．"):
        neighbours = neighbours[1:]
    return neighbours[:1].isdigit()


# --- in another copy ------------------------------------------------------------------------------------------------------


def _in_copy(document: Document, spans: list[Span], text: str, digest: str) -> Verification:
    if document.length is not None and len(text) > max(LONGEST, TIMES * document.length):
        message = f"The file is more than {len(text) // max(1, document.length)} times as long: it is another text."
        problems = [*_file_problems(document, digest, text), Problem("wrong file", message)]
        return Verification(document.iri, len(spans), tuple(problems), False)
    aligned = _Aligned(document, spans, Copy(text))
    found = [aligned.find(span) for span in spans]
    problems = [outcome for outcome in found if isinstance(outcome, Problem)]
    moved = [outcome for outcome in found if isinstance(outcome, Moved) and outcome.elsewhere]
    lost = sum(problem.kind in ("changed text", "out of range") for problem in problems)
    if lost > len(spans) / 2:
        problems = [
            Problem("wrong file", f"{lost} of {len(spans)} spans do not stand in this file: it is another text.")
        ]
        moved = []
    else:
        added = [_added(addition) for addition in aligned.additions if not addition.lines]
        problems = added + (_in_order(problems, moved) if problems or added else [])
    if problems:
        problems = [*_file_problems(document, digest, text), *problems]
    return Verification(document.iri, len(spans), tuple(problems), False, tuple(moved), aligned.additions)


def _added(addition: Addition) -> Problem:
    message = f"The graph knows nothing of what stands at {addition.start}–{addition.end} of the copy."
    return Problem("added text", message)


def _file_problems(document: Document, digest: str, text: str) -> Iterator[Problem]:
    yield Problem("file digest", f"The file's SHA-256 is {digest}; the graph cites {document.sha256}.")
    if document.length is not None and len(text) != document.length:
        yield _length_problem(document, text)


def _in_order(problems: list[Problem], moved: list[Moved]) -> list[Problem]:
    """The problems, and in their places the spans that stand elsewhere in the copy."""
    told = problems + _shifted(moved)
    return sorted(told, key=lambda problem: (problem.start or 0, problem.end or 0))


def _shifted(found: Sequence[Moved]) -> list[Problem]:
    """Spans that stand elsewhere, as problems: one in place of many neighbours that stand as far away."""
    told = []
    for shift, group in groupby(found, key=lambda span: span.shift):
        spans = list(group)
        if len(spans) >= MANY and shift:
            message = f"{len(spans)} spans from here on stand {abs(shift)} {'later' if shift > 0 else 'earlier'}."
            told.append(Problem("shifted offset", message, spans[0].span, spans[0].start, max(s.end for s in spans)))
            continue
        for span in spans:
            message = f"The cited text stands at {span.found_start}–{span.found_end}."
            told.append(Problem("shifted offset", message, span.span, span.start, span.end))
    if len(told) > MOST:
        message = f"{len(found)} spans from here on stand elsewhere, at different distances."
        return [Problem("shifted offset", message, told[0].span, told[0].start, max(span.end for span in found))]
    return told


class _Aligned:
    """A document's sentences aligned with a copy, and its spans found by them."""

    def __init__(self, document: Document, spans: list[Span], copy: Copy) -> None:
        self._copy = copy
        self._sentences = {span.iri: span for span in spans}
        self._units = _units(spans)
        self._starts = [unit.start for unit in self._units]
        passages = [Passage(unit.start, unit.end, unit.plain_sha256, unit.plain_length) for unit in self._units]
        left_out = None
        if document.plain_length is not None:
            left_out = max(0, document.plain_length - sum(unit.plain_length for unit in self._units))
        aligned: Alignment = align(copy, passages, document.length, left_out)
        self._places = aligned.places
        self.additions = aligned.additions

    def find(self, span: Span) -> Moved | Problem:
        """Where a span stands in the copy, or what is wrong with it."""
        if not span.sha256:
            return _problem(span, "no digest", "The graph gives no SHA-256 for this span.")
        if problem := _outside(span, self._sentences.get(span.sentence)):
            return problem
        number = bisect_right(self._starts, span.start) - 1
        if number < 0 or span.start >= self._units[number].end:
            return _problem(span, "out of range", "No sentence of the graph holds this span.")
        place = self._places[number]
        if place is None:
            return self._in_changed(span, number)
        return self._in_found(span, number, place)

    def _in_found(self, span: Span, number: int, place: Pieces) -> Moved | Problem:
        """A span in a sentence that was found whole: it must stand in it where the graph says."""
        indices = self._indices(number, place, span)
        first = span.start - self._units[number].start
        for start in range(first, max(0, first - self._slack(number)) - 1, -1):
            if self._stands(indices, start, span):
                return self._found(span, indices, start)
        near = next((start for start in range(len(indices)) if self._stands(indices, start, span)), None)
        if near is None:
            return _problem(span, "changed text", "Its sentence is unchanged, but what was cited does not stand in it.")
        begin, end = self._raw(indices, near, span.plain_length)
        return _problem(span, "shifted offset", f"The cited text stands at {begin}–{end} of the copy.")

    def _slack(self, number: int) -> int:
        """How much white space stands somewhere in a sentence of the original."""
        unit = self._units[number]
        return max(0, unit.end - unit.start - unit.plain_length)

    def _indices(self, number: int, place: Pieces, span: Span) -> list[int]:
        """A sentence's characters in the copy's normalised text, and those of the next as far as the span reaches."""
        indices = [index for start, end in place for index in range(start, end)]
        needed = span.start - self._units[number].start + span.plain_length
        for later in self._places[number + 1 :]:
            if len(indices) >= needed or later is None:
                break
            indices += [index for start, end in later for index in range(start, end)]
        return indices

    def _in_changed(self, span: Span, number: int) -> Moved | Problem:
        """A span in a sentence that was not found: it counts only where the sentence's beginning or end puts it."""
        unit, everything = self._units[number], range(len(self._copy.plain))
        before, behind = neighbours(self._copy, self._places, number)
        bases = [before, None if behind is None else behind - unit.plain_length]
        for base in (base for base in bases if base is not None and span.iri != unit.iri):
            for blank in range(self._slack(number) + 1):
                start = base + span.start - unit.start - blank
                if self._stands(everything, start, span):
                    return self._found(span, everything, start)
        return _problem(span, "changed text", "The text between these offsets is not the one that was cited.")

    def _stands(self, indices: Sequence[int], start: int, span: Span) -> bool:
        chosen = indices[start : start + span.plain_length] if start >= 0 else []
        pieces = tuple((index, index + 1) for index in chosen)
        return len(pieces) == span.plain_length and span.plain_sha256 in self._copy.digests(pieces)

    def _found(self, span: Span, indices: Sequence[int], start: int) -> Moved | Problem:
        printed = "".join(self._copy.plain[index] for index in indices[start : start + span.plain_length])
        begin, end = self._raw(indices, start, span.plain_length)
        problem = _misprinted(span, printed, _is_cut(self._copy.text, begin, end))
        return problem or Moved(span.iri, span.start, span.end, begin, end)

    def _raw(self, indices: Sequence[int], start: int, length: int) -> tuple[int, int]:
        offsets = self._copy.offsets
        return offsets[indices[start]], offsets[indices[start + length - 1]] + 1


def _units(spans: list[Span]) -> list[Span]:
    """The passages by which a text is aligned: its sentences, and spans that stand in none; they do not overlap."""
    units: list[Span] = []
    sentences = [span for span in spans if span.is_sentence and span.sha256]
    others = [span for span in spans if not span.is_sentence and not span.sentence and span.sha256]
    covered = sorted(sentences, key=lambda span: (span.start, -span.end))
    starts = [sentence.start for sentence in covered]
    for span in others:
        number = bisect_right(starts, span.start) - 1
        if number < 0 or covered[number].end <= span.start:
            sentences.append(span)
    for span in sorted(sentences, key=lambda span: (span.start, -span.end)):
        if not units or span.start >= units[-1].end:
            units.append(span)
    return units
