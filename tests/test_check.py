"""The checks of the figures: on the article's graph, on broken copies of it, and every rule on small graphs."""

from __future__ import annotations

import json
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphs import HEADER
from yuanhui_kg.check import Finding, Operand, check, report
from yuanhui_kg.cli.check_command import check as command
from yuanhui_kg.intervals import Interval
from yuanhui_kg.namespaces import PREFIXES, YH
from yuanhui_kg.rules import Rule, load
from yuanhui_kg.settings import Settings
from yuanhui_kg.store import StoreReader, memory_store

SETTINGS = Settings()
RULES = {rule.id: rule for rule in load(SETTINGS.rules)}
FIXTURES = Path(__file__).parent / "fixtures"
SPARQL_PREFIXES = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())


# --- small graphs -------------------------------------------------------------------------------------------------------


@cache
def ontology() -> tuple[ox.Quad, ...]:
    return tuple(memory_store(SETTINGS.ontology_files))


def graph(turtle: str) -> ox.Store:
    """The ontology, a few years and what ``turtle`` says."""
    store = ox.Store()
    store.extend(ontology())
    store.load(HEADER + PERIODS + turtle, format=ox.RdfFormat.TURTLE)
    return store


def period(name: str, notation: str, first: int | None, last: int | None) -> str:
    years = "".join(f"; yho:{key} {year} " for key, year in (("firstYear", first), ("lastYear", last)) if year)
    return f'yh:{name} a yho:Period ; skos:notation "{notation}"^^edtf:EDTF {years}.\n'


PERIODS = "".join(
    [
        period("y2025", "2025", 2025, 2025),
        period("y2029", "2029", 2029, 2029),
        period("y2030", "2030", 2030, 2030),
        period("five-years", "2026/2030", 2026, 2030),
        period("so-far", "../2030", None, 2030),
    ]
)
PLAIN = {
    "subject": "yh:east",
    "indicator": "yho:grossRegionalProduct",
    "period": "yh:y2030",
    "kind": "yho:level",
    "basePeriod": "yho:noBase",
    "breakdown": "yho:total",
    "unit": "unit:CCY_CNY",
    "bound": "yho:exact",
    "priceBasis": "yho:notStated",
    "scope": "yho:notStated",
}
NOMINAL = {"priceBasis": "yho:currentPrices"}


def figure(name: str, value: str, play: str = "0", more: str = "", **terms: str) -> str:
    """An observation of ``value`` ± ``play``; ``terms`` replace those of a level of gross regional product."""
    said = " ; ".join(f"yho:{key} {term}" for key, term in {**PLAIN, **terms}.items())
    least, most = Decimal(value) - Decimal(play), Decimal(value) + Decimal(play)
    limits = f"schema:minValue {decimal(least)} ; schema:maxValue {decimal(most)}"
    return (
        f"yh:{name} a qb:Observation ; qb:dataSet yh:figures ; sdmx-measure:obsValue {decimal(Decimal(value))} ; "
        f"{limits} ; {said} {more}.\n"
    )


def decimal(value: Decimal) -> str:
    return f'"{value:f}"^^xsd:decimal'


def count(name: str, value: str, **terms: str) -> str:
    return figure(name, value, **{"indicator": "yho:enterprises", "kind": "yho:countKind", "unit": "unit:NUM", **terms})


def percent(name: str, value: str, play: str = "0.05", **terms: str) -> str:
    return figure(name, value, play, **{"kind": "yho:share", "unit": "unit:PERCENT", **terms})


def growth(name: str, value: str, play: str = "0.05", **terms: str) -> str:
    return percent(name, value, play, **{"kind": "yho:change", "basePeriod": "yh:y2025", **terms})


def sector(name: str, value: str, of: str = "yho:industryStructureShare", **terms: str) -> str:
    return percent(name, value, **{"indicator": of, "breakdown": f"yho:{name}Sector", **terms})


def found(store: ox.Store, *only: str) -> list[Finding]:
    return check(StoreReader(store), [RULES[id] for id in only] if only else RULES.values())


def problems(findings: list[Finding]) -> set[tuple[str, str]]:
    return {(finding.rule, finding.status) for finding in findings if finding.status != "consistent"}


def one(turtle: str, rule: str) -> Finding:
    (finding,) = found(graph(turtle), rule)
    return finding


# --- every rule fires when it should, and none when it should not -------------------------------------------------------


class Example(NamedTuple):
    """Figures that a rule has nothing to say against, and figures that only it objects to."""

    sound: str
    broken: str
    status: str = "inconsistent"
    confirms: bool = True  # whether it says of the sound figures that they agree


def shares(of_secondary: str, industry: str) -> str:
    return (
        growth("gdp", "20")
        + growth("industry", industry, indicator="yho:industrialValueAddedAboveDesignatedSize")
        + sector("secondary", "40", period="yh:y2025")
        + sector("secondary", of_secondary).replace("yh:secondary ", "yh:secondary-now ")
    )


def tertiary(stated: str) -> str:
    return (
        growth("gdp", "20", **NOMINAL)
        + growth("part", stated, indicator="yho:sectorValueAdded", breakdown="yho:tertiarySector", **NOMINAL)
        + sector("tertiary", "50", period="yh:y2025", **NOMINAL)
        + sector("tertiary", "55", **NOMINAL).replace("yh:tertiary ", "yh:tertiary-now ")
    )


def two_levels(extra: str, **terms: str) -> str:
    base = figure("base", "100", "0.5", period="yh:y2025", **{**NOMINAL, **terms})
    return base + figure("now", "120", "0.5", **{**NOMINAL, **terms}) + extra


def cited(*digests: str) -> str:
    spans = ", ".join(f"yh:span-{i}" for i, _ in enumerate(digests))
    return figure("gdp", "100", more=f"; yho:evidence {spans} ") + "".join(
        f'yh:span-{i} a oa:SpecificResource ; schema:sha256 "{digest}" .\n' for i, digest in enumerate(digests)
    )


def running(years: str) -> str:
    share = percent(
        "share", "81", indicator="yho:urbanisationRate", period="yh:five-years", priceBasis="yho:notApplicable"
    )
    return share.replace("yho:bound", "yho:aggregation yho:eachYear ; yho:bound") + figure(
        "years",
        years,
        more="; yho:qualifies yh:share ",
        indicator="yho:consecutiveYears",
        kind="yho:duration",
        unit="unit:YR",
        period="yh:five-years",
        priceBasis="yho:notApplicable",
    )


def threshold(more: str) -> str:
    return count("many", "8") + figure(
        "line", "5000000", more=more, indicator="yho:enterpriseTaxPaid", kind="yho:threshold"
    )


RATE = {"indicator": "yho:urbanisationRate", "priceBasis": "yho:notApplicable"}
BUDGET = "yho:generalPublicBudgetRevenue"
TAX = "yho:budgetTaxRevenue"
PRIMARY = "yho:primarySector"

EXAMPLES = {
    "average-growth-of-two-levels": Example(
        two_levels(growth("average", "3.7", kind="yho:averageGrowth", **NOMINAL)),
        two_levels(growth("average", "4.2", kind="yho:averageGrowth", **NOMINAL)),
    ),
    "average-has-span": Example(
        growth("average", "3.7", kind="yho:averageGrowth"),
        growth("average", "3.7", kind="yho:averageGrowth", basePeriod="yh:y2029"),
        confirms=False,
    ),
    "base-before-period": Example(
        growth("growth", "3.7"), growth("growth", "3.7", period="yh:y2025", basePeriod="yh:y2030"), confirms=False
    ),
    "base-only-for-growth": Example(figure("gdp", "100"), figure("gdp", "100", basePeriod="yh:y2025"), confirms=False),
    "breakdown-within-total": Example(
        count("all", "6") + count("some", "6", breakdown=PRIMARY), count("all", "5") + count("some", "6", breakdown=PRIMARY)
    ),
    "growth-against-average": Example(
        growth("growth", "35.9") + growth("average", "6.3", kind="yho:averageGrowth"),
        growth("growth", "36.4") + growth("average", "6.3", kind="yho:averageGrowth"),
    ),
    "growth-against-share": Example(shares("45", "30"), shares("35", "30"), "notComparable", confirms=False),
    "growth-has-base": Example(growth("growth", "3.7"), growth("growth", "3.7", basePeriod="yho:noBase"), confirms=False),
    "growth-of-a-share": Example(tertiary("32"), tertiary("40")),
    "growth-of-two-levels": Example(two_levels(growth("g", "20", **NOMINAL)), two_levels(growth("g", "25", **NOMINAL))),
    "increment-of-two-levels": Example(
        two_levels(figure("more", "20", "0.5", kind="yho:increment", basePeriod="yh:y2025", **NOMINAL)),
        two_levels(figure("more", "23", "0.5", kind="yho:increment", basePeriod="yh:y2025", **NOMINAL)),
    ),
    "one-figure-two-values": Example(
        figure("a", "7.13", "0.005") + figure("b", "7.1", "0.05"), figure("a", "7.13", "0.005") + figure("b", "7.2", "0.05")
    ),
    "part-within-whole": Example(
        figure("tax", "4", indicator=TAX) + figure("all", "7", indicator=BUDGET),
        figure("tax", "8", indicator=TAX) + figure("all", "7", indicator=BUDGET),
    ),
    "parts-add-up-to-100": Example(
        sector("primary", "4.5") + sector("secondary", "44.1") + sector("tertiary", "51.4"),
        sector("primary", "4.5") + sector("secondary", "44.1") + sector("tertiary", "51.6"),
    ),
    "parts-add-up-to-whole": Example(
        "".join(count(name, "2", breakdown=f"yho:{name}Sector") for name in ("primary", "secondary", "tertiary"))
        + count("all", "6"),
        "".join(count(name, "2", breakdown=f"yho:{name}Sector") for name in ("primary", "secondary", "tertiary"))
        + count("all", "7"),
    ),
    "parts-within-100": Example(
        sector("primary", "50") + sector("tertiary", "50"), sector("primary", "50") + sector("tertiary", "60")
    ),
    "points-of-two-shares": Example(
        percent("was", "60", period="yh:y2025", **RATE) + percent("is", "65", **RATE) + growth("up", "5", kind="yho:pointChange", **RATE),
        percent("was", "60", period="yh:y2025", **RATE) + percent("is", "65", **RATE) + growth("up", "6", kind="yho:pointChange", **RATE),
    ),
    "price-basis-of-indicator": Example(count("many", "8", priceBasis="yho:notApplicable"), count("many", "8", **NOMINAL), confirms=False),
    "printed-twice": Example(cited("aa", "aa"), cited("aa", "bb"), "notComparable"),
    "qualifier-limits-something": Example(threshold("; yho:qualifies yh:many "), threshold("; yho:qualifies yh:nothing "), confirms=False),
    "ratio-of-two-levels": Example(
        two_levels(growth("times", "1.2", kind="yho:ratioToBase", unit="unit:NUM", **NOMINAL)),
        two_levels(growth("times", "1.3", kind="yho:ratioToBase", unit="unit:NUM", **NOMINAL)),
    ),
    "scope-of-indicator": Example(
        figure("industry", "100", indicator="yho:industrialValueAddedAboveDesignatedSize"),
        figure("industry", "100", indicator="yho:industrialValueAddedAboveDesignatedSize", scope="yho:aboveQuota"),
        confirms=False,
    ),
    "series-of-one-basis": Example(
        figure("was", "100", period="yh:y2025") + figure("is", "120", **NOMINAL),
        figure("was", "100", period="yh:y2025", priceBasis="yho:comparablePrices") + figure("is", "120", **NOMINAL),
        "notComparable",
        confirms=False,
    ),
    "share-in-range": Example(percent("rate", "100", **RATE), percent("rate", "100.1", **RATE), confirms=False),
    "share-of-two-figures": Example(
        figure("tax", "472", "0.5", indicator=TAX) + figure("all", "713", "0.5", indicator=BUDGET) + percent("share", "66.2", indicator="yho:taxShareOfBudgetRevenue"),
        figure("tax", "472", "0.5", indicator=TAX) + figure("all", "713", "0.5", indicator=BUDGET) + percent("share", "66.4", indicator="yho:taxShareOfBudgetRevenue"),
    ),
    "unit-of-indicator": Example(figure("gdp", "100"), figure("gdp", "100", unit="unit:M2"), confirms=False),
    "value-in-interval": Example(
        figure("gdp", "100"),
        figure("gdp", "100").replace(f"maxValue {decimal(Decimal(100))}", f"maxValue {decimal(Decimal(99))}"),
        confirms=False,
    ),
    "years-against-period": Example(running("5"), running("4")),
    "years-of-period": Example(
        figure("gdp", "100", period="yh:own") + period("own", "2026/2030", 2026, 2030),
        figure("gdp", "100", period="yh:own") + period("own", "2026/2030", 2026, 2031),
        confirms=False,
    ),
}  # fmt: skip


def test_every_rule_has_an_example() -> None:
    assert set(EXAMPLES) == set(RULES)
    assert len(RULES) == 29


@pytest.mark.parametrize("id", sorted(RULES))
def test_a_rule_fires_on_its_broken_example_and_no_other_rule_does(id: str) -> None:
    assert problems(found(graph(EXAMPLES[id].broken))) == {(id, EXAMPLES[id].status)}


@pytest.mark.parametrize("id", sorted(RULES))
def test_no_rule_fires_on_sound_figures(id: str) -> None:
    findings = found(graph(EXAMPLES[id].sound))
    assert problems(findings) == set()
    assert any(finding.rule == id for finding in findings) == EXAMPLES[id].confirms


@pytest.mark.parametrize("id", sorted(RULES))
def test_findings_are_told_in_both_languages(id: str) -> None:
    for finding in found(graph(EXAMPLES[id].broken), id):
        written = finding.as_dict()
        assert json.loads(json.dumps(written)) == written
        for language in ("zh", "en"):
            assert "{" not in finding.message[language]
            assert finding.arithmetic in finding.message[language]
        assert finding.message["zh"].endswith("。")
        assert finding.message["en"].endswith(".")
        assert finding.observations
        assert bool(finding.arithmetic) == (RULES[id].computed is not None)
        assert all(operand.iri in (*finding.observations, "") for operand in finding.operands)


@pytest.mark.parametrize(
    ("id", "broken"),
    [
        ("qualifier-limits-something", threshold("")),
        ("qualifier-limits-something", running("5").replace("yho:qualifies yh:share", "yho:qualifies yh:nothing")),
        ("growth-has-base", growth("growth", "3.7").replace("yho:basePeriod yh:y2025 ;", "")),
        ("average-has-span", growth("average", "3", kind="yho:averageGrowth", basePeriod="yh:timeless")),
        ("value-in-interval", figure("gdp", "100").replace("minValue " + decimal(Decimal(100)), "minValue 101.0")),
        ("share-in-range", percent("rate", "-1", **RATE)),
        ("share-in-range", percent("rate", "1.5", unit="unit:NUM", **RATE)),
        ("unit-of-indicator", growth("growth", "3.7", unit="unit:CCY_CNY")),
        ("unit-of-indicator", figure("rank", "1", kind="yho:rank", unit="unit:NUM")),
        ("price-basis-of-indicator", figure("gdp", "100", priceBasis="yho:notApplicable")),
        ("base-before-period", growth("growth", "3.7", basePeriod="yh:y2030")),
        (
            "scope-of-indicator",
            percent("share", "79", indicator="yho:highTechShareOfIndustrialValueAdded", scope="yho:notApplicable"),
        ),
        ("years-of-period", figure("gdp", "1", period="yh:own") + period("own", "../2030", 2026, 2030)),
        ("years-of-period", figure("gdp", "1", period="yh:own") + period("own", "2030/2026", 2030, 2026)),
    ],
)
def test_other_ways_to_break_a_rule(id: str, broken: str) -> None:
    assert (id, "inconsistent") in problems(found(graph(broken)))


@pytest.mark.parametrize(
    "sound",
    [
        percent("rate", "0.66", "0.005", unit="unit:NUM", **RATE),
        figure("rank", "1", kind="yho:rank", unit="yho:rankUnit"),
        figure("aim", "6", kind="yho:target", unit="unit:PERCENT"),
        figure("gdp", "100", period="yh:so-far"),
        figure("gdp", "100", period="yh:own") + period("own", "2030", None, None),
        figure("rank", "1", kind="yho:growthRank", unit="yho:rankUnit", basePeriod="yh:y2025"),
        growth("more", "1.5", unit="unit:NUM"),
        growth("gap", "2.6", kind="yho:pointChange", basePeriod="yho:noBase"),
        figure("dollars", "100", unit="unit:CCY_USD"),
        percent("rate", "6", unit="unit:PERMILLE", **RATE),
        figure("days", "28", kind="yho:duration", unit="unit:DAY", indicator="yho:signingToConstructionTime"),
        sector("primary", "60") + sector("primary", "70", subject="yh:west").replace("yh:primary ", "yh:other "),
        count("many", "25", indicator="yho:highTechEnterprises") + count("all", "20"),
        figure("first", "1") + figure("second", "2", subject="yh:west"),
    ],
)
def test_what_only_looks_wrong_is_not_found(sound: str) -> None:
    assert problems(found(graph(sound))) == set()


# --- what can be compared -----------------------------------------------------------------------------------------------


def shared(share: str, tax: dict[str, str] | None = None, budget: dict[str, str] | None = None) -> Finding:
    return one(
        figure("tax", "472", "0.5", **{"indicator": TAX, **(tax or {})})
        + figure("all", "713", "0.5", **{"indicator": BUDGET, **(budget or {})})
        + percent("share", share, indicator="yho:taxShareOfBudgetRevenue"),
        "share-of-two-figures",
    )


def test_bases_that_are_known_to_differ_are_never_compared() -> None:
    for share in ("66.2", "70"):
        finding = shared(share, NOMINAL, {"priceBasis": "yho:comparablePrices"})
        assert (finding.status, finding.reasons[0]) == ("notComparable", "prices")
        assert "价格基础不同" in finding.message["zh"]
        assert "the price bases differ" in finding.message["en"]


def test_bases_of_which_one_is_not_stated_excuse_a_disagreement() -> None:
    assert shared("66.2", NOMINAL).status == "consistent"
    finding = shared("70", NOMINAL)
    assert (finding.status, finding.reasons) == ("notComparable", ("prices-unknown",))


def test_scopes_and_sums_over_time_are_conditions_too() -> None:
    apart = {"scope": "yho:aboveDesignatedSize"}, {"scope": "yho:aboveQuota"}
    assert shared("66.2", *apart).reasons == ("scope",)
    assert shared("70", {"aggregation": "yho:cumulative"}).reasons == ("period",)
    assert shared("70").status == "inconsistent"


def test_sums_with_an_open_start_excuse_a_disagreement() -> None:
    def parts(tax: str) -> Finding:
        return one(
            figure("tax", tax, indicator=TAX, period="yh:so-far")
            + figure("all", "7", indicator=BUDGET, period="yh:so-far"),
            "part-within-whole",
        )

    assert parts("4").status == "consistent"
    assert (parts("8").status, parts("8").reasons) == ("notComparable", ("period-unknown",))


def test_growth_is_not_held_against_levels_whose_price_basis_is_not_stated() -> None:
    silent = {"priceBasis": "yho:notStated"}
    finding = one(two_levels(growth("g", "25", **silent), **silent), "growth-of-two-levels")
    assert (finding.status, finding.reasons) == ("notComparable", ("prices-unknown",))
    assert one(two_levels(growth("g", "20", **silent), **silent), "growth-of-two-levels").status == "consistent"
    real = growth("g", "20", priceBasis="yho:comparablePrices")
    assert one(two_levels(real), "growth-of-two-levels").reasons == ("prices",)


def test_units_that_do_not_fit_are_not_compared() -> None:
    assert shared("66.2", {"unit": "unit:NUM"}).reasons == ("unit",)


def test_values_that_are_missing_or_zero_are_not_computed_with() -> None:
    whole = figure("all", "0", indicator=BUDGET)
    share = percent("share", "66.2", indicator="yho:taxShareOfBudgetRevenue")
    part = figure("tax", "472", indicator=TAX)
    finding = one(part + whole + share, "share-of-two-figures")
    assert (finding.status, finding.reasons, finding.arithmetic) == ("notComparable", ("value",), "")
    unread = figure("all", "7", indicator=BUDGET).replace('obsValue "7"^^xsd:decimal', 'obsValue "seven"')
    assert one(part + unread + share, "share-of-two-figures").reasons == ("value",)


def test_a_limit_that_is_not_given_excludes_nothing() -> None:
    open_above = figure("all", "7", indicator=BUDGET).replace('schema:maxValue "7"^^xsd:decimal ;', "")
    assert one(figure("tax", "9", indicator=TAX) + open_above, "part-within-whole").status == "consistent"


@pytest.mark.parametrize(("value", "status"), [("7", "consistent"), ("50", "notComparable"), ("1e300000000", None)])
def test_a_figure_without_any_limit_agrees_with_none_but_its_like(value: str, status: str | None) -> None:
    boundless = figure("second", "7").replace('schema:maxValue "7"^^xsd:decimal ;', "")
    boundless = boundless.replace('schema:minValue "7"^^xsd:decimal ;', "").replace(
        'obsValue "7"', f'obsValue "{value}"'
    )
    finding = one(figure("first", "7") + boundless, "one-figure-two-values")
    assert finding.status == (status or "notComparable")
    assert finding.reasons == {"7": (), "50": ("limits",)}.get(value, ("value",))
    assert len(str(finding.as_dict())) < 10_000


def test_limits_are_excluded_where_the_bound_says_so() -> None:
    over = figure("all", "7", indicator=BUDGET, bound="yho:andMore").replace('maxValue "7"', 'maxValue "8"')
    assert one(figure("tax", "8", indicator=TAX) + over, "part-within-whole").status == "inconsistent"
    assert one(figure("tax", "7.9", indicator=TAX) + over, "part-within-whole").status == "consistent"


def test_a_share_as_a_plain_number_counts_hundredfold() -> None:
    finding = one(
        figure("tax", "472", "0.5", indicator=TAX)
        + figure("all", "713", "0.5", indicator=BUDGET)
        + percent("share", "0.662", "0.0005", indicator="yho:taxShareOfBudgetRevenue", unit="unit:NUM"),
        "share-of-two-figures",
    )
    assert finding.status == "consistent"
    assert finding.arithmetic.endswith("≈ 66.2 [66.15, 66.25]")


def test_the_value_added_of_all_sectors_is_gross_regional_product() -> None:
    def sectors(whole: str) -> Finding:
        return one(
            "".join(
                figure(name, "2", indicator="yho:sectorValueAdded", breakdown=f"yho:{name}Sector")
                for name in ("primary", "secondary", "tertiary")
            )
            + figure("gdp", whole),
            "parts-add-up-to-whole",
        )

    assert (sectors("6").status, sectors("7").status) == ("consistent", "inconsistent")
    assert sectors("6").arithmetic == "2 + 2 + 2 = 6 = 6"


def test_two_texts_with_the_same_structure_are_added_up_apart() -> None:
    names = ("primary", "secondary", "tertiary")
    one_text = "".join(sector(name, value) for name, value in zip(names, ("5", "45", "50"), strict=True))
    other = one_text.replace("qb:dataSet yh:figures", "qb:dataSet yh:others").replace("Observation", "Observation")
    for name in names:
        other = other.replace(f"yh:{name} ", f"yh:other-{name} ")
    findings = found(graph(one_text + other))
    assert [f.status for f in findings if f.rule == "parts-add-up-to-100"] == ["consistent"] * 2
    assert problems(findings) == set()


# --- how near -----------------------------------------------------------------------------------------------------------


def test_figures_that_simply_round_to_the_stated_one_agree() -> None:
    exact = figure("tax", "3", indicator=TAX) + figure("all", "7", indicator=BUDGET)
    share = percent("share", "42.9", indicator="yho:taxShareOfBudgetRevenue")
    finding = one(exact + share, "share-of-two-figures")
    assert (finding.status, finding.room) == ("consistent", 86)
    assert finding.message["en"].endswith("= 42.8571 ≈ 42.9 [42.85, 42.95]: they agree.")


values = st.decimals(min_value=-1000, max_value=1000, places=2)
plays = st.decimals(min_value=0, max_value=10, places=2)


@given(values, plays, plays, st.integers(0, 100), st.integers(0, 100))
def test_less_rounding_is_a_narrower_interval_around_the_value(
    value: Decimal, below: Decimal, above: Decimal, some: int, more: int
) -> None:
    operand = Operand("x", "", value, Interval(value - below, value + above), rounded=True)
    narrow, wide = operand.within(min(some, more)), operand.within(max(some, more))
    assert value in narrow
    assert wide.low <= narrow.low <= narrow.high <= wide.high
    assert operand.within(0) == Interval.point(value)
    assert operand.within(100) == operand.interval


@settings(deadline=None)
@given(st.integers(0, 400))
def test_room_is_the_part_of_rounding_that_is_needed(hundredths: int) -> None:
    """Two figures of play 1 each, so far apart: they need half the distance each."""
    apart = Decimal(hundredths) / 100
    finding = one(
        figure("a", "100", "1") + figure("b", str(Decimal(100) + apart), "1"),
        "one-figure-two-values",
    )
    if apart > 2:
        assert (finding.status, finding.room, finding.gap) == ("inconsistent", None, apart - 2)
    else:
        assert finding.room == -(-hundredths // 2)
        assert finding.status == "consistent" if apart <= 1 else "edge"


def test_a_figure_that_many_tell_is_compared_with_the_next_and_not_with_each() -> None:
    """A text of two thousand figures tells one eighty times: findings grow with the figures, not with their pairs."""
    told = "".join(figure(f"f{number:02}", str(number), "0.1") for number in range(40))
    findings = check(StoreReader(graph(told)), [RULES["one-figure-two-values"]])
    assert [tuple(iri[-3:] for iri in finding.observations) for finding in findings] == [
        (f"f{number:02}", f"f{number + 1:02}") for number in range(39)
    ]


# --- the article --------------------------------------------------------------------------------------------------------


@cache
def article() -> tuple[ox.Quad, ...]:
    return tuple(memory_store(SETTINGS.graph_files))


def changed(name: str, **numbers: str) -> ox.Store:
    """A copy of the article's graph in which one figure has other numbers."""
    store = ox.Store()
    store.extend(article())
    figure = f"yh:yuanhui-2021-figure-{name}"
    for key, number in numbers.items():
        predicate = {"value": "sdmx-measure:obsValue", "least": "schema:minValue", "most": "schema:maxValue"}[key]
        change = f"DELETE {{ {figure} {predicate} ?old }} INSERT {{ {figure} {predicate} {number} }}"
        store.update(f"{SPARQL_PREFIXES} {change} WHERE {{ {figure} {predicate} ?old }}")
    return store


def short(finding: Finding) -> tuple[str, str, tuple[str, ...], int | None]:
    prefix = f"{YH}yuanhui-2021-figure-"
    return finding.rule, finding.status, tuple(o.removeprefix(prefix) for o in finding.observations), finding.room


def averaged(name: str) -> tuple[str, str]:
    return f"{name}-change-2020", f"{name}-average-growth-2020"


ARTICLE: list[tuple[str, str, tuple[str, ...], int | None]] = [
    ("growth-against-average", "consistent", averaged("fixed-asset-investment"), 8),
    ("growth-against-average", "consistent", averaged("grp"), 47),
    ("growth-against-average", "consistent", averaged("industrial-value-added"), 35),
    ("growth-against-average", "consistent", averaged("retail-sales"), 26),
    (
        "growth-against-share",
        "notComparable",
        (
            "industrial-value-added-change-2020",
            "grp-change-2020",
            "industry-structure-secondary-2015",
            "industry-structure-secondary-2020",
        ),
        None,
    ),
    ("part-within-whole", "consistent", ("budget-tax-revenue-2020", "budget-revenue-2020"), 0),
    *(
        (
            "parts-add-up-to-100",
            "consistent",
            tuple(f"industry-structure-{sector}-{year}" for sector in ("primary", "secondary", "tertiary")),
            0,
        )
        for year in (2015, 2020)
    ),
    *(
        ("printed-twice", "consistent", (name,), 0)
        for name in (
            "characteristic-industries-2021",
            "key-work-items-2021",
            "retail-sales-rank",
            "service-enterprise-tax-threshold-five-million-2020",
            "service-enterprise-tax-threshold-ten-million-2020",
            "service-enterprises-tax-over-five-million-2020",
            "service-enterprises-tax-over-ten-million-2020",
        )
    ),
    (
        "share-of-two-figures",
        "edge",
        ("tax-share-of-budget-revenue-2020", "budget-tax-revenue-2020", "budget-revenue-2020"),
        61,
    ),
    *(
        ("years-against-period", "consistent", ("livelihood-share-years-2016-2020", f"livelihood-share-of-{what}"), 0)
        for what in ("expenditure-2016-2020", "new-fiscal-resources-2016-2020")
    ),
]


def of_article(store: ox.Store, *only: str) -> list[Finding]:
    return found(store, *only)


def test_what_is_found_on_the_article() -> None:
    assert [short(finding) for finding in of_article(changed("grp-2020"))] == ARTICLE


def test_the_printed_tax_share_fits_its_figures_only_at_the_edge_of_rounding() -> None:
    (finding,) = of_article(changed("grp-2020"), "share-of-two-figures")
    arithmetic = "100 × 472000000 ÷ 713000000 = 66.1992 [66.0826, 66.3158] ≈ 66.3 [66.25, 66.35]"
    assert finding.arithmetic == arithmetic
    assert finding.message["zh"].endswith(f"{arithmetic}：只在舍入的边缘相符（各数都须偏离舍入误差的 61%）。")
    assert finding.message["en"].endswith("only at the edge of rounding (61 % of it is needed in every figure).")
    assert finding.as_dict()["stated"] == {"min": "66.25", "max": "66.35", "minOpen": False, "maxOpen": False}
    assert finding.as_dict()["computed"]["max"] == "66.315789473685"


def test_industry_that_outgrew_the_whole_while_its_share_fell_is_no_contradiction() -> None:
    (finding,) = of_article(changed("grp-2020"), "growth-against-share")
    assert finding.arithmetic.startswith("100 × ((1 + 35.9 ÷ 100) × 31.6 ÷ 44.1 − 1) = -2.6204")
    assert finding.reasons == ("part", "prices-unknown", "scope-unknown")
    assert [local for iris in finding.about.values() for local in iris] == [PREFIXES["yho"] + "secondarySector"]


@pytest.mark.parametrize(
    ("name", "numbers", "expected"),
    [
        ("tax-share-of-budget-revenue-2020", ("66.4", "66.35", "66.45"), {("share-of-two-figures", "inconsistent")}),
        ("tax-share-of-budget-revenue-2020", ("66.2", "66.15", "66.25"), set()),
        ("grp-change-2020", ("39.5", "39.45", "39.55"), {("growth-against-average", "inconsistent")}),
        ("grp-average-growth-2020", ("3.6", "3.55", "3.65"), {("growth-against-average", "inconsistent")}),
        ("industry-structure-tertiary-2015", ("54.1", "54.05", "54.15"), {("parts-add-up-to-100", "inconsistent")}),
        ("urbanisation-rate-2020", ("697.4", "697.35", "697.45"), {("share-in-range", "inconsistent")}),
        ("retail-sales-2020", ("16690000000", "166850000000", "166950000000"), {("value-in-interval", "inconsistent")}),
        ("livelihood-share-years-2016-2020", ("4", "4", "4"), {("years-against-period", "inconsistent")}),
    ],
)
def test_a_misprint_in_a_copy_of_the_article_is_found(
    name: str, numbers: tuple[str, str, str], expected: set[tuple[str, str]]
) -> None:
    value, least, most = (decimal(Decimal(number)) for number in numbers)
    usual = problems(of_article(changed("grp-2020")))
    if name.startswith("tax-share"):
        usual.discard(("share-of-two-figures", "edge"))
    assert problems(of_article(changed(name, value=value, least=least, most=most))) == usual | expected


def test_the_order_of_findings_does_not_depend_on_the_order_of_triples() -> None:
    store = ox.Store()
    store.extend(reversed(article()))
    assert of_article(store) == of_article(changed("grp-2020"))


def test_nothing_in_the_graph_is_changed() -> None:
    store = changed("grp-2020")
    of_article(store)
    assert set(store) == set(article())


# --- report and command -------------------------------------------------------------------------------------------------


def test_a_report_counts_everything_and_lists_what_is_asked_for() -> None:
    findings = of_article(changed("grp-2020"))
    rules: list[Rule] = list(RULES.values())
    whole, wrong = report(findings, rules), report(findings, rules, problems=True)
    counts = {"consistent": 16, "edge": 1, "inconsistent": 0, "notComparable": 1}
    assert whole["summary"] == wrong["summary"] == counts
    assert (len(whole["findings"]), len(wrong["findings"]), len(whole["rules"])) == (18, 2, 29)
    assert json.loads(json.dumps(whole)) == whole


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[Any, str]:
    code = command.main(list(arguments), standalone_mode=False)
    return code, capsys.readouterr().out


def test_the_command_tells_one_finding_a_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    code, out = run(capsys, "--problems")
    *findings, summary = out.splitlines()
    assert code == 0
    assert [line.split("  ")[:2] for line in findings] == [
        ["notComparable", "growth-against-share"],
        ["edge", "share-of-two-figures"],
    ]
    assert summary == "18 findings: 16 consistent, 1 only at the edge of rounding, 1 not comparable."


def test_the_command_speaks_the_users_language(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert "只在舍入的边缘相符" in run(capsys, "--rule", "share-of-two-figures")[1]


def test_the_command_fails_on_a_file_with_inconsistent_figures(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "draft.ttl"
    path.write_text(HEADER + percent("rate", "101", **RATE), encoding="utf-8")
    code, out = run(capsys, str(path), "--rule", "share-in-range", "--format", "json")
    assert code == 1
    assert [finding["status"] for finding in json.loads(out)["findings"]] == ["inconsistent"]
    path.write_text(HEADER + percent("rate", "99", **RATE), encoding="utf-8")
    assert run(capsys, str(path)) == (0, "0 findings.\n")


def test_the_fixture_article_has_no_inconsistent_figures() -> None:
    store = memory_store([*SETTINGS.ontology_files, FIXTURES / "qinghe" / "triples.ttl"])
    assert problems(found(store)) == set()
