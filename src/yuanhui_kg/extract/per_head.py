"""What is told per so many people or per household is a measure, not a count: 每千人床位数5.6张, 每10万人中具有大学文化程度的为8930人."""

from __future__ import annotations

import re
from typing import Final

from .clauses import Clause
from .contexts import Claim
from .naming import free
from .records import Indicator
from .tables import one_of
from .wording import WORDS

_MANY: Final = r"每(?:\d+|[一两三五])?[十百千万]"
_PER: Final = re.compile(_MANY)
#: 每千名群众|拥有|健身路径; 托位数达到每千人|
_WHOM: Final = rf"(?P<per>{_MANY}(?:名|位|个)?(?:常住)?(?:{one_of(WORDS['people']['words'])}|[人户]口?))"
_BEFORE: Final = re.compile(rf"{_WHOM}(?P<rest>[^,。;、\d]{{0,16}})$")
_SCHOOLING: Final = rf"[\u4e00-\u9fff]{{2,4}}?(?:{one_of(WORDS['share']['schooling'])})"
#: 每10万人中|具有大学文化程度|的人口为
_SCHOOLED: Final = re.compile(rf"(?:[中里]|当中)?(?:拥有|具有|有)?的?({_SCHOOLING})")
#: 具有高中文化程度|的: of as many as the level of schooling told before it, 每10万人大学文化程度人数.
_SCHOOLED_TOO: Final = re.compile(rf"[,、;]?(?:拥有|具有|有)的?({_SCHOOLING})")
_SCHOOLED_BEFORE: Final = re.compile(rf"{_WHOM}{_SCHOOLING}人数")
#: 平均每个家庭户的人口为
_OF_HOME: Final = re.compile(
    rf"(?:{one_of(WORDS['share']['homes'])})的?(?:家庭)?(?:平均)?(?:人口|人数)?(?:规模|数)?[有为达到约是]*$"
)
_PERSONS: Final = frozenset(("人", "口"))
_HOME_SIZE: Final = "户均人口"


def per_head(claim: Claim, clause: Clause) -> Claim:
    """A claim whose number is told per so many people or per household, as the measure that it is; else the claim itself."""
    if claim.kind != "countKind" and not (claim.kind == "level" and clause.of_each):
        return claim
    told = _BEFORE.search(clause.place.left)
    if told is not None:
        return claim._replace(kind="level", indicator=_per_so_many(clause, claim.indicator, told))
    if also := _per_as_many(clause):
        return claim._replace(kind="level", indicator=free(also, "count", "stock"), subject=clause.carried.subject)
    if clause.quantity.word in _PERSONS and _OF_HOME.search(clause.place.left):
        return claim._replace(kind="level", indicator=free(_HOME_SIZE, "count", "stock"))
    return claim._replace(kind="level") if _PER.search(claim.indicator.label) else claim


def _per_as_many(clause: Clause) -> str:
    """The name of a level of schooling that follows another one told per so many people; empty where it is none."""
    before, told = clause.carried.indicator, _SCHOOLED_TOO.match(clause.place.left)
    whom = _SCHOOLED_BEFORE.fullmatch(before.label) if before is not None and told else None
    return f"{whom['per']}{told[1]}人数" if whom and told else ""


def _per_so_many(clause: Clause, indicator: Indicator, told: re.Match[str]) -> Indicator:
    """What is told per so many: by the ontology's name, else with those before its own, but for a rate."""
    if schooled := _SCHOOLED.match(told["rest"]):
        return free(f"{told['per']}{schooled[1]}人数", "count", "stock")
    known = clause.material.lexicon.aliases.get(told["per"] + indicator.label)
    if known is not None or _PER.search(indicator.label) or indicator.label.endswith("率"):
        return known or indicator
    return free(told["per"] + indicator.label, indicator.unit, indicator.flow)
