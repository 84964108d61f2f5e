"""The service as users run it: a process of its own, asked over the network."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.dom.minidom import Document

import pytest
import rdflib
from SPARQLWrapper import CSV, JSON, JSONLD, N3, POST, POSTDIRECTLY, RDF, RDFXML, TSV, TURTLE, XML, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed
from tinygraph import TINY

from yuanhui_kg.errors import UnavailableError, UsageError
from yuanhui_kg.service.server import _Front, bound
from yuanhui_kg.settings import Settings
from yuanhui_kg.workers import Zygote

SELECT = "SELECT ?s WHERE { ?s a <https://w3id.org/yuanhui-kg/ontology#Company> } ORDER BY ?s"
COMPANIES = ["https://w3id.org/yuanhui-kg/id/evil", "https://w3id.org/yuanhui-kg/id/mill"]
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
WAIT = 30.0


class Running:
    """``yuanhui-kg serve`` in a session of its own, as in a terminal."""

    def __init__(self, *flags: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "yuanhui_kg", "serve", "--port", "0", *flags],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            env=os.environ | {"YUANHUI_KG_RESOURCES": str(TINY), "YUANHUI_KG_HTTP_PROCESSES": "2"},
        )
        assert self.process.stdout is not None
        self.said = self.process.stdout.readline()
        found = re.search(r"http://\S+/", self.said)
        self.url = found[0] if found else ""

    def connect(self) -> socket.socket:
        host, _, port = self.url.removeprefix("http://").rstrip("/").rpartition(":")
        return socket.create_connection((host, int(port)), timeout=WAIT)

    def get(self, path: str, **headers: str) -> tuple[int, bytes]:
        try:
            with urllib.request.urlopen(
                urllib.request.Request(self.url + path, headers=headers), timeout=WAIT
            ) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read()

    def children(self, what: str) -> list[int]:
        """Processes started by the service whose command line holds ``what``."""
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
                if parent == self.process.pid and what in (folder / "cmdline").read_text():
                    found.append(int(folder.name))
        return found

    def end(self, number: int = signal.SIGTERM, *, group: bool = False) -> tuple[int, str, str]:
        """Exit status and what was printed since the first line."""
        (os.killpg if group else os.kill)(self.process.pid, number)
        out, err = self.process.communicate(timeout=WAIT)
        return self.process.returncode, out, err


@pytest.fixture
def started() -> Iterator[Running]:
    running = Running()
    yield running
    if running.process.poll() is None:
        running.end()
    with contextlib.suppress(ValueError):
        running.process.communicate()


@pytest.fixture(scope="module")
def service() -> Iterator[Running]:
    running = Running()
    yield running
    assert running.end() == (0, "", "")


# --- starting and stopping --------------------------------------------------------------------------------------------


def test_it_says_where_it_serves_and_how_much(service: Running) -> None:
    triples = json.loads(service.get("ready")[1])["triples"]
    assert re.fullmatch(rf"yuanhui-kg serves {triples:,} triples at http://127\.0\.0\.1:\d+/ .*\n", service.said)
    assert service.get("health") == (200, b'{"status": "ok"}\n')


@pytest.mark.parametrize(("number", "group"), [(signal.SIGINT, True), (signal.SIGTERM, False), (signal.SIGTERM, True)])
def test_it_stops_cleanly_and_leaves_nobody(started: Running, number: int, group: bool) -> None:
    assert started.get("ready")[0] == 200
    children = started.children("")
    assert len(children) >= 3
    assert started.end(number, group=group) == (0, "", "")
    wait_until_gone(children)


def wait_until_gone(pids: list[int]) -> None:
    end = time.monotonic() + WAIT
    while any(_state(pid) != "Z" for pid in pids):
        assert time.monotonic() < end, [Path(f"/proc/{pid}/cmdline").read_text() for pid in pids if _state(pid) != "Z"]
        time.sleep(0.02)


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return "Z"


def test_it_stops_while_a_query_runs(started: Running) -> None:
    statuses = []

    def ask() -> None:
        statuses.append(started.get("sparql?query=" + quote(ENDLESS))[0])

    asking = threading.Thread(target=ask)
    asking.start()
    while not _busy(started):
        time.sleep(0.05)
    assert started.end()[0] == 0
    asking.join(WAIT)
    assert statuses in ([200], [503])  # it has some seconds to end by itself


def _busy(running: Running) -> bool:
    """Whether a worker of the zygote is at work."""
    workers = [
        int(folder.name)
        for zygote in running.children("yuanhui_kg.zygote")
        for folder in Path("/proc").glob("[0-9]*")
        if (stat := _stat(folder)) and int(stat[1]) == zygote and stat[0] == "R"
    ]
    return bool(workers)


def _stat(folder: Path) -> list[str]:
    try:
        return (folder / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def test_all_processes_die_with_the_first(started: Running) -> None:
    children = started.children("")
    started.process.kill()
    started.process.communicate()
    wait_until_gone(children)


def test_a_busy_port_is_one_sentence(service: Running) -> None:
    port = service.url.rstrip("/").rpartition(":")[2]
    second = subprocess.run(
        [sys.executable, "-m", "yuanhui_kg", "serve", "--port", port],
        capture_output=True,
        text=True,
        timeout=WAIT,
        env=os.environ | {"YUANHUI_KG_RESOURCES": str(TINY)},
    )
    assert second.returncode == 1
    assert second.stdout == ""
    assert f"Port {port} of 127.0.0.1 is taken" in second.stderr
    assert "--port" in second.stderr
    assert len(second.stderr.splitlines()) <= 2
    assert "Traceback" not in second.stderr


def test_an_address_that_is_not_ours_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="no address"):
        bound("192.0.2.1", 0)
    with pytest.raises(UsageError, match="no address"):
        bound("no such host", 0)


def test_a_port_is_found_where_none_is_given_and_a_taken_one_is_refused() -> None:
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)  # as some servers do, which would share it
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(UnavailableError, match="taken"):
            bound("127.0.0.1", taken.getsockname()[1])
    with bound("localhost", 0) as found:
        address, port = found.getsockname()[:2]
    assert port > 0
    assert address in ("127.0.0.1", "::1")


def test_a_port_that_is_taken_while_the_service_starts_is_one_sentence() -> None:
    """Until it listens, another program may come first."""
    with bound("127.0.0.1", 0) as ours, socket.socket() as theirs:
        theirs.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        theirs.bind(ours.getsockname())
        theirs.listen()
        settings = Settings(resources=TINY, http_processes=1)
        with Zygote(settings) as zygote, pytest.raises(UnavailableError, match="cannot be listened on"):
            _Front(settings, zygote, None, None, ours)


def test_a_lost_query_process_is_started_again(started: Running) -> None:
    (zygote,) = started.children("yuanhui_kg.zygote")
    os.kill(zygote, signal.SIGKILL)
    end = time.monotonic() + WAIT
    while started.get("sparql?query=" + quote("ASK { ?s ?p ?o }"))[0] != 200:
        assert time.monotonic() < end
    assert started.children("yuanhui_kg.zygote") != [zygote]
    status, out, err = started.end()
    assert (status, out) == (0, "")
    assert "the query process has died (SIGKILL); starting it again" in err


@pytest.mark.slow
def test_changed_files_are_served_after_sighup_and_no_request_is_dropped(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    resources = tmp_path / "resources"
    shutil.copytree(TINY, resources)
    monkeypatch.setattr("test_server.TINY", resources)
    running = Running()
    query = "sparql?query=" + quote("SELECT (COUNT(*) AS ?n) { ?s <urn:new> ?o }")
    statuses: set[int] = set()
    over = threading.Event()

    def ask() -> None:
        number = 0
        while not over.is_set():
            number += 1
            statuses.add(running.get(f"{query}%23{number}")[0])

    def counted(expected: int) -> bool:
        return json.loads(running.get(query)[1])["results"]["bindings"][0]["n"]["value"] == str(expected)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        for number in range(1, 4):
            with open(resources / "data" / "triples.ttl", "a", encoding="utf-8") as data:
                data.write(f"\n<urn:s> <urn:new> {number} .\n")
            running.process.send_signal(signal.SIGHUP)
            end = time.monotonic() + WAIT
            while not counted(number):
                assert time.monotonic() < end
        (resources / "data" / "more.ttl").write_text("<urn:s> <urn:new> ", encoding="utf-8")
        running.process.send_signal(signal.SIGHUP)
        time.sleep(1)  # nothing tells from outside that it was read in vain
        assert counted(3)
    finally:
        over.set()
        for thread in threads:
            thread.join()
        status, _, err = running.end()
    assert statuses == {200}
    assert status == 0
    assert "more.ttl" in err
    assert "the data are served as they were" in err


def test_a_lost_server_process_is_started_again(started: Running) -> None:
    children = started.children("service.serving")
    os.kill(children[0], signal.SIGKILL)
    end = time.monotonic() + WAIT
    while len(set(started.children("service.serving")) - {children[0]}) < len(children):
        assert time.monotonic() < end
        time.sleep(0.05)
    while True:
        with contextlib.suppress(urllib.error.URLError):  # while the new one starts, the other one may be alone
            if started.get("health")[0] == 200:
                break
        assert time.monotonic() < end


# --- over the wire ----------------------------------------------------------------------------------------------------


def raw(service: Running, request: bytes) -> bytes:
    """The answer to a request as it is on the wire."""
    with service.connect() as connection:
        connection.sendall(request)
        received = b""
        while piece := connection.recv(65536):
            received += piece
        return received


def test_head_has_a_length_and_no_body(service: Running) -> None:
    head = raw(service, b"HEAD /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    get = raw(service, b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert head.endswith(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", head)
    assert length
    assert len(get.partition(b"\r\n\r\n")[2]) == int(length[1]) > 0


def test_no_answer_leaves_anything_on_its_connection(service: Running) -> None:
    """Where an answer has no body, the next one begins right behind its head; clients of Python would not notice."""

    def asked(method: str, path: str, more: str = "") -> bytes:
        return f"{method} {path} HTTP/1.1\r\nHost: x\r\n{more}\r\n".encode()

    def bodiless(method: str, path: str, more: str = "") -> int:
        first, next_ = raw(service, asked(method, path, more) + asked("GET", "/health", last)).split(b"\r\n\r\n")[:2]
        assert next_.startswith(b"HTTP/1.1 200 "), (method, path, more, next_[:100])
        return int(first.split()[1])

    last = "Connection: close\r\n"
    described = json.loads(service.get("openapi.json")[1])["paths"]
    paths = [path for path in described if "{" not in path]
    seen = {bodiless("HEAD", "/nowhere")}
    for path in ["/", "/static/style.css", *paths, "/page/mill", "/id/mill", "/sparql?query=ASK%7B%7D"]:
        seen |= {bodiless("HEAD", path), bodiless("OPTIONS", path)}
        tag = re.search(rb"\r\netag: (\S+)", raw(service, asked("GET", path, last)))
        if tag:
            condition = f"If-None-Match: {tag[1].decode()}\r\n"
            seen |= {bodiless("GET", path, condition), bodiless("HEAD", path, condition)}
    assert seen >= {200, 204, 304, 404}


def test_a_body_in_chunks_is_read(service: Running) -> None:
    answer = raw(
        service,
        b"POST /sparql HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/sparql-query\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n4\r\nASK \r\n2\r\n{}\r\n0\r\n\r\n",
    )
    assert answer.startswith(b"HTTP/1.1 200")
    assert b'"boolean":true' in answer


def test_a_large_answer_is_whole(service: Running) -> None:
    query = "SELECT * WHERE { ?s ?p ?o . ?a ?b ?c . FILTER(?s != ?c) }"
    status, body = service.get("sparql?query=" + quote(query))
    assert status == 200
    assert len(body) > 1_000_000
    assert len(json.loads(body)["results"]["bindings"]) > 1000


def test_a_deadline_is_a_proper_status(service: Running) -> None:
    status, body = service.get("sparql?timeout=0.3&query=" + quote(ENDLESS))
    assert status == 504
    assert json.loads(body)["error"]["code"] == "query_timeout"


# --- SPARQLWrapper ----------------------------------------------------------------------------------------------------


def ask(service: Running, query: str, format: str, method: str, *, only_accept: bool) -> Any:
    wrapper = SPARQLWrapper(service.url + "sparql")
    wrapper.setQuery(query)
    wrapper.setReturnFormat(format)
    wrapper.setOnlyConneg(only_accept)
    if method != "GET":
        wrapper.setMethod(POST)
    if method == "POST directly":
        wrapper.setRequestMethod(POSTDIRECTLY)
    result = wrapper.query()
    with result.response:
        return result.convert()


METHODS = ["GET", "POST", "POST directly"]


@pytest.mark.parametrize("only_accept", [False, True])
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("format", [JSON, XML, CSV, TSV])
def test_sparqlwrapper_selects_in_every_format(service: Running, format: str, method: str, only_accept: bool) -> None:
    found = ask(service, SELECT, format, method, only_accept=only_accept)
    if format == JSON:
        assert [row["s"]["value"] for row in found["results"]["bindings"]] == COMPANIES
    elif format == XML:
        assert isinstance(found, Document)
        assert [node.firstChild.data for node in found.getElementsByTagName("uri")] == COMPANIES
    elif format == CSV:
        assert found.decode().split() == ["s", *COMPANIES]
    else:
        assert found.decode().split() == ["?s", *(f"<{iri}>" for iri in COMPANIES)]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("format", [JSON, XML, CSV, TSV])
def test_sparqlwrapper_asks_in_every_format(service: Running, format: str, method: str) -> None:
    found = ask(service, "ASK { ?s ?p ?o }", format, method, only_accept=False)
    if format == JSON:
        assert found["boolean"] is True
    elif format == XML:
        assert found.getElementsByTagName("boolean")[0].firstChild.data == "true"
    else:
        assert found.decode().strip() == "true"


@pytest.mark.parametrize("only_accept", [False, True])
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("format", [XML, RDF, RDFXML, TURTLE, N3, JSONLD, JSON])
@pytest.mark.parametrize(
    "query", ["CONSTRUCT { ?s a ?c } WHERE { ?s a ?c }", "DESCRIBE <https://w3id.org/yuanhui-kg/id/mill>"]
)
def test_sparqlwrapper_gets_graphs_in_every_format(
    service: Running, query: str, format: str, method: str, only_accept: bool
) -> None:
    with warnings.catch_warnings():
        # It says so itself where it sends no particular Accept (RDF and JSON for a graph).
        warnings.filterwarnings("ignore", "ConjunctiveGraph is deprecated", DeprecationWarning)
        warnings.filterwarnings("ignore", "Sending Accept header", RuntimeWarning)
        warnings.filterwarnings("ignore", "Format requested was", RuntimeWarning)
        warnings.filterwarnings("ignore", "unknown response content type", RuntimeWarning)
        found = ask(service, query, format, method, only_accept=only_accept)
    if isinstance(found, bytes):
        found = rdflib.Graph().parse(data=found, format="turtle")
    mill = rdflib.URIRef(COMPANIES[1])
    assert (mill, rdflib.RDF.type, rdflib.URIRef("https://w3id.org/yuanhui-kg/ontology#Company")) in found


def test_sparqlwrapper_is_told_of_a_mistake(service: Running) -> None:
    wrapper = SPARQLWrapper(service.url + "sparql")
    wrapper.setQuery("SELECT nonsense")
    wrapper.setReturnFormat(JSON)
    with pytest.raises(QueryBadFormed, match="line 1"):
        wrapper.query()


def test_sparqlwrapper_cannot_update(service: Running) -> None:
    wrapper = SPARQLWrapper(service.url + "sparql")
    wrapper.setMethod(POST)
    wrapper.setQuery("INSERT DATA { <urn:a> <urn:b> <urn:c> }")
    with pytest.raises(QueryBadFormed, match="takes no updates"):
        wrapper.query()
