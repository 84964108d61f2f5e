"""What the pages show: what is said of one thing, and the answer to a query as a table."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from .. import terms
from ..cache import Cached
from ..frames import Answer
from ..namespaces import YHO
from .core import Service

_PAGE_BYTES: Final = 16 * 1024 * 1024  # of an answer that is laid out as a table


def view(service: Service, iri: str) -> dict[str, Any]:
    """What is said of ``iri`` (as the job ``entity`` tells it), with labels for the modalities.

    Raises :class:`NotFoundError`.
    """
    thing: dict[str, Any] = service.data("entity", {"iri": iri})
    modalities = service.data("stats", {})["statements"]["by_modality"]
    labels = {row["modality"]["iri"]: row["modality"] for row in modalities}
    for edge in (*thing["relations"]["out"], *thing["relations"]["in"], *thing["status"]):
        name = edge["modality"]
        edge["modality"] = name and labels.get(str(YHO) + name, {"iri": "", "id": name, "label": {}})
    return thing


def _cell(value: Mapping[str, Any]) -> dict[str, Any]:
    """One value of a query's answer: a node for an IRI, else ``value`` with its language."""
    if value["type"] == "uri":
        return {"iri": value["value"], "id": terms.id_of(value["value"]), "label": {}}
    if value["type"] == "triple":
        return {"value": json.dumps(value["value"], ensure_ascii=False), "language": None}
    text = f"_:{value['value']}" if value["type"] == "bnode" else value["value"]
    return {"value": text, "language": value.get("xml:lang")}


def table(answer: Cached | Answer, most_rows: int, most_characters: int) -> dict[str, Any]:
    """A query's answer as the page shows it.

    ``{"kind", …}`` with ``value`` for a boolean, ``text`` for a graph, ``variables`` and ``rows`` for solutions;
    ``cut`` tells that there is more than is shown.
    """
    kind = answer.head["kind"]
    size = len(answer.body) if isinstance(answer, Cached) else answer.size
    if size > _PAGE_BYTES:
        if isinstance(answer, Answer):
            answer.close()
        return {"kind": "large", "size": size}
    if isinstance(answer, Cached):
        body = answer.body
    else:
        with answer:
            body = answer.read()
    if kind == "graph":
        text = body.decode("utf-8", "replace")
        most = most_rows * 200
        return {"kind": kind, "text": text[:most], "cut": len(text) > most}
    found = json.loads(body)
    if kind == "boolean":
        return {"kind": kind, "value": bool(found["boolean"])}
    variables = found["head"]["vars"]
    rows = found["results"]["bindings"]
    return {
        "kind": kind,
        "variables": variables,
        "rows": [
            [_shortened(_cell(row[name]), most_characters) if name in row else None for name in variables]
            for row in rows[:most_rows]
        ],
        "total": len(rows),
        "cut": len(rows) > most_rows,
    }


def _shortened(cell: dict[str, Any], most: int) -> dict[str, Any]:
    if "value" in cell and len(cell["value"]) > most:
        cell["value"] = cell["value"][:most] + "…"
    return cell
