"""Two clients: one keep-alive connection that times single queries, and ``wrk`` for many connections at once.

``wrk`` (Debian's package) takes some 5 µs of processor time a request, so that it does not become what is measured;
``ceiling`` says how many requests a second it reaches against a server that does nothing.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from peers import ACCEPT, MissingError, Serving, free_port

_LUA: Final = Path(__file__).with_name("distinct.lua")


class FailedError(Exception):
    """A query was answered with an error, or not in time."""


class UnfinishedError(FailedError):
    """No request at all was answered in the time that was given."""


class Line:
    """One connection that is kept open."""

    def __init__(self, serving: Serving, patience: float) -> None:
        self.serving = serving
        self._patience = patience
        self._socket: socket.socket | None = None

    def ask(self, query: str, accept: str = ACCEPT, *, quoted: bool = True) -> tuple[float, bytes]:
        """Seconds until the whole answer was there, and its body. Raises :class:`FailedError`.

        :param quoted: whether ``query`` is yet to be percent-encoded.
        """
        target = self.serving.target(query) if quoted else self.serving.path + query
        request = (f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{self.serving.port}\r\nAccept: {accept}\r\n\r\n").encode()
        try:
            took, (status, body, open_still) = self._exchange(request)
        except (OSError, ValueError) as error:
            self.close()
            raise FailedError(f"{type(error).__name__}: {error}") from None
        if not open_still:
            self.close()
        if status != 200:
            raise FailedError(f"status {status}: {body[:200].decode(errors='replace')}")
        return took, body

    def _exchange(self, request: bytes) -> tuple[float, tuple[int, bytes, bool]]:
        kept = self._socket is not None
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self.serving.port), self._patience)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        began = time.perf_counter()
        try:
            self._socket.sendall(request)
            found = _response(self._socket)
        except ConnectionError:
            if not kept:
                raise
            self.close()  # some servers close a connection that was idle for seconds
            return self._exchange(request)
        return time.perf_counter() - began, found

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None


def _response(connection: socket.socket) -> tuple[int, bytes, bool]:
    """Status, body, and whether the connection stays open."""
    stream = connection.makefile("rb", buffering=256 * 1024)
    line = stream.readline()
    if not line:
        raise ConnectionResetError("the connection was closed without an answer")
    status = int(line.split()[1])
    headers = {}
    while line := stream.readline().strip():
        name, _, value = line.partition(b":")
        headers[name.lower()] = value.strip().lower()
    stays = headers.get(b"connection") != b"close"
    if headers.get(b"transfer-encoding") == b"chunked":
        pieces = []
        while size := int(stream.readline().split(b";")[0], 16):
            pieces.append(stream.read(size))
            stream.readline()
        stream.readline()
        return status, b"".join(pieces), stays
    if b"content-length" not in headers:
        return status, stream.read(), False
    length = int(headers[b"content-length"])
    body = stream.read(length)
    if len(body) < length:
        raise ValueError("the answer is cut off")
    return status, body, stays


def throughput(
    port: int, targets: Sequence[str], connections: int, seconds: float, *, first: int | None
) -> dict[str, float]:
    """Through ``wrk``: answers, answers a second, and the share of the requests that were answered with an error.

    :param targets: paths that are asked for in turn.
    :param first: number of the first request, which is written into each as a comment so that none comes twice;
        ``None`` repeats the paths as they are.
    :raises FailedError: where any answer was cut off or did not come.
    :raises UnfinishedError: where none came in time.
    """
    wrk = shutil.which("wrk")
    if wrk is None:
        raise MissingError("wrk is not installed: apt-get install wrk")
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("\n".join(targets))
        file.flush()
        command = [wrk, "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--timeout", "60s", "-s", str(_LUA)]
        command += [f"http://127.0.0.1:{port}/", "--", file.name, ACCEPT, "" if first is None else str(first)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=seconds + 90)
    said = done.stdout.rpartition("RESULT ")[2]
    if done.returncode or not said:
        raise FailedError(f"wrk: {done.stdout[-200:]}{done.stderr[-200:]}")
    found: dict[str, Any] = json.loads(said)
    if found["broken"]:
        raise FailedError(f"{found['broken']} of {found['requests']} requests were cut off or not answered")
    if not found["requests"]:
        raise UnfinishedError(f"none finished in {seconds:g} s")
    done_well = found["requests"] - found["refused"]
    share = found["refused"] / found["requests"]
    return {"rate": done_well / found["seconds"], "answers": done_well, "refused": share}


@contextlib.contextmanager
def _nothing() -> Iterator[int]:
    """The port of a server that answers every request with the same few bytes."""
    port = free_port()
    program = f"""
import asyncio
ANSWER = b"HTTP/1.1 200 OK\\r\\nContent-Length: 200\\r\\n\\r\\n" + b"x" * 200
class Nothing(asyncio.Protocol):
    def connection_made(self, transport): self.transport = transport
    def data_received(self, data): self.transport.write(ANSWER * data.count(b"\\r\\n\\r\\n"))
async def main():
    server = await asyncio.get_running_loop().create_server(Nothing, "127.0.0.1", {port})
    await server.serve_forever()
asyncio.run(main())
"""
    process = subprocess.Popen([sys.executable, "-c", program])
    try:
        for _ in range(500):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.02)
        yield port
    finally:
        process.kill()
        process.wait()


def ceiling(connections: int, seconds: float) -> float:
    """Requests a second against a server that does nothing: the most that this client could see."""
    with _nothing() as port:
        return throughput(port, ["/sparql?query=ASK%20%7B%7D"], connections, seconds, first=0)["rate"]
