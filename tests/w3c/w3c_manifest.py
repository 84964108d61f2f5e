"""The W3C's SPARQL test suites as they describe themselves: manifests in, tests out.

Both layouts are read: the one that rdflib's source distribution carries (``dawg-data-r2``, ``sparql11``), and that of
the repository of the suites (``sparql/sparql10``, ``sparql11``, ``sparql12``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyoxigraph as ox

_MF: Final = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
_QT: Final = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
_UT: Final = "http://www.w3.org/2009/sparql/tests/test-update#"
_DAWG: Final = "http://www.w3.org/2001/sw/DataAccess/tests/test-dawg#"
_RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_LABEL: Final = "http://www.w3.org/2000/01/rdf-schema#label"

#: Folder of a suite, the address under which it is published, its manifests. Tests name graphs by these addresses. The
#: repository's tops include different parts in different years, its parts have always had a manifest each.
_LAYOUTS: Final = (
    (
        "dawg-data-r2",
        "http://www.w3.org/2001/sw/DataAccess/tests/data-r2/",
        ("manifest-evaluation.ttl", "manifest-syntax.ttl"),
    ),
    ("sparql11", "http://www.w3.org/2009/sparql/docs/tests/data-sparql11/", ("manifest-all.ttl",)),
    ("sparql/sparql10", "https://w3c.github.io/rdf-tests/sparql/sparql10/", ("*/manifest.ttl",)),
    ("sparql/sparql11", "https://w3c.github.io/rdf-tests/sparql/sparql11/", ("*/manifest.ttl",)),
    ("sparql/sparql12", "https://w3c.github.io/rdf-tests/sparql/sparql12/", ("*/manifest.ttl",)),
)

#: Groups that test what no server here claims to do, or that no file describes for a machine.
LEFT_OUT: Final = {
    "entailment": "entailment regimes other than the simple one are claimed by no server here",
    "http-rdf-update": "described in prose; see tests/service/test_protocol.py",
    "protocol": "described in prose; see tests/service/test_protocol.py",
    "service-description": "described in prose; see tests/service/test_sparql.py",
}


@dataclass(frozen=True)
class Dataset:
    """Files to put into the default graph and into named graphs; all as IRIs of the published suite."""

    default: tuple[str, ...] = ()
    named: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Case:
    """One test.

    :param kind: the local name of its type in the manifest's vocabulary.
    :param action: IRI of the query's or update's text.
    :param result: IRI of the expected answer; for an update see ``after``.
    :param services: endpoints that the query calls, each with its data.
    :param lax: whether solutions may be given less often than expected (REDUCED).
    """

    iri: str
    suite: str
    group: str
    name: str
    kind: str
    action: str
    data: Dataset = Dataset()
    result: str = ""
    after: Dataset = Dataset()
    services: tuple[tuple[str, str], ...] = ()
    lax: bool = False

    @property
    def id(self) -> str:
        """A short name that stays the same wherever the suite lies."""
        return f"{self.suite}/{self.group}/{self.iri.rpartition('#')[2] or self.iri.rpartition('/')[2]}"

    @property
    def is_update(self) -> bool:
        return "Update" in self.kind


class Suites:
    """The suites below a folder.

    :param folder: holds the folders of one of the layouts.
    """

    def __init__(self, folder: Path) -> None:
        self._bases = {base: folder / name for name, base, _ in _LAYOUTS if (folder / name).is_dir()}
        self._manifests = [
            (name.rpartition("/")[2], base + path.relative_to(folder / name).as_posix())
            for name, base, manifests in _LAYOUTS
            for pattern in manifests
            for path in sorted((folder / name).glob(pattern))
        ]

    def path(self, iri: str) -> Path:
        """Where the file is that is published as ``iri``. Raises :class:`LookupError`."""
        for base, folder in self._bases.items():
            if iri.startswith(base):
                return folder / iri.removeprefix(base)
        raise LookupError(iri)

    def cases(self) -> Iterator[Case]:
        """All tests that the W3C did not withdraw, in the order of the manifests."""
        for suite, manifest in self._manifests:
            yield from self._cases(suite, manifest)

    def _cases(self, suite: str, manifest: str) -> Iterator[Case]:
        graph = _Graph(self.path(manifest), manifest)
        for head in graph.objects(ox.NamedNode(_published(manifest, graph)), _MF + "include"):
            for included in graph.items(head):
                yield from self._cases(suite, included.value)
        group = manifest.split("/")[-2]
        for head in graph.objects(None, _MF + "entries"):
            for node in graph.items(head):
                case = _case(graph, node, suite, group)
                if case is not None:
                    yield case


def _published(manifest: str, graph: _Graph) -> str:
    """The subject of a manifest's ``mf:include``: its address, whatever base it gives itself."""
    return next((s.value for s in graph.subjects(_MF + "include")), manifest)


class _Graph:
    """The triples of one manifest, and the few ways in which they are walked."""

    def __init__(self, path: Path, base: str) -> None:
        self._triples: dict[tuple[object, str], list[ox.NamedNode | ox.BlankNode | ox.Literal]] = {}
        with path.open("rb") as file:
            for quad in ox.parse(file, ox.RdfFormat.TURTLE, base_iri=base):
                self._triples.setdefault((quad.subject, quad.predicate.value), []).append(quad.object)

    def subjects(self, predicate: str) -> Iterator[ox.NamedNode]:
        return (s for s, p in self._triples if p == predicate and isinstance(s, ox.NamedNode))

    def objects(self, subject: object | None, predicate: str) -> list[ox.NamedNode | ox.BlankNode | ox.Literal]:
        if subject is None:
            return [found for (_, p), objects in self._triples.items() if p == predicate for found in objects]
        return self._triples.get((subject, predicate), [])

    def value(self, subject: object, predicate: str) -> str:
        """The one object's text, empty where there is none."""
        found = self.objects(subject, predicate)
        return found[0].value if found else ""

    def items(self, head: object) -> Iterator[ox.NamedNode]:
        """The members of an RDF list."""
        while head != ox.NamedNode(_RDF + "nil"):
            yield from self.objects(head, _RDF + "first")  # type: ignore[misc]
            head = self.objects(head, _RDF + "rest")[0]


def _case(graph: _Graph, node: ox.NamedNode, suite: str, group: str) -> Case | None:
    """The test that ``node`` describes; ``None`` for one that was withdrawn."""
    if _DAWG + "Withdrawn" in [found.value for found in graph.objects(node, _DAWG + "approval")]:
        return None
    kinds = [found.value.rpartition("#")[2] for found in graph.objects(node, _RDF + "type")]
    kind = next((kind for kind in kinds if kind.endswith(("Test", "Test11", "Test12"))), kinds[0] if kinds else "")
    found = graph.objects(node, _MF + "action")
    action = found[0] if found else ox.Literal("")
    results = graph.objects(node, _MF + "result")
    result = results[0] if results else ox.Literal("")
    text = action.value
    if isinstance(action, ox.BlankNode):
        text = graph.value(action, _QT + "query") or graph.value(action, _UT + "request")
    return Case(
        iri=node.value,
        suite=suite,
        group=group,
        name=graph.value(node, _MF + "name"),
        kind=kind,
        action=text,
        data=_dataset(graph, action),
        result=result.value if isinstance(result, ox.NamedNode) else "",
        after=_dataset(graph, result),
        services=tuple(_services(graph, action)),
        lax=graph.value(node, _MF + "resultCardinality").endswith("LaxCardinality"),
    )


def _dataset(graph: _Graph, node: object) -> Dataset:
    default = [found.value for name in (_QT, _UT) for found in graph.objects(node, name + "data")]
    named = []
    for prefix in (_QT, _UT):
        for found in graph.objects(node, prefix + "graphData"):
            file = found.value
            if isinstance(found, ox.BlankNode):
                file = graph.value(found, prefix + "graph") or graph.value(found, prefix + "data")
            named.append((graph.value(found, _LABEL) or file, file))
    return Dataset(tuple(default), tuple(named))


def _services(graph: _Graph, action: object) -> Iterator[tuple[str, str]]:
    for service in graph.objects(action, _QT + "serviceData"):
        yield graph.value(service, _QT + "endpoint"), graph.value(service, _QT + "data")
