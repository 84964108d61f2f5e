"""Rows: numbers that belong together, because they are told respectively or are parts of one ratio."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from .contexts import Material
from .phrases import before
from .records import Quantity, Sentence
from .tables import one_of, table
from .wording import DOWN, UP, WORDS

_TOLD: Final = re.compile(one_of(WORDS["rows"]["told"]))
_JOINS: Final = tuple(WORDS["rows"]["joins"])
#: What joins the last number of a row.
_LAST: Final = tuple(join for join in _JOINS if join != "、")
#: A movement of the second number's own: 分别下降3%和|同比增长|7%.
_MOVES: Final = rf"(?:{one_of(WORDS['movement']['since'])})?(?:{UP}|{DOWN})了?"
#: Between two numbers of a row: 第3、第1; 5.2%和6.7%; and where they differ in unit: 增长2%、下降0.4个百分点.
_BETWEEN: Final = re.compile(rf"(?:{one_of(_JOINS)}|,?[^,。;\d]{{0,3}}第|[,位])*(?:[^,。;、\d]{{0,2}}|{_MOVES})")
_BETWEEN_UNITS: Final = re.compile(rf"(?:{one_of(_JOINS)})(?:{_MOVES})?")
_APART: Final = 12  #: How far the numbers of a row stand from each other at most, in characters.
#: Names that stand for two variables: 城乡常住居民人均可支配收入24615元、8472元.
_PAIRS: Final = tuple(entry["word"] for entry in table("indicators")["pair"])


@dataclass(frozen=True)
class _Start:
    """The number that may begin a row, among those of its sentence, and the words since the one before."""

    material: Material
    own: Sequence[Quantity]
    index: int
    words: str

    @property
    def row(self) -> list[Quantity]:
        """The numbers that nothing but conjunctions part, of one unit unless they are told respectively: 分别达到1.1亿吨和103万标箱."""
        row, alike, ended = [self.own[self.index]], not _told(self), False
        for quantity in self.own[self.index + 1 :]:
            between, same_unit = self.material.text[row[-1].stop : quantity.begin], quantity.unit == row[0].unit
            if len(between) > _APART or (alike and not same_unit):
                break
            if not (_BETWEEN if same_unit else _BETWEEN_UNITS).fullmatch(between) or (ended and "," in between):
                break
            row.append(quantity)
            ended = any(join in between for join in _LAST)  # 分别为628分和671分,600分以上98人
        return row

    def joined(self, first: int) -> bool:
        """Whether a conjunction joins two numbers of one unit."""
        one, other = self.own[first], self.own[first + 1]
        return one.unit == other.unit and self.material.text[one.stop : other.begin] in _JOINS


def respective(
    material: Material, own: Sequence[Quantity], index: int, sentence: Sentence, previous: int
) -> list[Quantity]:
    """The quantities from ``index`` on that are told side by side; just the one where none of the rules holds."""
    first = own[index]
    if first.form == "ratio":
        return list(own[index : index + first.parts])
    start = _Start(material, own, index, material.text[max(previous, sentence.start) : first.start])
    return start.row if any(holds(start) for holds in _RULES) else [first]


def _told(start: _Start) -> bool:
    """Whether it is said that they are told respectively: 分别为5.2%和6.7%."""
    return bool(_TOLD.search(start.words))


def _of_pair(start: _Start) -> bool:
    """Whether a name for two variables stands before them."""
    return start.words.rstrip("达到为").endswith(_PAIRS)


def _goes_on(start: _Start) -> bool:
    """Whether they tell more of a pair told before them: 分别达到3万元、2万元,年均增长10%和12%."""
    own, index = start.own, start.index
    if index < 2 or index + 1 >= len(own) or not (start.joined(index - 2) and start.joined(index)):
        return False
    between = start.material.text[own[index - 1].stop : own[index].begin]
    if own[index].unit == "percent" and not between.strip("、和与及"):
        return False  # 四个季度的增速是5.2%、6.7%、7.9%、8.8%: one row
    return not before(between, start.material.lexicon).name


_RULES: Final[tuple[Callable[[_Start], bool], ...]] = (_told, _of_pair, _goes_on)
