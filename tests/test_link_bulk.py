"""Linking by a column, as table expressions: the same decisions as in memory, on DuckDB and (slow) on Spark."""

from __future__ import annotations

import csv
import importlib.util
import io
import random
import shutil
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from yuanhui_kg.cli import run
from yuanhui_kg.link import Entry, Match, Matcher, Mention
from yuanhui_kg.link.sssom import cells_of

pa = pytest.importorskip("pyarrow")
ibis = pytest.importorskip("ibis", reason="Ibis is not installed: pip install 'yuanhui-kg[bulk]'")

from yuanhui_kg.link.bulk import link_by  # noqa: E402
from yuanhui_kg.link.likeness import EDITS, likeness  # noqa: E402
from yuanhui_kg.link.names import parse  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore:fetch_:DeprecationWarning")  # Ibis 12 calls DuckDB 2 by older names

FIRST = "青石白云柳沙泉岭溪桥塘井李王张赵刘陈杨黄周吴"
SECOND = "庄桥湾家营店坡沟岗塘河洼寨楼堡屯坪岭村门"
ENDINGS = [
    "村",
    "村委会",
    "村民委员会",
    "社区",
    "社区居委会",
    "居委会",
    "社区居民委员会",
    "镇",
    "乡",
    "",
    "农场",
    "产业园",
    "族乡",
]


def made(seed: int, count: int, blocks: int) -> list[tuple[str, str, str]]:
    """Names in blocks: id, name, block; none twice in a block."""
    chooser = random.Random(seed)
    found: dict[tuple[str, str], tuple[str, str, str]] = {}
    while len(found) < count:
        core = chooser.choice(FIRST) + chooser.choice(["", *SECOND]) + chooser.choice(SECOND)
        name, block = core + chooser.choice(ENDINGS), f"b{chooser.randrange(blocks)}"
        found.setdefault((block, name), (f"{seed}-{len(found):05}", name, block))
    return list(found.values())


ONE_EDIT = EDITS - {"sounds", "double"}

REGISTER = made(1, 900, 6)
MENTIONS = [
    *made(2, 500, 6),
    ("t1", "靑石庄鎭", "b0"),
    ("t2", "青 石·庄村", "b1"),
    ("t3", "无", "b1"),
    ("t4", "青石庄村", "b9"),
    ("t5", "市辖区", "b1"),
]


def table(database: Any, rows: list[tuple[str, str, str]], parents: bool = False) -> Any:
    columns = {name: [row[place] for row in rows] for place, name in enumerate(("id", "name", "block"))}
    if parents:
        columns["parent_id"] = columns["block"]
    return database.create_table(f"t{len(database.list_tables())}", pa.table(columns))


def in_memory() -> dict[str, Match]:
    """What the matcher in memory says: the block of a mention is its whole surroundings."""
    blocks = sorted({block for _, _, block in REGISTER})
    entries = [Entry(block, f"{block}甲乙县") for block in blocks] + [
        Entry(id, name, block) for id, name, block in REGISTER
    ]
    matcher = Matcher(entries)
    asked = [Mention(id, name, (f"{block}甲乙县",)) for id, name, block in MENTIONS if block in blocks]
    return {mention.id: matcher.match(mention) for mention in asked}


def decided(links: Any) -> dict[str, tuple[str, str | None, float]]:
    rows = links.filter(links.place == 1).to_pyarrow().to_pylist()
    assert len(rows) == len({row["subject_id"] for row in rows})
    return {row["subject_id"]: (row["decision"], row["object_id"], row["confidence"] or 0.0) for row in rows}


@pytest.fixture(scope="module")
def duck() -> dict[str, tuple[str, str | None, float]]:
    database = ibis.duckdb.connect()
    return decided(link_by(table(database, MENTIONS), table(database, REGISTER, parents=True), "block"))


def test_tables_decide_as_the_matcher_in_memory(duck: dict[str, tuple[str, str | None, float]]) -> None:
    expected = {
        id: (
            match.decision,
            *((best.entry.id, best.confidence) if (best := next(iter(match.candidates), None)) else (None, 0.0)),
        )
        for id, match in in_memory().items()
    }
    assert duck.keys() - expected.keys() == {"t4"}
    assert {decision for decision, *_ in expected.values()} == {"accept", "review", "none"}
    for id, (decision, best, confidence) in expected.items():
        told = duck[id]
        assert told[0] == decision, (id, told, decision, best)
        if decision != "none":
            assert told[1] == best
            assert told[2] == pytest.approx(confidence, abs=0.05)  # in memory, names of two characters compete too
    close = sum(abs(duck[id][2] - confidence) < 2e-4 for id, (_, _, confidence) in expected.items())
    assert close > 0.97 * len(expected)


def test_a_block_that_the_register_has_not_links_nothing(duck: dict[str, tuple[str, str | None, float]]) -> None:
    assert duck["t4"] == ("none", None, 0.0)


def test_what_lies_deeper_in_the_block_is_less_sure() -> None:
    database = ibis.duckdb.connect()
    mentions = table(database, [("m", "青石社区", "b")])
    for parent, decision in (("b", "accept"), ("town", "review")):
        register = pa.table({"id": ["r"], "name": ["青石村"], "block": ["b"], "parent_id": [parent]})
        links = link_by(mentions, database.create_table(parent, register), "block")
        assert decided(links)["m"][0] == decision


def edited(chooser: random.Random, name: str) -> str:
    """A name with a character exchanged, left out, put in or at the end, or two neighbours exchanged."""
    at, other = chooser.randrange(len(name)), chooser.choice(FIRST + SECOND + "东西清师晚成杉盐")
    return chooser.choice(
        [
            name[:at] + other + name[at + 1 :],
            name[:at] + name[at + 1 :],
            name[:at] + other + name[at:],
            name[: at + 1] + name[at : at + 1] + name[at + 1 :],
            name + other,
            name[:at] + name[at : at + 2][::-1] + name[at + 2 :],
        ]
    )


def test_edits_are_called_as_the_matcher_in_memory_calls_them() -> None:
    chooser = random.Random(3)
    names = [name for _, name, _ in made(4, 2000, 3) if len(parse(name).core) > 2]
    pairs = [(edited(chooser, name), name) for name in names] + [(name, edited(chooser, name)) for name in names]
    pairs = [(one, two) for one, two in pairs if min(len(parse(one).core), len(parse(two).core)) > 2]
    pairs += [("晚家庄村", "湾家庄村"), ("林家庄村", "岭家庄村")]  # one sounds the same, one nearly
    expected = {str(n): likeness(parse(one), parse(two), True) for n, (one, two) in enumerate(pairs)}
    database = ibis.duckdb.connect()
    mentions = table(database, [(str(n), one, str(n)) for n, (one, _) in enumerate(pairs)])
    register = table(database, [(str(n), two, str(n)) for n, (_, two) in enumerate(pairs)])
    found = {row["subject_id"]: row["stage"] for row in link_by(mentions, register, "block").to_pyarrow().to_pylist()}
    named = {id for id, stage in found.items() if stage in ("exact", "core")}
    assert {id: stage for id, stage in found.items() if id not in named} == {
        id: one.way if one and one.way in ONE_EDIT else None for id, one in expected.items() if id not in named
    }
    assert set(found.values()) >= ONE_EDIT


def test_a_very_long_name_is_linked_by_what_it_is_alone() -> None:
    database = ibis.duckdb.connect()
    long = "青" * 500_000
    mentions = table(database, [("same", long, "b"), ("less", long[1:], "b")])
    found = decided(link_by(mentions, table(database, [("r", long, "b")]), "block"))
    assert {id: best for id, (_, best, _) in found.items()} == {"same": "r", "less": None}


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    paths = tmp_path / "mentions.tsv", tmp_path / "register.tsv"
    for path, rows in zip(paths, (MENTIONS, REGISTER), strict=True):
        lines = ["\t".join(row) + "\n" for row in rows]
        path.write_text("id\tname\tblock\n" + "".join(lines), encoding="utf-8")
    return paths


def read(links: Path) -> list[dict[str, str]]:
    text = links.read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(text[text.index("subject_id\t") :]), delimiter="\t", quoting=csv.QUOTE_NONE))


def test_the_command_links_by_a_column(
    files: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    links = tmp_path / "links.sssom.tsv"
    assert run(["link", str(files[0]), "--to", str(files[1]), "--by", "block", "-o", str(links)]) == 0
    rows = read(links)
    assert [row["subject_id"] for row in rows] == sorted(row["subject_id"] for row in rows)
    assert {row["subject_id"] for row in rows} == {id for id, _, _ in MENTIONS}
    accepted = [row for row in rows if row["decision"] == "accept"]
    assert f"accept: {len(accepted)};" in capsys.readouterr().err
    blocks = {id: block for id, _, block in [*MENTIONS, *REGISTER]}
    assert all(blocks[row["subject_id"]] == blocks[row["object_id"]] for row in accepted)


def test_its_rows_are_those_of_the_matcher_in_memory(files: tuple[Path, Path], tmp_path: Path) -> None:
    links = tmp_path / "links.sssom.tsv"
    assert run(["link", str(files[0]), "--to", str(files[1]), "--by", "block", "-o", str(links)]) == 0
    found = defaultdict(list)
    for row in read(links):
        found[row["subject_id"]].append(row)
    same = 0
    for id, match in in_memory().items():
        expected = [{**cells, "subject_context": "", "object_context": ""} for cells in cells_of(match)]
        assert expected[0].keys() == found[id][0].keys()
        same += found[id] == expected
    assert same > 0.9 * len(MENTIONS)  # names of two characters compete in memory, too


def test_what_a_person_decided_stays_and_comes_first(files: tuple[Path, Path], tmp_path: Path) -> None:
    links, reviewed = tmp_path / "links.sssom.tsv", tmp_path / "reviewed.tsv"
    asked = ["link", str(files[0]), "--to", str(files[1]), "--by", "block", "-o", str(links)]
    assert run(asked) == 0
    before = [row | {"note": ""} for row in read(links)]
    chosen = [row for row in before if row["decision"] == "accept"][-1]
    told = (chosen["subject_id"], chosen["object_id"], "refuse", "seen")
    lines = ("\t".join(row) + "\n" for row in (("subject_id", "object_id", "decision", "note"), told))
    reviewed.write_text("".join(lines), encoding="utf-8")
    assert run([*asked, "--reviewed", str(reviewed)]) == 0
    first, *left = read(links)
    assert (first["subject_id"], first["object_id"], first["decision"], first["note"]) == told
    assert [row for row in left if row["subject_id"] != told[0]] == [
        row for row in before if row["subject_id"] != told[0]
    ]


@pytest.mark.parametrize(
    ("text", "asked", "problem"),
    [
        ("id\tname\n1\t青石村\n", ["--by", "block"], "there is no column 'block'. It has id, name."),
        ("id\tname\tblock\n1\t青石村\tb\n1\t白云村\tb\n", ["--by", "block"], "the id '1' stands there more than once."),
        ("id\tname\tblock\n", ["--by", "block", "--history", "2000", "x.tsv"], "--by compares two tables as they are."),
    ],
)
def test_tables_that_do_not_fit_are_refused(
    text: str,
    asked: list[str],
    problem: str,
    files: tuple[Path, Path],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    register, links = tmp_path / "other.tsv", tmp_path / "links.tsv"
    register.write_text(text, encoding="utf-8")
    assert run(["link", str(files[0]), "--to", str(register), *asked, "-o", str(links)]) != 0
    assert problem in capsys.readouterr().err
    assert not links.exists()


def test_mentions_have_ids_of_their_own(
    files: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files[0].write_text("id\tname\tblock\n1\t青石村\tb0\n1\t白云村\tb0\n", encoding="utf-8")
    links = tmp_path / "links.tsv"
    assert run(["link", str(files[0]), "--to", str(files[1]), "--by", "block", "-o", str(links)]) == 1
    assert "mentions.tsv: the id '1' stands there more than once. Give each row its own id." in capsys.readouterr().err
    assert not links.exists()


@pytest.mark.slow
@pytest.mark.skipif(
    importlib.util.find_spec("pyspark") is None, reason="PySpark is not installed: pip install 'yuanhui-kg[spark]'"
)
@pytest.mark.skipif(shutil.which("java") is None, reason="Java is not installed (Spark 4 needs 17)")
@pytest.mark.filterwarnings("default")
def test_spark_decides_as_duckdb(
    duck: dict[str, tuple[str, str | None, float]], monkeypatch: pytest.MonkeyPatch
) -> None:
    from pyspark.sql import SparkSession

    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)

    session = (
        SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .getOrCreate()
    )
    try:
        database = ibis.pyspark.connect(session)
        mentions = session.createDataFrame(MENTIONS, "id string, name string, block string")
        register = session.createDataFrame(
            [(*row, row[2]) for row in REGISTER], "id string, name string, block string, parent_id string"
        )
        mentions.createOrReplaceTempView("mentions")
        register.createOrReplaceTempView("register")
        found = decided(link_by(database.table("mentions"), database.table("register"), "block"))
    finally:
        session.stop()
    assert found.keys() == duck.keys()
    for id, (decision, best, confidence) in duck.items():
        assert found[id][0] == decision
        assert decision == "none" or found[id][1] == best
        assert found[id][2] == pytest.approx(confidence, abs=1e-6)
