"""What a draft consists of: its documents, the nodes that are theirs, the things that it names, what it shares with others."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from ..errors import DataError
from ..graph.reading import RDF, RDFS, SCHEMA, SKOS
from ..namespaces import PREFIXES, YH, YHO
from ..store import check_nesting, opened, rdf_format

Term = ox.NamedNode | ox.Literal
Said = dict[str, list[Term]]  # predicate → objects

MOST_TRIPLES: Final = 2_000_000  #: A draft of a text of the greatest length that is read has a tenth of this.
TYPE: Final = RDF + "type"
_SHA256: Final = SCHEMA + "sha256"
_TEXT: Final = SCHEMA + "TextObject"
_DIGEST: Final = re.compile("[0-9a-f]{64}")
_LOCAL: Final = re.compile("[a-z0-9]+(?:-[a-z0-9]+)*")  # as the shapes ask of a thing's name
_SHARED: Final = (YHO.Period, SKOS + "Concept")


@dataclass(frozen=True)
class Document:
    """A text that a draft is made from; all names of its spans, mentions, statements and figures begin with ``id``."""

    id: str
    iri: str
    sha256: str


@dataclass(frozen=True)
class DraftGraph:
    """A draft by its parts. ``entities`` are things that have a name of their own, ``shared`` periods and concepts."""

    said: Mapping[str, Said]
    documents: tuple[Document, ...]
    entities: tuple[str, ...]
    shared: tuple[str, ...]

    def objects(self, subject: str, predicate: str) -> list[Term]:
        return self.said.get(subject, {}).get(predicate, [])

    def texts(self, subject: str, predicate: str, language: str) -> list[str]:
        """The literals of a property in a language."""
        found = self.objects(subject, predicate)
        return [o.value for o in found if isinstance(o, ox.Literal) and o.language == language]

    @cached_property
    def _owners(self) -> frozenset[str]:
        return frozenset(document.id for document in self.documents)

    def is_own(self, iri: str) -> bool:
        """Whether a node belongs to one of the draft's documents."""
        return _is_own(iri, self._owners)


def _is_own(iri: str, owners: Container[str]) -> bool:
    """Whether the name of a node begins with that of a document, and a hyphen."""
    words = iri.removeprefix(str(YH)).split("-")
    return iri.startswith(str(YH)) and any(begin in owners for begin in accumulate(words[:-1], "{}-{}".format))


def read(path: Path) -> list[ox.Triple]:
    """The triples of a draft's file, in any RDF syntax of one graph.

    :raises DataError: naming file and line, where it cannot be read, has nodes without a name or named graphs, or is too large.
    """
    found: list[ox.Triple] = []
    check_nesting(path, rdf_format(path))
    with opened(path) as stream:
        try:
            for quad in ox.parse(stream, format=rdf_format(path), base_iri=path.resolve().as_uri()):
                if len(found) >= MOST_TRIPLES:
                    raise DataError(f"{path} has more than {MOST_TRIPLES:,} triples.", "Merge one text after another.")
                found.append(_triple(path, quad))
        except SyntaxError as error:
            where = f", line {error.lineno}" if error.lineno else ""
            raise DataError(f"{path}{where}: {error.msg}.", "Correct the draft; nothing of it was merged.") from None
    return found


def _triple(path: Path, quad: ox.Quad) -> ox.Triple:
    if not isinstance(quad.graph_name, ox.DefaultGraph):
        raise DataError(f"{path} has the named graph {quad.graph_name}.", "A draft is one graph without a name.")
    if not isinstance(quad.subject, ox.NamedNode) or not isinstance(quad.object, ox.NamedNode | ox.Literal):
        raise DataError(f"{path}: {quad.triple} has a node without a name.", "Give every node of a draft an IRI.")
    return quad.triple


def parts(triples: Iterable[ox.Triple], classes: Mapping[str, frozenset[str]]) -> DraftGraph:
    """The parts of a draft.

    :param classes: each class of the ontology with all above it.
    :raises DataError: where it names no text, or says something of what is neither its own nor a thing that it names.
    """
    said: dict[str, Said] = defaultdict(lambda: defaultdict(list))
    for triple in dict.fromkeys(triples):
        assert isinstance(triple.subject, ox.NamedNode)  # noqa: S101 -- as read() gives them
        assert isinstance(triple.object, ox.NamedNode | ox.Literal)  # noqa: S101
        said[triple.subject.value][triple.predicate.value].append(triple.object)
    documents = tuple(_documents(said))
    owners = frozenset(document.id for document in documents)
    entities, shared = [], []
    for subject, facts in said.items():
        if _is_own(subject, owners):
            continue
        for predicate in facts:
            if predicate.startswith((PREFIXES["owl"], RDFS)):
                raise DataError(
                    f"The draft says what {subject} means ({predicate}).",
                    "A draft adds facts; identity and meaning are stated where things and terms are kept.",
                )
        kinds = {o.value for o in facts.get(TYPE, ()) if isinstance(o, ox.NamedNode)}
        if _is_named(subject) and any(YHO.Entity in classes.get(kind, ()) or kind == YHO.Entity for kind in kinds):
            entities.append(subject)
        elif subject.startswith(YH) and kinds.intersection(_SHARED):
            shared.append(subject)
        elif _is_named(subject) and not kinds:
            entities.append(subject)  # of a thing that only the graph has, the draft says more
        else:
            raise DataError(
                f"The draft says something of {subject}, which is neither of its text nor a thing that it names.",
                "A draft adds facts; terms, and other people's things, are changed where they are kept.",
            )
    return DraftGraph(said, documents, tuple(sorted(entities)), tuple(sorted(shared)))


def _is_named(iri: str) -> bool:
    return iri.startswith(YH) and _LOCAL.fullmatch(iri[len(YH) :]) is not None


def _documents(said: Mapping[str, Said]) -> Iterable[Document]:
    found = 0
    for subject, facts in said.items():
        if ox.NamedNode(_TEXT) not in facts.get(TYPE, ()):
            continue
        local = subject.removeprefix(str(YH))
        digests = [o.value for o in facts.get(_SHA256, ())]
        if local == subject or not local.endswith("-text") or not _LOCAL.fullmatch(local):
            raise DataError(f"The draft's text is {subject}, which is no name for one.", "It ends in -text, below yh:.")
        if len(digests) != 1 or not _DIGEST.fullmatch(digests[0]):
            raise DataError(f"The draft's text {subject} has no digest.", "Give its schema:sha256, as extract does.")
        found += 1
        yield Document(local.removesuffix("-text"), subject, digests[0])
    if not found:
        raise DataError("The draft names no text that it is made from.", "Merge what yuanhui-kg extract has written.")
