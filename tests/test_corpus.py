"""Many texts are drafted at once; one that fails stops no other, and Spark runs the same stages."""

from __future__ import annotations

import shutil
import sys
import textwrap
from pathlib import Path

import pandas as pd
import pytest

from yuanhui_kg import cli
from yuanhui_kg.extract import corpus, loading, spark
from yuanhui_kg.extract.corpus import Options

TEXT = "松泉区{}年国民经济和社会发展统计公报\n\n全年全区生产总值9{}亿元，比上年增长5.6%。\n"


def run(*arguments: object) -> int:
    return cli.run([str(argument) for argument in arguments])


@pytest.fixture
def texts(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / f"text-{number}.txt" for number in range(5)]
    for number, path in enumerate(paths):
        path.write_text(TEXT.format(2018 + number, number), encoding="utf-8")
    return paths


def test_each_text_gets_a_draft_of_its_own_as_if_it_were_alone(
    texts: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("extract", *texts, "-o", tmp_path / "new" / "drafts", "--jobs", 2) == 0
    assert "5 of 5 texts drafted" in capsys.readouterr().err
    for path in texts:
        assert run("extract", path, "-o", tmp_path / "alone.ttl") == 0
        many = (tmp_path / "new" / "drafts" / f"{path.stem}.ttl").read_text(encoding="utf-8")
        assert many == (tmp_path / "alone.ttl").read_text(encoding="utf-8")


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_text_that_fails_is_told_and_stops_no_other(
    texts: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str], jobs: int
) -> None:
    texts[1].write_bytes(b"")
    texts[3].unlink()
    assert run("extract", *texts, "-o", tmp_path / "drafts", "--jobs", jobs) == 1
    err = capsys.readouterr().err
    assert "text-1.txt is empty" in err
    assert "There is no file" in err
    assert "3 of 5 texts drafted" in err
    assert sorted(path.stem for path in (tmp_path / "drafts").iterdir()) == ["text-0", "text-2", "text-4"]


@pytest.mark.slow
def test_a_text_over_which_its_process_dies_fails_alone(
    texts: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.py").write_text(
        textwrap.dedent(
            """
            import os, signal
            def tagger(task):
                if "2020" in task.text:
                    os.kill(os.getppid(), signal.SIGKILL)
                return []
            """
        )
    )
    found = dict(corpus.drafts(texts, Options(tagger="mine:tagger"), 2))
    assert found.keys() == set(texts)
    assert {path.stem: one.error for path, one in found.items() if one.error} == {
        "text-2": f"{texts[2]} ended the process that read it."
    }
    assert all(one.figures == 2 for one in found.values() if not one.error)


def test_a_fault_of_ours_is_an_error_of_that_text(texts: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corpus, "extract", lambda *_, **__: 1 / 0)
    assert corpus.drafted("a.txt", texts[0], Options()).error == (
        "a.txt cannot be drafted: ZeroDivisionError: division by zero."
    )


def test_a_place_that_a_text_does_not_name_is_told(
    texts: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("extract", *texts[:2], "-o", tmp_path / "drafts", "--place", "云侨区") == 0
    assert capsys.readouterr().err.count("The text does not name 云侨区") == 2
    assert run("extract", texts[0], "-o", tmp_path / "draft.ttl", "--place", "云侨区") == 0
    assert "The text does not name 云侨区" in capsys.readouterr().err
    assert run("extract", texts[0], "-o", tmp_path / "draft.ttl") == 0
    assert "does not name" not in capsys.readouterr().err


def test_bytes_are_bounded_as_files_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "MAX_BYTES", 100)
    assert "has 300 bytes" in corpus.drafted("a.txt", "好".encode() * 100, Options()).error


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "need a folder"),
        (("-o", "drafts", "--report", "r.html"), "is of one text"),
        (("-o", "drafts", "--review", "r.tsv"), "is of one text"),
        (("-o", "file.txt"), "is no folder"),
    ],
)
def test_what_several_texts_cannot_have_is_refused(
    texts: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
    options: tuple[str, ...], said: str,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file.txt").touch()
    assert run("extract", *texts, *options) == 2
    assert said in capsys.readouterr().err


def test_two_texts_never_become_one_file(texts: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "other").mkdir()
    twin = Path(shutil.copy(texts[0], tmp_path / "other" / texts[0].name))
    assert run("extract", texts[0], twin, "-o", tmp_path / "drafts") == 2
    assert "would both become" in capsys.readouterr().err
    assert not (tmp_path / "drafts").exists()


def test_a_step_of_spark_gives_what_one_machine_gives(texts: list[Path]) -> None:
    texts[4].write_bytes(b"")
    batch = pd.DataFrame({"path": [path.name for path in texts], "content": [path.read_bytes() for path in texts]})
    (made,) = spark.step(iter([batch]), Options())
    here = [corpus.drafted(path.name, path, Options()) for path in texts]
    assert list(made["turtle"]) == [one.turtle for one in here]
    assert list(made["error"])[-1] == here[-1].error != ""
    assert next(iter(made["place"])) == here[0].place != ""
    assert [f"{name} {kind}" for name, kind in zip(made.columns, ["string"] * 3 + ["int"] * 3 + ["string"] * 6 + ["int", "boolean"], strict=True)] == spark.SCHEMA.split(", ")  # fmt: skip


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning")
def test_spark_drafts_a_corpus(texts: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pyspark", reason="needs pyspark: pip install 'yuanhui-kg[spark]'")
    if shutil.which("java") is None:
        pytest.skip("needs Java 17")
    from pyspark.sql import SparkSession

    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)  # else its workers run the first python3 of the path
    builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    session = (
        builder.config("spark.driver.bindAddress", "127.0.0.1").config("spark.driver.host", "127.0.0.1").getOrCreate()
    )
    try:
        read = session.read.format("binaryFile").load(str(tmp_path / "text-*.txt"))
        found = {Path(row["name"]).name: row["turtle"] for row in spark.drafts(read).collect()}
    finally:
        session.stop()
    assert found == {path.name: corpus.drafted(path.name, path, Options()).turtle for path in texts}
