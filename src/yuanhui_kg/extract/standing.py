"""When what is no comparison is: the year told of, all or the end of its years, up to them, or publication.

Each is a candidate; what a figure is, how its time is told and the words around it are signs that weigh for and against it
(``tables/periods.toml``, ``tables/choice-periods.toml``; :mod:`weighing` tells how).
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from . import weighing
from .contexts import REACH, Claim, Material, Place, Setting, View
from .records import Years
from .tables import one_of, table
from .weighing import OFFERED, Chosen, Feature
from .wording import FLOW, REACHED, STOCK, WORDS

_HELD: Final = re.compile(r"(?:均|都)?(?:超过|高于|保持|居|位居|增长|稳居|列)")
#: 从2座扩到7座: the second of two values.
SECOND: Final = re.compile(r"(?:由|从)[^,。;]*?\d[^,。;]*[\u4e00-\u9fff](?:到|至)(?:了)?(?:约|近)?$")
_DONE: Final = re.compile(
    rf"^[,、;:]?(?:全[市县区镇乡村]|共|已|又|先后|分[两三四]批|再|累计)*(?!{one_of(WORDS['done']['other'])})(?:{one_of(WORDS['done']['begin'])})"
)
_DONE_END: Final = re.compile(rf"(?:{one_of(WORDS['done']['end'])})$|(?<![到过有现近破成达超集聚])了(?:最后)?$")
_DONE_BEHIND: Final = re.compile(rf"[^,。;]{{0,24}}?(?:{one_of(WORDS['done']['behind'])})")
#: What is told of a work as it is: 总投资62亿元, 建筑面积3万平方米; and 62亿元|的海上风电场, told of it by the way.
_OF_WORK: Final = re.compile(rf"^(?!新增).*?(?:{one_of(WORDS['works']['data'])})(?:数|面积)?$")
#: What a work can do, or does by the year or day: 年加工|玉米30万吨, 日处理|鲜奶500吨.
_CAPACITY: Final = re.compile(
    rf"^[,、;]?(?:设计|预计)?(?:可|能)?[年日](?:可|均)?(?:{one_of(WORDS['works']['does'])})(?![值量])[^,。;]{{0,10}}$"
)
_BEGUN: Final = re.compile(one_of([*WORDS["works"]["begun"], *WORDS["works"]["events"]]))
_BY_THE_WAY: Final = re.compile(
    r"(?:[、,][\u4e00-\u9fff]{2,8}\d[\d.]*(?:(?!的)[\u4e00-\u9fff%]){1,4}){0,2}+的(?=[\u4e00-\u9fff“])(?!项目|工程|企业|重点|重大|产业|大)"
)
#: Between a time and the first number behind it no more than one clause ends.
_NEXT_CLAUSE: Final = re.compile(r"(?:([^,、;:。]{0,40})[,:])?[^,、;:。]{0,60}")
#: 1180口|人的小村: how large a place is that something is told of.
_SETTLEMENT: Final = re.compile(
    r"人?的(?:小|大|山|老|穷|偏远|边远|深山|移民|搬迁)*(?:山村|渔村|村庄|村|镇|乡|县城|社区|海岛|岛|屯|寨)"
)
_EXTENTS: Final = frozenset(("count", "km", "km2", "m2", "m", "mu", "ha", "m3", "kW", "mm", "degC"))
_INCOME: Final = re.compile(r"收入|产值|营收|销售额")
_CAPACITIES: Final = re.compile(r"能力|储量|库容|蕴藏量|产能")
#: The classes of units by which figures differ in when they hold.
_UNITS: Final = {
    "CNY": "money", "USD": "money", "EUR": "money", "HKD": "money", "percent": "percent", "count": "count", "km": "length", "m": "length",
    "mu": "area", "ha": "area", "km2": "area", "m2": "area", "t": "weight", "kg": "weight", "jin": "weight",
}  # fmt: skip
_SIGNS: Final = {
    where: [(sign, re.compile(pattern, re.MULTILINE).search) for sign, pattern in signs.items()]
    for where, signs in table("periods").items()
}
#: Words that make an undated figure one of publication, where it tells of no movement.
_OPEN: Final = frozenset(
    ("geography", "built", "total investment", "trouble", "each year or day", "statistic", "result", "years on end")
)
_NEAR: Final = 14
_MEASURED: Final = 20
#: How many years make a year of a story a past one.
_LONG: Final = 10
#: How often the year reported on is told for each number of a text that is clearly of that year.
_CLEAR: Final = 0.1
_UNCLEAR: Final = 0.03


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
    def publication(self) -> Years:
        return self.material.anchor.publication

    @property
    def dated(self) -> bool:
        """Whether a time of the sentence itself holds."""
        return self.view.explicit is not None and not self.view.now

    @property
    def ranged(self) -> bool:
        span = self.view.span
        return span.first is not None and span.first != span.last

    @property
    def whole(self) -> bool:
        """Whether the sentence tells one stretch, of which nothing has an end of its own: 2019/2020年榨季."""
        return self.view.explicit is not None and self.view.explicit.whole

    @property
    def up_to_month(self) -> bool:
        """Whether the sentence tells up to which month, so that nothing is as of publication only: 截至9月底."""
        explicit = self.view.explicit
        return explicit is not None and explicit.role == "until" and explicit.years.months is not None

    @property
    def year_beside(self) -> bool:
        """Whether it is the first number behind its time, in that clause or the next: 去年|来了60所, 2016年,|产茶9吨; but not 去年动工,|占地90亩."""
        explicit, quantity = self.view.explicit, self.place.quantity
        if explicit is None or explicit.role not in ("frame", "until") or not explicit.single:
            return False
        before = self.material.preceding(quantity)
        if before is not None and before.stop > explicit.start:
            return False
        told = _NEXT_CLAUSE.fullmatch(self.material.text, explicit.end, quantity.begin)
        return told is not None and not (told[1] and _BEGUN.search(told[1]))

    @property
    def throughout(self) -> bool:
        """Whether it held in each of the years: 占比始终保持在76%以上, 连续5年均超过."""
        held = self.claim.kind == "duration" and _HELD.match(self.material.text, self.place.quantity.stop)
        return self.summed in ("always", "eachYear") or bool(held)

    @property
    def begun(self) -> Years | None:
        """The years since what the sentence told before a time up to which: 2018年引进的公司,到2020年累计投资7亿元."""
        until, material = self.view.explicit, self.material
        if until is None or until.role != "until" or until.years.last is None:
            return None
        before = next((t for t in reversed(self.setting.times) if t.end <= until.start), None)
        if before is None or not before.single or (before.years.last or 0) > until.years.last:
            return None
        if any(before.end <= quantity.start < until.start for quantity in material.within(self.setting.sentence)):
            return None
        begin, end = before.years.months, until.years.months
        months = (begin[0], end[1]) if begin and end else None
        since = Years(before.years.first, until.years.last, months)
        return since if since.first != since.last or since.months else None

    @property
    def of_work(self) -> bool:
        """Whether it tells what a named work is, in a sentence on when that was begun or opened: 2019年动工,总投资62亿元."""
        explicit, text, begin = self.view.explicit, self.material.text, self.place.quantity.begin
        standing = self.claim.kind in ("level", "countKind") and (explicit is None or explicit.role == "frame")
        told = _OF_WORK.match(self.claim.indicator.label) or _CAPACITY.search(self.place.left)
        if not standing or told is None or self.reached:
            return False
        told = _BY_THE_WAY.match(text, self.place.quantity.stop)
        if told is not None and (self.setting.part or self.material.mentions_in(told.end(), told.end() + 2)):
            return True
        if not self.setting.part:
            return False
        start = max(self.setting.sentence.start, begin - REACH)
        start = max(start, text.rfind(";", start, begin))
        return _BEGUN.search(text, start, begin) is not None

    @property
    def of_settlement(self) -> bool:
        """Whether it tells how large a place is, by the way: 这个只有1180口人的小村."""
        sized = self.place.quantity.unit in ("count", "km2", "mu") and self.claim.kind in ("level", "countKind")
        return sized and _SETTLEMENT.match(self.place.right) is not None

    @property
    def open_sum(self) -> bool:
        """Whether a 累计 is told without its years, so that it is not only of those of the text."""
        counted = self.summed == "cumulative" and self.setting.carried.cumulative == "累计"
        return counted and not self.dated and self.material.anchor.genre != "report"

    @property
    def running_total(self) -> bool:
        """Whether a sum to date is told behind what was added to it, so that it is of no year: 新增4家,累计达到17家."""
        same = self.setting.carried.unit == self.place.quantity.unit
        return self.summed == "cumulative" and same and self.place.left.lstrip(",、;").startswith("累计")

    @functools.cached_property
    def second(self) -> bool:
        """Whether it is the second of two values, so that it is of the end: 由12家增加到41家."""
        return SECOND.search(self.place.clause) is not None

    @functools.cached_property
    def reached(self) -> bool:
        return self.second or REACHED.search(self.place.clause) is not None

    @functools.cached_property
    def done(self) -> bool:
        """Whether the words around the number say that something was done."""
        left, behind = self.place.left, self.material.text[self.place.quantity.stop :][:30]
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

    @property
    def taxed(self) -> bool:
        """Whether companies are counted by their taxes, which are paid for a year told of."""
        counted = self.claim.kind == "countKind" or (
            self.claim.kind == "threshold" and self.claim.qualifies is not None
        )
        return counted and "税" in self.claim.indicator.label

    @property
    def long_past(self) -> bool:
        """Whether the year told of is long before the text, so that a state in it is no present one."""
        last, now = self.view.span.last, self.publication.last
        return last is not None and now is not None and now - last >= _LONG


class Option(NamedTuple):
    """A stretch of years that a figure may hold for, and what it is of those told."""

    name: str
    years: Years


def standing(case: Case) -> Chosen[Option]:
    """What of the years told a figure holds for, as the table of weights names it."""
    if case.begun is not None and case.summed == "cumulative" and not case.stock:
        return Chosen(Option("to date", case.begun))
    publication = Option("publication", case.publication)
    if (case.of_work or case.of_settlement) and case.publication.last is not None:
        return Chosen(publication)
    signs = sorted(_signs(case))
    before = case.setting.carried.dated
    best = weighing.heaviest(
        "periods",
        case.place.quantity.start,
        options(case),
        lambda one: features(one, signs, before.period if before is not None else None),
        lambda one: one.years,
        OFFERED,
    )
    return best or Chosen(publication)


def options(case: Case) -> Iterator[Option]:
    """What a figure may hold for: the year told of; of several years all or the last; up to the end of them; publication."""
    span, now = case.view.span, case.material.anchor.now
    end = span.end
    if span.last is not None:
        if case.ranged:
            if not case.open_sum and not case.taxed and not case.second:
                yield Option("whole", span)
            if case.throughout:
                return
            if not case.whole:
                yield Option("end", end)
        elif not case.running_total:
            yield Option("year", end)
        yield Option("to date", case.begun or Years(None, end.last, end.months, end.days))
        if now is not None and span.last < now and not case.view.now:
            yield Option("since then", Years(span.last, now))
    told = (case.taxed and span.last is not None) or case.up_to_month or case.year_beside
    if case.publication.last is not None and not told:
        yield Option("publication", case.publication)


def features(one: Option, signs: list[str], before: Years | None) -> list[Feature]:
    """What speaks for and against a candidate: the signs of the figure, and whether the figure before it has those years."""
    found = list(zip(itertools.repeat(one.name), signs))
    if before == one.years:
        found += [
            (one.name, "as before"),
            ("any", "as before"),
            *(("as before", sign) for sign in ("joined",) if sign in signs),
        ]
    return found


def _signs(case: Case) -> set[str]:
    """The signs of a figure that tell when it holds, as the table of weights names them."""
    words = _words(case)
    return {
        "always",
        case.claim.kind,
        _UNITS.get(case.place.quantity.unit, "other unit"),
        f"{case.claim.indicator.flow if case.claim.indicator.known else 'free'} variable",
        *(name for told in (_of_figure(case), _of_time(case), _of_text(case)) for name, holds in told.items() if holds),
        *words,
        *_together(case, words),
    }


def _of_figure(case: Case) -> dict[str, object]:
    claim = case.claim
    return {
        "state": case.stock,
        "done": case.done,
        "reached": case.reached,
        "extent": case.extent,
        "by income": case.by_income,
        "part": case.setting.part,
        "cumulative": case.summed == "cumulative",
        "throughout": case.throughout,
        "carried on": claim.rule == "carried on",
        "joined": not case.place.left.strip("、和与及 "),
        "limits": bool(case.setting.carried.prefix),
    }


def _of_time(case: Case) -> dict[str, object]:
    """Signs of the time that dates the figure: whether it is one of several years, past, up to now."""
    explicit, span = case.view.explicit, case.view.span
    last = case.material.anchor.reporting.last
    return {
        "now": case.view.now,
        "paragraph": case.view.why == "paragraph",
        "heading": case.view.why == "heading",
        "date of a state": case.view.why == "date of a state",
        "ranged": case.ranged,
        "several years in the sentence": case.ranged and case.dated,
        "one stretch": case.whole,
        "until": explicit is not None and explicit.role == "until",
        "months": span.months,
        "past": last is not None and span.last is not None and span.last < last,
        "long past": case.long_past,
        "ranged around": case.setting.frame is not None
        and case.setting.frame.years.first != case.setting.frame.years.last,
    }


def _of_text(case: Case) -> dict[str, object]:
    """Signs of the text: whether it is of one year, how clearly, and when in a year it was published."""
    material, anchor = case.material, case.material.anchor
    told, month = material.clarity, anchor.published[5:7]
    carried = case.setting.carried
    return {
        "annual": material.annual,
        "clear year": told >= _CLEAR,
        "unclear year": told < _UNCLEAR,
        "published early": "" < month <= "04",
        "published late": month > "06",
        "published in the year told": anchor.year == anchor.reporting.last,
        "paragraph begins": material.text[case.setting.sentence.start - 1 : case.setting.sentence.start] in ("", "\n"),
        "first of sentence": carried.dated is None,
        "behind a present state": carried.dated is not None and carried.dated.why.endswith(": publication"),
    }


def _words(case: Case) -> set[str]:
    """The signs of ``periods.toml``."""
    quantity, text, explicit, sentence = (
        case.place.quantity,
        case.material.text,
        case.view.explicit,
        case.setting.sentence,
    )
    near = text[case.place.left_start : quantity.begin]
    where = {
        "near": near[-_NEAR:],
        "measured": f"{case.claim.indicator.label}\n{near[-_MEASURED:]}",
        "heading": sentence.heading,
        "behind": case.place.right,
        "clause": case.place.clause,
        "sentence": text[sentence.start : quantity.begin],
        "time": text[explicit.start : explicit.end] if explicit is not None else "",
    }
    return {sign for place, words in where.items() if words for sign, told in _SIGNS[place] if told(words)}


def _together(case: Case, words: set[str]) -> Iterator[str]:
    """Signs that tell more together than each by itself."""
    kind, genre, dated = case.claim.kind, case.material.anchor.genre, _dated(case)
    state = ("state" if case.stock else "flow") + (" of a part" if case.setting.part else "")
    yield from (f"{dated} {state}", f"{dated} {kind}")
    if case.summed == "cumulative":
        when = "in years" if case.ranged else "in a year"
        yield from (f"cumulative {sign}" for sign in (when, dated, genre, case.setting.carried.cumulative))
    if dated.startswith("undated") and not case.reached:
        yield from (f"{dated} {word}" for word in sorted(words & _OPEN))
        if case.stock and case.extent and not case.done:
            as_of = case.view.why == "date of a state" or case.long_past
            yield f"{dated} extent" + " of then" * as_of
    if case.ranged:
        unit = _UNITS.get(case.place.quantity.unit, "other unit")
        yield from (f"years {state}" + (" done" if case.done else ""), f"years {kind}", f"years {unit} {state}")


def _dated(case: Case) -> str:
    """How a figure is dated by its own sentence."""
    explicit = case.view.explicit
    if explicit is None:
        return "undated annual" if case.material.annual else "undated"
    if case.view.now:
        return "dated now"
    if explicit.role == "until":
        return "dated until"
    return "dated " + ("months" if case.view.span.months else "years" if case.ranged else "year")
