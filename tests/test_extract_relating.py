"""Relations between the things of a text: what the words between two names say, and what they do not."""

from __future__ import annotations

import re
from typing import Any

import pytest

from yuanhui_kg.extract.records import Anchor, Entity, Years
from yuanhui_kg.extract.relating import MOST_PARTIES, relations
from yuanhui_kg.extract.structure import LONGEST_SENTENCE
from yuanhui_kg.extract.tables import table

_MARKED = re.compile(r"\[([^|\]]+)\|(\w+)\]")


def _told(marked: str, place: str = "江口区") -> set[tuple[str, str, str, str]]:
    """The relations of a text whose names are in brackets with their classes, but for what is only inferred."""
    text, spans = "", {}
    position = 0
    for match in _MARKED.finditer(marked):
        text += marked[position : match.start()]
        spans.setdefault((match[2], match[1]), []).append((len(text), len(text) + len(match[1])))
        text += match[1]
        position = match.end()
    text += marked[position:]
    found = [Entity(kind, name, tuple(places)) for (kind, name), places in spans.items()]
    anchor = Anchor(place, "2024", Years(2023, 2023), "feature")
    return {(r.subject, r.predicate, r.object, r.modality) for r in relations(text, found, anchor)}


@pytest.mark.parametrize("entry", table("relations")["relation"], ids=lambda entry: entry["means"])
def test_each_pattern_of_the_table_reads_its_example(entry: dict[str, Any]) -> None:
    assert (*entry["means"].split(" "), "asserted") in _told(entry["example"], place="")


@pytest.mark.parametrize(
    "text",
    [
        "[柳坪镇|Town]地处[甲东省|Province]与[甲西省|Province]交界处。",
        "[海拓公司|Company]位于[柳坪镇|Town]以东两公里。",
        "今年将推动[海拓公司|Company]落户[柳坪镇|Town]。",
        "[江口区|District]隶属[东岗村|Village]。",
        "[海拓公司|Company]。位于[柳坪镇|Town]的人们。",
        "拟由长川投资,计划[湾头码头项目|Project]由[海拓公司|Company]投资建设。",
    ],
    ids=["between two", "beside", "planned", "the larger in the smaller", "another sentence", "planned to be built"],
)
def test_what_is_planned_denied_or_beside_is_no_relation(text: str) -> None:
    assert not {one for one in _told(text, place="") if one[3] == "asserted"}


def test_an_area_lies_in_the_innermost_of_the_names_behind_it() -> None:
    told = _told("[江口区|District]隶属于[湖北省|Province][宜昌市|PrefectureLevelCity]。")
    assert ("江口区", "isWithin", "宜昌市", "asserted") in told
    assert ("江口区", "isWithin", "湖北省", "asserted") not in told


def test_a_firm_with_which_talks_go_on_is_not_said_to_be_here() -> None:
    told = _told("[江口区|District]正与[长川集团|CompanyGroup]、[海拓公司|Company]等企业洽谈。")
    assert ("江口区", "isInTalksWith", "海拓公司", "inTalks") in told
    assert ("江口区", "isInTalksWith", "长川集团", "inTalks") in told
    assert not {one for one in told if one[1] == "isLocatedIn"}


def test_what_is_far_from_a_place_is_not_in_it() -> None:
    told = _told("[江口区|District]距[白石机场|Facility]210公里,有[丹湖码头|Facility]。")
    assert told == {("丹湖码头", "isLocatedIn", "江口区", "inferred")}


def test_a_firm_that_is_supplied_is_elsewhere_and_not_in_talks() -> None:
    told = _told("[江口区|District]的零件为[长川集团|CompanyGroup]配套。")
    assert not {one for one in told if one[0] == "长川集团" or one[2] == "长川集团"}


def test_a_programme_is_carried_out_by_the_place_or_by_whom_the_sentence_begins_with() -> None:
    text = "[江口区|District]是老港。深入实施[“亮灯”行动|Programme]。[柳坪镇|Town]开展[“净水”行动|Programme]。"
    told = _told(text)
    assert ("江口区", "carriesOut", "“亮灯”行动", "asserted") in told
    assert ("柳坪镇", "carriesOut", "“净水”行动", "asserted") in told


def test_a_programme_that_is_planned_is_not_carried_out() -> None:
    told = _told("[江口区|District]是老港。今年将实施[“亮灯”行动|Programme]。")
    assert not {one for one in told if one[1] == "carriesOut"}


def test_two_things_may_have_one_mention() -> None:
    found = [Entity("Town", "柳坪镇", ((0, 3),)), Entity("Title", "柳坪镇", ((0, 3),))]
    assert relations("柳坪镇。", found, Anchor("江口区", "", Years(None, None), "feature")) == ()


def test_parties_of_an_agreement_work_with_those_of_the_other_sides() -> None:
    told = _told(
        "[海拓公司|Company]、[长川集团|CompanyGroup]与[江口学院|School]和[江口医院|Hospital]签订合作协议。", place=""
    )
    pairs = {(one, other) for one, relation, other, _ in told if relation == "cooperatesWith"}
    assert pairs == {
        ("海拓公司", "江口学院"), ("海拓公司", "江口医院"), ("长川集团", "江口学院"), ("长川集团", "江口医院"), ("江口学院", "江口医院"),
    }  # fmt: skip


def test_of_many_parties_of_an_agreement_only_the_first_works_with_each() -> None:
    def of(number: int) -> list[tuple[str, str]]:
        marked = "与".join(f"[第{i}公司|Company]" for i in range(number)) + "签订合作协议。"
        return [(one, other) for one, _, other, _ in _told(marked, place="")]

    assert len(of(MOST_PARTIES)) == MOST_PARTIES * (MOST_PARTIES - 1) // 2
    assert len(of(100)) == 99
    assert {one for one, _ in of(100)} == {"第0公司"}
    long = "与".join(f"第{i:05}公司" for i in range(10_000)) + "签订合作协议。"
    found = [Entity("Company", f"第{i:05}公司", ((9 * i, 9 * i + 8),)) for i in range(10_000)]
    cited = relations(long, found, Anchor("", "2024", Years(2023, 2023), "feature"))
    assert 100 < len(cited) < 10_000
    assert max(one.end - one.start for one in cited) <= LONGEST_SENTENCE
