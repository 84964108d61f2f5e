"""How long searches take on 600,000 labels: ``python bench/search.py [--labels N] [--repeat N]``.

Labels are made up in the manner of Chinese administrative names (provinces to villages, with English names for some),
from a fixed seed. Prints the build's time and size, and the median and 95th percentile for each kind of query.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from yuanhui_kg import pinyin
from yuanhui_kg.namespaces import PREFIXES, YH, YHO
from yuanhui_kg.search import SearchIndex
from yuanhui_kg.store import StoreReader

FIRST = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕张孔曹严华金魏陶姜大小上下前后东西南北中新老石白黑红龙凤"
SECOND = "家山河沟湾店庄岭坡塘桥寺庙口坪堡营台泉井林田湖江海洋港浦屯寨峪川原顶头角尾门楼阁屋场桃杏柳松柏桂兰"
VILLAGES = ("村", "村", "村", "村", "新村", "村民委员会", "村民委员会", "社区", "居民委员会")
AREAS = (("Province", "省", 30), ("City", "市", 330), ("County", "县", 2800), ("Town", "镇", 38000))


def names(count: int, seed: int = 42) -> Iterator[tuple[str, str, str | None]]:
    """(class, Chinese name, English name for one village in ten and for all above it)."""
    chance = random.Random(seed)

    def stem() -> str:
        middle = chance.choice(SECOND) if chance.random() < 0.6 else ""
        return chance.choice(FIRST) + middle + chance.choice(SECOND)

    made, counties = 0, []
    for kind, suffix, number in AREAS:
        for _ in range(min(number, count // 10)):
            name = stem() + suffix
            if kind == "County":
                counties.append(name)
            yield kind, name, english(name)
            made += 2
    while made < count:
        name = stem() + chance.choice(VILLAGES)
        if chance.random() < 0.3:
            name = chance.choice(counties) + stem() + "镇" + name
        with_english = chance.random() < 0.05
        yield "Village", name, english(name) if with_english else None
        made += 1 + with_english


def english(name: str) -> str:
    syllables = pinyin.syllables(name)
    return "".join(syllables[:-1]).capitalize() + {"省": " Province", "市": " City", "县": " County"}.get(
        name[-1], " Village"
    )


def graph(count: int) -> ox.Store:
    label, kind_of = ox.NamedNode(PREFIXES["skos"] + "prefLabel"), ox.NamedNode(PREFIXES["rdf"] + "type")

    def quads() -> Iterator[ox.Quad]:
        for number, (kind, zh, en) in enumerate(names(count)):
            thing = ox.NamedNode(YH + f"place-{number:06d}")
            yield ox.Quad(thing, kind_of, ox.NamedNode(YHO + kind))
            yield ox.Quad(thing, label, ox.Literal(zh, language="zh"))
            if en:
                yield ox.Quad(thing, label, ox.Literal(en, language="en"))

    store = ox.Store()
    store.bulk_extend(quads())
    return store


def queries(count: int, chance: random.Random) -> dict[str, list[tuple[str, str | None]]]:
    """Queries by kind, each with a class to filter by or none."""
    every = list(names(count))
    some = [zh for _, zh, _ in chance.sample(every, 40)]
    words = [en for _, _, en in chance.sample([row for row in every if row[2]], 20) if en]
    rare = [zh for kind, zh, _ in every if kind == "County"][:20]

    def cut(name: str, length: int) -> str:
        start = chance.randrange(max(1, len(name) - length + 1))
        return name[start : start + length]

    def spoken(text: str) -> str:
        return "".join(pinyin.syllables(text))

    plain = {
        "one character, 500,000 hits": ["村"],
        "one character": list("委社镇家山龙赵省楼阁"),
        "two characters": [cut(name, 2) for name in some],
        "two common characters, few together": ["村山", "山家", "家村", "河镇", "镇县", "县家"],
        "three to five characters": [cut(name, chance.choice((3, 4, 5))) for name in some],
        "whole name": some[:20],
        "two words": [f"{cut(name, 1)} {cut(name, 2)}" for name in some[:20]],
        "two common words": ["村 山", "委员会 家", "社区 镇", "县 镇"],
        "one letter": list("zxcyl"),
        "pinyin, one syllable": [spoken(cut(name, 1)) for name in some[:20]],
        "pinyin, two syllables": [spoken(cut(name, 2)) for name in some[:20]],
        "pinyin, a piece": [spoken(cut(name, 2))[:-1] for name in some[:20]],
        "pinyin, whole name": [spoken(name) for name in some[:20]],
        "initials": ["".join(s[0] for s in pinyin.syllables(name)) for name in rare],
        "English word": [word.split()[0] for word in words] + ["village", "county"],
        "English, cut short": [word[:5] for word in words],
        "English and Chinese": [f"{word[:4]} 村" for word in words[:10]],
        "nothing found, Chinese": ["鑫", "鑫鑫", "村省", "村县市", "临东区", "山山山山"],
        "letters that find little or nothing": [
            "xyzzy",
            "bbqbbqbbq",
            "iuv",
            "zhuangzhuangzhuangzhuang",
            "village town road",
        ],
    }
    filtered = {
        "one character, rare class": [(name[0], "Province") for name in rare],
        "pinyin, rare class": [(spoken(name[:1]), "Province") for name in rare],
    }
    return {kind: [(text, None) for text in texts] for kind, texts in plain.items()} | filtered  # type: ignore[operator]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--labels", type=int, default=600_000)
    parser.add_argument("--repeat", type=int, default=5)
    options = parser.parse_args()
    store = graph(options.labels)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "search.db"
        started = time.perf_counter()
        with SearchIndex.build(StoreReader(store), path) as index:
            took, size = time.perf_counter() - started, path.stat().st_size / 2**20
            print(f"{options.labels:,} labels: built in {took:.1f} s, {size:.0f} MiB")
            print(f"{'query':40}{'median ms':>10}{'95 % ms':>10}{'worst ms':>10}{'results':>9}")
            for kind, asked in queries(options.labels, random.Random(7)).items():
                report(index, kind, asked, options.repeat)


def report(index: SearchIndex, kind: str, asked: list[tuple[str, str | None]], repeat: int) -> None:
    times, results = [], 0
    for text, of_type in asked * repeat:
        types = (YHO + of_type,) if of_type else ()
        started = time.perf_counter()
        answer = index.search(text, types=types)
        times.append((time.perf_counter() - started) * 1000)
        results += len(answer["results"])
    times.sort()
    high = times[min(len(times) - 1, int(len(times) * 0.95))]
    average = results / len(times)
    print(f"{kind:40}{statistics.median(times):10.2f}{high:10.2f}{times[-1]:10.2f}{average:9.1f}")


if __name__ == "__main__":
    main()
