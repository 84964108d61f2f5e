"""``/graphs``: the SPARQL 1.1 Graph Store HTTP Protocol."""

from __future__ import annotations

import gzip
import io
import zlib
from typing import Any

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from tinygraph import GRAPH
from werkzeug.test import TestResponse
from writable import WITH_TOKEN, named, rows

from yuanhui_kg.query import GRAPH_FORMATS

TURTLE = "text/turtle"
ONE = "<https://example.org/s> <https://example.org/p> <https://example.org/o> ."
SAME = {
    "text/turtle": ONE,
    "application/n-triples": ONE,
    "text/n3": ONE,
    "application/trig": ONE,
    "application/n-quads": ONE,
    "application/ld+json": '{"@id": "https://example.org/s", "https://example.org/p": {"@id": "https://example.org/o"}}',
    "application/rdf+xml": """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="https://example.org/">
        <rdf:Description rdf:about="https://example.org/s"><p rdf:resource="https://example.org/o"/></rdf:Description>
        </rdf:RDF>""",
}


def send(
    client: FlaskClient,
    method: str,
    path: str,
    data: str | bytes = ONE,
    media_type: str | None = TURTLE,
    **headers: str,
) -> TestResponse:
    return client.open(path, method=method, data=data, content_type=media_type, headers=WITH_TOKEN | headers)


def triples(answer: TestResponse) -> set[str]:
    assert answer.status_code == 200, answer.text
    format = GRAPH_FORMATS[answer.mimetype]
    return {str(quad.triple) for quad in ox.parse(answer.data, format=format)}


def indirect(graph: str) -> str:
    return f"/graphs?graph={graph}"


# --- verbs ------------------------------------------------------------------------------------------------------------


def test_a_graph_lives_from_its_put_to_its_delete(writable: FlaskClient) -> None:
    path = indirect(named())
    assert writable.get(path).status_code == 404
    created = send(writable, "PUT", path)
    assert (created.status_code, created.data) == (201, b"")
    assert triples(writable.get(created.headers["Location"])) == triples(writable.get(path))
    assert send(writable, "PUT", path, ONE.replace("/o>", "/other>")).status_code == 204
    assert len(triples(writable.get(path))) == 1
    assert send(writable, "POST", path).status_code == 204
    assert len(triples(writable.get(path))) == 2
    assert send(writable, "DELETE", path, b"", None).status_code == 204
    for method in ("GET", "HEAD", "DELETE"):
        assert send(writable, method, path, b"", None).status_code == 404


def test_a_graph_is_created_by_a_post_to_it(writable: FlaskClient) -> None:
    path = indirect(named())
    assert send(writable, "POST", path).status_code == 201
    assert len(triples(writable.get(path))) == 1


def test_a_post_to_the_store_makes_a_graph_and_names_it(writable: FlaskClient) -> None:
    places = set()
    for _ in range(2):
        created = send(writable, "POST", "/graphs", "<> <https://example.org/p> 1 .")
        assert created.status_code == 201
        place = created.headers["Location"]
        (found,) = triples(writable.get(place))
        assert f"<{place}>" in found
        places.add(place)
    assert len(places) == 2


def test_a_graph_is_its_own_url_or_the_iri_in_its_path(writable: FlaskClient) -> None:
    created = send(writable, "PUT", "/graphs/people/1.ttl", "<> <https://example.org/p> <#me> .")
    assert created.status_code == 201
    own = "http://localhost/graphs/people/1.ttl"
    assert created.headers["Location"] == own
    assert triples(writable.get("/graphs/people/1.ttl")) == {f"<{own}> <https://example.org/p> <{own}#me>"}
    assert triples(writable.get(indirect(own))) == triples(writable.get("/graphs/people/1.ttl"))
    assert rows(writable, f"SELECT ?s {{ GRAPH <{own}> {{ ?s ?p ?o }} }}") == [own]
    graph = named()
    assert send(writable, "PUT", f"/graphs/{graph}").status_code == 201
    assert len(triples(writable.get(indirect(graph)))) == 1
    assert send(writable, "PUT", "/graphs/文/a b").status_code == 201
    assert rows(writable, "SELECT ?g { GRAPH ?g {} FILTER(CONTAINS(STR(?g), '%20')) }") == [
        "http://localhost/graphs/%E6%96%87/a%20b"
    ]


def test_the_default_graph_is_always_there(writable: FlaskClient) -> None:
    before = triples(writable.get("/graphs?default"))
    assert before
    added = "<https://example.org/added> <https://example.org/p> 1 ."
    assert send(writable, "POST", "/graphs?default", added).status_code == 204
    assert len(triples(writable.get("/graphs?default="))) == len(before) + 1
    body = "\n".join(f"{triple} ." for triple in before)
    assert send(writable, "PUT", "/graphs?default", body).status_code == 204
    assert triples(writable.get("/graphs?default")) == before


def test_a_graph_that_holds_nothing_is_there(writable: FlaskClient) -> None:
    path = indirect(named())
    assert send(writable, "PUT", path, b"").status_code == 201
    assert triples(writable.get(path)) == set()
    assert send(writable, "PUT", path, b"").status_code == 204
    assert send(writable, "POST", path, b"", None).status_code == 204
    assert send(writable, "DELETE", path, b"", None).status_code == 204
    assert writable.get(path).status_code == 404


def test_head_is_get_without_its_body(writable: FlaskClient) -> None:
    path = indirect(named())
    send(writable, "PUT", path)
    get, head = writable.get(path), writable.head(path)
    assert head.data == b""
    assert (head.status_code, head.content_length, head.mimetype) == (200, len(get.data), get.mimetype)


def test_a_graph_that_is_held_is_not_sent_again(writable: FlaskClient) -> None:
    path = indirect(named())
    send(writable, "PUT", path)
    # Neighbours and search catching up is a new version of the whole, too.
    answers = [writable.get(path) for _ in range(2)]
    again = [writable.get(path, headers={"If-None-Match": answer.headers["ETag"]}) for answer in answers]
    assert {answer.status_code for answer in again} <= {200, 304}
    send(writable, "PUT", path, ONE.replace("/o>", "/new>"))
    assert writable.get(path, headers={"If-None-Match": answers[0].headers["ETag"]}).status_code == 200


def test_a_service_that_is_read_only_shows_its_graphs(client: FlaskClient) -> None:
    assert triples(client.get(indirect(GRAPH)))
    assert triples(client.get("/graphs?default"))
    assert client.get(indirect("https://example.org/none")).status_code == 404


# --- formats ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("media_type", GRAPH_FORMATS)
def test_every_syntax_is_taken_and_given(writable: FlaskClient, media_type: str) -> None:
    path = indirect(named())
    assert send(writable, "PUT", path, SAME[media_type], media_type).status_code == 201
    answer = writable.get(path, headers={"Accept": media_type})
    assert answer.mimetype == media_type
    assert triples(answer) == {"<https://example.org/s> <https://example.org/p> <https://example.org/o>"}


@pytest.mark.parametrize(
    "media_type", ["application/octet-stream", "application/unknown", "text/turtle; charset=utf-16", "image/png"]
)
def test_what_is_no_rdf_is_refused_by_its_type(writable: FlaskClient, media_type: str) -> None:
    path = indirect(named())
    for method in ("PUT", "POST"):
        assert send(writable, method, path, ONE, media_type).status_code == 415
    assert writable.get(path).status_code == 404


def test_what_has_no_type_is_taken_for_rdf_xml(writable: FlaskClient) -> None:
    path = indirect(named())
    assert send(writable, "PUT", path, SAME["application/rdf+xml"], None).status_code == 201
    assert len(triples(writable.get(path))) == 1
    for method in ("PUT", "POST"):
        assert send(writable, method, path, ONE, None).status_code == 400


def test_a_format_that_is_not_offered_is_not_acceptable(writable: FlaskClient) -> None:
    assert writable.get("/graphs?default", headers={"Accept": "image/png"}).status_code == 406
    assert writable.get("/graphs?default", headers={"Accept": "text/turtle;q=0"}).status_code == 406


@pytest.mark.parametrize(
    ("media_type", "body", "words"),
    [
        (TURTLE, ONE + "\n<https://example.org/s> .", "line 2"),
        ("application/n-triples", "\n\n<no> .", "line 3"),
        ("application/rdf+xml", "<rdf:RDF", "RDF/XML"),
        ("application/rdf+xml", '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&x;</r>', "RDF/XML"),
        ("application/ld+json", "{", "JSON-LD"),
        ("application/ld+json", '{"@context": "http://127.0.0.1/c", "@id": "https://example.org/s"}', "nothing is fetched"),
        ("application/trig", "<https://example.org/g> { " + ONE + " }", "Named graphs"),
        (TURTLE, b"<https://example.org/s> <https://example.org/p> '\xff' .", "line 1"),
    ],
)  # fmt: skip
def test_a_malformed_body_is_told_and_changes_nothing(
    writable: FlaskClient,
    media_type: str,
    body: str | bytes,
    words: str,
) -> None:
    path = indirect(named())
    send(writable, "PUT", path)
    for method in ("PUT", "POST"):
        answer = send(writable, method, path, body, media_type)
        assert answer.status_code == 400
        assert words in answer.get_json()["error"]["message"]
    assert len(triples(writable.get(path))) == 1


# --- bodies -----------------------------------------------------------------------------------------------------------


def files(*parts: tuple[str, str, str | None]) -> dict[str, Any]:
    return {f"file{i}": (io.BytesIO(text.encode()), name, kind) for i, (text, name, kind) in enumerate(parts)}


def test_the_files_of_a_form_are_one_graph(writable: FlaskClient) -> None:
    path = indirect(named())
    parts = files(
        ("<> <https://example.org/p> _:b .", "a.ttl", None),
        ("<https://example.org/s> <https://example.org/p> _:b .", "b.unknown", "application/n-triples"),
    )
    answer = writable.post(path, data=parts, content_type="multipart/form-data", headers=WITH_TOKEN)
    assert answer.status_code == 201
    found = triples(writable.get(path))
    assert len(found) == 2
    assert len({triple.split()[2] for triple in found}) == 2  # each document has blank nodes of its own


@pytest.mark.parametrize(
    ("form", "status"),
    [
        (files((ONE, "a.ttl", None), ("<broken", "b.ttl", None)), 400),
        (files((ONE, "a.png", "image/png")), 415),
        (files((ONE, "unnamed", None)), 415),
        ({"field": ONE}, 400),
        (files(*[(ONE, "a.ttl", None)] * 65), 400),
    ],
    ids=["broken", "type", "no type", "field", "many"],
)
def test_a_form_that_is_not_all_rdf_is_refused_whole(
    writable: FlaskClient,
    form: dict[str, Any],
    status: int,
) -> None:
    path = indirect(named())
    answer = writable.post(path, data=form, content_type="multipart/form-data", headers=WITH_TOKEN)
    assert answer.status_code == status
    assert writable.get(path).status_code == 404


def form_of(*parts: tuple[str, str]) -> bytes:
    """A form as its client writes it: for each part what its headers say after ``form-data``, and its text."""
    return "".join(f"--B\r\nContent-Disposition: form-data{head}\r\n\r\n{text}\r\n" for head, text in parts).encode()


@pytest.mark.parametrize(
    ("parts", "end", "status"),
    [
        ([('; name="a"\r\nContent-Type: text/turtle', ONE)], b"--B--\r\n", 201),
        ([('; name="a"; filename="a.ttl"', ONE), ('; name="b"; filename=""', "")], b"--B--", 201),
        ([('; name="b"; filename=""\r\nContent-Type: application/octet-stream', "")], b"--B--", 400),
        ([('; name="a"; filename="a.ttl"\r\nContent-Type: text/turtle; charset=utf-16', ONE)], b"--B--", 415),
        ([('; name="a"\r\nContent-Type: text/turtle', ONE)], b"", 400),
        ([], b"--B--\r\n", 400),
        ([], b"", 400),
        ([('; name="a"; filename="a.nt"', "")], b"--B--\r\n", 201),
    ],
    ids=[
        "no filename",
        "no file chosen",
        "none chosen at all",
        "charset",
        "cut short",
        "no parts",
        "empty",
        "empty file",
    ],
)
def test_a_form_is_read_as_clients_write_it(
    writable: FlaskClient, parts: list[tuple[str, str]], end: bytes, status: int
) -> None:
    path = indirect(named())
    for method in ("POST", "PUT"):
        answer = send(writable, method, path, form_of(*parts) + end, "multipart/form-data; boundary=B")
        assert answer.status_code in (status, 204 if status == 201 else status), answer.text
    assert writable.get(path).status_code == (200 if status == 201 else 404)


def test_a_form_beyond_the_limit_is_refused(writable: FlaskClient) -> None:
    path = indirect(named())
    part = '; name="a"; filename="a.ttl"'
    for body in (form_of((part, ONE), (part, "#" * 100_000)), form_of((part, ONE)) + b"x" * 100_000, b"x" * 100_001):
        answer = send(writable, "POST", path, body + b"--B--", "multipart/form-data; boundary=B")
        assert answer.status_code == 413
        assert "max_upload_bytes" in answer.get_json()["error"]["message"]
    assert writable.get(path).status_code == 404


@pytest.mark.parametrize("media_type", ["multipart/form-data", "multipart/form-data; boundary=other"])
def test_a_form_without_its_boundary_is_refused(writable: FlaskClient, media_type: str) -> None:
    body = form_of(('; name="a"; filename="a.ttl"', ONE)) + b"--B--"
    assert send(writable, "POST", indirect(named()), body, media_type).status_code == 400


@pytest.mark.parametrize(
    ("coding", "pack"), [("gzip", gzip.compress), ("x-gzip", gzip.compress), ("deflate", zlib.compress)]
)
def test_a_compressed_body_is_read(writable: FlaskClient, coding: str, pack: Any) -> None:
    path = indirect(named())
    lines = "\n".join(f"<https://example.org/s> <https://example.org/p> {i} ." for i in range(1500)).encode()
    assert send(writable, "PUT", path, pack(lines), **{"Content-Encoding": coding}).status_code == 201
    assert len(triples(writable.get(path))) == 1500
    truncated = send(writable, "PUT", path, pack(lines)[:-10], **{"Content-Encoding": coding})
    assert truncated.status_code == 400
    assert len(triples(writable.get(path))) == 1500


def test_bodies_joined_from_compressed_ones_are_read_to_the_end(writable: FlaskClient) -> None:
    path = indirect(named())
    body = gzip.compress(ONE.encode()) + gzip.compress(ONE.replace("/o>", "/p>").encode())
    assert send(writable, "PUT", path, body, **{"Content-Encoding": "gzip"}).status_code == 201
    assert len(triples(writable.get(path))) == 2


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_a_part_does_not_pass_for_the_whole(writable: FlaskClient, method: str) -> None:
    path = indirect(named())
    assert send(writable, "PUT", path, ONE + ONE.replace("/o>", "/p>")).status_code == 201
    assert send(writable, method, path, ONE, **{"Content-Range": "bytes 0-70/140"}).status_code == 400
    assert len(triples(writable.get(path))) == 2


def test_a_body_beyond_the_limit_is_refused_packed_or_not(writable: FlaskClient) -> None:
    path = indirect(named())
    assert send(writable, "PUT", path, b"#" * 100_000).status_code == 201
    assert send(writable, "DELETE", path, b"", None).status_code == 204
    large = b"#" * 100_001
    assert send(writable, "PUT", path, large).status_code == 413
    answer = send(writable, "PUT", path, gzip.compress(large), **{"Content-Encoding": "gzip"})
    assert answer.status_code == 413
    assert "max_upload_bytes" in answer.get_json()["error"]["message"]
    bomb = gzip.compress(b"#" * 50_000_000)
    assert len(bomb) < 100_000
    assert send(writable, "PUT", path, bomb, **{"Content-Encoding": "gzip"}).status_code == 413
    assert send(writable, "PUT", path, ONE, **{"Content-Encoding": "zstd"}).status_code == 415
    assert writable.get(path).status_code == 404


# --- names ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/graphs?default&graph=https://example.org/g",
        "/graphs?graph=https://example.org/g&graph=https://example.org/h",
        "/graphs?graph=relative",
        "/graphs?graph=",
        "/graphs?graph=https://example.org/%3Cscript%3E",
        "/graphs?other=1",
        "/graphs/x?default",
    ],
)
def test_a_graph_must_be_named_once_and_well(writable: FlaskClient, path: str) -> None:
    for method in ("GET", "PUT", "DELETE"):
        answer = send(writable, method, path, b"" if method != "PUT" else ONE, TURTLE if method == "PUT" else None)
        assert answer.status_code == 400, method
        assert answer.get_json()["error"]["message"]


@pytest.mark.parametrize("path", ["/graphs", "/graphs/", "/graphs?"])
def test_the_store_itself_is_all_its_graphs(writable: FlaskClient, path: str) -> None:
    graph = named()
    send(writable, "PUT", indirect(graph))
    for media_type in ("application/trig", "application/n-quads"):
        answer = writable.get(path, headers={"Accept": media_type})
        assert (answer.status_code, answer.mimetype) == (200, media_type)
        found = {quad.graph_name for quad in ox.parse(answer.data, format=GRAPH_FORMATS[media_type])}
        assert {ox.NamedNode(graph), ox.DefaultGraph()} <= found
    assert writable.get(path).mimetype == "application/trig"
    assert writable.get(path, headers={"Accept": TURTLE}).status_code == 406
    for method in ("PUT", "DELETE"):
        assert send(writable, method, path).status_code == 400


def test_an_empty_post_changes_nothing(writable: FlaskClient) -> None:
    path = indirect(named())
    for address in (path, "/graphs", "/graphs?default"):
        answer = send(writable, "POST", address, b"")
        assert (answer.status_code, answer.data) == (204, b"")
        assert "Location" not in answer.headers
    assert writable.get(path).status_code == 404


def test_patch_is_not_taken(writable: FlaskClient) -> None:
    answer = send(writable, "PATCH", "/graphs?default")
    assert answer.status_code == 405
    assert {"GET", "HEAD", "PUT", "POST", "DELETE"} <= {name.strip() for name in answer.headers["Allow"].split(",")}
