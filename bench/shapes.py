"""Makes ``link/data/similar.tsv``: for each usual character those that look like it.

Each character of GB 2312 is drawn in the package's own font (Noto Sans SC, OFL), blurred, and compared with all others by
cosine similarity. Usage: ``python bench/shapes.py > src/yuanhui_kg/link/data/similar.tsv`` (half a minute).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pylopdf_fonts_zh_cn
from PIL import Image, ImageDraw, ImageFilter, ImageFont

SIZE = 48
GRID = 24
MOST = 32
LEAST = 0.78


def characters() -> list[str]:
    """The 6,763 characters of GB 2312."""
    found = []
    for high in range(0xB0, 0xF8):
        for low in range(0xA1, 0xFF):
            try:
                found.append(bytes((high, low)).decode("gb2312"))
            except UnicodeDecodeError:
                continue
    return found


def drawn(character: str, font: ImageFont.FreeTypeFont) -> np.ndarray:
    image = Image.new("L", (SIZE, SIZE), 0)
    ImageDraw.Draw(image).text((SIZE / 2, SIZE / 2), character, 255, font, anchor="mm")
    small = image.filter(ImageFilter.GaussianBlur(1.6)).resize((GRID, GRID))
    pixels = np.asarray(small, dtype=np.float32).ravel()
    pixels -= pixels.mean() * 0.5
    return pixels / np.linalg.norm(pixels)


def nearest(rows: np.ndarray, least: float, most: int) -> list[list[int]]:
    """For each row the others that are most similar to it, best first."""
    found: list[list[int]] = []
    for start in range(0, len(rows), 512):
        for place, scores in enumerate(rows[start : start + 512] @ rows.T, start):
            order = np.argsort(-scores)[: most + 1]
            found.append([int(i) for i in order if i != place and scores[i] >= least])
    return found


def main() -> None:
    path = Path(pylopdf_fonts_zh_cn.__file__).parent / "NotoSansSC-Regular.otf"
    font = ImageFont.truetype(str(path), SIZE - 6)
    every = characters()
    matrix = np.stack([drawn(character, font) for character in every])
    whole = nearest(matrix, LEAST, MOST)
    print("# Characters that look alike, the most similar first. Made by bench/shapes.py from drawn glyphs.")
    for character, alike in zip(every, whole, strict=True):
        if alike:
            print(f"{character}\t{''.join(every[i] for i in alike)}")


if __name__ == "__main__":
    main()
