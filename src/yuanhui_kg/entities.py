"""Everything that a graph says of one resource, as JSON and as triples; and what a graph holds in all."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import pyoxigraph as ox

from . import origins
from .digest import digest_or_none
from .errors import NotFoundError, UsageError
from .figures import json_number, number
from .graph.facts import Facts
from .graph.reading import (
    LABELS,
    OA,
    RDF,
    RDFS,
    SCHEMA,
    SKOS,
    Hierarchy,
    Labels,
    Relations,
    anywhere,
    is_node,
)
from .namespaces import PREFIXES, YHO
from .store import Reader
from .terms import id_of, is_iri, local_name

JSON = dict[str, Any]

MAX_ITEMS: Final = 500  # of each list in a description
MAX_USES: Final = 100  # of each property by which other resources point to one
_BATCH: Final = 500  # resources that one query asks about

_TYPE: Final = RDF + "type"
_NOTATION: Final = SKOS + "notation"
_STATUS: Final = PREFIXES["adms"] + "status"
_IDENTIFIER: Final = PREFIXES["adms"] + "identifier"
_BODY, _TARGET, _SELECTOR = OA + "hasBody", OA + "hasTarget", OA + "hasSelector"
_SOURCE: Final = OA + "hasSource"
_VALUE: Final = PREFIXES["sdmx-measure"] + "obsValue"
_SUBJECT, _EVIDENCE, _MODALITY = YHO.subject, YHO.evidence, YHO.modality
_SURFACE: Final = YHO.surfaceForm
_NAMES: Final = (SKOS + "altLabel", SKOS + "hiddenLabel")
_DESCRIPTIONS: Final = (
    *(SKOS + "definition", PREFIXES["dcterms"] + "description", SCHEMA + "description"),
    *("http://schema.org/description", RDFS + "comment"),
)
_NOTES: Final = tuple(
    SKOS + name for name in ("scopeNote", "note", "example", "editorialNote", "historyNote", "changeNote")
)
# Told by fields of their own; every other property of a resource stands under "properties".
_TOLD: Final = frozenset((_TYPE, _NOTATION, _IDENTIFIER, _STATUS, *LABELS, *_NAMES, *_DESCRIPTIONS, *_NOTES))
_PROV: Final = PREFIXES["prov"]
_REVISION: Final = _PROV + "wasRevisionOf"
_HISTORY: Final = frozenset((_REVISION, _PROV + "invalidatedAtTime", _PROV + "wasAttributedTo"))
_MAX_VERSIONS: Final = 50
# Of what points to a resource, told by fields of their own, or no use of it.
_TOLD_USES: Final = frozenset(
    (
        _BODY,
        _SUBJECT,
        RDF + "subject",
        RDF + "object",
        YHO.formerSubject,
        YHO.formerPredicate,
        YHO.formerValue,
        _PROV + "specializationOf",
    )
)
# What says that a figure has no base period and is of the whole.
_NOTHING: Final = frozenset((YHO.noBase, YHO.total))
_CODED: Final = {
    "indicator": "indicator",
    "kind": "kind",
    "breakdown": "breakdown",
    "bound": "bound",
    "aggregation": "aggregation",
    "period_basis": "periodBasis",
    "price_basis": "priceBasis",
    "scope": "scope",
}
_STATEMENTS: Final = f"""SELECT ?statement ?s ?p ?o WHERE {{ {
    anywhere(f"?statement <{RDF}subject> ?s ; <{RDF}predicate> ?p ; <{RDF}object> ?o .")
} }}"""


# --- reading ----------------------------------------------------------------------------------------------------------


class _Graph:
    """A graph (default and named ones together) as one description needs it; remembers what it has looked up."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.classes = Hierarchy.read(reader, RDFS + "subClassOf")
        self.relations = Relations.read(reader)
        self.has_named = any(True for _ in reader.select("SELECT ?s { GRAPH ?graph { ?s ?p ?o } } LIMIT 1"))
        self._nodes: dict[str, JSON] = {}
        self._said: dict[Any, list[tuple[str, Any]]] = {}

    def load(self, resources: Iterable[Any], *then: str) -> None:
        """Read at once what is said of many resources, and of those they point to by the first of ``then``, and on."""
        nodes = [node for node in resources if is_node(node) and node not in self._said]
        found = self.all_about(nodes)
        self._said.update((node, found.get(node.value, [])) for node in nodes)
        if then and nodes:
            self.load({o for node in nodes for p, o in self._said[node] if p == then[0]}, *then[1:])

    def about(self, subject: Any) -> list[tuple[str, Any]]:
        """What is said of a resource: (predicate, object), each once, in a stable order."""
        if subject in self._said:
            return self._said[subject]
        rows = self.reader.select(_distinct("?p ?o ?s", "?s ?p ?o"), {"s": subject})
        return sorted(((p.value, o) for p, o, _ in rows), key=lambda row: (row[0], str(row[1])))

    def pointing(self, predicate: str, target: Any, most: int | None = None) -> list[Any]:
        """The subjects that point to a resource by ``predicate``; of more than ``most``, any ``most`` + 1 of them."""
        query = _distinct("?s ?p ?o", "?s ?p ?o") + (f" LIMIT {most + 1}" if most else "")
        rows = self.reader.select(query, {"p": ox.NamedNode(predicate), "o": target})
        return sorted((s for s, _, _ in rows), key=str)

    def uses(self, target: ox.NamedNode) -> dict[str, int]:
        """By which predicates, and how often, others point to a resource."""
        query = f"SELECT ?p (COUNT(DISTINCT ?s) AS ?n) ?o WHERE {{ {anywhere('?s ?p ?o')} }} GROUP BY ?p ?o"
        rows = self.reader.select(query, {"o": target})
        return dict(sorted((p.value, int(n.value)) for p, n, _ in rows))

    def all_about(self, resources: Iterable[ox.NamedNode]) -> dict[str, list[tuple[str, Any]]]:
        """What is said of many resources, in few queries."""
        found: dict[str, list[tuple[str, Any]]] = {}
        for batch in _batches(sorted({str(resource) for resource in resources})):
            # Written by pyoxigraph itself (`<…>`): an IRI cannot end early in it.
            pattern = f"VALUES ?s {{ {' '.join(batch)} }} ?s ?p ?o"
            for s, p, o in self.reader.select(_distinct("?s ?p ?o", pattern)):
                found.setdefault(s.value, []).append((p.value, o))
        return {s: sorted(rows, key=lambda row: (row[0], str(row[1]))) for s, rows in found.items()}

    def learn(self, iris: Iterable[str]) -> None:
        """Look up labels and classes of many resources at once, for :meth:`node`."""
        unknown = {iri for iri in iris if iri not in self._nodes}
        said = self.all_about(ox.NamedNode(iri) for iri in unknown)
        types = {iri: [o.value for p, o in said.get(iri, ()) if p == _TYPE and is_node(o)] for iri in unknown}
        kinds = {iri: self.classes.most_specific(found) for iri, found in types.items()}
        for iri in unknown:
            self._nodes[iri] = {"iri": iri, "id": id_of(iri), "label": _labels(said.get(iri, ())).as_dict(iri)}
        self.learn_types({kind for kind in kinds.values() if kind})
        for iri, kind in kinds.items():
            self._nodes[iri]["type"] = self.shape(kind) if kind else None

    def learn_types(self, classes: Collection[str]) -> None:
        if any(iri not in self._nodes for iri in classes):
            self.learn(classes)

    def node(self, iri: str) -> JSON:
        if iri not in self._nodes:
            self.learn([iri])
        return self._nodes[iri]

    def shape(self, iri: str) -> JSON:
        """A term (predicate, class, concept): a node without its class."""
        node = self._nodes.get(iri) or self.node(iri)
        return {name: node[name] for name in ("iri", "id", "label")}

    def spans(self, nodes: Iterable[Any]) -> list[JSON]:
        """Spans with their offsets, in the order of the text."""
        return sorted(map(self.span, nodes), key=lambda span: (span["start"] or 0, span["end"] or 0, span["iri"] or ""))

    def span(self, node: Any) -> JSON:
        offsets: dict[str, int | None] = {"start": None, "end": None}
        for _, selector in (row for row in self.about(node) if row[0] == _SELECTOR):
            for predicate, value in self.about(selector):
                if predicate in (OA + "start", OA + "end"):
                    offsets[local_name(predicate)] = _integer(value)
        document = next((o.value for predicate, o in self.about(node) if predicate == _SOURCE and is_node(o)), None)
        return {"iri": node.value if is_node(node) else None, **offsets, "document": document}


def _distinct(variables: str, pattern: str) -> str:
    return f"SELECT DISTINCT {variables} WHERE {{ {anywhere(pattern)} }}"


def _batches(items: Sequence[str]) -> Iterator[Sequence[str]]:
    return (items[start : start + _BATCH] for start in range(0, len(items), _BATCH))


def _labels(said: Iterable[tuple[str, Any]]) -> Labels:
    labels = Labels()
    for predicate, value in said:
        if predicate in LABELS and isinstance(value, ox.Literal):
            labels.offer(LABELS.index(predicate), value)
    return labels


def _integer(term: Any) -> int | None:
    try:
        return int(term.value)
    except (AttributeError, ValueError):
        return None


def _number(term: Any) -> int | float | None:
    """A literal's number as JSON has it; ``None`` for what is none."""
    found = number(term)
    return None if found is None else json_number(found)


def _resource(iri: str) -> ox.NamedNode:
    if not is_iri(iri):
        raise UsageError(f"Parameter iri must be an absolute IRI, not {iri[:200]!r}.")
    return ox.NamedNode(iri)


def _not_found(iri: str) -> NotFoundError:
    return NotFoundError(f"The graph says nothing of {iri}.", "Look for the thing's IRI with a search for its name.")


# --- one resource as JSON ---------------------------------------------------------------------------------------------


def describe(reader: Reader, iri: str) -> JSON:
    """What the graph says of a resource, whatever it is: an entity, a term, a figure, a statement, a span.

    Lists hold at most :data:`MAX_ITEMS` items (``uses``: :data:`MAX_USES` of each property); ``counts`` tells how many
    there are, and ``truncated`` whether any was cut. Fields that do not apply are empty, ``None`` or not there.

    :raises NotFoundError: where it is neither subject nor object of a triple.
    :raises UsageError: where ``iri`` is no IRI.
    """
    resource = _resource(iri)
    return _Description(_Graph(reader), resource).as_dict()


class _Description:
    def __init__(self, graph: _Graph, resource: ox.NamedNode) -> None:
        self._graph = graph
        self._resource = resource
        self._said = graph.about(resource)
        self._uses = graph.uses(resource)
        if not self._said and not self._uses:
            raise _not_found(resource.value)
        self._counts: dict[str, int] = {}
        self._truncated = False

    def as_dict(self) -> JSON:
        graph, iri = self._graph, self._resource.value
        figures = self._listed("figures", graph.pointing(_SUBJECT, self._resource, MAX_ITEMS), self._uses.get(_SUBJECT))
        out, into = self._outgoing(), self._incoming()
        graph.learn(self._mentioned_iris(out, into))
        types = [o.value for o in self._objects(_TYPE) if is_node(o)]
        result = {
            **graph.node(iri),
            "label": _labels(self._said).as_dict(iri),
            "types": [graph.shape(kind) for kind in sorted(types, key=graph.classes.order)],
            "names": [
                {"text": o.value, "language": o.language, "property": id_of(p)} for p, o in self._literals(_NAMES)
            ],
            "codes": self._codes(),
            "status": self._statuses(),
            "description": self._description(),
            "notes": [
                {"text": o.value, "language": o.language, "property": id_of(p)} for p, o in self._literals(_NOTES)
            ],
            "relations": {"out": self._edges(out, "out"), "in": self._edges(into, "in")},
            "figures": _figures(graph, figures),
            "mentions": self._mentions(),
            "properties": self._properties(),
            "uses": self._other_uses(),
        }
        if self._objects(_REVISION):
            result["history"] = self._history()
        if self._objects(_SELECTOR):
            result["span"] = graph.span(self._resource)
        if self._objects(_VALUE):
            result["figure"] = _figures(graph, [self._resource])[0]
        if evidence := self._objects(_EVIDENCE):
            result["evidence"] = graph.spans(evidence)
        digest = digest_or_none(Facts(graph.reader), self._resource)
        result["digest"] = digest.as_dict() if digest else None
        return {**result, "counts": self._counts, "truncated": self._truncated}

    def _objects(self, predicate: str) -> list[Any]:
        return [o for p, o in self._said if p == predicate]

    def _literals(self, predicates: Sequence[str]) -> Iterator[tuple[str, Any]]:
        for predicate in predicates:
            for value in self._objects(predicate):
                if isinstance(value, ox.Literal):
                    yield predicate, value

    def _listed(self, name: str, items: list[Any], count: int | None = None, most: int | None = None) -> list[Any]:
        """``items``, cut to ``most`` (:data:`MAX_ITEMS`); takes down how many there are."""
        count, most = len(items) if count is None else count, most or MAX_ITEMS
        self._counts[name] = self._counts.get(name, 0) + count
        self._truncated |= count > most
        return items[:most]

    # relations

    def _is_relation(self, predicate: str) -> bool:
        """Where no named graph is, exactly what the neighbour index holds; else what either kind of graph calls one."""
        relations = self._graph.relations
        return relations.in_default(predicate) or (self._graph.has_named and relations.in_named(predicate))

    def _outgoing(self) -> list[tuple[str, str]]:
        """(predicate, other end) of the relations that lead away."""
        edges = [(p, o.value) for p, o in self._said if is_node(o) and self._is_relation(p) and p not in _TOLD]
        return self._listed("out", edges)

    def _incoming(self) -> list[tuple[str, str]]:
        predicates = [p for p in self._uses if self._is_relation(p) and p not in _TOLD]
        edges = [
            (predicate, other.value)
            for predicate in predicates
            for other in self._graph.pointing(predicate, self._resource, MAX_ITEMS)
            if is_node(other)
        ]
        return self._listed("in", _dealt(edges), sum(self._uses[p] for p in predicates))

    def _mentioned_iris(self, *edges: list[tuple[str, str]]) -> Iterator[str]:
        yield from (iri for group in edges for edge in group for iri in edge)
        yield from (p for p, _ in self._said)
        yield from (o.value for _, o in self._said[: 4 * MAX_ITEMS] if is_node(o))
        yield from self._uses

    def _edges(self, edges: list[tuple[str, str]], way: str) -> list[JSON]:
        statements = self._statements("s" if way == "out" else "o")
        self._graph.load((s for group in statements.values() for s in group), _EVIDENCE, _SELECTOR)
        here, result = self._resource.value, []
        for predicate, other in edges:
            source, target = (here, other) if way == "out" else (other, here)
            result.append(
                {
                    "source": source,
                    "target": target,
                    "predicate": self._graph.shape(predicate),
                    "prospect": predicate in self._graph.relations.prospects,
                    **self._stated(statements.get((source, predicate, target), [])),
                    "other": self._graph.node(other),
                }
            )
        return sorted(
            result, key=lambda edge: (edge["predicate"]["id"], edge["other"]["label"]["zh"], edge["other"]["id"])
        )

    def _statements(self, end: str) -> dict[tuple[str, str, str], list[Any]]:
        """The statements that have the resource as subject (``s``) or object (``o``), by what they state."""
        found: dict[tuple[str, str, str], list[Any]] = {}
        for statement, s, p, o in self._graph.reader.select(_STATEMENTS, {end: self._resource}):
            found.setdefault((s.value, p.value, o.value), []).append(statement)
        return {key: sorted(set(group), key=str) for key, group in found.items()}

    def _stated(self, statements: list[Any]) -> JSON:
        """Modality, evidence and statement of an edge; what one source asserts is asserted."""
        said = [(statement, self._graph.about(statement)) for statement in statements]
        told = [
            (next((local_name(o.value) for p, o in rows if p == _MODALITY), None), statement)
            for statement, rows in said
        ]
        told.sort(key=lambda item: (item[0] != "asserted", str(item[1])))
        shown: list[JSON] = [
            {"statement": s.value if is_node(s) else None, "modality": modality} for modality, s in told
        ]
        result: JSON = {
            "modality": shown[0]["modality"] if shown else None,
            "evidence": self._graph.spans({o for _, rows in said for p, o in rows if p == _EVIDENCE}),
            "statement": shown[0]["statement"] if shown else None,
        }
        return {**result, "statements": shown} if len(shown) > 1 else result

    # other fields

    def _codes(self) -> list[JSON]:
        codes: dict[Any, str | None] = dict.fromkeys(self._objects(_NOTATION))
        for identifier in self._objects(_IDENTIFIER):
            iri = identifier.value if is_node(identifier) else None
            codes |= {o: iri for p, o in self._graph.about(identifier) if p == _NOTATION}
        return [
            {"value": o.value, "datatype": _term(o.datatype.value), "identifier": identifier}
            for o, identifier in codes.items()
            if isinstance(o, ox.Literal)
        ]

    def _statuses(self) -> list[JSON]:
        values = [o for o in self._objects(_STATUS) if is_node(o)]
        statements = self._statements("s") if values else {}
        return [
            {
                **self._graph.shape(value.value),
                **self._stated(statements.get((self._resource.value, _STATUS, value.value), [])),
            }
            for value in values
        ]

    def _description(self) -> dict[str, str]:
        labels = Labels()
        for rank, predicate in enumerate(_DESCRIPTIONS):
            for value in self._objects(predicate):
                if isinstance(value, ox.Literal):
                    labels.offer(rank, value)
        return {language: text for language in ("zh", "en", "") if (text := labels.get(language))}

    def _mentions(self) -> list[JSON]:
        mentions = self._graph.pointing(_BODY, self._resource, MAX_ITEMS)
        listed = self._listed("mentions", mentions, self._uses.get(_BODY, 0))
        self._graph.load(listed, _TARGET, _SELECTOR)
        found = []
        for mention in listed:
            said = self._graph.about(mention)
            surface = next((o.value for p, o in said if p == _SURFACE), None)
            for target in (o for p, o in said if p == _TARGET):
                span = self._graph.span(target)
                found.append(
                    {
                        "iri": mention.value if is_node(mention) else None,
                        "start": span["start"],
                        "end": span["end"],
                        "surface": surface,
                        "span": span["iri"],
                        "document": span["document"],
                    }
                )
        return sorted(found, key=lambda item: (item["start"] or 0, item["end"] or 0, item["iri"] or ""))

    def _history(self) -> list[JSON]:
        """What the resource said before it was corrected or retracted, the latest revision first."""
        found: list[JSON] = []
        version = next(iter(self._objects(_REVISION)), None)
        while (
            is_node(version) and len(found) < _MAX_VERSIONS and version.value not in {one["version"] for one in found}
        ):
            said = dict(self._graph.about(version))
            act = said.get(_PROV + "wasInvalidatedBy")
            done = self._graph.about(act) if is_node(act) else []
            found.append(
                {
                    "version": version.value,
                    "kind": next((local_name(o.value) for p, o in done if p == _TYPE), None),
                    "at": getattr(said.get(_PROV + "invalidatedAtTime"), "value", None),
                    "by": [self._value(o) for p, o in done if p == _PROV + "wasAssociatedWith"],
                    "why": [{"text": o.value, "language": o.language} for p, o in done if p in _DESCRIPTIONS and isinstance(o, ox.Literal)],
                    "former": self._former(version),
                }
            )  # fmt: skip
            version = said.get(_REVISION)
        return found

    def _former(self, version: ox.NamedNode) -> list[JSON]:
        nodes = [o for p, o in self._graph.about(version) if p == YHO.formerly and is_node(o)]
        self._graph.load(nodes)
        told = [dict(self._graph.about(node)) for node in nodes[:MAX_ITEMS]]
        return [
            {"predicate": self._graph.shape(p.value), "value": self._value(one[YHO.formerValue])}
            for one in told
            if is_node(p := one.get(YHO.formerPredicate)) and YHO.formerValue in one
        ]

    def _properties(self) -> list[JSON]:
        """All that no other field tells, by predicate."""
        told = _TOLD | _HISTORY if self._objects(_REVISION) else _TOLD
        rest = [(p, o) for p, o in self._said if p not in told and not (is_node(o) and self._is_relation(p))]
        groups: dict[str, list[JSON]] = {}
        for predicate, value in self._listed("properties", rest):
            groups.setdefault(predicate, []).append(self._value(value))
        return [{"predicate": self._graph.shape(predicate), "values": values} for predicate, values in groups.items()]

    def _value(self, term: Any) -> JSON:
        if is_node(term):
            return self._graph.node(term.value)
        if isinstance(term, ox.Literal):
            return {"value": term.value, "language": term.language, "datatype": _term(term.datatype.value)}
        return {"iri": None, "id": str(term), "label": {"zh": str(term), "en": str(term)}, "type": None}

    def _other_uses(self) -> list[JSON]:
        result = []
        for predicate, count in self._uses.items():
            if self._is_relation(predicate) or predicate in _TOLD_USES:
                continue
            subjects = self._graph.pointing(predicate, self._resource, MAX_USES)
            listed = self._listed("uses", subjects, count, MAX_USES)
            self._graph.learn(s.value for s in listed if is_node(s))
            values = [self._value(s) for s in listed]
            result.append({"predicate": self._graph.shape(predicate), "count": count, "nodes": values})
        return result


def _dealt(edges: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Edges so ordered that every predicate has its turn, for where they are cut."""
    turns: dict[str, int] = {}
    dealt = []
    for predicate, other in edges:
        turns[predicate] = turn = turns.get(predicate, -1) + 1
        dealt.append((turn, predicate, other))
    return [(predicate, other) for _, predicate, other in sorted(dealt)]


def _term(iri: str) -> JSON:
    return {"iri": iri, "id": id_of(iri)}


# --- figures ----------------------------------------------------------------------------------------------------------


def _figures(graph: _Graph, figures: Sequence[Any]) -> list[JSON]:
    graph.load(figures, _EVIDENCE, _SELECTOR)
    said = {figure.value: graph.about(figure) for figure in figures if is_node(figure)}
    referred = {o.value for rows in said.values() for p, o in rows if is_node(o) and p != _EVIDENCE}
    graph.learn({*referred, *said})
    about = graph.all_about(map(ox.NamedNode, referred))
    shown = [_figure(graph, iri, rows, about) for iri, rows in said.items()]
    return sorted(shown, key=lambda figure: (_first(figure["evidence"]), figure["iri"]))


def _first(evidence: list[JSON]) -> int:
    return min((span["start"] for span in evidence if span["start"] is not None), default=0)


def _figure(graph: _Graph, iri: str, rows: list[tuple[str, Any]], about: Mapping[str, list[tuple[str, Any]]]) -> JSON:
    said: dict[str, list[Any]] = {}
    for predicate, value in rows:
        said.setdefault(predicate, []).append(value)

    def one(predicate: str) -> Any:
        return next(iter(said.get(predicate, ())), None)

    def coded(name: str) -> JSON | None:
        value = one(YHO + name)
        return graph.shape(value.value) if is_node(value) and value.value not in _NOTHING else None

    def with_code(name: str, predicate: str, field: str) -> JSON | None:
        shape = coded(name)
        if shape:
            code = next((o.value for p, o in about.get(shape["iri"], ()) if p == predicate), None)
            shape[field] = code
        return shape

    return {
        **graph.node(iri),
        "value": _number(one(_VALUE)),
        "unit": with_code("unit", YHO.unitCode, "code"),
        **{field: coded(name) for field, name in _CODED.items()},
        "subject": coded("subject"),
        "period": with_code("period", _NOTATION, "edtf"),
        "base": with_code("basePeriod", _NOTATION, "edtf"),
        "min": _number(one(SCHEMA + "minValue")),
        "max": _number(one(SCHEMA + "maxValue")),
        "printed": [value.value for value in said.get(YHO.printedForm, ())],
        "qualifies": [graph.node(o.value) for o in said.get(YHO.qualifies, ()) if is_node(o)],
        "evidence": graph.spans(said.get(_EVIDENCE, ())),
    }


# --- one resource as triples ------------------------------------------------------------------------------------------


def description(reader: Reader, iri: str) -> list[ox.Triple]:
    """The triples about a resource: its own, and those of its statements, mentions and figures with their spans.

    Statements count whether the resource is their subject or their object, and come with the triple that they state.
    Triples of all graphs are taken together, each once, sorted.

    :raises NotFoundError: where it is neither subject nor object of a triple.
    :raises UsageError: where ``iri`` is no IRI.
    """
    resource = _resource(iri)
    said = _Triples(reader)
    known = said.add(resource)
    for predicate in (RDF + "subject", RDF + "object", _BODY, _SUBJECT):
        for node in said.pointing(predicate, resource):
            said.add(node)
            known = True
    if not known and not said.pointed_to(resource):
        raise _not_found(iri)
    return said.sorted()


class _Triples:
    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._done: set[Any] = set()
        self._triples: set[ox.Triple] = set()

    def pointing(self, predicate: str, target: ox.NamedNode) -> list[Any]:
        rows = self._reader.select(_distinct("?s ?p ?o", "?s ?p ?o"), {"p": ox.NamedNode(predicate), "o": target})
        return [s for s, _, _ in rows]

    def pointed_to(self, target: ox.NamedNode) -> bool:
        rows = self._reader.select(f"SELECT ?s ?o WHERE {{ {anywhere('?s ?p ?o')} }} LIMIT 1", {"o": target})
        return any(True for _ in rows)

    def add(self, node: Any) -> bool:
        """Take all triples of a node, of the spans and selectors it points to and of blank nodes; is there any?"""
        waiting, found = [node], False
        while waiting:
            subject = waiting.pop()
            if subject in self._done:
                continue
            self._done.add(subject)
            rows = [(p, o) for p, o, _ in self._reader.select(_distinct("?p ?o ?s", "?s ?p ?o"), {"s": subject})]
            found |= bool(rows)
            self._triples.update(ox.Triple(subject, p, o) for p, o in rows)
            waiting += [
                o
                for p, o in rows
                if isinstance(o, ox.BlankNode) or (is_node(o) and p.value in (_EVIDENCE, _TARGET, _SELECTOR))
            ]
            self._add_stated({p.value: o for p, o in rows})
        return found

    def _add_stated(self, row: Mapping[str, Any]) -> None:
        subject, predicate, value = (row.get(RDF + name) for name in ("subject", "predicate", "object"))
        if subject is None or value is None or not isinstance(predicate, ox.NamedNode):
            return
        stated = self._reader.select(_distinct("?s ?p ?o", "?s ?p ?o"), {"s": subject, "p": predicate, "o": value})
        if any(True for _ in stated):
            self._triples.add(ox.Triple(subject, predicate, value))

    def sorted(self) -> list[ox.Triple]:
        return sorted(self._triples, key=str)


# --- the whole graph --------------------------------------------------------------------------------------------------

# Classes of what tells of things, in graphs whose ontology has no yho:Entity to say what the things are.
_NO_ENTITIES: Final = (
    *(RDF, RDFS, SKOS, OA),
    *(PREFIXES[prefix] for prefix in ("owl", "qb", "sh", "prov", "void", "dcat")),
)


def stats(reader: Reader) -> JSON:
    """How much of what a graph holds: triples, graphs, entities, statements, figures, mentions."""
    graph = _Graph(reader)
    default = _count(reader, "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }")
    named = {
        g.value: int(n.value)
        for g, n in reader.select("SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g")
    }
    classes = _tally(reader, f"?node <{_TYPE}> ?value")
    entities = {iri: n for iri, n in classes.items() if _entities(graph.classes)(iri)}
    modalities = _tally(reader, f"?node <{RDF}predicate> ?any ; <{_MODALITY}> ?value")
    kinds = _tally(reader, f"?node <{_VALUE}> ?any ; <{YHO.kind}> ?value")
    graph.learn({*entities, *modalities, *kinds})
    return {
        "triples": default + sum(named.values()),
        "graphs": [{"iri": None, "triples": default}]
        + [{"iri": iri, "triples": n} for iri, n in sorted(named.items())],
        "entities": {"total": sum(entities.values()), "by_class": _ranked(graph, entities, "type")},
        "relations": _relations(graph),
        "statements": {
            "total": _count(reader, _counting(f"?node <{RDF}predicate> ?any")),
            "by_modality": _ranked(graph, modalities, "modality"),
        },
        "figures": {
            "total": _count(reader, _counting(f"?node <{_VALUE}> ?any")),
            "by_kind": _ranked(graph, kinds, "kind"),
            "by_source": _by_source(reader),
        },
        "mentions": _count(reader, _counting(f"?node <{_BODY}> ?any")),
        "spans": _count(reader, _counting(f"?node <{_SELECTOR}> ?any")),
    }


def _by_source(reader: Reader) -> list[JSON]:
    """How many figures are from which data set; those that name none are not told."""
    facts = Facts(reader)
    ranked = sorted(origins.counts(reader).items(), key=lambda item: (-item[1], item[0]))
    return [
        {"source": {"iri": iri, "id": id_of(iri), "label": dict(origins.of_iri(facts, iri).title)}, "count": count}
        for iri, count in ranked
        if iri
    ]


def _relations(graph: _Graph) -> int:
    """How many triples are relations; one that stands in two graphs counts twice."""
    total = 0
    for pattern, holds in (
        ("?s ?p ?o", graph.relations.in_default),
        ("GRAPH ?graph { ?s ?p ?o }", graph.relations.in_named),
    ):
        between = f"{pattern} FILTER(isIRI(?s) && isIRI(?o))"
        counts = graph.reader.select(f"SELECT ?p (COUNT(*) AS ?n) WHERE {{ {between} }} GROUP BY ?p")
        total += sum(int(n.value) for p, n in counts if holds(p.value))
    return total


def _entities(classes: Hierarchy) -> Callable[[str], bool]:
    ours = classes.below(YHO.Entity)
    if len(ours) > 1:
        return ours.__contains__
    return lambda iri: not iri.startswith(_NO_ENTITIES)


def _counting(pattern: str) -> str:
    return f"SELECT (COUNT(DISTINCT ?node) AS ?n) WHERE {{ {anywhere(pattern)} }}"


def _count(reader: Reader, query: str) -> int:
    return next((int(n.value) for (n,) in reader.select(query)), 0)


def _tally(reader: Reader, pattern: str) -> dict[str, int]:
    query = f"SELECT ?value (COUNT(DISTINCT ?node) AS ?n) WHERE {{ {anywhere(pattern)} }} GROUP BY ?value"
    return {value.value: int(n.value) for value, n in reader.select(query) if is_node(value)}


def _ranked(graph: _Graph, counts: Mapping[str, int], name: str) -> list[JSON]:
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [{name: graph.shape(iri), "count": count} for iri, count in ranked]
