"""Commands do not write over what they read, and tell errors in the language of the locale."""

from __future__ import annotations

from pathlib import Path

import pytest

from yuanhui_kg.cli import run
from yuanhui_kg.cli.output import spare
from yuanhui_kg.errors import UsageError

ARTICLE = Path(__file__).parent / "fixtures" / "qinghe" / "article.txt"


@pytest.mark.parametrize("others", [(), ("other.txt",)])
def test_a_text_is_not_written_over_by_its_draft(
    tmp_path: Path, others: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    names = ("text.ttl", *others)
    for name in names:
        (tmp_path / name).write_bytes(ARTICLE.read_bytes())
    target = tmp_path if others else tmp_path / "text.ttl"
    assert run(["extract", *(str(tmp_path / name) for name in names), "-o", str(target)]) == 2
    assert "would be lost" in capsys.readouterr().err
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == dict.fromkeys(names, ARTICLE.read_bytes())


@pytest.mark.parametrize("option", ["-o", "--propose"])
def test_a_merge_writes_over_neither_draft_nor_decisions(
    tmp_path: Path, option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "names.tsv"
    file.write_text("what somebody decided")
    graph = ARTICLE.with_name("triples.ttl")
    assert run(["merge", str(file), "--into", str(graph), "--links", str(file), option, str(file)]) == 2
    assert "would be lost" in capsys.readouterr().err
    assert file.read_text() == "what somebody decided"


def test_other_names_of_a_file_are_known(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(UsageError):
        spare(tmp_path / "b", None, tmp_path / "a")
    spare(tmp_path / "c", tmp_path / "a")
    spare(None, tmp_path / "a")


def test_errors_are_told_in_chinese_where_the_locale_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    graph = ARTICLE.with_name("triples.ttl")
    assert run(["retract", "<\x1b>", "--in", str(graph), "--by", "x", "--why", "y", "--dry-run"]) == 2
    told = capsys.readouterr().err
    assert told.startswith("错误：")
    assert "\x1b" not in told
    assert run(["retract", "a-thing", "--in", "no\x1b.ttl", "--by", "x", "--why", "y"]) == 1
    assert capsys.readouterr().err.startswith("Error: There is no file or folder no\N{REPLACEMENT CHARACTER}.ttl")
