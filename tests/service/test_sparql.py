from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest
from flask import Flask
from flask.testing import FlaskClient
from tinygraph import GRAPH

from yuanhui_kg.service import create_app
from yuanhui_kg.service.sparql import listed
from yuanhui_kg.settings import Settings
from yuanhui_kg.workers import Backend

SELECT = "SELECT ?s WHERE { ?s a <https://w3id.org/yuanhui-kg/ontology#Company> } ORDER BY ?s"
COMPANIES = ["https://w3id.org/yuanhui-kg/id/evil", "https://w3id.org/yuanhui-kg/id/mill"]
ASK = "ASK { ?s ?p ?o }"
CONSTRUCT = "CONSTRUCT { ?s a ?c } WHERE { ?s a ?c }"
DESCRIBE = "DESCRIBE <https://w3id.org/yuanhui-kg/id/mill>"
DIRECT, FORM = "application/sparql-query", "application/x-www-form-urlencoded"
SRJ = "application/sparql-results+json"


def rows(response: Any) -> list[str]:
    assert response.status_code == 200, response.get_data(as_text=True)
    assert response.mimetype == SRJ
    return [row["s"]["value"] for row in response.get_json(force=True)["results"]["bindings"]]


def error(response: Any, status: int, code: str) -> dict[str, str]:
    """The error of a response that has the one shape."""
    assert response.status_code == status, response.get_data(as_text=True)
    assert response.mimetype == "application/json"
    assert response.headers["Cache-Control"] == "no-store"
    body = response.get_json()
    assert list(body) == ["error"]
    assert set(body["error"]) - {"position"} == {"code", "message", "hint"}
    assert body["error"]["code"] == code
    assert body["error"]["message"]
    found: dict[str, str] = body["error"]
    return found


# --- the three ways to ask --------------------------------------------------------------------------------------------


def test_a_query_is_answered_by_get_by_form_and_directly(client: FlaskClient) -> None:
    answers = [
        client.get("/sparql", query_string={"query": SELECT}),
        client.post("/sparql", data={"query": SELECT}),
        client.post("/sparql", data=SELECT, content_type=DIRECT),
        client.post("/sparql", data=SELECT, content_type=f"{DIRECT}; charset=UTF-8"),
        client.post("/sparql", data={"query": SELECT}, content_type=f"{FORM};charset=utf-8"),
    ]
    assert [rows(answer) for answer in answers] == [COMPANIES] * 5


def test_chinese_goes_through_in_every_way(client: FlaskClient) -> None:
    query = 'SELECT ?s WHERE { ?s ?p "绿源公司"@zh }'
    for answer in (
        client.get("/sparql", query_string={"query": query}),
        client.post("/sparql", data={"query": query}),
        client.post("/sparql", data=query.encode(), content_type=DIRECT),
    ):
        assert rows(answer) == [COMPANIES[1]]


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (None, SRJ), ("*/*", SRJ), ("application/json", "application/json"), ("text/csv", "text/csv"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("text/tab-separated-values", "text/tab-separated-values"),
        ("text/turtle, text/csv;q=0.1", "text/csv"), ("application/json;q=0.1, text/csv;q=0.2", "text/csv"),
    ],
)  # fmt: skip
def test_accept_decides_the_format_of_solutions(client: FlaskClient, accept: str | None, media_type: str) -> None:
    headers = {"Accept": accept} if accept else {}
    answer = client.get("/sparql", query_string={"query": SELECT}, headers=headers)
    assert answer.mimetype == media_type
    assert "Accept" in answer.vary
    text = answer.get_data(as_text=True)
    if "json" in media_type:
        assert [row["s"]["value"] for row in answer.get_json(force=True)["results"]["bindings"]] == COMPANIES
    elif "xml" in media_type:
        found = ElementTree.fromstring(text).iter("{http://www.w3.org/2005/sparql-results#}uri")
        assert [uri.text for uri in found] == COMPANIES
    elif media_type == "text/csv":
        assert list(csv.reader(io.StringIO(text))) == [["s"], *([iri] for iri in COMPANIES)]
    else:
        assert text.splitlines() == ["?s", *(f"<{iri}>" for iri in COMPANIES)]


@pytest.mark.parametrize("query", [CONSTRUCT, DESCRIBE])
@pytest.mark.parametrize(
    "media_type",
    ["text/turtle", "application/n-triples", "application/n-quads", "application/trig", "application/rdf+xml",
     "application/ld+json", "text/n3"],
)  # fmt: skip
def test_accept_decides_the_format_of_graphs(client: FlaskClient, query: str, media_type: str) -> None:
    answer = client.get("/sparql", query_string={"query": query}, headers={"Accept": media_type})
    assert answer.status_code == 200
    assert answer.mimetype == media_type
    format = ox.RdfFormat.from_media_type(media_type)
    plain = client.get("/sparql", query_string={"query": query}, headers={"Accept": "application/n-triples"})
    expected = {quad.triple for quad in ox.parse(plain.data, format=ox.RdfFormat.N_TRIPLES)}
    assert {quad.triple for quad in ox.parse(answer.data, format=format)} == expected
    assert len(expected) > 2


def test_a_question_is_answered_with_yes_in_every_format(client: FlaskClient) -> None:
    for format in ("json", "xml", "csv", "tsv"):
        answer = client.get("/sparql", query_string={"query": ASK, "format": format})
        assert "true" in answer.get_data(as_text=True)


def test_the_parameter_format_decides_where_accept_does_not(client: FlaskClient) -> None:
    def ask(accept: str, **parameters: str) -> str | None:
        parameters = {"query": SELECT, **parameters}
        return client.get("/sparql", query_string=parameters, headers={"Accept": accept}).mimetype

    assert ask("*/*", format="csv") == "text/csv"
    assert ask("*/*", output="xml") == "application/sparql-results+xml"
    assert ask("*/*", results="tsv") == "text/tab-separated-values"
    assert ask("*/*", format="text/csv") == "text/csv"
    assert ask("text/html,*/*;q=0.8", format="csv") == "text/csv"
    assert ask(SRJ, format="csv") == SRJ


def test_an_unknown_format_is_named(client: FlaskClient) -> None:
    found = error(client.get("/sparql", query_string={"query": SELECT, "format": "banana"}), 400, "bad_request")
    assert "banana" in found["message"]
    assert "csv" in found["hint"]


# --- headers ----------------------------------------------------------------------------------------------------------


def test_an_answer_tells_its_length_and_that_it_may_be_kept_while_the_data_are_the_same(client: FlaskClient) -> None:
    answer = client.get("/sparql", query_string={"query": SELECT})
    assert answer.content_length == len(answer.data)
    assert answer.headers["Cache-Control"] == "public, no-cache"
    tag = answer.headers["ETag"]
    again = client.get("/sparql", query_string={"query": SELECT}, headers={"If-None-Match": f'"other", W/{tag}'})
    assert again.status_code == 304
    assert again.data == b""
    assert again.headers["ETag"] == tag
    assert "Accept" in again.vary
    other = client.get("/sparql", query_string={"query": SELECT}, headers={"If-None-Match": '"other"'})
    assert other.status_code == 200


def test_each_representation_has_its_own_tag(client: FlaskClient) -> None:
    def tag(query: str, accept: str, **more: str) -> str:
        answer = client.get("/sparql", query_string={"query": query, **more}, headers={"Accept": accept})
        assert answer.status_code == 200
        return answer.headers["ETag"]

    tags = {
        tag(SELECT, "text/csv"), tag(SELECT, SRJ), tag(SELECT, "application/json"), tag(ASK, SRJ),
        tag(SELECT, SRJ, **{"default-graph-uri": GRAPH}), tag(SELECT, SRJ, **{"named-graph-uri": GRAPH}),
    }  # fmt: skip
    assert len(tags) == 6
    assert tag(SELECT, SRJ) in tags


@pytest.mark.parametrize("function", ["RAND()", "NOW()", "UUID()", "STRUUID()", "BNODE()"])
def test_what_changes_from_call_to_call_is_never_kept(client: FlaskClient, function: str) -> None:
    query = f"SELECT ({function} AS ?s) WHERE {{}}"
    answer = client.get("/sparql", query_string={"query": query})
    assert answer.status_code == 200
    assert "ETag" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"


def test_random_answers_differ(client: FlaskClient) -> None:
    query = "SELECT (STRUUID() AS ?s) WHERE {}"
    assert len({rows(client.get("/sparql", query_string={"query": query}))[0] for _ in range(5)}) == 5


def test_head_has_the_headers_of_get_and_no_body(client: FlaskClient) -> None:
    get = client.get("/sparql", query_string={"query": SELECT})
    head = client.head("/sparql", query_string={"query": SELECT})
    assert head.data == b""
    names = ("Content-Length", "Content-Type", "ETag", "Vary")
    assert [head.headers[name] for name in names] == [get.headers[name] for name in names]


def test_scripts_of_other_sites_may_ask(client: FlaskClient) -> None:
    preflight = client.options(
        "/sparql", headers={"Origin": "https://example.org", "Access-Control-Request-Method": "POST"}
    )
    assert preflight.status_code == 204
    assert preflight.headers["Access-Control-Allow-Origin"] == "*"
    assert {"GET", "HEAD", "OPTIONS", "POST"} == set(preflight.headers["Access-Control-Allow-Methods"].split(", "))
    assert "Content-Type" in preflight.headers["Access-Control-Allow-Headers"]
    assert client.get("/sparql", query_string={"query": ASK}).headers["Access-Control-Allow-Origin"] == "*"
    assert client.get("/sparql", query_string={"query": "x"}).headers["Access-Control-Allow-Origin"] == "*"


# --- data sets --------------------------------------------------------------------------------------------------------


def test_graphs_of_the_protocol_stand_in_for_those_of_the_query(client: FlaskClient) -> None:
    def ask(query: str, **graphs: str | list[str]) -> list[str]:
        parameters = {"query": query, **{name.replace("_", "-"): value for name, value in graphs.items()}}
        by_get = rows(client.get("/sparql", query_string=parameters))
        by_form = rows(client.post("/sparql", data=parameters))
        directly = rows(
            client.post(
                "/sparql",
                query_string={name: value for name, value in parameters.items() if name != "query"},
                data=query,
                content_type=DIRECT,
            )
        )
        assert by_get == by_form == directly
        return by_get

    everything = "SELECT DISTINCT ?s WHERE { ?s ?p ?o }"
    assert ask(everything, default_graph_uri=GRAPH) == ["https://example.org/a"]
    assert ask(everything, default_graph_uri=[GRAPH, GRAPH]) == ["https://example.org/a"]
    assert ask(everything, named_graph_uri=GRAPH) == []
    assert ask("SELECT ?s WHERE { GRAPH ?g { ?s ?p ?o } }", named_graph_uri=GRAPH) == ["https://example.org/a"]
    assert ask("SELECT ?s WHERE { GRAPH ?g { ?s ?p ?o } }", default_graph_uri=GRAPH) == []


def test_a_graph_that_is_not_here_is_empty_and_named_in_a_header(client: FlaskClient) -> None:
    for name in ("http://127.0.0.1:1/graph", "file:///etc/passwd"):
        for _ in range(2):  # the second answer comes from memory
            answer = client.get("/sparql", query_string={"query": SELECT, "default-graph-uri": [name, GRAPH]})
            assert answer.status_code == 200
            assert answer.json["results"]["bindings"] == []
            assert answer.headers["X-Missing-Graphs"] == f"<{name}>"
    assert (
        "X-Missing-Graphs"
        not in client.get("/sparql", query_string={"query": SELECT, "default-graph-uri": GRAPH}).headers
    )


def test_the_header_of_missing_graphs_is_ascii_and_of_bounded_length(client: FlaskClient) -> None:
    assert listed(["https://example.org/图,<\r\nX: y>%41"]) == "<https://example.org/%E5%9B%BE,%3C%0D%0AX:%20y%3E%41>"
    names = [f"https://example.org/{number}/{'x' * 200}" for number in range(100)]
    header = client.get("/sparql", query_string={"query": ASK, "default-graph-uri": names}).headers["X-Missing-Graphs"]
    assert header.startswith(f"<{names[0]}>, <{names[1]}>, ")
    assert header.endswith(" more")
    assert len(header) < 2_200
    assert header.count("<") + int(header.split()[-2]) == 100


def test_relative_iris_are_resolved_against_the_address_of_the_endpoint(client: FlaskClient) -> None:
    for host in ("a.example", "b.example:8000"):
        answer = client.get("/sparql", query_string={"query": "SELECT (<x#y> AS ?iri) {}"}, headers={"Host": host})
        assert answer.json["results"]["bindings"][0]["iri"]["value"] == f"http://{host}/x#y"


# --- refusals ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("request_", "status", "code"),
    [
        # no query, or too many
        (("POST", {}, "", FORM), 400, "bad_request"),
        (("POST", {}, "", DIRECT), 400, "bad_request"),
        (("GET", {"query": ""}, None, None), 400, "bad_request"),
        (("GET", {"query": " \n"}, None, None), 400, "bad_request"),
        (("GET", {"default-graph-uri": GRAPH}, None, None), 400, "bad_request"),
        (("GET", {"timeout": "3"}, None, None), 400, "bad_request"),
        (("GET", {"query": [ASK, ASK]}, None, None), 400, "bad_request"),
        (("POST", {"query": ASK}, ASK, DIRECT), 400, "bad_request"),
        (("POST", {"query": ASK}, "query=ASK{}", FORM), 400, "bad_request"),
        # not SPARQL, not text
        (("GET", {"query": "SELECT nonsense"}, None, None), 400, "query_syntax"),
        (("POST", {}, b"ASK { ?s ?p \xff }", DIRECT), 400, "query_syntax"),
        (("POST", {}, b"query=ASK%7B%FF%7D", FORM), 400, "bad_request"),
        (("POST", {}, b"query=\xff", FORM), 400, "bad_request"),
        # other types and charsets
        (("POST", {}, ASK, "text/plain"), 415, "unsupported_media_type"),
        (("POST", {}, ASK, None), 415, "unsupported_media_type"),
        (("POST", {}, '{"query": "ASK {}"}', "application/json"), 415, "unsupported_media_type"),
        (("POST", {}, ASK.encode("utf-16"), f"{DIRECT}; charset=UTF-16"), 415, "unsupported_media_type"),
        (("POST", {"query": ASK}, b"", "multipart/form-data; boundary=x"), 415, "unsupported_media_type"),
        # updates
        (("POST", {}, "update=CLEAR+ALL", FORM), 400, "bad_request"),
        (("POST", {}, "CLEAR ALL", "application/sparql-update"), 415, "unsupported_media_type"),
        (("GET", {"update": "CLEAR ALL"}, None, None), 400, "bad_request"),
        (("POST", {"update": "CLEAR ALL"}, ASK, DIRECT), 400, "bad_request"),
        (("GET", {"query": "CLEAR ALL"}, None, None), 400, "query_syntax"),
        # others' business
        (("GET", {"query": "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"}, None, None), 403,
         "query_refused"),
        # too much
        (("POST", {}, "ASK {}" + " " * 20_000, DIRECT), 413, "request_entity_too_large"),
        (("POST", {}, "query=" + "%20" * 20_001, FORM), 413, "request_entity_too_large"),
        (("POST", {}, "x" * 1_000_000, DIRECT), 413, "request_entity_too_large"),
        (("GET", {"query": "ASK " + "{" * 5_000 + "}" * 5_000}, None, None), 400, "query_too_complex"),
        # deadlines
        (("GET", {"query": ASK, "timeout": "0"}, None, None), 400, "bad_request"),
        (("GET", {"query": ASK, "timeout": "-1"}, None, None), 400, "bad_request"),
        (("GET", {"query": ASK, "timeout": "nan"}, None, None), 400, "bad_request"),
        (("GET", {"query": ASK, "timeout": "inf"}, None, None), 400, "bad_request"),
        (("GET", {"query": ASK, "timeout": "soon"}, None, None), 400, "bad_request"),
        (("GET", {"query": ASK, "timeout": "٣"}, None, None), 400, "bad_request"),
        (("GET", {"query": ASK, "timeout": ["1", "2"]}, None, None), 400, "bad_request"),
        (("GET", {"query": ASK, "version": ["1.1", "1.2"]}, None, None), 400, "bad_request"),
        (("GET", {"query": "ASK { FILTER(<urn:f>()) }"}, None, None), 501, "query_unsupported"),
    ],
)  # fmt: skip
def test_a_wrong_request_is_refused_in_the_one_shape(
    client: FlaskClient, request_: tuple[str, dict[str, Any], Any, str | None], status: int, code: str
) -> None:
    method, parameters, body, content_type = request_
    answer = client.open("/sparql", method=method, query_string=parameters, data=body, content_type=content_type)
    error(answer, status, code)


def test_a_deadline_that_a_client_asks_for_is_kept(client: FlaskClient) -> None:
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    found = error(client.get("/sparql", query_string={"query": endless, "timeout": "0.2"}), 504, "query_timeout")
    assert "0.2 s" in found["message"]


@pytest.mark.parametrize("accept", ["image/png", "text/html", "*/*;q=0", "application/json;q=0, image/png"])
def test_what_is_not_offered_is_not_acceptable(client: FlaskClient, accept: str) -> None:
    answer = client.get("/sparql", query_string={"query": SELECT}, headers={"Accept": accept})
    assert "text/csv" in error(answer, 406, "not_acceptable")["hint"]


def test_a_graph_is_not_had_as_csv_nor_solutions_as_turtle(client: FlaskClient) -> None:
    for query, accept in ((CONSTRUCT, "text/csv"), (SELECT, "text/turtle")):
        answer = client.get("/sparql", query_string={"query": query}, headers={"Accept": accept})
        error(answer, 406, "not_acceptable")
        answer = client.get("/sparql", query_string={"query": query, "format": accept})
        error(answer, 406, "not_acceptable")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods_are_told_which_ones_there_are(client: FlaskClient, method: str) -> None:
    answer = client.open("/sparql", method=method)
    error(answer, 405, "method_not_allowed")
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}


def test_parameters_of_other_services_are_passed_over(client: FlaskClient) -> None:
    answer = client.get("/sparql", query_string={"query": SELECT, "debug": "on", "should-sponge": "", "timeout": ""})
    assert rows(answer) == COMPANIES


# --- what is remembered -----------------------------------------------------------------------------------------------


class Counting:
    """A backend that counts what it is asked and can change its version."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self.version = self.data_version = backend.version
        self.triples = backend.triples
        self.asked: list[str] = []

    def run(self, job: str, parameters: dict[str, Any], timeout: float | None = None) -> Any:
        self.asked.append(job)
        return self._backend.run(job, parameters, timeout)


@pytest.fixture
def counting(settings: Settings, backend: Backend) -> tuple[Flask, Counting]:
    counter = Counting(backend)
    return create_app(settings, counter), counter  # type: ignore[arg-type]


def test_an_answer_is_evaluated_once_for_each_version_of_the_data(counting: tuple[Flask, Counting]) -> None:
    app, counter = counting
    client = app.test_client()
    first = client.get("/sparql", query_string={"query": SELECT})
    assert client.get("/sparql", query_string={"query": SELECT}).data == first.data
    assert client.post("/sparql", data={"query": SELECT}).data == first.data
    assert len(counter.asked) == 1
    client.get("/sparql", query_string={"query": SELECT, "format": "csv"})
    assert len(counter.asked) == 2
    counter.version = counter.data_version = "another"
    changed = client.get("/sparql", query_string={"query": SELECT}, headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200
    assert len(counter.asked) == 3


def test_an_unchanged_answer_is_not_evaluated_to_say_so(counting: tuple[Flask, Counting]) -> None:
    app, counter = counting
    tag = app.test_client().get("/sparql", query_string={"query": SELECT}).headers["ETag"]
    counter.asked.clear()
    again = app.test_client().get("/sparql", query_string={"query": SELECT}, headers={"If-None-Match": tag})
    assert (again.status_code, counter.asked) == (304, [])


def test_errors_are_not_remembered(counting: tuple[Flask, Counting]) -> None:
    app, counter = counting
    for _ in range(2):
        assert app.test_client().get("/sparql", query_string={"query": "nonsense"}).status_code == 400
    assert len(counter.asked) == 2


def test_a_large_answer_is_passed_on_without_being_remembered(settings: Settings, backend: Backend) -> None:
    app = create_app(replace(settings, cache_bytes=4000), backend)
    query = "SELECT * WHERE { ?s ?p ?o . ?a ?b ?c }"
    with app.test_client().get("/sparql", query_string={"query": query}) as answer:
        assert answer.status_code == 200
        assert answer.content_length == len(answer.data) > 1_000_000
    with app.test_client().head("/sparql", query_string={"query": query}) as head:
        assert head.content_length == answer.content_length


# --- service description ----------------------------------------------------------------------------------------------

SD = "http://www.w3.org/ns/sparql-service-description#"


def described(answer: Any, media_type: str = "text/turtle") -> ox.Store:
    assert answer.status_code == 200
    assert answer.mimetype == media_type
    store = ox.Store()
    store.load(answer.data, format=ox.RdfFormat.from_media_type(media_type), to_graph=ox.DefaultGraph())
    return store


def values(store: ox.Store, predicate: str) -> set[str]:
    return {quad.object.value for quad in store.quads_for_pattern(None, ox.NamedNode(predicate), None, None)}


def test_without_a_query_the_service_describes_itself(client: FlaskClient) -> None:
    store = described(client.get("/sparql"))
    assert values(store, SD + "endpoint") == {"http://localhost/sparql"}
    assert SD + "SPARQL11Query" in values(store, SD + "supportedLanguage")
    assert values(store, SD + "name") == {GRAPH}
    assert "http://www.w3.org/ns/formats/SPARQL_Results_JSON" in values(store, SD + "resultFormat")


def test_the_endpoint_described_is_the_one_that_was_asked(client: FlaskClient) -> None:
    store = described(client.get("/sparql", base_url="https://graph.example.org:8443"))
    assert values(store, SD + "endpoint") == {"https://graph.example.org:8443/sparql"}


@pytest.mark.parametrize(
    "media_type", ["text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json"]
)
def test_the_description_comes_in_every_rdf_format(client: FlaskClient, media_type: str) -> None:
    plain = described(client.get("/sparql"))
    other = described(client.get("/sparql", headers={"Accept": media_type}), media_type)
    assert len(other) == len(plain) > 15
    assert described(client.get("/sparql", query_string={"format": "ttl"}))


def test_the_description_can_be_revalidated(client: FlaskClient) -> None:
    tag = client.get("/sparql").headers["ETag"]
    assert client.get("/sparql", headers={"If-None-Match": tag}).status_code == 304


def test_a_host_that_makes_no_url_is_refused(client: FlaskClient) -> None:
    error(client.get("/sparql", environ_overrides={"HTTP_HOST": "a<b>"}), 400, "bad_request")


def test_a_browser_gets_a_form(client: FlaskClient) -> None:
    answer = client.get("/sparql", headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    text = answer.get_data(as_text=True)
    assert answer.mimetype == "text/html"
    assert 'name="query"' in text
    assert "有哪些企业？" in text
