"""The surroundings of a mention, resolved before the mention itself.

The parts of a context come outermost first (or all the other way round); several may stand in one text. Each is looked up among the names of the register (whole, core, former,
abbreviated, romanised), and where it is none of them, as a misprint below what was found so far. A part may be wrong: what
lies inside all parts counts more than what lies inside some.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from . import knowledge, latin, names
from .index import Index
from .sounds import difference, within_one_edit

EXACT, VAGUE = 2, 1
_MOST: Final = 400
_MOST_COMPARED: Final = 600
_MOST_PARTS: Final = 12
_MOST_SPLITS: Final = 24
_LONGEST_SPLIT: Final = 60
_DEEPEST_SPLIT: Final = 4
_BETWEEN: Final = re.compile(r"\s*[,，、;；>›»|/]\s*")
_MISPRINTS: Final = frozenset({"sound", "shape", "near", "other", "swap", "drop", "add", "sounds", "double"})


class Context(NamedTuple):
    """Surroundings of a mention.

    ``parts``: for each part that says something, the rows that it may mean, each with how well; ``scopes``: the deepest
    rows that fit best, in which the mention is looked for; ``cores``: the names of the parts without their types.
    """

    parts: tuple[dict[int, int], ...]
    scopes: tuple[int, ...]
    cores: frozenset[str]


NONE: Final = Context((), (), frozenset())


class Surroundings:
    """Resolves contexts against an index; remembers those that were asked for."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self.resolve = functools.lru_cache(1 << 15)(self._resolve)
        self._look_up = functools.lru_cache(1 << 15)(self._named)

    def _resolve(self, context: tuple[str, ...]) -> Context:
        """What a context means."""
        parts: list[dict[int, int]] = []
        scopes: tuple[int, ...] = ()
        texts = self._told(context)
        for text in texts:
            found = self._look_up(text)
            if scopes and not any(self._fits(number, parts) for number in found):
                found = found | self._misprinted(text, scopes)
            elif not found:
                found = self._misprinted(text, ())
            parts.append(self._with_twins(found))
            scopes = self._deepest(parts) or scopes
        return Context(tuple(parts), scopes, frozenset(names.parse(text).core for text in texts))

    def _told(self, context: tuple[str, ...]) -> list[str]:
        """The names in a context that say something, outermost first."""
        every = [part for text in context for part in self._apart(text)]
        texts = [text for text in every if not self._says_nothing(text)][-_MOST_PARTS:]
        return texts if self._begins_outside(texts) else texts[::-1]

    def _says_nothing(self, text: str) -> bool:
        plain = names.normalise(text)
        if plain in knowledge.countries():
            return not any(map(self.index.is_top, self._look_up(text)))
        return plain in knowledge.placeholders()

    def _apart(self, text: str) -> Iterator[str]:
        """The names that stand in one part of a context: 江岚省清川市; Qingchuan, Jianglan."""
        for part in filter(names.normalise, _BETWEEN.split(text, _MOST_SPLITS)):
            if self._look_up(part):
                yield part
                continue
            best: tuple[str, ...] = (part,)
            for above, rest in itertools.islice(self.splits(part), _MOST_SPLITS):
                if self._look_up(rest):
                    best = (*above, rest)
                    break
                if len(rest) < len(best[-1]):  # a misprint, behind what is known
                    best = (*above, rest)
            yield from best

    def splits(self, text: str) -> Iterator[tuple[tuple[str, ...], str]]:
        """Names of surrounding places that a text begins with, and what is left; the longest beginning first."""
        full = names.normalise(text)
        if len(full) > _LONGEST_SPLIT:
            return
        if names.has_han(full):
            yield from self._splits(full, 0)
        else:
            yield from self._splits_of_words(text.split())

    def _splits(self, full: str, depth: int) -> Iterator[tuple[tuple[str, ...], str]]:
        for size in range(len(full) - 2, 1, -1):
            above, rest = full[:size], full[size:]
            if not self._may_be_above(above):
                continue
            yield (above,), rest
            for more, last in self._splits(rest, depth + 1) if depth < _DEEPEST_SPLIT else ():
                yield (above, *more), last

    def _splits_of_words(self, words: list[str]) -> Iterator[tuple[tuple[str, ...], str]]:
        """Of Latin words, behind each that tells a type (Qingchuan Shi | Qinghe Qu)."""
        for size in range(len(words) - 1, 1, -1):
            above = " ".join(words[:size])
            if latin.parse(above)[0].type and any(number in self.index.children for number in self._look_up(above)):
                yield (above,), " ".join(words[size:])

    def _may_be_above(self, text: str) -> bool:
        index = self.index
        numbers = [*index.by_full.get(text, ()), *index.by_core.get(text, ())]
        return any(number in index.children and min(index.ranks[number], default=9) <= 4 for number in numbers)

    def _begins_outside(self, texts: list[str]) -> bool:
        """Whether the first of some parts is not lower than the last."""
        if len(texts) < 2:
            return True
        first, last = (
            min((min(self.index.ranks[n], default=9) for n in self._look_up(text)), default=0)
            for text in (texts[0], texts[-1])
        )
        return first <= last or not last

    def _with_twins(self, found: dict[int, int]) -> dict[int, int]:
        """With the other rows of the same thing: its children know only the latest."""
        twins = self.index.twins
        more = {twin: how for number, how in found.items() if twins for twin in twins.get(number, ())}
        return more | found if more else found

    def support(self, number: int, part: dict[int, int]) -> int:
        """How well a part of a context is among a row and what is above it: 2 exactly, 1 as a misprint, 0 not."""
        best = 0
        for one in (number, *self.index.lineage(number)):
            how = part.get(one, 0)
            if how == EXACT:
                return how
            best = how or best
        return best

    def _fits(self, number: int, parts: list[dict[int, int]]) -> bool:
        return all(self.support(number, part) for part in parts)

    def _deepest(self, parts: list[dict[int, int]]) -> tuple[int, ...]:
        """The rows of the last parts that most parts agree on; of these the deepest."""
        best: list[int] = []
        most = 0.0
        for place, part in enumerate(parts):
            for number, how in part.items():
                score = sum(self.support(number, other) for other in parts) + 0.1 * how + 0.2 * (place + 1) / len(parts)
                if score > most + 1e-9:
                    best, most = [number], score
                elif score > most - 1e-9:
                    best.append(number)
        return tuple(best[:8])

    def _named(self, text: str) -> dict[int, int]:
        """Rows that a text names, as it stands."""
        index = self.index
        found: dict[int, int] = {}
        name = names.parse(text)
        numbers = [*index.by_full.get(name.full, ()), *(n for n, _ in index.by_alternative.get(name.full, ()))]
        if not numbers or name.core == name.full:
            numbers += [n for n in index.by_core.get(name.core, ()) if name.core == name.full or _agree(name, index, n)]
        if not numbers:
            numbers += [n for n in index.by_full.get(name.core, ()) if _agree(name, index, n)]
            numbers += [n for n, _ in index.by_alternative.get(name.core, ())]
        if names.has_latin(name.full):
            numbers += self._romanised(text)
        for number in numbers[:_MOST]:
            found[number] = EXACT
        return found

    def _romanised(self, text: str) -> list[int]:
        index = self.index
        if names.has_han(text):
            return [n for key in latin.spell(names.normalise(text)) for n, _ in index.by_spelling.get(key, ())]
        readings = latin.parse(text)
        found = [
            n for one in readings for n, _ in index.by_alternative.get(one.key, ()) if _kind_fits(one.type, index, n)
        ]
        found += [
            n for one in readings for n, _ in index.by_spelling.get(one.key, ()) if _kind_fits(one.type, index, n)
        ]
        for key in dict.fromkeys((latin.aspirated(text), *(one.key for one in readings))):
            found += [n for n, _ in index.by_wade_giles.get(key, ())]
        return found

    def _misprinted(self, text: str, scopes: tuple[int, ...]) -> dict[int, int]:
        index = self.index
        name = names.parse(text)
        if scopes:
            near = [n for scope in scopes for n in index.below(scope)[:_MOST_COMPARED]]
            if len(near) >= _MOST_COMPARED:
                near = [n for n in index.one_edit_from(name.full) if any(s in index.lineage(n) for s in scopes)]
        else:
            near = list(index.one_edit_from(name.full))
        if names.has_latin(name.full):
            keys = [one.key for one in latin.parse(text)] if not names.has_han(text) else list(latin.spell(name.full))
            return {n: VAGUE for n in near if any(_nearly(key, index, n) for key in keys)}
        found = {n: VAGUE for n in near if _is_misprint(name.full, name.core, index, n)}
        return found if scopes else {n: how for n, how in found.items() if min(index.ranks[n], default=9) <= 3}


def _agree(name: names.Name, index: Index, number: int) -> bool:
    return not name.ranks or not index.ranks[number] or bool(name.ranks & index.ranks[number])


def _kind_fits(kind: str, index: Index, number: int) -> bool:
    ranks = knowledge.ranks_of_types().get(kind, names.NOWHERE)
    return not ranks or not index.ranks[number] or bool(ranks & index.ranks[number])


def _nearly(key: str, index: Index, number: int) -> bool:
    if len(key) < 5:
        return False
    name = index.names[number]
    return within_one_edit(key, latin.spell(name.core)[0]) or within_one_edit(key, latin.spell(name.full)[0])


def _is_misprint(full: str, core: str, index: Index, number: int) -> bool:
    other = index.names[number]
    if other.core == core and core:
        return True
    if difference(full, other.full) in _MISPRINTS and len(full) > 2:
        return True
    if full == core and other.core != other.full and len(full) >= 2 and abs(len(full) - len(other.core)) < 2:
        return difference(full, other.core) in ({"sound", "shape"} if len(full) == 2 else _MISPRINTS)
    return False
