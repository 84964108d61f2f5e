"""The page that works offline, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chromium import CHROMIUM, FLAGS
from exported import MILL, Exported

needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")


@pytest.fixture(scope="module")
def html() -> str:
    return Exported().write("html").decode()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as running:
        opened = running.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Any, html: str, tmp_path: Path) -> Iterator[Any]:
    """The page opened from a file, without a network; whatever goes wrong or is asked for is noted."""
    path = tmp_path / "graph.html"
    path.write_text(html, encoding="utf-8")
    context = browser.new_context(offline=True, viewport={"width": 1200, "height": 800})
    opened = context.new_page()
    opened.problems = []
    opened.asked = []
    opened.on("pageerror", lambda error: opened.problems.append(str(error)))
    opened.on("console", lambda message: opened.problems.append(message.text))
    opened.on("request", lambda request: opened.asked.append(request.url))
    opened.goto(path.as_uri())
    yield opened
    assert opened.problems == []
    assert [url for url in opened.asked if not url.startswith(("file:", "data:"))] == []
    context.close()


def test_the_page_names_no_place_to_load_from_and_ends_no_script_early(html: str) -> None:
    assert len(re.findall(r"<script", html)) == 2
    assert not re.search(r"(src|href)=[\"']?(https?:)?//", html.partition("<main")[0])
    assert "url(" not in re.sub(r"url\(data:font/woff", "", html)
    assert "default-src 'none'" in html


@needs_browser
@pytest.mark.slow
def test_a_click_shows_facts_with_modality_and_source(page: Any) -> None:
    number = page.evaluate(
        "JSON.parse(document.getElementById('data').textContent).nodes.findIndex(n => n.id === 'mill')"
    )
    page.click(f"#zh-n{number}")
    panel = page.inner_text("#panel")
    for text in (
        "绿源公司",
        "Lvyuan Company",
        "企业",
        MILL,
        "2016–2020",
        "投资",
        "文中明言 (asserted)",
        "字符 1–3, 30–32",
    ):
        assert text in panel
    assert page.title() == "全图"
    page.click("#panel li button >> nth=0")
    assert page.inner_text("#panel h2") != "绿源公司"
    page.keyboard.press("Escape")
    assert page.is_hidden("#panel")


@needs_browser
@pytest.mark.slow
def test_search_zoom_pan_and_language_work(page: Any) -> None:
    page.fill("#search", "lvyuan")
    assert page.inner_text("#panel h2") == "绿源公司"
    assert page.inner_text("#found") == "找到 1 个"

    def view() -> str:
        return page.get_attribute("#picture-zh .all", "transform")

    before = view()
    page.click("#in")
    assert view() != before
    page.click("#fit")
    assert view() == "translate(0 0) scale(1)"
    page.mouse.move(200, 500)
    page.mouse.down()
    page.mouse.move(260, 540, steps=4)
    page.mouse.up()
    assert view() != "translate(0 0) scale(1)"
    page.mouse.wheel(0, -300)
    page.wait_for_function("!document.querySelector('#picture-zh .all').getAttribute('transform').endsWith('scale(1)')")
    page.click("#tongue")
    assert page.get_attribute("html", "lang") == "en"
    assert page.inner_text("#panel h2") == "Lvyuan Company"
    assert page.is_hidden("#picture-zh")
    assert page.is_visible("#picture-en")


@needs_browser
@pytest.mark.slow
def test_the_keyboard_reaches_things(page: Any) -> None:
    page.focus("#zh-n1")
    page.keyboard.press("Enter")
    assert page.is_visible("#panel")


@needs_browser
@pytest.mark.slow
def test_labels_that_are_markup_are_shown_as_text(page: Any) -> None:
    page.fill("#search", "</script>")
    assert "</script><script>document.title='broken'</script>" in page.inner_text("#panel h2")
    assert page.title() == "全图"
    page.fill("#search", "<b>'bold'</b>")
    assert "<b>'bold'</b>" in page.inner_text("#panel h2")
    assert page.locator("#panel b").count() == 0
