"""SHACL: does a graph hold what the shapes ask of it?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyoxigraph as ox
from rdflib import RDF, SH, XSD, BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from .errors import DataError
from .store import load_file


@dataclass(frozen=True, order=True)
class Violation:
    """One thing that a shape found wrong. Terms are in N-Triples syntax, or empty where there is none; ``path`` is as in SPARQL."""

    focus: str
    path: str
    message: str
    value: str
    severity: str
    shape: str


@dataclass(frozen=True)
class Report:
    """The outcome; ``violations`` are sorted, ``graph`` is the SHACL validation report."""

    conforms: bool
    violations: tuple[Violation, ...]
    graph: Graph


def validate(data: Graph, shapes: Graph) -> Report:
    """Validate ``data``, which holds the ontology's class hierarchy too where shapes rely on it, with ``shapes``.

    Raises :class:`DataError` where the shapes are themselves malformed.
    """
    import pyshacl
    from pyshacl.errors import ReportableRuntimeError, ShapeLoadError

    try:
        conforms, report, _ = pyshacl.validate(
            data, shacl_graph=shapes, inference="none", meta_shacl=False, inplace=True
        )
    except (ReportableRuntimeError, ShapeLoadError) as error:
        raise DataError(f"The shapes cannot be used: {error}.", "Correct the shapes graph.") from None
    return Report(conforms, tuple(sorted(_violations(report))), report)


def graph_of_files(files: Iterable[Path]) -> Graph:
    """The triples of RDF files as one graph, whatever named graphs they stand in.

    Raises :class:`DataError` naming file and line.
    """
    store = ox.Store()
    for path in files:
        load_file(store, path)
    return graph_of_store(store, union=True)


def graph_of_store(store: ox.Store, *, union: bool = False) -> Graph:
    """The default graph of a store; with ``union`` the named graphs too. Triple terms (RDF 1.2) are left out: SHACL knows none."""
    graph = Graph()
    for quad in store.quads_for_pattern(None, None, None, None if union else ox.DefaultGraph()):
        subject, object = quad.subject, quad.object
        if not isinstance(subject, ox.Triple) and not isinstance(object, ox.Triple):
            graph.add((_rdflib(subject), URIRef(quad.predicate.value), _rdflib(object)))
    return graph


def _rdflib(term: ox.NamedNode | ox.BlankNode | ox.Literal) -> Node:
    """A term as rdflib has it; through text, its parser takes minutes for a long literal."""
    if isinstance(term, ox.NamedNode):
        return URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return BNode(term.value)
    if term.language or term.datatype.value == XSD.string.toPython():
        return Literal(term.value, lang=term.language)
    return Literal(term.value, datatype=URIRef(term.datatype.value))


def _violations(report: Graph) -> Iterator[Violation]:
    for result in report.subjects(RDF.type, SH.ValidationResult):
        yield Violation(
            focus=_term(report, result, SH.focusNode),
            path=_path(report, report.value(result, SH.resultPath)),
            message=" ".join(sorted(str(m) for m in report.objects(result, SH.resultMessage))),
            value=_term(report, result, SH.value),
            severity=_term(report, result, SH.resultSeverity),
            shape=_term(report, result, SH.sourceShape),
        )


_REPEATED: Final = {SH.zeroOrMorePath: "*", SH.oneOrMorePath: "+", SH.zeroOrOnePath: "?"}
#: How tightly SPARQL binds what makes a path, the loosest first.
_ALTERNATIVE, _SEQUENCE, _INVERSE, _REPEATING, _ONE = range(5)


def _path(graph: Graph, node: Node | None, bound: int = _ALTERNATIVE) -> str:
    """A path of SHACL (2.3.1) as a property path of SPARQL, in brackets where it is less tightly ``bound`` than asked for."""
    if node is None:
        return ""
    path, own = _unbracketed(graph, node)
    return path if own >= bound else f"({path})"


def _unbracketed(graph: Graph, node: Node) -> tuple[str, int]:
    if not isinstance(node, BNode):
        return node.n3(), _ONE
    if (inverse := graph.value(node, SH.inversePath)) is not None:
        return f"^{_path(graph, inverse, _REPEATING)}", _INVERSE
    for predicate, sign in _REPEATED.items():
        if (repeated := graph.value(node, predicate)) is not None:
            return f"{_path(graph, repeated, _ONE)}{sign}", _REPEATING
    if (alternatives := graph.value(node, SH.alternativePath)) is not None:
        return "|".join(_path(graph, part, _SEQUENCE) for part in Collection(graph, alternatives)), _ALTERNATIVE
    return "/".join(_path(graph, part, _INVERSE) for part in Collection(graph, node)), _SEQUENCE


def _term(report: Graph, result: Node, predicate: URIRef) -> str:
    node = report.value(result, predicate)
    return "" if node is None else node.n3()
