"""What GraphML and GEXF share: XML written piece by piece, so that a graph of any size takes no memory."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from .model import Value

DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
# XML 1.0 has no way to write these, not even as references.
_FORBIDDEN: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MARKUP: Final = re.compile('[&<>"\t\n\r]')


def text(value: Value) -> str:
    """A value as the content of an element."""
    shown = _plain(value)
    return escape(shown) if _MARKUP.search(shown) else shown


def attribute(value: Value) -> str:
    """A value as an attribute's, in its quotation marks."""
    shown = _plain(value)
    return quoteattr(shown, {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}) if _MARKUP.search(shown) else f'"{shown}"'


def tag(name: str, values: Mapping[str, Value], close: bool = True) -> str:
    """A start tag, or an empty element; an attribute that is ``None`` is left out."""
    return f"<{name}{values_of(values)}{'/' if close else ''}>"


def values_of(values: Mapping[str, Value]) -> str:
    """Attributes as they stand in a tag, each after a blank; one that is ``None`` is left out."""
    return "".join(f" {key}={attribute(value)}" for key, value in values.items() if value is not None)


def _plain(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    shown = str(value)
    return shown if shown.isprintable() else _FORBIDDEN.sub("\ufffd", shown)
