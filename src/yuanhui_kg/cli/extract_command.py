"""The commands ``extract``, from an article to a draft graph, and ``evaluate``, how right that is."""

from __future__ import annotations

import contextlib
import json
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..errors import UsageError
from . import output
from .commands import setting, settings

if TYPE_CHECKING:
    import pyoxigraph as ox

    from ..extract import Draft
    from ..extract.evaluation import Score
    from ..extract.review import Decision, Reviewed
    from ..settings import Settings

_FILE = click.Path(path_type=Path)
_OUTPUT = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("path", type=_FILE, metavar="FILE")
@click.option(
    "-o", "--output", "target", type=_OUTPUT, metavar="DRAFT.ttl", help="File for the draft; else standard output."
)
@click.option("--place", metavar="CODE|NAME", default="", help="The area: its six-digit division code, or its name.")
@click.option("--published", metavar="DATE", default="", help="Day, month or year of publication, such as 2024-03-28.")
@click.option("--period", metavar="P", default="", help="The years that it reports on: 2023 or 2016/2020.")
@click.option(
    "--report", type=_OUTPUT, metavar="HTML", help="Write a page on which the draft is reviewed; it holds the text."
)
@click.option(
    "--tagger", metavar="NAME|MODULE:CALLABLE", help="A plug-in that chooses among what was found; off unless named."
)
@click.option(
    "--tagger-timeout",
    type=click.FloatRange(0, min_open=True),
    default=60.0,
    show_default=True,
    help="Longest time that it may take for one text.",
)
@click.option("--review", type=_FILE, metavar="TSV", help="Decisions of a review: only what was accepted is written.")
@setting("store")
def extract(
    path: Path, target: Path | None, place: str, published: str, period: str, report: Path | None,
    tagger: str | None, tagger_timeout: float, review: Path | None, **flags: Any,
) -> int:  # fmt: skip
    """Draft a graph from a Chinese report: figures, names and relations, every one with its place in the text.

    What is not given (place, publication, period) is guessed from title, headings and datelines, and told on standard
    error. A draft is to be reviewed: each figure carries its confidence and the rules that fired. The page of --report
    saves a review.tsv; with it as --review only accepted and corrected facts are written.

    \b
    Example:
      yuanhui-kg extract report.txt -o draft.ttl --place 411102 --published 2024-03-28 --report review.html
      yuanhui-kg extract report.txt -o accepted.ttl --review review.tsv
    """
    from ..extract import drafting, load
    from ..extract import extract as draft_of
    from ..extract.tagging import tag
    from ..turtle import write

    asked = settings(flags)
    code = _code(place)
    with output.progress("Reading …"):
        known = drafting.known_in(_facts(asked.graph_files))
        name = known.by_code[code][1] if code in known.by_code else "" if code else place
        draft = draft_of(load(path), place=name, published=published, period=period)
        if tagger:
            draft = tag(draft, tagger, tagger_timeout)
        decisions, reviewed = _reviewed(draft, review)
        text = write(drafting.triples(reviewed.draft if reviewed else draft, known, code))
    if report:
        with output.progress("Checking …"):
            page = _page(draft, decisions, text, asked)
        with output.destination(report) as stream:
            stream.write(page.encode())
    if target or not report:
        with output.destination(target) as stream:
            stream.write(text.encode())
    _tell(draft, reviewed)
    return 0


def _code(place: str) -> str:
    if place.isdigit() and not re.fullmatch(r"\d{6}", place):
        raise UsageError(f"{place} is no division code of six digits.", "Give for instance 411102, or the area's name.")
    return place if place.isdigit() else ""


def _facts(files: tuple[Path, ...]) -> Iterator[ox.Quad]:
    import pyoxigraph as ox

    for file in files:
        yield from ox.parse(path=file, format=ox.RdfFormat.TURTLE)


def _reviewed(draft: Draft, path: Path | None) -> tuple[list[Decision], Reviewed | None]:
    from ..extract import review

    if path is None:
        return [], None
    decisions = review.read(path, draft.source.sha256)
    return decisions, review.apply(draft, decisions)


def _page(draft: Draft, decisions: Sequence[Decision], text: str, asked: Settings) -> str:
    """The review page, with what the checks of figures find in the draft."""
    from ..check import check
    from ..extract import report
    from ..rules import load
    from ..store import StoreReader, memory_store

    with _temporary(text) as file:
        findings = check(StoreReader(memory_store([*asked.ontology_files, file])), load(asked.rules, ()))
    told = [(f.message["zh"], f.message["en"]) for f in findings if f.status in ("inconsistent", "notComparable")]
    return report.write(draft, decisions, told)


@contextlib.contextmanager
def _temporary(text: str) -> Iterator[Path]:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "draft.ttl"
        file.write_text(text, encoding="utf-8")
        yield file


def _tell(draft: Draft, reviewed: Reviewed | None) -> None:
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
    if not anchor.published:
        print(
            "States without a date are given as of publication, whose year is unknown: give --published.",
            file=sys.stderr,
        )
    if reviewed:
        fates = f"{reviewed.accepted:,} accepted, {reviewed.corrected:,} corrected, {reviewed.rejected:,} rejected"
        print(f"Review: {fates}, {reviewed.undecided:,} undecided and left out.", file=sys.stderr)
        for fact in reviewed.lost:
            print(f"Decided, but no longer found: {fact}", file=sys.stderr)


@click.command()
@click.argument("files", nargs=-1, required=True, type=_FILE, metavar="GOLD…")
@click.option("--split", metavar="S", help="Only texts of this split: train or held-out.")
@click.option("--errors", is_flag=True, help="Tell each wrong, missing and invented figure.")
@click.option("-f", "--format", "format", type=click.Choice(["table", "json"]), default="table", show_default=True)
def evaluate(files: tuple[Path, ...], split: str | None, errors: bool, format: str) -> int:
    """How right extraction is against texts marked up by hand: F1 by genre and split, never pooled.

    A span is right where both its ends are; value, unit, kind, period, base, indicator and subject count where the span
    is right too; a tuple where all but the base are. Offsets tell how many spans stand in the text as they say.

    \b
    Example:
      yuanhui-kg evaluate tests/gold/*.gold
      yuanhui-kg evaluate tests/gold/*.gold --split train --errors
    """
    from ..extract import evaluation

    golds = [gold for gold in map(evaluation.read, files) if split in (None, gold.split)]
    if not golds:
        raise UsageError(f"None of the texts is of the split {split!r}.", "Use train or held-out.")
    with output.progress("Reading …"):
        found, told = evaluation.evaluate(golds)
    if format == "json":
        print(json.dumps([_row(*item) for item in found.items()], ensure_ascii=False, indent=1))
    else:
        columns = ("genre", "split", *evaluation.MEASURES)
        rows = [(*key, *(_f1(scores[name]) for name in evaluation.MEASURES)) for key, scores in found.items()]
        output.print_table(columns, rows, numbers=range(2, len(columns)))
    if errors:
        print("\n".join(told), file=sys.stderr)
    return 0


def _f1(score: Score) -> str:
    return "" if score.f1 is None else f"{score.f1:.3f}"


def _row(key: tuple[str, str], scores: dict[str, Score]) -> dict[str, Any]:
    counted = {name: {"f1": s.f1, "right": s.right, "found": s.found, "real": s.real} for name, s in scores.items()}
    return {"genre": key[0], "split": key[1], "scores": counted}
