"""The command ``check``: do the figures agree with each other?"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from ..settings import Settings
from . import output
from .commands import _reader, setting, settings

if TYPE_CHECKING:
    from ..check import Finding
    from ..store import Reader

_WORDS: Final = {
    "consistent": "consistent",
    "edge": "only at the edge of rounding",
    "inconsistent": "inconsistent",
    "notComparable": "not comparable",
}


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE…]")
@click.option("--rule", "only", multiple=True, metavar="ID", help="Apply only this rule; may be repeated.")
@click.option("--problems", is_flag=True, help="Leave out what is consistent.")
@click.option("-f", "--format", "format", type=click.Choice(["text", "json"]), default="text", show_default=True)
@setting("store")
@setting("endpoint", metavar="URL")
def check(files: tuple[Path, ...], only: tuple[str, ...], problems: bool, format: str, **flags: Any) -> int:
    """Check whether the figures agree: with each other, with their units, periods, price bases and scopes.

    Reads the ontology with FILEs, or the project's data. One line a finding, with the arithmetic; nothing is
    corrected. Exit code 1 where figures are inconsistent.

    \b
    Example:
      yuanhui-kg check --problems
      yuanhui-kg check draft.ttl --rule share-of-two-figures --format json
    """
    from ..check import check, report
    from ..rules import load

    asked = settings(flags)
    rules = load(asked.rules, only)
    with output.progress("Checking …"), _data(files, asked) as reader:
        findings = check(reader, rules)
    if format == "json":
        print(json.dumps(report(findings, rules, problems=problems), ensure_ascii=False, indent=2))
    else:
        _print_findings(findings, problems)
    return 1 if any(finding.status == "inconsistent" for finding in findings) else 0


@contextlib.contextmanager
def _data(files: tuple[Path, ...], asked: Settings) -> Iterator[Reader]:
    from ..store import StoreReader, memory_store

    if files:
        yield StoreReader(memory_store([*asked.ontology_files, *files]))
    else:
        with _reader(asked) as reader:
            yield reader


def _print_findings(findings: Sequence[Finding], problems: bool) -> None:
    for finding in findings:
        if problems and finding.status == "consistent":
            continue
        output.show(f"{finding.status}  {finding.rule}  {finding.message[output.language()]}")
    counts = {status: sum(finding.status == status for finding in findings) for status in _WORDS}
    told = ", ".join(output.said(f"{number:,} {_WORDS[status]}") for status, number in counts.items() if number)
    number = len(findings)
    output.tell(
        "0 findings." if not number else f"1 finding: {told}." if number == 1 else f"{number:,} findings: {told}."
    )
