"""Nodes and edges of the index as JSON: the one shape in which every graph question is answered.

It is written as text at once, from the bytes in which the index keeps names: an answer of a million relations would be
a dozen million Python objects else, which take ten times as long as the walk that found them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ..namespaces import YH
from ..terms import id_of, readable_name
from .reading import uncollected
from .rows import Ints, Places, row_items
from .strings import FEW, Strings

if TYPE_CHECKING:
    from .index import NeighbourIndex

_written: Final = json.JSONEncoder(ensure_ascii=False).encode  # json.dumps would make one of these each time
_HOME: Final = str(YH).encode()
_LOCAL: Final = re.compile(
    rb"[A-Za-z0-9](?:[A-Za-z0-9_.\-]*[A-Za-z0-9_\-])?"
)  # the local names that need no closer look
_ESCAPED: Final = bytes([*range(0x20), *b'"\\'])  # what does not stand for itself in a JSON string
_FAR: Final[dict[int | None, bytes]] = {None: b"null", **{distance: b"%d" % distance for distance in range(128)}}
_SAID_NOTHING: Final = b'"modality": null, "evidence": [], "statement": null}'


class Json:
    """A value that is written already, in pieces that are joined once, when the whole answer is."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self.pieces = pieces


def serialized(answer: Mapping[str, Any]) -> bytes:
    """An answer as JSON in UTF-8, as ``json.dumps`` writes it. Values may be :class:`Json`, which can be written once."""
    pieces: list[Iterable[bytes]] = []
    plain: dict[str, Any] = {}  # what comes next and is written together

    def flush() -> None:
        if plain:
            pieces.append((b", " if pieces else b"{", _written(plain)[1:-1].encode()))
            plain.clear()

    for name, value in answer.items():
        if isinstance(value, Json):
            flush()
            pieces.append((b", " if pieces else b"{", _written(name).encode(), b": "))
            pieces.append(value.pieces)
        else:
            plain[name] = value
    flush()
    return b"".join(chain(*pieces, (b"}",) if pieces else (b"{}",)))


def read_back(answer: Mapping[str, Any]) -> dict[str, Any]:
    """An answer as Python objects."""
    with uncollected():
        found: dict[str, Any] = json.loads(serialized(answer))
    return found


class Teller:
    """Writes names, types, statements and evidence out of an index. Remembers what it has written of the few kinds."""

    def __init__(self, index: NeighbourIndex) -> None:
        self._index = index
        self._kinds: dict[int, bytes] = {-1: b"null"}  # by number of a predicate or class; -1 is none
        self._prospects = {index.iris.find(iri) for iri in index.prospects}

    def told(self, nodes: Ints, edges: Places, distances: Sequence[int | None] | None = None) -> dict[str, Any]:
        """``nodes``, ``edges`` (both as :class:`Json`) and ``counts``; both ends of each edge are among the nodes."""
        iris = _quotable(self._index.iris, nodes)
        return {
            "nodes": self._nodes(nodes, iris, repeat(None) if distances is None else distances),
            "edges": self._edges(edges, dict(zip(nodes.tolist(), iris, strict=True))),
            "counts": {"nodes": len(nodes), "edges": len(edges)},
        }

    def shapes(self, numbers: Ints) -> dict[int, dict[str, Any]]:
        """IRI, id and labels of nodes, predicates or classes, by number."""
        if not len(numbers):
            return {}
        things = self._things(numbers, _quotable(self._index.iris, numbers))
        with uncollected():
            read = json.loads(b"[{%b}]" % b"}, {".join(things))
        return dict(zip(numbers.tolist(), read, strict=True))

    def types(self, nodes: Ints) -> list[dict[str, Any] | None]:
        """The most specific class of each node, if it has any."""
        classes = self._classes(nodes)
        kinds = self.shapes(np.unique(classes[classes >= 0]))
        return [kinds.get(kind) for kind in classes.tolist()]

    def stated(self, edges: Places) -> dict[int, dict[str, Any]]:
        """What the statements on some edges say, by place among the edges; those without a statement are left out."""
        said = dict(self._stated(edges))
        with uncollected():
            read = json.loads(b"[%b]" % b", ".join(b"{" + text for text in said.values()))
        return dict(zip(said, read, strict=True))

    def _classes(self, nodes: Ints) -> Ints:
        """The number of each node's most specific class, -1 where it has none."""
        index = self._index
        if len(nodes) <= FEW:
            rows, kinds = index.type_rows, index.node_types
            first_kinds = [kinds[rows[node]] if rows[node] < rows[node + 1] else None for node in nodes.tolist()]
            return np.array([-1 if kind is None else index.classes[kind] for kind in first_kinds], dtype=np.int32)
        first = index.type_rows[nodes]
        typed = np.flatnonzero(first < index.type_rows[nodes + 1])
        classes = np.full(len(nodes), -1, dtype=np.int32)
        classes[typed] = index.classes[index.node_types[first[typed]]]
        return classes

    def _things(self, numbers: Ints, iris: Sequence[bytes]) -> list[bytes]:
        """What :meth:`shapes` tells, as the inside of a JSON object."""
        rows = zip(iris, *self._names(numbers, iris), strict=True)
        return [b'"iri": "%b", "id": "%b", "label": {"zh": "%b", "en": "%b"}' % row for row in rows]

    def _names(self, numbers: Ints, iris: Sequence[bytes]) -> tuple[list[bytes], list[bytes], list[bytes]]:
        """Ids, Chinese and English labels, each language standing in for the other as in :func:`.label_pair`."""
        zh, en = (_quotable(labels, numbers) for labels in (self._index.zh, self._index.en))
        if not (all(zh) and all(en)):
            rows = list(zip(iris, zh, en, strict=True))
            zh = [first or second or _last(iri) for iri, first, second in rows]
            en = [second or first or _last(iri) for iri, first, second in rows]
        return list(map(_id, iris)), zh, en

    def _nodes(self, nodes: Ints, iris: Sequence[bytes], distances: Iterable[int | None]) -> Json:
        """Nodes with type, distance and degree: the last two and the class are one piece, which many have in common."""
        classes = self._classes(nodes)
        kinds = self._written(classes)
        rests = list(zip(classes.tolist(), distances, self._index.degrees(nodes).tolist(), strict=False))
        rest_of = {
            rest: b'"}, "type": %b, "distance": %b, "degree": %d}' % (kinds[rest[0]], _FAR[rest[1]], rest[2])
            for rest in set(rests)
        }
        ids, zh, en = self._names(nodes, iris)
        return _array(
            *(b', {"iri": "', iris, b'", "id": "', ids, b'", "label": {"zh": "', zh, b'", "en": "', en),
            map(rest_of.__getitem__, rests),
        )

    def _written(self, numbers: Ints) -> Mapping[int, bytes]:
        """Predicates or classes as JSON, by number; ``numbers`` at least, and ``null`` for -1."""
        unknown = set(numbers.tolist()) - self._kinds.keys()
        if unknown:
            new = np.array(sorted(unknown), dtype=np.int32)
            things = self._things(new, _quotable(self._index.iris, new))
            self._kinds |= {number: b"{%b}" % thing for number, thing in zip(new.tolist(), things, strict=True)}
        return self._kinds

    def _edges(self, edges: Places, iris: Mapping[int, bytes]) -> Json:
        """Edges with predicate, modality and evidence. ``iris`` holds both ends of each.

        Each is four pieces that it mostly shares with others: its source, its target, its predicate with all the rest.
        """
        index = self._index
        numbers = index.predicates[index.predicate[edges]]
        kind_of = numbers.tolist()
        written = self._written(numbers)
        prospects = self._prospects
        kinds = {
            kind: b'", "predicate": %b, "prospect": %b, ' % (written[kind], b"true" if kind in prospects else b"false")
            for kind in set(kind_of)
        }
        whole = {kind: text + _SAID_NOTHING for kind, text in kinds.items()}
        sources = {node: b', {"source": "%b", "target": "' % iri for node, iri in iris.items()}
        ends = list(map(whole.__getitem__, kind_of))
        for place, said in self._stated(edges):
            ends[place] = kinds[kind_of[place]] + said
        starts = map(sources.__getitem__, index.source[edges].tolist())
        return _array(starts, map(iris.__getitem__, index.target[edges].tolist()), ends)

    def _stated(self, edges: Places) -> Iterator[tuple[int, bytes]]:
        """What the statements on some edges say, as the last part of each edge, with its place among the edges."""
        index = self._index
        wanted = edges.astype(index.statement_edge.dtype)  # else all of the other would be converted
        first = np.searchsorted(index.statement_edge, wanted)
        last = np.searchsorted(index.statement_edge, wanted, side="right")
        said = np.flatnonzero(first < last)
        if not len(said):
            return
        counts = last[said] - first[said]
        numbers = np.repeat(first[said] - np.cumsum(counts) + counts, counts) + np.arange(counts.sum())
        names = [b'"%b"' % name if name else b"null" for name in _quotable(index.statement_iris, numbers)]
        modalities = {-1: b"null", **{code: _written(name).encode() for code, name in enumerate(index.modalities)}}
        codes = map(modalities.__getitem__, index.statement_modality[numbers].tolist())
        rows = zip(names, codes, self._evidence(numbers), strict=True)
        for place, count in zip(said.tolist(), counts.tolist(), strict=True):
            if count == 1:
                name, modality, evidence = next(rows)
                yield place, b'"modality": %b, "evidence": [%b], "statement": %b}' % (modality, evidence, name)
            else:
                yield place, _several([next(rows) for _ in range(count)])

    def _evidence(self, statements: Places) -> list[bytes]:
        """The spans of some statements, each statement's as the inside of a JSON array."""
        index = self._index
        owners, places = row_items(index.evidence_rows, statements)
        found: list[list[bytes]] = [[] for _ in statements]
        rows = zip(
            owners.tolist(),
            _quotable(index.evidence_iris, places),
            index.evidence_offsets[places].tolist(),
            strict=True,
        )
        for owner, iri, (start, end) in rows:
            name = b'"%b"' % iri if iri else b"null"
            found[owner].append(b'{"iri": %b, "start": %b, "end": %b}' % (name, _offset(start), _offset(end)))
        return [b", ".join(spans) for spans in found]


def _several(statements: Sequence[tuple[bytes, bytes, bytes]]) -> bytes:
    """As one statement's, with the evidence of all and the list of them."""
    name, modality, _ = statements[0]
    evidence = b", ".join(spans for *_, spans in statements if spans)
    each = b", ".join(b'{"statement": %b, "modality": %b}' % (name, modality) for name, modality, _ in statements)
    return b'"modality": %b, "evidence": [%b], "statement": %b, "statements": [%b]}' % (modality, evidence, name, each)


def _offset(number: int) -> bytes:
    return b"%d" % number if number >= 0 else b"null"


def _array(*columns: Iterable[bytes] | bytes) -> Json:
    """The items of a JSON array, each in as many pieces as there are columns; the first begins with a comma and a blank."""
    rows = zip(*(repeat(column) if isinstance(column, bytes) else column for column in columns), strict=False)
    pieces = list(chain.from_iterable(rows))
    if pieces:
        pieces[0] = pieces[0][2:]
    return Json(chain((b"[",), pieces, (b"]",)))


def _quotable(strings: Strings, numbers: Ints | Places) -> list[bytes]:
    """Strings as they stand between the quotes of JSON."""
    found = strings.bytes_at(numbers)
    together = b"".join(found)
    if len(together.translate(None, _ESCAPED)) == len(together):  # nearly always
        return found
    return [_written(text.decode())[1:-1].encode() for text in found]


def _id(iri: bytes) -> bytes:
    """:func:`id_of`, of an IRI as it stands between quotes."""
    if iri.startswith(_HOME) and _LOCAL.fullmatch(iri, len(_HOME)):
        return iri[len(_HOME) :]
    if b"\\" in iri:
        return _written(id_of(json.loads(b'"%b"' % iri)))[1:-1].encode()
    return id_of(iri.decode()).encode()


def _last(iri: bytes) -> bytes:
    """:func:`readable_name`, of an IRI as it stands between quotes."""
    return _written(readable_name(iri.decode()))[1:-1].encode()
