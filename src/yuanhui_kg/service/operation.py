"""``/api/v1/running``: the queries under way in all server processes, and how one is ended. For the operator."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Blueprint, Response

from ..errors import NotFoundError
from . import control
from .api import PREFIX
from .core import JSON, Service, accepted, respond, respond_json
from .parameters import Parameters, query_pairs


def blueprint(service: Service, folder: Path | None) -> Blueprint:
    """The routes for the operator.

    :param folder: where the server's processes listen to one another; ``None`` where there is only this one.
    """
    routes = Blueprint("operation", __name__, url_prefix=PREFIX)

    def ask(message: dict[str, Any]) -> list[Any]:
        return control.ask_all(folder, message) if folder else [control.answer(message, service.backend)]

    @routes.get("/running")
    def running() -> Response:
        Parameters(query_pairs(), ())
        service.operate()
        accepted([JSON])
        jobs = [job for jobs in ask({"do": "list"}) for job in jobs]
        return respond_json({"running": sorted(jobs, key=lambda job: -job["age"])})

    @routes.delete("/running/<id>")
    def end(id: str) -> Response:
        Parameters(query_pairs(), ())
        service.operate()
        if not any(ask({"do": "end", "id": id})):
            raise NotFoundError(f"No query {id[:100]!r} is running.", f"{PREFIX}/running lists those that are.")
        return respond(b"", JSON, status=204)

    return routes
