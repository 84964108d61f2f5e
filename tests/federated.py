"""Random queries with ``SERVICE``, the same queries over one store that holds all data, and a service without a network."""

from __future__ import annotations

import io
import json
from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

import pyoxigraph as ox

from yuanhui_kg.exchange import Reply
from yuanhui_kg.federation import Federation, evaluate
from yuanhui_kg.query import QueryRequest
from yuanhui_kg.remote import JSON_RESULTS, Dataset
from yuanhui_kg.services import Services
from yuanhui_kg.settings import Settings

SERVICE: Final = "http://service.example.org/sparql"
GRAPHS: Final = ("x:g1", "x:g2")
_INTEGER: Final = ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")
_FILTERS: Final = (
    "BOUND(?{})",
    "?{} = ?{}",
    "?{} != <x:1>",
    "isIRI(?{}) || ?{} = ?{}",
    "!BOUND(?{})",
    "?{} IN (?{}, 's')",
)
_DATA: Final = (
    "VALUES ?a { <x:1> <x:2> UNDEF }",
    "VALUES (?a ?b) { (<x:1> 's') (<x:2> UNDEF) }",
    "VALUES ?b { <x:1> <x:2> }",
)
_SELECTED: Final = ("?a ?b", "?a", "DISTINCT ?a ?c", "?b (COUNT(*) AS ?d)", "(MIN(?b) AS ?a)")
_FRAMES: Final = (
    *[("SELECT * WHERE", "")] * 5,
    ("SELECT * WHERE", " VALUES (?a ?b) { (<x:1> UNDEF) (<x:2> <x:1>) }"),
    ("SELECT DISTINCT ?a ?c WHERE", " ORDER BY ?a VALUES ?a { <x:1> <x:2> }"),
    ("SELECT ?b (COUNT(*) AS ?n) WHERE", " GROUP BY ?b VALUES ?b { <x:1> <x:2> }"),
    ("SELECT (COUNT(*) AS ?n) WHERE", " VALUES ?a { <x:1> }"),
)


@dataclass
class Store:
    """A :class:`~yuanhui_kg.remote.Client` that a store of this process answers."""

    store: ox.Store
    queries: list[str] = field(default_factory=list)

    def ask(self, query: str, accept: str, dataset: Dataset, seconds: float) -> Reply:
        self.queries.append(query)
        body = io.BytesIO()
        self.store.query(query).serialize(body, ox.QueryResultsFormat.JSON)  # type: ignore[union-attr]
        body.seek(0)
        return Reply(200, {"content-type": JSON_RESULTS}, body, True)

    def close(self) -> None:
        pass


def federation(client: Any, **settings: Any) -> Federation:
    """The services at :data:`SERVICE`, which ``client`` answers."""
    return Federation(Services.read([SERVICE]), lambda *_: client, Settings(**settings))


def solutions(local: ox.Store, query: str, calls: Federation, **request: Any) -> list[dict[str, Any]]:
    """The bindings of the answer, as in the SPARQL results' JSON."""
    out = io.BytesIO()
    evaluate(local, QueryRequest(query, **request), out, calls)
    found: list[dict[str, Any]] = json.loads(out.getvalue())["results"]["bindings"]
    return found


def counted(rows: list[dict[str, Any]]) -> Counter[str]:
    """Solutions as a multiset; nodes without a name are all alike."""
    told = [{k: "_" if v["type"] == "bnode" else v for k, v in row.items()} for row in rows]
    return Counter(json.dumps(row, sort_keys=True) for row in told)


@dataclass(frozen=True)
class Case:
    """Data here and at the service, a query over both, and ``plain`` that answers the same over ``together``."""

    local: ox.Store
    remote: ox.Store
    together: ox.Store
    query: str
    plain: str


def case(random: Random) -> Case:
    local, remote, together = ox.Store(), ox.Store(), ox.Store()
    for graph in (None, *GRAPHS):
        name = ox.DefaultGraph() if graph is None else ox.NamedNode(graph)
        for triple in _triples(random, "1"):
            local.add(ox.Quad(*triple, name))
            together.add(ox.Quad(*triple, name))
    # Nodes without a name are the same in two clauses of the oracle and not in two answers of a service.
    one = random.random() < 0.5
    for triple in _triples(random, "e" if one else ""):
        remote.add(ox.Quad(*triple))
        together.add(ox.Quad(*triple, ox.NamedNode(SERVICE)))
    query, plain = _Patterns(random, 1 if one else 4).group()
    head, tail = random.choice(_FRAMES)
    return Case(local, remote, together, f"{head} {query}{tail}", f"{head} {plain}{tail}")


def _triples(random: Random, blank: str) -> list[tuple[Any, Any, Any]]:
    things: list[Any] = [ox.NamedNode(f"x:{number}") for number in range(3)]
    things += [ox.BlankNode(blank * 8)] if blank else []
    values = [*things, *things, ox.Literal("s"), ox.Literal("s", language="en"), ox.Literal("1", datatype=_INTEGER)]
    predicates = [ox.NamedNode("x:p"), ox.NamedNode("x:q")]
    size = random.randint(1, 9)
    return [(random.choice(things), random.choice(predicates), random.choice(values)) for _ in range(size)]


class _Patterns:
    """Makes groups as pairs: with SERVICE, and with GRAPH in its place."""

    def __init__(self, random: Random, services: int) -> None:
        self._random = random
        self._services = services

    def group(self, depth: int = 0, inside: bool = False) -> tuple[str, str]:
        parts: list[tuple[str, str]] = []
        for _ in range(self._random.randint(1, 3)):
            parts.append(self._element(depth, inside))
            if not inside and self._services and self._random.random() < 0.5:
                self._services -= 1
                pattern, _ = self.group(depth + 2, inside=True)
                parts.append((f"SERVICE <{SERVICE}> {pattern}", f"GRAPH <{SERVICE}> {pattern}"))
        return "{ " + " ".join(p[0] for p in parts) + " }", "{ " + " ".join(p[1] for p in parts) + " }"

    def _element(self, depth: int, inside: bool) -> tuple[str, str]:
        chance = self._random.random()
        if chance < 0.45 or depth > 2:
            return (self._triple() + " .",) * 2
        if chance < 0.53:
            return (self._filter(),) * 2
        if chance < 0.58:
            return (self._random.choice(_DATA),) * 2
        inner = self.group(depth + 1, inside)
        if chance < 0.68:
            return _both("OPTIONAL {}", inner)
        if chance < 0.73:
            return _both("MINUS {}", inner)
        if chance < 0.80:
            other = self.group(depth + 1, inside)
            return f"{inner[0]} UNION {other[0]}", f"{inner[1]} UNION {other[1]}"
        if chance < 0.85:
            return inner
        if chance < 0.91 and not inside:
            return self._graph(inner)
        if chance < 0.96 or inside:  # the engine lets what is joined with a GRAPH be seen by an EXISTS in it
            return self._subselect(inner)
        return _both(self._random.choice(["FILTER EXISTS {}", "FILTER NOT EXISTS {}"]), inner)

    def _graph(self, inner: tuple[str, str]) -> tuple[str, str]:
        if self._random.random() < 0.4:
            return _both("GRAPH <x:g1> {}", inner)
        # The graph of the service is none of this service's.
        own = f"{{ GRAPH ?g {inner[1]} FILTER(!BOUND(?g) || ?g != <{SERVICE}>) }}"
        return f"GRAPH ?g {inner[0]}", own

    def _subselect(self, inner: tuple[str, str]) -> tuple[str, str]:
        columns = self._random.choice(_SELECTED)
        tail = " GROUP BY ?b" if "COUNT" in columns else ""
        return _both(f"{{{{ SELECT {columns} WHERE {{}}{tail} }}}}", inner)

    def _triple(self) -> str:
        subject, object = (
            self._random.choice(["?a", "?b", "?c", "?a", "?b", f"<x:{self._random.randrange(3)}>"]) for _ in "so"
        )
        return f"{subject} {self._random.choice(['<x:p>', '<x:q>', '?p', '?b'])} {object}"

    def _filter(self) -> str:
        names = (self._random.choice("abcg") for _ in range(3))
        return f"FILTER({self._random.choice(_FILTERS).format(*names)})"


def _both(template: str, inner: tuple[str, str]) -> tuple[str, str]:
    return template.format(inner[0]), template.format(inner[1])
