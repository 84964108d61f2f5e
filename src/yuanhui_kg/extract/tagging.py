"""The plug-in point: a language model, or another tagger, that may choose among what was found and what is known, and nothing else.

A tagger is a callable that gets a :class:`Task` and gives :class:`Choice` objects. For each number that the rules found it may choose an
indicator of the ontology, a subject among the things that the text names, a period among those that the text gives. It cannot
add a number, move one or change its value, unit or kind: a choice is a number's id, a property and an option's id.

It runs in a process of its own, from which only choices come back, within a deadline; what it does there to its copy of the draft
changes nothing. It may use the network: whoever names it on the command line trusts it with the text.

    yuanhui-kg extract report.txt --tagger longest-name          an entry point of the group yuanhui_kg.taggers
    yuanhui-kg extract report.txt --tagger my_module:my_tagger   or a callable of a module
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from importlib.metadata import entry_points
from typing import IO, Any, Final, Protocol

from ..errors import TaggerChoiceError, TaggerError, TaggerTimeoutError, UsageError
from .lexicon import lexicon
from .pipeline import Draft
from .records import Figure, Years

GROUP: Final = "yuanhui_kg.taggers"  #: entry points
PROPERTIES: Final = ("indicator", "subject", "period")
TIMEOUT: Final = 60.0  #: seconds that a tagger has for one text, unless more is given
_LONGEST: Final = 86_400
MOST_BYTES: Final = 16 * 1024 * 1024  #: of its choices, as JSON
_NAME: Final = re.compile(r"[\w.\-]+(?::[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)?")
#: Kinds whose unit is not that of what they are about: growth is in percent, whatever grew.
#: The line by which Python tells an exception.
_NAMED: Final = re.compile(r"[A-Za-z_][\w.]*(?:: |$)")
_OF_ANY_UNIT: Final = frozenset(("change", "averageGrowth", "share", "rank", "growthRank", "ratioToBase", "pointChange", "threshold", "duration"))  # fmt: skip


@dataclass(frozen=True)
class Option:
    """Something that may be chosen; ``names`` are the words for it, the usual one first."""

    id: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class Span:
    """A number that was found: offsets into ``Task.text``, the sentence around it, and what the rules say that it is.

    ``options`` names, for each property, the list of ``Task.options`` from which is chosen.
    """

    id: int
    start: int
    end: int
    printed: str
    sentence: tuple[int, int]
    rules_say: Mapping[str, str]
    options: Mapping[str, str]


@dataclass(frozen=True)
class Task:
    """What a tagger gets: the text, the numbers found in it, and lists of options."""

    text: str
    spans: tuple[Span, ...]
    options: Mapping[str, tuple[Option, ...]]

    def choices_for(self, span: Span, property: str) -> tuple[Option, ...]:
        """What may be chosen for a number."""
        return self.options[span.options[property]]


@dataclass(frozen=True)
class Choice:
    """What a tagger gives: for a number (by its id) the option (by its id) of one of :data:`PROPERTIES`."""

    span: int
    property: str
    option: str


class Tagger(Protocol):
    """A callable that chooses; what it does not choose stays as the rules say."""

    def __call__(self, task: Task) -> Iterable[Choice]: ...


def tag(draft: Draft, name: str, timeout: float = TIMEOUT) -> Draft:
    """The draft with what a tagger chose. Numbers, their places, values, units and kinds are those of ``draft``.

    :param name: an entry point of :data:`GROUP`, or ``module:callable``.
    :param timeout: seconds after which the tagger is ended.
    :raises UsageError: where ``timeout`` is no time.
    :raises TaggerError: where there is no such tagger, or it fails.
    :raises TaggerTimeoutError: where it does not end in time.
    :raises TaggerChoiceError: where it chooses what was not offered, or twice.
    """
    if not 0 < timeout <= _LONGEST:
        raise UsageError(f"A tagger's time is {timeout:g} s.", f"Give more than 0 and at most {_LONGEST:,} seconds.")
    if not _NAME.fullmatch(name):
        raise TaggerError(f"{name[:100]!r} names no tagger.", "Give an entry point's name, or module:callable.")
    task = task_of(draft)
    return apply(draft, task, _asked(name, task, timeout), name)


def task_of(draft: Draft) -> Task:
    """What a tagger is to choose among."""
    options: dict[str, tuple[Option, ...]] = {
        "subject": tuple(_subjects(draft)),
        "period": tuple(Option(edtf, (edtf,)) for edtf in _periods(draft)),
        "indicator": tuple(option for option, _ in _indicators()),
    }
    spans = []
    for number, figure in enumerate(draft.figures):
        listed, units = _indicators_for(figure)
        if listed not in options:
            options[listed] = tuple(option for option, unit in _indicators() if unit in units)
        sentence = draft.normal.original(*figure.context)
        chosen = {"indicator": listed, "subject": "subject", "period": "period"}
        spans.append(Span(number, figure.start, figure.end, figure.printed, sentence, _said(figure), chosen))
    return Task(draft.source.text, tuple(spans), options)


def _said(figure: Figure) -> dict[str, str]:
    """What the rules say of a figure."""
    indicator = figure.indicator.id or figure.indicator.label
    return {"indicator": indicator, "subject": figure.subject, "period": figure.period.edtf}


def _indicators_for(figure: Figure) -> tuple[str, set[str]]:
    """The name of the list of indicators that a figure may be of, and their units: that of all, or of some units."""
    if figure.kind in _OF_ANY_UNIT:
        return "indicator", set()
    units = {figure.unit, figure.indicator.unit} - {""}
    return "indicator:" + "|".join(sorted(units)), units


def _subjects(draft: Draft) -> Iterator[Option]:
    names = {entity.name: entity.aliases for entity in draft.entities}
    if draft.anchor.place:
        names.setdefault(draft.anchor.place, ())
    for name, aliases in names.items():
        yield Option(name, (name, *aliases))


def _periods(draft: Draft) -> dict[str, Years]:
    found = [years for figure in draft.figures for years in (figure.period, figure.base) if years is not None]
    return {years.edtf: years for years in (*found, draft.anchor.reporting, draft.anchor.publication)}


@functools.cache
def _indicators() -> tuple[tuple[Option, str], ...]:
    """The indicators of the ontology, each with its unit."""
    words = lexicon()
    names: dict[str, list[str]] = {}
    for alias, indicator in words.aliases.items():
        names.setdefault(indicator.id, []).append(alias)
    return tuple(
        (Option(id, tuple(dict.fromkeys((indicator.label, *names.get(id, ()))))), indicator.unit)
        for id, indicator in words.indicators.items()
    )


# --- choices --------------------------------------------------------------------------------------------------------------


def apply(draft: Draft, task: Task, choices: Iterable[Choice], name: str) -> Draft:
    """The draft with choices that were offered. Raises :class:`TaggerChoiceError`."""
    chosen: dict[tuple[int, str], str] = {}
    for choice in choices:
        _check(task, choice)
        if chosen.setdefault((choice.span, choice.property), choice.option) != choice.option:
            raise TaggerChoiceError(f"The tagger chooses two of {choice.property} for number {choice.span}.", _ONLY)
    values: dict[str, Mapping[str, Any]] = {"indicator": lexicon().indicators, "period": _periods(draft)}
    figures = list(draft.figures)
    for (span, property), option in chosen.items():
        figure = figures[span]
        if task.spans[span].rules_say[property] == option:
            continue
        value: Any = values[property][option] if property in values else option
        figures[span] = replace(
            figure,
            **{property: value},
            rules=(*figure.rules, f"{property} by tagger {name}"),
            signs=figure.signs and figure.signs._replace(**{property: _DISPUTED}),
        )
    made = replace(draft, figures=tuple(figures))
    _same_numbers(draft.figures, made.figures)
    return made


#: What speaks for and against what a tagger chose where the rules say something else: nothing, it is as likely wrong as right.
_DISPUTED: Final[tuple[str, ...]] = ()
_ONLY: Final = "A tagger may only choose, for each number, one of the options that it was given."


def _check(task: Task, choice: Choice) -> None:
    if type(choice.span) is not int or not 0 <= choice.span < len(task.spans):
        raise TaggerChoiceError(f"The tagger speaks of the number {str(choice.span)[:50]}, which was not found.", _ONLY)
    if choice.property not in PROPERTIES:
        raise TaggerChoiceError(f"The tagger changes {str(choice.property)[:50]!r} of a number.", _ONLY)
    offered = task.choices_for(task.spans[choice.span], choice.property)
    if not any(option.id == choice.option for option in offered):
        what = f"{choice.property} {str(choice.option)[:50]!r} for {task.spans[choice.span].printed}"
        raise TaggerChoiceError(f"The tagger chooses {what}, which was not offered.", _ONLY)


def _same_numbers(before: tuple[Figure, ...], after: tuple[Figure, ...]) -> None:
    """That nothing but :data:`PROPERTIES`, and what tells of the choice, changed is so by construction; should that ever break, no draft is made."""
    for one, other in zip(before, after, strict=True):
        chosen = {name: getattr(one, name) for name in (*PROPERTIES, "rules", "signs")}
        if one != replace(other, **chosen):
            raise TaggerChoiceError(f"The tagger changed the number {one.printed}.", _ONLY)


# --- the process ----------------------------------------------------------------------------------------------------------


def _asked(name: str, task: Task, timeout: float) -> list[Choice]:
    """What a tagger chooses, asked in a process of its own that ends with the deadline."""
    with tempfile.TemporaryFile() as asked, tempfile.TemporaryFile() as answer, tempfile.TemporaryFile() as told:
        asked.write(json.dumps(asdict(task)).encode())
        asked.seek(0)
        command = [sys.executable, "-P", "-m", "yuanhui_kg.extract.tagging", name]
        process = subprocess.Popen(command, stdin=asked, stdout=answer, stderr=told, start_new_session=True)
        try:
            process.wait(timeout)
        except subprocess.TimeoutExpired:
            raise TaggerTimeoutError(
                f"The tagger {name} has not ended within {timeout:g} s.", "Give more time with --tagger-timeout."
            ) from None
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # with whatever it has started
            process.wait()
        if process.returncode:
            raise TaggerError(f"The tagger {name} failed: {_exception(told) or 'it was ended'}.", "Correct it.")
        return list(_read(name, answer))


def _exception(stream: IO[bytes]) -> str:
    """What an exception said, all of its lines: those behind the last that begins as Python names one, else the last line."""
    stream.seek(max(0, stream.seek(0, os.SEEK_END) - 4096))
    lines = stream.read().decode("utf-8", "replace").strip().splitlines()
    first = next((i for i in reversed(range(len(lines))) if _NAMED.match(lines[i])), len(lines) - 1)
    return "".join(c for c in " ".join(lines[max(0, first) :])[:300] if c.isprintable())


def _read(name: str, stream: IO[bytes]) -> Iterator[Choice]:
    size = stream.seek(0, os.SEEK_END)
    if size > MOST_BYTES:
        raise TaggerError(f"The tagger {name} gives more than {MOST_BYTES:,} bytes of choices.", "Correct it.")
    stream.seek(0)
    try:
        rows = json.loads(stream.read())
        choices = [Choice(span, property, option) for span, property, option in rows]
    except (ValueError, TypeError, RecursionError):
        raise TaggerError(f"The tagger {name} gives no list of choices.", "It gives Choice objects.") from None
    for choice in choices:
        if not isinstance(choice.property, str) or not isinstance(choice.option, str):
            raise TaggerChoiceError(f"The tagger {name} gives a choice without a property and an option.", _ONLY)
        yield choice


def _load(name: str) -> Tagger:
    module, colon, attribute = name.partition(":")
    if not colon:
        found = [point for point in entry_points(group=GROUP) if point.name == name]
        if not found:
            known = ", ".join(sorted(point.name for point in entry_points(group=GROUP))) or "none"
            raise SystemExit(f"there is no entry point {name} (there are: {known})")
        tagger: Tagger = found[0].load()
        return tagger
    sys.path.append(os.getcwd())  # at the end: nothing there takes the place of what is installed
    loaded: Tagger = functools.reduce(getattr, attribute.split("."), importlib.import_module(module))
    return loaded


def _task(told: Mapping[str, Any]) -> Task:
    spans = (Span(**{**span, "sentence": tuple(span["sentence"])}) for span in told["spans"])
    options = {
        name: tuple(Option(one["id"], tuple(one["names"])) for one in listed)
        for name, listed in told["options"].items()
    }
    return Task(told["text"], tuple(spans), options)


def _main() -> None:
    """The process: a task as JSON on standard input, choices on standard output, of which the tagger sees neither."""
    task = _task(json.loads(sys.stdin.buffer.read()))
    answer = os.dup(1)
    os.dup2(2, 1)
    choices = [(choice.span, choice.property, choice.option) for choice in _load(sys.argv[1])(task)]
    with open(answer, "w", encoding="utf-8") as stream:
        json.dump(choices, stream, ensure_ascii=True)


if __name__ == "__main__":
    _main()
