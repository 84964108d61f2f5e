"""Where names stand in a text: every one of them, in one pass over it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator


def occurrences(text: str, names: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Start and end of each of ``names`` wherever it stands, by start, the longest first; names of two characters or more.

    The work grows with the text and the lengths of the names, not with how many they are.
    """
    by_head: defaultdict[str, defaultdict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for name in names:
        if len(name) > 1:
            by_head[name[:2]][len(name)].add(name)
    if not by_head:
        return
    heads = {head: sorted(lengths.items(), reverse=True) for head, lengths in by_head.items()}
    first = re.compile("[" + re.escape("".join(sorted({head[0] for head in heads}))) + "]")
    for match in first.finditer(text):
        start = match.start()
        for length, known in heads.get(text[start : start + 2], ()):
            if text[start : start + length] in known:
                yield start, start + length


def outermost(spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Of spans in the order of :func:`occurrences` those that lie inside no longer one."""
    reached = -1
    for start, end in spans:
        if end > reached:
            yield start, end
            reached = end
