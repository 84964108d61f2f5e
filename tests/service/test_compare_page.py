"""The page that puts what sources say of an indicator side by side."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape

import pyoxigraph as ox
import pytest
from browsing import resources
from flask.testing import FlaskClient

from yuanhui_kg.namespaces import YH, YHO
from yuanhui_kg.service import compare_page, create_app
from yuanhui_kg.settings import Settings
from yuanhui_kg.store import StoreFolder
from yuanhui_kg.workers import Backend

GRP = f"<{YHO.grossRegionalProduct}>"
#: What two other data sets say: one contradicts our own text (8.4 亿元), one only names what it measures <script>.
THEIRS = f"""
<{YH}theirs> <{YHO.indicator}> {GRP} ; <{YHO.subject}> <{YH}qinghe-district> ; <{YHO.period}> "2030" ; <{YHO.kind}> <{YHO.level}> ;
  <{YHO.unit}> <http://qudt.org/vocab/unit/CCY_CNY> ; <http://purl.org/linked-data/sdmx/2009/measure#obsValue> 910000000 .
<{YH}datasets/stats> <http://purl.org/dc/terms/title> "Yearbook <script>"@en , "年鉴 <script>"@zh .
"""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    folder = tmp_path_factory.mktemp("compare")
    settings = Settings(resources=resources(folder), store=folder / "store", workers=2)
    store = StoreFolder(folder / "store")
    store.create(settings.graph_files)
    graph = ox.NamedNode(f"{YH}datasets/stats")
    store.write(lambda writable: writable.load(THEIRS.encode(), format=ox.RdfFormat.TURTLE, to_graph=graph))
    with Backend.start(settings) as backend:
        yield backend


@pytest.fixture
def client(service: Backend) -> FlaskClient:
    return create_app(service.settings, service).test_client()


def text(client: FlaskClient, path: str) -> str:
    answer = client.get(path, headers={"Accept": "text/html"})
    assert answer.status_code == 200, path
    return answer.get_data(as_text=True)


def rows(page: str) -> list[str]:
    body = page.partition('<table class="figures stacked compared">')[2].partition("</table>")[0]
    return [
        unescape(" ".join(re.sub(r"<[^>]+>", " ", row).split()))
        for row in re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
    ]


@pytest.mark.parametrize(
    ("language", "told", "why"), [("zh", "9.1亿元", "不合，可能因为："), ("en", "910 million yuan", "perhaps because")]
)
def test_sources_stand_side_by_side_with_why_they_may_differ(
    client: FlaskClient, language: str, told: str, why: str
) -> None:
    page = text(client, f"/compare?indicator=grossRegionalProduct&lang={language}")
    head, *found = rows(page)
    assert "script" in head
    place = next(number for number, row in enumerate(found) if told in row)
    assert len(re.findall(r"亿元|yuan", found[place])) == 2
    assert why in found[place + 1]
    assert "<script>" not in page
    assert 'href="/page/theirs' in page


def test_only_what_another_source_says_too_has_a_column_of_its_own() -> None:
    """Five districts, each told of by one text, would make a diagonal that no window is wide enough for."""

    def row(*sources: str) -> dict[str, list[dict[str, str]]]:
        return {"readings": [{"source": source} for source in sources]}

    sources = [{"iri": iri} for iri in "abcdef"]
    assert compare_page._beside(sources, [row("a"), row("b"), row("c", "c")]) == []
    assert compare_page._beside(sources, [row("a"), row("b", "e")]) == [{"iri": "b"}, {"iri": "e"}]


def test_what_one_source_alone_says_stands_with_its_name(client: FlaskClient) -> None:
    page = text(client, "/compare?indicator=yho:urbanisationRate&lang=en")
    assert '<th scope="col">Value</th>' in page
    assert "origin" in page.partition('<table class="figures stacked compared">')[2]


def test_contradictions_alone_are_shown_where_they_are_asked_for(client: FlaskClient) -> None:
    every = rows(text(client, "/compare?indicator=yho:grossRegionalProduct&lang=en"))
    some = rows(text(client, "/compare?indicator=yho:grossRegionalProduct&contradictions=1&lang=en"))
    assert 2 < len(some) < len(every)
    none = rows(text(client, "/compare?indicator=yho:grossRegionalProduct&period=1999&lang=en"))
    assert len(none) == 1  # the head


def test_the_data_of_the_page_are_beside_it(client: FlaskClient) -> None:
    page = text(client, "/compare?indicator=yho:grossRegionalProduct&period=2030&lang=en")
    (address,) = re.findall(r'<link rel="alternate" type="application/json" href="([^"]+)"', page)
    found = json.loads(client.get(unescape(address)).data)
    assert found["contradictions"] == 1
    assert {row["period"] for row in found["rows"]} == {"2030"}


def test_sources_beyond_the_columns_are_named_in_the_last(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compare_page, "_COLUMNS", 1)
    head, *found = rows(text(client, "/compare?indicator=yho:grossRegionalProduct&lang=en"))
    assert head.endswith("Others")
    assert any(row.count("yuan") == 2 for row in found)


def test_nothing_is_compared_before_an_indicator_is_chosen(client: FlaskClient) -> None:
    page = text(client, "/compare?lang=en")
    assert "<table" not in page
    assert "grossRegionalProduct" in page
    assert client.get("/compare?indicator=yho:nothing", headers={"Accept": "text/html"}).status_code == 404
    assert client.get("/compare?indicator=yho:grossRegionalProduct&contradictions=x").status_code == 400
    assert 'href="/compare?indicator=yho%3AgrossRegionalProduct' in text(
        client, "/figures?indicator=yho:grossRegionalProduct"
    )
