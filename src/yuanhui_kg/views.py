"""Saved views: what of the graph to look at and how, as a small JSON document that can be kept, shared by URL and exported.

:data:`SCHEMA` says what a document holds; it is the one place that does, and a part of JSON Schema that any validator reads.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NoReturn

from . import terms
from .errors import DataError, NotFoundError, UsageError, YuanhuiError
from .export.choosing import LIMIT, Answer, Choice
from .graph.requests import DIRECTIONS, MAX_DEPTH, MAX_STARTS

MAX_BYTES: Final = 64 * 1024
NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
#: With this begins a view that is itself in a URL: base64url of its deflated JSON follows. No name begins so.
INLINE: Final = "z:"
_VERSION: Final = 1
_BEGINNINGS: Final = ("from", "paths", "things", "query")
_MOST_THINGS: Final = 10_000
_FAR: Final = 1_000_000.0  # of a position
_SHOWN: Final = 60  # characters of what is wrong

Schema = Mapping[str, Any]


def _listed(items: Schema, most: int) -> Schema:
    return {"type": "array", "items": items, "minItems": 1, "maxItems": most, "uniqueItems": True}


_THING: Final[Schema] = {"type": "string", "minLength": 1, "maxLength": 2000, "description": "an IRI, CURIE or id"}
_TEXT: Final[Schema] = {"type": "string", "minLength": 1, "maxLength": 500}
_TEXTS: Final[Schema] = {
    "type": "object",
    "properties": {"zh": _TEXT, "en": _TEXT},
    "additionalProperties": False,
    "minProperties": 1,
}
_PLACE: Final[Schema] = {
    "type": "array",
    "items": {"type": "number", "minimum": -_FAR, "maximum": _FAR},
    "minItems": 2,
    "maxItems": 2,
}
SCHEMA: Final[Schema] = {
    "title": "A view of a graph",
    "type": "object",
    "required": ["view", "title"],
    "additionalProperties": False,
    "properties": {
        "view": {"const": _VERSION, "description": "version of this form"},
        "title": {**_TEXTS, "description": "title in Chinese and English, or one of them"},
        "description": {**_TEXTS, "description": "what there is to see, in one sentence"},
        "from": {**_listed(_THING, MAX_STARTS), "description": "things whose surroundings are shown"},
        "depth": {"type": "integer", "minimum": 1, "maximum": MAX_DEPTH, "description": "steps around them"},
        "direction": {"enum": list(DIRECTIONS), "description": "which relations are followed"},
        "limit": {"type": "integer", "minimum": 1, "maximum": _MOST_THINGS, "description": "most things around them"},
        "paths": {
            **_listed({"type": "array", "items": _THING, "minItems": 2, "maxItems": 2}, MAX_STARTS),
            "description": "pairs of things, between which the best ways are shown",
        },
        "things": {**_listed(_THING, _MOST_THINGS), "description": "just these, with the relations between them"},
        "query": {
            "type": "string",
            "minLength": 1,
            "maxLength": 20_000,
            "description": "id of a saved query, or SPARQL: the things in its answer are shown",
        },
        "parameters": {
            "type": "object",
            "additionalProperties": {"type": "string", "maxLength": 2000},
            "description": "values of the saved query's parameters",
        },
        "predicates": {**_listed(_THING, 100), "description": "only relations of these kinds"},
        "types": {**_listed(_THING, 100), "description": "only things of these classes"},
        "modalities": {**_listed({"type": "string", "minLength": 1, "maxLength": 100}, 20), "description": "only so"},
        "hidden": {**_listed(_THING, _MOST_THINGS), "description": "things that are left out of it"},
        "pinned": {**_listed(_THING, _MOST_THINGS), "description": "things that stand out and stay where they are"},
        "positions": {
            "type": "object",
            "additionalProperties": _PLACE,
            "description": "where things stand, by id: right and down from any point, a point being 1/72 inch on paper",
        },
        "communities": {"type": "boolean", "description": "whether each thing tells its community"},
        "language": {"enum": ["zh", "en"], "description": "language of labels"},
    },
}


@dataclass(frozen=True)
class View:
    """A view, its things and terms as IRIs. ``document`` is the JSON that it was read from."""

    document: Mapping[str, Any] = field(repr=False)
    choice: Choice

    @property
    def title(self) -> dict[str, str]:
        return _both(self.document["title"])

    @property
    def language(self) -> str | None:
        return self.document.get("language")

    @property
    def query(self) -> str | None:
        return self.document.get("query")

    @property
    def parameters(self) -> Mapping[str, str]:
        """Values of the saved query's parameters, by name."""
        found: Mapping[str, str] = self.document.get("parameters", {})
        return found

    @classmethod
    def from_json(cls, document: Any, answer: Answer | None = None) -> View:
        """A view from its document.

        :param answer: what its query answers, where it has one and that is known.
        :raises UsageError: naming the member that does not fit.
        """
        _check(document, SCHEMA, "The view")
        _check_members(document)
        terms_of = {name: _read(document, name, terms.term_of) for name in ("predicates", "types")}
        return cls(
            document,
            Choice(
                start=_read(document, "from"),
                depth=document.get("depth", 1),
                direction=document.get("direction", "both"),
                limit=document.get("limit", LIMIT),
                paths=tuple((_iri("paths", a), _iri("paths", b)) for a, b in document.get("paths", ())),
                things=_read(document, "things"),
                answer=answer,
                communities=document.get("communities", False),
                modalities=tuple(document.get("modalities", ())),
                hidden=_read(document, "hidden"),
                pinned=_read(document, "pinned"),
                positions={
                    _iri("positions", thing): (float(x), float(y))
                    for thing, (x, y) in document.get("positions", {}).items()
                },
                title=_both(document["title"]),
                **terms_of,
            ),
        )

    @classmethod
    def parse(cls, text: str | bytes, most: int = MAX_BYTES) -> View:
        """A view from the text of its document. Raises :class:`UsageError`."""
        return cls.from_json(parsed(text, most))


# --- reading ------------------------------------------------------------------------------------------------------------


def parsed(text: str | bytes, most: int = MAX_BYTES) -> Any:
    """JSON of at most ``most`` bytes. Raises :class:`UsageError`."""
    if len(text) > most:
        raise UsageError(f"The view is longer than {most:,} bytes (setting max_view_bytes).", "Leave out positions.")
    try:
        value = json.loads(text, parse_constant=_no_number)
        json.dumps(value, ensure_ascii=False).encode()  # half characters (\ud800) are no text
    except (ValueError, RecursionError) as error:
        raise UsageError(f"The view is not JSON: {str(error)[:200]}.", "docs/exports.md has an example.") from None
    return value


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _both(texts: Mapping[str, str]) -> dict[str, str]:
    first = next(iter(texts.values()))
    return {language: texts.get(language, first) for language in ("zh", "en")}


def _read(document: Schema, name: str, read: Callable[[str], str] = terms.iri_of) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_iri(name, value, read) for value in document.get(name, ())))


def _iri(name: str, value: str, read: Callable[[str], str] = terms.iri_of) -> str:
    try:
        return read(value)
    except UsageError as error:
        raise UsageError(f"The view's {name}: {error.message}", error.hint) from None


def _check_members(document: Mapping[str, Any]) -> None:
    """Which members go together."""
    begins = [name for name in _BEGINNINGS if name in document]
    if len(begins) != 1:
        given = " and ".join(begins) or "none of them"
        raise UsageError(
            f"A view has one of {', '.join(_BEGINNINGS)}; this one has {given}.", "Say once what is to be looked at."
        )
    for name, needed in _NEEDED.items():
        if name in document and begins[0] not in needed:
            raise UsageError(f"The view's {name} goes with {' or '.join(needed)}.", f"Leave {name} out.")


_NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    "depth": ("from",),
    "direction": ("from",),
    "limit": ("from",),
    "types": ("from", "paths"),
    "predicates": ("from", "paths", "things"),
    "modalities": ("from", "paths", "things"),
    "parameters": ("query",),
}

# --- the part of JSON Schema that views need ------------------------------------------------------------------------------

_TYPES: Final[Mapping[str, tuple[type | tuple[type, ...], str]]] = {
    "object": (dict, "an object"),
    "array": (list, "a list"),
    "string": (str, "a text"),
    "integer": (int, "a whole number"),
    "number": ((int, float), "a number"),
    "boolean": (bool, "true or false"),
}


def _check(value: Any, schema: Schema, where: str) -> None:
    """Raises :class:`UsageError` where a value does not keep to a schema, saying which and what it should be."""
    if "const" in schema and (value != schema["const"] or isinstance(value, bool)):
        _refuse(where, value, f"it is {json.dumps(schema['const'])} in this version")
    if "enum" in schema and (not isinstance(value, str) or value not in schema["enum"]):
        _refuse(where, value, f"it takes one of {', '.join(schema['enum'])}")
    if "type" in schema:
        kinds, called = _TYPES[schema["type"]]
        if not isinstance(value, kinds) or (isinstance(value, bool) and schema["type"] != "boolean"):
            _refuse(where, value, f"it takes {called}")
    if isinstance(value, int | float) and "minimum" in schema:
        low, high = schema["minimum"], schema["maximum"]
        if not low <= value <= high:
            _refuse(where, value, f"it takes {low:,} to {high:,}")
    if isinstance(value, str) and not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)):
        _refuse(where, value, f"it takes {schema.get('minLength', 0)} to {schema['maxLength']:,} characters")
    if isinstance(value, list):
        _check_list(value, schema, where)
    if isinstance(value, dict):
        _check_object(value, schema, where)


def _check_list(value: list[Any], schema: Schema, where: str) -> None:
    least, most = schema["minItems"], schema["maxItems"]
    if not least <= len(value) <= most:
        number = f"{least}" if least == most else f"{least} to {most:,}"
        _refuse(where, value, f"it takes {number} values, not {len(value):,}")
    for place, item in enumerate(value, 1):
        _check(item, schema["items"], f"{where}, value {place},")
    if schema.get("uniqueItems") and len({json.dumps(item) for item in value}) < len(value):
        _refuse(where, value, "it names something twice")


def _check_object(value: Mapping[str, Any], schema: Schema, where: str) -> None:
    known, others = schema.get("properties", {}), schema.get("additionalProperties", True)
    prefix = "The view's " if where == "The view" else f"{where} "
    for name in schema.get("required", ()):
        if name not in value:
            raise UsageError(f"{where} has no {name}.", f"Give it: {known[name].get('description', name)}.")
    if len(value) < schema.get("minProperties", 0):
        _refuse(where, value, f"it takes {' or '.join(known)}")
    for name, item in value.items():
        if name not in known and others is False:
            raise UsageError(f"{where} has a member {name[:_SHOWN]!r}.", f"It takes {', '.join(known)}.")
        _check(item, known.get(name, others), prefix + name[:_SHOWN])


def _refuse(where: str, value: Any, what: str) -> NoReturn:
    shown = json.dumps(value, ensure_ascii=False)
    raise UsageError(f"{where} is {shown[:_SHOWN]}{'…' if len(shown) > _SHOWN else ''}; {what}.")


# --- in a URL -----------------------------------------------------------------------------------------------------------


def encoded(document: Any) -> str:
    """A document as a URL holds it: ``z:`` and base64url (without padding) of its deflated JSON."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    deflate = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return INLINE + base64.urlsafe_b64encode(deflate.compress(text) + deflate.flush()).rstrip(b"=").decode()


def decoded(text: str, most: int = MAX_BYTES) -> Any:
    """The document that :func:`encoded` wrote. Not more than ``most`` bytes are ever unpacked. Raises :class:`UsageError`."""
    broken = UsageError(
        "The view in the URL cannot be unpacked.", "Copy the whole address, or have it made again where it is from."
    )
    packed = text.removeprefix(INLINE)
    if len(packed) > most:
        raise UsageError(f"The view is longer than {most:,} bytes (setting max_view_bytes).", "Keep it as a file.")
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        data = base64.b64decode(packed + "=" * (-len(packed) % 4), altchars=b"-_", validate=True)
        found = inflate.decompress(data, most + 1)
    except (binascii.Error, zlib.error, ValueError):
        raise broken from None
    if len(found) <= most and (not inflate.eof or inflate.unused_data):
        raise broken
    return parsed(found, most)


# --- in a folder --------------------------------------------------------------------------------------------------------


def load(folder: Path, most: int = MAX_BYTES) -> dict[str, View]:
    """The views of a folder by name: that of the file ``<name>.json``. None where there is no such folder.

    :raises DataError: for a file that is no view, naming it.
    """
    return dict(_views(folder, most))


def find(folder: Path, name: str, most: int = MAX_BYTES) -> View:
    """The view of that name in a folder. Raises :class:`NotFoundError`, naming those that there are."""
    if not NAME.fullmatch(name) or not (path := folder / f"{name}.json").is_file():
        names = ", ".join(path.stem for path in sorted(folder.glob("*.json"))) or "none"
        raise NotFoundError(f"There is no saved view {name[:100]!r}.", f"Saved views: {names}; a file is named ./FILE.")
    return read(path, most)


def _views(folder: Path, most: int) -> Iterator[tuple[str, View]]:
    for path in sorted(folder.glob("*.json")):
        try:
            if not NAME.fullmatch(path.stem):
                raise UsageError("Its name is none for a view.", "Use small letters, digits and hyphens.")
            yield path.stem, read(path, most)
        except YuanhuiError as error:
            raise DataError(f"{path}: {error.message}", error.hint) from None


def read(path: Path, most: int = MAX_BYTES) -> View:
    """The view in a file. Raises :class:`UsageError`, and :class:`DataError` where it cannot be read."""
    try:
        with open(path, "rb") as file:
            return View.parse(file.read(most + 1), most)
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}.") from None
