"""Files that would end the process that parses them are refused; others are not."""

from __future__ import annotations

import gzip
from pathlib import Path

import pyoxigraph as ox
import pytest

from yuanhui_kg.errors import DataError
from yuanhui_kg.fusion import drafts
from yuanhui_kg.nesting import DEEPEST
from yuanhui_kg.store import load_file
from yuanhui_kg.turtle import canonical

RDF = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:x="http://x/"><rdf:Description rdf:about="http://x/a"><x:p>{}</x:p></rdf:Description></rdf:RDF>'


def json(depth: int) -> str:
    return '{"http://x/p":' * depth + "1" + "}" * depth


def triples(depth: int) -> str:
    return "<x:a> <x:b> " + "<<( <x:a> <x:b> " * depth + "<x:c>" + " )>>" * depth + " ."


def entities(value: str) -> str:
    return f'<!DOCTYPE r [<!ENTITY a "lol"><!ENTITY b "{value}">]>' + RDF.format("&b;")


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.jsonld", json(DEEPEST + 1), "levels deep"),
        ("a.jsonld", "[" * 100_000, "levels deep"),
        ("a.ttl", triples(DEEPEST + 1), "levels deep"),
        ("a.nt", triples(DEEPEST + 1), "levels deep"),
        ("a.rdf", entities("&a;&a;"), "entities that multiply"),
        ("a.rdf", f"<!--{'x' * 2_000_000}-->" + entities("&a;&a;"), "entities that multiply"),
        ("a.rdf", entities("x" * 2_000_000), "entities that multiply"),
    ],
)
def test_what_would_end_the_process_is_refused(tmp_path: Path, name: str, text: str, said: str) -> None:
    (tmp_path / name).write_text(text)
    (tmp_path / f"{name}.gz").write_bytes(gzip.compress(text.encode()))
    for path in (tmp_path / name, tmp_path / f"{name}.gz"):
        with pytest.raises(DataError, match=said):
            load_file(ox.Store(), path)
        with pytest.raises(DataError, match=said):
            drafts.read(path)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.jsonld", json(DEEPEST - 1)),
        ("a.jsonld", '{"http://x/p": "' + r"\"[" * 5_000 + '"}'),
        ("a.ttl", triples(100)),
        ("a.ttl", '<x:a> <x:b> "' + ">> <<" * 5_000 + '" .'),
        ("a.ttl", "<x:a> <x:b> " + "[ <x:b> " * 5_000 + "1" + " ]" * 5_000 + " ."),
        ("a.rdf", entities("&#38;")),
    ],
)
def test_what_is_deep_and_harmless_is_read(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    assert load_file(ox.Store(), tmp_path / name) > 0


def test_a_file_that_is_put_in_order_is_looked_at_too() -> None:
    with pytest.raises(DataError, match="levels deep"):
        canonical(triples(DEEPEST + 1).encode(), "a.ttl")
