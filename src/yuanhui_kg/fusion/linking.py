"""Which things of a graph the things that a draft names are.

Names are decided on by :class:`yuanhui_kg.link.Matcher`; a link that it accepts holds only where the two can be one thing:
their classes lie one above the other, their codes do not differ, what is local does not lie in another area, and an area not
in another city or province. What does not hold, or is not sure, is for a person to decide on, and a thing of its own until then.
"""

from __future__ import annotations

import dataclasses
import re
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from ..errors import DataError
from ..extract import divisions
from ..graph.reading import OA, RDFS, SKOS, Hierarchy
from ..link import Candidate, Entry, Match, Matcher, Mention
from ..link import things as linking
from ..link.names import normalise
from ..link.publishing import read_sssom
from ..link.sssom import NO_TERM, SUBJECT_SOURCE
from ..namespaces import PREFIXES, YHO
from ..store import StoreReader
from . import firms
from .drafts import TYPE, DraftGraph

ACCEPT, REVIEW, NEW = "accept", "review", "new"
_NOTATION: Final = SKOS + "notation"
_DIVISION: Final = YHO.gbt2260
_LABEL, _OTHER = SKOS + "prefLabel", SKOS + "altLabel"
_ABOUT: Final = YHO.isAbout
_HALF: Final = 0.5
_REVISION: Final = PREFIXES["prov"] + "wasRevisionOf"
#: Classes whose members are the same wherever they are spoken of; others belong to the area that they lie in.
_EVERYWHERE: Final = tuple(
    YHO + name
    for name in (
        *("Country", "Region", "Province", "PrefectureLevelCity", "CountyLevelCity", "County", "District"),
        *("Industry", "IndustrySegment", "IndustryGroup", "EnterpriseCategory", "FacilityKind", "PolicyField"),
        *("Award", "Title", "PoliticalParty"),
    )
)
_ORDINAL: Final = re.compile("第[0-9〇零一二三四五六七八九十百]+|[0-9一二三四五六七八九十]+[期号届]")
_FIRMS: Final = (YHO.Company, YHO.CompanyGroup)
_PARTS: Final = (YHO.Section, YHO.Photograph)
_AREAS: Final = tuple(YHO + name for name in ("District", "County", "CountyLevelCity", "PrefectureLevelCity"))


@dataclass(frozen=True)
class Link:
    """What a thing of a draft is taken for. ``target`` is empty where it is a thing of its own (``review``, ``new``).

    ``reason`` is a code: ``code`` (the same division code), ``iri`` (the draft names the graph's own thing), ``before`` (merged
    before), ``person`` (decided by one), ``name`` (by the matcher), or why it is not accepted: ``unsure``, ``class``, ``elsewhere``,
    ``codes`` (different ones), ``twice`` (another thing of the draft is it), ``none``.
    """

    entity: str
    name: str
    decision: str
    target: str
    target_name: str
    reason: str
    match: Match

    @property
    def confidence(self) -> float | None:
        """The probability of the best candidate, where the matcher gave one."""
        return self.match.candidates[0].confidence if self.match.candidates else None


@dataclass(frozen=True)
class Place:
    """Where a draft puts one of its things: in what its texts are about (``home``), and in what it says that the thing lies in (``outer``).

    Both are things of the graph. Those that are none of it have no place here, for their names in the draft may be names of others there:
    ``strange`` tells that one of the areas that the texts are about is such, and ``levels`` and ``codes`` are classes and division codes of all
    that the thing lies in.
    """

    home: frozenset[str]
    strange: bool
    outer: frozenset[str]
    levels: frozenset[str]
    codes: frozenset[str]


Decided = Mapping[tuple[str, str], str]
"""What a person decided: the IRI of the graph's thing by those of a draft's text (or none, of any text) and of its thing; empty where it is none."""


def decisions(path: Path) -> Decided:
    """What a person decided in an SSSOM table.

    :raises DataError: naming file and line, where the table is none or accepts two things for one.
    """
    table, found = read_sssom(path), dict[tuple[str, str], str]()
    for line, row in table.rows:
        source, thing, target = (
            _expanded(row.get(name, ""), table.prefixes) for name in (SUBJECT_SOURCE, "subject_id", "object_id")
        )
        subject = source, thing
        decision = row.get("decision", ACCEPT)
        if decision == ACCEPT and row["object_id"] != NO_TERM:
            if not thing or not target:
                raise DataError(f"{path}, line {line}: it accepts nothing for something.", "Fill in both identifiers.")
            if found.get(subject, "") not in ("", target):
                raise DataError(f"{path}, line {line}: {thing} is accepted twice.", "Accept one thing for each name.")
            found[subject] = target
        elif decision == "none":
            found.setdefault(subject, "")
    return found


def _expanded(text: str, prefixes: Mapping[str, str]) -> str:
    prefix, colon, local = text.partition(":")
    return prefixes[prefix] + local if colon and prefix in prefixes else text


class Linker:
    """Links the things of drafts to those of one graph.

    :raises DataError: where the graph has more things than are read, or no ontology.
    """

    def __init__(self, store: ox.Store) -> None:
        self._store = store
        self._select = linking.selecting(store)
        self.things = linking.read(self._select, most=linking.MOST)
        if self.things.truncated:
            raise DataError(
                f"The graph has more names than the {linking.MOST:,} that are read, so things could be taken for new that are there.",
                "Merge into the graph of a region, and load that beside the rest.",
            )
        if YHO.District not in self.things.classes:
            raise DataError("The graph has no ontology, without which nothing can be linked.", "Load ontology/*.ttl.")
        entries = self.things.entries
        self._matcher = Matcher(entry for entry in entries if self._is_thing(entry.id))
        self._inside = self._read_surroundings()
        self._homes = self._read_homes()
        self._properties = Hierarchy.read(StoreReader(store), RDFS + "subPropertyOf")

    def _is_thing(self, iri: str) -> bool:
        """Whether a resource is a thing that a draft may name, rather than a code, a figure, a period or a section of a text."""
        thing = self.things.things.get(iri)
        return thing is not None and self.things.is_a(thing, (YHO.Entity,)) and not self.things.is_a(thing, _PARTS)

    def is_relation(self, predicate: str) -> bool:
        """Whether a property is one of those by which things are related."""
        return YHO.relatedTo in self._properties.above(predicate)

    def _values(self, subject: str, predicate: str) -> list[Any]:
        quads = self._store.quads_for_pattern(ox.NamedNode(subject), ox.NamedNode(predicate), None, ox.DefaultGraph())
        return [quad.object for quad in quads]

    # --- areas

    def _read_surroundings(self) -> dict[str, set[str]]:
        """What each node of the graph lies in directly."""
        inside: dict[str, set[str]] = defaultdict(set)
        for predicate in linking.WITHIN:
            for quad in self._store.quads_for_pattern(None, ox.NamedNode(predicate), None, ox.DefaultGraph()):
                if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode):
                    inside[quad.subject.value].add(quad.object.value)
        return inside

    def _read_homes(self) -> dict[str, frozenset[str]]:
        """The areas that things lie in: as the graph says, else those that the texts which mention them are about."""
        areas = {iri for iri, thing in self.things.things.items() if self.things.is_a(thing, _AREAS)}
        mentioned = self._mentioned_in(areas)
        found = {}
        for iri in self.things.things:
            above = _reached(iri, self._inside)
            found[iri] = frozenset(above & areas) or frozenset(mentioned.get(iri, ()))
        return found

    def _mentioned_in(self, areas: set[str]) -> dict[str, set[str]]:
        about = f"""SELECT DISTINCT ?thing ?area {{
            ?mention <{OA}hasBody> ?thing ; <{OA}hasTarget>/<{OA}hasSource> ?text .
            ?text <https://schema.org/encodesCreativeWork> ?work . ?work <{_ABOUT}> ?area }}"""
        found: dict[str, set[str]] = defaultdict(set)
        for row in self._select(about):
            if row["area"]["value"] in areas:
                found[row["thing"]["value"]].add(row["area"]["value"])
        return found

    # --- links

    def links(self, draft: DraftGraph, decided: Decided) -> list[Link]:
        """What each thing of a draft is, the draft's own areas first.

        :raises DataError: where a decision is about a thing that the graph does not have.
        """
        before = self._merged_before(draft)
        by_person = _of_texts(decided, {document.iri for document in draft.documents})
        areas, inside = self._areas_of(draft), _surroundings(draft)
        around = {iri: _reached(iri, inside) for iri in draft.entities}
        every = areas.union(*(around[iri] for iri in areas if iri in around))
        # Areas first, the outer ones before those that lie in them: each is known by what it lies in.
        order = sorted(draft.entities, key=lambda iri: (iri not in every, len(around[iri]), iri))
        targets = dict.fromkeys(draft.entities, "")  # of those that are linked by now
        found: dict[str, Link] = {}
        for iri in order:
            home = [targets[one] for one in areas if one in found]
            found[iri] = self._link(draft, iri, by_person, before, self._place(draft, home, around[iri], targets))
            targets[iri] = found[iri].target
        return _each_once([found[iri] for iri in order])

    def _place(
        self, draft: DraftGraph, home: Iterable[str], around: Iterable[str], targets: Mapping[str, str]
    ) -> Place:
        """Where a thing is by what is around it in the draft: what that is in the graph, empty where it is none of it."""
        outer = {one: targets.get(one, one) for one in around}
        codes = (o for one, iri in outer.items() for o in (*draft.objects(one, _NOTATION), *self._notations(iri)))
        return Place(
            frozenset(iri for iri in home if iri),
            not all(home),
            frozenset(iri for iri in outer.values() if iri),
            frozenset(o.value for one in outer for o in self._types(draft, one)),
            _division_codes(codes),
        )

    def _notations(self, iri: str) -> list[Any]:
        return self._values(iri, _NOTATION) if iri else []

    def _areas_of(self, draft: DraftGraph) -> set[str]:
        """The areas that the draft's texts are about."""
        works = [subject for subject, facts in draft.said.items() if _ABOUT in facts and draft.is_own(subject)]
        return {o.value for work in works for o in draft.objects(work, _ABOUT)}

    def _merged_before(self, draft: DraftGraph) -> dict[str, str]:
        """What things of a draft were taken for when the same text was merged before, by its mentions."""
        found = {}
        for subject, facts in draft.said.items():
            for body in facts.get(OA + "hasBody", ()):
                there = [o for o in self._values(subject, OA + "hasBody") if isinstance(o, ox.NamedNode)]
                if there and not self._values(subject, _REVISION):  # a person corrected that mention, not the thing
                    found[body.value] = there[0].value
        return found

    def _link(
        self, draft: DraftGraph, iri: str, decided: Mapping[str, str], before: Mapping[str, str], place: Place
    ) -> Link:
        names = _names(draft, iri) or [iri.rsplit("/", 1)[-1]]
        mention = Mention(iri, names[0])
        nothing = Match(mention, "none", (), 1.0)
        if iri in decided:
            return self._decided(iri, names[0], decided[iri], nothing)
        if iri in before:
            return self._made(iri, names[0], ACCEPT, before[iri], "before", nothing)
        if iri in self.things.things and self._is_told(draft, iri):
            return self._made(iri, names[0], ACCEPT, iri, "before", nothing)
        if target := self._by_code(draft, iri):
            return self._made(iri, names[0], ACCEPT, target, "code", nothing)
        match = self._matched(mention, place)
        if self._is_stated(draft, iri, names, match):
            reason = self._against(draft, iri, iri, place)
            return self._made(iri, names[0], REVIEW if reason else ACCEPT, iri, reason or "iri", match)
        if not draft.objects(iri, TYPE):
            raise DataError(
                f"The draft says something of {iri}, which it does not name and the graph does not have.",
                "Give it a class and labels, or leave it out.",
            )
        if not _is_somebody(match):
            return self._made(iri, names[0], NEW, "", "none", match)
        best = match.candidates[0]
        reason = self._against(draft, iri, best.entry.id, place) or ("" if match.decision == ACCEPT else "unsure")
        if reason == "codes":
            return self._made(iri, names[0], NEW, "", reason, match)
        return self._made(iri, names[0], REVIEW if reason else ACCEPT, best.entry.id, reason or "name", match)

    def _made(self, iri: str, name: str, decision: str, target: str, reason: str, match: Match) -> Link:
        thing = self.things.things.get(target)
        if decision == REVIEW and not match.candidates and thing is not None:
            match = Match(match.mention, REVIEW, (Candidate(Entry(target, thing.name()), 0.5, REVIEW, "iri", ()),), 0.5)
        return Link(
            iri, name, decision, target if decision == ACCEPT else "", thing.name() if thing else "", reason, match
        )

    def _decided(self, iri: str, name: str, target: str, nothing: Match) -> Link:
        if not target:
            return self._made(iri, name, NEW, "", "person", nothing)
        if target not in self.things.things:
            raise DataError(
                f"{iri} is decided to be {target}, which the graph does not have.", "Correct the table of decisions."
            )
        return self._made(iri, name, ACCEPT, target, "person", nothing)

    def _matched(self, mention: Mention, place: Place) -> Match:
        """What the matcher says of a name as such; where that leaves it open, of the name in its surroundings."""
        match = self._matcher.match(mention)
        if match.decision != ACCEPT and _is_somebody(match):
            known = [
                self.things.things[iri].name()
                for iri in [*sorted(place.outer), *sorted(place.home)]
                if iri in self.things.things
            ]
            if known:
                within = self._matcher.match(dataclasses.replace(mention, context=tuple(known)))
                if within.decision == ACCEPT:
                    return within
        return match

    def _by_code(self, draft: DraftGraph, iri: str) -> str:
        for code in draft.objects(iri, _NOTATION):
            quads = self._store.quads_for_pattern(None, ox.NamedNode(_NOTATION), code, ox.DefaultGraph())
            for quad in quads:
                if isinstance(quad.subject, ox.NamedNode) and self._is_thing(quad.subject.value):
                    return quad.subject.value
        return ""

    def _is_stated(self, draft: DraftGraph, iri: str, names: Iterable[str], match: Match) -> bool:
        """Whether a draft's thing is the graph's by its own IRI: the draft was made with the graph at hand.

        A draft that was not makes IRIs of names, so that where others of the graph may bear the name as well, the IRI tells nothing.
        """
        thing = self.things.things.get(iri)
        if thing is None:
            return False
        if not draft.objects(iri, TYPE):
            return True
        own = next((one.confidence for one in match.candidates if one.entry.id == iri), 0.0)
        others = [one for one in match.candidates if one.entry.id != iri and one.confidence >= own * _HALF]
        return not (others and _is_somebody(match)) and bool({thing.name(), *thing.others}.intersection(names))

    def _is_told(self, draft: DraftGraph, iri: str) -> bool:
        """Whether the graph has the draft's texts, and all that they say of a thing: they were merged before."""
        told = all(self._values(document.iri, TYPE) for document in draft.documents)
        return told and all(
            value in self._values(iri, predicate) for predicate, values in draft.said[iri].items() for value in values
        )

    def _against(self, draft: DraftGraph, iri: str, target: str, place: Place) -> str:
        """Why two cannot be one thing, as a code; empty where nothing speaks against it."""
        thing = self.things.things[target]
        kinds = {o.value for o in draft.objects(iri, TYPE)}
        if kinds and not any(self._related(one, other) for one in kinds for other in thing.types):
            return "class"
        if _differ(draft.objects(iri, _NOTATION), self._values(target, _NOTATION)):
            return "codes"
        if self.things.is_a(thing, _AREAS) and self._lies_elsewhere(target, place):
            return "elsewhere"
        names, theirs = _names(draft, iri), (thing.name(), *thing.others)
        firm = self.things.is_a(thing, _FIRMS)
        if (
            self._is_one_of_several(names, target, place)
            or (firm and firms.differ(names, theirs))
            or (names and _ordinals(names).isdisjoint(_ordinals(theirs)))
        ):
            return "unsure"
        everywhere = firms.are_one(names, theirs) if firm else self.things.is_a(thing, _EVERYWHERE)
        if everywhere or target in place.home:
            return ""
        there = self._homes.get(target) or frozenset(self.things.things)  # unknown: any area that the graph has
        if not (place.home or place.strange):  # nothing tells where it is, but what it lies in
            return "" if place.outer & there else "unsure"
        return "" if there & place.home else "elsewhere"

    def _is_one_of_several(self, names: Iterable[str], target: str, place: Place) -> bool:
        """Whether several divisions of the country bear the name of one of which a draft tells neither its code nor what it lies in."""
        if all(len(divisions.codes().get(name, ())) < 2 for name in names):
            return False
        return not (place.outer | place.home) & {target, *_reached(target, self._inside)}

    def _lies_elsewhere(self, target: str, place: Place) -> bool:
        """Whether an area of the graph lies in others than one of a draft, as far as both tell of areas of the same level, or of their codes."""
        there = _reached(target, self._inside)
        if place.outer & there:
            return False
        levels = {kind for iri in there & self.things.things.keys() for kind in self.things.things[iri].types}
        codes = _division_codes(code for iri in there for code in self._notations(iri))
        return bool(place.levels & levels) or _part(codes, place.codes)

    def _types(self, draft: DraftGraph, iri: str) -> list[Any]:
        return draft.objects(iri, TYPE) or self._values(iri, TYPE)

    def _related(self, one: str, other: str) -> bool:
        above = self.things.classes
        return one == other or one in above.get(other, ()) or other in above.get(one, ())


def _of_texts(decided: Decided, texts: Container[str]) -> dict[str, str]:
    """What was decided on the things of some texts; what was decided on those of any text counts less."""
    found = {thing: target for (text, thing), target in decided.items() if not text}
    return found | {thing: target for (text, thing), target in decided.items() if text in texts}


def _names(draft: DraftGraph, iri: str) -> list[str]:
    """The Chinese names that a draft gives to a thing, the usual one first."""
    return [*draft.texts(iri, _LABEL, "zh"), *draft.texts(iri, _OTHER, "zh")]


def _ordinals(names: Iterable[str]) -> set[tuple[str, ...]]:
    """The ordinal numbers of each of some names: 青禾区第二人民医院 is not 青禾区人民医院."""
    return {tuple(_ORDINAL.findall(normalise(name))) for name in names}


def _is_somebody(match: Match) -> bool:
    """Whether a name probably means a thing of the graph, be it one of several that are alike, of which the matcher takes none."""
    return match.best is not None or (bool(match.candidates) and match.nothing < _HALF)


def _division_codes(notations: Iterable[Any]) -> frozenset[str]:
    """The six-digit codes among notations, without the zeros behind them: a code begins with those of what its division lies in."""
    codes = (o.value for o in notations if isinstance(o, ox.Literal) and o.datatype.value == _DIVISION)
    return frozenset(re.sub("(?:00){1,2}$", "", code) for code in codes)


def _part(some: Iterable[str], others: Iterable[str]) -> bool:
    """Whether two divisions, one of each, neither are one nor lie one in the other."""
    return any(not one.startswith(other) and not other.startswith(one) for one in some for other in others)


def _differ(ours: Iterable[Any], theirs: Iterable[Any]) -> bool:
    """Whether two things have different codes of the same kind."""
    known = {o.datatype.value: o.value for o in theirs if isinstance(o, ox.Literal)}
    return any(known.get(o.datatype.value, o.value) != o.value for o in ours if isinstance(o, ox.Literal))


def _surroundings(draft: DraftGraph) -> dict[str, set[str]]:
    """What each thing of a draft lies in directly, as it says."""
    return {
        subject: {o.value for name in linking.WITHIN for o in facts.get(name, ()) if isinstance(o, ox.NamedNode)}
        for subject, facts in draft.said.items()
    }


def _reached(start: str, inside: Mapping[str, set[str]]) -> set[str]:
    seen: set[str] = set()
    todo = [start]
    while todo:
        more = inside.get(todo.pop(), set()) - seen
        seen |= more
        todo.extend(more)
    return seen


def _each_once(links: list[Link]) -> list[Link]:
    """At most one thing of a draft is one of the graph's: the one that is most surely it; the others are for review."""
    rank = {"person": 0, "before": 1, "code": 2, "iri": 3, "name": 4}
    taken: dict[str, str] = {}
    for link in sorted(links, key=lambda one: (rank.get(one.reason, 9), -(one.confidence or 0), one.entity)):
        if link.target and link.reason != "person":
            taken.setdefault(link.target, link.entity)
    found = []
    for link in links:
        if link.target and link.reason != "person" and taken[link.target] != link.entity:
            link = dataclasses.replace(link, decision=REVIEW, target="", reason="twice")
        found.append(link)
    return found
