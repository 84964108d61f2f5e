"""``yuanhui-kg serve``: processes that speak HTTP in front, a zygote behind, and this one, which looks after all.

The port is bound here, once: it is known to be free before anything is started, and connections wait at it while a
process that has died is started again. Ctrl-C reaches this process alone (the others are in sessions of their own); it
has running queries end first, then the connections, then the rest.
"""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any, Final

from ..errors import UnavailableError, UsageError, YuanhuiError
from ..processes import Child
from ..settings import Settings
from ..workers import Zygote
from ..writing import Writer
from . import assets, control, metrics
from .serving import STOP_SECONDS, share
from .token import Token, read_token

_WATCH_SECONDS: Final = 0.2
_REST_SECONDS: Final = 5.0  # before a process that could not be started is tried again


class _StoppedError(Exception):
    """A signal came while the service was starting."""


def _say(sentence: str) -> None:
    print(sentence, flush=True)


def _warn(sentence: str) -> None:
    print(f"yuanhui-kg: {sentence}", file=sys.stderr, flush=True)


def serve(settings: Settings, announce: Callable[[str], None] = _say) -> None:
    """Serve until SIGINT or SIGTERM. Called in the main thread; sets signal handlers.

    :param announce: told in one sentence where it serves, once it does.
    :raises UnavailableError: where the port is taken.
    :raises UsageError: where the host is no address of this machine.
    :raises DataError: and :class:`StoreError`, where the data cannot be read.
    """
    with contextlib.suppress(_StoppedError), _stoppable(), contextlib.ExitStack() as stack:
        token = read_token(settings)
        listener = stack.enter_context(bound(settings.host, settings.port))
        writer = stack.enter_context(Writer(settings)) if settings.writable else None
        if writer is not None and writer.found:
            _warn(writer.found)
        zygote = stack.enter_context(Zygote(settings))
        if not assets.built():
            _warn("the scripts of the pages are not built; the pages work without them (docs/operation.md).")
        front = stack.enter_context(_Front(settings, zygote, writer, token, listener))
        url = f"http://{f'[{settings.host}]' if ':' in settings.host else settings.host}:{listener.getsockname()[1]}/"
        announce(f"yuanhui-kg serves {zygote.triples:,} triples at {url} (stop it with Ctrl-C)")
        _look_after({"query": zygote} | ({"writing": writer} if writer else {}) | front.processes)


@contextlib.contextmanager
def _stoppable() -> Iterator[None]:
    """Either of the signals ends the block; those that come later are too late."""

    def stop(*_: Any) -> None:
        for number in before:
            signal.signal(number, signal.SIG_IGN)
        raise _StoppedError

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def bound(host: str, port: int) -> socket.socket:
    """A socket at ``host`` and ``port`` (any that is free where it is 0), where nobody listens yet.

    Raises :class:`UnavailableError` where the port is taken, :class:`UsageError` where ``host`` cannot be listened on.
    """
    try:
        family, kind, protocol, _, name = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (OSError, UnicodeError):
        raise UsageError(f"{host!r} is no address of this machine.", "Try --host 127.0.0.1.") from None
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # past connections do not count
        listener.bind(name)
    except OSError as error:
        listener.close()
        if isinstance(error, PermissionError):
            raise UnavailableError(
                f"Port {port} may only be used by the administrator.", "Choose one above 1023 with --port."
            ) from None
        if error.errno == errno.EADDRINUSE:
            raise UnavailableError(
                f"Port {port} of {host} is taken by another program.",
                "Choose another one with --port, or --port 0 for any that is free.",
            ) from None
        raise UsageError(f"{host!r} is no address of this machine.", "Try --host 127.0.0.1.") from None
    return listener


class _Front:
    """The processes that speak HTTP."""

    def __init__(
        self, settings: Settings, zygote: Zygote, writer: Writer | None, token: Token | None, listener: socket.socket
    ) -> None:
        folder = zygote.folder / "metrics"
        folder.mkdir()
        environment = {
            metrics.FOLDER: str(folder),
            # Otherwise each of many threads keeps a heap of its own, and what was freed there.
            "MALLOC_ARENA_MAX": os.environ.get("MALLOC_ARENA_MAX", "2"),
        }
        self._zygote = zygote
        self._grace = settings.shutdown_timeout
        request = {
            "settings": share(settings).to_json(),
            "zygote": str(zygote.socket_path),
            "writing": str(writer.socket_path) if writer else None,
            "token": token.to_json() if token else None,
            "listener": listener.fileno(),
        }
        self.processes: dict[str, Child] = {}
        try:
            for number in range(1, settings.http_processes + 1):
                self.processes[f"HTTP server {number}"] = Child(
                    "yuanhui_kg.service.serving",
                    request,
                    handles=(listener.fileno(),),
                    environment=environment,
                    grace=self._grace + STOP_SECONDS + 1,
                    wait=False,
                )
            for process in self.processes.values():
                process.await_ready()
        except BaseException:
            self._close()
            raise

    def __enter__(self) -> _Front:
        return self

    def __exit__(self, *_: object) -> None:
        control.ask_all(self._zygote.folder, {"do": "stop", "seconds": self._grace})
        self._close()

    def _close(self) -> None:
        for process in self.processes.values():
            process.tell(signal.SIGTERM)
        for process in self.processes.values():
            process.close()


def _look_after(children: dict[str, Child]) -> None:
    """Start again what dies, until a signal comes. In one thread: a child dies with the thread that started it."""
    signal.signal(signal.SIGHUP, lambda *_: children["query"].tell(signal.SIGHUP))
    while True:
        time.sleep(_WATCH_SECONDS)
        for name, child in children.items():
            if not child.alive():
                _warn(f"the {name} process has died ({child.how_it_ended()}); starting it again.")
                try:
                    child.restart()
                except YuanhuiError as error:
                    _warn(str(error))
                    time.sleep(_REST_SECONDS)
