"""What an amount is of that its unit, its verb or the clause before tells: money, land, weights, lengths, prices."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import Final

from . import completing, phrases
from .around import Candidate, Words, sentence_start
from .contexts import REACH
from .naming import LINES, bare, completed, entries, free
from .records import Indicator
from .tables import one_of, table
from .wording import AREAS, counted_label, fits

#: Where a payer stands by himself, so that what he pays is no end of a longer name.
_ALONE: Final = re.compile(r"(?:^|[,、;:由得的]|每户|每人|其中)\Z")
_T: Final = table("amounts")
_PUT: Final = _T["put"]
_PAYERS: Final = _T["payers"]
_EARNED: Final = _T["earned"]
_WEIGHTS: Final = ("kg", "jin", "t")
_STORING: Final = "储藏"
#: 创业|最高可贷
_AT_MOST: Final = re.compile(
    "([\u4e00-\u9fff]{0,8})(?:最高|最多)(?:[可能]|可以|能够)?(?:获得?|享受?|申请|得到)?(贷款|贷|补贴|补助|补|奖励|奖补|报销|资助|授信)(?:到|达)?$"
)
#: 给予最高|500万元|的奖励
_UP_TO: Final = re.compile(
    "(?:给予|享受|提供|发放|获得|申请|可获)(?:单户|每户|每人|一次性)?(?:最高|最多|不超过|上限)(?:可达|达)?$"
)
_GIFT: Final = re.compile(
    "的?([\u4e00-\u9fff“”]{0,6}?(?:奖励|补助|补贴|奖补|资助|贷款|授信|扶持资金|担保|额度|支持|补偿))(?=[,。;、]|$)"
)
#: 搬|一次|家|花了: what is done once, with what it is done to.
_COST: Final = re.compile(
    "([\u4e00-\u9fff])(?:一[次趟条座亩间栋场个套台]|次|趟)([\u4e00-\u9fff]{1,4}?)(?:就|得|要|能|还|只|才)*花(?:了|去|掉|费)?$"
)
#: 按|每人每年|1300元的标准; and what is paid by it.
_BY_MEASURE: Final = re.compile(
    "按照?([每][人户亩生头只个吨天月年公里斤平方米学每]{1,8}(?:补助|奖励|补贴)?)(?:不低于|不超过|最高)?$"
)
_STANDARD: Final = re.compile(
    "的?标准(?:,|给予|予以|进行|发放|一次性|及时|对[^,。;]{1,8})*(补助|补贴|奖励|奖补|补偿|收费|救助|资助)?"
)
_LOAN: Final = re.compile("“[^“”,。]{1,8}(?:贷|信贷|贷通|信贷通|易贷)”")
#: 为9870名|寄宿生发放生活补助|1085万元
_PAID_TO: Final = re.compile(
    "的?([\u4e00-\u9fff]{2,10}?)(?:发放|支付|兑付|兑现|落实|补发|下拨|拨付)了?([\u4e00-\u9fff]{2,8}?)(?:共|共计|合计|累计|近|约|超|达)*"
)
_FOR: Final = tuple("为给向对")
#: 给每名|博士|发放|安家费
_EACH_GIVEN: Final = re.compile(
    "[为给向对]每(?:名|位|户|个|家|人)(?:新增的?)?([\u4e00-\u9fff]{0,8}?)的?(?:一次性)?(发放|补发|奖励|补助|补贴|支付|给予|资助)([\u4e00-\u9fff]{0,8}?)(?:最高)?$"
)
_SOLD_TO: Final = re.compile(r"(?:销往|远销|畅销|行销|卖到|卖往|出口到|出口至|销到)了?$")
_SPENT: Final = ("花", "花了", "花费", "花去", "花掉", "耗资")
#: That there is something; and the clause before, without a number.
_THERE: Final = frozenset(("有", "共有", "已有", "现有", "达"))
_CLAUSE: Final = re.compile(r"([^,。;:!?、]{2,24}),.?$")
_CLAUSE_REACH: Final = 26  #: Characters back in which such a clause begins.
#: ,|从2020年的|3家增加到
_RISEN: Final = re.compile(r"[,、]?[从由](?:(?:19|20)\d\d年|去年|上年|当初|最初|开始时?|起初)?(?:底|末|初)?的?")
_THING_ALONE: Final = re.compile(r"(?:[,。;“]|[\u4e00-\u9fff]的)([\u4e00-\u9fff]{2,4}),.?$")
_LONGEST_KNOWN: Final = 8
_PRICES_BACK: Final = 4  #: How many figures back a price may have been told.
_AWAY: Final = re.compile(r"[距离](?:离)?(?!退|职|婚|心|子)[^,。;、]{2,14}$")
#: How far off in a direction, or from the shore: 高铁站以东|2公里, 离岸|12公里; 就在11公里|外的.
_OFF: Final = re.compile(
    r"(?:[\u4e00-\u9fff](?:以|之|往|向|正)[东南西北]{1,2}|[东南西北]{1,2}(?:方向|侧)|[距离]岸)约?$"
)
#: 从县城往东|行|42公里|,便到: how far one goes to get there.
_GONE: Final = re.compile(
    r"(?:[往向朝]?[东南西北]{1,2}|[从由出沿][^,。;、]{1,10}|^|[,。;])(?:驱车|开车|车行|乘车|驾车|步行|徒步|骑行|行驶|前行|行|走|上行|下行)(?:了|约|近)*$"
)
_ARRIVED: Final = re.compile("(?:左右|多)?,?(?:就|便|即|才|可|能|就能|便能)*(?:到了?|抵达?|来到|是|进入?|见)(?!底)")
_OUT: Final = re.compile("(?:以|之|开)?外(?:的|就|,|。|有|便)|远的?地方|开外|之遥|之隔")
#: Who pays, and the verb that tells what it is: 政府|补了3万元, 自己|掏了1.2万元.
_PAID: Final = re.compile(
    rf"({one_of(itertools.chain(*_PAYERS.values()))}|[省市县区镇]财政)"
    rf"(?:又|再|还|每户|各|给|一次性|另外|只|仅|才|就|共)*({one_of(_T['paying'])})(?:了|给|出)?$"
)
_SAVED: Final = re.compile("(?:省下|省去|节省|节约|能省|可省|省)了?$")
_SAVES: Final = re.compile(
    "(?:[能可就]|可以|能够)(?:省下?|节省|节约)了?([\u4e00-\u9fff]{1,6}费用?|[\u4e00-\u9fff]{1,6}成本)$"
)
_MONEY: Final = tuple(_PUT["money"])
#: How names of money end.
MONEY: Final = (*_MONEY, *_PUT["worths"])
_PUT_INTO: Final = re.compile(r"(?<!总)投入(?:约|近|达|达到|为|超过)?$")
_GIVERS: Final = tuple(_PUT["givers"])
_WHO_PUT: Final = re.compile(
    "([\u4e00-\u9fff]{2,8}?)(?:共|累计|先后|已|总共|合计)*投入(?:资金)?(?:约|近|达|达到|超过)?"
)
#: 年产|800吨|五氧化二钒生产线
_MAKES: Final = re.compile("([年日])(产|加工|处理)(?:达|约|可达)?$")
#: 年产能|1.2万吨|电子铜箔
_ABLE: Final = re.compile("(?:^|[,、;。])(年产能力?)(?:达到?|约|为)?$")
_LINE: Final = re.compile(
    r"([\u4e00-\u9fffA-Za-z0-9]{1,16}?)(?:自动化|智能化|智能)?(?:生产线|加工线|加工厂|生产基地|生产车间|工厂|生产项目|加工项目|项目|工程)"
    r"(?=[、和及的]|总?投资|占地|建成|投产|开工|\Z)"
)
_HERD: Final = re.compile(one_of(table("indicators")["herds"]["words"]))
_HERDS: Final = ("存栏", "出栏")
_LONG_WORK: Final = 12  #: Works are told in no more characters.
#: 拿出3000万元|贴息
_GIVEN_AS: Final = re.compile("(?:左右|多)?(?:用于|进行|作为)?(贴息|奖补|奖励|补贴)(?=[,。;])")
#: 1000万元|专项资金扶持电商, 3000万元|贴息
_FUND: Final = re.compile(
    r"(?:左右|多)?(?:的|作为|设立)?(专项资金|专项经费|扶持资金|奖补资金|帮扶资金|引导资金|财政资金|专款)(?:,?(?:用于)?(扶持|支持|奖励|补贴|发展|奖补|补助)([\u4e00-\u9fff]{2,8}?)(?=[,。;]))?"
)
_INTO: Final = re.compile(rf"(?:左右|多)?({one_of([*_PUT['making'], *_PUT['changing']])})了?([^,。;]{{2,24}})")
#: What the next clause tells that it was put into: 投入2.3亿元,|治理|废弃矿山|1.8万亩.
_THEN_INTO: Final = re.compile(
    rf"(?:左右|多)?,(?:用于|先后|共|累计|全面|陆续)?({one_of([*_PUT['changing'], *_PUT['building']])})了?([\u4e00-\u9fff“”、]{{2,12}}?)(?=\d)"
)
#: A number of things, of which only what they are is told: 装了|90盏|路灯, 上了|一套|系统.
_SOME: Final = re.compile(rf"(?:\d[\d.]*[万多余]*|[一两几])(?:{one_of(table('phrases')['before']['pieces'])})")
#: By what measure something is priced: 春茶每公斤|卖到, 花生粕一吨|卖.
_PRICED: Final = re.compile(
    r"[,、]?[每一](?:公?斤|吨|米|平方米|立方米|张|个|间|箱|袋|株|枚|头|只|度|件|瓶|盒|台|把|条|尾|筐)(?:[每一][天日月年晚])?(?:最[贵高多低]|平均)?(?:就?[能可才只]?(?:卖到?|售价|要|只要))?(?:了|上)?$"
)
#: 坑口煤价|由1月份的|每吨580元
_PRICED_FROM: Final = re.compile(r"[由从][^,。;]{0,12}$")
#: What is priced by the piece: 一份套餐|12元, 一碗面|只要6元.
_PIECE_PRICED: Final = re.compile(
    r"(?:^|[,。;的“]|[如现]今|现在|目前|每天|中午)[一每](?:份|碗|杯|盘|盒|桌|串|笼|壶)([\u4e00-\u9fff]{1,6}?)(?:就|也|才|只|仅|能|可|还)*(?:要|收|收费|卖|卖到|售价)?(?:不到|不超过)?$"
)
#: 一米坯布|只能赚|两角钱
_EACH_GAINED: Final = re.compile(
    r"[每一](公?斤|吨|米|只|头|件|箱|株|瓶|盒|棵|双|套)(?![能可比要多少就才只却也还都])([\u4e00-\u9fff]{1,6}?)(?:就?[能可才只却也])*(?:净?赚|挣)(?:不到|得|了)?$"
)
#: The price in the name of the figure before; and the words by which another thing is told to have one: 普通米|只卖.
_PRICE: Final = re.compile(
    r"每?(?:公?斤|吨|亩|平方米|箱|件)?(?:收购|出厂|市场|批发|零售|销售)?(?:价格|售价|单价|均价|价)$"
)
_SELLS: Final = re.compile(r"(?:只|才|仅|却|能|可|就)*(?:卖到?|有|为|是|要|售|达到?)[了上]?$")
#: What is earned of a measure of land, by a person or a household: 一亩|能挣, 每人每月|能拿.
_EARNING: Final = re.compile(
    r"[每一]([亩户人])(?:地|田|平均)?(?:每?([年月天]))?(?:[就便也还都]?[能可])?(?:挣|赚|拿|收入|增收|进账|收)到?了?$"
)
#: 咖啡|每亩少说也有|3000元, 一亩|玉米|收入不到600元
_MU_BRINGS: Final = re.compile(
    r"(?:(?:^|[,。;:“])(?:现在|如今|以前|过去|从前)?(?!现在|如今|以前|过去|从前|今年|去年|当时|当年)([\u4e00-\u9fff]{2,4}?))?[每一]亩(?:地|田)?(?:(?:少说|至少|起码|大概|差不多|平均|一年)*(?:也|就|还)?(?:能|可)?有|([\u4e00-\u9fff]{2,4}?)?((?:纯|毛|净)?(?:收入|收益|产值))(?:就|才|只|仅|也|能|可)*(?:有|达到?|换不回|超过|不到|不足)?)(?:不到|不足|近|约)?$"
)
#: What is earned in a time: 一天还能|挣, 一个月下来|有.
_EARNING_IN: Final = re.compile(
    rf"[每一]({one_of(_EARNED['times'])})(?:下来)?(?:[就便也还都]?[能可]?)(?:挣|赚|拿|领|收入|进账|(?<=下来)有|(?<=下来能)有)到?了?$"
)
#: 户均|进账2600元
_OF_EACH: Final = re.compile(
    f"((?:户|人|亩|棚|头)均)(?:每?年|每?月|[又再还])*(自筹|{one_of(_EARNED['got'])})了?(?:不超过|不到|超过|近|约|达)?$"
)
#: 肉牛|每头增收2600元
_MORE_OF_EACH: Final = re.compile("每(?:头|只|亩|株|箱|吨|公?斤|台|张|件)(?:增收|增值|节本|降本|省下?)了?$")
#: Works, and how the words go on from their number to what was invested in them.
_NOUN: Final = 24  #: How far before its number a noun begins at most.
_WORKS: Final = ("项目数", "工程数")
_INVESTED: Final = re.compile(
    r"([\u4e00-\u9fff“”]{2,12}?(?:项目|工程))?[,;]?(?:全年|年内|已|累计|全部|共|总计|实际)*完成投资(?:额)?(?:达|为|约|超过|近)?"
)
#: Who earns more: 社员|今年可增收78万元.
_EARNERS: Final = re.compile(rf"[\u4e00-\u9fff]{{0,6}}(?:{one_of(_EARNED['earners'])})$")
_MORE_EARNED: Final = re.compile(
    f"({one_of(_EARNED['earners'])})(?:每年|一年|全年|今年|当年|就|又|可|能|还)*多(?:收入|挣|赚|收)了?$"
)
_EARNED_MORE: Final = re.compile("(?:增收|多收入|多挣|多赚)了?$")
#: What is priced or grown by a measure that stands before it: 一斤鲍鱼|卖不到, 一亩玉米|才收.
_EACH_PRICED: Final = re.compile(
    r"[每一](公?斤|吨|只|头|件|箱|株|瓶|盒|棵|幅|台|辆|张|尾|匹|双|枝|枚|筐|朵|把)(?![能可比要多少就才只却也还都最平均售])([\u4e00-\u9fff]{1,6}?)(?:就?[能可才只却也]|最[贵高多低])*(?:卖到?|售价)(?:不到|得|了)?$"
)
_EACH_GROWN: Final = re.compile(
    r"[每一]亩(?:地|田)?(?:(?![也就还都能可才只却顶])([\u4e00-\u9fff]{2,4}?)(?:就?[能可才只却也])*(?:收|产|打|出|摘)(?:不到|得|了)?|[还也就都]?[能可]?(?:收|产|打|出|摘)了?([\u4e00-\u9fff]{2,4}))$"
)
#: What people call crops.
_CALLED: Final[dict[str, str]] = table("indicators")["called"]
#: What a mu yields where the crop was told before: 种麦子,一亩也就|打.
_EACH_MU: Final = re.compile("[每一]亩(?:地|田)?(?:[也就还都能可才只却顶多]*)(?:收|产|打|出|摘)(?:不到|得|了)?$")
_GROW: Final = frozenset(
    verb for entry in table("verbs")["adds"] if entry["ends"] == "种植面积" for verb in entry["verbs"]
)
_NO_CROPS: Final = tuple(_T["crops"]["ends"])
_CROP: Final = re.compile("(?:种|栽|改种)[的了着]?(?:都?是)?([\u4e00-\u9fff]{2,4}?)(?=[,。;])")
_ONLINE: Final = re.compile(
    f"({one_of(table('verbs')['online']['words'])})(?:平台|渠道|直播)?(?:共|累计|已|就|能|可)*(?:销售|卖|售)"
)
#: How names of amounts end that are no price.
_NO_GOODS: Final = "入金费本格准"
#: How names end that tell what is measured.
_MEASURED: Final = "值额入量费率积金润税本款资贷补助"
_GROWN_BEFORE: Final = re.compile("(?:种|栽|改种)[的了着上]?(?:都?是)?([\u4e00-\u9fff]{2,4}),.?$")
_SOLD: Final = ("卖", "卖到", "卖了", "卖上", "卖到了")
_REAPED: Final = re.compile("(?<=..)(?:收获|收割|采收|采摘|上市|出栏|出塘|收)$")
#: How much more something is sold for: 每斤比散卖|多卖.
_SOLD_FOR_MORE: Final = re.compile(
    r"[每一](?:公?斤|吨|只|头|件|箱|株|瓶|盒|棵)(?P<price>收购价|售价|价格)?(?:[能可要就都还]*比[^,。;\d]{1,14}?|[能可要就都还]*)(?:多卖|少卖|多|高出?|贵|便宜)[了出]?$"
)
#: How much can be stored or treated: 保鲜库|能存|果, 每小时|可分选, 一天能“吃”下|鲜果.
_C: Final = table("indicators")["capable"]
_CAPABLE: Final = re.compile(
    rf"(?P<often>{one_of(_C['rates'])})?(?:最多|同时|一次|一共|总共)*(?:可以|能够|[可能]|(?=“吃”))(?:最多|同时|一次)*“?(?P<verb>{one_of(_C['verbs'])})”?(?:得?下|进|放|掉)?(?P<what>[\u4e00-\u9fff]{{0,6}})$"
)
#: 2万吨|冷库, 日处理5万吨|的污水处理厂
_HOLDS: Final = re.compile(
    rf"(?:的)?[\u4e00-\u9fff]{{0,6}}?(?P<thing>{one_of(_C['stores'])})(?=[,。;、]|\d|[一两三]?[座个处])"
)
_TREATED: Final = re.compile(
    "(污水|废水|生活垃圾|餐厨垃圾|垃圾|粪污|秸秆|医疗废物)(?:集中|无害化|综合|资源化)*(?:处理|焚烧|填埋|处置|利用)"
)
_TREATS: Final = re.compile(f"(?P<often>[日年])(?P<verb>{one_of(_C['treats'])})$")
_AND: Final = ("和", "与", "及", "、")
#: 20万吨|水泥粉磨|站, 60万吨|甲醇|项目: what works make or treat in a year.
_WORKS_OF: Final = re.compile(r"([\u4e00-\u9fff]{2,8}?)(?:生产|加工)?(?:生产线|站|装置|项目|机组|厂)(?:工程|项目)?")
_DONE_BY: Final = tuple(_T["works"]["done"])
#: What was bought or built for an amount: 2600万元|引进的|智能分选线.
_BOUGHT: Final = re.compile(rf"(?:{one_of(_PUT['buying'])})的?([^,。;的]{{2,16}})")


def put_in(words: Words) -> Iterator[Candidate]:
    """What money was put into: 投入2.4亿元改造数字化车间."""
    if (
        words.quantity.unit not in ("CNY", "USD")
        or words.phrase.said not in _PUT["said"]
        or words.phrase.name.endswith(_MONEY)
    ):
        return
    told = _INTO.match(words.place.right)
    if given := _GIVEN_AS.match(words.place.right):
        yield Candidate("put in", free(f"{given[1]}资金", words.quantity.unit, "flow"))
        return
    if fund := _FUND.match(words.place.right):
        name = f"{fund[3] or ''}{fund[2] or ''}{fund[1]}"
        yield Candidate("put in", words.variable(name, words.quantity.unit, "flow"))
        return
    if told is None:
        yield from _put_then(words)
        return
    quoted = re.search("“[^”]+”", told[2])
    work = _SOME.sub("", told[2])
    noun = told[2][:_LONG_WORK] if told[1] in _PUT["doing"] else phrases.behind(work, words.material.lexicon)
    noun = told[2][quoted.start() :] if quoted and told[2].endswith(_MONEY) else quoted[0] if quoted else noun
    if len(noun) > 1:
        verb = "" if told[1] in _PUT["making"] else told[1]
        name = noun if noun.endswith(_MONEY) else f"{noun}{verb}投入"
        yield Candidate("put in", free(name, words.quantity.unit, "flow"))


def _put_then(words: Words) -> Iterator[Candidate]:
    """What the next clause tells that money was put into: 投入2.3亿元,治理废弃矿山1.8万亩."""
    told = _THEN_INTO.match(words.material.text, words.quantity.stop)
    gives = not words.phrase.name or words.phrase.name.endswith(_GIVERS)
    if told and gives and told[2][-1] not in "了的至到":
        verb = "建设" if told[1] in _PUT["building"] else told[1]
        yield Candidate("put in", free(f"{told[2]}{verb}投入资金", words.quantity.unit, "flow"))


def put_into(words: Words) -> Iterator[Candidate]:
    """What money was put into, where 投入 ends its name: 完成基础设施投入4200万元, but not 县财政投入."""
    name = words.phrase.name
    if words.quantity.unit != "CNY" or not _PUT_INTO.search(words.place.left):
        return
    if name.endswith(_GIVERS) and words.phrase.said in _PUT["said"] and words.known(name) is None:
        if next(put_in(words), None) is None:
            yield Candidate("put in", free(f"{name}投入资金", "CNY", "flow"))  # 政府|先后|投入2600万元
        return
    before, who = words.material.preceding(words.quantity), _WHO_PUT.fullmatch(words.place.left)
    if who and before is not None and before.unit == "count" and before.stop == words.place.left_start:
        if who[1].endswith(_GIVERS) and next(put_in(words), None) is None:
            yield Candidate("put in", free(f"{who[1]}投入资金", "CNY", "flow"))  # 96家|企业投入5.2亿元
        return
    if len(name) < 2:
        return
    if name.endswith(("投入", *_MONEY, *_GIVERS)) or next(put_in(words), None) is not None or words.phrase.verb:
        return
    yield Candidate("put in", words.known(f"{name}投资") or free(f"{name}投入", "CNY", "flow"))


def paid(words: Words) -> Iterator[Candidate]:
    """What someone pays, where only that and the verb are told: 自己掏了1.2万元,政府补了3万元."""
    told = _PAID.search(words.place.left) if words.quantity.unit == "CNY" and not words.behind else None
    if told is None:
        return
    whose, what = told[1], _T["paying"][told[2]]
    if what == told[2] and not _ALONE.search(words.place.left, 0, told.start(1)):
        return  # 医保人均|财政补助
    if what in _PAYERS["received"] and whose in (*_PAYERS["each"], *_PAYERS["selves"]):
        name = whose + what  # 每户|补助2万元 is what they get
    elif whose in _PAYERS["each"]:
        name = f"{whose}自付费用"
    elif whose in _PAYERS["selves"]:
        name = "自筹资金" if what == "自筹资金" else "自付费用"
    else:
        name = ("财政" if whose in _PAYERS["treasuries"] else whose) + what
    yield Candidate("by unit", words.variable(name, "CNY", "flow"))


def saved(words: Words) -> Iterator[Candidate]:
    """What is saved of: 滞港费去年就省下|860万元; 单是物流费用,一年就省下|2600万元."""
    if words.quantity.unit == "CNY" and (saves := _SAVES.search(words.place.left)):
        yield Candidate("by unit", free(f"节省{saves[1]}", "CNY", "flow"))
    if words.quantity.unit != "CNY" or not _SAVED.search(words.place.left):
        return
    name = words.phrase.name
    if not name and (clause := _clause_before(words)):
        name = phrases.before(clause[1], words.material.lexicon).name
    if name and not re.search(r"\d", name):
        yield Candidate("by unit", free(f"节省{name}", "CNY", "flow"))


def at_most(words: Words) -> Iterator[Candidate]:
    """How much can be had at most: 创业最高可贷50万元, 每户最高补助3万元."""
    told = _AT_MOST.search(words.place.left) if words.quantity.unit == "CNY" and not words.behind else None
    if words.quantity.unit == "CNY" and _UP_TO.search(words.place.left) and (gift := _GIFT.match(words.place.right)):
        yield Candidate("by unit", free(f"{gift[1]}最高额度", "CNY", "notApplicable"))
    if told:
        given = "贷款" if told[2] == "贷" else "补助" if told[2] == "补" else told[2]
        name = bare(words.material, told[1]) if told[1] else ""
        yield Candidate("by unit", free(f"{name}{given}最高额度", "CNY", "notApplicable"))


def standard(words: Words) -> Iterator[Candidate]:
    """By what measure something is paid: 按每人每年1300元的标准."""
    told = _BY_MEASURE.search(words.place.left) if words.quantity.unit == "CNY" else None
    if told and (paid_as := _STANDARD.match(words.place.right)):
        yield Candidate("by unit", free(f"{told[1]}{paid_as[1] or '补助'}标准", "CNY", "notApplicable"))


def lent(words: Words) -> Iterator[Candidate]:
    """What is lent under a name that the sentence tells: 推出“果农贷”,贷款余额达3.1亿元."""
    name = words.phrase.name or ("放款" if words.phrase.said == "放款" else "")
    if words.quantity.unit != "CNY" or not (name in _T["lent"]["names"] or words.behind in _T["lent"]["names"]):
        return
    named = _LOAN.findall(words.material.text, words.sentence, words.place.left_start)
    if named and not words.phrase.name.startswith("“"):
        yield Candidate("by unit", free(named[-1] + (name or words.behind), "CNY", "stock"))


def paid_to(words: Words) -> Iterator[Candidate]:
    """What is paid to those counted right before: 为9870名寄宿生发放生活补助1085万元."""
    before = words.material.preceding(words.quantity)
    if before is None or before.unit != "count" or before.stop != words.place.left_start:
        return
    told = _PAID_TO.fullmatch(words.place.left)
    if (
        told
        and words.material.text[before.begin - 1 : before.begin] in _FOR
        and told[2].endswith(_MONEY)
        and "此类" not in told[2]
    ):
        label = told[1] + told[2]
        yield Candidate("by unit", words.variable(label, words.quantity.unit, "flow"))


def paid_each(words: Words) -> Iterator[Candidate]:
    """What each of some is given: 给每名博士发放安家费30万元, 对每户搬迁户补助2万元."""
    told = _EACH_GIVEN.search(words.place.left) if words.quantity.unit == "CNY" and not words.behind else None
    if told and (not told[3] or told[3].endswith(_MONEY)):
        label = f"{told[1]}{told[3] or told[2]}"
        if told[1] or told[3]:
            yield Candidate("by unit", words.variable(label, "CNY", "flow"))


def cost(words: Words) -> Iterator[Candidate]:
    """What something cost where a clause tells it: 搬一次家花了6800万元, 修一条路要花40万元."""
    told = _COST.search(words.place.left) if words.quantity.unit == "CNY" and not words.behind else None
    name = words.phrase.name
    if told:
        yield Candidate("by unit", free(f"{told[1]}{told[2]}费用", "CNY", "flow"))
    elif len(name) > 1 and not name.endswith(_GIVERS) and not words.behind and _spends(words):
        yield Candidate("by unit", free(f"{name}投入", "CNY", "flow"))  # 装修民宿花了|12万元


def _spends(words: Words) -> bool:
    said = words.phrase.said
    return words.quantity.unit == "CNY" and said in _SPENT and words.place.left.endswith(said)


def sold_to(words: Words) -> Iterator[Candidate]:
    """How many places something goes to: 产品远销30个国家和地区."""
    if words.counts and words.behind and _SOLD_TO.search(words.place.left):
        topic = "产品" if "产品" in words.phrase.topic + words.phrase.name else ""
        yield Candidate("sold to", free(counted_label(f"{topic}销往{words.behind}"), "count", "stock"))


def distance(words: Words) -> Iterator[Candidate]:
    """How far a place is from another one: 县城北距吉林市区118公里."""
    if words.quantity.unit not in ("km", "m") or (found := words.known("距离")) is None:
        return
    listed = words.carried.indicator == found and words.phrase.joined  # 距州府132公里、|省城287公里
    away = _AWAY.search(words.place.left) or _OFF.search(words.place.left) or _OUT.match(words.place.right)
    away = away or (_GONE.search(words.place.left) and _ARRIVED.match(words.place.right))
    if listed or away:
        yield Candidate("spoken", found)


def by_unit(words: Words) -> Iterator[Candidate]:
    """What is measured of a thing by its unit (饲草2.3万亩), if what was told before does not say it (出栏生猪2万头,家禽9万羽)."""
    unit, word = words.quantity.unit, words.quantity.word
    if next(priced(words), None) is not None:
        return  # 春茶每斤卖到180元,夏茶|只卖60元
    whole = completed(words.phrase.name, words.quantity, words.carried.indicator)
    for entry in () if whole in words.material.lexicon.aliases else entries("indicators", "measured", unit, word):
        made = words.phrase.verb if words.phrase.verb == words.phrase.name else ""
        for noun in filter(None, (words.phrase.name, words.behind and made + words.behind)):
            if (found := words.known(noun + entry["adds"])) and words.known(noun) in (None, found):
                yield Candidate("by unit", found)
                return
    if unit in ("km", "m") and words.phrase.verb and words.place.right:
        line = phrases.behind(words.place.right, words.material.lexicon)
        if line.endswith(LINES) and "、" not in line and line not in words.phrase.name:  # 拆掉东门860米|围墙
            name = f"{words.phrase.verb}{line}长度"
            yield Candidate("by unit", words.variable(name, unit, "flow"))
    noun = words.phrase.noun if words.phrase.verb else words.phrase.name or words.behind
    left = words.place.left.rstrip("了只仅约近")
    if words.behind and words.phrase.said and left.endswith(words.phrase.said):
        noun = words.behind  # 公司去年卖出860吨|茶籽油
    noun = noun or _grown_so_far(words)
    for entry in entries("verbs", "adds", unit, word) if noun else ():
        if {words.phrase.verb, words.phrase.said} & set(entry["verbs"]):
            if noun in ("一", "每"):
                continue  # 一|只卖120元
            noun = _CALLED.get(noun, noun)
            if entry["ends"] == "销量" and (online := _ONLINE.search(words.place.clause)):
                yield Candidate("by unit", free(f"{noun}{online[1]}销售量", words.quantity.unit, "flow"))
                return
            name = noun if noun.endswith(entry["ends"][-1]) else noun + entry["ends"]
            yield Candidate("by unit", words.variable(name, words.quantity.unit, entry["flow"]))


def line_of(words: Words) -> Iterator[Candidate]:
    """What a line or a works makes in a year at most: 建有年产800吨五氧化二钒生产线."""
    made = _MAKES.search(words.place.left)
    if words.behind and words.quantity.unit in ("t", "kg") and (able := _ABLE.search(words.place.left)):
        yield Candidate("by unit", free(f"{words.behind}{able[1]}", words.quantity.unit, "stock"))
    told = _LINE.match(words.behind) if made and words.quantity.form == "plain" else None
    if made and told:
        name = f"{told[1]}{made[1]}{'产' if made[2] == '产' else made[2]}能力"
        yield Candidate("by unit", words.variable(name, words.quantity.unit, "stock"))


def herd(words: Words) -> Iterator[Candidate]:
    """The number of the animals that the clauses before tell of: 扩大奶牛规模,年末存栏达到4.5万头."""
    name, before = words.phrase.name, words.carried.indicator
    if name not in table("indicators")["herds"]["names"] or (before is not None and before.label.endswith(_HERDS)):
        return
    told = _HERD.findall(words.material.text, words.sentence, words.place.left_start)
    if told:
        label = told[-1] + name.removesuffix("量")
        yield Candidate("by unit", words.variable(label, words.quantity.unit, "stock"))


def _grown_so_far(words: Words) -> str:
    """What a verb without an object is done to: the product that was told of most, the last among equals (1993年栽下1400亩)."""
    if (
        not words.phrase.said
        or words.counts
        or not words.place.left.rstrip("了只仅约近").endswith(words.phrase.said.rstrip("了"))
    ):
        return ""
    last = words.carried.seen[-1:]
    if last and (price := _PRICE.search(last[0].label)):
        return last[0].label[: price.start()]  # 次果收购价每公斤1.2元,预计全年能收|5.5万吨
    return completing.most_told(words.carried)


def product(words: Words) -> Iterator[Candidate]:
    """The output of a product in a list of outputs: 主要产品产量:服装3216万件,人造板23万立方米."""
    name, text = words.phrase.name, words.material.text
    start = sentence_start(text, words.place, ends="。!?\n", reach=4 * REACH)
    if (
        "产品产量" not in text[start : words.place.left_start]
        or not name
        or name.endswith(("产量", "量", "率"))
        or words.quantity.form != "plain"
    ):
        return
    if words.quantity.unit not in ("percent", "CNY") and words.known(name) is None:
        whole = f"{name}产量"
        yield Candidate("by unit", words.variable(whole, words.quantity.unit, "flow"))


def brought(words: Words) -> Iterator[Candidate]:
    """What only the verb before a number tells: 先后投入1.6亿元, 一年能挣20万元."""
    for entry in entries("indicators", "brought", words.quantity.unit, words.quantity.word):
        if words.phrase.said not in entry["said"]:
            continue
        if words.phrase.name and "named" not in entry:
            whole = words.phrase.name + entry.get("becomes", "")
            if whole != words.phrase.name and (who := words.known(whole) or _earner(words, whole)):
                yield Candidate("by unit", who)  # 村集体|进账46万元
            continue
        known = words.material.lexicon.indicators.get(entry.get("means", ""))
        yield Candidate("brought", known or free(entry["becomes"], words.quantity.unit, "flow"))


def _head(thing: str) -> str:
    """What of a thing another one may leave out: 湾内养|的鱼 (深海养的), 大棚|草莓 (露天的)."""
    what = thing.rpartition("的")
    return what[1] + what[2] if what[1] else thing[-2:]


def _earner(words: Words, whole: str) -> Indicator | None:
    return free(whole, words.quantity.unit, "flow") if _EARNERS.fullmatch(words.phrase.name) else None


def priced(words: Words) -> Iterator[Candidate]:
    """What a measure of a thing brings: its price, or what a mu of it yields."""
    if words.quantity.unit == "CNY":
        yield from _price(words)
    elif words.quantity.unit in _WEIGHTS and (grown := _EACH_GROWN.search(words.place.left)):
        yield _yield(words, grown[1] or grown[2])
    elif words.quantity.unit in _WEIGHTS and _EACH_MU.search(words.place.left):
        told = words.material.text[max(words.sentence, words.place.left_start - REACH) : words.quantity.begin]
        yield _yield(words, next(reversed(_CROP.findall(told)), ""))


def _yield(words: Words, crop: str) -> Candidate:
    crop = _CALLED.get(crop, crop)
    return Candidate("priced", words.known(f"{crop}单产") or free(f"{crop}亩产量", words.quantity.unit, "flow"))


def sold_for_more(words: Words) -> Iterator[Candidate]:
    """The price of which a difference is told: 梨子卖得比去赶集每公斤多|0.6元."""
    left, before = words.place.left, words.carried.indicator
    more = _SOLD_FOR_MORE.search(left) if words.kind == "increment" and words.quantity.unit == "CNY" else None
    if more is None:
        return
    sold = _sold(words, left[: more.start()])
    sold = sold if _PRICE.search(sold) else f"{sold}{more['price'] or '售价'}"
    priced = before is not None and before.unit == "CNY" and _PRICE.search(before.label)
    name = before.label if before is not None and priced else sold
    yield Candidate("priced", words.variable(name, "CNY", "notApplicable"))


def _price(words: Words) -> Iterator[Candidate]:
    """The price of what stands before a unit of it, or that of another thing beside it: 春茶每公斤卖到180元,夏茶只卖30元."""
    left, before = words.place.left, words.carried.indicator
    if each := list(each_priced(words)):
        yield from each
    elif found := list(sold_for_more(words)):
        yield from found
    elif told := _PRICED.search(left):
        name = bare(words.material, _PRICED_FROM.sub("", left[: told.start()])) or _in_clause_before(words)
        if name in _T["sold"]["at"]:
            told_before = (
                one.label for one in reversed(words.carried.seen[-_PRICES_BACK:]) if _PRICE.search(one.label)
            )
            name = next(told_before, "")
        name = name or ("客房" if "间" in told.group() else "")
        alone = told.group().endswith(_SOLD) or (told.start() == 0 and not re.search("[卖售要]", told.group()))
        name = name or (_goods(words) if alone else "")
        if name and name[-1] not in _NO_GOODS:
            name = name if _PRICE.search(name) else f"{name}价格"
            goods = completing.most_told(words.carried) if completing.sort_of(name) == completing.GRADED else ""
            label = goods + name
            yield Candidate("priced", words.variable(label, "CNY", "notApplicable"))
    elif before is not None and (price := _PRICE.search(before.label)) and (sells := _SELLS.search(left)):
        name = bare(words.material, left[: sells.start()])
        if left[: sells.start()].endswith("的"):
            name += _head(before.label[: price.start()])
        if name and not _PRICE.search(name) and name[-1] not in _MEASURED:
            yield Candidate("priced", free(name + price.group(), "CNY", "notApplicable"))


def each_priced(words: Words) -> Iterator[Candidate]:
    """What a piece or a measure costs or earns, told with its thing: 一枚鸡蛋卖|1.5元."""
    if words.quantity.unit == "CNY" and (each := _of_each(words.place.left)):
        yield Candidate("priced", words.variable(each, "CNY", "notApplicable"))


def _of_each(left: str) -> str:
    """The price of a piece or of a measure, or what is earned by one: 一份套餐|12元, 一斤鲍鱼卖不到|30元, 一米坯布只能赚|两角钱."""
    if (told := _PIECE_PRICED.search(left)) and told[1][-1] not in _NO_GOODS:
        return f"{told[1]}价格"
    if told := _EACH_GAINED.search(left):
        return f"{told[2]}每{told[1]}利润"
    return f"{told[2]}每{told[1]}价格" if (told := _EACH_PRICED.search(left)) else ""


def _in_clause_before(words: Words) -> str:
    """The noun that stands alone in the clause before: 今年头春的鲜叶,|每斤卖到46元."""
    alone = _clause_before(words, _THING_ALONE)
    return bare(words.material, alone[1]) if alone else ""


def _clause_before(words: Words, pattern: re.Pattern[str] = _CLAUSE, low: int = 0) -> re.Match[str] | None:
    """The clause that ends right where the words of a number begin, in a text from ``low`` on."""
    start = words.place.left_start
    return pattern.search(words.material.text, max(low, start - _CLAUSE_REACH), start + 1)


def _goods(words: Words) -> str:
    """What is sold that stands before the measure in a clause of its own (掐下的鲜叶,每斤卖到46元), else the text's product."""
    clause = _clause_before(words, low=words.sentence)
    noun = phrases.before(clause[1], words.material.lexicon).noun if clause and "的" in clause[1] else ""
    return noun or completing.most_told(words.carried)


def _sold(words: Words, left: str) -> str:
    """What is sold: the name right before its measure, else the product of which the last weight or area was told."""
    name = re.split("卖[得的]?(?:价)?比|卖[得的了出]*$|比", left.rpartition(",")[2])[0]
    told = _REAPED.sub("", bare(words.material, name)) if name else ""
    before = (completing.thing_of(one) for one in reversed(words.carried.seen) if one.unit in completing.PRODUCED)
    return told or _REAPED.sub("", next(filter(None, before), "")) or completing.most_told(words.carried)


def earned(words: Words) -> Iterator[Candidate]:
    """What a measure of land, a person or a household earns, and what is earned in a day: 一亩能挣3000多元, 一天能挣120元."""
    if words.quantity.unit == "CNY" and (told := _EARNING.search(words.place.left)):
        rate = {"人": "人均", "户": "户均", "亩": "亩均"}[told[1]]
        crop = _crop_before(words) if told[1] == "亩" else ""
        name = f"{crop}{rate}{told[2] or ''}{'增收' if '增收' in told.group() else '收入'}"
        yield Candidate("earned", words.variable(name, "CNY", "flow"))
    elif words.quantity.unit == "CNY" and (told := _MU_BRINGS.search(words.place.left)):
        name = f"{told[1] or told[2] or _crop_before(words)}亩均{told[3] or '收入'}"
        yield Candidate("earned", words.variable(name, "CNY", "flow"))
    elif words.quantity.unit == "CNY" and (told := _EARNING_IN.search(words.place.left)):
        name = f"{_EARNED['times'][told[1]]}收入"
        yield Candidate("earned", words.variable(name, "CNY", "flow"))
    elif words.quantity.unit == "CNY" and (told := _OF_EACH.search(words.place.left)):
        got = _EARNED["got"].get(told[2], told[2])
        got = "收入" if words.kind == "increment" and got == "增收" else got
        yield Candidate("earned", free(told[1] + got, "CNY", "flow"))
    elif told := _MORE_OF_EACH.search(words.place.left):
        name = bare(words.material, words.place.left[: told.start()])
        if words.quantity.unit == "CNY" and name:
            yield Candidate("earned", free(f"{name}{told.group()}".removesuffix("了"), "CNY", "flow"))
    elif words.kind != "increment" and (told := _MORE_EARNED.search(words.place.left)):
        yield Candidate("earned", words.variable(f"{told[1]}增收", "CNY", "flow"))
    elif (
        words.kind == "increment"
        and (who := _EARNERS.search(words.phrase.name))
        and _EARNED_MORE.search(words.place.left)
    ):
        yield Candidate("earned", words.known(f"{who.group()}收入") or free(f"{who.group()}收入", "CNY", "flow"))


def _crop_before(words: Words) -> str:
    """The crop that the clause before tells to be grown: 种连翘,|一亩能挣3000多元."""
    clause = _clause_before(words, _GROWN_BEFORE)
    return _CALLED.get(clause[1], clause[1]) if clause else ""


def works(words: Words) -> Iterator[Candidate]:
    """The investment in those works that were counted right before: 42个市级重点项目|完成投资96亿元."""
    before, last = words.carried.indicator, words.material.preceding(words.quantity)
    if words.quantity.unit not in ("CNY", "USD") or before is None or last is None or not before.label.endswith(_WORKS):
        return
    between = words.material.text[last.stop : words.quantity.begin]
    if last.unit == "count" and (told := _INVESTED.fullmatch(between)):
        told_before = phrases.before(
            words.material.text[max(0, last.begin - _NOUN) : last.begin], words.material.lexicon
        )
        label = before.label.removesuffix("数")
        own = "" if re.search(r"\d", told_before.noun) else told_before.noun  # 新开工项目86个、竣工|52个
        works = told[1] or (own if before.known else "") or label
        works = works.removesuffix("项目") if works.endswith("工程项目") else works
        yield Candidate("by unit", free(f"{works}投资", words.quantity.unit, "flow"))


def bought(words: Words) -> Iterator[Candidate]:
    """What something that is named behind an amount cost: 2600万元引进的智能分选线."""
    told = _BOUGHT.match(words.place.right) if words.quantity.unit in ("CNY", "USD") else None
    if told and not words.phrase.name and (noun := phrases.behind(told[1], words.material.lexicon)):
        yield Candidate("put in", free(f"{noun}投资", words.quantity.unit, "flow"))


def capable(words: Words) -> Iterator[Candidate]:
    """How much something can store or treat: 保鲜库能存果8000吨, 每小时可分选6吨, 2万吨冷库, 日供水10万吨的水厂."""
    if words.quantity.unit not in _C["units"] or words.quantity.form != "plain":
        return
    left, name = words.place.left.rstrip(), ""
    if told := _CAPABLE.search(left):
        verb, often = _C["verbs"][told["verb"]], _C["rates"].get(told["often"] or "", "")
        thing = bare(words.material, left[: told.start()].rstrip(",")) if not told["what"] or verb == _STORING else ""
        what = "" if verb == _STORING and thing else told["what"]
        name = f"{thing}{often}{verb}{what}能力"
    elif (treats := _TREATS.search(left)) and words.place.right.startswith("的"):
        name = f"{treats.group()}能力"
    elif (not words.phrase.name or words.phrase.said or left.endswith(_AND)) and (
        holds := _HOLDS.match(words.place.right)
    ):
        name = f"{holds['thing']}容量"
    elif words.phrase.name in _C["holding"] and words.carried.indicator is not None:
        store = completing.thing_of(words.carried.indicator)
        name = f"{store}容量" if store.endswith(tuple(_C["stores"])) else ""
    elif made := _WORKS_OF.fullmatch(words.behind) if not words.phrase.name else None:
        name = f"{made[1]}{'' if made[1].endswith(_DONE_BY) else '年产'}能力"
    elif words.phrase.name in _C["general"]:
        before = words.material.text[max(words.sentence, words.place.left_start - REACH) : words.quantity.begin]
        treated = _TREATED.findall(before + words.carried.subject)
        name = treated[-1] + words.phrase.name if treated else ""
    if name:
        yield Candidate("spoken", words.variable(name, words.quantity.unit, "notApplicable"))


#: 承担着城区420万平方米的|供热|任务
_DUTY: Final = re.compile("([\u4e00-\u9fff]{2,6}?)(?:任务|服务|工作|责任)")


def sized(words: Words) -> Iterator[Candidate]:
    """Things of a size, or the size of things: 新建3000吨级泊位|4个."""
    before, name = words.material.preceding(words.quantity), words.phrase.name
    if words.counts and before is not None and before.stop == words.place.left_start and name.startswith("级"):
        line = words.material.text[before.begin : before.stop]
        yield Candidate("above", free(counted_label(line + name), "count", "stock"))
    elif words.quantity.unit in AREAS and (duty := _DUTY.fullmatch(words.behind)):
        yield Candidate("by unit", words.variable(f"{duty[1]}面积", words.quantity.unit, "stock"))
    elif words.place.right.startswith("级") and (noun := words.behind.removeprefix("级")):
        measure = words.material.text[words.quantity.end : words.quantity.stop].strip("万多余左右")
        yield Candidate("above", free(f"{noun}{measure}级", words.quantity.unit, "notApplicable"))


#: 全区面积不大,|只有286平方公里
_SMALL: Final = re.compile(
    "(?<![\u4e00-\u9fff]{6})(?:地域|土地|国土|辖区)?面积(?:并)?(?:不大|很小|不小|最小|虽小|辽阔|有限),$"
)


#: 书屋|面积不大,|只有120平方米
_SMALL_THING: Final = re.compile(
    "(?<![\u4e00-\u9fff])([\u4e00-\u9fff]{2,5}?)(?<!地域|土地|国土|辖区)面积(?:并)?(?:不大|很小|不小|虽小|有限),$"
)


def clause_before(words: Words) -> Iterator[Candidate]:
    """What a verb alone tells of the thing that the clause before names: 甘蔗一项,种植1.6万亩."""
    if words.phrase.name or not words.phrase.said:
        return
    before = words.material.text[max(0, words.place.left_start - 12) : words.place.left_start]
    if words.quantity.unit == "km2" and (area := words.known("土地面积")) and _SMALL.search(before):
        yield Candidate("clause before", area)
    if words.quantity.unit in AREAS and (size := _SMALL_THING.search(before)):
        yield Candidate("clause before", free(f"{size[1]}面积", words.quantity.unit, "stock"))
    told = re.search(r"[。;\n\d]?([\u4e00-\u9fff]{2,6}?)(?:一项|方面|产业)?,$", before)
    if told is None:
        return
    for entry in entries("indicators", "measured", words.quantity.unit, ""):
        if found := words.known(told[1] + entry["adds"]):
            yield Candidate("clause before", found)
            return


def grown(words: Words) -> Iterator[Candidate]:
    """The land under the crop that the sentence tells before: 引种脐橙,只栽了120亩; 家家种火龙果,面积2840亩."""
    name, said = words.phrase.name, words.phrase.said
    alone = (not name and said.removesuffix("了") in _GROW) or name in ("面积", "种植面积")
    if words.quantity.unit not in ("mu", "ha") or not alone or words.kind in ("change", "share") or words.behind:
        return
    crop = next(reversed(_CROP.findall(words.material.text, words.sentence, words.place.left_start)), "")
    crop = _CALLED.get(crop, crop)
    if crop and not crop.endswith(_NO_CROPS):
        label = f"{crop}种植面积"
        yield Candidate("by unit", words.variable(label, words.quantity.unit, "stock"))


def told_before(words: Words) -> Iterator[Candidate]:
    """What is counted where the clause before names it: 像这样的社区工厂,全县已有58家."""
    if not words.counts or words.phrase.name or words.behind:
        return
    if _RISEN.fullmatch(words.place.left):
        yield from _ended_with(words)
    if words.phrase.said not in _THERE:
        return
    if clause := _clause_before(words):
        name = phrases.before(clause[1], words.material.lexicon).name
        known = words.known(name)
        if name and not re.search(r"\d", name) and (known is None or fits(known, words.quantity)):
            yield Candidate("counted before", known or free(counted_label(name), "count", "stock"))


def _ended_with(words: Words) -> Iterator[Candidate]:
    """The known name with which the clause before ends: 老楼改成了民宿,|从3家增加到29家."""
    told = clause[1] if (clause := _clause_before(words)) else ""
    for cut in range(max(0, len(told) - _LONGEST_KNOWN), len(told) - 1):
        if (known := words.known(told[cut:])) is not None and fits(known, words.quantity):
            yield Candidate("by unit", known)
            return


def above(words: Words) -> Iterator[Candidate]:
    """What a line in its name limits: 500万元以上项目固定资产投资."""
    name = words.phrase.name
    rate = words.quantity.unit == "percent" and words.known(name) is not None  # 56人以上大班额比例
    before = words.material.preceding(words.quantity) if name and not words.counts and not rate else None
    if before is None or before.stop != words.place.left_start:
        return
    line = words.material.text[before.begin : before.stop]
    if line.endswith(("以上", "以下")) and words.place.left.removeprefix("的").startswith(name):
        yield Candidate("above", free(line + name, words.quantity.unit, "flow"))


def adjacent(words: Words) -> Iterator[Candidate]:
    """What a second measure of the same things measures: 道路36条58.2公里, 群众1126户4870人."""
    quantity, carried = words.quantity, words.carried
    before = words.material.preceding(quantity)
    if before is None or before.stop != words.place.left_start or carried.indicator is None or carried.suffix:
        return
    if words.place.left not in ("", "、", ",") or quantity.form != "plain" or before.unit != "count":
        return
    ends = _T["second"].get(quantity.unit if quantity.unit != "count" else quantity.word, ())
    if before.word == quantity.word or not ends:
        return
    stem = re.sub(r"(?:户数|人数|套数|数)$", "", carried.indicator.label)
    if quantity.word == "人":
        stem = stem.removesuffix("人口").removesuffix("户").removesuffix("农")
    known = next((found for end in ends if (found := words.known(stem + end))), None)
    yield Candidate("adjacent", known or free(stem + ends[0], quantity.unit, carried.indicator.flow))
