"""Fits the weights by which extraction chooses among candidates, and writes ``extract/tables/choice-*.toml``.

A conditional logit over the candidates of each number of gold texts whose right one is among them, with an L2 penalty, by gradient
ascent (numpy only, deterministic). What is carried on depends on what was chosen before, so that texts are read and weights fitted in
turns, each time to the choices of all turns (data set aggregation, Ross, Gordon and Bagnell 2011): else weights swing to and fro.
``--by-author`` writes nothing, but fits the texts of all authors but one (``bench/authors.toml``) and tells how much is right in those of
that one. Usage: ``python bench/train_choices.py indicators tests/gold/train-*.gold``.
"""

from __future__ import annotations

import argparse
import itertools
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from yuanhui_kg.extract import choosing, evaluation, tables, weighing
from yuanhui_kg.extract.equivalence import same_indicator
from yuanhui_kg.extract.gold import Gold, GoldFigure
from yuanhui_kg.extract.gold import read as read_gold
from yuanhui_kg.extract.lexicon import lexicon
from yuanhui_kg.extract.weighing import Feature

TABLES = Path(tables.__file__).parent / "tables"
AUTHORS = Path(__file__).with_name("authors.toml")
HEAD = """# What speaks for and against a candidate: {head} Fitted to gold texts by bench/train_choices.py; what is missing weighs nothing.
"""
PENALTY = 0.002
STEPS = 600
TURNS = 4
SMALLEST = 0.05

Weights = Mapping[Feature, float]
#: The features of each candidate of a number, and which of the candidates are right.
Options = tuple[list[list[Feature]], list[bool]]


@dataclass(frozen=True)
class Choice:
    """What is chosen: the measure of evaluation that it decides, when a candidate is right, weights that are given."""

    measure: str
    right: Callable[[Gold, GoldFigure, Any], bool]
    head: str
    fixed: Weights = field(default_factory=dict)


def _published(gold: Gold) -> str:
    return gold.given.get("published", "")[:4]


CHOICES = {
    "indicators": Choice(
        "indicator",
        lambda gold, figure, one: same_indicator(figure.indicator, one.indicator.label, lexicon()),
        "by the rule that proposes an indicator (proposing.py, shares.py, amounts.py, counts.py), the weight of each sign around the number (choosing.py).",
        # A candidate whose unit does not fit is as good as none.
        fixed={choosing.MISFIT: -6.0},
    ),
    "subjects": Choice(
        "subject",
        lambda gold, figure, one: figure.subject == (gold.place if one.group == "place" else one.name),
        "by where a thing is named or what kind it is, the weight of each sign (subjects.py).",
    ),
    "periods": Choice(
        "period",
        lambda gold, figure, one: (
            one.years.edtf == (_published(gold) if figure.period == "publication" else figure.period)
        ),
        "by what of the years told a figure holds for, the weight of each sign (standing.py, periods.toml).",
    ),
}


def read(choice: str, golds: Iterable[Gold]) -> list[Options]:
    """The options of each number, those left out of whose candidates all are right or none."""
    found = []
    for gold in golds:
        told = observed(choice, gold)
        for figure in gold.figures:
            candidates, features = told.get(figure.start, ([], []))
            right = [CHOICES[choice].right(gold, figure, one) for one in candidates]
            if any(right) and not all(right):
                found.append((features, right))
    return found


def observed(choice: str, gold: Gold) -> dict[int, tuple[list[Any], list[list[Feature]]]]:
    """The candidates for each number of a text, by where it starts, with their features, as the text is read."""
    seen: dict[int, tuple[list[Any], list[list[Feature]]]] = {}
    heaviest = weighing.heaviest

    def noting(
        name: str, at: int, candidates: Iterable[Any], features: Callable[[Any], Iterable[Feature]], *ways: Any
    ) -> Any:
        options = list(candidates)
        if name == choice:
            seen[at] = options, [list(features(one)) for one in options]
        return heaviest(name, at, options, features, *ways)

    weighing.heaviest = noting
    try:
        offsets = evaluation.draft_of(gold).normal.offsets
    finally:
        weighing.heaviest = heaviest
    return {offsets[at]: told for at, told in seen.items()}


def fit(choices: Sequence[Options], given: Weights) -> dict[Feature, float]:
    """Weights by which the right candidates of each number together have the greatest likelihood."""
    vocabulary = sorted({feature for options, _ in choices for option in options for feature in option})
    column_of = {feature: i for i, feature in enumerate(vocabulary)}
    rows, columns, first, right = [], [], [0], []
    for options, truth in choices:
        for option, is_right in zip(options, truth, strict=True):
            rows += [len(right)] * len(option)
            columns += [column_of[feature] for feature in option]
            right.append(is_right)
        first.append(len(right))
    row, column, truth_of = np.array(rows), np.array(columns), np.array(right, dtype=float)
    starts, owner = np.array(first[:-1]), np.repeat(np.arange(len(choices)), np.diff(first))
    fixed = np.array([feature in given for feature in vocabulary])
    weights = np.array([given.get(feature, 0.0) for feature in vocabulary])
    square = np.zeros(len(vocabulary))
    for _ in range(STEPS):
        scores = np.bincount(row, weights[column], len(right))
        powers = np.exp(scores - np.maximum.reduceat(scores, starts)[owner])
        shares = powers / np.add.reduceat(powers, starts)[owner]
        rightly = powers * truth_of
        rightly = rightly / np.add.reduceat(rightly, starts)[owner]
        gradient = np.bincount(column, (rightly - shares)[row], len(vocabulary)) / len(choices) - PENALTY * weights
        gradient[fixed] = 0
        square = 0.99 * square + 0.01 * gradient**2
        weights = weights + 0.03 * gradient / (np.sqrt(square) + 1e-6)
    best = np.array([truth_of[a:b][np.argmax(scores[a:b])] for a, b in itertools.pairwise(first)])
    print(f"{len(choices)} choices, {len(vocabulary)} features, right {best.mean():.3f}")
    return {feature: round(float(weight), 2) for feature, weight in zip(vocabulary, weights, strict=True)}


def trained(choice: str, golds: Sequence[Gold]) -> dict[Feature, float]:
    """The weights of a choice, read and fitted in turns; extraction chooses by them from now on."""
    wanted, table_of = CHOICES[choice], weighing.weights
    weights: dict[Feature, float] = dict(weighing.weights(choice))
    seen: list[Options] = []
    for _ in range(TURNS):
        seen += read(choice, golds)
        fitted = fit(seen, wanted.fixed)
        weights = {feature: weight for feature, weight in fitted.items() if abs(weight) >= SMALLEST}
        weighing.weights = lambda name, own=weights: own if name == choice else table_of(name)  # type: ignore[assignment,misc]
    return weights


def by_author(choice: str, golds: Sequence[Gold]) -> None:
    """Tells, of each author's texts, how much of what is chosen is right by weights that were fitted to the others."""
    measure, table_of = CHOICES[choice].measure, weighing.weights
    for author, stems in tomllib.loads(AUTHORS.read_text(encoding="utf-8"))["texts"].items():
        own = [gold for gold in golds if gold.name.removesuffix(".gold").removeprefix("train-") in stems]
        trained(choice, [gold for gold in golds if gold not in own])
        scores = [evaluation.compare(gold, evaluation.draft_of(gold))[0][measure] for gold in own]
        right, real = sum(score.right for score in scores), sum(score.real for score in scores)
        print(f"{author}: {right} of {real}, {right / max(real, 1):.3f}", flush=True)
        weighing.weights = table_of


def written(choice: str, weights: Weights) -> str:
    """The weights as a table by rule and sign."""
    lines = [HEAD.format(head=CHOICES[choice].head).rstrip()]
    for rule, group in itertools.groupby(sorted(weights), key=lambda feature: feature[0]):
        lines += ["", f'["{rule}"]', *(f'"{sign}" = {weights[rule, sign]}' for _, sign in group)]
    return "\n".join(lines) + "\n"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("choice", choices=CHOICES)
    options.add_argument("gold", type=Path, nargs="+")
    options.add_argument("--by-author", action="store_true")
    given = options.parse_args()
    golds = [read_gold(path) for path in given.gold]
    if given.by_author:
        by_author(given.choice, golds)
    else:
        text = written(given.choice, trained(given.choice, golds))
        (TABLES / f"choice-{given.choice}.toml").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
