"""Rules about figures: files ``queries/rules/<id>.rq`` whose SPARQL selects operands and whose header says the rest.

The header's lines begin with ``#+``, as in the catalogue of queries::

    #+ title:          zh, en
    #+ explanation:    zh, en; what the rule holds against what, and what it does not say
    #+ source:         what the rule is taken from
    #+ message:        zh, en; {variables} of the query in braces, shown by their labels
    #+ figures: [share, part, whole]      variables that are observations
    #+ numbers: [years]                   variables that are plain numbers
    #+ each: [subject, period]            rows that agree in these make one finding; without it, each row does
    #+ computed: 100 * part / whole       a formula over figures and numbers
    #+ stated: share                      a figure, or a number, that it is held against
    #+ relation: equal                    or atMost
    #+ percent: [share]                   figures read as percentages; a plain number counts hundredfold
    #+ same_unit: [part, whole]
    #+ prices: same                       same, known or any: see :data:`Condition`
    #+ scope: same
    #+ periods: same                      sums must run over the same time

Without ``computed`` each row is a finding as it stands, with the status that the header gives (``status:
inconsistent`` or ``notComparable``). A variable ``?reason`` of the query names a reason why the operands cannot be
compared after all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal, cast, get_args

import pyoxigraph as ox

from . import catalog
from .errors import DataError, NotFoundError
from .intervals import Formula

Status = Literal["consistent", "edge", "inconsistent", "notComparable"]
Relation = Literal["equal", "atMost"]
#: What a rule asks of its operands' price basis or scope. Bases known to differ are not compared, unless ``any``. With
#: ``same`` it is unknown whether they differ where one figure states its basis and another does not, with ``known``
#: wherever one does not. The unknown counts only where the figures do not agree: then it excuses them.
Condition = Literal["any", "same", "known"]
Texts = Mapping[str, str]

LANGUAGES: Final = ("zh", "en")

_FIELDS: Final = (
    *("title", "explanation", "source", "message", "figures", "numbers", "each", "computed", "stated"),
    *("relation", "status", "percent", "same_unit", "prices", "scope", "periods"),
)


@dataclass(frozen=True)
class Rule:
    """One rule, as its file says it; ``id`` is the file's stem."""

    id: str
    title: Texts
    explanation: Texts
    source: str
    message: Texts
    query: str = field(repr=False)
    variables: tuple[str, ...]
    figures: tuple[str, ...]
    numbers: tuple[str, ...] = ()
    each: tuple[str, ...] = ()
    computed: Formula | None = None
    stated: str = ""
    relation: Relation = "equal"
    status: Status = "inconsistent"
    percent: tuple[str, ...] = ()
    same_unit: tuple[str, ...] = ()
    prices: Condition = "any"
    scope: Condition = "any"
    periods: Condition = "any"

    def as_dict(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "title": dict(self.title),
            "explanation": dict(self.explanation),
            "source": self.source,
            "formula": self.formula,
        }

    @property
    def formula(self) -> str:
        """What is held against what; empty where nothing is computed."""
        if self.computed is None:
            return ""
        several = self.computed.summed
        names = {n: [f"{n}₁", f"{n}₂", "…"] if n in several else [n] for n in self.computed.names}
        return f"{self.computed.written(names)} {'≤' if self.relation == 'atMost' else '='} {self.stated}"


def load(folder: Path, only: Iterable[str] = ()) -> tuple[Rule, ...]:
    """The rules of a folder in the order of their ids; with ``only``, those.

    Raises :class:`NotFoundError` for an id that is not there, :class:`DataError` naming a file that is no rule.
    """
    paths = {path.stem: path for path in sorted(folder.glob("*.rq"))}
    wanted = set(only)
    for id in sorted(wanted - set(paths)):
        raise NotFoundError(f"There is no rule {id!r}.", f"There are: {', '.join(paths) or 'none'}.")
    return tuple(read(path) for id, path in paths.items() if not wanted or id in wanted)


def read(path: Path) -> Rule:
    """One rule. Raises :class:`DataError` naming the file and what is wrong with it."""
    try:
        source = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: cannot be read: {error}.", "A rule is a text file in UTF-8.") from None
    header = catalog.header(path, source)
    try:
        rule = _rule(path.stem, source, header)
        _check(rule)
    except (ValueError, SyntaxError) as error:
        raise DataError(f"{path}: {error}.", "docs/checks.md tells how a rule is written.") from None
    return rule


def _rule(id: str, source: str, header: Mapping[str, Any]) -> Rule:
    for key in header:
        if key not in _FIELDS:
            raise ValueError(f"unknown field {key!r}; known are {', '.join(_FIELDS)}")
    return Rule(
        id=id,
        query=source,
        variables=_variables(source),
        title=_both(header, "title"),
        explanation=_both(header, "explanation"),
        message=_both(header, "message"),
        source=str(header.get("source", "")),
        figures=_names(header, "figures"),
        numbers=_names(header, "numbers"),
        each=_names(header, "each"),
        computed=Formula(header["computed"]) if "computed" in header else None,
        stated=str(header.get("stated", "")),
        relation=cast(Relation, _one_of(header, "relation", get_args(Relation), "equal")),
        status=cast(Status, _one_of(header, "status", ("inconsistent", "notComparable"), "inconsistent")),
        percent=_names(header, "percent"),
        same_unit=_names(header, "same_unit"),
        prices=cast(Condition, _one_of(header, "prices", get_args(Condition), "any")),
        scope=cast(Condition, _one_of(header, "scope", get_args(Condition), "any")),
        periods=cast(Condition, _one_of(header, "periods", ("any", "same"), "any")),
    )


def _variables(source: str) -> tuple[str, ...]:
    answer = ox.Store().query(source)
    if not isinstance(answer, ox.QuerySolutions):
        raise ValueError("its query is no SELECT")
    return tuple(variable.value for variable in answer.variables)


def _both(header: Mapping[str, Any], key: str) -> dict[str, str]:
    texts = header.get(key)
    if not isinstance(texts, dict) or set(texts) != set(LANGUAGES):
        raise ValueError(f"{key} must be given in zh and en")
    return {language: str(texts[language]) for language in LANGUAGES}


def _names(header: Mapping[str, Any], key: str) -> tuple[str, ...]:
    names = header.get(key, [])
    if not isinstance(names, list):
        raise ValueError(f"{key} must be a list in square brackets")
    return tuple(names)


def _one_of(header: Mapping[str, Any], key: str, known: Sequence[str], otherwise: str) -> str:
    value = header.get(key, otherwise)
    if value not in known:
        raise ValueError(f"{key} is {value!r}; it can be {', '.join(known)}")
    return str(value)


def _check(rule: Rule) -> None:
    """Whether the parts of a rule fit each other. Raises :class:`ValueError`."""
    operands = {*rule.figures, *rule.numbers}
    if not rule.figures:
        raise ValueError("figures names no variable")
    for name in (*operands, *rule.each):
        if name not in rule.variables:
            raise ValueError(f"?{name} is not among the variables that the query projects")
    for name in (*rule.percent, *rule.same_unit):
        if name not in rule.figures:
            raise ValueError(f"{name} is not among the figures")
    for message in rule.message.values():
        for name in re.findall(r"\{(.*?)\}", message):
            if name not in rule.variables:
                raise ValueError(f"the message names {{{name}}}, which the query does not project")
    if rule.computed is None:
        return
    for name in (*rule.computed.names, *([] if is_number(rule.stated) else [rule.stated])):
        if name not in operands:
            raise ValueError(f"{name!r} is neither among the figures nor among the numbers")


def is_number(text: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?", text) is not None
