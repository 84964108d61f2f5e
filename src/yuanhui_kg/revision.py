"""A published fact is corrected or retracted; what it said, who changed it, when and why stays known.

Facts are figures, statements of relations, what a mention means, and a thing's names and class (:data:`CORRECTABLE`). The relation
that a statement states goes along with it.

The graph says of a fact what holds, so that every query goes on as before. What it said until a revision is kept beside
it, in properties of its own (PROV-O; ``ontology/history.ttl``):

    yh:…-figure-1          prov:wasRevisionOf      yh:…-figure-1-version-1    the latest former version; that one, the one before
    yh:…-figure-1-version-1  yho:formerly/yho:formerValue …                   what a correction changed, all of what was retracted
                           prov:invalidatedAtTime … ; prov:wasInvalidatedBy   yh:…-figure-1-revision-1
    yh:…-figure-1-revision-1  prov:wasAssociatedWith … ; dcterms:description  by whom, and why

A retracted fact keeps its name and its labels and says nothing else. A thing is no claim, and is not retracted.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

import pyoxigraph as ox

from . import pinyin
from .errors import ConflictError, NotFoundError, UsageError
from .extract.codes import DIMENSIONLESS
from .extract.period_nodes import period_iri, period_triples
from .extract.records import Years
from .figures import number
from .graph.reading import OA, RDF, RDFS, SCHEMA, SKOS, Hierarchy
from .intervals import decimals_of
from .namespaces import PREFIXES, YH, YHO
from .store import StoreReader
from .terms import id_of, iri_of, is_iri, term_of

_QUANTITY: Final = PREFIXES["qudt"] + "hasQuantityKind"
#: Kinds of quantity of what is told of any variable: shares of it, how many times it is.
_OF_NONE: Final = frozenset(map(ox.NamedNode, (DIMENSIONLESS, f"{DIMENSIONLESS}Ratio")))
_PROV, _XSD = PREFIXES["prov"], PREFIXES["xsd"]
_TYPE: Final = RDF + "type"
_LABEL: Final = SKOS + "prefLabel"
_VALUE: Final = PREFIXES["sdmx-measure"] + "obsValue"
_LOW, _HIGH = SCHEMA + "minValue", SCHEMA + "maxValue"
_FIGURE: Final = ox.NamedNode(PREFIXES["qb"] + "Observation")
_STATEMENT: Final = ox.NamedNode(RDF + "Statement")
_MENTION: Final = ox.NamedNode(OA + "Annotation")
_RETRACTED: Final = ox.NamedNode(YHO.RetractedFact)
_SUBCLASS, _SUBPROPERTY = RDFS + "subClassOf", RDFS + "subPropertyOf"
_REVISION: Final = _PROV + "wasRevisionOf"
_PARTS: Final = tuple(RDF + name for name in ("subject", "predicate", "object"))
_STEPS: Final = 4  # that shapes look around a fact
_LONGEST: Final = 2000  # characters of a name or a reason
_BEFORE_POINT, _BEHIND_POINT = 18, 9  # digits: fewer than Decimal's 28, so that sums are exact
_CONTROL: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff]")
_OTHER: Final = SKOS + "altLabel"
_SEPARATOR: Final = "|"  # of other names


@dataclass(frozen=True)
class Slot:
    """Where a fact says something: a property, of texts those in a language."""

    predicate: str
    language: str = ""

    def holds(self, triple: ox.Triple) -> bool:
        language = getattr(triple.object, "language", None) or ""
        return triple.predicate.value == self.predicate and self.language in ("", language)


_NAMES: Final = {"name_zh": Slot(_LABEL, "zh"), "name_en": Slot(_LABEL, "en")}
_IN_NAMES: Final = (YHO.subject, YHO.period, YHO.indicator)  #: What names of figures tell.
#: What of each kind of fact can be corrected, by the names that people give it.
CORRECTABLE: Final[Mapping[str, Mapping[str, Slot]]] = {
    "figure": {
        "value": Slot(_VALUE), "min": Slot(_LOW), "max": Slot(_HIGH), "unit": Slot(YHO.unit), "kind": Slot(YHO.kind),
        "indicator": Slot(YHO.indicator), "period": Slot(YHO.period), "base": Slot(YHO.basePeriod),
        "subject": Slot(YHO.subject), "breakdown": Slot(YHO.breakdown), "bound": Slot(YHO.bound),
        "aggregation": Slot(YHO.aggregation), "period_basis": Slot(YHO.periodBasis), "price_basis": Slot(YHO.priceBasis),
        "scope": Slot(YHO.scope), "printed": Slot(YHO.printedForm), **_NAMES,
    },
    "statement": {
        **{name: Slot(RDF + name) for name in ("subject", "predicate", "object")}, "modality": Slot(YHO.modality),
    },
    "mention": {"thing": Slot(OA + "hasBody")},
    "thing": {
        **_NAMES, "other_names_zh": Slot(_OTHER, "zh"), "other_names_en": Slot(_OTHER, "en"), "class": Slot(_TYPE),
    },
}  # fmt: skip


@dataclass(frozen=True)
class Act:
    """Who revises, why, and when (with a time zone). ``by`` is a name, or the IRI of a person or body."""

    by: str
    why: str
    at: datetime

    def __post_init__(self) -> None:
        for name, text in (("by", self.by), ("why", self.why)):
            if not text.strip() or len(text) > _LONGEST or _CONTROL.search(text):
                raise UsageError(
                    f"A revision needs {name}: a text of 1 to {_LONGEST:,} characters.", "Say who revises, and why."
                )


@dataclass(frozen=True)
class Change:
    """A property of a fact before and after; empty where it had, or has, no value. ``given``: it was asked for by name."""

    predicate: str
    before: str
    after: str
    given: bool = True


@dataclass(frozen=True)
class Revision:
    """What a revision takes out of a graph and what it adds, and its changes for people."""

    fact: str
    kind: str
    version: int
    gone: tuple[ox.Triple, ...]
    new: tuple[ox.Triple, ...]
    changes: tuple[Change, ...]


def correct(store: ox.Store, fact: str, changes: Mapping[str, str], act: Act) -> Revision:
    """Let a fact say something else.

    :param changes: new values by names of :data:`CORRECTABLE`; ``none`` is no base, no upper limit, no other name. Where a figure's
        value changes, in the same unit, and its limits are not given, they move along.
    :raises NotFoundError: where the graph has no such fact.
    :raises ConflictError: where it is retracted, or was revised later than ``act``.
    :raises UsageError: where a name or a value fits nothing, or nothing changes.
    """
    said = _Said(store, fact)
    if said.kind is None:
        raise UsageError(
            f"{id_of(fact)} is no fact that can be corrected.",
            "Give a figure, a statement, a mention or a thing; terms are changed where they are kept.",
        )
    slots, reading = CORRECTABLE[said.kind], _Reading(store, said)
    made: dict[Slot, list[Any]] = {}
    for name, text in changes.items():
        if name not in slots:
            raise UsageError(
                f"{name!r} is nothing of a {said.kind} that can be corrected.",
                f"Give one of {', '.join(slots)}, as NAME=VALUE.",
            )
        made[slots[name]] = reading.term(name, text)
    given = set(made)
    _check_unit(store, said, made)
    _move_limits(said, made)
    _move_names(store, said, made, reading.more)
    gone = [t for slot, terms in made.items() for t in said.all if slot.holds(t) and t.object not in terms]
    new = [t for slot, terms in made.items() for o in terms if (t := said.triple(slot.predicate, o)) not in said.all]
    if not gone and not new:
        raise UsageError(f"{id_of(fact)} says this already.", "Nothing was changed.")
    changed = tuple(_changes(made, given, gone, new))
    if said.kind == "statement":
        away, to = _moved_relation(store, said, made)
        gone, new = [*gone, *away], [*new, *to]
    return _revision(store, said, YHO.Correction, gone, [*new, *reading.more], act, gone, changed)


def retract(store: ox.Store, fact: str, act: Act) -> Revision:
    """Take a figure or a statement back. The relation that a statement states goes with it, unless another states it too.

    :raises NotFoundError: where the graph has no such fact.
    :raises ConflictError: where it is retracted already, was revised later than ``act``, or another fact rests on it.
    :raises UsageError: where it is neither figure nor statement.
    """
    said = _Said(store, fact)
    if said.kind not in ("figure", "statement"):
        raise UsageError(f"{id_of(fact)} is neither a figure nor a statement.", "Only these are retracted.")
    for other in said.pointing(YHO.qualifies):
        raise ConflictError(f"{id_of(other)} qualifies {id_of(fact)}.", f"Retract {id_of(other)} first.")
    kept = {t for t in said.all if t.predicate.value in (_REVISION, _LABEL, _PROV + "wasAttributedTo")}
    gone = [t for t in said.all if t not in kept]
    former = [*gone, *(t for t in kept if t.predicate.value == _LABEL)]
    if said.kind == "statement" and (plain := _plain(store, said)) is not None:
        gone.append(plain)
        former.append(plain)
    new = [said.triple(_TYPE, _RETRACTED), said.triple(_PROV + "invalidatedAtTime", _time(act.at))]
    return _revision(store, said, YHO.Retraction, gone, new, act, former)


# --- the graph ------------------------------------------------------------------------------------------------------------


class _Said:
    """What a graph says of one fact. Raises :class:`NotFoundError` and, of one that is retracted, :class:`ConflictError`."""

    def __init__(self, store: ox.Store, fact: str) -> None:
        self._store, self.node = store, ox.NamedNode(fact)
        self.all = [quad.triple for quad in store.quads_for_pattern(self.node, None, None, ox.DefaultGraph())]
        if not self.all:
            raise NotFoundError(f"The graph says nothing of {fact}.", "Give the IRI or id of a figure or statement.")
        if not fact.startswith(YH):
            raise UsageError(f"{fact} is not ours.", "Facts are corrected where they are kept.")
        if _RETRACTED in self.values(_TYPE):
            raise ConflictError(f"{id_of(fact)} is retracted already.", "Its history is: yuanhui-kg query revisions.")
        self.kind = self._kind()

    def _kind(self) -> str | None:
        """Which of :data:`CORRECTABLE` it is."""
        types = self.values(_TYPE)
        for kind, name in (("figure", _FIGURE), ("statement", _STATEMENT), ("mention", _MENTION)):
            if name in types:
                return kind
        return "thing" if any(is_below(self._store, kind, _SUBCLASS, YHO.Entity) for kind in types) else None

    def triples(self, predicate: str) -> list[ox.Triple]:
        return [t for t in self.all if t.predicate.value == predicate]

    def values(self, predicate: str) -> list[Any]:
        return [t.object for t in self.triples(predicate)]

    def triple(self, predicate: str, value: Any) -> ox.Triple:
        return ox.Triple(self.node, ox.NamedNode(predicate), value)

    def pointing(self, predicate: str) -> list[str]:
        quads = self._store.quads_for_pattern(None, ox.NamedNode(predicate), self.node, ox.DefaultGraph())
        return sorted(quad.subject.value for quad in quads if isinstance(quad.subject, ox.NamedNode))


def _plain(store: ox.Store, said: _Said) -> ox.Triple | None:
    """The relation that a statement states, if it is in the graph and no other statement states it."""
    parts = [said.values(part) for part in _PARTS]
    plain = _relation([next(iter(part), None) for part in parts])
    if plain is None:
        return None
    stating = [
        {
            quad.subject
            for quad in store.quads_for_pattern(None, ox.NamedNode(name), part[0], ox.DefaultGraph())
            if isinstance(quad.subject, ox.NamedNode)
        }
        for name, part in zip(_PARTS, parts, strict=True)
    ]
    others = set.intersection(*stating) - {said.node}
    return plain if not others and ox.Quad(*plain) in store else None


def is_below(store: ox.Store, term: Any, hierarchy: str, top: str) -> bool:
    """Whether a term is another or lies below it, by ``rdfs:subClassOf`` or ``rdfs:subPropertyOf``."""
    return isinstance(term, ox.NamedNode) and top in Hierarchy.read(StoreReader(store), hierarchy).above(term.value)


def _moved_relation(
    store: ox.Store, said: _Said, made: Mapping[Slot, list[Any]]
) -> tuple[list[ox.Triple], list[ox.Triple]]:
    """The relation that a statement stated, unless another states it, and the one that it states now."""
    parts: list[Any] = [next(iter(made.get(Slot(part), said.values(part))), None) for part in _PARTS]
    subject, predicate, object = parts
    if (
        predicate is not None
        and predicate not in said.values(_PARTS[1])
        and not is_below(store, predicate, _SUBPROPERTY, YHO.relatedTo)
    ):
        raise UsageError(f"{id_of(predicate.value)} is no relation.", "Give a property below yho:relatedTo.")
    if subject is not None and subject == object:
        raise UsageError(f"{id_of(subject.value)} would be related to itself.", "Retract the statement.")
    now, before = _relation(parts), _plain(store, said)
    if now is None or now == before:
        return [], []
    return [before] if before is not None else [], [] if ox.Quad(*now) in store else [now]


def _relation(parts: Sequence[Any]) -> ox.Triple | None:
    """The triple of a subject, a predicate and an object, if they make one."""
    with contextlib.suppress(TypeError):
        return ox.Triple(*parts)
    return None


def _check_unit(store: ox.Store, said: _Said, made: Mapping[Slot, list[Any]]) -> None:
    """Raises :class:`UsageError` where a unit that is given measures another kind of quantity than the variable; shares of it have none."""
    if Slot(YHO.unit) not in made:
        return
    unit, variable = (
        {
            quad.object
            for node in made.get(Slot(slot), said.values(slot))
            for quad in store.quads_for_pattern(node, ox.NamedNode(_QUANTITY), None, ox.DefaultGraph())
        }
        for slot in (YHO.unit, YHO.indicator)
    )
    if unit and variable and not unit & variable and not unit & _OF_NONE:
        name = id_of(made[Slot(YHO.unit)][0].value)
        raise UsageError(f"{name} measures another kind of quantity than the indicator.", "Give a unit that fits it.")


def _move_limits(said: _Said, made: dict[Slot, list[Any]]) -> None:
    """Let the limits of a value that changes move by as much as it does, where they are not given.

    :raises UsageError: where the unit changes with the value: what rounding left open is not known in the new one.
    """
    value = Slot(_VALUE)
    after, before = (number(next(iter(terms), None)) for terms in (made.get(value, ()), said.values(_VALUE)))
    if after is None or before is None:
        return
    for slot in (Slot(_LOW), Slot(_HIGH)):
        there = number(next(iter(said.values(slot.predicate)), None))
        if slot in made or there is None:
            continue
        if made.get(Slot(YHO.unit), said.values(YHO.unit)) != said.values(YHO.unit):
            raise UsageError(f"The limits of {id_of(said.node.value)} are in its former unit.", "Give min and max too.")
        made[slot] = [_number(there + after - before)]


def _move_names(store: ox.Store, said: _Said, made: dict[Slot, list[Any]], more: Iterable[ox.Triple]) -> None:
    """Let the names of a figure tell what it is about now, where they are not given and tell it once: pages and citations are headed by them."""
    if said.kind != "figure":
        return
    new_terms = list(more)

    def called(term: Any, slot: Slot) -> str:
        """What a term is called, which may be one that is made for this correction."""
        there = store.quads_for_pattern(term, ox.NamedNode(_LABEL), None, ox.DefaultGraph())
        named: Iterable[Any] = (*(quad.triple for quad in there), *(t for t in new_terms if t.subject == term))
        return next((str(t.object.value) for t in named if slot.holds(t)), "")

    for slot in _NAMES.values():
        labels = [o.value for o in said.values(_LABEL) if o.language == slot.language]
        if slot in made or len(labels) != 1:
            continue
        name = labels[0]
        for predicate in _IN_NAMES:
            for before, after in zip(said.values(predicate), made.get(Slot(predicate), ()), strict=False):
                old, new = called(before, slot), called(after, slot)
                if old and new and name.count(old) == 1:
                    name = name.replace(old, new)
        if name != labels[0]:
            made[slot] = [ox.Literal(name, language=slot.language)]


# --- values -----------------------------------------------------------------------------------------------------------------


_TEXTS: Final = {name: slot for slots in CORRECTABLE.values() for name, slot in slots.items() if slot.language}
_THINGS: Final = ("subject", "object", "thing")  # may be given by their local names
_NAMED: Final = (*_THINGS, "indicator", "predicate", "class")  # may be given by their Chinese labels


class _Reading:
    """Reads the values of a correction as terms; ``more`` is what is to be said of terms that the graph lacks."""

    def __init__(self, store: ox.Store, said: _Said) -> None:
        self._store, self._said = store, said
        self.more: list[ox.Triple] = []

    def term(self, name: str, text: str) -> list[Any]:
        text = text.strip()
        if _CONTROL.search(text) or len(text) > _LONGEST:
            raise UsageError(
                f"{name}={text[:100]!r} is no text.",
                f"Take out characters that cannot be seen; at most {_LONGEST:,} are read.",
            )
        if name == "max" and text == "none":
            return []
        if name in ("value", "min", "max"):
            return [_number(_decimal(name, text))]
        if name == "printed":
            return [ox.Literal(text, language=self._printed_in())]
        if name in _TEXTS:
            return self._texts(name, text)
        if name == "base" and text == "none":
            return [ox.NamedNode(YHO.noBase)]
        if name in ("period", "base"):
            return [self._period(text)]
        coded = {"unit": YHO.unitCode, "kind": SKOS + "notation"}.get(name)
        found = self._with(coded, text) if coded else self._named(text) if name in _NAMED else []
        if len(found) > 1:
            raise UsageError(
                f"{name}={text[:100]!r} may be {', '.join(sorted(map(id_of, found)))}.", "Give its IRI or its id."
            )
        iri = found[0] if found else (iri_of(text) if name in _THINGS else term_of(text))
        if next(iter(self._store.quads_for_pattern(ox.NamedNode(iri), None, None, ox.DefaultGraph())), None) is None:
            raise UsageError(f"{name}={text[:100]!r}: the graph has no {id_of(iri)}.", "Give an IRI, an id or a code.")
        if name == "class" and not is_below(self._store, ox.NamedNode(iri), _SUBCLASS, YHO.Entity):
            raise UsageError(f"{name}={text[:100]!r} is no class of things.", "Give a class below yho:Entity.")
        return [ox.NamedNode(iri)]

    def _texts(self, name: str, text: str) -> list[Any]:
        language = _TEXTS[name].language
        several = text.split(_SEPARATOR) if _TEXTS[name].predicate == _OTHER and text != "none" else [text]
        found = dict.fromkeys(part.strip() for part in several)
        if "" in found:
            raise UsageError(f"{name}={text[:100]!r} has an empty name.", "Take it out.")
        return (
            []
            if text == "none" and _TEXTS[name].predicate == _OTHER
            else [ox.Literal(one, language=language) for one in found]
        )

    def _printed_in(self) -> str:
        """The language of the printed form that is there."""
        return next((o.language for o in self._said.values(YHO.printedForm) if getattr(o, "language", None)), "zh")

    def _period(self, text: str) -> ox.NamedNode:
        years = Years.read(text)
        known = [iri for iri in self._with(SKOS + "notation", years.edtf) if self._is(iri, YHO.Period)]
        if known:
            return ox.NamedNode(min(known))
        self.more += period_triples(years)
        return ox.NamedNode(period_iri(years))

    def _is(self, iri: str, kind: str) -> bool:
        return ox.Quad(ox.NamedNode(iri), ox.NamedNode(_TYPE), ox.NamedNode(kind)) in self._store

    def _with(self, predicate: str, text: str) -> list[str]:
        rows: Any = self._store.query(
            "SELECT DISTINCT ?s ?p ?text { ?s ?p ?o FILTER(STR(?o) = ?text) FILTER(isIRI(?s)) }",
            substitutions={
                ox.Variable("p"): ox.NamedNode(predicate),
                ox.Variable("text"): ox.Literal(text),
            },
        )
        return sorted({row["s"].value for row in rows})

    def _named(self, text: str) -> list[str]:
        node = ox.Literal(text, language="zh")
        quads = self._store.quads_for_pattern(None, ox.NamedNode(_LABEL), node, ox.DefaultGraph())
        return sorted({quad.subject.value for quad in quads if isinstance(quad.subject, ox.NamedNode)})


def _decimal(name: str, text: str) -> Decimal:
    try:
        found = Decimal(text)
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite():
        raise UsageError(f"{name}={text[:100]!r} is no number.", "Write plain digits, in the figure's unit.")
    if found.adjusted() >= _BEFORE_POINT or found.normalize() != found or decimals_of(found) > _BEHIND_POINT:
        raise UsageError(
            f"{name}={text[:100]!r} is larger or finer than can be reckoned with.",
            f"Give at most {_BEFORE_POINT} digits before and {_BEHIND_POINT} behind the point.",
        )
    return found


def _number(value: Decimal) -> ox.Literal:
    return ox.Literal(f"{value.normalize():f}", datatype=ox.NamedNode(_XSD + "decimal"))


def _time(at: datetime) -> ox.Literal:
    text = at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return ox.Literal(text, datatype=ox.NamedNode(_XSD + "dateTime"))


# --- history ----------------------------------------------------------------------------------------------------------------


def _revision(
    store: ox.Store, said: _Said, kind: str, gone: list[ox.Triple], new: list[ox.Triple], act: Act,
    former: Iterable[ox.Triple], changed: tuple[Change, ...] = (),
) -> Revision:  # fmt: skip
    before = said.values(_REVISION)
    _check_time(store, said, before, act)
    number = 1 + sum(1 for _ in _versions(store, said.node.value))
    agent, about = _agent(store, act.by)
    version = ox.NamedNode(f"{said.node.value}-version-{number}")
    activity = ox.NamedNode(f"{said.node.value}-revision-{number}")
    attributed = said.triple(_PROV + "wasAttributedTo", agent)
    pointers = [said.triple(_REVISION, version), *([attributed] if attributed not in said.all else [])]
    kept = [
        *_told(version, _TYPE, ox.NamedNode(YHO.FormerVersion)),
        *_told(version, _PROV + "specializationOf", said.node),
        *_told(version, _PROV + "invalidatedAtTime", _time(act.at)),
        *_told(version, _PROV + "wasInvalidatedBy", activity),
        *(_triple(version, _REVISION, older) for older in before),
        *_told(activity, _TYPE, ox.NamedNode(kind)),
        *_told(activity, _PROV + "endedAtTime", _time(act.at)),
        *_told(activity, _PROV + "wasAssociatedWith", agent),
        *_told(activity, PREFIXES["dcterms"] + "description", _text(act.why)),
        *_former(version, former),
    ]
    return Revision(
        said.node.value,
        id_of(kind).removeprefix("yho:").lower(),
        number,
        (*gone, *said.triples(_REVISION)),
        tuple(dict.fromkeys([*new, *pointers, *kept, *about])),
        changed,
    )


def _check_time(store: ox.Store, said: _Said, before: Iterable[Any], act: Act) -> None:
    for version in before:
        for quad in store.quads_for_pattern(version, ox.NamedNode(_PROV + "invalidatedAtTime"), None):
            if _time(act.at).value < getattr(quad.object, "value", ""):
                raise ConflictError(
                    f"{id_of(said.node.value)} was revised at {getattr(quad.object, 'value', '')}, which is later.",
                    "Give a later time.",
                )


def _versions(store: ox.Store, fact: str) -> Iterator[str]:
    wanted = ox.NamedNode(_PROV + "specializationOf")
    for quad in store.quads_for_pattern(None, wanted, ox.NamedNode(fact), ox.DefaultGraph()):
        if isinstance(quad.subject, ox.NamedNode):
            yield quad.subject.value


def _former(version: ox.NamedNode, triples: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
    for place, triple in enumerate(sorted(triples, key=str), 1):
        node = ox.NamedNode(f"{version.value}-{place}")
        yield _triple(version, YHO.formerly, node)
        yield _triple(node, _TYPE, ox.NamedNode(YHO.FormerTriple))
        yield _triple(node, YHO.formerSubject, triple.subject)
        yield _triple(node, YHO.formerPredicate, triple.predicate)
        yield _triple(node, YHO.formerValue, triple.object)


def _agent(store: ox.Store, by: str) -> tuple[ox.NamedNode, list[ox.Triple]]:
    """Who revises, and what is to be said of them where the graph does not know them."""
    by = by.strip()
    if re.match(r"(https?|urn|mailto|orcid):", by) and is_iri(by):
        return ox.NamedNode(by), []
    slug = "-".join(re.findall("[a-z0-9]+", "-".join(pinyin.syllables(by)).lower()))[:60].strip("-") or "somebody"
    number = 1
    while True:
        node = ox.NamedNode(f"{YH}agent-{slug}" + (f"-{number}" if number > 1 else ""))
        names = {quad.object.value for quad in store.quads_for_pattern(node, ox.NamedNode(_LABEL), None) if isinstance(quad.object, ox.Literal)}  # fmt: skip
        if by in names:
            return node, []
        if not names:
            break
        number += 1
    labels = [ox.Literal(by, language=language) for language in ("zh", "en")]
    about = [_triple(node, _LABEL, label) for label in labels]
    return node, [_triple(node, _TYPE, ox.NamedNode(_PROV + "Agent")), *about]


def _text(text: str) -> ox.Literal:
    return ox.Literal(text.strip(), language="zh" if re.search("[\u3400-\u9fff]", text) else "en")


def _triple(subject: Any, predicate: str, value: Any) -> ox.Triple:
    return ox.Triple(subject, ox.NamedNode(predicate), value)


def _told(subject: ox.NamedNode, predicate: str, value: Any) -> list[ox.Triple]:
    return [_triple(subject, predicate, value)]


def _changes(
    slots: Iterable[Slot], given: Iterable[Slot], gone: Sequence[ox.Triple], new: Sequence[ox.Triple]
) -> Iterator[Change]:
    for slot in slots:
        before, after = (_SEPARATOR.join(_shown(t.object) for t in one if slot.holds(t)) for one in (gone, new))
        if before or after:
            yield Change(slot.predicate, before, after, slot in given)


def _shown(term: Any) -> str:
    return id_of(term.value) if isinstance(term, ox.NamedNode) else str(term.value)


# --- shapes -----------------------------------------------------------------------------------------------------------------


def surroundings(stores: Sequence[ox.Store], fact: str) -> list[set[ox.Triple]]:
    """What shapes look at, as each of some stores has it: a fact, what points to it, what it points to, step by step, and the hierarchies.

    The same nodes are taken of all stores, so that what differs is what was changed.
    """
    seen: set[Any] = set()
    todo: set[Any] = {ox.NamedNode(fact)}
    for _ in range(_STEPS):
        seen |= todo
        told = [t for store in stores for node in todo for t in _about(store, node)]
        todo = {t.object for t in told if isinstance(t.object, ox.NamedNode | ox.BlankNode)} - seen
    return [
        {t for node in seen for t in _about(store, node)}
        | {q.triple for q in store.quads_for_pattern(None, None, ox.NamedNode(fact), ox.DefaultGraph())}
        | {
            q.triple
            for name in (_SUBCLASS, _SUBPROPERTY)
            for q in store.quads_for_pattern(None, ox.NamedNode(name), None, ox.DefaultGraph())
        }
        for store in stores
    ]


def _about(store: ox.Store, node: Any) -> Iterator[ox.Triple]:
    return (quad.triple for quad in store.quads_for_pattern(node, None, None, ox.DefaultGraph()))
