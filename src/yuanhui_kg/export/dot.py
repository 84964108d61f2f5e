"""DOT, for Graphviz: things as boxes, relations as arrows; solid, dashed and dotted as in the pictures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any, Final

from ..terms import local_name
from .blocks import rows
from .model import EDGE_FIELDS, FIRMNESS, NODE_FIELDS, Field, Subgraph, Value
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
    for nodes in graph.node_blocks():
        names = nodes.columns["iri"].map(_quoted)
        labels = nodes.columns["label"].map(lambda label: _quoted(label[language]))
        told = nodes.texts(NODE_FIELDS, _attribute)
        yield from rows(names, " [label=", labels, ", tooltip=", names, *told, "];\n")
    for edges in graph.edge_blocks():
        source, target = (edges.columns[end].map(_quoted) for end in ("source", "target"))
        labels = edges.columns["predicate"].map(
            lambda term: f" [label={_quoted(term.label[language])}, tooltip={_quoted(local_name(term.iri))[:-1]}: "
        )
        styles = edges.columns["firmness"].map(
            lambda firm: f"{_quoted(FIRMNESS[firm][language])[1:]}, style={_quoted(STYLES[firm])}"
        )
        yield from rows(source, " -> ", target, labels, styles, *edges.texts(EDGE_FIELDS, _attribute), "];\n")
    yield "}\n"


def _attribute(field: Field[Any], value: Value) -> str:
    return "" if value is None else f", {field.name}={_quoted(str(value))}"


def _quoted(text: str) -> str:
    """A double-quoted string. Backslashes are doubled: Graphviz reads escapes such as ``\\N`` in labels."""
    shown = text if text.isprintable() else "".join(c if c >= " " else " " for c in text)
    return '"' + shown.replace("\\", "\\\\").replace('"', '\\"') + '"'
