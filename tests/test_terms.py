from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yuanhui_kg import terms
from yuanhui_kg.errors import UsageError
from yuanhui_kg.namespaces import PREFIXES, YH, YHO


@pytest.mark.parametrize(
    ("text", "iri"),
    [
        ("some-place", f"{YH}some-place"),
        ("yh:some-place", f"{YH}some-place"),
        ("yho:locatedIn", f"{YHO}locatedIn"),
        ("skos:Concept", "http://www.w3.org/2004/02/skos/core#Concept"),
        ("https://example.org/a/b?c#d", "https://example.org/a/b?c#d"),
        ("<https://example.org/a>", "https://example.org/a"),
        (" some-place ", f"{YH}some-place"),
        ("urn:isbn:1", "urn:isbn:1"),
        ("区", f"{YH}区"),
    ],
)
def test_an_iri_a_curie_and_a_local_name_are_read(text: str, iri: str) -> None:
    assert terms.iri_of(text) == iri


@pytest.mark.parametrize(
    "text",
    ["", " ", "a b", "-x", "http://a b", "<http://a", "http://a>b", 'yh:a"b', "x/y", "yh:{x}", "http://a/\u202ex"],
)
def test_what_is_neither_of_them_is_refused_with_a_remedy(text: str) -> None:
    with pytest.raises(UsageError, match="neither an IRI") as caught:
        terms.iri_of(text)
    assert caught.value.hint


def test_local_names_of_terms_belong_to_the_ontology() -> None:
    assert terms.term_of("locatedIn") == f"{YHO}locatedIn"
    assert terms.term_of("skos:broader") == PREFIXES["skos"] + "broader"


@pytest.mark.parametrize(
    ("iri", "id"),
    [
        (f"{YH}some-place", "some-place"),
        (f"{YHO}locatedIn", "yho:locatedIn"),
        ("https://schema.org/name", "schema:name"),
        ("https://schema.org/a/b", "https://schema.org/a/b"),
        (f"{YH}a/b", f"{YH}a/b"),
        ("https://example.org/", "https://example.org/"),
    ],
)
def test_an_iri_has_the_shortest_id_that_reads_back(iri: str, id: str) -> None:
    assert terms.id_of(iri) == id
    assert terms.iri_of(id) == iri


@given(st.sampled_from([str(YH), str(YHO), *PREFIXES.values(), "https://example.org/"]), st.text(max_size=12))
def test_every_id_reads_back(namespace: str, local: str) -> None:
    iri = namespace + local
    if terms.is_iri(iri):
        assert terms.iri_of(terms.id_of(iri)) == iri


@pytest.mark.parametrize(
    "iri",
    ["javascript:alert(1)", "JAVASCRIPT:x", "data:text/html,x", "file:///etc/passwd", "urn:x", "http://", "http:/x",
     "https:// x", "//host/x", "vbscript:x", "http://a/\"onclick"],
)  # fmt: skip
def test_only_web_addresses_become_links(iri: str) -> None:
    assert terms.link(iri) is None


def test_web_addresses_become_links() -> None:
    assert terms.link("http://a/b") == "http://a/b"
    assert terms.link("HTTPS://a/中") == "HTTPS://a/中"


def test_a_label_falls_back_to_the_other_language_and_then_to_what_stands_in() -> None:
    labels = {"zh": "区", "en": "district"}
    assert terms.label(labels, "zh") == "区"
    assert terms.label(labels, "en") == "district"
    assert terms.label({"zh": "区"}, "en") == "区"
    assert terms.label({"fr": "arrondissement", "en": ""}, "en") == "arrondissement"
    assert terms.label({}, "en", "x") == "x"


def test_a_local_name_stands_behind_the_last_hash_or_slash() -> None:
    assert terms.local_name(f"{YHO}locatedIn") == "locatedIn"
    assert terms.local_name("https://example.org/a/b") == "b"
    assert terms.local_name("https://example.org/") == "https://example.org/"
