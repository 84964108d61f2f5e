"""W3C's SPARQL tests over HTTP, against our service and the engine's own server: never worse than the engine.

``make w3c`` fetches the suites (the source distribution of rdflib carries them); without them the tests skip. The
tests of these modules themselves need no suite.
"""

from __future__ import annotations

import os
import tomllib
from collections import Counter
from pathlib import Path
from typing import Final

import pyoxigraph as ox
import pytest
import w3c_results as results
import w3c_servers as servers
from w3c_manifest import LEFT_OUT, Case, Suites
from w3c_runner import Outcome, Runner, chosen, summary

HERE: Final = Path(__file__).parent
FOLDER: Final = Path(os.environ.get("YUANHUI_KG_W3C", HERE.parents[1] / "build" / "w3c"))
#: The first way is run with all tests, the other with those that evaluate queries or updates.
WAYS: Final = (servers.Way(), servers.Way(send="get", accept="xml", load="insert", reset="delete"))
SYNTAX: Final = "syntax-"

Outcomes = dict[str, Outcome]


@pytest.fixture(scope="module")
def suites() -> Suites:
    if not (FOLDER / "sparql11").is_dir():
        pytest.skip(f"W3C's test suites are not in {FOLDER}: make w3c")
    if servers.oxigraph_program() is None:
        pytest.skip("the Oxigraph server is not installed: pip install oxigraph")
    return Suites(FOLDER)


@pytest.fixture(scope="module")
def cases(suites: Suites) -> list[Case]:
    return chosen(suites.cases())


@pytest.fixture(scope="module")
def listed() -> dict[str, str]:
    """Id of each test that is expected to fail, and by whom."""
    found: dict[str, str] = {}
    for group in tomllib.loads((HERE / "expected.toml").read_text(encoding="utf-8"))["failures"]:
        assert group["reason"].endswith(".")
        for test in group["tests"]:
            assert test not in found, test
            found[test] = group["by"]
    assert set(found.values()) == {"engine", "us"}
    return found


def run(suites: Suites, cases: list[Case], server: servers.Server, way: servers.Way) -> Outcomes:
    runner = Runner(suites, server, way)
    outcomes = {case.id: runner.run(case) for case in cases}
    print(server.name, way, *summary(outcomes.values()), sep="\n")
    return outcomes


def failures(outcomes: Outcomes) -> dict[str, str]:
    return {id: outcome.problem for id, outcome in outcomes.items() if not outcome.passed}


@pytest.mark.slow
def test_the_suites_are_found_whole(suites: Suites) -> None:
    found = list(suites.cases())
    assert len({case.id for case in found}) == len(found)
    assert Counter(case.suite for case in found) == {"dawg-data-r2": 444, "sparql11": 547}
    assert Counter(case.kind for case in found) == {
        "QueryEvaluationTest": 498,
        "CSVResultFormatTest": 3,
        "UpdateEvaluationTest": 93,
        "PositiveSyntaxTest": 149,
        "PositiveSyntaxTest11": 63,
        "NegativeSyntaxTest": 50,
        "NegativeSyntaxTest11": 43,
        "PositiveUpdateSyntaxTest11": 42,
        "NegativeUpdateSyntaxTest11": 13,
        "ProtocolTest": 34,
        "ServiceDescriptionTest": 3,
    }
    assert set(LEFT_OUT) - {case.group for case in found} == {"http-rdf-update"}  # has no manifest
    assert len(chosen(found)) == 888


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS, ids=lambda way: f"{way.send}-{way.accept or 'own'}-{way.load}-{way.reset}")
def test_what_fails_is_listed_and_what_is_listed_fails(
    suites: Suites, cases: list[Case], listed: dict[str, str], way: servers.Way, tmp_path: Path
) -> None:
    wanted = [case for case in cases if way is WAYS[0] or not case.group.startswith(SYNTAX)]
    with servers.ours(tmp_path) as server:
        ours = failures(run(suites, wanted, server, way))
    with servers.oxigraph(tmp_path) as server:
        engines = failures(run(suites, wanted, server, way))
    ids = {case.id for case in wanted}
    assert {id: problem for id, problem in ours.items() if id not in listed} == {}
    assert sorted(id for id in listed if id in ids and id not in ours) == []
    assert sorted(id for id in ours if id not in engines) == sorted(
        id for id, by in listed.items() if by == "us" and id in ids
    )


# --- without a suite ----------------------------------------------------------------------------------------------------


def test_a_clone_of_the_suites_repository_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "sparql" / "sparql12" / "terms"
    folder.mkdir(parents=True)
    (folder / "manifest.ttl").write_text(
        """
        PREFIX : <https://w3c.github.io/rdf-tests/sparql/sparql12/terms/manifest#>
        PREFIX mf: <http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#>
        PREFIX qt: <http://www.w3.org/2001/sw/DataAccess/tests/test-query#>
        PREFIX ut: <http://www.w3.org/2009/sparql/tests/test-update#>
        PREFIX dawgt: <http://www.w3.org/2001/sw/DataAccess/tests/test-dawg#>
        :manifest a mf:Manifest ; mf:entries ( :a :b :gone ) .
        :a a mf:QueryEvaluationTest ; mf:action [ qt:query <a.rq> ; qt:data <d.trig> ] ; mf:result <a.srj> .
        :b a mf:UpdateEvaluationTest ; mf:action [ ut:request <b.ru> ] ;
          mf:result [ ut:graphData [ ut:graph <g.ttl> ; <http://www.w3.org/2000/01/rdf-schema#label> "http://e/g" ] ] .
        :gone a mf:PositiveSyntaxTest ; mf:action <c.rq> ; dawgt:approval dawgt:Withdrawn .
        """
    )
    suites = Suites(tmp_path)
    first, second = suites.cases()
    assert (first.id, second.id) == ("sparql12/terms/a", "sparql12/terms/b")
    files = (first.action, *first.data.default, first.result, second.after.named[0][1])
    assert [suites.path(iri).name for iri in files] == ["a.rq", "d.trig", "a.srj", "g.ttl"]
    assert (second.is_update, second.after.named[0][0]) == (True, "http://e/g")


# --- the comparison, without a suite ------------------------------------------------------------------------------------

A, B = ox.BlankNode("a"), ox.BlankNode("b")
ONE, TWO = ox.Literal(1), ox.Literal(2)


def solutions(*rows: dict[str, results.Term], ordered: bool = False) -> results.Solutions:
    return results.Solutions(frozenset(name for row in rows for name in row), rows, ordered)


@pytest.mark.parametrize(
    ("found", "wanted", "same"),
    [
        (solutions({"x": A}, {"x": B}), solutions({"x": B}, {"x": A}), True),
        (solutions({"x": A}, {"x": A}), solutions({"x": A}, {"x": B}), False),
        (solutions({"x": A}, {"x": B}), solutions({"x": A}, {"x": A}), False),
        (solutions({"x": A, "y": B}, {"x": B}), solutions({"x": B, "y": A}, {"x": A}), True),
        (solutions({"x": A, "y": B}, {"x": A}), solutions({"x": B, "y": A}, {"x": A}), False),
        (solutions({"x": ONE}, {"x": TWO}), solutions({"x": TWO}, {"x": ONE}), True),
        (solutions({"x": ONE}, {"x": TWO}), solutions({"x": TWO}, {"x": ONE}, ordered=True), False),
        (solutions({"x": ONE}, {"x": ONE}), solutions({"x": ONE}), False),
        (solutions({"x": ox.Literal("1", language="EN")}), solutions({"x": ox.Literal("1", language="en")}), True),
        (solutions({"x": ox.Literal("1")}), solutions({"x": ONE}), False),
        (results.Table((("s", "p"), ("1", "_:a"))), results.Table((("p", "s"), ("_:b", "1.0"))), True),
        (results.Table((("s",), ("1",), ("1",))), results.Table((("s",), ("1",))), False),
        (True, False, False),
        (True, solutions(), False),
    ],
)
def test_answers_are_compared_up_to_the_names_of_blank_nodes(
    found: results.Answer, wanted: results.Answer, same: bool
) -> None:
    assert (results.difference(found, wanted) == "") is same


def test_numbers_are_compared_by_value_unless_exactly() -> None:
    found, wanted = (solutions({"x": ox.Literal(text, datatype=ONE.datatype)}) for text in ("1", "01"))
    assert results.difference(found, wanted) == ""
    assert results.difference(found, wanted, exact=True) != ""


def test_rows_that_a_reduced_query_may_leave_out_are_not_missed() -> None:
    assert results.difference(solutions({"x": A}), solutions({"x": A}, {"x": A}), lax=True) == ""
