"""How right extraction is, against texts that were marked up by hand (``gold``): precision, recall and F1 by genre, never pooled."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from ..errors import UsageError
from .certainty import SURE, certainty
from .equivalence import same_indicator
from .gold import Gold, GoldFigure
from .lexicon import lexicon, shares
from .loading import decode
from .normalising import normalise
from .pipeline import Draft, extract
from .records import Entity, Figure

FIELDS: Final = ("value", "unit", "kind", "period", "base", "indicator", "subject")
#: What has to be right for the tuple to be.
_TUPLE: Final = tuple(field for field in FIELDS if field != "base")
#: What has to be right as readers read it, and the same whomever the figure is about.
_READ: Final = tuple("read" if field == "indicator" else field for field in _TUPLE)
_OF_ANY: Final = tuple(field for field in _READ if field != "subject")
_TUPLES: Final = {"tuple": _TUPLE, "as read": _READ, "any subject": _OF_ANY}
_CLASSES: Final = {
    "place": {"Province", "PrefectureLevelCity", "County", "CountyLevelCity", "District", "Town", "Township", "Subdistrict", "Community", "Village"},
    "zone": {"HighTechZone", "DevelopmentZone", "IndustrialPark", "SpecialtyBusinessZone"},
    "award": {"Title", "Award"},
    "organisation": {"Company", "CompanyGroup", "Hospital", "School"},
    "project": {"Project"},
    "programme": {"Programme"},
}  # fmt: skip
MEASURES: Final = ("span", *FIELDS, *_TUPLES, *_CLASSES, "offsets")
#: Of the figures that both have those that are as sure as a review accepts together (``found`` of ``real``), and of these those that are right as read.
OF_SURE: Final = "sure"

Span = tuple[int, int]


@dataclass(frozen=True)
class Score:
    """Right ones, found ones and those that there are."""

    right: int
    found: int
    real: int

    def __add__(self, other: Score) -> Score:
        return Score(self.right + other.right, self.found + other.found, self.real + other.real)

    @property
    def f1(self) -> float | None:
        """None where there is nothing to find and nothing was found."""
        total = self.found + self.real
        return 2 * self.right / total if total else None


Scores = dict[str, Score]


def evaluate(golds: Iterable[Gold]) -> tuple[dict[tuple[str, str], Scores], list[str]]:
    """The scores by genre and split, each by its measure, and a line for each error."""
    sums: dict[tuple[str, str], Scores] = {}
    errors: list[str] = []
    for gold in golds:
        scores, told = compare(gold, draft_of(gold))
        errors += told
        before = sums.get((gold.genre, gold.split))
        sums[gold.genre, gold.split] = (
            {name: score + before[name] for name, score in scores.items()} if before else scores
        )
    return dict(sorted(sums.items())), errors


def draft_of(gold: Gold) -> Draft:
    """What extraction makes of a gold text, given no more than its head gives."""
    source, given = decode(gold.text.encode("utf-8"), gold.name), gold.given
    try:
        return extract(source, published=given.get("published", ""), period=given.get("period", ""))
    except UsageError as error:
        raise UsageError(f"{gold.name}: {error.message}", error.hint) from None


def compare(gold: Gold, draft: Draft) -> tuple[Scores, list[str]]:
    """The scores of one text by measure, and a line for each figure that is wrong, missing or invented."""
    wanted = {(figure.start, figure.end): figure for figure in gold.figures}
    found: defaultdict[Span, list[Figure]] = defaultdict(list)
    for figure in draft.figures:
        found[figure.start, figure.end].append(figure)
    right: Counter[str] = Counter()
    sure, told = 0, []
    for span in wanted.keys() & found.keys():
        compared = ((one, agreement(wanted[span], one, draft)) for one in found[span])
        figure, agreed = max(compared, key=lambda pair: sum(pair[1].values()))
        right["span"] += 1
        right.update(name for name, same in agreed.items() if same)
        right.update(name for name, fields in _TUPLES.items() if all(agreed[field] for field in fields))
        if certainty(figure).whole >= SURE:
            sure, right[OF_SURE] = sure + 1, right[OF_SURE] + all(agreed[field] for field in _READ)
        if not all(agreed.values()):
            told.append(_told(gold, wanted[span], figure, agreed))
    told += [f"{gold.name} missing {_around(gold, span)}" for span in sorted(wanted.keys() - found.keys())]
    told += [f"{gold.name} invented {_around(gold, span)}" for span in sorted(found.keys() - wanted.keys())]
    scores = {name: Score(right[name], len(found), len(wanted)) for name in ("span", *FIELDS, *_TUPLES)}
    scores |= {name: _named(gold, draft, classes) for name, classes in _CLASSES.items()}
    return scores | {"offsets": _placed(draft), OF_SURE: Score(right[OF_SURE], sure, right["span"])}, told


def agreement(gold: GoldFigure, figure: Figure, draft: Draft) -> dict[str, bool]:
    """Which of the fields are right; ``read`` is the indicator, also under a name that readers took for the same."""
    period = draft.anchor.publication.edtf if gold.period == "publication" else gold.period
    kind = "count" if figure.kind == "countKind" else figure.kind
    return {
        "value": figure.value == gold.value,
        "unit": ("count" if figure.unit == "times" else figure.unit) == gold.unit,
        "kind": kind == gold.kind,
        "period": figure.period.edtf == period,
        "base": (figure.base.edtf if figure.base else "") == gold.base,
        "indicator": any(same_indicator(gold.indicator, name, lexicon()) for name in _names(figure)),
        "read": any(
            same_indicator(one, name, lexicon()) for one in (gold.indicator, *gold.also) for name in _names(figure)
        ),
        "subject": (figure.subject or gold.subject) == gold.subject,
    }


def _names(figure: Figure) -> Iterator[str]:
    """The names of what a figure measures: of a part of a structure (三次产业结构比重, 第一产业) also that of the part's share alone."""
    yield figure.indicator.label
    alone = shares().get((figure.indicator.id, figure.breakdown))
    if alone is not None:
        yield lexicon().indicators[alone].label


def _named(gold: Gold, draft: Draft, classes: set[str]) -> Score:
    """How many names of some classes are found; a thing is right under its name or another name that the draft gives it, however quoted."""
    wanted = _wanted(gold, classes)
    found = [entity for entity in draft.entities if entity.kind in classes]
    return Score(sum(_is_among(entity, wanted) for entity in found), len(found), len(wanted))


def things(gold: Gold, draft: Draft) -> Iterator[tuple[Entity, bool]]:
    """The things of a draft that are of a class told in gold texts, with whether the gold text has them."""
    for classes in _CLASSES.values():
        wanted = _wanted(gold, classes)
        yield from ((entity, _is_among(entity, wanted)) for entity in draft.entities if entity.kind in classes)


def _wanted(gold: Gold, classes: set[str]) -> set[str]:
    return {_unquoted(name) for kind, name in gold.entities if kind in classes}


def _is_among(entity: Entity, wanted: set[str]) -> bool:
    return not wanted.isdisjoint(map(_unquoted, (entity.name, *entity.aliases)))


def _unquoted(name: str) -> str:
    return name.replace("“", "").replace("”", "")


def _placed(draft: Draft) -> Score:
    """How many figures stand in the text where they say."""
    text, figures = draft.source.text, draft.figures
    true = sum(f.end > f.start and f.printed.startswith(normalise(text[f.start : f.end]).text) for f in figures)
    return Score(true, len(figures), len(figures))


def _around(gold: Gold, span: Span) -> str:
    """A number of the text with the words around it."""
    return repr(gold.text[max(0, span[0] - 8) : span[1] + 8])


def _told(gold: Gold, wanted: GoldFigure, figure: Figure, agreed: Mapping[str, bool]) -> str:
    """What is wrong of a figure, in one line."""
    wrong = ",".join(name for name, same in agreed.items() if not same)
    period = figure.period.edtf + (f"<{figure.base.edtf}" if figure.base else "")
    return (
        f"{gold.name} {_around(gold, (wanted.start, wanted.end))} {wrong}: wanted {wanted.value} {wanted.unit} {wanted.kind} "
        f"{wanted.period}<{wanted.base} {wanted.indicator} {wanted.subject}; got {figure.value} {figure.unit} {figure.kind} {period} "
        f"{figure.indicator.label} {figure.subject} {figure.rules}"
    )
