"""``yuanhui-kg serve``: granian in front, a zygote behind, and one process that looks after both.

What granian 2.8.7 does, and what is done about it here:

- It binds with ``SO_REUSEPORT`` and so shares a taken port without a word: the port is tried first.
- Ctrl-C reaches every process of the terminal's group; a server process that ends before granian has told it to is
  taken for a crash. Server processes are started with SIGINT blocked and end on granian's SIGTERM alone.
- It puts the working directory at the head of ``sys.path``; the application is handed to it as a function instead.
- It waits for a busy server process for ever unless given a time: ``_STOP_SECONDS`` more than running queries get.
- A body that breaks off ends as a whole one does: :mod:`.framing` tells them apart.
- An exception in the middle of an answer becomes a clean 200: answers are complete before they are sent.
- A header that is not complete in time is given up; a body is waited for, and a client that goes away is not noticed,
  where the application is WSGI. It is given an RSGI application that sees to both: :mod:`.gateway`.
"""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import math
import multiprocessing
import os
import resource
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from multiprocessing import resource_tracker
from pathlib import Path
from typing import Any, Final

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server.mp import MPServer

from .. import sandbox
from ..errors import UnavailableError, UsageError, YuanhuiError
from ..processes import Child
from ..settings import Settings
from ..workers import Backend, Zygote
from ..writing import Writer, Writing
from . import control, metrics
from .core import EXTENSION, Writes
from .token import Token, read_token

_STOP_SECONDS: Final = 3  # for answers to be sent once the last query has ended
_HEADER_SECONDS: Final = 10
_SPARE_THREADS: Final = 8  # for what needs no query worker: /health, cached answers
_CONNECTIONS: Final = 8192  # most that are open at once in one server process; an idle one costs some kilobytes
_WATCH_SECONDS: Final = 0.2


class _StoppedError(Exception):
    """A signal came while the service was starting."""


def _say(sentence: str) -> None:
    print(sentence, flush=True)


def _warn(sentence: str) -> None:
    print(f"yuanhui-kg: {sentence}", file=sys.stderr, flush=True)


def serve(settings: Settings, announce: Callable[[str], None] = _say) -> None:
    """Serve until SIGINT or SIGTERM. Called in the main thread; sets signal handlers.

    :param announce: told in one sentence where it serves, once it does.
    :raises UnavailableError: where the port is taken, or the HTTP server ends by itself.
    :raises UsageError: where the host is no address of this machine.
    :raises DataError: and :class:`StoreError`, where the data cannot be read.
    """
    with contextlib.suppress(_StoppedError), _stoppable():
        token = read_token(settings)
        address, port = free_address(settings.host, settings.port)
        with contextlib.ExitStack() as stack:
            writer = stack.enter_context(Writer(settings)) if settings.writable else None
            if writer is not None and writer.found:
                _warn(writer.found)
            zygote = stack.enter_context(Zygote(settings))
            url = f"http://{f'[{settings.host}]' if ':' in settings.host else settings.host}:{port}/"
            sentence = f"yuanhui-kg serves {zygote.triples:,} triples at {url} (stop it with Ctrl-C)"
            _Service(settings, zygote, writer, token, address, port).run(partial(announce, sentence))


@contextlib.contextmanager
def _stoppable() -> Iterator[None]:
    """Until granian takes the signals over, either of them ends the block."""

    def stop(*_: Any) -> None:
        raise _StoppedError

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def free_address(host: str, port: int) -> tuple[str, int]:
    """The numeric address of ``host`` and a port there on which nobody listens (``port``, or any where it is 0).

    Raises :class:`UnavailableError` where it is taken, :class:`UsageError` where ``host`` cannot be listened on.
    """
    try:
        family, kind, protocol, _, name = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (OSError, UnicodeError):
        raise UsageError(f"{host!r} is no address of this machine.", "Try --host 127.0.0.1.") from None
    with socket.socket(family, kind, protocol) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # past connections do not count
        try:
            trial.bind(name)
            trial.listen()
        except PermissionError:
            raise UnavailableError(
                f"Port {port} may only be used by the administrator.", "Choose one above 1023 with --port."
            ) from None
        except OSError as error:
            if error.errno == 98:  # EADDRINUSE
                raise UnavailableError(
                    f"Port {port} of {host} is taken by another program.",
                    "Choose another one with --port, or --port 0 for any that is free.",
                ) from None
            raise UsageError(f"{host!r} is no address of this machine.", "Try --host 127.0.0.1.") from None
        found = trial.getsockname()
    return str(found[0]), int(found[1])


class _Granian(MPServer):
    """Granian with what it leaves to chance settled: who gets SIGINT, who is told of the end first, what SIGHUP means."""

    before_stop: Callable[[], None]
    reload: Callable[[], None]

    def signal_handler_reload(self, *_: Any) -> None:
        """SIGHUP. Granian would replace its processes; what there is to reload is the data."""
        self.reload()

    def shutdown(self, exit_code: int = 0) -> None:
        told = self.interrupt_signal
        self.before_stop()
        try:
            super().shutdown(exit_code)  # type: ignore[no-untyped-call]
        except SystemExit:
            # Its last line, for server processes that ended before it told them to. Where all of them were sent the
            # signal, as a terminal or a supervisor may do, they were right to.
            if not told:
                raise

    def _spawn_workers(self, *args: Any, **kwargs: Any) -> None:
        with _sigint_blocked():
            super()._spawn_workers(*args, **kwargs)  # type: ignore[no-untyped-call]

    def _respawn_workers(self, *args: Any, **kwargs: Any) -> None:
        with _sigint_blocked():
            super()._respawn_workers(*args, **kwargs)


@contextlib.contextmanager
def _sigint_blocked() -> Iterator[None]:
    """Processes started inside inherit the block; a Ctrl-C of ours waits until the end of it."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class _Service:
    """The running processes."""

    def __init__(
        self, settings: Settings, zygote: Zygote, writer: Writer | None, token: Token | None, address: str, port: int
    ) -> None:
        self._children: dict[str, Child] = {"query": zygote} | ({"writing": writer} if writer else {})
        self._address = (address, port)
        self._stopping = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="watcher")
        share = _share(settings)
        threads = share.workers + share.queue + _SPARE_THREADS
        self._server = _Granian(
            "yuanhui_kg.service",
            address=address,
            port=port,
            interface=Interfaces.RSGI,
            http=HTTPModes.http1,
            workers=settings.http_processes,
            blocking_threads=1,
            backpressure=_connections(),
            http1_settings=HTTP1Settings(header_read_timeout=_HEADER_SECONDS * 1000),
            log_enabled=False,
            respawn_failed_workers=True,
            workers_kill_timeout=math.ceil(settings.shutdown_timeout) + _STOP_SECONDS,
        )
        self._server.before_stop = self._stop
        self._server.reload = partial(zygote.tell, signal.SIGHUP)
        self._folder = zygote.folder
        self._grace = settings.shutdown_timeout
        writing = str(writer.socket_path) if writer else None
        self._loader = partial(load, share.to_json(), str(zygote.socket_path), writing, token, threads, os.getpid())

    def run(self, announce: Callable[[], None]) -> None:
        """Serve until told to stop. Raises :class:`UnavailableError` where the server gives up."""
        # Granian asks the default context; a fork of a process with threads may deadlock.
        multiprocessing.set_start_method("spawn", force=True)
        folder = self._folder / "metrics"
        folder.mkdir()
        os.environ[metrics.FOLDER] = str(folder)
        # Otherwise each of many threads keeps a heap of its own, and what was freed there.
        os.environ.setdefault("MALLOC_ARENA_MAX", "2")
        resource_tracker.ensure_running()  # its start, if left to the first spawn, undoes the block of SIGINT
        self._watcher.start()
        greeter = threading.Thread(target=self._greet, args=(announce,), daemon=True)
        greeter.start()
        try:
            self._server.serve(target_loader=self._loader, wrap_loader=False)
        except SystemExit:
            raise UnavailableError(
                "The HTTP server ended unexpectedly.", "Its last words are above; please report them."
            ) from None
        finally:
            self._stop()
            self._watcher.join()

    def _stop(self) -> None:
        if not self._stopping.is_set():
            self._stopping.set()
            control.ask_all(self._folder, {"do": "stop", "seconds": self._grace})

    def _greet(self, announce: Callable[[], None]) -> None:
        while not self._stopping.is_set():
            connection = http.client.HTTPConnection(*self._address, timeout=5)
            try:
                connection.request("GET", "/health")
                if connection.getresponse().status == 200:
                    announce()
                    return
            except (OSError, http.client.HTTPException):
                time.sleep(0.02)
            finally:
                connection.close()

    def _watch(self) -> None:
        # A child dies with the thread that started it: this one must live as long as the service.
        while not self._stopping.wait(_WATCH_SECONDS):
            for name, child in self._children.items():
                if not child.alive():
                    self._restart(name, child)

    def _restart(self, name: str, child: Child) -> None:
        _warn(f"the {name} process has died; starting it again.")
        try:
            child.restart()
        except YuanhuiError as error:
            _warn(str(error))
            self._stopping.wait(5)


def _connections() -> int:
    """How many connections a server process takes: a part of the files that it may open."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    return _CONNECTIONS if hard == resource.RLIM_INFINITY else max(64, min(_CONNECTIONS, hard * 3 // 4))


def _share(settings: Settings) -> Settings:
    """One server process's share of what all of them together may take."""
    processes = settings.http_processes
    return replace(
        settings,
        workers=-(-settings.workers // processes),
        queue=-(-settings.queue // processes),
        cache_bytes=settings.cache_bytes // processes,
    )


def load(
    settings_json: str, socket_path: str, writing: str | None, token: Token | None, threads: int, parent: int
) -> Any:
    """The RSGI application, in a server process that has just been started."""
    from . import create_app, express, framing, gateway, logs

    sandbox.die_with_parent(parent)
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    settings = Settings.from_json(settings_json)
    logs.configure(settings)
    folder = Path(socket_path).parent
    backend = Backend.connect(socket_path, settings)
    writes = Writes(Writing(writing, settings, backend.running), token) if writing and token else None
    control.listen(folder, backend)
    counted = metrics.Metrics()
    app = create_app(settings, backend, writes, token=token, folder=folder, counted=counted)

    def begin(loop: asyncio.AbstractEventLoop) -> express.Express:
        return express.Express(app.extensions[EXTENSION], backend.dispatch_on(loop))

    return framing.Framed(gateway.Gateway(app, settings, threads, lambda: backend.version, counted.again, begin))
