"""The command ``coverage``: is all of a text in the graph?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..errors import UsageError
from . import output
from .commands import _reader, setting, settings

if TYPE_CHECKING:
    from ..coverage import Ledger

_FORMATS = ("table", "csv", "json")


@click.command()
@click.option(
    "--article", "path", type=click.Path(path_type=Path), required=True, metavar="FILE", help="The text itself."
)
@click.option("--document", metavar="IRI|ID", help="The text file in the graph, where several could be meant.")
@click.option("-f", "--format", "format", metavar="F", help="table (the default), csv or json.")
@click.option("-o", "--output", "target", type=click.Path(path_type=Path, dir_okay=False), help="File for the ledger.")
@setting("store")
@setting("endpoint", metavar="URL")
def coverage(path: Path, document: str | None, format: str | None, target: Path | None, **flags: Any) -> int:
    """Is all of the article in the graph? Every numeral and every sentence, and what covers it.

    A numeral is cited by a figure or excluded with a reason; a sentence is cited or excluded. Exit code 1 where one is
    neither. The ledger holds numerals, offsets, names and reasons, and nothing else of the text.

    \b
    Example:
      yuanhui-kg coverage --article article.txt
      yuanhui-kg coverage --article article.txt -o coverage.csv
    """
    from ..coverage import coverage
    from ..terms import iri_of

    name = _format(format, target)
    iri = iri_of(document) if document else None
    with output.progress("Counting …"), _reader(settings(flags)) as reader:
        ledger = coverage(reader, path, iri)
    _write(ledger, name, target)
    aside = name != "table" and not target
    for gap in ledger.gaps:
        output.show(f"{gap.kind}: {gap.start}–{gap.end}{f' ({gap.subject})' if gap.subject else ''}", aside=aside)
    output.show(_summary(ledger, path), aside=aside)
    return 0 if ledger.complete else 1


def _format(format: str | None, target: Path | None) -> str:
    name = (format or (output.extension(target) if target else "table")).lower()
    if name not in _FORMATS or (target and name == "table"):
        raise UsageError(f"{name!r} is no format of a ledger.", "Use csv or json; without a file also table.")
    return name


def _write(ledger: Ledger, format: str, target: Path | None) -> None:
    if format == "table":
        _tables(ledger)
        return
    text = ledger.csv() if format == "csv" else json.dumps(ledger.as_dict(), ensure_ascii=False, indent=1) + "\n"
    with output.destination(target) as stream:
        stream.write(text.encode())


def _tables(ledger: Ledger) -> None:
    numerals = [
        (str(row.start), str(row.end), row.printed, row.status, row.reason or ", ".join(row.by))
        for row in ledger.numerals
    ]
    output.print_table(("start", "end", "printed", "status", "reason or figure"), numerals, numbers=(0, 1))
    sentences = [
        (row.id, *map(str, (row.start, row.end)), row.status, *map(str, (row.mentions, row.figures, row.statements)))
        for row in ledger.sentences
    ]
    columns = ("sentence", "start", "end", "status", "mentions", "figures", "statements")
    output.print_table(columns, sentences, numbers=(1, 2, 4, 5, 6))


def _summary(ledger: Ledger, path: Path) -> str:
    counts = ledger.counts()
    reasons = ", ".join(f"{number} {reason}" for reason, number in counts["reasons"].items())
    parts = [
        f"{len(ledger.numerals):,} numerals ({_told(counts['numerals'])})",
        f"{len(ledger.sentences):,} sentences ({_told(counts['sentences'])})",
        f"reasons: {reasons or 'none'}",
        f"{len(ledger.gaps):,} gap{'' if len(ledger.gaps) == 1 else 's'}" if ledger.gaps else "no gap",
    ]
    return f"{path}: {'; '.join(parts)}."


def _told(counts: dict[str, int]) -> str:
    return ", ".join(f"{number:,} {status}" for status, number in sorted(counts.items()))
