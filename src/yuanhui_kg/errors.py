"""Every error that users of this package may see.

YuanhuiError                 something the user can act on: ``message`` says what is wrong, ``hint`` what to do
├── UsageError               a parameter, flag or request that does not fit
│   └── NotFoundError        a named thing (entity, saved query, file) that is not there
├── DataError                RDF, or another input, that cannot be read; names file and line where known
├── StoreError               a store on disk that cannot be opened or written
│   ├── StoreLockedError     … because another process holds it
│   └── StoreDamagedError    … because its files are not what they should be
├── QueryError               a query that cannot be answered
│   ├── QuerySyntaxError     … because the text is not SPARQL
│   ├── QueryRefusedError    … because this service does not do what it asks (SERVICE, unknown FROM, update)
│   ├── QueryTooComplexError … because the engine gave up (nesting, memory)
│   ├── QueryTimeoutError    … within its deadline
│   └── AnswerTooLargeError  … within the size that an answer may have
└── UnavailableError         the service cannot take the request now
    └── OverloadedError      … because too many are waiting; ``retry_after`` in seconds
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


class DataError(YuanhuiError):
    code = "bad_data"


class StoreError(YuanhuiError):
    code = "store_error"


class StoreLockedError(StoreError):
    code = "store_locked"


class StoreDamagedError(StoreError):
    code = "store_damaged"


class QueryError(YuanhuiError):
    code = "query_error"


class QuerySyntaxError(QueryError):
    code = "query_syntax"


class QueryRefusedError(QueryError):
    code = "query_refused"


class QueryTooComplexError(QueryError):
    code = "query_too_complex"


class QueryTimeoutError(QueryError):
    code = "query_timeout"


class AnswerTooLargeError(QueryError):
    code = "answer_too_large"


class UnavailableError(YuanhuiError):
    code = "unavailable"


class OverloadedError(UnavailableError):
    code = "overloaded"
    retry_after = 2


def _tree(cls: type[YuanhuiError]) -> dict[str, type[YuanhuiError]]:
    found = {cls.code: cls}
    for sub in cls.__subclasses__():
        found.update(_tree(sub))
    return found


def from_dict(error: dict[str, Any]) -> YuanhuiError:
    """The exception for an error that crossed a process boundary as :meth:`YuanhuiError.as_dict`."""
    cls = _tree(YuanhuiError).get(error.get("code", ""), YuanhuiError)
    return cls(error["message"], error.get("hint", ""))
