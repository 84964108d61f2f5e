"""The zygote: a single-threaded process that holds the data and forks the workers that evaluate queries.

    python -m yuanhui_kg.zygote FOLDER   settings as one JSON line on standard input, which stays open: when it
                                         closes, the zygote ends; one JSON line on standard output when it is ready

It listens on a Unix socket in FOLDER, which is private to this user. Whoever connects (a process of the HTTP server, the command line) asks
for workers; each comes as a connected socket and a pidfd, so that its holder can kill it at a deadline. A worker
belongs to the connection it was asked over and is killed when that closes. Every process dies with its parent.

What a holder and its worker say to one another is in :mod:`yuanhui_kg.frames`.
"""

from __future__ import annotations

import contextlib
import gc
import hashlib
import json
import os
import pickle
import selectors
import signal
import socket
import sys
import time
import traceback
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pyoxigraph as ox

from . import jobs, sandbox
from .errors import (
    QueryTooComplexError,
    RemoteRefusedError,
    RemoteTimeoutError,
    YuanhuiError,
)
from .frames import SLICE, WAITED, Frames, Inbox
from .processes import asked, say
from .settings import Settings
from .store import Followed, Generation, Reader, StoreFolder, StoreReader, age, memory_store

if TYPE_CHECKING:
    from .columns import FigureColumns
    from .federation import Federation
    from .graph.index import NeighbourIndex
    from .tallies import Tallies

SOCKET = "zygote.sock"
INDEXED = "indexed.json"  # which version the indexes are of, how many triples that has, whether they are there at all
_LOOK_SECONDS = 0.2  # between two looks at which generation is in force
_IDLE_SECONDS = 1.0  # likewise of a worker that has no job
_SHARE = 4  # times as long as making the indexes took passes before they are made again: they take a fifth of a core
_SMALL = 100_000  # triples; the start waits for the indexes of fewer, which take a second
_FIRST_SECONDS = 10.0  # that it waits; it goes on without them then
_FAILED_SECONDS = 5.0  # at least, before indexes that could not be made are tried again
_PIECE = 64 * 1024
# Of the memory that a worker may take: one that has more of its own is replaced. Most of it is a copy of the store, which
# reading makes (it counts who holds what); whoever takes its place has to make it again, at a quarter of a microsecond a KiB.
_GROWN = 0.5
_WORTH_A_LOOK = 0.002  # seconds of processor time after which a worker's memory is looked at


# --- in the worker ----------------------------------------------------------------------------------------------------


def serve_jobs(
    connection: socket.socket, data: jobs.Data, renew: Callable[[jobs.Data], None], memory: sandbox.Memory
) -> None:
    """Do the jobs that come over ``connection``, one after another, until it closes.

    :param memory: this process's, begun before files were forbidden.
    :param renew: brings the data to the generation in force, before each job and while there is none.
    """
    memory.limit(data.settings.worker_memory)
    most = data.settings.worker_memory * _GROWN
    processor = sandbox.Processor()
    inbox = Inbox(connection, _IDLE_SECONDS)
    used = began = started = 0.0

    def grown() -> bool:
        # Looking takes longer than most queries, which take next to no memory either.
        return time.process_time() - used > _WORTH_A_LOOK and memory.own() > most

    # A generation that nobody holds can be removed, by and by.
    while (job := inbox.next(lambda: renew(data))) is not None:
        now, used = time.monotonic(), time.process_time()
        if not job["after"]:
            began, started = now, used
        out = Frames(connection, data.settings.max_answer_bytes)
        if used - started > SLICE or now - began > WAITED:
            out.hand_back()
            continue
        processor.limit(job["timeout"])
        data.begin(job["timeout"], job["deadline"])
        if not _do(job, data, renew, out, grown):
            return


def _do(
    job: dict[str, Any], data: jobs.Data, renew: Callable[[jobs.Data], None], out: Frames, grown: Callable[[], bool]
) -> bool:
    """Do one job; whether this worker can do another one.

    :param grown: whether this process has become too large.
    """
    try:
        renew(data)
    except YuanhuiError as error:
        out.fail(error)
        return False  # it has no store
    try:
        file: Any = out  # no IO[bytes] to the type checker, but a file to write to
        head = jobs.run(job["name"], job["parameters"], data, file)
    except YuanhuiError as error:
        out.fail(error)
    except ConnectionError:
        return False  # the holder has gone
    except (MemoryError, RecursionError):
        out.fail(QueryTooComplexError("The query needs more memory than it may take (setting worker_memory)."))
    except Exception as error:
        traceback.print_exc()
        out.fail(YuanhuiError(f"Internal error: {type(error).__name__}.", "The service's log says more."))
    else:
        if grown():
            head["retire"] = True
        out.end(head)
    return True


# --- in the zygote ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Indexes:
    """What was made from one generation, for jobs that read more than the store."""

    triples: int
    neighbours: NeighbourIndex | None = None
    search: Path | None = None
    columns: FigureColumns | None = None
    tallies: Tallies | None = None


@dataclass(frozen=True)
class Held:
    """A store in memory, and the version of the files that it was read from."""

    store: ox.Store
    version: str

    @classmethod
    def read(cls, settings: Settings) -> Held:
        """Raises :class:`DataError`."""
        version = _files_version(settings)
        return cls(memory_store(settings.served_files), version)


class Source:
    """Where a worker's data come from: held in the zygote, completed in each worker after the fork.

    The generation is the one in force at each fork. The indexes are made in the background by a child, and follow the
    generations: queries are answered meanwhile, and opening a store on disk starts threads, which a process that forks
    must not have.
    """

    def __init__(self, settings: Settings, private: Path, indexes: bool) -> None:
        self.settings = settings
        self._private = private
        self._with_indexes = indexes
        if indexes:
            jobs.preload()
        if settings.allow_service:
            from . import federation  # noqa: F401 -- read once, here, for all workers
            from .services import Services

            Services.read(settings.allow_service)  # what is wrong with it is told at the start
        self._held: Held | None = None
        self._candidate: Held | None = None  # takes the place of what is held once it has indexes
        self._generation: Generation | None = None
        self._indexes: Indexes | None = None
        self._indexed: str | None = None  # the generation that the indexes are of; empty for a store in memory
        self._building: tuple[Generation | Held, Child, float] | None = None
        self._rest_until = 0.0
        self._related = ""  # the generation that the neighbours are of
        self._patchable = False  # whether they can be brought up to date with what writers note
        self._patching: tuple[Generation, Child, float] | None = None
        self._rest_from_patching_until = 0.0
        if settings.store is None:
            self._held = Held.read(settings)
            self.version = self._held.version
            triples = len(self._held.store)
        else:
            self._folder = StoreFolder(settings.store)
            if not self._folder.exists:
                self._folder.create(settings.served_files)
            self._pointer = Followed(self._folder.pointer)
            self._generation = self._folder.read()
            self._generation.verify()
            self.version = self._generation.version
            with contextlib.closing(self._folder.read()) as generation:
                triples = Child(lambda: len(generation.open())).result()
        # Without indexes there is nothing to be made of a store in memory; one on disk is counted anew when it changes.
        self._take(Indexes(triples), self.version, "" if indexes else self._in_force(), ready=not indexes)
        if not indexes:
            self._indexed = self._in_force()

    @property
    def triples(self) -> int:
        assert self._indexes is not None  # noqa: S101
        return self._indexes.triples

    def refresh(self) -> None:
        """Move to the generation in force. Raises :class:`StoreError`."""
        if self._generation is None or self._pointer.text().strip() == self._generation.path.name:
            return
        before, self._generation = self._generation, self._folder.read()
        before.close()
        self.version = self._generation.version

    def renew(self, data: jobs.Data) -> None:
        """Bring a worker's ``data`` to the generation in force; called in the worker. Raises :class:`StoreError`."""
        before = self._generation
        self.refresh()
        if self._generation is not None and self._generation is not before:
            data.tallies = None  # which are of the generation before
            del data.store  # closed before the next one is opened: a worker has memory for one
            data.store = self._generation.open()

    def _index(self, reader: Reader, triples: int, name: str, known: NeighbourIndex | None = None) -> Indexes:
        """The indexes, without neighbours where some are ``known`` that will do to weigh names by."""
        if not self._with_indexes:
            return Indexes(triples)
        neighbours = known or jobs.build_neighbours(reader, self.settings)
        path = self._private / f"search-{name}.sqlite"
        path.unlink(missing_ok=True)
        jobs.build_search(reader, path, neighbours)
        # Another server's triples may be others at any time.
        tallies = jobs.build_tallies(reader) if isinstance(reader, StoreReader) else None
        return Indexes(triples, None if known else neighbours, path, jobs.build_columns(reader), tallies)

    def _survey(self, data: Generation | Held, known: NeighbourIndex | None) -> Indexes:
        """The indexes of a generation, or of a store in memory, as :meth:`_index` has them. In a child."""
        if isinstance(data, Held):
            return self._index(StoreReader(data.store), len(data.store), data.version)
        store = data.open()
        return self._index(StoreReader(store), len(store), data.path.name, known)

    def _in_force(self) -> str:
        """The name of the generation in force, or the version of what is to be held in memory."""
        held = self._candidate or self._held
        return held.version if held else self._pointer.text().strip()

    def reload(self) -> None:
        """Read the files of a store in memory anew; what was read is served once it has indexes.

        A store on disk and a remote server are followed anyway. Raises :class:`DataError`; then nothing has changed.
        """
        if self._held is not None and _files_version(self.settings) != self._held.version:
            self._candidate = Held.read(self.settings)

    def _take(self, indexes: Indexes, version: str, generation: str = "", *, ready: bool = True) -> None:
        """Have the workers that are forked from now on use ``indexes``, and tell so.

        :param ready: whether these are indexes at all, or what there is before the first are made.
        """
        before = self._indexes.search if self._indexes else None  # a worker may be about to open it
        self._indexes = indexes
        for path in self._private.glob("search-*.sqlite"):
            if path not in (indexes.search, before):
                path.unlink()
        self._tell({"version": version, "generation": generation, "triples": indexes.triples, "ready": ready})

    def _tell(self, what: dict[str, Any]) -> None:
        """Tell which indexes there are; those who hold workers with others replace them."""
        self._told = what
        generations = [name for name in (what["generation"], self._related) if name]
        oldest = min(generations, key=age, default="")
        told = {**what, "generation": oldest, "relations": self._related}
        temporary = self._private / (INDEXED + ".new")
        temporary.write_text(json.dumps(told), encoding="utf-8")
        temporary.replace(self._private / INDEXED)

    def follow(self) -> Child | None:
        """Start to bring indexes up to date with the data in force, where they are not and the time for it has come.

        Neighbours come first, from what the writer noted, which takes the less time the less was changed.
        """
        if self._patching is not None:
            return None
        if (child := self._patch()) is not None:
            return child
        if self._building is not None or time.monotonic() < self._rest_until or self._up_to_date:
            return None
        data = self._candidate or self._held or self._folder.read()
        known = self._indexes.neighbours if self._indexes and self._patchable else None
        child = Child(lambda: self._survey(data, known))
        self._building = (data, child, time.monotonic())
        return child

    @property
    def _up_to_date(self) -> bool:
        """Whether nothing has to be built: neighbours that are behind and can be patched will be."""
        name = self._in_force()
        return name == self._indexed and (self._patchable or self._related in ("", name))

    def _patch(self) -> Child | None:
        """Start to bring neighbours up to date with the changes since, where these are known."""
        assert self._indexes is not None  # noqa: S101
        index = self._indexes.neighbours
        if not self._patchable or index is None or self._pointer.text().strip() == self._related:
            return None
        if time.monotonic() < self._rest_from_patching_until:
            return None
        data = self._folder.read()
        journals = self._folder.journals(self._related, data.path.name)
        if journals is None:
            self._patchable = False
            data.close()
            return None
        child = Child(lambda: jobs.patch_neighbours(index, data.open(), journals, self.settings))
        self._patching = (data, child, time.monotonic())
        return child

    def followed(self, child: Child) -> None:
        """Take over what a child has made that :meth:`follow` returned and that has ended. Raises its error."""
        if self._patching is not None and child is self._patching[1]:
            self._patched(*self._patching)
        else:
            self._built()

    def _patched(self, data: Generation, child: Child, began: float) -> None:
        self._patching = None
        self._patchable = False
        with contextlib.closing(data):
            index = child.result()
        self._rest_from_patching_until = time.monotonic() + _SHARE * (time.monotonic() - began)
        if index is None:
            return  # they are built with all others
        assert self._indexes is not None  # noqa: S101
        self._patchable = True
        self._indexes = replace(self._indexes, neighbours=index)
        self._related = data.path.name
        self._tell(self._told)

    def _built(self) -> None:
        assert self._building is not None  # noqa: S101
        data, child, began = self._building
        self._building = None
        first = self._indexed is None
        rest = _SHARE * (time.monotonic() - began)
        self._rest_until = time.monotonic() + max(rest, _FAILED_SECONDS)
        with contextlib.nullcontext() if isinstance(data, Held) else contextlib.closing(data):
            made: Indexes = child.result()
        if isinstance(data, Held):
            if data is self._candidate:
                self._candidate = None
            self._held, self.version, name = data, data.version, data.version
        else:
            name = data.path.name
        if made.neighbours is not None:
            self._related, self._patchable = name, isinstance(data, Generation)
        elif self._indexes is not None:
            made = replace(made, neighbours=self._indexes.neighbours)
        self._take(made, data.version, name)
        self._indexed = name
        self._rest_until = 0.0 if first else time.monotonic() + rest

    def data(self) -> jobs.Data:
        """The data as a worker sees them; called in the worker."""
        self._let_go()
        federation = self._federation()  # a process of its own, made before a store is opened, which starts threads
        store = self._held.store if self._held else self._generation.open() if self._generation else None
        assert store is not None  # noqa: S101
        assert self._indexes is not None  # noqa: S101
        search = None if self._indexes.search is None else jobs.open_search(self._indexes.search)
        indexes = self._indexes
        tallies = indexes.tallies if self._indexed == self._name_of_held() else None
        related = (indexes.columns, tallies, self._related)
        return jobs.Data(store, self.settings, indexes.neighbours, search, federation, *related)

    def _let_go(self) -> None:
        """Close what this process holds of generations that only the zygote has something made of: they are kept for as long as it lives."""
        for under_way in (self._building, self._patching):
            if under_way is not None and isinstance(under_way[0], Generation):
                under_way[0].close()

    def _name_of_held(self) -> str:
        """The name, as indexes are told apart by it, of the data that a worker forked now reads."""
        held = self._held.version if self._held else None
        return held or (self._generation.path.name if self._generation else "")

    def _federation(self) -> Federation | None:
        if not self.settings.allow_service:
            return None
        from .federation import Federation

        return Federation.start(self.settings)

    @property
    def in_memory(self) -> bool:
        return self._generation is None

    @property
    def at_rest(self) -> bool:
        """Whether nothing has to be looked at until somebody asks for something."""
        return self._generation is None and self._candidate is None

    @property
    def building(self) -> bool:
        """Whether a child is making indexes."""
        return self._building is not None


class RemoteSource(Source):
    """Where a worker's data come from that reads a SPARQL server (the setting ``endpoint``).

    What is not asked of the server anew with each job is made by a child at the start and again every so often: the
    number of triples, and the indexes, unless there are too many. A version is what was served between two of these.
    """

    def __init__(self, settings: Settings, private: Path, indexes: bool) -> None:
        from . import nearby, passing  # noqa: F401 -- read once, here: each worker has what is read before the fork
        from .remote import Endpoint

        self.settings = settings
        self._private = private
        self._with_indexes = indexes
        if indexes:
            jobs.preload()
        self._endpoint = Endpoint.read(settings.endpoint)
        self._indexes = None
        self._building = None
        self._reading: tuple[int, Child, float] | None = None
        self._related = ""
        self.followed(self._read(1))

    def refresh(self) -> None:
        pass  # a worker keeps nothing but the indexes, and is replaced when these are

    def reload(self) -> None:
        self._rest_until = 0.0  # the server is read again at once

    def renew(self, data: jobs.Data) -> None:
        pass

    def follow(self) -> Child | None:
        if self._reading is not None or time.monotonic() < self._rest_until:
            return None
        return self._read(self._number + 1)

    def followed(self, child: Child) -> None:
        assert self._reading is not None  # noqa: S101
        number, child, began = self._reading
        self._reading = None
        try:
            indexes = child.result()
        finally:
            now = time.monotonic()
            self._rest_until = now + max(self.settings.endpoint_refresh, _SHARE * (now - began))
        self._number = number
        self.version = f"{hashlib.sha256(self.settings.endpoint.encode()).hexdigest()[:16]}-{time.time_ns()}"
        self._take(indexes, self.version)

    def data(self) -> jobs.Data:
        from .courier import Courier
        from .remote import HttpClient, RemoteReader

        assert self._indexes is not None  # noqa: S101
        settings = self.settings
        client = HttpClient(self._endpoint, settings.max_answer_bytes)
        courier = Courier(lambda _: client).to("", self._endpoint.host)
        reader = RemoteReader(courier, self._endpoint.host, settings.query_timeout, self._endpoint.graphs)
        search = None if self._indexes.search is None else jobs.open_search(self._indexes.search)
        return jobs.Data(reader, settings, self._indexes.neighbours, search, columns=self._indexes.columns)

    @property
    def in_memory(self) -> bool:
        return False

    @property
    def at_rest(self) -> bool:
        return False

    def _read(self, number: int) -> Child:
        child = Child(lambda: self._made(str(number)))
        self._reading = (number, child, time.monotonic())
        return child

    def _made(self, name: str) -> Indexes:
        """Read the server. In a child: asking for a host's name takes a thread."""
        from .remote import HttpClient, RemoteReader

        client = HttpClient(self._endpoint, self.settings.max_answer_bytes)
        reader = RemoteReader(client, self._endpoint.host, self.settings.query_timeout)
        if not self._with_indexes:
            return Indexes(0)
        try:
            triples = reader.count()
        except (RemoteTimeoutError, RemoteRefusedError):
            return Indexes(0)  # too many to be counted
        return self._index(reader, triples, name) if triples <= self.settings.endpoint_index else Indexes(triples)


def _files_version(settings: Settings) -> str:
    digest = hashlib.sha256()
    for path in settings.served_files:
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


class Child:
    """A forked child that computes ``work()``; ``stream`` has its answer, and its end once it has ended."""

    def __init__(self, work: Callable[[], Any]) -> None:
        receive, send = os.pipe()
        zygote = os.getpid()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(receive)
            self._compute(work, send, zygote)
        os.close(send)
        self.stream = os.fdopen(receive, "rb", buffering=0)
        self._received = bytearray()

    @staticmethod
    def _compute(work: Callable[[], Any], send: int, zygote: int) -> NoReturn:
        code = 1
        try:
            sandbox.die_with_parent(zygote)
            os.nice(5)
            try:
                answer: tuple[bool, Any] = (True, work())
            except YuanhuiError as error:
                answer = (False, error)
            with os.fdopen(send, "wb") as stream:
                pickle.dump(answer, stream, protocol=pickle.HIGHEST_PROTOCOL)
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)

    def receive(self) -> bool:
        """Read what has come; whether that was the last of it."""
        piece = self.stream.read(_PIECE)
        self._received += piece or b""
        return not piece

    def result(self) -> Any:
        """What ``work()`` returned or raised; waits for it."""
        while not self.receive():
            pass
        self.stream.close()
        os.waitpid(self.pid, 0)
        if not self._received:
            raise YuanhuiError("The store could not be read: the process that read it died.", "Look at the log above.")
        fine, value = pickle.loads(self._received)  # noqa: S301 -- written by our own child
        if fine:
            return value
        raise value


class Zygote:
    """The loop of the zygote process."""

    def __init__(self, source: Source, listener: socket.socket) -> None:
        self._source = source
        self._listener = listener
        self._workers: dict[int, int] = {}  # pidfd → pid
        self._owned: dict[socket.socket, set[int]] = {}  # connection → pidfds of its workers
        self._ended: OrderedDict[int, int] = OrderedDict()  # pid → signal that ended it, of the last few
        self._selector = selectors.DefaultSelector()
        self._selector.register(listener, selectors.EVENT_READ, self._accept)
        self._selector.register(sys.stdin, selectors.EVENT_READ, self._stop)
        self._running = True
        self._children: set[int] = set()  # that make indexes
        wake, waker = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.signal(signal.SIGHUP, lambda *_: os.write(waker, b"!"))
        self._selector.register(wake, selectors.EVENT_READ, self._reload)
        sandbox.adopt_orphans()  # couriers; where process 1 is no init, nobody else would wait for them

    def prepare(self, seconds: float) -> None:
        """Begin with the indexes, and wait a little for them."""
        self._follow()
        end = time.monotonic() + seconds
        while self._running and self._source.building and (left := end - time.monotonic()) > 0:
            self._attend(left)

    def run(self) -> None:
        while self._running:
            self._attend(None if self._source.at_rest else _LOOK_SECONDS)
            self._follow()
        for connection in list(self._owned):
            self._close(connection)

    def _attend(self, seconds: float | None) -> None:
        for key, _ in self._selector.select(seconds):
            key.data(key.fileobj)

    def _stop(self, _: Any) -> None:
        self._running = False

    def _reload(self, wake: Any) -> None:
        """Told to read the data anew. Meanwhile nobody gets a new worker; those that there are go on."""
        os.read(wake, 4096)
        try:
            self._source.reload()
        except (YuanhuiError, OSError) as error:
            print(f"yuanhui-kg: the data are served as they were: {error}", file=sys.stderr, flush=True)
        gc.freeze()

    def _follow(self) -> None:
        """Have the indexes follow the store; what goes wrong is tried again after the next write."""
        try:
            child = self._source.follow()
        except (YuanhuiError, OSError) as error:
            print(f"yuanhui-kg: the indexes cannot be brought up to date: {error}", file=sys.stderr, flush=True)
            return
        if child is not None:
            self._children.add(child.pid)
            self._selector.register(child.stream, selectors.EVENT_READ, lambda _: self._followed(child))

    def _followed(self, child: Child) -> None:
        if not child.receive():
            return
        self._selector.unregister(child.stream)
        try:
            self._source.followed(child)
        except YuanhuiError as error:
            print(f"yuanhui-kg: the indexes cannot be brought up to date: {error}", file=sys.stderr, flush=True)
        self._children.discard(child.pid)
        gc.freeze()

    def _accept(self, listener: socket.socket) -> None:
        connection, _ = listener.accept()
        self._owned[connection] = set()
        self._selector.register(connection, selectors.EVENT_READ, self._answer)

    def _answer(self, connection: socket.socket) -> None:
        try:
            asked = connection.recv(64)
        except ConnectionError:
            asked = b""
        if asked == b"worker":
            self._fork(connection)
        elif asked:
            self._send(connection, {"signal": self._signal_of(int(asked))})
        else:
            self._close(connection)

    def _send(self, connection: socket.socket, value: dict[str, Any], fds: tuple[int, ...] = ()) -> None:
        try:
            socket.send_fds(connection, [json.dumps(value).encode()], fds)
        except (BrokenPipeError, ConnectionError):
            self._close(connection)

    def _fork(self, connection: socket.socket) -> None:
        try:
            self._source.refresh()
        except (YuanhuiError, OSError) as error:
            self._send(connection, {"error": str(error)})
            return
        ours, theirs = socket.socketpair()
        zygote = os.getpid()
        try:
            pid = os.fork()
        except OSError as error:
            ours.close()
            theirs.close()
            self._send(connection, {"error": f"No worker could be started: {error.strerror}."})
            return
        if pid == 0:
            ours.close()
            self._become_worker(theirs, zygote)
        theirs.close()
        pidfd = os.pidfd_open(pid)
        self._workers[pidfd] = pid
        self._owned[connection].add(pidfd)
        self._selector.register(pidfd, selectors.EVENT_READ, self._reap)
        with ours:
            self._send(connection, {"pid": pid}, (ours.fileno(), pidfd))

    def _become_worker(self, connection: socket.socket, zygote: int) -> None:
        """Never returns. Holds nothing of the zygote's but the data."""
        code = 1
        try:
            sandbox.die_with_parent(zygote)
            signal.signal(signal.SIGHUP, signal.SIG_IGN)
            self._selector.close()
            self._listener.close()
            for other in self._owned:
                other.close()
            for pidfd in self._workers:
                os.close(pidfd)
            os.close(sys.stdin.fileno())
            os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
            data = self._source.data()
            memory = sandbox.Memory()
            if not sandbox.forbid_network() and self._source.in_memory:
                sandbox.forbid_new_files()
            serve_jobs(connection, data, self._source.renew, memory)
            code = 0
        except ConnectionError:
            code = 0  # the holder has gone
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)

    def _signal_of(self, pid: int) -> int:
        """The signal that ended a worker whose socket has closed (0: none); waits for the last of its end."""
        for pidfd, known in list(self._workers.items()):
            if known == pid:
                self._reap(pidfd, wait=True)
        return self._ended.get(pid, 0)

    def _reap(self, pidfd: int, wait: bool = False) -> None:
        """Take notice of a worker's end. An event may be stale: its worker reaped, its number used again."""
        if pidfd not in self._workers:
            return
        pid, status = os.waitpid(self._workers[pidfd], 0 if wait else os.WNOHANG)
        if pid == 0:
            return
        del self._workers[pidfd]
        self._selector.unregister(pidfd)
        self._ended[pid] = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
        if len(self._ended) > 100:
            self._ended.popitem(last=False)
        for owned in self._owned.values():
            owned.discard(pidfd)
        os.close(pidfd)
        self._bury()

    def _bury(self) -> None:
        """Take notice of the ends of couriers, whose workers ended before them."""
        known = {*self._workers.values(), *self._children}
        with contextlib.suppress(ChildProcessError):
            while ended := os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT):
                if ended.si_pid in known:
                    return  # it has its own turn, after which those behind it have theirs
                os.waitpid(ended.si_pid, 0)

    def _close(self, connection: socket.socket) -> None:
        if connection not in self._owned:
            return
        self._selector.unregister(connection)
        for pidfd in self._owned.pop(connection):
            signal.pidfd_send_signal(pidfd, signal.SIGKILL)
        connection.close()


def main() -> int:
    sandbox.die_with_parent(os.getppid())
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides when this ends
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # what it would be told to read is being read
    request = asked()
    folder = Path(sys.argv[1])
    path = folder / SOCKET
    try:
        settings = Settings.from_json(request["settings"])
        source = (RemoteSource if settings.endpoint else Source)(settings, folder, request["indexes"])
    except YuanhuiError as error:
        say({"error": error.as_dict()})
        return 1
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    path.unlink(missing_ok=True)
    listener.bind(str(path))
    listener.listen(64)
    gc.collect()
    gc.freeze()  # what is here now stays shared with the workers: no collection touches its pages
    zygote = Zygote(source, listener)
    zygote.prepare(_FIRST_SECONDS if source.triples <= _SMALL else 0)
    say({"triples": source.triples, "version": source.version})
    zygote.run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
