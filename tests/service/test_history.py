"""What readers of pages and of the API see of corrected and retracted facts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from yuanhui_kg import cli
from yuanhui_kg.service import create_app
from yuanhui_kg.settings import Settings
from yuanhui_kg.store import StoreFolder
from yuanhui_kg.workers import Backend

QINGHE = Path(__file__).parents[1] / "fixtures" / "qinghe" / "triples.ttl"
HARM = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    store = tmp_path_factory.mktemp("history") / "store"
    StoreFolder(store).create([*Settings().ontology_files, QINGHE])
    given = ["--in", str(store), "--on", "2026-11-27"]
    assert (
        cli.run(["correct", "qinghe-2031-figure-budget", "value=850000000", *given, "--by", HARM, "--why", HARM]) == 0
    )
    assert cli.run(["retract", "qinghe-2031-figure-gdp", *given, "--by", "javascript:alert(1)", "--why", "误"]) == 0
    settings = Settings(store=store, workers=2)
    with Backend.start(settings) as backend:
        yield create_app(settings, backend).test_client()


def page(client: FlaskClient, name: str, language: str) -> str:
    answer = client.get(f"/page/{name}?lang={language}")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_a_corrected_figure_shows_what_holds_and_what_it_said(client: FlaskClient) -> None:
    for language, heading in (("zh", "修订记录"), ("en", "History")):
        text = page(client, "qinghe-2031-figure-budget", language)
        assert heading in text
        assert text.index("850000000") > 0
        assert "840000000" in text[text.index('id="history"') :]
        assert HARM not in text
        assert "&lt;script&gt;" in text


def test_a_retracted_figure_keeps_its_page_which_says_so(client: FlaskClient) -> None:
    for language, sentence in (("zh", "这条事实已撤回"), ("en", "This fact was retracted")):
        text = page(client, "qinghe-2031-figure-gdp", language)
        assert sentence in text
        assert "120.5亿元" in text[text.index('id="history"') :]
        assert 'href="javascript:' not in text


def test_a_fact_that_nobody_revised_has_no_history(client: FlaskClient) -> None:
    assert 'id="history"' not in page(client, "qinghe-district", "zh")
    assert "history" not in client.get("/api/v1/entities/qinghe-district").get_json()


def test_queries_and_tables_see_what_holds(client: FlaskClient) -> None:
    figures = {row["figure"]: row["value"] for row in client.get("/api/v1/figures?limit=500").get_json()["figures"]}
    named = {iri.rsplit("/", 1)[-1]: value for iri, value in figures.items()}
    assert named["qinghe-2031-figure-budget"] == 850000000
    assert "qinghe-2031-figure-gdp" not in named
    history = client.get("/api/v1/entities/qinghe-2031-figure-gdp").get_json()["history"]
    assert [one["kind"] for one in history] == ["Retraction"]
    rows = client.get("/api/v1/queries/revisions/run", headers={"Accept": "text/csv"}).get_data(as_text=True)
    assert "Correction" in rows
    assert "Retraction" in rows
