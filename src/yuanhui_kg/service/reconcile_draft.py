"""``/reconcile/1.0-draft``: the draft of the Reconciliation Service API 1.0, which clients of 0.2 cannot read.

The same answers as :mod:`.reconcile`'s in another form: JSON bodies, arrays in place of objects by name, other names of fields,
fixed paths. https://reconciliation-api.github.io/specs/1.0-draft/ as it stood in November 2026; it may still change.
"""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, Response, request

from ..errors import UsageError
from . import encoding
from .core import Service, base_url, respond_json
from .reconcile import PREFIX, PREVIEW, Register, extended, parsed, previewed, proposed, results, suggested, texts
from .sparql import body_limit

DRAFT: Final = PREFIX + "/1.0-draft"
_EXAMPLE: Final = '{"queries": [{"conditions": [...]}]}'


def blueprint(service: Service) -> Blueprint:
    """The routes of the draft."""
    routes = Blueprint("reconcile_draft", __name__, url_prefix=DRAFT)
    register = Register(service)

    @routes.get("")
    def about() -> Response:
        return respond_json(manifest(base_url(service.settings)))

    @routes.post("/match")
    @routes.post("/reconcile")  # the draft has called it both
    def match() -> Response:
        queries = _sent(service).get("queries")
        if not isinstance(queries, list):
            raise UsageError("The body has no list queries.", f"Send {_EXAMPLE}.")
        named = {str(place): _as_before(query, place) for place, query in enumerate(queries)}
        found = results(register.things(), named)
        return respond_json({"results": [{"candidates": _named(found[name]["result"])} for name in named]})

    @routes.get("/suggest/<any(entity, type, property):what>")
    def suggest(what: str) -> Response:
        return suggested(register, what)

    @routes.post("/extend")
    def extend() -> Response:
        found = extended(register, _sent(service))
        rows = [
            {"id": id, "properties": [{"id": name, "values": values} for name, values in row.items()]}
            for id, row in found["rows"].items()
        ]
        return respond_json({**found, "rows": rows})

    @routes.get("/extend/propose")
    def propose() -> Response:
        return proposed(register)

    @routes.get("/preview")
    def preview() -> Response:
        return previewed(register, request.args.get("id", ""))

    return routes


def manifest(base: str) -> dict[str, Any]:
    """What this service can do; where it does it is fixed."""
    return {
        "versions": ["1.0-draft"],
        "name": "yuanhui-kg",
        "view": {"url": f"{base}/page?id={{{{id}}}}"},
        "defaultTypes": [],
        "preview": PREVIEW,
        "suggest": {"entity": True, "property": True, "type": True},
        "extend": {"proposeProperties": True, "propertySettings": []},
        "standardizedScore": True,
    }


def _sent(service: Service) -> dict[str, Any]:
    """The body, which is JSON in the draft. Raises :class:`UsageError`."""
    return parsed(encoding.body(body_limit(service.settings)).decode("utf-8", "replace"), "body", _EXAMPLE)


def _as_before(query: Any, place: int) -> dict[str, Any]:
    """A query of the draft as one of 0.2: its condition on the name, and those on properties."""
    conditions = query.get("conditions") if isinstance(query, dict) else None
    if not isinstance(conditions, list) or not all(isinstance(one, dict) for one in conditions):
        raise UsageError(f"The query {place} has no list of conditions.", f"Send {_EXAMPLE}.")
    values = [(one.get("matchType"), one.get("propertyValue", one.get("v"))) for one in conditions]
    asked = [text for kind, value in values if kind == "name" for text in texts(value)]
    properties = [{"v": value} for kind, value in values if kind == "property"]
    return {
        "query": asked[0] if asked else "",
        "properties": properties,
        **{k: query.get(k) for k in ("type", "limit")},
    }


def _named(candidates: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Candidates whose features have a name, too."""
    return [
        one | {"features": [{"name": feature["id"], **feature} for feature in one["features"]]} for one in candidates
    ]
