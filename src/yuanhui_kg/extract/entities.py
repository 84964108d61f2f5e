"""The named things of a text: areas, bodies, honours, programmes; each with all its mentions and its other names."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from .appositions import appositions
from .bodies import bodies
from .boundaries import AREAS, HAN, stem_of, stem_of_zone, stems_of
from .divisions import code_of
from .honours import programmes, titles
from .mentions import Names, occurrences, outermost
from .places import abbreviated, kind_of, places
from .records import Anchor, Entity
from .tables import one_of, table

_T: Final = table("entities")
#: The hospital of a county, and what its people call it.
_BRIEF: Final = {f"{level}人民医院": f"{level}医院" for level in "县市区"}
_AREA_ENDS: Final = tuple(AREAS)
_AREA: Final = re.compile(r"[^省市县区]{1,6}[省市县区]")
_ZONE_KINDS: Final = {
    word: kind for kind in ("HighTechZone", "DevelopmentZone") for word in _T["zones"][kind] if word in _T["shortZones"]
}
_ZONE_ENDS: Final = tuple(word for kind in _T["zones"].values() for word in kind)
#: A zone by the word for what it is alone, of which something is told in a row with areas: 其中|高新区|增长4%.
_ZONE_ALONE: Final = re.compile(
    rf"(?<![{HAN}])(?:其中|[和与及])?(?P<zone>{one_of(_ZONE_KINDS)})(?=(?:同比|分别|累计|实现|完成)?(?:增长|下降|为|达)|[、和与及][{HAN}]{{2,5}}[县市区镇乡]|\d)"
)
_HONOURS: Final = frozenset(("Title", "Award", "Programme"))
#: 瑞甘糖业有限公司(下称瑞甘糖业): a short name that the text gives itself.
_SHORT: Final = re.compile(r"\((?:以下)?(?:简称|下称)(?:为|:)?[“”]*(?P<name>[^“”()\n,。;]{2,12})[“”]*\)")
#: What a text names by the place in which it is, and then without it.
_PLACED: Final = frozenset((*_T["zones"], "Event"))
_FIRMS: Final = frozenset(("Company", "CompanyGroup"))
#: A firm by what distinguishes it and no more.
_CORE: Final = re.compile(r"(?P<core>[^公司集团]{2,4})(?:公司|集团|集团公司|股份)")
Span = tuple[int, int]


@dataclass
class _Found:
    """What was found under one name: its mentions, its other names, and the rule that found it."""

    rule: str
    spans: set[Span] = field(default_factory=set)
    aliases: set[str] = field(default_factory=set)


_All = dict[tuple[str, str], _Found]


def entities(text: str, anchor: Anchor, divisions: Iterable[str] = ()) -> tuple[Entity, ...]:
    """The named things of a normal text. ``divisions`` are further names of places, of a register that the user has."""
    areas = list(places(text, anchor.place, divisions))
    own = {anchor.place, stem_of_zone(anchor.place)}
    stems = stems_of({*_T["provinces"], *(text[start:end] for _, start, end in areas), *own})
    named = [
        *((kind, start, end, "award", "") for kind, start, end in titles(text)),
        *(("Programme", start, end, "programme", called) for start, end, called in programmes(text)),
        *((kind, start, end, "ending", called) for kind, start, end, called in bodies(text, stems)),
        *((kind, start, end, "words around", "") for kind, start, end in appositions(text, stems)),
    ]
    found: _All = {}
    longer = [one for one in named if _goes_on(*one)]  # what they begin with is a thing of its own
    named = [one for one in named if not _goes_on(*one)]
    spans = outermost(sorted({(start, end) for _, start, end, *_ in named}, key=lambda span: (span[0], -span[1])))
    kept = set(_uncut(list(spans)))
    honours = [(start, end) for kind, start, end, *_ in named if kind in _HONOURS and (start, end) in kept]
    for kind, start, end, rule, called in named:
        if (start, end) in kept and not (kind not in _HONOURS and (start, end) in honours):
            held = found.setdefault((kind, text[start:end]), _Found(rule))
            held.spans.add((start, end))
            held.aliases |= {called} - {""}
    for kind, start, end, rule, called in longer:
        held = found.setdefault(("Project", text[start:end]), _Found("phase" if kind == "Phase" else rule))
        held.spans.add((start, end))
        held.aliases |= {called} - {""}
    inside = {index for start, end in honours for index in range(start, end)}
    for kind, start, end in areas:
        if start not in inside or text[start:end] == anchor.place:
            found.setdefault((kind, text[start:end]), _Found("division")).spans.add((start, end))
    _one_class_each(found)
    _as_the_place(found, anchor.place)
    _without_province(found)
    _abbreviate(text, found)
    _shorten(text, found)
    _by_core(found)
    _called(found)
    _short_zones(found)
    _unnamed_zones(text, anchor, found)
    _repeat(text, found)
    return _joined(found, text)


def _one_class_each(found: _All) -> None:
    """Give a name that was found as two kinds of thing to one: what is an honour anywhere is one, else what is meant most often."""
    kinds: dict[str, list[str]] = {}
    for kind, name in found:
        kinds.setdefault(name, []).append(kind)
    for name, several in kinds.items():
        best = max(several, key=lambda kind: (kind in _HONOURS, len(found[kind, name].spans)))
        for kind in set(several) - {best}:
            other = found.pop((kind, name))
            found[best, name].spans |= other.spans
            found[best, name].aliases |= other.aliases


def _without_province(found: _All) -> None:
    """Take the province from before names that begin with an area in it (天津市|沽宁区医疗集团); firms are registered with it."""
    areas = tuple(name for kind, name in found if kind in _T["places"] and name not in _T["provinces"])
    for kind, name in list(found):
        outer = next((province for province in _T["provinces"] if name.startswith(province)), "")
        if kind in _T["places"] or kind in _HONOURS or not outer or name.endswith("公司"):
            continue
        if name.startswith(areas, len(outer)):
            _rename(found, kind, name, name.removeprefix(outer))


def _rename(found: _All, kind: str, name: str, better: str) -> None:
    """Give a thing another name, by which another mention may have it already."""
    longer = found.pop((kind, name))
    held = found.setdefault((kind, better), _Found(longer.rule))
    held.spans |= longer.spans
    held.aliases |= {name, *longer.aliases}


def _as_the_place(found: _All, place: str) -> None:
    """Give the zone or body that a text is about the name by which that is known: 海岙市|临港工业园区."""
    for kind, name in list(found):
        lead = name.removesuffix(place) if place and kind not in _T["places"] else ""
        if lead and lead != name and lead.endswith(_AREA_ENDS):
            _rename(found, kind, name, place)


def _uncut(spans: Sequence[Span]) -> Iterator[Span]:
    """Of spans that overlap the last: what a later name begins in has no end of its own there: 清河县|书院|巷."""
    for span, following in itertools.zip_longest(spans, spans[1:]):
        if following is None or not span[0] < following[0] < span[1] < following[1]:
            yield span


def _goes_on(kind: str, start: int, end: int, rule: str, called: str) -> bool:
    """Whether a name is a phase or a work of what it begins with: 横岭智造产业园|二期, 华星有限公司|锂电材料项目."""
    return kind == "Phase" or (kind == "Project" and called != "")


def _abbreviate(text: str, found: _All) -> None:
    """Provinces and cities that stand without their last words, outside the names of other things."""
    spans = sorted(span for held in found.values() for span in held.spans)
    starts = [start for start, _ in spans]
    for name, start, end in abbreviated(text):
        index = bisect_right(starts, start) - 1
        if index < 0 or spans[index][1] <= start:
            held = found.setdefault((kind_of(name), name), _Found("division"))
            held.spans.add((start, end))
            held.aliases.add(text[start:end])


def _shorten(text: str, found: _All) -> None:
    """The short names that a text gives to what it has named in full."""
    ends = {end: held for held in found.values() for _, end in held.spans}
    for match in _SHORT.finditer(text):
        if held := ends.get(match.start()):
            held.aliases.add(match["name"])


def _by_core(found: _All) -> None:
    """Firms that stand elsewhere by what distinguishes them alone: 金穗公司, 北源集团 of 禾川金穗食品有限公司, 北源生物科技集团."""
    firms = {name: kind for kind, name in found if kind in _FIRMS}
    cores = {match["core"]: match.group() for match in map(_CORE.fullmatch, firms) if match}
    named, within = Names(cores), defaultdict[str, set[str]](set)
    for name in firms:
        for start, end in named.spans(name) if not _CORE.fullmatch(name) else ():
            within[cores[name[start:end]]].add(name)
    for short, (full, *more) in within.items():
        if not more:
            less, whole = found.pop((firms[short], short)), found[firms[full], full]
            whole.spans |= less.spans
            whole.aliases |= {short, *less.aliases}


def _short_zones(found: _All) -> None:
    """Zones that stand elsewhere with a short word for what they are: 东陵经开区 of 东陵经济开发区."""
    zones = {name: kind for kind, name in found if kind in _T["zones"]}
    for short, kind in zones.items():
        ending = next((word for word in _T["shortZones"] if short.endswith(word)), "")
        full = {short.removesuffix(ending) + word for word in _T["shortZones"].get(ending, ())} & zones.keys()
        if len(full) == 1:
            (name,) = full
            less, whole = found.pop((kind, short)), found[zones[name], name]
            whole.spans |= less.spans
            whole.aliases |= {short, *less.aliases}


def _unnamed_zones(text: str, anchor: Anchor, found: _All) -> None:
    """The zone of its kind that an area has, by the word for what it is, where the text names none: 东陵区增长5%,高新区|为4%."""
    if anchor.place.endswith(_ZONE_ENDS) or not anchor.place:
        return
    kinds = {kind for kind, _ in found}
    for match in _ZONE_ALONE.finditer(text):
        kind = _ZONE_KINDS[match["zone"]]
        if kind not in kinds:
            found.setdefault((kind, match["zone"]), _Found("ending")).spans.add(match.span("zone"))


def _called(found: _All) -> None:
    """A programme that stands elsewhere without the word for what it is, as one: “四单制”, “四单制”工作法."""
    for (kind, _), held in list(found.items()):
        for alias in held.aliases if kind == "Programme" else ():
            if less := found.pop(("Programme", alias), None):
                held.spans |= less.spans


def _repeat(text: str, found: _All) -> None:
    """Every further place at which a found name, or another name of it, stands."""
    by_name: defaultdict[str, list[_Found]] = defaultdict(list)
    for (_, name), held in found.items():
        by_name[name].append(held)
        for alias in held.aliases:
            by_name[alias].append(held)
    for start, end in outermost(occurrences(text, by_name)):
        for held in by_name[text[start:end]]:
            held.spans.add((start, end))


def _joined(found: _All, text: str) -> tuple[Entity, ...]:
    """The entities, two of which one is the other with a place before it being one: 特色商业区, 源汇区特色商业区."""
    kinds = {name: kind for (kind, name) in found if kind not in _HONOURS}
    areas = {name for kind, name in found if kind in _T["places"]}
    merged = _merged(kinds, {"", *areas, *map(stem_of, areas)})
    for short, longer in merged.items():
        whole, less = found[kinds[longer], longer], found[kinds[short], short]
        whole.spans |= less.spans
        whole.aliases |= {short}
    _without_place(text, found, kinds, areas)
    return tuple(
        sorted(
            (
                Entity(
                    kind, name, tuple(sorted(held.spans)), tuple(sorted(held.aliases)), held.rule, code_of(name, areas)
                )
                for (kind, name), held in found.items()
                if kind in _HONOURS or name not in merged
            ),
            key=lambda entity: (entity.spans[0], entity.name),
        )
    )


def _merged(kinds: dict[str, str], places: set[str]) -> dict[str, str]:
    """The longer name of each name that is one without the place before it: 临港经济开发区, 莱屿临港经济开发区."""
    merged: dict[str, str] = {}
    for longer, kind in kinds.items():
        for cut in range(len(longer) - 1):
            lead, short = longer[:cut], longer[cut:]
            for name in filter(None, (short if cut else "", _BRIEF.get(short, ""))):
                if kinds.get(name) == kind and (lead in kinds or lead in places or _AREA.fullmatch(lead)):
                    merged.setdefault(name, longer)
    return {short: longer for short, longer in merged.items() if longer not in merged}


def _without_place(text: str, found: _All, kinds: dict[str, str], areas: set[str]) -> None:
    """Mentions of zones by their names without the place: the 高新区 of 漯河高新区, standing by itself."""
    rests: defaultdict[str, list[_Found]] = defaultdict(list)
    places = {*areas, *map(stem_of, areas)}
    for name, kind in kinds.items():
        if kind in _PLACED:
            leads = [cut for cut in range(1, len(name) - 2) if name[:cut] in places and name[cut:] not in kinds]
            for cut in leads:
                rests[name[cut:]].append(found[kind, name])
    for start, end in occurrences(text, rests):
        if not re.match(rf"[{HAN}]", text[start - 1 : start]):
            for held in rests[text[start:end]]:
                held.spans.add((start, end))
                held.aliases.add(text[start:end])
