"""The evaluation: gold files, and scores that can be wrong."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from yuanhui_kg.errors import DataError
from yuanhui_kg.extract.evaluation import Score, compare, draft_of, evaluate
from yuanhui_kg.extract.gold import Gold, read

HEAD = "genre: communique\nsplit: train\nplace: 松泉区\npublished: 2024\nperiod: 2023\n"
TEXT = "⟦90⟧亿元是地区生产总值，增长⟦5⟧%。"
LINES = "90 | 90亿 CNY | level | 2023 | 地区生产总值\n\n5 | 5 percent | change | 2023<2022 | 地区生产总值\n"


def gold(tmp_path: Path, *, head: str = HEAD, text: str = TEXT, lines: str = LINES, things: str = "") -> Gold:
    path = tmp_path / "a.gold"
    path.write_text("\n===\n".join((head, text, lines, things)), encoding="utf-8")
    return read(path)


def test_a_gold_file_tells_the_place_of_each_number_in_the_text_without_marks(tmp_path: Path) -> None:
    made = gold(tmp_path, things="District | 松泉区\n")
    assert [made.text[figure.start : figure.end] for figure in made.figures] == ["90", "5"]
    assert [(str(figure.value), figure.unit, figure.base) for figure in made.figures] == [
        ("9000000000", "CNY", ""),
        ("5", "percent", "2022"),
    ]
    assert made.entities == {("District", "松泉区")}
    assert {figure.subject for figure in made.figures} == {"松泉区"}


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ({"head": "genre communique\n"}, "a.gold: 'genre communique' is no line of a head"),
        ({"lines": "90 | 90亿 CNY | level | 2023 | 地区生产总值\n"}, "marks 2 numbers and describes 1"),
        ({"lines": LINES.replace("5 |", "6 |", 1)}, "a.gold:12: '6 |"),
        ({"lines": LINES.replace("90亿", "many")}, "a.gold:10: 'many' is no number"),
        ({"things": "松泉区"}, "'松泉区' is no entity"),
        ({"things": "District | 松泉区\n===\n"}, "has 5 parts"),
    ],
)
def test_what_is_wrong_with_a_gold_file_is_said_with_its_line(tmp_path: Path, parts: dict[str, str], told: str) -> None:
    with pytest.raises(DataError, match=told):
        gold(tmp_path, **parts)


def test_scores_of_texts_of_one_genre_are_added_up(tmp_path: Path) -> None:
    made = gold(tmp_path)
    once, twice = (evaluate([made] * number)[0]["communique", "train"] for number in (1, 2))
    assert once["span"] == Score(2, 2, 2)
    assert twice == {name: score + score for name, score in once.items()}


def test_a_figure_that_stands_elsewhere_than_it_says_is_counted(tmp_path: Path) -> None:
    made = gold(tmp_path)
    draft = draft_of(made)
    moved = replace(draft, figures=(replace(draft.figures[0], start=3, end=5), *draft.figures[1:]))
    assert compare(made, draft)[0]["offsets"] == Score(2, 2, 2)
    assert compare(made, moved)[0]["offsets"] == Score(1, 2, 2)


def test_what_is_missing_is_told_with_the_words_around_it_at_the_beginning_of_a_text_too(tmp_path: Path) -> None:
    made = gold(tmp_path)
    errors = compare(made, replace(draft_of(made), figures=()))[1]
    assert errors[0] == "a.gold missing '90亿元是地区生产总'"


def test_a_part_of_a_structure_may_be_told_as_its_share_alone(tmp_path: Path) -> None:
    lines = "12 | 12 percent | share | 2023 | 第一产业增加值占地区生产总值的比重\n40 | 40 percent | share | 2023 | {}\n48 | 48 percent | share | 2023 | 三次产业结构比重\n"
    for second, right in (("第二产业增加值占地区生产总值的比重", 3), ("第三产业增加值占地区生产总值的比重", 2)):
        made = gold(tmp_path, text="全区三次产业结构为⟦12⟧:⟦40⟧:⟦48⟧。", lines=lines.format(second))
        assert compare(made, draft_of(made))[0]["indicator"] == Score(right, 3, 3)


def test_quotation_marks_are_no_part_of_a_name(tmp_path: Path) -> None:
    made = gold(tmp_path, text="松泉区“雨露计划”惠及⟦90⟧亿元。增长⟦5⟧%。", things="Programme | 雨露计划\n")
    assert compare(made, draft_of(made))[0]["programme"] == Score(1, 1, 1)
