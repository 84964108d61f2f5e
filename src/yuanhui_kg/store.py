"""The embedded store: in memory, or a folder on disk that is never seen half written.

A folder on disk holds numbered *generations*, each a complete read-only database, and the file ``current`` that
names the one in force:

    DIR/yuanhui-kg-store.json   what this folder is, and its format
    DIR/current                 name of the generation in force
    DIR/generation-000001/      a database
    DIR/generation-000001.lock  held (shared) by whoever reads that generation
    DIR/lock                    held (exclusive) by the one writer

A writer works on a copy (hard links: cheap) and puts it in force by replacing ``current`` at the very end. A crash at
any moment therefore leaves the generation that was in force, readers never wait, and a failed load changes nothing.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import gc
import gzip
import json
import os
import re
import shutil
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any, Protocol, TypeVar

import pyoxigraph as ox

from .errors import DataError, StoreDamagedError, StoreError, StoreLockedError

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
MARKER = "yuanhui-kg-store.json"
FORMAT = 1
Result = TypeVar("Result")


class Reader(Protocol):
    """What everything that reads a graph needs of it: the solutions of a SELECT query."""

    def select(self, query: str, bindings: Mapping[str, Any] | None = None) -> Iterator[tuple[Any, ...]]:
        """The solutions as tuples of RDF terms (``None`` where unbound), in the order of the projection.

        ``bindings`` gives values to variables; they are bound as terms, never pasted into the text.
        """
        ...


class StoreReader:
    """A :class:`Reader` over an embedded store. A plain query sees the default graph only."""

    def __init__(self, store: ox.Store) -> None:
        self.store = store

    def select(self, query: str, bindings: Mapping[str, Any] | None = None) -> Iterator[tuple[Any, ...]]:
        substitutions = {ox.Variable(name): term for name, term in (bindings or {}).items()}
        solutions = self.store.query(query, substitutions=substitutions or None)
        assert isinstance(solutions, ox.QuerySolutions)  # noqa: S101 -- callers pass SELECT queries of their own
        for solution in solutions:
            yield tuple(solution)


# --- reading files ----------------------------------------------------------------------------------------------------


def rdf_format(path: Path) -> ox.RdfFormat:
    """The RDF syntax that a file's extension names (``.gz`` behind it is passed over).

    Raises :class:`DataError` where there is none.
    """
    suffixes = [s for s in path.suffixes if s != ".gz"]
    found = ox.RdfFormat.from_extension(suffixes[-1].lstrip(".").lower()) if suffixes else None
    if found is None:
        raise DataError(
            f"{path}: the file's extension names no RDF syntax.",
            "Use .ttl, .nt, .nq, .trig, .rdf or .jsonld, or give the syntax with --format.",
        )
    return found


@contextlib.contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """The bytes of a file, unpacked where its name ends in ``.gz``. Raises :class:`DataError`."""
    try:
        with gzip.open(path, "rb") if path.suffix == ".gz" else open(path, "rb") as stream:
            yield stream  # type: ignore[misc]
    except FileNotFoundError:
        raise DataError(f"{path}: there is no such file.", "Check the path.") from None
    except (OSError, EOFError) as error:
        raise DataError(f"{path}: cannot be read: {error}.", "Check that it is a readable, undamaged file.") from None


def load_file(
    store: ox.Store,
    path: Path,
    *,
    graph: str | None = None,
    format: ox.RdfFormat | None = None,
    base: str | None = None,
) -> int:
    """Load one RDF file into ``store``; how many quads it added.

    On a malformed file raises :class:`DataError` naming file and line; the store may then hold a part of it, so load
    into a store that can be thrown away (a fresh one, or a generation being written).
    """
    syntax = format or rdf_format(path)
    before = len(store)
    with opened(path) as stream:
        try:
            target = ox.NamedNode(graph) if graph else ox.DefaultGraph()
            store.bulk_load(input=stream, format=syntax, base_iri=base or path.resolve().as_uri(), to_graph=target)
        except SyntaxError as error:
            raise DataError(f"{path}, {_where(error)}", "Correct the file; nothing of it was loaded.") from None
        except ValueError as error:
            raise DataError(f"{path}: {error}", "Check the graph's IRI and the file's syntax.") from None
    return len(store) - before


def _where(error: SyntaxError) -> str:
    line = f"line {error.lineno}: " if error.lineno else ""
    message = str(error.msg).split(": ", 1)[-1]
    return f"{line}{message}."


def memory_store(files: Iterable[Path]) -> ox.Store:
    """A new store in memory that holds ``files`` in its default graph. Raises :class:`DataError`."""
    store = ox.Store()
    _load_files(store, files)
    return store


# --- folders on disk --------------------------------------------------------------------------------------------------


class Generation:
    """One database of a folder, opened for reading for as long as this object lives."""

    def __init__(self, path: Path, lock: IO[str]) -> None:
        self.path = path
        self._lock = lock

    @property
    def version(self) -> str:
        return f"{self.path.parent.name}/{self.path.name}/{self.path.stat().st_mtime_ns}"

    def open(self) -> ox.Store:
        """The database, read only. Raises :class:`StoreDamagedError`."""
        return _database(self.path, read_only=True)

    def close(self) -> None:
        self._lock.close()


class StoreFolder:
    """A store on disk.

    :param path: the folder; it need not exist yet.
    :raises StoreError: where the folder holds something else.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        if path.exists() and not path.is_dir():
            raise StoreError(f"{path} is a file, not a store's folder.", "Give the path of a folder.")
        marker = path / MARKER
        if marker.exists():
            self._check(marker)
        elif path.is_dir() and any(path.iterdir()):
            raise StoreError(
                f"{path} is not empty and holds no yuanhui-kg store.",
                "Give an empty or a new folder; a database of another program is loaded from its dump.",
            )

    @staticmethod
    def _check(marker: Path) -> None:
        try:
            format = json.loads(marker.read_text(encoding="utf-8"))["format"]
        except (OSError, ValueError, KeyError, TypeError):
            raise StoreDamagedError(f"{marker} cannot be read.", _RESTORE) from None
        if format != FORMAT:
            raise StoreError(
                f"{marker.parent} has store format {format}; this version reads format {FORMAT}.",
                "Dump it with the version that wrote it, and load the dump.",
            )

    @property
    def exists(self) -> bool:
        """Whether a generation is in force."""
        return (self.path / "current").exists()

    def create(self, files: Iterable[Path]) -> None:
        """Make the folder with a first generation that holds ``files``; none is in force after an error.

        Raises :class:`StoreError` where the folder has one already, and what loading raises.
        """
        with self._writer():
            if self.exists:
                raise StoreError(f"{self.path} holds a store already.", "Load into it, or give another folder.")
            self._generate(None, lambda store: _load_files(store, files))

    def read(self) -> Generation:
        """The generation in force, held against removal until closed. Raises :class:`StoreDamagedError`."""
        for _ in range(10):
            path = self._current()
            try:
                lock = open(path.with_name(path.name + ".lock"), "a+")
            except OSError as error:
                raise StoreError(
                    f"{path} cannot be read: {error.strerror}.", "Check the folder's permissions."
                ) from None
            fcntl.flock(lock, fcntl.LOCK_SH)
            if self._current() == path:
                return Generation(path, lock)
            lock.close()  # a writer was faster; its generation is in force now
        raise StoreLockedError(f"{self.path} is being written too fast to be read.", "Try again.")

    def write(self, change: Callable[[ox.Store], Result], new: Iterable[Path] | None = None) -> Result:
        """Let ``change`` work on a copy of the generation in force, and put the copy in force; what it returned.

        :param change: gets a store that it must not keep: a database that stays open goes on changing its files.
        :param new: the files that a folder without a store starts with; without them that is an error.
        :raises StoreLockedError: where another process writes.
        """

        def begin(store: ox.Store) -> Result:
            _load_files(store, new or ())
            return change(store)

        with self._writer():
            if new is None or self.exists:
                return self._generate(self._current(), change)
            return self._generate(None, begin)

    def _generate(self, source: Path | None, change: Callable[[ox.Store], Result]) -> Result:
        """Make a generation, as a copy of ``source`` or empty, change it and put it in force."""
        generation = self._next()
        try:
            if source is not None:
                _copy(source, generation)
            result = _changed(generation, change)
            self._put_in_force(generation)
        except BaseException as error:
            traceback.clear_frames(error.__traceback__)  # they hold the database open, which writes files at its end
            gc.collect()
            self._discard(generation)
            raise
        self._remove_unread(keep=generation)
        return result

    def _current(self) -> Path:
        try:
            name = (self.path / "current").read_text(encoding="ascii").strip()
        except FileNotFoundError:
            raise StoreError(
                f"{self.path} holds no store.", "Make one with: yuanhui-kg load FILE --store DIR."
            ) from None
        except (OSError, UnicodeDecodeError):
            raise StoreDamagedError(f"{self.path / 'current'} cannot be read.", _RESTORE) from None
        path = self.path / name
        if not name.startswith("generation-") or "/" in name or not path.is_dir():
            raise StoreDamagedError(f"{self.path / 'current'} names {name!r}, which is not there.", _RESTORE)
        return path

    def _next(self) -> Path:
        """A number never used before: a failed generation's lock file stays until a later one is in force."""
        names = [re.fullmatch(r"generation-(\d+)(\.lock)?", path.name) for path in self.path.glob("generation-*")]
        path = self.path / f"generation-{max((int(name[1]) for name in names if name), default=0) + 1:06d}"
        path.with_name(path.name + ".lock").touch()
        return path

    def _put_in_force(self, generation: Path) -> None:
        _sync(generation)
        _write_durably(self.path / "current", generation.name + "\n")

    @contextlib.contextmanager
    def _writer(self) -> Iterator[None]:
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            lock = open(self.path / "lock", "a+")
        except OSError as error:
            raise StoreError(
                f"{self.path} cannot be written: {error.strerror}.", "Check the path and permissions."
            ) from None
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                if error.errno not in (errno.EWOULDBLOCK, errno.EACCES):
                    raise
                lock.seek(0)
                raise StoreLockedError(
                    f"{self.path} is being written by process {lock.read().strip() or 'unknown'}.",
                    "Wait until it has ended, or end it.",
                ) from None
            lock.truncate(0)
            lock.write(str(os.getpid()))
            lock.flush()
            if not (self.path / MARKER).exists():
                _write_durably(self.path / MARKER, json.dumps({"format": FORMAT}) + "\n")
            yield

    def _discard(self, generation: Path) -> None:
        if not self.exists or self._current() != generation:
            shutil.rmtree(generation, ignore_errors=True)

    def _remove_unread(self, keep: Path) -> None:
        """Remove generations that nobody reads any more, leftovers of a crash among them."""
        for name in self.path.glob("generation-*.lock"):
            path = name.with_suffix("")
            if path == keep:
                continue
            with open(name, "a+") as lock:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except OSError:
                    continue
                shutil.rmtree(path, ignore_errors=True)
                name.unlink(missing_ok=True)


_RESTORE = "The store is damaged: restore a backup, or remove the folder and load the data again."


def _database(path: Path, *, read_only: bool) -> ox.Store:
    try:
        return ox.Store.read_only(os.fspath(path)) if read_only else ox.Store(os.fspath(path))
    except (OSError, RuntimeError, ValueError) as error:
        reason = str(error).splitlines()[0]
        if "lock" in reason.lower():
            raise StoreLockedError(
                f"{path} is held by another process ({reason}).", "End that process first."
            ) from None
        raise StoreDamagedError(f"{path} cannot be opened: {reason}.", _RESTORE) from None


def _copy(source: Path, target: Path) -> None:
    """Copy a generation that no writer has open. Its tables never change, so that hard links of them will do.

    Not the engine's ``backup``: that opens the source for writing, under the eyes of those who read it.
    """
    target.mkdir()
    for path in source.iterdir():
        if path.suffix in (".sst", ".blob"):
            os.link(path, target / path.name)
        elif path.name != "LOCK" and not path.name.startswith("LOG"):
            shutil.copy2(path, target / path.name)


def _changed(path: Path, change: Callable[[ox.Store], Result]) -> Result:
    """What ``change`` returns; the database at ``path`` is complete on disk and closed afterwards."""
    store = _database(path, read_only=False)
    try:
        result = change(store)
        store.flush()
    finally:
        del store
        gc.collect()  # closes it
    return result


def _load_files(store: ox.Store, files: Iterable[Path]) -> None:
    for path in files:
        load_file(store, path)


def _sync(folder: Path) -> None:
    """Have a folder's files and names on disk before it is named as the one in force."""
    for path in (*folder.iterdir(), folder, folder.parent):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _write_durably(path: Path, text: str) -> None:
    temporary = path.with_name(path.name + ".new")
    with open(temporary, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    handle = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
