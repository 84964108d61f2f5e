"""How likely the parts of figures and things are right: as a review sorts them, and against gold texts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from yuanhui_kg.extract import certainty, evaluation, extract, gold, report
from yuanhui_kg.extract.records import CERTAIN, Certainty, Entity

ROOT = Path(__file__).parents[1]
HELD_OUT = sorted((ROOT / "tests" / "gold").glob("held-*.gold"))
TRAIN = sorted((ROOT / "tests" / "gold").glob("train-*.gold"))
CALIBRATION = sorted((ROOT / "tests" / "gold").glob("calibration-*.gold"))


@cache
def held_out() -> list[tuple[float, bool]]:
    """How sure each figure of the held-out texts is, with whether it is right as read."""
    return [pair for path in HELD_OUT for pair in _figures(gold.read(path))]


def _figures(text: gold.Gold) -> Iterator[tuple[float, bool]]:
    draft = evaluation.draft_of(text)
    wanted = {(figure.start, figure.end): figure for figure in text.figures}
    for figure in draft.figures:
        if (told := wanted.get((figure.start, figure.end))) is not None:
            agreed = evaluation.agreement(told, figure, draft)
            right = all(agreed[name] for name in ("value", "unit", "kind", "period", "read", "subject"))
            yield certainty.certainty(figure).whole, right


@pytest.mark.parametrize("band", range(10))
def test_figures_of_texts_that_nothing_was_fitted_to_are_as_right_as_they_are_sure(band: int) -> None:
    found = [(sure, right) for sure, right in held_out() if min(9, int(sure * 10)) == band]
    if len(found) < 100:
        return  # by chance alone these may be anything
    said, true = (sum(values) / len(found) for values in zip(*found, strict=True))
    assert true == pytest.approx(
        said, abs=0.05 + len(found) ** -0.5
    )  # two standard errors at most, and what authors differ in


def test_the_surest_figures_are_right_more_often_than_the_others() -> None:
    found = sorted(held_out())
    doubtful = found[: len(found) // 2]
    wrong = [not right for _, right in found]
    assert sum(not right for _, right in doubtful) > 0.8 * sum(wrong)


def test_a_name_that_the_ontology_lacks_is_less_sure_than_one_that_it_has() -> None:
    draft = extract("松泉区2023年统计公报\n\n全年地区生产总值90亿元。榨油坊翻新坊次12个。\n")
    known, free = map(certainty.certainty, draft.figures)
    assert known.indicator > free.indicator
    assert known.whole > free.whole


def test_the_whole_is_no_surer_than_its_parts() -> None:
    assert Certainty(0.9, 0.8, 1.0, 0.5).whole == 0.36
    assert CERTAIN.whole == 1.0


def test_nothing_that_is_read_is_certain(monkeypatch: pytest.MonkeyPatch) -> None:
    far = {part: {"always": 99.0} for part in ("number", "indicator", "period", "subject", "thing")}
    monkeypatch.setattr(certainty, "weights", lambda: far)
    (figure,) = extract("松泉区2023年统计公报\n\n全年地区生产总值90亿元。\n").figures
    assert certainty.certainty(figure) == (0.99, 0.99, 0.99, 0.99)
    assert certainty.of_thing(Entity("Town", "松泉镇", ((0, 3),))) == 0.99


def test_a_figure_that_gives_a_variable_a_second_value_is_less_sure() -> None:
    once, twice = (
        extract(f"松泉区2023年统计公报\n\n全年粮食产量9万吨。全年粮食产量{number}万吨。\n").figures[0]
        for number in (9, 8)
    )
    assert certainty.certainty(twice).whole < certainty.certainty(once).whole


def test_ranks_within_different_areas_do_not_make_each_other_doubtful() -> None:
    text = "柳坪县2022年国民经济和社会发展统计公报\n\n全年生产总值500亿元，总量居全国第120位、全省第3位。"
    found = extract(text, published="2023-03-28", place="柳坪县").figures
    ranks = [figure for figure in found if figure.kind == "rank"]
    assert [(figure.value, figure.within) for figure in ranks] == [(120, "全国"), (3, "全省")]
    assert not any("clashes" in part for figure in ranks for part in figure.signs or ())


def test_a_review_tells_which_part_of_a_figure_is_doubtful(monkeypatch: pytest.MonkeyPatch) -> None:
    draft = extract("松泉区2023年统计公报\n\n全年地区生产总值90亿元。\n")
    monkeypatch.setattr(report, "certainty", lambda figure: Certainty(0.99, 0.97, 0.4, 0.95))
    page = report.write(draft)
    assert re.findall(r'<dd>([^<]*) <small class="doubt">(\d+%)</small>', page) == [("2023", "40%")]


def test_every_weight_is_of_a_sign_that_there_is() -> None:
    train_certainty = pytest.importorskip("train_certainty")
    cases = train_certainty.read(map(gold.read, [*TRAIN, *CALIBRATION]))
    seen = {part: {sign for case in told for sign in case.signs} for part, told in cases.items()}
    assert {part: set(signs) - seen[part] for part, signs in certainty.weights().items()} == {
        part: set() for part in seen
    }


def test_weights_are_fitted_to_what_is_right_and_moved_to_how_often_new_ones_are() -> None:
    train_certainty = pytest.importorskip("train_certainty")
    case = train_certainty.Case
    cases = (
        [case(("always", "good"), True)] * 30 + [case(("always", "bad"), False)] * 20 + [case(("always",), True)] * 9
    )
    weights = train_certainty.fit(cases)
    assert weights["good"] > 0 > weights["bad"]
    fresh = [case(("always", "good"), index % 2 == 0) for index in range(40)] + [case(("always", "bad"), False)] * 40
    moved = train_certainty.moved(weights, fresh)
    assert moved["always"] + moved["good"] == pytest.approx(0.0, abs=0.1)
