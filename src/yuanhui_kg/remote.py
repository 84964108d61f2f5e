"""Any SPARQL 1.1 server in the place of the embedded store, for everything that reads.

:class:`RemoteReader` is a :class:`~yuanhui_kg.store.Reader`, so that whatever reads the embedded store reads a server.
SPARQLWrapper writes the request (a POSTed form, which every server takes: Virtuoso ignores a query that is the body);
:mod:`~yuanhui_kg.exchange` sends it, because urllib, with which SPARQLWrapper would, knows no deadline.

A server's answer is believed only where it is whole: of the type asked for, well formed, not cut. Servers that cut an
answer and say so in a header alone (Virtuoso after 10,000 rows) are asked again, in parts that are small enough.
"""

from __future__ import annotations

import base64
import contextlib
import itertools
import re
import tempfile
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any, Final, Protocol
from urllib.parse import SplitResult, parse_qsl, unquote, urlunsplit

import pyoxigraph as ox
from SPARQLWrapper import POST, SPARQLWrapper

from . import __version__
from .errors import (
    AnswerTooLargeError,
    RemoteAnswerError,
    RemoteError,
    RemoteRefusedError,
    RemoteTimeoutError,
    RemoteTruncatedError,
    UsageError,
    YuanhuiError,
)
from .exchange import Exchange, Reply, checked_url
from .screening import spans

JSON_RESULTS: Final = "application/sparql-results+json"
N_TRIPLES: Final = "application/n-triples"
_RESULTS: Final = (JSON_RESULTS, "application/json")
#: A dataset of default graphs alone has no named graphs; Virtuoso takes none that are named for all that there are.
NO_GRAPH: Final = "urn:x-yuanhui-kg:no-graph"
_MEMORY: Final = 1024 * 1024  # of an answer; the rest of it is on disk
_DIGITS: Final = "0123456789abcdef"
_DEEPEST: Final = 4  # digits of a digest that make a part: 65,536 parts
_MOST_ROWS: Final = "x-sparql-maxrows"
_SQL_STATE: Final = "x-sql-state"
_NODE_ID: Final = re.compile(rb'("type"\s*:\s*"bnode"\s*,\s*"value"\s*:\s*")nodeID://')


# --- the server ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Dataset:
    """The graphs that a query sees, where it is not left to the server: the protocol's two parameters.

    :param in_query: the query's own ``FROM`` says it, over which parameters would go.
    """

    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    in_query: bool = False

    def __bool__(self) -> bool:
        return bool(self.default_graphs or self.named_graphs or self.in_query)

    def parameters(self) -> list[tuple[str, str]]:
        if self.in_query:
            return []
        named = self.named_graphs or (NO_GRAPH,) if self else ()
        return [
            *(("default-graph-uri", iri) for iri in self.default_graphs),
            *(("named-graph-uri", iri) for iri in named),
        ]


@dataclass(frozen=True)
class Endpoint:
    """A server's address, as the setting ``endpoint`` gives it.

    ``default-graph-uri`` and ``named-graph-uri`` in the URL are the dataset that queries see where they do not name
    one; user and password in it are sent to the server (Basic), and shown nowhere.
    """

    url: str
    dataset: Dataset
    extra: tuple[tuple[str, str], ...]
    authorization: str | None

    @classmethod
    def read(cls, url: str) -> Endpoint:
        """Raises :class:`UsageError` where ``url`` is no http or https URL."""
        parts = checked_url(url)
        pairs = parse_qsl(parts.query, keep_blank_values=True)
        graphs = {
            name: tuple(value for key, value in pairs if key == name)
            for name in ("default-graph-uri", "named-graph-uri")
        }
        host = parts.netloc.rpartition("@")[2]
        return cls(
            urlunsplit((parts.scheme, host, parts.path or "/", "", "")),
            Dataset(graphs["default-graph-uri"], graphs["named-graph-uri"]),
            tuple(pair for pair in pairs if pair[0] not in graphs),
            _authorization(parts),
        )

    @property
    def host(self) -> str:
        return checked_url(self.url).hostname or ""

    @property
    def graphs(self) -> frozenset[str] | None:
        """The graphs that the address names; ``None`` where it names none."""
        return frozenset((*self.dataset.default_graphs, *self.dataset.named_graphs)) or None

    def request(self, query: str, accept: str, dataset: Dataset) -> tuple[str, bytes, dict[str, str]]:
        """URL, body and headers that ask ``query``."""
        wrapper = _Wrapper(self.url, agent=f"yuanhui-kg/{__version__}")
        wrapper.setMethod(POST)
        wrapper.setOnlyConneg(True)
        wrapper.setQuery(query)
        for name, value in (*self.extra, *(dataset or self.dataset).parameters()):
            wrapper.addParameter(name, value)
        request = wrapper._createRequest()
        body = request.data
        assert isinstance(body, bytes)  # noqa: S101
        headers = dict(request.header_items())
        headers.update({"Accept": accept, "Accept-encoding": "identity"})
        if self.authorization:
            headers["Authorization"] = self.authorization
        return request.full_url, body, headers


def _authorization(parts: SplitResult) -> str | None:
    if parts.username is None:
        return None
    pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return "Basic " + base64.b64encode(pair.encode()).decode()


class _Wrapper(SPARQLWrapper):  # type: ignore[misc, unused-ignore]
    def _parseQueryType(self, query: str) -> str:  # noqa: N802
        """What SPARQLWrapper takes the query for, which decides the Accept header alone; that is set here.

        Its own reading of the text misses valid queries, with a warning, and takes an update for what it is.
        """
        return "SELECT"


class Client(Protocol):
    """Asks the one server that it is for."""

    def ask(self, query: str, accept: str, dataset: Dataset, seconds: float) -> Reply:
        """The server's complete answer, whatever its status. Raises :class:`RemoteError`."""
        ...

    def close(self) -> None: ...


class HttpClient:
    """A :class:`Client` in this process. Used by one thread at a time.

    :param max_bytes: longest answer that is read.
    """

    def __init__(self, endpoint: Endpoint, max_bytes: int) -> None:
        self._endpoint = endpoint
        self._max_bytes = max_bytes
        self._exchange = Exchange()

    def ask(self, query: str, accept: str, dataset: Dataset, seconds: float, into: IO[bytes] | None = None) -> Reply:
        body: Any = into or tempfile.SpooledTemporaryFile(max_size=_MEMORY)
        url, data, headers = self._endpoint.request(query, accept, dataset)
        try:
            return self._exchange.post(url, data, headers, seconds=seconds, max_bytes=self._max_bytes, into=body)
        except BaseException:
            body.close()
            raise

    def close(self) -> None:
        self._exchange.close()


# --- reading ------------------------------------------------------------------------------------------------------------


class RemoteReader:
    """A :class:`~yuanhui_kg.store.Reader` over a server, and what the other jobs ask of it.

    :param seconds: how long one call may take where no deadline is set with :meth:`until`.
    :param host: the server's name, for messages.
    :param graphs: the graphs that queries may name in ``FROM``; without them all that the server has.

    Blank nodes of an answer are known again as long as the server calls them the same from one answer to the next.
    """

    def __init__(
        self,
        client: Client,
        host: str,
        seconds: float,
        graphs: frozenset[str] | None = None,
        max_nodes_without_name: int = 100_000,
    ) -> None:
        self.host = host
        self._client = client
        self._seconds = seconds
        self._deadline: float | None = None
        self._graphs = graphs
        self._blank: dict[tuple[str, frozenset[str]], list[tuple[Any, ...]]] = {}
        self._most_blank = max_nodes_without_name

    @classmethod
    def open(cls, url: str, seconds: float, max_bytes: int) -> RemoteReader:
        """A reader that asks the server at ``url`` from this process. Raises :class:`UsageError`."""
        endpoint = Endpoint.read(url)
        return cls(HttpClient(endpoint, max_bytes), endpoint.host, seconds, endpoint.graphs)

    def close(self) -> None:
        self._client.close()

    def until(self, deadline: float | None) -> None:
        """Have everything from now on end at ``deadline`` (:func:`time.monotonic`)."""
        self._deadline = deadline
        self._blank.clear()

    def select(self, query: str, bindings: Mapping[str, Any] | None = None) -> Generator[tuple[Any, ...]]:
        """As :meth:`~yuanhui_kg.store.Reader.select`. Raises :class:`RemoteError` and its kin."""
        given = dict(bindings or {})
        blank = {name: term for name, term in given.items() if isinstance(term, ox.BlankNode)}
        if not blank:
            yield from self._rows(with_values(query, given))
            return
        named = {name: term for name, term in given.items() if name not in blank}
        names = variables(query)
        for row in self._blank_rows(with_values(query, named), frozenset(blank)):
            if all(row[names.index(name)] == term for name, term in blank.items()):
                yield row

    def triples(self, query: str, dataset: Dataset = Dataset()) -> Iterator[ox.Triple]:
        """What a CONSTRUCT or DESCRIBE query answers."""
        accept = f"{N_TRIPLES}, text/turtle;q=0.5"
        with self._checked(query, accept, dataset, (N_TRIPLES, "text/turtle")) as reply:
            yield from self._triples(reply, query, dataset)

    def _triples(self, reply: Reply, query: str, dataset: Dataset) -> Iterator[ox.Triple]:
        if not reply.delimited:
            raise RemoteAnswerError(
                f"{self.host} does not tell where its answer ends, so that it may have been broken off.",
                "Ask for a SELECT, or put a server in front that sends lengths.",
            )
        if _is_virtuoso(reply):
            self._check_construct(query, dataset)
        format = ox.RdfFormat.N_TRIPLES if reply.media_type == N_TRIPLES else ox.RdfFormat.TURTLE
        try:
            for quad in ox.parse(reply.body, format=format, lenient=True):
                yield quad.triple
        except (SyntaxError, ValueError) as error:
            raise self._malformed(error) from None

    def boolean(self, query: str, dataset: Dataset = Dataset()) -> bool:
        """What an ASK query answers."""
        with self.results(query, dataset) as answer:
            if not isinstance(answer, ox.QuerySolutions):
                return bool(answer)
        # Virtuoso: one row with a 1, or none, and with GRAPH in the pattern often the wrong one of them.
        text = as_select(query) + ("" if _outline(query).modifiers else " LIMIT 1")
        with self._checked(text, JSON_RESULTS, dataset, _RESULTS) as reply:
            return any(True for _ in self._parsed(self._solutions(reply)))

    @contextlib.contextmanager
    def results(self, query: str, dataset: Dataset = Dataset()) -> Iterator[ox.QuerySolutions | ox.QueryBoolean]:
        """The answer to SELECT or ASK as the engine's object; what is wrong further on raises :class:`SyntaxError`.

        Raises :class:`RemoteTruncatedError` where the server cut it.
        """
        with self._checked(query, JSON_RESULTS, dataset, _RESULTS) as reply:
            if cut := _cut(reply, query):
                raise RemoteTruncatedError(
                    f"{self.host} gives {cut} rows and no more, and there may be more.",
                    f"Add LIMIT {cut} if these will do, or ask in parts.",
                )
            yield self._solutions(reply)

    def has_graph(self, iri: str) -> bool:
        """Whether there is such a named graph: of those that the address names, or else one that holds anything."""
        if self._graphs is not None:
            return iri in self._graphs
        return any(True for _ in self.select(f"SELECT ?s WHERE {{ GRAPH {ox.NamedNode(iri)} {{ ?s ?p ?o }} }} LIMIT 1"))

    def count(self) -> int:
        """How many triples there are, in the default graph and in named ones."""
        query = "SELECT (COUNT(*) AS ?n) WHERE { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
        return sum(int(n.value) for (n,) in self.select(query))

    # one query, in parts where that is needed

    def _rows(self, query: str, part: str = "") -> Iterator[tuple[Any, ...]]:
        text = part_of(query, part) if part else query
        with self._checked(text, JSON_RESULTS, Dataset(), _RESULTS) as reply:
            cut = _cut(reply, text)
            if not cut:
                yield from self._in_order(self._solutions(reply), variables(query))
                return
        if len(part) >= _DEEPEST or has_modifiers(query):
            raise RemoteTruncatedError(
                f"{self.host} gives {cut} rows and no more; what is asked for has more, and cannot be asked in parts.",
                "Raise the server's limit (Virtuoso: ResultSetMaxRows).",
            )
        for digit in _DIGITS:
            yield from self._rows(query, part + digit)

    def _blank_rows(self, query: str, names: frozenset[str]) -> list[tuple[Any, ...]]:
        """All solutions in which these variables are blank nodes, which no query can name."""
        key = (query, names)
        if key not in self._blank:
            condition = " && ".join(f"isBlank(?{name})" for name in sorted(names))
            found: list[tuple[Any, ...]] = []
            for row in self._rows(with_pattern(query, f"FILTER({condition}) ")):
                found.append(row)
                if len(found) > self._most_blank:
                    raise AnswerTooLargeError(
                        f"{self.host} holds too many nodes without a name to look for one.", "Give them IRIs."
                    )
            self._blank[key] = found
        return self._blank[key]

    def _check_construct(self, query: str, dataset: Dataset) -> None:
        """Virtuoso cuts triples without a word; it says so where the same pattern is selected."""
        text = as_select(query)
        with self._checked(text, JSON_RESULTS, dataset, _RESULTS) as reply:
            cut = _cut(reply, text)
        if cut:
            raise RemoteTruncatedError(
                f"{self.host} makes triples of {cut} rows and no more, and there may be more.", "Ask in parts."
            )

    def _checked(self, query: str, accept: str, dataset: Dataset, types: Sequence[str]) -> Reply:
        """The server's answer, of one of ``types``. Raises :class:`RemoteError` or :class:`RemoteRefusedError`."""
        reply = self._client.ask(query, accept, dataset, self._left())
        problem = self._problem(reply, types)
        if problem is not None:
            reply.body.close()
            raise problem
        return reply

    def _problem(self, reply: Reply, types: Sequence[str]) -> YuanhuiError | None:
        if reply.status not in (200, 203):
            return _failure(reply, self.host)
        if _SQL_STATE in reply.headers:
            return RemoteTruncatedError(
                f"{self.host} stopped before it was done ({reply.headers[_SQL_STATE]}).",
                "Make the query more selective.",
            )
        if reply.media_type not in types:
            return RemoteAnswerError(
                f"{self.host} answered with {reply.media_type or 'something unnamed'} instead of {types[0]}.",
                "Check that the address is that of a SPARQL endpoint.",
            )
        return None

    def _left(self) -> float:
        if self._deadline is None:
            return self._seconds
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise RemoteTimeoutError(
                f"{self.host} did not answer within the time for this request.", "Ask again later."
            )
        return left

    def _solutions(self, reply: Reply) -> ox.QuerySolutions | ox.QueryBoolean:
        body: Any = reply.body
        if _is_virtuoso(reply):  # which calls blank nodes nodeID://b1, and that is no label anywhere else
            body = _NODE_ID.sub(rb"\1", reply.body.read())
        try:
            found = ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
        except (SyntaxError, ValueError) as error:
            raise self._malformed(error) from None
        return found

    def _in_order(
        self, answer: ox.QuerySolutions | ox.QueryBoolean, wanted: Sequence[str]
    ) -> Iterator[tuple[Any, ...]]:
        """The rows with the columns that were asked for, as the server is free to give others, or another order."""
        given = [one.value for one in answer.variables] if isinstance(answer, ox.QuerySolutions) else None
        rows = self._parsed(answer)
        del answer  # as in _parsed
        places = [given.index(name) if name in given else None for name in wanted] if given is not None else []
        if given == list(wanted) or given is None:
            yield from rows
            return
        if wanted and all(place is None for place in places):
            rows.close()
            raise RemoteAnswerError(
                f"{self.host} answered with other columns than were asked for.",
                "Check that the address is that of a SPARQL endpoint.",
            )
        for row in rows:
            yield tuple(None if place is None else row[place] for place in places)

    def _no_rows(self) -> RemoteAnswerError:
        return RemoteAnswerError(f"{self.host} answered yes or no where rows were asked for.", "Ask it again.")

    def _parsed(self, answer: ox.QuerySolutions | ox.QueryBoolean) -> Generator[tuple[Any, ...]]:
        if not isinstance(answer, ox.QuerySolutions):
            raise self._no_rows()
        try:
            for solution in answer:
                yield tuple(solution)
            return
        except (SyntaxError, ValueError) as error:
            problem = self._malformed(error)
        finally:
            del answer  # it must end in this thread, and a traceback would keep it until any thread collects memory
        raise problem

    def _malformed(self, error: Exception) -> RemoteAnswerError:
        return malformed(self.host, error)


def malformed(host: str, error: Exception) -> RemoteAnswerError:
    """What an answer is that cannot be parsed."""
    return RemoteAnswerError(f"{host} sent a malformed answer: {str(error)[:200]}.", "Ask it again.")


def _is_virtuoso(reply: Reply) -> bool:
    return reply.headers.get("server", "").startswith("Virtuoso")


def _cut(reply: Reply, query: str) -> int:
    """At how many rows the server cut its answer; 0 where it did not."""
    text = reply.headers.get(_MOST_ROWS, "")
    most = int(text) if text.isascii() and text.isdigit() else 0
    wanted = limit_of(query)
    return 0 if wanted is not None and wanted <= most else most


def _failure(reply: Reply, host: str) -> RemoteError | RemoteRefusedError:
    said = reply.text()
    told = f"{host} answered with status {reply.status}: {said or 'no message'}"
    if reply.status == 206:
        return RemoteError(f"{host} answered in part (status 206).", "Make the query more selective.")
    if reply.status in (400, 413, 414, 422):
        return RemoteRefusedError(f"{host} does not take the query: {said or f'status {reply.status}'}", "Change it.")
    if reply.status in (401, 403, 407):
        return RemoteError(told, "Give user and password in the address: https://user:password@host/….")
    if reply.status in (408, 504):
        return RemoteTimeoutError(told, "Make the query more selective.")
    if reply.status in (404, 405, 410, 415):
        return RemoteAnswerError(told, "Check that the address is that of a SPARQL 1.1 query endpoint.")
    return RemoteError(told, "Ask again later; if it stays so, simplify the query.")


# --- the text of queries ------------------------------------------------------------------------------------------------

_FORMS: Final = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
_OPEN, _CLOSE = "{}"


@dataclass(frozen=True)
class _Outline:
    """Where the parts of a query's text stand: its form, its pattern's opening and closing brace (-1: none)."""

    form: str
    form_start: int
    open: int
    close: int
    modifiers: tuple[tuple[str, str], ...]
    short: bool  # CONSTRUCT WHERE {…}, whose pattern is its template


def _outline(text: str) -> _Outline:
    form, form_start, begin, end, depth = "", 0, -1, -1, 0
    last = ""
    after: list[tuple[str, str]] = []
    template = False
    for kind, token, start, _ in spans(text):
        upper = token.upper() if kind == "word" else token
        if not form and kind == "word" and upper in _FORMS:
            form, form_start = upper, start
        elif kind == "open":
            if depth == 0 and begin < 0 and token == _OPEN:
                # The first braces behind CONSTRUCT are the template.
                if form == "CONSTRUCT" and last == "CONSTRUCT":
                    template = True
                else:
                    begin = start
            depth += 1
        elif kind == "close":
            depth -= 1
            if depth == 0 and end < 0 <= begin and token == _CLOSE:
                end = start
        elif depth == 0 and end >= 0:
            after.append((kind, upper))
        last = upper
    return _Outline(form, form_start, begin, end, tuple(after), form == "CONSTRUCT" and not template)


def variables(query: str) -> list[str]:
    """The variables that a SELECT query projects: the engine tells, on an empty store."""
    answer = ox.Store().query(query)
    assert isinstance(answer, ox.QuerySolutions)  # noqa: S101 -- callers pass SELECT queries of their own
    return [variable.value for variable in answer.variables]


def has_modifiers(query: str) -> bool:
    """Whether an order or a limit stands behind a query's pattern, so that it cannot be asked in parts."""
    return any(token in ("ORDER", "LIMIT", "OFFSET") for _, token in _outline(query).modifiers)


def limit_of(query: str) -> int | None:
    """The number behind ``LIMIT``."""
    after = _outline(query).modifiers
    for (_, word), (kind, number) in itertools.pairwise(after):
        if word == "LIMIT" and kind == "number" and number.isdigit():
            return int(number)
    return None


def with_values(query: str, bindings: Mapping[str, Any]) -> str:
    """``query`` with values given to variables, as a VALUES block at the head of its pattern.

    The terms are written by the engine (``<…>``, escaped literals); none can end early and become syntax. At the head,
    because servers begin to join there: behind the query, some look at everything first (20 ms instead of 1).

    :raises UsageError: for a blank node, which no query can name, and where the query has no pattern.
    """
    if not bindings:
        return query
    for name, term in bindings.items():
        if isinstance(term, ox.BlankNode):
            raise UsageError(f"The value of {name} is a node without a name.", "Give an IRI or a literal.")
    names = " ".join(str(ox.Variable(name)) for name in bindings)
    return with_pattern(query, f"VALUES ({names}) {{ ({' '.join(map(str, bindings.values()))}) }} ", *bindings)


def with_pattern(query: str, pattern: str, *assigned: str) -> str:
    """``query`` with more at the head of its pattern, which is set apart where it could not stand there as it is.

    :param assigned: variables that the addition gives values to.
    """
    outline = _outline(query)
    if outline.close < 0 or outline.short:
        raise UsageError("This query has no pattern that values could be given to.", "Write it with WHERE { … }.")
    head, inner, tail = query[: outline.open + 1], query[outline.open + 1 : outline.close], query[outline.close :]
    first = next((token.upper() for _, token, _, _ in spans(inner)), "")
    again = {token[1:] for token in _assigned(inner)} & set(assigned)
    # After a comment's line only a new line begins something.
    return f"{head} {pattern}{{ {inner}\n}} {tail}" if first == "SELECT" or again else f"{head} {pattern}{inner}{tail}"


def _assigned(text: str) -> Iterator[str]:
    """Variables behind ``AS``."""
    last = ""
    for kind, token, _, _ in spans(text):
        if kind == "var" and last == "AS":
            yield token
        last = token.upper()


def part_of(query: str, digits: str) -> str:
    """The SELECT ``query`` reduced to the solutions whose MD5 digest begins with ``digits``.

    The parts for all digests of one length are disjoint and together are everything, whatever the server's order.
    """
    start = _outline(query).form_start
    names = [str(ox.Variable(name)) for name in variables(query)]
    key = ", ".join(f'COALESCE(STR({name}), "")' for name in names)
    return (
        f"{query[:start]} SELECT {' '.join(names)} WHERE {{ {{ {query[start:]}\n}} "
        f'FILTER(STRSTARTS(MD5(CONCAT({key})), "{digits}")) }}'
    )


def as_select(query: str) -> str:
    """The CONSTRUCT or DESCRIBE ``query`` as a SELECT of one small row for each of its solutions."""
    outline = _outline(query)
    if outline.open < 0:
        return "SELECT (1 AS ?one) WHERE {}"
    head = query[: outline.form_start]
    dataset = _dataset_clauses(query[outline.form_start : outline.open])
    return f"{head} SELECT (1 AS ?one) {dataset} WHERE {query[outline.open :]}"


def _dataset_clauses(text: str) -> str:
    """``FROM …`` and ``FROM NAMED …`` out of a query's head."""
    found, last = [], ""
    for kind, token, _, _ in spans(text):
        upper = token.upper()
        if kind == "word" and upper == "FROM":
            last = "FROM"
        elif last and kind == "word" and upper == "NAMED":
            last = "FROM NAMED"
        elif last and kind in ("iri", "name"):
            found.append(f"{last} {token}")
            last = ""
        else:
            last = ""
    return " ".join(found)
