"""How long every export of a large graph takes, and how long other people's writers take from a graph that they hold already.

    python bench/regions.py --edges 1000000 --statements 0.1 --figures 0 -o edges.nt
    python bench/exports.py edges.nt --index edges.index      # the index is made once and kept
    python bench/exports.py edges.nt --index edges.index --peers

Each export runs in a process of its own, forked from one that holds the store in memory and the index: seconds of processor time, bytes
written, and memory on top. Peers: networkx's writers from a MultiDiGraph with the same attributes, igraph's (GPL, for comparison
only) where it is installed, pandas' of the same tables, rdflib's serialisers of the same triples. What they need to get there
(building their graph) is not counted.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

import pyoxigraph as ox

from neighbours import made, resident
from yuanhui_kg.errors import YuanhuiError
from yuanhui_kg.export import choosing, exporting, network
from yuanhui_kg.export.choosing import Choice
from yuanhui_kg.graph import NeighbourIndex
from yuanhui_kg.settings import Settings
from yuanhui_kg.store import StoreReader

Write = Callable[[IO[bytes]], object]

FORMATS = ("graphml", "gexf", "cyjs", "json", "cx2", "dot", "geojson", "xlsx", "html", "svg", "png", "pdf")
TABLES = ("csv:edges", "csv:nodes", "parquet:edges", "parquet:nodes", "xlsx:edges", "xlsx:nodes")
RDF = ("nt", "nq", "ttl", "trig", "rdf", "jsonld")


class Counted(io.RawIOBase):
    """Takes everything, keeps only how much it was."""

    size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:
        self.size += len(data)
        return len(data)


def measured(name: str, write: Write, of: float | None = None) -> float | None:
    """Print what writing takes, in a child of this process; its seconds of processor time, ``None`` where it was refused."""
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        with contextlib.suppress(BaseException):
            os.write(theirs, json.dumps(_run(write)).encode())
        os._exit(0)
    os.close(theirs)
    with open(ours, "rb") as pipe:
        text = pipe.read()
    os.waitpid(child, 0)
    found = json.loads(text) if text else {"error": "died"}
    if "error" in found:
        print(
            f"| {name} | {found['seconds']:.2f} s | refused: {found['error']} | |"
            if "seconds" in found
            else f"| {name} | died |"
        )
        return None
    ratio = f"{found['seconds'] / of:.1f} ×" if of else ""
    print(
        f"| {name} | {found['seconds']:.1f} s | {found['bytes'] / 1e6:,.0f} MB | {found['memory']:.0f} MiB | {ratio} |",
        flush=True,
    )
    return float(found["seconds"])


def _run(write: Write) -> dict[str, Any]:
    before = peak = resident()
    out = Counted()

    def watch() -> None:
        nonlocal peak
        while True:
            peak = max(peak, resident())
            time.sleep(0.02)

    threading.Thread(target=watch, daemon=True).start()
    began = time.process_time()
    try:
        write(out)
    except YuanhuiError as error:
        return {"error": error.message, "seconds": time.process_time() - began}
    return {"seconds": time.process_time() - began, "bytes": out.size, "memory": peak - before}


def exported(name: str, reader: StoreReader, index: NeighbourIndex) -> Write:
    format, _, table = name.partition(":")
    export = exporting.Export(format, Choice(), "zh", table)
    return lambda out: exporting.run(export, reader, lambda: index, out, exporting.NO_CONTEXT)


def dumped(name: str, store: ox.Store) -> Write:
    format = exporting.RDF[name]
    graph = None if format.supports_datasets else ox.DefaultGraph()
    return lambda out: store.dump(out, format, from_graph=graph)


def peers(reader: StoreReader, index: NeighbourIndex, store: ox.Store, ours: dict[str, float]) -> None:
    import networkx as nx

    graph = network.to_networkx(choosing.choose(reader, index, Choice()))
    for _, _, told in graph.edges(data=True):
        told.pop("key", None)
    graph.graph.clear()
    measured("networkx graphml", lambda out: nx.write_graphml(graph, out), ours.get("graphml"))
    measured("networkx gexf", lambda out: nx.write_gexf(graph, out), ours.get("gexf"))
    measured("networkx json", lambda out: _text(out, nx.node_link_data(graph, edges="links")), ours.get("json"))
    measured("networkx cyjs", lambda out: _text(out, nx.cytoscape_data(graph)), ours.get("cyjs"))
    frames(graph, ours)
    with contextlib.suppress(ImportError):
        igraphs(graph, ours)
    import rdflib

    held = rdflib.Graph()
    with tempfile.NamedTemporaryFile(suffix=".nt") as file:
        store.dump(file, ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph())
        file.flush()
        held.parse(file.name, format="nt")
    for name, called in (("nt", "nt11"), ("ttl", "turtle"), ("rdf", "xml")):
        measured(f"rdflib {name}", lambda out, called=called: held.serialize(out, format=called), ours.get(name))


def _text(out: IO[bytes], value: Any) -> None:
    out.write(json.dumps(value, ensure_ascii=False).encode())


def frames(graph: Any, ours: dict[str, float]) -> None:
    import pandas as pd

    edges = pd.DataFrame([{"source": s, "target": o, **told} for s, o, told in graph.edges(data=True)])
    measured("pandas csv:edges", lambda out: out.write(edges.to_csv(index=False).encode()), ours.get("csv:edges"))
    measured("pandas parquet:edges", lambda out: out.write(edges.to_parquet()), ours.get("parquet:edges"))


def igraphs(graph: Any, ours: dict[str, float]) -> None:
    import igraph

    held = igraph.Graph.from_networkx(graph)

    def write(out: IO[bytes]) -> None:
        with tempfile.NamedTemporaryFile(suffix=".graphml") as file:
            held.write_graphml(file.name)
            out.write(Path(file.name).read_bytes())

    measured("igraph graphml", write, ours.get("graphml"))


def chosen(wanted: list[str] | None) -> Iterator[str]:
    yield from wanted or (*FORMATS, *TABLES, *RDF)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("graph", type=Path, help="N-Triples of bench/regions.py")
    parser.add_argument("--index", type=Path, help="where the index is kept")
    parser.add_argument("--peers", action="store_true", help="other people's writers too")
    parser.add_argument("--only", nargs="+", metavar="FORMAT", help="such as graphml, csv:edges, nt")
    options = parser.parse_args()
    store = ox.Store()
    for path in (*Settings().ontology_files, options.graph):
        store.bulk_load(path=str(path))
    index = made(options)
    reader = StoreReader(store)
    print(
        f"{index.edges:,} relations, {len(store):,} triples\n\n| | processor time | written | memory on top | times ours |\n|---|---|---|---|---|"
    )
    ours: dict[str, float] = {}
    for name in chosen(options.only):
        write = dumped(name, store) if name in RDF else exported(name, reader, index)
        seconds = measured(name, write)
        if seconds is not None:
            ours[name] = seconds
    if options.peers:
        peers(reader, index, store, ours)


if __name__ == "__main__":
    main()
