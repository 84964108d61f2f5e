"""The page that reads an article finds spans in a copy as Python does: both are given the same copies."""

from __future__ import annotations

import json
import os
import subprocess
import textwrap
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from test_frontend import FRONTEND, node
from test_realign import TEXT, paged, replaced, store
from yuanhui_kg import citations, marks
from yuanhui_kg.alignment import Copy, normalised, sha256
from yuanhui_kg.settings import Settings
from yuanhui_kg.store import StoreReader, memory_store
from yuanhui_kg.verify import Moved, _Aligned

ARTICLE = Path(__file__).parents[2] / "shared" / "article" / "article.txt"


def copies(text: str) -> Iterator[tuple[str, str]]:
    """Copies of a text by their names: other white space, widths, page furniture, another order, changes."""
    yield "the text", text
    yield "line ends of Windows", text.replace("\n", "\r\n")
    yield "byte-order mark", "\ufeff" + text
    yield "no white space", "".join(text.split())
    yield "wrapped at 17", "\n".join(textwrap.wrap(text, 17))
    yield "indented", "　　" + text.replace("\n", "\n　　")
    yield "spaces between all characters", " ".join(text)
    yield "half-width punctuation", text.replace("，", ",").replace("；", ";")
    yield "full-width digits", text.replace("2", "２").replace("%", "％")
    yield "wrapped and paged", paged(textwrap.wrap(text, 40), 10)
    yield "cut at its end", text[: len(text) // 2]
    yield "its halves changed about", text[len(text) // 2 :] + "\n" + text[: len(text) // 2]
    yield "words put before it", "另据本报讯，\U0001f600。" + text
    yield "nothing", ""


def changed() -> Iterator[tuple[str, str]]:
    """Copies of our own article with changes inside."""
    for old, new in (("36.8亿", "36.9亿"), ("8.4亿", "84亿"), ("31公里", "3¹公里"), ("用工难题", "据悉，用工难题")):
        yield f"{old} made {new}", paged(textwrap.wrap(replaced(old, new), 40), 10)
    yield "a sentence left out", replaced("沈河镇推行“一街一长”制度，两个社区先行试点。", "")
    caption = "图为白鹭湾湿地公园。"
    yield "a caption elsewhere", caption + "\n\n" + replaced(caption, "")
    yield "another text", "".join(reversed(TEXT)) * 3


def place(document: citations.Document, spans: list[citations.Span], text: str) -> list[tuple[int, int] | None]:
    aligned = _Aligned(document, spans, Copy(text))
    found = [aligned.find(span) for span in spans]
    return [(each.found_start, each.found_end) if isinstance(each, Moved) else None for each in found]


def widths() -> list[tuple[str, str]]:
    """Every character that folding changes or leaves out."""
    every = (chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000)
    known = (character for character in every if unicodedata.category(character) != "Cn")
    return [(character, normalised(character)) for character in known if normalised(character) != character]


def cases(graph: ox.Store, text: str, more: Iterator[tuple[str, str]]) -> dict[str, Any]:
    reader = StoreReader(graph)
    (document,) = citations.documents(reader)
    spans = citations.spans(reader, document.iri)
    told = marks.spans(reader, document.iri, 0, 100_000)
    assert [span["start"] for span in told["spans"]] == [span.start for span in spans]
    return {
        "document": told["document"],
        "spans": told["spans"],
        "folded": widths(),
        "copies": [
            {
                "name": name,
                "text": copy,
                "exact": sha256(copy) == document.sha256,
                "places": place(document, spans, copy),
            }
            for name, copy in (*copies(text), *more)
        ],
    }


def agree(given: dict[str, Any], tmp_path: Path) -> None:
    program = node()
    if program is None or not (FRONTEND / "node_modules").is_dir():
        pytest.skip("the front end's packages are not installed: make install with access to the npm registry")
    path = tmp_path / "cases.json"
    path.write_text(json.dumps(given), encoding="utf-8")
    command = [program, "test/run.mjs", "article/placing"]
    done = subprocess.run(
        command,
        cwd=FRONTEND,
        env=os.environ | {"PLACING_CASES": str(path)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]


@pytest.mark.slow
def test_copies_of_our_own_article(tmp_path: Path) -> None:
    given = cases(store(), TEXT, changed())
    exact, *others = given["copies"]
    assert exact["exact"]
    assert None not in exact["places"]
    assert any(None in case["places"] for case in others)
    agree(given, tmp_path)


@pytest.mark.slow
@pytest.mark.skipif(not ARTICLE.exists(), reason="the article itself is not here: it is not part of the project")
def test_copies_of_the_article_itself(tmp_path: Path) -> None:
    graph = memory_store(Settings().graph_files)
    agree(cases(graph, ARTICLE.read_bytes().decode("utf-8"), iter(())), tmp_path)
