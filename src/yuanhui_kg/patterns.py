"""Where the group patterns of a query stand in its text, read from its tokens.

The engine parses queries and does not tell where their parts are. :func:`outline` finds them for a text that the
engine has already taken as valid, and refuses in doubt: the engine's grammar finds keywords without a word boundary
(``1OPTIONAL``, ``GRAPHe:z``), which reads otherwise here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from .errors import QueryRefusedError
from .screening import spans, undeclared

_FORMS: Final = frozenset(["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"])
_GROUPS: Final = {"OPTIONAL": "optional", "MINUS": "minus", "LATERAL": "lateral"}
_KEYWORDS: Final = frozenset(["FILTER", "BIND", "VALUES", "GRAPH", "SERVICE", *_GROUPS])
_OBJECTS: Final = frozenset(["TRUE", "FALSE"])
_ABSOLUTE: Final = re.compile(r"<[A-Za-z][A-Za-z0-9+.\-]*:")
_COMPARED: Final = re.compile(r"[?$()]")


@dataclass(frozen=True)
class Token:
    """A token with its place in the text; ``upper`` compares keywords."""

    kind: str
    text: str
    start: int
    end: int

    @property
    def upper(self) -> str:
        return self.text.upper() if self.kind == "word" else self.text


@dataclass(eq=False)
class Element:
    """A part of a group, in the order of the text.

    :param kind: ``triples``, ``filter``, ``bind``, ``values``, ``union`` (of one group or more), ``optional``,
        ``minus``, ``lateral``, ``graph``, ``service``, ``where`` (a subselect's pattern).
    :param names: the variables that stand in it, without their sigil.
    :param target: the IRI, name or variable behind ``GRAPH`` or ``SERVICE``.
    :param complete: of ``values``: whether every row gives every variable a value.
    """

    kind: str
    start: int
    end: int = 0
    names: frozenset[str] = frozenset()
    groups: list[Group] = field(default_factory=list)
    target: Token | None = None
    silent: bool = False
    complete: bool = False


@dataclass(eq=False)
class Group:
    """What stands in one pair of braces, from ``start`` to ``end``, the braces among it.

    :param parent: the group around it and the number of the element there that it belongs to; ``None`` at the top.
    :param correlated: whether it stands in an ``EXISTS`` or a ``LATERAL``, whose variables may have values already.
    :param subselect: whether it is a ``{ SELECT … }``; its one element is then the pattern.
    """

    start: int
    parent: tuple[Group, int] | None
    correlated: bool
    end: int = 0
    subselect: bool = False
    elements: list[Element] = field(default_factory=list)


@dataclass(frozen=True)
class Clause:
    """A ``SERVICE`` and where it stands: the element ``number`` of ``group``."""

    group: Group
    number: int

    @property
    def element(self) -> Element:
        return self.group.elements[self.number]

    @property
    def pattern(self) -> Group:
        return self.element.groups[0]


@dataclass(frozen=True)
class Outline:
    """The parts of a query's text.

    :param prologue: its ``BASE`` and ``PREFIX`` declarations, without comments.
    :param dataset: its ``FROM`` clauses.
    :param values: its last ``VALUES``, where that joins with what its pattern finds: no groups are made in between.
    :param services: its ``SERVICE`` clauses that stand in no other one, in the order of the text.
    """

    prologue: str
    dataset: str
    values: str
    services: tuple[Clause, ...]


def outline(text: str, base: str = "") -> Outline:
    """The parts of a query that the engine takes as valid. Raises :class:`QueryRefusedError` where it is in doubt.

    :param base: what relative IRIs are resolved against, until the text says otherwise.
    """
    if undeclared(text):  # a name that is none: GRAPHe:z
        raise _unclear()
    reader = _Reader([Token(*token) for token in spans(text)])
    reader.query()
    given = f"BASE <{base}>\n" if base else ""
    start, end = reader.values
    return Outline(given + reader.prologue, reader.dataset, text[start:end], tuple(reader.services))


def certain(elements: Sequence[Element]) -> frozenset[str]:
    """Variables that have a value in every solution of these elements of a group (some of them)."""
    found: set[str] = set()
    for element in elements:
        if element.kind == "triples" or (element.kind == "values" and element.complete):
            found |= element.names
        elif element.kind in ("union", "graph"):
            sets = [certain(group.elements) for group in element.groups]
            found |= frozenset.intersection(*sets)
            if element.target is not None and element.target.kind == "var":
                found.add(element.target.text[1:])
    return frozenset(found)


class _Reader:
    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._exists = 0  # how many EXISTS and LATERAL are open
        self._inside_service = 0
        self.prologue = ""
        self.dataset = ""
        self.values = (0, 0)
        self.services: list[Clause] = []

    # tokens

    def _next(self, ahead: int = 0) -> Token:
        """A token that is still to come; one of no kind at the end."""
        at = self._at + ahead
        return self._tokens[at] if at < len(self._tokens) else Token("end", "", 0, 0)

    def _take(self) -> Token:
        token = self._next()
        if token.kind in ("end", "broken"):
            raise _unclear()
        self._at += 1
        return token

    def _expect(self, text: str) -> Token:
        token = self._take()
        if token.upper != text:
            raise _unclear()
        return token

    def _names(self, since: int) -> frozenset[str]:
        return frozenset(token.text[1:] for token in self._tokens[since : self._at] if token.kind == "var")

    # the query as a whole

    def query(self) -> None:
        form = self._prologue()
        groups = False
        while self._next().kind != "end":
            token = self._next()
            # Whatever is computed of groups stands in brackets, before the pattern or behind one of these words.
            groups = groups or token.text == "(" or token.upper in ("GROUP", "HAVING")
            if token.text == "{":
                if form == "CONSTRUCT" and self._next(-1).upper == "CONSTRUCT":
                    self._skip()
                else:
                    self._group(None)
            elif token.upper == "FROM":
                self._from()
            elif token.upper == "VALUES":
                self._values()
                self.values = (0, 0) if groups else (token.start, self._next(-1).end)
            else:
                self._expression(None)

    def _prologue(self) -> str:
        parts: list[str] = []
        while (word := self._take()).upper not in _FORMS:
            if word.upper == "VERSION":
                self._take()
            elif word.upper == "BASE":
                parts.append(f"BASE {self._take().text}\n")
            elif word.upper == "PREFIX":
                parts.append(f"PREFIX {self._take().text} {self._take().text}\n")
            else:
                raise _unclear()
        self.prologue = "".join(parts)
        return word.upper

    def _from(self) -> None:
        self._take()
        named = self._next().upper == "NAMED"
        if named:
            self._take()
        self.dataset += f"FROM {'NAMED ' if named else ''}{self._take().text} "

    # groups

    def _group(self, parent: tuple[Group, int] | None) -> Group:
        group = Group(self._expect("{").start, parent, self._exists > 0)
        if self._next().upper == "SELECT":
            self._subselect(group)
        else:
            while self._next().text != "}":
                self._element(group)
        group.end = self._expect("}").end
        return group

    def _subselect(self, group: Group) -> None:
        group.subselect = True
        where = Element("where", self._next().start)
        group.elements.append(where)
        since = self._at
        self._take()
        while self._next().text != "}":
            if self._next().text == "{":
                where.groups.append(self._group((group, 0)))
            elif self._next().upper == "VALUES":
                self._values()
            else:
                self._expression((group, 0))
        where.end = self._next(-1).end
        where.names = self._names(since)

    def _element(self, group: Group) -> None:
        token = self._next()
        if token.text == ".":
            self._take()
            return
        since = self._at
        element = Element("triples", token.start)
        place = (group, len(group.elements))
        group.elements.append(element)
        if token.text == "{":
            element.kind = "union"
            element.groups.append(self._group(place))
            while self._next().upper == "UNION":
                self._take()
                element.groups.append(self._group(place))
        elif token.kind == "word" and token.upper in _KEYWORDS:
            self._keyword(element, place)
        else:
            self._triples()
        element.end = self._next(-1).end
        element.names = self._names(since)

    def _keyword(self, element: Element, place: tuple[Group, int]) -> None:
        word = self._next().upper
        if word == "VALUES":
            element.kind = "values"
            element.complete = self._values()
            return
        self._take()
        if word == "FILTER":
            element.kind = "filter"
            self._constraint(place)
        elif word == "BIND":
            element.kind = "bind"
            self._bracketed(place)
        elif word == "GRAPH":
            element.kind = "graph"
            element.target = self._target()
            element.groups.append(self._group(place))
        elif word == "SERVICE":
            self._service(element, place)
        else:
            element.kind = _GROUPS[word]
            self._exists += word == "LATERAL"
            element.groups.append(self._group(place))
            self._exists -= word == "LATERAL"

    def _service(self, element: Element, place: tuple[Group, int]) -> None:
        element.kind = "service"
        if self._inside_service:
            raise QueryRefusedError(
                "A SERVICE inside another SERVICE is not sent on.", "Write them one beside the other."
            )
        self.services.append(Clause(*place))
        if self._next().upper == "SILENT":
            self._take()
            element.silent = True
        element.target = self._target()
        self._inside_service += 1
        element.groups.append(self._group(place))
        self._inside_service -= 1

    def _target(self) -> Token:
        token = self._take()
        if token.kind not in ("iri", "name", "var"):
            raise _unclear()
        return token

    def _triples(self) -> None:
        while True:
            token = self._next()
            annotation = token.text == "{" and self._next(1).text == "|" and self._next(1).start == token.end
            if token.text in ("}", ".") or (token.text == "{" and not annotation):
                return
            if token.kind == "word" and token.upper in _KEYWORDS:
                return
            if annotation:
                self._skip()  # what is said of a triple may be left out
            elif token.kind == "close":
                raise _unclear()
            elif token.kind == "open":
                self._nested()
            else:
                self._object()

    def _nested(self) -> None:
        """A list, the properties of a node without a name, or a quoted triple."""
        self._take()
        while self._next().kind != "close":
            if self._next().text == "{":
                self._skip()
            elif self._next().kind == "open":
                self._nested()
            else:
                self._object()
        self._take()

    def _object(self) -> None:
        token = self._take()
        # A word holds dots, so that one at the end of a triple is taken with it.
        if token.kind == "word" and token.text.rstrip(".") != "a" and token.upper.rstrip(".") not in _OBJECTS:
            raise _unclear()

    # expressions

    def _constraint(self, place: tuple[Group, int]) -> None:
        while self._next().text != "(" and self._next().upper != "EXISTS":
            token = self._take()
            if token.kind not in ("word", "name", "iri"):
                raise _unclear()
        if self._next().text == "(":
            self._bracketed(place)
        else:
            self._expression(place)

    def _bracketed(self, place: tuple[Group, int] | None) -> None:
        self._expect("(")
        while self._next().text != ")":
            if self._next().text == "(":
                self._bracketed(place)
            else:
                self._expression(place)
        self._take()

    def _expression(self, place: tuple[Group, int] | None) -> None:
        """One token of an expression, or the group behind an ``EXISTS``."""
        token = self._take()
        if token.upper == "EXISTS" and self._next().text == "{":
            self._exists += 1
            self._group(place)
            self._exists -= 1
        elif token.text == "{" or token.text == "}":
            raise _unclear()
        elif token.kind == "iri" and not _ABSOLUTE.match(token.text) and _COMPARED.search(token.text):
            raise _unclear()  # FILTER(?a<?b&&?c>?d)
        elif token.kind == "word" and token.upper != "EXISTS" and token.upper.endswith(("EXISTS", "SELECT")):
            raise _unclear()

    def _values(self) -> bool:
        """A block of data; whether nothing in it is left open."""
        self._take()
        if self._next().kind == "var":
            self._take()
        elif self._next().text == "(":
            self._skip()
        since = self._at
        if self._next().text != "{":
            raise _unclear()
        self._skip()
        return not any(token.kind == "word" and "UNDEF" in token.upper for token in self._tokens[since : self._at])

    def _skip(self) -> None:
        """Pass over brackets and what is in them, which is no pattern."""
        depth = 0
        while True:
            token = self._take()
            depth += (token.kind == "open") - (token.kind == "close")
            if token.upper == "SERVICE":
                raise _unclear()
            if depth == 0:
                return


def without_comments(text: str) -> str:
    """``text`` with a blank in the place of what stands between two tokens, comments above all."""
    pieces: list[str] = []
    end = 0
    for _, token, start, stop in spans(text):
        pieces += [" "] * (start > end) + [token]
        end = stop
    return "".join(pieces)


def as_graphs(text: str) -> str:
    """``text`` with ``GRAPH`` for each ``SERVICE``, of the same length.

    Where the one is valid the other is, and the engine may be asked about it without its calling anybody.
    """
    pieces: list[str] = []
    done = 0
    for before, (kind, token, start, end) in pairwise([("", "", 0, 0), *spans(text)]):
        word = token.upper() if kind == "word" else ""
        if word == "SERVICE" or (word == "SILENT" and before[1].upper() == "SERVICE"):
            pieces += [text[done:start], ("GRAPH" if word == "SERVICE" else "").ljust(end - start)]
            done = end
    return "".join(pieces) + text[done:]


def calls_service(text: str) -> bool:
    """Whether the keyword ``SERVICE`` stands in a text as a word of its own."""
    return any(kind == "word" and token.upper() == "SERVICE" for kind, token, _, _ in spans(text))


def walk(group: Group) -> Iterator[Group]:
    """The group and those around it, from the inside out."""
    yield group
    while group.parent is not None:
        group = group.parent[0]
        yield group


def _unclear() -> QueryRefusedError:
    return QueryRefusedError(
        "A query with SERVICE must be plain enough for this service to see where its parts are; this one is not.",
        "Set keywords apart with blanks, also from < and >.",
    )
