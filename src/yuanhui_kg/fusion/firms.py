"""What the names of two firms say of whether they can be one.

A registered name (江岚青禾食品有限公司) is whole: another one, be it only longer by a place or a trade, is another firm's. Of the rest, 青禾集团 is no short
name of 青禾食品有限公司, and 青禾 alone may be short for firms of many districts.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product
from typing import Final, NamedTuple

from ..link.names import normalise
from ..link.organisations import without_form

_REGISTERED: Final = "有限"
_GROUP: Final = "集团"
_SHORTEST: Final = 3  #: Names of fewer characters, without their legal form, are borne by firms of many places.


class _Name(NamedTuple):
    """The name of a firm: without its legal form, and that form."""

    base: str
    form: str

    @property
    def is_registered(self) -> bool:
        return _REGISTERED in self.form

    @property
    def is_telling(self) -> bool:
        """Whether firms of two places with this name are one."""
        return self.is_registered or _GROUP in self.form or len(self.base) >= _SHORTEST


def differ(some: Iterable[str], others: Iterable[str]) -> bool:
    """Whether the names of two firms tell that they are two, however alike the names are."""
    ours, theirs = _names(some), _names(others)
    if any(one.base == other.base for one, other in product(ours, theirs)):
        return False
    registered = [[name.base for name in names if name.is_registered] for names in (ours, theirs)]
    if all(registered):  # one may tell the place before it, which the other leaves out
        return not any(one.endswith(other) or other.endswith(one) for one, other in product(*registered))
    groups = [any(_GROUP in name.form for name in names) for names in (ours, theirs)]
    return groups[0] != groups[1]


def are_one(some: Iterable[str], others: Iterable[str]) -> bool:
    """Whether two firms have a name in common that tells which firm is meant, wherever it is spoken of."""
    pairs = product(_names(some), _names(others))
    return any(one.base == other.base and (one.is_telling or other.is_telling) for one, other in pairs)


def _names(texts: Iterable[str]) -> list[_Name]:
    return [_Name(base := without_form(full), full[len(base) :]) for full in map(normalise, texts)]
