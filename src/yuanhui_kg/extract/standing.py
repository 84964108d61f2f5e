"""When what is no comparison is: a sum to date, a state, something done, something earned in a year.

An ordered list of named rules decides; the first that holds gives the years, and its name is kept with the figure.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from .contexts import Claim, Frame, Material, Place, Setting, View
from .records import Years
from .tables import one_of
from .wording import FLOW, REACHED, STOCK, WORDS

#: 近年来,全县先后关闭小煤矿23座: up to the last year reported on.
_LATELY: Final = re.compile(r"近年来|近几年|多年来")
#: 五年累计 holds for its own sentence only.
_LENGTH: Final = re.compile(
    r"“?十[一二三四五]?五”?(?:时期|期间)?|(?:过去|近|这|最近)?[两三四五六七八九十\d]{1,2}年(?:来|间)?"
)
#: 十年来,全县共引进省外资金412亿元: what was done in the years together.
_TOGETHER: Final = re.compile(r"(?<!公)共(?!有|同|享|建)|总共|合计|先后")
_HELD: Final = re.compile(r"(?:均|都)?(?:超过|高于|保持|居|位居|增长|稳居|列)")
#: 年出栏生猪46万头
_EACH_YEAR: Final = re.compile(r"(?:^|[,、;]|全[市县区镇])年(?:出栏|饲养|接待|培训|招生|屠宰)")
#: 从2座扩到7座: the second of two values.
_SECOND: Final = re.compile(r"(?:由|从)[^,。;]*?\d[^,。;]*[\u4e00-\u9fff](?:到|至)(?:了)?(?:约|近)?$")
_DONE: Final = re.compile(
    rf"^[,、;:]?(?:全[市县区镇乡村]|共|已|又|先后|分[两三四]批|再|累计)*(?!{one_of(WORDS['done']['other'])})(?:{one_of(WORDS['done']['begin'])})"
)
_DONE_END: Final = re.compile(rf"(?:{one_of(WORDS['done']['end'])})$|(?<![到过有现近破成达超集聚])了(?:最后)?$")
_DONE_BEHIND: Final = re.compile(rf"[^,。;]{{0,24}}?(?:{one_of(WORDS['done']['behind'])})")
_HONOURS: Final = re.compile(r"[^,。;\d]{0,6}(?:荣誉|牌子|称号|奖项|名片)")
_STILL: Final = re.compile(one_of(WORDS["still"]["words"]))
_YEARLY: Final = frozenset(("CNY", "USD", "t", "kWh", "tce", "tkm", "pkm", "ug/m3", "degC", "mm", "day"))
_EXTENTS: Final = frozenset(("count", "km", "km2", "m2", "m", "mu", "ha", "m3", "kW", "mm", "degC"))
_INCOME: Final = re.compile(r"收入|产值|营收|销售额")
_LAND: Final = re.compile("|".join(WORDS["geography"]["labels"]))
_SHORT: Final = re.compile(r"(?:[一二三四五]、|\([一二三四五]\))?(?:存在|主要)?的?(?:困难|问题|不足|短板)")
_STATISTIC: Final = re.compile(r"^人均|存栏|出栏")
_BUILT: Final = re.compile(r"库容|装机容量|全长|总长|灌溉|占地|总投资|^设计|能力|产能|储能")
#: How many years make a year of a story a past one.
_LONG: Final = 10
_CAPACITIES: Final = re.compile(r"能力|储量|库容|蕴藏量|产能")


@dataclass(frozen=True)
class Case:
    """One claim with all that tells when it holds."""

    material: Material
    place: Place
    claim: Claim
    setting: Setting
    view: View
    summed: str

    @property
    def whole(self) -> Years:
        """All years that the nearest time gives."""
        return self.view.span

    @property
    def end(self) -> Years:
        return self.view.span.end

    @property
    def to_date(self) -> Years:
        return replace(self.view.span.end, first=None)

    @property
    def to_report(self) -> Years:
        return Years(None, self.material.anchor.reporting.last)

    @property
    def publication(self) -> Years:
        return self.material.anchor.publication

    @property
    def annual(self) -> bool:
        return self.material.annual

    @property
    def dated(self) -> bool:
        """Whether a time of the sentence itself holds."""
        return self.view.explicit is not None

    @property
    def ranged(self) -> bool:
        span = self.view.span
        return span.first is not None and span.first != span.last

    @property
    def own_range(self) -> bool:
        """Whether the sentence itself tells several years."""
        explicit = self.view.explicit
        return explicit is not None and not self.view.now and not explicit.single

    @property
    def undated(self) -> bool:
        """Whether nothing dates a state, so that it is as of publication where that is known."""
        return not self.dated and not self.annual and self.publication.last is not None

    @functools.cached_property
    def reached(self) -> bool:
        return bool(REACHED.search(self.place.clause) or _SECOND.search(self.place.clause))

    @functools.cached_property
    def done(self) -> bool:
        """Whether the words around the number say that something was done."""
        left, behind = self.place.left, self.material.text[self.place.quantity.stop :][:30]
        if not left.strip("、和与及 ") and self.setting.carried.done:
            return True  # 移民建镇5120户、2.1万人
        return bool(_DONE.match(left) or _DONE_END.search(left) or _DONE_BEHIND.match(behind))

    @functools.cached_property
    def stock(self) -> bool:
        """Whether a figure tells a state at a time rather than what was done in a period."""
        clause, indicator = self.place.clause, self.claim.indicator
        if STOCK.search(clause):
            return True
        if FLOW.search(clause[-10:].replace("建成区", "城区")):
            return False
        counted = indicator.known and indicator.unit == "count" and FLOW.search(indicator.label)
        if counted and not FLOW.search(clause + self.place.right[:12]):
            return True  # 高新技术企业31家: the label 培育高新技术企业数 has a verb, the text has none
        return indicator.flow != "flow" if indicator.known else indicator.flow in ("stock", "unknown")

    @property
    def extent(self) -> bool:
        """Whether a state is told by how many or how large, not by money, shares or outputs, which are those of a year."""
        unit, label = self.place.quantity.unit, self.claim.indicator.label
        return unit in _EXTENTS or (unit == "t" and bool(_CAPACITIES.search(label)))

    @property
    def by_income(self) -> bool:
        """Whether companies are counted by their taxes or sales, which are those of a year."""
        label, left = self.claim.indicator.label, self.material.text[self.place.left_start : self.place.quantity.begin]
        by_sales = bool(self.setting.carried.prefix) and _INCOME.search(self.setting.carried.prefix)
        return ("税" in label and "企业" in label + left) or (bool(by_sales) and "企业" in label)


def _summed_lately(case: Case) -> bool:
    begin = case.setting.sentence.start
    lately = _LATELY.search(case.material.text, begin, case.place.quantity.begin)
    return bool(lately) and not case.dated and case.material.anchor.genre == "feature"


def _summed_in_term(case: Case) -> bool:
    return case.setting.carried.cumulative != "累计" or (case.ranged and case.own_range)


def _beside_the_year(case: Case) -> bool:
    """Whether what was done in the year stands before the sum: 新建农田3.5万亩,累计建成41万亩."""
    last = case.material.anchor.reporting
    same = case.claim.rule == "carried on" and "累计" in case.place.left and last.first == last.last
    return same and case.annual and not case.dated


def _summed_to_date(case: Case) -> bool:
    genre = case.material.anchor.genre
    return genre != "report" and (case.ranged or (not case.dated and not case.annual) or bool(case.view.span.months))


def _lasting(case: Case) -> bool:
    """Whether a figure is a duration without a year or a total investment, neither of which belongs to the year reported on."""
    kind = case.claim.kind
    if kind == "duration":
        return not case.reached and (not case.dated or case.view.now)
    return kind == "level" and case.claim.indicator.label.endswith("总投资")


def _long_past(case: Case, frame: Frame) -> bool:
    """Whether a paragraph tells of a year long before the text, so that a state in it is no present one."""
    last, now = frame.years.last, case.publication.last
    single = last is not None and last == frame.years.first and frame.told == "paragraph"
    return single and last is not None and now is not None and now - last >= _LONG


def _took(case: Case) -> bool:
    """Whether something inside the place took so long, rather than did so for years on end."""
    lasting = case.claim.kind == "duration" and "连续" not in case.place.clause
    return lasting and case.setting.part


def _undated_extent(case: Case) -> bool:
    known = case.publication.last or case.material.anchor.genre == "profile" or STOCK.search(case.place.clause)
    frame = case.setting.frame
    as_of = frame is not None and (frame.told == "date of a state" or _long_past(case, frame))
    return (
        not case.dated
        and not case.annual
        and not as_of
        and not case.done
        and case.stock
        and bool(known)
        and case.extent
        and not case.reached
    )


def _geography(case: Case) -> bool:
    """Whether a profile tells how large a place is and what it consists of, which is as of publication even in a yearbook."""
    label = case.claim.indicator.label
    return case.material.anchor.genre == "profile" and not case.dated and bool(_LAND.search(label))


def _built(case: Case) -> bool:
    """Whether something is told of how it was built, in a report too: 水库总库容2140万立方米."""
    known = case.publication.last is not None and case.claim.kind == "level"
    open_state = not case.dated and not case.reached
    return known and case.setting.part and open_state and bool(_BUILT.search(case.claim.indicator.label))


def _state_of_part(case: Case) -> bool:
    """Whether a state without a date is of something inside the place, so that the text's years are not its own."""
    if not case.setting.part or not case.undated:
        return False
    if case.ranged:
        return case.extent and case.stock and not case.done and not case.reached
    return case.setting.frame is None


def _still(case: Case) -> bool:
    """Whether a state is still so, rather than how much was still harvested in a year."""
    made = case.place.quantity.unit == "t" and not case.extent
    return bool(_STILL.search(case.place.clause)) and not (made and case.annual)


def _shortcoming(case: Case) -> bool:
    """Whether a state is told where a report says what is still wrong."""
    sentence = case.setting.sentence
    below = case.material.anchor.genre == "report" and re.search("困难|问题|不足|短板", sentence.heading)
    told = below or _SHORT.match(case.material.text, sentence.start)
    standing = case.claim.kind in ("level", "countKind")
    return bool(told) and standing and not case.dated and case.publication.last is not None


def _yearly(case: Case) -> bool:
    indicator = case.claim.indicator
    unit = case.place.quantity.unit in _YEARLY or indicator.id == "serviceEnterprisesByTax"
    return indicator.known and indicator.flow == "flow" and unit


def _state_of_year(case: Case) -> bool:
    """Whether a state in several years is that of the last: money, shares, and what only a statistic knows."""
    indicator = case.claim.indicator
    by_unit = indicator.unit in ("CNY", "percent") or case.material.anchor.genre == "report"
    return (
        by_unit
        or bool(_STATISTIC.search(indicator.label))
        or not case.publication.last
        or (indicator.flow == "unknown" and not STOCK.search(case.place.clause))
    )


_Rule = tuple[str, Callable[[Case], bool], Callable[[Case], Years]]
_SUMS: Final[tuple[_Rule, ...]] = (
    ("sum beside that of the year", _beside_the_year, lambda c: c.to_date),
    ("done lately", _summed_lately, lambda c: c.to_report),
    ("sum of a term", _summed_in_term, lambda c: c.whole),
    ("sum to date", _summed_to_date, lambda c: c.to_date),
    ("sum until now", lambda c: c.view.now and not c.annual, lambda c: c.to_report),
    ("sum until then", lambda c: c.dated and c.view.explicit.role == "until", lambda c: c.to_date),  # type: ignore[union-attr]
    ("sum", lambda c: True, lambda c: c.whole),
)
_POINTS: Final[tuple[_Rule, ...]] = (
    ("one stretch", lambda c: c.dated and c.view.explicit.whole, lambda c: c.whole),  # type: ignore[union-attr]
    ("held throughout", lambda c: c.summed in ("always", "eachYear"), lambda c: c.whole),
    ("honours", lambda c: c.undated and bool(_HONOURS.match(c.place.right)), lambda c: c.publication),
    ("sum", lambda c: c.summed == "cumulative", lambda c: _first(_SUMS, c)[1]),
    (
        "held for years",
        lambda c: c.claim.kind == "duration" and c.ranged and bool(_HELD.match(c.material.text, c.place.quantity.stop)),
        lambda c: c.whole,
    ),
    ("still so", lambda c: _still(c) and bool(c.publication.last), lambda c: c.publication),
    ("shortcoming", _shortcoming, lambda c: c.publication),
    ("now", lambda c: c.view.now and not c.annual, lambda c: c.publication),
    (
        "investment of a term",
        lambda c: c.claim.indicator.label.endswith("总投资") and c.own_range and c.claim.kind == "level",
        lambda c: c.whole,
    ),
    (
        "lasting state",
        lambda c: _lasting(c) and (not c.annual or _took(c)) and bool(c.publication.last),
        lambda c: c.publication,
    ),
    ("duration", lambda c: c.claim.kind == "duration", lambda c: c.end),
    ("geography", _geography, lambda c: c.publication),
    ("share", lambda c: c.claim.kind == "share", lambda c: c.end),
    ("value reached", lambda c: c.ranged and c.reached, lambda c: c.end),
    ("rank", lambda c: c.claim.kind in ("rank", "growthRank"), lambda c: c.end),
    (
        "threshold",
        lambda c: c.claim.kind == "threshold",
        lambda c: c.end if "税" in c.claim.indicator.label or not FLOW.search(c.place.clause) else c.whole,
    ),
    ("by yearly income", lambda c: c.by_income, lambda c: c.end),
    ("built for good", _built, lambda c: c.publication),
    ("state of a part", _state_of_part, lambda c: c.publication),
    ("undated state", lambda c: not c.ranged and _undated_extent(c), lambda c: c.publication),
    ("year", lambda c: not c.ranged, lambda c: c.whole),
    ("done together", lambda c: c.dated and bool(_TOGETHER.search(c.place.clause)), lambda c: c.whole),
    ("done", lambda c: bool(_DONE.match(c.place.left)), lambda c: c.whole),
    ("of each year", _yearly, lambda c: c.end),
    (
        "counted each year",
        lambda c: c.claim.kind == "countKind" and c.claim.indicator.known and bool(_EACH_YEAR.search(c.place.clause)),
        lambda c: c.end,
    ),
    (
        "counted in its years",
        lambda c: c.own_range and c.claim.kind == "countKind" and not STOCK.search(c.place.clause),
        lambda c: c.whole,
    ),
    ("done", lambda c: c.done, lambda c: c.whole),
    ("state of the last year", lambda c: c.stock and _state_of_year(c), lambda c: c.end),
    ("undated state", lambda c: c.stock, lambda c: c.publication),
    ("tax", lambda c: "税" in c.place.clause and bool(c.setting.carried.prefix), lambda c: c.end),
    (
        "done",
        lambda c: c.claim.kind == "countKind" or bool(FLOW.search(c.place.clause.replace("建成区", "城区"))),
        lambda c: c.whole,
    ),
    ("value of the last year", lambda c: True, lambda c: c.end),
)


def standing(case: Case) -> tuple[str, Years]:
    """The name of the first rule that holds, and the years that it gives."""
    return _first(_POINTS, case)


def _first(rules: tuple[_Rule, ...], case: Case) -> tuple[str, Years]:
    return next((name, years(case)) for name, holds, years in rules if holds(case))
