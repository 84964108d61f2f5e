"""The scripts of the pages: which files, under which names. They are built from ``frontend/`` (``frontend/hatch_build.py``).

A file's name holds its digest: what a browser has once fetched it need not ask for again. Where they were not built, there
are none, and the pages do without.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from flask import Response

FOLDER: Final = Path(__file__).parent / "static" / "app"
URL: Final = "/static/app/"
_FOREVER: Final = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class Asset:
    """What one page loads: URLs. ``chunks`` are what its scripts import at once."""

    scripts: tuple[str, ...] = ()
    styles: tuple[str, ...] = ()
    chunks: tuple[str, ...] = ()


@cache
def built(folder: Path = FOLDER) -> dict[str, Asset]:
    """By the names of the files in ``frontend/src/entries``; empty where nothing was built."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return {
        name: Asset(**{kind: tuple(URL + file for file in files) for kind, files in entry.items()})
        for name, entry in manifest.items()
    }


def asset(name: str) -> Asset:
    """What the page of this name loads; nothing where it was not built."""
    return built().get(name, Asset())


def let_be_kept(path: str, response: Response) -> None:
    """Let clients keep an answer whose path names its contents."""
    if path.startswith(URL) and response.status_code == 200:
        response.headers["Cache-Control"] = _FOREVER
