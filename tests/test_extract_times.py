"""Expressions of time, each of the table with its examples, and what a period of them is called."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies

from yuanhui_kg.errors import UsageError
from yuanhui_kg.extract.period_nodes import period_triples
from yuanhui_kg.extract.records import Anchor, Years
from yuanhui_kg.extract.tables import table
from yuanhui_kg.extract.times import Time, patterns, times

ANCHOR = Anchor("青禾区", "2022-09-15", Years(2021, 2021), "feature", founded=2003)
EXAMPLES = [(text, means) for entry in table("times")["time"] for text, means in entry["examples"].items()]


def told(text: str, anchor: Anchor = ANCHOR) -> list[Time]:
    return times(text, 0, len(text), anchor, anchor.reporting)


@pytest.mark.parametrize(("text", "means"), EXAMPLES)
def test_each_expression_of_the_table_reads_its_examples(text: str, means: str) -> None:
    *_, time = told(text)
    edtf, _, role = means.partition(" ")
    assert (time.years.edtf, time.role) == (edtf, role or "frame")


@pytest.mark.parametrize("entry", table("times")["time"], ids=lambda entry: entry["means"])
def test_a_search_stops_at_what_each_expression_begins_with(entry: dict[str, Any]) -> None:
    begins = re.compile(table("times")["begins"])
    assert all(begins.match(text) for text in entry["examples"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2019/2021年榨季", "2019/2021"),
        ("2021年9月至2020年8月", ""),
        ("去年国庆假期", "2021-10-01/2021-10-07"),
        ("2020年国庆、中秋假期", "2020-10-01/2020-10-08"),
        ("去年9月", "2021-09"),
        ("去年12月底", "2021 2021"),
        ("去年，企业产值3亿元。今年前7个月的订单是去年全年", "2021 2022-01/2022-07 2021"),
        ("到2021年6月底", "2021-06"),
        ("九十年代", "1990/1999"),
        ("2019年立项，次年", "2019 2020"),
        ("今年下半年", "2022-07/2022-12"),
        ("2019年建厂，那年收入少", "2019 2019"),
        ("2017年落户。一年后,又来一家", "2017 2018"),
        ("2020年落户。五年后,还会来", "2020"),
        ("面向“十五五”", "2026/2030"),
    ],
)
def test_several_expressions_make_one_time_or_hold_each_other(text: str, expected: str) -> None:
    assert " ".join(time.years.edtf for time in told(text)) == expected


def test_holidays_without_known_days_are_of_their_year() -> None:
    assert [time.years.edtf for time in told("1995年国庆假期")] == ["1995"]


def test_up_to_now_is_up_to_the_year_reported_on_where_a_text_reports_on_one() -> None:
    report = Anchor("青禾区", "2022-01-15", Years(2021, 2021), "report")
    assert [time.years.edtf for time in told("2019年以来", report)] == ["2019/2021"]


@pytest.mark.parametrize(
    ("years", "zh", "en"),
    [
        (Years(2022, 2022), "2022年", "2022"),
        (Years(2018, 2021), "2018—2021年", "2018–2021"),
        (Years(2016, 2020), "“十三五”时期", "13th Five-Year Plan period (2016–2020)"),
        (Years(1996, 2000), "“九五”时期", "9th Five-Year Plan period (1996–2000)"),
        (Years(2016, 2020, (3, 10)), "2016年3月—2020年10月", "2016-03–2020-10"),
        (Years(None, 2021, (6, 6)), "截至2021年6月", "until 2021-06"),
        (Years(2022, 2022, (1, 6)), "2022年1月—2022年6月", "2022-01–2022-06"),
        (Years(2022, 2022, (8, 8), (17, 17)), "2022年8月17日", "2022-08-17"),
        (Years(2019, 2020, (9, 8)), "2019年9月—2020年8月", "2019-09–2020-08"),
        (Years(None, None), "发文之时（年份不详）", "as of publication (year unknown)"),
    ],
)
def test_a_period_is_called_by_what_it_spans(years: Years, zh: str, en: str) -> None:
    labels = {t.object.language: t.object.value for t in period_triples(years) if "prefLabel" in t.predicate.value}
    assert labels == {"zh": zh, "en": en}


def test_the_end_of_a_stretch_is_the_part_of_its_last_year() -> None:
    assert Years(2019, 2020, (9, 8)).end.edtf == "2020-08"
    assert Years(2022, 2022, (1, 6)).end.edtf == "2022-01/2022-06"
    assert Years(2022, 2022, (10, 10), (1, 8)).year_before.edtf == "2021-10-01/2021-10-08"


# --- periods as they are written ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "edtf",
    [
        "2023",
        "2016/2020",
        "2023-06",
        "2023-01/2023-09",
        "2020-11/2021-02",
        "2022-10-01/2022-10-07",
        "../2020",
        "../2020-06",
        "2024-02-29",
    ],
)
def test_a_period_is_read_as_it_is_written(edtf: str) -> None:
    assert Years.read(edtf).edtf == edtf


@pytest.mark.parametrize(
    "text",
    [
        "",
        "..",
        "../..",
        "2023/",
        "/2023",
        "2023/2022",
        "2023-13",
        "2023-02-29",
        "2023/2024-05",
        "２０２３",
        "2023-1",
        "2021/2022/2023",
        "2023-09/2023-01",
        "0000",
    ],
)
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="is no period"):
        Years.read(text)


@pytest.mark.parametrize("pattern", list(patterns()))
def test_what_any_expression_of_time_begins_with_is_not_passed_over(pattern: str) -> None:
    wanted, begins = re.compile(pattern, re.ASCII), re.compile(table("times")["begins"])

    @settings(max_examples=200, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(strategies.from_regex(wanted))
    def found(text: str) -> None:
        if match := wanted.search(text):
            assert begins.match(text, match.start()), match.group()

    found()
