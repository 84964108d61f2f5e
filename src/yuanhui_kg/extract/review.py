"""A person's decisions on the facts of a draft, in a table that replays: accepted, corrected, rejected.

``review.tsv`` has one row a fact. Facts are named by what they are and where they stand, so that decisions made on one run
hold on the next, also where the rules have changed meanwhile: a decision on a fact that is no longer found is told.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Final

from ..errors import DataError, NotFoundError
from .anchoring import given_period
from .codes import codes
from .lexicon import lexicon, spelt
from .pipeline import Draft
from .records import Entity, Figure, Indicator, Relation, Years

DECISIONS: Final = ("accept", "correct", "reject")
OF_FIGURES: Final = ("value", "unit", "kind", "indicator", "period", "base", "subject")
OF_THINGS: Final = ("name",)
CORRECTABLE: Final = (*OF_FIGURES, *OF_THINGS)  #: Columns that hold what a correction changes.
COLUMNS: Final = ("fact", "decision", *CORRECTABLE, "by", "on", "note")
_TEXT: Final = "# text sha256 "


@dataclass(frozen=True)
class Decision:
    """What was decided on a fact, by whom and when (both may be empty); ``changes`` are the corrected columns."""

    fact: str
    decision: str
    changes: dict[str, str] = field(default_factory=dict)
    by: str = ""
    on: str = ""
    note: str = ""


@dataclass(frozen=True)
class Reviewed:
    """What a review leaves of a draft: the accepted facts, and how many there are of each fate.

    ``lost`` are decisions on facts that are no longer there, ``loose`` accepted thresholds without what they limit: a line by itself says nothing.
    """

    draft: Draft
    accepted: int
    corrected: int
    rejected: int
    undecided: int
    lost: tuple[str, ...]
    loose: tuple[str, ...] = ()


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


def table(draft: Draft, decisions: Iterable[Decision] = ()) -> str:
    """The review of a draft as TSV, with what was decided so far; undecided facts have an empty decision."""
    made = {decision.fact: decision for decision in decisions}
    stream = io.StringIO()
    stream.write(f"{_TEXT}{draft.source.sha256}\n")
    writer = csv.writer(stream, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_MINIMAL)
    writer.writerow(COLUMNS)
    names = facts(draft)
    for name in [*names, *(fact for fact in made if fact not in set(names))]:
        decision = made.get(name, Decision(name, ""))
        changes = [decision.changes.get(column, "") for column in CORRECTABLE]
        writer.writerow([name, decision.decision, *changes, decision.by, decision.on, decision.note])
    return stream.getvalue()


def read(path: Path, sha256: str) -> list[Decision]:
    """The decisions in a review file that was made for the text with this digest.

    :raises NotFoundError: where there is no such file.
    :raises DataError: where it is no review, of another text, or a decision is none; names the line.
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
    rows = csv.DictReader(lines[1:], delimiter="\t")
    if not {"fact", "decision"} <= set(rows.fieldnames or ()):
        raise DataError(f"{path}:2 has no columns fact and decision.", "Keep the head of the table.")
    return [
        decision for number, row in enumerate(rows, 3) if (decision := _decision(f"{path}:{number}", row)) is not None
    ]


def _decision(where: str, row: dict[str, str | None]) -> Decision | None:
    cells = {
        name: (value or "").strip()
        for name, value in row.items()
        if isinstance(name, str) and not isinstance(value, list)
    }
    decision = cells.get("decision", "")
    if not decision:
        return None
    if decision not in DECISIONS:
        raise DataError(f"{where}: {decision!r} is no decision.", "Write accept, correct or reject.")
    changes = {name: cells[name] for name in CORRECTABLE if cells.get(name)}
    if decision == "correct" and not changes:
        raise DataError(f"{where}: a correction changes nothing.", f"Fill one of {', '.join(CORRECTABLE)}.")
    return Decision(
        cells["fact"],
        decision,
        changes if decision == "correct" else {},
        cells.get("by", ""),
        cells.get("on", ""),
        cells.get("note", ""),
    )


def apply(draft: Draft, decisions: Sequence[Decision]) -> Reviewed:
    """The draft with what was accepted, corrected where it was corrected; the rest is left out.

    :raises DataError: where a correction is no value of its column.
    """
    made = {decision.fact: decision for decision in decisions}
    names = facts(draft)
    figures: list[Figure] = []
    for name, figure in zip(figure_facts(draft), draft.figures, strict=True):
        decision = made.get(name)
        if decision is not None and decision.decision != "reject":
            figures.append(_corrected(figure, decision))
    starts = {figure.start for figure in figures}
    loose = [figure.printed for figure in figures if draft.limits_nothing(figure, starts)]
    figures = [figure for figure in figures if not draft.limits_nothing(figure, starts)]
    entities = tuple(e for e in draft.entities if _kept(made.get(entity_fact(e))))
    subjects = {figure.subject for figure in figures} | {draft.anchor.place}
    kept = {e.name for e in entities}
    entities = tuple(e for e in draft.entities if e.name in kept or e.name in subjects)
    relations = tuple(r for r in draft.relations if _kept(made.get(relation_fact(r))))
    names_given = {entity.name: name for entity in entities if (name := _new_name(made.get(entity_fact(entity))))}
    known = set(names)
    fates = [made[name].decision if name in made else "" for name in names]
    return Reviewed(
        _renamed(replace(draft, figures=tuple(figures), entities=entities, relations=relations), names_given),
        fates.count("accept"), fates.count("correct"), fates.count("reject"), fates.count(""),
        tuple(fact for fact in made if fact not in known), tuple(loose),
    )  # fmt: skip


def _new_name(decision: Decision | None) -> str:
    return decision.changes.get("name", "") if decision is not None else ""


def _renamed(draft: Draft, names: Mapping[str, str]) -> Draft:
    """The draft with other names of things, wherever they stand; things of one class and name become one."""

    def told(name: str) -> str:
        return names.get(name, name)

    things: dict[tuple[str, str], Entity] = {}
    for entity in draft.entities:
        thing = replace(entity, name=told(entity.name))
        if same := things.get((thing.kind, thing.name)):
            thing = replace(same, spans=tuple(sorted({*same.spans, *thing.spans})))
        things[thing.kind, thing.name] = thing
    return replace(
        draft,
        anchor=replace(draft.anchor, place=told(draft.anchor.place)),
        figures=tuple(replace(figure, subject=told(figure.subject)) for figure in draft.figures),
        entities=tuple(things.values()),
        relations=tuple(replace(r, subject=told(r.subject), object=told(r.object)) for r in draft.relations),
    )


def _kept(decision: Decision | None) -> bool:
    return decision is not None and decision.decision != "reject"


def _corrected(figure: Figure, decision: Decision) -> Figure:
    changes = decision.changes
    rules = ("reviewed", *([decision.by] if decision.by else []), *([decision.on] if decision.on else []))
    figure = replace(figure, confidence=1.0, rules=(*figure.rules, " ".join(rules)))
    if "value" in changes:
        figure = replace(figure, value=_value(decision.fact, changes["value"]))
    if "unit" in changes:
        figure = replace(figure, unit=_code(decision.fact, "unit", changes["unit"], codes().units))
    if "kind" in changes:
        kind = "countKind" if changes["kind"] == "count" else changes["kind"]
        figure = replace(figure, kind=_code(decision.fact, "kind", kind, codes().kinds))
    if "period" in changes:
        figure = replace(figure, period=given_period(changes["period"]))
    if "base" in changes:
        figure = replace(figure, base=None if changes["base"] == "none" else _years(changes["base"]))
    if "subject" in changes:
        figure = replace(figure, subject=changes["subject"])
    if "indicator" in changes:
        figure = replace(figure, indicator=_indicator(changes["indicator"], figure))
    return figure


def _value(fact: str, value: str) -> Decimal:
    try:
        return Decimal(value.replace(",", ""))
    except InvalidOperation:
        raise DataError(
            f"{fact}: {value!r} is no number.", "Write plain digits, in the unit of the column unit."
        ) from None


def _code(fact: str, column: str, text: str, among: Collection[str]) -> str:
    """The code that a text is, or that the ontology calls so in Chinese or English."""
    for code in among:
        if text == code or text in codes().label(code):
            return code
    raise DataError(f"{fact}: {text!r} is no {column}.", f"Write one of {', '.join(among)}.")


def _years(base: str) -> Years:
    return given_period(base)


def _indicator(name: str, figure: Figure) -> Indicator:
    words = lexicon()
    known = words.indicators.get(re.sub("^yho:", "", name)) or words.aliases.get(spelt(name))
    return known or Indicator("", name, figure.unit, figure.indicator.flow, False)
