"""Words around numbers: what only joins them, what names something, how a name is completed. Pure functions of text."""

from __future__ import annotations

import re
from typing import Final

from .lexicon import Lexicon
from .records import Indicator, Quantity
from .tables import one_of, table

WORDS: Final = table("words")
UP: Final = one_of(WORDS["growth"]["up"])
DOWN: Final = one_of(WORDS["growth"]["down"])
AVERAGE: Final = re.compile(one_of(WORDS["growth"]["average"]))
GROWTH: Final = re.compile(
    rf"(?:{UP}|{DOWN})(?:了|率|率为|率达|到|达|为|幅度|幅度为|幅度达|约|近|超过|超|[^,。;、\d]{{0,2}}?)?$"
)
MOVED: Final = re.compile(
    rf"(?:比|较)(?:上年同期|上年末?|上年底|去年同期|去年末?|去年底|年初|上月|上期|全[省国市]平均水平|全[省国市县区]|(?:19|20)\d\d年(?:末|底)?)|同比|环比|年均"
    rf"|(?:扣除|剔除)[^,]{{1,16}}?后|按[^,]{{1,10}}?(?:计算|口径)|同口径|可比口径|自然口径|名义|实际|高于|低于|快于|净|大关|台阶|首次|历史性"
    rf"|年初|全[市省国]|降幅|涨幅|减幅|跌幅|折合|约合|人民币|平均水平|[两三四五]年平均|[两三四五六七八九十]年来|两项增速|增速|增幅|其中|分别|{UP}|{DOWN}|[,、了约近]"
)
_ENDS: Final = re.compile(rf"(?:{one_of(WORDS['joins']['end'])}|\(\w{{1,12}}\)|[、,:;“”‘’\s(])$")
_BEGINS: Final = re.compile(
    rf"^(?:{one_of(WORDS['joins']['begin'])}|[、,:;“”‘’\s)—-]|(?:19|20)\d\d年(?:末|底|度)?|\d{{1,2}}[-~—]?\d{{0,2}}月(?:末|底|份)?|(?:上半年|下半年|前三季度|第?[一二三四]季度|前[一二三四五六七八九十\d]{{1,2}}个月)(?:末)?|(?:项目|一期|全部)*(?:建成|达产|投产|竣工|投用)(?:投产|达产|运营)?后,?(?:可|预计|将|年)*(?:实现|新增)?|[这该](?:个|座|家|条|处)?(?:镇|村|县|乡|区|市|园区|企业|公司|项目|基地|社区)的?|(?:近|过去|最近|这)?[两三四五六七八九十\d]{{1,2}}年(?:来|间)?(?=累计|共|投)|为(?:企业|群众|市场主体|农民|居民|各类市场主体)(?=减|节|提|增|办|发|解)|截至|有(?!线|效|机|色|限|氧|关)|计划(?!生育|单列)|按[^,。]{{1,10}}(?:计算|看|分))"
)
REACHED: Final = re.compile(
    r"(?:提高|提升|跃升|攀升|拓展|上升|增加|增长|扩大|发展|下降|降低|减少|回落|收窄|升|降|增|调整|变|优化|缩小|缩短|压缩|精简|压减|上涨)(?:[^,。;\d]{0,2})?(?:到|至|为)(?:了)?(?:约|近|超过|超|全市|全省)?$"
)
FLOW: Final = re.compile(one_of(WORDS["flowVerbs"]["words"]))
_NEUTRAL: Final = re.compile(
    rf"(?:{one_of([*WORDS['neutral']['words'], *WORDS['lightVerbs']['words']])}|[、和并了已共近的约])*"
)
STOCK: Final = re.compile(one_of(WORDS["stockWords"]["words"]))
RESPECTIVELY: Final = "分别"
_SHARED_SUFFIX: Final = re.compile(
    r"([\u4e00-\u9fff]{2}率|排放量|支出|收入|投资|增加值|产量|面积|销售额|零售额|存款|贷款|产值|利润|人数|数量|总量|增速|销量)(?:和增速|均|分别|[,\s])*$"
)
#: 人口密度每平方公里61人, 托位数达到每千人4.1个: per what a number is told, which is no part of a name.
_PER: Final = re.compile(
    r"(?:达到|达|为|约)?每(?:百|千|万|十万)?(?:平方公里|常住人口|名?(?:职工|学生|老年人|老人)|人口|人|户|亩|公顷|小时|天|日|年|月)(?:每?[年月])?$"
)
#: 每百户居民拥有汽车14辆
_OWNED: Final = re.compile(
    r"^(每(?:百|千|万)(?:户|人|名)?(?:(?:城镇|农村)(?:居民)?(?:家庭)?)?)(?:居民|家庭|人口|常住人口|居民家庭)?(?:年末)?(?:拥有|有)(.+)$"
)
_ELIDED: Final = re.compile(r"(?:增加值|销售额|营业额|零售额|投资|总产值|产值|利润总额)$")


def without_growth(lexicon: Lexicon, left: str) -> str:
    left = re.sub(
        r"(?:比|较|与|同|于)(?:(?:19|20)\d\d年(?:末|底)?|“?十[一二三四五]?五”?(?:末|时期)?|上年(?:末|底|同期)?|去年(?:同期)?|年初|上月|上期|一季度|上半年|全[省国市县](?:平均(?:水平)?)?)(?:相比)?(?:[多少]$)?",
        "",
        left,
    )
    left = re.sub(r"(?<=企业|学校|乡镇|项目|人口|农户|职工)中,?(?:已)?有?$", "", left)
    left = re.sub(r"(?:[两三四五]年)累计(?:完成|实现|达到|达)?$", "", left)
    left = re.sub(r"(?:由|从)?(?:每?月人均|人均每月|每月人均)$", "", left)
    left = re.sub(r"(?:从|由)(?:零|无到有)(?=[^,。;]{0,6}$)", "", left)
    left = re.sub(r"(?:从|由|自)(?:(?:18|19|20)\d\d年(?:末|底)?|上年|“?十[一二三四五]?五”?末?)?的?$", "", left)
    left = re.sub(
        r"(?:增加|提高|跃升|攀升|上升|增长|下降|减少|降|升|增|调整|提升|扩大|发展|拓展|缩小|缩短|压缩)(?:到|至|为)(?:(?:19|20)\d\d年(?:末|底)?)?的?$",
        "",
        left,
    )
    left = re.sub(r"(?:恢复|恢复到|恢复至|相当于)(?:(?:19|20)\d\d年|上年|去年)(?:同期)?(?:水平)?的?$", "", left)
    if whole_name(lexicon, left) or re.search(
        r"(?:户均|人均|亩均|村均|每户|每人|村集体|群众|农民|农户|村民|贫困户)(?:每?年均?)?增收$", left
    ):
        return left
    left = re.sub(
        r"(?:是|相当于|为)(?:(?:18|19|20)\d\d年(?:末|底)?|前五年|上一?个?五年|[三五十]年前|上年)的?", "", left
    )
    previous = None
    while previous != left:
        previous = left
        left = (
            re.sub(
                rf"(?:{AVERAGE.pattern}|{UP}|{DOWN}|同比|环比|分别|率|累计|了|约|近|达到|达|超过|超|,|到|至|为|名义|实际|均|还|再)$",
                "",
                left,
            )
            if not re.search(r"(?:率|额|值|量|收入|数|积|程|户|人口|新增|幅|税)$", left) or GROWTH.search(left)
            else left
        )
        if whole_name(lexicon, left):
            break
    return left


def core(text: str, lexicon: Lexicon | None = None) -> str:
    """Words without those that only join them to a number or to what was said before; a known name is kept whole."""
    previous = None
    while previous != text:
        previous = text
        text = text.strip()
        if (end := _ENDS.search(text)) and not (lexicon and lexicon.ends_inside(text, end.start())):
            text = text[: end.start()]
        if (begin := _BEGINS.match(text)) and not (lexicon and lexicon.begins_inside(text, begin.end())):
            text = text[begin.end() :]
    return text


def only_joins(text: str) -> bool:
    """Whether words tell no variable, only how one moved: 比上年末增加, 按自然口径下降."""
    return not MOVED.sub("", text)


def shared_suffix(tail: str, number: int) -> list[str]:
    """教育、社会保障和就业、卫生健康支出: the names in full, where there are as many as numbers."""
    ending = _SHARED_SUFFIX.search(tail)
    if not ending:
        return []
    names = re.sub(r"^.*[,。;:]|其中", "", tail[: ending.start()]).split("、")
    if len(names) == number - 1 and (last := re.match(r"(.+?)(?:和|与|及)(.+)$", names[-1])):
        names = [*names[:-1], last[1], last[2]]
    return (
        [
            name if name.endswith(ending[1]) or (name + ending[1]).endswith("率" + ending[1]) else name + ending[1]
            for name in names
        ]
        if len(names) == number > 1
        else []
    )


def pure_verb(text: str) -> bool:
    return bool(re.fullmatch(rf"(?:{FLOW.pattern}|、|和|并|新|再|了|已|共|近)+", text))


def alias_at_end(lexicon: Lexicon, text: str) -> bool:
    return any(match.end == len(text) for match in lexicon.matches(text[-12:].rjust(len(text))))


def whole_name(lexicon: Lexicon, text: str) -> bool:
    return core(text, lexicon) in lexicon.aliases


def fits(indicator: Indicator, quantity: Quantity) -> bool:
    """Whether a quantity can be of an indicator, by their units: growth, ranks and multiples can be of any."""
    if quantity.unit in ("percent", "rank") or quantity.form in ("times", "points", "rank", "ratio"):
        return True
    if quantity.unit == "permille":
        return indicator.unit == "percent"
    groups = (
        {"CNY", "USD"},
        {"mu", "ha", "km2", "m2"},
        {"km", "m"},
        {"t", "kg", "jin", "tce"},
        {"kWh", "kW"},
        {"count", "day"},
    )
    return indicator.unit == quantity.unit or any({indicator.unit, quantity.unit} <= group for group in groups)


def completed(core: str, quantity: Quantity, before: Indicator | None) -> str:
    """A name with what it leaves out because the figure before it said so: 油料, 产量, 存栏, 零售业, 住宅."""
    if before is None:
        return ""
    label = before.label
    income = re.search(r"人均(?:可支配收入|消费支出|纯收入|生活消费支出)$", label)
    if income and re.fullmatch(r"(?:城镇|农村|城市|乡村)(?:常住)?(?:居民)?", core):
        return core.removesuffix("居民") + "居民" + income.group()
    if core in ("总产量", "产量", "总产") and (crop := re.match(r"(.+?)(?:种植|播种)面积", label)):
        return crop[1] + "产量"
    if core in ("单产", "平均单产", "亩产", "平均亩产") and (crop := re.match(r"(.+?)(?:总?产量?)$", label)):
        return crop[1] + "单产"
    if core in ("挂果", "挂果面积", "投产面积", "采摘面积", "盛果面积") and before.unit in ("ha", "mu"):
        return (
            re.sub(r"^(?:种植|发展|新建|建成)|(?:种植|基地|栽培)?面积$|基地$", "", label)
            + core.removesuffix("面积")
            + "面积"
        )
    if quantity.unit in ("ha", "mu") and re.search(r"(?:种植|播种)面积$", label) and not core.endswith("面积"):
        return core + "种植面积"
    if core in ("存栏", "出栏", "存栏量", "出栏量") and (animal := re.match(r"(.+?)(?:存栏|出栏)", label)):
        return animal[1] + core.removesuffix("量")
    if (kept := re.search(r"(?:存栏|出栏)$", label)) and quantity.word in ("头", "只", "羽") and len(core) < 5:
        return core if core.endswith(("存栏", "出栏")) else core + kept.group()
    sold = re.search(r"(?:销售|施工|竣工)面积$", label)
    if quantity.unit in ("m2", "percent") and core in ("住宅", "商业营业用房", "办公楼") and sold:
        return core + sold.group()
    kind = _ELIDED.search(label)
    if core.endswith(("业", "产业", "企业")) and quantity.unit in ("percent", "CNY") and kind:
        return core + kind.group()
    return ""


def counted_label(name: str) -> str:
    return name if re.search(r"(?:数|量|人口|户数|人次|存栏|出栏)$", name) else f"{name}数"


def per(text: str) -> str:
    """Words without what a number is told per, unless nothing else is there: 人口密度每平方公里."""
    cut = _PER.sub("", text)
    return cut if len(cut) > 2 else text


def owned(text: str) -> tuple[str, str] | None:
    """Per what, and what, of 每百户居民拥有汽车."""
    found = _OWNED.match(text)
    return (found[1], found[2]) if found else None


def neutral(text: str) -> bool:
    """Whether words before the name of a known indicator leave it the same: 金融机构人民币, 完成全社会."""
    return bool(_NEUTRAL.fullmatch(text))
