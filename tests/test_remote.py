"""Servers that misbehave: whatever they do, a typed error comes, and it comes in time."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from faults import FaultServer, silent_port
from yuanhui_kg import errors, remote
from yuanhui_kg.errors import (
    AnswerTooLargeError,
    RemoteAnswerError,
    RemoteError,
    RemoteRefusedError,
    RemoteTimeoutError,
    RemoteTruncatedError,
    RemoteUnreachableError,
    UsageError,
)
from yuanhui_kg.remote import Dataset, Endpoint, RemoteReader
from yuanhui_kg.settings import Settings
from yuanhui_kg.workers import Backend

SELECT = "SELECT ?s ?p ?o WHERE { ?s ?p ?o }"
CONSTRUCT = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
SECONDS = 0.5
FAULTS = [
    ("dead", RemoteTimeoutError),
    ("slow", RemoteTimeoutError),
    ("drip-body", RemoteTimeoutError),
    ("drip-head", RemoteTimeoutError),
    ("drip-chunks", RemoteTimeoutError),
    ("drip-continue", RemoteTimeoutError),
    ("page", RemoteAnswerError),
    ("lying", RemoteAnswerError),
    ("unnamed", RemoteAnswerError),
    ("truncated", RemoteAnswerError),
    ("short-length", RemoteAnswerError),
    ("long-length", RemoteAnswerError),
    ("broken-chunks", RemoteAnswerError),
    ("bad-chunks", RemoteAnswerError),
    ("malformed", RemoteAnswerError),
    ("trailing", RemoteAnswerError),
    ("not-results", RemoteAnswerError),
    ("boolean", RemoteAnswerError),
    ("compressed", RemoteAnswerError),
    ("no-http", RemoteAnswerError),
    ("hang-up", RemoteAnswerError),
    ("many-headers", RemoteAnswerError),
    ("long-header", RemoteAnswerError),
    ("error-400", RemoteRefusedError),
    ("error-404", RemoteAnswerError),
    ("error-401", RemoteError),
    ("error-500", RemoteError),
    ("error-503", RemoteError),
    ("error-504", RemoteTimeoutError),
    ("partial", RemoteError),
    ("timed-out-inside", RemoteTruncatedError),
    ("cut", RemoteTruncatedError),
    ("huge", AnswerTooLargeError),
    ("redirect-loop", RemoteAnswerError),
    ("redirect-file", RemoteAnswerError),
    ("redirect-host", RemoteAnswerError),
    ("redirect-port", RemoteAnswerError),
    ("redirect-see-other", RemoteAnswerError),
    ("redirect-nowhere", RemoteAnswerError),
]


@pytest.fixture(scope="module")
def server() -> Iterator[FaultServer]:
    with FaultServer() as running:
        yield running


_OPEN: list[RemoteReader] = []


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    while _OPEN:
        _OPEN.pop().close()


def reader(url: str, seconds: float = SECONDS) -> RemoteReader:
    _OPEN.append(RemoteReader.open(url, seconds, 1_000_000))
    return _OPEN[-1]


class _Alarm:
    """Fails a test that is not done after some seconds, instead of waiting with the server for ever."""

    def __init__(self, seconds: float) -> None:
        self.late = False
        self._timer = threading.Timer(seconds, self._ring)

    def _ring(self) -> None:
        self.late = True

    def __enter__(self) -> _Alarm:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        self._timer.join()


@pytest.mark.parametrize(("fault", "expected"), FAULTS)
def test_every_fault_is_a_typed_error_in_time(server: FaultServer, fault: str, expected: type[Exception]) -> None:
    with _Alarm(SECONDS + 1) as alarm, pytest.raises(expected) as caught:
        list(reader(server.url(fault)).select(SELECT))
    assert type(caught.value) is expected
    assert not alarm.late


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("bad-triples", RemoteAnswerError),
        ("undelimited", RemoteAnswerError),
        ("good", RemoteAnswerError),
        ("page", RemoteAnswerError),
        ("drip-body", RemoteTimeoutError),
    ],
)
def test_triples_that_may_not_be_all_are_refused(server: FaultServer, fault: str, expected: type[Exception]) -> None:
    with pytest.raises(expected):
        list(reader(server.url(fault)).triples(CONSTRUCT))


def test_a_good_answer_is_read(server: FaultServer) -> None:
    (row,) = reader(server.url("good"), 10).select(SELECT)
    assert row == (ox.NamedNode("https://example.org/a"), ox.NamedNode("https://example.org/p"), ox.Literal("x"))
    assert len(list(reader(server.url("goodtriples"), 10).triples(CONSTRUCT))) == 3
    assert reader(server.url("boolean"), 10).boolean("ASK {}")


def test_a_redirect_within_the_host_is_followed(server: FaultServer) -> None:
    assert len(list(reader(server.url("redirect-good"), 10).select(SELECT))) == 1


def test_a_connection_is_used_again_and_replaced_where_the_server_closed_it(server: FaultServer) -> None:
    kept, before = reader(server.url("good"), 10), server.connections
    for _ in range(3):
        list(kept.select(SELECT))
    assert server.connections == before + 1
    closing, before = reader(server.url("closing"), 10), server.connections
    for _ in range(3):
        list(closing.select(SELECT))
    assert server.connections == before + 3


def test_what_an_answer_leaves_behind_is_not_taken_for_the_next(server: FaultServer) -> None:
    asked = reader(server.url("short-length"), 10)
    for _ in range(2):
        with pytest.raises(RemoteAnswerError):
            list(asked.select(SELECT))


def test_the_server_s_message_is_passed_on_without_control_characters(server: FaultServer) -> None:
    with pytest.raises(RemoteError, match="The engine fell over") as caught:
        list(reader(server.url("error-500")).select(SELECT))
    assert "\x1b" not in str(caught.value)
    with pytest.raises(RemoteRefusedError, match="what is this"):
        list(reader(server.url("error-400")).select(SELECT))


def test_nobody_at_the_port_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(RemoteUnreachableError, match="Connection refused"):
        list(reader(f"http://127.0.0.1:{port}/sparql").select(SELECT))


def test_a_connection_that_is_never_accepted_ends_at_the_deadline() -> None:
    with silent_port() as port, pytest.raises(RemoteTimeoutError):
        list(reader(f"http://127.0.0.1:{port}/sparql", 0.3).select(SELECT))


def test_an_unknown_host_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **options: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(RemoteUnreachableError, match="No address is known"):
        list(reader("http://nowhere.example/sparql").select(SELECT))


def test_a_silent_name_server_ends_at_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    done = threading.Event()

    def silent(*_: object, flags: int = 0, **options: object) -> list[object]:
        if flags & socket.AI_NUMERICHOST:
            raise socket.gaierror
        done.wait(20)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", silent)
    with pytest.raises(RemoteTimeoutError):
        list(reader("http://slow-name.example/sparql", 0.2).select(SELECT))
    done.set()


def test_a_server_that_speaks_no_tls_is_told() -> None:
    def speak_plainly() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(1000)
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=speak_plainly)
        thread.start()
        with pytest.raises(RemoteUnreachableError, match="secure connection"):
            list(reader(f"https://127.0.0.1:{listener.getsockname()[1]}/", 5).select(SELECT))
        thread.join()


def test_proxies_of_the_environment_are_not_used(server: FaultServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    assert len(list(reader(server.url("good"), 10).select(SELECT))) == 1


def test_all_calls_of_one_job_share_its_deadline(server: FaultServer) -> None:
    asked = reader(server.url("good"), 10)
    asked.until(time.monotonic() + 10)
    assert len(list(asked.select(SELECT))) == 1
    asked.until(time.monotonic() - 1)
    with pytest.raises(RemoteTimeoutError):
        list(asked.select(SELECT))


@pytest.mark.parametrize(
    "url", ["", "ftp://h/", "file:///etc/passwd", "http://", "http://h:x/", "h/sparql", "http://h/\r\nX: y"]
)
def test_what_is_no_address_of_a_server_is_refused(url: str) -> None:
    with pytest.raises(UsageError):
        Endpoint.read(url)


def test_user_and_password_are_sent_and_never_shown() -> None:
    endpoint = Endpoint.read("https://me:s%40cret@kg.example:8443/sparql?default-graph-uri=https://g.example/&x=1")
    url, body, headers = endpoint.request("ASK {}", "a/b", Dataset())
    assert url == "https://kg.example:8443/sparql"
    assert headers["Authorization"] == "Basic bWU6c0BjcmV0"
    assert headers["Accept"] == "a/b"
    assert b"query=ASK" in body
    assert b"x=1" in body
    assert "s@cret" not in repr((endpoint.url, endpoint.host))
    with pytest.raises(UsageError) as caught:
        Endpoint.read("ftp://me:secret@kg.example/")
    assert "secret" not in str(caught.value)


def test_a_dataset_of_default_graphs_alone_has_no_named_ones() -> None:
    assert Dataset(("https://g.example/",)).parameters() == [
        ("default-graph-uri", "https://g.example/"),
        ("named-graph-uri", remote.NO_GRAPH),
    ]
    assert Dataset().parameters() == []


def test_error_codes_are_unique_and_cross_processes() -> None:
    for cls in (RemoteError, RemoteTimeoutError, RemoteUnreachableError, RemoteAnswerError, RemoteTruncatedError):
        assert type(errors.from_dict(cls("x", "y").as_dict())) is cls


# --- the text of queries ------------------------------------------------------------------------------------------------


def answers(store: ox.Store, query: str) -> list[str]:
    found = store.query(query)
    assert isinstance(found, ox.QuerySolutions)
    return sorted(str(tuple(map(str, row))) for row in found)


@pytest.fixture(scope="module")
def store() -> ox.Store:
    made = ox.Store()
    for n in range(60):
        subject = ox.NamedNode(f"https://example.org/s{n % 7}")
        made.add(ox.Quad(subject, ox.NamedNode(f"https://example.org/p{n % 3}"), ox.Literal(f'{n} "\n}} # 源')))
        made.add(
            ox.Quad(subject, ox.NamedNode("https://example.org/next"), ox.NamedNode(f"https://example.org/s{n % 5}"))
        )
    made.add(ox.Quad(ox.BlankNode("b"), ox.NamedNode("https://example.org/p0"), ox.BlankNode("c")))
    return made


QUERIES = [
    "SELECT ?s ?p ?o WHERE { ?s ?p ?o }",
    "PREFIX e: <https://example.org/> SELECT DISTINCT ?s ?p { ?s ?p ?o . ?s e:next ?o2 # }\n }",
    "SELECT ?s (COUNT(?o) AS ?n) WHERE { ?s ?p ?o } GROUP BY ?s HAVING(COUNT(?o) > 1)",
    'SELECT ?s ?p ?o { { ?s ?p ?o FILTER(?o != "}") } UNION { GRAPH ?g { ?s ?p ?o } } }',
    "SELECT ?s ?o { SELECT ?s ?o { ?s <https://example.org/next> ?o } }",
    "SELECT ?s ?o { ?s ?p ?o OPTIONAL { ?o ?q ?s } } # the end",
]


@pytest.mark.parametrize("query", QUERIES)
def test_the_parts_of_a_query_are_the_whole(store: ox.Store, query: str) -> None:
    parts = [answers(store, remote.part_of(query, digit)) for digit in "0123456789abcdef"]
    assert sorted(row for part in parts for row in part) == answers(store, query)
    assert sum(map(bool, parts)) > 1


@pytest.mark.parametrize("query", QUERIES)
def test_values_written_into_a_query_bind_as_the_engine_binds(store: ox.Store, query: str) -> None:
    value = ox.NamedNode("https://example.org/s3")
    bound = store.query(query, substitutions={ox.Variable("s"): value})
    assert isinstance(bound, ox.QuerySolutions)
    expected = sorted(str(tuple(map(str, row))) for row in bound)
    assert answers(store, remote.with_values(query, {"s": value})) == expected
    assert expected


@given(st.text(st.characters(codec="utf-8"), max_size=40))
def test_no_literal_can_leave_its_quotes(text: str) -> None:
    one = ox.Store()
    one.add(ox.Quad(ox.NamedNode("x:s"), ox.NamedNode("x:p"), ox.Literal(text)))
    query = remote.with_values("SELECT ?s ?o { ?s ?p ?o }", {"o": ox.Literal(text)})
    assert len(answers(one, query)) == 1
    assert answers(ox.Store(), query) == []


def test_a_node_without_a_name_is_not_written_into_a_query() -> None:
    with pytest.raises(UsageError):
        remote.with_values(SELECT, {"s": ox.BlankNode("b")})
    with pytest.raises(UsageError):
        remote.with_values("CONSTRUCT WHERE { ?s ?p ?o }", {"s": ox.NamedNode("x:y")})


@pytest.mark.parametrize(
    ("query", "limit", "modified"),
    [
        (SELECT, None, False),
        (SELECT + " LIMIT 20", 20, True),
        (SELECT + " ORDER BY ?s", None, True),
        ("SELECT ?s { { SELECT ?s { ?s ?p ?o } ORDER BY ?s LIMIT 3 } }", None, False),
        ("SELECT ?s { ?s ?p ?o } GROUP BY ?s HAVING(COUNT(?o) > 2) limit 5 offset 2", 5, True),
    ],
)
def test_order_and_limit_of_a_query_are_seen(query: str, limit: int | None, modified: bool) -> None:
    assert remote.limit_of(query) == limit
    assert remote.has_modifiers(query) is modified


def test_a_construct_is_counted_by_its_pattern(store: ox.Store) -> None:
    query = "PREFIX e: <https://example.org/> CONSTRUCT { ?o e:back ?s } WHERE { ?s e:next ?o } LIMIT 9"
    assert len(answers(store, remote.as_select(query))) == 9
    short = "CONSTRUCT WHERE { ?s <https://example.org/next> ?o }"
    assert len(answers(store, remote.as_select(short))) == len(
        list(store.quads_for_pattern(None, ox.NamedNode("https://example.org/next"), None))
    )
    from_ = "CONSTRUCT { ?s ?p ?o } FROM <https://g.example/> FROM NAMED <https://h.example/> WHERE { ?s ?p ?o }"
    assert "FROM <https://g.example/> FROM NAMED <https://h.example/>" in remote.as_select(from_)
    assert answers(store, remote.as_select("DESCRIBE <https://example.org/s1>"))


# --- a server that cuts -------------------------------------------------------------------------------------------------


class Cutting:
    """A client whose server gives so many rows and says so in a header alone."""

    def __init__(self, store: ox.Store, most: int) -> None:
        self.store, self.most, self.asked = store, most, 0

    def ask(self, query: str, accept: str, dataset: Dataset, seconds: float) -> remote.Reply:
        import io

        self.asked += 1
        found = self.store.query(query)
        assert isinstance(found, ox.QuerySolutions)
        body = io.BytesIO()
        found.serialize(body, ox.QueryResultsFormat.JSON)
        document = json.loads(body.getvalue())
        rows = document["results"]["bindings"]
        headers = {"content-type": remote.JSON_RESULTS}
        if len(rows) >= self.most:
            del rows[self.most :]
            headers["x-sparql-maxrows"] = str(self.most)
        return remote.Reply(200, headers, io.BytesIO(json.dumps(document).encode()), True)

    def close(self) -> None:
        pass


@pytest.mark.parametrize("most", [8, 20, 1000])
@pytest.mark.parametrize("query", [q for q in QUERIES if "HAVING" not in q])
def test_a_cut_answer_is_read_in_parts(store: ox.Store, query: str, most: int) -> None:
    client = Cutting(store, most)
    rows = list(RemoteReader(client, "h", 10).select(query))
    assert sorted(str(tuple(map(str, row))) for row in rows) == answers(store, query)
    assert (client.asked > 1) is (len(rows) >= most)


def test_a_cut_that_cannot_be_mended_is_an_error(store: ox.Store) -> None:
    cut = RemoteReader(Cutting(store, 5), "h", 10)
    with pytest.raises(RemoteTruncatedError):
        list(cut.select(SELECT + " ORDER BY ?s"))
    same = "SELECT (1 AS ?one) { ?s ?p ?o }"  # all in one part
    with pytest.raises(RemoteTruncatedError):
        list(cut.select(same))
    with pytest.raises(RemoteTruncatedError), cut.results(SELECT):
        pass
    assert len(list(cut.select(SELECT + " LIMIT 5"))) == 5


def test_nodes_without_a_name_are_found_again(store: ox.Store) -> None:
    asked = RemoteReader(Cutting(store, 1000), "h", 10)
    ((blank, _, other),) = [row for row in asked.select(SELECT) if isinstance(row[0], ox.BlankNode)]
    assert [o for _, _, o in asked.select(SELECT, {"s": blank})] == [other]
    assert [s for s, _, _ in asked.select(SELECT, {"o": other, "p": ox.NamedNode("https://example.org/p0")})] == [blank]
    assert list(asked.select(SELECT, {"s": ox.BlankNode("nobody")})) == []


# --- through a worker ---------------------------------------------------------------------------------------------------


def job(query: str, **more: object) -> dict[str, object]:
    types = {"results_type": "text/csv", "graph_type": "text/turtle"}
    return {"query": query, "default_graphs": [], "named_graphs": [], "bindings": {}, **types, **more}


def backend(url: str) -> Backend:
    return Backend.start(
        Settings(endpoint=url, workers=1, query_timeout=1.0, max_answer_bytes=1_000_000), indexes=False
    )


def test_relative_iris_are_resolved_here_and_not_by_the_server(server: FaultServer) -> None:
    base = "https://kg.example.org/sparql"
    with backend(server.url("good")) as running:
        running.run("sparql", job("SELECT * { <x> ?p ?o }", base=base)).close()
        with pytest.raises(errors.QuerySyntaxError, match="line 1, column 11"):
            running.run("sparql", job("SELECT * {", base=base))
    assert server.queries[-1] == f"BASE <{base}>\nSELECT * {{ <x> ?p ?o }}"


def test_a_worker_passes_a_query_on_and_writes_the_answer_anew(server: FaultServer) -> None:
    with backend(server.url("good")) as running:
        with running.run("sparql", job(SELECT)) as answer:
            assert answer.read() == b"s,p,o\r\nhttps://example.org/a,https://example.org/p,x\r\n"
        as_xml = "application/sparql-results+xml"
        with running.run("sparql", job(SELECT, results_type=as_xml)) as answer:
            assert answer.read().startswith(b"<?xml")
            assert answer.head == {"media_type": as_xml, "kind": "solutions"}


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
        "SELECT * { SERVICE SILENT <http://127.0.0.1:1/> { ?s ?p ?o } }",
        "INSERT DATA { <x:a> <x:b> <x:c> }",
        'define get:soft "soft" SELECT * FROM <http://127.0.0.1/> { ?s ?p ?o }',
        "SELECT * {",
    ],
)
def test_nothing_but_queries_reaches_the_server(server: FaultServer, query: str) -> None:
    with backend(server.url("good")) as running:
        before = len(server.queries)
        with pytest.raises(errors.QueryError):
            running.run("sparql", job(query))
        assert len(server.queries) == before


@pytest.mark.parametrize(
    ("fault", "expected"), [*FAULTS[:7], ("huge", AnswerTooLargeError), ("cut", RemoteTruncatedError)]
)
def test_a_fault_reaches_the_holder_of_a_worker(server: FaultServer, fault: str, expected: type[Exception]) -> None:
    with backend(server.url(fault)) as running, _Alarm(8) as alarm:
        with pytest.raises(expected):
            running.run("sparql", job(SELECT), 1.0)
        with pytest.raises(expected):
            running.run("sparql", job(SELECT), 1.0)
    assert not alarm.late


def test_a_worker_of_an_endpoint_has_no_network_itself(server: FaultServer) -> None:
    from yuanhui_kg import sandbox
    from yuanhui_kg.courier import Courier

    client = remote.HttpClient(Endpoint.read(server.url("good")), 1_000_000)
    import os
    import signal

    child = os.fork()
    if child == 0:  # what the zygote does for a worker
        code = 3
        try:
            courier = Courier(lambda _: client).to("", "localhost")
            sandbox.forbid_network()
            code = 0 if courier.ask(SELECT, remote.JSON_RESULTS, Dataset(), 5).status == 200 else 4
            if code == 0:
                socket.socket()
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)
    assert os.WTERMSIG(status) == signal.SIGSYS


def test_an_endpoint_that_is_not_there_is_told_at_the_start() -> None:
    with pytest.raises(RemoteUnreachableError):
        Backend.start(Settings(endpoint="http://127.0.0.1:1/sparql", workers=1, query_timeout=2))


def test_an_endpoint_excludes_a_store() -> None:
    with pytest.raises(UsageError, match="in place of a store"):
        Settings(endpoint="http://127.0.0.1/", empty=True)
