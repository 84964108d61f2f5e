"""From the quantities of a text to its figures, one sentence after another, from left to right.

What a clause leaves out (indicator, period, base, subject) is carried on from what was said before in the sentence, then
from the paragraph, the heading and the text's anchor.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from .aiming import aim_of, planned_parts
from .certainty import signs
from .claims import AMONG, claims, ranks_in_row, ratio
from .clauses import Clause, clause_of
from .completing import product_of
from .composing import JOINED, listed
from .contexts import REACH, Carried, Claim, Frame, Material, Place, Setting, material_of
from .framing import frame_after, heading_frame
from .kinds import kind_of
from .lexicon import Lexicon
from .per_head import per_head
from .periods import aggregation, dating, update_cumulative
from .records import Anchor, Entity, Figure, Normal, Others, Quantity, Sentence, Years
from .rows import respective
from .subjects import Subject, subject, within
from .times import Time, times
from .wording import GROWTH

#: 环比、同比|分别上涨: what each of two numbers is compared with.
_COMPARED: Final = re.compile("([同环]比)[、和与及]([同环]比)")
#: 2021年|、|2022年分别; 2021、|2022年分别.
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_YEARS_BEFORE: Final = re.compile(rf"(?<!\d)(?:{_YEAR.pattern}[、和与及])+\Z")
_PRICES: Final = re.compile(r"按(?:可比价|不变价)")


def figures(
    normal: Normal, sentences: Sequence[Sentence], quantities: Sequence[Quantity], anchor: Anchor, lexicon: Lexicon,
    entities: Iterable[Entity],
) -> tuple[Figure, ...]:  # fmt: skip
    """The figures of a text, in order, from what the stages before have found."""
    planned = planned_parts(normal.text, sentences, anchor)
    material = material_of(normal, sentences, quantities, anchor, lexicon, entities, planned)
    headings = {heading: heading_frame(heading, anchor) for heading in {s.heading for s in sentences}}
    found: list[Figure] = []
    paragraph, carried = -1, Carried()
    frame: Frame | None = None
    for sentence in (one for one in sentences if one.role != "row"):
        opening = sentence.paragraph != paragraph
        if opening:
            paragraph, carried, frame = (
                sentence.paragraph,
                Carried(past=carried.subject, products=carried.products),
                None,
            )
        setting = _setting(material, sentence, carried, frame or headings[sentence.heading])
        found += _sentence(material, setting)
        frame = frame_after(material, setting, frame, opening)
    return _with_lines(found, normal)


def _with_lines(found: Sequence[Figure], normal: Normal) -> tuple[Figure, ...]:
    """The figures, thresholds being of the period of what they limit."""
    told = [f for f in found if f.kind != "threshold"]
    periods = {f.start: f.period for f in told}
    for before, after in pairwise(told):
        if before.rules[2] in ("from … to", "year beside") and before.indicator == after.indicator:
            periods[before.start] = after.period  # 产值超10亿元的企业由上年的8家增至11家
    starts = normal.offsets
    return tuple(
        replace(f, period=periods.get(starts[f.qualifies], f.period)) if f.qualifies is not None else f for f in found
    )


def _setting(material: Material, sentence: Sentence, carried: Carried, frame: Frame | None) -> Setting:
    around = frame.years if frame else material.anchor.reporting
    found = times(material.text, sentence.start, sentence.end, material.anchor, around)
    carried.open_sentence(material.text.startswith("其中", sentence.start))
    return Setting(sentence, found, frame, False, carried)


def _sentence(material: Material, setting: Setting) -> Iterator[Figure]:
    sentence, carried = setting.sentence, setting.carried
    if not (own := material.within(sentence)):
        return
    aim = aim_of(material, sentence, setting.times)
    previous, index = sentence.start, 0
    while index < len(own):
        group = respective(material, own, index, sentence, previous)
        places = [material.place(q, previous if i == 0 else group[i - 1].stop, sentence) for i, q in enumerate(group)]
        clauses = list(_clauses(material, places, carried, sentence))
        aimed = any(group[0].start in stretch for stretch in aim) and not clauses[0].told
        here = setting._replace(target=True) if aimed else setting
        if len(clauses) > 1:
            yield from _group(here, clauses)
        else:
            for claim in claims(clauses[0], kind_of(clauses[0], aimed)):
                yield _figure(here, clauses[0], claim)
        previous = group[-1].stop
        index += len(group)


def _clauses(material: Material, places: Sequence[Place], carried: Carried, sentence: Sentence) -> Iterator[Clause]:
    """The clauses of numbers told side by side: that of the first, but for a movement that one has of its own (分别下降3%和|增长7%)."""
    first, moved = places[0], ""
    for index, place in enumerate(places, 1):
        words = _with_side(first.clause, index)
        clause = clause_of(material, place._replace(left=first.left, clause=words), carried, sentence)
        if place is not first and GROWTH.search(place.left):
            moved = place.left
        yield replace(clause, text=moved, continues=False) if moved else clause


def _with_side(words: str, index: int) -> str:
    """The words of one of two numbers that are compared with two stretches of time, no shorter than those of both."""
    told = _COMPARED.search(words)
    if told is None:
        return words
    return words[: told.start()] + told[min(index, 2)].ljust(len(told[0])) + words[told.end() :]


def _group(setting: Setting, clauses: Sequence[Clause]) -> Iterator[Figure]:
    """The figures of numbers that are told respectively, or of the parts of a ratio."""
    first, carried = clauses[0], setting.carried
    own = _times_of_each(setting, clauses)
    if first.quantity.form == "ratio":
        for clause, claim in zip(clauses, ratio(clauses), strict=True):
            yield _figure(setting, clause, claim)
        return
    if ranks := list(ranks_in_row(clauses)):
        yield from (_figure(setting, clause, claim) for clause, claim in zip(clauses, ranks, strict=True))
        return
    indicators = listed(first.material, first.place, carried, setting.sentence, len(clauses))
    for clause, indicator in zip(clauses, indicators, strict=True):
        if own:
            carried.base = None
        kind = kind_of(clause, setting.target)
        here = setting._replace(times=(own[clause.quantity.start],)) if own else setting
        claim = per_head(Claim(kind.name, indicator, "respectively", kind.sign, why=kind.why), clause)
        yield _figure(here, clause, claim)
    if indicators:
        carried.indicator = indicators[-1]


def _times_of_each(setting: Setting, clauses: Sequence[Clause]) -> dict[int, Time]:
    """The time of each number where as many times as numbers are told before them: 3月、4月增速依次为18.1%、13.7%."""
    first = clauses[0]
    text, begin = first.material.text, first.quantity.begin
    before = first.material.preceding(first.quantity)
    low = max(setting.sentence.start, before.stop if before is not None else 0)
    told = [one for t in setting.times if low <= t.start and t.end <= begin for one in _with_years_before(text, low, t)]
    told = [t for t in told if t.role in ("frame", "now")]
    if len(told) < 2 or len(told) != len(clauses):
        return {}
    clause = begin - len(first.place.clause) - 1
    if told[0].start < clause and not all(JOINED.fullmatch(text, a.end, b.start) for a, b in pairwise(told)):
        return {}
    return {one.quantity.start: time for one, time in zip(clauses, told, strict=True)}


def _with_years_before(text: str, low: int, time: Time) -> Iterator[Time]:
    """A time with the years that are listed before it without 年: 2021、|2022年."""
    listed = _YEARS_BEFORE.search(text, low, time.start)
    if listed is not None:
        for year in _YEAR.finditer(listed.group()):
            start = time.start - len(listed.group()) + year.start()
            yield replace(time, start=start, end=start + len(year.group()), years=Years(int(year[0]), int(year[0])))
    yield time


def _figure(setting: Setting, clause: Clause, claim: Claim) -> Figure:
    """A claim with its period and subject; what it leaves for the numbers behind it is written into what is carried."""
    material, place, quantity = clause.material, clause.place, clause.quantity
    sentence, carried = setting.sentence, setting.carried
    update_cumulative(material, place, carried)
    summed = aggregation(material, place, claim.kind, setting)
    about = Subject(claim.subject, "other", "named") if claim.subject else subject(material, place, setting, claim)
    apart = setting._replace(part=True) if about.name not in ("", material.anchor.place) else setting
    dated = dating(material, place, claim, apart, summed)
    start, end = material.normal.original(quantity.start, quantity.end)
    before = material.text[max(sentence.start, quantity.start - REACH) : quantity.start]
    comparable = claim.kind == "change" and claim.indicator.unit == "CNY" and _PRICES.search(before)
    carried.seen.append(claim.indicator)
    if product := product_of(claim.indicator):
        carried.products[product] = carried.products.pop(product, 0) + 1
    carried.kind, carried.unit = claim.kind, quantity.unit
    # 其中|10亿元以上|项目22个: of what was told before
    if claim.kind != "threshold" or not place.clause.startswith("其中"):
        carried.dated = dated
    carried.duration, carried.behind = claim.kind == "duration", claim.rule == "noun behind"
    carried.fall = claim.kind in ("change", "averageGrowth") and clause.falls
    carried.fallen = claim.sign < 0
    among = claim.kind == "countKind" and AMONG.match(material.text, quantity.stop)
    carried.growth = claim.kind in ("change", "averageGrowth") or (
        carried.growth and (claim.kind == "pointChange" or bool(among))
    )
    return Figure(
        start,
        end,
        material.text[quantity.start : quantity.stop],
        quantity.value * claim.sign,
        quantity.step,
        _unit(quantity, claim),
        claim.kind,
        claim.indicator,
        dated.period,
        dated.base,
        about.name,
        quantity.bound,
        summed,
        claim.breakdown,
        dated.printed,
        "comparablePrices" if comparable else "",
        claim.indicator.scope,
        (claim.told, claim.rule, dated.why, about.rule),
        signs(material, place, claim, dated, about),
        claim.qualifies,
        within(place) if claim.kind in ("rank", "growthRank") else "",
        (sentence.start, sentence.end),
        others=Others(dated.others, about.others),
    )


def _unit(quantity: Quantity, claim: Claim) -> str:
    """The unit of a figure: multiples, and places among those ranked, are counted."""
    counted = quantity.unit == "times" or (quantity.unit == "rank" and claim.kind == "increment")
    return "count" if counted else quantity.unit
