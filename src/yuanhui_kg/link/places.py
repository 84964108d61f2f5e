"""Candidates for the mention of a place, and what speaks for and against each.

What speaks for or against a candidate is a set of named features that are there or not (``exact``, ``context:all``,
``type:same`` …). Their weights stand in ``data/weights.json``; nothing here weighs.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from . import knowledge, latin, names
from .context import EXACT, NONE, Context, Surroundings
from .index import ROOT, Index, distance
from .names import Name
from .sounds import alike, difference, within_one_edit
from .tables import Mention

_MOST: Final = 120
_MOST_COMPARED: Final = 400
_MOST_PARTS: Final = 12
_MOST_SPLITS: Final = 24
_LONGEST_SPLIT: Final = 60
_COMMA: Final = re.compile(r"\s*[,，、;；>›»|]\s*")
_SMALL: Final = 4  # rank of townships
_SHORTEST_EDITED: Final = 7  # letters: of shorter names one letter more is another name
_FAR: Final = {1: 900.0, 2: 250.0, 3: 90.0, 4: 40.0, 5: 25.0}
_STAGES: Final = (
    "exact", "core", "alt", "known", "alt-core", "history", "history-core", "pinyin", "pinyin-core", "wade-giles", "pinyin-other",
    "pinyin-core-other", "wade-giles-loose", "sound", "sounds", "shape", "swap", "near", "drop", "add", "prefix", "abbreviation",
    "double", "latin-edit", "other", "lost", "head", "contrast", "place",
)  # fmt: skip
_ORDER: Final = {stage: place for place, stage in enumerate(_STAGES)}
EDITS: Final = frozenset(
    {"sound", "sounds", "shape", "swap", "near", "drop", "add", "double", "other", "lost", "head", "contrast"}
)


class Question(NamedTuple):
    """A mention as it is compared: its name taken apart, and its surroundings resolved."""

    mention: Mention
    name: Name
    readings: tuple[latin.Latin, ...]
    keys: tuple[str, ...]
    context: Context
    inside: bool  # whether the surroundings came out of the name itself


class Found(NamedTuple):
    """A row that a mention may mean: ``stage`` tells how it was found, ``features`` what speaks for and against it."""

    number: int
    stage: str
    features: tuple[str, ...]


class Places:
    """Finds the rows of an index that the mention of a place may mean."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self.surroundings = Surroundings(index)

    def candidates(self, mention: Mention) -> tuple[list[Found], tuple[str, ...]]:
        """Rows that a mention may mean, and the features of its meaning none."""
        found: dict[int, Found] = {}
        asked = list(self._questions(mention))
        for question in asked:
            for number, stage in self._stages(question).items():
                one = Found(number, stage, self._features(question, number, stage))
                if number not in found or _ORDER[stage] < _ORDER[found[number].stage]:
                    found[number] = one
            if any(_settled(one) for one in found.values()):
                break
        return list(found.values()), self._nothing(asked[0])

    # Reading the mention

    def _questions(self, mention: Mention) -> Iterator[Question]:
        """The ways to read a mention: as it stands, and as a name that begins (or ends) with its surroundings."""
        parts = [part for part in _COMMA.split(mention.name, _MOST_PARTS) if names.normalise(part)]
        if len(parts) > 1:
            for ordered in (parts, parts[::-1]):
                yield self._question(mention, ordered[-1], (*mention.context, *ordered[:-1]), False)
            return
        yield self._question(mention, mention.name, mention.context, False)
        full = names.normalise(mention.name)
        if names.has_han(full) and len(full) <= _LONGEST_SPLIT:
            for above, rest in itertools.islice(self._splits(full, 0), _MOST_SPLITS):
                yield self._question(mention, rest, (*mention.context, *above), True)

    def _question(self, mention: Mention, text: str, context: tuple[str, ...], inside: bool) -> Question:
        name = names.parse(text)
        # A register in which nothing lies in anything cannot bear surroundings out, nor contradict them.
        known = bool(context and self.index.children)
        resolved = self.surroundings.resolve(context[-_MOST_PARTS:]) if known else NONE
        if not names.has_latin(name.full):
            return Question(mention, name, (), (), resolved, inside)
        if names.has_han(name.full):
            keys = latin.spell(name.full)
            cores = latin.spell(name.core) if name.core != name.full else ()
            return Question(mention, name, (), (*keys, *cores), resolved, inside)
        readings = latin.parse(text)
        name = Name(
            name.full, name.full, readings[0].type, knowledge.ranks_of_types().get(readings[0].type, names.NOWHERE)
        )
        keys = (latin.aspirated(text), *(one.key for one in readings))
        return Question(mention, name, readings, tuple(dict.fromkeys(keys)), resolved, inside)

    def _splits(self, full: str, depth: int) -> Iterator[tuple[tuple[str, ...], str]]:
        """Names of surrounding places that a name begins with, and what is left; the longest beginning first."""
        for size in range(len(full) - 2, 1, -1):
            above, rest = full[:size], full[size:]
            if not self._may_be_above(above):
                continue
            yield (above,), rest
            for more, last in self._splits(rest, depth + 1) if depth < 4 else ():
                yield (above, *more), last

    def _may_be_above(self, text: str) -> bool:
        index = self.index
        numbers = [*index.by_full.get(text, ()), *index.by_core.get(text, ())]
        return any(number in index.children and min(index.ranks[number], default=9) <= 4 for number in numbers)

    # Finding rows

    def _stages(self, question: Question) -> dict[int, str]:
        """Rows that the name may mean, each with the best stage by which it was found."""
        found: dict[int, str] = {}
        for number, stage in self._by_name(question):
            if number not in found or _ORDER[stage] < _ORDER[found[number]]:
                found[number] = stage
        if question.inside:
            found = {n: stage for n, stage in found.items() if self._inside(question, n)}
        elif len(found) > _MOST:
            kept = sorted(found, key=lambda n: (-self._supported(question, n), _ORDER[found[n]], n))[:_MOST]
            found = {n: found[n] for n in kept}
        if not any(self._fully(question, n) for n in found):
            for number, stage in self._by_likeness(question):
                if number not in found or _ORDER[stage] < _ORDER[found[number]]:
                    found[number] = stage
        return found

    def _by_name(self, question: Question) -> Iterator[tuple[int, str]]:
        index, name = self.index, question.name
        if question.readings or question.keys:
            yield from self._by_spelling(question)
        if question.readings:
            return
        yield from ((n, "exact") for n in index.by_full.get(name.full, ()))
        yield from ((n, "core") for n in index.by_core.get(name.full, ()))
        yield from index.by_alternative.get(name.full, ())
        if name.core != name.full:
            yield from ((n, "core") for n in index.by_core.get(name.core, ()))
            yield from ((n, "core") for n in index.by_full.get(name.core, ()))
            for number, stage in index.by_alternative.get(name.core, ()):
                yield number, stage if stage.endswith("-core") or stage == "known" else stage + "-core"

    def _by_spelling(self, question: Question) -> Iterator[tuple[int, str]]:
        index = self.index
        for reading in question.readings:
            yield from index.by_alternative.get(reading.key, ())
            yield from index.by_alternative.get(reading.whole, ())
        for key in question.keys:
            yield from index.by_spelling.get(key, ())
        if question.readings:
            for key in question.keys:
                yield from index.by_wade_giles.get(key, ())

    def _by_likeness(self, question: Question) -> Iterator[tuple[int, str]]:
        """Rows whose name looks or sounds like the mention's: below its surroundings, else anywhere."""
        index, name = self.index, question.name
        for number in self._near(question):
            if index.group[number]:
                continue
            if question.keys:
                if stage := self._by_letters(question, number):
                    yield number, stage
            elif stage := unlike(name, index.names[number], bool(question.context.scopes)):
                yield number, stage
        yield from self._by_place(question)

    def _near(self, question: Question) -> Iterable[int]:
        index, scopes = self.index, question.context.scopes
        if not scopes:
            return index.one_edit_from(question.name.full) if not question.keys else ()
        found: dict[int, None] = {}
        for scope in scopes:
            found.update(dict.fromkeys(index.below(scope)[: _MOST_COMPARED + 1]))
        if len(found) <= _MOST_COMPARED:
            return found
        near = [*index.one_edit_from(question.name.full), *index.one_edit_from(question.name.core)]
        next_below = [n for scope in scopes for n in index.children.get(scope, ())[:_MOST_COMPARED]]
        return dict.fromkeys([*next_below, *(n for n in near if any(scope in index.lineage(n) for scope in scopes))])

    def _by_letters(self, question: Question, number: int) -> str:
        name = self.index.names[number]
        spelled = {*latin.spell(name.full)[:3], *latin.spell(name.core)[:3]}
        if any(key in spelled for key in question.keys):
            return "pinyin-core"
        return (
            "latin-edit"
            if any(
                len(key) > _SHORTEST_EDITED and key[0] == one[:1] and within_one_edit(key, one)
                for key in question.keys
                for one in spelled
            )
            else ""
        )

    def _by_place(self, question: Question) -> Iterator[tuple[int, str]]:
        lat, lon = question.mention.lat, question.mention.lon
        if lat is None or lon is None:
            return
        for number in self.index.around(lat, lon):
            if set(question.name.core) & set(self.index.names[number].core):
                yield number, unlike(question.name, self.index.names[number], True) or "place"

    # Weighing evidence

    def surrounds(self, mention: Mention, number: int) -> bool:
        """Whether a row may lie in a mention's surroundings: not where they are known and none of them is above it."""
        if self.index.parent[number] == ROOT or not mention.context:
            return True
        parts = self.surroundings.resolve(mention.context[-_MOST_PARTS:]).parts
        return not any(parts) or self.surroundings.support(number, parts[-1]) > 0

    def _supported(self, question: Question, number: int) -> int:
        return sum(self.surroundings.support(number, part) for part in question.context.parts)

    def _inside(self, question: Question, number: int) -> bool:
        lineage = self.index.lineage(number)
        return all(any(above in part for above in lineage) for part in question.context.parts)

    def _fully(self, question: Question, number: int) -> bool:
        """Whether the surroundings speak for a row that was found by name, and its kind does not speak against it."""
        parts = question.context.parts
        agree = self._type(question, number) in ("same", "none", "sibling")
        return agree and all(self.surroundings.support(number, part) == EXACT for part in parts)

    def _features(self, question: Question, number: int, stage: str) -> tuple[str, ...]:
        index, mention = self.index, question.mention
        features = [stage, f"{'latin-' if question.readings else ''}type:{self._type(question, number)}"]
        if stage == "exact":
            features += (
                "core",
                f"core:{min(len(index.names[number].core), 4)}",
            )  # what more the whole name tells is on top
        elif stage in EDITS or stage in ("core", "abbreviation", "prefix"):
            length = min(len(question.name.core), len(index.names[number].core))
            features.append(f"{stage}:{min(length, 4)}")
        if stage in EDITS:
            if question.name.full in index.by_full:
                features.append("known-name")
            if not question.name.type:
                features.append(f"{stage}:untyped")
                if len(question.name.full) < 3 and min(index.ranks[number], default=9) >= _SMALL:
                    features.append("untyped:two")  # of small places nearly every such name is another one's
            if question.inside:
                features.append("inside:edit")
        features += self._surrounded(question, number)
        if not question.context.parts:
            features.append(f"alone:{stage if stage in _PLAIN else 'other'}")
            features.append(f"alone:rank{min(index.ranks[number], default=0)}")
        features += self._dated(mention, number, stage)
        features += self._located(mention, number)
        if stage == "exact" and mention.name == index.entries[number].name:
            features.append("verbatim")
        told = knowledge.kinds().get(mention.kind.strip().lower())
        if told and index.ranks[number]:
            features.append("kind:same" if told & index.ranks[number] else "kind:other")
        if question.readings and (marked := latin.tones(mention.name)):
            features.append("tones:same" if _tones_fit(marked, index.names[number].full) else "tones:other")
        return tuple(features)

    def _type(self, question: Question, number: int) -> str:
        mine, theirs = question.name, self.index.names[number]
        if not mine.type:
            return "none"
        if mine.type == theirs.type:
            return "same"
        if theirs.type in knowledge.WHOLE and mine.type == "district":
            return "whole"  # a misprint in what is left of 开发区
        if not self.index.ranks[number]:
            return "unknown"
        ranks = self.index.ranks[number]
        if mine.ranks & ranks:
            return "whole" if knowledge.WHOLE & {mine.type, theirs.type} else "sibling"
        if mine.full == theirs.core:
            return "inside"  # 路家村, of 路家村镇: the mention's own type is a part of the name
        return f"lower:{min(mine.ranks)}" if min(mine.ranks) > max(ranks) else "higher"

    def _surrounded(self, question: Question, number: int) -> Iterator[str]:
        parts = question.context.parts
        if not parts:
            yield "context:none"
            return
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
        if held[-1]:
            yield f"gap:{min(self._gap(parts, number), 3)}"
        elif len(missing) < len(parts):
            yield f"far:{min(self._gap(parts, number), 3)}"
            if against:
                yield f"against:{self._common(number)}"

    def _gap(self, parts: Sequence[dict[int, int]], number: int) -> int:
        """How many levels a row lies below the nearest that a part of the surroundings means; groups do not count."""
        above = [n for n in self.index.lineage(number) if not self.index.group[n]]
        return next((gap for gap, n in enumerate(above, 1) if any(n in part for part in parts)), 0)

    def _common(self, number: int) -> str:
        """Whether other rows have the name of a row too."""
        name = self.index.names[number]
        count = len(self.index.by_core.get(name.core, ())) + (name.core == name.full)
        return "unique" if count < 2 else "rare" if count < 4 else "common"

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

    def _nothing(self, question: Question) -> tuple[str, ...]:
        """What speaks for a mention's meaning nothing in the register."""
        found = ["nothing"]
        parts = question.context.parts
        found.append("nothing:context" if any(parts) else "nothing:unknown-context" if parts else "nothing:alone")
        found.append(f"nothing:{'latin' if question.readings else min(len(question.name.full), 5)}")
        if question.name.type in knowledge.WHOLE:
            found.append("nothing:whole")
        return tuple(found)


_PLAIN: Final = frozenset({"exact", "core", "pinyin", "pinyin-core", "known", "alt", "history", "wade-giles"})


def _settled(found: Found) -> bool:
    return found.stage in ("exact", "alt", "known") and (
        "context:all" in found.features or "context:none" in found.features
    )


def unlike(mine: Name, theirs: Name, scoped: bool) -> str:
    """By which likeness one name may be meant for another (:func:`.sounds.difference`); empty for none.

    Names of two characters are compared whole, or where ``scoped`` tells that the surroundings are known.
    """
    if not set(mine.core).intersection(theirs.full):
        return (
            "sounds"
            if len(mine.core) == len(theirs.core) > 1 and difference(mine.core, theirs.core) == "sounds"
            else ""
        )
    best = ""
    pairs = [(mine.full, theirs.full)]
    if (mine.core != mine.full and theirs.core != theirs.full) or mine.core == mine.full:
        pairs.append((mine.core, theirs.core))
    for one, two in pairs:
        if min(len(one), len(two)) < 2 or ((one, two) == (mine.full, theirs.full) and min(len(one), len(two)) < 3):
            continue
        edit = difference(one, two)
        if edit and min(len(one), len(two)) < 3 and len(mine.core) < 2:
            continue
        if edit and (not best or _ORDER[edit] < _ORDER[best]):
            best = edit
    if best or not scoped or (mine.type and theirs.type in knowledge.WHOLE - {mine.type}):
        return best if scoped or best in ("sound", "shape", "sounds", "swap", "near", "other", "drop", "add") else ""
    return _shortened(mine.core, theirs.core)


def _shortened(short: str, long: str) -> str:
    if len(long) < 4 or not 2 <= len(short) < len(long) or short[0] != long[0]:
        return ""
    if long.startswith(short):
        return "prefix"
    rest = iter(long)
    return "abbreviation" if all(character in rest for character in short) else ""


def _tones_fit(marked: str, full: str) -> bool:
    """Whether marked tones may be those of a name, or of its beginning."""
    if len(marked) > len(full):
        return False
    return all(tone in "5" or any(tone in one for one in latin.toned(c)) for tone, c in zip(marked, full, strict=False))


__all__ = ["EDITS", "Found", "Places", "alike", "unlike"]
