"""Why a row is a candidate, in words: of its features those that a person can judge by (``data/reasons.tsv``)."""

from __future__ import annotations

from typing import Final

from . import knowledge
from .matcher import Candidate, Match
from .places import STAGES

Told = tuple[str, str]
"""A sentence in Chinese and in English."""
_NO_CANDIDATE: Final[Told] = ("没有候选", "no candidate")
_UNLIKELY: Final[Told] = ("没有足够可能的候选", "no candidate is likely enough")
_TIE: Final[Told] = ("{} 个候选不相上下", "near tie of {} candidates")
CLOSE: Final = 0.05


def of_candidate(candidate: Candidate) -> Told:
    """What speaks for and against a candidate, how it was found first."""
    known = knowledge.reasons()
    features = [candidate.stage, *(feature for feature in candidate.features if feature not in STAGES)]
    found = [told for feature in features if (told := _said(feature, known)) is not None]
    zh, en = zip(*dict.fromkeys(found), strict=True) if found else ((candidate.stage,), (candidate.stage,))
    return "；".join(zh), "; ".join(en)


def of_nothing(match: Match) -> Told:
    """Why a mention is linked to nothing."""
    if not match.candidates:
        return _NO_CANDIDATE
    best = match.candidates[0].confidence
    close = sum(candidate.confidence > best - CLOSE for candidate in match.candidates)
    if close < 2 or match.nothing >= best:
        return _UNLIKELY
    zh, en = _TIE
    return zh.format(close), en.format(close)


def _said(feature: str, known: dict[str, Told]) -> Told | None:
    """Of a misprint in the name of a company the same is said as in that of a place."""
    return known.get(feature) or known.get(feature.removeprefix("o:"))
