"""Counting queries answered from counts: the engine's answer on the data themselves, or left to the engine."""

from __future__ import annotations

import contextlib
import io
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from yuanhui_kg import describe, jobs
from yuanhui_kg.errors import QuerySyntaxError, YuanhuiError
from yuanhui_kg.query import QueryRequest, evaluate
from yuanhui_kg.settings import Settings
from yuanhui_kg.store import StoreFolder, StoreReader
from yuanhui_kg.tallies import Tallies
from yuanhui_kg.zygote import Source

E = "http://example.org/"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
GRAPH = f"""
    PREFIX : <{E}>
    INSERT DATA {{
      :a a :C, :D, "a class?", _:c ; :p 1, 2, "x"@zh ; :q :b .
      :b a :C ; :p 1 ; :r <<( :a :p 1 )>> .
      _:n a _:c ; :q _:n .
      GRAPH :g {{ :a :p 3, 4 ; a :E }}
      GRAPH :h {{ :a :s 5 }}
    }}"""
PREFIXES = f"PREFIX rdf: <{RDF}> PREFIX : <{E}> "


def filled(update: str = GRAPH) -> ox.Store:
    store = ox.Store()
    store.update(update)
    return store


def rows(store: ox.Store, request: QueryRequest) -> list[str]:
    """The solutions in their order, each as text."""
    out = io.BytesIO()
    evaluate(store, request, out)
    return [json.dumps(row, sort_keys=True) for row in json.loads(out.getvalue())["results"]["bindings"]]


def outcome(store: ox.Store, query: str) -> Counter[str] | type[YuanhuiError]:
    try:
        return Counter(rows(store, QueryRequest(query)))
    except YuanhuiError as error:
        return type(error)


def from_counts(store: ox.Store, query: str) -> list[str] | None:
    """The solutions as found from counts; ``None`` where the query is left to the engine."""
    tallies = Tallies.read(StoreReader(store))
    asked = tallies.asked(QueryRequest(query))
    return None if asked is None else rows(tallies.store, asked)


KNOWN = [
    "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }",
    "select(count(*)as?n){?s?p?o}",
    "SELECT (COUNT(?s) AS ?n) (COUNT(?o) AS ?m) { [] ?p ?o . ?s ?p ?o }".replace("[] ?p ?o . ", ""),
    "SELECT (COUNT(DISTINCT ?s) AS ?n) (COUNT(DISTINCT ?p) AS ?m) (COUNT(DISTINCT ?o) AS ?k) { ?s ?p ?o }",
    "SELECT ?p (COUNT(*) AS ?n) WHERE { ?s ?p ?o } GROUP BY ?p",
    "SELECT ?p (COUNT(?s) AS ?n) { [ ] ?p ?s . } GROUP BY ?p ORDER BY DESC(?n) ?p LIMIT 3 OFFSET 1",
    "SELECT ?p (COUNT($o) AS ?n) { ?s $p ?o } GROUP BY ?p HAVING(COUNT(*) > 1 && ?p != 5) ORDER BY COUNT(?o) DESC(?p)",
    "SELECT DISTINCT ?p { ?s ?p ?o } ORDER BY ?p",
    "SELECT ?p { ?s ?p ?o } GROUP BY ?p # all of them",
    "SELECT DISTINCT ?class { [] a ?class }",
    "SELECT ?c (COUNT(?s) AS ?n) { ?s a ?c } GROUP BY ?c",
    "SELECT ?c (COUNT(DISTINCT ?s) AS ?n) (COUNT(DISTINCT ?c) AS ?one) { ?s rdf:type ?c } GROUP BY ?c",
    f"SELECT (COUNT(DISTINCT ?c) AS ?n) {{ ?s <{RDF}type> ?c }}",
    "SELECT (COUNT(*) AS ?n) { ?s a :C }",
    "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s a :C }",
    f"SELECT (COUNT(?s) AS ?n) {{ ?s rdf:type <{E}nothing> }}",
    "SELECT (COUNT(*) AS ?n) { ?s :p ?o }",
    "SELECT (COUNT(?o) AS ?n) { ?s :nothing ?o }",
    "SELECT (COUNT(*) AS ?n) { ?s a [] }",
    "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g",
    "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o . } }",
    "SELECT (COUNT(*) AS ?n) (COUNT(DISTINCT ?g) AS ?m) { GRAPH ?g { ?s ?p ?o } }",
]
OTHERS = [
    "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o FILTER(?o > 1) } GROUP BY ?p",
    "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o OPTIONAL { ?s :q ?x } } GROUP BY ?p",
    "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o . ?s a :C } GROUP BY ?p",
    "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o , ?x } GROUP BY ?p",
    "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o ; a ?x } GROUP BY ?p",
    "SELECT ?p (COUNT(*) AS ?n) { GRAPH :g { ?s ?p ?o } } GROUP BY ?p",
    "SELECT ?p (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?p",
    "SELECT (COUNT(DISTINCT ?p) AS ?n) { GRAPH ?g { ?s ?p ?o } }",
    "SELECT (COUNT(*) AS ?n) { GRAPH ?s { ?s ?p ?o } }",
    "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s a ?o } }",
    "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s :p ?o } }",
    "SELECT DISTINCT ?g { GRAPH ?g {} }",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?s }",
    "SELECT (COUNT(*) AS ?n) { ?s ?p $s }",
    "SELECT (COUNT(*) AS ?n) { _:x ?p _:x }",
    "SELECT (COUNT(*) AS ?n) { ?s a _:x }",
    "SELECT (COUNT(*) AS ?n) { :a ?p ?o }",
    "SELECT (COUNT(*) AS ?n) { ?s ?p :b }",
    "SELECT (COUNT(*) AS ?n) { ?s :p 1 }",
    'SELECT (COUNT(*) AS ?n) { ?s a "a class?" }',
    "SELECT (COUNT(*) AS ?n) { ?s :p|:q ?o }",
    "SELECT (COUNT(*) AS ?n) { ?s a/:p ?o }",
    "SELECT (COUNT(*) AS ?n) { ?s !:p ?o }",
    "SELECT (COUNT(*) AS ?n) { ?s ^:p ?o }",
    "SELECT (COUNT(*) AS ?n) { <<( ?s ?p ?o )>> ?q ?x }",
    "SELECT (COUNT(*) AS ?n) { ?s ?p [ a ?o ] }",
    "SELECT (COUNT(*) AS ?n) { ?s ?p () }",
    "SELECT (COUNT(DISTINCT *) AS ?n) { [] ?p ?o }",
    "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s :p ?o }",
    "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s a ?c }",
    "SELECT ?p (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o } GROUP BY ?p",
    "SELECT (COUNT(?x) AS ?n) { ?s ?p ?o }",
    "SELECT (COUNT(?s + 1) AS ?n) { ?s ?p ?o }",
    "SELECT (COUNT(*) + 1 AS ?n) { ?s ?p ?o }",
    "SELECT (COUNT(*) AS ?s) { ?s ?p ?o }",
    "SELECT (SUM(?o) AS ?n) (COUNT(*) AS ?m) { ?s ?p ?o }",
    "SELECT ?s (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?s",
    "SELECT ?p ?s (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p ?s",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY (STR(?p))",
    "SELECT (COUNT(*) AS ?n) { ?s a ?c } GROUP BY ?s",
    "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o BIND(1 AS ?x) } GROUP BY ?p",
    "SELECT ?p (COUNT(*) AS ?n) { { ?s ?p ?o } UNION { ?s a ?p } } GROUP BY ?p",
    "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o MINUS { ?s a :C } } GROUP BY ?p",
    "SELECT ?p (COUNT(*) AS ?n) { { SELECT * { ?s ?p ?o } LIMIT 1 } } GROUP BY ?p",
    "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p HAVING(EXISTS { ?a :p 1 })",
    "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p HAVING(MAX(?o) > 1)",
    "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p ORDER BY ?o",
    "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p VALUES ?p { :p }",
    "SELECT ?p { ?s ?p ?o } # DISTINCT",
    "SELECT REDUCED ?p { ?s ?p ?o } # DISTINCT",
    "SELECT DISTINCT * { ?s ?p ?o }",
    "SELECT DISTINCT ?s ?p { ?s ?p ?o }",
    "SELECT DISTINCT ?s { ?s ?p ?o }",
    "SELECT DISTINCT ?o { ?s :p ?o }",
    "SELECT DISTINCT ?p { ?s ?p ?o } ORDER BY ?o",
    f"SELECT (COUNT(*) AS ?n) FROM <{E}g> {{ ?s ?p ?o }}",
    f"SELECT (COUNT(*) AS ?n) FROM NAMED <{E}g> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
    f"PREFIX rdf: <{E}> SELECT DISTINCT ?c {{ ?s rdf:type ?c }}",
    "ASK { ?s ?p ?o } # COUNT(",
    "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } # COUNT(",
    f"SELECT (COUNT(*) AS ?n) {{ ?s <{E}\\u0070> ?o }}",
]
WRONG = [
    "SELECT ?p { ?s ?p ?o } ORDER BY COUNT(*)",
    "SELECT ?s (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p",
    "SELECT ?p (COUNT(*) AS ?p) { ?s ?p ?o } GROUP BY ?p",
    "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o }",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o } LIMIT LIMIT",
    "SELECT (COUNT(*) AS ?n) { ?s eg:p ?o }",
    "SELECT (COUNT(*) AS ?n) (COUNT(*) AS ?n) { ?s ?p ?o }",
    "SELECT DISTINCT ?p { ?s ?p ?o } ORDER BY COUNT(*)",
    "SELECT DISTINCT { ?s ?p ?o }",
    "SELECT (COUNT(*) ?n) { ?s ?p ?o }",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o . . }",
    "SELECT (COUNT(*) AS ?n) { [] [] ?o }",
]


@pytest.mark.parametrize("query", KNOWN)
@pytest.mark.parametrize("update", [GRAPH, "INSERT DATA {}"], ids=["filled", "empty"])
def test_a_counting_query_is_answered_from_the_counts_as_from_the_data(query: str, update: str) -> None:
    store = filled(update)
    found = from_counts(store, PREFIXES + query)
    assert found is not None
    expected = rows(store, QueryRequest(PREFIXES + query))
    assert (found if "ORDER BY" in query else sorted(found)) == (expected if "ORDER BY" in query else sorted(expected))


@pytest.mark.parametrize("query", OTHERS)
def test_a_query_that_asks_for_more_than_counts_is_left_to_the_engine(query: str) -> None:
    prefixes = "" if query.startswith("PREFIX") else PREFIXES
    store = filled()
    evaluate(store, QueryRequest(prefixes + query), io.BytesIO())  # it is one
    assert from_counts(store, prefixes + query) is None


@pytest.mark.parametrize("query", WRONG)
def test_a_query_that_is_none_gets_the_engines_word_on_its_own_text(query: str) -> None:
    store = filled()
    with pytest.raises(QuerySyntaxError) as expected:
        evaluate(store, QueryRequest(query), io.BytesIO())
    with pytest.raises(QuerySyntaxError) as found:
        ask(data(store), query)
    assert str(found.value) == str(expected.value)


def data(store: ox.Store, **values: Any) -> jobs.Data:
    return jobs.Data(store, Settings(**values), tallies=Tallies.read(StoreReader(store)))


def ask(data: jobs.Data, query: str, **parameters: Any) -> str:
    out = io.BytesIO()
    jobs.run("sparql", {"query": query, "results_type": "text/csv", **parameters}, data, out)
    return "".join(out.getvalue().decode().split("\r\n")[1:])


def test_what_void_tells_is_counted_once_for_both() -> None:
    tallies = Tallies.read(StoreReader(filled()))
    queries = {**describe._TOTALS, **describe._GROUPS}
    assert [name for name, query in queries.items() if tallies.asked(QueryRequest(query)) is None] == ["entities"]


ALL = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


def test_a_dataset_of_the_request_is_counted_by_the_engine() -> None:
    held = data(filled())
    assert ask(held, ALL) == "13"
    assert ask(held, ALL, default_graphs=[E + "g"]) == "3"
    assert ask(held, ALL, named_graphs=[E + "g"]) == "0"
    assert ask(held, "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }", named_graphs=[E + "g"]) == "3"


def test_a_union_of_all_graphs_is_counted_by_the_engine() -> None:
    assert ask(data(filled(), union_default_graph=True), ALL) == "17"


def test_a_query_with_values_of_its_own_is_counted_by_the_engine() -> None:
    query = "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p"
    assert ask(data(filled()), query, bindings={"p": f"<{E}p>"}) == f"{E}p,4"


def test_relative_names_are_resolved_as_elsewhere() -> None:
    held = data(filled())
    assert ask(held, "SELECT (COUNT(*) AS ?n) { ?s <p> ?o }", base=E) == "4"
    assert ask(held, f"BASE <{E}> SELECT (COUNT(*) AS ?n) {{ ?s a <C> }}", base="http://example.com/") == "2"


def test_too_many_predicates_to_be_kept_are_counted_by_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yuanhui_kg.tallies._MOST", 3)
    tallies = Tallies.read(StoreReader(filled()))
    assert tallies.each["predicates"] is None
    assert tallies.asked(QueryRequest(ALL)) is None
    assert tallies.asked(QueryRequest("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }")) is not None


# --- any graph, any spelling ------------------------------------------------------------------------------------------

IRIS = [ox.NamedNode(E + name) for name in "abcpq"]
NODES = [*IRIS, ox.BlankNode("one"), ox.BlankNode("two")]
VALUES = [*NODES, ox.Literal("x"), ox.Literal("x", language="zh"), ox.Literal(5), ox.Literal(5.0)]
PREDICATES = [*IRIS[2:], ox.NamedNode(RDF + "type")]
quads = st.builds(
    ox.Quad,
    st.sampled_from(NODES),
    st.sampled_from(PREDICATES),
    st.sampled_from([*VALUES, ox.Triple(*IRIS[:3])]),
    st.sampled_from([ox.DefaultGraph(), ox.DefaultGraph(), *IRIS[:2], ox.BlankNode("graph")]),
)
graphs = st.lists(quads, max_size=25)
blanks = st.sampled_from([" ", "  ", "\n", "\t# of all\n"])


@st.composite
def queries(draw: st.DrawFn) -> str:
    """Counting queries in many spellings, most of them of those that are known."""
    s, p, o, g = draw(st.permutations(["?s", "?p", "$o", "?class", "?g", "?x"]))[:4]
    predicate, object = draw(
        st.sampled_from(
            [(p, o), ("a", o), ("rdf:type", o), ("a", ":a"), (":p", o), ("rdf:type", f"<{E}b>"), (":q", "[]")]
        )
    )
    key = p if predicate == p else o
    pattern = f"{draw(st.sampled_from([s, s, s, '[]']))} {predicate} {object} {draw(st.sampled_from(['', '.']))}"
    if predicate == p and draw(st.booleans()):
        pattern, key = f"GRAPH {g} {{ {pattern} }}", g
    likely = ["COUNT(*)", f"COUNT({key})" if key[0] in "?$" else "COUNT(*)", f"COUNT(DISTINCT {key})"]
    rare = [f"COUNT({what})" for what in (s, o, f"DISTINCT {s}", f"DISTINCT {o}")]
    counts = st.sampled_from(likely if draw(st.integers(0, 3)) else rare)
    chosen = draw(st.lists(counts, max_size=3))
    items = [f"({count} AS ?n{place})" for place, count in enumerate(chosen)]
    grouped = key[0] in "?$" and draw(st.booleans())
    if grouped or not items:
        items.insert(0, key)
    distinct = "DISTINCT" if not chosen or draw(st.booleans()) else ""
    behind = [f"GROUP BY {key}"] if grouped else []
    if chosen and draw(st.booleans()):
        behind.append(f"HAVING ({draw(counts)} {draw(st.sampled_from(['>', '=', '<=']))} 2)")
    if draw(st.booleans()):
        keys = [key, f"DESC({key})"] if not chosen else ["ASC(?n0)", f"DESC(?n0) {draw(counts)}"]
        behind.append("ORDER BY " + draw(st.sampled_from(keys)))
    if draw(st.booleans()):
        behind.append(draw(st.sampled_from(["LIMIT 2", "LIMIT 0", "OFFSET 1", "LIMIT 3 OFFSET 2"])))
    where = draw(st.sampled_from(["WHERE", ""]))
    tokens = ["SELECT", distinct, *items, where, "{", pattern, "}", *behind]
    text = " ".join(token for token in tokens if token).replace(" ", draw(blanks))
    cased = text.lower() if draw(st.booleans()) and E not in text else text
    return PREFIXES + cased


def agree(quads: list[ox.Quad], query: str) -> None:
    """What is found from the counts is what is found from the data, where it is found from the counts at all."""
    store = ox.Store()
    store.extend(quads)
    tallies = Tallies.read(StoreReader(store))
    asked = tallies.asked(QueryRequest(query))
    if asked is None:
        return
    expected, found = outcome(store, query), outcome(tallies.store, asked.query)
    if (
        isinstance(found, Counter)
        and isinstance(expected, Counter)
        and ("LIMIT" in query.upper() or "OFFSET" in query.upper())
    ):
        whole = query[: min(at for at in (query.upper().find("LIMIT"), query.upper().find("OFFSET")) if at >= 0)]
        assert found.total() == expected.total()  # which ones is open where they are in no certain order
        assert found <= outcome(store, whole)
    else:
        assert found == expected


@given(graphs, queries())
@settings(max_examples=200)
@example([], PREFIXES + "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
def test_any_graph_is_counted_as_the_engine_counts_it(quads: list[ox.Quad], query: str) -> None:
    agree(quads, query)


PIECES = [
    "SELECT", "DISTINCT", "?s", "?p", "?o", "?n", "(", ")", "COUNT", "*", "AS", "WHERE", "{", "}", ".", "[", "]", "a", ":p",
    "GROUP", "BY", "HAVING", "ORDER", "LIMIT", "1", ">", "<", ",", "GRAPH", "?g", "_:x", "'x'", "DESC", "+", "/", "!", "^",
]  # fmt: skip


@given(graphs, st.sampled_from(KNOWN), st.data())
@settings(max_examples=200)
def test_a_query_with_a_token_more_or_less_is_answered_right_or_left(
    quads: list[ox.Quad], query: str, data: st.DataObject
) -> None:
    tokens = query.replace("(", " ( ").replace(")", " ) ").split()
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(tokens) - 1))
        tokens[place : place + data.draw(st.integers(0, 2))] = data.draw(st.lists(st.sampled_from(PIECES), max_size=2))
        if not tokens:
            return
    agree(quads, PREFIXES + " ".join(tokens))


# --- generations ------------------------------------------------------------------------------------------------------


def follow(source: Source) -> None:
    """Let the indexes come up to date with the data in force, by as many children as that takes."""
    while (child := source.follow()) is not None:
        while not child.receive():
            pass
        source.followed(child)


@pytest.mark.slow
def test_counts_are_of_the_generation_that_is_read_or_not_there(tmp_path: Path) -> None:
    tiny = Path(__file__).parent / "service" / "tiny"
    chosen = Settings(resources=tiny, store=tmp_path / "store")
    private = tmp_path / "private"
    private.mkdir()
    source = Source(chosen, private, indexes=True)
    with contextlib.ExitStack() as closing:
        closing.callback(lambda: source._generation and source._generation.close())
        assert source.data().tallies is None  # not yet
        follow(source)
        held = source.data()
        assert held.tallies is not None
        before = int(ask(held, ALL))
        assert before > 0

        extra = f"<{E}new> <{E}new> <{E}new> .".encode()
        StoreFolder(tmp_path / "store").write(lambda store: store.load(extra, format=ox.RdfFormat.N_TRIPLES))
        source.renew(held)  # a worker that goes on
        assert held.tallies is None
        assert int(ask(held, ALL)) == before + 1
        assert source.data().tallies is None  # a worker that is made before they have followed
        follow(source)
        after = source.data()
        assert after.tallies is not None
        assert int(ask(after, ALL)) == before + 1
