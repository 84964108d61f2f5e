"""``SERVICE`` in queries: other SPARQL services are asked first, and their rows put in its place.

By SPARQL 1.1 Federated Query, 4, a ``SERVICE`` clause stands for the solutions of its pattern at the other service,
which do not depend on the rest of the query. They are written into the text as ``VALUES``, and the engine evaluates
that. It never sees a ``SERVICE``, and its process keeps no network: a courier asks.

A large service cannot be asked for everything that a pattern finds. Where it changes nothing (:class:`_Context`), the
values that join are found here first and sent along, in parts.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from typing import IO, Any, Final

import pyoxigraph as ox

from .courier import Courier
from .errors import (
    AnswerTooLargeError,
    QueryRefusedError,
    QueryTooComplexError,
    RemoteAnswerError,
    RemoteError,
    RemoteRefusedError,
)
from .exchange import Reply
from .patterns import Clause, Element, Group, Outline, as_graphs, certain, outline, walk, without_comments
from .query import (
    QueryRequest,
    answer,
    dataset_of,
    missing_graphs,
    syntax_error,
    term,
    unknown_function,
    unsupported,
)
from .remote import Client, Dataset, Endpoint, RemoteReader, malformed, with_values
from .screening import is_volatile, screen, spans
from .services import Clients, Services
from .settings import Settings

Row = tuple[Any, ...]
Select = Callable[[str], Iterator[Row]]

_MOST_SENT: Final = 5_000  # solutions of our own that are sent along; with more, a service is asked for everything
_AT_ONCE: Final = 200  # of them in one request
_AT_ONCE_CHARACTERS: Final = 50_000
_UNSTABLE: Final = frozenset(["LIMIT", "OFFSET", "SAMPLE", "GROUP_CONCAT"])  # may choose otherwise another time
_STRING: Final = "http://www.w3.org/2001/XMLSchema#string"


class Federation:
    """The services that queries may call, and how they are reached. Used by one thread.

    :param connect: a client for the endpoint that a query names by this IRI.
    """

    @classmethod
    def start(cls, settings: Settings) -> Federation:
        """Services that a courier asks, which is started here. Raises :class:`UsageError`."""
        services = Services.read(settings.allow_service)
        courier = Courier(Clients(services, settings.max_service_bytes))
        return cls(services, lambda iri, endpoint: courier.to(iri, endpoint.host), settings)

    def __init__(self, services: Services, connect: Callable[[str, Endpoint], Client], settings: Settings) -> None:
        self.services = services
        self.settings = settings
        self.connect = connect
        self.deadline: float | None = None

    def until(self, deadline: float) -> None:
        """Have every call from now on end at ``deadline`` (:func:`time.monotonic`)."""
        self.deadline = deadline


def evaluate(
    store: ox.Store,
    request: QueryRequest,
    out: IO[bytes],
    federation: Federation,
    *,
    max_nesting: int = 100,
    union: bool = False,
) -> dict[str, Any]:
    """As :func:`yuanhui_kg.query.evaluate`, for a query with ``SERVICE``.

    :returns: the head; ``failed_services`` names hosts that failed behind ``SILENT``.
    :raises QueryRefusedError: also for services that are not allowed.
    :raises RemoteError: and its kin, where a service fails.
    """
    plain = as_graphs(request.query)
    screened = screen(plain, max_nesting, request.base)
    try:
        ox.Store().query(plain, base_iri=request.base or None)
    except SyntaxError as error:
        raise syntax_error(error, plain) from None
    except RuntimeError as error:
        if name := unknown_function(error):
            raise unsupported(name) from None
        raise
    dataset = dataset_of(request, screened, union)

    def select(text: str) -> Iterator[Row]:
        found = store.query(text, **dataset)
        assert isinstance(found, ox.QuerySolutions)  # noqa: S101 -- our own text
        return map(tuple, found)

    text = with_values(request.query, {name: term(value) for name, value in request.bindings.items()})
    calls = _Calls(federation)
    rewritten = _Rewriting(text, outline(text), select, calls).done()
    head = answer(store, replace(request, query=rewritten, bindings={}), dataset, out)
    if calls.failed:
        head["failed_services"] = sorted(calls.failed)
    return {**head, **missing_graphs(store, request, screened)}


# --- asking -------------------------------------------------------------------------------------------------------------


class _Calls:
    """The calls of one query, and what is left of what they may take. ``failed`` names hosts behind ``SILENT``."""

    def __init__(self, federation: Federation) -> None:
        self._federation = federation
        settings = federation.settings
        self._rows = settings.max_service_rows
        self._bytes = settings.max_service_bytes
        self._requests = settings.max_service_requests
        self.failed: set[str] = set()

    def check(self, iri: str) -> None:
        """Raises :class:`QueryRefusedError` where the service may not be called."""
        self._federation.services.find(iri)

    def ask(self, iri: str, queries: Iterable[str], variables: Sequence[str], silent: bool) -> list[Row]:
        """The rows that the service ``iri`` answers to all ``queries``; one row without values where it fails silently."""
        endpoint = self._federation.services.find(iri)
        reader = self._reader(iri, endpoint)
        rows: list[Row] = []
        try:
            for query in queries:
                rows += self._asked(reader, f"{query} LIMIT {self._rows + 1}", variables)
        except (RemoteError, RemoteRefusedError, AnswerTooLargeError):
            if not silent:
                raise
            self.failed.add(endpoint.host)
            return [(None,) * len(variables)]
        return rows

    def _reader(self, iri: str, endpoint: Endpoint) -> RemoteReader:
        seconds = self._federation.settings.service_timeout
        deadline = time.monotonic() + seconds
        if self._federation.deadline is not None:
            deadline = min(deadline, self._federation.deadline)
        reader = RemoteReader(
            _Counted(self, self._federation.connect(iri, endpoint), endpoint.host), endpoint.host, seconds
        )
        reader.until(deadline)
        return reader

    def _asked(self, reader: RemoteReader, query: str, variables: Sequence[str]) -> Iterator[Row]:
        nodes = _Nodes(reader.host)
        with reader.results(query) as found:
            if not isinstance(found, ox.QuerySolutions):
                raise RemoteAnswerError(f"{reader.host} answered yes or no where rows were asked for.", "Ask it again.")
            names = [variable.value for variable in found.variables]
            columns = [names.index(name) if name in names else None for name in variables]
            try:
                for solution in found:
                    self._count_row(reader.host)
                    values = tuple(solution)
                    yield tuple(None if at is None else nodes.renamed(values[at]) for at in columns)
            except (SyntaxError, ValueError) as error:
                raise malformed(reader.host, error) from None

    def _count_row(self, host: str) -> None:
        self._rows -= 1
        if self._rows < 0:
            raise AnswerTooLargeError(
                f"The services of this query, {host} the last, give more than {self._federation.settings.max_service_rows:,} "
                "rows (setting max_service_rows).",
                "Make the pattern more selective, or have it follow patterns here that give its variables few values.",
            )

    def count_request(self) -> None:
        self._requests -= 1
        self.check_requests(0)

    def check_requests(self, number: int) -> None:
        """Raises :class:`QueryTooComplexError` where so many more requests are too many."""
        if self._requests < number:
            most = self._federation.settings.max_service_requests
            raise QueryTooComplexError(
                f"The query asks other services more than {most} times (setting max_service_requests).",
                "Ask with fewer SERVICE clauses, or about fewer things.",
            )

    def count_bytes(self, size: int, host: str) -> None:
        self._bytes -= size
        if self._bytes < 0:
            raise self.too_large(host)

    def too_large(self, host: str) -> AnswerTooLargeError:
        return AnswerTooLargeError(
            f"The services of this query, {host} the last, answer more than "
            f"{self._federation.settings.max_service_bytes:,} bytes (setting max_service_bytes).",
            "Ask for less: a more selective pattern, or fewer variables.",
        )


class _Counted:
    """A :class:`~yuanhui_kg.remote.Client` whose requests and answers are counted."""

    def __init__(self, calls: _Calls, client: Client, host: str) -> None:
        self._calls = calls
        self._client = client
        self._host = host

    def ask(self, query: str, accept: str, dataset: Dataset, seconds: float) -> Reply:
        self._calls.count_request()
        try:
            reply = self._client.ask(query, accept, dataset, seconds)
        except AnswerTooLargeError:
            raise self._calls.too_large(self._host) from None
        try:
            self._calls.count_bytes(reply.body.seek(0, 2), self._host)
        except BaseException:
            reply.body.close()
            raise
        reply.body.seek(0)
        return reply

    def close(self) -> None:
        self._client.close()


class _Nodes:
    """Names of our own for the nodes without a name of one answer: another answer may use the same for others."""

    def __init__(self, host: str) -> None:
        self._host = host
        self._names: dict[str, ox.BlankNode] = {}

    def renamed(self, value: Any) -> Any:
        if isinstance(value, ox.BlankNode):
            return self._names.setdefault(value.value, ox.BlankNode(secrets.token_hex(16)))
        if isinstance(value, ox.Triple) and "_:" in str(value) and any(map(_is_blank, _terms(value))):
            raise RemoteAnswerError(
                f"{self._host} sent a triple term with a node without a name, which cannot be taken over.",
                "Leave it out of the pattern.",
            )
        return value


def _terms(triple: ox.Triple) -> Iterator[Any]:
    for value in triple:
        if isinstance(value, ox.Triple):
            yield from _terms(value)
        else:
            yield value


def _is_blank(value: Any) -> bool:
    return isinstance(value, ox.BlankNode)


# --- rows as text -------------------------------------------------------------------------------------------------------


def inlined(variables: Sequence[str], rows: Sequence[Row]) -> str:
    """A pattern whose solutions are ``rows``.

    ``VALUES`` takes no node without a name; the engine's ``BNODE`` gives the node of the name that it is told. Two
    ``VALUES`` are joined by comparing each row with each; a subselect is not.
    """
    if not variables:
        return _values(variables, rows)
    blank = {at for row in rows for at, value in enumerate(row) if _is_blank(value)}
    fresh = _fresh("node", variables)
    names = {at: f"{fresh}{at}" for at in sorted(blank)}
    widened = [
        tuple(None if _is_blank(value) else value for value in row)
        + tuple(ox.Literal(row[at].value) if _is_blank(row[at]) else None for at in names)
        for row in rows
    ]
    inner = [f"{fresh}x{at}" if at in names else name for at, name in enumerate(variables)]
    columns = " ".join(
        f"(COALESCE(?{inner[at]}, BNODE(?{names[at]})) AS ?{name})" if at in names else f"?{name}"
        for at, name in enumerate(variables)
    )
    return f"{{ SELECT {columns} WHERE {{ {_values([*inner, *names.values()], widened)} }} }}"


def _values(variables: Sequence[str], rows: Iterable[Row]) -> str:
    names = " ".join(f"?{name}" for name in variables)
    return f"VALUES ({names}) {{ {' '.join(f'({_listed(row)})' for row in rows)} }}"


def _listed(row: Row) -> str:
    return " ".join(map(_written, row))


def _written(value: Any) -> str:
    """A term as it stands in ``VALUES``; the engine writes it, so that it cannot end early."""
    if value is None:
        return "UNDEF"
    if isinstance(value, ox.Triple):
        return f"<<( {' '.join(map(_written, value))} )>>"
    return str(value)


def _fresh(name: str, taken: Iterable[str]) -> str:
    """A beginning of names that none of those that are ``taken`` has."""
    used = set(taken)
    while any(other.startswith(name) for other in used):
        name += "_"
    return name


# --- the text -----------------------------------------------------------------------------------------------------------


class _Rewriting:
    """A query's text with rows in the place of its ``SERVICE`` clauses."""

    def __init__(self, text: str, parts: Outline, select: Select, calls: _Calls) -> None:
        self._text = text
        self._parts = parts
        self._calls = calls
        self._replaced: dict[tuple[int, int], str] = {}
        self._context = _Context(self, select, is_volatile(text))

    def done(self) -> str:
        """Ask the services, one after another. Nobody is asked where one of them may not be."""
        self._calls.check_requests(len(self._parts.services))
        called = [(clause, self._iri(clause), self._variables(clause)) for clause in self._parts.services]
        for _, iri, _ in called:
            self._calls.check(iri)
        for clause, iri, variables in called:
            queries = list(self._queries(clause, variables))  # evaluated before the service's time begins
            rows = self._calls.ask(iri, queries, variables, clause.element.silent)
            self.replace(clause.element, inlined(variables, rows))
        return self.rendered(0, len(self._text))

    @property
    def parts(self) -> Outline:
        return self._parts

    def replace(self, element: Element, text: str) -> None:
        self._replaced[element.start, element.end] = text

    def rendered(self, start: int, end: int, without: Iterable[Element] = ()) -> str:
        """A part of the text as it is now.

        :param without: elements to leave out.
        """
        changes = {**self._replaced, **{(element.start, element.end): " " for element in without}}
        pieces: list[str] = []
        for (first, last), new in sorted(changes.items(), key=lambda change: (change[0][0], -change[0][1])):
            if start <= first and last <= end:  # those inside a part that was replaced begin before its end
                pieces += [self._text[start:first], new]
                start = last
        return "".join(pieces) + self._text[start:end]

    def _iri(self, clause: Clause) -> str:
        target = clause.element.target
        assert target is not None  # noqa: S101
        if target.kind == "var":
            raise QueryRefusedError(
                f"SERVICE {target.text}: which service is called must stand in the query as an IRI.",
                "Write SERVICE <https://…> { … }.",
            )
        found = ox.Store().query(f"{self._parts.prologue} SELECT ({target.text} AS ?iri) {{}}")
        assert isinstance(found, ox.QuerySolutions)  # noqa: S101
        return str(next(found)["iri"].value)

    def _pattern(self, clause: Clause) -> str:
        return self._text[clause.pattern.start : clause.pattern.end]

    def _variables(self, clause: Clause) -> list[str]:
        """The variables that a clause gives values to."""
        found = ox.Store().query(f"{self._parts.prologue} SELECT * WHERE {self._pattern(clause)}")
        assert isinstance(found, ox.QuerySolutions)  # noqa: S101
        return [variable.value for variable in found.variables]

    def _queries(self, clause: Clause, variables: Sequence[str]) -> Iterator[str]:
        pattern = without_comments(self._pattern(clause))
        columns = " ".join(f"?{name}" for name in variables) or "(1 AS ?one)"
        head = f"{self._parts.prologue}SELECT {columns} WHERE"
        sent = self._context.values(clause)
        if sent is None:
            yield f"{head} {pattern}"
            return
        names, rows = sent
        inner = pattern[1:] if _begins_with(clause.pattern, names) else f"{pattern} }}"
        for part in _parted(rows):
            yield f"{head} {{ {_values(names, part)} {inner}"


def _begins_with(pattern: Group, names: Iterable[str]) -> bool:
    """Whether a pattern begins with triples that give ``names`` values, so that values may stand before them."""
    first = next((element for element in pattern.elements if element.kind != "filter"), None)
    return first is not None and first.kind == "triples" and first.names.issuperset(names)


def _parted(rows: Iterable[Row]) -> Iterator[list[Row]]:
    part: list[Row] = []
    size = 0
    for row in rows:
        length = len(_listed(row))
        if part and (len(part) == _AT_ONCE or size + length > _AT_ONCE_CHARACTERS):
            yield part
            part, size = [], 0
        part.append(row)
        size += length
    if part:
        yield part


class _Context:
    """What the solutions of the patterns before a ``SERVICE`` say of its variables.

    Let *A* be the patterns before it and *V* variables that have a value in every solution of *A* (looked up: they
    are evaluated here) and of its own pattern *P* (read from its triples). A row of *P* whose values for *V* no
    solution of *A* has joins with none, so it may be left out: of *P* the join with the distinct values of *V* is
    enough. Each row joins with one of these at most, so that none is there twice. More values than those of *A* do no
    harm, so filters of *A* may be left out.

    *A* is what stands before in the same group, and around that group, as long as what is around joins with it. From
    inside an ``OPTIONAL`` or ``MINUS`` one step further is right, to what it belongs to; two are not, for what an
    ``OPTIONAL`` does not find lets its left side stand alone. What an ``EXISTS`` is asked about is not known before.
    """

    def __init__(self, text: _Rewriting, select: Select, volatile: bool) -> None:
        self._text = text
        self._select = select
        self._volatile = volatile

    def values(self, clause: Clause) -> tuple[list[str], list[Row]] | None:
        """Variables and their distinct values; ``None`` where the service is to be asked for everything."""
        wanted = certain(clause.pattern.elements)
        body = self._body(clause) if wanted and not self._volatile and not clause.group.correlated else None
        if body is None:
            return None
        mentioned = {token[1:] for kind, token, _, _ in spans(body) if kind == "var"}
        names = sorted(wanted & mentioned)
        rows = self._rows(f"DISTINCT {' '.join(f'?{name}' for name in names)}", body) if names else None
        return None if rows is None else _sendable(names, rows)

    def _rows(self, columns: str, body: str) -> list[Row] | None:
        """The solutions of ``body``; ``None`` for too many."""
        parts = self._text.parts
        query = f"{parts.prologue}SELECT {columns} {parts.dataset} WHERE {{ {body}\n}}"
        rows = list(islice(self._select(query), _MOST_SENT + 1))
        return None if len(rows) > _MOST_SENT else rows

    def _body(self, clause: Clause) -> str | None:
        """The patterns before a clause, inside and around its group; ``None`` where they cannot be evaluated alone."""
        group, number = clause.group, clause.number
        with suppress(_NotAloneError):
            body = self._before(group, number)
            while group.parent is not None:
                outer, number = group.parent
                element = outer.elements[number]
                if element.kind not in ("union", "graph", "optional", "minus"):
                    break
                graph = f"GRAPH {element.target.text} " if element.kind == "graph" and element.target else ""
                body = f"{self._before(outer, number)} {graph}{{ {body} }}"
                group = outer
                if element.kind in ("optional", "minus"):
                    break
            return self._in_graph(group, body)
        return None

    def _before(self, group: Group, number: int) -> str:
        """What stands in a group before an element. Filters stay that ask for what has a value by then."""
        before = group.elements[:number]
        known = certain(before)
        for element in before:
            self._settle(group, element)
        without = [element for element in before if element.kind == "filter" and not element.names <= known]
        return self._text.rendered(group.start + 1, group.elements[number].start, without) + "\n"

    def _settle(self, group: Group, element: Element) -> None:
        """Have an element that may choose its solutions otherwise another time (LIMIT) choose them now, for good."""
        text = self._text.rendered(element.start, element.end)
        if not any(kind == "word" and token.upper() in _UNSTABLE for kind, token, _, _ in spans(text)):
            return
        if element.kind not in ("union", "graph") or _graph_around(group) is not None:
            raise _NotAloneError
        names = self._names(text)
        rows = self._rows(" ".join(f"?{name}" for name in names), text) if names else None
        if rows is None:
            raise _NotAloneError
        self._text.replace(element, inlined(names, rows))

    def _names(self, pattern: str) -> list[str]:
        found = ox.Store().query(f"{self._text.parts.prologue}SELECT * WHERE {{ {pattern}\n}}")
        assert isinstance(found, ox.QuerySolutions)  # noqa: S101
        return [variable.value for variable in found.variables]

    def _in_graph(self, group: Group, body: str) -> str:
        """``body`` where it stands in a ``GRAPH`` further out; of a variable one, in any graph."""
        around = _graph_around(group)
        if around is None or around.target is None:
            return body
        used = (token[1:] for kind, token, _, _ in spans(body) if kind == "var")
        target = f"?{_fresh('graph', used)}" if around.target.kind == "var" else around.target.text
        return f"GRAPH {target} {{ {body} }}"


class _NotAloneError(Exception):
    """Patterns that cannot be evaluated apart from the query."""


def _graph_around(group: Group) -> Element | None:
    """The innermost ``GRAPH`` that a group stands in."""
    for inner in walk(group):
        if inner.parent is not None:
            element = inner.parent[0].elements[inner.parent[1]]
            if element.kind == "graph":
                return element
    return None


def _sendable(names: Sequence[str], rows: Sequence[Row]) -> tuple[list[str], list[Row]] | None:
    """The columns that always have a value which every server compares alike, with their distinct values.

    Numbers and dates are written in several ways, which some servers tell apart and others do not. A node without a
    name is none of another server's, so its row joins with nothing.
    """
    chosen = [at for at in range(len(names)) if all(_is_blank(row[at]) or _is_plain(row[at]) for row in rows)]
    if not chosen:
        return None
    distinct = dict.fromkeys(tuple(row[at] for at in chosen) for row in rows)
    return [names[at] for at in chosen], [row for row in distinct if not any(map(_is_blank, row))]


def _is_plain(value: Any) -> bool:
    if isinstance(value, ox.Literal):
        language: str | None = value.language
        return value.datatype.value == _STRING or (language is not None and language.isalpha() and not value.direction)
    return isinstance(value, ox.NamedNode)
