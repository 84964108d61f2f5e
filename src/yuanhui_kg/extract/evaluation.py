"""How right extraction is, against texts that were marked up by hand: precision, recall and F1 by genre, never pooled.

The format of a gold text (``tests/gold/*.gold``): four parts between lines ``===``. Head lines (``genre``, ``split``,
``place``, ``published``, ``period``); the text, with every number of a figure between ⟦ and ⟧; one line a number, in order:
``printed | value unit | kind | period[<base] | indicator [| subject]``, the value in base units or with 万 or 亿 behind it,
the period as EDTF or ``publication``; then entities, ``class | name``.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Final

from ..errors import DataError, NotFoundError
from .lexicon import Lexicon, lexicon, spelt
from .loading import decode
from .pipeline import Draft, extract
from .records import Figure, Indicator
from .tables import one_of
from .wording import WORDS

FIELDS: Final = ("value", "unit", "kind", "period", "base", "indicator", "subject")
MEASURES: Final = (
    "span",
    *FIELDS,
    "tuple",
    "place",
    "zone",
    "award",
    "organisation",
    "project",
    "programme",
    "offsets",
)
_MARK: Final = re.compile("⟦([^⟦⟧]*)⟧")
#: 120个养老床位数, 新建公路里程, 投资额: what measures a thing adds nothing to its name.
_MEASURE: Final = re.compile(
    r"(?:数量|总数|总量|人数|户数|(?<=..)人口|人次|场次|次数|面积|里程|长度|套数|时间|时长|用时|规模|金额|数|量|额|(?<=资)金)$"
)
#: What says no more of a known thing than that it is measured or counted.
_EXTENT: Final = re.compile(r"(?<=..)(?:数量|总数|总量|场次|次数|面积|里程|长度|套数|额|(?<=资)金)$")
#: Words for the measure by what is measured; the others (数, 量) say no more than that something is.
_APART: Final = (
    ("人数", "人口", "人次"),
    ("户数",),
    ("面积",),
    ("里程", "长度"),
    ("时间", "时长", "用时"),
    ("额", "金"),
)
#: 每户年均分红, 户均年增收
_EACH: Final = re.compile(
    r"每?([户人亩])(?:均)?(?:每?年)?均?(?=增收|分红)|[每一]([户亩])(?=纯?收入|产值|效益|增收|分红)"
)
#: What is done in a day or a year is as much as can be done: 年处理鲜果|能力.
_RATED: Final = re.compile(r"(?:[年日]|每小时).*(?:处理|加工|生产).*能力$")
#: A distance with what it is from, which the ontology's 距离 leaves to the text.
_FROM: Final = re.compile(r".{0,12}距.{2,14}(?:的?距离)")
#: What the measure word tells again: 惠及居民|户数, 带动农户.
_SAID_TWICE: Final = re.compile(r"居民(?=户数)|农(?=户数?$)")
#: A part and the whole that it is a share of; 占比 tells no whole.
_SHARE: Final = re.compile(r"(.+?)(?:占|相当于)(?:(?!比)(.+?)(?:的?(?:比重|比例))?|比)")
_OF_PART: Final = re.compile(r"(?:增加值|总产值|产值|投资|税收|收入|销售额|面积|人口)$")
#: That people are counted.
_WHOSE: Final = re.compile(r"(?<=..)(?:人数|人次)$")
_LIGHT: Final = re.compile(one_of(WORDS["lightVerbs"]["words"]))
#: Such a verb before the name of a concept: 投入|扶贫资金.
_MADE: Final = re.compile(f"^(?:{one_of(WORDS['lightVerbs']['words'])})(?=...)")
_FACTORS: Final = {"亿": Decimal(10**8), "万": Decimal(10**4)}
_CLASSES: Final = {
    "place": {"Province", "PrefectureLevelCity", "County", "CountyLevelCity", "District", "Town", "Township", "Subdistrict", "Community", "Village"},
    "zone": {"HighTechZone", "DevelopmentZone", "IndustrialPark", "SpecialtyBusinessZone"},
    "award": {"Title", "Award"},
    "organisation": {"Company", "CompanyGroup", "Hospital", "School"},
    "project": {"Project"},
    "programme": {"Programme"},
}  # fmt: skip


@dataclass(frozen=True)
class GoldFigure:
    start: int
    end: int
    value: Decimal
    unit: str
    kind: str
    period: str
    base: str
    indicator: str
    subject: str


@dataclass(frozen=True)
class Gold:
    """A text that was marked up by hand."""

    name: str
    genre: str
    split: str
    given: dict[str, str]
    place: str
    text: str
    figures: tuple[GoldFigure, ...]
    entities: frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Score:
    """Right ones, found ones and those that there are."""

    right: int
    found: int
    real: int

    @property
    def f1(self) -> float | None:
        """None where there is nothing to find and nothing was found."""
        total = self.found + self.real
        return 2 * self.right / total if total else None


def read(path: Path) -> Gold:
    """A gold file. Raises :class:`NotFoundError`, or :class:`DataError` that names the line."""
    try:
        parts = path.read_text(encoding="utf-8").split("\n===\n")
    except FileNotFoundError:
        raise NotFoundError(f"There is no file {path}.", "Check the path.") from None
    except (OSError, UnicodeDecodeError):
        raise DataError(f"{path} cannot be read as UTF-8 text.", "Give a gold file.") from None
    if len(parts) != 4:
        raise DataError(
            f"{path} has {len(parts)} parts between lines of ===, not four.", "Write head, text, figures and entities."
        )
    head = dict(_headed(path, parts[0]))
    marks = list(_MARK.finditer(parts[1]))
    lines = [line for line in parts[2].splitlines() if line.strip()]
    first = parts[0].count("\n") + parts[1].count("\n") + 5
    if len(marks) != len(lines):
        raise DataError(f"{path} marks {len(marks)} numbers and describes {len(lines)}.", "Write one line a number.")
    place = head.get("place", "")
    figures = [
        _figure(f"{path}:{first + i}", line, mark, 2 * i, place)
        for i, (line, mark) in enumerate(zip(lines, marks, strict=True))
    ]
    named = frozenset(_pair(path, line) for line in parts[3].splitlines() if line.strip())
    given = {key: head[key] for key in ("published", "period") if head.get(key)}
    return Gold(
        path.name,
        head.get("genre", ""),
        head.get("split", ""),
        given,
        place,
        _MARK.sub(r"\1", parts[1]),
        tuple(figures),
        named,
    )


def _headed(path: Path, head: str) -> Iterable[tuple[str, str]]:
    for line in head.splitlines():
        key, colon, value = line.partition(":")
        if not colon:
            raise DataError(f"{path}: {line!r} is no line of a head.", "Write for instance genre: communique.")
        yield key.strip(), value.strip()


def _figure(where: str, line: str, mark: re.Match[str], shift: int, place: str) -> GoldFigure:
    parts = [part.strip() for part in line.split("|")]
    if len(parts) < 5 or parts[0] != mark[1]:
        raise DataError(
            f"{where}: {line!r} does not describe {mark[1]!r}.",
            "Write printed | value unit | kind | period<base | indicator | subject.",
        )
    number, _, unit = parts[1].partition(" ")
    try:
        value = Decimal(number.rstrip("亿万")) * _FACTORS.get(number[-1:], Decimal(1))
    except InvalidOperation:
        raise DataError(f"{where}: {number!r} is no number.", "Write digits, with 万 or 亿 behind them.") from None
    period, _, base = parts[3].partition("<")
    start = mark.start() - shift
    return GoldFigure(
        start,
        start + len(mark[1]),
        value,
        unit,
        parts[2],
        period,
        base,
        parts[4],
        parts[5] if len(parts) > 5 else place,
    )


def _pair(path: Path, line: str) -> tuple[str, str]:
    kind, bar, name = line.partition("|")
    if not bar:
        raise DataError(f"{path}: {line!r} is no entity.", "Write class | name.")
    return kind.strip(), name.strip()


def draft_of(gold: Gold) -> Draft:
    """What extraction makes of a gold text, given no more than its head gives."""
    return extract(
        decode(gold.text.encode("utf-8"), gold.name),
        published=gold.given.get("published", ""),
        period=gold.given.get("period", ""),
    )


def compare(gold: Gold, draft: Draft, words: Lexicon | None = None) -> tuple[dict[str, Score], list[str]]:
    """The scores of one text, and a line for each figure that is wrong."""
    words = words or lexicon()
    wanted = {(figure.start, figure.end): figure for figure in gold.figures}
    found: dict[tuple[int, int], list[Figure]] = defaultdict(list)
    for figure in draft.figures:
        found[figure.start, figure.end].append(figure)
    right: Counter[str] = Counter()
    told = []
    for span in wanted.keys() & found.keys():
        best = max(
            (_agreement(wanted[span], figure, draft, words) for figure in found[span]), key=lambda a: sum(a.values())
        )
        right["span"] += 1
        right.update({name for name, same in best.items() if same})
        right["tuple"] += all(best[name] for name in ("value", "unit", "kind", "period", "indicator", "subject"))
        if not all(best.values()):
            told.append(_told(gold, wanted[span], found[span][0], [n for n, same in best.items() if not same], draft))
    told += [f"{gold.name} missing {gold.text[a - 6 : b + 6]!r}" for a, b in sorted(wanted.keys() - found.keys())]
    told += [f"{gold.name} invented {gold.text[a - 6 : b + 6]!r}" for a, b in sorted(found.keys() - wanted.keys())]
    scores = {name: Score(right[name], len(found), len(wanted)) for name in ("span", *FIELDS, "tuple")}
    scores |= {name: _named(gold, draft, classes) for name, classes in _CLASSES.items()}
    true = sum(
        gold.text[f.start : f.end] == draft.source.text[f.start : f.end] and f.end > f.start for f in draft.figures
    )
    return scores | {"offsets": Score(true, len(draft.figures), len(draft.figures))}, told


def _agreement(gold: GoldFigure, figure: Figure, draft: Draft, words: Lexicon) -> dict[str, bool]:
    period = draft.anchor.publication.edtf if gold.period == "publication" else gold.period
    kind = "count" if figure.kind == "countKind" else figure.kind
    return {
        "value": figure.value == gold.value,
        "unit": ("count" if figure.unit == "times" else figure.unit) == gold.unit,
        "kind": kind == gold.kind,
        "period": figure.period.edtf == period,
        "base": (figure.base.edtf if figure.base else "") == gold.base,
        "indicator": same_indicator(gold.indicator, figure.indicator.label, words),
        "subject": (figure.subject or gold.subject) == gold.subject,
    }


def same_indicator(one: str, other: str, words: Lexicon) -> bool:
    """Whether two names mean one indicator: the same concept, or, where the ontology has neither, the same plain name."""
    a, b = _concept(one, words), _concept(other, words)
    if a is not None and b is not None:
        return a == b
    if (shares := (_SHARE.fullmatch(spelt(one)), _SHARE.fullmatch(spelt(other)))) and shares[0] and shares[1]:
        return _same_share(shares[0], shares[1], words)
    if a is not None or b is not None:
        return False
    return bool(plain_names(one) & plain_names(other)) and not _measured_apart(one, other)


def _same_share(one: re.Match[str], other: re.Match[str], words: Lexicon) -> bool:
    """Whether two shares are of one part in one whole; a whole that is not told is any, one told without a measure has that of its part."""
    if not same_indicator(one[1], other[1], words):
        return False
    if not one[2] or not other[2] or same_indicator(one[2], other[2], words):
        return True
    measure = next(iter(_OF_PART.findall(one[1])), "")
    return bool(measure) and any(
        same_indicator(whole + measure, of, words) for whole, of in ((one[2], other[2]), (other[2], one[2]))
    )


def _measured_apart(one: str, other: str) -> bool:
    """Whether the words for the measure at the ends of two names tell different measures: 带动户数, 带动人数."""
    ends = [found[0] if (found := _MEASURE.search(spelt(name))) else "" for name in (one, other)]
    kinds = [next((kind for kind, words in enumerate(_APART) if end in words), None) for end in ends]
    return None not in kinds and kinds[0] != kinds[1]


def _concept(name: str, words: Lexicon) -> Indicator | None:
    """The ontology's indicator of a name, 数 at the end of a count and verbs that bring it about being no part of it."""
    name, aliases = spelt(name), words.aliases
    if name not in aliases and (people := aliases.get(_WHOSE.sub("", name))) and _WHOSE.search(people.label):
        return people  # 接待游客人次 are 接待游客人数
    if _FROM.fullmatch(name):
        return aliases["距离"]
    told = (name, name.removesuffix("数"), _EXTENT.sub("", name), _MADE.sub("", name))
    return next((aliases[one] for one in told if one in aliases), None)


def plain_names(name: str) -> set[str]:
    """What of a name that the ontology lacks makes it another variable; several where 人数 may be 人|数 (工人数) or a measure.

    Quotation marks, 的, the word for the measure at the end and words that only say that something is there or was done
    are left out; a verb that changes the meaning (新增, 退出) stays, before the noun or behind it.
    """
    name = re.sub(
        r"[“”、的]|以上", "", _EACH.sub(r"\1\2均", spelt(name)).replace("规上", "规模以上").replace("远销", "销往")
    )
    stems = {_MEASURE.sub("", one) for one in (name, _SAID_TWICE.sub("", name))} | {re.sub("(?<=[人户])数$", "", name)}
    stems |= {name.removesuffix("能力")} if _RATED.search(name) else set()
    return {"".join(sorted(_LIGHT.sub("", stem))) for stem in stems}


def _named(gold: Gold, draft: Draft, classes: set[str]) -> Score:
    """How many names of some classes are found; a thing is right under its name or another name that the draft gives it."""
    wanted = {name for kind, name in gold.entities if kind in classes}
    found = [{entity.name, *entity.aliases} for entity in draft.entities if entity.kind in classes]
    return Score(sum(1 for names in found if names & wanted), len(found), len(wanted))


def _told(gold: Gold, wanted: GoldFigure, figure: Figure, wrong: Sequence[str], draft: Draft) -> str:
    period = figure.period.edtf + (f"<{figure.base.edtf}" if figure.base else "")
    return (
        f"{gold.name} {gold.text[max(0, wanted.start - 10) : wanted.end + 8]!r} {','.join(wrong)}: wanted {wanted.value} {wanted.unit} {wanted.kind} "
        f"{wanted.period}<{wanted.base} {wanted.indicator} {wanted.subject}; got {figure.value} {figure.unit} {figure.kind} {period} "
        f"{figure.indicator.label} {figure.subject} {figure.rules}"
    )


def evaluate(golds: Iterable[Gold]) -> tuple[dict[tuple[str, str], dict[str, Score]], list[str]]:
    """Scores by genre and split, and a line for each error."""
    sums: dict[tuple[str, str], dict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0, 0]))
    errors: list[str] = []
    for gold in golds:
        scores, told = compare(gold, draft_of(gold))
        errors += told
        for name, score in scores.items():
            held = sums[gold.genre, gold.split][name]
            held[0] += score.right
            held[1] += score.found
            held[2] += score.real
    return {
        key: {name: Score(*numbers) for name, numbers in found.items()} for key, found in sorted(sums.items())
    }, errors
