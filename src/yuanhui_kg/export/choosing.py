"""Which part of the graph is exported: all of it, what surrounds things, paths between two, what a query answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pyoxigraph as ox

from .. import nearby
from ..errors import UsageError
from ..graph import AnalysisRequest, NeighbourIndex, NeighbourRequest, PathRequest, SubgraphRequest, analyse
from ..graph.reading import BOOKKEEPING_NAMESPACES
from ..store import Reader
from ..terms import is_iri
from . import reading, whole
from .model import LANGUAGES, Subgraph, Texts

#: Things in a part, unless another limit is asked for.
LIMIT: Final = 1000
_ANSWER: Final[Texts] = {"zh": "查询结果", "en": "Answer of a query"}
_NO_RELATIONS: Final[Texts] = {
    "zh": "结果中有 {count} 个三元组不是图中的关系；RDF 格式才含有它们。",
    "en": "{count} triples of the answer are no relations of the graph; only RDF formats hold them.",
}


@dataclass(frozen=True)
class Answer:
    """What a query answered: solutions (SPARQL results' JSON) or triples.

    :raises UsageError: where it is yes or no.
    """

    solutions: Mapping[str, Any] | None = None
    triples: Sequence[ox.Triple] = ()
    title: Texts | None = None

    def __post_init__(self) -> None:
        if self.solutions is not None and "boolean" in self.solutions:
            raise UsageError(
                "The query answers yes or no, which names nothing to export.", "Ask with SELECT, CONSTRUCT or DESCRIBE."
            )

    def things(self) -> list[str]:
        """All IRIs in it that could be things, each once, in the order in which they come."""
        if self.solutions is None:
            terms = (term for triple in self.triples for term in (triple.subject, triple.object))
            return list(dict.fromkeys(term.value for term in terms if isinstance(term, ox.NamedNode)))
        rows = self.solutions.get("results", {}).get("bindings", ())
        return list(dict.fromkeys(t["value"] for row in rows for t in row.values() if t["type"] == "uri"))


@dataclass(frozen=True)
class Choice:
    """What to export. Without a start, paths or an answer: the whole graph.

    :param start: IRIs of things; with them goes what surrounds them, ``depth`` steps far, at most ``limit`` things.
    :param paths: pairs of things; with them go the best ways from one to the other.
    :param things: just these, with the relations between them.
    :param communities: whether each thing is told the community that it belongs to in the whole graph.
    :param predicates: only relations of these kinds count; likewise ``modalities``, and ``types`` of things
        (:class:`NeighbourRequest`). Of what a query answers and of the whole graph everything counts.
    :param hidden: things that are left out of what was chosen.
    :param pinned: things that stand out as those do around which the part was taken.
    :param positions: where things stand in a picture, in points to the right and down.
    :param title: in place of one that is made from the names of things.
    """

    start: tuple[str, ...] = ()
    depth: int = 1
    direction: str = "both"
    limit: int = LIMIT
    paths: tuple[tuple[str, str], ...] = ()
    things: tuple[str, ...] = ()
    answer: Answer | None = None
    communities: bool = False
    predicates: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    modalities: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    pinned: tuple[str, ...] = ()
    positions: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    title: Texts | None = None

    def __post_init__(self) -> None:
        if sum(map(bool, (self.start, self.paths, self.things, self.answer))) > 1:
            raise UsageError("Only one of start, path and query chooses what is exported.", "Leave out the others.")

    @property
    def whole(self) -> bool:
        return not (self.start or self.paths or self.things or self.answer)

    @property
    def scope(self) -> dict[str, Any]:
        """Which relations and things count."""
        return {"predicates": self.predicates, "types": self.types, "modalities": self.modalities}


def choose(reader: Reader, index: NeighbourIndex | None, choice: Choice) -> Subgraph:
    """The chosen part, or the whole graph.

    :param index: ``None`` where the graph is too large, or too far away, to be indexed: then only parts can be had.
    :raises NotFoundError: where the graph does not know a thing that was named.
    :raises UsageError: where there is no index for what is asked.
    """
    if index is None and (choice.whole or choice.communities):
        raise UsageError(
            "This graph is not indexed, so that only a part of it can be exported, without communities.",
            "Name a thing (from=, --from), or raise the setting endpoint_index.",
        )
    communities = _communities(index) if index is not None and choice.communities else {}
    if choice.whole:
        assert index is not None  # noqa: S101
        return whole.whole(reader, index, communities)
    found, title, notes = _part(reader, index, choice)
    if choice.hidden:
        found = _without(found, frozenset(choice.hidden))
    found["start"] = [*found.get("start", ()), *choice.pinned]
    graph = reading.part(reader, found, choice.title or title, communities, choice.positions)
    graph.notes += notes
    return graph


def _part(
    reader: Reader, index: NeighbourIndex | None, choice: Choice
) -> tuple[dict[str, Any], Texts, tuple[Texts, ...]]:
    """Nodes and edges of a part, its title, and what there is to say of it."""
    if choice.start:
        found = _around(reader, index, choice)
        return found, _named(found, choice.start), ()
    if choice.paths:
        found = _paths(reader, index, choice)
        ends = dict.fromkeys(end for pair in choice.paths for end in pair)
        return found, _named(found, tuple(ends)), ()
    if choice.things:
        request = SubgraphRequest(choice.things, choice.predicates, choice.modalities)
        found = nearby.subgraph(reader, request) if index is None else index.subgraph(request)
        return found, _named(found, choice.things), ()
    assert choice.answer is not None  # noqa: S101
    return _answered(reader, index, choice.answer)


def _without(found: dict[str, Any], hidden: frozenset[str]) -> dict[str, Any]:
    """A part without some things, and without the relations that lead to them."""
    nodes = [node for node in found["nodes"] if node["iri"] not in hidden]
    edges = [edge for edge in found["edges"] if edge["source"] not in hidden and edge["target"] not in hidden]
    return {**found, "nodes": nodes, "edges": edges}


def _communities(index: NeighbourIndex) -> dict[str, int]:
    """The number of each thing's community in the whole graph."""
    found = analyse(index, AnalysisRequest("communities", limit=None))
    return {row["iri"]: int(row["value"]) for row in found["rows"]}


def _around(reader: Reader, index: NeighbourIndex | None, choice: Choice) -> dict[str, Any]:
    request = NeighbourRequest(choice.start, choice.depth, choice.direction, limit=choice.limit, **choice.scope)
    return nearby.neighbours(reader, request) if index is None else index.neighbours(request)


def _paths(reader: Reader, index: NeighbourIndex | None, choice: Choice) -> dict[str, Any]:
    """The union of the ways between the pairs."""
    requests = [PathRequest(start, end, **choice.scope) for start, end in choice.paths]
    answers = [nearby.paths(reader, r, choice.limit) if index is None else index.paths(r) for r in requests]
    nodes = {node["iri"]: node for answer in answers for node in answer["nodes"]}
    edges = {(e["source"], e["predicate"]["iri"], e["target"]): e for answer in answers for e in answer["edges"]}
    ends = {end for request in requests for end in (request.start, request.end)}
    if missing := ends - nodes.keys():  # nothing connects them: they are shown all the same
        alone = SubgraphRequest(tuple(sorted(missing)))
        found = nearby.subgraph(reader, alone) if index is None else index.subgraph(alone)
        nodes |= {node["iri"]: node for node in found["nodes"]}
    return {
        "start": sorted(ends),
        "nodes": [nodes[iri] for iri in sorted(nodes)],
        "edges": [edges[key] for key in sorted(edges)],
        "truncated": any(answer["truncated"] for answer in answers),
        "note": reading.MORE_WAYS,
    }


def _answered(
    reader: Reader, index: NeighbourIndex | None, answer: Answer
) -> tuple[dict[str, Any], Texts, tuple[Texts, ...]]:
    """The things of an answer, with the relations between them; of triples, exactly those that are relations."""
    found = _induced(reader, index, answer.things())
    found["nodes"] = [node for node in found["nodes"] if _is_thing(node)]
    kept = {node["iri"] for node in found["nodes"]}
    found["edges"] = [edge for edge in found["edges"] if edge["source"] in kept and edge["target"] in kept]
    notes: tuple[Texts, ...] = ()
    if answer.solutions is None:
        said = {(str(t.subject), str(t.predicate), str(t.object)) for t in answer.triples}
        found["edges"] = [e for e in found["edges"] if _written(e) in said]
        if missing := len(answer.triples) - len(found["edges"]):
            notes = ({tongue: _NO_RELATIONS[tongue].format(count=missing) for tongue in LANGUAGES},)
    return found, answer.title or _ANSWER, notes


def _induced(reader: Reader, index: NeighbourIndex | None, iris: list[str]) -> dict[str, Any]:
    known = [iri for iri in iris if is_iri(iri) and (index is None or index.knows(iri))]
    if not known:
        return {"nodes": [], "edges": []}
    request = SubgraphRequest(tuple(known))
    return nearby.subgraph(reader, request) if index is None else index.subgraph(request)


def _written(edge: Mapping[str, Any]) -> tuple[str, str, str]:
    """A relation's terms as N-Triples writes them."""
    return f"<{edge['source']}>", f"<{edge['predicate']['iri']}>", f"<{edge['target']}>"


def _is_thing(node: Mapping[str, Any]) -> bool:
    """Whether a resource is a thing rather than a term, a figure, a statement or a span."""
    return node["degree"] > 0 or (
        node["type"] is not None and not node["type"]["iri"].startswith(BOOKKEEPING_NAMESPACES)
    )


def _named(found: Mapping[str, Any], things: Sequence[str]) -> Texts:
    labels = {node["iri"]: node["label"] for node in found["nodes"]}
    named = [labels.get(iri, {"zh": iri, "en": iri}) for iri in things[:4]]
    more = " …" if len(things) > 4 else ""
    return {tongue: " — ".join(label[tongue] for label in named) + more for tongue in LANGUAGES}
