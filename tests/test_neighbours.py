"""The neighbour index against a plain networkx computation, and its manners."""

from __future__ import annotations

import itertools
import pickle
from typing import Any

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

import graphs
import worlds
from graphs import yh, yho
from yuanhui_kg.errors import NotFoundError, UsageError
from yuanhui_kg.graph import NeighbourIndex, NeighbourRequest


@pytest.fixture(scope="module")
def index() -> NeighbourIndex:
    return NeighbourIndex.build(graphs.reader())


def ask(index: NeighbourIndex, *names: str, **parameters: Any) -> dict[str, Any]:
    return index.neighbours(NeighbourRequest(tuple(map(yh, names)), **parameters))


def ids(answer: dict[str, Any]) -> list[str]:
    return [node["id"] for node in answer["nodes"]]


def links(answer: dict[str, Any]) -> set[tuple[str, str, str]]:
    return {
        (edge["source"].rpartition("/")[2], edge["target"].rpartition("/")[2], edge["predicate"]["id"])
        for edge in answer["edges"]
    }


# --- against networkx -------------------------------------------------------------------------------------------------


@st.composite
def requests(draw: st.DrawFn, names: list[str]) -> dict[str, Any]:
    return {
        "starts": draw(st.lists(st.sampled_from(names), min_size=1, max_size=3)),
        "depth": draw(st.integers(1, 4)),
        "direction": draw(worlds.directions),
        "predicates": draw(worlds.predicates),
        "types": draw(worlds.classes),
    }


def expected(world: worlds.World, wanted: dict[str, Any]) -> tuple[dict[str, int], set[tuple[str, str, str]]]:
    kept = world.of_types(wanted["types"]) | set(wanted["starts"])
    part = world.part(wanted["predicates"], set()).subgraph(kept)
    walked = worlds.walked(part, wanted["direction"])
    distances: dict[str, int] = {}
    for start in wanted["starts"]:
        for node, hops in nx.single_source_shortest_path_length(walked, start, cutoff=wanted["depth"]).items():
            distances[node] = min(hops, distances.get(node, hops))
    edges = {(s, o, f"yho:{p}") for s, o, p in part.edges(keys=True) if s in distances and o in distances}
    return distances, edges


def request_of(wanted: dict[str, Any], limit: int) -> NeighbourRequest:
    return NeighbourRequest(
        iri=tuple(map(yh, wanted["starts"])),
        depth=wanted["depth"],
        direction=wanted["direction"],
        predicates=tuple(map(yho, sorted(wanted["predicates"]))),
        types=tuple(map(yho, sorted(wanted["types"]))),
        limit=limit,
    )


@given(st.data())
def test_without_a_limit_nodes_distances_and_edges_are_those_of_networkx(data: st.DataObject) -> None:
    world = data.draw(worlds.worlds())
    wanted = data.draw(requests(sorted(world.graph)))
    distances, edges = expected(world, wanted)
    answer = world.index.neighbours(request_of(wanted, limit=100))
    assert {node["id"]: node["distance"] for node in answer["nodes"]} == distances
    assert links(answer) == edges
    assert len(answer["edges"]) == len(edges)
    assert answer["counts"] == {"nodes": len(distances), "edges": len(edges)}
    assert answer["truncated"] is False


@given(st.data())
def test_a_limit_keeps_the_nearest_stays_connected_and_is_honest(data: st.DataObject) -> None:
    world = data.draw(worlds.worlds())
    wanted = data.draw(requests(sorted(world.graph)))
    limit = data.draw(st.integers(1, 8))
    distances, edges = expected(world, wanted)
    answer = world.index.neighbours(request_of(wanted, limit))
    got = {node["id"]: node["distance"] for node in answer["nodes"]}
    starts = set(wanted["starts"])
    assert starts <= got.keys()
    assert len(got) == min(len(distances), max(limit, len(starts)))
    assert answer["truncated"] is (len(got) < len(distances))
    assert got == {name: distances[name] for name in got}
    left_out = [hops for name, hops in distances.items() if name not in got]
    assert max(got.values()) <= min(left_out, default=max(got.values()))
    assert links(answer) == {edge for edge in edges if edge[0] in got and edge[1] in got}
    neighbours = nx.Graph([edge[:2] for edge in links(answer)])
    for name, hops in got.items():
        assert hops == 0 or any(got[other] == hops - 1 for other in neighbours[name])
    assert answer == world.index.neighbours(request_of(wanted, limit))


# --- what an answer holds ---------------------------------------------------------------------------------------------


def test_an_edge_carries_modality_evidence_and_statement(index: NeighbourIndex) -> None:
    answer = ask(index, "bank", direction="out", predicates=(yho("plansToBuild"),))
    assert answer["edges"] == [
        {
            "source": yh("bank"),
            "target": yh("zone"),
            "predicate": {
                "iri": yho("plansToBuild"),
                "id": "yho:plansToBuild",
                "label": {"zh": "拟建", "en": "plans to build"},
            },
            "prospect": True,
            "modality": "planned",
            "evidence": [{"iri": yh("doc-span-10-12"), "start": 10, "end": 12}],
            "statement": yh("doc-statement-3"),
        }
    ]


def test_of_several_statements_on_one_relation_an_assertion_comes_first(index: NeighbourIndex) -> None:
    (edge,) = ask(index, "mill", direction="out", predicates=(yho("invests"),))["edges"]
    assert (edge["modality"], edge["statement"], edge["prospect"]) == ("asserted", yh("doc-statement-2"), False)
    assert [span["start"] for span in edge["evidence"]] == [1, 30, 4]
    assert [(s["modality"], s["statement"]) for s in edge["statements"]] == [
        ("asserted", yh("doc-statement-2")),
        ("planned", yh("doc-statement-1")),
    ]


def test_a_node_carries_labels_in_both_languages_type_and_degree(index: NeighbourIndex) -> None:
    node = ask(index, "zone")["nodes"][0]
    assert node["label"] == {"zh": "东山产业园", "en": "Dongshan Industrial Park"}
    assert node["type"] == {"iri": yho("Zone"), "id": "yho:Zone", "label": {"zh": "园区", "en": "zone"}}
    assert (node["distance"], node["degree"]) == (0, 4)


def test_a_missing_label_is_stood_in_for_by_the_other_language_then_by_the_local_name() -> None:
    index = NeighbourIndex.build(
        graphs.reader(
            'yh:a foaf:knows yh:b . yh:a rdfs:label "甲" . yh:b schema:name "Be"@en-GB . yh:b foaf:knows yh:c .'
        )
    )
    labels = {node["id"]: node["label"] for node in ask(index, "a", depth=2)["nodes"]}
    assert labels == {"a": {"zh": "甲", "en": "甲"}, "b": {"zh": "Be", "en": "Be"}, "c": {"zh": "c", "en": "c"}}


@pytest.mark.parametrize(
    ("end", "told"),
    [("%E6%B2%B3%E9%95%87", "河镇"), ("a%22b", 'a"b'), ("%E6%B2", "%E6%B2"), ("a%0Ab", "a%0Ab"), ("%20", "%20")],
)
def test_an_encoded_name_stands_in_for_a_label_as_it_reads(end: str, told: str) -> None:
    index = NeighbourIndex.build(graphs.reader(f"yh:a foaf:knows <https://example.org/{end}> ."))
    assert {"zh": told, "en": told} in [node["label"] for node in ask(index, "a")["nodes"]]


def test_the_type_told_is_the_most_specific_one_and_every_type_can_be_asked_for() -> None:
    data = "yh:a yho:locatedIn yh:b . yh:b a yho:Place, yho:District, owl:NamedIndividual ."
    index = NeighbourIndex.build(graphs.reader(graphs.ONTOLOGY + data))
    assert ask(index, "b")["nodes"][0]["type"]["id"] == "yho:District"
    for kind in ("Place", "District"):
        assert ids(ask(index, "a", types=(yho(kind),))) == ["a", "b"]
    assert ids(ask(index, "a", types=(yho("Company"),))) == ["a"]


def test_edges_between_two_neighbours_are_part_of_the_answer(index: NeighbourIndex) -> None:
    assert ("bank", "zone", "yho:plansToBuild") in links(ask(index, "mill"))


def test_a_thing_without_relations_is_its_own_answer(index: NeighbourIndex) -> None:
    answer = ask(index, "alone", depth=3)
    assert ids(answer) == ["alone"]
    assert (answer["edges"], answer["truncated"]) == ([], False)


def test_a_filter_that_means_nothing_in_the_graph_is_named(index: NeighbourIndex) -> None:
    answer = ask(index, "mill", predicates=(yho("invests"), yho("eats")), types=(yho("Fish"),))
    assert answer["unmatched"] == [yho("eats"), yho("Fish")]
    assert ids(answer) == ["mill"]


# --- what counts as a relation ----------------------------------------------------------------------------------------


def test_statements_spans_figures_and_types_are_no_neighbours(index: NeighbourIndex) -> None:
    everything = ask(index, "zone", depth=10)
    assert sorted(ids(everything)) == ["bank", "city", "east", "mill", "zone"]
    assert index.edges == 6


def test_in_a_graph_without_the_ontology_every_triple_between_two_resources_counts() -> None:
    data = """yh:a foaf:knows yh:b ; a foaf:Person ; rdfs:seeAlso yh:x ; skos:exactMatch yh:y ; foaf:name "A" .
        yh:b dcterms:creator yh:c ; owl:sameAs yh:z ; schema:about [ schema:name "nobody" ] ."""
    index = NeighbourIndex.build(graphs.reader(data))
    assert links(ask(index, "a", depth=5)) == {("a", "b", "foaf:knows"), ("b", "c", "dcterms:creator")}


def test_in_a_named_graph_every_triple_counts_but_the_ontology_decides_on_its_own_terms() -> None:
    named = {"https://example.org/g": "yh:mill foaf:knows yh:far ; yho:evidence yh:s ; yho:invests yh:zone, yh:city ."}
    index = NeighbourIndex.build(graphs.reader(graphs=named))
    answer = ask(index, "mill", direction="out")
    assert links(answer) >= {("mill", "far", "foaf:knows"), ("mill", "city", "yho:invests")}
    assert yh("s") not in {node["iri"] for node in answer["nodes"]}
    assert index.edges == 6 + 2, "a relation that stands in two graphs is one edge"


def test_relations_in_the_default_graph_are_the_subproperties_however_deep() -> None:
    data = "yho:deep rdfs:subPropertyOf yho:partOf . yh:a yho:deep yh:b ; foaf:knows yh:c ; yho:relatedTo yh:d ."
    index = NeighbourIndex.build(graphs.reader(graphs.ONTOLOGY + data))
    assert links(ask(index, "a")) == {("a", "b", "yho:deep"), ("a", "d", "yho:relatedTo")}
    assert links(ask(index, "a", predicates=(yho("locatedIn"),))) == {("a", "b", "yho:deep")}
    assert len(ask(index, "a", predicates=(yho("relatedTo"),))["edges"]) == 2


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        ("auto", {("a", "b", "yho:invests"), ("a", "d", "foaf:knows")}),
        ("declared", {("a", "b", "yho:invests")}),
        ("all", {("a", "b", "yho:invests"), ("a", "c", "foaf:knows"), ("a", "d", "foaf:knows")}),
    ],
)
def test_which_triples_are_relations_is_a_setting(rule: str, found: set[tuple[str, str, str]]) -> None:
    data = "yh:a yho:invests yh:b ; foaf:knows yh:c ; a yho:Company ; yho:evidence yh:s ."
    named = {"https://example.org/g": "yh:a foaf:knows yh:d ; rdfs:seeAlso yh:e ; skos:exactMatch yh:f ."}
    index = NeighbourIndex.build(graphs.reader(graphs.ONTOLOGY + data, named), rule)
    assert links(ask(index, "a")) == found


def test_a_circle_of_subproperties_does_no_harm() -> None:
    data = "yho:x rdfs:subPropertyOf yho:y . yho:y rdfs:subPropertyOf yho:x, yho:relatedTo . yh:a yho:x yh:b ; yho:y yh:c ."
    index = NeighbourIndex.build(graphs.reader(graphs.ONTOLOGY + data))
    for name in ("x", "y"):
        assert sorted(ids(ask(index, "a", predicates=(yho(name),)))) == ["a", "b", "c"]


def test_an_empty_graph_has_an_index_that_knows_nothing() -> None:
    index = pickle.loads(pickle.dumps(NeighbourIndex.build(graphs.reader(""))))
    assert (index.nodes, index.edges) == (0, 0)
    with pytest.raises(NotFoundError, match="says nothing"):
        ask(index, "a")


# --- limits -----------------------------------------------------------------------------------------------------------


def test_under_a_limit_every_kind_of_relation_and_every_frontier_node_gets_its_turn() -> None:
    lines = [f"yh:a yho:invests yh:i{number:02d} ." for number in range(60)]
    lines += [f"yh:b yho:locatedIn yh:l{number} ." for number in range(3)]
    lines += ["yh:z yho:partOf yh:a ."]
    index = NeighbourIndex.build(graphs.reader(graphs.ONTOLOGY + "\n".join(lines)))
    answer = ask(index, "a", "b", limit=9)
    assert answer["truncated"]
    kinds = sorted(name[0] for name in ids(answer))
    assert kinds == ["a", "b", "i", "i", "i", "l", "l", "l", "z"]


def test_a_limit_that_is_just_met_is_no_truncation(index: NeighbourIndex) -> None:
    assert ask(index, "zone", depth=10, limit=5)["truncated"] is False
    assert ask(index, "zone", depth=10, limit=4)["truncated"] is True


def test_starts_are_kept_though_the_limit_be_smaller(index: NeighbourIndex) -> None:
    answer = ask(index, "bank", "east", "mill", "bank", limit=1)
    assert (ids(answer), answer["truncated"]) == (["bank", "east", "mill"], True)


def test_a_dense_neighbourhood_is_thinned_out_without_falling_apart() -> None:
    names = [f"n{number:02d}" for number in range(40)]
    lines = [f"yh:{s} yho:invests yh:{o} ." for s, o in itertools.permutations(names, 2)]
    lines += [f"yh:{s} yho:locatedIn yh:{o} ." for s, o in itertools.permutations(names, 2)]
    index = NeighbourIndex.build(graphs.reader(graphs.ONTOLOGY + "\n".join(lines)))
    answer = ask(index, "n39", limit=40)
    assert answer["truncated"]
    assert answer["counts"] == {"nodes": 40, "edges": 800}
    connected = nx.Graph([edge[:2] for edge in links(answer)])
    assert len(nx.node_connected_component(connected, "n39")) == 40


@given(st.data())
def test_with_a_modality_only_such_relations_are_walked_and_returned(data: st.DataObject) -> None:
    world = data.draw(worlds.worlds())
    start = data.draw(st.sampled_from(sorted(world.graph)))
    direction, modalities = data.draw(worlds.directions), data.draw(worlds.modalities)
    answer = ask(world.index, start, depth=4, direction=direction, modalities=tuple(modalities))
    part = world.part(set(), modalities)
    distances = nx.single_source_shortest_path_length(worlds.walked(part, direction), start, cutoff=4)
    assert {node["id"]: node["distance"] for node in answer["nodes"]} == distances
    assert links(answer) == {
        (s, o, f"yho:{p}") for s, o, p in part.edges(keys=True) if s in distances and o in distances
    }


@given(st.data())
def test_limits_on_each_hop_and_each_node_hold_and_what_they_leave_out_is_told(data: st.DataObject) -> None:
    world = data.draw(worlds.worlds())
    start = data.draw(st.sampled_from(sorted(world.graph)))
    per_hop, per_node = (data.draw(st.one_of(st.none(), st.integers(1, 4))) for _ in range(2))
    answer = ask(world.index, start, depth=3, per_hop=per_hop, per_node=per_node)
    got = {node["id"]: node["distance"] for node in answer["nodes"]}
    levels = [[name for name, hops in got.items() if hops == depth] for depth in range(4)]
    graph = world.graph.to_undirected()
    for depth, level in enumerate(levels[1:], 1):
        assert len(level) <= (per_hop or len(level))
        assert len(level) <= (per_node or len(level)) * len(levels[depth - 1])
        assert all(any(got.get(other) == depth - 1 for other in graph[name]) for name in level)
    whole = nx.single_source_shortest_path_length(graph, start, cutoff=3)
    assert answer["truncated"] is bool(answer["left_out"])
    assert answer["truncated"] or got == whole
    for hop in answer["left_out"].get("hops", ()):
        assert hop["kept"] == len(levels[hop["hop"]]) < hop["found"]
        assert hop["behind"]
    assert answer == ask(world.index, start, depth=3, per_hop=per_hop, per_node=per_node)


def test_what_a_limit_leaves_out_is_told_by_hop_and_by_hub() -> None:
    lines = [f"yh:hub yho:invests yh:i{number:02d} ." for number in range(40)] + ["yh:a yho:partOf yh:hub ."]
    index = NeighbourIndex.build(graphs.reader(graphs.ONTOLOGY + "\n".join(lines)))
    left_out = ask(index, "a", depth=4, limit=12)["left_out"]
    (hop,) = left_out["hops"]
    assert (hop["hop"], hop["found"], hop["kept"]) == (2, 40, 10)
    assert [(node["id"], node["left_out"]) for node in hop["behind"]] == [("hub", 30)]
    assert left_out["not_walked"] == [3, 4]
    assert ask(index, "a", depth=4)["left_out"] == {}


# --- requests ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("depth", 0),
        ("depth", 11),
        ("depth", "2"),
        ("depth", True),
        ("direction", "up"),
        ("direction", None),
        ("limit", 0),
        ("limit", 1.5),
        ("per_hop", 0),
        ("per_node", "1"),
        ("modalities", ["two words"]),
        ("iri", []),
        ("iri", ["not an iri"]),
        ("iri", "https://example.org/a"),
        ("iri", ["https://example.org/a"] * 101),
        ("predicates", ["<a>"]),
        ("types", [3]),
    ],
)
def test_a_parameter_that_does_not_fit_is_named(parameter: str, value: Any) -> None:
    with pytest.raises(UsageError, match=f"Parameter {parameter} "):
        NeighbourRequest.from_json({"iri": [yh("mill")], parameter: value})


def test_an_unknown_or_missing_parameter_is_named() -> None:
    with pytest.raises(UsageError, match="no parameter deptt"):
        NeighbourRequest.from_json({"iri": [yh("mill")], "deptt": 1})
    with pytest.raises(UsageError, match="iri is missing"):
        NeighbourRequest.from_json({})


def test_an_unknown_start_is_not_found_and_says_what_to_do(index: NeighbourIndex) -> None:
    with pytest.raises(NotFoundError, match="nowhere") as caught:
        ask(index, "mill", "nowhere")
    assert "search" in caught.value.hint


def test_a_pickled_index_answers_the_same(index: NeighbourIndex) -> None:
    copy = pickle.loads(pickle.dumps(index))
    assert ask(copy, "mill", depth=3) == ask(index, "mill", depth=3)
    assert copy.nbytes == index.nbytes


def test_degrees_count_relations_both_ways(index: NeighbourIndex) -> None:
    assert [index.degree(yh(name)) for name in ("zone", "alone", "nowhere")] == [4, 0, 0]
    assert (index.knows(yh("alone")), index.knows(yh("nowhere"))) == (True, False)


# --- names ------------------------------------------------------------------------------------------------------------


def test_labels_with_quotes_breaks_and_signs_are_read_as_they_are_written() -> None:
    index = NeighbourIndex.build(
        graphs.reader(
            r"""yh:a skos:prefLabel "一\t\"二\"\n三\\\u56DB"@zh , "tab\tand \\ back"@en ; foaf:knows yh:b , yh:c , yh:d .
            yh:b rdfs:label 42 . yh:c rdfs:label "a@en" ; rdfs:label "Ünïcode 🀄"@de . [] rdfs:label "nobody" .
            yh:d schema:name "<not> an IRI"@fr ."""
        )
    )
    labels = {node["id"]: node["label"] for node in ask(index, "a")["nodes"]}
    assert labels == {
        "a": {"zh": '一\t"二"\n三\\四', "en": "tab\tand \\ back"},
        "b": {"zh": "42", "en": "42"},
        "c": {"zh": "a@en", "en": "a@en"},
        "d": {"zh": "<not> an IRI", "en": "<not> an IRI"},
    }


def test_what_is_no_iri_is_no_end_of_a_relation() -> None:
    data = 'yh:a foaf:knows yh:b, _:x, "text", 5, "5"^^xsd:byte . _:x foaf:knows yh:b ; a foaf:Person . yh:a a _:y .'
    index = NeighbourIndex.build(graphs.reader(data))
    assert index.edges == 1
    assert links(ask(index, "a")) == {("a", "b", "foaf:knows")}
    assert ask(index, "a")["nodes"][0]["type"] is None
