"""Many nodes or relations at once, as columns: what files of large graphs are written from.

A graph has few predicates and types and says little of most relations. A column keeps each different value once, so that a
writer turns it into text once, and the text of a row is put together from pieces that are there already.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from itertools import groupby, repeat
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from .model import Field, Value

T = TypeVar("T")
Made = TypeVar("Made")
One = TypeVar("One")


class Column(Generic[T]):
    """Values of many things in their order.

    :param values: the different values, or one for each thing.
    :param codes: for each thing the place of its value in ``values``; ``None`` where there is one for each.
    """

    __slots__ = ("codes", "values")

    def __init__(self, values: Sequence[T], codes: Sequence[int] | None = None) -> None:
        self.values = values
        self.codes = codes

    @classmethod
    def sparse(cls, count: int, found: Mapping[int, T], otherwise: T) -> Column[T]:
        """What most things lack: ``found`` has the values of those, by place, that do not."""
        codes = [0] * count
        for code, place in enumerate(found, 1):
            codes[place] = code
        return cls([otherwise, *found.values()], codes)

    def map(self, change: Callable[[T], Made]) -> Column[Made]:
        """``change`` is called once for each different value."""
        return Column([change(value) for value in self.values], self.codes)

    def __iter__(self) -> Iterator[T]:
        return iter(self.values) if self.codes is None else map(self.values.__getitem__, self.codes)


class Block(Generic[T]):
    """Some nodes, or some relations: for each attribute of :class:`Node` or :class:`Edge` a column."""

    def __init__(self, count: int, columns: Mapping[str, Column[Any]]) -> None:
        self.count = count
        self.columns = columns

    @classmethod
    def of(cls, things: Sequence[One]) -> Block[One]:
        """At least one thing as a block."""
        names = (field.name for field in fields(things[0]))  # type: ignore[arg-type] # nodes and edges are dataclasses
        columns = {name: Column([getattr(thing, name) for thing in things]) for name in names}
        return Block(len(things), columns)

    def things(self, kind: Callable[..., T]) -> Iterator[T]:
        """The things themselves, as ``kind`` makes them of their attributes."""
        names = self.columns.keys()
        for row in zip(*self.columns.values(), strict=True):
            yield kind(**dict(zip(names, row, strict=True)))

    def values(self, field: Field[Any]) -> Column[Value]:
        return self.columns[field.of].map(field.value)

    def texts(self, fields: Iterable[Field[Any]], write: Callable[[Field[Any], Value], str]) -> Iterator[Column[str]]:
        """The text of some fields, as ``write`` makes it of a field and its value (which may be ``None``).

        Fields that stand together and are read from the same attribute share a column.
        """
        for of, group in groupby(fields, key=lambda field: field.of):
            together = tuple(group)

            def text(value: Any, together: Iterable[Field[Any]] = together) -> str:
                return "".join([write(field, field.value(value)) for field in together])

            column = self.columns[of].map(text)
            if any(column.values):
                yield column


def rows(*pieces: str | Iterable[str]) -> Iterator[str]:
    """Rows of text, put together from columns and from what is the same in each row; at least one is a column."""
    return map("".join, zip(*(repeat(piece) if isinstance(piece, str) else piece for piece in pieces), strict=False))
