"""Periods as nodes of a graph: the same IRI, labels and years in every draft."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pyoxigraph as ox

from ..namespaces import YH
from .facts import Fact, integer, labels, triples_of, typed
from .records import Years
from .times import PLANS, plan

_PLANS: Final = {plan(name): (name, number) for name, number in PLANS.items()}


def period_iri(years: Years) -> str:
    """The IRI of a period."""
    return YH + _name(years)


def period_node(years: Years) -> str:
    """The CURIE of a period."""
    return f"yh:{_name(years)}"


def period_triples(years: Years) -> Iterator[ox.Triple]:
    """What a graph says of a period."""
    return triples_of(period_facts(years))


def period_facts(years: Years) -> Iterator[Fact]:
    """What a draft says of a period."""
    node = period_node(years)
    yield node, "rdf:type", "yho:Period"
    yield from labels(node, *period_labels(years))
    yield node, "skos:notation", typed(years.edtf, "edtf:EDTF")
    if years.first is not None and years.last is not None:
        yield node, "yho:firstYear", integer(years.first)
    if years.last is not None:
        yield node, "yho:lastYear", integer(years.last)


def period_labels(years: Years) -> tuple[str, str]:
    """What people call a period, in Chinese and English."""
    first, last = years.first, years.last
    if last is None:
        return "发文之时（年份不详）", "as of publication (year unknown)"
    if years in _PLANS:
        name, number = _PLANS[years]
        return f"“{name}五”时期", f"{number}th Five-Year Plan period ({first}–{last})"
    begin, _, end = years.edtf.rpartition("/")
    if begin == "..":
        return f"截至{_instant_label(end)}", f"until {end}"
    if not years.months and begin:
        return f"{first}—{last}年", f"{first}–{last}"
    instants = [instant for instant in (begin, end) if instant]
    return "—".join(map(_instant_label, instants)), "–".join(instants)


def _instant_label(edtf: str) -> str:
    """2022-08-17 as 2022年8月17日."""
    return "".join(f"{int(part)}{unit}" for part, unit in zip(edtf.split("-"), "年月日", strict=False))


def _name(years: Years) -> str:
    edtf = years.edtf
    if edtf == "../..":
        return "period-unknown"
    return f"period-until-{edtf[3:]}" if edtf.startswith("..") else f"period-{edtf.replace('/', '-')}"
