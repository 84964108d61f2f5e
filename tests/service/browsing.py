"""Pages in a real browser: a service of its own over the graph of our own text, Chromium, and axe-core.

Fixtures are in ``conftest.py``: ``served`` is the service's address, ``visit`` opens a page of it and fails the test
where the page says anything on its console or asks another host. Where Chromium or axe-core is not installed, the tests skip.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chromium import CHROMIUM, FLAGS
from yuanhui_kg.settings import Settings

ROOT = Path(__file__).parents[2]
QINGHE = ROOT / "tests" / "fixtures" / "qinghe"
AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
SCREENSHOTS = ROOT / "build" / "screenshots"
WAIT = 30.0
#: Widths of a window in pixels, with the heights that go with them.
DESKTOP, PHONE = (1440, 900), (390, 844)
#: The rules that pages keep: WCAG 2.2, levels A and AA.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]


def resources(folder: Path) -> Path:
    """A folder of resources whose data are the graph of our own text."""
    for name in ("ontology", "queries"):
        (folder / name).symlink_to(Settings().resources / name)
    (folder / "data").mkdir()
    shutil.copy(QINGHE / "triples.ttl", folder / "data")
    return folder


def serving(folder: Path) -> Iterator[str]:
    """The address of a service over ``folder`` (:func:`resources`), for as long as the generator is not closed."""
    process = subprocess.Popen(
        [sys.executable, "-m", "yuanhui_kg", "serve", "--port", "0", "--workers", "2"],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ
        | {"YUANHUI_KG_RESOURCES": str(folder), "YUANHUI_KG_HTTP_PROCESSES": "1", "YUANHUI_KG_TOKEN": "browser"},
    )
    assert process.stdout is not None
    with process, process.stdout:
        found = re.search(r"http://\S+(?=/)", process.stdout.readline())
        try:
            yield found[0] if found else pytest.fail("the service did not start")
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(WAIT)


def browsing() -> Iterator[Any]:
    """Chromium, or a skipped test where it is not installed."""
    if CHROMIUM is None:
        pytest.skip("no Chromium is installed")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as running:
        opened = running.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


class Visits:
    """Opens pages of a service; notes what they say on their console and which other hosts they ask."""

    def __init__(self, browser: Any, address: str) -> None:
        self._browser, self._address = browser, address
        self._contexts: list[Any] = []
        self.problems: list[str] = []

    def __call__(
        self, path: str, *, size: tuple[int, int] = DESKTOP, dark: bool = False, language: str = "zh-CN", **context: Any
    ) -> Any:
        """A page (of Playwright) in a context of its own; ``context`` goes to ``new_context``."""
        opened = self._browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if dark else "light",
            locale=language,
            **context,
        )
        self._contexts.append(opened)
        page = opened.new_page()
        page.on("pageerror", lambda error: self.problems.append(f"{path}: {error}"))
        page.on("console", lambda said: self.problems.append(f"{path}: {said.text}") if said.type == "error" else None)
        page.on("request", lambda asked: self._note(path, asked.url))
        page.goto(self._address + path, wait_until="load")
        return page

    def _note(self, path: str, url: str) -> None:
        if not url.startswith((self._address + "/", "data:", "blob:")):
            self.problems.append(f"{path} asks {url}")

    def end(self) -> None:
        for context in self._contexts:
            context.close()
        assert self.problems == [], self.problems


def violations(page: Any) -> list[str]:
    """What axe-core has against a page: rule, where, and what is wrong."""
    if not AXE.is_file():
        pytest.skip("axe-core is not installed: make install with access to the npm registry")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("rules => axe.run(document, {runOnly: {type: 'tag', values: rules}})", RULES)
    return [
        f"{broken['id']}: {node['target']} {node['failureSummary']}"
        for broken in found["violations"]
        for node in broken["nodes"]
    ]


def await_that(page: Any, expression: str) -> None:
    """Wait until a page's expression holds. Playwright's own way would have the page evaluate a text, which its policy forbids."""
    end = time.monotonic() + WAIT
    while not page.evaluate(expression):
        assert time.monotonic() < end, f"never: {expression}"
        page.wait_for_timeout(50)


def look(page: Any, size: tuple[int, int], dark: bool) -> None:
    """Turn a page to a window of another size, and to day or night."""
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.emulate_media(color_scheme="dark" if dark else "light")


def overflow(page: Any) -> int:
    """By how many pixels a page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def keep(page: Any, name: str) -> Path:
    """A screenshot of the whole page as ``build/screenshots/NAME.png``."""
    path = SCREENSHOTS / f"{name}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=path, full_page=True)
    return path
