"""An index brought up to date with a change, against a new one of the changed graph."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import graphs
from graphs import yh, yho
from yuanhui_kg.graph import NeighbourIndex, patching
from yuanhui_kg.graph.patching import patched
from yuanhui_kg.graph.strings import Strings
from yuanhui_kg.namespaces import PREFIXES
from yuanhui_kg.store import StoreReader

NAMES = [ox.NamedNode(yh(name)) for name in "abcdef"]
GRAPHS = [ox.DefaultGraph(), ox.DefaultGraph(), ox.NamedNode("https://example.org/g")]
KINDS = [ox.NamedNode(yho(name)) for name in ("partOf", "invests", "plansToBuild")]
OTHER = ox.NamedNode("https://example.org/near")  # a relation in named graphs only
CLASSES = [ox.NamedNode(yho(name)) for name in ("Place", "District", "Company")]
LABELS = [ox.Literal(text, language=tag) for text, tag in (("甲", "zh"), ("A", "en"), ("ah", "fr"), ("B", "en"))]
STATEMENTS = [ox.NamedNode(yh("statement-1")), ox.NamedNode(yh("statement-2")), ox.BlankNode("s3")]
SPANS = [ox.NamedNode(yh("span-1")), ox.BlankNode("span2")]
SELECTORS = [ox.NamedNode(yh("selector-1")), ox.BlankNode("selector2")]


def term(prefix: str, name: str) -> ox.NamedNode:
    return ox.NamedNode(PREFIXES[prefix] + name)


def number(value: int) -> ox.Literal:
    return ox.Literal(str(value), datatype=term("xsd", "integer"))


LONELY = [  # what a resource has at most one of, so that what is read does not depend on an order
    *((s, term("rdf", "subject"), o) for s, o in itertools.product(STATEMENTS, NAMES[:2])),
    *((s, term("rdf", "predicate"), o) for s, o in itertools.product(STATEMENTS, KINDS[:2])),
    *((s, term("rdf", "object"), o) for s, o in itertools.product(STATEMENTS, NAMES[1:3])),
    *((s, term("oa", "hasSelector"), o) for s, o in itertools.product(SPANS, SELECTORS)),
    *((s, term("oa", name), number(3)) for s in SELECTORS for name in ("start", "end")),
]
triples = st.one_of(
    st.tuples(st.sampled_from(NAMES), st.sampled_from([*KINDS, OTHER]), st.sampled_from(NAMES)),
    st.tuples(st.sampled_from(NAMES), st.just(term("rdf", "type")), st.sampled_from(CLASSES)),
    st.tuples(st.sampled_from([*NAMES, *STATEMENTS[:1]]), st.just(term("skos", "prefLabel")), st.sampled_from(LABELS)),
    st.tuples(st.sampled_from(STATEMENTS), st.just(ox.NamedNode(yho("modality"))),
              st.sampled_from([ox.NamedNode(yho(name)) for name in ("asserted", "planned", "inferred")])),
    st.tuples(st.sampled_from(STATEMENTS), st.just(ox.NamedNode(yho("evidence"))), st.sampled_from(SPANS)),
    st.sampled_from(LONELY),
)  # fmt: skip
#: What there is, or what a change adds or takes away.
quads = st.lists(st.tuples(triples, st.sampled_from(GRAPHS)), max_size=25)


def add(store: ox.Store, triple: Any, graph: Any) -> list[ox.Quad]:
    """Add a quad, in the place of what its subject may have only one of; what was touched."""
    s, p, o = triple
    new = ox.Quad(s, p, o, ox.DefaultGraph() if triple in LONELY else graph)
    gone = list(store.quads_for_pattern(s, p, None, None)) if triple in LONELY else []
    for quad in gone:
        store.remove(quad)
    store.add(new)
    return [*gone, new]


def held(index: NeighbourIndex) -> dict[str, Any]:
    """All that an index holds."""
    found = {}
    for name in NeighbourIndex.__annotations__:
        value = getattr(index, name)
        found[name] = (
            value.tolist() if isinstance(value, np.ndarray) else list(value) if isinstance(value, Strings) else value
        )
    return found


@settings(max_examples=150)
@given(st.data())
def test_after_any_changes_an_index_is_what_a_new_one_would_be(data: st.DataObject) -> None:
    store = graphs.store(graphs.ONTOLOGY)
    for triple, graph in data.draw(quads):
        add(store, triple, graph)
    index = NeighbourIndex.build(StoreReader(store))
    for _ in range(data.draw(st.integers(1, 3))):
        changed: list[ox.Quad] = []
        there = sorted((quad for quad in store if quad.predicate not in patching._HIERARCHIES), key=str)
        for quad in data.draw(st.lists(st.sampled_from(there), max_size=6)) if there else ():
            store.remove(quad)
            changed.append(quad)
        for triple, graph in data.draw(quads):
            changed += add(store, triple, graph)
        index = patched(index, store, [quad.triple for quad in changed])
        assert held(index) == held(NeighbourIndex.build(StoreReader(store)))


def changed_by(store: ox.Store, added: str, removed: str = "") -> list[ox.Triple]:
    found = []
    for text, change in ((removed, store.remove), (added, store.add)):
        for quad in graphs.store(text):
            change(quad)
            found.append(quad.triple)
    return found


def test_a_change_of_a_span_reaches_the_relation_whose_evidence_it_is() -> None:
    store = graphs.store(graphs.ONTOLOGY + graphs.DATA + graphs.SPANS)
    index = NeighbourIndex.build(StoreReader(store))
    change = changed_by(store, "yh:doc-selector-1-3 oa:start 2 .", "yh:doc-selector-1-3 oa:start 1 .")
    made = patched(index, store, change)
    assert made is not None
    assert held(made) == held(NeighbourIndex.build(StoreReader(store))) != held(index)


def test_a_change_of_the_hierarchies_has_the_whole_graph_read() -> None:
    store = graphs.store(graphs.ONTOLOGY + graphs.DATA)
    index = NeighbourIndex.build(StoreReader(store))
    assert patched(index, store, changed_by(store, "yho:isFriendOf rdfs:subPropertyOf yho:relatedTo .")) is None


def test_too_large_a_change_has_the_whole_graph_read(monkeypatch: pytest.MonkeyPatch) -> None:
    store = graphs.store(graphs.ONTOLOGY + graphs.DATA)
    index = NeighbourIndex.build(StoreReader(store))
    change = changed_by(store, "yh:a yho:invests yh:b, yh:c, yh:d, yh:e .")
    monkeypatch.setattr(patching, "MOST", 4)
    assert patched(index, store, change) is None


def test_nothing_that_changes_leaves_the_index_as_it_was() -> None:
    store = graphs.store(graphs.ONTOLOGY + graphs.DATA + graphs.SPANS)
    index = NeighbourIndex.build(StoreReader(store))
    made = patched(index, store, [])
    assert made is not None
    assert held(made) == held(index)


def test_what_was_the_last_word_on_a_thing_takes_the_thing_away() -> None:
    store = graphs.store(graphs.ONTOLOGY + "yh:a yho:invests yh:b . yh:c yho:invests yh:b .")
    index = NeighbourIndex.build(StoreReader(store))
    made = patched(index, store, changed_by(store, "", "yh:a yho:invests yh:b ."))
    assert made is not None
    assert not made.knows(yh("a"))
    assert made.knows(yh("b"))
