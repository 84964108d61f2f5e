"""The numerals of a text, in one pass.

What holds a numeral and is no quantity is a table (``tables/nonquantities.toml``).
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import Final

from .numerals import CHARACTERS, DIGITS, HAN, MULTIPLIER
from .tables import filled, table

#: 三百, 1,386.42 or 第三, with what makes it more: 3亿多, 320余万, 1亿2千万. None begins inside another number, of which a
#: pattern took the rest.
_NUMBER: Final = (
    rf"(?<!\d\.)(?:(?<!\d)(?P<digits>{DIGITS})|(?<![{CHARACTERS}])(?P<spelt>第?{HAN}))"
    rf"(?P<more>[余多几]|来(?=[人个户家名亩吨斤年天岁里公台头只件份条座张间辆元万米块场次套种]))?(?P<multiplier>{MULTIPLIER})?"
    rf"(?P<rest>(?:\d+(?:\.\d+)?{MULTIPLIER})*)(?P<still>[余多几](?!少|样|方面|元化|元素|民|功))?"
)
#: What a numeral is read as.
KINDS: Final = {
    "hundredth": rf"(?P<of>[百千])分之(?P<part>{HAN}|\d+(?:\.\d+)?)",
    "fraction": r"(?P<share>[一二三四五六七八九]分之[一二两三四五六七八九]|一半(?!儿?是|[天年月小个心边路山]))",
    "ratio": r"(?<![\d.:])(?:\d+(?:\.\d+)?:){1,3}\d+(?:\.\d+)?(?![\d:])",
    "doubling": r"翻[了上]?(?P<near>将?近|约)?(?:整整)?(?P<times>[一两二三四五1-5])番(?!半)(?P<over>还?多|有余)?",
    "number": _NUMBER,
    "first": r"首位(?!产业|度)|榜首",
}
#: Quotation marks around a name; where its last character ends is the end of the group.
_QUOTATION: Final = r"[“‘《](?=(?P<quoted>[^”’》\n]{1,24})[”’》])"


#: Digits before these are a number, whatever stands around them: GDP12.5亿元. Most are: the table is seldom asked.
_SURE: Final = rf"{DIGITS}[%‰万亿元家户亩吨]"


@functools.cache
def scanner() -> re.Pattern[str]:
    """A pattern for all that holds a numeral; ``lastgroup`` names a pattern of the table or a kind of numeral."""
    entries = table("nonquantities")
    none = _choices({entry["name"]: filled(entry["pattern"], entries["parts"]) for entry in entries["pattern"]})
    begin = rf"[\d{CHARACTERS}第首榜翻]|{entries['begin']}"
    return re.compile(rf"(?={begin})(?:(?!{_SURE})(?:{none})|{_choices({'quotation': _QUOTATION} | KINDS)})")


def _choices(patterns: dict[str, str]) -> str:
    """A pattern for one of several, in their order.

    The group with its name stands behind each, empty, so that a pattern is tried by its first character.
    """
    return "|".join(f"(?:{pattern})(?P<{name}>)" for name, pattern in patterns.items())


def tokens(text: str) -> Iterator[re.Match[str]]:
    """The numerals that may tell a quantity, in order; ``lastgroup`` says of which kind.

    In quotation marks those in characters are a part of names.
    """
    name_ends = 0  # up to here stand words in quotation marks
    for match in scanner().finditer(text):
        if match.lastgroup == "quotation":
            name_ends = max(name_ends, match.end("quoted"))
        elif match.lastgroup in KINDS and (match.start() >= name_ends or match.group()[0].isdecimal()):
            yield match
