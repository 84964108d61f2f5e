"""A graph for networkx, with the attributes that the files have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .model import EDGE_FIELDS, NODE_FIELDS, Subgraph, attributes

if TYPE_CHECKING:
    import networkx


def to_networkx(graph: Subgraph) -> networkx.MultiDiGraph[str]:
    """A directed multigraph: nodes are IRIs, the keys of edges IRIs of predicates. Attributes that are not there are left out."""
    import networkx

    made: networkx.MultiDiGraph[str] = networkx.MultiDiGraph(title=graph.title, notes=list(graph.notes))
    for node in graph.nodes():
        made.add_node(node.iri, **attributes(node, NODE_FIELDS))
    for edge in graph.edges():
        told = {**attributes(edge, EDGE_FIELDS), "firmness": edge.firmness}
        made.add_edge(edge.source, edge.target, edge.predicate.iri, **told)
    return made
