"""The things of a graph as a register, so that names can be linked to them."""

from __future__ import annotations

import contextlib
import heapq
import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from ..graph.reading import BOOKKEEPING_NAMESPACES, LABELS, RDF, RDFS, SCHEMA, SKOS, WGS84
from ..namespaces import PREFIXES, YH, YHO
from ..search import CODES, LATER
from ..store import memory_store
from .matcher import Matcher
from .names import normalise, simplify
from .tables import Entry, Mention

Select = Callable[[str], Sequence[Mapping[str, Mapping[str, str]]]]
"""Evaluates a query; its solutions as in the SPARQL results' JSON."""

MOST: Final = 200_000  # triples that one query of a service may give
_HIGHEST: Final = 1000  # things above one that are looked at
_MOST_HERE: Final = 20_000_000  # and of a command
_SCHEMA: Final = (SCHEMA, "http://schema.org/")
OTHER_LABELS: Final = (SKOS + "altLabel", SKOS + "hiddenLabel", *(one + "alternateName" for one in _SCHEMA))
DESCRIPTIONS: Final = (
    SKOS + "definition",
    PREFIXES["dcterms"] + "description",
    SCHEMA + "description",
    RDFS + "comment",
)
WITHIN: Final = (
    *(YHO.isWithin, YHO.isLocatedIn, YHO.isPartOf),
    *(one + name for name in ("containedInPlace", "containedIn") for one in _SCHEMA),
    *(SKOS + "broader", PREFIXES["dcterms"] + "isPartOf", "http://www.opengis.net/ont/geosparql#sfWithin"),
)
"""Predicates that tell in what a thing lies, the most telling first."""
COORDINATES: Final = (
    (WGS84 + "lat", WGS84 + "long"),
    *((one + "latitude", one + "longitude") for one in _SCHEMA),
)
"""Predicates of latitude and longitude."""
_VOCABULARIES: Final = (
    *(namespace for namespace in PREFIXES.values() if namespace != YH),
    *BOOKKEEPING_NAMESPACES,
    "http://rdf-vocabulary.ddialliance.org/xkos#",
)
"""Where the terms stand that a graph may name without saying what they are."""
_ORGANISATIONS: Final = (PREFIXES["org"] + "Organization", SCHEMA + "Organization", PREFIXES["foaf"] + "Organization")


@dataclass(frozen=True)
class Thing:
    """A thing that can be meant: its names by language, its classes (the direct ones), a description, its codes."""

    iri: str
    labels: dict[str, str] = field(default_factory=dict)
    others: list[str] = field(default_factory=list)
    types: list[str] = field(default_factory=list)
    description: dict[str, str] = field(default_factory=dict)
    codes: list[str] = field(default_factory=list)

    def name(self, language: str = "zh") -> str:
        return self.labels.get(language) or self.labels.get("") or next(iter(self.labels.values()), "")


@dataclass(frozen=True)
class Things:
    """All things of a graph that have a name, the classes that they have, and a matcher over them."""

    things: dict[str, Thing]
    classes: dict[str, frozenset[str]]  # each class with all above it
    labels: dict[str, dict[str, str]]  # of classes and properties
    entries: tuple[Entry, ...]  # the things as rows of a register
    truncated: bool

    @cached_property
    def matcher(self) -> Matcher:
        """What links names to the things; made when it is first asked for."""
        return Matcher(self.entries)

    def coded(self, text: str) -> list[Thing]:
        """The things with a code that is this text as a whole."""
        return [self.things[iri] for iri in self._by_code.get(simplify(text.strip()), ())]

    @cached_property
    def _by_code(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for thing in self.things.values():
            for code in dict.fromkeys(map(simplify, thing.codes)):
                found[code].append(thing.iri)
        return found

    def mentions(self) -> list[Mention]:
        """The things as mentions, each with the names of what it lies in, the outermost first."""
        by_id = {entry.id: entry for entry in self.entries}
        return [
            Mention(entry.id, entry.name, _around(entry, by_id), entry.kind, entry.lat, entry.lon)
            for entry in self.entries
        ]

    def is_a(self, thing: Thing, types: Sequence[str]) -> bool:
        """Whether a thing is of one of some classes, or of one below them."""
        return not types or any(
            kind in types or self.classes.get(kind, frozenset()) & set(types) for kind in thing.types
        )

    def beginning(self, text: str, most: int) -> list[Thing]:
        """The things with this code, those with a name that begins with a text, then those with one that holds it, shorter names first."""
        typed = normalise(text)
        found: list[tuple[bool, int, str]] = []
        for iri, thing in self.things.items():
            names = (normalise(name) for name in (*thing.labels.values(), *thing.others))
            ranks = [(not name.startswith(typed), len(name), iri) for name in names if typed in name]
            found += [min(ranks)] if typed and ranks else []
        named = [self.things[iri] for _, _, iri in heapq.nsmallest(most, found)]
        coded = self.coded(text)
        return [*coded, *(thing for thing in named if thing not in coded)][:most]

    def described_by(self, other: Things) -> Things:
        """The same things, with what another graph tells of classes and properties (an ontology stands in one graph only)."""
        return replace(self, classes={**other.classes, **self.classes}, labels={**other.labels, **self.labels})


def _around(entry: Entry, by_id: Mapping[str, Entry]) -> tuple[str, ...]:
    names: list[str] = []
    seen = {entry.id}
    while (above := by_id.get(entry.parent_id)) is not None and above.id not in seen:
        names.append(above.name)
        seen.add(above.id)
        entry = above
    return tuple(reversed(names))


def selecting(store: ox.Store, graph: str = "") -> Select:
    """Questions to a store: to its default graph, or to a named one."""

    def select(query: str) -> Sequence[Mapping[str, Mapping[str, str]]]:
        answer: Any = store.query(query, default_graph=ox.NamedNode(graph) if graph else None)
        found: Sequence[Mapping[str, Mapping[str, str]]]
        found = json.loads(answer.serialize(format=ox.QueryResultsFormat.JSON))["results"]["bindings"]
        return found

    return select


def read_file(path: Path) -> Things:
    """The things of a file of RDF (of its default graph). Raises :class:`DataError`."""
    return read_store(memory_store([path]), everything=True)


def read_store(store: ox.Store, graph: str = "", *, everything: bool) -> Things:
    """The things of a store's default graph, or of a named one; see :func:`read`."""
    return read(selecting(store, graph), everything=everything, most=_MOST_HERE)


def read(select: Select, *, everything: bool = False, most: int) -> Things:
    """Read the things of a graph. At most ``most`` triples of each kind are read; the rest stays out.

    :param everything: take whatever has a name, as a register may consist of concepts, or of things without a class;
        else not what tells of things: terms of vocabularies, and what has only such classes
        (:data:`~yuanhui_kg.search.LATER`).
    """

    def bounded(query: str) -> Sequence[Mapping[str, Mapping[str, str]]]:
        return select(f"{query} LIMIT {most}")

    above = _above(bounded(f"SELECT ?s ?o {{ ?s <{RDFS}subClassOf> ?o FILTER(isIRI(?s) && isIRI(?o)) }}"))
    apart = "" if everything else f" && ?o NOT IN ({', '.join(f'<{kind}>' for kind in sorted(LATER))})"
    typed = bounded(f"SELECT ?s ?o {{ ?s <{RDF}type> ?o FILTER(isIRI(?s) && isIRI(?o){apart}) }}")
    named = _values(bounded, (*LABELS, *OTHER_LABELS))
    things = {row["s"]["value"]: Thing(row["s"]["value"]) for row in typed}
    others = {iri for iri, *_ in named} if everything else _untyped(bounded)
    things |= {iri: Thing(iri) for iri in others}
    for row in typed:
        things[row["s"]["value"]].types.append(row["o"]["value"])
    labels: dict[str, dict[str, str]] = defaultdict(dict)
    for iri, predicate, text, language in named:
        if predicate in LABELS:
            labels[iri].setdefault(language, text)
        if (thing := things.get(iri)) is not None:
            _name(thing, predicate, text, language)
    for iri, _, text, language in _values(bounded, DESCRIPTIONS):
        if (thing := things.get(iri)) is not None:
            thing.description.setdefault(language, text)
    for iri, _, text, _ in _values(bounded, CODES):
        if (thing := things.get(iri)) is not None:
            thing.codes.append(text)
    things = {iri: thing for iri, thing in sorted(things.items()) if thing.labels}
    inside, places = _within(bounded, things), _coordinates(bounded)
    entries = [
        _entry(thing, inside.get(thing.iri, ""), places.get(thing.iri, (None, None)), above)
        for thing in things.values()
    ]
    cut = len(typed) >= most or len(named) >= most
    return Things(things, above, labels, tuple(entries), cut)


def _untyped(select: Select) -> set[str]:
    """What has a name and no class, but for terms of vocabularies."""
    listed = " ".join(f"<{one}>" for one in LABELS)
    rows = select(
        f"SELECT DISTINCT ?s {{ VALUES ?p {{ {listed} }} ?s ?p ?o FILTER(isIRI(?s) && NOT EXISTS {{ ?s <{RDF}type> ?kind }}) }}"
    )
    return {iri for row in rows if not (iri := row["s"]["value"]).startswith(_VOCABULARIES)}


def _name(thing: Thing, predicate: str, text: str, language: str) -> None:
    if predicate in LABELS and language not in thing.labels:
        thing.labels[language] = text
    else:
        thing.others.append(text)


def _values(select: Select, predicates: Sequence[str]) -> list[tuple[str, str, str, str]]:
    """Subject, predicate, text and language of the literals of some predicates, in the order of the predicates."""
    listed = " ".join(f"<{one}>" for one in predicates)
    rows = select(f"SELECT ?s ?p ?o {{ VALUES ?p {{ {listed} }} ?s ?p ?o FILTER(isIRI(?s) && isLiteral(?o)) }}")
    found = [
        (
            row["s"]["value"],
            row["p"]["value"],
            row["o"]["value"],
            row["o"].get("xml:lang", "").partition("-")[0].lower(),
        )
        for row in rows
    ]
    order = {predicate: place for place, predicate in enumerate(predicates)}
    return sorted(found, key=lambda one: (one[0], order[one[1]], one[3], one[2]))


def _within(select: Select, things: Mapping[str, Thing]) -> dict[str, str]:
    """In what each thing lies: see :func:`innermost`."""
    listed = " ".join(f"<{one}>" for one in WITHIN)
    rows = select(f"SELECT ?s ?p ?o {{ VALUES ?p {{ {listed} }} ?s ?p ?o FILTER(isIRI(?s) && isIRI(?o)) }}")
    told: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for row in rows:
        iri, target = row["s"]["value"], row["o"]["value"]
        if iri in things and target in things:
            told[iri].append((WITHIN.index(row["p"]["value"]), target))
    return innermost(told)


def innermost(told: Mapping[str, Sequence[tuple[int, str]]]) -> dict[str, str]:
    """Of all that a thing is said to lie in, what does not itself hold another of these; of several, by the most telling predicate.

    A district may be said to lie in its city and in the province; the city is its parent. Nothing lies in itself.

    :param told: for each thing the places that it lies in, each with the rank of the predicate that says so.
    """
    found = {}
    for iri, places in told.items():
        targets = {target for _, target in places if target != iri}
        several = targets if len(targets) > 1 else ()
        outer = {above for target in several for above in _all_above(target, told) if above != target}
        inner = targets - outer or targets
        if inner:
            found[iri] = min((rank, target) for rank, target in places if target in inner)[1]
    return found


def _all_above(start: str, told: Mapping[str, Sequence[tuple[int, str]]]) -> set[str]:
    seen: set[str] = set()
    todo = [start]
    while todo and len(seen) < _HIGHEST:
        more = {target for _, target in told.get(todo.pop(), ())} - seen
        seen |= more
        todo.extend(more)
    return seen


def _coordinates(select: Select) -> dict[str, tuple[float | None, float | None]]:
    """Latitude and longitude in degrees, WGS 84, of what has both."""
    found: dict[str, tuple[float | None, float | None]] = {}
    for latitude, longitude in COORDINATES:
        query = f"SELECT ?s ?lat ?lon {{ ?s <{latitude}> ?lat ; <{longitude}> ?lon FILTER(isIRI(?s)) }}"
        for row in select(query):
            with contextlib.suppress(ValueError):
                lat, lon = float(row["lat"]["value"]), float(row["lon"]["value"])
                if abs(lat) <= 90 and abs(lon) <= 180:
                    found.setdefault(row["s"]["value"], (lat, lon))
    return found


def _entry(
    thing: Thing, within: str, place: tuple[float | None, float | None], above: Mapping[str, frozenset[str]]
) -> Entry:
    classes = {kind for one in thing.types for kind in (one, *above.get(one, ()))}
    name = thing.name()
    others = [text for text in (*thing.labels.values(), *thing.others) if text != name]
    kind = "organisation" if classes.intersection(_ORGANISATIONS) else ""
    return Entry(thing.iri, name, within, kind, tuple(dict.fromkeys(others)), *place)


def _above(rows: Sequence[Mapping[str, Mapping[str, str]]]) -> dict[str, frozenset[str]]:
    direct: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        direct[row["s"]["value"]].add(row["o"]["value"])
    found: dict[str, frozenset[str]] = {}
    for start in direct:
        seen: set[str] = set()
        todo = [start]
        while todo:
            more = direct.get(todo.pop(), set()) - seen
            seen |= more
            todo.extend(more)
        found[start] = frozenset(seen)
    return found
