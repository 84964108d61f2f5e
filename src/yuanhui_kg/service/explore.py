"""The page that shows the graph as a graph: its script draws it; without scripts it is a picture and a list."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from flask import Blueprint, Response

from .. import terms
from ..graph.requests import MAX_DEPTH, MAX_STARTS
from ..namespaces import YHO
from ..views import View
from . import html, thing
from .assets import asset
from .core import Service
from .exports import PATH as EXPORT
from .exports import saved_view
from .messages import message
from .parameters import Parameters, query_pairs

PATH: Final = "/explore"
_LIMIT: Final = 1000  # things around the start, unless another number is asked for
_LISTED: Final = 300  # relations in the list that needs no script
_PICTURED: Final = 60  # of them in the picture that needs no script
_ENTRIES: Final = 8  # things to start from that an empty page offers
_MOST_SAID: Final = """\
SELECT ?thing (COUNT(*) AS ?count) WHERE {
  ?statement <http://www.w3.org/1999/02/22-rdf-syntax-ns#object>|<http://www.w3.org/1999/02/22-rdf-syntax-ns#subject> ?thing .
  ?thing <http://www.w3.org/2004/02/skos/core#prefLabel> ?label .
} GROUP BY ?thing ORDER BY DESC(?count) ?thing LIMIT 60"""


def blueprint(service: Service) -> Blueprint:
    """The route of the page."""
    routes = Blueprint("explore", __name__)

    @routes.get(PATH)
    def explore() -> Response:
        given = Parameters(query_pairs(), ("id", "iri", "view", "depth", "limit", "lang"))
        name = given.one("view")
        view = saved_view(service, name) if name is not None else None
        start = _start(given, view)
        depth = given.integer("depth", 1, 1, MAX_DEPTH)
        limit = given.integer("limit", min(_LIMIT, service.settings.max_nodes), 1, service.settings.max_nodes)
        around = _around(service, start, depth, limit) if start else None
        language = html.language()
        entries = [] if start else _entries(service, language)
        suffix = f"?lang={language}" if given.one("lang") == language else ""
        return html.page(
            "explore.html",
            tag=service.tag("explore", query_pairs()),
            around=around,
            heading=view.title[language] if view else None,
            entries=entries,
            picture=_picture(service, start, depth, language),
            told={
                "start": start,
                "depth": depth,
                "limit": limit,
                "most": service.settings.max_nodes,
                "modalities": _modalities(service),
                "worker": next(iter(asset("explore-force").scripts), ""),
                "suffix": suffix,
                "title": view.title[language] if view else None,
                "entries": entries,
            },
        )

    return routes


def _start(given: Parameters, view: View | None) -> list[str]:
    """IRIs of the things to start from: those that are named, or those of a saved view."""
    named = [terms.iri_of(value) for value in (*given.many("iri"), *given.many("id"))]
    return list(dict.fromkeys([*named, *(_begins(view) if view else ())]))[:MAX_STARTS]


def _begins(view: View) -> tuple[str, ...]:
    """The things that a view begins with; of one that holds a query's answer none are known beforehand."""
    ends = tuple(end for pair in view.choice.paths for end in pair)
    return view.choice.start or ends or view.choice.things


def _around(service: Service, start: list[str], depth: int, limit: int) -> dict[str, Any]:
    """What surrounds the start, each relation with both its ends. Raises :class:`NotFoundError`."""
    job = {
        "iri": start,
        "depth": depth,
        "direction": "both",
        "predicates": [],
        "types": [],
        "modalities": [],
        "limit": min(limit, _LIMIT),
    }
    found: dict[str, Any] = service.data("neighbours", job)
    nodes = {node["iri"]: node for node in found["nodes"]}
    edges = sorted(found["edges"], key=lambda edge: edge["source"] not in start and edge["target"] not in start)
    modalities = thing.modalities(service)
    return {
        "start": [nodes[iri] for iri in start if iri in nodes],
        "edges": [
            {
                **edge,
                "source": nodes[edge["source"]],
                "target": nodes[edge["target"]],
                "modality": edge["modality"] and modalities.get(str(YHO) + edge["modality"]),
            }
            for edge in edges[:_LISTED]
        ],
        "truncated": found["truncated"] or len(edges) > _LISTED,
    }


def _entries(service: Service, language: str) -> list[dict[str, Any]]:
    """Where an empty page may lead: the saved views, and what most is said of."""
    found: list[dict[str, Any]] = [
        {"label": view.title[language], "kind": message("explore_view", language), "path": f"{PATH}?view={name}"}
        for name, view in service.views.items()
        if _begins(view)
    ]
    things = [row["thing"]["value"] for row in service.select(_MOST_SAID) if row.get("thing", {}).get("type") == "uri"]
    if things:
        job = {"iri": things, "predicates": [], "modalities": []}
        nodes = {node["iri"]: node for node in service.data("subgraph", job)["nodes"]}
        kinds = {
            node["type"]["iri"]: node
            for node in reversed([nodes[iri] for iri in things if iri in nodes])
            if node["degree"] and node["type"]
        }
        found += [
            _entry(node, language)
            for node in sorted(kinds.values(), key=lambda node: things.index(node["iri"]))[:_ENTRIES]
        ]
    return found


def _entry(node: dict[str, Any], language: str) -> dict[str, Any]:
    kind = terms.label(node["type"]["label"], language, node["type"]["id"]) if node["type"] else ""
    path = f"{PATH}?{urlencode({'iri': node['iri']})}"
    return {"label": terms.label(node["label"], language, node["id"]), "kind": kind, "path": path}


def _modalities(service: Service) -> dict[str, dict[str, str]]:
    """Labels by name, such as ``asserted``."""
    return {iri.removeprefix(str(YHO)): shape["label"] for iri, shape in thing.modalities(service).items()}


def _picture(service: Service, start: list[str], depth: int, language: str) -> str | None:
    if not start:
        return None
    around = [("from", iri) for iri in start] + [
        ("depth", str(depth)),
        ("limit", str(min(_PICTURED, service.settings.max_nodes))),
    ]
    return f"{EXPORT}?{urlencode([*around, ('format', 'svg'), ('lang', language)])}"
