"""The writing process: the one that changes a store on disk.

    python -m yuanhui_kg.writer FOLDER   settings as one JSON line on standard input, which stays open: when it closes,
                                         the process ends; one JSON line on standard output when it is ready

It holds the store's lock and its read-write database, listens on a Unix socket in FOLDER and makes one change at a
time. Strangers' text is evaluated here: it may be killed by the engine (deep nesting), by its limits (memory), or by
the kernel at a change's deadline or when he hangs up who wanted it. Then nothing of the change is seen, and the process
is started again.

With each who connects, in the order in which they came: ``TURN``; their change as JSON, with a pipe that closes when they
hang up and what the change reads as open files; ``DECIDED`` once it is made and is put in force; an answer as JSON once
it is durable and in force.
"""

from __future__ import annotations

import codecs
import contextlib
import faulthandler
import fcntl
import json
import mmap
import os
import re
import select
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import IO, Any, Final
from xml.parsers import expat

import pyoxigraph as ox

from . import fingerprint, sandbox, subselects
from .errors import (
    ConflictError,
    MalformedError,
    NotFoundError,
    PreconditionFailedError,
    QueryRefusedError,
    QuerySyntaxError,
    QueryTooComplexError,
    QueryUnsupportedError,
    ShapesError,
    StoreError,
    StoreFullError,
    YuanhuiError,
)
from .journal import Journal, collected, telling
from .merging import check_using
from .processes import asked, say
from .query import GRAPH_FORMATS, syntax_error, unknown_function, unsupported
from .screening import add_using, decode, screen_update, without_loads
from .settings import Settings
from .store import Live, StoreFolder, full, is_full
from .writing import CRASH, DECIDED, MAX_FILES, SOCKET, TURN

_IDLE_SECONDS: Final = 1.0  # after which generations that are read no longer are looked for
_SEND_SECONDS: Final = 5.0  # for one whose turn it is to say what it wants
_MESSAGE: Final = 256 * 1024
_IN_MEMORY: Final = 1024 * 1024  # largest upload that is one transaction of the engine's, held in memory
_DEPTH: Final = 1000  # of a document's brackets or elements: the engine takes a time that grows with the square of it
_ATTRIBUTES: Final = 1000  # of an element, likewise
_FLAT: Final = rb'[^"\[\]{}]++|"(?:[^"\\]++|\\.)*+"'  # of JSON: what holds no bracket, or in texts only
_LEAF: Final = rb"(?:%b|[\[{](?:%b)*+[\]}])" % (_FLAT, _FLAT)
_SHALLOW: Final = rb"(?:%b|[\[{]%b*+[\]}])" % (_FLAT, _LEAF)  # most of a document: passed over in one step
_TO_NEXT_BRACKET: Final = re.compile(rb"%b*+([\[\]{}])" % _SHALLOW, re.DOTALL)
_NAMED: Final = 10  # violations that an error lists

_BEFORE: Final = (
    QuerySyntaxError,
    QueryRefusedError,
    QueryTooComplexError,
    NotFoundError,
    PreconditionFailedError,
)

Parameters = Mapping[str, Any]
Files = Sequence[IO[bytes]]


class Changes:
    """The changes that can be asked for. After an error the database is in an unknown state, but for those of
    ``_BEFORE``, which are raised before anything is touched.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.journal = Journal()  # of the latest change

    def make(self, store: ox.Store, change: str, parameters: Parameters, files: Files) -> dict[str, Any]:
        """Make a change, by its name; what it touches is in :attr:`journal`."""
        self.journal = Journal()
        answer: dict[str, Any] = getattr(self, change)(store, parameters, files)
        return answer

    def update(self, store: ox.Store, parameters: Parameters, files: Files) -> dict[str, Any]:
        """SPARQL text in a file; ``using`` and ``using_named`` are the protocol's dataset, ``base`` resolves IRIs."""
        base = parameters["base"]
        text = self._checked(decode(files[0].read()), base)
        if parameters["using"] or parameters["using_named"]:
            text = add_using(text, parameters["using"], parameters["using_named"])
        check_using(store, text, base)
        try:
            self._told(store, text, base)
        except RuntimeError as error:  # a graph that exists, or does not
            if name := unknown_function(error):
                raise unsupported(name) from None
            raise ConflictError(f"The update cannot be made: {error}.", "Add SILENT to pass over that.") from None
        return {}

    def _told(self, store: ox.Store, text: str, base: str) -> None:
        told = telling(text)
        if told is not None:
            with contextlib.suppress(SyntaxError):  # it is told of the text as it was sent; nothing has been changed
                store.update(told.text, base_iri=base)
                collected(store, told.graph, self.journal)
                return
        self.journal.lose()
        _update(store, text, base)

    def _checked(self, text: str, base: str) -> str:
        """The text without each ``LOAD SILENT``. Raises :class:`QueryError` for what is no SPARQL, or is refused."""
        most = self._settings.max_query_nesting
        allowed = without_loads(text, silent_only=True)
        try:
            screen_update(allowed, most)
        except QueryRefusedError:
            # Whether it is SPARQL at all comes first, and is found out where nothing can be loaded into anything.
            harmless = without_loads(text, silent_only=False)
            with contextlib.suppress(QueryRefusedError):
                screen_update(harmless, most)
                with contextlib.suppress(RuntimeError, ValueError, OSError):
                    _update(ox.Store(), harmless, base)
            raise
        try:
            subselects.check(allowed, "update")
        except QueryUnsupportedError:
            with contextlib.suppress(RuntimeError, ValueError, OSError):
                _update(ox.Store(), allowed, base)
            raise
        return allowed

    def put(self, store: ox.Store, parameters: Parameters, files: Files) -> dict[str, Any]:
        """The files' triples in the place of a graph's."""
        graph = _graph(parameters["graph"])
        created = not _exists(store, graph)
        _check_conditions(store, graph, parameters)
        self.journal.add(store.quads_for_pattern(None, None, None, graph))
        store.clear_graph(graph)
        self._add(store, graph, parameters, files)
        return {"created": created}

    def post(self, store: ox.Store, parameters: Parameters, files: Files) -> dict[str, Any]:
        """The files' triples added to a graph's."""
        graph = _graph(parameters["graph"])
        created = not _exists(store, graph)
        _check_conditions(store, graph, parameters)
        self._add(store, graph, parameters, files)
        return {"created": created}

    def put_dataset(self, store: ox.Store, parameters: Parameters, files: Files) -> dict[str, Any]:
        """The files' graphs in the place of all there are."""
        self.journal.lose()
        store.clear()
        self._add(store, None, parameters, files)
        return {}

    def post_dataset(self, store: ox.Store, parameters: Parameters, files: Files) -> dict[str, Any]:
        """The files' graphs added to those there are."""
        self._add(store, None, parameters, files)
        return {}

    def delete(self, store: ox.Store, parameters: Parameters, files: Files) -> dict[str, Any]:
        """A graph, or what the default graph holds."""
        graph = _graph(parameters["graph"])
        if not _exists(store, graph):
            raise NotFoundError(f"There is no graph <{parameters['graph']}>.", "It may be gone already.")
        _check_conditions(store, graph, parameters)
        self.journal.add(store.quads_for_pattern(None, None, None, graph))
        store.remove_graph(graph)
        return {}

    def _add(
        self, store: ox.Store, graph: ox.NamedNode | ox.DefaultGraph | None, parameters: Parameters, files: Files
    ) -> None:
        """The files' triples into ``graph``, or into the graphs that the files say where it is ``None``."""
        if isinstance(graph, ox.NamedNode):
            store.add_graph(graph)  # one that holds nothing is there all the same
        for file, media_type in zip(files, parameters["media_types"], strict=True):
            quads = self.journal.noting(_parsed(file, media_type, parameters["base"], graph))
            try:
                # A large one goes in piece by piece: that it is all or nothing is the generation's doing.
                (store.extend if os.fstat(file.fileno()).st_size <= _IN_MEMORY else store.bulk_extend)(quads)
            except SyntaxError as error:
                raise _malformed(error, GRAPH_FORMATS[media_type]) from None
            except ValueError as error:
                raise MalformedError(f"The data cannot be read: {error}.", "Nothing was kept.") from None


def _update(store: ox.Store, text: str, base: str) -> None:
    try:
        store.update(text, base_iri=base)
    except SyntaxError as error:
        raise syntax_error(error, text, "update") from None


def _graph(iri: str | None) -> ox.NamedNode | ox.DefaultGraph:
    return ox.DefaultGraph() if iri is None else ox.NamedNode(iri)


def _exists(store: ox.Store, graph: ox.NamedNode | ox.DefaultGraph) -> bool:
    return isinstance(graph, ox.DefaultGraph) or store.contains_named_graph(graph)


def _check_conditions(store: ox.Store, graph: ox.NamedNode | ox.DefaultGraph, parameters: Parameters) -> None:
    """Check what a request supposes of the graph that it changes: ``if_match`` and ``if_none_match``.

    Each is ``None``, ``"*"`` for any contents, or a list of fingerprints. Raises :class:`PreconditionFailedError`.
    """
    wanted, unwanted = parameters.get("if_match"), parameters.get("if_none_match")
    if wanted is None and unwanted is None:
        return
    exists = _exists(store, graph)
    held = fingerprint.of_graph(store, graph) if exists and (isinstance(wanted, list) or unwanted) else None
    if wanted is not None and not (exists if wanted == "*" else held in wanted):
        raise PreconditionFailedError(
            "The graph is not, or no longer, what If-Match supposes." if exists else "The graph is not there.",
            "Read it again, and make the change to what it is now.",
        )
    if unwanted is not None and (exists if unwanted == "*" else held in unwanted):
        raise PreconditionFailedError(
            "The graph is there already, or is what If-None-Match excludes.", "Leave the header out to change it."
        )


def _parsed(
    file: IO[bytes], media_type: str, base: str, graph: ox.NamedNode | ox.DefaultGraph | None
) -> Iterator[ox.Quad]:
    """A document's triples in ``graph``; named graphs in it are an error then, as it is one graph that is sent."""
    if media_type == "application/rdf+xml":
        _check_xml(file)
    elif media_type == "application/ld+json":
        _check_json(file)
    if file.read(len(codecs.BOM_UTF8)) != codecs.BOM_UTF8:
        file.seek(0)
    format, one = GRAPH_FORMATS[media_type], graph is not None
    for quad in ox.parse(file, format, base_iri=base, without_named_graphs=one, rename_blank_nodes=True):
        yield quad if graph is None else ox.Quad(quad.subject, quad.predicate, quad.object, graph)


def _check_xml(file: IO[bytes]) -> None:
    """Raises :class:`MalformedError` for XML nested so deep, or so wide, that the engine's parser would be at it for minutes.

    What is not well-formed is left to that parser to complain of. This one fetches nothing either.
    """
    depth = 0

    def opens(_: str, attributes: list[str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEPTH:
            raise MalformedError(f"The XML is nested more than {_DEPTH:,} deep.", "Flatten it; nothing was kept.")
        if len(attributes) > 2 * _ATTRIBUTES:  # names and values
            raise MalformedError(
                f"An element of the XML has more than {_ATTRIBUTES:,} attributes.",
                "Make some of them elements; nothing was kept.",
            )

    def closes(_: str) -> None:
        nonlocal depth
        depth -= 1

    parser = expat.ParserCreate()
    parser.ordered_attributes = True
    parser.StartElementHandler, parser.EndElementHandler = opens, closes
    with contextlib.suppress(expat.ExpatError):
        parser.ParseFile(file)
    file.seek(0)


def _check_json(file: IO[bytes]) -> None:
    """Raises :class:`MalformedError` for JSON nested so deep that the engine's parser would be at it for minutes, or crash.

    What is not well-formed is left to that parser.
    """
    if os.fstat(file.fileno()).st_size == 0:
        return
    depth = position = 0
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
        # Not finditer: where nothing matches it would begin again at each byte.
        while (found := _TO_NEXT_BRACKET.match(text, position)) is not None:
            position = found.end()
            depth += 1 if found[1] in b"[{" else -1
            if depth > _DEPTH:
                raise MalformedError(f"The JSON is nested more than {_DEPTH:,} deep.", "Flatten it; nothing was kept.")


def _malformed(error: SyntaxError, format: ox.RdfFormat) -> MalformedError:
    if "LoadDocumentCallback" in str(error.msg):
        return MalformedError(
            "The data name a JSON-LD context at another address; nothing is fetched.", "Send the context in the data."
        )
    line = f" at line {error.lineno}" if error.lineno else ""
    message = str(error.msg).rpartition(": ")[2] if error.lineno else str(error.msg)
    return MalformedError(
        f"The data are not valid {format.name}{line}: {message}.", "Correct them there; nothing was kept."
    )


class Shapes:
    """Whether a database keeps the project's SHACL shapes."""

    def __init__(self, settings: Settings) -> None:
        from .validate import graph_of_files

        self._shapes = graph_of_files(settings.shape_files)

    def check(self, store: ox.Store) -> None:
        """Raises :class:`ShapesError` with what is wrong."""
        from .validate import graph_of_store, validate

        report = validate(graph_of_store(store, union=True), self._shapes)
        if not report.conforms:
            listed = "; ".join(f"{v.focus} {v.path}: {v.message}" for v in report.violations[:_NAMED])
            more = f"; and {len(report.violations) - _NAMED} more" if len(report.violations) > _NAMED else ""
            raise ShapesError(
                f"After this change the data would break the shapes: {listed}{more}.",
                "Nothing was kept; make the change in one update that leaves the data whole.",
            )


class Process:
    """The loop of the writing process."""

    def __init__(self, settings: Settings, folder: StoreFolder, live: Live, listener: socket.socket) -> None:
        self._settings = settings
        self._folder = folder
        self._live = live
        self._listener = listener
        self._changes = Changes(settings)
        self._shapes = Shapes(settings) if settings.validate_writes else None

    def run(self) -> None:
        """Make the changes that are asked for until standard input closes."""
        tidy = False
        while True:
            readable, _, _ = select.select([self._listener, sys.stdin], [], [], None if tidy else _IDLE_SECONDS)
            if sys.stdin in readable:
                return
            if readable:
                self._serve()
            elif self._folder.remove_unread():
                tidy = True
                continue
            tidy = False

    def _serve(self) -> None:
        connection, _ = self._listener.accept()
        with connection, contextlib.suppress(OSError):  # who asked may have gone; what was decided stands
            connection.settimeout(_SEND_SECONDS)
            connection.sendall(TURN)
            message, handles, _, _ = socket.recv_fds(connection, _MESSAGE, MAX_FILES + 1)
            if not message:
                return
            with contextlib.ExitStack() as stack:
                tether, *files = [stack.enter_context(os.fdopen(handle, "rb")) for handle in handles]
                if _heed(tether, True):
                    answer = self._do(json.loads(message), files, partial(_decided, connection, tether))
                    _heed(tether, False)
                    connection.sendall(json.dumps(answer).encode())

    def _do(self, job: dict[str, Any], files: Files, decided: Callable[[str], None]) -> dict[str, Any]:
        # The kernel ends this process at the deadline, whatever the engine is doing; nothing in it has to be asked.
        signal.setitimer(signal.ITIMER_REAL, job["timeout"])
        try:
            for file in files:
                file.seek(0)
            answer: dict[str, Any] = self._changes.make(self._live.store, job["change"], job["parameters"], files)
            if self._shapes is not None:
                self._shapes.check(self._live.store)
            signal.setitimer(signal.ITIMER_REAL, 0)

            def announce(name: str) -> None:
                answer["generation"] = name
                decided(json.dumps({"generation": name, "answer": answer}))

            self._live.commit(announce, self._changes.journal.written())
            return answer
        except _BEFORE as error:
            return {"error": error.as_dict()}
        except BaseException as error:
            signal.setitimer(signal.ITIMER_REAL, 0)
            problem = _problem(error, self._folder).as_dict()
            traceback.clear_frames(error.__traceback__)  # they hold the database open
            self._live.discard()
            return {"error": problem}
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)


def _heed(tether: IO[bytes], hang_up: bool) -> bool:
    """Whether the kernel ends this process (SIGIO) when the other side hangs up; ``False`` where it has already."""
    handle = tether.fileno()
    fcntl.fcntl(handle, fcntl.F_SETOWN, os.getpid())
    flags = fcntl.fcntl(handle, fcntl.F_GETFL)
    fcntl.fcntl(handle, fcntl.F_SETFL, flags | os.O_ASYNC if hang_up else flags & ~os.O_ASYNC)
    return not select.select([handle], [], [], 0)[0]


def _decided(connection: socket.socket, tether: IO[bytes], what: str) -> None:
    """Whoever hangs up from now on changes nothing any more; say so, and how he can tell what became of it."""
    _heed(tether, False)
    with contextlib.suppress(OSError):
        connection.sendall(DECIDED + what.encode())


def _problem(error: BaseException, folder: StoreFolder) -> YuanhuiError:
    if is_full(error):
        return full(folder.path)
    if isinstance(error, YuanhuiError):
        return error
    if isinstance(error, MemoryError | RecursionError):
        return QueryTooComplexError("The change needs more memory than it may take (setting worker_memory).")
    traceback.print_exception(error)
    if isinstance(error, OSError):
        return StoreError(f"The store cannot be written: {str(error).splitlines()[0]}.", "The service's log says more.")
    return YuanhuiError(f"Internal error: {type(error).__name__}.", "The service's log says more.")


def _found(folder: StoreFolder, live: Live) -> str:
    """One sentence on what a writer before this one has left behind, where it did not end in good order."""
    if not live.crashed:
        return ""
    return (
        f"the last service that wrote to {folder.path} ended without closing it; everything that it acknowledged is "
        f"there ({folder.pointer.read_text(encoding='utf-8').strip()}), and what it had not is gone."
    )


def main() -> int:
    sandbox.die_with_parent(os.getppid())
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides when this ends
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # a file that may not grow is an error, as a full disk is
    settings = Settings.from_json(asked()["settings"])
    assert settings.store is not None  # noqa: S101 -- checked by Settings
    try:
        folder = StoreFolder(settings.store)
        with folder.writing(settings.served_files) as live:
            listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            path = Path(sys.argv[1]) / SOCKET
            path.unlink(missing_ok=True)
            listener.bind(str(path))
            listener.listen(1024)
            process = Process(settings, folder, live, listener)
            sandbox.forbid_network()
            with contextlib.suppress(StoreFullError):  # what is there is served all the same; each change tries again
                len(live.store)
            sandbox.Memory().limit(settings.worker_memory)
            with open(path.with_name(CRASH), "wb") as crash:
                faulthandler.enable(crash, all_threads=False)  # whoever waits then sees that it was the engine
                say({"found": _found(folder, live)})
                process.run()
                faulthandler.disable()
    except YuanhuiError as error:
        say({"error": error.as_dict()})
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
