"""Work grows with the length of a text, whatever it is made of: sentences without end, years, names, brackets by the thousand."""

from __future__ import annotations

import re
import signal
import sys
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yuanhui_kg.errors import DataError
from yuanhui_kg.extract import divisions, drafting, extract
from yuanhui_kg.extract.mentions import occurrences, outermost
from yuanhui_kg.extract.normalising import normalise
from yuanhui_kg.extract.structure import LONGEST_SENTENCE, sentences
from yuanhui_kg.extract.tables import beginning, one_of

TITLE = "柳坪县：山乡新貌\n\n"


def names(number: int) -> str:
    """Villages and companies, each with a name of its own."""
    return "".join(
        f"{chr(0x5000 + 3 * i)}{chr(0x6000 + i)}村、华{chr(0x5001 + 3 * i)}兴有限公司、" for i in range(number)
    )


TEXTS: dict[str, Callable[[int], str]] = {
    "a sentence without end": lambda n: "2021年，全县生产总值90亿元，增长8%，" * n,
    "years that lead back": lambda n: "由2015年的3.2万元、" * n,
    "years without numbers": lambda n: "2015年、2016年、" * n + "产值5亿元",
    "names": names,
    "titles": lambda n: "".join(f"荣获“全国{chr(0x5000 + i)}{chr(0x6000 + i)}示范县”称号。" for i in range(n)),
    "zones": lambda n: "".join(f"{chr(0x5000 + i)}{chr(0x6000 + i)}县华兴开发区企业5家。" for i in range(n)),
    "brackets": lambda n: "(" * n + "产值5亿元" + ")" * n,
    "quotation marks": lambda n: "“甲乙丙”、" * n,
    "semicolons": lambda n: "年末人口5万人；" * n,
    "respectively": lambda n: "产值分别达" + "5亿元、" * n,
    "sums": lambda n: "累计完成投资5亿元，" * n,
    "divisions": lambda n: "、".join(sorted(divisions.codes())[:n]) + "签约。",
    "what was named before": lambda n: "该公司产值5亿元，" * n,
}


def work(text: str) -> int:
    """How many functions are called while a text is read."""
    calls = 0

    def count(frame: object, event: str, argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        extract(TITLE + text, published="2022-09-01")
    finally:
        sys.setprofile(None)
    return calls


@pytest.mark.parametrize("kind", TEXTS)
def test_twice_the_text_is_twice_the_work(kind: str) -> None:
    extract(TITLE + TEXTS[kind](1), published="2022-09-01")  # what is built once is built now
    short, long = work(TEXTS[kind](250)), work(TEXTS[kind](500))
    assert long < 2.3 * short + 2000


#: What patterns could try in more ways than there is time for, or what a program for numbers and texts may not expect.
HOSTILE = {
    "blanks": "产值5亿元。" + "\u3000" * 200_000 + "增长5%。",
    "empty lines": "产值5亿元。" + "\n" * 20_000 + "增长5%。",
    "open quotation marks": "“甲" * 10_000,
    "closed brackets": "产值5亿元" + ")" * 20_000,
    "one line": "2021年产值5亿元，增长5%。" * 1_000,
    "a number of many digits": f"产值{'9' * 290}亿元，增长{'9' * 290}%，居全市第{'9' * 290}位。",
    "a numeral of many characters": f"产值{'亿' * 290}元，{'九' * 290}户，{'九千' * 140}人。",
    "digits of other scripts": "产值٣٤亿元，増长𝟓%，⑧个、Ⅷ个、㈧个、𝍰个、〨个，½亿元。",
    "marks of direction": "产值\u202e5亿元\u202c，\u2066增长5%\u2069。" * 500,
    "characters of private use": "产值\ue0005\U000f0000亿元。" * 500,
}


@pytest.fixture
def hasty() -> Iterator[None]:
    """Ends what takes a minute of processor time, where seconds are enough."""

    def late(*_: object) -> None:
        pytest.fail("it takes more than a minute")

    before = signal.signal(signal.SIGVTALRM, late)
    signal.setitimer(signal.ITIMER_VIRTUAL, 60)
    yield
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    signal.signal(signal.SIGVTALRM, before)


@pytest.mark.parametrize("kind", HOSTILE)
def test_no_text_holds_the_reader_or_breaks_it(kind: str, hasty: None) -> None:
    draft = extract(TITLE + HOSTILE[kind])
    assert drafting.triples(draft)
    assert all(draft.source.text[figure.start : figure.end] for figure in draft.figures)


def test_half_a_surrogate_pair_is_no_text() -> None:
    with pytest.raises(DataError, match="at character 12"):
        extract(TITLE + "产值\ud800亿元")


def test_no_sentence_is_longer_than_the_bound_and_none_ends_inside_a_number() -> None:
    text = normalise("柳坪县\n\n" + "产值12345678.25亿元和" * 400).text
    cut = sentences(text)
    assert max(s.end - s.start for s in cut) <= LONGEST_SENTENCE
    assert "".join(text[s.start : s.end] for s in cut) == text.replace("\n", "")
    assert all(not (text[s.end - 1].isdigit() and text[s.end : s.end + 1].isdigit()) for s in cut)


def test_every_name_is_found_wherever_it_stands_the_longest_first() -> None:
    found = list(occurrences("青禾区高新区和高新区", ["高新区", "青禾区高新区", "青禾区", "无"]))
    assert found == [(0, 6), (0, 3), (3, 6), (7, 10)]
    assert list(outermost(found)) == [(0, 6), (7, 10)]
    assert list(occurrences("青禾区", [])) == []


@given(
    st.lists(st.text("甲乙丙.", min_size=1, max_size=4), min_size=1, max_size=8),
    st.text("甲乙丙丁.", max_size=30),
    st.sampled_from(["(?:{})", "(?:{})(?!甲)", "(?:{})$", "(?:{})*乙"]),
)
def test_a_pattern_for_some_texts_finds_what_trying_them_one_after_another_finds(
    choices: list[str], text: str, pattern: str
) -> None:
    longest_first = "|".join(map(re.escape, sorted(choices, key=len, reverse=True)))
    expected = [match.span() for match in re.finditer(pattern.format(longest_first), text)]
    assert [match.span() for match in re.finditer(pattern.format(one_of(choices)), text)] == expected


@given(st.lists(st.text("甲乙]^-", min_size=1, max_size=3), min_size=1, max_size=5), st.text("甲乙丙]^-", max_size=30))
def test_texts_are_found_behind_a_look_at_what_they_begin_with(choices: list[str], text: str) -> None:
    found = [match.span() for match in re.finditer(f"{beginning(choices)}(?:{one_of(choices)})", text)]
    assert found == [match.span() for match in re.finditer(one_of(choices), text)]


def test_a_number_that_shares_the_unit_of_a_ratio_is_no_part_of_it() -> None:
    found = extract(TITLE + "三次产业结构变为2.3～45.2∶52.5。", published="2022").figures
    assert [str(figure.value) for figure in found] == ["2.3", "45.2", "52.5"]


@pytest.mark.parametrize("word", ["人民医院", "工业园区", "有限公司", "第一中学"])
def test_no_name_goes_on_without_end(word: str) -> None:
    """Else each word copies all before it."""
    found = extract(TITLE + word * 500).entities
    assert max((len(entity.name) for entity in found), default=0) <= 80
