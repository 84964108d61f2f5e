"""Mentions that mean nothing in a register of places, made by other habits than ``bench/mentions.py``: to measure only.

Names of neighbours (of the next counties, of other provinces, of other levels), names that older registers had, names one character from
another real place, with 东/西/新/老 or a number more or other, roads, schools, zones and companies that are called after a place, words for no
place in particular, places outside of the register. No weight is fitted to them. ::

    python bench/strangers.py package/dist --old older/package/dist
"""

from __future__ import annotations

import argparse
import csv
import json
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

from pypinyin import lazy_pinyin

from mentions import Maker, load
from yuanhui_kg.link import Entry, Matcher, Mention, names

AFTER = [
    "产业集聚区", "高新技术产业园", "物流园区", "大道", "路", "东路", "火车站", "高铁站", "汽车站", "一中", "实验小学", "幼儿园", "人民医院", "卫生院", "水库",
    "森林公园", "湿地公园", "古镇景区", "国家地质公园", "商贸城", "派出所", "税务所", "农贸市场", "大桥", "河", "山", "灌区", "煤矿", "水泥厂", "酒业有限公司",
    "农业发展有限公司", "建设投资集团", "小区", "花园", "广场", "立交桥", "收费站", "服务区", "机场", "港", "电厂", "变电站", "博物馆", "教堂", "村委会", "第二社区",
]  # fmt: skip
BEFORE = "东西南北新老上下前后大小"
NUMBERS = "一二三四五六七八九"
VAGUE = [
    "全市", "我市", "该县", "市区", "城区", "县城", "中心城区", "主城区", "老城区", "北部山区", "沿海地区", "本县", "各乡镇", "周边地区", "城郊", "全省", "东部",
    "农村", "市直", "开发区", "高新区", "新区", "示范区", "华北", "中原", "豫南", "黄淮海平原", "长三角", "全区", "街道", "乡镇", "城镇", "某某县", "某镇",
]  # fmt: skip
ABROAD = [
    "东京都", "大阪市", "平壤", "首尔特别市", "纽约", "加利福尼亚州", "柏林", "巴黎", "伦敦", "河内市", "曼谷", "新加坡", "安大略省", "北海道", "京都府", "金边", "万象",
    "Springfield", "Greater London", "Osaka", "Île-de-France", "Bavaria", "Orange County", "São Paulo", "New Taipei City", "Pyongyang",
]  # fmt: skip


class Strangers:
    """Makes mentions that mean nothing in a register.

    :param old: older registers of the same kind (folders), for names that are gone.
    """

    def __init__(self, folder: Path, old: list[Path], seed: int, half: int) -> None:
        self.entries = load(folder)
        self.maker = Maker(self.entries, folder, seed, half)
        self.random = random.Random(seed * 7919 + 1)
        self.rows = [e for e in self.maker.rows if len(self.maker.above(e)) > 1]
        self.named = {e.name for e in self.entries}
        self.cores = {names.parse(e.name).core for e in self.entries}
        self.inside: dict[str, set[str]] = defaultdict(set)
        for entry in self.entries:
            for text in (entry.name, names.parse(entry.name).core):
                for above in self.maker.above(entry):
                    self.inside[above.id].add(text)
        self.similar: dict[str, list[Entry]] = defaultdict(list)
        for entry in self.entries:
            for place in range(len(entry.name)):
                self.similar[entry.name[:place] + "?" + entry.name[place + 1 :]].append(entry)
        self.towns = self._villages(folder)
        self.gone = [one for one in map(self._gone, old) for one in one]
        self.outside = self._outside(folder)
        self.habits: list[Callable[[], tuple[str, tuple[str, ...]] | None]] = [
            self.next_door, self.other_province, self.one_character, self.before, self.number, self.after, self.after, self.vague,
            self.abroad, self.village, self.village_short, self.other_level, self.spelled, self.abolished,
        ]  # fmt: skip

    def _villages(self, folder: Path) -> list[tuple[str, str]]:
        with (folder / "villages.csv").open(encoding="utf-8") as lines:
            mine = {row.id for row in self.rows}
            return [
                (row["streetCode"], row["name"])
                for place, row in enumerate(csv.DictReader(lines))
                if place % 17 == 3 and row["streetCode"] in mine
            ]

    def _gone(self, folder: Path) -> list[tuple[str, str]]:
        """Townships that an older register had and whose name nothing in its county bears any more: county, name.

        Left out are those whose code has a name now that shares half of its characters: most are the same place, written otherwise.
        """
        rows = json.loads((folder / "streets.json").read_text(encoding="utf-8"))
        kept = {row.id[:6] for row in self.rows}
        found = []
        for row in rows:
            county = str(row["code"])[:6]
            name = row["name"].replace("办事处", "")
            core = names.parse(name).core
            county_name = self.maker.entries[county].name if county in self.maker.entries else ""
            if county in kept and not {name, core} & self.inside[county] and not name.startswith(county_name[:2]):
                city = self.maker.entries[county].parent_id
                now = self.maker.entries.get(str(row["code"])[:9])
                if not {name, core} & self.inside[city] and not (now and share_half(core, names.parse(now.name).core)):
                    found.append((county, name))
        return found

    def _outside(self, folder: Path) -> list[str]:
        found: list[str] = []

        def walk(at: object) -> None:
            for name, below in at.items() if isinstance(at, dict) else ():
                found.append(name)
                walk(below)
                found.extend(below if isinstance(below, list) else ())

        walk(json.loads((folder / "HK-MO-TW.json").read_text(encoding="utf-8")))
        return [name for name in found if isinstance(name, str)]

    def _at(self, entry: Entry) -> tuple[str, ...]:
        return self.maker.context(entry, self.random.choice(["full", "full", "short", "skip"]))

    def _unless_there(self, entry: Entry, name: str, near: bool = True) -> tuple[str, tuple[str, ...]] | None:
        """A name in the surroundings of a row; none where something there is called so, or may be."""
        core = names.parse(name).core
        context = self._at(entry)
        told = [e for e in self.maker.above(entry) if e.name in context or self.maker.short(e.name) in context]
        return None if near and {name, core} & self.inside[told[-1].id] else (name, context)

    def next_door(self) -> tuple[str, tuple[str, ...]] | None:
        """A row of another county of the same city, in this county."""
        here, other = self.random.choice(self.rows), self.random.choice(self.rows)
        for _ in range(200):
            if other.id[:4] == here.id[:4] and other.parent_id != here.parent_id and len(other.id) == len(here.id) == 9:
                break
            other = self.random.choice(self.rows)
        else:
            return None
        if {other.name, names.parse(other.name).core} & self.inside[here.parent_id]:
            return None
        return other.name, self.maker.context(here, "full")

    def other_province(self) -> tuple[str, tuple[str, ...]] | None:
        here, other = self.random.choice(self.rows), self.random.choice(self.rows)
        return self._unless_there(here, self.maker.shorter(other.name)) if here.id[:2] != other.id[:2] else None

    def one_character(self) -> tuple[str, tuple[str, ...]] | None:
        """Another real place whose name differs in one character."""
        here = self.random.choice(self.rows)
        place = self.random.randrange(len(names.parse(here.name).core))
        others = [e for e in self.similar[here.name[:place] + "?" + here.name[place + 1 :]] if e.id[:2] != here.id[:2]]
        return self._unless_there(here, self.random.choice(others).name) if others else None

    def before(self) -> tuple[str, tuple[str, ...]] | None:
        here = self.random.choice(self.rows)
        if names.parse(here.name).core == here.name:
            return None
        return self._unless_there(here, self.random.choice(BEFORE) + here.name)

    def number(self) -> tuple[str, tuple[str, ...]] | None:
        here = self.random.choice(self.rows)
        parsed = names.parse(here.name)
        core = parsed.core
        at = [i for i, c in enumerate(core) if c in NUMBERS]
        if at:
            core = core[: at[0]] + self.random.choice(NUMBERS) + core[at[0] + 1 :]
        else:
            core += self.random.choice(NUMBERS)
        return self._unless_there(here, core + parsed.full[len(parsed.core) :]) if core != parsed.core else None

    def after(self) -> tuple[str, tuple[str, ...]] | None:
        here = self.random.choice(self.rows)
        stem = self.random.choice([self.maker.short(here.name), here.name, *map(self.maker.short, self._at(here))])
        return self._unless_there(here, stem + self.random.choice(AFTER))

    def vague(self) -> tuple[str, tuple[str, ...]] | None:
        here = self.random.choice(self.rows)
        name = self.random.choice(VAGUE)
        return (
            self._unless_there(here, name)
            if self.random.random() < 0.6 or name in self.cores | self.named
            else (name, ())
        )

    def abroad(self) -> tuple[str, tuple[str, ...]] | None:
        name = self.random.choice([self.random.choice(ABROAD), self.random.choice(self.outside)])
        return (name, ()) if name not in self.named | self.cores and names.parse(name).core not in self.cores else None

    def village(self) -> tuple[str, tuple[str, ...]] | None:
        town, name = self.random.choice(self.towns)
        here = self.maker.entries[town]
        if names.parse(name).core in self.inside[here.parent_id] and not names.parse(name).type:
            return None
        return name, self._at(here) + ((here.name,) if self.random.random() < 0.5 else ())

    def village_short(self) -> tuple[str, tuple[str, ...]] | None:
        town, name = self.random.choice(self.towns)
        here = self.maker.entries[town]
        return self._unless_there(here, names.parse(name).core)

    def other_level(self) -> tuple[str, tuple[str, ...]] | None:
        """The core of a county or city as a town, or of a town as a county."""
        here = self.random.choice(self.rows)
        above = self.maker.above(here)
        if self.random.random() < 0.5:
            name = self.maker.short(above[-1].name) + self.random.choice(["镇", "乡", "街道"])
            context = tuple(e.name for e in above[: self.random.choice([len(above), len(above) - 1])])
            return (
                None
                if name in self.inside[above[0].id] or names.parse(name).core in self._towns_of(above[-1])
                else (name, context)
            )
        name = self.maker.short(here.name) + self.random.choice(["县", "市", "区"])
        core = names.parse(name).core
        return (
            None
            if name in self.named or any(core in self.inside[e.id] for e in above[:1])
            else (name, tuple(e.name for e in above[:1]))
        )

    def _towns_of(self, county: Entry) -> set[str]:
        return {names.parse(e.name).core for e in self.maker.children[county.id]}

    def spelled(self) -> tuple[str, tuple[str, ...]] | None:
        """Villages in Latin letters."""
        town, name = self.random.choice(self.towns)
        here = self.maker.entries[town]
        core = names.parse(name).core
        there = {"".join(lazy_pinyin(text)) for text in self.inside[self.maker.above(here)[-1].id]}
        text = "".join(lazy_pinyin(core))
        return (
            None
            if text in there
            else (text.capitalize() + self.random.choice([" Village", " Cun", ""]), self._at(here))
        )

    def abolished(self) -> tuple[str, tuple[str, ...]] | None:
        if not self.gone:
            return None
        county, name = self.random.choice(self.gone)
        here = self.maker.entries[county]
        return name, (*(e.name for e in self.maker.above(here)), here.name)

    def cases(self, count: int) -> Iterator[tuple[str, Mention]]:
        """So many mentions of each habit alike, with the habit's name."""
        number = 0
        while number < count:
            habit = self.random.choice(self.habits)
            if made := habit():
                number += 1
                yield habit.__name__, Mention(f"s{number}", *made)


def share_half(one: str, two: str) -> bool:
    return 2 * len(set(one) & set(two)) >= min(len(one), len(two))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("folder", type=Path)
    options.add_argument("--old", type=Path, action="append", default=[])
    options.add_argument("--count", type=int, default=4000)
    options.add_argument("--seed", type=int, default=2)
    options.add_argument("--half", type=int, default=1)
    options.add_argument("--wrong", type=int, default=0, help="print so many wrong links of each habit")
    given = options.parse_args()
    made = Strangers(given.folder, given.old, given.seed, given.half)
    matcher = Matcher(made.entries)
    asked: Counter[str] = Counter()
    linked: Counter[str] = Counter()
    accepted: Counter[str] = Counter()
    for habit, mention in made.cases(given.count):
        match = matcher.match(mention)
        asked[habit] += 1
        linked[habit] += match.best is not None
        accepted[habit] += match.decision == "accept"
        if match.best and linked[habit] <= given.wrong:
            print(habit, mention.name, "/".join(mention.context), match.decision, match.nothing)
            for one in match.candidates[:2]:
                print("     ", one.entry.id, one.entry.name, one.confidence, one.explanation)
    for habit in sorted(asked):
        print(
            f"{habit:16} {asked[habit]:5} no false link {1 - linked[habit] / asked[habit]:.4f} accepted {accepted[habit]}"
        )
    every = asked.total()
    print(f"{'ALL':16} {every:5} no false link {1 - linked.total() / every:.4f} accepted {accepted.total()}")


if __name__ == "__main__":
    main()
