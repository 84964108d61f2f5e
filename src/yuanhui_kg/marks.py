"""What a graph says of each passage of a text: the names, figures and relations that rest on it.

The text itself is not at hand. Whoever holds a copy can put these marks into it, by offsets or, where the copy has other
line breaks, by the digests that come along (:mod:`yuanhui_kg.alignment`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import pyoxigraph as ox

from . import citations
from .citations import Document, Span
from .errors import NotFoundError
from .figures import json_number, number
from .graph.facts import Facts
from .graph.reading import SCHEMA, is_node
from .namespaces import YHO
from .store import Reader
from .terms import id_of

JSON = dict[str, Any]

MOST: Final = 2000  #: Spans that are told at once.
_BATCH: Final = 500  # spans that one query asks about
_WORK: Final = SCHEMA + "encodesCreativeWork"
_PREFIXES: Final = citations.PREFIXES + "PREFIX sdmx-measure: <http://purl.org/linked-data/sdmx/2009/measure#>\n"
_MENTIONS: Final = """
SELECT DISTINCT ?span ?thing WHERE {
  VALUES ?span { %s }
  ?mention oa:hasTarget ?span ; oa:motivatedBy oa:identifying ; oa:hasBody ?thing .
  FILTER (isIRI(?thing))
} ORDER BY ?span ?thing
"""
_FIGURES: Final = """
SELECT DISTINCT ?span ?figure WHERE {
  VALUES ?span { %s }
  ?figure yho:evidence ?span ; sdmx-measure:obsValue ?value .
  FILTER (isIRI(?figure))
} ORDER BY ?span ?figure
"""
_STATEMENTS: Final = """
SELECT DISTINCT ?span ?subject ?predicate ?object ?modality WHERE {
  VALUES ?span { %s }
  ?statement a rdf:Statement ; yho:evidence ?span ;
    rdf:subject ?subject ; rdf:predicate ?predicate ; rdf:object ?object .
  OPTIONAL { ?statement yho:modality ?modality }
  FILTER (isIRI(?subject) && isIRI(?object))
} ORDER BY ?span ?subject ?predicate ?object ?modality
"""
_VALUE: Final = "http://purl.org/linked-data/sdmx/2009/measure#obsValue"
_POINTERS: Final[Mapping[str, str]] = {
    **{name: YHO + name for name in ("subject", "indicator", "unit", "period", "kind", "breakdown", "bound")},
    "base": YHO.basePeriod,
}
#: What says that there is no base period, that a figure is of the whole, that a number is meant exactly.
_NOTHING: Final = frozenset((YHO.noBase, YHO.total, YHO.exact))


def documents(reader: Reader) -> JSON:
    """``{"documents": […]}``: the text files that are cited, with their digests and the names of what they hold."""
    facts = Facts(reader)
    found = citations.documents(reader)
    facts.load((ox.NamedNode(document.iri) for document in found), _WORK)
    return {"documents": [_document(facts, document) for document in found]}


def spans(reader: Reader, document: str, offset: int = 0, limit: int = MOST) -> JSON:
    """The spans of a text in their order, ``limit`` of them from ``offset`` on, with what rests on each.

    :param document: IRI of the text file, or of the work that it holds.
    :raises NotFoundError: where the graph knows no such text, or no span of it.
    """
    facts = Facts(reader)
    known = citations.documents(reader)
    facts.load((ox.NamedNode(each.iri) for each in known), _WORK)
    chosen = next((each for each in known if document in (each.iri, _work(facts, each))), None)
    if chosen is None:
        raise NotFoundError(f"The graph describes no text file <{document}>.", "/api/v1/documents lists them.")
    every = citations.spans(reader, chosen.iri)
    page = every[offset : offset + limit]
    things = _Things(facts)
    told = _Told(reader, facts, page, things.name)
    rows = [told.span(span) for span in page]
    return {
        "document": _document(facts, chosen),
        "total": len(every),
        "offset": offset,
        "spans": rows,
        "things": things.as_dict(),
    }


def _work(facts: Facts, document: Document) -> str | None:
    work = facts.one(ox.NamedNode(document.iri), _WORK)
    return work.value if is_node(work) else None


def _document(facts: Facts, document: Document) -> JSON:
    node, work = ox.NamedNode(document.iri), _work(facts, document)
    return {
        "iri": document.iri,
        "id": id_of(document.iri),
        "label": facts.label(ox.NamedNode(work) if work else node),
        "work": work,
        "sha256": document.sha256,
        "length": document.length,
        "normalised_length": document.plain_length,
    }


class _Things:
    """The resources that are named, each told once, under its id."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._nodes: dict[str, ox.NamedNode] = {}

    def name(self, node: Any) -> str | None:
        """The id of a resource, which is told from now on; ``None`` for anything else."""
        if not is_node(node):
            return None
        id = id_of(node.value)
        self._nodes[id] = node
        return id

    def as_dict(self) -> JSON:
        self._facts.load(self._nodes.values())
        return {id: {"iri": node.value, "label": self._facts.label(node)} for id, node in sorted(self._nodes.items())}


class _Told:
    """What rests on some spans."""

    def __init__(self, reader: Reader, facts: Facts, page: Sequence[Span], name: Callable[[Any], str | None]) -> None:
        self._reader = reader
        self._facts = facts
        self._name = name
        self._nodes = [str(ox.NamedNode(iri)) for iri in dict.fromkeys(span.iri for span in page)]
        self._mentions = self._by_span(_MENTIONS)
        self._figures = self._by_span(_FIGURES)
        self._statements = self._by_span(_STATEMENTS)
        facts.load(figure for rows in self._figures.values() for (figure,) in rows)

    def _by_span(self, query: str) -> dict[str, list[Sequence[Any]]]:
        found: dict[str, list[Sequence[Any]]] = {}
        for values in self._batches():
            # Written by pyoxigraph (`<…>`): an IRI cannot end early in it.
            for span, *row in self._reader.select(_PREFIXES + query % values):
                found.setdefault(span.value, []).append(row)
        return found

    def _batches(self) -> Iterator[str]:
        for start in range(0, len(self._nodes), _BATCH):
            yield " ".join(self._nodes[start : start + _BATCH])

    def span(self, span: Span) -> JSON:
        """One span. ``normalised`` is there where its normalised text differs from what is printed."""
        told: JSON = {"id": id_of(span.iri), "start": span.start, "end": span.end, "sha256": span.sha256 or None}
        if span.plain_sha256 != span.sha256:
            told["normalised"] = {"sha256": span.plain_sha256, "length": span.plain_length}
        if span.is_sentence:
            told["is_sentence"] = True
        if span.sentence:
            told["sentence"] = id_of(span.sentence)
        told["mentions"] = [self._name(thing) for (thing,) in self._mentions.get(span.iri, ())]
        told["figures"] = [self._figure(figure) for (figure,) in self._figures.get(span.iri, ())]
        told["statements"] = [self._statement(row) for row in self._statements.get(span.iri, ())]
        return told

    def _figure(self, figure: Any) -> JSON:
        facts = self._facts
        value = number(facts.one(figure, _VALUE))
        pointed = {name: facts.one(figure, property) for name, property in _POINTERS.items()}
        named = {
            name: self._name(node) for name, node in pointed.items() if is_node(node) and node.value not in _NOTHING
        }
        return {"figure": self._name(figure), "value": None if value is None else json_number(value), **named}

    def _statement(self, row: Sequence[Any]) -> JSON:
        return dict(zip(("subject", "predicate", "object", "modality"), map(self._name, row), strict=True))
