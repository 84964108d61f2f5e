"""Subselects that the engine does not evaluate graph by graph, as it should, in the ``GRAPH ?g`` around them.

Inside a subselect that does not select ``?g`` the engine takes the triples of all graphs at once: counts are of all of them together, and
what it finds in one graph is joined with another, as if that said it. Such a query is refused, and not answered wrongly.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise, takewhile
from typing import Final

from .errors import QueryUnsupportedError
from .screening import spans

_CUTTING: Final = frozenset(["LIMIT", "OFFSET"])
_ONCE: Final = frozenset(["DISTINCT", "REDUCED"])
_COUNTING: Final = _CUTTING | _ONCE | {"GROUP", "HAVING", "COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"}
_SHOWING: Final = _ONCE | {"SELECT", "DESCRIBE"}

_Mark = tuple[str, str]  # kind and text of a token


def check(text: str, what: str = "query") -> None:
    """Raises :class:`QueryUnsupportedError` for a query or an update with a subselect that would be answered wrongly."""
    folded = text.casefold()
    if "select" not in folded.partition("graph")[2]:
        return
    marks = [(kind, mark) for kind, mark, _, _ in spans(text)]
    ends = _ends(marks)
    graphs: list[
        tuple[int, str]
    ] = []  # the braces that are open, each with the name behind its GRAPH or SERVICE, if it has one
    for at, (kind, mark) in enumerate(marks):
        if mark == "{":
            graphs.append((at, _name(marks, at)))
        elif mark == "}" and graphs:
            graphs.pop()
        elif kind == "word" and mark.upper() == "SELECT" and graphs and graphs[-1][0] == at - 1:
            outer, graph = next((brace for brace in reversed(graphs) if brace[1]), (0, ""))
            if graph[:1] in ("?", "$") and not _is_right(marks, ends, outer, at - 1, graph[1:]):
                raise QueryUnsupportedError(
                    f"The {what} has a SELECT inside GRAPH {graph}, which is not evaluated graph by graph here.",
                    f"Select {graph} in it too, and group by it, without LIMIT; or put GRAPH {graph} into the SELECT.",
                )


def _name(marks: Sequence[_Mark], brace: int) -> str:
    """The name of the graph whose triples a brace holds, or the word ``SERVICE``, within which no graph of ours is asked; else nothing."""
    before = [mark.upper() for _, mark in marks[max(0, brace - 3) : brace]]
    if before[-2:-1] == ["GRAPH"]:
        return marks[brace - 1][1]
    return "SERVICE" if before[-2:-1] == ["SERVICE"] or before[:2] == ["SERVICE", "SILENT"] else ""


def _ends(marks: Iterable[_Mark]) -> dict[int, int]:
    """Where the braces end that begin at a place."""
    found: dict[int, int] = {}
    begun: list[int] = []
    for at, (_, mark) in enumerate(marks):
        if mark == "{":
            begun.append(at)
        elif mark == "}" and begun:
            found[begun.pop()] = at
    return found


def _is_right(marks: Sequence[_Mark], ends: dict[int, int], outer: int, begin: int, variable: str) -> bool:
    """Whether a subselect in braces from ``begin`` on, in those of ``GRAPH ?variable`` from ``outer`` on, is answered rightly.

    It is where it selects the variable, or where it is all that the ``GRAPH`` holds, nobody else asks for the variable, and no rows are
    counted or left out.
    """
    end, whole = ends.get(begin, len(marks)), ends.get(outer, len(marks))
    words = {mark.upper() for kind, mark in marks[begin:end] if kind == "word"}
    if variable in _selected(marks[begin + 1 : end]):
        return words.isdisjoint(_CUTTING)
    alone = outer == begin or (outer + 1, end + 1) == (begin, whole)
    return alone and words.isdisjoint(_COUNTING) and not _is_shown([*marks[: outer - 1], *marks[end:]], variable)


def _selected(subselect: Iterable[_Mark]) -> Iterator[str]:
    """The variables that a subselect selects as they are."""
    depth = 0
    for kind, mark in takewhile(lambda mark: mark[1] != "{", subselect):
        depth += (mark == "(") - (mark == ")")
        if kind == "var" and not depth:
            yield mark[1:]


def _is_shown(marks: Sequence[_Mark], variable: str) -> bool:
    """Whether a variable is named here, or is among all that are selected."""
    every = any(mark == "*" and last.upper() in _SHOWING for (_, last), (_, mark) in pairwise(marks))
    return every or any(kind == "var" and mark[1:] == variable for kind, mark in marks)
