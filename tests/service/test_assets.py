"""Scripts of pages: what the build's manifest says, and what is served where there is none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from yuanhui_kg.service import assets

HTML = {"Accept": "text/html"}


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of scripts in the place of the package's."""
    original = assets.built
    monkeypatch.setattr(assets, "built", lambda: original.__wrapped__(tmp_path))
    entry = {"scripts": ["site-1.js"], "styles": ["site-2.css"], "chunks": ["chunk-3.js"]}
    (tmp_path / "manifest.json").write_text(json.dumps({"site": entry}))
    return tmp_path


def test_a_page_loads_what_was_built(built: Path, client: FlaskClient) -> None:
    text = client.get("/", headers=HTML).get_data(as_text=True)
    assert '<script type="module" src="/static/app/site-1.js"></script>' in text
    assert '<link rel="stylesheet" href="/static/app/site-2.css">' in text
    assert '<link rel="modulepreload" href="/static/app/chunk-3.js">' in text


def test_pages_without_scripts_are_pages(built: Path, client: FlaskClient) -> None:
    (built / "manifest.json").unlink()
    answer = client.get("/", headers=HTML)
    assert answer.status_code == 200
    assert "<script" not in answer.get_data(as_text=True)


@pytest.mark.skipif(not assets.built(), reason="the scripts of the pages are not built: make install")
def test_what_was_built_is_there_and_may_be_kept(client: FlaskClient) -> None:
    for name, asset in assets.built().items():
        for url in (*asset.scripts, *asset.styles, *asset.chunks):
            answer = client.get(url)
            assert answer.status_code == 200, (name, url)
            assert "immutable" in answer.headers["Cache-Control"]
            assert answer.mimetype in ("text/javascript", "text/css")
    assert "immutable" not in client.get("/static/app/nothing.js").headers.get("Cache-Control", "")
