"""Tables in a text: what is a row, which of its numbers are figures, and how many are passed over; rows of ours."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from yuanhui_kg.cli import run
from yuanhui_kg.extract import extract
from yuanhui_kg.extract.normalising import normalise

TITLE = "梅溪县2023年统计公报\n\n全县忙了一年。\n\n"


def told(table: str, **given: str) -> tuple[list[str], int]:
    """The figures of a text with a table, each checked to stand where it says, and how many numbers were passed over."""
    draft = extract(TITLE + table, **given)
    found = [
        f"{f.indicator.label} {f.value.normalize():f} {f.unit} {f.kind} {f.period.edtf}"
        + (f"<{f.base.edtf}" if f.base else "")
        for f in draft.figures
    ]
    return found, draft.passed_over


READ = [
    "地区生产总值 8650000000 CNY level 2023",
    "地区生产总值 6.2 percent change 2023<2022",
    "粮食产量 125000 t level 2023",
    "粮食产量 -3.1 percent change 2023<2022",
]


@pytest.mark.parametrize(
    "table",
    [
        "指标\t单位\t2023年\t比上年增长（%）\n地区生产总值\t亿元\t86.5\t6.2\n粮食产量\t万吨\t12.5\t-3.1\n",
        "| 指标 | 绝对数 | 增速（%） |\n| :-- | --: | --- |\n| 地区生产总值（亿元） | 86.5 | 6.2 |\n| 粮食产量（万吨） | 12.5 | −3.1 |\n",
        "指标名称    计量单位    绝对额    同比±%\n地区生产总值    亿元    86.5    6.2\n粮食产量    万吨    12.5    -3.1\n",
        "指标 单位 全年 增长\n地区生产总值 亿元 86.5 6.2%\n粮食产量 万吨 12.5 -3.1%\n",
        "指标|数值|同比\n地区生产总值|86.5亿元|6.2%\n粮食产量|12.5万吨|-3.1%\n",
    ],
)
def test_rows_of_simple_tables_are_read(table: str) -> None:
    assert told(table) == (READ, 0)


@pytest.mark.parametrize(
    ("table", "passed_over"),
    [
        ("年份 地区生产总值（亿元） 增长（%） 粮食产量（万吨）\n2022 81.5 6.2 12.1\n2023 86.5 6.2 12.5\n", 0),
        ("| 年度 | 地区生产总值（亿元） | 比上年增长（%） | 本地特产（吨） | 位次 |\n|--|--|--|--|--|\n| 2022年 | 81.5 | 6.2 | 4 | 1 |\n| 2023年 | 86.5 | 6.2 | 5 | 2 |\n", 4),
    ],
)  # fmt: skip
def test_rows_of_years_are_of_what_the_heads_name(table: str, passed_over: int) -> None:
    found, passed = told(table)
    assert passed == passed_over
    assert found[0] == "地区生产总值 8150000000 CNY level 2022"
    assert set(READ[:2]) <= set(found)


@pytest.mark.parametrize(
    ("table", "found", "passed_over"),
    [
        ("地区生产总值\t86.5\t亿元\t6.2%", READ[:1], 1),
        (
            "单位：亿元\n指标\t2022年\t2023年\n地区生产总值\t80\t86.5",
            ["地区生产总值 8000000000 CNY level 2022", READ[0]],
            0,
        ),
        ("指标\t单位\t绝对数\t占全市比重\t位次\n地区生产总值\t亿元\t86.5\t9.8\t3\n本地特产\t吨\t4\t1\t2", READ[:1], 5),
        ("指标\t单位\t绝对数\t增长\n地区生产总值\t亿元\t86.5\t6.2\n居民消费价格指数\t-\t101.8\t1.8", READ[:1], 3),
        ("乡镇 人口（人） 耕地（亩）\n河东镇 3200 4100\n河西镇 2800 5200", [], 4),
        (
            "指标\t单位\t绝对数\t增长（%）\n城镇化率\t%\t52.3\t1.2\n地区生产总值\t万吨\t3\t2",
            ["城镇化率 52.3 percent share 2023"],
            3,
        ),
    ],
)
def test_what_a_table_leaves_open_is_passed_over_and_counted(table: str, found: list[str], passed_over: int) -> None:
    assert told(table) == (found, passed_over)


def test_without_a_year_reported_on_no_number_of_a_table_is_read() -> None:
    assert told("指标\t单位\t绝对数\n粮食产量\t万吨\t12.5", period="2021/2023") == ([], 1)


@pytest.mark.parametrize(
    "text",
    [
        "全县 粮食 产量 达到 12 万吨，比上年 增长 3%。",
        "第 3 页 共 12 页",
        "一、\t综合情况",
        "\t全年产粮12万吨\n\t全年产茶3万吨",
        "王平 李新 赵立\n钱方 孙和 周正",
    ],
)
def test_what_a_sentence_or_a_list_of_names_might_be_is_no_row(text: str) -> None:
    assert "\t" not in normalise(TITLE + text).text
    assert extract(TITLE + text).passed_over == 0


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("- 粮食产量 12.5 万吨，下降 3.1%", READ[2:]),
        ("- 地区生产总值 86.5 亿元，增长 6.2%\n- 粮食产量 12.5 万吨，下降 3.1%", READ),
        ("粮食产量 12.5 万吨 下降 3.1%", READ[2:]),
        ("地区生产总值 86.5 亿元 增长 6.2%\n粮食产量 12.5 万吨 下降 3.1%", READ),
        ("地区生产总值\t86.5亿元\t粮食产量\t12.5万吨", [READ[0], READ[2]]),
        ("地区生产总值\t86.5亿元\t比上年增长6.2%\n粮食产量\t12.5万吨\t比上年下降3.1%", READ),
        ("指标\t数值\t增减\n粮食产量\t12.5万吨\t比上年下降3.1%", READ[2:]),
    ],
)
def test_numbers_told_with_their_units_in_lines_without_full_stops_are_read_as_in_sentences(
    text: str, found: list[str]
) -> None:
    assert "\t" not in normalise(TITLE + text).text
    assert told(text) == (found, 0)


def test_a_number_in_a_cell_is_printed_with_the_unit_that_stands_there() -> None:
    text = TITLE + "指标|数值|同比\n地区生产总值|86.5亿元|6.2%\n粮食产量|12.5万吨|-3.1%\n"
    figures = extract(text).figures
    assert [figure.printed for figure in figures] == ["86.5亿元", "6.2%", "12.5万吨", "3.1%"]
    assert [text[figure.start : figure.end] for figure in figures] == [figure.printed for figure in figures]


HEADED = "指标\t单位\t绝对值\t同比增长（%）\n粮食产量\t万吨\t2.5\t-3.1\n"


@pytest.mark.parametrize(
    ("text", "periods"),
    [
        (f"梅溪县2024年1-5月主要指标\n\n{HEADED}", ["2024-01/2024-05", "2024-01/2024-05<2023-01/2023-05"]),
        (f"梅溪县2024年上半年指标\n\n{HEADED}", ["2024-01/2024-06", "2024-01/2024-06<2023-01/2023-06"]),
        (f"梅溪县2024年1-12月指标\n\n{HEADED}", ["2024", "2024<2023"]),
        (f"{TITLE}2024年一季度主要指标\n{HEADED}", ["2024-01/2024-03", "2024-01/2024-03<2023-01/2023-03"]),
        (f"{TITLE}主要指标\n{HEADED}", ["2023", "2023<2022"]),
        (f"梅溪县2024年5月主要指标\n\n{HEADED}", []),
        (
            "梅溪县2024年一季度指标\n\n指标\t单位\t2024年\t2023年\n粮食产量\t万吨\t2.5\t2.4",
            ["2024-01/2024-03", "2023-01/2023-03"],
        ),
    ],
)
def test_a_table_is_of_the_months_that_the_line_above_it_or_the_title_tells(text: str, periods: list[str]) -> None:
    figures = extract(text).figures
    assert [f"{f.period.edtf}<{f.base.edtf}" if f.base else f.period.edtf for f in figures] == periods


def test_a_sentence_goes_on_neither_into_a_table_nor_over_it() -> None:
    rows = "粮食产量\t万吨\t12.5\t3\n棉花产量\t万吨\t2.5\t1\n"
    lines = normalise(f"全县产粮十二万吨，其中早稻产量占一半多，\n{rows}晚稻占三成。").text.split("\n")
    assert [line.count("\t") for line in lines] == [0, 3, 3, 0]


def test_the_cells_of_a_row_lead_back_to_the_original() -> None:
    text = TITLE + "|  指标 | 单位 |  绝对数 |\n|--|--|--|\n| 粮食产量 |  万吨 |  1,2​03.5  |\n"
    (figure,) = extract(text).figures
    assert text[figure.start : figure.end] == "1,2​03.5"
    assert figure.value == 12035000


def test_how_many_numbers_of_tables_were_passed_over_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "text.txt"
    file.write_text(TITLE + "乡镇\t人口\t耕地\n河东镇\t3200\t4100\n河西镇\t2800\t5200\n", encoding="utf-8")
    assert run(["extract", str(file), "-o", str(tmp_path / "draft.ttl")]) == 0
    assert "text.txt: 4 numbers in tables were passed over." in capsys.readouterr().err


def test_rows_take_time_that_grows_with_their_number() -> None:
    def taken(rows: int) -> float:
        start = time.perf_counter()
        normalise(TITLE + "粮食产量\t万吨\t12.5\t3.1\n" * rows + "甲 " * rows + "\n" + " " * rows + "|" * rows)
        return time.perf_counter() - start

    small = min(taken(500) for _ in range(3))
    assert min(taken(4000) for _ in range(3)) < 40 * small
