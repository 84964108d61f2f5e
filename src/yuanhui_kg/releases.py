"""Two releases of the data, compared fact by fact: figures, relations with their evidence, things, and all the rest.

Names decide what is the same: a figure is the same one where its IRI is; where that has changed, where it stands in the same place of the
same text and nothing else does. Nodes without a name are known by what is said of them and around them, step by step outwards
(colour refinement, as in the 1-dimensional Weisfeiler–Leman test), so the names that a file gives them do not matter, and no
graph takes long. Graphs that such colours cannot tell apart pass for the same: both would have to be as regular as a ring.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from .errors import DataError
from .graph.reading import OA, RDF, SCHEMA, SKOS, Hierarchy
from .namespaces import PREFIXES, YHO
from .settings import Settings
from .store import MARKER, StoreFolder, StoreReader, load_file, memory_store, rdf_format
from .terms import id_of

MOST_FILES: Final = 1000  #: of one folder
_ROUNDS: Final = 32  # colours reach so far; a difference further away shows where it is
_TYPE, _LABEL = RDF + "type", SKOS + "prefLabel"
_VALUE, _EVIDENCE = PREFIXES["sdmx-measure"] + "obsValue", YHO.evidence
_MODALITY: Final = YHO.modality
_PARTS: Final = tuple(RDF + name for name in ("subject", "predicate", "object"))
_FIGURE: Final = PREFIXES["qb"] + "Observation"
_STATEMENT: Final = RDF + "Statement"
KINDS: Final = ("figure", "relation", "thing", "other")

_Said = dict[str, list[Any]]  # predicate → objects
_Key = tuple[str, str]  # graph, subject


@dataclass(frozen=True)
class Change:
    """One difference. ``property`` is empty where a whole fact is added or removed; ``before`` and ``after`` are texts.

    :param kind: one of :data:`KINDS`.
    :param change: ``added``, ``removed`` or ``changed``.
    :param id: short name of the fact; of a relation its three parts.
    :param graph: IRI of its named graph, empty for the default graph.
    """

    kind: str
    change: str
    id: str
    name: str
    graph: str = ""
    property: str = ""
    before: str = ""
    after: str = ""


@dataclass
class Release:
    """A release as it is compared."""

    said: dict[_Key, _Said] = field(default_factory=dict)
    unnamed: Counter[tuple[str, str]] = field(default_factory=Counter)  # (subject it hangs on, triple by colours)
    things: frozenset[str] = frozenset()  # classes whose members are things


def read(path: Path) -> Release:
    """A file in any RDF syntax, a store's folder, or a folder of files: all of a released package's data, or every RDF file in it.

    :raises DataError: where there is nothing to read, or a file cannot be read.
    :raises StoreError: where a store cannot be opened.
    """
    with _opened(path) as store:
        return _release(store)


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[ox.Store]:
    if (path / MARKER).exists():
        with contextlib.closing(StoreFolder(path).read()) as generation:
            generation.verify()
            yield generation.open()
        return
    store = ox.Store()
    for file in _files(path) if path.is_dir() else [path]:
        load_file(store, file)
    yield store


def _files(folder: Path) -> list[Path]:
    released = Settings(resources=folder).served_files
    if released:
        return list(released)
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(folder).parts):
            with contextlib.suppress(DataError):
                rdf_format(path)
                found.append(path)
        if len(found) > MOST_FILES:
            raise DataError(f"{folder} has more than {MOST_FILES:,} RDF files.", "Compare parts of it.")
    if not found:
        raise DataError(f"{folder} is no store and holds no RDF files.", "Give a file, a store or a released folder.")
    return found


def _release(store: ox.Store) -> Release:
    release = Release(things=_thing_classes(store))
    unnamed: list[ox.Quad] = []
    for quad in store:
        if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode | ox.Literal):
            graph = quad.graph_name.value if isinstance(quad.graph_name, ox.NamedNode) else ""
            said = release.said.setdefault((graph, quad.subject.value), {})
            said.setdefault(quad.predicate.value, []).append(quad.object)
        else:
            unnamed.append(quad)
    release.unnamed = _coloured(unnamed)
    return release


def _thing_classes(store: ox.Store) -> frozenset[str]:
    """The classes below ``yho:Entity``: as the release has them, and the ontology that comes along."""
    return _below_entity(store) | _packaged_classes()


@functools.cache
def _packaged_classes() -> frozenset[str]:
    return _below_entity(memory_store(Settings().ontology_files))


def _below_entity(store: ox.Store) -> frozenset[str]:
    return Hierarchy.read(StoreReader(store), PREFIXES["rdfs"] + "subClassOf").below(YHO.Entity)


# --- nodes without a name -----------------------------------------------------------------------------------------------------


def _coloured(quads: list[ox.Quad]) -> Counter[tuple[str, str]]:
    """Triples with unnamed nodes, these named by their colours, each with the named subject that it hangs on."""
    colours: dict[Any, str] = {}
    around: dict[Any, list[tuple[str, str, Any]]] = defaultdict(list)
    for quad in quads:
        middle = f"{quad.predicate} {quad.graph_name if not isinstance(quad.graph_name, ox.BlankNode) else '_'}"
        for node, way, other in ((quad.subject, ">", quad.object), (quad.object, "<", quad.subject)):
            if isinstance(node, ox.BlankNode):
                colours[node] = ""
                around[node].append((way, middle, other))
    number = 0
    for _ in range(_ROUNDS):
        colours = {node: _colour(colours, told) for node, told in around.items()}
        if len(set(colours.values())) == number:
            break
        number = len(set(colours.values()))
    owners = _owners(quads)
    return Counter((owners.get(quad.subject, _node(quad.subject)), _written(quad, colours)) for quad in quads)


def _colour(colours: Mapping[Any, str], told: Iterable[tuple[str, str, Any]]) -> str:
    lines = sorted(f"{way} {middle} {_coloured_term(other, colours)}" for way, middle, other in told)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def _coloured_term(term: Any, colours: Mapping[Any, str]) -> str:
    return f"_:{colours[term]}" if isinstance(term, ox.BlankNode) else str(term)


def _written(quad: ox.Quad, colours: Mapping[Any, str]) -> str:
    graph = "" if isinstance(quad.graph_name, ox.DefaultGraph) else f" {quad.graph_name}"
    parts = (_coloured_term(term, colours) for term in (quad.subject, quad.predicate, quad.object))
    return " ".join(parts) + graph


def _owners(quads: Iterable[ox.Quad]) -> dict[Any, str]:
    """The named subject that each unnamed node hangs on, the first in order; none where it hangs on nothing."""
    into: dict[Any, list[Any]] = defaultdict(list)
    for quad in quads:
        if isinstance(quad.object, ox.BlankNode):
            into[quad.object].append(quad.subject)
    found: dict[Any, str] = {}
    todo = deque(
        sorted(
            ((s.value, node) for node, subjects in into.items() for s in subjects if isinstance(s, ox.NamedNode)),
            key=lambda pair: (pair[0], str(pair[1])),
        )
    )
    down: dict[Any, list[Any]] = defaultdict(list)
    for node, subjects in into.items():
        for subject in subjects:
            down[subject].append(node)
    while todo:
        owner, node = todo.popleft()
        if node not in found:
            found[node] = owner
            todo += [(owner, below) for below in down[node]]
    return found


# --- comparing ----------------------------------------------------------------------------------------------------------------


def compare(old: Release, new: Release) -> list[Change]:
    """How two releases differ, by kinds; empty where they say the same."""
    before, after = _Facts(old), _Facts(new)
    return [
        *_figures(before, after),
        *_relations(before, after),
        *_subjects("thing", before, after, before.things, after.things),
        *_subjects("other", before, after, before.others, after.others),
        *_unnamed(old, new),
    ]


class _Facts:
    """A release by kinds of facts."""

    def __init__(self, release: Release) -> None:
        self.said = release.said
        self.figures: dict[_Key, dict[str, tuple[str, ...]]] = {}
        self.relations: dict[tuple[str, str, str, str], dict[str, set[str]]] = {}
        self.things: set[_Key] = set()
        self.others: set[_Key] = set()
        statements = []
        for key, said in release.said.items():
            kinds = {_value(o) for o in said.get(_TYPE, ())}
            if _FIGURE in kinds and _VALUE in said:
                self.figures[key] = self._figure(key, said)
            elif _STATEMENT in kinds and all(part in said for part in _PARTS):
                statements.append((key, said))
            elif kinds & release.things:
                self.things.add(key)
            else:
                self.others.add(key)
        for key, said in statements:
            self._state(key, said)

    def _figure(self, key: _Key, said: _Said) -> dict[str, tuple[str, ...]]:
        return {
            predicate: tuple(sorted(self.shown(key[0], predicate, o) for o in objects))
            for predicate, objects in said.items()
        }

    def _state(self, key: _Key, said: _Said) -> None:
        s, p, o = (_node(said[part][0]) for part in _PARTS)
        told = self.relations.setdefault((key[0], s, p, o), defaultdict(set))
        for predicate, objects in said.items():
            if predicate not in _PARTS and predicate != _TYPE:
                told[predicate].update(self.shown(key[0], predicate, value) for value in objects)

    def shown(self, graph: str, predicate: str, term: Any) -> str:
        """A value as people read it; of evidence the place in the text, of a period its notation."""
        if predicate == _EVIDENCE and isinstance(term, ox.NamedNode):
            return self.place(graph, term.value)
        if predicate in (YHO.period, YHO.basePeriod) and isinstance(term, ox.NamedNode):
            notation = self._one(graph, term.value, SKOS + "notation")
            return notation or id_of(term.value)
        return _term(term)

    def place(self, graph: str, span: str) -> str:
        """The text's id, offsets and digest that a span stands for; its own id where it has none."""
        selector = self._one(graph, span, OA + "hasSelector")
        text = self._one(graph, span, OA + "hasSource")
        start, end = (self._one(graph, selector, OA + name) for name in ("start", "end"))
        if not (text and start and end):
            return id_of(span)
        digest = self._one(graph, span, SCHEMA + "sha256")
        return f"{id_of(text)} {start}-{end}" + (f" ({digest[:8]})" if digest else "")

    def _one(self, graph: str, subject: str, predicate: str) -> str:
        said = self.said.get((graph, subject)) or self.said.get(("", subject)) or {}
        return next((_value(o) for o in said.get(predicate, ())), "")

    def name(self, key: _Key) -> str:
        """A label, Chinese first."""
        labels = {
            o.language or "": o.value for o in self.said.get(key, {}).get(_LABEL, ()) if isinstance(o, ox.Literal)
        }
        return labels.get("zh") or labels.get("en") or next(iter(labels.values()), "")

    def label(self, graph: str, node: str) -> str:
        """The label of a node by its id, or the id."""
        return self.name((graph, node)) or self.name(("", node)) or id_of(node)


def _figures(before: _Facts, after: _Facts) -> Iterator[Change]:
    gone = sorted(before.figures.keys() - after.figures.keys())
    new = sorted(after.figures.keys() - before.figures.keys())
    pairs = {key: key for key in before.figures.keys() & after.figures.keys()} | _paired(before, after, gone, new)
    for key in sorted(pairs):
        other = pairs[key]
        if key != other:
            yield Change("figure", "changed", id_of(key[1]), before.name(key), key[0], "IRI", id_of(key[1]), id_of(other[1]))  # fmt: skip
        yield from _fields("figure", key, before.name(key), before.figures[key], after.figures[other])
    for key in gone:
        if key not in pairs:
            yield Change(
                "figure", "removed", id_of(key[1]), before.name(key), key[0], before=_summary(before.figures[key])
            )
    taken = set(pairs.values())
    for key in new:
        if key not in taken:
            yield Change("figure", "added", id_of(key[1]), after.name(key), key[0], after=_summary(after.figures[key]))


def _paired(before: _Facts, after: _Facts, gone: list[_Key], new: list[_Key]) -> dict[_Key, _Key]:
    """Figures with other names that are alone at the same place: first those that tell of the same, then any."""
    pairs: dict[_Key, _Key] = {}
    for properties in ((YHO.subject, YHO.indicator, YHO.kind), (YHO.indicator,), ()):
        old_by = _alone(before.figures, (key for key in gone if key not in pairs), properties)
        taken = set(pairs.values())
        new_by = _alone(after.figures, (key for key in new if key not in taken), properties)
        pairs |= {old_by[place]: new_by[place] for place in old_by.keys() & new_by.keys()}
    return pairs


def _alone(
    figures: Mapping[_Key, Mapping[str, tuple[str, ...]]], keys: Iterable[_Key], properties: tuple[str, ...]
) -> dict[Any, _Key]:
    found: defaultdict[Any, list[_Key]] = defaultdict(list)
    for key in keys:
        said = figures[key]
        if _EVIDENCE in said:
            found[(key[0], said[_EVIDENCE], *(said.get(name) for name in properties))].append(key)
    return {place: keys[0] for place, keys in found.items() if len(keys) == 1}


def _summary(said: Mapping[str, tuple[str, ...]]) -> str:
    """A figure's value, unit and period in one text."""
    parts = (said.get(name, ("",))[0] for name in (_VALUE, YHO.unit, YHO.period))
    return " ".join(part.removeprefix("unit:") for part in parts if part)


def _relations(before: _Facts, after: _Facts) -> Iterator[Change]:
    for key in sorted(before.relations.keys() | after.relations.keys()):
        graph, s, p, o = key
        old, new = before.relations.get(key), after.relations.get(key)
        facts = after if new is not None else before
        name = " ".join(facts.label(graph, node) for node in (s, p, o))
        id = " ".join(map(id_of, (s, p, o)))
        if old is None or new is None:
            told = ", ".join(sorted((new or old or {}).get(_MODALITY, ())))
            change = "added" if old is None else "removed"
            yield Change("relation", change, id, name, graph, **{"after" if old is None else "before": told})
        else:
            fields = ({predicate: tuple(sorted(values)) for predicate, values in one.items()} for one in (old, new))
            yield from _changed(("relation", id, name, graph), *fields)


def _subjects(kind: str, before: _Facts, after: _Facts, old: set[_Key], new: set[_Key]) -> Iterator[Change]:
    stated = before.relations.keys() | after.relations.keys()
    for key in sorted(old | new):
        if key in old and key in new:
            fields = (_plain(facts, key, stated) for facts in (before, after))
            yield from _fields(kind, key, after.name(key), *fields)
        elif key in old:
            yield Change(kind, "removed", id_of(key[1]), before.name(key), key[0], before=_kind(before, key))
        else:
            yield Change(kind, "added", id_of(key[1]), after.name(key), key[0], after=_kind(after, key))


def _plain(facts: _Facts, key: _Key, stated: Iterable[Any]) -> dict[str, tuple[str, ...]]:
    """What is said of a subject but for the relations that statements state."""
    found = {}
    for predicate, objects in facts.said[key].items():
        left = [o for o in objects if (key[0], key[1], predicate, _node(o)) not in stated]
        if left:
            found[predicate] = tuple(sorted(map(_term, left)))
    return found


def _kind(facts: _Facts, key: _Key) -> str:
    return ", ".join(sorted(_term(o) for o in facts.said[key].get(_TYPE, ())))


def _fields(
    kind: str, key: _Key, name: str, old: Mapping[str, tuple[str, ...]], new: Mapping[str, tuple[str, ...]]
) -> Iterator[Change]:
    yield from _changed((kind, id_of(key[1]), name, key[0]), old, new)


def _changed(
    about: tuple[str, str, str, str], old: Mapping[str, tuple[str, ...]], new: Mapping[str, tuple[str, ...]]
) -> Iterator[Change]:
    kind, id, name, graph = about
    for predicate in sorted(old.keys() | new.keys()):
        before, after = old.get(predicate, ()), new.get(predicate, ())
        if before != after:
            common = {*before}.intersection(after)
            gone, come = (" | ".join(v for v in one if v not in common) for one in (before, after))
            yield Change(kind, "changed", id, name, graph, id_of(predicate), gone, come)


def _unnamed(old: Release, new: Release) -> Iterator[Change]:
    gone, come = _by_owner(old.unnamed - new.unnamed), _by_owner(new.unnamed - old.unnamed)
    for owner in sorted(gone | come):
        yield Change("other", "changed", id_of(owner), "", "", "_:", f"{gone[owner]:,}", f"{come[owner]:,}")


def _by_owner(triples: Mapping[tuple[str, str], int]) -> Counter[str]:
    found: Counter[str] = Counter()
    for (owner, _), number in triples.items():
        found[owner] += number
    return found


# --- terms --------------------------------------------------------------------------------------------------------------------


def _value(term: Any) -> str:
    return str(term.value) if isinstance(term, ox.NamedNode | ox.Literal) else str(term)


def _node(term: Any) -> str:
    """What stands for a term in the key of a relation."""
    return term.value if isinstance(term, ox.NamedNode) else _term(term)


def _term(term: Any) -> str:
    """A term as people read it, no two the same: an id for an IRI, a literal with language or type where it has one."""
    if isinstance(term, ox.NamedNode):
        return id_of(term.value)
    if not isinstance(term, ox.Literal):
        return "_:"
    if term.language:
        return f'"{term.value}"@{term.language}'
    kind = term.datatype.value
    if kind in _PLAIN:
        return term.value
    return f'"{term.value}"' + ("" if kind == PREFIXES["xsd"] + "string" else f"^^{id_of(kind)}")


_PLAIN: Final = frozenset(PREFIXES["xsd"] + name for name in ("decimal", "integer"))
