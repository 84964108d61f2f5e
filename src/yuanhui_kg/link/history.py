"""What older registers know: former names, former codes and former parents of the rows of a register.

A code alone is no key: codes are given again to other places. A row of an older register is the same thing as a row of the present
one where name and surroundings agree, or where the code stayed and both names are nowhere else, or where most of what lay
below the one lies below the other. What was renamed, recoded or moved gets dated rows of its own (:func:`with_history`); what is
gone is kept for the surroundings of others, and is never an answer.
"""

from __future__ import annotations

import dataclasses
import functools
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from . import knowledge, names
from .sounds import difference
from .tables import Entry

_MOST: Final = 0.5  # of what lies below: from here two rows are one thing
_LIKE: Final = frozenset({"sound", "shape", "near", "swap", "drop", "add", "sounds", "double"})
_SMALL: Final = 4  # rank of townships
_FEWEST: Final = 3  # rows below, that tell which row they lie below
_MANY: Final = 500  # rows left below one parent: in so many, names that are alike tell nothing


_parsed: Final = functools.lru_cache(1 << 17)(names.parse)


class Snapshot(NamedTuple):
    """A register as it was in a year."""

    year: int
    entries: Sequence[Entry]


def with_history(entries: Iterable[Entry], snapshots: Iterable[Snapshot]) -> list[Entry]:
    """A register with rows for what its things were called, and where they lay, in older registers.

    :param entries: the register; its rows come first and unchanged.
    :param snapshots: older registers, in any order.
    """
    now = list(entries)
    found: dict[tuple[str, str, str], list[int]] = {}
    kinds: dict[tuple[str, str, str], Entry] = {}
    gone: set[str] = set()
    present = _Register(now)
    for year, then, same in _chain(present, snapshots):
        for entry in then.entries:
            id = same.get(entry.id) or _gone(entry.id, entry.name)
            parent = same.get(entry.parent_id) or _gone(entry.parent_id, then.name_of(entry.parent_id))
            if entry.id not in same:
                gone.add(id)
            elif not _differs(entry, parent, present.by_id[id]):
                continue
            years = found.setdefault((id, entry.name, parent), [year, year])
            years[0] = year
            kinds.setdefault((id, entry.name, parent), entry)
    more = [
        dataclasses.replace(
            kinds[key], id=key[0], parent_id=key[2], valid_from=first, valid_to=last, gone=key[0] in gone
        )
        for key, (first, last) in found.items()
    ]
    return now + more


def _chain(present: _Register, snapshots: Iterable[Snapshot]) -> Iterator[tuple[int, _Register, dict[str, str]]]:
    """The older registers, the latest first, each with the rows of the present that its rows are.

    Each is compared with the next later one, between which little has changed; what that one does not know, with the present.
    """
    later, known = present, {id: id for id in present.by_id}
    for snapshot in sorted(snapshots, key=lambda one: -one.year):
        then = _Register(snapshot.entries)
        step = _Successors(then, later).of
        same = {id: known[next_id] for id, next_id in step.items() if next_id in known}
        if later is not present:
            same |= _Successors(then, present, same).of
        yield snapshot.year, then, same
        later, known = then, same


def _gone(id: str, name: str) -> str:
    """What a thing that is gone is called inside: its code may have been given to another."""
    return f"{id} {name}" if id else ""


def _differs(then: Entry, parent: str, now: Entry) -> bool:
    return _parsed(then.name).full != _parsed(now.name).full or parent != now.parent_id


class _Register:
    """Rows by id and by what is above them, from the top down."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.by_id = {entry.id: entry for entry in entries}
        self.children: dict[str, list[Entry]] = defaultdict(list)
        for entry in self.by_id.values():
            self.children[entry.parent_id if entry.parent_id in self.by_id else ""].append(entry)
        self.entries = list(self._down())
        self.depth = {"": 0}
        for entry in self.entries:
            above = entry.parent_id if entry.parent_id in self.by_id else ""
            self.depth[entry.id] = self.depth[above] + 1

    def _down(self) -> Iterator[Entry]:
        level = self.children[""]
        while level:
            yield from level
            level = [below for entry in level for below in self.children.get(entry.id, ())]

    def name_of(self, id: str) -> str:
        return self.by_id[id].name if id in self.by_id else ""

    def below(self, id: str, depth: int) -> Iterator[Entry]:
        """The rows below a row at a depth."""
        level = self.children.get(id, []) if id in self.depth else []
        while level:
            if self.depth[level[0].id] == depth:
                yield from level
                return
            level = [below for entry in level for below in self.children.get(entry.id, ())]


class _Successors:
    """Which rows of a later register are the same things as those of an earlier one: ``of`` by id."""

    def __init__(self, then: _Register, now: _Register, known: dict[str, str] | None = None) -> None:
        self.then, self.now = then, now
        self.of: dict[str, str] = dict(known or {})
        self._taken = set(self.of.values())
        self._cores: dict[str, Counter[str]] = {}
        self._by_core: dict[tuple[str, int], dict[str, list[Entry]]] = {}
        self._free: dict[str, tuple[int, list[Entry]]] = {}
        rows_at: dict[int, list[Entry]] = defaultdict(list)
        for entry in then.entries:
            rows_at[then.depth[entry.id]].append(entry)
        ways = [self._named, self._below_most, self._moved, self._coded, self._resembling, self._left]
        for depth, rows in sorted(rows_at.items()):
            for find in ways:
                for entry in rows:
                    if entry.id not in self.of and (id := find(entry, depth)) and id not in self._taken:
                        self.of[entry.id] = id
                        self._taken.add(id)

    def _named(self, entry: Entry, depth: int) -> str:
        """The row of the same name below the same parent."""
        above = self.of.get(entry.parent_id, "")
        if entry.parent_id and not above:
            return ""
        return _only(entry, self._of_core(entry, above, 0))

    def _moved(self, entry: Entry, depth: int) -> str:
        """The row of the same name below the same grandparent (of a county: in the same province)."""
        above = self._grandparent(entry)
        return _only(entry, self._of_core(entry, above, depth)) if above else ""

    def _of_core(self, entry: Entry, above: str, depth: int) -> list[Entry]:
        """The later rows with an entry's core below a row: its children, or those at a depth."""
        if (above, depth) not in self._by_core:
            rows = self.now.below(above, depth) if depth else self.now.children.get(above, ())
            found = self._by_core[above, depth] = defaultdict(list)
            for one in rows:
                found[_core(one)].append(one)
        return self._by_core[above, depth].get(_core(entry), [])

    def _grandparent(self, entry: Entry) -> str:
        parent = self.then.by_id.get(entry.parent_id)
        return self.of.get(parent.parent_id, "") if parent else ""

    def _coded(self, entry: Entry, depth: int) -> str:
        """The row of the same code, where neither name is anywhere near at the other time."""
        new = self.now.by_id.get(entry.id)
        above = self.of.get(entry.parent_id, "")
        if (
            new is None
            or new.parent_id != above
            or self.now.depth[new.id] != depth
            or _is_group(entry)
            or _is_group(new)
        ):
            return ""
        before, after = self._cores_below(self.then, entry.parent_id), self._cores_below(self.now, above)
        return new.id if _core(entry) not in after and _core(new) not in before else ""

    def _resembling(self, entry: Entry, depth: int) -> str:
        """Of what is left below the same parent, the one row whose name is one edit away, or begins as this one."""
        mine = _core(entry)
        found = [one.id for one in self._others(entry) if _resemble(mine, _core(one))]
        return found[0] if len(found) == 1 else ""

    def _left(self, entry: Entry, depth: int) -> str:
        """The one row below the same parent that is left, when this one is the only one that is left too."""
        found = self._others(entry)
        siblings = self.then.children.get(entry.parent_id, ())
        if len(found) != 1 or any(
            one.id not in self.of and one is not entry and not _is_group(one) for one in siblings
        ):
            return ""
        mine, theirs = _parsed(entry.name), _parsed(found[0].name)
        if found[0].id != entry.id and mine.type == theirs.type and max(mine.ranks, default=_SMALL) < _SMALL:
            return ""  # a county keeps its code with another name: this one was made where that one ended
        return found[0].id

    def _others(self, entry: Entry) -> list[Entry]:
        """The rows below the same parent that nothing has become yet; none where they are too many to tell anything."""
        above = self.of.get(entry.parent_id)
        if above is None or _is_group(entry) or len(left := self._free_below(above)) > _MANY:
            return []
        whole = _parsed(entry.name).type in knowledge.WHOLE
        return [one for one in left if (_parsed(one.name).type in knowledge.WHOLE) == whole]

    def _free_below(self, id: str) -> list[Entry]:
        """The rows below a row of the later register that nothing has become yet, looked for anew only after something has."""
        taken, left = self._free.get(id, (-1, self.now.children.get(id, [])))
        if taken != len(self._taken):
            left = [one for one in left if one.id not in self._taken and not _is_group(one)]
            self._free[id] = len(self._taken), left
        return left

    def _below_most(self, entry: Entry, depth: int) -> str:
        """The row below which most of what lay below this one lies now, and little else."""
        mine = self._cores_below(self.then, entry.id)
        if len(mine) < _FEWEST or _is_group(entry):
            return ""
        above = self._grandparent(entry) or self.of.get(entry.parent_id, "")
        best, most = "", 0.0
        for new in self.now.below(above, depth):
            theirs = self._cores_below(self.now, new.id)
            shared = len(mine.keys() & theirs.keys())
            share = shared / max(len(mine), len(theirs), 1)
            if share > most and new.id not in self._taken and not _is_group(new):
                best, most = new.id, share
        return best if most >= _MOST else ""

    def _cores_below(self, register: _Register, id: str) -> Counter[str]:
        key = f"{register is self.now}{id}"
        if key not in self._cores:
            self._cores[key] = Counter(_core(one) for one in register.children.get(id, ()))
        return self._cores[key]


def _is_group(entry: Entry) -> bool:
    return _parsed(entry.name).full in knowledge.placeholders()


def _resemble(one: str, two: str) -> bool:
    return difference(one, two) in _LIKE or (min(len(one), len(two)) > 1 and one[:2] == two[:2])


def _core(entry: Entry) -> str:
    return _parsed(entry.name).core


def _only(entry: Entry, rows: Sequence[Entry]) -> str:
    """Of rows with an entry's core the one that has its name; else the only one that is no mere group of others."""
    type = _parsed(entry.name).type
    full = [one.id for one in rows if _parsed(one.name).type == type]
    if full:
        return full[0] if len(full) == 1 else ""
    alike = [one.id for one in rows if not _is_group(one)]
    return alike[0] if len(alike) == 1 else ""


__all__ = ["Snapshot", "with_history"]
