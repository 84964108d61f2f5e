"""Parts of a graph, read for export: what the neighbour index tells, completed from the graph itself.

The index knows labels, types, relations, modality and places in a text; statuses, codes, periods, coordinates and the
documents that spans lie in are read here, for the nodes of a part or, in a few queries, for the whole graph.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import Any, Final

import pyoxigraph as ox

from .. import origins
from ..figures import number
from ..graph.facts import Facts
from ..graph.reading import OA, RDF, SCHEMA, SKOS, WGS84, anywhere, is_node
from ..namespaces import ONTOLOGY, PREFIXES, YHO
from ..store import Reader
from ..terms import id_of
from .model import Edge, Node, Source, Span, Status, Subgraph, Term, Texts, Years, firmness

_BATCH: Final = 500
_STATUS: Final = PREFIXES["adms"] + "status"
PERIOD_OF_THING: Final = (YHO.happensDuring, PREFIXES["dcterms"] + "temporal")
_PERIOD_OF_FACT: Final = (YHO.statusPeriod, YHO.period, PREFIXES["dcterms"] + "temporal")
_COORDINATES: Final = ((WGS84 + "lat", WGS84 + "long"), (SCHEMA + "latitude", SCHEMA + "longitude"))
_WAYS: Final = ("", f"<{SCHEMA}geo>")  # from a thing to what has coordinates
_MOST_NORTH: Final = 90
_MOST_EAST: Final = 180
_YEAR: Final = re.compile(r"-?\d{4,6}")

MORE_WAYS: Final[Texts] = {
    "zh": "只含最佳的几条路径；另有其他路径。",
    "en": "These are only the best ways; there are others.",
}
CUT: Final[Texts] = {
    "zh": "因数量上限，此文件只含所求部分的一部分。",
    "en": "This file holds only a part of what was asked for: a limit cut it.",
}


def part(
    reader: Reader,
    found: Mapping[str, Any],
    title: Texts,
    communities: Mapping[str, int] | None = None,
    positions: Mapping[str, tuple[float, float]] | None = None,
) -> Subgraph:
    """A part of the graph, from an answer with ``nodes`` and ``edges`` as :meth:`NeighbourIndex.neighbours` gives it."""
    nodes, edges = found["nodes"], found["edges"]
    spans = {span["iri"] for edge in edges for span in edge["evidence"] if span["iri"]}
    statements = {name for edge in edges for name in statements_of(edge)}
    details = Details(reader, [node["iri"] for node in nodes], sorted(statements), sorted(spans))
    details.communities = communities or {}
    details.positions = positions or {}
    starts = frozenset(found.get("start", ()))
    numbers = {node["iri"]: number for number, node in enumerate(nodes)}
    return Subgraph.listed(
        [details.node(number, node, starts) for number, node in enumerate(nodes)],
        [details.edge(number, edge, numbers) for number, edge in enumerate(edges)],
        title=title,
        source=details.source(statements),
        notes=[found.get("note", CUT)] if found.get("truncated") else [],
        dated=details.dated,
        placed=details.placed,
    )


def statements_of(edge: Mapping[str, Any]) -> list[str]:
    several = edge.get("statements") or [edge]
    return [each["statement"] for each in several if each["statement"]]


class Details:
    """What the index does not know: of some nodes, statements and spans, or of all where they are not named."""

    def __init__(
        self,
        reader: Reader,
        nodes: Sequence[str] | None = None,
        statements: Sequence[str] | None = None,
        spans: Sequence[str] | None = None,
    ) -> None:
        self._reader = reader
        self._nodes = nodes
        self.communities: Mapping[str, int] = {}
        self.positions: Mapping[str, tuple[float, float]] = {}
        self.codes = _grouped((s, o.value) for s, o in self._rows((SKOS + "notation",), nodes) if _is_literal(o))
        self._documents: dict[str, str] = {s: o.value for s, o in self._rows((OA + "hasSource",), spans) if is_node(o)}
        stated = list(self._rows(_PERIOD_OF_FACT, statements))
        dated = list(self._rows(PERIOD_OF_THING, nodes))
        self._years = self._periods({o for _, o in (*stated, *dated) if is_node(o)})
        self._fact_periods = self._with_years(stated)
        self.thing_periods = self._with_years(dated)
        self.statuses = self._read_statuses(nodes)
        self.places = self._read_places(nodes)
        self.dated = bool(
            self._fact_periods
            or self.thing_periods
            or any(status.years for statuses in self.statuses.values() for status in statuses)
        )
        self.placed = bool(self.places)

    def _rows(self, predicates: Iterable[str], subjects: Sequence[str] | None) -> Iterator[tuple[str, Any]]:
        """(subject, object) of every triple with one of some predicates, sorted; subjects are IRIs."""
        named = " ".join(str(ox.NamedNode(predicate)) for predicate in predicates)
        found: set[tuple[str, Any]] = set()
        for values in _batches(subjects):
            pattern = f"{values} VALUES ?p {{ {named} }} ?s ?p ?o"
            rows = self._reader.select(f"SELECT DISTINCT ?s ?o WHERE {{ {anywhere(pattern)} }}")
            found.update((s.value, o) for s, o in rows if is_node(s))
        return iter(sorted(found, key=lambda row: (row[0], str(row[1]))))

    def _periods(self, periods: Iterable[Any]) -> dict[str, Years]:
        iris = sorted(period.value for period in periods)
        first = {s: _year(o) for s, o in self._rows((YHO.firstYear, SCHEMA + "startDate"), iris)} if iris else {}
        last = {s: _year(o) for s, o in self._rows((YHO.lastYear, SCHEMA + "endDate"), iris)} if iris else {}
        return {iri: Years(first.get(iri), last.get(iri)) for iri in iris if iri in first or iri in last}

    def _with_years(self, rows: Iterable[tuple[str, Any]]) -> dict[str, tuple[Years, ...]]:
        found = [(s, self._years[o.value]) for s, o in rows if is_node(o) and o.value in self._years]
        return _grouped(sorted(found, key=lambda row: (row[0], row[1].first or -math.inf, row[1].last or math.inf)))

    def _read_statuses(self, nodes: Sequence[str] | None) -> dict[str, tuple[Status, ...]]:
        rows = [(s, o.value) for s, o in self._rows((_STATUS,), nodes) if is_node(o)]
        labels = _labels(self._reader, {status for _, status in rows})
        when = self._status_periods(nodes) if rows else {}
        return _grouped((s, Status(Term(o, id_of(o), labels[o]), when.get((s, o)))) for s, o in rows)

    def _status_periods(self, nodes: Sequence[str] | None) -> dict[tuple[str, str], Years]:
        """When a status held, from the statement that says so."""
        found: dict[tuple[str, str], Years] = {}
        for values in _batches(nodes):
            pattern = (
                f"{values} ?statement <{RDF}subject> ?s ; <{RDF}predicate> <{_STATUS}> ; <{RDF}object> ?o ; "
                f"<{YHO.statusPeriod}> ?period . OPTIONAL {{ ?period <{YHO.firstYear}> ?first }} "
                f"OPTIONAL {{ ?period <{YHO.lastYear}> ?last }}"
            )
            rows = self._reader.select(f"SELECT ?s ?o ?first ?last WHERE {{ {anywhere(pattern)} }} ORDER BY ?period")
            for s, o, first, last in rows:
                if is_node(s) and is_node(o) and (first or last):
                    found.setdefault((s.value, o.value), Years(_year(first), _year(last)))
        return found

    def _read_places(self, nodes: Sequence[str] | None) -> dict[str, tuple[float, float]]:
        """Coordinates in degrees, said of a thing itself or of its ``schema:geo``; none where one of these says several."""
        places: dict[str, tuple[float, float]] = {}
        for way, (latitude, longitude) in product(_WAYS, _COORDINATES):
            said: dict[str, set[tuple[float, float] | None]] = {}
            pattern = (
                f"?s {way} ?there . ?there <{latitude}> ?north ; <{longitude}> ?east"
                if way
                else (f"?s <{latitude}> ?north ; <{longitude}> ?east")
            )
            for values in _batches(nodes):
                rows = self._reader.select(f"SELECT ?s ?north ?east WHERE {{ {anywhere(f'{values} {pattern}')} }}")
                for thing, north, east in rows:
                    if is_node(thing):
                        said.setdefault(thing.value, set()).add(_place(north, east))
            for iri, found in said.items():
                place = found.pop() if len(found) == 1 else None
                if place is not None:
                    places.setdefault(iri, place)
        return places

    def source(self, statements: Iterable[str] = ()) -> Source:
        """What the nodes and ``statements`` rest on: the documents in which their spans lie (of things that no span states, those that
        mention them), and the data sets in which something is said of them."""
        facts = Facts(self._reader)
        files = set(self._documents.values())
        if self._nodes is not None and not files:
            files = {o.value for _, o in self._mentioning(self._nodes)}
        held = (
            origins.all_holders(facts)
            if self._nodes is None
            else origins.holders(facts, [*self._nodes, *sorted(statements)])
        )
        return _source(facts, files, held)

    def _mentioning(self, nodes: Sequence[str]) -> Iterator[tuple[str, Any]]:
        """Things, and the files that mention them or give evidence for them."""
        for values in _batches(nodes):
            pattern = (
                f"{values} {{ ?mention <{OA}hasBody> ?s ; <{OA}hasTarget> ?span }} UNION {{ ?s <{YHO.evidence}> ?span }} "
                f"?span <{OA}hasSource> ?file"
            )
            rows = self._reader.select(f"SELECT DISTINCT ?s ?file WHERE {{ {anywhere(pattern)} }}")
            yield from ((s.value, file) for s, file in rows if is_node(s) and is_node(file))

    def node(self, number: int, found: Mapping[str, Any], starts: frozenset[str]) -> Node:
        iri = found["iri"]
        return Node(
            number,
            iri,
            found["label"],
            Term.of(found["type"]) if found["type"] else None,
            found["degree"],
            self.statuses.get(iri, ()),
            self.codes.get(iri, ()),
            self.communities.get(iri),
            self.thing_periods.get(iri, ()),
            self.places.get(iri),
            iri in starts,
            self.positions.get(iri),
        )

    def edge(self, number: int, found: Mapping[str, Any], numbers: Mapping[str, int]) -> Edge:
        source, target, predicate = found["source"], found["target"], Term.of(found["predicate"])
        return Edge(
            number,
            source,
            target,
            (numbers[source], numbers[target]),
            predicate,
            found["modality"],
            found["prospect"],
            firmness(found["modality"], found["prospect"]),
            found["statement"],
            self.spans(found),
            self.with_period(self.stated_periods(found), predicate.iri, target),
            tuple(statements_of(found)),
        )

    def spans(self, found: Mapping[str, Any]) -> tuple[Span, ...]:
        """Where the text states a relation."""
        return tuple(
            Span(span["start"], span["end"], self._documents.get(span["iri"] or ""))
            for span in found["evidence"]
            if span["start"] is not None and span["end"] is not None
        )

    def stated_periods(self, found: Mapping[str, Any]) -> tuple[Years, ...]:
        """The periods for which a relation is stated."""
        periods = (years for statement in statements_of(found) for years in self._fact_periods.get(statement, ()))
        return tuple(dict.fromkeys(periods))

    def with_period(self, periods: tuple[Years, ...], predicate: str, target: str) -> tuple[Years, ...]:
        """The periods of a relation, which may itself tell one of a thing."""
        if predicate not in PERIOD_OF_THING or target not in self._years:
            return periods
        return tuple(dict.fromkeys([*periods, self._years[target]]))


# --- what a file rests on ---------------------------------------------------------------------------------------------


def _source(facts: Facts, files: Iterable[str], held: Sequence[origins.Source]) -> Source:
    """Documents, by title, then the data sets beside the graph, and under which licence which of the data sets is."""
    nodes = [ox.NamedNode(file) for file in sorted(files)]
    facts.load(nodes, SCHEMA + "encodesCreativeWork")
    works = {facts.one(file, SCHEMA + "encodesCreativeWork") or file for file in nodes}
    titles = [facts.label(work) for work in sorted(works, key=str)]
    ours = {"", ONTOLOGY, *origins.drafts(facts.reader).values()}  # of a merged draft its text is named
    beside = [_named(one) for one in held if one.iri not in ours]
    licences = [(_named(one), one.licence) for one in held if one.licence]
    return Source((*titles, *beside), tuple(licences), len(held) < 2)


def _named(source: origins.Source) -> Texts:
    return source.title or {"zh": source.iri, "en": source.iri}


# --- reading ----------------------------------------------------------------------------------------------------------


def _batches(subjects: Sequence[str] | None) -> Iterator[str]:
    """``VALUES`` for the variable ``?s``, a batch at a time; one empty text where all subjects are meant."""
    if subjects is None:
        yield ""
        return
    for start in range(0, len(subjects), _BATCH):
        # Written by pyoxigraph (`<…>`): an IRI cannot end early in it.
        yield f"VALUES ?s {{ {' '.join(str(ox.NamedNode(iri)) for iri in subjects[start : start + _BATCH])} }}"


def _labels(reader: Reader, iris: Iterable[str]) -> dict[str, Texts]:
    facts = Facts(reader)
    nodes = [ox.NamedNode(iri) for iri in sorted(iris)]
    facts.load(nodes)
    return {node.value: facts.label(node) for node in nodes}


def _grouped(pairs: Iterable[tuple[str, Any]]) -> dict[str, tuple[Any, ...]]:
    found: dict[str, list[Any]] = {}
    for key, value in pairs:
        values = found.setdefault(key, [])
        if value not in values:
            values.append(value)
    return {key: tuple(values) for key, values in found.items()}


def _is_literal(term: Any) -> bool:
    return isinstance(term, ox.Literal)


def _year(term: Any) -> int | None:
    match = _YEAR.match(term.value) if _is_literal(term) else None
    return int(match[0]) if match else None


def _place(north: Any, east: Any) -> tuple[float, float] | None:
    latitude, longitude = number(north), number(east)
    if latitude is None or longitude is None or abs(latitude) > _MOST_NORTH or abs(longitude) > _MOST_EAST:
        return None
    return float(latitude), float(longitude)
