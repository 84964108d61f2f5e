"""The HTTP service, as a WSGI application.

Under the server that comes along: ``yuanhui-kg serve``. Under any other WSGI server, ``yuanhui_kg.service:application``
is a factory that takes its settings from the environment (``YUANHUI_KG_…``) and starts what it needs, once for each
server process::

    gunicorn --threads 8 'yuanhui_kg.service:application()'
    waitress-serve --call yuanhui_kg.service:application

Load it in the process that serves (no ``--preload``): the query workers belong to the process that started them.
"""

from __future__ import annotations

import atexit
from typing import Final

from flask import Flask, Response, request

from .. import catalog
from ..cache import AnswerCache
from ..settings import Settings
from ..workers import Backend
from . import api, errors, health, html, pages, resources, sparql
from .core import Service

_FORM_ROOM: Final = 64 * 1024  # in a form, beside the query: other parameters


def create_app(settings: Settings, backend: Backend) -> Flask:
    """The application that serves ``backend``. The caller closes the backend.

    Raises :class:`DataError` where a saved query cannot be read.
    """
    app = Flask(__name__)
    app.url_map.merge_slashes = False  # IRIs in paths hold two in a row
    # Percent-encoding triples what is not ASCII; the query's own length is checked once it is decoded.
    app.config["MAX_CONTENT_LENGTH"] = 3 * settings.max_query_bytes + _FORM_ROOM
    service = Service(settings, backend, AnswerCache(settings.cache_bytes), catalog.load(settings.queries))
    html.install(app)
    errors.install(app)
    for module in (sparql, api, resources, pages, health):
        app.register_blueprint(module.blueprint(service))
    app.after_request(_open_to_all)
    return app


def application() -> Flask:
    """The application for other WSGI servers: settings from the environment, a backend of its own.

    Raises what reading settings and data raises.
    """
    settings = Settings.load()
    backend = Backend.start(settings)
    atexit.register(backend.close)
    return create_app(settings, backend)


def _open_to_all(response: Response) -> Response:
    """Let scripts of other sites read what everybody may read (CORS; no credentials are ever involved)."""
    headers = response.headers
    headers["Access-Control-Allow-Origin"] = "*"
    headers["Access-Control-Expose-Headers"] = "Allow, Content-Length, ETag, Link, Location, Retry-After"
    headers.setdefault("X-Content-Type-Options", "nosniff")
    if request.method == "OPTIONS" and response.status_code == 200:
        headers["Access-Control-Allow-Methods"] = headers.get("Allow", "GET, HEAD, OPTIONS")
        headers["Access-Control-Allow-Headers"] = "Accept, Accept-Language, Content-Type, If-None-Match"
        headers["Access-Control-Max-Age"] = "86400"
        headers.pop("Content-Type", None)
        response.status_code = 204
    return response
