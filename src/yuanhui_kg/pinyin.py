"""Pinyin of Chinese text without tones (``ü`` as ``v``), fast enough for hundreds of thousands of names."""

from __future__ import annotations

import functools
import itertools
import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from pypinyin import lazy_pinyin
from pypinyin.constants import PHRASES_DICT

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
_MARKED_U: Final = str.maketrans(dict.fromkeys("üǖǘǚǜ", "v"))


def syllables(text: str) -> list[str]:
    """One syllable for each Chinese character of ``text`` that has a reading; everything else is passed over.

    As ``pypinyin.lazy_pinyin`` reads it, but for the names in :data:`PLACES`.
    """
    if len(text) > 1 and not _irregular().isdisjoint(map("".join, itertools.pairwise(text))):
        return [syllable for part in _read(text) for syllable in part if syllable]
    return [syllable for character in text if (syllable := _reading(character))]


def strip_tones(text: str) -> str:
    """Lower-case Latin text without its tone marks, ``ü`` as ``v``: what a typed syllable is compared as."""
    decomposed = unicodedata.normalize("NFD", unicodedata.normalize("NFC", text.lower()).translate(_MARKED_U))
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def _read(text: str) -> Iterable[Iterable[str]]:
    end = 0
    for place in _PLACES.finditer(text):
        yield _lazy(text[end : place.start()])
        yield PLACES[place.group()]
        end = place.end()
    yield _lazy(text[end:])


def _lazy(text: str) -> list[str]:
    return list(lazy_pinyin(text, errors="ignore"))


@functools.cache
def _reading(character: str) -> str:
    """How a character is read by itself."""
    return "".join(_lazy(character))


@functools.cache
def _irregular() -> frozenset[str]:
    """The first two characters of every word in which a character is read otherwise than by itself.

    A text without any of them is read character by character, many times faster than through the dictionary of words.
    """
    words = (
        word
        for word, readings in PHRASES_DICT.items()
        if any(
            strip_tones(reading[0]) != _reading(character) for character, reading in zip(word, readings, strict=False)
        )
    )
    return frozenset(word[:2] for word in (*words, *PLACES))
