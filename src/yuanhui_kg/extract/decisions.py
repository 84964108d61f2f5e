"""What a person decided on the facts of a draft, as a table: accepted, corrected, rejected, added.

``review.tsv`` has one row a fact. Facts are named by what they are and where they stand, so that decisions made on one run
hold on the next, also where the rules have changed meanwhile.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from ..charsets import decoded
from ..errors import DataError, NotFoundError
from .pipeline import Draft
from .records import Entity, Relation

DECISIONS: Final = ("accept", "correct", "reject", "add")
_WORDS: Final = {"接受": "accept", "更正": "correct", "否决": "reject", "补录": "add"}  #: As the page calls them.
OF_FIGURES: Final = ("value", "unit", "kind", "indicator", "period", "base", "subject")
OF_THINGS: Final = ("name", "class")
CORRECTABLE: Final = (*OF_FIGURES, *OF_THINGS)  #: Columns that hold what is corrected or added.
COLUMNS: Final = ("fact", "decision", *CORRECTABLE, "by", "on", "note")
#: What has to be told of a figure that is added; its subject is else the text's area.
OF_ADDED: Final = ("value", "unit", "kind", "indicator", "period")
#: How a value is written: commas only between thousands, for 1,5 is another number to many; no more digits than the store counts with.
PLAIN: Final = "-?([0-9]{1,18}|[0-9]{1,3}(,[0-9]{3}){1,5})([.][0-9]{1,15})?"
_FRAME: Final = '"\t,; '  #: What spreadsheets put around a line that is no row.
_BEYOND: Final = "\n"  #: Where cells stand that have no column: no column has such a name.
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

    It may come back from a spreadsheet: in UTF-8, UTF-16 or GB18030, with commas or semicolons for tabs, and columns in any order.

    :raises NotFoundError: where there is no such file.
    :raises DataError: where it is no review, of another text, or a decision is none or a second one on a fact; names the line.
    """
    head, _, body = _text(path).partition("\n")
    told = head.strip(_FRAME)
    if not told.startswith(_TEXT):
        raise DataError(f"{path}:1 does not name the text that was reviewed.", f"A review begins with {_TEXT.strip()}.")
    if (digest := told.removeprefix(_TEXT).strip()) != sha256:
        raise DataError(
            f"{path}:1 is a review of another text ({digest[:12]}…).", "Review this text; offsets do not carry over."
        )
    titles = body.partition("\n")[0]
    rows = csv.DictReader(
        io.StringIO(body, newline=""), delimiter=max("\t,;", key=titles.count), restkey=_BEYOND, strict=True
    )
    made: dict[str, Decision] = {}
    try:
        rows.fieldnames = _columns_of(path, rows.fieldnames or ())
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


def _text(path: Path) -> str:
    """What a file holds, with the line ends of this program."""
    try:
        content = path.read_bytes()
        utf16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        text = content.decode("utf-16") if utf16 else decoded(content)[0].removeprefix("\ufeff")
    except FileNotFoundError:
        raise NotFoundError(f"There is no file {path}.", "Check the path.") from None
    except (OSError, UnicodeError):
        raise DataError(f"{path} cannot be read as UTF-8 text.", "Give the review.tsv that the report saved.") from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _columns_of(path: Path, titles: Iterable[str]) -> list[str]:
    """The columns of a table by their titles: what stands in one that is not known would be lost without a word."""
    names = [title.strip().lower() for title in titles]
    if not {"fact", "decision"} <= set(names):
        raise DataError(f"{path}:2 has no columns fact and decision.", "Keep the head of the table.")
    for name in filter(None, names):
        if name not in COLUMNS:
            raise DataError(f"{path}:2 has a column {name!r}, which is none of a review.", "Write remarks into note.")
        if names.count(name) > 1:
            raise DataError(f"{path}:2 has the column {name} twice.", "Keep one of the two.")
    return names


def _decision(where: str, row: Mapping[str, str | list[str] | None]) -> Decision | None:
    """The decision of a row; None where there is none.

    :raises DataError: where it is none, lacks what it needs or has what it cannot have.
    """
    cells = {
        name: (value or "").strip() for name, value in row.items() if name != _BEYOND and not isinstance(value, list)
    }
    if any(map(str.strip, row.get(_BEYOND) or ())) or cells.get(""):
        raise DataError(f"{where}: there are more cells than columns.", "Take out the tabs that are too many.")
    decision = _WORDS.get(cells.get("decision", "").lower(), cells.get("decision", "").lower())
    if not decision:
        return None
    if decision not in DECISIONS:
        raise DataError(f"{where}: {cells['decision']!r} is no decision.", "Write accept, correct, reject or add.")
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
