"""A draft as a graph in this project's model: every fact with its span, its confidence and the rules that fired."""

from __future__ import annotations

import functools
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

import pyoxigraph as ox

from .. import __version__, alignment, pinyin
from ..namespaces import PREFIXES, YH, YHO
from .codes import DIMENSIONLESS, codes
from .english import english
from .lexicon import lexicon, spelt
from .pipeline import Draft
from .records import Entity, Figure, Indicator, Years
from .tables import table

_XSD: Final = PREFIXES["xsd"]
_RDF_TYPE: Final = PREFIXES["rdf"] + "type"
_PLANS: Final = {
    2001: ("十五", "10th"),
    2006: ("十一五", "11th"),
    2011: ("十二五", "12th"),
    2016: ("十三五", "13th"),
    2021: ("十四五", "14th"),
    2026: ("十五五", "15th"),
}
_KINDS: Final = {
    "change": ("增长", "growth"), "averageGrowth": ("年均增长", "average annual growth"), "share": ("占比", "share"), "rank": ("位次", "rank"),
    "growthRank": ("增速位次", "growth rank"), "ratioToBase": ("相当于基期倍数", "ratio to base"), "pointChange": ("百分点变化", "change in points"),
    "increment": ("增量", "increment"), "target": ("目标", "target"), "threshold": ("门槛", "threshold"), "duration": ("时长", "duration"),
}  # fmt: skip
#: How names begin that mean another thing in each text: the district's hospital, the whole city.
_RELATIVE: Final = re.compile("[省市县区镇乡村](?!级)|全(?!国)|[本该各]")


@dataclass(frozen=True)
class Known:
    """Entities that a graph has already: IRI by name, so that a second text is joined to them."""

    by_name: Mapping[str, str] = field(default_factory=dict)
    by_code: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    facts: Mapping[str, tuple[ox.Triple, ...]] = field(default_factory=dict)  #: class and labels of each, by IRI


def known_in(triples: Iterable[ox.Triple | ox.Quad]) -> Known:
    """The entities of a graph by label, alias and division code; a name that two bear is left out."""
    names: defaultdict[str, set[str]] = defaultdict(set)
    labels: dict[str, str] = {}
    codes: dict[str, str] = {}
    facts: defaultdict[str, list[ox.Triple]] = defaultdict(list)
    for triple in triples:
        subject, predicate, value = triple.subject, triple.predicate.value, triple.object
        if not isinstance(subject, ox.NamedNode) or not subject.value.startswith(str(YH)):
            continue
        iri = subject.value
        if predicate == _RDF_TYPE or predicate.endswith("core#prefLabel"):
            facts[iri].append(ox.Triple(subject, triple.predicate, value))
        if not isinstance(value, ox.Literal):
            continue
        if predicate.endswith(("core#prefLabel", "core#altLabel")) and value.language == "zh":
            names[spelt(value.value)].add(iri)
            if predicate.endswith("prefLabel"):
                labels[iri] = value.value
        elif predicate.endswith("core#notation") and value.datatype.value == YHO + "gbt2260":
            codes[value.value] = iri
    typed = {iri for iri, told in facts.items() if any(_is_entity(fact) for fact in told)}
    by_name = {
        name: next(iter(iris))
        for name, iris in names.items()
        if len(iris) == 1 and len(name) > 2 and iris <= typed and not _RELATIVE.match(name)
    }
    by_code = {code: (iri, labels[iri]) for code, iri in codes.items() if iri in typed and iri in labels}
    return Known(by_name, by_code, {iri: tuple(told) for iri, told in facts.items() if iri in typed})


def _is_entity(fact: ox.Triple) -> bool:
    return (
        fact.predicate.value == _RDF_TYPE
        and isinstance(fact.object, ox.NamedNode)
        and fact.object.value.startswith(str(YHO))
    )


def triples(draft: Draft, known: Known | None = None, code: str = "") -> list[ox.Triple]:
    """The draft's graph.

    :param known: entities to be linked to instead of new ones.
    :param code: the six-digit division code (GB/T 2260) of the text's place, if it was given.
    """
    return list(_Drafting(draft, known or Known(), code).all())


def document_id(draft: Draft) -> str:
    """The id that all names of a draft carry: place, year and the beginning of the text's digest."""
    year = draft.anchor.published[:4] or str(draft.anchor.reporting.last or "undated")
    return f"{_slug(draft.anchor.place) or 'text'}-{year}-{draft.source.sha256[:6]}"


def figure_ids(draft: Draft) -> list[str]:
    """The local names of a draft's figures, in their order; the same for the same text and rules."""
    document, found = document_id(draft), []
    counts: defaultdict[str, int] = defaultdict(int)
    for figure in draft.figures:
        name = f"{document}-figure-{figure.start}-{re.sub('Kind$', '', figure.kind).lower()}"
        counts[name] += 1
        found.append(name if counts[name] == 1 else f"{name}-{counts[name]}")
    return found


def _slug(name: str) -> str:
    parts = [
        pinyin.syllables(part) if re.search("[\u4e00-\u9fff]", part) else [part.lower()]
        for part in re.findall(r"[\u4e00-\u9fff]+|[A-Za-z0-9]+", name)
    ]
    return "-".join(syllable for part in parts for syllable in part)[:80].strip("-")


def _decimal(value: Decimal) -> str:
    return f"{value.normalize():f}"


class _Drafting:
    """One draft on its way to triples. Every method yields ``(subject, predicate, object)`` with CURIEs or literals."""

    def __init__(self, draft: Draft, known: Known, code: str) -> None:
        self.draft, self.known, self.code = draft, known, code
        self.id = document_id(draft)
        self.text = draft.source.text
        self.starts = [draft.normal.offsets[s.start] for s in draft.sentences]
        self.entity_ids = dict(self._entity_names())
        self.figure_ids = figure_ids(draft)
        self.spans: set[tuple[int, int]] = set()
        self.used_sentences: set[int] = set()
        self.periods: dict[str, Years] = {}
        self.indicators: dict[str, Indicator] = {}
        self.breakdowns: set[str] = set()

    def all(self) -> Iterator[ox.Triple]:
        parts = [self._document(), self._entities(), self._relations(), self._figures()]
        facts = [fact for part in parts for fact in part]
        facts += [*self._free_indicators(), *self._breakdown_nodes(), *self._period_nodes()]
        facts += [*self._span_nodes(), *self._sentence_nodes()]
        for iri in {node[1:-1] for node in self.entity_ids.values() if node.startswith("<")}:
            yield from self.known.facts.get(iri, ())
        for subject, predicate, value in dict.fromkeys(facts):
            yield ox.Triple(_node(subject), _node(predicate), value if isinstance(value, ox.Literal) else _node(value))

    # --- document -------------------------------------------------------------------------------------------------------

    def _document(self) -> Iterator[_Fact]:
        draft, article, text, cube = self.draft, f"yh:{self.id}-article", f"yh:{self.id}-text", f"yh:{self.id}-figures"
        place = draft.anchor.place or draft.source.name
        title = next((s for s in draft.sentences if s.role == "title"), None)
        headline = draft.normal.text[title.start : title.end] if title else place
        yield article, "rdf:type", "schema:NewsArticle"
        yield from _labels(article, headline, f"text on {self._english(place)}")
        yield article, "schema:headline", ox.Literal(headline, language="zh")
        yield article, "schema:encoding", text
        yield article, "schema:inLanguage", ox.Literal("zh")
        if draft.anchor.published:
            yield article, "dcterms:issued", ox.Literal(draft.anchor.published, datatype=_node("edtf:EDTF"))
        if place in self.entity_ids:
            yield article, "yho:isAbout", self.entity_ids[place]
            yield from self._statement(article, "isAbout", self.entity_ids[place], "inferred", *self._title_span())
        yield text, "rdf:type", "schema:TextObject"
        yield from _labels(text, f"关于{place}的文本文件", f"text file on {self._english(place)}")
        yield text, "schema:encodesCreativeWork", article
        yield text, "schema:encodingFormat", ox.Literal(f"text/plain; charset={draft.source.encoding}")
        yield text, "schema:sha256", ox.Literal(draft.source.sha256)
        yield text, "yho:textLength", _integer(len(self.text))
        yield cube, "rdf:type", "qb:DataSet"
        yield from _labels(cube, f"关于{place}的文本中的数字", f"figures of a text on {self._english(place)}")
        yield cube, "qb:structure", "yho:figureStructure"
        yield cube, "dcterms:source", article
        yield cube, "prov:wasDerivedFrom", text
        run = f"yh:{self.id}-extraction"
        yield cube, "prov:wasGeneratedBy", run
        yield run, "rdf:type", "prov:Activity"
        yield from _labels(run, "自动抽取，待审核", "automatic extraction, to be reviewed")
        yield run, "prov:used", text
        yield run, "dcterms:description", ox.Literal(f"yuanhui-kg {__version__} extract", language="en")

    def _title_span(self) -> tuple[int, int]:
        first = self.draft.sentences[0]
        return self.draft.normal.original(first.start, first.end)

    # --- entities and relations -----------------------------------------------------------------------------------------

    def _entity_names(self) -> Iterator[tuple[str, str]]:
        taken: dict[str, str] = {}
        for entity in self.draft.entities:
            coded = self.known.by_code.get(self._code(entity))
            if iri := coded[0] if coded else self.known.by_name.get(entity.name, ""):
                yield entity.name, f"<{iri}>"
                continue
            slug = _slug(entity.name) or "thing"
            while taken.get(slug, entity.name) != entity.name or f"{YH}{slug}" in self._known_iris:
                slug += "-x"
            taken[slug] = entity.name
            yield entity.name, f"yh:{slug}"
        place = self.draft.anchor.place
        if place and not any(entity.name == place for entity in self.draft.entities):
            iri = self.known.by_name.get(place, "")
            yield place, f"<{iri}>" if iri else f"yh:{_slug(place)}"

    @functools.cached_property
    def _known_iris(self) -> frozenset[str]:
        return frozenset(self.known.by_name.values())

    def _entities(self) -> Iterator[_Fact]:
        for entity in self.draft.entities:
            node = self.entity_ids[entity.name]
            if node.startswith("yh:"):
                yield node, "rdf:type", f"yho:{self._kind(entity)}"
                yield from _labels(node, entity.name, self._english(entity.name))
                for alias in entity.aliases:
                    yield node, "skos:altLabel", ox.Literal(alias, language="zh")
                if code := self._code(entity):
                    yield node, "skos:notation", ox.Literal(code, datatype=_node("yho:gbt2260"))
            for start, end in _outermost(entity.spans):
                yield from self._mention(node, start, end)

    @functools.cached_property
    def _kinds(self) -> dict[str, str]:
        return {entity.name: entity.kind for entity in self.draft.entities}

    @functools.cached_property
    def _areas(self) -> frozenset[str]:
        return frozenset(name for name, kind in self._kinds.items() if kind in table("entities")["places"])

    def _english(self, name: str) -> str:
        return english(name, self._kinds.get(name, ""), self._areas)

    def _code(self, entity: Entity) -> str:
        """The division code of an area: the one given for the text's place, else that of the register."""
        given = entity.name == self.draft.anchor.place and re.fullmatch(r"\d{6}", self.code)
        return self.code if given else entity.code

    def _kind(self, entity: Entity) -> str:
        code = self._code(entity)
        county = bool(code) and not code.endswith("00")
        return "CountyLevelCity" if entity.kind == "PrefectureLevelCity" and county else entity.kind

    def _mention(self, node: str, start: int, end: int) -> Iterator[_Fact]:
        first, last = self.draft.normal.original(start, end)
        name = re.sub(r"[^A-Za-z0-9-]", "", node.rsplit("/", 1)[-1].removeprefix("yh:"))
        mention = f"yh:{self.id}-mention-{name}-{first}"
        yield mention, "rdf:type", "oa:Annotation"
        yield mention, "oa:hasBody", node
        yield mention, "oa:motivatedBy", "oa:identifying"
        yield mention, "oa:hasTarget", self._span(first, last)
        yield mention, "yho:surfaceForm", ox.Literal(re.sub(r"\s*[\r\n]\s*", "", self.text[first:last]), language="zh")

    def _relations(self) -> Iterator[_Fact]:
        for relation in self.draft.relations:
            subject, value = self.entity_ids.get(relation.subject), self.entity_ids.get(relation.object)
            if subject and value and subject != value:
                span = self.draft.normal.original(relation.start, relation.end)
                yield subject, f"yho:{relation.predicate}", value
                yield from self._statement(subject, relation.predicate, value, relation.modality, *span)

    def _statement(
        self, subject: str, predicate: str, value: str, modality: str, start: int, end: int
    ) -> Iterator[_Fact]:
        name = "-".join(
            re.sub(r"[^A-Za-z0-9-]", "", part.rsplit("/", 1)[-1].removeprefix("yh:")) for part in (subject, value)
        )
        node = f"yh:{self.id}-statement-{predicate.lower()}-{name}"
        yield node, "rdf:type", "rdf:Statement"
        yield node, "rdf:subject", subject
        yield node, "rdf:predicate", f"yho:{predicate}"
        yield node, "rdf:object", value
        yield node, "yho:modality", f"yho:{modality}"
        yield node, "yho:evidence", self._span(start, end)

    # --- figures --------------------------------------------------------------------------------------------------------

    def _figures(self) -> Iterator[_Fact]:
        by_start = defaultdict(list)
        for figure, name in zip(self.draft.figures, self.figure_ids, strict=True):
            by_start[figure.start].append(name)
        for figure, name in zip(self.draft.figures, self.figure_ids, strict=True):
            yield from self._figure(figure, f"yh:{name}", by_start)

    def _figure(self, figure: Figure, node: str, by_start: Mapping[int, list[str]]) -> Iterator[_Fact]:
        indicator = self._indicator(figure.indicator)
        low, high = limits(figure)
        yield node, "rdf:type", "qb:Observation"
        yield from _labels(node, *self._figure_labels(figure))
        yield node, "qb:dataSet", f"yh:{self.id}-figures"
        yield node, "sdmx-measure:obsValue", _number(figure.value)
        yield node, "schema:minValue", _number(low)
        if high is not None:
            yield node, "schema:maxValue", _number(high)
        yield node, "yho:subject", self.entity_ids.get(figure.subject) or f"yh:{self.id}-article"
        yield node, "yho:indicator", indicator
        yield node, "yho:period", self._period(figure.period)
        yield node, "yho:kind", f"yho:{figure.kind}"
        yield node, "yho:basePeriod", self._period(figure.base) if figure.base else "yho:noBase"
        yield node, "yho:breakdown", self._breakdown(figure.breakdown)
        yield node, "yho:unit", f"<{codes().units[figure.unit].iri}>"
        yield node, "yho:bound", f"yho:{figure.bound}"
        if figure.aggregation:
            yield node, "yho:aggregation", f"yho:{figure.aggregation}"
        yield node, "yho:periodBasis", "yho:periodPrinted" if figure.period_printed else "yho:periodInferred"
        yield (
            node,
            "yho:priceBasis",
            f"yho:{figure.price_basis or ('notStated' if figure.indicator.unit == 'CNY' else 'notApplicable')}",
        )
        yield node, "yho:scope", f"yho:{figure.scope or 'notStated'}"
        yield node, "yho:printedForm", ox.Literal(figure.printed[:20], language="zh")
        yield node, "yho:evidence", self._span(figure.start, figure.end)
        yield node, "yho:confidence", ox.Literal(str(figure.confidence), datatype=_node("xsd:decimal"))
        yield node, "yho:extractionRule", ox.Literal(" · ".join(figure.rules))
        if figure.qualifies is not None:
            start = self.draft.normal.offsets[figure.qualifies]
            for other in by_start.get(start, ())[:1]:
                yield node, "yho:qualifies", f"yh:{other}"

    def _figure_labels(self, figure: Figure) -> tuple[str, str]:
        zh, en = _KINDS.get(figure.kind, ("", ""))
        period, label = _period_labels(figure.period), figure.indicator.label
        subject = figure.subject or "本文"
        chinese = "，".join(filter(None, (subject, period[0], label, zh if zh not in label else "")))
        about = self._english(figure.subject) if figure.subject else "this text"
        measured = codes().label(figure.indicator.id)[1] if figure.indicator.known else label
        return chinese, f"{about}, {period[1]}: {measured}{', ' + en if en else ''}"

    def _indicator(self, indicator: Indicator) -> str:
        if indicator.known:
            return f"yho:{indicator.id}"
        slug = f"yh:{self.id}-indicator-{_slug(indicator.label) or 'unnamed'}-{re.sub('[^a-z0-9]', '', indicator.unit.lower())}"
        self.indicators.setdefault(slug, indicator)
        return slug

    def _free_indicators(self) -> Iterator[_Fact]:
        taken = {indicator.label for indicator in lexicon().indicators.values()}
        for node, indicator in self.indicators.items():
            yield node, "rdf:type", "skos:Concept"
            yield node, "rdf:type", "schema:StatisticalVariable"
            yield node, "skos:inScheme", "yho:indicatorScheme"
            twins = [other for other in self.indicators.values() if other.label == indicator.label]
            label = (
                f"{indicator.label}（{indicator.unit}）"
                if len(twins) > 1 or indicator.label in taken
                else indicator.label
            )
            yield from _labels(node, label, f"{label} (as the text names it)")
            unit = codes().units.get(indicator.unit)
            yield node, "qudt:hasQuantityKind", f"<{unit.quantity if unit else DIMENSIONLESS}>"
            # A ratio without numerator and denominator is refused by the shapes: until it is reviewed its unit is a plain number.
            plain = indicator.unit in ("percent", "permille", "rank", "times", "")
            yield node, "yho:hasStandardUnit", "unit:NUM" if plain else f"<{codes().units[indicator.unit].iri}>"
            yield (
                node,
                "yho:stockOrFlow",
                f"yho:{indicator.flow if indicator.flow in ('stock', 'flow') else 'notApplicable'}",
            )

    def _breakdown(self, name: str) -> str:
        if not name.startswith("over-"):
            return f"yho:{name}"
        self.breakdowns.add(name)
        return f"yh:breakdown-{name.replace('.', '-')}"

    def _breakdown_nodes(self) -> Iterator[_Fact]:
        for name in sorted(self.breakdowns):
            node, line = f"yh:breakdown-{name.replace('.', '-')}", name.removeprefix("over-")
            yield node, "rdf:type", "skos:Concept"
            yield node, "skos:inScheme", "yho:breakdownScheme"
            yield from _labels(node, f"超过{line}", f"over {line}")

    def _period(self, years: Years) -> str:
        node = "yh:" + period_iri(years).removeprefix(str(YH))
        self.periods[node] = years
        return node

    def _period_nodes(self) -> Iterator[_Fact]:
        for node, years in self.periods.items():
            yield from _period_facts(node, years)

    # --- spans ----------------------------------------------------------------------------------------------------------

    def _span(self, start: int, end: int) -> str:
        self.spans.add((start, end))
        return f"yh:{self.id}-span-{start}-{end}"

    def _span_nodes(self) -> Iterator[_Fact]:
        for start, end in sorted(self.spans):
            node = f"yh:{self.id}-span-{start}-{end}"
            index = max(0, bisect_right(self.starts, start) - 1)
            self.used_sentences.add(index)
            yield node, "rdf:type", "oa:SpecificResource"
            yield from self._place(node, start, end)
            yield node, "yho:inSentence", f"yh:{self.id}-sentence-{index + 1:03}"

    def _sentence_nodes(self) -> Iterator[_Fact]:
        for index in sorted(self.used_sentences):
            sentence = self.draft.sentences[index]
            node = f"yh:{self.id}-sentence-{index + 1:03}"
            yield node, "rdf:type", "yho:Sentence"
            yield node, "schema:position", _integer(index + 1)
            yield from self._place(node, *self.draft.normal.original(sentence.start, sentence.end))

    def _place(self, node: str, start: int, end: int) -> Iterator[_Fact]:
        selector, raw = f"yh:{self.id}-selector-{start}-{end}", self.text[start:end]
        yield node, "oa:hasSource", f"yh:{self.id}-text"
        yield node, "oa:hasSelector", selector
        yield node, "schema:sha256", ox.Literal(alignment.sha256(raw))
        if (plain := alignment.normalised(raw)) != raw:
            yield node, "yho:normalisedLength", _integer(len(plain))
            yield node, "yho:normalisedSha256", ox.Literal(alignment.sha256(plain))
        yield selector, "rdf:type", "oa:TextPositionSelector"
        yield selector, "oa:start", _integer(start)
        yield selector, "oa:end", _integer(end)


_Fact = tuple[str, str, Any]


def limits(figure: Figure) -> tuple[Decimal, Decimal | None]:
    """The interval that rounding and wording leave open; no upper end where the text says over."""
    value, step = figure.value, figure.step
    if figure.bound == "over":
        return value, None
    if figure.bound == "andMore":
        return value, value + (step if step >= 1 or value != value.to_integral_value() else Decimal(1))
    if figure.bound == "about":
        last = Decimal(1).scaleb(value.normalize().as_tuple().exponent) if value else Decimal(1)  # type: ignore[arg-type]
        return value - last / 2, value + last / 2
    if figure.kind in ("countKind", "rank", "growthRank", "duration", "threshold") and step <= 1:
        return value, value
    return value - step / 2, value + step / 2


def _period_labels(years: Years) -> tuple[str, str]:
    first, last = years.first, years.last
    if last is None:
        return "发文之时（年份不详）", "as of publication (year unknown)"
    if first in _PLANS and last == first + 4:
        zh, en = _PLANS[first]
        return f"“{zh}”时期", f"{en} Five-Year Plan period ({first}–{last})"
    begin, _, end = years.edtf.rpartition("/")
    if begin == "..":
        return f"截至{_instant_label(end)}", f"until {end}"
    if not years.months and begin:
        return f"{first}—{last}年", f"{first}–{last}"
    return "—".join(map(_instant_label, filter(None, (begin, end)))), "–".join(filter(None, (begin, end)))


def _instant_label(edtf: str) -> str:
    """2022-08-17 as 2022年8月17日."""
    return "".join(f"{int(part)}{unit}" for part, unit in zip(edtf.split("-"), "年月日", strict=False))


def _period_facts(node: str, years: Years) -> Iterator[_Fact]:
    yield node, "rdf:type", "yho:Period"
    yield from _labels(node, *_period_labels(years))
    yield node, "skos:notation", ox.Literal(years.edtf, datatype=_node("edtf:EDTF"))
    if years.first is not None and years.last is not None:
        yield node, "yho:firstYear", _integer(years.first)
    if years.last is not None:
        yield node, "yho:lastYear", _integer(years.last)


def _outermost(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if not found or end > found[-1][1]:
            found.append((start, end))
    return found


def _labels(node: str, zh: str, en: str) -> Iterator[_Fact]:
    yield node, "skos:prefLabel", ox.Literal(zh, language="zh")
    yield node, "skos:prefLabel", ox.Literal(en, language="en")


def _number(value: Decimal) -> ox.Literal:
    return ox.Literal(_decimal(value), datatype=ox.NamedNode(_XSD + "decimal"))


def _integer(value: int) -> ox.Literal:
    return ox.Literal(str(value), datatype=ox.NamedNode(_XSD + "integer"))


@functools.lru_cache(maxsize=4096)
def _node(name: str) -> ox.NamedNode:
    if name.startswith("<"):
        return ox.NamedNode(name[1:-1])
    prefix, _, local = name.partition(":")
    return ox.NamedNode(PREFIXES[prefix] + local)


def period_iri(years: Years) -> str:
    """The name of a period, the same in every draft."""
    edtf = years.edtf
    name = "unknown" if edtf == "../.." else f"until-{edtf[3:]}" if edtf.startswith("..") else edtf.replace("/", "-")
    return f"{YH}period-{name}"


def period_triples(years: Years) -> Iterator[ox.Triple]:
    """What a draft says of a period."""
    node = ox.NamedNode(period_iri(years))
    for _, predicate, value in _period_facts("", years):
        yield ox.Triple(node, _node(predicate), value if isinstance(value, ox.Literal) else _node(value))
