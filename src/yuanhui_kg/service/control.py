"""What the service's processes tell one another: which queries run, which is to end, that all is to stop.

Each server process listens on a Unix socket in the service's private folder, which nobody else may enter. A message is
one JSON object, and so is its answer. ``{"do": "list"}``, ``{"do": "end", "id": …}``, ``{"do": "stop", "seconds": …}``.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from ..workers import Backend

_PATTERN: Final = "control-*.sock"
_MOST: Final = 1024 * 1024  # bytes of a message
_SECONDS: Final = 2.0  # for a process to answer


def listen(folder: Path, backend: Backend) -> None:
    """Let the other processes ask this one, from a thread of its own, for as long as it lives."""
    path = folder / f"control-{os.getpid()}.sock"
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    listener.bind(str(path))
    listener.listen(16)
    threading.Thread(target=_serve, args=(listener, backend), name="control", daemon=True).start()


def _serve(listener: socket.socket, backend: Backend) -> None:
    while True:
        connection, _ = listener.accept()
        with connection, contextlib.suppress(OSError, ValueError):
            connection.settimeout(_SECONDS)
            connection.sendall(json.dumps(answer(json.loads(connection.recv(_MOST)), backend)).encode())


def answer(message: Mapping[str, Any], backend: Backend) -> Any:
    """What this process does with a message."""
    if message["do"] == "list":
        return backend.running.list()
    if message["do"] == "end":
        return backend.running.end(message["id"])
    timer = threading.Timer(message["seconds"], backend.running.stop)
    timer.daemon = True
    timer.start()
    return True


def ask_all(folder: Path, message: Mapping[str, Any]) -> list[Any]:
    """The answers of the processes that are there."""
    found = []
    for path in sorted(folder.glob(_PATTERN)):
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as connection:
            connection.settimeout(_SECONDS)
            try:
                connection.connect(str(path))
                connection.sendall(json.dumps(message).encode())
                found.append(json.loads(connection.recv(_MOST)))
            except (ConnectionRefusedError, FileNotFoundError):  # it has ended
                path.unlink(missing_ok=True)
            except (OSError, ValueError):
                continue
    return found
