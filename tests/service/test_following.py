"""Graph answers follow the writes: each is of one generation that it names, as a write's answer names its own."""

from __future__ import annotations

import threading
import time
from typing import Any
from urllib.parse import quote

from flask.testing import FlaskClient
from test_server import WAIT
from writable import WITH_TOKEN, named

NEAR = "https://example.org/near"  # in a named graph, every predicate that is no bookkeeping relates


def change(client: FlaskClient, text: str) -> int:
    """Make an update; the number of the first generation in which it is seen."""
    headers = WITH_TOKEN | {"Content-Type": "application/sparql-update"}
    answer = client.post("/update", data=text.encode(), headers=headers)
    assert answer.status_code == 204, answer.text
    return number(answer.headers["X-Generation"])


def number(generation: str) -> int:
    return int(generation.removeprefix("generation-"))


def neighbours(client: FlaskClient, iri: str) -> dict[str, Any]:
    answer = client.get(f"/api/v1/neighbours?iri={quote(iri, safe='')}&limit=50")
    found: dict[str, Any] = answer.get_json()
    if answer.status_code == 404:
        return {"generation": "generation-0", "nodes": []}
    assert answer.status_code == 200, found
    return found


def at(client: FlaskClient, iri: str, generation: int) -> set[str]:
    """The neighbours of a thing once they are of this generation or a later one."""
    end = time.monotonic() + WAIT
    while number((found := neighbours(client, iri))["generation"]) < generation:
        assert time.monotonic() < end
        time.sleep(0.02)
    return {node["iri"] for node in found["nodes"]} - {iri}


def test_what_is_inserted_and_deleted_is_seen_once_the_answer_names_its_generation(writable: FlaskClient) -> None:
    graph, hub = named(), "https://example.org/hub/1"
    edge = f"GRAPH <{graph}> {{ <{hub}> <{NEAR}> <{hub}/a> }}"
    first = change(writable, f"INSERT DATA {{ GRAPH <{graph}> {{ <{hub}> <{NEAR}> <{hub}/b> }} }}")
    assert at(writable, hub, first) == {f"{hub}/b"}
    assert at(writable, hub, change(writable, f"INSERT DATA {{ {edge} }}")) == {f"{hub}/a", f"{hub}/b"}
    assert at(writable, hub, change(writable, f"DELETE DATA {{ {edge} }}")) == {f"{hub}/b"}
    last = change(writable, f"DELETE {{ GRAPH ?g {{ ?s ?p ?o }} }} WHERE {{ GRAPH ?g {{ ?s ?p ?o . <{hub}> ?p ?o }} }}")
    end = time.monotonic() + WAIT
    while writable.get(f"/api/v1/neighbours?iri={quote(hub, safe='')}").status_code != 404:
        assert time.monotonic() < end
        time.sleep(0.02)
    assert last > first


def test_what_other_ways_of_writing_change_is_seen_as_well(writable: FlaskClient) -> None:
    graph, hub = named(), "https://example.org/hub/2"
    path = f"/graphs?graph={quote(graph, safe='')}"
    turtle = WITH_TOKEN | {"Content-Type": "text/turtle"}

    def sent(method: str, names: str) -> int:
        text = "".join(f"<{hub}> <{NEAR}> <{hub}/{name}> . " for name in names)
        answer = writable.open(path, method=method, data=text.encode(), headers=turtle)
        assert answer.status_code in (201, 204), answer.text
        return number(answer.headers["X-Generation"])

    assert at(writable, hub, sent("PUT", "ab")) == {f"{hub}/a", f"{hub}/b"}
    assert at(writable, hub, sent("POST", "c")) == {f"{hub}/a", f"{hub}/b", f"{hub}/c"}
    assert at(writable, hub, sent("PUT", "d")) == {f"{hub}/d"}


def test_under_many_writes_every_answer_is_its_generations_whole(writable: FlaskClient) -> None:
    graph, hub = named(), "https://example.org/hub/3"
    seen: list[tuple[int, set[str]]] = []
    written: dict[str, int] = {}
    over = threading.Event()

    def insert(name: str) -> None:
        written[name] = change(writable, f"INSERT DATA {{ GRAPH <{graph}> {{ <{hub}> <{NEAR}> <{name}> }} }}")

    def read() -> None:
        client = writable.application.test_client()
        while not over.is_set():
            found = neighbours(client, hub)
            seen.append((number(found["generation"]), {node["iri"] for node in found["nodes"]} - {hub}))

    insert(f"{hub}/0")
    at(writable, hub, written[f"{hub}/0"])
    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    try:
        for place in range(1, 25):
            insert(f"{hub}/{place}")
        at(writable, hub, max(written.values()))
    finally:
        over.set()
        for reader in readers:
            reader.join()
    assert len({generation for generation, _ in seen}) > 1
    for generation, names in seen:
        assert names == {name for name, first in written.items() if first <= generation}
