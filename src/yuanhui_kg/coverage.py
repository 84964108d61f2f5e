"""Is all of a text in the graph? A ledger of its numerals and sentences.

The other way round than :mod:`yuanhui_kg.verify`: not whether what the graph cites stands in the text, but whether what
stands in the text is cited. Every numeral is either printed in the evidence of a figure or excluded with a reason
(``yho:Exclusion``), and every sentence holds a mention, a figure or the evidence of a statement, or is excluded. What
is neither is a gap, and so is an exclusion that excludes nothing, or something that is cited after all:

==========================  ==========================================================================================
numeral without figure      a numeral that no figure cites and no exclusion names
sentence without citation   a sentence that holds nothing cited and that no exclusion names
text outside sentences      words that stand in no sentence of the graph
overlapping sentences       two sentences of the graph share text
sentence runs on            a sentence of the graph holds the end of another one: a citation in one says nothing of both
cited and excluded          a numeral with a figure, or a sentence with citations, is excluded all the same
idle exclusion              an exclusion of something that is neither a numeral nor a sentence
exclusion without reason    an exclusion that names no reason
==========================  ==========================================================================================

*Numerals* are runs of digits of any script and width with their points, and runs of Chinese numerals with an ordinal's
第: plain and financial ones, and 两, 半, 双, 数, 多, 几, which are numerals often enough to be looked at each time. First
place is one as well (首位). A run of digits is covered only as a whole; a run of Chinese numerals may be covered in
parts (a figure's number, and an exclusion for the 亿 that multiplies it). Evidence that reaches beyond a clause covers
no numeral, so that citing a paragraph is not enough. Ledgers hold numerals, offsets, reasons and names of the graph;
no other text.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, TypeVar

import pyoxigraph as ox

from . import citations
from .alignment import sha256
from .citations import Span
from .errors import DataError
from .store import Reader
from .terms import id_of

FIGURE: Final = "figure"
EXCLUDED: Final = "excluded"
CITED: Final = "cited"
GAP: Final = "gap"

_DIGITS: Final = r"\d{1,3}(?:,\d{3})+(?![\d,])(?:[.．]\d+)?|\d+(?:[.．]\d+)*"
_SIGNS: Final = r"[²³¹¼-¾⅐-↋①-⒛㈠-㈩㊀-㊉]+"
_CHINESE: Final = "〇零○一二三四五六七八九十百千万亿兆两兩廿卅半双多数几萬億"
_FINANCIAL: Final = "[零壹贰叁肆伍陆柒捌玖拾佰仟万亿]{2,}"  # alone they are words: 队伍, 收拾
NUMERAL: Final = re.compile(rf"{_DIGITS}|{_SIGNS}|{_FINANCIAL}|第?[{_CHINESE}]+|首位")
_CLAUSE: Final = re.compile(r"[,，、;；:：。！？!?\n]")
_SENTENCE_END: Final = re.compile(r"[。！？!?]+[”’\"'）)】》」』]*")
_WORDS: Final = re.compile(r"\w(?:.*\w)?", re.DOTALL)
#: The reason of an exclusion that must not show what it excludes.
PRIVATE: Final = "privateNameReason"
COLUMNS: Final = ("unit", "start", "end", "printed", "status", "reason", "by", "mentions", "figures", "statements")


@dataclass(frozen=True)
class Numeral:
    """A numeral, or the part of one that the same things cover; ``by`` are the ids of those things."""

    start: int
    end: int
    printed: str
    status: str
    reason: str = ""
    by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sentence:
    """A sentence, by how many mentions, figures and statements it is cited, and the reason where by none."""

    id: str
    start: int
    end: int
    status: str
    reason: str = ""
    mentions: int = 0
    figures: int = 0
    statements: int = 0


@dataclass(frozen=True)
class Gap:
    """Something amiss at some offsets; ``kind`` is one of the names in this module's table."""

    kind: str
    start: int
    end: int
    subject: str = ""


@dataclass(frozen=True)
class Ledger:
    """What covers a text: the document's IRI, its numerals and sentences in the order of the text, and the gaps."""

    document: str
    sha256: str
    numerals: tuple[Numeral, ...]
    sentences: tuple[Sentence, ...]
    gaps: tuple[Gap, ...]

    @property
    def complete(self) -> bool:
        return not self.gaps

    def counts(self) -> dict[str, dict[str, int]]:
        """How many numerals and sentences have each status, and how many each reason."""
        reasons = [row.reason for row in self.numerals] + [row.reason for row in self.sentences]
        return {
            "numerals": dict(Counter(row.status for row in self.numerals)),
            "sentences": dict(Counter(row.status for row in self.sentences)),
            "reasons": dict(sorted(Counter(filter(None, reasons)).items())),
            "gaps": dict(Counter(gap.kind for gap in self.gaps)),
        }

    def rows(self) -> Iterator[dict[str, str | int]]:
        """The ledger as rows with the columns :data:`COLUMNS`."""
        for numeral in self.numerals:
            yield _row("numeral", numeral) | {"by": " ".join(numeral.by)}
        for sentence in self.sentences:
            yield _row("sentence", sentence) | {"by": sentence.id}

    def csv(self) -> str:
        """The rows as CSV with a line feed behind each."""
        text = io.StringIO()
        writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(self.rows())
        return text.getvalue()

    def as_dict(self) -> dict[str, Any]:
        """The ledger for JSON: document, digest, counts, rows, gaps."""
        return {
            "document": self.document,
            "sha256": self.sha256,
            "counts": self.counts(),
            "rows": list(self.rows()),
            "gaps": [vars(gap) for gap in self.gaps],
        }


def _row(unit: str, row: Numeral | Sentence) -> dict[str, str | int]:
    values: dict[str, str | int] = {name: getattr(row, name, "") for name in COLUMNS}
    return values | {"unit": unit}


def coverage(reader: Reader, path: Path, document: str | None = None) -> Ledger:
    """The ledger of the text in the file at ``path``.

    :param document: IRI of the text file in the graph; else the one with the file's digest, or the only one.
    :raises DataError: where the file is not the text that the graph cites: offsets would mean nothing in it.
    :raises NotFoundError: where the graph has no such document, or none with spans.
    :raises UsageError: where several documents could be meant.
    """
    content, text = citations.read(path)
    digest = citations.digest(content)
    chosen = citations.document(reader, digest, document)
    if chosen.sha256 != digest:
        raise DataError(
            f"{path} is not, byte for byte, the text that <{chosen.iri}> stands for.",
            "Offsets mean nothing in another copy; see what differs with: yuanhui-kg verify --article FILE.",
        )
    return ledger(reader, chosen.iri, text)


def ledger(reader: Reader, document: str, text: str) -> Ledger:
    """The ledger of a document of the graph, whose ``text`` is taken as it is."""
    sentences = [span for span in citations.spans(reader, document) if span.is_sentence]
    said = _Said(reader, document)
    found = _Found()
    numerals = list(_numerals(text, sentences, said, found))
    rows = [_sentence(span, said, found) for span in sentences]
    _check_sentences(text, sentences, found)
    _check_exclusions(said, numerals, sentences, found)
    gaps = sorted(found.gaps, key=lambda gap: (gap.start, gap.end, gap.kind, gap.subject))
    return Ledger(document, sha256(text), tuple(numerals), tuple(rows), tuple(gaps))


class _Found:
    def __init__(self) -> None:
        self.gaps: list[Gap] = []

    def gap(self, kind: str, start: int, end: int, subject: str = "") -> None:
        self.gaps.append(Gap(kind, start, end, subject))


# --- what the graph says ------------------------------------------------------------------------------------------------

_CITED: Final = """
SELECT ?text ?thing ?start ?end WHERE {
  %s
  ?span oa:hasSource ?text ; oa:hasSelector ?selector .
  ?selector oa:start ?start ; oa:end ?end .
} ORDER BY ?start ?end ?thing
"""
_PATTERNS: Final = {
    "figures": "?thing a qb:Observation ; yho:evidence ?span .",
    "mentions": "?thing oa:motivatedBy oa:identifying ; oa:hasBody ?entity ; oa:hasTarget ?span .",
    "statements": "?thing a rdf:Statement ; yho:evidence ?span .",
}
_EXCLUSIONS: Final = """
SELECT ?text ?exclusion ?span ?start ?end ?reason WHERE {
  ?exclusion a yho:Exclusion ; yho:excludes ?span .
  ?span oa:hasSource ?text ; oa:hasSelector ?selector .
  ?selector oa:start ?start ; oa:end ?end .
  OPTIONAL { ?exclusion yho:hasReason ?reason }
} ORDER BY ?start ?end ?exclusion ?reason
"""


@dataclass(frozen=True)
class _Citation:
    id: str
    start: int
    end: int


@dataclass(frozen=True)
class _Exclusion:
    id: str
    target: str
    start: int
    end: int
    reason: str


_Place = TypeVar("_Place", _Citation, _Exclusion)


class _Said:
    """What cites a document, and what is excluded of it."""

    def __init__(self, reader: Reader, document: str) -> None:
        text = {"text": ox.NamedNode(document)}
        self.cited: Mapping[str, list[_Citation]] = {
            kind: [
                _Citation(id_of(thing.value), int(start.value), int(end.value))
                for _, thing, start, end in reader.select(citations.PREFIXES + _CITED % pattern, text)
            ]
            for kind, pattern in _PATTERNS.items()
        }
        self.exclusions = [
            _Exclusion(
                id_of(row[1].value),
                row[2].value,
                int(row[3].value),
                int(row[4].value),
                id_of(row[5].value).removeprefix("yho:") if row[5] else "",
            )
            for row in reader.select(citations.PREFIXES + _EXCLUSIONS, text)
        ]


# --- numerals -----------------------------------------------------------------------------------------------------------


def _numerals(text: str, sentences: list[Span], said: _Said, found: _Found) -> Iterator[Numeral]:
    figures = [span for span in said.cited["figures"] if _in_one_clause(text, span)]
    covering = _index(figures)
    whole = {sentence.iri for sentence in sentences}
    excluding = _index(span for span in said.exclusions if span.target not in whole)
    for match in NUMERAL.finditer(text):
        start, end = match.span()
        cuts = {start, end}
        if not match.group()[0].isdigit():
            near: list[_Citation | _Exclusion] = [*covering(start, end), *excluding(start, end)]
            cuts |= {cut for span in near for cut in (span.start, span.end) if start < cut < end}
        ordered = sorted(cuts)
        for first, last in pairwise(ordered):
            row = _numeral(text, first, last, covering(first, last), excluding(first, last))
            if row.status == GAP:
                kind = "cited and excluded" if row.by else "numeral without figure"
                found.gap(kind, first, last, row.by[-1] if row.by else "")
            yield row


def _numeral(text: str, start: int, end: int, citing: Iterable[_Citation], excluding: Iterable[_Exclusion]) -> Numeral:
    figures = tuple(sorted(span.id for span in citing if span.start <= start and end <= span.end))
    reasons = [span for span in excluding if span.start <= start and end <= span.end]
    printed = text[start:end]
    if figures and reasons:
        return Numeral(start, end, printed, GAP, by=(*figures, *(span.id for span in reasons)))
    if figures:
        return Numeral(start, end, printed, FIGURE, by=figures)
    if reasons:
        reason = reasons[0].reason
        shown = "" if reason == PRIVATE else printed
        return Numeral(start, end, shown, EXCLUDED, reason, tuple(span.id for span in reasons))
    return Numeral(start, end, printed, GAP)


def _in_one_clause(text: str, span: _Citation) -> bool:
    """Whether evidence is a number and not a passage; points and commas inside a number are part of it."""
    printed = text[span.start : span.end]
    return bool(printed) and not _CLAUSE.search(NUMERAL.sub("", printed))


def _index(spans: Iterable[_Place]) -> Callable[[int, int], list[_Place]]:
    """A function that gives the spans that overlap a piece of the text."""
    by_offset: dict[int, list[_Place]] = {}
    for span in spans:
        for offset in range(span.start, span.end):
            by_offset.setdefault(offset, []).append(span)

    def overlapping(start: int, end: int) -> list[_Place]:
        return list(dict.fromkeys(span for offset in range(start, end) for span in by_offset.get(offset, ())))

    return overlapping


# --- sentences ----------------------------------------------------------------------------------------------------------


def _sentence(sentence: Span, said: _Said, found: _Found) -> Sentence:
    """A citation counts for the sentence in which it begins."""
    cited = {
        kind: len({span.id for span in spans if sentence.start <= span.start < sentence.end})
        for kind, spans in said.cited.items()
    }
    excluded = [exclusion for exclusion in said.exclusions if exclusion.target == sentence.iri]
    status = CITED if any(cited.values()) else EXCLUDED if excluded else GAP
    if status == GAP:
        found.gap("sentence without citation", sentence.start, sentence.end, id_of(sentence.iri))
    if status == CITED and excluded:
        found.gap("cited and excluded", sentence.start, sentence.end, excluded[0].id)
    reason = excluded[0].reason if status == EXCLUDED else ""
    return Sentence(id_of(sentence.iri), sentence.start, sentence.end, status, reason, **cited)


def _check_sentences(text: str, sentences: list[Span], found: _Found) -> None:
    """Do the sentences hold all of the text, each of it once, and each only one sentence?"""
    reached = 0
    for sentence in sentences:
        if sentence.start < reached:
            found.gap("overlapping sentences", sentence.start, min(reached, sentence.end), id_of(sentence.iri))
        _check_between(text, reached, sentence.start, found)
        body = text[sentence.start : sentence.end]
        for mark in _SENTENCE_END.finditer(body):
            if body[mark.end() :].strip():
                found.gap("sentence runs on", sentence.start, sentence.end, id_of(sentence.iri))
                break
        reached = max(reached, sentence.end)
    _check_between(text, reached, len(text), found)


def _check_between(text: str, start: int, end: int, found: _Found) -> None:
    if words := _WORDS.search(text[start:end]):
        found.gap("text outside sentences", start + words.start(), start + words.end())


def _check_exclusions(said: _Said, numerals: list[Numeral], sentences: list[Span], found: _Found) -> None:
    whole = {sentence.iri for sentence in sentences}
    used = {id for numeral in numerals for id in numeral.by}
    for exclusion in said.exclusions:
        if exclusion.target not in whole and exclusion.id not in used:
            found.gap("idle exclusion", exclusion.start, exclusion.end, exclusion.id)
        if not exclusion.reason:
            found.gap("exclusion without reason", exclusion.start, exclusion.end, exclusion.id)
