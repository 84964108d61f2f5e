"""Every page in a real browser, as people meet it: both languages, by day and by night, on a desk and in a hand."""

from __future__ import annotations

import re

import pytest
from browsing import DESKTOP, PHONE, Visits, keep, look, overflow, violations

#: Pages that anybody may come to; each module that adds some tests its own as well.
PAGES = [
    "/",
    "/search?q=青禾",
    "/search?type=Company",
    "/page/qinghe-district",
    "/page/qinghe-2031-figure-gdp-growth",
    "/figures",
    "/figures?kind=share&sort=value",
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


def test_axe_finds_what_is_wrong(visit: Visits) -> None:
    page = visit("/")
    page.evaluate("document.querySelector('label').remove()")
    page.evaluate("document.querySelector('input').removeAttribute('placeholder')")
    assert [text for text in violations(page) if text.startswith("label:")]
