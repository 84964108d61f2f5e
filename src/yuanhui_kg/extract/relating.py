"""Relations between the things of a text: where they are, what they lie in, who built them, what they were awarded.

What the words between two names say is a table (``tables/relations.toml``), whose every entry has an example.
"""

from __future__ import annotations

import functools
import itertools
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple

from .divisions import above
from .records import Anchor, Entity, Relation
from .structure import LONGEST_SENTENCE
from .tables import one_of, table

#: The longest stretch between two names that can say what they have to do with each other.
_LONGEST: Final = 24
#: How far from the beginning of a sentence the name stands of whom it tells something.
_LEADING: Final = 12
#: How far back the beginning of a sentence is looked for.
_REACH: Final = 200
_SEEKING: Final = re.compile(r"(?:争创|(?<!成功)创建|申报|争取|力争)[^,。;]{0,6}$")
#: Of how many parties of one agreement each works with those of all other sides; of more only the first does.
MOST_PARTIES: Final = 8
MANY_PARTIES: Final = "works with: many parties"
_LISTED: Final = ("、", "和", "与", "及", "以及")


class Mention(NamedTuple):
    """Where a thing is named in the normal text."""

    start: int
    end: int
    entity: Entity


@dataclass(frozen=True)
class _Pattern:
    """An entry of the table: two classes of things, and what stands between and behind their names."""

    rule: str
    predicate: str
    subject: frozenset[str]
    object: frozenset[str]
    subject_first: bool
    between: re.Pattern[str]
    behind: re.Pattern[str]

    @property
    def is_mutual(self) -> bool:
        """Whether it holds of both things alike, so that several are parties of one."""
        return self.predicate == "cooperatesWith"

    @property
    def others(self) -> frozenset[str]:
        """The classes of the second thing in the order of the text, and of those that are listed with it."""
        return self.object if self.subject_first else self.subject

    def ends(self, one: Entity, other: Entity) -> tuple[Entity, Entity] | None:
        """Subject and object, of two things in the order of the text; None where one is of another class."""
        subject, value = (one, other) if self.subject_first else (other, one)
        fit = subject.kind in self.subject and value.kind in self.object and subject.name != value.name
        return (subject, value) if fit and _inside(subject, value, self.predicate) else None


def relations(text: str, found: Sequence[Entity], anchor: Anchor) -> tuple[Relation, ...]:
    """What is stated, or implied by what the text is about, between entities; each once."""
    mentions = [Mention(*span, entity) for entity in found for span in entity.spans]
    mentions.sort(key=lambda one: one[:2])
    courted, names, holders = _courted(text, mentions), {entity.name for entity in found}, _holders(mentions)
    result: dict[tuple[str, str, str], Relation] = {}
    for relation in (
        *_chains(mentions),
        *_by_name(text, found),
        *_between(text, mentions),
        *_of_register(found),
        *(_talks(text, courted, anchor) if anchor.place in names else ()),
        *(_of_place(text, found, courted, anchor) if anchor.place in names else ()),
        *(
            one
            for one in (*_awards(text, found, holders, anchor), *_programmes(text, found, holders, anchor))
            if one.subject in names
        ),
    ):
        result.setdefault((relation.subject, relation.predicate, relation.object), relation)
    return tuple(result.values())


@functools.cache
def _classes(*groups: str) -> frozenset[str]:
    return frozenset(kind for group in groups for kind in table("relations")["classes"][group])


@functools.cache
def _patterns() -> tuple[_Pattern, ...]:
    return tuple(_pattern(entry) for entry in table("relations")["relation"])


def _pattern(entry: dict[str, Any]) -> _Pattern:
    return _Pattern(
        entry["rule"],
        entry["predicate"],
        _classes(*entry["subject"]),
        _classes(*entry["object"]),
        entry["first"] == "subject",
        re.compile(entry["between"]),
        re.compile(entry.get("behind", "")),
    )


@functools.cache
def _words(name: str) -> re.Pattern[str]:
    return re.compile(one_of(table("relations")[name]["words"]))


def _inside(inner: Entity, outer: Entity, predicate: str) -> bool:
    """Whether one area can lie in another, a larger one; of other relations nothing is asked."""
    levels = table("relations")["levels"]
    return predicate != "isWithin" or levels[outer.kind] < levels[inner.kind]


def _chains(mentions: Sequence[Mention]) -> Iterator[Relation]:
    """What follows the name of an area at once lies in it: 城关街道西街社区, 青坪镇柘木村."""
    areas = _classes("areas")
    inner = {one.start: one for one in mentions if one.entity.kind in areas | _classes("settlements")}
    for outer in mentions:
        one = inner.get(outer.end) if outer.entity.kind in areas else None
        if one is not None and one.entity.name != outer.entity.name:
            yield Relation(
                one.entity.name, "isWithin", outer.entity.name, "asserted", outer.start, one.end, "chain of names"
            )


def _by_name(text: str, found: Sequence[Entity]) -> Iterator[Relation]:
    """What is named with the area before it that it lies in: 青浦市|望江工业园区, also called 望江工业园区."""
    areas = {entity.name for entity in found if entity.kind in _classes("areas")}
    for entity in found:
        leads = [name.removesuffix(entity.name) for name in entity.aliases if name.endswith(entity.name)]
        if entity.kind not in _classes("located") or not any(leads):
            continue
        for start, end in entity.spans:
            lead = text[start:end].removesuffix(entity.name)
            outer = max((area for area in areas if lead.endswith(area)), key=len, default="")
            if lead in leads and outer:
                yield Relation(entity.name, "isLocatedIn", outer, "asserted", start, end, "area in the name")


def _of_register(found: Sequence[Entity]) -> Iterator[Relation]:
    """What lies in what by the codes of divisions: of all above it that the text names the innermost."""
    coded = {entity.code: entity for entity in reversed(found) if entity.code}
    for entity in found if coded else ():
        over = (coded[code] for code in above(entity.code) if code != entity.code and code in coded)
        if entity.code and (outer := next(over, None)) is not None:
            yield Relation(entity.name, "isWithin", outer.name, "inferred", *entity.spans[0], "register of divisions")


def _between(text: str, mentions: Sequence[Mention]) -> Iterator[Relation]:
    """What the words between two neighbouring names say, of the second and of those that it is listed with."""
    ends = {kinds: _list_ends(text, mentions, kinds) for kinds in {pattern.others for pattern in _patterns()}}
    together = 0  # behind the last of those that were told of as parties of one agreement
    for index, one in enumerate(mentions[:-1]):
        other = mentions[index + 1]
        if not one.end < other.start <= one.end + _LONGEST:
            continue
        for pattern in _patterns():
            if not (pattern.ends(one.entity, other.entity) and pattern.between.fullmatch(text, one.end, other.start)):
                continue
            last = _innermost(mentions, index + 1) if pattern.subject_first else index + 1
            end = ends[pattern.others][last]
            if pattern.is_mutual and index >= together:
                first, together = _list_start(text, mentions, index, pattern.subject), end
                parties = (*mentions[first : index + 1], *mentions[last:end])
                if _holds(text, parties[0], parties[-1], pattern):
                    yield from _agreement(pattern, _sides(text, parties, pattern))
            elif not pattern.is_mutual and _holds(text, one, mentions[end - 1], pattern):
                yield from _relations(pattern, one, mentions[last:end])
            break


def _relations(pattern: _Pattern, one: Mention, others: Sequence[Mention]) -> Iterator[Relation]:
    for other in others:
        if ends := pattern.ends(one.entity, other.entity):
            subject, value = ends
            yield Relation(subject.name, pattern.predicate, value.name, "asserted", one.start, other.end, pattern.rule)


def _agreement(pattern: _Pattern, sides: Sequence[Sequence[Mention]]) -> Iterator[Relation]:
    """Who of the parties of one agreement works with whom: each with those of the other sides; of many only the first, for pairs grow with their square."""
    many = sum(map(len, sides)) > MOST_PARTIES
    rule = MANY_PARTIES if many else pattern.rule
    for side, ours in enumerate(sides[:1] if many else sides):
        others = [other for theirs in sides[side + 1 :] for other in theirs]
        for one in ours[:1] if many else ours:
            near = [other for other in others if other.end - one.start <= LONGEST_SENTENCE]
            yield from _relations(replace(pattern, rule=rule), one, near)


def _sides(text: str, parties: Sequence[Mention], pattern: _Pattern) -> list[list[Mention]]:
    """The parties of an agreement by sides: 甲、乙 | 与 丙、丁."""
    sides = [[parties[0]]]
    for one, other in itertools.pairwise(parties):
        if pattern.between.fullmatch(text, one.end, other.start):
            sides.append([])
        sides[-1].append(other)
    return sides


def _holds(text: str, one: Mention, last: Mention, pattern: _Pattern) -> bool:
    """Whether what is said is a fact: nothing that is planned or denied, and no place beside another."""
    clause = max(text.rfind(mark, max(0, one.start - _REACH), one.start) for mark in ",。;\n!?")
    after = text[last.end : last.end + 6]
    apart = (
        pattern.predicate in ("isWithin", "isLocatedIn") and pattern.subject_first and _words("beside").search(after)
    )
    planned = _words("planned").search(text, max(0, clause), one.start)
    return not apart and not planned and pattern.behind.match(text, last.end) is not None


def _innermost(mentions: Sequence[Mention], index: int) -> int:
    """The last of the names that stand at once behind each other: 湖北省|宜昌市."""
    while index + 1 < len(mentions) and mentions[index + 1].start == mentions[index].end:
        index += 1
    return index


def _list_ends(text: str, mentions: Sequence[Mention], kinds: frozenset[str]) -> list[int]:
    """Behind which of the names those end that are listed with each one, and are of some classes."""
    ends = list(range(1, len(mentions) + 1))
    for index in range(len(mentions) - 2, -1, -1):
        one, other = mentions[index], mentions[index + 1]
        if other.entity.kind in kinds and text[one.end : other.start] in _LISTED:
            ends[index] = ends[index + 1]
    return ends


def _list_start(text: str, mentions: Sequence[Mention], index: int, kinds: frozenset[str]) -> int:
    """The first of the names that one is listed behind, and that are of some classes."""
    while index and mentions[index - 1].entity.kind in kinds:
        if text[mentions[index - 1].end : mentions[index].start] not in _LISTED:
            break
        index -= 1
    return index


def _courted(text: str, mentions: Sequence[Mention]) -> list[Sequence[Mention]]:
    """The firms that a text tells of as ones of elsewhere, each with those that it is listed with: 与甲集团、乙公司."""
    ends, rows, told = _list_ends(text, mentions, _classes("firms")), [], 0
    for index, one in enumerate(mentions):
        if index >= told and _is_elsewhere(text, one):
            told = ends[index]
            rows.append(mentions[index:told])
    return rows


def _talks(text: str, courted: Iterable[Sequence[Mention]], anchor: Anchor) -> Iterator[Relation]:
    """The firms with which the place of a text is in talks: 与甲集团、乙集团等企业洽谈."""
    for firms in courted:
        about = _words("talks").search(text, firms[-1].end, _clause_end(text, firms[-1].end))
        if about is None:
            continue
        for firm in firms:
            yield Relation(
                anchor.place, "isInTalksWith", firm.entity.name, "inTalks", firm.start, about.end(), "in talks"
            )


def _clause_end(text: str, start: int) -> int:
    """Where the clause ends, at most as far as words behind a name can say something of it."""
    ends = (text.find(mark, start, start + _LONGEST) for mark in ",。;\n")
    return min((end for end in ends if end >= 0), default=start + _LONGEST)


def _is_elsewhere(text: str, one: Mention) -> bool:
    """Whether a firm is told of as one of elsewhere: 为甲集团配套, 与甲公司洽谈."""
    firm = one.entity.kind in _classes("firms")
    return firm and _ends_with("elsewhere").search(text, max(0, one.start - 4), one.start) is not None


@functools.cache
def _ends_with(name: str) -> re.Pattern[str]:
    """A list of words of the table, right before a name."""
    return re.compile(rf"(?:{one_of(table('relations')[name]['words'])})(?:了)?\Z")


def _of_place(
    text: str, found: Sequence[Entity], courted: Iterable[Sequence[Mention]], anchor: Anchor
) -> Iterator[Relation]:
    """What a text on an area names without saying where it is, is there; but for firms that it tells of as others', and what is far away."""
    parted = anchor.place.endswith(("区", "县", "市"))
    others = {one.entity.name for firms in courted for one in firms}
    for entity in found:
        start, end = entity.spans[0]
        if entity.name in others or _ends_with("distant").search(text, max(0, start - 4), start):
            continue
        inner = entity.kind in _classes("settlements") or (
            entity.kind in ("Town", "Township", "Subdistrict") and parted
        )
        predicate = "isLocatedIn" if entity.kind in _classes("located") else "isWithin" if inner else ""
        if predicate and entity.name != anchor.place:
            yield Relation(entity.name, predicate, anchor.place, "inferred", start, end, "place of the text")


def _awards(text: str, found: Sequence[Entity], holders: Sequence[Mention], anchor: Anchor) -> Iterator[Relation]:
    """Whose the honours are that a text names, or who seeks them."""
    for entity in found:
        if entity.kind not in ("Title", "Award"):
            continue
        start, end = entity.spans[0]
        owner, begin = _owner(text, start, holders, anchor)
        sought = _SEEKING.search(text[max(0, start - 10) : start])
        predicate, modality = ("seeksTitle", "sought") if sought else ("wasAwarded", "asserted")
        yield Relation(owner, predicate, entity.name, modality, begin, end, "award")


def _programmes(text: str, found: Sequence[Entity], holders: Sequence[Mention], anchor: Anchor) -> Iterator[Relation]:
    """Who carries a programme out that a verb of doing stands before: 深入实施“万企兴万村”行动."""
    for entity in found:
        start, end = entity.spans[0]
        if entity.kind != "Programme" or not _carried_out().search(text, max(0, start - 10), start):
            continue
        owner, begin = _owner(text, start, holders, anchor)
        if not _words("planned").search(text, begin, start):
            yield Relation(owner, "carriesOut", entity.name, "asserted", begin, end, "carried out")


@functools.cache
def _carried_out() -> re.Pattern[str]:
    return re.compile(rf"(?:{one_of(table('entities')['programmes']['verbs'])})(?:了|好|起|以)?[“《]?\Z")


def _holders(mentions: Sequence[Mention]) -> list[Mention]:
    """Those that can have an honour or carry a programme out."""
    classes = _classes("located", "areas", "settlements") - {"Province"}
    return [one for one in mentions if one.entity.kind in classes]


def _owner(text: str, start: int, holders: Sequence[Mention], anchor: Anchor) -> tuple[str, int]:
    """Of whom a sentence tells: the name with which it or the clause before begins, else the place of the text."""
    low = max(0, start - _REACH)
    sentence = max(low - 1, *(text.rfind(mark, low, start) for mark in "。;\n!?")) + 1
    clause = max(sentence - 1, text.rfind(",", sentence, start)) + 1
    for opening in (clause, sentence):
        index = bisect_left(holders, opening, key=lambda one: one.start)
        if index < len(holders) and holders[index].start - opening < _LEADING and holders[index].end <= start:
            return holders[index].entity.name, holders[index].start
    return anchor.place, clause
