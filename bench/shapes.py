"""Makes ``link/data/similar.tsv``: for each usual character those that look like it.

Each character of GB 2312 is drawn in the package's own font (Noto Sans SC, OFL), blurred, and compared with all others by
cosine similarity: as it stands; and its right and its lower part, stretched to the whole, with others and with their parts (张 has 长 in it, 岗 冈).
Usage: ``python bench/shapes.py > src/yuanhui_kg/link/data/similar.tsv`` (a minute).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pylopdf_fonts_zh_cn
from PIL import Image, ImageDraw, ImageFilter, ImageFont

SIZE = 48
GRID = 24
WHOLE, RIGHT, LOWER = (0.0, 0.0), (0.38, 0.0), (0.0, 0.3)
"""Where a part begins: its left and its upper edge."""


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
    """The picture of a character as it stands."""
    return _vector(_picture(character, font), 1.6)


def stretched(character: str, font: ImageFont.FreeTypeFont, part: tuple[float, float]) -> np.ndarray:
    """The picture of a part of a character, without margins, as large as the whole."""
    image = _picture(character, font)
    image = image.crop(image.getbbox()).resize((SIZE, SIZE))
    left, upper = (int(edge * SIZE) for edge in part)
    return _vector(image.crop((left, upper, SIZE, SIZE)).resize((SIZE, SIZE)), 2.2)


def _picture(character: str, font: ImageFont.FreeTypeFont) -> Image.Image:
    image = Image.new("L", (SIZE, SIZE), 0)
    ImageDraw.Draw(image).text((SIZE / 2, SIZE / 2), character, 255, font, anchor="mm")
    return image


def _vector(image: Image.Image, blur: float) -> np.ndarray:
    small = image.filter(ImageFilter.GaussianBlur(blur)).resize((GRID, GRID))
    pixels = np.asarray(small, dtype=np.float32).ravel()
    pixels -= pixels.mean() * 0.5
    return pixels / np.linalg.norm(pixels)


def nearest(rows: np.ndarray, others: np.ndarray, least: float, most: int) -> list[list[int]]:
    """For each row those of the others that are most similar to it, best first."""
    found: list[list[int]] = []
    for start in range(0, len(rows), 512):
        for place, scores in enumerate(rows[start : start + 512] @ others.T, start):
            order = np.argsort(-scores)[: most + 1]
            found.append([int(i) for i in order if i != place and scores[i] >= least])
    return found


def main() -> None:
    path = Path(pylopdf_fonts_zh_cn.__file__).parent / "NotoSansSC-Regular.otf"
    font = ImageFont.truetype(str(path), SIZE - 6)
    every = characters()
    plain = np.stack([drawn(character, font) for character in every])
    whole, right, lower = (
        np.stack([stretched(character, font, part) for character in every]) for part in (WHOLE, RIGHT, LOWER)
    )
    ways = [
        nearest(plain, plain, 0.78, 32),
        nearest(plain, plain, 0.68, 8),
        nearest(right, whole, 0.7, 3),
        nearest(lower, whole, 0.7, 3),
        nearest(right, right, 0.75, 8),
        nearest(lower, lower, 0.7, 4),
    ]
    print("# Characters that look alike, the most similar first. Made by bench/shapes.py from drawn glyphs.")
    for character, *alike in zip(every, *ways, strict=True):
        if found := dict.fromkeys(i for way in alike for i in way):
            print(f"{character}\t{''.join(every[i] for i in found)}")


if __name__ == "__main__":
    main()
