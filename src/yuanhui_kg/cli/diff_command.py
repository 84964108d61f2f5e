"""The command ``diff``: two releases of the data, fact by fact."""

from __future__ import annotations

import csv
import dataclasses
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from ..errors import YuanhuiError
from . import output
from .commands import print_json

if TYPE_CHECKING:
    from ..releases import Change

_TROUBLE: Final = 2
_KINDS: Final = {"figure": "Figures", "relation": "Relations", "thing": "Things", "other": "Everything else"}
_MARKS: Final = {"added": "+", "removed": "-", "changed": "~"}


@click.command()
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.option("-f", "--format", "format", type=click.Choice(["text", "json", "tsv"]), default="text", show_default=True)
@click.option("--all", "everything", is_flag=True, help="List spans, mentions, terms and the like too, in the text.")
def diff(old: Path, new: Path, format: str, everything: bool) -> int:
    """Compare two releases of the data fact by fact: figures, relations and their evidence, things, everything else.

    OLD and NEW are files in any RDF syntax, stores, or folders (a released package, or any folder of RDF files). The names that files
    give to nodes without a name do not matter. Exit code 0 where both say the same, 1 where they differ, 2 on trouble.

    \b
    Example:
      yuanhui-kg diff yuanhui-kg-0.1/ yuanhui-kg-0.2/
      yuanhui-kg diff data/triples.ttl ./store --format tsv > changes.tsv
    """
    from ..releases import compare, read

    try:
        with output.progress("Comparing …"):
            changes = compare(read(old), read(new))
    except YuanhuiError as error:
        output.tell_error(error)
        return _TROUBLE
    if format == "json":
        print_json({"counts": _counts(changes), "changes": [dataclasses.asdict(change) for change in changes]})
    elif format == "tsv":
        _table(changes)
    else:
        _tell(changes, everything)
    return 1 if changes else 0


def _counts(changes: Sequence[Change]) -> dict[str, dict[str, int]]:
    """How many facts of each kind were added, removed and changed; one that changed in two ways is one."""
    facts = {(c.kind, c.change, c.graph, c.id) for c in changes}
    found = Counter((kind, change) for kind, change, _, _ in facts)
    return {kind: {change: found[kind, change] for change in _MARKS} for kind in _KINDS}


def _table(changes: Sequence[Change]) -> None:
    from ..releases import Change

    columns = [field.name for field in dataclasses.fields(Change)]
    writer = csv.writer(sys.stdout, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_NONE, quotechar=None)
    writer.writerow(columns)
    for change in changes:
        writer.writerow([_cell(value) for value in dataclasses.astuple(change)])


def _cell(text: str) -> str:
    """A text in one cell: what would end it becomes a blank."""
    return text.translate({9: " ", 10: " ", 13: " "})


def _tell(changes: Sequence[Change], everything: bool) -> None:
    if not changes:
        output.tell("Both say the same.")
        return
    for kind, counts in _counts(changes).items():
        listed = [change for change in changes if change.kind == kind]
        if not listed:
            continue
        output.tell("{}: {added} added, {removed} removed, {changed} changed".format(_KINDS[kind], **counts))
        if kind == "other" and not everything:
            output.tell("  Only counted; listed with --all or --format tsv.")
            continue
        for change in listed:
            output.show(f"  {_line(change)}")


def _line(change: Change) -> str:
    named = f"{change.id} {change.name}".strip() + (f" <{change.graph}>" if change.graph else "")
    if change.change != "changed":
        return f"{_MARKS[change.change]} {named}  {change.before}{change.after}".rstrip()
    what = output.said("triples of nodes without a name") if change.property == "_:" else change.property
    return f"~ {named}  {what}: {change.before or '∅'} → {change.after or '∅'}"
