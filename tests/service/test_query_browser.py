"""The page to ask with, in a real browser: pick, write, run, cancel, look, take away."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
import time
from typing import Any
from urllib.parse import parse_qs, urlsplit
from urllib.request import Request, urlopen

import pytest
from browsing import DESKTOP, PHONE, Visits, await_that, keep, look, overflow, violations

pytestmark = pytest.mark.slow  # a minute and more each

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
LOCATED = "PREFIX yho: <https://w3id.org/yuanhui-kg/ontology#>\nSELECT ?a ?b { ?a yho:isLocatedIn ?b } ORDER BY ?a"
FIGURES = """PREFIX yho: <https://w3id.org/yuanhui-kg/ontology#>
PREFIX m: <http://purl.org/linked-data/sdmx/2009/measure#>
SELECT ?figure ?value { ?figure m:obsValue ?value ; yho:unit <http://qudt.org/vocab/unit/PERCENT> }"""


def write(page: Any, text: str) -> None:
    """Put a text in the place of the editor's; it is pasted, so that nothing is completed meanwhile."""
    page.click(".cm-content")
    page.keyboard.press("Control+A")
    page.keyboard.press("Delete")
    page.keyboard.insert_text(text)


def ask(page: Any, text: str) -> None:
    write(page, text)
    page.keyboard.press("Control+Enter")


def choose(page: Any, text: str) -> None:
    """Choose what the list of completions offers: again where it takes nothing yet, as in its first 75 ms."""
    option = page.locator(".cm-tooltip-autocomplete li", has_text=text).first
    option.wait_for()
    for _ in range(20):
        option.click()
        page.wait_for_timeout(100)
        if not option.is_visible():
            return
    pytest.fail(f"The list still offers {text}.")


def written(page: Any) -> str:
    return "\n".join(page.locator(".cm-line").all_inner_texts())


def test_a_saved_query_is_found_by_a_piece_of_its_question_and_runs(visit: Visits) -> None:
    page = visit("/query")
    page.fill("#find-query", "哪里提到")
    found = page.locator("li[data-query]:visible")
    assert found.count() == 1
    found.locator("a").click()
    page.wait_for_selector("#tab-table")
    assert page.locator(".answer tbody tr").count() >= 20
    assert "saved=mentions" in page.url
    page.fill("#find-query", "mention which things")
    assert page.locator("li[data-query]:visible").count() == 1


def test_a_tables_things_have_names_and_its_columns_can_be_sorted(visit: Visits) -> None:
    page = visit("/query", language="en-GB")
    ask(page, FIGURES)
    page.wait_for_selector("td a[href*='/page/qinghe-2031-figure']")
    assert not page.locator("td a").first.inner_text().startswith("http")
    page.click("th button:has-text('value')")
    page.wait_for_selector("th[aria-sort=descending]")
    values = [float(text) for text in page.locator("td.value").all_inner_texts()]
    assert values == sorted(values, reverse=True)
    page.click("th button:has-text('value')")
    page.wait_for_selector("th[aria-sort=ascending]")
    assert [float(text) for text in page.locator("td.value").all_inner_texts()] == values[::-1]


def test_what_an_answer_leaves_open_is_told_with_it(visit: Visits) -> None:
    page = visit("/query", language="en-GB")
    ask(page, "SELECT * FROM <https://example.org/none> { ?s ?p ?o }")
    page.wait_for_selector(".outcome .note")
    assert "<https://example.org/none>" in page.inner_text(".outcome .note")
    assert "No results." in page.inner_text(".outcome")
    page.route(
        "**/sparql",
        lambda route: route.fulfill(
            content_type="application/sparql-results+json",
            headers={"X-Failed-Services": "stats.example.org"},
            body='{"head": {}, "boolean": true}',
        ),
    )
    ask(page, "ASK {}")
    page.wait_for_selector(".outcome .boolean")
    assert "stats.example.org gave no answer" in page.inner_text(".outcome .note")


def test_numbers_are_drawn_as_bars_and_things_as_a_graph(visit: Visits) -> None:
    page = visit("/query")
    ask(page, FIGURES)
    page.click("#tab-chart")
    assert page.locator(".plot rect").count() > 3
    ask(page, LOCATED)
    page.click("#tab-picture")
    page.wait_for_selector(".drawing img")
    assert page.evaluate("document.querySelector('.drawing img').decode().then(() => true)")


def test_coordinates_are_drawn_as_a_map_and_rows_without_are_told(visit: Visits) -> None:
    page = visit("/query", language="en-GB")
    rows = "(<https://w3id.org/yuanhui-kg/id/qinghe-district> 33.56 114.0) (<urn:other> 34.5 113) (<urn:nowhere> UNDEF UNDEF)"
    ask(page, f"SELECT ?thing ?lat ?long {{ VALUES (?thing ?lat ?long) {{ {rows} }} }}")
    page.click("#tab-map")
    page.wait_for_selector(".plot-map a[href*='/page/qinghe-district'] text:has-text('Qinghe')")
    assert page.locator(".plot-map circle").count() == 2
    assert "1 more rows have no coordinates" in page.inner_text(".plot .note")
    assert violations(page) == []
    page.click("#tab-chart")
    assert "1 more rows have no value" in page.inner_text(".plot .note >> nth=-1")


def test_the_things_of_an_answer_are_opened_in_the_explorer(visit: Visits) -> None:
    page = visit("/query", language="en-GB")
    ask(page, LOCATED)
    page.get_by_role("link", name="Open in the explorer").click()
    page.wait_for_url("**/explore?iri=*")
    assert page.locator("h1").inner_text().startswith("Explore")
    assert len(parse_qs(urlsplit(page.url).query)["iri"]) >= 2


def test_an_answer_is_downloaded_in_each_format(visit: Visits) -> None:
    page = visit("/query")
    ask(page, LOCATED)
    page.wait_for_selector(".downloads button")
    for format in page.locator(".downloads button").all_inner_texts():
        with page.expect_download() as downloading:
            page.locator(".downloads button", has_text=format).click()
        assert downloading.value.suggested_filename == f"query.{format}"
        assert downloading.value.path().read_bytes()
    ask(page, "CONSTRUCT WHERE { ?s a ?c } LIMIT 3")
    page.wait_for_selector("#tab-text")
    assert "ttl" in page.locator(".downloads button").all_inner_texts()


def test_a_query_is_shared_by_its_address_with_and_without_scripts(visit: Visits) -> None:
    page = visit("/query", language="en-GB")
    ask(page, LOCATED)
    page.wait_for_selector("#tab-table")
    page.get_by_role("button", name="Share").click()
    link = page.input_value("#share-link")
    assert parse_qs(urlsplit(link).query)["query"] == [LOCATED]
    path = link[link.index("/query") :]
    other = visit(path)
    other.wait_for_selector("#tab-table")
    assert "isLocatedIn" in written(other)
    plain = visit(path, java_script_enabled=False)
    assert plain.locator("table.answer tbody tr").count() >= 2


def test_what_was_asked_is_kept_in_the_browser_until_it_is_cleared(visit: Visits) -> None:
    page = visit("/query", language="en-GB")
    ask(page, "ASK { ?known ?to ?me }")
    page.wait_for_selector(".boolean")
    page.reload()
    page.goto(page.url.split("?")[0])
    page.click("#history summary")
    page.locator("#history li button").first.click()
    assert written(page) == "ASK { ?known ?to ?me }"
    page.get_by_role("button", name="Clear the history").click()
    page.reload()
    assert page.locator("#history li").count() == 0
    assert page.evaluate("localStorage.length") == 0


def test_a_mistake_is_marked_where_it_stands(visit: Visits) -> None:
    page = visit("/query", language="en-GB")
    ask(page, 'SELECT ?s {\n  ?s ?p "\U0001f600青禾" ; wrong:name ?x\n}')
    page.wait_for_selector(".cm-lintRange-error")
    assert "Line 2" in page.inner_text(".problem")
    line = page.locator(".cm-line", has=page.locator(".cm-lintRange-error"))
    assert "wrong:name" in line.inner_text()
    assert page.locator(".cm-gutter-lint .cm-lint-marker-error").count() == 1
    page.locator(".place").click()
    visit.problems[:] = [each for each in visit.problems if "400" not in each]  # browsers note what was refused


def running(served: str) -> list[Any]:
    request = Request(f"{served}/api/v1/running", headers={"Authorization": "Bearer browser"})
    with urlopen(request, timeout=10) as answer:
        found: list[Any] = json.load(answer)["running"]
        return found


def test_offsets_lead_to_their_place_in_the_article(visit: Visits) -> None:
    page = visit("/query?saved=figures&run=1")
    place = page.locator("td a[href*='/article']").first
    start = place.inner_text()
    place.click()
    page.wait_for_url(f"**/article#char={start},*")
    page.wait_for_selector(".fact")


def test_the_skip_link_leaves_the_text_alone(visit: Visits) -> None:
    page = visit("/query")
    write(page, "ASK {}")
    page.evaluate("location.hash = 'content'")
    page.wait_for_timeout(300)
    assert written(page) == "ASK {}"


def test_a_query_that_is_cancelled_ends_on_the_server_too(visit: Visits, served: str) -> None:
    page = visit("/query", language="en-GB")
    ask(page, ENDLESS)
    cancel = page.locator("button.cancel:visible")
    cancel.wait_for()
    await_that(page, "/Running for 0?[.1-9]/.test(document.querySelector('.state').textContent)")
    assert running(served)
    cancel.click()
    await_that(page, "document.querySelector('.state').textContent.startsWith('Cancelled')")
    deadline = time.monotonic() + 20
    while running(served):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    ask(page, "ASK {}")
    page.wait_for_selector(".boolean")


def test_a_term_is_completed_by_its_chinese_or_english_name(visit: Visits) -> None:
    page = visit("/query")
    for name in ("公共预算收入", "budget revenue"):
        write(page, "SELECT ?x { ?x yho:indicator ")
        page.wait_for_timeout(300)
        page.keyboard.type(name.split(" ")[-1], delay=30)
        choose(page, "yho:generalPublicBudgetRevenue")
        assert "yho:generalPublicBudgetRevenue" in written(page)
        assert written(page).startswith("PREFIX yho: <https://w3id.org/yuanhui-kg/ontology#>\n")


def test_a_variable_and_a_prefix_are_completed(visit: Visits) -> None:
    page = visit("/query")
    write(page, "SELECT ?district { ?x ?y ")
    page.keyboard.type("?dis", delay=30)
    page.locator(".cm-tooltip-autocomplete li", has_text="?district").first.wait_for()
    page.wait_for_timeout(200)
    page.keyboard.press("Enter")
    assert "?y ?district" in written(page)
    page.keyboard.type(" . ?x sko", delay=30)
    choose(page, "skos:")
    assert "PREFIX skos: <http://www.w3.org/2004/02/skos/core#>" in written(page)


def test_a_thing_is_completed_by_its_name(visit: Visits) -> None:
    page = visit("/query")
    write(page, "ASK { ?x ?y ")
    page.keyboard.type("青禾区", delay=30)
    choose(page, "yh:qinghe-district")
    assert "?y yh:qinghe-district" in written(page)


def test_tab_leaves_the_editor(visit: Visits) -> None:
    page = visit("/query", language="en-GB")
    page.click(".cm-content")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Run"


HARD = """# it's "quoted", \\\\ and `here` $HOME !!
SELECT ("'''" AS ?a) ("\\"\\"" AS ?b) ('\\\\' AS ?c) ("青禾" AS ?d) {}
# ends with a quote\""""


@pytest.mark.parametrize("language", ["curl", "Python"])
def test_a_snippet_asks_the_same(visit: Visits, language: str) -> None:
    page = visit("/query")
    ask(page, HARD)
    page.click("#tab-code")
    page.select_option("#code-language", language)
    program = page.inner_text(".code pre")
    command = ["sh", "-c", program] if language == "curl" else [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    if language == "curl":
        assert list(csv.reader(io.StringIO(done.stdout))) == [["a", "b", "c", "d"], ["'''", '""', "\\", "青禾"]]
    else:
        assert done.stdout.strip() == str({"a": "'''", "b": '""', "c": "\\", "d": "青禾"})


@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
def test_the_page_is_accessible_and_fits(visit: Visits, language: str) -> None:
    page = visit("/query?saved=figures&run=1", language=language)
    page.wait_for_selector("#tab-table")
    page.wait_for_load_state("networkidle")
    for tab in ("table", "chart", "code"):
        page.click(f"#tab-{tab}")
        for size, dark in [(DESKTOP, True), (PHONE, False)]:
            look(page, size, dark)
            keep(page, f"query-{tab}-{language[:2]}-{size[0]}")
            assert violations(page) == []
            assert overflow(page) <= 0
