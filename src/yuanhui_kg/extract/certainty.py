"""How likely the parts of a figure (number, indicator, period, subject) and things are right, each by a logistic regression.

What speaks for and against each are signs, such as the rule that found it and how clearly weights chose it among candidates. Their
weights are the table ``certainty.toml``; ``bench/train_certainty.py`` fits them to gold texts, and calibrates them on some that no rule was made after.
"""

from __future__ import annotations

import functools
import math
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

from .contexts import Claim, Dating, Material, Place
from .lexicon import lexicon
from .records import CERTAIN, Certainty, Entity, Figure, Signs
from .subjects import POOLS, Subject
from .tables import table

#: How likely what a review accepts together has to be right.
SURE: Final = 0.9
#: The parts of a figure, in the order of its certainty.
PARTS: Final = Certainty._fields
#: Where steps of a share of the likelihood end.
_STEPS: Final = (0.35, 0.5, 0.65, 0.8, 0.9, 0.95, 0.98, 0.995, 1.0)
#: Words that hold sentences together, which names hardly have.
_FUNCTION_WORDS: Final = frozenset("的了着过从由对向于与和等把被让使为是在到已达约近超不也都就才只还又再最")
_LONG_NAME: Final = 9


def certainty(figure: Figure) -> Certainty:
    """How likely the parts of a figure are right; certain where a person has decided."""
    if figure.signs is None:
        return CERTAIN
    return Certainty(*(_likelihood(part, signs) for part, signs in zip(PARTS, figure.signs, strict=True)))


def signs(material: Material, place: Place, claim: Claim, dated: Dating, about: Subject) -> Signs:
    """What speaks for and against each part of a figure being right."""
    genre = material.anchor.genre
    return Signs(
        tuple(_of_number(claim)),
        tuple(_of_indicator(place, claim, genre)),
        tuple(_of_period(material, claim, dated, genre)),
        tuple(_of_subject(material, about, genre)),
    )


def clashing(figures: Sequence[Figure]) -> tuple[Figure, ...]:
    """The figures, with a sign on those that give one variable two values, of which not both can be right."""
    told: defaultdict[Hashable, set[Decimal]] = defaultdict(set)
    for figure in figures:
        told[_variable(figure)].add(figure.value)
    return tuple(_doubted(one) if len(told[_variable(one)]) > 1 else one for one in figures)


def _variable(figure: Figure) -> Hashable:
    return (
        figure.subject, figure.indicator.label, figure.period, figure.base, figure.kind, figure.breakdown, figure.bound,
        figure.aggregation, figure.price_basis, figure.within, figure.qualifies is None,
    )  # fmt: skip


def _doubted(figure: Figure) -> Figure:
    doubted = None if figure.signs is None else Signs(*((*signs, "clashes") for signs in figure.signs))
    return replace(figure, signs=doubted)


def of_thing(entity: Entity) -> float:
    """How likely there is a thing of a class by a name, where its name stands."""
    return _likelihood("thing", signs_of_thing(entity))


def signs_of_thing(entity: Entity) -> Sequence[str]:
    """What speaks for and against a thing being one."""
    often = "named often" if len(entity.spans) > 1 else "named once"
    return ["always", entity.kind, often, f"rule {entity.rule}"]


def _likelihood(part: str, told: Sequence[str]) -> float:
    """The logistic function of the sum of the weights of signs, to two decimals; never 0 nor 1, as nothing is certain."""
    weighed = weights()[part]
    logit = sum(weighed[sign] for sign in told if sign in weighed)
    return round(min(0.99, max(0.01, 1 / (1 + math.exp(-logit)))), 2)


@functools.cache
def weights() -> Mapping[str, Mapping[str, float]]:
    """The weight of each sign for each part."""
    return {part: {sign: float(w) for sign, w in told.items()} for part, told in table("certainty").items()}


def _of_number(claim: Claim) -> Iterator[str]:
    yield from ("always", claim.told)


def _of_indicator(place: Place, claim: Claim, genre: str) -> Iterator[str]:
    known, unit = "known" if claim.indicator.known else "free", place.quantity.unit
    yield from ("always", genre, f"{known} {claim.rule}", f"{known} {_step(claim.share)}")
    yield f"{known} {unit if unit in ('count', 'percent') else 'measure'}"
    yield from () if claim.indicator.known else (f"name {sign}" for sign in _of_name(claim.indicator.label))


def _of_name(name: str) -> Iterator[str]:
    """What a name looks like that the ontology lacks."""
    stem = name.removesuffix("数")
    yield f"of {min(len(stem), _LONG_NAME)}"
    if _FUNCTION_WORDS & set(stem):
        yield "joined"
    if stem[-2:] in _edges()[1]:
        yield "ends as known"
    if stem[:2] in _edges()[0]:
        yield "begins as known"


@functools.cache
def _edges() -> tuple[frozenset[str], frozenset[str]]:
    """The first two and the last two characters of the names of indicators that the ontology has, without 数."""
    stems = [name.removesuffix("数") for name in lexicon().aliases]
    return frozenset(stem[:2] for stem in stems), frozenset(stem[-2:] for stem in stems)


def _of_period(material: Material, claim: Claim, dated: Dating, genre: str) -> Iterator[str]:
    told, _, chosen = dated.why.partition(": ")
    yield from ("always", genre, told, f"{told} {genre}", f"chosen {chosen}", claim.kind, _step(dated.share))
    if material.anchor.year is not None and dated.period.last is not None:
        yield f"years ago {min(3, max(-1, material.anchor.year - dated.period.last))}"


def _of_subject(material: Material, about: Subject, genre: str) -> Iterator[str]:
    group = "place" if about.name == material.anchor.place else POOLS.get(about.group, "body")
    yield from ("always", genre, f"how {about.rule}", group, f"{group} {genre}", _step(about.share))


def _step(share: float) -> str:
    """The step that a share of the likelihood lies in."""
    return f"share {bisect_right(_STEPS, share)}"
