"""What the ontology calls the codes that a draft has (kinds, units, classes, relations), for people who review it."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

import pyoxigraph as ox

from ..graph.reading import LABELS, RDFS, SKOS
from ..namespaces import PREFIXES, YHO
from ..settings import Settings
from ..terms import local_name
from .vocabulary import Described, described

_KINDS: Final = YHO + "kindScheme"
#: The kind of quantity of what the ontology has no other for.
DIMENSIONLESS: Final = "http://qudt.org/vocab/quantitykind/Dimensionless"
_SUBCLASS: Final = RDFS + "subClassOf"
_ENDS: Final = (PREFIXES["schema"] + "domainIncludes", PREFIXES["schema"] + "rangeIncludes")
_HAS_QUANTITY_KIND: Final = PREFIXES["qudt"] + "hasQuantityKind"


class Unit(NamedTuple):
    """A unit of the ontology: its IRI, and that of the kind of quantity it measures."""

    iri: str
    quantity: str


class Ends(NamedTuple):
    """The classes of things that a relation may have as its subject, and as its object."""

    subject: frozenset[str]
    object: frozenset[str]


@dataclass(frozen=True)
class Codes:
    """``names``: Chinese and English label of each code; ``kinds``, ``classes`` (of things), ``units`` and ``relations`` (between things), by their
    codes: which are such.
    """

    names: dict[str, tuple[str, str]]
    kinds: tuple[str, ...]
    classes: tuple[str, ...]
    units: Mapping[str, Unit]
    relations: Mapping[str, Ends]

    def label(self, code: str) -> tuple[str, str]:
        """The labels of a code; the code itself where the ontology has none."""
        return self.names.get(code, (code, code))


@functools.cache
def codes() -> Codes:
    """The codes of the ontology: the unit's own code, else the local name."""
    said_of = described(Settings().ontology_files)
    labels: dict[str, dict[str, str]] = {}
    own: dict[str, str] = {}
    units: dict[str, Unit] = {}
    kinds = []
    for iri, said in said_of.items():
        named = [term for predicate in LABELS for term in said.get(predicate, ()) if isinstance(term, ox.Literal)]
        labels[iri] = {term.language or "": term.value for term in named}
        for term in said.get(YHO.unitCode, ()):
            if isinstance(term, ox.Literal):
                measured = (kind.value for kind in said.get(_HAS_QUANTITY_KIND, ()) if isinstance(kind, ox.NamedNode))
                own[iri] = term.value
                units[term.value] = Unit(iri, next(measured, DIMENSIONLESS))
        if ox.NamedNode(_KINDS) in said.get(SKOS + "inScheme", ()):
            kinds.append(local_name(iri))
    names = {
        own.get(iri, local_name(iri)): (found["zh"], found["en"])
        for iri, found in labels.items()
        if {"zh", "en"} <= found.keys() and (iri in own or iri.startswith(YHO))
    }
    classes = sorted(map(local_name, _below(YHO.Entity, said_of)))
    return Codes(names, tuple(sorted(kinds)), tuple(classes), dict(sorted(units.items())), _relations(said_of))


def _relations(said: Described) -> dict[str, Ends]:
    """The properties that join things to things only."""
    things = _below(YHO.Entity, said) | {YHO.Entity}
    found = {}
    for iri in sorted(said):
        sides = [{o.value for o in said[iri].get(side, ()) if isinstance(o, ox.NamedNode)} for side in _ENDS]
        if all(sides) and set.union(*sides) <= things:
            found[local_name(iri)] = Ends(*(frozenset(map(local_name, _all_of(side, said))) for side in sides))
    return found


def _all_of(above: Iterable[str], said: Described) -> set[str]:
    """Classes, and those below them."""
    return {one for name in above for one in (name, *_below(name, said))}


def _below(above: str, said: Described) -> set[str]:
    """The classes below one, at whatever depth."""
    found: set[str] = set()
    waiting = {above}
    while waiting:
        found |= waiting
        waiting = {
            iri
            for iri, facts in said.items()
            if {o.value for o in facts.get(_SUBCLASS, ()) if isinstance(o, ox.NamedNode)} & waiting
        } - found
    return found - {above}
