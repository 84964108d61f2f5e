"""The embedded store: in memory, or a folder on disk that is never seen half written.

A folder on disk holds numbered *generations*, each a complete read-only database, and the file ``current`` that
names the one in force:

    DIR/yuanhui-kg-store.json   what this folder is, and its format
    DIR/current                 name of the generation in force
    DIR/generation-000001/      a database
    DIR/generation-000001.lock  held (shared) by whoever reads that generation; tells what its files were when it was made
    DIR/creating                while the first generation is being made
    DIR/lock                    held (exclusive) by the one writer
    DIR/writing/                the database of a writer that stays (a service that takes updates); worth nothing alone

A writer works on a copy (hard links: cheap) and puts it in force by replacing ``current`` at the very end. A crash at
any moment therefore leaves the generation that was in force, readers never wait, and a failed load changes nothing.
"""

from __future__ import annotations

import codecs
import contextlib
import errno
import fcntl
import gc
import gzip
import json
import os
import re
import shutil
import time
import traceback
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any, Final, Protocol, TypeVar

import pyoxigraph as ox

from . import nesting
from .errors import DataError, StoreDamagedError, StoreError, StoreFullError, StoreLockedError

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
MARKER = "yuanhui-kg-store.json"
FORMAT = 1
_AT_ONCE: Final = 10_000  # rows
_LIVE = "writing"
_CREATING = "creating"
_JOURNAL = ".journal"  # of a generation: the one before it, and the triples by which they differ
_JOURNALS = 64  # that are kept: indexes further behind are made anew
_TABLES = (".sst", ".blob")
_FOR_PEOPLE = ("LOCK", "LOG", "OPTIONS", "IDENTITY")  # files of the engine's that hold no data
_LOG_BYTES = 1024 * 1024  # of changes that a generation carries in its log before they become a table
_ATTEMPTS = 100  # at copying a database whose background work moves files meanwhile
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
        rows = map(tuple, solutions)
        # The engine's iterator must end in the thread that began it; one that is left half read in an exception's
        # traceback ends wherever memory is collected. Few rows are therefore read to their end at once.
        first = list(islice(rows, _AT_ONCE))
        return iter(first) if len(first) < _AT_ONCE else chain(first, rows)


# --- reading files ----------------------------------------------------------------------------------------------------


def rdf_format(path: Path) -> ox.RdfFormat:
    """The RDF syntax that a file's extension names (``.gz`` behind it is passed over).

    Raises :class:`DataError` where there is none, or no such file.
    """
    suffixes = [s for s in path.suffixes if s != ".gz"]
    found = ox.RdfFormat.from_extension(suffixes[-1].lstrip(".").lower()) if suffixes else None
    if found is None and not path.exists():
        raise DataError(f"{path}: there is no such file.", "Check the path.")
    if found is None:
        raise DataError(
            f"{path}: the file's extension names no RDF syntax.",
            "Name the file so that it ends in .ttl, .nt, .nq, .trig, .rdf or .jsonld.",
        )
    return found


@contextlib.contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """The bytes of a file, unpacked where its name ends in ``.gz``, without a byte-order mark. Raises :class:`DataError`."""
    try:
        with gzip.open(path, "rb") if path.suffix == ".gz" else open(path, "rb") as stream:
            if stream.peek(3)[:3] == codecs.BOM_UTF8:
                stream.read(3)
            yield stream  # type: ignore[misc]
    except FileNotFoundError:
        raise DataError(f"{path}: there is no such file.", "Check the path.") from None
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"{path}: cannot be read: {error}.", "Check that it is a readable, undamaged file.") from None
    except MemoryError as error:
        raise nesting.too_long(str(path), error) from None


def load_file(
    store: ox.Store,
    path: Path,
    *,
    graph: str | None = None,
    format: ox.RdfFormat | None = None,
    base: str | None = None,
) -> int:
    """Load one RDF file into ``store``; how many quads it added.

    :param graph: where all of it goes. A file with named graphs of its own is refused then: it would write into graphs of others.

    On a malformed file raises :class:`DataError` naming file and line; the store may then hold a part of it, so load
    into a store that can be thrown away (a fresh one, or a generation being written).
    """
    syntax = format or rdf_format(path)
    before = len(store)
    check_nesting(path, syntax)
    with opened(path) as stream:
        try:
            iri, target = base or path.resolve().as_uri(), ox.NamedNode(graph) if graph else ox.DefaultGraph()
            if graph and syntax.supports_datasets:
                found = ox.parse(stream, syntax, base_iri=iri, without_named_graphs=True, rename_blank_nodes=True)
                store.bulk_extend(ox.Quad(quad.subject, quad.predicate, quad.object, target) for quad in found)
            else:
                store.bulk_load(input=stream, format=syntax, base_iri=iri, to_graph=target)
        except SyntaxError as error:
            if "Named graphs" in str(error.msg):
                raise DataError(
                    f"{path} has named graphs, and is to be one graph.", "Give one graph, such as Turtle or N-Triples."
                ) from None
            raise DataError(f"{path}, {_where(error)}", "Correct the file; nothing of it was loaded.") from None
        except ValueError as error:
            raise DataError(f"{path}: {error}", "Check the graph's IRI and the file's syntax.") from None
    return len(store) - before


def check_nesting(path: Path, syntax: ox.RdfFormat) -> None:
    """Raises :class:`DataError` for a file that would end the process; what comes through a pipe is read once, unlooked at."""
    if path.is_file():
        with opened(path) as stream:
            nesting.check(str(path), stream, syntax)


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

    def verify(self) -> None:
        """Compare the files with what they were when the generation was made. Costs as much as reading the latest changes.

        The engine takes a log of changes that is cut or gone for the end of the changes. It checks its tables as it reads
        them. Raises :class:`StoreDamagedError` naming the file.
        """
        _verify(self.path)

    def close(self) -> None:
        self._lock.close()


def age(name: str) -> tuple[int, str]:
    """By which names of generations sort, the oldest first: their numbers outgrow any width."""
    return len(name), name


class Followed:
    """The text of a small file that others replace by renaming, cheap enough to ask for with every request.

    While the file that was read has a name it is still the one in force: one ``fstat``, which cannot be fooled by
    clocks, as comparing times could be. Threads may share it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: _Seen | None = None

    def text(self) -> str:
        """What the file holds now. Raises :class:`OSError`."""
        return self._now().text

    def version(self) -> str:
        """As :meth:`text`, with when that was written: a store that is made anew counts its generations from one again."""
        return self._now().version

    def _now(self) -> _Seen:
        seen = self._seen
        if seen is None or os.fstat(seen.handle).st_nlink == 0:
            self._seen = seen = _Seen(self._path)
        return seen


class _Seen:
    """A file that was read and is kept open until the last thread that looks at it lets go."""

    def __init__(self, path: Path) -> None:
        self.handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        self.text = os.read(self.handle, 65536).decode("utf-8")
        self.version = f"{self.text.strip()} {os.fstat(self.handle).st_mtime_ns}"

    def __del__(self) -> None:
        if hasattr(self, "handle"):
            os.close(self.handle)


def _opened(lock: Path) -> IO[str]:
    """A lock file, which a disk that cannot be written must have already. Raises :class:`OSError`."""
    try:
        return open(lock, "a+")
    except OSError as error:
        if error.errno not in (errno.EROFS, errno.EACCES):
            raise
        return open(lock)


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
            self._begin(lambda store: _load_files(store, files))

    def read(self) -> Generation:
        """The generation in force, held against removal until closed. Raises :class:`StoreDamagedError`."""
        for _ in range(10):
            path = self._current()
            try:
                lock = _opened(path.with_name(path.name + ".lock"))
            except OSError as error:
                raise StoreError(
                    f"{path} cannot be read: {error.strerror}.", "Check the folder's permissions."
                ) from None
            fcntl.flock(lock, fcntl.LOCK_SH)
            if self._current() == path:
                return Generation(path, lock)
            lock.close()  # a writer was faster; its generation is in force now
        raise StoreLockedError(f"{self.path} is being written too fast to be read.", "Try again.")

    @property
    def pointer(self) -> Path:
        """The file that names the generation in force; it is replaced, never changed, with every commit."""
        return self.path / "current"

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
                _verify(self._current())
                return self._generate(self._current(), change)
            return self._begin(begin)

    @contextlib.contextmanager
    def writing(self, new: Iterable[Path]) -> Iterator[Live]:
        """Be the one writer for as long as the block lasts.

        :param new: the files that a folder without a store starts with.
        :raises StoreLockedError: where another process writes.
        """
        with self._writer():
            live = Live(self)
            if self.exists:
                _verify(self._current())
            else:
                self._begin(lambda store: _load_files(store, new))
            try:
                yield live
            finally:
                live.discard()

    def back_up(self, target: Path) -> int:
        """Make ``target`` a store that holds what is in force here now, and nothing else; how many quads that is.

        Neither waits for a writer nor stops one. Raises :class:`StoreError` where ``target`` is not empty.
        """
        copy = StoreFolder(target)
        if target.exists() and any(target.iterdir()):
            raise StoreError(f"{target} is not empty.", "Give the path of a new folder.")
        generation = self.read()
        try:
            generation.verify()
            with copy._writer():
                return copy._generate(generation.path, len, link=False)
        finally:
            generation.close()

    def restore(self, backup: Path) -> int:
        """Put what the store in ``backup`` holds in the place of everything here; how many quads that is.

        Raises :class:`StoreLockedError` while another process writes here.
        """
        generation = StoreFolder(backup).read()
        try:
            generation.verify()
            with self._writer():
                return self._generate(generation.path, len, link=False)
        finally:
            generation.close()

    def _begin(self, change: Callable[[ox.Store], Result]) -> Result:
        """Make the first generation of a folder that has none in force.

        Raises :class:`StoreDamagedError` where there are generations that were in force: a lost file that names them must not
        cost them their lives. What an earlier start had begun and not finished is known by the file ``creating``.
        """
        there = sorted(path.name for path in self.path.glob("generation-*") if path.is_dir())
        creating = self.path / _CREATING
        if there and not creating.exists():
            raise StoreDamagedError(
                f"{self.pointer} is missing, and {', '.join(there)} is there.",
                f"Restore a backup, or write {there[-1]} into that file; nothing was touched.",
            )
        creating.touch()
        result = self._generate(None, change)
        creating.unlink()
        return result

    def _generate(self, source: Path | None, change: Callable[[ox.Store], Result], *, link: bool = True) -> Result:
        """Make a generation, as a copy of ``source`` or empty, change it and put it in force."""

        def make(generation: Path) -> Result:
            if source is not None:
                _copy(source, generation, link=link)
            return _changed(generation, change)

        return self._commit(make)

    def _commit(self, make: Callable[[Path], Result], announce: Callable[[str], None] | None = None) -> Result:
        """Put the generation in force that ``make`` makes at a path; what it returned.

        :param announce: told the generation's name before anything of it is made.
        """
        generation = self._next()
        if announce is not None:
            announce(generation.name)
        generation.with_suffix(_JOURNAL).unlink(missing_ok=True)  # of a failed one that had this number
        try:
            result = make(generation)
            self._put_in_force(generation)
        except BaseException as error:
            traceback.clear_frames(error.__traceback__)  # they hold the database open, which writes files at its end
            gc.collect()
            self._discard(generation)
            if is_full(error):
                raise full(self.path) from None
            raise
        self.remove_unread(keep=generation)
        return result

    def journals(self, since: str, until: str) -> list[bytes] | None:
        """What was changed from one generation to a later one, as its writer noted it; ``None`` where that is not known."""
        found: list[bytes] = []
        while until != since and len(found) < _JOURNALS:
            try:
                before, _, journal = (self.path / until).with_suffix(_JOURNAL).read_bytes().partition(b"\n")
            except OSError:
                return None
            found.append(journal)
            until = before.decode()
        return found if until == since else None

    def remove_journals(self) -> None:
        """Remove all journals but the latest. Only for the one writer."""
        journals = sorted(self.path.glob(f"generation-*{_JOURNAL}"), key=lambda path: age(path.name))
        for path in journals[:-_JOURNALS]:
            path.unlink(missing_ok=True)

    def confirmed(self) -> str:
        """The name of the generation in force, on disk by now: also where its writer died before he knew that it was.

        Raises :class:`StoreError`, and :class:`OSError` where the disk does.
        """
        name = self._current().name
        _synced(self.path)
        return name

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
        _write_sums(generation)
        _sync(generation)
        _write_durably(self.path / "current", generation.name + "\n")

    @contextlib.contextmanager
    def _writer(self) -> Iterator[None]:
        """Be the one writer. Where there was no store and an error leaves none, what was made for one is removed again."""
        folders = [path for path in (self.path, *self.path.parents) if not path.exists()]
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
            if not _is_at(lock, self.path / "lock"):  # another process has unmade the store since it was opened
                raise StoreLockedError(f"{self.path} was removed by another process.", "Try again.")
            lock.truncate(0)
            with contextlib.suppress(OSError):  # on a full disk; the number is for people
                os.write(lock.fileno(), str(os.getpid()).encode())
            if (self.path / MARKER).exists():
                yield
                return
            try:
                _write_durably(self.path / MARKER, json.dumps({"format": FORMAT}) + "\n")
                yield
            except BaseException:
                if not self.exists:
                    self._unmake(folders)
                raise

    def _unmake(self, folders: Iterable[Path]) -> None:
        """Remove what the one writer has made of a store that did not come to be, and ``folders``, the innermost first."""
        own = (self.path / MARKER, self.path / f"{MARKER}.new", self.path / _CREATING)
        with contextlib.suppress(OSError):  # what cannot be removed, or is somebody else's, stays
            for path in (*own, *self.path.glob("generation-*.lock"), self.path / "lock"):
                path.unlink(missing_ok=True)
            for folder in folders:
                folder.rmdir()

    def _discard(self, generation: Path) -> None:
        if not self.exists or self._current() != generation:
            shutil.rmtree(generation, ignore_errors=True)

    def remove_unread(self, keep: Path | None = None) -> bool:
        """Remove generations that nobody reads any more, leftovers of a crash among them; whether that were all.

        Only for the one writer.

        :param keep: the generation in force, where the caller knows it.
        """
        keep = keep or self._current()
        every = True
        for name in self.path.glob("generation-*.lock"):
            path = name.with_suffix("")
            if path == keep:
                continue
            with open(name, "a+") as lock:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except OSError:
                    every = False
                    continue
                shutil.rmtree(path, ignore_errors=True)
                name.unlink(missing_ok=True)
        return every


def _is_at(file: IO[Any], path: Path) -> bool:
    """Whether an open file is still the one of that name."""
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False


class Live:
    """The read-write database of a folder's one writer, which stays open from one commit to the next.

    It starts as a copy of the generation in force. :meth:`commit` makes a new generation of it as it stands; whatever
    else happens to it (a failed change, a crash, a full disk) it is thrown away, and copied anew when it is next asked
    for. So what is in force is the only truth, and a change of several steps is all or nothing.
    """

    def __init__(self, folder: StoreFolder) -> None:
        self._folder = folder
        self._path = folder.path / _LIVE
        self._store: ox.Store | None = None
        #: Whether a writer before this one ended without having thrown its database away.
        self.crashed = self._path.exists()
        self.discard()

    @property
    def store(self) -> ox.Store:
        """The database; not to be kept. Raises :class:`StoreError`."""
        if self._store is None:
            shutil.rmtree(self._path, ignore_errors=True)
            try:
                _copy(self._folder._current(), self._path)
            except OSError as error:
                if is_full(error):
                    raise full(self._folder.path) from None
                raise
            self._store = _database(self._path, read_only=False)
        return self._store

    def commit(self, announce: Callable[[str], None] | None = None, journal: bytes | None = None) -> None:
        """Put what the database holds now in force; durable on return.

        :param announce: told the new generation's name once nothing but a sudden end or a full disk is in the way.
        :param journal: what was changed since the last commit, for :meth:`StoreFolder.journals`, where that is known.
        :raises StoreFullError: where there is no room for it.
        """
        if sum(path.stat().st_size for path in self._path.glob("*.log")) > _LOG_BYTES:
            self.store.flush()
        before = self._folder._current().name

        def make(generation: Path) -> None:
            self._snapshot(generation)
            if journal is not None:
                generation.with_suffix(_JOURNAL).write_bytes(before.encode() + b"\n" + journal)

        self._folder._commit(make, announce)
        self._folder.remove_journals()

    def discard(self) -> None:
        """Throw the database away."""
        self._store = None
        gc.collect()  # closes it
        shutil.rmtree(self._path, ignore_errors=True)

    def _snapshot(self, target: Path) -> None:
        """Copy the database while it is open, its log of latest changes with it. Nobody changes it meanwhile.

        Not the engine's ``backup``: that makes a table of each handful of changes, five times as slow, and has the
        engine merge them for ever. What may happen meanwhile is that the engine merges tables in the background. It
        writes that to the manifest first and removes files after, so that where the manifest is as before all is.
        """
        for _ in range(_ATTEMPTS):
            before = self._manifest()
            try:
                _copy(self._path, target)
                if self._manifest() == before:
                    return
            except FileNotFoundError:
                pass
            shutil.rmtree(target, ignore_errors=True)
            time.sleep(0.005)
        raise StoreError(f"{self._path} does not come to rest.", "Try again.")

    def _manifest(self) -> list[tuple[str, int]]:
        return sorted((path.name, path.stat().st_size) for path in self._path.glob("MANIFEST-*"))


_RESTORE = "The store is damaged: restore a backup, or remove the folder and load the data again."
_FULL = (os.strerror(errno.ENOSPC), os.strerror(errno.EDQUOT), os.strerror(errno.EFBIG))


def is_full(error: BaseException) -> bool:
    """Whether an error says that the disk takes no more; the engine's errors tell it in words only."""
    return isinstance(error, StoreFullError) or any(words in str(error) for words in _FULL)


def full(path: Path) -> StoreFullError:
    """The error that says so of the store at ``path``."""
    return StoreFullError(f"The disk of {path} is full; nothing of the change was kept.", "Make room on it.")


def _database(path: Path, *, read_only: bool) -> ox.Store:
    try:
        return ox.Store.read_only(os.fspath(path)) if read_only else ox.Store(os.fspath(path))
    except (OSError, RuntimeError, ValueError) as error:
        if is_full(error):
            raise full(path.parent) from None
        reason = str(error).splitlines()[0]
        if re.search(r"\block\b", reason, re.IGNORECASE):  # not "block checksum mismatch"
            raise StoreLockedError(
                f"{path} is held by another process ({reason}).", "End that process first."
            ) from None
        raise StoreDamagedError(f"{path} cannot be opened: {reason}.", _RESTORE) from None


def _write_sums(generation: Path) -> None:
    """Note a generation's files in its lock file: names with sizes and checksums (see :func:`_sums`)."""
    lock = generation.with_name(generation.name + ".lock")
    with open(lock, "w", encoding="utf-8") as file:
        json.dump(_sums(generation), file)
        file.flush()
        os.fsync(file.fileno())


def _sums(generation: Path) -> dict[str, list[int]]:
    """The files of a generation but for its tables: the engine checks size and presence of those that it needs itself.

    Others may be there that the engine was still writing when the generation was made; they are nobody's, and may grow.
    """
    return {
        path.name: [path.stat().st_size, zlib.crc32(path.read_bytes())]
        for path in generation.iterdir()
        if path.suffix not in _TABLES and not path.name.startswith(_FOR_PEOPLE)
    }


def _verify(generation: Path) -> None:
    lock = generation.with_name(generation.name + ".lock")
    try:
        noted: dict[str, list[int]] = json.loads(lock.read_text(encoding="utf-8") or "{}")
        found = _sums(generation)
    except (OSError, ValueError) as error:
        raise StoreDamagedError(f"{lock} does not tell what {generation} holds: {error}.", _RESTORE) from None
    for name, sums in noted.items():
        if name.endswith(_TABLES):
            continue  # earlier versions noted them too
        if name not in found:
            raise StoreDamagedError(f"{generation / name} is missing.", _RESTORE)
        if found[name] != sums:
            what = "other bytes" if found[name][0] == sums[0] else f"{found[name][0]:,} bytes instead of {sums[0]:,}"
            raise StoreDamagedError(f"{generation / name} holds {what}; it was changed from outside.", _RESTORE)


def _copy(source: Path, target: Path, *, link: bool = True) -> None:
    """Copy a generation that no writer has open. Its tables never change, so that hard links of them will do.

    Not the engine's ``backup``: that opens the source for writing, under the eyes of those who read it.
    """
    target.mkdir()
    for path in source.iterdir():
        if link and path.suffix in _TABLES:
            os.link(path, target / path.name)
        elif not path.name.startswith(_FOR_PEOPLE):
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
    """Have a folder's files and names on disk before it is named as the one in force.

    Tables that it shares with another database are there: the engine brings each to disk before it names it.
    """
    own = (path for path in folder.iterdir() if path.stat().st_nlink == 1)
    for path in (*own, folder, folder.parent):
        _synced(path)


def _write_durably(path: Path, text: str) -> None:
    temporary = path.with_name(path.name + ".new")
    with open(temporary, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    _synced(path.parent)


def _synced(path: Path) -> None:
    """Have a file, or the names in a folder, on disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
