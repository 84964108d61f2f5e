"""A graph as one HTML page that works without a network: pictures in both languages to zoom, search and ask.

The page asks no host for anything: its policy forbids it, style, script and font are in it. All texts of the graph are
either escaped XML or JSON in which ``<`` cannot occur.
"""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import Any, Final

from ..terms import id_of, link
from . import picture, svg, xml
from .model import FIRMNESS, LANGUAGES, NODE_FIELDS, Edge, Node, Subgraph, attributes
from .writing import compact

_FOLDER: Final = Path(__file__).parent
_SCRIPT: Final = (_FOLDER / "page.js").read_text(encoding="utf-8")
_STYLE: Final = (_FOLDER / "page.css").read_text(encoding="utf-8")


def write(graph: Subgraph, language: str = "zh") -> str:
    """The page; it opens in ``language``."""
    scenes = {tongue: picture.draw(graph, tongue) for tongue in LANGUAGES}
    data = _json({"language": language, "nodes": _nodes(graph), "edges": _edges(graph), "firmness": FIRMNESS})
    digest = base64.b64encode(hashlib.sha256(_SCRIPT.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'unsafe-inline'; font-src data:; script-src 'sha256-{digest}'"
    characters = set(data + _SCRIPT + _BODY).union(*(scene.characters for scene in scenes.values()))
    drawings = (
        svg.start(scene, {"id": f"picture-{tongue}", "class": "picture", "hidden": None if tongue == language else ""})
        + f'<g class="all">{svg.drawing(scene, f"{tongue}-", links=False)}</g></svg>\n'
        for tongue, scene in scenes.items()
    )
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="referrer" content="no-referrer">\n'
        f"<title>{xml.text(graph.title[language])}</title>\n"
        f"<style>{svg.font_face(characters)}\n{_STYLE}</style>\n</head>\n<body>\n{_BODY}"
        f'<main id="stage">\n{"".join(drawings)}</main>\n<aside id="panel" hidden></aside>\n'
        f'<script type="application/json" id="data">{data}</script>\n<script>{_SCRIPT}</script>\n</body>\n</html>\n'
    )


_BODY: Final = """<header>
<input id="search" type="search" autocomplete="off" list="names"><datalist id="names"></datalist>
<span id="found" role="status"></span>
<button id="fit" type="button"></button><button id="in" type="button">+</button><button id="out" type="button">−</button>
<button id="tongue" type="button"></button>
</header>
<noscript>此页需要脚本才能缩放和检索；图仍可查看。 Zooming and searching need scripts; the picture is shown anyway.</noscript>
"""


def _json(value: Any) -> str:
    # Neither "</script>" nor "<!--" can occur, and no line separator that scripts read as the end of a line.
    text = compact(value)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _nodes(graph: Subgraph) -> list[dict[str, Any]]:
    return [_node(node) for node in graph.nodes()]


def _node(node: Node) -> dict[str, Any]:
    told = {key: value for key, value in attributes(node, NODE_FIELDS).items() if key in ("codes", "community")}
    years = [[period.first, period.last] for period in node.periods]
    return {
        "iri": node.iri,
        "link": link(node.iri),
        "id": id_of(node.iri),
        "label": node.label,
        "type": node.type.label if node.type else None,
        "statuses": [status.term.label for status in node.statuses],
        "years": years,
        **told,
    }


def _edges(graph: Subgraph) -> list[dict[str, Any]]:
    return [_edge(edge) for edge in graph.edges()]


def _edge(edge: Edge) -> dict[str, Any]:
    return {
        "source": edge.ends[0],
        "target": edge.ends[1],
        "label": edge.predicate.label,
        "modality": edge.modality,
        "firmness": edge.firmness,
        "statement": edge.statement,
        "spans": [{"start": span.start, "end": span.end, "document": span.document} for span in edge.spans],
    }
