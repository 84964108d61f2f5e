"""An index brought up to date with a small change, without reading the whole graph again.

What a change may have touched is read anew: everything that is said of the resources that it names as subjects, and the
statements, spans and selectors behind their relations. That is copied into a small store, the small store is indexed as any
graph is (so that there is one way in which triples are read), and the rows of these resources take the place of the old
ones. The result is what a new index of the whole graph would be; the arrays are laid out anew in one piece.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterable
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyoxigraph as ox

from ..namespaces import YHO
from ..store import StoreReader
from .building import Builder, footing
from .index import NeighbourIndex
from .reading import OA, RDF, RDFS, is_node
from .rows import Flags, Ints, Places, narrowed, row_ends, row_items, row_starts

MOST: Final = 50_000  # quads that are read anew; beyond, the whole graph is
_HIERARCHIES: Final = tuple(ox.NamedNode(RDFS + name) for name in ("subPropertyOf", "subClassOf"))
_SELECTOR: Final = ox.NamedNode(OA + "hasSelector")
_EVIDENCE: Final = ox.NamedNode(YHO.evidence)
_ABOUT: Final = ox.NamedNode(RDF + "subject")


def patched(
    index: NeighbourIndex, store: ox.Store, changed: Iterable[ox.Triple], rule: str = "auto"
) -> NeighbourIndex | None:
    """The index of what ``store`` holds now.

    :param index: of what it held before.
    :param changed: at least all triples that have been added or removed since, in any graph.
    :return: ``None`` where the whole graph has to be read: the change is too large, or touches the hierarchies of
        classes or predicates, on which everything may depend.
    """
    triples = list(changed)
    if any(triple.predicate in _HIERARCHIES for triple in triples):
        return None
    touched = _touched(store, triples)
    small = _copied(store, touched)
    if small is None:
        return None
    names = sorted(str(node)[1:-1] for node in touched if is_node(node))
    return _Merge(index, NeighbourIndex.build(StoreReader(small), rule), names).index()


def _touched(store: ox.Store, triples: list[ox.Triple]) -> set[Any]:
    """The resources of which something is said otherwise than before.

    A relation's row tells of its statements, and these of their spans and selectors: where one of these was changed, the
    relation's subject was. What leads from one to the other is in the store, or was removed and is in the change.
    """
    touched: set[Any] = {triple.subject for triple in triples}
    for predicate in (_SELECTOR, _EVIDENCE):  # selector → span → statement
        for node in list(touched):
            touched |= {quad.subject for quad in store.quads_for_pattern(None, predicate, node, None)}
    for node in list(touched):
        touched |= {quad.object for quad in store.quads_for_pattern(node, _ABOUT, None, None)}
    touched |= {triple.object for triple in triples if triple.predicate == _ABOUT}
    return {node for node in touched if isinstance(node, ox.NamedNode | ox.BlankNode)}


def _copied(store: ox.Store, touched: set[Any]) -> ox.Store | None:
    """All that the rows of ``touched`` are made of; ``None`` where that is too much."""
    small = ox.Store()
    for predicate in _HIERARCHIES:
        small.extend(store.quads_for_pattern(None, predicate, None, None))
    left = MOST
    done: set[Any] = set()

    def copy(nodes: Iterable[Any]) -> None:
        nonlocal left
        for node in nodes:
            if node not in done and left > 0:
                done.add(node)
                quads = list(store.quads_for_pattern(node, None, None, None))
                left -= len(quads)
                small.extend(quads)

    copy(touched)
    copy({quad.subject for node in touched for quad in store.quads_for_pattern(None, _ABOUT, node, None)})
    for predicate in (_EVIDENCE, _SELECTOR):
        found = {quad.object for quad in small.quads_for_pattern(None, predicate, None, None)}
        copy(node for node in found if isinstance(node, ox.NamedNode | ox.BlankNode))
    return small if left > 0 else None


class _Merge:
    """Puts the rows of some resources in the place of the old ones.

    Numbers are, until the end, those of the old index, followed by those of the names that it does not know.

    :param small: an index that has the rows of ``names`` as they are now, and other things, which do not count.
    :param names: the resources.
    """

    def __init__(self, old: NeighbourIndex, small: NeighbourIndex, names: list[str]) -> None:
        self._old = old
        self._small = small
        self._new: list[str] = []
        self._of_small = np.array([self._number(iri) for iri in small.iris], dtype=np.int32)
        replaced = [number for name in names if (number := self._find(name)) is not None]
        self._replaced = np.zeros(old.nodes + len(self._new), dtype=bool)
        self._replaced[replaced] = True

    def _number(self, iri: str) -> int:
        number = self._old.iris.find(iri)
        if number is None:
            self._new.append(iri)  # they come sorted
            return self._old.nodes + len(self._new) - 1
        return number

    def _find(self, iri: str) -> int | None:
        number = self._old.iris.find(iri)
        if number is not None:
            return number
        place = bisect.bisect_left(self._new, iri.encode(), key=str.encode)
        return self._old.nodes + place if self._new[place : place + 1] == [iri] else None

    def index(self) -> NeighbourIndex:
        old, small = self._old, self._small
        kept = ~self._replaced[old.source]
        fresh = self._replaced[self._of_small[small.source]]
        triples = np.concatenate([_triples(old)[kept], self._of_small[_triples(small)[fresh]]])
        types = self._types()
        made = NeighbourIndex()
        final = self._rename(made, self._used(triples, types))
        held = kept[old.statement_edge]
        new = fresh[small.statement_edge]
        keys = np.concatenate(
            [_triples(old)[old.statement_edge[held]], self._of_small[_triples(small)[small.statement_edge[new]]]]
        )
        numbers = Builder.lay_out(made, final[triples], final[keys])
        self._lay_types(made, final[types])
        self._lay_statements(made, np.flatnonzero(held), np.flatnonzero(new), numbers)
        made.subclasses, made.subproperties, made.prospects = old.subclasses, old.subproperties, old.prospects
        made.footing = footing(made)
        return made

    def _types(self) -> Ints:
        """Who is of which class, each one's classes in their order."""
        pairs = [_types_of(self._old), self._of_small[_types_of(self._small)]]
        mine = [~self._replaced[pairs[0][:, 0]], self._replaced[pairs[1][:, 0]]]
        return np.concatenate([of[keep] for of, keep in zip(pairs, mine, strict=True)])

    def _used(self, triples: Ints, types: Ints) -> Flags:
        """Of which names anything is said, or which say it: others are not in an index."""
        used = np.zeros(len(self._replaced), dtype=bool)
        used[: self._old.nodes] = _named(self._old) & ~self._replaced[: self._old.nodes]
        named = self._of_small[_named(self._small)]
        used[named[self._replaced[named]]] = True
        used[triples.ravel()] = True
        used[types.ravel()] = True
        return used

    def _rename(self, made: NeighbourIndex, used: Flags) -> Ints:
        """Give ``made`` its names and labels; the final number of every number here."""
        old = self._old
        gone = np.flatnonzero(~used[: old.nodes] | self._replaced[: old.nodes]).tolist()
        coming = [(old.iris.place(iri), old.nodes + place, iri) for place, iri in enumerate(self._new)]
        coming = [one for one in coming if used[one[1]]]
        again = np.flatnonzero(self._replaced[: old.nodes] & used[: old.nodes]).tolist()
        coming += [(number, number, old.iris[number]) for number in again]
        coming.sort(key=lambda one: (one[0], one[1] < old.nodes, one[1]))
        places, numbers = [one[0] for one in coming], [one[1] for one in coming]
        back = {number: place for place, number in enumerate(self._of_small.tolist())}
        for name, texts in (("zh", self._small.zh), ("en", self._small.en)):
            labels = [texts[back[n]].encode() if n in back and self._replaced[n] else b"" for n in numbers]
            setattr(made, name, getattr(old, name).spliced(gone, places, labels))
        made.iris = old.iris.spliced(gone, places, [one[2].encode() for one in coming])
        return self._final(gone, places, numbers)

    def _final(self, gone: list[int], places: list[int], numbers: list[int]) -> Ints:
        nodes = self._old.nodes
        stays = np.ones(nodes, dtype=bool)
        stays[gone] = False
        kept_before = row_ends(stays.astype(np.int64))
        final = np.full(len(self._replaced), -1, dtype=np.int32)
        came_before = np.searchsorted(np.array(places, dtype=np.int64), np.arange(nodes), side="right")
        final[:nodes] = np.where(stays, kept_before[:-1] + came_before, -1)
        final[numbers] = kept_before[places] + np.arange(len(places))
        return final

    @staticmethod
    def _lay_types(made: NeighbourIndex, types: Ints) -> None:
        types = types[np.argsort(types[:, 0], kind="stable")]
        made.classes, place = np.unique(types[:, 1], return_inverse=True)
        made.node_types = narrowed(place, len(made.classes))
        made.type_rows = row_starts(types[:, 0], made.nodes)

    def _lay_statements(self, made: NeighbourIndex, held: Places, new: Places, numbers: Ints) -> None:
        """The statements ``held`` of the old index and ``new`` of the small one, which are about edges ``numbers``.

        No edge has statements of both, so that each one's stay in their order.
        """
        old, small = self._old, self._small
        edges = numbers[: len(held)]
        at = np.searchsorted(edges, numbers[len(held) :])
        places = np.append(held, len(old.statement_edge))[at]
        made.statement_edge = np.insert(edges, at, numbers[len(held) :])
        made.statement_iris = old.statement_iris.spliced(
            _others(held, len(old.statement_edge)), places.tolist(), small.statement_iris.bytes_at(new)
        )
        codes = [index.statement_modality[of] for index, of in ((old, held), (small, new))]
        said = [
            set(np.array([*i.modalities, ""])[np.unique(c)].tolist()) for i, c in zip((old, small), codes, strict=True)
        ]
        made.modalities = sorted(set().union(*said) - {""})
        recoded = [_recoded(code, i, made) for i, code in zip((old, small), codes, strict=True)]
        made.statement_modality = np.insert(recoded[0], at, recoded[1])
        self._lay_evidence(made, held, new, at, places)

    def _lay_evidence(self, made: NeighbourIndex, held: Places, new: Places, at: Places, places: Places) -> None:
        old, small = self._old, self._small
        counts = np.diff(small.evidence_rows)[new]
        stay, come = (row_items(i.evidence_rows, of)[1] for i, of in ((old, held), (small, new)))
        before = np.repeat(old.evidence_rows[places], counts)
        lengths = np.insert(np.diff(old.evidence_rows)[held], at, counts)
        made.evidence_rows = np.append(0, np.cumsum(lengths)).astype(np.int64)
        made.evidence_iris = old.evidence_iris.spliced(
            _others(stay, len(old.evidence_iris)), before.tolist(), small.evidence_iris.bytes_at(come)
        )
        among = np.searchsorted(stay, before)
        made.evidence_offsets = np.insert(old.evidence_offsets[stay], among, small.evidence_offsets[come], axis=0)


def _others(places: Places, number: int) -> list[int]:
    """All from 0 up to ``number`` but ``places``."""
    others = np.ones(number, dtype=bool)
    others[places] = False
    return np.flatnonzero(others).tolist()


def _recoded(codes: Ints, index: NeighbourIndex, made: NeighbourIndex) -> Ints:
    """Places in the modalities of ``made`` instead of those of ``index``."""
    code_of = {name: code for code, name in enumerate(made.modalities)}
    return np.array([*(code_of.get(name, -1) for name in index.modalities), -1], dtype=np.int32)[codes]


def _triples(index: NeighbourIndex) -> Ints:
    return np.stack([index.source, index.predicates[index.predicate], index.target], axis=1).astype(np.int32)


def _types_of(index: NeighbourIndex) -> Ints:
    owners, places = row_items(index.type_rows, np.arange(index.nodes))
    return np.stack([owners, index.classes[index.node_types[places]]], axis=1).astype(np.int32)


def _named(index: NeighbourIndex) -> npt.NDArray[np.bool_]:
    """Which resources have a label."""
    return index.zh.filled | index.en.filled
