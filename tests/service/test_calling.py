"""Queries with ``SERVICE`` over HTTP: statuses, headers, what is kept, and servers that misbehave."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from tinygraph import TINY

from faults import FaultServer
from yuanhui_kg.service import create_app
from yuanhui_kg.settings import Settings
from yuanhui_kg.workers import Backend

FAULTS = [
    ("dead", 504, "remote_timeout"),
    ("slow", 504, "remote_timeout"),
    ("drip-body", 504, "remote_timeout"),
    ("page", 502, "remote_bad_answer"),
    ("lying", 502, "remote_bad_answer"),
    ("truncated", 502, "remote_bad_answer"),
    ("boolean", 502, "remote_bad_answer"),
    ("cut", 413, "remote_truncated"),
    ("huge", 413, "answer_too_large"),
    ("error-400", 400, "remote_refused"),
    ("error-500", 502, "remote_failed"),
    ("redirect-host", 502, "remote_bad_answer"),
    ("hang-up", 502, "remote_bad_answer"),
]


@pytest.fixture(scope="module")
def server() -> Iterator[FaultServer]:
    with FaultServer() as running:
        yield running


@pytest.fixture(scope="module", params=["memory", "disk"])
def calling(
    request: pytest.FixtureRequest, server: FaultServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[FlaskClient]:
    """A client of a service that may call every address of the misbehaving server."""
    settings = Settings(
        resources=TINY,
        store=tmp_path_factory.mktemp("calling") / "store" if request.param == "disk" else None,
        workers=2,
        allow_service=(f"127.0.0.1:{server.port}",),
        service_timeout=0.5,
        max_service_bytes=100_000,
    )
    with Backend.start(settings, indexes=False) as backend:
        yield create_app(settings, backend).test_client()


def ask(client: FlaskClient, query: str, accept: str = "text/csv") -> tuple[int, str, dict[str, str]]:
    answer = client.post("/sparql", data={"query": query}, headers={"Accept": accept})
    return answer.status_code, answer.text, dict(answer.headers)


def test_a_service_is_asked(calling: FlaskClient, server: FaultServer) -> None:
    status, text, headers = ask(calling, f"SELECT ?s ?o {{ SERVICE <{server.url('good')}> {{ ?s ?p ?o }} }}")
    assert (status, text.split()) == (200, ["s,o", "https://example.org/a,x"])
    assert headers["Cache-Control"] == "no-store"
    assert "ETag" not in headers
    assert "X-Failed-Services" not in headers


def test_a_service_is_asked_anew_each_time(calling: FlaskClient, server: FaultServer) -> None:
    query = f"SELECT ?s {{ SERVICE <{server.url('good')}> {{ ?s ?p ?o }} }}"
    before = len(server.queries)
    assert [calling.get("/sparql", query_string={"query": query}).status_code for _ in range(2)] == [200, 200]
    assert len(server.queries) == before + 2


@pytest.mark.parametrize(("fault", "status", "code"), FAULTS)
def test_every_fault_of_a_service_is_a_status_of_its_own(
    calling: FlaskClient, server: FaultServer, fault: str, status: int, code: str
) -> None:
    answer = calling.post("/sparql", data={"query": f"SELECT * {{ SERVICE <{server.url(fault)}> {{ ?s ?p ?o }} }}"})
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (status, code)
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("fault", ["dead", "page", "cut", "error-500"])
def test_a_fault_behind_silent_leaves_its_part_open_and_names_the_host(
    calling: FlaskClient, server: FaultServer, fault: str
) -> None:
    query = f"SELECT ?a ?s {{ VALUES ?a {{ 1 }} SERVICE SILENT <{server.url(fault)}> {{ ?s ?p ?o }} }}"
    status, text, headers = ask(calling, query)
    assert (status, text.split()) == (200, ["a,s", "1,"])
    assert headers["X-Failed-Services"] == "127.0.0.1"
    assert "X-Failed-Services" in headers["Access-Control-Expose-Headers"]


def test_an_export_is_asked_anew_and_names_services_that_failed(calling: FlaskClient, server: FaultServer) -> None:
    def exported(fault: str) -> tuple[str, dict[str, str]]:
        query = f"SELECT ?s {{ SERVICE SILENT <{server.url(fault)}> {{ ?s ?p ?o }} }}"
        answer = calling.get("/api/v1/export", query_string={"format": "csv", "query": query})
        assert answer.status_code == 200
        return answer.text, dict(answer.headers)

    before = len(server.queries)
    for _ in range(2):
        text, headers = exported("good")
        assert text.split() == ["s", "https://example.org/a"]
        assert headers["Cache-Control"] == "no-store"
        assert "X-Failed-Services" not in headers
    assert len(server.queries) == before + 2
    assert exported("page")[1]["X-Failed-Services"] == "127.0.0.1"


def test_the_page_tells_of_a_service_that_failed(calling: FlaskClient, server: FaultServer) -> None:
    query = f"SELECT ?s {{ SERVICE SILENT <{server.url('page')}> {{ ?s ?p ?o }} }}"
    page = calling.get("/query", query_string={"query": query, "lang": "en"}, headers={"Accept": "text/html"})
    told = "127.0.0.1 answered with text/html instead of application/sparql-results+json. Its part is left open"
    assert told in page.text
    page = calling.get("/query", query_string={"query": query, "lang": "zh"}, headers={"Accept": "text/html"})
    assert "其部分留空" in page.text
    assert "instead of" not in page.text


def test_a_client_s_own_deadline_holds_for_services(calling: FlaskClient, server: FaultServer) -> None:
    data = {"query": f"SELECT * {{ SERVICE <{server.url('slow')}> {{ ?s ?p ?o }} }}", "timeout": "0.3"}
    answer = calling.post("/sparql", data=data)
    assert answer.status_code == 504


@pytest.mark.parametrize("silent", ["", "SILENT"])
def test_another_host_is_refused_with_the_setting_s_name(
    calling: FlaskClient, server: FaultServer, silent: str
) -> None:
    before = server.connections
    query = f"SELECT * {{ SERVICE {silent} <http://localhost:{server.port}/good> {{ ?s ?p ?o }} }}"
    answer = calling.post("/sparql", data={"query": query})
    assert answer.status_code == 403
    assert "allow_service" in answer.get_json()["error"]["message"]
    assert server.connections == before


def test_the_query_page_tells_whether_other_services_are_called(calling: FlaskClient, client: FlaskClient) -> None:
    alone = "no other site is contacted"
    assert alone in client.get("/query?lang=en", headers={"Accept": "text/html"}).text
    page = calling.get("/query?lang=en", headers={"Accept": "text/html"}).text
    assert alone not in page
    assert "SERVICE calls the services that the operator allows" in page


def test_the_description_tells_that_other_services_can_be_called(calling: FlaskClient, client: FlaskClient) -> None:
    for asked, expected in ((calling, True), (client, False)):
        described = asked.get("/sparql", headers={"Accept": "application/n-triples"}).text
        assert ("service-description#BasicFederatedQuery" in described) is expected


def test_without_the_setting_the_refusal_names_it(client: FlaskClient) -> None:
    answer = client.post("/sparql", data={"query": "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"})
    assert answer.status_code == 403
    assert "allow_service" in answer.get_json()["error"]["message"]


def test_slow_services_leave_a_worker_for_others(calling: FlaskClient, server: FaultServer) -> None:
    app = calling.application
    slow = f"SELECT * {{ SERVICE <{server.url('dead')}> {{ ?s ?p ?o }} }}"
    before = len(server.queries)
    waiting = [threading.Thread(target=lambda: ask(app.test_client(), slow)) for _ in range(3)]
    for thread in waiting:
        thread.start()
    while len(server.queries) == before:
        time.sleep(0.01)
    assert ask(app.test_client(), "SELECT (1 AS ?x) {}")[0] == 200
    assert len(server.queries) == before + 1  # the other two wait for the first
    for thread in waiting:
        thread.join()
