"""How many articles a second extraction reads on one core: figures alone, whole drafts (names and relations included), and their triples.

    python bench/extraction.py                             # the gold texts
    python bench/extraction.py report.txt … --rounds 30

All texts are read in turn, so that nothing kept of one helps with the next. Seconds are those of the processor; the least of the rounds is
what extraction needs, how far the median lies above it tells how busy the machine was.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pyoxigraph as ox

from yuanhui_kg.extract import Draft, drafting, extract, load
from yuanhui_kg.extract.anchoring import anchor
from yuanhui_kg.extract.gold import read
from yuanhui_kg.extract.lexicon import lexicon
from yuanhui_kg.extract.normalising import normalise
from yuanhui_kg.extract.quantities import quantities
from yuanhui_kg.extract.reading import figures
from yuanhui_kg.extract.records import Figure
from yuanhui_kg.extract.structure import sentences

GOLD = Path(__file__).parents[1] / "tests" / "gold"


def figures_alone(text: str) -> Sequence[Figure]:
    """The figures of a text whose names are not looked for, so that all are about its area."""
    normal = normalise(text)
    cut = sentences(normal.text)
    return figures(normal, cut, quantities(normal.text), anchor(normal.text, cut), lexicon(), ())


def with_triples(text: str) -> Sequence[ox.Triple]:
    return drafting.triples(extract(text))


def measured(work: Callable[[str], object], texts: Sequence[str], rounds: int) -> list[float]:
    """Seconds of processor time an article takes, of each round the mean over all texts."""
    found = []
    for _ in range(rounds):
        start = time.process_time()
        for text in texts:
            work(text)
        found.append((time.process_time() - start) / len(texts))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("texts", nargs="*", type=Path, help="text files (default: the gold texts)")
    parser.add_argument("--rounds", type=int, default=10)
    arguments = parser.parse_args()
    given = [load(path).text for path in arguments.texts]
    texts = given or [read(path).text for path in sorted(GOLD.glob("*.gold"))]
    drafts: list[Draft] = [extract(text) for text in texts]
    count = sum(len(draft.figures) for draft in drafts) / len(texts)
    print(f"{len(texts)} texts of {sum(map(len, texts)) / len(texts):,.0f} characters and {count:.0f} figures each\n")
    print("| what is read | least | median | most | articles a second |\n|---|---|---|---|---|")
    kinds: list[tuple[str, Callable[[str], object]]] = [
        ("figures alone", figures_alone), ("whole drafts", extract), ("whole drafts and their triples", with_triples),
    ]  # fmt: skip
    for name, work in kinds:
        took = measured(work, texts, arguments.rounds)
        least, median, most = (1000 * value for value in (min(took), statistics.median(took), max(took)))
        print(
            f"| {name} | {least:.1f} ms | {median:.1f} ms | {most:.1f} ms | {1000 / least:.0f} to {1000 / median:.0f} |"
        )


if __name__ == "__main__":
    main()
