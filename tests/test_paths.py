"""Paths between two things against a plain networkx computation, and what is told of them."""

from __future__ import annotations

import itertools
import random
from typing import Any
from unittest import mock

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

import graphs
import worlds
from graphs import yh, yho
from yuanhui_kg.errors import NotFoundError, UsageError
from yuanhui_kg.graph import NeighbourIndex, PathRequest, nearest

COSTS = {"asserted": (0, 0), "inferred": (0, 1), "prospect": (1, 0)}


@pytest.fixture(scope="module")
def index() -> NeighbourIndex:
    return NeighbourIndex.build(graphs.reader())


def ask(index: NeighbourIndex, start: str, end: str, **parameters: Any) -> dict[str, Any]:
    return index.paths(PathRequest(yh(start), yh(end), **parameters))


def ids(path: dict[str, Any]) -> tuple[str, ...]:
    return tuple(iri.rpartition("/")[2] for iri in path["nodes"])


def built(turtle: str) -> NeighbourIndex:
    return NeighbourIndex.build(graphs.reader(graphs.ONTOLOGY + turtle))


# --- against networkx -------------------------------------------------------------------------------------------------


def expected(
    world: worlds.World, start: str, end: str, asked: dict[str, Any]
) -> dict[tuple[str, ...], tuple[int, ...]]:
    """All simple paths that a request means, with what they cost: length, prospects, inferences."""
    part = world.part(set(asked["predicates"]), set(asked["modalities"]))
    inside = world.of_types(set(asked["types"])) | {start, end}
    graph = worlds.walked(part.subgraph(inside), asked["direction"])
    simple = nx.Graph(graph) if asked["direction"] == "both" else nx.DiGraph(graph)
    found = {}
    for path in map(tuple, nx.all_simple_paths(simple, start, end, cutoff=asked["max_length"])):
        best = [step(part, *pair, asked["direction"]) for pair in itertools.pairwise(path)]
        found[path] = (len(path) - 1, *(sum(column) for column in zip(*best, strict=True)))
    return found


def step(part: nx.MultiDiGraph, source: str, target: str, direction: str) -> tuple[int, int]:
    relations = []
    if direction in ("out", "both"):
        relations += list((part.get_edge_data(source, target) or {}).items())
    if direction in ("in", "both"):
        relations += list((part.get_edge_data(target, source) or {}).items())
    return min(COSTS[worlds.footing(kind, data["modalities"])] for kind, data in relations)


def request_of(start: str, end: str, asked: dict[str, Any], k: int) -> PathRequest:
    terms = {name: tuple(map(yho, sorted(asked[name]))) for name in ("predicates", "types")}
    return PathRequest(
        yh(start),
        yh(end),
        k=k,
        max_length=asked["max_length"],
        direction=asked["direction"],
        modalities=tuple(sorted(asked["modalities"])),
        **terms,
    )


@given(st.data())
def test_the_k_best_paths_are_those_of_networkx(data: st.DataObject) -> None:
    world = data.draw(worlds.worlds(8))
    start, end = data.draw(st.permutations(sorted(world.graph)))[:2]
    asked = {
        "direction": data.draw(worlds.directions),
        "predicates": data.draw(worlds.predicates),
        "modalities": data.draw(worlds.modalities),
        "types": data.draw(worlds.classes),
        "max_length": data.draw(st.integers(1, 8)),
    }
    k = data.draw(st.sampled_from([1, 2, 5, 1000]))
    all_paths = expected(world, start, end, asked)
    request = request_of(start, end, asked, k)
    answer = world.index.paths(request)
    found = [ids(path) for path in answer["paths"]]
    assert len(found) == len(set(found)) == min(k, len(all_paths))
    assert [all_paths[path] for path in found] == sorted(all_paths.values())[:k]
    assert answer["complete"] is (len(all_paths) <= k) or len(all_paths) == k
    assert answer["truncated"] is not answer["complete"]
    if all_paths:
        shortest = min(map(len, all_paths))
        count = sum(len(path) == shortest for path in all_paths)
        assert answer["shortest"] == {"length": shortest - 1, "count": count}
    assert answer == world.index.paths(request)
    _check_steps(answer, world.part(asked["predicates"], asked["modalities"]), asked["direction"])


def in_arrays(index: NeighbourIndex, request: PathRequest) -> dict[str, Any]:
    """The answer without the search that looks at few relations one by one."""
    with mock.patch.object(nearest, "MANY", 0):
        return index.paths(request)


@given(st.data())
def test_relations_looked_at_one_by_one_lead_to_the_same_answer_as_arrays(data: st.DataObject) -> None:
    world = data.draw(worlds.worlds())
    start, end = data.draw(st.permutations(sorted(world.graph)))[:2]
    request = PathRequest(
        yh(start),
        yh(end),
        k=data.draw(st.sampled_from([1, 2, 5, 1000])),
        max_length=data.draw(st.integers(1, 8)),
        direction=data.draw(worlds.directions),
    )
    assert world.index.paths(request) == in_arrays(world.index, request)


@pytest.mark.parametrize("direction", ["out", "in", "both"])
@pytest.mark.parametrize("seed", range(2))
def test_all_shortest_paths_are_found_where_things_are_far_apart(seed: int, direction: str) -> None:
    chance = random.Random(seed)
    graph = nx.MultiDiGraph()
    for node in range(150):  # a chain of small crowds with a hub, so that there are long paths and many
        for _ in range(chance.choice((1, 1, 2, 3))):
            other = chance.choice((node - 1, node - 2, node - 7, 40, node)) % 150
            ends = (node, other) if chance.random() < 0.5 else (other, node)
            graph.add_edge(*ends, key=chance.choice(("invests", "locatedIn")))
    index = built("\n".join(f"yh:n{s} yho:{kind} yh:n{o} ." for s, o, kind in graph.edges(keys=True)))
    walked = worlds.walked(graph, direction)
    simple = nx.Graph(walked) if direction == "both" else nx.DiGraph(walked)
    lengths = set()
    for _ in range(15):
        start, end = chance.sample(sorted(graph), 2)
        if not nx.has_path(simple, start, end):
            assert not ask(index, f"n{start}", f"n{end}", max_length=20, direction=direction)["connected"]
            continue
        wanted = {tuple(f"n{node}" for node in path) for path in nx.all_shortest_paths(simple, start, end)}
        several = {"k": len(wanted), "max_length": 20, "direction": direction}
        request = PathRequest(yh(f"n{start}"), yh(f"n{end}"), **several)
        length = len(next(iter(wanted))) - 1
        lengths.add(length)
        for found in (index.paths(request), in_arrays(index, request)):
            assert found["shortest"] == {"length": length, "count": len(wanted)}
            assert {ids(path) for path in found["paths"]} == wanted
    assert max(lengths) > 3


def _check_steps(answer: dict[str, Any], part: nx.MultiDiGraph, direction: str) -> None:
    """Every step names all relations between its two things that the request means, and only those."""
    used: set[int] = set()
    for path in answer["paths"]:
        for (source, target), taken in zip(itertools.pairwise(ids(path)), path["steps"], strict=True):
            relations = {
                tuple(part_of(answer["edges"][place], name) for name in ("source", "target", "predicate"))
                for place in taken["edges"]
            }
            wanted = set()
            if direction in ("out", "both"):
                wanted |= {(source, target, kind) for kind in part.get_edge_data(source, target) or ()}
            if direction in ("in", "both"):
                wanted |= {(target, source, kind) for kind in part.get_edge_data(target, source) or ()}
            assert relations == wanted
            assert len(relations) == len(taken["edges"])
            used.update(taken["edges"])
    assert used == set(range(len(answer["edges"])))
    on_paths = {node for path in answer["paths"] for node in path["nodes"]}
    assert {node["iri"] for node in answer["nodes"]} == on_paths


def part_of(edge: dict[str, Any], name: str) -> str:
    value = edge[name]
    return str(value["id"]).removeprefix("yho:") if name == "predicate" else str(value).rpartition("/")[2]


@given(st.data())
def test_whether_two_things_are_connected_is_told_truly(data: st.DataObject) -> None:
    world = data.draw(worlds.worlds())
    start, end = data.draw(st.permutations(sorted(world.graph)))[:2]
    length = data.draw(st.integers(1, 3))
    answer = ask(world.index, start, end, max_length=length)
    graph = world.graph.to_undirected()
    connected = nx.has_path(graph, start, end)
    near = connected and nx.shortest_path_length(graph, start, end) <= length
    assert bool(answer["paths"]) is near
    assert answer["connected"] in ((True,) if near else (connected, None))
    assert (answer["notice"] is None) is near


# --- what is told -----------------------------------------------------------------------------------------------------


def test_a_path_that_is_asserted_goes_before_one_of_equal_length_that_is_hoped_for() -> None:
    index = built(
        "yh:a yho:plansToBuild yh:b . yh:b yho:locatedIn yh:d . yh:a yho:invests yh:c . yh:c yho:locatedIn yh:d ."
    )
    first, second = ask(index, "a", "d")["paths"]
    assert (ids(first), first["rests_on"]) == (("a", "c", "d"), "asserted")
    assert (ids(second), second["rests_on"]) == (("a", "b", "d"), "prospect")
    assert [step["rests_on"] for step in second["steps"]] == ["prospect", "asserted"]


def test_a_shorter_path_goes_before_a_safer_one() -> None:
    index = built("yh:a yho:plansToBuild yh:d . yh:a yho:invests yh:c . yh:c yho:locatedIn yh:d .")
    assert [ids(path) for path in ask(index, "a", "d")["paths"]] == [("a", "d"), ("a", "c", "d")]


def test_a_filter_by_modality_leaves_only_what_the_text_asserts(index: NeighbourIndex) -> None:
    assert len(ask(index, "bank", "zone", direction="out")["paths"]) == 2
    answer = ask(index, "mill", "zone", modalities=("asserted",))
    assert [part_of(edge, "predicate") for edge in answer["edges"]] == ["invests"]
    assert ask(index, "bank", "zone", modalities=("asserted", "rumoured"))["unmatched"] == ["rumoured"]


def test_every_relation_along_the_way_carries_its_evidence(index: NeighbourIndex) -> None:
    (path,) = ask(index, "bank", "east", k=1)["paths"]
    answer = ask(index, "bank", "east", k=1)
    edge = answer["edges"][path["steps"][0]["edges"][0]]
    assert (edge["modality"], edge["evidence"]) == ("planned", [{"iri": yh("doc-span-10-12"), "start": 10, "end": 12}])
    assert [node["distance"] for node in answer["nodes"]] == [0, 1, 2]


def test_no_path_is_an_answer_that_says_so_in_both_languages(index: NeighbourIndex) -> None:
    answer = ask(index, "mill", "alone")
    assert (answer["paths"], answer["nodes"], answer["edges"]) == ([], [], [])
    assert (answer["connected"], answer["complete"], answer["truncated"]) == (False, True, False)
    assert set(answer["notice"]) == {"zh", "en"}
    assert ask(index, "city", "mill", direction="out")["connected"] is False
    far = ask(index, "bank", "city", max_length=2)
    assert (far["connected"], "max_length" in far["notice"]["en"]) == (None, True)


def test_a_search_that_is_too_much_work_is_ended_and_says_so() -> None:
    names = [f"n{number}" for number in range(12)]
    index = built("\n".join(f"yh:{s} yho:invests yh:{o} ." for s, o in itertools.permutations(names, 2)))
    answer = ask(index, "n0", "n1", k=900, most_steps=500)
    assert 0 < len(answer["paths"]) < 900
    assert (answer["complete"], answer["truncated"]) == (False, True)
    assert "500" in answer["left_out"]["paths"]
    assert len({tuple(path["nodes"]) for path in answer["paths"]}) == len(answer["paths"])


@pytest.mark.parametrize(
    ("parameters", "named"),
    [
        ({"start": yh("mill"), "end": yh("mill")}, "start and end"),
        ({"start": "mill", "end": yh("mill")}, "start"),
        ({"start": yh("bank"), "end": yh("mill"), "k": 0}, "k "),
        ({"start": yh("bank"), "end": yh("mill"), "max_length": 21}, "max_length"),
        ({"start": yh("bank"), "end": yh("mill"), "modalities": ["a b"]}, "modalities"),
        ({"start": yh("bank"), "end": yh("mill"), "depth": 3}, "depth"),
        ({"start": yh("bank")}, "end is missing"),
    ],
)
def test_what_does_not_fit_is_named(parameters: dict[str, Any], named: str) -> None:
    with pytest.raises(UsageError, match=named):
        PathRequest.from_json(parameters)


def test_an_end_that_is_not_there_is_named(index: NeighbourIndex) -> None:
    with pytest.raises(NotFoundError, match="nowhere"):
        ask(index, "mill", "nowhere")
