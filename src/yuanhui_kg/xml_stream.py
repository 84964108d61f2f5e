"""XML as the engine writes it, made sure to be XML.

The engine writes the characters of literals as they are, of which XML 1.0 (2.2) has no place for some, and names elements by
properties and classes, also where an IRI does not end in a name (``<http://example.org/123>``).
"""

from __future__ import annotations

import re
from html import unescape
from typing import IO, Any, Final

from .errors import NotAcceptableError

#: What is no character of XML, in UTF-8: bytes that no other character has (found faster than by a pattern), and two of three bytes.
_CONTROLS: Final = bytes(set(range(0x20)) - set(b"\t\n\r"))
_NO_CHARACTERS: Final = (b"\xef\xbf\xbe", b"\xef\xbf\xbf")
_CHARACTER: Final = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
#: A start tag with nothing behind its prefix. In data each ``<`` is escaped.
_NAMELESS: Final = re.compile(rb"<(?P<prefix>[\w.-]*):(?:>|\s[^>]*>)")
_RDF: Final = "application/rdf+xml"
_NAMESPACE: Final = re.compile(rb'xmlns:\w+="([^"]*)"')
_HINTS: Final = {
    _RDF: "Ask for text/turtle.",
    "application/sparql-results+xml": "Ask for application/sparql-results+json.",
}
_LONGEST: Final = 3  # bytes of the longest one that XML has not


class XmlStream:
    """Passes XML on to ``out`` as it comes; what would not be XML raises :class:`NotAcceptableError`.

    A carriage return is written as a reference: as itself, every reader takes it for a line feed.
    """

    def __init__(self, out: IO[bytes], media_type: str) -> None:
        self._out = out
        self._hint = _HINTS[media_type]
        self._names = media_type == _RDF  # only there are elements called by what is in the data
        self._rest = b""  # the end of what was passed on, in which something may have begun

    def write(self, data: Any) -> int:
        text = self._rest + bytes(data)
        if problem := self._problem(text):
            raise NotAcceptableError(problem, self._hint)
        opened = text.rfind(b"<")
        unfinished = opened if opened > text.rfind(b">") else len(text)
        self._rest = text[min(unfinished, max(0, len(text) - _LONGEST + 1)) :]
        self._out.write(bytes(data).replace(b"\r", b"&#xD;"))
        return len(data)

    def flush(self) -> None:
        self._out.flush()

    def _problem(self, text: bytes) -> str:
        """What is no XML, in one sentence; else nothing."""
        if len(text.translate(None, _CONTROLS)) != len(text) or any(one in text for one in _NO_CHARACTERS):
            character = _CHARACTER.findall(text)[0].decode()
            return f"The answer holds the character U+{ord(character):04X}, for which XML has no place."
        if self._names and (tag := _NAMELESS.search(text)):
            namespace = _NAMESPACE.search(tag[0])
            named = f"<{unescape(namespace[1].decode())}>" if namespace else f"the namespace {tag['prefix'].decode()}:"
            return f"The answer holds {named} as a property or a class, and no XML element can be called that."
        return ""
