"""Pinyin of Chinese text without tones (``ü`` as ``v``), fast enough for hundreds of thousands of names.

pypinyin and its dictionary are imported with the first text that is read: searching does not need them, only making an
index does.
"""

from __future__ import annotations

import functools
import operator
import re
import unicodedata
from collections.abc import Iterable
from typing import Final

HAN: Final = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"

# Names of Chinese places that are read otherwise than pypinyin's dictionary has it.
PLACES: Final[dict[str, tuple[str, ...]]] = {
    name: tuple(reading.split())
    for name, reading in (
        *(("漯河", "luo he"), ("召陵", "shao ling"), ("六合", "lu he"), ("洪洞", "hong tong"), ("会稽", "kuai ji")),
        *(
            ("涡阳", "guo yang"),
            ("单县", "shan xian"),
            ("荥经", "ying jing"),
            ("浚县", "xun xian"),
            ("解州", "xie zhou"),
        ),
        *(("繁峙", "fan shi"), ("朝阳", "chao yang"), ("什邡", "shi fang"), ("郫都", "pi du"), ("筠连", "jun lian")),
        *(("乐陵", "lao ling"), ("康巴什", "kang ba shi"), ("库尔勒", "ku er le"), ("蔚州", "yu zhou")),
    )
}
_PLACES: Final = re.compile("|".join(sorted(PLACES, key=len, reverse=True)))
_BEGINNINGS: Final = frozenset(place[:2] for place in PLACES)
_MARKED_U: Final = str.maketrans(dict.fromkeys("üǖǘǚǜ", "v"))


def syllables(text: str) -> list[str]:
    """One syllable for each Chinese character of ``text`` that has a reading; everything else is passed over.

    As ``pypinyin.lazy_pinyin`` reads it, but for the names in :data:`PLACES`.
    """
    if any(map(_begins_irregular, map(operator.add, text, text[1:]))):
        return [syllable for part in _read(text) for syllable in part if syllable]
    return [*filter(None, map(_reading, text))]


def strip_tones(text: str) -> str:
    """Lower-case Latin text without its tone marks, ``ü`` as ``v``: what a typed syllable is compared as."""
    decomposed = unicodedata.normalize("NFD", unicodedata.normalize("NFC", text.lower()).translate(_MARKED_U))
    return "".join(character for character in decomposed if not unicodedata.combining(character))


_toneless: Final = functools.lru_cache(1 << 12)(strip_tones)
"""As :func:`strip_tones`, for the syllables that there are."""


def _read(text: str) -> Iterable[Iterable[str]]:
    end = 0
    for place in _PLACES.finditer(text):
        yield _lazy(text[end : place.start()])
        yield PLACES[place.group()]
        end = place.end()
    yield _lazy(text[end:])


def _lazy(text: str) -> list[str]:
    from pypinyin import lazy_pinyin

    return list(lazy_pinyin(text, errors="ignore"))


@functools.cache
def _reading(character: str) -> str:
    """How a character is read by itself: as :func:`_lazy` reads it, without looking for words."""
    from pypinyin.constants import PINYIN_DICT

    return _toneless(PINYIN_DICT.get(ord(character), "").partition(",")[0])


@functools.cache
def _begins_irregular(pair: str) -> bool:
    """Whether a word begins with these two characters in which a character is read otherwise than by itself.

    A text without any of them is read character by character, many times faster than through the dictionary of words.
    """
    words, readings_of = _words()
    return (
        any(
            _toneless(reading[0]) != _reading(character)
            for word in words.get(pair, ())
            for character, reading in zip(word, readings_of[word], strict=False)
        )
        or pair in _BEGINNINGS
    )


@functools.cache
def _words() -> tuple[dict[str, list[str]], dict[str, list[list[str]]]]:
    """pypinyin's words by their first two characters, and their readings."""
    from pypinyin.constants import PHRASES_DICT

    words: dict[str, list[str]] = {}
    for word in PHRASES_DICT:
        words.setdefault(word[:2], []).append(word)
    return words, PHRASES_DICT
