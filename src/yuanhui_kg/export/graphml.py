"""GraphML: typed keys, one ``data`` element an attribute. Read by networkx, igraph, Gephi, yEd, Cytoscape."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain
from typing import IO, Any, Final

from . import xml
from .blocks import rows
from .model import EDGE_FIELDS, NODE_FIELDS, Field, Subgraph, Thing, Value
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
    for nodes in graph.node_blocks():
        numbers = nodes.columns["number"].map(str)
        yield from rows('<node id="n', numbers, '">', *nodes.texts(NODE_FIELDS, _writer("node")), "</node>\n")
    for edges in graph.edge_blocks():
        numbers = edges.columns["number"].map(str)
        ends = edges.columns["ends"].map(lambda ends: f'" source="n{ends[0]}" target="n{ends[1]}">')
        yield from rows('<edge id="e', numbers, ends, *edges.texts(EDGE_FIELDS, _writer("edge")), "</edge>\n")
    yield "</graph>\n</graphml>\n"


def _keys(kind: str, fields: tuple[Field[Thing], ...]) -> Iterator[str]:
    for field in fields:
        values = {"id": f"{kind}_{field.name}", "for": kind, "attr.name": field.name, "attr.type": _TYPES[field.kind]}
        yield f"{xml.tag('key', values, close=False)}<desc>{xml.text(f'{field.zh} / {field.en}')}</desc></key>\n"


def _writer(kind: str) -> Callable[[Field[Any], Value], str]:
    def write(field: Field[Any], value: Value) -> str:
        return "" if value is None else f'<data key="{kind}_{field.name}">{xml.text(value)}</data>'

    return write
