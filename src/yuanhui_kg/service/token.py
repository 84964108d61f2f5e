"""The token for writing: known only by its salted digest once it has been read."""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Final

from ..errors import InvalidTokenError, UnauthorizedError, UsageError
from ..settings import Settings

VARIABLE: Final = "YUANHUI_KG_TOKEN"
_SCHEME: Final = "bearer"


@dataclass(frozen=True)
class Token:
    """What tells whether a request brings the token; the token cannot be had from it."""

    salt: bytes
    digest: bytes

    @classmethod
    def of(cls, text: str) -> Token:
        salt = os.urandom(16)
        return cls(salt, _digest(text.encode(), salt))

    def to_json(self) -> list[str]:
        return [self.salt.hex(), self.digest.hex()]

    @classmethod
    def from_json(cls, value: list[str]) -> Token:
        return cls(*map(bytes.fromhex, value))

    def check(self, authorization: str | None) -> None:
        """Check a request's ``Authorization`` header.

        :raises UnauthorizedError: where it brings no token.
        :raises InvalidTokenError: where it brings another one (RFC 6750, 3.1).
        """
        scheme, _, given = (authorization or "").strip().partition(" ")
        if scheme.lower() != _SCHEME or not given.strip():
            raise UnauthorizedError("This needs the token for writing.", "Send it as: Authorization: Bearer TOKEN.")
        # WSGI hands the header's bytes over as Latin-1.
        if not hmac.compare_digest(_digest(given.strip().encode("latin-1", "replace"), self.salt), self.digest):
            raise InvalidTokenError("The token is not the one for writing.", "Ask the operator of this service for it.")


def _digest(token: bytes, salt: bytes) -> bytes:
    return hashlib.blake2b(token, salt=salt).digest()


def read_token(settings: Settings, environment: MutableMapping[str, str] = os.environ) -> Token | None:
    """The token, from its file or the environment, which then forgets it; ``None`` where it is not given nor needed.

    It is for writing and, on a service that is read only too, for seeing and ending queries that run.

    Raises :class:`UsageError` where there is none.
    """
    text = environment.pop(VARIABLE, "")
    if not settings.writable and not text and settings.token_file is None:
        return None
    if settings.token_file is not None:
        try:
            text = settings.token_file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"The token file {settings.token_file} cannot be read: {error}.", "Check it.") from None
    text = text.strip()
    if not text and not settings.writable:
        return None
    if not text:
        raise UsageError(
            "Writing (--writable) needs a token.", f"Give it in the variable {VARIABLE} or with --token-file FILE."
        )
    if not text.isprintable() or any(character.isspace() for character in text):
        raise UsageError("The token for writing holds a blank or a control character.", "Choose one without.")
    return Token.of(text)
