"""The review of a draft as one HTML file: the text, and beside it the facts, what is most at risk first.

The file holds the user's text, because it is the user's; it loads nothing, and its policy lets nothing run but its own script.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import itertools
import json
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from importlib import resources
from typing import Any, Final

from ..namespaces import YH
from .certainty import SURE, certainty, of_thing
from .codes import codes
from .decisions import (
    COLUMNS,
    CORRECTABLE,
    OF_ADDED,
    OF_FIGURES,
    OF_THINGS,
    PLAIN,
    Decision,
    entity_fact,
    figure_facts,
    relation_fact,
    row,
)
from .drafting import figure_ids
from .lexicon import lexicon
from .pipeline import Draft
from .records import Anchor, Certainty, Entity, Figure, Relation
from .review import with_added
from .tables import table
from .weighing import OFFERED

_NAMES: Final = {
    "value": ("数值", "value"), "unit": ("单位", "unit"), "kind": ("种类", "kind"), "indicator": ("指标", "indicator"),
    "period": ("时期", "period"), "base": ("基期", "base"), "subject": ("对象", "subject"), "name": ("名称", "name"), "class": ("类", "class"),
    "thing": ("主体", "thing"), "predicate": ("关系", "relation"), "object": ("客体", "to what"),
}  # fmt: skip
_ACTS: Final[Sequence[tuple[str, str, str]]] = (
    ("accept", "接受", "accept"),
    ("correct", "更正", "correct"),
    ("reject", "否决", "reject"),
)
_ADDED: Final[Sequence[tuple[str, str, str]]] = (("add", "补录", "add"),)
_KEYS: Final = (
    ("j", "下一条", "next"),
    ("k", "上一条", "back"),
    ("a", "接受", "accept"),
    ("c", "更正", "correct"),
    ("r", "否决", "reject"),
    ("n", "补录选中的数字", "add the selected number"),
    ("m", "补录选中的名称", "add the selected name"),
    ("l", "补录关系", "add a relation"),
    ("Esc", "离开输入框", "leave a field"),
)
#: What is filled in of a relation that is added; its name is made of them.
_ENDS: Final = ("thing", "predicate", "object")
#: What is added: the columns that are filled in, and those that have to be.
_NEW: Final = (("figure", OF_FIGURES, OF_ADDED), ("thing", ("class",), ("class",)), ("relation", _ENDS, _ENDS))
_DATE: Final = "[0-9]{4}(-[0-9]{2}){0,2}"
#: What may be written into a field, for the browser to say at once; what it lets pass is checked when the decisions are read.
_PATTERNS: Final = {
    "value": PLAIN,
    "period": rf"({_DATE}|[.][.]/{_DATE}|{_DATE}/{_DATE})",
    "base": rf"(none|{_DATE}|[.][.]/{_DATE}|{_DATE}/{_DATE})",
}
_AROUND: Final = 24  #: Characters of the text that a card shows on each side of its fact.
#: How sure a relation is by whether it is stated as there.
_ASSERTED, _HOPED_FOR = 0.7, 0.5
#: Which part of a figure a row of its card is of.
_PART_OF: Final = {
    "value": "number",
    "unit": "number",
    "kind": "number",
    "indicator": "indicator",
    "period": "period",
    "base": "period",
    "subject": "subject",
}

#: A text in Chinese and English.
Both = tuple[str, str]


@dataclass(frozen=True)
class _Card:
    """A fact to decide on: what is printed of it, where it stands in the text (``spans``, if it is marked there), and what is said of it.

    ``rows`` are names with values as HTML, ``found`` what the checks found on it.
    """

    id: str
    title: str
    start: int
    spans: Sequence[tuple[int, int]]
    confidence: float
    rows: Sequence[tuple[Both, str]]
    rules: Sequence[str]
    correctable: tuple[str, ...] = ()
    added: bool = False
    found: Sequence[Both] = ()

    @property
    def sure(self) -> bool:
        """Whether it may be accepted together with others."""
        return self.confidence >= SURE and not self.found

    @property
    def risk(self) -> tuple[bool, float, int]:
        """What is most at risk first."""
        return not self.found, self.confidence, self.start


def write(draft: Draft, decisions: Iterable[Decision] = (), findings: Sequence[tuple[Both, Sequence[str]]] = ()) -> str:
    """The page.

    :param findings: sentences of the checks, Chinese and English, each with the IRIs of the figures of the draft that it is about: told
        with these, which come first; above all facts where it is about none.
    """
    style, script = _resource("report.css"), _resource("report.js")
    policy = f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; base-uri 'none'; form-action 'none'"
    draft, decisions = with_added(draft, decisions)
    found = _by_fact(draft, findings)
    added = {decision.fact for decision in decisions if decision.decision == "add"}
    cards = [replace(card, found=found.get(card.id, ()), added=card.id in added) for card in _cards(draft)]
    cards.sort(key=lambda card: card.risk)
    title = f"{draft.anchor.place or draft.source.name}：{len(draft.figures)}"
    return (
        '<!DOCTYPE html>\n<html lang="zh">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{style}</style>\n</head>\n<body>\n{_header(draft)}\n<main>\n"
        f'<div id="text" lang="zh" tabindex="0">{_text(draft, cards)}</div>\n<div id="facts">\n{_told(found.get("", ()))}'
        + "\n".join(_article(draft, card) for card in cards)
        + f'\n</div>\n</main>\n{_choices(draft)}{_templates()}<script type="application/json" id="data">{_data(draft, cards, decisions)}</script>\n'
        f"<script>{script}</script>\n</body>\n</html>\n"
    )


@functools.cache
def _resource(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")


def _term(code: str) -> str:
    return _both(*codes().label(code))


def _rule(rule: str) -> str:
    """A rule that fired, such as ``anchor: year``; parts that have no words stay as they are."""
    chinese, english = table("rules")["zh"], codes()
    parts = [(chinese.get(part) or english.label(part)[0], english.label(part)[1]) for part in rule.split(": ")]
    zh, en = zip(*parts, strict=True)
    return _both("：".join(zh), ": ".join(en))


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _json(value: Any) -> str:
    """JSON that cannot end its script element."""
    return (
        json.dumps(value, ensure_ascii=False)
        .replace("<", "\\u003c")
        .replace("\u2028", "\\u2028")
        .replace("\u2029", "\\u2029")
    )


def _both(zh: str, en: str) -> str:
    return f'<span lang="zh">{escape(zh)}</span><span lang="en">{escape(en)}</span>'


def _header(draft: Draft) -> str:
    anchor = draft.anchor
    guessed = "、".join({"place": "地区", "published": "发表", "period": "时期"}[name] for name in anchor.guessed)
    where = f"{anchor.place or '—'} · {anchor.published or '—'} · {anchor.reporting.edtf}"
    return (
        f"<header><h1>{_both('待审核的草稿：', 'Draft to review: ')}{escape(draft.source.name)}</h1>"
        f"<p>{escape(where)} {_both(f'（推断：{guessed}）' if guessed else '', ' (guessed: ' + ', '.join(anchor.guessed) + ')' if anchor.guessed else '')}</p>"
        f'<p>{_both("已定", "decided")} <output id="done"></output></p>'
        f'<label>{_both("审核人", "by")} <input id="by" size="8" autocomplete="off"></label>'
        f'<button id="sure" type="button">{_both(f"接受可信度 ≥ {SURE} 的", f"accept all of {SURE} or more")}</button>'
        f'<button id="save" type="button">{_both("保存 review.tsv", "save review.tsv")}</button>'
        f'<button id="add-figure" type="button">{_both("补录数字", "add a number")}</button>'
        f'<button id="add-thing" type="button">{_both("补录名称", "add a name")}</button>'
        f'<button id="add-relation" type="button">{_both("补录关系", "add a relation")}</button>'
        f'<p id="help" role="status" hidden>{_both("先在原文中选中一个数字或名称。", "Select a number or a name in the text first.")}</p>'
        f'<button id="language" type="button">中文 / English</button><p class="keys">{_keys()}</p>'
        f'<p class="keys">{_both("卡片右上角是各项均正确的可能性；红色百分数是该项正确的可能性，90% 以上的不标。", "On a card stands how likely all of it is right; a red percentage is how likely that part is, told below 90%.")}</p></header>'
    )


def _keys() -> str:
    return " ".join(f"<kbd>{key}</kbd> {_both(zh, en)}" for key, zh, en in _KEYS)


def _by_fact(draft: Draft, findings: Sequence[tuple[Both, Sequence[str]]]) -> Mapping[str, Sequence[Both]]:
    """The sentences of findings by the fact that they are about, those about none under the empty name."""
    facts: defaultdict[str, list[str]] = defaultdict(list)
    for name, fact in zip(figure_ids(draft), figure_facts(draft), strict=True):
        facts[f"{YH}{name}"].append(fact)
    found: defaultdict[str, list[Both]] = defaultdict(list)
    for sentence, figures in findings:
        for fact in {fact: None for iri in figures for fact in facts.get(iri, ())} or {"": None}:
            found[fact].append(sentence)
    return found


def _told(findings: Sequence[Both]) -> str:
    return "".join(f'<p class="found">⚠ {_both(zh, en)}</p>' for zh, en in findings)


def _cards(draft: Draft) -> Iterator[_Card]:
    for name, figure in zip(figure_facts(draft), draft.figures, strict=True):
        span = figure.start, figure.end
        rows = _rows(draft.anchor, figure)
        yield _Card(
            name,
            figure.printed,
            figure.start,
            [span],
            certainty(figure).whole,
            rows,
            figure.rules,
            correctable=OF_FIGURES,
        )
    yield from (_card_of_entity(draft, entity) for entity in draft.entities)
    yield from (_card_of_relation(draft, relation) for relation in draft.relations)


def _card_of_entity(draft: Draft, entity: Entity) -> _Card:
    spans = [draft.normal.original(*span) for span in entity.spans]
    rows = [(("类", "class"), _term(entity.kind))]
    return _Card(
        entity_fact(entity),
        entity.name,
        spans[0][0],
        spans,
        of_thing(entity),
        rows,
        (entity.rule,),
        correctable=OF_THINGS,
    )


def _card_of_relation(draft: Draft, relation: Relation) -> _Card:
    start, _ = draft.normal.original(relation.start, relation.end)
    title = f"{relation.subject} → {relation.object}"
    confidence = _ASSERTED if relation.modality == "asserted" else _HOPED_FOR
    rows = [(("关系", "relation"), _term(relation.predicate)), (("情态", "modality"), _term(relation.modality))]
    return _Card(relation_fact(relation), title, start, (), confidence, rows, (relation.rule,))


def _rows(anchor: Anchor, figure: Figure) -> list[tuple[Both, str]]:
    """What a figure says, as HTML."""
    indicator = (
        _term(figure.indicator.id)
        if figure.indicator.known
        else escape(figure.indicator.label) + _both("（本体没有）", " (not in the ontology)")
    )
    values = {
        "value": f"{figure.value.normalize():,f}", "unit": _term(figure.unit), "kind": _term(figure.kind),
        "indicator": indicator, "period": figure.period.edtf,
        "base": figure.base.edtf if figure.base else "", "subject": escape(figure.subject),
    }  # fmt: skip
    likely = certainty(figure)
    return [(_NAMES[name], value + _doubt(anchor, figure, likely, name)) for name, value in values.items() if value]


def _others(anchor: Anchor, figure: Figure, name: str) -> Sequence[str]:
    """What else a part of a figure may be: what was weighed against it; of a period also publication, and what the text reports on."""
    if figure.others is None or name not in figure.others._fields:
        return ()
    if name == "subject":
        return figure.others.subject
    periods = (*figure.others.period, anchor.publication, anchor.reporting, anchor.reporting.end)
    told = dict.fromkeys(years.edtf for years in periods if years.last is not None and years != figure.period)
    return list(told)[:OFFERED]


def _doubt(anchor: Anchor, figure: Figure, certain: Certainty, name: str) -> str:
    """How likely the part of a figure that a row tells is right, where that is doubtful, and what else it may be."""
    likely = getattr(certain, _PART_OF[name])
    if likely >= SURE:
        return ""
    offers = "".join(
        f'<button type="button" class="offer" data-column="{name}">{escape(other)}</button>'
        for other in _others(anchor, figure, name)
    )
    return f' <small class="doubt">{likely:.0%}</small>{offers}'


def _around(draft: Draft, start: int) -> str:
    """What stands around a fact, in one line, for screens that have no room for the text beside."""
    text = draft.source.text
    piece = "".join(map(str.strip, text[max(0, start - _AROUND) : start + _AROUND].splitlines()))
    return f"{'…' * (start > _AROUND)}{piece}{'…' * (start + _AROUND < len(text))}"


def _article(draft: Draft, card: _Card) -> str:
    rows = "".join(f"<dt>{_both(*name)}</dt><dd>{value}</dd>" for name, value in card.rows)
    acts = _ADDED if card.added else [act for act in _ACTS if card.correctable or act[0] != "correct"]
    return (
        f'<article data-fact="{escape(card.id)}"><h2><span>{escape(card.title)}</span><small>{card.confidence:.2f}</small></h2>'
        f'<p class="around">{escape(_around(draft, card.start))}</p>{_told(card.found)}<dl>{rows}</dl>'
        f'<p class="rules">{" · ".join(dict.fromkeys(map(_rule, card.rules)))}</p>'
        f"{_editor(card.correctable, acts)}</article>"
    )


def _editor(columns: Iterable[str], acts: Iterable[tuple[str, str, str]], required: Collection[str] = ()) -> str:
    """Fields for columns, and what can be decided."""
    fields = "".join(
        f"<label>{_both(*_NAMES[name])}<input {_attributes(name, name in required)}></label>" for name in columns
    )
    buttons = "".join(
        f'<button type="button" data-decision="{name}" aria-pressed="false">{_both(zh, en)}</button>'
        for name, zh, en in acts
    )
    return f'<div class="edit">{fields}</div><div class="acts">{buttons}</div>'


def _attributes(column: str, required: bool) -> str:
    pattern = f' pattern="{_PATTERNS[column]}"' if column in _PATTERNS else ""
    return f'name="{column}" list="{column}s" autocomplete="off"{pattern}{" required" * required}'


def _templates() -> str:
    """Empty cards for what is added: a figure, a thing, a relation."""
    return "".join(
        f'<template id="new-{what}"><article class="add"><h2><span></span></h2><p class="around"></p>{_editor(columns, _ADDED, required)}</article></template>\n'
        for what, columns, required in _NEW
    )


def _choices(draft: Draft) -> str:
    """What a correction or an addition may be taken from, by column."""
    known = codes()
    things = [entity.name for entity in draft.entities]
    offered = {
        "kind": [label for code in known.kinds for label in known.label(code)],
        "unit": [label for code in known.units for label in known.label(code)],
        "class": [label for code in known.classes for label in known.label(code)],
        "indicator": [indicator.label for indicator in lexicon().indicators.values()],
        "subject": things,
        "predicate": [label for code in known.relations for label in known.label(code)],
        "thing": things,
        "object": things,
    }
    return "".join(
        f'<datalist id="{column}s">{"".join(f"<option>{escape(text)}</option>" for text in dict.fromkeys(texts))}</datalist>\n'
        for column, texts in offered.items()
    )


def _closed(draft: Draft) -> Mapping[str, Sequence[str]]:
    """All that a column may hold that takes no other: codes, and their labels; things of the draft."""
    known, things = codes(), [entity.name for entity in draft.entities]
    return (
        dict.fromkeys(("thing", "object"), things)
        | {
            "subject": [*things, draft.anchor.place],
        }
        | {
            column: [text for code in among for text in (code, *known.label(code))] + others
            for column, among, others in (
                ("kind", known.kinds, ["count"]),
                ("unit", known.units, []),
                ("class", known.classes, []),
                ("predicate", known.relations, []),
            )
        }
    )


def _text(draft: Draft, cards: Sequence[_Card]) -> str:
    """The text with every span marked; where spans overlap, a mark ends where the next begins."""
    held: defaultdict[int, set[str]] = defaultdict(set)
    edges = {0, len(draft.source.text)}
    spans = [(start, end, card.id) for card in cards for start, end in card.spans]
    for start, end, _ in spans:
        edges |= {start, end}
    ordered = sorted(edges)
    index = {edge: number for number, edge in enumerate(ordered)}
    for start, end, fact in spans:
        for number in range(index[start], index[end]):
            held[number].add(fact)
    parts = []
    for number, (start, end) in enumerate(itertools.pairwise(ordered)):
        piece = escape(draft.source.text[start:end])
        names = escape("\n".join(sorted(held[number], key=lambda fact: (not fact.startswith("figure"), fact))))
        parts.append(f'<mark data-facts="{names}">{piece}</mark>' if held[number] else piece)
    return "".join(parts)


def _data(draft: Draft, cards: Sequence[_Card], decisions: Iterable[Decision]) -> str:
    """What the script works with; ``kept`` are rows of decisions on what is no longer found, which it saves as they are.

    ``dropped`` are the places of carriage returns, which the browser takes out of the text.
    """
    made = {decision.fact: decision for decision in decisions}
    shown = {card.id for card in cards}
    return _json(
        {
            "sha256": draft.source.sha256,
            "dropped": [match.start() for match in re.finditer("\r(?=\n)", draft.source.text)],
            "columns": COLUMNS,
            "closed": _closed(draft),
            "correctable": CORRECTABLE,
            "facts": [_datum(card, made.get(card.id, Decision(card.id, ""))) for card in cards],
            "kept": [row(decision) for fact, decision in made.items() if fact not in shown],
        }
    )


def _datum(card: _Card, decision: Decision) -> dict[str, Any]:
    return {
        "id": card.id,
        "confidence": card.confidence,
        "sure": card.sure,
        "decision": decision.decision,
        "changes": decision.changes,
        "by": decision.by,
        "on": decision.on,
        "note": decision.note,
    }
