"""``/reconcile/datasets/NAME``: names are reconciled with a register beside the graph, by the same protocol."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pyoxigraph as ox
import pytest
from browsing import resources
from flask.testing import FlaskClient

from yuanhui_kg.link import things
from yuanhui_kg.namespaces import YH
from yuanhui_kg.service import create_app
from yuanhui_kg.settings import Settings
from yuanhui_kg.store import StoreFolder
from yuanhui_kg.workers import Backend

#: A register whose rows are concepts, one without a class, one with a place on the map, and one that our own graph has too.
REGISTER = """
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix geo: <http://www.w3.org/2003/01/geo/wgs84_pos#> .
@prefix r: <https://example.org/r/> .
r:1 a skos:Concept ; skos:prefLabel "云州市"@zh ; skos:notation "1" .
r:11 a skos:Concept ; skos:prefLabel "青禾区"@zh , "Qinghe"@en ; skos:broader r:1 ; skos:notation "11" .
r:12 skos:prefLabel "山阳县"@zh ; skos:broader r:1 .
r:111 a skos:Concept ; skos:prefLabel "石门镇"@zh ; skos:broader r:11 ; geo:lat 30.1 ; geo:long 114.2 .
r:121 a skos:Concept ; skos:prefLabel "石门镇"@zh ; skos:broader r:12 ; geo:lat 31.5 ; geo:long 115.9 .
"""
NAMED = f"""
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix void: <http://rdfs.org/ns/void#> .
<{YH}datasets/towns> dcterms:identifier "towns" ; dcterms:title "Towns <script>" ; void:triples 12345 ;
  dcterms:license <https://spdx.org/licenses/CC0-1.0> .
<{YH}datasets/empty> dcterms:identifier "empty" ; void:triples 0 .
"""
HERE = "/reconcile/datasets/towns"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    folder = tmp_path_factory.mktemp("datasets")
    settings = Settings(resources=resources(folder), store=folder / "store", workers=2)
    store = StoreFolder(folder / "store")
    store.create(settings.graph_files)
    for name, text in (("datasets", NAMED), ("datasets/towns", REGISTER)):
        graph = ox.NamedNode(YH + name)
        store.write(
            lambda writable, text=text, graph=graph: writable.load(  # type: ignore[misc]
                text.encode(), format=ox.RdfFormat.TURTLE, to_graph=graph
            )
        )
    with Backend.start(settings) as backend:
        yield backend


@pytest.fixture
def client(service: Backend) -> FlaskClient:
    return create_app(service.settings, service).test_client()


def best(client: FlaskClient, path: str, text: str, *properties: tuple[str, Any]) -> tuple[str, bool]:
    """The id of the first result, and whether it is a match."""
    query = {"query": text, "properties": [{"pid": name, "v": value} for name, value in properties]}
    found = client.post(path, data={"queries": json.dumps({"q": query})}).get_json()["q"]["result"]
    return (found[0]["id"], found[0]["match"]) if found else ("", False)


def test_a_data_set_and_the_graph_are_reconciled_with_apart(client: FlaskClient) -> None:
    assert best(client, HERE, "青禾區") == ("https://example.org/r/11", True)
    assert best(client, "/reconcile", "青禾區") == ("qinghe-district", True)
    assert best(client, HERE, "山阳") == ("https://example.org/r/12", True)
    assert best(client, HERE, "云杉食品") == ("", False)


def test_a_result_tells_in_what_it_lies(client: FlaskClient) -> None:
    query = {"q": {"query": "石门镇", "properties": [{"pid": "in", "v": "青禾区"}]}}
    (first, *_) = client.post(HERE, data={"queries": json.dumps(query)}).get_json()["q"]["result"]
    assert first["description"] == "云州市 › 青禾区"


def test_properties_tell_surroundings_and_coordinates_and_a_number_is_neither(client: FlaskClient) -> None:
    assert best(client, HERE, "石门镇")[1] is False
    assert best(client, HERE, "石门镇", ("in", "山阳县")) == ("https://example.org/r/121", True)
    assert best(client, HERE, "石门镇", ("in", "山阳县"), ("population", "31500"), ("code", 7)) == (
        "https://example.org/r/121",
        True,
    )
    near = (("geo:lat", "30.1001"), ("http://www.w3.org/2003/01/geo/wgs84_pos#long", 114.2))
    assert best(client, HERE, "石门镇", *near)[0] == "https://example.org/r/111"
    for odd in ("", "north", "1e999", "NaN", "91", [], None, True):
        assert best(client, HERE, "石门镇", ("lat", odd), ("lon", 114.2), ("year", odd))[1] is False


def test_the_manifest_names_addresses_that_answer(client: FlaskClient) -> None:
    manifest = client.get(HERE).get_json()
    assert manifest["name"] == "yuanhui-kg: towns"
    for where in manifest["suggest"].values():
        path = (where["service_url"] + where["service_path"]).removeprefix("http://localhost")
        assert path.startswith(HERE)
        assert client.get(path, query_string={"prefix": "青"}).status_code == 200
    page = manifest["view"]["url"].removeprefix("http://localhost").replace("{{id}}", "https://example.org/r/11")
    assert "青禾区" in client.get(page).get_data(as_text=True)


def test_suggestions_and_values_come_from_the_data_set(client: FlaskClient) -> None:
    def suggested(what: str, typed: str) -> list[str]:
        found = client.get(f"{HERE}/suggest/{what}", query_string={"prefix": typed}).get_json()["result"]
        return [one["id"] for one in found]

    assert suggested("entity", "石門") == ["https://example.org/r/111", "https://example.org/r/121"]
    assert suggested("entity", "禾") == suggested("entity", "QING") == ["https://example.org/r/11"]
    assert suggested("entity", "没有") == suggested("entity", " ") == []
    assert "skos:notation" in suggested("property", "notation")
    extend = {"ids": ["https://example.org/r/11"], "properties": [{"id": "skos:broader"}, {"id": "skos:notation"}]}
    found = client.post(HERE, data={"extend": json.dumps(extend)}).get_json()["rows"]["https://example.org/r/11"]
    assert found == {
        "skos:broader": [{"id": "https://example.org/r/1", "name": "云州市"}],
        "skos:notation": [{"str": "11"}],
    }


def test_a_name_that_no_data_set_has_is_not_found(client: FlaskClient) -> None:
    answer = client.get('/reconcile/datasets/no" . }')
    assert answer.status_code == 404
    assert answer.get_json()["error"]["hint"] == "There is empty, towns."


def test_a_data_set_with_more_names_than_are_read_is_refused(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(things, "MOST", 5)
    answer = client.post(HERE, data={"queries": '{"q": {"query": "青禾区"}}'})
    assert answer.status_code == 413
    assert "--store" in answer.get_json()["error"]["hint"]


@pytest.mark.parametrize(("language", "told"), [("zh", "图谱旁边的数据集"), ("en", "Data sets beside the graph")])
def test_the_page_about_lists_data_sets_with_where_to_reconcile(client: FlaskClient, language: str, told: str) -> None:
    page = client.get(f"/about?lang={language}").get_data(as_text=True)
    table = page.partition('<section aria-labelledby="beside">')[2].partition("</section>")[0]
    assert told in table
    assert "Towns &lt;script&gt;" in table
    assert "12,345" in table
    assert "http://localhost/reconcile/datasets/towns</code>" in table
