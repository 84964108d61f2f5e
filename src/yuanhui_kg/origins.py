"""Whose facts are: of a named graph the data set in it, as the store's catalogue tells of it, else the data set that a figure names."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import pyoxigraph as ox

from .graph.facts import Facts
from .graph.reading import LABELS, SCHEMA, is_node
from .namespaces import ONTOLOGY, PREFIXES, YH
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


def holder(facts: Facts, thing: str, graph: str) -> Source:
    """The data set in which something is said of a thing: that of a named graph, which has no title where none is told; of the default
    graph that of the ontology's header, where the thing is named as its facts are: others may be loaded beside them.
    """
    if graph != DEFAULT:
        node = ox.NamedNode(graph)
        return replace(source(facts, graph), title=title(facts, node))
    return (ours(facts) if thing.startswith(_OURS) else None) or NOBODY


def ours(facts: Facts) -> Source | None:
    """The data set that the ontology's header describes, where there is one."""
    ontology = ox.NamedNode(ONTOLOGY)
    if not facts.about(ontology):
        return None
    licence = facts.one(ontology, _DCT + "license")
    return Source(ONTOLOGY, {"zh": DATA_SET, "en": DATA_SET}, licence=licence.value if is_node(licence) else "")


def holders(facts: Facts, things: Iterable[str]) -> list[Source]:
    """The data sets in which something is said of any of some things, each once; :data:`NOBODY` among them where that is not told."""
    found: dict[str, Source] = {}
    known: set[tuple[str, bool]] = set()
    for thing, told in graphs(facts.reader, map(ox.NamedNode, things)).items():
        for graph in told:
            key = (graph, thing.value.startswith(_OURS))
            if graph != CATALOGUE and key not in known:
                known.add(key)
                one = holder(facts, thing.value, graph)
                found.setdefault(one.iri, one)
    return _ordered(found)


def all_holders(facts: Facts) -> list[Source]:
    """The data sets of a whole graph, as :func:`holders` tells them."""
    named = facts.reader.select("SELECT DISTINCT ?graph WHERE { GRAPH ?graph { ?s ?p ?o } }")
    found = {
        graph.value: holder(facts, "", graph.value) for (graph,) in named if is_node(graph) and graph.value != CATALOGUE
    }
    if any(True for _ in facts.reader.select("SELECT ?s WHERE { ?s ?p ?o } LIMIT 1")):
        one = ours(facts) or NOBODY
        found[one.iri] = one
    return _ordered(found)


def _ordered(found: Mapping[str, Source]) -> list[Source]:
    """Ours first, then others by IRI."""
    return sorted(found.values(), key=lambda one: (one.iri != ONTOLOGY, one.iri))


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
