"""Commands do not write over what they read, tell errors in the language of the locale, and write nothing harmful to terminals."""

from __future__ import annotations

import io
import os
import pty
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yuanhui_kg.cli import run
from yuanhui_kg.cli.output import spare
from yuanhui_kg.cli.terminal import _Guard, guarded, visible
from yuanhui_kg.errors import UsageError
from yuanhui_kg.files import complete

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
    assert capsys.readouterr().err == "错误：没有文件或文件夹 no\N{REPLACEMENT CHARACTER}.ttl。请检查路径。\n"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["retract", "x"], "错误：缺少选项 '--in'。"),
        (["no-such"], "错误：没有命令 'no-such'。"),
        (["stats", "--no-such"], "错误：没有选项 '--no-such'。"),
        (["stats", "--format", "pdf"], "错误：'--format' 的取值不对：'pdf' 不在 'table', 'json' 之中。"),
        (["extract", "x", "--jobs", "many"], "错误：'--jobs' 的取值不对：'many' 不是整数。"),
    ],
)
def test_wrong_usage_is_told_in_chinese_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str], told: str
) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert run(arguments) == 2
    assert told in capsys.readouterr().err


def test_summaries_are_told_in_chinese_where_the_locale_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    file = tmp_path / "a.ttl"
    file.write_text("<x:a> <x:b> <x:c> .")
    assert run(["load", str(file), "--store", str(tmp_path / "store"), "--empty"]) == 0
    assert capsys.readouterr().out == f"已从 1 个文件装入 1 条新三元组到 {tmp_path}/store；共 1 条。\n"


# --- what is written ----------------------------------------------------------------------------------------------------


def test_a_link_is_kept_and_what_it_names_is_written(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("before")
    (tmp_path / "link").symlink_to("real")
    with complete(tmp_path / "link") as stream:
        stream.write(b"after")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "after"


def test_a_pipe_is_written_to_and_stays_one(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    try:
        with complete(tmp_path / "pipe") as stream:
            stream.write(b"through")
        assert os.read(reader, 100) == b"through"
    finally:
        os.close(reader)
    assert (tmp_path / "pipe").is_fifo()


def test_standard_output_may_be_named_as_a_file() -> None:
    code = "from pathlib import Path; from yuanhui_kg.files import complete\nwith complete(Path('/dev/stdout')) as s: s.write(b'x')"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=60).stdout == b"x"


def test_a_name_as_long_as_may_be_is_written(tmp_path: Path) -> None:
    with complete(tmp_path / ("n" * 255)) as stream:
        stream.write(b"x")
    assert [path.name for path in tmp_path.iterdir()] == ["n" * 255]


def test_a_process_that_is_killed_while_it_writes_leaves_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "f").write_text("before")
    code = f"""
import os, signal
from pathlib import Path
from yuanhui_kg.files import complete
with complete(Path({str(tmp_path / "f")!r})) as stream:
    stream.write(b"half")
    stream.flush()
    os.kill(os.getpid(), signal.SIGKILL)
"""
    assert subprocess.run([sys.executable, "-c", code], timeout=60).returncode == -signal.SIGKILL
    assert (tmp_path / "f").read_text() == "before"


def test_a_disk_that_takes_no_more_costs_nothing_that_was_there(tmp_path: Path) -> None:
    graph = tmp_path / "graph.ttl"
    graph.write_bytes(ARTICLE.with_name("triples.ttl").read_bytes())
    arguments = ["correct", "qinghe-2031-figure-budget", "value=1", "--in", graph, "--by", "x", "--why", "y"]
    code = "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (9999, 9999)); from yuanhui_kg.cli import run; sys.exit(run(sys.argv[1:]))"
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)], stderr=subprocess.PIPE, text=True, timeout=120
    )
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "cannot be written: File too large." in done.stderr
    assert graph.read_bytes() == ARTICLE.with_name("triples.ttl").read_bytes()
    assert [path.name for path in tmp_path.iterdir()] == ["graph.ttl"]


@pytest.mark.parametrize("arguments", [["query", "ASK {}"], ["dump"], ["stats"], ["compare", "grossRegionalProduct"]])
def test_output_that_finds_no_room_is_told_in_one_sentence(arguments: list[str]) -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "yuanhui_kg", *arguments],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=120,
        )
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert done.stderr.startswith("Error: Input or output failed: No space left on device.")


# --- terminals ----------------------------------------------------------------------------------------------------------

HOSTILE = "甲\x1b]0;owned\x07\x1b[31m乙\u202e丙\x9b2J丁\u2066\u3000戊\r己"


def on_terminal(code: str) -> str:
    """What a terminal gets of a program, as text."""
    terminal, stream = pty.openpty()
    done = subprocess.run([sys.executable, "-c", code], stdout=stream, stderr=stream, timeout=120)
    os.close(stream)
    assert done.returncode == 0
    with open(terminal, "rb") as reader:
        return reader.read1(65_536).decode()


@pytest.mark.parametrize(
    "write",
    ["print(text)", "print(text, file=sys.stderr)", "sys.stdout.buffer.write(text.encode())", "click.echo(text)",
     "output.print_table([text], [[text]], title=text)", "csv.writer(sys.stdout).writerow([text, text])",
     "output.tell_error(YuanhuiError(text, text))", "output.tell(text, aside=True)"],
)  # fmt: skip
def test_no_character_of_data_moves_a_terminals_cursor(write: str) -> None:
    told = on_terminal(
        "import click, csv, sys\nfrom yuanhui_kg.cli import output\nfrom yuanhui_kg.cli.terminal import guarded\n"
        f"from yuanhui_kg.errors import YuanhuiError\ntext = {HOSTILE!r}\nwith guarded():\n    {write}\n"
    )
    assert "甲" in told
    own = re.sub(r"\x1b\[[0-9;]*m|\r\n", "", told) if "table" in write else told.replace("\r\n", "")
    assert not set(own) & set("\x1b\x07\x9b\u202e\u2066\r")
    assert ("\x1b[31m" in told) is False


@pytest.mark.parametrize("arguments", [["check"], ["query", "figures", "-f", "table"], ["cite", "yuanhui-district"]])
def test_an_answer_is_not_lost_for_an_encoding_that_lacks_a_character(arguments: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "yuanhui_kg", *arguments],
        env={**os.environ, "PYTHONIOENCODING": "ascii", "LC_ALL": "zh_CN.UTF-8"},
        capture_output=True,
        timeout=120,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout


@pytest.mark.parametrize("command", ["stats", "dump", "query figures", "--help", "format tests/no.ttl"])
def test_a_standard_output_that_is_closed_is_told_and_no_traceback(command: str) -> None:
    """Without one, Python has no stream at all."""
    for closed in (">&-", ">&- <&-"):
        code = f"{sys.executable} -m yuanhui_kg {command} {closed}"
        done = subprocess.run(["sh", "-c", code], stderr=subprocess.PIPE, text=True, timeout=120)
        assert done.returncode == 1
        assert done.stderr.count("\n") == 1, done.stderr
        assert ("Standard output is closed" in done.stderr) is not command.startswith("format")


def test_a_command_without_standard_error_answers(tmp_path: Path) -> None:
    for number, end in enumerate(("", " <&-", " <&- >&-")):
        path = tmp_path / f"{number}.json"
        code = f"{sys.executable} -m yuanhui_kg query 'ASK {{}}' -o {path} 2>&-{end}"
        assert subprocess.run(["sh", "-c", code], timeout=120).returncode == 0
        assert b"true" in path.read_bytes()


def test_a_file_whose_name_is_no_text_is_told_of(tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/\xff.ttl"
    with open(name, "wb") as file:
        file.write(b"<x:b> <x:a> <x:c> .")
    code = [sys.executable, "-m", "yuanhui_kg", "format", name]
    done = subprocess.run(code, capture_output=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.endswith("/\N{REPLACEMENT CHARACTER}.ttl: put in order\n".encode())


def test_what_goes_into_a_pipe_is_left_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    with guarded():
        print(HOSTILE)
    assert capsys.readouterr().out == HOSTILE + "\n"


@given(st.text(), st.integers(0, 40))
def test_a_text_is_harmless_wherever_its_bytes_are_cut(text: str, at: int) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), "utf-8", newline="\n")
    guard, data = _Guard(stream), text.encode("utf-8", "replace")
    for piece in (data[:at], data[at:], b"\n"):
        assert guard.write(piece) == len(piece)
    assert stream.buffer.getvalue().decode() == visible(text.encode("utf-8", "replace").decode() + "\n")  # type: ignore[attr-defined]
