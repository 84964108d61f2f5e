"""GeoJSON (RFC 7946): the things that have coordinates. None are made up; relations and other things are left out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Final

from .model import NODE_FIELDS, Subgraph, Texts, attributes
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


def has_places(graph: Subgraph) -> bool:
    return any(node.place for node in graph.nodes())


def _lines(graph: Subgraph, language: str) -> Iterator[str]:
    head = {"type": "FeatureCollection", "name": graph.title[language], "source": graph.source.line(language)}
    notices = [*graph.notes, *(() if has_places(graph) else (NO_PLACES,))]
    yield f'{compact({**head, "notices": [notice[language] for notice in notices]})[:-1]},\n"features":['
    yield from listed(
        {
            "type": "Feature",
            "id": node.iri,
            "geometry": {"type": "Point", "coordinates": [node.place[1], node.place[0]]},
            "properties": {"label": node.label[language], **attributes(node, NODE_FIELDS)},
        }
        for node in graph.nodes()
        if node.place
    )
    yield "]}\n"
