"""``/sparql``: the SPARQL 1.1 Protocol's query operation, and the service description.

:func:`read` turns a request into a :class:`Query` and knows nothing of Flask: what arrives from another front (a
WSGI layer ahead of the routing, a test) is read by the same rules.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from flask import Blueprint, Response, request
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType
from werkzeug.http import parse_options_header

from .. import describe
from ..cache import Cached
from ..errors import UsageError, YuanhuiError
from ..frames import Answer, encode
from ..screening import decode, is_deterministic
from ..settings import Settings
from . import calling, encoding, formats, logs, pages
from .core import (
    MISSING_GRAPHS,
    Key,
    Service,
    accepted,
    base_url,
    not_modified,
    respond,
    sparql_job,
    text_tag,
)
from .environ import EVALUATED
from .parameters import once, pairs, query_pairs, seconds

FORM: Final = "application/x-www-form-urlencoded"
DIRECT: Final = "application/sparql-query"
UPDATE: Final = "application/sparql-update"
_IN_IRI: Final = "!#$%&'()*+,/:;=?@[]~"  # beside letters, digits and ``-._``; ``quote`` writes the rest as %XX
_HEADER_BYTES: Final = 2048
_FORMAT_NAMES: Final = ("format", "output", "results")
#: Without a query these make no sense: whoever sends them has forgotten it.
_NEED_QUERY: Final = ("default-graph-uri", "named-graph-uri", "timeout")


@dataclass(frozen=True)
class Query:
    """A query as the protocol brings it; ``wishes`` are the known values of ``format`` and its aliases."""

    text: str
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    timeout: float | None
    wishes: tuple[str, ...]


def read(
    method: str,
    url: Sequence[tuple[str, str]],
    content_type: str,
    body: bytes,
    *,
    max_bytes: int,
    max_timeout: float,
) -> Query | None:
    """The query of a request; ``None`` where a GET brings none and so asks for the service description.

    :param url: the parameters of the URL.
    :param max_bytes: longest query text.
    :param max_timeout: longest deadline in seconds.
    :raises UsageError: what the protocol calls a bad request (400).
    :raises HTTPException: 413 and 415.
    """
    given, direct = list(url), None
    if method != "POST" and body:
        raise UsageError(f"A {method} request brings no body.", "Send the query as the parameter query, or by POST.")
    if method == "POST":
        media_type, charset = media_type_of(content_type)
        if charset not in ("", "utf-8", "utf8", "us-ascii"):
            raise UnsupportedMediaType(f"The query comes in charset {charset[:40]!r}; only UTF-8 is read.")
        if media_type == FORM:
            given += pairs(body, "form")
        elif media_type == DIRECT:
            direct = body
        else:
            raise encoding.UnreadableTypeError(
                f"A query comes as {DIRECT} or {FORM}, not as {media_type[:100] or 'something unnamed'}.", DIRECT, FORM
            )
    if any(name == "update" for name, _ in given):
        raise _no_updates()
    text = _text(given, direct, max_bytes)
    if text is None:
        if method != "POST" and not any(name in _NEED_QUERY for name, _ in given):
            return None
        raise UsageError("The parameter query is missing.", "Send the SPARQL text as the parameter query.")
    timeouts = [value for name, value in given if name == "timeout" and value]
    once(given, "timeout", "version")
    return Query(
        text,
        _graphs(given, "default-graph-uri"),
        _graphs(given, "named-graph-uri"),
        seconds(timeouts[0], "timeout", max_timeout) if timeouts else None,
        tuple(formats.checked(value for key in _FORMAT_NAMES for name, value in given if name == key)),
    )


def _graphs(given: Sequence[tuple[str, str]], parameter: str) -> tuple[str, ...]:
    # Once each: the engine would give what is in a graph that is named twice twice.
    return tuple(dict.fromkeys(value for name, value in given if name == parameter and value))


def body_limit(settings: Settings) -> int:
    """Most bytes of a request that brings a query. Its text has a limit of its own, checked once it is decoded.

    Percent-encoding triples what is not ASCII, and a form holds other parameters beside the query.
    """
    return 3 * settings.max_query_bytes + 64 * 1024


def media_type_of(content_type: str) -> tuple[str, str]:
    """The media type and the charset, empty where there is none, of a ``Content-Type`` header."""
    media_type, options = parse_options_header(content_type)
    return media_type.lower(), options.get("charset", "").lower()


def _no_updates() -> UsageError:
    return UsageError("This address answers queries; it takes no updates.", "Send a query, or the update to /update.")


def _text(given: Sequence[tuple[str, str]], direct: bytes | None, max_bytes: int) -> str | None:
    queries = [value for name, value in given if name == "query"]
    if direct is not None and queries:
        raise UsageError("There is a query in the body and another one in the URL.", "Send one of them.")
    if len(queries) > 1:
        raise UsageError(f"The parameter query is given {len(queries)} times.", "Give it once.")
    if direct is None and not queries:
        return None
    text = queries[0].removeprefix("\ufeff") if direct is None else decode(direct)
    if len(text.encode("utf-8", "surrogatepass")) > max_bytes:
        raise RequestEntityTooLarge(f"The query is longer than {max_bytes:,} bytes (setting max_query_bytes).")
    if not text.strip():
        raise UsageError("The query is empty.", "Send a SELECT, ASK, CONSTRUCT or DESCRIBE query.")
    return text


# --- answering --------------------------------------------------------------------------------------------------------


def blueprint(service: Service) -> Blueprint:
    """The routes of ``/sparql``."""
    routes = Blueprint("sparql", __name__)
    most = body_limit(service.settings)

    @routes.route("/sparql", methods=["GET", "POST"])
    def sparql() -> Response:
        query = read(
            request.method,
            query_pairs(),
            request.headers.get("Content-Type", ""),
            encoding.body(most),
            max_bytes=service.settings.max_query_bytes,
            max_timeout=service.settings.query_timeout,
        )
        if query is None:
            return description(service)
        return negotiated(service, job_of(query, base_url(service.settings)), query.wishes, query.timeout)

    return routes


@dataclass(frozen=True)
class Settled:
    """A job ``sparql`` whose formats are settled, and the labels of these (``Content-Type``).

    :param parameters: the job's, as JSON.
    :param key: under which the answer is remembered; ``None`` where it may be another one each time, as for ``tag``.
    :param tag: entity tag of the answer.
    """

    parameters: str
    timeout: float | None
    results: str | None
    graph: str | None
    key: Key | None
    tag: str | None

    def label(self, head: Mapping[str, Any]) -> str:
        """The ``Content-Type`` of the answer with this head."""
        return (self.graph if head["kind"] == "graph" else self.results) or str(head["media_type"])


def job_of(query: Query, base: str) -> dict[str, Any]:
    """The job that answers ``query``, which was asked at the service with the address ``base``."""
    return sparql_job(
        query.text, default_graphs=query.default_graphs, named_graphs=query.named_graphs, base=f"{base}/sparql"
    )


def settle(
    service: Service, job: dict[str, Any], accept: str | None, wishes: Sequence[str], timeout: float | None
) -> Settled:
    """Settle the formats of a job ``sparql``. Raises :class:`NotAcceptableError`."""
    results, graph = formats.wanted(accept, wishes)
    job["results_type"] = formats.RESULTS_LABELS[results] if results else None
    job["graph_type"] = formats.GRAPH_LABELS[graph] if graph else None
    if not is_deterministic(job["query"]):
        return Settled(encode(job), timeout, results, graph, None, None)
    key = service.key("sparql", job)
    tag = text_tag(service.backend.data_version, key[2], results or "", graph or "")
    return Settled(key[2], timeout, results, graph, key, tag)


def negotiated(service: Service, job: dict[str, Any], wishes: Sequence[str], timeout: float | None) -> Response:
    """The response to a job ``sparql`` in the format that the current request accepts. Raises what the job raises."""
    settled = settle(service, job, request.headers.get("Accept"), wishes, timeout)
    if service.settings.log_queries:
        logs.query(job["query"])
    if settled.tag is not None and (unchanged := not_modified(settled.tag)) is not None:
        return unchanged
    found = _evaluated() or service.ask("sparql", job, timeout=timeout, remember=settled.key is not None)
    response = respond(found, settled.label(found.head), tag=settled.tag)
    tell_open(response, found.head)
    return response


def tell_open(response: Response, head: Mapping[str, Any]) -> None:
    """Name in headers what an answer leaves open, though it looks whole: services that failed, graphs that are not there."""
    if failed := head.get("failed_services"):
        response.headers[calling.FAILED] = ", ".join(failed).encode("ascii", "replace").decode()
    if missing := head.get("missing_graphs"):
        response.headers[MISSING_GRAPHS] = listed(missing)


def _evaluated() -> Cached | Answer | None:
    """What somebody ahead of the application has evaluated for this request, if anybody has. Raises its error."""
    found: Cached | Answer | YuanhuiError | None = request.environ.pop(EVALUATED, None)
    if isinstance(found, YuanhuiError):
        raise found
    return found


def listed(iris: Sequence[str]) -> str:
    """IRIs as the value of a header, as ASCII: as many as have room, then how many more there are."""
    shown: list[str] = []
    for iri in iris:
        text = f"<{quote(iri, safe=_IN_IRI)}>"
        if len(text) + sum(map(len, shown)) > _HEADER_BYTES:
            break
        shown.append(text)
    left = len(iris) - len(shown)
    return ", ".join([*shown, f"and {left} more"] if left else shown)


def description(service: Service) -> Response:
    """The service description; for a browser a form to ask with."""
    wishes = formats.checked(value for name, value in query_pairs() if name in _FORMAT_NAMES)
    label = formats.graph_type(request.headers.get("Accept"), wishes) if wishes else None
    if label is None:
        label = accepted([*formats.GRAPH_LABELS, "text/html"])
    if label == "text/html":
        return pages.query_form(service)
    endpoint = base_url(service.settings) + "/sparql"
    tag = service.data_tag("description", endpoint, label, bool(service.settings.allow_service))
    unchanged = not_modified(tag)
    if unchanged is not None:
        return unchanged
    settings = service.settings
    triples = describe.service_description(
        endpoint,
        counts(service),
        settings.union_default_graph,
        writable=settings.writable,
        federated=bool(settings.allow_service),
        remote=bool(settings.endpoint),
    )
    return respond(describe.serialize(triples, formats.GRAPH_LABELS[label]), label, tag=tag)


def counts(service: Service) -> describe.Counts:
    """How much there is of what, counted once for each version of the data."""
    found: describe.Counts = service.described.get(
        "counts",
        service.backend.data_version,
        lambda: describe.count(service.select, empty_graphs=not service.settings.endpoint),
    )
    return found
