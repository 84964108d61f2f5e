"""Things whose IRI is not a plain name of the graph's own: they have pages, data and links like all others."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import quote

import pyoxigraph as ox
import pytest
from browsing import resources
from flask.testing import FlaskClient

from yuanhui_kg.namespaces import YH
from yuanhui_kg.service import create_app
from yuanhui_kg.settings import Settings
from yuanhui_kg.store import StoreFolder
from yuanhui_kg.workers import Backend

HTML = {"Accept": "text/html"}
MORE = """
@prefix o: <https://stats.example.org/def#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sdmx-measure: <http://purl.org/linked-data/sdmx/2009/measure#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix yh: <https://w3id.org/yuanhui-kg/id/> .
@prefix yho: <https://w3id.org/yuanhui-kg/ontology#> .
o:Town a owl:Class ; rdfs:label "小镇"@zh , "Small town"@en .
<https://stats.example.org/id/t1> a o:Town ; rdfs:label "东台镇"@zh ; yho:isLocatedIn yh:qinghe-district ;
  rdfs:seeAlso <https://elsewhere.example/t1> .
[] a o:Town ; rdfs:label "无名镇"@zh .
<https://stats.example.org/id/d1> rdfs:label "测试区"@zh ; skos:notation "990101" .
<urn:uuid:12345678-1234-1234-1234-123456789012> a yho:Company ; skos:prefLabel "无网公司"@zh ; yho:isLocatedIn yh:qinghe-district .
yh:a%2Fb a yho:Company ; skos:prefLabel "斜杠公司"@zh ; yho:isLocatedIn yh:qinghe-district .
<https://w3id.org/yuanhui-kg/id/a/b/c> a yho:Company ; skos:prefLabel "三层公司"@zh ; yho:isLocatedIn yh:qinghe-district .
<https://w3id.org/yuanhui-kg/id/foo.ttl> a yho:Company ; skos:prefLabel "点名公司"@zh ; yho:isLocatedIn yh:qinghe-district .
<https://w3id.org/yuanhui-kg/id/foo.bib> a yho:Company ; skos:prefLabel "文献公司"@zh .
yh:fifth-plan a yho:Period ; skos:prefLabel "“甲五”时期"@zh ; skos:altLabel "甲五"@zh ; skos:notation "2026/2030" .
yh:sixth-plan a yho:Period ; skos:prefLabel "“甲六”时期"@zh ; skos:altLabel "甲六"@zh ; skos:notation "2031/2035" .
<https://stats.example.org/id/f1> a <http://purl.org/linked-data/cube#Observation> ; yho:subject <https://stats.example.org/id/t1> ;
  yho:indicator yho:registeredPopulation ; yho:period yh:fifth-plan ; yho:kind yho:countKind ; sdmx-measure:obsValue 12345 .
"""
TOWN = "https://stats.example.org/id/t1"
THINGS = {
    TOWN: "东台镇",
    "https://stats.example.org/id/d1": "测试区",
    "urn:uuid:12345678-1234-1234-1234-123456789012": "无网公司",
    f"{YH}a%2Fb": "斜杠公司",
    f"{YH}a/b/c": "三层公司",
}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    folder = tmp_path_factory.mktemp("any-iri")
    settings = Settings(resources=resources(folder), store=folder / "store", workers=2)
    store = StoreFolder(folder / "store")
    store.create(settings.graph_files)
    store.write(lambda writable: writable.load(MORE.encode(), format=ox.RdfFormat.TURTLE))
    with Backend.start(settings) as backend:
        yield backend


@pytest.fixture
def client(service: Backend) -> FlaskClient:
    return create_app(service.settings, service).test_client()


def by_iri(iri: str) -> str:
    return f"/page?iri={quote(iri, safe='')}"


def links(client: FlaskClient, path: str) -> list[str]:
    """What the page links to, without its frame."""
    answer = client.get(path, headers=HTML)
    assert answer.status_code == 200, path
    body = answer.get_data(as_text=True)
    frame = re.compile(r'<header class="site">.*?</header>|<footer class="site">.*?</footer>', re.DOTALL)
    return [
        unescape(found) for found in re.findall(r'<(?:a|link|img)\b[^>]* (?:href|src)="([^"]*)"', frame.sub("", body))
    ]


@pytest.mark.parametrize("iri", THINGS)
def test_every_thing_has_a_page_whose_links_answer(client: FlaskClient, iri: str) -> None:
    page = client.get("/page", query_string={"iri": iri}, headers=HTML)
    assert page.status_code == 200
    assert f"<h1>{THINGS[iri]}</h1>" in page.get_data(as_text=True)
    told = re.findall(r"<([^>]*)>; rel=\"(\w+)\"", ", ".join(page.headers.getlist("Link")))
    assert (by_iri(iri), "canonical") in told
    here = [link for link in links(client, by_iri(iri)) if link.startswith("/")]
    for address in {*here, *(link for link, _ in told if link.startswith("/"))}:
        assert client.get(address.partition("#")[0], follow_redirects=True).status_code == 200, address
    turtle = client.get(f"/api/v1/entities?iri={quote(iri, safe='')}&format=ttl")
    assert turtle.mimetype == "text/turtle"
    assert THINGS[iri] in turtle.get_data(as_text=True)


def test_a_page_by_parameter_needs_a_thing_that_is_known(client: FlaskClient) -> None:
    assert client.get("/page").status_code == 400
    assert client.get("/page?iri=no iri").status_code == 400
    assert client.get("/page?iri=https://nowhere.example/x").status_code == 404
    assert client.get("/page?id=qinghe-district").status_code == 200


@pytest.mark.parametrize("iri", THINGS)
def test_a_search_leads_to_the_page(client: FlaskClient, iri: str) -> None:
    assert by_iri(iri) in links(client, f"/search?q={THINGS[iri]}")


def test_lists_tables_and_figures_lead_to_pages_and_the_pages_lead_on(client: FlaskClient) -> None:
    towns = links(client, f"/search?type={quote('https://stats.example.org/def#Town', safe='')}")
    assert [link for link in towns if link.startswith("/page")] == [by_iri(TOWN)]
    answer = links(
        client,
        "/query?run=1&query="
        + quote(f"SELECT ?s ?o {{ ?s ?p <{TOWN}> . <{TOWN}> <http://www.w3.org/2000/01/rdf-schema#seeAlso> ?o }}"),
    )
    assert by_iri("https://stats.example.org/id/f1") in answer
    assert "https://elsewhere.example/t1" in answer
    figures = links(client, f"/figures?subject={quote(TOWN, safe='')}")
    assert {by_iri(TOWN), by_iri("https://stats.example.org/id/f1")} <= set(figures)
    page = links(client, by_iri(TOWN))
    assert {TOWN, "https://elsewhere.example/t1", by_iri("https://stats.example.org/def#Town")} <= set(page)
    assert by_iri(TOWN) in links(client, "/page/qinghe-district")


def test_a_whole_name_is_tried_before_its_end_is_taken_for_a_format(client: FlaskClient) -> None:
    for name, label in (("foo.ttl", "点名公司"), ("foo.bib", "文献公司")):
        asked = client.get(f"/id/{name}", headers={"Accept": "text/turtle"})
        assert asked.headers["Location"] == f"/data/{name}.ttl"
        for path in (f"/data/{name}", f"/data/{name}.ttl"):
            answer = client.get(path, headers={"Accept": "text/turtle"})
            assert (answer.status_code, answer.mimetype) == (200, "text/turtle")
            assert label in answer.get_data(as_text=True)
    assert client.get("/data/foo.nt").status_code == 404
    assert client.get("/data/qinghe-district.bib").mimetype == "application/x-bibtex"


def reconciled(client: FlaskClient, text: str, **more: Any) -> list[tuple[str, bool]]:
    answer = client.get("/reconcile", query_string={"queries": json.dumps({"q": {"query": text, **more}})})
    return [(one["id"], one["match"]) for one in answer.get_json()["q"]["result"]]


def test_names_are_reconciled_with_what_has_no_class_and_not_with_terms(client: FlaskClient) -> None:
    assert reconciled(client, "測試區")[0] == ("https://stats.example.org/id/d1", True)
    assert client.get("/reconcile/preview", query_string={"id": "https://stats.example.org/id/d1"}).status_code == 200
    assert [id for id, _ in reconciled(client, "创建日期")] == []


def test_codes_are_reconciled_exactly(client: FlaskClient) -> None:
    assert (
        reconciled(client, "990101")
        == reconciled(client, " ９９０１０１ ")
        == [("https://stats.example.org/id/d1", True)]
    )
    assert (
        reconciled(client, "990101", type="yho:Company")
        == reconciled(client, "990102")
        == reconciled(client, "99010")
        == []
    )
    suggested = client.get("/reconcile/suggest/entity?prefix=990101").get_json()["result"]
    assert [one["id"] for one in suggested] == ["https://stats.example.org/id/d1"]


def test_the_address_for_views_shows_any_thing(client: FlaskClient) -> None:
    view = client.get("/reconcile").get_json()["view"]["url"].removeprefix("http://localhost")
    for id in ("qinghe-district", TOWN):
        assert client.get(view.replace("{{id}}", quote(id, safe="")), headers=HTML).status_code == 200


def test_the_name_of_a_plan_names_its_period(client: FlaskClient) -> None:
    page = client.get("/search?q=甲五时期户籍人口&lang=zh", headers=HTML).get_data(as_text=True)
    assert "12,345" in page
    page = client.get("/search?q=户籍人口 甲六&lang=zh", headers=HTML).get_data(as_text=True)
    assert "没有2031–2035年的数据" in page
    assert "12,345" not in page
