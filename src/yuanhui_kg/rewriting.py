"""A query's text with rows in the place of its ``SERVICE`` clauses, and what each service is to be asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, Final, Protocol

import pyoxigraph as ox

from .errors import QueryRefusedError
from .patterns import Clause, Element, Group, Outline, certain, walk, without_comments
from .query import UNKNOWN_FUNCTIONS, beyond_engine, noting, unknown_function, unsupported
from .screening import is_volatile, spans

Row = tuple[Any, ...]
Select = Callable[[str], Iterator[Row]]

_MOST_SENT: Final = 5_000  # solutions of our own that are sent along; with more, a service is asked for everything
_AT_ONCE: Final = 200  # of them in one request
_AT_ONCE_CHARACTERS: Final = 50_000
_UNSTABLE: Final = frozenset(["LIMIT", "OFFSET", "SAMPLE", "GROUP_CONCAT"])  # may choose otherwise another time
_DIGITS: Final = "0123456789abcdef"
_STRING: Final = "http://www.w3.org/2001/XMLSchema#string"


class Calls(Protocol):
    """Asks services, which it knows by the IRIs that a query calls them by."""

    def check(self, iris: Sequence[str]) -> None:
        """Raises :class:`QueryRefusedError` where one of them may not be called."""
        ...

    def ask(self, iri: str, whole: Question, questions: Sequence[Question], silent: bool) -> list[Row]:
        """The rows that a service answers to all ``questions``, which together stand for ``whole``."""
        ...


@dataclass(frozen=True)
class Question:
    """A query for a service.

    :param columns: the variables that it selects.
    :param pattern: the pattern; where values are sent along, what follows these up to its closing brace.
    :param names: the variables whose values are sent along: ``rows``.
    :param digit: the first digit of the MD5 digest of the solutions that are asked for; empty for all.
    :param divisible: whether it may be asked in parts.
    """

    prologue: str
    columns: tuple[str, ...]
    pattern: str
    names: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    digit: str = ""
    divisible: bool = True

    @property
    def text(self) -> str:
        pattern = f"{{ {_values(self.names, self.rows)} {self.pattern}" if self.names else self.pattern
        columns = " ".join(f"?{name}" for name in self.columns) or "(1 AS ?one)"
        if not self.digit:
            return f"{self.prologue}SELECT {columns} WHERE {pattern}"
        key = ", ".join(f'COALESCE(STR(?{name}), "")' for name in self.columns)
        condition = f'FILTER(STRSTARTS(MD5(CONCAT({key})), "{self.digit}"))'
        return f"{self.prologue}SELECT {columns} WHERE {{ {{ SELECT {columns} WHERE {pattern} }} {condition} }}"

    def parts(self) -> list[Question]:
        """Questions that together ask for the same; none where there are none."""
        if not self.divisible:
            return []
        if len(self.rows) > 1:
            half = len(self.rows) // 2
            return [replace(self, rows=self.rows[:half]), replace(self, rows=self.rows[half:])]
        return [] if self.digit or not self.columns else [replace(self, digit=digit) for digit in _DIGITS]


def planned(store: ox.Store, text: str, called: set[str], **options: Any) -> Any:
    """The engine's results. A function that it does not know, and a service may know, is added to ``called`` when it is."""
    functions: dict[ox.NamedNode, Callable[..., Any]] = {}
    while True:
        try:
            return store.query(text, custom_functions=functions or None, **options)
        except (ValueError, RuntimeError) as error:
            name = unknown_function(error)
            if not name:
                raise beyond_engine(error) from None
            if len(functions) == UNKNOWN_FUNCTIONS or ox.NamedNode(name) in functions:
                raise unsupported(name) from None
            functions[ox.NamedNode(name)] = noting(name, called)


def _variables(pattern: str) -> list[str]:
    """The variables that a pattern, behind a prologue and ``SELECT * WHERE``, gives values to."""
    return [variable.value for variable in planned(ox.Store(), pattern, set()).variables]


def is_unstable(text: str) -> bool:
    """Whether a pattern may have other solutions each time that it is evaluated: a choice without an order."""
    return any(kind == "word" and token.upper() in _UNSTABLE for kind, token, _, _ in spans(text))


def is_blank(value: Any) -> bool:
    """Whether a term is a node without a name."""
    return isinstance(value, ox.BlankNode)


# --- rows as text -------------------------------------------------------------------------------------------------------


def inlined(variables: Sequence[str], rows: Sequence[Row]) -> str:
    """A pattern whose solutions are ``rows``.

    ``VALUES`` takes no node without a name; the engine's ``BNODE`` gives the node of the name that it is told. Two
    ``VALUES`` are joined by comparing each row with each; a subselect is not.
    """
    if not variables:
        return _values(variables, rows)
    blank = {at for row in rows for at, value in enumerate(row) if is_blank(value)}
    fresh = _fresh("node", variables)
    names = {at: f"{fresh}{at}" for at in sorted(blank)}
    widened = [
        tuple(None if is_blank(value) else value for value in row)
        + tuple(ox.Literal(row[at].value) if is_blank(row[at]) else None for at in names)
        for row in rows
    ]
    inner = [f"{fresh}x{at}" if at in names else name for at, name in enumerate(variables)]
    columns = " ".join(
        f"(COALESCE(?{inner[at]}, BNODE(?{names[at]})) AS ?{name})" if at in names else f"?{name}"
        for at, name in enumerate(variables)
    )
    return f"{{ SELECT {columns} WHERE {{ {_values([*inner, *names.values()], widened)} }} }}"


def _values(variables: Sequence[str], rows: Iterable[Row]) -> str:
    names = " ".join(f"?{name}" for name in variables)
    return f"VALUES ({names}) {{ {' '.join(f'({_listed(row)})' for row in rows)} }}"


def _listed(row: Row) -> str:
    return " ".join(map(_written, row))


def _written(value: Any) -> str:
    """A term as it stands in ``VALUES``; the engine writes it, so that it cannot end early."""
    if value is None:
        return "UNDEF"
    if isinstance(value, ox.Triple):
        return f"<<( {' '.join(map(_written, value))} )>>"
    return str(value)


def _fresh(name: str, taken: Iterable[str]) -> str:
    """A beginning of names that none of those that are ``taken`` has."""
    used = set(taken)
    while any(other.startswith(name) for other in used):
        name += "_"
    return name


# --- the text -----------------------------------------------------------------------------------------------------------


class Rewriting:
    """A query's text with rows in the place of its ``SERVICE`` clauses."""

    def __init__(self, text: str, parts: Outline, select: Select, calls: Calls) -> None:
        self._text = text
        self._parts = parts
        self._calls = calls
        self._replaced: dict[tuple[int, int], str] = {}
        self._volatile = is_volatile(text)
        self._context = _Context(self, select)

    def done(self) -> str:
        """Ask the services, one after another. Nobody is asked where one of them may not be."""
        called = [(clause, self._iri(clause), self._variables(clause)) for clause in self._parts.services]
        self._calls.check([iri for _, iri, _ in called])
        for clause, iri, variables in called:
            whole, questions = self._questions(clause, variables)
            rows = self._calls.ask(iri, whole, questions, clause.element.silent)
            self.replace(clause.element, inlined(variables, rows))
        return self.rendered(0, len(self._text))

    @property
    def parts(self) -> Outline:
        return self._parts

    def replace(self, element: Element, text: str) -> None:
        self._replaced[element.start, element.end] = text

    def rendered(self, start: int, end: int, without: Iterable[Element] = ()) -> str:
        """A part of the text as it is now.

        :param without: elements to leave out.
        """
        changes = {**self._replaced, **{(element.start, element.end): " " for element in without}}
        pieces: list[str] = []
        for (first, last), new in sorted(changes.items(), key=lambda change: (change[0][0], -change[0][1])):
            if start <= first and last <= end:  # those inside a part that was replaced begin before its end
                pieces += [self._text[start:first], new]
                start = last
        return "".join(pieces) + self._text[start:end]

    def _iri(self, clause: Clause) -> str:
        target = clause.element.target
        assert target is not None  # noqa: S101
        if target.kind == "var":
            raise QueryRefusedError(
                f"SERVICE {target.text}: which service is called must stand in the query as an IRI.",
                "Write SERVICE <https://…> { … }.",
            )
        found = ox.Store().query(f"{self._parts.prologue} SELECT ({target.text} AS ?iri) {{}}")
        assert isinstance(found, ox.QuerySolutions)  # noqa: S101
        return str(next(found)["iri"].value)

    def _pattern(self, clause: Clause) -> str:
        return self._text[clause.pattern.start : clause.pattern.end]

    def _variables(self, clause: Clause) -> list[str]:
        """The variables that a clause gives values to."""
        return _variables(f"{self._parts.prologue}SELECT * WHERE {self._pattern(clause)}")

    def _questions(self, clause: Clause, variables: Sequence[str]) -> tuple[Question, list[Question]]:
        """What a clause asks for, and the questions that are enough."""
        pattern = without_comments(self._pattern(clause))
        stable = not self._volatile and not is_unstable(pattern)
        whole = Question(self._parts.prologue, tuple(variables), pattern, divisible=stable)
        sent = self._context.values(clause) if stable else None
        if sent is None:
            return whole, [whole]
        names, rows = sent
        inner = pattern[1:] if _begins_with(clause.pattern, names) else f"{pattern} }}"
        some = replace(whole, pattern=inner, names=tuple(names))
        return whole, [replace(some, rows=tuple(part)) for part in _parted(rows)]


def _begins_with(pattern: Group, names: Iterable[str]) -> bool:
    """Whether a pattern begins with triples that give ``names`` values, so that values may stand before them."""
    first = next((element for element in pattern.elements if element.kind != "filter"), None)
    return first is not None and first.kind == "triples" and first.names.issuperset(names)


def _parted(rows: Iterable[Row]) -> Iterator[list[Row]]:
    part: list[Row] = []
    size = 0
    for row in rows:
        length = len(_listed(row))
        if part and (len(part) == _AT_ONCE or size + length > _AT_ONCE_CHARACTERS):
            yield part
            part, size = [], 0
        part.append(row)
        size += length
    if part:
        yield part


class _Context:
    """What the solutions of the patterns before a ``SERVICE`` say of its variables.

    Let *A* be the patterns before it and *V* variables that have a value in every solution of *A* (looked up: they
    are evaluated here) and of its own pattern *P* (read from its triples). A row of *P* whose values for *V* no
    solution of *A* has joins with none, so it may be left out: of *P* the join with the distinct values of *V* is
    enough. Each row joins with one of these at most, so that none is there twice. More values than those of *A* do no
    harm, so filters of *A* may be left out.

    *A* is what stands before in the same group, and around that group, as long as what is around joins with it; at
    last the values behind the query. From
    inside an ``OPTIONAL`` or ``MINUS`` one step further is right, to what it belongs to; two are not, for what an
    ``OPTIONAL`` does not find lets its left side stand alone. What an ``EXISTS`` is asked about is not known before.
    """

    def __init__(self, text: Rewriting, select: Select) -> None:
        self._text = text
        self._select = select

    def values(self, clause: Clause) -> tuple[list[str], list[Row]] | None:
        """Variables and their distinct values; ``None`` where the service is to be asked for everything."""
        wanted = certain(clause.pattern.elements)
        body = self._body(clause) if wanted and not clause.group.correlated else None
        if body is None:
            return None
        mentioned = {token[1:] for kind, token, _, _ in spans(body) if kind == "var"}
        names = sorted(wanted & mentioned)
        rows = self._rows(f"DISTINCT {' '.join(f'?{name}' for name in names)}", body) if names else None
        return None if rows is None else _sendable(names, rows)

    def _rows(self, columns: str, body: str) -> list[Row] | None:
        """The solutions of ``body``; ``None`` for too many."""
        parts = self._text.parts
        query = f"{parts.prologue}SELECT {columns} {parts.dataset} WHERE {{ {body}\n}}"
        rows = list(islice(self._select(query), _MOST_SENT + 1))
        return None if len(rows) > _MOST_SENT else rows

    def _body(self, clause: Clause) -> str | None:
        """The patterns before a clause, inside and around its group; ``None`` where they cannot be evaluated alone."""
        group, number = clause.group, clause.number
        with suppress(_NotAloneError):
            body = self._before(group, number)
            while group.parent is not None:
                outer, number = group.parent
                element = outer.elements[number]
                if element.kind not in ("union", "graph", "optional", "minus"):
                    break
                graph = f"GRAPH {element.target.text} " if element.kind == "graph" and element.target else ""
                body = f"{self._before(outer, number)} {graph}{{ {body} }}"
                group = outer
                if element.kind in ("optional", "minus"):
                    break
            else:
                return f"{self._text.parts.values} {body}"  # the whole query's pattern
            return self._in_graph(group, body)
        return None

    def _before(self, group: Group, number: int) -> str:
        """What stands in a group before an element. Filters stay that ask for what has a value by then."""
        before = group.elements[:number]
        known = certain(before)
        for element in before:
            self._settle(group, element)
        without = [element for element in before if element.kind == "filter" and not element.names <= known]
        return self._text.rendered(group.start + 1, group.elements[number].start, without) + "\n"

    def _settle(self, group: Group, element: Element) -> None:
        """Have an element that may choose its solutions otherwise another time (LIMIT) choose them now, for good."""
        text = self._text.rendered(element.start, element.end)
        if not is_unstable(text):
            return
        if element.kind not in ("union", "graph") or _graph_around(group) is not None:
            raise _NotAloneError
        names = self._names(text)
        rows = self._rows(" ".join(f"?{name}" for name in names), text) if names else None
        if rows is None:
            raise _NotAloneError
        self._text.replace(element, inlined(names, rows))

    def _names(self, pattern: str) -> list[str]:
        return _variables(f"{self._text.parts.prologue}SELECT * WHERE {{ {pattern}\n}}")

    def _in_graph(self, group: Group, body: str) -> str:
        """``body`` where it stands in a ``GRAPH`` further out; of a variable one, in any graph."""
        around = _graph_around(group)
        if around is None or around.target is None:
            return body
        used = (token[1:] for kind, token, _, _ in spans(body) if kind == "var")
        target = f"?{_fresh('graph', used)}" if around.target.kind == "var" else around.target.text
        return f"GRAPH {target} {{ {body} }}"


class _NotAloneError(Exception):
    """Patterns that cannot be evaluated apart from the query."""


def _graph_around(group: Group) -> Element | None:
    """The innermost ``GRAPH`` that a group stands in."""
    for inner in walk(group):
        if inner.parent is not None:
            element = inner.parent[0].elements[inner.parent[1]]
            if element.kind == "graph":
                return element
    return None


def _sendable(names: Sequence[str], rows: Sequence[Row]) -> tuple[list[str], list[Row]] | None:
    """The columns that always have a value which every server compares alike, with their distinct values.

    Numbers and dates are written in several ways, which some servers tell apart and others do not. A node without a
    name is none of another server's, so its row joins with nothing.
    """
    chosen = [at for at in range(len(names)) if all(is_blank(row[at]) or _is_plain(row[at]) for row in rows)]
    if not chosen:
        return None
    distinct = dict.fromkeys(tuple(row[at] for at in chosen) for row in rows)
    return [names[at] for at in chosen], [row for row in distinct if not any(map(is_blank, row))]


def _is_plain(value: Any) -> bool:
    if isinstance(value, ox.Literal):
        language: str | None = value.language
        return value.datatype.value == _STRING or (language is not None and language.isalpha() and not value.direction)
    return isinstance(value, ox.NamedNode)
