"""The index of relations: neighbours, subgraphs, paths and what things have in common, without SPARQL paths.

It is a pair of compressed sparse rows (out and in) in numpy arrays. Nodes, predicates and classes are numbers; their
IRIs and labels lie in big buffers. A relation's statements (modality, evidence) hang on its edge.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Sequence
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt

from ..errors import NotFoundError
from ..store import Reader
from ..terms import local_name
from .induced import edges_among
from .reading import uncollected
from .requests import CommonRequest, NeighbourRequest, PathRequest, SubgraphRequest
from .rows import Codes, Ints, Places
from .scope import Scope, ways
from .strings import Strings
from .telling import Teller, read_back, serialized
from .walking import Walk, told

GraphRequest = NeighbourRequest | SubgraphRequest | CommonRequest | PathRequest

EDGES_PER_NODE: Final = 20  # of a dense neighbourhood not more edges than this are returned for each node of the limit
ASSERTED, INFERRED, HOPED = range(3)  #: What an edge rests on; see :attr:`NeighbourIndex.footing`.
_NAMED: Final = 5  # unknown things that an error names


class NeighbourIndex:
    """An immutable index of the relations of one graph; pickles as arrays and buffers. Build it with :meth:`build`."""

    iris: Strings  # of nodes, predicates and classes; sorted: a number is a place in it
    zh: Strings
    en: Strings
    out_rows: Places  # out-edges of node n are the edges out_rows[n] to out_rows[n + 1]
    in_rows: Places  # in-edges of node n are in_edges[in_rows[n]:in_rows[n + 1]]
    in_edges: Ints
    source: Ints
    target: Ints
    predicate: Codes  # of an edge: place in predicates
    footing: npt.NDArray[np.int8]  # of an edge: ASSERTED (also where nothing is said of a triple), INFERRED or HOPED
    predicates: Ints
    type_rows: Places
    node_types: Codes  # places in classes, the most specific class of a node first
    classes: Ints
    subclasses: dict[str, frozenset[str]]
    subproperties: dict[str, frozenset[str]]
    prospects: frozenset[str]
    statement_edge: Ints  # sorted
    statement_iris: Strings
    statement_modality: Ints  # place in modalities, or -1
    modalities: list[str]
    evidence_rows: Places
    evidence_iris: Strings
    evidence_offsets: Places  # start and end, -1 where the span has none

    @classmethod
    def build(cls, reader: Reader, rule: str = "auto") -> NeighbourIndex:
        """Read a graph (default and named ones) into a new index. Takes some seconds for a million relations.

        :param rule: which triples are relations; see the setting ``relations``.
        """
        from .building import Builder

        with uncollected():
            return Builder(reader, cls(), rule).index()

    @property
    def nodes(self) -> int:
        """How many resources are known: ends of relations, whatever has a type or a label, predicates and classes."""
        return len(self.iris)

    @property
    def edges(self) -> int:
        """How many relations there are."""
        return len(self.source)

    @property
    def nbytes(self) -> int:
        """Memory taken, in bytes."""
        held = vars(self).values()
        return sum(int(part.nbytes) for part in held if isinstance(part, np.ndarray | Strings))

    @functools.cached_property
    def views(self) -> tuple[memoryview, memoryview, memoryview, memoryview, memoryview]:
        """``out_rows``, ``target``, ``in_rows``, ``in_edges`` and ``source``, whose items are quicker to be had so."""
        parts = (self.out_rows, self.target, self.in_rows, self.in_edges, self.source)
        return tuple(memoryview(part) for part in parts)  # type: ignore[arg-type, return-value] # arrays are buffers

    @functools.cached_property
    def teller(self) -> Teller:
        """Writes nodes and edges."""
        return Teller(self)

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name not in ("views", "teller")}

    def knows(self, iri: str) -> bool:
        return self.iris.find(iri) is not None

    def degree(self, iri: str) -> int:
        """How many relations a resource is an end of; 0 where it is unknown."""
        number = self.iris.find(iri)
        return 0 if number is None else int(self.degrees(np.array([number]))[0])

    def degrees(self, nodes: npt.NDArray[np.integer[Any]], direction: Literal["out", "in", "both"] = "both") -> Places:
        """How many relations lead out of nodes, into them, or both together (one to itself counts twice there)."""
        after = nodes + 1
        parts = [self.out_rows if way == "out" else self.in_rows for way in ways(direction)]
        found: Places = (parts[0][after] - parts[0][nodes]).astype(np.int64)
        for rows in parts[1:]:
            found += rows[after] - rows[nodes]
        return found

    def numbers(self, iris: Sequence[str]) -> Ints:
        """The numbers of things, each once. Raises :class:`NotFoundError` naming those that the graph does not know."""
        found = {iri: self.iris.find(iri) for iri in iris}
        unknown = [iri for iri, number in found.items() if number is None]
        if unknown:
            more = f" and {len(unknown) - _NAMED} more" if len(unknown) > _NAMED else ""
            raise NotFoundError(
                f"The graph says nothing of {', '.join(unknown[:_NAMED])}{more}.",
                "Look for the thing's IRI with a search for its name.",
            )
        return np.array(list(found.values()), dtype=np.int32)

    def alike(self, iri: str, most: int = 3) -> list[str]:
        """IRIs that begin as ``iri`` does, but for its last few characters; the most like it first."""
        place = self.iris.place(iri)
        around = [self.iris[number] for number in range(max(place - most, 0), min(place + most, self.nodes))]
        begins = {other: _same_beginning(iri, other) for other in around}
        least = len(iri) - max(2, len(local_name(iri)) // 3)
        return sorted((other for other in around if begins[other] >= least), key=lambda other: -begins[other])[:most]

    # --- questions ------------------------------------------------------------------------------------------------------

    def answer(self, request: GraphRequest, **more: Any) -> bytes:
        """The answer to any of these requests as JSON, ``more`` at its end: much quicker than its Python objects.

        :raises NotFoundError: where the graph says nothing of a thing that the request names.
        """
        with uncollected():
            return serialized({**self._answered(request), **more})

    def _answered(self, request: GraphRequest) -> dict[str, Any]:
        if isinstance(request, NeighbourRequest):
            return self._neighbours(request)
        if isinstance(request, SubgraphRequest):
            return self._subgraph(request)
        from . import common, paths

        return common.find(self, request) if isinstance(request, CommonRequest) else paths.find(self, request)

    def neighbours(self, request: NeighbourRequest) -> dict[str, Any]:
        """The things around some things, with the relations among all of them.

        Nodes come by distance (fewest hops), then by IRI. Edges are *all* relations of the kinds asked for between two
        returned nodes, whichever way they point. Where a limit cuts, nearer nodes go first, and within a hop every node
        and every kind of relation gets its turn, so that no hub crowds out the rest; ``truncated`` and ``left_out``
        then tell. What ``per_hop`` or ``per_node`` leaves out is not walked through either: distances behind it may be
        longer than in the whole graph. The same request to the same graph has the same answer.

        :raises NotFoundError: where the graph says nothing of a start.
        """
        return read_back(self._answered(request))

    def _neighbours(self, request: NeighbourRequest) -> dict[str, Any]:
        starts = self.numbers(request.iri)
        scope = Scope(self, request)
        walked = Walk(self, request, scope).run(starts)
        edges, fewer = edges_among(self, walked.nodes, walked.distances, scope, request.limit * EDGES_PER_NODE)
        behind = [node for hop in walked.cut for node, _ in hop.behind]
        return {
            "start": list(dict.fromkeys(request.iri)),
            "depth": request.depth,
            "direction": request.direction,
            "predicates": list(request.predicates),
            "types": list(request.types),
            "modalities": list(request.modalities),
            "limit": request.limit,
            "per_hop": request.per_hop,
            "per_node": request.per_node,
            "unmatched": scope.unmatched,
            **self.teller.told(walked.nodes, edges, walked.distances.tolist()),
            "truncated": bool(walked.cut) or fewer > 0,
            "left_out": told(walked, request, fewer, self.teller.shapes(np.array(behind, dtype=np.int32))),
        }

    def subgraph(self, request: SubgraphRequest) -> dict[str, Any]:
        """Some things and all relations between any two of them (the induced subgraph). Nodes come by IRI.

        :raises NotFoundError: where the graph does not know one of the things.
        """
        return read_back(self._answered(request))

    def _subgraph(self, request: SubgraphRequest) -> dict[str, Any]:
        nodes = np.sort(self.numbers(request.iri))
        scope = Scope(self, request)
        edges, fewer = edges_among(self, nodes, np.zeros(len(nodes), dtype=np.int32), scope, request.most_edges)
        return {
            "predicates": list(request.predicates),
            "modalities": list(request.modalities),
            "unmatched": scope.unmatched,
            **self.teller.told(nodes, edges),
            "truncated": fewer > 0,
            "left_out": {"edges": fewer} if fewer else {},
        }

    def whole(self) -> dict[str, Any]:
        """Every relation and what they connect, in the shape of :meth:`subgraph`. For exports: some kB an edge."""
        edges = np.arange(self.edges, dtype=np.int64)
        nodes = np.union1d(self.source, self.target).astype(np.int32)
        return {**self.told(nodes, edges), "truncated": False, "left_out": {}}

    def paths(self, request: PathRequest) -> dict[str, Any]:
        """How two things hang together: the best paths without loops between them. See :mod:`.paths`.

        :raises NotFoundError: where the graph does not know one of the two.
        """
        return read_back(self._answered(request))

    def common(self, request: CommonRequest) -> dict[str, Any]:
        """What several things are all directly related to, those shared by most first. See :mod:`.common`.

        :raises NotFoundError: where the graph does not know one of the things.
        """
        return read_back(self._answered(request))

    def told(self, nodes: Ints, edges: Places) -> dict[str, Any]:
        """Nodes and edges; both ends of each edge are among the nodes."""
        return read_back(self.teller.told(nodes, edges))


def _same_beginning(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    return sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
