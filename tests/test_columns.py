"""Figures as columns: the same groups and numbers as from SPARQL, exactly."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yuanhui_kg import figures
from yuanhui_kg.columns import FigureColumns, _scaled, _sums
from yuanhui_kg.errors import UsageError
from yuanhui_kg.grouping import DIMENSIONS, SOURCE, Question
from yuanhui_kg.namespaces import PREFIXES, YH, YHO
from yuanhui_kg.settings import Settings
from yuanhui_kg.store import StoreReader, memory_store

VALUE = ox.NamedNode(figures.VALUE)


@pytest.fixture(scope="module")
def store() -> ox.Store:
    return memory_store(Settings().graph_files)


@pytest.fixture(scope="module")
def columns(store: ox.Store) -> FigureColumns:
    return FigureColumns.read(StoreReader(store))


def groups(columns: FigureColumns, **asked: Any) -> list[dict[str, Any]]:
    answer = columns.answer(Question.from_json(asked))
    assert answer["count"] == len(answer["groups"])
    assert sum(group["count"] for group in answer["groups"]) == answer["figures"]
    found: list[dict[str, Any]] = answer["groups"]
    return found


def figure(name: str, value: str, **said: str) -> Iterator[ox.Quad]:
    subject = ox.NamedNode(YH + name)
    yield ox.Quad(subject, VALUE, ox.Literal(value, datatype=ox.NamedNode(PREFIXES["xsd"] + "decimal")))
    for dimension, local in said.items():
        yield ox.Quad(subject, ox.NamedNode(DIMENSIONS[dimension]), ox.NamedNode(YHO + local))


def of(quads: list[ox.Quad]) -> FigureColumns:
    made = ox.Store()
    made.extend(quads)
    return FigureColumns.read(StoreReader(made))


def test_groups_of_the_article_are_those_that_sparql_makes(store: ox.Store, columns: FigureColumns) -> None:
    query = f"""SELECT ?indicator ?kind ?unit ?breakdown (COUNT(?f) AS ?n) (SUM(?v) AS ?sum) (MIN(?v) AS ?least) (MAX(?v) AS ?most) {{
        ?f <{figures.VALUE}> ?v ; <{YHO.indicator}> ?indicator ; <{YHO.kind}> ?kind ; <{YHO.unit}> ?unit ;
           <{YHO.breakdown}> ?breakdown }} GROUP BY ?indicator ?kind ?unit ?breakdown"""
    expected = sorted(
        (row[0].value, *(float(literal.value) for literal in row[4:])) for row in StoreReader(store).select(query)
    )
    found = groups(columns, by=["indicator"], measures=["count", "sum", "min", "max"])
    assert sorted((g["indicator"], g["count"], g["sum"], g["min"], g["max"]) for g in found) == expected


def test_every_figure_is_in_the_columns_with_the_codes_of_the_table(store: ox.Store, columns: FigureColumns) -> None:
    table = figures.read(StoreReader(store))
    assert len(columns) == len(table)
    for name in DIMENSIONS:
        counted: dict[Any, int] = {}
        for row in table:
            told = row[name] if name != SOURCE else " ".join(row[name])
            counted[told] = counted.get(told, 0) + 1
        assert {g[name]: g["count"] for g in groups(columns, by=[name])} == counted


def test_a_choice_takes_the_names_and_codes_that_the_table_takes(store: ox.Store, columns: FigureColumns) -> None:
    for name, text in (
        ("kind", "share"),
        ("period", "2020"),
        ("indicator", "taxRevenue"),
        ("subject", "yuanhui-district"),
    ):
        selected = figures.read(StoreReader(store), figures.Selection(**{f"{name}s": (text,)}))
        found = columns.answer(Question.from_json({"where": {name: [text]}}))
        assert found["figures"] == len(selected) > 0


def test_values_are_never_put_together_across_indicators_kinds_units_or_parts() -> None:
    same = {"indicator": "gdp", "kind": "level", "unit": "CNY", "breakdown": "total", "subject": "a"}
    made = of(
        [
            *figure("a", "1", **same),
            *figure("b", "2", **same | {"subject": "b"}),
            *figure("c", "4", **same | {"unit": "percent"}),
            *figure("d", "8", **same | {"breakdown": "part"}),
            *figure("e", "16", **same | {"kind": "change"}),
            *figure("f", "32", **same | {"indicator": "tax"}),
        ]
    )
    found = made.answer(Question(measures=("sum",)))
    assert sorted(group["sum"] for group in found["groups"]) == [3, 4, 8, 16, 32]
    assert found["by"] == ["indicator", "kind", "unit", "breakdown"]
    assert made.answer(Question())["groups"] == [{"count": 6}]


def test_groups_come_in_the_order_of_a_measure_where_that_is_asked_for() -> None:
    made = of([*figure("a", "5", subject="x"), *figure("b", "7", subject="y"), *figure("c", "6", subject="z")])
    question = Question(by=("subject",), measures=("max",), sort="-max", limit=2)
    answer = made.answer(question)
    assert [group["max"] for group in answer["groups"]] == [7, 6]
    assert (answer["count"], answer["truncated"]) == (3, True)


def test_a_figure_without_a_dimension_is_in_a_group_of_its_own() -> None:
    found = of([*figure("a", "5", subject="x"), *figure("b", "7")]).answer(Question(by=("subject",)))
    assert [(group["subject"], group["count"]) for group in found["groups"]] == [(None, 1), (YHO + "x", 1)]


def test_what_is_no_number_or_has_too_many_digits_is_counted_and_left_out() -> None:
    made = of(
        [*figure("a", "5"), *figure("b", "many"), *figure("c", "1" + "0" * 50), *figure("d", "0." + "0" * 99 + "1")]
    )
    answer = made.answer(Question(measures=("count", "sum")))
    assert (answer["figures"], answer["left_out"], answer["groups"][0]["sum"]) == (1, 3, 5)


def test_a_graph_without_figures_has_no_groups() -> None:
    answer = of([]).answer(Question(by=("subject",), measures=("count", "sum", "mean", "min", "max")))
    assert (answer["figures"], answer["count"], answer["groups"]) == (0, 0, [])


def test_a_choice_that_fits_nothing_has_no_groups(columns: FigureColumns) -> None:
    for text in ("nowhere", "../1800", "'; DROP", ""):
        assert columns.answer(Question.from_json({"where": {"period": [text]}, "measures": ["mean"]}))["groups"] == []


@pytest.mark.parametrize(
    "asked",
    [
        {"by": ["place"]},
        {"measures": ["median"]},
        {"where": {"value": ["1"]}},
        {"sort": "sum"},
        {"limit": 0},
        {"limit": 10**9},
    ],
)
def test_what_there_is_not_is_named(asked: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        Question.from_json(asked)


numbers = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**30), max_value=10**30, places=6)


@given(st.lists(st.lists(numbers, min_size=1, max_size=6), min_size=1, max_size=6))
@settings(max_examples=200)
def test_sums_are_exact_for_small_and_for_enormous_numbers(runs: list[list[Decimal]]) -> None:
    flat = [value for run in runs for value in run]
    values, scale = _scaled(flat)
    starts = np.cumsum([0, *(len(run) for run in runs)])[:-1]
    found = [Fraction(total, 10**scale) for total in _sums(values, starts)]
    assert found == [sum(map(Fraction, run), Fraction(0)) for run in runs]
