"""The choice of an indicator among the candidates that rules propose: the one whose features weigh most.

The weights are the table ``choice-indicators.toml``; how they are summed and fitted, :mod:`weighing` tells.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from . import completing, weighing
from .around import ALONE, Candidate, Words, limited_noun, words_of
from .contexts import EDGE, Carried, Material, Place
from .naming import by_turn, free, people
from .proposing import candidates, named_before
from .records import Indicator
from .tables import table
from .weighing import Feature
from .wording import fits

#: Kinds that tell of a variable how it moved or compares: the variable was told before as a rule.
_DERIVED: Final = frozenset(
    ("change", "averageGrowth", "pointChange", "increment", "ratioToBase", "share", "target", "rank")
)
#: The feature of a candidate of another unit, whatever proposes it.
MISFIT: Final[Feature] = ("any", "misfit")
#: Rules that take an indicator from what was told before, not from words beside the number.
_FROM_BEFORE: Final = frozenset(("carried", "earlier", "whole"))
#: The label of an indicator where the text names none that a number can be of.
UNNAMED: Final = "未命名指标"
#: How names of people end that are no households.
_SETTLING: Final = ("入户数", "落户数")
#: What each rule is called in the draft.
_TOLD: Final = {
    "own": "noun", "bracketed": "alias", "completed": "alias", "of": "alias", "behind": "noun behind", "share behind": "noun behind", "outcome": "noun behind", "resident": "noun behind",
    "carried": "carried on", "earlier": "alias", "whole": "carried on", "threshold": "threshold",
}  # fmt: skip


class Linked(NamedTuple):
    """The indicator of a figure, the rule that found it, its share of the likelihood, and the breakdown (total for the whole)."""

    indicator: Indicator
    rule: str
    share: float = 1.0
    breakdown: str = "total"


def link(material: Material, place: Place, carried: Carried, kind: str) -> Linked:
    """The indicator of a figure."""
    words = words_of(material, place, carried, kind)
    signs = signs_of(words)
    start = place.quantity.start
    chosen = weighing.heaviest(
        "indicators", start, _of_shares(words), lambda one: features(words, one, signs), lambda one: one.indicator.label
    )
    if chosen is None or (chosen.one.rule in _FROM_BEFORE and not fits(chosen.one.indicator, place.quantity)):
        return Linked(free(UNNAMED, place.quantity.unit, "unknown"), "unnamed")
    best = chosen.one
    _remember(words)
    rule = _TOLD.get(best.rule, "noun")
    indicator = people(material, _settled(best.indicator, place.quantity.word), place.quantity)
    if best.rule in _FROM_BEFORE:
        indicator = by_turn(material, indicator, place.quantity.word)
    rule = "alias" if rule == "noun" and indicator.known else rule
    return Linked(indicator, rule, chosen.share, best.breakdown)


def _settled(indicator: Indicator, word: str) -> Indicator:
    """Those who settled, whose name ends as that of households does: 积分入户|2140人."""
    label = indicator.label
    settled = not indicator.known and label.endswith(_SETTLING) and word in ("人", "名")
    return replace(indicator, label=f"{label[:-1]}人数") if settled else indicator


def _half_word(one: Candidate, words: Words) -> bool:
    """Whether a name is one character that names nothing by itself: 超|载60.7%, 12座矸石山绿了|9座."""
    if one.indicator.known or one.rule in _FROM_BEFORE or not (words.counts or words.quantity.unit == "percent"):
        return False
    stem = one.indicator.label.removesuffix("数")
    return len(stem) == 1 and stem not in ALONE and stem not in "人户"


def _of_shares(words: Words) -> list[Candidate]:
    """The candidates but for halves of words; where a part and its whole are told, none of the whole alone: 收入的|七成|来自蔬菜."""
    found = [one for one in candidates(words) if not _half_word(one, words)]
    if words.kind == "share" and any(one.rule.startswith("share") for one in found):
        return [one for one in found if one.indicator.unit in ("percent", "permille") or one.rule.startswith("share")]
    return found


def from_left(material: Material, place: Place, carried: Carried) -> Indicator | None:
    """The indicator that the words before a number name, if they name one."""
    words = words_of(material, place, carried, "level")
    return next((one.indicator for one in named_before(words)), None)


def features(words: Words, one: Candidate, signs: Sequence[str]) -> list[Feature]:
    """What speaks for and against a candidate: the signs around the number, each weighed by the rule that proposes it."""
    found = [(one.rule, sign) for sign in signs]
    found.append((one.rule, "known" if one.indicator.known else "free"))
    if not fits(one.indicator, words.quantity):
        found.append(MISFIT)
    return found


def signs_of(words: Words) -> list[str]:
    """The signs around a number that tell which rule may be right, as the table of weights names them."""
    phrase, left, noun = words.phrase, words.place.left, words.phrase.noun
    found = {
        "always": True,
        "named": bool(noun),
        "verb": not noun and bool(phrase.verb or phrase.said),
        "bare": not (noun or phrase.verb or phrase.said),
        "derived": words.kind in _DERIVED,
        "count": words.kind not in _DERIVED and words.counts,
        "amount": words.kind not in _DERIVED and not words.counts,
        "noun behind": bool(words.behind),
        "list": phrase.joined,
        "moved": phrase.moved,
        "close": left.startswith(",") or not left,
        "name known": bool(phrase.name) and words.known(phrase.name) is not None,
        "general": phrase.name in table("phrases")["general"]["words"],
        "of them": "其中" in words.place.clause,
        "in clause": _in_clause(words),
        "body": bool(words.carried.subject),
        "thing": _has_thing(words),
        "same unit": words.carried.unit == words.quantity.unit,
        "other word": words.counts and words.quantity.word != words.word_before,
    }
    signs = [sign for sign, holds in found.items() if holds]
    return [*signs, f"of {sort}"] if (sort := completing.sort_of(phrase.name)) else signs


def _in_clause(words: Words) -> bool:
    """Whether the number before stands in the same clause, so that it may tell of what the amount is: 42个重点项目|完成投资."""
    before = words.material.preceding(words.quantity)
    return before is not None and not EDGE.search(words.material.text, before.stop, words.quantity.begin)


def _has_thing(words: Words) -> bool:
    """Whether the sentence has told of something inside the place of the text, which the number may be about."""
    told = words.material.mentions_in(words.sentence, words.quantity.begin)
    return any(one.name != words.material.anchor.place for _, _, one in told)


def _remember(words: Words) -> None:
    """What a threshold limited, for the next threshold of the sentence; it limits no other count."""
    if words.carried.suffix:
        words.carried.noun = limited_noun(words)
    if words.counts:
        words.carried.suffix = ""
