"""A process that speaks HTTP: the event loop with its connections, the application in threads beside it.

    python -m yuanhui_kg.service.serving FOLDER   the request as one JSON line on standard input, which stays open: when
                                                  it closes, or on SIGTERM, what is under way is answered and the
                                                  process ends; one JSON line on standard output when it listens

The listening socket is inherited, and shared with the other processes of the service.
"""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import socket
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, NoReturn

import uvloop

from .. import sandbox
from ..errors import UnavailableError, YuanhuiError
from ..processes import asked, say
from ..settings import Settings
from ..workers import Backend
from ..writing import Writing
from . import control, create_app, express, gateway, http1, logs, metrics
from .core import EXTENSION, Writes
from .token import Token

STOP_SECONDS: Final = 3.0  # for answers to be sent once the last query has ended
_FLUSH_SECONDS: Final = 0.25  # between two times that what was counted is made known
_SPARE_THREADS: Final = 8  # for what needs no query worker: /health, cached answers
_CONNECTIONS: Final = 8192  # most that are open at once in one server process; an idle one costs some kilobytes


def share(settings: Settings) -> Settings:
    """One server process's share of what all of them together may take."""
    processes = settings.http_processes
    return replace(
        settings,
        workers=-(-settings.workers // processes),
        queue=-(-settings.queue // processes),
        cache_bytes=settings.cache_bytes // processes,
    )


def _open_files() -> int:
    """Let this process open as many files as it may; how many of them are for connections."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return _CONNECTIONS if hard == resource.RLIM_INFINITY else max(64, min(_CONNECTIONS, hard * 3 // 4))


class _Process:
    """What a request of ``main`` describes."""

    def __init__(self, request: dict[str, Any]) -> None:
        self.settings = Settings.from_json(request["settings"])
        logs.configure(self.settings)
        self._listener = socket.socket(fileno=request["listener"])
        self._listener.setblocking(False)
        path = Path(request["zygote"])
        self._backend = Backend.connect(path, self.settings)
        token = Token.from_json(request["token"]) if request["token"] else None
        writes = None
        if request["writing"] and token:
            writes = Writes(Writing(request["writing"], self.settings, self._backend.running), token)
        control.listen(path.parent, self._backend)
        self._metrics = metrics.Metrics()
        self._app = create_app(
            self.settings, self._backend, writes, token=token, folder=path.parent, counted=self._metrics
        )

    async def serve(self) -> None:
        """Until standard input closes, or SIGTERM. Raises :class:`UnavailableError` where the port has been taken meanwhile."""
        loop = asyncio.get_running_loop()
        stopped = asyncio.Event()
        loop.add_signal_handler(signal.SIGTERM, stopped.set)
        loop.add_reader(sys.stdin, stopped.set)
        dispatcher = self._backend.dispatch_on(loop)
        handler = gateway.Gateway(
            self._app,
            self.settings,
            self.settings.workers + self.settings.queue + _SPARE_THREADS,
            lambda: self._backend.version,
            self._metrics.again,
            express.Express(self._app.extensions[EXTENSION], dispatcher),
            self._metrics.refused,
        )
        self._metrics.caches.append(handler.known)
        server = http1.Server(handler, http1.Limits(connections=_open_files()), self._metrics.refused)
        try:
            await server.start(self._listener)
        except OSError as error:
            raise UnavailableError(
                f"The port cannot be listened on: {error.strerror}.", "Choose another one with --port."
            ) from None
        self._flush(loop)
        say({})
        await stopped.wait()
        loop.remove_reader(sys.stdin)
        await server.stop(self.settings.shutdown_timeout + STOP_SECONDS)
        self._metrics.flush()

    def _flush(self, loop: asyncio.AbstractEventLoop) -> None:
        self._metrics.flush()
        loop.call_later(_FLUSH_SECONDS, self._flush, loop)


def main() -> NoReturn:
    sandbox.die_with_parent(os.getppid())
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides when this ends
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        process = _Process(asked())
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(process.serve())
    except YuanhuiError as error:
        say({"error": error.as_dict()})
        os._exit(1)
    sys.stdout.flush()
    sys.stderr.flush()
    # Everything is answered. What still runs in threads is for nobody, and is not waited for.
    os._exit(0)


if __name__ == "__main__":
    main()
