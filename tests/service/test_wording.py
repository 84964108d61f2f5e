from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from yuanhui_kg import figures
from yuanhui_kg.plots import Figure
from yuanhui_kg.service import wording

NONE: dict[str, Any] = dict.fromkeys(figures.names())
MONEY = replace(Figure.of(NONE | {"figure": "x"}), unit="CNY", unit_label={"zh": "元", "en": "yuan"})


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        ("21250000000", "212.5亿元", "21.25 billion yuan"),
        ("713000000", "7.13亿元", "713 million yuan"),
        ("350000", "35万元", "350,000 yuan"),
        ("17340", "17,340元", "17,340 yuan"),
        ("0.50", "0.5元", "0.5 yuan"),
        ("123456789012345678901", "1,234,567,890,123.45678901亿元", "123,456,789,012.345678901 billion yuan"),
        ("-12.5", "−12.5元", "−12.5 yuan"),
        ("0", "0元", "0 yuan"),
    ],
)
def test_amounts_are_told_as_people_say_them_and_lose_no_digit(value: str, zh: str, en: str) -> None:
    figure = replace(MONEY, value=Decimal(value))
    assert (wording.amount(figure, "zh"), wording.amount(figure, "en")) == (zh, en)


@pytest.mark.parametrize(
    ("changes", "zh", "en"),
    [
        ({"unit": "percent", "kind": "change", "value": Decimal("35.9")}, "+35.9%", "+35.9%"),
        ({"unit": "percent", "kind": "change", "value": Decimal("-1.5")}, "−1.5%", "−1.5%"),
        ({"unit": "percent", "kind": "share", "value": Decimal("80"), "bound": "over"}, "超过80%", "over 80%"),
        ({"value": Decimal(3 * 10**8), "bound": "andMore"}, "逾3亿元", "more than 300 million yuan"),
        ({"unit": "rank", "value": Decimal(1)}, "第1", "no. 1"),
        ({"unit": "count", "value": Decimal(443)}, "443", "443"),
        ({"unit": "kg", "unit_label": {}, "value": Decimal(2)}, "2kg", "2 kg"),
        ({"value": None}, "", ""),
    ],
)
def test_kind_unit_and_bound_are_told(changes: dict[str, Any], zh: str, en: str) -> None:
    figure = replace(MONEY, **changes)
    assert (wording.amount(figure, "zh"), wording.amount(figure, "en")) == (zh, en)


@pytest.mark.parametrize(
    ("edtf", "zh", "en"),
    [
        ("2020", "2020年", "2020"),
        ("2016/2020", "2016–2020年", "2016–2020"),
        ("../2020", "截至2020年", "up to 2020"),
        ("/2020", "截至2020年", "up to 2020"),
        ("2021/..", "2021年以来", "since 2021"),
        ("2021-07", "2021年7月", "2021-07"),
        ("2021-07-01/2021-07-03", "2021年7月1日–2021年7月3日", "2021-07-01–2021-07-03"),
        ("2021-24", "2021-24", "2021-24"),  # a season
        ("", "", ""),
        ("156X?", "156X?", "156X?"),
    ],
)
def test_periods_are_told_in_words(edtf: str, zh: str, en: str) -> None:
    assert (wording.period(edtf, "zh"), wording.period(edtf, "en")) == (zh, en)


def test_points_have_their_sign() -> None:
    assert wording.points(Decimal("-12.5"), "zh") == "−12.5个百分点"
    assert wording.points(Decimal("13.90"), "en") == "+13.9 points"
