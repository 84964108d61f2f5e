"""The candidates for the indicator of a number, each proposed by a rule over the words around it and what was told before."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator
from typing import Final

from . import amounts, completing, counts, dimensions, phrases, shares
from .around import Candidate, Words
from .contexts import Carried, Material
from .naming import bracketed, completed, free, households, linked
from .records import Indicator, Quantity
from .scene import GROUPS
from .tables import one_of, table
from .wording import DOWN, FLOW, PLAN, UP, counted_label, fits, only_joins, owned

_Rule = Callable[[Words], Iterator[Candidate]]
#: The longest end of a name that tells what is measured or counted, and of which kind: 建筑业|企业数, but not 农业|产业化龙头企业数.
_LONGEST_END: Final = 6
#: With what the number before is compared: 与2010年普查的|561230人|相比.
_COMPARED_WITH: Final = re.compile("[与同和跟较比][^,。;]*$")
_COMPARED: Final = ("相比", "相较", "比较")
#: What a sentence tells of the two numbers that it begins with.
_MOVED: Final = re.compile(rf"{UP}|{DOWN}|翻了?|净增|年均")
#: 从86亿元到320亿元,|工业产值|增长了: two numbers that a sentence begins with.
_FROM_TO: Final = re.compile(
    r"[“\s]*[从由](?=[^,。;]*\d[^,。;]*[到至][^,。;]*\d)[^,。;]{4,48},(?P<rest>[\u4e00-\u9fff]{2,24})"
)
#: How branches of what was told before end.
_ENDS: Final = table("indicators")["ends"]
_BRANCHES: Final = tuple(_ENDS["branches"])
#: 就业率|连续|4年超过98%: what stands between a rate and how long it has held, and how names of rates end.
_LASTING: Final = re.compile(r"(?:已|已经|近|最近|连续|持续)*$")
_RATES: Final = tuple(_ENDS["rates"])
#: How those are named who give or get money, units of what is built or planted, and what has an area.
_WHOSE: Final = (*table("amounts")["put"]["givers"], *table("amounts")["put"]["getters"])
_EXTENTS: Final = frozenset(("m2", "mu", "ha", "km", "m"))
#: 一只|卖120元, 发放到户|1800元
_NO_NAMES: Final = frozenset("一两几每户人")
_HOLDERS: Final = frozenset(table("phrases")["holder"]["words"])
#: Measure words of people, and things that they do not count.
_PEOPLE: Final = frozenset(("名", "人", "位"))
_FOLK: Final = frozenset(table("indicators")["folk"]["words"])
_BODIES: Final = tuple(_ENDS["bodies"])
#: 最高处|云台岭|海拔
_EXTREME: Final = re.compile("最([高低])[点处峰](?:(?!主峰)[^,。;]){0,12}海拔(?:高?达|约|仅|只有|为)*$")
_INVESTED: Final = ("投资", "完成投资")
#: 春茶|减产12%: it is the output that became less.
_YIELDED: Final = re.compile("[减增]产(?:了|约|近|达|超过)*$")
_YIELDS: Final = tuple(_ENDS["yields"])
#: 粮食生产实现“八连丰”
_GROWN: Final = re.compile(r"([\u4e00-\u9fff]{2})(?:生产|种植|播种)")


def candidates(words: Words) -> Iterator[Candidate]:
    """All that a number may be of."""
    if _is_compared_with(words) and words.carried.indicator is not None:
        yield Candidate("carried", words.carried.indicator)
        return
    if (ahead := _told_ahead(words)) is not None:
        yield Candidate("own", ahead)
        return
    for rule in _fitting(_RULES, *_sort_of(words)):
        yield from rule(words)


def _told_ahead(words: Words) -> Indicator | None:
    """What a sentence tells of two numbers with which it begins only behind them: 从2015年的86亿元到2022年的320亿元,|工业产值|增长了."""
    if words.phrase.name or words.behind:
        return None
    text, quantity = words.material.text, words.quantity
    told = _FROM_TO.match(text, words.sentence)
    if told is None or not quantity.stop <= told.start("rest"):
        return None
    moved = _MOVED.search(told["rest"])
    name = phrases.before(told["rest"][: moved.start()], words.material.lexicon).name if moved else ""
    found = linked(words.material, name, quantity, words.carried) if name else None
    return found if found is not None and fits(found, quantity) else None


def _is_compared_with(words: Words) -> bool:
    """Whether it is what the number before is compared with: 与2010年普查的|561230人|相比."""
    told = _COMPARED_WITH.search(words.place.left) and words.place.right.startswith(_COMPARED)
    return bool(told) and words.carried.indicator is not None and fits(words.carried.indicator, words.quantity)


def _sort_of(words: Words) -> tuple[bool, bool, bool]:
    return words.kind in ("share", "target"), words.counts, words.quantity.unit in ("CNY", "USD")


@functools.cache
def _fitting(rules: tuple[_Rule, ...], share: bool, counts: bool, money: bool) -> tuple[_Rule, ...]:
    """Rules without those that only tell of shares, of what is counted or of money, where the number is no such: they would find nothing."""
    fit = ((share, _OF_SHARES), (counts, _OF_COUNTS), (money, _OF_MONEY))
    return tuple(rule for rule in rules if all(is_such or rule not in such for is_such, such in fit))


def named_before(words: Words) -> Iterator[Candidate]:
    """What the words before a number name."""
    for rule in (_bracketed, _completed, _own):
        yield from rule(words)


def _bracketed(words: Words) -> Iterator[Candidate]:
    if inside := bracketed(words.material, words.place):
        yield Candidate("bracketed", inside)


def _completed(words: Words) -> Iterator[Candidate]:
    """A name that leaves out what the ones before it said: 小学14所,在校生2960人; 生猪存栏、出栏; 城镇9.86亿元、乡村5.16亿元."""
    name, quantity, before = words.phrase.name, words.quantity, _whole_before(words)
    aliases = words.material.lexicon.aliases
    if name in _INVESTED and _of_work(words):
        return  # 房地产开发投资6.2亿元。…码头工程|完成投资6.8亿元
    if not name or (len(name) > 8 and not words.phrase.joined and not name.endswith(_BRANCHES)):
        return
    if whole := completed(name, quantity, before):
        unit = "CNY" if quantity.unit == "percent" else quantity.unit
        yield Candidate("completed", words.variable(whole, unit, "flow"))
    told = _told(words)
    if name.endswith("率") and 2 < len(name) < 5:
        begun = (label[: -len(name)] for label in told if label.endswith((name[:-1] + "数", name[:-1] + "量")))
        if beginning := next(begun, ""):  # 高考本科达线1324人,达线率43.7%
            yield Candidate("completed", words.variable(beginning + name, "percent", "flow"))
    overlapping = words.counts and name.endswith(_verbs()) and name not in _verbs()
    if overlapping and (whole := next(filter(None, (_overlapped(name, label) for label in _called(words, told))), "")):
        yield Candidate("completed", words.known(whole) or free(counted_label(whole), quantity.unit, "flow"))
    for rule, analogous in (("of", _begun), ("completed", _ended)):
        alike = [one for one in told if analogous is _ended or not one.endswith(("率", "比重")) or name.endswith("率")]
        names = (whole for label in alike for whole in analogous(name, label) if whole in aliases and whole != name)
        found = (one for whole in names if fits(one := aliases[whole], quantity))
        if (indicator := next(found, None)) is not None:
            yield Candidate(rule, indicator)


def _of_work(words: Words) -> bool:
    """Whether the clause tells of a named work, whose amounts are no end of what was told before."""
    begin = words.quantity.begin
    named = words.material.mentions_in(begin - len(words.place.clause), begin)
    return any(GROUPS.get(entity.kind) == "work" for _, _, entity in named)


def _completed_by(words: Words) -> Iterator[Candidate]:
    """A general name with the thing that the sentence told before: 护林员618名,人均年工资7500元; 装上电梯,总价52万元."""
    for way, name in completing.completed(words.material, words.place, words.carried, words.phrase, words.sentence):
        found = words.known(name)
        if found is None or fits(found, words.quantity):
            label = counted_label(name, words.quantity.word) if words.counts else name
            yield Candidate(way, found or free(label, words.quantity.unit, "flow" if FLOW.search(name) else "unknown"))


def _whole_before(words: Words) -> Indicator | None:
    return completing.whole_before(words.material, words.carried, words.sentence, words.quantity.begin)


def _headed(words: Words) -> Iterator[Candidate]:
    """What the sector with which the sentence begins makes of a name: 建筑业平稳发展,全年实现增加值22亿元."""
    found = completing.of_head(words.material, words.place, words.carried, words.phrase, words.sentence)
    if found is not None and fits(found, words.quantity) and found != words.known(words.phrase.name):
        yield Candidate("of head", found)


def _told(words: Words) -> list[str]:
    """What a name may leave out, the likeliest first: the clause's topic, the indicators before, the crop that was grown."""
    carried, start = words.carried, words.sentence
    told = [words.phrase.topic] if words.phrase.topic else []
    told += [carried.indicator.label] if carried.indicator is not None else []
    told += [one.label for one in reversed(carried.seen[-4:])]
    grown = _GROWN.findall(words.material.text[start : words.place.left_start])
    return list(dict.fromkeys([*told, *grown[-1:]]))


def _begun(name: str, label: str) -> Iterator[str]:
    """A name with the beginning of another one: 小学|在校生."""
    for cut in range(len(label), max(1, len(label) - _LONGEST_END - 1), -1):
        yield label[:cut] + name


def _ended(name: str, label: str) -> Iterator[str]:
    """A name with the end of another one: 城镇|消费品零售额."""
    for cut in range(1, len(label) - 1):
        yield name + label[cut:]


def _overlapped(name: str, label: str) -> str:
    """A name that ends with the verb with which another one begins, and with what that is done to: 单日最高发送|旅客."""
    verb = next((label[:cut] for cut in (3, 2) if label[:cut] in _verbs()), "")
    return name + label[len(verb) :] if verb and name != verb and name.endswith(verb) else ""


def _called(words: Words, told: list[str]) -> list[str]:
    """What was told before, the last indicator under every name that it has."""
    before = words.carried.indicator
    if before is None or not before.known or words.quantity.word != words.word_before:
        return told
    return [*told, *words.material.lexicon.names.get(before.id, ())]


@functools.cache
def _verbs() -> tuple[str, ...]:
    """Verbs that begin names."""
    return (*table("phrases")["naming"]["words"], "接待")


#: Rules by which the words before a number are more than a name.
_WHOLES: Final = (
    amounts.above, amounts.standard, amounts.lent, amounts.paid_each, amounts.cost, amounts.each_priced, amounts.sold_for_more, amounts.paid, amounts.saved, amounts.earned, counts.concerned, dimensions.dimension, shares.of_whole, shares.being, shares.given, shares.going, shares.done_of,
)  # fmt: skip


def _own(words: Words) -> Iterator[Candidate]:
    """What the words before the number name."""
    place, carried, name = words.place, words.carried, words.phrase.name
    if (extreme := _EXTREME.search(place.clause)) and (found := words.known(f"最{extreme[1]}海拔")) is not None:
        yield Candidate("own", found)
        return
    if PLAN.fullmatch(place.left.strip(",、 ")):
        return  # 完成年度任务的118%
    if words.quantity.form == "points":
        name = re.sub(r"^(?:拉动|带动|推动|影响)(?:全[市县区省])?", "", name)
    if name and words.quantity.unit == "percent" and _YIELDED.search(place.left) and not name.endswith(_YIELDS):
        name += "产量"
    if not name or name in _NO_NAMES or only_joins(name) or (words.behind and (words.phrase.has or len(name) < 2)):
        return  # 民宿有12间客房
    if words.quantity.word in ("户", "人") and counts.VILLAGE.fullmatch(name):
        return  # 石厝村有312户
    if words.behind and words.quantity.word in _PEOPLE and name.endswith(_BODIES):
        return  # 企业从最初的8名员工
    if _is_whose(words) or _is_raiser(words):
        return  # 边民每天享有|8000元的互市免税额度, 南寨村|1860亩老园
    if words.quantity.word == "个" and words.behind in _FOLK and name.endswith(_BODIES):
        return  # 社区260多个孩子
    if any(True for rule in _fitting(_WHOLES, *_sort_of(words)) for _ in rule(words)):
        return  # what these tell is no part of the name before the number
    if _is_end(words):
        return
    whole = f"{words.phrase.topic}{words.phrase.said}{name}"
    found, of = words.known(whole), owned(whole)
    if of or not place.left.startswith("、"):
        carried.per = of[0] if of else ""
    if found is not None and (whole != name or of) and fits(found, words.quantity):
        yield Candidate("own", found)
        return
    name = of[1] if of else name
    if words.counts and carried.per:
        per = carried.per.removesuffix("人")
        names = (f"{per}{people}{name}" for people in ("", "人", "人口", "人拥有"))
        known = next(filter(None, map(words.known, names)), None)
        if known or of or words.quantity.word not in ("人", "户"):
            yield Candidate("own", known or free(f"{carried.per}{name}拥有量", "count", "stock"))
            return
    if name == "投资" and words.phrase.said == "完成" and _of_work(words):
        yield Candidate("own", free("完成投资", words.quantity.unit, "flow"))  # of a work, whose whole 总投资 is
        return
    found = households(words.material, linked(words.material, name, words.quantity, carried), words.quantity)
    branch = found.unit == "count" or (not found.known and name.endswith(_BRANCHES))
    if words.quantity.unit == "percent" and branch and completed(name, words.quantity, _whole_before(words)):
        return  # 规模以上工业增加值增长9%,国有企业增长4%
    yield Candidate("own", _in_turns(words, _listed_new(words, found)))


def _is_whose(words: Words) -> bool:
    """Whether the words before an amount only name who has or gets it, or where it is, and what it is of stands behind it."""
    name, behind = words.phrase.name, words.behind
    if not behind or words.counts:
        return False
    if words.quantity.unit in ("CNY", "USD"):
        return behind.endswith(amounts.MONEY) and name.endswith(_WHOSE) and words.known(name) is None
    begin = words.quantity.begin
    named = words.material.mentions_in(begin - len(name), begin)
    return any(end == begin and entity.name.endswith(name) for _, end, entity in named) or name in _HOLDERS


def _is_raiser(words: Words) -> bool:
    """Whether the words before an amount only name who made what stands behind it: 几个邻村|建起1.8万平方米|标准厂房."""
    said = words.phrase.said
    if words.place.left.endswith("的") and words.quantity.unit in (*_EXTENTS, "kW"):
        return len(words.behind) > 2  # 公司自建的|5兆瓦|光伏电站
    made = len(said) > 1 and said[-1] in "起成好" and words.place.left.rstrip("了约近").endswith(said)
    return made and len(words.behind) > 2 and words.quantity.unit in _EXTENTS


def _in_turns(words: Words, found: Indicator) -> Indicator:
    """What is told of a day or an hour is no total: 每天|停靠动车12列, 日均|发送旅客640人次."""
    name = words.phrase.name
    turn = words.phrase.turn or next((one for one in phrases.MEANS if name.startswith(one)), "")
    name = name.removeprefix(turn)
    if not turn or words.quantity.form != "plain" or found.label.startswith(turn):
        return found
    if known := words.known(turn + name) or words.known(turn + found.label.removesuffix("数")):
        return known if fits(known, words.quantity) else found
    if found.known and (found.flow != "flow" or found.unit in ("CNY", "percent")):
        return found
    return free(turn + found.label, found.unit, found.flow)


def _is_end(words: Words) -> bool:
    """Whether a name is but the end of one that the sentence began: 小学62所,招生1230人; 建筑企业|完成|总产值; 私营企业增长8.1%."""
    name, quantity = words.phrase.name, words.quantity
    found = words.known(name)
    if quantity.unit == "percent" and found is not None and found.unit == "count":
        return bool(completed(name, quantity, words.carried.indicator))
    if name not in table("phrases")["general"]["words"]:
        return False
    before = words.carried.indicator
    last = words.material.preceding(quantity)
    clause = words.material.text[last.stop : words.place.left_start] if last is not None else "。"
    if clause in ("", ",", "、") and completed(name, quantity, before):
        return True  # 脐橙产量18.6万吨,产值6.2亿元
    wholes = [words.phrase.topic + name] if words.phrase.topic else []
    if before is not None and _of_one(words):
        counted = [before.label.removesuffix("数") + name] if _has_them(words, before) else []
        wholes += _begun(name, before.label) if words.counts or name.endswith("率") else counted
    return any((one := words.known(whole)) is not None and fits(one, quantity) for whole in wholes)


def _has_them(words: Words, before: Indicator) -> bool:
    """Whether an amount is of those that the same sentence counted right before: 486家规模以上工业企业实现营业收入."""
    last = words.material.preceding(words.quantity)
    between = words.material.text[last.stop : words.quantity.begin] if last is not None else "。"
    return before.unit == "count" and not re.search("[。;]", between)


def _of_one(words: Words) -> bool:
    """Whether the number before is no last one of a list, of whose parts together a number may be: 初中21所、小学64所,在校生2.9万人."""
    material, last = words.material, words.material.preceding(words.quantity)
    before = material.preceding(last) if last is not None else None
    return before is None or last is None or not material.text.startswith(("、", "和", "及"), before.stop)


def _listed_new(words: Words, found: Indicator) -> Indicator:
    """What 新增 before the first of a list makes of the others: 新增合作社56家、家庭农场102家."""
    before = words.carried.indicator
    if not words.counts or not words.phrase.joined or before is None or (found.known and found.flow == "flow"):
        return found
    new = re.match(r"新增|净增|新建", before.label)
    return free(new[0] + found.label, "count", "flow") if new and not found.label.startswith(new[0]) else found


def _named_behind(words: Words) -> Iterator[Candidate]:
    """The noun behind a number: 5个社区, 改造12万平方米老旧小区."""
    if not words.behind:
        return
    quantity, phrase = words.quantity, words.phrase
    verb = phrase.name if phrase.verb == phrase.name else ""
    if not verb and words.counts and (deed := _DEED.search(words.place.left)):
        verb = deed[1]  # 注销|12家企业
    made = linked(words.material, verb + words.behind, quantity, words.carried)
    if verb and (made := households(words.material, made, quantity)).known:
        yield Candidate("behind", made)
        return
    found = _resolve(words.material, words.behind, quantity, words.carried, words.place.left)
    done = found.flow == "stock" and words.counts and verb not in _GOVERNING  # 关闭12家企业: not all that there are
    if verb and (not found.known or done or verb in table("verbs")["gives"]["words"]):
        found = free(counted_label(verb + words.behind) if words.counts else verb + words.behind, quantity.unit, "flow")
    yield Candidate("behind", found)


def _earlier(words: Words) -> Iterator[Candidate]:
    """The indicator named last since the number before, in an earlier clause: 粮食总产实现“十二连增”,达到312.5万吨."""
    material, place = words.material, words.place
    if words.counts and words.quantity.word != words.word_before and not words.phrase.moved:
        return  # 村民小组5个,186户
    before = material.preceding(place.quantity)
    if before is not None and before.form == "duration":  # 粮食产量连续12年稳定在60万吨以上
        lasting = before
        before = material.preceding(before)
        start = max(words.sentence, before.stop if before else 0)
        name = phrases.before(_LASTING.sub("", material.text[start : lasting.begin]), material.lexicon).name
        if name.endswith(_RATES) and (found := linked(material, name, place.quantity, words.carried)).unit == "percent":
            yield Candidate("earlier", found)  # 就业率连续4年超过98%
            return
    start = max(words.sentence, before.stop if before else 0)
    told = material.lexicon.matches(material.text[start : place.left_start])
    named = [match for match in told if fits(match.indicator, place.quantity) and len(match.alias) > 2]
    if named:
        yield Candidate("earlier", named[-1].indicator)


def _resolve(material: Material, noun: str, quantity: Quantity, carried: Carried, left: str) -> Indicator:
    """The indicator of a noun behind a number."""
    plain = noun.replace("“", "").replace("”", "")
    found = next(
        (one for name in (noun, plain) if (one := material.lexicon.aliases.get(name)) and fits(one, quantity)), None
    )
    quoted = (m.indicator for m in material.lexicon.matches(noun) if "“" in (noun[m.start - 1 : m.start], m.alias[0]))
    found = found or next((one for one in quoted if fits(one, quantity)), None)  # 省级“四美乡村”示范村
    found = households(material, found or linked(material, noun, quantity, carried), quantity)
    if found.known:
        return found
    return free(found.label, quantity.unit, "flow" if FLOW.search(left[-8:]) else "stock")


def _carried(words: Words) -> Iterator[Candidate]:
    """What the number before it was of."""
    if words.carried.indicator is not None and next(shares.being(words), None) is None:
        yield Candidate("carried", words.carried.indicator)
    if (
        words.phrase.name
        or words.counts
        or words.carried.indicator is None
        or fits(words.carried.indicator, words.quantity)
    ):
        return
    before = (one for one in reversed(words.carried.seen) if one.unit == words.quantity.unit)
    if (found := next(before, None)) is not None:  # 产值27.3亿元,占全县的比重升至41%,今年有望突破33亿元
        yield Candidate("carried before", found)


#: What is done to those that are counted behind it, so that they are not all that there are.
_DEED: Final = re.compile(rf"({one_of(table('verbs')['deeds']['words'])})(?:了|共|约|近|多达|辖区)*$")
#: Verbs of having, which make no other count of what is had: 托管2个镇.
_GOVERNING: Final = frozenset(("托管", "代管", "管辖"))
#: What finds nothing but in a share or an aim, nothing but where things are counted, nothing but of money.
_OF_SHARES: Final = frozenset(
    (shares.behind, shares.being, shares.going, shares.done_of, shares.of_another, shares.given, shares.of_whole)
)
_OF_COUNTS: Final = frozenset(
    (counts.resident, counts.done, counts.doing, counts.listed, counts.described, counts.crew, counts.covered, counts.concerned, counts.invested, counts.threshold, counts.level, amounts.sold_to, amounts.told_before)
)  # fmt: skip
_OF_MONEY: Final = frozenset(
    (amounts.put_in, amounts.put_into, amounts.paid, amounts.saved, amounts.at_most, amounts.cost, amounts.works, amounts.bought, amounts.sold_for_more, amounts.earned, amounts.standard, amounts.lent, amounts.paid_each, amounts.each_priced, amounts.paid_to)
)  # fmt: skip
_RULES: Final = (
    shares.behind, shares.being, shares.going, shares.done_of, shares.of_another, shares.given, amounts.put_in, amounts.put_into, amounts.paid, amounts.saved, amounts.sold_to, counts.resident, amounts.distance, _bracketed, counts.outcome,
    counts.done, counts.doing, counts.listed, counts.described, counts.crew, counts.planted, counts.covered, counts.concerned, counts.invested, amounts.above, counts.threshold, counts.population, amounts.brought, dimensions.dimension, amounts.by_unit, amounts.line_of, amounts.herd, amounts.product, amounts.clause_before, amounts.grown,
    amounts.told_before, amounts.priced, amounts.earned, amounts.works, amounts.bought, amounts.capable, amounts.at_most, amounts.cost, amounts.standard, amounts.lent, amounts.paid_each, amounts.paid_to, amounts.sized, shares.of_whole, counts.among, counts.verb_only, amounts.adjacent, shares.averaged, counts.whole, counts.level,
    _completed, _completed_by, _headed, _own, _named_behind, _earlier, _carried,
)  # fmt: skip
