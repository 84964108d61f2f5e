"""Figures of two sources that tell the same and differ: shown side by side, both kept."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import pyoxigraph as ox

from ..figures import number_of
from ..graph.reading import SCHEMA, SKOS
from ..namespaces import PREFIXES, YHO

VALUE: Final = PREFIXES["sdmx-measure"] + "obsValue"
#: What two figures that tell the same agree in (Data Cube's IC-12, across data sets).
_DIMENSIONS: Final = tuple(
    YHO + name for name in ("subject", "indicator", "period", "basePeriod", "breakdown", "kind", "rankedWithin")
)
_APART: Final = frozenset((YHO.threshold, YHO.duration))  # are told apart by what they qualify


@dataclass(frozen=True)
class Reading:
    """A figure of one source. ``low`` and ``high`` bound what rounding and wording leave open; ``high`` may be open."""

    iri: str
    label: str
    value: Decimal
    unit: str
    low: Decimal
    high: Decimal | None
    printed: str
    dataset: str


@dataclass(frozen=True)
class Conflict:
    """Two figures of the same subject, indicator, period, base, breakdown and kind whose values differ.

    ``status`` is ``rounding`` where rounding can explain it, ``units`` where their units differ, else ``differ``.
    """

    there: Reading
    new: Reading
    status: str


def find(store: ox.Store, additions: Mapping[str, Mapping[str, Iterable[Any]]]) -> tuple[list[Conflict], int]:
    """Conflicts of the figures that are added with those that a store has and with each other; and how many tell the same as the store's.

    :param additions: what is added, by subject and predicate.
    """
    new = _by_key(additions)
    pairs = (pair for told in new.values() for pair in itertools.combinations(told, 2))
    conflicts = [Conflict(one, other, _status(one, other)) for one, other in pairs if not _equal(one, other)]
    same = 0
    for there, key in _figures(store, {dict(key)[YHO.subject] for key in new}):
        for reading in new.get(key, ()):
            if reading.iri == there.iri:
                continue
            if _equal(reading, there):
                same += 1
            else:
                conflicts.append(Conflict(there, reading, _status(there, reading)))
    return sorted(conflicts, key=lambda one: (one.new.iri, one.there.iri)), same


_Key = tuple[tuple[str, str], ...]


def _by_key(additions: Mapping[str, Mapping[str, Iterable[Any]]]) -> dict[_Key, list[Reading]]:
    found: dict[_Key, list[Reading]] = {}
    for subject, facts in additions.items():
        if VALUE in facts and (made := _reading(subject, facts)) is not None:
            found.setdefault(made[1], []).append(made[0])
    return found


def _figures(store: ox.Store, subjects: Iterable[str]) -> Iterator[tuple[Reading, _Key]]:
    """The figures that a store has of some subjects."""
    for subject in sorted(subjects):
        about = store.quads_for_pattern(None, ox.NamedNode(YHO.subject), ox.NamedNode(subject), ox.DefaultGraph())
        for quad in about:
            facts: dict[str, list[Any]] = {}
            for said in store.quads_for_pattern(quad.subject, None, None, ox.DefaultGraph()):
                facts.setdefault(said.predicate.value, []).append(said.object)
            if VALUE in facts and isinstance(quad.subject, ox.NamedNode):
                made = _reading(quad.subject.value, facts)
                if made is not None:
                    yield made


def _reading(iri: str, facts: Mapping[str, Iterable[Any]]) -> tuple[Reading, _Key] | None:
    def one(predicate: str) -> str:
        return next((str(o.value) for o in facts.get(predicate, ())), "")

    value = number_of(one(VALUE))
    key = tuple((name, one(name)) for name in _DIMENSIONS)
    if value is None or not one(YHO.subject) or one(YHO.kind) in _APART:
        return None
    low, high = number_of(one(SCHEMA + "minValue")), number_of(one(SCHEMA + "maxValue"))
    label = next((o.value for o in facts.get(SKOS + "prefLabel", ()) if getattr(o, "language", "") == "zh"), iri)
    dataset = one(PREFIXES["qb"] + "dataSet")
    return Reading(
        iri, label, value, one(YHO.unit), value if low is None else low, high, one(YHO.printedForm), dataset
    ), key


def _equal(one: Reading, other: Reading) -> bool:
    return (one.value, one.unit) == (other.value, other.unit)


def _status(one: Reading, other: Reading) -> str:
    if one.unit != other.unit:
        return "units"
    meet = (one.high is None or other.low <= one.high) and (other.high is None or one.low <= other.high)
    return "rounding" if meet else "differ"
