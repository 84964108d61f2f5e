"""The figures as columns of numbers, for sums and means over many of them in milliseconds.

A copy of what the graph says of its figures, made once a generation: of each figure its value and the terms by which
figures are told apart, as numbers into tables of terms. Values are whole numbers of one common fraction
(``10 ** -scale``), so that sums are exact. SPARQL is never answered from it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyoxigraph as ox

from . import origins
from .errors import UsageError
from .figures import VALUE, json_number, number
from .graph.facts import Facts
from .graph.reading import SKOS, anywhere, is_node, uncollected
from .grouping import DIMENSIONS, SOURCE, Question
from .namespaces import YHO
from .store import Reader
from .terms import iri_of, local_name, term_of

_DIGITS: Final = 40  # before and behind the point; a number with more is left out
_NOTATION: Final = SKOS + "notation"
_LOW: Final = 32  # bits of a value that are summed apart from the rest
_MASK: Final = (1 << _LOW) - 1
_MEAN: Final = Context(prec=15)
_EXACT: Final = Context(prec=4 * _DIGITS)

Numbers = npt.NDArray[Any]


@dataclass(frozen=True)
class Dimension:
    """One column: the number of each figure's term (-1: none), and the terms with code and labels by number.

    :param ranks: the place of each term in the order of the codes; at the end that of none.
    """

    numbers: Numbers
    terms: tuple[str, ...]
    codes: tuple[str, ...]
    labels: tuple[tuple[str, str], ...]
    ranks: Numbers

    def shown(self, term: int) -> tuple[str | None, str | None, str | None]:
        """Code and labels of a term; the code is ``None`` where it has none."""
        return (None, None, None) if term < 0 else (self.codes[term] or None, *self.labels[term])

    def matching(self, texts: Iterable[str]) -> Numbers:
        """Which figures have one of these terms. Raises :class:`UsageError` where a text can name nothing."""
        wanted: set[int] = set()
        for text in texts:
            meant = _meant(text)
            wanted |= {
                n
                for n, (iri, code) in enumerate(zip(self.terms, self.codes, strict=True))
                if iri in meant or code == text
            }
        return np.isin(self.numbers, np.fromiter(wanted, dtype=np.int32, count=len(wanted)))


def _meant(text: str) -> set[str]:
    try:
        return {iri_of(text), term_of(text)}
    except UsageError:
        return set()  # a period such as ../2020 is no name


@dataclass(frozen=True)
class FigureColumns:
    """The columns of all figures of a graph that have a number as their value.

    :param values: their values times ``10 ** scale``: ``int64``, or Python's integers where these are too large.
    :param left_out: how many figures have no number as their value, or one of too many digits.
    """

    dimensions: Mapping[str, Dimension]
    values: Numbers
    scale: int
    left_out: int = 0

    def __len__(self) -> int:
        return len(self.values)

    @property
    def nbytes(self) -> int:
        """The size of the arrays."""
        return int(self.values.nbytes + sum(dimension.numbers.nbytes for dimension in self.dimensions.values()))

    @classmethod
    def read(cls, reader: Reader) -> FigureColumns:
        """Read them from a graph, default and named graphs together."""
        with uncollected():
            value_of, left_out = _values(reader)
            figures = sorted(value_of)
            place = {figure: n for n, figure in enumerate(figures)}
            facts = Facts(reader)
            dimensions = {name: _dimension(facts, name, place, _terms(reader, name)) for name in DIMENSIONS}
            values, scale = _scaled([value_of[figure] for figure in figures])
            return cls(dimensions, values, scale, left_out)

    def answer(self, question: Question) -> dict[str, Any]:
        """The groups, ready for JSON; ``figures`` says how many are in them, ``left_out`` how many of the graph cannot be."""
        chosen = self._chosen(question.where)
        apart = self._apart(question)
        groups = self._grouped(chosen, apart)
        found = {name: self._measured(name, groups) for name in question.measures}
        order = self._order(question, groups, found)
        rows = [self._row(groups, n) | {name: json_number(found[name](n)) for name in found} for n in order]
        return {
            "figures": len(chosen),
            "count": len(groups),
            "by": list(apart),
            "groups": rows,
            "left_out": self.left_out,
            "truncated": len(groups) > len(rows),
        }

    def _apart(self, question: Question) -> tuple[str, ...]:
        """What tells groups apart: whose the figures are too, where values of several sources would be put together."""
        told = self.dimensions[SOURCE]
        several = question.together and len(told.terms) + bool((told.numbers < 0).any()) > 1
        return tuple(dict.fromkeys((*question.apart, *((SOURCE,) if several else ()))))

    def _chosen(self, where: Mapping[str, Sequence[str]]) -> Numbers:
        mask = np.ones(len(self.values), dtype=bool)
        for name, texts in where.items():
            if texts:
                mask &= self.dimensions[name].matching(texts)
        return np.flatnonzero(mask)

    def _grouped(self, chosen: Numbers, by: Sequence[str]) -> _Groups:
        group_of = np.zeros(len(chosen), dtype=np.int64)
        for name in by:
            numbers = self.dimensions[name].numbers[chosen].astype(np.int64) + 1
            # Made dense again with each dimension: the product of many could pass 64 bits.
            group_of = np.unique(group_of * (len(self.dimensions[name].terms) + 1) + numbers, return_inverse=True)[1]
        members = chosen[np.argsort(group_of, kind="stable")]
        counts = np.bincount(group_of)
        starts = np.cumsum(counts) - counts
        terms = {name: self.dimensions[name].numbers[members[starts]] for name in by}
        return _Groups(members, starts, counts, terms)

    def _measured(self, measure: str, groups: _Groups) -> Callable[[int], Decimal]:
        """What tells a group's measure. Only those that are shown are made into numbers for people."""
        counts = groups.counts
        if measure == "count" or not len(groups):
            return lambda n: Decimal(int(counts[n]))
        values = self.values[groups.members]
        if measure in ("min", "max"):
            found = (np.minimum if measure == "min" else np.maximum).reduceat(values, groups.starts)
            return lambda n: self._number(found[n])
        sums = _sums(values, groups.starts)
        if measure == "sum":
            return lambda n: self._number(sums[n])
        return lambda n: _MEAN.divide(self._number(sums[n]), Decimal(int(counts[n])))

    def _number(self, scaled: Any) -> Decimal:
        return Decimal(int(scaled)).scaleb(-self.scale, _EXACT)

    def _order(
        self, question: Question, groups: _Groups, found: Mapping[str, Callable[[int], Decimal]]
    ) -> Sequence[int]:
        order: list[int] = list(range(len(groups)))
        if groups.terms:
            # np.lexsort takes the most important key last.
            keys = [self.dimensions[name].ranks[numbers] for name, numbers in groups.terms.items()]
            order = np.lexsort(keys[::-1]).tolist()
        if question.sort:
            order.sort(key=found[question.sort.removeprefix("-")], reverse=question.sort.startswith("-"))
        return order[: question.limit]

    def _row(self, groups: _Groups, n: int) -> dict[str, Any]:
        row: dict[str, Any] = {}
        for name, numbers in groups.terms.items():
            code, zh, en = self.dimensions[name].shown(int(numbers[n]))
            row |= {name: code, f"{name}_zh": zh, f"{name}_en": en}
        return row


@dataclass(frozen=True)
class _Groups:
    """Figures in groups.

    :param members: the figures, group by group.
    :param starts: where each group begins in ``members``.
    :param counts: how many each has.
    :param terms: of each dimension the number of each group's term.
    """

    members: Numbers
    starts: Numbers
    counts: Numbers
    terms: Mapping[str, Numbers]

    def __len__(self) -> int:
        return len(self.counts)


# --- reading ----------------------------------------------------------------------------------------------------------


def _values(reader: Reader) -> tuple[dict[str, Decimal], int]:
    """The number of each figure (of several the one whose text comes first, as in the table), and how many have none."""
    found: dict[str, Any] = {}
    for figure, _, value in reader.select(_said("?s ?p ?o"), {"p": ox.NamedNode(VALUE)}):
        if is_node(figure) and (figure.value not in found or str(value) < str(found[figure.value])):
            found[figure.value] = value
    numbers = {figure: number(value) for figure, value in found.items()}
    usable = {figure: value for figure, value in numbers.items() if value is not None and _short_enough(value)}
    return usable, len(found) - len(usable)


def _short_enough(value: Decimal) -> bool:
    return value.adjusted() < _DIGITS and -int(value.as_tuple().exponent) <= _DIGITS


def _said(pattern: str) -> str:
    return f"SELECT ?s ?p ?o WHERE {{ {anywhere(pattern)} }}"


def _terms(reader: Reader, name: str) -> Iterable[tuple[Any, str]]:
    """Figures with the terms that they have in a dimension."""
    if name == SOURCE:
        return ((figure, iri) for figure, told in origins.of_figures(reader).items() for iri in told)
    rows = reader.select(_said("?s ?p ?o"), {"p": ox.NamedNode(DIMENSIONS[name])})
    return ((figure, term.value) for figure, _, term in rows if is_node(term))


def _dimension(facts: Facts, name: str, place: Mapping[str, int], pairs: Iterable[tuple[Any, str]]) -> Dimension:
    said: dict[str, str] = {}
    for figure, term in pairs:
        if is_node(figure) and figure.value in place:
            said[figure.value] = min(term, said.get(figure.value, term))
    terms = sorted(set(said.values()))
    number_of = {term: n for n, term in enumerate(terms)}
    numbers = np.full(len(place), -1, dtype=np.int32)
    for figure, term in said.items():
        numbers[place[figure]] = number_of[term]
    nodes = [ox.NamedNode(term) for term in terms]
    facts.load(nodes)
    labels = [_label(facts, name, node) for node in nodes]
    codes = [_code(facts, name, node) for node in nodes]
    ranks = np.full(len(terms) + 1, -1, dtype=np.int32)
    ranks[sorted(range(len(terms)), key=codes.__getitem__)] = np.arange(len(terms))
    return Dimension(numbers, tuple(terms), tuple(codes), tuple((label["zh"], label["en"]) for label in labels), ranks)


def _label(facts: Facts, name: str, node: ox.NamedNode) -> Mapping[str, str]:
    return origins.of_iri(facts, node.value).title if name == SOURCE else facts.label(node)


def _code(facts: Facts, name: str, node: ox.NamedNode) -> str:
    """How a term is shown, as in the table of figures; empty for a period that is none."""
    if name in ("subject", "indicator", SOURCE):
        return node.value
    codes = [facts.one(node, YHO.unitCode) if name == "unit" else None]
    codes += [facts.one(node, _NOTATION) if name != "breakdown" else None]
    found = next((code.value for code in codes if isinstance(code, ox.Literal)), "")
    return found or ("" if name in ("period", "base") else local_name(node.value))


def _scaled(values: Sequence[Decimal]) -> tuple[Numbers, int]:
    """Values as whole numbers of a common fraction, and how many decimal places that has."""
    scale = max((0, *(-int(value.as_tuple().exponent) for value in values)))
    whole = [int(value.scaleb(scale, _EXACT)) for value in values]
    fits = all(-(2**63) <= value < 2**63 for value in whole)
    return np.array(whole, dtype=np.int64 if fits else object), scale


def _sums(values: Numbers, starts: Numbers) -> list[int]:
    """The exact sum of each run of values."""
    if values.dtype == object:
        return [int(total) for total in np.add.reduceat(values, starts)]
    # In two halves: neither can pass 64 bits before there are two thousand million values.
    high, low = np.add.reduceat(values >> _LOW, starts), np.add.reduceat(values & _MASK, starts)
    return [(int(upper) << _LOW) + int(lower) for upper, lower in zip(high, low, strict=True)]
