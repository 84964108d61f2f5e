"""What figures show at a glance: growth since a base period, the parts of a whole then and now, things side by side.

Nothing here knows what the figures are about: a plot is there where the figures that it needs are. No value is worked out
that the text does not give; what is missing stays missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from .terms import id_of

Node = dict[str, Any]  # {"iri", "id", "label": {language: text}}

#: Kinds of figures that can be laid beside those of other things.
_COMPARED: Final = ("level", "count", "share", "change", "averageGrowth")
_WHOLE: Final = Decimal(100)
_ROUNDING: Final = Decimal("0.5")  # of each part of a whole, in points


@dataclass(frozen=True)
class Figure:
    """A row of the table of figures (:mod:`yuanhui_kg.figures`), as JSON has it, with its names as nodes."""

    iri: str
    label: dict[str, str]
    value: Decimal | None
    unit: str
    unit_label: dict[str, str]
    kind: str
    kind_label: dict[str, str]
    period: str
    base: str
    bound: str
    aggregation: str
    subject: Node | None
    indicator: Node | None
    breakdown: Node | None  #: the part that is measured; ``None`` for the whole
    printed: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    document: str | None  #: the text in which all its places are; ``None`` where that is not one
    source: str = ""  #: IRIs of the data sets that it is from, as one text
    source_label: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, row: Mapping[str, Any], files: Mapping[str, str] | None = None) -> Figure:
        """The figure of a row.

        :param files: of a work (as the row names it) the text file whose characters its places count.
        """
        works: Sequence[str] = row["document"] or ()
        part = row["breakdown"] if row["breakdown"] not in (None, "total") else None
        return cls(
            iri=row["figure"],
            label=_labels(row, "label"),
            value=None if row["value"] is None else Decimal(str(row["value"])),
            unit=row["unit"] or "",
            unit_label=_labels(row, "unit"),
            kind=row["kind"] or "",
            kind_label=_labels(row, "kind"),
            period=row["period"] or "",
            base=row["base"] or "",
            bound=row["bound"] or "",
            aggregation=row["aggregation"] or "",
            subject=_node(row, "subject"),
            indicator=_node(row, "indicator"),
            breakdown={"iri": "", "id": part, "label": _labels(row, "breakdown")} if part else None,
            printed=tuple(row["printed_form"] or ()),
            spans=tuple(_span(text) for text in row["spans"] or ()),
            document=(files or {}).get(works[0], works[0]) if len(works) == 1 else None,
            source=" ".join(row["source"] or ()),
            source_label=_labels(row, "source"),
        )


def _labels(row: Mapping[str, Any], name: str) -> dict[str, str]:
    return {tag: row[f"{name}_{tag}"] for tag in ("zh", "en") if row.get(f"{name}_{tag}")}


def _node(row: Mapping[str, Any], name: str) -> Node | None:
    iri = row[name]
    return {"iri": iri, "id": id_of(iri), "label": _labels(row, name)} if iri else None


def _span(text: str) -> tuple[int, int]:
    start, _, end = text.rpartition("-")
    return int(start), int(end)


# --- growth -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Growth:
    """How much an indicator has grown, with what else the text tells of it: any of the figures may be missing."""

    subject: Node
    indicator: Node
    base: str
    period: str
    change: Figure | None
    average: Figure | None
    level: Figure | None
    before: Figure | None  #: the level of the base period

    @property
    def figures(self) -> tuple[Figure, ...]:
        """The figures that are there."""
        return tuple(one for one in (self.before, self.level, self.change, self.average) if one)


_Known = tuple[str, str, str, str, str, str]  # source, subject, indicator, kind, period, base


def growths(figures: Iterable[Figure]) -> list[Growth]:
    """What has grown since a base period, as one source tells it: the most first, what tells only an average last."""
    known: dict[_Known, Figure] = {}
    pairs: dict[tuple[str, str, str, str, str], tuple[Node, Node]] = {}
    for figure in figures:
        if figure.subject is None or figure.indicator is None or figure.breakdown or figure.value is None:
            continue
        about = (figure.source, figure.subject["iri"], figure.indicator["iri"])
        known.setdefault((*about, figure.kind, figure.period, figure.base), figure)
        if figure.base and figure.kind in ("change", "averageGrowth"):
            pairs.setdefault((*about, figure.base, figure.period), (figure.subject, figure.indicator))
    found = [_growth(known, source, *nodes, base, period) for (source, _, _, base, period), nodes in pairs.items()]
    return sorted(found, key=_by_growth)


def _growth(
    known: Mapping[_Known, Figure], source: str, subject: Node, indicator: Node, base: str, period: str
) -> Growth:
    def one(kind: str, period: str, base: str = "") -> Figure | None:
        return known.get((source, subject["iri"], indicator["iri"], kind, period, base))

    return Growth(
        subject,
        indicator,
        base,
        period,
        change=one("change", period, base),
        average=one("averageGrowth", period, base),
        level=one("level", period) or one("count", period),
        before=one("level", base) or one("count", base),
    )


def _by_growth(growth: Growth) -> tuple[bool, Decimal, str, str]:
    told = growth.change or growth.average
    value = told.value if told else None
    return growth.change is None, -(value or Decimal(0)), growth.subject["iri"], growth.indicator["iri"]


# --- structure --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Part:
    """A part of a whole: its share in percent in each of the structure's periods."""

    node: Node
    shares: tuple[Figure | None, ...]

    @property
    def points(self) -> Decimal | None:
        """By how many points its share has changed from the first period to the last."""
        first, last = self.shares[0], self.shares[-1]
        if len(self.shares) < 2 or first is None or last is None or first.value is None or last.value is None:
            return None
        return last.value - first.value


@dataclass(frozen=True)
class Structure:
    """The parts of which something consists, in one period or several."""

    subject: Node
    indicator: Node
    periods: tuple[str, ...]
    parts: tuple[Part, ...]

    @property
    def figures(self) -> tuple[Figure, ...]:
        """All shares that are told."""
        return tuple(share for part in self.parts for share in part.shares if share)


def structures(figures: Iterable[Figure]) -> list[Structure]:
    """Wholes, each of one source, whose parts add up to 100 % within rounding, those of several periods first."""
    wholes: dict[tuple[str, str, str], dict[str, dict[str, Figure]]] = {}
    for figure in figures:
        if (
            figure.subject
            and figure.indicator
            and figure.breakdown
            and figure.kind == "share"
            and figure.value is not None
        ):
            periods = wholes.setdefault((figure.source, figure.subject["iri"], figure.indicator["iri"]), {})
            periods.setdefault(figure.period, {}).setdefault(figure.breakdown["id"], figure)
    found = [_structure(periods) for periods in wholes.values()]
    return sorted((one for one in found if one), key=lambda one: (-len(one.periods), one.indicator["iri"]))


def _structure(periods: Mapping[str, Mapping[str, Figure]]) -> Structure | None:
    whole = {period: parts for period, parts in sorted(periods.items()) if _adds_up(list(parts.values()))}
    first = next((figure for parts in whole.values() for figure in parts.values()), None)
    if first is None or first.subject is None or first.indicator is None:
        return None
    nodes = {figure.breakdown["id"]: figure.breakdown for parts in whole.values() for figure in parts.values() if figure.breakdown}  # fmt: skip
    told = tuple(Part(node, tuple(parts.get(code) for parts in whole.values())) for code, node in nodes.items())
    return Structure(first.subject, first.indicator, tuple(whole), told)


def _adds_up(parts: Sequence[Figure]) -> bool:
    total = sum((part.value or Decimal(0) for part in parts), Decimal(0))
    return len(parts) > 1 and abs(total - _WHOLE) <= _ROUNDING * len(parts)


# --- comparison -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Comparison:
    """The same indicator of several things: same kind, unit, period, base, part and way of adding up."""

    indicator: Node
    figures: tuple[Figure, ...]  #: the largest first


def comparisons(figures: Iterable[Figure]) -> list[Comparison]:
    """What is told of at least two things in just the same way, that of most things first."""
    alike: dict[tuple[str, ...], dict[str, Figure]] = {}
    for figure in figures:
        if figure.subject is None or figure.indicator is None or figure.value is None or figure.kind not in _COMPARED:
            continue
        part = figure.breakdown["id"] if figure.breakdown else ""
        same = (figure.indicator["iri"], figure.kind, figure.unit, figure.period, figure.base, part, figure.aggregation)
        alike.setdefault(same, {}).setdefault(figure.subject["iri"], figure)
    found = []
    for things in alike.values():
        ranked = sorted(things.values(), key=lambda figure: (-(figure.value or Decimal(0)), figure.iri))
        if len(ranked) > 1 and ranked[0].indicator:
            found.append(Comparison(ranked[0].indicator, tuple(ranked)))
    return sorted(found, key=lambda one: (-len(one.figures), one.indicator["iri"]))
