"""Measures against networkx, which computes them by other code, and what is told of them."""

from __future__ import annotations

import csv
import io
import math
from typing import Any

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

import graphs
import worlds
from graphs import yh, yho
from yuanhui_kg.errors import NotFoundError, UsageError
from yuanhui_kg.graph import AnalysisRequest, NeighbourIndex, analyse
from yuanhui_kg.graph.analysis import to_csv


@pytest.fixture(scope="module")
def index() -> NeighbourIndex:
    return NeighbourIndex.build(graphs.reader())


@pytest.fixture(scope="module")
def karate() -> tuple[nx.Graph, NeighbourIndex]:
    graph = nx.karate_club_graph()
    lines = "\n".join(f"yh:n{s:02d} yho:invests yh:n{o:02d} ." for s, o in graph.edges)
    return graph, NeighbourIndex.build(graphs.reader(graphs.ONTOLOGY + lines))


def ask(index: NeighbourIndex, measure: str, **parameters: Any) -> dict[str, Any]:
    return analyse(index, AnalysisRequest(measure, **{"limit": None, **parameters}))


def values(answer: dict[str, Any], name: str = "value") -> dict[str, Any]:
    return {row["id"]: row[name] for row in answer["rows"]}


# --- against networkx -------------------------------------------------------------------------------------------------


def simple(world: worlds.World) -> nx.DiGraph:
    """The things that are ends of a relation, and which is related to which other one."""
    graph = nx.DiGraph()
    graph.add_nodes_from(node for edge in world.graph.edges() for node in edge)
    graph.add_edges_from((s, o) for s, o in world.graph.edges() if s != o)
    return graph


@given(worlds.worlds())
def test_degrees_components_cores_and_betweenness_are_those_of_networkx(world: worlds.World) -> None:
    directed = simple(world)
    graph = directed.to_undirected()
    degrees = ask(world.index, "degree")
    assert values(degrees) == {node: world.graph.degree(node) for node in graph}
    assert values(degrees, "out") == {node: world.graph.out_degree(node) for node in graph}
    assert values(degrees, "neighbours") == {node: graph.degree(node) for node in graph}
    groups: dict[int, set[str]] = {}
    for name, number in values(ask(world.index, "components")).items():
        groups.setdefault(number, set()).add(name)
    assert sorted(map(sorted, groups.values())) == sorted(map(sorted, nx.connected_components(graph)))
    assert values(ask(world.index, "core")) == nx.core_number(graph)
    expected = nx.betweenness_centrality(graph)
    exact, sampled = ask(world.index, "betweenness"), ask(world.index, "betweenness", samples=len(graph) or 1)
    assert values(exact) == pytest.approx(expected)
    assert values(sampled) == pytest.approx(expected)


@given(worlds.worlds())
def test_pagerank_is_that_of_networkx(world: worlds.World) -> None:
    found = values(ask(world.index, "pagerank"))
    assert found == pytest.approx(nx.pagerank(simple(world), tol=1e-12, max_iter=2000), abs=1e-6)


@given(worlds.worlds(), st.sampled_from(["jaccard", "cosine"]))
def test_similarity_is_that_of_the_sets_of_neighbours(world: worlds.World, metric: str) -> None:
    graph = simple(world).to_undirected()
    for thing in graph:
        expected = {}
        for other in set(graph) - {thing}:
            shared = len(set(graph[thing]) & set(graph[other]))
            both = len(set(graph[thing]) | set(graph[other]))
            sizes = math.sqrt(len(graph[thing]) * len(graph[other]))
            if shared:
                expected[other] = shared / (both if metric == "jaccard" else sizes)
        assert values(ask(world.index, "similarity", thing=yh(thing), metric=metric)) == pytest.approx(expected)


def test_communities_are_a_partition_with_the_modularity_that_is_told(karate: tuple[nx.Graph, NeighbourIndex]) -> None:
    graph, index = karate
    answer = ask(index, "communities")
    groups: dict[int, set[int]] = {}
    for name, number in values(answer).items():
        groups.setdefault(number, set()).add(int(name[1:]))
    sizes = [len(group) for _, group in sorted(groups.items())]
    assert sizes == sorted(sizes, reverse=True)
    assert answer["summary"]["communities"] == len(groups)
    assert answer["summary"]["modularity"] == pytest.approx(
        nx.community.modularity(graph, groups.values(), weight=None)
    )
    assert answer["summary"]["modularity"] > 0.41, "the best partition of this graph has .4198"
    assert [group["size"] for group in answer["groups"]] == sizes
    assert len(ask(index, "communities", resolution=4.0)["groups"]) > len(groups)


def test_sampled_betweenness_is_near_the_exact_one_and_says_that_it_is_sampled(
    karate: tuple[nx.Graph, NeighbourIndex],
) -> None:
    graph, index = karate
    sampled = ask(index, "betweenness", samples=20, seed=3)
    assert sampled["summary"] == {"exact": False, "samples": 20}
    exact = nx.betweenness_centrality(graph)
    assert max(abs(value - exact[int(name[1:])]) for name, value in values(sampled).items()) < 0.15
    assert ask(index, "betweenness", most_exact=10)["summary"] == {"exact": True, "samples": 34}


@pytest.mark.parametrize("measure", ["degree", "components", "pagerank", "betweenness", "communities", "core"])
def test_the_same_question_has_the_same_answer(karate: tuple[nx.Graph, NeighbourIndex], measure: str) -> None:
    _, index = karate
    samples = {"samples": 10} if measure == "betweenness" else {}
    assert ask(index, measure, **samples) == ask(index, measure, **samples)


# --- of a part --------------------------------------------------------------------------------------------------------


def test_a_measure_can_be_taken_of_a_neighbourhood_of_classes_and_of_modalities(index: NeighbourIndex) -> None:
    assert values(ask(index, "degree")) == {"zone": 4, "mill": 3, "bank": 2, "east": 2, "city": 1}
    assert set(values(ask(index, "degree", iri=(yh("city"),), depth=2))) == {"city", "east", "zone"}
    assert set(values(ask(index, "degree", iri=(yh("city"),), depth=2, direction="out"))) == {"city"}
    assert values(ask(index, "degree", types=(yho("Place"),))) == {"city": 1, "east": 2, "zone": 1}
    assert values(ask(index, "degree", modalities=("asserted",))) == {"mill": 1, "zone": 1}
    assert values(ask(index, "degree", predicates=(yho("plansToBuild"),))) == {"bank": 1, "zone": 1}


def test_rows_carry_label_and_class_and_are_cut_at_the_limit(index: NeighbourIndex) -> None:
    answer = ask(index, "degree", limit=1)
    (row,) = answer["rows"]
    assert (row["iri"], row["label"]["zh"], row["type"]["id"]) == (yh("zone"), "东山产业园", "yho:Zone")
    assert (answer["total"], answer["truncated"]) == (5, True)
    assert answer["counts"] == {"nodes": 5, "relations": 6, "links": 5}


def test_the_csv_has_a_line_for_each_row(index: NeighbourIndex) -> None:
    answer = ask(index, "components")
    lines = list(csv.DictReader(io.StringIO(to_csv(answer).decode())))
    assert [line["iri"] for line in lines] == [row["iri"] for row in answer["rows"]]
    assert lines[0] | {"label_zh": "重庆银行", "value": "1", "size": "5"} == lines[0]
    answer["rows"][0]["label"] = {"zh": "=1+1", "en": "-5"}
    (line, *_) = csv.DictReader(io.StringIO(to_csv(answer).decode()))
    assert (line["label_zh"], line["label_en"]) == ("'=1+1", "-5")
    assert to_csv(ask(index, "degree", types=(yho("Fish"),))) == b"iri,id,label_zh,label_en,type,value\r\n"


@pytest.mark.parametrize("measure", ["degree", "components", "pagerank", "betweenness", "communities", "core"])
def test_of_nothing_and_of_one_thing_alone_there_is_a_measure_too(index: NeighbourIndex, measure: str) -> None:
    assert ask(index, measure, types=(yho("Fish"),))["rows"] == []
    assert list(values(ask(index, measure, iri=(yh("alone"),)))) == ["alone"]


# --- requests ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parameters", "named"),
    [
        ({"measure": "beauty"}, "measure"),
        ({"measure": "degree", "limit": 0}, "limit"),
        ({"measure": "degree", "iri": ["x"]}, "iri"),
        ({"measure": "betweenness", "samples": True}, "samples"),
        ({"measure": "pagerank", "damping": 1.0}, "damping"),
        ({"measure": "communities", "resolution": math.nan}, "resolution"),
        ({"measure": "similarity"}, "thing is missing"),
        ({"measure": "degree", "thing": yh("mill")}, "similarity only"),
        ({"measure": "similarity", "thing": yh("mill"), "metric": "dice"}, "metric"),
        ({}, "measure is missing"),
    ],
)
def test_what_does_not_fit_is_named(parameters: dict[str, Any], named: str) -> None:
    with pytest.raises(UsageError, match=named):
        AnalysisRequest.from_json(parameters)


def test_a_thing_that_is_not_there_or_outside_the_part_is_named(index: NeighbourIndex) -> None:
    with pytest.raises(NotFoundError, match="nowhere"):
        ask(index, "similarity", thing=yh("nowhere"))
    with pytest.raises(NotFoundError, match="bank is not in the part"):
        ask(index, "similarity", thing=yh("bank"), types=(yho("Place"),))
