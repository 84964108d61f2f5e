"""JSON-LD that reads like plain JSON: short keys of a published context, expanding to exactly the same triples.

A document names the context by its address (for publishing: many documents, one context) or carries the part of it
that it uses (for whoever must not, or cannot, fetch anything). Nothing here ever fetches a context.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from ..errors import DataError
from ..graph.reading import OA, RDF, RDFS, SCHEMA, SKOS
from ..namespaces import ONTOLOGY, PREFIXES, YHO
from ..store import Reader

#: The published context's own IRI: below the ontology's, and served there.
CONTEXT: Final = ONTOLOGY + "/context.jsonld"
INLINE: Final = "inline"

_XSD: Final = PREFIXES["xsd"]
_INTEGER, _STRING, _DECIMAL = _XSD + "integer", _XSD + "string", _XSD + "decimal"
_TYPE: Final = RDF + "type"
_LOCAL: Final = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.\-]*[A-Za-z0-9_\-])?")
_WHOLE: Final = re.compile(r"0|-?[1-9][0-9]{0,14}")  # what every JSON reader keeps exactly
_LANGUAGE_MAP: Final = {"@container": "@language"}
_LINK: Final = {"@type": "@id"}

# Terms of other vocabularies, in their role in the model. A name that the ontology has too stays the ontology's.
_OTHERS: Final[dict[str, tuple[str, dict[str, str]]]] = {
    **{name: (SKOS + name, _LANGUAGE_MAP) for name in ("prefLabel", "altLabel", "hiddenLabel", "definition")},
    **{name: (SKOS + name, _LANGUAGE_MAP) for name in ("scopeNote", "editorialNote")},
    **{name: (SKOS + name, _LINK) for name in ("broader", "inScheme", "topConceptOf")},
    "notation": (SKOS + "notation", {}),
    **{name: (OA + name, _LINK) for name in ("hasBody", "hasTarget", "hasSource", "hasSelector", "motivatedBy")},
    **{name: (OA + name, {"@type": "xsd:integer"}) for name in ("start", "end")},
    "dataSet": (PREFIXES["qb"] + "dataSet", _LINK),
    "obsValue": (PREFIXES["sdmx-measure"] + "obsValue", {"@type": "xsd:decimal"}),
    **{name: (SCHEMA + name, {"@type": "xsd:decimal"}) for name in ("minValue", "maxValue")},
    "headline": (SCHEMA + "headline", _LANGUAGE_MAP),
    "sha256": (SCHEMA + "sha256", {}),
    **{name: (SCHEMA + name, _LINK) for name in ("author", "contributor", "encodesCreativeWork")},
    "status": (PREFIXES["adms"] + "status", _LINK),
    "isDefinedBy": (RDFS + "isDefinedBy", _LINK),
    "Statement": (RDF + "Statement", {}),
    "Observation": (PREFIXES["qb"] + "Observation", {}),
    "Annotation": (OA + "Annotation", {}),
    "SpecificResource": (OA + "SpecificResource", {}),
    "TextPositionSelector": (OA + "TextPositionSelector", {}),
    **{f"rdf:{name}": (RDF + name, _LINK) for name in ("subject", "predicate", "object")},
}
_ONTOLOGY_TERMS: Final = f"""SELECT ?term ?kind ?range WHERE {{
  ?term <{RDFS}isDefinedBy> <{ONTOLOGY}> ; a ?kind .
  OPTIONAL {{ ?term <{RDFS}range>|<{SCHEMA}rangeIncludes> ?range }}
}} ORDER BY ?term ?kind ?range"""
_KINDS: Final = {PREFIXES["owl"] + name: name for name in ("Class", "ObjectProperty", "DatatypeProperty")}


# --- the context ------------------------------------------------------------------------------------------------------


def make_context(reader: Reader) -> dict[str, Any]:
    """The context for a graph: prefixes, the ontology's classes and properties, terms of other vocabularies."""
    context: dict[str, Any] = {"id": "@id", "type": "@type", **PREFIXES}
    taken = dict(_OTHERS)
    for iri, coercion in _ontology(reader).items():
        name = iri.removeprefix(YHO)
        # A prefix that is a term too would be a prefix no more (``unit:`` of QUDT).
        key = f"yho:{name}" if name in context else name
        taken[key] = (iri, coercion)
    for key, (iri, coercion) in sorted(taken.items()):
        context[key] = {"@id": _shortened(iri), **coercion} if coercion else _shortened(iri)
    return {"@context": context}


def _ontology(reader: Reader) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for term, kind, range in reader.select(_ONTOLOGY_TERMS):
        name = _KINDS.get(kind.value)
        if name and isinstance(term, ox.NamedNode) and _LOCAL.fullmatch(term.value.removeprefix(YHO)):
            found[term.value] = found.get(term.value) or _coercion(name, range.value if range else "")
    return found


def _coercion(kind: str, range: str) -> dict[str, str]:
    if kind == "ObjectProperty":
        return _LINK
    if kind == "DatatypeProperty" and range in (_INTEGER, _DECIMAL):
        return {"@type": _shortened(range)}
    return _LANGUAGE_MAP if kind == "DatatypeProperty" and range == RDF + "langString" else {}


def _shortened(iri: str) -> str:
    prefix = max((p for p, start in PREFIXES.items() if iri.startswith(start)), key=lambda p: len(PREFIXES[p]))
    return f"{prefix}:{iri.removeprefix(PREFIXES[prefix])}"


def context(path: Path, reader: Reader) -> dict[str, Any]:
    """The context in force: the published one in the file ``path``; where it cannot be had, one made for the graph.

    :raises DataError: where the file holds no JSON.
    """
    try:
        text = path.read_bytes()
    except OSError:  # none is published; or this is a worker that may open no files
        return make_context(reader)
    try:
        found: dict[str, Any] = json.loads(text)
    except ValueError as error:
        raise DataError(
            f"{path}: {error}.", "Write it anew: yuanhui-kg export --context-only context.jsonld."
        ) from None
    return found


# --- documents --------------------------------------------------------------------------------------------------------


def document(quads: Iterable[ox.Quad | ox.Triple], context: Mapping[str, Any], reference: str | None = None) -> bytes:
    """A graph or data set as a JSON-LD document.

    :param context: as :func:`make_context` gives it.
    :param reference: where the context is found; without it the document carries what it uses of it.
    :raises DataError: for what JSON-LD 1.1 cannot say: triple terms, texts with a base direction, an IRI that begins
        like one of the context's prefixes.
    """
    writer = _Writer(context["@context"])
    graphs: dict[Any, list[Any]] = {}
    for quad in quads:
        graphs.setdefault(getattr(quad, "graph_name", ox.DefaultGraph()), []).append(quad)
    nodes = writer.nodes(graphs.pop(ox.DefaultGraph(), []))
    for graph in sorted(graphs, key=str):
        nodes.append({"id": writer.reference(graph), "@graph": writer.nodes(graphs[graph])})
    found = {"@context": reference or writer.used_context(), "@graph": nodes}
    return serialized(found)


def serialized(value: Mapping[str, Any]) -> bytes:
    """JSON as files hold it."""
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


class _Writer:
    """Writes nodes under a context; remembers what it used of it."""

    def __init__(self, context: Mapping[str, Any]) -> None:
        self._context = context
        self._prefixes = {
            key: value
            for key, value in context.items()
            if isinstance(value, str) and value.startswith("http") and value[-1] in "#/"
        }
        self._starts = sorted(self._prefixes.items(), key=lambda item: -len(item[1]))
        self._terms: dict[str, tuple[str, Mapping[str, str]]] = {}
        for key, value in context.items():
            definition = {"@id": value} if isinstance(value, str) else value
            if key not in self._prefixes and not definition["@id"].startswith("@"):
                self._terms[self._expanded(definition["@id"])] = (key, definition)
        self._used = {"id", "type"}

    def _expanded(self, short: str) -> str:
        prefix, _, local = short.partition(":")
        return self._prefixes[prefix] + local if prefix in self._prefixes else short

    def used_context(self) -> dict[str, Any]:
        """The part of the context that the nodes written so far need."""
        used = set(self._used)
        for key in self._used:
            value = self._context[key]
            names = [value] if isinstance(value, str) else [value["@id"], value.get("@type", "")]
            used |= {name.partition(":")[0] for name in (*names, key)} & self._prefixes.keys()
        return {key: value for key, value in self._context.items() if key in used}

    def nodes(self, triples: Sequence[Any]) -> list[dict[str, Any]]:
        """One object a subject, in a stable order."""
        grouped: dict[Any, dict[str, list[Any]]] = {}
        for triple in sorted(triples, key=str):
            grouped.setdefault(triple.subject, {}).setdefault(triple.predicate.value, []).append(triple.object)
        return [self._node(subject, said) for subject, said in grouped.items()]

    def _node(self, subject: Any, said: Mapping[str, list[Any]]) -> dict[str, Any]:
        node: dict[str, Any] = {"id": self.reference(subject)}
        for predicate, objects in sorted(said.items(), key=lambda item: item[0] != _TYPE):
            if predicate == _TYPE and not any(isinstance(o, ox.Literal) for o in objects):
                node["type"] = _unwrapped([self._class(o) for o in objects])
            else:
                self._property(node, predicate, objects)
        return node

    def _class(self, term: Any) -> str:
        known = self._terms.get(term.value) if isinstance(term, ox.NamedNode) else None
        if known is None:
            return self.reference(term)
        self._used.add(known[0])
        return known[0]

    def _property(self, node: dict[str, Any], predicate: str, objects: list[Any]) -> None:
        key, definition = self._terms.get(predicate, (None, {}))
        if key is None:
            node[self._short(predicate)] = _unwrapped([self._value(o, {}) for o in objects])
            return
        fitting = [o for o in objects if _fits(o, definition)]
        if fitting:
            self._used.add(key)
            mapped = definition.get("@container") == "@language"
            node[key] = _language_map(fitting) if mapped else _unwrapped([self._value(o, definition) for o in fitting])
        if len(fitting) < len(objects):
            # Under its full IRI a property has no definition, hence no coercion.
            node[predicate] = _unwrapped([self._value(o, {}) for o in objects if o not in fitting])

    def _value(self, term: Any, definition: Mapping[str, str]) -> Any:
        coerced = definition.get("@type", "")
        if isinstance(term, ox.NamedNode | ox.BlankNode):
            reference = self.reference(term)
            return reference if coerced == "@id" else {"id": reference}
        if not isinstance(term, ox.Literal):
            raise DataError(f"JSON-LD cannot write {term}.", "Use Turtle or N-Triples for triple terms.")
        if term.language:
            if getattr(term, "direction", None):
                raise DataError(f"JSON-LD cannot write {term} with its direction.", "Use Turtle or N-Triples.")
            return {"@value": term.value, "@language": term.language}
        datatype = term.datatype.value
        if datatype == _STRING:
            return {"@value": term.value} if coerced else term.value
        if coerced and datatype == self._expanded(coerced):
            return int(term.value) if datatype == _INTEGER and _WHOLE.fullmatch(term.value) else term.value
        return {"@value": term.value, "@type": self._short(datatype)}

    def reference(self, term: Any) -> str:
        """A node's name: ``_:b0``, ``yh:thing`` or a full IRI."""
        return f"_:{term.value}" if isinstance(term, ox.BlankNode) else self._short(term.value)

    def _short(self, iri: str) -> str:
        for prefix, start in self._starts:
            # A short form that is a term of its own means that term, with its coercion, where it is a key.
            if (
                iri.startswith(start)
                and _LOCAL.fullmatch(iri[len(start) :])
                and f"{prefix}:{iri[len(start) :]}" not in self._context
            ):
                self._used.add(prefix)
                return f"{prefix}:{iri[len(start) :]}"
        scheme, _, rest = iri.partition(":")
        if scheme in self._context and not rest.startswith("//"):
            raise DataError(f"<{iri}> cannot be told from a name with the prefix {scheme}:.", "Use another format.")
        return iri


def _fits(term: Any, definition: Mapping[str, str]) -> bool:
    """Whether a value can stand under a term: only a language map takes nothing else."""
    if definition.get("@container") != "@language":
        return True
    return isinstance(term, ox.Literal) and bool(term.language) and not getattr(term, "direction", None)


def _language_map(literals: Iterable[Any]) -> dict[str, Any]:
    found: dict[str, list[str]] = {}
    for literal in literals:
        found.setdefault(literal.language, []).append(literal.value)
    return {language: _unwrapped(texts) for language, texts in sorted(found.items(), reverse=True)}


def _unwrapped(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values
