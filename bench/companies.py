"""Synthetic companies and mentions of them, with what they mean: to train and to measure the matcher on organisations.

Names are put together at random out of provinces, characters and trades; none is meant to be a real company's.
``python bench/companies.py`` reports; ``bench/train_link.py`` trains with other seeds.
"""

from __future__ import annotations

import argparse
import json
import random
import time

from mentions import COMMON, Case, report
from yuanhui_kg.link import Entry, Matcher, Mention, knowledge, names

FORMS = [
    "有限公司",
    "有限责任公司",
    "股份有限公司",
    "集团有限公司",
    "集团股份有限公司",
    "（集团）有限公司",
    "（集团）股份有限公司",
]
MORE = "鑫源达盛嘉恒瑞宏博雅科创联美乐丰泰远航通力凯迪威诺捷诚信顺景荣昌益邦冠奥维思汇宝隆利华亿万众合方正同仁济世康健"
CITIES = [
    "江岚",
    "清川",
    "云溪",
    "白岭",
    "临河",
    "鄢岗",
    "东泽",
    "南屏",
    "北浦",
    "西陵",
    "沙泉",
    "石桥",
    "安平",
    "永和",
    "金溪",
    "龙门",
    "青州",
    "海门",
    "石湖",
    "松原",
    "长丰",
    "大冶",
]
LENGTH = [1, 2, 2, 2, 2, 3]


class Companies:
    """A register of companies and mentions of them.

    :param seed: of the random numbers.
    :param size: rows of the register.
    """

    def __init__(self, seed: int, size: int = 4000) -> None:
        self.random = random.Random(seed)
        provinces = sorted({names.parse(name).core for other, name in knowledge.other_names() if len(other) == 1})
        self.regions = provinces + CITIES
        self.trades = knowledge.organisations()["common"]
        self.parts: list[tuple[str, str, list[str], str]] = []
        seen = set()
        while len(self.parts) < size:
            one = self.sister() if self.parts and self.random.random() < 0.15 else self.make()
            if self.full(one) not in seen:
                seen.add(self.full(one))
                self.parts.append(one)
        self.entries = [Entry(f"c{n}", self.full(one), kind="company") for n, one in enumerate(self.parts)]
        self.names = {entry.name for entry in self.entries}

    def brand(self) -> str:
        return "".join(self.random.choices(COMMON + MORE + MORE, k=self.random.choice([2, 2, 2, 3, 3, 4])))

    def make(self) -> tuple[str, str, list[str], str]:
        region = self.random.choice(
            ["", "中国", *(self.random.choice(self.regions) + end for end in ("", "", "省", "市"))]
        )
        trades = self.random.sample(self.trades[1:], self.random.choice([1, 1, 2, 2, 3]))
        if self.random.random() < 0.35:  # a trade that nobody has listed
            trades[0] = "".join(self.random.choices(COMMON + MORE, k=2))
        if self.random.random() < 0.2:  # a city that the register has once
            region = "".join(self.random.choices(COMMON, k=2)) + self.random.choice(["", "市"])
        return region, self.brand(), trades, self.random.choice(FORMS)

    def sister(self) -> tuple[str, str, list[str], str]:
        """Another company of the same brand, as groups have them."""
        region, brand, _, _ = self.random.choice(self.parts)
        other = self.make()
        return self.random.choice([region, other[0]]), brand, other[2], other[3]

    @staticmethod
    def full(one: tuple[str, str, list[str], str]) -> str:
        region, brand, trades, form = one
        return region + brand + "".join(trades) + form

    def short(self, one: tuple[str, str, list[str], str], way: str) -> str:
        region, brand, trades, form = one
        place = region.rstrip("省市") if region != "中国" else region
        if way == "brand":
            return brand
        if way == "brand-trade":
            return brand + self.random.choice(trades)
        if way == "brand-form":
            return brand + self.random.choice(["集团", "股份", "公司"])
        if way == "region-brand":
            return place + brand if place else ""
        if way == "no-form":
            return region + brand + "".join(trades)
        if way == "other-form":
            return region + brand + "".join(trades) + self.random.choice([f for f in FORMS if f != form])
        if way == "no-region":
            return brand + "".join(trades) + form if region else ""
        if way == "letters":
            return brand[:2] + "".join(trade[0] for trade in trades)
        return (place[:1] if place else "") + brand + self.random.choice(trades)[:2]

    def misprint(self, name: str) -> str:
        place = self.random.randrange(min(len(name), 6))
        looks = knowledge.similar().get(name[place], "")[:5]
        return name[:place] + self.random.choice(looks) + name[place + 1 :] if looks else ""

    def cases(self, count: int) -> list[Case]:
        ways = {
            "exact": 1, "brand": 3, "brand-trade": 5, "brand-form": 3, "region-brand": 3, "no-form": 3, "other-form": 2, "no-region": 3,
            "letters": 1, "mixed": 2, "misprint": 2, "nothing:brand": 3, "nothing:full": 3, "nothing:sister": 3, "nothing:branch": 1, "nothing:subsidiary": 1,
        }  # fmt: skip
        found: list[Case] = []
        while len(found) < count:
            way = self.random.choices(list(ways), list(ways.values()))[0]
            number = self.random.randrange(len(self.parts))
            one = self.parts[number]
            truth = f"c{number}"
            if way == "exact":
                name = self.full(one)
            elif way == "misprint":
                name = self.misprint(self.full(one))
            elif way.startswith("nothing"):
                name, truth = self.nothing(one, way), ""
            else:
                name = self.short(one, way)
            if name and (truth or name not in self.names):
                found.append(Case(Mention(f"m{len(found)}", name), truth, way))
        return found

    def nothing(self, one: tuple[str, str, list[str], str], way: str) -> str:
        if way == "nothing:sister":
            other = self.make()
            return self.full((other[0], one[1], other[2], other[3]))
        if way == "nothing:subsidiary":
            region, brand, trades, _form = one
            inside = self.random.choice(["销售", "进出口", "财务", *CITIES])
            return region + brand + "".join(trades) + inside + self.random.choice(FORMS[:3])
        if way == "nothing:branch":
            return self.full(one) + self.random.choice(CITIES) + "分公司"
        other = self.make()
        if any(parts[1] == other[1] for parts in self.parts):
            return ""
        return (
            self.full(other)
            if way == "nothing:full"
            else self.short(other, self.random.choice(["brand", "brand-trade", "brand-form"]))
        )


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seed", type=int, default=2)
    options.add_argument("--size", type=int, default=4000)
    options.add_argument("--count", type=int, default=2000)
    options.add_argument("--wrong", type=int, default=0)
    given = options.parse_args()
    made = Companies(given.seed, given.size)
    every = made.cases(given.count)
    matcher = Matcher(made.entries)
    start = time.process_time()
    matches = [matcher.match(case.mention) for case in every]
    for key, row in report(every, matches).items():
        print(f"{key:24} {json.dumps(row)}")
    print(f"{len(every) / (time.process_time() - start):.0f} mentions/s")
    left = given.wrong
    for case, match in zip(every, matches, strict=True):
        if left and (match.best.entry.id if match.best else "") != case.truth:
            left -= 1
            print(
                case.category,
                case.mention.name,
                "means",
                made.entries[int(case.truth[1:])].name if case.truth else "nothing",
                match.decision,
                match.nothing,
            )
            for one in match.candidates[:3]:
                print("     ", one.entry.name, one.confidence, one.explanation)


if __name__ == "__main__":
    main()
