"""Updates that tell what they touch: as the same update does its work, and all of what it changed is told."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from yuanhui_kg import journal
from yuanhui_kg.journal import Journal, collected, telling

DATA = """
<x:a> <x:p> <x:b> . <x:b> <x:p> <x:c> . <x:a> <x:q> "1" .
<x:g> { <x:a> <x:p> <x:d> . <x:d> <x:p> _:blank . _:blank <x:q> 2 }
"""
SIMPLE = [
    "INSERT DATA { <x:n> <x:p> <x:m> }",
    "INSERT DATA { <x:n> <x:p> <x:m> . GRAPH <x:g> { <x:n> <x:q> 1 ; <x:q> 2 } . <x:m> <x:p> <x:n> . }",
    "PREFIX x: <x:> INSERT DATA { x:n a x:T , x:U . GRAPH x:new { } }",
    "DELETE DATA { <x:a> <x:p> <x:b> . GRAPH <x:g> { <x:a> <x:p> <x:d> } }",
    "prefix x: <x:> prefix y: <x:> delete data { x:a x:q '1' } ; insert data { y:a y:q '2' # a } ; .\n } ;",
    "DELETE WHERE { <x:a> ?p ?o }",
    "DELETE WHERE { GRAPH ?g { ?s <x:p> ?o } }",
    "DELETE { ?s <x:p> ?o } WHERE { ?s <x:p> ?o FILTER(?o != <x:b>) }",
    "INSERT { ?o <x:back> ?s } WHERE { ?s <x:p> ?o }",
    "INSERT { _:n <x:of> ?s . GRAPH <x:g> { _:n <x:q> ?o } } WHERE { ?s <x:p> ?o }",
    "WITH <x:g> DELETE { ?s <x:p> ?o } INSERT { ?s <x:p2> ?o . GRAPH <x:h> { ?s <x:p> ?o . } } WHERE { ?s <x:p> ?o }",
    "DELETE { ?s ?p ?o } INSERT { GRAPH <x:g> { ?s ?p ?o } } USING <x:g> USING NAMED <x:g> WHERE { ?s ?p ?o }",
    "BASE <x:> INSERT { <u> <p> ?new } WHERE { BIND(UUID() AS ?new) }",
    "INSERT { ?s <x:q> ?n } WHERE { { SELECT ?s (COUNT(*) AS ?n) WHERE { ?s ?p ?o } GROUP BY ?s } }",
    'INSERT DATA { <x:n> <x:p> \'} INSERT DATA {\' , """GRAPH <x:g> { """ }',
    "INSERT DATA { <x:n> <x:p> [ <x:q> ( 1 2 ) ] }",
    "INSERT DATA { }",
    r"INSERT DATA { <x:n> <x:p> '\u4e2d\u0041', 'a\nb' }",
]
UNCLEAR = [
    "CLEAR GRAPH <x:g>",
    "DROP ALL",
    "MOVE <x:g> TO DEFAULT",
    "INSERT DATA { <x:n> <x:p> <x:m> } ; DELETE WHERE { ?s <x:p> ?o }",
    "CREATE GRAPH <x:new> ; INSERT DATA { GRAPH <x:new> { <x:n> <x:p> <x:m> } }",
    r"INSERT DATA { <x:n> <x:p> 'a\u0027 } ; INSERT DATA { <x:n> <x:p> \u0027b' }",
    r"INSERT DATA { <x:n> <x:p> 'a\u005Cn' }",
    r"\u0049NSERT DATA { <x:n> <x:p> <x:m> }",
    "",
]


def store() -> ox.Store:
    made = ox.Store()
    made.load(DATA, format=ox.RdfFormat.TRIG)
    return made


def shape(quads: set[ox.Quad]) -> list[str]:
    """Quads with their blank nodes and new names made alike."""
    parts = [(quad.subject, quad.predicate, quad.object, quad.graph_name) for quad in quads]
    return sorted(
        " ".join("_:b" if isinstance(p, ox.BlankNode) or "uuid" in str(p) else str(p) for p in q) for q in parts
    )


@pytest.mark.parametrize("update", SIMPLE)
def test_an_update_that_tells_does_what_it_did_and_tells_all_that_it_changed(update: str) -> None:
    before = set(store())
    plain, told = store(), store()
    before_told = set(told)
    plain.update(update)
    found = telling(update)
    assert found is not None
    told.update(found.text)
    noted = Journal()
    collected(told, found.graph, noted)
    assert shape(set(told)) == shape(set(plain))
    assert set(told.named_graphs()) == set(plain.named_graphs())
    assert len(before) == len(before_told)
    written = noted.written()
    assert written is not None
    triples = shape({ox.Quad(*triple, ox.DefaultGraph()) for triple in journal.read(written)})
    changed = {ox.Quad(*quad.triple, ox.DefaultGraph()) for quad in set(told) ^ before_told}
    assert set(shape(changed)) <= set(triples)


@pytest.mark.parametrize("update", UNCLEAR)
def test_what_is_not_simple_tells_nothing(update: str) -> None:
    assert telling(update) is None


def test_blank_nodes_that_were_there_are_told_by_their_own_names() -> None:
    told = store()
    found = telling("DELETE WHERE { GRAPH <x:g> { ?blank <x:q> 2 } }")
    assert found is not None
    (blank,) = (quad.subject for quad in told.quads_for_pattern(None, ox.NamedNode("x:q"), None, ox.NamedNode("x:g")))
    told.update(found.text)
    noted = Journal()
    collected(told, found.graph, noted)
    assert [triple.subject for triple in journal.read(noted.written() or b"")] == [blank]


def test_of_too_many_triples_none_is_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "MOST", 3)
    noted = Journal()
    quads = [ox.Quad(ox.NamedNode("x:a"), ox.NamedNode("x:p"), ox.Literal(number)) for number in range(5)]
    assert list(noted.noting(quads)) == quads
    assert (noted.lost, noted.written()) == (True, None)


def test_too_long_an_update_is_not_looked_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "_LONGEST", 10)
    assert telling(SIMPLE[0]) is None
