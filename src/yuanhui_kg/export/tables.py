"""The figures as CSV, with its description as CSV on the Web (CSVW), and as XLSX.

No cell can act as a formula in a spreadsheet: a text that begins as one does gets an apostrophe before it. Numbers,
negative ones too, stay as they are.
"""

from __future__ import annotations

import csv
import datetime
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from .. import origins
from ..errors import DataError
from ..figures import COLUMNS, Column, Row, Value, names, plain
from ..graph.facts import Facts
from ..namespaces import PREFIXES
from ..store import Reader
from ..tabular import guarded
from ..terms import is_iri

BOM: Final = "\ufeff"
CSV_TYPE: Final = "text/csv"
CSVW_TYPE: Final = "application/csvm+json"
XLSX_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
METADATA_SUFFIX: Final = "-metadata.json"  # CSVW: where a reader looks for the description of a table

_WIDTHS: Final = {"string": 24, "anyURI": 40, "integer": 10, "decimal": 16, "edtf": 12}
MADE: Final = datetime.datetime(2000, 1, 1)  # the same figures give the same file, whenever it is made
_TITLES: Final = {"zh": "图谱中的全部数据", "en": "All figures of the graph"}


def cell(column: Column, value: Value) -> str:
    """The text of a cell; several values are joined by the column's separator, nothing is an empty cell."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, int):
        return str(value)
    texts = [value] if isinstance(value, str) else list(value)
    if column.separator and len(texts) > 1 and any(column.separator in text for text in texts):
        raise DataError(
            f"A value of column {column.name} holds {column.separator!r}, which separates values there.",
            "Take the JSON, whose lists need no separator.",
        )
    return guarded((column.separator or "").join(texts))


def to_csv(rows: Iterable[Row], *, bom: bool = False) -> bytes:
    """The rows as CSV (RFC 4180, UTF-8) with a line of column names; ``bom`` lets Excel see that it is UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(names())
    writer.writerows([cell(column, row[column.name]) for column in COLUMNS] for row in rows)
    return ((BOM if bom else "") + out.getvalue()).encode()


def sources(reader: Reader) -> list[origins.Source]:
    """Whose the figures are, by IRI: each with its licence, or that of the data set of which it is a part; of those that do not tell,
    nobody."""
    facts = Facts(reader)
    found = [origins.of_iri(facts, iri) if iri else origins.NOBODY for iri in sorted(origins.counts(reader))]
    return [one if one.licence or not one.iri else replace(one, licence=_licence_of(facts, one.iri)) for one in found]


def _licence_of(facts: Facts, iri: str) -> str:
    held = origins.holders(facts, [iri])
    return held[0].licence if len(held) == 1 else ""


def licence(sources: Sequence[origins.Source]) -> str | None:
    """The licence of all figures together; ``None`` where one has none, or another."""
    found = {one.licence for one in sources}
    return (found.pop() or None) if len(found) == 1 else None


# --- CSVW -------------------------------------------------------------------------------------------------------------


def csvw(url: str, sources: Sequence[origins.Source] = ()) -> bytes:
    """The CSVW description of the table at ``url`` (relative to where the description stands): of several sources each with its licence."""
    common = licence(sources)
    described = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "zh"}],
        "url": url,
        "dc:title": _texts(_TITLES),
        "dc:description": _texts(
            {
                "zh": "每行一条数据；一条数据在文中出现几次，仍是一行，位置列于 spans。"
                "以 =、+、-、@ 开头的文字前加了一个撇号，以免被当作公式。",
                "en": "One row a figure; a figure that the text prints several times is one row, its places are in "
                "spans. A text that begins with =, +, - or @ has an apostrophe before it, lest it be read as a formula.",
            }
        ),
        **({"dc:license": _named(common)} if common else {}),
        **({"dc:source": [_sourced(source) for source in sources if source.iri]} if len(sources) > 1 else {}),
        "dialect": {"encoding": "utf-8", "header": True, "lineTerminators": ["\r\n", "\n"]},
        "tableSchema": {
            "aboutUrl": "{+figure}",
            "primaryKey": "figure",
            "columns": [_described(column) for column in COLUMNS],
        },
    }
    return (json.dumps(described, ensure_ascii=False, indent=1) + "\n").encode()


def _sourced(source: origins.Source) -> dict[str, Any]:
    told = {"@id": source.iri, "dc:title": _texts(source.title)}
    return told | ({"dc:license": _named(source.licence)} if source.licence else {})


def _named(licence: str) -> str | dict[str, str]:
    """A licence by its IRI, or as the text that it is."""
    return {"@id": licence} if is_iri(licence) else licence


def _texts(texts: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"@value": text, "@language": language} for language, text in texts.items()]


def _described(column: Column) -> dict[str, Any]:
    # The header line holds names; a reader matches it against the titles, so the name is one of them.
    found: dict[str, Any] = {
        "name": column.name,
        "titles": {"zh": [column.zh], "en": [column.name, column.en]},
        "datatype": _DATATYPES.get(column.name) or _DATATYPES.get(column.datatype, column.datatype),
    }
    if column.required:
        found["required"] = True
    if column.language:
        found["lang"] = column.language
    if column.separator:
        found["separator"] = column.separator
    if column.about:
        found["aboutUrl"] = f"{{+{column.about}}}"
    if column.property:
        found["propertyUrl"] = column.property
    if column.datatype == "anyURI" and not column.separator:
        found["valueUrl"] = f"{{+{column.name}}}"
    return found


_DATATYPES: Final[dict[str, Any]] = {
    "edtf": {"@id": PREFIXES["edtf"] + "EDTF", "base": "string", "dc:title": "EDTF"},
    "digest": {"base": "string", "format": "[0-9a-f]{64}"},
    "spans": {"base": "string", "format": "[0-9]+-[0-9]+"},
}


# --- XLSX -------------------------------------------------------------------------------------------------------------


def to_xlsx(rows: Sequence[Row]) -> bytes:
    """The rows as a workbook: the sheet ``figures``, and the sheet ``columns`` that explains it in both languages.

    Numbers are numbers of 15 digits, as spreadsheets have them. The same rows always give the same bytes.
    """
    import xlsxwriter

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, options)
    book.set_properties({"title": f"{_TITLES['zh']} / {_TITLES['en']}", "created": MADE})
    bold = book.add_format({"bold": True})
    sheet = book.add_worksheet("figures")
    for number, column in enumerate(COLUMNS):
        _write(sheet, 0, number, column.name, bold)
        sheet.set_column(number, number, _WIDTHS[column.datatype])
        for index, row in enumerate(rows, 1):
            _write(sheet, index, number, _spreadsheet_value(column, row[column.name]))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(rows), len(COLUMNS) - 1)
    about = book.add_worksheet("columns")
    for index, texts in enumerate([("column", "说明", "meaning"), *((c.name, c.zh, c.en) for c in COLUMNS)]):
        for number, text in enumerate(texts):
            _write(about, index, number, text, bold if index == 0 else None)
    about.set_column(0, 2, 32)
    book.close()
    return out.getvalue()


def _spreadsheet_value(column: Column, value: Value) -> str | int | float:
    if isinstance(value, Decimal):
        return float(value)
    return value if isinstance(value, int) else cell(column, value)


def _write(sheet: Any, row: int, number: int, value: str | int | float, form: Any = None) -> None:
    if value == "":
        return
    done = (
        sheet.write_string(row, number, value, form)
        if isinstance(value, str)
        else sheet.write_number(row, number, value)
    )
    if done:
        raise DataError(
            f"Row {row} of the figures does not fit into a spreadsheet (code {done}).", "Take the CSV instead."
        )
