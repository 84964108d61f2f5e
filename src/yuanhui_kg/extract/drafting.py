"""A draft as a graph in this project's model: every fact with its span, its confidence and the rules that fired."""

from __future__ import annotations

import functools
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Final

import pyoxigraph as ox

from .. import __version__
from ..namespaces import YH
from .certainty import certainty
from .choosing import UNNAMED
from .codes import DIMENSIONLESS, codes
from .english import english
from .facts import Fact, chinese, decimal, integer, labels, local, slug, triples_of, typed
from .known import Known
from .lexicon import lexicon
from .passages import Passages
from .period_nodes import period_facts, period_labels, period_node
from .pipeline import Draft
from .records import Entity, Figure, Indicator, Relation, Years
from .tables import table

_LONGEST_PRINTED: Final = 20
_LONGEST_HEADLINE: Final = 40  #: Of a headline, what the name of its figures tells.
#: Kinds that labels do not name: they are what a figure is unless it is told otherwise.
_PLAIN: Final = frozenset(("level", "countKind"))
#: Kinds whose values are whole and exact where nothing bounds them.
_EXACT: Final = frozenset(("countKind", "rank", "growthRank", "duration", "threshold"))
_LIMITING: Final = frozenset(("threshold", "duration"))
_FLOWS: Final = frozenset(("stock", "flow"))
#: How the name of a breakdown begins that the ontology lacks: what passes a line.
_LINE: Final = "over-"


def triples(draft: Draft, known: Known | None = None, code: str = "") -> list[ox.Triple]:
    """The draft's graph.

    :param known: entities to be linked to instead of new ones.
    :param code: the six-digit division code (GB/T 2260) of the text's place, if it was given.
    """
    return list(_Drafting(draft, known or Known(), code).triples())


def document_id(draft: Draft) -> str:
    """The id that all names of a draft carry: place, year and the beginning of the text's digest."""
    year = draft.anchor.published[:4] or str(draft.anchor.reporting.last or "undated")
    return f"{slug(draft.anchor.place) or 'text'}-{year}-{draft.source.sha256[:6]}"


def figure_ids(draft: Draft) -> list[str]:
    """The local names of a draft's figures, in their order, of one that is told twice the same; the same for the same text and rules."""
    document, found = document_id(draft), []
    counts: defaultdict[str, int] = defaultdict(int)
    for figure in draft.figures:
        name = f"{document}-figure-{figure.start}-{re.sub('Kind$', '', figure.kind).lower()}"
        counts[name] += 1
        found.append(name if counts[name] == 1 else f"{name}-{counts[name]}")
    limited = {draft.limited_at(figure) for figure in draft.figures}
    first: dict[tuple[object, ...], str] = {}
    return [
        name if figure.start in limited or not (key := _told(figure)) else first.setdefault(key, name)
        for figure, name in zip(draft.figures, found, strict=True)
    ]


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
    if figure.kind in _EXACT and step <= 1:
        return value, value
    return value - step / 2, value + step / 2


class _Drafting:
    """One draft on its way to triples; what its facts refer to is collected, and told behind them."""

    def __init__(self, draft: Draft, known: Known, code: str) -> None:
        self.draft, self.known, self.code = draft, known, code
        self.id = document_id(draft)
        self.article, self.text, self.cube = (f"yh:{self.id}-{part}" for part in ("article", "text", "figures"))
        self.owners: dict[str, str] = {}
        self.entity_ids = dict(self._entity_names())
        self.passages = Passages(draft, self.id)
        self.periods: dict[str, Years] = {}
        self.indicators: dict[str, Indicator] = {}
        self.breakdowns: set[str] = set()

    def triples(self) -> Iterator[ox.Triple]:
        parts = [
            self._article, self._text, self._cube, self._entities, self._relations, self._figures, self._free_indicators,
            self._breakdown_nodes, self._period_nodes, self.passages.facts,
        ]  # fmt: skip
        facts = [fact for part in parts for fact in part()]
        for iri in {node[1:-1] for node in self.entity_ids.values() if node.startswith("<")}:
            yield from self.known.facts.get(iri, ())
        yield from triples_of(facts)

    # --- document -------------------------------------------------------------------------------------------------------

    @functools.cached_property
    def _about(self) -> str:
        """What the text is about, or its file's name."""
        return self.draft.anchor.place or self.draft.source.name

    @functools.cached_property
    def _headline(self) -> str:
        title = next((s for s in self.draft.sentences if s.role == "title"), None)
        return self.draft.normal.text[title.start : title.end] if title else self._about

    def _article(self) -> Iterator[Fact]:
        draft, place, headline = self.draft, self._about, self._headline
        yield self.article, "rdf:type", "schema:NewsArticle"
        yield from labels(self.article, headline, f"text on {self._english(place)}")
        yield self.article, "schema:headline", chinese(headline)
        yield self.article, "schema:encoding", self.text
        yield self.article, "schema:inLanguage", ox.Literal("zh")
        if draft.anchor.published:
            yield self.article, "dcterms:issued", typed(draft.anchor.published, "edtf:EDTF")
        if place in self.entity_ids:
            first = draft.sentences[0]
            about = Relation("", "isAbout", place, "inferred", first.start, first.end, "")
            yield self.article, "yho:isAbout", self.entity_ids[place]
            yield from self._statement(self.article, about, self.entity_ids[place])

    def _text(self) -> Iterator[Fact]:
        source, place = self.draft.source, self._about
        yield self.text, "rdf:type", "schema:TextObject"
        yield from labels(self.text, f"关于{place}的文本文件", f"text file on {self._english(place)}")
        yield self.text, "schema:encodesCreativeWork", self.article
        yield self.text, "schema:encodingFormat", ox.Literal(f"text/plain; charset={source.encoding}")
        yield self.text, "schema:sha256", ox.Literal(source.sha256)
        yield self.text, "yho:textLength", integer(len(source.text))

    def _cube(self) -> Iterator[Fact]:
        """The data set of the figures, and the run of this program that made it."""
        run, place = f"yh:{self.id}-extraction", self._about
        yield self.cube, "rdf:type", "qb:DataSet"
        headline = self._headline[:_LONGEST_HEADLINE] + "…" * (len(self._headline) > _LONGEST_HEADLINE)
        yield from labels(
            self.cube, f"《{headline}》中的数字", f"figures of a text on {self._english(place)}: {headline}"
        )
        yield self.cube, "qb:structure", "yho:figureStructure"
        yield self.cube, "dcterms:source", self.article
        yield self.cube, "prov:wasDerivedFrom", self.text
        yield self.cube, "prov:wasGeneratedBy", run
        yield run, "rdf:type", "prov:Activity"
        yield from labels(run, "自动抽取，待审核", "automatic extraction, to be reviewed")
        yield run, "prov:used", self.text
        yield run, "dcterms:description", ox.Literal(f"yuanhui-kg {__version__} extract", language="en")

    # --- entities and relations -----------------------------------------------------------------------------------------

    def _entity_names(self) -> Iterator[tuple[str, str]]:
        """Each entity, and the place that the text is about, with its node: a known one, or a new one of a name of its own."""
        for entity in self.draft.entities:
            coded = self.known.by_code.get(self._code(entity))
            yield entity.name, self._node(entity.name, coded[0] if coded else "")
        place = self.draft.anchor.place
        if place and not any(entity.name == place for entity in self.draft.entities):
            yield place, self._node(place)

    def _node(self, name: str, iri: str = "") -> str:
        iri = iri or self.known.by_name.get(name, "")
        return f"<{iri}>" if iri else self._named(slug(name) or "thing", name)

    def _named(self, wanted: str, owner: str) -> str:
        """A node with the wanted name, or a longer one where that belongs to another thing."""
        while self.owners.setdefault(wanted, owner) != owner or YH + wanted in self._known_iris:
            wanted += "-x"
        return f"yh:{wanted}"

    @functools.cached_property
    def _known_iris(self) -> frozenset[str]:
        return frozenset(self.known.by_name.values())

    def _entities(self) -> Iterator[Fact]:
        for entity in self.draft.entities:
            node = self.entity_ids[entity.name]
            if node.startswith("yh:"):
                yield node, "rdf:type", f"yho:{self._kind(entity)}"
                yield from labels(node, entity.name, self._english(entity.name))
                for alias in entity.aliases:
                    yield node, "skos:altLabel", chinese(alias)
                if code := self._code(entity):
                    yield node, "skos:notation", typed(code, "yho:gbt2260")
            for start, end in _outermost(entity.spans):
                yield from self._mention(node, *self.draft.normal.original(start, end))

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

    def _mention(self, node: str, start: int, end: int) -> Iterator[Fact]:
        mention = f"yh:{self.id}-mention-{local(node)}-{start}"
        printed = re.sub(r"\s*[\r\n]\s*", "", self.draft.source.text[start:end])
        yield mention, "rdf:type", "oa:Annotation"
        yield mention, "oa:hasBody", node
        yield mention, "oa:motivatedBy", "oa:identifying"
        yield mention, "oa:hasTarget", self.passages.cite(start, end)
        yield mention, "yho:surfaceForm", chinese(printed)

    def _relations(self) -> Iterator[Fact]:
        for relation in self.draft.relations:
            subject, value = self.entity_ids.get(relation.subject), self.entity_ids.get(relation.object)
            if subject and value and subject != value:
                yield subject, f"yho:{relation.predicate}", value
                yield from self._statement(subject, relation, value)

    def _statement(self, subject: str, relation: Relation, value: str) -> Iterator[Fact]:
        node = f"yh:{self.id}-statement-{relation.predicate.lower()}-{local(subject)}-{local(value)}"
        yield node, "rdf:type", "rdf:Statement"
        yield node, "rdf:subject", subject
        yield node, "rdf:predicate", f"yho:{relation.predicate}"
        yield node, "rdf:object", value
        yield node, "yho:modality", f"yho:{relation.modality}"
        yield node, "yho:evidence", self.passages.cite_normal(relation.start, relation.end)

    # --- figures --------------------------------------------------------------------------------------------------------

    def _figures(self) -> Iterator[Fact]:
        nodes = [f"yh:{name}" for name in figure_ids(self.draft)]
        told: set[str] = set()
        by_start: dict[int, str] = {}
        for figure, node in zip(self.draft.figures, nodes, strict=True):
            by_start.setdefault(figure.start, node)
        for figure, node in zip(self.draft.figures, nodes, strict=True):
            if self.draft.limits_nothing(figure, by_start):
                continue
            yield node, "yho:evidence", self.passages.cite(figure.start, figure.end)
            if node in told:
                continue
            told.add(node)
            yield node, "rdf:type", "qb:Observation"
            yield from labels(node, *self._figure_labels(figure))
            yield node, "qb:dataSet", self.cube
            yield from self._measured(node, figure)
            yield from self._dimensions(node, figure)
            yield from self._bases(node, figure)
            if (limited := self.draft.limited_at(figure)) in by_start:
                yield node, "yho:qualifies", by_start[limited]

    def _measured(self, node: str, figure: Figure) -> Iterator[Fact]:
        """Value, unit and what the text leaves open of them."""
        low, high = limits(figure)
        yield node, "sdmx-measure:obsValue", decimal(figure.value)
        yield node, "schema:minValue", decimal(low)
        if high is not None:
            yield node, "schema:maxValue", decimal(high)
        yield node, "yho:unit", f"<{codes().units[figure.unit].iri}>"
        yield node, "yho:bound", f"yho:{figure.bound}"

    def _dimensions(self, node: str, figure: Figure) -> Iterator[Fact]:
        yield node, "yho:subject", self.entity_ids.get(figure.subject) or self.article
        yield node, "yho:indicator", self._indicator(figure.indicator)
        yield node, "yho:period", self._period(figure.period)
        yield node, "yho:kind", f"yho:{figure.kind}"
        yield node, "yho:basePeriod", self._period(figure.base) if figure.base else "yho:noBase"
        yield node, "yho:breakdown", self._breakdown(figure.breakdown)
        if figure.aggregation:
            yield node, "yho:aggregation", f"yho:{figure.aggregation}"

    def _bases(self, node: str, figure: Figure) -> Iterator[Fact]:
        """What all of it rests on: wording, place in the text, rules."""
        prices = figure.price_basis or ("notStated" if figure.indicator.unit == "CNY" else "notApplicable")
        yield node, "yho:periodBasis", "yho:periodPrinted" if figure.period_printed else "yho:periodInferred"
        yield node, "yho:priceBasis", f"yho:{prices}"
        yield node, "yho:scope", f"yho:{figure.scope or 'notStated'}"
        yield node, "yho:printedForm", chinese(figure.printed[:_LONGEST_PRINTED])
        yield node, "yho:confidence", typed(str(certainty(figure).whole), "xsd:decimal")
        yield node, "yho:extractionRule", ox.Literal(" · ".join(figure.rules))

    def _figure_labels(self, figure: Figure) -> tuple[str, str]:
        """Subject, period, indicator, and the kind where the indicator does not say it."""
        zh, en = ("", "") if figure.kind in _PLAIN else codes().label(figure.kind)
        period, label = period_labels(figure.period), figure.indicator.label
        told = [figure.subject or "本文", period[0], label, *([zh] if zh and zh not in label else [])]
        about = self._english(figure.subject) if figure.subject else "this text"
        measured = codes().label(figure.indicator.id)[1] if figure.indicator.known else label
        return "，".join(told), f"{about}, {period[1]}: {measured}{', ' + en if en else ''}"

    def _indicator(self, indicator: Indicator) -> str:
        if indicator.known:
            return f"yho:{indicator.id}"
        unit = re.sub("[^a-z0-9]", "", indicator.unit.lower())
        wanted = f"{self.id}-indicator-{slug(indicator.label) or 'unnamed'}-{unit}"
        node = self._named(wanted, f"{indicator.label} {indicator.unit}")
        self.indicators.setdefault(node, indicator)
        return node

    def _free_indicators(self) -> Iterator[Fact]:
        """Variables that the text names and the ontology does not; those of one label bear their unit."""
        taken = {indicator.label for indicator in lexicon().indicators.values()}
        counts: defaultdict[str, int] = defaultdict(int)
        for indicator in self.indicators.values():
            counts[indicator.label] += 1
        for node, indicator in self.indicators.items():
            alone = counts[indicator.label] == 1 and indicator.label not in taken
            unit = codes().label(indicator.unit)[0]
            yield from _free_indicator(node, indicator, indicator.label if alone else f"{indicator.label}（{unit}）")

    def _breakdown(self, name: str) -> str:
        if not name.startswith(_LINE):
            return f"yho:{name}"
        self.breakdowns.add(name)
        return _breakdown_node(name)

    def _breakdown_nodes(self) -> Iterator[Fact]:
        for name in sorted(self.breakdowns):
            node, line = _breakdown_node(name), name.removeprefix(_LINE)
            yield node, "rdf:type", "skos:Concept"
            yield node, "skos:inScheme", "yho:breakdownScheme"
            yield from labels(node, f"超过{line}", f"over {line}")

    def _period(self, years: Years) -> str:
        node = period_node(years)
        self.periods[node] = years
        return node

    def _period_nodes(self) -> Iterator[Fact]:
        for years in self.periods.values():
            yield from period_facts(years)


def _told(figure: Figure) -> tuple[object, ...]:
    """What a figure tells, by which it is known where it is told again; nothing of one that is told apart by what it limits or has no name."""
    if figure.qualifies is not None or figure.kind in _LIMITING or figure.indicator.label == UNNAMED:
        return ()
    return (
        *(figure.value, figure.step, figure.unit, figure.kind, figure.bound, figure.indicator, figure.subject),
        *(
            figure.period,
            figure.base,
            figure.breakdown,
            figure.aggregation,
            figure.price_basis,
            figure.scope,
            figure.within,
        ),
    )


def _free_indicator(node: str, indicator: Indicator, label: str) -> Iterator[Fact]:
    unit = codes().units.get(indicator.unit)
    yield node, "rdf:type", "skos:Concept"
    yield node, "rdf:type", "schema:StatisticalVariable"
    yield node, "skos:inScheme", "yho:indicatorScheme"
    yield from labels(node, label, f"{label} (as the text names it)")
    yield node, "qudt:hasQuantityKind", f"<{unit.quantity if unit else DIMENSIONLESS}>"
    yield node, "yho:hasStandardUnit", f"<{unit.iri}>" if unit else "unit:NUM"
    yield node, "yho:stockOrFlow", f"yho:{indicator.flow if indicator.flow in _FLOWS else 'notApplicable'}"


def _breakdown_node(name: str) -> str:
    return f"yh:breakdown-{name.replace('.', '-')}"


def _outermost(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans that stand in no other."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if not found or end > found[-1][1]:
            found.append((start, end))
    return found
