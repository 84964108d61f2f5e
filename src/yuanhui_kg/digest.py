"""A digest of what is said of one resource, the same in every copy of the graph and in every order of its triples.

What is digested are the resource's *own triples*: those whose subject it is, in the default graph or in any named
graph, each once and without the graph's name; and, where such a triple ends in a blank node, the triples of that
blank node, and so on. They are canonicalised with RDFC-1.0 (https://www.w3.org/TR/rdf-canon/) and written as its
canonical N-Quads, in code point order; the digest is the SHA-256 of these bytes. Where every node has a name, as in
the data that come with this package, that is: canonical N-Quads lines, sorted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import pyoxigraph as ox

from .errors import DataError
from .graph.facts import Facts

CANONICALIZATION: Final = "RDFC-1.0"
MAX_BLANK_NODES: Final = 7  # RDFC-1.0 takes exponential time in blank nodes that look alike: a quarter second here


@dataclass(frozen=True)
class Digest:
    """SHA-256 (hexadecimal) of the canonical N-Quads of ``triples`` triples."""

    sha256: str
    triples: int

    def as_dict(self) -> dict[str, Any]:
        return {"sha256": self.sha256, "canonicalization": CANONICALIZATION, "triples": self.triples}


def own_triples(facts: Facts, resource: ox.NamedNode) -> set[ox.Triple]:
    """The triples that the digest of a resource covers.

    :raises DataError: where more than :data:`MAX_BLANK_NODES` blank nodes hang on it.
    """
    waiting: list[Any] = [resource]
    done: set[Any] = set()
    triples: set[ox.Triple] = set()
    while waiting:
        subject = waiting.pop()
        if subject in done:
            continue
        done.add(subject)
        for predicate, objects in facts.about(subject).items():
            triples.update(ox.Triple(subject, ox.NamedNode(predicate), o) for o in objects)
            waiting += (o for o in objects if isinstance(o, ox.BlankNode))
        if len(done) > MAX_BLANK_NODES + 1:
            raise DataError(
                f"{resource.value} has more than {MAX_BLANK_NODES} nodes without a name; no digest is made of it.",
                "Give its parts IRIs.",
            )
    return triples


def canonical(triples: Iterable[ox.Triple]) -> bytes:
    """The canonical N-Quads (RDFC-1.0) of a graph."""
    graph = ox.Dataset(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
    graph.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    written = ox.serialize(graph, format=ox.RdfFormat.N_QUADS) or b""
    # Line ends inside literals are escaped; UTF-8 sorts as its code points do.
    return b"".join(sorted(written.splitlines(keepends=True)))


def digest(facts: Facts, resource: ox.NamedNode) -> Digest | None:
    """The digest of a resource; ``None`` where it is the subject of nothing. Raises :class:`DataError`."""
    triples = own_triples(facts, resource)
    return Digest(hashlib.sha256(canonical(triples)).hexdigest(), len(triples)) if triples else None


def digest_or_none(facts: Facts, resource: ox.NamedNode) -> Digest | None:
    """As :func:`digest`, ``None`` as well where it cannot be made."""
    try:
        return digest(facts, resource)
    except DataError:
        return None
