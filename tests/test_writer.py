"""The writing process: what it acknowledges is there, whatever happens to it or to its disk."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from yuanhui_kg.errors import (
    ConflictError,
    MalformedError,
    NotFoundError,
    OverloadedError,
    QueryRefusedError,
    QuerySyntaxError,
    QueryTimeoutError,
    QueryTooComplexError,
    QueryUnsupportedError,
    ShapesError,
    StoreFullError,
    StoreLockedError,
    UnavailableError,
    UsageError,
    YuanhuiError,
)
from yuanhui_kg.settings import Settings
from yuanhui_kg.store import StoreFolder, load_file
from yuanhui_kg.workers import Backend
from yuanhui_kg.writing import Writer, Writing

COUNTER = "<http://e/counter> <http://e/value>"
INCREMENT = f"DELETE {{ {COUNTER} ?old }} INSERT {{ {COUNTER} ?new }} WHERE {{ {COUNTER} ?old BIND(?old + 1 AS ?new) }}"
ENDLESS = "INSERT { ?a <http://e/p> ?n } WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o . ?q ?r ?s }"
SHAPES = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
<http://e/shape> a sh:NodeShape ; sh:targetSubjectsOf <http://e/age> ;
    sh:property [ sh:path <http://e/age> ; sh:maxCount 1 ; sh:message "one age" ] .
"""


@contextlib.contextmanager
def in_file(data: bytes) -> Iterator[Any]:
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.flush()
        yield file


def update(writing: Writing, text: str, timeout: float | None = None, using: Sequence[str] = ()) -> None:
    with in_file(text.encode()) as file:
        writing.run("update", {"using": list(using), "using_named": [], "base": "http://e/update"}, [file], timeout)


def send(writing: Writing, change: str, graph: str | None, data: bytes, media_type: str = "text/turtle") -> bool:
    """Put or post a document; whether the graph is new."""
    with in_file(data) as file:
        parameters = {"graph": graph, "base": "http://e/base", "media_types": [media_type]}
        return bool(writing.run(change, parameters, [file])["created"])


def ask(backend: Backend, query: str) -> list[str]:
    with backend.run("sparql", {"query": query, "results_type": "text/csv"}) as answer:
        return answer.read().decode().split()[1:]


def count(backend: Backend) -> int:
    return int(ask(backend, "SELECT (COUNT(*) AS ?n) { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }")[0])


def eventually(condition: Callable[[], object], seconds: float = 20) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False


def settings_in(folder: Path) -> Settings:
    """Those of a service over thirty triples."""
    for name in ("ontology/shapes", "data", "queries"):
        (folder / "resources" / name).mkdir(parents=True)
    (folder / "resources" / "data" / "triples.ttl").write_text(
        "".join(f"<http://e/{i}> <http://e/p> <http://e/{i + 1}> .\n" for i in range(30))
    )
    (folder / "resources" / "ontology" / "shapes" / "one.ttl").write_text(SHAPES)
    return Settings(resources=folder / "resources", store=folder / "store", writable=True, queue_timeout=20)


class Serving(NamedTuple):
    """A writer's client, and what reads what it writes."""

    writing: Writing
    backend: Backend


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """For tests that harm nothing and count from what they find."""
    settings = settings_in(tmp_path_factory.mktemp("lasting"))
    with Writer(settings) as writer, Backend.start(settings, indexes=False) as backend:
        yield Serving(Writing(writer.socket_path, settings), backend)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_in(tmp_path)


@pytest.fixture
def writer(settings: Settings) -> Iterator[Writer]:
    with Writer(settings) as running:
        yield running


@pytest.fixture
def writing(writer: Writer, settings: Settings) -> Writing:
    return Writing(writer.socket_path, settings)


@pytest.fixture
def backend(writer: Writer, settings: Settings) -> Iterator[Backend]:
    with Backend.start(settings, indexes=False) as running:
        yield running


def restart(writer: Writer) -> None:
    """What the service does once it sees that the process has ended."""
    assert eventually(lambda: not writer.alive())
    writer.restart()


# --- changes ----------------------------------------------------------------------------------------------------------


def test_what_is_acknowledged_is_read_at_once_and_gives_a_new_version(lasting: Serving) -> None:
    writing, backend = lasting
    before = count(backend)
    versions = {backend.version}
    for number in range(5):
        update(writing, f"INSERT DATA {{ <http://e/s> <http://e/q> {number} }}")
        assert count(backend) == before + number + 1
        versions.add(backend.version)
    assert len(versions) == 6


def test_a_change_is_there_after_a_restart(settings: Settings, writer: Writer, writing: Writing) -> None:
    update(writing, "INSERT DATA { <http://e/s> <http://e/q> 1 }")
    writer.close()
    generation = StoreFolder(settings.store).read()  # type: ignore[arg-type]
    with contextlib.closing(generation):
        assert len(generation.open()) == 31


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        ("INSERT DATA {\n <http://e/a> <http://e/b> }", QuerySyntaxError, "line 2, column 28"),
        ("LOAD <http://127.0.0.1/x.ttl>", QueryRefusedError, "LOAD"),
        ("CREATE GRAPH <http://e/new> ; LOAD <x> INTO GRAPH <http://e/new> ;", QueryRefusedError, "LOAD"),
        ("LOADSILENT <file:///etc/passwd> INTO GRAPH <http://e/g>", QueryRefusedError, "LOAD"),
        ("LOAD SILENT <file:///etc/passwd> INTO <http://e/g>", QuerySyntaxError, "line 1"),
        ("LOAD ;", QuerySyntaxError, "line 1"),
        ("CREATE GRAPH <http://e/new>\nLOAD <http://e/x> INTO GRAPH <http://e/new>", QuerySyntaxError, "line 2"),
        ("INSERT { ?s ?p 2 } WHERE { ?s ?p ?o FILTER(<http://e/f>(?o)) }", QueryUnsupportedError, "<http://e/f>"),
        ("INSERT { ?s ?p ?o } WHERE { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }", QueryRefusedError, "SERVICE"),
        ("CREATE GRAPH <http://e/g> ; CREATE GRAPH <http://e/g>", ConflictError, "already exists"),
        ("DROP GRAPH <http://e/none>", ConflictError, "does not exist"),
        ("INSERT DATA { <http://e/a> <http://e/b> 1 } ; DROP GRAPH <http://e/none>", ConflictError, "does not exist"),
        ("INSERT { ?s ?p 1 } WHERE " + "{" * 200 + "?s ?p ?o" + "}" * 200, QueryTooComplexError, "max_query_nesting"),
    ],
)
def test_a_refused_update_changes_nothing(lasting: Serving, text: str, error: type[YuanhuiError], words: str) -> None:
    writing, backend = lasting
    assert eventually(lambda: backend.triples == count(backend))  # it has seen what the tests before have written
    before = count(backend), backend.version
    with pytest.raises(error, match=words):
        update(writing, text)
    assert (count(backend), backend.version) == before
    update(writing, "INSERT { <http://e/s> <http://e/q> ?new } WHERE { BIND(UUID() AS ?new) }")
    assert count(backend) == before[0] + 1


@pytest.mark.parametrize("where", ["", " INTO GRAPH <http://e/loaded>"])
def test_a_silent_load_fails_in_silence_as_the_standard_has_it(lasting: Serving, where: str) -> None:
    writing, backend = lasting
    before = count(backend)
    update(
        writing, f"LOAD SILENT <file:///etc/passwd>{where} ; INSERT DATA {{ <http://e/s> <http://e/silent> '{where}' }}"
    )
    assert count(backend) == before + 1
    assert ask(backend, "SELECT ?g { GRAPH ?g {} FILTER(?g = <http://e/loaded>) }") == []


def test_relative_iris_in_an_update_are_resolved_against_the_address(lasting: Serving) -> None:
    writing, backend = lasting
    update(writing, "INSERT DATA { <relative> <p> 1 }")
    assert ask(backend, "SELECT ?s { ?s <http://e/p> 1 }") == ["http://e/relative"]


def test_the_protocols_dataset_is_what_where_sees(lasting: Serving) -> None:
    writing, backend = lasting
    update(writing, "INSERT DATA { GRAPH <http://e/using> { <http://e/a> <http://e/q> 1 } }")
    update(
        writing, "INSERT { <http://e/found> <http://e/in> ?s } WHERE { ?s <http://e/q> 1 }", using=["http://e/using"]
    )
    assert ask(backend, "SELECT ?o { <http://e/found> <http://e/in> ?o }") == ["http://e/a"]
    with pytest.raises(UsageError, match="USING"):
        update(writing, "INSERT { ?s ?p 1 } USING <http://e/using> WHERE { ?s ?p ?o }", using=["http://e/using"])


def test_a_graph_is_put_posted_and_deleted(lasting: Serving) -> None:
    writing, backend = lasting
    graph = "http://e/short-lived"
    assert send(writing, "put", graph, b"<> <http://e/q> 1, 2 .")
    assert not send(writing, "post", graph, b"_:b <http://e/q> 3 .")
    assert not send(writing, "post", graph, b"_:b <http://e/q> 3 .")  # blank nodes of two documents are two
    assert sorted(ask(backend, f"SELECT ?o {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")) == ["1", "2", "3", "3"]
    assert not send(writing, "put", graph, b'{"@id": "", "http://e/q": 4}', "application/ld+json")
    assert ask(backend, f"SELECT ?s ?o {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}") == ["http://e/base,4"]
    writing.run("delete", {"graph": graph})
    assert graph not in ask(backend, "SELECT ?g { GRAPH ?g {} }")
    with pytest.raises(NotFoundError):
        writing.run("delete", {"graph": graph})


def test_a_malformed_document_names_its_line_and_leaves_what_was_there(lasting: Serving) -> None:
    writing, backend = lasting
    before = count(backend)
    for change in ("put", "post"):
        with pytest.raises(MalformedError, match="line 2"):
            send(writing, change, None, b"<http://e/x> <http://e/y> 1 .\n<http://e/x>")
    assert count(backend) == before


@pytest.mark.parametrize(
    ("media_type", "data", "words"),
    [
        ("application/trig", b"<http://e/other> { <http://e/a> <http://e/b> 1 }", "Named graphs"),
        ("application/n-quads", b"<http://e/a> <http://e/b> <http://e/c> <http://e/other> .", "Named graphs"),
        ("application/ld+json", b'{"@context": "http://127.0.0.1/c", "@id": "http://e/a"}', "nothing is fetched"),
        ("application/rdf+xml", b"<rdf:RDF", "RDF/XML"),
        ("application/rdf+xml", b"<a>" * 30_000 + b"</a>" * 30_000, "nested more than 1,000 deep"),
        (
            "application/rdf+xml",
            b"<a " + b" ".join(b'b%d="1"' % i for i in range(20_000)) + b"/>",
            "more than 1,000 attributes",
        ),
        ("application/ld+json", b'{"http://e/p":' * 20_000 + b"1" + b"}" * 20_000, "nested more than 1,000 deep"),
        ("application/ld+json", b'{"@id": "http://e/a", "p": "' + b"[" * 20_000, "JSON-LD"),  # a text without an end
        ("application/ld+json", b"", "JSON-LD"),
    ],
)
def test_a_document_that_cannot_be_one_graph_is_refused(
    lasting: Serving, media_type: str, data: bytes, words: str
) -> None:
    writing = lasting.writing
    with pytest.raises(MalformedError, match=words):
        send(writing, "post", "http://e/g", data, media_type)


def test_brackets_in_texts_of_json_are_no_nesting(lasting: Serving) -> None:
    writing, backend = lasting
    text = r"[[{\"\\" + "[" * 5_000
    send(
        writing,
        "put",
        "http://e/g",
        json.dumps({"@id": "http://e/a", "http://e/p": text}).encode(),
        "application/ld+json",
    )
    assert ask(backend, "SELECT (STRLEN(?o) AS ?n) { GRAPH <http://e/g> { ?s ?p ?o } }") == [str(len(text))]


def test_a_large_document_is_all_or_nothing(lasting: Serving) -> None:
    writing, backend = lasting
    before = count(backend)
    lines = b"".join(b"<http://e/%d> <http://e/long> <http://e/%s> .\n" % (i, b"x" * 400) for i in range(25_000))
    with pytest.raises(MalformedError, match="line 25001"):
        send(writing, "post", None, lines + b"<http://e/broken", "application/n-triples")
    assert count(backend) == before
    send(writing, "post", None, lines, "application/n-triples")
    assert count(backend) == before + 25_000


def test_a_change_that_breaks_the_shapes_is_refused_with_the_report(settings: Settings) -> None:
    strict = Settings(resources=settings.resources, store=settings.store, writable=True, validate_writes=True)
    with Writer(strict) as writer, Backend.start(strict, indexes=False) as backend:
        writing = Writing(writer.socket_path, strict)
        update(writing, "INSERT DATA { <http://e/a> <http://e/age> 1 }")
        with pytest.raises(ShapesError, match=r"<http://e/a> <http://e/age>: one age"):
            update(writing, "INSERT DATA { <http://e/a> <http://e/age> 2 }")
        assert ask(backend, "SELECT ?o { ?s <http://e/age> ?o }") == ["1"]


# --- many at once -----------------------------------------------------------------------------------------------------


def test_increments_from_many_threads_lose_nothing(lasting: Serving) -> None:
    writing, backend = lasting
    update(writing, f"INSERT DATA {{ {COUNTER} 0 }}")
    threads = [threading.Thread(target=lambda: [update(writing, INCREMENT) for _ in range(5)]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ask(backend, f"SELECT ?o {{ {COUNTER} ?o }}") == ["40"]


def test_readers_see_only_whole_generations(lasting: Serving) -> None:
    """Each update writes the same number twice, in two steps; no answer may see one without the other."""
    writing, backend = lasting
    pair = "<http://e/left> <http://e/is> {0} . <http://e/right> <http://e/is> {0}"
    update(writing, f"INSERT DATA {{ {pair.format(0)} }}")
    over = threading.Event()
    seen: list[list[str]] = []

    def read() -> None:
        while not over.is_set():
            seen.append(
                ask(backend, "SELECT ?n { <http://e/left> <http://e/is> ?n . <http://e/right> <http://e/is> ?n }")
            )

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for number in range(1, 31):
        update(writing, f"DELETE WHERE {{ ?s <http://e/is> ?n }} ; INSERT DATA {{ {pair.format(number)} }}")
    over.set()
    for reader in readers:
        reader.join()
    assert {len(rows) for rows in seen} == {1}
    numbers = [int(rows[0]) for rows in seen]
    assert len(set(numbers)) > 1


def test_old_generations_are_removed_once_nobody_reads_them(
    settings: Settings, writing: Writing, backend: Backend
) -> None:
    for number in range(5):
        update(writing, f"INSERT DATA {{ <http://e/s> <http://e/q> {number} }}")
    assert count(backend) == 35

    def generations() -> list[str]:
        return [path.name for path in settings.store.glob("generation-*") if path.is_dir()]  # type: ignore[union-attr]

    assert eventually(lambda: len(generations()) == 1), generations()
    assert count(backend) == 35


def test_a_second_writer_is_refused_and_a_reader_is_not(settings: Settings, writer: Writer, writing: Writing) -> None:
    with pytest.raises(StoreLockedError, match="written by process"):
        Writer(settings)
    reading = Settings(resources=settings.resources, store=settings.store)
    with Backend.start(reading, indexes=False) as other:
        assert count(other) == 30
        update(writing, "INSERT DATA { <http://e/s> <http://e/q> 1 }")
        assert count(other) == 31


def test_a_change_that_waits_too_long_is_refused_and_not_made(
    settings: Settings, writer: Writer, backend: Backend
) -> None:
    impatient = Writing(writer.socket_path, Settings(resources=settings.resources, write_timeout=0.5))
    patient = Writing(writer.socket_path, settings)

    def slow() -> None:
        with pytest.raises(QueryTimeoutError):
            update(patient, ENDLESS, timeout=3)

    thread = threading.Thread(target=slow)
    thread.start()
    acknowledged = 0
    refused: OverloadedError | None = None
    while refused is None:  # until it stands behind the slow one
        try:
            update(impatient, f"INSERT DATA {{ <http://e/s> <http://e/n> {acknowledged} }}")
            acknowledged += 1
        except OverloadedError as error:
            refused = error
    thread.join()
    restart(writer)
    update(patient, "INSERT DATA { <http://e/s> <http://e/q> 1 }")
    assert len(ask(backend, "SELECT ?n { <http://e/s> <http://e/n> ?n }")) == acknowledged


# --- crashes ----------------------------------------------------------------------------------------------------------


def test_an_update_is_ended_at_its_deadline_and_the_next_is_made(
    writer: Writer, writing: Writing, backend: Backend
) -> None:
    before = count(backend)
    with pytest.raises(QueryTimeoutError, match=r"0\.5 s; nothing of it was kept"):
        update(writing, ENDLESS, timeout=0.5)
    restart(writer)
    assert count(backend) == before
    update(writing, "INSERT DATA { <http://e/s> <http://e/q> 1 }")
    assert count(backend) == before + 1


def test_only_a_client_that_hangs_up_ends_its_change(
    writer: Writer, writing: Writing, backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The kernel queues a message first and signals it then; a change may be under way in between."""
    send_fds = socket.send_fds

    def signalled_late(connection: socket.socket, *what: Any) -> int:
        sent = send_fds(connection, *what)
        time.sleep(0.1)
        connection.send(b"as if the signal came now")
        return sent

    monkeypatch.setattr(socket, "send_fds", signalled_late)
    slow = "{ SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l } }"
    update(writing, f"INSERT {{ <http://e/s> <http://e/n> ?n }} WHERE {slow}")
    assert writer.alive()
    assert ask(backend, "SELECT ?n { <http://e/s> <http://e/n> ?n }") == [str(30**4)]


def test_a_change_that_waits_while_the_writer_dies_is_made_by_the_next(writer: Writer, writing: Writing) -> None:
    done = threading.Event()

    def wait() -> None:
        update(writing, "INSERT DATA { <http://e/s> <http://e/q> 1 }")
        done.set()

    def slow() -> None:
        with pytest.raises(QueryTimeoutError):
            update(writing, ENDLESS, timeout=1)

    first = threading.Thread(target=slow)
    first.start()
    time.sleep(0.3)
    second = threading.Thread(target=wait)
    second.start()
    first.join()
    restart(writer)
    second.join(20)
    assert done.is_set()


def deep_update(writing: Writing) -> None:
    update(writing, "INSERT { ?s ?p 1 } WHERE " + "{" * 20_000 + "?s ?p ?o" + "}" * 20_000, 10)


def deep_json(writing: Writing) -> None:
    send(writing, "post", None, b'{"http://e/p":' * 100_000 + b"1" + b"}" * 100_000, "application/ld+json")


@pytest.mark.parametrize("bad", [deep_update, deep_json])
def test_what_kills_the_engine_is_an_error_and_nothing_more(settings: Settings, bad: Callable[[Writing], None]) -> None:
    lenient = Settings(resources=settings.resources, store=settings.store, writable=True, max_query_nesting=10**9)
    with Writer(lenient) as writer, Backend.start(lenient, indexes=False) as backend:
        writing = Writing(writer.socket_path, lenient)
        update(writing, "INSERT DATA { <http://e/s> <http://e/q> 1 }")
        with pytest.raises((QueryTooComplexError, QueryTimeoutError, MalformedError)):
            bad(writing)
        if not writer.alive() or eventually(lambda: not writer.alive(), 0.5):
            writer.restart()
        assert count(backend) == 31
        update(writing, "INSERT DATA { <http://e/s> <http://e/q> 2 }")
        assert count(backend) == 32


@pytest.mark.slow
def test_killed_at_any_moment_it_has_kept_all_that_it_acknowledged(settings: Settings) -> None:
    acknowledged = 0
    for pause in (0.0, 0.004, 0.01, 0.02):
        with Writer(settings) as writer:
            writing = Writing(writer.socket_path, settings)
            killer = threading.Timer(0.1 + pause, os.kill, (writer._process.pid, signal.SIGKILL))
            killer.start()
            with contextlib.suppress(UnavailableError):
                for number in range(acknowledged, acknowledged + 10_000):
                    update(writing, f"INSERT DATA {{ <http://e/s> <http://e/n> {number} }}")
                    acknowledged = number + 1
            killer.join()
        with Backend.start(settings, indexes=False) as backend:
            found = ask(backend, "SELECT ?n { <http://e/s> <http://e/n> ?n }")
        assert sorted(map(int, found)) == list(range(len(found)))
        assert len(found) == acknowledged
    assert acknowledged > 0


#: Run in the place of Python: the writer kills itself where ``{stage}`` says, at the first change after ``armed`` is there.
MORTAL = """
import os, pathlib, runpy, signal, sys
from yuanhui_kg import store
owner, method, when = {stage!r}.split()
owner = getattr(store, owner) if owner != "store" else store
before = getattr(owner, method)
def mortal(*args, **kwargs):
    armed = pathlib.Path({armed!r})
    now = armed.exists()
    armed.unlink(missing_ok=True)
    if now and when == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    result = before(*args, **kwargs)
    if now:
        os.kill(os.getpid(), signal.SIGKILL)
    return result
setattr(owner, method, mortal)
sys.argv = sys.argv[2:]
runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
"""


@contextlib.contextmanager
def mortal_writer(settings: Settings, folder: Path, stage: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Writing]:
    """A writer that dies once at ``stage`` of the change after the folder has a file ``armed``."""
    program, script = folder / "python", folder / "mortal.py"
    script.write_text(MORTAL.format(stage=stage, armed=str(folder / "armed")), encoding="utf-8")
    program.write_text(f'#!/bin/sh\nexec {sys.executable} {script} "$@"\n', encoding="utf-8")
    program.chmod(0o700)
    monkeypatch.setattr("sys.executable", str(program))
    with Writer(settings) as writer:
        yield Writing(writer.socket_path, settings)
        restart(writer)
        update(Writing(writer.socket_path, settings), "INSERT DATA { <http://e/s> <http://e/after> 9 }")


@pytest.mark.parametrize(
    "stage",
    [
        "Live commit before",  # evaluated
        "StoreFolder _next after",
        "Live _snapshot before",  # decided, and said so
        "Live _snapshot after",
        "store _write_sums before",
        "store _sync after",
        "store _write_durably before",
    ],
)
def test_killed_before_it_was_in_force_a_change_is_told_that_nothing_was_kept(
    settings: Settings, tmp_path: Path, stage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mortal_writer(settings, tmp_path, stage, monkeypatch) as writing:
        update(writing, "INSERT DATA { <http://e/s> <http://e/n> 1 }")
        (tmp_path / "armed").touch()
        with pytest.raises(UnavailableError, match="Nothing of it was kept") as caught:
            update(writing, "INSERT DATA { <http://e/s> <http://e/n> 2 }")
        assert caught.value.retry_after
    with Backend.start(settings, indexes=False) as backend:
        assert ask(backend, "SELECT ?n { <http://e/s> <http://e/n>|<http://e/after> ?n } ORDER BY ?n") == ["1", "9"]


@pytest.mark.parametrize(
    "stage", ["store _write_durably after", "StoreFolder remove_unread before", "Live commit after"]
)
def test_killed_once_it_is_in_force_a_change_is_acknowledged_all_the_same(
    settings: Settings, tmp_path: Path, stage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mortal_writer(settings, tmp_path, stage, monkeypatch) as writing:
        (tmp_path / "armed").touch()
        assert send(writing, "put", "http://e/g", b"<http://e/s> <http://e/n> 2 .")
    with Backend.start(settings, indexes=False) as backend:
        assert ask(backend, "SELECT ?n { GRAPH <http://e/g> { <http://e/s> <http://e/n> ?n } }") == ["2"]


def test_killed_while_it_evaluates_a_change_it_is_not_the_changes_fault(writer: Writer, writing: Writing) -> None:
    killer = threading.Timer(0.3, os.kill, (writer._process.pid, signal.SIGKILL))
    killer.start()
    with pytest.raises(UnavailableError, match="Nothing of it was kept"):
        update(writing, ENDLESS)
    killer.join()


def test_a_writer_that_says_no_more_leaves_open_what_became_of_the_change(settings: Settings, tmp_path: Path) -> None:
    """Where it can be told neither by the writer nor by the folder, the client is told how to find out."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    listener.bind(str(tmp_path / "socket"))
    listener.listen()

    def writer() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.sendall(b"S")
            connection.recv(65536)
            connection.sendall(b'P{"generation": "generation-000009", "answer": {}}')

    thread = threading.Thread(target=writer)
    thread.start()
    with listener, pytest.raises(UnavailableError, match="not known whether") as caught:
        update(Writing(tmp_path / "socket", settings), "CLEAR ALL")
    thread.join()
    assert "before you send it again" in caught.value.hint


def test_the_next_start_tells_of_a_crash_and_only_of_one(settings: Settings) -> None:
    with Writer(settings) as writer:
        assert writer.found == ""
        update(Writing(writer.socket_path, settings), "INSERT DATA { <http://e/s> <http://e/q> 1 }")
        os.kill(writer._process.pid, signal.SIGKILL)
    with Writer(settings) as writer:
        assert "ended without closing it" in writer.found
        assert "generation-000002" in writer.found
    with Writer(settings) as writer:
        assert writer.found == ""


def test_a_full_disk_is_an_error_that_loses_nothing(settings: Settings) -> None:
    with Writer(settings) as writer, Backend.start(settings, indexes=False) as backend:
        writing = Writing(writer.socket_path, settings)
        update(writing, "INSERT DATA { <http://e/s> <http://e/q> 1 }")
        pid = writer._process.pid
        before = resource.prlimit(pid, resource.RLIMIT_FSIZE)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (4096, before[1]))
        with pytest.raises(StoreFullError):
            update(writing, f'INSERT DATA {{ <http://e/s> <http://e/q> "{"x" * 100_000}" }}')
        with pytest.raises(StoreFullError):
            update(writing, f'INSERT DATA {{ <http://e/s> <http://e/q> "{"y" * 100_000}" }}')
        assert count(backend) == 31
        resource.prlimit(pid, resource.RLIMIT_FSIZE, before)
        update(writing, "INSERT DATA { <http://e/s> <http://e/q> 2 }")
        assert count(backend) == 32


def test_a_writer_starts_on_a_full_disk_and_writes_once_there_is_room(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    StoreFolder(tmp_path / "store").create(settings.served_files)
    program = tmp_path / "python"
    program.write_text(f'#!/bin/sh\nulimit -S -f 0\nexec {sys.executable} "$@"\n', encoding="utf-8")
    program.chmod(0o700)
    monkeypatch.setattr("sys.executable", str(program))
    with Writer(settings) as writer:
        writing = Writing(writer.socket_path, settings)
        with pytest.raises(StoreFullError):
            update(writing, "INSERT DATA { <http://e/s> <http://e/q> 1 }")
        _, hard = resource.prlimit(writer._process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(writer._process.pid, resource.RLIMIT_FSIZE, (hard, hard))
        update(writing, "INSERT DATA { <http://e/s> <http://e/q> 2 }")


# --- backups ----------------------------------------------------------------------------------------------------------


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "yuanhui_kg", *arguments], capture_output=True, text=True, timeout=60)


def test_a_backup_is_made_while_serving_and_restored_afterwards(
    settings: Settings, writer: Writer, writing: Writing, tmp_path: Path
) -> None:
    store, target = str(settings.store), str(tmp_path / "backup")
    update(writing, "INSERT DATA { <http://e/s> <http://e/q> 1 }")
    made = run("backup", "--store", store, "-o", target)
    assert (made.returncode, made.stdout) == (0, f"Copied 31 triples from {store} to {target}.\n")
    update(writing, "CLEAR ALL")
    dumped = run("dump", "--store", store, "--format", "nt")
    assert (dumped.returncode, dumped.stdout) == (0, "")
    refused = run("restore", target, "--store", store)
    assert refused.returncode == 1
    assert "being written by process" in refused.stderr
    writer.close()
    assert run("restore", target, "--store", store).returncode == 0
    with Backend.start(settings, indexes=False) as backend:
        assert count(backend) == 31
    again = run("backup", "--store", store, "-o", target)
    assert again.returncode == 1
    assert "is not empty" in again.stderr


def test_a_backup_shares_no_file_with_its_store(settings: Settings, tmp_path: Path) -> None:
    folder = StoreFolder(settings.store)  # type: ignore[arg-type]
    folder.create(settings.graph_files)
    folder.back_up(tmp_path / "backup")
    files = [path for path in (tmp_path / "backup").rglob("*") if path.is_file()]
    assert files
    assert {path.stat().st_nlink for path in files} == {1}


def test_a_load_after_a_service_has_its_changes(settings: Settings, tmp_path: Path) -> None:
    with Writer(settings) as writer:
        update(Writing(writer.socket_path, settings), "INSERT DATA { <http://e/s> <http://e/q> 1 }")
    path = tmp_path / "more.ttl"
    path.write_text("<http://e/s> <http://e/q> 2 .")
    folder = StoreFolder(settings.store)  # type: ignore[arg-type]
    assert folder.write(lambda store: (load_file(store, path), len(store))) == (1, 32)
