"""What stands around a quantity, parsed: what the rules that propose indicators look at, and what they propose."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final, NamedTuple

from . import phrases
from .boundaries import stem_of
from .contexts import REACH, Carried, Material, Place
from .naming import free
from .phrases import Phrase
from .records import Indicator, Quantity
from .tables import one_of, table
from .wording import fits, only_joins

#: Units of numbers behind which what is measured may stand, and the shortest nouns there.
_BEFORE_NOUNS: Final = frozenset(("count", "km", "m2", "mu", "ha", "CNY", "t", "kg", "jin", "kW", "m3", "km2"))
_READINGS: Final = frozenset(("degC", "mm"))
#: Nouns of one character.
ALONE: Final = frozenset(
    "房棚路灯车街巷庙塔寺岛湖河山寨屯岗站校矿坝渠泵炉窑田园林企店厂馆院村县区乡镇省市州楼班桥牛羊猪马驴骡鹿兔鸡鸭鹅鱼船树井"
)
#: 38公里|长的|环湖路, 行政村|中, 贫困村|的帽子
_LONG: Final = re.compile("^[长宽高深]?的")
_AMONG: Final = re.compile("(?<=..)[中里内]$|(?<=[村镇乡])里$|(?<=[线车船桌街树台])上$|(?<=土地)上.*")
#: 147个|行政村中|贫困村有96个: of which some are told apart.
_OF_WHICH: Final = re.compile(
    r"(?<=[村户业目区镇乡校院家店厂员生者人])中(?![学心小药型等国央间草层队医高年期])(?=[\u4e00-\u9fff,]{2})"
)
_LONGEST_WHICH: Final = 10
#: 28.6万人|口中,有17万人; 78万人|口的大县
POPULATION: Final = re.compile("口(?:(?:中|里)?(?=[,、。;有]|$)|(?=的))")
#: 80平方米的屋子|里研制机器人, 260名员工|中硕士以上学历的; how far a way is: 13公里|内.
_INSIDE: Final = re.compile(
    "^[内外](?![\u4e00-\u9fff]?[向资销贸部科务籍墙业城环])|(?<=..)里(?=[\u4e00-\u9fff]{2})(?![程弄巷子面])|(?<=[员工生师民众户业])中(?=[\u4e00-\u9fff]{2})(?!心|学|专|小|医|药|级|层|等)"
)
#: 200人|来吃饭, 8600人|在外办厂: what people do.
_GO: Final = re.compile("[来去](?!自)|在外|在家|在线|前往|前来|上门")
#: 152户人家|2018年搬走
_IN_YEAR: Final = re.compile(r"(?:19|20)?\d\d年|(?:去|今|前|当|次)年")
_BODIED: Final = frozenset(("名", "位", "家", "个"))
_TURNS: Final = frozenset(("人次", "次", "批次", "轮", "场次"))
#: 8名员工|、一间车间
_NEXT: Final = re.compile("、[一二两三四五六七八九十几](?![级二三四五六七八九十次产线])")
#: What only ends the number before: 214户|人家|户均枣园7.5亩, 1200亩|土地上|落户企业23家.
_OF_BEFORE: Final = re.compile("(?:的)?(?:人家(?=户均|每)|土地上)")
#: 26户|人家
HOUSEHOLDS: Final = re.compile("^(?:人家|住户)")
_ENDED: Final = re.compile(r"的|\((?!(?:市|区|县|街道|社区|居)[^()]{0,6}\))")  # 7个县(市、区)
#: What ends a noun behind a number, since it tells of those counted when, where or how: 9名技术员|在外, 6位医生|5月以来, 48家饭馆|关得只剩.
_SAID: Final = re.compile(
    r"(?<=..)(?:(?:19|20)\d\d年|\d{1,2}月|(?<=[员工人师者生民户友部年])(?:在外|在家|在线)|[\u4e00-\u9fff]得(?=[只没很不]))"
)
#: What only joins those counted to what they do: 386家网店|共, 288名队员|接续.
_JOINED: Final = re.compile(f"(?<=..)(?:{one_of(table('verbs')['joining']['ends'])})$")
#: 1560名网格员|走街串巷: four characters behind people that name none.
_IDIOM: Final = re.compile(
    "(?:(?<=.[员师者民])|(?<=医生|工人|学生|老人|干部|青年|妇女|专家))(?=[\u4e00-\u9fff]{4}$)(?!.*[员师工者生民户人属友童女众部家团队])"
)
#: 28名|返乡青年|办起网店, 6家|停产企业: a noun that begins with a verb.
_DEED_NOUN: Final = re.compile(
    f"[\u4e00-\u9fff]{{2}}(?:{one_of(table('verbs')['joining']['heads'])})(?![\u4e00-\u9fff]?的)"
)
#: 23家|落地的|企业, 6个|达标的|中医馆: what those do who are counted, and their noun behind it.
_DOING: Final = re.compile(r"([\u4e00-\u9fff“”]{2,14}?)的([\u4e00-\u9fff]{2,8})")
#: 103人|在园区上班: where those are who are counted, but 在校学生.
_WHERE: Final = re.compile("在(?!校|园[幼儿的]|建|岗|职|册|编|外|逃|押|孵|营|产|库|读|训|线|养|栽|院|籍)")
#: 120个|大中城市开的茶叶店, 1200亩|土地上落户企业.
_OPENED: Final = re.compile("(?<=..)[开办卖栽种养]$")
_ON_LAND: Final = re.compile("(?<=土地)上|(?<=园区)里")
_LAND: Final = re.compile("^(?:的)?[\u4e00-\u9fff]{0,2}土地上(?=..)")
#: 主机企业的|本地|配套率
_LOCAL: Final = re.compile("(本地|当地|就地|区域内|县域内|市域内|学前[一二三]年|免费)$")
_RATES: Final = ("率", "占比", "比例")
#: What is done for somebody, who is no part of its name: 向牧户|提供种公羊.
_TO_WHOM: Final = re.compile("[向给][\u4e00-\u9fff]{2,6}?(?=提供|发放|赠送|捐赠|捐献|派发|供应|推送|开放|投放)")
#: A body that is told before what is counted of it: 职业教育中心|招生.
_BODY: Final = re.compile(
    ".{0,10}?(?:教育中心|第[一二三四五六七八九十](?:初级|高级)?(?:中学|小学)|高级中学|实验学校|实验小学|人民医院|中医院|新院区|新校区|分院|分校)(?=..)"
)
#: Verbs at which the noun before them ends where the next number is of what was done: 26家民宿|接待游客|1.7万人次.
_DONE: Final = re.compile(f"(?:接待|发出|{one_of(table('phrases')['naming']['words'])})(?=..)")
_KINDS: Final = tuple(table("verbs")["kinds"]["words"])
#: 相当于传统印染的|11倍, 较老院区|翻了一番
_TIMES_OF: Final = re.compile(r"(?:相当于|差不多是|是|约?为)[^,。;]+的$|^[,、]?[比较][^,。;、\d]{2,12}$")
#: 不及邻县的|三分之一
_PART_OF: Final = re.compile(
    r"(?:不及|不如|仅及|只及|不到|不足|抵得上|顶得上)(?=[^,。;]*(?:县|市|区|镇|村|乡|省|同期|时|年|前者|同行|水平|平均))[^,。;]{2,14}的$"
)
#: Of what is told as if it were one there are many: 果业专业合作社|发展到96个.
_OF_BODIES: Final = frozenset(("个", "家", "所"))
_MANY: Final = re.compile(
    "(?:^|[县市区镇乡村里上内])([\u4e00-\u9fff]{0,5}(?:专业合作社|合作社|家庭农场|企业|协会|民宿|农家乐|工坊|网店|卫生室))$"
)
_RISES: Final = re.compile("(?:已|已经)?(?:[从由][^,。;]{0,8})?(?:发展|增加|增至|增长|达|扩大|壮大|减少|上升)")
#: 本地配套率,|从2017年的
_MOVED_FROM: Final = re.compile(
    r"[由从](?:(?:19|20)\d\d年|[去前上]年|[最当原]初|过去|原来|以前|年初)(?:底|末|初)?的?(?:不足|不到|近|约)?"
)
_NAME_ALONE: Final = re.compile(r"([^,。;:!?\n\d]{2,20}),$")
#: 煤炭出厂价格|环比由升转降,
_TURNED: Final = re.compile(
    rf"([^,。;:!?\n\d]{{2,20}}?)(?:同比|环比)?(?:由.)?(?:{one_of(table('words')['movement']['turned'])}),$"
)
_LONGEST_NAME: Final = 32
#: What of a threshold stands behind its number: 5亿|元以上的.
_LINE_END: Final = re.compile("^(?:元)?(?:以上|以下|及以上)?的?")
#: 为|6万人次|报销医药费2180万元: what is done for those counted stands between the numbers.
_FOR: Final = frozenset("为给向")
_DONE_FOR: Final = re.compile("支付|报销|发放|减免|兑付|补助|提供|办理")
#: What joins a noun behind a number to the next number.
_LEADS_ON: Final = re.compile(r"(?:合计|总计|共计|分别|均|达到|达|为|超过|约|占.*)*")


class Words(NamedTuple):
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
    #: Where its sentence begins.
    sentence: int

    def known(self, name: str) -> Indicator | None:
        return self.material.lexicon.aliases.get(name)

    def variable(self, name: str, unit: str, flow: str) -> Indicator:
        """The indicator of a name, or where the ontology lacks it one of that label."""
        return self.known(name) or free(name, unit, flow)


class Candidate(NamedTuple):
    """An indicator that a number may be of, the rule that proposes it, and its breakdown."""

    rule: str
    indicator: Indicator
    breakdown: str = "total"


def words_of(material: Material, place: Place, carried: Carried, kind: str) -> Words:
    """What stands around a quantity, parsed; ``kind`` is that of its figure."""
    quantity, previous = place.quantity, material.preceding(place.quantity)
    phrase, behind = _before(material, place, carried), _behind(material, place)
    phrase = _told_first(material, place) or phrase if not phrase.name else phrase
    behind = behind or ("" if phrase.noun else _behind_clause(material, place))
    counts, word = quantity.unit == "count" and quantity.form == "plain", previous.word if previous is not None else ""
    start = sentence_start(material.text, place)
    return Words(material, place, carried, kind, phrase, behind, quantity, counts, word, start)


def _before(material: Material, place: Place, carried: Carried) -> Phrase:
    """The words before a number, parsed; the names of things among them are no part of what is measured."""
    cuts = [
        (start - place.left_start, end - place.left_start)
        for start, end, _ in material.mentions_in(place.left_start, place.quantity.begin)
        if end < place.quantity.begin
    ]
    counted = len(_counted_before(material, place)) if carried.behind else 0
    left = _TIMES_OF.sub("", place.left) if place.quantity.form == "times" else place.left
    left = _PART_OF.sub("", left) if place.quantity.unit == "percent" else left
    left = _LAND.sub(lambda land: " " * len(land.group()), left)
    counted = _of_which(material, place, left) or counted
    before = material.preceding(place.quantity)
    if before is not None and before.stop == place.left_start and (of_them := _OF_BEFORE.match(left)):
        counted = max(counted, of_them.end())
    phrase = phrases.before(" " * counted + left[counted:], material.lexicon, cuts)
    if cuts and not phrase.name and phrase.moved and place.quantity.word in _OF_BODIES:
        begin, end = cuts[-1]
        kind = _MANY.search(left[max(0, begin) : end])
        return replace(phrase, name=kind[1]) if kind and _RISES.match(left, end) else phrase
    if (whole := _local_rate(material, left, phrase.name)) != phrase.name:
        return replace(phrase, name=whole)
    if whom := _TO_WHOM.match(phrase.name):
        return replace(phrase, name=phrase.name[whom.end() :])
    if body := _BODY.match(phrase.name) if place.quantity.unit == "count" else None:
        rest = phrase.name[body.end() :]
        if rest in material.lexicon.aliases and phrase.name not in material.lexicon.aliases:
            return replace(phrase, name=rest)
    stem = stem_of(material.anchor.place)
    rest = phrase.name.removeprefix(stem)
    if len(stem) > 1 and not rest and phrase.name:
        return replace(phrase, name="")  # 岚川|将形成5万吨产能
    if len(stem) > 1 and rest != phrase.name and len(rest) > 2 and phrase.name not in material.lexicon.aliases:
        return replace(phrase, name=rest)
    return phrase


def _local_rate(material: Material, left: str, name: str) -> str:
    """A rate with where or in which years of school it is taken, and of what: 核心零部件|本地|配套率, 区域内|住院率."""
    told = _LOCAL.search(left, 0, left.rfind(name)) if name.endswith(_RATES) and name not in left[:2] else None
    whole = told[1] + name if told else name
    if told is None or (name in material.lexicon.aliases and whole not in material.lexicon.aliases):
        return name
    before = left[: told.start()].removesuffix("的")
    of = phrases.before(before, material.lexicon).name if whole not in material.lexicon.aliases else ""
    return of + whole if of and before.endswith(of) else whole


def _told_first(material: Material, place: Place) -> Phrase | None:
    """What the clause before names whose value moved: 企业的本地配套率,|从2017年的|34%提高到; 煤炭出厂价格由升转降,|下降0.6%."""
    start, left = place.left_start, place.left.strip(",")
    pattern = _NAME_ALONE if _MOVED_FROM.fullmatch(left) else _TURNED if only_joins(left) else None
    if pattern is None or "," not in material.text[start - 1 : start + 1]:
        return None
    told = pattern.search(material.text, max(0, start - _LONGEST_NAME), start + place.left.startswith(","))
    phrase = phrases.before(told[1], material.lexicon) if told else None
    if told is None or phrase is None or not phrase.name or not told[1].endswith(phrase.name):
        return None
    return replace(phrase, name=_local_rate(material, told[1], phrase.name))


def _of_which(material: Material, place: Place, left: str) -> int:
    """How much before a number tells of which things some are counted, right behind the number of all of them."""
    before = material.preceding(place.quantity)
    if before is None or before.stop != place.left_start or before.unit != "count":
        return 0
    told = _OF_WHICH.search(left, 0, _LONGEST_WHICH)
    return told.end() if told else 0


def _counted_before(material: Material, place: Place) -> str:
    """The noun of the number before, where that stands behind it: 430家|企业|、2.6万名从业人员."""
    before, left = material.preceding(place.quantity), place.left
    if before is None or before.stop != place.left_start:
        return ""
    if _DONE_FOR.match(left) and material.text[before.begin - 1 : before.begin] in _FOR:
        return ""
    noun = phrases.behind(left.removeprefix("的"), material.lexicon).partition("的")[0].rstrip("、")
    noun = _ON_LAND.split(noun)[0]
    noun = _without_measure(material, noun, left)
    return ("的" if left.startswith("的") else "") + noun


def _behind(material: Material, place: Place) -> str:
    """The noun behind a number: 5个社区, 443个重大项目落地开工."""
    reading = place.quantity.unit in _READINGS and place.right.startswith("的")  # 22℃的年平均气温
    if (place.quantity.unit not in _BEFORE_NOUNS and not reading) or place.quantity.word == "人次":
        return ""
    following, right = material.following(place.quantity), place.right
    if not right and following is not None and following.begin == place.quantity.stop:
        right = material.text[following.stop : following.stop + 16]
        right = re.sub(r"^(?:元)?(?:以上|以下)?", "", right)  # 8个10亿元以上产业项目
    if right.startswith(("、", "和", "与", "及", "(")) or (place.quantity.word == "人" and _GO.match(right)):
        return ""
    right = HOUSEHOLDS.sub("", right) if place.quantity.word == "户" else right
    if place.quantity.word == "人" and (of_all := POPULATION.match(right)):
        right = right[of_all.end() :]
        if right.startswith("的"):
            return ""
    noun = phrases.behind(_LONG.sub("", right), material.lexicon, lambda one: fits(one, place.quantity))
    if not noun and place.quantity.word in _BODIED and (deed := _DEED_NOUN.match(right)):
        noun = deed.group()
    noun = _OF_WHICH.split(_ENDED.split(_NEXT.split(noun)[0])[0])[0]
    noun = _ON_LAND.split(_AMONG.sub("", _INSIDE.split(noun)[0].strip("·-、和与及")))[0]
    noun = _OPENED.sub("", noun) if right.startswith("的", len(noun)) else noun
    noun = "" if _IN_YEAR.match(noun) or _WHERE.match(noun) else _JOINED.sub("", _IDIOM.split(_SAID.split(noun)[0])[0])
    if following is not None:
        noun = _without_measure(material, noun, right)
    if noun.count("“") != noun.count("”"):
        noun = re.sub("[“”]", "", noun)
    return noun if len(noun) > 1 or noun in ALONE else ""


def _behind_clause(material: Material, place: Place) -> str:
    """The noun behind a clause that tells what those do who are counted: 再建6个|达标的|中医馆."""
    if place.quantity.unit != "count" or place.quantity.form != "plain" or place.quantity.word in _TURNS:
        return ""
    told = _DOING.match(place.right)
    return phrases.behind(told[2], material.lexicon) if told else ""


def _without_measure(material: Material, noun: str, words: str) -> str:
    """A noun behind a number without what the next number measures of it: 三个安置小区|总建筑面积158万平方米."""
    if not noun or not _LEADS_ON.fullmatch(words.partition(noun)[2]):
        return noun
    general = table("phrases")["general"]["words"]
    for cut in range(2, len(noun) - 1):
        known, done = material.lexicon.aliases.get(noun[cut:]), _DONE.match(noun, cut)
        if noun[cut:] in general or (known is not None and known.unit != "count"):
            return noun[:cut]
        if done and not noun.startswith(_KINDS, done.end()):
            return noun[:cut]
    return noun


def limited_noun(words: Words) -> str:
    """The noun behind a threshold that stands right before the number, else that of the one before it: 税收超千万元|企业|12家."""
    noun = _LINE_END.sub("", words.place.left)
    return noun if noun.strip("的有") else words.carried.noun


def sentence_start(text: str, place: Place, ends: str = "。!?\n;", reach: int = REACH) -> int:
    """Where the sentence of a number begins, behind one of the marks that end one; at most so far back."""
    low = max(0, place.quantity.begin - reach)
    return low + max(map(text[low : place.quantity.begin].rfind, ends)) + 1
