"""The neighbour index against networkx: ``python bench/neighbours.py [--edges N]``.

A made-up graph with hubs (a few things have most of the relations), from a fixed seed. Prints build time, memory and
median times for walks from things with few relations and from the greatest hub; both sides reach the same things.
"""

from __future__ import annotations

import argparse
import pickle
import random
import statistics
import time
import tracemalloc
from collections.abc import Callable, Iterator
from typing import Any

import networkx as nx
import pyoxigraph as ox

from yuanhui_kg.graph import NeighbourIndex, NeighbourRequest
from yuanhui_kg.namespaces import PREFIXES, YH, YHO
from yuanhui_kg.store import StoreReader

KINDS = ("locatedIn", "investsIn", "partOf", "worksWith")


def triples(edges: int, seed: int = 42) -> tuple[int, list[tuple[int, int, int]]]:
    chance = random.Random(seed)
    nodes = max(10, edges * 3 // 13)
    return nodes, [
        (chance.randrange(nodes), chance.randrange(len(KINDS)), int(nodes * chance.random() ** 3)) for _ in range(edges)
    ]


def name(number: int) -> str:
    return YH + f"thing-{number:07d}"


def graph(nodes: int, made: list[tuple[int, int, int]]) -> ox.Store:
    label, kind_of = ox.NamedNode(PREFIXES["skos"] + "prefLabel"), ox.NamedNode(PREFIXES["rdf"] + "type")
    below, kinds = ox.NamedNode(PREFIXES["rdfs"] + "subPropertyOf"), [ox.NamedNode(YHO + kind) for kind in KINDS]
    things = [ox.NamedNode(name(number)) for number in range(nodes)]

    def quads() -> Iterator[ox.Quad]:
        yield from (ox.Quad(kind, below, ox.NamedNode(str(YHO.relatedTo))) for kind in kinds)
        for number, thing in enumerate(things):
            yield ox.Quad(thing, label, ox.Literal(f"事物{number}", language="zh"))
            yield ox.Quad(thing, kind_of, ox.NamedNode(str(YHO.Thing)))
        yield from (ox.Quad(things[s], kinds[p], things[o]) for s, p, o in made)

    store = ox.Store()
    store.bulk_extend(quads())
    return store


def median(run: Callable[[str], Any], starts: list[str]) -> tuple[float, Any]:
    times, answer = [], None
    for start in starts:
        began = time.perf_counter()
        answer = run(start)
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times), answer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--edges", type=int, default=1_300_000)
    options = parser.parse_args()
    nodes, made = triples(options.edges)
    store = graph(nodes, made)
    began = time.perf_counter()
    index = NeighbourIndex.build(StoreReader(store))
    print(f"{index.edges:,} relations: built in {time.perf_counter() - began:.1f} s, {index.nbytes / 2**20:.0f} MiB")
    began = time.perf_counter()
    size = len(pickle.dumps(index, 5))
    print(f"pickled in {(time.perf_counter() - began) * 1000:.0f} ms, {size / 2**20:.0f} MiB")
    tracemalloc.start()
    peer = nx.MultiDiGraph()
    peer.add_edges_from((name(s), name(o), p) for s, p, o in made)
    print(f"networkx: {tracemalloc.get_traced_memory()[0] / 2**20:.0f} MiB")
    tracemalloc.stop()
    few = [name(nodes - 1 - 17 * number) for number in range(25)]
    for label, starts in (("few relations", few), ("greatest hub", [name(0)] * 5)):
        for depth, direction, limit in ((1, "both", 100), (3, "out", 1000), (4, "out", 10_000), (3, "both", 100)):

            def ours(start: str, d: int = depth, way: str = direction, most: int = limit) -> dict[str, Any]:
                return index.neighbours(NeighbourRequest((start,), d, way, limit=most))

            took, answer = median(ours, starts)
            line = f"{label:14} {depth} hops {direction:5} limit {limit:6,}: {took:8.2f} ms {answer['counts']}"
            if direction == "out":
                slow, ego = median(lambda start, d=depth: nx.ego_graph(peer, start, radius=d), starts)  # type: ignore[misc]
                line += f"   networkx {slow:8.2f} ms, {len(ego)} nodes"
            print(line, "(truncated)" if answer["truncated"] else "")


if __name__ == "__main__":
    main()
