"""Names of things: IRI, CURIE, local id and label, each into the others.

An *id* is the short name under which people know a thing: the local name of an IRI below ``yh:``
(``yuanhui-district``), else its CURIE (``yho:isLocatedIn``), else the IRI itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import unquote

import pyoxigraph as ox

from .errors import UsageError
from .namespaces import PREFIXES, YH, YHO

_LOCAL: Final = re.compile(r"[^\W_](?:[\w.\-]*[\w\-])?")
_WEB: Final = re.compile(r"https?://[^/\s]", re.IGNORECASE)
# Longest namespace first: the ontology's must not be taken for a prefix of something shorter.
_NAMESPACES: Final = sorted(PREFIXES.items(), key=lambda item: -len(item[1]))
# Characters that change how a text reads without being seen; no honest IRI holds them.
_INVISIBLE: Final = re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


def is_iri(text: str) -> bool:
    """Whether ``text`` is an absolute IRI (RFC 3987), without characters that cannot be seen."""
    if _INVISIBLE.search(text):
        return False
    try:
        ox.NamedNode(text)
    except ValueError:
        return False
    return True


def link(iri: str) -> str | None:
    """``iri`` where a page may link to it (``http`` and ``https`` only), else ``None``."""
    return iri if _WEB.match(iri) and is_iri(iri) else None


def id_of(iri: str) -> str:
    """The id of an IRI. It reads back: ``iri_of(id_of(iri)) == iri``."""
    if iri.startswith(YH) and _LOCAL.fullmatch(local := iri[len(YH) :]):
        return local
    for prefix, namespace in _NAMESPACES:
        if iri.startswith(namespace) and _LOCAL.fullmatch(local := iri[len(namespace) :]):
            return f"{prefix}:{local}"
    return iri


def iri_of(text: str, namespace: str = str(YH)) -> str:
    """The IRI that an IRI (bare or in ``<>``), a CURIE or a local name means.

    :param namespace: where local names live: resources by default, ``YHO`` for terms of the ontology.
    :raises UsageError: where it can be read as none of the three.
    """
    text = text.strip(" \t\r\n")
    if text.startswith("<") and text.endswith(">"):
        text = text[1:-1]
    prefix, colon, local = text.partition(":")
    if colon and prefix in PREFIXES and not local.startswith("//"):
        iri = PREFIXES[prefix] + local
    elif colon:
        iri = text
    elif _LOCAL.fullmatch(text):
        iri = namespace + text
    else:
        iri = ""
    if not iri or not is_iri(iri):
        raise UsageError(
            f"{text[:200]!r} is neither an IRI nor a known CURIE nor a local name.",
            "Give for instance https://w3id.org/yuanhui-kg/id/NAME, yh:NAME or NAME.",
        )
    return iri


def term_of(text: str) -> str:
    """As :func:`iri_of`, local names being terms of the ontology: ``isLocatedIn`` means ``yho:isLocatedIn``."""
    return iri_of(text, str(YHO))


def local_name(iri: str) -> str:
    """What stands behind the last ``#`` or ``/`` of an IRI (the IRI itself where nothing does)."""
    return re.split(r"[#/]", iri)[-1] or iri


def readable_name(iri: str) -> str:
    """The local name of an IRI for people: percent-encoded characters as themselves, where they are text."""
    name = local_name(iri)
    if "%" not in name:
        return name
    try:
        text = unquote(name, errors="strict")
    except UnicodeDecodeError:
        return name
    return text if text.strip() and text.isprintable() else name


def label(labels: Mapping[str, str], language: str, otherwise: str = "") -> str:
    """The label in ``language``, else in the other language, else whatever stands in for one."""
    for tag in (language, "zh", "en"):
        if labels.get(tag):
            return labels[tag]
    return next((text for text in labels.values() if text), otherwise)
