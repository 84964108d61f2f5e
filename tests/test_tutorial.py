"""The tutorial's commands, one after another as they stand there: a second district goes the whole way."""

from __future__ import annotations

import glob
import re
import shlex
import subprocess
from pathlib import Path

import pytest

from yuanhui_kg import cli

PROJECT = Path(__file__).parents[1]
TUTORIAL = PROJECT / "docs" / "tutorial.md"
#: Commands that answer with 1: what they compare differs, what they check does not agree.
ONE = {"diff tutorial/before.ttl tutorial/graph.ttl", "check --store tutorial/store --problems"}


def commands(text: str) -> list[str]:
    blocks = re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line.strip()]


def run(line: str) -> int:
    name, *arguments = (part for word in shlex.split(line) for part in sorted(glob.glob(word)) or [word])
    if name == "yuanhui-kg":
        return cli.run(arguments)
    return subprocess.run([name, *arguments], check=False).returncode


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("tests", "ontology"):
        (tmp_path / name).symlink_to(PROJECT / name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    return tmp_path


@pytest.mark.slow
def test_a_second_district_goes_the_whole_way(clone: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told: dict[str, str] = {}
    for line in commands(TUTORIAL.read_text(encoding="utf-8")):
        code = run(line)
        captured = capsys.readouterr()
        assert code == (line.removeprefix("yuanhui-kg ") in ONE), f"{line}\n{captured.out}{captured.err}"
        told.setdefault(" ".join(line.split()[1:3]), "")
        told[" ".join(line.split()[1:3])] += captured.out + captured.err
    review = told["extract tutorial/article.txt"]
    fates = re.search(r"(\d+) accepted, (\d+) corrected, (\d+) rejected", review)
    assert fates
    assert all(int(fate) >= least for fate, least in zip(fates.groups(), (55, 1, 2), strict=True)), review
    merged = told["merge tutorial/accepted.ttl"]
    for name, thing in (
        ("临澄市", "lincheng-city"),
        ("云杉食品有限公司", "yunshan-foods"),
        ("云泽省立医院", "yunze-hospital"),
    ):
        assert re.search(rf"{name} +(云泽省立医院 )?{thing}", merged)
    assert re.search(r"12050000000 CNY \(120.5亿元\) .* 12150000000 CNY \(121.5亿元\) .* differ", merged)
    assert "Added 0 figures, 0 statements, 0 mentions, 0 things" in merged
    assert "left out: lu-ting-qu-2031-739985-figure-268-level" in merged
    assert "86.4" in told["query economy-size"]
    compared = told["compare grossRegionalProduct"]
    assert "青禾区" in compared or "Qinghe" in compared
    assert "芦汀区" in compared or "Luting" in compared
    assert "1 inconsistent" in told["check --store"]
    assert re.search(r"(\d+) findings: \1 consistent\.", told["check --store"])
    assert "示例编辑" in told["query revisions"]
    assert re.search(r"Figures: [34]\d added, 0 removed, 0 changed", told["diff tutorial/before.ttl"])


def test_the_tutorial_names_no_command_that_it_does_not_run() -> None:
    text = TUTORIAL.read_text(encoding="utf-8")
    run = {line.split()[1] for line in commands(text) if line.startswith("yuanhui-kg")}
    named = set(
        re.findall(r"`(?:yuanhui-kg )?(extract|validate|check|merge|diff|load|query|compare|retract|correct)\b", text)
    )
    assert named <= run
    assert {"extract", "merge", "compare", "retract"} <= run
