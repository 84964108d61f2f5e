"""Tables to triples as their metadata say: "Metadata Vocabulary for Tabular Data" and, in its minimal mode, "Generating RDF
from Tabular Data on the Web" (W3C, 2015).

What is known of the metadata: ``tables``, ``url``, ``dialect``, ``tableSchema`` with ``columns``, ``primaryKey``, and the
inherited ``aboutUrl``, ``propertyUrl``, ``valueUrl``, ``datatype`` (with ``base``, ``format``, ``@id``, limits and lengths), ``lang``,
``null``, ``default``, ``separator``, ``required``; virtual and suppressed columns; ``@language`` and ``@base`` of the context; whatever
else describes the data stays unread. A cell that its datatype does not allow is an error, and so are two rows with one key, a row
without what names it, and two values of one observation: nothing is made of such a table.
"""

from __future__ import annotations

import codecs
import json
import operator
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property, partial
from pathlib import Path
from typing import Any, Final, NoReturn, TypeVar
from urllib.parse import quote, urljoin, urlsplit

import pyoxigraph as ox
from uritemplate import URITemplate

from ..errors import DataError
from ..figures import number_of
from ..namespaces import PREFIXES
from ..tabular import Dialect, Row

Made = TypeVar("Made")
_CONTEXT: Final = "http://www.w3.org/ns/csvw"
_XSD: Final = PREFIXES["xsd"]
VALUE: Final = PREFIXES["sdmx-measure"] + "obsValue"
#: The least and the greatest value of each kind of integer; ``None`` where there is none.
_INTEGERS: Final[Mapping[str, tuple[int | None, int | None]]] = {
    "integer": (None, None), "nonNegativeInteger": (0, None), "positiveInteger": (1, None), "nonPositiveInteger": (None, 0),
    "negativeInteger": (None, -1),
    **{name: (-(1 << bits - 1), (1 << bits - 1) - 1) for name, bits in (("long", 64), ("int", 32), ("short", 16), ("byte", 8))},
    **{f"unsigned{name}": (0, (1 << bits) - 1) for name, bits in (("Long", 64), ("Int", 32), ("Short", 16), ("Byte", 8))},
}  # fmt: skip
_REALS: Final = frozenset(["double", "float", "number"])
_DATES: Final = {
    "date": "yyyy-MM-dd", "dateTime": "yyyy-MM-ddTHH:mm:ss", "time": "HH:mm:ss", "gYear": "yyyy", "gYearMonth": "yyyy-MM",
}  # fmt: skip
_DAYS_AND_TIME: Final = r"(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?"
_ZONE: Final = r"(?:Z|[+-]\d{2}:\d{2})"
_MONTH, _DAY = r"(?:0[1-9]|1[0-2])", r"(?:0[1-9]|[12]\d|3[01])"
#: The texts that XML Schema allows for those of the other datatypes that do not allow any.
_PLAIN: Final[Mapping[str, str]] = {
    **dict.fromkeys(("string", "normalizedString", "token", "anyURI"), ""),
    "language": "[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*",
    "Name": r"[^\W\d][\w.:-]*",
    "NMTOKEN": r"[\w.:-]+",
    "duration": rf"-?P(?=[\dT])(?:\d+Y)?(?:\d+M)?{_DAYS_AND_TIME}",
    "dayTimeDuration": rf"-?P(?=[\dT]){_DAYS_AND_TIME}",
    "yearMonthDuration": r"-?P(?=\d)(?:\d+Y)?(?:\d+M)?",
    "dateTimeStamp": rf"-?\d{{4,}}-{_MONTH}-{_DAY}T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?{_ZONE}",
    "gDay": rf"---{_DAY}{_ZONE}?",
    "gMonth": rf"--{_MONTH}{_ZONE}?",
    "gMonthDay": rf"--{_MONTH}-{_DAY}{_ZONE}?",
    "hexBinary": "(?:[0-9A-Fa-f]{2})*",
    "base64Binary": "(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?",
}
#: What a datatype may say of its values besides.
_LIMITS: Final[Mapping[str, tuple[Callable[[Any, Any], bool], str]]] = {
    "minimum": (operator.ge, "below"), "minInclusive": (operator.ge, "below"), "minExclusive": (operator.gt, "not above"),
    "maximum": (operator.le, "above"), "maxInclusive": (operator.le, "above"), "maxExclusive": (operator.lt, "not below"),
}  # fmt: skip
_LENGTHS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "length": operator.eq, "minLength": operator.ge, "maxLength": operator.le,
}  # fmt: skip
_NAMES: Final = {"number": "double", "datetime": "dateTime", "any": "string", "anyAtomicType": "string"}
_PARTS: Final = {
    "yyyy": r"(?P<y>-?\d{4,9})", "MM": r"(?P<m>\d{2})", "M": r"(?P<m>\d{1,2})", "dd": r"(?P<d>\d{2})", "d": r"(?P<d>\d{1,2})",
    "HH": r"(?P<H>\d{2})", "mm": r"(?P<M>\d{2})", "ss": r"(?P<S>\d{2}(?:\.\d+)?)",
}  # fmt: skip
_MADE: Final = {
    "date": "{y}-{m}-{d}", "dateTime": "{y}-{m}-{d}T{H}:{M}:{S}", "time": "{H}:{M}:{S}", "gYear": "{y}", "gYearMonth": "{y}-{m}",
}  # fmt: skip
_INHERITED: Final = (
    "aboutUrl", "datatype", "default", "lang", "null", "propertyUrl", "required", "separator", "valueUrl",
)  # fmt: skip

_SIMPLE: Final = re.compile(r"\{(\w+)\}")
_UNRESERVED: Final = re.compile(r"[A-Za-z0-9._~-]*")


@dataclass(frozen=True)
class Datatype:
    """A column's: ``iri`` is that of the literals, ``base`` the kind of text that is allowed."""

    base: str = "string"
    iri: str = _XSD + "string"
    format: str = ""
    decimal: str = "."
    group: str = ""
    limits: tuple[tuple[str, str], ...] = ()

    @property
    def is_number(self) -> bool:
        return self.base in _INTEGERS or self.base in _REALS or self.base == "decimal"

    @cached_property
    def read(self) -> Callable[[str], str]:
        """A cell's text to a literal's. Raises :class:`ValueError`, whose text says what was expected."""
        return partial(_limited, self._limits(), self._plain()) if self.limits else self._plain()

    def _plain(self) -> Callable[[str], str]:
        if self.is_number:
            return partial(_number, self)
        if self.base in _DATES:
            return partial(_date, self.base, re.compile(_date_pattern(self.format or _DATES[self.base]), re.ASCII))
        if self.base == "boolean":
            return partial(_boolean, *_either(self.format))
        allowed = re.compile(_PLAIN[self.base]) if _PLAIN[self.base] else None
        return partial(_matching, self.base, allowed, re.compile(self.format) if self.format else None)

    def _limits(self) -> tuple[Callable[[str], None], ...]:
        """Raises :class:`ValueError` for limits that these values cannot have."""
        made: list[Callable[[str], None]] = []
        for name, value in self.limits:
            if name in _LENGTHS and not (self.is_number or self.base in _DATES):
                made.append(partial(_long_enough, name, int(value)))
            elif name in _LIMITS and self.is_number:
                made.append(partial(_within, name, _decimal(value), _decimal))
            elif name in _LIMITS and self.base in _DATES:
                pattern = re.compile(_date_pattern(_DATES[self.base]), re.ASCII)
                made.append(partial(_within, name, _date(self.base, pattern, value), _moment))
            else:
                raise ValueError(name)
        return tuple(made)


@dataclass(frozen=True)
class Column:
    """What becomes of a column's cells. A *virtual* one has none: its value is in its URL, or its default."""

    name: str
    titles: tuple[str, ...] = ()
    virtual: bool = False
    suppressed: bool = False
    required: bool = False
    null: frozenset[str] = frozenset([""])
    default: str = ""
    separator: str = ""
    language: str = ""
    datatype: Datatype = field(default_factory=Datatype)
    about: URITemplate | None = None
    property: URITemplate | None = None
    value: URITemplate | None = None


@dataclass(frozen=True)
class Table:
    """A table's schema; ``url`` as it is written, with ``#SHEET`` for one of a workbook, empty where none is given."""

    url: str
    columns: tuple[Column, ...]
    dialect: Dialect
    base: str = ""
    key: tuple[str, ...] = ()


def read(path: Path) -> tuple[Table, ...]:
    """The tables that a file of metadata describes.

    :raises DataError: naming the file and the place in it.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror}.", "Check the path.") from None
    except (ValueError, RecursionError) as error:
        raise DataError(f"{path} is not JSON: {error}.", "Correct it there.") from None
    return _Metadata(path).tables(document)


class _Metadata:
    """A file of metadata being read."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def tables(self, document: Any) -> tuple[Table, ...]:
        where = "the document"
        given = self._object(document, where)
        language, base = self._context(given.get("@context"))
        described = given.get("tables")
        if described is None:
            return (self._table(given, where, {"lang": language}, {}, base),)
        if not isinstance(described, list) or not described:
            self._refuse("tables", "a list of tables")
        inherited = {"lang": language} | self._inherited(given)
        dialect = self._object(given.get("dialect", {}), "dialect")
        return tuple(
            self._table(self._object(table, f"tables[{n}]"), f"tables[{n}]", inherited, dialect, base)
            for n, table in enumerate(described)
        )

    def _context(self, context: Any) -> tuple[str, str]:
        parts = context if isinstance(context, list) else [context]
        if not parts or parts[0] != _CONTEXT:
            self._refuse("@context", f'"{_CONTEXT}", alone or first in a list')
        more = self._object(parts[1], "@context") if len(parts) > 1 else {}
        base = str(more.get("@base", ""))
        self._check("@context, @base", "an IRI", urlsplit, base)
        return str(more.get("@language", "")), base

    def _table(
        self, given: Mapping[str, Any], where: str, above: Mapping[str, Any], dialect: Mapping[str, Any], base: str
    ) -> Table:
        schema = given.get("tableSchema")
        if not isinstance(schema, dict):
            self._refuse(f"{where}, tableSchema", "the schema itself, an object")
        columns = schema.get("columns")
        if not isinstance(columns, list) or not columns:
            self._refuse(f"{where}, tableSchema, columns", "a list of columns")
        inherited = {**above, **self._inherited(given), **self._inherited(schema)}
        made = tuple(
            self._column(self._object(column, place), place, n, inherited)
            for n, column in enumerate(columns)
            for place in [f"{where}, columns[{n}]"]
        )
        names = [column.name for column in made]
        if len(set(names)) < len(names):
            self._refuse(f"{where}, columns", "names that differ")
        own = given.get("dialect", dialect)
        place = f"{where}, dialect"
        key = _texts(schema.get("primaryKey"))
        if not set(key) <= {column.name for column in made if not column.virtual}:
            self._refuse(f"{where}, tableSchema, primaryKey", "names of its columns")
        return Table(str(given.get("url", "")), made, self._dialect(self._object(own, place), place), base, key)

    def _column(self, given: Mapping[str, Any], where: str, number: int, above: Mapping[str, Any]) -> Column:
        titles = _texts(given.get("titles"))
        name = given.get("name") or (quote(titles[0], safe="") if titles else f"_col.{number + 1}")
        if not isinstance(name, str):
            self._refuse(f"{where}, name", "a text")
        value = {**above, **self._inherited(given)}
        language = "" if value.get("lang") in (None, "und") else str(value["lang"])
        if language:
            self._check(f"{where}, lang", "a language tag such as zh", partial(ox.Literal, language=language), "")
        return Column(
            name=name,
            titles=titles,
            virtual=given.get("virtual") is True,
            suppressed=given.get("suppressOutput") is True,
            required=value.get("required") is True,
            null=frozenset(_texts(value.get("null")) or ("",)),
            default=str(value.get("default", "")),
            separator=str(value.get("separator") or ""),
            language=language,
            datatype=self._datatype(value.get("datatype", "string"), where),
            about=self._template(value.get("aboutUrl"), f"{where}, aboutUrl"),
            property=self._template(value.get("propertyUrl"), f"{where}, propertyUrl"),
            value=self._template(value.get("valueUrl"), f"{where}, valueUrl"),
        )

    def _template(self, value: Any, where: str) -> URITemplate | None:
        if value is None:
            return None
        text = _expanded(str(value))
        self._check(where, "a URI template", urlsplit, text)
        return self._check(where, "a URI template", URITemplate, text)

    def _datatype(self, given: Any, where: str) -> Datatype:
        about = {"base": given} if isinstance(given, str) else self._object(given, f"{where}, datatype")
        named = str(about.get("base", "string"))
        base = _NAMES.get(named, named)
        known = {*_INTEGERS, *_REALS, *_DATES, *_PLAIN, "decimal", "boolean"}
        if base not in known:
            self._refuse(f"{where}, datatype", f"one of CSVW's that are read here ({', '.join(sorted(known))})")
        format = about.get("format", "")
        number = format if isinstance(format, dict) else {}
        made = Datatype(
            base,
            str(about.get("@id") or _XSD + base),
            "" if number else str(format),
            str(number.get("decimalChar", ".")),
            str(number.get("groupChar") or ""),
            tuple((name, str(about[name])) for name in (*_LIMITS, *_LENGTHS) if name in about),
        )
        self._check(f"{where}, datatype, @id", "an IRI", ox.NamedNode, made.iri)
        self._check(f"{where}, datatype, format", f"a format for {base}", made._plain)
        self._check(f"{where}, datatype", f"limits that {base} can have here", lambda: made.read)
        return made

    def _dialect(self, given: Mapping[str, Any], where: str) -> Dialect:
        if given.get("quoteChar", '"') == given.get("delimiter", ","):
            self._refuse(f"{where}, quoteChar", "another character than the delimiter")
        if self._count(given.get("headerRowCount", 1), f"{where}, headerRowCount") > 1:
            self._refuse(f"{where}, headerRowCount", "0 or 1; skipRows passes over what stands above the titles")
        if self._count(given.get("skipColumns", 0), f"{where}, skipColumns"):
            self._refuse(f"{where}, skipColumns", "0; columns are found by their titles, and others passed over")
        return Dialect(
            delimiter=self._character(given.get("delimiter", ","), f"{where}, delimiter"),
            quote=self._character(given.get("quoteChar", '"'), f"{where}, quoteChar")
            if given.get("quoteChar", True)
            else "",
            doubled=given.get("doubleQuote", True) is not False,
            encoding=self._encoding(given.get("encoding", "utf-8"), f"{where}, encoding"),
            header=given.get("header", True) is not False and given.get("headerRowCount", 1) != 0,
            skip_rows=self._count(given.get("skipRows", 0), f"{where}, skipRows"),
            comment=str(given.get("commentPrefix") or ""),
            trim=given.get("trim") is True or given.get("skipInitialSpace") is True,
        )

    def _character(self, value: Any, where: str) -> str:
        if not isinstance(value, str) or len(value) != 1 or value in "\r\n":
            self._refuse(where, "one character")
        return value

    def _encoding(self, value: Any, where: str) -> str:
        name = str(value)
        known = self._check(where, "an encoding of text that Python knows, such as GB18030", codecs.lookup, name)
        self._check(where, "an encoding of text that Python knows, such as GB18030", "".encode, known.name)
        return name

    def _count(self, value: Any, where: str) -> int:
        if not isinstance(value, int) or value < 0:
            self._refuse(where, "a whole number from 0")
        return value

    def _check(self, where: str, expected: str, make: Callable[..., Made], *given: Any) -> Made:
        """What is made of a part of the metadata, which is refused where nothing can be."""
        try:
            return make(*given)
        except (LookupError, re.error, ValueError, OverflowError):
            self._refuse(where, expected)

    def _inherited(self, given: Mapping[str, Any]) -> dict[str, Any]:
        return {name: given[name] for name in _INHERITED if name in given}

    def _object(self, value: Any, where: str) -> Mapping[str, Any]:
        if not isinstance(value, dict):
            self._refuse(where, "an object")
        return value

    def _refuse(self, where: str, expected: str) -> NoReturn:
        raise DataError(
            f"{self._path}, {where}: it takes {expected}.", "See docs/datasets.md, or CSVW's metadata vocabulary."
        )


def _texts(value: Any) -> tuple[str, ...]:
    """A text, a list of texts, or texts by language."""
    if isinstance(value, dict):
        return tuple(text for one in value.values() for text in _texts(one))
    if isinstance(value, list):
        return tuple(str(one) for one in value)
    return () if value is None else (str(value),)


def _expanded(name: str) -> str:
    """A prefixed name in full, with the prefixes of this project's own files."""
    prefix, colon, local = name.partition(":")
    return PREFIXES[prefix] + local if colon and prefix in PREFIXES and not local.startswith("//") else name


# --- triples ----------------------------------------------------------------------------------------------------------


def triples(table: Table, rows: Iterator[Row], where: str, base: str) -> Iterator[ox.Triple]:
    """What the rows of a table say.

    :param where: the table's file, for errors.
    :param base: IRI against which those of the mapping are resolved, where it has none of its own.
    :raises DataError: naming file, row and column.
    """
    base = urljoin(base, table.base) if table.base else base
    return _Rows(table, where, base).triples(rows)


class _Url:
    """A template with its base: values in, an IRI out."""

    def __init__(self, template: URITemplate, base: str) -> None:
        self._template = template
        self._base = base
        text = template.uri
        self.fixed = None if template.variable_names else _joined(base, text)
        # Most are made of plain variables, for which the library takes ten times as long as the rest of a row.
        self._plain = _SIMPLE.split(text) if "{" not in _SIMPLE.sub("", text) else None
        self._absolute = bool(re.match(r"[a-z][a-z0-9+.-]*://[^{]*/", text))
        self.needed = tuple(self._plain[1::2]) if self._plain else ()

    def iri(self, variables: Mapping[str, Any]) -> str:
        if self._plain is None:
            made = self._template.expand(variables)  # type: ignore[arg-type]
        else:
            made = "".join(_quoted(variables.get(part, "")) if n % 2 else part for n, part in enumerate(self._plain))
        return made if self._absolute else _joined(self._base, _expanded(made))


def _joined(base: str, iri: str) -> str:
    try:
        return urljoin(base, iri)
    except ValueError:
        return iri  # which is told where it should become a node


def _quoted(value: Any) -> str:
    """A variable's value in a URL (RFC 6570, 3.2.2)."""
    if isinstance(value, list):
        return ",".join(map(_quoted, value))
    text = str(value)
    return text if _UNRESERVED.fullmatch(text) else quote(text, safe="")


@dataclass(frozen=True)
class _Ready:
    """A column with what is the same for all rows."""

    column: Column
    place: int | None
    about: _Url | None
    property: _Url
    value: _Url | None
    language: str
    datatype: ox.NamedNode | None

    def literal(self, value: str) -> ox.Literal:
        if self.datatype is not None:
            return ox.Literal(value, datatype=self.datatype)
        return ox.Literal(value, language=self.language) if self.language else ox.Literal(value)


class _Rows:
    def __init__(self, table: Table, where: str, base: str) -> None:
        self._table = table
        self._where = where
        self._base = base
        self._known: dict[str, ox.NamedNode] = {}  # IRIs that come again and again: properties, classes
        self._keys: dict[tuple[str, ...], int] = {}  # the line of each
        self._measured: dict[str, str] = {}  # the value of each observation

    def triples(self, rows: Iterator[Row]) -> Iterator[ox.Triple]:
        columns, width = self._ready(next(rows, None) if self._table.dialect.header else None)
        for number, (line, cells) in enumerate(rows, start=1):
            if any(cells):  # spreadsheets leave lines of empty cells behind
                # A line that ends early is of a file that broke off, or lacks a delimiter, so that all behind it is shifted.
                if width is not None and (len(cells) < width or any(cells[width:])):
                    self._fail(line, f"{len(cells)} cells, where the titles are {width}", "Correct the row.")
                yield from self._row(line, number, cells, columns)

    def _ready(self, header: Row | None) -> tuple[list[_Ready], int | None]:
        """The columns, and how many cells a row has."""
        titles = [title.strip() for title in header[1]] if header else []
        actual = [column for column in self._table.columns if not column.virtual]
        places: dict[str, int | None] = {column.name: n for n, column in enumerate(actual)}
        if self._table.dialect.header:
            places = {column.name: self._place(column, titles) for column in actual}
        made = [self._made(column, places.get(column.name)) for column in self._table.columns]
        return made, len(titles) if self._table.dialect.header else None

    def _place(self, column: Column, titles: list[str]) -> int:
        names = dict.fromkeys([column.name, *column.titles])
        for name in names:
            if titles.count(name) > 1:
                raise DataError(f"{self._where}: the column {name!r} stands there twice.", "Rename one of them.")
            if name in titles:
                return titles.index(name)
        raise DataError(
            f"{self._where} has no column {' or '.join(map(repr, names))}.",
            f"Its titles are {', '.join(titles[:50]) or 'none'}; correct the mapping.",
        )

    def _made(self, column: Column, place: int | None) -> _Ready:
        default = URITemplate(f"{self._table.url}#{quote(column.name, safe='')}")
        plain = column.datatype.iri == _XSD + "string"
        return _Ready(
            column,
            place,
            None if column.about is None else _Url(column.about, self._base),
            _Url(column.property or default, self._base),
            None if column.value is None else _Url(column.value, self._base),
            column.language if plain else "",
            None if plain else ox.NamedNode(column.datatype.iri),
        )

    def _row(self, line: int, number: int, cells: list[str], columns: list[_Ready]) -> Iterator[ox.Triple]:
        variables: dict[str, Any] = {"_row": number, "_sourceRow": line}
        found: list[list[str]] = []
        for ready in columns:
            column, place = ready.column, ready.place
            values = self._values(line, column, cells[place] if place is not None and place < len(cells) else "")
            found.append(values)
            if values:
                variables[column.name] = values if column.separator else values[0]
        self._check_key(line, variables)
        blank: ox.BlankNode | None = None
        subjects: dict[str, ox.NamedNode] = {}  # columns are mostly about one thing
        for ready, values in zip(columns, found, strict=True):
            column = ready.column
            if column.suppressed or not (values or (column.virtual and ready.value is not None)):
                continue
            variables["_name"] = column.name
            subject: ox.NamedNode | ox.BlankNode
            if ready.about is None:
                subject = blank = blank or ox.BlankNode()
            else:
                iri = ready.about.iri(variables)
                subject = subjects.get(iri) or subjects.setdefault(iri, self._subject(line, ready, iri, variables))
            predicate = self._iri(line, column, ready.property, variables)
            if ready.value is not None:
                yield ox.Triple(subject, predicate, self._iri(line, column, ready.value, variables))
                continue
            for value in values:
                if predicate.value == VALUE:
                    self._check_measured(line, subject.value, value)
                yield ox.Triple(subject, predicate, self._literal(line, ready, value))

    def _check_key(self, line: int, variables: Mapping[str, Any]) -> None:
        if not self._table.key:
            return
        key = tuple(str(variables.get(name, "")) for name in self._table.key)
        first = self._keys.setdefault(key, line)
        if first != line:
            self._fail(line, f"the key {', '.join(key)!r} stands in line {first} already", "Correct one of the rows.")

    def _check_measured(self, line: int, observation: str, value: str) -> None:
        """An observation has one value: of two, readers would see one or the other."""
        known = self._measured.setdefault(observation, value)
        if known != value and (number_of(known) is None or number_of(known) != number_of(value)):
            self._fail(
                line,
                f"<{observation[:200]}> has the value {known} of an earlier row, and {value} here",
                "Take out one of the rows, or have aboutUrl tell them apart.",
            )

    def _subject(self, line: int, ready: _Ready, iri: str, variables: Mapping[str, Any]) -> ox.NamedNode:
        """What the cells of a row are about: rows without what names it would all be about one thing."""
        assert ready.about is not None  # noqa: S101 -- asked for by the caller
        for name in ready.about.needed:
            if name not in variables:
                self._fail(
                    line,
                    f"column {name!r} is empty, which the row's address is made of",
                    "Fill it in, or take out the row.",
                )
        return self._node(line, ready.column, iri)

    def _values(self, line: int, column: Column, cell: str) -> list[str]:
        """A cell's texts as literals hold them; none where it is empty."""
        if cell in column.null or (column.virtual and not cell):
            cell = column.default
            if not cell or cell in column.null:
                if column.required and not column.virtual:
                    self._fail(
                        line, f"column {column.name!r} is empty", "It is required: correct the row, or the mapping."
                    )
                return []
        texts = [part.strip() for part in cell.split(column.separator)] if column.separator else [cell]
        try:
            return [column.datatype.read(text) for text in texts if text not in column.null]
        except ValueError as error:
            self._fail(
                line, f"column {column.name!r}, {cell[:100]!r}: {error}", "Correct it there, or the mapping's datatype."
            )

    def _literal(self, line: int, ready: _Ready, value: str) -> ox.Literal:
        try:
            return ready.literal(value)
        except ValueError:  # JSON lets halves of characters through
            self._fail(line, f"column {ready.column.name!r}, {value[:100]!r}: this is no text", "Correct it there.")

    def _iri(self, line: int, column: Column, url: _Url, variables: dict[str, Any]) -> ox.NamedNode:
        if url.fixed is None:
            return self._node(line, column, url.iri(variables))
        found = self._known.get(url.fixed)
        if found is None:
            found = self._known[url.fixed] = self._node(line, column, url.fixed)
        return found

    def _node(self, line: int, column: Column, iri: str) -> ox.NamedNode:
        try:
            return ox.NamedNode(iri)
        except ValueError:
            self._fail(
                line, f"column {column.name!r} makes {iri[:200]!r}, which is no IRI", "Correct the mapping's URL."
            )

    def _fail(self, line: int, what: str, hint: str) -> NoReturn:
        raise DataError(f"{self._where}, line {line}: {what}.", hint)


# --- cells ------------------------------------------------------------------------------------------------------------


def _number(type: Datatype, text: str) -> str:
    """A number in XML Schema's form; ``%`` and ``‰`` divide (CSVW, 6.4.2)."""
    plain = text.strip()
    scale = {"%": Decimal(100), "‰": Decimal(1000)}.get(plain[-1:], Decimal(1))
    plain = plain.rstrip("%‰")
    if type.group and type.group in plain:
        # One or two digits behind it are no group, but decimals of another habit of writing.
        groups = rf"[+-]?\d+(?:{re.escape(type.group)}\d{{2,4}})*{re.escape(type.group)}\d{{3,4}}(?!\d)"
        if not re.match(groups, plain, re.ASCII) or type.group in plain.partition(type.decimal)[2]:
            raise ValueError(f"this is no {type.base} with {type.group!r} between groups of digits")
        plain = plain.replace(type.group, "")
    if type.decimal != ".":
        plain = plain.replace(".", " ").replace(type.decimal, ".")
    if type.base in _REALS and plain in ("NaN", "INF", "-INF"):
        return plain
    allowed = r"[+-]?\d+" if type.base in _INTEGERS and scale == 1 else r"[+-]?(?:\d+\.?\d*|\.\d+)"
    if type.base in _REALS:
        allowed += r"(?:[eE][+-]?\d+)?"
    if not re.fullmatch(allowed, plain, re.ASCII):
        raise ValueError(f"this is no {type.base}")
    try:
        made = plain if scale == 1 else f"{Decimal(plain) / scale:f}"
    except ArithmeticError:
        raise ValueError(f"this is no {type.base}") from None
    return _integer(type.base, made) if type.base in _INTEGERS else made


def _integer(base: str, text: str) -> str:
    """A whole number that is one of its kind, without the point that a percentage may have left."""
    value = Decimal(text)
    low, high = _INTEGERS[base]
    if value != value.to_integral_value() or (low is not None and value < low) or (high is not None and value > high):
        raise ValueError(f"this is no {base}")
    return text.partition(".")[0]


def _decimal(text: str | Decimal) -> Decimal:
    """Raises :class:`ValueError`."""
    try:
        return Decimal(text)
    except ArithmeticError:
        raise ValueError("this is no number") from None


def _limited(limits: Sequence[Callable[[str], None]], read: Callable[[str], str], text: str) -> str:
    made = read(text)
    for check in limits:
        check(made)
    return made


def _within(name: str, limit: Decimal | str, key: Callable[[Any], Any], text: str) -> None:
    allows, said = _LIMITS[name]
    if text == "NaN" or not allows(key(text), key(limit)):
        raise ValueError(f"this is {said} {limit}")


def _moment(text: str) -> tuple[int, str]:
    """What orders dates and times, wherever on earth they are told: the first number and the rest, without a time zone."""
    found = re.match(r"(-?\d+)(.*?)(?:Z|[+-]\d\d:\d\d)?$", text, re.ASCII)
    assert found is not None  # noqa: S101 -- it is one that was read
    return int(found[1]), found[2]


def _long_enough(name: str, length: int, text: str) -> None:
    if not _LENGTHS[name](len(text), length):
        raise ValueError(f"this has {len(text)} characters, where {name} is {length}")


def _date_pattern(format: str) -> str:
    """A regular expression for a date's format (of Unicode's TR 35, as far as CSVW asks for it)."""
    pattern, left = "", re.sub(r"\.S+$", "", format)
    while left:
        name = next((name for name in sorted(_PARTS, key=len, reverse=True) if left.startswith(name)), None)
        pattern += _PARTS[name] if name else re.escape(left[0])
        left = left[len(name or left[0]) :]
    return pattern + r"(?P<Z>Z|[+-]\d{2}:\d{2})?"


def _date(base: str, pattern: re.Pattern[str], text: str) -> str:
    found = pattern.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"this is no {base} in the mapping's format")
    parts = {"y": "1970", "m": "01", "d": "01", "H": "00", "M": "00", "S": "00"}
    parts |= {name: value.zfill(2) for name, value in found.groupdict().items() if value is not None and name != "Z"}
    if not (1 <= int(parts["m"]) <= 12 and 1 <= int(parts["d"]) <= _days(int(parts["y"]), int(parts["m"]))):
        raise ValueError("there is no such day")
    if not (int(parts["H"]) < 24 and int(parts["M"]) < 60 and float(parts["S"]) < 60):
        raise ValueError("there is no such time")
    return _MADE[base].format(**parts) + (found["Z"] or "")


def _days(year: int, month: int) -> int:
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def _either(format: str) -> tuple[str, str]:
    true, bar, false = (format or "true|false").partition("|")
    if not (true and bar and false):
        raise ValueError(format)
    return true, false


def _boolean(true: str, false: str, text: str) -> str:
    if text in (true, "1" if true == "true" else true):
        return "true"
    if text in (false, "0" if false == "false" else false):
        return "false"
    raise ValueError(f"this is neither {true} nor {false}")


def _matching(base: str, allowed: re.Pattern[str] | None, pattern: re.Pattern[str] | None, text: str) -> str:
    if allowed is not None and not allowed.fullmatch(text):
        raise ValueError(f"this is no {base}")
    if pattern is not None and not pattern.fullmatch(text):
        raise ValueError(f"this does not match {pattern.pattern}")
    return text
