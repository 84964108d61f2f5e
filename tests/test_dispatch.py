"""Jobs on the event loop: the same answers, deadlines and errors as in threads, several at a worker at once."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from test_workers import COUNT, ENDLESS
from yuanhui_kg.dispatch import Dispatcher, Order
from yuanhui_kg.errors import (
    OverloadedError,
    QueryCancelledError,
    QuerySyntaxError,
    QueryTimeoutError,
    QueryTooComplexError,
    UnavailableError,
    YuanhuiError,
)
from yuanhui_kg.frames import encode
from yuanhui_kg.running import Client
from yuanhui_kg.settings import MIB, Settings
from yuanhui_kg.workers import Backend

Play = Callable[[Dispatcher], Awaitable[None]]
SOME_SECONDS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER(?c + ?f < 0) }"
DEEP = "SELECT * { ?s ?p ?o FILTER(" + "!" * 60_000 + "?o) }"


@pytest.fixture(scope="module")
def resources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("resources")
    for name in ("ontology", "data", "queries"):
        (folder / name).mkdir()
    rows = (f"<http://example.org/{i}> <http://example.org/p> {i} ." for i in range(3000))
    (folder / "data" / "triples.ttl").write_text("\n".join(rows), encoding="utf-8")
    return folder


@pytest.fixture(params=["memory", "disk"])
def backend(request: pytest.FixtureRequest, resources: Path, tmp_path: Path) -> Iterator[Backend]:
    store = None if request.param == "memory" else tmp_path / "store"
    settings = Settings(resources=resources, store=store, workers=2, query_timeout=30, queue=100, queue_timeout=20)
    with Backend.start(settings, indexes=False) as backend:
        yield backend


@pytest.fixture
def small(resources: Path) -> Iterator[Backend]:
    """One worker, and one job may wait."""
    settings = Settings(resources=resources, workers=1, query_timeout=30, queue=1, queue_timeout=0.5)
    with Backend.start(settings, indexes=False) as backend:
        yield backend


def play(backend: Backend, what: Play) -> None:
    async def all_of_it() -> None:
        dispatcher = backend.dispatch_on(asyncio.get_running_loop())
        try:
            await what(dispatcher)
        finally:
            await dispatcher.close()

    asyncio.run(all_of_it())


async def ask(dispatcher: Dispatcher, query: str, seconds: float = 30.0, client: Client | None = None) -> str:
    parameters = encode({"query": query, "results_type": "text/csv"})
    with await dispatcher.run(Order("sparql", parameters, seconds), client) as answer:
        assert answer.size == len(answer.read()) == len(b"".join(answer))
        return answer.read().decode()


def one(number: int) -> str:
    return f"SELECT ?s {{ ?s <http://example.org/p> {number} }}"


def row(number: int) -> str:
    return f"s\r\nhttp://example.org/{number}\r\n"


def test_many_jobs_at_once_get_their_own_answers(backend: Backend) -> None:
    async def many(dispatcher: Dispatcher) -> None:
        numbers = list(range(100)) * 3
        for _ in range(3):
            found = await asyncio.gather(*(ask(dispatcher, one(number)) for number in numbers[:90]))
            assert found == [row(number) for number in numbers[:90]]

    play(backend, many)


def test_answers_of_all_sizes_arrive_whole(backend: Backend) -> None:
    async def sizes(dispatcher: Dispatcher) -> None:
        for limit in (0, 1, 50, 3000):
            assert len((await ask(dispatcher, f"SELECT ?s {{ ?s ?p ?o }} LIMIT {limit}")).splitlines()) == 1 + limit
        # Some megabytes: through a file.
        large = await ask(dispatcher, "SELECT ?a ?b { ?a ?p ?x . ?b ?q 1 . ?c ?r ?y FILTER(?x < 40) }")
        assert len(large.splitlines()) == 1 + 40 * 3000

    play(backend, sizes)


def test_errors_come_to_who_made_them_and_to_nobody_else(backend: Backend) -> None:
    async def mixed(dispatcher: Dispatcher) -> None:
        queries = [one(number) if number % 3 else "SELECT * {" for number in range(60)]
        found = await asyncio.gather(*(ask(dispatcher, query) for query in queries), return_exceptions=True)
        for number, answer in enumerate(found):
            assert isinstance(answer, QuerySyntaxError) if number % 3 == 0 else answer == row(number)

    play(backend, mixed)


def test_nobody_waits_behind_a_long_query_while_another_worker_is_free(backend: Backend) -> None:
    async def behind(dispatcher: Dispatcher) -> None:
        long = asyncio.ensure_future(ask(dispatcher, ENDLESS, 25))
        short = [asyncio.ensure_future(ask(dispatcher, one(number))) for number in range(40)]
        assert await asyncio.gather(*short) == [row(number) for number in range(40)]
        assert not long.done()
        long.cancel()
        with suppress(asyncio.CancelledError):
            await long
        assert len(backend.running) == 0

    play(backend, behind)


def test_the_deadline_of_one_does_not_harm_the_others(backend: Backend) -> None:
    async def late(dispatcher: Dispatcher) -> None:
        endless = [ask(dispatcher, ENDLESS, 0.5) for _ in range(4)]
        short = [ask(dispatcher, one(number)) for number in range(40)]
        found = await asyncio.gather(*endless, *short, return_exceptions=True)
        assert all(isinstance(error, QueryTimeoutError) for error in found[:4])
        assert found[4:] == [row(number) for number in range(40)]

    play(backend, late)


def test_a_query_that_kills_its_worker_is_told_so_and_those_behind_it_are_answered(resources: Path) -> None:
    settings = Settings(
        resources=resources, workers=2, query_timeout=30, queue_timeout=30, max_query_nesting=10**9, max_query_bytes=MIB
    )

    async def deadly(dispatcher: Dispatcher) -> None:
        queries = [DEEP if number in (0, 3, 17) else one(number) for number in range(40)]
        found = await asyncio.gather(*(ask(dispatcher, query) for query in queries), return_exceptions=True)
        for number, answer in enumerate(found):
            if number in (0, 3, 17):
                assert isinstance(answer, QueryTooComplexError)
            else:
                assert answer == row(number)

    with Backend.start(settings, indexes=False) as backend:
        play(backend, deadly)


def test_too_many_are_refused_at_once_and_who_waits_too_long_later(small: Backend) -> None:
    async def crowd(dispatcher: Dispatcher) -> None:
        dispatcher._free[True] = 0  # no express place
        await ask(dispatcher, COUNT)
        long = asyncio.ensure_future(ask(dispatcher, ENDLESS, 20))
        await asyncio.sleep(0.1)
        waits = asyncio.ensure_future(ask(dispatcher, COUNT))
        await asyncio.sleep(0)
        with pytest.raises(OverloadedError, match="setting queue"):
            await ask(dispatcher, COUNT)
        with pytest.raises(OverloadedError, match="queue_timeout"):
            await waits
        long.cancel()
        with suppress(asyncio.CancelledError):
            await long
        assert (await ask(dispatcher, COUNT)).split() == ["n", "3000"]

    play(small, crowd)


def test_who_came_first_is_not_the_last_to_be_answered_beside_heavy_ones(resources: Path) -> None:
    """In express places, where the latest goes first so that a light one need not wait for all that is heavy."""
    settings = Settings(resources=resources, workers=1, query_timeout=30, queue=100, queue_timeout=25)
    order: list[int] = []

    async def rush(dispatcher: Dispatcher) -> None:
        long = asyncio.ensure_future(ask(dispatcher, ENDLESS, 30))
        await asyncio.sleep(0.3)

        async def note(number: int) -> None:
            await ask(dispatcher, f"{COUNT} # {number}")
            order.append(number)

        await asyncio.gather(*(note(number) for number in range(60)))
        long.cancel()
        with suppress(asyncio.CancelledError):
            await long

    with Backend.start(settings, indexes=False) as backend:
        play(backend, rush)
    assert sorted(order) == list(range(60))
    assert order.index(1) < 20
    assert order.index(58) < 20


@pytest.mark.parametrize("begun", [True, False])
def test_who_leaves_is_forgotten_whether_his_query_was_begun_or_not(small: Backend, begun: bool) -> None:
    async def leave(dispatcher: Dispatcher) -> None:
        dispatcher._free[True] = 0  # no express place
        await ask(dispatcher, COUNT)
        client, other = Client(), Client()
        first = asyncio.ensure_future(ask(dispatcher, ENDLESS, 20, client if begun else other))
        await asyncio.sleep(0.05)
        second = asyncio.ensure_future(ask(dispatcher, COUNT, 20, other if begun else client))
        await asyncio.sleep(0.05)
        gone = first if begun else second
        await asyncio.get_running_loop().run_in_executor(None, client.leave)
        with pytest.raises(QueryCancelledError):
            await gone
        if begun:
            assert (await second).split() == ["n", "3000"]
        else:
            other.leave()
            with pytest.raises(QueryCancelledError):
                await first
        assert len(small.running) == 0

    play(small, leave)


def test_threads_hand_their_jobs_to_the_loop(backend: Backend) -> None:
    async def from_threads(dispatcher: Dispatcher) -> None:
        def in_thread(number: int) -> str:
            with backend.run("sparql", {"query": one(number), "results_type": "text/csv"}) as answer:
                return answer.read().decode()

        loop = asyncio.get_running_loop()
        found = await asyncio.gather(*(loop.run_in_executor(None, in_thread, number) for number in range(30)))
        assert found == [row(number) for number in range(30)]

        def wrong() -> None:
            with pytest.raises(QuerySyntaxError):
                backend.run("sparql", {"query": "SELECT"})

        await loop.run_in_executor(None, wrong)

    play(backend, from_threads)


def test_a_worker_that_is_killed_while_idle_is_replaced(backend: Backend) -> None:
    async def killed(dispatcher: Dispatcher) -> None:
        await ask(dispatcher, COUNT)
        for pid in children_of_zygote(backend):
            os.kill(pid, signal.SIGKILL)
        await asyncio.sleep(0.2)
        assert (await ask(dispatcher, COUNT)).split() == ["n", "3000"]

    play(backend, killed)


def children_of_zygote(backend: Backend) -> list[int]:
    assert backend._zygote is not None
    pid = backend._zygote._process.pid
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def steps_back(backend: Backend) -> dict[int, int]:
    """Of each worker: how far behind this process it is."""
    mine = os.getpriority(os.PRIO_PROCESS, 0)
    found = {}
    for pid in children_of_zygote(backend):
        with suppress(ProcessLookupError):
            found[pid] = os.getpriority(os.PRIO_PROCESS, pid) - mine
    return found


@pytest.mark.parametrize("may", [True, False])
def test_what_takes_long_steps_back_while_it_does(small: Backend, may: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    set_priority = os.setpriority

    def restricted(which: int, pid: int, niceness: int) -> None:
        if niceness < os.getpriority(which, pid):
            raise PermissionError
        set_priority(which, pid, niceness)

    if not may:
        monkeypatch.setattr(os, "setpriority", restricted)
    elif os.geteuid() != 0:
        pytest.skip("the kernel lets only root step forward")

    async def long(dispatcher: Dispatcher) -> None:
        await ask(dispatcher, COUNT)
        assert set(steps_back(small).values()) == {0}
        (before,) = steps_back(small)
        asked = asyncio.ensure_future(ask(dispatcher, SOME_SECONDS))
        while max(steps_back(small).values()) == 0:
            assert not asked.done()
            await asyncio.sleep(0.01)
        assert steps_back(small)[before] > 0
        assert (await asked).split() == ["n", "0"]
        await ask(dispatcher, COUNT)
        while not may and before in steps_back(small):  # who may not step forward is replaced
            await asyncio.sleep(0.01)
        after = steps_back(small)
        assert (before in after) == may
        assert set(after.values()) == {0}

    play(small, long)


def test_what_only_waits_for_a_processor_does_not_step_back(small: Backend) -> None:
    async def starved(dispatcher: Dispatcher) -> None:
        await ask(dispatcher, COUNT)
        (worker,) = steps_back(small)
        os.kill(worker, signal.SIGSTOP)  # as if others had all processors
        try:
            asked = asyncio.ensure_future(ask(dispatcher, COUNT))
            await asyncio.sleep(1)
            assert steps_back(small)[worker] == 0
        finally:
            os.kill(worker, signal.SIGCONT)
        assert (await asked).split() == ["n", "3000"]

    play(small, starved)


def test_no_worker_can_be_made_where_the_zygote_is_gone(resources: Path) -> None:
    settings = Settings(resources=resources, workers=1, query_timeout=30)

    async def alone(dispatcher: Dispatcher) -> None:
        with pytest.raises(UnavailableError):
            await ask(dispatcher, COUNT)

    backend = Backend.start(settings, indexes=False)
    backend.close()
    play(backend, alone)


@pytest.mark.slow
def test_hundreds_of_mixed_jobs_leave_nothing_behind(backend: Backend) -> None:
    async def mixed(dispatcher: Dispatcher) -> None:
        await ask(dispatcher, COUNT)
        before = len(os.listdir("/proc/self/fd")), threading.active_count()
        for turn in range(5):
            clients = [Client() for _ in range(40)]
            asked = [
                asyncio.ensure_future(ask(dispatcher, ENDLESS if n % 8 == 0 else one(n), 0.3 if n % 16 else 1, client))
                for n, client in enumerate(clients)
            ]
            await asyncio.sleep(0.02 * turn)
            for client in clients[::5]:
                client.leave()
            for answer in await asyncio.gather(*asked, return_exceptions=True):
                assert isinstance(answer, str | YuanhuiError)
            assert len(backend.running) == 0
        deadline = time.monotonic() + 10
        while len(os.listdir("/proc/self/fd")) > before[0] + 8 and time.monotonic() < deadline:
            await asyncio.sleep(0.1)
        assert len(os.listdir("/proc/self/fd")) <= before[0] + 8

    play(backend, mixed)
