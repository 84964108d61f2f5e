"""What speaks for and against a row that the mention of a place may mean.

That is a set of named features that are there or not (``exact``, ``context:all``, ``type:same`` …). Their weights stand in
``data/weights.json``; nothing here weighs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from . import knowledge, latin
from .context import EXACT, Context, Surroundings
from .index import Index, distance
from .likeness import EDITS, likeness
from .names import Name
from .tables import Mention

LETTER_EDITS: Final = frozenset({"latin-sound", "latin-edit"})
_SIZED: Final = EDITS | {"core", "abbreviation", "prefix"}
_PLAIN: Final = frozenset({"exact", "core", "pinyin", "pinyin-core", "known", "alt", "history", "wade-giles"})
_SMALL: Final = 4  # rank of townships
_FAR: Final = {1: 900.0, 2: 250.0, 3: 90.0, 4: 40.0, 5: 25.0}


class Question(NamedTuple):
    """A mention as it is compared: its name taken apart, and its surroundings resolved."""

    mention: Mention
    name: Name
    readings: tuple[latin.Latin, ...]
    keys: tuple[str, ...]
    context: Context
    inside: bool  # whether the surroundings came out of the name itself


class Evidence:
    """Tells the features of a question's candidates, and of its meaning none of them."""

    def __init__(self, index: Index, surroundings: Surroundings) -> None:
        self.index = index
        self.surroundings = surroundings

    def features(self, question: Question, number: int, stage: str) -> tuple[str, ...]:
        """Of a row that was found by a stage."""
        features = [stage, f"{'latin-' if question.readings else ''}type:{self._type(question, number)}"]
        features += self._named(question, number, stage)
        if stage in EDITS:
            features += self._mistyped(question, number, stage)
        elif stage in LETTER_EDITS:
            features += self._slipped(question, self.index.names[number])
        if self._is_alone(question, number):
            features.append("context:none")
            features.append(f"alone:{stage if stage in _PLAIN else 'other'}")
            features.append(f"alone:rank{min(self.index.ranks[number], default=0)}")
        else:
            features += self._surrounded(question, number)
        features += self._dated(question.mention, number, stage)
        features += self._located(question.mention, number)
        return tuple(features)

    def nothing(self, question: Question) -> tuple[str, ...]:
        """Of a mention's meaning nothing in the register."""
        found = ["nothing"]
        parts = question.context.parts
        found.append("nothing:context" if any(parts) else "nothing:unknown-context" if parts else "nothing:alone")
        found.append(f"nothing:{'latin' if question.readings else min(len(question.name.full), 5)}")
        if question.name.type in knowledge.WHOLE:
            found.append("nothing:whole")
        return tuple(found)

    # Names

    def _type(self, question: Question, number: int) -> str:
        return relation(question.name, self.index.names[number], self.index.ranks[number])

    def _named(self, question: Question, number: int, stage: str) -> Iterator[str]:
        index, mention = self.index, question.mention
        theirs = index.names[number].core
        if stage == "exact":
            yield "core"  # what more the whole name tells is on top
            yield f"core:{min(len(theirs), 4)}"
            if mention.name == index.entries[number].name:
                yield "verbatim"
        elif stage in _SIZED:
            yield f"{stage}:{min(len(question.name.core), len(theirs), 4)}"
        if not question.name.type and any(index.names[above].core == theirs for above in index.lineage(number)):
            yield "namesake"  # 清川镇, in 清川县, where only 清川 is told
        told = knowledge.kinds().get(mention.kind.strip().lower())
        if told and index.ranks[number]:
            yield "kind:same" if told & index.ranks[number] else "kind:other"
        if question.readings and (marked := latin.tones(mention.name)):
            yield "tones:same" if _tones_fit(marked, index.names[number].full) else "tones:other"

    def _mistyped(self, question: Question, number: int, stage: str) -> Iterator[str]:
        """How likely it is that somebody meant a row and wrote this, rather than that it is another name."""
        index, mine = self.index, question.name
        if mine.full in index.by_full:
            yield "known-name"
        if mine.core in index.by_core or mine.core in index.by_full:
            yield "known-core"
        elif (found := likeness(mine, index.names[number], True)) and found.odd:
            yield f"odd:{found.odd}"
            yield f"{stage}:odd:{found.odd}"
        if self._type(question, number) not in ("same", "none"):
            yield "edit:type"
        if mine.core in question.context.cores:
            yield "edit:around"  # 清川镇, in 清川县: called after it
        if not mine.type:
            yield f"{stage}:untyped"
            if len(mine.full) < 3 and min(index.ranks[number], default=9) >= _SMALL:
                yield "untyped:two"  # of small places nearly every such name is another one's
        if question.inside:
            yield "inside:edit"

    def _slipped(self, question: Question, name: Name) -> Iterator[str]:
        """How likely letters that are nearly a row's name are a slip of it, rather than another name."""
        key = question.readings[0].key if question.readings else question.keys[0]
        yield "letters:some-name" if latin.is_pinyin(key) else "letters:no-name"
        yield f"letters:{min(len(key), 12) // 2}"
        if key in self.index.by_spelling:
            yield "letters:known"
        if not question.name.type:
            yield "letters:untyped"
        if key[:1] != latin.spell(name.core)[0][:1]:
            yield "letters:first"

    # Surroundings

    def supported(self, question: Question, number: int) -> int:
        """How well all surroundings together speak for a row."""
        return sum(self.surroundings.support(number, part) for part in question.context.parts)

    def fully(self, question: Question, number: int) -> bool:
        """Whether the surroundings speak for a row that was found by name, and its kind does not speak against it."""
        parts = question.context.parts
        agree = self._type(question, number) in ("same", "none", "sibling")
        return agree and all(self.surroundings.support(number, part) == EXACT for part in parts)

    def _is_alone(self, question: Question, number: int) -> bool:
        """Whether surroundings say nothing of a row: there are none, or none of the row are known, or it lies above all that is."""
        parts = question.context.parts
        return not parts or self.index.is_adrift(number) or (self.index.is_top(number) and not any(parts))

    def _surrounded(self, question: Question, number: int) -> Iterator[str]:
        parts = question.context.parts
        held = [self.surroundings.support(number, part) for part in parts]
        missing = [part for part, how in zip(parts, held, strict=True) if not how]
        if not missing:
            yield "context:all" if min(held) == EXACT else "context:all-vague"
        elif len(missing) == len(parts):
            yield "context:nothing"
        else:
            yield "context:last" if held[-1] else "context:not-last"
            yield f"context:missing{min(len(missing), 2)}"
        against = any(missing)
        if against:
            yield "context:against"
        elif missing:
            yield "context:unknown"
        if number in parts[-1] and not any(above in parts[-1] for above in self.index.lineage(number)):
            yield "self"
            if not question.name.type or question.name.type != self.index.names[number].type:
                yield "self:other"  # 清川, in 清川县: what is called after it
        script = "latin-" if question.readings else ""
        if held[-1]:
            yield f"{script}gap:{min(self._gap(parts, number), 3)}"
        elif len(missing) < len(parts):
            yield f"far:{min(self._gap(parts, number), 3)}"
            if against:
                yield f"{script}against:{self._common(question, number)}"

    def _gap(self, parts: Sequence[dict[int, int]], number: int) -> int:
        """How many levels a row lies below the nearest that a part of the surroundings means; groups do not count."""
        above = [n for n in self.index.lineage(number) if not self.index.group[n]]
        return next((gap for gap, n in enumerate(above, 1) if any(n in part for part in parts)), 0)

    def _common(self, question: Question, number: int) -> str:
        """Whether other rows have the name of a row too, or in Latin letters are spelled as it is."""
        name = self.index.names[number]
        if question.readings:
            count = len({n for n, _ in self.index.by_spelling.get(latin.spell(name.core)[0], ())})
        else:
            count = len(self.index.by_core.get(name.core, ())) + (name.core == name.full)
        return "unique" if count < 2 else "rare" if count < 4 else "common"

    # Time and place

    def _dated(self, mention: Mention, number: int, stage: str) -> Iterator[str]:
        entry, year = self.index.entries[number], mention.year
        if year is None:
            if entry.valid_to is not None:
                yield "date:past" if self.index.is_past(number) else "date:former"
            return
        if stage.startswith("history"):
            last = max((last for _, last in self.index.old_names[number]), default=0)
            yield "date:then" if year <= last + 1 else "date:later"
        if entry.valid_from is not None or entry.valid_to is not None:
            valid = (entry.valid_from or -9999) <= year <= (entry.valid_to or 9999)
            yield "date:valid" if valid else "date:invalid"

    def _located(self, mention: Mention, number: int) -> Iterator[str]:
        entry = self.index.entries[number]
        if mention.lat is None or mention.lon is None or entry.lat is None or entry.lon is None:
            return
        apart = distance((mention.lat, mention.lon), (entry.lat, entry.lon))
        far = _FAR.get(min(self.index.ranks[number], default=4), 40.0)
        yield "near:close" if apart < far / 4 else "near:far" if apart > far else "near:between"


def relation(mine: Name, theirs: Name, ranks: frozenset[int]) -> str:
    """How the type that a mention tells stands to that of a row, which has these ranks."""
    if not mine.type:
        return "none"
    if mine.type == theirs.type:
        return "same"
    if theirs.type in knowledge.WHOLE and mine.type == "district":
        return "whole"  # a misprint in what is left of 开发区
    if not ranks:
        return "unknown"
    if mine.ranks & ranks:
        return "whole" if knowledge.WHOLE & {mine.type, theirs.type} else "sibling"
    if mine.full == theirs.core:
        return "inside"  # 路家村, of 路家村镇: the mention's own type is a part of the name
    return f"lower:{min(mine.ranks)}" if min(mine.ranks) > max(ranks) else "higher"


def _tones_fit(marked: str, full: str) -> bool:
    """Whether marked tones may be those of a name, or of its beginning."""
    if len(marked) > len(full):
        return False
    return all(tone in "5" or any(tone in one for one in latin.toned(c)) for tone, c in zip(marked, full, strict=False))
