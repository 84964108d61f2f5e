"""The workers as processes: killed at deadlines, without network, gone with their parents."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from yuanhui_kg import sandbox
from yuanhui_kg.errors import (
    AnswerTooLargeError,
    DataError,
    OverloadedError,
    QueryRefusedError,
    QueryTimeoutError,
    QueryTooComplexError,
    UnavailableError,
    YuanhuiError,
)
from yuanhui_kg.settings import MIB, Settings
from yuanhui_kg.spawning import Worker
from yuanhui_kg.store import Generation, StoreFolder
from yuanhui_kg.workers import Backend, Zygote
from yuanhui_kg.zygote import Source

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
ROWS = 2000


@pytest.fixture(scope="module")
def resources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("resources")
    for name in ("ontology", "data", "queries"):
        (folder / name).mkdir()
    lines = (
        f"<http://example.org/{i}> <http://example.org/p> <http://example.org/{i * 7 % 100}> ." for i in range(ROWS)
    )
    (folder / "data" / "triples.ttl").write_text("\n".join(lines), encoding="utf-8")
    return folder


@pytest.fixture(scope="module", params=["memory", "disk"])
def backend(
    request: pytest.FixtureRequest, resources: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Backend]:
    store = None if request.param == "memory" else tmp_path_factory.mktemp("store") / "store"
    settings = Settings(
        resources=resources, store=store, workers=2, query_timeout=20, max_answer_bytes=MIB, worker_memory=100 * MIB
    )
    with Backend.start(settings, indexes=False) as backend:
        yield backend


def ask(backend: Backend, query: str, timeout: float | None = None) -> str:
    parameters = {"query": query, "results_type": "text/csv"}
    with backend.run("sparql", parameters, timeout) as answer:
        assert answer.size == len(answer.read()) == len(b"".join(answer))
        return answer.read().decode()


def count(backend: Backend) -> int:
    return int(ask(backend, COUNT).split()[1])


def processes_below(pid: int) -> set[int]:
    found = set()
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid and fields[0] != "Z":
            found.add(int(path.parent.name))
    return found


def endless(backend: Backend, timeout: float | None = None) -> YuanhuiError | None:
    """The error that a query which would run for hours ends with."""
    try:
        ask(backend, ENDLESS, timeout)
    except YuanhuiError as error:
        return error
    return None


def eventually(condition: object, seconds: float = 10) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():  # type: ignore[operator]
            return True
        time.sleep(0.02)
    return False


def test_a_worker_holds_no_generation_that_only_its_zygote_makes_indexes_of(resources: Path, tmp_path: Path) -> None:
    source = Source(Settings(resources=resources, store=tmp_path / "store"), tmp_path, indexes=True)
    child = source.follow()
    assert child is not None
    assert source._building is not None
    generation = source._building[0]
    assert isinstance(generation, Generation)
    source.data()  # as in a worker that is made meanwhile
    assert generation._lock.closed
    while not child.receive():
        pass
    source.followed(child)
    assert source._generation is not None
    source._generation.close()


def test_versions_are_those_of_the_store_and_the_settings_not_of_the_run(resources: Path, tmp_path: Path) -> None:
    def versions(store: str, **settings: Any) -> tuple[str, str]:
        with Backend.start(Settings(resources=resources, store=tmp_path / store, **settings), indexes=False) as backend:
            return backend.version, backend.data_version

    StoreFolder(tmp_path / "one").create([])
    first = versions("one")
    assert versions("one", workers=1, query_timeout=1) == first
    assert not set(versions("one", union_default_graph=True)) & set(first)
    assert not set(versions("one", relations="all")) & set(first)
    # Made anew, its first generation has the number that the first had.
    shutil.rmtree(tmp_path / "one")
    StoreFolder(tmp_path / "one").create([])
    assert not set(versions("one")) & set(first)


def test_a_backend_knows_what_it_serves(backend: Backend) -> None:
    assert backend.triples == count(backend) == ROWS
    assert backend.version


def test_a_query_past_its_deadline_is_stopped_and_the_others_go_on(backend: Backend) -> None:
    failed: list[YuanhuiError] = []

    def endless() -> None:
        try:
            ask(backend, ENDLESS, timeout=1)
        except YuanhuiError as error:
            failed.append(error)

    thread = threading.Thread(target=endless)
    thread.start()
    for _ in range(20):
        assert count(backend) == ROWS
    thread.join()
    assert [type(error) for error in failed] == [QueryTimeoutError]
    assert "1 s" in str(failed[0])
    assert count(backend) == ROWS


def test_a_client_may_ask_for_less_time_but_not_for_more(resources: Path) -> None:
    with Backend.start(Settings(resources=resources, query_timeout=0.5), indexes=False) as short:
        with pytest.raises(QueryTimeoutError, match=r"0\.5 s"):
            ask(short, ENDLESS, timeout=1000)
        with pytest.raises(QueryTimeoutError, match=r"0\.1 s"):
            ask(short, ENDLESS, timeout=0.1)


def test_a_query_that_kills_the_engine_is_an_error_and_the_service_lives_on(resources: Path) -> None:
    with Backend.start(Settings(resources=resources, max_query_nesting=10_000), indexes=False) as unguarded:
        with pytest.raises(QueryTooComplexError, match="gave up"):
            ask(unguarded, "SELECT * " + "{" * 5000 + "}" * 5000)
        assert count(unguarded) == ROWS


def test_a_query_that_takes_too_much_memory_is_an_error(backend: Backend) -> None:
    hungry = f"SELECT (GROUP_CONCAT('{'x' * 5_000}') AS ?n) {{ ?a ?p ?b . ?c ?q ?d }}"
    with pytest.raises(QueryTooComplexError, match="worker_memory"):
        ask(backend, hungry)
    assert count(backend) == ROWS


def test_an_answer_past_its_limit_is_an_error_and_nothing_of_it_is_seen(backend: Backend) -> None:
    with pytest.raises(AnswerTooLargeError, match="max_answer_bytes"):
        ask(backend, "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 100000")
    assert count(backend) == ROWS


def test_a_dump_past_the_limit_tells_how_else_to_have_it(resources: Path) -> None:
    settings = Settings(resources=resources, max_answer_bytes=1000)
    with Backend.start(settings, indexes=False) as backend, pytest.raises(AnswerTooLargeError) as caught:
        backend.run("dump", {"media_type": "application/n-triples"})
    assert "max_answer_bytes" in caught.value.message
    assert "yuanhui-kg dump" in caught.value.hint


def test_too_many_at_once_are_refused_early(resources: Path) -> None:
    settings = Settings(resources=resources, workers=1, queue=1, queue_timeout=0.2, query_timeout=2)
    refused: list[str] = []

    def endless() -> None:
        try:
            ask(backend, ENDLESS)
        except OverloadedError as error:
            refused.append(str(error))
        except QueryTimeoutError:
            pass

    with Backend.start(settings, indexes=False) as backend:
        threads = [threading.Thread(target=endless) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(refused) == 3  # one of them after its instant in the express place
        assert any("queue_timeout" in text for text in refused)
        assert count(backend) == ROWS


def test_light_queries_are_answered_while_heavy_ones_hold_every_worker(resources: Path) -> None:
    settings = Settings(resources=resources, workers=2, query_timeout=20, queue_timeout=10)
    ended: list[type[YuanhuiError]] = []

    def endless() -> None:
        try:
            ask(backend, ENDLESS, timeout=6)
        except YuanhuiError as error:
            ended.append(type(error))

    with Backend.start(settings, indexes=False) as backend:
        threads = [threading.Thread(target=endless) for _ in range(4)]
        for thread in threads:
            thread.start()
        assert eventually(lambda: len(backend.running) == 4)
        for _ in range(20):
            assert count(backend) == ROWS
        assert len(backend.running) >= 2  # they are at it still
        for thread in threads:
            thread.join()
    assert set(ended) <= {QueryTimeoutError, OverloadedError}
    assert len(ended) == 4


def test_a_query_whose_worker_somebody_kills_is_answered_by_another(resources: Path) -> None:
    with Backend.start(Settings(resources=resources), indexes=False) as backend:
        for _ in range(3):
            assert count(backend) == ROWS
            worker = idle(backend)[-1]
            took: list[str] = []
            slow = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f }"
            thread = threading.Thread(target=lambda took=took, slow=slow: took.append(ask(backend, slow)))  # type: ignore[misc]
            thread.start()
            assert eventually(lambda: len(backend.running) == 1)
            worker.end()
            thread.join()
            assert [text.split() for text in took] == [["n", str(ROWS * ROWS)]]


def idle(backend: Backend) -> list[Worker]:
    return [lane.worker for lane, _ in backend._at_work()._idle]


def test_idle_workers_are_no_more_than_may_work_and_end_when_nobody_needs_them(
    resources: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Backend.start(Settings(resources=resources, workers=2), indexes=False) as backend:

        def late() -> None:
            with pytest.raises(QueryTimeoutError):
                ask(backend, ENDLESS, timeout=0.05)

        for _ in range(5):
            threads = [threading.Thread(target=late) for _ in range(3)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        threads = [threading.Thread(target=count, args=(backend,)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert 1 <= len(idle(backend)) <= 3
        monkeypatch.setattr("yuanhui_kg.dispatch._IDLE_SECONDS", -1.0)
        count(backend)
        assert eventually(lambda: len(idle(backend)) == 1)


def test_many_threads_get_their_own_answers(backend: Backend) -> None:
    wrong: list[str] = []

    def check(number: int) -> None:
        for i in range(number, number + 50):
            if f"/{i * 7 % 100}\r\n" not in ask(backend, f"SELECT ?o {{ <http://example.org/{i}> ?p ?o }}"):
                wrong.append(str(i))

    threads = [threading.Thread(target=check, args=(n * 50,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_lost_zygote_that_is_started_again_is_found_again(resources: Path) -> None:
    settings = Settings(resources=resources)
    with Zygote(settings, indexes=False) as zygote, Backend.connect(zygote.socket_path, settings) as backend:
        assert count(backend) == ROWS
        os.kill(zygote._process.pid, signal.SIGKILL)
        assert eventually(lambda: not zygote.alive())
        zygote.restart()
        assert count(backend) == ROWS


def test_workers_die_with_the_backend_and_the_zygote_with_its_parent(resources: Path) -> None:
    program = (
        "import sys; from pathlib import Path\n"
        "from yuanhui_kg.settings import Settings; from yuanhui_kg.workers import Backend\n"
        "backend = Backend.start(Settings(resources=Path(sys.argv[1])), indexes=False)\n"
        "backend.run('sparql', {'query': 'ASK {}'}).close()\n"
        "print(backend._zygote._process.pid, flush=True); sys.stdin.read()\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", program, str(resources)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with parent:
        assert parent.stdout
        zygote = int(parent.stdout.readline())
        workers = processes_below(zygote)
        assert workers
        parent.kill()
    assert eventually(lambda: not any(Path(f"/proc/{pid}").exists() for pid in {zygote, *workers}))


def test_a_worker_is_killed_when_its_holder_goes_away(resources: Path) -> None:
    settings = Settings(resources=resources, query_timeout=3)  # it is evaluated once more by another one
    with Zygote(settings, indexes=False) as zygote:
        backend = Backend.connect(zygote.socket_path, settings)
        thread = threading.Thread(target=endless, args=(backend,))
        thread.start()
        assert eventually(lambda: processes_below(zygote._process.pid))
        workers = processes_below(zygote._process.pid)
        backend._spawner._connection.close()  # type: ignore[union-attr]
        thread.join()
        assert eventually(lambda: not workers & processes_below(zygote._process.pid))
        backend.close()


def test_data_that_cannot_be_read_are_an_error_naming_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "triples.ttl").write_text("<a:a> <a:b> <a:c> .\n<a:a> <a:b>\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"triples\.ttl, line [23]"):
        Backend.start(Settings(resources=tmp_path))


def in_child(work: object) -> int:
    """How a forked child that does ``work`` ends: a signal's number, negative, or an exit code."""
    pid = os.fork()
    if pid == 0:
        try:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
            os._exit(work())  # type: ignore[operator]
        finally:
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


@pytest.mark.parametrize("host", ["http://127.0.0.1:8099/", "http://example.org/"])
def test_a_service_that_slips_through_the_screening_dies_at_the_socket(host: str) -> None:
    import pyoxigraph as ox

    def work() -> int:
        assert sandbox.forbid_network()
        return len(list(ox.Store().query(f"SELECT * {{ SERVICE SILENT <{host}> {{ ?s ?p ?o }} }}")))

    assert in_child(work) == -signal.SIGSYS


def test_a_worker_starts_no_program(tmp_path: Path) -> None:
    def work() -> int:
        assert sandbox.forbid_network()
        os.execv(sys.executable, [sys.executable, "-c", ""])

    assert in_child(work) == -signal.SIGSYS


def test_the_kernels_kill_is_told_as_a_refusal(resources: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same query through a whole backend, with the screening switched off in the zygote."""
    program = resources / "unscreened"
    program.mkdir(exist_ok=True)
    (program / "sitecustomize.py").write_text(
        "import yuanhui_kg.screening as s\ns.screen = lambda *_: s.Screened(())\n", encoding="utf-8"
    )
    monkeypatch.setenv("PYTHONPATH", str(program))
    with Backend.start(Settings(resources=resources), indexes=False) as backend:
        with pytest.raises(QueryRefusedError, match="another host"):
            ask(backend, "SELECT * { SERVICE SILENT <http://127.0.0.1:8099/> { ?s ?p ?o } }")
        assert count(backend) == ROWS


@pytest.mark.slow
def test_a_large_store_answers_queries_while_its_indexes_are_made_and_searches_wait_for_them(tmp_path: Path) -> None:
    for name in ("ontology", "data", "queries"):
        (tmp_path / name).mkdir()
    with open(tmp_path / "data" / "triples.ttl", "w", encoding="utf-8") as data:
        for i in range(55_000):
            thing = f"<http://example.org/{i}>"
            data.write(
                f'{thing} <http://example.org/p> "{i}" ; <http://www.w3.org/2004/02/skos/core#prefLabel> "事物{i}"@zh .\n'
            )
    with Backend.start(Settings(resources=tmp_path, workers=2)) as backend:
        assert count(backend) == 110_000
        assert backend.indexes in ("none", "current")
        with backend.run("search", {"q": "事物54321"}) as answer:
            assert b"http://example.org/54321" in answer.read()
        assert backend.indexes == "current"


def test_a_search_tells_where_the_indexes_are_not_made_in_time(
    resources: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Backend.start(Settings(resources=resources, workers=2)) as backend:
        monkeypatch.setattr(Backend, "indexes", "none")
        with pytest.raises(UnavailableError, match="still being made"):
            backend.run("search", {"q": "x"}, timeout=0.1)
        assert count(backend) == ROWS


def test_memory_of_ones_own_takes_in_shared_pages_that_were_written_to() -> None:
    size = 64 * MIB
    shared = bytearray(size)
    shared[::4096] = b"x" * (size // 4096)  # there, before the fork
    child = os.fork()
    if child == 0:
        memory = sandbox.Memory()
        before = memory.own()
        shared[::4096] = b"y" * (size // 4096)
        os._exit(0 if size <= memory.own() - before < 2 * size else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
