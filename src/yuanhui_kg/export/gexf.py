"""GEXF 1.3, for Gephi: types and labels, and a time line where something has a period.

A node or relation with a period has ``start`` and ``end`` (days, both included), or ``spells`` where it has several; one
without is there always. A status is an attribute in time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import IO, Any, Final

from ..terms import local_name
from . import xml
from .blocks import Block, Column, rows
from .model import EDGE_FIELDS, NODE_FIELDS, Edge, Field, Node, Status, Subgraph, Thing, Value, Years
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
    yield from _declared("node", _undated(graph.dated), "static")
    if graph.dated:
        yield from _declared("node", [field for field in NODE_FIELDS if field.name == _STATUS], "dynamic")
    yield from _declared("edge", EDGE_FIELDS, "static")
    yield f'<nodes count="{graph.node_count}">\n'
    for nodes in graph.node_blocks():
        yield from _nodes(nodes, graph.dated, language)
    yield f'</nodes>\n<edges count="{graph.edge_count}">\n'
    for edges in graph.edge_blocks():
        yield from _edges(edges, language)
    yield "</edges>\n</graph>\n</gexf>\n"


def _nodes(block: Block[Node], dated: bool, language: str) -> Iterator[str]:
    ids = block.columns["iri"].map(lambda iri: f" id={xml.attribute(iri)}")
    labels = block.columns["label"].map(lambda label: f" label={xml.attribute(label[language])}")
    texts = list(block.texts(_undated(dated), _attvalue))
    statuses = block.columns["statuses"].map(_dated_status if dated else lambda _: "")
    return rows("<node", ids, labels, *_timed(block, [*texts, statuses]), "</node>\n")


def _edges(block: Block[Edge], language: str) -> Iterator[str]:
    columns = block.columns
    numbers = columns["number"].map(lambda number: f' id="e{number}"')
    source, target = (
        columns[end].map(lambda iri, end=end: f" {end}={xml.attribute(iri)}")  # type: ignore[misc] # bound at once
        for end in ("source", "target")
    )
    # Gephi tells parallel relations apart by their kind.
    kinds = columns["predicate"].map(
        lambda term: f" kind={xml.attribute(local_name(term.iri))} label={xml.attribute(term.label[language])}"
    )
    timed = _timed(block, list(block.texts(EDGE_FIELDS, _attvalue)))
    return rows("<edge", numbers, source, target, kinds, *timed, "</edge>\n")


def _timed(block: Block[Any], values: list[Column[str]]) -> Iterator[str | Column[str]]:
    """The end of an element's tag, its attributes' values, and the times at which it is there."""
    periods = block.columns["periods"]
    yield periods.map(lambda found: xml.values_of(_days(found[0])) + ">" if len(found) == 1 else ">")
    yield "<attvalues>"
    yield from values
    yield "</attvalues>"
    yield periods.map(_spells)


def _spells(periods: tuple[Years, ...]) -> str:
    if len(periods) < 2:
        return ""
    return f"<spells>{''.join(xml.tag('spell', _days(period)) for period in periods)}</spells>"


def _undated(dated: bool) -> list[Field[Node]]:
    """The fields of nodes whose values hold at all times."""
    return [field for field in NODE_FIELDS if not dated or field.name != _STATUS]


def _declared(kind: str, fields: Iterable[Field[Thing]], mode: str) -> Iterator[str]:
    yield xml.tag("attributes", {"class": kind, "mode": mode}, close=False) + "\n"
    for field in fields:
        yield xml.tag("attribute", {"id": field.name, "title": field.name, "type": _TYPES[field.kind]}) + "\n"
    yield "</attributes>\n"


def _days(years: Years) -> dict[str, Value]:
    first = None if years.first is None else f"{years.first:04}-01-01"
    last = None if years.last is None else f"{years.last:04}-12-31"
    return {"start": first, "end": last}


def _dated_status(statuses: tuple[Status, ...]) -> str:
    return "".join(
        xml.tag(
            "attvalue",
            {"for": _STATUS, "value": local_name(status.term.iri), **(_days(status.years) if status.years else {})},
        )
        for status in statuses
    )


def _attvalue(field: Field[Any], value: Value) -> str:
    return "" if value is None else f'<attvalue for="{field.name}" value={xml.attribute(value)}/>'
