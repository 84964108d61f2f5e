"""The servers under test, each a process of its own on loopback, and one client for all of them."""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import shutil
import socket
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlencode, urlsplit

TOKEN: Final = "conformance"
_START_SECONDS: Final = 60
_WAIT: Final = 60.0
_FORM: Final = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Way:
    """How a client uses the protocol; a server must answer the same whichever it is.

    :param send: ``get``, ``form`` or ``direct``; a GET becomes a form where the text is an update.
    :param accept: what is asked for as results; the suite's own format where it is empty.
    :param load: ``put`` for the Graph Store Protocol, ``insert`` for INSERT DATA.
    :param reset: ``drop`` for DROP ALL, ``clear`` for CLEAR ALL, ``delete`` for the Graph Store Protocol's DELETE.
    """

    send: str = "form"
    accept: str = ""
    load: str = "put"
    reset: str = "drop"


@dataclass(frozen=True)
class Reply:
    status: int
    media_type: str
    body: bytes

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    def __str__(self) -> str:
        return f"{self.status} {self.body[:300].decode('utf-8', 'replace').strip()}"


class Server:
    """A client's view of one running server.

    :param paths: of queries, updates and graphs.
    """

    def __init__(self, name: str, url: str, paths: tuple[str, str, str], headers: dict[str, str]) -> None:
        self.name = name
        self._address = urlsplit(url)
        self._query, self._update, self._graphs = paths
        self._headers = headers
        self._connection: http.client.HTTPConnection | None = None

    def request(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Reply:
        """One exchange; header names have underscores in the place of hyphens."""
        given = {name.replace("_", "-"): value for name, value in headers.items() if value}
        for attempt in (1, 2):
            if self._connection is None:
                self._connection = http.client.HTTPConnection(
                    self._address.hostname or "", self._address.port, timeout=_WAIT
                )
            try:
                self._connection.request(method, path, body, self._headers | given)
                answer = self._connection.getresponse()
                text = answer.read()
                return Reply(answer.status, (answer.headers.get_content_type() or "").lower(), text)
            except (http.client.HTTPException, OSError):
                self.close()
                if attempt == 2:
                    raise
        raise AssertionError

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def query(self, text: str, accept: str, send: str) -> Reply:
        return self._sent(self._query, "query", text, send, Accept=accept)

    def update(self, text: str, send: str) -> Reply:
        return self._sent(self._update, "update", text, "form" if send == "get" else send)

    def _sent(self, path: str, parameter: str, text: str, send: str, **headers: str) -> Reply:
        if send == "get":
            return self.request("GET", f"{path}?{urlencode({parameter: text})}", **headers)
        if send == "form":
            return self.request("POST", path, urlencode({parameter: text}).encode(), Content_Type=_FORM, **headers)
        return self.request("POST", path, text.encode(), Content_Type=f"application/sparql-{parameter}", **headers)

    def put(self, graph: str | None, body: bytes, media_type: str) -> Reply:
        return self.request("PUT", self._graph(graph), body, Content_Type=media_type)

    def delete(self, graph: str | None) -> Reply:
        return self.request("DELETE", self._graph(graph))

    def _graph(self, iri: str | None) -> str:
        return f"{self._graphs}?default" if iri is None else f"{self._graphs}?graph={quote(iri, safe='')}"


def oxigraph_program() -> str | None:
    return shutil.which("oxigraph", path=sysconfig.get_path("scripts")) or shutil.which("oxigraph")


@contextlib.contextmanager
def oxigraph(folder: Path, *, persistent: bool = False) -> Iterator[Server]:
    """The engine's own server (PyPI's ``oxigraph``), in memory or on disk."""
    program = oxigraph_program()
    assert program is not None
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    place = ["--location", str(folder / "oxigraph")] if persistent else []
    command = [program, "serve", *place, "--bind", f"127.0.0.1:{port}"]
    with (folder / "oxigraph.log").open("w") as log:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=log)
    server = Server("oxigraph", f"http://127.0.0.1:{port}", ("/query", "/update", "/store"), {})
    try:
        _await(server, process)
        yield server
    finally:
        server.close()
        process.kill()
        process.wait()


@contextlib.contextmanager
def ours(folder: Path) -> Iterator[Server]:
    """``yuanhui-kg serve`` as a user starts one that takes updates."""
    command = [sys.executable, "-m", "yuanhui_kg", "serve", "--port", "0", "--store", str(folder / "store")]
    with (folder / "yuanhui-kg.log").open("w") as log:
        process = subprocess.Popen(
            [*command, "--empty", "--writable"],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env=os.environ | {"YUANHUI_KG_TOKEN": TOKEN},
        )
    assert process.stdout is not None
    try:
        found = re.search(r"http://[^/\s]+", process.stdout.readline())
        assert found is not None, (folder / "yuanhui-kg.log").read_text()
        headers = {"Authorization": f"Bearer {TOKEN}"}
        server = Server("yuanhui-kg", found[0], ("/sparql", "/update", "/graphs"), headers)
        try:
            _await(server, process)
            yield server
        finally:
            server.close()
    finally:
        process.terminate()
        process.wait(timeout=_WAIT)
        process.stdout.close()


def _await(server: Server, process: subprocess.Popen[str] | subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + _START_SECONDS
    while True:
        with contextlib.suppress(OSError, http.client.HTTPException):
            if server.query("ASK {}", "*/*", "get").ok:
                return
        assert process.poll() is None, f"{server.name} ended with {process.returncode}"
        assert time.monotonic() < end, f"{server.name} does not answer"
        time.sleep(0.1)
