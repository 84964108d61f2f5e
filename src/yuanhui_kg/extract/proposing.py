"""The candidates for the indicator of a number, each proposed by a rule over the words around it and what was told before."""

from __future__ import annotations

import functools
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from . import completing, phrases
from .contexts import REACH, Carried, Material, Place
from .naming import bare, bracketed, completed, entries, free, households, linked
from .phrases import Phrase
from .records import Indicator, Quantity
from .tables import one_of, table
from .wording import FLOW, PLAN, counted_label, fits, only_joins, owned

#: 粮食生产实现“八连丰”
_GROWN: Final = re.compile(r"([\u4e00-\u9fff]{2})(?:生产|种植|播种)")
#: 72%|的税收
_SHARED: Final = re.compile(r"的([\u4e00-\u9fff]{2,12})")
_GIVEN: Final = re.compile(
    r"([\u4e00-\u9fff]{2,14}?)(?:贡献|创造|提供|解决|吸纳)了?(?:全[国省市县区镇]|近|超过|约|我[市县区])*$"
)
_LEVEL: Final = re.compile(
    r"(?:国家|省|市|县|州|地|部|厅|镇|乡)级(?:以上)?|[1-5]A级|国家[1-5]A级|[一二三四五]星级|[甲乙丙]级|[一二三]级"
)
#: Units of numbers behind which what is measured may stand, and the shortest nouns there.
_BEFORE_NOUNS: Final = frozenset(("count", "km", "m2", "mu", "ha", "CNY", "t", "kg", "jin", "kW", "m3"))
_PLACES: Final = frozenset("村县区乡镇")
#: 38公里|长的|环湖路, 行政村|中, 贫困村|的帽子
_LONG: Final = re.compile("^[长宽高深]?的")
_AMONG: Final = re.compile("(?<=..)[中里内]$")
#: 26户|人家
_HOUSEHOLDS: Final = re.compile("^(?:人家|住户)")
_ENDED: Final = re.compile(r"的|\(")
#: Kinds of things of which some are told by what was done with them.
_KIND: Final = re.compile(r"(乡镇|社区|案件|项目|企业|学校|小区|道路|工程|住房|合作社|机构|村|户|人员|者)(?:数)?$")
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
#: 相当于传统印染的|11倍
_TIMES_OF: Final = re.compile(r"(?:相当于|差不多是|是|约?为)[^,。;]+的$")
#: What those that are counted do or what was done with them, behind their name or their number: 6家老国企|停产, 其中22家已经投产.
_DONE: Final = re.compile(
    rf"(?:已经|已|全部|全|先后|相继|陆续|正式|顺利|集中|成功|整体|完成|实现)*({one_of(table('verbs')['done']['words'])})"
)
#: What was done with them before: 引进|配套企业.
_BEGUN: Final = re.compile(
    f"^(?:{one_of([*table('phrases')['naming']['words'], *table('verbs')['done']['words']])})(?=..)"
)
#: Of whom some are told apart: 上市公司14家,其中科创板2家、在香港上市3家.
_OF_THEM: Final = re.compile(r"其中[^。;,]{0,24}$")
#: What joins a noun behind a number to the next number.
_LEADS_ON: Final = re.compile(r"(?:合计|总计|共计|分别|均|达到|达|为|超过|约|占.*)*")
#: Near a share behind it, what it is: 近四成|是贫困劳动力.
_SHARE_IS: Final = re.compile(r"(?:以上|左右|多)?(?:都|均|皆)?(?:是|为|系|来自)(?:于)?([\u4e00-\u9fff“”]{2,12})")
#: 人均可支配收入|仅为|全省平均水平|的
_AVERAGE: Final = re.compile(r"(?:仅|只|才)?(?:为|是|有|相当于|达到?)(全[国省市县区州]平均水平|全[国省市]平均)的$")
_SOLD_TO: Final = re.compile(r"(?:销往|远销|畅销|行销|卖到|卖往|出口到|出口至|销到)了?$")
_FIRMS: Final = frozenset(("企业", "公司"))
_ZONE: Final = re.compile("园区|开发区|产业园|工业园|科创园|加工园|集聚区|园内|园里|开园|孵化")
#: That there is something; and the clause before, without a number.
_THERE: Final = frozenset(("有", "共有", "已有", "现有", "达"))
_CLAUSE: Final = re.compile(r"([^,。;:!?、]{2,24}),.?$")
_AWAY: Final = re.compile(r"[距离](?:离)?(?!退|职|婚|心|子)[^,。;、]{2,14}$")
#: Money that is put into something, and what is done with it.
_PUT: Final = frozenset(("投入", "投", "投资", "拿出", "斥资", "砸", "掏", "花", "花了", "投了", "安排", "出资"))
_MONEY: Final = ("金", "补贴", "补助", "奖励", "贷款", "款", "费")
_DOING: Final = frozenset(("开展", "实施", "推进"))
_LONG_WORK: Final = 12  #: Works are told in no more characters.
_MAKING: Final = frozenset(
    ("建成", "建起", "建设", "新建", "修建", "兴建", "建", "开展", "实施", "推进", "打造", "设立", "用于", "建造")
)
_INTO: Final = re.compile(
    rf"(?:左右|多)?({one_of([*_MAKING, '改造', '整治', '治理', '改建', '扩建', '升级', '修缮', '购置', '安装', '补助', '奖补', '修复', '维修', '收购'])})了?([^,。;]{{2,24}})"
)
_VILLAGE: Final = re.compile(r"[\u4e00-\u9fff]{2,4}(?:村|屯|寨|镇|乡|社区|小组|庄|湾)")
#: What those have come to of which a share is told.
_REACHED_BY: Final = re.compile(r"(?:都|均|已|全部)*(通)[上了]?([\u4e00-\u9fff]{1,6})")
_PRICED: Final = re.compile(r"每(?:公?斤|吨|米|平方米|立方米|张|个|间|箱|袋|株|枚|亩|头|只|度)(?:卖到?|售价)?$")


@dataclass(frozen=True)
class Words:
    """A quantity with its words, parsed: what every rule that proposes a candidate looks at."""

    material: Material
    place: Place
    carried: Carried
    kind: str
    phrase: Phrase
    behind: str
    quantity: Quantity
    #: Whether it counts things.
    counts: bool
    #: The measure word of the quantity before: what is counted by another is another thing.
    word_before: str

    def known(self, name: str) -> Indicator | None:
        return self.material.lexicon.aliases.get(name)


@dataclass(frozen=True)
class Candidate:
    """An indicator that a number may be of, the rule that proposes it, and its breakdown."""

    rule: str
    indicator: Indicator
    breakdown: str = "total"


def words_of(material: Material, place: Place, carried: Carried, kind: str) -> Words:
    """What stands around a quantity, parsed; ``kind`` is that of its figure."""
    quantity, previous = place.quantity, material.preceding(place.quantity)
    phrase, behind = _before(material, place, carried), _behind(material, place)
    counts, word = quantity.unit == "count" and quantity.form == "plain", previous.word if previous is not None else ""
    return Words(material, place, carried, kind, phrase, behind, quantity, counts, word)


def candidates(words: Words) -> Iterator[Candidate]:
    """All that a number may be of."""
    for rule in _RULES:
        yield from rule(words)


def named_before(words: Words) -> Iterator[Candidate]:
    """What the words before a number name."""
    for rule in (_bracketed, _completed, _own):
        yield from rule(words)


def _share_behind(words: Words) -> Iterator[Candidate]:
    """What a percentage is a share of where that stands behind it: 72%的税收, 92%的行政村通电."""
    place, carried = words.place, words.carried
    noun = _SHARED.match(place.right) if words.kind == "share" and "占" not in place.left else None
    if noun is None:
        return
    if any(match.indicator.unit == "percent" for match in words.material.lexicon.matches(place.left)):
        return
    name = phrases.behind(re.split(r"[和及、]|(?<!参)与", noun[1])[0], words.material.lexicon) or noun[1]
    if giver := _giver(words.material, place, carried):
        whole = words.known(name)
        yield Candidate("share behind", free(f"{giver}占{whole.label if whole else name}的比重", "percent", "flow"))
    else:
        reached = _REACHED_BY.match(noun[1].removeprefix(name))  # 92%的行政村通电
        label = f"{noun[1]}的比重" if "用于" in noun[1] else f"{''.join(reached.groups()) if reached else ''}{name}占比"
        yield Candidate("share behind", free(label, "percent", "stock"))


def _share_is(words: Words) -> Iterator[Candidate]:
    """What a share is of what was told before: 吸纳就业1860人,近四成是贫困劳动力; 工业税收有六成来自采选业."""
    told = _SHARE_IS.match(words.place.right) if words.kind == "share" and "占" not in words.place.left else None
    before = words.carried.indicator
    whole = words.phrase.name or (before.label if before is not None else "")
    if told and whole:
        part = phrases.behind(told[1], words.material.lexicon) or told[1]
        yield Candidate("share is", free(f"{part}占{whole.removesuffix('数')}的比重", "percent", "stock"))


def _share_of_another(words: Words) -> Iterator[Candidate]:
    """The share of what was told before that something gives, or the relation to an average: 线上渠道贡献了四分之一."""
    before, phrase = words.carried.indicator, words.phrase
    if words.kind != "share" or "占" in words.place.left or words.place.right.startswith("的"):
        return
    if phrase.said == "贡献" and before is not None and (part := phrase.topic or phrase.name):
        yield Candidate("share is", free(f"{part}占{before.label}的比重", "percent", "stock"))
    if average := _AVERAGE.search(words.place.left):
        part = bare(words.material, words.place.left[: average.start()]) or (before.label if before else "")
        known = words.known(part)
        yield Candidate(
            "share is", free(f"{known.label if known else part}相当于{average[1]}的比重", "percent", "stock")
        )


def _put_in(words: Words) -> Iterator[Candidate]:
    """What money was put into: 投入2.4亿元改造数字化车间."""
    if words.quantity.unit not in ("CNY", "USD") or words.phrase.said not in _PUT or words.phrase.name.endswith(_MONEY):
        return
    told = _INTO.match(words.place.right)
    if told is None:
        return
    quoted = re.search("“[^”]+”", told[2])
    noun = told[2][:_LONG_WORK] if told[1] in _DOING else phrases.behind(told[2], words.material.lexicon)
    noun = told[2][quoted.start() :] if quoted and told[2].endswith(_MONEY) else quoted[0] if quoted else noun
    if len(noun) > 1:
        verb = "" if told[1] in _MAKING else told[1]
        name = noun if noun.endswith(_MONEY) else f"{noun}{verb}投入"
        yield Candidate("put in", free(name, words.quantity.unit, "flow"))


def _sold_to(words: Words) -> Iterator[Candidate]:
    """How many places something goes to: 产品远销30个国家和地区."""
    if words.counts and words.behind and _SOLD_TO.search(words.place.left):
        topic = "产品" if "产品" in words.phrase.topic + words.phrase.name else ""
        yield Candidate("sold to", free(counted_label(f"{topic}销往{words.behind}"), "count", "stock"))


def _resident(words: Words) -> Iterator[Candidate]:
    """The firms of a zone: 园区聚集了168家企业."""
    firms = words.counts and words.behind in _FIRMS and _ZONE.search(words.place.clause + words.carried.subject)
    if firms and (found := words.known("入驻企业")):
        yield Candidate("resident", found)


def _distance(words: Words) -> Iterator[Candidate]:
    """How far a place is from another one: 县城北距吉林市区118公里."""
    if words.quantity.unit in ("km", "m") and _AWAY.search(words.place.left) and (found := words.known("距离")):
        yield Candidate("spoken", found)


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


def _outcome(words: Words) -> Iterator[Candidate]:
    """What became of those that are counted, where that makes an indicator: 48.6万贫困人口实现脱贫, 9.7万人饮水安全问题."""
    right, following = words.place.right, words.material.following(words.quantity)
    if not right and following is not None and following.begin == words.quantity.stop:
        right = words.material.text[following.stop : following.stop + 20]  # 3126户1.14万人稳定脱贫
    for entry, behind, before in _outcomes().get(words.quantity.word, ()):
        told = behind.match(right)
        if told and before.search(words.place.left):
            known = words.material.lexicon.indicators.get(entry.get("means", ""))
            yield Candidate("outcome", known or free(told.expand(entry["becomes"]), "count", "flow"))


@functools.cache
def _outcomes() -> dict[str, list[tuple[dict[str, str], re.Pattern[str], re.Pattern[str]]]]:
    """What can become of those that a word counts, with what stands behind and before their number."""
    found = defaultdict(list)
    for entry in table("indicators")["outcome"]:
        for word in entry["words"]:
            found[word].append((entry, re.compile(entry["pattern"]), re.compile(entry.get("before", "") + "$")))
    return found


def _population(words: Words) -> Iterator[Candidate]:
    """The people or households of a place, where nothing else is named: 全镇有7462户,28316人."""
    whole = {"户": "总户数", "人": "总人口"}.get(words.quantity.word)
    if whole and words.counts and not words.phrase.name and not words.behind and (found := words.known(whole)):
        yield Candidate("population", found)


def _by_unit(words: Words) -> Iterator[Candidate]:
    """What is measured of a thing by its unit (饲草2.3万亩), if what was told before does not say it (出栏生猪2万头,家禽9万羽)."""
    unit, word = words.quantity.unit, words.quantity.word
    whole = completed(words.phrase.name, words.quantity, words.carried.indicator)
    for entry in () if whole in words.material.lexicon.aliases else entries("indicators", "measured", unit, word):
        for noun in filter(None, (words.phrase.name, words.behind)):
            if (found := words.known(noun + entry["adds"])) and words.known(noun) in (None, found):
                yield Candidate("by unit", found)
                return
    noun = words.phrase.noun if words.phrase.verb else words.phrase.name or words.behind
    for entry in entries("verbs", "adds", unit, word) if noun else ():
        if {words.phrase.verb, words.phrase.said} & set(entry["verbs"]):
            name = noun if noun.endswith(entry["ends"][-1]) else noun + entry["ends"]
            yield Candidate("by unit", words.known(name) or free(name, words.quantity.unit, entry["flow"]))


def _product(words: Words) -> Iterator[Candidate]:
    """The output of a product in a list of outputs: 主要产品产量:服装3216万件,人造板23万立方米."""
    name, text = words.phrase.name, words.material.text
    start = _sentence_start(text, words.place, ends="。!?\n", reach=4 * REACH)
    if (
        "产品产量" not in text[start : words.place.left_start]
        or not name
        or name.endswith(("产量", "量", "率"))
        or words.quantity.form != "plain"
    ):
        return
    if words.quantity.unit not in ("percent", "CNY") and words.known(name) is None:
        whole = f"{name}产量"
        yield Candidate("by unit", words.known(whole) or free(whole, words.quantity.unit, "flow"))


def _verb_only(words: Words) -> Iterator[Candidate]:
    """What was done with those that were counted before: 入园企业87户,投产61户."""
    before, verb = words.carried.indicator, words.phrase.verb
    if before is None or not verb or verb != words.phrase.name or words.behind:
        return
    if not words.counts:
        if (
            before.unit == words.quantity.unit != "CNY" and words.quantity.form == "plain"
        ):  # 茶园面积9.6万亩,其中新植1.8万亩
            yield Candidate("verb", words.known(verb + before.label) or free(verb + before.label, before.unit, "flow"))
        return
    kind = _KIND.search(before.label)
    if kind and words.quantity.word in (words.word_before, "个", "项", "家"):
        name = f"{verb}{kind[1]}"
        yield Candidate("verb", words.known(name) or free(counted_label(name), "count", "flow"))
    elif words.quantity.word == "户":  # 试点村改水3400户
        name = f"{verb}户"
        yield Candidate("verb", words.known(name) or free(counted_label(name), "count", "flow"))


def _brought(words: Words) -> Iterator[Candidate]:
    """What only the verb before a number tells: 先后投入1.6亿元, 一年能挣20万元."""
    for entry in entries("indicators", "brought", words.quantity.unit, words.quantity.word):
        if words.phrase.said not in entry["said"] or (words.phrase.name and "named" not in entry):
            continue
        known = words.material.lexicon.indicators.get(entry.get("means", ""))
        yield Candidate("brought", known or free(entry["becomes"], words.quantity.unit, "flow"))


def _done(words: Words) -> Iterator[Candidate]:
    """Those of whom a verb behind them tells more: 6家老国企停产; 配套企业37家,其中22家已经投产; 73户入股."""
    if not words.counts or not (told := _DONE.match(_after_noun(words))):
        return
    counted = (one.label.removesuffix("数") for one in reversed(words.carried.seen[-3:]) if one.label.endswith("数"))
    noun = words.behind or (
        _BEGUN.sub("", next(counted, "")) if words.quantity.word in ("家", "个", "户", "项") else ""
    )
    noun = noun or {"户": "户", "人": "人"}.get(words.quantity.word, "")
    if noun and told[1] not in noun:
        name = told[1] + noun
        yield Candidate("done", words.known(name) or free(counted_label(name), "count", "flow"))


def _after_noun(words: Words) -> str:
    return words.place.right.partition(words.behind)[2] if words.behind else words.place.right


def _among(words: Words) -> Iterator[Candidate]:
    """Those of the ones before that a name tells apart: 上市公司14家,其中科创板2家、在香港上市3家."""
    before, name = words.carried.indicator, words.phrase.noun
    if before is None or not before.label.endswith("数") or not name or words.known(name):
        return
    if _KIND.search(name) or _LEVEL.fullmatch(name):
        return
    if not words.counts or words.quantity.word != words.word_before or not _OF_THEM.search(words.place.clause):
        return
    told = (one.label for one in words.carried.told[-4:] if before.label.endswith(one.label))
    label = min(told, key=len, default=before.label)
    begun = next((i for i in range(len(name)) if label.startswith(name[i:])), len(name))
    if begun < len(name) or name[-2:] not in label:
        whole = name[:begun] + label
        yield Candidate("among", words.known(whole) or free(whole, before.unit, before.flow))


def _of_whole(words: Words) -> Iterator[Candidate]:
    """The share of another part in the whole before: 山区占土地面积的96.8%,坝区只有3.2%."""
    before, name = words.carried.indicator, words.phrase.name
    shares = before is not None and bool(name) and words.kind == "share"
    told = re.fullmatch(r".+占(.+?)的比重", before.label) if before is not None and shares else None
    if told and "占" not in name and not name.endswith("率"):
        yield Candidate("of whole", free(f"{name}占{told[1]}的比重", "percent", "stock"))


def _priced(words: Words) -> Iterator[Candidate]:
    """The price of what stands before a unit of it: 春茶每公斤卖到180元."""
    told = _PRICED.search(words.place.left) if words.quantity.unit == "CNY" else None
    name = bare(words.material, words.place.left[: told.start()]) if told else ""
    if name and name[-1] not in "价入金费本格准":
        yield Candidate("priced", words.known(f"{name}价格") or free(f"{name}价格", "CNY", "notApplicable"))


def _clause_before(words: Words) -> Iterator[Candidate]:
    """What a verb alone tells of the thing that the clause before names: 甘蔗一项,种植1.6万亩."""
    if words.phrase.name or not words.phrase.said:
        return
    before = words.material.text[max(0, words.place.left_start - 12) : words.place.left_start]
    told = re.search(r"[。;\n\d]?([\u4e00-\u9fff]{2,6}?)(?:一项|方面|产业)?,$", before)
    if told is None:
        return
    for entry in table("indicators")["measured"]:
        if words.quantity.unit in entry["units"] and (found := words.known(told[1] + entry["adds"])):
            yield Candidate("clause before", found)
            return


def _told_before(words: Words) -> Iterator[Candidate]:
    """What is counted where the clause before names it: 像这样的社区工厂,全县已有58家."""
    if not words.counts or words.phrase.name or words.behind or words.phrase.said not in _THERE:
        return
    if clause := _CLAUSE.search(words.material.text, max(0, words.place.left_start - 26), words.place.left_start + 1):
        name = phrases.before(clause[1], words.material.lexicon).name
        known = words.known(name)
        if name and (known is None or fits(known, words.quantity)):
            yield Candidate("counted before", known or free(counted_label(name), "count", "stock"))


def _above(words: Words) -> Iterator[Candidate]:
    """What a line in its name limits: 500万元以上项目固定资产投资."""
    name = words.phrase.name
    before = words.material.preceding(words.quantity) if name and not words.counts else None
    if before is None or before.stop != words.place.left_start:
        return
    line = words.material.text[before.begin : before.stop]
    if line.endswith(("以上", "以下")):
        yield Candidate("above", free(line + name, words.quantity.unit, "flow"))


def _threshold(words: Words) -> Iterator[Candidate]:
    """What a threshold before it limits: 税收超千万元企业12家, 其中5亿元以上8个."""
    carried, quantity = words.carried, words.quantity
    if not carried.suffix or not words.counts:
        return
    noun = re.sub(r"^(?:元)?(?:以上|以下|及以上)?的?", "", words.place.left)
    noun = noun if noun.strip("的有") else carried.noun
    counted = _KIND.search(carried.indicator.label) if carried.indicator is not None else None
    name = bare(words.material, noun) or (counted[1] if counted else "")  # 企业320家,年产值过亿元的26家
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
    elif each and (before.unit == "CNY" or fits(before, words.quantity)):
        name = each[1] + before.label
        name = (
            name if words.known(name) else name.removesuffix("收入") if words.known(name.removesuffix("收入")) else name
        )
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
    told = re.sub(r"^(?:新培育|新增|新认定|培育)?(?:国家级|省级|市级|县级|州级|[1-5]?A级|全国)", "", before.label)
    name = level + told
    known = words.known(name) or words.known(name.removesuffix("数"))
    yield Candidate("level", known or free(name, "count", "stock"))


def _completed(words: Words) -> Iterator[Candidate]:
    """A name that leaves out what the ones before it said: 小学14所,在校生2960人; 生猪存栏、出栏; 城镇9.86亿元、乡村5.16亿元."""
    name, quantity, before = words.phrase.name, words.quantity, words.carried.indicator
    aliases = words.material.lexicon.aliases
    if not name or (len(name) > 8 and not words.phrase.joined):
        return
    if whole := completed(name, quantity, before):
        unit = "CNY" if quantity.unit == "percent" else quantity.unit
        yield Candidate("completed", words.known(whole) or free(whole, unit, "flow"))
    told = _told(words)
    if name.endswith("率") and 2 < len(name) < 5:
        begun = (label[: -len(name)] for label in told if label.endswith((name[:-1] + "数", name[:-1] + "量")))
        if beginning := next(begun, ""):  # 高考本科达线1324人,达线率43.7%
            yield Candidate("completed", words.known(beginning + name) or free(beginning + name, "percent", "flow"))
    for rule, analogous in (("of", _begun), ("completed", _ended)):
        names = (whole for label in told for whole in analogous(name, label) if whole in aliases and whole != name)
        found = (one for whole in names if fits(one := aliases[whole], quantity))
        if (indicator := next(found, None)) is not None:
            yield Candidate(rule, indicator)


def _completed_by(words: Words) -> Iterator[Candidate]:
    """A general name with the thing that the sentence told before: 护林员618名,人均年工资7500元; 装上电梯,总价52万元."""
    start = _sentence_start(words.material.text, words.place)
    for way, name in completing.completed(words.material, words.place, words.carried, words.phrase, start):
        found = words.known(name)
        if found is None or fits(found, words.quantity):
            label = counted_label(name) if words.counts else name
            yield Candidate(way, found or free(label, words.quantity.unit, "flow" if FLOW.search(name) else "unknown"))


def _told(words: Words) -> list[str]:
    """What a name may leave out, the likeliest first: the clause's topic, the indicators before, the crop that was grown."""
    carried, start = words.carried, _sentence_start(words.material.text, words.place)
    told = [words.phrase.topic] if words.phrase.topic else []
    told += [carried.indicator.label] if carried.indicator is not None else []
    told += [one.label for one in reversed(carried.seen[-4:])]
    grown = _GROWN.findall(words.material.text[start : words.place.left_start])
    return list(dict.fromkeys([*told, *grown[-1:]]))


def _begun(name: str, label: str) -> Iterator[str]:
    """A name with the beginning of another one: 小学|在校生."""
    for cut in range(len(label), 1, -1):
        yield label[:cut] + name


def _ended(name: str, label: str) -> Iterator[str]:
    """A name with the end of another one: 城镇|消费品零售额."""
    for cut in range(1, len(label) - 1):
        yield name + label[cut:]


def _own(words: Words) -> Iterator[Candidate]:
    """What the words before the number name."""
    place, carried, name = words.place, words.carried, words.phrase.name
    if PLAN.fullmatch(place.left.strip(",、 ")):
        return  # 完成年度任务的118%
    if words.quantity.form == "points":
        name = re.sub(r"^(?:拉动|带动|推动|影响)(?:全[市县区省])?", "", name)
    if not name or only_joins(name) or (words.phrase.has and words.behind):
        return  # 民宿有12间客房
    if words.quantity.word in ("户", "人") and _VILLAGE.fullmatch(name):
        return  # 石厝村有312户
    if any(True for rule in (_above, _of_whole, _share_is) for _ in rule(words)):
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
    found = households(words.material, linked(words.material, name, words.quantity, carried), words.quantity)
    yield Candidate("own", _listed_new(words, found))


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
    if words.counts and words.quantity.word != words.word_before:
        return  # 村民小组5个,186户
    before = material.preceding(place.quantity)
    if before is not None and before.form == "duration":  # 粮食产量连续12年稳定在60万吨以上
        before = material.preceding(before)
    start = max(_sentence_start(material.text, place), before.stop if before else 0)
    told = material.lexicon.matches(material.text[start : place.left_start])
    named = [match for match in told if fits(match.indicator, place.quantity) and len(match.alias) > 2]
    if named:
        yield Candidate("earlier", named[-1].indicator)


def _before(material: Material, place: Place, carried: Carried) -> Phrase:
    """The words before a number, parsed; the names of things among them are no part of what is measured."""
    cuts = [
        (start - place.left_start, end - place.left_start)
        for start, end, _ in material.mentions_in(place.left_start, place.quantity.begin)
        if end < place.quantity.begin
    ]
    counted = len(_counted_before(material, place)) if carried.behind else 0
    left = _TIMES_OF.sub("", place.left) if place.quantity.form == "times" else place.left
    phrase = phrases.before(" " * counted + left[counted:], material.lexicon, cuts)
    stem = material.anchor.place[:-1]
    rest = phrase.name.removeprefix(stem)
    if len(stem) > 1 and rest != phrase.name and len(rest) > 2 and phrase.name not in material.lexicon.aliases:
        return replace(phrase, name=rest)
    return phrase


def _counted_before(material: Material, place: Place) -> str:
    """The noun of the number before, where that stands behind it: 430家|企业|、2.6万名从业人员."""
    before, left = material.preceding(place.quantity), place.left
    if before is None or before.stop != place.left_start:
        return ""
    noun = phrases.behind(left.removeprefix("的"), material.lexicon).partition("的")[0]
    noun = _without_measure(material, noun, left)
    return ("的" if left.startswith("的") else "") + noun


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
    right = _HOUSEHOLDS.sub("", right) if place.quantity.word == "户" else right
    noun = phrases.behind(_LONG.sub("", right), material.lexicon, lambda one: fits(one, place.quantity))
    noun = _AMONG.sub("", _ENDED.split(noun)[0].strip("·-、和与及"))
    if following is not None:
        noun = _without_measure(material, noun, right)
    if noun.count("“") != noun.count("”"):
        noun = re.sub("[“”]", "", noun)
    return noun if len(noun) > 1 or noun in _PLACES else ""


def _without_measure(material: Material, noun: str, words: str) -> str:
    """A noun behind a number without what the next number measures of it: 三个安置小区|总建筑面积158万平方米."""
    if not noun or not _LEADS_ON.fullmatch(words.partition(noun)[2]):
        return noun
    general = table("phrases")["general"]["words"]
    for cut in range(2, len(noun) - 1):
        known = material.lexicon.aliases.get(noun[cut:])
        if noun[cut:] in general or (known is not None and known.unit != "count"):
            return noun[:cut]
    return noun


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
    if words.carried.indicator is not None and next(_share_is(words), None) is None:
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


def _sentence_start(text: str, place: Place, ends: str = "。!?\n;", reach: int = REACH) -> int:
    low = max(0, place.quantity.begin - reach)
    return low + max(map(text[low : place.quantity.begin].rfind, ends)) + 1


_RULES: Final = (
    _share_behind, _share_is, _share_of_another, _put_in, _sold_to, _resident, _distance, _bracketed, _outcome, _done, _above, _threshold, _population, _brought, _by_unit, _product, _clause_before, _told_before, _priced, _of_whole, _among, _verb_only, _adjacent, _averaged, _whole, _level, _completed, _completed_by,
    _own, _named_behind, _earlier, _carried,
)  # fmt: skip
