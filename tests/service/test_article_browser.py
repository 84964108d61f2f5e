"""The page that reads an article, in a real browser: a reader opens a copy of his own, and it stays with him."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Any

import pytest
from browsing import DESKTOP, PHONE, QINGHE, Visits, keep, look, overflow, violations

pytestmark = pytest.mark.slow  # a minute and more each

COPY = QINGHE / "article.txt"
TEXT = COPY.read_bytes().decode("utf-8")
PLACE = TEXT.index("36.8")
ARTICLE = Path(__file__).parents[3] / "shared" / "article" / "article.txt"


def file(text: str | bytes, name: str = "copy.txt") -> dict[str, Any]:
    return {"name": name, "mimeType": "text/plain", "buffer": text if isinstance(text, bytes) else text.encode()}


def opened(page: Any, copy: Any) -> str:
    """What the page says once it has read a copy."""
    page.set_input_files("#copy-file", files=[copy] if isinstance(copy, dict) else copy)
    page.wait_for_selector(".state .note")
    return str(page.inner_text(".state"))


def test_the_file_itself_is_recognised_and_its_facts_light_up(visit: Visits) -> None:
    page = visit("/article")
    assert "SHA-256" in opened(page, COPY)
    assert page.locator(".text").inner_text().strip() == TEXT.strip()
    page.locator(".run.figure", has_text="36.8").click()
    facts = page.locator(".resting")
    assert "3,680,000,000" in facts.inner_text()
    assert f"{PLACE}–{PLACE + 4}" in facts.inner_text()
    page.locator(".run.mention", has_text="青禾区").first.click()
    facts.locator("a", has_text="青禾区").first.click()
    page.wait_for_url("**/page/qinghe-district")


@pytest.mark.parametrize(
    "copy",
    [
        pytest.param("\n".join(textwrap.wrap(TEXT, 17)), id="other line breaks"),
        pytest.param("\U0001f600 " + TEXT.replace("，", ","), id="other widths behind a character of two UTF-16 units"),
        pytest.param(TEXT.encode("gb18030"), id="GB 18030"),
        pytest.param(TEXT.encode("utf-16"), id="UTF-16"),
    ],
)
def test_another_copy_is_realigned(visit: Visits, copy: str | bytes) -> None:
    page = visit("/article", language="en-GB")
    assert "Another copy" in opened(page, file(copy))
    page.locator(".run.figure", has_text="36.8").click()
    assert "3,680,000,000" in page.inner_text(".resting")
    assert page.locator(".run.chosen").all_inner_texts() == ["36.8"]


@pytest.mark.parametrize(
    ("copy", "said"),
    [
        (b"", "empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\xff", "no plain text"),
        ("青山绿水。" * 200, "not the article"),
    ],
)
def test_a_wrong_file_is_told_what_is_wrong_with_it(visit: Visits, copy: str | bytes, said: str) -> None:
    page = visit("/article", language="en-GB")
    assert said in opened(page, file(copy))
    assert page.locator(".run").count() == 0


def test_a_changed_copy_is_marked_but_for_what_was_changed(visit: Visits) -> None:
    page = visit("/article", language="en-GB")
    assert f"{PLACE}–{PLACE + 4}" in opened(page, file(TEXT.replace("36.8亿", "36.9亿")))
    assert page.locator(".run.figure", has_text="120.5").count() > 0
    assert page.locator(".run.figure", has_text="36.9").count() == 0


def test_a_pasted_text_is_read_too(visit: Visits) -> None:
    page = visit("/article", language="en-GB")
    page.click("summary")
    page.fill("#copy-text", TEXT)
    page.get_by_role("button", name="Use this text").click()
    page.wait_for_selector(".run")


def test_a_place_in_the_address_is_shown_and_the_copy_is_kept_where_that_is_allowed(visit: Visits) -> None:
    address = f"/article?document=qinghe-2031-text#char={PLACE},{PLACE + 4}"
    page = visit(address, language="en-GB")
    page.wait_for_selector(".fact")
    assert "3,680,000,000" in page.inner_text(".resting")
    page.check("#copy-keep")
    opened(page, COPY)
    page.wait_for_selector(".run.chosen")
    assert page.locator(".run.chosen").inner_text() == "36.8"
    assert page.evaluate("document.activeElement.textContent") == "36.8"
    page.reload()
    page.wait_for_selector(".run.chosen")
    page.uncheck("#copy-keep")
    page.reload()
    page.wait_for_selector(".fact")
    assert page.locator(".run").count() == 0


def test_arrow_keys_lead_from_place_to_place(visit: Visits) -> None:
    page = visit("/article")
    opened(page, COPY)
    assert page.locator(".run[tabindex='0']").count() == 1
    page.focus(".run[tabindex='0']")
    first = page.evaluate("document.activeElement.textContent")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.textContent") != first
    assert page.locator(".fact").count() > 0
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("document.activeElement.textContent") == first


def test_nothing_of_the_copy_is_sent(visit: Visits) -> None:
    page = visit("/article")
    sent: list[str] = []
    page.on("request", lambda asked: sent.append(f"{asked.method} {asked.url} {asked.post_data or ''}"))
    opened(page, COPY)
    page.locator(".run.figure", has_text="36.8").click()
    page.check("#show-statement")
    page.wait_for_load_state("networkidle")
    assert sent
    assert all(each.startswith("GET ") for each in sent), sent
    assert not [each for each in sent if "%E9%9D%92" in each or "青" in each]


@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
def test_the_opened_article_is_accessible_and_fits(visit: Visits, language: str) -> None:
    page = visit("/article", language=language)
    opened(page, COPY)
    page.check("#show-statement")
    page.locator(".run.figure", has_text="36.8").click()
    for size, dark in [(DESKTOP, False), (PHONE, True)]:
        look(page, size, dark)
        keep(page, f"article-open-{language[:2]}-{size[0]}")
        assert violations(page) == []
        assert overflow(page) <= 0


def test_without_scripts_places_are_listed(visit: Visits) -> None:
    page = visit("/article", java_script_enabled=False)
    assert page.locator("table.places tbody tr").count() > 20
    page.click("a[rel=next]")
    assert "offset=50" in page.url


@pytest.mark.skipif(not ARTICLE.exists(), reason="the article itself is not here: it is not part of the project")
def test_the_article_itself_is_no_copy_of_another_graphs_text(visit: Visits) -> None:
    assert "不是这篇文章" in opened(visit("/article"), ARTICLE)
