"""``/ontology.html``: the terms to browse, with pictures of their hierarchy and of what leads from class to class, their meaning, and
how often they are used."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from flask import Blueprint, Response

from .. import terms
from ..namespaces import ONTOLOGY, PREFIXES, YHO
from . import formats, html
from .core import Service

_TERMS: Final = f"""\
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?term (MIN(?zh) AS ?labelZh) (MIN(?en) AS ?labelEn) (MIN(?defZh) AS ?definitionZh) (MIN(?defEn) AS ?definitionEn)
WHERE {{
  ?term rdfs:isDefinedBy <{ONTOLOGY}> .
  OPTIONAL {{ ?term skos:prefLabel ?zh FILTER(LANG(?zh) = "zh") }}
  OPTIONAL {{ ?term skos:prefLabel ?en FILTER(LANG(?en) = "en") }}
  OPTIONAL {{ ?term skos:definition ?defZh FILTER(LANG(?defZh) = "zh") }}
  OPTIONAL {{ ?term skos:definition ?defEn FILTER(LANG(?defEn) = "en") }}
}}
GROUP BY ?term
ORDER BY ?term"""
_SAID: Final = f"""\
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX schema: <https://schema.org/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?term ?property ?value WHERE {{
  VALUES ?property {{
    rdf:type rdfs:subClassOf rdfs:subPropertyOf rdfs:domain rdfs:range schema:domainIncludes schema:rangeIncludes
    skos:inScheme rdfs:seeAlso
  }}
  ?term rdfs:isDefinedBy <{ONTOLOGY}> ; ?property ?value .
  FILTER(isIRI(?value))
}}
ORDER BY ?term ?property ?value"""
# How often a term is used: as a class, as a predicate, as what a triple leads to.
_INSTANCES: Final = "SELECT ?term (COUNT(?thing) AS ?n) WHERE { ?thing a ?term } GROUP BY ?term"
_TRIPLES: Final = "SELECT ?term (COUNT(?thing) AS ?n) WHERE { ?thing ?term ?other } GROUP BY ?term"
_POINTERS: Final = f"""\
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?term (COUNT(?thing) AS ?n) WHERE {{ ?term rdfs:isDefinedBy <{ONTOLOGY}> ; a skos:Concept . ?thing ?property ?term }}
GROUP BY ?term"""

_OWL, _RDF, _RDFS, _SCHEMA, _SKOS = (PREFIXES[name] for name in ("owl", "rdf", "rdfs", "schema", "skos"))
_ROW: Final = 24  # height of a line of a tree, in its own units
_LINE: Final = 34  # height of a relation in a picture
_TALL: Final = 20  # lines of a tree that is shown whole
_STEP: Final = 18  # by which a level is set in
_DRAWN: Final = 12  # relations on each side of a class
_WIDE, _NARROW, _AIR = (
    13.5,
    7.5,
    12,
)  # about the width of a character, Chinese and other, and of the space around a text
#: Groups of terms in the order of the page, and the classes by which a term belongs to one.
_GROUPS: Final[Mapping[str, frozenset[str]]] = {
    "classes": frozenset([_OWL + "Class", _RDFS + "Class"]),
    "object_properties": frozenset([_OWL + "ObjectProperty"]),
    "schemes": frozenset([_SKOS + "ConceptScheme"]),
    "concepts": frozenset([_SKOS + "Concept"]),
    "data_properties": frozenset([_OWL + "DatatypeProperty", _OWL + "AnnotationProperty", _RDF + "Property"]),
}


@dataclass(eq=False)
class Term:
    """A term of the ontology; of a class also the relations that lead from it and to it, each with the class at the other end."""

    iri: str
    label: dict[str, str]
    definition: dict[str, str]
    types: list[str] = field(default_factory=list)
    parents: list[str] = field(default_factory=list)
    children: list[Term] = field(default_factory=list)
    domains: list[str] = field(default_factory=list)
    ranges: list[str] = field(default_factory=list)
    schemes: list[str] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    outward: list[tuple[Term, str]] = field(default_factory=list)
    inward: list[tuple[Term, str]] = field(default_factory=list)
    uses: int = 0

    @property
    def id(self) -> str:
        return terms.id_of(self.iri)

    @property
    def anchor(self) -> str:
        """Its place on the page."""
        return self.iri.removeprefix(YHO)

    @property
    def node(self) -> dict[str, Any]:
        """As the templates name things."""
        return {"iri": self.iri, "id": self.id, "label": self.label}


@dataclass(frozen=True)
class Line:
    """A line of a tree: a term, where it stands, and the line that leads to it from its parent."""

    term: Term
    x: int
    y: int
    path: str


@dataclass(frozen=True)
class Tree:
    """A hierarchy, or a branch of one, as a picture. ``rails`` are the places of lines that go on to other branches."""

    lines: tuple[Line, ...]
    rails: tuple[int, ...]
    height: int


@dataclass(frozen=True)
class Arrow:
    """A relation of a class in a picture, and the class at its other end."""

    relation: dict[str, Any]
    other: dict[str, Any]
    y: int


@dataclass(frozen=True)
class Diagram:
    """What leads to a class (on its left) and from it. ``xs`` are where the columns end, from the left; ``left_out`` counts relations."""

    inward: tuple[Arrow, ...]
    outward: tuple[Arrow, ...]
    xs: tuple[float, ...]
    height: int
    left_out: int


def blueprint(service: Service) -> Blueprint:
    """The route of the page."""
    routes = Blueprint("ontology_page", __name__)

    @routes.get("/ontology.html")
    def ontology() -> Response:
        found = _read(service)
        groups = _grouped(found.values())
        return html.page(
            "ontology.html",
            tag=service.data_tag("ontology-page"),
            groups=groups,
            trees={name: _trees(groups[name]) for name in ("classes", "object_properties")},
            of_scheme=_by_scheme(groups["concepts"]),
            node=_node(found),
            diagram=lambda term: _diagram(term, _node(found), html.language()),
            extensions=formats.EXTENSIONS,
        )

    return routes


def _read(service: Service) -> dict[str, Term]:
    found: dict[str, Term] = {}
    for row in service.select(_TERMS):
        if row.get("term", {}).get("type") != "uri":
            continue
        iri = row["term"]["value"]
        found[iri] = Term(iri, _texts(row, "label"), _texts(row, "definition"))
    for row in service.select(_SAID):
        if term := found.get(row["term"]["value"]):
            _place(term, row["property"]["value"]).append(row["value"]["value"])
    _count(service, found)
    for term in found.values():
        for parent in term.parents:
            if parent in found and parent != term.iri:
                found[parent].children.append(term)
        if _OWL + "ObjectProperty" in term.types:
            _connect(term, found)
    return found


def _connect(relation: Term, found: Mapping[str, Term]) -> None:
    """Have the classes at both ends of a relation know of it."""
    for start, end in itertools.product(relation.domains, relation.ranges):
        if start in found:
            found[start].outward.append((relation, end))
        if end in found:
            found[end].inward.append((relation, start))


def _texts(row: Mapping[str, Mapping[str, str]], name: str) -> dict[str, str]:
    return {tag: row[name + tag.title()]["value"] for tag in ("zh", "en") if name + tag.title() in row}


def _place(term: Term, predicate: str) -> list[str]:
    places = {
        _RDF + "type": term.types,
        _RDFS + "subClassOf": term.parents,
        _RDFS + "subPropertyOf": term.parents,
        _RDFS + "domain": term.domains,
        _RDFS + "range": term.ranges,
        _SCHEMA + "domainIncludes": term.domains,
        _SCHEMA + "rangeIncludes": term.ranges,
        _SKOS + "inScheme": term.schemes,
    }
    return places.get(predicate, term.seen)


def _count(service: Service, found: Mapping[str, Term]) -> None:
    for query in (_INSTANCES, _TRIPLES, _POINTERS):
        for row in service.select(query):
            term = found.get(row.get("term", {}).get("value", ""))
            if term is not None:
                term.uses = max(term.uses, int(row["n"]["value"]))


def _grouped(found: Iterable[Term]) -> dict[str, list[Term]]:
    """Terms by kind: each in the first group that takes it, what none takes in ``others``."""
    groups: dict[str, list[Term]] = {name: [] for name in (*_GROUPS, "others")}
    for term in found:
        name = next((name for name, classes in _GROUPS.items() if classes.intersection(term.types)), "others")
        groups[name].append(term)
    return groups


def _by_scheme(concepts: Iterable[Term]) -> dict[str, list[Term]]:
    """Concepts by the scheme that they are in; under the empty name those that are in none."""
    schemes: dict[str, list[Term]] = {}
    for term in concepts:
        for scheme in term.schemes or [""]:
            schemes.setdefault(scheme, []).append(term)
    return schemes


def _node(found: Mapping[str, Term]) -> Callable[[str], dict[str, Any]]:
    def node(iri: str) -> dict[str, Any]:
        term = found.get(iri)
        return term.node if term else {"iri": iri, "id": terms.id_of(iri), "label": {}}

    return node


# --- trees ------------------------------------------------------------------------------------------------------------


def _trees(members: Sequence[Term]) -> list[Tree]:
    """A tree for each branch; a term stands where it is met first, and a large branch falls into its own branches."""
    inside = {term.iri for term in members}
    seen: set[str] = set()
    trees = []
    roots = [term for term in members if not inside.intersection(term.parents) - {term.iri}]
    waiting: list[tuple[Term, int, tuple[int, ...], bool]] = [(root, 0, (), True) for root in reversed(roots)]
    while waiting:
        root, depth, rails, last = waiting.pop()
        met = set(seen)
        whole = _tree(root, met, depth, rails if last else (*rails, _x(depth - 1)))
        if len(whole.lines) > _TALL and any(child.children for child in root.children):
            seen.add(root.iri)
            trees.append(Tree(whole.lines[:1], whole.rails, _ROW))
            below = sorted(root.children, key=lambda term: (bool(term.children), term.iri))
            waiting += [(child, depth + 1, whole.rails, child is below[-1]) for child in reversed(below)]
        elif whole.lines:
            seen = met
            trees.append(whole)
    return trees


def _x(depth: int) -> int:
    return 8 + depth * _STEP


def _tree(root: Term, seen: set[str], depth: int, rails: tuple[int, ...]) -> Tree:
    """What is below a term, but for terms that were ``seen`` elsewhere; those that are shown join them."""
    lines: list[Line] = []
    waiting: list[tuple[Term, int, int | None]] = [(root, depth, -4 if depth else None)]
    while waiting:
        term, level, above = waiting.pop()
        if term.iri in seen:
            continue
        seen.add(term.iri)
        x, y = _x(level), _ROW // 2 + len(lines) * _ROW
        path = "" if above is None else f"M{x - _STEP},{above + 4}V{y}H{x - 5}"
        lines.append(Line(term, x, y, path))
        waiting += [(child, level + 1, y) for child in reversed(term.children)]
    return Tree(tuple(lines), rails, len(lines) * _ROW)


# --- what leads from class to class -----------------------------------------------------------------------------------


def _diagram(term: Term, node: Callable[[str], dict[str, Any]], language: str) -> Diagram | None:
    """The picture of a class with its relations, the most used first; ``None`` where it has none."""
    if not term.inward and not term.outward:
        return None
    inward, outward = (_arrows(ends, node) for ends in (term.inward, term.outward))
    widths = (
        _width((arrow.other for arrow in inward), language),
        _width((arrow.relation for arrow in inward), language),
        _width([term.node], language),
        _width((arrow.relation for arrow in outward), language),
        _width((arrow.other for arrow in outward), language),
    )
    return Diagram(
        inward,
        outward,
        tuple(itertools.accumulate(widths)),
        max(len(inward), len(outward)) * _LINE,
        len(term.inward) + len(term.outward) - len(inward) - len(outward),
    )


def _arrows(ends: Sequence[tuple[Term, str]], node: Callable[[str], dict[str, Any]]) -> tuple[Arrow, ...]:
    ranked = sorted(ends, key=lambda end: -end[0].uses)[:_DRAWN]
    return tuple(
        Arrow(relation.node, node(iri), _LINE * 3 // 5 + place * _LINE) for place, (relation, iri) in enumerate(ranked)
    )


def _width(nodes: Iterable[dict[str, Any]], language: str) -> float:
    """About the width of the longest name, with the air around it; nothing without names."""
    texts = [terms.label(node["label"], language, node["id"]) for node in nodes]
    return max((sum(_NARROW if c < "\u2e80" else _WIDE for c in text) + 2 * _AIR for text in texts), default=0.0)
