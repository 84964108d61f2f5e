"""Links are reviewed in the browser: a table is opened, decided upon and written there, and goes nowhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from browsing import DESKTOP, PHONE, Visits, keep, look, overflow, violations

from yuanhui_kg.link import Entry, Matcher, Mention, write_sssom
from yuanhui_kg.link.review import read_reviewed

pytestmark = pytest.mark.slow

HOSTILE = '<img src=x onerror="document.title=1">'


@pytest.fixture
def links(tmp_path: Path) -> Path:
    rows = [Entry("1", "江岚省"), Entry("11", "清川市", "1"), Entry("111", "青禾区", "11")]
    rows += [Entry("1111", "沙泉镇", "111"), Entry("1112", "沙泉街道", "111"), Entry("h", f"{HOSTILE}镇", "111")]
    asked = [("a", "青禾", "江岚/清川"), ("b", "沙泉乡", "江岚/清川/青禾区"), ("h", f"{HOSTILE}镇", "江岚/清川/青禾区")]
    path = tmp_path / "links.sssom.tsv"
    with path.open("w", encoding="utf-8") as stream:
        matches = Matcher(rows).match_all(Mention(id, name, tuple(above.split("/"))) for id, name, above in asked)
        write_sssom(matches, stream)
    return path


def opened(visit: Visits, path: Path, shown: str, **more: Any) -> Any:
    page = visit("/links", **more)
    page.set_input_files("#links-file", files=str(path))
    page.select_option("#review-filter", shown)
    return page


def saved(page: Any, folder: Path) -> Path:
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the reviewed table").click()
    path = folder / "saved.tsv"
    download.value.save_as(path)
    assert download.value.suggested_filename == "links.sssom.tsv"
    return path


def test_what_is_decided_in_the_browser_comes_as_a_table(visit: Visits, links: Path, tmp_path: Path) -> None:
    page = opened(visit, links, "all", language="en-GB")
    assert page.locator(".mention").count() == 3
    assert "江岚 › 清川" in page.inner_text(".mention strong + span")
    assert "江岚省 › 清川市" in page.inner_text(".candidates")
    page.get_by_role("button", name="Refuse: 青禾区").click()
    page.get_by_role("button", name="Accept: 沙泉街道").click()
    assert page.locator("#review-count").inner_text() == "2 / 3"
    decided = read_reviewed(saved(page, tmp_path)).decided
    assert {subject: {row["object_id"]: row["decision"] for row in rows} for subject, rows in decided.items()} == {
        "a": {"111": "refuse"},
        "b": {"1112": "accept"},
    }
    page.get_by_role("button", name="Refuse: 青禾区").click()  # pressed again
    page.get_by_role("button", name="Accept: 沙泉街道").click()
    assert page.locator("#review-count").inner_text() == "0 / 3"
    assert (
        saved(page, tmp_path).read_text("utf-8").count("reviewer_label") == 0
        or not read_reviewed(tmp_path / "saved.tsv").decided
    )


def test_a_decision_that_agrees_with_the_matcher_is_a_persons_too(visit: Visits, links: Path, tmp_path: Path) -> None:
    page = opened(visit, links, "all", language="en-GB")
    page.fill("#reviewer", "R. Viewer")
    page.get_by_role("button", name="Accept: 青禾区").click()
    rows = read_reviewed(saved(page, tmp_path)).decided["a"]
    assert [(row["decision"], row["reviewer_label"]) for row in rows] == [("accept", "R. Viewer")]


def test_names_are_text_and_wrong_files_are_told(visit: Visits, links: Path, tmp_path: Path) -> None:
    page = opened(visit, links, "all", language="en-GB")
    assert HOSTILE in page.inner_text(".to-review")
    assert page.locator("#review img").count() == 0
    wrong = tmp_path / "wrong.tsv"
    wrong.write_text("id\tname\n", encoding="utf-8")
    page.set_input_files("#links-file", files=str(wrong))
    page.wait_for_selector("#review .note")
    assert "no table of links" in page.inner_text("#review .note")
    assert page.locator(".mention").count() == 0


def test_where_nothing_is_left_to_review_everything_is_shown(visit: Visits, links: Path) -> None:
    links.write_text(links.read_text("utf-8").replace("\treview\t", "\tnone\t"), encoding="utf-8")
    page = visit("/links")
    assert page.get_attribute("#to-review a", "href") == "#review-title"
    page.set_input_files("#links-file", files=str(links))
    page.wait_for_selector(".mention")
    assert page.input_value("#review-filter") == "all"
    assert page.locator(".mention").count() == 3


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
def test_the_review_is_accessible_and_fits(visit: Visits, links: Path, size: tuple[int, int], language: str) -> None:
    page = opened(visit, links, "all", size=size, language=language)

    for dark in (False, True):
        look(page, size, dark)
        keep(page, f"links-review-{language}-{size[0]}-{dark}")
        assert violations(page) == []
    assert overflow(page) <= 0
