"""Running the service: metrics, logs, queries under way, clients that leave, and the end of it all."""

from __future__ import annotations

import contextlib
import http.client
import io
import json
import logging
import re
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families
from test_server import SELECT, WAIT, Running

from yuanhui_kg.errors import QueryCancelledError, UsageError
from yuanhui_kg.running import CLIENT, GONE, Client
from yuanhui_kg.service import create_app, logs
from yuanhui_kg.service.token import Token
from yuanhui_kg.settings import Settings
from yuanhui_kg.workers import Backend

FOREVER = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n1 ?o . ?p ?q ?r }"
TOKEN = "a-token-for-tests"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


def until(true: Callable[[], Any]) -> Any:
    end = time.monotonic() + WAIT
    while not (found := true()):
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.02)
    return found


@pytest.fixture(scope="module")
def service() -> Iterator[Running]:
    yield from serving()


@pytest.fixture
def fresh() -> Iterator[Running]:
    """One that has done nothing yet, and may be ended."""
    yield from serving()


def serving() -> Iterator[Running]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("YUANHUI_KG_TOKEN", TOKEN)
        running = Running("--workers", "4", "--log-format", "json", "--log-level", "info")
    yield running
    if running.process.poll() is None:
        running.end()
    with contextlib.suppress(ValueError):
        running.process.communicate()


def connect(service: Running) -> http.client.HTTPConnection:
    return http.client.HTTPConnection(service.url.removeprefix("http://").rstrip("/"), timeout=WAIT)


def ask(
    service: Running, path: str, method: str = "GET", headers: dict[str, str] | None = None
) -> tuple[int, dict[str, str], bytes]:
    with contextlib.closing(connect(service)) as connection:
        connection.request(method, "/" + path, headers=headers or {})
        answer = connection.getresponse()
        return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()


def under_way(service: Running) -> list[dict[str, Any]]:
    status, _, body = ask(service, "api/v1/running", headers=BEARER)
    assert status == 200, body
    found: list[dict[str, Any]] = json.loads(body)["running"]
    return found


class Asking(threading.Thread):
    """Asks something that takes long, and keeps what came back."""

    def __init__(self, service: Running, query: str = FOREVER) -> None:
        super().__init__(daemon=True)
        self._service = service
        self._query = query
        self.status = 0
        self.body = b""
        self.start()

    def run(self) -> None:
        with contextlib.suppress(OSError, http.client.HTTPException):
            self.status, _, self.body = ask(self._service, "sparql?query=" + quote(self._query))


# --- queries under way ------------------------------------------------------------------------------------------------


def test_queries_under_way_are_listed_and_ended_in_all_processes(service: Running) -> None:
    asking = [Asking(service) for _ in range(4)]
    jobs = until(lambda: (found := under_way(service)) and len(found) == 4 and found)
    assert {job["job"] for job in jobs} == {"sparql"}
    assert len({job["id"] for job in jobs}) == 4
    assert all(job["age"] >= 0 and job["timeout"] == 30 and job["request"] for job in jobs)
    assert "SELECT" not in json.dumps(jobs)
    for job in jobs:
        assert ask(service, f"api/v1/running/{job['id']}", "DELETE", BEARER)[0] == 204
    for thread in asking:
        thread.join(WAIT)
        assert thread.status == 503
        assert json.loads(thread.body)["error"]["code"] == "query_cancelled"
    assert under_way(service) == []
    assert ask(service, f"api/v1/running/{jobs[0]['id']}", "DELETE", BEARER)[0] == 404
    assert ask(service, "sparql?query=" + quote(SELECT))[0] == 200


@pytest.mark.parametrize(("method", "path"), [("GET", "/api/v1/running"), ("DELETE", "/api/v1/running/1-1")])
def test_only_the_operator_sees_and_ends_queries(settings: Settings, backend: Backend, method: str, path: str) -> None:
    def status(app: Flask, header: str | None) -> int:
        return (
            app.test_client().open(path, method=method, headers={"Authorization": header} if header else {}).status_code
        )

    closed = create_app(settings, backend)
    assert status(closed, f"Bearer {TOKEN}") == 403
    guarded = create_app(settings, backend, token=Token.of(TOKEN))
    assert [status(guarded, header) for header in (None, "Bearer other", f"Basic {TOKEN}")] == [401, 401, 401]
    assert status(guarded, f"Bearer {TOKEN}") == (200 if method == "GET" else 404)


def test_a_client_that_goes_away_frees_its_worker(service: Running) -> None:
    connections = []
    for _ in range(4):
        connection = service.connect()
        connection.sendall(f"GET /sparql?query={quote(FOREVER)} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        connections.append(connection)
    until(lambda: len(under_way(service)) == 4)
    for connection in connections:
        connection.close()
    until(lambda: not under_way(service))
    assert ask(service, "sparql?query=" + quote(SELECT))[0] == 200


def test_a_job_of_a_client_that_has_gone_is_not_begun_or_is_ended(backend: Backend) -> None:
    client = Client("some-request")
    failed: list[QueryCancelledError] = []

    def work() -> None:
        CLIENT.set(client)
        for _ in range(2):
            try:
                backend.run("sparql", {"query": FOREVER}).close()
            except QueryCancelledError as error:
                failed.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    (job,) = until(backend.running.list)
    assert (job["job"], job["request"]) == ("sparql", "some-request")
    client.leave()
    thread.join(WAIT)
    assert [error.message for error in failed] == [GONE, GONE]
    assert len(backend.running) == 0


def test_what_does_not_run_cannot_be_ended(backend: Backend) -> None:
    assert backend.running.end("1-1") is False


# --- the end ----------------------------------------------------------------------------------------------------------


def test_a_query_that_ends_in_time_is_answered_after_the_signal(fresh: Running) -> None:
    # Some work, but no more than the grace that queries have.
    asking = Asking(fresh, "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . FILTER(STR(?a) != STR(?i)) }")
    until(lambda: under_way(fresh) or asking.status)
    fresh.process.send_signal(signal.SIGTERM)
    asking.join(WAIT)
    assert asking.status == 200
    assert len(json.loads(asking.body)["results"]["bindings"]) == 1
    assert fresh.process.wait(WAIT) == 0


def test_a_query_that_does_not_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YUANHUI_KG_SHUTDOWN_TIMEOUT", "0.3")
    service = Running("--workers", "4")
    try:
        asking = [Asking(service) for _ in range(3)]
        time.sleep(0.7)
        service.process.send_signal(signal.SIGTERM)
        for thread in asking:
            thread.join(WAIT)
            assert thread.status == 503
            assert "being stopped" in json.loads(thread.body)["error"]["message"]
    finally:
        assert service.end()[0] == 0


# --- metrics ----------------------------------------------------------------------------------------------------------


def numbers(text: str) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_metrics_count_what_all_processes_do(fresh: Running) -> None:
    for _ in range(20):
        assert ask(fresh, "sparql?query=" + quote(SELECT))[0] == 200
    assert ask(fresh, "sparql?query=nonsense")[0] == 400
    assert ask(fresh, "nowhere")[0] == 404
    with fresh.connect() as connection:
        connection.sendall(b"nonsense / HTTP/1.1\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 501 ")
    time.sleep(1)  # each process makes known every quarter of a second what it has counted
    status, headers, body = ask(fresh, "metrics")
    assert (status, headers["content-type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")
    found = numbers(body.decode())

    def of(name: str, **labels: str) -> float:
        return found.get((f"yuanhui_kg_{name}", tuple(sorted(labels.items()))), 0.0)

    assert of("http_requests_total", route="/sparql", method="GET", status="200") == 20
    assert of("http_requests_total", route="/sparql", method="GET", status="400") == 1
    assert of("http_requests_total", route="(none)", method="GET", status="404") == 1
    assert of("http_requests_total", route="(refused)", method="(other)", status="501") == 1
    assert of("http_request_seconds_count", route="/sparql") == 21
    hits, misses = of("cache_lookups_total", result="hit"), of("cache_lookups_total", result="miss")
    assert hits + misses == 21
    assert 18 <= hits <= 19  # each process remembers for itself
    assert of("queries_total", job="sparql", outcome="ok") == misses - 1
    assert of("queries_total", job="sparql", outcome="query_syntax") == 1
    assert of("workers") == 4
    assert of("dataset_triples") == json.loads(ask(fresh, "ready")[2])["triples"]
    assert of("queries_running") == 0
    assert of("cache_bytes") > 0


def test_metrics_tell_of_running_queries_and_cancelled_ones(service: Running) -> None:
    cancelled = ("yuanhui_kg_queries_total", (("job", "sparql"), ("outcome", "query_cancelled")))
    before = numbers(ask(service, "metrics")[2].decode()).get(cancelled, 0)
    asking = Asking(service)
    (job,) = until(lambda: under_way(service))
    running = ("yuanhui_kg_queries_running", ())
    until(lambda: numbers(ask(service, "metrics")[2].decode())[running] == 1)
    ask(service, f"api/v1/running/{job['id']}", "DELETE", BEARER)
    asking.join(WAIT)
    until(lambda: numbers(ask(service, "metrics")[2].decode())[running] == 0)
    assert numbers(ask(service, "metrics")[2].decode())[cancelled] == before + 1


def test_metrics_of_one_process_need_no_folder(client: FlaskClient) -> None:
    client.get("/health")
    text = client.get("/metrics").get_data(as_text=True)
    assert (
        numbers(text)["yuanhui_kg_http_requests_total", (("method", "GET"), ("route", "/health"), ("status", "200"))]
        == 1
    )


def test_names_that_clients_choose_make_no_series(client: FlaskClient) -> None:
    for number in range(5):
        client.get(f"/nowhere/{number}")
        client.get(f"/id/nobody-{number}")
        client.open("/health", method=f"METHOD{number}")
    text = client.get("/metrics").get_data(as_text=True)
    assert "nobody" not in text
    assert "METHOD" not in text
    assert 'route="/id/<path:name>"' in text


# --- logs -------------------------------------------------------------------------------------------------------------


def test_the_log_is_one_json_object_a_line_without_queries(fresh: Running) -> None:
    ask(fresh, "sparql?query=" + quote(SELECT), headers={"X-Request-Id": "mine-1"})
    ask(fresh, "sparql?query=nonsense%0A%22")
    _, _, err = fresh.end()
    lines = [json.loads(line) for line in err.splitlines()]
    answered = [line for line in lines if line["message"] == "answered" and line["path"] == "/sparql"]
    assert [line["status"] for line in answered] == [200, 400]
    assert answered[0]["request"] == "mine-1"
    assert {
        "time",
        "level",
        "logger",
        "message",
        "request",
        "method",
        "path",
        "status",
        "seconds",
        "bytes",
        "client",
    } == set(answered[0])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", answered[0]["time"])
    assert "SELECT" not in err
    assert "nonsense" not in err


@pytest.mark.parametrize("format", ["json", "text"])
def test_the_text_of_queries_is_logged_where_that_is_wanted(settings: Settings, backend: Backend, format: str) -> None:
    chosen = replace(settings, log_queries=True, log_format=format, log_level="info")
    stream = io.StringIO()
    with logging_to(stream, chosen):
        create_app(chosen, backend).test_client().get("/sparql", query_string={"query": "ASK {\n?s ?p 1}"})
    lines = stream.getvalue().splitlines()
    assert len(lines) == 2
    assert "ASK {\\n?s ?p 1}" in lines[0]
    if format == "json":
        assert [json.loads(line)["message"] for line in lines] == ["query", "answered"]
        assert len({json.loads(line)["request"] for line in lines}) == 1


@contextlib.contextmanager
def logging_to(stream: io.StringIO, settings: Settings) -> Iterator[None]:
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.JsonLines() if settings.log_format == "json" else logs.Text())
    logger = logging.getLogger("yuanhui_kg.request")
    logger.addHandler(handler)
    before = logger.level
    logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(before)


def test_a_line_cannot_be_forged(settings: Settings, backend: Backend) -> None:
    stream = io.StringIO()
    with logging_to(stream, settings):
        create_app(settings, backend).test_client().get("/x%0AINFO yuanhui_kg.request: answered path=/forged")
    assert len(stream.getvalue().splitlines()) == 1
    assert 'path="/x\\nINFO' in stream.getvalue()


def test_an_exception_is_in_the_log_in_both_forms() -> None:
    try:
        raise ValueError("some cause")
    except ValueError as error:
        record = logging.LogRecord(
            "some", logging.ERROR, "", 1, "it failed", (), (ValueError, error, error.__traceback__)
        )
    assert "some cause" in json.loads(logs.JsonLines().format(record))["exception"]
    assert "some cause" in logs.Text().format(record)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("abc-1.2_3", True),
        ("a" * 64, True),
        ("a" * 65, False),
        ("a b", False),
        ("<x>", False),
        ("", False),
        ("-a", False),
    ],
)
def test_a_request_has_an_id(client: FlaskClient, given: str, kept: bool) -> None:
    answer = client.get("/health", headers={"X-Request-Id": given})
    assert (answer.headers["X-Request-Id"] == given) == kept
    assert re.fullmatch(r"[A-Za-z0-9._-]{1,64}", answer.headers["X-Request-Id"])
    assert len({client.get("/nowhere").headers["X-Request-Id"] for _ in range(3)}) == 3


@pytest.mark.parametrize(("name", "value"), [("log_format", "xml"), ("log_level", "loud")])
def test_a_log_that_cannot_be_is_refused(name: str, value: str) -> None:
    with pytest.raises(UsageError, match=name):
        replace(Settings(), **{name: value})  # type: ignore[arg-type]
