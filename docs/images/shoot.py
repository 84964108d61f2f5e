"""Makes ``pages.png``, the picture of the pages in the README: ``python docs/images/shoot.py`` with a service at port 8000."""

from __future__ import annotations

import io
import shutil
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

ADDRESS = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000"
PAGES = ("/search?q=源汇区的财政收入五年增长了多少", "/explore?id=yuanhui-district")
SIZE = (1280, 800)
COLOURS = 128

with sync_playwright() as running:
    browser = running.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
    page = browser.new_context(viewport={"width": SIZE[0], "height": SIZE[1]}, locale="zh-CN").new_page()
    shots = []
    for path in PAGES:
        page.goto(ADDRESS + path)
        page.wait_for_timeout(4000)  # until the graph has come to rest
        shots.append(Image.open(io.BytesIO(page.screenshot())))
    browser.close()
both = Image.new("RGB", (SIZE[0], 2 * SIZE[1] + 16), "white")
for place, shot in enumerate(shots):
    both.paste(shot, (0, place * (SIZE[1] + 16)))
both.quantize(COLOURS).save(Path(__file__).with_name("pages.png"), optimize=True)
