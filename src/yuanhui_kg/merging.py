"""A default graph of several graphs, in which each triple is once (RDF merge; SPARQL 1.1 Query, 13.2).

The engine goes through the graphs one after another and gives a triple that is in two of them twice, so that counts and
sums are wrong. Graphs that share a triple are therefore put together first, in memory and on the query's time; those
that share none, which is found out by the engine, are left where they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any, Final

import pyoxigraph as ox

from .screening import Screened

_COMPARED: Final = 8  # graphs that are compared pair by pair; more are put together at once

Dataset = Mapping[str, Any]


def merged(store: ox.Store, dataset: Dataset, screened: Screened) -> tuple[ox.Store, Dataset]:
    """The store and the dataset (arguments of :meth:`pyoxigraph.Store.query`) to ask in place of these."""
    given: Sequence[ox.NamedNode] | None = dataset["default_graph"]
    named: Sequence[ox.NamedNode] = dataset["named_graphs"] or ()
    try:
        if given is None:
            given = [ox.NamedNode(iri) for iri in screened.default]
            named = [ox.NamedNode(iri) for iri in screened.named]
    except ValueError:  # resolved here otherwise than by the engine, which knows what is wrong
        return store, dataset
    defaults = list(dict.fromkeys(given))
    if len(given) < 2:
        return store, dataset
    if not _overlap(store, defaults):
        return store, {**dataset, "default_graph": defaults, "named_graphs": list(named)}
    return _together(store, defaults, named), {
        **dataset,
        "default_graph": [ox.DefaultGraph()],
        "named_graphs": list(named),
    }


def _overlap(store: ox.Store, graphs: Sequence[ox.NamedNode]) -> bool:
    if len(graphs) > _COMPARED:
        return True
    return any(
        bool(store.query(f"ASK {{ GRAPH {one} {{ ?s ?p ?o }} GRAPH {other} {{ ?s ?p ?o }} }}"))
        for one, other in combinations(graphs, 2)
    )


def _together(store: ox.Store, defaults: Sequence[ox.NamedNode], named: Sequence[ox.NamedNode]) -> ox.Store:
    """A store in memory with the triples of ``defaults`` as its default graph, and with the graphs ``named``."""
    made = ox.Store()
    for graph in defaults:
        quads = store.quads_for_pattern(None, None, None, graph)
        made.bulk_extend(ox.Quad(quad.subject, quad.predicate, quad.object) for quad in quads)
    for graph in named:
        if store.contains_named_graph(graph):
            made.add_graph(graph)
            made.bulk_extend(store.quads_for_pattern(None, None, None, graph))
    return made
