"""The command ``extract``: from an article to a draft graph."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..errors import UsageError
from . import output
from .commands import setting, settings

if TYPE_CHECKING:
    from ..extract import Draft

_FILE = click.Path(path_type=Path)


@click.command()
@click.argument("path", type=_FILE, metavar="FILE")
@click.option(
    "-o",
    "--output",
    "target",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="DRAFT.ttl",
    help="File for the draft; else standard output.",
)
@click.option(
    "--place",
    metavar="CODE|NAME",
    default="",
    help="The area that the text is about: its six-digit division code, or its name.",
)
@click.option(
    "--published", metavar="DATE", default="", help="When the text was published: 2024-03-28, 2024-03 or 2024."
)
@click.option("--period", metavar="P", default="", help="The years that it reports on: 2023 or 2016/2020.")
@setting("store")
def extract(path: Path, target: Path | None, place: str, published: str, period: str, **flags: Any) -> int:
    """Draft a graph from a Chinese report: figures, names and relations, every one with its place in the text.

    What is not given (place, publication, period) is guessed from title, headings and datelines, and told on standard
    error. A draft is to be reviewed: each figure carries its confidence and the rules that fired.

    \b
    Example:
      yuanhui-kg extract communique.txt -o draft.ttl --place 411102 --published 2024-03-28
      yuanhui-kg extract article.txt --period 2016/2020 | less
    """
    from ..extract import drafting, load
    from ..extract import extract as draft_of
    from ..turtle import write

    asked = settings(flags)
    code = place if re.fullmatch(r"\d{6}", place) else ""
    if place.isdigit() and not code:
        raise UsageError(f"{place} is no division code of six digits.", "Give for instance 411102, or the area's name.")
    with output.progress("Reading …"):
        known = drafting.known_in(_facts(asked.graph_files))
        name = known.by_code[code][1] if code in known.by_code else "" if code else place
        draft = draft_of(load(path), place=name, published=published, period=period)
        text = write(drafting.triples(draft, known, code))
    with output.destination(target) as stream:
        stream.write(text.encode())
    _tell(draft)
    return 0


def _facts(files: tuple[Path, ...]) -> Any:
    import pyoxigraph as ox

    for file in files:
        yield from ox.parse(path=file, format=ox.RdfFormat.TURTLE)


def _tell(draft: Draft) -> None:
    anchor = draft.anchor
    parts = {
        "place": anchor.place or "unknown",
        "published": anchor.published or "unknown",
        "period": anchor.reporting.edtf,
    }
    told = ", ".join(f"{name} {value}{' (guessed)' if name in anchor.guessed else ''}" for name, value in parts.items())
    print(f"{draft.source.name}: {anchor.genre}; {told}.", file=sys.stderr)
    counts = f"{len(draft.figures):,} figures, {len(draft.entities):,} entities, {len(draft.relations):,} relations"
    print(f"{counts}{'' if draft.figures else '; no number of a figure was found'}.", file=sys.stderr)
    if "published" in anchor.guessed and not anchor.published:
        print(
            "States without a date are given as of publication, whose year is unknown: give --published.",
            file=sys.stderr,
        )
