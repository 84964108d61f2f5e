"""A default graph of several graphs holds each triple once."""

from __future__ import annotations

import io
import json
from typing import Any

import pyoxigraph as ox
import pytest

from yuanhui_kg.query import QueryRequest, evaluate

E = "http://example.org/"
A, B, C = E + "a", E + "b", E + "c"
COUNT = "SELECT (COUNT(*) AS ?n) (SUM(?o) AS ?sum) {} {{ ?s <{}p> ?o }}"


@pytest.fixture
def store() -> ox.Store:
    """Three graphs: the first two share a triple, the third shares none; each triple's object is a number."""
    made = ox.Store()
    made.update(f"""
        PREFIX : <{E}>
        INSERT DATA {{
          :d :p 100 .
          GRAPH :a {{ :s :p 1, 2 . _:x :p 4 }}
          GRAPH :b {{ :s :p 2, 8 }}
          GRAPH :c {{ :s :p 16 }}
        }}""")
    return made


def ask(store: ox.Store, query: str, **values: Any) -> list[dict[str, str]]:
    out = io.BytesIO()
    evaluate(store, QueryRequest(query, **values), out)
    found = json.loads(out.getvalue())["results"]["bindings"]
    return [{name: term["value"] for name, term in row.items()} for row in found]


@pytest.mark.parametrize(
    ("graphs", "count", "total"),
    [
        ((A,), 3, 7),
        ((A, A), 3, 7),
        ((A, B), 4, 15),
        ((B, A, B), 4, 15),
        ((A, C), 4, 23),
        ((B, C, C), 3, 26),
        ((A, B, C), 5, 31),
        ((A, E + "none"), 3, 7),
        ((E + "none", E + "neither"), 0, 0),
        ((*(f"{E}{number}" for number in range(20)), A, B), 4, 15),
    ],
)
def test_each_triple_of_the_default_graph_counts_once(
    store: ox.Store, graphs: tuple[str, ...], count: int, total: int
) -> None:
    expected = [{"n": str(count), "sum": str(total)}]
    assert ask(store, COUNT.format("", E), default_graphs=graphs) == expected
    clause = " ".join(f"FROM <{iri}>" for iri in graphs)
    assert ask(store, COUNT.format(clause, E)) == expected
    relative = " ".join(f"FROM <{iri.removeprefix(E)}>" for iri in graphs)
    assert ask(store, f"BASE <{E}> " + COUNT.format(relative, E)) == expected


def test_named_graphs_are_what_they_are_beside_a_merged_one(store: ox.Store) -> None:
    query = "SELECT ?g ?o { GRAPH ?g { ?s ?p ?o } } ORDER BY ?o"
    expected = [{"g": B, "o": "2"}, {"g": B, "o": "8"}, {"g": C, "o": "16"}]
    assert ask(store, query, default_graphs=(A, B), named_graphs=(B, C)) == expected
    clause = f"FROM <{A}> FROM NAMED <{B}> FROM <{B}> FROM NAMED <{C}>"
    assert ask(store, query.replace(" {", f" {clause} {{", 1)) == expected
    assert ask(store, query, default_graphs=(A, B)) == []


def test_blank_nodes_stay_what_they_are_in_a_merged_graph(store: ox.Store) -> None:
    query = "SELECT ?x { ?x ?p 4 GRAPH ?g { ?x ?p 4 } }"
    assert len(ask(store, query, default_graphs=(A, B), named_graphs=(A,))) == 1


def test_the_protocols_graphs_come_before_those_of_the_query(store: ox.Store) -> None:
    query = COUNT.format(f"FROM <{A}> FROM <{B}>", E)
    assert ask(store, query, default_graphs=(C,)) == [{"n": "1", "sum": "16"}]
    assert ask(store, query, named_graphs=(C,)) == [{"n": "0", "sum": "0"}]


def test_nothing_is_changed_in_the_store_itself(store: ox.Store) -> None:
    before = set(store)
    ask(store, COUNT.format("", E), default_graphs=(A, B))
    assert set(store) == before
