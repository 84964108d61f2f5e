"""Runs the W3C's SPARQL tests against a server, over HTTP, and says what failed and why.

    python tests/w3c/w3c_runner.py SUITES [--server yuanhui-kg|oxigraph] [--way send=get,accept=xml,…] [--only TEXT]

SUITES is a folder with the suites, see :mod:`w3c_manifest`; ``make w3c`` fetches it.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urljoin

import pyoxigraph as ox
import w3c_results as results
import w3c_servers as servers
from w3c_manifest import LEFT_OUT, Case, Dataset, Suites

_ALL: Final = "SELECT ?g ?s ?p ?o { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
_GRAPHS: Final = "SELECT DISTINCT ?g { GRAPH ?g {} }"
_JSON: Final = "application/sparql-results+json"
_ACCEPT: Final = {"json": _JSON, "xml": "application/sparql-results+xml", "tsv": "text/tab-separated-values"}
_GRAPH_ACCEPT: Final = "application/n-triples"
_FROM: Final = re.compile(r"\bFROM\s+(?:NAMED\s+)?<([^>]*)>", re.IGNORECASE)


@dataclass(frozen=True)
class Outcome:
    """What came of a test; ``problem`` is empty where it passed."""

    case: Case
    problem: str

    @property
    def passed(self) -> bool:
        return not self.problem


class FailedError(Exception):
    """A test failed; the message says how."""


def chosen(cases: Iterable[Case]) -> list[Case]:
    """The tests that are run: all but the groups of :data:`w3c_manifest.LEFT_OUT`."""
    return [case for case in cases if case.group not in LEFT_OUT]


class Runner:
    """Runs tests against one server, in one way of using the protocol."""

    def __init__(self, suites: Suites, server: servers.Server, way: servers.Way) -> None:
        self._suites = suites
        self._server = server
        self._way = way

    def run(self, case: Case) -> Outcome:
        try:
            self._reset()
            if case.kind in ("QueryEvaluationTest", "CSVResultFormatTest"):
                self._query_evaluation(case)
            elif case.kind == "UpdateEvaluationTest":
                self._update_evaluation(case)
            elif "Syntax" in case.kind:
                self._syntax(case)
            else:
                raise FailedError(f"tests of the kind {case.kind!r} are not known here")
        except FailedError as failed:
            return Outcome(case, str(failed))
        except (SyntaxError, ValueError) as error:
            return Outcome(case, f"the answer cannot be read: {error}")
        return Outcome(case, "")

    def _reset(self) -> None:
        if self._way.reset == "delete":
            for row in self._rows(_GRAPHS):
                self._done(self._server.delete(row["g"].value))  # type: ignore[union-attr]
            self._done(self._server.delete(None))
            return
        self._done(self._server.update(f"{self._way.reset.upper()} ALL", self._way.send))

    @staticmethod
    def _done(reply: servers.Reply) -> None:
        if not reply.ok:
            raise FailedError(f"the preparation was answered {reply}")

    def _text(self, iri: str) -> str:
        return self._suites.path(iri).read_bytes().decode("utf-8")

    def _load(self, data: Dataset) -> None:
        """Every document is parsed here, with its own address as base, so that only SPARQL is tested."""
        graphs: dict[str | None, list[ox.Quad]] = {name: [] for name, _ in data.named}
        for quad in self._dataset(data):
            name = quad.graph_name.value if isinstance(quad.graph_name, ox.NamedNode) else None
            graphs.setdefault(name, []).append(quad)
        texts = {name: _ntriples(quads) for name, quads in graphs.items()}
        # A document that holds several graphs may have nodes without a name in more than one; only one request keeps them.
        if self._way.load == "put" and not any(iri.endswith((".trig", ".nq")) for iri in data.default):
            for name, text in texts.items():
                self._done(self._server.put(name, text.encode(), "application/n-triples"))
        elif texts:
            creations = [f"CREATE SILENT GRAPH <{name}> ;\n" for name in texts if name is not None]
            blocks = [text if name is None else f"GRAPH <{name}> {{\n{text}}}\n" for name, text in texts.items()]
            update = f"{''.join(creations)}INSERT DATA {{\n{''.join(blocks)}}}"
            self._done(self._server.update(update, self._way.send))

    def _dataset(self, data: Dataset) -> Iterator[ox.Quad]:
        for iri in data.default:
            yield from self._quads(iri)
        for name, iri in data.named:
            for quad in self._quads(iri):
                yield ox.Quad(quad.subject, quad.predicate, quad.object, ox.NamedNode(name))

    def _quads(self, iri: str) -> Iterator[ox.Quad]:
        path = self._suites.path(iri)
        format = ox.RdfFormat.from_extension(path.suffix[1:])
        assert format is not None, path
        yield from ox.parse(path.read_bytes(), format, base_iri=iri, rename_blank_nodes=True)

    def _query_evaluation(self, case: Case) -> None:
        text = self._text(case.action)
        data = case.data
        if not data.default and not data.named:
            named = [urljoin(case.action, iri) for iri in _FROM.findall(text)]
            data = Dataset(named=tuple((iri, iri) for iri in named if self._known(iri)))
        self._load(data)
        expectation = self._suites.path(case.result)
        wanted = results.expected(expectation, case.result)
        accept = self._accept(case, wanted)
        reply = self._server.query(f"BASE <{case.action}>\n{text}", accept, self._way.send)
        if not reply.ok:
            raise FailedError(f"the query was answered {reply}")
        if reply.media_type != accept:
            raise FailedError(f"the answer came as {reply.media_type}, not as {accept}")
        problem = results.difference(results.answer(reply.body, reply.media_type), wanted, lax=case.lax)
        if problem:
            raise FailedError(problem)

    def _accept(self, case: Case, wanted: results.Answer) -> str:
        if isinstance(wanted, ox.Dataset):
            return _GRAPH_ACCEPT
        own = results.media_type_for(self._suites.path(case.result))
        if own == "text/csv" or not self._way.accept:
            return own or _JSON
        name = self._way.accept
        return _ACCEPT["json" if isinstance(wanted, bool) and name == "tsv" else name]

    def _known(self, iri: str) -> bool:
        try:
            return self._suites.path(iri).exists()
        except LookupError:
            return False

    def _update_evaluation(self, case: Case) -> None:
        self._load(case.data)
        reply = self._server.update(f"BASE <{case.action}>\n{self._text(case.action)}", self._way.send)
        if not reply.ok:
            raise FailedError(f"the update was answered {reply}")
        wanted = ox.Dataset(self._dataset(case.after))
        found = ox.Dataset(
            ox.Quad(row["s"], row["p"], row["o"], row.get("g", ox.DefaultGraph()))  # type: ignore[arg-type]
            for row in self._rows(_ALL)
        )
        if problem := results.difference(found, wanted):
            raise FailedError(problem)

    def _rows(self, query: str) -> tuple[results.Row, ...]:
        reply = self._server.query(query, _JSON, self._way.send)
        self._done(reply)
        found = results.answer(reply.body, reply.media_type)
        assert isinstance(found, results.Solutions)
        return found.rows

    def _syntax(self, case: Case) -> None:
        try:
            text = self._text(case.action)
        except UnicodeDecodeError:
            raise FailedError("the text is not UTF-8") from None
        text = f"BASE <{case.action}>\n{text}"
        if case.is_update:
            reply = self._server.update(text, self._way.send)
        else:
            reply = self._server.query(text, "*/*", self._way.send)
        if case.kind.startswith("Negative"):
            if reply.status != 400:
                raise FailedError(f"a text that is not valid was answered {reply}")
        elif not reply.ok:
            raise FailedError(f"a valid text was answered {reply}")


def _ntriples(quads: Iterable[ox.Quad]) -> str:
    text = ox.serialize((quad.triple for quad in quads), format=ox.RdfFormat.N_TRIPLES)
    assert text is not None
    return text.decode()


def way(text: str) -> servers.Way:
    """``send=get,accept=xml`` as a :class:`Way`."""
    return servers.Way(**dict(part.split("=", 1) for part in text.split(",") if part))


def summary(outcomes: Iterable[Outcome]) -> Iterator[str]:
    """One line a group: how many passed of how many."""
    passed: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for outcome in outcomes:
        group = f"{outcome.case.suite}/{outcome.case.group}"
        total[group] += 1
        passed[group] += outcome.passed
    for group, count in total.items():
        yield f"{group}: {passed[group]} of {count}"
    yield f"all: {passed.total()} of {total.total()}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("suites", type=Path)
    parser.add_argument("--server", choices=["yuanhui-kg", "oxigraph"], default="yuanhui-kg")
    parser.add_argument("--way", type=way, default=servers.Way())
    parser.add_argument("--only", default="", help="run only tests whose id holds this text")
    parser.add_argument("--json", type=Path, help="write id and problem of every test to this file")
    given = parser.parse_args()
    suites = Suites(given.suites)
    cases = [case for case in chosen(suites.cases()) if given.only in case.id]
    start = servers.ours if given.server == "yuanhui-kg" else servers.oxigraph
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, start(Path(folder)) as server:
        runner = Runner(suites, server, given.way)
        outcomes = [runner.run(case) for case in cases]
    for outcome in outcomes:
        if not outcome.passed:
            print(f"FAILED {outcome.case.id} ({outcome.case.kind}): {outcome.problem}")
    print(*summary(outcomes), sep="\n")
    print(f"{time.monotonic() - began:.0f} s", file=sys.stderr)
    if given.json:
        given.json.write_text(json.dumps({o.case.id: o.problem for o in outcomes}, indent=0))


if __name__ == "__main__":
    main()
