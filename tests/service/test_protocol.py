"""What a stranger's test suite would ask of the endpoint: SPARQL 1.1 Protocol, HTTP, service description, VoID, IRIs.

Each check is one request and what must be true of its response; the table is the specification.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import quote

import brotli
import pytest
from checks import (
    ALL,
    ASK,
    BROWSER,
    CONSTRUCT,
    CSV,
    DCAT,
    DESCRIBE,
    DIRECT,
    EXTENSIONS,
    FORM,
    FORMATS,
    IN_GRAPH,
    MANY,
    NT,
    RDF_TYPE,
    RDF_TYPES,
    SD,
    SELECT,
    SRJ,
    SRX,
    TSV,
    TTL,
    VOID,
    Check,
    allows,
    ask,
    at,
    cacheable,
    empty,
    error,
    get,
    header,
    holds,
    holds_good,
    link,
    number,
    open_to_all,
    parsed,
    position,
    post,
    rows,
    says,
    triples,
    values,
    varies,
)  # fmt: skip
from flask import Flask
from flask.testing import FlaskClient
from tinygraph import GRAPH

from yuanhui_kg.errors import UsageError
from yuanhui_kg.service import create_app
from yuanhui_kg.settings import Settings
from yuanhui_kg.workers import Backend

# --- the table --------------------------------------------------------------------------------------------------------

QUERIES = [
    # ways to ask
    get("get", SELECT, 200, SRJ, rows(2)),
    get("get with blanks as plus", None, 200, SRJ, says("true"), more="?query=ASK+%7B%3Fs+%3Fp+%3Fo%7D"),
    get("get in utf-8", 'ASK { ?s ?p "绿源公司"@zh }', 200, SRJ, says("true")),
    get("get with nothing escaped that need not be", None, 200, SRJ, more="?query=ASK{?s%20?p%20?o}"),
    get("get with unknown parameters", SELECT, 200, SRJ, rows(2), more="&xyz=1&_=2"),
    get("get with empty parameters", SELECT, 200, SRJ, rows(2), more="&default-graph-uri=&named-graph-uri=&timeout=&format="),
    get("get with a trailing ampersand", SELECT, 200, SRJ, rows(2), more="&"),
    get("get with a shorter deadline", SELECT, 200, SRJ, rows(2), more="&timeout=5"),
    post("form", f"query={quote(SELECT)}", FORM, 200, rows(2)),
    post("form with charset", f"query={quote(SELECT)}", f"{FORM}; charset=UTF-8", 200, rows(2)),
    post("form with charset in quotes", f"query={quote(SELECT)}", f'{FORM}; charset="utf-8"', 200, rows(2)),
    post("form in capitals", f"query={quote(SELECT)}", FORM.upper(), 200, rows(2)),
    post("form with plus for blanks", "query=ASK+%7B%3Fs+%3Fp+%3Fo%7D", FORM, 200, says("true")),
    post("form with the query in the url", "", FORM, 200, rows(2), path=f"/sparql?query={quote(SELECT)}"),
    post("form with data set parameters in the url", f"query={quote(ALL)}", FORM, 200, rows(1),
         path=f"/sparql?default-graph-uri={quote(GRAPH)}"),
    post("direct", SELECT, DIRECT, 200, rows(2)),
    post("direct with charset", SELECT, f"{DIRECT};charset=utf-8", 200, rows(2)),
    post("direct in utf-8", 'ASK { ?s ?p "绿源公司"@zh }', DIRECT, 200, says("true")),
    post("direct with parameters in the url", ALL, DIRECT, 200, rows(1), path=f"/sparql?default-graph-uri={quote(GRAPH)}"),
    post("direct, compressed", gzip.compress(SELECT.encode()), DIRECT, 200, rows(2), Content_Encoding="gzip"),
    post("form, compressed", gzip.compress(f"query={quote(SELECT)}".encode()), FORM, 200, rows(2), Content_Encoding="gzip"),
    post("direct, deflated", zlib.compress(SELECT.encode()), DIRECT, 200, rows(2), Content_Encoding="deflate"),
    post("direct, in two gzip members", gzip.compress(b"ASK ") + gzip.compress(b"{}"), DIRECT, 200, Content_Encoding="x-gzip"),
    post("identity is a coding too", SELECT, DIRECT, 200, rows(2), Content_Encoding="identity"),
    # solutions
    *[get(f"select as {name}", SELECT, 200, name, varies("Accept"), Accept=name)
      for name in (SRJ, SRX, CSV, TSV, "application/json", "application/xml", "text/xml")],
    *[get(f"ask as {name}", ASK, 200, name, says("true"), Accept=name) for name in (SRJ, SRX, CSV, TSV, "application/json")],
    get("csv says its charset", SELECT, 200, CSV, header("Content-Type", r"text/csv; ?charset=utf-8"), Accept=CSV),
    get("json results are an object with head and results", SELECT, 200, SRJ, says('"head"', '"vars"', '"bindings"')),
    get("an empty answer is an answer", "SELECT ?s { ?s <urn:no> ?o }", 200, SRJ, rows(0)),
    # graphs
    *[get(f"construct as {name}", CONSTRUCT, 200, name, triples(5), Accept=name) for name in [*RDF_TYPES, "text/n3"]],
    *[get(f"describe as {name}", DESCRIBE, 200, name, triples(3), Accept=name) for name in RDF_TYPES],
    get("construct without Accept", CONSTRUCT, 200, TTL, triples(5)),
    get("construct as xml", CONSTRUCT, 200, "application/xml", triples(5), Accept="application/xml"),
    get("construct as json", CONSTRUCT, 200, "application/json", triples(5), Accept="application/json"),
    # negotiation
    get("anything", SELECT, 200, SRJ, Accept="*/*"),
    get("any text", SELECT, 200, CSV, Accept="text/*"),
    get("any application", SELECT, 200, SRJ, Accept="application/*"),
    get("the higher quality wins", SELECT, 200, CSV, Accept=f"{SRJ};q=0.5, text/csv;q=0.9"),
    get("quality 0 excludes", SELECT, 200, SRX, Accept=f"{SRJ};q=0, {SRX};q=0.1"),
    get("quality 0 excludes what a wildcard takes", SELECT, 200, SRX, Accept=f"{SRJ};q=0, */*;q=0.1"),
    get("the more specific range decides", SELECT, 200, SRJ, Accept=f"*/*;q=0.9, {SRJ};q=1.0"),
    get("a charset parameter does no harm", SELECT, 200, SRJ, Accept=f"{SRJ}; charset=utf-8"),
    get("types in capitals", SELECT, 200, SRX, Accept="APPLICATION/SPARQL-RESULTS+XML"),
    get("blanks around", SELECT, 200, CSV, Accept="  text/csv ;  q=1 "),
    get("an unreadable Accept is passed over", SELECT, 200, SRJ, Accept="banana"),
    get("an empty Accept is none", SELECT, 200, SRJ, Accept=""),
    get("rdf before results for both kinds", CONSTRUCT, 200, TTL, Accept=f"{TTL}, {SRJ};q=0.9"),
    get("results named, rdf not: select", SELECT, 200, SRJ, Accept=f"{TTL}, {SRJ};q=0.9"),
    get("a browser gets a format it can show", SELECT, 200, "application/xml", Accept=BROWSER),
    get("format parameter", SELECT, 200, CSV, more="&format=csv"),
    get("output parameter", CONSTRUCT, 200, NT, more="&output=nt"),
    get("406 for images", SELECT, 406, None, error("not_acceptable"), varies("Accept"), Accept="image/png"),
    get("406 for turtle of a select", SELECT, 406, None, error("not_acceptable"), Accept=TTL),
    get("406 for csv of a construct", CONSTRUCT, 406, None, error("not_acceptable"), Accept=CSV),
    get("406 where everything is excluded", SELECT, 406, None, error("not_acceptable"), Accept="*/*;q=0"),
    get("400 for an unknown format", SELECT, 400, None, error("bad_request"), more="&format=banana"),
    # data sets
    get("default graph", ALL, 200, SRJ, rows(1), more=f"&default-graph-uri={quote(GRAPH)}"),
    get("default graph twice", ALL, 200, SRJ, rows(1), more=f"&default-graph-uri={quote(GRAPH)}" * 2),
    get("named graph only: the default graph is empty", ALL, 200, SRJ, rows(0), more=f"&named-graph-uri={quote(GRAPH)}"),
    get("named graph", IN_GRAPH, 200, SRJ, rows(1), more=f"&named-graph-uri={quote(GRAPH)}"),
    get("default graph only: no named graphs", IN_GRAPH, 200, SRJ, rows(0), more=f"&default-graph-uri={quote(GRAPH)}"),
    get("both", IN_GRAPH, 200, SRJ, rows(1), more=f"&default-graph-uri={quote(GRAPH)}&named-graph-uri={quote(GRAPH)}"),
    get("FROM", f"SELECT * FROM <{GRAPH}> {{ ?s ?p ?o }}", 200, SRJ, rows(1)),
    get("FROM NAMED", f"SELECT * FROM NAMED <{GRAPH}> {{ GRAPH ?g {{ ?s ?p ?o }} }}", 200, SRJ, rows(1)),
    get("the protocol's data set comes before the query's", f"SELECT * FROM NAMED <{GRAPH}> {{ ?s ?p ?o }}", 200, SRJ,
        rows(1), more=f"&default-graph-uri={quote(GRAPH)}"),
    get("a graph that is not here", ALL, 200, SRJ, rows(0), header("X-Missing-Graphs", "<http://127.0.0.1:1/x>"),
        more="&default-graph-uri=http://127.0.0.1:1/x"),
    get("FROM a graph that is not here", "SELECT * FROM <urn:x> { ?s ?p ?o }", 200, SRJ, rows(0),
        header("X-Missing-Graphs", "<urn:x>")),
    get("a graph that is no IRI", ALL, 400, None, error("bad_request"), more="&default-graph-uri=not%20an%20iri"),
    # wrong requests
    get("no SPARQL", "SELECT nonsense", 400, None, error("query_syntax"), position(1, 8)),
    get("no SPARQL further down", "ASK {\n ?s ?p }", 400, None, error("query_syntax"), position(2, 2)),
    get("a prefix that is not declared", "ASK { ?s a ex:Thing }", 400, None, error("query_syntax")),
    get("an empty query", "", 400, None, error("bad_request")),
    get("two queries", ASK, 400, None, error("bad_request"), more="&query=ASK%7B%7D"),
    get("parameters without a query", None, 400, None, error("bad_request"), more="?default-graph-uri=x"),
    get("a query that is not utf-8", None, 400, None, error("bad_request"), more="?query=ASK%20%7B%FF%7D"),
    get("a broken escape is text", None, 400, None, error("query_syntax"), more="?query=ASK%7B%zz"),
    get("an update as a query", "INSERT DATA { <urn:a> <urn:b> <urn:c> }", 400, None, error("query_syntax")),
    get("an update by get", None, 400, None, error("bad_request"), more="?update=CLEAR%20ALL"),
    get("a service elsewhere", "ASK { SERVICE <http://127.0.0.1:1/> {} }", 403, None, error("query_refused")),
    get("a deadline that is no number", ASK, 400, None, error("bad_request"), more="&timeout=soon"),
    post("a form without a query", "x=y", FORM, 400, error("bad_request")),
    post("an empty form", "", FORM, 400, error("bad_request")),
    post("two queries in a form", "query=ASK%7B%7D&query=ASK%7B%7D", FORM, 400, error("bad_request")),
    post("a query in url and form", "query=ASK%7B%7D", FORM, 400, error("bad_request"), path="/sparql?query=ASK%7B%7D"),
    post("a query in url and body", ASK, DIRECT, 400, error("bad_request"), path="/sparql?query=ASK%7B%7D"),
    post("an empty body", "", DIRECT, 400, error("bad_request")),
    post("bytes that are not utf-8", b"ASK { ?s ?p '\xff' }", DIRECT, 400, error("query_syntax")),
    post("a form that is not utf-8", b"query=ASK%7B%FF%7D", FORM, 400, error("bad_request")),
    post("broken SPARQL directly", "ASK {\n\n !", DIRECT, 400, error("query_syntax"), position(3, 2)),
    post("no content type", ASK, None, 415, error("unsupported_media_type")),
    post("plain text", ASK, "text/plain", 415, error("unsupported_media_type")),
    post("json", "{}", "application/json", 415, error("unsupported_media_type")),
    post("multipart", "--x--", "multipart/form-data; boundary=x", 415, error("unsupported_media_type")),
    post("another charset", ASK, f"{DIRECT}; charset=iso-8859-1", 415, error("unsupported_media_type")),
    post("another charset of a form", f"query={quote(ASK)}", f"{FORM}; charset=utf-16", 415, error("unsupported_media_type")),
    post("an unknown coding", ASK, DIRECT, 415, error("unsupported_media_type"), header("Accept-Encoding", "gzip, deflate"),
         Content_Encoding="compress"),
    post("two codings", ASK, DIRECT, 415, error("unsupported_media_type"), Content_Encoding="gzip, gzip"),
    post("not what the coding says", ASK, DIRECT, 400, error("bad_request"), Content_Encoding="gzip"),
    post("a compressed body cut short", gzip.compress(SELECT.encode())[:-9], DIRECT, 400, error("bad_request"),
         Content_Encoding="gzip"),
    post("a bomb", gzip.compress(b" " * 50_000_000), DIRECT, 413, error("request_entity_too_large"), Content_Encoding="gzip"),
    post("a query that is too long", "ASK {}" + " " * 20_000, DIRECT, 413, error("request_entity_too_large")),
    post("an update directly", "CLEAR ALL", "application/sparql-update", 415, error("unsupported_media_type")),
    post("an update in a form", "update=CLEAR+ALL", FORM, 400, error("bad_request")),
    # methods
    *[at(f"405 for {method}", "/sparql", 405, None, error("method_not_allowed"), allows("GET", "HEAD", "POST"), open_to_all,
         method=method) for method in ("PUT", "DELETE", "PATCH", "TRACE", "PROPFIND")],
    at("options", "/sparql", 204, None, empty, allows("GET", "HEAD", "POST", "OPTIONS"), method="OPTIONS"),
    at("head of a wrong query", "/sparql?query=x", 400, None, empty, method="HEAD"),
    at("head of the description", "/sparql", 200, TTL, empty, method="HEAD"),
    # caching
    get("an answer may be kept", SELECT, 200, SRJ, cacheable, varies("Accept", "Accept-Encoding")),
    get("chance may not", "SELECT (RAND() AS ?r) {}", 200, SRJ, header("Cache-Control", "no-store"), header("ETag", "")),
    get("an error may not", "x", 400, None, header("Cache-Control", "no-store"), header("ETag", "")),
    get("something is held: 304", SELECT, 304, None, empty, header("ETag", '".+"'), If_None_Match="*"),
    get("something else is held", SELECT, 200, SRJ, rows(2), If_None_Match='"x", W/"y"'),
    get("nonsense is held", SELECT, 200, SRJ, rows(2), If_None_Match="nonsense"),
    # other sites
    get("cors", SELECT, 200, SRJ, open_to_all, Origin="https://elsewhere.example"),
    get("cors of errors", "x", 400, None, open_to_all, Origin="https://elsewhere.example"),
    get("cors of 406", SELECT, 406, None, open_to_all, Accept="image/png"),
    at("preflight", "/sparql", 204, None, open_to_all, header("Access-Control-Allow-Methods", ".*POST.*"),
       header("Access-Control-Max-Age", r"\d+"), method="OPTIONS", Origin="https://elsewhere.example",
       Access_Control_Request_Method="POST", Access_Control_Request_Headers="content-type"),
    at("preflight with a token", "/sparql", 204, None, header("Access-Control-Allow-Headers", ".*Authorization.*"),
       method="OPTIONS", Origin="https://elsewhere.example", Access_Control_Request_Method="POST",
       Access_Control_Request_Headers="authorization, content-type"),
    get("scripts may read what matters", SELECT, 200, SRJ,
        header("Access-Control-Expose-Headers", "(?=.*ETag)(?=.*Link)(?=.*Location)(?=.*X-Request-Id)(?=.*Retry-After).*")),
    get("no credentials", SELECT, 200, SRJ, header("Access-Control-Allow-Credentials", ""), header("Set-Cookie", "")),
    get("types are not guessed", SELECT, 200, SRJ, header("X-Content-Type-Options", "nosniff")),
]  # fmt: skip

DESCRIPTIONS = [
    at("service description", "/sparql", 200, TTL, holds(SD + "endpoint", "http://localhost/sparql"), open_to_all, cacheable),
    *[at(f"service description as {name}", "/sparql", 200, name, holds(SD + "endpoint", "http://localhost/sparql"),
         varies("Accept"), Accept=name) for name in RDF_TYPES],
    at("the endpoint has no query", "/sparql?format=ttl&x=y", 200, TTL, holds(SD + "endpoint", "http://localhost/sparql")),
    at("the endpoint is on the host asked", "/sparql", 200, TTL, holds(SD + "endpoint", "http://kg.example:81/sparql"),
       Host="kg.example:81"),
    at("an IPv6 host", "/sparql", 200, TTL, holds(SD + "endpoint", "http://[::1]:8000/sparql"), Host="[::1]:8000"),
    at("types", "/sparql", 200, TTL, holds(RDF_TYPE, SD + "Service", SD + "Dataset", SD + "Graph", SD + "NamedGraph")),
    at("languages", "/sparql", 200, TTL, holds(SD + "supportedLanguage", SD + "SPARQL11Query")),
    at("result formats", "/sparql", 200, TTL, holds(SD + "resultFormat", *[FORMATS + name for name in (
        "SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV", "Turtle", "N-Triples",
        "RDF_XML")])),
    at("input formats", "/sparql", 200, TTL, holds(SD + "inputFormat", FORMATS + "Turtle", FORMATS + "RDF_XML")),
    at("features", "/sparql", 200, TTL, holds(SD + "feature", SD + "EmptyGraphs")),
    at("a data set with a default graph", "/sparql", 200, TTL, holds(SD + "defaultDataset", "http://localhost/sparql#dataset"),
       holds(SD + "defaultGraph", "http://localhost/sparql#default-graph"), number(VOID + "triples")),
    at("named graphs with names", "/sparql", 200, TTL, holds(SD + "name", GRAPH)),
    at("entailment", "/sparql", 200, TTL, holds(SD + "defaultEntailmentRegime", "http://www.w3.org/ns/entailment/Simple")),
    at("406 for images", "/sparql", 406, None, error("not_acceptable"), Accept="image/png"),
    at("a form for browsers", "/sparql", 200, "text/html", says("<form"), varies("Accept"), Accept=BROWSER),
    *[at(f"void as {name}", "/.well-known/void", 200, name, triples(30), varies("Accept"), open_to_all, cacheable, Accept=name)
      for name in RDF_TYPES],
    at("void: head", "/.well-known/void", 200, TTL, empty, method="HEAD"),
    at("void: types", "/.well-known/void", 200, TTL,
       holds(RDF_TYPE, VOID + "DatasetDescription", VOID + "Dataset", DCAT + "Dataset", DCAT + "Catalog", DCAT + "Distribution",
             DCAT + "DataService")),
    *[at(f"void: {name} is counted", "/.well-known/void", 200, TTL, number(VOID + name)) for name in (
        "triples", "entities", "distinctSubjects", "distinctObjects", "classes", "properties")],
    at("void: endpoint", "/.well-known/void", 200, TTL, holds(VOID + "sparqlEndpoint", "http://localhost/sparql")),
    at("void: look-up", "/.well-known/void", 200, TTL,
       holds(VOID + "uriLookupEndpoint", "http://localhost/api/v1/entities?iri=")),
    at("void: vocabularies", "/.well-known/void", 200, TTL,
       holds(VOID + "vocabulary", "http://www.w3.org/2004/02/skos/core#", "https://w3id.org/yuanhui-kg/ontology")),
    at("void: examples", "/.well-known/void", 200, TTL,
       holds(VOID + "exampleResource", "https://w3id.org/yuanhui-kg/id/mill")),
    at("void: dumps", "/.well-known/void", 200, TTL, holds(VOID + "dataDump", "http://localhost/dump.ttl"),
       holds(DCAT + "downloadURL", "http://localhost/dump.nt")),
    at("void: space of names", "/.well-known/void", 200, TTL, holds(VOID + "uriSpace", "https://w3id.org/yuanhui-kg/id/")),
    at("void: classes", "/.well-known/void", 200, TTL, holds(VOID + "class", "https://w3id.org/yuanhui-kg/ontology#Company")),
    at("void: properties", "/.well-known/void", 200, TTL, holds(VOID + "property", RDF_TYPE)),
    at("void: licence", "/.well-known/void", 200, TTL,
       holds("http://purl.org/dc/terms/license", "https://creativecommons.org/licenses/by/4.0/")),
    at("void: on the host asked", "/.well-known/void", 200, TTL, holds(VOID + "sparqlEndpoint", "http://kg.example/sparql"),
       Host="kg.example"),
    at("void: 406", "/.well-known/void", 406, None, error("not_acceptable"), Accept="image/png"),
    at("void: 405", "/.well-known/void", 405, None, allows("GET", "HEAD"), method="POST"),
    *[at(f"host {host!r} is refused", path, 400, None, error("bad_request"), lambda a, h=host: "<" not in h or True, Host=host)
      for path in ("/sparql", "/.well-known/void", "/api/v1/") for host in ("a<b>", "x y", "a/b", "u@h", "h:port", "a\"b")],
    *[at(f"forwarded headers are not believed ({name})", "/sparql", 200, TTL, holds(SD + "endpoint", "http://localhost/sparql"),
         **{name: value}) for name, value in (("X_Forwarded_Host", "evil.example"), ("X_Forwarded_Proto", "gopher"),
                                              ("Forwarded", "host=evil.example"), ("X_Original_URL", "/evil"))],
    *[at(f"dump.{extension}", f"/dump.{extension}", 200, None, triples(50), cacheable, open_to_all) for extension in EXTENSIONS],
    at("no such dump", "/dump.exe", 404, None, error("not_found")),
]  # fmt: skip

IRIS = [
    at("an iri: data for programs", "/id/east", 303, None, header("Location", "/data/east.ttl"), varies("Accept"), open_to_all),
    at("an iri: the page for browsers", "/id/east", 303, None, header("Location", "/page/east"), Accept=BROWSER),
    *[at(f"an iri: {name}", "/id/east", 303, None, header("Location", f"/data/east.{extension}"), Accept=name)
      for name, extension in (("application/rdf+xml", "rdf"), ("application/ld+json", "jsonld"), (NT, "nt"),
                              ("application/n-quads", "nq"), ("application/trig", "trig"), ("text/n3", "n3"))],
    at("an iri: head", "/id/east", 303, None, empty, header("Location", "/data/east.ttl"), method="HEAD"),
    at("an iri: options", "/id/east", 204, None, allows("GET", "HEAD"), open_to_all, method="OPTIONS"),
    at("an iri: 405", "/id/east", 405, None, allows("GET", "HEAD"), method="DELETE"),
    at("an iri: 406", "/id/east", 406, None, varies("Accept"), Accept="image/png"),
    at("an iri: quality", "/id/east", 303, None, header("Location", "/data/east.rdf"),
       Accept="text/html;q=0.4, application/rdf+xml;q=0.6"),
    at("an iri that nobody knows", "/id/nobody", 404, None, error("not_found"), open_to_all),
    at("an iri that nobody knows, in a browser", "/id/nobody", 404, "text/html", says("<html"), Accept=BROWSER),
    at("alternates are named", "/id/east", 303, None, link("alternate", "text/html"), link("alternate", TTL)),
    *[at(f"data.{extension}", f"/data/east.{extension}", 200, None, triples(8), cacheable, open_to_all, link("describes"),
         link("alternate", "text/html"), link("alternate", "application/ld+json")) for extension in EXTENSIONS],
    *[at(f"data as {name}", "/data/east", 200, name, triples(8), varies("Accept"), Accept=name) for name in RDF_TYPES],
    at("data: head", "/data/east.ttl", 200, TTL, empty, header("Content-Length", r"[1-9]\d+"), method="HEAD"),
    at("data: the extension decides", "/data/east.nt", 200, NT, triples(8), Accept="application/ld+json"),
    at("data: 406 without extension", "/data/east", 406, None, error("not_acceptable"), Accept="image/png"),
    at("data: unknown extension", "/data/east.exe", 404, None, error("not_found")),
    at("data: unknown thing", "/data/nobody.ttl", 404, None, error("not_found")),
    at("page", "/page/east", 200, "text/html", link("alternate", TTL), link("describes"), says('rel="alternate"')),
    at("page: unknown", "/page/nobody", 404, None),
    at("page: head", "/page/east", 200, "text/html", empty, method="HEAD"),
    at("the ontology: programs", "/ontology", 303, None, header("Location", "/ontology.ttl"), varies("Accept"), open_to_all),
    at("the ontology: browsers", "/ontology", 303, None, header("Location", "/ontology.html"), Accept=BROWSER),
    at("the ontology: head", "/ontology", 303, None, empty, method="HEAD"),
    at("the ontology: 406", "/ontology", 406, None, Accept="image/png"),
    *[at(f"ontology.{extension}", f"/ontology.{extension}", 200, None, triples(10), cacheable, open_to_all)
      for extension in EXTENSIONS],
    at("a term of the ontology has an anchor", "/ontology.html", 200, "text/html", says('id="District"')),
    at("look-up by iri", "/api/v1/entities?iri=https%3A%2F%2Fw3id.org%2Fyuanhui-kg%2Fid%2Feast", 200, TTL, triples(8), Accept=TTL),
    at("nothing is redirected to the host that was sent", "/api/v1", 200, "application/json", header("Location", ""),
       Host="evil.example"),
    at("health", "/health", 200, "application/json"),
    at("ready", "/ready", 200, "application/json"),
]  # fmt: skip

CHECKS = [*QUERIES, *DESCRIPTIONS, *IRIS]


def test_the_table_is_long_enough() -> None:
    assert len(CHECKS) >= 200
    names = [f"{check.method} {check.path} {check.headers} {check.body!r} {check.content_type}" for check in CHECKS]
    assert len(set(names)) >= 160


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_it_does_as_the_standards_say(client: FlaskClient, check: Check) -> None:
    holds_good(client, check)


_GETS = [check for check in CHECKS if check.method == "GET"]


@pytest.mark.parametrize("check", _GETS, ids=lambda check: check.name)
def test_head_is_get_without_the_body(client: FlaskClient, check: Check) -> None:
    get = ask(client, check)
    head = ask(client, replace(check, method="HEAD"))
    assert head.status_code == get.status_code
    assert head.data == b""
    differ = {"Date", "X-Request-Id"} | ({"Content-Length"} if "RAND" in check.path else set())
    assert {k: v for k, v in head.headers if k not in differ} == {k: v for k, v in get.headers if k not in differ}


# --- 304 --------------------------------------------------------------------------------------------------------------

KEPT = ["/sparql", f"/sparql?query={quote(SELECT)}", f"/sparql?query={quote(CONSTRUCT)}", "/.well-known/void", "/data/east.ttl",
        "/ontology.ttl", "/page/east", "/dump.nt", "/static/style.css", "/api/v1/stats", "/"]  # fmt: skip


@pytest.mark.parametrize("path", KEPT)
@pytest.mark.parametrize("form", ["{}", "W/{}", '"a", {}', '{}, "b"', 'W/"a",W/{}', "*"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_what_the_client_holds_is_not_sent_again(client: FlaskClient, path: str, form: str, method: str) -> None:
    first = client.get(path)
    assert first.status_code == 200
    tag = first.headers["ETag"]
    again = client.open(path, method=method, headers={"If-None-Match": form.format(tag)})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    assert "Content-Type" not in again.headers
    assert again.headers.get("Cache-Control") == first.headers.get("Cache-Control")
    assert set(again.vary) == set(first.vary)


# --- compression ------------------------------------------------------------------------------------------------------

LARGE = f"/sparql?query={quote(ALL)}"
STREAMED = f"/sparql?query={quote(MANY)}"
DECODE: dict[str, Callable[[bytes], bytes]] = {"gzip": gzip.decompress, "br": brotli.decompress, "": bytes}


@pytest.mark.parametrize(
    ("accept", "coding"),
    [
        (None, ""), ("", ""), ("identity", ""), ("gzip", "gzip"), ("x-gzip", "gzip"), ("br", "br"), ("gzip, br", "br"),
        ("gzip;q=1, br;q=0.5", "gzip"), ("br;q=0, gzip", "gzip"), ("gzip;q=0", ""), ("*", "gzip"), ("*;q=0", ""),
        ("gzip;q=0, *", ""), ("deflate", ""), ("zstd, br;q=0.9, GZIP;q=0.8", "br"), ("gzip;q=banana", ""),
        ("br;q=0.0, gzip;q=0.001", "gzip"), (",,;", ""),
    ],
)  # fmt: skip
@pytest.mark.parametrize("path", [LARGE, STREAMED, "/page/east", "/dump.nt", "/static/style.css"])
def test_an_answer_is_compressed_for_those_who_take_it(
    client: FlaskClient, path: str, accept: str | None, coding: str
) -> None:
    plain = client.get(path)
    answer = client.get(path, headers={} if accept is None else {"Accept-Encoding": accept})
    assert answer.headers.get("Content-Encoding", "") == coding
    assert "Accept-Encoding" in answer.vary
    assert "Accept-Encoding" in plain.vary
    assert answer.content_length == len(answer.data)
    assert DECODE[coding](answer.data) == plain.data
    assert answer.content_type == plain.content_type
    assert (answer.headers["ETag"] == plain.headers["ETag"]) == (coding == "")
    if coding:
        assert len(answer.data) < len(plain.data)


@pytest.mark.parametrize("path", [LARGE, STREAMED, "/page/east"])
def test_each_coding_is_revalidated_by_its_own_tag(client: FlaskClient, path: str) -> None:
    tags = {}
    for coding in ("gzip", "br", "identity"):
        headers = {"Accept-Encoding": coding}
        tags[coding] = client.get(path, headers=headers).headers["ETag"]
        again = client.get(path, headers={**headers, "If-None-Match": tags[coding]})
        assert (again.status_code, again.headers["ETag"]) == (304, tags[coding])
        assert "Accept-Encoding" in again.vary
    assert len(set(tags.values())) == 3
    other = client.get(path, headers={"Accept-Encoding": "gzip", "If-None-Match": tags["br"]})
    assert other.status_code == 200


def test_head_tells_of_the_compressed_answer(client: FlaskClient) -> None:
    get = client.get(LARGE, headers={"Accept-Encoding": "gzip"})
    head = client.head(LARGE, headers={"Accept-Encoding": "gzip"})
    assert head.data == b""
    assert {**head.headers, "X-Request-Id": ""} == {**get.headers, "X-Request-Id": ""}


def test_small_answers_and_other_settings_are_not_compressed(settings: Settings, backend: Backend) -> None:
    headers = {"Accept-Encoding": "gzip"}
    usual = create_app(settings, backend).test_client().get("/health", headers=headers)
    assert "Content-Encoding" not in usual.headers
    never = create_app(replace(settings, compress_from=0), backend).test_client().get(LARGE, headers=headers)
    assert "Content-Encoding" not in never.headers
    always = create_app(replace(settings, compress_from=1), backend).test_client().get("/health", headers=headers)
    assert always.headers["Content-Encoding"] == "gzip"


def test_an_error_may_be_compressed_too(settings: Settings, backend: Backend) -> None:
    app = create_app(replace(settings, compress_from=1), backend)
    answer = app.test_client().get("/sparql?query=x", headers={"Accept-Encoding": "gzip"})
    assert (answer.status_code, answer.headers["Content-Encoding"]) == (400, "gzip")
    assert json.loads(gzip.decompress(answer.data))["error"]["code"] == "query_syntax"


def test_a_body_of_exactly_the_limit_is_read(app: Flask) -> None:
    limit = app.config["MAX_CONTENT_LENGTH"]
    for size, status in ((limit, 400), (limit + 1, 413)):
        body = gzip.compress(b"x=" + b"y" * (size - 2))
        answer = app.test_client().post("/sparql", data=body, content_type=FORM, headers={"Content-Encoding": "gzip"})
        assert answer.status_code == status


# --- behind a proxy ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("given", ["https://kg.example.org", "https://kg.example.org/"])
def test_the_public_address_is_the_one_that_is_set(settings: Settings, backend: Backend, given: str) -> None:
    client = create_app(replace(settings, public_url=given), backend).test_client()
    for host in ("127.0.0.1:8000", "evil.example", "a<b>"):
        overrides = {"HTTP_HOST": host}
        described = parsed(client.get("/sparql", environ_overrides=overrides))
        assert values(described, SD + "endpoint") == ["https://kg.example.org/sparql"]
        void = parsed(client.get("/.well-known/void", environ_overrides=overrides))
        assert values(void, VOID + "sparqlEndpoint") == ["https://kg.example.org/sparql"]
        assert all(
            url.startswith("https://kg.example.org/")
            for url in (*values(void, VOID + "dataDump"), *values(void, DCAT + "landingPage"))
        )
        api = client.get("/api/v1/", environ_overrides=overrides).get_json()
        assert all(url.startswith("https://kg.example.org/api/") for url in api["endpoints"].values())
        assert "evil.example" not in client.get("/", environ_overrides=overrides).get_data(as_text=True)


@pytest.mark.parametrize(
    "wrong", ["kg.example.org", "https://kg.example.org/path", "ftp://x", "https://a b", "https://x?y"]
)
def test_a_public_address_that_is_none_is_refused(settings: Settings, wrong: str) -> None:
    with pytest.raises(UsageError, match="public_url"):
        replace(settings, public_url=wrong)
