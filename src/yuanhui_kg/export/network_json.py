"""Graphs as JSON: Cytoscape.js, CX2 (Cytoscape, NDEx), and the node-link form of D3 and networkx."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any, Final

from .model import EDGE_FIELDS, NODE_FIELDS, Edge, Node, Subgraph, attributes, firmness
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
    yield from listed({"data": {"id": n.iri, **_node(n, language)}} for n in graph.nodes())
    yield '],\n"edges":['
    yield from listed({"data": {"id": f"e{e.number}", **_ends(e), **_edge(e, language)}} for e in graph.edges())
    yield "]}}\n"


def write_node_link(graph: Subgraph, out: IO[bytes], language: str = "zh") -> None:
    """Node-link JSON: ``d3.forceLink().id(d => d.id)``, ``networkx.node_link_graph(…, edges="links")``."""
    write_lines(_node_link(graph, language), out)


def _node_link(graph: Subgraph, language: str) -> Iterator[str]:
    head = {"directed": True, "multigraph": True, "graph": about(graph, language)}
    yield f'{compact(head)[:-1]},\n"nodes":['
    yield from listed({"id": n.iri, **_node(n, language)} for n in graph.nodes())
    yield '],\n"links":['
    yield from listed({**_ends(e), "key": f"e{e.number}", **_edge(e, language)} for e in graph.edges())
    yield "]}\n"


def _node(node: Node, language: str) -> dict[str, Any]:
    return {"label": node.label[language], **attributes(node, NODE_FIELDS)}


def _edge(edge: Edge, language: str) -> dict[str, Any]:
    return {"label": edge.predicate.label[language], "firmness": firmness(edge), **attributes(edge, EDGE_FIELDS)}


def _ends(edge: Edge) -> dict[str, str]:
    return {"source": edge.source, "target": edge.target}


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
    numbers = {}
    yield '{"nodes":['
    for separator, node in zip(_commas(), graph.nodes(), strict=False):
        numbers[node.iri] = node.number
        yield separator + compact(
            {"id": node.number, "v": {"name": node.label[language], **attributes(node, NODE_FIELDS)}}
        )
    yield ']},\n{"edges":['
    for separator, edge in zip(_commas(), graph.edges(), strict=False):
        ends = {"id": edge.number, "s": numbers[edge.source], "t": numbers[edge.target]}
        told_of_edge = {"interaction": edge.predicate.label[language], "firmness": firmness(edge)}
        yield separator + compact({**ends, "v": {**told_of_edge, **attributes(edge, EDGE_FIELDS)}})
    yield f"]}},\n{compact({'visualProperties': [_STYLE]})},\n{compact({'status': [{'error': '', 'success': True}]})}]\n"


def _commas() -> Iterator[str]:
    yield "\n"
    while True:
        yield ",\n"


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
