"""Do the figures of a graph agree with each other? What is found is told; nothing is ever repaired.

Rules (:mod:`~yuanhui_kg.rules`) select operands. Numbers are exact decimals with the interval that rounding leaves
them. Two intervals that do not meet are inconsistent. Where they meet, ``room`` says how much of that play is needed:
the least part of every figure's rounding interval, counted from the printed value, within which they still meet. Where
it is more than half, and the printed values do not simply round to the stated one, that is "the edge of rounding".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Final, cast, get_args

import pyoxigraph as ox

from .figures import number
from .intervals import Formula, Interval, decimals_of, interval_text, text
from .namespaces import PREFIXES, YHO
from .rules import LANGUAGES, Condition, Relation, Rule, Status, Texts, is_number
from .store import Reader
from .terms import id_of

EDGE: Final = 50  #: Percent of the play of rounding above which figures agree at its edge only.

_REASONS: Final[Mapping[str, Texts]] = {
    "prices": {"zh": "价格基础不同", "en": "the price bases differ"},
    "prices-unknown": {"zh": "价格基础未注明", "en": "the price basis is not stated"},
    "scope": {"zh": "统计口径不同", "en": "the statistical scopes differ"},
    "scope-unknown": {"zh": "统计口径未注明", "en": "the statistical scope is not stated"},
    "period": {"zh": "时间汇总方式不同", "en": "they are aggregated over time in different ways"},
    "period-unknown": {"zh": "累计的起点未注明", "en": "since when they are summed up is not stated"},
    "unit": {"zh": "计量单位不同", "en": "the units do not fit each other"},
    "value": {"zh": "没有可计算的数值", "en": "there is no value to compute with"},
    "limits": {"zh": "没有注明上下限", "en": "the limits within which a value lies are not told"},
    "part": {"zh": "指标只涵盖该分项的一部分", "en": "the indicator covers only a part of the breakdown"},
    "form": {"zh": "各处印法不同，须对照原文", "en": "it is printed in different ways, which only the text can settle"},
}
_STOPS: Final[Texts] = {"zh": "。", "en": "."}
_EXACT: Final[Texts] = {"zh": "相符", "en": "they agree"}
_VERDICTS: Final[Mapping[Status, Texts]] = {
    "consistent": {
        "zh": "在舍入范围内相符（须偏离舍入误差的 {room}%）",
        "en": "they agree within rounding ({room} % of it is needed)",
    },
    "edge": {
        "zh": "只在舍入的边缘相符（各数都须偏离舍入误差的 {room}%）",
        "en": "they agree only at the edge of rounding ({room} % of it is needed in every figure)",
    },
    "inconsistent": {"zh": "不相符，舍入之外还差 {gap}", "en": "they do not agree: {gap} apart beyond rounding"},
    "notComparable": {"zh": "不可比：{reasons}", "en": "not comparable: {reasons}"},
}

_PERCENT: Final = PREFIXES["unit"] + "PERCENT"
_NUMBER: Final = PREFIXES["unit"] + "NUM"
_INFINITY: Final = Decimal("Infinity")


# --- findings -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Operand:
    """A number that went into the arithmetic, as it stands in the graph. ``iri`` is empty for a plain number."""

    name: str
    iri: str
    value: Decimal | None
    interval: Interval
    unit: str = ""
    rounded: bool = False  #: whether the interval is what rounding leaves around the printed value

    @property
    def is_boundless(self) -> bool:
        """Whether a value has no limit at all: then it agrees with anything, which says nothing."""
        return self.value is not None and self.interval.low.is_infinite() and self.interval.high.is_infinite()

    def within(self, percent: int) -> Interval:
        """The interval drawn in to so much of itself around the printed value, where it stems from rounding."""
        if percent == 100 or self.value is None or not self.rounded:
            return self.interval
        part = Decimal(percent) / 100
        low, high = self.interval.low, self.interval.high
        if not low <= self.value <= high or low.is_infinite() or high.is_infinite():
            return self.interval
        return Interval(self.value - (self.value - low) * part, self.value + (high - self.value) * part)

    def as_dict(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "iri": self.iri or None,
            "value": None if self.value is None else text(self.value),
            "unit": self.unit,
            **_interval_dict(self.interval),
        }


@dataclass(frozen=True)
class Finding:
    """What a rule found about some observations. Numbers are those of the graph; none was changed.

    ``arithmetic`` writes the computation out; ``room`` is the percentage of the play of rounding that is needed for
    the intervals to meet; ``gap`` how far apart they stay. ``reasons`` are codes, told in ``message``.
    """

    rule: str
    status: Status
    title: Texts
    message: Texts
    observations: tuple[str, ...]
    about: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    arithmetic: str = ""
    operands: tuple[Operand, ...] = ()
    computed: Interval | None = None
    stated: Interval | None = None
    room: int | None = None
    gap: Decimal | None = None
    reasons: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """As JSON; numbers are strings, so that no digit is lost. An end without limit is ``null``."""
        return {
            "rule": self.rule,
            "status": self.status,
            "title": dict(self.title),
            "message": dict(self.message),
            "observations": list(self.observations),
            "about": {name: list(values) for name, values in self.about.items()},
            "arithmetic": self.arithmetic,
            "operands": [operand.as_dict() for operand in self.operands],
            "computed": self.computed and _interval_dict(self.computed),
            "stated": self.stated and _interval_dict(self.stated),
            "room": self.room,
            "gap": None if self.gap is None else text(self.gap, 12),
            "reasons": list(self.reasons),
        }


def _interval_dict(interval: Interval) -> dict[str, Any]:
    low, high = interval_text(interval, 12)[1:-1].split(", ")
    return {
        "min": None if interval.low.is_infinite() else low,
        "max": None if interval.high.is_infinite() else high,
        "minOpen": interval.low_open,
        "maxOpen": interval.high_open,
    }


def check(reader: Reader, rules: Iterable[Rule]) -> list[Finding]:
    """What the rules find, in the order of rules and observations; what agrees is found as well as what does not."""
    graph = _Graph(reader)
    return [finding for rule in rules for finding in sorted(_findings(rule, graph), key=lambda f: f.observations)]


def report(findings: Sequence[Finding], rules: Sequence[Rule], *, problems: bool = False) -> dict[str, Any]:
    """Findings as one JSON object, with how many there are of each status and the rules they come from.

    With ``problems`` those that are consistent are counted but not listed.
    """
    shown = [finding for finding in findings if not problems or finding.status != "consistent"]
    return {
        "summary": {status: sum(f.status == status for f in findings) for status in get_args(Status)},
        "findings": [finding.as_dict() for finding in shown],
        "rules": [rule.as_dict() for rule in rules],
    }


# --- the graph ----------------------------------------------------------------------------------------------------------

_QUERY_PREFIXES: Final = "".join(
    f"PREFIX {prefix}: <{PREFIXES[prefix]}>\n" for prefix in ("qb", "schema", "sdmx-measure", "skos", "yho")
)
_FIGURES: Final = (
    _QUERY_PREFIXES
    + """SELECT ?figure ?value ?min ?max ?bound ?unit ?code ?prices ?scope ?aggregation ?notation
WHERE {
  ?figure a qb:Observation .
  OPTIONAL { ?figure sdmx-measure:obsValue ?value }
  OPTIONAL { ?figure schema:minValue ?min }
  OPTIONAL { ?figure schema:maxValue ?max }
  OPTIONAL { ?figure yho:bound ?bound }
  OPTIONAL { ?figure yho:unit ?unit OPTIONAL { ?unit yho:unitCode ?code } }
  OPTIONAL { ?figure yho:priceBasis ?prices }
  OPTIONAL { ?figure yho:scope ?scope }
  OPTIONAL { ?figure yho:aggregation ?aggregation }
  OPTIONAL { ?figure yho:period ?period . ?period skos:notation ?notation }
}"""
)
_LABELS: Final = _QUERY_PREFIXES + "SELECT ?label ?thing WHERE { ?thing skos:prefLabel ?label }"


@dataclass(frozen=True)
class _Figure:
    operand: Operand
    unit: str
    prices: str
    scope: str
    aggregation: str
    open_start: bool


class _Graph:
    """The figures of a graph, read once, and labels as they are needed."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._labels: dict[str, dict[str, str]] = {}
        self.figures: dict[str, _Figure] = {}
        for row in reader.select(_FIGURES):
            self.figures.setdefault(row[0].value, _figure(*row))

    def rows(self, rule: Rule) -> list[dict[str, Any]]:
        """The rule's solutions without repetitions, in an order that depends on nothing but their terms."""
        rows = sorted(set(self._reader.select(rule.query)), key=lambda row: [str(term) for term in row])
        return [dict(zip(rule.variables, row, strict=True)) for row in rows]

    def label(self, term: Any, language: str) -> str:
        if not isinstance(term, ox.NamedNode):
            value = number(term)
            return str(term.value) if value is None else text(value)
        if term.value not in self._labels:
            rows = self._reader.select(_LABELS, {"thing": term})
            self._labels[term.value] = {label.language or "": label.value for label, _ in rows}
        labels = self._labels[term.value]
        return labels.get(language) or next(iter(labels.values()), id_of(term.value))


def _figure(
    iri: Any,
    value: Any,
    low: Any,
    high: Any,
    bound: Any,
    unit: Any,
    code: Any,
    prices: Any,
    scope: Any,
    aggregation: Any,
    notation: Any,
) -> _Figure:
    known = number(value)
    exact = _local(bound) == "exact"
    operand = Operand(
        name="",
        iri=iri.value,
        value=known,
        interval=_interval(number(low), number(high), _local(bound)),
        unit=code.value if code else _local(unit),
        rounded=exact,
    )
    return _Figure(
        operand=operand,
        unit=unit.value if unit else "",
        prices=_local(prices),
        scope=_local(scope),
        aggregation=_local(aggregation),
        open_start=notation is not None and str(notation.value).startswith(("../", "/")),
    )


def _interval(low: Decimal | None, high: Decimal | None, bound: str) -> Interval:
    """What a figure's value may be. A limit that is not given is none: then too little is found, never too much."""
    least, most = -_INFINITY if low is None else low, _INFINITY if high is None else high
    try:
        return Interval(least, most, low_open=bound == "over", high_open=bound == "andMore")
    except ValueError:  # limits in the wrong order: a finding of another rule
        return Interval(-_INFINITY, _INFINITY)


def _local(term: Any) -> str:
    """The local name of a term of the model, the IRI of another, nothing where there is none."""
    return "" if term is None else str(term.value).removeprefix(str(YHO))


# --- applying a rule ----------------------------------------------------------------------------------------------------


class _Group:
    """The rows that make one finding."""

    def __init__(self, rule: Rule, graph: _Graph, rows: Sequence[Mapping[str, Any]]) -> None:
        self.rule = rule
        self.graph = graph
        self.values: dict[str, list[Any]] = {
            name: list(dict.fromkeys(row[name] for row in rows if row[name] is not None)) for name in rule.variables
        }

    def figures(self, names: Iterable[str]) -> list[_Figure]:
        found = (self.graph.figures.get(term.value) for name in names for term in self.values[name])
        return [figure for figure in found if figure]

    @property
    def observations(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(term.value for name in self.rule.figures for term in self.values[name]))

    @property
    def about(self) -> dict[str, tuple[str, ...]]:
        """The things that the finding concerns beside its observations."""
        others = [name for name in self.rule.variables if name not in self.rule.figures]
        things = {n: tuple(t.value for t in self.values[n] if isinstance(t, ox.NamedNode)) for n in others}
        return {name: iris for name, iris in things.items() if iris}

    def operands(self, name: str) -> list[Operand]:
        """The numbers that a name in the formula stands for; empty where there is none."""
        if is_number(name):
            constant = Decimal(name)
            return [Operand(name, "", constant, Interval.point(constant))]
        if name in self.rule.numbers:
            found = [value for term in self.values[name] if (value := number(term)) is not None]
            return [Operand(name, "", value, Interval.point(value)) for value in found]
        scale = name in self.rule.percent
        return [_named(figure, name, scale) for figure in self.figures([name])]

    def message(self) -> dict[str, str]:
        return {language: self._message(language) for language in LANGUAGES}

    def _message(self, language: str) -> str:
        def labels(match: re.Match[str]) -> str:
            terms = self.values[match[1]]
            return {"zh": "、", "en": ", "}[language].join(self.graph.label(term, language) for term in terms)

        return re.sub(r"\{(.*?)\}", labels, self.rule.message[language])


def _named(figure: _Figure, name: str, percent: bool) -> Operand:
    operand = replace(figure.operand, name=name)
    if not percent or figure.unit != _NUMBER:
        return operand
    value = None if operand.value is None else operand.value * 100
    return replace(operand, value=value, interval=operand.interval * Interval.point(Decimal(100)), unit="percent")


def _findings(rule: Rule, graph: _Graph) -> Iterator[Finding]:
    groups: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for row in graph.rows(rule):
        key = rule.each or rule.variables
        groups.setdefault(tuple(row[name] for name in key), []).append(row)
    for rows in groups.values():
        group = _Group(rule, graph, rows)
        yield _as_it_stands(group) if rule.computed is None else _computed(group, rule.computed)


def _as_it_stands(group: _Group) -> Finding:
    rule = group.rule
    operands = tuple(operand for name in rule.figures for operand in group.operands(name))
    told = {language: message + _STOPS[language] for language, message in group.message().items()}
    return Finding(rule.id, rule.status, rule.title, told, group.observations, group.about, operands=operands)


def _computed(group: _Group, formula: Formula) -> Finding:
    rule = group.rule
    certain, possible = _reasons(group)
    values = {name: group.operands(name) for name in formula.names}
    stated = group.operands(rule.stated)
    operands = (*(operand for found in values.values() for operand in found), *stated)
    boundless = any(operand.is_boundless for operand in operands)
    try:
        outcome = _compare(formula, values, stated, rule.relation)
    except (ArithmeticError, ValueError, KeyError):
        return _finding(group, "notComparable", operands, None, [*certain, "limits" if boundless else "value"])
    status = outcome.status
    if boundless and not outcome.exact:
        certain.append("limits")
    if certain or (status == "inconsistent" and possible):
        return _finding(group, "notComparable", operands, outcome, [*certain, *possible])
    return _finding(group, status, operands, outcome, [])


@dataclass(frozen=True)
class _Outcome:
    computed: Interval
    stated: Interval
    room: int | None
    rounds: bool  #: whether the printed values give the stated figure without further ado
    exact: bool  #: whether they do so whatever limits the figures have
    arithmetic: str

    @property
    def status(self) -> Status:
        if self.room is None:
            return "inconsistent"
        return "edge" if self.room > EDGE and not self.rounds else "consistent"


def _compare(
    formula: Formula, values: Mapping[str, Sequence[Operand]], stated: Sequence[Operand], relation: Relation
) -> _Outcome:
    """Raises :class:`ArithmeticError` or :class:`ValueError` where a value is missing or the formula has none."""
    (target,) = stated
    if any(not found or any(operand.value is None for operand in found) for found in values.values()):
        raise ValueError("a value is missing")
    if target.value is None:
        raise ValueError("the stated value is missing")

    def computed(percent: int) -> Interval:
        return formula.evaluate({name: [o.within(percent) for o in found] for name, found in values.items()})

    def allowed(percent: int) -> Interval:
        end = target.within(percent)
        return Interval.at_most(end.high, open=end.high_open) if relation == "atMost" else end

    def meets(percent: int) -> bool:
        return computed(percent).overlaps(allowed(percent))

    room = _least(meets) if meets(100) else None
    whole = computed(100)
    printed = formula.evaluate({n: [Interval.point(cast(Decimal, o.value)) for o in f] for n, f in values.items()})
    # One figure at two precisions rounds either way.
    rounds = printed.overlaps(allowed(100)) or (formula.is_name and target.value in whole)
    exact = printed.low <= target.value if relation == "atMost" else target.value in printed
    arithmetic = _arithmetic(formula, values, whole, printed, target, relation, room is not None)
    return _Outcome(whole, target.interval, room, rounds, exact, arithmetic)


def _least(meets: Callable[[int], bool]) -> int:
    """The least percentage at which intervals meet that meet at 100; they only grow with it."""
    low, high = -1, 100
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if meets(middle) else (middle, high)
    return high


def _arithmetic(
    formula: Formula,
    values: Mapping[str, Sequence[Operand]],
    computed: Interval,
    printed: Interval,
    target: Operand,
    relation: Relation,
    meets: bool,
) -> str:
    """The computation with its numbers, both sides with their intervals."""
    ends = (end for end in (target.interval.low, target.interval.high, target.value) if end is not None)
    decimals = max(decimals_of(end) for end in ends if end.is_finite()) + 2
    written = formula.written({n: [text(cast(Decimal, o.value)) for o in found] for n, found in values.items()})
    left = "" if formula.is_name else f" = {text(printed.low, decimals)}"
    same = "=" if computed == target.interval and computed.is_point else "≈"
    signs = {("equal", True): same, ("equal", False): "≠", ("atMost", True): "≤", ("atMost", False): ">"}
    right = f"{text(cast(Decimal, target.value))}{_limits(target.interval)}"
    limits = "" if computed == printed else _limits(computed, decimals)  # all operands are exact
    return f"{written}{left}{limits} {signs[relation, meets]} {right}"


def _limits(interval: Interval, decimals: int | None = None) -> str:
    return "" if interval.is_point else f" {interval_text(interval, decimals)}"


def _finding(
    group: _Group, status: Status, operands: tuple[Operand, ...], outcome: _Outcome | None, reasons: list[str]
) -> Finding:
    rule = group.rule
    gap = None if outcome is None or outcome.room is not None else _gap(outcome, rule.relation)
    arithmetic = outcome.arithmetic if outcome else ""
    return Finding(
        rule=rule.id,
        status=status,
        title=rule.title,
        message=_told(group.message(), arithmetic, status, outcome, gap, reasons),
        observations=group.observations,
        about=group.about,
        arithmetic=arithmetic,
        operands=operands,
        computed=outcome.computed if outcome else None,
        stated=outcome.stated if outcome else None,
        room=outcome.room if outcome else None,
        gap=gap,
        reasons=tuple(dict.fromkeys(reasons)),
    )


def _gap(outcome: _Outcome, relation: Relation) -> Decimal:
    stated = Interval.at_most(outcome.stated.high) if relation == "atMost" else outcome.stated
    return outcome.computed.distance(stated)


def _told(
    message: Texts, arithmetic: str, status: Status, outcome: _Outcome | None, gap: Decimal | None, reasons: list[str]
) -> dict[str, str]:
    """The rule's message, the computation and the verdict as one paragraph in each language."""
    told = {}
    for language in LANGUAGES:
        verdict = _verdict(status, outcome)[language].format(
            room=outcome.room if outcome else "",
            gap="" if gap is None else text(gap, 6),
            reasons={"zh": "；", "en": "; "}[language].join(
                _REASONS[code][language] for code in dict.fromkeys(reasons)
            ),
        )
        parts = [message[language], *([arithmetic] if arithmetic else []), verdict]
        told[language] = {"zh": "：", "en": ": "}[language].join(parts) + _STOPS[language]
    return told


def _verdict(status: Status, outcome: _Outcome | None) -> Texts:
    return _EXACT if status == "consistent" and outcome and outcome.rounds else _VERDICTS[status]


# --- conditions ---------------------------------------------------------------------------------------------------------


def _reasons(group: _Group) -> tuple[list[str], list[str]]:
    """Why operands cannot be compared: what is certain, and what may be so."""
    rule = group.rule
    figures = group.figures(rule.figures)
    certain = [term.value for term in group.values.get("reason", ())]
    possible = []
    units = {figure.unit for figure in group.figures(rule.same_unit)}
    percentages = {figure.unit for figure in group.figures(rule.percent)}
    if len(units) > 1 or not percentages <= {_PERCENT, _NUMBER}:
        certain.append("unit")
    for code, condition, stated in (
        ("prices", rule.prices, [figure.prices for figure in figures]),
        ("scope", rule.scope, [figure.scope for figure in figures]),
    ):
        differ, unknown = _bases(condition, stated)
        certain += [code] if differ else []
        possible += [f"{code}-unknown"] if unknown and not differ else []
    if rule.periods == "same":
        possible += ["period"] if len({figure.aggregation for figure in figures}) > 1 else []
        possible += ["period-unknown"] if any(figure.open_start for figure in figures) else []
    return certain, possible


def _bases(condition: Condition, stated: Iterable[str]) -> tuple[bool, bool]:
    """Whether price bases or scopes are known to differ, and whether it is not known."""
    bases = {basis or "notStated" for basis in stated} - {"notApplicable"}
    if condition == "any":
        return False, False
    silent = "notStated" in bases
    return len(bases - {"notStated"}) > 1, silent and (condition == "known" or len(bases) > 1)
