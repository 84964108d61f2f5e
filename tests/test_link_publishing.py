"""Links as RDF: what is accepted is published, with its reason; what cannot be is named by its line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from yuanhui_kg.cli import run
from yuanhui_kg.errors import DataError
from yuanhui_kg.link import Entry, Matcher, Mention, write_sssom
from yuanhui_kg.link.publishing import published, read_sssom, write_links

HEAD = "#curie_map:\n#  a: https://example.org/a/\n#  b: https://example.org/b#\n#mapping_set_id: https://example.org/set\n#license: https://example.org/licence\n"
COLUMNS = "subject_id\tpredicate_id\tobject_id\tmapping_justification\tconfidence\tdecision\treviewer_label\n"
ROW = "a:one\tskos:exactMatch\tb:1\tsemapv:ManualMappingCuration\t0.9\taccept\t\n"
LINK = "<https://example.org/a/one> <http://www.w3.org/2004/02/skos/core#exactMatch> <https://example.org/b#1>"


def triples(tmp_path: Path, text: str) -> set[str]:
    path = tmp_path / "links.sssom.tsv"
    path.write_text(text, encoding="utf-8")
    return {str(triple) for triple in published(read_sssom(path))}


def test_what_is_accepted_is_published_and_nothing_else(tmp_path: Path) -> None:
    others = "a:two\tskos:closeMatch\tb:2\tsemapv:LexicalMatching\t0.5\treview\t\n" + (
        "a:three\tskos:exactMatch\tsssom:NoTermFound\tsemapv:LexicalMatching\t0.5\tnone\t\n"
    )
    found = triples(tmp_path, HEAD + COLUMNS + ROW + others)
    assert LINK in found
    assert not [line for line in found if "two" in line or "three" in line]
    assert (
        '<https://example.org/set> <http://rdfs.org/ns/void#triples> "1"^^<http://www.w3.org/2001/XMLSchema#integer>'
        in found
    )
    assert "<https://example.org/set> <http://purl.org/dc/terms/license> <https://example.org/licence>" in found


def test_what_is_said_in_chinese_too_is_tagged(tmp_path: Path) -> None:
    head = HEAD + "#mapping_set_title: Links\n#mapping_set_title_zh: 关联\n"
    columns, row = COLUMNS.rstrip("\n") + "\tcomment\tcomment_zh\n", ROW.rstrip("\n") + "\tThe same.\t相同。\n"
    found = "\n".join(triples(tmp_path, head + columns + row))
    assert '"The same."@en' in found
    assert '"相同。"@zh' in found
    assert '"Links"@en' in found
    assert '"关联"@zh' in found
    assert '"The same."\n' in "\n".join(triples(tmp_path, HEAD + columns.replace("comment_zh", "other") + row)) + "\n"


def test_a_published_link_tells_its_reason_as_turtle(tmp_path: Path) -> None:
    (tmp_path / "links.sssom.tsv").write_text(HEAD + COLUMNS + ROW)
    links = read_sssom(tmp_path / "links.sssom.tsv")
    parsed = {str(quad.triple) for quad in ox.parse(write_links(links), format=ox.RdfFormat.TURTLE)}
    assert parsed == {str(triple) for triple in published(links)}
    assert write_links(links) == write_links(links)
    assert sum("mapping_justification" in line for line in parsed) == 1


def test_a_set_that_accepts_nothing_is_a_set(tmp_path: Path) -> None:
    assert not [line for line in triples(tmp_path, HEAD + COLUMNS) if "Match" in line]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda text: text.replace("#mapping_set_id: https://example.org/set\n", ""), "no mapping_set_id"),
        (lambda text: text.replace("\tobject_id", "\tobject"), r"line 6: there is no column object_id"),
        (lambda text: text.replace("a:one", "c:one"), "line 7: the prefix of 'c:one' is not known"),
        (lambda text: text.replace("a:one", "a:o ne"), "line 7: 'a:o ne' is no IRI"),
        (lambda text: text.replace("exactMatch", "prefLabel"), "line 7: skos:prefLabel links nothing"),
        (lambda text: text.replace("skos:exactMatch", "owl:sameAs"), "line 7: owl:sameAs without a reviewer"),
        (lambda text: text.replace("0.9", "9"), "line 7: the confidence '9' is none"),
        (lambda text: text + "a\tb\tc\td\te\tf\tg\th\n", "line 8: more cells"),
        (lambda text: text.replace("https://example.org/licence", "nowhere"), "header: the prefix of 'nowhere'"),
        (lambda text: "", "no mapping_set_id"),
    ],
)
def test_what_cannot_be_published_is_named(tmp_path: Path, change: Callable[[str], str], said: str) -> None:
    with pytest.raises(DataError, match=said):
        triples(tmp_path, change(HEAD + COLUMNS + ROW))


def test_the_same_is_said_of_what_was_reviewed(tmp_path: Path) -> None:
    row = ROW.replace("skos:exactMatch", "owl:sameAs").replace("accept\t", "accept\tsomebody")
    assert any("owl#sameAs> <https://example.org/b#1>" in line for line in triples(tmp_path, HEAD + COLUMNS + row))


def test_what_the_matcher_writes_can_be_published(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    register = [
        Entry("urn:r:1", "青石省"),
        Entry("urn:r:2", "白沙市", "urn:r:1"),
        Entry("urn:r:3", "清河县", "urn:r:2"),
    ]
    path = tmp_path / "links.sssom.tsv"
    with path.open("w", encoding="utf-8") as stream:
        write_sssom(Matcher(register).match_all([Mention("urn:m:1", "清河县", ("青石省", "白沙市"))]), stream)
    assert run(["publish-links", str(path), "-o", str(tmp_path / "links.ttl")]) == 0
    assert "urn:r:3" in (tmp_path / "links.ttl").read_text()
    assert run(["publish-links", str(tmp_path / "none.tsv")]) == 1
    assert b"none.tsv: cannot be read" in capfdbinary.readouterr().err
