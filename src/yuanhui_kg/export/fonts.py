"""The font of pictures: Noto Sans SC (SIL OFL 1.1), which covers Chinese and Latin, from a package of its own.

It is measured to fit texts into boxes, and its outlines travel with each picture (only those of the characters used),
so that a picture looks alike everywhere and shows no boxes in the place of characters.
"""

from __future__ import annotations

import contextlib
import functools
import io
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from ..errors import DataError

FAMILY: Final = "Noto Sans SC"
_UNNEEDED: Final = ("GSUB", "GPOS", "GDEF", "BASE", "VORG", "vhea", "vmtx", "DSIG")


class Font:
    """A font file with CID-keyed CFF outlines.

    :raises DataError: where the file cannot be read.
    """

    def __init__(self, path: Path) -> None:
        from fontTools.ttLib import TTFont, TTLibError

        try:
            with open(path, "rb") as file, TTFont(file, lazy=True) as font:
                self._glyphs: dict[int, str] = font.getBestCmap()
                self._advances: dict[str, tuple[int, int]] = font["hmtx"].metrics
                head, lines = font["head"], font["hhea"]
        except (OSError, TTLibError, KeyError) as error:
            raise DataError(f"The font {path} cannot be read: {error}.", "Install yuanhui-kg anew.") from None
        self.path = path
        self.units = int(head.unitsPerEm)
        self.box = (int(head.xMin), int(head.yMin), int(head.xMax), int(head.yMax))
        self.ascent, self.descent = int(lines.ascent), int(lines.descent)

    @classmethod
    @functools.cache
    def load(cls) -> Font:
        """The font that comes with the package's dependencies. Raises :class:`DataError` where it is not there."""
        try:
            import pylopdf_fonts_zh_cn
        except ImportError:
            raise DataError(
                "The font for pictures is not installed.", "Install it with: pip install pylopdf-fonts-zh-cn."
            ) from None
        return cls(pylopdf_fonts_zh_cn.sans_path())

    def width(self, text: str, size: float) -> float:
        """How wide a text is when it is set in ``size``, in the same measure."""
        return sum(self.advance(character) for character in text) * size / self.units

    def advance(self, character: str) -> int:
        return self._advances[self._glyphs.get(ord(character), ".notdef")][0]

    def missing(self, text: Iterable[str]) -> set[str]:
        """The characters that the font cannot show."""
        return {character for character in text if ord(character) not in self._glyphs}

    def cid(self, character: str) -> int:
        """The character's identifier in the font; 0 where it has none."""
        name = self._glyphs.get(ord(character), "")
        return int(name[3:]) if name.startswith("cid") else 0

    @contextlib.contextmanager
    def _subset(self, text: Iterable[str]) -> Iterator[Any]:
        """A font with the outlines of these characters alone, as fontTools holds it."""
        from fontTools import subset
        from fontTools.ttLib import TTFont

        options = subset.Options()
        options.layout_features, options.hinting, options.notdef_outline = [], False, True
        options.drop_tables = [*options.drop_tables, *_UNNEEDED]
        with open(self.path, "rb") as file, TTFont(file, lazy=True, recalcTimestamp=False) as font:
            worker = subset.Subsetter(options)
            worker.populate(text="".join(sorted(set(text))))
            worker.subset(font)
            yield font

    def woff(self, text: Iterable[str]) -> bytes:
        """A web font with the outlines of these characters alone. WOFF2 would be a tenth smaller and take twice as long."""
        made = io.BytesIO()
        with self._subset(text) as font:
            font.flavor = "woff"
            font.save(made, reorderTables=False)
        return made.getvalue()

    def cff(self, text: Iterable[str]) -> bytes:
        """The same as bare CFF, as PDF embeds it."""
        with self._subset(text) as font:
            compiled: bytes = font["CFF "].compile(font)
        return compiled
