"""What stands between the HTTP server and the application, driven as the server drives it."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from yuanhui_kg import running
from yuanhui_kg.service.environ import CLIENT
from yuanhui_kg.service.gateway import Gateway
from yuanhui_kg.settings import Settings

TINY = Settings(body_timeout=0.2, workers=1)
Environ = dict[str, Any]


@dataclass
class Request:
    """granian's scope and protocol in one."""

    method: str = "GET"
    path: str = "/"
    query_string: str = ""
    headers: Any = field(default_factory=lambda: Headers([]))
    pieces: list[bytes | None] = field(default_factory=list)
    proto: str = "http"
    http_version: str = "1.1"
    client: str = "192.0.2.7:4711"
    scheme: str = "http"
    status: int = 0
    answered: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    gone: asyncio.Event = field(default_factory=asyncio.Event)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            if piece is None:
                await asyncio.sleep(60)
            else:
                yield piece

    async def client_disconnect(self) -> None:
        await self.gone.wait()

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.status, self.answered, self.body = status, dict(headers), body

    def response_stream(self, status: int, headers: list[tuple[str, str]]) -> Request:
        self.status, self.answered = status, dict(headers)
        return self

    async def send_bytes(self, data: bytes) -> None:
        self.body += data

    def close(self, status: int) -> None:
        self.status = status


class Headers:
    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        self._pairs = pairs

    def items(self) -> list[tuple[str, str]]:
        return self._pairs

    def get(self, name: str) -> str | None:
        return dict(self._pairs).get(name)


class Application:
    """Answers with what it was asked, and counts."""

    def __init__(self, answer: Callable[[Environ], Iterable[bytes]] | None = None, **headers: str) -> None:
        self.asked: list[Environ] = []
        self._answer = answer or (lambda environ: [environ["wsgi.input"].read()])
        self._headers = [(name.replace("_", "-"), value) for name, value in headers.items()]

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        self.asked.append(environ)
        start_response("200 OK", [("Content-Type", "text/plain"), *self._headers])
        return self._answer(environ)


class Made:
    def __init__(self, application: Any, settings: Settings = TINY, threads: int = 4) -> None:
        self.version = "1"
        self.again: list[tuple[Any, ...]] = []
        self.gateway = Gateway(
            application, settings, threads, lambda: self.version, lambda *told: self.again.append(told)
        )

    def ask(self, *requests: Request) -> Request:
        async def all_of_them() -> None:
            await asyncio.gather(*(self.gateway.__rsgi__(request, request) for request in requests))

        asyncio.run(all_of_them())
        return requests[-1]


def test_a_request_is_told_as_wsgi_wants_it() -> None:
    application = Application()
    headers = Headers([("host", "x"), ("accept", "a/b"), ("accept", "c/d"), ("content-length", "2"), ("content-type", "t/t"),
                       ("x_forged", "1"), ("cookie", "a=1"), ("cookie", "b=2")])  # fmt: skip
    answer = Made(application).ask(Request("POST", "/渐/x y", "q=%ff", headers, [b"h", b"i"]))
    (environ,) = application.asked
    assert (answer.status, answer.body) == (200, b"hi")
    assert environ["PATH_INFO"].encode("latin-1").decode() == "/渐/x y"
    assert (environ["QUERY_STRING"], environ["REQUEST_METHOD"], environ["REMOTE_ADDR"]) == (
        "q=%ff",
        "POST",
        "192.0.2.7",
    )
    assert (environ["HTTP_ACCEPT"], environ["CONTENT_TYPE"], environ["CONTENT_LENGTH"]) == ("a/b, c/d", "t/t", "2")
    assert environ["HTTP_COOKIE"] == "a=1; b=2"
    assert "HTTP_X_FORGED" not in environ


def test_two_hosts_are_none() -> None:
    application = Application()
    Made(application).ask(Request(headers=Headers([("host", "a"), ("host", "b")])))
    assert application.asked[0]["HTTP_HOST"] == ","


@pytest.mark.parametrize("size", [0, 1, 128 * 1024 - 1, 128 * 1024, 128 * 1024 + 1, 3_000_000])
def test_a_body_of_any_size_arrives_whole(size: int) -> None:
    body = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    pieces: list[bytes | None] = [body[start : start + 60_000] for start in range(0, size, 60_000)]
    headers = Headers([("transfer-encoding", "chunked")])
    assert Made(Application()).ask(Request("POST", headers=headers, pieces=pieces)).body == body


def test_a_body_that_does_not_come_is_given_up_without_the_application() -> None:
    application = Application()
    headers = Headers([("content-length", "9")])
    answer = Made(application).ask(Request("POST", headers=headers, pieces=[b"half", None]))
    assert (answer.status, answer.answered["connection"]) == (408, "close")
    assert json.loads(answer.body)["error"]["code"] == "request_timeout"
    assert application.asked == []


def test_too_many_at_once_are_told_to_come_back_and_slow_bodies_do_not_count() -> None:
    together = asyncio.Event()
    loop: list[asyncio.AbstractEventLoop] = []

    def wait(environ: Environ) -> list[bytes]:
        asyncio.run_coroutine_threadsafe(together.wait(), loop[0]).result(10)
        return [b"done"]

    made = Made(Application(wait), threads=2)
    slow = [Request("POST", headers=Headers([("content-length", "9")]), pieces=[None]) for _ in range(5)]
    busy, late = [Request(), Request()], Request()

    async def play() -> None:
        loop.append(asyncio.get_running_loop())
        tasks = [asyncio.ensure_future(made.gateway.__rsgi__(request, request)) for request in [*slow, *busy]]
        await asyncio.sleep(0.05)
        await made.gateway.__rsgi__(late, late)
        together.set()
        await asyncio.gather(*tasks)

    asyncio.run(play())
    assert [request.status for request in busy] == [200, 200]
    assert (late.status, late.answered["retry-after"]) == (503, "2")
    assert {request.status for request in slow} == {408}


def test_who_leaves_is_told_to_what_works_for_him() -> None:
    left: list[bool] = []
    request = Request()

    def work(environ: Environ) -> list[bytes]:
        client: running.Client = environ[CLIENT]
        assert running.CLIENT.get() is client
        asyncio.run_coroutine_threadsafe(leave(), loop[0]).result(10)
        for _ in range(1000):
            if client.gone:
                break
            asyncio.run_coroutine_threadsafe(asyncio.sleep(0.01), loop[0]).result(10)
        left.append(client.gone)
        return [b"for nobody"]

    loop: list[asyncio.AbstractEventLoop] = []

    async def leave() -> None:
        request.gone.set()

    async def play() -> None:
        loop.append(asyncio.get_running_loop())
        await made.gateway.__rsgi__(request, request)

    made = Made(Application(work))
    asyncio.run(play())
    assert (left, request.status) == ([True], 0)


def test_a_large_answer_is_sent_in_pieces_and_closed() -> None:
    class Large(io.BytesIO):
        def __iter__(self) -> Any:
            while piece := self.read(100_000):
                yield piece

    large = Large(b"x" * 1_000_000)
    answer = Made(Application(lambda _: large, Content_Length="1000000")).ask(Request())
    assert len(answer.body) == 1_000_000
    assert large.closed


def test_an_application_that_fails_is_an_error_and_no_more_is_told() -> None:
    def fail(environ: Environ, start_response: Any) -> Iterable[bytes]:
        raise ValueError("a secret")

    answer = Made(fail).ask(Request())
    assert answer.status == 500
    assert b"secret" not in answer.body


def test_no_websocket_is_opened() -> None:
    application = Application()
    assert Made(application).ask(Request(proto="ws")).status == 403
    assert application.asked == []


# --- what is answered again -------------------------------------------------------------------------------------------

KEPT = {"ETag": '"1"', "Cache_Control": "public, no-cache"}


def test_the_same_request_is_answered_from_memory_until_the_data_change() -> None:
    application = Application(lambda _: [b"body"], **KEPT)
    made = Made(application)
    first = made.ask(Request(headers=Headers([("x-request-id", "one")])))
    again = made.ask(Request(headers=Headers([("x-request-id", "two")])))
    assert len(application.asked) == 1
    assert (again.status, again.body) == (first.status, first.body)
    assert again.answered["x-request-id"] == "two"
    assert {**again.answered, "x-request-id": ""} == {**first.answered, "x-request-id": ""}
    assert [told[1:7] for told in made.again] == [("GET", "/", 200, 4, "192.0.2.7", "two")]
    made.version = "2"
    made.ask(Request())
    assert len(application.asked) == 2


@pytest.mark.parametrize(
    ("name", "value"),
    [("accept", "a/b"), ("accept-encoding", "br"), ("accept-language", "en"), ("host", "x"), ("if-none-match", '"1"')],
)
def test_what_decides_the_answer_makes_it_another(name: str, value: str) -> None:
    application = Application(lambda _: [b"body"], **KEPT)
    made = Made(application)
    for headers in (
        [],
        [(name, value)],
        [(name, value + "x")],
        [(name, value), (name, value)],
        [("x", "y")],
        [(name, value)],
    ):
        made.ask(Request(headers=Headers(headers)))
    assert len(application.asked) == 4


def test_another_path_query_method_or_scheme_is_another() -> None:
    application = Application(lambda _: [b"body"], **KEPT)
    made = Made(application)
    for request in (Request(), Request("HEAD"), Request(path="/x"), Request(query_string="x"), Request(scheme="https")):
        made.ask(request)
    assert len(application.asked) == 5


@pytest.mark.parametrize(
    "headers",
    [[("authorization", "Bearer x")], [("content-length", "0")], [("range", "bytes=0-1")], [("if-match", '"1"')], [("cookie", "a")]],
)  # fmt: skip
def test_what_may_depend_on_more_is_asked_again(headers: list[tuple[str, str]]) -> None:
    application = Application(lambda _: [b"body"], **KEPT)
    made = Made(application)
    for _ in range(2):
        made.ask(Request(headers=Headers(headers)))
    assert len(application.asked) == 2


@pytest.mark.parametrize("headers", [{}, {"ETag": '"1"'}, {"Cache_Control": "no-cache"}, {"ETag": '"1"', "Cache_Control": "no-store"}])  # fmt: skip
def test_what_may_not_be_kept_is_not(headers: dict[str, str]) -> None:
    application = Application(lambda _: [b"body"], **headers)
    made = Made(application)
    for _ in range(2):
        made.ask(Request())
    assert len(application.asked) == 2


def test_nothing_is_answered_from_memory_where_queries_are_logged_or_there_is_no_room() -> None:
    for settings in (replace(TINY, log_queries=True), replace(TINY, cache_bytes=0)):
        application = Application(lambda _: [b"body"], **KEPT)
        made = Made(application, settings)
        for _ in range(2):
            made.ask(Request())
        assert len(application.asked) == 2


def test_post_is_never_answered_from_memory() -> None:
    application = Application(lambda _: [b"body"], **KEPT)
    made = Made(application)
    for _ in range(2):
        made.ask(Request("POST"))
    assert len(application.asked) == 2
