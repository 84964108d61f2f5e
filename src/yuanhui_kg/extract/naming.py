"""Indicator linking: which concept, or which name that the ontology lacks, a number is of.

Several rules propose candidates (the name before the number, the noun behind it, what was named before …); the one whose
features weigh most is chosen. The weights are the table ``choice.toml``, fitted to gold texts by ``bench/train_choice.py``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from . import phrases
from .contexts import REACH, Carried, Material, Place
from .phrases import Phrase
from .records import Indicator, Quantity
from .tables import table
from .wording import FLOW, STOCK, completed, counted_label, fits, neutral, only_joins, owned, pure_verb

#: Kinds that tell of a variable how it moved or compares: the variable was told before as a rule.
_DERIVED: Final = frozenset(
    ("change", "averageGrowth", "pointChange", "increment", "ratioToBase", "share", "target", "rank")
)
_AGAINST: Final = re.compile(r"(?:高于|低于|快于|高出|好于|优于|领先|高|低|快|慢|多|少)[^,。;]{0,12}$")
#: Behind the name of a known indicator: nothing that makes it another one.
_ADDED: Final = re.compile(
    r"(?:总|的)?(?:改造|整治|退役|涨幅|降幅|减幅|跌幅|数量|总数|总量|总额|规模|水平|面积|余额|户数|人数|人次|里程|数|量|额|值|率|工作|建设|任务|投资|标准|指数|总水平|增速|增幅)*(?:全部|均|都|已)?$"
)
#: Verbs that make of what they stand before another variable, unless that is a flow itself.
_CHANGED: Final = re.compile(
    r"新|净增|新增|退|关停|减|惠及|受益|服务|支持|帮助|带动|扶持|清理|注销|培训|增|引|签|改|扩"
)
_GIVEN: Final = re.compile(
    r"([\u4e00-\u9fff]{2,14}?)(?:贡献|创造|提供|解决|吸纳)了?(?:全[国省市县区镇]|近|超过|约|我[市县区])*$"
)
_LEVEL: Final = re.compile(
    r"(?:国家|省|市|县|州|地|部|厅|镇|乡)级(?:以上)?|[1-5]A级|国家[1-5]A级|[一二三四五]星级|[甲乙丙]级|[一二三]级"
)
#: Units of numbers behind which what is measured may stand, and the shortest nouns there.
_BEFORE_NOUNS: Final = frozenset(("count", "km", "m2", "mu", "ha", "CNY", "t", "kW", "m3"))
_PLACES: Final = frozenset("村县区乡镇")
#: What the name of what is counted may end with, by the measure word.
_COUNTS: Final = {"户": ("户数",), "人": ("人数", "人口"), "人次": ("人次",), "名": ("人数",)}
#: Kinds of things of which some are told by what was done with them.
_KIND: Final = re.compile(r"(项目|企业|学校|小区|道路|工程|住房|合作社|机构|村|户)(?:数)?$")
#: What measures the same things a second time, by its unit or measure word.
_SECOND: Final = {
    "km": ("里程",), "m": ("长度",), "m2": ("面积",), "mu": ("面积",), "ha": ("面积",), "km2": ("面积",), "人": ("人口", "人数"), "户": ("户数",),
    "CNY": ("资金",),
}  # fmt: skip
_WHOLE: Final = re.compile(
    r"[,、]?(?:目前|现|已)*(?:累计(?:建成|达到|达|完成|拥有|有|增至|为)*$|总数|总量|总户数|总数量|总面积|总里程)"
)
_EACH: Final = re.compile(r"[,、]?(?:其中)?(人均|户均|亩均|村均|日均|月均)(?:达到|达|为|约|超过)?")
_AREA: Final = re.compile(r"[,、]?(农村|城镇|城市|乡村)(?:居民)?(人均|户均)(?:达到|达|为|约)?")
_PLAN: Final = re.compile(
    r"(?:完成|占|达到|达|为|约|相当于|超过|超|低于|高于)*(?:全年|年度|年初|目标|计划|预算|任务|区?[县市区]?下达|年|的)+"
)


@dataclass(frozen=True)
class Words:
    """A quantity with its words, parsed: what every rule that proposes a candidate looks at."""

    material: Material
    place: Place
    carried: Carried
    kind: str
    phrase: Phrase
    behind: str

    @property
    def quantity(self) -> Quantity:
        return self.place.quantity

    @property
    def counts(self) -> bool:
        return self.quantity.unit == "count" and self.quantity.form == "plain"

    def known(self, name: str) -> Indicator | None:
        return self.material.lexicon.aliases.get(name)


@dataclass(frozen=True)
class Candidate:
    """An indicator that a number may be of, the rule that proposes it, and its breakdown."""

    rule: str
    indicator: Indicator
    breakdown: str = "total"


#: What each rule is called in the draft.
_TOLD: Final = {
    "own": "noun", "bracketed": "alias", "completed": "alias", "behind": "noun behind", "share behind": "noun behind", "outcome": "noun behind",
    "carried": "carried on", "earlier": "alias", "whole": "carried on", "threshold": "threshold",
}  # fmt: skip


def link(material: Material, place: Place, carried: Carried, kind: str) -> tuple[Indicator, str, str]:
    """The indicator of a figure, the rule that found it, and the breakdown (total for the whole)."""
    words = words_of(material, place, carried, kind)
    found = list(candidates(words))
    best = max(found, key=lambda one: score(features(words, one)), default=None)
    if best is None:
        return free("未命名指标", place.quantity.unit, "unknown"), "noun", "total"
    _remember(words, best)
    rule = _TOLD.get(best.rule, "noun")
    return best.indicator, "alias" if rule == "noun" and best.indicator.known else rule, best.breakdown


def words_of(material: Material, place: Place, carried: Carried, kind: str) -> Words:
    return Words(material, place, carried, kind, parsed(material, place, carried), _behind(material, place))


def score(found: tuple[str, ...]) -> float:
    weights = table("choice")["weights"]
    return float(sum(weights.get(name, 0.0) for name in found))


def features(words: Words, one: Candidate) -> tuple[str, ...]:
    """What speaks for and against a candidate, as names of the table of weights."""
    phrase, indicator = words.phrase, one.indicator
    named = "named" if phrase.noun else "verb" if phrase.verb or phrase.said else "bare"
    kind = "derived" if words.kind in _DERIVED else "count" if words.counts else "amount"
    found = [
        one.rule,
        f"{one.rule}, {named}",
        f"{one.rule}, {kind}",
        f"{one.rule}, {'known' if indicator.known else 'free'}",
    ]
    if words.behind:
        found.append(f"{one.rule}, noun behind")
    if phrase.joined:
        found.append(f"{one.rule}, list")
    if phrase.moved:
        found.append(f"{one.rule}, moved")
    if words.place.left.startswith(",") or not words.place.left:
        found.append(f"{one.rule}, close")
    if phrase.name and words.known(phrase.name):
        found.append(f"{one.rule}, name known")
    if phrase.name in table("phrases")["general"]["words"]:
        found.append(f"{one.rule}, general")
    if not fits(indicator, words.quantity):
        found.append("misfit")
    return tuple(found)


def candidates(words: Words) -> Iterator[Candidate]:
    """All that a number may be of."""
    for rule in (
        _population,
        _by_unit,
        _verb_only,
        _share_behind,
        _bracketed,
        _outcome,
        _threshold,
        _adjacent,
        _averaged,
        _whole,
        _level,
        _completed,
        _own,
        _named_behind,
        _earlier,
    ):
        yield from rule(words)  # fmt: skip
    if words.carried.indicator is not None:
        yield Candidate("carried", words.carried.indicator)


def _share_behind(words: Words) -> Iterator[Candidate]:
    """What a percentage is a share of where that stands behind it: 72%的税收, 92%的行政村通电."""
    place, carried = words.place, words.carried
    noun = re.match(r"的([\u4e00-\u9fff]{2,12})", place.right)
    if words.kind != "share" or not noun or "占" in place.left:
        return
    if any(match.indicator.unit == "percent" for match in words.material.lexicon.matches(place.left)):
        return
    name = phrases.behind(re.split(r"[和与及、]", noun[1])[0], words.material.lexicon) or noun[1]
    if giver := _giver(words.material, place, carried):
        whole = words.known(name)
        yield Candidate("share behind", free(f"{giver}占{whole.label if whole else name}的比重", "percent", "flow"))
    else:
        label = f"{noun[1]}的比重" if "用于" in noun[1] else f"{name}占比"
        yield Candidate("share behind", free(label, "percent", "stock"))


def _giver(material: Material, place: Place, carried: Carried) -> str:
    """Who contributes a share, carried on over a list: 民营经济贡献了全市72%的税收、85%的就业."""
    if given := _GIVEN.search(place.clause):
        return bare(material, given[1])
    if (
        carried.indicator is not None
        and re.fullmatch(r"的[^,。;]{1,10}[、和与及]", place.left.strip())
        and (told := re.fullmatch(r"(.+?)占.+的比重", carried.indicator.label))
    ):
        return told[1]
    return ""


def _bracketed(words: Words) -> Iterator[Candidate]:
    if inside := bracketed(words.material, words.place):
        yield Candidate("bracketed", inside)


def bracketed(material: Material, place: Place) -> Indicator | None:
    """The variable that stands in brackets right before a number: 占总人口比重(城镇化率)84.3%."""
    found = re.search(r"\(([^()]+)\)(?:为|是|达|达到)?$", place.left)
    indicator = material.lexicon.aliases.get(found[1]) if found else None
    return indicator if indicator and indicator.unit == place.quantity.unit == "percent" else None


def _outcome(words: Words) -> Iterator[Candidate]:
    """What became of those that are counted, where that makes an indicator: 48.6万贫困人口实现脱贫, 9.7万人饮水安全问题."""
    right, following = words.place.right, words.material.following(words.quantity)
    if not right and following is not None and following.begin == words.quantity.stop:
        right = words.material.text[following.stop : following.stop + 20]  # 3126户1.14万人稳定脱贫
    for entry in table("indicators")["outcome"]:
        told = re.match(entry["pattern"], right)
        told = told and re.search(entry.get("before", "") + "$", words.place.left)
        if told and words.quantity.word in entry["words"]:
            yield Candidate("outcome", words.material.lexicon.indicators[entry["means"]])


def _population(words: Words) -> Iterator[Candidate]:
    """The people or households of a place, where nothing else is named: 全镇有7462户,28316人."""
    whole = {"户": "总户数", "人": "总人口"}.get(words.quantity.word)
    if whole and words.counts and not words.phrase.name and not words.behind and (found := words.known(whole)):
        yield Candidate("population", found)


def _by_unit(words: Words) -> Iterator[Candidate]:
    """What is measured of a thing by its unit: 种了4.2万亩甘蔗, 饲草2.3万亩, 夏粮12.1万吨."""
    for entry in table("indicators")["measured"]:
        if words.quantity.unit not in entry["units"] and words.quantity.word not in entry["units"]:
            continue
        for noun in filter(None, (words.phrase.noun, words.behind)):
            if (found := words.known(noun + entry["adds"])) and words.known(noun) in (None, found):
                yield Candidate("by unit", found)
                return


def _verb_only(words: Words) -> Iterator[Candidate]:
    """What was done with those that were counted before: 入园企业87户,投产61户."""
    before, verb = words.carried.indicator, words.phrase.verb
    if before is None or not verb or verb != words.phrase.name or not words.counts or words.behind:
        return
    if kind := _KIND.search(before.label):
        name = f"{verb}{kind[1]}"
        yield Candidate("verb", words.known(name) or free(counted_label(name), "count", "flow"))


def _threshold(words: Words) -> Iterator[Candidate]:
    """What a threshold before it limits: 税收超千万元企业12家, 其中5亿元以上8个."""
    carried, quantity = words.carried, words.quantity
    if not carried.suffix or not words.counts:
        return
    noun = re.sub(r"^(?:元)?(?:以上|以下|及以上)?的?", "", words.place.left)
    noun = noun if noun.strip("的有") else carried.noun
    name = bare(words.material, noun)
    alias = words.known(carried.prefix + name)
    if alias and "税" in carried.prefix:
        yield Candidate("threshold", alias, carried.suffix)
    elif name:
        label = counted_label(f"{carried.prefix}{carried.line}{name}")
        yield Candidate("threshold", free(label, quantity.unit, "stock"), carried.suffix)


def _adjacent(words: Words) -> Iterator[Candidate]:
    """What a second measure of the same things measures: 道路36条58.2公里, 群众1126户4870人."""
    quantity, carried = words.quantity, words.carried
    before = words.material.preceding(quantity)
    if before is None or before.stop != words.place.left_start or carried.indicator is None or carried.suffix:
        return
    if words.place.left not in ("", "、", ",") or quantity.form != "plain" or before.unit != "count":
        return
    ends = _SECOND.get(quantity.unit if quantity.unit != "count" else quantity.word, ())
    if before.word == quantity.word or not ends:
        return
    stem = re.sub(r"(?:户数|人数|套数|数)$", "", carried.indicator.label)
    if quantity.word == "人":
        stem = stem.removesuffix("人口").removesuffix("户").removesuffix("农")
    known = next((found for end in ends if (found := words.known(stem + end))), None)
    yield Candidate("adjacent", known or free(stem + ends[0], quantity.unit, carried.indicator.flow))


def _averaged(words: Words) -> Iterator[Candidate]:
    """The variable before, per person or in the other area: 存款余额236亿元,人均2.1万元; 农村人均31.2平方米."""
    before, left = words.carried.indicator, words.place.left.strip()
    if before is None:
        return
    area, each = _AREA.fullmatch(left), _EACH.fullmatch(left)
    if area and (told := re.match(r"(?:农村|城镇|城市|乡村)(?:居民)?(?=人均|户均)", before.label)):
        name = area[1] + before.label[told.end() :]
    elif each and before.unit in ("CNY", words.quantity.unit):
        name = each[1] + before.label
    else:
        return
    yield Candidate("averaged", words.known(name) or free(name, words.quantity.unit, before.flow))


def _whole(words: Words) -> Iterator[Candidate]:
    """All of those of which the new ones were told: 新认定高新技术企业316家,总数达到1520家."""
    before = words.carried.indicator
    if before is None or not _WHOLE.match(words.place.left.strip()) or not fits(before, words.quantity):
        return
    stem = re.sub(r"^(?:新认定|新增|净增|新登记|新设立|新设|新培育|新建|新引进)", "", before.label)
    if stem != before.label:
        yield Candidate("whole", words.known(stem) or free(stem, before.unit, "stock"))


def _level(words: Words) -> Iterator[Candidate]:
    """Those before that are of a level: 龙头企业38家,其中国家级1家、省级6家."""
    before, level = words.carried.indicator, words.phrase.name
    if before is None or not words.counts or not _LEVEL.fullmatch(level):
        return
    name = level + re.sub(r"^(?:新培育|新增|新认定|培育)?(?:国家|省|市|县|州)级", "", before.label)
    yield Candidate("level", words.known(name) or free(name, "count", "stock"))


def _completed(words: Words) -> Iterator[Candidate]:
    """A name that leaves out what the ones before it said: 小学14所,在校生2960人; 生猪存栏、出栏; 城镇9.86亿元、乡村5.16亿元."""
    name = words.phrase.name
    if not name or (len(name) > 8 and not words.phrase.joined):
        return
    told = dict.fromkeys(one.label for one in reversed((words.carried.seen or [])[-4:]))
    if words.carried.indicator is not None:
        told = {words.carried.indicator.label: None} | told
    start = _sentence_start(words.material.text, words.place)
    earlier = words.material.text[start : words.place.left_start]
    told = told | dict.fromkeys(re.findall(r"([\u4e00-\u9fff]{2})(?:生产|种植|播种)", earlier)[-1:])
    if words.phrase.topic:
        told = {words.phrase.topic: None} | told
    for label in told:
        for whole in _analogous(name, label):
            found = words.known(whole)
            if found is not None and fits(found, words.quantity) and whole != name:
                yield Candidate("completed", found)
                return


def _analogous(name: str, label: str) -> Iterator[str]:
    """A name with the beginning or the end of another one, longest first."""
    for cut in range(len(label), 1, -1):
        yield label[:cut] + name
    for cut in range(1, len(label) - 1):
        yield name + label[cut:]


def _own(words: Words) -> Iterator[Candidate]:
    """What the words before the number name."""
    place, carried, name = words.place, words.carried, words.phrase.name
    if _PLAN.fullmatch(place.left.strip(",、 ")):
        return  # 完成年度任务的118%
    if words.quantity.form == "points":
        name = re.sub(r"^(?:拉动|带动|推动|影响)(?:全[市县区省])?", "", _AGAINST.sub("", name))
    if not name or only_joins(name):
        return
    whole = f"{words.phrase.topic}{words.phrase.said}{name}"
    if whole != name and (found := words.known(whole)) is not None and fits(found, words.quantity):
        yield Candidate("own", found)
        return
    if of := owned(whole):
        carried.per, name = of
    elif not place.left.startswith("、"):
        carried.per = ""
    if words.counts and carried.per and (of or words.quantity.word not in ("人", "户")):
        yield Candidate("own", free(f"{carried.per}{name}拥有量", "count", "stock"))
        return
    found = _households(words.material, linked(words.material, name, words.quantity, carried), words.quantity)
    yield Candidate("own", _listed_new(words, found))


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
    if verb and (made := linked(words.material, verb + words.behind, quantity, words.carried)).known:
        yield Candidate("behind", made)
        return
    found = _resolve(words.material, words.behind, quantity, words.carried, words.place.left)
    if not found.known and verb:
        found = free(counted_label(verb + words.behind) if words.counts else verb + words.behind, quantity.unit, "flow")
    yield Candidate("behind", found)


def _earlier(words: Words) -> Iterator[Candidate]:
    """The indicator named last since the number before, in an earlier clause: 粮食总产实现“十二连增”,达到312.5万吨."""
    material, place = words.material, words.place
    before = material.preceding(place.quantity)
    if before is not None and before.form == "duration":  # 粮食产量连续12年稳定在60万吨以上
        before = material.preceding(before)
    start = max(_sentence_start(material.text, place), before.stop if before else 0)
    told = material.lexicon.matches(material.text[start : place.left_start])
    named = [match for match in told if fits(match.indicator, place.quantity) and len(match.alias) > 2]
    if named:
        yield Candidate("earlier", named[-1].indicator)


def _remember(words: Words, best: Candidate) -> None:
    if words.carried.suffix:
        noun = re.sub(r"^(?:元)?(?:以上|以下|及以上)?的?", "", words.place.left)
        words.carried.noun = noun if noun.strip("的有") else words.carried.noun
    if best.rule == "threshold":
        words.carried.suffix = ""


def bare(material: Material, text: str) -> str:
    """The name that a stretch of words ends with."""
    return phrases.before(text, material.lexicon).name


def _follows(material: Material, place: Place) -> bool:
    before = material.preceding(place.quantity)
    return before is not None and before.stop == place.left_start


def parsed(material: Material, place: Place, carried: Carried | None = None) -> Phrase:
    """The words before a number, parsed; the names of things among them are no part of what is measured."""
    cuts = [
        (start - place.left_start, min(end, place.quantity.begin) - place.left_start)
        for start, end, _ in material.mentions_in(place.left_start, place.quantity.begin)
        if end < place.quantity.begin
    ]
    left = place.left
    if carried is not None and carried.behind and _follows(material, place):
        noun = phrases.behind(left, material.lexicon)
        left = " " * len(noun) + left[len(noun) :]  # 430家企业、2.6万名从业人员: the noun of the number before
    phrase = phrases.before(left, material.lexicon, cuts)
    stem = material.anchor.place[:-1]
    rest = phrase.name.removeprefix(stem)
    if len(stem) > 1 and rest != phrase.name and len(rest) > 2 and phrase.name not in material.lexicon.aliases:
        return replace(phrase, name=rest)
    return phrase


def _behind(material: Material, place: Place) -> str:
    """The noun behind a number: 5个社区, 443个重大项目落地开工."""
    if place.quantity.unit not in _BEFORE_NOUNS or place.quantity.word == "人次":
        return ""
    following, right = material.following(place.quantity), place.right
    if not right and following is not None and following.begin == place.quantity.stop:
        right = material.text[following.stop : following.stop + 16]
        right = re.sub(r"^(?:元)?(?:以上|以下)?", "", right)  # 8个10亿元以上产业项目
    if right.startswith(("、", "和", "与", "及", "(")):
        return ""
    noun = phrases.behind(right.removeprefix("的"), material.lexicon, lambda one: fits(one, place.quantity))
    noun = re.sub("(?<=..)[中里内]$", "", re.split(r"的|\(", noun)[0].strip("·-、和与及"))
    if noun.count("“") != noun.count("”"):
        noun = re.sub("[“”]", "", noun)
    return noun if len(noun) > 1 or noun in _PLACES else ""


def _resolve(material: Material, noun: str, quantity: Quantity, carried: Carried, left: str) -> Indicator:
    """The indicator of a noun behind a number."""
    plain = noun.replace("“", "").replace("”", "")
    found = next(
        (one for name in (noun, plain) if (one := material.lexicon.aliases.get(name)) and fits(one, quantity)), None
    )
    quoted = (m.indicator for m in material.lexicon.matches(noun) if noun[m.start - 1 : m.start] == "“")
    found = found or next((one for one in quoted if fits(one, quantity)), None)  # 省级“四美乡村”示范村
    found = _households(material, found or linked(material, noun, quantity, carried), quantity)
    if found.known:
        return found
    return free(found.label, quantity.unit, "flow" if FLOW.search(left[-8:]) else "stock")


def _households(material: Material, indicator: Indicator, quantity: Quantity) -> Indicator:
    """The households of an indicator of people where households are counted: 总人口7826户2.94万人."""
    people = re.search(r"(?:人口|人数)$", indicator.label)
    if quantity.word != "户" or people is None:
        return indicator
    name = indicator.label[: people.start()] + "户数"
    return material.lexicon.aliases.get(name) or free(name, "count", indicator.flow)


def from_left(material: Material, place: Place, carried: Carried) -> Indicator | None:
    """The indicator that the words before a number name, if they name one."""
    words = words_of(material, place, carried, "level")
    return next((one.indicator for rule in (_bracketed, _completed, _own) for one in rule(words)), None)


def linked(material: Material, core: str, quantity: Quantity, carried: Carried) -> Indicator:
    """The indicator of a name: a known one whose name it is but for words that change nothing, else one of its own."""
    plain = re.sub(r"(?<!^)(?:实现|完成|累计|的|年(?=出栏|存栏|产量|接待|吞吐))", "", core)
    counted = [plain + end for end in _COUNTS.get(quantity.word, ())]
    for name in (*counted, plain, plain.removeprefix("年")):
        whole = material.lexicon.aliases.get(name)
        if whole is not None and fits(whole, quantity):
            return _in_context(material, whole, name, carried)
    matches = [m for m in material.lexicon.matches(core) if fits(m.indicator, quantity)]
    if quantity.unit in ("percent", "permille") and core.endswith("率"):
        matches = [m for m in matches if m.end == len(core)]
    best = next((m for m in reversed(matches) if m.end >= len(core) - 1), matches[-1] if matches else None)
    if best is not None:
        before, after = core[: best.start], core[best.end :]
        added = best.indicator.flow != "flow" and re.search(
            r"新增|净增|新建|新设|新发展|退出|关停|减少|惠及|受益|服务|支持|帮助|带动|扶持|清理|注销|培训", before
        )
        same = any(neutral(words) or _same_verb(words, best.indicator) for words in (before, bare(material, before)))
        if not added and _ADDED.match(after) and same:
            return _in_context(material, best.indicator, best.alias, carried)
    return named(material, core, quantity, carried)


def _same_verb(before: str, indicator: Indicator) -> bool:
    """Whether words before a name do not narrow it: a verb that its label has too, or one that only makes it come about."""
    if len(indicator.label.removesuffix("数")) <= 2 and not neutral(before):
        return False  # 开工建设项目数 are not all 项目数
    return pure_verb(before) and (indicator.flow == "flow" or indicator.label.startswith(before))


def _in_context(material: Material, indicator: Indicator, alias: str, carried: Carried) -> Indicator:
    for entry in table("indicators")["context"]:
        if alias == entry["alias"] and any(seen.id == entry["after"] for seen in carried.seen[-entry["near"] - 1 :]):
            return material.lexicon.indicators[entry["means"]]
    return indicator


def named(material: Material, name: str, quantity: Quantity, carried: Carried) -> Indicator:
    """An indicator for words that the ontology may not know: elided sector names and outputs completed."""
    name = name.strip("、,的“”《》()- ")
    if name.count("“") != name.count("”"):
        name = re.sub("[“”]", "", name)
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
    if elided := completed(core, quantity, carried.indicator):
        unit = quantity.unit if quantity.unit != "percent" else "CNY"
        return material.lexicon.aliases.get(elided) or free(elided, unit, "flow")
    whole = carried.indicator is not None and carried.indicator.id == "grossRegionalProduct"
    if (quantity.unit == "percent" or (whole and quantity.unit == "CNY")) and core in table("indicators")["elided"][0][
        "words"
    ]:
        return material.lexicon.aliases.get(core + "增加值") or free(core + "增加值", "CNY", "flow")
    if (
        quantity.unit in ("km", "m")
        and re.search(r"(?:^|[城区市镇港地])(?:距|相距)", core)
        and "distance" in material.lexicon.indicators
    ):
        return material.lexicon.indicators["distance"]
    if more := re.search(r"(户均|人均|亩均|村均|每户|每人|村集体|群众|农民|农户|村民|贫困户)(?:每?年均?)?增收$", core):
        return free({"每户": "户均", "每人": "人均"}.get(more[1], more[1]) + "增收", quantity.unit, "flow")
    if core in ("投入", "再投入", "总投入", "新投入", "共投入") and quantity.unit == "CNY":
        return free("投入资金", "CNY", "flow")
    if re.search(r"(?:贡献率|依存度)$", core) and core.startswith("对") and carried.indicator is not None:
        return free(carried.indicator.label + core, quantity.unit, "flow")
    if re.search(r"日(?:供水|处理|供气|供热)$", core):
        core += "能力"
    if core in ("投资", "完成投资") and carried.indicator is not None and "固定资产投资" in carried.indicator.label:
        return material.lexicon.aliases["固定资产投资"]
    if made := _of_crop(core, quantity, carried):
        return free(made, quantity.unit, "flow")
    output = table("indicators")["output"]
    if quantity.unit in output["units"] and not re.search(
        r"(?:量|(?<!总)产|能力|产能)$|进厂|入榨|交售|收购|缴|库存|堆存|清运|靠泊|存储|储存|冷藏|仓储|加工|处理|压减|淘汰|减排|屠宰|运输|投放|化解|退出|回收|储备|出口|进口|储量|消费|消耗|节约",
        core,
    ):
        core = re.sub(r"^年?产", "", core.removesuffix("总产")) + output["word"]
        return material.lexicon.aliases.get(core) or free(core, quantity.unit, "flow")
    core = re.sub(r"(?<=..)年产量$", "产量", core)
    if quantity.unit == "count":
        core = counted_label(re.sub(r"^(?:累计|建成|完成|拥有|达成)+(?=..)", "", core))
    return free(
        core[-24:],
        quantity.unit,
        "stock" if STOCK.search(name) and not FLOW.search(name) else "flow" if FLOW.search(name) else "unknown",
    )


def _of_crop(core: str, quantity: Quantity, carried: Carried) -> str:
    """The yearly value of what was planted or bred before: 核桃经济林发展到22万亩,年产值2.8亿元."""
    before = carried.indicator
    if quantity.unit != "CNY" or before is None or before.unit not in ("mu", "ha"):
        return ""
    if core not in ("年产值", "产值", "综合产值", "年综合产值", "亩均收入", "亩均产值", "年销售额", "年销售收入"):
        return ""
    return re.sub(r"^(?:发展|种植|建成|新建)|(?:种植|播种|养殖)?(?:面积|基地面积)$", "", before.label) + core


def free(label: str, unit: str, flow: str) -> Indicator:
    return Indicator("", label, unit, flow, False)


def _sentence_start(text: str, place: Place) -> int:
    low = max(0, place.quantity.begin - REACH)
    return max(low - 1, *(text.rfind(mark, low, place.quantity.begin) for mark in "。!?\n;")) + 1
