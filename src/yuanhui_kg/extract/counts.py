"""What is counted where more than a name tells: what became of those counted, those of whom some are told apart, levels, thresholds."""

from __future__ import annotations

import functools
import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from . import phrases
from .around import HOUSEHOLDS, POPULATION, Candidate, Words, limited_noun
from .deeds import COVERING, deed, of_those
from .naming import bare, free
from .records import Quantity
from .tables import one_of, table
from .wording import counted_label, fits

_LEVEL: Final = re.compile(
    r"(?:国家|省|市|县|州|地|部|厅|镇|乡)级(?:以上)?|[1-5]A级|国家[1-5]A级|[一二三四五]星级|[甲乙丙]级|[一二三]级"
)
#: Kinds of things of which some are told by what was done with them.
_KIND: Final = re.compile(
    r"(诉求|事项|线索|问题|投诉|建议|提案|订单|乡镇|社区|案件|项目|企业|学校|小区|道路|工程|住房|合作社|机构|村|户|人员|者)(?:数)?$"
)
_WHOLE: Final = re.compile(
    r"[,、]?(?:目前|现|已)*(?:累计(?:建成|达到|达|完成|拥有|有|增至|为)*$|总数|总量|总户数|总数量|总面积|总里程)"
)
#: What those that are counted do or what was done with them, behind their name or their number: 6家老国企|停产, 其中22家已经投产.
_DONE: Final = re.compile(
    rf"(?:已经|已|全部|全|先后|相继|陆续|正式|顺利|集中|成功|整体|完成|实现|搬迁(?=入))*({one_of(table('verbs')['done']['words'])})"
)
#: 以|土地|入股
_INVESTED: Final = re.compile("[以用凭]([\u4e00-\u9fff]{2,6}?)(?:等)?(?:作价|折价)?(入股|参股|折股)")
#: What was done with them before: 引进|配套企业.
_BEGUN: Final = re.compile(
    f"^(?:{one_of([*table('phrases')['naming']['words'], *table('verbs')['done']['words']])})(?=..)"
)
#: Those who come on one day are no population: 单日最多3.6万人.
_DENSE: Final = re.compile("每平方公里(?:就)?(?:接近|将近|近|达到?|有|超过|约|挤着|住着)*$")
_CROWD: Final = re.compile(r"单日|每[天日晚]|当[天晚日]|[一首]日|一[天晚]|高峰|客流")
#: What tells of all people of a place.
_ALL: Final = re.compile("[全总共]")
#: 其中|男|15230人、|女|14110人
_SEXES: Final[dict[str, str]] = table("words")["sexes"]
_SEX: Final = re.compile(rf"(?:^|[,、;:和及]|其中)({one_of(_SEXES)})(?:有|为|约)?$")
_AMONG: Final = re.compile(r"[中里],[^,。;\d]{0,6}\Z")
#: ,其中|师生创办|的有; 断面中,|水质达标|的由2011年的
_OF_KIND: Final = re.compile(
    r"(?:其中|[中里],|[中里]|^,(?=取得|通过|获得?|拿到|用上|装上|实现|完成|开通))(?:有|,)?([\u4e00-\u9fffⅠ-Ⅻ“”]{2,14}?)的(?:只有|仅有|就有|已有|达到?|有|仅|约|占)*(?:[由从](?:(?:19|20)\d\d年|去年|上年)?(?:底|末)?的)?$"
)
#: 62人|的搬运队
_CREW: Final = re.compile(
    "(?:左右)?(?:组成)?的(?![\u4e00-\u9fff]{0,3}工程)([\u4e00-\u9fff“”]{1,9}?(?:队伍|团队|专班|班子|队|乐团|剧团|合唱团|小组))(?=[,。;、!?”]|$)"
)
_ON_EACH_MU: Final = re.compile(
    "每亩(?:地|果园|园子)?[只仅约可能也就才]*(?:保留|定植|栽植|种植|留|栽|种|植)(?:下|了|着|有)?$"
)
_OTHERS: Final = re.compile("[\u4e00-\u9fff]{4},(?!其中)[\u4e00-\u9fff]{4}")
_DEGREE: Final = re.compile(
    "(?:^|[有、,])(?:其中)?([\u4e00-\u9fff]{2,4}?(?:及以上|以上|及以下|以下)(?:学历|学位|职称|文化程度))$"
)
#: 彩带编织等|3项|入选名录: things of which some are named and all are counted by their measure word.
_SUCH_AS: Final = re.compile("等$")
_NEAR: Final = 24  #: How far before a number the noun begins that it counts.
#: 骑楼112栋,|其中|47栋建于清末.
_OF_THESE: Final = re.compile(r"[,、]?其中(?:有|仅|约|近)?")
_PEOPLE_WORDS: Final = frozenset(("户", "人", "名", "位"))
#: Those of a profession, told by its name alone: 技术人员46人,其中|高级工程师8人.
_TITLE: Final = re.compile("(?<=..)(?:师|技工|专家|教授|博士|硕士|院士|研究员|技术员|教练|医生|护士|工匠|骨干)$")
_SETTLED: Final = re.compile("(?:[村屯寨乡镇]|社区|街道|家庭)$")
#: Those who live in a place, of whom all are told: 186户村民|全部入了社.
_DWELLERS: Final = re.compile("(?:村民|农户|居民|牧民|渔民|人家|住户|群众|家庭|村户|农民)")
_EVERY_ONE: Final = re.compile("(?:已经|已)?(?:全部|全都|家家|户户)")
#: 石厝村|有312户: whose people or households they are.
VILLAGE: Final = re.compile(r"[\u4e00-\u9fff]{1,4}(?:村|屯|寨|镇|乡|社区|小组|庄|湾)")
#: Of whom some are told apart: 上市公司14家,其中科创板2家、在香港上市3家.
_OF_THEM: Final = re.compile(r"其中[^。;,]{0,24}$")
#: 与|6所小学|结成教育集团
_WITH: Final = tuple(table("words")["together"]["words"])
_CONCERNS: Final = "涉及"
_CONCERNED: Final = re.compile("涉及([\u4e00-\u9fff]{0,8})$")
_FIRMS: Final = frozenset(("企业", "公司"))
_SCHOOL: Final = re.compile("全校|教学班|小学|中学|学校|学院|中心校|幼儿园")
_NO_DEED: Final = re.compile("[,、。;:!?中里和与]|$")
_ZONE: Final = re.compile("园区|开发区|产业园|工业园|科创园|加工园|集聚区|园内|园里|开园|孵化")


def resident(words: Words) -> Iterator[Candidate]:
    """The firms of a zone and the pupils of a school: 园区聚集了168家企业, 全校782名学生中."""
    where = words.place.clause + words.carried.subject
    firms = words.counts and words.behind in _FIRMS and _ZONE.search(where)
    if firms and (found := words.known("入驻企业")):
        yield Candidate("resident", found)
    pupils = words.counts and words.behind == "学生" and _SCHOOL.search(where) and _NO_DEED.match(_after_noun(words))
    if pupils and (found := words.known("在校学生")):
        yield Candidate("resident", found)


def outcome(words: Words) -> Iterator[Candidate]:
    """What became of those that are counted, where that makes an indicator: 48.6万贫困人口实现脱贫, 9.7万人饮水安全问题."""
    right, following = words.place.right, words.material.following(words.quantity)
    if not right and following is not None and following.begin == words.quantity.stop:
        right = words.material.text[following.stop : following.stop + 20]  # 3126户1.14万人稳定脱贫
    for entry, behind, before in _outcomes().get(words.quantity.word, ()):
        told = behind.match(right)
        if told and before.search(words.place.left):
            known = words.material.lexicon.indicators.get(entry.get("means", ""))
            label = words.phrase.turn + told.expand(entry.get("becomes", ""))
            yield Candidate("outcome", known or free(label, "count", entry.get("flow", "flow")))


@functools.cache
def _outcomes() -> dict[str, list[tuple[dict[str, str], re.Pattern[str], re.Pattern[str]]]]:
    """What can become of those that a word counts, with what stands behind and before their number."""
    found = defaultdict(list)
    for entry in table("indicators")["outcome"]:
        for word in entry["words"]:
            found[word].append((entry, re.compile(entry["pattern"]), re.compile(entry.get("before", "") + "$")))
    return found


#: 居住在|城镇|的人口为
_LIVING: Final = re.compile("居住在(城镇|乡村|农村)的(?:常住)?人口(?:为|有|达)?$")


def population(words: Words) -> Iterator[Candidate]:
    """The people or households of a place, where nothing else is named: 全镇有7462户,28316人."""
    whole = {"户": "总户数", "人": "总人口", "口": "总人口"}.get(words.quantity.word)
    if words.quantity.word == "口" and not words.place.right.startswith("人"):
        return  # 网箱318口
    if _staff_before(words) or _CROWD.search(words.place.clause):
        return
    if whole == "总人口" and _DENSE.search(words.place.left):
        yield Candidate("outcome", words.known("人口密度") or free("每平方公里人口", "count", "stock"))
        return
    if whole == "总人口" and (sex := _SEX.search(words.place.left)) and _of_people(words):
        yield Candidate("population", words.variable(_SEXES[sex[1]], "count", "stock"))
        return
    if whole == "总人口" and (living := _LIVING.search(words.place.left)):
        yield Candidate("outcome", words.variable(f"{living[1].replace('农', '乡')}常住人口", "count", "stock"))
        return
    named = words.phrase.name and not VILLAGE.fullmatch(words.phrase.name)
    everyone = whole == "总户数" and _DWELLERS.fullmatch(words.behind) and _EVERY_ONE.match(_after_noun(words))
    if whole and words.counts and not named and (everyone or not words.behind) and (found := words.known(whole)):
        yield Candidate("outcome", found) if everyone else Candidate("population", found)


def _of_people(words: Words) -> bool:
    """Whether what was told before is of all who live in a place: 全县8620户,其中男15230人."""
    before = words.carried.indicator
    return before is None or before.label.endswith(("人口", "总户数"))


def _staff_before(words: Words) -> bool:
    """Whether the number before counted people of a kind, whose number is told anew: 创办时员工8人,如今已有60人."""
    before = words.carried.indicator
    anew = before is not None and before.unit == "count" and not before.label.endswith("人口")
    return anew and words.word_before in ("人", "名") and not _ALL.search(words.place.left)


def verb_only(words: Words) -> Iterator[Candidate]:
    """What was done with those that were counted before: 入园企业87户,投产61户."""
    before, verb = words.carried.indicator, words.phrase.verb
    if before is None or not verb or verb != words.phrase.name or words.behind:
        return
    if not words.counts:
        if words.place.left.rstrip().endswith(("可" + verb, "能" + verb)):
            return  # 每小时可|分选6吨
        if (
            before.unit == words.quantity.unit != "CNY" and words.quantity.form == "plain"
        ):  # 茶园面积9.6万亩,其中新植1.8万亩
            yield Candidate("verb", words.variable(verb + before.label, before.unit, "flow"))
        return
    kind = _KIND.search(before.label)
    if kind and words.quantity.word in (words.word_before, "个", "项", "家"):
        name = f"{verb}{kind[1]}"
        yield Candidate("verb", words.known(name) or free(counted_label(name), "count", "flow"))
    elif words.quantity.word == "户":  # 试点村改水3400户
        name = f"{verb}户"
        yield Candidate("verb", words.known(name) or free(counted_label(name), "count", "flow"))


def listed(words: Words) -> Iterator[Candidate]:
    """Those of which some are named before, by what became of all: 木偶戏、彩带编织等3项|入选名录."""
    if words.behind or not words.counts or words.quantity.word != "项" or not _SUCH_AS.search(words.place.left):
        return
    if told := deed(words.place.right, whole=words.material.following(words.quantity) is None):
        yield Candidate("outcome", free(counted_label(of_those(told, "项目")), "count", "stock"))


def invested(words: Words) -> Iterator[Candidate]:
    """Those who put something in: 46户|贫困户|以土地入股."""
    told = _INVESTED.match(_after_noun(words)) if words.counts else None
    noun = words.behind or _of_those_before(words) or ("户" if words.quantity.word == "户" else "")
    if told and noun:
        yield Candidate(
            "outcome" if words.behind else "by unit", free(counted_label(told[1] + told[2] + noun), "count", "flow")
        )


def done(words: Words) -> Iterator[Candidate]:
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


def doing(words: Words) -> Iterator[Candidate]:
    """Of people, households and villages those of whom the clause behind tells what they do: 312名僧尼|参加养老保险, 7个乡镇|建成污水处理厂."""
    noun = words.behind or _of_those_before(words) or {"户": "户", "人": "人"}.get(words.quantity.word, "")
    together = words.place.left.rstrip().endswith(_WITH)
    told_apart = words.quantity.word in _PEOPLE_WORDS or _SETTLED.search(noun) or not words.behind or together
    if not words.counts or not noun or not told_apart:
        return
    if words.quantity.word == "户" and _DWELLERS.fullmatch(noun) and _EVERY_ONE.match(_after_noun(words)):
        return  # 桃坪村186户村民|全部入了社
    if told := deed(_after_noun(words), whole=words.material.following(words.quantity) is None):
        yield Candidate("doing", free(counted_label(of_those(told, noun)), "count", "stock"))


def described(words: Words) -> Iterator[Candidate]:
    """Of those counted before the ones that a clause with 的 tells apart: 入驻企业233家,其中师生创办的|141家; 5个断面中,水质达标的|有4个."""
    last = words.material.preceding(words.quantity)
    if not words.counts or words.behind or last is None or words.quantity.word not in (last.word, "个", "人", "名"):
        return
    told = _OF_KIND.search(words.material.text[max(last.stop, words.quantity.begin - _NEAR * 2) : words.quantity.begin])
    if told and last.unit == "count" and (noun := _as_told(words, last)):
        yield Candidate("among", free(counted_label(told[1] + noun, words.quantity.word), "count", "stock"))


def _as_told(words: Words, last: Quantity) -> str:
    """What the number before counted, in the words of the text: behind it (260名|员工), else before it."""
    text = words.material.text
    behind = phrases.behind(text[last.stop : words.quantity.begin], words.material.lexicon)
    noun = _BEGUN.sub("", re.split("[中里的]", behind)[0])
    if len(noun) > 1:
        return noun
    told = phrases.before(text[max(0, last.begin - _NEAR) : last.begin], words.material.lexicon).noun
    before = words.carried.indicator
    label = before.label.removesuffix("数") if before is not None else ""
    noun = told if told and before is not None and before.known else label
    return kind[1] if (kind := _KIND.search(noun)) else _BEGUN.sub("", noun)


def crew(words: Words) -> Iterator[Candidate]:
    """The people of a team that is named behind them: 62人的搬运队."""
    told = _CREW.match(words.place.right) if words.quantity.word in ("人", "名") and words.counts else None
    if told:
        name = f"{told[1]}员" if told[1].endswith("队") else f"{told[1]}成员"
        yield Candidate("outcome", free(counted_label(name), "count", "stock"))


def planted(words: Words) -> Iterator[Candidate]:
    """How many plants stand on a mu: 每亩只留28株."""
    if words.quantity.word in ("株", "棵", "蔸", "穴") and _ON_EACH_MU.search(words.place.left):
        yield Candidate("outcome", words.variable("每亩株数", "count", "notApplicable"))


def covered(words: Words) -> Iterator[Candidate]:
    """The places that something reaches: 主电网覆盖58个行政村."""
    if words.counts and words.behind and words.phrase.topic and words.phrase.said in COVERING:
        name = words.phrase.topic + words.phrase.said + words.behind
        yield Candidate("covered", free(counted_label(name), "count", "stock"))


def concerned(words: Words) -> Iterator[Candidate]:
    """Whom or what something concerns: 涉及5个镇街、62个村."""
    noun = words.behind or words.phrase.name
    if not words.counts or not noun:
        return
    before = words.carried.indicator
    listed = words.phrase.joined and before is not None and before.label.startswith(_CONCERNS)
    concerns = _CONCERNED.search(words.place.left.rstrip()) if _CONCERNS in words.place.left else None
    if listed or (concerns and (words.behind or noun == concerns[1])):
        name = counted_label(_CONCERNS + noun, words.quantity.word)
        yield Candidate("outcome" if words.behind else "by unit", free(name, "count", "stock"))


def _of_those_before(words: Words) -> str:
    """Those that were counted before, of whom some are told apart: 34家国有企业中,|26家|完成改制."""
    before, last = words.carried.indicator, words.material.preceding(words.quantity)
    if before is None or last is None or words.quantity.word != last.word:
        return ""
    among = _AMONG.search(words.material.text, last.stop, words.quantity.begin)
    these = before.label.endswith("数") and _OF_THESE.fullmatch(words.place.left.strip())
    if not among and not these:
        return ""
    return _as_told(words, last) if before.known else before.label.removesuffix("数")


def _after_noun(words: Words) -> str:
    right = words.place.right
    return right.partition(words.behind)[2] if words.behind else POPULATION.sub("", HOUSEHOLDS.sub("", right))


def among(words: Words) -> Iterator[Candidate]:
    """Those of the ones before that a name tells apart: 上市公司14家,其中科创板2家、在香港上市3家."""
    before, name = words.carried.indicator, words.phrase.noun
    if before is None or not before.label.endswith("数") or not name or words.known(name):
        return
    if _KIND.search(name) or _LEVEL.fullmatch(name) or (words.quantity.word in _PEOPLE_WORDS and _TITLE.search(name)):
        return
    if not words.counts or words.quantity.word != words.word_before or not _OF_THEM.search(words.place.clause):
        return
    if degree := _DEGREE.search(words.place.left):
        name = degree[1]  # 其中|硕士以上学历|23名
    told = (one.label for one in words.carried.told[-4:] if before.label.endswith(one.label))
    label = min(told, key=len, default=before.label)
    begun = next((i for i in range(len(name)) if label.startswith(name[i:])), len(name))
    if begun < len(name) or name[-2:] not in label:
        whole = name[:begun] + label
        yield Candidate("among", words.variable(whole, before.unit, before.flow))


def threshold(words: Words) -> Iterator[Candidate]:
    """What a threshold before it limits: 税收超千万元企业12家, 其中5亿元以上8个."""
    carried, quantity = words.carried, words.quantity
    if not carried.suffix or not words.counts:
        return
    last = words.material.preceding(quantity)
    between = words.material.text[last.stop : quantity.begin] if last is not None else ""
    if _OTHERS.search(between):
        return  # 价值8000元以下的免征关税,参与互市的|边民有1460人
    counted = _KIND.search(carried.indicator.label) if carried.indicator is not None else None
    of = words.behind if words.place.left.strip() in ("的", "以上的") else ""  # 投资超5亿元的26个|工业项目
    name = (
        of or bare(words.material, limited_noun(words)) or (counted[1] if counted else "")
    )  # 企业320家,年产值过亿元的26家
    if not name and quantity.word in _PEOPLE_WORDS:
        name = "人数"  # 600分以上|43人
    alias = words.known(carried.prefix + name)
    if alias and "税" in carried.prefix:
        yield Candidate("threshold", alias, carried.suffix)
    elif name:
        label = counted_label(f"{carried.prefix}{carried.line}{name}")
        yield Candidate("threshold", free(label, quantity.unit, "stock"), carried.suffix)


def whole(words: Words) -> Iterator[Candidate]:
    """All of those of which the new ones were told: 新认定高新技术企业316家,总数达到1520家."""
    before = words.carried.indicator
    if before is None or not _WHOLE.match(words.place.left.strip()) or not fits(before, words.quantity):
        return
    stem = re.sub(r"^(?:新认定|新增|净增|新登记|新设立|新设|新培育|新建|新引进)", "", before.label)
    if stem != before.label:
        yield Candidate("whole", words.variable(stem, before.unit, "stock"))


def level(words: Words) -> Iterator[Candidate]:
    """Those before that are of a level: 龙头企业38家,其中国家级1家、省级6家."""
    before, level = words.carried.indicator, words.phrase.name
    if before is None or not words.counts or not _LEVEL.fullmatch(level):
        return
    told = re.sub(r"^(?:新培育|新增|新认定|培育)?(?:国家级|省级|市级|县级|州级|[1-5]?A级|全国)", "", before.label)
    name = level + told
    known = words.known(name) or words.known(name.removesuffix("数"))
    yield Candidate("level", known or free(name, "count", "stock"))
