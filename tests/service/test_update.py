"""``/update``: who may change what, and how each way of asking is answered."""

from __future__ import annotations

import contextlib
import gzip
import json
import os
import signal
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from flask.testing import FlaskClient
from SPARQLWrapper import POST, POSTDIRECTLY, SPARQLWrapper
from test_server import ENDLESS, WAIT, Running
from werkzeug.test import TestResponse
from writable import TOKEN, WITH_TOKEN, named, rows

from yuanhui_kg.errors import InvalidTokenError, UnauthorizedError, UsageError
from yuanhui_kg.service.token import VARIABLE, Token, read_token
from yuanhui_kg.settings import Settings

DIRECT = "application/sparql-update"
FORM = "application/x-www-form-urlencoded"


def direct(client: FlaskClient, text: str, path: str = "/update", **headers: str) -> TestResponse:
    return client.post(path, data=text.encode(), content_type=DIRECT, headers=WITH_TOKEN | headers)


def insert(graph: str, value: object = 1) -> str:
    return f"INSERT DATA {{ GRAPH <{graph}> {{ <https://example.org/s> <https://example.org/p> {value} }} }}"


def values(client: FlaskClient, graph: str) -> list[str]:
    return rows(client, f"SELECT ?o {{ GRAPH <{graph}> {{ ?s ?p ?o }} }} ORDER BY ?o")


def error(answer: TestResponse) -> dict[str, Any]:
    body = answer.get_json()
    assert set(body) == {"error"}
    assert {"code", "message", "hint"} <= set(body["error"])
    found: dict[str, Any] = body["error"]
    return found


# --- ways of asking ---------------------------------------------------------------------------------------------------


def test_an_update_comes_directly_or_in_a_form(writable: FlaskClient) -> None:
    graph = named()
    assert direct(writable, insert(graph, 1)).status_code == 204
    form = writable.post("/update", data={"update": insert(graph, 2)}, headers=WITH_TOKEN)
    assert (form.status_code, form.data) == (204, b"")
    with_charset = writable.post(
        "/update", data=insert(graph, '"é"').encode(), content_type=DIRECT + "; charset=UTF-8", headers=WITH_TOKEN
    )
    assert with_charset.status_code == 204
    assert values(writable, graph) == ["1", "2", "é"]


def test_a_compressed_update_is_read(writable: FlaskClient) -> None:
    graph = named()
    body = gzip.compress(insert(graph).encode())
    headers = WITH_TOKEN | {"Content-Encoding": "gzip"}
    assert writable.post("/update", data=body, content_type=DIRECT, headers=headers).status_code == 204
    assert values(writable, graph) == ["1"]
    for wrong in (body[:-9], b"not gzip at all"):
        assert writable.post("/update", data=wrong, content_type=DIRECT, headers=headers).status_code == 400


def test_using_parameters_give_the_dataset(writable: FlaskClient) -> None:
    source, target = named(), named()
    assert direct(writable, insert(source, 7)).status_code == 204
    copy = f"INSERT {{ GRAPH <{target}> {{ ?s ?p ?o }} }} WHERE {{ ?s ?p ?o }}"
    assert direct(writable, copy, "/update?using-graph-uri=" + quote(source)).status_code == 204
    assert values(writable, target) == ["7"]
    form = {"update": f"DELETE WHERE {{ GRAPH <{target}> {{ ?s ?p ?o }} }}", "using-named-graph-uri": target}
    assert writable.post("/update", data=form, headers=WITH_TOKEN).status_code == 204
    assert values(writable, target) == []
    clash = direct(writable, f"WITH <{target}> {copy}", "/update?using-graph-uri=" + quote(source))
    assert clash.status_code == 400
    assert "WITH" in error(clash)["message"]
    assert direct(writable, copy, "/update?using-graph-uri=relative").status_code == 400


@pytest.mark.parametrize(
    ("request_", "status", "words"),
    [
        ({"data": b"INSERT DATA {\n <http://e/a> }", "content_type": DIRECT}, 400, "line 2, column"),
        ({"data": b"SELECT * { ?s ?p ?o }", "content_type": DIRECT}, 400, "not valid SPARQL"),
        ({"data": b"", "content_type": DIRECT}, 400, "empty"),
        ({"data": b"INSERT DATA { <http://e/\xff> <http://e/b> 1 }", "content_type": DIRECT}, 400, "UTF-8"),
        ({"data": b"", "content_type": FORM}, 400, "missing"),
        ({"data": {"update": ["CLEAR DEFAULT", "CLEAR DEFAULT"]}}, 400, "2 times"),
        ({"data": {"query": "ASK {}", "update": "CLEAR DEFAULT"}}, 400, "/sparql"),
        ({"data": b"CLEAR DEFAULT", "content_type": DIRECT, "query_string": {"update": "x"}}, 400, "one of them"),
        ({"data": b"", "content_type": FORM, "query_string": {"update": "CLEAR DEFAULT"}}, 400, "in the body"),
        ({"data": b"update=CLEAR+ALL", "content_type": FORM, "query_string": {"query": "ASK {}"}}, 400, "in the body"),
        ({"data": b"CLEAR DEFAULT", "content_type": "text/plain"}, 415, DIRECT),
        ({"data": b"CLEAR DEFAULT"}, 415, DIRECT),
        ({"data": b"CLEAR DEFAULT", "content_type": DIRECT + "; charset=latin-1"}, 415, "UTF-8"),
        ({"data": b"#" * 20_001, "content_type": DIRECT}, 413, "max_update_bytes"),
        ({"data": {"update": "#" * 20_001}}, 413, "max_update_bytes"),
        ({"data": b"LOAD <http://127.0.0.1/x>", "content_type": DIRECT}, 403, "LOAD"),
        ({"data": b"LOAD <file:///etc/passwd>", "content_type": DIRECT}, 403, "LOAD"),
        ({"data": b"INSERT {?s ?p 1} WHERE { SERVICE <http://127.0.0.1/> {?s ?p ?o} }", "content_type": DIRECT}, 403, "SERVICE"),
        ({"data": b"CLEAR DEFAULT", "content_type": DIRECT, "query_string": {"timeout": "0"}}, 400, "timeout"),
        ({"data": b"DROP GRAPH <http://e/none>", "content_type": DIRECT}, 409, "does not exist"),
        ({"data": {"update": "CLEAR DEFAULT", "version": ["1.1", "1.2"]}}, 400, "version"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_request_is_told(
    writable: FlaskClient,
    request_: dict[str, Any],
    status: int,
    words: str,
) -> None:
    before = rows(writable, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    answer = writable.post("/update", headers=WITH_TOKEN, **request_)
    assert answer.status_code == status
    assert words in str(error(answer))
    assert rows(writable, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }") == before


def test_what_would_be_counted_across_graphs_is_not_written(writable: FlaskClient) -> None:
    graph = named()
    assert direct(writable, insert(graph)).status_code == 204
    counts = f"GRAPH ?g {{ {{ SELECT (COUNT(*) AS ?n) {{ ?s ?p ?o }} }} }} VALUES ?g {{ <{graph}> }}"
    refused = direct(writable, f"INSERT {{ GRAPH ?g {{ ?g <x:n> ?n }} }} WHERE {{ {counts} }}")
    assert (refused.status_code, error(refused)["code"]) == (501, "query_unsupported")
    assert direct(writable, f"INSERT {{ GRAPH ?g {{ ?g <x:n> ?n }} WHERE {{ {counts} }}").status_code == 400
    assert values(writable, graph) == ["1"]


def test_graphs_that_share_triples_are_not_counted_twice(writable: FlaskClient) -> None:
    one, two, result = named(), named(), named()
    for graph, numbers in ((one, "1, 2"), (two, "2, 3")):
        assert direct(writable, insert(graph, numbers)).status_code == 204

    def counted(prologue: str, using: str, path: str = "/update") -> TestResponse:
        count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
        return direct(
            writable, f"{prologue} INSERT {{ GRAPH <{result}> {{ <x:a> <x:n> ?n }} }} {using} WHERE {{ {count} }}", path
        )

    folder, name = two.rsplit("/", 1)
    for answer in (
        counted("", f"USING <{one}> USING <{two}>"),
        counted(f"PREFIX g: <{folder}/>", f"USING <{one}> USING g:{name}"),
        counted("", "", f"/update?{urlencode([('using-graph-uri', one), ('using-graph-uri', two)])}"),
    ):
        assert (answer.status_code, error(answer)["code"]) == (501, "query_unsupported")
    assert values(writable, result) == []
    assert counted("", f"USING <{one}> USING NAMED <{two}>").status_code == 204
    assert values(writable, result) == ["2"]
    assert (
        direct(
            writable, f"DELETE DATA {{ GRAPH <{two}> {{ <https://example.org/s> <https://example.org/p> 2 }} }}"
        ).status_code
        == 204
    )
    assert counted("", f"USING <{one}> USING <{two}>").status_code == 204
    assert values(writable, result) == ["2", "3"]


def test_only_what_is_made_for_each_solution_over_graphs_that_share_triples_is_refused(writable: FlaskClient) -> None:
    one, two, result = named(), named(), named()
    for graph, numbers in ((one, "1, 2"), (two, "2, 3")):
        assert direct(writable, insert(graph, numbers)).status_code == 204
    using = f"USING <{one}> USING <{two}>"
    for made in ("[ <x:n> ?n ]", "( ?n )", "_:n"):
        text = f"DELETE {{ <x:b> <x:n> ?n }} INSERT {{ GRAPH <{result}> {{ <x:a> <x:n> {made} }} }} {using} WHERE {{ ?s ?p ?n }}"
        assert direct(writable, text).status_code == 501
    for pattern in ("[] ?p ?n", "_:s ?p ?n", "?s ?p ?n FILTER (?n > 1)"):
        text = f"INSERT {{ GRAPH <{result}> {{ <x:a> <x:n> ?n }} }} {using} WHERE {{ {pattern} }}"
        assert direct(writable, text).status_code == 204
        other = f"INSERT {{ GRAPH <{result}> {{ <x:a> <x:n> ?n }} }} WHERE {{ SELECT (COUNT(*) AS ?n) {{ GRAPH <{one}> {{ ?s ?p ?o }} }} }}"
        assert (
            direct(
                writable, f"INSERT DATA {{ GRAPH <{result}> {{ [] <x:m> 1 ; <x:o> 2 }} }} ; {text} ; {other}"
            ).status_code
            == 204
        )
    assert set(values(writable, result)) >= {"1", "2", "3"}


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "PATCH"])
def test_only_post_updates(writable: FlaskClient, method: str) -> None:
    answer = writable.open("/update?update=CLEAR+ALL", method=method, headers=WITH_TOKEN)
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def test_the_next_answer_has_another_tag_and_knows_the_update(writable: FlaskClient) -> None:
    graph = named()
    tags = set()
    for number in range(3):
        assert direct(writable, insert(graph, number)).status_code == 204
        answer = writable.get("/sparql", query_string={"query": f"SELECT * {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"})
        assert len(answer.get_json()["results"]["bindings"]) == number + 1
        tags.add(answer.headers["ETag"])
    assert len(tags) == 3


def test_neighbours_and_search_follow(writable: FlaskClient) -> None:
    yho, yh = "https://w3id.org/yuanhui-kg/ontology#", "https://w3id.org/yuanhui-kg/id/"
    label = "http://www.w3.org/2004/02/skos/core#prefLabel"
    text = f'INSERT DATA {{ <{yh}novel> a <{yho}Company> ; <{label}> "全新公司"@zh, "Novel Company"@en }}'
    assert direct(writable, text).status_code == 204
    assert writable.get("/api/v1/entities/novel").get_json()["label"]["en"] == "Novel Company"
    end = time.monotonic() + WAIT
    while writable.get("/ready").get_json()["indexes"] != "current":
        assert time.monotonic() < end
        time.sleep(0.05)
    found = writable.get("/api/v1/search?q=novel").get_json()["results"]
    assert [result["iri"] for result in found] == [yh + "novel"]


# --- the token --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("authorization", "code"),
    [
        (None, "unauthorized"),
        ("", "unauthorized"),
        ("Bearer", "unauthorized"),
        ("Basic " + TOKEN, "unauthorized"),
        ("Bearer wrong", "invalid_token"),
        (f"Bearer {TOKEN}x", "invalid_token"),
        (f"Bearer {TOKEN[:-1]}", "invalid_token"),
        ("Bearer \xfc", "invalid_token"),
    ],
)
@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/update"), ("PUT", "/graphs?default"), ("DELETE", "/graphs?default")]
)
def test_without_the_token_nothing_is_changed(
    writable: FlaskClient,
    method: str,
    path: str,
    authorization: str | None,
    code: str,
) -> None:
    before = rows(writable, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    headers = {} if authorization is None else {"Authorization": authorization}
    answer = writable.open(path, method=method, data=b"CLEAR ALL", content_type=DIRECT, headers=headers)
    assert answer.status_code == 401
    assert error(answer)["code"] == code
    challenge = answer.headers["WWW-Authenticate"]
    assert challenge.startswith("Bearer realm=")
    assert ('error="invalid_token"' in challenge) == (code == "invalid_token")
    assert rows(writable, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }") == before


def test_the_scheme_is_read_in_any_case(writable: FlaskClient) -> None:
    answer = direct(writable, insert(named()), Authorization=f"bearer  {TOKEN}")
    assert answer.status_code == 204


def test_a_service_that_is_read_only_says_so(client: FlaskClient) -> None:
    for method, path in [
        ("POST", "/update"),
        ("PUT", "/graphs?default"),
        ("POST", "/graphs"),
        ("DELETE", "/graphs?default"),
    ]:
        answer = client.open(path, method=method, data=b"", content_type=DIRECT, headers=WITH_TOKEN)
        assert answer.status_code == 403
        assert "read only" in error(answer)["message"]


def test_a_token_is_known_only_by_its_digest() -> None:
    token = Token.of(TOKEN)
    assert TOKEN not in repr(token)
    assert Token.of(TOKEN).digest != token.digest
    token.check(f"Bearer {TOKEN}")
    with pytest.raises(InvalidTokenError):
        token.check("Bearer other")
    with pytest.raises(UnauthorizedError):
        token.check(None)


def test_the_token_comes_from_its_file_or_the_environment_which_forgets_it(tmp_path: Path) -> None:
    settings = Settings(store=tmp_path / "store", writable=True)
    environment = {VARIABLE: "从环境"}
    found = read_token(settings, environment)
    assert found is not None
    found.check("Bearer " + "从环境".encode().decode("latin-1"))
    assert environment == {}
    with pytest.raises(UsageError, match=VARIABLE):
        read_token(settings, environment)
    path = tmp_path / "token"
    from_file = Settings(store=tmp_path / "store", writable=True, token_file=path)
    with pytest.raises(UsageError, match="cannot be read"):
        read_token(from_file, {})
    path.write_text("from-file\n")
    found = read_token(from_file, {VARIABLE: "other"})
    assert found is not None
    found.check("Bearer from-file")
    for bad in ("\n", "two words"):
        path.write_text(bad)
        with pytest.raises(UsageError):
            read_token(from_file, {})


def test_writing_without_a_store_on_disk_is_refused() -> None:
    with pytest.raises(UsageError, match="needs a store on disk"):
        Settings(writable=True)


# --- as a process -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    yield from serving(tmp_path_factory.mktemp("service") / "store")


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    """One that may be harmed."""
    yield from serving(tmp_path / "store")


def serving(store: Path) -> Iterator[Running]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, TOKEN)
        started = Running("--store", str(store), "--writable")
    yield started
    if started.process.poll() is None:
        started.end()


def predicate() -> str:
    """One that no other test writes."""
    return f"<{named()}>"


def send(service: Running, text: str, timeout: float = 20) -> int:
    body = urlencode({"update": text, "timeout": str(timeout)}).encode()
    request = urllib.request.Request(service.url + "update", body, WITH_TOKEN | {"Content-Type": FORM})
    try:
        with urllib.request.urlopen(request, timeout=WAIT) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code


def under_way(service: Running) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(service.get("api/v1/running", **WITH_TOKEN)[1])["running"]
    return found


def eventually(condition: Callable[[], object], seconds: float = 20) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False


def numbers(service: Running, query: str) -> list[int]:
    status, body = service.get("sparql?query=" + quote(query), Accept="text/csv")
    assert status == 200
    return [int(row) for row in body.split()[1:]]


def test_increments_through_many_connections_lose_nothing(service: Running) -> None:
    counter = f"<https://example.org/counter> {predicate()}"
    assert send(service, f"INSERT DATA {{ {counter} 0 }}") == 204
    step = f"DELETE {{ {counter} ?o }} INSERT {{ {counter} ?n }} WHERE {{ {counter} ?o BIND(?o + 1 AS ?n) }}"
    statuses: list[int] = []
    threads = [
        threading.Thread(target=lambda: statuses.extend(send(service, step) for _ in range(5))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [204] * 40
    assert numbers(service, f"SELECT ?o {{ {counter} ?o }}") == [40]


def test_all_server_processes_know_an_update_at_once(service: Running) -> None:
    subject = f"<https://example.org/s> {predicate()}"
    for number in range(10):
        assert send(service, f"INSERT DATA {{ {subject} {number} }}") == 204
        for _ in range(4):  # connections of their own, taken by either process
            assert numbers(service, f"SELECT (COUNT(*) AS ?n) {{ {subject} ?o }}") == [number + 1]


@pytest.mark.parametrize("method", [POST, POSTDIRECTLY])
def test_sparqlwrapper_updates(service: Running, method: str) -> None:
    subject = f"<https://example.org/s> {predicate()}"
    wrapper = SPARQLWrapper(service.url + "update")
    wrapper.setMethod(POST)
    if method == POSTDIRECTLY:
        wrapper.setRequestMethod(POSTDIRECTLY)
    wrapper.addCustomHttpHeader("Authorization", f"Bearer {TOKEN}")
    wrapper.setQuery(f"INSERT DATA {{ {subject} 1 }}")
    with wrapper.query().response as response:
        assert response.status == 204
    assert numbers(service, f"SELECT ?o {{ {subject} ?o }}") == [1]


def test_a_deadline_is_a_504_and_queries_go_on(service: Running) -> None:
    written = predicate()
    endless = ENDLESS.replace("SELECT (COUNT(*) AS ?n)", f"INSERT {{ ?a {written} ?l }} WHERE")
    statuses: list[int] = []
    slow = threading.Thread(target=lambda: statuses.append(send(service, endless, 1.5)))
    slow.start()
    assert numbers(service, f"SELECT (COUNT(*) AS ?n) {{ ?s {written} ?o }}") == [0]
    slow.join()
    assert statuses == [504]
    assert send(service, f"INSERT DATA {{ <https://example.org/s> {written} 1 }}") == 204


def test_an_update_whose_client_leaves_is_given_up_and_the_next_is_made(service: Running) -> None:
    """It went on to its deadline, and nobody could write for as long."""
    written = predicate()
    endless = ENDLESS.replace("SELECT (COUNT(*) AS ?n)", f"INSERT {{ ?a {written} ?l }} WHERE").encode()
    head = f"POST /update HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\nContent-Type: {DIRECT}\r\n"
    with contextlib.ExitStack() as stack:
        for _ in range(3):
            connection = stack.enter_context(service.connect())
            connection.sendall(head.encode() + b"Content-Length: %d\r\n\r\n" % len(endless) + endless)
        assert eventually(lambda: len(under_way(service)) == 3)
    assert send(service, f"INSERT DATA {{ <https://example.org/s> {written} 1 }}") == 204
    assert under_way(service) == []
    assert numbers(service, f"SELECT ?n {{ ?s {written} ?n }}") == [1]


def test_an_update_can_be_ended_by_the_operator(service: Running) -> None:
    written = predicate()
    endless = ENDLESS.replace("SELECT (COUNT(*) AS ?n)", f"INSERT {{ ?a {written} ?l }} WHERE")
    statuses: list[int] = []
    slow = threading.Thread(target=lambda: statuses.append(send(service, endless)))
    slow.start()
    assert eventually(lambda: [job["job"] for job in under_way(service)] == ["update"])
    (job,) = under_way(service)
    address = f"{service.url}api/v1/running/{job['id']}"
    with urllib.request.urlopen(
        urllib.request.Request(address, headers=WITH_TOKEN, method="DELETE"), timeout=WAIT
    ) as answer:
        assert answer.status == 204
    slow.join()
    assert statuses == [503]
    assert numbers(service, f"SELECT ?n {{ ?s {written} ?n }}") == []


BROKEN = [
    ("Content-Length: 1000", "{0}"),
    ("Content-Length: 1000000", "{2}"),
    ("Transfer-Encoding: chunked", "{1:x}\r\n{0}\r\n"),
    ("Transfer-Encoding: chunked", "ffff\r\n{0}"),
    ("Transfer-Encoding: chunked", "{1:x}\r\n{0}\r\nno chunk\r\n"),
    ("Transfer-Encoding: chunked", "{1:x}\r\n{0} longer than it says\r\n0\r\n\r\n"),
    ("Transfer-Encoding: chunked", "{3:x}\r\n{2}\r\nno chunk\r\n"),
]


@pytest.mark.parametrize("leaves", [True, False])
@pytest.mark.parametrize(("framing", "sent"), BROKEN)
def test_a_body_that_breaks_off_changes_nothing(service: Running, framing: str, sent: str, leaves: bool) -> None:
    """Where its framing is broken, the connection still stands when the server sees it."""
    graph = named()
    line = "<https://example.org/s> <https://example.org/p> <https://example.org/o> .\n"
    body = sent.format(line, len(line), line * 4_000, len(line) * 4_000).encode()
    if not leaves and b"chunk" not in body and b"longer" not in body:
        return  # nobody can tell that it is not still to come
    head = f"PUT /graphs?graph={graph} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\n"
    head += f"Content-Type: application/n-triples\r\n{framing}\r\n\r\n"
    answer = b""
    with service.connect() as connection:
        connection.sendall(head.encode() + body)
        if leaves:
            connection.shutdown(socket.SHUT_WR)
        with contextlib.suppress(ConnectionError):
            while piece := connection.recv(65536):
                answer += piece
    assert leaves or answer.startswith(b"HTTP/1.1 400 ")
    assert service.get("graphs?graph=" + graph)[0] == 404


def test_what_follows_the_last_chunk_is_passed_over_where_the_request_tells_of_it(service: Running) -> None:
    graph = named()
    data = "<https://example.org/s> <https://example.org/p> <https://example.org/o> ."
    head = f"PUT /graphs?graph={graph} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\nConnection: close\r\n"
    head += "Content-Type: application/n-triples\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n"
    with service.connect() as connection:
        connection.sendall(f"{head}{len(data):x}\r\n{data}\r\n0\r\nX-Sum: 1\r\n\r\n".encode())
        assert connection.recv(65536).startswith(b"HTTP/1.1 201 ")


def test_a_body_in_chunks_is_read_to_its_end(service: Running) -> None:
    graph = named()
    lines = [f"<https://example.org/s> <https://example.org/p> {i} .\n".encode() for i in range(100)]
    headers = WITH_TOKEN | {"Content-Type": "text/turtle"}
    request = urllib.request.Request(service.url + "graphs?graph=" + graph, iter(lines), headers, method="PUT")
    with urllib.request.urlopen(request, timeout=WAIT) as answer:
        assert answer.status == 201
    assert numbers(service, f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}") == [100]


def test_the_writing_process_is_started_again(running: Running) -> None:
    written = predicate()
    (writer,) = running.children("yuanhui_kg.writer")
    assert send(running, f"INSERT DATA {{ <https://example.org/s> {written} 1 }}") == 204
    os.kill(writer, signal.SIGKILL)
    assert send(running, f"INSERT DATA {{ <https://example.org/s> {written} 2 }}") == 204
    assert running.children("yuanhui_kg.writer") != [writer]
    assert sorted(numbers(running, f"SELECT ?n {{ ?s {written} ?n }}")) == [1, 2]
    status, _, err = running.end()
    assert status == 0
    assert "the writing process has died (SIGKILL); starting it again" in err


def test_a_client_whose_change_was_killed_is_told_to_come_again(service: Running) -> None:
    (writer,) = service.children("yuanhui_kg.writer")
    killer = threading.Timer(0.5, os.kill, (writer, signal.SIGKILL))
    killer.start()
    endless = "INSERT { ?a <http://e/p> ?n } WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o . ?q ?r ?s }"
    headers = WITH_TOKEN | {"Content-Type": DIRECT}
    request = urllib.request.Request(service.url + "update", endless.encode(), headers, method="POST")
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request, timeout=WAIT)
    killer.join()
    with caught.value as answer:
        assert (answer.status, answer.headers["Retry-After"]) == (503, "2")
        assert "Nothing of it was kept" in json.load(answer)["error"]["message"]


def test_killed_with_everything_the_service_has_kept_what_it_acknowledged(running: Running, tmp_path: Path) -> None:
    written = predicate()
    for number in range(5):
        assert send(running, f"INSERT DATA {{ <https://example.org/s> {written} {number} }}") == 204
    os.killpg(running.process.pid, signal.SIGKILL)
    running.process.communicate()
    again = Running("--store", str(tmp_path / "store"))
    assert sorted(numbers(again, f"SELECT ?n {{ ?s {written} ?n }}")) == [0, 1, 2, 3, 4]
    assert again.end()[0] == 0


def test_a_writable_service_needs_a_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    refused = Running("--store", str(tmp_path / "store"), "--writable")
    _, err = refused.process.communicate(timeout=WAIT)
    assert refused.process.returncode == 2
    assert "needs a token" in err
    assert len(err.splitlines()) == 1
