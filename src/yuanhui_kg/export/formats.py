"""Every format that a part of the graph can be exported in: its name, its media type, who writes it, what it loses.

A format's name is the extension of its files.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, Final

from ..errors import UsageError
from . import dot, geojson, gexf, graphml, lists, network_json
from .model import Subgraph, Texts

Write = Callable[[Subgraph, IO[bytes], str], None]


@dataclass(frozen=True)
class Format:
    """A format of graphs.

    :param write: writes a graph in a language to a file.
    :param loses: what of a graph the format has no room for, in both languages; empty where it holds all attributes.
    :param picture: whether only few things fit, because they are drawn.
    """

    name: str
    media_type: str
    write: Write
    loses: Texts
    picture: bool = False


def _graphml(graph: Subgraph, out: IO[bytes], language: str) -> None:
    graphml.write(graph, out)


def _svg(graph: Subgraph, out: IO[bytes], language: str) -> None:
    from . import picture, svg

    out.write(svg.write(picture.draw(graph, language)).encode())


def _png(graph: Subgraph, out: IO[bytes], language: str) -> None:
    from . import picture, png

    out.write(png.write(picture.draw(graph, language)))


def _pdf(graph: Subgraph, out: IO[bytes], language: str) -> None:
    from . import pdf, picture

    out.write(pdf.write(picture.draw(graph, language)))


def _html(graph: Subgraph, out: IO[bytes], language: str) -> None:
    from . import page

    out.write(page.write(graph, language).encode())


def _xlsx(graph: Subgraph, out: IO[bytes], language: str) -> None:
    lists.write_xlsx([lists.nodes_table(graph, False), lists.edges_table(graph, False)], lists.about(graph), out)


_ALIASES: Final[Texts] = {
    "zh": "别名、注释、数据（统计值）和状态的出处",
    "en": "other names, notes, figures, and where statuses are stated",
}
_NO_TIME: Final[Texts] = {
    "zh": f"{_ALIASES['zh']}；时期只余首尾年份",
    "en": f"{_ALIASES['en']}; of periods only first and last year are kept",
}
_DRAWN: Final[Texts] = {
    "zh": "代码、状态、时期、关系的 IRI；出处只在 SVG 的提示中",
    "en": "codes, statuses, periods, IRIs of relations; places in the text are only in the SVG's tooltips",
}

FORMATS: Final[dict[str, Format]] = {
    format.name: format
    for format in (
        Format("graphml", "application/graphml+xml", _graphml, _NO_TIME),
        Format("gexf", "application/gexf+xml", gexf.write, _ALIASES),
        Format("cyjs", "application/vnd.cytoscape.js+json", network_json.write_cyjs, _NO_TIME),
        Format("cx2", "application/vnd.cytoscape.cx2+json", network_json.write_cx2, _NO_TIME),
        Format("json", "application/json", network_json.write_node_link, _NO_TIME),
        Format("dot", "text/vnd.graphviz", dot.write, _NO_TIME),
        Format(
            "geojson",
            "application/geo+json",
            geojson.write,
            {
                "zh": "一切关系，以及没有坐标的事物",
                "en": "all relations, and the things without coordinates",
            },
        ),
        Format("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _xlsx, _NO_TIME),
        Format("svg", "image/svg+xml", _svg, _DRAWN, True),
        Format("png", "image/png", _png, _DRAWN, True),
        Format("pdf", "application/pdf", _pdf, _DRAWN, True),
        Format(
            "html",
            "text/html",
            _html,
            {
                "zh": "时期只余年份；状态的时间；关系和陈述的 IRI 只在数据中",
                "en": "of periods only years are kept; when a status held; IRIs of statements are in its data, not shown",
            },
            True,
        ),
    )
}
#: Formats that hold one table of several: which one is asked for by name.
TABLES: Final[dict[str, str]] = {"csv": "text/csv", "parquet": "application/vnd.apache.parquet"}


def write_table(name: str, table: lists.Table, about: dict[str, str], out: IO[bytes], bom: bool = False) -> None:
    """Write one table as ``csv``, ``parquet`` or ``xlsx``."""
    if name == "csv":
        lists.write_csv(table, out, bom)
    elif name == "parquet":
        lists.write_parquet(table, about, out)
    else:
        lists.write_xlsx([table], about, out)


def table_of(graph: Subgraph, which: str, neo4j: bool) -> lists.Table:
    """The table ``nodes`` or ``edges`` of a graph. Raises :class:`UsageError` for another name."""
    if which not in (lists.NODES, lists.EDGES):
        raise UsageError(f"{which!r} is no table of a graph.", "Use nodes or edges.")
    return lists.nodes_table(graph, neo4j) if which == lists.NODES else lists.edges_table(graph, neo4j)
