"""Measures of things as rows that can be joined by IRI: for JSON, for CSV, for data frames."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ..tabular import guarded
from . import measures
from .part import Part, part_of
from .requests import AnalysisRequest
from .rows import Places
from .scope import Scope

if TYPE_CHECKING:
    from .index import NeighbourIndex

_GROUPS: Final = 50  # groups that are told of


def analyse(index: NeighbourIndex, request: AnalysisRequest) -> dict[str, Any]:
    """A measure of the whole graph or of a part of it, ready for JSON.

    ``rows`` hold IRI, id, labels, class and ``value`` of each thing, the highest value first (of groups: the lowest
    number), then by IRI. The same request to the same graph has the same answer.

    :raises NotFoundError: where the graph says nothing of a thing that the request names.
    """
    scope = Scope(index, request)
    part = part_of(index, request, scope)
    if request.measure == "similarity":
        columns, summary = measures.similarity(part, request, int(index.numbers([request.thing or ""])[0]))
    else:
        columns, summary = measures.MEASURED[request.measure](part, request)
    ordered = _ordered(request, columns)
    shown = ordered[: request.limit]
    return {
        "measure": request.measure,
        "start": list(request.iri),
        "depth": request.depth if request.iri else None,
        "predicates": list(request.predicates),
        "types": list(request.types),
        "modalities": list(request.modalities),
        "thing": request.thing,
        "seed": request.seed,
        "unmatched": scope.unmatched,
        "counts": {"nodes": len(part), "relations": len(part.source), "links": len(part.links[0])},
        "summary": summary,
        **({"groups": _groups(index, part, columns)} if request.measure in measures.GROUPING else {}),
        "rows": _rows(index, part, columns, shown),
        "total": len(ordered),
        "truncated": len(shown) < len(ordered),
    }


def _ordered(request: AnalysisRequest, columns: measures.Columns) -> Places:
    """The places of the things that have a row, in the order of the rows."""
    value = columns["value"]
    places = np.flatnonzero(value > 0) if request.measure == "similarity" else np.arange(len(value))
    return places[np.argsort(value[places] if request.measure in measures.GROUPING else -value[places], kind="stable")]


def _rows(index: NeighbourIndex, part: Part, columns: measures.Columns, places: Places) -> list[dict[str, Any]]:
    teller = index.teller
    nodes = part.nodes[places]
    shapes = teller.shapes(nodes)
    names = list(columns)
    values = zip(*(columns[name][places].tolist() for name in names), strict=True)
    return [
        {**shapes[node], "type": kind, **dict(zip(names, row, strict=True))}
        for node, kind, row in zip(nodes.tolist(), teller.types(nodes), values, strict=True)
    ]


def _groups(index: NeighbourIndex, part: Part, columns: measures.Columns) -> list[dict[str, Any]]:
    """The largest groups: number, size, and the thing in each that has the most neighbours."""
    number, size, degree = columns["value"], columns["size"], np.diff(part.rows[0])
    order = np.lexsort((-degree, number))
    _, first = np.unique(number[order], return_index=True)
    best = order[first[:_GROUPS]]
    shapes = index.teller.shapes(part.nodes[best])
    return [
        {"value": int(number[place]), "size": int(size[place]), "centre": shapes[int(part.nodes[place])]}
        for place in best.tolist()
    ]


def to_csv(analysis: dict[str, Any]) -> bytes:
    """The rows as CSV in UTF-8: ``iri, id, label_zh, label_en, type``, then the measure's columns. No text is taken for a formula."""
    stream = io.StringIO()
    rows = analysis["rows"]
    fixed = ("iri", "id", "label", "type")
    names = [name for name in (rows[0] if rows else {"value": 0}) if name not in fixed]
    writer = csv.writer(stream)
    writer.writerow(["iri", "id", "label_zh", "label_en", "type", *names])
    for row in rows:
        kind = row["type"]["id"] if row["type"] else ""
        label = row["label"]
        texts = map(guarded, (row["iri"], row["id"], label["zh"], label["en"], kind))
        writer.writerow([*texts, *(row[name] for name in names)])
    return stream.getvalue().encode()
