"""Statements as RDF 1.2: written, read again and turned back, they are the statements that there were."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox
import pytest

import graphs
from graphs import yh, yho
from yuanhui_kg.errors import DataError
from yuanhui_kg.export import rdf12
from yuanhui_kg.namespaces import PREFIXES
from yuanhui_kg.settings import Settings
from yuanhui_kg.store import StoreReader, memory_store

REIFIES = ox.NamedNode(rdf12.REIFIES)


def reread(triples: list[ox.Triple], name: str) -> set[ox.Triple]:
    text = ox.serialize(triples, format=rdf12.FORMATS[name], prefixes=PREFIXES)
    assert text is not None
    return {quad.triple for quad in ox.parse(text, format=rdf12.FORMATS[name])}


def turned_back(triples: Iterable[ox.Triple]) -> set[ox.Triple]:
    """Reifiers as the statements of RDF 1.1, all else as it is."""
    found: set[ox.Triple] = set()
    for triple in triples:
        if triple.predicate != REIFIES:
            found.add(triple)
            continue
        node, stated = triple.subject, triple.object
        assert isinstance(stated, ox.Triple)
        found.add(ox.Triple(node, ox.NamedNode(PREFIXES["rdf"] + "type"), ox.NamedNode(rdf12.STATEMENT)))
        for part, value in zip(rdf12.PARTS, (stated.subject, stated.predicate, stated.object), strict=True):
            found.add(ox.Triple(node, ox.NamedNode(part), value))
    return found


@pytest.mark.parametrize("name", rdf12.FORMATS)
def test_the_statements_of_the_data_survive_writing_reading_and_turning_back(name: str) -> None:
    store = memory_store(Settings().served_files)
    graph = {quad.triple for quad in store}
    kind = ox.NamedNode(rdf12.STATEMENT)
    statements = {t.subject for t in graph if (t.predicate.value, t.object) == (PREFIXES["rdf"] + "type", kind)}
    made = rdf12.statements(StoreReader(store))
    again = reread(made, name)
    assert again == set(made)
    assert {t.subject for t in again if t.predicate == REIFIES} == statements
    back = turned_back(again)
    assert back <= graph, "nothing is said that the graph does not say"
    assert {t for t in graph if t.subject in statements} <= back, "nothing that is said of a statement is lost"
    assert {t.object for t in made if t.predicate == REIFIES} <= graph, "here every stated triple is in the graph"


def test_a_reifier_keeps_modality_and_evidence_with_the_offsets() -> None:
    made = rdf12.statements(graphs.reader())
    stated = ox.Triple(ox.NamedNode(yh("mill")), ox.NamedNode(yho("invests")), ox.NamedNode(yh("zone")))
    reifier = ox.NamedNode(yh("doc-statement-2"))
    assert ox.Triple(reifier, REIFIES, stated) in made
    assert stated in made
    said = {(t.predicate.value, t.object.value) for t in made if t.subject == reifier and t.predicate != REIFIES}
    assert said == {
        (yho("modality"), yho("asserted")),
        (yho("evidence"), yh("doc-span-1-3")),
        (yho("evidence"), yh("doc-span-30-32")),
    }
    offsets = {t.object.value for t in made if t.subject == ox.NamedNode(yh("doc-selector-30-32"))}
    assert {"30", "32"} <= offsets


def test_what_is_reified_but_not_said_is_not_said_here_either() -> None:
    said = "yh:s a rdf:Statement ; rdf:subject yh:a ; rdf:predicate yho:invests ; rdf:object yh:b ; yho:modality yho:sought ."
    made = rdf12.statements(graphs.reader(said))
    assert {t.subject.value for t in made} == {yh("s")}
    assert len(made) == 2


@pytest.mark.parametrize(
    "said",
    [
        "yh:s a rdf:Statement ; rdf:subject yh:a, yh:c ; rdf:predicate yho:invests ; rdf:object yh:b .",
        "yh:s a rdf:Statement ; rdf:subject yh:a ; rdf:predicate 'p' ; rdf:object yh:b .",
        "yh:s a rdf:Statement ; rdf:subject yh:a ; rdf:object yh:b .",
    ],
)
def test_a_statement_that_states_no_one_triple_is_refused(said: str) -> None:
    with pytest.raises(DataError, match="predicate"):
        rdf12.statements(graphs.reader(said))
