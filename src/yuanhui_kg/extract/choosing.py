"""The choice of an indicator among the candidates that rules propose: the one whose features weigh most.

The weights are the table ``choice.toml``, fitted to gold texts by ``bench/train_choice.py``.
"""

from __future__ import annotations

import re
from typing import Final

from .contexts import Carried, Material, Place
from .naming import free
from .proposing import Candidate, Words, candidates, named_before, words_of
from .records import Indicator
from .tables import table
from .wording import fits

#: Kinds that tell of a variable how it moved or compares: the variable was told before as a rule.
_DERIVED: Final = frozenset(
    ("change", "averageGrowth", "pointChange", "increment", "ratioToBase", "share", "target", "rank")
)
#: What each rule is called in the draft.
_TOLD: Final = {
    "own": "noun", "bracketed": "alias", "completed": "alias", "of": "alias", "behind": "noun behind", "share behind": "noun behind", "outcome": "noun behind",
    "carried": "carried on", "earlier": "alias", "whole": "carried on", "threshold": "threshold",
}  # fmt: skip


def link(material: Material, place: Place, carried: Carried, kind: str) -> tuple[Indicator, str, str]:
    """The indicator of a figure, the rule that found it, and the breakdown (total for the whole)."""
    words = words_of(material, place, carried, kind)
    found = list(candidates(words))
    best = max(found, key=lambda one: score(features(words, one)), default=None)
    if best is None:
        return free("未命名指标", place.quantity.unit, "unknown"), "noun", "total"
    _remember(words)
    rule = _TOLD.get(best.rule, "noun")
    return best.indicator, "alias" if rule == "noun" and best.indicator.known else rule, best.breakdown


def from_left(material: Material, place: Place, carried: Carried) -> Indicator | None:
    """The indicator that the words before a number name, if they name one."""
    words = words_of(material, place, carried, "level")
    return next((one.indicator for one in named_before(words)), None)


def score(found: tuple[str, ...]) -> float:
    weights = table("choice")["weights"]
    return float(sum(weights.get(name, 0.0) for name in found))


def features(words: Words, one: Candidate) -> tuple[str, ...]:
    """What speaks for and against a candidate, as names of the table of weights."""
    phrase, indicator = words.phrase, one.indicator
    named = "named" if phrase.noun else "verb" if phrase.verb or phrase.said else "bare"
    kind = "derived" if words.kind in _DERIVED else "count" if words.counts else "amount"
    found = [
        one.rule,
        f"{one.rule}, {named}",
        f"{one.rule}, {kind}",
        f"{one.rule}, {'known' if indicator.known else 'free'}",
    ]
    if words.behind:
        found.append(f"{one.rule}, noun behind")
    if phrase.joined:
        found.append(f"{one.rule}, list")
    if phrase.moved:
        found.append(f"{one.rule}, moved")
    if words.place.left.startswith(",") or not words.place.left:
        found.append(f"{one.rule}, close")
    if phrase.name and words.known(phrase.name):
        found.append(f"{one.rule}, name known")
    if phrase.name in table("phrases")["general"]["words"]:
        found.append(f"{one.rule}, general")
    if words.counts and words.quantity.word != words.word_before:
        found.append(f"{one.rule}, other word")
    if not fits(indicator, words.quantity):
        found.append("misfit")
    return tuple(found)


def _remember(words: Words) -> None:
    """What a threshold limited, for the next threshold of the sentence; it limits no other count."""
    if words.carried.suffix:
        noun = re.sub(r"^(?:元)?(?:以上|以下|及以上)?的?", "", words.place.left)
        words.carried.noun = noun if noun.strip("的有") else words.carried.noun
    if words.counts:
        words.carried.suffix = ""
