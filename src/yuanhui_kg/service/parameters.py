"""Parameters of a request, read strictly: what is unknown, doubled or of the wrong kind is named."""

from __future__ import annotations

import math
import re
from binascii import a2b_qp
from collections.abc import Sequence
from typing import Final
from urllib.parse import unquote_plus

from flask import request

from ..errors import UsageError

_MAX_FIELDS: Final = 1000
_NOT_ENCODED: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
_NUMBER: Final = re.compile(r"[0-9]{0,20}\.?[0-9]{1,20}(?:[eE][+-]?[0-9]{1,4})?|[0-9]{1,20}\.")


def pairs(text: str | bytes, what: str) -> list[tuple[str, str]]:
    """The parameters of a query string or form.

    :param what: where they come from, for the message.
    :raises UsageError: where they are not percent-encoded UTF-8, or too many.
    """
    try:
        if isinstance(text, bytes):
            text = text.decode("utf-8")
        fields = text.split("&")
        if len(fields) > _MAX_FIELDS:
            raise UsageError(f"The {what} holds more than {_MAX_FIELDS} parameters.", "Send fewer.")
        halves = (field.partition("=") for field in fields if field)
        return [(_decoded(name), _decoded(value)) for name, _, value in halves]
    except UnicodeDecodeError:
        raise UsageError(
            f"The parameters in the {what} are not UTF-8.", "Send them as percent-encoded UTF-8."
        ) from None


def _decoded(text: str) -> str:
    """As ``urllib.parse.unquote_plus``, strictly. That reads an encoded query in a loop, and takes longer than most queries.

    Quoted-printable (RFC 2045) is percent-encoding with another sign, and is read in C.
    """
    if "%" not in text:
        return text.replace("+", " ")
    if not text.isascii() or _NOT_ENCODED.search(text):
        return unquote_plus(text, errors="strict")
    quoted = text.replace("+", " ").replace("=", "=3D").replace("%", "=")
    return a2b_qp(quoted).decode("utf-8")


def query_pairs() -> list[tuple[str, str]]:
    """The parameters in the current request's URL. Raises :class:`UsageError`."""
    return url_pairs(str(request.environ.get("QUERY_STRING", "")))


def url_pairs(raw: str) -> list[tuple[str, str]]:
    """The parameters in WSGI's ``QUERY_STRING``. Raises :class:`UsageError`."""
    try:
        return pairs(raw.encode("latin-1"), "URL")  # WSGI hands bytes over as Latin-1
    except UnicodeEncodeError:
        return pairs(raw, "URL")


def once(given: Sequence[tuple[str, str]], *names: str) -> None:
    """Raises :class:`UsageError` where one of these parameters is given more than once."""
    for name in names:
        if sum(key == name for key, _ in given) > 1:
            raise UsageError(f"The parameter {name} is given more than once.", "Give it once.")


class Parameters:
    """The parameters of a request that knows exactly ``known``.

    :raises UsageError: where another one is given.
    """

    def __init__(self, given: Sequence[tuple[str, str]], known: Sequence[str]) -> None:
        self._given = given
        for name, _ in given:
            if name not in known:
                raise UsageError(
                    f"There is no parameter {name[:100]!r} here.",
                    f"Known parameters: {', '.join(known)}." if known else "This takes no parameters.",
                )

    def many(self, name: str) -> list[str]:
        """All values of a parameter that may be repeated."""
        return [value for key, value in self._given if key == name]

    def has(self, name: str) -> bool:
        """Whether a parameter is given, though it be empty."""
        return any(key == name for key, _ in self._given)

    def one(self, name: str) -> str | None:
        """The value of a parameter that may be given once."""
        values = self.many(name)
        if len(values) > 1:
            raise UsageError(f"Parameter {name} is given {len(values)} times.", "Give it once.")
        return values[0] if values else None

    def integer(self, name: str, default: int, low: int, high: int) -> int:
        """A whole number between ``low`` and ``high``, both included."""
        text = self.one(name)
        if text is None:
            return default
        if text.isascii() and text.isdigit() and len(text) <= 12 and low <= int(text) <= high:
            return int(text)
        raise UsageError(f"Parameter {name} is {text[:100]!r}.", f"It takes a whole number between {low} and {high}.")

    def number(self, name: str, default: float, low: float, high: float) -> float:
        """A number between ``low`` and ``high``, both included."""
        text = self.one(name)
        if text is None:
            return default
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if low <= value <= high:
            return value
        raise UsageError(f"Parameter {name} is {text[:100]!r}.", f"It takes a number between {low:g} and {high:g}.")

    def choice(self, name: str, options: Sequence[str], default: str) -> str:
        """One of ``options``."""
        text = self.one(name)
        if text is None:
            return default
        if text not in options:
            raise UsageError(f"Parameter {name} is {text[:100]!r}.", f"It takes one of {', '.join(options)}.")
        return text


def seconds(text: str, name: str, most: float) -> float:
    """A time in seconds, greater than 0; more than ``most`` is ``most``. Raises :class:`UsageError`."""
    value = float(text) if _NUMBER.fullmatch(text) else 0.0
    if not 0 < value < math.inf:
        raise UsageError(
            f"Parameter {name} is {text[:100]!r}.",
            f"It takes a number of seconds greater than 0; more than {most:g}, this server's own limit, is that limit.",
        )
    return min(value, most)
