"""Candidates for the mention of a company or another organisation, and what speaks for and against each.

A full name is region, name, trade and legal form (江岚 | 青禾 | 食品 | 有限公司); a short name leaves some of them out, or keeps one
character of a word. What two names have in common is told by where the shorter begins in the longer, what stays over, and how
rare in the register the characters are that they share.
"""

from __future__ import annotations

import functools
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from . import knowledge, names
from .index import shortened
from .likeness import in_order
from .places import Found
from .sounds import difference
from .tables import Entry, Mention

_MOST: Final = 200
_REGION: Final = (2, 3, 4)
_SHARES: Final = re.compile(r"^\*?st(?=[^a-z])|(?<=[^a-z])[ab]$")  # what exchanges add to the short name of a share
_OFTEN: Final = 5
_NO_REGION: Final = ("超市", "城市", "都市", "门市")
_SHORTEST: Final = 2


class Organisation(NamedTuple):
    """A name of an organisation: ``base`` without legal form, ``own`` without the region before it too, ``branch`` if it is one."""

    full: str
    base: str
    own: str
    branch: str
    form: str  # the kind of legal form that short names keep: 集团, 股份


def looks_like_one(name: str) -> bool:
    """Whether a name ends as names of organisations do."""
    full = names.normalise(name)
    return full.endswith(_endings())


@functools.cache
def _endings() -> tuple[str, ...]:
    known = knowledge.organisations()
    return tuple(known["endings"] + [form for form in known["legal_forms"] if form.isascii() and len(form) > 2])


@functools.cache
def _forms() -> tuple[str, ...]:
    return tuple(sorted(knowledge.organisations()["legal_forms"], key=len, reverse=True))


@functools.cache
def _common() -> tuple[str, ...]:
    return tuple(sorted(knowledge.organisations()["common"], key=len, reverse=True))


def without_form(full: str) -> str:
    """A name without the legal forms at its end; at least two characters stay."""
    while True:
        for form in _forms():
            if full.endswith(form) and len(full) - len(form) >= _SHORTEST:
                full = full[: -len(form)]
                break
        else:
            return full


class Organisations:
    """Finds the organisations of a register that a mention may mean.

    :param entries: rows of the register by their number in it.
    :param regions: names of places (without their type) that names of organisations may begin with.
    """

    def __init__(self, entries: dict[int, Entry], regions: Iterable[str] = ()) -> None:
        self.entries = entries
        bases = {n: without_form(names.normalise(entry.name)) for n, entry in entries.items()}
        self._regions = self._found_regions(bases.values()) | {name for name in regions if len(name) >= _SHORTEST}
        self.names: dict[int, list[Organisation]] = {
            n: [self.parse(text) for text in dict.fromkeys((entry.name, *entry.alt_names))]
            for n, entry in entries.items()
        }
        self._having: dict[str, set[int]] = defaultdict(set)
        self._beginning: dict[str, set[int]] = defaultdict(set)
        self._near: dict[str, set[int]] = defaultdict(set)
        self._equal: dict[str, set[int]] = defaultdict(set)
        for n, every in self.names.items():
            for name in every:
                self._add(n, name)
        self._count = max(1, len(entries))

    def _add(self, number: int, name: Organisation) -> None:
        for character in name.base:
            self._having[character].add(number)
        for text in (name.base, name.own):
            self._beginning[text[:2]].add(number)
            self._equal[text].add(number)
        self._equal[name.full].add(number)
        if len(name.base) > 3:
            for key in shortened(name.base):
                self._near[key].add(number)

    def _found_regions(self, bases: Iterable[str]) -> set[str]:
        """Two characters, or more that end as regions do, with which many names begin; and names of provinces."""
        cities = (name for old, new, *_ in knowledge.renamed() for name in (old, new) if name.endswith(("市", "地区")))
        known = {names.parse(name).core for name in (*cities, *(name for _, name in knowledge.other_names()))}
        texts = list(bases)
        seen: Counter[str] = Counter(base[:size] for base in texts for size in _REGION if len(base) > size + 1)
        often = max(_OFTEN, len(texts) // 500)
        return known | {
            text
            for text, count in seen.items()
            if count >= often and (len(text) == _SHORTEST or text[-1] in "省市县区")
        }

    def parse(self, text: str) -> Organisation:
        """Take the name of an organisation apart."""
        full = _SHARES.sub("", names.normalise(text))
        branch = next((word for word in knowledge.organisations()["branches"] if full.endswith(word)), "")
        base = without_form(full)
        form = next((word for word in ("集团", "股份") if word in full[len(base) :]), "")
        return Organisation(full, base, self._without_region(base), branch, form)

    def _without_region(self, base: str) -> str:
        for _ in range(3):
            cut = next(
                (size for size in (6, 5, 4, 3, 2) if len(base) - size >= _SHORTEST and self._is_region(base[:size])), 0
            )
            if not cut:
                return base
            base = base[cut:]
        return base

    def _is_region(self, text: str) -> bool:
        if text[-1] in "省市县" and len(text) > _SHORTEST:
            return (len(text) < 5 and not text.endswith(_NO_REGION)) or text[:-1] in self._regions
        return text in self._regions or text == "中国"

    # Candidates

    def candidates(self, mention: Mention) -> tuple[list[Found], tuple[str, ...]]:
        """Organisations that a mention may mean, and the features of its meaning none."""
        asked = self.parse(mention.name)
        best: dict[int, tuple[str, ...]] = {}
        for number in self._possible(asked):
            found = [features for name in self.names[number] if (features := tuple(self._compared(asked, name)))]
            if found and self.entries[number].name == mention.name:
                found = [(*features, "o:verbatim") for features in found]
            if found:
                best[number] = min(found, key=lambda features: (_ORDER[features[0]], len(features)))
        kept = sorted(best, key=lambda n: (_ORDER[best[n][0]], n))[:_MOST]
        length = min(len(asked.own), 5)
        return [Found(n, best[n][0], best[n]) for n in kept], ("o:nothing", f"o:nothing:{length}")

    def _possible(self, asked: Organisation) -> list[int]:
        found: set[int] = set()
        for text in (asked.full, asked.base, asked.own):
            found |= self._equal.get(text, set())
        for text in dict.fromkeys((asked.base, asked.own)):
            found |= self._with_all(text)
        pairs = {a + b for i, a in enumerate(asked.base) for b in asked.base[i + 1 : i + 8]}
        for pair in pairs:
            found |= self._beginning.get(pair, set())
        if len(asked.base) > 3:
            for key in (asked.base, *shortened(asked.base)):
                found |= self._near.get(key, set())
        return sorted(found)[: _MOST * 20]

    def _with_all(self, text: str) -> set[int]:
        """Rows that have all characters of a text."""
        having = sorted((self._having.get(character, set()) for character in set(text)), key=len)
        if not having:
            return set()
        found = set(having[0])
        for more in having[1:]:
            found &= more
        return found

    def _compared(self, asked: Organisation, name: Organisation) -> Iterator[str]:
        """Features of two names, the stage first; none where nothing speaks for them."""
        stage = self._stage(asked, name)
        if not stage:
            return
        yield stage
        if bool(asked.branch) != bool(name.branch):
            yield "o:branch"
        if asked.form and asked.form in name.full:
            yield "o:form"
        if stage in ("o:exact", "o:equal"):
            return
        if stage in _SHORTENINGS and _is_legal(name):
            if _is_legal(asked):
                yield "o:legal"  # a whole legal name is no short one: a subsidiary, or its parent
            elif len(asked.own) > len(name.own):
                yield "o:longer"
        short, long = sorted((asked, name), key=lambda one: len(one.own))
        yield f"{stage}:{min(len(short.own), 4)}"
        if asked.own != asked.base and name.own != name.base:
            same = asked.base[: -len(asked.own)][:2] == name.base[: -len(name.own)][:2]
            yield "o:region:same" if same else "o:region:other"
        left = _left_over(short.own, long.own)
        yield f"o:left:{'common' if _is_common(left) else min(len(left), 4)}"
        yield f"o:rare:{self._rarity(short.own)}"

    def _stage(self, asked: Organisation, name: Organisation) -> str:
        if asked.full == name.full:
            return "o:exact"
        if asked.base == name.base:
            return "o:equal"
        if asked.own == name.own:
            return "o:own"
        for one, two in (
            (asked.own, name.own),
            (name.own, asked.own),
            (asked.base, name.base),
            (name.base, asked.base),
        ):
            if stage := _shortening(one, two):
                return stage
        edit = difference(asked.base, name.base)
        return f"o:{edit}" if edit and min(len(asked.own), len(name.own)) > 2 else ""

    def _rarity(self, text: str) -> int:
        """How rare the two rarest characters of a text are together: the logarithm of how many rows have one, from 0 to 4."""
        counts = sorted(len(self._having.get(character, ())) + 1 for character in set(text))[:2]
        return max(0, min(4, round(-sum(math.log10(count / self._count) for count in counts))))


STAGES: Final = (
    "o:exact", "o:equal", "o:own", "o:beginning", "o:sound", "o:shape", "o:skipping", "o:part-of", "o:skipping-inside", "o:ending", "o:swap", "o:near",
    "o:drop", "o:add", "o:sounds", "o:double", "o:other", "o:lost", "o:head", "o:contrast",
)  # fmt: skip
_ORDER: Final = {stage: place for place, stage in enumerate(STAGES)}


_SHORTENINGS: Final = frozenset({"o:beginning", "o:skipping", "o:part-of", "o:skipping-inside", "o:ending"})


def _is_legal(name: Organisation) -> bool:
    """Whether a name ends with a legal form, as only whole names do."""
    return "有限" in name.full[len(name.base) :]


def _shortening(short: str, long: str) -> str:
    """How a short name came from a long one: its beginning, its end, a piece, or characters out of it in their order."""
    if not _SHORTEST <= len(short) < len(long):
        return ""
    place = long.find(short)
    if place >= 0:
        return "o:beginning" if place == 0 else "o:ending" if place + len(short) == len(long) else "o:part-of"
    if short[0] == long[0] and in_order(short, long):
        return "o:skipping"
    place = long.find(short[:2])
    return (
        "o:skipping-inside" if place > 0 and len(short) > _SHORTEST and in_order(short[2:], long[place + 2 :]) else ""
    )


def _left_over(short: str, long: str) -> str:
    """What stays of a long name when the characters of a short one are taken out, in their order."""
    place = long.find(short)
    if place >= 0:
        return long[:place] + long[place + len(short) :]
    kept = []
    at = 0
    for character in long:
        if at < len(short) and character == short[at]:
            at += 1
        else:
            kept.append(character)
    return "".join(kept)


def _is_common(text: str) -> bool:
    """Whether a text is made of words that say little about who is meant."""
    for word in _common():
        text = text.replace(word, "")
    return not text


__all__: Sequence[str] = ["Organisation", "Organisations", "looks_like_one", "without_form"]
