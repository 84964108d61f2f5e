"""What the pages say of a store that holds more than our own text, or something else: nothing that is not so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from browsing import resources
from flask.testing import FlaskClient

import beside
from yuanhui_kg.catalog import load
from yuanhui_kg.service import create_app
from yuanhui_kg.settings import Settings
from yuanhui_kg.store import StoreFolder
from yuanhui_kg.workers import Backend


@pytest.fixture(scope="module")
def joined(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    """Our own text, and the README's data set beside it."""
    folder = tmp_path_factory.mktemp("joined")
    settings = Settings(resources=resources(folder), store=folder / "store", workers=2)
    beside.folder(folder / "store", settings)
    with Backend.start(settings) as backend:
        yield backend


@pytest.fixture
def client(joined: Backend) -> FlaskClient:
    return create_app(joined.settings, joined).test_client()


def text(client: FlaskClient, path: str) -> str:
    """What stands on a page, without its tags."""
    answer = client.get(path, headers={"Accept": "text/html"})
    assert answer.status_code == 200, path
    return plain(answer.get_data(as_text=True))


def plain(page: str) -> str:
    """A page without its tags."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


OTHER = """
@prefix ex: <https://stats.example.org/id/> . @prefix o: <https://stats.example.org/def#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix yh: <https://w3id.org/yuanhui-kg/id/> .
ex:t1 a o:Town ; rdfs:label "东镇"@zh ; o:partOf ex:d1 . ex:d1 a o:District ; rdfs:label "测试区"@zh .
yh:t2 a o:Town ; rdfs:label "西镇"@zh ; o:partOf ex:d1 .
"""
CLAIMS = (
    "CC BY",
    "names its evidence",
    "yuanhui-kg contributors",
    "of clear provenance",
    "w3id.org",
    "The text is",
    "Reports on a region",
)


@pytest.fixture(scope="module")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """Another graph alone, without our ontology."""
    folder = tmp_path_factory.mktemp("foreign")
    (folder / "other.ttl").write_text(OTHER)
    settings = Settings(resources=resources(folder), store=folder / "store", empty=True, workers=2)
    StoreFolder(folder / "store").create([folder / "other.ttl"])
    with Backend.start(settings) as backend:
        yield create_app(backend.settings, backend).test_client()


# --- what is claimed --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/", "/about", "/figures", "/search?q=镇", "/openapi.html", "/page/t2", "/page/nothing"]
)
def test_of_another_graph_nothing_is_claimed_that_holds_of_ours(foreign: FlaskClient, path: str) -> None:
    answer = foreign.get(path + ("&" if "?" in path else "?") + "lang=en", headers={"Accept": "text/html"})
    page = plain(answer.get_data(as_text=True))
    assert [claim for claim in CLAIMS if claim in page.replace("https://w3id.org/yuanhui-kg/id/", "")] == []
    assert "Software: Apache 2.0." in page


def test_another_graph_has_no_questions_about_ours(foreign: FlaskClient) -> None:
    assert "Questions to begin with" not in text(foreign, "/?lang=en")
    assert b"from reports" not in foreign.get("/.well-known/void").data


def gallery(client: FlaskClient) -> dict[str, list[str]]:
    """The saved queries of the query page by topic."""
    page = client.get("/query?lang=en", headers={"Accept": "text/html"}).get_data(as_text=True)
    topics = re.findall(r"<summary>([^<]+?) <span.*?</details>", page, re.DOTALL)
    groups = re.findall(r'<details class="topic".*?</details>', page, re.DOTALL)
    return {topic: re.findall(r'data-query="([^"]+)"', group) for topic, group in zip(topics, groups, strict=True)}


def test_saved_queries_that_the_data_do_not_answer_are_set_apart(foreign: FlaskClient, tmp_path: Path) -> None:
    every = set(load(Settings().queries))
    assert {"Not answered by the data here": every} == {topic: set(ids) for topic, ids in gallery(foreign).items()}
    with Backend.start(Settings(resources=resources(tmp_path), workers=1)) as backend:
        client = create_app(backend.settings, backend).test_client()
        *topics, last = gallery(client).items()
        home = text(client, "/?lang=en")
    here = {id for _, ids in topics for id in ids}
    assert last[0] == "Not answered by the data here"
    assert here | set(last[1]) == every
    assert {"figures", "mentions", "awards", "figures-without-evidence"} <= here
    # Of the article alone: its misprints, its sections, what lies in its district.
    assert {"misprints", "sections", "zone-tax-per-revenue", "located-in-district"} <= set(last[1])
    assert [id for id in last[1] if load(Settings().queries)[id].summary["en"] in home] == []


def test_the_article_answers_all_saved_queries() -> None:
    with Backend.start(Settings(workers=1)) as backend:
        topics = gallery(create_app(backend.settings, backend).test_client())
    assert "Not answered by the data here" not in topics
    assert {id for ids in topics.values() for id in ids} == set(load(Settings().queries))


@pytest.mark.parametrize(
    "more",
    [OTHER, "<http://e/f> <http://purl.org/linked-data/sdmx/2009/measure#obsValue> 1 ."],
    ids=["other things", "a figure without evidence"],
)
def test_that_every_fact_names_its_evidence_is_said_only_where_it_does(tmp_path: Path, more: str) -> None:
    folder = resources(tmp_path)
    (folder / "data" / "more.ttl").write_text(more)
    store = StoreFolder(tmp_path / "store")
    store.create([*Settings(resources=folder).graph_files, folder / "data" / "more.ttl"])
    with Backend.start(Settings(resources=folder, store=tmp_path / "store", workers=1)) as backend:
        page = text(create_app(backend.settings, backend).test_client(), "/?lang=en")
    assert "names its evidence" not in page
    assert "Data: CC BY 4.0; software: Apache 2.0." in page


def test_of_a_graph_with_a_merged_draft_no_licence_is_claimed(tmp_path: Path) -> None:
    folder = resources(tmp_path)
    prov, yh = "http://www.w3.org/ns/prov#", "https://w3id.org/yuanhui-kg/id/"
    (folder / "data" / "more.ttl").write_text(
        f"<{yh}other-figures> a <http://purl.org/linked-data/cube#DataSet> ; <{prov}wasGeneratedBy> <{yh}other-extraction> ; "
        f"<{prov}wasDerivedFrom> <{yh}other-text> . <{yh}other-extraction> <{prov}used> <{yh}other-text> ."
    )
    with Backend.start(Settings(resources=folder, workers=1)) as backend:
        client = create_app(backend.settings, backend).test_client()
        about, void = text(client, "/about?lang=en"), client.get("/.well-known/void").get_data(as_text=True)
    assert "CC BY" not in about
    assert "creativecommons" not in about + void
    assert "dcat:version" in void


def test_our_own_text_keeps_its_sentences(tmp_path: Path) -> None:
    settings = Settings(resources=resources(tmp_path), workers=1)
    with Backend.start(settings) as backend:
        client = create_app(backend.settings, backend).test_client()
        about = text(client, "/about?lang=en")
        assert "Every fact in the graph names its evidence. Data: CC BY 4.0; software: Apache 2.0." in about
        assert "There are no coordinates of clear provenance, hence no maps." in about
        home = text(client, "/?lang=zh")
        assert "图谱中的每条事实都注明出处。数据许可：CC BY 4.0；软件许可：Apache 2.0。" in home
        # Of another district's text: what asks about the article's own things is not asked of it.
        assert "可以这样问" in home
        assert "多少审批事项可网上办" not in home


def test_with_a_data_set_beside_it_the_text_speaks_for_itself_only(client: FlaskClient) -> None:
    page = text(client, "/?lang=en")
    assert "names its evidence" not in page
    assert "Data: CC BY 4.0" not in page
    assert "Sources and licences of the data sets: About ; software: Apache 2.0." in page


def test_a_citation_of_the_data_set_is_its_own(client: FlaskClient) -> None:
    told = client.get(f"/api/v1/citations?iri={beside.FIGURE}").get_json()
    assert (told["data_set"]["title"], told["data_set"]["creators"]) == (beside.TITLE, [])


# --- figures ----------------------------------------------------------------------------------------------------------


def test_the_page_of_figures_tells_and_chooses_by_whose_they_are(client: FlaskClient) -> None:
    page = text(client, "/figures?lang=en")
    assert "Figures of several sources" in page
    assert "Every number of the text" not in page
    assert "Source All" in page  # to choose by
    chosen = text(client, f"/figures?lang=en&source={beside.GRAPH}")
    assert "18 figures" in chosen
    assert "Evidence (character offsets) Source" in chosen
    assert chosen.count(beside.TITLE) > 18
    assert f"Source: {beside.TITLE}" in chosen  # of a chart


def test_the_interface_chooses_by_whose_figures_are(client: FlaskClient) -> None:
    found = client.get(f"/api/v1/figures?source={beside.GRAPH}").get_json()
    assert found["count"] == 18
    assert {row["source_en"] for row in found["figures"]} == {beside.TITLE}


def test_a_search_tells_whose_figures_are(client: FlaskClient) -> None:
    page = text(client, "/search?lang=en&q=土地面积")
    assert "Evidence (character offsets) Source" in page
    assert beside.TITLE in page
