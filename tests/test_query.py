import io
import json
import re
from typing import Any
from xml.dom import minidom

import pyoxigraph as ox
import pytest

from yuanhui_kg.errors import NotAcceptableError, QuerySyntaxError, QueryUnsupportedError, UsageError
from yuanhui_kg.namespaces import PREFIXES
from yuanhui_kg.query import GRAPH_FORMATS, RESULTS_FORMATS, QueryRequest, evaluate, syntax_error, term
from yuanhui_kg.translating import translated
from yuanhui_kg.xml_stream import XmlStream

DATA = """
PREFIX e: <http://example.org/>
INSERT DATA { e:a e:p e:b . GRAPH e:g { e:c e:p "丙"@zh } GRAPH e:h { e:d e:p 1.5 } }
"""


@pytest.fixture
def store() -> ox.Store:
    store = ox.Store()
    store.update(DATA)
    return store


def answer(store: ox.Store, query: str, **values: Any) -> tuple[dict[str, Any], bytes]:
    union = values.pop("union", False)
    out = io.BytesIO()
    return evaluate(store, QueryRequest(query, **values), out, union=union), out.getvalue()


def subjects(store: ox.Store, query: str, **values: Any) -> set[str]:
    _, body = answer(store, query, **values)
    return {row["s"]["value"].rpartition("/")[2] for row in json.loads(body)["results"]["bindings"]}


@pytest.mark.parametrize("media_type", RESULTS_FORMATS)
def test_solutions_come_in_every_results_format(store: ox.Store, media_type: str) -> None:
    head, body = answer(store, "SELECT ?s { ?s ?p ?o }", results_type=media_type)
    assert head == {"media_type": media_type, "kind": "solutions"}
    parsed = ox.parse_query_results(body, format=RESULTS_FORMATS[media_type]) if media_type != "text/csv" else None
    assert [str(row["s"]) for row in parsed] == ["<http://example.org/a>"] if parsed else b"example.org/a" in body


@pytest.mark.parametrize("media_type", RESULTS_FORMATS)
def test_booleans_come_in_every_results_format(store: ox.Store, media_type: str) -> None:
    head, body = answer(store, "ASK {}", results_type=media_type)
    assert head["kind"] == "boolean"
    assert b"true" in body


@pytest.mark.parametrize("media_type", GRAPH_FORMATS)
def test_triples_come_in_every_graph_format(store: ox.Store, media_type: str) -> None:
    head, body = answer(store, "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }", graph_type=media_type)
    assert head == {"media_type": media_type, "kind": "graph"}
    (triple,) = ox.parse(body, format=GRAPH_FORMATS[media_type])
    assert str(triple.object) == "<http://example.org/b>"


def test_triple_terms_in_a_format_that_knows_none_are_not_acceptable(store: ox.Store) -> None:
    """They were an internal error."""
    construct = "CONSTRUCT { <urn:s> <urn:p> <<( <urn:a> <urn:b> <urn:c> )>> } {}"
    assert b"<<(" in answer(store, construct, graph_type="text/turtle")[1]
    with pytest.raises(NotAcceptableError, match="triple terms"):
        answer(store, construct, graph_type="application/ld+json")


XML_RESULTS = "application/sparql-results+xml"
RDF_XML = "application/rdf+xml"


@pytest.mark.parametrize("escaped", [r"\u0001", r"\u000B", r"\u001F", r"\uFFFE", r"\uFFFF"])
def test_characters_that_xml_has_not_are_not_acceptable_in_it(store: ox.Store, escaped: str) -> None:
    """They stood in answers with status 200 that no XML reader read."""
    for query, types in (
        (f'SELECT ("a{escaped}b" AS ?x) {{}}', {"results_type": XML_RESULTS}),
        (f'CONSTRUCT {{ <urn:s> <urn:p> "a{escaped}b" }} {{}}', {"graph_type": RDF_XML}),
    ):
        with pytest.raises(NotAcceptableError, match=escaped.replace(r"\u", r"U\+")):
            answer(store, query, **types)


@pytest.mark.parametrize("iri", ["http://e/123", "http://e/", "http://e/a&b=-", "urn:1", "https://schema.org/"])
def test_properties_and_classes_that_name_no_element_are_not_acceptable_in_rdf_xml(store: ox.Store, iri: str) -> None:
    for construct in (f'CONSTRUCT {{ <urn:s> <{iri}> "a" }} {{}}', f"CONSTRUCT {{ <urn:s> a <{iri}> }} {{}}"):
        with pytest.raises(NotAcceptableError, match=re.escape(iri) if iri[-1] != "/" else "holds"):
            answer(store, construct, graph_type=RDF_XML)
    with pytest.raises(NotAcceptableError, match="rdf:li"):
        answer(store, f"CONSTRUCT {{ <urn:s> <{PREFIXES['rdf']}li> 1 }} {{}}", graph_type=RDF_XML)


def test_xml_reads_back_as_it_was_whatever_the_engine_cuts_it_into(store: ox.Store) -> None:
    """A carriage return came back as a line feed."""
    text = "<a: >]]>&\r\n\t 图😀\ufffd" + "图" * 9000
    _, body = answer(store, "CONSTRUCT { <urn:s> <urn:p/1图> ?x } {}", graph_type=RDF_XML, bindings=_given(text))
    (element,) = minidom.parseString(body).getElementsByTagName("图")
    assert element.firstChild is not None
    assert element.firstChild.nodeValue == text
    _, body = answer(store, "SELECT ?x {}", results_type=XML_RESULTS, bindings=_given(text))
    (element,) = minidom.parseString(body).getElementsByTagName("literal")
    assert element.firstChild is not None
    assert element.firstChild.nodeValue == text


def _given(text: str) -> dict[str, str]:
    return {"x": str(ox.Literal(text))}


@pytest.mark.parametrize("size", range(1, 9))
def test_what_is_no_xml_is_seen_across_pieces(size: int) -> None:
    for wrong in (b"\xef\xbf\xbe", b"\x0b", b'<oxprefix: xmlns:oxprefix="http://e/12">x', b"<yho:>"):
        whole = b'<a href="x">' + wrong + b"</a>"
        with pytest.raises(NotAcceptableError, match=r"http://e/12|yho|U"):
            _in_pieces(whole, size)


def _in_pieces(whole: bytes, size: int) -> None:
    stream = XmlStream(io.BytesIO(), RDF_XML)
    for start in range(0, len(whole), size):
        stream.write(whole[start : start + size])


def test_an_answer_without_an_acceptable_format_names_those_there_are(store: ox.Store) -> None:
    with pytest.raises(NotAcceptableError, match="sparql-results"):
        answer(store, "ASK {}", results_type=None)
    with pytest.raises(NotAcceptableError, match="turtle"):
        answer(store, "DESCRIBE <http://example.org/a>", graph_type=None)


def test_a_plain_query_sees_the_default_graph_unless_the_union_is_asked_for(store: ox.Store) -> None:
    assert subjects(store, "SELECT ?s { ?s ?p ?o }") == {"a"}
    assert subjects(store, "SELECT ?s { ?s ?p ?o }", union=True) == {"a", "c", "d"}


def test_from_narrows_what_is_seen_even_under_the_union(store: ox.Store) -> None:
    query = "SELECT ?s FROM <http://example.org/g> { ?s ?p ?o }"
    assert subjects(store, query) == subjects(store, query, union=True) == {"c"}


def test_the_protocols_dataset_takes_the_place_of_the_querys(store: ox.Store) -> None:
    query = "SELECT ?s FROM <http://example.org/g> { { ?s ?p ?o } UNION { GRAPH ?x { ?s ?p ?o } } }"
    assert subjects(store, query, default_graphs=("http://example.org/h",)) == {"d"}
    assert subjects(store, query, named_graphs=("http://example.org/h",)) == {"d"}


@pytest.mark.parametrize(
    ("query", "values", "missing"),
    [
        ("SELECT ?s FROM <http://example.org/x> { ?s ?p ?o }", {}, ["http://example.org/x"]),
        ("BASE <http://example.org/d/> SELECT ?s FROM <../x> { ?s ?p ?o }", {}, ["http://example.org/x"]),
        ("SELECT ?s FROM <x> { ?s ?p ?o }", {"base": "http://example.org/sparql"}, ["http://example.org/x"]),
        ("SELECT ?s FROM NAMED <a:x> { GRAPH ?g { ?s ?p ?o } }", {}, ["a:x"]),
        ("SELECT ?s { ?s ?p ?o }", {"default_graphs": ("a:x", "a:y", "a:x")}, ["a:x", "a:y"]),
        ("SELECT ?s { GRAPH ?g { ?s ?p ?o } }", {"named_graphs": ("a:x",)}, ["a:x"]),
        ("SELECT ?s FROM <a:x> { ?s ?p 7 }", {"default_graphs": ("http://example.org/g",)}, None),
    ],
)
def test_a_graph_that_is_not_here_is_empty_and_named(
    store: ox.Store, query: str, values: dict[str, Any], missing: list[str] | None
) -> None:
    assert subjects(store, query, **values) == set()
    assert answer(store, query, **values)[0].get("missing_graphs") == missing


def test_what_is_here_is_found_beside_a_graph_that_is_not(store: ox.Store) -> None:
    query = "SELECT ?s FROM <http://example.org/g> FROM <http://example.org/x> { ?s ?p ?o }"
    assert subjects(store, query) == subjects(store, query, union=True) == {"c"}


def test_relative_iris_are_resolved_against_the_base_and_are_an_error_without_one(store: ox.Store) -> None:
    query = "SELECT ?s { ?s <p> <b> }"
    assert subjects(store, query, base="http://example.org/sparql") == {"a"}
    with pytest.raises(QuerySyntaxError):
        answer(store, query)


def test_a_function_that_is_not_known_is_named_where_it_is_called_and_only_there(store: ox.Store) -> None:
    query = "PREFIX e: <http://example.org/> SELECT ?s { ?s e:p ?o FILTER(e:f(?o) && e:g(?o, 1)) }"
    with pytest.raises(QueryUnsupportedError, match=r"no function <http://example\.org/f>"):
        answer(store, query)
    assert subjects(store, query.replace("e:p ?o", "e:none ?o")) == set()
    many = " ".join(f"FILTER(<http://example.org/f{number}>())" for number in range(100))
    with pytest.raises(QueryUnsupportedError, match=r"no function <http://example\.org/f"):
        answer(store, f"SELECT ?s {{ ?s <http://example.org/none> ?o {many} }}")


def test_alternatives_of_paths_give_each_pair_once_as_the_docs_say(store: ox.Store) -> None:
    store.update("PREFIX e: <http://example.org/> INSERT DATA { e:a e:q e:b }")
    _, both = answer(store, "PREFIX e: <http://example.org/> SELECT ?s { ?s e:p|e:q e:b }")
    _, each = answer(store, "PREFIX e: <http://example.org/> SELECT ?s { { ?s e:p e:b } UNION { ?s e:q e:b } }")
    assert [len(json.loads(body)["results"]["bindings"]) for body in (both, each)] == [1, 2]


def test_a_graph_name_that_is_no_iri_is_a_usage_error(store: ox.Store) -> None:
    with pytest.raises(UsageError, match="no absolute IRI"):
        answer(store, "ASK {}", default_graphs=("not an iri",))


def test_a_syntax_error_tells_line_and_column_without_character_tables(store: ox.Store) -> None:
    with pytest.raises(QuerySyntaxError, match=r"line 2, column \d+") as caught:
        answer(store, "SELECT ?s {\n ?s ?p ")
    assert "u{" not in str(caught.value)


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("SELEC ?s { ?s ?p ?o }", "line 1, column 1: a query begins with SELECT, ASK, CONSTRUCT or DESCRIBE"),
        ("# 问\nBASE <http://e/> 查询 {}", "line 2, column 18: a query begins with SELECT"),
        ("PREFIX x <y> SELECT * {}", "line 1, column 1: from “PREFIX x <y>"),
        ("SELECT * {\n ?s ?p }", "line 2, column 2: from “?s ?p }” on it makes no sense"),
        ("SELECT * { FILTER(foo(?x)) }", "column 19: from “foo(?x)) }” on"),
        ("SELECT (ENCODE(?x) AS ?y) {}", "column 9: from “ENCODE(?x) AS ?y) {}” on"),
        ("ASK { ?s ?p ?o . . }", "column 18: from “. }” on"),
        ("SELECT * { ?s ?p ?o } }", "column 23: from “}” on"),
        ("SELECT (1 AS ?x {}", "column 17: expected “)”."),
        ("SELECT * { ?s ?p 'x }", "column 22: expected “'”."),
        ("SELECT * { ?s ?p ?o \n\n", "line 1, column 20: expected one of “,”, “.”, “;”, “{”, “}”."),
        ("SELECT * { ?s ?p ?o } LIMIT x", "column 29: expected a number"),
        ("SELECT ?s ?p { ?s ?p ?o } GROUP BY ?s", "The SELECT contains a variable that is unbound"),
        ("SELECT * { ?s <a b> ?o }", "IRI parsing failed"),
        ("ASK", "column 4: expected “{”"),
    ],
)
def test_a_syntax_error_tells_what_is_wrong_and_not_what_the_parser_tried(
    store: ox.Store, query: str, told: str
) -> None:
    """They named "expected ENCODE_FOR_URI", "expected one of VERSION, [_]", and the end of the text."""
    with pytest.raises(QuerySyntaxError, match=re.escape(told)) as caught:
        answer(store, query)
    assert "[_]" not in str(caught.value)
    assert translated(str(caught.value)) is not None


@pytest.mark.parametrize(
    ("update", "told"),
    [
        ("SELECT * {}", "column 1: an update begins with INSERT"),
        ("CREATE GRAPH <urn:g> ; DELET DATA {}", "column 24: from “DELET DATA {}” on"),
        ("INSERT DATA { ?s ?p 1 }", "Variables are not allowed in INSERT DATA"),
        ("CLEAR", "column 6: it ends too early"),
    ],
)
def test_a_syntax_error_of_an_update_is_told_likewise(update: str, told: str) -> None:
    with pytest.raises(SyntaxError) as caught:
        ox.Store().update(update)
    assert told in str(syntax_error(caught.value, update, "update"))


def test_a_prefix_that_is_not_declared_is_named_with_the_line_to_add(store: ox.Store) -> None:
    with pytest.raises(
        QuerySyntaxError, match=r"skos: is not declared.* PREFIX skos: <http://www\.w3\.org/2004/02/skos"
    ):
        answer(store, "PREFIX e: <http://example.org/> SELECT ?s { ?s e:p 'x:y' ; skos:prefLabel ?l }")
    with pytest.raises(QuerySyntaxError, match="PREFIX mine: <…>"):
        answer(store, "SELECT ?s { ?s mine:p ?o } # other:p")


def test_values_are_bound_as_terms_and_cannot_change_the_query(store: ox.Store) -> None:
    query = "SELECT ?s ?o { ?s ?p ?o }"
    assert subjects(store, query, bindings={"s": "<http://example.org/a>"}) == {"a"}
    assert subjects(store, query, bindings={"o": '"x } UNION { ?s ?p ?o"'}) == set()


def test_a_bound_variable_must_be_projected(store: ox.Store) -> None:
    with pytest.raises(UsageError, match="values"):
        answer(store, "SELECT ?s { ?s ?p ?o }", bindings={"nowhere": "1"} | {"nowhere": '"1"'})


@pytest.mark.parametrize("text", ["", "<a> .", '"x', "<http://example.org/a> . <x:a> <x:b> <x:c>", "?x"])
def test_what_is_no_term_is_no_value(text: str) -> None:
    with pytest.raises(UsageError, match="no RDF term"):
        term(text)
