"""What kind of figure a number is, and whether it tells of a decline.

An ordered list of rules over the clause before the number; the first that holds decides, and its name is kept with the figure. Those
that only read the form of the number have no name.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from .clauses import Clause
from .thresholds import limits

#: Kinds that tell no movement, so that none is negative.
_STANDING: Final = frozenset(("level", "countKind", "rank", "duration", "threshold", "share", "ratioToBase"))
_GROWTHS: Final = frozenset(("change", "averageGrowth"))
#: Kinds that can be aimed at.
_AIMED: Final = frozenset(
    ("level", "countKind", "share", "change", "averageGrowth", "pointChange", "increment", "ratioToBase")
)

#: How long something takes can be too, if it is short.
AIMED_TIMES: Final = frozenset(("hour", "minute"))

_Rule = tuple[str, str, Callable[[Clause], bool]]
RULES: Final[tuple[_Rule, ...]] = (
    ("", "threshold", limits),
    ("places moved", "increment", lambda c: c.quantity.form == "rank" and bool(c.places_moved)),
    ("", "rank", lambda c: c.quantity.form == "rank"),
    ("", "duration", lambda c: c.quantity.form == "duration"),
    ("plan", "target", lambda c: c.planned),
    ("", "pointChange", lambda c: c.quantity.form == "points"),
    ("growth", "change", lambda c: c.quantity.form == "times" and c.grown),
    ("difference", "change", lambda c: c.quantity.form == "times" and bool(c.difference)),
    ("value in multiples", "level", lambda c: c.quantity.form == "times" and c.in_times),
    ("", "ratioToBase", lambda c: c.quantity.form == "times"),
    ("part of a base", "ratioToBase", lambda c: c.quantity.unit == "percent" and c.of_base),
    ("yearly growth", "averageGrowth", lambda c: c.rate and c.grown_yearly),
    ("difference", "change", lambda c: c.rate and bool(c.difference)),
    ("growth", "change", lambda c: c.rate and c.grown),
    ("share of what follows", "share", lambda c: c.rate and c.place.right.startswith("的")),
    ("growth that moved", "change", lambda c: c.rate and c.growth_moved),
    ("growth carried on", "change", lambda c: c.rate and c.carried.growth and c.goes_on and not c.reached),
    ("growth elsewhere", "change", lambda c: c.rate and c.grown_elsewhere),
    ("growth named before", "change", lambda c: c.rate and c.growth_named_before),
    ("index", "level", lambda c: c.rate and c.indexed),
    ("", "share", lambda c: c.rate),
    ("earned", "level", lambda c: c.earned),
    ("lessened", "increment", lambda c: c.lessened),
    ("added to it", "increment", lambda c: c.added),
    ("difference", "increment", lambda c: bool(c.difference)),
    (
        "differences in a row",
        "increment",
        lambda c: c.carried.kind == "increment" and c.carried.unit == c.quantity.unit and c.goes_on,
    ),
    ("moved by", "increment", lambda c: c.moved_by),
    ("time taken", "duration", lambda c: c.lasts),
    ("count of each", "level", lambda c: c.of_each),
    ("", "countKind", lambda c: c.counts),
    ("", "level", lambda c: True),
)


class Kind(NamedTuple):
    """The kind of a figure, the sign of its value (-1 for a decline), and the name of the rule that gave the kind."""

    name: str
    sign: int
    why: str


def kind_of(clause: Clause, target: bool) -> Kind:
    """What kind of figure a number is; ``target`` where it stands in what is aimed at."""
    rule, kind = next((name, kind) for name, kind, holds in RULES if holds(clause))
    aims = (kind in _AIMED and not (kind == "pointChange" and clause.off_aim)) or (
        kind == "duration" and clause.quantity.unit in AIMED_TIMES
    )  # 通车后只需30分钟
    aimed = target and aims and not clause.given
    return Kind("target" if aimed else kind, _sign(clause, kind), rule)


def _sign(clause: Clause, kind: str) -> int:
    if clause.negative:
        return -1
    if kind in _STANDING or (kind == "pointChange" and clause.narrowed):
        return 1
    by_name = clause.falls if kind in _GROWTHS else kind == "pointChange" and clause.widened
    goes_on = clause.carried.fallen and clause.goes_on  # 下降3%—5%, 减少8亿元和5亿元
    return -1 if clause.fallen or clause.less or by_name or goes_on else 1
