"""Graphs as JSON: Cytoscape.js, CX2 (Cytoscape, NDEx), and the node-link form of D3 and networkx."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import IO, Any, Final

from .blocks import Block, Column, rows
from .model import EDGE_FIELDS, NODE_FIELDS, Edge, Field, Node, Subgraph, Texts, Value
from .writing import compact, listed, write_lines

_CX2_TYPES: Final = {"string": "string", "int": "integer", "float": "double", "bool": "boolean"}


def about(graph: Subgraph, language: str) -> dict[str, Any]:
    """What a file says of the graph as a whole."""
    return {
        "name": graph.title[language],
        "notes": [note[language] for note in graph.notes],
        "source": graph.source.line(language),
        "licence": graph.source.licence,
    }


def write_cyjs(graph: Subgraph, out: IO[bytes], language: str = "zh") -> None:
    """Cytoscape.js: what ``cy.json()`` takes, and what Cytoscape reads as ``.cyjs``."""
    write_lines(_cyjs(graph, language), out)


def _cyjs(graph: Subgraph, language: str) -> Iterator[str]:
    head = {"format_version": "1.0", "generated_by": "yuanhui-kg", "target_cytoscapejs_version": "~3.30"}
    yield f'{compact(head)[:-1]},"data":{compact(about(graph, language))},\n"elements":{{"nodes":['
    yield from listed(
        _items(
            graph.node_blocks(), lambda block: ('{"data":{"id":', *_node(block, language), "}", _position(block), "}")
        )
    )
    yield '],\n"edges":['
    yield from listed(
        _items(graph.edge_blocks(), lambda block: ('{"data":{', _key(block, "id"), *_edge(block, language), "}}"))
    )
    yield "]}}\n"


def write_node_link(graph: Subgraph, out: IO[bytes], language: str = "zh") -> None:
    """Node-link JSON: ``d3.forceLink().id(d => d.id)``, ``networkx.node_link_graph(…, edges="links")``."""
    write_lines(_node_link(graph, language), out)


def _node_link(graph: Subgraph, language: str) -> Iterator[str]:
    head = {"directed": True, "multigraph": True, "graph": about(graph, language)}
    yield f'{compact(head)[:-1]},\n"nodes":['
    yield from listed(_items(graph.node_blocks(), lambda block: ('{"id":', *_node(block, language), "}")))
    yield '],\n"links":['
    yield from listed(
        _items(graph.edge_blocks(), lambda block: ("{", _key(block, "key"), *_edge(block, language), "}"))
    )
    yield "]}\n"


Piece = str | Column[str]


def _items(blocks: Iterable[Block[Any]], pieces: Callable[[Block[Any]], Iterable[Piece]]) -> Iterator[str]:
    return chain.from_iterable(rows(*pieces(block)) for block in blocks)


def _node(block: Block[Node], language: str) -> Iterator[Piece]:
    """Id, label and attributes of nodes, without the name of the first."""
    yield block.columns["iri"].map(compact)
    yield from _label(block.columns["label"], "label", language)
    yield from block.texts(NODE_FIELDS, _member)


def _position(block: Block[Node]) -> Column[str]:
    return block.columns["position"].map(
        lambda place: f',"position":{{"x":{compact(place[0])},"y":{compact(place[1])}}}' if place else ""
    )


def _key(block: Block[Edge], name: str) -> Column[str]:
    return block.columns["number"].map(lambda number: f'"{name}":"e{number}"')


def _edge(block: Block[Edge], language: str) -> Iterator[Piece]:
    """Ends, label and attributes of relations, each after a comma."""
    for end in ("source", "target"):
        yield f',"{end}":'
        yield block.columns[end].map(compact)
    yield from _label(block.columns["predicate"].map(lambda term: term.label), "label", language)
    yield block.columns["firmness"].map(lambda firm: f',"firmness":"{firm}"')
    yield from block.texts(EDGE_FIELDS, _member)


def _label(labels: Column[Texts], name: str, language: str) -> Iterator[Piece]:
    yield f',"{name}":'
    yield labels.map(lambda label: compact(label[language]))


def _member(field: Field[Any], value: Value) -> str:
    return "" if value is None else f',"{field.name}":{compact(value)}'


# --- CX2 --------------------------------------------------------------------------------------------------------------


def write_cx2(graph: Subgraph, out: IO[bytes], language: str = "zh") -> None:
    """CX2: aspects in their order, attributes declared before they are used, ``status`` last."""
    write_lines(_cx2(graph, language), out)


def _cx2(graph: Subgraph, language: str) -> Iterator[str]:
    told = {
        key: "\n".join(value) if isinstance(value, list) else value for key, value in about(graph, language).items()
    }
    told = {key: value for key, value in told.items() if value}
    counts = {"attributeDeclarations": 1, "networkAttributes": 1, "nodes": graph.node_count, "edges": graph.edge_count}
    counts["visualProperties"] = 1
    meta = [{"name": name, "elementCount": count} for name, count in counts.items()]
    yield f"[{compact({'CXVersion': '2.0', 'hasFragments': False})},\n{compact({'metaData': meta})},\n"
    yield f"{compact({'attributeDeclarations': [_declarations(told)]})},\n{compact({'networkAttributes': [told]})},\n"
    yield '{"nodes":['
    yield from listed(_items(graph.node_blocks(), lambda block: _cx2_node(block, language)))
    yield ']},\n{"edges":['
    yield from listed(_items(graph.edge_blocks(), lambda block: _cx2_edge(block, language)))
    yield f"]}},\n{compact({'visualProperties': [_STYLE]})},\n{compact({'status': [{'error': '', 'success': True}]})}]\n"


def _cx2_node(block: Block[Node], language: str) -> Iterator[Piece]:
    yield block.columns["number"].map(lambda number: f'{{"id":{number},')
    yield block.columns["position"].map(
        lambda place: f'"x":{compact(place[0])},"y":{compact(place[1])},' if place else ""
    )
    yield '"v":{"name":'
    yield block.columns["label"].map(lambda label: compact(label[language]))
    yield from block.texts(NODE_FIELDS, _member)
    yield "}}"


def _cx2_edge(block: Block[Edge], language: str) -> Iterator[Piece]:
    yield block.columns["number"].map(lambda number: f'{{"id":{number},')
    yield block.columns["ends"].map(lambda ends: f'"s":{ends[0]},"t":{ends[1]},"v":{{"interaction":')
    yield block.columns["predicate"].map(lambda term: compact(term.label[language]))
    yield block.columns["firmness"].map(lambda firm: f',"firmness":"{firm}"')
    yield from block.texts(EDGE_FIELDS, _member)
    yield "}}"


def _declarations(told: dict[str, Any]) -> dict[str, Any]:
    nodes = {"name": {"d": "string"}, **{field.name: {"d": _CX2_TYPES[field.kind]} for field in NODE_FIELDS}}
    edges = {name: {"d": "string"} for name in ("interaction", "firmness")}
    edges |= {field.name: {"d": _CX2_TYPES[field.kind]} for field in EDGE_FIELDS}
    return {"networkAttributes": {key: {"d": "string"} for key in told}, "nodes": nodes, "edges": edges}


_STYLE: Final[dict[str, Any]] = {
    "default": {
        "network": {"NETWORK_BACKGROUND_COLOR": "#FFFFFF"},
        "node": {"NODE_SHAPE": "round-rectangle", "NODE_BACKGROUND_COLOR": "#CDDCEC"},
        "edge": {"EDGE_TARGET_ARROW_SHAPE": "triangle", "EDGE_LINE_COLOR": "#606060"},
    },
    "nodeMapping": {
        "NODE_LABEL": {"type": "PASSTHROUGH", "definition": {"attribute": "name", "type": "string"}},
    },
    "edgeMapping": {
        "EDGE_LABEL": {"type": "PASSTHROUGH", "definition": {"attribute": "interaction", "type": "string"}},
        "EDGE_LINE_STYLE": {
            "type": "DISCRETE",
            "definition": {
                "attribute": "firmness",
                "type": "string",
                "map": [{"v": "inferred", "vp": "dashed"}, {"v": "prospect", "vp": "dotted"}],
            },
        },
    },
}
