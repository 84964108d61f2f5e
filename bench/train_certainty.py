"""Fits how likely the parts of a figure are right (``extract/certainty.py``), and writes ``extract/tables/certainty.toml``.

A logistic regression for each part (number, indicator, period, subject) over the figures of gold texts, with an L2 penalty, by Newton's
method (numpy only, deterministic). Rules and weights were made to fit the texts that are trained with, so that these are right more often
than others: the sum of a part's weights is then stretched and moved (Platt 1999) to fit texts that nothing was made for (split ``calibration``).
Usage: ``python bench/train_certainty.py tests/gold/train-*.gold tests/gold/calibration-*.gold``.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from yuanhui_kg.extract import certainty, evaluation, tables
from yuanhui_kg.extract.gold import Gold
from yuanhui_kg.extract.gold import read as read_gold

TABLE: Final = Path(tables.__file__).parent / "tables" / "certainty.toml"
HEAD: Final = """# What speaks for and against each part of a figure being right (certainty.py), as weights of a logistic regression.
# Fitted to gold texts by bench/train_certainty.py; what is missing weighs nothing.
"""
PENALTY: Final = 1.0
STEPS: Final = 30
SMALLEST: Final = 0.03
#: What has to be right for a part to be.
PARTS: Final = {
    "number": ("value", "unit", "kind"),
    "indicator": ("read",),
    "period": ("period",),
    "subject": ("subject",),
}
#: What things are called in the table.
THING: Final = "thing"

Array = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Case:
    """A part of one figure: what speaks for and against it, and whether it is right."""

    signs: tuple[str, ...]
    right: bool


def read(golds: Iterable[Gold]) -> dict[str, list[Case]]:
    """The cases of each part of figures, and of things."""
    cases: dict[str, list[Case]] = {part: [] for part in (*PARTS, THING)}
    for gold in golds:
        for part, case in observed(gold):
            cases[part].append(case)
    return cases


def observed(gold: Gold) -> Iterator[tuple[str, Case]]:
    """Each part of the figures that a gold text has too, and the things of its draft."""
    draft = evaluation.draft_of(gold)
    wanted = {(figure.start, figure.end): figure for figure in gold.figures}
    for figure in draft.figures:
        told = wanted.get((figure.start, figure.end))
        if told is not None and figure.signs is not None:
            agreed = evaluation.agreement(told, figure, draft)
            for part, fields in PARTS.items():
                yield part, Case(getattr(figure.signs, part), all(agreed[name] for name in fields))
    for entity, right in evaluation.things(gold, draft):
        yield THING, Case(tuple(certainty.signs_of_thing(entity)), right)


def fit(cases: Sequence[Case]) -> dict[str, float]:
    """Weights of signs by which what is right is likeliest, but for a penalty on their squares; ``always`` has none."""
    names = sorted({sign for case in cases for sign in case.signs})
    column = {name: i for i, name in enumerate(names)}
    features = np.zeros((len(cases), len(names)))
    for row, case in enumerate(cases):
        features[row, [column[sign] for sign in case.signs]] = 1
    penalty = np.full(len(names), PENALTY)
    penalty[column["always"]] = 1e-6
    return dict(zip(names, _newton(features, _rights(cases), penalty), strict=True))


def moved(weights: Mapping[str, float], cases: Sequence[Case]) -> dict[str, float]:
    """Weights stretched and moved so that their sums are as likely as such cases are right."""
    sums = np.array([[1.0, sum(weights.get(sign, 0.0) for sign in case.signs)] for case in cases])
    base, slope = _newton(sums, _rights(cases), np.full(2, 1e-3))
    return {sign: weight * slope + (base if sign == "always" else 0.0) for sign, weight in weights.items()}


def _rights(cases: Sequence[Case]) -> Array:
    return np.array([case.right for case in cases], dtype=float)


def _newton(features: Array, right: Array, penalty: Array) -> Array:
    """The weights of greatest penalised likelihood."""
    weights = np.zeros(features.shape[1])
    for _ in range(STEPS):
        likely = 1 / (1 + np.exp(-features @ weights))
        gradient = features.T @ (right - likely) - penalty * weights
        curvature = (features * (likely * (1 - likely))[:, None]).T @ features + np.diag(penalty + 1e-9)
        step = np.linalg.solve(curvature, gradient)
        weights = weights + step * min(1.0, 4 / max(1e-9, float(np.abs(step).max())))
    return weights


def trained(golds: Sequence[Gold]) -> dict[str, dict[str, float]]:
    """The weights of each part."""
    train, fresh = (read([gold for gold in golds if gold.split == split]) for split in ("train", "calibration"))
    return {part: moved(fit(train[part]), fresh[part]) for part in train}


def written(weights: Mapping[str, Mapping[str, float]]) -> str:
    """The weights as a table by part."""
    lines = [HEAD.rstrip()]
    for part, signs in weights.items():
        told = {sign: round(float(weight), 2) for sign, weight in sorted(signs.items()) if abs(weight) >= SMALLEST}
        lines += ["", f"[{part}]", *(f'"{sign}" = {weight}' for sign, weight in told.items())]
    return "\n".join(lines) + "\n"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("gold", type=Path, nargs="+")
    golds = [read_gold(path) for path in options.parse_args().gold]
    TABLE.write_text(written(trained(golds)), encoding="utf-8")


if __name__ == "__main__":
    main()
