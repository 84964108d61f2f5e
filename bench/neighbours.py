"""Neighbours, paths and subgraphs against networkx, igraph and rustworkx, on the same relations of a regional graph.

    python bench/regions.py --edges 1000000 --statements 0.1 --figures 0 -o edges.nt
    python bench/neighbours.py edges.nt --index edges.index      # the index is made once and kept

Needs networkx (a dependency); igraph (GPL, for comparison only) where it is installed. Times are medians of processor time
over things drawn from a fixed seed, so that other work on the machine disturbs them little. A line compares a walk with
a walk (who is reached), or JSON with JSON (who is reached, with names, and all relations among them).
"""

from __future__ import annotations

import argparse
import itertools
import json
import pickle
import random
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pyoxigraph as ox

from yuanhui_kg.graph import NeighbourIndex, NeighbourRequest, PathRequest, SubgraphRequest
from yuanhui_kg.graph.scope import Scope
from yuanhui_kg.graph.walking import Walk
from yuanhui_kg.settings import Settings
from yuanhui_kg.store import StoreReader

ALL = 10_000_000  # a limit that no walk reaches


def resident() -> float:
    """This process's memory in MiB."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 2**20


def median(run: Callable[[Any], Any], cases: list[Any], most: float = 6.0) -> tuple[float, list[Any]]:
    """Median time of a run in milliseconds, and what each answered; no new case after ``most`` seconds."""
    times, answers = [], []
    for case in cases:
        began = time.process_time()
        answers.append(run(case))
        times.append((time.process_time() - began) * 1000)
        if sum(times) > most * 1000:
            break
    return statistics.median(times), answers


def made(options: argparse.Namespace) -> NeighbourIndex:
    """The index of the graph: read where it was kept, else built."""
    if options.index and options.index.exists():
        index: NeighbourIndex = pickle.loads(options.index.read_bytes())
        return index
    store = ox.Store()
    for path in (*Settings().ontology_files, options.graph):
        store.bulk_load(path=str(path))
    began, wall = time.process_time(), time.perf_counter()
    index = NeighbourIndex.build(StoreReader(store))
    print(f"built in {time.process_time() - began:.1f} s of processor time, {time.perf_counter() - wall:.1f} s")
    if options.index:
        options.index.write_bytes(pickle.dumps(index, 5))
    return index


class Peers:
    """The same relations in other libraries, with the memory that each takes."""

    def __init__(self, index: NeighbourIndex) -> None:
        used = np.union1d(index.source, index.target)
        before = resident()
        names = dict(zip(used.tolist(), index.iris.take(used), strict=True))
        labels = zip(used.tolist(), index.zh.take(used), index.en.take(used), strict=True)
        kinds = {number: index.iris[number] for number in index.predicates.tolist()}
        self.networkx = nx.MultiGraph()
        self.networkx.add_nodes_from((names[n], {"zh": zh, "en": en}) for n, zh, en in labels)
        rows = zip(
            index.source.tolist(), index.target.tolist(), index.predicates[index.predicate].tolist(), strict=True
        )
        self.networkx.add_edges_from((names[s], names[o], kinds[p]) for s, o, p in rows)
        self.memory = {"networkx": resident() - before}
        place = np.full(index.nodes, -1, dtype=np.int64)
        place[used] = np.arange(len(used))
        self.number = {names[n]: place_of for place_of, n in enumerate(used.tolist())}
        ends = np.stack([place[index.source], place[index.target]], axis=1)
        self.igraph = self._igraph(ends, len(used))
        self.rustworkx = self._rustworkx(ends, len(used))

    def _igraph(self, ends: np.ndarray[Any, Any], nodes: int) -> Any:
        try:
            import igraph
        except ImportError:
            return None
        before = resident()
        graph = igraph.Graph(n=nodes, edges=ends)
        self.memory["igraph"] = resident() - before
        return graph

    def _rustworkx(self, ends: np.ndarray[Any, Any], nodes: int) -> Any:
        import rustworkx

        before = resident()
        graph = rustworkx.PyGraph()
        graph.add_nodes_from(range(nodes))
        graph.add_edges_from_no_data(list(map(tuple, ends.tolist())))
        self.memory["rustworkx"] = resident() - before
        return graph


def line(what: str, ours: float, detail: str, **others: float | None) -> None:
    told = "   ".join(f"{n} {t:9.2f} ms ({t / ours:6.1f} x)" for n, t in others.items() if t is not None)
    print(f"{what:34} {ours:8.2f} ms   {told}   {detail}", flush=True)


def walks(index: NeighbourIndex, peers: Peers, starts: list[str], kind: str) -> None:
    for depth in (1, 2, 3, 4):

        def walk(start: str, depth: int = depth) -> Any:
            request = NeighbourRequest((start,), depth, limit=ALL)
            return Walk(index, request, Scope(index, request)).run(index.numbers(request.iri)).nodes

        def theirs(start: str, depth: int = depth) -> Any:
            return nx.single_source_shortest_path_length(peers.networkx, start, cutoff=depth)

        ours, found = median(walk, starts)
        slow, expected = median(theirs, starts)
        assert [len(nodes) for nodes in found][: len(expected)] == [len(nodes) for nodes in expected][: len(found)]
        other = None
        if peers.igraph is not None:
            other, _ = median(lambda s, d=depth: peers.igraph.neighborhood(peers.number[s], order=d), starts)  # type: ignore[misc]
        reached = statistics.median(len(nodes) for nodes in found)
        line(f"walk, {kind}, {depth} hops", ours, f"{reached:,.0f} things", networkx=slow, igraph=other)


def answers(index: NeighbourIndex, peers: Peers, starts: list[str], kind: str) -> None:
    for depth in (1, 2, 3, 4):
        ours, found = median(
            lambda s, d=depth: json.dumps(index.neighbours(NeighbourRequest((s,), d, limit=ALL))), starts
        )  # type: ignore[misc]

        def theirs(start: str, depth: int = depth) -> str:
            return json.dumps(nx.node_link_data(nx.ego_graph(peers.networkx, start, radius=depth), edges="links"))

        slow, _ = median(theirs, starts)
        sizes = [json.loads(text)["counts"] for text in found]
        counts = {name: statistics.median(size[name] for size in sizes) for name in sizes[0]}
        line(f"JSON, {kind}, {depth} hops", ours, str(counts), networkx=slow)
    limited, _ = median(lambda s: json.dumps(index.neighbours(NeighbourRequest((s,), 3, limit=1000))), starts)
    line(f"JSON, {kind}, 3 hops, limit 1000", limited, "")


def paths(index: NeighbourIndex, peers: Peers, pairs: list[tuple[str, str]]) -> None:
    simple = nx.Graph(peers.networkx)

    def best(pair: tuple[str, str], k: int) -> int:
        found = index.paths(PathRequest(*pair, k=k))["paths"]
        return len(found[0]["nodes"]) if found else 0

    def shortest(pair: tuple[str, str]) -> int:
        try:
            return len(nx.bidirectional_shortest_path(simple, *pair))
        except nx.NetworkXNoPath:
            return 0

    def several(pair: tuple[str, str]) -> int:
        return len(list(itertools.islice(nx.shortest_simple_paths(simple, *pair), 3)))

    def in_igraph(pair: tuple[str, str], k: int) -> Any:
        start, end = (peers.number[name] for name in pair)
        if k == 1:
            return peers.igraph.get_shortest_path(start, end)
        return peers.igraph.get_k_shortest_paths(start, end, k=k)

    def in_rustworkx(pair: tuple[str, str]) -> Any:
        import rustworkx

        start, end = (peers.number[name] for name in pair)
        return rustworkx.graph_dijkstra_shortest_paths(peers.rustworkx, start, end, default_weight=1.0)

    ours, found = median(lambda pair: best(pair, 1), pairs)
    slow, expected = median(shortest, pairs)
    assert found[: len(expected)] == expected[: len(found)]
    other = median(lambda pair: in_igraph(pair, 1), pairs)[0] if peers.igraph is not None else None
    rust, _ = median(in_rustworkx, pairs)
    line(
        "shortest path", ours, f"{statistics.median(found) - 1:.0f} steps", networkx=slow, igraph=other, rustworkx=rust
    )
    ours, _ = median(lambda pair: best(pair, 3), pairs)
    slow, _ = median(several, pairs)
    other = median(lambda pair: in_igraph(pair, 3), pairs[:3])[0] if peers.igraph is not None else None
    line("3 shortest simple paths", ours, "", networkx=slow, igraph=other)


def subgraphs(index: NeighbourIndex, peers: Peers, groups: list[list[str]]) -> None:
    ours, _ = median(lambda names: json.dumps(index.subgraph(SubgraphRequest(tuple(names)))), groups)
    slow, _ = median(lambda names: json.dumps(nx.node_link_data(peers.networkx.subgraph(names), edges="links")), groups)
    line(f"subgraph of {len(groups[0]):,} as JSON", ours, "", networkx=slow)


def drawn(index: NeighbourIndex, number: int) -> Iterator[str]:
    """Ends of relations, drawn evenly."""
    chance = random.Random(42)
    used = np.union1d(index.source, index.target)
    return (index.iris[int(used[chance.randrange(len(used))])] for _ in range(number))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("graph", type=Path, help="N-Triples of bench/regions.py")
    parser.add_argument("--index", type=Path, help="where the index is kept")
    options = parser.parse_args()
    index = made(options)
    print(f"{index.edges:,} relations, {index.nodes:,} things, {len(index.statement_edge):,} statements")
    print(f"index: {index.nbytes / 2**20:.0f} MiB, {index.nbytes / index.edges:.0f} bytes a relation, names included")
    peers = Peers(index)
    for name, size in peers.memory.items():
        print(f"{name}: {size:.0f} MiB ({size * 2**20 / index.nbytes:.1f} x)")
    degrees = index.degrees(np.arange(index.nodes))
    some = list(drawn(index, 15))
    hubs = [index.iris[number] for number in np.argsort(-degrees, kind="stable")[:3].tolist()]
    walks(index, peers, some, "anything")
    walks(index, peers, hubs, "hubs")
    answers(index, peers, some[:5], "anything")
    paths(index, peers, list(zip(drawn(index, 30), itertools.islice(drawn(index, 60), 30, None), strict=True)))
    subgraphs(index, peers, [list(dict.fromkeys(drawn(index, 1000)))])


if __name__ == "__main__":
    main()
