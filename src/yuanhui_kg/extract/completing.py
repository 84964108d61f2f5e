"""General names (产值, 总价, 用时, 惠及居民) with the thing that the sentence told before them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from . import phrases
from .contexts import Carried, Material, Place
from .naming import NO_THINGS, free
from .phrases import Phrase
from .records import Indicator
from .tables import one_of, one_of_each, table

#: A name that says of itself only what is measured: 产值, 人均年工资, 每斤售价; and what sort of measure that is.
_GENERAL: Final = re.compile(
    r"(?:年|月|日|总|共|[人户亩村]均|平均|每[人户亩]?每?[天年月斤吨亩户人]|每公斤|其中|预计|综合|本地|全产业链|设计)*"
    f"(?:{one_of_each(table('verbs')['general'])})"
)
#: What something does for people: 惠及居民, 吸纳就业, 带动.
_GIVES: Final = re.compile(f"(?:{one_of(table('verbs')['gives']['words'])})")
#: What of a name is only how its thing is measured.
_MEASURED: Final = re.compile(f"(?<=..)(?:{one_of(table('verbs')['measures']['words'])})$")
#: Verbs that bring what is measured about, as in 实现产值.
_LIGHT: Final = re.compile("^(?:实现|完成|创造|取得)(?=..)")
_CLAUSE: Final = re.compile(r"([^,。;:!?、“”]{2,24}),.?$")
#: The ways in which a thing is told, as the weights name them.
WAYS: Final = ("of topic", "of product", "of thing", "of thing before", "of object", "of goods")
_WHOLE: Final = re.compile("(?:在|从)?([^,。;、]{3,20})中,")
#: The sector that a sentence or a paragraph begins with: 非公有制经济|不断壮大,全年实现增加值.
_HEAD: Final = re.compile(
    rf"(?:[一二三四五六七八九十\d]+[、.是])?([\u4e00-\u9fff]{{2,12}}?)(?:{one_of(table('verbs')['heads']['ends'])})?(?:{one_of(table('verbs')['heads']['words'])})"
)
#: 规模以上工业|企业137户,完成增加值.
_FIRMS: Final = re.compile("(.{2,12}?)企业(?:户|家)?数")
_ALONE: Final = 6  #: No thing that is told alone has a longer name.
#: What was done with a thing, which a rate tells anew: 受理|群众诉求874件,办结率.
_DONE_WITH: Final = re.compile(f"^(?:{one_of(table('phrases')['naming']['words'])})(?=..)")
#: Units of crops and products, of which what is told next is told as a rule: 脐橙产量15.5万吨,产值9亿元.
PRODUCED: Final = frozenset(("mu", "ha", "t", "kg", "jin"))
#: What is only told of products: 地头价, 商品率.
GRADED: Final = "graded"
_LAND: Final = re.compile(
    "土地|流转|治理|改造|造林|绿化|能力|吞吐|储|设计|[年日]|(?:[园地田林塘棚库厂房区占]|园子|水面|滩涂|建筑)$"
)
#: How many things that were told before are looked at.
_BACK: Final = 3


def sort_of(name: str) -> str:
    """What sort of measure a general name is of (``invested``, ``rates``), ``gives`` for what something does for people, else nothing."""
    name = _LIGHT.sub("", name)
    told = _GENERAL.fullmatch(name)
    return str(told.lastgroup) if told else "gives" if _GIVES.match(name) else ""


def completed(
    material: Material, place: Place, carried: Carried, phrase: Phrase, start: int
) -> Iterator[tuple[str, str]]:
    """Where a name is general: how the thing is told, and the name with it. ``start`` is that of the sentence.

    The ways are ``of topic`` (重点项目|完成|投资), ``of product`` (脐橙产量15.5万吨,产值), ``of thing`` and ``of thing before`` (护林员618名,人均年工资), ``of object`` (装上电梯,总价), ``of goods`` (地头价).
    """
    name = _LIGHT.sub("", phrase.name)
    if not sort_of(name):
        return
    for way, thing in _things(material, place, carried, phrase, start):
        whose = _DONE_WITH.sub("", thing) if name.endswith("率") else thing
        if whose and whose not in name and name not in whose:
            yield way, whose + name


def of_head(material: Material, place: Place, carried: Carried, phrase: Phrase, start: int) -> Indicator | None:
    """The known indicator of a name that leaves out its sector: whose firms were counted before, or with which sentence or paragraph begin."""
    name, aliases = _LIGHT.sub("", phrase.name), material.lexicon.aliases
    if not name or phrase.topic:
        return None
    paragraph = material.text.rfind("\n", 0, start) + 1
    firms = (_FIRMS.fullmatch(one.label) for one in reversed(carried.seen[-_BACK:]))
    heads = [*firms, *(_HEAD.match(material.text, at, place.left_start) for at in (start, paragraph))]
    wholes = (head[1] if head[1].endswith(name) else head[1] + name for head in heads if head)
    return next((aliases[whole] for whole in wholes if whole in aliases), None)


def whole_before(material: Material, carried: Carried, start: int, stop: int) -> Indicator | None:
    """What the parts behind it are of: the indicator told last, else the whole with which their sentence begins (规模以上工业中,国有企业增长4%)."""
    if carried.indicator is not None or (told := _WHOLE.match(material.text, start, stop)) is None:
        return carried.indicator
    aliases = material.lexicon.aliases
    return aliases.get(told[1]) or aliases.get(f"{told[1]}增加值") or free(told[1], "CNY", "flow")


def _things(
    material: Material, place: Place, carried: Carried, phrase: Phrase, start: int
) -> Iterator[tuple[str, str]]:
    if phrase.topic:
        yield "of topic", phrase.topic
    told = {thing_of(one): one.unit in PRODUCED for one in reversed(carried.seen[-_BACK:])}
    for i, (thing, produced) in enumerate(told.items()):
        yield ("of product" if produced else "of thing before" if i else "of thing"), thing
    before = material.preceding(place.quantity)
    start = max(start, before.stop if before is not None else 0, place.left_start - 26)
    if sort_of(phrase.name) == GRADED and (product := most_told(carried)):
        yield "of goods", product
    if not phrase.topic and (clause := _CLAUSE.search(material.text, start, place.left_start + 1)):
        yield "of object", phrases.before(clause[1], material.lexicon).name


def product_of(indicator: Indicator) -> str:
    """The product of which an indicator tells a weight or an area; empty where it is of land or of something else."""
    thing = thing_of(indicator) if indicator.unit in PRODUCED else ""
    return "" if _LAND.search(thing) else thing


def most_told(carried: Carried) -> str:
    """The product of which most weights and areas were told so far, the last of equals."""
    return max(reversed(carried.products), key=carried.products.__getitem__, default="")


def thing_of(indicator: Indicator) -> str:
    """What an indicator measures, counts or tells the rate of; one that is told alone (蜜瓜2100亩) is itself the thing."""
    stem = _MEASURED.sub("", indicator.label)
    alone = not indicator.known and indicator.unit in ("mu", "ha", "t", "kg") and len(stem) <= _ALONE
    told = (stem != indicator.label or alone) and not stem.startswith("总") and not stem.endswith("总")
    return stem if told and stem not in NO_THINGS else ""
