"""The servers that are measured side by side: ours in memory and on disk, and the peers, each on loopback.

A peer is started on one N-Triples file and says where it answers, how long loading and starting took, and which process
it is. One whose program is not installed raises :class:`MissingError`.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote

from virtuoso import GRAPH, INSTALL, Virtuoso, free_port, missing

ROOT: Final = Path(__file__).resolve().parents[1]
#: What is asked for; no peer is asked to compress.
ACCEPT: Final = "application/sparql-results+json"


class MissingError(Exception):
    """A peer cannot be measured here; the message says what would have to be installed."""


@dataclass
class Serving:
    """A peer that answers queries.

    :param path: path and query string up to where the query's text goes, percent-encoded.
    :param pid: the root of its process tree.
    :param load: seconds to load the file into an empty database, where that is a step of its own.
    :param start: seconds from the command to the first answer of a query.
    """

    name: str
    port: int
    path: str
    pid: int
    load: float | None
    start: float

    def target(self, query: str) -> str:
        return self.path + quote(query, safe="")


Peer = Callable[[Path, Path], contextlib.AbstractContextManager[Serving]]


def _program(name: str, hint: str) -> str:
    found = shutil.which(name, path=sysconfig.get_path("scripts")) or shutil.which(name)
    if found is None:
        raise MissingError(f"{name} is not installed: {hint}")
    return found


# --- ours -------------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def ours(data: Path, folder: Path) -> Iterator[Serving]:
    """This project's service, the file's graph in memory."""
    resources = folder / "resources"
    (resources / "data").mkdir(parents=True)
    (resources / "data" / "regions.ttl").symlink_to(data)  # N-Triples are Turtle
    (resources / "ontology").mkdir()
    for name in ("shapes", "context.jsonld"):
        (resources / "ontology" / name).symlink_to(ROOT / "ontology" / name)
    (resources / "queries").symlink_to(ROOT / "queries")
    with _ours("ours, memory", [], None, {"YUANHUI_KG_RESOURCES": str(resources)}) as serving:
        yield serving


@contextlib.contextmanager
def ours_on_disk(data: Path, folder: Path) -> Iterator[Serving]:
    """This project's service over a store on disk, written before."""
    store = str(folder / "store")
    program = _program("yuanhui-kg", "make install")
    took = _timed([program, "load", str(data), "--store", store, "--empty"])
    with _ours("ours, disk", ["--store", store], took, {}) as serving:
        yield serving


@contextlib.contextmanager
def _ours(name: str, flags: list[str], load: float | None, environment: dict[str, str]) -> Iterator[Serving]:
    port = free_port()
    command = [_program("yuanhui-kg", "make install"), "serve", "--port", str(port), *flags]
    with _running(command, environment) as process:
        path = "/sparql?query="
        yield Serving(name, port, path, process.pid, load, _until_answered(process, port, path))


# --- peers ------------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def oxigraph(data: Path, folder: Path) -> Iterator[Serving]:
    """The Oxigraph server in memory; it is given the file over HTTP."""
    port = free_port()
    with _running([_oxigraph(), "serve", "--bind", f"127.0.0.1:{port}"]) as process:
        path = "/query?query="
        start = _until_answered(process, port, path)
        began = time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=3600)
        with open(data, "rb") as body:
            headers = {"Content-Type": "application/n-triples", "Content-Length": str(data.stat().st_size)}
            connection.request("PUT", "/store?default", body, headers)
            status = connection.getresponse().status
        connection.close()
        if status not in (201, 204):
            raise MissingError(f"the Oxigraph server did not take the data: {status}")
        took = time.perf_counter() - began
        yield Serving("Oxigraph, memory", port, path, process.pid, took, start + took)


@contextlib.contextmanager
def oxigraph_on_disk(data: Path, folder: Path) -> Iterator[Serving]:
    """The Oxigraph server over a database on disk, written before."""
    store = str(folder / "oxigraph")
    took = _timed([_oxigraph(), "load", "--location", store, "--file", str(data)])
    port = free_port()
    command = [_oxigraph(), "serve", "--location", store, "--bind", f"127.0.0.1:{port}"]
    with _running(command) as process:
        path = "/query?query="
        yield Serving("Oxigraph, disk", port, path, process.pid, took, _until_answered(process, port, path))


def _oxigraph() -> str:
    return _program("oxigraph", "pip install oxigraph")


@contextlib.contextmanager
def virtuoso(data: Path, folder: Path) -> Iterator[Serving]:
    """Virtuoso with buffers for all of the data; the file goes through its bulk loader."""
    if program := missing():
        raise MissingError(f"{program} is not installed: {INSTALL}")
    server = Virtuoso.configured(folder, data.parent, buffers=340_000, threads=100, rows=10_000_000, seconds=0)
    path = server.path + "&query="
    with _running(server.command) as process:
        _until_answered(process, server.http, path)
        began = time.perf_counter()
        server.ask(f"ld_add('{data}', '{GRAPH}'); rdf_loader_run(); checkpoint;")
        took = time.perf_counter() - began
        server.ask("shutdown;")
        process.wait()
    with _running(server.command) as process:
        yield Serving("Virtuoso", server.http, path, process.pid, took, _until_answered(process, server.http, path))


@contextlib.contextmanager
def rdflib_endpoint(data: Path, folder: Path) -> Iterator[Serving]:
    """rdflib-endpoint over rdflib's own store in memory."""
    port = free_port()
    command = [_program("rdflib-endpoint", "pip install 'rdflib-endpoint[cli]'"), "serve", str(data)]
    with _running([*command, "--host", "127.0.0.1", "--port", str(port)]) as process:
        path = "/?query="
        yield Serving("rdflib-endpoint", port, path, process.pid, None, _until_answered(process, port, path))


PEERS: Final[dict[str, Peer]] = {
    "ours": ours,
    "ours-disk": ours_on_disk,
    "oxigraph": oxigraph,
    "oxigraph-disk": oxigraph_on_disk,
    "virtuoso": virtuoso,
    "rdflib-endpoint": rdflib_endpoint,
}


# --- processes --------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _running(command: list[str], environment: dict[str, str] | None = None) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        env={**os.environ, **(environment or {})},
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _until_answered(process: subprocess.Popen[bytes], port: int, path: str, patience: float = 3600) -> float:
    """Seconds until the server answers a query."""
    began = time.perf_counter()
    target = path + quote("ASK { ?s ?p ?o }", safe="")
    while time.perf_counter() - began < patience:
        if process.poll() is not None:
            raise MissingError(f"{Path(process.args[0]).name} ended with {process.returncode}")  # type: ignore[index]
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            connection.request("GET", target, headers={"Accept": ACCEPT})
            response = connection.getresponse()
            response.read()
            if response.status == 200:
                return time.perf_counter() - began
        except (OSError, http.client.HTTPException):
            pass
        finally:
            connection.close()
        time.sleep(0.01)
    raise MissingError(f"{process.args!r} does not answer")


def _timed(command: list[str]) -> float:
    began = time.perf_counter()
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    if done.returncode:
        raise MissingError(f"{Path(command[0]).name}: {done.stderr.decode()[-300:]}")
    return time.perf_counter() - began


def memory(pid: int) -> int:
    """Bytes that a process and its descendants use, shared pages divided among those who share them (PSS)."""
    return sum(_proportional(process) for process in _tree(pid))


def processor(pid: int) -> float:
    """Seconds of processor time that a process and its descendants, ended ones included, have used."""
    ticks = 0
    for process in _tree(pid):
        with contextlib.suppress(OSError):
            # The command's name, in brackets, may hold blanks: what is counted on comes behind it.
            fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
            ticks += sum(map(int, fields[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def _tree(pid: int) -> Iterator[int]:
    yield pid
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield from _tree(int(child))


def _proportional(pid: int) -> int:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0


def versions() -> dict[str, str]:
    """What was measured, for the table's head."""
    from importlib import metadata

    found = {name: metadata.version(name) for name in ("yuanhui-kg", "pyoxigraph", "rdflib")}
    for name in ("oxigraph", "rdflib-endpoint"):
        with contextlib.suppress(metadata.PackageNotFoundError):
            found[name] = metadata.version(name)
    with contextlib.suppress(OSError):
        told = subprocess.run(["virtuoso-t", "-?"], capture_output=True, text=True, check=False)
        line = next((line for line in (told.stdout + told.stderr).splitlines() if "Version" in line), "")
        found["Virtuoso"] = line.partition("Version")[2].strip().split(" ")[0]
    found["Python"] = sys.version.split()[0]
    return found
