"""Induced subgraphs and what several things have in common, against networkx."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

import graphs
import worlds
from graphs import yh, yho
from yuanhui_kg.errors import NotFoundError, UsageError
from yuanhui_kg.graph import (
    CommonRequest,
    NeighbourIndex,
    NeighbourRequest,
    SubgraphRequest,
    induced,
    strings,
    telling,
    walking,
)
from yuanhui_kg.graph.reading import label_pair
from yuanhui_kg.terms import id_of


@pytest.fixture(scope="module")
def index() -> NeighbourIndex:
    return NeighbourIndex.build(graphs.reader())


def links(answer: dict[str, Any]) -> list[tuple[str, str, str]]:
    return sorted(
        (edge["source"].rpartition("/")[2], edge["target"].rpartition("/")[2], edge["predicate"]["id"][4:])
        for edge in answer["edges"]
    )


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


def plainly(index: NeighbourIndex, nodes: list[int], edges: list[int]) -> dict[str, Any]:
    """What :meth:`NeighbourIndex.told` tells, put together one by one from the arrays."""

    def thing(number: int) -> dict[str, Any]:
        iri = index.iris[number]
        return {"iri": iri, "id": id_of(iri), "label": label_pair(index.zh[number], index.en[number], "", iri)}

    def kind(number: int) -> dict[str, Any] | None:
        places = index.node_types[index.type_rows[number] : index.type_rows[number + 1]]
        return thing(int(index.classes[places[0]])) if len(places) else None

    def said(edge: int) -> dict[str, Any]:
        stated: list[dict[str, Any]] = []
        evidence: list[dict[str, Any]] = []
        for number in np.flatnonzero(index.statement_edge == edge).tolist():
            code = int(index.statement_modality[number])
            modality = index.modalities[code] if code >= 0 else None
            stated.append({"statement": index.statement_iris[number] or None, "modality": modality})
            for place in range(index.evidence_rows[number], index.evidence_rows[number + 1]):
                start, end = (offset if offset >= 0 else None for offset in index.evidence_offsets[place].tolist())
                evidence.append({"iri": index.evidence_iris[place] or None, "start": start, "end": end})
        first = stated[0] if stated else {"modality": None, "statement": None}
        return {**first, "evidence": evidence, **({"statements": stated} if len(stated) > 1 else {})}

    def relation(edge: int) -> dict[str, Any]:
        predicate = thing(int(index.predicates[index.predicate[edge]]))
        ends = {"source": index.iris[index.source[edge]], "target": index.iris[index.target[edge]]}
        return {**ends, "predicate": predicate, "prospect": predicate["iri"] in index.prospects, **said(edge)}

    degrees = np.bincount(np.concatenate([index.source, index.target]), minlength=index.nodes).tolist()
    return {
        "nodes": [{**thing(n), "type": kind(n), "distance": None, "degree": degrees[n]} for n in nodes],
        "edges": [relation(edge) for edge in edges],
        "counts": {"nodes": len(nodes), "edges": len(edges)},
    }


@given(worlds.worlds())
def test_what_is_written_is_what_the_index_holds(world: worlds.World) -> None:
    index = world.index
    nodes = sorted({*index.source.tolist(), *index.target.tolist()})
    whole = {name: value for name, value in index.whole().items() if name in ("nodes", "edges", "counts")}
    assert whole == plainly(index, nodes, list(range(index.edges)))


def test_statements_and_their_evidence_are_written_as_the_index_holds_them(index: NeighbourIndex) -> None:
    every = np.arange(index.nodes, dtype=np.int32), np.arange(index.edges)
    assert index.told(*every) == plainly(index, every[0].tolist(), every[1].tolist())


def test_names_are_written_as_they_are(index: NeighbourIndex) -> None:
    written = index.answer(SubgraphRequest((yh("bank"), yh("zone"), yh("mill"))))
    assert "东山产业园" in written.decode()
    assert written == json.dumps(json.loads(written), ensure_ascii=False).encode()


@pytest.mark.parametrize(
    "name", ['say "zone"', "back\\slash", "tab\there", "line\nbreak", "bell\u0007", "\u2028 \U0001f3ed é"]
)
def test_whatever_a_name_holds_is_written_as_json_has_it(name: str) -> None:
    label = ox.Literal(name, language="zh")
    lines = f'yh:a skos:prefLabel {label} ; yho:invests yh:b . yh:b skos:prefLabel "plain"@en .'
    index = NeighbourIndex.build(graphs.reader(graphs.ONTOLOGY + lines))
    nodes = json.loads(index.answer(SubgraphRequest((yh("a"), yh("b")))))["nodes"]
    assert [node["label"]["zh"] for node in nodes] == [name, "plain"]


@given(st.data())
def test_few_things_looked_at_one_by_one_and_many_at_once_give_one_answer(data: st.DataObject) -> None:
    world = data.draw(worlds.worlds())
    names = sorted(world.graph)
    starts = tuple(map(yh, data.draw(st.lists(st.sampled_from(names), min_size=1, max_size=3))))
    limits = {"limit": data.draw(st.integers(1, 12)), "per_node": data.draw(st.one_of(st.none(), st.integers(1, 3)))}
    depth, direction = data.draw(st.integers(1, 4)), data.draw(worlds.directions)
    requests = [
        NeighbourRequest(starts, depth, direction),
        NeighbourRequest(starts, depth, direction, **limits),
        SubgraphRequest(tuple(map(yh, names))),
    ]
    one_by_one = [world.index.answer(request) for request in requests]
    with pytest.MonkeyPatch.context() as patch:
        for module in (walking, induced):
            patch.setattr(module, "_FEW", -1)
        for module in (telling, strings):
            patch.setattr(module, "FEW", -1)
        assert [world.index.answer(request) for request in requests] == one_by_one


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
