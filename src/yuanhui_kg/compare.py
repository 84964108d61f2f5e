"""An indicator across districts and sources: what each source says side by side, where they contradict one another, and why they may.

Figures of the graph and of all data sets beside it are read together. Two subjects are one where links say so
(``owl:sameAs``, ``skos:exactMatch``; by ``skos:closeMatch`` alone they are compared, and the reader is told). Two figures
contradict each other where no number rounds to both. Nothing is corrected, and no source is preferred.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Context, Decimal
from fractions import Fraction
from functools import cache, partial
from typing import Any, Final

import pyoxigraph as ox

from .errors import AnswerTooLargeError, NotFoundError
from .figures import VALUE, json_number, number, plain
from .graph.facts import Facts
from .graph.reading import SKOS, anywhere, is_node
from .intervals import Interval, decimals_of
from .namespaces import PREFIXES, SCHEMA, YH, YHO
from .origins import Source, source
from .store import Reader
from .terms import id_of, local_name

MOST: Final = 100_000  #: Figures that are compared at once.
_BATCH: Final = 500
_ROUNDS: Final = 2  # of links: from one data set to a register, from there to another
_SAME: Final = (PREFIXES["owl"] + "sameAs", SKOS + "exactMatch")
_CLOSE: Final = SKOS + "closeMatch"
_QUDT: Final = PREFIXES["qudt"]
_DCT: Final = PREFIXES["dcterms"]
_YEAR: Final = re.compile(r"-?\d{4}")
_WHOLE_YEARS: Final = re.compile(r"(\d{4})(?:-01(?:-01)?)?/(\d{4})(?:-12(?:-31)?)?", re.ASCII)
_HALF: Final = Decimal("0.5")
_RANKS: Final = ("rank", "growthRank")  # which are not rounded
_FINEST: Final = 10**12  # a third part of something is told by some decimals
_CONVERTED: Final = Context(prec=15)
_PAIRS: Final = 10_000  # of the readings of one row, in which reasons are looked for
_SAID: Final[Mapping[str, str]] = {
    "kind": YHO.kind,
    "base": YHO.basePeriod,
    "breakdown": YHO.breakdown,
    "unit": YHO.unit,
    "bound": YHO.bound,
    "aggregation": YHO.aggregation,
    "period_basis": YHO.periodBasis,
    "price_basis": YHO.priceBasis,
    "scope": YHO.scope,
    "min": SCHEMA.minValue,
    "max": SCHEMA.maxValue,
    "printed": YHO.printedForm,
    "data_set": PREFIXES["qb"] + "dataSet",
    "within": YHO.rankedWithin,
    "qualifies": YHO.qualifies,
}
_COLUMNS: Final = ("figure", "indicator", "value", "subject", "period", *_SAID, "graph")

#: Why two figures may differ, in the order in which they are told; in Chinese and English.
REASONS: Final[Mapping[str, tuple[str, str]]] = {
    "unit": ("单位不同，无从换算", "their units differ, and nothing here converts one into the other"),
    "boundary": (
        "该地区的面积前后不一，界线可能有变",
        "the area of the district differs: its boundary may have changed",
    ),
    "close": ("两处所指只是近似同一", "what they are about is linked as nearly the same only"),
    "price-basis": ("价格基础不同", "they are reckoned in different prices"),
    "price-basis-open": ("有一方未说明价格基础", "one of them does not state its price basis"),
    "scope": ("统计口径不同", "their statistical scopes differ"),
    "scope-open": ("有一方未说明统计口径", "one of them does not state its scope"),
    "aggregation": ("时间汇总方式不同", "they are added up over time in different ways"),
    "bound": ("有一方只是约数或界限", "one of them is approximate, or a bound"),
    "period": ("有一方的时期是推断的", "the period of one of them is inferred"),
    "vintage": ("数据版本不同，后出者可能经过修订", "they are of different vintages: the later may be revised"),
    "unexplained": ("没有可知的缘由", "nothing is known that would explain it"),
}


@dataclass(frozen=True)
class Reading:
    """What one source says. Values are in :attr:`unit`, to which ``printed_unit`` was converted where they differ."""

    figure: str
    subject: str
    source: Source
    value: Decimal
    interval: Interval
    unit: str
    printed_unit: str
    printed: str
    codes: Mapping[str, str]  # price_basis, scope, aggregation, bound, period_basis: local names, where stated


@dataclass(frozen=True)
class Row:
    """All that is said of one subject for one period; ``reasons`` (:data:`REASONS`) where the readings contradict.

    ``labels`` tell subjects apart: those that have one label are told with what they lie in.
    ``limit``: IRI of what a rank is within, or of what a threshold or a number of years limits: by that they are told apart.
    """

    subject: str
    labels: Mapping[str, str]
    indicator: str
    period: str
    kind: str
    base: str
    breakdown: str
    limit: str
    readings: tuple[Reading, ...]
    reasons: tuple[str, ...] = ()

    @property
    def contradicts(self) -> bool:
        return bool(self.reasons)


@dataclass(frozen=True)
class Boundary:
    """A district whose area differs between two periods, so that its other figures may not be of the same territory."""

    subject: str
    labels: Mapping[str, str]
    periods: tuple[str, str]
    areas: tuple[Decimal, Decimal]
    unit: str

    def message(self) -> dict[str, str]:
        (first, then), (small, large) = self.periods, map(plain, self.areas)
        return {
            "zh": f"{self.labels.get('zh') or self.subject}的面积{first}年为{small}、{then}年为{large}（{self.unit}），前后的数字未必指同一范围。",
            "en": f"{self.labels.get('en') or self.subject} had an area of {small} in {first} and of {large} in {then} ({self.unit}): "
            "its figures before and after may not be about the same territory.",
        }


@dataclass(frozen=True)
class Comparison:
    """The rows by subject, period and kind, and what warns of comparing them over time."""

    indicators: tuple[str, ...]
    rows: tuple[Row, ...]
    boundaries: tuple[Boundary, ...] = ()
    sources: tuple[Source, ...] = field(default=())


@dataclass(frozen=True)
class Selection:
    """What is compared: IRIs of subjects, EDTF of periods, codes of kinds; an empty field takes all."""

    subjects: tuple[str, ...] = ()
    periods: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()


def compare(reader: Reader, indicators: Sequence[str], wanted: Selection = Selection()) -> Comparison:
    """Compare what all sources say of some indicators, each for itself, with those that links say are the same.

    A structure, such as that of industries, answers for the share of one of its parts (``yho:isShareIn``).

    :param indicators: their IRIs.
    :raises NotFoundError: where there is no figure of them.
    :raises AnswerTooLargeError: where there are more than :data:`MOST`.
    """
    facts = Facts(reader)
    same, _ = _linked(reader, indicators)
    every = {iri: one for one in reversed(indicators) for iri in same[one]}
    found = [*_readings(facts, every), *_shares(facts, every)]
    if not found:
        raise NotFoundError(
            f"There are no figures of {', '.join(map(id_of, indicators))[:200]}.",
            "/api/v1/figures and yuanhui-kg query figures tell what there is.",
        )
    areas = _readings(facts, {YHO.landArea: YHO.landArea})
    clusters = _Clusters(reader, {reading.subject for _, reading in (*found, *areas)})
    territories = _territories(areas, clusters)
    chosen, periods = {clusters.of(iri) for iri in wanted.subjects}, set(map(_in_years, wanted.periods))
    rows = [
        row
        for row in _rows(facts, found, clusters, territories)
        if (not chosen or clusters.of(row.subject) in chosen)
        and (not periods or row.period in periods)
        and (not wanted.kinds or row.kind in wanted.kinds)
    ]
    sources = {reading.source.iri: reading.source for row in rows for reading in row.readings}
    return Comparison(
        tuple(dict.fromkeys(indicators)),
        tuple(rows),
        tuple(_boundaries(rows, territories, clusters)),
        tuple(sources[iri] for iri in sorted(sources)),
    )


# --- reading ----------------------------------------------------------------------------------------------------------

_Key = tuple[str, str, str, str, str, str]  # indicator, period, kind, base, breakdown, limit
Found = Sequence[tuple[_Key, Reading]]


def _readings(facts: Facts, indicators: Mapping[str, str]) -> list[tuple[_Key, Reading]]:
    """The figures of some indicators. ``indicators``: each with the one that it stands for."""
    rows: dict[tuple[str, str, Decimal], dict[str, Any]] = {}
    for row in facts.reader.select(_query(list(indicators))):
        told = dict(zip(_COLUMNS, row, strict=True))
        value = number(told["value"])
        if is_node(told["figure"]) and is_node(told["subject"]) and value is not None:
            key = told["figure"].value, _iri(told["graph"]), value
            rows[key] = min(rows.get(key, told), told, key=_as_text)
        if len(rows) > MOST:
            raise AnswerTooLargeError(f"There are more than {MOST:,} figures to compare.", "Choose another indicator.")
    _take_limits_from(rows)
    nodes = {row[name] for row in rows.values() for name in ("period", "base", "unit", "data_set", "graph")}
    facts.load(node for node in sorted(filter(is_node, nodes), key=str))
    terms = _Terms(facts, indicators)
    return [_reading(terms, rows[key]) for key in sorted(rows)]


def _as_text(told: Mapping[str, Any]) -> list[str]:
    """An order of what is told that does not depend on that of the answer."""
    return [str(term) for term in told.values()]


def _take_limits_from(rows: Mapping[tuple[str, str, Decimal], dict[str, Any]]) -> None:
    """Limits of a figure that has several values: whose they are cannot be known."""
    values = Counter((figure, graph) for figure, graph, _ in rows)
    for (figure, graph, _), told in rows.items():
        if values[figure, graph] > 1:
            told.update(min=None, max=None)


def _shares(facts: Facts, indicators: Mapping[str, str]) -> Iterator[tuple[_Key, Reading]]:
    """The figures of structures that give the share of a part which one of the indicators is, as figures of that one."""
    facts.load(map(ox.NamedNode, indicators))
    for iri, stands_for in indicators.items():
        share = ox.NamedNode(iri)
        parts = set(map(_code, facts.objects(share, YHO.fallsWithin)))
        for structure in filter(is_node, facts.objects(share, YHO.isShareIn)):
            for key, reading in _readings(facts, {structure.value: stands_for}):
                if key[4] in parts:
                    yield (*key[:4], "total", key[5]), reading


def _query(indicators: Sequence[str]) -> str:
    values = " ".join(str(ox.NamedNode(iri)) for iri in indicators)
    optional = " ".join(f"OPTIONAL {{ ?figure <{iri}> ?{name} }}" for name, iri in _SAID.items())
    pattern = (
        f"VALUES ?indicator {{ {values} }} ?figure <{YHO.indicator}> ?indicator ; <{VALUE}> ?value ; "
        f"<{YHO.subject}> ?subject ; <{YHO.period}> ?period . {optional}"
    )
    return f"SELECT {' '.join(f'?{name}' for name in _COLUMNS)} WHERE {{ {anywhere(pattern)} }}"


def _reading(terms: _Terms, told: Mapping[str, Any]) -> tuple[_Key, Reading]:
    value = number(told["value"])
    assert value is not None  # noqa: S101 -- rows without one were left out
    standard = terms.standard(told["indicator"])
    unit, factor, printed_unit = terms.unit(told["unit"] or standard, standard)
    low, high = number(told["min"]), number(told["max"])
    kind = _kind(terms.code(told["kind"]))
    half = Decimal(0) if kind in _RANKS else _HALF.scaleb(-decimals_of(value))
    # A limit on the wrong side of the value is none.
    interval = Interval(
        min(value, value - half if low is None else low), max(value, value + half if high is None else high)
    )
    key = (
        terms.indicators[told["indicator"].value],
        terms.edtf(told["period"]),
        kind,
        terms.edtf(told["base"]),
        terms.code(told["breakdown"]) or "total",
        _iri(told["within"]) or _iri(told["qualifies"]),
    )
    return key, Reading(
        told["figure"].value,
        told["subject"].value,
        terms.source(_iri(told["graph"]), _iri(told["data_set"])),
        _times(value, factor),
        Interval(_times(interval.low, factor), _times(interval.high, factor)),
        unit,
        printed_unit,
        told["printed"].value if isinstance(told["printed"], ox.Literal) else "",
        {name: terms.code(told[name]) for name in _CODES if told[name] is not None},
    )


class _Terms:
    """What terms that come again and again mean, each looked at once. ``standard``: the unit of figures that name none."""

    def __init__(self, facts: Facts, indicators: Mapping[str, str]) -> None:
        self.indicators = indicators
        self.standard = cache(lambda indicator: facts.one(indicator, YHO.hasStandardUnit))
        self.source = cache(partial(source, facts))
        self.edtf = cache(partial(_edtf, facts))
        self.unit = cache(partial(_unit, facts))
        self.code = cache(_code)


_CODES: Final = ("price_basis", "scope", "aggregation", "bound", "period_basis")


def _unit(facts: Facts, unit: Any, standard: Any) -> tuple[str, Fraction, str]:
    """The code of the unit that values are compared in, what they are multiplied with for that, and the code of their own.

    They are compared in the indicator's standard unit, where theirs is another of the same quantity (mu and hectares), else in the one
    that theirs is a multiple of, as a table may have it (10,000 persons).
    """
    own = _unit_code(facts, unit)
    base = facts.one(unit, _QUDT + "scalingOf") if is_node(unit) else None
    factor = _multiplier(facts, unit) if base is not None else None
    found, code = (Fraction(1), own) if base is None or factor is None else (factor, _unit_code(facts, base))
    counted = unit if code == own else base
    theirs, wanted = _multiplier(facts, counted), _multiplier(facts, standard)
    if counted != standard and theirs and wanted and _quantities(facts, counted) & _quantities(facts, standard):
        found, code = found * theirs / wanted, _unit_code(facts, standard)
    return code, found, own


def _multiplier(facts: Facts, unit: Any) -> Fraction | None:
    """How much of the coherent unit of its quantity (QUDT), or of the unit that it is a multiple of, a unit is; ``None`` where it is
    not told."""
    found = number(facts.one(unit, _QUDT + "conversionMultiplier")) if is_node(unit) else None
    return None if found is None or found <= 0 else Fraction(found).limit_denominator(_FINEST)


def _quantities(facts: Facts, unit: Any) -> set[str]:
    return {term.value for term in facts.objects(unit, _QUDT + "hasQuantityKind") if is_node(term)}


def _times(value: Decimal, factor: Fraction) -> Decimal:
    """A value in another unit: exactly for a whole multiple, else to 15 digits."""
    if factor.denominator == 1:
        return value * factor.numerator
    return _CONVERTED.divide(value * factor.numerator, Decimal(factor.denominator))


def _unit_code(facts: Facts, unit: Any) -> str:
    if not is_node(unit):
        return unit.value if isinstance(unit, ox.Literal) else ""
    code = facts.one(unit, YHO.unitCode)
    return code.value if isinstance(code, ox.Literal) else facts.label(unit).get("zh") or local_name(unit.value)


def _iri(term: Any) -> str:
    return term.value if is_node(term) else ""


def _edtf(facts: Facts, period: Any) -> str:
    """A period's notation (a year may also be a literal); empty for none."""
    if period is None or _iri(period) == YHO.noBase:
        return ""
    if isinstance(period, ox.Literal):
        return _in_years(period.value)
    notation = facts.one(period, SKOS + "notation") if is_node(period) else None
    return _in_years(notation.value) if isinstance(notation, ox.Literal) else _iri(period)


def _in_years(edtf: str) -> str:
    """The same period in years, where it is of whole ones: from January to December is a year."""
    whole = _WHOLE_YEARS.fullmatch(edtf)
    if whole is None:
        return edtf
    return whole[1] if whole[1] == whole[2] else f"{whole[1]}/{whole[2]}"


def _code(term: Any) -> str:
    return local_name(term.value) if is_node(term) else ""


def _kind(code: str) -> str:
    """``level`` for what is counted too: whether sources call people a count or a level, they mean the same."""
    return "level" if code in ("", "countKind") else code


# --- what is the same ---------------------------------------------------------------------------------------------------


def _linked(reader: Reader, iris: Iterable[str]) -> tuple[dict[str, list[str]], set[frozenset[str]]]:
    """For each thing all that links say is the same; and the pairs that are close only."""
    joined: dict[str, set[str]] = {iri: {iri} for iri in iris}
    close: set[frozenset[str]] = set()
    new = list(joined)
    for _ in range(_ROUNDS):
        met: dict[str, None] = {}
        for one, predicate, other in _links(reader, new):
            met.update({one: None, other: None})
            if predicate == _CLOSE:
                close.add(frozenset((one, other)))
            else:
                few, many = sorted((joined.setdefault(one, {one}), joined.setdefault(other, {other})), key=len)
                if few is not many:
                    many |= few
                    joined.update(dict.fromkeys(few, many))
        seen = set(new)
        new = [iri for iri in met if iri not in seen]
    ordered = {id(together): sorted(together) for together in joined.values()}
    return {iri: ordered[id(together)] for iri, together in joined.items()}, close


def _links(reader: Reader, iris: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    for start in range(0, len(iris), _BATCH):
        values = " ".join(str(ox.NamedNode(iri)) for iri in iris[start : start + _BATCH])
        for end in ("?a", "?b"):
            each = (f"{{ VALUES {end} {{ {values} }} ?a <{p}> ?b BIND(<{p}> AS ?p) }}" for p in (*_SAME, _CLOSE))
            pattern = anywhere(" UNION ".join(each))
            for a, p, b in reader.select(f"SELECT DISTINCT ?a ?p ?b WHERE {{ {pattern} }}"):
                if is_node(a) and is_node(b):
                    yield a.value, p.value, b.value


class _Clusters:
    """Which subjects are one, as links have it."""

    def __init__(self, reader: Reader, subjects: Iterable[str]) -> None:
        wanted = sorted(subjects)
        same, close = _linked(reader, wanted)
        self._of = {iri: together[0] for iri, together in same.items()}
        self.certain = dict(self._of)
        self._subjects = wanted
        members: dict[str, list[str]] = defaultdict(list)
        for iri, root in self._of.items():
            members[root].append(iri)
        for pair in sorted(tuple(sorted(pair)) for pair in close if len(pair) == 2):
            for iri in pair:
                if iri not in self._of:
                    self._of[iri] = iri
                    members[iri].append(iri)
            few, many = sorted(map(self.of, pair), key=lambda root: len(members[root]))
            if few != many:
                self._of.update(dict.fromkeys(members[few], many))
                members[many] += members.pop(few)

    def of(self, iri: str) -> str:
        return self._of.get(iri, iri)

    def names(self) -> dict[str, str]:
        """For each cluster the subject that it is told by: one of this graph's own, where there is one."""
        found: dict[str, str] = {}
        for iri in sorted(self._subjects, key=lambda one: (not one.startswith(YH), one)):
            found.setdefault(self.of(iri), iri)
        return found

    def are_close_only(self, one: str, other: str) -> bool:
        return self.certain.get(one, one) != self.certain.get(other, other)


# --- rows ---------------------------------------------------------------------------------------------------------------

#: For each cluster, its areas: the period, and the reading.
_Territories = Mapping[str, Sequence[tuple[str, Reading]]]


def _rows(facts: Facts, found: Found, clusters: _Clusters, territories: _Territories) -> list[Row]:
    groups: dict[tuple[str, _Key], list[Reading]] = defaultdict(list)
    for key, reading in found:
        groups[clusters.of(reading.subject), key].append(reading)
    names = clusters.names()
    moved = {cluster for cluster, areas in territories.items() if _any_apart(area for _, area in areas)}
    labels = _labels(facts, {names[cluster] for cluster, _ in groups})
    rows = []
    for (cluster, key), readings in groups.items():
        subject = names[cluster]
        ordered = tuple(sorted(readings, key=lambda one: (one.source.vintage, one.source.iri, one.figure)))
        reasons = _reasons(ordered, clusters, cluster in moved)
        rows.append(Row(subject, labels[subject], *key, ordered, reasons))
    return sorted(
        rows,
        key=lambda row: (
            row.indicator,
            row.kind != "level",
            row.kind,
            row.breakdown != "total",
            row.breakdown,
            row.labels.get("zh", ""),
            row.subject,
            row.period,
            row.limit,
        ),
    )


def _labels(facts: Facts, subjects: Iterable[str]) -> dict[str, dict[str, str]]:
    """The labels of subjects; of those that share one, with what they lie in: 云桥区（岚川市）, or with their own id."""
    nodes = [ox.NamedNode(iri) for iri in sorted(subjects)]
    facts.load(nodes)
    labels = {node: facts.label(node) for node in nodes}
    bearers = Counter(told for one in labels.values() for told in one.items())
    alike = [node for node, one in labels.items() if any(bearers[told] > 1 for told in one.items())]
    facts.load(alike, YHO.isWithin)
    facts.load(alike, YHO.isLocatedIn)
    outer = {node: _outer(facts, node) for node in alike}
    told = Counter(labels[node]["zh"] + one["zh"] for node, one in outer.items())
    for node, one in outer.items():
        own = {"zh": id_of(node.value), "en": id_of(node.value)}
        more = one if one["zh"] and told[labels[node]["zh"] + one["zh"]] == 1 else own
        labels[node] = {"zh": f"{labels[node]['zh']}（{more['zh']}）", "en": f"{labels[node]['en']} ({more['en']})"}
    return {node.value: one for node, one in labels.items()}


def _outer(facts: Facts, node: ox.NamedNode) -> dict[str, str]:
    """The names of what a thing lies in directly."""
    found = [facts.label(one) for one in facts.objects(node, YHO.isWithin, YHO.isLocatedIn) if is_node(one)]
    return {language: mark.join(one[language] for one in found) for language, mark in (("zh", "、"), ("en", ", "))}


def _reasons(readings: Sequence[Reading], clusters: _Clusters, moved: bool) -> tuple[str, ...]:
    """Why readings contradict one another, as far as the first :data:`_PAIRS` pairs tell; nothing where they do not."""
    found = {"unit"} if len({reading.unit for reading in readings}) > 1 else set()
    if _any_apart(readings):
        pairs = itertools.islice(itertools.combinations(readings, 2), _PAIRS)
        told = {
            reason
            for one, other in pairs
            if _apart(one, other)
            for reason in [*_explanations(one, other, clusters, moved)] or ["unexplained"]
        }
        found |= told or {"unexplained"}
    return tuple(reason for reason in REASONS if reason in found)


def _explanations(one: Reading, other: Reading, clusters: _Clusters, moved: bool) -> Iterator[str]:
    """Why two figures may differ. ``moved``: whether areas of their subject differ."""
    if moved:
        yield "boundary"
    if clusters.are_close_only(one.subject, other.subject):
        yield "close"
    for name in ("price_basis", "scope"):
        stated = {reading.codes.get(name, "notStated") for reading in (one, other)}
        if len(stated) > 1:
            yield name.replace("_", "-") + ("-open" if "notStated" in stated else "")
    if one.codes.get("aggregation") != other.codes.get("aggregation"):
        yield "aggregation"
    if any(reading.codes.get("bound", "exact") != "exact" for reading in (one, other)):
        yield "bound"
    if any(reading.codes.get("period_basis") == "periodInferred" for reading in (one, other)):
        yield "period"
    if one.source.vintage != other.source.vintage and one.source.vintage and other.source.vintage:
        yield "vintage"


def _apart(one: Reading, other: Reading) -> bool:
    return one.unit == other.unit and not one.interval.overlaps(other.interval)


def _any_apart(readings: Iterable[Reading]) -> bool:
    """Whether two of some readings contradict each other: the highest lower limit of a unit is above the lowest upper one."""
    limits: dict[str, tuple[Decimal, Decimal]] = {}
    for one in readings:
        low, high = limits.get(one.unit, (one.interval.low, one.interval.high))
        limits[one.unit] = max(low, one.interval.low), min(high, one.interval.high)
    return any(low > high for low, high in limits.values())


# --- territories --------------------------------------------------------------------------------------------------------


def _territories(areas: Found, clusters: _Clusters) -> dict[str, list[tuple[str, Reading]]]:
    found: dict[str, list[tuple[str, Reading]]] = defaultdict(list)
    for (_, period, kind, _, breakdown, _), reading in areas:
        if (
            kind == "level"
            and breakdown == "total"
            and reading.codes.get("bound", "exact") == "exact"
            and _year(period)
        ):
            found[clusters.of(reading.subject)].append((period, reading))
    return {cluster: sorted(told, key=lambda one: (_year(one[0]), one[1].figure)) for cluster, told in found.items()}


def _boundaries(rows: Sequence[Row], territories: _Territories, clusters: _Clusters) -> Iterator[Boundary]:
    """Changes of area between two periods, where rows of the same subject lie on both sides or contradict."""
    of_cluster: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        of_cluster[clusters.of(row.subject)].append(row)
    for cluster, told in of_cluster.items():
        years = [year for row in told if (year := _year(row.period))]
        for (first, one), (then, other) in itertools.pairwise(territories.get(cluster, ())):
            between = bool(years) and min(years) < _year(then) and max(years) > _year(first) and min(years) < max(years)
            if first != then and _apart(one, other) and (between or any(row.contradicts for row in told)):
                yield Boundary(told[0].subject, told[0].labels, (first, then), (one.value, other.value), one.unit)


def _year(edtf: str) -> int:
    """The last year of a period; 0 where it has none."""
    found = _YEAR.findall(edtf.rpartition("/")[2])
    return int(found[0]) if found else 0


# --- telling ------------------------------------------------------------------------------------------------------------


def as_json(comparison: Comparison) -> dict[str, Any]:
    """The comparison with JSON's types; reasons and warnings in both languages."""
    return {
        "indicators": list(comparison.indicators),
        "count": len(comparison.rows),
        "contradictions": sum(row.contradicts for row in comparison.rows),
        "rows": [_row_json(row) for row in comparison.rows],
        "warnings": [
            {
                "subject": one.subject,
                "periods": list(one.periods),
                **{f"message_{k}": v for k, v in one.message().items()},
            }
            for one in comparison.boundaries
        ],
        "sources": [
            {"iri": one.iri, "title": dict(one.title), "vintage": one.vintage or None, "licence": one.licence or None}
            for one in comparison.sources
        ],
    }


def _row_json(row: Row) -> dict[str, Any]:
    return {
        "indicator": row.indicator,
        "subject": row.subject,
        "label": dict(row.labels),
        "period": row.period,
        "kind": row.kind,
        "base": row.base or None,
        "breakdown": row.breakdown,
        "limit": row.limit or None,
        "contradicts": row.contradicts,
        "reasons": [{"code": code, "zh": REASONS[code][0], "en": REASONS[code][1]} for code in row.reasons],
        "readings": [
            {
                "figure": one.figure,
                "subject": one.subject,
                "source": one.source.iri,
                "value": json_number(one.value),
                "min": json_number(one.interval.low),
                "max": json_number(one.interval.high),
                "unit": one.unit,
                "printed_unit": one.printed_unit,
                "printed": one.printed or None,
                **{name: one.codes.get(name) for name in _CODES},
            }
            for one in row.readings
        ],
    }


CSV_COLUMNS: Final = (
    "indicator", "subject", "subject_zh", "subject_en", "period", "kind", "base", "breakdown", "limit", "value", "unit", "source", "source_title",
    "vintage", "licence", "price_basis", "scope", "contradicts", "reasons", "figure",
)  # fmt: skip


def as_rows(comparison: Comparison) -> Iterator[dict[str, str]]:
    """One flat row a reading, with the columns of :data:`CSV_COLUMNS`; reasons as codes, joined by blanks."""
    for row in comparison.rows:
        for one in row.readings:
            yield {
                "indicator": row.indicator,
                "subject": row.subject,
                "subject_zh": row.labels.get("zh", ""),
                "subject_en": row.labels.get("en", ""),
                "period": row.period,
                "kind": row.kind,
                "base": row.base,
                "breakdown": row.breakdown,
                "limit": row.limit,
                "value": plain(one.value),
                "unit": one.unit,
                "source": one.source.iri,
                "source_title": one.source.title.get("zh") or one.source.title.get("en", ""),
                "vintage": one.source.vintage,
                "licence": one.source.licence,
                "price_basis": one.codes.get("price_basis", ""),
                "scope": one.codes.get("scope", ""),
                "contradicts": "true" if row.contradicts else "false",
                "reasons": " ".join(row.reasons),
                "figure": one.figure,
            }
