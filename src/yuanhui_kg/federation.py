"""``SERVICE`` in queries: other SPARQL services are asked first, and their rows put in its place.

By SPARQL 1.1 Federated Query, 4, a ``SERVICE`` clause stands for the solutions of its pattern at the other service,
which do not depend on the rest of the query. They are written into the text as ``VALUES``, and the engine evaluates
that. It never sees a ``SERVICE``, and its process keeps no network: a courier asks.

A large service cannot be asked for everything that a pattern finds. Where it changes nothing (see
:mod:`~yuanhui_kg.rewriting`), the values that join are found here first and sent along, in parts.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import IO, Any

import pyoxigraph as ox

from . import subselects
from .courier import Courier
from .errors import (
    AnswerTooLargeError,
    QueryTooComplexError,
    RemoteAnswerError,
    RemoteError,
    RemoteRefusedError,
    RemoteTruncatedError,
)
from .exchange import Reply
from .merging import merged
from .patterns import as_graphs, outline
from .query import (
    QueryRequest,
    answer,
    dataset_of,
    missing_graphs,
    syntax_error,
    term,
    unsupported,
)
from .remote import Client, Dataset, Endpoint, RemoteReader, malformed, with_values
from .rewriting import Question, Rewriting, Row, is_blank, planned
from .screening import screen
from .services import Clients, Services
from .settings import Settings


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

    :returns: the head; ``failed_services`` tells why hosts failed behind ``SILENT``.
    :raises QueryRefusedError: also for services that are not allowed.
    :raises RemoteError: and its kin, where a service fails.
    """
    plain = as_graphs(request.query)
    screened = screen(plain, max_nesting, request.base)
    try:
        planned(ox.Store(), plain, set(), base_iri=request.base or None)
    except SyntaxError as error:
        raise syntax_error(error, plain) from None
    subselects.check(request.query)
    asked, dataset = merged(store, dataset_of(request, screened, union), screened)

    def select(text: str) -> Iterator[Row]:
        called: set[str] = set()
        yield from map(tuple, planned(asked, text, called, **dataset))
        if called:
            raise unsupported(sorted(called)[0])

    text = with_values(request.query, {name: term(value) for name, value in request.bindings.items()})
    calls = _Calls(federation)
    rewritten = Rewriting(text, outline(text, request.base), select, calls).done()
    head = answer(asked, replace(request, query=rewritten, bindings={}), dataset, out)
    if calls.failed:
        head["failed_services"] = dict(sorted(calls.failed.items()))
    return {**head, **missing_graphs(store, request, screened)}


# --- asking -------------------------------------------------------------------------------------------------------------


class _Calls:
    """The calls of one query, and what is left of what they may take. ``failed`` tells why hosts behind ``SILENT`` failed."""

    def __init__(self, federation: Federation) -> None:
        self._federation = federation
        settings = federation.settings
        self._rows = settings.max_service_rows
        self._bytes = settings.max_service_bytes
        self._requests = settings.max_service_requests
        self.failed: dict[str, str] = {}

    def check(self, iris: Sequence[str]) -> None:
        """Raises :class:`QueryRefusedError` where one of them may not be called, or there are too many."""
        self._check_requests(len(iris))
        for iri in iris:
            self._federation.services.find(iri)

    def ask(self, iri: str, whole: Question, questions: Sequence[Question], silent: bool) -> list[Row]:
        """The rows that the service ``iri`` answers; one row without values where it fails silently."""
        endpoint = self._federation.services.find(iri)
        reader = self._reader(iri, endpoint)
        try:
            return self._rows_of(reader, whole, questions)
        except (RemoteError, RemoteRefusedError, AnswerTooLargeError) as error:
            if not silent:
                raise
            self.failed.setdefault(endpoint.host, error.message)
            return [(None,) * len(whole.columns)]

    def _rows_of(self, reader: RemoteReader, whole: Question, questions: Sequence[Question]) -> list[Row]:
        answers = [answer for question in questions for answer in self._answers(reader, question)]
        rows = [row for answer in answers for row in answer]
        if len(answers) > 1 and any(is_blank(value) for row in rows for value in row):
            # A node without a name that is in two answers cannot be known again, in one it can.
            self._rows += len(rows)
            return self._at_once(reader, whole)
        return rows

    def _at_once(self, reader: RemoteReader, whole: Question) -> list[Row]:
        try:
            return list(self._asked(reader, whole))
        except RemoteTruncatedError:
            raise RemoteTruncatedError(
                f"{reader.host} gives its answer in parts only, and there are nodes without a name in it, which cannot be "
                "known again from one part to another.",
                "Leave them out: FILTER(!isBlank(?x)).",
            ) from None

    def _answers(self, reader: RemoteReader, question: Question) -> list[list[Row]]:
        """The answer to a question, or those to its parts where the server cuts it."""
        try:
            return [list(self._asked(reader, question))]
        except RemoteTruncatedError:
            parts = question.parts()
            if not parts:
                raise
        return [answer for part in parts for answer in self._answers(reader, part)]

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

    def _asked(self, reader: RemoteReader, question: Question) -> Iterator[Row]:
        nodes = _Nodes(reader.host)
        with reader.results(f"{question.text} LIMIT {self._rows + 1}") as found:
            if not isinstance(found, ox.QuerySolutions):
                raise RemoteAnswerError(f"{reader.host} answered yes or no where rows were asked for.", "Ask it again.")
            names = [variable.value for variable in found.variables]
            columns = [names.index(name) if name in names else None for name in question.columns]
            try:
                for solution in found:
                    self._count_row(reader.host)
                    values = tuple(solution)
                    yield tuple(None if at is None else nodes.renamed(values[at]) for at in columns)
                return
            except (SyntaxError, ValueError) as error:
                problem = malformed(reader.host, error)
            finally:
                del found  # it must end in this thread: see RemoteReader._parsed
        raise problem

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
        self._check_requests(0)

    def _check_requests(self, number: int) -> None:
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
        if isinstance(value, ox.Triple) and "_:" in str(value) and any(map(is_blank, _terms(value))):
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
