"""A picture as PNG, rendered from its SVG by resvg with the font of pictures."""

from __future__ import annotations

from typing import Final

from . import svg
from .fonts import FAMILY, Font
from .scene import Scene

_ZOOM: Final = 2.0  # 192 dots an inch
_MOST: Final = 16_000_000  # dots


def write(scene: Scene) -> bytes:
    """The picture in twice the size, or as large as :data:`_MOST` dots allow."""
    import resvg_py

    zoom = min(_ZOOM, (_MOST / (scene.width * scene.height)) ** 0.5)
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg.write(scene, embed=False),
            width=max(1, int(scene.width * zoom)),
            skip_system_fonts=True,
            font_files=[str(Font.load().path)],
            font_family=FAMILY,
            sans_serif_family=FAMILY,
        )
    )
