"""The things of a graph as a register, so that names can be linked to them."""

from __future__ import annotations

import contextlib
import heapq
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from ..graph.reading import LABELS, RDF, RDFS, SCHEMA, SKOS
from ..namespaces import PREFIXES, YHO
from ..search import LATER
from .matcher import Matcher
from .names import normalise
from .tables import Entry

Select = Callable[[str], Sequence[Mapping[str, Mapping[str, str]]]]
"""Evaluates a query; its solutions as in the SPARQL results' JSON."""

MOST: Final = 200_000  # triples that one query may give
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
_WGS84: Final = "http://www.w3.org/2003/01/geo/wgs84_pos#"
COORDINATES: Final = (
    (_WGS84 + "lat", _WGS84 + "long"),
    *((one + "latitude", one + "longitude") for one in _SCHEMA),
)
"""Predicates of latitude and longitude."""
_ORGANISATIONS: Final = (PREFIXES["org"] + "Organization", SCHEMA + "Organization", PREFIXES["foaf"] + "Organization")


@dataclass(frozen=True)
class Thing:
    """A thing that can be meant: its names by language, its classes (the direct ones), a description."""

    iri: str
    labels: dict[str, str] = field(default_factory=dict)
    others: list[str] = field(default_factory=list)
    types: list[str] = field(default_factory=list)
    description: dict[str, str] = field(default_factory=dict)

    def name(self, language: str = "zh") -> str:
        return self.labels.get(language) or self.labels.get("") or next(iter(self.labels.values()), "")


@dataclass(frozen=True)
class Things:
    """All things of a graph that have a name, the classes that they have, and a matcher over them."""

    things: dict[str, Thing]
    classes: dict[str, frozenset[str]]  # each class with all above it
    labels: dict[str, dict[str, str]]  # of classes and properties
    matcher: Matcher
    truncated: bool

    def is_a(self, thing: Thing, types: Sequence[str]) -> bool:
        """Whether a thing is of one of some classes, or of one below them."""
        return not types or any(
            kind in types or self.classes.get(kind, frozenset()) & set(types) for kind in thing.types
        )

    def beginning(self, text: str, most: int) -> list[Thing]:
        """The things with a name that begins with a text, then those with one that holds it, shorter names first."""
        typed = normalise(text)
        found: list[tuple[bool, int, str]] = []
        for iri, thing in self.things.items():
            named = (normalise(name) for name in (*thing.labels.values(), *thing.others))
            ranks = [(not name.startswith(typed), len(name), iri) for name in named if typed in name]
            found += [min(ranks)] if typed and ranks else []
        return [self.things[iri] for _, _, iri in heapq.nsmallest(most, found)]

    def described_by(self, other: Things) -> Things:
        """The same things, with what another graph tells of classes and properties (an ontology stands in one graph only)."""
        return replace(self, classes={**other.classes, **self.classes}, labels={**other.labels, **self.labels})


def read(select: Select, *, everything: bool = False) -> Things:
    """Read the things of a graph. At most some hundred thousand triples of each kind are read; the rest stays out.

    :param everything: take whatever has a name, as a register may consist of concepts, or of things without a class;
        else what has a class, and not only classes of what tells of things (:data:`~yuanhui_kg.search.LATER`).
    """
    above = _above(select(f"SELECT ?s ?o {{ ?s <{RDFS}subClassOf> ?o FILTER(isIRI(?s) && isIRI(?o)) }} LIMIT {MOST}"))
    apart = "" if everything else f" && ?o NOT IN ({', '.join(f'<{kind}>' for kind in sorted(LATER))})"
    typed = select(f"SELECT ?s ?o {{ ?s <{RDF}type> ?o FILTER(isIRI(?s) && isIRI(?o){apart}) }} LIMIT {MOST}")
    named = _values(select, (*LABELS, *OTHER_LABELS))
    things = {row["s"]["value"]: Thing(row["s"]["value"]) for row in typed}
    if everything:
        things |= {iri: Thing(iri) for iri, *_ in named}
    for row in typed:
        things[row["s"]["value"]].types.append(row["o"]["value"])
    labels: dict[str, dict[str, str]] = defaultdict(dict)
    for iri, predicate, text, language in named:
        if predicate in LABELS:
            labels[iri].setdefault(language, text)
        if (thing := things.get(iri)) is not None:
            _name(thing, predicate, text, language)
    for iri, _, text, language in _values(select, DESCRIPTIONS):
        if (thing := things.get(iri)) is not None:
            thing.description.setdefault(language, text)
    things = {iri: thing for iri, thing in sorted(things.items()) if thing.labels}
    inside, places = _within(select, things), _coordinates(select)
    entries = [
        _entry(thing, inside.get(thing.iri, ""), places.get(thing.iri, (None, None)), above)
        for thing in things.values()
    ]
    cut = len(typed) >= MOST or len(named) >= MOST
    return Things(things, above, labels, Matcher(entries), cut)


def _name(thing: Thing, predicate: str, text: str, language: str) -> None:
    if predicate in LABELS and language not in thing.labels:
        thing.labels[language] = text
    else:
        thing.others.append(text)


def _values(select: Select, predicates: Sequence[str]) -> list[tuple[str, str, str, str]]:
    """Subject, predicate, text and language of the literals of some predicates, in the order of the predicates."""
    listed = " ".join(f"<{one}>" for one in predicates)
    rows = select(
        f"SELECT ?s ?p ?o {{ VALUES ?p {{ {listed} }} ?s ?p ?o FILTER(isIRI(?s) && isLiteral(?o)) }} LIMIT {MOST}"
    )
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
    """In what each thing lies, by the most telling predicate; never in itself."""
    listed = " ".join(f"<{one}>" for one in WITHIN)
    rows = select(
        f"SELECT ?s ?p ?o {{ VALUES ?p {{ {listed} }} ?s ?p ?o FILTER(isIRI(?s) && isIRI(?o)) }} LIMIT {MOST}"
    )
    found: dict[str, tuple[int, str]] = {}
    for row in rows:
        iri, target = row["s"]["value"], row["o"]["value"]
        if iri in things and target in things and iri != target:
            found[iri] = min(found.get(iri, (len(WITHIN), "")), (WITHIN.index(row["p"]["value"]), target))
    return {iri: target for iri, (_, target) in found.items()}


def _coordinates(select: Select) -> dict[str, tuple[float | None, float | None]]:
    """Latitude and longitude in degrees, WGS 84, of what has both."""
    found: dict[str, tuple[float | None, float | None]] = {}
    for latitude, longitude in COORDINATES:
        query = f"SELECT ?s ?lat ?lon {{ ?s <{latitude}> ?lat ; <{longitude}> ?lon FILTER(isIRI(?s)) }} LIMIT {MOST}"
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
