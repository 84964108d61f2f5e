from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from yuanhui_kg import catalog
from yuanhui_kg.errors import DataError, NotFoundError, UsageError
from yuanhui_kg.settings import Settings
from yuanhui_kg.store import StoreReader, memory_store

FIXTURES = Path(__file__).parent / "fixtures"
YH = "https://w3id.org/yuanhui-kg/id/"

HEADER = """\
#+ summary:
#+   zh: 某年有哪些数字？
#+   en: Which figures has a year?
#+ tags: [figures, "two words"]
#+ params:
#+   region:
#+     type: iri
#+     label:
#+       zh: 地区
#+       en: Region
#+     default: yh:qinghe-district
#+   year:
#+     type: gYear
#+     label:
#+       zh: 年份
#+       en: Year
#+ expect: rows
"""
QUERY = "SELECT ?region ?year WHERE { ?region ?p ?year }\n"


def write(folder: Path, text: str, name: str = "some-query.rq") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_header_is_read_whole(tmp_path: Path) -> None:
    query = catalog.read(write(tmp_path, HEADER + QUERY))
    assert query.id == "some-query"
    assert query.summary == {"zh": "某年有哪些数字？", "en": "Which figures has a year?"}
    assert query.tags == ("figures", "two words")
    assert query.params == (
        catalog.Parameter("region", "iri", {"zh": "地区", "en": "Region"}, "yh:qinghe-district"),
        catalog.Parameter("year", "gYear", {"zh": "年份", "en": "Year"}),
    )
    assert (query.expect, query.kind, query.variables) == ("rows", "solutions", ("region", "year"))
    assert query.text == HEADER + QUERY


def test_what_kind_of_answer_a_query_gives_is_known(tmp_path: Path) -> None:
    summary = "".join(HEADER.splitlines(keepends=True)[:3])
    assert catalog.read(write(tmp_path, summary + "ASK { ?s ?p ?o }")).kind == "boolean"
    assert catalog.read(write(tmp_path, summary + "CONSTRUCT WHERE { ?s ?p ?o }")).kind == "graph"


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("#+   en: Which figures has a year?\n", "", 1, "a text in en is missing"),
        ("#+   en: ", "#+   de: ", 3, "unknown field 'de'"),
        ("#+ tags: [", "#+ tag: [", 4, "unknown field 'tag'"),
        ('"two words"]', '"two words"', 4, "the list is not closed"),
        ('"two words"]', '"two words]', 4, "the quoted text is not closed"),
        ("#+     type: gYear", "#+      type: gYear", 13, "the indentation fits no line above"),
        ("#+     type: gYear", "#+     type: year", 13, "unknown type 'year'"),
        ("#+     type: gYear\n", "", 12, "parameter year has no type"),
        ("#+   year:\n", "#+   region:\n", 12, "region stands there twice"),
        ("#+   year:\n", "#+   month:\n", 12, "parameter month is not among the variables"),
        ("#+     default: yh:qinghe-district", "#+     default: qing he", 11, "neither an IRI nor"),
        ("#+ expect: rows", "#+ expect: lots", 17, "expect is 'lots'"),
        ("#+ expect: rows", "#+ expect", 17, "not of the form key: value"),
        ("#+ expect: rows", "#+ expect:", 17, "expect has no value"),
        ("#+ expect: rows", "#+ expect: *rows", 17, "must stand in double quotes"),
        ("WHERE {", "WHERE (", 18, "expected"),
    ],
)
def test_an_error_names_file_and_line(tmp_path: Path, old: str, new: str, line: int, message: str) -> None:
    text = HEADER + QUERY
    assert old in text
    path = write(tmp_path, text.replace(old, new, 1))
    with pytest.raises(DataError) as caught:
        catalog.load(tmp_path)
    assert caught.value.message.startswith(f"{path}, line {line}: ")
    assert message in caught.value.message


def test_a_file_without_header_or_with_a_bad_name_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no header"):
        catalog.read(write(tmp_path, QUERY))
    with pytest.raises(DataError, match="no id of a query"):
        catalog.read(write(tmp_path, HEADER + QUERY, "Some Query.rq"))


def test_values_are_bound_as_terms_and_defaults_stand_in(tmp_path: Path) -> None:
    query = catalog.read(write(tmp_path, HEADER + QUERY))
    year = '"2030"^^<http://www.w3.org/2001/XMLSchema#gYear>'
    assert query.bindings({"year": "2030"}) == {"region": f"<{YH}qinghe-district>", "year": year}
    assert query.bindings({"year": "2030", "region": "http://a.example/b"})["region"] == "<http://a.example/b>"


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({}, "needs a value for its parameter year"),
        ({"year": "last"}, "'last' is no gYear"),
        ({"year": "2030", "month": "5"}, "no parameter month"),
        ({"year": "2030", "region": "<a b>"}, "neither an IRI nor"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_by_name(tmp_path: Path, values: dict[str, str], message: str) -> None:
    query = catalog.read(write(tmp_path, HEADER + QUERY))
    with pytest.raises(UsageError, match=message):
        query.bindings(values)


@pytest.mark.parametrize(
    ("type", "value", "term"),
    [
        ("zh", '引"号', '"引\\"号"@zh'),
        ("en", "a\nb", '"a\\nb"@en'),
        ("string", "x> . DROP ALL", '"x> . DROP ALL"'),
        ("integer", "-7", '"-7"^^<http://www.w3.org/2001/XMLSchema#integer>'),
        ("edtf", "2016/2020", '"2016/2020"^^<http://id.loc.gov/datatypes/edtf/EDTF>'),
    ],
)
def test_typed_values_become_n_triples_terms(type: str, value: str, term: str) -> None:
    assert catalog.typed_term(value, type) == term


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("<http://a.example/b>", "<http://a.example/b>"),
        ("http://a.example/b", "<http://a.example/b>"),
        ("yh:qinghe-district", f"<{YH}qinghe-district>"),
        ('"云杉"@zh', '"云杉"@zh'),
        ('"2030"^^xsd:gYear', '"2030"^^<http://www.w3.org/2001/XMLSchema#gYear>'),
        ("12", '"12"^^<http://www.w3.org/2001/XMLSchema#integer>'),
        ("1.5", '"1.5"^^<http://www.w3.org/2001/XMLSchema#decimal>'),
        ("true", '"true"^^<http://www.w3.org/2001/XMLSchema#boolean>'),
        ("青禾区", '"青禾区"'),
    ],
)
def test_values_without_a_declared_type_are_read_as_sparql_would(text: str, term: str) -> None:
    assert catalog.guessed_term(text) == term


@pytest.mark.parametrize("text", ["<no iri", '"open', '"a"@', '"a" . <x:a> <x:b> "c"', '"a"^^<b c>'])
def test_text_that_is_no_term_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"is no|is neither"):
        catalog.guessed_term(text)


def test_an_unknown_id_is_told_with_the_known_ones(tmp_path: Path) -> None:
    write(tmp_path, HEADER + QUERY)
    with pytest.raises(NotFoundError, match="There are: some-query"):
        catalog.find(tmp_path, "another")
    with pytest.raises(NotFoundError):
        catalog.find(tmp_path / "below", "../some-query")
    assert catalog.find(tmp_path, "some-query").id == "some-query"


def test_every_saved_query_of_the_project_can_be_read() -> None:
    queries = catalog.load(Settings().queries)
    assert {"figures", "mentions", "statements"} <= queries.keys()
    files = [*Settings().queries.iterdir(), *(Settings().queries / "linking").iterdir()]
    assert len(queries) == sum(path.is_file() for path in files)
    assert {id for id, one in queries.items() if one.path.parent.name == "linking"} == {
        id for id, one in queries.items() if "linking" in one.tags
    }


def test_two_queries_of_one_name_are_refused(tmp_path: Path) -> None:
    write(tmp_path, HEADER + QUERY)
    (tmp_path / "linking").mkdir()
    write(tmp_path / "linking", HEADER + QUERY)
    with pytest.raises(DataError, match="another query 'some-query'"):
        catalog.load(tmp_path)


THREE_LINES = 76  #: Where the first three lines of the fixture's text end; their rows are worked out by hand.
CONTRACT = {
    "figures": (
        "figure start end value unit indicator subject period kind base qualifier breakdown",
        [
            tuple(row.split(","))
            for row in (
                "gdp,26,31,12050000000,CNY,地区生产总值,青禾区,2030,level,,exact,total",
                "gdp-growth,36,39,6.2,percent,地区生产总值,青禾区,2030,change,2029,exact,total",
                "urbanisation,45,49,48.2,percent,城镇化率,青禾区,2030,share,,exact,total",
            )
        ],
    ),
    "mentions": (
        "entity label type start end",
        [
            ("qinghe-district", "青禾区", "District", "0", "3"),
            ("qinghe-district", "青禾区", "District", "12", "15"),
            ("yunshan-foods", "云杉食品公司", "Company", "52", "58"),
            ("qinghe-district", "青禾区", "District", "60", "63"),
            ("xinghe-tech", "星河科技公司", "Company", "64", "70"),
        ],
    ),
    "statements": (
        "subject predicate object modality start end",
        [
            ("yunshan-foods", "isLocatedIn", "qinghe-district", "asserted", "52", "58"),
            ("qinghe-district", "isInTalksWith", "xinghe-tech", "inTalks", "64", "70"),
        ],
    ),
}


@pytest.mark.parametrize("id", CONTRACT)
def test_contract_queries_answer_for_any_graph_of_the_model(id: str) -> None:
    query = catalog.find(Settings().queries, id)
    variables, expected = CONTRACT[id]
    rows = StoreReader(memory_store([*Settings().ontology_files, FIXTURES / "qinghe" / "triples.ttl"])).select(
        query.text
    )
    prefixes = (f"{YH}qinghe-2031-figure-", YH, "https://w3id.org/yuanhui-kg/ontology#")

    def short(value: str) -> str:
        for prefix in prefixes:
            value = value.removeprefix(prefix)
        return value

    assert " ".join(query.variables) == variables
    end = query.variables.index("end")
    found = [tuple(short(term.value) for term in row) for row in rows]
    assert [row for row in found if int(row[end]) <= THREE_LINES] == expected
    assert len(found) > len(expected)


def test_ranks_have_their_own_unit_and_counts_their_plain_name() -> None:
    store = memory_store([*Settings().ontology_files, FIXTURES / "qinghe" / "triples.ttl"])
    store.update(
        """PREFIX yho: <https://w3id.org/yuanhui-kg/ontology#> PREFIX yh: <https://w3id.org/yuanhui-kg/id/>
        PREFIX unit: <http://qudt.org/vocab/unit/> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
        DELETE { ?f yho:kind ?k ; yho:unit ?u } INSERT { ?f yho:kind ?kind ; yho:unit unit:NUM } WHERE {
          VALUES (?f ?kind) {
            (yh:qinghe-2031-figure-gdp-growth yho:growthRank) (yh:qinghe-2031-figure-urbanisation yho:countKind)
          }
          ?f yho:kind ?k ; yho:unit ?u }
        """
    )
    rows = list(StoreReader(store).select(catalog.find(Settings().queries, "figures").text))
    assert [(row[8].value, row[4].value) for row in rows[:3]] == [
        ("level", "CNY"),
        ("growthRank", "rank"),
        ("count", "count"),
    ]


def test_a_thing_of_two_classes_is_still_one_row_a_mention() -> None:
    store = memory_store([*Settings().ontology_files, FIXTURES / "qinghe" / "triples.ttl"])
    kind = ox.NamedNode("https://schema.org/Organization")
    store.add(ox.Quad(ox.NamedNode(YH + "yunshan-foods"), ox.NamedNode(CLASS), kind))
    rows = list(StoreReader(store).select(catalog.find(Settings().queries, "mentions").text))
    printed = [row[2].value for row in rows if row[0].value == YH + "yunshan-foods"]
    assert printed == ["Company Organization"] * 2


CLASS = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
