"""What a share or an average is of: the part and the whole that its words name, or that were told before."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from . import phrases
from .around import Candidate, Words
from .contexts import Carried, Material, Place
from .deeds import COVERING, deed, of_those
from .naming import bare, free
from .records import Indicator
from .tables import one_of, table
from .wording import fits

#: 72%|的税收
_SHARED: Final = re.compile(
    rf"(?:以上|左右|多|强|弱)?(?:的|(?=(?:{one_of(table('verbs')['shared']['nouns'])})(?!的)|(?:学生|企业)|村(?=[通建有实完])))"
    r"([\u4e00-\u9fff()“”A-Z0-9]{2,20})"
)
#: 八成|作坊开|在自家堂屋
_PLACED: Final = re.compile("([\u4e00-\u9fff]{2,8})[开设建住种养放堆停挤摆卖]在")
_GIVEN: Final = re.compile(
    r"([\u4e00-\u9fff]{2,14}?)(?:贡献|创造|提供|解决|吸纳)了?(?:全[国省市县区镇]|近|超过|约|我[市县区])*$"
)
_EACH: Final = re.compile(r"[,、]?(?:其中)?(人均|户均|亩均|村均|日均|月均)(?:达到|达|为|约|超过)?")
_GIVEN_OUT: Final = re.compile("分红|增收|补助|补贴|奖补|资助|救助")
_AREA: Final = re.compile(r"[,、]?(农村|城镇|城市|乡村)(?:居民)?(人均|户均)(?:达到|达|为|约)?")
#: Near a share behind it, what it is: 近四成|是贫困劳动力.
_SHARE_IS: Final = re.compile(r"(?:以上|左右|多)?(?:都|均|皆)?(?:是|为|系|来自)(?:于)?([\u4e00-\u9fff“”]{2,16})")
#: 散居在2镇|5乡,96%|是藏族: people are no part of places.
_PLACES: Final = re.compile("(?:[乡镇村屯寨户]|街道|社区|乡镇)数$")
_PEOPLE: Final = re.compile("族$|[人员工民]$|妇女$|人口$|劳动力$|老人$|青年$")
#: 原料65%|来自境外
_FROM_THERE: Final = re.compile("(?:以上|左右|多)?(?:都|均|皆)?来自")
_STUFF: Final = re.compile(
    "(?:原料|材料|电力|电量|能源|水源|资金|苗木|种苗|订单|客源|游客|零部件|配件|货源|用水|燃料)$"
)
#: What a part of it has the same of.
_MEASURES: Final = ("收入", "产值", "产量", "销量", "销售额", "利润")
#: 人均可支配收入|仅为|全省平均水平|的, 人均财力|还不到|全省平均水平|的
_AVERAGE: Final = re.compile(
    r"(?:还|仅|只|才|尚)?(?:为|是|有|相当于|达到?|不及|不到|不足|及)(全[国省市县区州]平均水平|全[国省市]平均)的$"
)
#: 行政村|通上了硬化路: what reaches those of whom a share is told; and the same told before them: 通公路的|行政村|占.
_REACHED_BY: Final = re.compile(r"(?:接|开)?通(?:上|到|达)?了?([\u4e00-\u9fff]{1,8})")
_REACHED: Final = "行政村|建制村|自然村|自然屯|村民小组|村组|乡镇|村寨|村庄|村屯|农户|村"
_REACHED_BEFORE: Final = re.compile(
    rf"(?:^|[,、;]|已)(?:全[县市区镇乡])?(?:接|开)?通(?:上|到|达)?了?(?P<what>[\u4e00-\u9fff]{{1,8}}?)的(?P<noun>{_REACHED})占(?:到|达|了|比|总数的)*$"
)
#: 412个村,|通水泥路的|不到三成
_REACHED_OF: Final = re.compile(
    r"(?:^|[,、;])(?:接|开)?通(?:上|到|达)?了?(?P<what>[\u4e00-\u9fff]{1,8}?)的(?:还|仅|只|约|占|有|达|近|超过|不到|不足|不及)*$"
)
#: 入读公办学校|的比例|达到
_PORTION: Final = re.compile(
    r"(?:^|[,;、:])(?:(?:19|20)\d\d年|全[省市县区镇]|我[省市县区]|目前|其中)*([^,。;、:]{4,22}?)的(比例|比重|占比)(?:已|约|为|是|达到?|超过|提高到|上升到|高达)*$"
)
#: 水能蕴藏量9.7万千瓦,|已开发的|不到: what was done with a part of what was told before.
_DONE_OF: Final = re.compile(
    r"(?:^|[,、;])(?:其中)?已(?P<done>[\u4e00-\u9fff]{2,4})的(?:还|仅|只|约|占|有|达|近|超过|不到|不足|不及)*$"
)
_EXTENT: Final = re.compile("(?<=..)(?:资源)?(?:理论)?(?:蕴藏量|储量|总?面积|总量|总数|数|里程|长度)$")
#: 累计完成|总投资的
_INVESTED_OF: Final = re.compile(r"(累计)?完成了?总投资的$")
#: 租金|只有|市场价|的七成, 仓容|相当于|总产量|的三分之一
_OF_OTHER: Final = re.compile(
    r"(?P<told>只有|仅有|仅为|只是|只及|相当于|抵得上|不足|不到|不及)(?!全|上年|去年|前年|同期|当年|原来|过去|以前|从前)([\u4e00-\u9fff]{2,10})(?<![年月期时前县市省])的(?:约|近|超过|不到|不足)?$"
)
_EACH_UNIT: Final = re.compile("^每(?:公?斤|吨|亩|平方米|件|箱|头|只)")
#: 煤炭产业贡献了财政收入的|七成: what gives a part of a whole.
_GIVES_OF: Final = re.compile(
    r"([\u4e00-\u9fff、]{2,14}?)(?:贡献|撑起|创造|提供|占据)了?(?:全[国省市县区镇]|我[市县区])*([\u4e00-\u9fff]{2,12})的(?:约|近|超过)?$"
)
#: 网箱4.2万口,|其中|七成挤在内湾; 2140个|湖泊,有|三成见了底
_OF_THESE: Final = re.compile(r"[^,。;:!?\d]{0,10}[,、]?(?:其中|中|里)?(?:已有|却有|竟有|有|约|近|超过)?")
#: What those are called of whom all were counted.
_ALL_CALLED: Final = {"总户数": "户", "总人口": "人口"}
#: 毕业生走出校门,九成|留在了本地
_FOLK: Final = re.compile("(?:人口|毕业生|员工|学生|学员|人员|社员|村民|青年|职工|工人|学徒|居民)数?$")
_STAYING: Final = re.compile("(?:都|均|已)?(?:留在|留下|进入|从事|选择|走进|扎根|回到|返回|去了|当上)")
#: What a part goes to: 新增财力的80%|用于民生, 所产纱线九成|销往江浙.
_SPENT: Final = re.compile(r"(?:以上|左右|多)?(?:都|均|全部)?(?:用于|投向|投入到?|用在)了?([\u4e00-\u9fff“”]{2,10})")
_SOLD: Final = re.compile(r"(?:以上|左右|多)?(?:都|均|全部)?((?:远?销往?|出口到?|运往|卖到|发往)[\u4e00-\u9fff]{2,8})")


def behind(words: Words) -> Iterator[Candidate]:
    """What a percentage is a share of where that stands behind it: 72%的税收, 92%的行政村通电."""
    place, carried = words.place, words.carried
    noun = (
        _SHARED.match(place.right)
        if words.kind in ("share", "target") and words.quantity.unit == "percent" and "占" not in place.left
        else None
    )
    if noun is None:
        return
    if any(match.indicator.unit == "percent" for match in words.material.lexicon.matches(place.left)):
        return
    first = re.split(r"[和及、]|(?<!参)与", noun[1])[0]
    name = first if words.known(first) else phrases.behind(first, words.material.lexicon) or first
    if at := _PLACED.fullmatch(name + place.right.partition(name)[2][:1]):
        name = at[1]
    if giver := _giver(words.material, place, carried):
        whole = words.known(name)
        yield Candidate("share behind", free(f"{giver}占{whole.label if whole else name}的比重", "percent", "flow"))
    else:
        told = deed(place.right.partition(name)[2], whole=words.material.following(words.quantity) is None)
        by = _REACHED_BY.fullmatch(told) if re.fullmatch(_REACHED, name) else None
        if by and (rate := _reached(words.material, name, by[1])).known:
            yield Candidate("share behind", rate)
            return
        covering = _coverer(words) + words.phrase.said if words.phrase.said in COVERING else ""
        label = f"{noun[1]}的比重" if "用于" in noun[1] else f"{covering}{of_those(told, name) if told else name}占比"
        yield Candidate("share behind", free(label, "percent", "stock"))


def _coverer(words: Words) -> str:
    """What reaches a share of places: what its clause names, else what was counted right before (电商服务站86个,覆盖|72%的行政村)."""
    before, last = words.carried.indicator, words.material.preceding(words.quantity)
    counted = before is not None and last is not None and last.unit == "count" and before.label.endswith("数")
    return words.phrase.topic or (before.label.removesuffix("数") if before is not None and counted else "")


def reached_before(material: Material, left: str) -> Indicator | None:
    """The share of places that something reaches, told before them: 通公路的行政村占91%."""
    told = _REACHED_BEFORE.search(left)
    return _reached(material, told["noun"], told["what"]) if told else None


def _reached(material: Material, noun: str, what: str) -> Indicator:
    name = f"{noun}通{what}率"
    return material.lexicon.aliases.get(name) or free(name, "percent", "stock")


def being(words: Words) -> Iterator[Candidate]:
    """What a share is of what was told before: 吸纳就业1860人,近四成是贫困劳动力; 工业税收有六成来自采选业."""
    told = _SHARE_IS.match(words.place.right) if words.kind == "share" and "占" not in words.place.left else None
    whole = _whole_told(words)
    if told and whole:
        part = _part_told(words, told[1], whole)
        part += _measure_of(told.group(), part, whole) or (
            whole if _FROM_THERE.match(told.group()) and not words.counts and _STUFF.search(whole) else ""
        )
        yield Candidate(
            "share behind" if "来自" in told.group() else "share is",
            free(f"{part}占{whole if whole.endswith('人数') else whole.removesuffix('数')}的比重", "percent", "stock"),
        )


def _whole_told(words: Words) -> str:
    """What a part is of: what its clause names, with what was told of that before (人均纯收入8600元,收入|的七成); of people no places."""
    before, name = words.carried.indicator, words.phrase.name
    label = before.label if before is not None else ""
    if name:
        return label if label.endswith(name) else name
    if _PLACES.search(label) and (told := _SHARE_IS.match(words.place.right)) and _PEOPLE.search(told[1]):
        return next((one.label for one in reversed(words.carried.seen) if _FOLK.search(one.label)), label)
    return label


def _part_told(words: Words, text: str, whole: str) -> str:
    """The part that a share is, where 的 stands in it behind what it does: 种下的|菜茶; 在天黑以后做成的 is so much of the whole."""
    part = phrases.behind(text, words.material.lexicon)
    done, of, noun = text.rpartition("的")
    if of and not noun:
        return done.removeprefix("在") + whole
    return (noun if of and len(part) < len(done) and len(noun) > 1 else part) or text


def _measure_of(told: str, part: str, whole: str) -> str:
    """What a part measures that a whole comes from: 农民收入的三分之一来自花卉 is the share of 花卉收入."""
    measure = next((one for one in _MEASURES if whole.endswith(one)), "")
    return measure if "来自" in told and not part.endswith(_MEASURES) else ""


def going(words: Words) -> Iterator[Candidate]:
    """The share of a whole that goes somewhere: 财政支出的八成以上用于民生, 所产纱线九成以上销往江浙."""
    before = words.carried.indicator
    bare_left = not words.place.left.strip() and before is not None and before.unit in ("CNY", "t", "kg")
    whole = words.phrase.name or (before.label if before is not None and bare_left else "")
    if words.kind != "share" or not whole or "占" in words.place.left:
        return
    if spent := _SPENT.match(words.place.right):
        part = phrases.behind(spent[1], words.material.lexicon) or spent[1]
        yield Candidate("share is", free(f"{part}支出占{whole}的比重", "percent", "stock"))
    elif sold := _SOLD.match(words.place.right):
        yield Candidate("share is", free(f"{whole}{sold[1]}的比重", "percent", "stock"))


def of_another(words: Words) -> Iterator[Candidate]:
    """The share of what was told before that something gives, or the relation to an average: 线上渠道贡献了四分之一."""
    before, phrase = words.carried.indicator, words.phrase
    if words.kind != "share" or "占" in words.place.left or words.place.right.startswith("的"):
        return
    if phrase.said == "贡献" and before is not None and (part := phrase.topic or phrase.name):
        yield Candidate("share is", free(f"{part}占{before.label}的比重", "percent", "stock"))
    right = re.sub("^(?:以上|左右|多|的)*", "", words.place.right)
    some = before is not None and (
        _counted_right_before(words) or (_FOLK.search(before.label) and _STAYING.match(right))
    )
    told = deed(right, whole=words.material.following(words.quantity) is None) if some else ""
    if before is not None and told and not _SHARE_IS.match(right) and next(behind(words), None) is None:
        label = f"{of_those(told, _ALL_CALLED.get(before.label, before.label.removesuffix('数')))}占比"
        yield Candidate("share is", free(label, "percent", "stock"))
    other = _OF_OTHER.search(words.place.left)
    if other and not _AVERAGE.search(words.place.left):
        part = bare(words.material, words.place.left[: other.start()]) or (before.label if before else "")
        known, joins = words.known(other[2]), "相当于" if other["told"] == "相当于" else "占"
        if part and part not in other[2]:
            label = f"{_EACH_UNIT.sub('', part)}{joins}{known.label if known else other[2]}的比重"
            yield Candidate("share is", free(label, "percent", "stock"))
    if average := _AVERAGE.search(words.place.left):
        part = bare(words.material, words.place.left[: average.start()]) or (before.label if before else "")
        known = words.known(part)
        yield Candidate(
            "share is", free(f"{known.label if known else part}相当于{average[1]}的比重", "percent", "stock")
        )


def _counted_right_before(words: Words) -> bool:
    """Whether the number before counted those of whom a share is told."""
    last, before = words.material.preceding(words.quantity), words.carried.indicator
    if last is None or before is None or last.unit != "count" or last.form != "plain":
        return False
    counted = before.label.endswith("数") or before.label in _ALL_CALLED
    return counted and _OF_THESE.fullmatch(words.material.text, last.stop, words.quantity.begin) is not None


def done_of(words: Words) -> Iterator[Candidate]:
    """How much of a whole something was done with: 水能蕴藏量9.7万千瓦,已开发的不到五分之一; 累计完成总投资的七成."""
    if words.kind != "share":
        return
    before = words.carried.indicator
    if before is not None and (told := _DONE_OF.search(words.place.left)):
        yield Candidate("share is", free(f"{_EXTENT.sub('', before.label)}已{told['done']}率", "percent", "stock"))
    elif before is not None and (told := _REACHED_OF.search(words.place.left)) and _PLACES.search(before.label):
        noun = before.label.removesuffix("数")
        yield Candidate("share is", _reached(words.material, "行政村" if noun == "村" else noun, told["what"]))
    elif "占" not in words.place.left and (told := _PORTION.search(words.place.left)):
        yield Candidate("share is", words.variable(told[1] + told[2], "percent", "stock"))
    elif invested := _INVESTED_OF.search(words.place.left):
        yield Candidate("share is", free(f"{invested[1] or ''}完成投资占总投资的比重", "percent", "stock"))


def given(words: Words) -> Iterator[Candidate]:
    """What share of a whole something gives: 煤炭产业贡献了财政收入的七成."""
    told = _GIVES_OF.search(words.place.left) if words.kind == "share" else None
    if told:
        part, known = bare(words.material, told[1]), words.known(told[2])
        label = f"{part or told[1]}占{known.label if known else told[2]}的比重"
        yield Candidate("share is", free(label, "percent", "stock"))


def _giver(material: Material, place: Place, carried: Carried) -> str:
    """Who contributes a share, carried on over a list: 民营经济贡献了全市72%的税收、85%的就业."""
    if place.left.startswith("的"):
        place = place._replace(clause=place.left if "、" in place.left else "")  # 4%的土地|贡献了43%的产值
    if given := _GIVEN.search(place.clause):
        return bare(material, given[1])
    if (
        carried.indicator is not None
        and re.fullmatch(r"的[^,。;]{1,10}[、和与及]", place.left.strip())
        and (told := re.fullmatch(r"(.+?)占.+的比重", carried.indicator.label))
    ):
        return told[1]
    return ""


def of_whole(words: Words) -> Iterator[Candidate]:
    """The share of another part in the whole before: 山区占土地面积的96.8%,坝区只有3.2%."""
    before, name = words.carried.indicator, words.phrase.name
    shares = before is not None and bool(name) and words.kind == "share"
    told = re.fullmatch(r".+占(.+?)的比重", before.label) if before is not None and shares else None
    if told and "占" not in name and not name.endswith(("率", "比")):  # 存贷比 is no part
        yield Candidate("of whole", free(f"{name}占{told[1]}的比重", "percent", "stock"))


def averaged(words: Words) -> Iterator[Candidate]:
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
    elif each and (given := _GIVEN_OUT.search(before.label)) and words.quantity.unit == "CNY":
        name = each[1] + given.group()  # 给1045户村民分红,户均1200元
    else:
        return
    yield Candidate("averaged", words.variable(name, words.quantity.unit, before.flow))
