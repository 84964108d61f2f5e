"""The words around a number, parsed: what names a variable, and what only joins that to the number.

Words before a number are read from the right: first what brings it about (达到, 由2012年的, 同比增长), then the longest stretch of
words that can be a name (新建农村公路), which ends where an adverb, a time, an area or another verb stands.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from .lexicon import Lexicon
from .mentions import lengths_of, longest
from .records import Indicator
from .tables import one_of, table

#: Kinds of words: part of a name, verbs that are (新建), and what is not.
NAME, VERB, JOIN, OF, LIGHT, PART, MOVE, OTHER, THING = (
    "name",
    "verb",
    "join",
    "of",
    "light",
    "part",
    "move",
    "other",
    "thing",
)
_NAMES: Final = (NAME, VERB, JOIN)
_TIME: Final = (
    r"“[一二三四五六七八九]五”(?:计划)?(?:期间|时期|期末|末|初)?|“?十[一二三四]?五”?(?:规划)?(?:期间|时期|期末|初期|末期|以来|末|初)?(?=的|末|$|[^年大一二三四五六七八九十万亿千百])"
    r"|(?:19|20)\d\d(?:年|[-~—至到](?:19|20)\d\d年)(?:\d{1,2}月)?(?:末|底|初|度|起|来(?!时|[的到])|间|以来|以前|全年)?"
    r"|\d{1,2}(?:[-~—至]\d{1,2})?个?月(?:份|末|底|初|中旬|上旬|下旬)?(?:\d{1,2}日)?|(?<!学)(?:前|头|近)[一二三四五六七八九十两\d]{1,2}(?:个月|季度|年)"
    r"|(?:(?:19|20)\d\d[/-](?:(?:19|20)?\d\d)年?)?(?:上个|本|这个|今年|当年)?(?:榨季|烤季)|(?=[清谷春元端中国入开年月秋])(?:清明|谷雨|春节|元宵|端午|中秋|国庆|元旦|入冬|入夏|开春|年底|月底|春耕|秋收)(?:前|前后|后)(?![期端天面])|最[\u4e00-\u9fff]{1,2}时(?![速长])|[设建](?:[区县市镇园厂校])(?:之初|伊始|那年|当年|时|初期)"
    r"|(?=[刚来起成开入落投创建搬返启运上接])刚?(?:来|起步|成立|开业|入驻|落户|投产|创办|创立|创业|建[厂园校院馆社]|开[张馆园通诊]|搬来|返乡|入[社园会]|启用|投用|投运|运营|上任|接手)(?:时(?![间期代刻长速])|之初|初期|伊始)"
    r"|[一二三四]季度|(?:近|过去|最近|这|短短)?[一二三四五六七八九十两几\d]{1,3}(?:多|余)?年(?:来|间|前|后|内|里|累计|平均)(?:的)?"
    rf"|[明清]?(?:{one_of(table('times')['era'])})帝?(?:[元一二三四五六七八九十\d]{{1,3}}年|年间|时期|初年|末年)|公元\d{{4}}年"
    r"|(?:(?:上个?|20|二十)世纪|19)?(?:[1-9]0|[一二三四五六七八九]{1,2}十)年代(?:初期|中期|末期|后期|[初中末])?"
)
_PER: Final = re.compile(
    r"(?:平均)?每(?:百|千|万|十万)?(?:平方公里|平方米|立方米|常住人口|名?(?:职工|学生|老年人|老人)|人口|人|户|亩|公顷|公斤|斤|吨|度|小时|天|日|年|月|个|名|位|家|晚|次|餐|间|张|棵|株|头|只|箱|袋|盒|套|辆|台|瓶|份|件|枚|尾|粒|双|幅|把|立方米|平米)(?:每?[年月日])?(?:从|由)?$"
)
_LONGEST_RATE: Final = 20
#: The number of a paragraph before what it tells: 二、|审结民商事案件.
_NUMBERED: Final = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}、(?![一二三四五六七八九十])|\([一二三四五六七八九十]{1,3}\)|[①-⑳])(?=.)"
)
#: With what time something is compared at the end of the words: 比改造前|多了.
_AGAINST: Final = re.compile(
    r"(?<=[\u4e00-\u9fff]{2})[比较](?:19|20)\d\d年[末底]?[^,。;、\d比较]{0,6}$|(?<=[\u4e00-\u9fff]{2})[比较][^,。;、比较]{1,10}(?:前|时|后)(?:同期)?(?:增加|提高|上涨|下降|减少|[多少高低涨降增减])?了?$"
)
#: With what another value is compared at the end of the words: 用水量|比老棚下降, 成本|比同行低.
_THAN: Final = re.compile(
    r"(?<=[\u4e00-\u9fff]{2})(?<![占价对同环产正反无之可相])比(?!重|例|率|赛|值|较|拼|武)[^,。;、\d比]{1,12}?"
    rf"(?:{one_of(table('phrases')['than']['moved'])})(?:了|出)?$"
)
#: In what time what a name tells happens again, which is part of it: 每天|停靠动车12列 are no 12 trains.
_TURN: Final[dict[str, str]] = table("phrases")["turns"]["words"]
MEANS: Final = tuple(table("phrases")["turns"]["means"])
_LOOKED_BACK: Final = 2  #: How many words before a name may tell that.
#: Auxiliaries and rates right before a number: 运费|要, 低保标准|由年人均.
_TO_COME: Final = re.compile(r"(?<=..)(?:(?<![纪摘需主重概首险简])要|[由从]?[年月]?人均[年月]?)$")
#: 如今|光|学徒就有
_ALONE: Final = re.compile("(?:光是?|单是|单)(?=[\u4e00-\u9fff]{2,6}就(?:有|达|超过)?$)")
_LESSENED: Final = frozenset(table("phrases")["lessened"]["words"])
#: 286户|中|有贫困户
_OF_THEM: Final = re.compile(r"^(?:人家|村民|农户|群众)?(?:(?:之|当|其)?中(?=有|[,、])|(?<=家)(?=有))")
#: By what a value was worked out, which is no part of its name.
_RECKONED: Final = (
    r"按[^,。;、]{1,12}?(?:计算|口径|统计|看|分)|(?:按[^,。;、]{1,12})?(?:折算|折合)(?=为|成|合|人民币|$)|[从分][^,。;、]{1,6}看|(?:扣除|剔除)[^,。;、]{1,16}?后的?|受[^,。;、]{1,12}?(?:影响|拖累|冲击|制约)(?=[增减下上升降回略微涨跌]|同比|$)|分[两三四五六七八九十\d]+批|每(?:小时|分钟|天|日|周|晚|年|月)|每\d+股|[由从][\d.]+(?![\d年])"
    r"|(?:[一二三四]期|全部|项目)*(?:建成|达产|投产|竣工|投用|运营)(?:投产|达产|运营|投用)?后|为[企群市居农民学][\u4e00-\u9fff]{1,4}?(?=减|节|提|增(?!收)|办|发|解|报|追|挽|省|谋)|(?:刨去|刨除|扣除|扣掉|除去|除掉|抛开)[^,。;、]{1,8}?(?=能|可|还|就|净|纯|$)"
)
_COMPARED: Final = frozenset(table("phrases")["compared"]["words"])
#: What tells nothing without what it is of: 60岁及以上人口的|比重.
_OF_SOMETHING: Final = frozenset(("比重", "比例", "占比"))
#: What only points at a thing makes no noun of what stands behind it: 这个|站.
_POINTS: Final = frozenset("这那哪某")
_NOUN_ENDS: Final = frozenset("率量面业站额度户点数值员部所者品物费")
_RATES: Final = tuple(table("phrases")["ends"]["rates"])
_PEOPLE: Final = frozenset(table("phrases")["kinds"]["people"])
_HAVING: Final = tuple(table("phrases")["ends"]["having"])
#: What is left out of a list: 佤族、拉祜族等少数民族人口.
_SUCH_AS: Final = re.compile(r"^.{2,40}(?<![高中初平一二三四特优])等(?![级次离额])(?=..)")
#: A body that does or has what is measured: 人参制品公司|加工红参.
_OWNED: Final = re.compile(r"^.{1,24}(?:公司|集团|分院|人民医院|中医院|卫生院|中学|合作社联社)有?(?=..)")
#: 年产量|最高|可达120吨
_MOST: Final = re.compile("(?<=..)(?:最高|最低|最多|最少|最大|最小|平均|每[户人家])$")
#: 市财政|安排|电商专项资金
_GIVEN: Final = re.compile(
    rf"^[\u4e00-\u9fff]{{0,6}}?(?:{one_of(table('phrases')['given']['by'])})(?:{one_of(table('phrases')['given']['verbs'])})了?(?=..)"
)
#: 电费|每吨
_PER_BEHIND: Final = re.compile(r"^([\u4e00-\u9fff]{1,6}(?:费|价格|价|成本|租金))(每[\u4e00-\u9fff]{1,3})$")
_INSIDE: Final = frozenset("里上中下内间")
_MOSTS: Final = frozenset(("最高", "最多", "最低", "最少", "平均"))
#: 合作社|有社员
_HAD: Final = re.compile("^(?:有(?![机效线色限轨无偿])|设(?![备施计]))(?=..)")
#: A part of a place with what is measured of it: 纺织服装产业园|规划面积.
_PART_OF: Final = re.compile(
    r".{0,16}?(?:产业园|工业园|物流园|科技园|创业园|园区|院区|校区|厂区|港区|景区|水库|产业园区|工程|[水电纸糖酒]厂|电站|学校|中心校|小学|中学|幼儿园|医院|新?大楼|综合楼|住院楼|门诊楼|教学楼|实验楼|宿舍楼|[河江溪](?![流道]))(?=..)"
)
#: What is one name though it holds words that part names: 对经济增长的贡献率, 户均年增收.
_TURNS: Final = (
    r"对[^,。;、]{2,12}?的?(?:贡献率|依存度|贡献份额|贡献度)|(?:[户人亩村]均|每[户人]|村集体|群众|农民|农户|村民|贫困户|社员)(?:每?[年月]均?)?(?:增收|分红)"
    r"|“[^“”,。;]{1,12}”|[\u4e00-\u9fff]{2,8}用于[\u4e00-\u9fff]{2,8}的(?:比重|比例|占比)|对[\u4e00-\u9fff“”]{1,12}?(?:进?出口)|(?:国家|[省市区县镇州]|[百千万]吨)级以上(?=..)|(?:\d{1,3}|百)周?岁(?:及)?以上(?=..)|可(?:租|租用|出租|出让|售|采|开采|用|利用|耕|养|养殖|灌|灌溉|开发|供|建|建设|种植|停靠|使用)(?:面积|储量|资源|土地|空间|水面|海域|耕地|用地|容量|库容|余额|房源)|[养种][\u4e00-\u9fff]{1,3}?(?:合作社|大户|专业村|协会|基地|能手|产业|小区)"
)
#: What only points at a thing: 这条|老街, 远处那座|井架, 一支|长103米的叶片.
_POINTING: Final = (
    rf"[这那](?:{one_of(table('phrases')['before']['pieces'])})[路桥棚楼渠堤巷街库坝船厂店](?=总?投资|造价|花费)|"
    rf"[这那](?:{one_of(table('phrases')['before']['pieces'])})(?:{one_of(table('phrases')['holder']['pointed'])})(?=[日月年人户亩]均|年|每)|"
    rf"(?=[远近不眼面身脚对路村这那哪某前后头首末上下另每同一两几])(?:(?:[远近不]处|眼前|面前|身后|脚下|对面|路边|村口)?(?:[这那哪某][一二两三四五几]?)(?:{one_of(table('phrases')['before']['pieces'])})(?!数|比[重例]|字)|(?:前|后|头|首|末|上|下|另|每|同)一(?:项|者|个|位)(?!工程)"
    rf"|[一两几](?:{one_of(table('phrases')['before']['pieces'])})(?=[长宽高深重厚粗]|(?:全长|总长|直径|载重)|$))"
)
#: What one look tells of a place in a stretch: a time or a reckoning (no part of a name), or a name of several words.
_TOLD: Final = re.compile(f"(?P<{OTHER}>{_TIME}|{_RECKONED}|{_POINTING})|(?P<{NAME}>{_TURNS})")
#: From what a value moved: 由年初的71家, 从设区时的1家.
_FROM: Final = re.compile(
    r"(?:[由从](?:(?:19|20)\d\d年)?[^,。;、\d由从]{0,8}[初末底时年月前期份]|由[^,。;、\d由从]{2,6})的$"
)
#: Auxiliaries right before a verb: 生产总值|要|达到.
_WILL: Final = frozenset("要应可都还才能会")
_JOINS: Final = frozenset("和与及")
_BRACKETS: Final = re.compile(r"\([^()]*\)")
_LONGEST_BRACKET: Final = 6  #: No bracket inside a name is longer.
#: What is there of which several are named before they are counted: 矿产|有铝土矿、锰矿等.
_NAMED_ONES: Final = re.compile("(?<=[\u4e00-\u9fff]{2})(?:有|包括|涵盖|含)[^,。;、]{1,10}(?:、[^,。;、]{1,10})+等$")
_FARMERS: Final = frozenset(table("phrases")["kinds"]["farmers"])
_TILLING: Final = re.compile("试?种(?![子质群类粮])|养(?!老)|栽|[开办建搭][办起了]|搞|从事|流转|承包|租种")
_YEAR: Final = re.compile(r"(?:19|20)\d\d年")
#: What a noun behind a number is written with.
_IN_NOUNS: Final = re.compile(r"[“”\u4e00-\u9fffA-Za-z0-9·、()-]")
_SPLIT: Final = re.compile(r"[,;:。!?、\s—~【】]")


class Word(NamedTuple):
    """A word of a stretch before a number, what it does there, and whether it is a known name."""

    start: int
    end: int
    kind: str
    text: str
    known: bool = False


@dataclass(frozen=True)
class Phrase:
    """The words before a number: the name that they end with, its verb, and what stands before it in the same clause.

    ``said`` is the word of the name's clause that brings the number about (完成, 种), ``has`` whether one between name and
    number says that there is something (民宿有), ``moved`` whether the words tell a movement (涨到), ``joined`` whether the name goes on
    a list (、中巴车).
    """

    name: str
    verb: str = ""
    topic: str = ""
    said: str = ""
    has: bool = False
    moved: bool = False
    joined: bool = False
    #: In what time what it tells happens: 日 for 每天.
    turn: str = ""

    @property
    def noun(self) -> str:
        """The name without its verb."""
        return self.name[len(self.verb) :]


@functools.cache
def _words() -> tuple[dict[str, str], dict[str, tuple[int, ...]]]:
    """Words before a number with their kinds, and how long they are."""
    before, kinds = table("phrases")["before"], {}
    for kind, names in (
        (OTHER, ("adverb", "time", "who", "scope", "breaks")),
        (LIGHT, ("light",)),
        (PART, ("parts",)),
        (MOVE, ("moves",)),
    ):
        kinds.update({word: kind for name in names for word in before[name]})
    kinds.update({move + to: MOVE for move in before["moves"] for to in before["to"]})
    kinds.update({year + within: OTHER for year in before["years"] for within in before["within"]})
    kinds.update(dict.fromkeys(_coming(), PART))
    kinds.update({how + name: OTHER for how in before["addressed"] for name in before["surnames"]})
    kinds.update(dict.fromkeys((*before["whole"], *table("phrases")["general"]["words"]), NAME))
    verbs = table("phrases")["naming"]["words"]
    kinds.update(dict.fromkeys((*verbs, *(per + verb for verb in verbs for per in "年日"), *_spoken()), VERB))
    kinds.update({"、": JOIN, "和": JOIN, "与": JOIN, "及": JOIN, "以及": JOIN, "的": OF})
    return kinds, lengths_of(kinds)


def _coming() -> list[str]:
    """Verbs with what they come to, which are part of no noun: 建起, 卖出."""
    come = table("verbs")["come"]
    nouns = set(come["nouns"])
    return [
        word for word in (*(v + to for v in come["verbs"] for to in come["to"]), *come["words"]) if word not in nouns
    ]


@functools.cache
def _doing() -> frozenset[str]:
    """Verbs that name what is done with the noun behind them, inside a name, too: 板间|种植|黄芪, but 订单种植面积."""
    return frozenset(verb for entry in table("verbs")["adds"] for verb in entry["verbs"] if len(verb) > 1)


@functools.cache
def _gives() -> frozenset[str]:
    """Verbs of what something does for people, which is named with them: 营养改善计划惠及学生."""
    return frozenset(table("verbs")["gives"]["words"])


@functools.cache
def _kinds() -> tuple[str, ...]:
    return tuple(table("verbs")["kinds"]["words"])


@functools.cache
def _spoken() -> dict[str, str]:
    """Verbs of speech, with the verbs of names that they mean."""
    return {word: verb for verb, said in table("phrases")["spoken"].items() for word in said}


@functools.cache
def _set(name: str) -> frozenset[str]:
    return frozenset(table("phrases")["before"][name])


def words(text: str, lexicon: Lexicon, cuts: Sequence[tuple[int, int]] = ()) -> list[Word]:
    """The words of a stretch before a number. ``cuts`` are places of names of things, which are parts of no name."""
    found: list[Word] = []
    position, ends = 0, dict(cuts)
    while position < len(text):
        word = _word(text, position, lexicon, ends)
        if found and len(found[-1].text) > 1 and ends_word(text, position) and not word.known:
            found[-1] = found[-1]._replace(kind=NAME)  # 控制|性工程
        if word.kind == NAME and found and found[-1].kind == NAME and len(word.text) == 1 and len(found[-1].text) == 1:
            found[-1] = Word(found[-1].start, word.end, NAME, found[-1].text + word.text)
        else:
            found.append(word)
        position = word.end
    return _settled(found)


def _word(text: str, position: int, lexicon: Lexicon, ends: dict[int, int]) -> Word:
    alias = lexicon.longest(text, position)
    if position in ends and position + len(alias) <= ends[position]:
        return Word(position, ends[position], THING, text[position : ends[position]])
    if (told := _TOLD.match(text, position)) and not (alias.startswith("“") and len(alias) > len(told.group())):
        return Word(position, told.end(), told.lastgroup or OTHER, told.group())
    if not alias and text[position] == "(" and (bracket := _BRACKETS.match(text, position)):
        return Word(position, bracket.end(), OTHER, bracket.group())
    kinds, lengths = _words()
    known = longest(lengths, kinds, text, position)
    if kinds.get(known) == PART and known[-1] in "出入进" and text.startswith("口", position + len(known)):
        known = known[:-1] if known[:-1] in kinds else ""  # 设|出口
    if kinds.get(known) == MOVE and known[:-1] in kinds and text.startswith("成本", position + len(known) - 1):
        known = known[:-1]  # 降低|成本
    if len(alias) > 1 and len(alias) >= len(known):
        return Word(position, position + len(alias), NAME, alias, True)
    if known:
        return Word(position, position + len(known), kinds[known], _spoken().get(known, known))
    kind = OTHER if _SPLIT.match(text, position) else NAME
    return Word(position, position + 1, kind, text[position])


@functools.cache
def _bound() -> tuple[frozenset[str], tuple[str, ...]]:
    """Characters that end the word before them, and words that begin with one."""
    bound = table("phrases")["bound"]
    return frozenset(bound["ends"]), tuple(bound["words"])


def ends_word(text: str, position: int) -> bool:
    """Whether the character at a place can only end the word before it, so that no name begins there: 控制|性工程, 街道|级财政收入."""
    ends, words = _bound()
    return text[position : position + 1] in ends and not text.startswith(words, position)


def _settled(found: list[Word]) -> list[Word]:
    """Words that can stand inside names, too, count only beside others or at an edge: 修|水柜, but 维修基金."""
    for i, (word, after) in enumerate(itertools.pairwise(found)):
        if word.text in _LESSENED and after.kind == NAME and after.known:
            found[i] = word._replace(kind=VERB)
        if _modifies(found, i):
            found[i] = found[i]._replace(kind=NAME)
    weak = [_weak(found, i) for i in range(len(found))]
    if not any(weak):
        return found
    live = [word.kind not in (NAME, VERB, JOIN, OF) and not weak[i] for i, word in enumerate(found)]
    for i, word in enumerate(found):
        where = found[i - 1].text in _INSIDE if i > 1 else False  # 果园|里|套种|大豆
        inside = weak[i] and 0 < i < len(found) - 1 and (where or found[i - 1].kind == NAME)
        if inside and (found[i].text in _doing() or (len(found[i].text) > 1 and _placed(found, i))):
            rest = "".join(one.text for one in found[i + 1 :])
            live[i] = live[i] or (found[i + 1].kind == NAME and not rest.startswith(_kinds()))
        opens = (len(word.text) > 1 and not _makes_noun(found, i)) or word.text in _set("edge")
        live[i] = live[i] or (weak[i] and opens and (i == 0 or live[i - 1] or found[i - 1].kind == JOIN))
        has = found[i].text in _set("has") and i + 2 == len(found) and (found[-1].known or _placed(found, i))
        live[i] = live[i] or (weak[i] and has)
    for i in reversed(range(len(found))):
        closes = live[i + 1] if i + 1 < len(found) else not _ends_name(found, i)
        can_close = found[i].text not in _set("opening") or (i + 1 < len(found) and found[i].text in _WILL)
        live[i] = live[i] or (weak[i] and closes and can_close)
    return [
        Word(word.start, word.end, NAME, word.text) if weak[i] and not live[i] else word for i, word in enumerate(found)
    ]


def _modifies(found: Sequence[Word], i: int) -> bool:
    """Whether what mostly is part of no name is so before a noun: 预防|控制|中心, 臭氧|年均|浓度, 其他|行业."""
    word, after = found[i], found[i + 1] if i + 1 < len(found) else None
    if word.kind not in (MOVE, OTHER) or after is None or after.kind != NAME or len(word.text) < 2:
        return False
    inside = i > 0 and found[i - 1].kind == NAME
    if word.text.startswith("("):
        return inside and len(word.text) <= _LONGEST_BRACKET and word.end == after.start  # 通油(水泥)路率
    if word.text in table("phrases")["purpose"]["modifiers"]:
        return inside or word.kind == OTHER
    rest = "".join(one.text for one in found[i + 1 :])
    return inside and word.kind == MOVE and rest.startswith(tuple(table("phrases")["purpose"]["nouns"]))


def _placed(found: Sequence[Word], i: int) -> bool:
    """Whether what has something is a place or a body: 滑雪场|有|雪道."""
    before = found[i - 1].text if i else ""
    return before.endswith(_HAVING) and len(before) > 1 and len(found[i + 1].text) > 1


def _weak(found: Sequence[Word], i: int) -> bool:
    """Whether a word can also be inside a name."""
    word = found[i]
    if len(word.text) == 1:
        return word.kind in (LIGHT, MOVE, OTHER) and not _SPLIT.match(word.text)
    return word.kind == LIGHT or _makes_noun(found, i)


def _makes_noun(found: Sequence[Word], i: int) -> bool:
    """Whether one character behind a word makes a noun of it: 占有|率, 增长|面, 供应|业."""
    word, after = found[i], found[i + 1] if i + 1 < len(found) else None
    if after is None or after.kind != NAME or after.text not in _NOUN_ENDS or word.text[0] in _POINTS:
        return False
    return len(word.text) == 2 and word.kind in (LIGHT, PART, MOVE, OTHER)


def _ends_name(found: Sequence[Word], i: int) -> bool:
    """Whether a verb of one character right before a number is the end of an unknown name: 农业税尾欠, 独资兴建."""
    word, before = found[i], found[i - 1] if i else None
    if word.kind != LIGHT or len(word.text) > 1 or word.text in _set("copula"):
        return False
    return before is not None and before.kind == NAME and not before.known


def before(text: str, lexicon: Lexicon, cuts: Sequence[tuple[int, int]] = ()) -> Phrase:
    """The words before a number, parsed. ``cuts`` are places of names of things, which are parts of no name."""
    text = _NUMBERED.sub("", text.rstrip())
    if not text.strip("、, "):
        return Phrase("", joined=text.lstrip().startswith("、"))
    text = _ALONE.sub("", text)
    text = _NAMED_ONES.sub("", _TO_COME.sub("", _OF_THEM.sub("", text)))
    against = _AGAINST.search(text, max(0, len(text) - _LONGEST_RATE))
    against = against or _THAN.search(text, max(0, len(text) - _LONGEST_RATE))
    text = text[: against.start()] if against else text  # 游客|比改造前|多了3倍
    if (per := _PER.search(text, max(2, len(text) - _LONGEST_RATE))) and (
        per.start() > 2 or _words()[0].get(text[: per.start()]) in (LIGHT, PART, MOVE, OTHER)
    ):
        text = text[: per.start()]
    if (origin := _FROM.search(text, max(0, len(text) - _LONGEST_RATE))) and origin.start() > 1:
        text = text[: origin.start()]
    found = _near_by(words(text, lexicon, cuts))
    stop = _compared(found)
    end = next((i + 1 for i in reversed(range(stop)) if found[i].kind in (NAME, VERB)), 0)
    tail = found[end:stop]
    had = any(word.kind == THING for word in tail) and any(word.kind in (LIGHT, PART) for word in tail)
    told_of_another = had or any(
        word.kind in (LIGHT, PART) and word.text.removesuffix("了") in _set("transitive") for word in tail
    )
    start = end if told_of_another else _led(found, _start(found, end), end)
    told = _in_order(found[start:end])
    name = _held("".join(word.text for word in told), lexicon)
    name = "" if _PER.fullmatch(name) or name in _MOSTS else name  # 每亩|比随行就市多卖, 给予|最高|500万元的奖励
    topic = _topic(found[:start])
    beside = found[max(0, start - _LOOKED_BACK) : start] if end else found[-_LOOKED_BACK:]
    turn = next((_TURN[word.text] for word in beside if word.text in _TURN), "")
    spoken = [word.text for word in (*found[max(start - 1, 0) : start], *tail) if word.kind in (LIGHT, PART)]
    return Phrase(
        name,
        _verb(told, name),
        topic,
        spoken[-1] if spoken else "",
        any(word.text in _set("has") for word in tail),
        against is not None or stop < len(found) or any(word.kind == MOVE for word in tail),
        bool(found) and found[0].kind == JOIN,
        turn or topic[-2:] * topic.endswith(MEANS),
    )


def _near_by(found: list[Word]) -> list[Word]:
    """Words without those that only tell where those live for whom something is done: 带动|周边|农户."""
    return [
        word
        for i, word in enumerate(found)
        if not (0 < i < len(found) - 1 and word.text in _set("near") and found[i - 1].text in _gives())
    ]


def _compared(found: Sequence[Word]) -> int:
    """Where a comparison begins that the words end with: 草原植被盖度|较治理前提高."""
    moves = bool(found) and found[-1].kind in (MOVE, OTHER)
    compared = (i for i, word in enumerate(found) if word.text in _COMPARED and word.kind != NAME)
    return next((i for i in compared if moves or found[i].kind == MOVE), len(found))


def _start(found: Sequence[Word], end: int) -> int:
    """Where the name begins that ends at a word: behind 的, but for what would be too short (农民的收入)."""
    start = end
    while start and found[start - 1].kind in _NAMES:
        start -= 1
    while start < end and found[start].kind == JOIN:
        start += 1
    short = end - start == 1 and (len(found[start].text) < 2 or found[start].text in _OF_SOMETHING)
    if start > 1 and found[start - 1].kind == OF and short:
        return _start(found, start - 1)
    return start


def _led(found: Sequence[Word], start: int, end: int) -> int:
    """Where a name begins that a verb of names leads: 企业|加工坚果, but not 农产品加工企业."""
    for i in reversed(range(start + 1, end - 1)):
        if found[i].kind == VERB and found[i - 1].kind == NAME and found[i].text not in _gives():
            if found[i - 1].text in _set("modes"):
                return i - 1  # 自主|培育新品种
            rest = "".join(word.text for word in found[i + 1 : end])
            kind = rest.startswith(_kinds()) or rest.removesuffix("数") in _PEOPLE
            noun = kind or rest.endswith(_RATES) or found[i - 1].text.endswith("”")
            return start if noun else i
    return start


def _in_order(told: Sequence[Word]) -> Sequence[Word]:
    """The words of a name, a verb at its end first: 设施蔬菜新增3200亩."""
    return (
        [told[-1], *told[:-1]] if len(told) > 1 and told[-1].kind == VERB and told[-1].text.startswith("新") else told
    )


def _topic(found: Sequence[Word]) -> str:
    """The name before a name, parted from it by a verb or a time: 规模以上工业企业|完成产值."""
    end = next((i + 1 for i in reversed(range(len(found))) if found[i].kind in (NAME, VERB)), 0)
    return "".join(word.text for word in found[_start(found, end) : end])


def _verb(found: Sequence[Word], name: str) -> str:
    text = ""
    for word in found:
        if word.kind != VERB:
            break
        text += word.text
    return text if name.startswith(text) else ""


def _held(name: str, lexicon: Lexicon) -> str:
    """A name without what has it: 园区|规划面积; quotation marks in pairs."""
    if name.count("“") != name.count("”"):
        name = re.sub("[“”]", "", name)
    if name.count("(") != name.count(")"):
        name = re.sub("[()]", "", name)
    if name in lexicon.aliases:
        return name
    name = _PER_BEHIND.sub(r"\2\1", _GIVEN.sub("", _MOST.sub("", name)))
    name = _OWNED.sub("", _SUCH_AS.sub("", name))
    part = _PART_OF.match(name)
    while part is not None:  # 人民医院|新院区|建筑面积
        rest = name[part.end() :]
        if rest in lexicon.aliases and lexicon.aliases[rest].unit != "count":
            return rest
        part = _PART_OF.match(name, part.end())
    holders = _holders()
    holder = longest(holders, table("phrases")["holder"]["words"], name, 0)
    rest = name.removeprefix(holder)
    longer = len(rest) > 2 or rest in _too_general() or rest in lexicon.aliases
    whole = len(lexicon.longest(name, 0)) > len(holder) or ends_word(rest, 0)
    if not holder or not longer or whole:
        return name
    rest = _HAD.sub("", rest)
    return rest if rest in lexicon.aliases else _unled(rest)


def _unled(name: str) -> str:
    """A name without the word that only brings it about: 县财政|安排|专项资金."""
    kinds, lengths = _words()
    lead = longest(lengths, kinds, name, 0)
    led = len(lead) > 1 and kinds[lead] in (LIGHT, PART) and len(name) > len(lead) + 1
    return name[len(lead) :] if led else name


@functools.cache
def _too_general() -> frozenset[str]:
    """Names that tell only what is measured of a thing."""
    told = {*table("phrases")["general"]["words"], *table("verbs")["general"]["sized"]}
    return frozenset(told.difference(table("words")["durations"]["ends"], ("工期",)))


@functools.cache
def _holders() -> dict[str, tuple[int, ...]]:
    return lengths_of(table("phrases")["holder"]["words"])


@functools.cache
def _behind() -> tuple[dict[str, bool], dict[str, tuple[int, ...]]]:
    """Words behind a number with whether a noun ends before them, and how long they are."""
    behind = table("phrases")["behind"]
    kinds = dict.fromkeys((*behind["whole"], *table("phrases")["before"]["whole"]), False)
    kinds.update(dict.fromkeys((*behind["breaks"], *_coming()), True))
    return kinds, lengths_of(kinds)


def behind(text: str, lexicon: Lexicon, fitting: Callable[[Indicator], bool] = lambda _: False) -> str:
    """The noun that begins behind a number, up to what is said of it: 14个|海上党支部|以渔排为家.

    A known name that holds such words (443个|重大项目落地开工) is one noun where it is ``fitting``.
    """
    kinds, lengths = _behind()
    position = 0
    while position < len(text):
        alias, told = lexicon.longest(text, position), longest(lengths, kinds, text, position)
        if alias and not fitting(lexicon.aliases[alias]) and (kinds.get(alias) or _breaks_inside(alias)):
            if position > 1 and lexicon.aliases[alias].unit != "count" and not kinds.get(alias):
                return text[:position].removesuffix("年")  # 75家|龙头企业|年销售收入
            alias = ""  # 126个|重点项目|完成投资
        if len(alias) > 1 and len(alias) >= len(told):
            position += len(alias)
            if position == len(alias) and text[position : position + 1] in _JOINS:
                break  # 五项|重点工作|和重大项目
        elif told and (kinds[told] or (position and told.startswith("已"))):
            break
        elif position > 1 and text[position - 2 : position] in _FARMERS and _TILLING.match(text, position):
            break  # 5户农民|试种剑兰
        elif position > 1 and (
            text[position + 1 : position + 2] == "了" or (text[position] in "12" and _YEAR.match(text, position))
        ):
            if _words()[0].get(text[position - 1 : position + 1]) in (PART, LIGHT, MOVE):
                position -= 1  # 4%的土地|贡献了
            break  # 12座矸石山|绿了9座, 大班额比例|2015年为38%
        elif told or _IN_NOUNS.match(text, position):
            position += max(1, len(told))
        else:
            break
    return text[:position]


@functools.lru_cache(maxsize=4096)
def _breaks_inside(alias: str) -> bool:
    """Whether a name holds a word before which nouns end."""
    kinds, lengths = _behind()
    position = 0
    while position < len(alias):
        told = longest(lengths, kinds, alias, position)
        if position and len(told) > 1 and kinds[told]:
            return True
        position += max(1, len(told))
    return False
