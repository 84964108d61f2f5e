"""Decisions: which row of a register a mention means, with a probability, or none.

Each candidate has a score, the sum of its features' weights; so has meaning nothing. The probability of a candidate is the
share of ``exp(score)`` among all of them, nothing included (a conditional logit, D. McFadden 1974): two candidates that are
equally good have half of it each, so a near tie is never accepted. Weights were fitted to synthetic mentions
(``bench/train_link.py``), which is what makes the probability one.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from . import knowledge, names
from .index import Index
from .organisations import Organisations, looks_like_one
from .places import Found, Places
from .tables import Entry, Mention

ACCEPT: Final = "accept"
REVIEW: Final = "review"
NOTHING: Final = "none"
_MOST_KEPT: Final = 5


@dataclass(frozen=True, slots=True)
class Candidate:
    """A row that a mention may mean: its entry, the probability, and why (``stage``: how it was found).

    ``within``: the names of what the row lies in, the outermost first.
    """

    entry: Entry
    confidence: float
    decision: str
    stage: str
    features: tuple[str, ...]
    within: tuple[str, ...] = ()

    @property
    def explanation(self) -> str:
        """Stage and features in one line."""
        return f"found by {self.stage}; {' '.join(self.features)}"


@dataclass(frozen=True, slots=True)
class Match:
    """What a mention means. ``decision``: ``accept``, ``review`` or ``none``; ``candidates``: best first."""

    mention: Mention
    decision: str
    candidates: tuple[Candidate, ...]
    nothing: float  # the probability that it means no row

    @property
    def best(self) -> Candidate | None:
        """The row that it is decided to mean (``accept``, ``review``)."""
        return self.candidates[0] if self.decision != NOTHING else None


class Matcher:
    """Links mentions to a register. Made once a register; then from any number of threads.

    :param entries: the register, as :func:`.tables.read_register` gives it.
    """

    def __init__(self, entries: Iterable[Entry]) -> None:
        rows = list(entries)
        self.index = Index(rows)
        self._places = Places(self.index)
        flat = _is_flat(self.index)
        companies = {
            n: entry
            for n, entry in enumerate(rows)
            if flat or is_organisation(entry.name, entry.kind, bool(self.index.children))
        }
        self._all_organisations = len(companies) == len(rows)
        cores = (
            {name.core for number, name in enumerate(self.index.names) if number not in companies} if companies else ()
        )
        self._organisations = Organisations(companies, cores)
        known = knowledge.weights()
        self._weights: dict[str, float] = known["places"]
        self._organisation_weights: dict[str, float] = known["organisations"]
        self._accept = float(known["thresholds"]["accept"])
        self._margin = float(known["thresholds"]["margin"])
        self._review = float(known["thresholds"]["review"])
        self._review_organisations = float(known["thresholds"]["review_organisations"])

    def match(self, mention: Mention) -> Match:
        """Which row a mention means."""
        among_places = bool(self.index.children)
        if self._all_organisations or is_organisation(mention.name, mention.kind, among_places):
            found = self._as_organisation(mention)
            return found if found.candidates or self._all_organisations else self._as_place(mention)
        found = self._as_place(mention)
        return found if found.candidates else self._as_organisation(mention)

    def _as_place(self, mention: Mention) -> Match:
        return self._decide(mention, *self._places.candidates(mention), self._weights, self._review)

    def _as_organisation(self, mention: Mention) -> Match:
        found, nothing = self._organisations.candidates(mention)
        found = [one for one in found if self._places.surrounds(mention, one.number)]
        return self._decide(mention, found, nothing, self._organisation_weights, self._review_organisations)

    def match_all(self, mentions: Iterable[Mention]) -> Iterator[Match]:
        """:meth:`match` for many, in their order. An id of which one mention surely means one row, and another one another, is not
        accepted for either: links would make one thing of both."""
        asked = list(mentions)
        often = {id for id, number in Counter(mention.id for mention in asked).items() if number > 1}
        known = {mention: self.match(mention) for mention in asked if mention.id in often}
        meant: dict[str, set[str]] = defaultdict(set)
        for match in known.values():
            if match.decision == ACCEPT:
                meant[match.mention.id].add(match.candidates[0].entry.id)
        for mention in asked:
            match = known.get(mention) or self.match(mention)
            yield _doubted(match) if len(meant.get(mention.id, ())) > 1 and match.decision == ACCEPT else match

    def _decide(
        self, mention: Mention, found: Sequence[Found], nothing: Sequence[str], weights: dict[str, float], least: float
    ) -> Match:
        found, scores = self._each_once(found, [score(one.features, weights) for one in found])
        shares, none = shares_of(scores, score(nothing, weights))
        gone = [self.index.entries[one.number].gone for one in found]
        none += sum(itertools.compress(shares, gone))
        shares = [0.0 if past else share for share, past in zip(shares, gone, strict=True)]
        order = sorted(range(len(found)), key=lambda i: (-shares[i], self.index.entries[found[i].number].id))[
            :_MOST_KEPT
        ]
        decision = self._decision([shares[i] for i in order], none, least)
        candidates = [
            Candidate(
                self.index.entries[found[i].number],
                round(shares[i], 4),
                decision if place == 0 else NOTHING if decision in (NOTHING, ACCEPT) else REVIEW,
                found[i].stage,
                found[i].features,
                self.index.names_above(found[i].number),
            )
            for place, i in enumerate(order)
            if not gone[i] and (place == 0 or shares[i] >= 0.01)
        ]
        return Match(mention, decision, tuple(candidates), round(none, 4))

    def _each_once(self, found: Sequence[Found], scores: list[float]) -> tuple[list[Found], list[float]]:
        """The candidates without further rows of the same thing at other times."""
        best: dict[str, int] = {}
        for place, one in enumerate(found):
            id = self.index.entries[one.number].id
            if id not in best or scores[place] > scores[best[id]]:
                best[id] = place
        return [found[place] for place in best.values()], [scores[place] for place in best.values()]

    def _decision(self, shares: Sequence[float], none: float, least: float) -> str:
        if not shares or shares[0] < least or shares[0] <= none:
            return NOTHING
        margin = shares[0] - max([none, *shares[1:2]])
        return ACCEPT if shares[0] >= self._accept and margin > self._margin else REVIEW


def _doubted(match: Match) -> Match:
    """A match that a person is to look at, since its mention's id stands for something else too."""
    best, *others = match.candidates
    doubted = replace(best, decision=REVIEW, features=(*best.features, "torn"))
    return replace(match, decision=REVIEW, candidates=(doubted, *others))


def is_organisation(name: str, kind: str, among_places: bool = False) -> bool:
    """Whether a row or a mention is an organisation: as its kind says, else as its name looks.

    ``among_places``: only what has a legal form is one, for hospitals and factories may be divisions too.
    """
    told = kind.strip().lower()
    if told:
        return told in knowledge.organisations()["kinds"]
    return names.normalise(name).endswith(("公司", "集团")) if among_places else looks_like_one(name)


def _is_flat(index: Index) -> bool:
    """Whether a register is none of places: no row has a parent or a kind, and few names end as those of places do."""
    if index.children or any(entry.kind for entry in index.entries):
        return False
    return sum(bool(name.type) and name.type not in knowledge.WHOLE for name in index.names) * 5 < len(index.names)


def score(features: Iterable[str], weights: dict[str, float]) -> float:
    """The sum of the weights of some features; one that has none counts nothing."""
    return sum(weights.get(feature, 0.0) for feature in features)


def shares_of(scores: Sequence[float], nothing: float) -> tuple[list[float], float]:
    """The probabilities of some candidates, and of none, by their scores."""
    top = max([nothing, *scores])
    powers = [math.exp(one - top) for one in scores]
    none = math.exp(nothing - top)
    total = sum(powers) + none
    return [one / total for one in powers], none / total
