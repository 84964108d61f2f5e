"""Names in Latin letters: pinyin (with tones, digits, spaces, apostrophes, mixed with characters), Wade-Giles, English.

Keys are Latin letters only, without tones, ``ü`` as ``u``: they are what two spellings of a name have in common.
Wade-Giles is made from pinyin by the rules of the system (H. A. Giles, *A Chinese-English Dictionary*, 1912).
"""

from __future__ import annotations

import functools
import itertools
import re
import unicodedata
from typing import Final, NamedTuple

from ..pinyin import syllables
from . import knowledge

_TONES: Final = {"\u0304": 1, "\u0301": 2, "\u030c": 3, "\u0300": 4}
_APOSTROPHES: Final = str.maketrans(dict.fromkeys("’‘ʻʼ`´′", "'"))
_WORD: Final = re.compile(r"[a-z]+(?:'[a-z]+)*'?")
_TONED: Final = re.compile(r"[1-5](?=[^0-9]|$)")
_NO_LETTERS: Final = re.compile(r"[^a-z]+")
_MOST_READINGS: Final = 12
_LONGEST_SYLLABLE: Final = 6  # zhuang
_ASCII: Final = re.compile("[\0-\x7f]")
_INITIALS: Final = {
    "zh": "ch", "ch": "ch'", "sh": "sh", "b": "p", "p": "p'", "d": "t", "t": "t'", "g": "k", "k": "k'", "j": "ch", "q": "ch'",
    "x": "hs", "r": "j", "z": "ts", "c": "ts'", "s": "s", "m": "m", "f": "f", "n": "n", "l": "l", "h": "h",
}  # fmt: skip
_WHOLE: Final = {
    "zhi": "chih", "chi": "ch'ih", "shi": "shih", "ri": "jih", "zi": "tzu", "ci": "tz'u", "si": "ssu", "ge": "ko", "ke": "k'o",
    "he": "ho", "e": "o", "er": "erh", "yi": "i", "wu": "wu", "yu": "yu", "yan": "yen", "ye": "yeh", "yue": "yueh", "yong": "yung",
    "you": "yu", "guo": "kuo", "kuo": "k'uo", "huo": "huo", "shuo": "shuo", "gui": "kuei", "kui": "k'uei",
}  # fmt: skip
_FINALS: Final = {
    "ie": "ieh",
    "ue": "ueh",
    "ve": "ueh",
    "ian": "ien",
    "ong": "ung",
    "iong": "iung",
    "uo": "o",
    "v": "u",
}


class Latin(NamedTuple):
    """A name in Latin letters, read one way: ``key`` without and ``whole`` with what may be its type."""

    whole: str
    key: str
    type: str


def fold(text: str) -> str:
    """Lower-case Latin text without accents and tones, ``ü`` as ``u``; other characters stay."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES).lower())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def letters(text: str) -> str:
    """The key of a Latin text. What stands for ``ü`` (``v``, and ``yu`` after ``l``) becomes ``u``."""
    return _NO_LETTERS.sub("", fold(text)).replace("v", "u").replace("lyu", "lu")


letters_of = functools.lru_cache(1 << 13)(letters)
"""As :func:`letters`, for the few hundred syllables that there are."""


def tones(text: str) -> str:
    """The tones that a pinyin text marks, by accents or digits, one digit each; empty where it marks none."""
    marked = "".join(str(_TONES[c]) for c in unicodedata.normalize("NFD", text) if c in _TONES)
    return marked or "".join(_TONED.findall(text))


@functools.cache
def readings(character: str) -> tuple[str, ...]:
    """The toneless readings of a character, the usual one first; itself in lower case where it has none."""
    from pypinyin.constants import PINYIN_DICT

    found = PINYIN_DICT.get(ord(character), "")
    plain = [letters_of(reading) for reading in found.split(",") if reading]
    return tuple(dict.fromkeys(plain))[:4] or (character.lower() if character.isascii() else "",)


@functools.cache
def toned(character: str) -> frozenset[str]:
    """The tones in which a character may be read (``1`` to ``4``)."""
    from pypinyin.constants import PINYIN_DICT

    return frozenset(tones(reading) for reading in PINYIN_DICT.get(ord(character), "").split(",") if reading)


@functools.lru_cache(1 << 16)
def usual(name: str) -> tuple[str, ...]:
    """The toneless syllables of a Chinese name in its usual reading."""
    return tuple(map(letters_of, syllables(name)))


@functools.lru_cache(1 << 16)
def spell(name: str) -> tuple[str, ...]:
    """Keys of a Chinese (or mixed) name, the usual reading first, at most a dozen."""
    if name.isascii():
        return (letters(name),)
    said = "".join(usual(name)) if not _ASCII.search(name) else ""
    choices = [readings(character) for character in name]
    if said and max(map(len, choices)) == 1:
        return (said,) if said == "".join(one[0] for one in choices) else (said, "".join(one[0] for one in choices))
    combined = map("".join, itertools.islice(itertools.product(*choices), _MOST_READINGS))
    return tuple(dict.fromkeys((said, *combined) if said else combined))


_BLURS: Final = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"), ("l", "n"), ("hu", "f"), ("fu", "f"), ("fe", "f"))


@functools.lru_cache(1 << 16)
def blurred(key: str) -> str:
    """A pinyin key without what speakers of many dialects do not tell apart (zh/z, n/ng, l/n, hu/f …)."""
    for exact, vague in _BLURS:
        key = key.replace(exact, vague)
    return key


@functools.cache
def _syllables() -> frozenset[str]:
    from pypinyin.constants import PINYIN_DICT

    every = {letters_of(reading) for readings in PINYIN_DICT.values() for reading in readings.split(",")}
    return frozenset(one for one in every if set(one) & set("aeiou"))


@functools.lru_cache(1 << 14)
def is_pinyin(key: str) -> bool:
    """Whether a key can be cut into syllables of pinyin, so that it is some name."""
    ends = {0}
    for end in range(1, len(key) + 1):
        if any(
            start in ends and key[start:end] in _syllables() for start in range(max(0, end - _LONGEST_SYLLABLE), end)
        ):
            ends.add(end)
    return len(key) in ends


@functools.cache
def to_wade_giles(syllable: str) -> str:
    """A pinyin syllable in Wade-Giles, with apostrophes, without diacritics."""
    if syllable in _WHOLE:
        return _WHOLE[syllable]
    for size in (2, 1):
        initial, final = syllable[:size], syllable[size:]
        if initial in _INITIALS and final:
            final = "ui" if final == "ui" else _FINALS.get(final, final)
            return _INITIALS[initial] + final
    return syllable


@functools.lru_cache(1 << 16)
def wade_giles(name: str) -> str:
    """The Wade-Giles key of a Chinese name in its usual reading, with apostrophes."""
    return "".join(map(to_wade_giles, usual(name)))


def aspirated(text: str) -> str:
    """The key of a text in Wade-Giles, with apostrophes."""
    return re.sub(r"[^a-z']", "", fold(text))


@functools.lru_cache(1 << 14)
def parse(text: str) -> tuple[Latin, ...]:
    """The ways to read a name in Latin letters: with its type taken off, where words tell one, and whole."""
    words = _WORD.findall(fold(_TONED.sub("", text)).replace("-", " "))
    words = [word for word in words if word != "the"]
    whole = letters("".join(words))
    found = [Latin(whole, key, kind) for key, kind in _typed(words)]
    found += [Latin(whole, whole, "")]
    return tuple(dict.fromkeys(found))


def _typed(words: list[str]) -> list[tuple[str, str]]:
    """What stays of some words when the kind of division is taken off (``Yuanhui District``, ``County of Ye``)."""
    found = []
    for size in (3, 2, 1):
        if len(words) > size and (kind := knowledge.english_types().get(tuple(words[-size:]))):
            found += [(letters("".join(name)), kind) for name in _with_and_without_peoples(words[:-size], kind)]
            break
    if len(words) > 2 and words[1] == "of" and (kind := knowledge.english_types().get((words[0],))):
        found.append((letters("".join(words[2:])), kind))
    return [(key, kind) for key, kind in found if key]


def _with_and_without_peoples(words: list[str], kind: str) -> list[list[str]]:
    """Words with and without the peoples that they end with, the likelier first: a town may be called so by chance (Gao Miao Zhen)."""
    less = words
    while len(less) > 1 and less[-1] in knowledge.english_peoples():
        less = less[:-1]
    if kind.startswith(("autonomous", "ethnic")):
        return [less]
    return [words, less] if kind in ("town", "township") else [words]
