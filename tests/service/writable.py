"""What the tests of a service that takes changes share; the service itself is the fixture ``writable``."""

from __future__ import annotations

import itertools

from flask.testing import FlaskClient

TOKEN = "correct-horse"
WITH_TOKEN = {"Authorization": f"Bearer {TOKEN}"}
_numbers = itertools.count()


def rows(client: FlaskClient, query: str) -> list[str]:
    """The rows of a query's answer as CSV."""
    answer = client.get("/sparql", query_string={"query": query}, headers={"Accept": "text/csv"})
    assert answer.status_code == 200, answer.text
    return answer.text.split()[1:]


def named() -> str:
    """The IRI of a graph that no other test uses."""
    return f"https://example.org/g/{next(_numbers)}"
