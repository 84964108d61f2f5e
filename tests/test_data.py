"""The article's graph as it stands in ``data/triples.ttl``: in form, in shape, and true to the text it cites."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox
import pytest

from yuanhui_kg import turtle, validate
from yuanhui_kg.link.publishing import published, read_sssom
from yuanhui_kg.namespaces import PREFIXES
from yuanhui_kg.settings import Settings
from yuanhui_kg.store import memory_store

SETTINGS = Settings()
FILES = sorted((SETTINGS.resources / "data").rglob("*.ttl"))
#: What the default graph holds of them; links stand apart.
LOADED = [path for path in SETTINGS.graph_files if path in FILES]
ARTICLE = Path(__file__).parents[2] / "shared" / "article" / "article.txt"
QUERY_PREFIXES = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
XSD = PREFIXES["xsd"]
DOCUMENT = "yuanhui-2021"
#: What makes a longer number of a number that it adjoins.
DIGITS, NUMERALS = "0123456789.．０１２３４５６７８９", "〇零一二三四五六七八九十百千万亿两半"
#: Canonical lexical forms; decimals as the store writes them, without a point where there is nothing behind it.
CANONICAL = {
    "integer": r"0|-?[1-9][0-9]*",
    "decimal": r"0|-?(0|[1-9][0-9]*)\.[0-9]*[1-9]|-?[1-9][0-9]*",
    "boolean": "true|false",
    "date": r"\d{4}-\d\d-\d\d",
    "string": r"(?s).*",
}


class Span(NamedTuple):
    name: str
    start: int
    end: int
    digest: str
    sentence: str | None


@cache
def triples() -> tuple[ox.Triple, ...]:
    return tuple({q.triple: None for path in LOADED for q in ox.parse(path=path, format=ox.RdfFormat.TURTLE)})


@cache
def store() -> ox.Store:
    """The ontology and the article's graph. Never changed."""
    return memory_store(SETTINGS.graph_files)


def rows(query: str, of: ox.Store | None = None) -> list[tuple[str, ...]]:
    solutions = (of or store()).query(QUERY_PREFIXES + query)
    assert isinstance(solutions, ox.QuerySolutions)
    return [tuple("" if term is None else term.value.removeprefix(PREFIXES["yh"]) for term in row) for row in solutions]


@cache
def spans() -> dict[str, Span]:
    """Every span and every sentence."""
    found = rows(
        """SELECT ?span ?start ?end ?digest ?sentence WHERE {
        ?span oa:hasSelector [ oa:start ?start ; oa:end ?end ] ; schema:sha256 ?digest .
        OPTIONAL { ?span yho:inSentence ?sentence } }"""
    )
    return {span: Span(span, int(start), int(end), digest, in_ or None) for span, start, end, digest, in_ in found}


def number_spans() -> dict[str, list[tuple[str, str]]]:
    """The spans of numbers, each with (figure, printed form)."""
    found: dict[str, list[tuple[str, str]]] = {}
    for figure, span, printed in rows(
        "SELECT ?figure ?span ?printed WHERE { ?figure a qb:Observation ; yho:evidence ?span ; yho:printedForm ?printed }"
    ):
        found.setdefault(span, []).append((figure, printed))
    return found


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


# --- form -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_file_of_data_is_in_canonical_form(path: Path) -> None:
    content = path.read_bytes()
    assert turtle.canonical(content, path.name) == content.decode()


def test_the_graph_is_as_large_as_a_complete_one() -> None:
    assert [path.name for path in LOADED if path.name == "triples.ttl"]
    assert len(triples()) > 15_000


def test_every_node_has_a_name() -> None:
    assert [t for t in triples() if isinstance(t.subject, ox.BlankNode) or isinstance(t.object, ox.BlankNode)] == []


def test_names_are_flat_ascii_and_in_kebab_case() -> None:
    names = {t.subject.value for t in triples() if isinstance(t.subject, ox.NamedNode)}
    form = re.compile(re.escape(PREFIXES["yh"]) + r"[a-z0-9]+(-[a-z0-9]+)*")
    assert [name for name in names if not form.fullmatch(name)] == []


def test_every_resource_of_ours_that_is_spoken_of_is_described() -> None:
    described = {t.subject.value for t in triples() if isinstance(t.subject, ox.NamedNode)}
    spoken_of = {t.object.value for t in triples() if isinstance(t.object, ox.NamedNode)}
    assert {iri for iri in spoken_of - described if iri.startswith(PREFIXES["yh"])} == set()


def test_only_chinese_and_english_are_tagged() -> None:
    tags = Counter(t.object.language for t in triples() if isinstance(t.object, ox.Literal))
    assert set(tags) == {None, "zh", "en"}


def test_literals_are_in_canonical_lexical_form() -> None:
    literals = {t.object for t in triples() if isinstance(t.object, ox.Literal)}
    for literal in literals:
        kind = literal.datatype.value
        if kind.startswith(XSD):
            assert re.fullmatch(CANONICAL[kind.removeprefix(XSD)], literal.value), literal


def test_the_store_rewrites_nothing() -> None:
    loaded = ox.Store()
    loaded.extend(ox.Quad(t.subject, t.predicate, t.object) for t in triples())
    assert {quad.triple for quad in loaded} == set(triples())


def test_chinese_labels_have_chinese_in_them_and_english_ones_no_sentence() -> None:
    for t in triples():
        if isinstance(t.object, ox.Literal) and t.predicate.value == PREFIXES["skos"] + "prefLabel":
            assert t.object.value == t.object.value.strip() != ""
            if t.object.language == "zh":
                assert re.search("[\u4e00-\u9fff]", t.object.value), t


# --- places in the text -----------------------------------------------------------------------------------------------


def test_offsets_lie_inside_the_text() -> None:
    ((length,),) = rows("SELECT ?length WHERE { ?text a schema:TextObject ; yho:textLength ?length }")
    assert len(spans()) > 900
    assert [span for span in spans().values() if not 0 <= span.start < span.end <= int(length)] == []


def test_names_of_spans_and_selectors_hold_their_offsets() -> None:
    for name, selector, start, end in rows(
        "SELECT ?s ?l ?a ?b WHERE { ?s oa:hasSelector ?l . ?l oa:start ?a ; oa:end ?b }"
    ):
        assert selector == f"{DOCUMENT}-selector-{start}-{end}"
        assert name == f"{DOCUMENT}-span-{start}-{end}" or re.fullmatch(rf"{DOCUMENT}-sentence-\d{{3}}", name)


def sentences() -> list[Span]:
    return sorted((span for span in spans().values() if "-sentence-" in span.name), key=lambda span: span.start)


def test_every_span_begins_in_its_sentence_and_ends_there_or_in_the_next() -> None:
    """Evidence may run from one sentence of a caption into the other."""
    after = {a.name: b for a, b in zip(sentences(), sentences()[1:], strict=False)}
    for span in spans().values():
        if span.sentence is not None:
            sentence = spans()[span.sentence]
            assert sentence.start <= span.start < sentence.end, span
            assert span.end <= after.get(sentence.name, sentence).end, span


def test_a_number_or_a_name_ends_in_the_sentence_in_which_it_begins() -> None:
    for (name,) in rows(
        "SELECT DISTINCT ?s WHERE { { ?m oa:hasTarget ?s } UNION { ?f a qb:Observation ; yho:evidence ?s } }"
    ):
        span = spans()[name]
        assert span.sentence is not None
        assert span.end <= spans()[span.sentence].end, span


def test_sentences_follow_one_another_without_overlap() -> None:
    order = sentences()
    assert [s.name for s in order] == [f"{DOCUMENT}-sentence-{n:03d}" for n in range(1, len(order) + 1)]
    assert all(a.end <= b.start for a, b in itertools.pairwise(order))


def test_every_selector_and_every_span_serves_something() -> None:
    idle = "SELECT ?x WHERE { ?x a oa:TextPositionSelector FILTER NOT EXISTS { ?y oa:hasSelector ?x } }"
    assert rows(idle) == []
    idle = "SELECT ?x WHERE { ?x a oa:SpecificResource FILTER NOT EXISTS { ?y ?p ?x } }"
    assert rows(idle) == []


def test_a_surface_form_has_the_digest_of_its_span() -> None:
    """Line breaks are left out of surface forms, so those spans (which are longer) need the article."""
    checked = 0
    for surface, span in rows("SELECT ?surface ?span WHERE { ?m yho:surfaceForm ?surface ; oa:hasTarget ?span }"):
        found = spans()[span]
        if len(surface) == found.end - found.start:
            assert digest(surface) == found.digest, surface
            checked += 1
        else:
            assert len(surface) < found.end - found.start, surface
    assert checked > 400


def test_the_number_in_a_printed_form_has_the_digest_of_its_span() -> None:
    """And is as long as it can be inside the printed form: 8.2 is not to be found in 48.2."""
    assert len(number_spans()) == 76
    for name, figures in number_spans().items():
        span = spans()[name]
        size = span.end - span.start
        for figure, printed in figures:
            places = [i for i in range(len(printed)) if digest(printed[i : i + size]) == span.digest]
            assert len(places) == 1, figure
            before, after = printed[: places[0]], printed[places[0] + size :]
            assert not joins(before[-1:], printed[places[0]]), figure
            assert not joins(after[:1], printed[places[0] + size - 1]), figure


def joins(neighbour: str, edge: str) -> bool:
    """Whether a character makes a longer number together with a number's first or last one."""
    return bool(neighbour) and any(neighbour in kind and edge in kind for kind in (DIGITS, NUMERALS))


@pytest.fixture(scope="module")
def article() -> str:
    if not ARTICLE.is_file():
        pytest.skip("the article is not published with the project, and no copy lies beside the checkout")
    return ARTICLE.read_bytes().decode()


def test_the_copy_is_the_file_that_the_graph_cites(article: str) -> None:
    ((length, expected),) = rows(
        "SELECT ?length ?digest WHERE { ?text a schema:TextObject ; yho:textLength ?length ; schema:sha256 ?digest }"
    )
    assert (len(article), digest(article)) == (int(length), expected)


def test_every_digest_is_that_of_the_text_at_its_offsets(article: str) -> None:
    assert [s.name for s in spans().values() if digest(article[s.start : s.end]) != s.digest] == []


def test_every_number_is_taken_whole(article: str) -> None:
    for name in number_spans():
        span = spans()[name]
        before, number, after = article[span.start - 1], article[span.start : span.end], article[span.end]
        assert number == "首位" or all(c in DIGITS for c in number) or all(c in NUMERALS for c in number), number
        assert not joins(before, number[0]), span
        assert not joins(after, number[-1]), span


def test_every_surface_form_is_what_is_printed(article: str) -> None:
    for surface, span in rows("SELECT ?surface ?span WHERE { ?m yho:surfaceForm ?surface ; oa:hasTarget ?span }"):
        found = spans()[span]
        assert re.sub(r"\s", "", article[found.start : found.end]) == surface


def test_every_printed_form_stands_where_its_number_stands(article: str) -> None:
    for name, figures in number_spans().items():
        span = spans()[name]
        for figure, printed in figures:
            near = article[max(0, span.start - len(printed)) : span.end + len(printed)]
            assert printed in near, figure


def test_between_sentences_there_is_nothing_but_white_space(article: str) -> None:
    rest = list(article)
    for span in spans().values():
        if "-sentence-" in span.name:
            rest[span.start : span.end] = " " * (span.end - span.start)
    assert "".join(rest).strip() == ""


# --- shape ------------------------------------------------------------------------------------------------------------


def test_ontology_and_data_hold_what_the_shapes_ask() -> None:
    report = validate.validate(validate.graph_of_store(store()), validate.graph_of_files(SETTINGS.shape_files))
    assert report.violations == ()
    assert report.conforms


class Plant(NamedTuple):
    """An error to plant (an update), the node that the report must name, and what it must say or the path it must give."""

    update: str
    focus: str
    says: str


def insert(triple: str) -> str:
    return f"INSERT DATA {{ {triple} }}"


def delete(pattern: str) -> str:
    return f"DELETE WHERE {{ {pattern} }}"


def swap(subject: str, predicate: str, new: str) -> str:
    return f"DELETE {{ {subject} {predicate} ?old }} INSERT {{ {subject} {predicate} {new} }} WHERE {{ {subject} {predicate} ?old }}"


def figure(name: str) -> str:
    return f"yh:{DOCUMENT}-figure-{name}"


STATEMENT = f"yh:{DOCUMENT}-statement-"
DIMENSIONS = {
    "subject": "grp-2020",
    "indicator": "grp-change-2020",
    "period": "grp-average-growth-2020",
    "kind": "budget-revenue-2020",
    "basePeriod": "budget-revenue-change-2020",
    "breakdown": "retail-sales-2020",
}
#: Each error stands on a node of its own, so that one validation finds them all.
PLANTS: dict[str, Plant] = {
    **{
        f"a figure without {dimension}": Plant(
            delete(f"{figure(name)} yho:{dimension} ?x"), figure(name), f"ontology#{dimension}>"
        )
        for dimension, name in DIMENSIONS.items()
    },
    "a figure of two periods": Plant(
        insert(f"{figure('retail-sales-change-2020')} yho:period yh:period-2015"),
        figure("retail-sales-change-2020"),
        "ontology#period>",
    ),
    "a figure without evidence": Plant(
        delete(f"{figure('urbanisation-rate-2020')} yho:evidence ?x"), figure("urbanisation-rate-2020"), "#evidence>"
    ),
    "a figure without a unit": Plant(
        delete(f"{figure('schools-built-2016-2020')} yho:unit ?x"), figure("schools-built-2016-2020"), "ontology#unit>"
    ),
    "a value that is no decimal": Plant(
        swap(figure("school-places-added-2016-2020"), "sdmx-measure:obsValue", "8070"),
        figure("school-places-added-2016-2020"),
        "#obsValue>",
    ),
    "a value below its interval": Plant(
        swap(figure("online-approval-services-2021"), "schema:minValue", '"9999"^^xsd:decimal'),
        figure("online-approval-services-2021"),
        "minValue>",
    ),
    "average growth without a base period": Plant(
        swap(figure("fixed-asset-investment-average-growth-2020"), "yho:basePeriod", "yho:noBase"),
        figure("fixed-asset-investment-average-growth-2020"),
        "exactly one shape",
    ),
    "a count in yuan": Plant(
        swap(figure("one-visit-services-2021"), "yho:unit", "unit:CCY_CNY"),
        figure("one-visit-services-2021"),
        "exactly one shape",
    ),
    "a threshold that limits nothing": Plant(
        delete(f"{figure('service-enterprise-tax-threshold-ten-million-2020')} yho:qualifies ?x"),
        figure("service-enterprise-tax-threshold-ten-million-2020"),
        "exactly one shape",
    ),
    "a kind that is none": Plant(
        swap(figure("tax-share-of-budget-revenue-2020"), "yho:kind", "yho:total"),
        figure("tax-share-of-budget-revenue-2020"),
        "ontology#kind>",
    ),
    "a printed form that is a sentence": Plant(
        swap(figure("budget-tax-revenue-2020"), "yho:printedForm", f'"{"一" * 30}"@zh'),
        figure("budget-tax-revenue-2020"),
        "#printedForm>",
    ),
    "a period without notation": Plant(
        delete("yh:period-2011-2015 skos:notation ?x"), "yh:period-2011-2015", "#notation>"
    ),
    "a data set of no structure": Plant(
        delete(f"yh:{DOCUMENT}-figures qb:structure ?x"), f"yh:{DOCUMENT}-figures", "#structure>"
    ),
    "a text of no length": Plant(
        delete(f"yh:{DOCUMENT}-text yho:textLength ?x"), f"yh:{DOCUMENT}-text", "#textLength>"
    ),
    "a relation without a statement": Plant(
        insert(
            "yh:henan-province yho:cooperatesWith yh:luohe-city . yho:cooperatesWith rdfs:subPropertyOf yho:relatedTo"
        ),
        "yh:henan-province",
        "has no statement",
    ),
    "a relation of ours without a statement": Plant(
        insert("yh:wending-township yho:isWithin yh:henan-province"), "yh:wending-township", "has no statement"
    ),
    "a status without a statement": Plant(
        insert("yh:yuanhui-district adms:status yho:operatingStatus"), "yh:yuanhui-district", "has no statement"
    ),
    "a statement without its triple": Plant(
        delete("yh:luohe-city yho:isWithin yh:henan-province"),
        STATEMENT + "luohe-city-is-within-henan-province",
        "has no triple",
    ),
    "a statement without modality": Plant(
        delete(f"{STATEMENT}anti-corruption-is-guided-by-root-and-symptom yho:modality ?x"),
        STATEMENT + "anti-corruption-is-guided-by-root-and-symptom",
        "one modality",
    ),
    "a statement without evidence": Plant(
        delete(f"{STATEMENT}ancient-charm-banpo-is-brand-of-banpo yho:evidence ?x"),
        STATEMENT + "ancient-charm-banpo-is-brand-of-banpo",
        "needs evidence",
    ),
    "a prospect asserted": Plant(
        swap(
            STATEMENT + "henan-smart-manufacturing-base-would-develop-smart-manufacturing",
            "yho:modality",
            "yho:asserted",
        ),
        STATEMENT + "henan-smart-manufacturing-base-would-develop-smart-manufacturing",
        "marked as a fact",
    ),
    "a hope said by a property of facts": Plant(
        swap(STATEMENT + "luohe-food-culture-town-is-developed-by-weiguang-huitong", "yho:modality", "yho:planned"),
        STATEMENT + "luohe-food-culture-town-is-developed-by-weiguang-huitong",
        "stated as a fact",
    ),
    "a statement whose predicate relates no entities": Plant(
        insert(
            "yh:a-statement a rdf:Statement ; rdf:subject yh:banpo ; rdf:predicate yho:evidence ; rdf:object yh:banpo ;"
            f" yho:modality yho:asserted ; yho:evidence yh:{DOCUMENT}-span-3854-3858 . yh:banpo yho:evidence yh:banpo"
        ),
        "yh:a-statement",
        "no relation between entities",
    ),
    "a second class": Plant(insert("yh:weiguang-huitong a yho:Hospital"), "yh:weiguang-huitong", "one asserted class"),
    "no English label": Plant(
        'DELETE { yh:banpozhu-village skos:prefLabel ?x } WHERE { yh:banpozhu-village skos:prefLabel ?x FILTER(lang(?x) = "en") }',
        "yh:banpozhu-village",
        "skos:prefLabel in zh and one in en",
    ),
    "two Chinese labels": Plant(
        insert('yh:xi-dajie skos:prefLabel "西大街二"@zh'), "yh:xi-dajie", "skos:prefLabel in zh"
    ),
    "a name for the person who has none": Plant(
        insert('yh:erzhen-compound-resident skos:altLabel "某某"@zh'), "yh:erzhen-compound-resident", "altLabel>"
    ),
    "a person without a role": Plant(delete("yh:fu-guangya yho:hasRole ?x"), "yh:fu-guangya", "has a role"),
    "a misprint without a note": Plant(
        delete("yh:kongzhongguo-town skos:editorialNote ?x"), "yh:kongzhongguo-town", "editorial note"
    ),
    "an entity that no text mentions": Plant(
        insert('yh:nowhere a yho:Village ; skos:prefLabel "无"@zh , "Nowhere"@en'), "yh:nowhere", "no mention"
    ),
    "an entity with a name in Chinese script": Plant(
        insert('yh:村 a yho:Section ; skos:prefLabel "村"@zh , "Village"@en'), "yh:村", "does not match pattern"
    ),
    "a photograph of nothing": Plant(
        delete(f"yh:{DOCUMENT}-photo-01 yho:depicts ?x"), f"yh:{DOCUMENT}-photo-01", "depicts something"
    ),
    "a code with too many digits": Plant(
        swap("yh:code-410000", "skos:notation", '"4100001"^^yho:gbt2260'), "yh:code-410000", "six digits"
    ),
    "a code without its vintage": Plant(delete("yh:code-411100 yho:vintage ?x"), "yh:code-411100", "vintage"),
    "a digest in capitals": Plant(
        swap(f"yh:{DOCUMENT}-span-105-110", "schema:sha256", f'"{"A" * 64}"'), f"yh:{DOCUMENT}-span-105-110", "sha256>"
    ),
    "a digest that is too short": Plant(
        swap(f"yh:{DOCUMENT}-sentence-004", "schema:sha256", '"ab12"'), f"yh:{DOCUMENT}-sentence-004", "sha256>"
    ),
    "a span in no sentence": Plant(
        delete(f"yh:{DOCUMENT}-span-605-609 yho:inSentence ?x"), f"yh:{DOCUMENT}-span-605-609", "inSentence>"
    ),
    "a selector that ends before it starts": Plant(
        swap(f"yh:{DOCUMENT}-selector-3856-3858", "oa:end", "3"), f"yh:{DOCUMENT}-selector-3856-3858", "oa#start>"
    ),
    "a mention of nothing": Plant(
        delete(f"yh:{DOCUMENT}-mention-banpo-3856 oa:hasBody ?x"), f"yh:{DOCUMENT}-mention-banpo-3856", "hasBody>"
    ),
    "a surface form with a line break": Plant(
        swap(f"yh:{DOCUMENT}-mention-beautiful-small-town-3398", "yho:surfaceForm", '"美丽\\n小镇"@zh'),
        f"yh:{DOCUMENT}-mention-beautiful-small-town-3398",
        "without line breaks",
    ),
    "a term without a definition": Plant(delete("yho:isLocatedIn skos:definition ?x"), "yho:isLocatedIn", "definition"),
}


def expanded(name: str) -> str:
    prefix, _, local = name.partition(":")
    return f"<{PREFIXES[prefix]}{local}>"


@cache
def spoilt_store() -> tuple[ox.Store, frozenset[str]]:
    """A copy with all errors planted, and the names of those whose planting changed nothing."""
    copy = ox.Store()
    copy.extend(store())
    idle = set()
    before = set(copy)
    for what, plant in PLANTS.items():
        copy.update(QUERY_PREFIXES + plant.update)
        after = set(copy)
        if after == before:
            idle.add(what)
        before = after
    return copy, frozenset(idle)


@cache
def spoilt() -> validate.Report:
    copy, _ = spoilt_store()
    return validate.validate(validate.graph_of_store(copy), validate.graph_of_files(SETTINGS.shape_files))


@pytest.mark.slow
def test_every_error_is_planted() -> None:
    """Otherwise a node was renamed, and the test of that error would fail for the wrong reason."""
    _, idle = spoilt_store()
    assert idle == frozenset()


@pytest.mark.slow
@pytest.mark.parametrize("what", PLANTS)
def test_a_planted_error_is_found_at_its_node(what: str) -> None:
    node = expanded(PLANTS[what].focus)
    said = [v for v in spoilt().violations if node in (v.focus, v.value)]
    words = [f"{v.message} {v.path}" for v in said]
    assert [text for text in words if PLANTS[what].says in text], words or "nothing was found"


@pytest.mark.slow
def test_validation_accuses_only_what_the_planted_errors_touch() -> None:
    planted = {expanded(plant.focus) for plant in PLANTS.values()}
    touched = planted | {f"<{PREFIXES['yho']}{rule}>" for rule in ("relatedTo", "hasProspect")}
    others = {v.focus for v in spoilt().violations if v.focus not in touched}
    # Those that point to a spoilt node are wrong as well.
    for other in others:
        text = " ".join(str(quad) for quad in store().quads_for_pattern(ox.NamedNode(other[1:-1]), None, None))
        assert any(node in text for node in planted), other


# --- links ------------------------------------------------------------------------------------------------------------

LINKS = SETTINGS.resources / "data" / "links"
MATCHES = {PREFIXES["skos"] + kind for kind in ("exactMatch", "closeMatch")}
SAME = PREFIXES["owl"] + "sameAs"
MAPPINGS = """PREFIX sssom: <https://w3id.org/sssom/> SELECT ?source ?predicate ?target ?confidence ?comment WHERE {
    ?mapping a sssom:Mapping ; owl:annotatedSource ?source ; owl:annotatedProperty ?predicate ;
      owl:annotatedTarget ?target ; sssom:mapping_justification ?justification ; sssom:reviewer_label ?reviewer ;
      sssom:mapping_date ?date ; sssom:confidence ?confidence ; rdfs:comment ?comment FILTER(lang(?comment) IN ("en", "")) }"""


@cache
def links() -> ox.Store:
    return memory_store(sorted(LINKS.glob("*.ttl")))


def test_links_stand_apart_from_what_is_reasoned_over() -> None:
    assert not {path for path in SETTINGS.graph_files if path.parent == LINKS}
    assert [t for t in triples() if t.predicate.value in MATCHES | {SAME}] == []
    assert len(links()) > 0


def test_every_link_is_a_reviewed_mapping_and_every_mapping_a_link() -> None:
    stated = {
        (quad.subject.value.removeprefix(PREFIXES["yh"]), quad.predicate.value, quad.object.value)
        for quad in links()
        if quad.predicate.value in MATCHES | {SAME}
    }
    mapped = {(source, predicate, target) for source, predicate, target, _, _ in rows(MAPPINGS, links())}
    assert stated == mapped
    assert len(rows(MAPPINGS, links())) == len(mapped) == 16


def test_links_start_at_entities_of_the_graph_and_say_what_they_rest_on() -> None:
    known = {name for (name,) in rows("SELECT ?e WHERE { ?e a/rdfs:subClassOf* yho:Entity }")}
    for source, predicate, target, confidence, comment in rows(MAPPINGS, links()):
        assert source in known
        assert 0 < float(confidence) <= 1
        assert re.match(
            r"http://www\.wikidata\.org/entity/Q\d+$|https://sws\.geonames\.org/\d+/$|https://w3id\.org/yuanhui-kg/register/cn/\d+$",
            target,
        )
        assert comment
        assert predicate != SAME, "the same only after a review against the record itself"


@pytest.mark.parametrize("name", ["identities", "divisions"])
def test_the_table_of_links_says_what_the_graph_says(name: str) -> None:
    table, graph = read_sssom(LINKS / f"{name}.sssom.tsv"), memory_store([LINKS / f"{name}.ttl"])
    published_ = ox.Store()
    published_.extend(ox.Quad(triple.subject, triple.predicate, triple.object) for triple in published(table))
    assert set(rows(MAPPINGS, published_)) == set(rows(MAPPINGS, graph))
    assert len(rows(MAPPINGS, graph)) == len(table.rows)
    if name == "divisions":  # which is nothing else
        assert {str(quad) for quad in published_} == {str(quad) for quad in graph}
