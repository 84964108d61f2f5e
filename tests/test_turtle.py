"""The canonical Turtle: one text for one graph, whoever wrote it in whatever order."""

from __future__ import annotations

import random
import re
import string

import pyoxigraph as ox
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from yuanhui_kg import turtle
from yuanhui_kg.errors import DataError
from yuanhui_kg.namespaces import PREFIXES

RDF = PREFIXES["rdf"]
XSD = PREFIXES["xsd"]
YH = PREFIXES["yh"]
YHO = PREFIXES["yho"]

# Characters that may stand in an IRI, those that have a meaning in Turtle's short names among them.
NAME = st.text(string.ascii_letters + string.digits + "-_.~:;,()'!$&*+=@/?%é源汇", max_size=8)
IRIS = st.builds(
    lambda start, name: ox.NamedNode(start + re.sub("%(?![0-9A-Fa-f]{2})", "%25", name)),
    st.sampled_from([*PREFIXES.values(), "urn:x-", "https://a.example/"]),
    NAME,
)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
LITERALS = st.one_of(
    st.builds(ox.Literal, TEXT),
    st.builds(lambda text, tag: ox.Literal(text, language=tag), TEXT, st.sampled_from(["zh", "en", "de-at"])),
    st.builds(
        lambda text, kind: ox.Literal(text, datatype=kind),
        TEXT,
        IRIS.filter(lambda kind: "angString" not in kind.value),
    ),
    st.builds(
        lambda text, kind: ox.Literal(text, datatype=ox.NamedNode(XSD + kind)),
        st.from_regex(r"\A([+-]?[0-9]{0,4}\.?[0-9]{0,4}|true|false|[0-9]e[0-9])\Z"),
        st.sampled_from(["integer", "decimal", "boolean", "double"]),
    ),
)
TRIPLES = st.builds(ox.Triple, IRIS, IRIS | st.just(ox.NamedNode(RDF + "type")), IRIS | LITERALS)
GRAPHS = st.lists(TRIPLES, max_size=20)


def read(text: str) -> set[ox.Triple]:
    return {quad.triple for quad in ox.parse(input=text, format=ox.RdfFormat.TURTLE)}


def triples(body: str) -> list[ox.Triple]:
    head = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
    return [quad.triple for quad in ox.parse(input=head + body, format=ox.RdfFormat.TURTLE)]


@given(GRAPHS)
@example(
    [
        ox.Triple(ox.NamedNode(YH + name), ox.NamedNode(YHO + name), ox.NamedNode(YH))
        for name in ("a.", "-a", "a-", "1", "", "a/b", "%41")
    ]
)
def test_what_is_written_reads_as_the_same_graph(graph: list[ox.Triple]) -> None:
    assert read(turtle.write(graph)) == set(graph)


@given(GRAPHS, st.randoms(use_true_random=False))
def test_the_order_of_the_triples_and_repeats_change_nothing(graph: list[ox.Triple], order: random.Random) -> None:
    shuffled = graph + graph[:3]
    order.shuffle(shuffled)
    assert turtle.write(shuffled) == turtle.write(graph)


@pytest.mark.parametrize(
    "body",
    [
        'yh:a yho:p "1", "1"^^xsd:date, 1, 1.0 .',
        'yh:a yho:p "01", "1" .',
        "yh:a1 a yho:P . yh:a01 a yho:P .",
        'yh:a yho:p "x", "x"@en .',
    ],
)
def test_what_differs_in_little_still_has_one_order(body: str) -> None:
    graph = triples(body)
    assert turtle.write(graph) == turtle.write(reversed(graph))


@given(GRAPHS)
def test_canonical_text_is_its_own_canonical_text(graph: list[ox.Triple]) -> None:
    text = turtle.write(graph)
    assert turtle.canonical(text.encode(), "a.ttl") == text


@pytest.mark.parametrize(
    "text", ['a"b', "a\\b", "a\nb", "a\tb\r", "“源汇”", "\U0001f600", "\x00\x7f", "a'''b\"\"\"", "\\u6e90"]
)
def test_escapes_and_unicode_survive_on_one_line(text: str) -> None:
    graph = [ox.Triple(ox.NamedNode(YH + "a"), ox.NamedNode(YHO + "p"), ox.Literal(text, language="zh"))]
    written = turtle.write(graph)
    assert read(written) == set(graph)
    assert len([line for line in re.split("[\n\r]", written) if line]) == 5


def test_chinese_stands_as_it_is() -> None:
    assert '"源汇区"@zh' in turtle.write(triples('yh:a yho:p "源汇区"@zh .'))


def test_only_prefixes_that_are_used_are_declared_in_alphabetical_order() -> None:
    text = turtle.write(triples('yh:a yho:p "1"^^xsd:date . yh:a skos:note <https://schema.org/> .'))
    assert re.findall(r"@prefix (\S*): ", text) == ["skos", "xsd", "yh", "yho"]


def test_the_longest_namespace_names_an_iri() -> None:
    prefixes = {"long": "https://a.example/b/", "short": "https://a.example/"}
    iri = ox.NamedNode("https://a.example/b/c")
    assert "long:c long:c long:c" in turtle.write([ox.Triple(iri, iri, iri)], prefixes | PREFIXES).replace("\n  ", " ")


def test_subjects_stand_by_kind_and_then_in_natural_order() -> None:
    text = turtle.write(
        triples(
            """yh:d-selector-1-2 a oa:TextPositionSelector . yh:d-span-103-108 a oa:SpecificResource .
            yh:d-span-99-103 a oa:SpecificResource . yh:d-figure a qb:Observation . yh:period a yho:Period .
            yh:d-statement a rdf:Statement . yh:d-mention a oa:Annotation . yh:d-sentence a yho:Sentence .
            yh:zone a yho:Place . yh:area a yho:Place ."""
        )
    )
    subjects = re.findall(r"^yh:(\S+)$", text, re.MULTILINE)
    things = ["area", "zone", "period", "d-statement", "d-figure", "d-mention", "d-sentence"]
    assert subjects == [*things, "d-span-99-103", "d-span-103-108", "d-selector-1-2"]


def test_a_block_opens_with_the_type_and_the_labels_chinese_first() -> None:
    text = turtle.write(triples('yh:a yho:p 2, 10 ; skos:prefLabel "b"@en, "a"@zh ; a yho:Place .'))
    block = text.split("\n\n")[1]
    assert block == 'yh:a\n  a yho:Place ;\n  skos:prefLabel "a"@zh,\n    "b"@en ;\n  yho:p 2,\n    10 ;\n.\n'


def test_a_new_fact_adds_lines_and_changes_no_other() -> None:
    before = triples('yh:a a yho:Place ; yho:p "x" . yh:b a yho:Place .')
    old = turtle.write(before).splitlines()
    new = turtle.write([*before, *triples('yh:a yho:q "y" .')]).splitlines()
    assert [line for line in new if line not in old] == ['  yho:q "y" ;']
    assert [line for line in old if line not in new] == []


@pytest.mark.parametrize("body", ['[] yho:p "x" .', "yh:a yho:p [] .", "yh:a yho:p ( yh:b ) ."])
def test_a_node_without_a_name_is_refused(body: str) -> None:
    with pytest.raises(DataError, match="node without a name"):
        turtle.write(triples(body))


@pytest.mark.parametrize(
    ("text", "line"),
    [("@prefix yh: <x:> .\nyh:a yh:p .\n", 2), ('<x:a> <x:b> "c\n" .', 1), ("\n\n<x:a> <x:b> nope:c .", 3)],
)
def test_a_syntax_error_names_file_and_line(text: str, line: int) -> None:
    with pytest.raises(DataError, match=rf"^places\.ttl, line {line}: "):
        turtle.canonical(text.encode(), "places.ttl")


def test_a_file_that_is_not_utf_8_is_refused_by_name() -> None:
    with pytest.raises(DataError, match=r"^places\.ttl, line 1: "):
        turtle.canonical(b'<x:a> <x:b> "\xff" .', "places.ttl")
