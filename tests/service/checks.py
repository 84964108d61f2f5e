"""A request and what must be true of its response, as data: what tables of checks are made of."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import pyoxigraph as ox
from flask.testing import FlaskClient

FORM, DIRECT = "application/x-www-form-urlencoded", "application/sparql-query"
SRJ, SRX = "application/sparql-results+json", "application/sparql-results+xml"
CSV, TSV, TTL, NT = "text/csv", "text/tab-separated-values", "text/turtle", "application/n-triples"
SELECT = "SELECT ?s WHERE { ?s a <https://w3id.org/yuanhui-kg/ontology#Company> } ORDER BY ?s"
ALL = "SELECT * WHERE { ?s ?p ?o }"
MANY = "SELECT * WHERE { ?s ?p ?o . ?a ?b ?c }"
ASK = "ASK { ?s ?p ?o }"
CONSTRUCT = "CONSTRUCT { ?s a ?c } WHERE { ?s a ?c }"
DESCRIBE = "DESCRIBE <https://w3id.org/yuanhui-kg/id/mill>"
IN_GRAPH = "SELECT ?s WHERE { GRAPH ?g { ?s ?p ?o } }"
SD, VOID, DCAT = (
    "http://www.w3.org/ns/sparql-service-description#",
    "http://rdfs.org/ns/void#",
    "http://www.w3.org/ns/dcat#",
)
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
FORMATS = "http://www.w3.org/ns/formats/"
ORIGIN = {"Origin": "https://elsewhere.example"}
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
RDF_TYPES = [TTL, NT, "application/n-quads", "application/trig", "application/rdf+xml", "application/ld+json"]
EXTENSIONS = ["ttl", "nt", "nq", "trig", "rdf", "jsonld", "json", "n3"]

Predicate = Callable[[Any], object]


@dataclass(frozen=True)
class Check:
    """A request and what its response must be; ``what`` are further predicates on it."""

    name: str
    method: str
    path: str
    status: int
    media_type: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None
    content_type: str | None = None
    what: tuple[Predicate, ...] = ()


def get(name: str, query: str | None, status: int, media_type: str | None = None, *what: Predicate, more: str = "", **headers: str) -> Check:  # fmt: skip
    path = "/sparql" if query is None else f"/sparql?query={quote(query, safe='')}"
    return Check(name, "GET", path + more, status, media_type, _headers(headers), what=what)


def post(name: str, body: bytes | str, content_type: str | None, status: int, *what: Predicate, path: str = "/sparql", **headers: str) -> Check:  # fmt: skip
    data = body.encode() if isinstance(body, str) else body
    return Check(name, "POST", path, status, None, _headers(headers), data, content_type, what)


def at(name: str, path: str, status: int, media_type: str | None = None, *what: Predicate, method: str = "GET", **headers: str) -> Check:  # fmt: skip
    return Check(name, method, path, status, media_type, _headers(headers), what=what)


def _headers(given: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in given.items()}


# --- predicates -------------------------------------------------------------------------------------------------------


def rows(count: int) -> Predicate:
    return lambda answer: len(json.loads(answer.data)["results"]["bindings"]) == count


def says(*texts: str) -> Predicate:
    return lambda answer: all(text in answer.get_data(as_text=True) for text in texts)


def header(name: str, pattern: str) -> Predicate:
    return lambda answer: re.fullmatch(pattern, answer.headers.get(name, ""))


def varies(*names: str) -> Predicate:
    return lambda answer: {name.lower() for name in names} <= {name.lower() for name in answer.vary}


def empty(answer: Any) -> bool:
    return answer.data == b""


def error(code: str) -> Predicate:
    def holds(answer: Any) -> bool:
        found = json.loads(answer.data)["error"]
        return answer.mimetype == "application/json" and found["code"] == code and bool(found["message"])

    return holds


def allows(*methods: str) -> Predicate:
    return lambda answer: set(methods) <= {name.strip() for name in answer.headers.get("Allow", "").split(",")}


def triples(at_least: int) -> Predicate:
    return lambda answer: len(parsed(answer)) >= at_least


def parsed(answer: Any) -> ox.Store:
    media_type = {"application/json": "application/ld+json", "application/xml": "application/rdf+xml",
                  "text/plain": NT}.get(answer.mimetype, answer.mimetype)  # fmt: skip
    store = ox.Store()
    store.load(answer.data, format=ox.RdfFormat.from_media_type(media_type))
    return store


def holds(predicate: str, *expected: str) -> Predicate:
    """Whether the graph has these values for a property, of whatever subject."""
    return lambda answer: set(expected) <= set(values(parsed(answer), predicate))


def values(store: ox.Store, predicate: str, subject: str | None = None) -> list[str]:
    node = ox.NamedNode(subject) if subject else None
    return [quad.object.value for quad in store.quads_for_pattern(node, ox.NamedNode(predicate), None, None)]


def number(predicate: str) -> Predicate:
    return lambda answer: [int(value) > 0 for value in values(parsed(answer), predicate)][:1] == [True]


def link(relation: str, media_type: str = "") -> Predicate:
    tail = f'; rel="{relation}"' + (f'; type="{media_type}"' if media_type else "")
    return lambda answer: any(value.endswith(tail) for value in answer.headers.getlist("Link"))


def open_to_all(answer: Any) -> bool:
    return answer.headers.get("Access-Control-Allow-Origin") == "*"


def cacheable(answer: Any) -> bool:
    return bool(answer.headers.get("ETag")) and "no-store" not in answer.headers.get("Cache-Control", "")


def position(line: int, column: int) -> Predicate:
    return lambda answer: json.loads(answer.data)["error"]["position"] == {"line": line, "column": column}


# --- asking -----------------------------------------------------------------------------------------------------------


def holds_good(client: FlaskClient, check: Check) -> None:
    """Ask, and fail where the response is not what it must be."""
    answer = ask(client, check)
    text = f"{answer.status} {answer.headers} {answer.get_data()[:500]!r}"
    assert answer.status_code == check.status, text
    if check.media_type is not None:
        assert answer.mimetype == check.media_type, text
    for number, predicate in enumerate(check.what):
        assert predicate(answer), f"predicate {number}: {text}"


def ask(client: FlaskClient, check: Check, **headers: str) -> Any:
    given = {**check.headers, **_headers(headers)}
    overrides = {"HTTP_HOST": given.pop("Host")} if "Host" in given else {}
    return client.open(
        check.path, method=check.method, headers=given, data=check.body, content_type=check.content_type,
        environ_overrides=overrides,
    )  # fmt: skip
