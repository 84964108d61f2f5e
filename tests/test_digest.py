"""The digest of a resource, against a computation that shares no code with it."""

from __future__ import annotations

import hashlib

import pyoxigraph as ox
import pytest
import rdflib

import graphs
from yuanhui_kg.digest import MAX_BLANK_NODES, canonical, digest, digest_or_none, own_triples
from yuanhui_kg.errors import DataError
from yuanhui_kg.graph.facts import Facts
from yuanhui_kg.namespaces import PREFIXES, YH
from yuanhui_kg.settings import Settings
from yuanhui_kg.store import Reader, StoreReader, memory_store

ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}


def written(term: rdflib.term.Node) -> str:
    """A term in canonical N-Quads, as the specification words it."""
    if isinstance(term, rdflib.URIRef):
        return f"<{term}>"
    assert isinstance(term, rdflib.Literal)
    text = "".join(ESCAPES.get(c, f"\\u{ord(c):04X}" if ord(c) < 32 or ord(c) == 127 else c) for c in str(term))
    if term.language:
        return f'"{text}"@{term.language}'
    plain = term.datatype in (None, rdflib.XSD.string)
    return f'"{text}"' if plain else f'"{text}"^^<{term.datatype}>'


def expected(graph: rdflib.Graph, subject: rdflib.term.Node) -> str:
    lines = [f"{written(s)} {written(p)} {written(o)} .\n" for s, p, o in graph.triples((subject, None, None))]
    return hashlib.sha256("".join(sorted(lines)).encode()).hexdigest()


def made(reader: Reader, name: str) -> str | None:
    found = digest_or_none(Facts(reader), ox.NamedNode(YH + name))
    return found.sha256 if found else None


def test_every_figure_and_statement_has_the_digest_that_another_program_computes() -> None:
    settings = Settings()
    graph = rdflib.Graph()
    graph.parse(settings.resources / "data" / "triples.ttl")
    types = (rdflib.RDF.Statement, rdflib.URIRef(PREFIXES["qb"] + "Observation"))
    nodes = sorted({node for kind in types for node in graph.subjects(rdflib.RDF.type, kind)})
    assert len(nodes) > 500
    facts = Facts(StoreReader(memory_store(settings.served_files)))
    facts.load(ox.NamedNode(str(node)) for node in nodes)
    found = {node: digest(facts, ox.NamedNode(str(node))) for node in nodes}
    assert {node: d and d.sha256 for node, d in found.items()} == {node: expected(graph, node) for node in nodes}
    assert len({d.sha256 for d in found.values() if d}) == len(nodes), "each has its own content"


@pytest.mark.parametrize(
    ("turtle", "lines"),
    [
        (  # the specification's example of nodes that differ at once
            "schema:p schema:q _:e0 ; schema:r _:e1 . _:e0 schema:s schema:u . _:e1 schema:t schema:u .",
            ["<p> <q> _:c14n0 .", "<p> <r> _:c14n1 .", "_:c14n0 <s> <u> .", "_:c14n1 <t> <u> ."],
        ),
        (  # … and of nodes that look alike at first
            "schema:p schema:q _:e0, _:e1 . _:e0 schema:p _:e2 . _:e1 schema:p _:e3 . _:e2 schema:r _:e3 .",
            ["<p> <q> _:c14n2 .", "<p> <q> _:c14n3 .", "_:c14n0 <r> _:c14n1 .", "_:c14n2 <p> _:c14n1 .",
             "_:c14n3 <p> _:c14n0 ."],
        ),
    ],
)  # fmt: skip
def test_blank_nodes_get_the_names_of_the_specification(turtle: str, lines: list[str]) -> None:
    triples = [
        quad.triple
        for quad in ox.parse(f"@prefix schema: <http://example.com/#> .\n{turtle}", format=ox.RdfFormat.TURTLE)
    ]
    text = "".join(f"{line}\n" for line in lines).replace("<", "<http://example.com/#")
    assert canonical(triples).decode() == text
    assert canonical(reversed(triples)).decode() == text


def test_texts_are_escaped_as_the_specification_says() -> None:
    literal = ox.Literal('a\tb\x7f\x01"\\\n\r\x08\x0c中\u2028', language="zh")
    triple = ox.Triple(ox.NamedNode("https://e.example/s"), ox.NamedNode("https://e.example/p"), literal)
    node = rdflib.Literal(literal.value, lang="zh")
    assert canonical([triple]).decode() == f"<https://e.example/s> <https://e.example/p> {written(node)} .\n"


def test_only_the_resources_own_triples_count() -> None:
    before = made(graphs.reader(), "doc-figure-1")
    assert made(graphs.reader(graphs.ONTOLOGY + graphs.DATA), "doc-figure-1") == before, "spans are not its own"
    more = graphs.ONTOLOGY + graphs.DATA + graphs.SPANS + "yh:x yho:qualifies yh:doc-figure-1 ."
    assert made(graphs.reader(more), "doc-figure-1") == before
    changed = graphs.DATA.replace("212.5亿元", "212.6亿元")
    assert made(graphs.reader(graphs.ONTOLOGY + changed), "doc-figure-1") != before


def test_the_graph_in_which_a_triple_stands_makes_no_difference() -> None:
    said = "yh:a schema:name 'x' ; schema:size 3 ."
    one = made(graphs.reader(said), "a")
    assert made(graphs.reader("", {"https://example.org/g": said}), "a") == one
    assert made(graphs.reader(said, {"https://example.org/g": said}), "a") == one


def test_blank_nodes_count_with_what_they_hold_whatever_their_names() -> None:
    one = graphs.reader("yh:a schema:address [ schema:name 'x' ; schema:part [ schema:name 'y' ] ] .")
    two = graphs.reader("yh:a schema:address _:q . _:q schema:part _:r ; schema:name 'x' . _:r schema:name 'y' .")
    other = graphs.reader("yh:a schema:address _:q . _:q schema:part _:r ; schema:name 'x' . _:r schema:name 'z' .")
    assert made(one, "a") == made(two, "a") != made(other, "a")
    assert len(own_triples(Facts(one), ox.NamedNode(YH + "a"))) == 4


def test_no_digest_is_made_of_nothing_or_of_a_thicket_of_blank_nodes() -> None:
    assert made(graphs.reader(), "nowhere") is None
    names = [f"_:b{n}" for n in range(MAX_BLANK_NODES + 1)]
    thicket = f"yh:a schema:part {', '.join(names)} ." + "".join(f"{name} schema:part _:b0 ." for name in names)
    reader = graphs.reader(thicket)
    with pytest.raises(DataError, match="without a name"):
        digest(Facts(reader), ox.NamedNode(YH + "a"))
    assert made(reader, "a") is None
