"""One shape for all errors: ``{"error": {"code", "message", "hint"}}``; a page where a browser asked for a page.

Both are in the language that ``Accept-Language`` wants, Chinese or English.
"""

from __future__ import annotations

import errno
import json
import logging
from collections.abc import Mapping
from typing import Any, Final

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from .. import errors
from ..errors import YuanhuiError
from . import html
from .negotiate import choose, choose_language
from .problems import LANGUAGES, told_in

#: HTTP status by class; a subclass that is not named has its base's.
STATUS: Final[dict[type[YuanhuiError], int]] = {
    YuanhuiError: 500,
    errors.UsageError: 400,
    errors.NotFoundError: 404,
    errors.NotAcceptableError: 406,
    errors.ConflictError: 409,
    errors.PreconditionFailedError: 412,
    errors.ShapesError: 422,
    errors.UnauthorizedError: 401,
    errors.ForbiddenError: 403,
    errors.DataError: 500,
    errors.StoreError: 500,
    errors.StoreFullError: 507,
    errors.QueryError: 400,
    errors.QuerySyntaxError: 400,
    errors.QueryRefusedError: 403,
    errors.QueryUnsupportedError: 501,
    errors.QueryTooComplexError: 400,
    errors.QueryTimeoutError: 504,
    errors.QueryCancelledError: 503,
    errors.AnswerTooLargeError: 413,
    errors.UnavailableError: 503,
    errors.OverloadedError: 503,
    errors.RemoteError: 502,
    errors.RemoteTimeoutError: 504,
}

_HINTS: Final[dict[int, str]] = {
    404: "Start from / for pages, or from /api/v1/ for data.",
    405: "Use one of the methods that the Allow header names.",
    413: "Send less.",
    500: "The server's log tells more.",
}
_MESSAGES: Final[dict[int, str]] = {
    404: "There is nothing at this address.",
    405: "This address does not take that method.",
}
_FULL: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_KEPT_HEADERS: Final = ("Accept", "Accept-Encoding", "Allow", "Location", "Retry-After")
#: Paths that programs read: their errors are JSON whoever asks.
_DATA_PATHS: Final = (
    "/sparql",
    "/update",
    "/graphs",
    "/api/",
    "/data/",
    "/dump.",
    "/.well-known/",
    "/health",
    "/ready",
    "/metrics",
)

log = logging.getLogger("yuanhui_kg.service")


def status_of(error: YuanhuiError) -> int:
    """The HTTP status of an error."""
    return next(STATUS[cls] for cls in type(error).__mro__ if cls in STATUS)


def install(app: Flask) -> None:
    """Let every error of ``app`` be answered in the one shape."""
    app.register_error_handler(YuanhuiError, _of_ours)
    app.register_error_handler(HTTPException, _of_http)
    app.register_error_handler(Exception, _of_nobody)


def _of_ours(error: YuanhuiError) -> Response:
    status = status_of(error)
    if status == 500:
        log.error("%s", error)
    headers = {} if error.retry_after is None else {"Retry-After": str(error.retry_after)}
    if status == 401:
        wrong = ', error="invalid_token"' if isinstance(error, errors.InvalidTokenError) else ""
        headers["WWW-Authenticate"] = f'Bearer realm="yuanhui-kg"{wrong}'
    return answer(status, error.as_dict(), headers)


def _of_http(error: HTTPException) -> Response:
    status = error.code or 500
    kept = {name: value for name, value in error.get_headers() if name in _KEPT_HEADERS}
    if status < 400:  # werkzeug's redirects are exceptions too
        return Response(status=status, headers=kept)
    code = error.name.lower().replace(" ", "_")
    message = _MESSAGES.get(status, error.description or error.name)
    return answer(status, {"code": code, "message": message, "hint": _HINTS.get(status, "")}, kept)


def _of_nobody(error: Exception) -> Response:
    """A mistake of ours: the log has it, the visitor is told no more than that it happened.

    Or the folder for temporary files is full, into which large bodies and answers go.
    """
    if isinstance(error, OSError) and error.errno in _FULL:
        log.error("no room for temporary files: %s", error)
        full = errors.StoreFullError(
            "This service has no room for temporary files now.", "Try again later, or less at once."
        )
        return answer(status_of(full), full.as_dict())
    log.error("unexpected %s at %s %s", type(error).__name__, request.method, request.path, exc_info=error)
    return answer(
        500,
        {"code": "internal_error", "message": "Something went wrong in this service.", "hint": _HINTS[500]},
    )


def precondition_failed() -> Response:
    """What is answered in the place of something that ``If-Match`` does not want."""
    error = errors.PreconditionFailedError("What is here is not what If-Match names.", "Ask without it.")
    return answer(status_of(error), error.as_dict())


def not_encoded() -> Response:
    """What is answered to a client that takes nothing as it is, nor in a coding that is offered."""
    error = errors.NotAcceptableError(
        "None of the codings that Accept-Encoding names is offered, and it refuses what is not encoded.",
        "Take br, gzip or identity.",
    )
    response = answer(status_of(error), error.as_dict())
    response.vary.add("Accept-Encoding")
    return response


def answer(status: int, error: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Response:
    """The answer that tells of ``error`` (code, message, hint)."""
    if _wants_page():
        response = html.error_page(status, error)
    else:
        language = choose_language(request.headers.get("Accept-Language"), LANGUAGES)
        body = json.dumps({"error": told_in(language, error)}, ensure_ascii=False) + "\n"
        response = Response(body.encode("utf-8", "replace"), status, content_type="application/json")
        response.headers["Content-Language"] = language
        response.vary.add("Accept-Language")
    response.headers.update(headers or {})
    response.headers["Cache-Control"] = "no-store"
    response.vary.add("Accept")
    return response


def _wants_page() -> bool:
    if request.path.startswith(_DATA_PATHS):
        return False
    return choose(request.headers.get("Accept"), ["application/json", "text/html"]) == "text/html"
