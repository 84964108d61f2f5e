"""SPARQL text in, serialised bytes out, where another server evaluates it (the setting ``endpoint``).

What is refused, what the formats are and what errors look like is as in :mod:`yuanhui_kg.query`: the text is screened
and parsed here first, so that nothing but SPARQL 1.1 queries without ``SERVICE`` reaches the server; its answer is
parsed and written anew in the format that was asked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import IO, Any, Final

import pyoxigraph as ox

from .errors import NotFoundError, QueryRefusedError
from .query import (
    GRAPH_FORMATS,
    RESULTS_FORMATS,
    QueryRequest,
    beyond_engine,
    graph_name,
    not_acceptable,
    syntax_error,
    term,
    unknown_function,
    unsupported,
    write_graph,
    write_results,
)
from .remote import Dataset, RemoteReader, malformed, with_values
from .screening import screen

_BOOLEANS: Final = {True: b'{"head":{},"boolean":true}', False: b'{"head":{},"boolean":false}'}


def evaluate(reader: RemoteReader, request: QueryRequest, out: IO[bytes], *, max_nesting: int = 100) -> dict[str, Any]:
    """As :func:`yuanhui_kg.query.evaluate`, the dataset being the server's.

    :raises RemoteError: and its kin, where the server fails or does not answer in full.
    """
    screened = screen(request.query, max_nesting, request.base)
    try:
        shape = ox.Store().query(request.query, base_iri=request.base or None)
    except SyntaxError as error:
        raise syntax_error(error, request.query) from None
    except RuntimeError as error:
        if name := unknown_function(error):
            raise unsupported(name) from None
        raise beyond_engine(error) from None
    for iri in (*request.default_graphs, *request.named_graphs, *screened.graphs):
        if not reader.has_graph(graph_name(iri).value):
            raise _unknown_graph(iri)
    based = f"BASE <{request.base}>\n" if request.base else ""  # the server would take its own address
    text = with_values(based + request.query, {name: term(value) for name, value in request.bindings.items()})
    given = bool(request.default_graphs or request.named_graphs)
    dataset = Dataset(request.default_graphs, request.named_graphs, bool(screened.graphs) and not given)
    if isinstance(shape, ox.QueryTriples):
        return _graph(reader.triples(text, dataset), request.graph_type, out)
    if request.results_type is None:
        raise not_acceptable("solutions", RESULTS_FORMATS)
    if isinstance(shape, ox.QueryBoolean):
        yes = _BOOLEANS[reader.boolean(text, dataset)]
        write_results(ox.parse_query_results(yes, format=ox.QueryResultsFormat.JSON), request.results_type, out)
        return {"media_type": request.results_type, "kind": "boolean"}
    try:
        with reader.results(text, dataset) as found:
            write_results(found, request.results_type, out)
    except (SyntaxError, ValueError) as error:
        raise malformed(reader.host, error) from None
    return {"media_type": request.results_type, "kind": "solutions"}


def _unknown_graph(iri: str) -> QueryRefusedError:
    """A query names a graph that the other server does not have, and that it might fetch."""
    return QueryRefusedError(
        f"The graph <{iri}> is not in this store, and nothing is fetched from elsewhere.",
        "Leave FROM out for the default graph, or list the graphs with: SELECT DISTINCT ?g { GRAPH ?g {} }.",
    )


def _graph(triples: Iterable[ox.Triple], media_type: str | None, out: IO[bytes]) -> dict[str, Any]:
    if media_type is None:
        raise not_acceptable("triples", GRAPH_FORMATS)
    return write_graph(triples, media_type, out)


def graph(reader: RemoteReader, iri: str | None, media_type: str, out: IO[bytes]) -> dict[str, Any]:
    """One graph's triples (the default graph's for ``None``). Raises :class:`NotFoundError`."""
    pattern = "?s ?p ?o"
    if iri is not None:
        if not reader.has_graph(iri):
            raise NotFoundError(f"There is no graph <{iri}>.", "List them with: SELECT ?g { GRAPH ?g {} }.")
        pattern = f"GRAPH {graph_name(iri)} {{ ?s ?p ?o }}"
    rows = reader.select(f"SELECT ?s ?p ?o WHERE {{ {pattern} }}")
    return _graph((ox.Triple(*row) for row in rows), media_type, out)


def dump(reader: RemoteReader, media_type: str, out: IO[bytes], *, graphs: bool) -> dict[str, Any]:
    """The default graph, with ``graphs`` the named ones too, read in parts where the server cuts."""
    rows = reader.select("SELECT ?s ?p ?o WHERE { ?s ?p ?o }")
    quads: Iterable[ox.Quad] = (ox.Quad(*row) for row in rows)
    if graphs:
        named = reader.select("SELECT ?s ?p ?o ?g WHERE { GRAPH ?g { ?s ?p ?o } }")
        quads = (quad for part in (quads, (ox.Quad(*row) for row in named)) for quad in part)
        return write_graph(quads, media_type, out)
    return write_graph((quad.triple for quad in quads), media_type, out)
