"""What a person's decisions leave of a draft: what was accepted, corrected and added, and what became of the rest."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from ..errors import DataError, UsageError
from . import numerals
from .codes import codes
from .decisions import PLAIN, Decision, entity_fact, facts, figure_facts, relation_fact
from .lexicon import lexicon, spelt
from .normalising import normalise
from .pipeline import Draft
from .records import Entity, Figure, Indicator, Relation, Sentence, Years

_FIGURE: Final = re.compile("figure:([0-9]{1,9})-([0-9]{1,9})(?::.*)?", re.DOTALL)
_THING: Final = re.compile("entity:([^:]*):(.+)", re.DOTALL)
_RELATION: Final = re.compile("relation:(.+):([^:]*):(.+)", re.DOTALL)
_PLAIN: Final = re.compile(PLAIN)
_NUMERAL: Final = re.compile(f"{numerals.DIGITS}|{numerals.HAN}")
_NUMERALS: Final = frozenset(numerals.CHARACTERS + "半")
#: A number that goes on beyond the bars around it.
_CUT: Final = re.compile(
    r"[0-9０-９][.．]?\|[0-9０-９]|[0-9],\|[0-9]{3}(?![0-9])|[0-9０-９]\|[.．]?[0-9０-９]|[0-9]\|,[0-9]{3}(?![0-9])"
)
_BY_HAND: Final = "added by hand"  #: The rule of what a person added.


@dataclass(frozen=True)
class Reviewed:
    """What a review leaves of a draft: the accepted facts, and how many there are of each fate.

    ``lost`` are decisions on facts that are no longer there, ``loose`` accepted thresholds without what they limit: a line by itself says nothing.
    ``held`` are names of things that were rejected and stay, because accepted facts are about them.
    """

    draft: Draft
    accepted: int
    corrected: int
    rejected: int
    added: int
    undecided: int
    lost: tuple[str, ...]
    loose: tuple[str, ...] = ()
    held: tuple[str, ...] = ()


def apply(draft: Draft, decisions: Sequence[Decision]) -> Reviewed:
    """The draft with what was accepted, corrected where it was corrected, and what was added; the rest is left out.

    :raises DataError: where a correction is no value of its column or no thing of the draft, or what is added does not stand in the text.
    """
    draft, decisions = with_added(draft, decisions)
    _check_subjects(draft, decisions)
    made = {decision.fact: decision for decision in decisions}
    figures = [
        figure if made[name].decision == "add" else _corrected(figure, made[name])
        for name, figure in zip(figure_facts(draft), draft.figures, strict=True)
        if _kept(made.get(name))
    ]
    starts = {figure.start for figure in figures}
    loose = [figure.printed for figure in figures if draft.limits_nothing(figure, starts)]
    figures = [figure for figure in figures if not draft.limits_nothing(figure, starts)]
    relations = tuple(r for r in draft.relations if _kept(made.get(relation_fact(r))))
    spoken_of = {figure.subject for figure in figures} | {name for r in relations for name in (r.subject, r.object)}
    spoken_of.add(draft.anchor.place)
    accepted = {fact: e.name for e in draft.entities if _kept(made.get(fact := entity_fact(e)))}
    spoken_of -= set(accepted.values())  # which may have been added as things of another class
    entities = tuple(e for e in draft.entities if entity_fact(e) in accepted or e.name in spoken_of)
    decided = {e: made.get(entity_fact(e)) for e in entities}
    names_given = {e.name: one.changes["name"] for e, one in decided.items() if one and "name" in one.changes}
    things = tuple(_classed(e, one) for e, one in decided.items())
    _check_names(things, names_given)
    names = facts(draft)
    fates = Counter(made[name].decision if name in made else "" for name in names)
    return Reviewed(
        _renamed(replace(draft, figures=tuple(figures), entities=things, relations=relations), names_given),
        fates["accept"], fates["correct"], fates["reject"], fates["add"], fates[""],
        tuple(sorted(made.keys() - set(names))), tuple(loose),
        tuple(e.name for e, one in decided.items() if one and one.decision == "reject"),
    )  # fmt: skip


def _check_subjects(draft: Draft, decisions: Iterable[Decision]) -> None:
    """That figures are about things of the draft; what else a name may mean nobody could tell from the graph."""
    names = {draft.anchor.place, *(entity.name for entity in draft.entities)}
    names |= {decision.changes["name"] for decision in decisions if "name" in decision.changes}
    for decision in decisions:
        if (subject := decision.changes.get("subject")) and subject not in names:
            raise DataError(
                f"{decision.told}: there is no thing {subject!r} in the draft.",
                "Take the name of one, or add it first, as entity:CLASS:NAME.",
            )


def _check_names(things: Iterable[Entity], given: Mapping[str, str]) -> None:
    """That no two things of different classes are given one name, by which they would be one."""
    classes: dict[str, str] = {}
    for thing in things:
        name = given.get(thing.name, thing.name)
        if classes.setdefault(name, thing.kind) != thing.kind:
            raise DataError(
                f"Two things are called {name!r}, of the classes {classes[name]} and {thing.kind}.",
                "Correct the class of one as well, where both are one thing, else its name.",
            )


def with_added(draft: Draft, decisions: Iterable[Decision]) -> tuple[Draft, list[Decision]]:
    """The draft with what a person added to it, and the decisions, under the names that its facts have there.

    What extraction finds by now where something was added becomes what was said of it.

    :raises DataError: where what is added is no figure, thing or relation, does not stand in the text, or a column has no value of its own.
    """
    decisions = list(decisions)
    figures = dict(zip(figure_facts(draft), draft.figures, strict=True))
    things = {entity_fact(entity): entity for entity in draft.entities}
    relations = {relation_fact(relation): relation for relation in draft.relations}
    # Relations may be between things that are added, so that these come first.
    for number, decision in sorted(enumerate(decisions), key=lambda one: one[1].fact.startswith("relation:")):
        if decision.decision != "add":
            continue
        if span := _FIGURE.fullmatch(decision.fact):
            figure = _added_figure(draft, decision, int(span[1]), int(span[2]))
            decision = replace(decision, fact=f"figure:{figure.start}-{figure.end}:{figure.kind}")
            figures[decision.fact] = figure
        elif thing := _THING.fullmatch(decision.fact):
            entity = _added_thing(draft, decision, thing[1], thing[2])
            decision = replace(decision, fact=entity_fact(entity))
            things.setdefault(decision.fact, entity)
        elif ends := _RELATION.fullmatch(decision.fact):
            relation = _added_relation(decision.told, ends[1], ends[2], ends[3], things.values())
            decision = replace(decision, fact=relation_fact(relation))
            relations.setdefault(decision.fact, relation)
        else:
            raise DataError(
                f"{decision.told}: only figures, things and relations are added.",
                "Name it figure:START-END:KIND, entity:CLASS:NAME or relation:NAME:RELATION:NAME.",
            )
        decisions[number] = decision
    ordered = sorted(figures.values(), key=lambda figure: figure.start)
    return replace(
        draft, figures=tuple(ordered), entities=tuple(things.values()), relations=tuple(relations.values())
    ), decisions


def _added_figure(draft: Draft, decision: Decision, start: int, end: int) -> Figure:
    """A figure at a place of the original text that extraction did not find."""
    text = draft.source.text
    if not start < end <= len(text):
        raise DataError(f"{decision.told} is no place in a text of {len(text):,} characters.", "Count code points.")
    printed = normalise(text[start:end]).text
    if not any(c.isdecimal() or c in _NUMERALS for c in printed):
        raise DataError(f"{decision.told}: {printed[:40]!r} holds no number.", "Give the place of the number alone.")
    start, end = _number_in(printed, start, end)
    if _CUT.search(f"{text[max(0, start - 2) : start]}|{text[start:end]}|{text[end : end + 5]}"):
        raise DataError(f"{decision.told} is a part of a number only.", "Give the place of the whole number.")
    place = bisect_left(draft.normal.offsets, start)
    around = next((s for s in draft.sentences if s.start <= place < s.end), Sentence(place, place + 1, 0, "body"))
    figure = Figure(
        start, end, printed, Decimal(0), Decimal(1), "count", "level", Indicator("", "", "count", "unknown", False),
        draft.anchor.publication, None, draft.anchor.place, "exact", "", "total", False, "", "", (_BY_HAND,), None,
        context=(around.start, around.end),
    )  # fmt: skip
    figure = _corrected(figure, decision)
    return replace(figure, scope=figure.indicator.scope)


def _number_in(printed: str, start: int, end: int) -> tuple[int, int]:
    """The place of the number in what was selected, which may be with its unit: that is where extraction puts figures, and known again."""
    found = [one for one in _NUMERAL.finditer(printed) if one[0].strip(numerals.MULTIPLYING)]
    if len(found) != 1 or len(printed) != end - start:
        return start, end
    return start + found[0].start(), start + found[0].end()


def _step(value: Decimal, printed: str) -> Decimal:
    """What one more in the last digit of a number adds to its value: of that printed, where the value is that in another power of ten, else as it is written."""
    found = _NUMERAL.search(printed)
    worth = numerals.read(found[0]) if found else None
    if worth is not None and worth.value and value:
        times = abs(value / worth.value)
        if times == Decimal(1).scaleb(times.adjusted()):
            return times * worth.step
    return Decimal(1).scaleb(min(0, int(value.as_tuple().exponent)))


def _added_thing(draft: Draft, decision: Decision, kind: str, name: str) -> Entity:
    """A thing that extraction did not find, wherever the text names it."""
    kind = _code(decision.told, "class", kind, codes().classes)
    name = normalise(name).text.strip()
    spans = tuple((found.start(), found.end()) for found in re.finditer(re.escape(name), draft.normal.text))
    if not name or not spans:
        raise DataError(f"{decision.told} is not named in the text.", "Write the name as it is printed there.")
    return Entity(kind, name, spans, rule=_BY_HAND)


def _added_relation(fact: str, subject: str, predicate: str, value: str, things: Iterable[Entity]) -> Relation:
    """A relation that extraction did not find; where it is cited is the shortest stretch that names both things."""
    predicate = _code(fact, "relation", predicate, codes().relations)
    by_name = {entity.name: entity for entity in things}
    one, other = (_thing(fact, normalise(name).text.strip(), by_name) for name in (subject, value))
    ends = codes().relations[predicate]
    for entity, classes in ((one, ends.subject), (other, ends.object)):
        if entity.kind not in classes:
            raise DataError(
                f"{fact}: {entity.name} is of the class {entity.kind}.",
                f"Correct its class, or take another relation; {predicate} takes {', '.join(sorted(classes))}.",
            )
    if one.name == other.name:
        raise DataError(f"{fact}: a thing has no relation with itself.", "Name two things.")
    start, end = _nearest(one.spans, other.spans)
    return Relation(one.name, predicate, other.name, "asserted", start, end, _BY_HAND)


def _thing(fact: str, name: str, things: Mapping[str, Entity]) -> Entity:
    if name not in things:
        raise DataError(f"{fact}: there is no thing {name!r} in the draft.", "Add it first, as entity:CLASS:NAME.")
    return things[name]


def _nearest(some: Iterable[tuple[int, int]], others: Iterable[tuple[int, int]]) -> tuple[int, int]:
    """The shortest stretch that holds one place of each of two things, the first of several."""
    places = sorted([(*span, 0) for span in some] + [(*span, 1) for span in others])
    last: dict[int, tuple[int, int]] = {}
    found = []
    for start, end, which in places:
        if before := last.get(1 - which):
            found.append((max(before[1], end) - before[0], before[0], max(before[1], end)))
        last[which] = (start, end)
    return min(found)[1:]


def _classed(entity: Entity, decision: Decision | None) -> Entity:
    if decision is None or "class" not in decision.changes:
        return entity
    return replace(entity, kind=_code(decision.told, "class", decision.changes["class"], codes().classes))


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
    figure = replace(figure, signs=None, rules=(*figure.rules, " ".join(rules)))
    if "value" in changes:
        value = _value(decision.told, changes["value"])
        figure = replace(figure, value=value, step=_step(value, figure.printed))
    if "unit" in changes:
        figure = replace(figure, unit=_code(decision.told, "unit", changes["unit"], codes().units))
    if "kind" in changes:
        kind = "countKind" if changes["kind"] == "count" else changes["kind"]
        figure = replace(figure, kind=_code(decision.told, "kind", kind, codes().kinds))
    if "period" in changes:
        period = _years(decision.told, changes["period"])
        figure = replace(figure, period=period, base=_base_with(figure, period))
    if "base" in changes:
        figure = replace(
            figure, base=None if changes["base"].lower() == "none" else _years(decision.told, changes["base"])
        )
    if "subject" in changes:
        figure = replace(figure, subject=changes["subject"])
    if "indicator" in changes:
        figure = replace(figure, indicator=_indicator(changes["indicator"], figure))
    return figure


def _base_with(figure: Figure, period: Years) -> Years | None:
    """The base of a figure that is of another period: where it was the year or the stretch before, that before the new one."""
    if figure.base is None:
        return None
    if figure.base == figure.period.year_before:
        return period.year_before
    return period.stretch_before if figure.base == figure.period.stretch_before else figure.base


def _value(fact: str, value: str) -> Decimal:
    if not _PLAIN.fullmatch(value):
        raise DataError(f"{fact}: {value[:40]!r} is no number.", "Write plain digits, in the unit of the column unit.")
    return Decimal(value.replace(",", ""))


def _code(fact: str, column: str, text: str, among: Collection[str]) -> str:
    """The code that a text is, or that the ontology calls so in Chinese or English."""
    for code in among:
        if text == code or text in codes().label(code):
            return code
    raise DataError(f"{fact}: {text!r} is no {column}.", f"Write one of {', '.join(among)}.")


def _years(fact: str, text: str) -> Years:
    try:
        return Years.read(text)
    except UsageError as error:
        raise DataError(f"{fact}: {error.message}", error.hint) from None


def _indicator(name: str, figure: Figure) -> Indicator:
    words = lexicon()
    known = words.indicators.get(re.sub("^yho:", "", name)) or words.aliases.get(spelt(name))
    return known or Indicator("", name, figure.unit, figure.indicator.flow, False)
