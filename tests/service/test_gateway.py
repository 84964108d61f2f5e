"""What stands between the HTTP server and the application, driven as the server drives it."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from yuanhui_kg import running
from yuanhui_kg.service.environ import CLIENT
from yuanhui_kg.service.exchange import BrokenBodyError
from yuanhui_kg.service.gateway import Gateway
from yuanhui_kg.service.wire import head_of
from yuanhui_kg.settings import Settings

TINY = Settings(body_timeout=0.2, queue_timeout=0.1, workers=1)
Environ = dict[str, Any]


@dataclass
class Request:
    """An exchange whose body comes as ``pieces`` (``None``: not at all) and whose answer is kept."""

    method: str = "GET"
    path: str = "/"
    query_string: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    pieces: list[bytes | None] = field(default_factory=list)
    http_version: str = "1.1"
    address: tuple[str, int] = ("192.0.2.7", 4711)
    scheme: str = "http"
    status: int = 0
    answered: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    client: running.Client | None = None
    gone: bool = False
    done: asyncio.Event = field(default_factory=asyncio.Event)

    def whole(self) -> bytes | None:
        return None if self.pieces else b""

    async def piece(self) -> bytes:
        if not self.pieces:
            return b""
        piece = self.pieces.pop(0)
        if piece is None:
            await asyncio.sleep(60)
        elif not piece:
            raise BrokenBodyError
        return piece or b""

    def respond(self, status: int, headers: Iterable[tuple[str, str]], body: bytes) -> None:
        self.respond_as(head_of(status, headers, len(body)), body)

    def respond_as(self, head: bytes, body: bytes) -> None:
        first, *lines = head.decode("latin-1").splitlines()
        self.status, self.body = int(first.split()[1]), body
        self.answered = {name: value for name, _, value in (line.partition(": ") for line in lines)}
        self.done.set()

    async def stream(self, status: int, headers: Iterable[tuple[str, str]], pieces: Iterable[bytes]) -> None:
        self.status, self.answered = status, dict(headers)
        for piece in pieces:
            self.body += piece
        self.done.set()


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
    """A gateway, and who asks it."""

    def __init__(self, application: Any, settings: Settings = TINY, threads: int = 4) -> None:
        self.version = "1"
        self.again: list[tuple[Any, ...]] = []
        self._made = (application, settings, threads)
        self._loop = asyncio.new_event_loop()

    def gateway(self) -> Gateway:
        return Gateway(*self._made, lambda: self.version, lambda *told: self.again.append(told))

    def play(self, coroutine: Any) -> Any:
        return self._loop.run_until_complete(coroutine)

    def ask(self, *requests: Request) -> Request:
        async def all_of_them() -> None:
            self.kept = getattr(self, "kept", None) or self.gateway()
            for request in requests:
                self.kept(request)  # type: ignore[arg-type]
            await asyncio.gather(*(request.done.wait() for request in requests))

        self.play(all_of_them())
        return requests[-1]


@pytest.fixture(autouse=True)
def loops_closed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    made: list[asyncio.AbstractEventLoop] = []
    new = asyncio.new_event_loop

    def noted() -> asyncio.AbstractEventLoop:
        made.append(new())
        return made[-1]

    monkeypatch.setattr(asyncio, "new_event_loop", noted)
    yield
    for loop in made:
        loop.close()


def test_a_request_is_told_as_wsgi_wants_it() -> None:
    application = Application()
    headers = {"host": "x", "accept": "a/b, c/d", "content-length": "2", "content-type": "t/t"}
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


@pytest.mark.parametrize("size", [0, 1, 128 * 1024 - 1, 128 * 1024, 128 * 1024 + 1, 3_000_000])
def test_a_body_of_any_size_arrives_whole(size: int) -> None:
    body = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    pieces: list[bytes | None] = [body[start : start + 60_000] for start in range(0, size, 60_000)]
    headers = {"transfer-encoding": "chunked"}
    assert Made(Application()).ask(Request("POST", headers=headers, pieces=pieces)).body == body


def test_a_body_that_does_not_come_is_given_up_without_the_application() -> None:
    application = Application()
    headers = {"content-length": "9"}
    answer = Made(application).ask(Request("POST", headers=headers, pieces=[b"half", None]))
    assert answer.status == 408
    assert json.loads(answer.body)["error"]["code"] == "request_timeout"
    assert application.asked == []


def test_a_body_that_breaks_off_is_told_whether_it_is_small_or_large() -> None:
    application = Application()
    headers = {"content-length": "999999"}
    small = Made(application).ask(Request("POST", headers=headers, pieces=[b"half", b""]))
    assert (small.status, application.asked) == (400, [])
    large = Made(application).ask(Request("POST", headers=headers, pieces=[b"x" * 200_000, b""]))
    assert large.status == 500  # a bare WSGI application; Flask makes 400 of it
    assert len(application.asked) == 1


def test_too_many_at_once_are_told_to_come_back_and_slow_bodies_do_not_count() -> None:
    together = asyncio.Event()
    loop: list[asyncio.AbstractEventLoop] = []

    def wait(environ: Environ) -> list[bytes]:
        asyncio.run_coroutine_threadsafe(together.wait(), loop[0]).result(10)
        return [b"done"]

    made = Made(Application(wait), threads=2)
    slow = [Request("POST", headers={"content-length": "9"}, pieces=[None]) for _ in range(5)]
    busy, late = [Request(), Request()], Request(headers={"accept-language": "zh"})

    async def play() -> None:
        loop.append(asyncio.get_running_loop())
        gateway = made.gateway()
        for request in [*slow, *busy]:
            gateway(request)  # type: ignore[arg-type]
        await asyncio.sleep(0.05)
        gateway(late)  # type: ignore[arg-type]
        await late.done.wait()
        together.set()
        await asyncio.gather(*(request.done.wait() for request in [*slow, *busy]))

    made.play(play())
    assert [request.status for request in busy] == [200, 200]
    assert (late.status, late.answered["retry-after"]) == (503, "2")
    assert "同时到来的请求太多。" in late.body.decode()
    assert {request.status for request in slow} == {408}


def test_some_wait_for_a_thread_and_very_many_do_not() -> None:
    loop: list[asyncio.AbstractEventLoop] = []

    def work(environ: Environ) -> list[bytes]:
        asyncio.run_coroutine_threadsafe(asyncio.sleep(0.01), loop[0]).result(10)
        return [b"done"]

    async def play() -> list[int]:
        loop.append(asyncio.get_running_loop())
        gateway = Gateway(Application(work), replace(TINY, queue_timeout=20), 2, lambda: "1", lambda *_: None)
        requests = [Request() for _ in range(40)]
        for request in requests:
            gateway(request)  # type: ignore[arg-type]
        await asyncio.gather(*(request.done.wait() for request in requests))
        return [request.status for request in requests]

    assert Made(None).play(play()) == [200] * 18 + [503] * 22


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
        assert request.client is not None
        request.client.leave()

    async def play() -> None:
        loop.append(asyncio.get_running_loop())
        gateway = made.gateway()
        gateway(request)  # type: ignore[arg-type]
        while gateway._tasks:
            await asyncio.sleep(0.01)

    made = Made(Application(work))
    made.play(play())
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


# --- what is answered again -------------------------------------------------------------------------------------------

KEPT = {"ETag": '"1"', "Cache_Control": "public, no-cache"}


def test_the_same_request_is_answered_from_memory_until_the_data_change() -> None:
    application = Application(lambda _: [b"body"], **KEPT)
    made = Made(application)
    first = made.ask(Request(headers={"x-request-id": "one"}))
    again = made.ask(Request(headers={"x-request-id": "two"}))
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
        [("x", "y")],
        [(name, value)],
    ):
        made.ask(Request(headers=dict(headers)))
    assert len(application.asked) == 3


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
        made.ask(Request(headers=dict(headers)))
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
