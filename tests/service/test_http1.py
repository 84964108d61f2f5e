"""HTTP/1.1 as it is on the wire, over real connections."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import uvloop
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yuanhui_kg import running
from yuanhui_kg.service.exchange import BrokenBodyError, ClientGoneError, Exchange
from yuanhui_kg.service.http1 import Limits, Server

WAIT = 20.0
GET = b"GET /%s HTTP/1.1\r\nHost: x\r\n\r\n"
LAST = b"GET /%s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


class Served:
    """A server in a thread. Paths say what is answered: ``/wait`` waits for ``go``, ``/body`` sends back the body."""

    def __init__(self, limits: Limits = Limits()) -> None:  # noqa: B008 -- frozen
        self.asked: list[Exchange] = []
        self.failed: list[BaseException] = []
        self.clients: list[running.Client] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._ready = threading.Event()
        self._limits = limits
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = self._listener.getsockname()
        self._thread = threading.Thread(target=lambda: uvloop.run(self._run()))
        self._thread.start()
        self._ready.wait(WAIT)

    async def _run(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.go = asyncio.Event()
        self.over = asyncio.Event()
        self.server = Server(self._handle, self._limits)
        await self.server.start(self._listener)
        self._ready.set()
        await self.over.wait()
        await self.server.stop(2)

    def _handle(self, exchange: Exchange) -> None:
        self.asked.append(exchange)
        exchange.client = running.Client()
        self.clients.append(exchange.client)
        if exchange.path == "/now":
            exchange.respond(200, [("x-path", exchange.path)], b"now")
            return
        task = self.loop.create_task(self._answer(exchange))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer(self, exchange: Exchange) -> None:
        try:
            await getattr(self, exchange.path.strip("/") or "plain", self.plain)(exchange)
        except BrokenBodyError as error:
            self.failed.append(error)
            exchange.respond(400, [], b"broken")
        except Exception as error:
            self.failed.append(error)

    async def plain(self, exchange: Exchange) -> None:
        exchange.respond(200, [], f"{exchange.method} {exchange.path}?{exchange.query_string}".encode())

    async def headers(self, exchange: Exchange) -> None:
        exchange.respond(200, [], repr(sorted(exchange.headers.items())).encode())

    async def wait(self, exchange: Exchange) -> None:
        await self.go.wait()
        exchange.respond(200, [], b"waited")

    async def early(self, exchange: Exchange) -> None:
        exchange.respond(413, [], b"too large")

    async def body(self, exchange: Exchange) -> None:
        body = b""
        while piece := await exchange.piece():
            body += piece
        exchange.respond(200, [], body)

    async def chunks(self, exchange: Exchange) -> None:
        await exchange.stream(200, [], iter([b"one ", b"", b"two"]))

    async def sized(self, exchange: Exchange) -> None:
        await exchange.stream(200, [("content-length", "7")], iter([b"one ", b"two"]))

    async def short(self, exchange: Exchange) -> None:
        await exchange.stream(200, [("content-length", "9")], iter([b"one ", b"two"]))

    async def same(self, exchange: Exchange) -> None:
        await exchange.stream(304, [], iter([b"one"]))

    async def nothing(self, exchange: Exchange) -> None:
        exchange.respond(204, [], b"one")

    async def fails(self, exchange: Exchange) -> None:
        def pieces() -> Iterator[bytes]:
            yield b"one "
            raise ValueError("a secret")

        await exchange.stream(200, [], pieces())

    async def large(self, exchange: Exchange) -> None:
        await exchange.stream(200, [], (b"x" * 65536 for _ in range(400)))

    async def block(self, exchange: Exchange) -> None:
        exchange.respond(200, [], b"x" * 20_000_000)

    async def forged(self, exchange: Exchange) -> None:
        exchange.respond(200, [("x-y", "1\r\nset-cookie: a=b")], b"")

    def close(self) -> None:
        with contextlib.suppress(RuntimeError):  # it has ended already
            self.loop.call_soon_threadsafe(self.over.set)
        self._thread.join(WAIT)
        assert not self._thread.is_alive()

    def connect(self) -> socket.socket:
        return socket.create_connection(self.address, timeout=WAIT)

    def send(self, *pieces: bytes) -> bytes:
        """All that is answered to pieces that are sent one after another."""
        with self.connect() as connection:
            for number, piece in enumerate(pieces):
                if number:
                    time.sleep(0.02)
                connection.sendall(piece)
            return rest(connection)


def rest(connection: socket.socket) -> bytes:
    received = b""
    with contextlib.suppress(ConnectionResetError):
        while piece := connection.recv(1 << 20):
            received += piece
    return received


@pytest.fixture
def served() -> Iterator[Served]:
    made = Served()
    yield made
    made.close()


@pytest.fixture
def strict() -> Iterator[Served]:
    made = Served(
        Limits(
            connections=3,
            target_bytes=100,
            head_bytes=4000,
            head_fields=10,
            head_seconds=0.6,
            idle_seconds=1.2,
            send_seconds=0.6,
        )
    )
    yield made
    made.close()


def until(true: Callable[[], Any]) -> None:
    end = time.monotonic() + WAIT
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def bodies(received: bytes) -> list[bytes]:
    """The bodies of answers that tell their length."""
    found = []
    while received:
        head, _, received = received.partition(b"\r\n\r\n")
        length = next(int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        found.append(received[:length])
        received = received[length:]
    return found


def test_requests_of_one_connection_are_answered_in_their_order(served: Served) -> None:
    with served.connect() as connection:
        connection.sendall(GET % b"wait" + GET % b"now" + GET % b"a?b=c" + LAST % b"now")
        until(lambda: served.asked)
        time.sleep(0.05)
        assert [exchange.path for exchange in served.asked] == ["/wait"]
        served.loop.call_soon_threadsafe(served.go.set)
        assert bodies(rest(connection)) == [b"waited", b"now", b"GET /a?b=c", b"now"]


def test_far_too_many_requests_that_wait_end_their_connection(served: Served) -> None:
    with served.connect() as connection:
        connection.sendall(GET % b"wait" + GET % b"now" * 500)
        until(lambda: served.asked)
        time.sleep(0.05)
        served.loop.call_soon_threadsafe(served.go.set)
        answered = rest(connection)
    assert answered.startswith(b"HTTP/1.1 200")
    assert b"HTTP/1.1 503" in answered
    assert len(served.asked) < 100


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(cuts=st.lists(st.integers(1, 160), max_size=6))
def test_a_request_is_the_same_however_it_is_cut(served: Served, cuts: list[int]) -> None:
    whole = (
        b"POST /body HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
        + LAST % b"a?b"
    )
    places = [0, *sorted(set(cuts)), len(whole)]
    with served.connect() as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for start, end in itertools.pairwise(places):
            connection.sendall(whole[start:end])
        assert bodies(rest(connection)) == [b"abcde", b"GET /a?b"]


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        (b"/a%20b/%E6%BC%AF?q=%E6%BC%AF", "GET /a b/漯?q=%E6%BC%AF"),
        ("/漯?q=河".encode(), "GET /漯?q=%E6%B2%B3"),
        (b"http://other/a?b#c", "GET /a?b"),
        (b"http://other?b", "GET /?b"),
        (b"//a//b", "GET //a//b?"),
    ],
)
def test_a_target_is_path_and_query(served: Served, target: bytes, expected: str) -> None:
    answer = served.send(b"GET %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n" % target)
    assert bodies(answer) == [expected.encode()]


def test_an_address_in_full_says_the_host(served: Served) -> None:
    served.send(b"GET http://other:8/now HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert served.asked[0].headers["host"] == "other:8"


def test_headers_that_come_twice_are_one_and_forgeries_none(served: Served) -> None:
    served.send(
        b"GET /now HTTP/1.1\r\nHost: x\r\nHost: y\r\nAccept: a/b\r\naccept: c/d\r\nCookie: a=1\r\nCookie: b=2\r\n"
        b"X_Forged: 1\r\nX-Latin: \xe4\r\nConnection: close\r\n\r\n"
    )
    assert served.asked[0].headers == {
        "host": ",",
        "accept": "a/b, c/d",
        "cookie": "a=1; b=2",
        "x-latin": "ä",
        "connection": "close",
    }


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501),
        (b"GET / HTTP/1.1\nHost: x\n\n", 400),
        (b"GET / HTTP/1.1\r\nHost : x\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nA: b\x00\r\n\r\n", 400),
        (b"GET / HTTP/2.0\r\nHost: x\r\n\r\n", 505),
        (b"GET /\r\n\r\n", 505),
        (b"GET a HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (b"CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (b"get / HTTP/1.1\r\nHost: x\r\n\r\n", 501),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
        (b"FOO / HTTP/1.1\r\nHost: x\r\n\r\n", 501),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),  # TLS
        (b"garbage\r\n\r\n", 400),
    ],
)
def test_what_is_no_request_is_refused_and_the_connection_closed(served: Served, request_: bytes, status: int) -> None:
    first, _, second = served.send(GET % b"now" + request_ + GET % b"now").partition(b"\r\n\r\nnow")
    assert first.startswith(b"HTTP/1.1 200")
    assert b"connection: close" not in first
    assert second.startswith(b"HTTP/1.1 %d" % status)
    assert b"connection: close" in second
    assert second.count(b"content-length") == 1
    assert [exchange.path for exchange in served.asked] == ["/now"]


def test_a_refusal_is_in_the_language_that_was_asked_for(served: Served) -> None:
    ask = b"POST / HTTP/1.1\r\nHost: x\r\nAccept-Language: %s\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"
    chinese, english = served.send(ask % b"zh-CN, en;q=0.5"), served.send(ask % b"\xff, fr")
    assert b"content-language: zh\r\nvary: Accept-Language\r\n" in chinese
    assert "正文须原样发送，或分块发送（Transfer-Encoding: chunked）。".encode() in chinese
    assert b"content-language: en\r\n" in english
    assert b"A body comes as it is or in chunks" in english


def test_another_protocol_is_not_spoken(served: Served) -> None:
    upgrade = b"GET /now HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n\x00\x01\x02"
    answer = served.send(upgrade)
    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.endswith(b"now")


def test_a_client_may_ask_before_it_sends_its_body(served: Served) -> None:
    head = b"POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n"
    with served.connect() as connection:
        connection.sendall(head)
        assert connection.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(b"abc")
        assert bodies(rest(connection)) == [b"abc"]


def test_a_body_that_nobody_wants_is_taken_for_a_moment_so_that_the_answer_arrives(served: Served) -> None:
    with served.connect() as connection:
        connection.sendall(b"POST /early HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n")
        for _ in range(100):
            connection.sendall(b"x" * 65536)
        answer = rest(connection)
    assert answer.startswith(b"HTTP/1.1 413")
    assert b"connection: close" in answer


def test_a_large_body_waits_until_it_is_read(served: Served) -> None:
    with served.connect() as connection:
        connection.sendall(b"POST /wait HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n")
        connection.settimeout(0.5)
        sent = 0
        with contextlib.suppress(TimeoutError):
            while sent < 90_000_000:
                sent += connection.send(b"x" * 65536)
        assert sent < 60_000_000
        served.loop.call_soon_threadsafe(served.go.set)
        connection.settimeout(WAIT)
        assert b"waited" in rest(connection)


def test_a_body_that_breaks_off_is_told_to_who_reads_it(served: Served) -> None:
    for body in (b"Content-Length: 9\r\n\r\nhalf", b"Transfer-Encoding: chunked\r\n\r\n9\r\nhalf"):
        with served.connect() as connection:
            connection.sendall(b"POST /body HTTP/1.1\r\nHost: x\r\n" + body)
            time.sleep(0.05)
            connection.shutdown(socket.SHUT_WR)
            assert b"broken" in rest(connection)
    answer = served.send(b"POST /body HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", b"zz\r\n")
    assert answer.startswith(b"HTTP/1.1 400")
    assert [type(error) for error in served.failed] == [BrokenBodyError] * 3


# --- who leaves -------------------------------------------------------------------------------------------------------


def test_who_says_no_more_is_answered(served: Served) -> None:
    with served.connect() as connection:
        connection.sendall(GET % b"now" + GET % b"wait")
        connection.shutdown(socket.SHUT_WR)
        until(lambda: len(served.asked) == 2)
        served.loop.call_soon_threadsafe(served.go.set)
        assert bodies(rest(connection)) == [b"now", b"waited"]


def test_a_large_answer_goes_on_to_who_says_no_more(served: Served) -> None:
    with served.connect() as connection:
        connection.sendall(GET % b"large")
        connection.shutdown(socket.SHUT_WR)
        time.sleep(1.5)
        assert rest(connection).endswith(b"0\r\n\r\n")


def test_who_leaves_is_noticed_while_he_is_worked_for(served: Served) -> None:
    for leave in (socket.socket.close, lambda connection: connection.shutdown(socket.SHUT_WR)):
        connection = served.connect()
        number = len(served.asked)
        connection.sendall(GET % b"wait")
        until(lambda number=number: len(served.asked) > number)
        leave(connection)
        until(lambda: served.clients[-1].gone)
        connection.close()


def test_who_leaves_while_he_is_answered_ends_the_answer(served: Served) -> None:
    with served.connect() as connection:
        connection.sendall(GET % b"large")
        connection.recv(1000)
    until(lambda: served.failed)
    assert isinstance(served.failed[0], ClientGoneError)


# --- answers ----------------------------------------------------------------------------------------------------------


def test_answers_have_what_they_need(served: Served) -> None:
    answer = served.send(LAST % b"now").decode()
    head, _, body = answer.partition("\r\n\r\n")
    lines = head.split("\r\n")
    assert lines[0] == "HTTP/1.1 200 OK"
    assert {"x-path: /now", "content-length: 3", "connection: close"} <= set(lines)
    assert any(line.startswith("date: ") and line.endswith(" GMT") for line in lines)
    assert body == "now"


def test_head_has_a_length_and_no_body(served: Served) -> None:
    answer = served.send(b"HEAD /now HTTP/1.1\r\nHost: x\r\n\r\n" + LAST.replace(b"GET", b"HEAD") % b"chunks")
    first, second, nothing = answer.split(b"\r\n\r\n")
    assert b"content-length: 3" in first
    assert second.startswith(b"HTTP/1.1 200 ")
    assert nothing == b""


@pytest.mark.parametrize("path", [b"same", b"nothing"])
def test_an_answer_that_has_no_body_leaves_none_for_the_next(served: Served, path: bytes) -> None:
    first, second, body = served.send(GET % path + LAST % b"now").split(b"\r\n\r\n")
    assert b"transfer-encoding" not in first
    assert b"content-length" not in first
    assert second.startswith(b"HTTP/1.1 200 ")
    assert body == b"now"


def test_an_older_client_is_answered_in_its_way(served: Served) -> None:
    old = b"GET /%s HTTP/1.0\r\n\r\n"
    assert b"connection: close" in served.send(old % b"now")
    kept = b"GET /now HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"
    first, _, second = served.send(kept + old % b"chunks").partition(b"\r\n\r\nnow")
    assert b"connection: keep-alive" in first
    assert b"transfer-encoding" not in second
    assert second.endswith(b"\r\n\r\none two")


def test_an_answer_in_pieces_is_whole(served: Served) -> None:
    assert served.send(LAST % b"chunks").endswith(b"\r\n\r\n4\r\none \r\n3\r\ntwo\r\n0\r\n\r\n")
    assert served.send(LAST % b"sized").endswith(b"\r\n\r\none two")


@pytest.mark.parametrize("path", [b"fails", b"short"])
def test_an_answer_that_fails_does_not_look_whole(served: Served, path: bytes) -> None:
    with served.connect() as connection:
        connection.sendall(GET % path)
        head, _, body = rest(connection).partition(b"\r\n\r\n")
    if b"content-length: 9" in head:
        assert len(body) < 9
    else:
        assert not body.endswith(b"0\r\n\r\n")
    assert len(served.failed) == 1
    assert bodies(served.send(LAST % b"now")) == [b"now"]


def test_no_header_becomes_two(served: Served) -> None:
    with served.connect() as connection:
        connection.sendall(GET % b"forged")
        until(lambda: served.failed)
    assert isinstance(served.failed[0], ValueError)


# --- limits -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"GET /" + b"a" * 200 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 20 + b"\r\n", 431),
        (b"GET / HTTP/1.1\r\nA: " + b"b" * 500_000, 431),
        (b"GET / HTTP/1.1\r\n" + b"b" * 300_000, 431),  # and no end of the name
    ],
)
def test_what_is_too_long_is_refused(strict: Served, request_: bytes, status: int) -> None:
    assert strict.send(request_).startswith(b"HTTP/1.1 %d" % status)
    assert strict.asked == []


@pytest.mark.parametrize("around", [b"0\r\nx: " + b"a" * 9000, b"1;" + b"a" * 9000])
def test_what_is_around_a_body_is_no_longer_than_a_head(strict: Served, around: bytes) -> None:
    with strict.connect() as connection:
        connection.sendall(b"POST /body HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n")
        until(lambda: strict.asked)
        connection.sendall(around)  # and no end
        assert rest(connection).startswith(b"HTTP/1.1 400")
    assert isinstance(strict.failed[0], BrokenBodyError)


def test_a_head_that_does_not_come_is_given_up_and_an_idle_connection_closed(strict: Served) -> None:
    assert strict.send(b"GET / HT").startswith(b"HTTP/1.1 408")
    assert strict.send(b"") == b""
    assert bodies(strict.send(GET % b"now")) == [b"now"]


def test_a_drip_of_a_head_is_given_up_too(strict: Served) -> None:
    with strict.connect() as connection, contextlib.suppress(ConnectionError):
        end = time.monotonic() + WAIT
        for byte in (b"GET /" + b"a" * 90) * 50:
            connection.sendall(bytes([byte]))
            time.sleep(0.05)
            assert time.monotonic() < end
        pytest.fail("it was never given up")


def test_a_request_under_way_is_not_given_up(strict: Served) -> None:
    with strict.connect() as connection:
        connection.sendall(GET % b"wait")
        time.sleep(2.5)
        strict.loop.call_soon_threadsafe(strict.go.set)
        assert bodies(rest(connection)) == [b"waited"]


@pytest.mark.parametrize("path", [b"large", b"block"])
def test_who_does_not_read_is_given_up(strict: Served, path: bytes) -> None:
    with strict.connect() as connection:
        connection.sendall(GET % path)
        time.sleep(3)
        received = rest(connection)
    assert 0 < len(received) < 20_000_000


def test_too_many_connections_are_told_to_come_back(strict: Served) -> None:
    with contextlib.ExitStack() as stack:
        for _ in range(3):
            connection = stack.enter_context(strict.connect())
            connection.sendall(GET % b"now")
            connection.recv(1000)
        refused = rest(stack.enter_context(strict.connect()))
    assert refused.startswith(b"HTTP/1.1 503")
    assert b"retry-after" in refused
    until(lambda: bodies(strict.send(LAST % b"now")) == [b"now"])


def test_at_the_end_what_is_under_way_is_answered_and_the_rest_closed(served: Served) -> None:
    with served.connect() as idle, served.connect() as busy:
        idle.sendall(GET % b"now")
        assert b"now" in idle.recv(1000)
        busy.sendall(GET % b"wait")
        until(lambda: len(served.asked) == 2)
        served.loop.call_soon_threadsafe(served.over.set)
        assert rest(idle) == b""
        with pytest.raises(ConnectionRefusedError):
            served.connect()
        served.loop.call_soon_threadsafe(served.go.set)
        answer = rest(busy)
    assert bodies(answer) == [b"waited"]
    assert b"connection: close" in answer
