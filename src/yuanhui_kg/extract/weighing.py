"""The choice among candidates that rules propose: the one whose features weigh most.

A feature is a pair of names, such as the rule that proposes a candidate and a sign around the number. Each choice has a table of
weights (``tables/choice-*.toml``), fitted to gold texts by ``bench/train_choices.py``, which puts functions of its own in the place of these.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Generic, NamedTuple, TypeVar

from .tables import table

Feature = tuple[str, str]
T = TypeVar("T")


class Chosen(NamedTuple, Generic[T]):
    """The candidate chosen, and how much of the likelihood of all is that of those alike, by the conditional logit: above 0, up to 1."""

    one: T
    share: float


def heaviest(
    choice: str, at: int, candidates: Iterable[T], features: Callable[[T], Iterable[Feature]], alike: Callable[[T], Hashable],
) -> Chosen[T] | None:  # fmt: skip
    """Of the candidates for the number that starts ``at``, the first of those that weigh most; None where there is none.

    :param choice: what is chosen: ``indicators``, ``periods`` or ``subjects``.
    :param features: what speaks for and against a candidate.
    :param alike: what several candidates have in common that say the same.
    """
    weighed = weights(choice)
    scored = [(score(weighed, features(one)), one) for one in candidates]
    if not scored:
        return None
    most, best = max(scored, key=lambda pair: pair[0])
    if len(scored) == 1:
        return Chosen(best, 1.0)
    powers = [(math.exp(weight - most), one) for weight, one in scored]
    said = alike(best)
    return Chosen(best, sum(power for power, one in powers if alike(one) == said) / sum(power for power, _ in powers))


def score(weighed: Mapping[Feature, float], features: Iterable[Feature]) -> float:
    """The sum of the weights of features; what the table does not have weighs nothing."""
    return sum(filter(None, map(weighed.get, features)))


@functools.cache
def weights(choice: str) -> Mapping[Feature, float]:
    """The weight of each feature, from the table of a choice."""
    return {(name, sign): float(w) for name, signs in table(f"choice-{choice}").items() for sign, w in signs.items()}
