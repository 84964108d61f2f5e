"""The choice among candidates that rules propose: the one whose features weigh most.

A feature is a pair of names, such as the rule that proposes a candidate and a sign around the number. Each choice has a table of
weights (``tables/choice-*.toml``), fitted to gold texts by ``bench/train_choices.py``, which puts functions of its own in the place of these.
"""

from __future__ import annotations

import functools
import math
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Final, Generic, NamedTuple, TypeVar

from .tables import table

Feature = tuple[str, str]
T = TypeVar("T")


#: How many candidates besides the one chosen are kept for a reviewer to choose from, and the least share of the likelihood of each.
OFFERED: Final = 3
_LEAST_SHARE: Final = 0.02
#: How much less than the heaviest a candidate weighs whose share of the likelihood, below 1 %, counts for nothing.
_FAR: Final = 5.0


class Chosen(NamedTuple, Generic[T]):
    """The candidate chosen; how much of the likelihood of all is that of those alike, by the conditional logit (above 0, up to 1); the likeliest of the others that say something else each, the likeliest first."""

    one: T
    share: float = 1.0
    others: tuple[T, ...] = ()


def heaviest(
    choice: str, at: int, candidates: Iterable[T], features: Callable[[T], Iterable[Feature]], alike: Callable[[T], Hashable],
    offered: int = 0,
) -> Chosen[T] | None:  # fmt: skip
    """Of the candidates for the number that starts ``at``, the first of those that weigh most; None where there is none.

    :param choice: what is chosen: ``indicators``, ``periods`` or ``subjects``.
    :param features: what speaks for and against a candidate.
    :param alike: what several candidates have in common that say the same.
    :param offered: how many others are kept at most.
    """
    weighed = weights(choice)
    scored = [(score(weighed, features(one)), one) for one in candidates]
    if len(scored) < 2:
        return Chosen(scored[0][1]) if scored else None
    most, best = max(scored, key=lambda pair: pair[0])
    scored = [pair for pair in scored if pair[0] > most - _FAR]
    if len(scored) == 1:
        return Chosen(best)
    said = alike(best)
    powers = [math.exp(weight - most) for weight, _ in scored]
    whole = sum(powers)
    own = sum(power for power, (_, one) in zip(powers, scored, strict=True) if alike(one) == said)
    least = _LEAST_SHARE * whole
    if not offered or whole - own < least:
        return Chosen(best, own / whole)
    others = _others(zip(powers, (one for _, one in scored), strict=True), said, least, alike)
    return Chosen(best, own / whole, tuple(islice(others, offered)))


def _others(
    candidates: Iterable[tuple[float, T]], said: Hashable, least: float, alike: Callable[[T], Hashable]
) -> Iterator[T]:
    """The likeliest of those that say something else than what was chosen, one for each, the likeliest first."""
    powers = defaultdict[Hashable, float](float)
    firsts: dict[Hashable, T] = {}
    for power, one in sorted(candidates, key=lambda pair: -pair[0]):
        powers[alike(one)] += power
        firsts.setdefault(alike(one), one)
    return (one for other, one in firsts.items() if other != said and powers[other] >= least)


def score(weighed: Mapping[Feature, float], features: Iterable[Feature]) -> float:
    """The sum of the weights of features; what the table does not have weighs nothing."""
    return sum(filter(None, map(weighed.get, features)))


@functools.cache
def weights(choice: str) -> Mapping[Feature, float]:
    """The weight of each feature, from the table of a choice."""
    return {(name, sign): float(w) for name, signs in table(f"choice-{choice}").items() for sign, w in signs.items()}
