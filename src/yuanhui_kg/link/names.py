"""Names as they are compared: normalised, and taken apart into core, type and people.

:func:`normalise` is idempotent and never makes a text longer than its NFKC form: each character is exchanged for at
most one other, so that positions in the normalised text can be told from positions in that form.
"""

from __future__ import annotations

import functools
import itertools
import re
import unicodedata
from typing import Final, NamedTuple

from ..variants import simplified, usual
from . import knowledge

_HAN: Final = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_IS_HAN: Final = re.compile(f"[{_HAN}]")
_IDEOGRAPHS: Final = re.compile("[\u4e00-\u9fff]+")
_IS_LATIN: Final = re.compile("[a-z]")
_NOISE: Final = re.compile(r"[\s\-_·•・.,，。、;；:：'’‘`\"“”()（）\[\]【】《》〈〉/\\|&+*#~!！?？]+")
AUTONOMOUS: Final = frozenset({"autonomous-prefecture", "autonomous-county", "autonomous-banner", "autonomous-region"})
_SHORTEST: Final = 2


class Name(NamedTuple):
    """A name of a division, normalised.

    ``core`` is ``full`` without type and people; it is ``full`` where nothing can be taken off. ``type`` is empty where the
    name does not tell one, and ``ranks`` then too.
    """

    full: str
    core: str
    type: str
    ranks: frozenset[int]


NOWHERE: Final[frozenset[int]] = frozenset()


@functools.cache
def _odd() -> frozenset[str]:
    return frozenset(map(chr, simplified()))


@functools.cache
def plain() -> str:
    """The characters that :func:`normalise` leaves as they are, as a class of a regular expression."""
    codes = [code for code in range(0x4E00, 0xA000) if chr(code) not in _odd()]
    by_run = itertools.groupby(enumerate(codes), lambda numbered: numbered[1] - numbered[0])
    runs = [[chr(code) for _, code in run] for _, run in by_run]
    return f"[{''.join(f'{run[0]}-{run[-1]}' for run in runs)}]"


def simplify(text: str) -> str:
    """NFKC, lower case, simplified characters. Spaces and punctuation stay."""
    return usual(unicodedata.normalize("NFKC", text).lower())


def normalise(text: str) -> str:
    """How a name is compared: as :func:`simplify`, without spaces and punctuation."""
    if _IDEOGRAPHS.fullmatch(text) and _odd().isdisjoint(text):
        return text
    for _ in range(4):  # what stood apart may compose when the space between is gone
        once = _NOISE.sub("", simplify(text))
        if once == text or (once.isalnum() and unicodedata.is_normalized("NFKC", once)):
            return once
        text = once
    return text


def has_han(text: str) -> bool:
    return _IS_HAN.search(text) is not None


def has_latin(text: str) -> bool:
    return _IS_LATIN.search(text) is not None


@functools.cache
def _endings() -> tuple[tuple[int, dict[str, knowledge.Kind]], ...]:
    """Endings by length, the longest first."""
    by_length: dict[int, dict[str, knowledge.Kind]] = {}
    for ending, kind in knowledge.types().items():
        by_length.setdefault(len(ending), {})[ending] = kind
    return tuple(sorted(by_length.items(), reverse=True))


def parse(text: str) -> Name:
    """Take a name apart. Names in Latin letters come back whole."""
    return analyse(normalise(text))


def analyse(full: str) -> Name:
    """As :func:`parse`, for a text that is normalised already."""
    length = len(full)
    for size, endings in _endings():
        if size >= length:
            continue
        kind = endings.get(full[-size:])
        if kind is None:
            continue
        if kind.type in knowledge.WHOLE:
            return Name(full, full, kind.type, kind.ranks)
        rest = full[:-size]
        if kind.type in AUTONOMOUS and len(rest) < _SHORTEST:
            continue  # 贵州 is no prefecture
        core = _without_people(rest, kind.type)
        if len(core) < _SHORTEST:
            core = rest if len(rest) >= _SHORTEST else full
        return Name(full, core, kind.type, kind.ranks)
    return Name(full, full, "", NOWHERE)


def _without_people(rest: str, kind: str) -> str:
    """Take names of peoples off the end, while at least two characters stay."""
    autonomous = kind in AUTONOMOUS
    if not autonomous and not rest.endswith("族"):
        return rest
    while True:
        shorter = _one_people_less(rest, autonomous)
        if len(shorter) < _SHORTEST:
            return rest.removesuffix("族") if len(rest) > _SHORTEST else rest
        if shorter == rest:
            return rest
        rest = shorter


def _one_people_less(rest: str, autonomous: bool) -> str:
    with_tribe = rest.endswith("族")
    if not with_tribe and not autonomous:
        return rest
    stem = rest[:-1] if with_tribe else rest
    for people in knowledge.peoples():
        if stem.endswith(people) and (with_tribe or len(people) > 1):
            return stem[: -len(people)]
    return rest
