"""The command ``compare``: an indicator across districts and sources."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any

import click

from . import output
from .commands import _reader, setting, settings

if TYPE_CHECKING:
    from ..compare import Comparison, Row


@click.command()
@click.argument("indicators", nargs=-1, required=True, metavar="INDICATOR…")
@click.option(
    "--subject", "subjects", multiple=True, metavar="NAME", help="Only this district or thing; may be repeated."
)
@click.option("--period", "periods", multiple=True, metavar="EDTF", help="Only this period, such as 2020 or 2016/2020.")
@click.option("--kind", "kinds", multiple=True, metavar="CODE", help="Only figures of this kind, such as level.")
@click.option("--contradictions", is_flag=True, help="Leave out what sources agree on, or one alone says.")
@click.option(
    "-f", "--format", "format", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True
)
@setting("store")
@setting("endpoint", metavar="URL")
def compare(indicators: tuple[str, ...], contradictions: bool, format: str, **given: Any) -> int:
    """Compare an indicator across districts and sources: the graph, and all data sets beside it.

    Figures that no rounding reconciles are marked, with the reasons why they may differ: another price basis, scope or
    vintage, an inferred period, or a boundary that changed.

    \b
    Example:
      yuanhui-kg compare grossRegionalProduct --period 2020 --store ./store
      yuanhui-kg compare yho:residentPopulation --contradictions --format csv --store ./store
    """
    from ..compare import CSV_COLUMNS, Selection, as_json, as_rows
    from ..compare import compare as compared
    from ..terms import iri_of, term_of

    wanted = Selection(tuple(map(iri_of, given.pop("subjects"))), given.pop("periods"), given.pop("kinds"))
    with output.progress("Comparing …"), _reader(settings(given)) as reader:
        found = compared(reader, [term_of(name) for name in indicators], wanted)
    if contradictions:
        found = dataclasses.replace(found, rows=tuple(row for row in found.rows if row.contradicts))
    if format == "json":
        print(json.dumps(as_json(found), ensure_ascii=False, indent=1))
    elif format == "csv":
        output.print_csv(CSV_COLUMNS, ([row[name] for name in CSV_COLUMNS] for row in as_rows(found)))
    else:
        _print(found)
    if not found.rows:
        output.tell("There are figures of it, but none that is asked for.", aside=True)
    return 0


def _print(found: Comparison) -> None:
    from ..figures import plain
    from ..terms import id_of

    language = output.language()
    titles = {one.iri: one.title.get(language) or next(iter(one.title.values()), one.iri) for one in found.sources}
    many = len({row.indicator for row in found.rows}) > 1
    lines = []
    for row in found.rows:
        for one in row.readings:
            vintage = f" ({one.source.vintage})" if one.source.vintage else ""
            mark = "≠" if row.contradicts else ""
            cells = [_name(row, language), _when(row), plain(one.value), one.unit, mark]
            lines.append([*([id_of(row.indicator)] if many else []), *cells, titles[one.source.iri] + vintage])
    columns = ("indicator",) * many + ("subject", "period", "value", "unit", "≠", "source")
    output.print_table(columns, lines, numbers=[columns.index("value")])
    colon, comma, semicolon, stop = ("：", "，", "；", "。") if language == "zh" else (": ", ", ", "; ", ".")
    for row in found.rows:
        if row.contradicts:
            told = f"≠ {_name(row, language)}{comma}{_when(row)}{colon}{semicolon.join(_reasons(row, language))}{stop}"
            output.show(told, aside=True)
    for warning in found.boundaries:
        output.show(f"! {warning.message()[language]}", aside=True)


def _reasons(row: Row, language: str) -> list[str]:
    from ..compare import REASONS

    return [REASONS[code][language != "zh"] for code in row.reasons]


def _name(row: Row, language: str) -> str:
    return row.labels.get(language) or row.labels.get("zh") or row.subject


def _when(row: Row) -> str:
    """The period, with what is no whole level: kind, base and breakdown, and what a rank is within."""
    from ..terms import id_of

    more = [row.kind] if row.kind != "level" else []
    more += [f"/ {row.base}"] if row.base else []
    more += [row.breakdown] if row.breakdown != "total" else []
    more += [id_of(row.limit)] if row.limit else []
    return " ".join([row.period, *more])
