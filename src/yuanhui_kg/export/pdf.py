"""A picture as PDF 1.7: one page of its size, vectors, and texts that can be searched and copied.

The font is embedded as bare CFF with the glyphs that are used (ISO 32000-1, 9.7 and 9.9). No date and no chance: the
same picture gives the same bytes.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from typing import Final

from .fonts import Font
from .scene import Arrow, Box, Curve, Point, Scene, Text

_SCALE: Final = 0.75  # points of 1/72 inch to those of a picture, 1/96
_CORNER: Final = 0.5523  # of a circle by a Bézier curve
_AT_ONCE: Final = 100  # mappings in one block of a CMap


def write(scene: Scene) -> bytes:
    """The picture as a PDF document."""
    font = Font.load()
    content = _stream(b"", "\n".join(_content(scene, font)).encode())
    characters = sorted(scene.characters)
    box = f"0 0 {_n(scene.width * _SCALE)} {_n(scene.height * _SCALE)}"
    objects = [
        f"<</Type/Catalog/Pages 2 0 R/Lang({scene.language})/ViewerPreferences<</DisplayDocTitle true>>>>".encode(),
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        f"<</Type/Page/Parent 2 0 R/MediaBox[{box}]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>".encode(),
        content,
        b"<</Type/Font/Subtype/Type0/BaseFont/AAAAAA+NotoSansSC-Regular/Encoding/Identity-H"
        b"/DescendantFonts[6 0 R]/ToUnicode 9 0 R>>",
        _descendant(font, characters),
        _descriptor(font),
        _stream(b"/Subtype/CIDFontType0C", font.cff(characters)),
        _stream(b"", _to_unicode(font, characters)),
        f"<</Title {_string(scene.title)}/Subject {_string(scene.about)}/Producer(yuanhui-kg)>>".encode(),
    ]
    return _document(objects)


def _document(objects: Iterable[bytes]) -> bytes:
    body = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    start = len(body)
    body += b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
    body += b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(places) + 1
    body += b"trailer\n<</Size %d/Root 1 0 R/Info %d 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (size, len(places), start)
    return bytes(body)


def _stream(values: bytes, content: bytes) -> bytes:
    packed = zlib.compress(content, 9)
    return b"<<" + values + b"/Filter/FlateDecode/Length %d>>\nstream\n" % len(packed) + packed + b"\nendstream"


def _string(text: str) -> str:
    return f"<FEFF{text.encode('utf-16-be', 'replace').hex().upper()}>"


# --- the font ---------------------------------------------------------------------------------------------------------


def _descendant(font: Font, characters: Iterable[str]) -> bytes:
    widths = {font.cid(c): round(font.advance(c) * 1000 / font.units) for c in characters}
    listed = "".join(f"{cid}[{width}]" for cid, width in sorted(widths.items()))
    system = "<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
    return (
        "<</Type/Font/Subtype/CIDFontType0/BaseFont/AAAAAA+NotoSansSC-Regular/FontDescriptor 7 0 R"
        f"/CIDSystemInfo{system}/DW 1000/W[{listed}]>>"
    ).encode()


def _descriptor(font: Font) -> bytes:
    box = " ".join(str(round(value * 1000 / font.units)) for value in font.box)
    ascent, descent = (round(value * 1000 / font.units) for value in (font.ascent, font.descent))
    return (
        f"<</Type/FontDescriptor/FontName/AAAAAA+NotoSansSC-Regular/Flags 4/FontBBox[{box}]/ItalicAngle 0"
        f"/Ascent {ascent}/Descent {descent}/CapHeight {ascent}/StemV 80/FontFile3 8 0 R>>"
    ).encode()


def _to_unicode(font: Font, characters: Iterable[str]) -> bytes:
    """The CMap by which texts are copied and searched."""
    pairs = {font.cid(c): c.encode("utf-16-be", "replace").hex() for c in characters if font.cid(c)}
    lines = [f"<{cid:04x}> <{code}>" for cid, code in sorted(pairs.items())]
    blocks = (lines[start : start + _AT_ONCE] for start in range(0, len(lines), _AT_ONCE))
    mapped = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        f"1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n{mapped}\n"
        "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
    ).encode()


# --- the page ---------------------------------------------------------------------------------------------------------


def _content(scene: Scene, font: Font) -> Iterator[str]:
    yield f"{_SCALE} 0 0 {-_SCALE} 0 {_n(scene.height * _SCALE)} cm 1 j"  # from the top, as pictures count
    for item in scene.items:
        if isinstance(item, Box):
            yield f"{_colour(item.fill)} rg {_colour(item.stroke)} RG {_n(item.thick)} w [] 0 d {_rounded(item)} B"
        elif isinstance(item, Curve):
            dashes = " ".join(map(_n, item.dashes))
            yield f"{_colour(item.stroke)} RG {_n(item.thick)} w [{dashes}] 0 d {_path(item.points)} S"
        elif isinstance(item, Arrow):
            a, b, c = map(_point, item.points)
            yield f"{_colour(item.fill)} rg {a} m {b} l {c} l h f"
        else:
            yield _text(item, font)


def _text(text: Text, font: Font) -> str:
    width = font.width(text.text, text.size)
    x = text.x - width * {"start": 0, "middle": 0.5, "end": 1}[text.anchor]
    codes = "".join(f"{font.cid(character):04X}" for character in text.text)
    shown = f"/F {_n(text.size)} Tf 1 0 0 -1 {_n(x)} {_n(text.y)} Tm <{codes}> Tj"
    halo = f"1 1 1 RG 3 w [] 0 d 1 Tr {shown} " if text.halo else ""
    return f"BT {halo}0 Tr {_colour(text.fill)} rg {shown} ET"


def _path(points: tuple[Point, ...]) -> str:
    if len(points) == 3:  # PDF has cubic curves only
        a, b, c = points
        points = (a, _third(a, b), _third(c, b), c)
    first, *others = map(_point, points)
    return f"{first} m {' '.join(others)} {'l' if len(others) == 1 else 'c'}"


def _third(end: Point, control: Point) -> Point:
    return end[0] + (control[0] - end[0]) * 2 / 3, end[1] + (control[1] - end[1]) * 2 / 3


def _rounded(box: Box) -> str:
    x, y, right, low, r = box.x, box.y, box.x + box.width, box.y + box.height, box.round
    k = r * (1 - _CORNER)
    return (
        f"{_point((x + r, y))} m {_point((right - r, y))} l "
        f"{_point((right - k, y))} {_point((right, y + k))} {_point((right, y + r))} c {_point((right, low - r))} l "
        f"{_point((right, low - k))} {_point((right - k, low))} {_point((right - r, low))} c {_point((x + r, low))} l "
        f"{_point((x + k, low))} {_point((x, low - k))} {_point((x, low - r))} c {_point((x, y + r))} l "
        f"{_point((x, y + k))} {_point((x + k, y))} {_point((x + r, y))} c h"
    )


def _point(point: Point) -> str:
    return f"{_n(point[0])} {_n(point[1])}"


def _colour(text: str) -> str:
    return " ".join(_n(int(text[start : start + 2], 16) / 255, 3) for start in (1, 3, 5))


def _n(value: float, places: int = 2) -> str:
    return f"{value:.{places}f}".rstrip("0").rstrip(".") or "0"
