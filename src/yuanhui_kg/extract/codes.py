"""What the ontology calls the codes that a draft has (kinds, units, classes, relations), for people who review it."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from ..graph.reading import LABELS, SKOS
from ..namespaces import YHO
from ..settings import Settings
from ..terms import local_name
from .vocabulary import described

_KINDS: Final = YHO + "kindScheme"


@dataclass(frozen=True)
class Codes:
    """``names``: Chinese and English label of each code; ``kinds`` and ``units``: which of them are such."""

    names: dict[str, tuple[str, str]]
    kinds: tuple[str, ...]
    units: tuple[str, ...]

    def label(self, code: str) -> tuple[str, str]:
        """The labels of a code; the code itself where the ontology has none."""
        return self.names.get(code, (code, code))


@functools.cache
def codes() -> Codes:
    """The codes of the ontology: the unit's own code, else the local name."""
    labels: dict[str, dict[str, str]] = {}
    units: dict[str, str] = {}
    kinds = []
    for iri, said in described(Settings().ontology_files).items():
        named = [term for predicate in LABELS for term in said.get(predicate, ()) if isinstance(term, ox.Literal)]
        labels[iri] = {term.language or "": term.value for term in named}
        for term in said.get(YHO.unitCode, ()):
            if isinstance(term, ox.Literal):
                units[iri] = term.value
        if ox.NamedNode(_KINDS) in said.get(SKOS + "inScheme", ()):
            kinds.append(local_name(iri))
    names = {
        units.get(iri, local_name(iri)): (found["zh"], found["en"])
        for iri, found in labels.items()
        if {"zh", "en"} <= found.keys() and (iri in units or iri.startswith(YHO))
    }
    return Codes(names, tuple(sorted(kinds)), tuple(sorted(units.values())))
