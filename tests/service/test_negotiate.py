from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yuanhui_kg.errors import UsageError
from yuanhui_kg.query import GRAPH_FORMATS, RESULTS_FORMATS
from yuanhui_kg.service.formats import GRAPH_LABELS, RESULTS_LABELS, checked, graph_type, results_type
from yuanhui_kg.service.negotiate import choose, choose_language, names, parse_accept, quality

JSON, XML, CSV, TURTLE, HTML = "application/json", "application/xml", "text/csv", "text/turtle", "text/html"
OFFERS = [JSON, XML, CSV, TURTLE]
CHROME = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"

#: Accept header, what is chosen of OFFERS, and why.
CASES = [
    # nothing asked for: the server's first
    (None, JSON),
    ("", JSON),
    ("   ", JSON),
    (",", JSON),
    ("*/*", JSON),
    # one type
    ("text/csv", CSV),
    ("TEXT/CSV", CSV),
    ("Text/Csv;Q=0.5", CSV),
    (" text/csv ", CSV),
    ("text/html", None),
    ("image/*", None),
    # several: quality decides, between equals the server
    ("text/csv, application/xml", XML),
    ("text/csv, application/xml;q=0.9", CSV),
    ("text/csv;q=0.1, application/xml;q=0.2", XML),
    ("text/csv;q=0.10, application/xml;q=0.1", XML),
    ("text/csv;q=0.999, application/xml;q=0.998", CSV),
    ("text/csv ; q=0.2 , application/xml ; q=0.1", CSV),
    ("text/csv;\tq=0.2,\tapplication/xml;q=0.1", CSV),
    ("text/html, text/csv;q=0.001", CSV),
    # wildcards
    ("text/*", CSV),
    ("application/*", JSON),
    ("text/*;q=0.5, application/*;q=0.4", CSV),
    ("*/*;q=0.1, text/turtle", TURTLE),
    ("*/*, text/turtle", JSON),
    (CHROME, XML),
    # specificity: the closer range decides, wherever it stands
    ("text/csv;q=0.1, text/*;q=0.9", TURTLE),
    ("text/*;q=0.9, text/csv;q=0.1", TURTLE),
    ("*/*;q=0.9, application/*;q=0.1", CSV),
    ("*/*, application/json;q=0.1, application/xml;q=0.1, text/csv;q=0.1", TURTLE),
    # quality 0 excludes
    ("text/csv;q=0", None),
    ("text/csv;q=0.0", None),
    ("text/csv;q=0.000", None),
    ("*/*;q=0", None),
    ("*/*, application/json;q=0", XML),
    ("application/json;q=0, */*;q=0.1", XML),
    ("text/*, text/csv;q=0", TURTLE),
    ("application/*;q=0, */*", CSV),
    ("*/*;q=0, text/csv", CSV),
    # parameters that change nothing
    ("text/csv;charset=utf-8", CSV),
    ('text/csv; charset="UTF-8"', CSV),
    ("text/csv;charset=utf8;q=0.3, application/xml;q=0.2", CSV),
    ('application/json;profile="https://example.org/,x;q=0"', JSON),
    ("text/turtle;version=1.2", TURTLE),
    # another charset is not had
    ("text/csv;charset=gbk", JSON),  # the only range falls away, as if there were none
    ("text/csv;charset=gbk, application/xml", XML),
    # parameters that narrow a type: better the plain type than none, but a plain range decides
    ("text/csv;header=absent", CSV),
    ("text/csv;header=absent;q=0.9, text/csv;q=0.1, application/xml;q=0.5", XML),
    ("text/csv;header=absent, text/*;q=0.2, application/xml;q=0.5", XML),
    # extensions behind the quality
    ("text/csv;q=0.5;ext=1, application/xml;q=0.4", CSV),
    ("text/csv;q=0.5;q=0", CSV),
    # what cannot be read is left out
    ("garbage", JSON),
    ("garbage, text/csv", CSV),
    ("text/csv;q=high, application/xml", XML),
    ("text/csv;q=2, application/xml;q=0.1", XML),
    ("text/csv;q=-1, application/xml;q=0.1", XML),
    ("text/csv;q=1.5, application/xml;q=0.1", XML),
    ("text/csv;q=nan, application/xml;q=0.1", XML),
    ("text/csv;q=, application/xml;q=0.1", XML),
    ("text/, application/xml", XML),
    ("/csv, application/xml", XML),
    ("text/csv/x, application/xml", XML),
    ("*/csv, application/xml", XML),
    ("*, application/xml", XML),
    ("te xt/csv, application/xml", XML),
    ("text/csv application/xml", JSON),
    ("text/csv;;q=0.5, application/xml;q=0.6", XML),
    ("text/csv;=x, application/xml", XML),
    ('text/csv;a="unclosed, application/xml', XML),
    (", ,text/csv, ,", CSV),
    ("text/csv\x00, application/xml", XML),
    # qualities at the edges
    ("text/csv;q=1.000", CSV),
    ("text/csv;q=1., application/xml;q=0.9", CSV),
    ("text/csv;q=0., application/xml;q=0.1", XML),
    ("text/csv;q=0.1234567, application/xml;q=0.1", CSV),
    ("text/csv;q=.2, application/xml;q=.1", CSV),
    # the same range twice: the better one
    ("text/csv;q=0, text/csv;q=0.4", CSV),
]  # fmt: skip


@pytest.mark.parametrize(("accept", "expected"), CASES)
def test_the_table_of_cases(accept: str | None, expected: str | None) -> None:
    assert choose(accept, OFFERS) == expected


def test_without_offers_nothing_is_chosen() -> None:
    assert choose("*/*", []) is None
    assert choose(None, []) is None


def test_a_header_beyond_all_reason_is_read_in_part() -> None:
    assert choose("image/png," * 100_000 + "text/csv", OFFERS) is None
    assert choose('"' * 1_000_000, OFFERS) == JSON
    assert choose(";" * 1_000_000, OFFERS) == JSON
    assert choose('"\\' * 500_000, OFFERS) == JSON


@given(st.text(alphabet='abtexcsv/*;q=01.,"\\ \t-+', max_size=60))
def test_any_header_gives_an_offer_or_none(accept: str) -> None:
    found = choose(accept, OFFERS)
    assert found is None or quality(parse_accept(accept), found) > 0


@given(st.lists(st.sampled_from(OFFERS), min_size=1, unique=True), st.data())
def test_what_is_chosen_has_the_best_quality(asked: list[str], data: st.DataObject) -> None:
    qualities = {name: data.draw(st.integers(0, 1000)) for name in asked}
    accept = ", ".join(f"{name};q={value / 1000:.3f}" for name, value in qualities.items())
    found = choose(accept, OFFERS)
    best = max(qualities.values())
    expected = next((name for name in OFFERS if qualities.get(name) == best), None) if best else None
    assert found == expected


@pytest.mark.parametrize(
    ("accept", "named"),
    [(None, False), ("*/*", False), ("text/csv", True), ("text/*", True), ("text/csv;q=0, */*", False), ("x", False)],
)
def test_naming_a_type_is_told_from_leaving_the_choice(accept: str | None, named: bool) -> None:
    assert names(accept) is named


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, "zh"), ("", "zh"), ("en", "en"), ("zh-CN,zh;q=0.9,en;q=0.8", "zh"), ("en-US,en;q=0.9", "en"),
        ("fr,en;q=0.5,zh;q=0.4", "en"), ("fr", "zh"), ("*", "zh"), ("en;q=0", "zh"), ("EN-gb", "en"),
        ("zh-Hant-TW", "zh"), ("en;q=0.5, zh;q=0.6", "zh"), ("en;q=x", "zh"), ("en;q=2,zh;q=0.1", "zh"),
        ("fr;q=1, *;q=0.5", "zh"), ("en;q=0.5,*;q=0.1", "en"), (";;,,=", "zh"), ("english", "zh"),
    ],
)  # fmt: skip
def test_the_language_is_the_one_asked_for_or_chinese(header: str | None, expected: str) -> None:
    assert choose_language(header, ("zh", "en")) == expected


# --- formats of SPARQL ------------------------------------------------------------------------------------------------

SRJ, SRX, TSV = "application/sparql-results+json", "application/sparql-results+xml", "text/tab-separated-values"
RDF, LD, NT = "application/rdf+xml", "application/ld+json", "application/n-triples"


@pytest.mark.parametrize(
    ("accept", "wishes", "results", "graph"),
    [
        # nothing said
        (None, [], SRJ, TURTLE),
        ("*/*", [], SRJ, TURTLE),
        # a short name decides where Accept leaves the choice
        (None, ["json"], SRJ, LD),
        ("*/*", ["xml"], SRX, RDF),
        ("*/*", ["csv"], CSV, None),
        ("*/*", ["ttl"], None, TURTLE),
        (None, ["rdf+xml"], None, RDF),
        # a browser takes anything: what is typed into the address counts
        (CHROME, ["csv"], CSV, "application/xml"),
        (CHROME, [], "application/xml", "application/xml"),
        # Accept is specific and stays in force
        ("text/csv", ["json"], CSV, None),
        (SRX, ["json"], SRX, None),
        ("text/csv, application/json;q=0.5", ["json"], CSV, "application/json"),
        ("text/csv, application/sparql-results+json;q=0.5", ["json"], SRJ, None),
        # older labels are answered under the name that was asked for
        ("application/json", [], "application/json", "application/json"),
        ("text/plain", [], None, "text/plain"),
        # what SPARQLWrapper sends
        (f"{SRJ},application/json,text/javascript,application/javascript", ["json", "json", "json"], SRJ,
         "application/json"),
        (TSV, ["tsv", "text/tab-separated-values"] * 3, TSV, None),
        ("application/ld+json,application/x-json+ld", ["json-ld", "application/ld+json,application/x-json+ld"], None, LD),
        ("application/turtle,text/turtle", ["turtle"], None, TURTLE),
        ("application/turtle,text/turtle,text/rdf+n3,application/n-triples,application/n3,text/n3", ["n3"], None,
         "text/n3"),
        # a type of both kinds, a type of neither
        (None, ["application/json"], "application/json", "application/json"),
        ("image/png", [], None, None),
        ("image/png", ["json"], None, None),
        (None, ["image/png"], None, None),
        ("text/csv", ["image/png"], CSV, None),
    ],
)  # fmt: skip
def test_formats_by_accept_and_parameter(
    accept: str | None, wishes: list[str], results: str | None, graph: str | None
) -> None:
    assert results_type(accept, checked(wishes)) == results
    assert graph_type(accept, checked(wishes)) == graph


def test_a_plus_that_was_not_encoded_is_understood() -> None:
    assert checked(["application/sparql-results json", " JSON ", "", "auto"]) == [SRJ, "json"]


def test_an_unknown_short_name_is_refused_and_the_known_ones_are_listed() -> None:
    with pytest.raises(UsageError, match="banana") as caught:
        checked(["csv", "banana"])
    assert "ttl" in caught.value.hint


def test_every_label_stands_for_a_format_that_is_written() -> None:
    assert set(RESULTS_LABELS.values()) == set(RESULTS_FORMATS)
    assert set(GRAPH_LABELS.values()) == set(GRAPH_FORMATS)
