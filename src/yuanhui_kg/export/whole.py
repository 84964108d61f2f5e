"""The whole graph for export: all relations and things of the index as columns, block by block."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np

from ..graph import NeighbourIndex
from ..graph.reading import label_pair
from ..graph.rows import Ints, Places, distinct
from ..store import Reader
from .blocks import Block, Column
from .model import Edge, Node, Subgraph, Term, Texts, Years, firmness
from .reading import PERIOD_OF_THING, Details, statements_of

_PIECE: Final = 20_000  # nodes or relations of a block
WHOLE: Final[Texts] = {"zh": "全图", "en": "The whole graph"}


def whole(reader: Reader, index: NeighbourIndex, communities: Mapping[str, int] | None = None) -> Subgraph:
    """The whole graph: all relations and all things. Holds some details of all of it, not the graph."""
    details = Details(reader)
    details.communities = communities or {}
    read = Whole(index, details)
    return Subgraph(
        read.node_blocks,
        read.edge_blocks,
        (len(read.nodes), index.edges),
        title=WHOLE,
        source=details.source(),
        dated=details.dated,
        placed=details.placed,
    )


def things(index: NeighbourIndex) -> Ints:
    """The numbers of all things in the index: what has a relation, and whatever else is of the same classes as that."""
    there = np.zeros(index.nodes, dtype=bool)
    there[index.source] = True
    there[index.target] = True
    first = index.type_rows[:-1]
    typed = first < index.type_rows[1:]
    kinds = np.full(index.nodes, -1, dtype=np.int64)  # the most specific class of each
    kinds[typed] = index.node_types[first[typed]]
    related = np.zeros(len(index.classes), dtype=bool)
    related[kinds[there & typed]] = True
    there[typed] |= related[kinds[typed]]
    return np.flatnonzero(there).astype(np.int32)


class Whole:
    """All relations and things of an index, block by block."""

    def __init__(self, index: NeighbourIndex, details: Details) -> None:
        self._index = index
        self._details = details
        self._teller = index.teller
        self.nodes = things(index)  # their numbers in the index
        predicates = self._teller.shapes(index.predicates)
        self._predicates = [Term.of(predicates[number]) for number in index.predicates.tolist()]

    def node_blocks(self) -> Iterator[Block[Node]]:
        for start in range(0, len(self.nodes), _PIECE):
            yield self._node_block(start, self.nodes[start : start + _PIECE])

    def _node_block(self, start: int, nodes: Ints) -> Block[Node]:
        index, details = self._index, self._details
        iris = index.iris.take(nodes)
        labels = zip(index.zh.take(nodes), index.en.take(nodes), iris, strict=True)

        def told(known: Mapping[str, Any], otherwise: Any) -> Column[Any]:
            return _sparse(iris, known, otherwise)

        return Block(
            len(nodes),
            {
                "number": Column(range(start, start + len(nodes))),
                "iri": Column(iris),
                "label": Column([label_pair(zh, en, "", iri) for zh, en, iri in labels]),
                "type": self._types(nodes),
                "degree": Column(index.degrees(nodes).tolist()),
                "statuses": told(details.statuses, ()),
                "codes": told(details.codes, ()),
                "community": told(details.communities, None),
                "periods": told(details.thing_periods, ()),
                "place": told(details.places, None),
                "start": Column([False], [0] * len(nodes)),
                "position": Column([None], [0] * len(nodes)),
            },
        )

    def _types(self, nodes: Ints) -> Column[Term | None]:
        shapes = self._teller.types(nodes)  # one object for each class
        different = {id(shape): shape for shape in shapes}
        codes = {key: code for code, key in enumerate(different)}
        terms = [Term.of(shape) if shape else None for shape in different.values()]
        return Column(terms, [codes[id(shape)] for shape in shapes])

    def edge_blocks(self) -> Iterator[Block[Edge]]:
        for start in range(0, self._index.edges, _PIECE):
            yield self._edge_block(np.arange(start, min(start + _PIECE, self._index.edges), dtype=np.int64))

    def _edge_block(self, edges: Places) -> Block[Edge]:
        index, count = self._index, len(edges)
        source, target, predicate = index.source[edges], index.target[edges], index.predicate[edges].tolist()
        near = distinct(np.concatenate([source, target]), index.nodes)
        iris = index.iris.take(near)
        hoped = [term.iri in index.prospects for term in self._predicates]
        stated = self._teller.stated(edges)
        details = self._details

        def said(read: Callable[[Mapping[str, Any]], Any], otherwise: Any) -> Column[Any]:
            found = {place: read(one) for place, one in stated.items()}
            return Column.sparse(count, {place: value for place, value in found.items() if value}, otherwise)

        modality = said(lambda one: one["modality"], None)
        kinds = list(zip(modality, map(hoped.__getitem__, predicate), strict=True))
        different = list(dict.fromkeys(kinds))
        places = {kind: place for place, kind in enumerate(different)}
        return Block(
            count,
            {
                "number": Column(range(int(edges[0]), int(edges[0]) + count)),
                "source": Column(iris, np.searchsorted(near, source).tolist()),
                "target": Column(iris, np.searchsorted(near, target).tolist()),
                "ends": Column(list(zip(self._places(source), self._places(target), strict=True))),
                "predicate": Column(self._predicates, predicate),
                "modality": modality,
                "prospect": Column(hoped, predicate),
                "firmness": Column([firmness(*kind) for kind in different], [places[kind] for kind in kinds]),
                "statement": said(lambda one: one["statement"], None),
                "spans": said(details.spans, ()),
                "periods": self._periods(edges, predicate, stated),
                "statements": said(lambda one: tuple(statements_of(one)), ()),
            },
        )

    def _places(self, nodes: Ints) -> list[int]:
        """The numbers of nodes in the export."""
        found: list[int] = np.searchsorted(self.nodes, nodes).tolist()
        return found

    def _periods(
        self, edges: Places, predicate: list[int], stated: Mapping[int, Mapping[str, Any]]
    ) -> Column[tuple[Years, ...]]:
        details, index = self._details, self._index
        found = {place: details.stated_periods(one) for place, one in stated.items()}
        dating = [number for number, term in enumerate(self._predicates) if term.iri in PERIOD_OF_THING]
        dated = np.flatnonzero(np.isin(index.predicate[edges], dating))
        for place, period in zip(dated.tolist(), index.iris.take(index.target[edges[dated]]), strict=True):
            found[place] = details.with_period(found.get(place, ()), self._predicates[predicate[place]].iri, period)
        return Column.sparse(len(edges), {place: periods for place, periods in found.items() if periods}, ())


def _sparse(iris: Sequence[str], known: Mapping[str, Any], otherwise: Any) -> Column[Any]:
    found = {place: known[iri] for place, iri in enumerate(iris) if iri in known} if known else {}
    return Column.sparse(len(iris), found, otherwise)
