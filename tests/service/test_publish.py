"""Citations, tables, JSON-LD's context and RDF 1.2 over HTTP."""

from __future__ import annotations

import csv
import hashlib
import io
import json

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from writable import TOKEN

from yuanhui_kg.cite import STYLES

YH = "https://w3id.org/yuanhui-kg/id/"
YHO = "https://w3id.org/yuanhui-kg/ontology#"
FIGURE = f"{YH}doc-figure-1"
LD_JSON = "application/ld+json"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def triples(data: bytes, format: ox.RdfFormat) -> set[ox.Triple]:
    return {quad.triple for quad in ox.parse(data, format=format)}


# --- citations --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [{"iri": FIGURE}, {"id": "doc-figure-1"}, {"id": "yh:doc-figure-1"}])
def test_citations_come_in_every_style_at_once(client: FlaskClient, name: dict[str, str]) -> None:
    answer = client.get("/api/v1/citations", query_string=name)
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    found = answer.get_json()
    assert (found["iri"], found["title"]["zh"]) == (FIGURE, "临东区产值")
    assert set(found["styles"]) == set(STYLES)
    assert found["digest"] == client.get("/api/v1/entities/doc-figure-1").get_json()["digest"]
    assert len(found["digest"]["sha256"]) == 64


def test_the_digest_can_be_computed_from_the_endpoints_answer(client: FlaskClient) -> None:
    """As docs/citing.md says: construct, sort, sha256sum."""
    query = f"CONSTRUCT WHERE {{ <{FIGURE}> ?p ?o }}"
    lines = client.get("/sparql", query_string={"query": query, "format": "nt"}).data.splitlines(keepends=True)
    digest = client.get(f"/api/v1/citations?iri={FIGURE}").get_json()["digest"]
    assert hashlib.sha256(b"".join(sorted(lines))).hexdigest() == digest["sha256"]
    assert digest["triples"] == len(lines)


@pytest.mark.parametrize("style", STYLES)
def test_a_style_is_a_text_of_its_own_and_a_file_below_data(client: FlaskClient, style: str) -> None:
    media_type, extension = STYLES[style]
    answer = client.get("/api/v1/citations", query_string={"iri": FIGURE, "style": style})
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == f"{media_type}; charset=utf-8"
    assert FIGURE in answer.get_data(as_text=True)
    file = client.get(f"/data/doc-figure-1.{extension}")
    assert (file.status_code, file.data) == (200, answer.data)
    assert '</id/doc-figure-1>; rel="describes"' in file.headers.getlist("Link")
    assert client.get(f"/data/nobody.{extension}").status_code == 404
    tag = {"If-None-Match": file.headers["ETag"]}
    assert client.get(f"/data/doc-figure-1.{extension}", headers=tag).status_code == 304


def test_language_and_day_of_access_can_be_given(client: FlaskClient) -> None:
    given = {"id": "doc-statement-1", "style": "text", "lang": "en", "accessed": "2031-02-03"}
    text = client.get("/api/v1/citations", query_string=given).get_data(as_text=True)
    assert text.startswith("Lvyuan Company – invests in – <img")
    assert "(planned)" in text
    assert "Accessed: 2031-02-03." in text


@pytest.mark.parametrize(
    ("given", "status", "named"),
    [
        ({}, 400, "iri"),
        ({"id": "nobody"}, 404, "nobody"),
        ({"id": "east", "style": "apa"}, 400, "gbt7714"),
        ({"id": "east", "lang": "fr"}, 400, "zh"),
        ({"id": "east", "accessed": "yesterday"}, 400, "2026-11-22"),
        ({"id": "east", "stile": "csl"}, 400, "stile"),
        ({"iri": "no such thing"}, 400, "no such thing"),
    ],
)
def test_a_wrong_request_is_told_what_is_wrong(
    client: FlaskClient, given: dict[str, str], status: int, named: str
) -> None:
    answer = client.get("/api/v1/citations", query_string=given)
    assert answer.status_code == status
    error = answer.get_json()["error"]
    assert named in error["message"] + error["hint"]


def test_a_thing_that_tries_to_do_harm_is_cited_as_text(client: FlaskClient) -> None:
    for style in STYLES:
        answer = client.get("/api/v1/citations", query_string={"id": "evil", "style": style})
        assert answer.status_code == 200
        assert answer.mimetype != "text/html"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_the_page_of_a_thing_leads_to_its_citations(client: FlaskClient) -> None:
    text = client.get("/page/doc-figure-1?lang=zh").get_data(as_text=True)
    for _, extension in STYLES.values():
        assert f'href="/data/doc-figure-1.{extension}"' in text
    assert "引用" in text


# --- figures ----------------------------------------------------------------------------------------------------------


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_figures_are_counted_and_summed_in_groups(client: FlaskClient) -> None:
    found = client.get("/api/v1/figures/groups?by=subject&measure=count&measure=sum&sort=-sum").get_json()
    assert (found["figures"], found["count"], found["truncated"]) == (1, 1, False)
    assert (found["groups"][0]["count"], found["groups"][0]["sum"]) == (1, 21250000000)
    assert client.get("/api/v1/figures/groups?subject=nobody").get_json()["groups"] == []


@pytest.mark.parametrize("query", ["by=place", "measure=median", "sort=sum", "limit=0", "where=x", "timeout=-1"])
def test_groups_asked_for_wrongly_are_refused(client: FlaskClient, query: str) -> None:
    answer = client.get(f"/api/v1/figures/groups?{query}")
    assert answer.status_code == 400
    assert "error" in answer.get_json()


def test_figures_come_as_json_csv_and_xlsx(client: FlaskClient) -> None:
    found = client.get("/api/v1/figures").get_json()
    assert found["count"] == len(found["figures"]) == 1
    figure = found["figures"][0]
    assert (figure["figure"], figure["value"], figure["spans"]) == (FIGURE, 21250000000, ["4-9"])
    table = client.get("/api/v1/figures?format=csv")
    assert table.mimetype == "text/csv"
    assert list(rows(table.data)[0]) == list(figure)
    assert rows(table.data)[0]["value"] == "21250000000"
    book = client.get("/api/v1/figures", headers={"Accept": XLSX})
    assert (book.mimetype, book.data[:2]) == (XLSX, b"PK")
    assert client.get("/api/v1/figures", headers={"Accept": "text/csv"}).data == table.data
    assert client.get("/api/v1/figures", headers={"Accept": "image/png"}).status_code == 406


def test_figures_are_chosen_by_parameters(client: FlaskClient) -> None:
    def count(**given: object) -> object:
        return client.get("/api/v1/figures", query_string=given).get_json()["count"]

    assert (count(subject="east"), count(subject="mill"), count(subject=["east", "mill"])) == (1, 0, 1)
    assert (count(kind="level"), count(period="2020"), count(indicator="yho:output")) == (0, 0, 0)
    assert client.get("/api/v1/figures?subject=no such thing").status_code == 400
    assert client.get("/api/v1/figures?year=2020").status_code == 400
    assert client.get("/api/v1/figures?format=ods").status_code == 400


def test_the_table_of_all_figures_is_a_file_with_its_description(client: FlaskClient) -> None:
    table = client.get("/data/figures.csv")
    assert table.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert table.headers["Content-Disposition"] == "attachment; filename=figures.csv"
    link = '</data/figures.csv-metadata.json>; rel="describedby"; type="application/csvm+json"'
    assert link in table.headers.getlist("Link")
    assert client.get("/data/figures.csv?bom=1").data == b"\xef\xbb\xbf" + table.data
    assert client.get("/data/figures.csv?bom=perhaps").status_code == 400
    assert client.get("/data/figures.xlsx?bom=1").status_code == 400
    description = client.get("/data/figures.csv-metadata.json")
    assert description.mimetype == "application/csvm+json"
    described = json.loads(description.data)
    assert described["url"] == "figures.csv"
    assert [column["name"] for column in described["tableSchema"]["columns"]] == list(rows(table.data)[0])
    assert client.get("/data/figures.xlsx").mimetype == XLSX


# --- JSON-LD, RDF 1.2 -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/context.jsonld", "/ontology/context.jsonld"])
def test_the_context_is_published_under_two_addresses(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.mimetype) == (200, LD_JSON)
    context = answer.get_json(force=True)["@context"]
    assert context["yh"] == YH
    assert context["Company"] == "yho:Company"
    assert context["invests"] == {"@id": "yho:invests", "@type": "@id"}
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_json_ld_carries_the_context_or_names_it(client: FlaskClient) -> None:
    expected = triples(client.get("/data/mill.nt").data, ox.RdfFormat.N_TRIPLES)
    inline = client.get("/data/mill.jsonld?context=inline")
    assert inline.mimetype == LD_JSON
    assert triples(inline.data, ox.RdfFormat.JSON_LD) == expected
    named = client.get("/data/mill.jsonld?context=reference").get_json(force=True)
    assert named["@context"] == "http://localhost/context.jsonld"
    context = client.get("/context.jsonld").get_json(force=True)
    assert triples(json.dumps({**named, **context}).encode(), ox.RdfFormat.JSON_LD) == expected
    assert client.get("/data/mill.jsonld?context=elsewhere").status_code == 400
    assert client.get("/data/nobody.jsonld?context=inline").status_code == 404


@pytest.mark.parametrize(
    ("extension", "format", "content_type"),
    [
        ("ttl", ox.RdfFormat.TURTLE, "text/turtle; version=1.2; charset=utf-8"),
        ("nt", ox.RdfFormat.N_TRIPLES, "application/n-triples; version=1.2"),
    ],
)
def test_statements_come_as_rdf_1_2(
    client: FlaskClient, extension: str, format: ox.RdfFormat, content_type: str
) -> None:
    answer = client.get(f"/data/statements-rdf12.{extension}")
    assert answer.headers["Content-Type"] == content_type
    stated = ox.Triple(ox.NamedNode(f"{YH}mill"), ox.NamedNode(f"{YHO}invests"), ox.NamedNode(f"{YH}evil"))
    reifies = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#reifies")
    found = triples(answer.data, format)
    assert ox.Triple(ox.NamedNode(f"{YH}doc-statement-1"), reifies, stated) in found
    assert stated in found


def test_an_indicator_is_compared_across_sources(writable: FlaskClient) -> None:
    assert writable.get("/api/v1/compare?indicator=output").status_code == 404
    figure = (
        f"@prefix yho: <{YHO}> . @prefix yh: <{YH}> . @prefix m: <http://purl.org/linked-data/sdmx/2009/measure#> . "
        'yh:{0} yho:indicator yho:output ; yho:subject yh:east ; yho:period "2020" ; m:obsValue {1} .'
    )
    token = {"Authorization": f"Bearer {TOKEN}"}
    for name, value in (("one", "5.0"), ("two", "7.0")):
        graph = {"graph": f"https://example.org/{name}"}
        sent = writable.put(
            "/graphs", query_string=graph, data=figure.format(name, value), content_type="text/turtle", headers=token
        )
        assert sent.status_code in (201, 204)
    found = writable.get("/api/v1/compare?indicator=output&subject=east&period=2020&kind=level").get_json()
    (row,) = found["rows"]
    assert [one["value"] for one in row["readings"]] == [5, 7]
    assert [one["code"] for one in row["reasons"]] == ["unexplained"]
    assert {one["iri"] for one in found["sources"]} == {"https://example.org/one", "https://example.org/two"}


@pytest.mark.parametrize(
    "query", ["", "?indicator=a%20b", "?indicator=output&unit=CNY", "?indicator=output&subject=%3Cx%3E%20y"]
)
def test_a_comparison_of_nothing_is_refused(client: FlaskClient, query: str) -> None:
    assert client.get(f"/api/v1/compare{query}").status_code == 400
