"""A draft is reviewed in the browser: by the keyboard alone, and what was decided is not lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chromium import CHROMIUM, FLAGS
from yuanhui_kg.extract import Draft, extract, report, review

pytestmark = [pytest.mark.slow, pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here")]

TEXT = "松泉区2023年统计公报\n\n全年全区生产总值90亿元，比上年增长5.6%。松泉经济开发区入驻企业12家。\n"


@pytest.fixture
def draft() -> Draft:
    return extract(TEXT)


@pytest.fixture
def page(tmp_path: Path, draft: Draft) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    facts = review.figure_facts(draft)
    path = tmp_path / "review.html"
    path.write_text(report.write(draft, findings=[(("不合", "wrong"), [])]), encoding="utf-8")
    assert facts
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        opened = browser.new_context(locale="en-GB", accept_downloads=True).new_page()
        opened.goto(path.as_uri())
        yield opened
        browser.close()


def saved(page: Any, folder: Path, draft: Draft) -> dict[str, review.Decision]:
    with page.expect_download() as download:
        page.click("#save")
    path = folder / "review.tsv"
    download.value.save_as(path)
    return {decision.fact: decision for decision in review.read(path, draft.source.sha256)}


def now(page: Any) -> str:
    return str(page.locator("article.now").get_attribute("data-fact"))


def test_a_correction_is_made_and_left_by_the_keyboard_alone(page: Any, tmp_path: Path, draft: Draft) -> None:
    figures = set(review.figure_facts(draft))
    page.keyboard.press("j")
    while now(page) not in figures:
        page.keyboard.press("j")
    corrected = now(page)
    page.keyboard.press("c")
    page.keyboard.type("1,234")
    page.keyboard.press("Escape")
    page.keyboard.press("k" if page.locator("article").last.get_attribute("data-fact") == corrected else "j")
    page.keyboard.press("r")
    rejected = now(page)
    decisions = saved(page, tmp_path, draft)
    assert {fact: decision.decision for fact, decision in decisions.items()} == {
        corrected: "correct",
        rejected: "reject",
    }
    kept = review.apply(draft, list(decisions.values())).draft.figures
    assert [int(figure.value) for figure in kept] == [1234]


def test_a_correction_that_changes_nothing_is_not_counted_as_decided(page: Any) -> None:
    page.locator("button[data-decision=correct]").first.click()
    assert page.locator("#done").text_content().startswith("0 /")
    page.locator(".edit input:visible").first.fill("5")
    assert page.locator("#done").text_content().startswith("1 /")


def test_decisions_that_are_not_saved_are_asked_about_before_the_page_is_left(
    page: Any, tmp_path: Path, draft: Draft
) -> None:
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.locator("button[data-decision=accept]").first.click()
    page.reload()
    assert asked == ["beforeunload"]
    page.locator("button[data-decision=accept]").first.click()
    saved(page, tmp_path, draft)
    page.reload()
    assert asked == ["beforeunload"]


def test_on_a_phone_the_text_stays_in_sight_beside_the_fact(page: Any) -> None:
    page.set_viewport_size({"width": 390, "height": 500})
    card = page.locator("article").last
    card.locator("h2").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    text, fact = page.locator("#text").bounding_box(), card.bounding_box()
    assert text["y"] >= 0
    assert fact["y"] >= text["y"] + text["height"] - 1
    assert card.locator(".around").is_visible()
