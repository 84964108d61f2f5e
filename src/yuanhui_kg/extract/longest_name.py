"""A small tagger, to begin one's own from: of the indicators whose name stands before a number in its sentence, the nearest, longest."""

from __future__ import annotations

from collections.abc import Iterable

from .tagging import Choice, Span, Task


def longest_name(task: Task) -> Iterable[Choice]:
    """For each number whose indicator the ontology does not have, the one whose name ends nearest before it, if any."""
    known = {option.id for option in task.options["indicator"]}
    for span in task.spans:
        if span.rules_say["indicator"] not in known and (found := _nearest(task, span)):
            yield Choice(span.id, "indicator", found)


def _nearest(task: Task, span: Span) -> str:
    before = task.text[span.sentence[0] : span.start]
    places = [
        (before.rfind(name) + len(name), len(name), option.id)
        for option in task.choices_for(span, "indicator")
        for name in option.names
        if len(name) > 1 and name in before
    ]
    return max(places, default=(0, 0, ""))[2]
