"""XML as the engine writes it, made sure to be XML.

The engine writes the characters of literals as they are, of which XML 1.0 (2.2) has no place for some, and names elements by
properties and classes, also where an IRI does not end in a name (``<http://example.org/123>``).
"""

from __future__ import annotations

import re
from html import unescape
from typing import IO, Any, Final

from .errors import NotAcceptableError

#: What is no character of XML, in UTF-8; and a start tag with nothing behind its prefix. In data each ``<`` is escaped.
_WRONG: Final = re.compile(
    rb"(?P<character> [\x00-\x08\x0b\x0c\x0e-\x1f] | \xef\xbf[\xbe\xbf] )"
    rb"| < (?P<prefix> [\w.-]* ) : (?: > | \s [^>]* > )",
    re.VERBOSE,
)
_NAMESPACE: Final = re.compile(rb'xmlns:\w+="([^"]*)"')
_HINTS: Final = {
    "application/rdf+xml": "Ask for text/turtle.",
    "application/sparql-results+xml": "Ask for application/sparql-results+json.",
}
_CHARACTER: Final = 3  # bytes of the longest one that XML has not


class XmlStream:
    """Passes XML on to ``out`` as it comes; what would not be XML raises :class:`NotAcceptableError`.

    A carriage return is written as a reference: as itself, every reader takes it for a line feed.
    """

    def __init__(self, out: IO[bytes], media_type: str) -> None:
        self._out = out
        self._hint = _HINTS[media_type]
        self._rest = b""  # the end of what was passed on, in which something may have begun

    def write(self, data: Any) -> int:
        text = self._rest + bytes(data)
        if found := _WRONG.search(text):
            raise NotAcceptableError(_problem(found), self._hint)
        opened = text.rfind(b"<")
        unfinished = opened if opened > text.rfind(b">") else len(text)
        self._rest = text[min(unfinished, max(0, len(text) - _CHARACTER + 1)) :]
        self._out.write(bytes(data).replace(b"\r", b"&#xD;"))
        return len(data)

    def flush(self) -> None:
        self._out.flush()


def _problem(found: re.Match[bytes]) -> str:
    if character := found["character"]:
        return f"The answer holds the character U+{ord(character.decode()):04X}, for which XML has no place."
    namespace = _NAMESPACE.search(found[0])
    named = f"<{unescape(namespace[1].decode())}>" if namespace else f"the namespace {found['prefix'].decode()}:"
    return f"The answer holds {named} as a property or a class, and no XML element can be called that."
