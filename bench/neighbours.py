"""Neighbours, paths and subgraphs against networkx, igraph and rustworkx, on the same relations of a regional graph.

    python bench/regions.py --edges 1000000 --statements 0.1 --figures 0 -o edges.nt
    python bench/neighbours.py edges.nt --index edges.index      # the index is made once and kept

Needs networkx (a dependency); igraph (GPL, for comparison only) where it is installed. Times are medians of processor time
over things drawn from a fixed seed, so that other work on the machine disturbs them little. A line compares a walk with
a walk (who is reached), or JSON with JSON (who is reached, with ids, labels and classes, and all relations among them
with predicate, modality and evidence, put together in networkx from dictionaries of the same).

With ``--sparql SECONDS`` the number of things within some hops is also asked of the Oxigraph and Virtuoso servers as SPARQL
property paths, each question for at most so long.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import itertools
import json
import pickle
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pyoxigraph as ox

import peers as peers_of
from yuanhui_kg.graph import NeighbourIndex, NeighbourRequest, PathRequest, SubgraphRequest
from yuanhui_kg.graph import paths as paths_of
from yuanhui_kg.graph.reading import label_pair
from yuanhui_kg.graph.scope import Scope
from yuanhui_kg.graph.walking import Walk
from yuanhui_kg.settings import Settings
from yuanhui_kg.store import StoreReader
from yuanhui_kg.terms import id_of

ALL = 10_000_000  # a limit that no walk reaches


def resident() -> float:
    """This process's memory in MiB."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 2**20


Run = Callable[[Any], Any]
SECONDS = 8.0  # after which no new case is begun


def compare(what: str, cases: list[Any], ours: Run, size: Callable[[Any], str], **others: Run | None) -> None:
    """Run all on the same cases; print the medians in milliseconds, and how many times longer than ours others took."""
    runs = {"ours": ours, **{name: run for name, run in others.items() if run}}
    times: dict[str, list[float]] = {name: [] for name in runs}
    answers = []
    began = time.perf_counter()
    for case in cases:
        if time.perf_counter() - began > SECONDS and answers:
            break
        for name, run in runs.items():
            start = time.process_time()
            found = run(case)
            times[name].append((time.process_time() - start) * 1000)
            if name == "ours":
                answers.append(found)
    medians = {name: statistics.median(taken) for name, taken in times.items()}
    told = "   ".join(
        f"{name} {value:9.2f} ms ({value / medians['ours']:5.1f} x)"
        for name, value in medians.items()
        if name != "ours"
    )
    middle = answers[sorted(range(len(answers)), key=times["ours"].__getitem__)[len(answers) // 2]]
    print(f"{what:30} {medians['ours']:8.2f} ms   {told}   {len(answers)} cases, {size(middle)}", flush=True)


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
    """The same relations in other libraries, with the memory that each takes.

    ``networkx`` is undirected, for walks and paths; ``directed`` holds all that answers tell.
    """

    def __init__(self, index: NeighbourIndex) -> None:
        used = np.union1d(index.source, index.target)
        self.names = names = dict(zip(used.tolist(), index.iris.take(used), strict=True))
        self.kinds = {number: index.iris[number] for number in index.predicates.tolist()}
        predicates = index.predicates[index.predicate].tolist()
        self.rows = list(zip(index.source.tolist(), index.target.tolist(), predicates, strict=True))
        self.shapes = index.teller.shapes(np.concatenate([index.predicates, index.classes]))
        self.prospects = index.prospects
        self.memory: dict[str, float] = {}
        before = resident()
        self.directed = self._directed(index, used)
        self.memory["networkx, with all that answers tell"] = resident() - before
        before = resident()
        self.networkx = nx.MultiGraph()
        self.networkx.add_edges_from((names[s], names[o], self.kinds[p]) for s, o, p in self.rows)
        self.memory["networkx, with IRIs alone"] = resident() - before
        place = np.full(index.nodes, -1, dtype=np.int64)
        place[used] = np.arange(len(used))
        self.number = {names[n]: place_of for place_of, n in enumerate(used.tolist())}
        ends = np.stack([place[index.source], place[index.target]], axis=1)
        self.igraph = self._igraph(ends, len(used))
        self.rustworkx = self._rustworkx(ends, len(used))

    def _directed(self, index: NeighbourIndex, used: np.ndarray[Any, Any]) -> nx.MultiDiGraph:
        graph = nx.MultiDiGraph()
        first = index.type_rows[used]
        typed = first < index.type_rows[used + 1]
        kinds = np.full(len(used), -1)
        kinds[typed] = index.classes[index.node_types[first[typed]]]
        labels = zip(index.iris.take(used), index.zh.take(used), index.en.take(used), kinds.tolist(), strict=True)
        names = {}
        for number, (iri, zh, en, kind) in zip(used.tolist(), labels, strict=True):
            names[number] = iri
            graph.add_node(iri, zh=zh, en=en, type=kind)
        predicates = dict(self.kinds)
        stated = index.teller.stated(np.arange(index.edges))
        for place, (s, o, p) in enumerate(self.rows):
            if place in stated:
                graph.add_edge(names[s], names[o], predicates[p], said=stated[place])
            else:
                graph.add_edge(names[s], names[o], predicates[p])
        return graph

    def answered(self, start: str, depth: int) -> str:
        """As :meth:`NeighbourIndex.answer`, from networkx."""
        graph, shapes = self.directed, self.shapes
        distances, frontier = {start: 0}, [start]
        for hop in range(1, depth + 1):
            found = []
            for node in frontier:
                for other in itertools.chain(graph.succ[node], graph.pred[node]):
                    if other not in distances:
                        distances[other] = hop
                        found.append(other)
            frontier = found
        predicates = {iri: shapes[number] for number, iri in self.kinds.items()}
        nodes = []
        for node, distance in distances.items():
            held = graph.nodes[node]
            label = label_pair(held["zh"], held["en"], "", node)
            shape = {"iri": node, "id": id_of(node), "label": label, "type": shapes.get(held["type"])}
            nodes.append({**shape, "distance": distance, "degree": graph.degree(node)})
        nothing = {"modality": None, "evidence": [], "statement": None}
        edges = []
        for source in distances:
            for target, parallel in graph.succ[source].items():
                if target in distances:
                    for kind, held in parallel.items():
                        ends = {"source": source, "target": target, "predicate": predicates[kind]}
                        edges.append({**ends, "prospect": kind in self.prospects, **held.get("said", nothing)})
        return json.dumps({"nodes": nodes, "edges": edges}, ensure_ascii=False)

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


def walks(index: NeighbourIndex, peers: Peers, starts: list[str], kind: str) -> None:
    for depth in (1, 2, 3, 4):

        def ours(start: str, depth: int = depth) -> Any:
            request = NeighbourRequest((start,), depth, limit=ALL)
            return Walk(index, request, Scope(index, request)).run(index.numbers(request.iri)).nodes

        def theirs(start: str, depth: int = depth) -> Any:
            return nx.single_source_shortest_path_length(peers.networkx, start, cutoff=depth)

        def in_igraph(start: str, depth: int = depth) -> Any:
            return peers.igraph.neighborhood(peers.number[start], order=depth)

        assert (
            len(ours(starts[0]))
            == len(theirs(starts[0]))
            == len(in_igraph(starts[0]) if peers.igraph else theirs(starts[0]))
        )
        compare(
            f"walk, {kind}, {depth} hops",
            starts,
            ours,
            lambda found: f"{len(found):,} things",
            networkx=theirs,
            igraph=in_igraph if peers.igraph else None,
        )


def answers(index: NeighbourIndex, peers: Peers, starts: list[str], kind: str) -> None:
    for depth, limit in ((1, ALL), (2, ALL), (3, ALL), (3, 1000), (4, ALL)):

        def ours(start: str, depth: int = depth, limit: int = limit) -> bytes:
            return index.answer(NeighbourRequest((start,), depth, limit=limit))

        def theirs(start: str, depth: int = depth) -> bytes:
            return peers.answered(start, depth).encode()

        if limit == ALL and depth < 4:  # further, comparing takes gigabytes
            one, other = (json.loads(run(starts[0])) for run in (ours, theirs))
            for name in ("nodes", "edges"):
                assert sorted(map(json.dumps, one[name])) == sorted(map(json.dumps, other[name]))
        what = f"JSON, {kind}, {depth} hops" + (f", limit {limit}" if limit < ALL else "")
        peer = theirs if limit == ALL else None
        compare(what, starts, ours, lambda text: f"{len(text):,} bytes", networkx=peer)


def paths(index: NeighbourIndex, peers: Peers, pairs: list[tuple[str, str]]) -> None:
    import rustworkx

    simple = nx.Graph(peers.networkx)

    def ends(pair: tuple[str, str]) -> tuple[int, int]:
        return peers.number[pair[0]], peers.number[pair[1]]

    for k in (1, 3):

        def ours(pair: tuple[str, str], k: int = k) -> Any:
            request = PathRequest(*pair, k=k, max_length=20)
            found = paths_of.search(index, Scope(index, request), request)
            numbers = [found.corridor.numbers(path) for path in found.paths] if found.corridor else []
            return [index.iris.take(path) for path in numbers]

        def as_json(pair: tuple[str, str], k: int = k) -> Any:
            return index.answer(PathRequest(*pair, k=k, max_length=20))

        def theirs(pair: tuple[str, str], k: int = k) -> Any:
            try:
                if k == 1:
                    return nx.bidirectional_shortest_path(simple, *pair)
                return list(itertools.islice(nx.shortest_simple_paths(simple, *pair), k))
            except nx.NetworkXNoPath:
                return []

        def in_igraph(pair: tuple[str, str], k: int = k) -> Any:
            if k == 1:
                return peers.igraph.get_shortest_path(*ends(pair))
            return peers.igraph.get_k_shortest_paths(*ends(pair), k=k)

        def in_rustworkx(pair: tuple[str, str]) -> Any:
            return rustworkx.graph_dijkstra_shortest_paths(peers.rustworkx, *ends(pair), default_weight=1.0)

        compare(
            "shortest path" if k == 1 else f"{k} shortest simple paths",
            pairs,
            ours,
            lambda found: f"{len(found[0]) - 1 if found else 'no'} steps",
            json=as_json,
            networkx=theirs,
            igraph=in_igraph if peers.igraph else None,
            rustworkx=in_rustworkx if k == 1 else None,
        )


def subgraphs(index: NeighbourIndex, peers: Peers, groups: list[list[str]]) -> None:
    compare(
        f"subgraph of {len(groups[0]):,} as JSON",
        groups,
        lambda names: index.answer(SubgraphRequest(tuple(names))),
        lambda text: f"{len(text):,} bytes",
        networkx=lambda names: json.dumps(nx.node_link_data(peers.networkx.subgraph(names), edges="links")),
    )


def sparql(index: NeighbourIndex, starts: list[str], seconds: float) -> None:
    """The number of things within some hops, either way, as SPARQL property paths."""
    any_step = "|".join(f"<{index.iris[number]}>|^<{index.iris[number]}>" for number in index.predicates.tolist())
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        path = Path(folder) / "relations.nt"
        names = [f"<{iri}>" for iri in index.iris]
        rows = zip(
            index.source.tolist(), index.predicates[index.predicate].tolist(), index.target.tolist(), strict=True
        )
        path.write_text("".join(f"{names[s]} {names[p]} {names[o]} .\n" for s, p, o in rows), encoding="utf-8")
        for name, server in (("Oxigraph", peers_of.oxigraph), ("Virtuoso", peers_of.virtuoso)):
            (place := Path(folder) / name).mkdir()
            try:
                serving = stack.enter_context(server(path, place))
            except peers_of.MissingError as error:
                print(f"{name}: {error}")
                continue
            for depth in (1, 2, 3):
                steps = "/".join([f"({any_step})", *[f"({any_step})?"] * (depth - 1)])
                taken = []
                for start in starts:
                    query = f"SELECT (COUNT(DISTINCT ?n) AS ?number) WHERE {{ <{start}> {steps} ?n }}"
                    began = time.perf_counter()
                    connection = http.client.HTTPConnection("127.0.0.1", serving.port, timeout=seconds)
                    try:
                        connection.request("GET", serving.target(query), headers={"Accept": peers_of.ACCEPT})
                        answer = connection.getresponse()
                        number = json.loads(answer.read())["results"]["bindings"][0]["number"]["value"]
                        taken.append((time.perf_counter() - began) * 1000)
                    except (OSError, ValueError, KeyError, http.client.HTTPException) as error:
                        number = f"not answered ({type(error).__name__})"
                    connection.close()
                median = f"{statistics.median(taken):.1f} ms" if taken else "-"
                print(
                    f"{name}, {depth} hops: {len(taken)} of {len(starts)} in time, median {median}; last: {number}",
                    flush=True,
                )


def drawn(index: NeighbourIndex, number: int) -> Iterator[str]:
    """Ends of relations, drawn evenly."""
    chance = random.Random(42)
    used = np.union1d(index.source, index.target)
    return (index.iris[int(used[chance.randrange(len(used))])] for _ in range(number))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("graph", type=Path, help="N-Triples of bench/regions.py")
    parser.add_argument("--index", type=Path, help="where the index is kept")
    parser.add_argument("--sparql", type=float, metavar="SECONDS", help="ask the peers for property paths, too")
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
    busy = [iri for iri in drawn(index, 2000) if index.degree(iri) >= 20][:9]
    for kind, starts in (("anything", some), ("20 relations or more", busy), ("greatest hubs", hubs)):
        walks(index, peers, starts, kind)
    answers(index, peers, some, "anything")
    answers(index, peers, busy, "20 relations or more")
    paths(index, peers, list(zip(drawn(index, 30), itertools.islice(drawn(index, 60), 30, None), strict=True)))
    subgraphs(index, peers, [list(dict.fromkeys(drawn(index, 1000)))])
    if options.sparql:
        sparql(index, some[:3] + busy[:3], options.sparql)


if __name__ == "__main__":
    main()
