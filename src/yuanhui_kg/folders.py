"""Temporary folders of this package's own; those of processes that were killed are removed by the next that makes one."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import IO, Final

PREFIX: Final = "yuanhui-kg-"
_LOCK: Final = "owner.lock"


class OwnFolder(tempfile.TemporaryDirectory[str]):
    """A new folder that only this user may enter. It is locked for as long as its process lives or until it is cleaned up."""

    def __init__(self) -> None:
        _sweep_once()
        super().__init__(prefix=PREFIX)
        self._lock = _locked(Path(self.name))

    def cleanup(self) -> None:
        super().cleanup()
        self._lock.close()


def _locked(folder: Path) -> IO[bytes]:
    """The lock of a folder, which has its name only once it is held."""
    new = folder / f"{_LOCK}.new"
    lock = open(new, "wb")
    fcntl.flock(lock, fcntl.LOCK_EX)
    new.rename(folder / _LOCK)
    return lock


def sweep() -> None:
    """Remove this user's folders of owners that have died."""
    with contextlib.suppress(OSError), _opened(tempfile.gettempdir()) as place:
        for name in os.listdir(place):
            if name.startswith(PREFIX):
                _remove_dead(place, name)


_sweep_once = cache(sweep)


def _remove_dead(place: int, name: str) -> None:
    """All goes by open folders, not by names, which somebody else might have changed meanwhile."""
    with contextlib.suppress(OSError), _opened(name, place) as folder:
        if os.fstat(folder).st_uid != os.geteuid():
            return
        with open(os.open(_LOCK, os.O_RDWR | os.O_NOFOLLOW, dir_fd=folder), "wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # an error where the owner lives
            for entry in sorted(os.listdir(folder), key=_LOCK.__eq__):  # the lock last
                _remove(entry, folder)
        os.rmdir(name, dir_fd=place)


def _remove(entry: str, folder: int) -> None:
    try:
        os.unlink(entry, dir_fd=folder)
    except IsADirectoryError:
        shutil.rmtree(entry, dir_fd=folder)


@contextlib.contextmanager
def _opened(path: str, within: int | None = None) -> Iterator[int]:
    """A folder that is one itself, no link to one."""
    folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY | (0 if within is None else os.O_NOFOLLOW), dir_fd=within)
    try:
        yield folder
    finally:
        os.close(folder)
