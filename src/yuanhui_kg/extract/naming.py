"""Names and indicators: the concept that a name means, or an indicator of its own for one that the ontology lacks."""

from __future__ import annotations

import functools
import re
from collections import defaultdict
from typing import Any, Final

from . import phrases
from .contexts import Carried, Material, Place
from .records import Indicator, Quantity
from .tables import one_of, table
from .wording import AREAS, FLOW, STOCK, counted_label, fits, neutral, pure_verb

#: Behind the name of a known indicator: nothing that makes it another one.
_ADDED: Final = re.compile(
    r"(?:总|的)?(?:改造|整治|退役|涨幅|降幅|减幅|跌幅|数量|总数|总量|总额|规模|水平|面积|余额|户数|人数|人次|里程|数|量|额|值|率|工作|建设|任务|投资|标准|指数|总水平|增速|增幅)*(?:全部|均|都|已)?$"
)
#: What is measured of things that an indicator counts.
_AMOUNT: Final = re.compile("投资|产值|余额|面积|里程|金额")
#: Words that only join the parts of a name.
_JOINING: Final = re.compile(r"(?<!^)(?:实现|完成|累计|的|年(?=出栏|存栏|产量|接待|吞吐))")
#: What the name of what is counted may end with, by the measure word.
_COUNTS: Final = {"户": ("户数",), "人": ("人数", "人口"), "人次": ("人次",), "名": ("人数",)}
#: Verbs that begin names.
_VERBS: Final = tuple(table("phrases")["naming"]["words"])
#: A verb with what it is done to, but not with a measure alone: 拆除违建, 出口额.
_DONE_TO: Final = re.compile(f"(?:{one_of(_VERBS)})..")
_BRACKETED: Final = re.compile(r"\(([^()]+)\)(?:为|是|达|达到)?$")
_PEOPLE: Final = re.compile(r"(?:人口|人数)$")
#: Measure words of people, and how indicators of households end.
_PERSONS: Final = frozenset(("人", "名", "口", "位"))
_HOUSEHOLDS: Final = "户数"
#: Measure words of what is done again and again that names end with.
_TURNS: Final = tuple(word for word in (*table("words")["again"]["turns"], "人次") if len(word) > 1)
#: How names end that tell what is measured of an area.
_SIZED: Final = re.compile(
    "(?:面积|规模|总量|产能|能力|率|重|比例|产量|强度|效益|占地|用地量|[^海湖]量|任务|目标|标准|指标)$"
)
_PLANTS: Final = tuple(table("indicators")["ends"]["plants"])
#: How things end that are measured by their length.
LINES: Final = tuple(table("indicators")["ends"]["lines"])
#: What is left of the names of measures that are of no thing of their own: 占地|面积.
NO_THINGS: Final = frozenset(table("indicators")["measures"]["alone"])
#: Who was harmed, by the events told before: 火灾14起,死亡|1人.
_HARMED: Final = re.compile("(死亡|受伤|失踪)(?:人数)?")
_EVENTS: Final = re.compile("(.*(?:事故|火灾|[洪水旱灾雪]灾|地震|案件|滑坡|泥石流))(?:起数|次数|数)")
#: Units of weight, and how names end that tell what is weighed.
_WEIGHTS: Final = frozenset(("t", "kg", "jin"))
_WEIGHED: Final = re.compile("(?:[量产重率耗]|能力|产能|规模|储备|任务|目标|指标|吨位|库容)$")
#: What is signed, of which money is the worth.
_SIGNED: Final = ("订单", "合同", "协议", "大单", "消费券", "代金券")
_MONEY_UNITS: Final = frozenset(("CNY", "USD", "HKD", "EUR"))
#: 云台山|景区|面积
_HAS_AREA: Final = re.compile(
    "(景区|园区|港区|校区|矿区|灌区|库区|林区|保护区|度假区|风景区|湿地公园|开发区)(?:总|规划)?面积[^,。;]{0,4}$"
)
_NEAR: Final = 60  #: How far before a number the thing is told that an alias is of.
_LONGEST: Final = 24  #: No name that the ontology lacks is longer.


def free(label: str, unit: str, flow: str) -> Indicator:
    """An indicator that the ontology lacks; of speech whose quotation mark it takes along it has none."""
    if label.count("“") != label.count("”"):
        label = label.replace("“", "").replace("”", "")
    return Indicator("", label.replace("规上", "规模以上"), unit, flow, False)


def bare(material: Material, text: str) -> str:
    """The name that a stretch of words ends with."""
    return phrases.before(text, material.lexicon).name


def bracketed(material: Material, place: Place) -> Indicator | None:
    """The variable that stands in brackets right before a number: 占总人口比重(城镇化率)84.3%."""
    found = _BRACKETED.search(place.left)
    indicator = material.lexicon.aliases.get(found[1]) if found else None
    return indicator if indicator and indicator.unit == place.quantity.unit == "percent" else None


def linked(material: Material, name: str, quantity: Quantity, carried: Carried) -> Indicator:
    """The indicator of a name: a known one whose name it is but for words that change nothing, else one of its own."""
    found = _whole(material, name, quantity, carried) or _within(material, name, quantity, carried)
    return found or _named(material, name, quantity, carried)


def _whole(material: Material, name: str, quantity: Quantity, carried: Carried) -> Indicator | None:
    """The known indicator of a name with its measure word, without 年 and words that only join its parts."""
    plain = _JOINING.sub("", name)
    counted = [plain + end for end in _COUNTS.get(quantity.word, ())]
    for one in (*counted, plain, plain.removeprefix("年")):
        found = material.lexicon.aliases.get(one)
        if found is not None and fits(found, quantity):
            return in_context(material, found, one, carried, quantity.begin)
    return None


def _within(material: Material, name: str, quantity: Quantity, carried: Carried) -> Indicator | None:
    """The known indicator inside a name, where the other words leave it the same."""
    matches = [match for match in material.lexicon.matches(name) if fits(match.indicator, quantity)]
    if quantity.unit in ("percent", "permille") and name.endswith("率"):
        matches = [match for match in matches if match.end == len(name)]
    best = next((m for m in reversed(matches) if m.end >= len(name) - 1), matches[-1] if matches else None)
    if best is not None and best.end == len(name) and _DONE_TO.match(best.alias):
        return best.indicator  # 河道两岸|拆除违建: who did it
    if best is None or (best.indicator.unit == "count" and _AMOUNT.search(name[best.end :])):
        return None  # 民生工程投资 are no 民生工程
    if not _ADDED.match(name[best.end :]) or not _same(name[: best.start], best.indicator, quantity):
        return None
    return in_context(material, best.indicator, best.alias, carried, quantity.begin)


def _same(before: str, indicator: Indicator, quantity: Quantity) -> bool:
    """Whether words before a known name do not narrow it: 全社会, or a verb where the indicator is of what is done."""
    if neutral(before, counted=quantity.unit == "count"):
        return True
    if len(indicator.label.removesuffix("数")) <= 2:
        return False  # 开工建设项目数 are not all 项目数
    return pure_verb(before) and (indicator.flow == "flow" or indicator.label.startswith(before))


def in_context(material: Material, indicator: Indicator, alias: str, carried: Carried, begin: int) -> Indicator:
    """The narrower indicator that an alias means behind another one (税收收入 behind 一般公共预算收入) or behind words (床位 behind 民宿).

    :param begin: where the quantity begins.
    """
    for means, about, unless in _beside().get(alias, ()):
        told = material.text[max(material.text.rfind("\n", 0, begin) + 1, begin - _NEAR) : begin] + carried.subject
        if about.search(told) and not unless.search(told):
            return material.lexicon.indicators[means]
    for entry in table("indicators")["context"]:
        if alias == entry["alias"] and any(seen.id == entry["after"] for seen in carried.seen[-entry["near"] - 1 :]):
            return material.lexicon.indicators[entry["means"]]
    if harmed := _HARMED.fullmatch(alias):
        events = (_EVENTS.fullmatch(seen.label) for seen in reversed(carried.seen[-3:]))
        if event := next(filter(None, events), None):  # 火灾14起,死亡|1人
            name = f"{event[1]}{harmed[1]}人数"
            return material.lexicon.aliases.get(name) or free(name, "count", "flow")
    return indicator


@functools.cache
def _beside() -> dict[str, list[tuple[str, re.Pattern[str], re.Pattern[str]]]]:
    """What an alias means behind words of a kind, and behind which it does not."""
    found = defaultdict(list)
    for entry in table("indicators")["beside"]:
        for alias in entry["aliases"]:
            found[alias].append(
                (entry["means"], re.compile(one_of(entry["about"])), re.compile(one_of(entry["unless"])))
            )
    return dict(found)


def named(material: Material, name: str, quantity: Quantity, carried: Carried) -> Indicator:
    """The indicator of words that may leave out what was said before them, or that the ontology does not know."""
    return _named(material, bare(material, name) or name.strip("、,的“”《》()- "), quantity, carried)


def _named(material: Material, core: str, quantity: Quantity, carried: Carried) -> Indicator:
    if (exact := material.lexicon.aliases.get(core)) and fits(exact, quantity):
        return in_context(material, exact, core, carried, quantity.begin)
    if whole := completed(core, quantity, carried.indicator):
        return material.lexicon.aliases.get(whole) or free(whole, _money(quantity), "flow")
    if spoken := _spoken(material, core, quantity, carried):
        return spoken
    if output := _output(core, quantity):
        return material.lexicon.aliases.get(output) or free(output, quantity.unit, "flow")
    label = counted_label(core, quantity.word) if quantity.unit == "count" else core
    if core == "面积" and quantity.unit == "km2" and (of := _area_of(material, quantity)):
        return material.lexicon.aliases.get(of) or free(of, quantity.unit, "stock")
    if quantity.unit in AREAS and core.endswith("占地") and (site := material.lexicon.aliases.get("占地面积")):
        return site  # 育苗中心|占地|320亩
    if quantity.unit in AREAS and core and not _SIZED.search(core):
        label = f"{core}面积"  # 温室|320亩
    elif quantity.unit in _MONEY_UNITS and core.endswith(_SIGNED):
        label = f"{core}金额"  # 出口订单|1150万美元
    elif quantity.unit in _WEIGHTS and core and not _WEIGHED.search(core):
        label = f"{core}量"  # 当天卸鱼|1900吨
    elif quantity.unit == "kW" and core.endswith(_PLANTS):
        label = f"{core}装机容量"  # 建成|5万千瓦|光伏电站
    elif quantity.unit in ("km", "m") and core.endswith(LINES):
        label = f"{core}长度"  # 更新供热管网|36公里
    if label != core and (known := material.lexicon.aliases.get(label)) is not None and fits(known, quantity):
        return known
    flow = "flow" if FLOW.search(core) else "stock" if STOCK.search(core) else "unknown"
    return free(label[-_LONGEST:], quantity.unit, flow)


def _area_of(material: Material, quantity: Quantity) -> str:
    """What the area is of that is told alone: of the text's own place (土地面积), or of a thing of a kind (云台山景区|面积38平方公里)."""
    start = material.text.rfind("\n", 0, quantity.begin) + 1
    told = material.text[max(start, quantity.begin - _NEAR) : quantity.begin]
    sentence = re.split("[。;!?]", told)[-1]
    if kind := _HAS_AREA.search(sentence):
        return kind[1] + "面积"
    named = [one.name for _, _, one in material.mentions_in(quantity.begin - len(sentence), quantity.begin)]
    return "土地面积" if named and named[0] == material.anchor.place else ""


def completed(name: str, quantity: Quantity, before: Indicator | None) -> str:
    """A name with what it leaves out because the one before it said so: 单产, 出栏, 采矿业, 住宅; empty if nothing."""
    label = before.label if before is not None else ""
    for entry in table("indicators")["completed"]:
        if name in entry["names"] and (end := next(filter(label.endswith, entry["after"]), "")):
            thing = label.removesuffix(end)
            return thing + str(entry.get("adds", name)) if thing not in NO_THINGS else ""
    for entry, names in _shared(quantity.unit, quantity.word):
        if not names.fullmatch(name):
            continue
        if end := _ending(label, entry["ends"]) or _implied(entry, quantity, before):
            joins = str(entry.get("joins", ""))
            return name.removesuffix(joins) + joins + end
    return ""


def _ending(label: str, ends: list[str]) -> str:
    return next((end for end in ends if label.endswith(end) and label != end), "")


def _implied(entry: dict[str, Any], quantity: Quantity, before: Indicator | None) -> str:
    """What is meant of a sector where nothing was told before but the whole: 第二产业增长5.1%."""
    whole = before is not None and before.id == entry.get("whole")
    return str(entry["ends"][0]) if "whole" in entry and (whole or quantity.unit == "percent") else ""


@functools.lru_cache(maxsize=4096)  # as many as there are units and measure words, for each section
def entries(name: str, section: str, unit: str, word: str) -> tuple[dict[str, Any], ...]:
    """The entries of a section of a table that are of a unit or of a measure word."""
    return tuple(entry for entry in table(name)[section] if unit in entry["units"] or word in entry["units"])


@functools.lru_cache(maxsize=1024)
def _shared(unit: str, word: str) -> list[tuple[dict[str, Any], re.Pattern[str]]]:
    """What names leave out because the one before said it, each with a pattern of these names."""
    return [
        (entry, re.compile(entry["names"] if isinstance(entry["names"], str) else one_of(entry["names"])))
        for entry in entries("indicators", "shared", unit, word)
    ]


def _spoken(material: Material, name: str, quantity: Quantity, carried: Carried) -> Indicator | None:
    """The indicator of a turn of speech: 距县城, 户均年增收, 对经济增长的贡献率."""
    for entry in entries("indicators", "spoken", quantity.unit, quantity.word):
        if told := re.fullmatch(entry["pattern"], name):
            if "means" in entry:
                return material.lexicon.indicators.get(entry["means"])
            before = carried.indicator.label if entry.get("before") and carried.indicator is not None else ""
            before = re.sub("占.+的比重$", "", before).removesuffix("增加值")  # 第一产业对经济增长的贡献率
            label = before + told.expand(entry["becomes"])
            known = map(material.lexicon.aliases.get, (label, label.replace("年产量", "产量")))
            found = next((one for one in known if one is not None and fits(one, quantity)), None)
            return found or free(label, quantity.unit, str(entry.get("flow", "flow")))
    return None


def _output(name: str, quantity: Quantity) -> str:
    """The output of a product that stands alone before a weight: 河蟹, 纱; empty where something else was done with it."""
    output = table("indicators")["output"]
    if quantity.unit not in output["units"] or re.search(output["unless"], name) or name.startswith(_VERBS):
        return ""
    return re.sub(r"^年?产(?![品业地能值销出])(?=.)", "", name.removesuffix("总产")) + str(output["word"])


def _money(quantity: Quantity) -> str:
    return quantity.unit if quantity.unit != "percent" else "CNY"


def households(material: Material, indicator: Indicator, quantity: Quantity) -> Indicator:
    """The households of an indicator of people where households are counted: 总人口7826户2.94万人."""
    people = _PEOPLE.search(indicator.label) if quantity.word == "户" else None
    if people is None:
        return indicator
    name = indicator.label[: people.start()] + "户数"
    return material.lexicon.aliases.get(name) or free(name, "count", indicator.flow)


def by_turn(material: Material, indicator: Indicator, word: str) -> Indicator:
    """What was told in turns of one kind, in those of another: 接待35批次、|280人次."""
    turn = next(filter(indicator.label.endswith, _TURNS), "") if word in _TURNS else ""
    if not turn or turn == word or len(indicator.label) == len(turn):
        return indicator
    label = indicator.label.removesuffix(turn) + word
    return material.lexicon.aliases.get(label) or free(label, "count", indicator.flow)


def people(material: Material, indicator: Indicator, quantity: Quantity) -> Indicator:
    """The people of an indicator of households where people are counted: 搬迁安置320人."""
    if quantity.word not in _PERSONS or not indicator.label.endswith(_HOUSEHOLDS):
        return indicator
    stem = indicator.label.removesuffix(_HOUSEHOLDS)
    known = (material.lexicon.aliases.get(stem + end) for end in ("人口", "人数"))
    return next(filter(None, known), None) or free(f"{stem}人数", "count", indicator.flow)
