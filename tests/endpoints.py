"""SPARQL servers for the tests, one of this process and two real ones, each with a graph loaded, on loopback and in folders of their own."""

from __future__ import annotations

import contextlib
import http.client
import http.server
import io
import shutil
import socket
import subprocess
import sysconfig
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs

import pyoxigraph as ox
import pytest

from virtuoso import GRAPH, INSTALL, Virtuoso, free_port, missing
from yuanhui_kg.query import QueryRequest, evaluate

_START_SECONDS: Final = 60


@contextlib.contextmanager
def served(store: ox.Store) -> Iterator[str]:
    """An endpoint of this process that answers with what a store holds, in the graphs that a request names."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            graphs = tuple(form.get("default-graph-uri", ()))
            asked = QueryRequest(form["query"][0], default_graphs=graphs, graph_type="application/n-triples")
            body = io.BytesIO()
            head = evaluate(store, asked, body)
            self.send_response(200)
            self.send_header("Content-Type", head["media_type"])
            self.send_header("Content-Length", str(len(body.getvalue())))
            self.end_headers()
            self.wfile.write(body.getvalue())

        def log_message(self, *_: object) -> None: ...

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/sparql"
        server.shutdown()
        thread.join()


@contextlib.contextmanager
def oxigraph(ntriples: bytes) -> Iterator[str]:
    """The query endpoint of an Oxigraph server (PyPI's ``oxigraph``) that holds the triples; skips where there is none."""
    program = shutil.which("oxigraph", path=sysconfig.get_path("scripts")) or shutil.which("oxigraph")
    if program is None:
        pytest.skip("the Oxigraph server is not installed: pip install oxigraph")
    port = free_port()
    command = [program, "serve", "--bind", f"127.0.0.1:{port}"]
    with _running(command, port):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        connection.request("PUT", "/store?default", ntriples, {"Content-Type": "application/n-triples"})
        status = connection.getresponse().status
        connection.close()
        assert status in (201, 204)
        yield f"http://127.0.0.1:{port}/query"


@contextlib.contextmanager
def virtuoso(ntriples: bytes, folder: Path) -> Iterator[str]:
    """The endpoint of a Virtuoso (Debian's ``virtuoso-opensource-7-bin``) that holds them; skips where there is none."""
    if program := missing():
        pytest.skip(f"{program} is not installed: {INSTALL}")
    server = Virtuoso.configured(folder, folder, buffers=10_000, threads=10, rows=10_000, seconds=60)
    (folder / "data.nt").write_bytes(ntriples)
    with _running(server.command, server.http):
        server.ask(f"DB.DBA.TTLP(file_to_string_output('{folder}/data.nt'), '', '{GRAPH}', 0);")
        yield f"http://127.0.0.1:{server.http}{server.path}"


@contextlib.contextmanager
def _running(command: list[str], port: int) -> Iterator[None]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        end = time.monotonic() + _START_SECONDS
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            assert process.poll() is None, f"{command[0]} ended with {process.returncode}"
            assert time.monotonic() < end, f"{command[0]} does not listen"
            time.sleep(0.05)
        yield
    finally:
        process.kill()
        process.wait()
