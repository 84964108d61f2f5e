"""What figures a search is about: of the indicators and the subjects that it names, and of the periods.

Where it names a period, only figures of that period answer it; if there are none, the periods are told that there are.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

import pyoxigraph as ox

from ..errors import OverloadedError
from ..namespaces import SCHEMA, YHO
from ..plots import Figure
from ..search import MAX_GROUPS
from ..terms import id_of
from . import figures_page, thing
from .core import Service, leave_out
from .thing import Where

_ASKED: Final = 8  # results of a search whose figures are looked for
_READ: Final = 200  # figures that are read for that; reading takes about a millisecond each
_FIGURES: Final = 24  # of them that are shown
_LARGEST: Final = 1000  # periods, each with its indicators
_YEAR: Final = r"(?<![\d.])((?:1[5-9]|20|21)\d\d)(?![\d.,%])"
_TO: Final = r"\s*年?\s*(?:[-–—~/至到]|to\b)\s*"
_YEARS: Final = re.compile(rf"{_YEAR}(?:{_TO}{_YEAR})?\s*年?")
_SPAN: Final = re.compile(r"(\d{4})(?:/(\d{4}))?")
_INSTANT: Final = re.compile(r"(\d{4})(?:-\d\d){0,2}")
_PERIODS: Final = """\
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?period ?code WHERE {{ VALUES ?period {{ {} }} ?period skos:notation ?code }}"""
Result = Mapping[str, Any]


@dataclass(frozen=True)
class Answer:
    """The figures that a search is about.

    :param missing: the periods (EDTF) that it names where there are no figures of them.
    :param others: the periods of which there are figures then, each with the page that shows them.
    """

    figures: Sequence[Figure] = ()
    missing: Sequence[str] = ()
    others: Sequence[tuple[str, str]] = ()


def answer(service: Service, text: str, results: Sequence[Result]) -> Answer:
    """The figures that a search for ``text`` may be about, ``results`` being what it has found.

    Nothing where there is no place for a heavy job just now.
    """
    try:
        periods, rest = _periods(service, text)
        for wheres in _choices(service, text, rest, results, bool(periods)):
            found = _answer(service, wheres, periods)
            if found is not None:
                return found
    except OverloadedError:
        leave_out()
    return Answer()


# --- periods ----------------------------------------------------------------------------------------------------------


def _periods(service: Service, text: str) -> tuple[list[str], str]:
    """The periods (EDTF) that a text names, in years or by names that the graph knows, and the text without them."""
    named = _stated(service, text, YHO.Period)
    iris = " ".join(str(ox.NamedNode(result["iri"])) for result in named)
    codes = [row["code"]["value"] for row in service.select(_PERIODS.format(iris))] if named else []
    rest = _without(unicodedata.normalize("NFKC", text), named)
    years = ["/".join(filter(None, found.groups())) for found in _YEARS.finditer(rest)]
    return list(dict.fromkeys([*codes, *years])), _YEARS.sub(" ", rest).strip()


def _without(text: str, named: Iterable[Result]) -> str:
    for result in named:
        text = text.replace(unicodedata.normalize("NFKC", result["matched"]["text"]), " ")
    return text


def _lies_in(period: str, named: str) -> bool:
    """Whether a period is the one that is named or lies in it, as 2019 does in 2016/2020; or tells how things stand at its end."""
    span = _SPAN.fullmatch(named)
    if period == named or span is None:
        return period == named
    first, last = span[1], span[2] or span[1]
    start, _, end = period.partition("/")
    until = _INSTANT.fullmatch(end or start)
    since = until if not end else _INSTANT.fullmatch(start)
    if until is not None and start in ("", ".."):
        return until[1] == last
    return since is not None and until is not None and first <= since[1] and until[1] <= last


# --- what is measured, and of what ------------------------------------------------------------------------------------


def _choices(
    service: Service, text: str, rest: str, results: Sequence[Result], of_period: bool
) -> Iterator[list[Where]]:
    """What figures may be meant, the likeliest first.

    First those of the indicators found, about the things found beside them if there are any; then those of the indicators
    that the text states, where what was found are figures themselves, or nothing but that.
    """
    asked = list(results) if not of_period or _is_question(results) else _exact_first(_found(service, rest))
    yield from _of(service, _iris(asked), _iris(asked))
    stated = _stated(service, rest, SCHEMA.StatisticalVariable)
    if stated:
        yield from _of(service, _iris(stated), _iris(_found(service, _without(rest, stated))))


def _of(service: Service, indicators: Sequence[str], subjects: Sequence[str]) -> Iterator[list[Where]]:
    if not indicators:
        return
    measured: list[Where] = [{"indicator": indicators}, *thing.as_parts(service, indicators)]
    if subjects:
        yield [{**where, "subject": subjects} for where in measured]
    yield measured


def _answer(service: Service, wheres: Sequence[Where], periods: Sequence[str]) -> Answer | None:
    """The figures of some choices together; none where there are none, or too many."""
    if not periods:
        found = _figures(service, wheres)
        return Answer(found) if found else None
    measured = [_measured(service, where) for where in wheres]
    there = sorted({period for indicators in measured for period in indicators})
    fitting = [period for period in there if any(_lies_in(period, named) for named in periods)]
    if fitting:
        found = _figures(service, [{**where, "period": fitting} for where in wheres])
        return Answer(found) if found else None
    others = [
        (period, _page(period, [iri for indicators in measured for iri in indicators.get(period, ())]))
        for period in there
    ]
    return Answer(missing=periods, others=others) if others else None


def _figures(service: Service, wheres: Iterable[Where]) -> list[Figure]:
    found = itertools.chain.from_iterable(thing.figures(service, _READ, **where) for where in wheres)
    return list({figure.iri: figure for figure in found}.values())[:_FIGURES]


def _measured(service: Service, where: Where) -> dict[str, list[str]]:
    """The indicators of the figures by period."""
    job = {"where": {**where}, "by": ["period", "indicator"], "measures": ["count"], "sort": None, "limit": _LARGEST}
    found: dict[str, list[str]] = {}
    for group in service.data("figure-groups", job)["groups"]:
        if group["period"]:
            found.setdefault(group["period"], []).append(group["indicator"])
    return found


def _page(period: str, indicators: Sequence[str]) -> str:
    asked = [*(("indicator", id_of(iri)) for iri in indicators), ("period", period)]
    return f"{figures_page.PATH}?{urlencode(asked)}"


# --- searching --------------------------------------------------------------------------------------------------------


def _found(service: Service, text: str, *types: str) -> list[Result]:
    if not text.strip() or len(text.split()) > MAX_GROUPS:
        return []
    job = {"q": text, "limit": _ASKED, "types": list(types)}
    found: list[Result] = service.data("search", job)["results"]
    return found


def _stated(service: Service, text: str, kind: str) -> list[Result]:
    """The members of a class that a text states by their whole names."""
    return [result for result in _found(service, text, kind) if result["match"] in ("exact", "named")]


def _exact_first(results: Sequence[Result]) -> Sequence[Result]:
    return [result for result in results if result["match"] == "exact"] or results


def _is_question(results: Sequence[Result]) -> bool:
    return bool(results) and results[0]["match"] == "named"


def _iris(results: Sequence[Result]) -> list[str]:
    return [result["iri"] for result in results[:_ASKED]]
