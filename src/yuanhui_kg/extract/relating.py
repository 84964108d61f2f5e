"""Relations between the things of a text: where they are, what they lie in, what they were awarded."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Final

from .records import Anchor, Entity, Relation

_LOCATED: Final = frozenset(
    (
        "HighTechZone", "DevelopmentZone", "IndustrialPark", "SpecialtyBusinessZone", "ScenicSpot", "Company", "CompanyGroup",
        "Hospital", "School", "Project", "Facility", "AgriculturalBase",
    )
)  # fmt: skip
_WITHIN: Final = frozenset(("Town", "Township", "Subdistrict", "Community", "Village"))
_AREAS: Final = frozenset(("Province", "PrefectureLevelCity", "County", "District", "Town", "Township", "Subdistrict"))
_HOLDERS: Final = _LOCATED | _WITHIN | {"District", "County", "PrefectureLevelCity"}
_WHERE: Final = _AREAS | _WITHIN | {"HighTechZone", "DevelopmentZone", "IndustrialPark", "SpecialtyBusinessZone"}
_OF: Final = re.compile(r"[内里]?的$")
_STANDS: Final = re.compile(r"(?:坐落于|坐落在|位于|落户|入驻|地处)(?:在|于)?")
_SEEKING: Final = re.compile(r"(?:争创|(?<!成功)创建|申报|争取|力争)[^,。;]{0,6}$")
#: How far from the beginning of a sentence the name stands of whom it tells an award.
_LEADING: Final = 12
#: How far back the beginning of a sentence is looked for.
_REACH: Final = 200


def relations(text: str, found: Sequence[Entity], anchor: Anchor) -> tuple[Relation, ...]:
    """What is stated, or implied by what the text is about, between entities; each once."""
    result: dict[tuple[str, str, str], Relation] = {}
    for relation in (
        *_chains(found),
        *_placed(text, found),
        *_of_place(text, found, anchor),
        *_awards(text, found, anchor),
    ):
        result.setdefault((relation.subject, relation.predicate, relation.object), relation)
    return tuple(result.values())


def _chains(found: Sequence[Entity]) -> Iterator[Relation]:
    """What follows the name of an area at once lies in it: 城关街道西街社区, 青坪镇柘木村."""
    areas = [(*span, entity) for entity in found for span in entity.spans if entity.kind in _AREAS]
    inner = {start: (end, entity) for entity in found if entity.kind in _AREAS | _WITHIN for start, end in entity.spans}
    for start, end, entity in sorted(areas, key=lambda area: area[:2]):
        if end in inner and inner[end][1].name != entity.name:
            stop, other = inner[end]
            yield Relation(other.name, "isWithin", entity.name, "asserted", start, stop, "chain of names")


def _placed(text: str, found: Sequence[Entity]) -> Iterator[Relation]:
    """What is said to be where: 落户湾头工业园区的海拓公司, 海拓公司位于柳坪镇."""
    where = [(*span, entity) for entity in found if entity.kind in _WHERE for span in entity.spans]
    by_start = {start: (end, entity) for start, end, entity in where}
    by_end = {end: (start, entity) for start, end, entity in where}
    for entity in found:
        for start, end in entity.spans if entity.kind in _LOCATED else ():
            before = _OF.search(text, max(0, start - 3), start)
            behind = _STANDS.match(text, end)
            holder = by_end.get(before.start()) if before else None
            place = by_start.get(behind.end()) if behind else None
            if holder and holder[1].name != entity.name:
                yield Relation(entity.name, "isLocatedIn", holder[1].name, "asserted", holder[0], end, "place before")
            if place and place[1].name != entity.name:
                yield Relation(entity.name, "isLocatedIn", place[1].name, "asserted", start, place[0], "place behind")


def _of_place(text: str, found: Sequence[Entity], anchor: Anchor) -> Iterator[Relation]:
    if all(entity.name != anchor.place for entity in found):
        return
    for entity in found:
        if entity.name == anchor.place:
            continue
        start, end = entity.spans[0]
        if entity.kind in _LOCATED:
            yield Relation(entity.name, "isLocatedIn", anchor.place, "inferred", start, end, "place of the text")
        elif entity.kind in _WITHIN and (
            anchor.place.endswith(("区", "县", "市")) or entity.kind in ("Village", "Community")
        ):
            yield Relation(entity.name, "isWithin", anchor.place, "inferred", start, end, "place of the text")


def _awards(text: str, found: Sequence[Entity], anchor: Anchor) -> Iterator[Relation]:
    names = {entity.name for entity in found}
    holders = sorted(
        ((*span, entity.name) for entity in found if entity.kind in _HOLDERS for span in entity.spans),
        key=lambda holder: holder[:2],
    )
    for entity in found:
        if entity.kind not in ("Title", "Award"):
            continue
        start, end = entity.spans[0]
        owner, begin = _owner(text, start, holders, anchor)
        sought = _SEEKING.search(text[max(0, start - 10) : start])
        predicate, modality = ("seeksTitle", "sought") if sought else ("wasAwarded", "asserted")
        if owner in names:
            yield Relation(owner, predicate, entity.name, modality, begin, end, "award")


def _owner(text: str, start: int, holders: Sequence[tuple[int, int, str]], anchor: Anchor) -> tuple[str, int]:
    """Who was awarded: the name with which the sentence or the clause before begins, else the place of the text."""
    low = max(0, start - _REACH)
    sentence = max(low - 1, *(text.rfind(mark, low, start) for mark in "。;\n!?")) + 1
    clause = max(sentence - 1, text.rfind(",", sentence, start)) + 1
    for opening in (clause, sentence):
        index = bisect_left(holders, (opening, 0, ""))
        if index < len(holders) and holders[index][0] - opening < _LEADING and holders[index][1] <= start:
            return holders[index][2], holders[index][0]
    return anchor.place, sentence
