"""A published figure or statement is corrected or retracted; what it said, who changed it, when and why stays known.

The graph says of a fact what holds, so that every query goes on as before. What it said until a revision is kept beside
it, in properties of its own (PROV-O; ``ontology/history.ttl``):

    yh:…-figure-1          prov:wasRevisionOf      yh:…-figure-1-version-1    the latest former version; that one, the one before
    yh:…-figure-1-version-1  yho:formerly/yho:formerValue …                   what a correction changed, all of what was retracted
                           prov:invalidatedAtTime … ; prov:wasInvalidatedBy   yh:…-figure-1-revision-1
    yh:…-figure-1-revision-1  prov:wasAssociatedWith … ; dcterms:description  by whom, and why

A retracted fact keeps its name and its labels and says nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

import pyoxigraph as ox

from . import pinyin
from .errors import ConflictError, NotFoundError, UsageError
from .extract import drafting
from .extract.anchoring import given_period
from .figures import number
from .graph.reading import RDF, SCHEMA, SKOS
from .intervals import decimals_of
from .namespaces import PREFIXES, YH, YHO
from .terms import id_of, iri_of, is_iri, term_of

_PROV, _XSD = PREFIXES["prov"], PREFIXES["xsd"]
_TYPE: Final = RDF + "type"
_LABEL: Final = SKOS + "prefLabel"
_VALUE: Final = PREFIXES["sdmx-measure"] + "obsValue"
_LOW, _HIGH = SCHEMA + "minValue", SCHEMA + "maxValue"
_FIGURE: Final = ox.NamedNode(PREFIXES["qb"] + "Observation")
_STATEMENT: Final = ox.NamedNode(RDF + "Statement")
_RETRACTED: Final = ox.NamedNode(YHO.RetractedFact)
_REVISION: Final = _PROV + "wasRevisionOf"
_PARTS: Final = tuple(RDF + name for name in ("subject", "predicate", "object"))
_LONGEST: Final = 2000  # characters of a name or a reason
_BEFORE_POINT, _BEHIND_POINT = 18, 9  # digits: fewer than Decimal's 28, so that sums are exact
_CONTROL: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff]")
#: What of a figure can be corrected, and the property that says it.
CORRECTABLE: Final[Mapping[str, str]] = {
    "value": _VALUE, "min": _LOW, "max": _HIGH, "unit": YHO.unit, "kind": YHO.kind, "indicator": YHO.indicator,
    "period": YHO.period, "base": YHO.basePeriod, "subject": YHO.subject, "breakdown": YHO.breakdown, "bound": YHO.bound,
    "price_basis": YHO.priceBasis, "scope": YHO.scope,
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
    """A property of a fact before and after; empty where it had, or has, no value."""

    predicate: str
    before: str
    after: str


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
    """Let a figure say something else.

    :param changes: new values by names of :data:`CORRECTABLE`; ``none`` is no base, no upper limit. Where the value changes and its
        limits are not given, they move along.
    :raises NotFoundError: where the graph has no such figure.
    :raises ConflictError: where it is retracted, or was revised later than ``act``.
    :raises UsageError: where a name or a value fits nothing, or nothing changes.
    """
    said = _Said(store, fact)
    if _FIGURE not in said.values(_TYPE):
        raise UsageError(
            f"{id_of(fact)} is no figure, and only figures are corrected.",
            "Retract a wrong statement, and merge the right one.",
        )
    reading = _Reading(store)
    made: dict[str, list[Any]] = {}
    for name, text in changes.items():
        if name not in CORRECTABLE:
            raise UsageError(
                f"{name!r} is nothing that can be corrected.", f"Give one of {', '.join(CORRECTABLE)}, as NAME=VALUE."
            )
        made[CORRECTABLE[name]] = reading.term(name, text)
    _move_limits(said, made)
    gone = [t for predicate in made for t in said.triples(predicate) if t.object not in made[predicate]]
    new = [t for p, terms in made.items() for o in terms if (t := said.triple(p, o)) not in said.all]
    if not gone and not new:
        raise UsageError(f"{id_of(fact)} says this already.", "Nothing was changed.")
    return _revision(store, said, YHO.Correction, gone, [*new, *reading.more], act)


def retract(store: ox.Store, fact: str, act: Act) -> Revision:
    """Take a figure or a statement back. The relation that a statement states goes with it, unless another states it too.

    :raises NotFoundError: where the graph has no such fact.
    :raises ConflictError: where it is retracted already, was revised later than ``act``, or another fact rests on it.
    :raises UsageError: where it is neither figure nor statement.
    """
    said = _Said(store, fact)
    kinds = said.values(_TYPE)
    if _FIGURE not in kinds and _STATEMENT not in kinds:
        raise UsageError(f"{id_of(fact)} is neither a figure nor a statement.", "Only these are retracted.")
    for other in said.pointing(YHO.qualifies):
        raise ConflictError(f"{id_of(other)} qualifies {id_of(fact)}.", f"Retract {id_of(other)} first.")
    kept = {t for t in said.all if t.predicate.value in (_REVISION, _LABEL, _PROV + "wasAttributedTo")}
    gone = [t for t in said.all if t not in kept]
    former = [*gone, *(t for t in kept if t.predicate.value == _LABEL)]
    if _STATEMENT in kinds and (plain := _plain(store, said)) is not None:
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
    if not all(parts):
        return None
    plain = ox.Triple(*(part[0] for part in parts))
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


def _move_limits(said: _Said, made: dict[str, list[Any]]) -> None:
    """Let the limits of a value that changes move by as much as it does, where they are not given."""
    after, before = (number(next(iter(terms), None)) for terms in (made.get(_VALUE, ()), said.values(_VALUE)))
    if after is None or before is None:
        return
    for predicate in (_LOW, _HIGH):
        there = number(next(iter(said.values(predicate)), None))
        if predicate not in made and there is not None:
            made[predicate] = [_number(there + after - before)]


# --- values -----------------------------------------------------------------------------------------------------------------


class _Reading:
    """Reads the values of a correction as terms; ``more`` is what is to be said of terms that the graph lacks."""

    def __init__(self, store: ox.Store) -> None:
        self._store = store
        self.more: list[ox.Triple] = []

    def term(self, name: str, text: str) -> list[Any]:
        text = text.strip()
        if _CONTROL.search(text):
            raise UsageError(f"{name}={text[:100]!r} is no text.", "Take out characters that cannot be seen.")
        if name == "max" and text == "none":
            return []
        if name in ("value", "min", "max"):
            return [_number(_decimal(name, text))]
        if name == "base" and text == "none":
            return [ox.NamedNode(YHO.noBase)]
        if name in ("period", "base"):
            return [self._period(text)]
        coded = {"unit": YHO.unitCode, "kind": SKOS + "notation"}.get(name)
        found = self._with(coded, text) if coded else self._named(text) if name in ("indicator", "subject") else []
        if len(found) > 1:
            raise UsageError(
                f"{name}={text[:100]!r} may be {', '.join(sorted(map(id_of, found)))}.", "Give its IRI or its id."
            )
        iri = found[0] if found else (iri_of(text) if name == "subject" else term_of(text))
        if next(iter(self._store.quads_for_pattern(ox.NamedNode(iri), None, None, ox.DefaultGraph())), None) is None:
            raise UsageError(f"{name}={text[:100]!r}: the graph has no {id_of(iri)}.", "Give an IRI, an id or a code.")
        return [ox.NamedNode(iri)]

    def _period(self, text: str) -> ox.NamedNode:
        years = given_period(text)
        known = [iri for iri in self._with(SKOS + "notation", years.edtf) if self._is(iri, YHO.Period)]
        if known:
            return ox.NamedNode(min(known))
        self.more += drafting.period_triples(years)
        return ox.NamedNode(drafting.period_iri(years))

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
    former: list[ox.Triple] | None = None,
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
        *_former(version, former if former is not None else gone),
    ]
    return Revision(
        said.node.value,
        id_of(kind).removeprefix("yho:").lower(),
        number,
        (*gone, *said.triples(_REVISION)),
        tuple(dict.fromkeys([*new, *pointers, *kept, *about])),
        tuple(_changes(gone, [t for t in new if t.subject == said.node])),
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


def _changes(gone: Iterable[ox.Triple], new: Iterable[ox.Triple]) -> Iterator[Change]:
    before: dict[str, str] = {t.predicate.value: _shown(t.object) for t in gone}
    after: dict[str, str] = {t.predicate.value: _shown(t.object) for t in new}
    for predicate in dict.fromkeys([*before, *after]):
        yield Change(predicate, before.get(predicate, ""), after.get(predicate, ""))


def _shown(term: Any) -> str:
    return id_of(term.value) if isinstance(term, ox.NamedNode) else str(term.value)


# --- shapes -----------------------------------------------------------------------------------------------------------------


def surroundings(store: ox.Store, fact: str) -> set[ox.Triple]:
    """What the shapes of figures look at: a fact, what it points to, step by step, and the hierarchy of classes."""
    found: set[ox.Triple] = set()
    seen: set[Any] = set()
    todo: set[Any] = {ox.NamedNode(fact)}
    for _ in range(4):
        seen |= todo
        told = [q.triple for node in todo for q in store.quads_for_pattern(node, None, None, ox.DefaultGraph())]
        found.update(told)
        todo = {t.object for t in told if isinstance(t.object, ox.NamedNode | ox.BlankNode)} - seen
    hierarchy = ox.NamedNode(PREFIXES["rdfs"] + "subClassOf")
    found.update(q.triple for q in store.quads_for_pattern(None, hierarchy, None, ox.DefaultGraph()))
    return found
