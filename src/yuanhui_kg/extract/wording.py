"""Words around numbers: what only joins them, what names something, how a name is completed. Pure functions of text."""

from __future__ import annotations

import re
from typing import Final

from .records import Indicator, Quantity
from .tables import one_of, table

WORDS: Final = table("words")
#: Units of areas.
AREAS: Final = frozenset(("mu", "ha", "km2", "m2"))
UP: Final = one_of(WORDS["growth"]["up"])
DOWN: Final = one_of(WORDS["growth"]["down"])
AVERAGE: Final = re.compile(one_of(WORDS["growth"]["average"]))
#: What says no more than how much: 增长|分别达到, 高出|全市平均水平.
FILLERS: Final = rf"(?:{one_of(WORDS['movement']['fillers'])})"
#: What may stand behind a movement at the end of its clause: 增长|率|分别达到.
AMOUNT: Final = rf"(?:{one_of(WORDS['movement']['measures'])})?{FILLERS}*$"
GROWTH: Final = re.compile(rf"(?:{UP}|{DOWN}){AMOUNT}")
MOVED: Final = re.compile(
    rf"(?:比|较)(?:上年同期|上年末?|上年底|去年同期|去年末?|去年底|年初|上月|上期|全[省国市]平均水平|全[省国市县区]|(?:19|20)\d\d年(?:末|底)?)|同比|环比|年均"
    rf"|(?:扣除|剔除)[^,]{{1,16}}?后|按[^,]{{1,10}}?(?:计算|口径)|同口径|可比口径|自然口径|名义|实际|高于|低于|快于|净|大关|台阶|首次|历史性"
    rf"|年初|年平均|全[市省国]|降幅|涨幅|减幅|跌幅|折合|约合|人民币|平均水平|[两三四五]年平均|[两三四五六七八九十]年来|两项增速|增速|增幅|其中|分别|{UP}|{DOWN}|[,、了约近]"
)
_ONLY_MOVED: Final = re.compile(rf"(?>{MOVED.pattern})*+")
#: A movement to a value that was reached: 提高到. What is reached by 增速为 and 增长达到 is a growth.
REACHED: Final = re.compile(
    rf"(?:{one_of(WORDS['movement']['reaching'])})[^,。;\d达幅速率]{{0,2}}(?:到|至|为){FILLERS}*$"
)
FLOW: Final = re.compile(one_of(WORDS["flowVerbs"]["words"]))
#: A whole that is told by its area: 全区, 占全县税收的四成.
ALL_OF: Final = re.compile("全[国省市县区州旗盟镇乡村]")
_NEUTRAL: Final = re.compile(
    rf"(?:{one_of([*WORDS['neutral']['words'], *WORDS['lightVerbs']['words']])}|[、和并了已共近的约])*"
)
_NEUTRAL_OF_COUNTS: Final = re.compile(
    rf"(?:{one_of([*WORDS['neutral']['counts'], *WORDS['lightVerbs']['words']])}|[、和并了已共近的约])*"
)
STOCK: Final = re.compile(one_of(WORDS["stockWords"]["words"]))
RESPECTIVELY: Final = "分别"
_SHARED_SUFFIX: Final = re.compile(
    r"([\u4e00-\u9fff]{2}率|排放量|支出|收入|投资|增加值|产量|面积|销售额|零售额|存款|贷款|产值|利润|人数|数量|总量|增速|销量)(?:和增速|均|分别|[,\s])*$"
)
#: 高血压、糖尿病|患者规范管理率
_RATE_OF: Final = re.compile(
    "((?:患者|人群|病人|人口|居民|学生|职工|儿童|妇女|老年人|用户|企业|行业|产业|行政村|建制村)[\u4e00-\u9fff]{2,8}率)(?:均|分别|[,\\s])*$"
)
#: What was planned, of which a percentage tells how much was done.
PLAN: Final = re.compile(
    r"(?=.*(?:年|目标|计划|预算|任务|下达|进度)|的$)(?:完成|占|达到|达|为|约|相当于|超过|超|低于|高于|序时进度|进度|分别)*(?:全年|年度|年初|目标|计划|预算|任务|指标|调整后?|变动|核定|责任|总量|区?[县市区]?下达|全[市县区]|年|数(?=的)|的)+"
)
#: 达产后年产值可达9亿元: what will be once something is done.
ONCE_DONE: Final = re.compile(
    r"(?:达产|建成|投产|竣工|开港|开园|运营|投用|启用)后,?[^。;]{0,16}?(?:可(?![见谓])|有望|预计|预期|将)"
)
#: What was done of what had been planned.
IN_FACT: Final = re.compile("实际(?:共|累计)?(?:完成|到位|实现|执行|建成|开工|支出|新增|投入|收入)")
#: 每百户居民拥有汽车14辆
_OWNED: Final = re.compile(
    r"^((?:(?:城镇|农村|城乡)(?:常住)?(?:居民)?(?:家庭)?(?:平均)?)?每(?:百|千|万)(?:户|人|名)?(?:(?:城镇|农村)(?:居民)?(?:家庭)?)?)(?:居民|家庭|人口|常住人口|居民家庭)?(?:年末)?(?:拥有|有)(.+)$"
)
#: Measure words of what is done again and again.
_TURNS: Final = frozenset(WORDS["again"]["turns"])
#: Those who come again and again, and verbs that leave out whom they are done to: 日均到馆1200人次, 每小时运送1200人.
_WHO: Final = re.compile("[客人者员众民生友户童伤兵工师]$")
_DOING: Final = tuple(WORDS["again"]["done"])
#: Of which 户 counts no households: 个体工商户, 规模以上企业36户.
_FIRMS: Final = re.compile(
    "(?:户|企业|公司|主体|法人|单位|商户|超市|店|场|厂|厂家|行|所|机构|合作社|农场|项目|院|作坊|摊位|数)$"
)
#: Units of one dimension, and what is counted in days.
_ALIKE: Final = {
    unit: group
    for group in (
        ("CNY", "USD", "HKD", "EUR"),
        ("mu", "ha", "km2", "m2"),
        ("km", "m"),
        ("t", "kg", "jin", "tce"),
        ("kWh", "kW"),
        ("count", "day"),
    )
    for unit in group
}


def only_joins(text: str) -> bool:
    """Whether words tell no variable, only how one moved: 比上年末增加, 按自然口径下降."""
    return _ONLY_MOVED.fullmatch(text) is not None


def shared_suffix(tail: str, number: int) -> list[str]:
    """教育、社会保障和就业、卫生健康支出: the names in full, where there are as many as numbers."""
    ending = _RATE_OF.search(tail) or _SHARED_SUFFIX.search(tail)
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
        return indicator.unit in ("percent", "permille")
    return indicator.unit == quantity.unit or indicator.unit in _ALIKE.get(quantity.unit, ())


def counted_label(name: str, word: str = "") -> str:
    """The name of a count of things; what is counted in turns (``word`` 批次, 轮) is told by these."""
    if re.search(r"(?:数|量|率|人口|户数|人次|存栏|出栏|规模|能力|比例|比重|之比)$", name) or (
        word in _TURNS and name.endswith(word)
    ):
        return name
    if word == "户" and not _FIRMS.search(name):
        return f"{name}户数"
    if (word == "人次" and not _WHO.search(name)) or (word in ("人", "名") and name.endswith(_DOING)):
        return f"{name}{'人次' if word == '人次' else '人数'}"
    turns = word if word in _TURNS else ""
    return f"{name}{turns}" if len(turns) > 1 and turns.endswith("次") else f"{name}{turns}数"


def owned(text: str) -> tuple[str, str] | None:
    """Per what, and what, of 每百户居民拥有汽车."""
    found = _OWNED.match(text)
    return (found[1], found[2]) if found else None


def neutral(text: str, *, counted: bool = False) -> bool:
    """Whether words before the name of a known indicator leave it the same: 金融机构人民币, 完成全社会.

    What is ``counted`` is narrowed by more of them: 国有企业 are not all 企业.
    """
    return bool((_NEUTRAL_OF_COUNTS if counted else _NEUTRAL).fullmatch(text))
