"""The benchmark itself: that it asks what it says, compares answers and measures everything."""

from __future__ import annotations

import importlib
import io
import json
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

BENCH = Path(__file__).parents[1] / "bench"


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Loads the benchmark's modules as its scripts do."""
    monkeypatch.syspath_prepend(str(BENCH))
    yield importlib.import_module
    for name in ("client", "extraction", "mix", "peers", "regions", "serve"):
        sys.modules.pop(name, None)


def test_every_query_of_the_mix_is_valid_and_finds_rows_in_a_graph_of_some_size(bench: Any) -> None:
    mix, regions = bench("mix"), bench("regions")
    store = ox.Store()
    out = io.StringIO()
    regions.generate(out, "nt", regions.Shape(), triples=60_000)
    store.load(input=out.getvalue(), format=ox.RdfFormat.N_TRIPLES)
    mix.of_size(60_000)
    empty = {query.name for query in mix.MIX if not any(list(store.query(query.text(n))) for n in range(12))}
    assert empty == set()


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\n\r\n",
    ],
)
def test_the_client_reads_an_answer_by_its_length_and_in_chunks(bench: Any, answer: bytes) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        threading.Thread(target=theirs.sendall, args=(answer,)).start()
        assert bench("client")._response(ours) == (200, b"hello", True)


def test_an_answer_that_is_cut_off_is_none(bench: Any) -> None:
    ours, theirs = socket.socketpair()
    with ours:
        theirs.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel")
        theirs.close()
        with pytest.raises(ValueError, match="cut off"):
            bench("client")._response(ours)


def test_answers_are_the_same_where_only_the_form_of_numbers_and_the_order_differ(bench: Any) -> None:
    serve = bench("serve")
    mine, theirs = [("a", serve._plain("1.50")), ("b", "")], [("b", ""), ("a", serve._plain("1.5e0"))]
    assert serve._differ(mine, theirs, False) == ""
    assert serve._differ(mine, theirs, True) == "other rows"
    assert serve._differ(mine, theirs[:1], False) == "1 rows, not 2"


@pytest.mark.slow
def test_a_short_run_measures_every_query_and_rate_of_ours_without_a_failure(tmp_path: Path) -> None:
    if shutil.which("wrk") is None:
        pytest.skip("wrk is not installed: apt-get install wrk")
    command = [sys.executable, BENCH / "serve.py", "--quick", "--triples", "6000", "--rounds", "1", "--peers", "ours"]
    done = subprocess.run([*command, "-o", tmp_path / "report.json"], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    series = [row["ours, memory"] for table in ("mix", "rates") for row in report[table].values()]
    assert len(series) == 20 + 8
    assert all(found["values"] and not found["failed"] and not found["refused"] for found in series)
    assert report["differences"] == []


def test_the_benchmark_of_extraction_reads_figures_drafts_and_triples_of_a_text(bench: Any) -> None:
    extraction = bench("extraction")
    text = "青禾区：山乡新貌\n\n2021年，青禾区生产总值90亿元，增长8%。青禾集团位于青禾区。"
    assert [figure.value for figure in extraction.figures_alone(text)] == [Decimal(9_000_000_000), Decimal(8)]
    assert extraction.with_triples(text)
    assert len(extraction.measured(extraction.figures_alone, [text, text], 3)) == 3
