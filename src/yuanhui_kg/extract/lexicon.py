"""Indicators by the names that texts use: labels and aliases of the ontology's concepts, and names that it lacks."""

from __future__ import annotations

import functools
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from ..namespaces import PREFIXES, YHO
from ..settings import Settings
from .mentions import lengths_of, longest
from .normalising import SPELLING
from .records import Indicator
from .tables import table
from .vocabulary import Described, described

_SCHEME: Final = YHO + "indicatorScheme"
_SKOS: Final = PREFIXES["skos"]
_UNIT: Final = YHO + "hasStandardUnit"
_CODE: Final = YHO + "unitCode"
_FLOW: Final = YHO + "stockOrFlow"
_SCOPE: Final = YHO + "impliesScope"
_STRUCTURE: Final = YHO + "isShareIn"
_PART: Final = YHO + "fallsWithin"
#: What the label of a count adds to the name of what is counted.
#: What is left of a name without its last word, and means too much by itself.
_TOO_SHORT: Final = frozenset(table("indicators")["short"]["words"])
_COUNTED: Final = re.compile(r"(?<=..)(?:人数|户数|个数|数|量)$")


@dataclass(frozen=True)
class Match:
    """An alias in a text, with where it stands there."""

    start: int
    end: int
    alias: str
    indicator: Indicator


@dataclass(frozen=True)
class Lexicon:
    """The ontology's indicators, by identifier and by every name that texts use."""

    indicators: dict[str, Indicator]
    aliases: dict[str, Indicator]
    _lengths: dict[str, tuple[int, ...]]

    @functools.cached_property
    def names(self) -> Mapping[str, Sequence[str]]:
        """The aliases of each indicator, by its identifier."""
        found = defaultdict[str, list[str]](list)
        for alias, indicator in self.aliases.items():
            found[indicator.id].append(alias)
        return found

    def matches(self, text: str) -> Iterator[Match]:
        """The aliases in a text from left to right, the longest at each place, none inside another."""
        reached = 0
        begun = (i for i in range(len(text)) if text[i : i + 2] in self._lengths or text[i] in self.aliases)
        for position in begun:
            if position >= reached and (alias := self.longest(text, position)):
                reached = position + len(alias)
                yield Match(position, reached, alias, self.aliases[alias])

    def longest(self, text: str, position: int) -> str:
        """The longest alias that begins at a place of a text, or none."""
        return longest(self._lengths, self.aliases, text, position)


def spelt(text: str) -> str:
    """A label as the normal text would spell it."""
    return text.translate(SPELLING)


def lexicon_of(indicators: Iterable[tuple[Indicator, Iterable[str]]]) -> Lexicon:
    """A lexicon from indicators and their names; of two indicators with one name the first keeps it."""
    known: dict[str, Indicator] = {}
    aliases: dict[str, Indicator] = {}
    derived: dict[str, Indicator] = {}
    for indicator, names in indicators:
        known[indicator.id] = indicator
        for name in map(spelt, names):
            aliases.setdefault(name, indicator)
            for bare in {_COUNTED.sub("", name), name.removesuffix("数")} - _TOO_SHORT:
                derived.setdefault(bare, indicator)
                derived.setdefault(bare.replace("“", "").replace("”", ""), indicator)
    for name, indicator in derived.items():
        aliases.setdefault(name, indicator)
    return Lexicon(known, aliases, lengths_of(aliases))


@functools.lru_cache(maxsize=4)
def lexicon(files: tuple[Path, ...] | None = None) -> Lexicon:
    """The lexicon of the ontology (or of other Turtle files of the same kind)."""
    return lexicon_of((indicator, names) for indicator, names in concepts(files or Settings().ontology_files))


@functools.lru_cache(maxsize=4)
def shares(files: tuple[Path, ...] | None = None) -> dict[tuple[str, str], str]:
    """The indicators that are one part's share alone, by the structure and the breakdown that give the same."""
    values = described(files or Settings().ontology_files)
    return {
        (_local(_iri(structure)), _local(_iri(part))): _local(iri)
        for iri, found in values.items()
        for structure in found.get(_STRUCTURE, ())
        for part in found.get(_PART, ())
    }


def concepts(files: tuple[Path, ...]) -> list[tuple[Indicator, tuple[str, ...]]]:
    """Every indicator of the ontology's files with its Chinese label and aliases (hidden labels are for searching only)."""
    values = described(files)
    return [
        (
            _indicator(iri, values),
            (_chinese(found[_SKOS + "prefLabel"])[0], *_chinese(found.get(_SKOS + "altLabel", ()))),
        )
        for iri, found in sorted(values.items())
        if any(_iri(scheme) == _SCHEME for scheme in found.get(_SKOS + "inScheme", ()))
    ]


def _indicator(iri: str, values: Described) -> Indicator:
    found = values[iri]
    unit = values[_iri(found[_UNIT][0])][_CODE][0]
    scope = [_local(_iri(node)) for node in found.get(_SCOPE, ())]
    code = unit.value if isinstance(unit, ox.Literal) else ""
    return Indicator(
        _local(iri), _chinese(found[_SKOS + "prefLabel"])[0], code, _local(_iri(found[_FLOW][0])), True, *scope
    )


def _chinese(terms: Iterable[ox.NamedNode | ox.Literal | ox.BlankNode | ox.Triple]) -> list[str]:
    return [term.value for term in terms if isinstance(term, ox.Literal) and term.language == "zh"]


def _iri(term: ox.NamedNode | ox.Literal | ox.BlankNode | ox.Triple) -> str:
    return term.value if isinstance(term, ox.NamedNode) else ""


def _local(iri: str) -> str:
    return re.split("[#/]", iri)[-1]
