"""Saved queries: ``queries/*.rq`` and ``queries/linking/*.rq``, SPARQL files that say in their first lines what they answer.

A header is made of lines that begin with ``#+``, so that the file remains a query that runs when pasted elsewhere::

    #+ summary:
    #+   zh: 某地区有哪些企业？
    #+   en: Which companies are in a region?
    #+ tags: [companies]
    #+ params:
    #+   region:
    #+     type: iri
    #+     label:
    #+       zh: 地区
    #+       en: Region
    #+     default: yh:some-district
    #+ expect: rows

``summary`` is required, in both languages. Each parameter is a variable that the query projects; its value is bound
as an RDF term, never pasted into the text. ``expect`` says what the query is meant to give on the graph that comes
with the package: ``rows`` (at least one), ``empty`` (none; a check) or ``any``.

The header's language is a small strict part of YAML: nested ``key: value`` by two blanks, plain or double-quoted
scalars, and lists in square brackets.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, cast

import pyoxigraph as ox

from .errors import DataError, NotFoundError, UsageError
from .namespaces import PREFIXES
from .query import term
from .screening import spans
from .terms import iri_of

Expectation = Literal["rows", "empty", "any"]
Kind = Literal["solutions", "boolean", "graph"]

LANGUAGES: Final = ("zh", "en")
LINKING: Final = "linking"
ID: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")

_XSD = PREFIXES["xsd"]
#: Literal types of parameters: datatype, and the form a value has.
_DATATYPES: Final[dict[str, tuple[str, str]]] = {
    "string": (_XSD + "string", r"(?s).*"),
    "integer": (_XSD + "integer", r"[+-]?\d+"),
    "decimal": (_XSD + "decimal", r"[+-]?(\d+(\.\d*)?|\.\d+)"),
    "double": (_XSD + "double", r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?|NaN|[+-]?INF"),
    "boolean": (_XSD + "boolean", r"true|false|1|0"),
    "date": (_XSD + "date", r"-?\d{4,}-\d\d-\d\d(Z|[+-]\d\d:\d\d)?"),
    "gYear": (_XSD + "gYear", r"-?\d{4,}(Z|[+-]\d\d:\d\d)?"),
    "edtf": (PREFIXES["edtf"] + "EDTF", r"\S+"),
}
_HEADER_LINE: Final = re.compile(r"^#\+.*\n?", re.MULTILINE)
PARAMETER_TYPES: Final = ("iri", *LANGUAGES, *_DATATYPES)


@dataclass(frozen=True)
class Parameter:
    """A variable that the caller gives a value to. Without a default it must be given."""

    name: str
    type: str
    label: Mapping[str, str]
    default: str | None = None


@dataclass(frozen=True)
class SavedQuery:
    """A query of the catalogue; ``id`` is the stem of its file, ``text`` the whole file."""

    id: str
    path: Path
    text: str
    summary: Mapping[str, str]
    tags: tuple[str, ...]
    params: tuple[Parameter, ...]
    expect: Expectation
    kind: Kind
    variables: tuple[str, ...]

    def bindings(self, values: Mapping[str, str] | None = None) -> dict[str, str]:
        """Each parameter's value as an N-Triples term: the one given, else its default.

        Raises :class:`UsageError` where one is unknown, missing or not of its type.
        """
        given = dict(values or {})
        bound = {}
        for param in self.params:
            value = given.pop(param.name, param.default)
            if value is None:
                raise UsageError(
                    f"Query {self.id} needs a value for its parameter {param.name}.",
                    f"Give one of type {param.type}: {param.name}=VALUE.",
                )
            try:
                bound[param.name] = typed_term(value, param.type)
            except ValueError as error:
                raise UsageError(f"Parameter {param.name} of query {self.id}: {error}.") from None
        if given:
            known = ", ".join(p.name for p in self.params) or "none"
            raise UsageError(f"Query {self.id} has no parameter {sorted(given)[0]}.", f"Its parameters: {known}.")
        return bound

    def standalone(self) -> str:
        """The text with each parameter's default written into it, so that it answers the same wherever it is asked.

        They stand in a line each at the beginning of the pattern, where a reader can change them. A parameter without a
        default is left open. Of the header, the questions are left.
        """
        defaults = {
            param.name: typed_term(param.default, param.type) for param in self.params if param.default is not None
        }
        lines = "".join(f"\n  VALUES ?{name} {{ {value} }}" for name, value in defaults.items())
        questions = "".join(f"# {self.summary[language]}\n" for language in LANGUAGES)
        text = questions + _HEADER_LINE.sub("", self.text)
        at = _pattern_start(text)
        return text[:at] + lines + text[at:]


def _pattern_start(text: str) -> int:
    """Where the outermost pattern of a query begins, behind its brace."""
    depth = 0
    for _, mark, _, end in spans(text):
        depth += {"(": 1, ")": -1}.get(mark, 0)
        if mark == "{" and depth == 0:
            return end
    return len(text)


# --- terms ------------------------------------------------------------------------------------------------------------


def typed_term(value: str, type: str) -> str:
    """``value`` as an N-Triples term of a parameter type: ``iri``, a language, or a literal's type.

    An IRI may be written ``<iri>``, as itself, with one of the graph's prefixes (``yh:some-place``) or as a local name.
    Raises :class:`ValueError` with a readable message.
    """
    if type == "iri":
        return _iri(value)
    if type in LANGUAGES:
        return str(ox.Literal(value, language=type))
    datatype, form = _DATATYPES[type]
    if not re.fullmatch(form, value):
        raise ValueError(f"{value!r} is no {type}")
    return str(ox.Literal(value, datatype=ox.NamedNode(datatype)))


def guessed_term(text: str) -> str:
    """``text`` as an N-Triples term where no type is declared, as SPARQL would read it.

    ``<iri>``, ``yh:x``, ``"text"``, ``"text"@zh``, ``"2020"^^xsd:gYear``, numbers, ``true`` and ``false``; other text
    is a plain string. Raises :class:`ValueError`.
    """
    if text.startswith("<"):
        return _iri(text)
    if text.startswith('"'):
        return _quoted(text)
    for type in ("integer", "decimal", "double"):
        if re.fullmatch(_DATATYPES[type][1], text):
            return typed_term(text, type)
    if text in ("true", "false"):
        return typed_term(text, "boolean")
    prefix, colon, _ = text.partition(":")
    if "://" in text or (colon and prefix in PREFIXES):
        return _iri(text)
    return typed_term(text, "string")


def _iri(text: str) -> str:
    try:
        return f"<{iri_of(text)}>"
    except UsageError as error:
        raise ValueError(error.message.rstrip(".")) from None


def _quoted(text: str) -> str:
    match = re.fullmatch(r'("(?:[^"\\]|\\.)*")(?:(@[A-Za-z0-9-]+)|\^\^(\S+))?', text, re.DOTALL)
    if not match:
        raise ValueError(f'{text!r} is no literal; write "text", "text"@zh or "text"^^xsd:date')
    literal, language, datatype = match.groups()
    try:
        return str(term(literal + (f"^^{_iri(datatype)}" if datatype else language or "")))
    except UsageError as error:
        raise ValueError(error.message.rstrip(".")) from None


# --- reading ----------------------------------------------------------------------------------------------------------


def load(folder: Path) -> dict[str, SavedQuery]:
    """All saved queries of a folder by id, in the order of their ids.

    Raises :class:`DataError` naming file and line where one cannot be read.
    """
    return {id: read(path) for id, path in _paths(folder).items()}


def find(folder: Path, id: str) -> SavedQuery:
    """The saved query of that id. Raises :class:`NotFoundError`, or :class:`DataError` where its file is wrong."""
    path = _paths(folder).get(id)
    if path is None:
        raise NotFoundError(f"There is no saved query {id!r}.", f"There are: {', '.join(ids(folder)) or 'none'}.")
    return read(path)


def ids(folder: Path) -> list[str]:
    """The ids of a folder's queries; the files are not read."""
    return list(_paths(folder))


def _paths(folder: Path) -> dict[str, Path]:
    """The files by their ids: those of the folder, and those in its ``linking`` that ask across data sets."""
    found: dict[str, Path] = {}
    for path in (*folder.glob(f"{LINKING}/*.rq"), *folder.glob("*.rq")):
        if path.stem in found:
            raise DataError(f"{path}: there is another query {path.stem!r} in {LINKING}/.", "Rename one of them.")
        found[path.stem] = path
    return dict(sorted(found.items()))


def read(path: Path) -> SavedQuery:
    """One saved query. Raises :class:`DataError` naming file and line."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: cannot be read: {error}.", "A saved query is a text file in UTF-8.") from None
    try:
        return _saved_query(path, text)
    except _HeaderError as error:
        raise DataError(f"{path}, line {error.line}: {error}.", "See CONTRIBUTING.md on saved queries.") from None


def has_header(text: str) -> bool:
    """Whether a query's text carries a header of the catalogue."""
    return any(line.startswith("#+") for line in text.splitlines())


def header(path: Path, text: str) -> dict[str, Any]:
    """The header of any file in this language, as nested texts and lists.

    Raises :class:`DataError` naming ``path`` and the line.
    """
    try:
        fields: dict[str, Any] = _header(text).plain()
    except _HeaderError as error:
        raise DataError(f"{path}, line {error.line}: {error}.", "Correct the lines that begin with #+.") from None
    return fields


class _HeaderError(Exception):
    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True)
class _Value:
    """A value of the header with the line it stands in."""

    line: int
    content: str | list[str] | dict[str, _Value]

    def plain(self) -> Any:
        if isinstance(self.content, dict):
            return {key: value.plain() for key, value in self.content.items()}
        return self.content

    def string(self) -> str:
        if not isinstance(self.content, str):
            raise _HeaderError(self.line, "a single value is expected here")
        return self.content

    def strings(self) -> tuple[str, ...]:
        if not isinstance(self.content, list):
            raise _HeaderError(self.line, "a list in square brackets is expected here")
        return tuple(self.content)

    def fields(self, known: tuple[str, ...] | None = None) -> dict[str, _Value]:
        if not isinstance(self.content, dict):
            raise _HeaderError(self.line, "fields, each in a line of its own and indented, are expected here")
        for key, value in self.content.items():
            if known is not None and key not in known:
                raise _HeaderError(value.line, f"unknown field {key!r}; known are {', '.join(known)}")
        return self.content


def _saved_query(path: Path, text: str) -> SavedQuery:
    if not ID.fullmatch(path.stem):
        raise _HeaderError(1, f"{path.stem!r} is no id of a query; use lower-case words joined by hyphens")
    header = _header(text).fields(("summary", "tags", "params", "expect"))
    if "summary" not in header:
        raise _HeaderError(1, "the header has no summary")
    kind, variables = _shape(text)
    return SavedQuery(
        id=path.stem,
        path=path,
        text=text,
        summary=_languages(header["summary"]),
        tags=header["tags"].strings() if "tags" in header else (),
        params=_params(header["params"], variables) if "params" in header else (),
        expect=_expectation(header.get("expect")),
        kind=kind,
        variables=variables,
    )


def _languages(value: _Value) -> dict[str, str]:
    texts = {language: text.string() for language, text in value.fields(LANGUAGES).items()}
    for language in LANGUAGES:
        if not texts.get(language):
            raise _HeaderError(value.line, f"a text in {language} is missing")
    return {language: texts[language] for language in LANGUAGES}


def _params(value: _Value, variables: tuple[str, ...]) -> tuple[Parameter, ...]:
    return tuple(_param(name, field, variables) for name, field in value.fields().items())


def _param(name: str, value: _Value, variables: tuple[str, ...]) -> Parameter:
    fields = value.fields(("type", "label", "default"))
    for required in ("type", "label"):
        if required not in fields:
            raise _HeaderError(value.line, f"parameter {name} has no {required}")
    if name not in variables:
        raise _HeaderError(value.line, f"parameter {name} is not among the variables that the query projects")
    type = fields["type"].string()
    if type not in PARAMETER_TYPES:
        raise _HeaderError(fields["type"].line, f"unknown type {type!r}; known are {', '.join(PARAMETER_TYPES)}")
    default = fields["default"].string() if "default" in fields else None
    if default is not None:
        try:
            typed_term(default, type)
        except ValueError as error:
            raise _HeaderError(fields["default"].line, str(error)) from None
    return Parameter(name, type, _languages(fields["label"]), default)


def _expectation(value: _Value | None) -> Expectation:
    if value is None:
        return "any"
    text = value.string()
    if text not in ("rows", "empty", "any"):
        raise _HeaderError(value.line, f"expect is {text!r}; it can be rows, empty or any")
    return cast(Expectation, text)


def _shape(text: str) -> tuple[Kind, tuple[str, ...]]:
    """What kind of answer a query gives, and the variables it projects: the engine tells, on an empty store."""
    try:
        answer = ox.Store().query(text)
    except SyntaxError as error:
        where = re.match(r"error at (\d+):\d+: (.*)", str(error), re.DOTALL)
        line, message = (int(where[1]), where[2]) if where else (1, str(error))
        raise _HeaderError(line, message.strip()) from None
    if isinstance(answer, ox.QuerySolutions):
        return "solutions", tuple(variable.value for variable in answer.variables)
    return ("boolean" if isinstance(answer, ox.QueryBoolean) else "graph"), ()


# --- the header's language ----------------------------------------------------------------------------------------------


def _header(text: str) -> _Value:
    lines = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("#+") and line[2:].strip():
            lines.append((number, line[2:].removeprefix(" ")))
    if not lines:
        raise _HeaderError(1, "there is no header of #+ lines")
    value, rest = _block(lines, 0)
    if rest:
        raise _HeaderError(rest[0][0], "the indentation fits no line above")
    return value


def _block(lines: list[tuple[int, str]], indent: int) -> tuple[_Value, list[tuple[int, str]]]:
    """The fields that begin at ``indent`` blanks, and the lines after them."""
    first = lines[0][0]
    fields: dict[str, _Value] = {}
    while lines:
        number, line = lines[0]
        depth = len(line) - len(line.lstrip(" "))
        if depth < indent:
            break
        if depth > indent:
            raise _HeaderError(number, "the indentation fits no line above")
        match = re.fullmatch(r"([A-Za-z_][A-Za-z0-9_]*):(?: +(.*?))? *", line[indent:])
        if not match:
            raise _HeaderError(number, "this is not of the form key: value")
        key, scalar = match.groups()
        if key in fields:
            raise _HeaderError(number, f"{key} stands there twice")
        lines = lines[1:]
        if scalar:
            fields[key] = _Value(number, _scalar(number, scalar))
        elif lines and lines[0][1].startswith(" " * (indent + 2)):
            block, lines = _block(lines, indent + 2)
            fields[key] = _Value(number, block.content)
        else:
            raise _HeaderError(number, f"{key} has no value")
    return _Value(first, fields), lines


def _scalar(number: int, text: str) -> str | list[str]:
    if text.startswith("["):
        if not text.endswith("]"):
            raise _HeaderError(number, "the list is not closed")
        items = [item.strip() for item in text[1:-1].split(",")]
        return [_plain(number, item) for item in items if item]
    return _plain(number, text)


def _plain(number: int, text: str) -> str:
    if text.startswith('"'):
        try:
            value: Any = json.loads(text)
        except ValueError:
            raise _HeaderError(number, "the quoted text is not closed, or more stands behind it") from None
        return str(value)
    if text[0] in "'{}&*!|>%@`-" and not re.match(r"-\d", text):
        raise _HeaderError(number, f"a text that begins with {text[0]} must stand in double quotes")
    return text
