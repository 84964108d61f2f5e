"""Subselects inside ``GRAPH ?g``: answered as by graph, or refused."""

from __future__ import annotations

import io
import json

import pyoxigraph as ox
import pytest

from yuanhui_kg import subselects
from yuanhui_kg.errors import QuerySyntaxError, QueryUnsupportedError
from yuanhui_kg.query import QueryRequest, evaluate

PREFIX = "PREFIX : <http://example.org/> "


def rows(query: str) -> list[list[str]]:
    store, out = ox.Store(), io.BytesIO()
    store.update(f"{PREFIX} INSERT DATA {{ GRAPH :g {{ :a :p 1, 2 }} GRAPH :h {{ :a :p 3 }} }}")
    evaluate(store, QueryRequest(PREFIX + query), out)
    found = json.loads(out.getvalue())
    names = found["head"]["vars"]
    return sorted([row[name]["value"].rpartition("/")[2] for name in names] for row in found["results"]["bindings"])


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?g ?n { GRAPH ?g { { SELECT (COUNT(*) AS ?n) { ?s ?p ?o } } } }",
        "SELECT ?n { GRAPH ?g { SELECT (COUNT(*) AS ?n) { ?s ?p ?o } } }",
        "SELECT ?g ?o { GRAPH ?g { { SELECT ?o { ?s ?p ?o } } } }",
        "SELECT * { GRAPH ?g { { SELECT ?o { ?s ?p ?o } } } }",
        "SELECT ?o { VALUES ?g { :g } GRAPH $g { { SELECT ?o { ?s ?p ?o } } } }",
        "SELECT ?o { GRAPH ?g { ?s :p 1 . { SELECT ?s ?o { ?s :p ?o } } } }",
        "SELECT ?o { GRAPH ?g { { SELECT ?o { ?s :p ?o } } OPTIONAL { ?s :p 1 } } }",
        "SELECT ?o { GRAPH ?g { { SELECT DISTINCT ?o { ?s :p ?o } } } }",
        "SELECT ?o { GRAPH ?g { { SELECT ?o { ?s :p ?o } ORDER BY ?o LIMIT 1 } } }",
        "SELECT ?o { GRAPH ?g { { SELECT ?g ?o { ?s :p ?o } ORDER BY ?o LIMIT 1 } } }",
        "SELECT ?s { GRAPH ?g { ?s :p 1 FILTER EXISTS { { SELECT ?s { ?s :p 3 } } } } }",
        "ASK { graph ?g { { select ?s (max(?o) as ?m) { ?s :p ?o } group by ?s } } }",
    ],
)
def test_what_would_be_answered_across_graphs_is_refused(query: str) -> None:
    with pytest.raises(QueryUnsupportedError, match=r"GRAPH [?$]g"):
        rows(query)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (
            "SELECT ?g ?n { GRAPH ?g { { SELECT ?g (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?g } } }",
            [["g", "2"], ["h", "1"]],
        ),
        (
            "SELECT ?g ?n { { SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g } }",
            [["g", "2"], ["h", "1"]],
        ),
        ("SELECT ?g ?o { GRAPH ?g { { SELECT ?g ?o { ?s ?p ?o } } } }", [["g", "1"], ["g", "2"], ["h", "3"]]),
        ("SELECT ?o { GRAPH ?g { { SELECT ?o { ?s ?p ?o } } } }", [["1"], ["2"], ["3"]]),
        ("SELECT ?o { GRAPH ?g { SELECT * { ?s ?p ?o } } }", [["1"], ["2"], ["3"]]),
        ("SELECT ?n { GRAPH :g { { SELECT (COUNT(*) AS ?n) { ?s ?p ?o } } } }", [["2"]]),
        ("SELECT ?n { GRAPH ?g { GRAPH :h { { SELECT (COUNT(*) AS ?n) { ?s ?p ?o } } } } } LIMIT 1", [["1"]]),
        ("SELECT ('GRAPH ?g { { SELECT (COUNT(*) AS ?n) {} } }' AS ?x) { } # GRAPH ?g { { SELECT ?x {} } }", None),
    ],
)
def test_what_is_answered_graph_by_graph_is_let_through(query: str, expected: list[list[str]] | None) -> None:
    found = rows(query)
    assert expected is None or found == expected


@pytest.mark.parametrize("word", ["SERVICE", "service silent"])
def test_what_another_service_selects_is_let_through(word: str) -> None:
    asked = f"GRAPH ?g {{ ?s ?p ?o {word} <http://example.org/> {{ {{ SELECT ?s (COUNT(*) AS ?n) {{ ?s ?p ?o }} }} }}"
    subselects.check(f"SELECT ?g ?n {{ {asked} }} }}")
    with pytest.raises(QueryUnsupportedError):
        subselects.check(f"SELECT ?g ?n {{ {asked} {{ SELECT ?s {{ ?s ?p ?o }} }} }} }}")


def test_what_is_no_sparql_is_told_so_first() -> None:
    with pytest.raises(QuerySyntaxError):
        rows("SELECT ?g ?n { GRAPH ?g { { SELECT (COUNT(*) AS ?n) { ?s ?p ?o } } }")


def test_an_update_is_told_as_one() -> None:
    with pytest.raises(QueryUnsupportedError, match="The update has"):
        subselects.check(
            "INSERT { ?g :n ?n } WHERE { GRAPH ?g { { SELECT (COUNT(*) AS ?n) { ?s ?p ?o } } } }", "update"
        )
