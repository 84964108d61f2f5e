"""What a person decided on the facts of a draft, as a table: accepted, corrected, rejected, added.

``review.tsv`` has one row a fact. Facts are named by what they are and where they stand, so that decisions made on one run
hold on the next, also where the rules have changed meanwhile.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from ..errors import DataError, NotFoundError
from .pipeline import Draft
from .records import Entity, Relation

DECISIONS: Final = ("accept", "correct", "reject", "add")
OF_FIGURES: Final = ("value", "unit", "kind", "indicator", "period", "base", "subject")
OF_THINGS: Final = ("name", "class")
CORRECTABLE: Final = (*OF_FIGURES, *OF_THINGS)  #: Columns that hold what is corrected or added.
COLUMNS: Final = ("fact", "decision", *CORRECTABLE, "by", "on", "note")
#: What has to be told of a figure that is added; its subject is else the text's area.
OF_ADDED: Final = ("value", "unit", "kind", "indicator", "period")
#: How a value is written.
PLAIN: Final = "-?[0-9][0-9,]*([.][0-9]+)?"
_TEXT: Final = "# text sha256 "


@dataclass(frozen=True)
class Decision:
    """What was decided on a fact, by whom and when (both may be empty); ``changes`` are the columns that are corrected or, of an added fact, told."""

    fact: str
    decision: str
    changes: dict[str, str] = field(default_factory=dict)
    by: str = ""
    on: str = ""
    note: str = ""
    #: The file and the line of the table, for errors.
    where: str = field(default="", compare=False)

    @property
    def told(self) -> str:
        """Where the decision stands, and on what it is."""
        return f"{self.where}: {self.fact}" if self.where else self.fact


def figure_facts(draft: Draft) -> list[str]:
    """The names of a draft's figures, in their order."""
    seen: dict[str, int] = {}
    names = []
    for figure in draft.figures:
        name = f"figure:{figure.start}-{figure.end}:{figure.kind}"
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else f"{name}:{seen[name]}")
    return names


def entity_fact(entity: Entity) -> str:
    return f"entity:{entity.kind}:{entity.name}"


def relation_fact(relation: Relation) -> str:
    return f"relation:{relation.subject}:{relation.predicate}:{relation.object}"


def facts(draft: Draft) -> list[str]:
    """The names of all facts of a draft that can be decided on."""
    return [*figure_facts(draft), *map(entity_fact, draft.entities), *map(relation_fact, draft.relations)]


def row(decision: Decision) -> list[str]:
    """A row of the table."""
    changes = [decision.changes.get(column, "") for column in CORRECTABLE]
    return [decision.fact, decision.decision, *changes, decision.by, decision.on, decision.note]


def table(draft: Draft, decisions: Iterable[Decision] = ()) -> str:
    """The review of a draft as TSV, with what was decided so far; undecided facts have an empty decision."""
    made = {decision.fact: decision for decision in decisions}
    stream = io.StringIO()
    stream.write(f"{_TEXT}{draft.source.sha256}\n")
    writer = csv.writer(stream, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_MINIMAL)
    writer.writerow(COLUMNS)
    for name in dict.fromkeys([*facts(draft), *made]):
        writer.writerow(row(made.get(name, Decision(name, ""))))
    return stream.getvalue()


def read(path: Path, sha256: str) -> list[Decision]:
    """The decisions in a review file that was made for the text with this digest.

    :raises NotFoundError: where there is no such file.
    :raises DataError: where it is no review, of another text, or a decision is none or a second one on a fact; names the line.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise NotFoundError(f"There is no file {path}.", "Check the path.") from None
    except (OSError, UnicodeDecodeError):
        raise DataError(f"{path} cannot be read as UTF-8 text.", "Give the review.tsv that the report saved.") from None
    lines = text.splitlines()
    if not lines or not lines[0].startswith(_TEXT):
        raise DataError(f"{path}:1 does not name the text that was reviewed.", f"A review begins with {_TEXT.strip()}.")
    if (digest := lines[0].removeprefix(_TEXT).strip()) != sha256:
        raise DataError(
            f"{path}:1 is a review of another text ({digest[:12]}…).", "Review this text; offsets do not carry over."
        )
    rows = csv.DictReader(io.StringIO(text.partition("\n")[2], newline=""), delimiter="\t", strict=True)
    if not {"fact", "decision"} <= set(rows.fieldnames or ()):
        raise DataError(f"{path}:2 has no columns fact and decision.", "Keep the head of the table.")
    made: dict[str, Decision] = {}
    try:
        for row in rows:
            decision = _decision(f"{path}:{rows.line_num + 1}", row)
            before = made.setdefault(decision.fact, decision) if decision else decision
            if decision and before and before != decision:
                raise DataError(
                    f"{decision.told} is decided a second time; first in {before.where}.", "Keep one of the two rows."
                )
    except csv.Error as error:
        raise DataError(
            f"{path}:{rows.line_num + 2} begins no row of a table ({error}).", "Close quotation marks, or double them."
        ) from None
    return list(made.values())


def _decision(where: str, row: dict[str, str | None]) -> Decision | None:
    """The decision of a row; None where there is none.

    :raises DataError: where it is none, lacks what it needs or has what it cannot have.
    """
    cells = {
        name: (value or "").strip()
        for name, value in row.items()
        if isinstance(name, str) and not isinstance(value, list)
    }
    decision = cells.get("decision", "")
    if not decision:
        return None
    if decision not in DECISIONS:
        raise DataError(f"{where}: {decision!r} is no decision.", "Write accept, correct, reject or add.")
    changes = {name: cells[name] for name in CORRECTABLE if cells.get(name)}
    fact = cells["fact"]
    columns = _columns(fact)
    if decision == "correct" and not changes:
        raise DataError(f"{where}: a correction changes nothing.", f"Fill one of {', '.join(columns or CORRECTABLE)}.")
    if decision == "add" and fact.startswith("figure:"):
        missing = [name for name in OF_ADDED if name not in changes]
        if missing:
            raise DataError(f"{where}: what is added has no {missing[0]}.", f"Fill {', '.join(OF_ADDED)}.")
    if decision in ("accept", "reject") and changes:
        raise DataError(
            f"{where}: {decision} changes nothing, but the column {next(iter(changes))} is filled.",
            "Write correct, or empty the column.",
        )
    if foreign := [name for name in changes if name not in columns]:
        raise DataError(
            f"{where}: {fact} has no {foreign[0]}.", f"It has {', '.join(columns) or 'no columns to fill'}."
        )
    return Decision(fact, decision, changes, cells.get("by", ""), cells.get("on", ""), cells.get("note", ""), where)


def _columns(fact: str) -> tuple[str, ...]:
    """The columns that a fact of this name may have filled."""
    return {"figure": OF_FIGURES, "entity": OF_THINGS}.get(fact.partition(":")[0], ())
