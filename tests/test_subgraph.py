"""Induced subgraphs and what several things have in common, against networkx."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import graphs
import worlds
from graphs import yh, yho
from yuanhui_kg.errors import NotFoundError, UsageError
from yuanhui_kg.graph import CommonRequest, NeighbourIndex, SubgraphRequest
from yuanhui_kg.graph.telling import serialized


@pytest.fixture(scope="module")
def index() -> NeighbourIndex:
    return NeighbourIndex.build(graphs.reader())


def links(answer: dict[str, Any]) -> list[tuple[str, str, str]]:
    return sorted(
        (edge["source"].rpartition("/")[2], edge["target"].rpartition("/")[2], edge["predicate"]["id"][4:])
        for edge in answer["edges"]
    )


@settings(deadline=None)
@given(st.data())
def test_a_subgraph_is_the_induced_one_of_networkx(data: st.DataObject) -> None:
    world = data.draw(worlds.worlds())
    chosen = data.draw(st.sets(st.sampled_from(sorted(world.graph)), min_size=1))
    predicates, modalities = data.draw(worlds.predicates), data.draw(worlds.modalities)
    request = SubgraphRequest(
        tuple(map(yh, chosen)), predicates=tuple(map(yho, sorted(predicates))), modalities=tuple(sorted(modalities))
    )
    answer = world.index.subgraph(request)
    part = world.part(predicates, modalities).subgraph(chosen)
    assert [node["id"] for node in answer["nodes"]] == sorted(chosen)
    assert links(answer) == sorted(part.edges(keys=True))
    assert (answer["truncated"], answer["left_out"]) == (False, {})


@settings(deadline=None)
@given(worlds.worlds())
def test_what_is_written_reads_back_as_what_was_answered(world: worlds.World) -> None:
    whole = world.index.whole()
    assert json.loads(serialized(whole)) == whole
    assert list(json.loads(serialized(whole))) == list(whole)


def test_names_are_written_as_they_are(index: NeighbourIndex) -> None:
    answer = index.subgraph(SubgraphRequest((yh("bank"), yh("zone"), yh("mill"))))
    assert json.loads(serialized(answer)) == answer
    assert "东山产业园" in serialized(answer).decode()


@settings(deadline=None)
@given(st.data())
def test_what_things_have_in_common_is_what_networkx_says(data: st.DataObject) -> None:
    world = data.draw(worlds.worlds())
    things = data.draw(st.lists(st.sampled_from(sorted(world.graph)), min_size=2, max_size=4, unique=True))
    at_least = data.draw(st.one_of(st.none(), st.integers(1, len(things))))
    direction, modalities, types = (
        data.draw(drawn) for drawn in (worlds.directions, worlds.modalities, worlds.classes)
    )
    request = CommonRequest(
        tuple(map(yh, things)),
        direction=direction,
        modalities=tuple(sorted(modalities)),
        types=tuple(map(yho, sorted(types))),
        at_least=at_least,
    )
    answer = world.index.common(request)
    graph = worlds.walked(world.part(set(), modalities), direction)
    counts: dict[str, int] = {}
    for thing in things:
        for other in set(graph[thing]) - set(things):
            counts[other] = counts.get(other, 0) + 1
    inside = world.of_types(types)
    expected = {name: n for name, n in counts.items() if n >= (at_least or len(things)) and name in inside}
    assert {one["iri"].rpartition("/")[2]: one["of"] for one in answer["common"]} == expected
    assert [one["of"] for one in answer["common"]] == sorted(expected.values(), reverse=True)
    assert {node["id"] for node in answer["nodes"]} == set(things) | expected.keys()


def test_the_whole_graph_holds_every_relation_and_its_ends(index: NeighbourIndex) -> None:
    whole = index.whole()
    assert len(whole["edges"]) == index.edges == 6
    assert [node["id"] for node in whole["nodes"]] == ["bank", "city", "east", "mill", "zone"]
    assert {node["distance"] for node in whole["nodes"]} == {None}


def test_too_many_relations_are_cut_and_counted(index: NeighbourIndex) -> None:
    answer = index.subgraph(SubgraphRequest(tuple(map(yh, ("bank", "mill", "zone"))), most_edges=1))
    assert (answer["counts"], answer["truncated"]) == ({"nodes": 3, "edges": 1}, True)
    assert answer["left_out"] == {"edges": 3}


def test_too_many_common_things_are_cut_and_counted() -> None:
    lines = "\n".join(f"yh:{name} yho:invests yh:i{number} ." for name in "ab" for number in range(9))
    index = NeighbourIndex.build(graphs.reader(graphs.ONTOLOGY + lines))
    answer = index.common(CommonRequest((yh("a"), yh("b")), limit=4))
    assert [one["iri"] for one in answer["common"]] == [yh(f"i{number}") for number in range(4)]
    assert (answer["truncated"], answer["left_out"]) == (True, {"nodes": 5})


def test_all_things_that_are_not_there_are_named(index: NeighbourIndex) -> None:
    with pytest.raises(NotFoundError, match=r"nowhere, .*nobody"):
        index.subgraph(SubgraphRequest((yh("mill"), yh("nowhere"), yh("nobody"))))
    with pytest.raises(UsageError, match="2 to 100 different"):
        CommonRequest((yh("mill"), yh("mill")))
    with pytest.raises(UsageError, match="at_least"):
        CommonRequest((yh("mill"), yh("bank")), at_least=3)
