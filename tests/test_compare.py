"""An indicator across districts and sources: what contradicts what, why it may, and what a changed boundary warns of."""

from __future__ import annotations

import csv
import json
import os
import shlex
import shutil
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox
import pytest

import yuanhui_kg
from yuanhui_kg import catalog
from yuanhui_kg.cli import run
from yuanhui_kg.compare import REASONS, Comparison, Selection, as_json, as_rows, compare
from yuanhui_kg.errors import AnswerTooLargeError, NotFoundError
from yuanhui_kg.namespaces import PREFIXES, YH, YHO
from yuanhui_kg.settings import Settings
from yuanhui_kg.store import StoreReader, memory_store

RECIPES = Path(__file__).parents[1] / "docs" / "recipes"
GRP = YHO.grossRegionalProduct
HEAD = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())
OWN = """
yh:a skos:prefLabel "甲区"@zh , "Jia"@en . yh:y2020 skos:notation "2020"^^edtf:EDTF . yh:y2015 skos:notation "2015"^^edtf:EDTF .
yh:f1 a qb:Observation ; yho:indicator yho:grossRegionalProduct ; yho:subject yh:a ; yho:period yh:y2020 ; yho:kind yho:level ;
  yho:basePeriod yho:noBase ; yho:breakdown yho:total ; yho:unit unit:CCY_CNY ; yho:priceBasis yho:currentPrices ; yho:scope yho:notStated ;
  yho:bound yho:exact ; yho:periodBasis yho:periodPrinted ; sdmx-measure:obsValue 100.0 ; schema:minValue 95.0 ; schema:maxValue 105.0 ;
  qb:dataSet yh:text .
unit:CCY_CNY yho:unitCode "CNY" . yh:text dcterms:title "正文"@zh ; dcterms:source yh:article . yh:article schema:datePublished "2021" .
"""
LINK = "yh:a skos:exactMatch yh:register-a ."
#: What another data set says, but for what a test changes.
THEIRS = """
yh:g1 yho:indicator yho:grossRegionalProduct ; yho:subject yh:register-a ; yho:period yh:y2020 ; yho:unit unit:CCY_CNY ;
  yho:priceBasis yho:currentPrices ; sdmx-measure:obsValue {value} {more} .
"""


def store(own: str = OWN + LINK, **graphs: str) -> ox.Store:
    made = ox.Store()
    made.load(HEAD + own, format=ox.RdfFormat.TURTLE)
    for name, turtle in graphs.items():
        made.load(HEAD + turtle, format=ox.RdfFormat.TURTLE, to_graph=ox.NamedNode(YH + "datasets/" + name))
    return made


def compared(made: ox.Store, *indicators: str, **chosen: tuple[str, ...]) -> Comparison:
    return compare(StoreReader(made), indicators or [GRP], Selection(**chosen))


def theirs(value: str = "100", more: str = "", own: str = OWN + LINK, **graphs: str) -> Comparison:
    return compared(store(own, stats=THEIRS.format(value=value, more=more), **graphs))


# --- what is the same -------------------------------------------------------------------------------------------------


def test_figures_of_linked_things_stand_side_by_side() -> None:
    (row,) = theirs("104").rows
    assert (row.subject, row.labels["zh"], row.period, row.kind, row.base, row.breakdown) == (
        *(YH + "a", "甲区", "2020"),
        *("level", "", "total"),
    )
    assert [(one.source.title["zh"], one.source.vintage, str(one.value)) for one in row.readings] == [
        ("stats", "", "104"),
        ("正文", "2021", "100"),
    ]
    assert not row.contradicts  # 104 is what 100 may have been rounded from


def test_things_that_nothing_links_are_apart() -> None:
    rows = theirs("1", own=OWN).rows
    assert [(row.subject, row.contradicts) for row in rows] == [(YH + "register-a", False), (YH + "a", False)]


def test_subjects_of_one_name_are_told_apart_by_what_they_lie_in() -> None:
    other = (OWN + 'yh:a yho:isWithin yh:one . yh:one skos:prefLabel "一市"@zh , "Yi"@en .').replace("yh:f1", "yh:f2")
    twin = other.replace("yh:a ", "yh:b ").replace("yh:one", "yh:two").replace("一市", "二市").replace("yh:f2", "yh:f3")
    told = [(row.labels["zh"], row.labels["en"]) for row in compared(store(other, twin=twin)).rows]
    assert told == [("甲区（一市）", "Jia (Yi)"), ("甲区（二市）", "Jia (Yi)")]
    nowhere = OWN.replace("yh:a ", "yh:b ").replace("yh:f1", "yh:f3")
    assert [row.labels["zh"] for row in compared(store(OWN, twin=nowhere)).rows] == ["甲区（a）", "甲区（b）"]


def test_links_in_a_graph_of_their_own_and_over_a_register_between_are_followed() -> None:
    links = "yh:a skos:exactMatch yh:register . yh:register-a owl:sameAs yh:register ."
    (row,) = theirs("1", own=OWN, links=links).rows
    assert len(row.readings) == 2


def test_indicators_are_one_where_links_say_so_and_apart_elsewhere() -> None:
    other = THEIRS.format(value="300", more="").replace("yho:grossRegionalProduct", "yh:gdp")
    assert len(compared(store(stats=other)).rows) == 1
    apart = compared(store(stats=other), GRP, YH + "gdp").rows
    assert [(row.indicator, len(row.readings)) for row in apart] == [(YH + "gdp", 1), (GRP, 1)]
    linked = store(stats=other, links="yh:gdp skos:exactMatch yho:grossRegionalProduct .")
    for asked in ((GRP,), (YH + "gdp",), (GRP, YH + "gdp")):
        (row,) = compared(linked, *asked).rows
        assert (row.indicator, len(row.readings)) == (asked[0], 2)


def test_what_is_counted_is_a_level_and_a_literal_year_is_a_period() -> None:
    other = THEIRS.format(value="7", more="; yho:kind yho:countKind").replace("yh:y2020", '"2020"')
    (row,) = compared(store(stats=other)).rows
    assert (len(row.readings), row.contradicts) == (2, True)


@pytest.mark.parametrize("period", ["2020-01/2020-12", "2020-01-01/2020-12-31", "2020/2020"])
def test_from_january_to_december_is_a_year(period: str) -> None:
    made = store(stats=THEIRS.format(value="300", more="").replace("yh:y2020", f'"{period}"'))
    for asked in ("2020", period):
        (row,) = compared(made, periods=(asked,)).rows
        assert (row.period, len(row.readings)) == ("2020", 2)
    half = store(stats=THEIRS.format(value="300", more="").replace("yh:y2020", '"2020-01/2020-06"'))
    assert {row.period for row in compared(half).rows} == {"2020", "2020-01/2020-06"}


def test_units_are_converted_where_their_scale_is_told() -> None:
    scaled = "; yho:unit yh:hundred . yh:hundred qudt:scalingOf unit:CCY_CNY ; qudt:conversionMultiplier 100.0"
    turtle = THEIRS.format(value="1.0", more=scaled).replace("yho:unit unit:CCY_CNY ;", "")
    (row,) = compared(store(stats=turtle)).rows
    reading = next(one for one in row.readings if one.figure.endswith("g1"))
    assert (reading.value, reading.unit, reading.interval.low) == (100, "CNY", 50)
    assert not row.contradicts


# --- why two may differ -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "scope", "reason"),
    [
        ("", "notStated", "unexplained"),
        ("", "aboveQuota", "scope-open"),
        ("; yho:scope yho:aboveDesignatedSize", "aboveQuota", "scope"),
        ("; yho:bound yho:over", "notStated", "bound"),
        ("; yho:aggregation yho:cumulative", "notStated", "aggregation"),
        ("; yho:periodBasis yho:periodInferred", "notStated", "period"),
    ],
)
def test_contradictions_have_their_reasons(more: str, scope: str, reason: str) -> None:
    (row,) = theirs("300", more, own=OWN.replace("yho:scope yho:notStated", f"yho:scope yho:{scope}") + LINK).rows
    assert row.reasons == (reason,)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("yho:priceBasis yho:currentPrices", "yho:priceBasis yho:comparablePrices", "price-basis"),
        ("yho:priceBasis yho:currentPrices", "yho:priceBasis yho:notStated", "price-basis-open"),
        ("yho:unit unit:CCY_CNY", "yho:unit unit:CCY_USD", "unit"),
    ],
)
def test_another_price_basis_or_unit_is_a_reason(old: str, new: str, reason: str) -> None:
    (row,) = compared(store(stats=THEIRS.format(value="300", more="").replace(old, new))).rows
    assert row.reasons == (reason,)


def test_another_vintage_is_a_reason() -> None:
    about = "yh:datasets\\/stats dcterms:temporal [ dcat:startDate '2023'^^xsd:gYear ] ; dcterms:license yh:licence ."
    (row,) = theirs("300", own=OWN + LINK + about).rows
    assert "vintage" in row.reasons
    assert {one.source.licence for one in row.readings} == {"", YH + "licence"}


def test_things_that_are_nearly_the_same_are_compared_with_a_word_of_warning() -> None:
    (row,) = theirs("300", own=OWN + "yh:a skos:closeMatch yh:register-a .").rows
    assert row.reasons[0] == "close"


AREA = """
yh:{name} yho:indicator yho:landArea ; yho:subject yh:register-a ; yho:period yh:y{year} ; yho:unit unit:KiloM2 ;
  sdmx-measure:obsValue {value} .
"""
EARLIER = """yh:g0 yho:indicator yho:grossRegionalProduct ; yho:subject yh:register-a ; yho:period yh:y2015 ;
  yho:unit unit:CCY_CNY ; sdmx-measure:obsValue 50.0 ."""


@pytest.mark.parametrize(("area", "warned"), [("216", True), ("202.3", False)])
def test_a_district_whose_area_changed_between_two_years_is_warned_about(area: str, warned: bool) -> None:
    areas = AREA.format(name="x", year=2015, value="202") + AREA.format(name="z", year=2020, value=area)
    found = theirs("100", more="", areas=areas, early=EARLIER)
    assert [row.contradicts for row in found.rows] == [False, False]
    assert [(one.subject, one.periods, one.unit) for one in found.boundaries] == (
        [(YH + "a", ("2015", "2020"), "KiloM2")] if warned else []
    )
    if warned:
        message = found.boundaries[0].message()
        assert message["zh"].startswith("甲区的面积2015年为202、2020年为216")
        assert "Jia had an area of 202 in 2015" in message["en"]
    only = compared(store(stats=THEIRS.format(value="100", more=""), areas=areas, early=EARLIER), periods=("2020",))
    assert only.boundaries == ()  # figures of one year alone


def test_a_changed_area_is_a_reason_too() -> None:
    areas = AREA.format(name="x", year=2015, value="202") + AREA.format(name="z", year=2020, value="216")
    found = theirs("300", areas=areas)
    assert found.rows[0].reasons[0] == "boundary"
    assert len(found.boundaries) == 1


# --- limits -----------------------------------------------------------------------------------------------------------


def test_many_readings_of_one_thing_and_many_areas_and_links_are_compared() -> None:
    many = range(1000)
    figure = "<http://f/{n}> yho:indicator yho:{indicator} ; sdmx-measure:obsValue {value} ; yho:subject <http://s/{n}> ; yho:period '{year}' ."
    told = [figure.format(n=n, indicator="grossRegionalProduct", value=n % 2 or 9, year="2020") for n in many]
    told += [f"<http://s/0> skos:exactMatch <http://s/{n}> ." for n in many if n < 900]
    told += [f"<http://s/0> skos:closeMatch <http://s/{n}> ." for n in many if n >= 900]
    told += [figure.format(n=n, indicator="landArea", value=5 + n, year=1000 + n).replace("/f/", "/a/") for n in many]
    (row,) = compared(store("\n".join(told))).rows
    assert len(row.readings) == 1000
    assert row.contradicts
    assert "boundary" in row.reasons


def test_an_indicator_without_figures_is_told() -> None:
    with pytest.raises(NotFoundError, match="no figures of yho:landArea"):
        compared(store(), YHO.landArea)


def test_too_many_figures_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yuanhui_kg.compare.MOST", 1)
    with pytest.raises(AnswerTooLargeError):
        theirs()


def test_what_is_wanted_is_chosen_and_the_rest_left_out() -> None:
    made = store(stats=THEIRS.format(value="300", more=""), early=EARLIER)
    assert {row.period for row in compared(made).rows} == {"2015", "2020"}
    assert [row.period for row in compared(made, periods=("2015",)).rows] == ["2015"]
    assert len(compared(made, subjects=(YH + "register-a",)).rows) == 2
    assert compared(made, subjects=(YH + "b",)).rows == ()
    assert compared(made, kinds=("change",)).rows == ()


def test_values_that_are_no_numbers_and_nodes_without_a_name_are_passed_over() -> None:
    odd = THEIRS.format(value='"many"', more="") + THEIRS.replace("yh:g1", "_:b").format(value="1", more="")
    assert len(compared(store(stats=odd)).rows[0].readings) == 1


@pytest.mark.parametrize("value", ["1e400", "'1e-99'^^xsd:double", "'NaN'^^xsd:double", "9" * 60])
def test_numbers_beyond_any_figure_are_passed_over(value: str) -> None:
    assert len(compared(store(stats=THEIRS.format(value=value, more=""))).rows[0].readings) == 1


def test_ranks_within_different_areas_and_what_limits_different_things_do_not_contradict() -> None:
    rank = "yh:{} yho:indicator yho:grossRegionalProduct ; yho:subject yh:a ; yho:period yh:y2020 ; sdmx-measure:obsValue {} ; {} ."
    ranks = rank.format("r1", 1, "yho:kind yho:rank ; yho:rankedWithin yh:city")
    ranks += rank.format("r2", 5, "yho:kind yho:rank ; yho:rankedWithin yh:province")
    limits = rank.format("t1", 10, "yho:kind yho:threshold ; yho:qualifies yh:large")
    limits += rank.format("t2", 100, "yho:kind yho:threshold ; yho:qualifies yh:larger")
    found = compared(store(more=ranks + limits), kinds=("rank", "threshold"))
    assert not any(row.contradicts for row in found.rows)
    assert [row.limit for row in found.rows] == [YH + name for name in ("city", "province", "large", "larger")]
    assert [row["limit"] for row in as_rows(found)] == [row["limit"] for row in as_json(found)["rows"]]
    again = rank.format("r3", 2, "yho:kind yho:rank ; yho:rankedWithin yh:city")
    assert [row.contradicts for row in compared(store(more=ranks, again=again), kinds=("rank",)).rows] == [True, False]


def test_of_a_figure_with_several_values_none_is_lost() -> None:
    doubled = THEIRS.format(value="100 , 300", more="; schema:minValue 99.5 , 299.5 ; schema:maxValue 100.5 , 300.5")
    (row,) = compared(store(stats=doubled)).rows
    assert sorted(str(one.value) for one in row.readings) == ["100", "100", "300"]
    assert row.contradicts


@pytest.mark.parametrize(
    "more", ["; schema:minValue 500.0", "; schema:minValue 9.0 ; schema:maxValue 3.0", "; schema:maxValue 1.0"]
)
def test_limits_on_the_wrong_side_of_a_value_do_no_harm(more: str) -> None:
    readings = theirs("100", more).rows[0].readings
    assert all(one.value in one.interval for one in readings)


@pytest.mark.parametrize(
    ("value", "unit", "reasons"),
    [
        ("1500", "yho:mu", ()),
        ("1", "unit:KiloM2", ()),
        ("1600", "yho:mu", ("unexplained",)),
        ("5", "unit:TONNE", ("unit",)),
        (
            "0.15",
            "yh:ten-thousand-mu . yh:ten-thousand-mu qudt:scalingOf yho:mu ; qudt:conversionMultiplier 10000.0",
            (),
        ),
    ],
)
def test_units_of_one_quantity_are_compared_in_the_standard_unit(
    value: str, unit: str, reasons: tuple[str, ...]
) -> None:
    made = memory_store(Settings().ontology_files)
    said = "yho:indicator yho:cultivatedLand ; yho:subject yh:a ; yho:period yh:y2020"
    ours = f"yh:f {said} ; yho:unit unit:HA ; sdmx-measure:obsValue 100 . yh:y2020 skos:notation '2020'^^edtf:EDTF ."
    theirs = f"yh:g {said} ; sdmx-measure:obsValue {value} ; yho:unit {unit} ."
    made.load(f"{HEAD}{ours} yho:cultivatedLand yho:hasStandardUnit unit:HA . {theirs}", format=ox.RdfFormat.TURTLE)
    (row,) = compared(made, YHO.cultivatedLand).rows
    assert row.reasons == reasons
    if "unit" not in reasons:
        assert {one.unit for one in row.readings} == {"ha"}
        assert [str(one.value) for one in row.readings if one.printed_unit == "ha"] == ["100"]


@pytest.mark.parametrize("factor", ["-1.0", "0.0", "'x'"])
def test_a_scale_that_is_none_is_not_used(factor: str) -> None:
    unit = f"unit:CCY_CNY qudt:scalingOf yh:other ; qudt:conversionMultiplier {factor} ."
    assert {one.value for one in theirs("100", own=OWN + LINK + unit).rows[0].readings} == {100}


def test_rows_and_json_tell_the_same() -> None:
    found = theirs("300")
    told = as_json(found)
    assert (told["count"], told["contradictions"]) == (1, 1)
    (row,) = told["rows"]
    assert [reason["zh"] for reason in row["reasons"]] == [REASONS[code][0] for code in found.rows[0].reasons]
    assert [(one["value"], one["contradicts"]) for one in as_rows(found)] == [("300", "true"), ("100", "true")]
    assert [one["value"] for one in row["readings"]] == [300, 100]
    assert {one["iri"] for one in told["sources"]} == {one["source"] for one in row["readings"]}


def test_on_the_command_line_no_cell_is_a_formula_and_nothing_found_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "own.ttl").write_text(HEAD + OWN.replace('"甲区"@zh', '"=1+1"@zh'), encoding="utf-8")
    folder = str(tmp_path / "store")
    assert run(["load", str(tmp_path / "own.ttl"), "--empty", "--store", folder]) == 0
    assert run(["compare", "grossRegionalProduct", "--format", "csv", "--store", folder]) == 0
    (row,) = csv.DictReader(capsys.readouterr().out.splitlines()[1:])
    assert (row["subject_zh"], row["value"]) == ("'=1+1", "100")
    assert run(["compare", "grossRegionalProduct", "--period", "1999", "--store", folder]) == 0
    assert "none that is asked for" in capsys.readouterr().err


# --- from end to end, as README has it --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def joined(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the article's graph and the made-up statistics of the recipe, added by README's command."""
    folder = tmp_path_factory.mktemp("joined")
    for name in ("county-statistics.csv", "county-statistics.json"):
        shutil.copy(RECIPES / name, folder)
    here = os.getcwd()
    os.chdir(folder)
    try:
        assert run(_command("dataset add statistics")) == 0
    finally:
        os.chdir(here)
    return folder / "store"


def _command(beginning: str) -> list[str]:
    """The command that begins so in README, in both languages, as the arguments of a call in the recipes' folder."""
    first, second = (_lines(name, f"yuanhui-kg {beginning}") for name in ("README.md", "README.zh-CN.md"))
    assert first == second
    return [word.removeprefix("docs/recipes/") for word in shlex.split(first)[1:]]


def _lines(name: str, beginning: str) -> str:
    text = (RECIPES.parents[1] / name).read_text(encoding="utf-8").replace("\\\n", " ")
    return next(" ".join(line.split()) for line in text.splitlines() if line.startswith(beginning))


def test_the_question_of_the_readme_is_answered(
    joined: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.chdir(joined.parent)
    assert run([*_command("compare"), "--format", "json"]) == 0
    found = json.loads(capfd.readouterr().out)
    (row,) = (row for row in found["rows"] if row["contradicts"])
    assert (row["subject"], row["period"]) == (YH + "yuanhui-district", "2020")
    assert [one["value"] for one in row["readings"]] == [21_250_000_000, 20_890_000_000]
    assert [one["code"] for one in row["reasons"]] == ["boundary", "price-basis-open", "period", "vintage"]
    assert "216" in found["warnings"][0]["message_en"]
    assert run(_command("compare")) == 0
    told = capfd.readouterr()
    assert "≠ Yuanhui District, 2020" in told.err
    assert "20890000000" in told.out
    assert run([*_command("compare"), "--contradictions", "--format", "csv"]) == 0
    assert len(capfd.readouterr().out.splitlines()) == 3


def test_a_table_without_codes_is_linked_and_then_compared(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As docs/datasets.md has it: names are linked, the links published and added, and figures meet through them."""
    monkeypatch.chdir(tmp_path)
    Path("table.csv").write_text("name,grp\n源汇,20890000000\n青禾,1\n", encoding="utf-8")
    subject = "https://example.org/area/{name}"
    columns = [
        {"name": "name"},
        {"name": "grp", "propertyUrl": "sdmx-measure:obsValue", "datatype": "decimal"},
        {"virtual": True, "propertyUrl": "yho:indicator", "valueUrl": "yho:grossRegionalProduct"},
        {"virtual": True, "propertyUrl": "yho:subject", "valueUrl": subject},
        {"virtual": True, "propertyUrl": "yho:period", "valueUrl": f"{YH}period-2020"},
    ]
    schema = {"aboutUrl": subject + "/grp", "columns": columns}
    Path("table.json").write_text(
        json.dumps({"@context": "http://www.w3.org/ns/csvw", "tableSchema": schema}), encoding="utf-8"
    )
    rows = ["id\tname\tcontext"]
    rows += [f"{subject.replace('{name}', quote(name))}\t{name}\t河南/漯河" for name in ("源汇", "青禾")]
    Path("mentions.tsv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    register = ["id\tname\tparent_id", f"{YH}henan\t河南省\t", f"{YH}luohe\t漯河市\t{YH}henan"]
    register += [f"{YH}{id}\t{name}\t{YH}luohe" for id, name in (("yuanhui-district", "源汇区"), ("x", "临东区"))]
    Path("register.tsv").write_text("\n".join(register) + "\n", encoding="utf-8")
    for command in (
        "dataset add table table.csv --mapping table.json --vintage 2022 --store store",
        "link mentions.tsv --to register.tsv -o areas.sssom.tsv",
        "publish-links areas.sssom.tsv -o areas.ttl",
        "dataset add areas areas.ttl --store store",
    ):
        assert run(command.split()) == 0, capfd.readouterr().err
    capfd.readouterr()
    command = "compare grossRegionalProduct --subject yuanhui-district --period 2020 --kind level --store store"
    assert run([*command.split(), "--format", "csv"]) == 0
    found = list(csv.DictReader(capfd.readouterr().out.splitlines()))
    assert [(row["value"], row["contradicts"]) for row in found] == [("21250000000", "true"), ("20890000000", "true")]


def test_python_compares(joined: Path) -> None:
    with yuanhui_kg.open(joined) as kg:
        found = kg.compare("grossRegionalProduct", subjects=["yuanhui-district"], periods=["2020"], kinds=["level"])
        assert kg.compare("grossRegionalProduct", subjects="yuanhui-district", periods="2020", kinds="level") == found
    (row,) = found.rows
    assert row.contradicts
    assert [one.source.vintage for one in row.readings] == ["2021", "2022"]


EXPECTED: dict[str, list[list[str]]] = {
    "figures-beside-other-sources": [["源汇区", "2020", "21250000000", "20890000000", "-1.7"]],
    "districts-compared": [
        ["召陵区", "29600000000"],
        ["郾城区", "27150000000"],
        ["源汇区", "21250000000"],
        ["源汇区", "20890000000"],
    ],
    "area-changes": [["2015", "202", "2020", "216"]],
    "data-sets": [["statistics", "2022", "https://spdx.org/licenses/CC0-1.0"]],
    "linked-names": [["源汇区", "源汇区", "true"]],
}
SHOWN = {
    "figures-beside-other-sources": ["subjectLabel", "period", "value", "otherValue", "differencePercent"],
    "districts-compared": ["subjectLabel", "value"],
    "area-changes": ["period", "value", "laterPeriod", "laterValue"],
    "data-sets": ["name", "vintage", "licence"],
    "linked-names": ["label", "theirLabel", "same"],
}


@pytest.mark.parametrize("id", EXPECTED)
def test_a_question_across_data_sets_has_the_rows_worked_out_by_hand(
    joined: Path, id: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(["query", id, "--store", str(joined), "--format", "csv"]) == 0
    rows = list(csv.DictReader(capfd.readouterr().out.splitlines()))
    assert [[row[name] for name in SHOWN[id]] for row in rows] == EXPECTED[id]


def test_each_question_across_data_sets_is_tested_and_asks() -> None:
    saved = {id: one for id, one in catalog.load(Settings().queries).items() if "linking" in one.tags}
    assert saved.keys() == EXPECTED.keys()
    for one in saved.values():
        assert one.summary["zh"].endswith("？")
        assert one.summary["en"].endswith("?")
        assert {"analyst", "journalist", "data-office"} & set(one.tags)


@pytest.mark.parametrize("id", EXPECTED)
def test_a_question_across_data_sets_has_no_answer_without_them(id: str) -> None:
    saved = catalog.find(Settings().queries, id)
    made = memory_store(Settings().graph_files)
    rows = list(StoreReader(made).select(saved.standalone()))
    assert len(rows) == (1 if id == "districts-compared" else 0)


def test_questions_across_data_sets_take_no_part_for_the_whole_and_counts_for_levels() -> None:
    own = OWN.replace("yho:kind yho:level", "yho:kind yho:countKind") + LINK
    periods = " ".join(f'yh:y{year} skos:notation "{year}"^^edtf:EDTF .' for year in (2015, 2020))
    said = THEIRS.format(value="{value}", more="; yho:kind yho:level {more}") + periods
    whole = said.format(value="110", more="; yho:breakdown yho:total")
    part = said.format(value="40", more="; yho:breakdown yho:secondarySector").replace("yh:g1", "yh:g2")
    growth = said.format(value="90", more="; yho:basePeriod yh:y2015").replace("yh:g1", "yh:g3")
    reader = StoreReader(store(own, stats=whole + part, other=growth))
    queries = Settings().queries
    beside = [
        str(row[6].value) for row in reader.select(catalog.find(queries, "figures-beside-other-sources").standalone())
    ]
    assert beside == ["110"]
    ranked = [str(row[4].value) for row in reader.select(catalog.find(queries, "districts-compared").standalone())]
    assert ranked == ["110", "100", "90"]


# --- structures -------------------------------------------------------------------------------------------------------


def test_a_structure_answers_for_the_share_of_one_of_its_parts() -> None:
    tie = "yho:tertiaryShare yho:isShareIn yho:industryStructureShare ; yho:fallsWithin yho:tertiarySector ."
    structure = " ".join(
        f"yh:p{part} yho:indicator yho:industryStructureShare ; yho:breakdown yho:{part}Sector ; yho:subject yh:a ; yho:period yh:y2020 ; "
        f"yho:kind yho:share ; sdmx-measure:obsValue {value} ."
        for part, value in (("secondary", "31.6"), ("tertiary", "65.3"))
    )
    alone = """yh:g2 yho:indicator yho:tertiaryShare ; yho:subject yh:register-a ; yho:period yh:y2020 ; yho:kind yho:share ;
      yho:breakdown yho:total ; sdmx-measure:obsValue 64.0 ."""
    made = store(OWN + LINK + tie + structure, stats=alone)
    (row,) = compared(made, YHO.tertiaryShare).rows
    assert (row.indicator, row.breakdown, row.contradicts) == (YHO.tertiaryShare, "total", True)
    assert sorted(str(one.value) for one in row.readings) == ["64", "65.3"]
    assert [row.breakdown for row in compared(made, YHO.industryStructureShare).rows] == [
        "secondarySector",
        "tertiarySector",
    ]
