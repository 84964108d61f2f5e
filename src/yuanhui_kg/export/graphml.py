"""GraphML: typed keys, one ``data`` element an attribute. Read by networkx, igraph, Gephi, yEd, Cytoscape."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import IO, Final

from . import xml
from .model import EDGE_FIELDS, NODE_FIELDS, Field, Subgraph, Thing
from .writing import write_lines

_NAMESPACE: Final = "http://graphml.graphdrawing.org/xmlns"
_TYPES: Final = {"string": "string", "int": "int", "float": "double", "bool": "boolean"}


def write(graph: Subgraph, out: IO[bytes]) -> None:
    """Write a graph. Node ids are ``n0``, ``n1``, … (the schema allows no IRI there); the IRI is an attribute."""
    write_lines(_lines(graph), out)


def _lines(graph: Subgraph) -> Iterator[str]:
    yield xml.DECLARATION
    yield xml.tag("graphml", {"xmlns": _NAMESPACE}, close=False) + "\n"
    yield f"<desc>{xml.text(graph.about())}</desc>\n"
    yield from chain(_keys("node", NODE_FIELDS), _keys("edge", EDGE_FIELDS))
    yield '<graph id="G" edgedefault="directed">\n'
    numbers = {}
    for node in graph.nodes():
        numbers[node.iri] = node.number
        yield f'<node id="n{node.number}">{_data(node, NODE_FIELDS)}</node>\n'
    for edge in graph.edges():
        ends = f'source="n{numbers[edge.source]}" target="n{numbers[edge.target]}"'
        yield f'<edge id="e{edge.number}" {ends}>{_data(edge, EDGE_FIELDS)}</edge>\n'
    yield "</graph>\n</graphml>\n"


def _keys(kind: str, fields: tuple[Field[Thing], ...]) -> Iterator[str]:
    for field in fields:
        values = {"id": f"{kind}_{field.name}", "for": kind, "attr.name": field.name, "attr.type": _TYPES[field.kind]}
        yield f"{xml.tag('key', values, close=False)}<desc>{xml.text(f'{field.zh} / {field.en}')}</desc></key>\n"


def _data(thing: Thing, fields: tuple[Field[Thing], ...]) -> str:
    kind = "node" if fields is NODE_FIELDS else "edge"
    return "".join(
        f'<data key="{kind}_{field.name}">{xml.text(value)}</data>'
        for field in fields
        if (value := field.read(thing)) is not None
    )
