"""Linking: which rows of a register the names in a table mean.

>>> from yuanhui_kg.link import Entry, Matcher, Mention
>>> matcher = Matcher([Entry("41", "河南省"), Entry("4111", "漯河市", "41"), Entry("411102", "源汇区", "4111")])
>>> matcher.match(Mention("m1", "源汇", ("河南", "漯河"))).best.entry.id
'411102'

From tables (:func:`read_mentions`, :func:`read_register`) to a table of links (:func:`write_sssom`).
"""

from __future__ import annotations

from collections.abc import Iterable

from .history import Snapshot, with_history
from .matcher import Candidate, Match, Matcher
from .sssom import write_sssom
from .tables import Entry, Mention, read_mentions, read_register


def link(mentions: Iterable[Mention], register: Iterable[Entry]) -> list[Match]:
    """What each of some mentions means in a register; for more than one table, make a :class:`Matcher` and keep it."""
    return list(Matcher(register).match_all(mentions))


__all__ = [
    "Candidate",
    "Entry",
    "Match",
    "Matcher",
    "Mention",
    "Snapshot",
    "link",
    "read_mentions",
    "read_register",
    "with_history",
    "write_sssom",
]
