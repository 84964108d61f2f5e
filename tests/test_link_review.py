"""Decisions of a person about links stay when the same is linked again, however the table came back."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from yuanhui_kg.cli import run
from yuanhui_kg.link.review import read_reviewed

REGISTER = """id\tname\tparent_id
1\t江岚省\t
11\t清川市\t1
1101\t青禾区\t11
110101\t沙泉镇\t1101
110102\t白岭乡\t1101
1102\t临川县\t11
"""
MENTIONS = "id\tname\tcontext\na\t青禾\t江岚/清川\nb\t沙全镇\t江岚/清川/青禾区\nc\t无名乡\t江岚/清川\nd\t白岭\t江岚/清川/青禾区\n"


class Desk:
    """A register, mentions and a table of links, as a person has them."""

    def __init__(self, folder: Path) -> None:
        self.register, self.mentions, self.links = (folder / name for name in ("r.tsv", "m.tsv", "links.sssom.tsv"))
        self.register.write_text(REGISTER, encoding="utf-8")
        self.mentions.write_text(MENTIONS, encoding="utf-8")

    def link(self, *more: str) -> list[dict[str, str]]:
        asked = ["link", str(self.mentions), "--to", str(self.register), "-o", str(self.links), *more]
        assert run(asked) == 0
        return self.rows()

    def rows(self) -> list[dict[str, str]]:
        text = self.links.read_text(encoding="utf-8")
        body = io.StringIO(text[text.index("subject_id") :], newline="")
        return list(csv.DictReader(body, delimiter="\t", quoting=csv.QUOTE_NONE))

    def decide(self, subject: str, decision: str, **more: str) -> None:
        """Write a decision into the first row of a mention, as plain text."""
        rows = self.rows()
        next(row for row in rows if row["subject_id"] == subject).update(decision=decision, **more)
        columns = list(dict.fromkeys(column for row in rows for column in row))
        lines = ["\t".join(row.get(column) or "" for column in columns) for row in rows]
        head = [line for line in self.links.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
        self.links.write_text("\n".join([*head, "\t".join(columns), *lines, ""]), encoding="utf-8")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    found = Desk(tmp_path)
    found.link()
    return found


def of(rows: list[dict[str, str]], subject: str) -> list[tuple[str, str]]:
    return [(row["object_id"], row["decision"]) for row in rows if row["subject_id"] == subject]


def test_linking_again_changes_nothing_where_nobody_decided(desk: Desk) -> None:
    before = desk.links.read_bytes()
    desk.link()
    assert desk.links.read_bytes() == before


def test_an_accepted_link_stays_though_the_matcher_would_not_accept_it(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    assert of(desk.rows(), "c")[0] == ("sssom:NoTermFound", "none")
    desk.decide("c", "accept", object_id="1102", object_label="临川县", comment="seen on the spot")
    rows = desk.link()
    assert of(rows, "c")[0] == ("1102", "accept")
    assert "1 reviewed mentions are as a person left them." in capsys.readouterr().err
    assert next(row["comment"] for row in rows if row["subject_id"] == "c") == "seen on the spot"
    assert desk.link() == rows


def test_a_refused_link_is_not_accepted_again(desk: Desk) -> None:
    assert of(desk.rows(), "a") == [("1101", "accept")]
    desk.decide("a", "refuse")
    rows = desk.link()
    assert ("1101", "refuse") in of(rows, "a")
    assert "accept" not in {decision for _, decision in of(rows, "a")}


def test_a_confirmed_link_keeps_its_reviewer(desk: Desk) -> None:
    desk.decide("a", "accept", reviewer_label="A. Reviewer")
    rows = desk.link()
    assert [row["reviewer_label"] for row in rows] == ["A. Reviewer", *[""] * (len(rows) - 1)]


def test_a_register_that_changed_under_a_reviewed_link_is_told(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.decide("a", "accept", reviewer_label="A. Reviewer")
    desk.decide("d", "accept", reviewer_label="A. Reviewer")
    desk.register.write_text(
        REGISTER.replace("1101\t青禾区", "1101\t禾阳区").replace("110102\t白岭乡\t1101\n", ""), "utf-8"
    )
    rows = desk.link()
    told = capsys.readouterr().err
    assert "a is linked to 1101, which was '青禾区' and is not now." in told
    assert "d is linked to 110102 (白岭乡), which the register has no more." in told
    assert of(rows, "a")[0] == ("1101", "accept")
    assert of(rows, "d")[0] == ("110102", "accept")


def test_a_decided_mention_that_is_gone_or_renamed_is_told_and_kept(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.decide("a", "refuse")
    desk.decide("d", "refuse")
    desk.mentions.write_text(
        MENTIONS.replace("a\t青禾\t", "a\t青木\t").replace("d\t白岭\t江岚/清川/青禾区\n", ""), "utf-8"
    )
    rows = desk.link()
    told = capsys.readouterr().err
    assert "a was decided as '青禾', and is '青木' now." in told
    assert "d is decided, and is among the mentions no more." in told
    assert of(rows, "d") == [("110102", "refuse")]


def test_a_table_that_went_through_a_spreadsheet_is_read(desk: Desk) -> None:
    desk.decide("c", "accept", object_id="1102", object_label="临川县")
    rows = desk.rows()
    columns = ["note", "decision", *reversed([column for column in rows[0] if column != "decision"])]
    text = io.StringIO(newline="")
    text.write('"#curie_map:"\t\t\t\r\n#mapping_set_id: urn:example:reviewed\t\t\r\n')
    writer = csv.DictWriter(
        text, columns, delimiter="\t", quoting=csv.QUOTE_ALL, lineterminator="\r\n", restval='a "note"'
    )
    writer.writeheader()
    writer.writerows(rows)
    reviewed = desk.links.with_name("back.tsv")
    reviewed.write_bytes(text.getvalue().encode("utf-8-sig"))
    rows = desk.link("--reviewed", str(reviewed))
    assert of(rows, "c")[0] == ("1102", "accept")
    assert next(row["note"] for row in rows if row["subject_id"] == "c") == 'a "note"'
    assert '#mapping_set_id: "urn:example:reviewed"\n' in desk.links.read_text(encoding="utf-8")


def test_a_table_without_its_comments_is_read_as_well(desk: Desk) -> None:
    desk.decide("a", "no")
    text = desk.links.read_text(encoding="utf-8")
    desk.links.write_text(text[text.index("subject_id") :], encoding="utf-8")
    assert read_reviewed(desk.links).decided.keys() == {"a"}


def test_without_proposed_only_words_that_are_not_the_matchers_are_a_persons(tmp_path: Path) -> None:
    path = tmp_path / "links.tsv"
    path.write_text("subject_id\tobject_id\tdecision\na\t1\taccept\nb\t2\trefuse\nc\t3\t\n", encoding="utf-8")
    assert read_reviewed(path).decided.keys() == {"b"}


def test_a_file_that_is_no_table_of_links_is_not_written_over(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    for text in ("id\tname\n", "\udcff"):
        desk.links.write_bytes(text.encode("utf-8", "surrogateescape"))
        before = desk.links.read_bytes()
        assert run(["link", str(desk.mentions), "--to", str(desk.register), "-o", str(desk.links)]) == 2
        assert "is no table of links that could be kept. Remove it" in capsys.readouterr().err
        assert desk.links.read_bytes() == before
    assert run(["link", str(desk.mentions), "--to", str(desk.register), "--reviewed", str(desk.mentions)]) == 1
    assert "there is no column 'subject_id'" in capsys.readouterr().err
