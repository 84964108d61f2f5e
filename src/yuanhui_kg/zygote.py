"""The zygote: a single-threaded process that holds the data and forks the workers that evaluate queries.

    python -m yuanhui_kg.zygote FOLDER   settings as one JSON line on standard input, which stays open: when it
                                         closes, the zygote ends; one JSON line on standard output when it is ready

It listens on a Unix socket in FOLDER, which is private to this user. Whoever connects (a process of the HTTP server, the command line) asks
for workers; each comes as a connected socket and a pidfd, so that its holder can kill it at a deadline. A worker
belongs to the connection it was asked over and is killed when that closes. Every process dies with its parent.

Frames between a holder and its worker: one byte of kind, four of length (big endian), the bytes.
``J`` a job (JSON); ``D`` a piece of the answer; ``E`` its end (JSON head); ``X`` an error (JSON) in place of an end.
"""

from __future__ import annotations

import gc
import hashlib
import io
import json
import os
import pickle
import selectors
import signal
import socket
import struct
import sys
import traceback
from collections import OrderedDict
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

import pyoxigraph as ox

from . import jobs, sandbox
from .errors import AnswerTooLargeError, QueryTooComplexError, YuanhuiError
from .settings import Settings
from .store import Generation, StoreFolder, memory_store

if TYPE_CHECKING:
    from .graph.neighbours import NeighbourIndex

FRAME = struct.Struct(">cI")
SOCKET = "zygote.sock"
_PIECE = 64 * 1024
_GROWN = 0.5  # of the memory that a worker may take: a worker that kept more is replaced


# --- in the worker ----------------------------------------------------------------------------------------------------


class Frames(io.RawIOBase):
    """A file to write an answer to, sent as frames; raises :class:`AnswerTooLargeError` beyond ``limit`` bytes."""

    def __init__(self, connection: socket.socket, limit: int) -> None:
        self._connection = connection
        self._limit = limit
        self._size = 0
        self._buffer = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:
        self._size += len(data)
        if self._size > self._limit:
            raise AnswerTooLargeError(
                f"The answer is larger than {self._limit} bytes (setting max_answer_bytes).",
                "Ask for less: a LIMIT, fewer columns, or a dump instead.",
            )
        self._buffer += data
        if len(self._buffer) >= _PIECE:
            self._send(b"D", bytes(self._buffer))
            self._buffer.clear()
        return len(data)

    def end(self, head: dict[str, Any]) -> None:
        self._finish(b"E", head)

    def fail(self, error: YuanhuiError) -> None:
        self._buffer.clear()
        self._finish(b"X", error.as_dict())

    def _finish(self, kind: bytes, value: dict[str, Any]) -> None:
        body = json.dumps(value).encode()
        last = FRAME.pack(b"D", len(self._buffer)) + bytes(self._buffer) if self._buffer else b""
        self._connection.sendall(last + FRAME.pack(kind, len(body)) + body)

    def _send(self, kind: bytes, body: bytes) -> None:
        self._connection.sendall(FRAME.pack(kind, len(body)) + body)


def serve_jobs(connection: socket.socket, data: jobs.Data) -> None:
    """Do the jobs that come over ``connection``, one after another, until it closes."""
    memory = sandbox.Memory()
    memory.limit(data.settings.worker_memory)
    started = memory.resident()
    stream = connection.makefile("rb")
    while len(header := stream.read(FRAME.size)) == FRAME.size:
        _, length = FRAME.unpack(header)
        job = json.loads(stream.read(length))
        sandbox.limit_processor_time(job["timeout"])
        out = Frames(connection, data.settings.max_answer_bytes)
        try:
            head = jobs.run(job["name"], job["parameters"], data, cast(IO[bytes], out))
        except YuanhuiError as error:
            out.fail(error)
        except ConnectionError:
            return  # the holder has gone
        except (MemoryError, RecursionError):
            out.fail(QueryTooComplexError("The query needs more memory than it may take (setting worker_memory)."))
        except Exception as error:
            traceback.print_exc()
            out.fail(YuanhuiError(f"Internal error: {type(error).__name__}.", "The service's log says more."))
        else:
            if memory.resident() - started > data.settings.worker_memory * _GROWN:
                head["retire"] = True
            out.end(head)


# --- in the zygote ----------------------------------------------------------------------------------------------------


class Source:
    """Where a worker's data come from: built once in the zygote, completed in each worker after the fork."""

    def __init__(self, settings: Settings, private: Path, indexes: bool) -> None:
        self.settings = settings
        self._search_path = private / "search.sqlite" if indexes else None
        self._store: ox.Store | None = None
        self._generation: Generation | None = None
        self._neighbours: NeighbourIndex | None = None
        if settings.store is None:
            self._store = memory_store(settings.graph_files)
            self.version = _files_version(settings)
            self.triples = len(self._store)
            self._index(self._store)
        else:
            folder = StoreFolder(settings.store)
            if not folder.exists:
                folder.create(settings.graph_files)
            self._generation = folder.read()
            self.version = self._generation.version
            self.triples, self._neighbours = _in_child(self._survey)

    def _index(self, store: ox.Store) -> None:
        if self._search_path is not None:
            self._neighbours = jobs.build_neighbours(store)
            jobs.build_search(store, self._search_path, self._neighbours)

    def _survey(self) -> tuple[int, NeighbourIndex | None]:
        """Count and index a store on disk; in a child, because opening one starts threads."""
        assert self._generation is not None  # noqa: S101
        store = self._generation.open()
        self._index(store)
        return len(store), self._neighbours

    def data(self) -> jobs.Data:
        """The data as a worker sees them; called in the worker."""
        store = self._store if self._generation is None else self._generation.open()
        assert store is not None  # noqa: S101
        search = None if self._search_path is None else jobs.open_search(self._search_path)
        return jobs.Data(store, self.settings, self._neighbours, search)

    @property
    def in_memory(self) -> bool:
        return self._generation is None


def _files_version(settings: Settings) -> str:
    digest = hashlib.sha256()
    for path in settings.graph_files:
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def _in_child(work: Any) -> Any:
    """What ``work()`` returns or raises, computed in a forked child."""
    receive, send = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(receive)
        try:
            answer: tuple[bool, Any] = (True, work())
        except YuanhuiError as error:
            answer = (False, error)
        with os.fdopen(send, "wb") as stream:
            pickle.dump(answer, stream, protocol=pickle.HIGHEST_PROTOCOL)
        os._exit(0)
    os.close(send)
    with os.fdopen(receive, "rb") as stream:
        body = stream.read()
    os.waitpid(child, 0)
    if not body:
        raise YuanhuiError("The store could not be read: the process that read it died.", "Look at the log above.")
    fine, value = pickle.loads(body)  # noqa: S301 -- written by our own child
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

    def run(self) -> None:
        while self._running:
            for key, _ in self._selector.select():
                key.data(key.fileobj)
        for connection in list(self._owned):
            self._close(connection)

    def _stop(self, _: Any) -> None:
        self._running = False

    def _accept(self, listener: socket.socket) -> None:
        connection, _ = listener.accept()
        self._owned[connection] = set()
        self._selector.register(connection, selectors.EVENT_READ, self._answer)
        self._send(connection, {"triples": self._source.triples, "version": self._source.version})

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
            self._selector.close()
            self._listener.close()
            for other in self._owned:
                other.close()
            for pidfd in self._workers:
                os.close(pidfd)
            os.close(sys.stdin.fileno())
            os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
            data = self._source.data()
            if not sandbox.forbid_network() and self._source.in_memory:
                sandbox.forbid_new_files()
            serve_jobs(connection, data)
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
    request = json.loads(sys.stdin.readline())
    folder = Path(sys.argv[1])
    path = folder / SOCKET
    try:
        source = Source(Settings.from_json(request["settings"]), folder, request["indexes"])
    except YuanhuiError as error:
        print(json.dumps({"error": error.as_dict()}), flush=True)
        return 1
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    path.unlink(missing_ok=True)
    listener.bind(str(path))
    listener.listen(64)
    gc.collect()
    gc.freeze()  # what is here now stays shared with the workers: no collection touches its pages
    print(json.dumps({"triples": source.triples, "version": source.version}), flush=True)
    Zygote(source, listener).run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
