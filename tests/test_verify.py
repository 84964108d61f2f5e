from __future__ import annotations

import hashlib
from pathlib import Path

import pyoxigraph as ox
import pytest

from yuanhui_kg.errors import DataError, NotFoundError, UsageError
from yuanhui_kg.store import StoreReader, memory_store
from yuanhui_kg.verify import Problem, Verification, verify

FIXTURES = Path(__file__).parent / "fixtures"
ARTICLE = FIXTURES / "qinghe" / "article.txt"
SPANS = 128
ID = "https://w3id.org/yuanhui-kg/id/qinghe-2031-"


@pytest.fixture
def store() -> ox.Store:
    return memory_store([FIXTURES / "qinghe" / "triples.ttl"])


def checked(store: ox.Store, path: Path = ARTICLE) -> Verification:
    return verify(StoreReader(store), path)


def kinds(outcome: Verification) -> set[tuple[str, str]]:
    return {(problem.kind, problem.span.removeprefix(ID)) for problem in outcome.problems}


def changed(tmp_path: Path, old: str, new: str) -> Path:
    text = ARTICLE.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "copy.txt"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def update(store: ox.Store, body: str) -> None:
    store.update(
        "PREFIX oa: <http://www.w3.org/ns/oa#> PREFIX schema: <https://schema.org/> "
        "PREFIX yh: <https://w3id.org/yuanhui-kg/id/> PREFIX yho: <https://w3id.org/yuanhui-kg/ontology#> " + body
    )


def move(store: ox.Store, span: str, start: int, end: int) -> None:
    """Give a span other offsets, as an editor's slip would."""
    selector = f"yh:qinghe-2031-selector-{span}"
    update(
        store,
        f"DELETE WHERE {{ {selector} oa:start ?s ; oa:end ?e }} ; "
        f"INSERT DATA {{ {selector} oa:start {start} ; oa:end {end} }}",
    )


def test_an_unchanged_copy_has_no_problem(store: ox.Store) -> None:
    outcome = checked(store)
    assert outcome.ok
    assert outcome.document == ID + "text"
    assert outcome.spans == SPANS


def test_a_file_that_is_far_too_long_is_not_searched(store: ox.Store, tmp_path: Path) -> None:
    path = tmp_path / "copy.txt"
    path.write_text(ARTICLE.read_text(encoding="utf-8") * 2_000, encoding="utf-8")
    *_, problem = checked(store, path).problems
    assert (problem.kind, "times as long" in problem.message) == ("wrong file", True)


def test_another_text_is_told_in_one_sentence(store: ox.Store, tmp_path: Path) -> None:
    path = tmp_path / "other.txt"
    path.write_text("另一篇文章。" * 40, encoding="utf-8")
    outcome = checked(store, path)
    assert [problem.kind for problem in outcome.problems] == ["file digest", "text length", "wrong file"]
    assert f"{SPANS} of {SPANS} spans" in outcome.problems[-1].message


def test_a_changed_character_is_found_where_it_stands(store: ox.Store, tmp_path: Path) -> None:
    outcome = checked(store, changed(tmp_path, "6.2%", "6.3%"))
    assert kinds(outcome) == {
        ("file digest", ""),
        ("changed text", "sentence-002"),
        ("changed text", "span-36-39"),
    }


def test_a_line_break_more_makes_another_copy_with_all_spans_in_their_places(store: ox.Store, tmp_path: Path) -> None:
    path = tmp_path / "copy.txt"
    path.write_bytes(ARTICLE.read_bytes() + b"\n")
    outcome = checked(store, path)
    assert (outcome.status, outcome.ok, outcome.moved, outcome.additions) == ("realigned", True, (), ())


def test_a_text_is_checked_in_the_encoding_that_drafts_are_made_from(store: ox.Store, tmp_path: Path) -> None:
    path = tmp_path / "copy.txt"
    path.write_bytes(ARTICLE.read_text(encoding="utf-8").encode("gb18030"))
    assert (checked(store, path).ok, checked(store, path).moved) == (True, ())


def test_an_insertion_is_told_once_for_all_spans_after_it(store: ox.Store, tmp_path: Path) -> None:
    outcome = checked(store, changed(tmp_path, "新的", "崭新的"))
    by_kind = {problem.kind: problem for problem in outcome.problems}
    assert set(by_kind) == {"file digest", "text length", "changed text", "shifted offset"}
    assert by_kind["shifted offset"].message == f"{SPANS - 2} spans from here on stand 1 later."
    assert (by_kind["shifted offset"].start, by_kind["shifted offset"].end) == (
        12,
        len(ARTICLE.read_text(encoding="utf-8")) - 1,
    )


@pytest.mark.parametrize(("start", "end"), [(27, 32), (25, 30), (26, 32), (25, 31)])
def test_shifted_offsets_are_found_with_the_right_place(store: ox.Store, start: int, end: int) -> None:
    move(store, "26-31", start, end)
    assert checked(store).problems == (
        Problem("shifted offset", "The cited text stands at 26–31.", ID + "span-26-31", start, end),
    )


def test_offsets_beyond_the_text_are_out_of_range(store: ox.Store) -> None:
    move(store, "26-31", 26, 3100)
    assert kinds(checked(store)) == {("out of range", "span-26-31")}


def test_a_span_moved_to_the_same_words_elsewhere_is_outside_its_sentence(store: ox.Store) -> None:
    move(store, "12-15", 0, 3)
    assert kinds(checked(store)) == {("outside sentence", "span-12-15")}


def test_a_number_cut_out_of_a_longer_one_is_found(store: ox.Store) -> None:
    text = ARTICLE.read_text(encoding="utf-8")
    move(store, "45-49", 46, 49)
    digest = hashlib.sha256(text[46:49].encode()).hexdigest()
    update(
        store,
        "DELETE { yh:qinghe-2031-span-45-49 schema:sha256 ?d } "
        f'INSERT {{ yh:qinghe-2031-span-45-49 schema:sha256 "{digest}" }} '
        "WHERE { yh:qinghe-2031-span-45-49 schema:sha256 ?d }",
    )
    assert kinds(checked(store)) == {("cut number", "span-45-49")}


def test_a_surface_form_that_is_not_printed_there_is_found(store: ox.Store) -> None:
    mention = "yh:qinghe-2031-mention-yunshan-foods-52"
    update(store, f'INSERT DATA {{ {mention} yho:surfaceForm "云杉饮品公司"@zh }}')
    assert kinds(checked(store)) == {("surface form", "span-52-58")}


def test_a_span_without_digest_is_named(store: ox.Store) -> None:
    update(store, "DELETE WHERE { yh:qinghe-2031-span-52-58 schema:sha256 ?d }")
    assert kinds(checked(store)) == {("no digest", "span-52-58")}


def test_the_document_is_chosen_by_the_digest_of_the_file(store: ox.Store) -> None:
    update(store, 'INSERT DATA { yh:a-text a schema:TextObject ; schema:sha256 "00" }')
    assert checked(store).document == ID + "text"


def test_a_changed_file_needs_the_document_named_where_there_are_several(store: ox.Store, tmp_path: Path) -> None:
    update(store, 'INSERT DATA { yh:a-text a schema:TextObject ; schema:sha256 "00" }')
    copy = changed(tmp_path, "6.2%", "6.3%")
    with pytest.raises(UsageError, match="--document"):
        checked(store, copy)
    named = verify(StoreReader(store), copy, ID + "text")
    assert ("changed text", "span-36-39") in kinds(named)


def test_a_document_without_spans_is_not_called_verified(store: ox.Store) -> None:
    update(store, "DELETE WHERE { ?span oa:hasSource ?text }")
    with pytest.raises(NotFoundError, match="no spans"):
        checked(store)


def test_a_graph_without_documents_is_an_error() -> None:
    with pytest.raises(NotFoundError, match="no text file"):
        checked(ox.Store())


def test_a_missing_or_binary_file_is_a_readable_error(store: ox.Store, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"absent\.txt: cannot be read"):
        checked(store, tmp_path / "absent.txt")
    (tmp_path / "latin.txt").write_bytes(b"caf\xe9")
    with pytest.raises(DataError, match="neither UTF-8, GB18030 nor Big5"):
        verify(StoreReader(store), tmp_path / "latin.txt", ID + "text")
