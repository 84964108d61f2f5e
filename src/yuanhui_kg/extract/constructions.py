"""Constructions: which numbers belong together, and which numbers are thresholds."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from .contexts import Material, Place
from .phrases import before
from .records import Quantity, Sentence
from .tables import one_of, table
from .wording import WORDS

_TOO_LITTLE: Final = re.compile(r"(?:村级?)?集体[^,。;\d]{0,8}收入(?:不足|不到|低于)")
_SIDE_BY_SIDE: Final = re.compile(r"分别|依次|各(?=[增降涨])")
_THRESHOLD_NOUN: Final = re.compile(
    rf"(?:元)?(?:以上|以下|及以上)?(?:的)?[^,。;、\d]{{0,8}}?(?:{one_of(WORDS['thresholds']['nouns'])})"
)


def respective(
    material: Material, own: Sequence[Quantity], index: int, sentence: Sentence, previous: int
) -> list[Quantity]:
    """The quantities from ``index`` on that 分别 puts side by side; just the one where it does not."""
    first = own[index]
    before = material.text[max(previous, sentence.start) : first.start]
    if (
        not _SIDE_BY_SIDE.search(before)
        and not before.rstrip("达到为").endswith(_pairs())
        and first.form != "ratio"
        and not _continues_pair(material, own, index)
    ):
        return [first]
    if first.form == "ratio":
        return list(own[index : index + first.parts])
    group = [first]
    for quantity in own[index + 1 :]:
        between = material.text[group[-1].stop : quantity.begin]
        if (
            not re.fullmatch(r"(?:[、,和与及]|以及|,?[^,。;\d]{0,3}?第|位)*(?:[^,。;、\d]{0,2})", between)
            or quantity.unit != first.unit
        ):
            break
        group.append(quantity)
    return group


@functools.cache
def _pairs() -> tuple[str, ...]:
    """Names that stand for two variables: 城乡常住居民人均可支配收入24615元、8472元."""
    return tuple(entry["word"] for entry in table("indicators")["pair"])


def _continues_pair(material: Material, own: Sequence[Quantity], index: int) -> bool:
    """Whether numbers joined by 和 follow as many that 分别 told: 分别达到3万元、2万元，年均增长10%和12%."""
    if index < 2 or index + 1 >= len(own):
        return False
    earlier, last, first, second = own[index - 2], own[index - 1], own[index], own[index + 1]
    if first.unit == "percent" and not material.text[last.stop : first.begin].strip("、和与及"):
        return False  # 四个季度的增速是5.2%、6.7%、7.9%、8.8%: one row
    pair = material.text[earlier.stop : last.begin] in ("、", "和", "与") and earlier.unit == last.unit
    joined = material.text[first.stop : second.begin] in ("、", "和", "与") and first.unit == second.unit
    return pair and joined and not before(material.text[last.stop : first.begin], material.lexicon).name


def is_threshold(material: Material, place: Place, following: Quantity | None, before: Quantity | None) -> bool:
    quantity = place.quantity
    if quantity.unit not in ("CNY", "USD", "count", "percent", "mu", "m2", "t") or quantity.form != "plain":
        return False
    behind = _THRESHOLD_NOUN.match(material.text, quantity.stop)
    if (
        quantity.bound == "over"
        and following is not None
        and following.unit == "count"
        and (
            material.text[quantity.stop : following.begin] in ("的", "的有")
            or (
                following.begin == quantity.stop
                and material.text[quantity.stop - 2 : quantity.stop] in ("以上", "以下")
            )
        )
    ):
        return True
    shared = following is not None and following.unit == "percent"
    if quantity.bound == "over" and shared and following and material.text[quantity.stop : following.begin] == "的占":
        return True  # 经营性收入超过50万元的占81%
    counted = material.text[before.stop : quantity.begin] if before is not None and before.unit == "count" else ""
    if quantity.bound == "over" and re.fullmatch(r"村(?:级)?(?:集体)[^,。;\d]{0,10}收入(?:全部|均|都)?", counted):
        return True  # 6个村集体收入超过50万元
    if _TOO_LITTLE.fullmatch(counted):
        return True  # 仍有3个集体经济收入不足1000万元
    if not behind or not (
        quantity.bound == "over" or re.match(r"以[上下]", material.text[quantity.stop : quantity.stop + 2])
    ):
        return False
    if (
        material.text[quantity.stop : quantity.stop + 2] == "项目"
        and not re.search(r"以上$|以下$", material.text[quantity.start : quantity.stop])
        and not following
    ):
        return quantity.unit == "CNY"
    if following is not None and following.unit == "count":
        between = material.text[behind.end() : following.begin]
        if not re.search(r"[。;]", between) and len(between) <= 14 and between.count(",") == 0:
            return True
    return (
        bool(
            before
            and before.stop >= quantity.begin - 8
            and before.unit == "count"
            and not re.search(r"[,。;、]", material.text[before.stop : quantity.begin])
            and quantity.unit != "count"
        )
        or quantity.unit == "CNY"
    )


def line_of(quantity: Quantity) -> str:
    """The breakdown of a count that a threshold limits."""
    return {("CNY", Decimal(10_000_000)): "taxOverTenMillion", ("CNY", Decimal(5_000_000)): "taxOverFiveMillion"}.get(
        (quantity.unit, quantity.value), f"over-{quantity.value.normalize():f}"
    )
