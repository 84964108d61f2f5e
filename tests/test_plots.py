from __future__ import annotations

from decimal import Decimal
from typing import Any

import graphs
from yuanhui_kg import figures, plots
from yuanhui_kg.plots import Figure

NUMBER = iter(range(10_000))


def figure(
    kind: str = "level",
    value: Any = 1,
    *,
    of: str = "east",
    indicator: str = "output",
    period: str = "2020",
    base: str = "",
    part: str = "total",
    unit: str = "CNY",
    aggregation: str | None = None,
) -> Figure:
    row: dict[str, Any] = dict.fromkeys(figures.names())
    return Figure.of(
        row
        | {
            "figure": f"https://example.org/{next(NUMBER)}",
            "subject": f"https://example.org/{of}",
            "indicator": f"https://example.org/{indicator}",
            "value": value,
            "unit": unit,
            "kind": kind,
            "period": period,
            "base": base or None,
            "breakdown": part,
            "aggregation": aggregation,
        }
    )


def change(value: Any, **others: Any) -> Figure:
    return figure("change", value, base="2015", unit="percent", **others)


def share(part: str, value: Any, period: str = "2020", **others: Any) -> Figure:
    return figure("share", value, part=part, period=period, unit="percent", **others)


def test_a_row_of_the_table_is_a_figure() -> None:
    store = graphs.reader(graphs.ONTOLOGY)
    assert figures.read(store) == []
    one = figure("share", 48.2, part="urban")
    assert one.value == Decimal("48.2")
    assert one.breakdown is not None
    assert one.breakdown["id"] == "urban"
    assert figure(part="total").breakdown is None
    assert figure(value=None).value is None


def test_growth_brings_what_else_is_told_of_its_indicator() -> None:
    told = [
        figure("level", 120),
        figure("level", 90, period="2015"),
        change(35.9),
        figure("averageGrowth", 6.3, base="2015", unit="percent"),
        figure("level", 7, of="west"),
    ]
    (found,) = plots.growths(told)
    assert (found.base, found.period) == ("2015", "2020")
    assert [one and one.value for one in (found.before, found.level, found.change, found.average)] == [
        90, 120, Decimal("35.9"), Decimal("6.3"),
    ]  # fmt: skip
    assert found.figures == (told[1], told[0], told[2], told[3])


def test_what_is_not_told_stays_missing() -> None:
    (found,) = plots.growths([change(26.1)])
    assert (found.before, found.level, found.average) == (None, None, None)
    assert plots.growths([figure("level", 1), figure("change", None, base="2015"), figure("change", 3)]) == []
    assert plots.growths([change(3, part="industry")]) == []


def test_the_most_growth_comes_first_and_what_has_shrunk_last() -> None:
    told = [change(5, indicator="b"), change(-3, indicator="c"), change(9, indicator="a")]
    told.append(figure("averageGrowth", 99, base="2015", indicator="d", unit="percent"))
    assert [one.indicator["id"][-1] for one in plots.growths(told)] == ["a", "b", "c", "d"]


def test_parts_that_make_up_a_whole_are_a_structure_in_each_of_its_periods() -> None:
    told = [share("one", 4.5, "2015"), share("two", 95.5, "2015"), share("two", 90.1), share("one", 9.9)]
    (found,) = plots.structures(told)
    assert found.periods == ("2015", "2020")
    assert [(part.node["id"], part.points) for part in found.parts] == [
        ("one", Decimal("5.4")),
        ("two", Decimal("-5.4")),
    ]


def test_parts_that_do_not_add_up_are_no_structure() -> None:
    assert plots.structures([share("one", 50), share("two", 40)]) == []
    assert plots.structures([share("one", 100)]) == []
    (found,) = plots.structures(
        [share("one", 60), share("two", 40.4), share("one", 1, "2015"), share("two", 2, "2015")]
    )
    assert found.periods == ("2020",)
    assert found.parts[0].points is None


def test_a_part_that_a_period_lacks_is_missing_there() -> None:
    told = [share("one", 60, "2015"), share("two", 40, "2015"), share("one", 50), share("three", 50)]
    (found,) = plots.structures(told)
    assert {part.node["id"]: [one is not None for one in part.shares] for part in found.parts} == {
        "one": [True, True], "two": [True, False], "three": [False, True],
    }  # fmt: skip


def test_only_what_is_told_in_the_same_way_is_compared() -> None:
    told = [figure(value=1), figure(value=3, of="west"), figure(value=2, of="north")]
    (found,) = plots.comparisons(told)
    assert [one.value for one in found.figures] == [3, 2, 1]
    for other in (
        figure(of="west", period="2019"),
        figure(of="west", unit="m2"),
        figure(of="west", part="industry"),
        figure(of="west", aggregation="cumulative"),
        figure("count", of="west"),
        figure("rank", of="west"),
        figure(value=None, of="west"),
        figure(),
    ):
        assert plots.comparisons([figure(), other]) == []
    assert plots.comparisons([figure("rank"), figure("rank", of="west")]) == []
