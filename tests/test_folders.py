"""Temporary folders do not outlive their owners, however these end, and nobody else's are touched."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from yuanhui_kg.folders import PREFIX, OwnFolder, sweep

OWNER = (
    "import sys; from yuanhui_kg.folders import OwnFolder; f = OwnFolder(); print(f.name, flush=True); sys.stdin.read()"
)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The place of temporary folders, for this process and those that it starts."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def owner() -> tuple[subprocess.Popen[str], Path]:
    """A process with a folder of its own, in which there is something."""
    process = subprocess.Popen([sys.executable, "-c", OWNER], stdin=-1, stdout=-1, text=True)
    assert process.stdout is not None
    folder = Path(process.stdout.readline().strip())
    (folder / "inner").mkdir()
    (folder / "inner" / "file").touch()
    return process, folder


def killed() -> Path:
    process, folder = owner()
    process.kill()
    process.communicate()
    return folder


def test_a_folder_goes_with_what_needs_it(place: Path) -> None:
    with OwnFolder() as name:
        assert Path(name).parent == place
        assert Path(name).stat().st_mode & 0o777 == 0o700
    assert not list(place.iterdir())


def test_the_folder_of_a_killed_process_is_removed_and_that_of_a_living_one_is_not(place: Path) -> None:
    """Each kill of a service left folders for ever."""
    (process, there), gone = owner(), killed()
    assert gone.exists()
    sweep()
    assert list(place.iterdir()) == [there]
    assert (there / "inner" / "file").exists()
    process.communicate("")
    assert not there.exists()


def test_what_is_no_folder_of_this_package_is_left_alone(place: Path) -> None:
    dead = killed()
    elsewhere = dead.rename(place / "elsewhere")  # what a link leads to
    (place / f"{PREFIX}link").symlink_to(elsewhere)
    (place / f"{PREFIX}new").mkdir()  # not locked yet
    (place / f"{PREFIX}file").touch()
    (place / f"{PREFIX}tricked").mkdir()
    (place / f"{PREFIX}tricked" / "owner.lock").symlink_to(elsewhere / "inner" / "file")
    before = sorted(place.rglob("*"))
    sweep()
    assert sorted(place.rglob("*")) == before


def test_links_in_a_dead_folder_are_removed_and_not_followed(place: Path) -> None:
    dead, kept = killed(), place / "kept"
    kept.mkdir()
    (kept / "file").touch()
    (dead / "link").symlink_to(kept)
    sweep()
    assert not dead.exists()
    assert (kept / "file").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder to another user")
def test_the_folders_of_another_user_are_left_alone(place: Path) -> None:
    dead = killed()
    os.chown(dead, 12345, -1)
    sweep()
    assert dead.exists()


@pytest.mark.parametrize("module", ["yuanhui_kg.zygote", "yuanhui_kg.writer", "yuanhui_kg.service.serving"])
def test_a_process_whose_starter_has_gone_ends_without_a_traceback(module: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", module, str(tmp_path)], stdin=subprocess.DEVNULL, capture_output=True, timeout=120
    )
    assert (done.returncode, done.stdout, done.stderr) == (1, b"", b"")


def test_who_cannot_say_that_it_is_ready_ends_without_a_traceback() -> None:
    """A service that was killed while its data were read left the reader's BrokenPipeError."""
    reader, writer = os.pipe()
    os.close(reader)
    code = "from yuanhui_kg.processes import say\nsay({'ready': True})"
    done = subprocess.run([sys.executable, "-c", code], stdout=writer, stderr=subprocess.PIPE, timeout=120)
    os.close(writer)
    assert (done.returncode, done.stderr) == (1, b"")
    assert signal.getsignal(signal.SIGPIPE) is signal.SIG_IGN  # as everywhere in Python
