"""From the quantities of a text to its figures, one sentence after another, from left to right.

What a clause leaves out (indicator, period, base, subject) is carried on from what was said before in the sentence, then
from the paragraph, the heading and the text's anchor.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from .aiming import aim_of, planned_parts
from .choosing import from_left, link
from .clauses import Clause
from .composing import listed, shares
from .constructions import is_threshold, line_of, respective
from .contexts import REACH, Carried, Claim, Frame, Material, Place, Setting, material_of
from .framing import frame_after, heading_frame
from .kinds import kind_and_sign
from .lexicon import Lexicon
from .naming import bare, linked, named
from .periods import aggregation, dating, update_cumulative
from .records import Anchor, Entity, Figure, Indicator, Normal, Quantity, Sentence
from .subjects import subject, topic, within
from .tables import table
from .times import Time, times
from .wording import WORDS

_PRICES: Final = re.compile(r"按(?:可比价|不变价)")
#: 在全市11个县市区中居第8位: those among whom something is ranked.
_AMONG: Final = re.compile(
    r"(?:县市区|县区|镇街|乡镇|区县|市县|州市|地市|县市)中?[排居列位第]|(?:县市区|县区|镇街|乡镇|区县|市县|州市|地市|县市)中"
)
#: What is left out before a rank: 总量和增速均居全市第三位.
_RANKED: Final = re.compile(
    r"(?:总量|规模|增速|增幅|增长|和|与|、|均|分别|居|排名|位次|名次|名列|列|排|位|全[国省市县区]|旗?县(?:\(市、区\)|市?区?)|同行业|始终|一直|连续[^,]{0,3}年|稳|第)+"
)
#: How names of durations end.
_LASTING: Final = ("时间", "用时", "时长", "周期", "期", "期限", "年限", "天数", "车程", "时数", "龄", "寿命")
#: What is ranked where no indicator was told: 综合经济实力连续8年跻身全国百强,居第36位.
_RANKER: Final = re.compile(
    r"(?:其中|全市|全县|全区|,)*([\u4e00-\u9fff]{3,12}?(?:实力|竞争力|水平|指数|能力|满意度|成绩|质量|环境|贡献率|总量|规模))(?:连续|始终|一直|稳居|位居|居|位列|列|跻身|跃居|进入|排|在)"
)
#: How much less a figure rests on what is printed beside it, by what told its indicator, period and subject.
_LESS_BY_RULE: Final = {"carried on": 0.12, "noun behind": 0.05, "respectively": 0.08, "threshold": 0.1}
_LESS_BY_PERIOD: Final = {"anchor": 0.05, "from … to": 0.1}
_LESS_BY_SUBJECT: Final = {"carried on": 0.08, "behind": 0.1}


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
    for sentence in sentences:
        opening = sentence.paragraph != paragraph
        if opening:
            paragraph, carried, frame = sentence.paragraph, Carried(), None
        setting = _setting(material, sentence, carried, frame or headings[sentence.heading])
        found += _sentence(material, setting)
        frame = frame_after(material, setting, frame, opening)
    return _with_lines(found, normal)


def _with_lines(found: Sequence[Figure], normal: Normal) -> tuple[Figure, ...]:
    """The figures, thresholds being of the period of what they limit."""
    periods = {f.start: f.period for f in found if f.kind != "threshold"}
    starts = normal.offsets
    return tuple(
        replace(f, period=periods.get(starts[f.qualifies], f.period)) if f.qualifies is not None else f for f in found
    )


def _setting(material: Material, sentence: Sentence, carried: Carried, frame: Frame | None) -> Setting:
    around = frame.years if frame else material.anchor.reporting
    found = times(material.text, sentence.start, sentence.end, material.anchor, around)
    carried.open_sentence()
    carried.topic = topic(material, sentence, carried.topic)
    return Setting(sentence, found, frame, False, carried)


def _sentence(material: Material, setting: Setting) -> Iterator[Figure]:
    sentence = setting.sentence
    own = material.within(sentence)
    aim = aim_of(material, sentence, setting.times)
    previous, index = sentence.start, 0
    while index < len(own):
        group = respective(material, own, index, sentence, previous)
        places = [material.place(q, previous if i == 0 else group[i - 1].stop, sentence) for i, q in enumerate(group)]
        here = replace(setting, target=True) if group[0].start in aim else setting
        if len(group) > 1:
            yield from _group(material, here, places)
        else:
            after = own[index + 1] if index + 1 < len(own) else None
            yield from _one(material, here, places[0], own[index - 1] if index else None, after)
        previous = group[-1].stop
        index += len(group)


def _group(material: Material, setting: Setting, places: Sequence[Place]) -> Iterator[Figure]:
    first, carried = places[0], setting.carried
    places = [replace(place, left=first.left, clause=first.clause) for place in places]
    own = _times_of_each(material, setting, places)
    if first.quantity.form == "ratio":
        yield from _ratio(material, setting, places)
        return
    indicators = listed(material, first, carried, setting.sentence, len(places))
    for place, indicator in zip(places, indicators, strict=True):
        if own:
            carried.base = None
        kind, sign, why = kind_and_sign(Clause(material, place, carried), setting.target)
        here = replace(setting, times=(own[place.quantity.start],)) if own else setting
        yield _figure(material, here, place, Claim(kind, indicator, "respectively", sign, why=why))
    if indicators:
        carried.indicator = indicators[-1]


def _times_of_each(material: Material, setting: Setting, places: Sequence[Place]) -> dict[int, Time]:
    """The time of each number where as many times as numbers are told before them: 3月、4月增速依次为18.1%、13.7%."""
    first = places[0]
    low = first.quantity.begin - len(first.clause)
    told = [t for t in setting.times if low - 1 <= t.start and t.end <= first.quantity.begin and t.role == "frame"]
    if len(told) < 2 or len(told) != len(places):
        return {}
    return {place.quantity.start: time for place, time in zip(places, told, strict=True)}


def _ratio(material: Material, setting: Setting, places: Sequence[Place]) -> Iterator[Figure]:
    structure, carried = table("indicators")["structure"], setting.carried
    start = places[0].quantity.start
    context = material.text[max(setting.sentence.start, start - REACH) : start]
    is_structure = len(places) == len(structure["parts"]) and (
        any(word in context for word in structure["words"])
        or (carried.indicator is not None and carried.indicator.id == structure["indicator"])
    )
    for part, place in enumerate(places):
        if is_structure:
            indicator = carried.indicator = material.lexicon.indicators[structure["indicator"]]
            claim = Claim("share", indicator, "structure", breakdown=structure["parts"][part])
        else:
            found = from_left(material, place, carried) or named(material, "比例", place.quantity, carried)
            claim = Claim("share", found, "ratio")
        yield _figure(material, setting, place, claim)


def _one(
    material: Material, setting: Setting, place: Place, before: Quantity | None, after: Quantity | None
) -> Iterator[Figure]:
    carried = setting.carried
    if is_threshold(material, place, after, before):
        yield _threshold(material, setting, place, after)
        return
    kind, sign, why = kind_and_sign(Clause(material, place, carried), setting.target)
    if kind == "rank":
        yield from _rank(material, setting, place)
    elif kind == "duration":
        yield _duration(material, setting, place, why)
    elif (
        kind in ("share", "target") and place.quantity.unit == "percent" and (over := shares(material, place, carried))
    ):
        for indicator in over:
            yield _figure(material, setting, place, Claim(kind, indicator, "share of", sign, why=why))
        carried.indicator = over[-1]
    else:
        yield _plain(material, setting, place, kind, sign, why)


def _plain(material: Material, setting: Setting, place: Place, kind: str, sign: int, why: str) -> Figure:
    carried = setting.carried
    indicator, rule, breakdown = link(material, place, carried, kind)
    figure = _figure(material, setting, place, Claim(kind, indicator, rule, sign, breakdown, why=why))
    if (
        kind in ("level", "countKind", "target")
        or carried.indicator is None
        or not carried.told
        or carried.told[-1] != indicator
    ):
        carried.told.append(indicator)
    if not _AMONG.match(place.right):
        carried.indicator = indicator
    return figure


def _threshold(material: Material, setting: Setting, place: Place, after: Quantity | None) -> Figure:
    carried, quantity = setting.carried, place.quantity
    words = bare(material, place.left)
    own = linked(material, words, quantity, carried) if words else carried.limit
    indicator = _limited(material, place, carried, own) or named(material, "门槛", quantity, carried)
    carried.prefix, carried.limit = words or carried.prefix, indicator
    counted = after.start if after is not None and after.unit == "count" else None
    claim = Claim("threshold", indicator, "threshold", breakdown=line_of(quantity), qualifies=counted)
    figure = _figure(material, setting, place, claim)
    if counted is None:
        return figure
    carried.suffix = line_of(quantity)
    carried.line = material.text[quantity.begin : quantity.stop]
    return figure


def _limited(material: Material, place: Place, carried: Carried, own: Indicator | None) -> Indicator | None:
    """What a threshold limits: the variable that its words name, or what is meant where they only hint at it."""
    left, behind = place.left, material.text[place.quantity.stop : place.quantity.stop + 14]
    known = material.lexicon.indicators
    if "税" in left or ("税" in carried.prefix and not left.strip("、和及")):
        return known.get("enterpriseTaxPaid")
    if own is not None and own.known:
        return own
    if "项目" in behind or "投资" in left or "贷款" in behind:
        return known.get("totalInvestment")
    if "产值" in left:
        return known.get("grossIndustrialOutput")
    return known.get("businessRevenue") if "收入" in left and "村" not in behind else own


def _rank(material: Material, setting: Setting, place: Place) -> Iterator[Figure]:
    carried, clause, sentence = setting.carried, place.clause, setting.sentence
    if re.search(r"(?:上升|提升|前移|前进|进位|下降|后退|后移|晋升|提高)(?:了)?$", place.left):
        moved = named(material, "排名", place.quantity, carried)
        sign = -1 if re.search(r"(?:下降|后退|后移)(?:了)?$", place.left) else 1
        counted = replace(place, quantity=replace(place.quantity, unit="count"))
        yield _figure(material, setting, counted, Claim("increment", moved, "rank", sign))
        return
    matched = [m.indicator for m in material.lexicon.matches(clause)]
    growth = re.search(r"增速|增幅|增长率", clause) or (
        carried.growth and not re.search(r"总量|规模|总额|余额", clause) and not matched
    )
    both = re.search(r"(?:总量|规模)[^,。;]{0,3}[和与及、][^,。;]{0,3}(?:增速|增幅)", clause)
    before = material.text[max(sentence.start, place.quantity.begin - REACH) : place.quantity.begin]
    if matched:
        indicator = matched[-1]
    elif "排名" in before and not carried.told:
        indicator = named(material, "排名", place.quantity, carried)
    elif head := _RANKER.match(material.text, place.quantity.begin - len(clause), place.quantity.begin):
        indicator, growth = named(material, head[1], place.quantity, carried), False
    elif not carried.told and (head := _RANKER.match(material.text, sentence.start, place.quantity.begin)):
        indicator = named(material, head[1], place.quantity, carried)
    else:
        left = from_left(material, replace(place, left=re.sub(r"^在|中$", "", _RANKED.sub("", place.left))), carried)
        indicator = left or carried.indicator or named(material, "排名", place.quantity, carried)
    for kind in ["rank", "growthRank"] if both else ["growthRank" if growth else "rank"]:
        yield _figure(material, setting, place, Claim(kind, indicator, "rank"))


def _duration(material: Material, setting: Setting, place: Place, why: str) -> Figure:
    if place.quantity.word == "周年":
        return _anniversary(material, setting, place)
    known = material.lexicon.indicators
    if "连续" in place.clause[-6:]:
        indicator = known["consecutiveYears"]
    elif re.search(r"签约|开工|建成|投产|落地", place.clause + place.right) and "signingToConstructionTime" in known:
        indicator = known["signingToConstructionTime"]
    else:
        words = bare(material, place.left)
        before = setting.carried.indicator
        carried = (
            before
            if not words and before is not None and before.unit in ("day", "hour", "minute", "month", "year")
            else None
        )
        name = words if not words or words.endswith(_LASTING) else words + "时间"
        indicator = carried or named(material, name or "时长", place.quantity, setting.carried)
        setting.carried.indicator = indicator
    return _figure(material, setting, place, Claim("duration", indicator, "duration", why=why))


def _anniversary(material: Material, setting: Setting, place: Place) -> Figure:
    entry = next((e for e in WORDS["anniversary"] if any(place.left.endswith(w) for w in e["words"])), None)
    setting.carried.subject = (entry["subject"] if entry else "") or setting.carried.subject
    claim = Claim("duration", material.lexicon.indicators["anniversary"], "anniversary")
    figure = _figure(material, replace(setting, target=False), place, claim)
    setting.carried.subject = ""
    return figure


def _figure(material: Material, setting: Setting, place: Place, claim: Claim) -> Figure:
    """A claim with its period and subject; what it leaves for the numbers behind it is written into what is carried."""
    quantity, sentence, carried = place.quantity, setting.sentence, setting.carried
    update_cumulative(material, place, carried)
    summed = aggregation(material, place, claim.kind, setting)
    whom, how = subject(material, place, setting)
    about = replace(setting, part=True) if whom not in ("", material.anchor.place) else setting
    dated = dating(material, place, claim, about, summed)
    start, end = material.normal.original(quantity.start, quantity.end)
    before = material.text[max(sentence.start, quantity.start - REACH) : quantity.start]
    comparable = claim.kind == "change" and claim.indicator.unit == "CNY" and _PRICES.search(before)
    carried.seen.append(claim.indicator)
    carried.kind, carried.unit, carried.done = claim.kind, quantity.unit, dated.why.endswith(": done")
    carried.stated = dated.why.endswith((": now", ": still so", ": state of a part", "state before"))
    carried.duration, carried.behind = claim.kind == "duration", claim.rule == "noun behind"
    among = claim.kind == "countKind" and _AMONG.match(material.text, quantity.stop)
    carried.growth = claim.kind in ("change", "averageGrowth") or (
        carried.growth and (claim.kind == "pointChange" or bool(among))
    )
    return Figure(
        start,
        end,
        material.text[quantity.start : quantity.stop],
        quantity.value * claim.sign,
        quantity.step,
        "count" if quantity.unit == "times" else quantity.unit,
        claim.kind,
        claim.indicator,
        dated.period,
        dated.base,
        whom,
        quantity.bound,
        summed,
        claim.breakdown,
        dated.printed,
        "comparablePrices" if comparable else "",
        claim.indicator.scope,
        (claim.told, claim.rule, dated.why, how),
        _confidence(material, claim.indicator, claim.rule, dated.why, how),
        claim.qualifies,
        within(place) if claim.kind in ("rank", "growthRank") else "",
        (sentence.start, sentence.end),
    )


def _confidence(material: Material, indicator: Indicator, rule: str, why: str, how: str) -> float:
    """How much of a figure rests on what is printed beside it; a rough order for review, not a probability."""
    score = 0.97 if indicator.known else 0.6
    score -= _LESS_BY_RULE.get(rule, 0.0)
    score -= _LESS_BY_PERIOD.get(why.partition(":")[0], 0.0)
    score -= _LESS_BY_SUBJECT.get(how, 0.0)
    if material.anchor.reporting.last is None:
        score -= 0.2
    return round(max(0.05, score), 2)
