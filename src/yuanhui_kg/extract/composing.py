"""Indicators of several numbers told respectively, and of shares: those composed of more than one name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from .contexts import REACH, Carried, Material, Place
from .lexicon import spelt
from .naming import bare, bracketed, free, linked, named
from .records import Indicator, Sentence
from .tables import table
from .wording import REACHED, RESPECTIVELY, only_joins, pure_verb, shared_suffix

_HEADS: Final = frozenset(
    (
        "产值",
        "总产值",
        "增加值",
        "投资",
        "营业收入",
        "主营业务收入",
        "销售收入",
        "销售额",
        "税收",
        "收入",
        "产量",
        "利润",
        "固定资产投资",
    )
)
_HEAD_INSIDE: Final = re.compile(r"(?:产业|行业)((?:总)?产值|增加值|营业收入|销售收入)(?:均|也)?$")


def listed(material: Material, place: Place, carried: Carried, sentence: Sentence, number: int) -> list[Indicator]:
    """The indicators that 分别 spreads over ``number`` quantities."""
    after = place.left.rpartition(RESPECTIVELY)[2]
    previous = material.preceding(place.quantity)
    if previous is not None and previous.word == "大":  # 装备制造、生物医药、电子信息三大产业分别
        previous = material.preceding(previous)
    start = max(sentence.start, place.quantity.begin - 3 * REACH, previous.stop if previous else 0)
    told = material.text[start : place.quantity.begin]
    tail = re.split(r"[;。]", told.rpartition(RESPECTIVELY)[0] if RESPECTIVELY in told else told)[-1]
    for entry in table("indicators")["pair"]:
        if entry["word"] in tail + after and len(entry["means"]) == number:
            return [material.lexicon.indicators[name] for name in entry["means"]]
    if sectors := _sectors(tail, number):
        return _each(material, sectors, place, carried)
    if headed := _headed(tail, bare(material, after), number):
        return _each(material, headed, place, carried)
    if full := _full_names(material, tail, number):
        return full
    if shared := shared_suffix(tail, number):
        return _each(material, shared, place, carried)
    joins = only_joins(tail.strip()) or only_joins(bare(material, tail))
    recent = carried.seen[-8 * number :]
    seen = [one for one, before in zip(recent, [None, *recent], strict=False) if one != before]
    matches = _contextual(material, [(match.alias, match.indicator) for match in material.lexicon.matches(tail)])
    if not matches and joins and len(seen) >= number:
        return seen[-number:]
    if len(matches) >= number:
        return matches[-number:]
    parts = [
        part
        for part in re.split(r"[、,]|和|与|及", re.sub(r"^.*?(?:其中|全市|全县|全区|全省)", "", tail))
        if bare(material, part)
    ]
    if not matches and len(carried.told) >= number and joins:
        return carried.told[-number:]
    if len(parts) >= number:
        names = parts[-number:]
        return _each(material, names, place, carried)
    if not matches and bare(material, tail) and not joins:
        return [named(material, tail, place.quantity, carried)] * number
    if carried.told and len(carried.told) >= number:
        return carried.told[-number:]
    known = matches or carried.seen or ([carried.indicator] if carried.indicator else [])
    if len(seen) >= number:
        return seen[-number:]
    if known:
        return [known[min(i, len(known) - 1)] for i in range(number)]
    return [named(material, tail, place.quantity, carried)] * number


def _each(material: Material, names: Sequence[str], place: Place, carried: Carried) -> list[Indicator]:
    """The indicators of names in a row, each made whole by the one before: 生猪存栏、出栏."""
    found = []
    for name in names:
        carried.indicator = named(material, name, place.quantity, carried)
        found.append(carried.indicator)
    return found


def _contextual(material: Material, matches: list[tuple[str, Indicator]]) -> list[Indicator]:
    """The indicators of aliases in a row, one that means something narrower behind another being that: 事故起数、死亡人数."""
    found: list[Indicator] = []
    for alias, indicator in matches:
        narrower = (
            entry["means"]
            for entry in table("indicators")["context"]
            if found and entry["alias"] == alias and found[-1].id == entry["after"]
        )
        means = next(narrower, "")
        found.append(material.lexicon.indicators[means] if means else indicator)
    return found


def _sectors(tail: str, number: int) -> list[str]:
    """What is told of all three sectors: 一、二、三产业对经济增长的贡献率分别."""
    told = re.search(r"第?一(?:产业)?、第?二(?:产业)?[、和]第?三产业([^,。;]{2,14}?)(?:均|分别|[,\s])*$", tail)
    return [f"第{sector}产业{told[1]}" for sector in "一二三"] if told and number == 3 else []


def _headed(tail: str, head: str, number: int) -> list[str]:
    """装备制造、生物医药、电子信息三大产业分别完成产值: the names with what is told of each."""
    if not head and (inside := _HEAD_INSIDE.search(tail)):
        head, tail = inside[1], tail[: inside.start(1)]  # 三大主导产业产值分别达
    if head not in _HEADS:
        return []
    names = re.sub(
        r"等?[两二三四五六七八九十\d]*大?(?:主导|支柱|优势|重点|特色)?(?:产业|行业|领域|板块|园区)$",
        "",
        tail.strip(",: "),
    )
    found = re.split(r"[、和与及]|以及", re.sub(r"^.*[,;:]|其中|全[市县区省]", "", names))
    return [name + head for name in found] if len(found) == number and all(found) else []


def _full_names(material: Material, tail: str, number: int) -> list[Indicator]:
    """城镇、农村常住居民人均可支配收入: the earlier names made whole with the end of the last one."""
    names = re.split(r"[、和与及]", re.sub(r"^.*[,。;:]|其中", "", tail).strip())
    last = bare(material, names[-1])
    if len(names) != number or number < 2 or last not in material.lexicon.aliases:
        return []
    found = []
    for name in (bare(material, name) for name in names[:-1]):
        whole = next((a for i in range(1, len(last)) if (a := material.lexicon.aliases.get(name + last[i:]))), None)
        whole = whole or material.lexicon.aliases.get(name)
        if whole is None:
            return []
        found.append(whole)
    spoken = [bare(material, name) for name in names]
    return _contextual(material, list(zip(spoken, [*found, material.lexicon.aliases[last]], strict=True)))


def shares(material: Material, place: Place, carried: Carried) -> list[Indicator]:
    """What share a percentage is, where its words are 占: by the ontology's name, else composed."""
    if bracketed(material, place):
        return []
    if "占" not in place.left and carried.indicator is not None and "占" in carried.indicator.label:
        return []  # 占全市比重由7.8%提高到16.2%: the same share again
    again = "占" not in place.left and REACHED.search(place.left) and only_joins(bare(material, place.left))
    if again and carried.indicator is not None and carried.indicator.unit == "percent":
        return []  # 研发投入占GDP比重由1.2%提高到2.1%
    if re.search(r"占有率[^占]*$", place.clause):
        return []
    window = place.left if "占" in place.left else place.clause
    found = []
    segments = (
        material.text[place.left_start - 60 : place.quantity.begin]
        if place.left_start > 60
        else material.text[: place.quantity.begin]
    )
    segment = re.split(r"[。;,!?]", segments)[-1]
    for match in material.lexicon.matches(segment):
        if match.indicator.unit == "percent" and ("比重" in match.alias or "占" in match.alias):
            found.append(match.indicator)
    if found:
        return found[-2:] if len(found) > 1 and "、" in segment else found[-1:]
    if "占" not in window:
        return []
    taxes = carried.indicator is not None and carried.indicator.id in ("taxRevenue", "budgetTaxRevenue")
    if taxes and re.search(r"占比(?:为|达|达到|约)?$", window) and only_joins(re.sub("占比.*", "", window)):
        return [material.lexicon.indicators["taxShareOfBudgetRevenue"]]
    part_text, _, whole_text = window.rpartition("占")
    whole_text = re.sub(r"(?:的)?(?:比重|比例|比|份额).*$|(?:提高|提升|上升|下降|达|为|超|约|近|到).*$", "", whole_text)
    part_name, whole_name = bare(material, part_text), bare(material, whole_text).strip("的")
    named_part = part_name and not pure_verb(part_name)
    part = linked(material, part_name, place.quantity, carried) if named_part else carried.indicator
    found_whole = linked(material, whole_name, place.quantity, carried) if whole_name else None
    whole = found_whole if found_whole and found_whole.known else None
    if part is None:
        return []
    for entry in table("indicators")["share"]:
        if (
            part.id == entry["part"]
            and whole
            and (whole.id == entry["whole"] or whole.id.endswith(entry["whole"][:1].upper() + entry["whole"][1:]))
        ):
            return [material.lexicon.indicators[entry["means"]]]
    area = re.fullmatch(r"全[国省市县区州]", whole_text.strip("的"))
    over = whole.label if whole else area.group() if area else bare(material, whole_text).strip("的")
    if not over and carried.seen and not re.search(r"占比", window):
        others = [i for i in carried.seen if i != part]
        over = others[-1].label if others else ""
    label = f"{part.label}占{over}的比重" if over else f"{part.label}占比"
    return [material.lexicon.aliases.get(spelt(label)) or free(label, "percent", "flow")]
