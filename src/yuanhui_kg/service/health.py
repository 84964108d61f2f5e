"""``/health``: the process answers. ``/ready``: it can answer queries."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, Response

from ..errors import OverloadedError
from .core import Service, respond_json, sparql_job

_PROBE: Final = "ASK {}"
_PROBE_SECONDS: Final = 5.0


def blueprint(service: Service) -> Blueprint:
    """The routes that a supervisor asks."""
    routes = Blueprint("health", __name__)

    @routes.get("/health")
    def health() -> Response:
        return respond_json({"status": "ok"})

    @routes.get("/ready")
    def ready() -> Response:
        # An error here is answered as any other: 503 where no worker can be had.
        try:
            with service.backend.run("sparql", sparql_job(_PROBE), _PROBE_SECONDS):
                pass
        except OverloadedError:
            return respond_json({"status": "busy", **_data(service)})
        data = _data(service)
        if data["indexes"] == "none":
            return respond_json({"status": "loading", **data}, status=503)
        return respond_json({"status": "ready", **data})

    return routes


def _data(service: Service) -> dict[str, Any]:
    """How much there was when neighbours and search were last brought up to date, and whether they are or lag behind."""
    backend = service.backend
    return {"triples": backend.triples, "indexes": backend.indexes}
