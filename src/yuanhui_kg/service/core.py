"""What the blueprints share: the served data, remembered answers, and how an answer becomes a response."""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from flask import Response, g, request

from .. import __version__
from ..cache import AnswerCache, Cached
from ..catalog import SavedQuery
from ..errors import ForbiddenError, NotAcceptableError, UsageError
from ..frames import Answer, encode
from ..screening import may_be_relative
from ..settings import Settings
from ..views import View
from ..workers import Backend
from ..writing import Writing
from .calling import FAILED, Calling, tell_failed
from .encoding import variants
from .heavy import Heavy
from .metrics import Metrics
from .negotiate import choose
from .token import Token

JSON: Final = "application/json"
#: The answer's header that names the graphs of the query's dataset which are not in the store.
MISSING_GRAPHS: Final = "X-Missing-Graphs"
#: The header of a write's answer that names the first generation in which it is seen; answers of graph questions name theirs.
GENERATION: Final = "X-Generation"
#: Where an application keeps its :class:`Service`.
EXTENSION: Final = "yuanhui_kg"
#: Text formats whose default charset is not UTF-8 for every reader.
_WITH_CHARSET: Final = frozenset(
    ["text/turtle", "text/csv", "text/tab-separated-values", "text/n3", "text/html", "text/plain", "text/xml"]
)
#: Headers of every answer: scripts of other sites may read what everybody may read, and nobody guesses at types.
OPEN_TO_ALL: Final = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": (
        "Accept, Accept-Encoding, Allow, Content-Disposition, Content-Encoding, Content-Language, Content-Length, "
        "Content-Location, ETag, Link, Location, Retry-After, WWW-Authenticate, "
        f"{FAILED}, {MISSING_GRAPHS}, {GENERATION}, X-Export-Note, X-Request-Id, X-Total-Count"
    ),
    "X-Content-Type-Options": "nosniff",
}
#: What a client must do with an answer that has an entity tag: ask whether it still holds.
REVALIDATE: Final = "public, no-cache"
#: Bytes of an answer that is sent as one.
IN_ONE_PIECE: Final = 1024 * 1024
_NAMED: Final = 8  # offers that an error names: the exact ones come first
#: Under which an answer is remembered: the version of the data, the job, its parameters.
Key = tuple[str, str, str]
_HOST: Final = re.compile(r"(?:[A-Za-z0-9._-]{1,255}|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?")


@dataclass(frozen=True)
class Writes:
    """How changes are made, and by whom."""

    writing: Writing
    token: Token


@dataclass(frozen=True)
class Service:
    """Everything that a request needs. ``described`` holds facts about the data that are costly to count."""

    settings: Settings
    backend: Backend
    cache: AnswerCache
    queries: Mapping[str, SavedQuery]
    views: Mapping[str, View] = field(default_factory=dict)
    described: Memo = field(default_factory=lambda: Memo())
    metrics: Metrics = field(default_factory=Metrics)
    writes: Writes | None = None
    token: Token | None = None
    calling: Calling = field(default_factory=lambda: Calling(Settings()))
    heavy: Heavy = field(default_factory=lambda: Heavy(Settings()))

    def operate(self) -> None:
        """Check that the current request may look after the service.

        :raises ForbiddenError: where this service knows no token.
        :raises UnauthorizedError: where the request has none, or a wrong one.
        """
        token = self.token or (self.writes and self.writes.token)
        if not token:
            raise ForbiddenError(
                "This needs a token, and this service knows none.", "Its operator can set YUANHUI_KG_TOKEN."
            )
        token.check(request.headers.get("Authorization"))

    def writing(self) -> Writing:
        """Where changes are handed in, for a request that may make them.

        :raises ForbiddenError: where this service is read only.
        :raises UnauthorizedError: where the request has no token, or a wrong one.
        :raises UsageError: where it brings a part of something only: that must not pass for the whole (RFC 9110, 14.4).
        """
        if self.writes is None:
            raise ForbiddenError("This service is read only.", "Its operator can start it with --writable.")
        self.writes.token.check(request.headers.get("Authorization"))
        if "Content-Range" in request.headers:
            raise UsageError("A part (Content-Range) is sent, and only the whole is taken here.", "Send all of it.")
        return self.writes.writing

    def ask(
        self,
        job: str,
        parameters: Mapping[str, Any],
        *,
        timeout: float | None = None,
        remember: bool = True,
    ) -> Cached | Answer:
        """The answer of a job, from memory where the data have not changed since. Raises what the job raises."""
        if not remember:
            return self._run(job, parameters, timeout)
        key = self.key(job, parameters)
        return self.remembered(key) or self.remember(key, self._run(job, parameters, timeout))

    def key(self, job: str, parameters: Mapping[str, Any]) -> Key:
        """Under which the answer of a job is remembered, for as long as the data are what they are now."""
        return self.backend.version, job, encode(parameters)

    def remembered(self, key: Key) -> Cached | None:
        """The answer that was remembered under ``key``."""
        found = self.cache.get(key)
        self.metrics.looked_up(found is not None)
        return found

    def remember(self, key: Key, answer: Answer) -> Cached | Answer:
        """The answer, which is remembered from now on unless it is too large."""
        size = sum(map(len, key))
        if not self.cache.takes(answer.size + size):
            return answer
        with answer:
            found = Cached(answer.head, answer.read())
        self.cache.put(key, found, size)
        return found

    def _run(self, job: str, parameters: Mapping[str, Any], timeout: float | None) -> Answer:
        with self.metrics.job(job), self.calling.share(job, parameters), self.heavy.share(job, timeout) as left:
            answer = self.backend.run(job, dict(parameters), left)
        tell_failed(answer.head)
        return answer

    def data(self, job: str, parameters: Mapping[str, Any]) -> Any:
        """The value of a job that answers JSON."""
        answer = self.ask(job, parameters)
        if isinstance(answer, Cached):
            return json.loads(answer.body)
        with answer:
            return json.loads(answer.read())

    def select(
        self, query: str, bindings: Mapping[str, str] | None = None, graph: str = ""
    ) -> list[dict[str, dict[str, str]]]:
        """The solutions of a query of our own, as in the SPARQL results' JSON; values are bound as N-Triples terms.

        :param graph: the named graph that is asked in place of the default one.
        """
        graphs = [graph] if graph else []
        found = self.data("sparql", sparql_job(query, default_graphs=graphs, bindings=bindings))
        rows: list[dict[str, dict[str, str]]] = found["results"]["bindings"]
        return rows

    def tag(self, *parts: Any) -> str:
        """An entity tag for what depends on the data, the indexes of neighbours and search, and ``parts``."""
        return entity_tag(self.backend.version, *parts)

    def data_tag(self, *parts: Any) -> str:
        """An entity tag for what depends on the data and on ``parts``, but on no index."""
        return entity_tag(self.backend.data_version, *parts)


def entity_tag(*parts: Any) -> str:
    """An entity tag for what depends on ``parts`` and this program: 32 hexadecimal digits."""
    return text_tag(encode(parts))


def text_tag(*texts: str) -> str:
    """As :func:`entity_tag`, of texts that hold no line break."""
    return hashlib.sha256("\n".join([__version__, *texts]).encode()).hexdigest()[:32]


def base_url(settings: Settings) -> str:
    """The address under which the client reaches this service, without a slash at its end.

    It is the setting ``public_url``; without one, what the request's ``Host`` says, which only a URL's characters may
    be in. Nothing else that a request says (``X-Forwarded-…``) is believed.

    :raises UsageError: where the ``Host`` is no host.
    """
    return address(settings, request.scheme, request.environ.get("HTTP_HOST") or request.host)


def address(settings: Settings, scheme: str, host: str) -> str:
    """As :func:`base_url`, of a request by ``scheme`` whose ``Host`` is ``host``."""
    if settings.public_url:
        return settings.public_url.rstrip("/")
    if not _HOST.fullmatch(host):
        raise UsageError("The request's Host header holds no host's name.", "Send a proper Host header.")
    return f"{scheme}://{host}"


class Memo:
    """The latest value of a few costly computations, each for one version of the data."""

    def __init__(self) -> None:
        self._values: dict[str, tuple[str, Any]] = {}
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)

    def get(self, name: str, version: str, make: Callable[[], Any]) -> Any:
        """The value of ``make()`` for this version, computed once (others who want it wait for it)."""
        with self._locks[name]:
            known = self._values.get(name)
            if known is None or known[0] != version:
                known = self._values[name] = (version, make())
            return known[1]

    def forget(self, name: str, value: Any) -> None:
        """Have a value made anew, unless another one has taken its place."""
        with self._locks[name]:
            if name in self._values and self._values[name][1] is value:
                del self._values[name]


def sparql_job(
    query: str,
    *,
    default_graphs: Sequence[str] = (),
    named_graphs: Sequence[str] = (),
    results_type: str | None = "application/sparql-results+json",
    graph_type: str | None = "text/turtle",
    bindings: Mapping[str, str] | None = None,
    base: str = "",
) -> dict[str, Any]:
    """The parameters of the job ``sparql``."""
    return {
        "query": query,
        "default_graphs": list(default_graphs),
        "named_graphs": list(named_graphs),
        "results_type": results_type,
        "graph_type": graph_type,
        "bindings": dict(bindings or {}),
        "base": base if may_be_relative(query) else "",  # so that most answers are the same at every address
    }


def leave_out() -> None:
    """The current page lacks something for which there is no place or time just now: nobody is to keep it."""
    g.left_out = True


def is_whole() -> bool:
    """Whether nothing was left out of the current page (:func:`leave_out`)."""
    return not g.get("left_out", False)


# --- responses --------------------------------------------------------------------------------------------------------


def content_type(media_type: str) -> str:
    """The ``Content-Type`` of a media type: text formats say that they are UTF-8."""
    return f"{media_type}; charset=utf-8" if media_type in _WITH_CHARSET else media_type


def no_content(done: Mapping[str, Any] | None = None) -> Response:
    """A 204: what was asked for is done.

    :param done: the writer's answer, which names the generation in which a change is seen.
    """
    response = Response(status=204)
    if done and "generation" in done:
        response.headers[GENERATION] = done["generation"]
    response.headers["Cache-Control"] = "no-store"
    response.headers.pop("Content-Type", None)
    return response


def see_other(target: str) -> Response:
    """A 303 to ``target``, a path here that the client's ``Accept`` has decided."""
    response = Response(status=303, content_type="text/plain; charset=utf-8")
    response.headers["Location"] = target
    response.headers["Cache-Control"] = REVALIDATE
    response.vary.add("Accept")
    return response


def not_modified(tag: str) -> Response | None:
    """A 304 where the client holds what ``tag`` stands for, in any coding.

    ``*`` and ``If-Match`` are left to what comes last: whether there is anything is known once the answer is.
    """
    held = request.if_none_match
    if request.method not in ("GET", "HEAD") or held.star_tag or not held or "If-Match" in request.headers:
        return None
    found = next((variant for variant in variants(tag) if held.contains_weak(variant)), None)
    return None if found is None else _validated(Response(status=304), found)


def conditional(response: Response) -> Response:
    """The response, or a 304 in its place where the client holds it already (RFC 9110, 13)."""
    tag, _ = response.get_etag()
    if tag is not None:
        response.vary.add("Accept-Encoding")
    if response.status_code != 200 or tag is None or request.method not in ("GET", "HEAD"):
        return response
    held = request.if_none_match
    if not held.star_tag and not any(held.contains_weak(variant) for variant in variants(tag)):
        return response
    unchanged = Response(status=304)
    for name in ("Cache-Control", "Content-Language", "Content-Location", "ETag", "Vary"):
        if name in response.headers:
            unchanged.headers[name] = response.headers[name]
    for variant in variants(tag):
        if not held.star_tag and held.contains_weak(variant):
            unchanged.set_etag(variant)
            break
    response.close()
    return unchanged


def respond(
    answer: Cached | Answer | bytes, media_type: str, *, tag: str | None = None, status: int = 200, vary: str = "Accept"
) -> Response:
    """A complete answer, its length known before the first byte.

    :param tag: entity tag; without one nobody may keep the answer.
    """
    if isinstance(answer, Cached):
        answer = answer.body
    elif not isinstance(answer, bytes) and answer.size <= IN_ONE_PIECE:
        with answer:
            answer = answer.read()
    if isinstance(answer, bytes):
        response = Response(answer, status, content_type=content_type(media_type))
        response.content_length = len(answer)
    else:
        response = Response(_body(answer), status, content_type=content_type(media_type))
        response.content_length = answer.size
        response.call_on_close(answer.close)
    response.vary.update(vary.split(", "))
    if tag is None or request.method == "POST":
        response.headers["Cache-Control"] = "no-store" if tag is None else REVALIDATE
        return response
    return _validated(response, tag)


def respond_json(value: Any, *, tag: str | None = None, status: int = 200) -> Response:
    """``value`` as JSON, Chinese as itself."""
    return respond((json.dumps(value, ensure_ascii=False) + "\n").encode(), JSON, tag=tag, status=status)


def _validated(response: Response, tag: str) -> Response:
    response.set_etag(tag)
    response.vary.update(["Accept", "Accept-Encoding"])
    response.headers["Cache-Control"] = REVALIDATE
    return response


def _body(answer: Answer) -> Iterator[bytes]:
    # Closing is the response's: a generator that was never started would skip its own clean-up.
    yield from answer


def accepted(offers: Sequence[str]) -> str:
    """The offered media type that the current request accepts. Raises :class:`NotAcceptableError`."""
    found = choose(request.headers.get("Accept"), offers)
    if found is None:
        raise NotAcceptableError(
            "None of the media types that the Accept header names is offered here.",
            f"Ask for one of {', '.join(offers[:_NAMED])}.",
        )
    return found
