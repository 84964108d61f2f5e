"""Every page in a real browser, as people meet it: both languages, by day and by night, on a desk and in a hand."""

from __future__ import annotations

import gzip
import re
import urllib.request

import pytest
from browsing import DESKTOP, PHONE, Visits, keep, look, overflow, violations

pytestmark = pytest.mark.slow  # a minute and more each

#: Pages that anybody may come to; each module that adds some tests its own as well.
PAGES = [
    "/",
    "/search?q=青禾",
    "/search?type=Company",
    "/page/qinghe-district",
    "/page/qinghe-2031-figure-gdp-growth",
    "/figures",
    "/figures?kind=share&sort=value",
    "/compare?indicator=yho:grossRegionalProduct",
    "/search?q=青禾区的地区生产总值是多少",
    "/links",
    "/about",
    "/ontology.html",
    "/openapi.html",
]


#: How pages are looked at in each language: every size and every light once.
LOOKS = {"zh-CN": [(DESKTOP, False), (PHONE, True)], "en-GB": [(DESKTOP, True), (PHONE, False)]}


@pytest.mark.parametrize("language", LOOKS)
@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_accessible_and_fits_its_window(visit: Visits, path: str, language: str) -> None:
    page = visit(path, language=language)
    for size, dark in LOOKS[language]:
        look(page, size, dark)
        light = "dark" if dark else "light"
        keep(page, "-".join([re.sub(r"\W+", "-", path).strip("-") or "home", language[:2], light, str(size[0])]))
        assert violations(page) == []
        assert overflow(page) <= 0


@pytest.mark.parametrize(
    ("path", "cells"),
    [("/search?q=青禾区的地区生产总值是多少", ".figures td.value"), ("/figures?kind=change", ".figures td.value"),
     ("/query?run=1&query=SELECT ?a ?b ?c ?p ?o { ?a ?p ?o BIND(?a AS ?b) BIND(?a AS ?c) } LIMIT 5", ".answer td:last-child")],
)  # fmt: skip
@pytest.mark.parametrize("language", LOOKS)
@pytest.mark.parametrize("scripts", [True, False])
def test_values_are_seen_on_a_phone(visit: Visits, path: str, cells: str, language: str, scripts: bool) -> None:
    page = visit(path, language=language, java_script_enabled=scripts)
    look(page, PHONE, dark=False)
    shown = page.locator(f"{cells} >> visible=true")
    shown.first.wait_for()
    boxes = [shown.nth(place).bounding_box() for place in range(shown.count())]
    assert boxes
    assert all(box and box["x"] >= 0 and box["x"] + box["width"] <= PHONE[0] for box in boxes)


def test_axe_finds_what_is_wrong(visit: Visits) -> None:
    page = visit("/")
    page.evaluate("document.querySelector('label').remove()")
    page.evaluate("document.querySelector('input').removeAttribute('placeholder')")
    assert [text for text in violations(page) if text.startswith("label:")]


def test_the_first_page_is_light(served: str) -> None:
    """What a browser fetches for the landing page, compressed as it asks for it."""
    total = 0
    waiting = ["/"]
    for path in waiting:
        request = urllib.request.Request(served + path, headers={"Accept": "text/html", "Accept-Encoding": "gzip"})
        with urllib.request.urlopen(request) as answer:
            body = answer.read()
        total += len(body)
        if path == "/":
            text = gzip.decompress(body).decode()
            waiting += re.findall(r'(?:src|<link rel="(?:stylesheet|icon|modulepreload)"[^>]*href)="(/[^"]+)"', text)
    assert "/static/style.css" in waiting
    assert total < 300_000


def test_a_journalist_goes_from_the_landing_page_to_a_figure_its_place_and_its_citation(visit: Visits) -> None:
    page = visit("/", permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("searchbox").fill("青禾区")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="青禾区", exact=True).first.click()
    page.get_by_role("link", name="+6.2%").first.click()
    assert page.locator(".headline strong").inner_text() == "+6.2%"
    assert "6.2%" in page.locator("header .help").inner_text()
    page.locator("#citations + p ~ details button[data-copy]").first.click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "[DS/OL]" in copied
    assert "qinghe-2031-figure-gdp-growth" in copied


def test_a_folded_term_is_unfolded_where_an_address_leads_to_it(visit: Visits) -> None:
    page = visit("/ontology.html")
    term = page.locator("#generalPublicBudgetRevenue")
    assert not term.is_visible()
    page.evaluate("location.hash = '#generalPublicBudgetRevenue'")
    term.wait_for(state="visible")
    assert visit("/ontology.html#generalPublicBudgetRevenue").locator("#generalPublicBudgetRevenue").is_visible()


def test_folded_facts_open_without_scripts(visit: Visits) -> None:
    page = visit("/page/qinghe-district", java_script_enabled=False)
    folded = page.locator("#figures ~ details").first
    assert not folded.locator("table").is_visible()
    folded.locator("summary").click()
    assert folded.locator("table").is_visible()


def test_on_paper_there_is_no_navigation(visit: Visits) -> None:
    page = visit("/page/qinghe-district")
    page.emulate_media(media="print")
    assert not page.locator("header.site nav").is_visible()
    assert page.locator("h1").is_visible()
