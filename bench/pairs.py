"""Labelled pairs of a mention and a row, with hard negatives, as yet another author would make them: to measure only.

What differs from ``bench/mentions.py``: a share of the townships is taken out of the register, so that their mentions, in every variant,
mean nothing there; what is mistyped are characters of the level that everybody writes (GB 2312, level 1), a hand-written list of
look-alikes, keys that slip in pinyin; surroundings are cut as tables cut them. A pair holds where the matcher decides for its row. ::

    python bench/pairs.py package/dist --old older/package/dist
"""

from __future__ import annotations

import argparse
import csv
import json
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from pypinyin import Style, lazy_pinyin

from mentions import ENGLISH, load
from strangers import share_half
from yuanhui_kg.link import Entry, Match, Matcher, Mention, knowledge, names

LOOK_ALIKES = (  # noqa: SIM905 -- as a list it takes a screen
    "己已巳 未末 土士 大太犬 千干于 王玉主 天夫 人入八 田由甲申 冢家 侯候 庄压 日曰目 戊戍戌 午牛 风凤 鸟乌岛 "
    "今令 兰三 白百自 石右 古占 名各 赤亦 东车 拉垃 堡保 坪平评 杨扬 柳抑 刘列 沟构购 河何 泊伯 洋样 洪哄 "
    "潭谭 湾弯 溪奚 营宫 塔搭 塘糖 墩敦 岗冈 岭岑 崖涯 店底 庙庄 库厍 桥挢 树村 林材 板扳 杜社 陈阵 阳阴 "
    "隆降 集焦 马鸟 高亮 龙尤 双汉 双又 圩圬 坝坎 峰蜂 峪浴 窑窖 窝涡 竹什 牟车 英莫 茶荼 荣宋 莲连 蒲浦 "
    "谷合 赵超 辛幸 郭廓 郑邦 金全 铺辅 镇填 长张 门们 关天 关美 青清 静净 顺须 颍颖 鲁鱼 黄寅 安宴 宁宇 "
    "定走 家冢 寨赛 寺等 将蒋 小少 尖尘 巨臣 市布 广厂 建健 张弘 徐除 新斩 方万 明朋 易昜 星皇 普晋 景影 "
).split()
DIRECTIONS = "东西南北中上下前后新老大小"
NUMERALS = "一二三四五六七八九十"
SLIPS = [*(pair for one, two in (("ng", "n"), ("zh", "z"), ("sh", "s"), ("l", "n"), ("hu", "f")) for pair in ((one, two), (two, one))), ("ch", "c"), ("ang", "an"), ("in", "ing")]  # fmt: skip
ENDINGS = {
    "镇": ["镇政府", "镇人民政府", "(镇)"],
    "乡": ["乡政府", "乡人民政府"],
    "街道": ["街道办", "街道办事处", "办事处"],
}
RETYPED = {"镇": ["乡", "街道"], "乡": ["镇"], "街道": ["镇", "乡"], "县": ["市", "区"], "区": ["县"]}
OPPOSITE = {
    "东": "西南北",
    "西": "东南北",
    "南": "东西北",
    "北": "东西南",
    "上": "下中",
    "下": "上中",
    "前": "后",
    "后": "前",
} | {one: two for pair in ("新老", "大小") for one, two in (pair, pair[::-1])}
GONE = 0.06  # the share of townships that are taken out


class Pair(NamedTuple):
    """A mention, a row that it may mean, whether it does, and what kind of pair this is."""

    name: str
    context: tuple[str, ...]
    row: str
    holds: bool
    kind: str


class Author:
    """Makes pairs over a register out of which some townships were taken.

    :param old: an older register of the same kind (a folder), for names that are gone.
    """

    def __init__(self, folder: Path, old: Path | None, seed: int, half: int) -> None:
        self.random = random.Random(seed * 104_729 + 5)
        every = load(folder)
        self.all = {entry.id: entry for entry in every}
        provinces = [entry.id for entry in every if not entry.parent_id]
        mine = {id for place, id in enumerate(provinces) if half < 0 or place % 2 == half}
        self.parsed = {entry.id: names.parse(entry.name) for entry in every}
        usable = [e for e in every if e.id[:2] in mine and e.name not in knowledge.placeholders() and len(e.name) > 1]
        self.towns = [e for e in usable if len(e.id) == 9]
        self.higher = [e for e in usable if len(e.id) < 9]
        self.missing = set(self.random.sample([e.id for e in self.towns], int(GONE * len(self.towns))))
        self.register = [e for e in every if e.id not in self.missing]
        self.kept = [e for e in self.towns if e.id not in self.missing]
        self.taken = [self.all[id] for id in sorted(self.missing)]
        self.below: dict[str, list[Entry]] = defaultdict(list)
        for entry in self.register:
            for above in self.above(entry):
                self.below[above.id].append(entry)
        self.texts: dict[str, set[str]] = {}
        self.alike = self._look_alikes()
        self.villages = self._villages(folder)
        self.former = self._former(old) if old else []

    def above(self, entry: Entry) -> list[Entry]:
        found: list[Entry] = []
        at = entry.parent_id
        while at:
            found.insert(0, self.all[at])
            at = self.all[at].parent_id
        return [one for one in found if one.name not in knowledge.placeholders()]

    def near(self, entry: Entry) -> set[str]:
        """The cores and names of all that lies in the county (or what else is next above) of a row."""
        above = self.above(entry)
        return self.names_below(above[-1]) if above else set()

    def names_below(self, entry: Entry) -> set[str]:
        if entry.id not in self.texts:
            self.texts[entry.id] = {
                text for one in self.below[entry.id] for text in (one.name, self.parsed[one.id].core)
            }
        return self.texts[entry.id]

    def _look_alikes(self) -> dict[str, str]:
        found: dict[str, str] = defaultdict(str)
        for group in LOOK_ALIKES:
            for one in group:
                found[one] += group.replace(one, "")
        level = [
            bytes((high, low)).decode("gb2312", "ignore") for high in range(0xB0, 0xD8) for low in range(0xA1, 0xFF)
        ]
        by_sound: dict[str, str] = defaultdict(str)
        for one in filter(None, level):
            by_sound[lazy_pinyin(one)[0]] += one
        self.homophones = {one: group.replace(one, "") for group in by_sound.values() for one in group}
        return found

    def _villages(self, folder: Path) -> list[tuple[Entry, str]]:
        with (folder / "villages.csv").open(encoding="utf-8") as lines:
            rows = [row for place, row in enumerate(csv.DictReader(lines)) if place % 29 == 11]
        kept = {entry.id: entry for entry in self.kept}
        return [(kept[row["streetCode"]], row["name"]) for row in rows if row["streetCode"] in kept]

    def _former(self, folder: Path) -> list[tuple[Entry, str]]:
        """Townships of an older register of whose name nothing is left in their prefecture, nor at their code: a county, and the name."""
        rows = json.loads((folder / "streets.json").read_text(encoding="utf-8"))
        mine = {entry.id[:6] for entry in self.kept}
        found = []
        for row in rows:
            county = self.all.get(str(row["code"])[:6])
            if county is None or county.id not in mine:
                continue
            core = names.parse(row["name"].replace("办事处", "")).core
            city = self.above(county)[-1]
            now = self.parsed.get(str(row["code"])[:9])
            left = core in self.names_below(city) or core[:2] in county.name or (now and share_half(core, now.core))
            if not left:
                found.append((county, row["name"]))
        return found

    # How the author writes

    def surroundings(self, entry: Entry, whole: bool = False) -> tuple[str, ...]:
        above = [one.name for one in self.above(entry)]
        way = self.random.random()
        if whole or way < 0.5:
            return tuple(above)
        if way < 0.65:
            return tuple(above[-1:])
        if way < 0.8:
            return tuple(names.parse(one).core for one in above)
        return (above[0], above[-1]) if len(above) > 1 else tuple(above)

    def variant(self, entry: Entry) -> tuple[str, str]:
        """A name that a table may have for a row, and how it was made."""
        parsed = self.parsed[entry.id]
        core, ending = parsed.core, parsed.full[len(parsed.core) :]
        said = lazy_pinyin(core)
        ways: dict[str, Callable[[], str]] = {
            "as it stands": lambda: entry.name,
            "without type": lambda: core,
            "other ending": lambda: core + self.random.choice(ENDINGS.get(ending, [ending])),
            "retyped": lambda: core + self.random.choice(RETYPED.get(ending, [ending])),
            "joined": lambda: "".join(one.name for one in self.above(entry)[-2:]) + entry.name,
            "pinyin": lambda: " ".join([*said, *self.random.choice([[], lazy_pinyin(ending)])]).title(),
            "tones": lambda: " ".join(lazy_pinyin(entry.name, style=Style.TONE)),
            "english": lambda: "".join(said).title() + " " + ENGLISH.get(parsed.type, ""),
        }
        way = self.random.choice(list(ways))
        return ways[way](), way

    def mistyped(self, entry: Entry) -> tuple[str, str]:
        core, way = (
            self.parsed[entry.id].core,
            self.random.choice(["looks", "looks", "sounds", "sounds", "less", "swapped"]),
        )
        places = list(range(len(core)))
        self.random.shuffle(places)
        if way in ("looks", "sounds"):
            table = self.alike if way == "looks" else self.homophones
            for place in places:
                if choices := [c for c in table.get(core[place], "") if c not in DIRECTIONS + NUMERALS]:
                    return entry.name[:place] + self.random.choice(choices) + entry.name[place + 1 :], way
            return "", way
        if len(core) < 3:
            return "", way
        place = places[0] % (len(core) - 1)
        if way == "less":
            return entry.name[:place] + entry.name[place + 1 :], way
        return entry.name[:place] + entry.name[place + 1] + entry.name[place] + entry.name[place + 2 :], way

    def slipped(self, entry: Entry) -> tuple[str, str]:
        """Pinyin with a key that slipped: a confusion of sounds, or a letter less, twice, or exchanged with its neighbour."""
        parsed = self.parsed[entry.id]
        said = "".join(lazy_pinyin(parsed.core))
        ending = " " + ENGLISH[parsed.type] if parsed.type in ENGLISH and self.random.random() < 0.5 else ""
        if self.random.random() < 0.5:
            ways = [(one, two) for one, two in SLIPS if one in said]
            if not ways:
                return "", "letters sound"
            one, two = self.random.choice(ways)
            return said.replace(one, two, 1).title() + ending, "letters sound"
        place = self.random.randrange(1, len(said) - 1)
        less, twice = said[:place] + said[place + 1 :], said[:place] + said[place] + said[place:]
        other = said[:place] + said[place + 1] + said[place] + said[place + 2 :]
        text = self.random.choice([less, twice, other])
        return ("" if text == said else text.title() + ending), "letters slip"

    # Pairs

    def right(self) -> Iterator[Pair]:
        """Variants of rows that are there."""
        entry = self.random.choice(self.kept if self.random.random() < 0.75 else self.higher)
        how = self.random.random()
        name, way = self.variant(entry) if how < 0.55 else self.mistyped(entry) if how < 0.85 else self.slipped(entry)
        if not name.strip() or (how >= 0.55 and {name, names.parse(name).core} & self.near(entry)):
            return
        if not self.above(entry) and how >= 0.55:
            return
        yield Pair(name, self.surroundings(entry), entry.id, True, f"right: {way}")

    def taken_out(self) -> Iterator[Pair]:
        """Variants of rows that the register has not, with what lies beside them."""
        entry = self.random.choice(self.taken)
        name, way = self.variant(entry) if self.random.random() < 0.8 else self.slipped(entry)
        if not name.strip() or self.parsed[entry.id].core in self.near(entry):
            return
        beside = self.random.choice(self.below[self.above(entry)[-1].id] or [entry])
        group = "in letters" if name.isascii() or way == "tones" else "in characters"
        yield Pair(name, self.surroundings(entry), beside.id, False, f"nothing: taken out, {group}")

    def next_county(self) -> Iterator[Pair]:
        """A name of the next county in this one."""
        entry = self.random.choice(self.kept)
        others = [
            e for e in self.below[self.above(entry)[-1].parent_id] if len(e.id) == 9 and e.parent_id != entry.parent_id
        ]
        if others:
            other = self.random.choice(others)
            if not {other.name, self.parsed[other.id].core} & self.near(entry):
                yield Pair(other.name, self.surroundings(entry, whole=True), other.id, False, "nothing: next county")

    def other_type(self) -> Iterator[Pair]:
        """Of two rows of one core in a county the one, with the other."""
        entry = self.random.choice(self.kept)
        core = self.parsed[entry.id].core
        twins = [e for e in self.below[entry.parent_id] if e.id != entry.id and self.parsed[e.id].core == core]
        for other in twins[:1]:
            if other.name != entry.name:
                context = self.surroundings(entry, whole=True)
                yield Pair(entry.name, context, other.id, False, "wrong: other type")
                yield Pair(entry.name, context, entry.id, True, "right: beside other type")

    def same_name(self) -> Iterator[Pair]:
        """A name that another county has too, with the row there."""
        entry = self.random.choice(self.kept)
        city = self.above(entry)[0].id
        others = [e for e in self.below[city] if e.name == entry.name and e.parent_id != entry.parent_id]
        if others:
            context = self.surroundings(entry, whole=True)
            yield Pair(entry.name, context, self.random.choice(others).id, False, "wrong: same name elsewhere")
            yield Pair(entry.name, context, entry.id, True, "right: same name elsewhere")

    def one_more(self) -> Iterator[Pair]:
        """A direction or a number before (or in) a name: another place."""
        entry = self.random.choice(self.kept)
        parsed = self.parsed[entry.id]
        mark = self.random.choice(DIRECTIONS + NUMERALS)
        old = next((place for place, c in enumerate(parsed.core) if c in DIRECTIONS + NUMERALS), -1)
        if old >= 0:
            group = DIRECTIONS if parsed.core[old] in DIRECTIONS else NUMERALS
            choices = OPPOSITE.get(parsed.core[old], "") if group is DIRECTIONS else group.replace(parsed.core[old], "")
            if not choices:
                return
            name = parsed.full[:old] + self.random.choice(choices) + parsed.full[old + 1 :]
        else:
            name = mark + parsed.full
        if not {name, names.parse(name).core} & self.near(entry):
            yield Pair(name, self.surroundings(entry, whole=True), entry.id, False, "nothing: direction or number")

    def sibling(self) -> Iterator[Pair]:
        """Two rows of one county that differ in one character: the one, with the other."""
        entry = self.random.choice(self.kept)
        mine = self.parsed[entry.id].core
        for other in self.below[entry.parent_id]:
            theirs = self.parsed[other.id].core
            if (
                mine != theirs
                and len(mine) == len(theirs)
                and sum(a != b for a, b in zip(mine, theirs, strict=True)) == 1
            ):
                context = self.surroundings(entry, whole=True)
                name = self.random.choice([entry.name, mine])
                yield Pair(name, context, other.id, False, "wrong: sibling")
                yield Pair(name, context, entry.id, True, "right: beside sibling")
                return

    def called_after(self) -> Iterator[Pair]:
        """The town of a county's own name where there is none, and things that are called after a town."""
        entry = self.random.choice(self.kept)
        county = self.above(entry)[-1]
        if self.random.random() < 0.5:
            name = self.parsed[county.id].core + self.random.choice(["镇", "乡", "街道"])
            row = county.id
        else:
            name = self.parsed[entry.id].core + self.random.choice(
                [
                    "中学",
                    "卫生院",
                    "水库",
                    "工业园",
                    "大桥",
                    "河",
                    "火车站",
                    "粮站",
                    "林场",
                    "派出所",
                    "小区",
                    "大街",
                    "遗址",
                ]
            )
            row = entry.id
        if not {name, names.parse(name).core} & self.near(entry):
            yield Pair(name, self.surroundings(entry), row, False, "nothing: called after")

    def village(self) -> Iterator[Pair]:
        town, name = self.random.choice(self.villages)
        if self.random.random() < 0.4:
            name = names.parse(name).core
        if len(name) > 1 and not {name, names.parse(name).core} & self.near(town):
            yield Pair(name, self.surroundings(town, whole=True), town.id, False, "nothing: village")

    def no_more(self) -> Iterator[Pair]:
        if self.former:
            county, name = self.random.choice(self.former)
            row = self.random.choice(self.below[county.id] or [county])
            context = (*(one.name for one in self.above(county)), county.name)
            yield Pair(name, context, row.id, False, "nothing: no more")

    def pairs(self, count: int) -> Iterator[Pair]:
        habits = [*[self.right] * 10, *[self.taken_out] * 3, self.next_county, self.other_type, self.same_name, self.one_more, self.sibling, self.called_after, self.village, self.no_more]  # fmt: skip
        made = 0
        while made < count:
            for pair in self.random.choice(habits)():
                made += 1
                yield pair


def told(every: list[tuple[Pair, Match]]) -> Iterator[str]:
    """For each kind: how many pairs, which share is decided rightly, by what is proposed and by what is accepted."""
    rows: dict[str, Counter[str]] = defaultdict(Counter)
    for pair, match in every:
        for key in (pair.kind, _group(pair), "ALL pairs" if not pair.kind.startswith("nothing") else ""):
            row = rows[key]
            row["n"] += 1
            for way, decided in (("proposed", match.best is not None), ("accepted", match.decision == "accept")):
                linked = decided and (pair.kind.startswith("nothing") or match.candidates[0].entry.id == pair.row)
                row[way] += linked
                row[way + " right"] += linked == pair.holds
    for key, row in sorted(rows.items()):
        if key:
            shares = "  ".join(
                f"{way} {row[way]:5} right {row[way + ' right'] / row['n']:.4f}" for way in ("proposed", "accepted")
            )
            yield f"{key:32} {row['n']:6}  {shares}"


def _group(pair: Pair) -> str:
    return "ALL " + ("nothing" if pair.kind.startswith("nothing") else "right" if pair.holds else "wrong")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("folder", type=Path)
    options.add_argument("--old", type=Path)
    options.add_argument("--count", type=int, default=8000)
    options.add_argument("--seed", type=int, default=2)
    options.add_argument("--half", type=int, default=1)
    options.add_argument("--wrong", type=int, default=0, help="print so many wrong decisions of each kind")
    given = options.parse_args()
    author = Author(given.folder, given.old, given.seed, given.half)
    matcher = Matcher(author.register)
    every = [(pair, matcher.match(Mention("m", pair.name, pair.context))) for pair in author.pairs(given.count)]
    print(*told(every), sep="\n")
    shown: Counter[str] = Counter()
    for pair, match in every:
        linked = match.best is not None and (pair.kind.startswith("nothing") or match.best.entry.id == pair.row)
        if linked != pair.holds and shown[pair.kind] < given.wrong:
            shown[pair.kind] += 1
            print(
                pair.kind, pair.name, "/".join(pair.context), author.all[pair.row].name, match.decision, match.nothing
            )
            for one in match.candidates[:2]:
                print("     ", one.entry.id, one.entry.name, one.confidence, one.explanation)


if __name__ == "__main__":
    main()
