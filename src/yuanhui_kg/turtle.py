"""Turtle for people and for version control: one fixed order, one predicate a line.

The same graph always gives the same text, and a changed fact changes only its own lines. Subjects stand by kind (what
the graph is about first, then what is said of it, then where it is said), inside a kind in natural order of their
names (``span-99-103`` before ``span-103-108``). Nodes without a name have no stable order, so they are refused.
"""

from __future__ import annotations

import codecs
import io
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import pyoxigraph as ox

from . import nesting
from .errors import DataError
from .namespaces import PREFIXES

RDF_TYPE: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_XSD: Final = "http://www.w3.org/2001/XMLSchema#"

_LOCAL: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_\-]*")
#: Literals that Turtle writes without quotation marks, by datatype.
_PLAIN: Final = {
    _XSD + "integer": re.compile(r"[+-]?\d+"),
    _XSD + "decimal": re.compile(r"[+-]?\d*\.\d+"),
    _XSD + "boolean": re.compile("true|false"),
}
_PARTS: Final = re.compile(r"([0-9]+)|([^0-9]+)")

# Kinds that stand apart, in the order in which they follow the things that the graph is about.
_LATER: Final = (
    ("Periods", "yho:Period"),
    ("Statements", "rdf:Statement"),
    ("Figures", "qb:Observation"),
    ("Mentions", "oa:Annotation"),
    ("Exclusions", "yho:Exclusion"),
    ("Sentences", "yho:Sentence"),
    ("Spans", "oa:SpecificResource"),
    ("Selectors", "oa:TextPositionSelector"),
)
_FIRST_PREDICATES: Final = (
    "rdf:type", "rdfs:subClassOf", "rdfs:subPropertyOf", "skos:prefLabel", "skos:altLabel", "skos:hiddenLabel",
    "skos:definition", "rdf:subject", "rdf:predicate", "rdf:object", "qb:dataSet",
)  # fmt: skip


def write(triples: Iterable[ox.Triple | ox.Quad], prefixes: Mapping[str, str] = PREFIXES) -> str:
    """The canonical Turtle of a graph. Raises :class:`DataError` for a node without a name."""
    graph = _grouped(triples)
    names = _Names(prefixes)
    groups: dict[int, list[str]] = defaultdict(list)
    for subject, facts in graph.items():
        groups[_group(facts, prefixes)].append(subject)
    parts: list[str] = []
    for number in sorted(groups):
        if number >= 0:
            parts.append(f"# --- {_LATER[number][0]}\n")
        parts += (_block(subject, graph[subject], names) for subject in sorted(groups[number], key=_natural))
    head = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in sorted(prefixes.items()) if name in names.used)
    return "\n".join([head, *parts])


_Facts = dict[str, list[ox.NamedNode | ox.Literal]]


def _grouped(triples: Iterable[ox.Triple | ox.Quad]) -> dict[str, _Facts]:
    graph: dict[str, _Facts] = defaultdict(lambda: defaultdict(list))
    for triple in dict.fromkeys(triples):
        if not isinstance(triple.subject, ox.NamedNode) or not isinstance(triple.object, ox.NamedNode | ox.Literal):
            raise DataError(f"{triple} has a node without a name.", "Give every node in curated data an IRI.")
        graph[triple.subject.value][triple.predicate.value].append(triple.object)
    return graph


def _group(facts: _Facts, prefixes: Mapping[str, str]) -> int:
    types = {node.value for node in facts.get(RDF_TYPE, ())}
    for number, (_, name) in enumerate(_LATER):
        prefix, _, local = name.partition(":")
        if prefixes[prefix] + local in types:
            return number
    return -1


class _Names:
    """Writes terms, and remembers which prefixes it used."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self._prefixes = sorted(((iri, name) for name, iri in prefixes.items()), key=lambda pair: -len(pair[0]))
        self._written: dict[str, str] = {}
        self.used: set[str] = set()

    def iri(self, value: str) -> str:
        if (known := self._written.get(value)) is None:
            known = self._written[value] = self._iri(value)
        return known

    def _iri(self, value: str) -> str:
        for start, name in self._prefixes:
            if value.startswith(start) and _LOCAL.fullmatch(value, len(start)):
                self.used.add(name)
                return f"{name}:{value[len(start) :]}"
        return f"<{value}>"

    def term(self, term: ox.NamedNode | ox.Literal) -> str:
        if isinstance(term, ox.NamedNode):
            return self.iri(term.value)
        kind = term.datatype.value
        if (plain := _PLAIN.get(kind)) is not None and plain.fullmatch(term.value):
            return term.value
        quoted = str(ox.Literal(term.value))
        if term.language:
            return f"{quoted}@{term.language}"
        return quoted if kind == _XSD + "string" else f"{quoted}^^{self.iri(kind)}"


def _block(subject: str, facts: _Facts, names: _Names) -> str:
    lines = [names.iri(subject)]
    for predicate in sorted(facts, key=lambda p: _predicate_order(names.iri(p))):
        word = "a" if predicate == RDF_TYPE else names.iri(predicate)
        objects = facts[predicate] if len(facts[predicate]) == 1 else sorted(facts[predicate], key=_object_order)
        lines.append(f"  {word} " + ",\n    ".join(names.term(o) for o in objects) + " ;")
    return "\n".join([*lines, ".\n"])


def _predicate_order(name: str) -> tuple[int, str]:
    first = _FIRST_PREDICATES.index(name) if name in _FIRST_PREDICATES else len(_FIRST_PREDICATES)
    return first, name


def _object_order(term: ox.NamedNode | ox.Literal) -> tuple[bool, str, list[tuple[int, str]], str]:
    language = (term.language or "") if isinstance(term, ox.Literal) else ""
    # The whole term comes last: two literals may differ in nothing but their datatypes.
    return isinstance(term, ox.Literal), {"zh": "0"}.get(language, language), _natural(term.value), str(term)


def _natural(text: str) -> list[tuple[int, str]]:
    """A key under which numbers inside a text count as numbers; the text itself decides between ``a1`` and ``a01``."""
    parts = _PARTS.findall(text)
    return [*((int(digits), "") if digits else (-1, other) for digits, other in parts), (-2, text)]


def canonical(text: bytes, name: str) -> str:
    """The canonical form of a Turtle file's content. Raises :class:`DataError` naming file and line."""
    return write(parsed(text, name))


def parsed(text: bytes, name: str) -> Iterator[ox.Quad]:
    """What a Turtle file says. Raises :class:`DataError` naming file and line."""
    nesting.check(name, io.BytesIO(text), ox.RdfFormat.TURTLE)
    try:
        yield from ox.parse(input=text.removeprefix(codecs.BOM_UTF8), format=ox.RdfFormat.TURTLE)
    except SyntaxError as error:
        raise DataError(f"{name}, line {error.lineno}: {error.msg}.", "Correct the file.") from None
    except MemoryError as error:
        raise nesting.too_long(name, error) from None
