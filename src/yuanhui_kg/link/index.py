"""A register, indexed by everything that a mention may share with one of its rows."""

from __future__ import annotations

import functools
import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from . import knowledge, latin, names
from .names import Name
from .tables import Entry

ROOT: Final = -1
_MOST_BELOW: Final = 5000
_SHORTEST_EDITED: Final = 3
_CELL: Final = 0.25  # degrees: the mesh in which places are looked up by coordinates
_NO_NODES: Final[tuple[int, ...]] = ()


class Index:
    """Rows of a register by number, and the ways to find them. Built once, then only read (from any number of threads).

    Latin keys and one-edit keys are made when the first mention needs them.
    """

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = tuple(entries)
        self.number: dict[str, int] = {}
        self.twins: dict[int, tuple[int, ...]] = {}
        self._add_rows()
        self.parent = [self.number.get(entry.parent_id, ROOT) for entry in self.entries]
        self._lineages: dict[int, tuple[int, ...]] = {}
        self.names: list[Name] = [names.parse(entry.name) for entry in self.entries]
        self.children: dict[int, list[int]] = defaultdict(list)
        for number, above in enumerate(self.parent):
            if above != ROOT:
                self.children[above].append(number)
        self.group = [name.full in knowledge.placeholders() for name in self.names]
        self.ranks = [self._ranks_of(number) for number in range(len(self.entries))]
        self.by_full: dict[str, list[int]] = defaultdict(list)
        self.by_core: dict[str, list[int]] = defaultdict(list)
        self.by_alternative: dict[str, list[tuple[int, str]]] = defaultdict(list)
        self.old_names: dict[int, list[tuple[str, int]]] = defaultdict(list)
        self._add_names()
        self._add_knowledge()

    # What a row is

    def lineage(self, number: int) -> tuple[int, ...]:
        """The rows above a row, the nearest first; rows that only group others (市辖区) are among them."""
        found = self._lineages.get(number)
        if found is None:
            above: dict[int, None] = {}
            at = self.parent[number]
            while at != ROOT and at not in above:
                above[at] = None
                at = self.parent[at]
            self._lineages[number] = found = tuple(above)
        return found

    def names_above(self, number: int) -> tuple[str, ...]:
        """The names of the rows above a row, the outermost first."""
        return tuple(self.entries[above].name for above in reversed(self.lineage(number)))

    def is_past(self, number: int) -> bool:
        """Whether a thing is no more: none of its rows is open."""
        return all(self.entries[n].valid_to is not None for n in self.twins.get(number, (number,)))

    def is_top(self, number: int) -> bool:
        """Whether a row is one of those that all others lie in."""
        return self.parent[number] == ROOT and not self.is_adrift(number)

    def is_adrift(self, number: int) -> bool:
        """Whether it is not known in what a row lies: it has no parent, and is lower than what others lie in (or nothing tells)."""
        if self.parent[number] != ROOT or not self.children:
            return False
        if self.names[number].ranks or self.entries[number].kind:
            return min(self.ranks[number], default=9) > self._top
        return number not in self.children

    @functools.cached_property
    def _top(self) -> int:
        """The rank of what others lie in and that lies in nothing."""
        roots = (min(self.ranks[n], default=9) for n in self.children if self.parent[n] == ROOT)
        return min(roots, default=0)

    def _ranks_of(self, number: int) -> frozenset[int]:
        entry, name = self.entries[number], self.names[number]
        told = knowledge.kinds().get(entry.kind.strip().lower(), names.NOWHERE)
        if len(told) == 1:
            return told
        ranks = (name.ranks & told if told else name.ranks) or told or name.ranks
        if not self.children or len(ranks) == 1:
            return ranks
        depth = len(self.lineage(number)) + 1
        return ranks & {depth} or ranks or frozenset({depth})

    def below(self, number: int) -> tuple[int, ...]:
        """The rows below a row, at any depth, up to some thousands."""
        return self._below(number)

    @functools.lru_cache(4096)  # noqa: B019 -- an index lives as long as its process
    def _below(self, number: int) -> tuple[int, ...]:
        found: list[int] = []
        todo = [number]
        while todo and len(found) < _MOST_BELOW:
            children = self.children.get(todo.pop(), ())
            found.extend(children)
            todo.extend(children)
        return tuple(found)

    # Making the index

    def _add_rows(self) -> None:
        """Number the rows; of one thing at different times, children belong to the latest."""
        rows: dict[str, list[int]] = defaultdict(list)
        for number, entry in enumerate(self.entries):
            rows[entry.id].append(number)
        for id, every in rows.items():
            self.number[id] = max(every, key=lambda n: (self.entries[n].valid_to or 9999, -n))
            if len(every) > 1:
                self.twins.update(dict.fromkeys(every, tuple(every)))

    def _add_names(self) -> None:
        for number, name in enumerate(self.names):
            if self.group[number]:
                continue
            self.by_full[name.full].append(number)
            if name.core != name.full:
                self.by_core[name.core].append(number)
            for other in self.entries[number].alt_names:
                self._add_alternative(number, other, "alt")
            for above in self.lineage(number):
                rest = name.full.removeprefix(self.names[above].full)
                if 2 < len(rest) < len(name.full):  # 清川市沙泉镇, below 清川市
                    self._add_alternative(number, rest, "alt")

    def _add_alternative(self, number: int, text: str, stage: str) -> None:
        if not names.has_han(text):
            self.by_alternative[latin.letters(text)].append((number, stage))
            return
        name = names.parse(text)
        if name.full != self.names[number].full:
            self.by_alternative[name.full].append((number, stage))
        if name.core not in (name.full, self.names[number].core):
            self.by_alternative[name.core].append((number, stage + "-core"))

    def _add_knowledge(self) -> None:
        for other, name in knowledge.other_names():
            for number in self.by_full.get(names.normalise(name), ()):
                self._add_alternative(number, other, "known")
        for old, new, province, last in knowledge.renamed():
            for number in self.by_full.get(names.normalise(new), ()):
                if self._is_in(number, province) and 3 in self.ranks[number] | frozenset(
                    r + 1 for r in self.ranks[number]
                ):
                    self._add_alternative(number, old, "history")
                    self.old_names[number].append((names.normalise(old), last))

    def _is_in(self, number: int, province: str) -> bool:
        top = (number, *self.lineage(number))[-1]
        return self.names[top].full == names.normalise(province)

    # Found by spelling

    @functools.cached_property
    def by_spelling(self) -> dict[str, list[tuple[int, str]]]:
        """Rows by pinyin without tones: of the whole name, and of its core."""
        found: dict[str, list[tuple[int, str]]] = defaultdict(list)
        for number, name in enumerate(self.names):
            if self.group[number]:
                continue
            keys, rest = latin.spell(name.core), name.full[len(name.core) :]
            ending = latin.spell(rest)[0] if rest else ""  # types have one reading
            for place, key in enumerate(keys):
                found[key + ending].append((number, "pinyin" if place == 0 else "pinyin-other"))
                if rest:
                    found[key].append((number, "pinyin-core" if place == 0 else "pinyin-core-other"))
        return found

    @functools.cached_property
    def by_wade_giles(self) -> dict[str, list[tuple[int, str]]]:
        """Rows by Wade-Giles, with and without its apostrophes."""
        found: dict[str, list[tuple[int, str]]] = defaultdict(list)
        for number, name in enumerate(self.names):
            if self.group[number]:
                continue
            core, rest = latin.wade_giles(name.core), name.full[len(name.core) :]
            for key in (core, core + latin.wade_giles(rest)) if rest else (core,):
                for variant in dict.fromkeys((key, key.replace("'", ""))):
                    found[variant].append(
                        (number, "wade-giles" if "'" in variant or variant == key else "wade-giles-loose")
                    )
        return found

    @functools.cached_property
    def by_deletion(self) -> dict[str, list[str]]:
        """Names and cores by themselves with one character less: two texts one edit apart share such a key, or one is the other's."""
        found: dict[str, list[str]] = defaultdict(list)
        for text in {*self.by_full, *self.by_core}:
            if len(text) >= _SHORTEST_EDITED:
                for key in shortened(text):
                    found[key].append(text)
        return found

    def one_edit_from(self, text: str) -> Iterable[int]:
        """Rows whose name or core may be one edit from a text (more than are; to be compared), in their order."""
        if len(text) < _SHORTEST_EDITED:
            return _NO_NODES
        keys = shortened(text)
        near = {*keys, *(other for key in (text, *keys) for other in self.by_deletion.get(key, ()))}
        return sorted({n for other in near for found in (self.by_full, self.by_core) for n in found.get(other, ())})

    # Found by place

    @functools.cached_property
    def _cells(self) -> dict[tuple[int, int], list[int]]:
        cells: dict[tuple[int, int], list[int]] = defaultdict(list)
        for number, entry in enumerate(self.entries):
            if entry.lat is not None and entry.lon is not None and not self.group[number]:
                cells[math.floor(entry.lat / _CELL), math.floor(entry.lon / _CELL)].append(number)
        return cells

    def around(self, lat: float, lon: float) -> list[int]:
        """Rows whose coordinates lie some tens of kilometres around a point."""
        if not self._cells:
            return []
        row, column = math.floor(lat / _CELL), math.floor(lon / _CELL)
        return [n for i in (-1, 0, 1) for j in (-1, 0, 1) for n in self._cells.get((row + i, column + j), ())]


def shortened(text: str) -> set[str]:
    """A text with each of its characters left out."""
    return {text[:i] + text[i + 1 :] for i in range(len(text))}


def distance(one: tuple[float, float], two: tuple[float, float]) -> float:
    """Kilometres between two points (latitude, longitude) on a sphere of 6,371 km, by the haversine formula."""
    a, b, c, d = map(math.radians, (*one, *two))
    half = math.sin((c - a) / 2) ** 2 + math.cos(a) * math.cos(c) * math.sin((d - b) / 2) ** 2
    return 12742 * math.asin(math.sqrt(min(1.0, half)))
