"""What the ontology calls the codes that a draft has (kinds, units, classes, relations), for people who review it."""

from __future__ import annotations

import functools
from collections.abc import Mapping
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
_HAS_QUANTITY_KIND: Final = PREFIXES["qudt"] + "hasQuantityKind"


class Unit(NamedTuple):
    """A unit of the ontology: its IRI, and that of the kind of quantity it measures."""

    iri: str
    quantity: str


@dataclass(frozen=True)
class Codes:
    """``names``: Chinese and English label of each code; ``kinds``, ``classes`` (of things) and ``units``, by their codes: which are such."""

    names: dict[str, tuple[str, str]]
    kinds: tuple[str, ...]
    classes: tuple[str, ...]
    units: Mapping[str, Unit]

    def label(self, code: str) -> tuple[str, str]:
        """The labels of a code; the code itself where the ontology has none."""
        return self.names.get(code, (code, code))


@functools.cache
def codes() -> Codes:
    """The codes of the ontology: the unit's own code, else the local name."""
    labels: dict[str, dict[str, str]] = {}
    own: dict[str, str] = {}
    units: dict[str, Unit] = {}
    kinds = []
    for iri, said in described(Settings().ontology_files).items():
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
    classes = sorted(map(local_name, _below(YHO.Entity, described(Settings().ontology_files))))
    return Codes(names, tuple(sorted(kinds)), tuple(classes), dict(sorted(units.items())))


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
