import pytest

from yuanhui_kg.errors import QueryRefusedError, QuerySyntaxError, QueryTooComplexError, UsageError
from yuanhui_kg.screening import (
    add_using,
    decode,
    is_deterministic,
    may_be_relative,
    screen,
    screen_update,
    without_loads,
)

HARMLESS = [
    "SELECT * { ?s ?p 'SERVICE' }",
    'SELECT * { ?s ?p """a " SERVICE <x> {} """ }',
    "SELECT * { ?s ?p <http://example.org/service/SERVICE> } # SERVICE <x> {}",
    "PREFIX service: <http://example.org/service#> SELECT * { ?s service:address ?service }",
    "PREFIX a: <http://example.org/> SELECT * { ?s a:SERVICE ?o }",
    r"PREFIX a: <http://example.org/> SELECT * { ?s a:b\#SERVICE ?o }",
    "SELECT * { ?s ?p _:SERVICE }",
    "SELECT * { ?s ?p 'x'@en-service }",
]
SERVICES = [
    "SELECT * { SERVICE <http://example.org/> {} }",
    "SELECT * { service silent ?s {} }",
    "SELECT * { ?s ?p 1SERVICE<http://example.org/>{} }",
    "SELECT * { ?s ?p trueSERVICE <http://example.org/> {} }",
    "PREFIX e: <http://example.org/> SELECT * { SERVICEe:z {} }",
    "PREFIX e: <http://example.org/> SELECT * { SERVICESILENTe:z {} }",
    "PREFIX : <http://example.org/> SELECT * { SERVICE:z {} }",
    r"SELECT * { \u0053ERVICE <http://example.org/> {} }",
    r"SELECT * { \U00000053ERVICE <http://example.org/> {} }",
    "SELECT * { FILTER(1<2)SERVICE#>\n<http://example.org/> {} }",
    "SELECT * { ?s ?p 'a' # '\n SERVICE <http://example.org/> {} }",
    "SELECT * { ?s ?p 'it''s' SERVICE <http://example.org/> {} }",
]


@pytest.mark.parametrize("query", HARMLESS)
def test_the_word_service_elsewhere_is_let_through(query: str) -> None:
    screen(query, 100)


@pytest.mark.parametrize("query", SERVICES)
def test_a_service_clause_is_refused_however_it_is_written(query: str) -> None:
    with pytest.raises(QueryRefusedError, match="SERVICE"):
        screen(query, 100)


@pytest.mark.parametrize(
    "update", ["INSERT DATA { <a:a> <a:b> 1 }", "PREFIX a: <a:> delete where { ?s ?p ?o }", "LOAD <x>"]
)
def test_an_update_is_no_query_and_is_named(update: str) -> None:
    with pytest.raises(QuerySyntaxError, match="update"):
        screen(update, 100)


def test_the_words_of_updates_are_no_updates_inside_a_query() -> None:
    screen("SELECT ?with { ?with ?load 'INSERT' FILTER(?load = 'DELETE') }", 100)


@pytest.mark.parametrize("brackets", ["{}", "()", "[]"])
def test_nesting_is_counted_up_to_the_limit(brackets: str) -> None:
    screen("SELECT * " + brackets[0] * 100 + brackets[1] * 100, 100)
    with pytest.raises(QueryTooComplexError, match="max_query_nesting"):
        screen("SELECT * " + brackets[0] * 101 + brackets[1] * 101, 100)


def test_brackets_in_strings_iris_and_comments_are_no_nesting() -> None:
    screen("SELECT * { ?s ?p '" + "(" * 200 + "' } # " + "{" * 200, 100)


def test_the_graphs_of_from_clauses_are_found_with_prefix_and_base() -> None:
    query = r"""BASE <http://example.org/base/> PREFIX p: <http://example.org/p#>
        SELECT * FROM <one> FROM NAMED p:two\,a FROM # <no>
        <http://example.org/three> { ?s ?p "FROM <four>" }"""
    assert screen(query, 100).graphs == (
        "http://example.org/base/one",
        "http://example.org/p#two,a",
        "http://example.org/three",
    )


@pytest.mark.parametrize("call", ["RAND()", "now ( )", "UUID()", "StrUUID()", "BNODE('a')", "now # comment\n()"])
def test_queries_that_answer_differently_each_time_are_known(call: str) -> None:
    assert not is_deterministic(f"SELECT ({call} AS ?x) {{}}")


def test_names_that_only_look_like_such_functions_do_not_count() -> None:
    assert is_deterministic("SELECT ?known ?now { ?known <http://example.org/now> 'rand()' } # UUID()")


def test_a_long_text_is_only_searched_for_such_words() -> None:
    """It is read before the query has a worker and a deadline: reading it closely took a second."""
    long = "SELECT (1" + "+1" * 100_000 + " AS ?n) {}"
    assert is_deterministic(long)
    assert not is_deterministic(long + " # rand")
    assert not is_deterministic(long.replace("AS", "+ \\u0072and() AS"))


def test_text_that_is_not_utf8_is_a_syntax_error_naming_the_byte() -> None:
    with pytest.raises(QuerySyntaxError, match="byte 7"):
        decode(b"SELECT \xff")


@pytest.mark.parametrize(
    "piece", ['"\\', "'", '"""', "<", "a.", "a-", "_:.", "a:\\", "%", "?", "#", "now#", "((", "1.", "@a-"]
)
def test_a_long_run_of_any_piece_is_read_once(piece: str) -> None:
    """A text of this size takes hours where reading starts over at each character; pytest would hang here."""
    text = "SELECT * " + piece * (1_000_000 // len(piece))
    is_deterministic(text)
    try:
        screen(text, 10_000_000)
    except QueryRefusedError as error:  # pragma: no cover
        pytest.fail(str(error))


# --- updates ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "update",
    [
        "INSERT DATA { <http://example.org/LOAD> <http://example.org/p> 'LOAD <x>' } # LOAD <x>",
        "PREFIX load: <http://example.org/> INSERT DATA { load:a load:b _:LOAD }",
        "PREFIX e: <http://example.org/> DELETE { ?load e:load ?o } WHERE { ?load e:load ?o }",
        "CLEAR ALL ; CREATE SILENT GRAPH <http://example.org/g> ; MOVE DEFAULT TO <http://example.org/g>",
    ],
)
def test_an_update_that_only_looks_like_a_load_is_let_through(update: str) -> None:
    screen_update(update, 10)


@pytest.mark.parametrize(
    "update",
    [
        "LOAD <http://example.org/>",
        "load silent <file:///etc/passwd> into graph <http://example.org/g>",
        "CLEAR ALL;LOAD<http://example.org/>",
        "PREFIX e: <http://example.org/> LOADe:x",
        "PREFIX e: <http://example.org/> LOADSILENTe:x",
        "INSERT { ?s ?p 1 } WHERE { ?s ?p ?o FILTER(?o<1)&&(2>?o) } ; LOAD <http://example.org/>",
        "INSERT { ?s ?p 1 } WHERE { SERVICE <http://example.org/> { ?s ?p ?o } }",
    ],
)
def test_an_update_that_reads_from_elsewhere_is_refused(update: str) -> None:
    with pytest.raises(QueryRefusedError, match=r"LOAD|SERVICE"):
        screen_update(update, 10)


@pytest.mark.parametrize(
    ("update", "left"),
    [
        ("LOAD SILENT <a:x>", "INSERT DATA {}"),
        ("CLEAR ALL;load # x\n silent<a:x>INTO GRAPH <a:g> ; CLEAR ALL", "CLEAR ALL;INSERT DATA {} ; CLEAR ALL"),
        ("PREFIX a: <a:> LOAD SILENT a:x INTO GRAPH a:g", "PREFIX a: <a:> INSERT DATA {}"),
        ("LOAD SILENT <a:x> ; LOAD SILENT <a:y>", "INSERT DATA {} ; INSERT DATA {}"),
        ("INSERT DATA { <a:a> <a:b> 'LOAD SILENT <a:x>' }", "INSERT DATA { <a:a> <a:b> 'LOAD SILENT <a:x>' }"),
        ("LOAD <a:x>", "LOAD <a:x>"),
        ("LOAD SILENT <a:x> INTO <a:g>", "LOAD SILENT <a:x> INTO <a:g>"),
        ("LOAD SILENT", "LOAD SILENT"),
        (r"LO\u0041D SILENT <a:x>", r"LO\u0041D SILENT <a:x>"),
    ],
)
def test_a_silent_load_as_the_grammar_has_it_becomes_nothing(update: str, left: str) -> None:
    assert without_loads(update, silent_only=True) == left


@pytest.mark.parametrize(
    ("text", "expected"),
    [("ASK { <x> ?p ?o }", True), ("BASE <a:b> ASK { ?s <> ?o }", True), ("ASK { <a:x> ?p '<' } #>", False)],
)
def test_an_iri_that_may_be_relative_is_seen(text: str, expected: bool) -> None:
    assert may_be_relative(text) is expected


def test_an_update_nested_too_deep_is_refused() -> None:
    screen_update("INSERT {} WHERE " + "{" * 10 + "}" * 10, 10)
    with pytest.raises(QueryTooComplexError, match="The update is nested more than 10 deep"):
        screen_update("INSERT {} WHERE " + "{" * 11 + "}" * 11, 10)


@pytest.mark.parametrize(
    ("update", "expected"),
    [
        (
            "INSERT { ?s ?p 1 } WHERE { ?s ?p ?o }",
            "INSERT { ?s ?p 1 } USING <x:g> USING NAMED <x:h> WHERE { ?s ?p ?o }",
        ),
        ("DELETE WHERE { ?s ?p ?o }", "DELETE { ?s ?p ?o } USING <x:g> USING NAMED <x:h> WHERE { ?s ?p ?o }"),
        ("INSERT DATA { <x:s> <x:p> 'WHERE' }", "INSERT DATA { <x:s> <x:p> 'WHERE' }"),
        (
            "DELETE{?s ?p ?o}where{?s ?p ?o};CLEAR ALL",
            "DELETE{?s ?p ?o}USING <x:g> USING NAMED <x:h> where{?s ?p ?o};CLEAR ALL",
        ),
    ],
)
def test_the_protocols_dataset_is_written_into_each_operation(update: str, expected: str) -> None:
    assert add_using(update, ["x:g"], ["x:h"]).split() == expected.split()


@pytest.mark.parametrize(
    "update",
    [
        "WITH <x:a> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "INSERT { ?s ?p 1 } USING <x:a> WHERE { ?s ?p ?o }",
        "DELETEWHERE { ?s ?p ?o }",
    ],
)
def test_a_dataset_of_the_updates_own_beside_the_protocols_is_refused(update: str) -> None:
    with pytest.raises(UsageError):
        add_using(update, ["x:g"], [])
