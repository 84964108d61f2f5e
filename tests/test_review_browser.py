"""A draft is reviewed in the browser: by the keyboard alone, and what was decided is not lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from chromium import CHROMIUM, FLAGS
from yuanhui_kg.extract import Draft, decisions, extract, report, review
from yuanhui_kg.extract.records import Others, Signs, Years

pytestmark = [pytest.mark.slow, pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here")]

TEXT = "松泉区2023年统计公报\n\n全年全区生产总值90亿元，比上年增长5.6%。松泉经济开发区入驻企业12家。\r\n𠮷祥路上，老街坊们数着三百盏灯笼。\n"


@pytest.fixture
def draft() -> Draft:
    return extract(TEXT)


@pytest.fixture
def page(tmp_path: Path, draft: Draft) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    facts = decisions.figure_facts(draft)
    path = tmp_path / "review.html"
    path.write_text(report.write(draft, findings=[(("不合", "wrong"), [])]), encoding="utf-8")
    assert facts
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        opened = browser.new_context(locale="en-GB", accept_downloads=True).new_page()
        opened.goto(path.as_uri())
        yield opened
        browser.close()


def saved(page: Any, folder: Path, draft: Draft) -> dict[str, decisions.Decision]:
    with page.expect_download() as download:
        page.click("#save")
    path = folder / "review.tsv"
    download.value.save_as(path)
    return {decision.fact: decision for decision in decisions.read(path, draft.source.sha256)}


def now(page: Any) -> str:
    return str(page.locator("article.now").get_attribute("data-fact"))


def test_a_correction_is_made_and_left_by_the_keyboard_alone(page: Any, tmp_path: Path, draft: Draft) -> None:
    figures = set(decisions.figure_facts(draft))
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
    made = saved(page, tmp_path, draft)
    assert {fact: decision.decision for fact, decision in made.items()} == {
        corrected: "correct",
        rejected: "reject",
    }
    kept = review.apply(draft, list(made.values())).draft.figures
    assert [int(figure.value) for figure in kept] == [1234]


def test_what_else_a_doubtful_part_may_be_is_taken_by_one_click_and_taken_back(
    tmp_path: Path, draft: Draft, page: Any
) -> None:
    doubted = replace(draft.figures[0], others=Others(period=(Years(2019, 2019), Years(2016, 2020))))
    figures = (doubted, *draft.figures[1:])
    unsure = replace(draft, figures=tuple(replace(one, signs=Signs((), (), (), ())) for one in figures))
    path = tmp_path / "unsure.html"
    path.write_text(report.write(unsure), encoding="utf-8")
    page.goto(path.as_uri())
    offers = page.locator(f'article[data-fact="{decisions.figure_facts(draft)[0]}"] .offer[data-column=period]')
    assert offers.all_text_contents() == ["2019", "2016/2020"]
    offers.nth(0).click()
    offers.nth(1).click()
    assert [offer.get_attribute("aria-pressed") for offer in offers.all()] == ["false", "true"]
    (made,) = saved(page, tmp_path, unsure).values()
    assert (made.decision, made.changes) == ("correct", {"period": "2016/2020"})
    offers.nth(1).click()
    assert saved(page, tmp_path, unsure) == {}


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


def select(page: Any, printed: str) -> None:
    """Select a stretch of the text, as a reader does with the mouse."""
    page.evaluate(
        """(printed) => {
          const pane = document.getElementById("text");
          const walker = document.createTreeWalker(pane, NodeFilter.SHOW_TEXT);
          while (walker.nextNode()) {
            const at = walker.currentNode.data.indexOf(printed);
            if (at >= 0) {
              const range = document.createRange();
              range.setStart(walker.currentNode, at);
              range.setEnd(walker.currentNode, at + printed.length);
              getSelection().removeAllRanges();
              getSelection().addRange(range);
              return;
            }
          }
          throw new Error(printed);
        }""",
        printed,
    )


def test_a_number_and_a_name_that_were_missed_are_added_from_the_text(page: Any, tmp_path: Path, draft: Draft) -> None:
    page.click("#add-figure")
    assert page.locator("#help").is_visible()
    select(page, "三百")
    page.keyboard.press("n")
    assert not page.locator("#help").is_visible()
    page.keyboard.type("300")
    page.click("#save")
    assert page.evaluate("document.activeElement.name") == "unit"
    for column, text in (("unit", "个"), ("kind", "数量"), ("indicator", "灯笼数"), ("period", "2023-12")):
        page.locator(f"article.now input[name={column}]").fill(text)
    page.click("#save")  # is refused: there is no such kind
    assert page.evaluate("document.activeElement.name") == "kind"
    page.locator("article.now input[name=kind]").fill("个数")
    page.keyboard.press("Escape")
    select(page, "𠮷祥路")
    page.click("#add-thing")
    page.locator("article.now input[name=class]").fill("街道路段")
    page.keyboard.press("Escape")
    page.keyboard.press("l")
    assert page.locator("article.now input[name=thing]").input_value() == "𠮷祥路"
    page.keyboard.type("位于")
    page.locator("article.now input[name=object]").fill("长安街")
    page.click("#save")  # is refused: the text names no such thing
    assert page.evaluate("document.activeElement.name") == "object"
    page.locator("article.now input[name=object]").fill("松泉区")
    assert page.locator("#done").text_content().startswith("3 /")
    made = saved(page, tmp_path, draft)
    left = review.apply(draft, list(made.values()))
    assert [(draft.source.text[f.start : f.end], int(f.value), f.indicator.label) for f in left.draft.figures] == [
        ("三百", 300, "灯笼数")
    ]
    assert ("Street", "𠮷祥路") in {(entity.kind, entity.name) for entity in left.draft.entities}
    made = {fact: replace(decision, by="li", on="2025-01-02") for fact, decision in made.items()}
    path = tmp_path / "again.html"
    path.write_text(report.write(draft, list(made.values())), encoding="utf-8")
    page.goto(path.as_uri())
    again = saved(page, tmp_path, draft)
    assert {(decision.by, decision.on) for decision in again.values()} == {("li", "2025-01-02")}
    assert again.keys() == {
        f"figure:{left.draft.figures[0].start}-{left.draft.figures[0].end}:countKind",
        "entity:Street:𠮷祥路",
        "relation:𠮷祥路:isLocatedIn:松泉区",
    }
