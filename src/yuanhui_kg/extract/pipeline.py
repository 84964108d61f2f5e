"""The stages in their order, from a source to a draft."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass
from pathlib import Path

from ..errors import DataError
from .anchoring import anchor
from .certainty import clashing
from .entities import entities
from .lexicon import lexicon
from .loading import decode
from .normalising import normalise
from .quantities import quantities
from .reading import figures
from .records import Anchor, Entity, Figure, Normal, Relation, Sentence, Source
from .relating import MANY_PARTIES, relations
from .structure import sentences
from .tabulated import tabulated


@dataclass(frozen=True)
class Draft:
    """What was found in a text. Figures carry offsets of the original; everything else those of the normal text."""

    source: Source
    normal: Normal
    sentences: tuple[Sentence, ...]
    anchor: Anchor
    figures: tuple[Figure, ...]
    entities: tuple[Entity, ...]
    relations: tuple[Relation, ...]
    #: How many numbers in tables were not read.
    passed_over: int = 0

    @property
    def names_its_place(self) -> bool:
        """Whether the place that the text is said to be about stands in it; where there is none, nothing is said."""
        return self.anchor.place in self.normal.text

    @property
    def has_many_parties(self) -> bool:
        """Whether an agreement has more parties than are all related to each other."""
        return any(relation.rule == MANY_PARTIES for relation in self.relations)

    def limited_at(self, figure: Figure) -> int | None:
        """Where the figure starts, in the original text, that a threshold limits; None where it limits nothing."""
        return None if figure.qualifies is None else self.normal.offsets[figure.qualifies]

    def limits_nothing(self, figure: Figure, starts: Container[int]) -> bool:
        """Whether it is a threshold that limits none of the figures which start at these places: a line by itself says nothing."""
        return figure.kind == "threshold" and self.limited_at(figure) not in starts


def extract(
    source: Source | str, *, place: str = "", published: str = "", period: str = "", divisions: Iterable[str] = (),
    ontology: tuple[Path, ...] | None = None,
) -> Draft:  # fmt: skip
    """The draft of a text.

    :param source: a text, or a file as :func:`~yuanhui_kg.extract.loading.load` read it.
    :param place: the name of the area that the text is about; else read off its title.
    :param published: the day, month or year of publication, ``2024-03-28``; else read off the text where it says.
    :param period: the years that the text reports on, ``2023`` or ``2016/2020``; else read off title and headings.
    :param divisions: further names of places to look for, such as those of a register.
    :param ontology: Turtle files with the indicators, else those of the package.
    :raises DataError: where a text is empty or no Chinese, or holds half a surrogate pair.
    :raises UsageError: where ``published`` or ``period`` is no date or period.
    """
    if isinstance(source, str):
        source = _given(source)
    normal = normalise(source.text)
    cut = sentences(normal.text)
    held = anchor(normal.text, cut, place, published, period)
    things = entities(normal.text, held, divisions)
    known = lexicon(ontology)
    found = figures(normal, cut, quantities(normal.text), held, known, things)
    rows = tabulated(normal, held, known)
    every = clashing(sorted((*found, *rows.figures), key=lambda figure: figure.start))
    return Draft(source, normal, cut, held, every, things, relations(normal.text, things, held), rows.passed_over)


def _given(text: str) -> Source:
    try:
        return decode(text.encode("utf-8"))
    except UnicodeEncodeError as error:
        raise DataError(
            f"The text holds half a surrogate pair at character {error.start:,}.", "Decode its bytes anew."
        ) from None
