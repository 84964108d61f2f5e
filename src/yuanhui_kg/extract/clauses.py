"""The clause before a number, parsed once: what it ends with (growth, a fall, a value reached, a difference, a share of something)."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from . import phrases
from .contexts import REACH, Carried, Material, Place
from .quantities import MANY_HOURS, SHORT_TIMES
from .records import Quantity, Sentence
from .tables import one_of
from .wording import AMOUNT, AVERAGE, DOWN, FILLERS, GROWTH, REACHED, WORDS

_MOVEMENT: Final = WORDS["movement"]
_DIFFERENCES: Final = WORDS["differences"]
_BASE: Final = WORDS["base"]
_AT_END: Final = re.compile(rf"{FILLERS}+$")
_FALL: Final = re.compile(rf"(?:{DOWN}){AMOUNT}")
#: 比上年低64斤, 比“十二五”末多出31亿元, 较上年多支出5300万元; 长了5岁; 户均又多收1200元; 亩产掉了60斤; 高出全镇平均数1940元
_DIFFERS: Final = re.compile(
    rf"(?:比(?!重|例|率|值)|较)(?:[^,。;\d]{{0,8}}(?:19|20)\d\d年[^,。;\d]{{0,6}}?|[^,。;\d]{{1,12}}?)({one_of(_DIFFERENCES['verbs'])})(?:{one_of(_DIFFERENCES['ends'])})?$"
    rf"|[\u4e00-\u9fff]({one_of(_DIFFERENCES['alone'])})[了出]$"
    rf"|又(多|少)(?:{one_of(_DIFFERENCES['ends'])})?了?$"
    rf"|(?:{one_of(_DIFFERENCES['losing'])})({one_of(_DIFFERENCES['lost'])})了?(?:近|约)?$"
    rf"|({one_of(_DIFFERENCES['against'])})[^,。;\d]{{1,14}}$"
)
_LESSENED: Final = re.compile(
    "(?:^|[,、;])(?:全年|全[县市区]|今年|去年|每年|共|累计|帮助|为企业|为群众|预计|可|有效|大幅)*(?:降低|减少|减轻|压减|压降|削减|压缩|缩减)了?(?![到至幅])[\u4e00-\u9fff]{0,10}?(?:成本|支出|费用|开支|负担|花费|电费|经费)(?:约|近|超|达)?$"
)
_OFF_AIM: Final = re.compile("目标|预期|计划|任务")
_LESS: Final = frozenset(_DIFFERENCES["less"])
_PLACES_MOVED: Final = re.compile(rf"({one_of([*WORDS['ranks']['up'], *WORDS['ranks']['down']])})了?$")
_BACK: Final = frozenset(WORDS["ranks"]["down"])
_BY: Final = re.compile(rf"(?:{one_of(_MOVEMENT['by'])})$")
#: 降幅比一季度收窄: a fall that became smaller.
_NARROWED: Final = re.compile(rf"(?:{one_of(_MOVEMENT['falls'])})[^,。;]{{0,14}}(?:{one_of(_MOVEMENT['narrowed'])})$")
_WIDENED: Final = re.compile(rf"(?:{one_of(_MOVEMENT['falls'])})[^,。;]{{0,14}}(?:{one_of(_MOVEMENT['widened'])})$")
_GROWTH_NAMED: Final = re.compile(one_of(_MOVEMENT["named"]))
#: 降幅由|9.1%, 跌幅扩大至|4%: a fall by its name.
_NAMES_FALL: Final = re.compile(rf"(?:{one_of(_MOVEMENT['falls'])})[^,。;]*$")
#: A time in digits: 2022年, 1-4月, 前5个月, 5月末.
_TIME: Final = r"(?:19|20)\d\d年|(?:\d{1,2}[-~至到])?\d{1,2}(?:个?月|季度)"
#: 增速由上年的|5.6%, 增速由1-4月的|5.3%, 增速回落至|3.1%: growth that moves from one value to another.
_GROWTH_MOVES: Final = re.compile(
    rf"(?:{one_of(_MOVEMENT['named'])})[^,。;\d占的]{{0,8}}(?:[由从](?:[^,。;\d]|{_TIME}){{0,12}}|[到至为]{FILLERS}*)$"
)
#: Between the two ends of a range, and between numbers in a row.
_JOINTS: Final = "、和与及至到-~— "
#: 减少120人|至|28640人: what may be the value that something moved to, unless its verb tells a difference only (每亩增收300元至900元).
_UP_TO: Final = re.compile(r"[到至]$")
_ONLY_BY: Final = re.compile(one_of(_MOVEMENT["only"]))
#: Above how many times its lower end a range is none: 下跌3元至15元.
_WIDEST_RANGE: Final = 2
#: What says that a difference may be told as a range: 预计减少1.2亿元至2.2亿元, 亩均增收2万元至3万元, 每年减少12家至20家.
_MAY_RANGE: Final = re.compile(r"预计|预期|预测|可|将|约|能|每|[户人亩年日月]均|平均|左右|一般|大约")
_TIMES_OF_ONE: Final = frozenset(("day", "hour", "minute", "month", "year"))
_SCALED: Final = 10_000
_NARROW_RANGE: Final = Decimal("1.3")
#: 全县增长7.2%|,高新区为|5.6%: another place or branch by its name alone, none of a share.
_ELSEWHERE: Final = re.compile(
    r"(?:[,;、]|其中)*(?:(?!占|比重|比例)[\u4e00-\u9fff])*(?:[省市县区州旗镇乡村]|园|产业|工业|[制加]造业|服务业)(?:分别)?(?:仅|只|则)?[为是达]到?"
)
#: 占工业投资的63.9%: a share of what has a word for growth in its name.
_SHARE_OF: Final = re.compile(r"占(?!比)[^,。;\d]*的$")
#: 增速双双跑赢全市,分别为7.9%和8.3%: growth that the clause before names.
_NAMED_BEFORE: Final = re.compile(rf"(?:{one_of(_MOVEMENT['named'])})[^,。;\d]*,{FILLERS}+(?:[\d.]+%[、和])*$")
#: 恢复到2019年的96.2%, 相当于全省平均水平的64%
_OF_BASE: Final = re.compile(
    rf"(?:{one_of(_BASE['words'])})(?:(?:19|20)\d\d年|{one_of(_BASE['times'])})(?:同期|全年)?(?:水平)?的?$"
    rf"|相当于[^,。;\d]{{0,12}}(?:{one_of(_BASE['averages'])})的?$"
)
_ADDED: Final = re.compile("(?:[,、]|其中|当年|本年|全年|年内|今年|去年|上年|累计)*(?:净?新增|净增)(?:了|约|近)?")
#: 带动群众增收3000元: what somebody earns more is an income of its own.
_EARNED: Final = re.compile(rf"(?:使|{one_of(WORDS['earners']['words'])})[^,]{{0,6}}增收{AMOUNT}")
#: 1至7月|已完工31个
_DONE: Final = re.compile(r"已[\u4e00-\u9fff]{1,6}$")
#: 市盈率为|36倍: what is measured in multiples, of nothing else.
_IN_TIMES: Final = re.compile(r"(?:市[盈净销]率|倍数|杠杆率|容积率|流动比率|速动比率)(?:\([A-Z]+\))?$")
#: 占年度计划|12亿元的56.7%, 年初定下的|9%
_PLAN: Final = re.compile(rf"(?:{one_of(WORDS['targets']['plans'])})$")
_SET: Final = re.compile(rf"(?:{one_of(WORDS['targets']['set'])})$")
_YEARLY_PLANS: Final = tuple(WORDS["targets"]["yearly"])
_FROM: Final = re.compile(r"(?:由|从)[^,。;]*$")
_TO: Final = re.compile(r"^[^,。;\d]{0,12}?[\u4e00-\u9fff](?:到|至|为)")
#: 分别由16820元、7960元增加到27640元、14350元
_NEXT_IN_ROW: Final = re.compile(r"^(?:[、和][\d.]+[万亿]?(?:元|%|公里|亩|吨|人|户|个|家)?)+")
#: 户均|就业1.9人: what is counted of each.
_OF_EACH: Final = re.compile(rf"(?:{one_of(WORDS['share']['each'])})[^,。;\d]{{0,12}}$")
_SIZES: Final = frozenset(WORDS["sizes"]["words"])
_PEOPLE: Final = tuple(WORDS["people"]["words"])
_NEGATIVE: Final = tuple(WORDS["negative"]["words"])
_INDICES: Final = tuple(WORDS["share"]["indices"])
_GIVEN: Final = tuple(WORDS["targets"]["given"])
#: How long somebody stays somewhere, which is measured and takes a time too.
_STAYS: Final = re.compile(rf"(?:{one_of(WORDS['durations']['stays'])})[^,。;]*$")
_RATES: Final = frozenset(("percent", "permille"))
_RATE_NAME: Final = "增长率"


@dataclass(frozen=True)
class Clause:
    """The words before a number, with what they end with; each fact is looked for when a rule asks for it.

    ``text`` goes back to the number before; where a conjunction or a dash joins it to that (``continues``: 增长8%和5%), to the beginning of
    the clause.
    """

    material: Material
    place: Place
    carried: Carried
    sentence: Sentence
    quantity: Quantity
    text: str
    continues: bool

    @property
    def before(self) -> Quantity | None:
        """The number before it in the sentence."""
        found = self.material.preceding(self.quantity)
        return found if found is not None and found.start >= self.sentence.start else None

    @property
    def after(self) -> Quantity | None:
        """The number behind it in the sentence."""
        found = self.material.following(self.quantity)
        return found if found is not None and found.start < self.sentence.end else None

    @property
    def rate(self) -> bool:
        """Whether the number is a percentage."""
        return self.quantity.unit in _RATES

    @functools.cached_property
    def core(self) -> str:
        """The words without those at their end that only say how much."""
        return _AT_END.sub("", self.text)

    @property
    def fallen(self) -> bool:
        return bool(_FALL.search(self.text)) and not self.names_rate

    @functools.cached_property
    def reached(self) -> re.Match[str] | None:
        """The movement to a value: 提高到."""
        return REACHED.search(self.text)

    @functools.cached_property
    def reached_by(self) -> bool:
        """Whether it is the value that something moved to by the number before it, not the other end of a range: 减少120人至28640人."""
        before = self.before
        if not (self.continues and before is not None and _UP_TO.search(self.place.left)):
            return False
        if before.stop == before.end or _ONLY_BY.search(self.text) or (self.rate and not self._of_rate):
            return False
        if self._as_total and self.quantity.value > _NARROW_RANGE * before.value:
            return True
        return not before.value <= self.quantity.value <= _WIDEST_RANGE * before.value

    @property
    def _as_total(self) -> bool:
        """Whether so much is more likely a whole than a difference: 税收减少1.2亿元至2.2亿元, but 预计减少1.2亿元至2.2亿元, 每斤涨0.2元至0.3元."""
        one = self.quantity
        small = one.unit in _TIMES_OF_ONE or (one.unit == "CNY" and one.value < _SCALED)
        return not small and not self.rate and _MAY_RANGE.search(self.place.clause) is None

    @property
    def goes_on(self) -> bool:
        """Whether it is told as the number before it is: in a row with that, or the other end of a range."""
        return self.continues and not self.reached_by

    @property
    def _of_rate(self) -> bool:
        """Whether what the number before it told is itself measured in percent."""
        told = self.carried.indicator
        return told is not None and told.unit == "percent" and (told.known or told.label.endswith("率"))

    @functools.cached_property
    def grown(self) -> bool:
        """Whether it ends with a movement by some amount, up or down."""
        moved = not self.reached and GROWTH.search(self.text)
        return bool(moved) and not _SHARE_OF.search(self.text) and not self.names_rate

    @property
    def grown_yearly(self) -> bool:
        """Whether it ends with a growth by the year: 年均增长."""
        tail = self.core[-12:]
        return bool(AVERAGE.search(tail)) or ("年均" in tail and self.grown)

    @property
    def names_rate(self) -> bool:
        """Whether it ends with a known rate of growth, which is a value of its own: 人口自然增长率."""
        tail = self.text[-16:]
        return _RATE_NAME in tail[-6:] and any(
            match.indicator.unit == "percent" and match.end >= len(tail) - 2
            for match in self.material.lexicon.matches(tail)
        )

    @functools.cached_property
    def difference(self) -> str:
        """The word that says that the number is a difference from another time or place; empty if it is none."""
        found = _DIFFERS.search(self.text)
        return found[found.lastindex or 0] if found else ""

    @property
    def off_aim(self) -> bool:
        """Whether the number is a difference from what was aimed at: 低于预期目标|2个百分点."""
        return bool(self.difference) and _OFF_AIM.search(self.text) is not None

    @property
    def less(self) -> bool:
        """Whether what it tells is less, or further back, than something else."""
        return self.difference in _LESS or self.places_moved in _BACK or self.lessened

    @property
    def lessened(self) -> bool:
        """Whether by so much money was lessened what its clause names: 降低企业用电成本|3120万元."""
        return self.quantity.unit == "CNY" and _LESSENED.search(self.place.left) is not None

    @property
    def narrowed(self) -> bool:
        of_fall = (self.carried.fall or self._of_fall_told) and self.core.endswith(tuple(_MOVEMENT["narrowed"]))
        return of_fall or bool(_NARROWED.search(self.core))

    @property
    def _of_fall_told(self) -> bool:
        """Whether it goes on about how a fall moved that the number before told of, and names no other growth."""
        return self.carried.fall_moved and _GROWTH_NAMED.search(self.core) is None

    @property
    def widened(self) -> bool:
        """Whether a fall became larger: 降幅比上半年扩大."""
        goes_on = self._of_fall_told and self.core.endswith(tuple(_MOVEMENT["widened"]))
        return goes_on or bool(_WIDENED.search(self.core))

    @property
    def falls(self) -> bool:
        """Whether it is how far something fell, by its name (降幅为3%, 降幅由9%), or to what that moved (收窄至2%)."""
        moved = self.carried.fall and self.reached is not None
        return moved or bool(_NAMES_FALL.search(self.text))

    @property
    def places_moved(self) -> str:
        """The verb by which something moved among those it is ranked with: 上升11位."""
        found = _PLACES_MOVED.search(self.text)
        return found[1] if found else ""

    @property
    def in_times(self) -> bool:
        """Whether it is the value of what is measured in multiples by its name (市盈率), not a multiple of another value."""
        return _IN_TIMES.search(self.core) is not None

    @property
    def moved_by(self) -> bool:
        """Whether it ends with a verb that tells a difference by itself: 净增, 提高."""
        return self.grown and bool(_BY.search(self.core))

    @property
    def added(self) -> bool:
        """Whether so much money was added to what was told before it: 债务余额8.7亿元,其中当年新增|1.2亿元."""
        return self.quantity.unit == "CNY" and self.carried.unit == "CNY" and _ADDED.fullmatch(self.text) is not None

    @property
    def earned(self) -> bool:
        return bool(_EARNED.search(self.text))

    @property
    def counts(self) -> bool:
        """Whether things are counted, which an index and a size (120万锭) are not."""
        quantity = self.quantity
        if quantity.unit != "count":
            return False
        return quantity.word not in _SIZES if quantity.word else self.core.endswith(_PEOPLE)

    @property
    def of_each(self) -> bool:
        """Whether it is how many each has of what is counted, which is a measure: 户均就业1.9人."""
        return self.counts and _OF_EACH.search(self.text) is not None

    @property
    def lasts(self) -> bool:
        """Whether something takes a time, which no variable measured in times (无霜期) names."""
        if self.quantity.unit not in SHORT_TIMES or self.quantity.value >= MANY_HOURS:
            return False
        if _STAYS.search(self.text):
            return True
        named = [match.indicator for match in self.material.lexicon.matches(self.text)]
        before = self.carried.indicator if self.quantity.unit == "day" and not self.carried.duration else None
        return not any(one is not None and one.unit in SHORT_TIMES for one in (*named, before))

    @property
    def told(self) -> bool:
        """Whether it tells what is so already, whatever is aimed at around it: 已完工31个, 由去年的15.6%提高到18%."""
        return bool(_DONE.search(self.text)) or from_to(self.material, self.place)

    @property
    def planned(self) -> bool:
        """Whether it names a plan's value, by itself (年度计划投资) or where another number is compared with it."""
        if self.rate:
            return bool(_SET.search(self.text))
        if self.text.endswith(_YEARLY_PLANS):
            return True
        after = self.after if self.place.right == "的" else None
        return after is not None and after.unit == "percent" and bool(_PLAN.search(self.text))

    @property
    def negative(self) -> bool:
        """Whether it ends with a word for minus: 零下41.3℃."""
        return self.text.endswith(_NEGATIVE)

    @property
    def of_base(self) -> bool:
        """Whether it says of what earlier or other value the number is a part."""
        return bool(_OF_BASE.search(self.text)) or self.place.right.startswith("(以")

    @property
    def indexed(self) -> bool:
        """Whether a percentage is the value of an index, not a share of anything."""
        return self.core.endswith(_INDICES)

    @property
    def given(self) -> bool:
        """Whether it names what is fixed beforehand, so that it is no aim."""
        return self.text.endswith(_GIVEN)

    @property
    def growth_moved(self) -> bool:
        """Whether growth itself moved: 增长3.1%,2015年回升到4.6%; 增速由5.6%回落至3.1%."""
        if _GROWTH_MOVES.search(self.text):
            return True
        moved = self.reached if self.carried.growth else None
        return moved is not None and not phrases.before(self.text, self.material.lexicon).name

    @property
    def grown_elsewhere(self) -> bool:
        """Whether it is how much the same grew in another place or branch that its clause only names: 全县增长7.2%,高新区为|5.6%."""
        return self.carried.growth and _ELSEWHERE.fullmatch(self.text) is not None

    @property
    def growth_named_before(self) -> bool:
        begin = self.quantity.begin
        return bool(_NAMED_BEFORE.search(self.material.text[max(0, begin - REACH) : begin]))


def clause_of(material: Material, place: Place, carried: Carried, sentence: Sentence) -> Clause:
    """The clause of a number."""
    continues = not place.left.strip(_JOINTS)
    text = place.clause if continues else place.left
    return Clause(material, place, carried, sentence, place.quantity, text, continues)


def from_to(material: Material, place: Place) -> bool:
    """Whether a number is the first of two between which something moved: 由7.8%提高到16.2%."""
    quantity = place.quantity
    after = _NEXT_IN_ROW.sub("", material.text[quantity.stop : quantity.stop + 30])
    if quantity.form == "ratio":
        after = re.sub(r"^[\d.:]+", "", after)
    return bool(_FROM.search(place.left) and _TO.match(after))
