"""The ledger: complete on the fixture and on the article, and every gap planted in it is found."""

from __future__ import annotations

import csv
import json
import sys
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest

from yuanhui_kg import turtle
from yuanhui_kg.cli import run
from yuanhui_kg.coverage import COLUMNS, NUMERAL, Ledger, coverage, ledger
from yuanhui_kg.errors import DataError, NotFoundError
from yuanhui_kg.namespaces import YH
from yuanhui_kg.settings import Settings
from yuanhui_kg.store import StoreReader, memory_store
from yuanhui_kg.validate import graph_of_files, graph_of_store, validate

FOLDER = Path(__file__).parent / "fixtures" / "qinghe"
ARTICLE = Path(__file__).parents[2] / "shared" / "article" / "article.txt"
TEXT = (FOLDER / "article.txt").read_bytes().decode("utf-8")
ID = "https://w3id.org/yuanhui-kg/id/qinghe-2031-"
SETTINGS = Settings()
PREFIXES = """
PREFIX oa: <http://www.w3.org/ns/oa#> PREFIX qb: <http://purl.org/linked-data/cube#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> PREFIX schema: <https://schema.org/>
PREFIX yh: <https://w3id.org/yuanhui-kg/id/> PREFIX yho: <https://w3id.org/yuanhui-kg/ontology#>
"""


@pytest.fixture
def store() -> ox.Store:
    return memory_store(sorted(FOLDER.glob("*.ttl")))


def counted(store: ox.Store, *updates: str) -> Ledger:
    for update in updates:
        store.update(PREFIXES + update)
    return coverage(StoreReader(store), FOLDER / "article.txt")


def gaps(found: Ledger) -> list[tuple[str, str]]:
    return [(gap.kind, TEXT[gap.start : gap.end]) for gap in found.gaps]


def at(text: str, inside: str) -> tuple[int, int]:
    start = TEXT.index(text) + text.index(inside)
    return start, start + len(inside)


def exclusion(text: str, inside: str) -> str:
    return "yh:qinghe-2031-exclusion-{}-{}".format(*at(text, inside))


# --- the fixture --------------------------------------------------------------------------------------------------------


def test_the_fixture_is_what_its_mark_up_makes() -> None:
    sys.path.insert(0, str(FOLDER.parents[1]))
    try:
        from fixtures.qinghe.make import build

        made = build().files()
    finally:
        sys.path.remove(str(FOLDER.parents[1]))
    assert made == {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.ttl")}


def test_the_fixture_holds_what_it_is_for(store: ox.Store) -> None:
    found = counted(store)
    assert 800 <= len(TEXT) <= 1200
    assert "柳堤纺\n织园" in TEXT
    twice = [
        id for id in {id for row in found.numerals for id in row.by} if sum(id in r.by for r in found.numerals) > 1
    ]
    assert sorted(twice) == ["qinghe-2031-figure-gdp", "qinghe-2031-figure-park-firms"]
    assert {row.printed for row in found.numerals if row.status == "figure"} >= {
        "四十二",
        "十一",
        "二百亿",
        "两亿",
        "46.4",
    }


@pytest.mark.slow
def test_the_fixture_keeps_to_the_shapes() -> None:
    data = graph_of_store(memory_store([*SETTINGS.ontology_files, *sorted(FOLDER.glob("*.ttl"))]))
    assert validate(data, graph_of_files(SETTINGS.shape_files)).violations == ()


#: What is planted, and the node that the shapes must accuse: each has its own, so that one validation finds them all.
WRONG = [
    ("DELETE WHERE { yh:qinghe-2031-exclusion-119-120 yho:hasReason ?reason }", "qinghe-2031-exclusion-119-120"),
    ("INSERT DATA { yh:qinghe-2031-exclusion-128-129 yho:hasReason yho:idiomReason }", "qinghe-2031-exclusion-128-129"),
    (
        "DELETE WHERE { yh:qinghe-2031-exclusion-138-139 yho:hasReason ?r } ;"
        " INSERT DATA { yh:qinghe-2031-exclusion-138-139 yho:hasReason yho:asserted }",
        "qinghe-2031-exclusion-138-139",
    ),
    (
        "INSERT DATA { yh:qinghe-2031-exclusion-149-150 yho:excludes yh:qinghe-2031-span-0-3 }",
        "qinghe-2031-exclusion-149-150",
    ),
    ("INSERT DATA { yh:x a yho:Exclusion ; yho:hasReason yho:idiomReason ; yho:excludes yh:qinghe-district }", "x"),
    ("DELETE WHERE { yh:qinghe-2031-sentence-002 yho:normalisedLength ?n }", "qinghe-2031-sentence-002"),
]


@cache
def accused() -> frozenset[str]:
    """The nodes in which the shapes of exclusions find something wrong, once all is planted."""
    spoilt = memory_store([*SETTINGS.ontology_files, *sorted(FOLDER.glob("*.ttl"))])
    for update, _ in WRONG:
        spoilt.update(PREFIXES + update)
    shapes = graph_of_files([path for path in SETTINGS.shape_files if path.name == "exclusions.ttl"])
    return frozenset(violation.focus for violation in validate(graph_of_store(spoilt), shapes).violations)


@pytest.mark.parametrize(("update", "focus"), WRONG)
def test_the_shapes_find_an_exclusion_that_is_wrong(update: str, focus: str) -> None:
    assert f"<{YH}{focus}>" in accused()


def test_the_shapes_accuse_nothing_else() -> None:
    planted = {focus for _, focus in WRONG}
    assert accused() == {f"<{YH}{name}>" for name in (*planted, "qinghe-district")}  # which is no span to be excluded


def test_the_fixture_is_covered(store: ox.Store) -> None:
    found = counted(store)
    assert found.gaps == ()
    assert found.complete
    assert found.document == ID + "text"
    assert found.counts()["numerals"] == {"figure": 36, "excluded": 33}
    assert found.counts()["sentences"] == {"cited": 24, "excluded": 3}


def test_a_sentence_tells_how_often_it_is_cited(store: ox.Store) -> None:
    third = counted(store).sentences[2]
    assert (third.id, third.start, third.end, third.status) == ("qinghe-2031-sentence-003", 52, 75, "cited")
    assert (third.mentions, third.figures, third.statements) == (3, 0, 2)


# --- planted gaps -------------------------------------------------------------------------------------------------------


def test_a_removed_figure_leaves_its_number_in_each_place(store: ox.Store) -> None:
    found = counted(store, "DELETE WHERE { yh:qinghe-2031-figure-park-firms yho:evidence ?span }")
    assert gaps(found) == [("numeral without figure", "四十二")] * 2
    assert found.gaps[0].start < found.gaps[1].start
    assert not found.complete


def test_a_removed_spans_number_is_a_gap_even_if_the_figure_stays(store: ox.Store) -> None:
    span = "yh:qinghe-2031-span-{}-{}".format(*at("撑起120.5", "120.5"))
    found = counted(store, f"DELETE DATA {{ yh:qinghe-2031-figure-gdp yho:evidence {span} }}")
    assert [(gap.kind, gap.start) for gap in found.gaps] == [("numeral without figure", at("撑起120.5", "120.5")[0])]


def test_each_part_of_a_ratio_needs_its_figure(store: ox.Store) -> None:
    whole = at("12.6:41.0:46.4", "12.6:41.0:46.4")
    found = counted(
        store,
        "DELETE WHERE { yh:qinghe-2031-figure-secondary-share-2029 yho:evidence ?span }",
        "DELETE { ?selector oa:start ?s ; oa:end ?e } "
        f"INSERT {{ ?selector oa:start {whole[0]} ; oa:end {whole[1]} }} WHERE {{ "
        "yh:qinghe-2031-figure-primary-share-2029 yho:evidence/oa:hasSelector ?selector . "
        "?selector oa:start ?s ; oa:end ?e }",
    )
    assert gaps(found) == [("numeral without figure", "12.6"), ("numeral without figure", "41.0")]


def test_evidence_of_a_whole_sentence_covers_no_number(store: ox.Store) -> None:
    found = counted(
        store,
        "DELETE WHERE { yh:qinghe-2031-figure-toilets yho:evidence ?span } ; "
        "INSERT { yh:qinghe-2031-figure-toilets yho:evidence ?span } WHERE { "
        "yh:qinghe-2031-figure-rural-roads yho:evidence/yho:inSentence ?span }",
    )
    assert gaps(found) == [("numeral without figure", "26")]


def test_a_number_is_covered_only_as_a_whole(store: ox.Store) -> None:
    start, end = at("城镇化率48.2", "48.2")
    found = counted(
        store,
        f"DELETE DATA {{ yh:qinghe-2031-selector-{start}-{end} oa:start {start} }} ; "
        f"INSERT DATA {{ yh:qinghe-2031-selector-{start}-{end} oa:start {start + 1} }}",
    )
    assert gaps(found) == [("numeral without figure", "48.2")]


def test_a_removed_exclusion_leaves_its_numeral(store: ox.Store) -> None:
    found = counted(store, f"DELETE WHERE {{ {exclusion('一般公共', '一')} ?p ?o }}")
    assert gaps(found) == [("numeral without figure", "一")]


def test_the_rest_of_a_numeral_needs_its_exclusion(store: ox.Store) -> None:
    found = counted(store, f"DELETE WHERE {{ {exclusion('两亿多元', '多')} ?p ?o }}")
    assert gaps(found) == [("numeral without figure", "多")]


def test_a_removed_mention_leaves_the_only_sentence_that_it_cites(store: ox.Store) -> None:
    found = counted(store, "DELETE WHERE { ?mention oa:hasBody yh:qinghe-section-outlook ; ?p ?o }")
    assert gaps(found) == [("sentence without citation", "三、展望")]


def test_a_removed_exclusion_of_a_sentence_leaves_the_sentence(store: ox.Store) -> None:
    whole = "风起千里，春潮正涌。"
    found = counted(store, f"DELETE WHERE {{ {exclusion(whole, whole)} ?p ?o }}")
    assert gaps(found) == [("sentence without citation", whole)]


def test_a_removed_sentence_leaves_its_words_outside(store: ox.Store) -> None:
    found = counted(store, "DELETE WHERE { yh:qinghe-2031-sentence-001 ?p ?o }")
    assert gaps(found) == [("text outside sentences", "青禾区晨报：新的一年")]


def test_one_sentence_over_two_runs_on_and_overlaps(store: ox.Store) -> None:
    found = counted(
        store,
        "DELETE WHERE { yh:qinghe-2031-selector-0-11 oa:end 11 } ; "
        "INSERT DATA { yh:qinghe-2031-selector-0-11 oa:end 51 }",
    )
    assert [gap.kind for gap in found.gaps] == ["sentence runs on", "overlapping sentences"]


def test_what_is_cited_cannot_be_excluded_too(store: ox.Store) -> None:
    start, end = at("增长6.2", "6.2")
    found = counted(
        store,
        "INSERT DATA { yh:twice a yho:Exclusion ; yho:hasReason yho:termReason ; "
        f"yho:excludes yh:qinghe-2031-span-{start}-{end} . "
        "yh:again a yho:Exclusion ; yho:hasReason yho:noFactReason ; yho:excludes yh:qinghe-2031-sentence-001 }",
    )
    assert gaps(found) == [("cited and excluded", "青禾区晨报：新的一年。"), ("cited and excluded", "6.2")]
    assert [gap.subject for gap in found.gaps] == ["again", "twice"]


def test_an_exclusion_of_no_numeral_is_idle(store: ox.Store) -> None:
    found = counted(
        store,
        "INSERT DATA { yh:idle a yho:Exclusion ; yho:hasReason yho:termReason ; yho:excludes yh:qinghe-2031-span-0-3 }",
    )
    assert [(gap.kind, gap.subject) for gap in found.gaps] == [("idle exclusion", "idle")]


def test_an_exclusion_needs_a_reason(store: ox.Store) -> None:
    found = counted(store, f"DELETE WHERE {{ {exclusion('一般公共', '一')} yho:hasReason ?reason }}")
    assert gaps(found) == [("exclusion without reason", "一")]


# --- numerals, files ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("增长8.2%,比2015年", ["8.2", "2015"]),
        ("１２．５万", ["１２．５", "万"]),
        ("1,234.5亿,56", ["1,234.5", "亿", "56"]),
        ("2015,2016", ["2015", "2016"]),
        ("4.5:44.1:51.4", ["4.5", "44.1", "51.4"]),
        ("三十多个，第二十一届", ["三十多", "第二十一"]),
        ("部队伍整齐，收拾行李", []),
        ("人民币壹佰贰拾元", ["壹佰贰拾"]),
        ("始终居首位", ["首位"]),
        ("①½²", ["①½²"]),
    ],
)
def test_numerals_are_runs_of_digits_or_of_chinese_numerals(text: str, expected: list[str]) -> None:
    assert [match.group() for match in NUMERAL.finditer(text)] == expected


def test_another_copy_has_no_ledger(store: ox.Store, tmp_path: Path) -> None:
    path = tmp_path / "copy.txt"
    path.write_text(TEXT + "\n", encoding="utf-8")
    with pytest.raises(DataError, match="verify"):
        coverage(StoreReader(store), path)
    with pytest.raises(NotFoundError, match="no spans"):
        ledger(StoreReader(ox.Store()), ID + "text", TEXT)


def test_the_ledger_holds_nothing_of_the_text_but_numerals(store: ox.Store) -> None:
    found = counted(store)
    rows = list(csv.DictReader(found.csv().splitlines()))
    assert tuple(rows[0]) == COLUMNS
    assert len(rows) == len(found.numerals) + len(found.sentences)
    assert {row["printed"] for row in rows if row["unit"] == "sentence"} == {""}
    assert all(NUMERAL.match(row["printed"]) for row in rows if row["unit"] == "numeral")


# --- the command --------------------------------------------------------------------------------------------------------


@pytest.fixture
def resources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The package's resources with a copy of the fixture's graph in place of the data."""
    (tmp_path / "data").mkdir()
    for path in FOLDER.glob("*.ttl"):
        (tmp_path / "data" / path.name).write_bytes(path.read_bytes())
    (tmp_path / "ontology").symlink_to(SETTINGS.resources / "ontology")
    monkeypatch.setenv("YUANHUI_KG_RESOURCES", str(tmp_path))
    return tmp_path


def command(*arguments: str | Path) -> int:
    return run(["coverage", "--article", str(FOLDER / "article.txt"), *map(str, arguments)])


@pytest.mark.usefixtures("resources")
def test_the_command_prints_the_ledger_and_its_counts(capfd: pytest.CaptureFixture[str]) -> None:
    assert command() == 0
    out = capfd.readouterr().out
    assert "qinghe-2031-figure-gdp-growth" in out
    assert "69 numerals (33 excluded, 36 figure); 27 sentences (24 cited, 3 excluded)" in out
    assert out.rstrip().endswith("no gap.")


def test_the_command_names_gaps_and_fails(resources: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (resources / "data" / "exclusions.ttl").unlink()
    assert command("--format", "csv") == 1
    out, err = capfd.readouterr()
    assert out.splitlines()[0] == ",".join(COLUMNS)
    assert "numeral without figure: 8–9\n" in err
    assert "36 gaps." in err


def test_the_command_writes_files(resources: Path) -> None:
    assert command("-o", resources / "ledger.csv") == 0
    assert command("-o", resources / "ledger.json") == 0
    assert command("-o", resources / "ledger.txt") == 2
    found = json.loads((resources / "ledger.json").read_text(encoding="utf-8"))
    rows = list(csv.DictReader((resources / "ledger.csv").read_text(encoding="utf-8").splitlines()))
    assert [{name: str(value) for name, value in row.items()} for row in found["rows"]] == rows
    assert (found["document"], found["gaps"]) == (ID + "text", [])


# --- the article --------------------------------------------------------------------------------------------------------


@cache
def real() -> Ledger:
    if not ARTICLE.is_file():
        pytest.skip("the article itself is not published: there is no ../shared/article/article.txt")
    return coverage(StoreReader(memory_store(SETTINGS.graph_files)), ARTICLE)


def test_the_article_is_covered() -> None:
    assert real().gaps == ()
    assert sum(row.status == "figure" for row in real().numerals) == 76


def test_the_ledger_in_the_data_is_up_to_date() -> None:
    expected = real().csv()
    written = (SETTINGS.resources / "data" / "coverage.csv").read_bytes().decode("utf-8")
    assert written == expected, "Run: yuanhui-kg coverage --article FILE -o data/coverage.csv"


def test_the_ledger_in_the_data_has_no_gap() -> None:
    text = (SETTINGS.resources / "data" / "coverage.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    assert {row["status"] for row in rows if row["unit"] == "numeral"} == {"figure", "excluded"}
    assert {row["status"] for row in rows if row["unit"] == "sentence"} == {"cited", "excluded"}


def test_what_is_excluded_in_the_data_is_what_the_ledger_says() -> None:
    path = SETTINGS.resources / "data" / "exclusions.ttl"
    rows = csv.DictReader((path.parent / "coverage.csv").read_text(encoding="utf-8").splitlines())
    query = "SELECT ?start ?end WHERE { ?x a yho:Exclusion ; yho:excludes/oa:hasSelector ?s . ?s oa:start ?start ; oa:end ?end }"
    store = memory_store(SETTINGS.graph_files)
    listed = {(row["start"], row["end"]) for row in rows if row["status"] == "excluded"}
    solutions = store.query(PREFIXES + query)
    assert isinstance(solutions, ox.QuerySolutions)
    assert {(row[0].value, row[1].value) for row in solutions} == listed  # type: ignore[union-attr]
    assert turtle.canonical(path.read_bytes(), path.name) == path.read_text(encoding="utf-8")
