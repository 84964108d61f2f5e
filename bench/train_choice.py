"""Fits the weights by which extraction chooses a number's indicator, and writes ``extract/tables/choice.toml``.

A conditional logit over the candidates of each number of gold texts whose right indicator is among them, with an L2 penalty, by
gradient ascent (numpy only, deterministic). What is carried on depends on what was chosen before, so that texts are read
and weights fitted in turns. Usage: ``python bench/train_choice.py tests/gold/train-*.gold``.
"""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from yuanhui_kg.extract import choosing, evaluation, proposing, reading, tables
from yuanhui_kg.extract.lexicon import lexicon
from yuanhui_kg.extract.tables import table

TARGET = Path(tables.__file__).parent / "tables" / "choice.toml"
HEAD = """# What speaks for and against a candidate for the indicator of a number: by the rule that proposes it (proposing.py), the weight of
# each sign around the number (choosing.py); their sum is its score. Fitted to gold texts by bench/train_choice.py; what is missing weighs nothing.
"""
PENALTY = 0.004
TURNS = 4
#: What is given: a candidate whose unit does not fit is as good as none.
FIXED = {choosing.MISFIT: -6.0}

Feature = tuple[str, str]  # a rule, and a sign
Choices = list[tuple[list[list[Feature]], list[bool]]]


def read(golds: Sequence[evaluation.Gold]) -> Choices:
    """The features of the candidates of each number whose right indicator is among them, and which of them are right."""
    known, found = lexicon(), []
    link = choosing.link
    for gold in golds:
        seen: dict[int, tuple[list[list[Feature]], list[str]]] = {}

        def noting(material: Any, place: Any, carried: Any, kind: str, seen: Any = seen) -> Any:
            words = proposing.words_of(material, place, carried, kind)
            options = list(proposing.candidates(words))
            start = material.normal.original(place.quantity.start, place.quantity.end)[0]
            signs = choosing.signs_of(words)
            features = [choosing.features(words, one, signs) for one in options]
            seen[start] = (features, [one.indicator.label for one in options])
            return link(material, place, carried, kind)

        reading.link = noting  # type: ignore[assignment]
        try:
            evaluation.draft_of(gold)
        finally:
            reading.link = link
        for figure in gold.figures:
            features, labels = seen.get(figure.start, ([], []))
            right = [evaluation.same_indicator(figure.indicator, label, known) for label in labels]
            if any(right) and not all(right):
                found.append((features, right))
    return found


def fit(choices: Choices, steps: int = 600) -> dict[Feature, float]:
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
    fixed = np.array([feature in FIXED for feature in vocabulary])
    weights = np.array([FIXED.get(feature, 0.0) for feature in vocabulary])
    square = np.zeros(len(vocabulary))
    for _ in range(steps):
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


def written(weights: dict[Feature, float]) -> str:
    """The weights as a table by rule and sign."""
    lines = [HEAD.rstrip()]
    for rule, group in itertools.groupby(sorted(weights), key=lambda feature: feature[0]):
        lines += ["", f'["{rule}"]', *(f'"{sign}" = {weights[rule, sign]}' for _, sign in group)]
    return "\n".join(lines) + "\n"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("gold", type=Path, nargs="+")
    golds = [evaluation.read(path) for path in options.parse_args().gold]
    for _ in range(TURNS):
        weights = {feature: weight for feature, weight in fit(read(golds)).items() if abs(weight) >= 0.05}
        TARGET.write_text(written(weights), encoding="utf-8")
        table.cache_clear()
        choosing.weights.cache_clear()


if __name__ == "__main__":
    main()
