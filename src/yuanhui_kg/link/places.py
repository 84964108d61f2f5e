"""Candidates for the mention of a place: how it may be read, and by which stages rows are found for it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from . import knowledge, latin, names
from .context import NONE, Surroundings
from .evidence import Evidence, Question
from .index import ROOT, Index
from .likeness import likeness
from .names import Name
from .sounds import within_one_edit
from .tables import Mention

_MOST: Final = 120
_MOST_COMPARED: Final = 400
_MOST_PARTS: Final = 12
_MOST_SPLITS: Final = 24
_COMMA: Final = re.compile(r"\s*[,，、;；>›»|]\s*")
_BRACKETED: Final = re.compile(r"[（(\[【][^（(\[【）)\]】]*[）)\]】]")
_SHORTEST_SLIPPED: Final = 4  # letters
STAGES: Final = (
    "exact", "core", "alt", "known", "alt-core", "history", "history-core", "pinyin", "pinyin-core", "wade-giles", "pinyin-other",
    "pinyin-core-other", "wade-giles-loose", "sound", "sounds", "shape", "swap", "near", "drop", "add", "prefix", "abbreviation",
    "double", "latin-sound", "latin-edit", "other", "lost", "head", "contrast", "place",
)  # fmt: skip
_ORDER: Final = {stage: place for place, stage in enumerate(STAGES)}


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
        self.evidence = Evidence(index, self.surroundings)

    def candidates(self, mention: Mention) -> tuple[list[Found], tuple[str, ...]]:
        """Rows that a mention may mean, and the features of its meaning none."""
        found: dict[int, Found] = {}
        asked = list(self._questions(mention))
        for question in asked:
            for number, stage in self._stages(question).items():
                one = Found(number, stage, self.evidence.features(question, number, stage))
                if number not in found or _ORDER[stage] < _ORDER[found[number].stage]:
                    found[number] = one
            if any(_settled(one) for one in found.values()):
                break
        return list(found.values()), self.evidence.nothing(asked[0])

    # Reading the mention

    def _questions(self, mention: Mention) -> Iterator[Question]:
        """The ways to read a mention: as it stands, without what is in brackets, and as a name that begins (or ends) with its surroundings."""
        parts = [part for part in _COMMA.split(mention.name, _MOST_PARTS) if names.normalise(part)]
        if len(parts) > 1:
            for ordered in (parts, parts[::-1]):
                yield self._question(mention, ordered[-1], (*mention.context, *ordered[:-1]), False)
            return
        yield self._question(mention, mention.name, mention.context, False)
        plain = _BRACKETED.sub("", mention.name)
        if plain != mention.name and names.normalise(plain):
            yield self._question(mention, plain, mention.context, False)
        for above, rest in itertools.islice(self.surroundings.splits(mention.name), _MOST_SPLITS):
            yield self._question(mention, rest, (*mention.context, *above), True)

    def _question(self, mention: Mention, text: str, context: tuple[str, ...], inside: bool) -> Question:
        # A register in which nothing lies in anything cannot bear surroundings out, nor contradict them.
        known = context[-_MOST_PARTS:] if self.index.children else ()
        resolved = self.surroundings.resolve(known) if known else NONE
        return Question(mention, *_read(text), resolved, inside)

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
            kept = sorted(found, key=lambda n: (-self.evidence.supported(question, n), _ORDER[found[n]], n))[:_MOST]
            found = {n: found[n] for n in kept}
        if not any(self.evidence.fully(question, n) for n in found):
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
            elif found := likeness(name, index.names[number], bool(question.context.scopes)):
                yield number, found.way
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
        """By which slip the letters of a mention may stand for a name: several sounds confused, or one letter."""
        name = self.index.names[number]
        every = {*latin.spell(name.full)[:3], *latin.spell(name.core)[:3]}
        if any(key in every for key in question.keys):
            return "pinyin-core"
        usual = (latin.spell(name.core)[0], latin.spell(name.full)[0])
        asked = [key for key in question.keys if len(key) >= _SHORTEST_SLIPPED]
        if any(latin.blurred(key) == latin.blurred(one) for key in asked for one in usual):
            return "latin-sound"
        return "latin-edit" if any(within_one_edit(key, one) for key in asked for one in usual) else ""

    def _by_place(self, question: Question) -> Iterator[tuple[int, str]]:
        lat, lon = question.mention.lat, question.mention.lon
        if lat is None or lon is None:
            return
        for number in self.index.around(lat, lon):
            if set(question.name.core) & set(self.index.names[number].core):
                found = likeness(question.name, self.index.names[number], True)
                yield number, found.way if found else "place"

    # Surroundings

    def surrounds(self, mention: Mention, number: int) -> bool:
        """Whether a row may lie in a mention's surroundings: not where they are known and none of them is above it."""
        if self.index.parent[number] == ROOT or not mention.context:
            return True
        parts = self.surroundings.resolve(mention.context[-_MOST_PARTS:]).parts
        return not any(parts) or self.surroundings.support(number, parts[-1]) > 0

    def _inside(self, question: Question, number: int) -> bool:
        lineage = self.index.lineage(number)
        return all(any(above in part for above in lineage) for part in question.context.parts)


def _read(text: str) -> tuple[Name, tuple[latin.Latin, ...], tuple[str, ...]]:
    """A name taken apart; the ways to read it where it is in Latin letters; its keys where it has any of these."""
    name = names.parse(text)
    if not names.has_latin(name.full):
        return name, (), ()
    if names.has_han(name.full):
        cores = latin.spell(name.core) if name.core != name.full else ()
        return name, (), (*latin.spell(name.full), *cores)
    readings = latin.parse(text)
    type = readings[0].type
    name = Name(name.full, name.full, type, knowledge.ranks_of_types().get(type, names.NOWHERE))
    keys = (latin.aspirated(text), *(one.key for one in readings))
    return name, readings, tuple(dict.fromkeys(keys))


def _settled(found: Found) -> bool:
    return found.stage in ("exact", "alt", "known") and (
        "context:all" in found.features or "context:none" in found.features
    )


__all__ = ["STAGES", "Found", "Places"]
