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
import contextlib
import re
from functools import partial
from pathlib import Path
from typing import Final

from flask import Flask, Response, request

from .. import catalog, views
from ..cache import AnswerCache
from ..errors import UsageError
from ..settings import Settings
from ..workers import Backend
from . import (
    about,
    api,
    article,
    assets,
    calling,
    compare_page,
    conditions,
    encoding,
    errors,
    explore,
    exports,
    figures_page,
    graph_api,
    graphs,
    health,
    heavy,
    html,
    links_page,
    logs,
    metrics,
    ontology_page,
    openapi,
    operation,
    pages,
    publish,
    reconcile,
    reconcile_draft,
    resources,
    sources,
    sparql,
    update,
)
from .core import EXTENSION, OPEN_TO_ALL, Service, Writes, conditional
from .token import Token

_ALLOWED: Final = (
    "Accept",
    "Accept-Language",
    "Authorization",
    "Content-Encoding",
    "Content-Type",
    "If-Match",
    "If-None-Match",
    "Slug",
    "X-Request-Id",
)
_HEADER_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}")
_MOST_HEADERS: Final = 50


def create_app(
    settings: Settings,
    backend: Backend,
    writes: Writes | None = None,
    *,
    token: Token | None = None,
    folder: Path | None = None,
    counted: metrics.Metrics | None = None,
) -> Flask:
    """The application that serves ``backend`` and takes changes where it is given how. The caller closes the backend.

    :param token: what the operator shows to see and end queries; that for writing will do too.
    :param folder: where the processes of this service listen to one another.
    :param counted: where requests are counted that somebody ahead of the application answers too.

    Raises :class:`DataError` where a saved query or view cannot be read.
    """
    app = Flask(__name__)
    app.url_map.merge_slashes = False  # IRIs in paths hold two in a row
    app.url_map.strict_slashes = False  # no redirects from here: they would name the Host that the client sent
    app.config["MAX_CONTENT_LENGTH"] = sparql.body_limit(settings)
    service = Service(
        settings,
        backend,
        AnswerCache(settings.cache_bytes),
        catalog.load(settings.queries),
        views.load(settings.view_folder, settings.max_view_bytes),
        writes=writes,
        token=token,
        metrics=counted or metrics.Metrics(),
        calling=calling.Calling(settings),
        heavy=heavy.Heavy(settings),
    )
    app.extensions[EXTENSION] = service
    service.metrics.caches.append(service.cache)
    logs.install(app)  # what comes first has the last word on an answer
    metrics.install(app, service.metrics)
    html.install(app, partial(sources.served, service))
    errors.install(app)
    for module in (
        sparql,
        update,
        graphs,
        api,
        graph_api,
        publish,
        exports,
        reconcile,
        reconcile_draft,
        resources,
        health,
        openapi,
    ):
        app.register_blueprint(module.blueprint(service))
    for module in (pages, article, figures_page, compare_page, explore, ontology_page, links_page, about):
        app.register_blueprint(module.blueprint(service))
    app.register_blueprint(operation.blueprint(service, folder))
    app.register_blueprint(metrics.blueprint(settings, backend, service.metrics))
    app.before_request(_one_host)
    app.after_request(partial(_finish, service))
    return app


def application() -> Flask:
    """The application for other WSGI servers: settings from the environment, a backend of its own.

    Raises what reading settings and data raises.
    """
    settings = Settings.load()
    if settings.writable:
        raise UsageError("Writing needs the server that comes along.", "Start it with: yuanhui-kg serve --writable.")
    backend = Backend.start(settings)
    atexit.register(backend.close)
    return create_app(settings, backend)


def _finish(service: Service, response: Response) -> Response:
    if response.direct_passthrough:  # a file of the package, all of which are small
        response.direct_passthrough = False
        with contextlib.closing(response.response):  # type: ignore[type-var]
            response.set_data(b"".join(response.iter_encoded()))
        assets.let_be_kept(request.path, response)
    if conditions.failed(response):
        response.close()
        response = errors.precondition_failed()
    response = conditional(response)
    if not encoding.encode(response, service.settings.compress_from, service.cache) and response.status_code < 300:
        response.close()
        response = errors.not_encoded()
    return _open_to_all(response)


def _one_host() -> None:
    """Raises :class:`UsageError` where the current request does not say which host it is for (RFC 9112, 3.2)."""
    host = request.environ.get("HTTP_HOST", "")
    if request.environ.get("SERVER_PROTOCOL") == "HTTP/1.1" and (not host or "," in host):
        raise UsageError("The request has no Host, or more than one.", "Send one Host header.")


def _open_to_all(response: Response) -> Response:
    """Let scripts of other sites read what everybody may read (CORS; no credentials are ever involved)."""
    headers = response.headers
    headers.update(OPEN_TO_ALL)
    if request.method == "OPTIONS" and response.status_code == 200:
        headers["Access-Control-Allow-Methods"] = headers.get("Allow", "GET, HEAD, OPTIONS")
        headers["Access-Control-Allow-Headers"] = ", ".join([*_ALLOWED, *_asked_for()])
        response.vary.add("Access-Control-Request-Headers")
        headers["Access-Control-Max-Age"] = "86400"
        headers.pop("Content-Type", None)
        response.status_code = 204
    return response


def _asked_for() -> list[str]:
    """Further headers that a script of another site wants to send: whatever they say, nobody is logged in here."""
    known = {name.lower() for name in _ALLOWED}
    asked = [name.strip().lower() for name in request.headers.get("Access-Control-Request-Headers", "").split(",")]
    found = [name for name in dict.fromkeys(asked) if name not in known and _HEADER_NAME.fullmatch(name)]
    return found[:_MOST_HEADERS]
