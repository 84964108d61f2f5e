"""What a graph holds, as a short text that changes with it: the stuff of entity tags and of conditional changes.

It depends on nothing but the graph's triples: a change to another graph, a copy of the database, a restart leave it
as it is. Blank nodes count by the names that the store gave them.
"""

from __future__ import annotations

import hashlib
from typing import IO, Final, cast

import pyoxigraph as ox

_BYTES: Final = 16


class _Digest:
    """Takes bytes in the place of a file."""

    def __init__(self) -> None:
        self._hash = hashlib.blake2b(digest_size=_BYTES)

    def write(self, data: bytes) -> int:
        self._hash.update(data)
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def hexdigest(self) -> str:
        return self._hash.hexdigest()


def of_graph(store: ox.Store, graph: ox.NamedNode | ox.DefaultGraph) -> str:
    """The fingerprint of one graph, 32 hexadecimal digits; one that is not there has that of an empty one.

    Reads all of the graph: about a second for each million triples. A store on disk lists them in the order of its keys,
    which come from the terms themselves, so the same triples give the same text in every copy of it.
    """
    digest = _Digest()
    store.dump(cast(IO[bytes], digest), ox.RdfFormat.N_TRIPLES, from_graph=graph)  # it asks for write alone
    return digest.hexdigest()
