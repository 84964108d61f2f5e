"""Our service and its peers side by side: ``python bench/serve.py [--quick] [--triples N] [--peers A,B] [-o FILE.json]``.

All peers serve the same made-up graph at the same time and are asked in turn, round by round, so that whatever else the
machine does disturbs them alike. Reported are medians over the rounds, their spread, and ratios to the first peer; every
answer of the mix is compared with that of the first peer. ``--quick`` takes less than three minutes, the whole less than
thirty. Peers that are not installed are left out, with a word.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import select
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

import mix
import peers
import regions
from client import FailedError, Line, UnfinishedError, ceiling, throughput
from peers import MissingError, Serving

_RDFLIB: Final = "rdflib, in process"
_COLUMNS: Final = "ours, columns"
_LONGER: Final = 6
_QUICK: Final = ("ours", "oxigraph", "virtuoso", "rdflib-endpoint", "rdflib")
Rows = list[tuple[str, ...]]
Asker = Callable[[str], tuple[float, Rows]]  # seconds and rows of a query; raises FailedError


@dataclass
class Plan:
    """How much is measured."""

    triples: int
    rounds: int
    seconds: float  # of one measurement of requests a second
    connections: tuple[int, ...]
    rows: tuple[int, ...]
    peers: list[str]
    parts: list[str]
    patience: float  # seconds that one query may take
    budget: float = 12.0  # seconds of one query on one peer, after which it is asked no more


@dataclass
class Series:
    """What was measured of one thing on one peer, in order."""

    values: list[float] = field(default_factory=list)
    failed: str = ""
    patience: int = 1  # times the usual seconds that one measurement takes
    processor: list[float] = field(default_factory=list)  # milliseconds that an answer took of the server's processors
    refused: float = 0.0  # the largest share of requests that were answered with an error

    @property
    def median(self) -> float | None:
        return statistics.median(self.values) if self.values else None


Table = dict[str, dict[str, Series]]  # what is measured → peer → values


# --- rdflib -----------------------------------------------------------------------------------------------------------


class Rdflib:
    """rdflib in a process that is killed when it passes a deadline, and then is asked no more."""

    def __init__(self, data: Path, patience: float) -> None:
        self._patience = patience
        command = [sys.executable, str(Path(__file__).with_name("rdflib_line.py")), str(data)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.pid = self._process.pid
        self.load: float = self._read(3600)["load"]

    def ask(self, query: str) -> tuple[float, Rows]:
        assert self._process.stdin is not None
        if self._process.poll() is not None:
            raise FailedError("not asked: an earlier query did not finish")
        self._process.stdin.write(json.dumps(query) + "\n")
        self._process.stdin.flush()
        found = self._read(self._patience)
        return found["seconds"], [tuple(_plain(text) for text in row) for row in found["rows"]]

    def _read(self, patience: float) -> Any:
        assert self._process.stdout is not None
        if not select.select([self._process.stdout], [], [], patience)[0]:
            self.close()
            raise FailedError(f"not finished after {patience:g} s")
        line = self._process.stdout.readline()
        if not line:
            raise FailedError("the process has ended")
        return json.loads(line)

    def close(self) -> None:
        self._process.kill()
        self._process.wait()


# --- answers ----------------------------------------------------------------------------------------------------------


def _rows(body: bytes) -> Rows:
    found = json.loads(body)
    names = found["head"]["vars"]
    return [
        tuple(_plain(binding[name]["value"]) if name in binding else "" for name in names)
        for binding in found["results"]["bindings"]
    ]


def _plain(text: str | None) -> str:
    """A value in a form in which equal numbers are equal, however an engine writes them."""
    with contextlib.suppress(ValueError, TypeError):
        return f"{float(text or ''):.9g}"
    return text or ""


def _differ(mine: Rows, theirs: Rows, ordered: bool) -> str:
    if len(mine) != len(theirs):
        return f"{len(theirs)} rows, not {len(mine)}"
    same = mine == theirs if ordered else sorted(mine) == sorted(theirs)
    return "" if same else "other rows"


# --- measuring --------------------------------------------------------------------------------------------------------


def measure_mix(plan: Plan, turn: int, askers: dict[str, Asker], table: Table, differences: list[str]) -> None:
    """Ask every query of every peer in turn, one at a time; each round has other values in the queries."""
    for query in mix.MIX:
        row = table.setdefault(query.name, {name: Series() for name in askers})
        text = f"{query.text(turn * 7 + 3)} # {time.time_ns()}"  # asked by nobody before: no answer is remembered
        first: Rows | None = None
        for name, ask in askers.items():
            series = row[name]
            if series.failed or sum(series.values) > plan.budget * 1000:
                continue
            try:
                seconds, rows = ask(text)
            except FailedError as error:
                series.failed = str(error)
                _say(f"{query.name}: {name}: {error}")
                continue
            series.values.append(seconds * 1000)
            first = rows if first is None else first
            if difference := _differ(first, rows, query.ordered):
                differences.append(f"{query.name}: {name}: {difference}")


def measure_groups(plan: Plan, turn: int, ours: Serving, askers: dict[str, Asker], table: Table) -> None:
    """The same sums over figures from our columns and, as SPARQL, from every peer that has answered such before."""
    line = Line(replace(ours, path=mix.GROUPS_PATH), plan.patience)
    for query in mix.MIX:
        if query.name not in mix.GROUPS:
            continue
        row = table.setdefault(query.name, {_COLUMNS: Series(), **{name: Series() for name in askers}})
        # Another limit than before: no answer is remembered. It is never reached.
        seconds, _ = line.ask(mix.GROUPS[query.name].format(limit=9000 - turn), accept="application/json", quoted=False)
        row[_COLUMNS].values.append(seconds * 1000)
        for name, ask in askers.items():
            if row[name].failed or sum(row[name].values) > plan.budget * 1000:
                continue
            try:
                row[name].values.append(ask(f"{query.text(2)} # {time.time_ns()}")[0] * 1000)
            except FailedError as error:
                row[name].failed = str(error)


def measure_throughput(plan: Plan, turn: int, serving: Sequence[Serving], table: Table) -> None:
    """Requests a second by number of rows and connections, for one query again and again and for ever new ones."""
    number = time.time_ns() // 1000 % 10**12
    for rows in plan.rows:
        texts = [mix.ROWS[rows].text(turn * 1000 + place) for place in range(500 if rows == 1 else 1)]
        for connections in plan.connections:
            for repeated in (True, False):
                name = f"{rows:,} rows, {connections} connections, {'repeated' if repeated else 'distinct'}"
                row = table.setdefault(name, {peer.name: Series() for peer in serving})
                for peer in serving:
                    number += 10_000_000
                    _one_rate(
                        plan,
                        peer,
                        texts[:1] if repeated else texts,
                        connections,
                        row[peer.name],
                        number * (not repeated),
                    )


def _one_rate(plan: Plan, peer: Serving, texts: Sequence[str], connections: int, series: Series, number: int) -> None:
    if series.failed:
        return
    targets = [peer.target(text) for text in texts]
    try:
        _rate(plan, peer, targets, connections, series, number or None)
    except FailedError as error:
        series.failed = str(error)
        _say(f"{peer.name}: {error}")


def _rate(
    plan: Plan, peer: Serving, targets: Sequence[str], connections: int, series: Series, first: int | None
) -> None:
    """Answers a second, and what each took of the processors; a peer that finished none is given longer from then on."""
    seconds = plan.seconds * series.patience
    before = peers.processor(peer.pid)
    try:
        found = throughput(peer.port, targets, connections, seconds, first=first)
    except UnfinishedError:
        if series.patience > 1:
            raise
        series.patience = _LONGER
        _rate(plan, peer, targets, connections, series, first)
        return
    series.refused = max(series.refused, found["refused"])
    series.values.append(found["rate"])
    if found["answers"]:
        series.processor.append((peers.processor(peer.pid) - before) / found["answers"] * 1000)


def _say(text: str) -> None:
    print(f"[{time.strftime('%H:%M:%S')}] {text}", file=sys.stderr, flush=True)


# --- a run ------------------------------------------------------------------------------------------------------------


def make_graph(triples: int, path: Path) -> int:
    """Write the ontology and a made-up graph as N-Triples; how many triples."""
    store = ox.Store()
    for ontology in sorted((peers.ROOT / "ontology").glob("*.ttl")):
        store.load(path=ontology, format=ox.RdfFormat.TURTLE)
    store.dump(path, ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph())
    with open(path, "a", encoding="utf-8") as out:
        size = regions.generate(out, "nt", regions.Shape(), triples=triples)
    return size.triples + len(store)


@contextlib.contextmanager
def started(plan: Plan, data: Path, folder: Path) -> Iterator[list[Serving]]:
    """The peers, each after the other loaded and started."""
    with contextlib.ExitStack() as stack:
        found = []
        for name in plan.peers:
            if name == "rdflib":
                continue
            own = folder / name
            own.mkdir()
            try:
                serving = stack.enter_context(peers.PEERS[name](data, own))
            except MissingError as error:
                _say(f"left out: {error}")
                continue
            load = "" if serving.load is None else f"loaded in {serving.load:.1f} s, "
            _say(f"{serving.name}: {load}answers after {serving.start:.1f} s")
            found.append(serving)
        yield found


def run(plan: Plan, report: dict[str, Any], save: Callable[[dict[str, Any]], None]) -> None:
    """Measure everything into ``report``, which is given to ``save`` after each round."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        data = folder / "regions.nt"
        report["triples"] = make_graph(plan.triples, data)
        mix.of_size(plan.triples)
        _say(f"{report['triples']:,} triples, {data.stat().st_size / 2**20:.0f} MiB")
        serving = stack.enter_context(started(plan, data, folder))
        fresh = {peer.name: peers.memory(peer.pid) for peer in serving}
        askers = {peer.name: _asker(Line(peer, plan.patience)) for peer in serving}
        loads = {peer.name: peer.load for peer in serving}
        starts = {peer.name: peer.start for peer in serving}
        if "rdflib" in plan.peers:
            rdflib = Rdflib(data, plan.patience)
            stack.callback(rdflib.close)
            askers[_RDFLIB] = rdflib.ask
            loads[_RDFLIB] = starts[_RDFLIB] = rdflib.load
            fresh[_RDFLIB] = peers.memory(rdflib.pid)
            _say(f"rdflib: loaded in {rdflib.load:.1f} s")
        differences: list[str] = []
        report |= {
            "load": loads,
            "start": starts,
            "memory": {peer: [size, 0] for peer, size in fresh.items()},
            "ceiling": {str(many): ceiling(many, 1) for many in plan.connections},
        }
        tables: dict[str, Table] = {"mix": {}, "groups": {}, "rates": {}}
        for turn in range(plan.rounds):
            if "mix" in plan.parts:
                measure_mix(plan, turn, askers, tables["mix"], differences)
                measure_groups(plan, turn, serving[0], askers, tables["groups"])
            if "rates" in plan.parts:
                measure_throughput(plan, turn, serving, tables["rates"])
            report |= {name: _numbers(table) for name, table in tables.items()}
            report["differences"] = sorted(set(differences))
            for peer in serving:
                report["memory"][peer.name][1] = peers.memory(peer.pid)
            _say(f"round {turn + 1} of {plan.rounds} done")
            save(report)


def _asker(line: Line) -> Asker:
    def ask(query: str) -> tuple[float, Rows]:
        seconds, body = line.ask(query)
        return seconds, _rows(body)

    return ask


def _numbers(table: Table) -> dict[str, Any]:
    return {what: {peer: _told(series) for peer, series in row.items()} for what, row in table.items()}


def _told(series: Series) -> dict[str, Any]:
    return {
        "values": [round(value, 3) for value in series.values],
        "processor": [round(value, 4) for value in series.processor],
        "failed": series.failed,
        "refused": round(series.refused, 3),
    }


# --- the report -------------------------------------------------------------------------------------------------------


def markdown(report: dict[str, Any]) -> str:
    """The report as tables."""
    lines = [
        f"{report['date']}, {report['machine']}; {report['triples']:,} triples; "
        + ", ".join(f"{name} {version}" for name, version in report["versions"].items())
        + f". Load average {report['load_average'][0]:.1f} before, {report['load_average'][1]:.1f} after.",
        "",
        "Ceiling of the client: "
        + ", ".join(f"{rate:,.0f}/s at {many} connections" for many, rate in report["ceiling"].items())
        + ".",
        "",
        *_table(
            ["", "load (s)", "start to first answer (s)", "memory (MiB)", "after the run (MiB)"],
            [
                [
                    peer,
                    "" if report["load"][peer] is None else f"{report['load'][peer]:.1f}",
                    f"{report['start'][peer]:.1f}",
                    *(f"{size / 2**20:,.0f}" if size else "" for size in report["memory"][peer]),
                ]
                for peer in report["start"]
            ],
        ),
        "",
        "Milliseconds of one query at a time: median (least–most), and how many times as long as ours.",
        "",
        *(_side_by_side(report["mix"], faster_is_less=True) if report["mix"] else ()),
        "",
        *(_groups(report["mix"]) if report["mix"] else ()),
        "",
        "Sums over figures from `/api/v1/figures/groups`, and the same as SPARQL: milliseconds, and how many times as long.",
        "",
        *(_side_by_side(report["groups"], faster_is_less=True) if report["groups"] else ()),
        "",
        "Answers a second: median (least–most), and our rate in relation to it; of some, how many were refused at most.",
        "",
        *(_side_by_side(report["rates"], faster_is_less=False) if report["rates"] else ()),
        "",
        "Milliseconds of processor time that a server took for an answer, and how many times as much as ours.",
        "",
        *(_side_by_side(_processor(report["rates"]), faster_is_less=True) if report["rates"] else ()),
        "",
        "Answers that differ from the first peer's: " + ("; ".join(report["differences"]) or "none") + ".",
    ]
    return "\n".join(lines)


def _processor(rates: dict[str, Any]) -> dict[str, Any]:
    return {
        what: {peer: series | {"values": series["processor"], "refused": 0} for peer, series in row.items()}
        for what, row in rates.items()
    }


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    return ["| " + " | ".join(cells) + " |" for cells in (head, ["---"] * len(head), *rows)]


def _side_by_side(table: dict[str, Any], *, faster_is_less: bool) -> list[str]:
    names = list(next(iter(table.values())))
    rows = []
    for what, row in table.items():
        ours = _median(row[names[0]])
        cells = [what]
        for name in names:
            theirs = _median(row[name])
            cell = _cell(row[name])
            if name != names[0] and ours and theirs:
                cell += f" **{_ratio(theirs / ours if faster_is_less else ours / theirs)}**"
            cells.append(cell)
        rows.append(cells)
    return _table(["", *names], rows)


def _median(series: dict[str, Any]) -> float | None:
    return statistics.median(series["values"]) if series["values"] else None


def _cell(series: dict[str, Any]) -> str:
    if not series["values"]:
        return series["failed"].split(":")[0] or "–"
    values = sorted(series["values"])
    refused = f", {series['refused']:.0%} refused" if series["refused"] else ""
    return f"{_short(statistics.median(values))} ({_short(values[0])}–{_short(values[-1])}{refused})"


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _ratio(value: float) -> str:
    return f"{value:.2g}×" if value < 10 else f"{value:,.0f}×"


def _groups(table: dict[str, Any]) -> list[str]:
    """Geometric means of the ratios, by group of queries."""
    names = list(next(iter(table.values())))[1:]
    groups: dict[str, dict[str, list[float]]] = {}
    for query in mix.MIX:
        row = table[query.name]
        ours = _median(row[next(iter(row))])
        for name in names:
            theirs = _median(row[name])
            for group in (query.group, "all"):
                found = groups.setdefault(group, {}).setdefault(name, [])
                if ours and theirs:
                    found.append(theirs / ours)
    rows = [
        [group, *(_ratio(statistics.geometric_mean(row[name])) if row[name] else "–" for name in names)]
        for group, row in groups.items()
        if group != "all"
    ]
    every = ["all", *(_ratio(statistics.geometric_mean(groups["all"][n])) if groups["all"][n] else "–" for n in names)]
    return _table(["times as long as ours (geometric mean)", *names], [*rows, every])


def _numbers_of(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split(",")))


def _machine() -> str:
    model = "processor unknown"
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                model = line.partition(":")[2].strip()
                break
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} × {model}, {memory:.0f} GiB, Linux {platform.release().split('-')[0]}"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--quick", action="store_true", help="less of everything: below three minutes")
    parser.add_argument("--triples", type=int)
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--seconds", type=float, help="of one measurement of requests a second")
    parser.add_argument("--peers", help=f"some of {', '.join(peers.PEERS)}, rdflib; others are related to the first")
    parser.add_argument("--parts", default="mix,rates", help="mix: single queries; rates: requests a second")
    parser.add_argument("--connections", help="numbers of connections, such as 1,8,64")
    parser.add_argument("--rows", help="some of 1,1000,100000")
    parser.add_argument("-o", "--output", type=Path, help="all values as JSON, written after each round")
    parser.add_argument("--show", type=Path, metavar="FILE", help="measure nothing: the tables of such a file")
    options = parser.parse_args()
    if options.show:
        print(markdown(json.loads(options.show.read_text(encoding="utf-8"))))
        return
    quick = options.quick
    plan = Plan(
        triples=options.triples or (60_000 if quick else 600_000),
        rounds=options.rounds or (3 if quick else 5),
        seconds=options.seconds or (1 if quick else 2),
        connections=_numbers_of(options.connections or ("1,64" if quick else "1,8,64")),
        rows=_numbers_of(options.rows or ("1,1000" if quick else "1,1000,100000")),
        peers=(options.peers or ",".join(_QUICK if quick else (*peers.PEERS, "rdflib"))).split(","),
        parts=options.parts.split(","),
        patience=10 if quick else 60,
        budget=3 if quick else 12,
    )
    report: dict[str, Any] = {"date": time.strftime("%Y-%m-%d %H:%M"), "machine": _machine()}
    report["versions"] = peers.versions()
    before = os.getloadavg()[0]

    def save(report: dict[str, Any]) -> None:
        report["load_average"] = [before, os.getloadavg()[0]]
        if options.output:
            options.output.write_text(json.dumps(report, ensure_ascii=False, indent=1), encoding="utf-8")

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the servers are ended too
    run(plan, report, save)
    print(markdown(report))


if __name__ == "__main__":
    main()
