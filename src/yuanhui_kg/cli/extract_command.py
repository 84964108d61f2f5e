"""The commands ``extract``, from an article to a draft graph, and ``evaluate``, how right that is."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..errors import UsageError, YuanhuiError
from . import output
from .commands import setting, settings

if TYPE_CHECKING:
    from ..extract import Draft
    from ..extract.corpus import Options
    from ..extract.decisions import Decision
    from ..extract.evaluation import Score
    from ..extract.review import Reviewed
    from ..settings import Settings

_FILE = click.Path(path_type=Path)
_OUTPUT = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("paths", nargs=-1, required=True, type=_FILE, metavar="FILE…")
@click.option(
    "-o",
    "--output",
    "target",
    type=_FILE,
    metavar="DRAFT.ttl|FOLDER",
    help="File for the draft, else standard output; a folder for those of several texts.",
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
@click.option(
    "--jobs", type=click.IntRange(1), metavar="N", help="Processes that read several texts; else one a processor."
)
@click.option("--review", type=_FILE, metavar="TSV", help="Decisions of a review: only what was accepted is written.")
@setting("store")
def extract(
    paths: tuple[Path, ...], target: Path | None, place: str, published: str, period: str, report: Path | None,
    tagger: str | None, tagger_timeout: float, jobs: int | None, review: Path | None, **flags: Any,
) -> int:  # fmt: skip
    """Draft a graph from a Chinese report: figures, names and relations, every one with its place in the text.

    What is not given (place, publication, period) is guessed from title, headings and datelines, and told on standard
    error. A draft is to be reviewed: each figure carries its confidence and the rules that fired. The page of --report
    saves a review.tsv; with it as --review only accepted and corrected facts are written.

    Several texts are read at once, each to a file of its name in the folder of -o. One that fails is told and stops no other; the exit
    code is then 1.

    \b
    Example:
      yuanhui-kg extract report.txt -o draft.ttl --place 411102 --published 2024-03-28 --report review.html
      yuanhui-kg extract report.txt -o accepted.ttl --review review.tsv
      yuanhui-kg extract reports/*.txt -o drafts
    """
    from ..extract import corpus, drafting, load
    from ..turtle import write

    asked, code = settings(flags), _code(place)
    options = corpus.Options(
        "" if code else place, code, published, period, tagger or "", tagger_timeout, asked.graph_files
    )
    if len(paths) > 1 or (target is not None and target.is_dir()):
        if report or review:
            raise UsageError("A review (--report, --review) is of one text.", "Review one text after another.")
        return _many(paths, target, options, jobs)
    (path,) = paths
    output.apart(target, report)
    for written in (target, report):
        output.spare(written, path, review)
    with output.progress("Reading …"):
        draft = corpus.draft(load(path), options)
        decisions, reviewed = _reviewed(draft, review)
        text = write(drafting.triples(reviewed.draft if reviewed else draft, corpus.known(asked.graph_files), code))
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


def _many(paths: Sequence[Path], folder: Path | None, options: Options, jobs: int | None) -> int:
    """Draft many texts into a folder; 1 where one failed."""
    from ..extract import corpus

    if folder is None:
        raise UsageError("Several drafts need a folder.", "Give it with -o FOLDER.")
    targets = _targets(paths, folder)
    read = {path.resolve(): path for path in paths}
    for target in targets.values():
        output.spare(target, read.get(target.resolve()))
    counts, failed = [0, 0, 0], 0
    with output.counted("Reading …", len(paths)) as step:
        for path, found in corpus.drafts(paths, options, jobs):
            step()
            if error := found.error or _written(found.turtle, targets[path]):
                failed += 1
                output.tell(f"Error: {error}", aside=True)
                continue
            _tell_anchor(found.name, found.genre, found.place, found.published, found.period, found.guessed.split(","))
            _tell_unnamed(found.name, found.place, found.names_its_place)
            _tell_passed_over(found.name, found.passed_over)
            counts = [sum(pair) for pair in zip(counts, (found.figures, found.entities, found.relations), strict=True)]
    figures, entities, relations = counts
    output.tell(
        f"{len(paths) - failed:,} of {len(paths):,} texts drafted into {folder}: "
        f"{figures:,} figures, {entities:,} entities, {relations:,} relations.",
        aside=True,
    )
    return 1 if failed else 0


def _written(text: str, target: Path) -> str:
    """Write a draft; why it could not be written, in one sentence, else nothing."""
    try:
        with output.destination(target) as stream:
            stream.write(text.encode())
    except YuanhuiError as error:
        return str(error)
    return ""


def _targets(paths: Sequence[Path], folder: Path) -> dict[Path, Path]:
    """The file for each text's draft. Raises :class:`UsageError` where two would be one."""
    taken: dict[Path, Path] = {}
    for path in paths:
        target = folder / f"{path.stem}.ttl"
        if (other := taken.setdefault(target, path)) is not path:
            raise UsageError(f"{other} and {path} would both become {target}.", "Rename one, or give one folder each.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{folder} is no folder: {error.strerror}.", "Give a new or existing folder.") from None
    return {path: target for target, path in taken.items()}


def _reviewed(draft: Draft, path: Path | None) -> tuple[list[Decision], Reviewed | None]:
    from ..extract import decisions, review

    if path is None:
        return [], None
    made = decisions.read(path, draft.source.sha256)
    return made, review.apply(draft, made)


def _page(draft: Draft, decisions: Sequence[Decision], text: str, asked: Settings) -> str:
    """The review page, with what the checks of figures find in the draft."""
    from ..check import check
    from ..extract import report
    from ..rules import load
    from ..store import StoreReader, memory_store

    with _temporary(text) as file:
        findings = check(StoreReader(memory_store([*asked.ontology_files, file])), load(asked.rules, ()))
    wrong = [found for found in findings if found.status in ("inconsistent", "notComparable")]
    return report.write(draft, decisions, [((f.message["zh"], f.message["en"]), f.observations) for f in wrong])


@contextlib.contextmanager
def _temporary(text: str) -> Iterator[Path]:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "draft.ttl"
        file.write_text(text, encoding="utf-8")
        yield file


def _tell_anchor(name: str, genre: str, place: str, published: str, period: str, guessed: Collection[str]) -> None:
    """What is taken for the place and the times of a text, and what of it was guessed."""
    place, published, period = (
        output.said(f"{value} (guessed)") if what in guessed else value
        for what, value in (
            ("place", place or output.said("unknown")),
            ("published", published or output.said("unknown")),
            ("period", period),
        )
    )
    output.tell(f"{name}: {output.said(genre)}; place {place}, published {published}, period {period}.", aside=True)


def _tell_unnamed(name: str, place: str, named: bool) -> None:
    if not named:
        output.tell(f"{name}: The text does not name {place}, which its figures are taken to be about.", aside=True)


def _tell_passed_over(name: str, numbers: int) -> None:
    if numbers:
        output.tell(f"{name}: {numbers:,} numbers in tables were passed over.", aside=True)


def _tell(draft: Draft, reviewed: Reviewed | None) -> None:
    anchor = draft.anchor
    _tell_anchor(draft.source.name, anchor.genre, anchor.place, anchor.published, anchor.reporting.edtf, anchor.guessed)
    _tell_unnamed(draft.source.name, anchor.place, draft.names_its_place)
    figures, entities, relations = map(len, (draft.figures, draft.entities, draft.relations))
    output.tell(f"{figures:,} figures, {entities:,} entities, {relations:,} relations.", aside=True)
    _tell_passed_over(draft.source.name, draft.passed_over)
    if draft.has_many_parties:
        output.tell(
            "Of agreements of many parties only the relations of the first party with the others are given.", aside=True
        )
    if not figures:
        output.tell("No number of a figure was found.", aside=True)
    if not anchor.published:
        output.tell(
            "States without a date are given as of publication, whose year is unknown: give --published.", aside=True
        )
    if reviewed:
        output.tell(
            f"Review: {reviewed.accepted:,} accepted, {reviewed.corrected:,} corrected, {reviewed.rejected:,} rejected, "
            f"{reviewed.added:,} added, {reviewed.undecided:,} undecided and left out.",
            aside=True,
        )
        for fact in reviewed.lost:
            output.tell(f"Decided, but no longer found: {fact}", aside=True)
        for name in reviewed.held:
            output.tell(f"Rejected, but kept, as accepted facts are about it: {name}", aside=True)
        for printed in reviewed.loose:
            output.tell(f"Left out, as what it limits was: {printed}", aside=True)


@click.command()
@click.argument("files", nargs=-1, required=True, type=_FILE, metavar="GOLD…")
@click.option("--split", metavar="S", help="Only texts of this split: train, calibration or held-out.")
@click.option("--errors", is_flag=True, help="Tell each wrong, missing and invented figure.")
@click.option("-f", "--format", "format", type=click.Choice(["table", "json"]), default="table", show_default=True)
def evaluate(files: tuple[Path, ...], split: str | None, errors: bool, format: str) -> int:
    """How right extraction is against texts marked up by hand: F1 by genre and split, never pooled.

    A span is right where both its ends are; value, unit, kind, period, base, indicator and subject count where the span
    is right too; a tuple where all but the base are, as read also under a name that readers took for the same, any
    subject the same whomever it is about. Offsets
    tell how many spans stand in the text as they say. Below stands what part of the figures is sure (a confidence of 0.9
    or more, which a review may accept together), and what part of these is right as read.

    \b
    Example:
      yuanhui-kg evaluate tests/gold/*.gold
      yuanhui-kg evaluate tests/gold/*.gold --split train --errors
    """
    from ..extract import evaluation, gold

    golds = [text for text in map(gold.read, files) if split in (None, text.split)]
    if not golds:
        raise UsageError(f"None of the texts is of the split {split!r}.", "Use train, calibration or held-out.")
    with output.progress("Reading …"):
        found, told = evaluation.evaluate(golds)
    if format == "json":
        print(json.dumps([_row(*item) for item in found.items()], ensure_ascii=False, indent=1))
    else:
        columns = ("genre", "split", *evaluation.MEASURES)
        rows = [(*key, *(_f1(scores[name]) for name in evaluation.MEASURES)) for key, scores in found.items()]
        output.print_table(columns, rows, numbers=range(2, len(columns)))
        sure = [(*key, *_of_sure(scores[evaluation.OF_SURE])) for key, scores in found.items()]
        output.print_table(("genre", "split", "sure", "right of these"), sure, numbers=range(2, 4))
    if errors:
        for line in told:
            output.show(line, aside=True)
    return 0


def _f1(score: Score) -> str:
    return "" if score.f1 is None else f"{score.f1:.3f}"


def _of_sure(score: Score) -> tuple[str, str]:
    """What part of the figures is sure, and what part of those is right."""
    return f"{score.found / max(1, score.real):.2f}", f"{score.right / score.found:.3f}" if score.found else ""


def _row(key: tuple[str, str], scores: dict[str, Score]) -> dict[str, Any]:
    from ..extract.evaluation import OF_SURE

    counts = {name: {"right": s.right, "found": s.found, "real": s.real} for name, s in scores.items()}
    sure = counts.pop(OF_SURE)
    scored = {name: {"f1": scores[name].f1, **counted} for name, counted in counts.items()}
    return {"genre": key[0], "split": key[1], "scores": scored, OF_SURE: sure}
