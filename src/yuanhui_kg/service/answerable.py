"""Which of the saved queries the data served here answer: all of them were written for texts in our own model."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Final

import pyoxigraph as ox

from .. import terms
from ..catalog import SavedQuery
from ..errors import OverloadedError, YuanhuiError
from ..frames import Answer
from ..graph.reading import anywhere
from . import behind, sources
from .core import Service, leave_out, sparql_job

_SECONDS: Final = 1.0  # for one query: what takes longer is taken to have an answer
_EMPTY_BYTES: Final = 64 * 1024  # of an answer without rows


def here(service: Service) -> list[SavedQuery]:
    """The saved queries that make sense here: of all those that are not known to be of other data.

    What they ask about unless told otherwise is here, and those that are to have rows have some. One that is to have none, or may
    have none, is let through where there is a text, or another data set for those that compare several.
    """
    queries = list(service.queries.values())
    try:
        told = sources.served(service)
        known = _known(service, {value for query in queries for value in _asked_about(query)})
        empty = behind.found(service, "saved queries", lambda: _without_rows(service)) or frozenset()
    except YuanhuiError:
        leave_out()
        return queries
    return [
        query
        for query in queries
        if (told.texts or (told.beside and query.expect == "any"))
        and known.issuperset(_asked_about(query))
        and query.id not in empty
    ]


def _asked_about(query: SavedQuery) -> list[str]:
    """The things (as N-Triples terms) that a saved query asks about unless it is told otherwise."""
    return [
        value
        for param in query.params
        if param.type == "iri" and param.default
        for value in [str(ox.NamedNode(terms.iri_of(param.default)))]
    ]


def _known(service: Service, things: Collection[str]) -> set[str]:
    """Of some things those of which the graph tells."""
    query = (
        f"SELECT DISTINCT ?thing WHERE {{ VALUES ?thing {{ {' '.join(sorted(things))} }} {anywhere('?thing ?p ?o')} }}"
    )
    return {str(ox.NamedNode(row["thing"]["value"])) for row in service.select(query)}


def _without_rows(service: Service) -> frozenset[str]:
    """The ids of the queries that are to have rows, and have none; of a large graph none is asked. Raises :class:`OverloadedError`."""
    if service.data("stats", {})["triples"] > sources.MOST_LOOKED_AT:
        return frozenset()
    return frozenset(
        query.id
        for query in service.queries.values()
        if query.expect == "rows" and query.kind == "solutions" and not _has_rows(service, query)
    )


def _has_rows(service: Service, query: SavedQuery) -> bool:
    try:
        answer = service.ask("sparql", sparql_job(query.text, bindings=query.bindings()), timeout=_SECONDS)
    except OverloadedError:
        raise
    except YuanhuiError:  # a limit was passed, or a value is missing
        return True
    rows = answer.size >= _EMPTY_BYTES or bool(json.loads(answer.read())["results"]["bindings"])
    if isinstance(answer, Answer):
        answer.close()
    return rows
