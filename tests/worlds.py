"""Random small graphs with parallel relations, loops and hubs: as networkx, and as an index over the same triples."""

from __future__ import annotations

from dataclasses import dataclass

import networkx as nx
from hypothesis import strategies as st

import graphs
from yuanhui_kg.graph import NeighbourIndex

KINDS = ("locatedIn", "partOf", "invests", "plansToBuild")
SUBPROPERTIES = {
    "locatedIn": {"locatedIn", "partOf"},
    "partOf": {"partOf"},
    "invests": {"invests"},
    "plansToBuild": {"plansToBuild"},
}
CLASSES = ("Place", "District", "Company")
SUBCLASSES = {"Place": {"Place", "District"}, "District": {"District"}, "Company": {"Company"}}
FOOTINGS = ("asserted", "inferred", "prospect")


@dataclass(frozen=True)
class World:
    """``graph`` has an edge (subject, object, kind) with the set of its ``modalities`` for every relation."""

    graph: nx.MultiDiGraph
    types: dict[str, set[str]]
    index: NeighbourIndex

    def part(self, predicates: set[str], modalities: set[str]) -> nx.MultiDiGraph:
        """The graph of the relations that a request names."""
        kinds = set().union(*(SUBPROPERTIES[p] for p in predicates)) or set(KINDS)
        part = nx.MultiDiGraph(self.graph)
        for s, o, kind, stated in list(part.edges(keys=True, data="modalities")):
            names = stated or {"unstated"}
            if kind not in kinds or (modalities and not names & modalities):
                part.remove_edge(s, o, kind)
        return part

    def of_types(self, types: set[str]) -> set[str]:
        kinds = set().union(*(SUBCLASSES[t] for t in types))
        return {node for node in self.graph if not types or self.types[node] & kinds}


def walked(graph: nx.MultiDiGraph, direction: str) -> nx.MultiDiGraph | nx.MultiGraph:
    """The graph as a walk in a direction sees it."""
    return {"out": graph, "in": graph.reverse(), "both": graph.to_undirected()}[direction]


def footing(kind: str, stated: set[str]) -> str:
    """What a relation rests on, by the documented rule."""
    if kind == "plansToBuild":
        return "prospect"
    return next((name for name in ("asserted", "inferred") if name in stated), "prospect" if stated else "asserted")


@st.composite
def worlds(draw: st.DrawFn, most: int = 10) -> World:
    size = draw(st.integers(2, most))
    names = [f"n{number}" for number in range(size)]
    # n0 is a hub: half of all relations end there.
    node = st.one_of(st.just("n0"), st.sampled_from(names))
    triple = st.tuples(st.sampled_from(names), st.sampled_from(KINDS), node)
    triples = draw(st.sets(triple, max_size=30))
    modality = st.sets(st.sampled_from(["asserted", "inferred", "planned"]), max_size=2)
    stated = {key: draw(modality) for key in sorted(triples)}
    types = {name: draw(st.sets(st.sampled_from(CLASSES), max_size=2)) for name in names}
    lines = [f'yh:{name} skos:prefLabel "{name}"@en .' for name in names]
    lines += [f"yh:{s} yho:{p} yh:{o} ." for s, p, o in triples]
    lines += [f"yh:{name} a yho:{kind} ." for name, kinds in types.items() for kind in kinds]
    for number, ((s, p, o), modalities) in enumerate(stated.items()):
        for name in modalities:
            lines.append(
                f"yh:s{number}-{name} a rdf:Statement ; rdf:subject yh:{s} ; rdf:predicate yho:{p} ; rdf:object yh:{o} ;"
                f" yho:modality yho:{name} ."
            )
    graph = nx.MultiDiGraph()
    graph.add_nodes_from(names)
    for (s, p, o), modalities in stated.items():
        graph.add_edge(s, o, p, modalities=modalities)
    index = NeighbourIndex.build(graphs.reader(graphs.ONTOLOGY + "\n".join(lines)))
    return World(graph, types, index)


directions = st.sampled_from(["in", "out", "both"])
predicates = st.sets(st.sampled_from(KINDS), max_size=2)
modalities = st.sets(st.sampled_from(["asserted", "inferred", "planned", "unstated"]), max_size=2)
classes = st.sets(st.sampled_from(CLASSES), max_size=2)
