"""Words around numbers: what only joins them, what names something, how a name is completed. Pure functions of text."""

from __future__ import annotations

import re
from typing import Final

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
#: 每百户居民拥有汽车14辆
_OWNED: Final = re.compile(
    r"^(每(?:百|千|万)(?:户|人|名)?(?:(?:城镇|农村)(?:居民)?(?:家庭)?)?)(?:居民|家庭|人口|常住人口|居民家庭)?(?:年末)?(?:拥有|有)(.+)$"
)
_ELIDED: Final = re.compile(r"(?:增加值|销售额|营业额|零售额|投资|总产值|产值|利润总额)$")


def only_joins(text: str) -> bool:
    """Whether words tell no variable, only how one moved: 比上年末增加, 按自然口径下降."""
    return not MOVED.sub("", text)


def shared_suffix(tail: str, number: int) -> list[str]:
    """教育、社会保障和就业、卫生健康支出: the names in full, where there are as many as numbers."""
    sectors = re.search(r"第一产业、第二产业、?和?第三产业(?:对)?([^,。;]{2,14}?)(?:均|分别|[,\s])*$", tail)
    if sectors and number == 3:  # 一、二、三产业对经济增长的贡献率
        end = tail[tail.index("第三产业") + 4 : sectors.end(1)]
        return [f"第{one}产业{end}" for one in "一二三"]
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


def owned(text: str) -> tuple[str, str] | None:
    """Per what, and what, of 每百户居民拥有汽车."""
    found = _OWNED.match(text)
    return (found[1], found[2]) if found else None


def neutral(text: str) -> bool:
    """Whether words before the name of a known indicator leave it the same: 金融机构人民币, 完成全社会."""
    return bool(_NEUTRAL.fullmatch(text))
