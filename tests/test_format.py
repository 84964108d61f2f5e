from pathlib import Path

import pytest

from yuanhui_kg.cli import run

LOOSE = '@prefix e: <http://example.org/> .\ne:b e:p "二"@zh . e:a a e:T ; e:p 1, 2.5 .\n'


def test_a_file_is_put_in_order_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.ttl"
    path.write_text(LOOSE, encoding="utf-8")
    assert run(["format", "--check", str(path)]) == 1
    assert "not in order" in capsys.readouterr().out
    assert path.read_text(encoding="utf-8") == LOOSE
    assert run(["format", str(path)]) == 0
    first = path.read_text(encoding="utf-8")
    assert first.index("example.org/a>") < first.index("example.org/b>")
    assert run(["format", "--check", str(path)]) == 0
    assert run(["format", str(path)]) == 0
    assert path.read_text(encoding="utf-8") == first


def test_one_bad_file_among_several_changes_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad = tmp_path / "good.ttl", tmp_path / "bad.ttl"
    good.write_text(LOOSE, encoding="utf-8")
    bad.write_text(LOOSE + "<http://example.org/x> <p> .\n", encoding="utf-8")
    assert run(["format", str(good), str(bad)]) == 1
    assert "bad.ttl, line 3" in capsys.readouterr().err
    assert good.read_text(encoding="utf-8") == LOOSE


def test_a_node_without_a_name_has_no_order(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.ttl"
    path.write_text("<http://example.org/x> <http://example.org/p> [] .", encoding="utf-8")
    assert run(["format", str(path)]) == 1
    assert "without a name" in capsys.readouterr().err
