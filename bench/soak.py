"""A service under everything at once, for as long as one likes: ``python bench/soak.py [--minutes N] [--seed N]``.

Readers whose right answers are known, writers that keep a log of what was acknowledged, hostile queries, clients that
leave in the middle, slow clients, and now and then the death of one of the service's processes. Every answer is checked;
memory, descriptors, processes and the store's size are measured all the time. At its end the service is stopped and
started again, and must hold what it acknowledged.

Prints a table and exits with 1 on a wrong answer, a lost write, a late deadline or growth beyond ``_TOLERANCE``.
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import http.client
import json
import os
import random
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

THINGS = 2_000
RING = 20
WRITERS = 2
DEADLINE = 1.0
LATE = 1.0  # seconds: the machine is full, so that this is not the bar for a quiet one
BASE = "urn:soak:base"
CROSS = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l"
#: What may be added between the second fifth and the last fifth of the time: a share, and a fixed amount.
_TOLERANCE = {
    "pss": (0.10, 40.0),  # MiB
    "fds": (0.10, 40.0),
    "processes": (0.10, 4.0),
    "threads": (0.10, 20.0),
    "store": (0.25, 20.0),  # MiB on disk
}

HOSTILE = {
    "product": f"SELECT (COUNT(*) AS ?n) {{ {CROSS} }}",
    "sorted product": f"SELECT * {{ {CROSS} }} ORDER BY ?l ?a",
    "distinct": f"SELECT DISTINCT * {{ {CROSS} }}",
    "planning": "ASK { ?s ?p " + "(" * 90 + "1" + ")" * 90 + " }",
    "nesting": "ASK " + "{" * 5_000 + "}" * 5_000,
    "nots": "ASK { FILTER(" + "!" * 20_000 + "true) }",
    "path": "SELECT (COUNT(*) AS ?n) { ?a (!<urn:x>|^<urn:y>)* ?b . ?b (!<urn:x>)* ?c . ?c (!<urn:z>)* ?d }",
    "strings": "SELECT (STRLEN(?z30) AS ?n) { BIND('0123456789' AS ?z0) "
    + "".join(f"BIND(CONCAT(?z{n},?z{n}) AS ?z{n + 1}) " for n in range(30))
    + "}",
    "regex": "ASK { ?s ?p ?o FILTER(REGEX(STR(?s), '((((a?){100}){100}){100}){100}')) }",
    "service": "ASK { SERVICE SILENT <http://127.0.0.1:9/> { ?s ?p ?o } }",
    "load": "LOAD <http://127.0.0.1:9/>",
    "from": "ASK FROM <http://127.0.0.1:9/> { ?s ?p ?o }",
    "long": "SELECT (1" + " + 1" * 200_000 + " AS ?n) {}",
    "values": "SELECT (COUNT(*) AS ?n) {" + "".join(f"VALUES ?v{n} {{1 2 3 4 5 6 7 8 9 10}}" for n in range(20)) + "}",
    "group_concat": f"SELECT (GROUP_CONCAT(STR(?a)) AS ?s) {{ {CROSS} }}",
    "garbage": "SELECT \x01\x02 {",
}
PROPER = (200, 400, 403, 413, 503, 504)


@dataclass
class Log:
    """What happened, counted; and what must not happen, told. Safe to use from many threads."""

    counts: collections.Counter[str] = field(default_factory=collections.Counter)
    wrong: list[str] = field(default_factory=list)
    times: dict[str, list[float]] = field(default_factory=lambda: collections.defaultdict(list))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, what: str, seconds: float | None = None) -> None:
        with self._lock:
            self.counts[what] += 1
            if seconds is not None:
                self.times[what].append(seconds)

    def problem(self, what: str) -> None:
        with self._lock:
            self.wrong.append(f"{time.strftime('%H:%M:%S')} {what}")
        print(f"WRONG: {what}", file=sys.stderr, flush=True)


class Served:
    """``yuanhui-kg serve`` on a store of its own, in a session of its own."""

    def __init__(self, store: Path, errors: Path) -> None:
        self.token = "soak-" + os.urandom(12).hex()
        self.errors = errors
        self.store = store
        with open(errors, "ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "yuanhui_kg", "serve", "--port", "0", "--store", str(store), "--writable"],
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                start_new_session=True,
                env=os.environ | {"YUANHUI_KG_TOKEN": self.token},
            )
        assert self.process.stdout is not None
        found = re.search(r"http://([^:/]+):(\d+)/", self.process.stdout.readline())
        if found is None:
            raise SystemExit(f"The service did not start:\n{errors.read_text()}")
        self.address = (found[1], int(found[2]))

    def ask(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, bytes]:
        """Status and body. Raises :class:`OSError` and what :mod:`http.client` raises."""
        connection = http.client.HTTPConnection(*self.address, timeout=90)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def query(self, text: str, timeout: float = 20) -> tuple[int, bytes]:
        headers = {"Content-Type": "application/sparql-query", "Accept": "application/sparql-results+json"}
        return self.ask("POST", f"/sparql?timeout={timeout}", text.encode(), headers)

    def write(self, method: str, path: str, body: str, media_type: str) -> int:
        headers = {"Content-Type": media_type, "Authorization": f"Bearer {self.token}"}
        return self.ask(method, path, body.encode(), headers)[0]

    def update(self, text: str) -> int:
        return self.write("POST", "/update", text, "application/sparql-update")

    def tree(self) -> dict[int, list[int]]:
        """The service's processes, each with its children."""
        children: dict[int, list[int]] = collections.defaultdict(list)
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                children[int((folder / "stat").read_text().rpartition(")")[2].split()[1])].append(int(folder.name))
        found: dict[int, list[int]] = {}
        todo = [self.process.pid]
        while todo:
            pid = todo.pop()
            found[pid] = children[pid]
            todo += children[pid]
        return found

    def named(self, what: str) -> list[int]:
        found = []
        for pid in self.tree()[self.process.pid]:
            with contextlib.suppress(OSError):
                if what in Path(f"/proc/{pid}/cmdline").read_text():
                    found.append(pid)
        return found

    def workers(self) -> list[int]:
        tree = self.tree()
        return [worker for zygote in self.named("yuanhui_kg.zygote") for worker in tree.get(zygote, [])]

    def measured(self) -> dict[str, float]:
        sums = dict.fromkeys(_TOLERANCE, 0.0)
        for pid in self.tree():
            with contextlib.suppress(OSError, TypeError):
                rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
                sums["pss"] += int(re.search(r"^Pss:\s+(\d+)", rollup, re.MULTILINE)[1]) / 1024  # type: ignore[index]
                sums["fds"] += len(os.listdir(f"/proc/{pid}/fd"))
                sums["threads"] += len(os.listdir(f"/proc/{pid}/task"))
                sums["processes"] += 1
        seen = set()
        for folder, _, names in os.walk(self.store):  # not rglob: generations go while one looks
            for name in names:
                with contextlib.suppress(OSError):
                    status = os.stat(os.path.join(folder, name))
                    if status.st_ino not in seen:
                        seen.add(status.st_ino)
                        sums["store"] += status.st_blocks * 512 / 2**20
        return sums

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)


class Written:
    """What one writer may expect to find: the last number acknowledged, and those of which it was not told."""

    def __init__(self) -> None:
        self.acknowledged = 0
        self.doubtful: set[int] = set()
        self.lock = threading.Lock()

    def may_be(self, number: int) -> bool:
        return number == self.acknowledged or number in self.doubtful


class Soak:
    """The load. Each ``_…`` method is one thing that one client does once; :meth:`run` repeats them all."""

    def __init__(self, served: Served, seed: int, log: Log) -> None:
        self.served = served
        self.log = log
        self._seed = seed
        self._stop = threading.Event()
        self._disturbed = 0.0  # when a process was last killed
        self.written = [Written() for _ in range(WRITERS)]

    def fill(self) -> None:
        lines = "".join(
            f"<urn:t:{n}> <urn:value> {n * 7 % 1000} ; <urn:next> <urn:t:{n + 1}> .\n" for n in range(THINGS)
        )
        status = self.served.write("PUT", f"/graphs?graph={BASE}", lines, "text/turtle")
        assert status == 201, status
        for number in range(WRITERS):
            assert self.served.update(self._step(number, 0)) == 204

    def run(self, seconds: float) -> list[tuple[float, dict[str, float]]]:
        """What was measured, with when."""
        clients: list[tuple[Callable[[random.Random], None], float]] = [
            (self._read, 0.01), (self._read, 0.01), (self._hostile, 0.05), (self._hostile, 0.2), (self._abort, 0.05),
            (self._slow, 0.5), (self._pair, 0.02), (self._api, 0.05), (self._kill, 15.0),
        ]  # fmt: skip
        clients += [(lambda chance, n=n: self._write(n, chance), 0.05) for n in range(WRITERS)]  # type: ignore[misc]
        threads = [
            threading.Thread(target=self._repeat, args=(do, pause, random.Random(self._seed * 1000 + number)))
            for number, (do, pause) in enumerate(clients)
        ]
        for thread in threads:
            thread.start()
        samples = []
        began = time.monotonic()
        while (passed := time.monotonic() - began) < seconds and self.served.process.poll() is None:
            samples.append((passed, self.served.measured()))
            if len(samples) % 12 == 1:
                told = "  ".join(f"{name} {value:.0f}" for name, value in samples[-1][1].items())
                print(f"{passed:6.0f} s  {told}  answers {sum(self.log.counts.values())}", flush=True)
            self._stop.wait(5)
        self._stop.set()
        for thread in threads:
            thread.join(120)
            if thread.is_alive():
                self.log.problem("a client hangs")
        return samples

    def check(self) -> None:
        """What was acknowledged is there."""
        for number, written in enumerate(self.written):
            found = self._value(number)
            if found is None or not written.may_be(found):
                self.log.problem(f"writer {number}: {found}, acknowledged {written.acknowledged}, {written.doubtful}")

    def _repeat(self, do: Callable[[random.Random], None], pause: float, chance: random.Random) -> None:
        while not self._stop.wait(pause * chance.uniform(0.5, 1.5)):
            try:
                do(chance)
            except (OSError, http.client.HTTPException) as error:
                if time.monotonic() - self._disturbed > 15:
                    self.log.problem(f"{do}: {type(error).__name__} {error}")
                self.log.count("connections lost to a killed process")

    # --- clients ---

    def _known(self, chance: random.Random) -> tuple[str, Any]:
        """A query and its rows."""
        n, kind = chance.randrange(THINGS), chance.randrange(5)
        within = f"GRAPH <{BASE}>"
        if kind == 0:
            return f"SELECT ?v {{ {within} {{ <urn:t:{n}> <urn:value> ?v }} }}", [[str(n * 7 % 1000)]]
        if kind == 1:
            return f"SELECT (COUNT(*) AS ?n) {{ {within} {{ ?s <urn:value> ?v FILTER(?v < {n % 1000}) }} }}", [
                [str(sum(i * 7 % 1000 < n % 1000 for i in range(THINGS)))]
            ]
        if kind == 2:
            hops = chance.randint(1, 20)
            path = "/".join(["<urn:next>"] * hops)
            return f"SELECT ?o {{ {within} {{ <urn:t:{n}> {path} ?o }} }}", (
                [[f"urn:t:{n + hops}"]] if n + hops <= THINGS else []
            )
        if kind == 3:
            return f"SELECT (SUM(?v) AS ?n) {{ {within} {{ ?s <urn:value> ?v }} }} # {n}", [
                [str(sum(i * 7 % 1000 for i in range(THINGS)))]
            ]
        return f"SELECT ?s ?v {{ {within} {{ ?s <urn:value> ?v }} }} ORDER BY ?v ?s # {n}", [
            list(row)
            for row in sorted(
                ((f"urn:t:{i}", str(i * 7 % 1000)) for i in range(THINGS)), key=lambda r: (int(r[1]), r[0])
            )
        ]

    def _read(self, chance: random.Random) -> None:
        text, expected = self._known(chance)
        began = time.monotonic()
        status, body = self.served.query(text)
        if status == 503:
            self.log.count("reads told to come back")
            return
        if status != 200 or _rows(body) != expected:
            self.log.problem(f"{status} for {text[:200]}: {body[:200]!r}")
        self.log.count("reads", time.monotonic() - began)

    def _api(self, chance: random.Random) -> None:
        path = chance.choice(["/health", "/", "/api/v1/search?q=shawan", "/api/v1/stats", "/.well-known/void", "/nowhere",
                              "/api/v1/queries/fastest-growth/run", "/dump.nt", "/metrics"])  # fmt: skip
        status, body = self.served.ask("GET", path)
        if status != (404 if path == "/nowhere" else 200) and status != 503:
            self.log.problem(f"{status} for {path}: {body[:200]!r}")
        self.log.count("pages and the API")

    def _hostile(self, chance: random.Random) -> None:
        name = chance.choice(list(HOSTILE))
        began = time.monotonic()
        status, body = self.served.query(HOSTILE[name] + f" # {chance.random()}", DEADLINE)
        passed = time.monotonic() - began
        if status not in PROPER:
            self.log.problem(f"{status} for the hostile query {name!r}: {body[:200]!r}")
        if status == 504:
            self.log.count("deadlines", passed - DEADLINE)
            if passed - DEADLINE > LATE + 5:  # it may have waited for a worker before (queue_timeout)
                self.log.problem(f"{name!r} was answered {passed - DEADLINE:.2f} s late")
        self.log.count(f"hostile queries: {status}")

    def _abort(self, chance: random.Random) -> None:
        """A client that sends some of a request, or all of it, and leaves."""
        body = HOSTILE["product"].encode() + f" # {chance.random()}".encode()
        upload = b"<urn:gone> <urn:gone> 1 .\n" * 5_000
        token = f"Authorization: Bearer {self.served.token}\r\n".encode()
        requests = [
            _request(b"POST /sparql", b"application/sparql-query", body),
            _request(b"POST /update", b"application/sparql-update", b"INSERT { ?a <urn:gone> ?l } WHERE { " + CROSS.encode() + b" }", token),
            _request(b"PUT /graphs?graph=urn:gone", b"text/turtle", upload, token)[: -chance.randint(1, len(upload))],
            b"GET /dump.nt HTTP/1.1\r\nHost: x\r\n\r\n",
            b"GET /sparql?query=ASK%7B%7D HTT",
        ]  # fmt: skip
        with socket.create_connection(self.served.address, timeout=10) as connection:
            connection.sendall(chance.choice(requests))
            time.sleep(chance.choice([0, 0.01, 0.3]))
        self.log.count("clients that left")

    def _slow(self, chance: random.Random) -> None:
        starts = [b"GET /heal", _request(b"POST /sparql", b"application/sparql-query", b"ASK {}")[:-3]]
        with contextlib.ExitStack() as stack:
            for number in range(chance.randint(1, 60)):
                connection = stack.enter_context(socket.socket())
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                connection.settimeout(10)
                connection.connect(self.served.address)
                reader = b"GET /dump.nt?x HTTP/1.1\r\nHost: x\r\n\r\n" if number % 30 == 0 else b""
                connection.sendall(reader or chance.choice(starts))
            self._stop.wait(chance.uniform(0, 3))
        self.log.count("groups of slow clients")

    def _step(self, number: int, value: int) -> str:
        """Two triples that always change together, and a small graph, one of a ring."""
        here = f"<urn:w:{number}>"
        ring = f"<urn:ring:{number}:{value % RING}>"
        return (
            f"DELETE {{ {here} <urn:left> ?l . GRAPH <urn:soak:right> {{ {here} <urn:right> ?r }} }} "
            f"INSERT {{ {here} <urn:left> {value} . GRAPH <urn:soak:right> {{ {here} <urn:right> {value} }} }} "
            f"WHERE {{ OPTIONAL {{ {here} <urn:left> ?l }} OPTIONAL {{ GRAPH <urn:soak:right> {{ {here} <urn:right> ?r }} }} }} ; "
            f"DROP SILENT GRAPH {ring} ; INSERT DATA {{ GRAPH {ring} {{ {here} <urn:entry> {value} }} }}"
        )

    def _write(self, number: int, chance: random.Random) -> None:
        written = self.written[number]
        value = max([written.acknowledged, *written.doubtful]) + 1
        began = time.monotonic()
        with written.lock:
            written.doubtful.add(value)
        status = self.served.update(self._step(number, value))
        if status == 204:
            with written.lock:
                written.acknowledged, written.doubtful = value, set()
            self.log.count("writes", time.monotonic() - began)
            found = self._value(number)
            if found is not None and found != value:
                self.log.problem(f"writer {number} was told that {value} is there and reads {found}")
        elif status in (503, 504, 400) and (status != 400 or time.monotonic() - self._disturbed < 15):
            self.log.count("writes in doubt or refused")
        else:
            self.log.problem(f"{status} for a write")

    def _value(self, number: int) -> int | None:
        """What the service holds for a writer; ``None`` where it is too busy to say."""
        status, body = self.served.query(f"SELECT ?v {{ <urn:w:{number}> <urn:left> ?v }}")
        if status in (503, 504):
            return None
        rows = _rows(body) if status == 200 else []
        if len(rows) != 1:
            self.log.problem(f"{status} with {rows} for the value of writer {number}")
            return None
        return int(rows[0][0])

    def _pair(self, chance: random.Random) -> None:
        """The two triples are the same, and never go back."""
        number = chance.randrange(WRITERS)
        written = self.written[number]
        with written.lock:
            least = written.acknowledged
        status, body = self.served.query(
            f"SELECT ?l ?r {{ <urn:w:{number}> <urn:left> ?l . GRAPH <urn:soak:right> {{ <urn:w:{number}> <urn:right> ?r }} }}"
        )
        if status == 503:
            self.log.count("reads told to come back")
            return
        rows = _rows(body) if status == 200 else []
        if len(rows) != 1 or rows[0][0] != rows[0][1] or int(rows[0][0]) < least:
            self.log.problem(f"{status}: writer {number}'s pair is {rows}, at least {least} was acknowledged")
        self.log.count("pairs that agree")

    def _kill(self, chance: random.Random) -> None:
        kind = chance.choices(["worker", "zygote", "writer", "HTTP process"], [12, 1, 1, 1])[0]
        named = {"zygote": "yuanhui_kg.zygote", "writer": "yuanhui_kg.writer", "HTTP process": "service.serving"}
        found = self.served.workers() if kind == "worker" else self.served.named(named[kind])
        if found:
            self._disturbed = time.monotonic()
            with contextlib.suppress(ProcessLookupError):
                os.kill(chance.choice(found), signal.SIGKILL)
            self.log.count(f"killed: {kind}")


def _request(start: bytes, media_type: bytes, body: bytes, more: bytes = b"") -> bytes:
    head = b"%s HTTP/1.1\r\nHost: x\r\nContent-Type: %s\r\n%sContent-Length: %d\r\n\r\n"
    return head % (start, media_type, more, len(body)) + body


def _rows(body: bytes) -> list[list[str]]:
    found = json.loads(body)
    names = found["head"]["vars"]
    return [[row[name]["value"] for name in names] for row in found["results"]["bindings"]]


def grown(samples: list[tuple[float, dict[str, float]]]) -> Iterator[tuple[str, float, float, float, bool]]:
    """Of each measure: medians of the second and of the last fifth of the time, the highest, whether that is growth."""
    fifth = max(1, len(samples) // 5)
    for name, (share, amount) in _TOLERANCE.items():
        values = [measured[name] for _, measured in samples]
        early, late = statistics.median(values[fifth : 2 * fifth] or values), statistics.median(values[-fifth:])
        yield name, early, late, max(values), late > early * (1 + share) + amount


def report(log: Log, samples: list[tuple[float, dict[str, float]]]) -> None:
    print("\n| what | count | median ms | 99 % ms | most ms |\n|---|---:|---:|---:|---:|")
    for name, count in sorted(log.counts.items()):
        times = sorted(log.times.get(name, []))
        told = [times[len(times) // 2], times[int(len(times) * 0.99)], times[-1]] if times else []
        print(f"| {name} | {count} | " + " | ".join(f"{value * 1000:.1f}" for value in told) + " |")
    print("\n| measure | early | late | highest | |\n|---|---:|---:|---:|---|")
    for name, early, late, most, more in grown(samples):
        print(f"| {name} | {early:.1f} | {late:.1f} | {most:.1f} | {'GROWS' if more else ''} |")
        if more:
            log.problem(f"{name} grew from {early:.1f} to {late:.1f}")


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--minutes", type=float, default=60.0)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--folder", type=Path, help="where the store is made; a temporary folder without it")
    given = options.parse_args()
    log = Log()
    with tempfile.TemporaryDirectory(prefix="soak-", dir=given.folder) as name:
        folder = Path(name)
        served = Served(folder / "store", folder / "errors.log")
        soak = Soak(served, given.seed, log)
        soak.fill()
        print(f"seed {given.seed}, {given.minutes:g} minutes, process {served.process.pid}", flush=True)
        samples = soak.run(given.minutes * 60)
        soak.check()
        if (status := served.stop()) != 0:
            log.problem(f"the service ended with status {status}")
        soak.served = Served(folder / "store", folder / "errors.log")
        soak.check()
        soak.served.stop()
        errors = (folder / "errors.log").read_text(errors="replace")
        for line in collections.Counter(re.sub(r"\d+", "N", line) for line in errors.splitlines()).most_common(20):
            print(f"log: {line[1]:6} × {line[0][:200]}")
        if "Traceback" in errors:
            log.problem("there is a traceback in the log: " + errors[errors.index("Traceback") :][:3000])
    report(log, samples)
    print(f"\n{len(log.wrong)} problems" + "".join(f"\n- {problem[:500]}" for problem in log.wrong[:50]))
    return 1 if log.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
