"""DOT, for Graphviz: things as boxes, relations as arrows; solid, dashed and dotted as in the pictures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Final

from ..terms import local_name
from .model import EDGE_FIELDS, FIRMNESS, NODE_FIELDS, Subgraph, Value, attributes, firmness
from .writing import write_lines

STYLES: Final = {"asserted": "solid", "inferred": "dashed", "prospect": "dotted", "unstated": "solid"}
_FONT: Final = "Noto Sans CJK SC,Noto Sans SC,sans-serif"


def write(graph: Subgraph, out: IO[bytes], language: str = "zh") -> None:
    """Write a graph. Graphviz draws with ``label``; it passes over the other attributes, and other readers take them."""
    write_lines(_lines(graph, language), out)


def _lines(graph: Subgraph, language: str) -> Iterator[str]:
    for line in graph.about().splitlines():
        yield f"// {line}\n"
    yield f"digraph {_quoted(graph.title[language])} {{\n"
    yield f"graph [overlap=prism, splines=true, charset={_quoted('UTF-8')}];\n"
    yield f"node [shape=box, style={_quoted('rounded,filled')}, fillcolor={_quoted('#cddcec')}, fontname={_quoted(_FONT)}];\n"
    yield f"edge [fontname={_quoted(_FONT)}, fontsize=9];\n"
    for node in graph.nodes():
        values: dict[str, Value] = {"label": node.label[language], "tooltip": node.iri, **attributes(node, NODE_FIELDS)}
        yield f"{_quoted(node.iri)} {_listed(values)};\n"
    for edge in graph.edges():
        firm = firmness(edge)
        tip = f"{local_name(edge.predicate.iri)}: {FIRMNESS[firm][language]}"
        values = {"label": edge.predicate.label[language], "style": STYLES[firm], "tooltip": tip}
        values |= attributes(edge, EDGE_FIELDS)
        yield f"{_quoted(edge.source)} -> {_quoted(edge.target)} {_listed(values)};\n"
    yield "}\n"


def _listed(values: dict[str, Value]) -> str:
    return f"[{', '.join(f'{key}={_quoted(str(value))}' for key, value in values.items())}]"


def _quoted(text: str) -> str:
    """A double-quoted string. Backslashes are doubled: Graphviz reads escapes such as ``\\N`` in labels."""
    shown = "".join(c if c >= " " else " " for c in text)
    return '"' + shown.replace("\\", "\\\\").replace('"', '\\"') + '"'
