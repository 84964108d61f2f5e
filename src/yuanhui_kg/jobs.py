"""What a worker can be asked to do, by name. Runs inside the worker, over data that the zygote prepared."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

import pyoxigraph as ox

from . import fingerprint
from .errors import AnswerTooLargeError, NotFoundError, QuerySyntaxError, QueryTooComplexError, UsageError
from .namespaces import PREFIXES
from .patterns import calls_service
from .query import DATASET_FORMATS, GRAPH_FORMATS, QueryRequest, evaluate, holding, write_graph
from .settings import Settings
from .store import Reader, StoreReader

if TYPE_CHECKING:  # imported where they are used: a session without indexes starts without numpy
    from .columns import FigureColumns
    from .export.choosing import Answer, Choice
    from .federation import Federation
    from .graph.index import NeighbourIndex
    from .remote import RemoteReader
    from .search import SearchIndex
    from .tallies import Tallies

Job = Callable[["Data", Mapping[str, Any], IO[bytes]], dict[str, Any]]

_EARLIER: Final = 0.1  # seconds


@dataclass
class Data:
    """Everything that a worker reads: a store, embedded or remote, and the indexes made from it.

    An index is ``None`` where it was not asked for, or where the remote store is too large for it. Neighbours, search and
    columns may be of an earlier generation than the store; ``tallies`` are of the store's own, or not there.
    """

    store: ox.Store | RemoteReader
    settings: Settings
    neighbours: NeighbourIndex | None = None
    search: SearchIndex | None = None
    federation: Federation | None = None
    columns: FigureColumns | None = None
    tallies: Tallies | None = None
    #: The generation that neighbours are of, or what tells the data in memory from what they were; empty where none is kept.
    generation: str = ""

    @property
    def reader(self) -> Reader:
        return StoreReader(self.store) if isinstance(self.store, ox.Store) else self.store

    def begin(self, seconds: float, deadline: float) -> None:
        """A job begins that is killed at ``deadline``: what goes over the network gives up a little earlier.

        :param seconds: from when the job was given to its deadline (:func:`time.monotonic`, one clock for all processes).
        """
        earlier = deadline - min(_EARLIER, seconds / 10)
        if not isinstance(self.store, ox.Store):
            self.store.until(earlier)
        if self.federation is not None:
            self.federation.until(earlier)


def preload() -> None:
    """Import what jobs need, once and for all processes that are forked from this one."""
    import graspologic_native  # noqa: F401
    import rustworkx  # noqa: F401
    import xlsxwriter  # noqa: F401

    from . import cite, columns, compare, entities, figures, graph_jobs, marks, search, tallies, views  # noqa: F401
    from .export import exporting, jsonld, rdf12, tables  # noqa: F401
    from .graph import analysis, building, common, index, patching, paths  # noqa: F401
    from .variants import simplified

    simplified()  # whose files a worker cannot open


def build_neighbours(reader: Reader, settings: Settings) -> NeighbourIndex:
    from .graph.index import NeighbourIndex

    return NeighbourIndex.build(reader, settings.relations)


def patch_neighbours(
    index: NeighbourIndex, store: ox.Store, journals: Iterable[bytes], settings: Settings
) -> NeighbourIndex | None:
    """The index brought up to date with what writers noted; ``None`` where it has to be built anew."""
    from . import journal
    from .graph.patching import patched

    triples = [triple for text in journals for triple in journal.read(text)]
    return patched(index, store, triples, settings.relations)


def build_search(reader: Reader, path: Path, neighbours: NeighbourIndex) -> None:
    """Write the search index to ``path``; better connected things rank higher."""
    from .search import SearchIndex

    SearchIndex.build(reader, path, neighbours.degree).close()


def build_columns(reader: Reader) -> FigureColumns:
    from .columns import FigureColumns

    return FigureColumns.read(reader)


def build_tallies(reader: Reader) -> Tallies:
    from .tallies import Tallies

    return Tallies.read(reader)


def open_search(path: Path) -> SearchIndex:
    from .search import SearchIndex

    return SearchIndex(path)


def run(name: str, parameters: Mapping[str, Any], data: Data, out: IO[bytes]) -> dict[str, Any]:
    """Do the job ``name``, write the answer to ``out``; the answer's head. Raises :class:`YuanhuiError`."""
    return JOBS[name](data, parameters, out)


def _sparql(data: Data, parameters: Mapping[str, Any], out: IO[bytes]) -> dict[str, Any]:
    settings = data.settings
    request = QueryRequest(**_values(parameters))
    if not isinstance(data.store, ox.Store):
        from . import passing

        return passing.evaluate(data.store, request, out, max_nesting=settings.max_query_nesting)
    options: Any = {"max_nesting": settings.max_query_nesting, "union": settings.union_default_graph}
    if data.federation is not None and calls_service(request.query):
        from . import federation

        return federation.evaluate(data.store, request, out, data.federation, **options)
    if data.tallies is not None and not settings.union_default_graph and (counted := data.tallies.asked(request)):
        with suppress(QuerySyntaxError, QueryTooComplexError):  # which are told of the query as it was sent
            return evaluate(data.tallies.store, counted, out, **options)
    return evaluate(data.store, request, out, **options)


def _values(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters as they came through JSON, with tuples in the place of lists."""
    return {name: tuple(value) if isinstance(value, list) else value for name, value in parameters.items()}


def _of_graph(name: str) -> Job:
    def job(data: Data, parameters: Mapping[str, Any], out: IO[bytes]) -> dict[str, Any]:
        from . import graph_jobs

        out.write(graph_jobs.answer(name, data, parameters))
        return {"media_type": "application/json"}

    return job


def _analytics(data: Data, parameters: Mapping[str, Any], out: IO[bytes]) -> dict[str, Any]:
    """A measure of the graph, as JSON or CSV. Its worker is not used again: such work leaves much memory behind."""
    from . import graph_jobs
    from .graph import analysis

    found = graph_jobs.measure(data, {n: v for n, v in parameters.items() if n != "format"})
    if parameters.get("format") == "csv":
        out.write(analysis.to_csv(found))
        return {"media_type": "text/csv", "retire": True}
    return {**_json(found, out), "retire": True}


def _search(data: Data, parameters: Mapping[str, Any], out: IO[bytes]) -> dict[str, Any]:
    if data.search is None and isinstance(data.store, ox.Store):
        raise UsageError("The search index was not prepared for this session.")
    asked = (parameters["q"], parameters.get("limit", 20), tuple(parameters.get("types", ())))
    if data.search is None:
        from . import nearby

        return _json(nearby.search(data.reader, *asked), out)
    found = data.search.search(*asked)
    return _json(found, out)


def _entity(data: Data, parameters: Mapping[str, Any], out: IO[bytes]) -> dict[str, Any]:
    from . import entities

    return _json(entities.describe(data.reader, parameters["iri"]), out)


def _resource(data: Data, parameters: Mapping[str, Any], out: IO[bytes]) -> dict[str, Any]:
    from . import entities

    triples: Iterable[ox.Triple] = entities.description(data.reader, parameters["iri"])
    return write_graph(triples, parameters["media_type"], out)


def _dump(data: Data, parameters: Mapping[str, Any], out: IO[bytes]) -> dict[str, Any]:
    """The default graph, or every graph where the format can name them."""
    media_type = parameters["media_type"]
    format = GRAPH_FORMATS[media_type]
    if not isinstance(data.store, ox.Store):
        from . import passing

        return passing.dump(data.store, media_type, out, graphs=media_type in DATASET_FORMATS)
    from_graph = None if media_type in DATASET_FORMATS else ox.DefaultGraph()
    try:
        with holding(media_type, out) as stream:
            data.store.dump(stream, format, from_graph=from_graph, prefixes=PREFIXES)
    except AnswerTooLargeError as error:
        raise AnswerTooLargeError(
            error.message, "The command yuanhui-kg dump has no such limit; graphs can be had one by one at /graphs."
        ) from None
    return {"media_type": media_type, "kind": "graph"}


def _graph(data: Data, parameters: Mapping[str, Any], out: IO[bytes]) -> dict[str, Any]:
    """One graph's triples and, in the head, its fingerprint; :class:`NotFoundError` where there is no such graph."""
    iri, media_type = parameters["graph"], parameters["media_type"]
    if not isinstance(data.store, ox.Store):
        from . import passing

        return passing.graph(data.store, iri, media_type, out)
    graph = ox.DefaultGraph() if iri is None else ox.NamedNode(iri)
    if isinstance(graph, ox.NamedNode) and not data.store.contains_named_graph(graph):
        raise NotFoundError(f"There is no graph <{iri}>.", "List them with: SELECT ?g { GRAPH ?g {} }.")
    triples = (quad.triple for quad in data.store.quads_for_pattern(None, None, None, graph))
    return {**write_graph(triples, media_type, out), "fingerprint": fingerprint.of_graph(data.store, graph)}


def _fingerprint(data: Data, parameters: Mapping[str, Any], out: IO[bytes]) -> dict[str, Any]:
    """The fingerprint of a graph; ``null`` for one that is not there, and for those of another server."""
    iri = parameters["graph"]
    if not isinstance(data.store, ox.Store):
        return _json(None, out)
    graph = ox.DefaultGraph() if iri is None else ox.NamedNode(iri)
    there = iri is None or data.store.contains_named_graph(graph)
    return _json(fingerprint.of_graph(data.store, graph) if there else None, out)


def _stats(data: Data, parameters: Mapping[str, Any], out: IO[bytes]) -> dict[str, Any]:
    from . import entities

    return _json(entities.stats(data.reader), out)


def _checks(data: Data, parameters: Mapping[str, Any], out: IO[bytes]) -> dict[str, Any]:
    from . import check, rules

    chosen = rules.load(data.settings.rules, parameters.get("rules", ()))
    found = check.check(data.reader, chosen)
    return _json(check.report(found, chosen, problems=parameters.get("problems", False)), out)


def _figures(data: Data, parameters: Mapping[str, Any], out: IO[bytes]) -> dict[str, Any]:
    from . import figures
    from .export import tables

    fields = ("subjects", "indicators", "periods", "kinds", "breakdowns", "sources")
    wanted = figures.Selection(**{name: tuple(parameters.get(name, ())) for name in fields})
    offset = parameters.get("offset", 0)
    rows, total = figures.page(data.reader, wanted, offset, parameters.get("limit"))
    told = {"total": total}
    format = parameters.get("format", "json")
    if format == "csv":
        out.write(tables.to_csv(rows, bom=bool(parameters.get("bom"))))
        return {"media_type": tables.CSV_TYPE, **told}
    if format == "xlsx":
        out.write(tables.to_xlsx(rows))
        return {"media_type": tables.XLSX_TYPE, **told}
    return {**_json({"count": total, "offset": offset, "figures": figures.as_json(rows)}, out), **told}


def _figure_groups(data: Data, parameters: Mapping[str, Any], out: IO[bytes]) -> dict[str, Any]:
    from .grouping import Question

    question = Question.from_json(parameters)
    return _json((data.columns or build_columns(data.reader)).answer(question), out)


def _compare(data: Data, parameters: Mapping[str, Any], out: IO[bytes]) -> dict[str, Any]:
    from . import compare

    wanted = compare.Selection(**{name: tuple(parameters[name]) for name in ("subjects", "periods", "kinds")})
    return _json(compare.as_json(compare.compare(data.reader, parameters["indicators"], wanted)), out)


def _figures_description(data: Data, parameters: Mapping[str, Any], out: IO[bytes]) -> dict[str, Any]:
    from .export import tables

    out.write(tables.csvw(parameters["url"], tables.sources(data.reader)))
    return {"media_type": tables.CSVW_TYPE}


def _citation(data: Data, parameters: Mapping[str, Any], out: IO[bytes]) -> dict[str, Any]:
    from . import cite

    citation = cite.cite(data.reader, parameters["iri"])
    language, accessed = parameters.get("lang"), cite.access_date(parameters.get("accessed"))
    style = parameters.get("style")
    if style is None:
        return _json(citation.as_dict(language or cite.LANGUAGES[0], accessed), out)
    out.write(cite.styled(citation, style, language, accessed).encode())
    return {"media_type": cite.STYLES[style][0]}


def _documents(data: Data, parameters: Mapping[str, Any], out: IO[bytes]) -> dict[str, Any]:
    from . import marks

    return _json(marks.documents(data.reader), out)


def _spans(data: Data, parameters: Mapping[str, Any], out: IO[bytes]) -> dict[str, Any]:
    """Spans of a text with what rests on them; the head tells how many the text has (``total``)."""
    from . import marks

    found = marks.spans(data.reader, **parameters)
    return {**_json(found, out), "total": found["total"]}


def _context(data: Data, parameters: Mapping[str, Any], out: IO[bytes]) -> dict[str, Any]:
    from .export import jsonld

    out.write(jsonld.serialized(jsonld.context(data.settings.context_file, data.reader)))
    return {"media_type": "application/ld+json"}


def _compact(data: Data, parameters: Mapping[str, Any], out: IO[bytes]) -> dict[str, Any]:
    """A resource as JSON-LD under the project's context."""
    from . import entities
    from .export import jsonld

    triples = entities.description(data.reader, parameters["iri"])
    context = jsonld.context(data.settings.context_file, data.reader)
    out.write(jsonld.document(triples, context, parameters.get("reference")))
    return {"media_type": "application/ld+json", "kind": "graph"}


def _statements(data: Data, parameters: Mapping[str, Any], out: IO[bytes]) -> dict[str, Any]:
    """All statements as RDF 1.2."""
    from .export import rdf12

    format = rdf12.FORMATS[parameters["format"]]
    ox.serialize(rdf12.statements(data.reader), out, format, prefixes=PREFIXES)
    return {"media_type": format.media_type, "kind": "graph"}


def _export(data: Data, parameters: Mapping[str, Any], out: IO[bytes]) -> dict[str, Any]:
    """A part of the graph, or a table, as a file; the head carries what its reader should know (``notes``), and of a query's answer
    what it leaves open, as that of the job ``sparql`` does."""
    from .export import exporting, jsonld

    given = dict(parameters)
    answer, left_open = _answered(data, given.pop("query"), given.pop("title")) if given.get("query") else (None, {})
    choice = _choice(given, answer)
    export = exporting.Export(**given, choice=choice, most_drawn=data.settings.max_picture_nodes)
    if choice.whole and export.format in exporting.RDF:
        return _dump(data, {"media_type": export.media_type}, out)
    context = exporting.NO_CONTEXT
    if export.format == "jsonld":
        context = jsonld.context(data.settings.context_file, data.reader), None
    try:
        notes = exporting.run(export, data.reader, lambda: data.neighbours, out, context)
    except AnswerTooLargeError as error:
        raise AnswerTooLargeError(
            error.message,
            "Export a part (from=, limit=), or use the command yuanhui-kg export, which has no such limit.",
        ) from None
    return {"media_type": export.media_type, "notes": notes, **left_open}


def _choice(given: dict[str, Any], answer: Answer | None) -> Choice:
    """What of the graph is chosen, taken out of the parameters of the job ``export``: by a view, or one by one."""
    from .export.choosing import LIMIT, Choice
    from .views import View

    if view := given.pop("view", None):
        return View.from_json(view, answer).choice
    return Choice(
        start=tuple(given.pop("start", ())),
        depth=given.pop("depth", 1),
        direction=given.pop("direction", "both"),
        limit=given.pop("limit", LIMIT),
        paths=tuple((start, end) for start, end in given.pop("paths", ())),
        answer=answer,
        communities=given.pop("communities", False),
        predicates=tuple(given.pop("predicates", ())),
        types=tuple(given.pop("types", ())),
        modalities=tuple(given.pop("modalities", ())),
    )


def _answered(
    data: Data, query: Mapping[str, Any], title: Mapping[str, str] | None
) -> tuple[Answer, Mapping[str, Any]]:
    """What a query answers, whole, in memory; and what of its head tells what it leaves open."""
    from .export.choosing import Answer

    found = io.BytesIO()
    head = _sparql(data, {**query, "graph_type": "application/n-triples"}, found)
    left_open: dict[str, Any] = {name: head[name] for name in ("failed_services", "missing_graphs") if name in head}
    if head["kind"] != "graph":
        return Answer(json.loads(found.getvalue()), title=title), left_open
    quads = ox.parse(found.getvalue(), ox.RdfFormat.N_TRIPLES)
    return Answer(triples=[quad.triple for quad in quads], title=title), left_open


def _json(value: Any, out: IO[bytes]) -> dict[str, Any]:
    out.write(json.dumps(value, ensure_ascii=False).encode())
    return {"media_type": "application/json"}


#: Questions to the index of relations.
OF_GRAPH: Final = ("neighbours", "subgraph", "common", "paths")

JOBS: Final[dict[str, Job]] = {
    "sparql": _sparql,
    **{name: _of_graph(name) for name in OF_GRAPH},
    "analytics": _analytics,
    "search": _search,
    "entity": _entity,
    "resource": _resource,
    "dump": _dump,
    "graph": _graph,
    "fingerprint": _fingerprint,
    "stats": _stats,
    "figures": _figures,
    "figure-groups": _figure_groups,
    "compare": _compare,
    "figures-description": _figures_description,
    "citation": _citation,
    "documents": _documents,
    "spans": _spans,
    "context": _context,
    "compact": _compact,
    "statements": _statements,
    "checks": _checks,
    "export": _export,
}

#: Jobs that read nothing but the store; all others wait for the indexes when the service starts.
STORE_ONLY: Final = frozenset(JOBS) - {*OF_GRAPH, "analytics", "search", "figure-groups", "export"}
