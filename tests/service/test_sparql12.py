"""RDF 1.2 and SPARQL 1.2, as far as the engine has them, over HTTP: data in, queries and updates, answers out."""

from __future__ import annotations

import io

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from writable import WITH_TOKEN, named

DATA = """VERSION "1.2"
PREFIX : <http://e/>
:s :p :o ~ :r {| :q 1 |} .
<< :a :b :c ~ :r2 >> :q 2 .
:t :holds <<( :a :b "v"@ar--rtl )>> .
:l :text "t"@en--ltr , "u"@en , "w" .
"""
PREFIXES = "PREFIX : <http://e/> PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> "
FORMATS = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
}


@pytest.fixture(scope="module")
def graph(writable: FlaskClient) -> str:
    """The IRI of a graph that holds the data, put there as Turtle 1.2."""
    iri = named()
    answer = writable.put(
        f"/graphs?graph={iri}", data=DATA, content_type="text/turtle; version=1.2", headers=WITH_TOKEN
    )
    assert answer.status_code == 201, answer.text
    return iri


def rows(client: FlaskClient, graph: str, query: str, accept: str) -> list[list[str]]:
    parameters = {"query": PREFIXES + query, "default-graph-uri": graph, "version": "1.2"}
    answer = client.get("/sparql", query_string=parameters, headers={"Accept": accept})
    assert answer.status_code == 200, answer.text
    assert answer.mimetype == accept
    found = ox.parse_query_results(answer.data, FORMATS[accept])
    assert isinstance(found, ox.QuerySolutions)
    return sorted([f"<<( {term} )>>" if isinstance(term, ox.Triple) else str(term) for term in row] for row in found)


@pytest.mark.parametrize("accept", FORMATS)
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (
            "SELECT ?r ?t { ?r rdf:reifies ?t }",
            [
                ["<http://e/r2>", "<<( <http://e/a> <http://e/b> <http://e/c> )>>"],
                ["<http://e/r>", "<<( <http://e/s> <http://e/p> <http://e/o> )>>"],
            ],
        ),
        ("SELECT ?q { << :a :b :c >> :q ?q }", [['"2"^^<http://www.w3.org/2001/XMLSchema#integer>']]),
        ("SELECT ?q { :s :p :o {| :q ?q |} }", [['"1"^^<http://www.w3.org/2001/XMLSchema#integer>']]),
        ("SELECT ?q { <<<http://e/a><http://e/b>?c~?r>>:q?q }", [['"2"^^<http://www.w3.org/2001/XMLSchema#integer>']]),
        ("SELECT ?v { :t :holds <<( ?s ?p ?v )>> }", [['"v"@ar--rtl']]),
        (
            "SELECT (SUBJECT(?t) AS ?s) (OBJECT(?t) AS ?o) { :t ?p ?t FILTER(isTRIPLE(?t)) }",
            [["<http://e/a>", '"v"@ar--rtl']],
        ),
        ("SELECT ?o { :l :text ?o FILTER(hasLANGDIR(?o) && LANGDIR(?o) = 'ltr') }", [['"t"@en--ltr']]),
        ("SELECT ?o { :l :text ?o FILTER(hasLANG(?o) && !hasLANGDIR(?o)) }", [['"u"@en']]),
        ("SELECT (STRLANGDIR('x', 'ar', 'rtl') AS ?x) {}", [['"x"@ar--rtl']]),
        ("SELECT (TRIPLE(:a, :b, 'c') AS ?t) {}", [['<<( <http://e/a> <http://e/b> "c" )>>']]),
        ("VERSION '1.2' SELECT ?t { VALUES ?t { <<( :a :b <<( :a :b 'c'@en--ltr )>> )>> } }",
         [['<<( <http://e/a> <http://e/b> <<( <http://e/a> <http://e/b> "c"@en--ltr )>> )>>']]),
    ],
)  # fmt: skip
def test_queries_with_triple_terms_and_directions_are_answered(
    writable: FlaskClient, graph: str, query: str, expected: list[list[str]], accept: str
) -> None:
    assert rows(writable, graph, query, accept) == expected


def test_csv_holds_triple_terms_as_text(writable: FlaskClient, graph: str) -> None:
    parameters = {"query": PREFIXES + "SELECT ?t { :t :holds ?t }", "default-graph-uri": graph}
    answer = writable.get("/sparql", query_string=parameters, headers={"Accept": "text/csv"})
    assert answer.status_code == 200
    assert answer.text.split("\r\n")[1].split()[:2] == ["http://e/a", "http://e/b"]


@pytest.mark.parametrize(
    "media_type",
    ["text/turtle", "application/trig", "application/n-triples", "application/n-quads", "application/rdf+xml"],
)
def test_a_graph_comes_back_as_it_was_put(writable: FlaskClient, graph: str, media_type: str) -> None:
    answer = writable.get("/graphs", query_string={"graph": graph}, headers={"Accept": media_type})
    assert answer.status_code == 200
    assert answer.mimetype == media_type
    format = ox.RdfFormat.from_media_type(media_type)
    found = ox.Dataset(ox.Quad(*q.triple) for q in ox.parse(io.BytesIO(answer.data), format))
    wanted = ox.Dataset(ox.Quad(*q.triple) for q in ox.parse(DATA, ox.RdfFormat.TURTLE))
    assert found == wanted


def test_json_ld_cannot_hold_it_and_that_is_told(writable: FlaskClient, graph: str) -> None:
    asked = {"Accept": "application/ld+json"}
    query = PREFIXES + "CONSTRUCT { :x :y ?t } WHERE { :t :holds ?t }"
    for answer in (
        writable.get("/graphs", query_string={"graph": graph}, headers=asked),
        writable.get("/sparql", query_string={"query": query, "default-graph-uri": graph}, headers=asked),
    ):
        assert answer.status_code == 406
        assert "RDF 1.2" in answer.json["error"]["message"]


@pytest.mark.parametrize(
    ("triple", "told"), [(r'<urn:s> <urn:p> "a\u0001"', "U+0001"), ("<urn:s> <urn:1> 1", "<urn:1>")]
)
def test_what_xml_cannot_hold_is_told_and_not_sent(writable: FlaskClient, triple: str, told: str) -> None:
    graph = {"graph": named()}
    writable.put("/graphs", query_string=graph, data=triple + ".", content_type="text/turtle", headers=WITH_TOKEN)
    asked = {"Accept": "application/rdf+xml"}
    for answer in (
        writable.get("/graphs", query_string=graph, headers=asked),
        writable.get("/sparql", query_string={"query": f"CONSTRUCT {{ {triple} }} {{}}"}, headers=asked),
    ):
        assert answer.status_code == 406
        assert told in answer.json["error"]["message"]
        assert answer.json["error"]["hint"] == "Ask for text/turtle."


def test_updates_write_reifiers_and_triple_terms(writable: FlaskClient) -> None:
    graph = named()
    update = f"""VERSION "1.2" {PREFIXES}
    INSERT DATA {{ GRAPH <{graph}> {{ :s :p "o"@en--rtl ~ :r {{| :since 2020 |}} . << :a :b :c >> :q 1 }} }} ;
    INSERT {{ GRAPH <{graph}> {{ ?r :about ?t }} }} WHERE {{ GRAPH <{graph}> {{ ?r rdf:reifies ?t FILTER(isIRI(?r)) }} }} ;
    DELETE WHERE {{ GRAPH <{graph}> {{ ?r rdf:reifies <<( :s :p ?o )>> }} }}"""
    answer = writable.post(
        "/update", data=update, content_type="application/sparql-update; version=1.2", headers=WITH_TOKEN
    )
    assert answer.status_code == 204, answer.text
    json = "application/sparql-results+json"
    assert rows(writable, graph, "SELECT ?t { :r :about ?t }", json) == [
        ['<<( <http://e/s> <http://e/p> "o"@en--rtl )>>']
    ]
    assert rows(writable, graph, "SELECT ?o { ?r rdf:reifies <<( ?s ?p ?o )>> }", json) == [["<http://e/c>"]]


@pytest.mark.parametrize(
    "query",
    [
        "VERSION 1.2 ASK {}",
        "VERSION '1.2 ASK {}",
        "ASK { <<( :a :b )>> ?p ?o }",
        "ASK { << :a :b :c ?p ?o }",
        "ASK { ?s ?p ?o {| ?q |} }",
        "SELECT (STRLANGDIR('x') AS ?x) {}",
    ],
)
def test_what_sparql_1_2_does_not_allow_is_a_syntax_error(writable: FlaskClient, query: str) -> None:
    answer = writable.get("/sparql", query_string={"query": PREFIXES + query})
    assert answer.status_code == 400
    assert answer.json["error"]["code"] == "query_syntax"


def test_what_the_engine_cannot_evaluate_is_an_error_with_its_reason(writable: FlaskClient) -> None:
    query = PREFIXES + "SELECT * { ?r rdf:reifies <<( <<( :a :b :c )>> :d :e )>> }"
    answer = writable.get("/sparql", query_string={"query": query})
    assert answer.status_code == 501
    assert "cannot evaluate" in answer.json["error"]["message"]
