"""A workbook (Office Open XML, ECMA-376) written piece by piece: a million rows in the memory of some thousand.

Each different value becomes the text of a cell once (:mod:`.blocks`). Texts stand in their cells, so that no table of texts has to be kept.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import islice
from typing import IO, Final

from ..errors import DataError
from ..tabular import guarded
from . import xml
from .blocks import Column, rows
from .model import Value
from .tables import MADE

CELL_CHARACTERS: Final = 32_767
SHEET_BYTES: Final = 2**31 - 2**20  # of a sheet's XML: what fits into a file without ZIP64
_WIDTH: Final = 24  # characters
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_LEVEL: Final = 3  # of compression
_AT_ONCE: Final = 2000  # rows


class Workbook:
    """A workbook that is being written; its sheets come one after the other. To be closed.

    :param out: need not be a file that can be gone back in.
    """

    def __init__(self, out: IO[bytes], title: str) -> None:
        self._zip = zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL)
        self._title = title
        self._names: list[str] = []

    def sheet(
        self, name: str, columns: Sequence[str], pieces: Iterable[Sequence[Column[Value]]], widths: Sequence[int] = ()
    ) -> None:
        """A sheet with a bold line of names, which stays in sight, above rows that can be filtered; without names only rows.

        :raises DataError: where a text is longer than a cell holds, or all of them than a sheet.
        """
        self._names.append(name)
        size = 0
        # Not as ZIP64: spreadsheet programs take such a file for a broken one.
        with self._zip.open(_entry(f"xl/worksheets/sheet{len(self._names)}.xml"), "w") as file:
            for text in _sheet(columns, pieces, widths or [_WIDTH] * len(columns)):
                data = text.encode()
                size += len(data)
                if size > SHEET_BYTES:
                    raise DataError(
                        f"The sheet {name} is larger than {SHEET_BYTES:,} bytes.", "Export csv or parquet, or a part."
                    )
                file.write(data)

    def close(self) -> None:
        numbers = range(1, len(self._names) + 1)
        types = "".join(
            xml.tag("Override", {"PartName": f"/xl/worksheets/sheet{n}.xml", "ContentType": f"{_TYPE}.worksheet+xml"})
            for n in numbers
        )
        self._write("[Content_Types].xml", _CONTENT_TYPES.format(sheets=types))
        self._write("_rels/.rels", _ROOT)
        self._write("docProps/core.xml", _CORE.format(title=xml.text(self._title), made=f"{MADE:%Y-%m-%dT%H:%M:%SZ}"))
        sheets = "".join(
            xml.tag("sheet", {"name": name, "sheetId": n, "r:id": f"rId{n}"})
            for n, name in zip(numbers, self._names, strict=True)
        )
        self._write("xl/workbook.xml", _WORKBOOK.format(sheets=sheets))
        relations = "".join(
            xml.tag(
                "Relationship", {"Id": f"rId{n}", "Type": f"{_OFFICE}/worksheet", "Target": f"worksheets/sheet{n}.xml"}
            )
            for n in numbers
        )
        self._write("xl/_rels/workbook.xml.rels", _RELATIONS.format(sheets=relations))
        self._write("xl/styles.xml", _STYLES)
        self._zip.close()

    def _write(self, path: str, text: str) -> None:
        self._zip.writestr(_entry(path), xml.DECLARATION + text, zipfile.ZIP_DEFLATED)


def _entry(path: str) -> zipfile.ZipInfo:
    """An entry that tells no time of its own: the same graph gives the same file."""
    entry = zipfile.ZipInfo(path, MADE.timetuple()[:6])
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _sheet(columns: Sequence[str], pieces: Iterable[Sequence[Column[Value]]], widths: Sequence[int]) -> Iterator[str]:
    yield f'{xml.DECLARATION}<worksheet xmlns="{_MAIN}">{_FROZEN if columns else ""}'
    if widths:
        sized = ({"min": n, "max": n, "width": width, "customWidth": 1} for n, width in enumerate(widths, 1))
        yield f"<cols>{''.join(xml.tag('col', values) for values in sized)}</cols>"
    yield "<sheetData>"
    last = 0
    if columns:
        names = (f'<c r="{_letters(number)}1" s="1" {_text(name)}' for number, name in enumerate(columns))
        yield f'<row r="1">{"".join(names)}</row>'
        last = 1
    for piece in pieces:
        found = _rows(piece, last + 1)
        while texts := list(islice(found, _AT_ONCE)):
            last += len(texts)
            yield "".join(texts)
    yield "</sheetData>"
    if columns:
        yield xml.tag("autoFilter", {"ref": f"A1:{_letters(len(columns) - 1)}{last}"})
    yield "</worksheet>"


def _rows(piece: Sequence[Column[Value]], first: int) -> Iterator[str]:
    letters = [_letters(number) for number in range(len(piece))]
    cells = [list(column.map(_cell)) for column in piece]
    numbers = [str(number) for number in range(first, first + len(cells[0]))]
    placed = (
        [f'<c r="{letter}{number}" {cell}' if cell else "" for number, cell in zip(numbers, column, strict=True)]
        for letter, column in zip(letters, cells, strict=True)
    )
    return rows('<row r="', numbers, '">', *placed, "</row>")


def _cell(value: Value) -> str:
    """The end of a cell's tag, and what stands in it; empty for an empty cell."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return f't="b"><v>{int(value)}</v></c>'
    if isinstance(value, int | float | Decimal):
        return f"><v>{float(value) if isinstance(value, Decimal) else value!r}</v></c>"
    if len(value) > CELL_CHARACTERS:
        raise DataError(
            f"A text has {len(value):,} characters; a cell holds {CELL_CHARACTERS:,}.", "Export csv or parquet."
        )
    return _text(guarded(value))


def _text(text: str) -> str:
    # White space at the ends, and an escape as the format itself writes them (_x0041_), are kept as they are.
    kept = ' xml:space="preserve"' if text != text.strip() or "\n" in text else ""
    return f't="inlineStr"><is><t{kept}>{xml.text(_ESCAPE.sub("_x005F_x", text))}</t></is></c>'


_ESCAPE: Final = re.compile("_x(?=[0-9A-Fa-f]{4}_)")


def _letters(number: int) -> str:
    """The name of a column, counted from 0: A, …, Z, AA, …"""
    name = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


_FROZEN: Final = (
    '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    "</sheetView></sheetViews>"
)
_CONTENT_TYPES: Final = (
    f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
    f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>'
    '<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
    "{sheets}</Types>"
)
_ROOT: Final = (
    f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
    f'<Relationship Id="rId2" Type="{_PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/>'
    "</Relationships>"
)
_CORE: Final = (
    f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
    '<dc:title>{title}</dc:title><dcterms:created xsi:type="dcterms:W3CDTF">{made}</dcterms:created></cp:coreProperties>'
)
_WORKBOOK: Final = f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{{sheets}}</sheets></workbook>'
_RELATIONS: Final = (
    f'<Relationships xmlns="{_PACKAGE}/relationships">{{sheets}}'
    f'<Relationship Id="rIdStyles" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>'
)
_STYLES: Final = (
    f'<styleSheet xmlns="{_MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
