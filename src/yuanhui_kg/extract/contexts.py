"""The records that the readers of figures hand to each other: a text's material, a number's place, what is carried on."""

from __future__ import annotations

import functools
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from .lexicon import Lexicon
from .records import Anchor, Entity, Indicator, Normal, Quantity, Sentence, Years
from .scene import GROUPS, Scene, scene
from .times import Time

#: How far back from a number its words are looked for: no clause is longer, and time stays linear.
REACH: Final = 160
#: Signs at which clauses end.
EDGE: Final = re.compile(r"[,;:。!?\n]")
#: How titles of texts end that account for a year, and where they stand: 2022年度报告, 2021年年度业绩预告.
_OF_A_YEAR: Final = re.compile(
    r"(?:19|20)\d\d年(?:年?度|半年度|第?[一二三四]季度|前三季度)?(?:主要)?(?:业绩|经营|财务|决算|报告|社会责任|可持续|信息公开)[^,。;\n]{0,12}\n"
)
_TITLES: Final = 160


#: What says no more than how many there are, between a bracket and a number: 工业企业(年营业收入2000万元以上的企业)达到|137户.
_REACHES: Final = re.compile(r"(?<=\))(?:达到?|增加到|增至|发展到|共有|共|有)\Z")
_LONGEST_REACHES: Final = 5
_LONGEST_BRACKET: Final = 80


class Place(NamedTuple):
    """One quantity with the text around it.

    ``left`` goes back to the quantity or the clause before it (``left_start`` is its beginning), ``clause`` is the whole
    clause so far, ``right`` goes on to the next quantity.
    """

    quantity: Quantity
    left: str
    left_start: int
    clause: str
    right: str


@dataclass(frozen=True)
class Material:
    """What the stages before have found in one text; mentions are those of what a figure can be about."""

    normal: Normal
    sentences: Sequence[Sentence]
    quantities: Sequence[Quantity]
    anchor: Anchor
    lexicon: Lexicon
    starts: Sequence[int]
    mentions: Sequence[tuple[int, int, Entity]]
    mention_starts: Sequence[int]
    #: The starts of the sentences of a report that stand in a part on what is planned.
    planned: frozenset[int]
    #: Where clauses end, behind their marks.
    clauses: Sequence[int]
    scene: Scene

    @functools.cached_property
    def text(self) -> str:
        return self.normal.text

    @functools.cached_property
    def annual(self) -> bool:
        """Whether the text tells of one year, so that what it does not date is of that year."""
        last, year = self.anchor.reporting.last, self.anchor.year
        past = last is not None and year is not None and last < year
        titled = self.anchor.genre == "profile" or _OF_A_YEAR.search(self.text, 0, _TITLES) is not None
        return self.anchor.genre in ("communique", "review", "report") or (past and titled)

    @functools.cached_property
    def clarity(self) -> float:
        """How often the year reported on is told for each number."""
        anchor = self.anchor
        told = self.text.count(f"{anchor.reporting.last}年") if anchor.reporting.last else 0
        if anchor.year is not None and anchor.reporting.last == anchor.year - 1:
            told += self.text.count("去年") + self.text.count("上年")
        return told / max(1, len(self.quantities))

    def within(self, sentence: Sentence) -> Sequence[Quantity]:
        """The quantities of a sentence."""
        return self.quantities[bisect_left(self.starts, sentence.start) : bisect_left(self.starts, sentence.end)]

    def following(self, quantity: Quantity) -> Quantity | None:
        index = bisect_left(self.starts, quantity.start) + 1
        return self.quantities[index] if index < len(self.quantities) else None

    def preceding(self, quantity: Quantity) -> Quantity | None:
        index = bisect_left(self.starts, quantity.start) - 1
        return self.quantities[index] if index >= 0 else None

    def mentions_in(self, start: int, end: int) -> list[tuple[int, int, Entity]]:
        low, high = bisect_left(self.mention_starts, start), bisect_left(self.mention_starts, end)
        return [mention for mention in self.mentions[low:high] if mention[1] <= max(end, start + 40)]

    def place(self, quantity: Quantity, previous: int, sentence: Sentence) -> Place:
        """A quantity with its words, the quantity before it ending at ``previous``."""
        ended = self.clauses[bisect_right(self.clauses, quantity.begin) - 1]
        clause_start = max(sentence.start, quantity.begin - REACH, ended)
        edge, left_stop = max(clause_start, previous), quantity.begin
        if (gloss := gloss_before(self.text, quantity.begin)) is not None and gloss < edge:
            ended = self.clauses[bisect_right(self.clauses, gloss) - 1]
            edge, left_stop = max(sentence.start, gloss - REACH, ended), gloss
        following = self.following(quantity)
        stop = min(sentence.end, following.begin if following else sentence.end, quantity.stop + 40)
        left = self.text[edge:left_stop]
        return Place(
            quantity,
            f"—{left[1:]}" if left.startswith("-") else left,  # 30-|40公里: a hyphen can be a part of names
            edge,
            self.text[clause_start : quantity.begin],
            self.text[quantity.stop : stop],
        )


def gloss_before(text: str, end: int) -> int | None:
    """Where a bracket begins that ends right before a place: 工业企业(年营业收入2000万元以上的企业)|137户."""
    reached = _REACHES.search(text, max(0, end - _LONGEST_REACHES), end)
    if not text.endswith(")", 0, reached.start() if reached else end):
        return None
    start = text.rfind("(", max(0, end - REACH), end)
    return start if start > 0 else None


def bracket_of(text: str, place: int) -> int:
    """Where the bracket opens that a place of a text stands in; -1 where it stands in none."""
    low = max(0, place - _LONGEST_BRACKET)
    opened = text.rfind("(", low, place)
    return opened if opened > text.rfind(")", low, place) else -1


def material_of(
    normal: Normal, sentences: Sequence[Sentence], quantities: Sequence[Quantity], anchor: Anchor, lexicon: Lexicon,
    entities: Iterable[Entity], planned: frozenset[int],
) -> Material:  # fmt: skip
    """The material of a text, its quantities and the mentions of subjects in order."""
    mentions = sorted(
        ((start, end, entity) for entity in entities for start, end in entity.spans if entity.kind in GROUPS),
        key=lambda mention: (mention[0], -mention[1]),
    )
    clauses = [0, *(match.end() for match in EDGE.finditer(normal.text))]
    return Material(
        normal,
        sentences,
        quantities,
        anchor,
        lexicon,
        [quantity.start for quantity in quantities],
        mentions,
        [mention[0] for mention in mentions],
        planned,
        clauses,
        scene(normal.text, anchor.place, mentions, clauses),
    )


@dataclass
class Carried:
    """What is carried on inside a sentence (and, of the last indicator, inside a paragraph)."""

    indicator: Indicator | None = None
    #: What the paragraph told of first, which its sentences by area go on about.
    lead: Indicator | None = None
    told: list[Indicator] = field(default_factory=list)
    seen: list[Indicator] = field(default_factory=list)
    #: What the sentence tells the parts of, where it begins with 其中: the last that the sentence before told.
    total: Indicator | None = None
    #: The products of which weights and areas were told, of the whole text, the last told last, with how often.
    products: dict[str, int] = field(default_factory=dict)
    base: Years | None = None
    #: What a multiple (是2012年的2.4倍) was told of: the base of the average growth behind it.
    multiple: Years | None = None
    #: Whom the figure before was about, and the last one of the paragraph before.
    subject: str = ""
    past: str = ""
    #: The places of which a row of numbers was told respectively, and whose each of the numbers of a row is, by where it starts.
    row: tuple[str, ...] = ()
    whose: dict[int, str] = field(default_factory=dict)
    cumulative: str = ""
    growth: bool = False
    #: Whether that growth was told as a fall by its name: 降幅由9%.
    fall: bool = False
    #: Where the bracket opens in which the figure before stood, and what was told before it, which goes on behind it.
    bracket: int = -1
    outside: Indicator | None = None
    #: Whether the figure before told in points how a fall moved: 降幅收窄2个百分点,比上半年|扩大.
    fall_moved: bool = False
    #: Whether the figure before told of a decline.
    fallen: bool = False
    #: When the figure before it in the sentence holds.
    dated: Dating | None = None
    #: The kind and the unit of the figure before.
    kind: str = ""
    unit: str = ""
    #: Whether the figure before was a duration.
    duration: bool = False
    #: Whether the noun of the count before stands behind its number.
    behind: bool = False
    #: Of a threshold: the words before it, its number as printed, its breakdown, and the noun that it limits.
    prefix: str = ""
    #: What the threshold before it limited.
    limit: Indicator | None = None
    #: Per what several things are told: 每百户居民拥有汽车14辆、电脑72台.
    per: str = ""
    line: str = ""
    suffix: str = ""
    noun: str = ""

    def open_sentence(self, among: bool) -> None:
        """Forget what holds only inside one sentence; ``among`` is whether it begins with 其中."""
        self.total = self.indicator if among else None
        self.told, self.seen, self.base, self.multiple = [], [], None, None
        self.cumulative, self.per, self.growth, self.duration = "", "", False, False
        self.behind, self.fall, self.fallen, self.dated = False, False, False, None
        self.fall_moved, self.bracket, self.outside = False, -1, None
        self.kind = self.unit = ""
        self.limit, self.row, self.whose = None, (), {}


class Frame(NamedTuple):
    """Years that hold around a sentence, and what told them: heading, paragraph, or the date of a state (截至2016年底)."""

    years: Years
    told: str
    #: Whether it holds only for sentences that tell parts (其中) or more aims, and what holds behind them.
    passing: bool = False
    outer: Frame | None = None


class Setting(NamedTuple):
    """What holds where a number stands: its sentence, the times in it, the period around it, whether it is aimed at."""

    sentence: Sentence
    times: Sequence[Time]
    frame: Frame | None
    target: bool
    carried: Carried
    #: Whether the figure is about something inside the text's place.
    part: bool = False


class Claim(NamedTuple):
    """What a number was found to be: kind, sign (-1 for a decline), indicator, the rule that found it, breakdown.

    ``qualifies`` is the start of the count that a threshold limits, ``why`` the rule that gave the kind where more than the form of
    the number did.
    """

    kind: str
    indicator: Indicator
    rule: str
    sign: int = 1
    breakdown: str = "total"
    qualifies: int | None = None
    why: str = ""
    #: Whom the words themselves say that it is about.
    subject: str = ""
    #: How much of the likelihood of all indicators that were weighed is that of this one; 1 where none were.
    share: float = 1.0

    @property
    def told(self) -> str:
        """The kind with the rule that gave it."""
        return f"{self.kind}: {self.why}" if self.why else self.kind


class View(NamedTuple):
    """What tells when a number holds: the years around it, the expression that gave them, the base, and what told it."""

    span: Years
    explicit: Time | None
    base: Years | None
    printed: bool
    why: str

    @property
    def now(self) -> bool:
        return self.explicit is not None and self.explicit.role == "now"


class Dating(NamedTuple):
    """The period of a figure, what it is compared with, whether the period is printed, what told it, its share of the likelihood, and other periods that may be meant."""

    period: Years
    base: Years | None
    printed: bool
    why: str
    share: float = 1.0
    others: tuple[Years, ...] = ()
