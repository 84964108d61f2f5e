"""Tables as rows of texts, whatever file they come in: CSV (also compressed), Excel and OpenDocument, Parquet, JSON records; and
texts that are safe in a cell."""

from __future__ import annotations

import csv
import datetime
import decimal
import functools
import gzip
import io
import json
import re
import sys
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from .errors import DataError

#: A row: where it stands (a line for CSV, else a row; from 1), and its cells.
Row = tuple[int, list[str]]
SHEETS: Final = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
DELIMITED: Final = (".csv", ".tsv", ".txt")
PARQUET: Final = ".parquet"
RECORDS: Final = ".json"
_JOIN: Final = "|"  # the values of a list in a record
_MOST_UNPACKED: Final = 2**31  # bytes of a workbook
_MOST_CELLS: Final = 50_000_000  # of its largest sheet, the empty ones too
_PIECE: Final = 2**20
_REFERENCE: Final = re.compile(rb'\br="([A-Z]{1,3})([0-9]{1,7})"')
_LONGEST_REFERENCE: Final = 16
_MAGIC: Final = b"PAR1"
# What makes a spreadsheet read a text as a formula, full-width forms included.
_FORMULA: Final = re.compile("[=+\\-@\t\r\n＝＋－＠]")
# A text that is a number anyway, such as "-3.2%", does no harm.
_NUMBER: Final = re.compile(r"[+-]?[0-9][0-9.,]*[%‰]?")


@dataclass(frozen=True)
class Dialect:
    """How a file of delimited text is written (CSVW, "Dialect Descriptions").

    :param header: whether there is a row of titles.
    :param skip_rows: rows ahead of it that are none of the table's.
    :param comment: what a line begins with that is no row.
    """

    delimiter: str = ","
    quote: str = '"'
    doubled: bool = True
    encoding: str = "utf-8"
    header: bool = True
    skip_rows: int = 0
    comment: str = ""
    trim: bool = False


def guarded(text: str) -> str:
    """``text`` such that no spreadsheet takes it for a formula."""
    return "'" + text if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def is_table(path: Path) -> bool:
    """Whether a file's name says that it holds a table. JSON does only where a mapping says so: it may be RDF."""
    return _suffix(path) in (*SHEETS, *DELIMITED, PARQUET)


def rows(path: Path, dialect: Dialect, sheet: str = "") -> Iterator[Row]:
    """The rows of a table, that of titles first where there is one.

    :param sheet: of a workbook; the first where it is empty.
    :raises DataError: naming file and line.
    """
    suffix = _suffix(path)
    if suffix in SHEETS:
        return _sheet(path, sheet, dialect.skip_rows)
    if suffix == PARQUET:
        return _parquet(path)
    if suffix == RECORDS:
        return _records(path)
    return _delimited(path, dialect)


def _suffix(path: Path) -> str:
    names = [suffix.lower() for suffix in path.suffixes if suffix.lower() != ".gz"]
    return names[-1] if names else ""


def _delimited(path: Path, dialect: Dialect) -> Iterator[Row]:
    csv.field_size_limit(sys.maxsize)
    encoding = "utf-8-sig" if dialect.encoding.lower().replace("-", "") == "utf8" else dialect.encoding
    delimiter = "\t" if _suffix(path) == ".tsv" and dialect.delimiter == "," else dialect.delimiter
    line = 0
    try:
        opened: Any = gzip.open(path, "rb") if path.suffix == ".gz" else open(path, "rb")
        with opened as binary, io.TextIOWrapper(binary, encoding, newline="") as text:
            reader = csv.reader(
                text,
                delimiter=delimiter,
                quotechar=dialect.quote or None,
                quoting=csv.QUOTE_MINIMAL if dialect.quote else csv.QUOTE_NONE,
                doublequote=dialect.doubled,
                escapechar=None if dialect.doubled else "\\",
                strict=True,
            )
            for number, cells in enumerate(reader):
                line = reader.line_num
                if (
                    number < dialect.skip_rows
                    or not cells
                    or (dialect.comment and cells[0].startswith(dialect.comment))
                ):
                    continue
                yield line, [cell.strip() for cell in cells] if dialect.trim else cells
    except csv.Error as error:
        raise DataError(
            f"{path}, line {line + 1}: {error}.", "Correct the file, or the dialect in the mapping."
        ) from None
    except UnicodeError as error:
        reason = getattr(error, "reason", error)
        raise DataError(
            f"{path}, after line {line}: not {dialect.encoding} ({reason}).",
            "Name its encoding in the mapping (dialect, encoding), such as GB18030.",
        ) from None
    except LookupError:
        raise DataError(
            f"The mapping's encoding {dialect.encoding!r} is not known.", "Name one that Python knows."
        ) from None
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"{path}: cannot be read: {error}.", "Check that it is a readable, undamaged file.") from None


def _sheet(path: Path, sheet: str, skip: int) -> Iterator[Row]:
    import python_calamine

    try:
        _check_size(path)
        workbook = python_calamine.CalamineWorkbook.from_path(path)
        names = workbook.sheet_names
        found = workbook.get_sheet_by_name(sheet) if sheet else workbook.get_sheet_by_index(0)
    except python_calamine.WorksheetNotFound:
        raise DataError(f"{path} has no sheet {sheet!r}.", f"It has {', '.join(map(repr, names))}.") from None
    except DataError:
        raise
    except BaseException as error:
        raise _unreadable(path, "a workbook", error) from None
    for number, cells in enumerate(found.iter_rows(), start=1):
        texts = [_text(cell) for cell in cells]
        if number > skip and any(texts):
            yield number, texts


def _check_size(path: Path) -> None:
    """Refuse a workbook that would not fit into memory: the library keeps a rectangle of cells around all that hold something.

    :raises DataError: naming the file.
    """
    if not zipfile.is_zipfile(path):
        return  # as Excel wrote them before 2007, which cannot be large; or none
    with zipfile.ZipFile(path) as packed:
        size = sum(member.file_size for member in packed.infolist())
        if size > _MOST_UNPACKED:
            raise DataError(f"{path} unpacks to {size:,} bytes, more than {_MOST_UNPACKED:,}.", "Give it as CSV.")
        for name in packed.namelist():
            if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                with packed.open(name) as sheet:
                    cells = _extent(sheet)
                if cells > _MOST_CELLS:
                    raise DataError(
                        f"{path} has a sheet of {cells:,} cells, more than {_MOST_CELLS:,}.", "Give it as CSV."
                    )


def _extent(sheet: IO[bytes]) -> int:
    """How many cells lie between the first one and the outermost ones of a worksheet."""
    widest = longest = 0
    left = b""
    while piece := sheet.read(_PIECE):
        for letters, digits in _REFERENCE.findall(left + piece):
            widest = max(widest, functools.reduce(lambda number, letter: 26 * number + letter - 64, letters, 0))
            longest = max(longest, int(digits))
        left = piece[-_LONGEST_REFERENCE:]
    return widest * longest


def _check_footer(path: Path) -> None:
    """Refuse what is no Parquet before its library does, which complains at length. Raises :class:`ValueError`."""
    with open(path, "rb") as file:
        begin, size = file.read(4), file.seek(0, io.SEEK_END)
        file.seek(max(size - 8, 0))
        end = file.read()
    if begin != _MAGIC or end[4:] != _MAGIC or int.from_bytes(end[:4], "little") > size - 12:
        raise ValueError("it is no whole Parquet file")


def _unreadable(path: Path, what: str, error: BaseException) -> DataError:
    """The error for a file that a library cannot read, which has no errors of its own, and may panic. What is none goes on."""
    if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
        raise error
    return DataError(f"{path}: cannot be read as {what}: {error}.", "Check the file.")


def _parquet(path: Path) -> Iterator[Row]:
    from arro3.io import read_parquet

    try:
        _check_footer(path)
        with open(path, "rb") as file:
            reader = read_parquet(file)
            yield 0, list(reader.schema.names)
            number = 0
            for batch in reader:
                columns = [batch.column(index).to_pylist() for index in range(batch.num_columns)]
                for cells in zip(*columns, strict=True):
                    number += 1
                    yield number, [_text(cell) for cell in cells]
    except DataError:
        raise
    except BaseException as error:
        raise _unreadable(path, "Parquet", error) from None


def _records(path: Path) -> Iterator[Row]:
    """The objects of an array, or the values of an object; titles are the names of all their members."""
    try:
        opened: Any = gzip.open(path, "rb") if path.suffix == ".gz" else open(path, "rb")
        with opened as file:
            held = json.load(file)
    except (OSError, EOFError, zlib.error, ValueError, RecursionError) as error:
        raise DataError(f"{path}: cannot be read as JSON: {error}.", "Check the file.") from None
    records = list(held.values()) if isinstance(held, dict) else held
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        raise DataError(f"{path} is no table: it holds no array of objects.", "Give JSON records, or CSV.")
    titles = list(dict.fromkeys(name for record in records for name in record))
    yield 0, titles
    for number, record in enumerate(records, start=1):
        yield number, [_cell(record.get(title)) for title in titles]


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return _JOIN.join(_cell(one) for one in value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else _text(value)


def _text(value: Any) -> str:
    """A typed cell as CSV would hold it. Workbooks keep whole numbers, such as codes, as floating-point ones."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        value = int(value) if value.is_integer() and abs(value) < 1e15 else decimal.Decimal(repr(value))
    if isinstance(value, decimal.Decimal) and value.is_finite():
        return f"{value:f}"  # CSVW's decimals have no exponent
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return value.isoformat()
    return str(value)
