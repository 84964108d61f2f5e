"""Indicator linking: the concept that the words before or behind a number name, or a name that the ontology lacks."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from .contexts import REACH, Carried, Material, Place
from .records import Indicator, Quantity
from .tables import one_of, table
from .wording import (
    FLOW,
    STOCK,
    WORDS,
    alias_at_end,
    completed,
    core,
    counted_label,
    fits,
    only_joins,
    pure_verb,
    without_growth,
)  # fmt: skip

_BEHIND_STOP: Final = re.compile(rf"(?:{one_of(WORDS['behind']['stop'])})")
_NOUN: Final = re.compile(r"[“”\u4e00-\u9fffA-Za-z·、()-]{1,28}")
_LABEL_VERBS: Final = frozenset(
    (
        "新建",
        "新增",
        "改造",
        "新认定",
        "引进",
        "新引进",
        "培育",
        "新建改建",
        "改建",
        "新改建",
        "退出",
        "关闭",
        "新签约",
        "开工",
        "新开工",
    )
)


def bare(material: Material, text: str) -> str:
    return core(text, material.lexicon)


def name_in(material: Material, text: str) -> Indicator | None:
    matches = list(material.lexicon.matches(text))
    return matches[-1].indicator if matches else None


def link(material: Material, place: Place, carried: Carried, kind: str) -> tuple[Indicator, str, str]:
    """The indicator of a figure, the rule that found it, and the breakdown (total for the whole)."""
    quantity = place.quantity
    breakdown = "total"
    if quantity.unit in ("count",) and quantity.form == "plain":
        counted = _counted(material, place, carried)
        if counted is not None:
            return (*counted, breakdown if not carried.suffix else _line_of(carried))
    left = from_left(material, place, carried)
    if (
        left is None
        and kind == "share"
        and place.right.startswith("的")
        and (noun := re.match(r"的([\u4e00-\u9fff]{1,12})", place.right))
    ):
        return free(f"{noun[1]}占比", "percent", "stock"), "noun behind", breakdown
    if left is not None:
        return left, "alias" if left.known else "noun", breakdown
    if (
        kind
        in (
            "change",
            "averageGrowth",
            "pointChange",
            "increment",
            "ratioToBase",
            "share",
            "target",
        )
        or quantity.unit in ("percent", "permille")
    ) and carried.indicator is not None:
        return carried.indicator, "carried on", breakdown
    if (
        carried.indicator is not None
        and fits(carried.indicator, quantity)
        and only_joins(bare(material, place.left))
        and quantity.unit != "count"
        and not place.right.startswith("的")
    ):
        return carried.indicator, "carried on", breakdown
    behind = _behind(material, place)
    if behind:
        return _resolve(material, behind, quantity, carried, place.left), "noun behind", breakdown
    if carried.indicator is not None:
        return carried.indicator, "carried on", breakdown
    before = material.text[_sentence_start(material.text, place) : place.left_start]
    earlier = [m.indicator for m in material.lexicon.matches(before) if fits(m.indicator, quantity)]
    if earlier and only_joins(bare(material, place.left)):
        return earlier[-1], "carried on", breakdown
    return named(material, bare(material, place.clause) or "未命名指标", quantity, carried), "noun", breakdown


def _line_of(carried: Carried) -> str:
    line, carried.suffix = carried.suffix, ""
    return line


def _counted(material: Material, place: Place, carried: Carried) -> tuple[Indicator, str] | None:
    """What a count counts: the noun before the number, or behind it where a verb or nothing stands before."""
    quantity = place.quantity
    left = place.left
    if carried.suffix:
        noun = re.sub(r"^(?:元)?(?:以上|以下|及以上)?的?", "", left)
        noun = noun if noun.strip("的有") else carried.noun
        carried.noun = noun
        joined = carried.prefix + bare(material, noun)
        alias = material.lexicon.aliases.get(joined)
        if alias and carried.prefix:
            return alias, "threshold"
        name = f"{carried.prefix}{carried.line}{bare(material, noun)}" if bare(material, noun) else ""
        if name:
            return free(counted_label(name), "count", "stock"), "threshold"
    if (
        only_joins(left.strip())
        and bare(material, left)
        and carried.indicator is not None
        and fits(carried.indicator, quantity)
    ):
        return carried.indicator, "carried on"
    core = _own_words(material, bare(material, without_growth(material.lexicon, left)), place)
    behind = _behind(material, place)
    if behind:
        found = _resolve(material, behind, quantity, carried, left)
        if found.known or not alias_at_end(material.lexicon, left.rstrip("、, ")):
            verb = core if core in _LABEL_VERBS else ""
            flow = "flow" if FLOW.search(left[-8:]) else "stock"
            return found if found.known else free(counted_label(verb + behind), "count", flow), "noun behind"
    if core:
        found = _linked(material, core, quantity, carried)
        return found, "alias" if found.known else "noun"
    return None


def _own_words(material: Material, core: str, place: Place) -> str:
    """The words before a number without the entity that they begin with, which is the subject."""
    for start, end, _ in material.mentions_in(place.left_start, place.quantity.begin):
        name = material.text[start:end]
        if name in core:
            core = bare(material, core[core.index(name) + len(name) :])
    core = re.sub(
        r"^(?:该(?:镇|乡|县|区|市|村|园区|园|街道|企业|公司|开发区)|(?:开发区|园区|高新区|集聚区|景区|公司|企业|新区|经开区)(?=已|现|共|入|落|累|完|实|引|拥))",
        "",
        core,
    )
    return bare(material, core)


def _behind(material: Material, place: Place) -> str:
    """The noun behind a number: 5个社区, 443个重大项目落地开工."""
    if place.quantity.unit != "count" and place.quantity.unit not in (
        "km",
        "m2",
        "mu",
        "ha",
        "CNY",
        "t",
        "kW",
        "m3",
    ):
        return ""
    following = material.following(place.quantity)
    if not place.right and following is not None and following.begin == place.quantity.stop:
        behind = re.sub(r"^(?:元)?(?:以上|以下)?的?", "", material.text[following.stop : following.stop + 16])
        place = replace(place, right=behind)  # 8个10亿元以上产业项目
    match = _NOUN.match(place.right)
    if not match or place.right[0] in "、(-·" or _BEHIND_STOP.match(place.right) or place.quantity.word in ("人次",):
        return ""
    noun = match.group()
    if place.quantity.unit != "count":
        noun = noun.removeprefix("的")
    noun = re.split(
        r"(?<!^)(?:、(?!万)|和(?!谐)|与|及|以及|的(?=.{0,2}$)|中(?=$|有)|产值|占|成为|满负荷|运转|实现|围绕|达|已|全部|正在|建成|投入|完成|入驻|分布|覆盖|均|获|被|通过|[(])",
        re.sub(r"、(?=[^“]*”)", "\1", noun),
    )[0].replace("\1", "、")
    return noun.strip("“”·-、") if len(noun) > 1 or noun in "村县区乡镇" else ""


def _resolve(material: Material, noun: str, quantity: Quantity, carried: Carried, left: str) -> Indicator:
    exact = material.lexicon.aliases.get(noun) or material.lexicon.aliases.get(noun.replace("“", "").replace("”", ""))
    if exact and fits(exact, quantity):
        return exact
    matches = [m for m in material.lexicon.matches(noun) if fits(m.indicator, quantity)]
    best = max(matches, key=lambda m: (len(m.alias), m.end), default=None)
    if best and noun[best.start - 1 : best.start] == "“":
        return best.indicator
    if best and (best.end >= len(noun) - 1 or best.start == 0) and len(best.alias) * 2 >= min(len(noun), 8):
        return best.indicator
    if quantity.unit == "count":
        return free(counted_label(noun), "count", "flow" if FLOW.search(left[-8:]) else "stock")
    return free(noun, quantity.unit, "flow" if FLOW.search(left[-8:]) else "stock")


def bracketed(material: Material, place: Place) -> Indicator | None:
    """The variable that stands in brackets right before a number: 占总人口比重(城镇化率)84.3%."""
    found = re.search(r"\(([^()]+)\)(?:为|是|达|达到)?$", place.left)
    indicator = material.lexicon.aliases.get(found[1]) if found else None
    return indicator if indicator and indicator.unit == place.quantity.unit == "percent" else None


def from_left(material: Material, place: Place, carried: Carried) -> Indicator | None:
    """The indicator that the words before a number name, if they name one."""
    if inside := bracketed(material, place):
        return inside
    if only_joins(place.left.strip()):
        return None
    core = _own_words(material, bare(material, without_growth(material.lexicon, place.left)), place)
    if place.quantity.form == "points" or (place.quantity.unit in ("percent", "permille")):
        core = re.sub(r"(?:增速|增幅|增长|比上年|同口径|按[^,]*计算|名义|实际|同比|环比)+$", "", core)
    if not core or only_joins(core):
        return None
    return _linked(material, core, place.quantity, carried)


def _linked(material: Material, core: str, quantity: Quantity, carried: Carried) -> Indicator:
    whole = material.lexicon.aliases.get(re.sub(r"(?<!^)(?:实现|完成|累计|的)", "", core))
    if whole is not None and fits(whole, quantity):
        return _in_context(material, whole, core, carried)
    matches = [m for m in material.lexicon.matches(core) if fits(m.indicator, quantity)]
    if quantity.unit in ("percent", "permille") and core.endswith("率"):
        matches = [m for m in matches if m.end == len(core)]
    best = next((m for m in reversed(matches) if m.end >= len(core) - 1), matches[-1] if matches else None)
    if best is not None:
        before, after = core[: best.start], core[best.end :]
        stripped = bare(material, before)
        lone = (
            len(best.alias) >= 4
            or not stripped
            or pure_verb(stripped)
            or (len(best.alias) >= 3 and len(best.alias) >= len(stripped))
        )
        if len(after) <= 4 and lone:
            return _in_context(material, best.indicator, best.alias, carried)
        if quantity.unit in ("percent", "permille") and lone:
            return _in_context(material, best.indicator, best.alias, carried)
    return named(material, core, quantity, carried)


def _in_context(material: Material, indicator: Indicator, alias: str, carried: Carried) -> Indicator:
    for entry in table("indicators")["context"]:
        if alias == entry["alias"] and any(seen.id == entry["after"] for seen in carried.seen[-entry["near"] - 1 :]):
            return material.lexicon.indicators[entry["means"]]
    return indicator


def named(material: Material, name: str, quantity: Quantity, carried: Carried) -> Indicator:
    """An indicator for words that the ontology may not know: elided sector names and outputs completed."""
    name = name.strip("、,的“”《》()- ")
    core = bare(material, name) or name
    for entry in table("indicators")["elided"]:
        if (
            core in entry["words"]
            and (quantity.unit in ("percent", "CNY"))
            and carried.indicator is not None
            and carried.indicator.label.endswith(entry["suffix"])
        ):
            return material.lexicon.aliases.get(core + entry["suffix"]) or free(core + entry["suffix"], "CNY", "flow")
    if exact := material.lexicon.aliases.get(core):
        return _in_context(material, exact, core, carried)
    if whole := completed(core, quantity, carried.indicator):
        unit = quantity.unit if quantity.unit != "percent" else "CNY"
        return material.lexicon.aliases.get(whole) or free(whole, unit, "flow")
    if quantity.unit == "percent" and core in table("indicators")["elided"][0]["words"]:
        return material.lexicon.aliases.get(core + "增加值") or free(core + "增加值", "CNY", "flow")
    if quantity.unit in ("km", "m") and core.startswith(("距", "相距")) and "distance" in material.lexicon.indicators:
        return material.lexicon.indicators["distance"]
    output = table("indicators")["output"]
    if quantity.unit in output["units"] and not re.search(r"(?:量|产|能力|产能)$", core):
        core = re.sub(r"^年?产", "", core) + output["word"]
        return material.lexicon.aliases.get(core) or free(core, quantity.unit, "flow")
    if quantity.unit == "count":
        core = counted_label(re.sub(r"^(?:累计|建成|完成|拥有|达成)+(?=..)", "", core))
    return free(
        core[-24:],
        quantity.unit,
        "stock" if STOCK.search(name) and not FLOW.search(name) else "flow" if FLOW.search(name) else "unknown",
    )


def free(label: str, unit: str, flow: str) -> Indicator:
    return Indicator("", label, unit, flow, False)


def _sentence_start(text: str, place: Place) -> int:
    low = max(0, place.quantity.begin - REACH)
    return max(low - 1, *(text.rfind(mark, low, place.quantity.begin) for mark in "。!?\n;")) + 1
