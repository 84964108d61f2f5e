"""The pages of figures, of the ontology and about the data, over the graph of our own text."""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from browsing import resources
from flask.testing import FlaskClient

from yuanhui_kg.errors import OverloadedError
from yuanhui_kg.service import asking, behind, charts, create_app, figures_page, findings, thing
from yuanhui_kg.settings import Settings
from yuanhui_kg.workers import Backend

HTML = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    settings = Settings(resources=resources(tmp_path_factory.mktemp("pages")), workers=2)
    with Backend.start(settings) as backend:
        yield backend


@pytest.fixture
def qinghe(service: Backend) -> FlaskClient:
    return create_app(service.settings, service).test_client()


def text(client: FlaskClient, path: str) -> str:
    answer = client.get(path, headers=HTML)
    assert answer.status_code == 200, path
    return unescape(answer.get_data(as_text=True))


def section(page: str, id: str) -> str:
    """What stands on a page between a heading and the end of its section."""
    found = re.search(rf'<section aria-labelledby="{id}">.*?</section>', page, re.DOTALL)
    return found[0] if found else ""


def rows(page: str) -> list[str]:
    """The rows of the table of all figures, without their tags."""
    body = section(page, "all").partition("<tbody>")[2]
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)]


# --- figures ----------------------------------------------------------------------------------------------------------


def test_every_figure_is_told_with_its_place(qinghe: FlaskClient) -> None:
    page = text(qinghe, "/figures?lang=zh")
    count = qinghe.get("/api/v1/figures").get_json()["count"]
    assert f"共 {count} 个数据" in page
    assert len(rows(page)) == min(count, 50)
    assert 'href="/article?document=qinghe-2031-text&lang=zh#char=146,149"' in page
    assert any("青禾区" in row and "8.4亿元" in row and "146–149" in row for row in rows(page))


def test_a_question_is_answered_with_the_figures_that_it_names(qinghe: FlaskClient) -> None:
    page = text(qinghe, "/search?q=青禾区的地区生产总值是多少，增长快吗？&lang=zh")
    assert "没有这样的名称" in page
    table = page.partition('<table class="figures stacked">')[2].partition("</table>")[0]
    assert "+6.2%" in table
    assert 'href="/page/qinghe-2031-figure-gdp-growth?lang=zh"' in table
    assert "青禾区" in page.partition("</table>")[2]
    assert '<table class="figures stacked">' not in text(qinghe, "/search?q=青禾区&lang=zh")


def answered(client: FlaskClient, q: str) -> tuple[list[str], str]:
    """The rows of figures by which a search is answered, without their tags, and what it says of periods."""
    page = text(client, f"/search?q={q}&lang=zh")
    table = page.partition('<table class="figures stacked">')[2].partition("</table>")[0].partition("<tbody>")[2]
    rows = [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in table.split("</tr>")[:-1]]
    said = re.search(r'<p class="note">(没有.*?)</p>', page)
    return rows, re.sub(r"<[^>]+>", "", said[1]) if said else ""


@pytest.mark.parametrize(
    "q",
    [
        "地区生产总值 2030",
        "2030年GDP",
        "青禾区 地区生产总值 2030",
        "青禾区２０３０年的GDP是多少",
        "2026-2030年GDP",
    ],
)
def test_a_search_that_names_a_period_is_answered_with_its_figures(qinghe: FlaskClient, q: str) -> None:
    rows, said = answered(qinghe, q)
    assert said == ""
    assert rows
    assert all("地区生产总值" in row and "2030年" in row for row in rows)


@pytest.mark.parametrize(
    ("q", "period"),
    [
        ("GDP 2029", "2029年"),
        ("地区生产总值 1999", "1999年"),
        ("青禾区1999–2001年GDP", "1999–2001年"),
        ("2029年青禾区的GDP是多少", "2029年"),
    ],
)
def test_where_a_period_has_no_figures_a_search_says_which_have(qinghe: FlaskClient, q: str, period: str) -> None:
    assert answered(qinghe, q) == ([], f"没有{period}的数据，有数据的是：2030年、2035年。")
    english = text(qinghe, f"/search?q={q}&lang=en")
    link = re.search(r'There are no figures for .*?; there are for: <a href="([^"]*)">2030</a>, <a', english)
    assert link
    assert len(shown := rows(text(qinghe, link[1]))) == 2
    assert all("2030" in row for row in shown)


@pytest.mark.parametrize(
    ("period", "named", "lies"),
    [("2020", "2020", True), ("2019", "2020", False), ("2016/2020", "2020", False), ("../2020", "2020", True), ("../2020", "2019", False),
     ("2020-06", "2020", True), ("2019-12/2020-03", "2020", False), ("2020", "2016/2020", True), ("2016/2020", "2016/2020", True),
     ("2021", "2016/2020", False), ("2016/..", "2016/2020", False), ("2016/..", "2016/..", True), ("2020", "2016/..", False), ("", "2020", False)],
)  # fmt: skip
def test_which_periods_lie_in_one_that_is_named(period: str, named: str, lies: bool) -> None:
    assert asking._lies_in(period, named) is lies


@pytest.mark.parametrize(
    "q", ["第三产业占比", "第三产业增加值占地区生产总值的比重", "青禾区第三产业占比高吗", "第三产业占比 2030"]
)
def test_a_structure_answers_for_the_share_of_a_part(qinghe: FlaskClient, q: str) -> None:
    rows, said = answered(qinghe, q)
    assert rows
    assert all("三次产业结构比重" in row and "第三产业" in row for row in rows)
    assert said == ""


def test_figures_are_chosen_and_the_choice_is_what_is_downloaded(qinghe: FlaskClient) -> None:
    page = text(qinghe, "/figures?kind=share&subject=qinghe-district&indicator=&lang=en")
    assert rows(page)
    assert all("share" in row and "Qinghe" in row for row in rows(page))
    address = re.search(r'href="(/api/v1/figures\?[^"]*format=csv)"', page)
    assert address
    downloaded = qinghe.get(address[1]).get_data(as_text=True)
    assert len(downloaded.strip().splitlines()) == len(rows(page)) + 1
    assert '<option value="share" selected>' in page


def test_what_is_chosen_may_find_nothing(qinghe: FlaskClient) -> None:
    assert "No figure fits." in text(qinghe, "/figures?period=1900&lang=en")
    assert qinghe.get("/figures?subject=a b", headers=HTML).status_code == 400
    assert qinghe.get("/figures?sort=nothing", headers=HTML).status_code == 400
    assert qinghe.get("/figures?offset=-1", headers=HTML).status_code == 400
    assert qinghe.get("/figures?fbclid=x", headers=HTML).status_code == 200


def test_figures_are_put_in_order(qinghe: FlaskClient) -> None:
    percents = [
        float(found[1])
        for row in rows(text(qinghe, "/figures?kind=share&sort=value"))
        if (found := re.search(r"(\d[\d.]*)%", row))
    ]
    assert len(percents) > 3
    assert percents == sorted(percents, reverse=True)
    assert rows(text(qinghe, "/figures?sort=indicator")) != rows(text(qinghe, "/figures"))


def test_pages_lead_to_the_next_and_keep_what_is_chosen(qinghe: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures_page, "_PAGE", 3)
    path, seen = "/figures?kind=share&sort=value&lang=en", []
    for _ in range(20):
        page = text(qinghe, path)
        seen += rows(page)
        following = re.search(r'<a rel="next" href="([^"]+)"', page)
        if following is None:
            break
        path = following[1]
    assert "offset=" in path
    monkeypatch.undo()
    assert seen == rows(text(qinghe, "/figures?kind=share&sort=value&lang=en"))


def test_of_very_many_figures_there_are_pages_and_no_charts(
    qinghe: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figures_page, "DRAWN", 5)
    page = text(qinghe, "/figures?lang=en")
    assert "Too many figures for charts" in page
    assert "<figure" not in page
    assert len(rows(page)) > 5
    whole = rows(page)
    monkeypatch.setattr(figures_page, "_PAGE", 3)
    parts = [
        row for offset in range(0, len(whole), 3) for row in rows(text(qinghe, f"/figures?lang=en&offset={offset}"))
    ]
    assert parts == whole


def test_more_figures_than_a_page_reads_are_left_to_the_data(
    qinghe: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(thing, "MOST_READ", 5)
    monkeypatch.setattr(figures_page, "MOST_READ", 5)
    monkeypatch.setattr(figures_page, "DRAWN", 5)
    count = qinghe.get("/api/v1/figures").get_json()["count"]
    page = text(qinghe, "/figures?lang=en")
    assert f"{count} figures" in page
    assert "Too many figures to be listed" in page
    assert rows(page) == []
    assert "/api/v1/figures?format=csv" in page
    assert rows(text(qinghe, "/figures?kind=change&lang=en"))
    page = text(qinghe, "/page/qinghe-district?lang=en")
    assert "/figures?subject=qinghe-district&lang=en" in section(page, "figures")


def test_base_and_growth_stand_side_by_side(qinghe: FlaskClient) -> None:
    table = section(text(qinghe, "/figures?lang=en"), "growth")
    row = next(row for row in table.split("<tr>") if "gross regional product" in row)
    for shown in ("12.05 billion yuan", "+6.2%", "not in the text", "2029", "2030"):
        assert shown in row, shown


def test_a_chart_of_very_many_bars_shows_the_first_and_folds_the_others(
    qinghe: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(charts, "MOST_BARS", 2)
    drawn = section(text(qinghe, "/figures?lang=en"), "charts")
    chart = next(figure for figure in drawn.split("</figure>") if "Growth from" in figure)
    shown, folded, hidden = chart.partition("<details>")
    assert folded
    assert shown.count("<li>") == 2
    assert f"{hidden.count('<li>')} more</summary>" in hidden


def test_parts_of_a_whole_are_drawn_then_and_now(qinghe: FlaskClient) -> None:
    charts = section(text(qinghe, "/figures?lang=en"), "charts")
    assert "then and now" in charts
    assert "12.6%" in charts
    assert "−0.7 points" in charts
    lengths = [
        float(length) for length in re.findall(r'class="part-\d" x="[\d.]+" width="([\d.]+)" height="8"/>', charts)
    ]
    assert sum(lengths) == pytest.approx(200, abs=0.1)


def test_findings_stand_beside_the_figures_that_they_concern(
    qinghe: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = qinghe.get("/api/v1/figures?indicator=generalPublicBudgetRevenue").get_json()["figures"][0]["figure"]
    finding = {
        "rule": "a-rule", "status": "edge", "title": {"zh": "题", "en": "A title"},
        "message": {"zh": "文", "en": "What <b>was</b> found"}, "observations": [told],
    }  # fmt: skip
    monkeypatch.setattr(findings, "found", lambda service: [finding])
    page = qinghe.get("/figures?lang=en", headers=HTML).get_data(as_text=True)
    assert '<li id="finding-1">' in page
    assert page.count('href="#finding-1"') >= 1
    assert "What &lt;b&gt;was&lt;/b&gt; found" in page
    assert "A title" not in text(qinghe, "/figures?kind=share&lang=en")
    monkeypatch.setattr(findings, "found", lambda service: None)
    assert "The checks are not done; open this page again later." in text(qinghe, "/figures?lang=en")


def test_the_checks_are_asked_once_for_each_version_of_the_data(
    service: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = create_app(service.settings, service)
    ours, asked = app.extensions["yuanhui_kg"], []
    original = type(ours).ask
    monkeypatch.setattr(
        type(ours), "ask", lambda self, job, *more, **others: asked.append(job) or original(self, job, *more, **others)
    )
    client = app.test_client()
    for path in ("/figures", "/figures?kind=share", "/page/qinghe-district"):
        text(client, path)
    assert asked.count("checks") == 1


def test_checks_that_take_long_go_on_and_a_later_page_has_them(
    service: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = create_app(service.settings, service)
    ours, go_on = app.extensions["yuanhui_kg"], threading.Event()
    original = type(ours).ask

    def slow(self: Any, job: str, *more: Any, **others: Any) -> Any:
        if job == "checks":
            go_on.wait(30)
        return original(self, job, *more, **others)

    monkeypatch.setattr(type(ours), "ask", slow)
    monkeypatch.setattr(behind, "_PATIENCE", 0.05)
    client = app.test_client()
    early = client.get("/figures?lang=en", headers=HTML)
    assert "The checks are not done" in early.get_data(as_text=True)
    go_on.set()
    monkeypatch.setattr(behind, "_PATIENCE", 30.0)
    late = client.get("/figures?lang=en", headers=HTML | {"If-None-Match": early.headers["ETag"]})
    assert late.status_code == 200
    assert "The checks are not done" not in late.get_data(as_text=True)


def test_checks_that_found_no_place_are_asked_again(service: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    app = create_app(service.settings, service)
    ours = app.extensions["yuanhui_kg"]
    original = type(ours).ask

    def full(self: Any, job: str, *more: Any, **others: Any) -> Any:
        if job == "checks":
            raise OverloadedError("Too many.", "Later.")
        return original(self, job, *more, **others)

    client = app.test_client()
    with monkeypatch.context() as patch:
        patch.setattr(type(ours), "ask", full)
        assert "The checks are not done" in text(client, "/figures?lang=en")
    assert "The checks are not done" not in text(client, "/figures?lang=en")


@pytest.mark.parametrize(
    ("path", "job"), [("/search?q=地区生产总值", "figures"), ("/", "figures"), ("/search", "stats")]
)
def test_a_page_that_lacks_what_found_no_place_is_kept_by_nobody(
    service: Backend, monkeypatch: pytest.MonkeyPatch, path: str, job: str
) -> None:
    app = create_app(service.settings, service)
    ours = app.extensions["yuanhui_kg"]
    original, refused = type(ours).ask, [job]

    def full(self: Any, name: str, *more: Any, **others: Any) -> Any:
        if name in refused:
            raise OverloadedError("Too many.", "Later.")
        return original(self, name, *more, **others)

    monkeypatch.setattr(type(ours), "ask", full)
    client = app.test_client()
    early = client.get(path, headers=HTML)
    assert (early.status_code, early.headers["Cache-Control"]) == (200, "no-store")
    assert "ETag" not in early.headers
    monkeypatch.undo()
    late = client.get(path, headers=HTML)
    assert late.headers["ETag"]
    assert late.data != early.data


# --- other pages ------------------------------------------------------------------------------------------------------


def test_facts_stand_under_how_the_text_puts_them(qinghe: FlaskClient) -> None:
    page = section(text(qinghe, "/page/qinghe-district?lang=en"), "facts")
    talks = page.partition('<div class="facts soft">')[2]
    assert "is in talks with" in talks
    assert "Talks" in talks or "talks" in talks
    assert "#char=64,70" in talks
    firm = page.partition('<div class="facts firm">')[2].partition('<div class="facts ')[0]
    assert "is in talks with" not in firm


def test_a_figures_page_shows_it_among_those_of_its_indicator(qinghe: FlaskClient) -> None:
    page = text(qinghe, "/page/qinghe-2031-figure-gdp-growth?lang=en")
    shown = section(page, "figures")
    assert "12.05 billion yuan" in shown
    assert "+6.2%" in shown


def test_citations_are_on_the_page_to_be_copied(qinghe: FlaskClient) -> None:
    page = text(qinghe, "/page/qinghe-district")
    for style in ("gbt7714", "text", "bibtex", "csl"):
        assert f'data-copy="cite-{style}"' in page
        assert f'<pre id="cite-{style}"' in page
    assert "[DS/OL]" in page
    assert "@misc{" in page


def test_of_very_much_the_first_is_shown_and_the_others_are_folded(qinghe: FlaskClient) -> None:
    page = section(text(qinghe, "/page/qinghe-district?lang=en"), "figures")
    shown, _, folded = page.partition("<details>")
    assert shown.count("<tr>") == 16
    assert "more</summary>" in folded


def test_terms_are_told_in_both_languages_with_their_hierarchy_and_use(qinghe: FlaskClient) -> None:
    page = text(qinghe, "/ontology.html?lang=en")
    term = page.partition('<article class="term" id="Town">')[2].partition("</article>")[0]
    for shown in ("镇", "administrative area", "times"):
        assert shown in term, shown
    assert '<svg class="tree"' in page
    terms = re.findall(r'<article class="term" id="([^"]+)"', page)
    assert len(terms) == len(set(terms)) > 300
    tree = re.findall(r'<a href="#([^"]+)"><text', page)
    assert len(tree) == len(set(tree))
    assert {"Town", "Entity", "isLocatedIn"} <= set(tree) <= set(terms)


def test_a_class_has_a_picture_of_what_leads_to_it_and_from_it(qinghe: FlaskClient) -> None:
    page = text(qinghe, "/ontology.html?lang=en")
    company = page.partition('id="Company"')[2].partition("</article>")[0]
    picture = company.partition('<svg class="connected"')[2].partition("</svg>")[0]
    drawn = re.findall(r"<text[^>]*>([^<]*)</text>", picture)
    assert drawn[0] == "company"
    assert {"supports industry", "industry"} <= set(drawn)
    assert picture.count("<path") == len(drawn) // 2
    assert 'id="IndustryGroup"' in page
    assert "connected" not in page.partition('id="IndustryGroup"')[2].partition("</article>")[0]


def test_the_data_set_is_told_with_its_sources_and_its_citation(qinghe: FlaskClient) -> None:
    page = text(qinghe, "/about?lang=en")
    for shown in ("creativecommons.org/licenses/by/4.0", "Apache-2.0", "SHA-256", "[DS/OL]", "/sparql", "asserted"):
        assert shown in page, shown


def test_pages_say_nothing_of_maps_where_there_are_no_coordinates(qinghe: FlaskClient) -> None:
    for path in ("/", "/figures", "/page/qinghe-district"):
        assert "<map" not in text(qinghe, path)


def test_an_empty_graph_has_pages_too(tmp_path: Path) -> None:
    folder = resources(tmp_path)
    shutil.rmtree(folder / "data")
    with Backend.start(Settings(resources=folder, empty=True, workers=1)) as backend:
        client = create_app(backend.settings, backend).test_client()
        for path in ("/", "/figures", "/ontology.html", "/about", "/search?q=x"):
            assert client.get(path, headers=HTML).status_code == 200, path
