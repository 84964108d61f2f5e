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
    neutral,
    only_joins,
    owned,
    per,
    pure_verb,
    without_growth,
)  # fmt: skip

_BEHIND_STOP: Final = re.compile(
    rf"(?!从业|有效|有机|居民|列车|位于|实用|均衡|按摩|正高|副高)(?:{one_of(WORDS['behind']['stop'])})"
)
_NOUN: Final = re.compile(r"[“”\u4e00-\u9fffA-Za-z·、()-]{1,28}")
#: What owns something, before the name of what it owns: 园区规划面积, 街道党工委下设基层党组织, 城区新建改造道路.
_OWNER: Final = re.compile(
    rf"^(?:(?:(?:工业|产业)?园区|开发区|街道(?:党工委|办事处)?(?!级)|公司|集团|景区|高新区|集聚区|产业园|镇村|全县各地)(?=.{{4}})|县城(?=.{{6}})|(?:城区|县城|市区|镇区)(?={FLOW.pattern}))"
)
#: 佤族、拉祜族等少数民族人口
_EXAMPLES: Final = re.compile(r"^(?:[^等]{1,40}[、和])?[^、和等]{2,10}等(?=..)")
_BEHIND_CUT: Final = re.compile(
    rf"(?<!^)(?:、(?!万)|和(?!谐|地区)|与|及|以及|的(?=.{{0,2}}$)|中(?=$|有)|获|[(]|{one_of(WORDS['behind']['cut'])})"
)
#: What a second measure of the same things measures, by its unit or measure word.
_KIND: Final = re.compile(r"(项目|企业|学校|小区|道路|工程|住房|合作社|机构)(?:数)?$")
#: 高于全省平均水平1.1个百分点
_AGAINST: Final = re.compile(r"(?:高于|低于|快于|高出|好于|优于|领先|高|低|快)[^,。;]{0,12}$")
#: Behind the name of a known indicator: nothing that makes it another one.
_ADDED: Final = re.compile(
    r"(?:总|的)?(?:改造|整治|退役|涨幅|降幅|减幅|跌幅|数量|总数|总量|总额|规模|水平|面积|余额|户数|人数|人次|里程|数|量|额|值|率|工作|建设|任务|投资|标准|指数|总水平|增速|增幅)*(?:全部|均|都|已)?$"
)
#: 126个重点项目完成投资182.5亿元: what was counted before is no part of the name.
_COUNTED_FIRST: Final = re.compile(
    r"^[\u4e00-\u9fff“”]{2,14}?(?:共|累计|已)?(?:完成|实现|达到)(?=[\u4e00-\u9fff]{0,6}(?:投资|产值|收入|税收|利润|销售|营收))"
)
#: 民营经济贡献了全市72%的税收
_GIVEN: Final = re.compile(
    r"([\u4e00-\u9fff]{2,14}?)(?:贡献|创造|提供|解决|吸纳)了?(?:全[国省市县区镇]|近|超过|约|我[市县区])*$"
)
#: What alone tells which of those before are counted: 龙头企业38家,其中国家级1家、省级6家.
_LEVEL: Final = re.compile(
    r"(?:国家|省|市|县|州|地|部|厅|镇|乡)级(?:以上)?|[1-5]A级|国家[1-5]A级|[一二三四五]星级|[甲乙丙]级|[一二三]级"
)
#: 村小学现有教师9人: who has them is no part of the name of what is had.
_HOLDER: Final = re.compile(r"^(?!每)[\u4e00-\u9fff]{1,8}(?:现有|拥有|共有|下设|设有|配有|建有|设立)(?=..)")
_SECOND: Final = {
    "km": ("里程",), "m": ("长度",), "m2": ("面积",), "mu": ("面积",), "ha": ("面积",), "km2": ("面积",), "人": ("人口", "人数"), "户": ("户数",),
    "CNY": ("资金",),
}  # fmt: skip
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


def link(material: Material, place: Place, carried: Carried, kind: str) -> tuple[Indicator, str, str]:
    """The indicator of a figure, the rule that found it, and the breakdown (total for the whole)."""
    quantity = place.quantity
    breakdown = "total"
    if kind == "share" and (behind := _share_behind(material, place, carried)):
        return behind, "noun behind", breakdown
    if (
        found := _adjacent(material, place, carried)
        or _made(material, place, carried)
        or _averaged(material, place, carried)
    ):
        return found, "noun", breakdown
    if quantity.unit in ("count",) and quantity.form == "plain":
        counted = _counted(material, place, carried)
        if counted is not None:
            return (*counted, breakdown if not carried.suffix else _line_of(carried))
    if (total := _total(material, place.left, carried)) is not None and fits(total, quantity):
        return total, "carried on", breakdown
    if (crop := _produced(material, place)) is not None:
        return crop, "alias", breakdown
    left = from_left(material, place, carried)
    if left is not None:
        return left, "alias" if left.known else "noun", breakdown
    if (since := _since(material, place)) is not None:
        return since, "alias", breakdown
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
    noun = _behind(material, place)
    if noun:
        return _resolve(material, noun, quantity, carried, place.left), "noun behind", breakdown
    if carried.indicator is not None:
        return carried.indicator, "carried on", breakdown
    before = material.text[_sentence_start(material.text, place) : place.left_start]
    earlier = [m.indicator for m in material.lexicon.matches(before) if fits(m.indicator, quantity)]
    if earlier and only_joins(bare(material, place.left)):
        return earlier[-1], "carried on", breakdown
    return named(material, bare(material, place.clause) or "未命名指标", quantity, carried), "noun", breakdown


def _share_behind(material: Material, place: Place, carried: Carried) -> Indicator | None:
    """What a percentage is a share of where that stands behind it: 72%的税收, 92%的行政村通电."""
    if not place.right.startswith("的") or not (noun := re.match(r"的([\u4e00-\u9fff]{2,12})", place.right)):
        return None
    before = [m for m in material.lexicon.matches(place.left) if m.indicator.unit == "percent"]
    if before or "占" in place.left:
        return None
    name = re.split(r"[和与及、]", noun[1])[0]
    if giver := _giver(material, place, carried):
        whole = material.lexicon.aliases.get(name)
        return free(f"{giver}占{whole.label if whole else name}的比重", "percent", "flow")
    return free(f"{name}的比重" if "用于" in name else f"{name}占比", "percent", "stock")


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


def _adjacent(material: Material, place: Place, carried: Carried) -> Indicator | None:
    """What a second measure of the same things measures: 道路36条58.2公里, 群众1126户4870人."""
    quantity, before = place.quantity, material.preceding(place.quantity)
    if before is None or before.stop != quantity.begin or carried.indicator is None or carried.suffix:
        return None
    if quantity.form != "plain" or before.unit != "count" or before.word == quantity.word:
        return None
    stem = re.sub(r"(?:户数|人数|套数|数)$", "", carried.indicator.label)
    ends = _SECOND.get(quantity.unit if quantity.unit != "count" else quantity.word, ())
    if quantity.word == "人":
        stem = stem.removesuffix("人口").removesuffix("户").removesuffix("农")
    names = [stem + end for end in ends]
    known = next((found for name in names if (found := material.lexicon.aliases.get(name))), None)
    return known or (free(names[0], quantity.unit, carried.indicator.flow) if names else None)


def _made(material: Material, place: Place, carried: Carried) -> Indicator | None:
    """What is made, told behind its number: 开工建设5万千瓦光伏电站, 改造12万平方米老旧小区."""
    if place.quantity.unit not in ("km", "m2", "mu", "ha", "kW", "m3") or place.quantity.form != "plain":
        return None
    words = bare(material, place.left)
    if (
        not words
        or not (pure_verb(words) or pure_verb(place.left.strip(",、")))
        or not (noun := _behind(material, place))
    ):
        return None
    if material.lexicon.aliases.get(words) is not None:
        return None
    return linked(material, words + noun, place.quantity, carried)


def _averaged(material: Material, place: Place, carried: Carried) -> Indicator | None:
    """存款余额236亿元,人均2.1万元: the variable before, per person."""
    area = re.fullmatch(r"[,、]?(农村|城镇|城市|乡村)(?:居民)?(人均|户均)(?:达到|达|为|约)?", place.left.strip())
    if (
        area
        and carried.indicator is not None
        and (told := re.match(r"(?:农村|城镇|城市|乡村)(?:居民)?(?=人均|户均)", carried.indicator.label))
    ):
        name = area[1] + carried.indicator.label[told.end() :]  # 城市人均住房面积26.8平方米,农村人均31.2平方米
        return material.lexicon.aliases.get(name) or free(name, place.quantity.unit, carried.indicator.flow)
    found = re.fullmatch(r"[,、]?(?:其中)?(人均|户均|亩均|村均|日均|月均)(?:达到|达|为|约|超过)?", place.left.strip())
    if not found or carried.indicator is None or carried.indicator.unit not in ("CNY", place.quantity.unit):
        return None
    name = found[1] + carried.indicator.label
    return material.lexicon.aliases.get(name) or free(name, place.quantity.unit, carried.indicator.flow)


def _since(material: Material, place: Place) -> Indicator | None:
    """The indicator named last since the number before, in an earlier clause: 粮食总产实现“十二连增”,达到312.5万吨."""
    if not only_joins(bare(material, place.left)):
        return None
    before = material.preceding(place.quantity)
    if before is not None and before.form == "duration":  # 粮食产量连续12年稳定在60万吨以上
        before = material.preceding(before)
    start = max(_sentence_start(material.text, place), before.stop if before else 0)
    words = material.text[start : place.left_start]
    named = [m for m in material.lexicon.matches(words) if fits(m.indicator, place.quantity) and len(m.alias) > 2]
    return named[-1].indicator if named else None


def _produced(material: Material, place: Place) -> Indicator | None:
    """The output of what was said to be produced earlier in the sentence: 粮食生产实现“八连丰”,2011年总产达31.8万吨."""
    if place.quantity.unit not in ("t", "kg", "jin") or bare(material, place.left) not in ("总产", "总产量", "产量"):
        return None
    start = _sentence_start(material.text, place)
    told = re.findall(r"([\u4e00-\u9fff]{2})(?:生产|种植|播种)", material.text[start : place.left_start])
    return material.lexicon.aliases.get(told[-1] + "产量") if told else None


def _line_of(carried: Carried) -> str:
    line, carried.suffix = carried.suffix, ""
    return line


def _counted(material: Material, place: Place, carried: Carried) -> tuple[Indicator, str] | None:
    """What a count counts: the noun before the number, or behind it where a verb or nothing stands before."""
    quantity = place.quantity
    left = place.left
    if carried.behind and re.fullmatch(r"[\u4e00-\u9fff“”]{1,14}[、和与及]", left):
        left = ""  # 430家企业、2.6万名从业人员
    if carried.suffix:
        noun = re.sub(r"^(?:元)?(?:以上|以下|及以上)?的?", "", left)
        noun = noun if noun.strip("的有") else carried.noun
        carried.noun = noun
        joined = carried.prefix + bare(material, noun)
        alias = material.lexicon.aliases.get(joined)
        if alias and "税" in carried.prefix:
            return alias, "threshold"
        name = f"{carried.prefix}{carried.line}{bare(material, noun)}" if bare(material, noun) else ""
        if name:
            return free(counted_label(name), "count", "stock"), "threshold"
    if (outcome := _outcome(material, place)) is not None:
        return outcome, "noun behind"
    if (total := _total(material, left, carried)) is not None:
        return total, "carried on"
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
            verb = core if core in _LABEL_VERBS or pure_verb(core) else ""
            if found.known and found.flow == "stock" and core.endswith("覆盖"):
                return free(counted_label(core + behind), "count", "stock"), "noun behind"  # 主电网覆盖58个行政村
            flow = "flow" if FLOW.search(left[-8:]) else "stock"
            return found if found.known else free(counted_label(verb + behind), "count", flow), "noun behind"
    elif pure_verb(core) and carried.indicator is not None and (kind := _KIND.search(carried.indicator.label)):
        return free(f"{core}{kind[1]}数", "count", "flow"), "noun"  # 开工建设重大项目268个, 竣工投产121个
    if carried.indicator is not None and _LEVEL.fullmatch(core):
        name = core + re.sub(r"^(?:新培育|新增|新认定|培育)?(?:国家|省|市|县|州)级", "", carried.indicator.label)
        return material.lexicon.aliases.get(name) or free(name, "count", "stock"), "noun"
    if core:
        core = per(core)
        if of := owned(core):
            carried.per, core = of
        if carried.per and not of and not left.startswith("、"):
            carried.per = ""
        if carried.per and (of or quantity.word not in ("人", "户")):
            return free(f"{carried.per}{core}拥有量", "count", "stock"), "noun"
        found = _households(material, linked(material, core, quantity, carried), quantity)
        if left.startswith("、") and carried.indicator is not None and not (found.known and found.flow == "flow"):
            new = re.match(r"新增|净增|新建", carried.indicator.label)
            if new and not found.label.startswith(new[0]):
                found = free(new[0] + found.label, "count", "flow")  # 新增合作社56家、家庭农场102家
        return found, "alias" if found.known else "noun"
    whole = {"户": "总户数", "人": "总人口"}.get(quantity.word)
    if whole is not None and material.anchor.genre == "profile" and not behind:
        indicator = material.lexicon.aliases.get(whole)  # 辖18个行政村,5600户、2.3万人
        return (indicator, "alias") if indicator is not None else None
    return None


def _outcome(material: Material, place: Place) -> Indicator | None:
    """What became of those that are counted, where that makes an indicator: 48.6万贫困人口实现脱贫, 9.7万人饮水安全问题."""
    for entry in table("indicators")["outcome"]:
        told = re.match(entry["pattern"], place.right) and re.search(entry.get("before", "") + "$", place.left)
        if told and place.quantity.word in entry["words"]:
            return material.lexicon.indicators.get(entry["means"])
    return None


def _total(material: Material, left: str, carried: Carried) -> Indicator | None:
    """新认定高新技术企业316家,总数达到1520家: all of those of which the new ones were told."""
    if carried.indicator is None or not re.match(
        r"[,、]?(?:目前|现|已)*(?:累计(?:建成|达到|达|完成|拥有|有|增至|为)*$|总数|总量|总户数|总数量|总面积|总里程)",
        left.strip(),
    ):
        return None
    stem = re.sub(r"^(?:新认定|新增|净增|新登记|新设立|新设|新培育|新建|新引进)", "", carried.indicator.label)
    if stem == carried.indicator.label:
        return None
    return material.lexicon.aliases.get(stem) or free(stem, carried.indicator.unit, "stock")


def _own_words(material: Material, core: str, place: Place) -> str:
    """The words before a number without the entity that they begin with, which is the subject."""
    for start, end, _ in material.mentions_in(place.left_start, place.quantity.begin):
        name = material.text[start:end]
        if name in core:
            core = bare(material, core[core.index(name) + len(name) :])
    if core in material.lexicon.aliases:
        return core
    core = re.sub(
        r"^(?:该(?:镇|乡|县|区|市|村|园区|园|街道|企业|公司|开发区)|(?:开发区|园区|高新区|集聚区|景区|公司|企业|新区|经开区)(?=已|现|共|入|落|累|完|实|引|拥))",
        "",
        core,
    )
    core = _HOLDER.sub("", _EXAMPLES.sub("", core))
    stem = material.anchor.place[:-1]
    if len(stem) > 1 and core.startswith(stem) and len(core) > len(stem) + 2:
        core = bare(material, core[len(stem) :])
    before = material.preceding(place.quantity)
    if before is not None and before.stop == place.left_start and before.unit == "count":
        core = _COUNTED_FIRST.sub("", core)
    if not any(match.start == 0 and match.end > 2 for match in material.lexicon.matches(core)):
        core = _OWNER.sub("", core)
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
    noun = re.sub(r"^村(?=级?集体)[\u4e00-\u9fff]*", "村", noun)
    noun = _BEHIND_CUT.split(re.sub(r"、(?=[^“]*”)", "\1", noun))[0].replace("\1", "、")
    return noun.strip("“”·-、") if len(noun) > 1 or noun in "村县区乡镇" else ""


def _resolve(material: Material, noun: str, quantity: Quantity, carried: Carried, left: str) -> Indicator:
    exact = material.lexicon.aliases.get(noun) or material.lexicon.aliases.get(noun.replace("“", "").replace("”", ""))
    if exact and fits(exact, quantity):
        return exact
    matches = [m for m in material.lexicon.matches(noun) if fits(m.indicator, quantity)]
    best = max(matches, key=lambda m: (len(m.alias), m.end), default=None)
    if best and (households := _households(material, best.indicator, quantity)) != best.indicator:
        return households  # 2.3万户8.6万人稳定脱贫
    if best and noun[best.start - 1 : best.start] == "“":
        return best.indicator
    if best and (best.end >= len(noun) - 1 or best.start == 0) and len(best.alias) * 2 >= min(len(noun), 8):
        return best.indicator
    if quantity.unit == "count":
        return free(counted_label(noun), "count", "flow" if FLOW.search(left[-8:]) else "stock")
    return free(noun, quantity.unit, "flow" if FLOW.search(left[-8:]) else "stock")


def _households(material: Material, indicator: Indicator, quantity: Quantity) -> Indicator:
    """The households of an indicator of people where households are counted: 总人口7826户2.94万人."""
    if quantity.word != "户" or not indicator.label.endswith("人口"):
        return indicator
    return material.lexicon.aliases.get(indicator.label.removesuffix("人口") + "户数") or indicator


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
    core = _own_words(material, bare(material, without_growth(material.lexicon, per(place.left))), place)
    if re.fullmatch(
        r"(?:完成|占|达到|达|为|约|相当于|超过|超|低于|高于)*(?:全年|年度|年初|目标|计划|预算|任务|的)+",
        place.left.strip(",、 "),
    ):
        return None  # 完成年度任务的118%
    if place.quantity.form == "points" or (place.quantity.unit in ("percent", "permille")):
        core = re.sub(r"(?:增速|增幅|增长|比上年|同口径|按[^,]*计算|名义|实际|同比|环比)+$", "", core)
        if place.quantity.form == "points":
            core = re.sub(r"^(?:拉动|带动|推动|影响)(?:全[市县区省])?", "", _AGAINST.sub("", core))
    core = per(core)
    if not core or only_joins(core):
        return None
    return linked(material, core, place.quantity, carried)


def linked(material: Material, core: str, quantity: Quantity, carried: Carried) -> Indicator:
    """The indicator of a name: a known one whose name it is but for words that change nothing, else one of its own."""
    whole = material.lexicon.aliases.get(re.sub(r"(?<!^)(?:实现|完成|累计|的|年(?=出栏|存栏|产量|接待))", "", core))
    if whole is not None and fits(whole, quantity):
        return _in_context(material, whole, core, carried)
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
    return pure_verb(before) and (indicator.flow == "flow" or not re.search(r"新|净|增|减|退|引|签|改|扩", before))


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
        r"(?:量|(?<!总)产|能力|产能)$|入榨|存储|储存|冷藏|仓储|加工|处理|压减|淘汰|减排|屠宰|运输|投放|化解|退出|回收|储备|出口|进口|储量|消费|消耗|节约",
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
