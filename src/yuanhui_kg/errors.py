"""Every error that users of this package may see.

YuanhuiError                 something the user can act on: ``message`` says what is wrong, ``hint`` what to do
├── UsageError               a parameter, flag or request that does not fit
│   ├── MalformedError       RDF that was sent and cannot be read
│   ├── IncompleteBodyError  a request whose body ended before its end, or whose chunks are none
│   ├── ConflictError        an update that cannot be made because a graph is there already, or is not
│   ├── ShapesError          a change that would break the shapes which the data must keep
│   ├── PreconditionFailedError  a change to something that is not, or no longer, as its request supposes
│   ├── UnauthorizedError    a request without the token that it needs
│   │   └── InvalidTokenError  … or with another one
│   ├── ForbiddenError       a request for what this service does not do
│   └── NotFoundError        a named thing (entity, saved query, file) that is not there
├── DataError                RDF, or another input, that cannot be read; names file and line where known
├── TaggerError              a tagger (a plug-in of extraction) that is not there, or fails
│   ├── TaggerTimeoutError   … within its deadline
│   └── TaggerChoiceError    … by choosing what it was not offered
├── StoreError               a store on disk that cannot be opened or written
│   ├── StoreLockedError     … because another process holds it
│   ├── StoreFullError       … because its disk is full
│   └── StoreDamagedError    … because its files are not what they should be
├── QueryError               a query that cannot be answered
│   ├── QuerySyntaxError     … because the text is not SPARQL
│   ├── QueryRefusedError    … because this service does not do what it asks (SERVICE, LOAD)
│   ├── QueryUnsupportedError … because the engine does not know a function, or cannot evaluate it
│   ├── QueryTooComplexError … because the engine gave up (nesting, memory)
│   ├── QueryTimeoutError    … within its deadline
│   ├── QueryCancelledError  … because it was ended: by its client's leaving, the operator, or the service's end
│   ├── RemoteRefusedError   … because another server (``--endpoint``, ``SERVICE``) does not take it; tells its message
│   └── AnswerTooLargeError  … within the size that an answer may have
│       └── RemoteTruncatedError  … that another server gives: it cut the answer
└── UnavailableError         the service cannot take the request now; ``retry_after`` in seconds
    ├── OverloadedError      … because too many are waiting
    └── RemoteError          … because another server (``--endpoint``, ``SERVICE``) fails
        ├── RemoteUnreachableError  there is no connection to it: refused, no such host, no valid certificate
        ├── RemoteTimeoutError      it has not answered completely within the deadline
        └── RemoteAnswerError       its answer is not what it should be: broken off, of another type, malformed
"""

from __future__ import annotations

from typing import Any, ClassVar


class YuanhuiError(Exception):
    """An error that a user can act on.

    ``code`` is a stable machine-readable name; ``hint`` (may be empty) says what to do about it.
    """

    code: ClassVar[str] = "error"
    retry_after: ClassVar[int | None] = None

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".rstrip()

    def as_dict(self) -> dict[str, Any]:
        """The one JSON shape of errors: ``{"code", "message", "hint"}``."""
        return {"code": self.code, "message": self.message, "hint": self.hint}


class UsageError(YuanhuiError):
    code = "bad_request"


class NotFoundError(UsageError):
    code = "not_found"


class NotAcceptableError(UsageError):
    code = "not_acceptable"


class MalformedError(UsageError):
    code = "malformed"


class IncompleteBodyError(UsageError):
    code = "incomplete_body"


class ConflictError(UsageError):
    code = "conflict"


class ShapesError(UsageError):
    code = "shapes_violated"


class PreconditionFailedError(UsageError):
    code = "precondition_failed"


class UnauthorizedError(UsageError):
    code = "unauthorized"


class InvalidTokenError(UnauthorizedError):
    code = "invalid_token"


class ForbiddenError(UsageError):
    code = "forbidden"


class DataError(YuanhuiError):
    code = "bad_data"


class TaggerError(YuanhuiError):
    code = "tagger_error"


class TaggerTimeoutError(TaggerError):
    code = "tagger_timeout"


class TaggerChoiceError(TaggerError):
    code = "tagger_choice"


class StoreError(YuanhuiError):
    code = "store_error"


class StoreLockedError(StoreError):
    code = "store_locked"


class StoreFullError(StoreError):
    code = "store_full"


class StoreDamagedError(StoreError):
    code = "store_damaged"


class QueryError(YuanhuiError):
    code = "query_error"


class QuerySyntaxError(QueryError):
    """``position`` is line and column (both from 1) where the text stops being SPARQL, where the engine tells."""

    code = "query_syntax"

    def __init__(self, message: str, hint: str = "", position: tuple[int, int] | None = None) -> None:
        super().__init__(message, hint)
        self.position = position

    def as_dict(self) -> dict[str, Any]:
        found = super().as_dict()
        if self.position is not None:
            found["position"] = {"line": self.position[0], "column": self.position[1]}
        return found


class QueryRefusedError(QueryError):
    code = "query_refused"


class QueryUnsupportedError(QueryError):
    code = "query_unsupported"


class QueryTooComplexError(QueryError):
    code = "query_too_complex"


class QueryTimeoutError(QueryError):
    code = "query_timeout"


class QueryCancelledError(QueryError):
    code = "query_cancelled"
    retry_after = 2


class AnswerTooLargeError(QueryError):
    code = "answer_too_large"


class RemoteRefusedError(QueryError):
    code = "remote_refused"


class RemoteTruncatedError(AnswerTooLargeError):
    code = "remote_truncated"


class UnavailableError(YuanhuiError):
    code = "unavailable"
    retry_after: ClassVar[int | None] = 2


class OverloadedError(UnavailableError):
    code = "overloaded"


class RemoteError(UnavailableError):
    code = "remote_failed"
    retry_after = None


class RemoteUnreachableError(RemoteError):
    code = "remote_unreachable"


class RemoteTimeoutError(RemoteError):
    code = "remote_timeout"


class RemoteAnswerError(RemoteError):
    code = "remote_bad_answer"


def _tree(cls: type[YuanhuiError]) -> dict[str, type[YuanhuiError]]:
    found = {cls.code: cls}
    for sub in cls.__subclasses__():
        found.update(_tree(sub))
    return found


def from_dict(error: dict[str, Any]) -> YuanhuiError:
    """The exception for an error that crossed a process boundary as :meth:`YuanhuiError.as_dict`."""
    cls = _tree(YuanhuiError).get(error.get("code", ""), YuanhuiError)
    position = error.get("position")
    if position and issubclass(cls, QuerySyntaxError):
        return cls(error["message"], error.get("hint", ""), (position["line"], position["column"]))
    return cls(error["message"], error.get("hint", ""))
