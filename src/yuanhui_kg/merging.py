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

from .errors import QueryUnsupportedError
from .screening import Screened, spans, using

_COMPARED: Final = 8  # graphs that are compared pair by pair; more are put together at once
_NAMED: Final = 4  # graphs that an error names
#: What tells in an operation of an update that it makes another thing of two equal solutions than of one.
_OF_EACH: Final = frozenset(
    ["COUNT", "SUM", "AVG", "GROUP_CONCAT", "BNODE", "UUID", "STRUUID", "RAND", "LIMIT", "OFFSET"]
)
_NODES: Final = ("[", "(")  # which are made where these stand in what is inserted; elsewhere they are patterns

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


def check_using(store: ox.Store, update: str, base: str) -> None:
    """Refuse an update that makes something of each solution where its ``USING`` graphs share triples, which would count twice.

    :raises QueryUnsupportedError: naming the graphs.
    """
    if not any(made := _made_of_each(update)):
        return
    for of_each, graphs in zip(made, using(update, base), strict=False):
        if not of_each:
            continue
        nodes = [ox.NamedNode(iri) for iri in dict.fromkeys(graphs)]
        if len(graphs) > len(nodes) or _share(store, nodes):
            raise QueryUnsupportedError(
                f"The graphs {', '.join(map(str, nodes[:_NAMED]))} share triples, which the update would count twice.",
                "Put them together in one graph first (ADD), and use that.",
            )


def _made_of_each(update: str) -> list[bool]:
    """Of each operation of an update whether it makes something of each solution."""
    found = [False]
    depth, inserts, last = 0, False, ""
    for kind, mark, _, _ in spans(update):
        if depth == 0 and kind == "open":
            inserts = last == "INSERT"
        depth += (kind == "open") - (kind == "close")
        if mark == ";" and depth == 0:
            found.append(False)
        made = kind == "blank" or mark in _NODES
        found[-1] = found[-1] or (kind == "word" and mark.upper() in _OF_EACH) or (made and inserts and depth > 0)
        last = mark.upper()
    return found


def _overlap(store: ox.Store, graphs: Sequence[ox.NamedNode]) -> bool:
    return len(graphs) > _COMPARED or _share(store, graphs)


def _share(store: ox.Store, graphs: Sequence[ox.NamedNode]) -> bool:
    """Whether a triple is in two of some graphs."""
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
