"""What a change may have touched, so that indexes can follow it without reading everything again.

The engine does not tell what an update adds and removes. So an update is rewritten where that is simple: whatever its
templates add or remove is added to a graph of its own as well, in the same step and from the same solutions, and that
graph is read and removed before anybody sees it. What is not simple (several steps that see one another's work, whole graphs
moved) leaves no journal, and everything is read again.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

import pyoxigraph as ox

from .screening import escaped, spans

MOST: Final = 10_000  # triples; of more, everything is read again as quickly
_LONGEST: Final = 1024 * 1024  # characters of an update that is rewritten


class Journal:
    """The triples that a change may have added or removed, in whatever graph: all of them, or it is ``lost``."""

    def __init__(self) -> None:
        self._triples: list[ox.Triple] = []
        self.lost = False

    def lose(self) -> None:
        """Something was changed that cannot be told."""
        self._triples, self.lost = [], True

    def add(self, quads: Iterable[ox.Quad]) -> None:
        """Note quads. Reads no more of them than are noted."""
        for _ in self.noting(quads):
            if self.lost:
                return

    def noting(self, quads: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
        """Quads as they come, noted in passing."""
        for quad in quads:
            if not self.lost:
                self._triples.append(quad.triple)
                if len(self._triples) > MOST:
                    self.lose()
            yield quad

    def written(self) -> bytes | None:
        """As N-Triples; ``None`` where it is lost."""
        return None if self.lost else ox.serialize(self._triples, format=ox.RdfFormat.N_TRIPLES)


def read(text: bytes) -> Iterator[ox.Triple]:
    """The triples of :meth:`Journal.written`; blank nodes are those of the store."""
    return (quad.triple for quad in ox.parse(text, format=ox.RdfFormat.N_TRIPLES))


@dataclass(frozen=True)
class Telling:
    """An update that tells what it touches: its text, and the graph in which it does so."""

    text: str
    graph: ox.NamedNode


@dataclass
class _Step:
    """One step of an update: its keywords, and its groups with the word before each."""

    words: list[str] = field(default_factory=list)
    groups: list[tuple[str, int, int]] = field(default_factory=list)  # word, places of the two braces
    start: int = -1


def telling(update: str) -> Telling | None:
    """``update`` so that it tells what it touches; ``None`` where that is not simple."""
    if len(update) > _LONGEST or not _is_plain(update):
        return None
    steps = list(_steps(update))
    only_data = all(step.words in (["INSERT", "DATA"], ["DELETE", "DATA"]) for step in steps)
    if not steps or not (only_data or len(steps) == 1):
        return None
    graph = ox.NamedNode(f"urn:uuid:{uuid.uuid4()}")
    insertions: list[tuple[int, str]] = []
    for step in steps:
        told = _told(update, step, str(graph))
        if told is None:
            return None
        insertions += told
    return Telling(_inserted(update, insertions), graph)


def _is_plain(update: str) -> bool:
    r"""Whether no ``\uXXXX`` stands for a character that may begin or end something: the text is rewritten as it stands."""
    return all(character.isalnum() for character in escaped(update))


def _steps(text: str) -> Iterator[_Step]:
    step, depth, begin, last = _Step(), 0, 0, ""
    for kind, mark, start, end in spans(text):
        if kind == "open":
            begin = start if depth == 0 else begin
            depth += 1
        elif kind == "close":
            depth -= 1
            if depth == 0:
                step.groups.append((last, begin, end - 1))
        elif depth == 0 and kind == "word":
            last = mark.upper()
            if last not in ("PREFIX", "BASE"):
                step.words.append(last)
                step.start = start if step.start < 0 else step.start
        elif depth == 0 and kind == "other" and mark == ";":
            if step.words:
                yield step
            step = _Step()
    if step.words:
        yield step


def _told(text: str, step: _Step, graph: str) -> list[tuple[int, str]] | None:
    """What to insert where so that a step tells what it touches."""
    words = [word for word in step.words if word not in ("USING", "NAMED")]
    copies = [_copies(text, first, last, graph) for _, first, last in step.groups]
    if words == ["INSERT", "DATA"] and len(copies) == 1:
        return [(step.groups[0][2], f" {copies[0]} ")]
    if words == ["DELETE", "DATA"] and len(copies) == 1:
        return [(step.start, f"INSERT DATA {{ {copies[0]} }} ;\n")]
    if words == ["DELETE", "WHERE"] and len(copies) == 1:
        _, first, last = step.groups[0]
        return [(step.start + len("DELETE"), f" {text[first : last + 1]} INSERT {{ {copies[0]} }} ")]
    plain = words[1:] if words[:1] == ["WITH"] else words
    if plain not in (["DELETE", "INSERT", "WHERE"], ["DELETE", "WHERE"], ["INSERT", "WHERE"]):
        return None
    if [word for word, *_ in step.groups] != plain:
        return None
    _, _, last = step.groups[-2]  # of the template before the pattern
    told = " ".join(copies[:-1])
    return [(last, f" {told} ")] if plain[-2] == "INSERT" else [(last + 1, f" INSERT {{ {told} }} ")]


def _copies(text: str, first: int, last: int, graph: str) -> str:
    """The triples of a group of quads once more, all in ``graph``: ``GRAPH <g> { … }`` for every run of them."""
    runs, depth, begin = [], 0, first + 1
    for kind, mark, start, end in spans(text, first + 1):
        if start >= last:
            break
        word = mark.upper() if kind == "word" else ""
        if depth == 0 and word == "GRAPH":
            runs.append(text[begin:start])
        elif kind == "open" and mark == "{":
            depth, begin = depth + 1, end
        elif kind == "close" and mark == "}":
            runs.append(text[begin:start])
            depth, begin = depth - 1, end
    runs.append(text[begin:last])
    told = (re.sub(r"\A\s*\.", "", run) for run in runs)
    return " ".join(f"GRAPH {graph} {{ {run}\n}}" for run in told if run.strip())


def _inserted(text: str, insertions: list[tuple[int, str]]) -> str:
    pieces, done = [], 0
    for place, new in sorted(insertions, key=lambda one: one[0]):
        pieces += [text[done:place], new]
        done = place
    return "".join([*pieces, text[done:]])


def collected(store: ox.Store, graph: ox.NamedNode, journal: Journal) -> None:
    """Take what an update told out of the store and into the journal."""
    journal.add(store.quads_for_pattern(None, None, None, graph))
    store.remove_graph(graph)
