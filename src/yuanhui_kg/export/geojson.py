"""GeoJSON (RFC 7946): the things that have coordinates. None are made up; relations and other things are left out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any, Final

from .model import NODE_FIELDS, Node, Subgraph, Texts, attributes
from .writing import compact, listed, write_lines

NO_PLACES: Final[Texts] = {
    "zh": "图中没有带坐标的事物；本文件不含任何要素，坐标从不臆造。",
    "en": "Nothing in this graph has coordinates; the file holds no feature, as none are ever made up.",
}


def write(graph: Subgraph, out: IO[bytes], language: str = "zh") -> None:
    """Write a ``FeatureCollection``: points with longitude before latitude, the nodes' attributes as properties.

    Where there are no coordinates the collection is empty, and says so.
    """
    write_lines(_lines(graph, language), out)


def _lines(graph: Subgraph, language: str) -> Iterator[str]:
    head = {"type": "FeatureCollection", "name": graph.title[language], "source": graph.source.line(language)}
    notices = [*graph.notes, *(() if graph.placed else (NO_PLACES,))]
    yield f'{compact({**head, "notices": [notice[language] for notice in notices]})[:-1]},\n"features":['
    yield from listed(
        compact(_feature(node, node.place, language))
        for block in graph.node_blocks()
        if graph.placed
        for node in block.things(Node)
        if node.place
    )
    yield "]}\n"


def _feature(node: Node, place: tuple[float, float], language: str) -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": node.iri,
        "geometry": {"type": "Point", "coordinates": [place[1], place[0]]},
        "properties": {"label": node.label[language], **attributes(node, NODE_FIELDS)},
    }
