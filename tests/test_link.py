"""Linking: from names in a table to rows of a register, each decision with its reason."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yuanhui_kg.cli import run
from yuanhui_kg.errors import DataError
from yuanhui_kg.link import (
    Candidate,
    Entry,
    Match,
    Matcher,
    Mention,
    Snapshot,
    latin,
    link,
    names,
    read_mentions,
    read_register,
    reasons,
    with_history,
    write_sssom,
)
from yuanhui_kg.link.index import distance
from yuanhui_kg.link.likeness import Likeness, likeness
from yuanhui_kg.link.organisations import STAGES as ORGANISATION_STAGES
from yuanhui_kg.link.places import STAGES
from yuanhui_kg.link.sounds import difference, within_one_edit

REGISTER = Path(__file__).parent / "fixtures" / "link" / "register.tsv"
ENTRIES = read_register(REGISTER)
MATCHER = Matcher(ENTRIES)


def match(name: str, context: str = "", matcher: Matcher = MATCHER, **more: object) -> Match:
    parts = tuple(context.split("/")) if context else ()
    return matcher.match(replace(Mention("m", name, parts), **more))  # type: ignore[arg-type]


def meant(name: str, context: str = "", **more: object) -> str:
    """The id of what a mention is decided to mean, empty for nothing."""
    best = match(name, context, **more).best
    return best.entry.id if best else ""


# --- names ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "core", "kind"),
    [
        ("源溪區", "源溪", "district"),
        ("双江拉祜族佤族布朗族傣族自治县", "双江", "autonomous-county"),
        ("克孜勒苏柯尔克孜自治州", "克孜勒苏", "autonomous-prefecture"),
        ("建设路街道办事处", "建设路", "subdistrict"),
        ("建设路街办", "建设路", "subdistrict"),
        ("大榆树村民委员会", "大榆树", "village"),
        ("新天地社区居委会", "新天地", "community"),
        ("单县", "单县", "county"),
        ("贵州", "贵州", ""),
        ("东乡族自治县", "东乡", "autonomous-county"),
        ("青禾产业集聚区", "青禾产业集聚区", "zone"),
        ("", "", ""),
    ],
)
def test_a_name_is_taken_apart(text: str, core: str, kind: str) -> None:
    name = names.parse(text)
    assert (name.core, name.type) == (core, kind)


@given(st.text(max_size=40))
@settings(max_examples=300)
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    once = names.normalise(text)
    assert names.normalise(once) == once


@pytest.mark.parametrize(
    ("one", "two", "way"),
    [
        ("东关街道", "西关街道", "contrast"),
        ("大留店镇", "大刘店镇", "sound"),
        ("空家营镇", "空冢营镇", "shape"),
        ("店刘大镇", "大刘店镇", ""),
        ("刘大店镇", "大刘店镇", "swap"),
        ("大刘镇", "大刘店镇", "drop"),
        ("大刘家店镇", "大刘店镇", "add"),
        ("刘店镇", "大刘店镇", "lost"),
        ("沙泉", "沙泉", ""),
    ],
)
def test_how_two_names_differ(one: str, two: str, way: str) -> None:
    assert difference(one, two) == way


@pytest.mark.parametrize(
    ("written", "meant", "expected"),
    [
        ("沙压镇", "沙泉镇", ("other", "1")),  # hardly a name ends so
        ("沙庄镇", "沙泉镇", ("other", "4")),  # many do
        ("庄泉镇", "沙泉镇", ("other", "3")),  # fewer begin so
        ("大刘家店镇", "大刘店镇", ("add", "4")),
        ("大刘镇", "大刘店镇", ("drop", "")),
        ("柳树镇", "沙泉镇", None),
    ],
)
def test_how_odd_a_name_looks_that_may_be_mistyped(written: str, meant: str, expected: tuple[str, str] | None) -> None:
    found = likeness(names.parse(written), names.parse(meant), True)
    assert found == (Likeness(*expected) if expected else None)


@pytest.mark.parametrize(
    ("key", "whole"), [("shaquan", True), ("xian", True), ("shaqaun", False), ("", True), ("shq", False)]
)
def test_letters_are_pinyin_where_syllables_make_them(key: str, whole: bool) -> None:
    assert latin.is_pinyin(key) is whole


@pytest.mark.parametrize(
    ("one", "two"), [("shaquan", "saquang"), ("nanjing", "lanjin"), ("huanghui", "fangfei"), ("hunan", "fulan")]
)
def test_sounds_that_are_confused_have_one_key(one: str, two: str) -> None:
    assert latin.blurred(one) == latin.blurred(two)


@given(st.text("abc", max_size=5), st.text("abc", max_size=5))
def test_one_edit_is_the_same_both_ways(one: str, two: str) -> None:
    assert within_one_edit(one, two) == within_one_edit(two, one)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("漳州", "changchou"),
        ("常州", "ch'angchou"),
        ("西安", "hsian"),
        ("热河", "jeho"),
        ("资兴", "tzuhsing"),
        ("贵溪", "kueihsi"),
    ],
)
def test_wade_giles_follows_its_rules(name: str, key: str) -> None:
    assert latin.wade_giles(name) == key


def test_tones_are_read_from_accents_and_digits() -> None:
    assert (latin.tones("Yuánhuì Qū"), latin.tones("yuan2 hui4"), latin.tones("Yuanhui")) == ("241", "24", "")


def test_a_town_may_be_called_by_chance_as_a_people_is() -> None:
    assert [(one.key, one.type) for one in latin.parse("Gāo Miáo Zhèn")][:2] == [("gaomiao", "town"), ("gao", "town")]
    assert latin.parse("Bailing Yao and Zhuang Autonomous County")[0].key == "bailing"


def test_a_degree_of_latitude_is_111_kilometres() -> None:
    assert distance((30, 114), (31, 114)) == pytest.approx(111.2, abs=0.1)


# --- what a mention means ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "context", "expected"),
    [
        ("青禾区", "江岚省/清川市", "900101"),
        ("青禾", "江岚/清川", "900101"),
        ("青禾区", "云溪市", "900201"),
        ("青禾区", "江岚省/云溪市/市辖区", "900201"),
        ("建設路街道辦事處", "江嵐省/清川市/青禾區", "900101001"),
        ("建设路街道", "江岚省/清川市/青和区", "900101001"),
        ("白岭自治县", "江岚省/云溪市", "900223"),
        ("白岭县", "江岚省/云溪市", "900223"),
        ("梅坪乡", "云溪市/白岭", "900223200"),
        ("空家营镇", "江岚省/清川市/青禾区", "900101100"),
        ("大留店镇", "江岚省/清川市/青禾区", "900101101"),
        ("沙泉镇", "江岚省/清川市/青禾区", "900101102"),
        ("Shaquan Township", "Jianglan/Qingchuan/Qinghe", "900101102"),
        ("Shāquán Xiāng", "江岚省/清川市/青禾区", "900101102"),
        ("shaquan乡", "江岚省/清川市/青禾区", "900101102"),
        ("Sha-ch'üan", "江岚省/清川市/青禾区", "900101102"),
        ("Jianshelu Subdistrict, Qinghe District, Qingchuan City, Jianglan Province", "", "900101001"),
        ("清川市青禾区沙泉乡", "", "900101102"),
        ("江岚清川临河太平", "", "900102100"),
        ("太平镇", "江岚省/清川市/鄢岗县", "900121100"),
        ("城关乡", "江岚省/云溪市/云溪县", "900222101"),
        ("Greenfield", "Jianglan", "900101"),
        ("临河区", "", "900102"),
        ("Saquang Township", "Jianglan/Qingchuan/Qinghe", "900101102"),
        ("Dalidian", "江岚省/清川市/青禾区", "900101101"),
        ("Jianshleu Subdistrict", "江岚省/清川市/青禾区", "900101001"),
        ("大刘压镇", "江岚省/清川市/青禾区", "900101101"),
        ("青禾区", "中国/江岚省/清川市", "900101"),
        ("沙泉镇", "江岚省清川市青禾区", "900101102"),
        ("沙泉镇", "江岚省清川市青和区", "900101102"),
        ("沙泉镇", "青禾区/清川市/江岚省", "900101102"),
        ("Shaquan", "Qinghe District, Qingchuan City, Jianglan", "900101102"),
        ("Qingchuan Shi Qinghe Qu", "", "900101"),
        ("大刘店镇（原刘店乡）", "江岚省/清川市/青禾区", "900101101"),
        ("Jianglan", "China", "90"),
        ("沙泉镇", "China/江岚省/清川市/市辖区/青禾区", "900101102"),
        ("云溪", "江岚省", "9002"),  # and no county of that name below it
    ],
)
def test_what_a_mention_means(name: str, context: str, expected: str) -> None:
    assert meant(name, context) == expected


@pytest.mark.parametrize(
    ("name", "context"),
    [
        ("南关街道", "江岚省/清川市/青禾区"),  # its neighbours are 东关 and 西关
        ("沙泉村", "江岚省/清川市/青禾区/沙泉乡"),  # a village of that name, not the township
        ("物流园", "江岚省/清川市/青禾区"),
        ("梅坪瑶族乡", "江岚省/清川市/青禾区"),  # elsewhere
        ("大刘庄镇", "江岚省/清川市/青禾区"),  # as good a name as 大刘店
        ("白岭", "江岚省/云溪市/白岭瑶族壮族自治县"),  # what is called after it
        ("Shazhuan", "江岚省/清川市/青禾区"),
        ("太平镇", ""),  # two
        ("???", ""),
        ("——", "江岚省"),
        ("🙂", ""),
    ],
)
def test_what_means_nothing_or_too_much_is_not_linked(name: str, context: str) -> None:
    assert match(name, context).decision == "none"


def test_a_near_tie_is_not_decided_but_shown() -> None:
    found = match("太平镇")
    assert [(one.entry.id, one.decision) for one in found.candidates] == [("900102100", "none"), ("900121100", "none")]
    assert found.candidates[0].confidence == pytest.approx(found.candidates[1].confidence)


def test_a_mention_is_matched_against_the_map_of_its_year() -> None:
    assert meant("青禾县", "江岚省/清川市", year=1998) == "900101o"
    assert meant("青禾", "江岚省/清川市", year=1998) == "900101o"
    assert meant("青禾", "江岚省/清川市", year=2010) == "900101"


def test_rows_with_one_id_are_one_thing_at_different_times(tmp_path: Path) -> None:
    path = tmp_path / "register.tsv"
    rows = [
        "id\tname\tparent_id\tvalid_from\tvalid_to",
        "1\t江岚省\t\t\t",
        "2\t旧名市\t1\t\t2009",
        "2\t清川市\t1\t2010\t",
        "3\t沙泉县\t2\t\t",
    ]
    path.write_text("\n".join(rows), encoding="utf-8")
    matcher = Matcher(read_register(path))
    found = match("旧名", "江岚", matcher, year=2003)
    assert [(one.entry.id, one.entry.name) for one in found.candidates] == [("2", "旧名市")]
    best = match("沙泉", "江岚省/旧名市", matcher).best
    assert best is not None
    assert "context:all" in best.features


NOW = [
    Entry("1", "江岚省"),
    Entry("11", "清川市", "1"),
    Entry("1101", "青禾区", "11"),
    *(Entry(f"1101{n}", name, "1101") for n, name in enumerate(("沙泉镇", "白岭乡", "云溪镇", "石门街道"))),
    Entry("1102", "临川县", "11"),
    *(Entry(f"1102{n}", name, "1102") for n, name in enumerate(("柳树镇", "大堤乡", "井亭镇"))),
    Entry("12", "安南市", "1"),
    Entry("1203", "望海县", "12"),
]
THEN = [
    Entry("1", "江岚省"),
    Entry("11", "旧川地区", "1"),  # has kept its code
    Entry("1121", "禾阳县", "11"),  # became a district, with another code
    *(Entry(f"1121{n}", name, "1121") for n, name in enumerate(("沙泉镇", "白岭乡", "云溪镇", "石门乡"))),
    Entry("1122", "临川县", "11"),
    *(Entry(f"1122{n}", name, "1122") for n, name in enumerate(("柳树镇", "大堤乡", "废渡乡", "井亭镇"))),
    Entry("12", "安南市", "1"),
    Entry("13", "望海地区", "1"),  # no more
    Entry("1301", "望海县", "13"),
]


@pytest.fixture(scope="module")
def with_then() -> Matcher:
    return Matcher(with_history(NOW, [Snapshot(1995, THEN)]))


@pytest.mark.parametrize(
    ("name", "context", "expected"),
    [
        ("旧川地区", "江岚省", "11"),
        ("禾阳", "江岚/旧川", "1101"),
        ("石门乡", "江岚省/旧川地区/禾阳县", "11013"),
        ("望海县", "江岚省/望海地区", "1203"),
        ("青禾区", "江岚省/清川市", "1101"),
    ],
)
@pytest.mark.parametrize("year", [None, 1995])
def test_older_registers_tell_former_names_codes_and_parents(
    name: str, context: str, expected: str, year: int | None, with_then: Matcher
) -> None:
    found = match(name, context, with_then, year=year)
    assert (found.decision, found.best and found.best.entry.id) == ("accept", expected)


def test_a_row_without_parent_is_found_by_its_name_where_surroundings_are_told() -> None:
    matcher = Matcher([*NOW, Entry("x", "梅坪镇"), Entry("y", "柳树镇")])
    assert meant("梅坪镇", "江岚省/清川市/青禾区", matcher=matcher) == "x"
    assert meant("柳树镇", "江岚省/清川市/临川县", matcher=matcher) == "11020"  # which is known to lie there
    assert meant("江岚省", "江岚省/清川市", matcher=matcher) == ""


def test_surroundings_are_the_whole_name_where_one_has_it() -> None:
    rows = [
        *NOW,
        *(Entry("13", "新乡市", "1"), Entry("1301", "新乡县", "13"), Entry("1302", "牧原区", "13")),
        *(Entry("14", "河夏回族自治州", "1"), Entry("1401", "河夏市", "14"), Entry("1402", "河夏县", "14"), Entry("140201", "铺泉乡", "1402")),
    ]  # fmt: skip
    matcher = Matcher([*rows, Entry("130201", "赤那乡", "1302")])
    assert meant("牧原区", "China/江岚/新乡", matcher=matcher) == "1302"  # and not in the township of Chi Na
    assert meant("牧原区", "江岚/新乡", matcher=matcher) == "1302"  # 新乡 is no township Xin
    assert meant("江岚省新乡市牧原区", "江岚/新乡", matcher=matcher) == "1302"
    assert meant("铺泉乡", "江岚省/河夏回族自治州/河夏市", matcher=matcher) == ""  # in the county


def test_a_register_that_tells_no_surroundings_neither_bears_them_out_nor_contradicts_them() -> None:
    flat = Matcher([Entry("1", "清川市"), Entry("2", "青禾区"), Entry("3", "太平镇"), Entry("4", "太平镇")])
    assert meant("青禾区", "江岚省/清川市", matcher=flat) == "2"
    assert meant("太平镇", "清川市", matcher=flat) == ""  # there are two
    assert meant("别处镇", "清川市", matcher=flat) == ""


@pytest.mark.parametrize(("name", "context"), [("废渡乡", "江岚/旧川/临川县"), ("望海地区", "江岚省")])
def test_what_is_gone_is_no_answer(name: str, context: str, with_then: Matcher) -> None:
    found = match(name, context, with_then, year=1995)
    assert found.best is None
    assert not any(candidate.entry.gone for candidate in found.candidates)


@pytest.mark.parametrize(
    ("then", "now", "same"), [("旧港区", "新湾区", False), ("旧港县", "新湾区", True), ("旧港镇", "新湾镇", True)]
)
def test_a_county_that_was_made_where_another_one_ended_is_not_the_same(then: str, now: str, same: bool) -> None:
    rows = [Entry("1", "江岚省"), Entry("11", "清川市", "1"), Entry("1101", "青禾区", "11")]
    matcher = Matcher(
        with_history([*rows, Entry("1107", now, "11")], [Snapshot(1995, [*rows, Entry("1102", then, "11")])])
    )
    assert meant(then, "江岚省/清川市", matcher=matcher) == ("1107" if same else "")


def test_a_name_that_another_place_has_is_less_likely_a_misprint() -> None:
    asked = ("沙全镇", "江岚省/清川市/青禾区")
    alone, known = (match(*asked, Matcher(rows)).candidates[0] for rows in (NOW, [*NOW, Entry("x", "沙全镇", "1203")]))
    assert (alone.entry.name, known.entry.name) == ("沙泉镇", "沙泉镇")
    assert alone.confidence > known.confidence + 0.01


def test_a_register_without_older_ones_is_as_it_was() -> None:
    assert with_history(NOW, []) == NOW
    assert with_history(NOW, [Snapshot(2020, NOW)]) == NOW


@pytest.mark.parametrize(
    ("name", "context"),
    [
        ("后沙泉镇", "江岚省/清川市/青禾区"),
        ("沙泉镇河", "江岚省/清川市/青禾区"),
        ("临川镇", "江岚省/清川市"),
        ("云溪三镇", "江岚省/清川市/青禾区"),
    ],
)
def test_what_is_called_after_a_place_is_another_thing(name: str, context: str) -> None:
    assert match(name, context, Matcher(NOW)).best is None


def test_a_company_elsewhere_is_not_meant() -> None:
    rows = [*NOW, Entry("c", "清泉食品有限公司", "1102")]
    matcher = Matcher(rows)
    assert match("清泉食品有限公司", "江岚省/安南市", matcher).best is None
    assert match("清泉食品有限公司", "江岚省/清川市", matcher).decision == "accept"


def test_a_parent_that_is_not_in_the_register_is_none(tmp_path: Path) -> None:
    path = tmp_path / "register.tsv"
    path.write_text("id\tname\tparent_id\n1\t江岚省\t0\n2\t清川市\t1\n", encoding="utf-8")
    assert match("清川", "江岚", Matcher(read_register(path))).decision == "accept"


def test_a_whole_name_comes_before_one_that_shares_its_core() -> None:
    entries = [Entry("1", "江岚省"), Entry("2", "东桥社区居委会", "1"), Entry("3", "东桥居民委员会", "1")]
    assert [one.entry.id for one in match("东桥社区居委会", "江岚", Matcher(entries)).candidates] == ["2", "3"]


def test_coordinates_tell_two_places_of_one_name_apart() -> None:
    assert meant("青禾区", lat=33.11, lon=113.09) == "900201"
    assert meant("青禾区", lat=34.11, lon=114.09) == "900101"


def test_the_column_kind_tells_a_township_from_a_district() -> None:
    assert meant("青禾", "清川市", kind="county").startswith("900101")
    assert meant("沙泉", "清川市/青禾区", kind="county") == ""


def test_a_row_that_only_groups_others_is_never_meant() -> None:
    assert all(one.entry.id != "900100" for one in match("市辖区", "江岚省/清川市").candidates)


def test_every_decision_is_explained() -> None:
    best = match("空家营镇", "江岚省/清川市/青禾区").best
    assert best is not None
    assert best.explanation.startswith("found by shape; shape type:same")
    assert "context:all" in best.features


def test_the_same_is_decided_again() -> None:
    asked = [Mention(str(i), name, ("清川市",)) for i, name in enumerate(("太平", "和平街道", "qinghe", "空家营"))]
    assert link(asked, ENTRIES) == link(asked, ENTRIES) == link(asked, list(reversed(list(reversed(ENTRIES)))))


@pytest.mark.parametrize(
    "name",
    ["清川" * 500, "清川," * 300, "a" * 1000, "'" * 1000, "青禾区" * 20, "ü1" * 400, "\u0301" * 500, "qing he " * 100],
)
def test_long_names_are_answered_too(name: str) -> None:
    assert match(name, "/".join(["清川"] * 200)).decision in ("none", "review", "accept")


def test_an_empty_register_links_nothing() -> None:
    assert link([Mention("1", "青禾区", ("清川市",)), Mention("2", "Qinghe")], [])[0].decision == "none"


@given(st.text("青禾沙泉太平东西关区镇乡", min_size=1, max_size=6))
@settings(max_examples=30)
def test_an_unrelated_row_never_comes_before_an_exact_match(name: str) -> None:
    wider = Matcher([*ENTRIES, Entry("x", name, "9002")])
    best = match("建设路街道", "江岚省/清川市/青禾区", wider).best
    assert best is not None
    assert best.entry.id == "900101001"


def test_a_row_among_its_own_ancestors_does_no_harm_from_python() -> None:
    assert link([Mention("1", "甲乡")], [Entry("a", "甲乡", "b"), Entry("b", "乙县", "a")])[0].mention.id == "1"


# --- organisations ----------------------------------------------------------------------------------------------------

COMPANIES = Matcher(
    Entry(f"c{number}", name)
    for number, name in enumerate(
        (
            "江岚青禾食品股份有限公司",
            "清川市绿源机械制造有限公司",
            "绿源生物科技（集团）有限公司",
            "中国云溪石油化工集团有限公司",
            "江岚白岭银行股份有限公司",
            "江岚白岭银行股份有限公司清川分行",
            "东泽鑫达",
        )
    )
)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("江岚青禾食品股份有限公司", "c0"),
        ("江嵐青禾食品（股份）有限公司", "c0"),
        ("青禾食品", "c0"),
        ("江岚青禾", "c0"),
        ("绿源生物", "c2"),
        ("绿源机械", "c1"),
        ("云溪石化", "c3"),
        ("白岭银行", "c4"),
        ("东泽鑫达实业有限公司", "c6"),
        ("绿源", ""),  # two
        ("白岭银行云溪分行", ""),  # a branch that is not there
        ("红禾食品", ""),
        ("🙂", ""),
    ],
)
def test_what_a_company_is_called(name: str, expected: str) -> None:
    best = match(name, matcher=COMPANIES).best
    assert (best.entry.id if best else "") == expected


@pytest.mark.parametrize(
    "name",
    ["江岚青禾食品销售有限公司", "江岚青禾食品清川有限公司", "江岚青禾食品进出口有限公司", "江岚青禾食品商业银行"],
)
def test_a_subsidiary_is_not_its_parent(name: str) -> None:
    rows = [Entry("1", "江岚青禾食品股份有限公司", kind="company"), Entry("2", "清川白岭机械有限公司", kind="company")]
    assert Matcher(rows).match(Mention("m", name, kind="company")).best is None
    assert Matcher(rows).match(Mention("m", "青禾食品", kind="company")).best is not None


def test_a_place_whose_name_ends_as_an_organisation_does_is_a_place() -> None:
    entries = [*ENTRIES, Entry("p", "营厂瑶族乡", "900101"), Entry("q", "青禾采石公司", "900101")]
    matcher = Matcher(entries)
    assert [match(name, "清川市/青禾区", matcher).candidates[0].entry.id for name in ("营厂", "青禾采石公司")] == [
        "p",
        "q",
    ]


# --- tables -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "line 1: there is no column 'id'."),
        ("id\tlabel\n1\tx\n", "line 1: there is no column 'name'."),
        ("id\tname\tname\n", "line 1: the column 'name' stands there twice."),
        ("id\tname\n1\t\n", "line 2, column name: it is empty."),
        ("id\tname\n1\t甲\n\n2\t乙\t3\n", "line 4: it has 3 columns, the header has 2."),
        ("id\tname\n1\t甲\n1\t乙\n", "line 3, column id: '1' stands in line 2 already."),
        ("id\tname\tparent_id\n1\t甲\t2\n2\t乙\t1\n", "line 2, column parent_id: '1' is among its own ancestors."),
        ("id\tname\tlat\tlon\n1\t甲\t91\t1\n", "line 2, column lat: '91' is no number between -90 and 90."),
        ("id\tname\tlat\tlon\n1\t甲\tnan\t1\n", "line 2, column lat: 'nan' is no number between -90 and 90."),
        ("id\tname\tlat\tlon\n1\t甲\t1\t\n", "line 2, column lon: it is empty while the other coordinate is given."),
        ("id\tname\tvalid_from\n1\t甲\tsoon\n", "line 2, column valid_from: 'soon' is no year."),
        (
            "id\tname\tvalid_from\tvalid_to\n1\t甲\t2003\t2001\n",
            "line 2, column valid_to: 2001 is before valid_from, 2003.",
        ),
        (f"id\tname\n1\t{'甲' * 1001}\n", "line 2, column name: it has 1001 characters."),
    ],
)
def test_a_table_that_does_not_fit_is_refused_with_line_and_column(tmp_path: Path, text: str, problem: str) -> None:
    path = tmp_path / "register.tsv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError) as caught:
        read_register(path)
    assert caught.value.message == f"{path}, {problem}"
    assert caught.value.hint


def test_a_table_that_is_not_utf8_or_not_there_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mentions.tsv"
    with pytest.raises(DataError, match="cannot be read"):
        read_mentions(path)
    path.write_bytes("id\tname\n1\t漯河\n".encode("gb18030"))
    with pytest.raises(DataError, match="line 2: it is not UTF-8"):
        read_mentions(path)


def test_columns_come_in_any_order_with_a_mark_and_windows_lines(tmp_path: Path) -> None:
    path = tmp_path / "mentions.tsv"
    path.write_bytes("\ufeffname\tnote\tcontext\tid\tyear\r\n沙泉\tx\t 清川市 / 青禾区/\t7\t1998-05-01\r\n".encode())
    assert read_mentions(path) == [Mention("7", "沙泉", ("清川市", "青禾区"), year=1998)]


def rows_of(text: str) -> list[dict[str, str]]:
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def test_an_id_that_means_two_things_is_accepted_for_neither() -> None:
    asked = [
        Mention("a", "青禾区", ("云溪市",)),
        Mention("b", "青禾区", ("清川市",)),
        Mention("a", "青禾区", ("清川市",)),
    ]
    assert {match.decision for match in map(MATCHER.match, asked)} == {"accept"}
    torn, sound, other = MATCHER.match_all(asked)
    assert [match.decision for match in (torn, sound, other)] == ["review", "accept", "review"]
    assert torn.candidates[0].decision == "review"
    assert "another row with this id" in reasons.of_candidate(torn.candidates[0])[1]
    assert [match.decision for match in MATCHER.match_all([asked[1], Mention("b", "青禾", ("清川市",))])] == [
        "accept"
    ] * 2


def test_links_are_written_as_sssom_best_first() -> None:
    stream = io.StringIO()
    asked = [Mention("a", "青禾区", ("清川市",)), Mention("b", "太平镇"), Mention("c", "无此\t地")]
    counts = write_sssom(MATCHER.match_all(asked), stream)
    rows = rows_of(stream.getvalue())
    assert counts == {"accept": 1, "review": 0, "none": 2}
    assert (rows[0]["subject_id"], rows[0]["object_id"], rows[0]["decision"]) == ("a", "900101", "accept")
    assert rows[0]["predicate_id"] == "skos:exactMatch"
    assert [(row["object_id"], row["decision"]) for row in rows if row["subject_id"] == "b"] == [
        ("sssom:NoTermFound", "none"),
        ("900102100", "none"),
        ("900121100", "none"),
    ]
    assert [(row["subject_label"], row["object_id"]) for row in rows if row["subject_id"] == "c"] == [
        ("无此 地", "sssom:NoTermFound")
    ]
    assert all(
        row["mapping_justification"].startswith("semapv:") and 0 <= float(row["confidence"]) <= 1 for row in rows
    )
    assert stream.getvalue().startswith("#curie_map:\n#  semapv: https://w3id.org/semapv/vocab/\n")


def test_the_command_links_a_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mentions, links = tmp_path / "mentions.tsv", tmp_path / "links.sssom.tsv"
    mentions.write_text("id\tname\tcontext\n1\t青禾\t江岚/清川\n2\t无名街道\t江岚\n", encoding="utf-8")
    assert run(["link", str(mentions), "--to", str(REGISTER), "-o", str(links)]) == 0
    assert "accept: 1; review: 0; none: 1" in capsys.readouterr().err
    rows = rows_of(links.read_text(encoding="utf-8"))
    assert [(row["subject_id"], row["object_id"], row["decision"]) for row in rows if row["decision"] != "none"] == [
        ("1", "900101", "accept")
    ]


def test_older_registers_without_parents_and_with_a_long_line_of_parents_are_read() -> None:
    def flat(first: str) -> list[Entry]:
        return [Entry(f"{i}", f"{first}{chr(0x4E00 + i)}{chr(0x5E00 + i)}村") for i in range(3000)]

    def line(first: str) -> list[Entry]:
        return [Entry(f"{i}", f"{first}{chr(0x4E00 + i)}村", f"{i - 1}" if i else "") for i in range(1000)]

    for of in (flat, line):
        now = of("新")
        found = with_history(now, [Snapshot(2017, of("旧"))])
        assert found[: len(now)] == now
        assert len(found) == 2 * len(now)  # codes stayed, names did not
        assert (
            Matcher(found).index.lineage(len(now) - 1) == tuple(range(len(now) - 2, -1, -1))[: len(now) * (of is line)]
        )


def test_reasons_are_told_in_words_and_both_languages() -> None:
    rows = [Entry("1", "江岚省"), Entry("11", "清川市", "1"), Entry("111", "青禾区", "11")]
    best = match("青禾", "江岚/清川", Matcher(rows)).candidates[0]
    assert reasons.of_candidate(best) == (
        "去掉类别后名称相同；所在地全部相符",
        "the same name without the word for its type; all surroundings agree",
    )
    assert reasons.of_nothing(match("没有这里", "", Matcher(rows))) == ("没有候选", "no candidate")
    tie = Matcher([Entry("1", "清川镇"), Entry("2", "清川镇")]).match(Mention("m", "清川镇"))
    assert reasons.of_nothing(tie) == ("2 个候选不相上下", "near tie of 2 candidates")


@pytest.mark.parametrize("stage", [*STAGES, *ORGANISATION_STAGES])
def test_each_way_to_find_a_row_has_words(stage: str) -> None:
    told = reasons.of_candidate(Candidate(Entry("1", "清川镇"), 1.0, "accept", stage, (stage,)))
    assert stage not in told


def test_the_command_takes_older_registers(tmp_path: Path) -> None:
    files = {"now": NOW, "then": THEN}
    for file, entries in files.items():
        rows = "".join(f"{entry.id}\t{entry.name}\t{entry.parent_id}\n" for entry in entries)
        (tmp_path / f"{file}.tsv").write_text("id\tname\tparent_id\n" + rows, encoding="utf-8")
    mentions, links = tmp_path / "mentions.tsv", tmp_path / "links.sssom.tsv"
    mentions.write_text("id\tname\tcontext\n1\t禾阳县\t江岚省/旧川地区\n", encoding="utf-8")
    asked = ["link", str(mentions), "--to", str(tmp_path / "now.tsv"), "--history", "1995", str(tmp_path / "then.tsv")]
    assert run([*asked, "-o", str(links)]) == 0
    assert [row["object_id"] for row in rows_of(links.read_text("utf-8")) if row["decision"] == "accept"] == ["1101"]


def test_the_command_warns_of_parents_that_are_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mentions, register = tmp_path / "mentions.tsv", tmp_path / "register.tsv"
    mentions.write_text("id\tname\n1\t清川\n", encoding="utf-8")
    register.write_text("id\tname\tparent_id\n1\t江岚省\t0\n2\t清川市\t1\n", encoding="utf-8")
    assert run(["link", str(mentions), "--to", str(register)]) == 0
    out, err = capsys.readouterr()
    assert "the parent of 1 row of the register is not in it, such as '0'." in err
    assert "\t2\t清川市\t" in out


def test_the_command_says_where_a_table_is_wrong_and_leaves_no_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mentions, links = tmp_path / "mentions.tsv", tmp_path / "links.sssom.tsv"
    mentions.write_text("id\tname\tlat\n1\t甲\t\n2\t乙\t1\n", encoding="utf-8")
    assert run(["link", str(mentions), "--to", str(REGISTER), "-o", str(links)]) == 1
    assert "line 3, column lon: it is empty while the other coordinate is given." in capsys.readouterr().err
    assert not links.exists()
    assert run(["link", str(mentions), "--to", str(REGISTER), "-o", str(tmp_path / "links.xlsx")]) == 1
    assert "Use a name that ends in .tsv." in capsys.readouterr().err
