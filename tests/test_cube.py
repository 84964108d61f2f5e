"""Integrity constraints of the RDF Data Cube vocabulary (W3C Recommendation of 16 January 2014, section 11).

The queries in ``cube/`` say the same as the published ones, but name what is wrong and are grouped where those compare
every pair. They hold on data in normal form only, which is a constraint of its own here: an unnormalised structure
silences IC-11 to IC-13. IC-7 to IC-10 and IC-18 (slices), IC-15 to IC-17 (measure dimension), IC-20 and IC-21
(hierarchical code lists) are vacuous on our cubes; the planted errors bring such things along.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest

from yuanhui_kg.namespaces import PREFIXES
from yuanhui_kg.settings import Settings
from yuanhui_kg.store import memory_store

FOLDER = Path(__file__).parent / "cube"
CONSTRAINTS = {path.stem: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.rq"))}
VACUOUS = {f"ic-{n:02d}" for n in (7, 8, 9, 10, 15, 16, 17, 18, 20, 21)}
HEAD = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())

FIGURE = "yh:yuanhui-2021-figure-"
FIGURES = "yh:yuanhui-2021-figures"
OBSERVATION = FIGURE + "grp-2020"
DIMENSIONS = ("subject", "indicator", "period", "kind", "basePeriod", "breakdown")
REQUIRED = ("unit", "bound", "periodBasis", "priceBasis", "scope", "printedForm")

#: A cube of its own with a measure dimension: two measures, observed at one point. Spoil one triple, and it is wrong.
MEASURES = """
    yh:m-set a qb:DataSet ; qb:structure yh:m-structure .
    yh:m-structure a qb:DataStructureDefinition ; qb:component yh:m-1 , yh:m-2 , yh:m-3 , yh:m-4 .
    yh:m-1 a qb:ComponentSpecification ; qb:dimension yho:subject ; qb:componentProperty yho:subject .
    yh:m-2 a qb:ComponentSpecification ; qb:dimension qb:measureType ; qb:componentProperty qb:measureType .
    yh:m-3 a qb:ComponentSpecification ; qb:measure yh:length ; qb:componentProperty yh:length .
    yh:m-4 a qb:ComponentSpecification ; qb:measure yh:width ; qb:componentProperty yh:width .
    qb:measureType a qb:DimensionProperty , rdf:Property ; rdfs:range rdf:Property .
    yh:length a qb:MeasureProperty , rdf:Property . yh:width a qb:MeasureProperty , rdf:Property .
    yh:m-a a qb:Observation ; qb:dataSet yh:m-set ; yho:subject yh:a ; qb:measureType yh:length ; yh:length 1 .
    yh:m-b a qb:Observation ; qb:dataSet yh:m-set ; yho:subject yh:a ; qb:measureType yh:width ; yh:width 2 .
"""
#: A cube with a slice.
SLICES = f"""
    yho:figureStructure qb:sliceKey yh:s-key . yh:s-key a qb:SliceKey ; qb:componentProperty yho:period .
    {FIGURES} qb:slice yh:s-slice . yh:s-slice a qb:Slice ; qb:sliceStructure yh:s-key ; yho:period yh:period-2020 ;
      qb:observation {OBSERVATION} .
"""
#: A cube whose only dimension is coded by a hierarchy: root, child, grandchild.
HIERARCHY = """
    yh:h-set a qb:DataSet ; qb:structure yh:h-structure .
    yh:h-structure a qb:DataStructureDefinition ; qb:component yh:h-1 , yh:h-2 .
    yh:h-1 a qb:ComponentSpecification ; qb:dimension yh:h-area ; qb:componentProperty yh:h-area .
    yh:h-2 a qb:ComponentSpecification ; qb:measure sdmx-measure:obsValue ; qb:componentProperty sdmx-measure:obsValue .
    yh:h-area a qb:DimensionProperty , qb:CodedProperty , rdf:Property ; rdfs:range yho:Place ; qb:codeList yh:h-list .
    yh:h-list a qb:HierarchicalCodeList ; qb:hierarchyRoot yh:h-province .
    yh:h-a a qb:Observation ; qb:dataSet yh:h-set ; yh:h-area yh:h-province ; sdmx-measure:obsValue 1 .
    yh:h-b a qb:Observation ; qb:dataSet yh:h-set ; yh:h-area yh:h-city ; sdmx-measure:obsValue 2 .
    yh:h-c a qb:Observation ; qb:dataSet yh:h-set ; yh:h-area yh:h-district ; sdmx-measure:obsValue 3 .
"""
DOWNWARDS = HIERARCHY + (
    "yh:h-list qb:parentChildProperty yh:h-holds . yh:h-province yh:h-holds yh:h-city . yh:h-city yh:h-holds yh:h-district ."
)
UPWARDS = HIERARCHY + (
    "yh:h-list qb:parentChildProperty [ owl:inverseOf yh:h-within ] ."
    " yh:h-city yh:h-within yh:h-province . yh:h-district yh:h-within yh:h-city ."
)


def insert(turtle: str) -> str:
    return f"INSERT DATA {{ {turtle} }}"


def delete(pattern: str) -> str:
    return f"DELETE WHERE {{ {pattern} }}"


def swap(subject: str, predicate: str, new: str) -> str:
    return f"DELETE {{ {subject} {predicate} ?x }} INSERT {{ {subject} {predicate} {new} }} WHERE {{ {subject} {predicate} ?x }}"


def duplicate(of: str) -> str:
    """An observation under another name that agrees with ``of`` in all dimensions, and differs in value."""
    return f"INSERT {{ yh:again ?p ?o ; sdmx-measure:obsValue 1 }} WHERE {{ {of} ?p ?o FILTER(?p != sdmx-measure:obsValue) }}"


#: (constraint, what is planted, the node that it must name)
PLANTED: list[tuple[str, str, str]] = [
    ("ic-01", delete(f"{OBSERVATION} qb:dataSet ?x"), OBSERVATION),
    ("ic-01", insert(f"{OBSERVATION} qb:dataSet yh:other"), OBSERVATION),
    ("ic-02", delete(f"{FIGURES} qb:structure ?x"), FIGURES),
    ("ic-02", insert(f"{FIGURES} qb:structure yh:other"), FIGURES),
    ("ic-03", delete("sdmx-measure:obsValue a qb:MeasureProperty"), "yho:figureStructure"),
    ("ic-03", delete("yho:figureStructure qb:component yho:obsValueComponent"), "yho:figureStructure"),
    *[("ic-04", delete(f"yho:{name} rdfs:range ?x"), f"yho:{name}") for name in DIMENSIONS],
    *[("ic-05", delete(f"yho:{name} qb:codeList ?x"), f"yho:{name}") for name in ("indicator", "kind", "breakdown")],
    ("ic-06", swap("yho:periodComponent", "qb:componentRequired", "false"), "yho:periodComponent"),
    ("ic-06", insert("yho:obsValueComponent qb:componentRequired false"), "yho:obsValueComponent"),
    ("ic-07", insert("yh:key a qb:SliceKey ; qb:componentProperty yho:period"), "yh:key"),
    ("ic-08", insert(SLICES + "yh:s-key qb:componentProperty yho:evidence"), "yh:s-key"),
    ("ic-09", insert(f"yh:slice a qb:Slice . {FIGURES} qb:slice yh:slice"), "yh:slice"),
    ("ic-09", insert(SLICES + "yh:s-slice qb:sliceStructure yh:other"), "yh:s-slice"),
    ("ic-10", insert(SLICES + "yh:s-key qb:componentProperty yho:kind"), "yh:s-slice"),
    *[("ic-11", delete(f"{OBSERVATION} yho:{name} ?x"), OBSERVATION) for name in DIMENSIONS],
    ("ic-12", duplicate(OBSERVATION), FIGURES),
    ("ic-12", duplicate(FIGURE + "livelihood-share-years-2016-2020"), FIGURES),
    ("ic-12", swap(FIGURE + "industry-structure-primary-2020", "yho:breakdown", "yho:tertiarySector"), FIGURES),
    *[("ic-13", delete(f"{OBSERVATION} yho:{name} ?x"), OBSERVATION) for name in REQUIRED],
    ("ic-13", delete(f"{OBSERVATION} schema:minValue ?x"), OBSERVATION),
    ("ic-14", delete(f"{OBSERVATION} sdmx-measure:obsValue ?x"), OBSERVATION),
    ("ic-15", f"{insert(MEASURES)} ; {delete('yh:m-a yh:length ?x')}", "yh:m-a"),
    ("ic-16", insert(MEASURES + "yh:m-a yh:width 3"), "yh:m-a"),
    ("ic-17", f"{insert(MEASURES)} ; {delete('yh:m-b ?p ?x')}", "yh:m-a"),
    ("ic-17", insert(MEASURES + "yh:m-c a qb:Observation ; qb:dataSet yh:m-set ; yho:subject yh:c ; qb:measureType yh:length ; yh:length 1"), "yh:m-c"),
    ("ic-18", insert(SLICES.replace(FIGURES, "yh:other")), OBSERVATION),
    ("ic-19", swap(OBSERVATION, "yho:kind", "yho:exact"), OBSERVATION),
    ("ic-19", swap(OBSERVATION, "yho:breakdown", "yh:yuanhui-district"), OBSERVATION),
    ("ic-19", delete("yho:grossRegionalProduct skos:inScheme ?x"), OBSERVATION),
    (
        "ic-19",
        "DELETE { yho:breakdown qb:codeList ?x } INSERT { yho:breakdown qb:codeList yh:c . yh:c a skos:Collection ;"
        " skos:member yho:primarySector } WHERE { yho:breakdown qb:codeList ?x }",
        OBSERVATION,
    ),
    ("ic-20", insert(DOWNWARDS + "yh:h-d a qb:Observation ; qb:dataSet yh:h-set ; yh:h-area yh:moon ; sdmx-measure:obsValue 4"), "yh:h-d"),
    ("ic-21", insert(UPWARDS + "yh:h-d a qb:Observation ; qb:dataSet yh:h-set ; yh:h-area yh:moon ; sdmx-measure:obsValue 4"), "yh:h-d"),
    ("normalised", delete("yho:periodComponent qb:componentProperty ?x"), "yho:periodComponent"),
    ("normalised", delete("yho:unitComponent a qb:ComponentSpecification"), "yho:unitComponent"),
    ("normalised", delete("yho:period a qb:DimensionProperty"), "yho:period"),
    ("normalised", delete("yho:period a rdf:Property"), "yho:period"),
    ("normalised", delete("yho:unit a qb:AttributeProperty"), "yho:unit"),
    ("normalised", delete("sdmx-measure:obsValue a qb:MeasureProperty"), "sdmx-measure:obsValue"),
    ("normalised", delete("yho:kind a qb:CodedProperty"), "yho:kind"),
    ("normalised", delete(f"{OBSERVATION} a qb:Observation"), OBSERVATION),
    ("normalised", delete(f"{FIGURES} a qb:DataSet"), FIGURES),
    ("normalised", delete("yho:figureStructure a qb:DataStructureDefinition"), "yho:figureStructure"),
    ("normalised", insert("yho:unitComponent qb:componentAttachment qb:DataSet"), "yho:unitComponent"),
]  # fmt: skip


@cache
def cube() -> ox.Store:
    """The default graph, less the mentions and relations, which are no part of the cube."""
    store = memory_store(Settings().graph_files)
    kept = ox.Store()
    for subject in {quad.subject for quad in store.quads_for_pattern(None, None, None)}:
        facts = list(store.quads_for_pattern(subject, None, None))
        if not any(fact.object.value in UNRELATED for fact in facts if isinstance(fact.object, ox.NamedNode)):
            kept.extend(facts)
    return kept


UNRELATED = {
    *(PREFIXES["oa"] + name for name in ("Annotation", "SpecificResource", "TextPositionSelector")),
    *(PREFIXES["rdf"] + "Statement", PREFIXES["yho"] + "Sentence", PREFIXES["yho"] + "Exclusion"),
}


@cache
def quads() -> frozenset[ox.Quad]:
    return frozenset(cube())


@contextlib.contextmanager
def spoilt(update: str) -> Iterator[None]:
    """The cube while an update holds, which must change something."""
    cube().update(HEAD + update)
    after = set(cube())
    try:
        assert after != quads()
        yield
    finally:
        for quad in after - quads():
            cube().remove(quad)
        cube().extend(quads() - after)


def accused(constraint: str) -> set[str]:
    """The nodes that a constraint accuses."""
    solutions = cube().query(CONSTRAINTS[constraint])
    assert isinstance(solutions, ox.QuerySolutions)
    return {solution["focus"].value for solution in solutions}


def wrong(constraint: str, update: str = "") -> set[str]:
    """The nodes that a constraint accuses, while an update holds if one is given."""
    quads()  # before anything is changed
    with spoilt(update) if update else contextlib.nullcontext():
        return accused(constraint)


def expanded(name: str) -> str:
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local


def test_all_twenty_one_constraints_are_there_and_the_normal_form() -> None:
    assert set(CONSTRAINTS) == {f"ic-{n:02d}" for n in range(1, 22)} | {"normalised"}


def test_there_is_a_cube_to_look_at() -> None:
    counted = "SELECT (COUNT(?o) AS ?n) { ?o a qb:Observation ; qb:dataSet/qb:structure yho:figureStructure }"
    solutions = cube().query(HEAD + counted)
    assert isinstance(solutions, ox.QuerySolutions)
    assert [int(solution["n"].value) for solution in solutions] == [70]


@pytest.mark.parametrize("constraint", CONSTRAINTS)
def test_the_figures_keep_the_constraint(constraint: str) -> None:
    assert wrong(constraint) == set()


@pytest.mark.parametrize("constraint", CONSTRAINTS)
def test_a_constraint_says_where_it_is_vacuous(constraint: str) -> None:
    assert ("Vacuous here" in CONSTRAINTS[constraint]) == (constraint in VACUOUS)


@pytest.mark.slow
@pytest.mark.parametrize(
    "made", [MEASURES, SLICES, DOWNWARDS, UPWARDS], ids=["measures", "slices", "downwards", "upwards"]
)
def test_what_is_brought_along_keeps_all_constraints_until_it_is_spoilt(made: str) -> None:
    assert {constraint: wrong(constraint, insert(made)) for constraint in CONSTRAINTS} == {
        key: set() for key in CONSTRAINTS
    }


@pytest.mark.parametrize(("constraint", "update", "focus"), PLANTED)
def test_a_constraint_finds_and_names_a_planted_error(constraint: str, update: str, focus: str) -> None:
    assert expanded(focus) in wrong(constraint, update)


def test_every_constraint_has_a_planted_error() -> None:
    assert {constraint for constraint, _, _ in PLANTED} == set(CONSTRAINTS)


def test_an_unnormalised_structure_would_silence_the_constraints_and_is_therefore_found() -> None:
    loss = delete(f"{OBSERVATION} yho:period ?x")
    unnormalised = "DELETE WHERE { ?component qb:componentProperty ?property }"
    assert wrong("ic-11", loss) == {expanded(OBSERVATION)}
    assert wrong("ic-11", f"{loss} ; {unnormalised}") == set()
    assert expanded("yho:periodComponent") in wrong("normalised", unnormalised)


def test_observations_that_differ_in_one_dimension_are_no_duplicates() -> None:
    for dimension, other in {"period": "yh:period-2015", "breakdown": "yho:primarySector"}.items():
        differing = f"{duplicate(OBSERVATION)} ; {swap('yh:again', 'yho:' + dimension, other)}"
        assert wrong("ic-12", differing) == set()
