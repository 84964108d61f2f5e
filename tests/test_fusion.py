"""Drafts are merged: names are linked, figures that contradict stand side by side, nothing that was said is lost."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest

from yuanhui_kg import cli, turtle
from yuanhui_kg.errors import ConflictError, DataError
from yuanhui_kg.extract import drafting, extract
from yuanhui_kg.extract.known import known_in
from yuanhui_kg.fusion import Outcome, drafts, firms, merge
from yuanhui_kg.fusion.linking import decisions
from yuanhui_kg.namespaces import PREFIXES
from yuanhui_kg.settings import Settings
from yuanhui_kg.store import StoreFolder, memory_store

QINGHE = Path(__file__).parent / "fixtures" / "qinghe" / "triples.ttl"
TEXT = """青禾区2031年国民经济和社会发展统计公报

全年全区生产总值126.8亿元，比上年增长5.6%。云杉食品公司落户青禾区。沈河镇新建学校3所。2030年，全区生产总值121.5亿元，社会消费品零售总额57.3亿元，进出口总额3亿元。
"""
HEAD = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
DOCUMENT = f'yh:other-text a schema:TextObject ; schema:sha256 "{"a" * 64}" .\n'


def run(*arguments: object) -> int:
    return cli.run([str(argument) for argument in arguments])


@cache
def base() -> ox.Store:
    return memory_store([*Settings().ontology_files, QINGHE])


@cache
def draft(text: str = TEXT) -> tuple[ox.Triple, ...]:
    return tuple(drafting.triples(extract(text, published="2032-03-01")))


#: What puts a thing of a draft into 青禾区.
HERE = """yho:isLocatedIn yh:qinghe-district .
yh:other-statement-9 a rdf:Statement ; rdf:subject yh:{0} ; rdf:predicate yho:isLocatedIn ; rdf:object yh:qinghe-district ."""


def parsed(turtle_text: str) -> list[ox.Triple]:
    return [quad.triple for quad in ox.parse(HEAD + DOCUMENT + turtle_text, format=ox.RdfFormat.TURTLE)]


def merged(text: str) -> Outcome:
    return merge(base(), parsed(text))


def after(outcome: Outcome, store: ox.Store) -> ox.Store:
    made = ox.Store()
    made.extend(store)
    made.extend(ox.Quad(*triple) for triple in outcome.additions)
    return made


def links(outcome: Outcome) -> dict[str, tuple[str, str, str]]:
    return {link.name: (link.decision, link.target.rsplit("/", 1)[-1], link.reason) for link in outcome.links}


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """A draft, and a graph to merge it into."""
    graph, made = tmp_path / "graph.ttl", tmp_path / "draft.ttl"
    shutil.copy(QINGHE, graph)
    made.write_text(turtle.write(draft()), encoding="utf-8")
    return made, graph


# --- names ----------------------------------------------------------------------------------------------------------------


def test_district_town_and_company_are_linked_to_those_that_are_there() -> None:
    found = links(merge(base(), draft()))
    assert found["青禾区"] == ("accept", "qinghe-district", "name")
    assert found["沈河镇"] == ("accept", "shenhe-town", "name")
    assert found["云杉食品公司"] == ("accept", "yunshan-foods", "name")


def test_a_thing_that_is_linked_keeps_its_class_and_labels_and_gets_further_names() -> None:
    outcome = merged('yh:x a yho:Company ; skos:prefLabel "云杉食品有限公司"@zh, "Yunshan"@en .')
    assert links(outcome)["云杉食品有限公司"][:2] == ("accept", "yunshan-foods")
    assert [str(t.object) for t in outcome.additions if t.subject.value.endswith("yunshan-foods")] == [
        '"云杉食品有限公司"@zh'
    ]


def test_a_town_of_the_same_name_in_another_district_is_for_review_and_a_thing_of_its_own() -> None:
    outcome = merge(base(), draft("松泉区2031年统计公报\n\n全区生产总值90亿元。沈河镇新建学校3所。"))
    assert links(outcome)["沈河镇"] == ("review", "", "elsewhere")
    named = [
        t
        for t in outcome.additions
        if t.object == ox.Literal("沈河镇", language="zh") and "prefLabel" in t.predicate.value
    ]
    assert [t.subject.value.rsplit("/", 1)[-1] for t in named] == ["shen-he-zhen"]


def test_another_code_makes_another_thing() -> None:
    store = after(merged(""), base())
    store.update(
        'INSERT DATA { <https://w3id.org/yuanhui-kg/id/qinghe-district> <http://www.w3.org/2004/02/skos/core#notation> "990001"^^<https://w3id.org/yuanhui-kg/ontology#gbt2260> }'
    )
    text = 'yh:q a yho:District ; skos:prefLabel "青禾区"@zh, "Qinghe"@en ; skos:notation "{}"^^yho:gbt2260 .'
    assert links(merge(store, parsed(text.format("990002"))))["青禾区"] == ("new", "", "codes")
    assert links(merge(store, parsed(text.format("990001"))))["青禾区"] == ("accept", "qinghe-district", "code")


def test_a_district_of_the_same_name_in_another_city_is_for_review_with_all_that_is_local() -> None:
    elsewhere = links(
        merge(base(), draft("云山市青禾区2031年统计公报\n\n青禾区全区生产总值90亿元。沈河镇新建学校3所。"))
    )
    assert elsewhere["青禾区"] == ("review", "", "elsewhere")
    assert elsewhere["沈河镇"] == ("review", "", "elsewhere")
    here = links(merge(base(), draft("临澄市青禾区2031年统计公报\n\n青禾区全区生产总值90亿元。沈河镇新建学校3所。")))
    assert here["青禾区"] == ("accept", "qinghe-district", "name")
    assert here["沈河镇"] == ("accept", "shenhe-town", "name")


def test_surroundings_of_another_level_say_nothing_against_a_name() -> None:
    found = links(
        merged(
            """yh:q a yho:District ; skos:prefLabel "青禾区"@zh, "Qinghe"@en ; yho:isWithin yh:r .
            yh:r a yho:Region ; skos:prefLabel "云东地区"@zh, "East"@en .
            yh:other-statement-1 a rdf:Statement ; rdf:subject yh:q ; rdf:predicate yho:isWithin ; rdf:object yh:r ."""
        )
    )
    assert found["青禾区"][:2] == ("accept", "qinghe-district")


def test_of_two_districts_of_a_name_the_one_in_the_drafts_city_is_meant() -> None:
    store = after(merged(""), base())
    store.update(
        f"""PREFIX yh: <{PREFIXES["yh"]}> PREFIX yho: <{PREFIXES["yho"]}> PREFIX skos: <{PREFIXES["skos"]}>
        INSERT DATA {{ yh:yunshan-city a yho:PrefectureLevelCity ; skos:prefLabel "云山市"@zh .
            yh:qinghe-of-yunshan a yho:District ; skos:prefLabel "青禾区"@zh ; yho:isWithin yh:yunshan-city }}"""
    )
    for city, target in (("云山市", "qinghe-of-yunshan"), ("临澄市", "qinghe-district")):
        found = links(merge(store, draft(f"{city}青禾区2031年统计公报\n\n青禾区全区生产总值90亿元。")))
        assert found["青禾区"][:2] == ("accept", target)
    assert links(merge(store, draft("青禾区2031年统计公报\n\n全区生产总值90亿元。")))["青禾区"][0] == "review"


def test_a_name_of_another_class_is_for_review() -> None:
    found = links(merged('yh:x a yho:Project ; skos:prefLabel "云杉食品公司"@zh, "Yunshan"@en .'))
    assert found["云杉食品公司"] == ("review", "", "class")


def test_a_section_or_a_code_of_the_same_name_is_not_taken_for_the_thing() -> None:
    store = after(merged(""), base())
    store.update(
        f"""PREFIX yh: <{PREFIXES["yh"]}> PREFIX yho: <{PREFIXES["yho"]}> PREFIX skos: <{PREFIXES["skos"]}> PREFIX adms: <{PREFIXES["adms"]}>
        INSERT DATA {{ yh:a-section a yho:Section ; skos:prefLabel "云杉食品公司"@zh .
            yh:a-code a adms:Identifier ; skos:prefLabel "云杉食品公司"@zh ; skos:notation "990001"^^yho:gbt2260 }}"""
    )
    found = links(
        merge(
            store,
            parsed(
                'yh:x a yho:Company ; skos:prefLabel "云杉食品公司"@zh, "x"@en ; skos:notation "990001"^^yho:gbt2260 .'
            ),
        )
    )
    assert found["云杉食品公司"][:2] == ("accept", "yunshan-foods")


def test_at_most_one_thing_of_a_draft_is_one_of_the_graph() -> None:
    found = links(
        merged(
            'yh:x a yho:Company ; skos:prefLabel "云杉食品公司"@zh, "x"@en .\n'
            'yh:y a yho:Company ; skos:prefLabel "云杉食品有限公司"@zh, "y"@en .'
        )
    )
    assert sorted(decision for decision, _, _ in found.values()) == ["accept", "review"]
    assert {reason for decision, _, reason in found.values() if decision == "review"} == {"twice"}


def test_a_new_thing_never_takes_the_iri_of_another() -> None:
    outcome = merged('yh:qinghe-district a yho:Company ; skos:prefLabel "海棠纺织公司"@zh, "Haitang"@en .')
    assert {t.subject.value.rsplit("/", 1)[-1] for t in outcome.additions if "other-" not in t.subject.value} == {
        "qinghe-district-2"
    }


def test_a_person_decides_and_a_decision_on_what_is_not_there_is_refused(tmp_path: Path) -> None:
    table = tmp_path / "names.sssom.tsv"
    head = '#mapping_set_id: "urn:x"\nsubject_id\tpredicate_id\tobject_id\tmapping_justification\tdecision\n'
    row = "yh:x\tskos:exactMatch\tyh:{}\tsemapv:ManualMappingCuration\t{}\n"
    triples = parsed('yh:x a yho:Company ; skos:prefLabel "云杉食品公司"@zh, "x"@en .')
    table.write_text(head + row.format("haitang-logistics", "accept"), encoding="utf-8")
    found = links(merge(base(), triples, decisions(table)))
    assert found["云杉食品公司"] == ("accept", "haitang-logistics", "person")
    table.write_text(head + row.format("haitang-logistics", "none"), encoding="utf-8")
    assert links(merge(base(), triples, decisions(table)))["云杉食品公司"] == ("new", "", "person")
    table.write_text(head + row.format("nothing-at-all", "accept"), encoding="utf-8")
    with pytest.raises(DataError, match="which the graph does not have"):
        merge(base(), triples, decisions(table))
    table.write_text(head + row.format("a", "accept") + row.format("b", "accept"), encoding="utf-8")
    with pytest.raises(DataError, match=r"line 4: .* is accepted twice"):
        decisions(table)
    table.write_text(head + "yh:x\tskos:exactMatch\tyh:a\tsemapv:ManualMappingCuration\n", encoding="utf-8")
    assert decisions(table) == {}  # nobody has decided
    table.write_text(head.replace("\tdecision", "") + "yh:x\n", encoding="utf-8")
    with pytest.raises(DataError, match="line 3: it accepts nothing"):
        decisions(table)


def test_what_is_decided_on_a_name_holds_for_the_text_in_which_it_stands(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two districts have a town of the same name, which their drafts call by the same IRI."""
    graph, table, made = tmp_path / "graph.ttl", tmp_path / "names.sssom.tsv", []
    shutil.copy(QINGHE, graph)
    for name in ("松泉区", "柳溪区"):
        made.append(tmp_path / f"{name}.ttl")
        text = f"{name}2031年统计公报\n\n全区生产总值90亿元。沈河镇新建学校3所。"
        made[-1].write_text(turtle.write(draft(text)), encoding="utf-8")
    assert run("merge", *made, "--into", graph, "--dry-run", "--propose", table) == 0
    lines = table.read_text(encoding="utf-8").splitlines()
    rows = [line for line in lines if "/shen-he-zhen\t" in line and "/shenhe-town\t" in line]
    assert len(rows) == 2
    decided = [rows[0].replace("\treview\t", "\taccept\t"), rows[1].replace("\treview\t", "\tnone\t")]
    head = [line for line in lines if line.startswith(("#", "subject_id"))]
    table.write_text("\n".join([*head, *decided]), encoding="utf-8")
    capsys.readouterr()
    assert run("merge", *made, "--into", graph, "--links", table, "--format", "json") == 0
    told = [
        (link["reason"], link["target"] and link["target"].rsplit("/", 1)[-1])
        for outcome in json.loads(capsys.readouterr().out)
        for link in outcome["links"]
        if link["name"] == "沈河镇"
    ]
    assert told == [("person", "shenhe-town"), ("person", None)]


def test_a_draft_takes_no_relative_name_for_the_thing_of_another_district() -> None:
    """Each district has its hospital; a title of the province is one thing wherever it is told."""
    by_name = known_in(quad.triple for quad in base()).by_name
    assert not {"区医院", "区商务局"} & by_name.keys()
    assert {"省级绿色园区", "云泽省立医院"} <= by_name.keys()


def area(kind: str, name: str, iri: str, within: str, code: str = "", city: str = "PrefectureLevelCity") -> str:
    """A draft of an area and of the city or province that it lies in."""
    notation = f' ; skos:notation "{code}"^^yho:gbt2260' if code else ""
    return f"""yh:{iri} a yho:{kind} ; skos:prefLabel "{name}"@zh, "{name}"@en ; yho:isWithin yh:{within} .
        yh:{within} a yho:{city} ; skos:prefLabel "{within}"@zh, "{within}"@en{notation} .
        yh:other-statement-1 a rdf:Statement ; rdf:subject yh:{iri} ; rdf:predicate yho:isWithin ; rdf:object yh:{within} ."""


def test_what_is_local_is_not_taken_for_that_of_a_namesake_whose_iri_the_drafts_area_has() -> None:
    """A draft makes IRIs of names, so that its own new area may have the IRI of one that the graph has."""
    first = "临澄市青岭区2031年统计公报\n\n青岭区全区生产总值90亿元。杨湾镇新建学校3所。青岭区人民医院床位300张。"
    store = after(merge(base(), draft(first)), base())
    found = links(merge(store, draft(first.replace("临澄市", "云山市").replace("90", "80"))))
    assert found["青岭区"] == ("review", "", "elsewhere")
    assert found["杨湾镇"] == ("review", "", "elsewhere")
    assert found["青岭区人民医院"] == ("review", "", "elsewhere")


def test_a_district_of_a_city_is_not_one_of_a_municipality_as_their_codes_tell() -> None:
    beijing, weihai = (
        parsed(area("District", "临湾区", "lin-wan", name, code, kind))
        for name, code, kind in (("bei-jing", "110000", "Province"), ("wei-hai", "371000", "PrefectureLevelCity"))
    )
    store = after(merge(base(), beijing), base())
    digest = ox.Literal("b" * 64)
    other = [t if t.object != ox.Literal("a" * 64) else ox.Triple(t.subject, t.predicate, digest) for t in weihai]
    other = [
        ox.Triple(
            *(ox.NamedNode(x.value.replace("/other-", "/third-")) if isinstance(x, ox.NamedNode) else x for x in t)
        )
        for t in other
    ]
    assert links(merge(store, other))["临湾区"] == ("review", "", "elsewhere")


def test_what_is_local_is_for_review_where_a_draft_does_not_tell_where_it_is() -> None:
    named = 'yh:x a yho:Town ; skos:prefLabel "沈河镇"@zh, "x"@en '
    assert links(merged(f"{named} ."))["沈河镇"] == ("review", "", "unsure")
    assert links(merged(f"{named} ; {HERE.format('x')}"))["沈河镇"] == ("accept", "shenhe-town", "name")


@pytest.mark.parametrize("twins", [1, 8])
def test_of_several_things_of_a_name_the_iri_that_a_draft_made_of_it_is_none(twins: int) -> None:
    store = after(merged(""), base())
    more = " ".join(f'yh:yang-wan-zhen-{i + 2} a yho:Town ; skos:prefLabel "杨湾镇"@zh .' for i in range(twins))
    store.update(
        f"""PREFIX yh: <{PREFIXES["yh"]}> PREFIX yho: <{PREFIXES["yho"]}> PREFIX skos: <{PREFIXES["skos"]}>
        INSERT DATA {{ yh:yang-wan-zhen a yho:Town ; skos:prefLabel "杨湾镇"@zh ; yho:isWithin yh:qinghe-district .
            {more} }}"""
    )
    found = links(merge(store, parsed('yh:yang-wan-zhen a yho:Town ; skos:prefLabel "杨湾镇"@zh, "x"@en .')))
    assert found["杨湾镇"] == ("review", "", "unsure")


def test_a_district_of_a_name_that_several_divisions_bear_is_known_by_its_code_or_by_what_it_lies_in() -> None:
    nanjing = "南京市鼓楼区2031年统计公报\n\n全区生产总值900亿元。"
    store = after(merge(base(), draft(nanjing)), base())
    alone = links(merge(store, draft("鼓楼区2031年工作回顾\n\n全区生产总值800亿元。")))
    assert alone["鼓楼区"] == ("review", "", "unsure")
    again = links(merge(store, draft("南京市鼓楼区2032年统计公报\n\n全区生产总值950亿元。")))
    assert again["鼓楼区"][0] == "accept"


@pytest.mark.parametrize(
    ("kind", "there", "named", "decision"),
    [
        ("Company", "云岭恒川食品有限公司", "恒川食品有限公司", "accept"),
        ("Company", "恒川食品有限公司", "恒川食品公司", "accept"),
        ("Company", "恒川食品有限公司", "恒川食品（云岭）有限公司", "review"),
        ("Company", "恒川食品有限公司", "恒川食品销售有限公司", "review"),
        ("CompanyGroup", "恒川集团", "恒川化工有限公司", "review"),
        ("CompanyGroup", "恒川集团", "恒川集团有限公司", "accept"),
        ("Hospital", "青禾区人民医院", "青禾区第二人民医院", "review"),
    ],
)
def test_names_that_are_alike_of_two_firms_or_bodies_are_not_taken_for_one(
    kind: str, there: str, named: str, decision: str
) -> None:
    store = after(merged(""), base())
    store.update(
        f"""PREFIX yh: <{PREFIXES["yh"]}> PREFIX yho: <{PREFIXES["yho"]}> PREFIX skos: <{PREFIXES["skos"]}>
        INSERT DATA {{ yh:one-there a yho:{kind} ; skos:prefLabel "{there}"@zh ; yho:isLocatedIn yh:qinghe-district }}"""
    )
    found = links(merge(store, parsed(f'yh:x a yho:{kind} ; skos:prefLabel "{named}"@zh, "x"@en ; {HERE.format("x")}')))
    assert found[named][0] in ({"accept"} if decision == "accept" else {"review", "new"})
    assert decision == "accept" or found[named][1] == ""


def test_a_short_name_means_a_firm_of_the_area_that_is_told_of_and_no_firm_of_another() -> None:
    assert firms.are_one(["恒川食品公司"], ["恒川食品有限公司"])
    assert firms.are_one(["恒川集团"], ["恒川集团有限公司"])
    assert not firms.are_one(["恒川公司"], ["恒川公司"])
    assert not firms.are_one(["恒川新材公司"], ["恒川新材料科技有限公司"])
    store = after(merged(""), base())
    store.update(
        f"""PREFIX yh: <{PREFIXES["yh"]}> PREFIX yho: <{PREFIXES["yho"]}> PREFIX skos: <{PREFIXES["skos"]}>
        INSERT DATA {{ yh:heng-chuan-gong-si a yho:Company ; skos:prefLabel "恒川公司"@zh ; yho:isLocatedIn yh:qinghe-district }}"""
    )
    text = "临澄市{}2031年统计公报\n\n{}全区生产总值90亿元。恒川公司完成产值3亿元。"
    assert links(merge(store, draft(text.format("青禾区", "青禾区"))))["恒川公司"][0] == "accept"
    assert links(merge(store, draft(text.format("松泉区", "松泉区"))))["恒川公司"] == ("review", "", "elsewhere")


# --- figures --------------------------------------------------------------------------------------------------------------


def test_figures_that_contradict_stand_side_by_side_and_both_stay() -> None:
    outcome = merge(base(), draft())
    told = {(c.there.printed, c.new.printed): c.status for c in outcome.conflicts}
    assert told == {("120.5亿元", "121.5亿元"): "differ", ("57.25亿元", "57.3亿元"): "rounding"}
    store = after(outcome, base())
    for conflict in outcome.conflicts:
        for reading in (conflict.there, conflict.new):
            quads = store.quads_for_pattern(
                ox.NamedNode(reading.iri), ox.NamedNode(PREFIXES["sdmx-measure"] + "obsValue"), None
            )
            assert [quad.object.value for quad in quads] == [format(reading.value, "f")]


def test_a_draft_that_calls_its_figures_otherwise_than_before_joins_its_text() -> None:
    """Names of figures are made by this program, and change with it; what they tell does not."""
    label = ox.NamedNode(PREFIXES["skos"] + "prefLabel")
    figures = {t.subject for t in draft() if t.object == ox.NamedNode(PREFIXES["qb"] + "Observation")}
    before = [
        ox.Triple(t.subject, t.predicate, ox.Literal("x", language=t.object.language))
        if t.subject in figures and t.predicate == label
        else t
        for t in draft()
    ]
    store = after(merge(base(), before), base())
    assert merge(store, draft()).additions == ()


def test_figures_of_one_draft_that_contradict_each_other_stand_side_by_side() -> None:
    outcome = merge(base(), draft("松泉区2031年统计公报\n\n全区生产总值90亿元。松泉区全年全区生产总值95亿元。"))
    assert [(c.there.printed, c.new.printed, c.status) for c in outcome.conflicts] == [("90亿元", "95亿元", "differ")]


def test_facts_of_the_text_that_the_draft_has_no_more_are_told() -> None:
    whole = draft()
    figure = next(t.subject for t in whole if t.object == ox.NamedNode(PREFIXES["qb"] + "Observation"))
    store = after(merge(base(), whole), base())
    assert merge(store, whole).absent == ()
    again = merge(store, [t for t in whole if t.subject != figure])
    assert (again.absent, again.additions) == ((figure.value,), ())


def test_a_text_that_is_published_anew_is_told(files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    made, graph = files
    assert run("merge", made, "--into", graph) == 0
    assert "another text of this headline" not in capsys.readouterr().out
    made.write_text(turtle.write(draft(TEXT.replace("126.8", "126.9"))), encoding="utf-8")
    assert run("merge", made, "--into", graph) == 0
    assert "another text of this headline, qing-he-qu-" in capsys.readouterr().out


@pytest.mark.slow
def test_a_merge_takes_nothing_away_and_conforms(files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    made, graph = files
    before = {quad.triple for quad in ox.parse(path=graph, format=ox.RdfFormat.TURTLE)}
    assert run("merge", made, "--into", graph) == 0
    assert before < {quad.triple for quad in ox.parse(path=graph, format=ox.RdfFormat.TURTLE)}
    assert run("validate", graph) == 0
    assert "Conforms." in capsys.readouterr().out


def variables(store: ox.Store, label: str) -> set[str]:
    """The indicators of a graph with a Chinese label."""
    predicate = ox.NamedNode(PREFIXES["skos"] + "prefLabel")
    return {str(quad.subject) for quad in store.quads_for_pattern(None, predicate, ox.Literal(label, language="zh"))}


def test_a_variable_that_two_texts_name_alike_is_one_where_it_is_of_the_same_quantity() -> None:
    store = after(merge(base(), draft("松泉区2031年统计公报\n\n松泉区共有花灯架300个。")), base())
    other = draft("柳溪区2031年统计公报\n\n柳溪区共有花灯架120个。")
    both = after(merge(store, other), store)
    (one,) = variables(store, "花灯架数")
    assert variables(both, "花灯架数") == {one}
    indicator = ox.NamedNode(PREFIXES["yho"] + "indicator")
    assert {str(t.object) for t in merge(store, other).additions if t.predicate == indicator} == {one}
    assert merge(both, other).additions == ()


def of_quantity(name: str, quantity: str, unit: str) -> list[ox.Triple]:
    """A draft of its own text with one variable of its own."""
    node = f"yh:{name}-indicator-lantern"
    digest = hashlib.sha256(name.encode()).hexdigest()
    text = (
        f'yh:{name}-text a schema:TextObject ; schema:sha256 "{digest}" .\n{node} a skos:Concept , schema:StatisticalVariable ; '
        f'skos:inScheme yho:indicatorScheme ; skos:prefLabel "灯棚"@zh , "灯棚 (as the text names it)"@en ; '
        f"qudt:hasQuantityKind <http://qudt.org/vocab/quantitykind/{quantity}> ; yho:hasStandardUnit <http://qudt.org/vocab/unit/{unit}> ."
    )
    return [quad.triple for quad in ox.parse(HEAD + text, format=ox.RdfFormat.TURTLE)]


def test_a_variable_of_another_quantity_has_its_unit_in_its_name() -> None:
    store = after(merge(base(), of_quantity("one", "Area", "M2")), base())
    other = of_quantity("other", "Length", "M")
    both = after(merge(store, other), store)
    assert len(variables(store, "灯棚")) == 1
    assert variables(both, "灯棚") == variables(store, "灯棚")
    assert len(variables(both, "灯棚（米）")) == 1
    assert merge(both, other).additions == ()
    third = after(merge(both, of_quantity("third", "Length", "M")), both)
    assert variables(third, "灯棚（米）") == variables(both, "灯棚（米）")


def test_the_same_draft_merged_again_adds_nothing() -> None:
    store = after(merge(base(), draft()), base())
    again = merge(store, draft())
    assert again.additions == ()
    assert {link.reason for link in again.links} == {"before"}


def test_a_number_written_in_another_way_is_no_other_number() -> None:
    figure = "yh:other-figure-1 a qb:Observation ; sdmx-measure:obsValue {} ."
    store = after(merged(figure.format("1.50")), base())
    assert merge(store, parsed(figure.format("1.5"))).additions == ()


def test_a_thing_that_was_left_for_review_is_the_same_when_its_text_is_merged_again() -> None:
    text = draft("松泉区2031年统计公报\n\n全区生产总值90亿元。沈河镇新建学校3所。")
    store = after(merge(base(), text), base())
    assert merge(store, text).additions == ()


def test_more_accepted_facts_of_the_same_text_join_it() -> None:
    whole = draft()
    figure = next(t.subject for t in whole if t.object == ox.NamedNode(PREFIXES["qb"] + "Observation"))
    store = after(merge(base(), [t for t in whole if t.subject != figure]), base())
    assert {t.subject for t in merge(store, whole).additions} == {figure}


def test_a_figure_that_is_there_with_another_value_is_refused() -> None:
    store = after(merge(base(), draft()), base())
    value = ox.NamedNode(PREFIXES["sdmx-measure"] + "obsValue")
    other = [
        ox.Triple(t.subject, t.predicate, ox.Literal("7", datatype=t.object.datatype)) if t.predicate == value else t
        for t in draft()
    ]
    with pytest.raises(ConflictError, match=r"is in the graph with another obsValue"):
        merge(store, other)


def test_a_text_that_is_there_under_another_name_is_refused() -> None:
    sha256 = next(
        q.object.value
        for q in base().quads_for_pattern(
            ox.NamedNode(PREFIXES["yh"] + "qinghe-2031-text"), ox.NamedNode(PREFIXES["schema"] + "sha256"), None
        )
    )
    triples = [quad.triple for quad in ox.parse(HEAD + DOCUMENT.replace("a" * 64, sha256), format=ox.RdfFormat.TURTLE)]
    with pytest.raises(ConflictError, match="is in the graph already, as"):
        merge(base(), triples)


def test_another_value_of_a_property_is_told_and_the_graphs_stays() -> None:
    thing, status = ox.NamedNode(PREFIXES["yh"] + "cotton-market"), ox.NamedNode(PREFIXES["adms"] + "status")
    planned, operating = (ox.NamedNode(PREFIXES["yho"] + name) for name in ("planned", "operating"))
    store = after(merged(""), base())
    text = f'{thing} a yho:Project ; skos:prefLabel "棉麻交易市场"@zh, "x"@en ; adms:status {operating} ; {HERE.format("cotton-market")}'
    store.add(ox.Quad(thing, status, planned))
    outcome = merge(store, parsed(text))
    assert [(kept.there, kept.given) for kept in outcome.kept] == [(planned.value, operating.value)]
    assert [quad.object for quad in after(outcome, store).quads_for_pattern(thing, status, None)] == [planned]


# --- hostile drafts -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('yho:District skos:prefLabel "甲"@zh .', "neither of its text nor a thing"),
        ('<https://example.org/a> a yho:District ; skos:prefLabel "甲"@zh .', "neither of its text nor a thing"),
        ('yh:qinghe-2031-figure-1 a qb:Observation ; sdmx-measure:obsValue 1.0 .', "neither of its text nor a thing"),
        ('yh:qinghe-2031-text a schema:TextObject ; schema:sha256 "b" .', "has no digest"),
        ("yh:qinghe-district owl:sameAs yh:yunze-province .", "says what"),
        ("yh:qinghe-district yho:isWithin yh:yunze-hospital .", "without a statement"),
        ('yh:no-such-thing skos:altLabel "甲"@zh .', "which it does not name and the graph does not have"),
        ('yh:Qinghe_District a yho:District ; skos:prefLabel "甲"@zh .', "neither of its text nor a thing"),
    ],
)  # fmt: skip
def test_a_draft_cannot_speak_of_what_is_not_its_own(text: str, said: str) -> None:
    with pytest.raises(DataError, match=said):
        merged(text)


def test_a_draft_cannot_pass_for_a_document_that_is_there() -> None:
    text = f'yh:qinghe-2031-text a schema:TextObject ; schema:sha256 "{"b" * 64}" .'
    with pytest.raises(ConflictError, match="is in the graph with another sha256"):
        merged(text)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.ttl", "[] a <x:y> .", "a node without a name"),
        ("a.trig", "<x:g> { <x:a> a <x:b> }", "has the named graph"),
        ("a.ttl", "<x:a> a", "line 1"),
        ("a.ttl", "", "names no text"),
        ("a.png", "", "names no RDF syntax"),
    ],
)
def test_what_is_no_draft_is_refused_and_the_graph_stays(
    files: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, content: str, said: str
) -> None:
    made, graph = files
    before = graph.read_bytes()
    (tmp_path / name).write_text(content)
    assert run("merge", made, tmp_path / name, "--into", graph) == 1
    assert said in capsys.readouterr().err
    assert graph.read_bytes() == before


def test_a_mention_of_nothing_is_no_thing_that_was_merged_before() -> None:
    mention = 'yh:other-mention-1 a oa:Annotation ; oa:hasBody "x" .'
    store = after(merged(mention), base())
    assert merge(store, parsed(mention)).additions == ()
    named = 'yh:other-mention-1 oa:hasBody yh:y . yh:y a yho:Company ; skos:prefLabel "海棠纺织公司"@zh, "y"@en .'
    with pytest.raises(ConflictError, match="another hasBody"):
        merge(store, parsed(named))


def test_a_node_belongs_to_the_document_whose_name_its_own_begins_with() -> None:
    draft = drafts.parts(parsed("yh:other-text-2 rdfs:comment 1 ."), {})
    assert [draft.is_own(PREFIXES["yh"] + name) for name in ("other-1", "other-a-b", "other", "others-1", "an-other-1")] == [
        True, True, False, False, False,
    ]  # fmt: skip
    assert not draft.is_own("https://example.org/other-1")


def test_a_huge_draft_is_refused(files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drafts, "MOST_TRIPLES", 10)
    with pytest.raises(DataError, match="more than 10 triples"):
        drafts.read(files[0])


def test_a_graph_without_the_ontology_is_refused() -> None:
    with pytest.raises(DataError, match="has no ontology"):
        merge(memory_store([QINGHE]), draft())


# --- the command ------------------------------------------------------------------------------------------------------------


def test_a_graph_stays_where_the_names_to_decide_on_cannot_be_written(
    files: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made, graph = files
    assert run("merge", made, "--into", graph, "--propose", tmp_path / "nowhere" / "names.tsv") == 1
    assert "names.tsv cannot be written" in capsys.readouterr().err
    assert graph.read_bytes() == QINGHE.read_bytes()


def test_a_dry_run_writes_only_the_names_to_decide_on(
    files: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made, graph = files
    made.write_text(
        turtle.write(draft("松泉区2031年统计公报\n\n全区生产总值90亿元。沈河镇新建学校3所。")), encoding="utf-8"
    )
    before = graph.read_bytes()
    names = tmp_path / "names.sssom.tsv"
    assert run("merge", made, "--into", graph, "--dry-run", "--propose", names) == 0
    assert graph.read_bytes() == before
    assert "nothing was written" in capsys.readouterr().out
    assert "沈河镇" in names.read_text(encoding="utf-8")
    names.write_text(names.read_text(encoding="utf-8").replace("\treview\t", "\taccept\t"), encoding="utf-8")
    assert run("merge", made, "--into", graph, "--links", names, "--format", "json") == 0
    told = json.loads(capsys.readouterr().out)
    assert {link["name"]: link["target"] for link in told[0]["links"]}["沈河镇"] == PREFIXES["yh"] + "shenhe-town"


def test_drafts_are_merged_into_a_store_all_or_nothing(
    files: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made, graph = files
    store = tmp_path / "store"
    StoreFolder(store).create([*Settings().ontology_files, graph])
    bad = tmp_path / "bad.ttl"
    bad.write_text(HEAD + DOCUMENT + 'yho:District skos:prefLabel "甲"@zh .')

    def size() -> int:
        generation = StoreFolder(store).read()
        try:
            return len(generation.open())
        finally:
            generation.close()

    before = size()
    assert run("merge", made, bad, "--into", store) == 1
    assert size() == before
    assert run("merge", made, "--into", store) == 0
    assert size() > before
    assert "Figures that contradict each other" in capsys.readouterr().out


@pytest.mark.slow
def test_merges_into_one_file_at_once_lose_nothing_of_each_other(files: tuple[Path, Path], tmp_path: Path) -> None:
    graph = files[1]
    running = []
    for number in range(3):
        made = tmp_path / f"draft-{number}.ttl"
        made.write_text(
            turtle.write(draft(f"松泉区203{number}年统计公报\n\n全区生产总值9{number}亿元。")), encoding="utf-8"
        )
        command = [sys.executable, "-m", "yuanhui_kg", "merge", str(made), "--into", str(graph)]
        running.append(subprocess.Popen(command, stdout=subprocess.DEVNULL))
    assert [process.wait(timeout=300) for process in running] == [0, 0, 0]
    text = graph.read_text(encoding="utf-8")
    assert all(f"203{n}年统计公报" in text for n in range(3))
    assert turtle.canonical(text.encode(), "graph") == text


def test_a_file_whose_comments_would_be_lost_is_not_written(
    files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    made, graph = files
    graph.write_text("# mine\n" + graph.read_text(encoding="utf-8"), encoding="utf-8")
    before = graph.read_bytes()
    assert run("merge", made, "--into", graph) == 1
    assert "comments would be lost" in capsys.readouterr().err
    assert graph.read_bytes() == before


def test_the_report_is_told_in_chinese_too(
    files: tuple[Path, Path], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert run("merge", files[0], "--into", files[1]) == 0
    assert "两者都保留" in capsys.readouterr().out
