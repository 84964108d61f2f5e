"""Copies from elsewhere: other white space, line breaks, widths, page furniture; and what is no copy."""

from __future__ import annotations

import random
import textwrap
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yuanhui_kg import alignment
from yuanhui_kg.alignment import Addition, Copy, Passage, align, normalised
from yuanhui_kg.cli import run
from yuanhui_kg.store import StoreReader, memory_store
from yuanhui_kg.verify import Verification, verify

FOLDER = Path(__file__).parent / "fixtures" / "qinghe"
TEXT = (FOLDER / "article.txt").read_bytes().decode("utf-8")
ID = "https://w3id.org/yuanhui-kg/id/qinghe-2031-"


@cache
def store() -> ox.Store:
    return memory_store(sorted(FOLDER.glob("*.ttl")))


def checked(tmp_path: Path, text: str, graph: ox.Store | None = None) -> Verification:
    path = tmp_path / "copy.txt"
    path.write_bytes(text.encode())
    return verify(StoreReader(graph or store()), path)


def kinds(outcome: Verification) -> list[str]:
    return [problem.kind for problem in outcome.problems]


def paged(lines: list[str], every: int) -> str:
    """The lines with a page number and a running head behind so many of them."""
    out: list[str] = []
    for page, start in enumerate(range(0, len(lines), every), 1):
        out += [*lines[start : start + every], "", f"— {page} —", "晨报 要闻版", ""]
    return "\n".join(out)


def replaced(old: str, new: str, text: str = TEXT) -> str:
    assert old in text
    return text.replace(old, new, 1)


# --- copies -------------------------------------------------------------------------------------------------------------


def test_the_text_itself_is_exact(tmp_path: Path) -> None:
    outcome = checked(tmp_path, TEXT)
    assert (outcome.status, outcome.moved, outcome.additions) == ("exact", (), ())


@pytest.mark.parametrize(
    "copy",
    [
        pytest.param(TEXT.replace("\n", "\r\n"), id="line ends of Windows"),
        pytest.param("\ufeff" + TEXT, id="byte-order mark"),
        pytest.param("".join(TEXT.split()), id="no white space at all"),
        pytest.param("\n".join(textwrap.wrap(TEXT, 17)), id="wrapped at seventeen"),
        pytest.param("　　" + TEXT.replace("\n", "\n　　"), id="indented paragraphs"),
        pytest.param(" ".join(TEXT), id="spaces between all characters"),
        pytest.param(TEXT.replace("，", ",").replace("；", ";"), id="half-width punctuation"),
        pytest.param(TEXT.replace("2", "２").replace("%", "％"), id="full-width digits"),
        pytest.param(TEXT.replace("织\n园", "织\u200b园").replace("纺\n织", "纺织"), id="another break in a name"),
    ],
)
def test_a_copy_with_other_white_space_or_widths_is_realigned(tmp_path: Path, copy: str) -> None:
    outcome = checked(tmp_path, copy)
    assert kinds(outcome) == []
    assert (outcome.status, outcome.exact, outcome.additions) == ("realigned", False, ())


def test_spans_of_a_realigned_copy_stand_where_they_are_said_to(tmp_path: Path) -> None:
    copy = paged(textwrap.wrap(TEXT, 23), 9)
    outcome = checked(tmp_path, copy)
    assert outcome.status == "realigned"
    assert len(outcome.moved) > 100
    for span in outcome.moved:
        found = normalised(copy[span.found_start : span.found_end])
        for furniture in [f"—{page}—晨报要闻版" for page in range(1, 20)]:
            found = found.replace(furniture, "")
        assert found == normalised(TEXT[span.start : span.end])


@pytest.mark.parametrize(("width", "every"), [(40, 10), (23, 9), (11, 7), (30, 3)])
def test_page_numbers_and_running_heads_are_passed_over_and_told(tmp_path: Path, width: int, every: int) -> None:
    lines = textwrap.wrap(TEXT, width)
    outcome = checked(tmp_path, paged(lines, every))
    assert (outcome.status, kinds(outcome)) == ("realigned", [])
    assert len(outcome.additions) == -(-len(lines) // every)
    assert all(addition.lines for addition in outcome.additions)


def test_a_paragraph_that_stands_elsewhere_is_found(tmp_path: Path) -> None:
    caption = "图为白鹭湾湿地公园。"
    copy = caption + "\n\n" + replaced(caption, "")
    outcome = checked(tmp_path, copy)
    assert (outcome.status, kinds(outcome)) == ("realigned", [])
    assert {span.found_start for span in outcome.moved if span.start == TEXT.index(caption)} == {0}


def test_spans_in_their_places_are_not_called_moved(tmp_path: Path) -> None:
    outcome = checked(tmp_path, replaced("二、城乡", "\n二、城乡"))
    assert outcome.status == "realigned"
    assert min(span.start for span in outcome.moved) >= TEXT.index("二、城乡")


def test_the_command_tells_what_was_realigned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "data").symlink_to(FOLDER)
    monkeypatch.setenv("YUANHUI_KG_RESOURCES", str(tmp_path))
    path = tmp_path / "copy.txt"
    path.write_text(replaced("二、城乡", "12\n\n二、城乡"), encoding="utf-8")
    assert run(["verify", "--article", str(path), "--moved"]) == 0
    at = TEXT.index("二、城乡")
    first, *others, last = capfd.readouterr().out.splitlines()
    assert first == f"moved: qinghe-2031-span-{at}-{at + 1} ({at}–{at + 1}): {at + 4}–{at + 5}"
    assert f"added lines: {at}–{at + 2} of the copy" in others
    assert last.endswith(
        f"realigned: another copy, every span unchanged, {len(others)} moved; 1 insertion of whole lines passed over."
    )


# --- what is no copy ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "lost"),
    [("36.8亿", "36.9亿", "36.8"), ("四十二家企业今年", "四十三家企业今年", "四十二"), ("8.4亿", "84亿", "8.4")],
)
def test_a_changed_number_is_found_in_a_wrapped_and_paged_copy(tmp_path: Path, old: str, new: str, lost: str) -> None:
    copy = paged(textwrap.wrap(replaced(old, new), 40), 10)
    outcome = checked(tmp_path, copy)
    assert outcome.status == "failed"
    changed = [problem for problem in outcome.problems if problem.kind == "changed text"]
    start = TEXT.index(old)
    assert (start, start + len(lost)) in {(problem.start, problem.end) for problem in changed}
    assert all(problem.start <= start < problem.end for problem in changed if problem.start is not None and problem.end)
    assert len(changed) <= 3


def test_a_change_of_what_is_not_folded_is_a_change(tmp_path: Path) -> None:
    outcome = checked(tmp_path, replaced("31公里", "3¹公里") + "\n")
    assert "changed text" in kinds(outcome)


def test_words_put_between_sentences_are_found(tmp_path: Path) -> None:
    outcome = checked(tmp_path, replaced("用工难题", "据悉，用工难题"))
    assert kinds(outcome) == ["file digest", "text length", "added text", "shifted offset"]
    at = TEXT.index("用工难题")
    assert outcome.additions == (Addition(at, at + 3, lines=False),)


def test_a_digit_before_a_paragraph_is_not_taken_for_the_blank_line_that_was_there(tmp_path: Path) -> None:
    outcome = checked(tmp_path, replaced("\n\n用工难题", "\n不用工难题"))
    assert "added text" in kinds(outcome)


def test_a_missing_sentence_is_named_and_the_rest_is_found(tmp_path: Path) -> None:
    gone = "沈河镇推行“一街一长”制度，两个社区先行试点。"
    outcome = checked(tmp_path, replaced(gone, ""))
    start = TEXT.index(gone)
    changed = [p for p in outcome.problems if p.kind == "changed text"]
    assert changed
    assert all(p.start is not None and start <= p.start < start + len(gone) for p in changed)


def test_a_shifted_offset_of_the_graph_is_found_in_another_copy_too(tmp_path: Path) -> None:
    graph = memory_store(sorted(FOLDER.glob("*.ttl")))
    selector = "<" + ID + "selector-26-31>"
    graph.update(
        f"PREFIX oa: <http://www.w3.org/ns/oa#> DELETE WHERE {{ {selector} oa:start ?s ; oa:end ?e }} ; "
        f"INSERT DATA {{ {selector} oa:start 24 ; oa:end 29 }}"
    )
    outcome = checked(tmp_path, "".join(TEXT.split()), graph)
    shifted = [p for p in outcome.problems if p.span == ID + "span-26-31"]
    assert [(p.kind, p.message) for p in shifted] == [("shifted offset", "The cited text stands at 25–30 of the copy.")]


def test_another_text_is_told_once_and_soon(tmp_path: Path) -> None:
    sentences = [sentence + "。" for sentence in TEXT.split("。")]
    other = "".join(reversed("".join(sentences)))
    outcome = checked(tmp_path, other * 3)
    assert kinds(outcome) == ["file digest", "text length", "wrong file"]


def test_a_copy_with_other_line_breaks_and_a_change_does_not_list_every_line(tmp_path: Path) -> None:
    outcome = checked(tmp_path, "\n".join(textwrap.wrap(replaced("6.2%", "6.3%"), 10)))
    assert kinds(outcome).count("shifted offset") == 1
    assert "changed text" in kinds(outcome)


# --- the alignment itself -----------------------------------------------------------------------------------------------


def passages(text: str, ends: list[int]) -> list[Passage]:
    cuts = [0, *ends]
    found = []
    for start, end in zip(cuts, ends, strict=False):
        plain = normalised(text[start:end])
        found.append(Passage(start, end, alignment.sha256(plain), len(plain)))
    return found


def pieces(copy: Copy, place: alignment.Pieces | None) -> str:
    return "".join(copy.plain[start:end] for start, end in place or ())


def test_normalised_text_has_neither_white_space_nor_widths() -> None:
    assert normalised(" Ａ，\u3000b\u00ad\u200bｃ\r\n") == "A,bc"
    assert normalised("10² ①…·“”") == "10²①…·“”"


@given(st.lists(st.sampled_from([" ", "\n", "\u3000", "\n\n", "\t"]), min_size=1, max_size=40), st.randoms())
def test_any_white_space_anywhere_leaves_every_sentence_found(blanks: list[str], chance: random.Random) -> None:
    text = list(TEXT)
    for blank in blanks:
        text.insert(chance.randrange(len(text)), blank)
    ends = [i + 1 for i, character in enumerate(TEXT) if character == "。"]
    expected = passages(TEXT, ends)
    copy = Copy("".join(text))
    found = align(copy, expected, len(TEXT), 0)
    assert [alignment.sha256(pieces(copy, place)) for place in found.places] == [p.digest for p in expected]


def book(sentences: int) -> tuple[str, list[int]]:
    """A text as long as a book, and where its sentences end."""
    chance = random.Random(7)
    signs = [chr(code) for code in range(0x4E00, 0x4E00 + 900)]
    text, ends = [], []
    for _ in range(sentences):
        text.append("".join(chance.choices(signs, k=chance.randrange(8, 90))) + "。")
        ends.append(len(text[-1]) + (ends[-1] if ends else 0))
    return "".join(text), ends


def test_a_book_costs_few_digests_for_each_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    text, ends = book(8000)
    counted = 0
    real = alignment.sha256

    def count(of: str) -> str:
        nonlocal counted
        counted += 1
        return real(of)

    monkeypatch.setattr(alignment, "sha256", count)
    copy = Copy(paged(textwrap.wrap(text, 60), 30))
    expected = passages(text, ends)
    counted = 0
    found = align(copy, expected, len(text), 0)
    assert None not in found.places
    assert counted < 60 * len(expected)


def test_a_search_for_what_is_not_there_ends() -> None:
    text, ends = book(3000)
    other = text[::-1]
    copy = Copy(other)
    search = alignment._Search(copy, passages(text, ends), [0] * (len(ends) + 1))
    search.left = 20_000
    search.follow()
    search.mend()
    assert set(search.places) == {None}
    assert search.left > -len(ends) * 400
