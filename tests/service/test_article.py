"""Texts that are cited: what rests on each passage, as JSON and as a page; nothing of the text itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import QINGHE, resources
from flask.testing import FlaskClient

from yuanhui_kg.service import create_app
from yuanhui_kg.settings import Settings
from yuanhui_kg.workers import Backend

TEXT = (QINGHE / "article.txt").read_bytes().decode("utf-8")
SPANS = "/api/v1/documents/qinghe-2031-text/spans"


@pytest.fixture(scope="module")
def qinghe(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    folder: Path = resources(tmp_path_factory.mktemp("qinghe"))
    settings = Settings(resources=folder, workers=1)
    with Backend.start(settings) as backend:
        yield create_app(settings, backend).test_client()


def test_documents_are_named_with_their_digests(qinghe: FlaskClient) -> None:
    (document,) = qinghe.get("/api/v1/documents").get_json()["documents"]
    assert (document["id"], document["length"]) == ("qinghe-2031-text", len(TEXT))
    assert len(document["sha256"]) == 64
    assert {"zh", "en"} <= document["label"].keys()


def test_spans_tell_names_figures_and_relations_with_their_modality(qinghe: FlaskClient) -> None:
    found = qinghe.get(SPANS).get_json()
    assert found["total"] == len(found["spans"]) > 100
    things = found["things"]
    figures = [(span, figure) for span in found["spans"] for figure in span["figures"]]
    span, growth = next((span, figure) for span, figure in figures if "gdp-growth" in figure["figure"])
    assert TEXT[span["start"] : span["end"]] == "6.2"
    assert growth["value"] == 6.2
    assert things[growth["figure"]]["label"]["zh"]
    assert things[growth["unit"]]["label"]
    assert any("qinghe-district" in span["mentions"] for span in found["spans"])
    modalities = {statement["modality"] for span in found["spans"] for statement in span["statements"]}
    assert {"yho:asserted", "yho:inTalks"} <= modalities
    named = {id for span in found["spans"] for statement in span["statements"] for id in statement.values()}
    assert named <= things.keys()
    assert any("normalised" in span for span in found["spans"])


def test_spans_come_in_pages_that_name_one_another(qinghe: FlaskClient) -> None:
    whole = qinghe.get(SPANS).get_json()["spans"]
    page = qinghe.get(f"{SPANS}?offset=10&limit=5")
    assert page.get_json()["spans"] == whole[10:15]
    assert page.headers["X-Total-Count"] == str(len(whole))
    assert any('rel="next"' in link for link in page.headers.getlist("Link"))
    assert qinghe.get(f"{SPANS}?offset=100000").get_json()["spans"] == []
    assert qinghe.get(f"{SPANS}?limit=2001").status_code == 400


def test_spans_need_not_be_fetched_twice(qinghe: FlaskClient) -> None:
    tag = qinghe.get(SPANS).headers["ETag"]
    assert qinghe.get(SPANS, headers={"If-None-Match": tag}).status_code == 304


def test_the_work_names_its_text_and_an_unknown_one_is_not_found(qinghe: FlaskClient) -> None:
    assert qinghe.get("/api/v1/documents/qinghe-2031-article/spans?limit=1").get_json()["document"]["length"] == len(
        TEXT
    )
    assert qinghe.get("/api/v1/documents/nothing/spans").status_code == 404
    assert qinghe.get("/api/v1/documents/%3Cx%20y%3E/spans").status_code == 400


def test_the_page_lists_places_with_their_facts_and_none_of_the_text(qinghe: FlaskClient) -> None:
    first = qinghe.get("/article?lang=en").get_data(as_text=True)
    assert "qinghe-2031-figure" in first
    assert 'rel="next"' in first
    assert 'rel="prev"' not in first
    second = qinghe.get("/article?document=qinghe-2031-text&offset=50&lang=zh").get_data(as_text=True)
    assert 'rel="prev"' in second
    sentence = "没有谈成的项目不算成绩"
    assert sentence in TEXT
    assert not any(sentence in page for page in (first, second, qinghe.get(SPANS).get_data(as_text=True)))


def test_a_graph_that_cites_no_text_says_so(client: FlaskClient) -> None:
    if not client.get("/api/v1/documents").get_json()["documents"]:
        assert "The graph cites no text." in client.get("/article?lang=en").get_data(as_text=True)


def test_a_fact_leads_to_its_place_in_the_text(qinghe: FlaskClient) -> None:
    page = qinghe.get("/page/qinghe-2031-figure-gdp-growth?lang=en").get_data(as_text=True)
    start = TEXT.index("6.2")
    assert f'href="/article?document=qinghe-2031-text&amp;lang=en#char={start},{start + 3}"' in page


def test_terms_are_told_with_their_names(qinghe: FlaskClient) -> None:
    answer = qinghe.get("/api/v1/terms")
    told = {term["id"]: term for term in answer.get_json()["terms"]}
    assert told["yho:generalPublicBudgetRevenue"]["label"]["zh"] == "一般公共预算收入"
    assert told["yho:indicator"]["kind"] == "property"
    assert told["yho:indicator"]["uses"] > 10
    assert told["qb:Observation"]["kind"] == "class"
    assert qinghe.get("/api/v1/terms", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
