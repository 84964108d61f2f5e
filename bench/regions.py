"""Made-up regional graphs of any size: ``python bench/regions.py --triples 600000 -o regions.nt``.

The shape is this project's own: country → province → city → county → town → village (``yho:isWithin``) with codes;
zones, companies, projects and investments, each relation below ``yho:relatedTo`` with its ``rdf:Statement``, modality and
span in a report; figures as ``qb:Observation`` with subject, indicator, period, kind, base period, breakdown, unit and
span; labels in Chinese and English. A few things have most of the relations, as in life.

The same seed gives the same graph, and a larger graph begins with every smaller one of its seed. It is made county by
county (some 2,700 triples each) and written as it is made: memory does not grow with the size. Things that come before
are referred to by number, so that nothing has to be remembered.

Divisions and segments come from registers here and have no statements; things have no mentions; the shapes find nothing
else amiss. The ontology is not written: load ``ontology/*.ttl`` beside it. ``--statements 0 --figures 0`` leaves a graph that is a third relations.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import random
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TextIO

PREFIXES: Final = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcterms": "http://purl.org/dc/terms/",
    "edtf": "http://id.loc.gov/datatypes/edtf/",
    "eg": "https://example.org/regions#",
    "oa": "http://www.w3.org/ns/oa#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "qb": "http://purl.org/linked-data/cube#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "sdmx-measure": "http://purl.org/linked-data/sdmx/2009/measure#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "unit": "http://qudt.org/vocab/unit/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "yh": "https://w3id.org/yuanhui-kg/id/",
    "yho": "https://w3id.org/yuanhui-kg/ontology#",
}

# How many of each there are in the next larger one.
CITIES, COUNTIES, TOWNS, VILLAGES = 11, 9, 6, 8
ZONES, COMPANIES, PROJECTS = 2, 8, 4  # in each county
YEARS: Final = range(2016, 2021)
GROUPS: Final = 24  # of companies, in the whole country
_SENTENCE: Final = 120  # characters of one in a report

RELATIONS: Final = frozenset(
    (
        *("yho:isWithin", "yho:isLocatedIn", "yho:operatesIn", "yho:isEngagedIn", "yho:supportsIndustry"),
        *("yho:cooperatesWith", "yho:isSubordinateTo", "yho:isDevelopedBy", "yho:plansToBuild", "yho:isSegmentOf"),
        *("yho:hasLeadingIndustry", "eg:investsIn"),
    )
)


def _read(pairs: str) -> list[list[str]]:
    return [pair.split(":") for pair in pairs.split()]


# Characters of place and company names with their readings.
_FIRST: Final = _read(
    "赵:zhao 钱:qian 孙:sun 李:li 周:zhou 吴:wu 郑:zheng 王:wang 冯:feng 陈:chen 蒋:jiang 沈:shen 韩:han 杨:yang "
    "朱:zhu 秦:qin 许:xu 何:he 吕:lü 张:zhang 孔:kong 曹:cao 华:hua 金:jin 魏:wei 陶:tao 大:da 上:shang 东:dong 西:xi 南:nan "
    "北:bei 新:xin 石:shi 白:bai 黑:hei 红:hong 龙:long 凤:feng 源:yuan 永:yong 安:an 宁:ning 平:ping"
)
_SECOND: Final = _read(
    "家:jia 山:shan 河:he 沟:gou 湾:wan 店:dian 庄:zhuang 岭:ling 坡:po 塘:tang 桥:qiao 寺:si 庙:miao 口:kou "
    "坪:ping 堡:bao 营:ying 台:tai 泉:quan 林:lin 田:tian 湖:hu 江:jiang 海:hai 洋:yang 港:gang 浦:pu 屯:tun 川:chuan 原:yuan "
    "汇:hui 阳:yang 州:zhou 昌:chang 陵:ling 城:cheng"
)
_TRADES: Final = (
    ("食品", "Foods"),
    ("机械", "Machinery"),
    ("化工", "Chemicals"),
    ("物流", "Logistics"),
    ("医药", "Pharmaceuticals"),
    ("电子", "Electronics"),
    ("纺织", "Textiles"),
    ("建材", "Building Materials"),
    ("新能源", "New Energy"),
    ("农业科技", "Agritech"),
    ("智能制造", "Smart Manufacturing"),
    ("文化旅游", "Culture and Tourism"),
)
_STAGES: Final = (
    ("研发", "research"),
    ("原料", "materials"),
    ("加工", "processing"),
    ("销售", "sales"),
)
# indicator, least value, unit, yearly growth in percent
_LEVELS: Final = (
    ("grossRegionalProduct", 4_000_000_000, "CCY_CNY", 7),
    ("generalPublicBudgetRevenue", 200_000_000, "CCY_CNY", 6),
    ("fixedAssetInvestment", 2_000_000_000, "CCY_CNY", 9),
    ("retailSalesOfConsumerGoods", 1_500_000_000, "CCY_CNY", 8),
    ("residentPopulation", 200_000, "NUM", 1),
    ("urbanisationRate", 30, "PERCENT", 2),
)
_GROWING: Final = 4  # of these have figures of their growth too
_SECTORS: Final = ("primarySector", "secondarySector", "tertiarySector")
_STATUSES: Final = (
    ("plannedStatus", "planned"),
    ("signedStatus", "asserted"),
    ("underConstructionStatus", "asserted"),
    ("operatingStatus", "asserted"),
)

Block = tuple[str, list[tuple[str, str]]]  # subject; (predicate, object), all as Turtle writes them


@dataclass(frozen=True)
class Shape:
    """What a graph is like.

    :param statements: share of the relations between named things that have statement and evidence.
    :param figures: share of the figures that are made.
    """

    seed: int = 42
    statements: float = 1.0
    figures: float = 1.0


@dataclass
class Size:
    """How much was made."""

    triples: int = 0
    edges: int = 0


def blocks(shape: Shape) -> Iterator[Block]:
    """What is said of one thing after another, without end."""
    yield from _beginning()
    county = 0
    while True:
        yield from _County(shape, county).blocks()
        county += 1


def limited(made: Iterator[Block], size: Size, triples: int | None, edges: int | None) -> Iterator[Block]:
    """The first of ``made`` that reach the number wanted; ``size`` says how much they are."""
    for block in made:
        size.triples += len(block[1])
        size.edges += sum(predicate in RELATIONS for predicate, _ in block[1])
        yield block
        if (triples is not None and size.triples >= triples) or (edges is not None and size.edges >= edges):
            return


# --- what there is once -----------------------------------------------------------------------------------------------


def _label(zh: str, en: str) -> list[tuple[str, str]]:
    return [("skos:prefLabel", f'"{zh}"@zh'), ("skos:prefLabel", f'"{en}"@en')]


def _beginning() -> Iterator[Block]:
    yield (
        "eg:investsIn",
        [("a", "owl:ObjectProperty"), ("rdfs:subPropertyOf", "yho:relatedTo"), *_label("投资于", "invests in")],
    )
    yield "yh:country", [("a", "yho:Country"), *_label("某国", "Country")]
    yield "yh:register", [("a", "schema:Dataset"), *_label("区划登记", "register of divisions")]
    for year in YEARS:
        yield f"yh:period-{year}", _period(year)
    for trade, (zh, en) in enumerate(_TRADES):
        yield f"yh:industry-{trade}", [("a", "yho:Industry"), *_label(f"{zh}产业", f"{en} industry")]
        for stage, (stage_zh, stage_en) in enumerate(_STAGES):
            label = _label(zh + stage_zh, f"{en}: {stage_en}")
            above = ("yho:isSegmentOf", f"yh:industry-{trade}")
            yield f"yh:segment-{trade}-{stage}", [("a", "yho:IndustrySegment"), *label, above]
    for group in range(GROUPS):
        zh, en = _TRADES[group % len(_TRADES)]
        label = _label(f"中{_FIRST[group][0]}{zh}集团", f"Zhong{_FIRST[group][1]} {en} Group")
        yield f"yh:group-{group}", [("a", "yho:CompanyGroup"), *label]


def _period(year: int) -> list[tuple[str, str]]:
    return [
        ("a", "yho:Period"),
        *_label(f"{year}年", str(year)),
        ("skos:notation", f'"{year}"^^edtf:EDTF'),
        ("yho:firstYear", _integer(year)),
        ("yho:lastYear", _integer(year)),
    ]


def _integer(value: int) -> str:
    return f'"{value}"^^xsd:integer'


def _decimal(value: float, places: int) -> str:
    text = f"{value:.{places}f}"
    return f'"{text.rstrip("0").rstrip(".") if places else text}"^^xsd:decimal'


# --- a county ---------------------------------------------------------------------------------------------------------


class _County:
    """One county and the report on it. Everything in it follows from the seed and its number."""

    def __init__(self, shape: Shape, number: int) -> None:
        self._shape = shape
        self._number = number
        self._name = f"{number:05d}"
        self._iri = f"yh:county-{self._name}"
        self._chance = random.Random(f"{shape.seed}/{number}")
        self._at = 0  # the place in the report that comes next
        self._span = 0
        self._sentence = -1  # the last one that was written

    def blocks(self) -> Iterator[Block]:
        city, first_of_city = divmod(self._number, COUNTIES)
        province, first_of_province = divmod(city, CITIES)
        if not first_of_city:
            if not first_of_province:
                code = f"{11 + province % 70:02d}0000"
                yield from self._division(f"yh:province-{province:03d}", "Province", "省", "yh:country", code)
            code = f"{11 + province % 70:02d}{city % CITIES + 1:02d}00"
            above = f"yh:province-{province:03d}"
            yield from self._division(f"yh:city-{city:04d}", "PrefectureLevelCity", "市", above, code)
        code = f"{11 + province % 70:02d}{city % CITIES + 1:02d}{first_of_city + 21:02d}"
        yield from self._division(self._iri, "County", "县", f"yh:city-{city:04d}", code)
        yield from self._report()
        for town in range(TOWNS):
            iri = f"yh:town-{self._name}-{town}"
            yield from self._division(iri, "Town", "镇", self._iri, f"{code}{town + 100}")
            for village in range(VILLAGES):
                zh, en = self._stem()
                said = [("a", "yho:Village"), *_label(f"{zh}村", f"{en} Village"), ("yho:isWithin", iri)]
                yield f"yh:village-{self._name}-{town}-{village}", said
        yield from self._economy()
        yield from self._all_figures()
        length = (self._sentence + 1) * _SENTENCE
        yield f"yh:report-{self._name}-text", [("yho:textLength", _integer(length))]

    def _stem(self) -> tuple[str, str]:
        first, second = self._chance.choice(_FIRST), self._chance.choice(_SECOND)
        middle = self._chance.choice(_SECOND) if self._chance.random() < 0.5 else ("", "")
        return first[0] + middle[0] + second[0], (first[1] + middle[1] + second[1]).capitalize()

    def _division(self, iri: str, kind: str, suffix: str, above: str, code: str) -> Iterator[Block]:
        zh, en = self._stem()
        if iri == self._iri:
            self._zh, self._en = f"{zh}{suffix}", f"{en} County"
        name = _label(zh + suffix, f"{en} {kind.removeprefix('PrefectureLevel')}")
        said = [("a", f"yho:{kind}"), *name, ("adms:identifier", f"{iri}-code")]
        yield iri, [*said, ("yho:isWithin", above)]
        notation = "gbt2260" if len(code) == 6 else "statisticalCode"
        yield (
            f"{iri}-code",
            [
                ("a", "adms:Identifier"),
                ("prov:wasDerivedFrom", "yh:register"),
                ("skos:notation", f'"{code}"^^yho:{notation}'),
                ("yho:registeredName", f'"{zh}{suffix}"@zh'),
                ("yho:vintage", '"2023-06-30"^^xsd:date'),
            ],
        )

    def _report(self) -> Iterator[Block]:
        report = f"yh:report-{self._name}"
        label = _label(f"{self._zh}报道", f"report on {self._en}")
        yield report, [("a", "schema:NewsArticle"), *label, ("schema:inLanguage", '"zh"')]
        text = [
            ("a", "schema:TextObject"),
            ("schema:encodesCreativeWork", report),
            ("schema:encodingFormat", '"text/plain"'),
        ]
        label = _label(f"{self._zh}报道的文本", f"text of the report on {self._en}")
        yield f"{report}-text", [*text, *label, ("schema:sha256", f'"{_digest(report)}"')]
        figures = _label(f"{self._zh}报道中的数字", f"figures of the report on {self._en}")
        said = [("dcterms:source", report), ("qb:structure", "yho:figureStructure")]
        yield f"{report}-figures", [("a", "qb:DataSet"), *figures, *said]

    # Relations, each with its statement.

    def _economy(self) -> Iterator[Block]:
        for zone in range(ZONES):
            zh, en = self._stem()
            said = [("yho:isLocatedIn", self._iri), ("yho:hasLeadingIndustry", f"yh:industry-{self._trade()}")]
            label = _label(f"{zh}产业园区", f"{en} Industrial Park")
            yield from self._thing(f"yh:zone-{self._name}-{zone}", "IndustrialPark", label, said)
        for company in range(COMPANIES):
            yield from self._company(f"yh:company-{self._name}-{company}")
        for project in range(PROJECTS):
            yield from self._project(f"yh:project-{self._name}-{project}")

    def _trade(self) -> int:
        return self._skewed(len(_TRADES))

    def _skewed(self, number: int) -> int:
        """A number below ``number``, mostly a small one."""
        return int(number * self._chance.random() ** 3)

    def _other_company(self) -> str:
        county, company = divmod(self._skewed(max(1, self._number) * COMPANIES), COMPANIES)
        return f"yh:company-{county:05d}-{company}"

    def _company(self, iri: str) -> Iterator[Block]:
        trade = self._trade()
        stem_zh, stem_en = self._stem()
        zh, en = _TRADES[trade]
        zone = f"yh:zone-{self._name}-{self._chance.randrange(ZONES)}"
        said = [
            ("yho:operatesIn", self._iri),
            ("yho:isLocatedIn", zone),
            ("yho:isEngagedIn", f"yh:segment-{trade}-{self._chance.randrange(len(_STAGES))}"),
            ("yho:supportsIndustry", f"yh:industry-{trade}"),
        ]
        if (partner := self._other_company()) != iri:
            said.append(("yho:cooperatesWith", partner))
        if self._chance.random() < 0.3:
            said.append(("yho:isSubordinateTo", f"yh:group-{self._skewed(GROUPS)}"))
        label = _label(f"{stem_zh}{zh}有限公司", f"{stem_en} {en} Co., Ltd.")
        yield from self._thing(iri, "Company", label, said)

    def _project(self, iri: str) -> Iterator[Block]:
        status, modality = self._chance.choice(_STATUSES)
        zh, en = _TRADES[self._trade()]
        stem_zh, stem_en = self._stem()
        developer = f"yh:company-{self._name}-{self._chance.randrange(COMPANIES)}"
        zone = f"yh:zone-{self._name}-{self._chance.randrange(ZONES)}"
        said = [("yho:isLocatedIn", zone), ("yho:isDevelopedBy", developer)]
        label = _label(f"{stem_zh}{zh}项目", f"{stem_en} {en} project")
        yield from self._thing(iri, "Project", label, said, [("adms:status", f"yho:{status}")])
        yield from self._statement(iri, "adms:status", f"yho:{status}", modality)
        for investor in dict.fromkeys((developer, self._other_company(), f"yh:group-{self._skewed(GROUPS)}")):
            yield investor, [("eg:investsIn", iri)]
            yield from self._statement(investor, "eg:investsIn", iri, "asserted")
        if modality == "planned":
            yield self._iri, [("yho:plansToBuild", iri)]
            yield from self._statement(self._iri, "yho:plansToBuild", iri, "planned")

    def _thing(
        self,
        iri: str,
        kind: str,
        label: list[tuple[str, str]],
        said: list[tuple[str, str]],
        more: list[tuple[str, str]] | None = None,
    ) -> Iterator[Block]:
        yield iri, [("a", f"yho:{kind}"), *label, *said, *(more or ())]
        for predicate, target in said:
            yield from self._statement(iri, predicate, target, "asserted")

    def _statement(self, subject: str, predicate: str, target: str, modality: str) -> Iterator[Block]:
        if self._chance.random() >= self._shape.statements:
            return
        evidence = f"yh:report-{self._name}-span-{self._span}"
        said = [
            ("a", "rdf:Statement"),
            ("rdf:subject", subject),
            ("rdf:predicate", predicate),
            ("rdf:object", target),
            ("yho:evidence", evidence),
            ("yho:modality", f"yho:{modality}"),
        ]
        yield f"yh:report-{self._name}-statement-{self._span}", said
        yield from self._evidence(evidence, 20 + self._chance.randrange(40))

    def _evidence(self, span: str, length: int) -> Iterator[Block]:
        sentence, within = divmod(self._at, _SENTENCE)
        if within + length > _SENTENCE:
            sentence, self._at = sentence + 1, (sentence + 1) * _SENTENCE
        about = ("yho:inSentence", f"yh:report-{self._name}-sentence-{sentence}")
        if sentence > self._sentence:
            self._sentence = sentence
            position = ("schema:position", _integer(sentence + 1))
            yield from self._place(about[1], "yho:Sentence", sentence * _SENTENCE, _SENTENCE, position)
        yield from self._place(span, "oa:SpecificResource", self._at, length, about)
        self._at += length
        self._span += 1

    def _place(self, iri: str, kind: str, start: int, length: int, about: tuple[str, str]) -> Iterator[Block]:
        said = [("a", kind), ("oa:hasSelector", f"{iri}-selector"), ("oa:hasSource", f"yh:report-{self._name}-text")]
        yield iri, [*said, ("schema:sha256", f'"{_digest(iri)}"'), about]
        bounds = [("oa:start", _integer(start)), ("oa:end", _integer(start + length))]
        yield f"{iri}-selector", [("a", "oa:TextPositionSelector"), *bounds]

    # Figures.

    def _all_figures(self) -> Iterator[Block]:
        for place, (indicator, least, unit, growth) in enumerate(_LEVELS):
            value = least * (1 + 4 * self._chance.random())
            for year in YEARS:
                yield from self._figure(self._iri, self._zh, self._en, indicator, year, value, unit)
                if indicator == "grossRegionalProduct":
                    yield from self._by_sector(year, value)
                rise = round(growth * (0.5 + self._chance.random()), 1)
                value *= 1 + rise / 100
                if place < _GROWING and year + 1 in YEARS:
                    yield from self._change(indicator, year + 1, rise)
        for town in range(TOWNS):
            value = 8_000 * (1 + 6 * self._chance.random())
            for year in (YEARS[0], YEARS[-1]):
                iri = f"yh:town-{self._name}-{town}"
                yield from self._figure(
                    iri,
                    f"{self._zh}{town + 1}镇",
                    f"{self._en}, town {town + 1}",
                    "residentPopulation",
                    year,
                    value,
                    "NUM",
                )

    def _by_sector(self, year: int, whole: float) -> Iterator[Block]:
        primary = 0.05 + 0.2 * self._chance.random()
        secondary = 0.3 + 0.2 * self._chance.random()
        for sector, share in zip(_SECTORS, (primary, secondary, 1 - primary - secondary), strict=True):
            yield from self._figure(
                self._iri, self._zh, self._en, "sectorValueAdded", year, whole * share, "CCY_CNY", breakdown=sector
            )

    def _change(self, indicator: str, year: int, percent: float) -> Iterator[Block]:
        base = f"yh:period-{year - 1}"
        yield from self._figure(
            self._iri, self._zh, self._en, indicator, year, percent, "PERCENT", kind="change", base=base
        )

    def _figure(
        self,
        subject: str,
        zh: str,
        en: str,
        indicator: str,
        year: int,
        value: float,
        unit: str,
        *,
        kind: str = "level",
        base: str = "yho:noBase",
        breakdown: str = "total",
    ) -> Iterator[Block]:
        if self._chance.random() >= self._shape.figures:
            return
        step, places = (0.05, 1) if unit == "PERCENT" else (500_000.0, 0) if unit == "CCY_CNY" else (0.0, 0)
        value = round(value, 1) if places else round(value / 1_000_000) * 1_000_000 if step else round(value)
        spread = places and places + 1
        evidence = f"yh:report-{self._name}-span-{self._span}"
        printed = f"{value:.1f}%" if unit == "PERCENT" else f"{value / 1e8:.2f}亿元" if step else f"{value / 1e4:.4g}万"
        said = [
            ("a", "qb:Observation"),
            *_label(f"{zh}，{year}年，{indicator}，{kind}", f"{en}, {year}: {indicator}, {kind}"),
            ("qb:dataSet", f"yh:report-{self._name}-figures"),
            ("schema:maxValue", _decimal(value + step, spread)),
            ("schema:minValue", _decimal(value - step, spread)),
            ("sdmx-measure:obsValue", _decimal(value, places)),
            ("yho:basePeriod", base),
            ("yho:bound", "yho:exact"),
            ("yho:breakdown", f"yho:{breakdown}"),
            ("yho:evidence", evidence),
            ("yho:indicator", f"yho:{indicator}"),
            ("yho:kind", f"yho:{kind}"),
            ("yho:period", f"yh:period-{year}"),
            ("yho:periodBasis", "yho:periodPrinted"),
            ("yho:priceBasis", "yho:notStated"),
            ("yho:printedForm", f'"{printed}"@zh'),
            ("yho:scope", "yho:notStated"),
            ("yho:subject", subject),
            ("yho:unit", f"unit:{unit}"),
        ]
        yield f"yh:report-{self._name}-figure-{self._span}", said
        yield from self._evidence(evidence, 4 + self._chance.randrange(4))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


# --- writing ----------------------------------------------------------------------------------------------------------


def write_turtle(made: Iterator[Block], out: TextIO) -> None:
    """Each thing as a block of Turtle."""
    out.writelines(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())
    for subject, said in made:
        out.write(f"{subject} " + " ;\n  ".join(f"{predicate} {target}" for predicate, target in said) + " .\n")


def write_ntriples(made: Iterator[Block], out: TextIO) -> None:
    """One triple a line."""
    terms = _Terms()
    for subject, said in made:
        start = terms(subject)
        out.write("".join([f"{start} {terms(predicate)} {terms(target)} .\n" for predicate, target in said]))


class _Terms:
    """Turtle's terms as N-Triples writes them; the frequent ones are remembered."""

    def __init__(self) -> None:
        self._known = {"a": f"<{PREFIXES['rdf']}type>"}

    def __call__(self, term: str) -> str:
        if term.startswith("yh:"):
            return f"<{PREFIXES['yh']}{term[3:]}>"
        if term.startswith('"'):
            text, mark, datatype = term.rpartition("^^")
            return f"{text}^^{self._name(datatype)}" if mark else term
        return self._name(term)

    def _name(self, name: str) -> str:
        known = self._known.get(name)
        if known is None:
            prefix, _, local = name.partition(":")
            known = self._known[name] = f"<{PREFIXES[prefix]}{local}>"
        return known


WRITERS: Final[dict[str, Callable[[Iterator[Block], TextIO], None]]] = {"ttl": write_turtle, "nt": write_ntriples}


def generate(out: TextIO, format: str, shape: Shape, *, triples: int | None = None, edges: int | None = None) -> Size:
    """Write a graph with at least so many triples or relations, and hardly more; how much it is."""
    size = Size()
    WRITERS[format](limited(blocks(shape), size, triples, edges), out)
    return size


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    wanted = parser.add_mutually_exclusive_group(required=True)
    wanted.add_argument("--triples", type=int, help="at least so many triples")
    wanted.add_argument("--edges", type=int, help="at least so many relations between things")
    parser.add_argument("--seed", type=int, default=42)
    parser.add_argument("--statements", type=float, default=1.0, help="share of the relations that have a statement")
    parser.add_argument("--figures", type=float, default=1.0, help="share of the figures that are made")
    parser.add_argument("--format", choices=WRITERS, help="else by the file's extension; nt on standard output")
    parser.add_argument("-o", "--output", type=Path)
    options = parser.parse_args()
    extension = options.output.suffix[1:] if options.output else ""
    format = options.format or (extension if extension in WRITERS else "nt")
    shape = Shape(options.seed, options.statements, options.figures)
    opened = open(options.output, "w", encoding="utf-8") if options.output else contextlib.nullcontext(sys.stdout)
    with opened as out:
        size = generate(out, format, shape, triples=options.triples, edges=options.edges)
    print(f"{size.triples:,} triples, {size.edges:,} relations between things", file=sys.stderr)


if __name__ == "__main__":
    main()
