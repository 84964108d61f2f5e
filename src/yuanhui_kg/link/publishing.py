"""Links as RDF: from a table in SSSOM/TSV, the master, to the triples themselves and a description of their set.

What is published are the links that somebody, or the matcher, has accepted: rows whose ``decision`` is ``accept``, or that
have no such column. Each is a triple and a ``sssom:Mapping`` that says why; the set is a ``void:Linkset`` (VoID, section 5).
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Final, NoReturn

import pyoxigraph as ox

from ..errors import DataError
from ..namespaces import PREFIXES
from .matcher import ACCEPT
from .sssom import NO_TERM

_SSSOM: Final = "https://w3id.org/sssom/"
_KNOWN: Final = PREFIXES | {"semapv": "https://w3id.org/semapv/vocab/", "sssom": _SSSOM}
_NEEDED: Final = ("subject_id", "predicate_id", "object_id", "mapping_justification")
_PREDICATES: Final = tuple(
    [PREFIXES["skos"] + name for name in ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")]
    + [PREFIXES["owl"] + "sameAs"]
)
_SAME: Final = PREFIXES["owl"] + "sameAs"
_SLOT: Final = re.compile(r"#?\s?([a-z_]+):\s*(.*)")
_PREFIX: Final = re.compile(r"#?\s{2,}([\w.-]+):\s*(\S+)")
_TEXTS: Final = ("subject_label", "object_label", "author_label", "reviewer_label", "mapping_tool", "match_string")
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class LinkSet:
    """A set of links as its table has it.

    :param about: the header's slots, such as ``mapping_set_id`` and ``license``.
    :param prefixes: of its CURIEs.
    :param rows: with the number of their line in the file.
    """

    path: Path
    about: Mapping[str, str]
    prefixes: Mapping[str, str]
    rows: tuple[tuple[int, Mapping[str, str]], ...]

    @property
    def iri(self) -> str:
        return self.about["mapping_set_id"]


def read_sssom(path: Path) -> LinkSet:
    """A table of links. Raises :class:`DataError` naming file and line."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: cannot be read: {error}.", "Give a table in SSSOM/TSV, in UTF-8.") from None
    head = next((n for n, line in enumerate(lines) if not line.startswith("#")), len(lines))
    about, prefixes = _header(lines[:head])
    if not about.get("mapping_set_id"):
        raise DataError(f"{path}: its header has no mapping_set_id.", "Add a line: #mapping_set_id: IRI.")
    columns = lines[head].split("\t") if head < len(lines) else []
    missing = [name for name in _NEEDED if name not in columns]
    if missing:
        raise DataError(f"{path}, line {head + 1}: there is no column {', '.join(missing)}.", "SSSOM asks for it.")
    rows = []
    for number, cells in enumerate(
        csv.reader(lines[head + 1 :], delimiter="\t", quoting=csv.QUOTE_NONE), start=head + 2
    ):
        if len(cells) > len(columns):
            raise DataError(f"{path}, line {number}: more cells than columns.", "Take out the tabs that are too many.")
        if any(cells):
            rows.append((number, dict(zip_longest(columns, cells, fillvalue=""))))
    return LinkSet(path, about, prefixes, tuple(rows))


def _header(lines: list[str]) -> tuple[dict[str, str], dict[str, str]]:
    about: dict[str, str] = {}
    prefixes: dict[str, str] = dict(_KNOWN)
    slot = ""
    for line in lines:
        if slot == "curie_map" and (found := _PREFIX.fullmatch(line)):
            prefixes[found[1]] = found[2].strip("\"'")
        elif found := _SLOT.fullmatch(line):
            slot = found[1]
            about[slot] = found[2].strip().strip("\"'")
    return about, prefixes


def published(links: LinkSet) -> Iterator[ox.Triple]:
    """The triples of a set of links.

    :raises DataError: naming file and line, where an identifier is none, a predicate is no mapping's, or ``owl:sameAs`` is said of
        what nobody has reviewed.
    """
    return _Publishing(links).triples()


def _texts(told: Mapping[str, str], slot: str) -> Iterator[ox.Literal]:
    """What a slot says. SSSOM knows no languages: an extension slot beside it (``comment_zh``) says the same in Chinese."""
    chinese = told.get(f"{slot}_zh")
    if told.get(slot):
        yield ox.Literal(told[slot], language="en") if chinese else ox.Literal(told[slot])
    if chinese:
        yield ox.Literal(chinese, language="zh")


class _Publishing:
    def __init__(self, links: LinkSet) -> None:
        self._links = links
        self._set = ox.NamedNode(self._expanded(0, links.iri))

    def triples(self) -> Iterator[ox.Triple]:
        predicates: Counter[str] = Counter()
        for line, row in self._links.rows:
            if row.get("decision", ACCEPT) != ACCEPT or row["object_id"] == NO_TERM:
                continue
            link = self._link(line, row)
            predicates[link.predicate.value] += 1
            yield link
            yield from self._mapping(line, row, link)
        yield from self._about(predicates)

    def _link(self, line: int, row: Mapping[str, str]) -> ox.Triple:
        predicate = self._node(line, row["predicate_id"])
        if predicate.value not in _PREDICATES:
            self._fail(
                line, f"{row['predicate_id']} links nothing", "Use one of SKOS' mapping properties, or owl:sameAs."
            )
        if predicate.value == _SAME and not row.get("reviewer_label"):
            self._fail(
                line, "owl:sameAs without a reviewer", "Have it reviewed (reviewer_label), or use skos:exactMatch."
            )
        return ox.Triple(self._node(line, row["subject_id"]), predicate, self._node(line, row["object_id"]))

    def _mapping(self, line: int, row: Mapping[str, str], link: ox.Triple) -> Iterator[ox.Triple]:
        node = ox.NamedNode(f"{self._set.value}/{hashlib.sha256(str(link).encode()).hexdigest()[:16]}")
        yield self._told(self._set, "mappings", node)
        yield ox.Triple(node, _iri("rdf", "type"), ox.NamedNode(_SSSOM + "Mapping"))
        for name, part in (("Source", link.subject), ("Property", link.predicate), ("Target", link.object)):
            yield ox.Triple(node, _iri("owl", f"annotated{name}"), part)
        yield self._told(node, "mapping_justification", self._node(line, row["mapping_justification"]))
        for name in _TEXTS:
            if row.get(name):
                yield self._told(node, name, ox.Literal(row[name]))
        if row.get("confidence"):
            yield self._told(node, "confidence", self._number(line, row["confidence"]))
        if row.get("mapping_date"):
            yield self._told(node, "mapping_date", self._date(line, row["mapping_date"]))
        for text in _texts(row, "comment"):
            yield ox.Triple(node, _iri("rdfs", "comment"), text)

    def _about(self, predicates: Counter[str]) -> Iterator[ox.Triple]:
        about = self._links.about
        for type in (_iri("void", "Linkset"), ox.NamedNode(_SSSOM + "MappingSet")):
            yield ox.Triple(self._set, _iri("rdf", "type"), type)
        for predicate in sorted(predicates):
            yield ox.Triple(self._set, _iri("void", "linkPredicate"), ox.NamedNode(predicate))
        yield ox.Triple(self._set, _iri("void", "triples"), ox.Literal(predicates.total()))
        for slot, name in (("mapping_set_title", "title"), ("mapping_set_description", "description")):
            for text in _texts(about, slot):
                yield ox.Triple(self._set, _iri("dcterms", name), text)
        if about.get("license"):
            yield ox.Triple(self._set, _iri("dcterms", "license"), self._node(0, about["license"]))
        if about.get("mapping_date"):
            yield ox.Triple(self._set, _iri("dcterms", "created"), self._date(0, about["mapping_date"]))
        for slot, name in (("subject_source", "subjectsTarget"), ("object_source", "objectsTarget")):
            if about.get(slot):
                yield ox.Triple(self._set, _iri("void", name), self._node(0, about[slot]))

    def _told(self, node: ox.NamedNode, slot: str, value: ox.NamedNode | ox.Literal) -> ox.Triple:
        return ox.Triple(node, ox.NamedNode(_SSSOM + slot), value)

    def _number(self, line: int, text: str) -> ox.Literal:
        if not re.fullmatch(r"0(\.\d+)?|1(\.0+)?", text):
            self._fail(line, f"the confidence {text!r} is none", "Write a number from 0 to 1.")
        return ox.Literal(text, datatype=_iri("xsd", "decimal"))

    def _date(self, line: int, text: str) -> ox.Literal:
        if not _DATE.fullmatch(text):
            self._fail(line, f"{text!r} is no date", "Write it as 2026-11-27.")
        return ox.Literal(text, datatype=_iri("xsd", "date"))

    def _node(self, line: int, text: str) -> ox.NamedNode:
        try:
            return ox.NamedNode(self._expanded(line, text))
        except ValueError:
            self._fail(line, f"{text!r} is no IRI", "Write it in full, or as a CURIE.")

    def _expanded(self, line: int, text: str) -> str:
        prefix, colon, local = text.partition(":")
        if colon and prefix in self._links.prefixes:
            return self._links.prefixes[prefix] + local
        if not colon or not (local.startswith("//") or prefix == "urn"):
            self._fail(line, f"the prefix of {text!r} is not known", "Declare it in the header (curie_map).")
        return text

    def _fail(self, line: int, what: str, hint: str) -> NoReturn:
        where = f"line {line}" if line else "header"
        raise DataError(f"{self._links.path}, {where}: {what}.", hint)


def _iri(prefix: str, name: str) -> ox.NamedNode:
    return ox.NamedNode(PREFIXES[prefix] + name)


def write_links(links: LinkSet) -> bytes:
    """A set of links as Turtle, in a fixed order. Raises what :func:`published` raises."""
    used = {
        name: links.prefixes[name]
        for name in ("dcterms", "owl", "rdf", "rdfs", "semapv", "skos", "sssom", "void", "xsd", "yh")
    }
    triples = sorted(published(links), key=str)
    return bytes(ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=used) or b"")
