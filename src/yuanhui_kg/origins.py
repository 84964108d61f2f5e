"""Whose facts are: of a named graph the data set in it, as the store's catalogue tells of it, else the data set that a figure names."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate
from typing import Any, Final

import pyoxigraph as ox

from .graph.facts import Facts
from .graph.reading import LABELS, OA, SCHEMA, is_node
from .namespaces import ONTOLOGY, PREFIXES, YH, YHO
from .store import Reader

DEFAULT: Final = ""  #: The default graph, among IRIs of named ones.
CATALOGUE: Final = YH + "datasets"  #: The graph that tells of data sets, and holds none of their facts.
#: The title of the data set that the ontology's header in the graph describes.
DATA_SET: Final = "yuanhui-kg"
_OURS: Final = ONTOLOGY.removesuffix("ontology")  # below which its facts have their names
_DCT: Final = PREFIXES["dcterms"]
_DATA_SET: Final = PREFIXES["qb"] + "dataSet"
_NAMES: Final = (PREFIXES["foaf"] + "name", *LABELS)
_BATCH: Final = 500
_PROV: Final = PREFIXES["prov"]
#: The texts of merged drafts (``?text``), and the data sets of their figures (``?set``).
DRAFTS: Final = (
    f"SELECT DISTINCT ?text ?set WHERE {{ ?set a <{PREFIXES['qb']}DataSet> ; <{_PROV}wasGeneratedBy> ?run ; "
    f"<{_PROV}wasDerivedFrom> ?text . ?run <{_PROV}used> ?text }}"
)


@dataclass(frozen=True)
class Source:
    """A data set: a named graph, or what the figures of a text are in. What is not known is empty.

    :param title: by language; a title without one stands for both.
    :param vintage: the year, month or day of which the data tell; of a text when it was published.
    :param licence: its IRI.
    """

    iri: str
    title: Mapping[str, str] = field(hash=False)
    vintage: str = ""
    licence: str = ""
    publisher: str = ""


NOBODY: Final = Source("", {})  #: Of facts of which nobody tells whose they are.


def source(facts: Facts, graph: str, data_set: str = "") -> Source:
    """What is told of a named graph (``dataset add``), else of a data set in the default graph and the text that it is from."""
    node = ox.NamedNode(graph or data_set) if graph or data_set else None
    if node is None:
        return Source("", {"zh": "默认图", "en": "the default graph"})
    period = facts.one(node, _DCT + "temporal")
    made = facts.one(node, _DCT + "source")
    vintage = facts.one(period, PREFIXES["dcat"] + "startDate") if period is not None else None
    if vintage is None and not graph and made is not None:
        vintage = facts.one(made, SCHEMA + "datePublished", _DCT + "issued")
    publisher = facts.one(node, _DCT + "publisher")
    return Source(
        node.value,
        title(facts, node) or facts.label(node),
        _plain(vintage),
        _plain(facts.one(node, _DCT + "license")),
        _plain(facts.one(publisher, *_NAMES)) if publisher is not None else "",
    )


def title(facts: Facts, node: ox.NamedNode) -> dict[str, str]:
    """The title that a data set is given, in both languages where one of them tells it; empty without one."""
    told = {one.language or "": one.value for one in facts.objects(node, _DCT + "title") if isinstance(one, ox.Literal)}
    other = told.get("") or told.get("zh") or told.get("en") or next((told[tag] for tag in sorted(told)), None)
    return {tag: told.get(tag) or other for tag in ("zh", "en")} if other else {}


def _plain(term: Any) -> str:
    return term.value if isinstance(term, ox.Literal | ox.NamedNode) else ""


def licence_name(iri: str) -> str:
    """A licence's short name, as Creative Commons and SPDX have it; its IRI where there is none."""
    parts = iri.rstrip("/").split("/")
    if "creativecommons.org/licenses" in iri and len(parts) >= 2:
        return f"CC {parts[-2].upper()} {parts[-1]}"
    return parts[-1] if "spdx.org/licenses" in iri else iri


# --- whose facts are --------------------------------------------------------------------------------------------------


def holder(facts: Facts, graph: str) -> Source:
    """The data set in a named graph, which has no title where none is told."""
    return replace(source(facts, graph), title=title(facts, ox.NamedNode(graph)))


def drafts(reader: Reader) -> dict[str, str]:
    """Of each text of which a draft was merged the data set that the draft made of it, which tells by what it was made."""
    return {
        text.value: data_set.value for text, data_set in reader.select(DRAFTS) if is_node(text) and is_node(data_set)
    }


class _InDefault:
    """Whose facts of the default graph are: those of a merged draft its data set's, others that are named as ours are those of the
    ontology's header. Of the rest nobody tells: others may be loaded beside them.
    """

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._drafts = drafts(facts.reader)
        self._by_stem = {text.removesuffix("-text"): data_set for text, data_set in self._drafts.items()}
        self._ours = ours(facts) or NOBODY

    def of(self, things: Iterable[str]) -> Iterator[Source]:
        """The data sets of some things, most of them many times."""
        named = [thing for thing in things if thing.startswith(_OURS)]
        rest = self._texts(named) if self._drafts else {}
        for thing in named:
            own = self._own(thing)
            sets = [own] if own else [self._drafts.get(text) for text in sorted(rest.get(thing, ()))] or [None]
            yield from (self._ours if data_set is None else self._told(data_set) for data_set in sets)

    def all(self) -> Iterator[Source]:
        """The data sets of the whole graph."""
        yield self._ours
        yield from map(self._told, sorted(set(self._drafts.values())))

    def _own(self, thing: str) -> str | None:
        """The data set of the draft whose text a thing's name begins with, as those of its spans, mentions, statements and figures do."""
        begins = accumulate(thing.split("-"), "{}-{}".format)
        return next((self._by_stem[begin] for begin in begins if begin in self._by_stem), None)

    def _told(self, data_set: str) -> Source:
        return replace(source(self._facts, "", data_set), title=title(self._facts, ox.NamedNode(data_set)))

    def _texts(self, things: Iterable[str]) -> dict[str, set[str]]:
        """The texts that mention each thing, or give evidence for it."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for values in _batches(map(ox.NamedNode, things)):
            query = (
                f"SELECT DISTINCT ?s ?text WHERE {{ VALUES ?s {{ {values} }} "
                f"{{ ?mention <{OA}hasBody> ?s ; <{OA}hasTarget> ?span }} UNION {{ ?s <{YHO.evidence}> ?span }} "
                f"?span <{OA}hasSource> ?text }}"
            )
            for thing, text in self._facts.reader.select(query):
                found[thing.value].add(text.value)
        return found


def ours(facts: Facts) -> Source | None:
    """The data set that the ontology's header describes, where there is one."""
    ontology = ox.NamedNode(ONTOLOGY)
    if not facts.about(ontology):
        return None
    licence = facts.one(ontology, _DCT + "license")
    return Source(ONTOLOGY, {"zh": DATA_SET, "en": DATA_SET}, licence=licence.value if is_node(licence) else "")


def holders(facts: Facts, things: Iterable[str]) -> list[Source]:
    """The data sets in which something is said of any of some things, each once; :data:`NOBODY` among them where that is not told."""
    said = graphs(facts.reader, map(ox.NamedNode, things))
    named = {graph for told in said.values() for graph in told} - {CATALOGUE, DEFAULT}
    inside = [thing.value for thing, told in said.items() if DEFAULT in told]
    found = [*_InDefault(facts).of(inside), *(holder(facts, graph) for graph in named)]
    if not all(thing.startswith(_OURS) for thing in inside):
        found.append(NOBODY)
    return _ordered(found)


def all_holders(facts: Facts) -> list[Source]:
    """The data sets of a whole graph, as :func:`holders` tells them."""
    named = facts.reader.select("SELECT DISTINCT ?graph WHERE { GRAPH ?graph { ?s ?p ?o } }")
    found = [holder(facts, graph.value) for (graph,) in named if is_node(graph) and graph.value != CATALOGUE]
    if any(True for _ in facts.reader.select("SELECT ?s WHERE { ?s ?p ?o } LIMIT 1")):
        found += _InDefault(facts).all()
    return _ordered(found)


def _ordered(found: Iterable[Source]) -> list[Source]:
    """Each once; ours first, then others by IRI."""
    return sorted({one.iri: one for one in found}.values(), key=lambda one: (one.iri != ONTOLOGY, one.iri))


def graphs(reader: Reader, things: Iterable[Any], predicate: str | None = None) -> dict[Any, list[str]]:
    """In which graphs (:data:`DEFAULT`, IRIs) something is said of each thing, or said by one predicate; sorted."""
    said = f"?s {'?p' if predicate is None else ox.NamedNode(predicate)} ?o"
    found: defaultdict[Any, set[str]] = defaultdict(set)
    for values in _batches(things):
        query = (
            f"SELECT DISTINCT ?s ?graph WHERE {{ VALUES ?s {{ {values} }} "
            f"{{ {said} }} UNION {{ GRAPH ?graph {{ {said} }} }} }}"
        )
        for thing, graph in reader.select(query):
            found[thing].add(graph.value if is_node(graph) else DEFAULT)
    return {thing: sorted(told) for thing, told in found.items()}


def _batches(things: Iterable[Any]) -> Iterator[str]:
    nodes = list(dict.fromkeys(thing for thing in things if is_node(thing)))
    for start in range(0, len(nodes), _BATCH):
        # Written by pyoxigraph (`<…>`): an IRI cannot end early in it.
        yield " ".join(map(str, nodes[start : start + _BATCH]))


# --- figures ----------------------------------------------------------------------------------------------------------

_VALUE: Final = PREFIXES["sdmx-measure"] + "obsValue"


def _sourced(chosen: str = "") -> str:
    """A pattern of figures with their sources. ``chosen`` stands in each branch: beside them all figures would be gone through."""
    return (
        f"{{ {chosen} ?figure <{_VALUE}> ?value OPTIONAL {{ ?figure <{_DATA_SET}> ?set }} }} "
        f"UNION {{ {chosen} GRAPH ?graph {{ ?figure <{_VALUE}> ?value }} }}"
    )


def of_figures(reader: Reader, figures: Sequence[Any] | None = None) -> dict[Any, tuple[str, ...]]:
    """Of each figure (of all, where none are named) the IRIs of its sources, sorted; of one that names none, nothing."""
    found: defaultdict[Any, set[str]] = defaultdict(set)
    for values in [None] if figures is None else _batches(figures):
        chosen = "" if values is None else f"VALUES ?figure {{ {values} }}"
        for figure, graph, data_set in reader.select(
            f"SELECT DISTINCT ?figure ?graph ?set WHERE {{ {_sourced(chosen)} }}"
        ):
            if iri := _iri(graph) or _iri(data_set):
                found[figure].add(iri)
    return {figure: tuple(sorted(told)) for figure, told in found.items()}


def counts(reader: Reader) -> dict[str, int]:
    """How many figures each source has; those that name none are under :data:`DEFAULT`."""
    rows = reader.select(
        f"SELECT ?graph ?set (COUNT(DISTINCT ?figure) AS ?n) WHERE {{ {_sourced()} }} GROUP BY ?graph ?set"
    )
    found: Counter[str] = Counter()
    for graph, data_set, number in rows:
        found[_iri(graph) or _iri(data_set)] += int(number.value)
    return dict(found)


def of_iri(facts: Facts, iri: str) -> Source:
    """What is told of a source that :func:`of_figures` names."""
    graph = ox.NamedNode(iri)
    named = next(iter(facts.reader.select(f"SELECT ?s WHERE {{ GRAPH {graph} {{ ?s ?p ?o }} }} LIMIT 1")), None)
    return source(facts, iri) if named is not None else source(facts, "", iri)


def _iri(term: Any) -> str:
    return term.value if is_node(term) else ""
