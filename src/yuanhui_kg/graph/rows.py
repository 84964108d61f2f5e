"""Compressed sparse rows in numpy: the few operations that walks, paths and measures are made of."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int32]
Places = npt.NDArray[np.int64]  # of items; rows may hold them in four bytes
Flags = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.unsignedinteger[Any]]  # places in a short list, in one or two bytes each

_INT32 = np.iinfo(np.int32).max
_DENSE = 64  # a bitmap is quicker than sorting where more than one in so many may be there


def row_starts(owners: npt.NDArray[np.integer[Any]], rows: int) -> Places:
    """Where the row of each owner begins, the owners being sorted; one more at the end."""
    return row_ends(np.bincount(owners, minlength=rows))


def row_ends(lengths: npt.NDArray[np.integer[Any]]) -> Places:
    """0, then where rows of such lengths end, one after the other; in four bytes each where that will do."""
    ends = np.zeros(len(lengths) + 1, dtype=np.int64)
    np.cumsum(lengths, out=ends[1:])
    return ends.astype(np.int32) if ends[-1] <= _INT32 else ends


def narrowed(numbers: npt.NDArray[np.integer[Any]], most: int) -> Codes:
    """The numbers, all from 0 up to ``most``, in as few bytes each as will do."""
    return numbers.astype(np.min_scalar_type(most))


def row_items(rows: Places, numbers: npt.NDArray[np.integer[Any]]) -> tuple[Ints, Places]:
    """The items of some rows: which of ``numbers`` each belongs to, and its place."""
    first = rows[numbers].astype(np.int64)
    counts = rows[numbers + 1] - first
    owners = np.repeat(np.arange(len(numbers), dtype=np.int32), counts)
    before = np.cumsum(counts) - counts
    return owners, np.arange(len(owners), dtype=np.int64) + (first - before)[owners]


def row_places(rows: Places, numbers: npt.NDArray[np.integer[Any]]) -> Places:
    """The places of the items of some rows, as :func:`row_items` has them."""
    first = rows[numbers].astype(np.int64)
    counts = rows[numbers + 1] - first
    return np.repeat(first - np.cumsum(counts) + counts, counts) + np.arange(counts.sum(), dtype=np.int64)


def distinct(numbers: Ints, most: int) -> Ints:
    """The different ones of ``numbers``, sorted; all are less than ``most``."""
    if len(numbers) * _DENSE < most:
        numbers = np.sort(numbers)  # np.unique keeps a table of hashes, which takes several times as long
        return numbers[changes(numbers)]
    there = np.zeros(most, dtype=bool)
    there[numbers] = True
    return np.flatnonzero(there).astype(np.int32)


def changes(*columns: npt.NDArray[np.integer[Any]]) -> Flags:
    """Which rows differ from the row before them."""
    changed = np.ones(len(columns[0]), dtype=bool)
    changed[1:] = np.logical_or.reduce([column[1:] != column[:-1] for column in columns])
    return changed


def place_in_run(*columns: npt.NDArray[np.integer[Any]]) -> Places:
    """How many equal rows stand directly before each row."""
    places = np.arange(len(columns[0]), dtype=np.int64)
    return places - np.maximum.accumulate(np.where(changes(*columns), places, 0))
