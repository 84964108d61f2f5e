"""GEXF 1.3, for Gephi: types and labels, and a time line where something has a period.

A node or relation with a period has ``start`` and ``end`` (days, both included), or ``spells`` where it has several; one
without is there always. A status is an attribute in time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import IO, Final

from ..terms import local_name
from . import xml
from .model import EDGE_FIELDS, NODE_FIELDS, Field, Node, Subgraph, Thing, Value, Years
from .writing import write_lines

_NAMESPACE: Final = "http://gexf.net/1.3"
_TYPES: Final = {"string": "string", "int": "integer", "float": "double", "bool": "boolean"}
_STATUS: Final = "status"


def write(graph: Subgraph, out: IO[bytes], language: str = "zh") -> None:
    """Write a graph; ``language`` is that of the labels, both languages being attributes."""
    write_lines(_lines(graph, language), out)


def _lines(graph: Subgraph, language: str) -> Iterator[str]:
    yield xml.DECLARATION
    yield xml.tag("gexf", {"xmlns": _NAMESPACE, "version": "1.3"}, close=False) + "\n"
    yield f"<meta><creator>yuanhui-kg</creator><description>{xml.text(graph.about())}</description></meta>\n"
    values: dict[str, Value] = {"defaultedgetype": "directed", "mode": "dynamic" if graph.dated else "static"}
    if graph.dated:
        values |= {"timeformat": "date", "timerepresentation": "interval"}
    yield xml.tag("graph", values, close=False) + "\n"
    yield from _declared("node", [field for field in NODE_FIELDS if not graph.dated or field.name != _STATUS], "static")
    if graph.dated:
        yield from _declared("node", [field for field in NODE_FIELDS if field.name == _STATUS], "dynamic")
    yield from _declared("edge", EDGE_FIELDS, "static")
    yield f'<nodes count="{graph.node_count}">\n'
    for node in graph.nodes():
        yield _element("node", {"id": node.iri, "label": node.label[language]}, node.periods, _node_values(node, graph))
    yield f'</nodes>\n<edges count="{graph.edge_count}">\n'
    for edge in graph.edges():
        ends = {"id": f"e{edge.number}", "source": edge.source, "target": edge.target}
        # Gephi tells parallel relations apart by their kind.
        kind = {"kind": local_name(edge.predicate.iri), "label": edge.predicate.label[language]}
        yield _element("edge", {**ends, **kind}, edge.periods, _values(edge, EDGE_FIELDS))
    yield "</edges>\n</graph>\n</gexf>\n"


def _declared(kind: str, fields: Iterable[Field[Thing]], mode: str) -> Iterator[str]:
    yield xml.tag("attributes", {"class": kind, "mode": mode}, close=False) + "\n"
    for field in fields:
        yield xml.tag("attribute", {"id": field.name, "title": field.name, "type": _TYPES[field.kind]}) + "\n"
    yield "</attributes>\n"


def _element(name: str, values: dict[str, Value], periods: tuple[Years, ...], attvalues: str) -> str:
    if len(periods) == 1:
        return f"{xml.tag(name, {**values, **_days(periods[0])}, close=False)}{attvalues}</{name}>\n"
    spells = "".join(xml.tag("spell", _days(period)) for period in periods)
    return f"{xml.tag(name, values, close=False)}{attvalues}{f'<spells>{spells}</spells>' if spells else ''}</{name}>\n"


def _days(years: Years) -> dict[str, Value]:
    first = None if years.first is None else f"{years.first:04}-01-01"
    last = None if years.last is None else f"{years.last:04}-12-31"
    return {"start": first, "end": last}


def _node_values(node: Node, graph: Subgraph) -> str:
    if not graph.dated:
        return _values(node, NODE_FIELDS)
    dated = "".join(
        xml.tag(
            "attvalue",
            {"for": _STATUS, "value": local_name(status.term.iri), **(_days(status.years) if status.years else {})},
        )
        for status in node.statuses
    )
    return _values(node, [field for field in NODE_FIELDS if field.name != _STATUS], dated)


def _values(thing: Thing, fields: Iterable[Field[Thing]], more: str = "") -> str:
    written = "".join(
        xml.tag("attvalue", {"for": field.name, "value": value})
        for field in fields
        if (value := field.read(thing)) is not None
    )
    return f"<attvalues>{written}{more}</attvalues>"
