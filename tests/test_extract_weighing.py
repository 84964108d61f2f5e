"""The choice among candidates by a table of weights, and the training that fits such tables."""

from __future__ import annotations

import math
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from yuanhui_kg.extract import extract, gold, proposing, weighing

ROOT = Path(__file__).parents[1]


def test_the_candidate_is_chosen_whose_features_weigh_most_and_the_first_of_equals(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(weighing, "weights", lambda choice: {("near", choice): 1.0, ("far", choice): -1.0})
    signs = {"a": ["far", "near"], "b": ["near", "unknown"], "c": ["near"]}

    def chosen(candidates: str) -> str | None:
        best = weighing.heaviest("x", 0, candidates, lambda one: [(sign, "x") for sign in signs[one]], str)
        return best and best.one

    assert [chosen("abc"), chosen("ac"), chosen("a"), chosen("")] == ["b", "c", "a", None]


def test_the_share_of_a_candidate_is_that_of_all_that_say_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weighing, "weights", lambda choice: {("heavy", choice): math.log(2)})

    def share(candidates: list[str]) -> float | None:
        best = weighing.heaviest("x", 0, candidates, lambda one: [("heavy", "x")] if one == "A" else [], str.lower)
        return best and best.share

    assert [share(["A"]), share(["A", "b"]), share(["A", "a", "b"]), share([])] == [
        1.0,
        pytest.approx(2 / 3),
        pytest.approx(3 / 4),
        None,
    ]


def test_others_that_say_something_else_are_kept_the_likeliest_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weighing, "weights", lambda choice: {(sign, choice): float(sign) for sign in "0123456789"})
    best = weighing.heaviest(
        "x", 0, ["7a", "9b", "8B", "6c", "8a", "0d"], lambda one: [(one[0], "x")], lambda one: one[1].lower(), 3
    )
    assert best is not None
    assert (best.one, best.others) == ("9b", ("8a", "6c"))  # 0d is too unlikely


def test_weights_are_fitted_to_what_is_right_and_those_that_are_given_stay() -> None:
    train_choices = pytest.importorskip("train_choices")
    right, wrong, given = ("rule", "right"), ("rule", "wrong"), ("rule", "given")
    weights = train_choices.fit([([[right, given], [wrong]], [True, False])] * 3, {given: -1.0})
    assert weights[right] > 0 > weights[wrong]
    assert weights[given] == -1.0


def test_every_text_that_is_trained_with_has_one_author() -> None:
    told = tomllib.loads((ROOT / "bench" / "authors.toml").read_text(encoding="utf-8"))["texts"]
    texts = Counter(stem for stems in told.values() for stem in stems)
    assert set(texts.values()) == {1}
    assert texts.keys() == {path.stem.removeprefix("train-") for path in ROOT.glob("tests/gold/train-*.gold")}


def test_rules_that_are_not_asked_would_find_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [gold.read(path).text for path in sorted((ROOT / "tests" / "gold").glob("*.gold"))[::4]]
    read = [extract(text).figures for text in texts]
    monkeypatch.setattr(proposing, "_fitting", lambda rules, *_: rules)
    assert [extract(text).figures for text in texts] == read
