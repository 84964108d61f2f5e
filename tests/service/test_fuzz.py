"""Random requests: whatever is sent, the answer is a proper one, and nothing takes longer than its size explains."""

from __future__ import annotations

import json
import re
import string
import sys
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, quote, quote_from_bytes, quote_plus

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tinygraph import GRAPH

from yuanhui_kg.errors import QueryError, UsageError, YuanhuiError
from yuanhui_kg.screening import _screened, is_deterministic, screen, screen_update, without_loads
from yuanhui_kg.service.encoding import codings
from yuanhui_kg.service.formats import GRAPH_LABELS, RESULTS_LABELS, checked, graph_type, results_type
from yuanhui_kg.service.negotiate import choose, choose_language, parse_accept, qualities, quality
from yuanhui_kg.service.parameters import Parameters, pairs, seconds
from yuanhui_kg.service.sparql import media_type_of

OFFERS = ["application/json", "text/html", "text/csv"]
STATUSES = {200, 304, 400, 403, 404, 405, 406, 413, 415}

#: Pieces from which queries are made, so that some of them get past the first token.
WORDS = [
    "SELECT", "ASK", "CONSTRUCT", "DESCRIBE", "WHERE", "{", "}", "(", ")", "[", "]", "?s", "?p", "?o", "*", "a", ".", ";",
    ",", "FILTER", "OPTIONAL", "UNION", "MINUS", "GRAPH", "VALUES", "BIND", "AS", "EXISTS", "NOT", "IN", "LIMIT 1", "OFFSET 1",
    "ORDER BY", "GROUP BY", "HAVING", "DISTINCT", "FROM", "NAMED", "PREFIX", "BASE", "SERVICE", "SILENT", "<urn:x>", "<", ">",
    "<<", ">>", "{|", "|}", "<<(", ")>>", "|", "^", "/", "+", "!", "=", "&&", "||", "'x'", '"y"@zh', "'''", '"', "'", "\\", "#",
    "\n", "_:b", "yh:", ":", "p:x", "1", "-1.5e3", "true", "COUNT(*)", "STR", "REGEX", "NOW()", "RAND()", "INSERT", "DELETE",
    "LOAD", "CLEAR", "DATA", "WITH", "\\u0041", "\\U0010FFFF", "\\uD800", "\x00", "渐", "\u202e", "\U0001f600", f"<{GRAPH}>",
    "@zh", "^^", "$x", "UNDEF", "LATERAL", "REDUCED", "SEPARATOR", "GROUP_CONCAT",
]  # fmt: skip
SPARQL = st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join) | st.lists(
    st.sampled_from(WORDS), max_size=40
).map("".join)
TEXT = st.text(max_size=200) | SPARQL
TOKENS = st.sampled_from([
    "text/html", "application/json", "text/csv", "*/*", "text/*", "*", "/", ";", ",", "q=", "q=0", "q=1", "q=0.5", "q=2", '"',
    "\\", "charset=utf-8", "charset=", "=", " ", "\t", "gzip", "br", "identity", "zh", "zh-CN", "en;q=0.1", "é", "\x00",
])  # fmt: skip
HEADER = st.lists(TOKENS, max_size=30).map("".join) | st.text(max_size=100)
quickly = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


# --- readers of headers and parameters --------------------------------------------------------------------------------


@given(HEADER)
def test_any_header_is_read(header: str) -> None:
    assert choose(header, OFFERS) in (*OFFERS, None)
    assert all(0 <= range.quality <= 1 for range in parse_accept(header))
    assert all(0 <= quality(parse_accept(header), offer) <= 1 for offer in OFFERS)
    assert choose_language(header, ["zh", "en"]) in ("zh", "en")
    assert all(0 <= value <= 1 for _, value in qualities(header))
    assert set(codings(header)) <= {"br", "gzip"}
    assert results_type(header, []) in (*RESULTS_LABELS, None)
    assert graph_type(header, []) in (*GRAPH_LABELS, None)


@given(HEADER, st.sampled_from(OFFERS))
def test_what_is_excluded_is_not_chosen(header: str, excluded: str) -> None:
    ranges = parse_accept(header)
    chosen = choose(header, OFFERS)
    assert chosen is None or not ranges or quality(ranges, chosen) > 0
    assert choose(f"{excluded};q=0", OFFERS) is None


@given(st.lists(st.text(max_size=30), max_size=5))
def test_any_wish_for_a_format_is_known_or_named(wishes: list[str]) -> None:
    try:
        found = checked(wishes)
    except UsageError as error:
        assert error.hint  # noqa: PT017
    else:
        assert results_type("*/*", found) in (*RESULTS_LABELS, None)


@given(st.binary(max_size=300) | st.text(max_size=300))
def test_any_parameters_are_read_or_refused(text: bytes | str) -> None:
    try:
        found = pairs(text, "form")
    except UsageError:
        return
    assert all(isinstance(part, str) for pair in found for part in pair)
    try:
        Parameters(found, ("a", "b")).one("a")
    except UsageError as error:
        assert error.message  # noqa: PT017


@given(st.text(max_size=20))
def test_any_deadline_is_within_its_bounds(text: str) -> None:
    try:
        assert 0 < seconds(text, "timeout", 30) <= 30
    except UsageError as error:
        assert "timeout" in error.message  # noqa: PT017


@given(st.one_of(TEXT, st.text("%=&+aF0 _\r\n\t.渐", max_size=60), TEXT.map(quote_plus), st.binary().map(quote_plus)))
@example("a=%3D%3d&b=1+1&c=%E6%B8%90&=&d&e=%&f=%4&g=%zz&h==\n&i=%41\n &j=%20 ")
def test_parameters_are_read_as_the_standard_library_reads_them(text: str) -> None:
    def read(reader: Callable[[], list[tuple[str, str]]]) -> list[tuple[str, str]] | str:
        try:
            return reader()
        except (UsageError, UnicodeDecodeError):
            return "not UTF-8"

    expected = read(lambda: parse_qsl(text, keep_blank_values=True, errors="strict"))
    assert read(lambda: pairs(text, "form")) == expected


@pytest.mark.parametrize(
    "unit", ['"', "'", "\\", "<", ">", "<<", "<<<", "(", "a", ":", ".", "%", "#", "\n", '"""', "'''", '""', '\\"', "_:", "?", "@",
             "1", "1.", "1e", "e+", "SERVICE", "serviceserviceservice:", "<a", "a<", "a:%", "\\u", "\\u004", "渐", "a.", ":.", "-."]
)  # fmt: skip
def test_looking_through_a_query_takes_time_in_proportion(unit: str) -> None:
    """Counted in steps of Python, which do not depend on the machine; inside a match the expressions are possessive."""

    def steps(size: int) -> int:
        count = 0

        def step(*_: Any) -> Any:
            nonlocal count
            count += 1
            return step

        text = (unit * size)[:size]
        _screened.cache_clear()
        before = sys.gettrace()
        sys.settrace(step)
        try:
            _screened(text, 10**9, "")
        except YuanhuiError:
            pass
        finally:
            sys.settrace(before)
        return count

    assert steps(4_000) < 5 * steps(1_000) + 2_000


@given(TEXT)
def test_any_text_is_looked_through(text: str) -> None:
    assert isinstance(is_deterministic(text), bool)
    try:
        found = screen(text, 20)
    except QueryError as error:
        assert error.message  # noqa: PT017
    else:
        assert all(isinstance(graph, str) for graph in found.graphs)


@settings(max_examples=300)
@given(SPARQL)
def test_no_query_that_the_engine_takes_for_one_with_a_service_is_let_through(text: str) -> None:
    try:
        screen(text, 100)
    except QueryError:
        return
    store = ox.Store()
    try:
        results = store.query(text)
        if isinstance(results, ox.QuerySolutions | ox.QueryTriples):
            for _ in results:
                pass
    except (SyntaxError, ValueError):
        return
    except (RuntimeError, OSError) as error:
        assert "service" not in str(error).lower(), text  # noqa: PT017


#: Whole operations among the pieces, as few updates that are made of pieces alone get past the first one.
OPERATIONS = [
    "LOAD <urn:x>", "LOAD SILENT <urn:x>", "LOAD <urn:x> INTO GRAPH <urn:y>", "LOAD#x\n<urn:x>", "load<urn:x>", "CLEAR ALL", ";",
    "INSERT DATA { <urn:x> <urn:y> 'LOAD <urn:x>' }", "DELETE WHERE { ?s ?p ?o }", "PREFIX LOAD: <urn:x>", "PREFIX : <urn:>",
    "INSERT { ?s ?p ?o } WHERE { SERVICE <urn:x> { ?s ?p ?o } }", "INSERT { ?s ?p ?o } WHERE { SERVICE SILENT :x { ?s ?p ?o } }",
    "INSERT { ?s LOAD:x ?o } WHERE { ?s ?p ?o }", "# LOAD <urn:x>\n", "CREATE GRAPH <urn:g>", "DROP SILENT GRAPH <urn:g>", "\n",
]  # fmt: skip
UPDATE = st.lists(st.sampled_from([*OPERATIONS, ";", ";"]), max_size=8).map(" ".join) | SPARQL


@settings(max_examples=300)
@given(UPDATE)
def test_no_update_that_would_fetch_something_is_let_through(text: str) -> None:
    try:
        screen_update(text, 100)
    except QueryError as error:
        assert error.message  # noqa: PT017
        return
    try:
        ox.Store().update(text)
    except (SyntaxError, ValueError):
        return
    except (RuntimeError, OSError) as error:
        assert not re.search("load|service|http", str(error), re.IGNORECASE), text  # noqa: PT017


@given(UPDATE, st.booleans())
def test_an_update_without_its_loads_has_none(text: str, silent_only: bool) -> None:
    left = without_loads(text, silent_only=silent_only)
    assert without_loads(left, silent_only=silent_only) == left


@given(HEADER)
def test_any_content_type_is_read(header: str) -> None:
    media_type, charset = media_type_of(header)
    assert media_type == media_type.lower()
    assert charset == charset.lower()


# --- the endpoint -----------------------------------------------------------------------------------------------------


def proper(answer: Any) -> None:
    assert answer.status_code in STATUSES, (answer.status_code, answer.data[:500])
    if answer.status_code >= 400:
        assert answer.mimetype == "application/json"
        error = json.loads(answer.data)["error"]
        assert set(error) - {"position"} == {"code", "message", "hint"}
        assert error["message"]
        if "position" in error:
            assert error["position"]["line"] >= 1
            assert error["position"]["column"] >= 1
    assert "\n" not in "".join(value for _, value in answer.headers)


@quickly
@given(TEXT)
def test_any_text_as_a_query_has_a_proper_answer(client: FlaskClient, text: str) -> None:
    body = text.encode("utf-8", "surrogatepass")
    proper(client.get("/sparql?query=" + quote_from_bytes(body)))
    proper(client.post("/sparql", data=body, content_type="application/sparql-query"))


@quickly
@given(st.binary(max_size=200), st.sampled_from(["application/sparql-query", "application/x-www-form-urlencoded", "text/plain", "", "x/y; charset=\xff"]), st.sampled_from(["", "gzip", "deflate", "br", "x"]))  # fmt: skip
def test_any_bytes_have_a_proper_answer(client: FlaskClient, body: bytes, content_type: str, coding: str) -> None:
    headers = {"Content-Encoding": coding} if coding else {}
    proper(client.post("/sparql", data=body, content_type=content_type, headers=headers))


@quickly
@given(HEADER.filter(lambda text: "\n" not in text and "\r" not in text), HEADER.filter(lambda text: "\n" not in text and "\r" not in text), st.sampled_from(["GET", "HEAD", "POST", "PUT", "OPTIONS"]))  # fmt: skip
def test_any_headers_have_a_proper_answer(client: FlaskClient, accept: str, encoding: str, method: str) -> None:
    given = {
        "HTTP_ACCEPT": accept.encode("utf-8", "surrogatepass").decode("latin-1"),
        "HTTP_ACCEPT_ENCODING": encoding.encode("utf-8", "surrogatepass").decode("latin-1"),
        "HTTP_IF_NONE_MATCH": accept.encode("utf-8", "surrogatepass").decode("latin-1"),
        "HTTP_ACCEPT_LANGUAGE": encoding.encode("utf-8", "surrogatepass").decode("latin-1"),
    }
    for path in ("/sparql", "/sparql?query=ASK%7B%7D", "/data/east", "/id/east", "/.well-known/void", "/ontology.ttl"):
        answer = client.open(path, method=method, environ_overrides=given)
        if answer.mimetype != "text/html" and method != "HEAD" and answer.status_code not in (204, 303):
            proper(answer)
        assert answer.status_code < 500


PATHS = [
    "/sparql",
    "/api/v1/neighbours",
    "/api/v1/entities",
    "/api/v1/search",
    "/api/v1/stats",
    "/api/v1/queries/located/run",
]
NAMES = ["query", "iri", "id", "q", "depth", "direction", "predicate", "type", "limit", "timeout", "format", "output", "place",
         "default-graph-uri", "named-graph-uri", ""]  # fmt: skip
VALUES = st.text(max_size=30) | st.sampled_from(["1", "-1", "1e9", "both", "yh:east", "east", GRAPH, "ASK{}", "json", "ttl", "nan", "0x10", "١"])  # fmt: skip


@quickly
@given(st.sampled_from(PATHS), st.lists(st.tuples(st.sampled_from(NAMES), VALUES), max_size=4))
def test_any_parameters_have_a_proper_answer(client: FlaskClient, path: str, given: list[tuple[str, str]]) -> None:
    parameters = "&".join(f"{name}={quote(value.encode('utf-8', 'surrogatepass'), safe='')}" for name, value in given)
    proper(client.get(f"{path}?{parameters}"))


@quickly
@given(st.sampled_from(["/id/", "/data/", "/page/", "/api/v1/entities/", "/api/v1/queries/", "/dump.", "/ontology.", "/"]),
       st.text(max_size=40) | st.text(alphabet=string.punctuation, max_size=20))  # fmt: skip
def test_any_path_has_a_proper_answer(client: FlaskClient, folder: str, name: str) -> None:
    # What begins with two slashes the client takes for a host.
    answer = client.get(folder + quote(name.lstrip("/").encode("utf-8", "surrogatepass"), safe="/"))
    assert answer.status_code in STATUSES | {303, 308}
    assert "\n" not in answer.headers.get("Location", "")
