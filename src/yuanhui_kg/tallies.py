"""Counts of triples, made once a generation, and the counting queries that are answered from them.

What an unknown endpoint is asked first is how much it holds: of all, of each predicate, of each class. The engine touches
every triple for that. Here the answers' numbers are counted once, kept as a small store of their own, and such a query
is asked of that store: only its pattern and its ``COUNT`` are written anew, and the engine does what is left of it
(grouping, order, types, formats). The decision record 17 says why that is the same answer.

What a query asks is found out from its tokens, by a grammar that takes certain queries and no others. Whatever is not
certainly one of them is left to the engine.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from typing import Final

import pyoxigraph as ox

from .namespaces import PREFIXES
from .query import QueryRequest
from .screening import spans
from .store import Reader, Term

_TYPE: Final = PREFIXES["rdf"] + "type"
_MOST: Final = 10_000  # predicates, classes or graphs; with more, asking of each is left to the engine
_LONGEST: Final = 2_000  # characters of a query that is looked at
_IRIS: Final = "urn:yuanhui-kg:tallies:"  # of the store of counts, which holds nothing else
_SUBJECTS: Final = "SELECT (COUNT(DISTINCT ?s) AS ?n) WHERE { ?s ?p ?o }"
_OBJECTS: Final = "SELECT (COUNT(DISTINCT ?o) AS ?n) WHERE { ?s ?p ?o }"
_EACH: Final = {
    "predicates": "SELECT ?key (COUNT(*) AS ?n) WHERE { ?s ?key ?o } GROUP BY ?key",
    "classes": f"SELECT ?key (COUNT(*) AS ?n) WHERE {{ ?s <{_TYPE}> ?key }} GROUP BY ?key",
    "graphs": "SELECT ?key (COUNT(*) AS ?n) WHERE { GRAPH ?key { ?s ?p ?o } } GROUP BY ?key",
}
#: Words that may stand behind the pattern. None of them looks at the data again.
_BEHIND: Final = frozenset(["HAVING", "ORDER", "BY", "ASC", "DESC", "LIMIT", "OFFSET", "COUNT"])

_COUNTS: Final = re.compile(r"\b(?:COUNT\s*\(|DISTINCT\b|GROUP\b)", re.IGNORECASE)
_DISTINCT: Final = "DISTINCT "

Rows = tuple[tuple[Term, int], ...]


@dataclass(frozen=True)
class Tallies:
    """What was counted in one generation.

    :param subjects: how many distinct subjects the default graph has; ``objects`` likewise.
    :param each: of ``predicates`` and ``classes`` how many triples of the default graph have them (as objects of
        ``rdf:type``), of ``graphs`` how many triples each named graph holds; ``None`` where there are too many.
    """

    subjects: int
    objects: int
    each: dict[str, Rows | None]

    @classmethod
    def read(cls, reader: Reader) -> Tallies:
        return cls(
            _number(next(reader.select(_SUBJECTS))[0]),
            _number(next(reader.select(_OBJECTS))[0]),
            {name: _rows(reader, query) for name, query in _EACH.items()},
        )

    @cached_property
    def store(self) -> ox.Store:
        """The counts as a graph: a node for each, with what is counted and how often that is there."""
        made = ox.Store()
        made.extend(
            ox.Quad(row, predicate, value)
            for name, rows in self.each.items()
            for key, number in rows or ()
            for row in [ox.BlankNode()]
            for predicate, value in (
                (ox.NamedNode(_IRIS + name), key),
                (ox.NamedNode(_IRIS + "triples"), ox.Literal(number)),
            )
        )
        return made

    def asked(self, request: QueryRequest) -> QueryRequest | None:
        """The request that has the same answer when it is asked of :attr:`store`; ``None`` where there is none certain.

        ``request`` is to be seen as over the default graph alone, and not over the union of all. The text that comes
        back is valid where the query is; where it is not, the engine's word on the query itself is to be told.
        """
        if not _may_count(request.query) or request.default_graphs or request.named_graphs or request.bindings:
            return None
        try:
            text = _Query(request.query, self).rewritten()
        except _OtherError:
            return None
        return replace(request, query=text)


def _number(term: Term) -> int:
    assert isinstance(term, ox.Literal)  # noqa: S101
    return int(term.value)


def _rows(reader: Reader, query: str) -> Rows | None:
    found = tuple((key, _number(n)) for key, n in islice(reader.select(query), _MOST + 1))
    return found if len(found) <= _MOST else None


def _may_count(text: str) -> bool:
    """Whether the tokens of a query need be looked at. Takes a microsecond or two, as every query is asked."""
    if len(text) > _LONGEST or "\\" in text or ";" in text or text.count("{") > 2:
        return False
    return _COUNTS.search(text) is not None


class _OtherError(Exception):
    """The query is none of those that are known here."""


@dataclass(frozen=True)
class _Pattern:
    """What is counted.

    :param table: which of the counts are asked, with the key: a variable, or a term as the query writes it.
    :param names: the variables of the pattern, of which ``subject`` is the subject.
    """

    table: str
    key: str
    names: tuple[str, ...] = ()
    subject: str = ""
    object: str = ""

    @property
    def variable(self) -> str | None:
        """The variable by which is grouped, if any."""
        return self.key[1:] if self.key[0] in "?$" else None


class _Query:
    """Reads a query and writes it anew. Everything here raises :class:`_OtherError` where the query is another one.

    The grammar, of which what is not named here is copied as it stands:

        Prologue SELECT DISTINCT? ( Var | (COUNT AS Var) )+ WHERE? { Pattern .? } ( GROUP BY Var )? Behind*
        Pattern = Subject Predicate Object | GRAPH Var { Subject Predicate Object }
        COUNT   = COUNT( * ) | COUNT( DISTINCT? Var )
    """

    def __init__(self, text: str, tallies: Tallies) -> None:
        self._text = text
        self._tallies = tallies
        self._tokens = spans(text)
        self._prefixes: dict[str, str] = {}
        self._counts: list[tuple[int, int, str]] = []  # start, end, and what is counted of each COUNT
        self._selected: set[str] = set()  # variables that are selected as they are
        self._aliases: set[str] = set()  # variables that a COUNT is given to
        self._number = "n"
        while self._number in text:
            self._number += "n"
        self._advance()

    # tokens

    def _advance(self) -> None:
        self._kind, self._token, self._start, self._end = next(self._tokens, ("end", "", 0, 0))
        self._upper = self._token.upper()

    def _take(self, *kinds: str) -> str:
        """The token here, which must be of one of these kinds."""
        if self._kind not in kinds:
            raise _OtherError
        token = self._token
        self._advance()
        return token

    def _expect(self, *texts: str) -> int:
        """The end of the last of these tokens, which must stand here, whatever the case of their letters."""
        end = 0
        for text in texts:
            if self._upper != text or self._kind == "string":
                raise _OtherError
            end = self._end
            self._advance()
        return end

    def _at(self, text: str) -> bool:
        return self._upper == text and self._kind != "string"

    # the query

    def rewritten(self) -> str:
        self._prologue()
        distinct = self._select()
        if self._at("WHERE"):
            self._advance()
        start = self._start
        self._expect("{")
        pattern = self._graph() if self._at("GRAPH") else self._triple()
        if self._at("."):
            self._advance()
        end = self._expect("}")
        grouped = self._grouped(pattern)
        counted = bool(self._counts)
        self._behind(pattern)
        once_each = distinct and not self._counts and self._selected == {pattern.variable}
        known = self._tallies.each[pattern.table] is not None
        if not known or not (grouped or counted or once_each) or self._aliases & set(pattern.names):
            raise _OtherError
        return self._written(pattern, start, end, grouped)

    def _prologue(self) -> None:
        while not self._at("SELECT"):
            if self._at("BASE"):
                self._advance()
            else:
                self._expect("PREFIX")
                name = self._take("name")
                if name in self._prefixes:
                    raise _OtherError
                self._prefixes[name] = self._token[1:-1]  # the IRI, which is taken below
            self._take("iri")
        self._advance()

    def _select(self) -> bool:
        """What is selected; whether rows that are the same are to be one."""
        distinct = self._at("DISTINCT")
        if distinct:
            self._advance()
        while self._kind == "var" or self._at("("):
            if self._kind == "var":
                self._selected.add(self._take("var")[1:])
            else:
                self._advance()
                self._count()
                self._expect("AS")
                self._aliases.add(self._take("var")[1:])
                self._expect(")")
        return distinct

    def _count(self) -> None:
        """``COUNT( … )``, which is kept in mind until it is known what it counts."""
        start = self._start
        self._expect("COUNT", "(")
        what = ""
        if self._at("DISTINCT"):
            self._advance()
            what = _DISTINCT
        if self._at("*") and not what:
            self._advance()
            what = "*"
        else:
            what += self._take("var")[1:]
        self._counts.append((start, self._expect(")"), what))

    def _graph(self) -> _Pattern:
        self._expect("GRAPH")
        graph = self._take("var")
        self._expect("{")
        inside = self._triple()
        if self._at("."):
            self._advance()
        self._expect("}")
        if inside.table != "predicates" or inside.variable is None:
            raise _OtherError
        return self._checked(_Pattern("graphs", graph, (graph[1:], *inside.names)))

    def _triple(self) -> _Pattern:
        subject, predicate, object = self._node(), self._predicate(), self._node(constant=True)
        variables = [node for node in (subject, predicate, object) if node[:1] in ("?", "$")]
        names = tuple(variable[1:] for variable in variables)
        pattern = _Pattern("predicates", predicate, names, subject[1:], object[1:])
        if self._is_type(predicate):
            pattern = replace(pattern, key=f"<{_TYPE}>")
            if object:
                pattern = replace(pattern, table="classes", key=object)
        elif object and object not in variables:
            raise _OtherError  # a predicate and an object
        return self._checked(pattern)

    def _checked(self, pattern: _Pattern) -> _Pattern:
        if len(set(pattern.names)) < len(pattern.names):
            raise _OtherError
        return pattern

    def _node(self, *, constant: bool = False) -> str:
        """A variable, the IRI of a class where that may be, or nothing for ``[]``."""
        if self._at("["):
            self._expect("[", "]")
            return ""
        return self._take("var", "iri", "name") if constant else self._take("var")

    def _predicate(self) -> str:
        if (self._kind, self._token) == ("word", "a"):
            self._advance()
            return "a"
        return self._take("var", "iri", "name")

    def _is_type(self, predicate: str) -> bool:
        prefix, colon, local = predicate.partition(":")
        return predicate in ("a", f"<{_TYPE}>") or self._prefixes.get(prefix + colon, "") + local == _TYPE

    def _grouped(self, pattern: _Pattern) -> bool:
        """``GROUP BY`` the key of the counts; whether it is there."""
        if not self._at("GROUP"):
            return False
        self._expect("GROUP", "BY")
        if self._take("var")[1:] != pattern.variable:
            raise _OtherError
        return True

    def _behind(self, pattern: _Pattern) -> None:
        """Order, limits and conditions on groups, in which nothing is named but the key and what is selected."""
        known = {*self._aliases, pattern.variable}
        while self._kind != "end":
            if self._at("COUNT"):
                self._count()
            elif self._is_harmless(known):
                self._advance()
            else:
                raise _OtherError

    def _is_harmless(self, known: Collection[str | None]) -> bool:
        if self._kind == "word":
            return self._upper in _BEHIND
        if self._kind == "var":
            return self._token[1:] in known
        return self._kind in ("number", "string", "other") or self._token in ("(", ")")

    # the new text

    def _written(self, pattern: _Pattern, start: int, end: int, grouped: bool) -> str:
        number, row = f"?{self._number}", f"?{self._number}r"
        rows = f"{{ {row} <{_IRIS}{pattern.table}> {pattern.key} ; <{_IRIS}triples> {number} }}"
        parts = [(a, b, self._sum(what, pattern, grouped)) for a, b, what in self._counts]
        pieces, done = [], 0
        for begin, stop, text in sorted([(start, end, rows), *parts]):
            pieces += [self._text[done:begin], text]
            done = stop
        return "".join(pieces) + self._text[done:]

    def _sum(self, what: str, pattern: _Pattern, grouped: bool) -> str:
        """What a ``COUNT`` is over the counts."""
        name = what.removeprefix(_DISTINCT)
        if what != "*" and name not in pattern.names:
            raise _OtherError
        # A thing has a class once, so that within a class there are as many things as triples.
        of_a_class = pattern.table == "classes" and (grouped or pattern.variable is None)
        if name == what or (of_a_class and name == pattern.subject):
            return f"SUM(?{self._number})"
        if name == pattern.variable:
            return f"COUNT(DISTINCT ?{name})"
        if pattern.table != "predicates" or pattern.variable is None or grouped:
            raise _OtherError
        total = self._tallies.subjects if name == pattern.subject else self._tallies.objects
        return f"COALESCE(MAX({total}), 0)"  # 0 where there are no rows at all
