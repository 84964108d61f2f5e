"""Drafts are reviewed: the page, the table of decisions, what it leaves of a draft, and the commands."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from yuanhui_kg import cli
from yuanhui_kg.errors import DataError, NotFoundError
from yuanhui_kg.extract import Draft, decisions, drafting, extract, report, review, tables
from yuanhui_kg.extract.codes import codes
from yuanhui_kg.extract.decisions import Decision
from yuanhui_kg.extract.gold import read
from yuanhui_kg.namespaces import YH

TEXT = (
    "松泉区2023年国民经济和社会发展统计公报\n\n全年全区生产总值90亿元，比上年增长5.6%。松泉经济开发区<入驻>企业12家。\n"
)

GOLD = sorted((Path(__file__).parent / "gold").glob("*.gold"))


@cache
def draft() -> Draft:
    return extract(TEXT)


def run(*arguments: object) -> int:
    return cli.run([str(argument) for argument in arguments])


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "article.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


# --- the page -------------------------------------------------------------------------------------------------------------


def test_what_the_checks_found_is_told_with_its_figure_which_comes_first() -> None:
    read = draft()
    iri = f"{YH}{drafting.figure_ids(read)[-1]}"
    page = report.write(read, findings=[(("单位不合", "unit does not fit"), [iri, "https://example.org/other"])])
    first = page[page.index("<article") : page.index("</article>")]
    assert decisions.figure_facts(read)[-1] in first
    assert "单位不合" in first
    assert page.count("单位不合") == 1


def test_what_the_checks_found_is_told_wherever_the_text_tells_the_figure() -> None:
    read = extract(f"{TEXT}全区生产总值90亿元。\n", published="2024-03-28")
    ids = drafting.figure_ids(read)
    assert ids[0] == ids[-1] != ids[1]
    page = report.write(read, findings=[(("单位不合", "unit does not fit"), [f"{YH}{ids[0]}"])])
    assert page.count("单位不合") == 2


def test_a_base_goes_along_with_the_period_that_is_corrected_unless_it_is_told() -> None:
    read = draft()
    growth = next(fact for fact in decisions.figure_facts(read) if fact.endswith(":change"))

    def base(**changes: str) -> str:
        [figure] = review.apply(read, [Decision(growth, "correct", changes)]).draft.figures
        return figure.base.edtf if figure.base else ""

    assert base(subject="松泉区") == "2022"
    assert base(period="2024") == "2023"
    assert base(period="2024-01/2024-06") == "2023-01/2023-06"
    assert base(period="2024", base="2019") == "2019"


def test_what_a_check_found_something_about_is_not_accepted_with_the_sure_ones() -> None:
    read = draft()
    iri = f"{YH}{drafting.figure_ids(read)[0]}"

    def sure(page: str) -> set[str]:
        data = re.search(r'id="data">(.*?)</script>', page, re.DOTALL)
        assert data
        return {fact["id"] for fact in json.loads(data[1])["facts"] if fact["sure"]}

    first = decisions.figure_facts(read)[0]
    assert first in sure(report.write(read))
    assert first not in sure(report.write(read, findings=[(("不合", "wrong"), [iri])]))


def test_the_page_runs_nothing_but_its_own_script() -> None:
    page = report.write(draft())
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    script = re.search(r"<script>(.*?)</script>", page, re.DOTALL)
    assert policy
    assert script
    digest = base64.b64encode(hashlib.sha256(script[1].encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in policy[1]
    assert "unsafe" not in policy[1]
    assert "http" not in page.replace("http-equiv", "")
    assert not re.search(r" (?:on\w+|style)=", page)


def test_the_page_holds_the_whole_text_escaped_with_every_span_marked() -> None:
    page = report.write(draft())
    text = re.search(r'<div id="text"[^>]*>(.*?)</div>', page, re.DOTALL)
    assert text
    assert "&lt;入驻&gt;" in text[1]
    assert re.sub(r"<[^>]+>", "", text[1]).replace("&lt;", "<").replace("&gt;", ">") == TEXT
    assert len(re.findall("<mark", text[1])) >= len(draft().figures)


def test_a_text_cannot_end_the_data_or_become_markup() -> None:
    page = report.write(
        extract("松泉区统计公报2023年\n\n“</script><img src=x>”工程投资5亿元。"),
        findings=[(("<b>甲</b>", "<b>a</b>"), [])],
    )
    assert "<img" not in page
    assert "<b>" not in page
    assert page.count("</script>") == 2


def test_facts_are_sorted_by_risk() -> None:
    data = re.search(r'id="data">(.*?)</script>', report.write(draft()), re.DOTALL)
    assert data
    risks = [fact["confidence"] for fact in json.loads(data[1])["facts"]]
    assert risks == sorted(risks)


# --- decisions ------------------------------------------------------------------------------------------------------------


def decided(*made: Decision) -> review.Reviewed:
    return review.apply(draft(), made)


def test_only_accepted_facts_are_left_and_the_rest_is_counted() -> None:
    names = decisions.figure_facts(draft())
    reviewed = decided(Decision(names[0], "accept"), Decision(names[1], "reject"))
    assert [figure.printed for figure in reviewed.draft.figures] == ["90亿元"]
    assert (reviewed.accepted, reviewed.corrected, reviewed.rejected) == (1, 0, 1)
    assert reviewed.undecided == len(decisions.facts(draft())) - 2


def test_a_correction_changes_its_columns_and_leaves_a_trace() -> None:
    name = decisions.figure_facts(draft())[0]
    reviewed = decided(
        Decision(
            name, "correct", {"value": "91", "period": "2022", "indicator": "社会消费品零售总额"}, "li", "2026-11-27"
        )
    )
    figure = reviewed.draft.figures[0]
    assert (figure.value, figure.period.edtf, figure.indicator.id) == (91, "2022", "retailSalesOfConsumerGoods")
    assert figure.signs is None
    assert figure.rules[-1] == "reviewed li 2026-11-27"


def test_a_threshold_is_left_out_where_what_it_limits_is_rejected() -> None:
    read = extract("松泉区2023年统计公报\n\n税收超千万元企业12家。\n")
    line, count = decisions.figure_facts(read)
    both = review.apply(read, [Decision(line, "accept"), Decision(count, "accept")])
    assert (len(both.draft.figures), both.loose) == (2, ())
    alone = review.apply(read, [Decision(line, "accept"), Decision(count, "reject")])
    assert (alone.draft.figures, alone.loose) == ((), (read.figures[0].printed,))


def test_a_corrected_value_may_be_written_as_the_page_shows_it() -> None:
    fact = decisions.figure_facts(draft())[0]
    changed = review.apply(draft(), [Decision(fact, "correct", {"value": "9,100,000,000"})])
    assert changed.draft.figures[0].value == 9_100_000_000


def test_a_corrected_value_is_as_exact_as_it_is_written() -> None:
    read = extract("松泉区2023年统计公报\n\n全年生产总值310亿元。\n")
    (fact,) = decisions.figure_facts(read)

    def step(value: str) -> object:
        return review.apply(read, [Decision(fact, "correct", {"value": value})]).draft.figures[0].step

    assert read.figures[0].step == 100_000_000
    assert (step("310"), step("31,000,000,000"), str(step("312.4"))) == (1, 100_000_000, "0.1")


def test_an_error_in_a_correction_names_the_line_of_the_table(tmp_path: Path) -> None:
    path = tmp_path / "review.tsv"
    made = [Decision(decisions.figure_facts(draft())[0], "correct", {"unit": "furlong"})]
    path.write_text(decisions.table(draft(), made), encoding="utf-8")
    with pytest.raises(DataError, match=r"review.tsv:3: figure:.*: 'furlong' is no unit"):
        review.apply(draft(), decisions.read(path, draft().source.sha256))


def test_the_name_of_a_thing_is_corrected_wherever_it_stands() -> None:
    read = draft()
    zone = next(entity for entity in read.entities if entity.kind == "DevelopmentZone")
    made = [Decision(fact, "accept") for fact in decisions.facts(read) if fact != decisions.entity_fact(zone)]
    made.append(Decision(decisions.entity_fact(zone), "correct", {"name": "松泉新城开发区"}))
    left = review.apply(read, made)
    assert left.corrected == 1
    assert {entity.name for entity in left.draft.entities} == {
        "松泉新城开发区" if entity == zone else entity.name for entity in read.entities
    }
    assert "松泉新城开发区" in {figure.subject for figure in left.draft.figures}
    told = repr((left.draft.figures, left.draft.entities, left.draft.relations))
    assert zone.name not in told
    assert any("松泉新城开发区" in str(fact) for fact in drafting.triples(left.draft))


def test_two_things_that_are_given_one_name_are_one() -> None:
    read = extract("松泉区公报\n\n松泉经济开发区建厂3座，松泉新城开发区入驻企业12家。\n")
    one, other = (entity for entity in read.entities if entity.kind == "DevelopmentZone")
    made = [Decision(fact, "accept") for fact in decisions.facts(read)]
    made.append(Decision(decisions.entity_fact(other), "correct", {"name": one.name}))
    zones = [entity for entity in review.apply(read, made).draft.entities if entity.kind == "DevelopmentZone"]
    assert [(zone.name, len(zone.spans)) for zone in zones] == [(one.name, len(one.spans) + len(other.spans))]


def test_two_things_of_different_classes_are_not_given_one_name() -> None:
    read = extract("松泉区2023年统计公报\n\n松泉区隶属江岭市。柳湾镇税收5亿元。\n")
    made = [Decision(fact, "accept") for fact in decisions.facts(read)]
    renamed = Decision("entity:Town:柳湾镇", "correct", {"name": "江岭市"})
    others = [one for one in made if one.fact != renamed.fact]
    with pytest.raises(DataError, match="Two things are called '江岭市', of the classes PrefectureLevelCity and Town"):
        review.apply(read, [*others, renamed])
    classed = replace(renamed, changes={"name": "江岭市", "class": "PrefectureLevelCity"})
    assert [e.name for e in review.apply(read, [*others, classed]).draft.entities].count("江岭市") == 1


def test_a_thing_that_is_rejected_and_added_as_one_of_another_class_is_of_that_class() -> None:
    read = extract("松泉区2023年统计公报\n\n柳湾镇税收5亿元。\n")
    made = [Decision(fact, "accept") for fact in decisions.facts(read) if fact != "entity:Town:柳湾镇"]
    left = review.apply(
        read, [*made, Decision("entity:Town:柳湾镇", "reject"), Decision("entity:Village:柳湾镇", "add")]
    )
    assert [(e.kind, e.name) for e in left.draft.entities if e.name == "柳湾镇"] == [("Village", "柳湾镇")]
    assert left.held == ()


def test_a_thing_that_is_rejected_and_stays_because_of_what_is_told_of_it_is_told() -> None:
    read = extract("松泉区2023年统计公报\n\n柳湾镇税收5亿元。\n")
    made = [Decision(fact, "accept") for fact in decisions.facts(read) if fact != "entity:Town:柳湾镇"]
    left = review.apply(read, [*made, Decision("entity:Town:柳湾镇", "reject")])
    assert left.held == ("柳湾镇",)
    alone = review.apply(read, [Decision("entity:Town:柳湾镇", "reject")])
    assert (alone.held, [e.name for e in alone.draft.entities]) == ((), ["松泉区"])


def test_a_decision_on_a_fact_that_is_gone_is_told() -> None:
    assert decided(Decision("figure:1-2:level", "accept")).lost == ("figure:1-2:level",)


def test_the_table_replays(tmp_path: Path) -> None:
    names = decisions.figure_facts(draft())
    made = [Decision(names[0], "correct", {"value": "91"}, "li", "2026-11-27", "misread"), Decision(names[1], "reject")]
    path = tmp_path / "review.tsv"
    path.write_text(decisions.table(draft(), made), encoding="utf-8")
    assert decisions.read(path, draft().source.sha256) == made


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", ":1 does not name"),
        ("# text sha256 abc\n", ":1 is a review of another text"),
        ("# text sha256 {}\nx\ty\n", ":2 has no columns"),
        ("# text sha256 {}\nfact\tdecision\na\tmaybe\n", ":3: 'maybe' is no decision"),
        ("# text sha256 {}\nfact\tdecision\na\tcorrect\n", ":3: a correction changes nothing"),
        ('# text sha256 {}\nfact\tdecision\tnote\na\taccept\t"open\nb\treject\t\n', ":3 begins no row of a table"),
        ("# text sha256 {}\nfact\tdecision\na\taccept\nb\taccept\na\treject\n", ":5: a is decided a second time"),
        ("# text sha256 {}\nfact\tdecision\tvalue\na\taccept\t9\n", ":3: accept changes nothing, but the column value"),
        ("# text sha256 {}\nfact\tdecision\tname\nfigure:1-2:level\tcorrect\tx\n", ":3: figure:1-2:level has no name"),
        ("# text sha256 {}\nfact\tdecision\tname\nrelation:a:b:c\tcorrect\tx\n", "It has no columns to fill"),
    ],
)
def test_what_is_no_review_is_refused_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "review.tsv"
    path.write_text(text.format(draft().source.sha256), encoding="utf-8")
    with pytest.raises(DataError, match=re.escape(said)):
        decisions.read(path, draft().source.sha256)


def spreadsheet(text: str, delimiter: str = "\t") -> str:
    """A table as spreadsheets write it: every line as wide as the widest, and delimiters of their own."""
    width = max(line.count("\t") for line in text.splitlines())
    lines = [line + "\t" * (width - line.count("\t")) for line in text.splitlines()]
    return "\r\n".join(lines).replace("\t", delimiter) + "\r\n"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
@pytest.mark.parametrize("delimiter", ["\t", ",", ";"])
def test_a_table_that_a_spreadsheet_saved_is_read(tmp_path: Path, encoding: str, delimiter: str) -> None:
    names = decisions.figure_facts(draft())
    made = [Decision(names[0], "correct", {"value": "91"}, "李明", "2026-11-27", "误读"), Decision(names[1], "reject")]
    path = tmp_path / "review.csv"
    path.write_bytes(spreadsheet(decisions.table(draft(), made), delimiter).encode(encoding))
    assert decisions.read(path, draft().source.sha256) == made


def test_columns_in_another_order_and_words_of_the_page_are_read(tmp_path: Path) -> None:
    path = tmp_path / "review.tsv"
    text = f"# text sha256 {draft().source.sha256}\n Decision \tUnit \tFACT\n更正\tmu\tfigure:1-2:level\nReject\t\tb\n"
    path.write_text(text, encoding="utf-8")
    read = decisions.read(path, draft().source.sha256)
    assert read == [Decision("figure:1-2:level", "correct", {"unit": "mu"}), Decision("b", "reject")]


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("fact\tdecision\tunits\na\tcorrect\tmu\n", ":2 has a column 'units', which is none of a review"),
        ("fact\tdecision\tvalue\tvalue\na\tcorrect\t5\t7\n", ":2 has the column value twice"),
        ("fact\tdecision\tvalue\na\tcorrect\t\t7\n", ":3: there are more cells than columns"),
    ],
)
def test_what_would_be_lost_of_a_table_is_refused(tmp_path: Path, table: str, said: str) -> None:
    path = tmp_path / "review.tsv"
    path.write_text(f"# text sha256 {draft().source.sha256}\n{table}", encoding="utf-8")
    with pytest.raises(DataError, match=re.escape(said)):
        decisions.read(path, draft().source.sha256)


@pytest.mark.parametrize("value", ["1,5", "28,64,0", "2.864E+10", "９１", "9" * 40, "5%"])
def test_a_value_that_may_be_another_number_is_none(value: str) -> None:
    fact = decisions.figure_facts(draft())[0]
    with pytest.raises(DataError, match="is no number"):
        review.apply(draft(), [Decision(fact, "correct", {"value": value})])


def test_a_review_that_is_not_there_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        decisions.read(tmp_path / "none.tsv", "")


# --- what is added --------------------------------------------------------------------------------------------------------

MORE = "松泉区2023年统计公报\n\n全年全区生产总值90亿元。𠮷祥路沿线的松泉新天地里，老街坊们数着三百盏灯笼。\n"
LANTERNS = {"value": "300", "unit": "count", "kind": "count", "indicator": "灯笼数", "period": "2023-12"}


def added(fact: str, text: str = MORE, *others: Decision, **changes: str) -> review.Reviewed:
    return review.apply(extract(text), [Decision(fact, "add", changes, "li", "2026-11-27"), *others])


def place_of(printed: str, text: str = MORE) -> str:
    return f"figure:{text.index(printed)}-{text.index(printed) + len(printed)}:count"


def test_a_figure_that_was_missed_is_added_at_its_place() -> None:
    plaza = Decision("entity:CommercialStreet:松泉新天地", "add")
    reviewed = added(place_of("三百"), MORE, plaza, **LANTERNS, subject="松泉新天地")
    (figure,) = reviewed.draft.figures
    assert MORE[figure.start : figure.end] == figure.printed == "三百"
    assert (int(figure.value), int(figure.step), figure.unit, figure.kind) == (300, 100, "count", "countKind")
    assert (figure.period.edtf, figure.subject, figure.indicator.label) == ("2023-12", "松泉新天地", "灯笼数")
    assert figure.rules == ("added by hand", "reviewed li 2026-11-27")
    assert (reviewed.added, reviewed.lost) == (2, ())
    assert any("灯笼数" in str(fact) for fact in drafting.triples(reviewed.draft))


def test_a_figure_that_is_added_is_about_the_area_where_nothing_else_is_said() -> None:
    assert added(place_of("三百"), **LANTERNS).draft.figures[0].subject == "松泉区"


def test_an_added_figure_stands_where_its_number_does_and_is_that_which_is_found_there() -> None:
    read = extract(MORE)
    whole = place_of("90亿元").removesuffix("count") + "level"
    reviewed = added(whole, **LANTERNS | {"value": "9000000000", "unit": "CNY", "kind": "level"})
    (figure,) = reviewed.draft.figures
    assert (figure.start, figure.end) == (read.figures[0].start, read.figures[0].end)
    assert MORE[figure.start : figure.end] == "90"


@pytest.mark.parametrize("piece", ["2.3", "12.3", "12", "234,567", "1,234"])
def test_a_part_of_a_number_is_no_figure(piece: str) -> None:
    text = "松泉区2023年统计公报\n\n全年12.35万只，1,234,567只，30只。\n"
    start = text.index(piece)
    with pytest.raises(DataError, match="is a part of a number only"):
        added(f"figure:{start}-{start + len(piece)}:level", text, **LANTERNS)


def test_the_step_of_an_added_figure_is_that_of_its_last_printed_digit() -> None:
    (figure,) = added(
        place_of("90"), **LANTERNS | {"value": "9000000000", "unit": "CNY", "kind": "target"}
    ).draft.figures
    assert figure.step == 100_000_000


def test_what_is_found_by_now_where_something_was_added_becomes_what_was_said() -> None:
    read = extract(MORE)
    found = decisions.figure_facts(read)[0]
    reviewed = added(found, **LANTERNS | {"kind": "level"})
    assert [(int(figure.value), figure.indicator.label) for figure in reviewed.draft.figures] == [(300, "灯笼数")]
    assert (reviewed.added, reviewed.undecided) == (1, len(decisions.facts(read)) - 1)


def test_a_thing_that_was_missed_is_added_wherever_it_is_named() -> None:
    reviewed = added("entity:Street:𠮷祥路")
    street = next(entity for entity in reviewed.draft.entities if entity.kind == "Street")
    assert [reviewed.draft.normal.text[start:end] for start, end in street.spans] == ["𠮷祥路"]
    assert any("𠮷祥路" in str(fact) for fact in drafting.triples(reviewed.draft))


def test_a_relation_is_added_between_things_that_are_named_and_cites_where() -> None:
    street = Decision("entity:Street:𠮷祥路", "add")
    made = [Decision("relation:𠮷祥路:位于:松泉区", "add"), street]  # by its label, and before what it speaks of
    reviewed = review.apply(extract(MORE), made)
    (relation,) = reviewed.draft.relations
    assert (relation.subject, relation.predicate, relation.object) == ("𠮷祥路", "isLocatedIn", "松泉区")
    named = reviewed.draft.normal.text[relation.start : relation.end]
    assert "𠮷祥路" in named
    assert "松泉" in named
    assert (reviewed.added, reviewed.lost) == (2, ())
    assert any("isLocatedIn" in str(fact) for fact in drafting.triples(reviewed.draft))


def test_a_relation_is_cited_by_the_shortest_stretch_that_names_both() -> None:
    text = "松泉区公报\n\n松泉区有老街。东岭镇在北，西湾镇在南，东岭镇与西湾镇相邻。\n"
    reviewed = review.apply(extract(text), [Decision("relation:东岭镇:relatedTo:西湾镇", "add")])
    (relation,) = reviewed.draft.relations
    assert reviewed.draft.normal.text[relation.start : relation.end] == "东岭镇与西湾镇"


def test_what_an_accepted_relation_is_between_goes_on_with_it() -> None:
    read = extract("松泉区公报\n\n东岭镇隶属松泉区。\n")
    (relation,) = read.relations
    left = review.apply(read, [Decision(decisions.relation_fact(relation), "accept")]).draft
    assert {entity.name for entity in left.entities} == {"东岭镇", "松泉区"}
    assert any("isWithin" in str(fact) for fact in drafting.triples(left))


def test_the_class_of_a_thing_is_corrected() -> None:
    read = draft()
    zone = next(entity for entity in read.entities if entity.kind == "DevelopmentZone")
    left = review.apply(read, [Decision(decisions.entity_fact(zone), "correct", {"class": "产业园"})]).draft
    assert [entity.kind for entity in left.entities if entity.name == zone.name] == ["IndustrialPark"]


@pytest.mark.parametrize(
    ("fact", "changes", "said"),
    [
        ("figure:9-9:count", LANTERNS, "is no place in a text of"),
        ("figure:1-99999:count", LANTERNS, "is no place in a text of"),
        (place_of("灯笼"), LANTERNS, "holds no number"),
        (place_of("三百"), LANTERNS | {"period": "2023-13"}, "'2023-13' is no period"),
        (place_of("三百"), LANTERNS | {"unit": "盏"}, "is no unit"),
        (place_of("三百"), LANTERNS | {"value": "many"}, "is no number"),
        (place_of("三百"), LANTERNS | {"value": "NaN"}, "is no number"),
        (place_of("三百"), LANTERNS | {"value": "1e9999999"}, "is no number"),
        (place_of("三百"), LANTERNS | {"subject": "长安街"}, "there is no thing '长安街' in the draft"),
        ("entity:Street:长安街", {}, "is not named in the text"),
        ("entity:Street: ", {}, "is not named in the text"),
        ("entity:Wagon:𠮷祥路", {}, "is no class"),
        ("x:a", {}, "only figures, things and relations are added"),
        ("relation:松泉区:isFond:松泉区", {}, "'isFond' is no relation"),
        ("relation:松泉区:isLocatedIn:长安街", {}, "there is no thing '长安街' in the draft"),
        ("relation:松泉区:isWithin:松泉区", {}, "no relation with itself"),
        ("relation:松泉区:isSubordinateTo:松泉区", {}, "松泉区 is of the class District"),
    ],
)
def test_what_cannot_be_added_is_said(fact: str, changes: dict[str, str], said: str) -> None:
    with pytest.raises(DataError, match=re.escape(said)):
        added(fact, **changes)


def test_an_addition_that_lacks_a_column_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "review.tsv"
    lacking = {name: text for name, text in LANTERNS.items() if name != "period"}
    path.write_text(decisions.table(extract(MORE), [Decision(place_of("三百"), "add", lacking)]), encoding="utf-8")
    with pytest.raises(DataError, match=r"review.tsv:\d+: what is added has no period"):
        decisions.read(path, extract(MORE).source.sha256)


def test_the_page_shows_what_was_added_and_keeps_decisions_on_what_is_gone() -> None:
    gone = Decision("figure:1-2:level", "reject", note="x")
    page = report.write(extract(MORE), [Decision(place_of("三百"), "add", LANTERNS), gone])
    data = re.search(r'id="data">(.*?)</script>', page, re.DOTALL)
    assert data
    said = json.loads(data[1])
    assert [fact["decision"] for fact in said["facts"] if fact["decision"]] == ["add"]
    assert said["kept"] == [decisions.row(gone)]
    assert '<mark data-facts="' + place_of("三百") in page.replace("countKind", "count")


# --- commands -------------------------------------------------------------------------------------------------------------


def test_a_draft_its_page_and_what_was_accepted_are_written(
    article: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target, page = tmp_path / "draft.ttl", tmp_path / "review.html"
    assert run("extract", article, "-o", target, "--report", page, "--published", "2024-03-28") == 0
    assert "松泉区 (guessed), published 2024-03-28, period 2023 (guessed)" in capsys.readouterr().err
    assert target.read_text(encoding="utf-8").count("a qb:Observation") == len(draft().figures)
    assert "松泉" in page.read_text(encoding="utf-8")
    made = tmp_path / "review.tsv"
    made.write_text(
        decisions.table(draft(), [Decision(decisions.figure_facts(draft())[0], "accept")]), encoding="utf-8"
    )
    assert run("extract", article, "-o", target, "--review", made) == 0
    assert target.read_text(encoding="utf-8").count("a qb:Observation") == 1
    assert "1 accepted, 0 corrected, 0 rejected" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "options", "code", "said"),
    [
        (b"", (), 1, "is empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", (), 1, "Error"),
        (TEXT.encode(), ("--place", "41110"), 2, "no division code"),
        (TEXT.encode(), ("--published", "yesterday"), 2, "is no date"),
        (TEXT.encode(), ("--published", "2023-02-29"), 2, "is no date"),
        (TEXT.encode(), ("--period", "2020/2016"), 2, "is no period"),
        (TEXT.encode(), ("--review", "none.tsv"), 1, "There is no file"),
    ],
)
def test_errors_are_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes, options: tuple[str, ...], code: int, said: str
) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(content)
    assert run("extract", path, *options) == code
    err = capsys.readouterr().err
    assert said in err
    assert "Traceback" not in err
    assert len(err.strip().splitlines()) == 1


def test_a_text_without_numbers_gives_an_empty_draft_and_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.txt"
    path.write_text("松泉区简介\n\n松泉区山清水秀。", encoding="utf-8")
    assert run("extract", path, "-o", tmp_path / "a.ttl") == 0
    assert "No number of a figure was found." in capsys.readouterr().err


def test_evaluate_tells_f1_by_genre_and_names_the_line_of_a_bad_gold(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gold = tmp_path / "a.gold"
    head = "genre: communique\nsplit: train\nplace: 松泉区\n===\n松泉区2023年统计公报\n\n全年生产总值⟦90⟧亿元。\n===\n"
    gold.write_text(head + "90 | 90亿 CNY | level | 2023 | 地区生产总值\n===\nDistrict | 松泉区\n", encoding="utf-8")
    assert run("evaluate", gold, "--format", "json") == 0
    found = json.loads(capsys.readouterr().out)
    assert [(row["genre"], row["split"], row["scores"]["tuple"]["f1"]) for row in found] == [
        ("communique", "train", 1.0)
    ]
    gold.write_text(head + "91 | 90亿 CNY | level | 2023 | 地区生产总值\n===\n", encoding="utf-8")
    assert run("evaluate", gold) == 1
    assert "a.gold:9" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("column", "text", "code"),
    [
        ("kind", "年均增长", "averageGrowth"),
        ("kind", "count", "countKind"),
        ("unit", "美元", "USD"),
        ("unit", "km", "km"),
    ],
)
def test_a_correction_may_name_a_code_or_say_it_in_words(column: str, text: str, code: str) -> None:
    name = decisions.figure_facts(draft())[0]
    figure = decided(Decision(name, "correct", {column: text})).draft.figures[0]
    assert getattr(figure, column) == code


@pytest.mark.parametrize("column", ["kind", "unit"])
def test_a_correction_to_no_code_is_refused(column: str) -> None:
    name = decisions.figure_facts(draft())[0]
    with pytest.raises(DataError, match=f"'万元' is no {column}"):
        decided(Decision(name, "correct", {column: "万元"}))


def test_the_report_says_codes_in_words_and_offers_them() -> None:
    page = report.write(draft())
    assert '<span lang="zh">水平</span><span lang="en">level</span>' in page
    for offered in ("年均增长", "average annual growth", "美元", "社会消费品零售总额"):
        assert f"<option>{offered}</option>" in page


def test_rules_are_told_in_chinese_as_well() -> None:
    """Over all gold texts to learn from; a rule that is new gets its words in ``tables/rules.toml``."""
    rules: set[str] = set()
    for path in (path for path in GOLD if path.name.startswith("train-")):
        found = extract(read(path).text)
        rules |= {rule for fact in (*found.entities, *found.relations) for rule in (fact.rule,)}
        rules |= {part for figure in found.figures for rule in figure.rules for part in rule.split(": ")}
    known = tables.table("rules")["zh"]
    assert len(rules) > 40
    assert sorted(rule for rule in rules if rule not in known and codes().label(rule) == (rule, rule)) == []
    assert "承前" in report.write(draft())
    lines = re.findall(r'<p class="rules">(.*?)</p>', report.write(extract("松泉区公报\n\n税收超千万元企业12家。\n")))
    assert any("门槛" in line for line in lines)
    assert all(line.count('<span lang="en">threshold</span>') <= 1 for line in lines)
    assert "名称或别名" in report.write(draft())
