"""What a number is claimed to be once its kind is known: of which indicators, by which rule, of which class."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Any, Final

from . import phrases
from .choosing import Linked, from_left, link
from .clauses import Clause
from .composing import shares
from .contexts import REACH, Claim, bracket_of, gloss_before
from .kinds import AIMED_TIMES, Kind
from .lasting import time_taken
from .naming import bare, free, linked, named
from .per_head import per_head
from .quantities import AGES
from .records import Indicator, Quantity
from .tables import one_of, table
from .thresholds import BELOW, CIRCLE, SIGNS, passes
from .wording import GROWTH, WORDS

_RANKS: Final = WORDS["ranks"]
_MEASURES: Final[dict[str, str]] = WORDS["thresholds"]["measures"]
#: How names of people end: 乡村医|生, 党|员.
_THOSE: Final = frozenset("人员生者工师民部众")
_ALL: Final = r"全[国省市县区州镇]"
#: 在全市11个|县市区中居第8位: those among whom something is ranked.
AMONG: Final = re.compile(rf"(?:{one_of(_RANKS['peers'])})(?:中|[排居列位第])")
_SIDES: Final = re.compile(
    rf"((?:{one_of([*_RANKS['size'], *_RANKS['growth']])})(?:[、和与及](?:{one_of([*_RANKS['size'], *_RANKS['growth']])}))+)(?:均|都)?(?:分别|依次|分)"
)
_JOINED: Final = re.compile("[、和与及]")
_GREW: Final = re.compile(one_of(_RANKS["growth"]))
_HOW_LARGE: Final = re.compile(one_of(_RANKS["size"]))
#: 总量和增幅均居全市首位: two ranks in one.
_BOTH: Final = re.compile(
    rf"(?:{one_of(_RANKS['size'])})[^,。;]{{0,3}}[和与及、][^,。;]{{0,3}}(?:{one_of(_RANKS['growth'])})"
)
#: 综合经济实力|连续8年跻身全国百强,居第36位: what is ranked where that is no indicator.
_ABILITY: Final = re.compile(
    rf"(?:其中|全市|全县|全区|,)*([\u4e00-\u9fff]{{3,12}}?(?:{one_of(_RANKS['abilities'])}))(?:{one_of(_RANKS['verbs'])})"
)
#: Among whom something is ranked, behind its name: 增速|居宁德市, 税收|在12个镇街中排名.
_FIELD: Final = re.compile(
    rf"(?:[在居]{_ALL}|[在居]\d*个?[^,。;]{{1,20}}[中里](?=[^,。;]{{0,3}}[居列排])|(?:{one_of(_RANKS['placing'])})(?![民住家放水污查车入]))[^,。;]*$"
)
#: 居全市|32个园区
_FIELD_OF: Final = re.compile("[,、](?:已|仍|均|也)?(?:[居列排在位]|排在|位居|位列|名列)?全[国省市区县州][^,。;]{0,4}$")
#: 在全省营商环境评价中|列第3位: what is ranked is what was assessed.
_ASSESSED: Final = re.compile(
    rf"[在从][^,。;]{{0,24}}?((?:{one_of(_RANKS['assessed'])})*({one_of(_RANKS['assessments'])}))(?:结果)?[中里]"
)
#: What names nothing before a rank: 总量和增速均居全市|第三位.
_SILENT: Final = re.compile(rf"(?:{one_of([*_RANKS['silent'], *_RANKS['peers']])}|{_ALL}|连续[^,]{{0,3}}年)+")
#: What leads a clause before the thing that it tells of.
_LEADING: Final = re.compile(r"^(?:其中|而|则|[,:、])+")
_SHARES_ALONE: Final = frozenset(("比重", "占比", "比例"))
_SHARE_NAME: Final = re.compile("占.*比重|占比$|比重$|比例$")
_PART_LEAD: Final = re.compile(r"^(?:其中|[、和与及,:])+")
#: What became of some of them: 其中维持|21件.
_DECIDED: Final = re.compile("(?!新|有|达|共|超|约|近|占|仅|只|累计|当年|全部|均|已)[\u4e00-\u9fff]{2,6}")
#: 减轻|企业负担: what by so much became less.
_LESSENING: Final = re.compile("^(?:减轻|削减|压减|压降|压缩|缩减)(?=..)")
_NEW: Final = re.compile("新(?:增|登记|设立?|认定|建|办|开工|签约|引进|招|培育)?")
_IS: Final = re.compile(r"(?:仅|只|则|也|已|约|近|均)*(?:为|是|有|达|达到|完成|实现)(?:了|约|近)?")
_NOTHING_BEHIND: Final = re.compile(r"[,;。、)!?]|和|\Z")
_LINES: Final = {
    (line["of"], line["unit"], Decimal(line["value"])): str(line["means"]) for line in table("indicators")["line"]
}


def claims(clause: Clause, kind: Kind) -> Iterator[Claim]:
    """What a number that stands by itself is claimed to be; what it leaves for the numbers behind it is carried on after each claim."""
    _enter_or_leave(clause)
    aimed = kind.name == "target" and clause.quantity.unit in AIMED_TIMES  # 通车后只需30分钟
    of_form = _OF_FORM.get(clause.quantity.form, _OF_KIND.get("duration" if aimed else kind.name, _plain))
    yield from of_form(clause, kind)


def _enter_or_leave(clause: Clause) -> None:
    """Keep what was told before a bracket for what stands behind it: 幼儿园82所(民办61所),比上年增加|7所."""
    carried, opened = clause.carried, bracket_of(clause.material.text, clause.quantity.start)
    if opened == carried.bracket:
        return
    if carried.bracket >= 0 and carried.outside is not None:
        carried.indicator = carried.outside
    carried.bracket, carried.outside = opened, carried.indicator if opened >= 0 else None


def _plain(clause: Clause, kind: Kind) -> Iterator[Claim]:
    place, carried = clause.place, clause.carried
    part = kind.name in ("share", "target") and clause.quantity.unit == "percent"
    if part and (over := shares(clause.material, place, carried)):
        yield from (Claim(kind.name, indicator, "share of", kind.sign, why=kind.why) for indicator in over)
        carried.indicator = over[-1]
        return
    whose = _of_another(clause)
    found = _found(clause, kind, whose)
    claim = per_head(
        Claim(
            kind.name, found.indicator, found.rule, kind.sign, found.breakdown, why=kind.why, subject=whose, share=found.share,
        ),
        clause,
    )  # fmt: skip
    indicator = claim.indicator
    yield claim
    carried.lead = carried.lead or (indicator if indicator.unit != "count" else None)
    carried.fall_moved = kind.name == "pointChange" and (clause.narrowed or clause.widened)
    anew = carried.indicator is None or carried.told[-1:] != [indicator]
    if kind.name in ("level", "countKind", "target") or anew:
        carried.told.append(indicator)
    if not AMONG.match(place.right):
        carried.indicator = indicator


def _set_apart(clause: Clause, indicator: Indicator) -> Indicator:
    """What a part is called that 其中 sets apart of a whole, which is not what the whole is, nor all that there are of its kind.

    行政复议案件37件,其中维持|21件、其他|6件; 拖拉机8964台,其中大中型拖拉机|712台; 新登记市场主体6842户,其中企业|1573户.
    """
    material, start = clause.material, clause.quantity.begin - len(clause.place.clause)
    before, told = clause.before, clause.carried.seen
    listed = 0
    while before is not None and before.start >= start and listed < len(told):
        listed, before = listed + 1, material.preceding(before)
    words = _PART_LEAD.sub("", clause.place.left)
    name = bare(material, words)
    if listed >= len(told) or not (name == words.removeprefix("其他") or (not name and _DECIDED.fullmatch(words))):
        return indicator
    whole, stem = told[-1 - listed], told[-1 - listed].label.removesuffix("数")
    new = _NEW.match(whole.label)
    if new and indicator.known and indicator.flow == "stock" and indicator.unit == "count":
        return free(new[0] + indicator.label, indicator.unit, "flow")
    if indicator == whole or words.startswith("其他"):
        own = stem[-2:] in words
        label = f"{words}数" if own and whole.unit == "count" else words if own else words + whole.label
        return free(label, whole.unit, whole.flow)
    return indicator


def _of_another(clause: Clause) -> str:
    """The thing that its clause begins with and of which it tells nothing but the number, so that it is of what was told before: 全县增长5%,柳树镇增长|3%."""
    material, begin = clause.material, clause.quantity.begin
    if not clause.carried.seen:
        return ""
    start = begin - len(clause.place.clause)
    start += len(clause.place.clause) - len(_LEADING.sub("", clause.place.clause))
    name = ""
    for first, end, one in material.mentions_in(start, begin):
        if first == start and end <= begin:
            name, start = one.name, end
    told = material.text[start:begin]
    if told:
        alone = GROWTH.search(told) is not None or _IS.fullmatch(told) is not None
        return name if alone and not bare(material, told) else ""
    return name if _NOTHING_BEHIND.match(material.text, clause.quantity.stop) else ""


def _found(clause: Clause, kind: Kind, whose: str) -> Linked:
    """What a number is of, which for another's than the figure before may be what that was of."""
    place, carried = clause.place, clause.carried
    found = link(clause.material, place, carried, kind.name)
    if clause.lessened and not found.indicator.known:
        made = found.indicator
        found = found._replace(indicator=free(_LESSENING.sub("", made.label), made.unit, made.flow))
    before, noun = carried.indicator, found.indicator.label.removesuffix("数")
    if found.indicator.label in _SHARES_ALONE and before is not None and _SHARE_NAME.search(before.label):
        return Linked(before, "carried on")  # 占规上工业的21.7%,比重较去年同期提高|1.8个百分点
    if (
        kind.name == "share"
        and found.indicator.known
        and found.indicator.unit == "count"
        and place.left.rstrip("占为").endswith(noun)
    ):
        found = found._replace(indicator=free(f"{noun}占比", "percent", "stock"))  # 小学|36.8%: no schools
    alike = carried.unit == clause.quantity.unit and carried.kind == kind.name
    if whose and before is not None and (alike or before.unit == clause.quantity.unit != "percent"):
        return Linked(before, "carried on")  # 全县粮食总产10万吨,柳树镇|1万吨
    if kind.name in ("countKind", "level") and place.clause.startswith("其中"):
        return found._replace(indicator=_set_apart(clause, found.indicator))
    return found


def _threshold(clause: Clause, kind: Kind) -> Iterator[Claim]:
    carried, quantity, after = clause.carried, clause.quantity, clause.after
    words = bare(clause.material, clause.place.left.rstrip("".join(SIGNS)).rpartition("(")[2])
    before = carried.limit if carried.limit is not None and carried.limit.unit == quantity.unit else None
    own = linked(clause.material, words, quantity, carried) if words else before
    own = _age(own, words, quantity) if quantity.word in AGES else own
    own = free(f"{words}分数", "count", "stock") if quantity.word == "分" else own
    own = carried.indicator if passes(clause) else own
    indicator = (
        _limited(clause, own)
        or _measured(clause)
        or named(clause.material, _MEASURES.get(quantity.word) or "门槛", quantity, carried)
    )
    carried.prefix, carried.limit = words or (carried.prefix if before is not None else ""), indicator
    line = _line(indicator, quantity)
    counted = after is not None and after.unit == "count" and after.word != ""
    limited = after if after is not None and (counted or _shared(clause, after)) else _counted_before(clause)
    start = limited.start if limited is not None else None
    yield Claim(kind.name, indicator, "threshold", breakdown=line, qualifies=start, why=kind.why)
    glossed = after is not None and (gloss_before(clause.material.text, after.begin) or quantity.begin) < quantity.begin
    if counted and not glossed:
        carried.suffix, carried.line = line, clause.material.text[quantity.begin : quantity.stop]


def _age(own: Indicator | None, words: str, quantity: Quantity) -> Indicator:
    """The age of those whom the words before it name: 乡村医生中|60岁以上的."""
    whose = words if own is not None and words[-1:] in _THOSE else ""
    return free(f"{whose}年龄", quantity.unit, "stock")


def _counted_before(clause: Clause) -> Quantity | None:
    """What was counted right before a line that it has to pass: 6个村|集体收入超过50万元."""
    before = clause.before
    return before if before is not None and before.unit == "count" and before.form == "plain" else None


def _shared(clause: Clause, after: Quantity) -> bool:
    """Whether what passes a threshold is told as a share in the same clause: 年收入10万元以上的|村达到85%."""
    between = clause.material.text[clause.quantity.stop : after.begin]
    return after.unit == "percent" and not set(",;。") & set(between)


def _limited(clause: Clause, own: Indicator | None) -> Indicator | None:
    """What a threshold limits: the variable that its words name, or what is meant where they only hint at it."""
    hints = table("indicators")["limited"]
    known = own is not None and own.known
    meant = (h["means"] for h in hints if (not known or "always" in h) and _hinted(clause, h))
    limited = clause.material.lexicon.indicators.get(next(meant, ""))
    return limited if limited is not None and limited.unit == clause.quantity.unit else own


def _measured(clause: Clause) -> Indicator | None:
    """What is measured of the things behind a threshold: 500亩以上|坝区, 30户以上|自然村寨."""
    quantity, behind = clause.quantity, clause.place.right.removeprefix(BELOW).removeprefix("的")
    if circle := CIRCLE.match(clause.place.right):
        return free(f"{circle[0]}时间", quantity.unit, "notApplicable")
    noun = phrases.behind(behind, clause.material.lexicon)
    measure = _MEASURES.get(quantity.word) or _MEASURES.get(quantity.unit)
    if not noun or measure is None:
        return None
    return clause.material.lexicon.aliases.get(noun + measure) or free(noun + measure, quantity.unit, "stock")


def _hinted(clause: Clause, hint: dict[str, Any]) -> bool:
    left, stop = clause.place.left, clause.quantity.stop
    left = clause.carried.prefix if "always" in hint and clause.continues else left
    behind = clause.material.text[stop : stop + 14]
    told = any(word in left for word in hint.get("before", ())) or any(
        word in behind for word in hint.get("behind", ())
    )
    return told and not any(word in left + behind for word in hint.get("unless", ()))


def _line(indicator: Indicator, quantity: Quantity) -> str:
    """The breakdown of a count by what its things must pass."""
    line = indicator.id, quantity.unit, quantity.value
    return _LINES.get(line, f"over-{quantity.value.normalize():f}")


def _rank(clause: Clause, kind: Kind) -> Iterator[Claim]:
    if kind.name != "rank":  # 在全国排名上升11位
        yield Claim(kind.name, _ranking(clause), "rank", kind.sign, why=kind.why)
        return
    indicator, told = _ranked(clause)
    grew = _GREW.search(clause.place.clause) or (clause.carried.growth and not told)
    both = _BOTH.search(clause.place.clause)
    for name in ("rank", "growthRank") if both else ("growthRank",) if grew else ("rank",):
        yield Claim(name, indicator, "rank", why=kind.why)


def ranks_in_row(clauses: Sequence[Clause]) -> Iterator[Claim]:
    """The ranks of one variable by how large it is and how fast it grew: 总量、增速分别居全市第二位和第一位; none where each has its own."""
    told = _SIDES.search(clauses[0].place.clause)
    sides = _JOINED.split(told[1]) if told and clauses[0].quantity.form == "rank" else []
    if len(sides) == len(clauses):
        indicator, _ = _ranked(clauses[0])
        yield from (Claim("growthRank" if _GREW.search(side) else "rank", indicator, "rank") for side in sides)


def _ranked(clause: Clause) -> tuple[Indicator, bool]:
    """What is ranked, and whether its own clause tells that, so that no growth before is meant."""
    material, place, carried = clause.material, clause.place, clause.carried
    words, begin = place.clause, clause.quantity.begin
    start = begin - len(words)
    told = bool(_HOW_LARGE.search(words))
    head = _FIELD.sub("", words)
    if matched := [match.indicator for match in material.lexicon.matches(head)]:
        return matched[-1], True
    if assessed := _ASSESSED.search(material.text, clause.sentence.start, begin):
        return _assessed(clause, assessed), True
    if "排名" in material.text[max(clause.sentence.start, begin - REACH) : begin] and not carried.told:
        return _ranking(clause), told
    if ability := _ABILITY.match(material.text, start, begin):
        return named(material, ability[1], clause.quantity, carried), True
    if not carried.told and (ability := _ABILITY.match(material.text, clause.sentence.start, begin)):
        return named(material, ability[1], clause.quantity, carried), told
    if (among := _among_whom(clause)) is not None:
        return among, told
    plain = place._replace(left=_SILENT.sub("", _FIELD.sub("", place.left)))
    return from_left(material, plain, carried) or carried.indicator or _ranking(clause), told


def _among_whom(clause: Clause) -> Indicator | None:
    """What was told before those among whom something is ranked were counted: 亩均税收18万元,居全市32个园区|第四位."""
    material, last, seen = clause.material, clause.material.preceding(clause.quantity), clause.carried.seen
    if last is None or last.unit != "count" or len(seen) < 2 or seen[-1].unit != "count":
        return None
    among = _FIELD_OF.search(material.text, max(clause.sentence.start, last.begin - REACH), last.begin)
    between = material.text[last.stop : clause.quantity.begin]
    return seen[-2] if among and not set(",;。") & set(between) else None


def _assessed(clause: Clause, told: re.Match[str]) -> Indicator:
    """What an assessment is of, where that is an indicator (群众满意度测评), else the assessment."""
    material, name = clause.material, told[1]
    found = material.lexicon.aliases.get(name.removesuffix(told[2]))
    return found or named(material, name, clause.quantity, clause.carried)


def _ranking(clause: Clause) -> Indicator:
    return named(clause.material, "排名", clause.quantity, clause.carried)


def _duration(clause: Clause, kind: Kind) -> Iterator[Claim]:
    carried = clause.carried
    if clause.quantity.word == "周年":
        yield from _anniversary(clause, kind)
        return
    entry = next((one for one in table("indicators")["lasting"] if _lasts(clause, one)), None)
    if entry is not None:
        indicator = clause.material.lexicon.indicators[entry["means"]]
    else:
        indicator = carried.indicator = time_taken(clause)
    yield Claim(kind.name, indicator, "duration", why=kind.why)


def _lasts(clause: Clause, entry: dict[str, str]) -> bool:
    words = clause.place.clause
    return bool(re.search(entry["pattern"], words + clause.place.right if "around" in entry else words))


def _anniversary(clause: Clause, kind: Kind) -> Iterator[Claim]:
    """How many years ago something began, which may be another thing than the text is about: 建党一百周年."""
    left = clause.place.left
    entry = next((e for e in WORDS["anniversary"] if left.endswith(tuple(e["words"]))), None)
    whose = entry["subject"] if entry else ""
    known = clause.material.lexicon.indicators
    yield Claim("duration", known["anniversary"], "anniversary", why=kind.why, subject=whose)


def ratio(clauses: Sequence[Clause]) -> Iterator[Claim]:
    """What the parts of a ratio are shares of: of a structure that the table knows, else of what their words name."""
    structure, first = table("indicators")["structure"], clauses[0]
    begin, carried = first.quantity.start, first.carried
    told = first.material.text[max(first.sentence.start, begin - REACH) : begin]
    again = carried.indicator is not None and carried.indicator.id == structure["indicator"]
    known = len(clauses) == len(structure["parts"]) and (again or any(word in told for word in structure["words"]))
    for clause, part in zip(clauses, structure["parts"] if known else [""] * len(clauses), strict=True):
        if known:
            indicator = carried.indicator = clause.material.lexicon.indicators[structure["indicator"]]
            yield Claim("share", indicator, "structure", breakdown=part)
        else:
            found = from_left(clause.material, clause.place, carried)
            yield Claim("share", found or named(clause.material, "比例", clause.quantity, carried), "ratio")


_Maker = Callable[[Clause, Kind], Iterator[Claim]]
_OF_FORM: Final[dict[str, _Maker]] = {"rank": _rank}
_OF_KIND: Final[dict[str, _Maker]] = {"threshold": _threshold, "duration": _duration}
