"""Citations: what they hold, what they leave open, and the rules of their formats."""

from __future__ import annotations

import datetime
import hashlib
import json
import re

import pytest

import csl
import graphs
from graphs import yh
from yuanhui_kg.cite import MAX_PLACES, STYLES, Citation, access_date, cite, styled
from yuanhui_kg.errors import NotFoundError, UsageError
from yuanhui_kg.settings import Settings
from yuanhui_kg.store import StoreReader, memory_store

HEADER = """
<https://w3id.org/yuanhui-kg/ontology> a owl:Ontology ; owl:versionInfo "1.2.3" ;
    dcterms:modified "2030-04-05"^^xsd:date ; dcterms:creator "the contributors" .
"""
ARTICLE = """
yh:doc-text schema:encodesCreativeWork yh:doc-article .
yh:doc-article a schema:NewsArticle ; skos:prefLabel "临东区向前"@zh, "Lindong moves on"@en ;
    schema:headline "临东区向前"@zh ; dcterms:issued "2029"^^edtf:EDTF ; yho:periodBasis yho:periodInferred ;
    schema:author yh:writer .
yh:writer skos:prefLabel "李四"@zh, "Li Si"@en .
"""
GRAPH = graphs.ONTOLOGY + graphs.DATA + graphs.SPANS + HEADER + ARTICLE
DAY = datetime.date(2031, 2, 3)


def citation(name: str, graph: str = GRAPH) -> Citation:
    return cite(graphs.reader(graph), yh(name))


@pytest.fixture(scope="module")
def figure() -> Citation:
    return citation("doc-figure-1")


def test_gbt7714_cites_the_fact_in_the_data_set_and_the_article_as_its_source(figure: Citation) -> None:
    fact, source = figure.gbt7714().splitlines()
    assert fact == (
        "东山产业园 2020年产值[DS/OL]//the contributors. yuanhui-kg. 1.2.3版. [出版地不详]: [出版者不详], 2030[引用日期]. "
        f"{yh('doc-figure-1')}."
    )
    assert source == "李四. 临东区向前[N]. [报纸名不详], [2029], [月日不详]([版次不详]): 字符10-12."
    assert "2030[2031-02-03]. " in figure.gbt7714(DAY)


def test_a_newspaper_and_a_day_that_are_known_are_told() -> None:
    told = ARTICLE.replace('"2029"^^edtf:EDTF ; yho:periodBasis yho:periodInferred', '"2029-05-06"^^xsd:date')
    told += 'yh:doc-article schema:isPartOf yh:paper . yh:paper skos:prefLabel "临东日报"@zh, "Lindong Daily"@en .'
    known = citation("doc-figure-1", GRAPH.replace(ARTICLE, told))
    assert known.gbt7714().splitlines()[1] == "李四. 临东区向前[N]. 临东日报, 2029-05-06([版次不详]): 字符10-12."
    assert "Lindong Daily, 2029-05-06, characters 10-12" in known.text("en")
    assert known.csl()[1]["container-title"] == "临东日报"
    assert known.csl()[1]["issued"] == {"date-parts": [[2029, 5, 6]]}


def test_what_the_graph_does_not_know_is_left_open_and_not_invented() -> None:
    bare = citation("doc-figure-1", graphs.DATA + graphs.SPANS)
    assert bare.gbt7714().splitlines() == [
        f"东山产业园 2020年产值[DS/OL]. [出版地不详]: [出版者不详], [出版年不详][引用日期]. {yh('doc-figure-1')}.",
        "doc-text[Z]. [出版地不详]: [出版者不详], [出版年不详]: 字符10-12.",
    ]
    assert not {"author", "issued", "version", "accessed"} & bare.csl()[0].keys()
    assert "year =" not in bare.bibtex()
    for text in (bare.text("zh"), bare.text("en"), bare.bibtex(), bare.gbt7714()):
        assert not re.search(r"\b(19|20)\d\d\b(?!年产值)", text.replace(yh("doc-figure-1"), ""))


THEIRS = "<https://stats.example.org/id/t1> a yho:Zone ; skos:prefLabel 'East Town'@en ."
ABOUT = """
yh:datasets_x dcterms:title "Yearbook"@en ; dcterms:license <https://spdx.org/licenses/CC0-1.0> ;
    dcterms:publisher [ foaf:name "Bureau" ] ; dcterms:temporal [ dcat:startDate "2022" ] .
"""


def _theirs(graph: str, about: str = "") -> Citation:
    reader = graphs.reader(GRAPH, {graph: THEIRS, yh("datasets"): about})
    return cite(reader, "https://stats.example.org/id/t1")


def test_a_fact_of_a_data_set_beside_the_graph_is_cited_as_of_that() -> None:
    made = _theirs(yh("datasets_x"), ABOUT)
    assert made.gbt7714() == (
        "East Town[DS/OL]//Yearbook（数据年份：2022）. [出版地不详]: Bureau, [出版年不详][引用日期]. https://stats.example.org/id/t1.\n"
    )
    assert made.as_dict("en")["data_set"] == {
        "iri": yh("datasets_x"), "title": "Yearbook", "version": None, "year": None, "creators": [], "publisher": "Bureau",
        "vintage": "2022", "licence": "https://spdx.org/licenses/CC0-1.0",
    }  # fmt: skip
    assert "In: data set Yearbook (data of 2022), published by Bureau, year not known, https" in made.text("en")
    assert "载：数据集Yearbook（数据年份：2022），Bureau发布，年份不详" in made.text("zh")
    assert "Licence: https://spdx.org/licenses/CC0-1.0" in made.text("en")
    assert "publisher = {Bureau}" in made.bibtex("en")
    assert "howpublished = {Data set Yearbook (data of 2022)}" in made.bibtex("en")
    (item,) = made.csl("en")
    assert (item["container-title"], item["publisher"], item["custom"]["vintage"]) == ("Yearbook", "Bureau", "2022")
    assert csl.problems([item]) == []


def test_a_fact_of_which_nobody_tells_whose_it_is_is_nobodys() -> None:
    elsewhere = cite(graphs.reader(GRAPH + THEIRS), "https://stats.example.org/id/t1")
    for made in (_theirs("https://stats.example.org/g"), elsewhere):
        assert made.gbt7714() == (
            "East Town[DS/OL]. [出版地不详]: [出版者不详], [出版年不详][引用日期]. https://stats.example.org/id/t1.\n"
        )
        for text in (made.text("zh"), made.text("en"), made.bibtex("zh"), json.dumps(made.csl())):
            assert "yuanhui" not in text
            assert "contributors" not in text
            assert "203" not in text.replace(made.digest.sha256 if made.digest else "", "")
        assert made.as_dict()["data_set"]["title"] is None


def test_a_statement_is_cited_as_what_it_states_with_its_modality_where_it_is_no_fact() -> None:
    assert citation("doc-statement-2").name("zh") == "绿源公司——投资——东山产业园"
    hoped = citation("doc-statement-3")
    assert (hoped.name("zh"), hoped.name("en")) == (
        "重庆银行——拟建——东山产业园（计划）",
        "重庆银行 – plans to build – Dongshan Industrial Park (planned)",
    )
    assert hoped.csl("en")[0]["custom"]["modality"] == "planned"
    for style in STYLES:
        assert re.search("计划|planned", styled(hoped, style))


def test_an_entity_is_cited_with_the_places_that_mention_it() -> None:
    zone = citation("zone")
    assert [(place.start, place.end) for source in zone.sources for place in source.places] == [(1, 3)]
    assert "字符1-3。" in zone.text("zh")
    alone = citation("alone")
    assert alone.sources == ()
    assert len(alone.gbt7714().splitlines()) == 1


def test_of_many_places_the_first_are_listed_and_all_are_counted() -> None:
    many = [(n, n + 1) for n in range(100, 100 + MAX_PLACES + 5)]
    spans = "".join(graphs.span(*pair) for pair in many)
    spans += "".join(f"yh:doc-figure-1 yho:evidence yh:doc-span-{a}-{b} ." for a, b in many)
    (source,) = citation("doc-figure-1", GRAPH + spans).sources
    assert (len(source.places), source.count) == (MAX_PLACES, MAX_PLACES + 6)
    assert f"等{MAX_PLACES + 6}处" in citation("doc-figure-1", GRAPH + spans).gbt7714()


def test_what_is_only_pointed_to_can_be_cited_and_what_is_unknown_cannot() -> None:
    assert citation("doc-text", graphs.SPANS).title == {"zh": "doc-text", "en": "doc-text"}
    with pytest.raises(NotFoundError, match="nowhere"):
        citation("nowhere")
    with pytest.raises(UsageError, match="Parameter iri"):
        cite(graphs.reader(), "x> y")


# --- formats ----------------------------------------------------------------------------------------------------------


def test_csl_items_keep_the_rules_of_the_schema(figure: Citation) -> None:
    for language in ("zh", "en"):
        items = figure.csl(language, DAY)
        assert csl.problems(items) == []
        assert [item["type"] for item in items] == ["dataset", "article-newspaper"]
    fact, source = figure.csl("zh", DAY)
    assert (fact["container-title"], fact["version"], fact["URL"]) == ("yuanhui-kg", "1.2.3", yh("doc-figure-1"))
    assert fact["accessed"] == {"date-parts": [[2031, 2, 3]]}
    assert fact["custom"]["characters"] == {"doc-article": [[10, 12]]}
    assert fact["custom"]["sha256"] == figure.digest.sha256 if figure.digest else None
    assert source["issued"] == {"date-parts": [[2029]], "circa": True}
    assert "container-title" not in source


@pytest.mark.parametrize(
    ("item", "problem"),
    [
        ({"id": "a"}, "type is missing"),
        ({"id": "a", "type": "facts"}, "type: facts is no type"),
        ({"id": "a", "type": "dataset", "newspaper": "x"}, "newspaper: not in the schema"),
        ({"id": "a", "type": "dataset", "title": 3}, "title: no text"),
        ({"id": "a", "type": "dataset", "author": [{"name": "x"}]}, "author: name is wrong"),
        ({"id": "a", "type": "dataset", "issued": {"date-parts": [[]]}}, "issued: date-parts are wrong"),
    ],
)
def test_the_rules_of_the_schema_find_what_breaks_them(item: dict[str, object], problem: str) -> None:
    assert csl.problems([item]) == [problem]


def entries(text: str) -> dict[str, dict[str, str]]:
    """The entries of a BibTeX file whose values stand in braces, by key. Fails on what BibTeX could not read."""
    found, position = {}, 0
    while match := re.compile(r"\s*@(\w+)\{([^\s,{}\"#%~\\=()']+),").match(text, position):
        position, fields = match.end(), {}
        while field := re.compile(r"\s*([a-z]+) = \{").match(text, position):
            start = position = field.end()
            depth = 1
            while depth:
                step = 2 if text[position] == "\\" else 1
                depth += {"{": 1, "}": -1}.get(text[position : position + step], 0)
                position += step
            fields[field[1]] = text[start : position - 1]
            assert text[position] == ","
            position += 1
        end = re.compile(r"\s*\}").match(text, position)
        assert end, text[position:]
        position, found[match[2]] = end.end(), {"@": match[1], **fields}
    assert not text[position:].strip()
    return found


def test_bibtex_is_what_bibtex_reads(figure: Citation) -> None:
    found = entries(figure.bibtex("en", DAY))
    assert list(found) == ["doc-figure-1", "doc-article"]
    assert {entry["@"] for entry in found.values()} == {"misc"}
    fact = found["doc-figure-1"]
    assert (fact["author"], fact["year"], fact["urldate"]) == ("{the contributors}", "2030", "2031-02-03")
    assert fact["url"] == yh("doc-figure-1")
    assert figure.digest
    assert figure.digest.sha256 in fact["note"]
    assert "characters 10-12" in fact["note"]
    assert found["doc-article"]["author"] == "{Li Si}"
    assert "urldate" not in entries(figure.bibtex())["doc-figure-1"]


def test_the_source_of_two_facts_has_one_and_the_same_entry() -> None:
    one, two = (citation(name) for name in ("doc-figure-1", "doc-statement-2"))
    assert entries(one.bibtex())["doc-article"] == entries(two.bibtex())["doc-article"]
    assert one.csl()[1] == two.csl()[1]


def test_things_whose_ids_are_no_keys_of_bibtex_have_keys_of_their_own() -> None:
    """Two things with Chinese names were both ``cited``, of which BibTeX takes the first for both."""
    ids = ("中文名", "公司", "公司-a", "局-a", "a-公司", "figure（一）")
    keys = [_key_of(id) for id in ids]
    assert len(set(keys)) == len(keys)
    assert all(re.fullmatch(r"[A-Za-z0-9:/.-]+", key) for key in keys)
    assert keys[0] == "cited-" + hashlib.sha256(yh("中文名").encode()).hexdigest()[:8]
    assert _key_of("a-b_c.d") == "a-b_c.d"


def _key_of(id: str) -> str:
    found = citation(id, f'<{yh(id)}> skos:prefLabel "某"@zh .').bibtex()
    return found.partition("{")[2].partition(",")[0]


def test_characters_that_mean_something_to_tex_are_escaped() -> None:
    evil = "a}b{c\\d%e#f_g&h$i~j^k"
    graph = GRAPH.replace("东山产业园 2020年产值", evil.replace("\\", "\\\\"))
    fact = entries(citation("doc-figure-1", graph).bibtex())["doc-figure-1"]
    assert fact["title"] == (r"{a\}b\{c\textbackslash{}d\%e\#f\_g\&h\$i\textasciitilde{}j\textasciicircum{}k}")


def test_plain_text_is_there_in_both_languages(figure: Citation) -> None:
    text = styled(figure, "text")
    assert text == f"{figure.text('zh')}\n{figure.text('en')}"
    assert "原文写作212.5亿元" in text
    assert f"载：数据集yuanhui-kg，1.2.3版，2030年，{yh('doc-figure-1')}。" in text
    assert "2029年（推断），字符10-12" in text
    assert "newspaper not named in the text, 2029 (inferred), characters 10-12" in text
    assert "［请填写］" in text
    assert "[fill in]" in text
    assert "Accessed: 2031-02-03." in styled(figure, "text", "en", DAY)
    assert json.loads(styled(figure, "csl")) == figure.csl("zh")


def test_unknown_styles_languages_and_days_are_refused(figure: Citation) -> None:
    for wrong in (lambda: styled(figure, "apa"), lambda: styled(figure, "text", "fr"), lambda: access_date("3.2.2031")):
        with pytest.raises(UsageError):
            wrong()
    assert access_date(None) is None


# --- the data that come along -----------------------------------------------------------------------------------------


def test_every_figure_and_statement_of_the_data_has_citations_in_every_style() -> None:
    reader = StoreReader(memory_store(Settings().served_files))
    nodes = [
        node.value
        for node, *_ in reader.select(
            "PREFIX qb: <http://purl.org/linked-data/cube#> PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> "
            "SELECT DISTINCT ?n WHERE { { ?n a qb:Observation } UNION { ?n a rdf:Statement } }"
        )
    ]
    assert len(nodes) > 500
    for iri in nodes:
        made = cite(reader, iri)
        assert made.digest is not None
        assert made.sources
        assert made.version
        assert csl.problems(made.csl("zh") + made.csl("en")) == []
        assert len(entries(made.bibtex("zh"))) == len(entries(made.bibtex("en"))) == 1 + len(made.sources)
        first = made.gbt7714().splitlines()[0]
        assert re.fullmatch(
            r".+\[DS/OL\]//.+\. yuanhui-kg\. .+版\. \[出版地不详\]: \[出版者不详\], \d{4}\[引用日期\]\. .+\.", first
        )
        assert iri in made.text("zh")
