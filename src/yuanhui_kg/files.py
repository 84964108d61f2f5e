"""Files that appear under their names only once they are complete; digests of files."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

from .errors import YuanhuiError

_SHOWN: Final = 40  # characters of a file's name in that of its draft, which must not grow too long


@contextlib.contextmanager
def complete(path: Path) -> Iterator[IO[bytes]]:
    """A file to write, which takes the place of ``path`` when the block ends well, then on disk; after an error nothing is left.

    Keeps the permissions of a file that was there, and a link to it. Pipes and devices are written to as they are.
    Raises :class:`YuanhuiError` where it cannot be written.
    """
    try:
        with open(path, "wb") if path.exists() and not path.is_file() else _replacing(path.resolve()) as stream:
            yield stream
    except OSError as error:
        raise _unwritable(path, error) from None


@contextlib.contextmanager
def _replacing(path: Path) -> Iterator[IO[bytes]]:
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name[:_SHOWN]}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(handle)
        os.chmod(temporary, path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask())
        os.replace(temporary, path)
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(temporary)


def _unwritable(path: Path, error: OSError) -> YuanhuiError:
    return YuanhuiError(
        f"{path} cannot be written: {error.strerror}.", "Check the path, its permissions and the space."
    )


@contextlib.contextmanager
def alone(path: Path) -> Iterator[None]:
    """Let no other process that asks for the same change ``path`` while the block runs: the second one waits.

    Raises :class:`YuanhuiError` where its folder is not there.
    """
    try:
        handle = os.open(path.resolve().parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise _unwritable(path, error) from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)  # the folder's, for the file itself is replaced
        yield
    finally:
        os.close(handle)


def sha256(path: Path) -> str:
    """A file's SHA-256 as hexadecimal digits. Raises :class:`YuanhuiError` where it cannot be read."""
    try:
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise YuanhuiError(f"{path} cannot be read: {error.strerror}.", "Check the path and permissions.") from None


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
