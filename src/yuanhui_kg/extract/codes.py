"""What the ontology calls the codes that a draft has (kinds, units, classes, relations), for people who review it."""

from __future__ import annotations

import functools
from collections import defaultdict
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from ..graph.reading import LABELS, SKOS
from ..namespaces import YHO
from ..settings import Settings
from ..terms import local_name

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
    labels: defaultdict[str, dict[str, str]] = defaultdict(dict)
    units: dict[str, str] = {}
    kinds = []
    for file in Settings().ontology_files:
        for quad in ox.parse(path=file, format=ox.RdfFormat.TURTLE):
            if not isinstance(quad.subject, ox.NamedNode):
                continue
            iri, predicate = quad.subject.value, quad.predicate.value
            if isinstance(quad.object, ox.NamedNode):
                if predicate == SKOS + "inScheme" and quad.object.value == _KINDS:
                    kinds.append(local_name(iri))
            elif isinstance(quad.object, ox.Literal):
                if predicate in LABELS:
                    labels[iri][quad.object.language or ""] = quad.object.value
                elif predicate == YHO.unitCode:
                    units[iri] = quad.object.value
    names = {
        units.get(iri, local_name(iri)): (found["zh"], found["en"])
        for iri, found in labels.items()
        if {"zh", "en"} <= found.keys() and (iri in units or iri.startswith(YHO))
    }
    return Codes(names, tuple(sorted(kinds)), tuple(sorted(units.values())))
