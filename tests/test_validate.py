from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import RDF, SH, Graph

from yuanhui_kg.errors import DataError
from yuanhui_kg.settings import Settings
from yuanhui_kg.store import memory_store
from yuanhui_kg.validate import graph_of_files, graph_of_store, validate

FIXTURES = Path(__file__).parent / "fixtures"
PREFIXES = """
@prefix ex: <https://a.example/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""
SHAPES = """
ex:shape a sh:NodeShape ; sh:targetClass ex:Place ;
  sh:property [ sh:path ex:name ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:string ;
    sh:message "A place has one name."@en ] .
"""
DATA = 'ex:a a ex:Town ; ex:name "A" . ex:Town rdfs:subClassOf ex:Place .\n'


def graph(turtle: str) -> Graph:
    return Graph().parse(data=PREFIXES + turtle, format="turtle")


def test_a_graph_that_holds_what_is_asked_conforms() -> None:
    report = validate(graph(DATA), graph(SHAPES))
    assert report.conforms
    assert report.violations == ()


def test_violations_name_focus_path_message_and_value_in_a_stable_order() -> None:
    report = validate(graph(DATA + 'ex:c a ex:Town . ex:b a ex:Town ; ex:name "B", "Bee" .'), graph(SHAPES))
    assert not report.conforms
    assert [(v.focus, v.path, v.message) for v in report.violations] == [
        ("<https://a.example/b>", "<https://a.example/name>", "A place has one name."),
        ("<https://a.example/c>", "<https://a.example/name>", "A place has one name."),
    ]
    assert {v.severity for v in report.violations} == {"<http://www.w3.org/ns/shacl#Violation>"}


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("[ sh:inversePath ex:p ]", "^{p}"),
        ("( ex:p ex:q )", "{p}/{q}"),
        ("[ sh:alternativePath ( ex:p [ sh:inversePath ex:q ] ) ]", "{p}|^{q}"),
        ("( [ sh:zeroOrMorePath ex:p ] [ sh:oneOrMorePath ex:q ] [ sh:zeroOrOnePath ex:p ] )", "{p}*/{q}+/{p}?"),
        ("[ sh:inversePath ( ex:p [ sh:alternativePath ( ex:p ex:q ) ] ) ]", "^({p}/({p}|{q}))"),
        ("[ sh:zeroOrOnePath [ sh:inversePath ex:p ] ]", "(^{p})?"),
        ("[ sh:inversePath [ sh:zeroOrMorePath ex:p ] ]", "^{p}*"),
        ("[ sh:alternativePath ( ex:q ( ex:p ex:q ) ) ]", "{q}|{p}/{q}"),
    ],
)
def test_paths_are_told_as_sparql_writes_them(path: str, told: str) -> None:
    """A path that is more than a property was the name of a blank node, another one each time."""
    shape = f"ex:shape a sh:NodeShape ; sh:targetNode ex:a ; sh:property [ sh:path {path} ; sh:minCount 9 ] ."
    (violation,) = validate(graph(""), graph(shape)).violations
    assert violation.path == told.format(p="<https://a.example/p>", q="<https://a.example/q>")


def test_the_report_is_kept_as_rdf() -> None:
    report = validate(graph("ex:b a ex:Place ; ex:name 1 ."), graph(SHAPES))
    assert len(list(report.graph.subjects(RDF.type, SH.ValidationResult))) == len(report.violations) == 1
    assert report.violations[0].value == '"1"^^<http://www.w3.org/2001/XMLSchema#integer>'


def test_a_malformed_shape_is_an_error_of_the_shapes() -> None:
    with pytest.raises(DataError, match="shapes cannot be used"):
        validate(graph(DATA), graph('ex:shape a sh:NodeShape ; sh:targetClass ex:Town ; sh:minCount "x" .'))


def test_files_become_one_graph_and_errors_name_the_line(tmp_path: Path) -> None:
    first, second = tmp_path / "a.ttl", tmp_path / "b.nq"
    first.write_text(PREFIXES + DATA)
    second.write_text("<x:s> <x:p> <x:o> <x:graph> .\n")
    assert len(graph_of_files([first, second])) == 4
    second.write_text("\n<x:s> <x:p> .\n")
    with pytest.raises(DataError, match=r"b\.nq, line 2"):
        graph_of_files([first, second])


def test_terms_are_the_same_in_both_libraries(tmp_path: Path) -> None:
    """rdflib's own parser is the measure, for all that it knows; triple terms it does not."""
    text = (
        '<x:a> <x:p> "a", "\\u65b0\\n"@zh-Hans, "1.5"^^<http://www.w3.org/2001/XMLSchema#decimal>, "x"^^<x:type>, <x:b> .\n'
        '<x:a> <x:p> "2020-02-30"^^<http://www.w3.org/2001/XMLSchema#date>, "" .\n'
    )
    expected = Graph().parse(data=text, format="turtle")
    (tmp_path / "a.ttl").write_text(f"{text} <x:a> <x:q> <<( <x:a> <x:p> <x:b> )>> .", encoding="utf-8")
    assert {t[2].n3().lower() for t in graph_of_files([tmp_path / "a.ttl"])} == {t[2].n3().lower() for t in expected}


def test_a_stores_named_graphs_are_part_of_it_only_when_asked() -> None:
    store = ox.Store()
    store.add(ox.Quad(ox.NamedNode("x:s"), ox.NamedNode("x:p"), ox.Literal("a\nb", language="zh")))
    store.add(ox.Quad(ox.NamedNode("x:s"), ox.NamedNode("x:p"), ox.NamedNode("x:o"), ox.NamedNode("x:graph")))
    assert len(graph_of_store(store)) == 1
    assert len(graph_of_store(store, union=True)) == 2


# --- the project's own shapes, on a graph of the model -------------------------------------------------------------------


@pytest.fixture(scope="module")
def shapes() -> Graph:
    return graph_of_files(Settings().shape_files)


def planted(update: str = "") -> Graph:
    """The ontology and the fixture's graph, with an error planted."""
    store = memory_store([*Settings().ontology_files, FIXTURES / "qinghe" / "triples.ttl"])
    if update:
        store.update(
            """PREFIX oa: <http://www.w3.org/ns/oa#> PREFIX qb: <http://purl.org/linked-data/cube#>
            PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> PREFIX schema: <https://schema.org/>
            PREFIX sdmx-measure: <http://purl.org/linked-data/sdmx/2009/measure#>
            PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
            PREFIX yh: <https://w3id.org/yuanhui-kg/id/> PREFIX yho: <https://w3id.org/yuanhui-kg/ontology#>
            """
            + update
        )
    return graph_of_store(store)


@pytest.mark.slow
def test_the_fixture_and_the_ontology_conform(shapes: Graph) -> None:
    assert validate(planted(), shapes).violations == ()


FIGURE = "yh:qinghe-2031-figure-gdp"
STATEMENT = "yh:qinghe-2031-statement-yunshan-foods-is-located-in-qinghe-district"


@pytest.mark.slow  # SHACL over everything, each time
@pytest.mark.parametrize(
    ("update", "focus"),
    [
        (f"INSERT DATA {{ {FIGURE} yho:period yh:period-2029 }}", "qinghe-2031-figure-gdp"),
        (f"DELETE WHERE {{ {FIGURE} yho:unit ?unit }}", "qinghe-2031-figure-gdp"),
        (f"DELETE WHERE {{ {FIGURE} yho:evidence ?span }}", "qinghe-2031-figure-gdp"),
        (f"INSERT DATA {{ {FIGURE} sdmx-measure:obsValue 12 }}", "qinghe-2031-figure-gdp"),
        ("DELETE WHERE { yh:qinghe-district skos:prefLabel ?label }", "qinghe-district"),
        ("INSERT DATA { yh:yunshan-foods a yho:District }", "yunshan-foods"),
        (f"DELETE WHERE {{ {STATEMENT} yho:modality ?modality }}", STATEMENT.removeprefix("yh:")),
        (f"DELETE WHERE {{ {STATEMENT} yho:evidence ?span }}", STATEMENT.removeprefix("yh:")),
        ("DELETE WHERE { yh:yunshan-foods yho:isLocatedIn ?place }", STATEMENT.removeprefix("yh:")),
        ("INSERT DATA { yh:xinghe-tech yho:isLocatedIn yh:qinghe-district }", "xinghe-tech"),
        ("DELETE WHERE { yh:qinghe-2031-selector-26-31 oa:end ?end }", "qinghe-2031-selector-26-31"),
        (
            "DELETE { ?s oa:end ?e } INSERT { ?s oa:end 3 } WHERE { VALUES ?s { yh:qinghe-2031-selector-26-31 } ?s oa:end ?e }",
            "qinghe-2031-selector-26-31",
        ),
        ("DELETE WHERE { yh:qinghe-2031-span-26-31 schema:sha256 ?digest }", "qinghe-2031-span-26-31"),
        (
            "DELETE WHERE { yh:qinghe-2031-mention-yunshan-foods-52 oa:hasBody ?thing }",
            "qinghe-2031-mention-yunshan-foods-52",
        ),
        ("DELETE WHERE { yho:isLocatedIn skos:definition ?text }", "isLocatedIn"),
    ],
)
def test_a_planted_error_is_found_where_it_is(shapes: Graph, update: str, focus: str) -> None:
    report = validate(planted(update), shapes)
    assert any(focus in violation.focus + violation.message for violation in report.violations)
