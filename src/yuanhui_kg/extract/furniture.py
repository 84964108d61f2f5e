"""What stands on a page and is not of its text: page numbers, running heads and feet, the trail above a web page.

In a text taken from PDF they stand between two lines of one sentence, which is read as if they were not there.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from .tables import one_of, words

#: 第3页, 第 3 页 共 12 页, - 3 -, 3/12.
_NUMBERED: Final = re.compile(
    r"(?:第 ?\d{1,4} ?页(?:[ ,/]*共 ?\d{1,4} ?页)?|[-—·.]+ ?\d{1,4} ?[-—·.]+|\d{1,4} ?/ ?\d{1,4})"
)
_NUMBER: Final = re.compile(r"\d{1,4}")
_TRAIL: Final = re.compile(rf"(?:{one_of(words('page', 'trail'))}) ?[:>»›]|首页(?: ?[>»›/] ?[^>»›/]{{1,20}})+$")
_LONGEST_HEAD: Final = 60


def furniture(lines: Sequence[str]) -> set[int]:
    """Which of a text's lines (of those that are not blank) are none of it; see the module."""
    stripped = [line.strip() for line in lines]
    numbers = {index for index, line in enumerate(stripped) if _NUMBERED.fullmatch(line)} | _counted(stripped)
    heads = _heads(stripped, numbers)
    trails = {index for index, line in enumerate(stripped[:4]) if _TRAIL.match(line)}
    return numbers | heads | trails


def _counted(lines: Sequence[str]) -> set[int]:
    """Lines that are a bare number, one more than the last such line or one less than the next."""
    found = [(index, int(line)) for index, line in enumerate(lines) if _NUMBER.fullmatch(line)]
    pairs = (
        (one, other) for one, other in itertools.pairwise(found) if other[1] == one[1] + 1 and other[0] > one[0] + 1
    )
    return {index for pair in pairs for index, _ in pair}


def _heads(lines: Sequence[str], numbers: set[int]) -> set[int]:
    """Lines right before or behind page numbers that say the same at two of them or more."""
    beside = {near for index in numbers for near in _beside(index, len(lines)) if near not in numbers}
    times = Counter(lines[index] for index in beside if len(lines[index]) <= _LONGEST_HEAD)
    return {index for index in beside if times[lines[index]] > 1}


def _beside(index: int, count: int) -> Iterator[int]:
    yield from (near for near in (index - 1, index + 1) if 0 <= near < count)
