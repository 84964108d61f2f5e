"""The names under which clients ask for formats: media types and their older labels, short names, extensions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final

from ..errors import NotAcceptableError, UsageError
from ..query import GRAPH_FORMATS, RESULTS_FORMATS
from .negotiate import choose, names, parse_accept, quality

_RESULTS_JSON: Final = "application/sparql-results+json"
_RESULTS_XML: Final = "application/sparql-results+xml"

#: What may stand in ``Content-Type``, and the format that it is. Exact names come first: an older label is used only
#: where a client prefers it.
RESULTS_LABELS: Final[dict[str, str]] = {
    **{name: name for name in RESULTS_FORMATS},
    "application/json": _RESULTS_JSON,
    "application/xml": _RESULTS_XML,
    "text/xml": _RESULTS_XML,
    "text/json": _RESULTS_JSON,
}
GRAPH_LABELS: Final[dict[str, str]] = {
    **{name: name for name in GRAPH_FORMATS},
    "application/turtle": "text/turtle",
    "application/x-turtle": "text/turtle",
    "text/x-turtle": "text/turtle",
    "text/rdf+n3": "text/n3",
    "application/n3": "text/n3",
    "application/x-trig": "application/trig",
    "text/x-nquads": "application/n-quads",
    "text/n-quads": "application/n-quads",
    "text/ntriples": "application/n-triples",
    "text/n-triples": "application/n-triples",
    "application/json": "application/ld+json",
    "application/xml": "application/rdf+xml",
    "text/xml": "application/rdf+xml",
    "text/plain": "application/n-triples",
}

#: Extensions of RDF files (``/data/<name>.<ext>``) and their media types.
EXTENSIONS: Final[dict[str, str]] = {
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "nq": "application/n-quads",
    "trig": "application/trig",
    "rdf": "application/rdf+xml",
    "jsonld": "application/ld+json",
    "json": "application/json",
    "n3": "text/n3",
}

_RESULTS_NAMES: Final = {
    "json": _RESULTS_JSON,
    "srj": _RESULTS_JSON,
    "xml": _RESULTS_XML,
    "srx": _RESULTS_XML,
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
}
_GRAPH_NAMES: Final = {
    **{extension: GRAPH_LABELS[name] for extension, name in EXTENSIONS.items()},
    "xml": "application/rdf+xml",
    "turtle": "text/turtle",
    "ntriples": "application/n-triples",
    "n-triples": "application/n-triples",
    "nquads": "application/n-quads",
    "n-quads": "application/n-quads",
    "rdfxml": "application/rdf+xml",
    "rdf-xml": "application/rdf+xml",
    "rdf+xml": "application/rdf+xml",
    "json-ld": "application/ld+json",
}
_USUAL: Final = 500  # characters of an Accept header and wishes
#: Names that ask for nothing in particular (Virtuoso's forms send them).
_NO_WISH: Final = frozenset(["", "auto"])


def extension_of(media_type: str) -> str:
    """The extension of an RDF format's files."""
    return next(extension for extension, name in EXTENSIONS.items() if name == media_type)


def wanted(accept: str | None, wishes: Iterable[str]) -> tuple[str | None, str | None]:
    """The ``Content-Type`` for solutions and booleans, and that for the triples of CONSTRUCT and DESCRIBE.

    :param wishes: values of ``format`` and its aliases, see :func:`_wanted`.
    :raises NotAcceptableError: where neither has an acceptable form; one that has none is ``None``.
    """
    wishes = tuple(wishes)
    # Clients send one and the same header again and again. A long one is not worth its place.
    choose_both = _both if len(accept or "") + sum(map(len, wishes)) < _USUAL else _both.__wrapped__
    results, graph = choose_both(accept, wishes)
    if results is None and graph is None:
        raise NotAcceptableError(
            "No format that was asked for is offered here.",
            f"Ask for one of {', '.join([*RESULTS_FORMATS, *GRAPH_FORMATS])}.",
        )
    return results, graph


@lru_cache(maxsize=512)
def _both(accept: str | None, wishes: tuple[str, ...]) -> tuple[str | None, str | None]:
    return results_type(accept, wishes), graph_type(accept, wishes)


def results_type(accept: str | None, wishes: Iterable[str]) -> str | None:
    """The ``Content-Type`` for solutions and booleans, ``None`` where nothing acceptable is offered."""
    return _wanted(accept, wishes, RESULTS_LABELS, _RESULTS_NAMES)


def graph_type(accept: str | None, wishes: Iterable[str]) -> str | None:
    """Likewise for triples."""
    return _wanted(accept, wishes, GRAPH_LABELS, _GRAPH_NAMES)


def checked(wishes: Iterable[str]) -> list[str]:
    """Values of ``format`` as names. Raises :class:`UsageError` for a short name that is unknown.

    SPARQLWrapper puts lists of media types there, some of them known to nobody else: such a type is kept as a wish
    that cannot be met. A ``+`` that was not percent-encoded arrives as a blank; no name holds one.
    """
    known = {*_RESULTS_NAMES, *_GRAPH_NAMES}
    found = []
    for wish in (part for value in wishes for part in value.split(",")):
        name = wish.partition(";")[0].strip().lower().replace(" ", "+")
        if name in _NO_WISH:
            continue
        if name not in known and "/" not in name:
            raise UsageError(
                f"There is no format {wish[:100]!r}.",
                f"Known are {', '.join(dict.fromkeys([*_RESULTS_NAMES, *_GRAPH_NAMES]))}, and media types.",
            )
        found.append(name)
    return found


def _wanted(
    accept: str | None, wishes: Iterable[str], labels: Mapping[str, str], names_known: Mapping[str, str]
) -> str | None:
    """``format`` chooses among what ``Accept`` allows; where they disagree ``Accept`` decides.

    A format of the other kind (``ttl`` for a SELECT) is passed over where ``Accept`` names a type, as SPARQLWrapper
    sends one and the same ``format`` for every query; it is unacceptable where nothing else says what is wanted.
    """
    wishes = list(wishes)
    suited = [wish if wish in labels else names_known[wish] for wish in wishes if wish in labels or wish in names_known]
    ranges = parse_accept(accept)
    for wish in suited:
        if quality(ranges, wish) > 0:
            return wish
    if wishes and not suited and not names(accept):
        return None
    return choose(accept, list(labels))
