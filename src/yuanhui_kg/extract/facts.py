"""Facts of a draft on their way to triples: subject, predicate and object as CURIEs or ``<IRI>``, or a literal as object."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Final

import pyoxigraph as ox

from .. import pinyin
from ..namespaces import PREFIXES

Fact = tuple[str, str, str | ox.Literal]

_LONGEST_NAME: Final = 80


def triples_of(facts: Iterable[Fact]) -> Iterator[ox.Triple]:
    """The facts as triples, each once, in their order."""
    for subject, predicate, value in dict.fromkeys(facts):
        yield ox.Triple(_node(subject), _node(predicate), _node(value) if isinstance(value, str) else value)


@functools.lru_cache(maxsize=4096)
def _node(name: str) -> ox.NamedNode:
    if name.startswith("<"):
        return ox.NamedNode(name[1:-1])
    prefix, _, local = name.partition(":")
    return ox.NamedNode(PREFIXES[prefix] + local)


def typed(text: str, datatype: str) -> ox.Literal:
    """A literal of a datatype that is given as a CURIE."""
    return ox.Literal(text, datatype=_node(datatype))


def integer(value: int) -> ox.Literal:
    return typed(str(value), "xsd:integer")


def decimal(value: Decimal) -> ox.Literal:
    return typed(f"{value.normalize():f}", "xsd:decimal")


def chinese(text: str) -> ox.Literal:
    return ox.Literal(text, language="zh")


def labels(node: str, zh: str, en: str) -> Iterator[Fact]:
    """The two labels that everything has."""
    yield node, "skos:prefLabel", chinese(zh)
    yield node, "skos:prefLabel", ox.Literal(en, language="en")


def slug(name: str) -> str:
    """A name as a part of an IRI: pinyin and Latin letters, with hyphens; empty where it has neither."""
    parts = [
        pinyin.syllables(part) if re.search("[\u4e00-\u9fff]", part) else [part.lower()]
        for part in re.findall(r"[\u4e00-\u9fff]+|[A-Za-z0-9]+", name)
    ]
    return "-".join(syllable for part in parts for syllable in part)[:_LONGEST_NAME].strip("-")


def local(node: str) -> str:
    """What of a node's name may stand inside another name."""
    return re.sub(r"[^A-Za-z0-9-]", "", node.rsplit("/", 1)[-1].removeprefix("yh:"))
