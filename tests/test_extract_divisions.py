"""The divisions of the register: where a text names them, which is meant, and what lies in what."""

from __future__ import annotations

import pytest

from yuanhui_kg.extract import divisions, extract
from yuanhui_kg.extract.places import abbreviated, places


def _found(text: str) -> list[tuple[str, str]]:
    return [(kind, text[start:end]) for kind, start, end in places(text, "", ())]


def test_every_code_is_of_six_digits_and_lies_in_the_register() -> None:
    register = {code for codes in divisions.codes().values() for code in codes}
    assert len(register) > 3000
    assert all(len(code) == 6 and code.isdigit() and f"{code[:2]}0000" in register for code in register)


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ("增速居宁德市第三位。", "宁德市", "PrefectureLevelCity"),
        ("距省会贵阳市二百公里。", "贵阳市", "PrefectureLevelCity"),
        ("走访新乡市的企业。", "新乡市", "PrefectureLevelCity"),
        ("货物运往和平县。", "和平县", "County"),
        ("货物运往义乌市。", "义乌市", "CountyLevelCity"),
    ],
)
def test_a_known_division_is_found_where_it_first_stands(text: str, name: str, kind: str) -> None:
    assert _found(text) == [(kind, name)]


@pytest.mark.parametrize("text", ["改造老城区十条道路。", "沿海城市发展快。", "北海市场开业。", "市中区域协调。"])
def test_names_that_are_words_are_none_without_what_they_lie_in(text: str) -> None:
    assert _found(text) == []


def test_a_name_that_is_a_word_counts_beside_its_city() -> None:
    assert ("District", "老城区") in _found("洛阳市下辖老城区等七个区。")


def test_of_several_divisions_of_a_name_the_one_whose_city_is_named_is_meant() -> None:
    assert divisions.code_of("鼓楼区", {"鼓楼区", "南京市"}) == "320106"
    assert divisions.code_of("鼓楼区", {"鼓楼区"}) == ""
    assert divisions.code_of("鼓楼区", {"鼓楼区", "南京市", "福州市"}) == ""
    assert divisions.lies_in("320106", "320100")
    assert divisions.lies_in("320106", "320000")
    assert not divisions.lies_in("320100", "320106")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("福建宁德是山海之城。", ["福建省", "宁德市"]),
        ("位于广西西南部。", ["广西壮族自治区"]),
        ("太行山西侧有煤。", []),
        ("河南省有百个县。", []),
        ("越往江西岸走越陡。", []),
    ],
)
def test_provinces_and_cities_are_known_without_their_last_words(text: str, names: list[str]) -> None:
    assert [name for name, _, _ in abbreviated(text)] == names


def test_a_draft_says_codes_and_what_lies_in_what_of_divisions_that_it_names() -> None:
    draft = extract("走进鼓楼区\n\n鼓楼区是南京市的中心，江苏省南京市和鼓楼区共建了学校。", published="2024")
    assert {e.name: e.code for e in draft.entities} == {"鼓楼区": "320106", "南京市": "320100", "江苏省": "320000"}
    told = {(r.subject, r.predicate, r.object) for r in draft.relations}
    assert {("鼓楼区", "isWithin", "南京市"), ("南京市", "isWithin", "江苏省")} <= told
