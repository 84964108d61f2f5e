"""What a draft adds to a graph. A merge only ever adds triples: what a graph says stays as it stands."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pyoxigraph as ox

from ..errors import ConflictError, DataError
from ..graph.reading import OA, RDF, SCHEMA, SKOS
from ..namespaces import PREFIXES, YH, YHO
from . import conflicts, drafts
from .conflicts import Conflict
from .drafts import TYPE, DraftGraph, Said
from .linking import ACCEPT, Decided, Link, Linker

_LABEL, _OTHER, _HIDDEN = SKOS + "prefLabel", SKOS + "altLabel", SKOS + "hiddenLabel"
_HEADLINE: Final = SCHEMA + "headline"
_OBSERVATION: Final = PREFIXES["qb"] + "Observation"
_NOTATION: Final = SKOS + "notation"
_REVISION: Final = PREFIXES["prov"] + "wasRevisionOf"
_ACTIVITY: Final = ox.NamedNode(PREFIXES["prov"] + "Activity")
#: Of what a node of the draft's own may get more when its text is merged again.
_MORE: Final = frozenset((YHO.evidence, _OTHER))
_NAMES: Final = frozenset((_LABEL, _OTHER))
_SCHEME: Final = ox.NamedNode(YHO.indicatorScheme)
_IN_SCHEME: Final = SKOS + "inScheme"
_QUANTITY: Final = PREFIXES["qudt"] + "hasQuantityKind"
_UNIT: Final = YHO.hasStandardUnit
_FORMERLY_OF: Final = ox.NamedNode(YHO.formerSubject)


@dataclass(frozen=True)
class Kept:
    """A value that a draft gives for a property of a thing which has another one already: the graph's stays."""

    thing: str
    predicate: str
    there: str
    given: str


@dataclass(frozen=True)
class Outcome:
    """What a merge adds, and what a person should know of it.

    :param additions: the triples to add; none of them is in the graph.
    :param links: what each thing that the draft names was taken for.
    :param conflicts: figures that contradict figures of the graph or of the draft; both are kept.
    :param same: how many figures the graph has from other sources with the same value.
    :param kept: properties of things of the graph of which the draft says something else.
    :param left_out: figures and statements of the draft that the graph has corrected or retracted meanwhile.
    :param absent: figures and statements that the graph has of the draft's texts, and the draft has not.
    :param versions: other texts of the graph with the headline of one of the draft's: it may have been published anew.
    """

    documents: tuple[str, ...]
    additions: tuple[ox.Triple, ...]
    links: tuple[Link, ...]
    conflicts: tuple[Conflict, ...]
    same: int
    kept: tuple[Kept, ...]
    left_out: tuple[str, ...]
    absent: tuple[str, ...]
    versions: tuple[str, ...]
    counts: Mapping[str, int]


def merge(store: ox.Store, triples: Iterable[ox.Triple], decided: Decided | None = None) -> Outcome:
    """What a draft adds to the default graph of a store, which stays as it is.

    :param store: a graph with the ontology.
    :param triples: a draft, as :func:`~yuanhui_kg.fusion.drafts.read` gives it.
    :param decided: what a person decided on its names (:func:`~yuanhui_kg.fusion.linking.decisions`).
    :raises DataError: where the draft is none, or says something of what is not its own.
    :raises ConflictError: where the graph holds its text under another name, or one of its figures with another value.
    """
    linker = Linker(store)
    draft = drafts.parts(_as_stored(triples), linker.things.classes)
    merging = _Merging(store, draft, linker)
    return merging.outcome(linker.links(draft, decided or {}))


def _as_stored(triples: Iterable[ox.Triple]) -> list[ox.Triple]:
    """Triples with their numbers as a store writes them: what is compared with a store's must be written alike."""
    store = ox.Store()
    store.bulk_extend(ox.Quad(*triple) for triple in triples)
    return sorted((quad.triple for quad in store), key=str)


class _Merging:
    def __init__(self, store: ox.Store, draft: DraftGraph, linker: Linker) -> None:
        self._store, self._draft, self._linker = store, draft, linker
        self._names: dict[str, str] = {}  # new IRIs of the draft's things, variables and shared nodes
        self._labelled_apart: set[str] = set()  # the draft's variables whose label is that of another quantity
        self._kept: list[Kept] = []
        self._left_out: list[str] = []

    def outcome(self, links: list[Link]) -> Outcome:
        self._check_documents()
        self._check_relations()
        self._name(links)
        linked = {link.entity for link in links if link.decision == ACCEPT}
        self._left_out = [iri for iri in sorted(self._draft.said) if self._draft.is_own(iri) and self._revised(iri)]
        found = [triple for triple in self._all(linked) if not self._has(triple)]
        additions = tuple(dict.fromkeys(found))
        by_subject: dict[str, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
        for triple in additions:
            assert isinstance(triple.subject, ox.NamedNode)  # noqa: S101 -- drafts have no other
            by_subject[triple.subject.value][triple.predicate.value].append(triple.object)
        apart, same = conflicts.find(self._store, by_subject)
        return Outcome(
            tuple(document.iri for document in self._draft.documents),
            additions,
            tuple(sorted(links, key=lambda link: link.entity)),
            tuple(apart),
            same,
            tuple(self._kept),
            tuple(self._left_out),
            tuple(sorted(self._absent())),
            tuple(sorted(self._versions())),
            _counts(by_subject, self._linker.things.classes),
        )

    # --- what the graph has

    def _has(self, triple: ox.Triple) -> bool:
        return ox.Quad(triple.subject, triple.predicate, triple.object) in self._store

    def _there(self, subject: str, predicate: str | None = None) -> list[Any]:
        wanted = predicate and ox.NamedNode(predicate)
        quads = self._store.quads_for_pattern(ox.NamedNode(subject), wanted or None, None, ox.DefaultGraph())
        return [quad.object for quad in quads]

    def _is_there(self, iri: str) -> bool:
        node = ox.NamedNode(iri)
        patterns: tuple[tuple[Any, Any], ...] = ((node, None), (None, node))
        return any(
            next(iter(self._store.quads_for_pattern(s, None, o, ox.DefaultGraph())), None) is not None
            for s, o in patterns
        )

    def _revised(self, iri: str) -> bool:
        return bool(self._there(iri, _REVISION))

    def _subjects(self, predicate: str, value: ox.NamedNode | ox.Literal) -> Iterator[str]:
        quads = self._store.quads_for_pattern(None, ox.NamedNode(predicate), value, ox.DefaultGraph())
        return (quad.subject.value for quad in quads if isinstance(quad.subject, ox.NamedNode))

    def _absent(self) -> Iterator[str]:
        """Facts that the graph has of the draft's texts and the draft has not: it was reviewed or read otherwise since."""
        texts = (ox.NamedNode(document.iri) for document in self._draft.documents)
        spans = (span for text in texts for span in self._subjects(OA + "hasSource", text))
        facts = {iri for span in spans for iri in self._subjects(YHO.evidence, ox.NamedNode(span))}
        for iri in facts:
            if self._draft.is_own(iri) and iri not in self._draft.said and not self._revised(iri):
                yield iri

    def _versions(self) -> set[str]:
        """Texts of the graph, other than the draft's, with the headline of one of these."""
        works = [iri for iri in self._draft.said if self._draft.is_own(iri)]
        headlines = {one for iri in works for one in self._draft.objects(iri, _HEADLINE)}
        return {iri for one in headlines for iri in self._subjects(_HEADLINE, one) if not self._draft.is_own(iri)}

    def _check_documents(self) -> None:
        digest = ox.NamedNode(SCHEMA + "sha256")
        for document in self._draft.documents:
            for quad in self._store.quads_for_pattern(None, digest, ox.Literal(document.sha256), ox.DefaultGraph()):
                iri = getattr(quad.subject, "value", "")
                if iri != document.iri and ox.NamedNode(SCHEMA + "TextObject") in self._there(iri, TYPE):
                    raise ConflictError(
                        f"The text of {document.iri} is in the graph already, as {iri}.",
                        "Extract it with the same place and date of publication as before.",
                    )

    def _check_relations(self) -> None:
        """That each relation of a draft is stated by a statement of its own, with modality and evidence."""
        stated = {
            (s, p, o)
            for iri in self._draft.said
            if self._draft.is_own(iri)
            for s in self._draft.objects(iri, RDF + "subject")
            for p in self._draft.objects(iri, RDF + "predicate")
            for o in self._draft.objects(iri, RDF + "object")
        }
        for subject, facts in self._draft.said.items():
            for predicate in filter(self._linker.is_relation, facts):
                for value in facts[predicate]:
                    if (ox.NamedNode(subject), ox.NamedNode(predicate), value) not in stated:
                        raise DataError(
                            f"The draft relates {subject} to {_text(value)} by {predicate} without a statement of its own.",
                            "A relation and its statement, with modality and evidence, go together.",
                        )

    # --- names

    def _name(self, links: Iterable[Link]) -> None:
        for link in links:
            if link.decision == ACCEPT:
                self._names[link.entity] = link.target
        taken = {*self._draft.said, *self._names.values()}
        for link in links:
            if link.decision != ACCEPT and self._is_there(link.entity):
                self._names[link.entity] = fresh = self._fresh(link.entity, taken)
                taken.add(fresh)
        for iri in self._variables():
            self._name_variable(iri)
        for iri in self._draft.shared:
            if (other := self._same_notation(iri)) is not None:
                self._names[iri] = other
            elif self._is_there(iri) and not self._agrees(iri):
                self._names[iri] = fresh = self._fresh(iri, taken)
                taken.add(fresh)

    def _variables(self) -> list[str]:
        """The variables that a draft names itself, because the ontology has no indicator of that name."""
        said = self._draft
        return [iri for iri in sorted(said.said) if said.is_own(iri) and _SCHEME in said.objects(iri, _IN_SCHEME)]

    def _name_variable(self, iri: str) -> None:
        """A variable that the graph has by the same name is the same, where it is of the same kind of quantity; no two bear one name."""
        name = next(iter(self._draft.texts(iri, _LABEL, "zh")), "")
        apart = self._with_unit(iri, name, "zh")
        quantity = set(self._draft.objects(iri, _QUANTITY))
        there = {one: self._variables_there(one) for one in (name, _without_unit(name), apart)}
        alike = [
            one for found in there.values() for one in sorted(found) if quantity & set(self._there(one, _QUANTITY))
        ]
        if alike and alike[0] != iri:
            self._names[iri] = alike[0]
        elif there[name] - {iri} or iri in there[apart]:
            self._labelled_apart.add(iri)

    def _variables_there(self, name: str) -> set[str]:
        """The indicators of the graph with a Chinese label."""
        label = ox.Literal(name, language="zh")
        quads = self._store.quads_for_pattern(None, ox.NamedNode(_LABEL), label, ox.DefaultGraph())
        found = {quad.subject.value for quad in quads if isinstance(quad.subject, ox.NamedNode)}
        return {iri for iri in found if _SCHEME in self._there(iri, _IN_SCHEME)}

    def _fresh(self, iri: str, taken: Iterable[str]) -> str:
        number = 2
        while (name := f"{iri}-{number}") in taken or self._is_there(name):
            number += 1
        return name

    def _same_notation(self, iri: str) -> str | None:
        """The period of the graph that has the notation of one of the draft's, where it has another name."""
        if ox.NamedNode(YHO.Period) not in self._draft.objects(iri, TYPE):
            return None
        found = set()
        for notation in self._draft.objects(iri, _NOTATION):
            for quad in self._store.quads_for_pattern(None, ox.NamedNode(_NOTATION), notation, ox.DefaultGraph()):
                if ox.NamedNode(YHO.Period) in self._there(getattr(quad.subject, "value", ""), TYPE):
                    found.add(str(getattr(quad.subject, "value", "")))
        return None if not found else iri if iri in found else min(found)

    def _agrees(self, iri: str) -> bool:
        """Whether a shared node of the draft has the notation, or else the Chinese label, that the graph's has."""
        for predicate in (_NOTATION, _LABEL):
            ours, theirs = set(self._draft.objects(iri, predicate)), set(self._there(iri, predicate))
            if ours or theirs:
                return bool(ours & theirs)
        return False

    # --- triples

    def _all(self, linked: set[str]) -> Iterator[ox.Triple]:
        out = self._dropped()
        for subject, facts in self._draft.said.items():
            if subject in out:
                continue
            if subject in linked:
                yield from self._of_linked(subject, facts, out)
            elif self._draft.is_own(subject) and subject in self._names:
                continue  # a variable that the graph has by the same name
            elif self._draft.is_own(subject):
                yield from self._of_own(subject, facts)
            elif subject in self._draft.shared and self._is_there(self._names.get(subject, subject)):
                continue  # the graph has it
            else:
                yield from self._written(subject, facts, out)

    def _dropped(self) -> frozenset[str]:
        """Nodes, and plain triples written as text, of facts that do not go on: taken back, or of a thing with itself."""
        dropped = set(self._left_out)
        for iri in self._draft.said:
            parts = [self._draft.objects(iri, RDF + name) for name in ("subject", "predicate", "object")]
            if not all(parts) or not self._draft.is_own(iri):
                continue
            one, other = (self._names.get(part[0].value, part[0].value) for part in (parts[0], parts[2]))
            if iri in dropped or one == other:  # or two things of the draft were decided to be one
                dropped |= {iri, " ".join(str(part[0]) for part in parts)}
        return frozenset(dropped)

    def _written(self, subject: str, facts: Said, out: frozenset[str]) -> Iterator[ox.Triple]:
        for predicate, objects in facts.items():
            for value in objects:
                if f"{ox.NamedNode(subject)} {ox.NamedNode(predicate)} {value}" not in out:
                    yield self._triple(subject, predicate, value)

    def _triple(self, subject: str, predicate: str, value: Any) -> ox.Triple:
        if isinstance(value, ox.NamedNode):
            value = ox.NamedNode(self._names.get(value.value, value.value))
        return ox.Triple(ox.NamedNode(self._names.get(subject, subject)), ox.NamedNode(predicate), value)

    def _of_linked(self, subject: str, facts: Said, out: frozenset[str]) -> Iterator[ox.Triple]:
        """What a draft says of a thing that the graph has: further names, relations, and what nothing is said of yet."""
        target = self._names[subject]
        known = {o.value for name in (_LABEL, _OTHER, _HIDDEN) for o in self._there(target, name)}
        known |= self._former_names(target)
        for predicate, objects in facts.items():
            if predicate == TYPE:
                continue
            if predicate in _NAMES:
                for name in objects:
                    if isinstance(name, ox.Literal) and name.language == "zh" and name.value not in known:
                        yield ox.Triple(ox.NamedNode(target), ox.NamedNode(_OTHER), name)
            elif self._linker.is_relation(predicate):
                yield from self._written(subject, {predicate: objects}, out)
            else:
                yield from self._of_property(subject, predicate, objects)

    def _former_names(self, thing: str) -> set[str]:
        """The names that a thing had until they were corrected."""
        former = self._store.quads_for_pattern(None, _FORMERLY_OF, ox.NamedNode(thing), ox.DefaultGraph())
        return {
            name.value
            for quad in former
            if isinstance(quad.subject, ox.NamedNode)
            and {p.value for p in self._there(quad.subject.value, YHO.formerPredicate)} & _NAMES
            for name in self._there(quad.subject.value, YHO.formerValue)
        }

    def _of_property(self, subject: str, predicate: str, objects: Iterable[Any]) -> Iterator[ox.Triple]:
        for value in objects:
            triple = self._triple(subject, predicate, value)
            there = self._there(self._names[subject], predicate)
            if not there:
                yield triple
            elif triple.object not in there:
                self._kept.append(Kept(self._names[subject], predicate, _text(there[0]), _text(triple.object)))

    def _of_own(self, subject: str, facts: Said) -> Iterator[ox.Triple]:
        """The draft's own nodes. What the graph has of one already must say the same."""
        if subject in self._labelled_apart:
            facts = {**facts, _LABEL: [self._apart(subject, label) for label in facts[_LABEL]]}
        before = self._there(subject)
        activity = _ACTIVITY in before
        for predicate, objects in facts.items():
            there = self._there(subject, predicate) if before else []
            for value in objects:
                triple = self._triple(subject, predicate, value)
                if there and triple.object not in there and predicate not in _MORE:
                    if activity or predicate == _LABEL:
                        continue  # it was drafted again: by what, and how it is called, the first time told
                    raise ConflictError(
                        f"{subject} is in the graph with another {predicate.rsplit('#', 1)[-1].rsplit('/', 1)[-1]}"
                        f" ({_text(there[0])}) than in the draft ({_text(triple.object)}).",
                        "A fact that is published is changed with yuanhui-kg correct or retract, which keep its history.",
                    )
                yield triple

    def _apart(self, variable: str, label: Any) -> ox.Literal:
        return ox.Literal(self._with_unit(variable, label.value, label.language), language=label.language)

    def _with_unit(self, variable: str, name: str, language: str) -> str:
        """A name with the unit of its variable, as a draft writes it where it has the name twice: 花田（亩）."""
        labels = [label for unit in self._draft.objects(variable, _UNIT) for label in self._there(unit.value, _LABEL)]
        unit = next((label.value for label in labels if label.language == language), "")
        return f"{name}（{unit}）" if language == "zh" else f"{name} ({unit})"


def _without_unit(name: str) -> str:
    return re.sub(r"(?<=.)（[^（）]+）$", "", name)


def _text(term: Any) -> str:
    return re.sub(f"^{re.escape(str(YH))}", "", str(term.value))[:200]


def _counts(added: Mapping[str, Mapping[str, Iterable[Any]]], classes: Mapping[str, frozenset[str]]) -> dict[str, int]:
    """How many figures, statements, mentions and things are new."""
    counts: Counter[str] = Counter()
    kinds = {
        _OBSERVATION: "figures",
        RDF + "Statement": "statements",
        OA + "Annotation": "mentions",
    }
    for facts in added.values():
        for kind in facts.get(TYPE, ()):
            if kind.value in kinds:
                counts[kinds[kind.value]] += 1
            elif YHO.Entity in classes.get(kind.value, ()):
                counts["things"] += 1
    return {name: counts[name] for name in ("figures", "statements", "mentions", "things")}
