"""A SPARQL server that misbehaves on purpose: one address for each way in which servers go wrong. Loopback only."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Final, Self
from urllib.parse import parse_qs

JSON: Final = "application/sparql-results+json"
ROWS: Final = (
    b'{"head":{"vars":["s","p","o"]},"results":{"bindings":[{"s":{"type":"uri","value":"https://example.org/a"},'
    b'"p":{"type":"uri","value":"https://example.org/p"},"o":{"type":"literal","value":"x"}}]}}'
)
TRIPLES: Final = b'<https://example.org/a> <https://example.org/p> "x" .\n' * 3
PAGE: Final = b"<!doctype html><title>Log in</title><p>Please log in.</p>"


def answer(body: bytes, content_type: str = JSON, status: str = "200 OK", *headers: str) -> bytes:
    """A well-formed HTTP answer."""
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {content_type}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


class FaultServer:
    """Serves until closed; ``url(fault)`` is the endpoint that shows a fault, ``queries`` what has been asked."""

    def __init__(self) -> None:
        self.queries: list[str] = []
        self.connections = 0
        self._stop = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(0.1)
        self.port: int = self._listener.getsockname()[1]
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def url(self, fault: str) -> str:
        return f"http://127.0.0.1:{self.port}/{fault}"

    def close(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()
        self._listener.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _accept(self) -> None:
        while not self._stop.is_set():
            with contextlib.suppress(TimeoutError):
                connection, _ = self._listener.accept()
                self.connections += 1
                thread = threading.Thread(target=self._serve, args=(connection,))
                self._threads.append(thread)
                thread.start()

    def _serve(self, connection: socket.socket) -> None:
        connection.settimeout(0.1)
        with connection, contextlib.suppress(OSError):
            while (request := self._request(connection)) is not None:
                path, query = request
                self.queries.append(query)
                if path == "/form-only" and not query:
                    continue  # as Virtuoso does with a query that is the body: nothing comes back
                if not self._play(connection, path.strip("/").partition("?")[0]):
                    return

    def _request(self, connection: socket.socket) -> tuple[str, str] | None:
        """Path and query of the next request (no query where it is not in a form); ``None`` at the end."""
        data = b""
        while not self._stop.is_set():
            head, ended, body = data.partition(b"\r\n\r\n")
            if ended:
                lines = head.decode("latin-1").split("\r\n")
                length = next(
                    (int(v) for k, _, v in (x.partition(": ") for x in lines) if k.lower() == "content-length")
                )
                if len(body) >= length:
                    form = parse_qs(body.decode())
                    return lines[0].split()[1], form.get("query", [""])[0]
            with contextlib.suppress(TimeoutError):
                piece = connection.recv(65536)
                if not piece:
                    return None
                data += piece
        return None

    def _play(self, connection: socket.socket, fault: str) -> bool:
        """Answer as ``fault`` says; whether the connection stays open."""
        if fault in _DRIPS:
            self._drip(connection, _DRIPS[fault])
            return False
        if fault == "dead":
            self._stop.wait(30)
            return False
        if fault == "slow":
            self._stop.wait(3)
            connection.sendall(answer(ROWS))
            return False
        if fault == "huge":
            head = f"HTTP/1.1 200 OK\r\nContent-Type: {JSON}\r\nTransfer-Encoding: chunked\r\n\r\n"
            connection.sendall(head.encode())
            while not self._stop.is_set():
                connection.sendall(b"10000\r\n" + b" " * 65536 + b"\r\n")
            return False
        made = _ANSWERS[fault]
        connection.sendall(made(self.port) if callable(made) else made)
        return fault in _KEPT

    def _drip(self, connection: socket.socket, data: bytes) -> None:
        for start in range(len(data)):
            if self._stop.is_set():
                return
            connection.sendall(data[start : start + 1])
            time.sleep(0.02)


def _cut(body: bytes) -> bytes:
    return answer(body)[: -len(body) // 2]


def _redirect(to: str, status: str = "307 Temporary Redirect") -> Callable[[int], bytes]:
    return lambda port: answer(b"", "text/plain", status, f"Location: {to.format(port=port)}")


_HEAD: Final = f"HTTP/1.1 200 OK\r\nContent-Type: {JSON}\r\n".encode()
_DRIPS: Final = {
    "drip-body": answer(ROWS * 10),
    "drip-head": b"HTTP/1.1 200 OK\r\n" + b"X-Slow: yes\r\n" * 500,
    "drip-chunks": _HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"1\r\n \r\n" * 500,
    "drip-continue": b"HTTP/1.1 100 Continue\r\n\r\n" * 100,
}
_ANSWERS: Final[dict[str, bytes | Callable[[int], bytes]]] = {
    "good": answer(ROWS),
    "form-only": answer(ROWS.replace(b'"vars":[', b'"vars":["thing","value",')),
    "goodtriples": answer(TRIPLES, "application/n-triples"),
    "closing": answer(ROWS),
    "page": answer(PAGE, "text/html; charset=utf-8"),
    "lying": answer(PAGE),
    "unnamed": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
    "truncated": _cut(ROWS),
    "short-length": _HEAD + b"Content-Length: 20\r\n\r\n" + ROWS,
    "long-length": _HEAD + b"Content-Length: 100000\r\n\r\n" + ROWS,
    "broken-chunks": _HEAD + b"Transfer-Encoding: chunked\r\n\r\n50\r\n" + ROWS[:60],
    "bad-chunks": _HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n" + ROWS,
    "undelimited": b"HTTP/1.0 200 OK\r\nContent-Type: application/n-triples\r\n\r\n" + TRIPLES,
    "malformed": answer(ROWS[:-3]),
    "trailing": answer(ROWS + b"Error: timeout"),
    "not-results": answer(b'{"error": "no"}'),
    "bad-triples": answer(TRIPLES + b"<https://example.org/a", "application/n-triples"),
    "boolean": answer(b'{"head":{},"boolean":true}'),
    "compressed": answer(b"\x1f\x8b" + ROWS, JSON, "200 OK", "Content-Encoding: gzip"),
    "no-http": b"SSH-2.0-OpenSSH_9.2\r\n",
    "hang-up": b"",
    "many-headers": b"HTTP/1.1 200 OK\r\n" + b"X-Many: 1\r\n" * 300 + b"\r\n",
    "long-header": b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 100_000 + b"\r\n\r\n",
    "error-400": answer(b"line 1: what is this?", "text/plain", "400 Bad Request"),
    "error-500": answer(b"Virtuoso 42000 Error\nThe engine fell over \x1b[31m", "text/plain", "500 Internal Error"),
    "error-503": answer(b"", "text/plain", "503 Service Unavailable"),
    "error-404": answer(PAGE, "text/html", "404 Not Found"),
    "error-401": answer(b"who are you?", "text/plain", "401 Unauthorized"),
    "error-504": answer(b"took too long", "text/plain", "504 Gateway Timeout"),
    "partial": answer(ROWS, JSON, "206 Partial Content"),
    "timed-out-inside": answer(ROWS, JSON, "200 OK", "X-SQL-State: S1TAT"),
    "cut": answer(ROWS, JSON, "200 OK", "X-SPARQL-MaxRows: 1"),
    "redirect-loop": _redirect("/redirect-loop"),
    "redirect-good": _redirect("/good"),
    "redirect-file": _redirect("file:///etc/passwd"),
    "redirect-host": _redirect("http://localhost:{port}/good"),
    "redirect-port": _redirect("http://127.0.0.1:1/good"),
    "redirect-private": _redirect("http://169.254.169.254/latest/meta-data/"),
    "redirect-see-other": _redirect("/good", "303 See Other"),
    "redirect-nowhere": answer(b"", "text/plain", "302 Found"),
}
_KEPT: Final = frozenset(["good", "form-only", "goodtriples", "redirect-good", "redirect-loop", "short-length"])


@contextlib.contextmanager
def silent_port() -> Iterator[int]:
    """A port at which connections are made and never accepted: the kernel's queue is full."""
    with socket.socket() as listener, contextlib.ExitStack() as waiting:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(2):
            one = waiting.enter_context(socket.socket())
            one.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                one.connect(listener.getsockname())
        yield listener.getsockname()[1]
