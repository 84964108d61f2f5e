"""What suites that know only the standards ask beside :mod:`test_protocol`: rarer headers, older names, descriptions.

RFC 9110 (negotiation, codings), RFC 9112 (Host), RFC 6750 (tokens), Fetch (preflights), RFC 8288 (links), SPARQL 1.2 Protocol
and Service Description, VoID, DCAT 3.
"""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pyoxigraph as ox
import pytest
from checks import (
    ASK,
    BROWSER,
    CONSTRUCT,
    DCAT,
    DIRECT,
    FORM,
    FORMATS,
    NT,
    ORIGIN,
    RDF_TYPE,
    RDF_TYPES,
    SD,
    SELECT,
    SRJ,
    SRX,
    TTL,
    VOID,
    Check,
    allows,
    at,
    empty,
    error,
    get,
    header,
    holds,
    holds_good,
    link,
    open_to_all,
    parsed,
    post,
    rows,
    says,
    triples,
    values,
    varies,
)  # fmt: skip
from flask import Flask
from flask.testing import FlaskClient
from writable import WITH_TOKEN, named

from yuanhui_kg import errors
from yuanhui_kg.describe import FUNCTIONS
from yuanhui_kg.errors import YuanhuiError
from yuanhui_kg.service import create_app
from yuanhui_kg.service.problems import IN_CHINESE, in_chinese
from yuanhui_kg.settings import Settings
from yuanhui_kg.workers import Backend

DCTERMS = "http://purl.org/dc/terms/"
MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
ASKED = f"/sparql?query={quote(ASK)}"
UPDATE = "application/sparql-update"


def preflight(name: str, path: str, method: str, headers: str, *what: Any) -> Check:
    return at(name, path, 204, None, empty, open_to_all, varies("Access-Control-Request-Headers"), *what, method="OPTIONS",
              Access_Control_Request_Method=method, Access_Control_Request_Headers=headers, **ORIGIN)  # fmt: skip


def allows_headers(*names: str) -> Any:
    return lambda answer: (
        set(names) <= {name.strip().lower() for name in answer.headers["Access-Control-Allow-Headers"].split(",")}
    )


def coded(coding: str | None) -> Any:
    return lambda answer: answer.headers.get("Content-Encoding") == coding and "Accept-Encoding" in answer.vary


def media_types(answer: Any) -> bool:
    found = {value.rpartition("media-types/")[2] for value in values(parsed(answer), DCAT + "mediaType")}
    return {"text/turtle", "application/rdf+xml", "application/ld+json", "application/n-triples"} <= found


QUERIES = [
    get("a byte-order mark before the query", MARK + ASK, 200, SRJ, says("true")),
    post("a byte-order mark, directly", MARK + ASK, DIRECT, 200, says("true")),
    post("a byte-order mark, in a form", f"query={quote(MARK + ASK)}", FORM, 200, says("true")),
    get("the language's version", ASK, 200, SRJ, more="&version=1.2"),
    post("the language's version, directly", ASK, f'{DIRECT}; version="1.2"', 200, says("true")),
    post("the language's version, in a form", f"query={quote(ASK)}&version=1.2", FORM, 200, says("true")),
    get("the version of the results", SELECT, 200, SRJ, rows(2), Accept=f"{SRJ};version=1.2"),
    get("a query and an update", ASK, 400, None, error("bad_request"), more="&update=CLEAR%20ALL"),
    post("a query and an update, in a form", f"query={quote(ASK)}&update=CLEAR+ALL", FORM, 400, error("bad_request")),
    get("the version twice", ASK, 400, None, error("bad_request"), more="&version=1.2&version=1.1"),
    replace(get("a body with a get", ASK, 400, None, error("bad_request")), body=b"ASK {}", content_type=DIRECT),
    replace(at("a body with a get of the description", "/sparql", 400, None, error("bad_request")), body=b"x", content_type=FORM),
    replace(get("no body with a get, but its type", ASK, 200, SRJ, says("true")), body=b"", content_type=DIRECT),
    post("an update for a query", "CLEAR ALL", UPDATE, 415, error("unsupported_media_type"), header("Accept", f"{DIRECT}, {FORM}")),
    # older names of types
    get("results as text/json", SELECT, 200, "text/json", rows(2), Accept="text/json"),
    *[get(f"triples as {name}", CONSTRUCT, 200, name, Accept=name) for name in (
        "text/plain", "application/x-turtle", "text/x-turtle", "application/turtle", "text/ntriples", "text/n-triples",
        "text/x-nquads", "text/n-quads", "application/x-trig", "application/n3")],
    get("an older name is worth no more than the newer one", CONSTRUCT, 200, TTL, Accept="text/x-turtle;q=0.5, text/turtle;q=0.6"),
    get("a profile is passed over", CONSTRUCT, 200, "application/ld+json",
        Accept='application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"'),
    get("ranges in two lines", SELECT, 200, SRX, Accept=f"image/png, {SRX}"),
    get("a comma in quotes ends no range", SELECT, 200, SRJ, Accept=f'{SRJ};x="a,b"'),
    *[get(f"nothing is left: {accept}", SELECT, 406, None, error("not_acceptable"), varies("Accept"), Accept=accept) for accept in (
        f"{SRJ};q=0", f"{SRJ};q=0.0, {SRX};q=0.000", "application/x-unknown", "text/html")],
    # codings
    get("small, but nothing else is taken", ASK, 200, SRJ, coded("gzip"), lambda a: json.loads(gzip.decompress(a.data))["boolean"],
        Accept_Encoding="identity;q=0, gzip"),
    get("nothing is taken", ASK, 406, None, error("not_acceptable"), Accept_Encoding="identity;q=0"),
    get("nothing that is offered is taken", ASK, 406, None, error("not_acceptable"), Accept_Encoding="identity;q=0, zstd"),
    get("an error is told to everybody", "x", 400, None, error("query_syntax"), Accept_Encoding="identity;q=0"),
    at("no coding is preferred", "/dump.nt", 200, NT, coded(None), Accept_Encoding="identity, gzip;q=0.5"),
    at("a coding is preferred", "/dump.nt", 200, NT, coded("gzip"), Accept_Encoding="identity;q=0.5, gzip;q=1.0, *;q=0"),
    at("both alike: the coding", "/dump.nt", 200, NT, coded("gzip"), Accept_Encoding="gzip, identity"),
    at("a charset is nobody's business", ASKED, 200, SRJ, Accept_Charset="utf-8, iso-8859-1;q=0.5"),
    # hosts
    *[at(f"which host? ({host!r})", path, 400, None, error("bad_request"), Host=host)
      for host in ("", "a, b", "a,") for path in (ASKED, "/health", "/id/east")],
]  # fmt: skip

PREFLIGHTS = [
    preflight("a query with a header of one's own", "/sparql", "POST", "content-type, x-my-app",
              allows_headers("content-type", "x-my-app"), header("Access-Control-Allow-Methods", ".*POST.*")),
    preflight("an update", "/update", "POST", "authorization,content-type", allows_headers("authorization"), allows("POST")),
    preflight("a graph is put", "/graphs?default", "PUT", "Authorization, If-Match, If-None-Match",
              allows_headers("authorization", "if-match", "if-none-match"), header("Access-Control-Allow-Methods", ".*PUT.*")),
    preflight("a graph is deleted", "/graphs/a/b", "DELETE", "", header("Access-Control-Allow-Methods", ".*DELETE.*")),
    preflight("what is no header's name", "/sparql", "POST", 'x-ok, a b, "x", \x7f, ü',
              lambda a: "x-ok" in a.headers["Access-Control-Allow-Headers"] and '"' not in a.headers["Access-Control-Allow-Headers"]),
    preflight("very many", "/sparql", "POST", ",".join(f"x-{n}" for n in range(200)),
              lambda a: len(a.headers["Access-Control-Allow-Headers"].split(",")) < 100),
    at("no preflight", "/sparql", 204, None, empty, allows("GET", "HEAD", "POST", "OPTIONS"), method="OPTIONS"),
    at("an update's methods", "/update", 204, None, lambda a: "GET" not in a.headers["Allow"], allows("POST"), method="OPTIONS"),
]  # fmt: skip

DESCRIPTIONS = [
    at("languages up to 1.2", "/sparql", 200, TTL,
       holds(SD + "supportedLanguage", *[SD + name for name in ("SPARQL10Query", "SPARQL11Query", "SPARQL12Query")])),
    at("a service that is read only knows no updates", "/sparql", 200, TTL,
       lambda a: not [value for value in values(parsed(a), SD + "supportedLanguage") if value.endswith("Update")]),
    at("functions", "/sparql", 200, TTL, holds(SD + "extensionFunction", "http://www.opengis.net/def/function/geosparql/distance"),
       holds(RDF_TYPE, SD + "Function")),
    at("graphs that may be named", "/sparql", 200, TTL, holds(RDF_TYPE, SD + "GraphCollection")),
    at("void: media types", "/.well-known/void", 200, TTL, media_types, holds(DCTERMS + "format", FORMATS + "Turtle")),
    at("void: a licence for each distribution", "/.well-known/void", 200, TTL,
       lambda a: len(values(parsed(a), DCTERMS + "license")) == 1 + len(values(parsed(a), DCAT + "distribution"))),
    at("void: what the ontology says of itself", "/.well-known/void", 200, TTL,
       lambda a: values(parsed(a), DCTERMS + "license", "http://localhost/.well-known/void#dataset")),
    at("void: titles in both languages", "/.well-known/void", 200, TTL,
       lambda a: {q.object.language for q in parsed(a).quads_for_pattern(None, ox.NamedNode(DCTERMS + "title"), None, None)} >= {"zh", "en"}),
    at("void: trailing query", "/.well-known/void?x=y", 200, TTL, holds(VOID + "sparqlEndpoint", "http://localhost/sparql")),
]  # fmt: skip

THINGS = [
    *[at(f"data tell where they are: {name}", "/data/east", 200, name, header("Content-Location", r"/data/east\.[a-z]+"), varies("Accept"),
         Accept=name) for name in RDF_TYPES],
    at("data in a file are where they are", "/data/east.ttl", 200, TTL, header("Content-Location", "")),
    at("a thing is described by its data", "/id/east", 303, None, link("describedby", TTL), link("alternate", "text/html")),
    at("a page is described by its data", "/page/east", 200, "text/html", link("describedby", TTL), link("describes"),
       header("Content-Language", "zh")),
    at("a page has one address", "/page/east?lang=en", 200, "text/html", link("canonical"), header("Content-Language", "en")),
    at("any language but Chinese", "/page/east", 200, "text/html", header("Content-Language", "en"), Accept_Language="zh;q=0, *"),
    at("no Chinese", "/page/east", 200, "text/html", header("Content-Language", "en"), Accept_Language="zh;q=0"),
    at("English in the first place", "/page/east", 200, "text/html", header("Content-Language", "en"), Accept_Language="en-US,en;q=0.9,zh;q=0.8"),
    at("a language that is not offered", "/page/east", 200, "text/html", header("Content-Language", "zh"), Accept_Language="fr"),
    at("neither", "/page/east", 200, "text/html", header("Content-Language", "zh"), Accept_Language="zh;q=0, en;q=0"),
    at("a name with percent signs", "/id/%65ast", 303, None, header("Location", "/data/east.ttl")),
    *[at(f"no name: {name}", f"/id/{name}", 404, None, error("not_found"))
      for name in ("", "a%20b", "%3Cscript%3E", "%00", "..%2f..%2fetc", "east/")],
]  # fmt: skip

CHECKS = [*QUERIES, *PREFLIGHTS, *DESCRIPTIONS, *THINGS]


def test_the_table_is_as_long_as_it_was_written() -> None:
    assert len(CHECKS) == 89


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_it_does_as_the_standards_say(client: FlaskClient, check: Check) -> None:
    holds_good(client, check)


# --- descriptions that follow the data --------------------------------------------------------------------------------


def counted(client: FlaskClient, graph: str) -> list[str] | None:
    """How many triples a named graph has according to the service description; ``None`` where it is not named."""
    store = parsed(client.get("/sparql"))
    found = [
        quad.subject for quad in store.quads_for_pattern(None, ox.NamedNode(SD + "name"), ox.NamedNode(graph), None)
    ]
    if not found:
        return None
    return values(store, VOID + "triples", values(store, SD + "graph", found[0].value)[0])


def test_the_description_knows_every_graph_from_its_making_to_its_end(writable: FlaskClient) -> None:
    graph = named()
    path = f"/graphs?graph={graph}"
    assert counted(writable, graph) is None
    for body, count in ((b"", "0"), (b"<urn:a> <urn:b> 1, 2 .", "2"), (b"# nothing", "0")):
        writable.put(path, data=body, content_type=TTL, headers=WITH_TOKEN)
        assert counted(writable, graph) == [count]
    writable.delete(path, headers=WITH_TOKEN)
    assert counted(writable, graph) is None


def test_an_entity_has_an_iri(writable: FlaskClient) -> None:
    def number(name: str) -> int:
        dataset = "http://localhost/.well-known/void#dataset"
        return int(values(parsed(writable.get("/.well-known/void")), VOID + name, dataset)[0])

    entities, subjects = number("entities"), number("distinctSubjects")
    data = f"INSERT DATA {{ <{named()}> <urn:p> 1 . _:x <urn:p> 1 }}"
    writable.post("/update", data=data, content_type=UPDATE, headers=WITH_TOKEN)
    assert (number("entities"), number("distinctSubjects")) == (entities + 1, subjects + 2)


def test_a_graph_named_directly_is_named_by_the_public_address(settings: Settings, backend: Backend) -> None:
    client = create_app(replace(settings, public_url="https://kg.example.org/"), backend).test_client()
    answer = client.get("/graphs/a/b", headers={"Host": "elsewhere.example"})
    assert answer.status_code == 404
    assert "<https://kg.example.org/graphs/a/b>" in answer.get_json()["error"]["message"]


def test_a_service_that_is_written_to_says_so(writable: FlaskClient) -> None:
    languages = values(parsed(writable.get("/sparql")), SD + "supportedLanguage")
    assert {SD + "SPARQL11Update", SD + "SPARQL12Update"} <= set(languages)


def test_the_functions_are_those_of_the_engine(client: FlaskClient) -> None:
    named = values(parsed(client.get("/sparql")), SD + "extensionFunction")
    assert len(named) == len(set(named)) == len(FUNCTIONS) == 43
    for function in named:
        ox.Store().query(f"SELECT (<{function}>() AS ?x) {{}}")
    with pytest.raises(RuntimeError, match="not supported"):
        ox.Store().query("SELECT (<http://www.opengis.net/def/function/geosparql/nothing>() AS ?x) {}")


def test_what_is_not_read_is_told_what_is(writable: FlaskClient) -> None:
    for method, path, kind in (("POST", "/update", UPDATE), ("PUT", "/graphs?default", TTL)):
        answer = writable.open(path, method=method, data=b"x", content_type="image/png", headers=WITH_TOKEN)
        assert answer.status_code == 415
        assert kind in answer.headers["Accept"].split(", ")


# --- names ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["文", "💡", "a%20b", "x.ttl", "v1.2", "a/b", "a?b=c&d", "(p);q,r'", "a+b:c@d!$*", "trailing/"]
)
def test_a_name_with_odd_characters_leads_to_its_data_and_its_page(writable: FlaskClient, name: str) -> None:
    iri = f"https://w3id.org/yuanhui-kg/id/{name}"
    data = f"INSERT DATA {{ <{iri}> <urn:p> 1 }}".encode()
    assert writable.post("/update", data=data, content_type=UPDATE, headers=WITH_TOKEN).status_code == 204
    for address in {quote(name, safe=""), quote(name, safe="/:@!$&'()*+,;=")}:
        for media_type in (*RDF_TYPES, "text/html"):
            led = writable.get(f"/id/{address}", headers={"Accept": media_type})
            assert led.status_code == 303
            answer = writable.get(led.headers["Location"])
            assert (answer.status_code, answer.mimetype) == (200, media_type)
            if media_type != "text/html":
                assert {quad.subject.value for quad in parsed(answer)} == {iri}


# --- marks before data ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("media_type", [TTL, NT, "application/trig", "application/n-quads", "text/n3"])
def test_data_may_begin_with_a_byte_order_mark(writable: FlaskClient, media_type: str) -> None:
    path = f"/graphs?graph={named()}"
    line = f"{MARK}<urn:a> <urn:b> <urn:c> .".encode()
    assert writable.put(path, data=line, content_type=media_type, headers=WITH_TOKEN).status_code == 201
    assert triples(1)(writable.get(path))
    again = writable.post(path, data=line, content_type=media_type, headers=WITH_TOKEN)
    assert again.status_code == 204


def test_an_update_may_begin_with_a_byte_order_mark(writable: FlaskClient) -> None:
    for body, kind in ((MARK + "INSERT DATA {}", UPDATE), (f"update={quote(MARK + 'INSERT DATA {}')}", FORM)):
        answer = writable.post("/update", data=body.encode(), content_type=kind, headers=WITH_TOKEN)
        assert answer.status_code == 204


# --- errors in Chinese ------------------------------------------------------------------------------------------------


def codes(cls: type[YuanhuiError] = YuanhuiError) -> set[str]:
    return {cls.code}.union(*(codes(sub) for sub in cls.__subclasses__()))


def test_every_error_is_told_in_chinese() -> None:
    assert codes() >= {errors.QuerySyntaxError.code, errors.NotFoundError.code}
    assert codes() <= set(IN_CHINESE)
    assert in_chinese("something new") == IN_CHINESE["error"]
    for text in IN_CHINESE.values():
        assert text.endswith("。")


@pytest.mark.parametrize(
    ("method", "path", "body", "code"),
    [
        ("GET", "/nowhere", None, "not_found"),
        ("GET", "/page/nobody", None, "not_found"),
        ("DELETE", "/", None, "method_not_allowed"),
        ("GET", "/search?limit=x&q=a", None, "bad_request"),
        ("POST", "/query", {"query": "SELECT nonsense", "run": "1"}, "query_syntax"),
        ("POST", "/query", {"query": "ASK { SERVICE <http://127.0.0.1:1/> {} }", "run": "1"}, "query_refused"),
    ],
)
def test_an_error_on_a_page_is_in_the_language_of_the_page(
    client: FlaskClient, method: str, path: str, body: dict[str, str] | None, code: str
) -> None:
    shown = {}
    for language in ("zh", "en"):
        headers = {"Accept": BROWSER, "Accept-Language": language}
        answer = client.open(path, method=method, data=body, headers=headers)
        assert (answer.mimetype, answer.headers["Content-Language"]) == ("text/html", language)
        shown[language] = answer.get_data(as_text=True)
    assert in_chinese(code) in shown["zh"]
    assert in_chinese(code) not in shown["en"]
    if code == "query_syntax":
        assert "第 1 行，第 8 列" in shown["zh"]


# --- where compression is off -----------------------------------------------------------------------------------------


def test_where_nothing_is_compressed_everybody_gets_it_as_it_is(settings: Settings, backend: Backend) -> None:
    app: Flask = create_app(replace(settings, compress_from=0), backend)
    answer = app.test_client().get(ASKED, headers={"Accept-Encoding": "identity;q=0, gzip"})
    assert (answer.status_code, answer.headers.get("Content-Encoding")) == (200, None)
