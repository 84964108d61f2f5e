"""What a person has decided about links, kept over the next run.

A table of links goes through a spreadsheet or OpenRefine and comes back: with its columns in another order, more of them, cells in quotes, a
byte order mark, lines that end as in Windows, a header of comments that is padded with tabs or lost. A person has decided where the
column ``decision`` differs from ``proposed`` (what the matcher wrote) or where ``reviewer_label`` is filled in; without a column
``proposed``, where ``decision`` is another word than the matcher's, or there is a reviewer. ``accept`` links; every other word refuses.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final

from ..errors import DataError
from . import names
from .matcher import ACCEPT, NOTHING, REVIEW, Match
from .sssom import COLUMNS, NO_TERM, Cells, cells_of, header_of, slots_of
from .tables import Entry

_OURS: Final = frozenset({ACCEPT, REVIEW, NOTHING})
_NEEDED: Final = ("subject_id", "object_id", "decision")
_MOST_TOLD: Final = 20


@dataclass(frozen=True)
class Reviewed:
    """An earlier table of links.

    :param about: the slots of its header that a table keeps: ``mapping_set_id``, ``license``.
    :param more: columns that the matcher does not write, in their order.
    :param decided: for each subject the rows that a person has decided.
    """

    about: Mapping[str, str] = field(default_factory=dict)
    more: tuple[str, ...] = ()
    decided: Mapping[str, tuple[Cells, ...]] = field(default_factory=dict)


def read_reviewed(path: Path) -> Reviewed:
    """Read an earlier table of links as it came back.

    :raises DataError: where it cannot be read, or lacks a column.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: cannot be read: {error}.", "Save the table as tab-separated UTF-8.") from None
    lines = io.StringIO(text, newline="")
    about, head = slots_of(lines)
    try:
        rows = list(csv.reader([head, *lines], delimiter="\t", quoting=csv.QUOTE_MINIMAL, strict=False))
    except csv.Error as error:
        raise DataError(f"{path}: cannot be read: {error}.", "Save the table as tab-separated UTF-8.") from None
    columns = [cell.strip() for cell in rows[0]]
    for column in _NEEDED:
        if column not in columns:
            raise DataError(f"{path}: there is no column {column!r}.", "Give a table of links as link writes it.")
    decided: dict[str, list[Cells]] = defaultdict(list)
    for cells in rows[1:]:
        row = dict(zip(columns, (cell.strip() for cell in cells), strict=False))
        if row.get("subject_id") and _is_decided(row, "proposed" in columns):
            decided[row["subject_id"]].append(row)
    more = tuple(column for column in columns if column and column not in COLUMNS)
    return Reviewed(about, more, {subject: tuple(every) for subject, every in decided.items()})


def _is_decided(row: Cells, proposed: bool) -> bool:
    decision = row.get("decision", "")
    if row.get("reviewer_label"):
        return bool(decision)
    return bool(decision) and (decision != row.get("proposed", "") if proposed else decision not in _OURS)


def write_reviewed(
    matches: Iterable[Match], register: Iterable[Entry] | None, earlier: Reviewed, stream: IO[str], *, source: str = ""
) -> tuple[dict[str, int], list[str]]:
    """Write matches as SSSOM/TSV, with what a person decided earlier in place of what the matcher says.

    :param register: against which the links of the earlier table are checked; ``None`` checks nothing.
    :return: how many mentions are decided in which way, and what a person should look at again.
    """
    merging = _Merging(register, earlier)
    stream.write(header_of(earlier.about.get("mapping_set_id"), earlier.about.get("license"), source))
    columns = (*COLUMNS, *earlier.more)
    writer = csv.writer(stream, delimiter="\t", quoting=csv.QUOTE_NONE, quotechar=None, lineterminator="\n")
    writer.writerow(columns)
    counts = dict.fromkeys((ACCEPT, REVIEW, NOTHING), 0)
    seen = set()
    for match in matches:
        seen.add(match.mention.id)
        rows = list(merging.rows(match))
        every = {row["decision"] for row in rows}
        counts[ACCEPT if ACCEPT in every else REVIEW if REVIEW in every else NOTHING] += 1
        writer.writerows([_clean(row.get(column, "")) for column in columns] for row in rows)
    for row in merging.left(seen):
        writer.writerow([_clean(row.get(column, "")) for column in columns])
    return counts, merging.told


class _Merging:
    def __init__(self, register: Iterable[Entry] | None, earlier: Reviewed) -> None:
        self._names: dict[str, set[str]] = defaultdict(set)
        self._checked = register is not None
        for entry in register or ():
            if not entry.gone:
                self._names[entry.id].add(names.normalise(entry.name))
        self._earlier = earlier
        self.told: list[str] = []

    def rows(self, match: Match) -> Iterator[Cells]:
        """The rows of a mention: what a person decided first, then what the matcher says and nobody decided."""
        decided = self._earlier.decided.get(match.mention.id, ())
        if not decided:
            yield from cells_of(match)
            return
        self._check(match, decided)
        yield from sorted(decided, key=lambda row: row["decision"] != ACCEPT)
        settled = any(row["decision"] == ACCEPT for row in decided)
        objects = {row["object_id"] for row in decided}
        best = match.best
        stands = not settled and best is not None and best.entry.id not in objects
        for row in cells_of(match):
            if row["object_id"] not in objects and (row["object_id"] != NO_TERM or not settled):
                yield row if stands else row | {"decision": NOTHING, "proposed": NOTHING}

    def left(self, seen: set[str]) -> Iterator[Cells]:
        """Decided rows of mentions that are not there any more."""
        for subject, every in self._earlier.decided.items():
            if subject not in seen:
                self._tell(f"{subject} is decided, and is among the mentions no more.")
                yield from every

    def _check(self, match: Match, decided: Iterable[Cells]) -> None:
        mention = match.mention
        for row in decided:
            before = row.get("subject_label", "")
            if before and names.normalise(before) != names.normalise(mention.name):
                self._tell(f"{mention.id} was decided as {before!r}, and is {mention.name!r} now.")
            object_id, label = row["object_id"], row.get("object_label", "")
            if row["decision"] != ACCEPT or object_id == NO_TERM or not self._checked:
                continue
            if object_id not in self._names:
                self._tell(f"{mention.id} is linked to {object_id} ({label}), which the register has no more.")
            elif label and names.normalise(label) not in self._names[object_id]:
                self._tell(f"{mention.id} is linked to {object_id}, which was {label!r} and is not now.")

    def _tell(self, what: str) -> None:
        self.told.append(what)


def shortened(told: list[str]) -> list[str]:
    """At most a screenful of what a person should look at again."""
    more = len(told) - _MOST_TOLD
    return told if more <= 0 else [*told[:_MOST_TOLD], f"… and {more} more."]


def _clean(text: str) -> str:
    return text.replace("\t", " ").replace("\r", " ").replace("\n", " ")


__all__ = ["Reviewed", "read_reviewed", "shortened", "write_reviewed"]
