"""What strangers send to kill, fill, block or fool the service, against the real processes, one short probe each.

After every probe the service is healthy and a usual query has its usual answer.
"""

from __future__ import annotations

import contextlib
import gzip
import http.client
import json
import re
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from test_server import COMPANIES, SELECT, WAIT, Running

FORM, DIRECT = "application/x-www-form-urlencoded", "application/sparql-query"
pytestmark = pytest.mark.slow
REFUSED = (400, 403, 413, 503, 504)  # what a hostile query may be told; never 500, never nothing


@pytest.fixture(scope="module")
def service() -> Iterator[Running]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("YUANHUI_KG_BODY_TIMEOUT", "2")
        patch.setenv("YUANHUI_KG_WORKER_MEMORY", str(256 * 1024 * 1024))
        patch.setenv("YUANHUI_KG_MAX_ANSWER_BYTES", str(8 * 1024 * 1024))
        running = Running("--timeout", "3", "--workers", "4", "--queue", "128")
    yield running
    code, out, err = running.end()
    assert (code, out) == (0, "")
    assert "Traceback" not in err, err[-3000:]


@pytest.fixture(autouse=True)
def usual(service: Running) -> Iterator[None]:
    yield
    assert service.process.poll() is None
    assert ask(service, "/health")[0] == 200
    status, _, body = ask(service, "/sparql?query=" + quote(SELECT + f" # {time.monotonic()}"))
    assert status == 200, body
    assert [row["s"]["value"] for row in json.loads(body)["results"]["bindings"]] == COMPANIES


def address(service: Running) -> tuple[str, int]:
    host, _, port = service.url.removeprefix("http://").rstrip("/").rpartition(":")
    return host, int(port)


def ask(
    service: Running, path: str, method: str = "GET", body: bytes | None = None, headers: dict[str, str] | None = None
) -> tuple[int, dict[str, str], bytes]:
    with contextlib.closing(http.client.HTTPConnection(*address(service), timeout=WAIT)) as connection:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()


def query(service: Running, text: str | bytes, accept: str = "*/*", path: str = "/sparql") -> tuple[int, bytes]:
    body = text.encode() if isinstance(text, str) else text
    status, headers, answer = ask(service, path, "POST", body, {"Content-Type": DIRECT, "Accept": accept})
    if status != 200:
        assert headers["content-type"] == "application/json"
        assert json.loads(answer)["error"]["message"]
    return status, answer


def raw(service: Running, request: bytes, wait: float = 10.0) -> bytes:
    """What comes back to bytes as they are; a server that closes without an answer gives nothing."""
    with socket.create_connection(address(service), timeout=wait) as connection:
        received = b""
        with contextlib.suppress(OSError):
            connection.sendall(request)
            while piece := connection.recv(65536):
                received += piece
        return received


# --- queries ----------------------------------------------------------------------------------------------------------

DEEP = 5_000
NESTED = {
    "groups": "ASK " + "{" * DEEP + "}" * DEEP,
    "optionals": "ASK {" + "OPTIONAL {" * DEEP + "}" * DEEP + "}",
    "sub-selects": "SELECT * {" + "{ SELECT * {" * DEEP + "}}" * DEEP + "}",
    "parentheses": "ASK { FILTER(" + "(" * DEEP + "1" + ")" * DEEP + ") }",
    "lists": "ASK { ?s ?p " + "(" * DEEP + ")" * DEEP + " }",
    "property lists": "ASK { ?s ?p " + "[ ?p " * DEEP + "1" + "]" * DEEP + " }",
    "paths": "ASK { ?s " + "(" * DEEP + "<urn:p>" + ")*" * DEEP + " ?o }",
    "inverse paths": "ASK { ?s " + "^(" * DEEP + "<urn:p>" + ")" * DEEP + " ?o }",
    "exists": "ASK {" + "FILTER EXISTS {" * DEEP + "}" * DEEP + "}",
    "not exists": "ASK {" + "FILTER NOT EXISTS {" * 90 + "?s ?p ?o" + "}" * 90 + "}",
    "functions": "ASK { FILTER(" + "STR(" * DEEP + "1" + ")" * DEEP + ") }",
    "if": "ASK { FILTER(" + "IF(1," * DEEP + "1" + ",1)" * DEEP + ") }",
    "triple terms": "ASK { ?s ?p " + "<<( ?s ?p " * DEEP + "1" + " )>>" * DEEP + " }",
    "reified triples": "ASK { " + "<< " * DEEP + "<urn:s> <urn:p> <urn:o>" + " >> <urn:p> <urn:o>" * DEEP + " }",
    "annotations": "ASK { ?s ?p ?o " + "{| ?p ?o " * DEEP + "|}" * DEEP + " }",
    "minus": "ASK {" + "MINUS {" * DEEP + "}" * DEEP + "}",
    "graphs": "ASK {" + "GRAPH ?g {" * DEEP + "}" * DEEP + "}",
    "unclosed": "ASK " + "{" * 50_000,
    "unopened": "ASK " + "}" * 50_000,
}
CHAINS = {
    "not": "ASK { FILTER(" + "!" * 20_000 + "true) }",
    "minus signs": "ASK { FILTER(1 = " + "-" * 20_000 + "1) }",
    "minus signs apart": "ASK { FILTER(1 = " + "- " * 20_000 + "1) }",
    "plus": "ASK { FILTER(1" + "+1" * 20_000 + " > 0) }",
    "or": "ASK { FILTER(false" + "||true" * 10_000 + ") }",
    "and": "ASK { FILTER(true" + "&&true" * 10_000 + ") }",
    "union": "ASK {{}" + "UNION{}" * 10_000 + "}",
    "optional": "ASK {" + "OPTIONAL{?s ?p ?o}" * 2_000 + "}",
    "minus graphs": "ASK {" + "MINUS{?s ?p ?o}" * 2_000 + "}",
    "filter": "ASK { ?s ?p ?o " + "FILTER(?s != ?o)" * 2_000 + "}",
    "bind": "ASK {" + "".join(f"BIND({n} AS ?v{n})" for n in range(2_000)) + "}",
    "values": "ASK {" + "".join(f"VALUES ?v{n} {{1 2}}" for n in range(2_000)) + "}",
    "sequence path": "ASK { ?s <urn:p>" + "/<urn:p>" * 10_000 + " ?o }",
    "alternative path": "ASK { ?s <urn:p>" + "|<urn:p>" * 10_000 + " ?o }",
    "negated path": "ASK { ?s !(<urn:p>" + "|<urn:p>" * 10_000 + ") ?o }",
    "in": "ASK { ?s ?p ?o FILTER(?o IN (" + ",".join(map(str, range(100_000))) + ")) }",
    "many values": "SELECT ?s { VALUES ?s {" + " ".join(f"<urn:{n}>" for n in range(50_000)) + "} ?s ?p ?o }",
    "many triples": "ASK {" + "?s ?p ?o ." * 20_000 + "}",
    "star join": "ASK {" + "".join(f"?s ?p{n} ?o{n} ." for n in range(300)) + "}",
    "many prefixes": "".join(f"PREFIX p{n}: <urn:{n}#> " for n in range(20_000)) + "ASK {}",
    "many variables": "SELECT " + " ".join(f"?v{n}" for n in range(20_000)) + " { ?s ?p ?o }",
    "many orders": "SELECT * { ?s ?p ?o } ORDER BY " + " ".join(f"(?s + {n})" for n in range(5_000)),
    "many groups": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY "
    + " ".join(f"(STR(?s) AS ?g{n})" for n in range(2_000)),
    "concat": "SELECT (CONCAT(" + ",".join(["'x'"] * 50_000) + ") AS ?s) {}",
    "predicates": "ASK { ?s <urn:p> 1" + " ; <urn:p> 1" * 20_000 + " }",
    "objects": "ASK { ?s <urn:p> 1" + " , 1" * 20_000 + " }",
    "one long list": "ASK { ?s ?p (" + "1 " * 20_000 + ") }",
}
COSTLY = {
    "planning nested lists": "ASK { ?s ?p " + "(" * 90 + "1" + ")" * 90 + " }",
    "planning many nested lists": "ASK { " + ("?s ?p " + "(" * 40 + "1" + ")" * 40 + " . ") * 20 + " }",
    "planning nested property lists": "ASK { ?s ?p " + "[ ?p " * 90 + "1" + "]" * 90 + " }",
    "planning long paths": "ASK { ?s (" + "/".join(["(<urn:a>|<urn:b>)"] * 90) + ") ?o }",
    "planning nested unions": "ASK {" + "{?a ?b ?c} UNION {" * 60 + "?s ?p ?o" + "}" * 60 + "}",
    "planning optionals of many": "ASK {" + "OPTIONAL{?a ?b ?c OPTIONAL{?c ?d ?e " * 40 + "}}" * 40 + "}",
    "product": "SELECT (COUNT(*) AS ?n) {" + "".join(f"?a{n} ?b{n} ?c{n} ." for n in range(8)) + "}",
    "large answer": "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }",
    "large graph": "CONSTRUCT { ?a ?e ?i } { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }",
    "distinct": "SELECT DISTINCT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }",
    "order": "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l } ORDER BY ?i ?a ?d",
    "paths of paths": "SELECT (COUNT(*) AS ?n) { ?a (!<urn:x>|^(!<urn:y>))* ?b . ?b (!<urn:x>|^(!<urn:y>))* ?c . ?c (!<urn:x>|^(!<urn:y>))* ?d . ?d (!<urn:x>|^(!<urn:y>))+ ?e }",
    "nested stars": "SELECT (COUNT(*) AS ?n) { ?a ((((!<urn:x>)*)*)*)* ?b . ?c ((((!<urn:x>)+)*)+)* ?d . ?e ((!<urn:x>)*)* ?f . ?g (!<urn:x>)* ?h }",
    "group_concat": "SELECT (GROUP_CONCAT(STR(?a); separator='" + "x" * 5_000 + "') AS ?s) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }",
    "doubling strings": "SELECT ?z { BIND('xxxxxxxxxxxxxxxx' AS ?s0) " + "".join(f"BIND(CONCAT(?s{n},?s{n}) AS ?s{n + 1}) " for n in range(40)) + "BIND(STRLEN(?s40) AS ?z) }",
    "replace that grows": "SELECT (STRLEN(" + "REPLACE(" * 8 + "'xxxxxxxxxx'" + ",'x','xxxxxxxxxxxxxxxxxxxx')" * 8 + ") AS ?n) {}",
    "encode_for_uri that grows": "SELECT (STRLEN(" + "ENCODE_FOR_URI(" * 40 + "'%%%%%%%%%%'" + ")" * 40 + ") AS ?n) {}",
    "regex with a large repeat": "ASK { ?s ?p ?o FILTER(REGEX(STR(?s), '((a{1000}){1000}){1000}')) }",
    "regex of many alternatives": "ASK { ?s ?p ?o FILTER(REGEX(STR(?s), '" + "|".join(f"a{n}.*b{n}" for n in range(5_000)) + "')) }",
    "regex that backtracks elsewhere": "ASK { BIND('" + "a" * 5_000 + "!' AS ?t) FILTER(REGEX(?t, '^(a+)+$')) }",
    "regex that is nested": "ASK { FILTER(REGEX('a', '" + "(" * 5_000 + "a" + ")" * 5_000 + "')) }",
    "regex from the data": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . FILTER(REGEX(STR(?c), STR(?f))) FILTER(REGEX(STR(?i), STR(?f))) FILTER(REGEX(STR(?i), STR(?c), 'i')) }",
    "numbers": "SELECT (" + "*".join(["9999999999999999"] * 100) + " AS ?n) {}",
    "a long number": "ASK { FILTER(" + "9" * 100_000 + " > 1) }",
    "a long exponent": "ASK { FILTER(1e" + "9" * 10_000 + " > 1) }",
    "a long string": "ASK { ?s ?p '" + "x" * 500_000 + "' }",
    "a long iri": "ASK { ?s ?p <urn:" + "x" * 500_000 + "> }",
    "a long variable": "SELECT * { ?" + "x" * 500_000 + " ?p ?o } LIMIT 1",
    "a long comment": "ASK {} #" + "x" * 900_000,
    "comments without end": "#\n" * 400_000 + "ASK {}",
    "a long limit": "SELECT * { ?s ?p ?o } LIMIT " + "9" * 50,
    "a long offset": "SELECT * { ?s ?p ?o } OFFSET 18446744073709551615",
    "dates": "SELECT (YEAR('99999999999999999999-01-01T00:00:00'^^<http://www.w3.org/2001/XMLSchema#dateTime>) AS ?y) {}",
    "a bnode for each row": "SELECT (BNODE() AS ?b) { ?a ?b1 ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }",
    "sampling": "SELECT (SAMPLE(?a) AS ?x) (MIN(?f) AS ?y) (MAX(?i) AS ?z) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o } GROUP BY ?b ?e ?h",
}  # fmt: skip


@pytest.mark.parametrize("name", [*NESTED, *CHAINS, *COSTLY])
def test_a_hostile_query_is_answered_or_refused_in_time(service: Running, name: str) -> None:
    text = {**NESTED, **CHAINS, **COSTLY}[name]
    status, _ = query(service, text)
    assert status == 200 or status in REFUSED
    if name in NESTED and name != "not exists":
        assert status in (400, 413)


@pytest.mark.parametrize(
    "text",
    [
        "ASK { SERVICE <http://127.0.0.1:1/> {} }", "ASK { SERVICE SILENT <http://127.0.0.1:1/> {} }",
        "PREFIX e: <http://127.0.0.1:1/> ASK { SERVICEe:z {} }", "ASK { BIND(1 AS ?x)SERVICE<http://127.0.0.1:1/>{} }",
        r"ASK { S\u0045RVICE <http://127.0.0.1:1/> {} }", "ASK { { SERVICE ?s { ?a ?b ?c } } }",
        "LOAD <file:///etc/passwd>",
        "LOAD SILENT <http://127.0.0.1:1/>", "DROP ALL", "CLEAR DEFAULT", "INSERT DATA { <urn:a> <urn:b> <urn:c> }",
    ],
)  # fmt: skip
def test_no_other_host_no_file_no_change(service: Running, text: str) -> None:
    assert query(service, text)[0] in (400, 403)


def test_a_graph_elsewhere_is_not_fetched_for_the_protocol(service: Running) -> None:
    for parameter in ("default-graph-uri", "named-graph-uri"):
        for iri in ("http://127.0.0.1:1/x", "file:///etc/passwd"):
            status, _, body = ask(service, "/sparql?" + urlencode({"query": "ASK {}", parameter: iri}))
            assert status == 200
            assert b"root:" not in body
    for clause in ("FROM", "FROM NAMED"):
        for iri in ("http://127.0.0.1:1/x", "file:///etc/passwd"):
            text = f"SELECT * {clause} <{iri}> {{ {{ ?s ?p ?o }} UNION {{ GRAPH ?g {{ ?s ?p ?o }} }} }}"
            status, _, body = ask(service, "/sparql?" + urlencode({"query": text}))
            assert status == 200
            assert json.loads(body)["results"]["bindings"] == []


# --- text that is none ------------------------------------------------------------------------------------------------

BAD_TEXT = [
    b"ASK { ?s ?p '\x00' }", b"\x00", b"ASK {}\x00", b"\xff\xfe", "ASK {}".encode("utf-16"), b"\xef\xbb\xbfASK {}",
    b"ASK { ?s ?p '\xed\xa0\x80' }", b"ASK { ?s ?p '\xc0\xaf' }", b"ASK { ?s ?p '\xf5\x80\x80\x80' }",
    rb"ASK { ?s ?p '\uD800' }", rb"ASK { ?s ?p '\U00110000' }", rb"ASK { ?s ?p <urn:\u0000> }", rb"ASK { ?s ?p <urn:\uD800> }",
    "ASK { ?s ?p '\u202e\u2066\ufeff' }".encode(), "ASK { ?s ?p '\U0010ffff' }".encode(), b"\r\n" * 1000, b"\\" * 10_000,
    b"'" * 10_000, b'"""' * 10_000, b"<" * 10_000, b"?" * 10_000, b"@" * 10_000, b"_:" * 10_000, b"<<" * 10_000, b"%" * 10_000,
]  # fmt: skip


@pytest.mark.parametrize("text", BAD_TEXT, ids=range(len(BAD_TEXT)))
def test_bytes_that_are_no_query_are_a_bad_request(service: Running, text: bytes) -> None:
    assert query(service, text)[0] in (200, 400)
    escaped = quote(text[:3000], safe="")
    status, _, body = ask(service, f"/sparql?query={escaped}")
    assert status in (200, 400)
    if status == 400:
        assert json.loads(body)["error"]["code"] in ("bad_request", "query_syntax", "query_too_complex")


@pytest.mark.parametrize(
    "name", ["iri", "q", "type", "id", "format", "timeout", "default-graph-uri", "lang", "saved", "x"]
)
@pytest.mark.parametrize("value", ["%00", "%0d%0aX-Evil:%20yes", "%0aSet-Cookie:%20a=b", "%ff%fe", "%ed%a0%80", "%3Cscript%3E",
                                   "%E2%80%AE", "a" * 5_000, "..%2f..%2fetc%2fpasswd", "%25%30%30", "javascript:alert(1)"])  # fmt: skip
def test_no_parameter_gets_into_headers_or_pages(service: Running, name: str, value: str) -> None:
    for path in (
        "/sparql",
        "/api/v1/search",
        "/api/v1/neighbours",
        "/api/v1/entities",
        "/search",
        "/query",
        "/page/east",
        "/",
    ):
        status, headers, body = ask(service, f"{path}?{name}={value}", headers={"Accept": "text/html, */*;q=0.1"})
        assert status in (200, 400, 403, 404, 406)
        assert not {"x-evil", "set-cookie"} & headers.keys()
        harmless(headers, body)


def harmless(headers: dict[str, str], body: bytes) -> None:
    """A page that runs no script, whatever is in it."""
    assert headers["x-content-type-options"] == "nosniff"
    if headers.get("content-type", "").startswith("text/html"):
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        text = body.decode()
        assert not re.search(r"<script(?! type=\"(?:module\" src=\"/static/|application/json\"))", text, re.IGNORECASE)
        assert not re.search(r"(?:href|src|action)=[\"']?\s*(?:javascript|data):", text, re.IGNORECASE)
        assert not re.search(r"<[^>]*\son\w+=", re.sub(r'"[^"]*"', '""', text), re.IGNORECASE)


XSS = [
    "/id/%3Cscript%3Ealert(1)%3C%2Fscript%3E", "/page/%22%3E%3Cscript%3Ealert(1)%3C/script%3E", "/page/evil",
    "/search?q=%3Cscript%3Ealert(1)%3C/script%3E", "/search?type=%22%3E%3Cimg%20src=x%20onerror=alert(1)%3E",
    "/query?query=%3C/textarea%3E%3Cscript%3Ealert(1)%3C/script%3E", "/query?saved=%3Cscript%3E", "/nowhere/%3Cscript%3E",
    "/query?query=SELECT%20*%20%7B%20%3Fs%20%3Fp%20%3Fo%20%7D&run=1", "/page/javascript:alert(1)", "/data/%3Cscript%3E",
    "/page/evil?lang=%22%3E%3Cscript%3E", "/%22onmouseover=alert(1)%20x=%22", "/sparql?query=%3Cscript%3Ealert(1)%3C/script%3E",
    "/?lang=en%22%3E%3Cscript%3Ealert(1)%3C/script%3E", "/search?q=evil", "/search?q=%E5%85%AC%E5%8F%B8", "//evil.example/",
]  # fmt: skip


@pytest.mark.parametrize("path", XSS)
def test_labels_iris_and_parameters_are_text_on_pages(service: Running, path: str) -> None:
    status, headers, body = ask(service, path, headers={"Accept": "text/html,*/*;q=0.1"})
    assert status in (200, 400, 404)
    harmless(headers, body)


# --- paths ------------------------------------------------------------------------------------------------------------

TRAVERSALS = [
    "..", "../", "../../../../etc/passwd", "..%2f..%2f..%2fetc%2fpasswd", "%2e%2e/%2e%2e/etc/passwd", "..%5c..%5cetc",
    "....//....//etc/passwd", "%252e%252e%252fetc%252fpasswd", "/etc/passwd", "%2fetc%2fpasswd", "..%00/etc/passwd",
    "..;/..;/etc/passwd", "%c0%ae%c0%ae/etc/passwd", "style.css/../../../core.py", "../core.py", "../templates/base.html",
    "file:///etc/passwd", "C:%5cwindows", ".", "%00", "~root", "....", "a" * 10_000,
]  # fmt: skip


@pytest.mark.parametrize("path", TRAVERSALS)
def test_no_path_leads_out(service: Running, path: str) -> None:
    for folder in ("/data/", "/page/", "/static/", "/id/", "/api/v1/entities/", "/api/v1/queries/", "/", "/dump."):
        answer = raw(service, f"GET {folder}{path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        status = int(answer[9:12])
        assert status in (200, 400, 404, 414, 431)
        for secret in (b"root:", b"import annotations", b"{% block"):
            assert secret not in answer
        if status == 200:
            assert path in (".", "..", "../", "/etc/passwd") or folder == "/"
            assert b"text/html" in answer or folder == "/static/"


# --- HTTP -------------------------------------------------------------------------------------------------------------

USUAL = b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n"
BAD_HTTP = {
    "huge url": b"GET /sparql?query=" + b"x" * 500_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "huge header": b"GET /health HTTP/1.1\r\nHost: x\r\nX: " + b"x" * 2_000_000 + b"\r\n\r\n",
    "many headers": b"GET /health HTTP/1.1\r\nHost: x\r\n" + b"".join(b"X-%d: 1\r\n" % n for n in range(10_000)) + b"\r\n",
    "huge accept": b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAccept: " + b"text/x;q=0.1," * 5_000 + b"\r\n\r\n",
    "null in header": b"GET /health HTTP/1.1\r\nHost: x\r\nX: a\x00b\r\n\r\n",
    "null in url": b"GET /\x00 HTTP/1.1\r\nHost: x\r\n\r\n",
    "bare line feed in header": b"GET /health HTTP/1.1\r\nHost: x\r\nX: a\rb: c\r\n\r\n",
    "folded header": b"GET /health HTTP/1.1\r\nHost: x\r\nX: a\r\n b\r\n\r\n",
    "blank before colon": b"GET /health HTTP/1.1\r\nHost: x\r\nContent-Length : 5\r\n\r\nhello",
    "no http": b"hello\r\n\r\n",
    "tls": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 512,
    "http/2 preface": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "http/9": b"GET /health HTTP/9.9\r\nHost: x\r\n\r\n",
    "odd method": b"GET\x0b /health HTTP/1.1\r\nHost: x\r\n\r\n",
    "long method": b"A" * 100_000 + b" / HTTP/1.1\r\nHost: x\r\n\r\n",
    "connect": b"CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\nConnection: close\r\n\r\n",
    "absolute url": b"GET http://evil.example/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    "two hosts": b"GET /sparql HTTP/1.1\r\nHost: x\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
    "negative length": b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    "length that is none": b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 5x\r\n\r\nhello",
    "length with a plus": b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: +5\r\n\r\nhello",
    "huge length": b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999999\r\n\r\n",
    "two lengths": b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
    "upgrade": b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
               b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    "expect": b"POST /sparql HTTP/1.1\r\nHost: x\r\nExpect: 200-maybe\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    "odd chunk": b"POST /sparql HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\nhello\r\n0\r\n\r\n",
    "huge chunk": b"POST /sparql HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\nhello\r\n0\r\n\r\n",
    "chunk extensions": b"POST /sparql HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5;" + b"x" * 1_000_000 + b"\r\nhello\r\n",
    "many trailers": b"POST /sparql HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n" + b"X: 1\r\n" * 100_000 + b"\r\n",
}  # fmt: skip


@pytest.mark.parametrize("name", BAD_HTTP)
def test_bad_http_is_refused_or_answered(service: Running, name: str) -> None:
    answer = raw(service, BAD_HTTP[name], wait=1.5)
    if answer:
        status = int(answer[9:12])
        assert status < 500 or status == 501
        assert b"evil.example" not in answer


SMUGGLED = b"GET /nowhere-smuggled HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


@pytest.mark.parametrize(
    "headers",
    [
        b"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n", b"Transfer-Encoding: chunked\r\nContent-Length: 6\r\n",
        b"Transfer-Encoding: xchunked\r\nContent-Length: 5\r\n", b"Transfer-Encoding: chunked, identity\r\n",
        b"Transfer-Encoding : chunked\r\nContent-Length: 5\r\n", b"Transfer-Encoding:\x0bchunked\r\nContent-Length: 5\r\n",
        b"X: y\rTransfer-Encoding: chunked\r\nContent-Length: 5\r\n", b"Content_Length: 50\r\nContent-Length: 5\r\n",
        b"Transfer-Encoding: identity\r\nContent-Length: 5\r\n", b"Content-Length: 5, 6\r\n", b"Content-Length: 0x5\r\n",
    ],
)  # fmt: skip
def test_two_servers_would_not_read_different_requests(service: Running, headers: bytes) -> None:
    """Either the length is what a strict reader takes it for, or the connection is closed."""
    start = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n" + headers + b"\r\n"
    answer = raw(service, start + b"0\r\n\r\n" + SMUGGLED, wait=1.5)
    ambiguous = b"Transfer-Encoding" in headers and b"Content-Length" in headers
    if answer.count(b"HTTP/1.1 ") > 1:
        assert not ambiguous or answer.split()[1] == b"400"


# --- time -------------------------------------------------------------------------------------------------------------


def test_slow_bodies_block_nobody_and_are_given_up(service: Running) -> None:
    start = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Length: 100000\r\n\r\nASK"
    with contextlib.ExitStack() as stack:
        slow = []
        for _ in range(300):  # more than there are threads
            connection = stack.enter_context(socket.create_connection(address(service), timeout=WAIT))
            connection.sendall(start)
            slow.append(connection)
        for _ in range(5):
            assert ask(service, "/sparql?query=" + quote(SELECT))[0] == 200
        answers = [connection.recv(65536) for connection in slow]
    assert {answer[:12] for answer in answers} == {b"HTTP/1.1 408"}
    assert b"request_timeout" in answers[0]


def test_slow_headers_block_nobody(service: Running) -> None:
    with contextlib.ExitStack() as stack:
        for _ in range(300):
            stack.enter_context(socket.create_connection(address(service), timeout=WAIT)).sendall(b"GET /health HTT")
        assert ask(service, "/sparql?query=" + quote(SELECT))[0] == 200


def test_slow_readers_block_nobody(service: Running) -> None:
    large = "SELECT * { ?s ?p ?o . ?a ?b ?c . FILTER(?s != ?c) }"
    with contextlib.ExitStack() as stack:
        for number in range(60):
            connection = stack.enter_context(socket.socket())
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.connect(address(service))
            text = quote(f"{large} # {number}")
            connection.sendall(f"GET /sparql?query={text} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        status = 503
        end = time.monotonic() + WAIT
        while status == 503 and time.monotonic() < end:
            status = ask(service, "/sparql?query=" + quote(SELECT + " # while others read slowly"))[0]
        assert status == 200


def test_those_who_leave_at_once_leave_nothing_behind(service: Running) -> None:
    text = quote("SELECT (COUNT(*) AS ?n) {" + "".join(f"?a{n} ?b{n} ?c{n} ." for n in range(8)) + "}")
    for _ in range(30):
        with socket.create_connection(address(service), timeout=WAIT) as connection:
            connection.sendall(f"GET /sparql?query={text} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    began = time.monotonic()
    while ask(service, "/sparql?query=" + quote(f"{SELECT} # after {began}"))[0] != 200:
        assert time.monotonic() < began + WAIT


def test_many_at_once_are_answered_or_told_to_come_back(service: Running) -> None:
    found: list[tuple[int, dict[str, str]]] = []

    def work(number: int) -> None:
        heavy = "SELECT (COUNT(*) AS ?n) {" + "".join(f"?a{n} ?b{n} ?c{n} ." for n in range(8)) + "}"
        text = f"{heavy if number % 4 == 0 else SELECT} # {number}"
        status, headers, _ = ask(service, "/sparql?timeout=1&query=" + quote(text))
        found.append((status, headers))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(64)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT)
    assert len(found) == 64
    assert {status for status, _ in found} <= {200, 503, 504}
    assert all("retry-after" in headers for status, headers in found if status == 503)
    assert sum(status == 200 for status, _ in found) >= 16


# --- decompression ----------------------------------------------------------------------------------------------------


def test_a_bomb_is_not_unpacked(service: Running) -> None:
    bomb = gzip.compress(b"\0" * 100_000_000)
    twice = gzip.compress(bomb)
    before = memory(service)
    for body in (bomb, twice, bomb * 2, gzip.compress(b"") * 100_000):
        for content_type in (DIRECT, FORM):
            status = ask(service, "/sparql", "POST", body, {"Content-Type": content_type, "Content-Encoding": "gzip"})[
                0
            ]
            assert status in (400, 413)
    assert memory(service) - before < 60_000_000


def test_an_answer_without_end_is_not_compressed_without_end(service: Running) -> None:
    status, _, _ = ask(
        service,
        "/sparql?query=" + quote("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"),
        headers={"Accept-Encoding": "br"},
    )
    assert status == 413


def memory(service: Running) -> int:
    """Bytes that the server processes hold."""
    return sum(
        int((Path("/proc") / str(pid) / "statm").read_text().split()[1]) * 4096
        for pid in service.children("service.serving")
    )


def test_other_methods_and_hosts_do_no_harm(service: Running) -> None:
    for method in ("TRACE", "PUT", "DELETE", "PATCH", "PROPFIND", "FOO"):
        status, headers, body = ask(service, "/sparql", method, headers={"X-Secret": "mirror"})
        assert status == (501 if method == "FOO" else 405)  # RFC 9110, 9.1: what nobody knows, and what is not for here
        assert method == "FOO" or "allow" in headers
        assert b"mirror" not in body
    hosts: list[Any] = ["evil.example", "a<script>", "x@y", "[::1", "a" * 5_000, ""]
    for host in hosts:
        answer = raw(service, f"GET /page/east HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        assert b"evil.example" not in answer
        assert b"<script>" not in answer


# --- found by probing from outside ------------------------------------------------------------------------------------


def test_a_body_in_very_many_pieces_is_read(service: Running) -> None:
    """Once each piece cost as much as a small request: 200,000 of one byte kept a process busy for half a minute."""
    head = b"POST /sparql HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/sparql-query\r\n"
    start = head + b"Transfer-Encoding: chunked\r\n\r\n5\r\nASK{}\r\n"
    for pieces in (1_000, 50_000):
        assert raw(service, start + b"1\r\n \r\n" * pieces + b"0\r\n\r\n").startswith(b"HTTP/1.1 200")


def test_a_large_body_that_is_refused_is_taken_so_that_its_sender_sees_why(service: Running) -> None:
    body = b" " * 20_000_000
    assert ask(service, "/sparql", "POST", body, {"Content-Type": DIRECT})[0] == 413
    assert ask(service, "/update", "POST", body, {"Content-Type": "application/sparql-update"})[0] == 403


def test_thousands_of_idle_connections_shut_nobody_out(service: Running) -> None:
    with contextlib.ExitStack() as stack:
        for _ in range(2_500):
            stack.enter_context(socket.create_connection(address(service), timeout=WAIT))
        began = time.monotonic()
        for _ in range(20):
            assert ask(service, "/health")[0] == 200
        assert time.monotonic() - began < 8  # they are given up after ten seconds, which would let us in as well


def test_light_queries_are_answered_while_heavy_ones_hold_every_worker(service: Running) -> None:
    heavy = quote("SELECT (COUNT(*) AS ?n) {" + "".join(f"?a{n} ?b{n} ?c{n} ." for n in range(8)) + "}")
    with contextlib.ExitStack() as stack:
        for number in range(24):
            connection = stack.enter_context(socket.create_connection(address(service), timeout=WAIT))
            connection.sendall(f"GET /sparql?query={heavy}%23{number} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        light = [ask(service, "/sparql?query=" + quote(f"{SELECT} # light {number}"))[0] for number in range(10)]
    # All of them on a machine that is not full of other work; none without express places.
    assert light.count(200) >= 5
