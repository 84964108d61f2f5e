"""What of a graph counts as a relation, as a label and as a hierarchy: read by every index over it."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeGuard

import pyoxigraph as ox

from ..namespaces import PREFIXES, YHO
from ..store import Reader
from ..terms import readable_name

RELATED: Final = YHO.relatedTo
PROSPECT: Final = YHO.hasProspect
RDF: Final = PREFIXES["rdf"]
RDFS: Final = PREFIXES["rdfs"]
SKOS: Final = PREFIXES["skos"]
OA: Final = PREFIXES["oa"]
SCHEMA: Final = PREFIXES["schema"]

# Predicates that relate no two things, in graphs that do not say themselves what does: types and statements (rdf),
# terminology (rdfs, owl, shapes, mappings), annotations and data cubes, whose nodes are no neighbours.
BOOKKEEPING_NAMESPACES: Final = (
    RDF,
    RDFS,
    OA,
    *(PREFIXES[prefix] for prefix in ("owl", "qb", "sh", "vann", "void", "vs")),
    "http://www.w3.org/2008/05/skos-xl#",
    "https://w3id.org/sssom/",
)
BOOKKEEPING: Final = frozenset(
    SKOS + name
    for name in (
        *("inScheme", "hasTopConcept", "topConceptOf", "definition", "scopeNote", "note", "example", "editorialNote"),
        *("mappingRelation", "exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch"),
    )
)
# First that is there wins. Other people's data sets still write schema.org with http.
WGS84: Final = "http://www.w3.org/2003/01/geo/wgs84_pos#"
LABELS: Final = (SKOS + "prefLabel", RDFS + "label", SCHEMA + "name", "http://schema.org/name")

_ANYWHERE: Final = "{{ {0} }} UNION {{ GRAPH ?graph {{ {0} }} }}"


def anywhere(pattern: str) -> str:
    """A graph pattern that matches in the default graph or in any one named graph."""
    return _ANYWHERE.format(pattern)


@contextlib.contextmanager
def uncollected() -> Iterator[None]:
    """Without the cyclic garbage collector: it would walk over the millions of small objects of a build in vain."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


class Hierarchy:
    """A transitive "is below", such as ``rdfs:subClassOf`` as it stands in the data. Cycles do no harm."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._up: dict[str, set[str]] = {}
        self._down: dict[str, set[str]] = {}
        for low, high in pairs:
            self._up.setdefault(low, set()).add(high)
            self._down.setdefault(high, set()).add(low)

    @classmethod
    def read(cls, reader: Reader, predicate: str) -> Hierarchy:
        rows = reader.select(
            f"SELECT ?low ?high ?p WHERE {{ {anywhere('?low ?p ?high')} }}", {"p": ox.NamedNode(predicate)}
        )
        return cls((low.value, high.value) for low, high, _ in rows if is_node(low) and is_node(high))

    def below(self, iri: str) -> frozenset[str]:
        """``iri`` and everything below it."""
        return _reach(self._down, iri)

    def above(self, iri: str) -> frozenset[str]:
        """``iri`` and everything above it."""
        return _reach(self._up, iri)

    def parents(self) -> Iterator[str]:
        """Everything that has something below it."""
        return iter(self._down)

    def most_specific(self, classes: Iterable[str]) -> str | None:
        """The class that lies deepest; of equals the first by IRI. ``None`` for no classes."""
        return min(classes, key=self.order, default=None)

    def order(self, iri: str) -> tuple[bool, int, str]:
        """Sorts specific classes before general ones, and classes that say nothing last."""
        return iri in _VAGUE, -len(self.above(iri)), iri


_VAGUE: Final = frozenset(
    PREFIXES[prefix] + name
    for prefix, name in (("owl", "Thing"), ("owl", "NamedIndividual"), ("rdfs", "Resource"), ("prov", "Entity"))
)


def _reach(steps: Mapping[str, set[str]], start: str) -> frozenset[str]:
    found, waiting = {start}, [start]
    while waiting:
        new = steps.get(waiting.pop(), set()) - found
        found |= new
        waiting.extend(new)
    return frozenset(found)


def is_node(term: Any) -> TypeGuard[ox.NamedNode]:
    """Whether a term is an IRI."""
    return isinstance(term, ox.NamedNode)


@dataclass(frozen=True)
class Relations:
    """Which triples are relations.

    In a default graph whose ontology declares sub-properties of ``yho:relatedTo``, exactly those; elsewhere every
    triple between two IRIs whose predicate is not bookkeeping. The setting
    ``relations`` names other rules.
    """

    related: frozenset[str]
    prospects: frozenset[str]
    declared: bool
    rule: str = "auto"

    @classmethod
    def read(cls, reader: Reader, properties: Hierarchy | None = None, rule: str = "auto") -> Relations:
        properties = properties or Hierarchy.read(reader, RDFS + "subPropertyOf")
        declared = reader.select(
            "SELECT ?low ?high ?p WHERE { ?low ?p ?high } LIMIT 1",
            {"p": ox.NamedNode(RDFS + "subPropertyOf"), "high": ox.NamedNode(RELATED)},
        )
        return cls(properties.below(RELATED), properties.below(PROSPECT), any(True for _ in declared), rule)

    def in_default(self, predicate: str) -> bool:
        """Whether a triple with ``predicate`` in the default graph is a relation."""
        return predicate in self.related if self.only_declared else self.in_named(predicate)

    @property
    def only_declared(self) -> bool:
        """Whether the default graph's relations are exactly the sub-properties of ``yho:relatedTo``."""
        return self.rule == "declared" or (self.declared and self.rule == "auto")

    def in_named(self, predicate: str) -> bool:
        """Whether a triple with ``predicate`` in a named graph is a relation."""
        if predicate in self.related:
            return True
        if self.rule == "declared":
            return False
        if self.declared and predicate.startswith(str(YHO)):
            return False  # the ontology is known, and does not call it a relation
        return predicate not in BOOKKEEPING and not predicate.startswith(BOOKKEEPING_NAMESPACES)

    def predicates(self, reader: Reader) -> Iterator[tuple[str, str]]:
        """Every predicate whose triples are relations, and the pattern (``?s {p} ?o``) of those triples.

        One at a time: the excluded ones (types, labels) are most of many graphs, and cost nothing so.
        """
        for pattern, holds in (("?s {p} ?o", self.in_default), ("GRAPH ?graph {{ ?s {p} ?o }}", self.in_named)):
            every = pattern.format(p="?p")
            found = sorted(p.value for (p,) in reader.select(f"SELECT DISTINCT ?p WHERE {{ {every} }}"))
            yield from ((predicate, pattern) for predicate in filter(holds, found))

    def triples(self, reader: Reader) -> Iterator[tuple[str, str, str]]:
        """Every relation as (subject, predicate, object), by predicate; one that stands in two graphs comes twice."""
        for predicate, pattern in self.predicates(reader):
            query = f"SELECT ?s ?o ?p WHERE {{ {pattern.format(p='?p')} FILTER(isIRI(?s) && isIRI(?o)) }}"
            for s, o, _ in reader.select(query, {"p": ox.NamedNode(predicate)}):
                yield s.value, predicate, o.value


class Labels:
    """The best label of a thing in Chinese and in English, out of all that are offered.

    Both languages are always there: a missing one is stood in for by the other, and by the IRI's local name in the end.
    """

    __slots__ = ("_best",)

    def __init__(self) -> None:
        self._best: dict[str, tuple[int, int, str]] = {}

    def offer(self, rank: int, literal: Any) -> None:
        """Consider a literal; ``rank`` is the place of its property in :data:`LABELS`."""
        language, quality = language_of(literal)
        candidate = (rank, quality, literal.value)
        if literal.value and (language not in self._best or candidate < self._best[language]):
            self._best[language] = candidate

    def get(self, language: str) -> str:
        """The label in ``zh`` or ``en``, or in any other language (``""``); empty where there is none."""
        return self._best[language][2] if language in self._best else ""

    def as_dict(self, iri: str) -> dict[str, str]:
        return label_pair(self.get("zh"), self.get("en"), self.get(""), iri)


def label_pair(zh: str, en: str, other: str, iri: str) -> dict[str, str]:
    """The JSON of a label, each language falling back to the other, then to ``other``, then to the local name."""
    last = other or readable_name(iri)
    return {"zh": zh or en or last, "en": en or zh or last}


def language_of(literal: Any) -> tuple[str, int]:
    """Which of ``zh``, ``en`` or ``""`` (any other) a literal speaks, and how surely (0 best)."""
    return language_of_text(literal.value, literal.language or "")


def language_of_text(value: str, tag: str) -> tuple[str, int]:
    """As :func:`language_of`, of a text with its language tag."""
    tag = tag.lower()
    main = tag.partition("-")[0]
    if main in ("zh", "en"):
        return main, 0 if tag == main else 1
    if tag:
        return "", 3
    return ("zh", 2) if any("㐀" <= character <= "鿿" for character in value) else ("en", 2)
