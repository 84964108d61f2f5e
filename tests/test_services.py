"""``SERVICE`` at two real servers: an Oxigraph server and a Virtuoso."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

import endpoints
from yuanhui_kg.errors import AnswerTooLargeError, RemoteTruncatedError
from yuanhui_kg.namespaces import YH, YHO
from yuanhui_kg.settings import Settings
from yuanhui_kg.workers import Backend

pytestmark = pytest.mark.slow

DISTRICT = YH + "yuanhui-district"
EX = "https://stats.example.org/"
THINGS = 12_000  # more than Virtuoso gives at once


@pytest.fixture(scope="module")
def statistics() -> bytes:
    """Figures about many things that this graph does not know, and about two that it does."""
    lines = [f'<{EX}{number}> <{EX}value> "{number}" .\n' for number in range(THINGS)]
    lines += [
        f'<{DISTRICT}> <{EX}value> "here" .\n',
        f'<{DISTRICT}> <{EX}name> "源汇区"@zh .\n',
        f'<{DISTRICT}> <{EX}code> "411102" .\n',
        f"<{DISTRICT}> <{EX}part> _:part .\n",
        f'_:part <{EX}value> "inside" .\n',
    ]
    return "".join(lines).encode()


@pytest.fixture(scope="module", params=["oxigraph", "virtuoso"])
def server(
    request: pytest.FixtureRequest, statistics: bytes, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, str]]:
    """Name and endpoint of a server that holds the statistics."""
    if request.param == "oxigraph":
        started = endpoints.oxigraph(statistics)
    else:
        started = endpoints.virtuoso(statistics, tmp_path_factory.mktemp("virtuoso"))
    with started as url:
        yield request.param, url


@pytest.fixture(scope="module")
def backend(server: tuple[str, str]) -> Iterator[Backend]:
    with Backend.start(
        Settings(allow_service=(server[1],), workers=1, query_timeout=120, service_timeout=100), indexes=False
    ) as running:
        yield running


def ask(backend: Backend, query: str) -> list[dict[str, str]]:
    url = backend.settings.allow_service[0]
    text = f"PREFIX ex: <{EX}> PREFIX yho: <{YHO}> {query.replace('<s>', f'<{url}>')}"
    types = {"results_type": "application/sparql-results+json", "graph_type": "application/n-triples"}
    job: dict[str, Any] = {"query": text, "default_graphs": [], "named_graphs": [], "bindings": {}, **types}
    with backend.run("sparql", job) as answer:
        rows = json.loads(answer.read())["results"]["bindings"]
    return [{name: value["value"] for name, value in row.items()} for row in rows]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT ?v { ?x a yho:District SERVICE <s> { ?x ex:value ?v } }", [{"v": "here"}]),
        (
            "SELECT ?v { ?x a yho:District OPTIONAL { SERVICE <s> { ?x ex:value ?v } } FILTER(BOUND(?v)) }",
            [{"v": "here"}],
        ),
        ("SELECT ?v { ?x a yho:District SERVICE <s> { OPTIONAL { ?x ex:no ?n } ?x ex:value ?v } }", [{"v": "here"}]),
        (
            "SELECT ?v { ?x a yho:District SERVICE <s> { ?x ex:value ?v OPTIONAL { ?x ex:no ?n } FILTER(!BOUND(?n)) } }",
            [{"v": "here"}],
        ),
        (
            "SELECT ?v { ?x a yho:District SERVICE <s> { { ?x ex:value ?v } UNION { ?x ex:value ?w } } FILTER(BOUND(?v)) }",
            [{"v": "here"}],
        ),
        ("SELECT ?v { VALUES ?n { '源汇区'@zh } SERVICE <s> { ?x ex:name ?n ; ex:value ?v } }", [{"v": "here"}]),
        ("SELECT ?v { VALUES ?c { '411102' } SERVICE <s> { ?x ex:code ?c ; ex:value ?v } }", [{"v": "here"}]),
        ("SELECT ?v { SERVICE <s> { SELECT (COUNT(*) AS ?v) { ?x ex:value ?w } } }", [{"v": str(THINGS + 2)}]),
        ("SELECT (isBlank(?b) AS ?v) { SERVICE <s> { ?x ex:part ?b . ?b ex:value 'inside' } }", [{"v": "true"}]),
        ("SELECT ('yes' AS ?v) { SERVICE <s> { ?x ex:name '源汇区'@zh } }", [{"v": "yes"}]),
        (f"SELECT ('yes' AS ?v) {{ SERVICE <s> {{ <{DISTRICT}> ex:code '411102' }} }}", [{"v": "yes"}]),
        (f"SELECT ('yes' AS ?v) {{ SERVICE <s> {{ <{DISTRICT}> ex:code '4' }} }}", []),
    ],
)
def test_a_service_answers(backend: Backend, query: str, expected: list[dict[str, str]]) -> None:
    assert ask(backend, query) == expected


def test_a_thousand_things_are_asked_about_in_parts(backend: Backend) -> None:
    things = " ".join(f"ex:{number}" for number in range(1000))
    rows = ask(backend, f"SELECT ?x ?v {{ VALUES ?x {{ {things} }} SERVICE <s> {{ ?x ex:value ?v }} }}")
    assert {row["x"].removeprefix(EX): row["v"] for row in rows} == {str(n): str(n) for n in range(1000)}


def test_an_answer_that_the_server_cuts_is_asked_for_in_parts(backend: Backend) -> None:
    """Virtuoso gives 10,000 rows at once and no more."""
    rows = ask(backend, "SELECT ?v { SERVICE <s> { ?x ex:value ?v FILTER(!isBlank(?x)) } }")
    assert sorted(row["v"] for row in rows) == sorted([*map(str, range(THINGS)), "here"])


def test_nodes_without_a_name_cannot_be_asked_for_in_parts(backend: Backend, server: tuple[str, str]) -> None:
    query = "SELECT ?v { SERVICE <s> { ?x ex:value ?v } }"
    if server[0] == "virtuoso":
        with pytest.raises(RemoteTruncatedError, match="nodes without a name"):
            ask(backend, query)
    else:
        assert len(ask(backend, query)) == THINGS + 2


def test_few_things_with_many_rows_are_asked_about_in_smaller_parts(backend: Backend) -> None:
    things = " ".join(f"ex:{number}" for number in range(3))
    query = f"SELECT ?x ?v {{ VALUES ?x {{ {things} }} SERVICE <s> {{ ?x ex:value ?w . ?y ex:value ?v FILTER(?v < '3') }} }}"
    rows = ask(backend, query)
    assert len(rows) == 3 * sum(str(number) < "3" for number in range(THINGS))


def test_a_cut_that_cannot_be_mended_is_an_error(backend: Backend, server: tuple[str, str]) -> None:
    if server[0] != "virtuoso":
        pytest.skip("it cuts nothing")
    with pytest.raises(RemoteTruncatedError, match="10000 rows"):
        ask(backend, "SELECT ?v { SERVICE <s> { { SELECT ?v { ?x ex:value ?v } LIMIT 11000 } } }")


def test_rows_are_limited(server: tuple[str, str]) -> None:
    settings = Settings(allow_service=(server[1],), workers=1, max_service_rows=100, empty=True)
    with (
        Backend.start(settings, indexes=False) as running,
        pytest.raises(AnswerTooLargeError, match="max_service_rows"),
    ):
        ask(running, "SELECT * { SERVICE <s> { ?x ex:value ?v } }")
