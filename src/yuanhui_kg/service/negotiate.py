"""Content negotiation (RFC 9110, 12.5): which of the offered media types a client wants.

The rules, in the order in which they decide:

1. No ``Accept``, an empty one, or one in which nothing can be read: the first offer.
2. The most specific range that matches an offer gives its quality: ``type/subtype``, then ``type/*``, then ``*/*``.
   Quality 0 excludes.
3. The highest quality wins; between equals the order of the offers.

Parameters that do not change what is meant (``charset=utf-8``, ``profile``, ``version``) are passed over. A range
with any other parameter matches an offer only where no plain range does: nothing here is offered in such a variant,
and the plain form is a better answer than none. A range that cannot be read (no slash, a quality that is no number
between 0 and 1) is left out; another charset than UTF-8 never matches.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

_MAX_RANGES: Final = 100  # what an honest client sends is below 20
_MAX_LENGTH: Final = 8192  # characters that are read of a header
_NAME: Final = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
_RANGE: Final = re.compile(rf"\s*({_NAME})/({_NAME})\s*((?:;.*)?)", re.DOTALL)
_PARAMETER: Final = re.compile(rf'\s*;\s*(?:({_NAME})\s*=\s*("(?:[^"\\]|\\.)*"|[^\s;,"]*))?\s*')
_QUALITY: Final = re.compile(r"0(?:\.[0-9]*)?|\.[0-9]+|1(?:\.0*)?")
_ELEMENT: Final = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*")+')
_HARMLESS: Final = frozenset(["profile", "version"])


@dataclass(frozen=True)
class Range:
    """One media range of an ``Accept`` header. ``plain`` tells that it has no parameters that narrow it."""

    type: str
    subtype: str
    quality: float
    plain: bool = True

    def specificity(self, media_type: str) -> int:
        """How closely this range matches a media type; 0 where it does not."""
        type, _, subtype = media_type.partition("/")
        if (self.type, self.subtype) == (type, subtype):
            return 4 if self.plain else 1
        if self.plain and (self.type, self.subtype) == (type, "*"):
            return 3
        return 2 if self.plain and (self.type, self.subtype) == ("*", "*") else 0


def parse_accept(header: str | None) -> tuple[Range, ...]:
    """The readable ranges of an ``Accept`` header."""
    ranges = []
    for number, element in enumerate(_ELEMENT.finditer((header or "")[:_MAX_LENGTH])):
        if number == _MAX_RANGES:
            break
        found = _range(element[0])
        if found is not None:
            ranges.append(found)
    return tuple(ranges)


def _range(text: str) -> Range | None:
    match = _RANGE.fullmatch(text)
    if match is None:
        return None
    type, subtype, rest = match[1].lower(), match[2].lower(), match[3].rstrip()
    if type == "*" and subtype != "*":
        return None
    quality, plain, position = 1.0, True, 0
    while position < len(rest):
        parameter = _PARAMETER.match(rest, position)
        if parameter is None:
            return None
        position = parameter.end()
        name, value = (parameter[1] or "").lower(), (parameter[2] or "").strip('"').lower()
        if name == "q":
            if not _QUALITY.fullmatch(value):
                return None
            quality = float(value)
            break  # what follows are extensions, which nobody has defined
        if name == "charset" and value not in ("utf-8", "utf8", "*"):
            return None
        plain = plain and (not name or name == "charset" or name in _HARMLESS)
    return Range(type, subtype, quality, plain)


def quality(ranges: Iterable[Range], media_type: str) -> float:
    """The quality that ``ranges`` give ``media_type``: 0 where it is excluded or not named, 1 where there are none."""
    best, found, any_range = 0, 0.0, False
    for range in ranges:
        any_range = True
        specificity = range.specificity(media_type)
        if specificity > best or (specificity == best and specificity and range.quality > found):
            best, found = specificity, range.quality
    return found if any_range else 1.0


def choose(accept: str | None, offers: Sequence[str]) -> str | None:
    """The offer that the ``Accept`` header asks for, or ``None`` where it excludes all of them.

    :param offers: media types without parameters, in the server's order of preference.
    """
    ranges = parse_accept(accept)
    rated = [(quality(ranges, offer), -index, offer) for index, offer in enumerate(offers)]
    best = max(rated, default=(0.0, 0, ""))
    return best[2] if best[0] > 0 else None


def names(accept: str | None) -> bool:
    """Whether the header names a media type outright, rather than leaving the choice to the server."""
    return any(range.type != "*" and range.quality > 0 for range in parse_accept(accept))


def qualities(header: str) -> list[tuple[str, float]]:
    """The names and qualities of a header such as ``Accept-Encoding``; what cannot be read is left out."""
    found = []
    for number, element in enumerate(header[:_MAX_LENGTH].split(",")):
        if number == _MAX_RANGES:
            break
        name, _, parameter = element.strip().partition(";")
        key, _, value = parameter.strip().partition("=")
        value = value.strip() if key.strip().lower() == "q" else "1"
        if name.strip() and _QUALITY.fullmatch(value):
            found.append((name.strip().lower(), float(value)))
    return found


def choose_language(accept_language: str | None, offers: Sequence[str]) -> str:
    """The offered language that ``Accept-Language`` asks for; the first that it does not exclude where it asks for none.

    ``zh-CN`` and ``zh-Hant`` are served by ``zh`` (RFC 4647, lookup); ``*`` is any language that is not named.
    """
    asked = [(tag.partition("-")[0], value) for tag, value in qualities(accept_language or "")]
    named = {primary for primary, _ in asked}
    best, chosen = 0.0, next((offer for offer in offers if (offer, 0.0) not in asked), offers[0])
    for primary, value in asked:
        meant = [offer for offer in offers if offer == primary or (primary == "*" and offer not in named)]
        if meant and value > best:
            best, chosen = value, meant[0]
    return chosen
