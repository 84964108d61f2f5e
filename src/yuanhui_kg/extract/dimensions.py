"""How long, wide, high or heavy a thing is: the thing with its dimension (平台长92米、宽36米: 平台长度, 平台宽度; 一支长80米的叶片: 叶片长度)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from . import phrases
from .around import Candidate, Words
from .tables import one_of, table

_T: Final = table("indicators")["dimension"]
_FULL: Final[dict[str, str]] = _T["words"]
_CHANGES: Final[dict[str, str]] = _T["changes"]
_WORD: Final = rf"(?P<whole>[全总])?(?P<word>(?<!{')(?<!'.join(_T['inside'])})(?:{one_of(_FULL)}))度?"
_LEADS: Final = "(?:就?(?:达到?|为|约|有|仅有?|只有?|才|近|超过|超|不足|不到|逾)了?)?$"
#: 平台|长, 桥塔|高达; 路面|拓宽到.
_BEFORE: Final = re.compile(_WORD + _LEADS)
_CHANGED: Final = re.compile(rf"(?P<word>{one_of(_CHANGES)})(?:到|至|为|成)了?$")
#: 52米|高的|井架, 103米|的|叶片; 有120米|长.
_BEHIND: Final = re.compile(
    rf"(?:以上|左右|多)?(?:(?P<word>{one_of(_FULL)})?(?P<of>的)|(?P<alone>{one_of(_FULL)})(?=[,。;、!?]|$))"
)
#: 一条长|45公里|、宽200米的|林带: another dimension stands between this one and the thing.
_THEN: Final = re.compile(
    rf"(?:[、,]?(?:平?均|[最约])?(?:{one_of(_FULL)})(?:度)?(?:就?达到?|为|约|近|超过|不足)?[\d.]+(?:[至到~—-]+[\d.]+)?[万多余]*(?:公里|千米|毫米|厘米|米|公?斤|吨)){{1,2}}的"
)
_REACH: Final = 40  #: No such words are longer.
#: The dimension at the end of a name.
_ENDED: Final = re.compile(rf"[全总]?(?:{one_of(_FULL)})度?$|(?:{one_of(_FULL.values())})$")
#: 叶片|单支|长度
_SINGLE: Final = re.compile("[单双每].$")
#: Words that mean a thing of the text again, so that its dimension needs no more name: 全长386米的|巷子.
_AGAIN: Final = frozenset(word for words in table("subjects")["again"].values() for word in words)
#: 冷库|改造成1200平方米的|党群服务中心
_AREAS: Final = frozenset(("m2", "mu", "km2", "ha"))
_MADE: Final = re.compile("(?:[改建变][造建]?成|打造成|改为|变为|变成)了?$")
#: What only means the work of which the figure is: 项目|全长68公里.
_WORKS: Final = frozenset(("项目", "工程", "线路", "全线"))
_MOVES: Final = frozenset(("increment", "change", "pointChange"))


def dimension(words: Words) -> Iterator[Candidate]:
    """What a length, a width, a height or a weight is of, by the word for the dimension before its number or behind it."""
    unit, name = words.quantity.unit, words.phrase.name
    if unit in _AREAS:
        if _MADE.search(words.place.left) and (thing := _thing_behind(words)):
            yield _candidate(words, thing, "面积")
        return
    if unit not in _T["units"] or words.kind in _MOVES or words.known(name) is not None:
        return
    left = words.place.left.rstrip()
    if changed := _CHANGED.search(left):
        if name and left[: changed.start()].endswith(name):
            yield _candidate(words, name, _CHANGES[changed["word"]])
        return
    told, behind = _BEFORE.search(left), _BEHIND.match(words.place.right)
    if told and _of(unit, told["word"]):
        full = told["whole"] + told["word"] if told["whole"] else _FULL[told["word"]]
        thing = _thing(name, left[: told.start()])
        yield _candidate(words, thing or _thing_behind(words) or _thing_before(words), full)
    elif behind and (word := behind["word"] or behind["alone"]) and _of(unit, word):
        yield _candidate(words, name if behind["alone"] else _thing_behind(words), _FULL[word])


def _of(unit: str, word: str) -> bool:
    """Whether a unit is one of weight where the word is, and of length otherwise."""
    return (word in _T["weights"]) == (unit in _T["weight"])


def _candidate(words: Words, thing: str, full: str) -> Candidate:
    label = thing + full
    return Candidate("by unit", words.variable(label, words.quantity.unit, "notApplicable"))


def _thing(name: str, left: str) -> str:
    """The thing right before the word for its dimension, without that word."""
    thing = _ENDED.sub("", name)
    return thing if thing and left.endswith(thing) and thing not in _WORKS else ""


def _thing_behind(words: Words) -> str:
    """The thing whose dimension stands before its name; empty where that is one of the text's own things, of which the figure is."""
    behind, text = _BEHIND.match(words.place.right), words.material.text
    then = _THEN.match(text, words.quantity.stop)
    if then is None and (behind is None or not behind["of"]):
        return ""
    start = then.end() if then is not None else words.quantity.stop + (behind.end() if behind is not None else 0)
    noun = phrases.behind(text[start : start + _REACH], words.material.lexicon).partition("的")[0]
    named = any(begin == start for begin, _, _ in words.material.mentions_in(start, start + 1))
    return "" if named or noun in _AGAIN or len(noun) < 2 else noun


def _thing_before(words: Words) -> str:
    """The thing whose other dimension was told right before: 平台长92米、|宽36米."""
    before, last = words.carried.indicator, words.material.preceding(words.quantity)
    if before is None or last is None or last.unit not in _T["units"] or last.stop != words.place.left_start:
        return ""
    ended = _ENDED.search(before.label)
    return _SINGLE.sub("", before.label[: ended.start()]) if ended else ""
