"""The things of a graph that drafts are joined to, by name and by division code."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import pyoxigraph as ox

from ..graph.reading import SKOS
from ..namespaces import PREFIXES, YH, YHO
from .lexicon import spelt

_TYPE: Final = PREFIXES["rdf"] + "type"
_PREFERRED: Final = SKOS + "prefLabel"
_NAMES: Final = frozenset((_PREFERRED, SKOS + "altLabel"))
_CODE: Final = SKOS + "notation"
_READ: Final = _NAMES | {_TYPE, _CODE}
#: How names begin that mean another thing in each text: the district's hospital, the whole city.
_RELATIVE: Final = re.compile("[省市县区镇乡村](?!级)|全(?!国)|[本该各]")
#: Shorter names are as likely those of other things.
_SHORTEST_NAME: Final = 3


@dataclass(frozen=True)
class Known:
    """Things that a graph has already: IRI by Chinese name; IRI and label by division code; class and labels by IRI."""

    by_name: Mapping[str, str] = field(default_factory=dict)
    by_code: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    facts: Mapping[str, tuple[ox.Triple, ...]] = field(default_factory=dict)


def known_in(triples: Iterable[ox.Triple | ox.Quad]) -> Known:
    """The entities of a graph by label, alias and division code; a name that two things bear is left out."""
    said: defaultdict[str, list[ox.Triple]] = defaultdict(list)
    for one in triples:
        if isinstance(one.subject, ox.NamedNode) and one.predicate.value in _READ and one.subject.value.startswith(YH):
            said[one.subject.value].append(ox.Triple(one.subject, one.predicate, one.object))
    entities = {iri: facts for iri, facts in said.items() if any(map(_is_entity, facts))}
    described = {
        iri: tuple(fact for fact in facts if fact.predicate.value in (_TYPE, _PREFERRED))
        for iri, facts in entities.items()
    }
    return Known(_by_name(said, entities), dict(_by_code(entities)), described)


_Said = Mapping[str, Sequence[ox.Triple]]


def _is_entity(fact: ox.Triple) -> bool:
    kind = fact.object
    return fact.predicate.value == _TYPE and isinstance(kind, ox.NamedNode) and kind.value.startswith(YHO)


def _chinese(facts: Iterable[ox.Triple], predicates: Iterable[str]) -> list[str]:
    """The Chinese names among facts."""
    named = [fact.object for fact in facts if fact.predicate.value in predicates]
    return [name.value for name in named if isinstance(name, ox.Literal) and name.language == "zh"]


def _by_name(said: _Said, entities: _Said) -> dict[str, str]:
    bearers: defaultdict[str, set[str]] = defaultdict(set)
    for iri, facts in said.items():
        for name in _chinese(facts, _NAMES):
            bearers[spelt(name)].add(iri)
    return {
        name: iri
        for name, iris in bearers.items()
        if len(name) >= _SHORTEST_NAME
        and not _RELATIVE.match(name)
        and len(iris) == 1
        and (iri := min(iris)) in entities
    }


def _by_code(entities: _Said) -> Iterable[tuple[str, tuple[str, str]]]:
    for iri, facts in entities.items():
        for label in _chinese(facts, (_PREFERRED,))[-1:]:
            yield from ((code, (iri, label)) for code in _codes(facts))


def _codes(facts: Iterable[ox.Triple]) -> list[str]:
    noted = [fact.object for fact in facts if fact.predicate.value == _CODE]
    return [code.value for code in noted if isinstance(code, ox.Literal) and code.datatype.value == YHO.gbt2260]
