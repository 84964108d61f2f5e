"""All figures of a graph as one tidy table: one row a figure, one column a variable, exact numbers.

A figure that is printed in several places is one row: ``spans`` lists them all, ``span_start`` and ``span_end`` are
the first. (A row a place would count such a figure twice in every sum.)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import pyoxigraph as ox

from . import origins
from .digest import digest_or_none
from .errors import UsageError
from .evidence import places, starts
from .graph.facts import Facts
from .graph.reading import LABELS, OA, SKOS, anywhere, is_node
from .intervals import decimals_of
from .namespaces import PREFIXES, SCHEMA, YHO
from .store import Reader
from .terms import iri_of, local_name, term_of

Value = str | int | Decimal | tuple[str, ...] | None
Row = dict[str, Value]  # by the names of COLUMNS, in their order

VALUE: Final = PREFIXES["sdmx-measure"] + "obsValue"
_NOTATION: Final = SKOS + "notation"
_EVIDENCE: Final = YHO.evidence
_YEAR: Final = re.compile(r"(-?\d{4})(?:-[\d-]+)?")
_NUMBER: Final = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_DIGITS: Final = 40
_LONGEST: Final = 1000  # characters of a number


@dataclass(frozen=True)
class Column:
    """A column: its name, its titles in Chinese and English, and what its values are.

    :param datatype: ``string``, ``anyURI``, ``integer``, ``decimal`` or ``edtf``.
    :param separator: what joins the values where a cell holds several.
    :param about: the column with the IRI that this one describes, where that is not the figure.
    :param property: IRI of the property whose value this is, where the graph has exactly this one.
    """

    name: str
    zh: str
    en: str
    datatype: str = "string"
    language: str | None = None
    separator: str | None = None
    about: str | None = None
    property: str | None = None
    required: bool = False


_LABEL: Final = SKOS + "prefLabel"


def _labels(name: str, zh: str, en: str, about: str | None = None) -> tuple[Column, Column]:
    known = _LABEL if about else None
    return (
        Column(f"{name}_zh", f"{zh}（中文）", f"{en} (Chinese)", language="zh", about=about, property=known),
        Column(f"{name}_en", f"{zh}（英文）", f"{en} (English)", language="en", about=about, property=known),
    )


COLUMNS: Final[tuple[Column, ...]] = (
    Column("figure", "数据 IRI", "Figure (IRI)", "anyURI", required=True),
    *_labels("label", "名称", "Label", "figure"),
    Column("subject", "主体 IRI", "Subject (IRI)", "anyURI", property=YHO.subject),
    *_labels("subject", "主体", "Subject", "subject"),
    Column("indicator", "指标 IRI", "Indicator (IRI)", "anyURI", property=YHO.indicator),
    *_labels("indicator", "指标", "Indicator", "indicator"),
    Column("value", "数值（以 unit 列为单位）", "Value (in the unit of column unit)", "decimal", property=VALUE, required=True),
    Column("unit", "单位代码", "Unit (code)"),
    *_labels("unit", "单位", "Unit"),
    Column("period", "时期（EDTF）", "Period (EDTF)", "edtf"),
    Column("period_start", "起始年（起点开放则空）", "First year (empty where open)", "integer"),
    Column("period_end", "终止年", "Last year", "integer"),
    Column("kind", "类型", "Kind of figure (code)"),
    *_labels("kind", "类型", "Kind of figure"),
    Column("base", "基期（EDTF；无则空）", "Base period (EDTF; empty where none)", "edtf"),
    Column("breakdown", "分项（total 为整体）", "Breakdown (code; total is the whole)"),
    *_labels("breakdown", "分项", "Breakdown"),
    Column("bound", "数值界限", "Bound (code)"),
    Column("aggregation", "时间汇总方式", "Aggregation over time (code)"),
    Column("min", "下限", "Least value that the printed form leaves open", "decimal", property=SCHEMA.minValue),
    Column("max", "上限", "Greatest value that the printed form leaves open", "decimal", property=SCHEMA.maxValue),
    Column("printed_form", "原文写法", "Printed form", language="zh", separator="|", property=YHO.printedForm),
    Column("period_basis", "时期依据", "Basis of the period (code)"),
    Column("price_basis", "价格基础", "Price basis (code)"),
    Column("scope", "统计口径", "Statistical scope (code)"),
    Column("span_start", "首处起始字符", "First place: first character", "integer"),
    Column("span_end", "首处终止字符（不含）", "First place: behind the last character", "integer"),
    Column("spans", "全部出处（起-止）", "All places (start-end)", separator=" "),
    Column("digest", "内容摘要（SHA-256，RDFC-1.0）", "Digest of the content (SHA-256, RDFC-1.0)"),
    Column("document", "来源文献 IRI", "Source document (IRI)", "anyURI", separator=" "),
    Column("source", "来源数据集 IRI（数据集或命名图）", "Source (IRI of the data set or named graph)", "anyURI", separator=" "),
    Column("source_zh", "来源数据集（中文）", "Source (Chinese)", language="zh"),
    Column("source_en", "来源数据集（英文）", "Source (English)", language="en"),
)  # fmt: skip


@dataclass(frozen=True)
class Selection:
    """Which figures are wanted: of each field any of the values; an empty field takes all.

    ``periods`` are EDTF (``2016/2020``) or IRIs, ``kinds`` and ``breakdowns`` codes as in the table (``count``) or IRIs,
    ``sources`` IRIs of
    data sets and named graphs as in the table.
    """

    subjects: tuple[str, ...] = ()
    indicators: tuple[str, ...] = ()
    periods: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    breakdowns: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


ALL: Final = Selection()


def read(reader: Reader, wanted: Selection = ALL) -> list[Row]:
    """The rows of the figures, in the order in which the texts give them.

    :raises UsageError: where a field of ``wanted`` names nothing that could be in a graph.
    """
    return page(reader, wanted)[0]


def page(reader: Reader, wanted: Selection = ALL, offset: int = 0, limit: int | None = None) -> tuple[list[Row], int]:
    """Some of the rows that :func:`read` gives, and how many there are; only the places of the others are read."""
    facts = Facts(reader)
    begun = starts(facts, _EVIDENCE)
    nodes = sorted(_figures(facts, wanted), key=lambda node: _order(begun.get(node, []), node.value))
    shown = nodes[offset:] if limit is None else nodes[offset : offset + limit]
    facts.load(shown)
    facts.load(o for node in shown for values in facts.about(node).values() for o in values if is_node(o))
    facts.load(shown, _EVIDENCE, OA + "hasSelector")
    sources = origins.of_figures(reader, shown)
    named = {iri: origins.of_iri(facts, iri) for iri in sorted({iri for told in sources.values() for iri in told})}
    return [_row(facts, node, [named[iri] for iri in sources.get(node, ())]) for node in shown], len(nodes)


def _order(begun: Sequence[tuple[str, int]], iri: str) -> tuple[Any, ...]:
    """Text by text, in each by place; what has no place comes last."""
    return not begun, _documents(document for document, _ in begun), begun[0][1] if begun else 0, iri


def _documents(told: Iterable[str | None]) -> tuple[str, ...]:
    """Each document once, in their order."""
    return tuple(dict.fromkeys(filter(None, told)))


# --- which figures ----------------------------------------------------------------------------------------------------


def _figures(facts: Facts, wanted: Selection) -> list[ox.NamedNode]:
    found = {node for node, _, _ in facts.reader.select(_pattern("?figure ?any ?value"), {"any": ox.NamedNode(VALUE)})}
    for predicate, texts, read in (
        (YHO.subject, wanted.subjects, _things),
        (YHO.indicator, wanted.indicators, _terms),
        (YHO.period, wanted.periods, _noted(iri_of)),
        (YHO.kind, wanted.kinds, _noted(term_of)),
        (YHO.breakdown, wanted.breakdowns, _terms),
    ):
        if texts:
            values = {iri for text in texts for iri in read(facts, text)}
            found &= {node for value in values for node in facts.pointing(predicate, ox.NamedNode(value))}
    if wanted.sources:
        chosen = set(map(iri_of, wanted.sources))
        found &= {node for node, told in origins.of_figures(facts.reader).items() if chosen.intersection(told)}
    return sorted((node for node in found if is_node(node)), key=str)


def _pattern(pattern: str) -> str:
    return f"SELECT DISTINCT ?figure ?value ?any WHERE {{ {anywhere(pattern)} }}"


def _things(facts: Facts, text: str) -> list[str]:
    return [iri_of(text)]


def _terms(facts: Facts, text: str) -> list[str]:
    return [term_of(text)]


def _noted(read: Callable[[str], str]) -> Callable[[Facts, str], list[str]]:
    """What ``text`` means as a notation and as a name; a text such as ``../2020`` is no name."""

    def values(facts: Facts, text: str) -> list[str]:
        query = f"SELECT DISTINCT ?s ?code WHERE {{ {anywhere(f'?s <{_NOTATION}> ?code FILTER(STR(?code) = ?text)')} }}"
        query = query.replace("?text", str(ox.Literal(text)))
        found = [s.value for s, _ in facts.reader.select(query) if is_node(s)]
        try:
            return [*found, read(text)]
        except UsageError:
            return found

    return values


# --- one row ----------------------------------------------------------------------------------------------------------


def _row(facts: Facts, node: ox.NamedNode, sources: Sequence[origins.Source]) -> Row:
    said = {name: facts.one(node, YHO + name) for name in _POINTERS}
    period = _edtf(facts, said["period"])
    where = places(facts, facts.objects(node, _EVIDENCE))
    made = digest_or_none(facts, node)
    values: dict[str, Value] = {
        "figure": node.value,
        **{f"label_{tag}": text for tag, text in label(facts, node).items()},
        "subject": _iri(said["subject"]),
        **_label_pair(facts, "subject", said["subject"]),
        "indicator": _iri(said["indicator"]),
        **_label_pair(facts, "indicator", said["indicator"]),
        "value": number(facts.one(node, VALUE)),
        "unit": _text(facts.one(said["unit"], YHO.unitCode)) or _code(facts, said["unit"]),
        **_label_pair(facts, "unit", said["unit"]),
        "period": period,
        "period_start": _year(period, 0),
        "period_end": _year(period, -1),
        "kind": _code(facts, said["kind"]),
        **_label_pair(facts, "kind", said["kind"]),
        "base": _edtf(facts, said["basePeriod"]),
        **_label_pair(facts, "breakdown", said["breakdown"]),
        **{name: _local(said[pointer]) for name, pointer in _CODED.items()},
        "min": number(facts.one(node, SCHEMA.minValue)),
        "max": number(facts.one(node, SCHEMA.maxValue)),
        "printed_form": tuple(o.value for o in facts.objects(node, YHO.printedForm) if isinstance(o, ox.Literal)),
        "span_start": where[0].start if where else None,
        "span_end": where[0].end if where else None,
        "spans": tuple(map(str, where)),
        "digest": made.sha256 if made else None,
        "document": _documents(place.document for place in where),
        "source": tuple(source.iri for source in sources),
        **{f"source_{tag}": _titles(sources, tag) for tag in ("zh", "en")},
    }
    return {column.name: values[column.name] for column in COLUMNS}


_CODED: Final[Mapping[str, str]] = {
    "breakdown": "breakdown",
    "bound": "bound",
    "aggregation": "aggregation",
    "period_basis": "periodBasis",
    "price_basis": "priceBasis",
    "scope": "scope",
}
_POINTERS: Final = ("subject", "indicator", "period", "kind", "basePeriod", "unit", *_CODED.values())


def _label_pair(facts: Facts, name: str, node: Any) -> dict[str, Value]:
    label = facts.label(node) if is_node(node) else {}
    return {f"{name}_zh": label.get("zh"), f"{name}_en": label.get("en")}


def label(facts: Facts, node: ox.NamedNode) -> dict[str, str]:
    """The label of a figure; of one that a table of numbers told, which has none, what is measured of whom, and when."""
    measured, whom = facts.one(node, YHO.indicator), facts.one(node, YHO.subject)
    if facts.objects(node, *LABELS) or not is_node(measured):
        return facts.label(node)
    period = _edtf(facts, facts.one(node, YHO.period))
    indicator = facts.label(measured)
    subject = facts.label(whom) if is_node(whom) else {"zh": "", "en": ""}
    return {
        "zh": subject["zh"] + indicator["zh"] + (f"（{period}）" if period else ""),
        "en": ", ".join(part for part in (subject["en"], indicator["en"], period) if part),
    }


def _titles(sources: Sequence[origins.Source], tag: str) -> str | None:
    """The titles of sources in one text: unlike IRIs they may hold any separator."""
    return "; ".join(source.title[tag] for source in sources) or None


def _iri(term: Any) -> str | None:
    return term.value if is_node(term) else None


def _text(term: Any) -> str | None:
    return term.value if isinstance(term, ox.Literal) else None


def _local(term: Any) -> str | None:
    return local_name(term.value) if is_node(term) else None


def _code(facts: Facts, term: Any) -> str | None:
    """A concept's notation; where it has none, its local name."""
    return _text(facts.one(term, _NOTATION)) or _local(term)


def _edtf(facts: Facts, period: Any) -> str | None:
    return _text(facts.one(period, _NOTATION)) if is_node(period) else None


def _year(edtf: str | None, end: int) -> int | None:
    """The first (0) or last (-1) year of a period; ``None`` where that end is open or no year."""
    match = _YEAR.fullmatch((edtf or "").split("/")[end])
    return int(match[1]) if match else None


def number(term: Any) -> Decimal | None:
    """A literal's number, exactly; ``None`` for what is none."""
    return number_of(term.value) if isinstance(term, ox.Literal) else None


def number_of(text: str) -> Decimal | None:
    """The number that a text is; ``None`` for what is none, and for one larger or finer than any figure, which would take memory
    without bound to write out: it has more than 40 digits before or behind the point."""
    if len(text) > _LONGEST or not _NUMBER.fullmatch(text):
        return None
    found = Decimal(text)
    return found if -_DIGITS <= found.adjusted() < _DIGITS and decimals_of(found) <= _DIGITS else None


def plain(value: Decimal) -> str:
    """A number in digits, without exponent and idle zeros."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def as_json(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """Rows with JSON's types: numbers (of 15 digits or fewer, exactly), lists, ``null``."""
    return [{name: _json(value) for name, value in row.items()} for row in rows]


def _json(value: Value) -> Any:
    if isinstance(value, Decimal):
        return json_number(value)
    return list(value) if isinstance(value, tuple) else value


def json_number(value: Decimal) -> int | float:
    """A number as JSON has it: exactly, where it has 15 digits or fewer or is whole."""
    return int(value) if value == value.to_integral_value() else float(value)


def names() -> Sequence[str]:
    """The names of the columns."""
    return [column.name for column in COLUMNS]
