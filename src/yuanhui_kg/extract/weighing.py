"""The choice among candidates that rules propose: the one whose features weigh most.

A feature is a pair of names, such as the rule that proposes a candidate and a sign around the number. Each choice has a table of
weights (``tables/choice-*.toml``), fitted to gold texts by ``bench/train_choices.py``, which puts functions of its own in the place of these.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from .tables import table

Feature = tuple[str, str]
T = TypeVar("T")


def heaviest(choice: str, at: int, candidates: Iterable[T], features: Callable[[T], Iterable[Feature]]) -> T | None:
    """Of the candidates for the number that starts ``at``, the first of those that weigh most; None where there is none.

    :param choice: what is chosen: ``indicators``.
    :param features: what speaks for and against a candidate.
    """
    weighed = weights(choice)
    return max(candidates, key=lambda one: score(weighed, features(one)), default=None)


def score(weighed: Mapping[Feature, float], features: Iterable[Feature]) -> float:
    """The sum of the weights of features; what the table does not have weighs nothing."""
    return sum(filter(None, map(weighed.get, features)))


@functools.cache
def weights(choice: str) -> Mapping[Feature, float]:
    """The weight of each feature, from the table of a choice."""
    return {(name, sign): float(w) for name, signs in table(f"choice-{choice}").items() for sign, w in signs.items()}
