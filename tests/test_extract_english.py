"""English labels of named things: readable by those who know no Chinese."""

from __future__ import annotations

import pytest

from yuanhui_kg.extract.english import english


@pytest.mark.parametrize(
    ("name", "kind", "areas", "label"),
    [
        ("江口区", "District", (), "Jiangkou District"),
        ("江口区临港产业园", "IndustrialPark", ("江口区",), "Jiangkou District Lingang Industrial Park"),
        ("江口区人民医院", "Hospital", ("江口区", "江口"), "Jiangkou District People's Hospital"),
        ("华岭新材料有限公司", "Company", (), "Hualingxincailiao Co., Ltd."),
        ("华岭水务", "Company", (), "Hualingshuiwu Company"),
        ("全国文明城市", "Title", ("全国",), "Quanguowenmingchengshi title"),
        ("“亮灯”行动", "Programme", (), "Liangdeng Campaign"),
        ("村", "Village", (), "Village"),
        ("ABC", "Company", (), "ABC Company"),
        ("", "", (), ""),
    ],
)
def test_a_name_has_its_place_its_reading_and_what_its_last_words_mean(
    name: str, kind: str, areas: tuple[str, ...], label: str
) -> None:
    assert english(name, kind, areas) == label
