"""``SERVICE``: the same solutions as over all data in one store, at services that are allowed, within limits."""

from __future__ import annotations

import contextlib
import io
import json
import os
import signal
import socket
import time
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import federated
from faults import FaultServer
from federated import SERVICE, Store, counted, solutions
from yuanhui_kg import federation, patterns, rewriting, sandbox
from yuanhui_kg.cli import run
from yuanhui_kg.courier import Courier
from yuanhui_kg.errors import (
    AnswerTooLargeError,
    QueryRefusedError,
    QuerySyntaxError,
    QueryTimeoutError,
    QueryTooComplexError,
    QueryUnsupportedError,
    RemoteAnswerError,
    RemoteTruncatedError,
    RemoteUnreachableError,
    UsageError,
)
from yuanhui_kg.federation import Federation
from yuanhui_kg.remote import JSON_RESULTS, Dataset
from yuanhui_kg.services import Clients, Services
from yuanhui_kg.settings import Settings
from yuanhui_kg.workers import Backend, Zygote

PREFIXES = "PREFIX : <http://example.org/> PREFIX foaf: <http://xmlns.com/foaf/0.1/> "
LOCAL = """
    :a foaf:name "Ada" ; foaf:knows :b , :c .
    :b foaf:name "Bo" .
    :c foaf:name "Cleo" ; :age 30 .
    _:nobody foaf:knows :a .
"""
REMOTE = """
    :a :born "1990" ; :city :x .
    :b :born "1991" .
    :d :born "1992" ; foaf:name "Dan" ; foaf:knows [ foaf:name "Nameless" ] .
    :c :age 30 , 31.0 .
"""


def store(turtle: str) -> ox.Store:
    made = ox.Store()
    made.load(
        f"{PREFIXES.replace('PREFIX', '@prefix').replace('> ', '> . ')}{turtle}".encode(), format=ox.RdfFormat.TURTLE
    )
    return made


@pytest.fixture
def service() -> Store:
    return Store(store(REMOTE))


def ask(query: str, client: Any, **options: Any) -> list[dict[str, str]]:
    """The rows of a query over ``LOCAL``, values alone; ``<s>`` stands for the service."""
    calls = federated.federation(client, **options)
    rows = solutions(store(LOCAL), PREFIXES + query.replace("<s>", f"<{SERVICE}>"), calls)
    short = [{k: v["value"].removeprefix("http://example.org/") for k, v in row.items()} for row in rows]
    return sorted(short, key=lambda row: json.dumps(row, sort_keys=True))


# --- the same solutions -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sent", [rewriting._MOST_SENT, -1])
@settings(max_examples=100, derandomize=True)
@given(seed=st.integers(0, 2**32))
def test_the_solutions_are_those_over_all_data_in_one_store(sent: int, seed: int) -> None:
    case = federated.case(Random(seed))
    # The engine does not bind ?g of a GRAPH ?g that holds nothing but a subselect or values.
    assume("SERVICE" in case.query and not ("GRAPH ?g" in case.query and "SELECT" in case.query[9:]))
    out = io.BytesIO()
    try:
        case.together.query(case.plain).serialize(out, ox.QueryResultsFormat.JSON)  # type: ignore[union-attr]
    except SyntaxError:
        assume(False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rewriting, "_MOST_SENT", sent)
        patch.setattr(rewriting, "_AT_ONCE", 2)
        calls = federated.federation(Store(case.remote), max_service_requests=1000)
        found = solutions(case.local, case.query, calls)
    assert counted(found) == counted(json.loads(out.getvalue())["results"]["bindings"])


def test_random_queries_do_send_values_along_and_do_have_solutions() -> None:
    """Else the test above would say nothing."""
    sent = answered = 0
    for seed in range(150):
        case = federated.case(Random(seed))
        client = Store(case.remote)
        try:
            answered += bool(solutions(case.local, case.query, federated.federation(client, max_service_requests=1000)))
        except (QuerySyntaxError, QueryUnsupportedError):
            continue
        sent += any("{ VALUES" in query for query in client.queries)
    assert sent > 15
    assert answered > 15


# The situations of the W3C tests of federated queries (service1 to service7), in cases of our own.
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT ?p ?y { ?p foaf:name ?n SERVICE <s> { ?p :born ?y } }", [("a", "1990"), ("b", "1991")]),
        ("SELECT ?p ?y { SERVICE <s> { ?p :born ?y } ?p foaf:name ?n }", [("a", "1990"), ("b", "1991")]),
        (
            "SELECT ?p ?y { ?p foaf:name ?n OPTIONAL { SERVICE <s> { ?p :born ?y } } }",
            [("a", "1990"), ("b", "1991"), ("c", None)],
        ),
        (
            "SELECT ?p ?y { { ?p :age ?y } UNION { SERVICE <s> { ?p :born ?y } } }",
            [("a", "1990"), ("b", "1991"), ("c", "30"), ("d", "1992")],
        ),
        (
            "SELECT ?p ?y { VALUES ?p { :a :d } SERVICE <s> { ?p :born ?y } }",
            [("a", "1990"), ("d", "1992")],
        ),
        ("SELECT ?p ?y { SERVICE <s> { ?p :born ?y } } VALUES ?p { :b }", [("b", "1991")]),
        (
            "SELECT ?p ?y { SERVICE <s> { ?p :born ?y OPTIONAL { ?p :city ?c } FILTER(!BOUND(?c)) } }",
            [("b", "1991"), ("d", "1992")],
        ),
        (
            "SELECT ?p ?y { SERVICE <s> { SELECT ?p ?y { ?p :born ?y } ORDER BY DESC(?y) LIMIT 1 } }",
            [("d", "1992")],
        ),
        ("SELECT ?p ?y { ?p foaf:name ?n FILTER NOT EXISTS { SERVICE <s> { ?p :born ?y } } }", [("c", None)]),
        ("SELECT ?p ?y { ?p foaf:name ?n MINUS { SERVICE <s> { ?p :born ?x } } }", [("c", None)]),
        (
            "SELECT ?p ?y { { SELECT ?p { ?p foaf:name ?n } ORDER BY ?n LIMIT 1 } SERVICE <s> { ?p :born ?y } }",
            [("a", "1990")],
        ),
        ("SELECT ?p ?y { SERVICE <s> { ?p :born ?y } SERVICE <s> { ?p :city :x } }", [("a", "1990")]),
        (
            "SELECT ?p (COUNT(*) AS ?y) { SERVICE <s> { ?p :born ?b } } GROUP BY ?p",
            [("a", "1"), ("b", "1"), ("d", "1")],
        ),
        ("SELECT ?p ?y { ?p foaf:name ?n SERVICE <s> { :a :city :x } }", [("a", None), ("b", None), ("c", None)]),
        ("SELECT ?p ?y { ?p foaf:name ?n SERVICE <s> { :a :city :nowhere } }", []),
        ("SELECT ?p ?y { ?p foaf:name ?n BIND(1 AS ?y) SERVICE <s> {} }", [("a", "1"), ("b", "1"), ("c", "1")]),
        ("SELECT ?p ?y { ?p foaf:name ?n service<s>{?p :born ?y}FILTER(?y!='1990') }", [("b", "1991")]),
    ],
)
def test_what_a_service_stands_for(service: Store, query: str, expected: list[tuple[str, str | None]]) -> None:
    found = [(row.get("p"), row.get("y")) for row in ask(query, service)]
    assert sorted(map(str, found)) == sorted(map(str, expected))


def test_the_graphs_that_a_request_names_are_those_that_values_come_from(service: Store) -> None:
    here, graph = store(LOCAL), ox.NamedNode("http://example.org/graph")
    here.add(
        ox.Quad(
            ox.NamedNode("http://example.org/d"), ox.NamedNode("http://xmlns.com/foaf/0.1/name"), ox.Literal("D"), graph
        )
    )
    query = f"{PREFIXES} SELECT ?y {{ ?p foaf:name ?n SERVICE <{SERVICE}> {{ ?p :born ?y }} }}"
    calls = federated.federation(service)
    for text, request in (
        (query, {"default_graphs": (graph.value,)}),
        (query.replace("{", "FROM :graph {", 1), {}),
        (query.replace("?p foaf:name ?n", "GRAPH ?g { ?p foaf:name ?n }"), {"named_graphs": (graph.value,)}),
        (
            query.replace("{ ?p foaf:name", "{ GRAPH :graph { { SELECT ?p { ?p foaf:name").replace(
                "?n SERVICE", "?n } LIMIT 5 } SERVICE"
            )
            + " }",
            {},
        ),
    ):
        assert [row["y"]["value"] for row in solutions(here, text, calls, **request)] == ["1992"], text


def test_large_answers_of_two_services_are_joined_in_time() -> None:
    """Comparing each row with each would take minutes here."""
    there = ox.Store()
    there.extend(
        ox.Quad(ox.NamedNode(f"x:{number}"), ox.NamedNode(name), ox.Literal(str(number)))
        for number in range(20_000)
        for name in ("x:p", "x:q")
    )
    whole = "SERVICE <{}> {{ ?s <x:{}> ?{} }}"
    query = f"SELECT * {{ {whole.format(SERVICE, 'p', 'a')} {{ {whole.format(SERVICE, 'q', 'b')} }} }}"
    assert len(solutions(ox.Store(), query, federated.federation(Store(there)))) == 20_000


@pytest.mark.parametrize(
    "query",
    [
        "ASK { ?p foaf:name 'Ada' SERVICE <s> { ?p :born '1990' } }",
        "ASK { SERVICE <s> { :d foaf:knows ?nobody FILTER(isBlank(?nobody)) } }",
    ],
)
def test_asking_works(service: Store, query: str) -> None:
    out = io.BytesIO()
    request = federation.QueryRequest(PREFIXES + query.replace("<s>", f"<{SERVICE}>"))
    federation.evaluate(store(LOCAL), request, out, federated.federation(service))
    assert json.loads(out.getvalue())["boolean"] is True


def test_triples_are_made_of_a_services_rows(service: Store) -> None:
    out = io.BytesIO()
    text = f"{PREFIXES} CONSTRUCT {{ ?p :knew ?q }} WHERE {{ SERVICE <{SERVICE}> {{ ?p foaf:knows ?q . ?q foaf:name ?n }} }}"
    federation.evaluate(
        store(LOCAL),
        federation.QueryRequest(text, graph_type="application/n-triples"),
        out,
        federated.federation(service),
    )
    assert out.getvalue().startswith(b"<http://example.org/d> <http://example.org/knew> _:")


def test_nodes_without_a_name_stay_such_and_are_the_same_within_one_answer(service: Store) -> None:
    (row,) = ask("SELECT (isBlank(?q) AS ?yes) ?n { SERVICE <s> { ?p foaf:knows ?q . ?q foaf:name ?n } }", service)
    assert row == {"yes": "true", "n": "Nameless"}
    assert (
        len(
            ask(
                "SELECT DISTINCT ?q { SERVICE <s> { { ?q foaf:name 'Nameless' } UNION { :d foaf:knows ?q } } }", service
            )
        )
        == 1
    )


def test_nodes_of_a_service_are_none_of_ours() -> None:
    shared = Store(ox.Store())
    shared.store.add(ox.Quad(ox.BlankNode("b1"), ox.NamedNode("x:p"), ox.Literal("there")))
    here = ox.Store()
    here.add(ox.Quad(ox.BlankNode("b1"), ox.NamedNode("x:p"), ox.Literal("here")))
    query = f"SELECT * {{ ?s <x:p> ?here SERVICE <{SERVICE}> {{ ?s <x:p> ?there }} }}"
    assert solutions(here, query, federated.federation(shared)) == []


def test_values_survive_the_way() -> None:
    texts = ['"', "\\", "\\u0041", "a\nb\t\r", "源汇区\U0001f600", "} SERVICE <http://evil.example.org/> {", "\x00\x07"]
    there = ox.Store()
    for text in texts:
        for literal in (
            ox.Literal(text),
            ox.Literal(text, language="zh-Hans"),
            ox.Literal(text, datatype=ox.NamedNode("x:t")),
        ):
            there.add(ox.Quad(ox.NamedNode("x:s"), ox.NamedNode("x:p"), literal))
    query = f"SELECT ?o {{ SERVICE <{SERVICE}> {{ ?s ?p ?o }} }}"
    found = solutions(ox.Store(), query, federated.federation(Store(there)))
    direct = io.BytesIO()
    there.query("SELECT ?o { ?s ?p ?o }").serialize(direct, ox.QueryResultsFormat.JSON)  # type: ignore[union-attr]
    assert counted(found) == counted(json.loads(direct.getvalue())["results"]["bindings"])


# --- what is sent -------------------------------------------------------------------------------------------------------


def test_the_values_that_join_are_sent_along(service: Store) -> None:
    ask("SELECT * { ?p foaf:knows ?q FILTER(?q != :c) SERVICE <s> { ?q :born ?y } }", service)
    (sent,) = service.queries
    assert "VALUES (?q) { (<http://example.org/b>) (<http://example.org/a>) }" in sent or (
        "VALUES (?q) { (<http://example.org/a>) (<http://example.org/b>) }" in sent
    )


def test_nobody_is_asked_about_nothing(service: Store) -> None:
    assert ask("SELECT * { ?p foaf:knows :nobody SERVICE <s> { ?p :born ?y } }", service) == []
    assert service.queries == []


def numbered(count: int) -> tuple[ox.Store, Store]:
    """So many things here, and a service that has a number for each."""
    here, there = ox.Store(), ox.Store()
    for number in range(count):
        thing = ox.NamedNode(f"http://example.org/{number}")
        here.add(ox.Quad(thing, ox.NamedNode("x:p"), ox.Literal("here")))
        there.add(ox.Quad(thing, ox.NamedNode("x:q"), ox.Literal(str(number))))
    return here, Store(there)


def test_many_values_go_in_parts() -> None:
    here, client = numbered(450)
    query = f"SELECT * {{ ?s <x:p> 'here' SERVICE <{SERVICE}> {{ ?s <x:q> ?n }} }}"
    assert len(solutions(here, query, federated.federation(client))) == 450
    assert len(client.queries) == 3


def test_a_limit_before_a_service_chooses_once() -> None:
    here, client = numbered(50)
    query = f"SELECT * {{ {{ SELECT ?s {{ ?s <x:p> 'here' }} LIMIT 7 }} SERVICE <{SERVICE}> {{ ?s <x:q> ?n }} }}"
    assert len(solutions(here, query, federated.federation(client))) == 7
    assert client.queries[0].count("<http://example.org/") == 7


@pytest.mark.parametrize(
    ("query", "sent"),
    [
        ("SELECT * { ?p foaf:knows ?q SERVICE <s> { ?p :born ?y . ?q :born ?z } }", "?p ?q"),
        ("SELECT * { ?p foaf:knows ?q { SERVICE <s> { ?q :born ?y } } UNION { ?q :age ?y } }", "?q"),
        ("SELECT * { ?p foaf:knows ?q OPTIONAL { ?p foaf:name ?n SERVICE <s> { ?q :born ?y } } }", "?q"),
        ("SELECT * { ?p :age ?age SERVICE <s> { ?q :age ?age } }", ""),
        ("SELECT * { ?p foaf:name ?n SERVICE <s> { OPTIONAL { ?p :born ?y } } }", ""),
        ("SELECT * { OPTIONAL { ?p foaf:knows ?q } SERVICE <s> { ?q :born ?y } }", "?q"),
        ("SELECT * { ?p foaf:name ?n OPTIONAL { ?p foaf:knows ?q } SERVICE <s> { ?q :born ?y } }", ""),
        ("SELECT * { ?p foaf:name ?n BIND(RAND() AS ?r) SERVICE <s> { ?p :born ?y } }", ""),
        ("SELECT * { ?p foaf:name ?n FILTER EXISTS { SERVICE <s> { ?p :born ?y } } }", ""),
        ("SELECT * { ?p foaf:name ?n OPTIONAL { ?z foaf:knows ?y OPTIONAL { SERVICE <s> { ?p :knows ?y } } } }", "?y"),
        ("SELECT * { SERVICE <s> { ?p :born ?y } } VALUES ?p { :a }", "?p"),
        (
            "SELECT * { { ?q foaf:knows ?p } { SERVICE <s> { ?p :born ?y } } } ORDER BY ?y VALUES (?p ?y) { (:a UNDEF) }",
            "?p",
        ),
        ("SELECT (COUNT(*) AS ?n) { SERVICE <s> { ?p :born ?y } } VALUES ?p { :a }", ""),
        ("SELECT * { ?p foaf:name ?n SERVICE <s> { ?p :born ?y { SELECT ?y { ?x :born ?y } LIMIT 2 } } }", ""),
        ("SELECT ?p { SERVICE <s> { ?p :born ?y } } GROUP BY ?p VALUES ?p { :a }", ""),
        ("SELECT * { ?p foaf:name ?n { SELECT ?y { SERVICE <s> { ?p :born ?y } } } }", ""),
    ],
)
def test_a_value_that_may_be_missing_or_written_otherwise_is_not_sent(service: Store, query: str, sent: str) -> None:
    ask(query, service)
    begun = service.queries[0].partition("WHERE")[2]
    assert (begun.partition("(")[2].partition(")")[0] if begun.startswith(" { VALUES") else "") == sent


def test_comments_and_what_stands_outside_are_not_sent(service: Store) -> None:
    query = "SELECT * { ?p foaf:name 'Ada' # a secret\n SERVICE <s> { ?p :born ?y # another } secret\n } }"
    assert len(ask(query, service)) == 1
    assert "secret" not in service.queries[0]
    assert "Ada" not in service.queries[0]


def test_values_of_a_saved_query_are_sent_along(service: Store) -> None:
    query = f"{PREFIXES} SELECT ?p ?y {{ SERVICE <{SERVICE}> {{ ?p :born ?y }} }}"
    found = solutions(store(LOCAL), query, federated.federation(service), bindings={"p": "<http://example.org/d>"})
    assert [row["y"]["value"] for row in found] == ["1992"]
    assert "<http://example.org/d>" in service.queries[0]


def test_a_graph_that_is_not_here_is_empty_beside_a_service_as_elsewhere(service: Store) -> None:
    found = ask("SELECT ?p ?n ?c FROM :nowhere { SERVICE <s> { ?p :city ?c } OPTIONAL { ?p foaf:name ?n } }", service)
    assert found == [{"p": "a", "c": "x"}]


def test_a_relative_iri_is_ours_and_sent_as_such(service: Store) -> None:
    text = f"SELECT ?y {{ <a> <http://xmlns.com/foaf/0.1/name> 'Ada' SERVICE <{SERVICE}> {{ <a> <born> ?y }} }}"
    found = solutions(store(LOCAL), text, federated.federation(service), base="http://example.org/sparql")
    assert [row["y"]["value"] for row in found] == ["1990"]


def test_a_function_that_is_not_known_here_may_be_known_to_the_service() -> None:
    class Knowing(Store):
        def ask(self, query: str, accept: str, dataset: Dataset, seconds: float) -> Any:
            return super().ask(query.replace("<urn:f>", "STR"), accept, dataset, seconds)

    client = Knowing(store(REMOTE))
    assert len(ask("SELECT * { SERVICE <s> { ?p :born ?y FILTER(<urn:f>(?y) = '1990') } }", client)) == 1
    with pytest.raises(QueryUnsupportedError, match="urn:f"):
        ask("SELECT * { ?p foaf:name ?n FILTER(<urn:f>(?n) = 'Ada') SERVICE <s> { ?p :born ?y } }", client)


class Cutting(Store):
    """Gives so many rows and no more, and says so as Virtuoso does."""

    most = 4

    def ask(self, query: str, accept: str, dataset: Dataset, seconds: float) -> Any:
        reply = super().ask(query, accept, dataset, seconds)
        told = json.load(reply.body)
        rows = told["results"]["bindings"]
        if len(rows) > self.most:
            told["results"]["bindings"] = rows[: self.most]
            reply = replace(reply, headers={**reply.headers, "x-sparql-maxrows": str(self.most)})
        return replace(reply, body=io.BytesIO(json.dumps(told).encode()))


@pytest.mark.parametrize("before", ["", "?s <x:p> 'here'"])
def test_an_answer_that_is_cut_is_asked_for_in_parts(before: str) -> None:
    here, there = numbered(20)
    query = f"SELECT ?n {{ {before} SERVICE <{SERVICE}> {{ ?s <x:q> ?n }} }}"
    found = solutions(here, query, federated.federation(Cutting(there.store), max_service_requests=100))
    assert sorted(int(row["n"]["value"]) for row in found) == list(range(20))


def test_a_node_without_a_name_is_one_however_many_values_are_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rewriting, "_AT_ONCE", 1)
    client = Store(store(":a :part _:shared . :b :part _:shared . :c :part [] ."))
    query = "SELECT DISTINCT ?part { ?p foaf:name ?n SERVICE <s> { ?p :part ?part } }"
    assert len(ask(query, client)) == 2
    assert len(client.queries) == 4


def test_an_answer_that_is_cut_and_might_be_another_next_time_is_an_error() -> None:
    here, there = numbered(20)
    query = f"SELECT ?n {{ SERVICE <{SERVICE}> {{ SELECT ?n {{ ?s <x:q> ?n }} LIMIT 10 }} }}"
    with pytest.raises(RemoteTruncatedError, match="4 rows"):
        solutions(here, query, federated.federation(Cutting(there.store)))


# --- what is refused ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("SELECT * { SERVICE <http://other.example.org/sparql> { ?s ?p ?o } }", "setting allow_service"),
        ("SELECT * { SERVICE SILENT <http://other.example.org/sparql> { ?s ?p ?o } }", "setting allow_service"),
        (
            "SELECT * { SERVICE <s> { ?s ?p ?o } SERVICE <http://other.example.org/> { ?s ?p ?o } }",
            "setting allow_service",
        ),
        ("SELECT * { VALUES ?x { <s> } SERVICE ?x { ?s ?p ?o } }", "as an IRI"),
        ("SELECT * { SERVICE <s> { SERVICE <s> { ?s ?p ?o } } }", "inside another SERVICE"),
        ("SELECT * { SERVICESILENT <s> { ?s ?p ?o } }", "SERVICE"),
        ("SELECT * { SERVICE <s> {} SERVICE:z { ?s ?p ?o } }", "SERVICE"),
        (
            "PREFIX e: <http://example.org/> SELECT * { GRAPHe:z { ?p foaf:name ?n SERVICE <s> { ?p ?q ?o } } }",
            "plain enough",
        ),
        ("SELECT * { ?a ?b ?c FILTER(?a<?b&&?c>?a) SERVICE <s> { ?a ?b ?d } }", "plain enough"),
        ("SELECT * { ?a ?b trueOPTIONAL { SERVICE <s> { ?a ?b ?d } } }", "plain enough"),
        (r"SELECT * { \u0053ERVICE <s> { ?s ?p ?o } }", "SERVICE"),
    ],
)
def test_what_is_not_allowed_or_not_plain_is_refused_and_nobody_is_asked(
    service: Store, query: str, message: str
) -> None:
    with pytest.raises(QueryRefusedError, match=message):
        ask(query, service)
    assert service.queries == []


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <s> { ?s ?p } }",
        "SELECT * { SERVICE <s> { ?s ?p ?o } UNION { ?s ?p ?o } }",
        "SELECT * { SERVICE <s> { ?s ?p ?o } BIND(1 AS ?o) }",
        "SELECT * { SERVICE <s> }",
        "SELECT * { SERVICE <s> { ?s nowhere:p ?o } }",
    ],
)
def test_what_is_not_valid_is_a_syntax_error_and_nobody_is_asked(service: Store, query: str) -> None:
    with pytest.raises(QuerySyntaxError):
        ask(query, service)
    assert service.queries == []


def test_the_position_of_an_error_is_that_in_the_text(service: Store) -> None:
    text = f"SELECT * {{\n SERVICE SILENT <{SERVICE}> {{ ?s ?p ?o }} ! }}"
    with pytest.raises(QuerySyntaxError) as caught:
        solutions(ox.Store(), text, federated.federation(service))
    assert caught.value.position == (2, text.split("\n")[1].index("!") + 1)


# --- limits -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("silent", ["", "SILENT "])
@pytest.mark.parametrize(
    ("limit", "error"),
    [
        ({"max_service_rows": 2}, AnswerTooLargeError),
        ({"max_service_bytes": 100}, AnswerTooLargeError),
    ],
)
def test_what_services_answer_is_limited(
    service: Store, limit: dict[str, int], error: type[Exception], silent: str
) -> None:
    query = f"SELECT * {{ SERVICE {silent}<s> {{ ?s ?p ?o }} }}"
    if silent:
        assert ask(query, service, **limit) == [{}]
    else:
        with pytest.raises(error, match=next(iter(limit))):
            ask(query, service, **limit)


def test_rows_are_counted_over_all_clauses(service: Store) -> None:
    assert len(ask("SELECT * { SERVICE <s> { ?s :born ?o } }", service, max_service_rows=5)) == 3
    with pytest.raises(AnswerTooLargeError, match="max_service_rows"):
        ask("SELECT * { SERVICE <s> { ?s :born ?o } SERVICE <s> { ?t :born ?u } }", service, max_service_rows=5)


def test_requests_are_counted_also_where_they_would_fail_silently(service: Store) -> None:
    query = "SELECT * { " + "SERVICE SILENT <s> { ?s :born ?o } " * 3 + "}"
    with pytest.raises(QueryTooComplexError, match="max_service_requests"):
        ask(query, service, max_service_requests=2)
    assert service.queries == []
    things = " ".join(f":{number}" for number in range(500))
    with pytest.raises(QueryTooComplexError, match="max_service_requests"):
        ask(
            f"SELECT * {{ VALUES ?s {{ {things} }} SERVICE SILENT <s> {{ ?s :born ?o }} }}",
            service,
            max_service_requests=2,
        )
    assert len(service.queries) == 2


class Failing:
    def ask(self, *_: Any) -> Any:
        raise RemoteUnreachableError("service.example.org cannot be reached.", "")

    def close(self) -> None:
        pass


def test_a_service_that_fails_fails_the_query() -> None:
    with pytest.raises(RemoteUnreachableError, match=r"service\.example\.org"):
        ask("SELECT * { ?p foaf:name ?n SERVICE <s> { ?p :born ?y } }", Failing())


def test_a_service_that_fails_silently_leaves_its_part_open_and_is_told_of() -> None:
    out = io.BytesIO()
    text = f"{PREFIXES} SELECT ?n ?y {{ ?p foaf:name ?n SERVICE SILENT <{SERVICE}> {{ ?p :born ?y }} }}"
    head = federation.evaluate(
        store(LOCAL), federation.QueryRequest(text, results_type="text/csv"), out, federated.federation(Failing())
    )
    assert sorted(out.getvalue().decode().split()) == ["Ada,", "Bo,", "Cleo,", "n,y"]
    assert head["failed_services"] == {"service.example.org": "service.example.org cannot be reached."}


def test_a_triple_term_with_a_node_without_a_name_is_an_error() -> None:
    there = ox.Store()
    inner = ox.Triple(ox.BlankNode("b"), ox.NamedNode("x:p"), ox.Literal("_:"))
    there.add(ox.Quad(ox.NamedNode("x:s"), ox.NamedNode("x:q"), inner))
    with pytest.raises(RemoteAnswerError, match="triple term"):
        ask("SELECT * { SERVICE <s> { ?s ?p ?o } }", Store(there))


# --- which services are allowed -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("allowed", "iri", "url"),
    [
        ("https://h.example.org/sparql", "https://h.example.org/sparql", "https://h.example.org/sparql"),
        ("https://h.example.org/sparql", "https://H.example.org:443/sparql", "https://h.example.org/sparql"),
        (
            "https://u:secret@h.example.org/s?default-graph-uri=x:g",
            "https://h.example.org/s?default-graph-uri=x:g",
            "https://h.example.org/s",
        ),
        ("https://h.example.org", "https://h.example.org/any/sparql", "https://h.example.org/any/sparql"),
        ("https://h.example.org/", "https://h.example.org/any/sparql", "https://h.example.org/any/sparql"),
        ("https://h.example.org/", "https://h.example.org/", "https://h.example.org/"),
        ("h.example.org", "http://h.example.org/sparql", "http://h.example.org/sparql"),
        ("h.example.org", "https://h.example.org/sparql", "https://h.example.org/sparql"),
        ("h.example.org:7878", "http://h.example.org:7878/query", "http://h.example.org:7878/query"),
        ("[::1]:7878", "http://[::1]:7878/query", "http://[::1]:7878/query"),
        ("127.0.0.1:80", "http://127.0.0.1/query", "http://127.0.0.1/query"),
    ],
)
def test_an_allowed_service_is_found(allowed: str, iri: str, url: str) -> None:
    assert Services.read([allowed]).find(iri).url == url


@pytest.mark.parametrize(
    ("allowed", "iri"),
    [
        ("https://h.example.org/sparql", "http://h.example.org/sparql"),
        ("https://h.example.org/sparql", "https://h.example.org/sparql/"),
        ("https://h.example.org/sparql", "https://h.example.org/sparql?update=DROP%20ALL"),
        ("https://h.example.org/sparql", "https://h.example.org.evil.example/sparql"),
        ("https://h.example.org/sparql", "https://h.example.org@evil.example/sparql"),
        ("https://h.example.org/sparql", "https://user@h.example.org/sparql"),
        ("https://h.example.org/sparql", "https://h.example.org/other"),
        ("https://h.example.org", "https://h.example.org/update?update=DROP%20ALL"),
        ("https://h.example.org", "https://user@h.example.org/"),
        ("https://h.example.org", "http://h.example.org/"),
        ("https://h.example.org", "https://h.example.org:8443/"),
        ("h.example.org:7878", "http://h.example.org/query"),
        ("h.example.org", "http://h.example.org:7878/query"),
        ("h.example.org", "file://h.example.org/etc/passwd"),
        ("h.example.org", "urn:x"),
        ("h.example.org", "http:"),
    ],
)
def test_anything_else_is_not(allowed: str, iri: str) -> None:
    with pytest.raises(QueryRefusedError, match=r"setting allow_service.*h\.example\.org"):
        Services.read([allowed]).find(iri)


def test_the_password_of_a_service_is_told_to_nobody() -> None:
    services = Services.read(["https://user:secret@h.example.org/sparql"])
    assert services.find("https://h.example.org/sparql").authorization is not None
    with pytest.raises(QueryRefusedError) as caught:
        services.find("https://elsewhere.example.org/")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "value",
    ["h.example.org/sparql", "ftp://h/x", "https://user@h.example.org", "*", "https://*.example.org/s", "https:///x"],
)
def test_a_value_that_names_no_service_is_told_at_once(value: str) -> None:
    with pytest.raises(UsageError):
        Services.read([value])


def test_services_and_an_endpoint_exclude_each_other() -> None:
    with pytest.raises(UsageError, match="allow-service"):
        Settings(endpoint="http://127.0.0.1/", allow_service=("http://127.0.0.1/x",))


def test_the_environment_names_several_services() -> None:
    found = Settings.load({"allow_service": ()}, {"YUANHUI_KG_ALLOW_SERVICE": "https://a.example.org/s  b.example.org"})
    assert found.allow_service == ("https://a.example.org/s", "b.example.org")
    assert Settings.from_json(found.to_json()) == found


# --- reading the text ---------------------------------------------------------------------------------------------------


def test_graph_stands_where_service_stood() -> None:
    text = "SELECT * { SERVICE SILENT <x> { ?s ?p 'SERVICE SILENT' } # SERVICE\n ?silent a:SILENT ?o }"
    assert (
        patterns.as_graphs(text)
        == "SELECT * { GRAPH          <x> { ?s ?p 'SERVICE SILENT' } # SERVICE\n ?silent a:SILENT ?o }"
    )


_PIECES = [*"{}()[].;?x:<>'\"# \n", "SERVICE ", "OPTIONAL", "FILTER", "SELECT ", "EXISTS", "VALUES ", "a:b "]


@given(st.lists(st.sampled_from(_PIECES), max_size=40).map("".join))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(QueryRefusedError):
        patterns.outline("SELECT * {" + text)


# --- processes ----------------------------------------------------------------------------------------------------------


def test_a_worker_that_calls_services_has_no_network_itself() -> None:
    with FaultServer() as server:
        child = os.fork()
        if child == 0:  # what the zygote does for a worker
            code = 3
            try:
                calls = Federation.start(Settings(allow_service=(server.url("good"),)))
                sandbox.forbid_network()
                found = solutions(ox.Store(), f"SELECT * {{ SERVICE <{server.url('good')}> {{ ?s ?p ?o }} }}", calls)
                code = 4
                if len(found) == 1:
                    socket.socket()
            finally:
                os._exit(code)
        _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)
    assert os.WTERMSIG(status) == signal.SIGSYS


def test_the_courier_itself_refuses_what_is_not_allowed() -> None:
    with FaultServer() as server:
        courier = Courier(Clients(Services.read([server.url("good")]), 1_000_000))
        with pytest.raises(QueryRefusedError, match="allow_service"):
            courier.to(server.url("page"), "").ask("ASK {}", JSON_RESULTS, Dataset(), 5)
        courier.close()
        assert server.queries == []


def test_couriers_of_workers_that_were_killed_are_waited_for() -> None:
    """Where process 1 is no init, nobody else would, and each would stay as a zombie."""
    endless = "SELECT (COUNT(*) AS ?n) { " + " ".join(f"VALUES ?v{n} {{ {'1 ' * 100} }}" for n in range(6)) + " }"
    calls = Settings(empty=True, workers=1, allow_service=("http://127.0.0.1:1/",))
    with Zygote(calls, indexes=False) as zygote, Backend.connect(zygote.socket_path, calls) as backend:
        for _ in range(3):
            with pytest.raises(QueryTimeoutError):
                backend.run("sparql", {"query": endless}, 0.2)
        for _ in range(200):
            if (left := zombies(zygote._process.pid)) <= 1:  # the last of them may end after its worker
                break
            time.sleep(0.05)
    assert left <= 1


def zombies(parent: int) -> int:
    """How many children of a process have ended and are not waited for."""
    found = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, ppid = path.read_text().rpartition(")")[2].split()[:2]
            found += state == "Z" and int(ppid) == parent
    return found


def test_a_setting_that_names_no_service_is_told_at_the_start() -> None:
    with pytest.raises(UsageError, match="allow_service"):
        Backend.start(Settings(empty=True, allow_service=("h.example.org/sparql",)), indexes=False)


def test_the_command_asks_a_service(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YUANHUI_KG_EMPTY", "1")
    with FaultServer() as server:
        query = f"SELECT ?s ?o {{ SERVICE <{server.url('good')}> {{ ?s ?p ?o }} }}"
        silent = f"SELECT ?s {{ SERVICE SILENT <{server.url('page')}> {{ ?s ?p ?o }} }}"
        allowed = ["--allow-service", server.url("good"), "--allow-service", server.url("page")]
        assert run(["query", query, *allowed]) == 0
        assert capfd.readouterr().out.split() == ["s,o", "https://example.org/a,x"]
        assert run(["query", silent, *allowed]) == 0
        told = capfd.readouterr().err
        assert told.startswith(
            "127.0.0.1 answered with text/html instead of application/sparql-results+json. Its part is"
        )
        assert run(["query", query]) == 1
        assert "allow_service" in capfd.readouterr().err
